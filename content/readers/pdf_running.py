"""Pages with their columns in; the same pages without running heads, running feet and page numbers out.

A running line says the same words at the same place on many pages, and stands outside of everything else. A number
in it may change only as the pages do. Lines that differ in any other number are content: a sheet a country, a form a
ministry, a table a year are made like that.

Why not "the same words, whatever the numbers"? Six country sheets lost "412", "88" and "61" with the labels over
them, and nobody can see that a figure is missing.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from content.documents import Piece, PrintedPages
from content.readers.paragraphs import fold
from content.readers.pdf_layout import Column
from content.readers.pdf_line import Line

_NAMED = re.compile(
    r"(?:page|seite|pág\.?|página|p\.|стр\.)\s*[-–—|]?\s*(?:\d{1,5}|[ivxl]{1,6})(?:\s*(?:/|of|de|из|sur|von)\s*\d{1,5})?"
    r"|\d{1,5}\s*(?:of|из|sur)\s*\d{1,5}|[-–—|]\s*(?:\d{1,5}|[ivxl]{1,6})\s*[-–—|]|第\s*\d+\s*[页頁].*",
    re.IGNORECASE,
)
"""A page number that says that it is one."""
_NUMBER = re.compile(r"(?<![\d.,])\d{1,5}(?![\d,]|\.\d)")
_ROMAN = re.compile(r"\b[ivxl]{1,6}\b", re.IGNORECASE)
_EITHER = re.compile(rf"{_NUMBER.pattern}|{_ROMAN.pattern}", re.IGNORECASE)
_PAGE_AT_END = re.compile(
    rf"^[\W_]*(?:{_NAMED.pattern}|(?!(?:19|20)\d\d)\d{{1,4}})[\W_]+|[\W_]+(?:{_NAMED.pattern}|(?:page|of|(?!(?:19|20)\d\d)\d{{1,4}}|[ivxl]{{1,6}})[\W_]*)+$",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"https?://\S+|\b(?:[A-Za-z\d-]+\.){1,4}(?:gov|org|com|net|int|edu|[a-z]{2})\b(?:/\S*)?|\bpage \d+\b(?: of \d+)?",
    re.IGNORECASE,
)
_MINUTE = re.compile(r"\b\d{1,2}:\d\d\b")
_NO_LETTER = re.compile(r"[\W\d_]+")
_LEAST_LETTERS = 6
"""Letters of a head that says something."""
_MARGIN = 0.13
"""Share of the page's height at its top and bottom where running heads and feet stand."""
_EDGE = 3
"""Lines at the top and at the bottom of a page that may be running heads and feet."""
_NEAR = 4
"""Pages before and after one whose numbers tell whether its own goes with the pages."""
_PRINTED = 3
"""Pages that have a printed number that goes with them, at least."""
_MOST_NUMBERS = 16
"""Numbers of one line that may be its page's."""


@dataclass(slots=True)
class Page:
    """A page's columns; `number` counts from 1."""

    number: int
    columns: list[Column]
    height: float
    """In points, as the page is looked at."""


class _Row(NamedTuple):
    """What stands side by side in a margin."""

    lines: tuple[Line, ...]
    below: bool
    """It stands in the lower half of the page."""
    apart: bool
    """There is more white between it and the text than between two lines of text."""


class _Pattern(NamedTuple):
    """What a running line has in common on all its pages."""

    words: str
    place: int
    """Its height on the page, in steps of 6 points."""
    less: int | None
    """By how much the number in it is less than its page's; None where no number is looked at."""


def drop_running(pages: Sequence[Page]) -> list[Page]:
    """Pages without the lines that stand at the same place on many pages, and without page numbers."""
    edges = [list(_edge_rows(page)) for page in pages]
    known = _Known(pages, edges)
    kept: list[Page] = []
    for page, rows in zip(pages, edges, strict=True):
        dropped: set[int] = set()
        for below in (False, True):
            # from the outside: what stands behind a line of the text is text
            for row in (row for row in rows if row.below == below):
                lines = [line for line in row.lines if known.is_running(page, row, line)]
                if not lines:
                    break
                dropped.update(map(id, lines))
        trimmed = [
            replace(column, lines=[line for line in column.lines if id(line) not in dropped]) for column in page.columns
        ]
        kept.append(replace(page, columns=[column for column in trimmed if column.lines]))
    return kept


def heads_alone(pages: Sequence[Page], kept: Sequence[Page], texts: Iterable[str]) -> Iterator[Piece]:
    """The running heads and feet that no text has ("Restricted draft, not for citation"), each once, where it is first.

    Most repeat a title. Numbers of pages and addresses are taken off; what a browser puts there when it prints a page,
    with the minute, says nothing of the report.
    """
    whole = _letters(" ".join(texts))
    told: set[str] = set()
    for page, rest in zip(pages, kept, strict=True):
        remaining = {id(line) for column in rest.columns for line in column.lines}
        for line in (line for column in page.columns for line in column.lines if id(line) not in remaining):
            text = fold(_PAGE_AT_END.sub("", fold(_ADDRESS.sub(" ", line.text))))
            own = _letters(text)
            if len(own) >= _LEAST_LETTERS and own not in told and own not in whole and not _MINUTE.search(text):
                told.add(own)
                yield Piece("note", text, page=page.number)


def _letters(text: str) -> str:
    return _NO_LETTER.sub("", text).casefold()


def printed_numbers(pages: Sequence[Page]) -> PrintedPages:
    """The numbers that are printed on pages, where they differ from the file's and go with the pages.

    Why only runs of pages? A single figure in a margin may be anything; figures that rise with the pages number them.
    """
    having: dict[int, list[int]] = defaultdict(list)
    for page in pages:
        figures = {figure for row in _edge_rows(page) for line in row.lines if (figure := _page_figure(line))}
        for figure in figures:
            having[page.number - figure].append(page.number)
    taken: set[int] = set()
    runs: list[tuple[int, int, int]] = []
    for less, numbers in sorted(having.items(), key=lambda item: (-len(item[1]), item[0])):
        for first, last, count in _stretches(numbers):
            stretch = set(range(first, last + 1))
            if count >= _PRINTED and 2 * count >= len(stretch) and not stretch & taken:
                taken |= stretch
                if less:
                    runs.append((first, last, first - less))
    return tuple(sorted(runs))


def _stretches(numbers: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Runs of pages with small gaps: the first, the last, and how many there are."""
    first, before, count = numbers[0], numbers[0], 1
    for number in numbers[1:]:
        if number - before > _NEAR:
            yield first, before, count
            first, count = number, 0
        before, count = number, count + 1
    yield first, before, count


def _page_figure(line: Line) -> int:
    """The figure of a line that may be its page's number, else 0."""
    bare = _bare(line)
    if bare:
        return 0 if bare.roman else bare.value
    text = fold(line.text)
    if _NAMED.fullmatch(text):
        figure = _NUMBER.search(text)
        return int(figure[0]) if figure else 0
    return _end(line)


class _Known:
    """What is the same on many pages, and what goes with them."""

    def __init__(self, pages: Sequence[Page], edges: Sequence[Sequence[_Row]]) -> None:
        self._pages = len(pages)
        # heads of left and right pages differ; chapters change them
        self._needed = max(2, min(5, len(pages) // 3)) if len(pages) > 2 else 99
        self._patterns: Counter[_Pattern] = Counter()
        self._ends: Counter[tuple[int, bool]] = Counter()
        self._numbers: dict[tuple[int, bool, bool], set[int]] = {}
        for page, rows in zip(pages, edges, strict=True):
            patterns: set[_Pattern] = set()
            ends: set[tuple[int, bool]] = set()
            for row in rows:
                for line in row.lines:
                    patterns.update(_patterns(page, line))
                    if end := _end(line):
                        ends.add((page.number - end, row.below))
                        self._numbers.setdefault((page.number, row.below, False), set()).add(end)
                    if bare := _bare(line):
                        self._numbers.setdefault((page.number, row.below, bare.roman), set()).add(bare.value)
            self._patterns.update(patterns)
            self._ends.update(ends)
        self._counting = {
            (p.words, p.place) for p, count in self._patterns.items() if p.less is not None and count >= self._needed
        }
        self._body = _body_size(pages)
        self._template = _is_template(pages, edges, self._needed)

    def is_running(self, page: Page, row: _Row, line: Line) -> bool:
        """Whether a line in a page's margin is a running one or numbers the page."""
        text = fold(line.text)
        if _NAMED.fullmatch(text) or text.replace(" ", "") == f"{page.number}/{self._pages}":
            return True
        bare = _bare(line)
        if bare:
            return self._goes_with_pages(page, row, bare)
        patterns = list(_patterns(page, line))
        # the preface is numbered i, ii, iii under the same words
        if self._patterns[patterns[0]] >= self._needed:
            return row.apart or not self._template
        if any((pattern.words, pattern.place) in self._counting for pattern in patterns[1:]):
            # "Indicator 7" in large type opens the seventh sheet
            return row.apart and line.size < 1.3 * self._body
        # a head that changes with the chapter is known by the number in it
        end = _end(line)
        return end > 0 and self._ends[page.number - end, row.below] >= max(4, self._pages * 0.4)

    def _goes_with_pages(self, page: Page, row: _Row, bare: _Bare) -> bool:
        """Whether a bare figure numbers the page: the figures of pages near it differ from it as the pages do."""
        near = sum(
            bare.value + step in self._numbers.get((page.number + step, row.below, bare.roman), ())
            for step in range(-_NEAR, _NEAR + 1)
            if step
        )
        own = bare.value == page.number and row.apart
        return near + own >= (2 if self._pages > 5 else 1)


def _body_size(pages: Sequence[Page]) -> float:
    sizes: Counter[float] = Counter()
    for page in pages:
        for column in page.columns:
            for line in column.lines:
                sizes[round(line.size)] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 10.0


class _Bare(NamedTuple):
    value: int
    roman: bool


def _bare(line: Line) -> _Bare | None:
    """The number that is all that a line says."""
    text = line.text.strip(" -–—|.")
    if len(text) > 6:
        return None
    if text.isascii() and text.isdecimal() and len(text) < 6:
        return _Bare(int(text), roman=False)
    return _Bare(_roman(text), roman=True) if _ROMAN.fullmatch(text) else None


def _roman(text: str) -> int:
    values = [{"i": 1, "v": 5, "x": 10, "l": 50}[letter] for letter in text.lower()]
    return sum(-value if value < after else value for value, after in pairwise([*values, 0]))


def _end(line: Line) -> int:
    """The number a short line begins or ends with, else 0."""
    text = fold(line.text)
    number = re.search(r"^\d{1,5}(?=\s)|(?<=\s)\d{1,5}$|^\d{1,5}$", text)
    return int(number.group()) if number and len(text) < 100 else 0


def _patterns(page: Page, line: Line) -> Iterator[_Pattern]:
    """The words of a line as they are, and with each of its numbers taken for the page's."""
    text = fold(line.text).lower()
    position = round(_middle(line) / 6)
    yield _Pattern(text, position, None)
    for number, found in enumerate(_EITHER.finditer(text)):
        if number == _MOST_NUMBERS:
            break
        value = int(found[0]) if found[0].isdecimal() else _roman(found[0])
        yield _Pattern(f"{text[: found.start()]}#{text[found.end() :]}", position, page.number - value)


def _is_template(pages: Sequence[Page], edges: Sequence[Sequence[_Row]], needed: int) -> bool:
    """Pages are printed on one form: words inside of them, too, are the same at the same place."""
    inside: Counter[tuple[str, int]] = Counter()
    for page, rows in zip(pages, edges, strict=True):
        aside = {id(line) for row in rows for line in row.lines}
        inside.update(
            {
                (line.text, round(_middle(line) / 6))
                for column in page.columns
                for line in column.lines
                if id(line) not in aside and len(line.text) > 3
            }
        )
    return sum(count >= max(needed, 0.3 * len(pages)) for count in inside.values()) > 1


def _edge_rows(page: Page) -> Iterator[_Row]:
    """The outermost rows that lie in a page's margins, and the very first and last in any case, from the outside."""
    rows: dict[int, list[Line]] = {}
    for column in page.columns:
        for line in column.lines:
            rows.setdefault(round(_middle(line)), []).append(line)
    heights = sorted(rows)
    steps = sorted(after - before for before, after in pairwise(heights))
    pitch = steps[len(steps) // 2] if len(steps) > 3 else 0
    tops = [height for height in heights[:_EDGE] if height < _MARGIN * page.height] or heights[:1]
    bottoms = [height for height in heights[: -_EDGE - 1 : -1] if height > (1 - _MARGIN) * page.height] or heights[-1:]
    for below, chosen in ((False, tops), (True, bottoms)):
        for height in chosen:
            if below and height in tops:
                continue
            own = rows[height]
            # rows of one head stand close together: what counts is the white behind the last of them
            behind = [other for other in heights if (other < height if below else other > height)]
            inward = behind[::-1] if below else behind
            white = max((abs(b - a) for a, b in pairwise([height, *inward[: _EDGE + 1]])), default=page.height)
            tall = max(line.bottom - line.top for line in own)
            yield _Row(tuple(own), below, apart=white > max(1.5 * pitch, 1.5 * tall))


def _middle(line: Line) -> float:
    return (line.top + line.bottom) / 2
