"""A concept in; the passages that say something of it, and how much, out.

What a concept's alternatives come to is said in `alternatives.py`. Here it is decided for which passages that is
computed: for all of them in a small corpus (`together.py`); for those that the alternatives' postings name, where these
are few. Where they are many, the concept gets a column, like a common term (`columns.py`), and its true scores are
computed for the candidates alone.

What was made of a concept's alternatives is kept for a while: people ask about the same things.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain

import numpy as np

from index.alternatives import Best, Phrase, Way
from index.bm25 import BM25
from index.columns import BLOCK, COMMON, SMALLEST, Column, largest_of_blocks
from index.credence import EVERYDAY, KINDS, SOFT, TRUSTED, credence, usual
from index.lexicon import Alternative
from index.maxscore import Computed, Given, Ids, Values, Weighted
from index.query import Concept
from index.sights import Chosen, Everything, Listed, Pieces, Sight
from index.tables import StringTable
from index.together import Row, score_together

_HIGHEST = 254
"""The level that the best score of a concept has at most; one more is left for what is too high."""
_ROUNDED, _UP = 1 + 1e-5, 1.01
"""What a bound may be off by, as it is computed in 32 bits; and in levels, what it then is rounded up by at most."""
_KEPT_BYTES = 32 << 20
_TOGETHER = 1 << 16
"""Alternatives times passages up to which all are scored at once."""
_KnownOne = tuple[Alternative, list[int], float]
"""An alternative that the reports have, the numbers of its terms (-1: unknown) and the idf of the rarest."""
Terms = tuple[list[int], int, float]
"""An alternative: the numbers of those of its terms that the reports have, how many terms it has, and its weight."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for to find a concept, as far as the reports have it."""

    parts: tuple[list[Terms], ...] = ()
    """The alternatives of each of its parts."""
    whole: list[Terms] = field(default_factory=list)
    """The alternatives of the whole."""
    numbers: dict[str, int] = field(default_factory=dict)
    """All terms of those, with their numbers."""


@dataclass(frozen=True, slots=True)
class Scored:
    """What the passages say of a concept."""

    weighted: Given
    """The passages that have something of it, and their scores."""
    shares: Callable[[Ids], Values]
    """How much of the concept each of some passages has, 0 to 1: float32."""
    idf: float
    sought: Sought = field(default_factory=Sought)

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

    def __init__(self, terms: StringTable, bm25: BM25) -> None:
        self._find = terms.find
        self._idf = lru_cache(maxsize=1 << 16)(self._idf_of_term)
        self._bm25 = bm25
        self._kept = _Kept(_KEPT_BYTES)

    def score(self, concept: Concept, k: int) -> Scored:
        """The better of the concept's parts, each found by itself, and an alternative for the whole.

        `k`: how many passages are going to be looked for.
        """
        return self.score_all((concept,), k)[0]

    def score_all(self, concepts: Sequence[Concept], k: int) -> list[Scored]:
        """The same for each of some concepts."""
        keys = [(concept.parts, concept.alternatives, concept.kind in KINDS, k) for concept in concepts]
        found = [self._kept.get(key) for key in keys]
        new = [place for place, scored in enumerate(found) if scored is None]
        for place, scored in zip(new, self._score_new([concepts[place] for place in new], k), strict=True):
            found[place] = scored = replace(scored, sought=self._sought(concepts[place]))
            self._kept.put(keys[place], scored)
        return [scored for scored in found if scored is not None]

    def _score_new(self, concepts: list[Concept], k: int) -> Iterable[Scored]:
        """At once in a small corpus, as long as that is quicker than to list what each concept is found in."""
        most = sum([len(part.alternatives) for concept in concepts for part in concept.parts])
        most += sum([len(concept.alternatives) for concept in concepts])
        if most * self._bm25.corpus_size <= _TOGETHER:
            return map(_of_row, score_together(concepts, self._find, self._bm25))
        if len(concepts) == 1:
            return (self._score(concepts[0], k),)
        return chain.from_iterable(self._score_new([concept], k) for concept in concepts)

    def _score(self, concept: Concept, k: int) -> Scored:
        trusted = concept.kind in KINDS
        if len(concept.parts) == 1 and not concept.alternatives:
            return self._score_best(concept.parts[0].alternatives, k, trusted)
        parts = tuple(self._best(self._known(part.alternatives), trusted) for part in concept.parts)
        whole = self._best(self._known(concept.alternatives))
        return self._scored(Phrase.of(parts, whole, self._sights, self._bm25), k)

    def _sought(self, concept: Concept) -> Sought:
        numbers: dict[str, int] = {}

        def known(alternatives: tuple[Alternative, ...]) -> list[Terms]:
            found = []
            for one in alternatives:
                own = [(term, number) for term in one.terms if (number := self._find(term)) >= 0]
                if own:
                    numbers.update(own)
                    found.append(([number for _, number in own], len(one.terms), one.weight))
            return found

        return Sought(tuple(known(part.alternatives) for part in concept.parts), known(concept.alternatives), numbers)

    def _score_best(self, alternatives: tuple[Alternative, ...], k: int, trusted: bool = False) -> Scored:
        known = self._known(alternatives)
        if not known:
            return Scored(_NOTHING, _NONE, self._bm25.idf_of(0.0))
        if len(known) == 1 and len(known[0][1]) == 1:
            alternative, (number,), idf = known[0]
            believed = credence(alternative)
            # `weighted` multiplies by the idf of the term; here that of the concept counts
            own = self._bm25.idf_of(believed * self._bm25.document_frequency(number))
            weighted = self._bm25.weighted(number, k, alternative.weight * own / (idf or 1.0))
            return Scored(weighted, _Listed(weighted.passages, believed), own)
        return self._scored(self._best(known, trusted), k)

    def _best(self, known: list[_KnownOne], trusted: bool = False) -> Best:
        """The best of several alternatives."""
        ordinary, soft = self._kinds(known, trusted)
        ways = [self._way(alternative, numbers) for alternative, numbers, _ in known]
        return Best.of(
            tuple((ways[place], place not in soft) for place in ordinary),
            tuple((way, known[place][2]) for place, way in enumerate(ways) if place not in ordinary),
            self._sights,
            self._bm25,
        )

    def _kinds(self, known: list[_KnownOne], trusted: bool) -> tuple[list[int], set[int]]:
        """Places of the alternatives that are not everyday, and of those that do not say how common a concept is."""
        least = EVERYDAY * usual([(alternative, idf) for alternative, _, idf in known])
        ordinary = [
            place
            for place, (alternative, _, idf) in enumerate(known)
            if idf >= least or (trusted and alternative.origin in TRUSTED)
        ]
        soft = {p for p, (alternative, _, _) in enumerate(known) if alternative.origin in SOFT}
        return ordinary, soft if len(soft) < len(known) else set()

    def _way(self, alternative: Alternative, numbers: list[int]) -> Way:
        idfs = [self._idf(number) for number in numbers]
        there = [place for place, number in enumerate(numbers) if number >= 0]
        return Way(
            tuple(numbers[place] for place in there),
            tuple(idfs[place] for place in there),
            sum(idfs) or 1.0,
            len(numbers) == 1,
            alternative.weight,
            credence(alternative),
        )

    def _sights(self, terms: Iterable[int]) -> Iterable[Sight]:
        """All passages that have any of some terms: listed where they are few."""
        bm25 = self._bm25
        if bm25.corpus_size <= SMALLEST:
            return (Everything(bm25),)
        terms = set(terms)
        if sum(map(bm25.document_frequency, terms)) * COMMON < bm25.corpus_size:
            return (Listed(bm25, terms),)
        return Pieces(bm25)

    def _scored(self, concept: Best | Phrase, k: int) -> Scored:
        """What the passages say: listed, or, where too many say something, in a column."""
        sights = self._sights(concept.terms)
        if isinstance(sights, Pieces):
            return self._in_a_column(concept, sights, k)
        (sight,) = sights
        shares, scores = concept.shares(sight), concept.scores(sight)
        places = (shares > 0).nonzero()[0]
        passages = sight.passages[places] if isinstance(sight, Listed) else places.astype(np.int32)
        values = scores[places]
        bound = float(values.max()) if len(values) else 0.0
        kth = concept.limits(self._bm25, k).kth
        return Scored(Weighted(passages, values, 1.0, bound, kth), _Listed(passages, shares[places]), concept.idf)

    def _in_a_column(self, concept: Best | Phrase, pieces: Pieces, k: int) -> Scored:
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
        return Scored(Computed(count, scores, column, limits.most, limits.kth), shares, concept.idf)

    def _known(self, alternatives: tuple[Alternative, ...]) -> list[_KnownOne]:
        """The alternatives of which the reports have a word."""
        known = []
        for alternative in alternatives:
            numbers = [self._find(term) for term in alternative.terms]
            if max(numbers) >= 0:
                known.append((alternative, numbers, max(map(self._idf, numbers))))
        return known

    def _idf_of_term(self, number: int) -> float:
        return self._bm25.idf_of(self._bm25.document_frequency(number) if number >= 0 else 1)


class _Kept:
    """What was found last, by what was asked. Safe to share between threads."""

    def __init__(self, most: int) -> None:
        """`most`: bytes of arrays."""
        self._most, self._bytes = most, 0
        self._found: OrderedDict[object, Scored] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: object) -> Scored | None:
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
            return self._found.get(key)

    def put(self, key: object, scored: Scored) -> None:
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
    return 256 + 12 * len(weighted)


def _of_row(row: Row) -> Scored:
    passages = row.shares.nonzero()[0]
    values = row.scores.take(passages)
    bound = float(values.max()) if len(values) else 0.0
    return Scored(Weighted(passages.astype(np.int32), values, 1.0, bound), _Wide(row.shares), row.idf)
