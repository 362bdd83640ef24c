"""A PDF file, a page and a text in; a PNG of the page with the text marked, and whether it is marked, out.

The page is drawn by PDFium as it is seen; a mark lies over it as a highlighter's does: what is black stays black.

Why our own PNG writer? Ten lines of zlib, where a library of pictures would be 10 MB for this one call.
"""

from __future__ import annotations

import ctypes
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2
import pypdfium2.raw as pdfium

from bot.reading.page_letters import Box, PageLetters
from bot.reading.page_marks import PrintedText, find_marks
from content.readers.pdf_account import Pictures
from content.readers.pdf_characters import Fonts, characters

LONG_SIDE = 1_560
"""Pixels of the longer side: 133 an inch on A4, which can be read on a phone when it is made larger."""
LARGEST = 9 * 2**20
"""Bytes of a picture; Telegram takes no photo over 10 MB."""
NARROWEST = 20
"""How many times longer than wide a picture may be; Telegram takes no other."""
MARKER = (255, 232, 112)
"""The colour of a mark."""
_MARGIN = 1.5
"""Points by which a mark is larger than its letters."""

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """A page as it was drawn."""

    png: bytes
    page: int
    pages: int
    """Pages of the file."""
    marked: tuple[int, ...]
    """The pages on which the text is marked, this one or its neighbours; none where its place is not sure."""


def draw_page(file: Path, page: int, printed: PrintedText | None, shown: int | None = None) -> DrawnPage:
    """Draw a page on which a text stands, with the text marked; without a text, as it is.

    `shown`: the page to draw, where that is another. Raises `ValueError` where there is no such page, `OSError` where
    there is no such file, and `pypdfium2.PdfiumError` where it cannot be read.
    """
    number = page if shown is None else shown
    document = pypdfium2.PdfDocument(file.read_bytes())
    try:
        if not 1 <= number <= len(document):
            raise ValueError(number)
        document.init_forms()  # what was typed into a form is drawn with it
        marks = page_marks(document, page, printed) if printed else {}
        return DrawnPage(_drawn(document[number - 1], marks.get(number, ())), number, len(document), tuple(marks))
    finally:
        document.close()


def page_marks(document: Any, page: int, printed: PrintedText) -> Mapping[int, Sequence[Box]]:
    """The rectangles of a text by page, in points from the lower left corner of what is visible."""
    known: dict[int, PageLetters | None] = {}

    def letters_on(number: int) -> PageLetters | None:
        if number not in known:
            known[number] = _letters(_flat(document, number)) if 1 <= number <= len(document) else None
        return known[number]

    return find_marks(letters_on, page, printed)


def _flat(document: Any, number: int) -> Any:
    """A page with what was typed into its form as text of the page."""
    page = document[number - 1]
    has_form = document.get_formtype() != pdfium.FORMTYPE_NONE
    if has_form and pdfium.FPDFPage_Flatten(page.raw, pdfium.FLAT_NORMALDISPLAY) == pdfium.FLATTEN_SUCCESS:
        page.close()
        return document[number - 1]
    return page


def _letters(page: Any) -> PageLetters:
    """The letters of a page that a person sees, as the reader of reports finds them."""
    visible = page.get_bbox()
    textpage = page.get_textpage()
    pictures = Pictures(page, visible)
    found = characters(textpage, visible, pictures, pictures.coloured, Fonts())
    textpage.close()
    return PageLetters(found.characters)


def _drawn(page: Any, boxes: Sequence[Box]) -> bytes:
    scale = LONG_SIDE / max(*page.get_size(), 1.0)
    while True:
        bitmap = page.render(scale=scale, rev_byteorder=True)
        width, height = bitmap.width, bitmap.height
        pixels: Pixels = np.array(bitmap.to_numpy()[:, :, :3])
        for left, top, right, bottom in (_on_bitmap(page, box, width, height) for box in boxes):
            area = pixels[top:bottom, left:right]
            area[:] = np.minimum(area, np.array(MARKER, np.uint8))
        picture = png_of(_wide_enough(pixels))
        if len(picture) <= LARGEST or scale < 0.2:
            return picture
        scale *= 0.7


def _on_bitmap(page: Any, box: Box, width: int, height: int) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of a rectangle in pixels, however the page is turned."""
    edge = page.get_bbox()
    x, y = ctypes.c_int(), ctypes.c_int()
    corners: list[tuple[int, int]] = []
    for across, up in ((box[0] - _MARGIN, box[1] - _MARGIN), (box[2] + _MARGIN, box[3] + _MARGIN)):
        pdfium.FPDF_PageToDevice(page.raw, 0, 0, width, height, 0, across + edge[0], up + edge[1], x, y)
        corners.append((min(max(x.value, 0), width), min(max(y.value, 0), height)))
    (x1, y1), (x2, y2) = corners
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def _wide_enough(pixels: Pixels) -> Pixels:
    """A page that is a strip, on white paper that is not."""
    height, width, _ = pixels.shape
    most = max(height, width) // NARROWEST + 1
    if min(height, width) >= most:
        return pixels
    paper = np.full((max(height, most), max(width, most), 3), 255, np.uint8)
    paper[:height, :width] = pixels
    return paper


def png_of(pixels: Pixels) -> bytes:
    """A PNG (https://www.w3.org/TR/png-3/), 8 bits each of red, green and blue; a line as its change from above."""
    height, width, _ = pixels.shape
    lines = np.empty((height, 1 + width * 3), np.uint8)
    flat = pixels.reshape(height, width * 3)
    lines[:, 0] = 2  # the filter "Up"
    lines[0, 1:] = flat[0]
    lines[1:, 1:] = flat[1:] - flat[:-1]

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(lines.tobytes(), 1))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + body + chunk(b"IEND", b"")
