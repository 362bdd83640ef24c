"""A misspelt word in, the nearest words of the reports out.

Optimal string alignment distance (Damerau 1964: insertions, deletions, substitutions and swaps of neighbours); at
most 1 for words up to five letters, 2 above, and the first letter must be right or swapped with the second:
most typing errors leave it alone (Pollock & Zamora 1984).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from index.tables import StringTable

SHORTEST = 4
"""Shorter words have too many neighbours to guess."""
_LAST_ASCII = 127


def nearest(word: str, terms: StringTable, surfaces: StringTable) -> list[int]:
    """Numbers of the terms whose usual surface, or whose stem, is nearest to `word`; all with the same distance."""
    if len(word) < SHORTEST or not word.isalpha():
        return []
    limit = 1 if len(word) <= 5 else 2
    best: list[int] = []
    for first in dict.fromkeys(word[:2]):
        run = terms.starting_with(first)
        near = _near(word, surfaces, run, limit) | _near(word, terms, run, limit)
        for number in (np.flatnonzero(near) + run.start).tolist():
            surface = surfaces[number]
            if abs(len(surface) - len(word)) > limit + 3:
                continue
            distance = min(_distance(word, surface, limit), _distance(word, terms[number], limit))
            if distance < limit:
                limit, best = distance, [number]
            elif distance == limit:
                best.append(number)
    return best[:4]


def _near(word: str, table: StringTable, run: range, limit: int) -> npt.NDArray[np.bool_]:
    """Whether each string of a run may be within the limit: bool (strings).

    `_distance` for all strings at once, a letter of the word after another; those that are not ASCII are let through.
    """
    raw, ends = table.raw(run)
    text = np.frombuffer(raw, np.uint8)
    lengths = np.diff(ends, prepend=0)
    beyond = np.concatenate([np.zeros(1, np.int64), np.cumsum(text > _LAST_ASCII)])
    near: npt.NDArray[np.bool_] = beyond[ends] > beyond[ends - lengths]
    some = np.flatnonzero(~near & (np.abs(lengths - len(word)) <= limit))
    if not len(some):
        return near
    width = len(word) + limit
    # What stands after a string are the letters of the next; no distance up to its own end depends on them.
    letters = text.take((ends - lengths)[some] + np.arange(width)[:, None], mode="clip")
    before, same_before = None, None
    last = np.repeat(np.arange(width + 1, dtype=np.int16)[:, None], len(some), axis=1)
    for row, letter in enumerate(word, start=1):
        same = letters == ord(letter)
        current = np.full_like(last, row)
        np.minimum(last[1:] + np.int16(1), last[:-1] + ~same, out=current[1:])
        if before is not None and same_before is not None:
            swapped = np.where(same[:-1] & same_before[1:], before[:-2] + np.int16(1), np.int16(width))
            np.minimum(current[2:], swapped, out=current[2:])
        for column in range(1, width + 1):
            np.minimum(current[column], current[column - 1] + np.int16(1), out=current[column])
        before, last, same_before = last, current, same
    near[some] = last[lengths[some], np.arange(len(some))] <= limit
    return near


def _distance(one: str, other: str, limit: int) -> int:
    """Optimal string alignment distance, `limit + 1` where it is more than `limit`."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        current = [row]
        for column, wanted in enumerate(other, start=1):
            cost = min(last[column] + 1, current[-1] + 1, last[column - 1] + (letter != wanted))
            if before and column > 1 and letter == other[column - 2] and one[row - 2] == wanted:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        if min(current) > limit:
            return limit + 1
        before, last = last, current
    return min(last[-1], limit + 1)
