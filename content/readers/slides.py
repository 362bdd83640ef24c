"""A set of slides (.pptx) in; what the slides show, their notes, and the title out. The page is the slide.

Hidden slides and shapes, dates and numbers of slides are left out; so is a title that a slide repeats from the one
before. What a speaker wrote under a slide follows it. What a footer, or the picture behind all slides, alone says comes
first, once (as in word files).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from content.documents import Metadata, Piece, PieceKind
from content.readers import metadata as known
from content.readers.charts import drawn_in
from content.readers.office import alone, alternative, lacking, properties
from content.readers.package import Package, damaged
from content.readers.paragraphs import fold, raised, tidy
from content.readers.symbols import is_symbol_font, shown
from content.readers.tables import Cell, laid_out, names, placed_row

_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
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
    counts: Counter[str] = Counter()
    margins: dict[str, list[str]] = {}
    for page, slide in enumerate(slides, 1):
        content = package.xml(slide)
        if content is None:
            lost += 1
            continue
        if content.get("show") in ("0", "false"):
            hidden += 1
            continue
        margins |= _margins(package, slide, content)
        for piece in _slide(package, slide, content, counts):
            if piece.kind == "heading":
                if piece.text == title:
                    continue
                title = piece.text
            pieces.append(replace(piece, page=page, level=1 if piece.level and page == 1 else piece.level))
    if not pieces and lost:
        raise damaged(name, "none of its slides can be unpacked or understood")
    left_out = lacking(parts_damaged=lost, of=len(slides), slides_hidden=hidden, **counts)
    metadata = known.complete(replace(properties(package), left_out=left_out), pieces, name)
    first = [*alone(margins.values(), [metadata.title, *(piece.text for piece in pieces)])]
    return [*(replace(piece, page=pieces[0].page if pieces else 1) for piece in first), *pieces], metadata


def _margins(package: Package, part: str, root: Any) -> dict[str, list[str]]:
    """The lines of a slide's footer, and those behind the slides, by the part they stand in."""
    found = {part: [_words(one) for one in root.iter(f"{_P}sp") if _placeholder(one) in ("ftr", "hdr")]}
    if root.get("showMasterSp") in ("0", "false"):
        return found
    for kind in ("slideLayout", "slideMaster"):
        targets = [one.target for one in package.relations(part).values() if one.type == kind]
        part = targets[0] if targets else ""
        behind = package.xml(part) if part else None
        if behind is None:
            break
        found[part] = [_words(one) for one in behind.iter(f"{_P}sp") if one.find(f".//{_P}ph") is None]
        if behind.get("showMasterSp") in ("0", "false"):
            break
    return found


def _words(shape: Any) -> str:
    return " ".join(_text(paragraph) for paragraph in shape.iter(f"{_A}p"))


def _slide(package: Package, part: str, root: Any, counts: Counter[str]) -> Iterator[Piece]:
    relations = package.relations(part)
    tree = root.find(f"{_P}cSld/{_P}spTree")
    shapes = list(_shapes(tree, 0)) if tree is not None else []
    # the title is what is read first, wherever it lies among the shapes
    shapes.sort(key=lambda shape: _placeholder(shape) not in _TITLES)
    for shape in shapes:
        yield from _shape(package, relations, shape, counts)
    for relation in relations.values():
        if relation.type == "comments" and (comments := package.xml(relation.target)) is not None:
            counts["comments_unread"] += sum(1 for _ in comments.iter("{*}cm"))
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


def _shape(package: Package, relations: dict[str, Any], shape: Any, counts: Counter[str]) -> Iterator[Piece]:
    role = _placeholder(shape)
    own = next((child for child in shape if child.tag.startswith(_P) and child.tag.endswith("Pr")), None)
    described = own.find(f"{_P}cNvPr") if own is not None else None
    if role in _FURNITURE:
        return
    if described is not None and described.get("hidden") in ("1", "true"):
        counts["text_unseen"] += len("".join(_words(shape).split()))
        return
    said = alternative(described.get("descr") or "") if described is not None else ""
    if shape.tag == f"{_P}graphicFrame":
        for table in shape.iter(f"{_A}tbl"):
            yield from _table(table)
        for piece, draws in drawn_in(shape, relations, package):
            counts["charts_drawn"] += draws
            yield piece
        counts["objects_unread"] += sum(1 for _ in shape.iter(f"{_P}oleObj"))
    body = shape.find(f"{_P}txBody")
    if body is not None and role in _TITLES:
        yield Piece("heading", fold(" ".join(_text(paragraph) for paragraph in body.iterchildren(f"{_A}p"))), 2)
    elif body is not None:
        paragraphs = [(_text(paragraph), paragraph) for paragraph in body.iterchildren(f"{_A}p")]
        for text, paragraph in paragraphs:
            yield Piece(_kind(paragraph, role), text)
    if said:
        yield Piece("paragraph", said)
    counts["pictures_unread"] += not said and shape.tag == f"{_P}pic"


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
