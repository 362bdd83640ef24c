"""A chart or a diagram of an office file in; the words and figures that it prints out.

What a chart only draws (how high a bar is) is no text: nobody reads 4.3 off a bar. It is counted (`charts-drawn`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from content.documents import Piece
from content.readers.package import Package, Relation
from content.readers.paragraphs import fold

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_DGM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
CHART = f"{_C}chart"
"""Stands where a chart is seen, and names its part."""


def drawn_in(element: Any, relations: dict[str, Relation], package: Package) -> Iterator[tuple[Piece, bool]]:
    """What charts and diagrams inside an element say; beside it, once a chart, whether it only draws its figures."""
    for place in element.iter(CHART, f"{_DGM}relIds"):
        chart = place.tag == CHART
        relation = relations.get(place.get(f"{_R}id" if chart else f"{_R}dm", ""))
        root = package.xml(relation.target) if relation else None
        if root is None:
            continue
        draws = chart and draws_figures(root)
        for piece in chart_pieces(root) if chart else diagram_pieces(root):
            yield piece, draws
            draws = False


def chart_pieces(root: Any) -> Iterator[Piece]:
    """What a chart is called, its axes and its legend; its figures where it prints them beside its bars or slices."""
    titles = [title for one in root.iter(f"{_C}title") if (title := _words(one))]
    if titles:
        yield Piece("paragraph", titles[0])
    legend: dict[str, None] = dict.fromkeys(titles[1:])
    for series in root.iter(f"{_C}ser"):
        categories, values = _points(series.find(f"{_C}cat")), _points(series.find(f"{_C}val"))
        name = " ".join(_points(series.find(f"{_C}tx")).values())
        if _prints(series):
            pairs = (f"{categories[at]}: {value}" if at in categories else value for at, value in values.items())
            yield Piece("row", "; ".join([*([name] if name else []), *pairs]))
        else:
            legend.update(dict.fromkeys([*([name] if name else []), *categories.values()]))
    if legend:
        yield Piece("row", "; ".join(legend))


def draws_figures(root: Any) -> bool:
    """Whether a chart shows figures by its bars and lines alone."""
    return any(not _prints(series) for series in root.iter(f"{_C}ser"))


def diagram_pieces(root: Any) -> Iterator[Piece]:
    """The texts of a diagram (SmartArt), in the order of the file."""
    for point in root.iter(f"{_DGM}t"):
        if text := _words(point):
            yield Piece("item", text)


def _prints(series: Any) -> bool:
    """A series has its own word on whether its figures are printed, or its kind of chart has."""
    own = series.find(f"{_C}dLbls/{_C}showVal")
    labels = own if own is not None else series.getparent().find(f"{_C}dLbls/{_C}showVal")
    return labels is not None and labels.get("val", "1") not in ("0", "false")


def _words(element: Any) -> str:
    paragraphs = ("".join(text.text or "" for text in one.iter(f"{_A}t")) for one in element.iter(f"{_A}p"))
    return fold(" ".join(paragraphs))


def _points(data: Any) -> dict[str, str]:
    """The values that a chart keeps, by their places."""
    points = data.iter(f"{_C}pt") if data is not None else ()
    return {point.get("idx", ""): fold(value) for point in points if (value := point.findtext(f"{_C}v"))}
