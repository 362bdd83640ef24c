"""The columns of a PDF's pages in; headings, paragraphs, items and rows out, joined across columns and pages.

A line begins a new paragraph when something shows it: more space above, an indent, a bullet, another type
size, or a line before it that stops short. A heading is larger or bolder than the text, or numbered.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from content.documents import Piece
from content.readers.headings import (
    BULLET,
    Outline,
    is_contents_line,
    is_item,
    looks_like_heading,
    numbering,
)
from content.readers.headings import (
    columns as width_of,
)
from content.readers.paragraphs import (
    close_gaps,
    ends_open,
    ends_sentence,
    ends_whole,
    fold,
    goes_on,
    join,
    mend,
)
from content.readers.pdf_layout import Column
from content.readers.pdf_line import Line
from content.readers.tables import table_row

_PAGE_NUMBER = re.compile(
    r"(?:page|seite|p\.|стр\.)?\s*[-–—|]?\s*(?:\d{1,5}|[ivxl]{1,6})\s*[-–—|]?(?:\s*(?:/|of|de|из|sur)\s*\d{1,4})?|第\s*\d+\s*页.*",
    re.IGNORECASE,
)
_NOTE = re.compile(r"[\d*†‡¹²³⁴⁵⁶⁷⁸⁹①-⑳]{1,3}\s*[^\W\d]")
_LEADER = re.compile(r"\s*(?:\.{3,}|…{2,}|(?:\. ){3,}\.?)\s*$")
_MARGIN = 0.13
"""Share of the page's height at its top and bottom where running heads and feet stand."""
_EDGE = 3
"""Lines at the top and at the bottom of a page that may be running heads and feet."""


@dataclass(slots=True)
class Page:
    """A page's columns; `number` counts from 1."""

    number: int
    columns: list[Column]


@dataclass(slots=True)
class _Paragraph:
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


def drop_running(pages: Sequence[Page]) -> list[Page]:
    """Pages without the lines that stand at the same place on many pages, and without page numbers."""
    places: Counter[tuple[str, int]] = Counter()
    # a title page ends high up, a page with turned text has it added below
    floors = sorted(
        max(line.bottom for column in page.columns for line in column.lines) for page in pages if page.columns
    )
    floor = floors[len(floors) // 2] if floors else 0.0
    edges = [_edge_lines(page, floor) for page in pages]
    for lines in edges:
        places.update({_place(line) for line in lines})
    # heads of left and right pages differ; chapters change them
    needed = max(2, min(5, len(pages) // 3)) if len(pages) > 2 else 99
    kept: list[Page] = []
    for page, lines in zip(pages, edges, strict=True):
        dropped = {
            id(line)
            for line in lines
            if places[_place(line)] >= needed or _PAGE_NUMBER.fullmatch(fold(line.text))
        }
        trimmed = [
            replace(column, lines=[line for line in column.lines if id(line) not in dropped])
            for column in page.columns
        ]
        kept.append(Page(page.number, [column for column in trimmed if column.lines]))
    return kept


def _edge_lines(page: Page, floor: float) -> list[Line]:
    lines = sorted((line for column in page.columns for line in column.lines), key=lambda line: line.top)
    lines = [line for line in lines if line.bottom < _MARGIN * floor or line.top > (1 - _MARGIN) * floor]
    tops = sorted({round((line.top + line.bottom) / 2) for line in lines})
    upper, lower = set(tops[:_EDGE]), set(tops[-_EDGE:])
    return [line for line in lines if round((line.top + line.bottom) / 2) in upper | lower]


def _place(line: Line) -> tuple[str, int]:
    """What a running line has in common on all pages: its words without numbers, and its height."""
    return re.sub(r"\d+|\b[ivxl]+\b", "#", fold(line.text).lower()), round((line.top + line.bottom) / 2 / 6)


def pieces_of(pages: Sequence[Page], words: Collection[str]) -> list[Piece]:
    """The pieces of all pages, sentences whole. `words`: the document's words in lower case."""
    body = _body_size(pages)
    everything = [paragraph for page in pages for paragraph in _page_paragraphs(page)]
    notes = [paragraph for paragraph in everything if _is_note(paragraph, body)]
    aside = {id(note) for note in notes}
    paragraphs = list(
        _continued(_edges([paragraph for paragraph in everything if id(paragraph) not in aside]))
    )
    sizes = _heading_sizes(paragraphs, body)
    outline = Outline(top=len(sizes) + 1)
    pieces: list[Piece] = []
    for place, paragraph in enumerate(paragraphs):
        after = paragraphs[place + 1] if place + 1 < len(paragraphs) else None
        pieces += _piece(paragraph, after, sizes, outline, body, words)
    return list(
        _with_notes(
            mend(pieces, words), [Piece("paragraph", _text(note, words), page=note.page) for note in notes]
        )
    )


def _with_notes(pieces: Sequence[Piece], notes: Sequence[Piece]) -> Iterator[Piece]:
    """Footnotes where their page ends, so that they do not stand in the middle of a sentence."""
    waiting = list(notes)
    for piece in pieces:
        while waiting and (piece.page or 0) > (waiting[0].page or 0):
            yield waiting.pop(0)
        yield piece
    yield from waiting


def _is_note(paragraph: _Paragraph, body: float) -> bool:
    first = paragraph.lines[0]
    return (
        not paragraph.row
        and first.size < 0.93 * body
        and bool(_NOTE.match(first.text))
        and first.top > 0.4 * paragraph.floor
    )


def _edges(paragraphs: Sequence[_Paragraph]) -> list[_Paragraph]:
    """The same paragraphs, knowing which begins and which ends a column, notes being out of the way."""
    for before, after in zip([None, *paragraphs], [*paragraphs, None], strict=True):
        if before is None or after is None or (before.page, before.column) != (after.page, after.column):
            if before is not None:
                before.last = True
            if after is not None:
                after.first = True
    return list(paragraphs)


def _body_size(pages: Sequence[Page]) -> float:
    sizes: Counter[float] = Counter()
    for page in pages:
        for column in page.columns:
            for line in column.lines:
                sizes[round(line.size * 2) / 2] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 10.0


def _page_paragraphs(page: Page) -> Iterator[_Paragraph]:
    floor = max((line.bottom for column in page.columns for line in column.lines), default=0.0)
    for number, column in enumerate(page.columns):
        if column.table:
            found = [_Paragraph([line], page.number, row=len(line.segments) > 1) for line in column.lines]
        else:
            found = list(_column_paragraphs(column, page.number))
        for paragraph in found:
            paragraph.column, paragraph.floor = number, floor
            yield paragraph


def _column_paragraphs(column: Column, page: int) -> Iterator[_Paragraph]:
    lines = column.lines
    left = _usual([line.left for line in lines])
    right = sorted(line.right for line in lines)[int((len(lines) - 1) * 0.95)]
    pitch = _pitch(lines)
    current = _Paragraph([], page)
    for line in lines:
        if current.lines and _begins(current.lines, line, left, right, pitch):
            yield current
            current = _Paragraph([], page)
        if not current.lines:
            current.indented = line.left > left + 0.8 * line.size
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


def _begins(before: Sequence[Line], line: Line, left: float, right: float, pitch: float) -> bool:
    """The line begins a new paragraph."""
    last = before[-1]
    text, above = line.text, last.text
    step = line.bottom - last.bottom
    if BULLET.match(text) or is_contents_line(text) or is_contents_line(above):
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
    set_in = line.left > left + 0.8 * size
    if set_in and last.left <= left + 0.5 * size and not goes_on(text) and not ends_open(above):
        return len(before) > 1 or ends_whole(above) or not full
    if not full and not goes_on(text) and not ends_open(above):
        # a line that stops short ends a paragraph; lines of a centred title stop short on both sides
        centred = (
            abs((line.left + line.right) - (last.left + last.right)) < 2 * size
            and last.left > left + 2 * size
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


def _continued(paragraphs: Sequence[_Paragraph]) -> Iterator[_Paragraph]:
    """Paragraphs that a column's or page's end cut in two, as one."""
    waiting: _Paragraph | None = None
    for paragraph in paragraphs:
        if waiting is not None and _goes_over(waiting, paragraph):
            waiting.lines += paragraph.lines
            waiting.right, waiting.last = paragraph.right, paragraph.last
            continue
        if waiting is not None:
            yield waiting
        waiting = paragraph
    if waiting is not None:
        yield waiting


def _goes_over(before: _Paragraph, after: _Paragraph) -> bool:
    if before.row or after.row or not (before.last and after.first):
        return False
    above, below = before.lines[-1], after.lines[0]
    if not _same_look(above, below) or BULLET.match(below.text) or numbering(below.text):
        return False
    text = above.text
    if ends_sentence(text) or text.endswith((":", "：")):
        return False
    return (
        ends_open(text)
        or goes_on(below.text)
        or (_filled(above, below, before.right) and not after.indented and len(before.lines) > 1)
    )


def _heading_sizes(paragraphs: Sequence[_Paragraph], body: float) -> list[float]:
    """Type sizes of headings, largest first, at most three; close ones count as one."""
    sizes: list[float] = []
    found = {
        round(p.lines[0].size * 2) / 2
        for p in paragraphs
        if not p.row and p.lines[0].size > 1.15 * body and _could_head(p)
    }
    for size in sorted(found, reverse=True):
        if not sizes or size < sizes[-1] * 0.93:
            sizes.append(size)
    return sizes[:3] if len(sizes) <= 3 else [sizes[0], sizes[len(sizes) // 2], sizes[-1]]


def _could_head(paragraph: _Paragraph) -> bool:
    text = fold(" ".join(line.text for line in paragraph.lines))
    letters = sum(character.isalpha() for character in text)
    return (
        letters > 2
        and letters > 0.5 * len(text.replace(" ", ""))
        and width_of(text) <= 200
        and not is_contents_line(text)
    )


def _piece(
    paragraph: _Paragraph,
    after: _Paragraph | None,
    sizes: Sequence[float],
    outline: Outline,
    body: float,
    words: Collection[str],
) -> Iterator[Piece]:
    if paragraph.row:
        cells = [
            _LEADER.sub("", _clean(s.text)) for s in sorted(paragraph.lines[0].segments, key=lambda s: s.left)
        ]
        yield Piece("row", table_row([], cells), page=paragraph.page)
        return
    text = _text(paragraph, words)
    level = _level(paragraph, text, after, sizes, outline, body)
    if level:
        yield Piece("heading", text, level, paragraph.page)
    elif BULLET.match(text):
        yield Piece("item", BULLET.sub("", text, count=1), page=paragraph.page)
    else:
        yield Piece("item" if is_item(text) else "paragraph", text, page=paragraph.page)


def _text(paragraph: _Paragraph, words: Collection[str]) -> str:
    text = ""
    for line in paragraph.lines:
        text = join(text, _clean(line.text), words)
    return close_gaps(text)


def _clean(text: str) -> str:
    return close_gaps(fold(text))


def _level(
    paragraph: _Paragraph,
    text: str,
    after: _Paragraph | None,
    sizes: Sequence[float],
    outline: Outline,
    body: float,
) -> int:
    """The level of a heading, 0 for text."""
    first = paragraph.lines[0]
    if first.size > 1.15 * body and _could_head(paragraph) and not _is_sentence(text):
        return next((rank for rank, size in enumerate(sizes, 1) if first.size > size * 0.95), len(sizes) or 1)
    if (
        len(paragraph.lines) > 3
        or not looks_like_heading(text)
        or after is None
        or after.row
        or first.size < 0.9 * body
    ):
        return 0
    style = numbering(text)
    below = fold(after.lines[0].text)
    if style and numbering(below) == style:
        return 0
    capitals = text.isupper() and len(text) > 12 and " " in text
    bold = all(line.bold for line in paragraph.lines) or capitals
    if bold and (capitals or not all(line.bold for line in after.lines)):
        return outline.level(style or "bold")
    return (
        outline.level(style)
        if style in ("chapter", "part", "section", "han", "han-brackets", "dotted-2", "dotted-3")
        else 0
    )


def _is_sentence(text: str) -> bool:
    return ends_sentence(text) and (width_of(text) > 60 or text.endswith("。"))
