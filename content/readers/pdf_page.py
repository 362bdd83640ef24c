"""One PDF page in; its segments out: runs of words on one line, with place, size and weight.

Coordinates are in points, turned so that the text runs from left to right and y grows downwards, whatever
the page's own rotation is.
"""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pypdfium2.raw as pdfium

_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
# PDFium gives a hyphen at a line's end as U+0002 or U+FFFE
_HYPHENS = {0x02, 0xFFFE, 0xAD}
_GAP = 0.9
"""Ems between two words from which on they count as separate segments (columns, cells)."""
SCANNED_SIZE = 10.0
"""Points that all text of a scanned page counts as, for want of a true size."""
MAX_CHARACTERS = 2_000_000
"""Characters of one page that are looked at; more is no page of a report."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of words on one line."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    size: float
    bold: bool

    @property
    def middle(self) -> float:
        """Half-way between top and bottom."""
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class _Character:
    text: str
    left: float
    right: float
    top: float
    bottom: float
    size: float
    bold: bool
    turn: int
    """Quarter turns of its base line, or -1 for a slanting one."""
    space: bool
    """White space comes before it."""
    jump: bool
    """PDFium sees a new line before it."""


def segments(textpage: Any, width: float, height: float) -> list[Segment]:
    """The segments of a page's text, in the order of the file.

    `textpage` is a `pypdfium2.PdfTextPage`; `width` and `height` are the page's before it is turned.
    """
    characters = list(_characters(textpage))
    if _is_unseen(textpage):
        characters = [replace(c, size=SCANNED_SIZE, bold=False) for c in characters]
    if not characters:
        return []
    turns = Counter(character.turn for character in characters)
    main = max(turns, key=lambda turn: (turn >= 0, turns[turn]))
    found = list(_runs([_turned(c, main, width, height) for c in characters if c.turn == main]))
    for turn, count in turns.items():
        # a note up the margin is furniture; a good part of the page is text
        if turn not in (main, -1) and count > 0.2 * len(characters):
            lowest = max(segment.bottom for segment in found) + 50
            aside = list(_runs([_turned(c, turn, width, height) for c in characters if c.turn == turn]))
            lift = lowest - min(segment.top for segment in aside)
            found += [Segment(s.text, s.left, s.right, s.top + lift, s.bottom + lift, s.size, s.bold) for s in aside]
    return found


def _is_unseen(textpage: Any) -> bool:
    """The text is invisible and lies over the picture of a page: OCR wrote it, and its sizes mean nothing."""
    count = textpage.count_chars()
    modes: Counter[int] = Counter()
    for index in range(0, count, max(1, count // 50)):
        item = pdfium.FPDFText_GetTextObject(textpage.raw, index)
        if item:
            modes[pdfium.FPDFTextObj_GetTextRenderMode(item)] += 1
    return modes[pdfium.FPDF_TEXTRENDERMODE_INVISIBLE] > modes.total() / 2


def _characters(textpage: Any) -> Iterator[_Character]:
    raw = textpage.raw
    count = min(textpage.count_chars(), MAX_CHARACTERS)
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    box = pdfium.FS_RECTF()
    space = jump = False
    high = 0
    for index in range(count):
        code = pdfium.FPDFText_GetUnicode(raw, index)
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000 and high:
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00)
        high = 0
        if code in (10, 13):
            jump = True
            continue
        if code in _HYPHENS:
            code = 0x2D
        if code in (9, 32, 0xA0, 0x3000) or 0x2000 <= code <= 0x200A:
            space = True
            continue
        if code < 32 or 0xD800 <= code < 0xE000 or code in (0x200B, 0xFEFF, 0x7F):
            continue
        if not pdfium.FPDFText_GetLooseCharBox(raw, index, box) or box.right <= box.left or box.top <= box.bottom:
            if not pdfium.FPDFText_GetCharBox(raw, index, left, right, bottom, top):
                continue
            bounds = (left.value, right.value, top.value, bottom.value)
        else:
            bounds = (box.left, box.right, box.top, box.bottom)
        if not all(map(math.isfinite, bounds)):
            continue
        angle = pdfium.FPDFText_GetCharAngle(raw, index) % (2 * math.pi)
        quarters = angle / (math.pi / 2)
        turn = round(quarters) % 4 if abs(quarters - round(quarters)) < 0.15 else -1
        character = chr(code)
        weight = pdfium.FPDFText_GetFontWeight(raw, index)
        yield _Character(
            _LIGATURES.get(character, character),
            bounds[0],
            bounds[1],
            -bounds[2],
            -bounds[3],
            max(0.0, pdfium.FPDFText_GetFontSize(raw, index)),
            weight >= 600
            or (weight < 0 and _named_bold(raw, index))
            or (weight in (0, 400) and _named_bold(raw, index)),
            turn,
            space,
            jump,
        )
        space = jump = False


def _named_bold(raw: Any, index: int) -> bool:
    flags = ctypes.c_int()
    name = ctypes.create_string_buffer(96)
    length = pdfium.FPDFText_GetFontInfo(raw, index, name, 96, flags)
    low = name.value.lower() if 0 < length <= 96 else b""
    return b"bold" in low or b"black" in low or b"heavy" in low or b"simhei" in low or bool(flags.value & (1 << 18))


def _turned(character: _Character, turn: int, width: float, height: float) -> _Character:
    """The character with its base line laid level. PDFium counts angles with the clock."""
    c = character
    if turn == 3:
        box = (-c.bottom, -c.top, c.left, c.right)
    elif turn == 2:
        box = (width - c.right, width - c.left, -c.bottom, -c.top)
    elif turn == 1:
        box = (height + c.top, height + c.bottom, width - c.right, width - c.left)
    else:
        box = (c.left, c.right, height + c.top, height + c.bottom)
    return _Character(c.text, *box, c.size, c.bold, c.turn, c.space, c.jump)


def _runs(characters: list[_Character]) -> Iterator[Segment]:
    run: list[_Character] = []
    for character in characters:
        if run and _apart(run[-1], character):
            yield _segment(run)
            run = []
        run.append(character)
    if run:
        yield _segment(run)


def _apart(last: _Character, character: _Character) -> bool:
    height = max(last.bottom - last.top, character.bottom - character.top, 1.0)
    overlap = min(last.bottom, character.bottom) - max(last.top, character.top)
    if overlap < 0.3 * min(last.bottom - last.top, character.bottom - character.top):
        return True
    gap = character.left - last.right
    return gap > (_GAP / 2 if character.jump else _GAP) * height or gap < -1.6 * height


def _segment(run: list[_Character]) -> Segment:
    parts: list[str] = []
    for place, character in enumerate(run):
        if place:
            height = max(character.bottom - character.top, 1.0)
            wide = character.left - run[place - 1].right > 0.18 * height
            if character.space or (wide and character.jump):
                parts.append(" ")
        parts.append(character.text)
    heights = sorted(character.bottom - character.top for character in run)
    sizes = sorted(character.size for character in run)
    size = sizes[len(sizes) // 2]
    height = heights[len(heights) // 2]
    return Segment(
        "".join(parts),
        min(character.left for character in run),
        max(character.right for character in run),
        min(character.top for character in run),
        max(character.bottom for character in run),
        # some programs write everything in size 1 and scale it
        size if 0.3 * height < size < 2.5 * height or size == SCANNED_SIZE else height,
        sum(character.bold for character in run) > 0.8 * len(run),
    )
