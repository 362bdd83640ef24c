"""A misspelt word in, the nearest words of the reports out.

Optimal string alignment distance (Damerau 1964: insertions, deletions, substitutions and swaps of neighbours); at
most 1 for words up to five letters, 2 above, and the first letter must be right or swapped with the second:
most typing errors leave it alone (Pollock & Zamora 1984).
"""

from __future__ import annotations

from index.tables import StringTable

SHORTEST = 4
"""Shorter words have too many neighbours to guess."""


def nearest(word: str, terms: StringTable, surfaces: StringTable) -> list[int]:
    """Numbers of the terms whose usual surface, or whose stem, is nearest to `word`; all with the same distance."""
    if len(word) < SHORTEST or not word.isalpha():
        return []
    limit = 1 if len(word) <= 5 else 2
    best: list[int] = []
    for first in dict.fromkeys(word[:2]):
        for number in terms.starting_with(first):
            surface = surfaces[number]
            if abs(len(surface) - len(word)) > limit + 3:
                continue
            distance = min(_distance(word, surface, limit), _distance(word, terms[number], limit))
            distance += first != word[0] and distance <= limit and word[1] != first
            if distance < limit:
                limit, best = distance, [number]
            elif distance == limit:
                best.append(number)
    return best[:4]


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
