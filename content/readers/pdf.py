"""A PDF file in; its pieces with page numbers out: columns in order, running heads dropped, words mended.

Text whose characters are plainly wrong (fonts that do not say which character a glyph is, or say another) is left
out: nobody could find or check it. What is left out is counted (`content.omissions`). A file that has nothing else,
or no text at all, is `Unreadable`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from dataclasses import replace
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from content.documents import Metadata, Piece
from content.readers import limits
from content.readers import metadata as known
from content.readers.errors import Unreadable
from content.readers.formats import protected
from content.readers.headings import BULLET
from content.readers.paragraphs import HAN, fold, vocabulary
from content.readers.pdf_account import PageAccount, Pictures, large_pictures
from content.readers.pdf_characters import Fonts
from content.readers.pdf_fonts import lost_fonts
from content.readers.pdf_forms import answers
from content.readers.pdf_layout import Column, columns
from content.readers.pdf_line import Line
from content.readers.pdf_page import Segment, Sheet, sheet
from content.readers.pdf_running import Page, drop_running, heads_alone, printed_numbers
from content.readers.pdf_stamps import drop_stamps
from content.readers.pdf_text import pieces_of

MAX_PAGES = 5_000
MANY_LETTERS = 200
"""Characters of a page from which on it has text, whatever pictures lie on it."""
_OCR = "run OCR, for example ocrmypdf, and add the result"
_ONE_CHARACTER = re.compile(f"([{HAN}])\\1+")
_REPEATED = re.compile(f"([{HAN}])\\1{{2,}}")


def read(name: str, data: bytes, *, ocr: bool = False) -> tuple[list[Piece], Metadata]:
    """Pieces and metadata of a PDF file; `ocr`: pages without text are read by OCR. Raises `Unreadable`."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise protected(name) from error
        raise Unreadable(name, "it is damaged: it cannot be opened as a PDF", "fetch or save the file again") from error
    try:
        if len(document) > MAX_PAGES:  # half of a report would answer as if it were all of it
            raise Unreadable(name, f"it has {len(document)} pages, {MAX_PAGES} are read at most", "split it")
        form = _form(document)
        account = PageAccount(len(document))
        account.dynamic = document.get_formtype() == pdfium.FORMTYPE_XFA_FULL
        account.files = max(0, pdfium.FPDFDoc_GetAttachmentCount(document.raw))
        pictured: set[int] = set()
        pages = list(_pages(document, form, account, pictured))
        title = _title(document)
        textless = [page.number for page in pages if page.number in pictured and not page.columns]
        scanned = list(_by_ocr(document, textless)) if ocr else []
    finally:
        document.close()
    account.by_ocr = list(dict.fromkeys(piece.page for piece in scanned if piece.page))
    if not any(page.columns for page in pages):
        if scanned:
            return scanned, known.complete(Metadata(title=title, left_out=account.omissions()), scanned, name)
        raise Unreadable(name, "no text layer", _OCR)
    pages = _without_lost_fonts(pages, account)
    if not any(page.columns for page in pages):
        raise Unreadable(name, "its fonts do not say which characters they show", _OCR)
    printed = printed_numbers(pages)
    whole = _without_duplicates(pages, account)
    pages = drop_running(whole)
    account.textless = [page.number for page in pages if page.number in pictured and not page.columns]
    account.textless = [number for number in account.textless if number not in account.by_ocr]
    words = vocabulary(line.text for page in pages for column in page.columns for line in column.lines)
    found = pieces_of(pages, words)
    pieces = _without_wrong_cells([piece for piece in found if not garbled(piece.text)])
    for piece in found:
        if garbled(piece.text):
            account.garbled(piece.page or 0, len(piece.text))
    pieces = _in_order_of_pages(pieces, scanned)
    if not any(piece.text for piece in pieces):
        raise Unreadable(name, "its fonts do not say which characters they show", _OCR)
    if sum(len(piece.text) for piece in pieces) < 10 * len(pages) and len(pages) > 2:
        raise Unreadable(name, "no text layer but for a few stamps", _OCR)
    pieces = [*heads_alone(whole, pages, [title, *(piece.text for piece in pieces)]), *pieces]
    metadata = Metadata(title=title, printed_pages=printed, left_out=account.omissions())
    return pieces, known.complete(metadata, pieces, name)


def _by_ocr(document: Any, numbers: Iterable[int]) -> Iterator[Piece]:
    """What OCR reads on pages without text, where the machine has it."""
    from content.readers import ocr

    if not ocr.available():
        return
    for number in numbers:
        page = document[number - 1]
        for text in ocr.read_page(page):
            yield Piece("paragraph", text, 0, number)
        page.close()
        limits.another_page()


def _in_order_of_pages(pieces: list[Piece], scanned: list[Piece]) -> list[Piece]:
    """All pieces, those of scanned pages where their pages are."""
    return sorted([*pieces, *scanned], key=lambda piece: piece.page or 0) if scanned else pieces


def _title(document: Any) -> str:
    """The title in the file's properties, unless a program put it there."""
    try:
        title = fold(document.get_metadata_value("Title"))
    except (pypdfium2.PdfiumError, UnicodeError, ValueError):
        return ""
    return title if known.names_a_report(title) else ""


def _form(document: Any) -> Any:
    """A handle of the document's form, None where it has none. It must be there before the first page is loaded."""
    try:
        if document.get_formtype() == pdfium.FORMTYPE_NONE:
            return None
        document.init_forms()
    except pypdfium2.PdfiumError:
        return None
    return document.formenv.raw if document.formenv else None


def _pages(document: Any, form: Any, account: PageAccount, pictured: set[int]) -> Iterator[Page]:
    """All pages. `pictured` takes the numbers of those with a picture all over and hardly a letter."""
    sheets: list[Sheet] = []
    heights: list[float] = []
    for sheet_read, height in _sheets(document, form, account, pictured):
        sheets.append(sheet_read)
        heights.append(height)
    account.stamped(drop_stamps(sheets))
    words = vocabulary(segment.text for one in sheets for segment in one.segments)
    for number, (one, height) in enumerate(zip(sheets, heights, strict=True), 1):
        yield Page(number, columns(one.segments, words), height)


def _sheets(document: Any, form: Any, account: PageAccount, pictured: set[int]) -> Iterator[tuple[Sheet, float]]:
    """What stands on each page, and the page's height; nothing on a page that is damaged."""
    fonts = Fonts()
    for number in range(1, len(document) + 1):
        read = Sheet()
        height = 0.0
        try:
            page = document[number - 1]
            visible = page.get_bbox()
            height = visible[2] - visible[0] if page.get_rotation() in (90, 270) else visible[3] - visible[1]
            textpage = page.get_textpage()
            typed = answers(page, form, visible)
            pictures = Pictures(page, visible)
            read = sheet(textpage, visible, pictures, pictures.coloured, fonts, typed.typed)
            account.page(number, read, typed)
            letters = sum(len(segment.text) for segment in read.segments)
            if letters < MANY_LETTERS and pictures.covers():
                pictured.add(number)
            else:
                account.pictured(number, large_pictures(page, visible, read.segments))
            textpage.close()
            page.close()
        except pypdfium2.PdfiumError:
            # one damaged page does not take the others with it
            account.damaged.append(number)
            read = Sheet()
        limits.another_page()
        yield read, height


def _without_lost_fonts(pages: list[Page], account: PageAccount) -> list[Page]:
    """Pages without the text of fonts that give other letters than they show."""
    texts = ((segment.font, segment.text) for page in pages for segment in _segments(page))
    lost = lost_fonts(texts)
    if not lost:
        return pages
    kept = []
    for page in pages:
        gone = [segment for segment in _segments(page) if segment.font in lost]
        if gone:
            account.lost(page.number, sum(len(segment.text) for segment in gone))
            columns = [_without(column, lost) for column in page.columns]
            page = replace(page, columns=[column for column in columns if column.lines])
        kept.append(page)
    return kept


def _segments(page: Page) -> Iterator[Segment]:
    return (segment for column in page.columns for line in column.lines for segment in line.segments)


def _without(column: Column, fonts: Container[int]) -> Column:
    lines = [Line([one for one in line.segments if one.font not in fonts]) for line in column.lines]
    return replace(column, lines=[line for line in lines if line.segments])


def _without_duplicates(pages: list[Page], account: PageAccount) -> list[Page]:
    """A page that was put in twice, once."""
    seen: set[str] = set()
    kept: list[Page] = []
    for page in pages:
        text = fold(" ".join(line.text for column in page.columns for line in column.lines))
        if len(text) < 100 or text not in seen:
            kept.append(page)
        else:
            account.repeated.append(page.number)
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
    repeated = sum(len(match.group()) for match in _REPEATED.finditer(plain))
    common = Counter(character for character in plain if character.isalpha()).most_common(1)
    alone = bool(common) and len(plain) >= 6 and common[0][1] > 0.6 * len(plain)
    return strange > 0.2 * len(plain) or repeated > 0.2 * len(plain) or alone
