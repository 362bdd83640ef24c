"""Two generations in; the passages that the newer one lacks, each with the passage that it became, out.

A link to a passage should live for ever. A passage's id depends on its words, so an edit gives it another one. What it
became is found by its words, and never among passages that stood beside it before: a look-alike is no successor.

Why shingles and not the ranking? The question is not what a passage is about, but whether it is the same text. Runs of
eight characters tell that in both languages, whatever was re-wrapped, moved or spelled otherwise
(Broder 1997, "On the resemblance and containment of documents").
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from index.store.corpus import Corpus, StoredPassage

SHINGLE = 8
"""Characters of a shingle."""
SAME = 0.6
"""Share of a passage's shingles that its successor has, where it has all its figures too."""
CLOSE = 0.85
"""The same where a figure changed: everything else must have stayed."""
APART = 0.1
"""By how much the best must be ahead of the next, or it is not known which of them it is."""
MOST_OFTEN = 40
"""A shingle that more passages have tells nothing: country sheets repeat whole sentences."""
_FIGURES = re.compile(r"\d+(?:[.,]\d+)*")


class Gone(NamedTuple):
    """A passage that a newer generation lacks."""

    passage: StoredPassage
    successor: str | None
    """Id of the passage that it became; None where there is none, or where that is not sure."""


def gone_passages(older: Corpus, newer: Corpus) -> Iterator[Gone]:
    """The passages of the older generation whose ids the newer one lacks, in order."""
    before, now = _ids(older), _ids(newer)
    gone = [number for number, id_ in enumerate(before) if id_ not in now]
    if not gone:
        return
    new = [number for number, id_ in enumerate(now) if id_ not in before]
    # a passage may open with headings, whose numbers go up and down with what is put in above
    candidates = _Candidates([newer.passage(number) for number in new])
    for number in gone:
        passage = older.passage(number)
        yield Gone(passage, candidates.successor(passage))


class _Candidates:
    """New passages, by their shingles."""

    def __init__(self, passages: Sequence[StoredPassage]) -> None:
        self._passages = passages
        self._shingles = [_shingles(passage.body) for passage in passages]
        self._figures = [Counter(_FIGURES.findall(passage.body)) for passage in passages]
        self._having: defaultdict[str, list[int]] = defaultdict(list)
        for place, shingles in enumerate(self._shingles):
            for shingle in shingles:
                self._having[shingle].append(place)

    def successor(self, passage: StoredPassage) -> str | None:
        """Id of the passage that says what one said; None where none does, or where two do that say different things.

        Where two say the same, the one in the same report; it may be a copy in another.
        """
        shingles = _shingles(passage.body)
        if not shingles:
            return None
        shared: Counter[int] = Counter()
        for shingle in shingles:
            places = self._having.get(shingle, ())
            if len(places) <= MOST_OFTEN:
                shared.update(places)
        figures = Counter(_FIGURES.findall(passage.body))
        fits: list[tuple[float, bool, int]] = []
        for place, _ in shared.most_common(MOST_OFTEN):
            share = len(shingles & self._shingles[place]) / len(shingles)
            kept = figures <= self._figures[place]
            if share >= (SAME if kept else CLOSE):
                fits.append((share + kept, self._passages[place].document == passage.document, place))
        if not fits:
            return None
        fits.sort(key=lambda fit: (fit[0], fit[1], -fit[2]), reverse=True)
        best = fits[0]
        for share, _, place in fits[1:]:
            if best[0] - share < APART and self._shingles[place] != self._shingles[best[2]]:
                return None
        return self._passages[best[2]].id


def _shingles(text: str) -> frozenset[str]:
    """All runs of eight letters and figures of a text, white space, signs and case aside."""
    plain = "".join(filter(str.isalnum, text.casefold()))
    return frozenset(plain[start : start + SHINGLE] for start in range(max(1, len(plain) - SHINGLE + 1))) - {""}


def _ids(corpus: Corpus) -> dict[str, None]:
    """The ids of a generation, in the order of its passages."""
    return dict.fromkeys(id_.decode("ascii") for id_ in corpus.ids.tolist())
