"""The sheets of all pages in; the same without the stamps over their text ("DRAFT"), and the pages that have one, out.

A stamp is set in large type, at the same place on several pages, and over other text or at a slant. Without this rule
it would be a line of its own in the middle of some paragraph, on each page.

Why at least two pages? A large line that touches another one is common on covers. A cover is one page.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from content.readers.paragraphs import fold
from content.readers.pdf_page import Segment, Sheet

LARGE = 2.0
"""Times the size of the text that a stamp is set in, at least."""
_SHARE = 0.5
"""Share of its pages on which a stamp lies over other text, at least: nothing else does."""
_STEP = 6
"""Points by which the place of a stamp may differ from page to page."""
_DRAFT = re.compile(
    r"draft|not\s?for\s?(?:citation|quotation|distribution)|草案|征求意见稿|送审稿|讨论稿|初稿|草稿", re.IGNORECASE
)


@dataclass(slots=True)
class Stamped:
    """The pages that have a stamp, from 1."""

    pages: list[int] = field(default_factory=list)
    drafts: list[int] = field(default_factory=list)
    """Those whose stamp says that the report is a draft."""


def drop_stamps(sheets: Sequence[Sheet]) -> Stamped:
    """Take stamps out of the sheets. What is set at a slant was left out of them before, and counts as a stamp here."""
    stamped = Stamped()
    stamps = _stamps(sheets)
    for number, sheet in enumerate(sheets, 1):
        own = [segment for segment in sheet.segments if _key(segment) in stamps] if stamps else []
        if own:
            sheet.segments = [segment for segment in sheet.segments if _key(segment) not in stamps]
        words = " ".join([sheet.slanting, *(segment.text for segment in own)])
        if own:
            stamped.pages.append(number)
        if _DRAFT.search(words):
            stamped.drafts.append(number)
    return stamped


def _stamps(sheets: Sequence[Sheet]) -> set[tuple[str, int, int]]:
    """What is set in large type at the same place on several pages, and lies over other text on most of them."""
    sizes: Counter[float] = Counter()
    for sheet in sheets:
        for segment in sheet.segments:
            sizes[round(segment.size, 1)] += len(segment.text)
    if not sizes:
        return set()
    body = sizes.most_common(1)[0][0]
    over: dict[tuple[str, int, int], list[bool]] = defaultdict(list)
    for sheet in sheets:
        for segment in sheet.segments:
            if segment.size >= LARGE * body and len(segment.text) > 2 and not segment.answer:
                over[_key(segment)].append(any(_lies_over(segment, other, body) for other in sheet.segments))
    return {key for key, lies in over.items() if len(lies) > 1 and sum(lies) >= _SHARE * len(lies)}


def _key(segment: Segment) -> tuple[str, int, int]:
    return fold(segment.text), round(segment.left / _STEP), round(segment.top / _STEP)


def _lies_over(stamp: Segment, other: Segment, body: float) -> bool:
    """Another line runs through the stamp: in smaller type, and through more than its edge."""
    if other is stamp or other.size > 0.75 * stamp.size:
        return False
    across = min(stamp.right, other.right) - max(stamp.left, other.left)
    down = min(stamp.bottom, other.bottom) - max(stamp.top, other.top)
    return across > 2 * body and down > 0.6 * (other.bottom - other.top)
