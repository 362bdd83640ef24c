"""A concept in; the passages that say something of it, and how much, out.

What a concept's expansions come to is said in `expansions.py`. Here it is decided for which passages that is
computed: for all of them in a small corpus (`together.py`); for those that the expansions' postings name, where these
are few. Where they are many, the concept gets a column, like a common term (`upper_bounds.py`), and its true scores are
computed for the candidates alone.

What was made of a concept's expansions is kept for a while: people ask about the same things.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

import numpy as np

from index.question.parse import Concept
from index.scoring.bm25 import BM25
from index.scoring.docsets import Chosen, Everything, Listed, Pieces, Sight
from index.scoring.expansions import Best, Phrase, Way
from index.scoring.sought import KINDS, Found, Sought, look_up
from index.scoring.together import Row, score_together
from index.scoring.topk import Computed, Given, Ids, Values, Weighted
from index.scoring.upper_bounds import BLOCK, COMMON, SMALLEST, Column, largest_of_blocks
from index.store.tables import SortedTable

_HIGHEST = 254
"""The level that the best score of a concept has at most; one more is left for what is too high."""
_ROUNDED, _UP = 1 + 1e-5, 1.01
"""What a bound may be off by, as it is computed in 32 bits; and in levels, what it then is rounded up by at most."""
_KEPT_BYTES = 32 << 20
_TOGETHER = 1 << 16
"""Expansions times passages up to which all are scored at once."""


class Scored(NamedTuple):
    """What the passages say of a concept."""

    sought: Sought
    weighted: Given
    """The passages that have something of it, and their scores."""
    shares: Callable[[Ids], Values]
    """How much of the concept each of some passages has, 0 to 1: float32."""
    idf: float

    @property
    def passages(self) -> int:
        """How many have something of it."""
        return len(self.weighted)

    def shares_of(self, numbers: Ids) -> Values:
        """How much of the concept each of these passages has: float32."""
        return self.shares(numbers)

    def scores_of(self, numbers: Ids) -> Values:
        """The score of each of these passages: float32."""
        return self.weighted.given(numbers)


@dataclass(frozen=True, slots=True, eq=False)
class _Listed:
    """Shares that were computed for all passages that have one."""

    passages: Ids
    shares: Values | float
    """Beside the passages: float32, or one figure for all."""

    def __call__(self, numbers: Ids) -> Values:
        if not len(self.passages):
            return np.zeros(len(numbers), np.float32)
        place = np.minimum(self.passages.searchsorted(numbers), len(self.passages) - 1)
        found = self.passages[place] == numbers
        there: Values = found * (np.float32(self.shares) if isinstance(self.shares, float) else self.shares[place])
        return there


@dataclass(frozen=True, slots=True, eq=False)
class _Wide:
    """Shares of all passages."""

    shares: Values

    def __call__(self, numbers: Ids) -> Values:
        return self.shares.take(numbers)


@dataclass(frozen=True, slots=True, eq=False)
class _Computing:
    """Scores or shares that are computed for those passages of which they are asked."""

    bm25: BM25
    compute: Callable[[Sight], Values]

    def __call__(self, numbers: Ids) -> Values:
        return self.compute(Chosen(self.bm25, numbers))


class ConceptScorer:
    """Scores concepts over the passages of one generation. Immutable; safe to share between threads."""

    def __init__(self, terms: SortedTable, bm25: BM25) -> None:
        self._find = terms.find
        self._bm25 = bm25
        self._kept = _Kept(_KEPT_BYTES)

    def score(self, concept: Concept, k: int) -> Scored:
        """The better of the concept's parts, each found by itself, and an expansion for the whole.

        `k`: how many passages are going to be looked for.
        """
        return self.score_all((concept,), k)[0]

    def score_all(self, concepts: Sequence[Concept], k: int) -> list[Scored]:
        """The same for each of some concepts."""
        keys = [_Key((concept.parts, concept.expansions, concept.kind in KINDS, k)) for concept in concepts]
        found = [self._kept.get(key) for key in keys]
        new = [place for place, scored in enumerate(found) if scored is None]
        sought = [look_up(concepts[place], self._find, self._bm25) for place in new]
        for place, scored in zip(new, self._score_new(sought, k), strict=True):
            self._kept.put(keys[place], scored)
            found[place] = scored
        return [scored for scored in found if scored is not None]

    def _score_new(self, sought: list[Sought], k: int) -> Iterable[Scored]:
        """At once in a small corpus, as long as that is quicker than to list what each concept is found in."""
        most = sum([len(group) for one in sought for group in (*one.parts, one.whole)])
        if most * self._bm25.corpus_size <= _TOGETHER:
            return map(_of_row, sought, score_together(sought, self._bm25))
        if len(sought) == 1:
            return (self._score(sought[0], k),)
        return chain.from_iterable(self._score_new([one], k) for one in sought)

    def _score(self, sought: Sought, k: int) -> Scored:
        if len(sought.parts) > 1 or sought.whole:
            parts = tuple(map(self._best, sought.parts))
            return self._scored(sought, Phrase.of(parts, self._best(sought.whole), self._sights, self._bm25), k)
        (known,) = sought.parts
        if not known:
            return Scored(sought, _NOTHING, _NONE, self._bm25.idf_of(0.0))
        one = known[0]
        if len(known) == 1 and one.length == 1:
            (number,) = one.numbers
            own = self._bm25.idf_of(one.credence * self._bm25.document_frequency(number))
            # `weighted` multiplies by the idf of the term; here that of the concept counts
            weighted = self._bm25.weighted(number, k, one.weight * own / (one.idf or 1.0))
            return Scored(sought, weighted, _Listed(weighted.passages, one.credence), own)
        return self._scored(sought, self._best(known), k)

    def _best(self, known: list[Found]) -> Best:
        """The best of several expansions."""
        return Best.of(
            tuple((self._way(one), one.counts) for one in known if one.ordinary),
            tuple((self._way(one), one.idf) for one in known if not one.ordinary),
            self._sights,
            self._bm25,
        )

    def _way(self, one: Found) -> Way:
        total = sum(one.idfs) + (one.length - len(one.idfs)) * self._bm25.idf_of(1)
        return Way(tuple(one.numbers), tuple(one.idfs), total or 1.0, one.length == 1, one.weight, one.credence)

    def _sights(self, terms: Iterable[int]) -> Iterable[Sight]:
        """All passages that have any of some terms: listed where they are few."""
        bm25 = self._bm25
        if bm25.corpus_size <= SMALLEST:
            return (Everything(bm25),)
        terms = set(terms)
        if sum(map(bm25.document_frequency, terms)) * COMMON < bm25.corpus_size:
            return (Listed(bm25, terms),)
        return Pieces(bm25)

    def _scored(self, sought: Sought, concept: Best | Phrase, k: int) -> Scored:
        """What the passages say: listed, or, where too many say something, in a column."""
        sights = self._sights(concept.terms)
        if isinstance(sights, Pieces):
            return self._in_a_column(sought, concept, sights, k)
        (sight,) = sights
        shares, scores = concept.shares(sight), concept.scores(sight)
        places = (shares > 0).nonzero()[0]
        passages = sight.passages[places] if isinstance(sight, Listed) else places.astype(np.int32)
        values = scores[places]
        bound = float(values.max()) if len(values) else 0.0
        kth = concept.limits(self._bm25, k).kth
        weighted = Weighted(passages, values, 1.0, bound, kth)
        return Scored(sought, weighted, _Listed(passages, shares[places]), concept.idf)

    def _in_a_column(self, sought: Sought, concept: Best | Phrase, pieces: Pieces, k: int) -> Scored:
        """What the passages of a large corpus say, as a bound for each, and as what computes it."""
        bm25, limits = self._bm25, concept.limits(self._bm25, k)
        # the same unit as that of the corpus's own columns, where it will do: then levels are added as they are
        unit = max(bm25.level, limits.most / _HIGHEST)
        levels = np.zeros(-(-bm25.corpus_size // BLOCK) * BLOCK, np.uint8)
        count = 0
        for piece in pieces:
            bounds = concept.scores(piece)
            bounds *= np.float32(_ROUNDED / unit)
            own = levels[piece.low : piece.high]
            own[:] = np.minimum(np.ceil(bounds, out=bounds), _HIGHEST + 1, out=bounds)
            count += int(np.count_nonzero(own))
        column = Column(levels, largest_of_blocks(levels), unit, _UP + limits.error / unit)
        scores, shares = _Computing(bm25, concept.scores), _Computing(bm25, concept.shares)
        return Scored(sought, Computed(count, scores, column, limits.most, limits.kth), shares, concept.idf)


class _Key:
    """What is asked of a concept. Some fifty strings have to be hashed for it: once is enough."""

    __slots__ = ("_hash", "_of")

    def __init__(self, of: tuple[object, ...]) -> None:
        self._of, self._hash = of, hash(of)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self._of == other._of


class _Kept:
    """What was found last, by what was asked. Safe to share between threads."""

    def __init__(self, most: int) -> None:
        """`most`: bytes of arrays."""
        self._most, self._bytes = most, 0
        self._found: OrderedDict[_Key, Scored] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: _Key) -> Scored | None:
        with self._lock:
            found = self._found.get(key)
            if found is not None:
                self._found.move_to_end(key)
            return found

    def put(self, key: _Key, scored: Scored) -> None:
        with self._lock:
            if key not in self._found:
                self._found[key] = scored
                self._bytes += _bytes(scored)
            while self._bytes > self._most:
                self._bytes -= _bytes(self._found.popitem(last=False)[1])


_NOTHING = Weighted(np.zeros(0, np.int32), np.zeros(0, np.float32), 1.0, 0.0)
_NONE = _Listed(_NOTHING.passages, 0.0)


def _bytes(scored: Scored) -> int:
    weighted = scored.weighted
    if isinstance(weighted, Computed):
        return 256 + weighted.column.levels.nbytes + weighted.column.blocks.nbytes
    return 256 + 12 * len(weighted) + (scored.shares.shares.nbytes if isinstance(scored.shares, _Wide) else 0)


def _of_row(sought: Sought, row: Row) -> Scored:
    passages = row.shares.nonzero()[0]
    values = row.scores.take(passages)
    bound = float(np.maximum.reduce(values)) if len(values) else 0.0
    # a row is part of the array of all: what is kept must not keep the others
    return Scored(sought, Weighted(passages.astype(np.int32), values, 1.0, bound), _Wide(row.shares.copy()), row.idf)
