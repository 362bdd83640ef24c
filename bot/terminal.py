"""Lines that a person types in, answers and their surroundings out: the conversation in a terminal.

`TerminalConversation` knows neither keyboard nor index format: it is given a way to read a line, a screen and
a way to get the current searcher, so that a test can hold a whole conversation.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from bot.asking.answer_lines import citation_text, excerpt_lines, reply_lines
from bot.asking.typed_commands import parse_command
from bot.words.catalogue import FALLBACK, LANGUAGES, Words, language_in, words
from bot.words.markup import visible
from bot.words.screen import ANSWERS, FAINT, TITLE, Screen, ScreenLine
from index.answering.answer import Answer, Excerpt, NoAnswer

if TYPE_CHECKING:
    from bot.reading.page_pictures import PagePictures
    from content.answers import OfficeAnswer
    from index.searcher import Searcher

SHOWN = 3
"""Excerpts an answer begins with; `more` shows as many again."""

REMEMBERED = 5
"""Earlier questions that a follow-up may lean on."""


def keyboard() -> Callable[[], str | None]:
    """A way to read lines: with a prompt and history on a terminal, echoed into a transcript otherwise."""
    prompt = "› "
    if not (sys.stdin.isatty() and sys.stdout.isatty()):

        def from_pipe() -> str | None:
            line = sys.stdin.readline()
            if not line:
                return None
            sys.stdout.write(f"{prompt}{line.strip()}\n")
            return line

        return from_pipe
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401 - importing it gives input() its history

    def from_keyboard() -> str | None:
        try:
            return input(prompt)
        except EOFError:
            sys.stdout.write("\n")
            return None

    return from_keyboard


class TerminalConversation:
    """One person's conversation: what was asked, what was answered last, how much of it was shown."""

    def __init__(
        self,
        searcher: Callable[[], Searcher],
        screen: Screen,
        read: Callable[[], str | None],
        reports: Path,
        office: Callable[[], Sequence[OfficeAnswer]] = lambda: (),
        contact: Callable[[str], str] = lambda language: "",
        pictures: PagePictures | None = None,
        today: Callable[[], date] = date.today,
    ) -> None:
        """`office`: gives the office's own answers; `contact`: how to reach the office, in a language.

        `pictures`: draws printed pages; without it, none are.
        """
        self._pictures = pictures
        self._today = today
        self._searcher = searcher
        self._screen = screen
        self._read = read
        self._reports = reports
        self._office = office
        self._contact = contact
        self._history: list[str] = []
        self._last: Answer | NoAnswer | None = None
        self._shown = 0
        self._language = FALLBACK

    def hold(self) -> None:
        """Until the person quits or there are no more lines. Raises `IndexFault`."""
        count = len(self._searcher().documents())
        self._screen.show([ScreenLine(_greeting(words(tag), count), style=FAINT) for tag in LANGUAGES])
        while (line := self._read()) is not None:
            if not line.strip():
                continue
            command = parse_command(line)
            if command == ("quit", None):
                return
            if command and (spoken := language_in(line)) != FALLBACK:
                self._language = spoken
            self._screen.show([*(self._obey(*command) if command else self._answer(line.strip())), ScreenLine()])

    def _answer(self, question: str) -> Iterator[ScreenLine]:
        self._last = self._searcher().ask(question, history=tuple(self._history), office=self._office())
        if isinstance(self._last, Answer):  # nothing leans on a question that was refused
            self._history = [*self._history, question][-REMEMBERED:]
        self._language = self._last.language
        self._shown = 0
        yield from self._next_excerpts()

    def _obey(self, name: str, number: int | None) -> Iterator[ScreenLine]:
        words = self._words
        if name == "help":
            yield ScreenLine(_help(words))
        elif name == "new":
            self._history, self._last = [], None
            yield ScreenLine(words.label("A new subject."))
        elif name == "library":
            yield from self._library(number)
        elif self._last is None:
            yield ScreenLine(words.label("Ask a question first."))
        elif isinstance(self._last, NoAnswer):
            yield ScreenLine(words.label("The last question has no answer: ask it in other words."))
        elif name == "more":
            yield from self._next_excerpts()
        else:
            yield from self._surroundings(name, 1 if number is None else number, self._last.excerpts)

    def _next_excerpts(self) -> Iterator[ScreenLine]:
        reply = self._last
        assert reply is not None
        total = len(reply.excerpts) if isinstance(reply, Answer) else 0
        if self._shown and self._shown >= total:
            yield ScreenLine(self._words.label("That was all."))
            return
        yield from reply_lines(reply, self._shown, SHOWN, contact=self._contact(reply.language))
        self._shown = min(self._shown + SHOWN, total)
        if self._shown < total:
            yield ScreenLine()
            yield ScreenLine(self._words.label("{n} more: type more", n=total - self._shown), style=FAINT)

    def _surroundings(self, name: str, number: int, excerpts: tuple[Excerpt, ...]) -> Iterator[ScreenLine]:
        if not 1 <= number <= len(excerpts):
            yield ScreenLine(self._no_such(number, len(excerpts)))
        elif name == "show":
            yield from excerpt_lines(self._words, excerpts[number - 1], self._language)
        elif name == "page":
            yield self._page(excerpts[number - 1])
        elif name == "cite":
            yield from self._cite(excerpts[number - 1])
        elif name == "context":
            yield from self._context(excerpts[number - 1])
        else:
            yield from self._source(excerpts[number - 1])

    def _context(self, excerpt: Excerpt) -> Iterator[ScreenLine]:
        passages = self._searcher().context(excerpt.passage)
        if not passages:
            yield ScreenLine(
                self._words.label("The reports have been indexed again, and this place is gone: ask again.")
            )
            return
        for passage in passages:
            yield ScreenLine(passage.text, indent=2, style=ANSWERS if passage.id == excerpt.passage else "")
            yield ScreenLine()
        yield ScreenLine(citation_text(self._words, excerpt.citation), indent=2, style=FAINT)

    def _page(self, excerpt: Excerpt) -> ScreenLine:
        """Where the picture of the printed page is."""
        from bot.reading.page_marks import PrintedText, among
        from bot.reading.page_pictures import NoPicture

        words, source = self._words, excerpt.citation.source
        around = self._searcher().context(excerpt.passage)
        ids = [passage.id for passage in around]
        printed = PrintedText(excerpt.text)
        if excerpt.passage in ids:
            printed = among([passage.text for passage in around], ids.index(excerpt.passage), excerpt.text)
        try:
            if self._pictures is None:
                raise NoPicture("format")
            page = excerpt.citation.locator.page or 1
            picture = self._pictures.picture(self._reports / source, page, printed)
        except NoPicture as refused:
            if refused.reason == "format":
                return ScreenLine(words.label("{file} has no printed pages: context shows the paragraph.", file=source))
            return ScreenLine(words.label("There is no picture of this page: {file}", file=source))
        number, png = picture.page, picture.png
        if number in picture.marked:
            return ScreenLine(words.label("Page {page}, marked: {file}", page=number, file=png))
        return ScreenLine(
            words.label(
                "Page {page}, not marked, since the place is not sure: {file}", page=picture.page, file=picture.png
            )
        )

    def _cite(self, excerpt: Excerpt) -> Iterator[ScreenLine]:
        from bot.reading.citing import FIRST_STYLES, STYLES, cite

        cited = cite(excerpt.citation, FIRST_STYLES.get(self._words.language, STYLES[0]), self._today())
        yield ScreenLine(cited.reference)
        if cited.in_text:
            yield ScreenLine(cited.in_text)
        others = self._words.label("Other styles: citedesk cite {passage} --style …", passage=excerpt.passage)
        yield ScreenLine(others, style=FAINT)

    def _source(self, excerpt: Excerpt) -> Iterator[ScreenLine]:
        yield ScreenLine(citation_text(self._words, excerpt.citation))
        yield ScreenLine(self._words.label("File: {file}", file=self._reports / excerpt.citation.source))
        if excerpt.citation.address:
            yield ScreenLine(self._words.label("Address: {address}", address=excerpt.citation.address))

    def _library(self, number: int | None) -> Iterator[ScreenLine]:
        searcher, words = self._searcher(), self._words
        reports = searcher.documents()
        documents = sorted(reports, key=lambda report: (report.collection, report.title, report.source))
        if number is None:
            collection = ""
            for position, document in enumerate(documents, 1):
                if document.collection != collection:
                    collection = document.collection
                    yield ScreenLine(collection, style=TITLE)
                year = f" ({document.year})" if document.year else ""
                count = visible(words.count("{n} passage", "{n} passages", document.passages))
                line = f"{document.title or document.source}{year} · {document.language} · {count}"
                yield ScreenLine(line, lead=f"{position:>3}. ")
            return
        if not 1 <= number <= len(documents):
            yield ScreenLine(self._no_such(number, len(documents)))
            return
        chosen = documents[number - 1]
        yield ScreenLine(chosen.title or chosen.source, style=TITLE)
        above: tuple[str, ...] = ()
        for heading in searcher.outline(chosen.id):
            path = heading.section[1:] if heading.section[:1] == (chosen.title,) else heading.section
            # a heading without a passage of its own is not in the outline, but those under it name it
            for depth, name in enumerate(path):
                if above[: depth + 1] != path[: depth + 1]:
                    yield ScreenLine(name, lead="- ", indent=2 + 2 * depth)
            above = path

    def _no_such(self, number: int, last: int) -> str:
        return self._words.label("There is no {number}: choose a number from 1 to {last}.", number=number, last=last)

    @property
    def _words(self) -> Words:
        """Of the language that was spoken last."""
        return words(self._language)


def _greeting(words: Words, reports: int) -> str:
    return words.label("{n} reports. Ask a question; help shows the commands, quit ends.", n=reports)


def _help(words: Words) -> str:
    return words.label(
        "more            more excerpts of the last answer\n"
        "context 2       excerpt 2 with the paragraphs around it\n"
        "source 2        the file and address of excerpt 2\n"
        "page 2          a picture of the printed page, marked\n"
        "cite 2          the citation to copy\n"
        "2               excerpt 2 alone\n"
        "library         the reports; library 3 lists the headings of report 3\n"
        "new             a new subject: forget the questions before\n"
        "quit            end"
    )
