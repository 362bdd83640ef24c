"""The rows of a PDF in; each with the names of its columns, where the table has them and they are sure, out.

The first row names the columns where none of its cells is a figure and some column below it holds figures. What stands
under a name is told by its place on the page, so that a row with an empty cell gives no value to another name. A table
that goes on over a page keeps its names; where the next page prints them again, they are not a row.

Why so strict? Text in narrow columns looks like a table, too, and a wrong name makes a false sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from content.readers.paragraphs import fold
from content.readers.pdf_page import Segment
from content.readers.pdf_paragraphs import Paragraph

MAX_NAME = 60
"""Characters that a column's name has at most."""
_YEAR = re.compile(r"(?:19|20)\d\d(?:[-–/](?:19|20)?\d\d)?\s*年?")
"""The only figure that names a column."""
_SHARE = 0.7
"""Share of a table's rows that have all columns, and of a column's cells that are figures."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table that has names."""

    names: tuple[str, ...]
    cells: tuple[str, ...]
    """One for each name, empty where nothing stands under it; none in a row that only says the names again."""


def named_rows(paragraphs: Sequence[Paragraph]) -> dict[int, Row]:
    """The rows whose cells have names, by `id` of the paragraph."""
    found: dict[int, Row] = {}
    for table in _tables(paragraphs):
        found.update(_named(table))
    return found


def _tables(paragraphs: Sequence[Paragraph]) -> Iterator[list[Paragraph]]:
    """Rows one after another, also over pages, where their columns stand at the same places."""
    table: list[Paragraph] = []
    for paragraph in paragraphs:
        if not paragraph.row:
            yield table
            table = []
            continue
        if (
            table
            and (paragraph.page, paragraph.column) != (table[-1].page, table[-1].column)
            and not _fits(table, paragraph)
        ):
            yield table
            table = []
        table.append(paragraph)
    yield table


def _fits(table: Sequence[Paragraph], row: Paragraph) -> bool:
    """The row stands under the table's first one: as many cells, and each in the place of that one's."""
    first, own = _cells(table[0]), _cells(row)
    return len(first) == len(own) and all(_overlap(a, b) > 0 for a, b in zip(first, own, strict=True))


def _cells(row: Paragraph) -> list[Segment]:
    return sorted(row.lines[0].segments, key=lambda segment: segment.left)


def _overlap(segment: Segment, other: Segment) -> float:
    return min(segment.right, other.right) - max(segment.left, other.left)


def _named(table: Sequence[Paragraph]) -> Iterator[tuple[int, Row]]:
    if len(table) < 3:
        return
    head, *rows = table
    names = tuple(fold(cell.text) for cell in _cells(head))
    full = [_cells(row) for row in rows if len(_cells(row)) == len(names)]
    if not _are_names(names) or len(full) < max(2, _SHARE * len(rows)):
        return
    figures = [sum(any(map(str.isdecimal, cells[at].text)) for cells in full) / len(full) for at in range(len(names))]
    if figures[0] == 1 or max(figures[1:]) < _SHARE:
        return
    if any(_YEAR.fullmatch(name) and any(_YEAR.fullmatch(c[at].text) for c in full) for at, name in enumerate(names)):
        return  # a row of years is no name of years
    edges = [(min(c[at].left for c in full), max(c[at].right for c in full)) for at in range(len(names))]
    edges = [
        (min(low, cell.left), max(high, cell.right)) for (low, high), cell in zip(edges, _cells(head), strict=True)
    ]
    if any(high > low for (_, high), (low, _) in pairwise(edges)):
        return  # columns that reach into each other tell nothing
    for row in rows:
        cells = _placed(_cells(row), edges)
        if cells == names:
            yield id(row), Row(names, ())
        elif cells:
            yield id(row), Row(names, cells)


def _are_names(names: Sequence[str]) -> bool:
    return (
        len(names) > 1
        and len(set(names)) == len(names)
        and all(0 < len(name) <= MAX_NAME for name in names)
        and all(_YEAR.fullmatch(name) or (name.upper() != name.lower() or name >= "\u2e80") for name in names)
        and not any(map(_says_a_figure, names))
        and not all(map(_YEAR.fullmatch, names[:1]))
    )


def _says_a_figure(name: str) -> bool:
    """A figure stands in it that is no year: "Amount in 2020" is a name, "412 wells" is none."""
    return any(map(str.isdecimal, _YEAR.sub("", name)))


def _placed(cells: Sequence[Segment], edges: Sequence[tuple[float, float]]) -> tuple[str, ...]:
    """The text under each name; nothing where a cell lies under none or two lie under one."""
    texts = [""] * len(edges)
    for cell in cells:
        under = [at for at, (low, high) in enumerate(edges) if min(high, cell.right) > max(low, cell.left)]
        if len(under) != 1 or texts[under[0]]:
            return ()
        texts[under[0]] = fold(cell.text)
    return tuple(texts)
