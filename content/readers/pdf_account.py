"""What was read of each page of a PDF in; what its pictures cover, and what the whole file's text lacks, out."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple, overload

import pypdfium2
import pypdfium2.raw as pdfium

from content.omissions import Code, Omission
from content.readers.pdf_characters import Box, is_white
from content.readers.pdf_forms import Answers
from content.readers.pdf_page import Segment, Sheet
from content.readers.pdf_stamps import Stamped

COVERED = 0.4
"""Share of a page that pictures cover from which on a page without text is one that somebody scanned."""
MANY_PATHS = 200
"""Lines and curves of a page without text that are more than a frame: letters that were made into drawings."""
MAX_OBJECTS = 20_000
"""Objects of a page that are looked at."""
BROAD = 4.0
"""Points from which on a line is one that text can lie on."""
LARGE = 0.1
"""Share of a page from which on a picture may hold text."""
UNDER_TEXT = 3
"""Lines of text that lie over a picture which is no more than their ground."""


class _Drawn(NamedTuple):
    pictures: list[Box]
    coloured: list[Box]
    """Pictures, and areas that are filled or framed with a colour."""
    paths: int


def _has_colour(path: Any) -> bool:
    """Whether a path is filled with anything but white, or drawn with a line so broad that text can lie on it."""
    mode, stroke, width = ctypes.c_int(), ctypes.c_int(), ctypes.c_float()
    if not pdfium.FPDFPath_GetDrawMode(path, mode, stroke):
        return True
    filled = mode.value != pdfium.FPDF_FILLMODE_NONE and not is_white(path, [ctypes.c_uint() for _ in range(4)])
    broad = bool(stroke.value and pdfium.FPDFPageObj_GetStrokeWidth(path, width) and width.value > BROAD)
    return filled or broad


class Pictures(Sequence[Box]):
    """Where the pictures of a page lie: looked for only when somebody asks, which few pages need."""

    def __init__(self, page: Any, visible: Box) -> None:
        self._page = page
        self._visible = visible

    @cached_property
    def _found(self) -> _Drawn:
        boxes: list[Box] = []
        coloured: list[Box] = []
        paths = 0
        left, bottom, right, top = self._visible
        try:
            for number, item in enumerate(self._page.get_objects(max_depth=4)):
                if number > MAX_OBJECTS:
                    coloured.append(self._visible)
                    break
                picture = item.type in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_SHADING)
                path = item.type == pdfium.FPDF_PAGEOBJ_PATH
                paths += path
                if not picture and not (path and _has_colour(item.raw)):
                    continue
                # the place of a picture in a form is the form's matter; it is rarely less than all of it
                box = self._visible if item.level else item.get_bounds()
                if all(map(math.isfinite, box)):
                    box = (max(box[0], left), max(box[1], bottom), min(box[2], right), min(box[3], top))
                    coloured.append(box)
                    if picture:
                        boxes.append(box)
        except pypdfium2.PdfiumError:
            coloured.append(self._visible)
        return _Drawn(boxes, coloured, paths)

    def coloured(self) -> Sequence[Box]:
        """Where anything lies that is not white, so that white text can be seen on it."""
        return self._found.coloured

    def covers(self) -> bool:
        """The page is drawn all over, so that somebody sees something on it even if it has no text."""
        boxes, _, paths = self._found
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
        boxes, _, paths = self._found
        return [*boxes, self._visible] if paths > MANY_PATHS else boxes


def large_pictures(page: Any, visible: Box, segments: Sequence[Segment]) -> int:
    """How many pictures of a page are large enough for text, and not only the ground of the page's own.

    Why not `Pictures`? It asks pypdfium2 for an object for each line that is drawn, on every page; here PDFium alone is
    asked, and for pictures alone.
    """
    left, bottom, right, top = visible
    whole = max((right - left) * (top - bottom), 1.0)
    edges = tuple(ctypes.c_float() for _ in range(4))
    large = 0
    for number in range(min(pdfium.FPDFPage_CountObjects(page.raw), MAX_OBJECTS)):
        item = pdfium.FPDFPage_GetObject(page.raw, number)
        if pdfium.FPDFPageObj_GetType(item) != pdfium.FPDF_PAGEOBJ_IMAGE:
            continue
        if not pdfium.FPDFPageObj_GetBounds(item, *edges):
            continue
        low_x, low_y, high_x, high_y = (edge.value for edge in edges)
        if not math.isfinite(low_x + low_y + high_x + high_y):
            continue
        low_x, low_y, high_x, high_y = max(low_x, left), max(low_y, bottom), min(high_x, right), min(high_y, top)
        if high_x <= low_x or high_y <= low_y or (high_x - low_x) * (high_y - low_y) < LARGE * whole:
            continue
        over = 0
        for segment in segments:
            x, y = left + (segment.left + segment.right) / 2, top - segment.middle
            over += low_x < x < high_x and low_y < y < high_y
        large += over < UNDER_TEXT
    return large


class PageAccount:
    """What is left out of a file, page by page."""

    def __init__(self, pages: int) -> None:
        self._pages = pages
        self.damaged: list[int] = []
        """Pages that cannot be opened."""
        self.repeated: list[int] = []
        """Pages that another page repeats."""
        self.textless: list[int] = []
        """Pages on which something is drawn and nothing can be read."""
        self.by_ocr: list[int] = []
        """Pages that OCR read."""
        self.files = 0
        """Files that are inside the file."""
        self.dynamic = False
        """Its pages are made by whatever program opens it."""
        self._counts: dict[Code, dict[int, int]] = {}
        self._characters = 0

    def page(self, number: int, sheet: Sheet, answers: Answers) -> None:
        """Count what is left out of a page, and what was typed into it."""
        self._characters += sum(len(segment.text) for segment in sheet.segments) + sheet.unmapped
        self._add("text-unseen", number, sheet.hidden)
        self._add("text-turned", number, sheet.turned)
        self._add("characters-without-place", number, sheet.placeless)
        self._add("fields-read", number, answers.fields)
        self._add("annotations-read", number, answers.notes)
        self._add("font-without-letters", number, sheet.unmapped)
        self._add("comments-unread", number, answers.comments)
        self.files += answers.files

    def pictured(self, number: int, pictures: int) -> None:
        """Count pictures of a page that may hold text."""
        self._add("pictures-unread", number, pictures)

    def stamped(self, stamped: Stamped) -> None:
        """Count the pages that have a stamp over their text."""
        for number in stamped.pages:
            self._add("pages-stamped", number, 1)
        for number in stamped.drafts:
            self._add("pages-draft", number, 1)

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
            "pages-by-ocr": self.by_ocr,
            "pages-repeated": self.repeated,
        }
        for code, pages in whole.items():
            if pages:
                yield Omission(code, len(pages), self._pages, tuple(pages))
        if self.dynamic:
            yield Omission("form-dynamic", 1)
        if self.files:
            yield Omission("objects-unread", self.files)
        for code, counts in self._counts.items():
            of = self._characters if code in ("no-language", "font-without-letters") else 0
            of = self._pages if code in ("pages-stamped", "pages-draft") else of
            yield Omission(code, sum(counts.values()), of, tuple(sorted(counts)))

    def _add(self, code: Code, number: int, count: int) -> None:
        if count:
            self._counts.setdefault(code, {})[number] = count + self._counts.get(code, {}).get(number, 0)
