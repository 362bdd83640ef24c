"""The segments of a page in; its columns in reading order, each a list of lines or table rows, out.

The page is cut into bands (lines that overlap in height), bands into regions that share the same gutters,
regions into columns. A region whose columns hold short cells side by side is a table and stays in rows.

Why not the order in the file? It is whatever the program wrote first: often right, in newspapers and in
files that were edited, seldom.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise

from content.readers.headings import BULLET
from content.readers.paragraphs import LAW_NUMBER, ends_open, goes_on, join
from content.readers.pdf_blocks import is_tangled, untangled
from content.readers.pdf_line import Line, lines
from content.readers.pdf_page import Segment

_LABEL = re.compile(
    r"[•●○◦■▪◆❖➢►·\uf000-\uf0ff–-]"
    r"|[(（]?(?:\d{1,2}|[a-zA-Z]|[ivxIVX]{1,4})[.)）、]|\d{1,2}(?:\.\d{1,2}){1,3}\.?"
)
FULL_ROWS = 3
"""Rows with all columns that a table has at least where lines go on in cells by their words alone."""
APART = 3.0
"""Ems of white from one side to the other that end a region."""
MIN_GUTTER = 0.55
"""Ems a gutter between columns is wide at least."""


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

    @property
    def top(self) -> float:
        return min(segment.top for segment in self.segments)

    @property
    def bottom(self) -> float:
        return max(segment.bottom for segment in self.segments)


def columns(segments: Sequence[Segment], words: Collection[str] = ()) -> list[Column]:
    """The columns of a page in reading order."""
    if not segments:
        return []
    return list(_cut(_labelled(_spaced_out(segments)), words, 0))


def _spaced_out(segments: Sequence[Segment]) -> list[Segment]:
    """Segments, where the words of a headline that stand far apart are one: gaps go with the type."""
    large = 1.6 * _em(segments)
    joined: list[Segment] = []
    for segment in sorted(segments, key=lambda s: (round(s.middle / large), s.left)):
        last = joined[-1] if joined else None
        height = segment.bottom - segment.top
        if (
            last is not None
            and min(height, last.bottom - last.top) > large
            and abs(last.size - segment.size) < 0.15 * segment.size
            and abs(last.middle - segment.middle) < 0.3 * height
            and -0.2 * height < segment.left - last.right < 1.5 * height
        ):
            joined[-1] = replace(
                last,
                text=f"{last.text} {segment.text}",
                right=segment.right,
                top=min(last.top, segment.top),
                bottom=max(last.bottom, segment.bottom),
            )
        else:
            joined.append(segment)
    return joined


def _labelled(segments: Sequence[Segment]) -> list[Segment]:
    """Segments, where a list's number or bullet and the text it stands before are one."""
    kept = sorted(segments, key=lambda s: s.left)
    for label in [segment for segment in kept if LAW_NUMBER.fullmatch(segment.text)]:
        _take_line(kept, label)
    for label in [segment for segment in kept if _LABEL.fullmatch(segment.text)]:
        height = label.bottom - label.top
        beside = [
            s
            for s in kept
            if 0 <= s.left - label.right < 5 * height
            and abs(s.middle - label.middle) < 0.5 * max(height, s.bottom - s.top)
        ]
        text = min(beside, key=lambda s: s.left, default=None)
        if text is None or len(text.text) < 12 or not text.text.lstrip("“\"'‘(（《")[:1].isalpha():
            continue
        kept[kept.index(text)] = replace(
            text,
            text=f"{label.text} {text.text}",
            left=label.left,
            top=min(label.top, text.top),
            bottom=max(label.bottom, text.bottom),
        )
        kept.remove(label)
    return kept


def _take_line(kept: list[Segment], label: Segment) -> None:
    """Put a law's number and what follows on its line, however short and spaced it is, in the place of the number."""
    while True:
        height = label.bottom - label.top
        beside = [
            s
            for s in kept
            if s is not label
            and 0 <= s.left - label.right < 5 * height
            and abs(s.middle - label.middle) < 0.5 * max(height, s.bottom - s.top)
            and not LAW_NUMBER.match(s.text)
        ]
        text = min(beside, key=lambda s: s.left, default=None)
        if text is None:
            return
        whole = replace(
            label,
            text=f"{label.text} {text.text}",
            right=text.right,
            top=min(label.top, text.top),
            bottom=max(label.bottom, text.bottom),
        )
        kept[kept.index(label)] = whole
        kept.remove(text)
        label = whole


def _cut(segments: list[Segment], words: Collection[str], depth: int) -> Iterator[Column]:
    em = _em(segments)
    regions = list(_plain(_regions(segments, em)))
    for place, region in enumerate(regions):
        if not region.gutters:
            if depth < 3 and is_tangled(region.segments):
                for part in untangled(region.segments):
                    yield from _single(part)
            else:
                yield from _single(region.segments)
            continue
        parts = _split(region.segments, region.gutters)
        if _is_table(region):
            beside = [other for other in regions[max(0, place - 1) : place + 2] if _near(region, other, em)]
            alone = all(not other.gutters or other.bands < 3 for other in beside)
            rows = [_headline(row) if alone else row for row in _rows(region, words)]
            yield Column(rows, min(r.left for r in rows), max(r.right for r in rows), table=True)
        elif depth < 6:
            for part in parts:
                yield from _cut(part, words, depth + 1)
        else:
            for part in parts:
                yield from _single(part)


def _near(region: _Region, other: _Region, em: float) -> bool:
    """Hardly any white between two regions, one above the other."""
    gap = max(region.top, other.top) - min(region.bottom, other.bottom)
    return gap < APART * em


def _headline(line: Line) -> Line:
    """Words far apart on a line that is in no table: one cell, unless there are figures in it."""
    text = line.text
    if any(character.isdigit() for character in text) or len(line.segments) > 8:
        return line
    whole = line.segments[0]
    return Line([replace(whole, text=text, left=line.left, right=line.right, top=line.top, bottom=line.bottom)])


def _single(segments: list[Segment]) -> Iterator[Column]:
    for typed, group in groupby(lines(segments), key=lambda line: any(segment.answer for segment in line.segments)):
        found = list(group)
        # each answer of a form is a piece of its own
        yield Column(found, min(line.left for line in found), max(line.right for line in found), table=typed)


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
        elif min(s.top for s in band) - region.bottom > APART * em:
            fits = False
        elif region.gutters and not own and _is_list(band) and _left(band) < _left(region.segments) - em:
            # a list to the left of all cells goes on in none of them
            fits = False
        elif region.gutters:
            # one cell or column may stop earlier: what matters is that a gutter goes on
            fits = bool(gutters) and (
                len(gutters) >= len(region.gutters) or bool(own) is False or len(gutters) >= len(own) > 0
            )
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


def _is_list(band: Sequence[Segment]) -> bool:
    return bool(BULLET.match(min(band, key=lambda s: s.left).text))


def _left(segments: Sequence[Segment]) -> float:
    return min(segment.left for segment in segments)


def _plain(regions: Iterable[_Region]) -> Iterator[_Region]:
    """Regions again, where a wide space in a line or two (justified text) makes no columns."""
    waiting: _Region | None = None
    for region in regions:
        if region.gutters and region.bands < 3 and _is_table(region) and _runs_through(region):
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


def _runs_through(region: _Region) -> bool:
    """A line or two whose gaps are only wide spaces: narrow for their type, or inside a sentence."""
    widest = max(right - left for left, right in region.gutters)
    if widest < 2.2 * _em(region.segments):
        return True
    for line in lines(region.segments):
        cells = sorted(line.segments, key=lambda s: s.left)
        if not all(cell.text[:1].islower() for cell in cells[1:]):
            return False
    return widest < 6 * _em(region.segments)


def _rows(region: _Region, words: Collection[str]) -> list[Line]:
    """A table's rows, each a line with one segment a cell; lines inside a cell are joined."""
    found = lines(region.segments)
    gaps = sorted(after.top - before.bottom for before, after in pairwise(found))
    usual = gaps[int((len(gaps) - 1) * 0.75)] if gaps else 0.0
    count = max(len(line.segments) for line in found)
    whole = [after.top - before.bottom for before, after in pairwise(found) if len(after.segments) == count]
    if len(whole) > 1 and sum(gap < min(whole) - 1 for gap in gaps) == len(gaps) - len(whole):
        usual = min(whole)  # only rows stand apart, and they all do
    dense = len(whole) >= FULL_ROWS
    groups: list[list[Line]] = []
    for line in found:
        if groups:
            last = groups[-1][-1]
            gap = line.top - last.bottom
            close = gap < 0.1 or gap < min(0.65 * min(line.bottom - line.top, last.bottom - last.top), 0.75 * usual)
            partial = min(len(line.segments), len(last.segments)) < count
            if close and partial and not _both_begin(groups[-1], line, region.gutters):
                groups[-1].append(line)
                continue
            near = dense and gap < 0.65 * (line.bottom - line.top)
            if near and _goes_on_in_cells(groups[-1], line, region.gutters):
                groups[-1].append(line)
                continue
        groups.append([line])
    return [_row(group, words) for group in groups]


def _row(group: list[Line], words: Collection[str]) -> Line:
    if len(group) == 1:
        return group[0]
    cells = [segment for line in group for segment in line.segments]
    return Line([_cell(part, words) for part in _split(cells, _gutters(cells, _em(cells)))])


def _goes_on_in_cells(group: Sequence[Line], line: Line, gutters: Sequence[tuple[float, float]]) -> bool:
    """Rows without space between them: a line whose words go on where the cell above it ends open ("Ministry of Water
    and"), and that has no other cell under one that is there already."""
    above = {column: cell for row in group for column, cell in _by_column(row, gutters)}
    own = dict(_by_column(line, gutters))
    if any(cell.left < left and cell.right > right for left, right in gutters for cell in own.values()):
        return False  # it runs through two columns
    under = [(above[column], cell) for column, cell in own.items() if column in above]
    if not under or own.keys() == above.keys() or (len(above) > 1 and not own.keys() < above.keys()):
        return False  # where all cells stand under others nothing tells rows apart
    return all(
        (ends_open(cell.text) or goes_on(below.text)) and not below.text.endswith((":", "：")) for cell, below in under
    )


def _by_column(line: Line, gutters: Sequence[tuple[float, float]]) -> list[tuple[int, Segment]]:
    """The cells of a line, each with the number of its column."""
    edges = [(left + right) / 2 for left, right in gutters]
    return [(sum(edge < (cell.left + cell.right) / 2 for edge in edges), cell) for cell in line.segments]


def _both_begin(group: Sequence[Line], line: Line, gutters: Sequence[tuple[float, float]]) -> bool:
    """Two rows without space between them: both have a first and a last cell."""
    edges = (gutters[0][0], gutters[-1][1])

    def whole(segments: Sequence[Segment]) -> bool:
        return any(s.left < edges[0] for s in segments) and any(s.right > edges[1] for s in segments)

    return whole([s for line in group for s in line.segments]) and whole(line.segments)


def _cell(segments: Sequence[Segment], words: Collection[str]) -> Segment:
    text = ""
    for line in lines(segments):
        text = join(text, line.text, words)
    return replace(
        segments[0],
        text=text,
        left=min(s.left for s in segments),
        right=max(s.right for s in segments),
        top=min(s.top for s in segments),
        bottom=max(s.bottom for s in segments),
    )


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


def _is_table(region: _Region) -> bool:
    """Cells side by side, and not text that runs down in columns."""
    parts = _split(region.segments, region.gutters)
    if len(parts) > 6 or region.bands < 2 or _begins_together(region, parts):
        return True
    return sum(map(_is_prose, parts)) < max(2, len(parts) * 0.6)


def _begins_together(region: _Region, parts: Sequence[Sequence[Segment]]) -> bool:
    """Rows whose cells hold sentences: a short column has something only where all columns begin anew, after a gap."""
    found = list(_bands(region.segments))
    full = [place for place, band in enumerate(found) if len(_split(band, region.gutters)) == len(parts)]
    if not 2 < len(full) <= 0.7 * len(found) or full[0] != 0:
        return False
    gaps = [min(s.top for s in after) - max(s.bottom for s in before) for before, after in pairwise(found)]
    between = [gaps[position - 1] for position in full[1:]]
    within = [gap for place, gap in enumerate(gaps, 1) if place not in full]
    short = min(map(len, parts))
    return short == len(full) and min(between) > max(within) + 1


def _is_prose(part: Sequence[Segment]) -> bool:
    """Lines of running text that fill their column."""
    found = lines(part)
    width = max(line.right for line in found) - min(line.left for line in found)
    signs = [character for segment in part for character in segment.text if not character.isspace()]
    letters = sum(character.isalpha() for character in signs)
    if len(found) < 2 or width < 8 * _em(part) or letters < 0.6 * len(signs):
        return False
    full = sum(line.right - line.left > 0.7 * width for line in found)
    # two or three lines must be long ones to tell
    return full >= 0.45 * len(found) and (len(found) > 3 or len(signs) > 20 * len(found))
