"""A word file (.docx) in; its pieces, with the numbers that Word shows but does not store, and title out.

Headers, footers, comments, deleted and hidden text and tables of contents are left out; text boxes stand behind the
paragraph they are anchored in, footnotes and endnotes at the end of the section that refers to them.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import docx
import lxml.etree
from docx.opc.exceptions import OpcError

from content.documents import Kind, Metadata, Piece
from content.readers import metadata as known
from content.readers.errors import Unreadable
from content.readers.headings import is_contents_line, nest_numbered
from content.readers.numbering import Numbering
from content.readers.paragraphs import fold, mend, raised, tidy
from content.readers.tables import Cell, laid_out, names, placed_row

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_TXBX = f"{_W}txbxContent"
_HEADING = re.compile(r"(?:heading|标题|標題|titre|überschrift)\s*([1-9])", re.IGNORECASE)
_NOTES = {
    f"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}s+xml": kind
    for kind in ("footnote", "endnote")
}
# texts that programs put into a new file's title
_NO_TITLE = re.compile(
    r"(?:microsoft )?word(?: document)?|document\d*|文档\d*|untitled|title|normal|.*\.docx?", re.IGNORECASE
)


def read(name: str, data: bytes) -> tuple[list[Piece], Metadata]:
    """Pieces and metadata of a .docx file. Raises `Unreadable`."""
    try:
        document = docx.Document(io.BytesIO(data))
        body = document.element.body
    except (
        OpcError,
        ValueError,
        KeyError,
        AttributeError,
        OSError,
        EOFError,
        zipfile.BadZipFile,
        lxml.etree.LxmlError,
    ) as error:
        raise Unreadable(
            name, "it is damaged: a word processor's file cannot be made out", "save it again as .docx"
        ) from error
    pieces = nest_numbered(mend(_Walk(document).blocks(body)))
    return pieces, known.complete(_properties(document), pieces, name)


def _properties(document: Any) -> Metadata:
    try:
        core = document.core_properties
        title, language = core.title or "", core.language or ""
        # made, not changed: the day of the last correction is no date of a report
        date = core.created.date().isoformat() if core.created and core.created.year > 1990 else ""
    except (ValueError, KeyError, AttributeError, OpcError):
        return Metadata()
    if _NO_TITLE.fullmatch(fold(title)):
        title = ""
    # python-docx's own template says 2013-12-23 for every file made with it
    return Metadata(
        title=fold(title),
        date="" if date == "2013-12-23" else date,
        language=known.primary_language(language),
    )


class _Walk:
    """One pass through a document's body."""

    def __init__(self, document: Any) -> None:
        self._numbering = Numbering(document)
        self._styles = self._read_styles(document)
        self._notes: dict[tuple[str, str], str] = {}
        self._referred: list[str] = []
        self._notes = self._read_notes(document)

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
                if gallery is None or "Contents" not in gallery.get(f"{_W}val", ""):
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
                kind: Kind = "item" if number is not None or "list" in name else "paragraph"
                yield Piece(kind, f"{number} {text}".strip() if number else text)
        for box in self._boxes(paragraph):
            yield from self._blocks(box)

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
            elif tag in (f"{_W}footnoteReference", f"{_W}endnoteReference"):
                note = self._notes.pop((tag.removeprefix(_W).removesuffix("Reference"), child.get(f"{_W}id", "")), "")
                self._referred += [note] if note else []
            elif tag == f"{_W}r" and _on(child.find(f"{_W}rPr/{_W}vanish")):
                pass
            elif tag == f"{_W}r" and _value(child, "vertAlign") == "superscript":
                parts.append(raised(self._text(child)))
            elif tag in (
                f"{_W}r",
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
            try:
                root = lxml.etree.fromstring(part.blob, lxml.etree.XMLParser(resolve_entities=False, no_network=True))
            except lxml.etree.LxmlError:
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
    """The rows of a table, those that are fields to be filled in and those that were put in later, too."""
    for child in table:
        if child.tag == f"{_W}tr":
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
    below = [[row[place] for row in rest if place < len(row) and row[place]] for place in range(len(first))]
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
    return int(value) + 1 if value.isdigit() and int(value) < 9 else 0
