"""The letters of a printed page and a text in; the rectangles under which the page has that text, or none, out.

A text as read is not the text as printed: words are mended at line ends, marks stand elsewhere, rows repeat the names
of their columns. So pieces of the text are looked for: the longest one first, then what follows it. A piece counts only
where its place is sure: it is there once, or right behind the piece before it, or nearest below it by far. Whatever is
not sure marks nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from bot.reading.page_letters import Box, PageLetters, PrintedCharacter, gap, laid, letters_of, level
from content.documents import SEPARATOR

SURE = 5
"""Letters from which on a piece that the page has once is taken to be the text's."""
MOST_PIECES = 120
"""Pieces of one text; a text in more has been taken apart by something that is not understood."""
MARGIN = 0.7
"""Lines by which one of several places must be nearer than the next, to be the text's."""
BACK = 12
"""Letters at the end of a page that may belong to something else than the text."""
TOUCH = 2.5
"""Heights of a letter between two letters of one rectangle."""
_NAMED = re.compile(r"(?:^|; )[^;:]{1,60}: ")
"""The name of a column before its value, as `content.readers.tables.table_row` writes it."""


@dataclass(slots=True)
class _Trail:
    """Where the letters of a text stand, as far as it is known."""

    pieces: list[tuple[int, ...]] = field(default_factory=list)
    """Characters of the page, in the order of the text."""
    taken: int = 0
    """Letters of the text that have a place."""

    def with_piece(self, piece: tuple[int, ...], letters: int) -> _Trail:
        return _Trail([*self.pieces, piece], self.taken + letters)


@dataclass(frozen=True, slots=True)
class PrintedText:
    """A text to be found on a page, and what is printed before and after it, by which one of two alike is known."""

    text: str
    before: str = ""
    after: str = ""


def among(texts: Sequence[str], position: int, excerpt: str = "") -> PrintedText:
    """One of some texts that are printed one after another, or an `excerpt` that begins in it, with its neighbours."""
    text = texts[position]
    before = texts[position - 1] if position else ""
    after = texts[position + 1] if position + 1 < len(texts) else ""
    if excerpt and excerpt not in text:  # it goes on in the next one
        after = ""
    return PrintedText(excerpt or text, before, after)


@dataclass(frozen=True, slots=True)
class Located:
    """Where a text stands on a page, or the beginning of it."""

    boxes: list[Box]
    """None where other letters of the page would lie under them."""
    taken: int
    """Letters of the text that have a place."""
    pieces: Sequence[tuple[int, ...]] = ()
    """Their characters."""

    def begins_line(self, page: PageLetters) -> bool:
        return bool(self.pieces) and self.pieces[0][0] in page.first

    def ends_line(self, page: PageLetters) -> bool:
        return bool(self.pieces) and self.pieces[-1][-1] in page.last


def find_marks(
    letters_on: Callable[[int], PageLetters | None], page: int, printed: PrintedText
) -> dict[int, list[Box]]:
    """The rectangles of a text that stands on a page, by page: also on the one after or before it, where it goes on.

    Empty where it is not sure that all of it stands there. `letters_on`: the letters of a page, None where there is no
    such page.
    """
    text = printed.text
    total = len(letters_of(text))
    for first in (page, page - 1) if total else ():
        here = letters_on(first) if first > 0 else None
        if here is None:
            continue
        found = locate(here, text)
        if found.taken < total and first == page and (printed.before or printed.after):
            beside = locate(here, text, before=printed.before, after=printed.after)
            found = beside if beside.taken == total else found
        if found.taken == total:
            if first == page:
                return {page: found.boxes} if found.boxes else {}
            continue
        following = letters_on(first + 1) if found.taken else None
        if following is None:
            continue
        for back in range(min(found.taken, BACK)):
            # the last letters on a page may be there by chance: its number looks like the next word
            head = locate(here, text, 0, found.taken - back) if back else found
            rest = locate(following, text, found.taken - back)
            if head.taken + rest.taken == total and head.ends_line(here) and rest.begins_line(following):
                return {first: head.boxes, first + 1: rest.boxes} if head.boxes and rest.boxes else {}
    return {}


@dataclass(frozen=True, slots=True)
class _Block:
    """A paragraph of a text, as letters."""

    letters: str
    begins: frozenset[int]
    """Which of its letters begin words."""

    def part(self, first: int, last: int) -> _Block:
        return _Block(
            self.letters[first:last], frozenset(number - first for number in self.begins if first <= number < last)
        )


def _block(text: str) -> _Block:
    letters: list[str] = []
    begins: set[int] = set()
    before = False
    for character in unicodedata.normalize("NFKC", text).casefold():
        if character.isalnum():
            if not before:
                begins.add(len(letters))
            letters.append(character)
        before = character.isalnum()
    return _Block("".join(letters), frozenset(begins))


def locate(
    page: PageLetters, text: str, first: int = 0, last: int | None = None, *, before: str = "", after: str = ""
) -> Located:
    """As much of a text, from its beginning, as surely stands on a page.

    Looked for are its letters from the `first` up to the `last`. `before`, `after`: what is printed beside it, which
    is not marked.
    """
    blocks: list[tuple[_Block, _Block]] = []
    position = 0
    for paragraph in text.split(SEPARATOR):
        whole = _block(paragraph)
        low = max(first - position, 0)
        high = len(whole.letters) if last is None else min(max(last - position, 0), len(whole.letters))
        position += len(whole.letters)
        if low < high:
            part = whole.part(low, high)
            blocks.append((part, _block(_NAMED.sub("; ", paragraph)) if part.letters == whole.letters else part))
    lead, rest = (_block(beside.split(SEPARATOR)[which]) for beside, which in ((before, -1), (after, 0)))
    known = _follow(page, lead, []) if lead.letters else _Trail()
    pieces, taken = _place_blocks(page, blocks, known.pieces if known.taken == len(lead.letters) else [])
    if not taken and rest.letters:
        pieces, taken = _place_blocks(page, [*blocks, (rest, rest)], [])
        wanted = sum(len(block.letters) for block, _ in blocks)
        if taken != wanted + len(rest.letters):
            return Located([], 0)
        pieces, taken = pieces[: len(blocks)], wanted  # one piece for each that waited for what comes after
    boxes = _rectangles(page, pieces)
    return Located(boxes if _are_clear(page, boxes, pieces) else [], taken, pieces)


def _place_blocks(
    page: PageLetters, blocks: Sequence[tuple[_Block, _Block]], lead: Sequence[tuple[int, ...]]
) -> tuple[list[tuple[int, ...]], int]:
    """The pieces of as many blocks as have a sure place, in their order, and the letters that these are.

    `lead`: the pieces of what is printed before them.
    """
    placed: list[_Trail] = []
    waiting = 0
    """Blocks at the beginning whose place is known only when the next one's is."""
    for block, plain in blocks:
        before = [*lead, *(piece for trail in placed for piece in trail.pieces)]
        trail = _follow(page, block, before)
        if trail.taken < len(block.letters) and plain.letters not in ("", block.letters):
            values = _follow(page, plain, before)  # the values of a row, without the names that it repeats
            if values.taken == len(plain.letters):
                trail = _Trail(values.pieces, len(block.letters))
        if not trail.pieces and not placed:
            waiting += 1
            continue
        placed.append(trail)
        if trail.taken < len(block.letters):
            break
    for block, _ in reversed(blocks[:waiting] if placed else ()):
        pieces = [piece for trail in placed for piece in trail.pieces]
        piece = _nearest(page, _candidates(page, block, 0, len(block.letters), pieces), pieces[0][0], above=True)
        if piece is None:
            return [], 0
        placed.insert(0, _Trail([piece], len(block.letters)))
    return [piece for trail in placed for piece in trail.pieces], sum(trail.taken for trail in placed)


def _follow(page: PageLetters, block: _Block, before: Sequence[tuple[int, ...]]) -> _Trail:
    """As much of a block as surely follows what was placed before."""
    trail, letters = _Trail(), block.letters
    while trail.taken < len(letters) and len(trail.pieces) < MOST_PIECES:
        longest = page.longest(letters, trail.taken)
        for length in range(longest, max(longest - BACK, 0), -1):
            # a piece may have run on by chance into what stands on another line
            piece = _place(page, block, trail.taken, length, [*before, *trail.pieces], fresh=not trail.pieces)
            if piece is not None:
                break
        else:
            break
        trail = trail.with_piece(piece, length)
    return trail


def _place(
    page: PageLetters, block: _Block, start: int, length: int, before: Sequence[tuple[int, ...]], *, fresh: bool
) -> tuple[int, ...] | None:
    """Where a piece surely stands, None where that is not known. `fresh`: the block begins with it."""
    places = _candidates(page, block, start, length, before)
    if len(places) == 1 and (length >= SURE or (fresh and length == len(block.letters))):
        return places[0]
    if not before:
        return None
    last = before[-1][-1]
    seen = [place for place in places if page.near_as_seen(last, place[0])]
    filed = [place for place in places if page.near_in_file(last, place[0])]
    below = _nearest(page, places, last) if start in block.begins else None
    # a paragraph goes on where its file does; another one may stand in the file behind any
    order = (*seen[:1], below, *filed[:1]) if fresh else (*filed[:1], *seen[:1], below)
    return next((place for place in order if place is not None), None)


def _candidates(
    page: PageLetters, block: _Block, start: int, length: int, before: Iterable[tuple[int, ...]]
) -> list[tuple[int, ...]]:
    """Where a piece may stand: words begin and end with it as they do in the text; with a whole block, lines do."""
    taken = {number for piece in before for number in piece}
    places = [place for place in page.places(block.letters[start : start + length]) if taken.isdisjoint(place)]
    if len(places) < 2:
        return places
    if start in block.begins:
        places = [place for place in places if place[0] not in page.within]
    end = start + length
    if end == len(block.letters) or end in block.begins:
        places = [place for place in places if place[-1] not in page.continued]
    if len(places) > 1 and length == len(block.letters):
        places = [place for place in places if place[0] in page.first and place[-1] in page.last] or places
    return places


def _nearest(
    page: PageLetters, places: Sequence[tuple[int, ...]], anchor: int, *, above: bool = False
) -> tuple[int, ...] | None:
    """The place that is next to a character, below it or on its line behind it (`above`: the other way round).

    None where another one is as near.
    """
    costs: list[tuple[float, tuple[int, ...]]] = []
    for place in places:
        pair = (place[-1], anchor) if above else (anchor, place[0])
        first, second = (page.characters[number] for number in pair)
        if first.turn != second.turn:
            continue
        (left, _, high, low), (other_left, _, other_high, _) = laid(first), laid(second)
        height = max(low - high, 1.0)
        down, along = (other_high - high) / height, (other_left - left) / height
        if down > 0.6 or (down > -0.6 and along > 0):
            costs.append((max(down, 0.0) + (0.02 * along if along > 0 else 0.0), place))
    costs.sort()
    if not costs or (len(costs) > 1 and costs[1][0] - costs[0][0] < MARGIN):
        return None
    return costs[0][1]


# Rectangles


def _rectangles(page: PageLetters, pieces: Iterable[Sequence[int]]) -> list[Box]:
    """One rectangle for each run of letters on a line."""
    boxes: list[Box] = []
    run: list[PrintedCharacter] = []
    numbers = dict.fromkeys(number for piece in pieces for number in piece)
    for number in numbers:
        character = page.characters[number]
        if run and not _goes_on(run[-1], character):
            boxes.append(_around(run))
            run = []
        run.append(character)
    return [*boxes, _around(run)] if run else boxes


def _goes_on(before: PrintedCharacter, after: PrintedCharacter) -> bool:
    """Whether a rectangle over one character goes on over the next."""
    return before.turn == after.turn and level(before, after) > 0.4 and -2 < gap(before, after) < TOUCH


def _around(characters: Sequence[PrintedCharacter]) -> Box:
    return (
        min(character.left for character in characters),
        -max(character.bottom for character in characters),
        max(character.right for character in characters),
        -min(character.top for character in characters),
    )


def _are_clear(page: PageLetters, boxes: Sequence[Box], pieces: Iterable[Sequence[int]]) -> bool:
    """Whether no other letter of the page lies in the middle of a rectangle."""
    own = {number for piece in pieces for number in piece}
    for number, part in enumerate(page.parts):
        if not part or number in own:
            continue
        character = page.characters[number]
        x, y = (character.left + character.right) / 2, -(character.top + character.bottom) / 2
        if any(left < x < right and bottom < y < top for left, bottom, right, top in boxes):
            return False
    return True
