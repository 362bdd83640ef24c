"""One PDF page in; its segments out: runs of words on one line, with place, size and weight.

Coordinates are in points, turned so that the text runs from left to right and y grows downwards, whatever
the page's own rotation is. A page of Arabic or Hebrew is seen in a mirror, so that all that is said of lines and
columns holds for it, too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from content.readers.pdf_characters import MIRRORED, SLANTING, WRITTEN, Box, Character, Fonts, characters, is_rtl
from content.readers.pdf_forms import TypedText
from content.readers.pdf_words import Glyphs, words

_GAP = 0.9
"""Ems between two words from which on they count as separate segments (columns, cells)."""
SCANNED_SIZE = 10.0
"""Points that all text of a scanned page counts as, for want of a true size."""
_LEADERS = re.compile(r"\s*[_.…]{3,}\s*$")
"""What is printed where something shall be typed."""
LONGEST_STAMP = 200
"""Characters of what is set at a slant that are looked at."""
_STRAY = 6
"""Characters of a run that may be a mark which the file has in another place than the line it stands in."""


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
    font: int = -1
    """The number of the font that it begins with; -1: what was typed into a form or a note."""
    answer: bool = False
    """It holds what was typed into a form or a note, so that it is a piece of its own."""

    @property
    def middle(self) -> float:
        """Half-way between top and bottom."""
        return (self.top + self.bottom) / 2


@dataclass(slots=True)
class Sheet:
    """What stands on a page, and what was left out of it."""

    segments: list[Segment] = field(default_factory=list)
    turned: int = 0
    """Characters that run at an angle to the rest."""
    slanting: str = ""
    """What is set at a slant, without spaces: as a rule a stamp over the page."""
    hidden: int = 0
    """Characters that the page does not show."""
    placeless: int = 0
    """Characters without a place on it."""
    unmapped: int = 0
    """Characters of fonts that do not say which they are."""


def sheet(
    textpage: Any,
    visible: Box,
    pictures: Sequence[Box],
    coloured: Callable[[], Sequence[Box]],
    fonts: Fonts,
    typed: Sequence[TypedText] = (),
) -> Sheet:
    """The segments of a page's text, in the order of the file.

    `textpage` is a `pypdfium2.PdfTextPage`; `visible` is the part of the page that is shown, before it is turned;
    `pictures` are the boxes of its pictures; `coloured` tells where anything lies that is not white; `typed` is what
    was typed into its forms and notes.
    """
    width, height = visible[2] - visible[0], visible[3] - visible[1]
    found = characters(textpage, visible, pictures, coloured, fonts)
    result = Sheet(hidden=found.hidden, placeless=found.placeless, unmapped=found.unmapped)
    if found.scanned:
        for character in found.characters:
            character.said, character.bold = SCANNED_SIZE, False
    if not found.characters:
        result.segments = [_value(one) for one in typed]
        return result
    turns = Counter(character.turn for character in found.characters)
    main = max(turns, key=lambda turn: (turn >= 0, turns[turn]))
    glyphs = None if found.scanned else Glyphs(textpage, visible[0])
    typed = [_laid(one, main, width, height) for one in typed]
    segments = _segments(found.characters, main, width, height, glyphs, [one for one in typed if one.box])
    if SLANTING in turns:
        result.slanting = "".join(one.text for one in found.characters if one.turn == SLANTING)[:LONGEST_STAMP]
    for turn, count in turns.items():
        if turn == main:
            continue
        # a note up the margin is furniture; a good part of the page is text
        if turn == SLANTING or count <= 0.2 * len(found.characters):
            result.turned += count
            continue
        lowest = max(segment.bottom for segment in segments) + 50
        aside = _segments(found.characters, turn, width, height, glyphs)
        lift = lowest - min(segment.top for segment in aside)
        segments += [replace(s, top=s.top + lift, bottom=s.bottom + lift) for s in aside]
    segments = _with_values(segments, [one for one in typed if not one.box])
    result.segments = _in_a_mirror(segments, width if main % 2 == 0 else height)
    return result


def _segments(
    characters: Sequence[Character],
    turn: int,
    width: float,
    height: float,
    glyphs: Glyphs | None,
    boxes: Sequence[TypedText] = (),
) -> list[Segment]:
    own = [character for character in characters if character.turn == turn]
    for character in own:
        _lay(character, turn, width, height)
    runs = list(_runs(own))
    if glyphs:
        runs = _with_strays(runs)
    ticks = [(box, _beside(box, runs)) for box in boxes]
    for one, run in ticks:
        if run is not None:
            _insert(one, run)
    segments = [_segment(run, glyphs) for run in runs]
    return segments + [_value(one) for one, run in ticks if run is None]


def _value(one: TypedText) -> Segment:
    return Segment(one.text, one.left, one.right, one.top, one.bottom, one.size, False, answer=True)


def _laid(one: TypedText, turn: int, width: float, height: float) -> TypedText:
    """What was typed, on a page whose text is turned."""
    style = Character(one.text, one.left, one.right, one.top - height, one.bottom - height)
    _lay(style, turn, width, height)
    return TypedText(one.text, style.left, style.right, style.top, style.bottom, one.size, one.box)


def _with_values(segments: list[Segment], values: Sequence[TypedText]) -> list[Segment]:
    """Segments with what was typed, each value behind the label on its left, where it has one there."""
    for one in sorted(values, key=lambda value: (value.top, value.left)):
        best = -1
        for place, segment in enumerate(segments):
            if not (segment.top < one.bottom and segment.bottom > one.top and segment.left < one.left):
                continue
            if min(segment.bottom, one.bottom) - max(segment.top, one.top) < 0.4 * (segment.bottom - segment.top):
                continue
            if best < 0 or segment.right > segments[best].right:
                best = place
        label = segments[best] if best >= 0 else None
        text = _LEADERS.sub("", label.text) if label and label.right > one.left + 2 else label.text if label else ""
        if label is None or label.answer or (label.right > one.left + 2 and text == label.text):
            segments.append(_value(one))
            continue
        segments[best] = replace(
            label,
            text=f"{text} {one.text}".strip(),
            right=max(one.right, label.right),
            top=min(one.top, label.top),
            bottom=max(min(one.bottom, one.top + 1.2 * one.size), label.bottom),
            answer=True,
        )
    return segments


def _beside(one: TypedText, runs: Sequence[list[Character]]) -> list[Character] | None:
    """The run that a box stands in or beside: the text on its right, else on its left, is what it ticks."""
    middle, best, nearest = (one.top + one.bottom) / 2, None, 0.0
    for run in runs:
        top, bottom = run[0].top, run[0].bottom
        height = bottom - top
        if not top - 0.3 * height < middle < bottom + 0.3 * height:
            continue
        left, right = run[0].left, run[-1].right
        if left < one.left and one.right < right:
            return run
        gap = left - one.right if left >= one.left else 1.5 * (one.left - right)
        if gap < 2.5 * height and (best is None or gap < nearest):
            best, nearest = run, gap
    return best


def _insert(one: TypedText, run: list[Character]) -> None:
    """Put a box into a run, with a space on either side."""
    position = sum(c.left + c.right < one.left + one.right for c in run)
    near = run[min(position, len(run) - 1)]
    box = near.copy(one.text, one.left, one.right)
    box.space = WRITTEN
    run.insert(position, box)
    if position + 1 < len(run):
        run[position + 1].space = WRITTEN


def _in_a_mirror(segments: list[Segment], width: float) -> list[Segment]:
    """Segments of a page that is read from right to left, with their places seen in a mirror; others as they are."""
    right = sum(1 for segment in segments for character in segment.text if is_rtl(character))
    if right == 0 or right < sum(1 for segment in segments for character in segment.text if character.isalpha()) / 2:
        return segments
    return [replace(segment, left=width - segment.right, right=width - segment.left) for segment in segments]


def _lay(c: Character, turn: int, width: float, height: float) -> None:
    """Lay a character's base line level. PDFium counts angles with the clock."""
    plain = turn % MIRRORED if turn >= 0 else 0
    if plain == 3:
        c.left, c.right, c.top, c.bottom = -c.bottom, -c.top, c.left, c.right
    elif plain == 2:
        c.left, c.right, c.top, c.bottom = width - c.right, width - c.left, -c.bottom, -c.top
    elif plain == 1:
        c.left, c.right, c.top, c.bottom = height + c.top, height + c.bottom, width - c.right, width - c.left
    else:
        c.top, c.bottom = height + c.top, height + c.bottom
    if turn >= MIRRORED:
        across = height if plain % 2 == 0 else width
        c.top, c.bottom = across - c.bottom, across - c.top


def _runs(characters: Sequence[Character]) -> Iterator[list[Character]]:
    run: list[Character] = []
    for character in characters:
        if run and _apart(run, character):
            yield run
            run = []
        run.append(character)
    if run:
        yield run


def _apart(run: Sequence[Character], character: Character) -> bool:
    last = run[-1]
    height = max(last.bottom - last.top, character.bottom - character.top, 1.0)
    overlap = min(last.bottom, character.bottom) - max(last.top, character.top)
    if overlap < 0.3 * min(last.bottom - last.top, character.bottom - character.top):
        return True
    gap = character.left - last.right
    if gap < 0 and gap < -min(last.size, character.size) and not 0.5 <= last.size / (character.size or 1.0) <= 2:
        return True  # a stamp lies over the line
    limit = (_GAP / 2 if character.jump else _GAP) * height
    if gap < 0 and (is_rtl(character.text) or is_rtl(run[0].text)):
        # it goes on to the left, and a number in it to the right
        return max(gap, min(character.left for character in run) - character.right) > limit
    return gap > limit or gap < -1.6 * height


def _with_strays(runs: list[list[Character]]) -> list[list[Character]]:
    """Runs again, with each mark in the line it stands in, where a file has all marks behind all lines."""
    if len(runs) < 2:
        return runs
    strays = [
        run for run in runs if len(run) <= _STRAY and run[0].text.isalnum() and all(c.text in _OF_MARKS for c in run)
    ]
    taken: set[int] = set()
    for stray in strays:
        left, right, size = stray[0].left, stray[-1].right, stray[0].size
        middle = (stray[0].top + stray[0].bottom) / 2
        for run in runs:
            first = run[0]
            if run is stray or not 0.45 * first.size < size < 0.87 * first.size:
                continue
            if not (first.top - 0.3 * first.size < middle < first.bottom and abs(first.turn - stray[0].turn) == 0):
                continue
            # its own gap is free for it, or it stands right at an end
            position = sum(one.left + one.right < left + right for one in run)
            before = run[position - 1].right if position else left - 1
            after = run[position].left if position < len(run) else right + 1
            near = (position == 0 or left - before < 0.35 * size) and (position > 0 or after - right < 0.35 * size)
            if near and left > before - 0.2 * size and right < after + 0.2 * size:
                run[position:position] = stray
                if position + len(stray) < len(run):
                    run[position + len(stray)].space = max(run[position + len(stray)].space, stray[0].space)
                stray[0].space, stray[0].jump = 0, False
                taken.add(id(stray))
                break
    return [run for run in runs if id(run) not in taken]


_OF_MARKS = frozenset("0123456789abcdefghijkl,*†‡-–+−")


def _segment(run: Sequence[Character], glyphs: Glyphs | None) -> Segment:
    heights = sorted(character.bottom - character.top for character in run)
    sizes = sorted(character.said for character in run)
    size = sizes[len(sizes) // 2]
    height = heights[len(heights) // 2]
    return Segment(
        words(run, glyphs),
        min(character.left for character in run),
        max(character.right for character in run),
        min(character.top for character in run),
        max(character.bottom for character in run),
        # some programs write everything in size 1 and scale it
        size if 0.3 * height < size < 2.5 * height or size == SCANNED_SIZE else height,
        sum(character.bold for character in run) > 0.8 * len(run),
        run[0].font,
    )
