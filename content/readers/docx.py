"""A word file (.docx) in; its pieces, with the numbers that Word shows but does not store, and title out.

Comments, deleted and hidden text, prompts of empty fields and tables of contents are left out; text boxes and what
is said of a figure for those who cannot see it stand behind the paragraph they are anchored in, footnotes and
endnotes at the end of the section that refers to them. What stands in headers and footers comes first, once, unless
the text has it too: most of them repeat a title, but "Restricted draft, not for citation" stands nowhere else.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import docx
import lxml.etree
from docx.opc.exceptions import OpcError

from content.documents import Metadata, Piece, PieceKind
from content.readers import metadata as known
from content.readers.charts import chart_pieces, diagram_pieces, draws_figures
from content.readers.docx_account import counted
from content.readers.errors import Unreadable
from content.readers.headings import is_contents_line, nest_numbered
from content.readers.numbering import Numbering
from content.readers.office import TEMPLATES, alone, alternative, is_title, lacking
from content.readers.package import Package, mended, parse
from content.readers.paragraphs import fold, mend, raised, tidy
from content.readers.symbols import TICKED, UNTICKED, is_symbol_font, shown, symbol
from content.readers.tables import Cell, laid_out, names, placed_row

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_V = "{urn:schemas-microsoft-com:vml}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_DGM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_TXBX = f"{_W}txbxContent"
_HEADING = re.compile(r"(?:heading|标题|標題|titre|überschrift)\s*([1-9])", re.IGNORECASE)
_LEVELS = tuple("012345678")
_NOTES = {
    f"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}s+xml": kind
    for kind in ("footnote", "endnote")
}
_COUNTING_FIELD = re.compile(
    r"\s*(?:PAGE|NUMPAGES|SECTIONPAGES|PAGEREF|DATE|TIME|SAVEDATE|PRINTDATE|CREATEDATE|FILENAME)\b", re.IGNORECASE
)
"""Fields of headers and footers that say another thing on each page or day."""
_BROKEN = (
    OpcError,
    ValueError,
    KeyError,
    AttributeError,
    TypeError,
    IndexError,
    OSError,
    EOFError,
    RuntimeError,
    zipfile.BadZipFile,
    zlib.error,
    lxml.etree.LxmlError,
)
"""What python-docx raises on damaged files."""


def read(name: str, data: bytes) -> tuple[list[Piece], Metadata]:
    """Pieces and metadata of a .docx file. Raises `Unreadable`."""
    document, damaged, parts = _opened(name, data)
    walk = _Walk(document)
    pieces = nest_numbered(mend(walk.blocks(document.element.body)))
    counts = counted(document, document.element.body) + walk.counts
    left_out = lacking(parts_damaged=damaged, of=parts, **counts)
    metadata = known.complete(replace(_properties(document), left_out=left_out), pieces, name)
    return [*alone(walk.margins(), [metadata.title, *(piece.text for piece in pieces)]), *pieces], metadata


def _opened(name: str, data: bytes) -> tuple[Any, int, int]:
    """The file as python-docx has it, and how many of its parts are damaged.

    Strict files, and those with a damaged part beside the text, are mended first.
    """
    package = Package(name, data)
    part = package.main("word/document.xml")
    main = package.needed(part)
    parts = len(list(package))
    if b"purl.oclc.org/ooxml" not in (package.bytes(part) or b""):
        try:
            document = docx.Document(io.BytesIO(data))
            if document.element.body is not None and document.styles is not None:
                return document, 0, parts
        except _BROKEN:
            pass
    if main.find(f"{_W}body") is None:
        raise _damaged(name)
    try:
        document = docx.Document(io.BytesIO(mended(name, data, part)))
        if document.element.body is not None and document.styles is not None:
            return document, package.damaged(), parts
    except _BROKEN as error:
        raise _damaged(name) from error
    raise _damaged(name)


def _damaged(name: str) -> Unreadable:
    return Unreadable(name, "it is damaged: a word processor's file cannot be made out", "save it again as .docx")


def _properties(document: Any) -> Metadata:
    try:
        core = document.core_properties
        title, language = core.title or "", core.language or ""
        # made, not changed: the day of the last correction is no date of a report
        date = core.created.date().isoformat() if core.created and core.created.year > 1990 else ""
    except (ValueError, KeyError, AttributeError, OpcError):
        return Metadata()
    if not is_title(title):
        title = ""
    return Metadata(
        title=fold(title),
        date="" if date in TEMPLATES else date,
        language=known.primary_language(language),
    )


class _Walk:
    """One pass through a document's body."""

    def __init__(self, document: Any) -> None:
        self._document = document
        self._numbering = Numbering(document)
        self._styles = self._read_styles(document)
        self._notes: dict[tuple[str, str], str] = {}
        self._referred: list[str] = []
        self._notes = self._read_notes(document)
        self.counts: Counter[str] = Counter()
        """What was read without all that it shows, by its code."""

    def blocks(self, element: Any) -> Iterator[Piece]:
        """The pieces of a body, the notes of each section at its end."""
        waiting: list[Piece] = []
        for piece in self._blocks(element):
            if piece.kind == "heading":
                yield from waiting
                waiting = []
            yield piece
            waiting += [Piece("paragraph", note) for note in self._referred]
            self._referred = []
        yield from waiting
        for note in self._notes.values():
            yield Piece("paragraph", note)

    def _blocks(self, element: Any) -> Iterator[Piece]:
        for child in element:
            if child.tag == f"{_W}p":
                yield from self._paragraph(child)
            elif child.tag == f"{_W}tbl":
                yield from self._table(child)
            elif child.tag == f"{_W}sdt":
                gallery = child.find(f"{_W}sdtPr/{_W}docPartObj/{_W}docPartGallery")
                if (gallery is None or "Contents" not in gallery.get(f"{_W}val", "")) and not _is_prompt(child):
                    for content in child.iterchildren(f"{_W}sdtContent"):
                        yield from self._blocks(content)
            elif child.tag in (f"{_W}ins", f"{_W}customXml", f"{_W}smartTag", f"{_W}moveTo"):
                yield from self._blocks(child)

    def _paragraph(self, paragraph: Any) -> Iterator[Piece]:
        text = tidy(self._text(paragraph))
        level, name = self._level(paragraph)
        number = self._numbering.number(paragraph)
        contents = name.startswith(("toc", "目录", "table of figures")) or ("\t" in text and is_contents_line(text))
        if text and not contents:
            if level:
                yield Piece("heading", fold(f"{number or ''} {text}"), min(6, level))
            else:
                kind: PieceKind = "item" if number is not None or "list" in name else "paragraph"
                yield Piece(kind, f"{number} {text}".strip() if number else text)
        for box in self._boxes(paragraph):
            yield from self._blocks(box)
        yield from self._drawings(paragraph)
        for said in _alternatives(paragraph):
            yield Piece("paragraph", said)

    def _drawings(self, paragraph: Any) -> Iterator[Piece]:
        """What charts and diagrams say that are anchored here, not those of text boxes, whose paragraphs say it."""
        for place in paragraph.iter(f"{_C}chart", f"{_DGM}relIds"):
            if next(place.iterancestors(f"{_W}p"), None) is not paragraph:
                continue
            chart = place.tag == f"{_C}chart"
            part = self._document.part.related_parts.get(place.get(f"{_R}id" if chart else f"{_R}dm", ""))
            root = parse(part.blob) if part is not None else None
            if root is not None and chart:
                self.counts["charts_drawn"] += draws_figures(root)
            if root is not None:
                yield from chart_pieces(root) if chart else diagram_pieces(root)

    def _boxes(self, paragraph: Any) -> Iterator[Any]:
        """Text boxes anchored here, each once: Word stores them twice, for new programs and for old ones."""
        for box in paragraph.iter(_TXBX):
            inside = [parent.tag for parent in box.iterancestors()]
            if f"{_MC}Fallback" not in inside and inside.count(_TXBX) == sum(
                1 for parent in paragraph.iterancestors() if parent.tag == _TXBX
            ):
                yield box

    def _text(self, element: Any) -> str:
        parts: list[str] = []
        for child in element:
            tag = child.tag
            if tag in (f"{_W}t", f"{_M}t"):
                parts.append(child.text or "")
            elif tag == f"{_W}tab":
                parts.append("\t")
            elif tag in (f"{_W}br", f"{_W}cr"):
                parts.append("\n" if child.get(f"{_W}type") in (None, "textWrapping") else " ")
            elif tag == f"{_W}noBreakHyphen":
                parts.append("-")
            elif tag == f"{_W}sym":
                parts.append(symbol(child.get(f"{_W}char", ""), child.get(f"{_W}font", "")))
            elif tag == f"{_W}fldChar":
                parts.append(_form_field(child))
            elif tag == f"{_W}sdt" and _is_prompt(child):
                pass
            elif tag in (f"{_W}footnoteReference", f"{_W}endnoteReference"):
                note = self._notes.pop((tag.removeprefix(_W).removesuffix("Reference"), child.get(f"{_W}id", "")), "")
                self._referred += [note] if note else []
            elif tag == f"{_W}r" and _on(child.find(f"{_W}rPr/{_W}vanish")):
                pass
            elif tag == f"{_W}r":
                parts.append(self._run(child))
            elif tag in (
                f"{_W}hyperlink",
                f"{_W}ins",
                f"{_W}smartTag",
                f"{_W}sdt",
                f"{_W}sdtContent",
                f"{_W}fldSimple",
                f"{_W}customXml",
                f"{_W}moveTo",
                f"{_W}ruby",
                f"{_W}rubyBase",
                f"{_W}bdo",
                f"{_W}dir",
            ) or tag.startswith(_M):
                parts.append(self._text(child))
        return "".join(parts)

    def _run(self, run: Any) -> str:
        """A run's text as its font and its height show it."""
        text = self._text(run)
        fonts = run.find(f"{_W}rPr/{_W}rFonts")
        font = fonts.get(f"{_W}ascii", "") if fonts is not None and text else ""
        if is_symbol_font(font) and run.find(f"{_W}t") is not None:
            text = shown(text, font)
        return raised(text) if _value(run, "vertAlign") == "superscript" else text

    def margins(self) -> Iterator[list[str]]:
        """The lines of each header and footer that is printed, watermarks with them; without page numbers and dates."""
        parts = self._document.part.related_parts
        settings = _setting_element(self._document)
        even = settings is not None and _on(settings.find(f"{_W}evenAndOddHeaders"))
        seen: set[str] = set()
        for section in self._document.element.body.iter(f"{_W}sectPr"):
            first = _on(section.find(f"{_W}titlePg"))
            for reference in section:
                if reference.tag not in (f"{_W}headerReference", f"{_W}footerReference"):
                    continue
                identifier = reference.get(f"{_R}id", "")
                printed = {"first": first, "even": even}.get(reference.get(f"{_W}type", "default"), True)
                if printed and identifier not in seen and identifier in parts:
                    seen.add(identifier)
                    yield list(self._margin(parts[identifier]))

    def _margin(self, part: Any) -> Iterator[str]:
        root = parse(part.blob)
        if root is None:
            return
        _drop_counting_fields(root)
        for mark in root.iter(f"{_V}textpath"):
            yield mark.get("string", "")
        for paragraph in root.iter(f"{_W}p"):
            if not any(parent.tag == f"{_MC}Fallback" for parent in paragraph.iterancestors()):
                yield from self._text(paragraph).replace("\t", "\n").split("\n")

    def _level(self, paragraph: Any) -> tuple[int, str]:
        """(level of the heading or 0, name of the style in lower case)."""
        identifier = ""
        level = 0
        properties = paragraph.find(f"{_W}pPr")
        if properties is not None:
            style = properties.find(f"{_W}pStyle")
            identifier = style.get(f"{_W}val", "") if style is not None else ""
            outline = properties.find(f"{_W}outlineLvl")
            level = _outline(outline)
        of_style, name = self._styles.get(identifier, (0, ""))
        return level or of_style, name

    def _read_styles(self, document: Any) -> dict[str, tuple[int, str]]:
        """Style id → (heading level, name), through the styles they are based on."""
        found: dict[str, tuple[int, str, str]] = {}
        for style in document.styles.element.iterchildren(f"{_W}style"):
            name = style.find(f"{_W}name")
            based = style.find(f"{_W}basedOn")
            label = (name.get(f"{_W}val", "") if name is not None else "").lower()
            heading = _HEADING.match(label)
            level = 1 if label == "title" else int(heading[1]) if heading else 0
            level = level or _outline(style.find(f"{_W}pPr/{_W}outlineLvl"))
            found[style.get(f"{_W}styleId", "")] = (
                level,
                label,
                based.get(f"{_W}val", "") if based is not None else "",
            )
        levels: dict[str, tuple[int, str]] = {}
        for identifier, (level, label, parent) in found.items():
            seen = {identifier}
            while not level and parent in found and parent not in seen:
                seen.add(parent)
                level, _, parent = found[parent]
            levels[identifier] = (level, label)
        return levels

    def _read_notes(self, document: Any) -> dict[tuple[str, str], str]:
        """The text of each note, by its kind and id."""
        found: dict[tuple[str, str], str] = {}
        for part in document.part.package.iter_parts():
            kind = _NOTES.get(part.content_type)
            if kind is None:
                continue
            root = parse(part.blob)
            if root is None:
                continue
            for note in root.iterchildren(f"{_W}{kind}"):
                text = fold(" ".join(self._text(p) for p in note.iterchildren(f"{_W}p")))
                if text and note.get(f"{_W}type") is None:
                    found[kind, note.get(f"{_W}id", "")] = text
        return found

    def _table(self, table: Any) -> Iterator[Piece]:
        own = [(row, list(_cells(row))) for row in _rows(table)]
        if max((len(cells) for _, cells in own), default=0) <= 1:
            for _, cells in own:
                for cell in cells:
                    yield from self._blocks(cell)
            return
        # not before: to read a cell is to count on the numbers of its lists
        rows = [(row, [(cell, self._cell(cell)) for cell in cells]) for row, cells in own]
        placed = laid_out([cell for _, cell in row] for _, row in rows)
        # a title over all columns names none of them
        titles = next((place for place, row in enumerate(placed) if len({p.text for p in row} - {""}) > 1), len(rows))
        rows, over = rows[titles:], placed[titles:]
        heads = _heads([row for row, _ in rows], [[cell.text for _, cell in row] for _, row in rows])
        header = names(over[:heads])
        heads += titles
        for number, places in enumerate(placed):
            text = placed_row(header if number >= heads else [], places)
            if text:
                yield Piece("row", text)

    def _cell(self, cell: Any) -> Cell:
        """What a cell says; one that continues a merged cell above says nothing."""
        span = cell.find(f"{_W}tcPr/{_W}gridSpan")
        value = span.get(f"{_W}val", "") if span is not None else ""
        columns = int(value) if value.isdecimal() and len(value) < 4 else 1
        merged = cell.find(f"{_W}tcPr/{_W}vMerge")
        if merged is not None and merged.get(f"{_W}val", "continue") == "continue":
            return Cell("", columns)
        return Cell(fold(" ".join(piece.text for piece in self._blocks(cell))), columns)


def _rows(table: Any) -> Iterator[Any]:
    """The rows of a table, also those that are fields to be filled in or were put in later; none that is deleted."""
    for child in table:
        if child.tag == f"{_W}tr" and child.find(f"{_W}trPr/{_W}del") is None:
            yield child
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml", f"{_W}ins"):
            yield from _rows(child)


def _cells(row: Any) -> Iterator[Any]:
    """The cells of a row, not those of tables in them."""
    return (cell for cell in row.iter(f"{_W}tc") if next(cell.iterancestors(f"{_W}tr")) is row)


def _heads(rows: list[Any], texts: list[list[str]]) -> int:
    """How many rows at the top name the columns: those marked so, else the first if it looks different."""
    marked = next((place for place, row in enumerate(rows) if not _on(row.find(f"{_W}trPr/{_W}tblHeader"))), len(rows))
    if marked:
        return marked if marked < len(rows) else 0
    first, *rest = texts or [[]]
    if not rest or not all(first) or len(set(first)) < len(first) or max(map(len, first)) >= 60:
        return 0
    below = [[row[position] for row in rest if position < len(row) and row[position]] for position in range(len(first))]
    figures = [all(any(map(str.isdecimal, text)) for text in column) for column in below]
    named = [not any(map(str.isdecimal, name)) for name in first]
    # "Founded | 1982" over "Director | Li Ming": the first pair of a list of pairs, which names nothing
    if not all(name or figure for name, figure in zip(named, figures, strict=True)):
        return 0
    told = named[-1] and figures[-1] and bool(below[-1])
    return int(len(first) > 2 or told or (_is_bold(rows[0]) and not all(map(_is_bold, rows[1:]))))


def _is_bold(row: Any) -> bool:
    runs = [run for run in row.iter(f"{_W}r") if run.find(f"{_W}t") is not None]
    return bool(runs) and all(_on(run.find(f"{_W}rPr/{_W}b")) for run in runs)


def _on(switch: Any) -> bool:
    return switch is not None and switch.get(f"{_W}val", "1") not in ("0", "false", "off")


def _value(run: Any, name: str) -> str:
    """What a property of a run says."""
    element = run.find(f"{_W}rPr/{_W}{name}")
    return str(element.get(f"{_W}val", "")) if element is not None else ""


def _outline(element: Any) -> int:
    """The level of an outlineLvl element: 1 to 9, or 0 for body text."""
    value = element.get(f"{_W}val", "") if element is not None else ""
    return int(value) + 1 if value in _LEVELS else 0


def _setting_element(document: Any) -> Any:
    try:
        return document.settings.element
    except _BROKEN:
        return None


def _is_prompt(control: Any) -> bool:
    """A field that nobody has filled in: what stands there says what to do ("Choose an item.")."""
    return _on(control.find(f"{_W}sdtPr/{_W}showingPlcHdr"))


def _form_field(begin: Any) -> str:
    """What a form field of old shows that stores no text: a box that is ticked or not, the entry that was chosen."""
    box = begin.find(f"{_W}ffData/{_W}checkBox")
    if box is not None:
        state = box.find(f"{_W}checked")
        return TICKED if _on(state if state is not None else box.find(f"{_W}default")) else UNTICKED
    entries = begin.find(f"{_W}ffData/{_W}ddList")
    if entries is None:
        return ""
    texts = [entry.get(f"{_W}val", "") for entry in entries.iterchildren(f"{_W}listEntry")]
    chosen = entries.find(f"{_W}result")
    chosen = chosen if chosen is not None else entries.find(f"{_W}default")
    place = chosen.get(f"{_W}val", "0") if chosen is not None else "0"
    number = int(place) if place.isascii() and place.isdecimal() and len(place) < 6 else 0
    return texts[number] if number < len(texts) else ""


def _alternatives(paragraph: Any) -> Iterator[str]:
    """What is said of the figures of a paragraph for those who cannot see them, each once."""
    told: set[str] = set()
    for figure in paragraph.iter(f"{_WP}docPr", f"{_V}shape"):
        inside = [parent.tag for parent in figure.iterancestors()]
        if f"{_MC}Fallback" in inside or _TXBX in inside:
            continue  # the same once more; or what the paragraphs of a text box say themselves
        text = alternative(figure.get("descr") or figure.get("alt") or "")
        if text and text not in told:
            told.add(text)
            yield text


def _drop_counting_fields(root: Any) -> None:
    """Take out what fields put in that differs from page to page."""
    for simple in list(root.iter(f"{_W}fldSimple")):
        if _COUNTING_FIELD.match(simple.get(f"{_W}instr", "")):
            simple.getparent().remove(simple)
    for paragraph in root.iter(f"{_W}p"):
        open_fields: list[str] = []
        for run in list(paragraph.iter(f"{_W}r")):
            for child in list(run):
                if child.tag == f"{_W}fldChar":
                    kind = child.get(f"{_W}fldCharType", "")
                    if kind == "begin":
                        open_fields.append("")
                    elif kind == "end" and open_fields:
                        open_fields.pop()
                elif child.tag == f"{_W}instrText" and open_fields:
                    open_fields[-1] += child.text or ""
                elif child.tag == f"{_W}t" and any(map(_COUNTING_FIELD.match, open_fields)):
                    run.remove(child)
