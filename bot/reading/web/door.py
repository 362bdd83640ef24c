"""Requests of browsers in, pages out: reports to read, and the same conversation as in the chat, without an account.

Every page is whole without a script, and each is also there as JSON (`.json` behind its address). Answers, refusals and
citations are those of `bot/asking/`; here they only become HTML (`views.py`, `templates/`).

Why is a question answered by a redirect? A page that is loaded again must not ask again.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.asking.questions import Questions
from bot.base.search import NoIndexYet, Search
from bot.question_batch import citation_record, record
from bot.reading.page_marks import among
from bot.reading.page_pictures import NoPicture, PagePicture, PagePictures
from bot.reading.permalinks import GonePassage, Permalinks
from bot.reading.web import page_words as texts
from bot.reading.web import views
from bot.reading.web.guard import WebGuard
from bot.reading.web.visitors import Visitor, Visits, visitor_of
from bot.telegram.limits import Admission, RateLimiter
from bot.words.catalogue import FALLBACK, LANGUAGES, Words, language_in, language_of, words
from bot.words.pleasantries import pleasantry, says_nothing
from content.documents import seen
from index.errors import IndexFault
from index.searcher import Searcher
from index.store.corpus import StoredPassage

LOG = logging.getLogger("bot.reading")
FOLDER = Path(__file__).parent
BEFORE, AFTER = 6, 10
"""Passages that are shown before and after the one that is opened."""
FOUND = 30
"""Passages that a search inside a report shows."""
LONGEST_QUESTION = 4096
"""Characters, as in the chat."""
VISITORS_OF_ADDRESS = 6
"""As many questions a minute may come from one address as from so many visitors: an institute has one address."""
LOOKS = 3
"""Searches inside reports and pictures of pages for each question: they cost, too, also where nobody may ask."""
YEAR = 365 * 86_400
VISITOR, LANGUAGE, ADMITTED = "citedesk_visitor", "citedesk_language", "citedesk_admitted"
"""Names of the cookies."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who may do what on the pages."""

    asking: str
    """`public`, `code` or `off`."""
    code: str
    """The access code; everything is behind it where it is not empty and `asking` is `code`."""
    address: str
    """The public address, without a slash at the end; empty where there is none."""
    embed: tuple[str, ...]
    """Origins of sites that may show the page in a frame."""

    @property
    def secure(self) -> bool:
        """Whether browsers come by https."""
        return self.address.startswith("https:")

    def pass_of(self, visitor: Visitor) -> str:
        """What a visitor's browser keeps once it has shown the code."""
        return hmac.new(self.code.encode(), visitor.id.encode(), hashlib.sha256).hexdigest()

    def admits(self, visitor: Visitor, shown: str) -> bool:
        """Whether a visitor has shown the code, where one is wanted."""
        if self.asking != "code":
            return True
        return bool(self.code) and hmac.compare_digest(self.pass_of(visitor), shown)


@dataclass(frozen=True, slots=True)
class Visit:
    """One request: who, in which language."""

    request: Request
    visitor: Visitor
    words: Words

    @property
    def framed(self) -> bool:
        """Whether the page is shown inside another site's."""
        return "embed" in self.request.query_params


class WebDoor:
    """The pages of one bot."""

    def __init__(
        self,
        search: Search,
        questions: Questions,
        visits: Visits,
        permalinks: Permalinks,
        access: Access,
        per_minute: int,
        clock: Callable[[], datetime],
        pictures: PagePictures,
        reports: Path,
        contact: Callable[[str], str] = lambda language: "",
    ) -> None:
        """`per_minute`: questions of a visitor; `reports`: their folder; `contact`: how to reach the office."""
        self._search = search
        self._questions = questions
        self._visits = visits
        self._permalinks = permalinks
        self._access = access
        self._of_visitor = RateLimiter(per_minute)
        self._of_address = RateLimiter(VISITORS_OF_ADDRESS * per_minute)
        self._looks = RateLimiter(LOOKS * VISITORS_OF_ADDRESS * per_minute)
        self._codes = RateLimiter(per_minute)
        self._clock = clock
        self._pictures = pictures
        self._reports = reports
        self._contact = contact
        self._pages = Environment(
            loader=FileSystemLoader(FOLDER / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def app(self) -> Starlette:
        """The ASGI app."""
        names = [urlsplit(self._access.address).hostname or ""] if self._access.address else []
        page = self._page
        return Starlette(
            routes=[
                Route("/", page(self.library)),
                Route("/index.json", page(self.library_record)),
                Route("/ask", page(self.conversation)),
                Route("/ask", page(self.ask), methods=["POST"]),
                Route("/ask.json", page(self.ask_record)),
                Route("/forget", page(self.forget), methods=["POST"]),
                Route("/enter", page(self.enter, open_to_all=True), methods=["GET", "POST"]),
                Route("/language", page(self.choose_language, open_to_all=True)),
                Route("/p/{passage}.json", page(self.passage_record)),
                Route("/p/{passage}/page", page(self.printed_page)),
                Route("/p/{passage}/page.png", page(self.picture)),
                Route("/p/{passage}", page(self.passage)),
                Route("/d/{document}.json", page(self.document_record)),
                Route("/d/{document}", page(self.document)),
                Mount("/static", StaticFiles(directory=FOLDER / "static")),
                Route("/{rest:path}", page(self.nowhere, open_to_all=True)),
            ],
            middleware=[Middleware(WebGuard, names=names, embed=self._access.embed)],
        )

    # Reading

    async def library(self, visit: Visit) -> Response:
        """All reports, by collection."""
        documents = await self._search.look(lambda searcher: searcher.documents(), visit.visitor.id)
        shelves = views.shelves(visit.words, documents)
        return self._show(visit, "library.html", texts.library_title(visit.words), shelves=shelves)

    async def library_record(self, visit: Visit) -> Response:
        """The same as JSON."""
        documents = await self._search.look(lambda searcher: searcher.documents(), visit.visitor.id)
        return Json({"documents": [views.document_record(info) for info in documents]})

    async def document(self, visit: Visit) -> Response:
        """A report: its contents, or what is found in it."""
        name, asked = visit.request.path_params["document"], visit.request.query_params.get("q", "").strip()
        if asked and not self._may_look(visit):
            return self._fault(visit, 429, texts.too_many_looks(visit.words))

        def look(searcher: Searcher) -> views.ReportPage | None:
            info = searcher.document(name)
            if info is None:
                return None
            found = searcher.look_in(name, asked[:LONGEST_QUESTION], FOUND) if asked else ()
            return views.report_page(visit.words, info, searcher.outline(name), asked, found)

        report = await self._search.look(look, visit.visitor.id)
        if report is None:
            return await self._no_document(visit, name)
        return self._show(visit, "document.html", report.title, report=report)

    async def document_record(self, visit: Visit) -> Response:
        """The same as JSON, with the ids of all passages."""
        name = visit.request.path_params["document"]

        def look(searcher: Searcher) -> dict[str, object] | None:
            info = searcher.document(name)
            return None if info is None else views.report_record(info, searcher.outline(name))

        found = await self._search.look(look, visit.visitor.id)
        if found is None:
            return Json({"error": "there is no such report"}, 404)
        return Json(found)

    async def passage(self, visit: Visit) -> Response:
        """A passage in its report; what became of it; or what it said."""
        wanted = visit.request.path_params["passage"]
        shown, gone = await self._resolve(visit, wanted)
        if shown is not None:
            status = 200
            if gone is None:
                notice = None
            else:
                notice = views.ReadingNotice(texts.changed(visit.words), texts.said_before(visit.words), gone.text)
            today = self._clock().date()
            page = await self._search.look(
                lambda searcher: views.reading_page(visit.words, searcher, shown, BEFORE, AFTER, today),
                visit.visitor.id,
            )
            return self._show(visit, "passage.html", page.title, status, page=page, notice=notice)
        if gone is not None:
            return self._show(
                visit, "gone.html", texts.gone_title(visit.words), 410, gone=views.gone(visit.words, gone)
            )
        return self._fault(visit, 404, texts.no_passage(visit.words))

    async def passage_record(self, visit: Visit) -> Response:
        """The same as JSON."""
        wanted = visit.request.path_params["passage"]
        shown, gone = await self._resolve(visit, wanted)
        if shown is None and gone is None:
            return Json({"error": "there is no such passage"}, 404)
        if shown is None:
            assert gone is not None
            said = {"passage": wanted, "gone": gone.gone_at.isoformat(), "text": gone.text}
            return Json(said | {"citation": citation_record(gone.citation)}, 410)
        around = await self._search.look(lambda searcher: searcher.context(shown.id, 1, 1), visit.visitor.id)
        return Json(views.passage_record(shown, around, gone))

    async def printed_page(self, visit: Visit) -> Response:
        """The printed page on which a passage stands, as a picture with the passage marked."""
        if not self._may_look(visit):
            return self._fault(visit, 429, texts.too_many_looks(visit.words))
        shown, _ = await self._resolve(visit, visit.request.path_params["passage"])
        if shown is None:
            return self._fault(visit, 404, texts.no_passage(visit.words))
        try:
            picture = await self._picture(visit, shown)
        except NoPicture as refused:
            return self._fault(visit, 404, texts.no_picture(visit.words, refused.reason))
        page = views.picture_page(visit.words, shown, picture)
        return self._show(visit, "picture.html", page.title, page=page)

    async def picture(self, visit: Visit) -> Response:
        """The picture itself."""
        if not self._may_look(visit):
            return self._fault(visit, 429, texts.too_many_looks(visit.words))
        shown = await self._live(visit, visit.request.path_params["passage"])
        if shown is None:
            return self._fault(visit, 404, texts.no_passage(visit.words))
        try:
            picture = await self._picture(visit, shown)
        except NoPicture as refused:
            return self._fault(visit, 404, texts.no_picture(visit.words, refused.reason))
        return FileResponse(picture.png, media_type="image/png", headers={"Cache-Control": "private, max-age=3600"})

    async def _picture(self, visit: Visit, passage: StoredPassage) -> PagePicture:
        """The page that is asked for, else the one of the passage. Raises `NoPicture`."""
        wanted = visit.request.query_params.get("n", "")
        number = int(wanted) if re.fullmatch(r"[1-9]\d{0,5}", wanted) else None
        around = await self._search.look(lambda searcher: searcher.context(passage.id), visit.visitor.id)
        printed = among([one.text for one in around], [one.id for one in around].index(passage.id))
        file, home = self._reports / passage.citation.source, passage.citation.locator.page or 1
        return await asyncio.to_thread(self._pictures.picture, file, home, printed, number)

    async def _resolve(self, visit: Visit, wanted: str) -> tuple[StoredPassage | None, GonePassage | None]:
        """The passage that a link leads to now, and the one it led to before where that is another or gone."""
        live = await self._live(visit, wanted)
        if live is not None:
            return live, None
        gone, became = await self._permalinks.follow(wanted, await self._generation(visit))
        return (await self._live(visit, became) if became else None), gone

    async def _generation(self, visit: Visit) -> str:
        return await self._search.look(lambda searcher: searcher.generation, visit.visitor.id)

    async def _live(self, visit: Visit, passage: str) -> StoredPassage | None:
        return await self._search.look(lambda searcher: searcher.passage(passage), visit.visitor.id)

    async def _no_document(self, visit: Visit, name: str) -> Response:
        """A report that was there once, or that never was."""
        await self._permalinks.bring_up_to(await self._generation(visit))
        gone = await self._permalinks.of_document(name)
        if gone is None:
            return self._fault(visit, 404, texts.no_report(visit.words))
        report = texts.report_gone(visit.words, gone.citation.title or gone.citation.source, gone.gone_at)
        return self._fault(visit, 410, report)

    # Asking

    async def conversation(self, visit: Visit) -> Response:
        """What a visitor asked, with the answers, and where one asks."""
        if self._access.asking == "off":
            return self._fault(visit, 404, texts.no_asking(visit.words))
        return await self._conversation(visit)

    async def _conversation(self, visit: Visit, said: str = "", typed: str = "", status: int = 200) -> Response:
        answers = await self._visits.answers(visit.visitor)
        turns = [views.asked_question(given, self._contact(given.answer.language)) for given in answers]
        return self._show(visit, "ask.html", texts.ask_title(visit.words), status, turns=turns, said=said, typed=typed)

    async def ask(self, visit: Visit) -> Response:
        """A question, by the form of the page."""
        if self._access.asking == "off":
            return self._fault(visit, 404, texts.no_asking(visit.words))
        form = await visit.request.form()
        if not visit.visitor.sent(str(form.get("token", ""))):
            return self._fault(visit, 403, texts.no_cookie(visit.words))
        question = seen(str(form.get("question", "")).replace("\r\n", "\n")).strip()
        spoken = language_in(question)
        w = visit.words if spoken == FALLBACK else words(spoken)
        if len(question) > LONGEST_QUESTION:
            return await self._conversation(visit, texts.too_long(w, LONGEST_QUESTION), question, 413)
        courtesy = pleasantry(question)
        if courtesy or says_nothing(question):
            return await self._conversation(visit, texts.courtesy(w, courtesy), "" if courtesy else question)
        if not self._admitted(visit):
            return await self._conversation(visit, texts.too_many(w), question, 429)
        history = await self._visits.history(visit.visitor) if form.get("alone") is None else ()
        answer = await self._search.ask(question, history, visit.visitor.id)
        id_ = await self._questions.record(None, None, None, self._clock(), answer, delivered=True)
        await self._visits.note(visit.visitor, id_)
        suffix = "?embed=1" if visit.framed else ""
        return RedirectResponse(f"/ask{suffix}#{id_}", 303)

    async def ask_record(self, visit: Visit) -> Response:
        """A question that leans on none, answered as JSON, as `citedesk ask --json` prints it."""
        if self._access.asking == "off":
            return Json({"error": "questions are not answered here"}, 404)
        question = seen(visit.request.query_params.get("q", "")).strip()
        if not question or len(question) > LONGEST_QUESTION:
            return Json({"error": f"q: a question of at most {LONGEST_QUESTION} characters"}, 400)
        if not self._admitted(visit):
            return Json({"error": "too many questions: wait a minute"}, 429)
        answer = await self._search.ask(question, (), visit.visitor.id)
        id_ = await self._questions.record(None, None, None, self._clock(), answer, delivered=True)
        return Json(record(answer, id_))

    async def forget(self, visit: Visit) -> Response:
        """Remove what a visitor asked."""
        form = await visit.request.form()
        if not visit.visitor.sent(str(form.get("token", ""))):
            return self._fault(visit, 403, texts.no_cookie(visit.words))
        await self._visits.forget(visit.visitor)
        return RedirectResponse("/ask?embed=1" if visit.framed else "/ask", 303)

    def _admitted(self, visit: Visit) -> bool:
        """Whether neither the visitor nor their address asks too much."""
        now = self._clock()
        return (
            self._of_visitor.judge(visit.visitor.number, now) is Admission.ADMIT
            and self._of_address.judge(_number_of(_address(visit.request)), now) is Admission.ADMIT
        )

    def _may_look(self, visit: Visit) -> bool:
        """Whether an address does not have too much computed that is no question."""
        return self._looks.judge(_number_of(_address(visit.request)), self._clock()) is Admission.ADMIT

    # Doors

    async def enter(self, visit: Visit) -> Response:
        """The access code."""
        if self._access.asking != "code":
            return RedirectResponse("/", 303)
        if visit.request.method == "GET":
            return self._show(visit, "enter.html", texts.enter_title(visit.words), wrong=False)
        form = await visit.request.form()
        tries = self._codes.judge(_number_of(_address(visit.request)), self._clock())
        right = hmac.compare_digest(
            str(form.get("code", "")).strip().encode("utf-8", "replace"), self._access.code.encode()
        )
        if tries is not Admission.ADMIT or not right or not visit.visitor.sent(str(form.get("token", ""))):
            return self._show(visit, "enter.html", texts.enter_title(visit.words), 403, wrong=True)
        response = RedirectResponse("/", 303)
        self._keep(response, ADMITTED, self._access.pass_of(visit.visitor))
        return response

    async def choose_language(self, visit: Visit) -> Response:
        """The language of the page, from now on."""
        query = visit.request.query_params
        back = query.get("back", "/")
        if not back.startswith("/") or back.startswith(("//", "/\\")):
            back = "/"
        response = RedirectResponse(quote(back, safe="/?=&#%"), 303)
        self._keep(response, LANGUAGE, language_of(query.get("to", FALLBACK)))
        return response

    async def nowhere(self, visit: Visit) -> Response:
        """Any other address."""
        return self._fault(visit, 404, texts.no_page(visit.words))

    def _page(
        self, handler: Callable[[Visit], Awaitable[Response]], *, open_to_all: bool = False
    ) -> Callable[[Request], Awaitable[Response]]:
        """A handler as Starlette wants it: with who asks, and with what becomes of faults."""

        async def handle(request: Request) -> Response:
            visit = Visit(request, visitor_of(request.cookies.get(VISITOR, "")), _words_for(request))
            if not open_to_all and not self._access.admits(visit.visitor, request.cookies.get(ADMITTED, "")):
                return RedirectResponse("/enter", 303)
            try:
                response = await handler(visit)
            except NoIndexYet:
                response = self._fault(visit, 503, texts.preparing(visit.words))
            except IndexFault as fault:
                LOG.warning("a page could not be made: %s", fault)
                response = self._fault(visit, 503, texts.cannot_answer(visit.words))
            return response

        return handle

    def _show(self, visit: Visit, template: str, title: str, status: int = 200, **values: object) -> Response:
        """A page of a template."""
        other = next(tag for tag in LANGUAGES if tag != visit.words.language)
        path = visit.request.url.path + (f"?{visit.request.url.query}" if visit.request.url.query else "")
        html = self._pages.get_template(template).render(
            title=title,
            language=visit.words.language,
            other=LANGUAGES[other],
            back=path if visit.request.method == "GET" else visit.request.url.path,
            asking=self._access.asking != "off",
            token=visit.visitor.token,
            framed=visit.framed,
            t=texts.page(visit.words),
            longest=LONGEST_QUESTION,
            **values,
        )
        response = HTMLResponse(html, status, {"Content-Language": visit.words.language})
        if visit.visitor.new:
            self._keep(response, VISITOR, visit.visitor.cookie)
        return response

    def _fault(self, visit: Visit, status: int, said: str) -> Response:
        if visit.request.url.path.endswith(".json"):
            return Json({"error": said}, status)
        return self._show(visit, "fault.html", texts.fault_title(visit.words), status, said=said)

    def _keep(self, response: Response, name: str, value: str) -> None:
        """A cookie that no script reads. Inside another site's frame it comes along only by https."""
        framed = bool(self._access.embed) and self._access.secure
        response.set_cookie(
            name,
            value,
            max_age=YEAR,
            httponly=True,
            secure=self._access.secure,
            samesite="none" if framed else "lax",
        )


class Json(Response):
    """JSON in ASCII: a report may have half a letter, which is no UTF-8."""

    media_type = "application/json"

    def render(self, content: object) -> bytes:
        """The object, written out."""
        return json.dumps(content).encode("ascii")


def _words_for(request: Request) -> Words:
    """The language that was chosen, else the first of the browser's that we speak."""
    chosen = request.cookies.get(LANGUAGE, "")
    if chosen in LANGUAGES:
        return words(chosen)
    for part in request.headers.get("accept-language", "").split(",")[:10]:
        tag = part.partition(";")[0].strip().lower()
        primary = tag.partition("-")[0]
        if primary in LANGUAGES:
            return words(primary)
    return words(FALLBACK)


def _address(request: Request) -> str:
    """Who sent a request: the peer, or whom a proxy on this machine names last."""
    peer = request.client.host if request.client else ""
    named = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    return named if named and peer in ("127.0.0.1", "::1") else peer


def _number_of(address: str) -> int:
    return int(hashlib.sha256(address.encode()).hexdigest()[:12], 16)
