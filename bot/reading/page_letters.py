"""The characters of a printed page in; its letters, in the orders in which a text may stand there, out.

Letters and digits alone are compared, in one form of each: a text as read has other spaces, hyphens and marks than the
page. They come in the order of the file, and line by line as they are seen, since neither is always that of the text.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Protocol

NEAR = 6
"""Letters that may stand between two pieces of a text: the mark of a footnote, the number of a line."""
WORD_GAP = 0.15
"""Heights of a letter between two letters of one word."""
HAN_FROM = "\u2e80"
MOST_OPEN = 8
"""Lines that a character may belong to, when they are put together from the top."""
ALIKE = 40
"""Places of a piece that are looked at."""

Box = tuple[float, float, float, float]
"""Left, bottom, right, top in points of the page before it is turned; y grows upwards."""


class PrintedCharacter(Protocol):
    """What is needed of a character (`content.readers.pdf_characters`); y grows downwards from the lower edge."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    turn: int


def letters_of(text: str) -> str:
    """The letters and digits of a text, in one form of each."""
    return "".join(character for character in unicodedata.normalize("NFKC", text).casefold() if character.isalnum())


class _Stream:
    """The letters of a page in one order, each with the number of the character that it is."""

    def __init__(self, parts: Sequence[str], order: Iterable[int]) -> None:
        self.owners: list[int] = []
        self.ends: dict[int, int] = {}
        """For each character, where the letters behind it begin."""
        letters: list[str] = []
        for number in order:
            if parts[number]:
                letters.append(parts[number])
                self.owners += [number] * len(parts[number])
                self.ends[number] = len(self.owners)
        self.letters = "".join(letters)

    def starts(self, piece: str) -> Iterator[int]:
        """Where a piece begins, at most `ALIKE` times."""
        start, met = self.letters.find(piece), 0
        while start >= 0 and met < ALIKE:
            yield start
            met += 1
            start = self.letters.find(piece, start + 1)

    def longest(self, text: str, start: int, least: int) -> int:
        """How many letters of a text from `start` on stand here in one piece; 0 where not more than `least`."""
        low, high = least, len(text) - start
        while low < high:
            middle = (low + high + 1) // 2
            if text[start : start + middle] in self.letters:
                low = middle
            else:
                high = middle - 1
        return low if low > least else 0


class PageLetters:
    """The letters of a page, in the order of its file and line by line as they are seen."""

    def __init__(self, characters: Sequence[PrintedCharacter]) -> None:
        self.characters = characters
        places = [laid(character) for character in characters]
        self.parts = [letters_of(character.text) for character in characters]
        printed = [number for number, part in enumerate(self.parts) if part]
        everything = _lines(places, [character.turn for character in characters])
        lines = [line for own in everything if (line := [number for number in own if self.parts[number]])]
        seen = (number for line in lines for number in line)
        self.filed, self.seen = _Stream(self.parts, printed), _Stream(self.parts, seen)
        self.streams = (self.filed, self.seen)
        self.within: set[int] = set()
        """Characters that go on a word."""
        self.continued: set[int] = set()
        """Characters behind which their word goes on."""
        for line in everything:
            for before, after in pairwise(line):
                both = self.parts[before] + self.parts[after]
                spelled = self.parts[before] and self.parts[after] and max(both) < HAN_FROM
                if spelled and _gap(places[before], places[after]) < WORD_GAP:
                    self.continued.add(before)
                    self.within.add(after)
        self.first: set[int] = set()
        """Characters with nothing close before them on their line."""
        self.last: set[int] = set()
        """Characters with nothing close behind them on their line."""
        for line in lines:
            self.first.add(line[0])
            self.last.add(line[-1])
            for before, after in pairwise(line):
                if _gap(places[before], places[after]) > 0.9:
                    self.last.add(before)
                    self.first.add(after)

    def longest(self, text: str, start: int) -> int:
        """How many letters of a text from `start` on the page has in one piece."""
        length = 0
        for stream in self.streams:
            length = stream.longest(text, start, length) or length
        return length

    def places(self, piece: str) -> list[tuple[int, ...]]:
        """The characters of a piece, for each place where the page has it."""
        found = {
            tuple(dict.fromkeys(stream.owners[start : start + len(piece)])): None
            for stream in self.streams
            for start in stream.starts(piece)
        }
        return list(found)

    def near_in_file(self, before: int, after: int) -> bool:
        """Whether hardly a letter stands between two characters in the file."""
        return 0 <= self.filed.ends[after] - len(self.parts[after]) - self.filed.ends[before] <= NEAR

    def near_as_seen(self, before: int, after: int) -> bool:
        """Whether hardly a letter stands between two characters, line by line."""
        return 0 <= self.seen.ends[after] - len(self.parts[after]) - self.seen.ends[before] <= NEAR


def _lines(places: Sequence[Box], turns: Sequence[int]) -> list[list[int]]:
    """The numbers of characters line by line, from the top, each line in the direction in which it runs."""
    lines: list[list[int]] = []
    for number in sorted(range(len(places)), key=lambda number: (turns[number], places[number][2])):
        for line in lines[-1:-MOST_OPEN:-1]:
            if turns[line[-1]] == turns[number] and _level(places[line[-1]], places[number]) > 0.5:
                line.append(number)
                break
        else:
            lines.append([number])
    return [sorted(line, key=lambda number: places[number][0]) for line in lines]


def laid(character: PrintedCharacter) -> Box:
    """Start, end, upper and lower edge of a character, as its base line runs."""
    turn = character.turn % 4 if character.turn >= 0 else 0
    if turn == 1:
        return character.top, character.bottom, -character.right, -character.left
    if turn == 2:
        return -character.right, -character.left, -character.bottom, -character.top
    if turn == 3:
        return -character.bottom, -character.top, character.left, character.right
    return character.left, character.right, character.top, character.bottom


def level(one: PrintedCharacter, other: PrintedCharacter) -> float:
    """How far two characters stand on one line: the share of the smaller one's height."""
    return _level(laid(one), laid(other))


def _level(one: Box, other: Box) -> float:
    _, _, high, low = one
    _, _, other_high, other_low = other
    return (min(low, other_low) - max(high, other_high)) / max(min(low - high, other_low - other_high), 0.1)


def gap(before: PrintedCharacter, after: PrintedCharacter) -> float:
    """The gap between two characters of a line, in heights of a letter."""
    return _gap(laid(before), laid(after))


def _gap(before: Box, after: Box) -> float:
    return (after[0] - before[1]) / max(before[3] - before[2], 1.0)
