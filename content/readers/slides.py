"""A set of slides (.pptx) in; what the slides show, their notes, and the title out. The page is the slide.

Hidden slides, and the footer, date and number that every slide has, are left out; so is a title that a slide repeats
from the one before. What a speaker wrote under a slide follows it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from content.documents import Metadata, Piece, PieceKind
from content.readers import metadata as known
from content.readers.office import alternative, lacking, properties
from content.readers.package import Package, damaged
from content.readers.paragraphs import fold, raised, tidy
from content.readers.symbols import is_symbol_font, shown
from content.readers.tables import Cell, laid_out, names, placed_row

_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_TITLES = frozenset({"title", "ctrTitle"})
_FURNITURE = frozenset({"ftr", "dt", "sldNum", "hdr", "sldImg"})
_MAX_DEPTH = 50


def read(name: str, data: bytes) -> tuple[list[Piece], Metadata]:
    """Pieces and metadata of a .pptx file. Raises `Unreadable`."""
    package = Package(name, data)
    part = package.main("ppt/presentation.xml")
    root = package.needed(part)
    relations = package.relations(part)
    identifiers = [slide.get(f"{_R}id", "") for slide in root.iterfind(f"{_P}sldIdLst/{_P}sldId")]
    slides = [relations[identifier].target for identifier in identifiers if identifier in relations]
    pieces: list[Piece] = []
    lost = hidden = 0
    title = ""
    for page, slide in enumerate(slides, 1):
        content = package.xml(slide)
        if content is None:
            lost += 1
            continue
        if content.get("show") in ("0", "false"):
            hidden += 1
            continue
        for piece in _slide(package, slide, content):
            if piece.kind == "heading":
                if piece.text == title:
                    continue
                title = piece.text
            pieces.append(replace(piece, page=page, level=1 if piece.level and page == 1 else piece.level))
    if not pieces and lost:
        raise damaged(name, "none of its slides can be unpacked or understood")
    left_out = lacking(parts_damaged=lost, of=len(slides), slides_hidden=hidden)
    return pieces, known.complete(replace(properties(package), left_out=left_out), pieces, name)


def _slide(package: Package, part: str, root: Any) -> Iterator[Piece]:
    relations = package.relations(part)
    tree = root.find(f"{_P}cSld/{_P}spTree")
    shapes = list(_shapes(tree, 0)) if tree is not None else []
    # the title is what is read first, wherever it lies among the shapes
    shapes.sort(key=lambda shape: _placeholder(shape) not in _TITLES)
    for shape in shapes:
        yield from _shape(package, relations, shape)
    for relation in relations.values():
        if relation.type == "notesSlide" and (notes := package.xml(relation.target)) is not None:
            tree = notes.find(f"{_P}cSld/{_P}spTree")
            for shape in _shapes(tree, 0) if tree is not None else ():
                if _placeholder(shape) == "body":
                    for paragraph in shape.iter(f"{_A}p"):
                        yield Piece("paragraph", _text(paragraph))


def _shapes(tree: Any, depth: int) -> Iterator[Any]:
    """The shapes of a slide in their order, those in groups in the place of the group."""
    for child in tree:
        if child.tag in (f"{_P}grpSp", f"{_MC}AlternateContent", f"{_MC}Choice") and depth < _MAX_DEPTH:
            yield from _shapes(child, depth + 1)
        elif child.tag in (f"{_P}sp", f"{_P}graphicFrame", f"{_P}pic", f"{_P}cxnSp"):
            yield child


def _placeholder(shape: Any) -> str:
    """What the shape is for ("title", "body", "ftr"), or ""."""
    found = shape.find(f"{_P}nvSpPr/{_P}nvPr/{_P}ph")
    return "" if found is None else found.get("type", "obj")


def _shape(package: Package, relations: dict[str, Any], shape: Any) -> Iterator[Piece]:
    role = _placeholder(shape)
    own = next((child for child in shape if child.tag.startswith(_P) and child.tag.endswith("Pr")), None)
    described = own.find(f"{_P}cNvPr") if own is not None else None
    if role in _FURNITURE or (described is not None and described.get("hidden") in ("1", "true")):
        return
    if shape.tag == f"{_P}graphicFrame":
        for table in shape.iter(f"{_A}tbl"):
            yield from _table(table)
        for chart in shape.iter(f"{_C}chart"):
            relation = relations.get(chart.get(f"{_R}id", ""))
            if relation and (root := package.xml(relation.target)) is not None:
                yield from _chart(root)
    body = shape.find(f"{_P}txBody")
    if body is not None and role in _TITLES:
        yield Piece("heading", fold(" ".join(_text(paragraph) for paragraph in body.iterchildren(f"{_A}p"))), 2)
    elif body is not None:
        paragraphs = [(_text(paragraph), paragraph) for paragraph in body.iterchildren(f"{_A}p")]
        for text, paragraph in paragraphs:
            yield Piece(_kind(paragraph, role), text)
    if described is not None and (said := alternative(described.get("descr") or "")):
        yield Piece("paragraph", said)


def _kind(paragraph: Any, role: str) -> PieceKind:
    """Paragraphs of a slide's body have bullets, unless they say that they have none."""
    style = paragraph.find(f"{_A}pPr")
    if style is not None and style.find(f"{_A}buNone") is not None:
        return "paragraph"
    bullet = style is not None and (style.find(f"{_A}buChar") is not None or style.find(f"{_A}buAutoNum") is not None)
    return "item" if bullet or role in ("body", "obj") else "paragraph"


def _text(paragraph: Any) -> str:
    parts: list[str] = []
    for child in paragraph.iter(f"{_A}r", f"{_A}br", f"{_A}fld", f"{_M}t"):
        if child.tag == f"{_A}br":
            parts.append("\n")
        elif child.tag == f"{_M}t":
            parts.append(child.text or "")
        elif child.tag == f"{_A}r" or not child.get("type", "").startswith(("slidenum", "datetime")):
            parts.append(_run(child))
    return tidy("".join(parts))


def _run(run: Any) -> str:
    text = "".join(part.text or "" for part in run.iterchildren(f"{_A}t"))
    style = run.find(f"{_A}rPr")
    if style is None:
        return text
    font = style.find(f"{_A}sym") if style.find(f"{_A}sym") is not None else style.find(f"{_A}latin")
    face = font.get("typeface", "") if font is not None else ""
    if is_symbol_font(face):
        text = shown(text, face)
    baseline = style.get("baseline", "0").rstrip("%")
    return raised(text) if baseline.isdecimal() and baseline.strip("0") else text


def _table(table: Any) -> Iterator[Piece]:
    rows = []
    for row in table.iterchildren(f"{_A}tr"):
        cells = [cell for cell in row.iterchildren(f"{_A}tc") if cell.get("hMerge") not in ("1", "true")]
        rows.append([_cell(cell) for cell in cells if cell.get("vMerge") not in ("1", "true")])
    placed = laid_out(rows)
    style = table.find(f"{_A}tblPr")
    heads = int(style is not None and style.get("firstRow") in ("1", "true") and len(placed) > 1)
    header = names(placed[:heads])
    for number, places in enumerate(placed):
        yield Piece("row", placed_row(header if number >= heads else [], places))


def _cell(cell: Any) -> Cell:
    text = fold(" ".join(_text(paragraph) for paragraph in cell.iter(f"{_A}p")))
    return Cell(text, _span(cell, "gridSpan"), _span(cell, "rowSpan"))


def _span(cell: Any, name: str) -> int:
    value = cell.get(name, "1")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 4 else 1


def _chart(root: Any) -> Iterator[Piece]:
    """What a chart is called; its figures where it prints them beside its bars or slices."""
    title = root.find(f".//{_C}title")
    if title is not None:
        yield Piece("paragraph", fold(" ".join(_text(paragraph) for paragraph in title.iter(f"{_A}p"))))
    for series in root.iter(f"{_C}ser"):
        # a series has its own word on that, or its kind of chart has
        of_all = series.getparent().find(f"{_C}dLbls/{_C}showVal")
        own = series.find(f"{_C}dLbls/{_C}showVal")
        labels = own if own is not None else of_all
        if labels is None or labels.get("val", "1") in ("0", "false"):
            continue
        categories, values = _points(series.find(f"{_C}cat")), _points(series.find(f"{_C}val"))
        name = " ".join(_points(series.find(f"{_C}tx")).values())
        pairs = (f"{categories[place]}: {value}" if place in categories else value for place, value in values.items())
        yield Piece("row", "; ".join([*([name] if name else []), *pairs]))


def _points(data: Any) -> dict[str, str]:
    """The values that a chart keeps, by their places."""
    points = data.iter(f"{_C}pt") if data is not None else ()
    return {point.get("idx", ""): fold(value) for point in points if (value := point.findtext(f"{_C}v"))}
