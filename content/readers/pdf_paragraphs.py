"""The columns of a PDF's page in; its paragraphs out, and paragraphs joined across columns and pages.

A line begins a new paragraph when something shows it: more space above, an indent, a bullet, another type
size, or a line before it that stops short.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from content.readers.headings import (
    BULLET,
    is_contents_line,
    is_item,
    looks_like_heading,
    numbering,
)
from content.readers.headings import (
    columns as width_of,
)
from content.readers.paragraphs import ARTICLE, ends_open, ends_sentence, ends_whole, goes_on
from content.readers.pdf_layout import Column
from content.readers.pdf_line import Line
from content.readers.pdf_running import Page

MAX_TURNS = 3
"""Ends of pages that one paragraph goes over at most: no sentence is longer than two whole pages."""


@dataclass(slots=True)
class Paragraph:
    """Lines that are read as one text."""

    lines: list[Line]
    page: int
    right: float = 0.0
    """The right edge of its column, in points."""
    indented: bool = False
    """Its first line is set in."""
    last: bool = False
    """It ends its column."""
    first: bool = False
    """It begins its column."""
    row: bool = False
    column: int = 0
    """Which column of its page it stands in, in reading order."""
    floor: float = 0.0
    """Where the lowest line of its page ends, in points from the top."""
    turns: list[tuple[int, int]] = field(default_factory=list)
    """Which of its lines are the first on another page, and on which."""
    opening: str = ""
    """The words that its page opens with, where it is the first on its page."""

    @property
    def end_page(self) -> int:
        """The page that it ends on."""
        return self.turns[-1][1] if self.turns else self.page


def mark_edges(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """The same paragraphs, knowing which begins and which ends a column, notes being out of the way."""
    for before, after in zip([None, *paragraphs], [*paragraphs, None], strict=True):
        if before is None or after is None or (before.page, before.column) != (after.page, after.column):
            if before is not None:
                before.last = True
            if after is not None:
                after.first = True
    return list(paragraphs)


def page_paragraphs(page: Page) -> Iterator[Paragraph]:
    floor = max((line.bottom for column in page.columns for line in column.lines), default=0.0)
    for number, column in enumerate(page.columns):
        if column.table:
            paragraphs = [Paragraph([line], page.number, row=len(line.segments) > 1) for line in column.lines]
        else:
            paragraphs = list(_column_paragraphs(column, page.number))
        for paragraph in paragraphs:
            paragraph.column, paragraph.floor = number, floor
            yield paragraph


def _column_paragraphs(column: Column, page: int) -> Iterator[Paragraph]:
    lines = column.lines
    remaining = _usual([line.left for line in lines])
    right = sorted(line.right for line in lines)[int((len(lines) - 1) * 0.95)]
    pitch = _pitch(lines)
    current = Paragraph([], page)
    for line in lines:
        if current.lines and _begins(current.lines, line, remaining, right, pitch):
            yield current
            current = Paragraph([], page)
        if not current.lines:
            current.indented = line.left > remaining + 0.8 * line.size
        current.lines.append(line)
        current.right = right
    if current.lines:
        yield current


def _usual(values: Sequence[float]) -> float:
    """The commonest left edge, to the point."""
    counts = Counter(round(value) for value in values)
    return float(min(value for value, count in counts.items() if count == max(counts.values())))


def _pitch(lines: Sequence[Line]) -> float:
    """The usual distance from one line to the next, in points."""
    steps = sorted(after.bottom - before.bottom for before, after in pairwise(lines))
    steps = [step for step in steps if step > 1]
    return steps[len(steps) // 3] if steps else 0.0


def _begins(before: Sequence[Line], line: Line, remaining: float, right: float, pitch: float) -> bool:
    """The line begins a new paragraph."""
    last = before[-1]
    text, above = line.text, last.text
    step = line.bottom - last.bottom
    if BULLET.match(text) or ARTICLE.match(text) or is_contents_line(text) or is_contents_line(above):
        return True
    size = max(line.size, last.size)
    if abs(line.size - last.size) > 0.12 * size and not (len(text) < 4 or len(above) < 4):
        return True
    if pitch and step > 1.45 * pitch and step > 1.3 * size:
        return True
    full = _filled(last, line, right)
    if line.bold != last.bold and not goes_on(text) and (last.bold and len(before) <= 3) and not full:
        return True
    if line.bold and not last.bold and looks_like_heading(text) and not full:
        return True
    if is_item(text) and (not full or ends_whole(above)):
        return True
    if numbering(text) and (ends_whole(above) or not full) and looks_like_heading(text):
        return True
    set_in = line.left > remaining + 0.8 * size
    if set_in and last.left <= remaining + 0.5 * size and not goes_on(text) and not ends_open(above):
        return len(before) > 1 or ends_whole(above) or not full
    if not full and not goes_on(text) and not ends_open(above):
        # a line that stops short ends a paragraph; lines of a centred title stop short on both sides
        centred = (
            abs((line.left + line.right) - (last.left + last.right)) < 2 * size and last.left > remaining + 2 * size
        )
        return ends_sentence(above) or (not centred and width_of(above) > 8) or not _same_look(last, line)
    return False


def _filled(last: Line, line: Line, right: float) -> bool:
    """The line had no room for the first word of the next one, so the width of the column ended it."""
    text = line.text
    first = 2 if text[:1] >= "\u2e80" else len(text.split(" ", 1)[0]) + 1
    return right - last.right < (line.right - line.left) / max(len(text), 1) * first + 0.4 * last.size


def _same_look(last: Line, line: Line) -> bool:
    return last.bold == line.bold and abs(last.size - line.size) < 0.05 * max(last.size, line.size)


def continued(paragraphs: Sequence[Paragraph]) -> Iterator[Paragraph]:
    """Paragraphs that a column's or page's end cut in two, as one."""
    waiting: Paragraph | None = None
    for paragraph in paragraphs:
        if waiting is not None and _goes_over(waiting, paragraph):
            if paragraph.page != waiting.end_page:
                waiting.turns.append((len(waiting.lines), paragraph.page))
            waiting.lines += paragraph.lines
            waiting.right, waiting.last = paragraph.right, paragraph.last
            continue
        if waiting is not None:
            yield waiting
        waiting = paragraph
    if waiting is not None:
        yield waiting


def _goes_over(before: Paragraph, after: Paragraph) -> bool:
    if before.row or after.row or not (before.last and after.first) or len(before.turns) >= MAX_TURNS:
        return False
    above, below = before.lines[-1], after.lines[0]
    if not _same_look(above, below) or BULLET.match(below.text) or numbering(below.text) or ARTICLE.match(below.text):
        return False
    text = above.text
    # a line of figures alone ends a column of a table
    if ends_sentence(text) or text.endswith((":", "：")) or not any(map(str.isalpha, text)):
        return False
    return (
        ends_open(text)
        or goes_on(below.text)
        or (_filled(above, below, before.right) and not after.indented and len(before.lines) > 1)
    )
