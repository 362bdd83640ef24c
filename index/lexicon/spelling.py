"""A misspelt word in, the nearest words of the reports out.

Optimal string alignment distance (Damerau 1964: insertions, deletions, substitutions and swaps of neighbours): at most
1 for words up to five letters, 2 for longer ones. The first letter must be right, or swapped with the second, because
most typing errors are not in the first letter (Pollock & Zamora 1984).
"""

from __future__ import annotations

import numpy as np

from index.store.tables import SortedTable, StringTable

SHORTEST = 4
"""Shorter words have too many neighbours to guess."""
MOST = 4
"""Guesses at most."""


def nearest(word: str, stem: str, terms: SortedTable, surfaces: StringTable) -> list[int]:
    """Numbers of the terms whose usual surface is nearest to `word`, or which are nearest to its stem.

    All have the same distance; of those at most `MOST`.
    """
    if len(word) < SHORTEST or not word.isalpha():
        return []
    from rapidfuzz.distance import OSA  # importing it takes 40 ms, so only a misspelt word does
    from rapidfuzz.process import cdist

    limit, of_stem = _limit(word), _limit(stem)
    best: list[int] = []
    for first in dict.fromkeys(word[:2]):
        numbers = terms.starting_with(first)
        if not numbers:
            continue
        # all distances beyond the limit count as limit + 1
        of_surfaces, of_terms = (
            cdist([mine], table.run(numbers), scorer=OSA.distance, score_cutoff=most, dtype=np.uint8)[0]
            for mine, table, most in ((word, surfaces, limit), (stem, terms, min(limit, of_stem)))
        )
        distances = np.minimum(of_surfaces, np.where(of_terms > of_stem, limit + 1, of_terms))
        least = int(distances.min())
        if least < limit:
            limit, best = least, []
        if least == limit:
            best += (numbers.start + (distances == least).nonzero()[0]).tolist()
    return best[:MOST]


def _limit(word: str) -> int:
    return 1 if len(word) <= 5 else 2
