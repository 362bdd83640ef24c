"""A PDF file in; its pieces with page numbers out: columns in order, running heads dropped, words mended.

Paragraphs whose characters are plainly wrong (fonts that do not say which character a glyph is) are left
out: nobody could find or check them. A file that has nothing else, or no text at all, is `Unreadable`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pypdfium2

from content.documents import Metadata, Piece
from content.readers import metadata as known
from content.readers.errors import Unreadable
from content.readers.formats import protected
from content.readers.headings import BULLET
from content.readers.paragraphs import HAN, fold, vocabulary
from content.readers.pdf_layout import Column, columns
from content.readers.pdf_page import segments
from content.readers.pdf_running import Page, drop_running
from content.readers.pdf_text import pieces_of

MAX_PAGES = 5_000
_OCR = "run OCR, for example ocrmypdf, and add the result"
_ONE_CHARACTER = re.compile(f"([{HAN}])\\1+")
_REPEATED = re.compile(f"([{HAN}])\\1{{2,}}")


def read(name: str, data: bytes) -> tuple[list[Piece], Metadata]:
    """Pieces and metadata of a PDF file. Raises `Unreadable`."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise protected(name) from error
        raise Unreadable(name, "it is damaged: it cannot be opened as a PDF", "fetch or save the file again") from error
    try:
        if len(document) > MAX_PAGES:  # half of a report would answer as if it were all of it
            raise Unreadable(name, f"it has {len(document)} pages, {MAX_PAGES} are read at most", "split it")
        pages = list(_pages(document))
        title = _title(document)
    finally:
        document.close()
    if not any(page.columns for page in pages):
        raise Unreadable(name, "no text layer", _OCR)
    pages = drop_running(_without_duplicates(pages))
    words = vocabulary(line.text for page in pages for column in page.columns for line in column.lines)
    pieces = _without_wrong_cells([piece for piece in pieces_of(pages, words) if not garbled(piece.text)])
    if not any(piece.text for piece in pieces):
        raise Unreadable(name, "its fonts do not say which characters they show", _OCR)
    if sum(len(piece.text) for piece in pieces) < 10 * len(pages) and len(pages) > 2:
        raise Unreadable(name, "no text layer but for a few stamps", _OCR)
    return pieces, known.complete(Metadata(title=title), pieces, name)


def _title(document: Any) -> str:
    """The title in the file's properties, unless a program put it there."""
    try:
        title = fold(document.get_metadata_value("Title"))
    except (pypdfium2.PdfiumError, UnicodeError, ValueError):
        return ""
    return title if known.names_a_report(title) else ""


def _pages(document: Any) -> Iterator[Page]:
    for number in range(len(document)):
        found: list[Column] = []
        seen = 0.0
        try:
            page = document[number]
            textpage = page.get_textpage()
            _, _, width, height = page.get_mediabox()
            seen = width if page.get_rotation() in (90, 270) else height
            found = columns(segments(textpage, width, height))
            textpage.close()
            page.close()
        except pypdfium2.PdfiumError:
            # one damaged page does not take the others with it
            found = []
        yield Page(number + 1, found, seen)


def _without_duplicates(pages: list[Page]) -> list[Page]:
    """A page that was put in twice, once."""
    seen: set[str] = set()
    kept: list[Page] = []
    for page in pages:
        text = fold(" ".join(line.text for column in page.columns for line in column.lines))
        if len(text) < 100 or text not in seen:
            kept.append(page)
        seen.add(text)
    return kept


def _without_wrong_cells(pieces: list[Piece]) -> list[Piece]:
    """Rows without cells like 佛佛 or 纸纸, in a file that has one character three times over somewhere."""
    if not any(_REPEATED.search(piece.text) for piece in pieces):
        return pieces
    kept: list[Piece] = []
    for piece in pieces:
        cells = [cell for cell in piece.text.split(" | ") if not _ONE_CHARACTER.fullmatch(cell)]
        kept.append(replace(piece, text=" | ".join(cells)) if piece.kind == "row" else piece)
    return kept


def garbled(text: str) -> bool:
    """Characters that no writer wrote: private use, replacement, or one Han character over and over."""
    plain = re.sub(r"\s", "", BULLET.sub("", text))
    if not plain:
        return False
    strange = sum(character == "\ufffd" or "\ue000" <= character <= "\uf8ff" or character < " " for character in plain)
    repeated = sum(len(found.group()) for found in _REPEATED.finditer(plain))
    common = Counter(character for character in plain if character.isalpha()).most_common(1)
    alone = bool(common) and len(plain) >= 6 and common[0][1] > 0.6 * len(plain)
    return strange > 0.2 * len(plain) or repeated > 0.2 * len(plain) or alone
