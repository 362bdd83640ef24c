"""Segments of a page without clear gutters in (newspapers, slanting scans); blocks in reading order out.

Where headlines, pictures and crooked lines leave no strip of white from top to bottom, lines are chained to
the line below them instead (L. O'Gorman, The Document Spectrum, 1993, in its simplest form), and a block is
read when nothing above it is left to read, the leftmost first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from content.readers.pdf_line import lines
from content.readers.pdf_page import Segment

MIN_LINES = 10
"""Lines from which on a region may hold columns that do not show."""


@dataclass(slots=True)
class _Block:
    segments: list[Segment] = field(default_factory=list)
    left: float = 0.0
    right: float = 0.0
    top: float = 0.0
    bottom: float = 0.0
    size: float = 0.0

    def add(self, segment: Segment) -> None:
        if self.segments:
            self.left, self.right = min(self.left, segment.left), max(self.right, segment.right)
            self.top, self.bottom = min(self.top, segment.top), max(self.bottom, segment.bottom)
        else:
            self.left, self.right, self.top, self.bottom = (
                segment.left,
                segment.right,
                segment.top,
                segment.bottom,
            )
            self.size = segment.bottom - segment.top
        self.segments.append(segment)


def is_tangled(segments: Sequence[Segment]) -> bool:
    """Many lines here are made of pieces that stand side by side."""
    found = lines(segments)
    apart = sum(len(line.segments) > 1 for line in found)
    return len(found) >= MIN_LINES and apart >= 0.3 * len(found)


def untangled(segments: Sequence[Segment]) -> list[list[Segment]]:
    """The segments of each block, blocks in reading order."""
    blocks: list[_Block] = []
    for segment in sorted(segments, key=lambda s: (s.top, s.left)):
        fitting = [block for block in blocks if _fits(block, segment)]
        if fitting:
            max(fitting, key=lambda block: _overlap(block, segment)).add(segment)
        else:
            blocks.append(_Block())
            blocks[-1].add(segment)
    return [block.segments for block in _in_order(blocks)]


def _overlap(block: _Block, segment: Segment) -> float:
    return min(block.right, segment.right) - max(block.left, segment.left)


def _fits(block: _Block, segment: Segment) -> bool:
    """The segment goes on in this block: close below it, in its column, in its type size."""
    height = segment.bottom - segment.top
    if not 0.65 < height / max(block.size, 0.1) < 1.55:
        return False
    if segment.top > block.bottom + 0.8 * block.size or segment.bottom < block.top:
        return False
    width, own = block.right - block.left, segment.right - segment.left
    inside = _overlap(block, segment)
    if inside > 0.9 * own:
        return True
    # a line as wide as the column, whose first line may have been shorter
    near = abs(segment.left - block.left) < 2.5 * height
    return near and inside > 0.6 * min(width, own) and own < 1.6 * width + 4 * height


def _in_order(blocks: list[_Block]) -> list[_Block]:
    ordered: list[_Block] = []
    left = sorted(blocks, key=lambda block: (block.left, block.top))
    while left:
        free = next(
            (block for block in left if not any(_above(other, block) for other in left if other is not block)),
            left[0],
        )
        left.remove(free)
        ordered.append(free)
    return ordered


def _above(other: _Block, block: _Block) -> bool:
    shared = min(other.right, block.right) - max(other.left, block.left)
    narrow = min(other.right - other.left, block.right - block.left)
    return shared > 0.15 * narrow and (other.top + other.bottom) < (block.top + block.bottom) and other.top < block.top
