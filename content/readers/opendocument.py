"""A text, set of slides or workbook in OpenDocument format (.odt, .odp, .ods) in; pieces and metadata out.

Comments, deleted and hidden text, and lists of contents are left out; notes stand at the end of the section that
refers to them; what a header or footer alone says comes first (as in word files). See OASIS OpenDocument 1.3, part 3.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from content.documents import Metadata, Piece, PieceKind
from content.readers import metadata as known
from content.readers.formats import protected
from content.readers.headings import nest_numbered
from content.readers.numbering import written
from content.readers.office import alone, alternative, is_title, lacking
from content.readers.package import Package
from content.readers.paragraphs import fold, mend, raised, tidy
from content.readers.tables import MAX_NAME, MAX_SPAN, Cell, laid_out, names, placed_row

_NS = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_OFFICE, _TEXT, _TABLE, _DRAW, _STYLE, _META = (
    _NS % room for room in ("office", "text", "table", "drawing", "style", "meta")
)
_PRESENTATION = _NS % "presentation"
_SVG = _NS % "svg-compatible"
_FO = _NS % "xsl-fo-compatible"
_DC = "{http://purl.org/dc/elements/1.1/}"
_LEFT_OUT = frozenset(
    {
        f"{_TEXT}tracked-changes",
        f"{_TEXT}table-of-content",
        f"{_TEXT}illustration-index",
        f"{_TEXT}table-index",
        f"{_TEXT}alphabetical-index",
        f"{_TEXT}hidden-text",
        f"{_TEXT}hidden-paragraph",
        f"{_TEXT}page-number",
        f"{_TEXT}page-count",
        f"{_TEXT}placeholder",
        f"{_TEXT}ruby-text",
        f"{_OFFICE}annotation",
        f"{_OFFICE}annotation-end",
        f"{_OFFICE}forms",
        f"{_OFFICE}scripts",
        f"{_OFFICE}event-listeners",
        f"{_TABLE}tracked-changes",
    }
)
_NO_NAME = re.compile(r"(?:sheet|tabelle|feuille|лист|工作表)\s?\d*", re.IGNORECASE)
"""What programs call a new sheet."""
_MAX_DEPTH = 100
_MAX_BLANKS = 1_000
_MARGINS = ("header", "header-first", "header-left", "footer", "footer-first", "footer-left")


@dataclass(frozen=True, slots=True)
class _Level:
    """How one level of a list is numbered."""

    format: str
    prefix: str
    suffix: str
    start: int
    shown: int
    """How many levels are printed: 2 prints "1.1"."""


@dataclass(slots=True)
class _List:
    """A list that is open: its levels, and how far each has counted."""

    levels: dict[int, _Level]
    counts: dict[int, int] = field(default_factory=dict)


def read(name: str, data: bytes) -> tuple[list[Piece], Metadata]:
    """Pieces and metadata of an OpenDocument file. Raises `Unreadable`."""
    package = Package(name, data)
    if b"encryption-data" in (package.bytes("META-INF/manifest.xml") or b""):
        raise protected(name)
    content, styles = package.needed("content.xml"), package.xml("styles.xml")
    walk = _Walk([root for root in (styles, content) if root is not None])
    body = content.find(f"{_OFFICE}body")
    pieces = list(walk.read(body)) if body is not None else []
    if body is not None and body.find(f"{_OFFICE}text") is not None:
        pieces = nest_numbered(mend(pieces))
    counts = walk.counts + _counted(content)
    metadata = known.complete(replace(_metadata(package), left_out=lacking(**counts)), pieces, name)
    margins = walk.margins(styles) if styles is not None else ()
    return [*alone(margins, [metadata.title, *(piece.text for piece in pieces)]), *pieces], metadata


def _counted(content: Any) -> Counter[str]:
    """What is left out wherever it stands, by its code."""
    codes = {
        "comments_unread": (f"{_OFFICE}annotation",),
        "changes_tracked": (f"{_TEXT}changed-region", f"{_TABLE}cell-content-change"),
        "readings_unread": (f"{_TEXT}ruby-text",),
        "fields_empty": (f"{_TEXT}placeholder",),
        "objects_unread": (f"{_DRAW}object", f"{_DRAW}object-ole", f"{_DRAW}plugin", f"{_DRAW}applet"),
    }
    counts = Counter({code: sum(1 for _ in content.iter(*tags)) for code, tags in codes.items()})
    for hidden in content.iter(f"{_TEXT}hidden-text", f"{_TEXT}hidden-paragraph"):
        counts["text_unseen"] += _letters(hidden) or len(hidden.get(f"{_TEXT}string-value", ""))
    for frame in content.iter(f"{_DRAW}frame"):
        if frame.find(f"{_DRAW}image") is None or frame.find(f"{_DRAW}object") is not None:
            continue
        said = (frame.findtext(f"{_SVG}desc"), frame.findtext(f"{_SVG}title"))
        counts["pictures_unread"] += not any(alternative(text) for text in said if text)
    return counts


def _letters(element: Any) -> int:
    return len("".join("".join(element.itertext()).split()))


def _metadata(package: Package) -> Metadata:
    root = package.xml("meta.xml")
    if root is None:
        return Metadata()
    title = fold(root.findtext(f".//{_DC}title") or "")
    return Metadata(
        title=title if is_title(title) else "",
        date=known.iso_date(root.findtext(f".//{_META}creation-date") or ""),
        language=known.primary_language(root.findtext(f".//{_DC}language") or ""),
    )


class _Walk:
    """One pass through a document's body."""

    def __init__(self, roots: Sequence[Any]) -> None:
        self._styles = {
            (style.get(f"{_STYLE}family", ""), style.get(f"{_STYLE}name", "")): style
            for root in roots
            for style in root.iter(f"{_STYLE}style")
        }
        self._lists = {
            style.get(f"{_STYLE}name", ""): _levels(style)
            for root in roots
            for style in root.iter(f"{_TEXT}list-style")
        }
        outline = next((one for root in roots for one in root.iter(f"{_TEXT}outline-style")), None)
        self._outline = _List(_levels(outline) if outline is not None else {})
        self._counted: dict[str, _List] = {}
        self._notes: list[str] = []
        self._boxes: list[Any] = []
        self._page: int | None = None
        self._pages = 0
        self.counts: Counter[str] = Counter()
        """What was hidden, by its code."""

    def read(self, body: Any) -> Iterator[Piece]:
        """The pieces of a body, the notes of each section at its end."""
        waiting: list[Piece] = []
        for piece in self._blocks(body, 0):
            if piece.kind == "heading":
                yield from waiting
                waiting = []
            yield replace(piece, page=self._page)
            waiting += [Piece("paragraph", note, page=self._page) for note in self._notes]
            self._notes = []
        yield from waiting

    def margins(self, styles: Any) -> Iterator[list[str]]:
        """The lines of each header and footer."""
        for master in styles.iter(f"{_STYLE}master-page"):
            for kind in _MARGINS:
                for margin in master.iterchildren(f"{_STYLE}{kind}"):
                    if margin.get(f"{_STYLE}display", "true") != "false":
                        texts = (self._text(paragraph) for paragraph in margin.iter(f"{_TEXT}p", f"{_TEXT}h"))
                        yield [line for text in texts for line in text.replace("\t", "\n").split("\n")]

    def _blocks(self, element: Any, depth: int) -> Iterator[Piece]:
        if depth > _MAX_DEPTH:  # nobody builds a page so; its text is read all the same
            yield Piece("paragraph", fold(" ".join(element.itertext())))
            return
        for child in element:
            tag = child.tag
            if tag in _LEFT_OUT:
                continue
            if tag == f"{_TEXT}section" and child.get(f"{_TEXT}display") == "none":
                self.counts["text_unseen"] += _letters(child)
                continue
            if tag in (f"{_TEXT}p", f"{_TEXT}h"):
                yield from self._paragraph(child, depth)
            elif tag == f"{_TEXT}list":
                yield from self._list(child, depth, 1, None)
            elif tag == f"{_TABLE}table":
                yield from self._table(child, depth)
            elif tag == f"{_DRAW}page":
                yield from self._slide(child, depth)
            elif tag in (f"{_DRAW}frame", f"{_DRAW}custom-shape", f"{_DRAW}rect", f"{_DRAW}ellipse"):
                yield from self._frame(child, depth)
            elif tag.startswith((_OFFICE, _TEXT, _DRAW, _TABLE, _PRESENTATION)):
                yield from self._blocks(child, depth + 1)

    def _slide(self, page: Any, depth: int) -> Iterator[Piece]:
        self._pages += 1
        style = self._styles.get(("drawing-page", page.get(f"{_DRAW}style-name", "")))
        hidden = style is not None and any(
            one.get(f"{_PRESENTATION}visibility") == "hidden" for one in style.iter(f"{_STYLE}drawing-page-properties")
        )
        self.counts["slides_hidden"] += hidden
        if not hidden:
            self._page = self._pages
            yield from self._blocks(page, depth + 1)

    def _frame(self, frame: Any, depth: int) -> Iterator[Piece]:
        role = frame.get(f"{_PRESENTATION}class", "")
        if role in ("page-number", "date-time", "footer", "header"):
            return
        for piece in self._blocks(frame, depth + 1):
            level = 1 if self._page == 1 else 2
            is_title_of_slide = role == "title" and piece.kind == "paragraph"
            yield replace(piece, kind="heading", level=level) if is_title_of_slide else piece
        for said in (frame.findtext(f"{_SVG}desc"), frame.findtext(f"{_SVG}title")):
            if said and (text := alternative(said)):
                yield Piece("paragraph", text)
                break

    def _paragraph(self, paragraph: Any, depth: int, number: str | None = None) -> Iterator[Piece]:
        outer, self._boxes = self._boxes, []
        text = tidy(self._text(paragraph))
        boxes, self._boxes = self._boxes, outer
        if text:
            level = self._level(paragraph)
            if level:
                yield Piece(
                    "heading", fold(f"{number or self._outline_number(paragraph, level)} {text}"), min(6, level)
                )
            else:
                kind: PieceKind = "paragraph" if number is None else "item"
                yield Piece(kind, f"{number} {text}" if number else text)
        for box in boxes:
            yield from self._frame(box, depth + 1)

    def _level(self, paragraph: Any) -> int:
        if paragraph.tag == f"{_TEXT}h":
            return max(1, min(6, _integer(paragraph.get(f"{_TEXT}outline-level"), 1)))
        style = self._styles.get(("paragraph", paragraph.get(f"{_TEXT}style-name", "")))
        named = {paragraph.get(f"{_TEXT}style-name", "")}
        if style is not None:
            named.add(style.get(f"{_STYLE}parent-style-name", ""))
        return int("Title" in named)

    def _outline_number(self, heading: Any, level: int) -> str:
        if heading.tag != f"{_TEXT}h" or heading.get(f"{_TEXT}is-list-header") == "true":
            return ""
        return _count(self._outline, level) if level in self._outline.levels else ""

    def _list(self, element: Any, depth: int, level: int, outer: _List | None) -> Iterator[Piece]:
        if depth > _MAX_DEPTH:
            yield Piece("item", fold(" ".join(element.itertext())))
            return
        style = element.get(f"{_TEXT}style-name", "")
        own = outer
        if style and style in self._lists and (outer is None or self._lists[style] is not outer.levels):
            goes_on = element.get(f"{_TEXT}continue-numbering") == "true" or element.get(f"{_TEXT}continue-list")
            own = self._counted.get(style) if goes_on else None
            own = own or _List(self._lists[style])
            self._counted[style] = own
        elif own is not None:
            own.counts = {at: count for at, count in own.counts.items() if at < level}
        for item in element:
            if item.tag not in (f"{_TEXT}list-item", f"{_TEXT}list-header"):
                continue
            number: str | None = ""
            if own is not None and level in own.levels and item.tag == f"{_TEXT}list-item":
                start = item.get(f"{_TEXT}start-value")
                number = _count(own, level, _integer(start, 1) if start else None)
            for child in item:
                if child.tag in (f"{_TEXT}p", f"{_TEXT}h"):
                    yield from self._paragraph(child, depth + 1, number)
                    number = ""
                elif child.tag == f"{_TEXT}list":
                    yield from self._list(child, depth + 1, level + 1, own)

    def _text(self, element: Any, depth: int = 0) -> str:
        if depth > _MAX_DEPTH:
            return "".join(element.itertext())
        parts: list[str] = [element.text or ""]
        for child in element:
            tag = child.tag
            if tag in _LEFT_OUT:
                pass
            elif tag == f"{_TEXT}s":
                parts.append(" " * min(_MAX_BLANKS, _integer(child.get(f"{_TEXT}c"), 1)))
            elif tag == f"{_TEXT}tab":
                parts.append("\t")
            elif tag == f"{_TEXT}line-break":
                parts.append("\n")
            elif tag == f"{_TEXT}note":
                note = child.find(f"{_TEXT}note-body")
                text = (
                    fold(" ".join(self._text(one, depth + 1) for one in _paragraphs(note))) if note is not None else ""
                )
                self._notes += [text] if text else []
            elif tag.startswith(_DRAW):
                self._boxes.append(child)
            elif tag == f"{_TEXT}span":
                parts.append(self._span(child, depth))
            else:
                parts.append(self._text(child, depth + 1))
            parts.append(child.tail or "")
        return "".join(parts)

    def _span(self, span: Any, depth: int) -> str:
        text = self._text(span, depth + 1)
        style = self._styles.get(("text", span.get(f"{_TEXT}style-name", "")))
        look = style.find(f"{_STYLE}text-properties") if style is not None else None
        if look is None:
            return text
        if look.get(f"{_TEXT}display") == "none":
            self.counts["text_unseen"] += len("".join(text.split()))
            return ""
        height = look.get(f"{_STYLE}text-position", "").split(" ")[0]
        high = height == "super" or (height.endswith("%") and height[:-1].isdecimal() and height[:-1].strip("0") != "")
        return raised(text) if high else text

    def _table(self, table: Any, depth: int) -> Iterator[Piece]:
        if self._is_hidden(table):
            self.counts["sheets_hidden"] += 1
            return
        sheet = table.getparent() is not None and table.getparent().tag == f"{_OFFICE}spreadsheet"
        title = fold(table.get(f"{_TABLE}name", ""))
        rows: list[list[Cell]] = []
        marked = 0
        for row in _rows(table):
            cells = self._cells(row, depth)
            if any(cell.text for cell in cells):
                if row.get(f"{_TABLE}visibility") in ("collapse", "filter"):
                    self.counts["rows_hidden"] += 1
                    continue
                rows.append(cells)
                marked += row.getparent().tag == f"{_TABLE}table-header-rows" and marked == len(rows) - 1
        if sheet and rows and title and not _NO_NAME.fullmatch(title):
            yield Piece("heading", title, 1)
        if max(map(len, rows), default=0) <= 1 and not sheet:
            for one in rows:
                yield from (Piece("paragraph", cell.text) for cell in one)
            return
        placed = laid_out(rows)
        titles = next((place for place, row in enumerate(placed) if len({p.text for p in row} - {""}) > 1), len(rows))
        heads = max(marked - titles, _unmarked_heads(rows[titles:]) if not marked else 0)
        header = names(placed[titles : titles + heads])
        for number, places in enumerate(placed):
            text = placed_row(header if number >= titles + heads else [], places)
            if text:
                yield Piece("paragraph" if number < titles else "row", text)
        for shapes in table.iterchildren(f"{_TABLE}shapes"):
            yield from self._blocks(shapes, depth + 1)

    def _is_hidden(self, table: Any) -> bool:
        style = self._styles.get(("table", table.get(f"{_TABLE}style-name", "")))
        look = style.find(f"{_STYLE}table-properties") if style is not None else None
        return look is not None and look.get(f"{_TABLE}display") == "false"

    def _cells(self, row: Any, depth: int) -> list[Cell]:
        cells: list[Cell] = []
        for cell in row.iterchildren(f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            covered = cell.tag == f"{_TABLE}covered-table-cell"
            text = "" if covered else fold(" ".join(piece.text for piece in self._blocks(cell, depth + 1)))
            columns = _integer(cell.get(f"{_TABLE}number-columns-spanned"), 1)
            repeated = min(MAX_SPAN, _integer(cell.get(f"{_TABLE}number-columns-repeated"), 1))
            if len(text) > MAX_NAME:
                repeated = (
                    1  # said once more it says nothing new; in tables that lie in each other it grows without end
                )
            if not covered:  # the cell that covers it takes its place
                cells += [Cell(text, columns, _integer(cell.get(f"{_TABLE}number-rows-spanned"), 1))] * repeated
        while cells and not cells[-1].text:
            cells.pop()
        return cells


def _paragraphs(element: Any) -> Iterator[Any]:
    """The paragraphs of a note, not those in them or in notes in them, which they have as their text."""
    for child in element:
        if child.tag == f"{_TEXT}p":
            yield child
        elif child.tag != f"{_TEXT}note":
            yield from _paragraphs(child)


def _unmarked_heads(rows: Sequence[Sequence[Cell]]) -> int:
    """1 where the first row has no figures, each cell once, and something stands below."""
    texts = [cell.text for cell in rows[0]] if len(rows) > 1 else []
    named = len(texts) > 1 and all(texts) and len(set(texts)) == len(texts) and max(map(len, texts)) < 60
    figures = [any(map(str.isdecimal, text)) for text in texts]
    below = any(any(map(str.isdecimal, cell.text)) for cell in rows[1][1:]) if named else False
    return int(named and not any(figures) and (below or len(texts) > 2))


def _rows(table: Any) -> Iterator[Any]:
    """The rows of a table, not those of tables in it. A row that is repeated is told once: it says nothing new."""
    for child in table:
        if child.tag == f"{_TABLE}table-row":
            yield child
        elif child.tag in (f"{_TABLE}table-header-rows", f"{_TABLE}table-rows", f"{_TABLE}table-row-group"):
            yield from _rows(child)


def _levels(style: Any) -> dict[int, _Level]:
    """The levels of a list's style that have numbers."""
    found: dict[int, _Level] = {}
    for level in style:
        form = level.get(f"{_STYLE}num-format", "")
        if form and level.tag in (f"{_TEXT}list-level-style-number", f"{_TEXT}outline-level-style"):
            found[_integer(level.get(f"{_TEXT}level"), 1)] = _Level(
                form,
                level.get(f"{_STYLE}num-prefix", ""),
                level.get(f"{_STYLE}num-suffix", ""),
                _integer(level.get(f"{_TEXT}start-value"), 1),
                _integer(level.get(f"{_TEXT}display-levels"), 1),
            )
    return found


_FORMATS = {
    "A": "upperLetter",
    "a": "lowerLetter",
    "I": "upperRoman",
    "i": "lowerRoman",
    "一, 二, 三, ...": "chineseCounting",
    "①, ②, ③, ...": "decimalEnclosedCircle",
}


def _count(own: _List, level: int, start: int | None = None) -> str:
    """The number of the next item of a level, as printed."""
    style = own.levels[level]
    own.counts[level] = start if start is not None else own.counts.get(level, style.start - 1) + 1
    for deeper in [at for at in own.counts if at > level]:
        del own.counts[deeper]
    shown: Iterable[int] = range(max(1, level - style.shown + 1), level + 1)
    numbers = [
        written(own.counts.get(at, own.levels[at].start), _FORMATS.get(own.levels[at].format, "decimal"))
        for at in shown
        if at in own.levels
    ]
    return f"{style.prefix}{'.'.join(numbers)}{style.suffix}".strip()


def _integer(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 6 else default
