"""Lines that a person types in, answers and their surroundings out: the conversation in a terminal.

`TerminalConversation` knows neither keyboard nor index format: it is given a way to read a line, a screen and
a way to get the current searcher, so that a test can hold a whole conversation.
"""

from __future__ import annotations

import contextlib
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.asking.answer_lines import citation_text, reply_lines
from bot.words.catalogue import FALLBACK, LANGUAGES, Words, language_in, words
from bot.words.markup import visible
from bot.words.screen import ANSWERS, FAINT, TITLE, Screen, ScreenLine
from index.answering.answer import Answer, Excerpt, NoAnswer

if TYPE_CHECKING:
    from content.answers import OfficeAnswer
    from index.searcher import Searcher

SHOWN = 3
"""Excerpts an answer begins with; `more` shows as many again."""

REMEMBERED = 5
"""Earlier questions that a follow-up may lean on."""

COMMANDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "more": "more",
        "context": "context",
        "source": "source",
        "library": "library",
        "new": "new",
        "help": "help",
        "quit": "quit",
        "exit": "quit",
    },
    "zh": {
        "更多": "more",
        "上下文": "context",
        "来源": "source",
        "报告": "library",
        "新话题": "new",
        "帮助": "help",
        "退出": "quit",
    },
}
"""What a person may type, by language, with or without a slash before it and a number after it."""
NAMES = {word: name for table in COMMANDS.values() for word, name in table.items()}

DIGITS = 9
"""Nothing here has a number of more; int() takes no text of thousands."""


def parse_command(line: str) -> tuple[str, int | None] | None:
    """A command and its number, or None where the line is a question."""
    # whoever writes Chinese types ２ and a wide space as well
    word, _, argument = unicodedata.normalize("NFKC", line).strip().removeprefix("/").partition(" ")
    if not argument and not word.isascii():  # 上下文2: Chinese is written without the space
        stem = word.rstrip("0123456789")
        word, argument = stem, word[len(stem) :]
    name = NAMES.get(word.lower())
    argument = argument.strip()
    if name is None or (argument and not argument.isdecimal()) or len(argument) > DIGITS:
        return None
    if name == "quit" and argument:
        return None
    return name, int(argument) if argument else None


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
    ) -> None:
        """`office`: gives the office's own answers; `contact`: how to reach the office, in a language."""
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
        "library         the reports; library 3 lists the headings of report 3\n"
        "new             a new subject: forget the questions before\n"
        "quit            end"
    )
