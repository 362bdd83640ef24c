"""The web door over a shelf of reports: browsers are clients of `httpx` that talk to it without a network."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from shelf import Shelf

from bot.asking.questions import Questions
from bot.base.search import Search
from bot.people.people import People
from bot.reading.page_pictures import PagePictures, draw_here
from bot.reading.permalinks import Permalinks
from bot.reading.web.door import Access, WebDoor
from bot.reading.web.visitors import Visits
from bot.schema import open_database
from content.answers import OfficeAnswer
from index.searcher import LiveSearcher

BASE = "http://localhost"
START = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)


class WebRoom:
    """A door, and browsers before it."""

    def __init__(
        self,
        shelf: Shelf,
        folder: Path,
        *,
        asking: str = "public",
        code: str = "",
        address: str = "",
        embed: tuple[str, ...] = (),
        per_minute: int = 20,
        office: Callable[[], tuple[OfficeAnswer, ...]] = lambda: (),
    ) -> None:
        self.shelf = shelf
        self.now = START
        self.database = open_database(folder / "bot.sqlite", lambda: self.now)
        self.people = People(self.database, self._clock, (1,), ())
        self.questions = Questions(self.database, self.people, self._clock, timedelta(minutes=30), timedelta(days=90))
        self.visits = Visits(self.database, self.questions, self._clock, timedelta(minutes=30), timedelta(days=90))
        self.permalinks = Permalinks(self.database, shelf.index, self._clock)
        self.search = Search(LiveSearcher(shelf.index), office)
        access = Access(asking, code, address, embed)
        door = WebDoor(
            self.search,
            self.questions,
            self.visits,
            self.permalinks,
            access,
            per_minute,
            self._clock,
            PagePictures(folder / "pages", draw_here),
            shelf.reports,
            lambda language: "office@example.org",
        )
        self.app = door.app()

    def _clock(self) -> datetime:
        return self.now

    def browser(self, language: str = "en", address: str = "192.0.2.1") -> httpx.AsyncClient:
        """A browser of its own, with its own cookies. Raises whatever goes wrong in the door."""
        transport = httpx.ASGITransport(app=self.app, client=(address, 4711))
        return httpx.AsyncClient(
            transport=transport, base_url=BASE, headers={"Accept-Language": language}, follow_redirects=True
        )

    def close(self) -> None:
        self.search.close()
        self.database.close()


def token_in(page: str) -> str:
    """What a form of a page carries."""
    match = re.search(r'name="token" value="([^"]+)"', page)
    assert match, page
    return match[1]


async def ask(browser: httpx.AsyncClient, question: str, **fields: str) -> httpx.Response:
    """What a person does: open the page, write, press the button."""
    page = await browser.get("/ask")
    return await browser.post("/ask", data={"question": question, "token": token_in(page.text)} | fields)


def visible(page: str) -> str:
    """The text of a page, as a reader sees it."""
    body = re.sub(r"<(script|style|head)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", body).split())
