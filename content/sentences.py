"""Where sentences end: a text in, the slices of its sentences out.

Why not a library? Segmenters of the field return strings, not offsets, or want a model; what is needed here
is small: English abbreviations, initials and decimals, Chinese full stops, list items and headings that end
a line without a full stop.
"""

from __future__ import annotations

import re

_ABBREVIATION = re.compile(
    r"(?:^|[\s(\[\"“])(?:[A-Z]|[a-h]|Mr|Mrs|Ms|Dr|Prof|Gen|Sen|Rep|Gov|St|Jr|Sr|Co|Corp|Inc|Ltd|Bros|No|Nos|Vol|vol|"
    r"Fig|fig|Figs|Eq|Sec|Art|Ch|ch|pp|p|ed|eds|cf|vs|al|ca|approx|est|dept|Dept|Univ|Jan|Feb|Mar|Apr|Jun|Jul|"
    r"Aug|Sep|Sept|Oct|Nov|Dec|e\.g|i\.e|a\.m|p\.m|Ph\.D)$|"
    r"\b(?:[A-Z]\.)+[A-Z]$"
)
# A full stop ends a sentence before white space and what can begin one; Chinese stops need no space.
_CLOSING = "\"'”’)\\]）】》」』"
# A run of stops is tried from its first one alone: ten thousand dots are no harm.
# What ends one begins with a character that is looked for first: to try three ways at every character takes longer.
_END = re.compile(
    rf"[.!?…。！？\n](?:(?<=[.!?…])(?<![.!?…]{{2}})[.!?…]*[{_CLOSING}]*(?:(?=\s)|\d{{1,3}}(?=\s+[A-Z“\"‘(]|$))|"
    rf"(?<=[。！？])[。！？]*[{_CLOSING}]*|(?<=\n)\s*\n)"
)
_WORD_OR_CLOSING = re.compile(rf"[^\W\dA-Z_]|[{_CLOSING}]")
"""What stands before a full stop that a footnote's number may follow: a figure there makes it a decimal point."""
_SPACED_POINT = re.compile(r"\s\.\s+\d")
"""The decimal point of a figure that was set in spaces: 1 1 . 7 3 %."""
_LOWER = re.compile(r"\s+[a-z,;:)]")
_TWO_OF_A_WORD = re.compile(r"[^\W_\u3400-\u9fff]{2}")
_FIGURE = re.compile(r"\d[.,]\d")
_WEAK_END = re.compile(r"[;；]\s*|,(?!\d)\s*|[，、]\s*|\s+")


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Slices (start, end) of the sentences of `text`, in order, without white space around them.

    A blank line always ends a sentence; a single line break never does.
    """
    slices: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(text):
        low, high = match.span()
        sign = text[low]
        if text[high - 1].isdigit() and not _WORD_OR_CLOSING.match(text, max(start, low - 1)):
            continue
        if sign == "." and (
            _SPACED_POINT.match(text, max(start, low - 1))
            or _ABBREVIATION.search(text, max(start, low - 12), low)
            or (_LOWER.match(text, high) and "\n\n" not in text[high : high + 3])
        ):
            continue
        _append_trimmed(slices, text, start, low if sign == "\n" else high)
        start = high
    _append_trimmed(slices, text, start, len(text))
    return slices


def split_to_length(text: str, start: int, end: int, limit: int) -> list[tuple[int, int]]:
    """Slices of `text[start:end]`, none longer than `limit` characters, cut at the best place there is.

    Between sentences where possible, else after a semicolon, a comma, a space, else between words; inside a word only
    where that is longer than a slice.
    """
    slices: list[tuple[int, int]] = []
    room: tuple[int, int] | None = None
    for low, high in split_sentences(text[start:end]):
        low, high = start + low, start + high
        if room is not None and high - room[0] <= limit:
            room = (room[0], high)
            continue
        if room is not None:
            slices.append(room)
        room = None
        while high - low > limit:
            cut = _best_cut(text, low, low + limit)
            _append_trimmed(slices, text, low, cut)
            low = cut
            while low < high and text[low].isspace():
                low += 1
        if low < high:
            room = (low, high)
    if room is not None:
        slices.append(room)
    return slices


def _best_cut(text: str, low: int, high: int) -> int:
    """The last good place to cut in the second half of `text[low:high]`: after ; then , then a space.

    Where there is none, the last place in all of it that no word goes across.
    """
    best = {";": 0, ",": 0, " ": 0}
    for match in _WEAK_END.finditer(text, low + (high - low) // 2, high + 1):  # one more, to see that no figure goes on
        first = match.group()[0]
        if match.start() < high:
            best[";" if first in ";；" else "," if first in ",，、" else " "] = min(match.end(), high)
    between = (position for position in range(high, low, -1) if not _goes_across(text, position))
    return best[";"] or best[","] or best[" "] or next(between, high)


def _goes_across(text: str, position: int) -> bool:
    """Whether a word or a figure goes on at a place. Chinese, without spaces, may be cut between any two characters."""
    return bool(_TWO_OF_A_WORD.match(text, position - 1)) or any(
        _FIGURE.match(text, low) for low in (position - 2, position - 1) if low >= 0
    )


def _append_trimmed(slices: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    sentence = text[start:end]
    start += len(sentence) - len(sentence.lstrip())
    length = len(sentence.strip())
    if length:
        slices.append((start, start + length))
