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
