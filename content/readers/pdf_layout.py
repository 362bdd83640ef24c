"""The segments of a page in; its columns in reading order, each a list of lines or table rows, out.

The page is cut into bands (lines that overlap in height), bands into regions that share the same gutters,
regions into columns. A region whose columns hold short cells side by side is a table and stays in rows.

Why not the order in the file? It is whatever the program wrote first: often right, in newspapers and in
files that were edited, seldom.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from content.readers.pdf_page import Segment

MIN_GUTTER = 0.55
"""Ems a gutter between columns is wide at least."""


@dataclass(slots=True)
class Line:
    """A line of a column."""

    segments: list[Segment]

    @property
    def left(self) -> float:
        """The left end, in points."""
        return min(segment.left for segment in self.segments)

    @property
    def right(self) -> float:
        """The right end, in points."""
        return max(segment.right for segment in self.segments)

    @property
    def top(self) -> float:
        """The upper end, in points from the top of the page."""
        return min(segment.top for segment in self.segments)

    @property
    def bottom(self) -> float:
        """The lower end, in points from the top of the page."""
        return max(segment.bottom for segment in self.segments)

    @property
    def size(self) -> float:
        """The type size that most of it has."""
        return max(self.segments, key=lambda segment: len(segment.text)).size

    @property
    def bold(self) -> bool:
        """It is all bold."""
        return all(segment.bold for segment in self.segments)

    @property
    def text(self) -> str:
        """Its words, left to right."""
        return " ".join(segment.text for segment in sorted(self.segments, key=lambda segment: segment.left)).strip()


@dataclass(slots=True)
class Column:
    """Lines that are read one after another."""

    lines: list[Line]
    left: float
    right: float
    table: bool = False
    """Each line is a row, and its segments are cells."""


@dataclass(slots=True)
class _Region:
    segments: list[Segment] = field(default_factory=list)
    gutters: list[tuple[float, float]] = field(default_factory=list)
    bands: int = 0


def columns(segments: Sequence[Segment]) -> list[Column]:
    """The columns of a page in reading order."""
    if not segments:
        return []
    return list(_cut(list(segments), 0))


def lines(segments: Sequence[Segment]) -> list[Line]:
    """Segments of one column as lines, from the top."""
    found: list[Line] = []
    for segment in sorted(segments, key=lambda s: (s.middle, s.left)):
        for line in reversed(found[-3:]):
            last = max(line.segments, key=lambda s: s.size)
            overlap = min(last.bottom, segment.bottom) - max(last.top, segment.top)
            if overlap > 0.5 * min(last.bottom - last.top, segment.bottom - segment.top):
                line.segments.append(segment)
                break
        else:
            found.append(Line([segment]))
    return found


def _cut(segments: list[Segment], depth: int) -> Iterator[Column]:
    em = _em(segments)
    for region in _plain(_regions(segments, em), em):
        if not region.gutters:
            yield from _single(region.segments)
            continue
        parts = _split(region.segments, region.gutters)
        if _is_table(region, parts, em):
            rows = lines(region.segments)
            yield Column(rows, min(r.left for r in rows), max(r.right for r in rows), table=True)
        elif depth < 6:
            for part in parts:
                yield from _cut(part, depth + 1)
        else:
            for part in parts:
                yield from _single(part)


def _single(segments: list[Segment]) -> Iterator[Column]:
    found = lines(segments)
    if found:
        yield Column(found, min(line.left for line in found), max(line.right for line in found))


def _em(segments: Sequence[Segment]) -> float:
    sizes = sorted(segment.bottom - segment.top for segment in segments)
    return max(sizes[len(sizes) // 2], 1.0)


def _regions(segments: list[Segment], em: float) -> Iterator[_Region]:
    """Consecutive bands that share gutters; bands without gutters together."""
    region = _Region()
    for band in _bands(segments):
        joined = region.segments + band
        gutters = _gutters(joined, em)
        own = _gutters(band, em)
        if not region.segments:
            fits = True
        elif region.gutters:
            # one cell or column may stop earlier: what matters is that a gutter goes on
            fits = bool(gutters) and (len(gutters) >= len(region.gutters) or bool(own) is False or len(gutters) >= len(own) > 0)
        else:
            fits = not own and not (gutters and region.bands > 1)
        if fits:
            region.segments = joined
            region.gutters = gutters
            region.bands += 1
        else:
            yield region
            region = _Region(band, own, 1)
    if region.segments:
        yield region


def _plain(regions: Iterable[_Region], em: float) -> Iterator[_Region]:
    """Regions again, where a wide space in a line or two (justified text) makes no columns."""
    waiting: _Region | None = None
    for region in regions:
        if region.gutters and region.bands < 3 and max(right - left for left, right in region.gutters) < 2.2 * em:
            region.gutters = []
        if waiting is not None and not region.gutters:
            waiting.segments += region.segments
            waiting.bands += region.bands
            continue
        if waiting is not None:
            yield waiting
            waiting = None
        if region.gutters:
            yield region
        else:
            waiting = region
    if waiting is not None:
        yield waiting


def _bands(segments: Sequence[Segment]) -> Iterator[list[Segment]]:
    """Segments that overlap in height, from the top."""
    band: list[Segment] = []
    bottom = 0.0
    for segment in sorted(segments, key=lambda s: s.top):
        # a little overlap of descenders and accents is none
        slack = 0.25 * (segment.bottom - segment.top)
        if band and segment.top + slack >= bottom:
            yield band
            band = []
        bottom = max(bottom, segment.bottom) if band else segment.bottom
        band.append(segment)
    if band:
        yield band


def _gutters(segments: Sequence[Segment], em: float) -> list[tuple[float, float]]:
    """Free strips between the outer edges, from top to bottom of these segments."""
    free: list[tuple[float, float]] = []
    edge: float | None = None
    for segment in sorted(segments, key=lambda s: s.left):
        if edge is not None and segment.left - edge > MIN_GUTTER * em:
            free.append((edge, segment.left))
        edge = max(edge, segment.right) if edge is not None else segment.right
    return free


def _split(segments: Sequence[Segment], gutters: Sequence[tuple[float, float]]) -> list[list[Segment]]:
    edges = [(left + right) / 2 for left, right in gutters]
    parts: list[list[Segment]] = [[] for _ in range(len(edges) + 1)]
    for segment in segments:
        middle = (segment.left + segment.right) / 2
        parts[sum(edge < middle for edge in edges)].append(segment)
    return [part for part in parts if part]


def _is_table(region: _Region, parts: Sequence[Sequence[Segment]], em: float) -> bool:
    """Cells side by side, and not text that runs down in columns."""
    if len(parts) > 6 or region.bands < 3:
        return True
    prose = 0
    for part in parts:
        width = max(s.right for s in part) - min(s.left for s in part)
        full = [line for line in lines(part) if line.right - line.left > 0.7 * width]
        letters = sum(character.isalpha() for segment in part for character in segment.text)
        signs = sum(not character.isspace() for segment in part for character in segment.text) or 1
        if width > 8 * em and len(full) >= 0.45 * len(lines(part)) and letters > 0.6 * signs and len(lines(part)) > 2:
            prose += 1
    return prose < max(2, len(parts) * 0.6)
