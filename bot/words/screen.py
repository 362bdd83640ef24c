"""An answer, a passage or a list in, text on a screen out: wrapped on a terminal, clean in a pipe.

Why lines of our own and not rich alone? A pipe needs neither colours nor wrapping, and rich takes as long to
import as a question takes to answer; so it is imported only where there is a terminal to draw on.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # a reindex that finds nothing to do prints lines, too, and needs nothing of what answers
    from index.answering.answer import Answer, Citation, Excerpt, NoAnswer, Slice

MAX_WIDTH = 100
"""Columns a line of prose takes at most: longer ones are hard to read."""

ANSWERS, MATCHES, FAINT, TITLE, FAILED = "bold", "underline", "dim", "bold cyan", "red"


_CONTROL = {code: "\ufffd" for code in (*range(32), *range(127, 160)) if chr(code) not in "\n\t"}
"""A report must not steer the terminal: escape sequences show as replacement characters, offsets stay."""


@dataclass(frozen=True, slots=True)
class Words:
    """What stands around an answer, in one language."""

    refused: str
    looked_for: str
    missing: str
    apart: str
    nearest: str
    understood: str
    page: str
    paragraph: str
    titled: str
    comma: str


WORDS: Mapping[str, Words] = {
    "en": Words(
        refused="The reports do not say.",
        looked_for="Looked for: {}",
        missing="Not named anywhere in the reports: {}",
        apart="Named in the reports, but not in this connection: {}",
        nearest="Nearest headings:",
        understood="Understood as: {}",
        page="p. {}",
        paragraph="¶ {}",
        titled="{} ({})",
        comma=", ",
    ),
    "zh": Words(
        refused="报告里没有说明。",
        looked_for="查找了：{}",
        missing="所有报告都没有提到：{}",
        apart="报告中提到过、但与此问无关的：{}",
        nearest="相近的标题：",
        understood="理解为：{}",
        page="第 {} 页",
        paragraph="第 {} 段",
        titled="{}（{}）",
        comma="、",
    ),
}


def words_for(language: str) -> Words:
    """The words of the question's language; English where there are none."""
    return WORDS.get(language.partition("-")[0], WORDS["en"])


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph: a number or bullet, its text, the style of the whole and of slices of it."""

    text: str = ""
    lead: str = ""
    indent: int = 0
    style: str = ""
    marks: tuple[tuple[Slice, str], ...] = ()


class Screen(Protocol):
    """Where lines go."""

    def show(self, lines: Iterable[Line]) -> None: ...


class PlainScreen:
    """For pipes and files: the text as it is, nothing wrapped, nothing coloured."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def show(self, lines: Iterable[Line]) -> None:
        for line in lines:
            rows = f"{line.lead}{line.text}".translate(_CONTROL).split("\n")
            margin, hanging = " " * line.indent, " " * (line.indent + len(line.lead))
            shown = [margin + rows[0], *(hanging + row for row in rows[1:])]
            self._stream.write("".join(row.rstrip() + "\n" for row in shown))


class RichScreen:
    """For terminals: wrapped to the width, answering sentence and words marked; honours NO_COLOR."""

    def __init__(self, stream: IO[str], width: int | None = None) -> None:
        from rich.console import Console

        self._console = Console(file=stream, highlight=False, markup=False, emoji=False, width=width)

    def show(self, lines: Iterable[Line]) -> None:
        from rich.padding import Padding
        from rich.table import Table
        from rich.text import Text

        width = min(self._console.width, MAX_WIDTH)
        for line in lines:
            if not line.text:
                self._console.print()
                continue
            text = Text(line.text.translate(_CONTROL), style=line.style, overflow="fold")
            for (start, end), style in line.marks:
                text.stylize(style, start, end)
            shown: Text | Table = text
            if line.lead:
                shown = Table.grid()
                shown.add_column(no_wrap=True)
                shown.add_column(overflow="fold")
                shown.add_row(Text(line.lead, style=FAINT), text)
            self._console.print(Padding(shown, (0, 0, 0, line.indent), expand=False), width=width)


def screen_for(stream: IO[str], environ: Mapping[str, str] = os.environ) -> Screen:
    """A terminal gets colours, anything else clean text; TERM=dumb counts as anything else."""
    if stream.isatty() and environ.get("TERM") != "dumb":
        return RichScreen(stream)
    return PlainScreen(stream)


def reply_lines(given: Answer | NoAnswer, first: int = 0, count: int | None = None) -> Iterator[Line]:
    """An answer's excerpts from the `first` (from 0), `count` of them; or why there is none."""
    from index.answering.answer import NoAnswer

    words = words_for(given.language)
    if isinstance(given, NoAnswer):
        yield from _refusal_lines(given, words)
        return
    if given.understood and not first:
        yield Line(words.understood.format(given.understood), style=FAINT)
        yield Line()
    end = len(given.excerpts) if count is None else first + count
    for place, excerpt in enumerate(given.excerpts[first:end]):
        if place:
            yield Line()
        yield from excerpt_lines(excerpt, words)


def excerpt_lines(excerpt: Excerpt, words: Words) -> Iterator[Line]:
    lead = f"{excerpt.rank}. "
    marks = ((excerpt.sentence, ANSWERS), *((one, MATCHES) for one in excerpt.matches))
    yield Line(excerpt.text, lead=lead, marks=marks)
    yield Line(citation_text(excerpt.citation, words), indent=len(lead), style=FAINT)


def citation_text(citation: Citation, words: Words) -> str:
    """Title and year, heading path, page, paragraph and file, on one line."""
    title = citation.title or citation.source
    parts = [words.titled.format(title, citation.year) if citation.year else title]
    section = citation.locator.section
    if section[:1] == (title,):  # most reports begin with their title as a heading: once is enough
        section = section[1:]
    if section:
        parts.append(" › ".join(section))
    if citation.locator.page is not None:
        parts.append(words.page.format(citation.locator.page))
    parts.append(words.paragraph.format(citation.locator.paragraph))
    parts.append(citation.source)
    return " · ".join(parts)


def _refusal_lines(given: NoAnswer, words: Words) -> Iterator[Line]:
    yield Line(words.refused, style=ANSWERS)
    if given.looked_for:
        yield Line(words.looked_for.format(words.comma.join(given.looked_for)))
    if given.nowhere:
        yield Line(words.missing.format(words.comma.join(given.nowhere)))
    if given.apart:
        yield Line(words.apart.format(words.comma.join(given.apart)))
    if given.suggestions:
        yield Line(words.nearest)
        for one in given.suggestions:
            yield Line(one.text, lead="- ", indent=2)
