"""Pages with their columns in; the same pages without running heads, running feet and page numbers out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from content.readers.paragraphs import fold
from content.readers.pdf_layout import Column
from content.readers.pdf_line import Line

_PAGE_NUMBER = re.compile(
    r"(?:page|seite|p\.|стр\.)?\s*[-–—|]?\s*(?:\d{1,5}|[ivxl]{1,6})\s*[-–—|]?(?:\s*(?:/|of|de|из|sur)\s*\d{1,4})?|第\s*\d+\s*页.*",
    re.IGNORECASE,
)
_MARGIN = 0.13
"""Share of the page's height at its top and bottom where running heads and feet stand."""
_EDGE = 3
"""Lines at the top and at the bottom of a page that may be running heads and feet."""


@dataclass(slots=True)
class Page:
    """A page's columns; `number` counts from 1."""

    number: int
    columns: list[Column]
    height: float
    """In points, as the page is looked at."""


def drop_running(pages: Sequence[Page]) -> list[Page]:
    """Pages without the lines that stand at the same place on many pages, and without page numbers."""
    places: Counter[tuple[str, int]] = Counter()
    edges = [_edge_lines(page) for page in pages]
    for lines in edges:
        places.update({_place(line) for line in lines})
    # heads of left and right pages differ; chapters change them
    needed = max(2, min(5, len(pages) // 3)) if len(pages) > 2 else 99
    counted = _counting(pages, edges)
    kept: list[Page] = []
    for page, lines in zip(pages, edges, strict=True):
        dropped = {
            id(line)
            for line in lines
            if places[_place(line)] >= needed
            or _PAGE_NUMBER.fullmatch(fold(line.text))
            or (_folio(line) and (page.number - _folio(line), _half(page, line)) in counted)
        }
        trimmed = [
            replace(column, lines=[line for line in column.lines if id(line) not in dropped]) for column in page.columns
        ]
        kept.append(replace(page, columns=[column for column in trimmed if column.lines]))
    return kept


def _counting(pages: Sequence[Page], edges: Sequence[Sequence[Line]]) -> set[tuple[int, bool]]:
    """What page numbers differ by from the pages' places, and whether they stand below ("Chapter 3  17").

    Heads that change with each chapter are known by the number in them, which goes up with the pages.
    """
    found: Counter[tuple[int, bool]] = Counter()
    for page, lines in zip(pages, edges, strict=True):
        found.update({(page.number - _folio(line), _half(page, line)) for line in lines if _folio(line)})
    return {place for place, count in found.items() if count >= max(4, len(pages) * 0.4)}


def _folio(line: Line) -> int:
    """The number a short line begins or ends with, else 0."""
    text = fold(line.text)
    number = re.search(r"^\d{1,4}(?=\s)|(?<=\s)\d{1,4}$|^\d{1,4}$", text)
    return int(number.group()) if number and len(text) < 100 else 0


def _half(page: Page, line: Line) -> bool:
    return line.top > page.height / 2


def _edge_lines(page: Page) -> list[Line]:
    """The first and last lines of a page that lie in its margins, and the very first and last in any case."""
    lines = sorted((line for column in page.columns for line in column.lines), key=lambda line: line.top)
    tops = sorted({round(_middle(line)) for line in lines})
    above = [top for top in tops[:_EDGE] if top < _MARGIN * page.height] or tops[:1]
    below = [top for top in tops[-_EDGE:] if top > (1 - _MARGIN) * page.height] or tops[-1:]
    return [line for line in lines if round(_middle(line)) in (*above, *below)]


def _middle(line: Line) -> float:
    return (line.top + line.bottom) / 2


def _place(line: Line) -> tuple[str, int]:
    """What a running line has in common on all pages: its words without numbers, and its height."""
    return re.sub(r"\d+|\b[ivxl]+\b", "#", fold(line.text).lower()), round(_middle(line) / 6)
