"""Segments of one column in; its lines, from the top, out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from content.readers.pdf_page import Segment


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
