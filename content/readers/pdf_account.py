"""What was read of each page of a PDF in; what its pictures cover, and what the whole file's text lacks, out."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, overload

import pypdfium2
import pypdfium2.raw as pdfium

from content.omissions import Code, Omission
from content.readers.pdf_characters import Box
from content.readers.pdf_forms import Answers
from content.readers.pdf_page import Sheet

COVERED = 0.4
"""Share of a page that pictures cover from which on a page without text is one that somebody scanned."""
MANY_PATHS = 200
"""Lines and curves of a page without text that are more than a frame: letters that were made into drawings."""
MAX_OBJECTS = 20_000
"""Objects of a page that are looked at."""
FEW = 20
"""Characters that are too few to be worth a line."""


class Pictures(Sequence[Box]):
    """Where the pictures of a page lie: looked for only when somebody asks, which few pages need."""

    def __init__(self, page: Any, visible: Box) -> None:
        self._page = page
        self._visible = visible

    @cached_property
    def _found(self) -> tuple[list[Box], int]:
        boxes: list[Box] = []
        paths = 0
        left, bottom, right, top = self._visible
        try:
            for number, item in enumerate(self._page.get_objects(max_depth=4)):
                if number > MAX_OBJECTS:
                    break
                if item.type == pdfium.FPDF_PAGEOBJ_PATH:
                    paths += 1
                elif item.type in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_SHADING):
                    # the place of a picture in a form is the form's matter; it is rarely less than all of it
                    box = self._visible if item.level else item.get_bounds()
                    if all(map(math.isfinite, box)):
                        boxes.append((max(box[0], left), max(box[1], bottom), min(box[2], right), min(box[3], top)))
        except pypdfium2.PdfiumError:
            return boxes, paths
        return boxes, paths

    def covers(self) -> bool:
        """The page is drawn all over, so that somebody sees something on it even if it has no text."""
        boxes, paths = self._found
        left, bottom, right, top = self._visible
        whole = max((right - left) * (top - bottom), 1.0)
        area = sum(max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1]) for box in boxes)
        return area > COVERED * whole or paths > MANY_PATHS

    @overload
    def __getitem__(self, index: int) -> Box: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Box]: ...
    def __getitem__(self, index: int | slice) -> Box | Sequence[Box]:
        return self._boxes[index]

    def __len__(self) -> int:
        return len(self._boxes)

    @property
    def _boxes(self) -> list[Box]:
        boxes, paths = self._found
        return [*boxes, self._visible] if paths > MANY_PATHS else boxes


class Account:
    """What is left out of a file, page by page."""

    def __init__(self, pages: int) -> None:
        self._pages = pages
        self.damaged: list[int] = []
        """Pages that cannot be opened."""
        self.repeated: list[int] = []
        """Pages that another page repeats."""
        self.textless: list[int] = []
        """Pages on which something is drawn and nothing can be read."""
        self._counts: dict[Code, dict[int, int]] = {}
        self._characters = 0

    def page(self, number: int, sheet: Sheet, answers: Answers) -> None:
        """Count what is left out of a page, and what was typed into it."""
        self._characters += sum(len(segment.text) for segment in sheet.segments)
        self._add("text-unseen", number, sheet.hidden if sheet.hidden >= FEW else 0)
        self._add("text-turned", number, sheet.turned if sheet.turned >= FEW else 0)
        self._add("characters-without-place", number, sheet.placeless)
        self._add("fields-read", number, answers.fields)
        self._add("annotations-read", number, answers.notes)

    def lost(self, number: int, characters: int) -> None:
        """Count characters of a page whose font names wrong letters."""
        self._add("no-language", number, characters)

    def garbled(self, number: int, characters: int) -> None:
        """Count characters of a page whose font names none."""
        self._add("font-without-letters", number, characters)

    def omissions(self) -> tuple[Omission, ...]:
        """What is to be told of the file."""
        return tuple(self._told())

    def _told(self) -> Iterator[Omission]:
        whole: dict[Code, list[int]] = {
            "pages-without-text": self.textless,
            "pages-damaged": self.damaged,
            "pages-repeated": self.repeated,
        }
        for code, pages in whole.items():
            if pages:
                yield Omission(code, len(pages), self._pages, tuple(pages))
        for code, counts in self._counts.items():
            of = self._characters if code in ("no-language", "font-without-letters") else 0
            yield Omission(code, sum(counts.values()), of, tuple(sorted(counts)))

    def _add(self, code: Code, number: int, count: int) -> None:
        if count:
            self._counts.setdefault(code, {})[number] = count + self._counts.get(code, {}).get(number, 0)
