"""A concept in; the passages that say something of it, and how much, out.

A concept counts once, as its best alternative, with one idf from the union of its alternatives' passages (Pirkola,
"The effects of query structure and dictionary setups in dictionary-based cross-language information retrieval",
SIGIR 1998): otherwise the rarest, usually wrong, translation of a word would count most.

An alternative of several words counts as far as it is there: the idf-weighted mean of its words' weights times the
idf-weighted share of them that the passage has. An alternative that is everyday beside the others ("report" beside
"affiliated" for "subordinate to") is left out of the union and counts with its own idf, or it would make the whole
concept an everyday one.

Only passages that have something of a concept are touched, and what was made of a concept's alternatives is kept for a
while: people ask about the same things.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from index.bm25 import BM25, Floats
from index.lexicon import Alternative
from index.maxscore import Ids, Places, Values, Weighted
from index.query import Concept
from index.tables import StringTable

EVERYDAY = 0.6
"""An alternative is everyday if its idf is less than this share of the question's own word's, or of the mean."""
SOFT = frozenset(("everyday", "related"))
"""Origins that say where a concept may also be found, not how common it is: they stay out of the union for the idf."""
TRUSTED = frozenset(("glossary", "acronym"))
"""Origins that are never everyday for a concept of `KINDS`: "Russian Federation" is Russia however often it is said."""
KINDS = frozenset(("country", "nationality"))
_WHOLE = 0.99
_MOSTLY = 0.9
_SPARSE, _SMALL = 16, 1 << 12
"""How many passages there must be, and how many to a posting, for sorting postings to be quicker than full arrays."""
_KEPT_BYTES = 32 << 20
_AT_ONCE = 1 << 14
"""Alternatives times passages up to which all are scored at once."""
_KnownOne = tuple[Alternative, list[int], float]
"""An alternative that the reports have, the numbers of its terms (-1: unknown) and the idf of the rarest."""


Telling = tuple[float, list[tuple[int, float]]]
"""What every sentence of a passage says of a concept, 0 to 1, and which of them say so much more."""


@dataclass(frozen=True, slots=True)
class Scored:
    """What the passages say of a concept."""

    weighted: Weighted
    """The passages that have something of it, and their scores."""
    shares: Values | float
    """How much of the concept each of them has, 0 to 1: float32 (their number), or one figure for all."""
    idf: float
    sentences: dict[int, Telling] = field(default_factory=dict, compare=False)
    """What was found out about the sentences of some of them, by passage (`sentences.py`)."""

    @property
    def passages(self) -> int:
        """How many have something of it."""
        return len(self.weighted.passages)

    def shares_of(self, numbers: Ids) -> Values:
        """How much of the concept each of these passages has: float32."""
        return self._at(numbers, self.shares)

    def scores_of(self, numbers: Ids) -> Values:
        """The score of each of these passages: float32."""
        return self._at(numbers, self.weighted.values * np.float32(self.weighted.scale))

    def _at(self, numbers: Ids, what: Values | float) -> Values:
        passages = self.weighted.passages
        if not len(passages):
            return np.zeros(len(numbers), np.float32)
        place = np.minimum(passages.searchsorted(numbers), len(passages) - 1)
        found = passages[place] == numbers
        there: Values = found * (np.float32(what) if isinstance(what, float) else what[place])
        return there


@dataclass(frozen=True, slots=True)
class _Found:
    """What the passages have of an alternative, or of several: their numbers, and beside them float32 arrays."""

    passages: Ids
    weights: Values
    """idf apart."""
    shares: Values | float


class ConceptScorer:
    """Scores concepts over the passages of one generation. Immutable; safe to share between threads."""

    def __init__(self, terms: StringTable, bm25: BM25) -> None:
        self._find = lru_cache(maxsize=1 << 16)(terms.find)
        self._idf = lru_cache(maxsize=1 << 16)(self._idf_of_term)
        self._bm25 = bm25
        self._kept = _Kept(_KEPT_BYTES)

    def score(self, concept: Concept, k: int) -> Scored:
        """The better of the concept's parts, each found by itself, and an alternative for the whole.

        `k`: how many passages are going to be looked for.
        """
        key = concept.parts, concept.alternatives, concept.kind in KINDS, k
        scored = self._kept.get(key)
        if scored is None:
            scored = self._score(concept, k)
            self._kept.put(key, scored)
        return scored

    def _score(self, concept: Concept, k: int) -> Scored:
        trusted = concept.kind in KINDS
        parts = [self._score_best(part.alternatives, k, trusted) for part in concept.parts]
        if len(parts) == 1 and not concept.alternatives:
            return parts[0]
        known = sum(part.idf for part in parts) or 1e-9
        whole = self._score_best(concept.alternatives, k)
        size = self._bm25.corpus_size
        union = _Union([part.weighted.passages for part in parts] + [whole.weighted.passages], size)
        score, share = union.zeros(), union.zeros()
        for place, part in enumerate(parts):
            union.add(score, place, part.weighted.values * np.float32(part.weighted.scale))
            union.add(share, place, np.float32(part.idf / known) * part.shares)
        wholly = union.zeros()
        union.add(wholly, len(parts), whole.shares)
        mostly = float(np.count_nonzero((wholly > _MOSTLY) | (share > _MOSTLY)))
        idf = min(known, self._bm25.idf_of(mostly))
        factor = idf / whole.idf if whole.idf else 0.0
        union.raise_to(score, len(parts), whole.weighted.values * np.float32(whole.weighted.scale * factor))
        np.maximum(share, wholly, out=share)
        return union.scored(score, share, max(idf, known * 0.5))

    def numbers(self, concepts: tuple[Concept, ...]) -> dict[str, int]:
        """All terms that may stand for the concepts and that the reports have, with their numbers."""
        groups = [concept.alternatives for concept in concepts]
        groups += [part.alternatives for concept in concepts for part in concept.parts]
        terms = {term for group in groups for alternative in group for term in alternative.terms}
        return {term: number for term in terms if (number := self._find(term)) >= 0}

    def _score_best(self, alternatives: tuple[Alternative, ...], k: int, trusted: bool = False) -> Scored:
        known = [
            (alternative, numbers, idf)
            for alternative in alternatives
            for numbers, idf in [self._known(alternative)]
            if any(number >= 0 for number in numbers)
        ]
        if not known:
            return Scored(_NOTHING, 0.0, self._bm25.idf_of(0.0))
        if len(known) == 1 and len(known[0][1]) == 1:
            alternative, (number,), idf = known[0]
            credence = _credence(alternative)
            # `weighted` multiplies by the idf of the term; here that of the concept counts
            own = self._bm25.idf_of(credence * self._bm25.document_frequency(number))
            return Scored(self._bm25.weighted(number, k, alternative.weight * own / (idf or 1.0)), credence, own)
        return self._unite(known, trusted)

    def _unite(self, known: list[_KnownOne], trusted: bool = False) -> Scored:
        """The best of several alternatives in each passage."""
        # The question's own word sets the measure; where no passage has it, the mean of what stands for it.
        usual = next((idf for alternative, _, idf in known if alternative.origin == "question"), None)
        if usual is None:
            usual = _mean([(alternative.weight, idf) for alternative, _, idf in known])
        ordinary = [
            place
            for place, (alternative, _, idf) in enumerate(known)
            if idf >= EVERYDAY * usual or (trusted and alternative.origin in TRUSTED)
        ]
        soft = {p for p, (alternative, _, _) in enumerate(known) if alternative.origin in SOFT}
        soft = soft if len(soft) < len(known) else set()
        if len(known) * self._bm25.corpus_size <= _AT_ONCE:
            return self._unite_at_once(known, ordinary, soft)
        found = [self._weigh(alternative, numbers) for alternative, numbers, _ in known]
        union = _Union([one.passages for one in found], self._bm25.corpus_size)
        score, share, whole = union.zeros(), union.zeros(), union.zeros()
        for place in ordinary:
            alternative, one = known[place][0], found[place]
            union.raise_to(score, place, one.weights)
            union.raise_to(share, place, one.shares)
            if place in soft:
                continue
            union.raise_to(whole, place, np.asarray(one.shares > _WHOLE * _credence(alternative), np.float32))
        idf = self._bm25.idf_of(float((share * whole).sum()))
        score *= np.float32(idf)
        for place, (_, _, own) in enumerate(known):
            if place not in ordinary:
                union.raise_to(score, place, np.float32(own) * found[place].weights)
                union.raise_to(share, place, np.float32(own / idf) * found[place].shares)
        return union.scored(score, share, idf)

    def _unite_at_once(self, known: list[_KnownOne], ordinary: list[int], soft: set[int]) -> Scored:
        """The same in a corpus so small that what counts is how often numpy is called."""
        size = self._bm25.corpus_size
        score, share, whole = np.zeros(size), np.zeros(size), np.zeros(size, bool)
        everyday = []
        for place, (alternative, numbers, own) in enumerate(known):
            credence, shares = _credence(alternative), None
            if len(numbers) == 1:
                passages, weights = self._as_wide(numbers[0])
            else:
                passages, weights, shares = self._weigh_dense(numbers)
                shares *= credence
            weights *= alternative.weight
            if place not in ordinary:
                everyday.append((own, passages, weights, credence if shares is None else shares))
                continue
            score[passages] = np.maximum(score[passages], weights)
            share[passages] = np.maximum(share[passages], credence if shares is None else shares)
            if place not in soft:
                whole[passages if shares is None else passages[shares > _WHOLE * credence]] = True
        idf = self._bm25.idf_of(float(share[whole].sum()))
        score *= idf
        for own, passages, weights, part in everyday:
            score[passages] = np.maximum(score[passages], own * weights)
            share[passages] = np.maximum(share[passages], own / idf * part)
        found = share.nonzero()[0]
        values = score[found].astype(np.float32)
        bound = float(values.max()) if len(values) else 0.0
        return Scored(Weighted(found.astype(np.int32), values, 1.0, bound), share[found].astype(np.float32), idf)

    def _weigh_dense(self, numbers: list[int]) -> tuple[Places, Floats, Floats]:
        """`_weigh` for an alternative of several terms, its own weight and credence apart."""
        idfs = [self._idf(number) for number in numbers]
        total = sum(idfs) or 1.0
        size = self._bm25.corpus_size
        summed, present = np.zeros(size), np.zeros(size)
        for number, idf in zip(numbers, idfs, strict=True):
            if number >= 0:
                passages, weights = self._as_wide(number)
                weights *= idf / total
                summed[passages] += weights
                present[passages] += idf / total
        found = present.nonzero()[0]
        there = present[found]
        return found, summed[found] * there, there * there

    def _as_wide(self, number: int) -> tuple[Places, Floats]:
        """Postings as numpy indexes and computes: to widen them anew in every step takes longer than the steps."""
        passages, weights = self._bm25.postings(number)
        return passages.astype(np.intp), weights.astype(np.float64)

    def _known(self, alternative: Alternative) -> tuple[list[int], float]:
        """The numbers of an alternative's terms (-1: no passage has it) and the idf of the rarest."""
        numbers = [self._find(term) for term in alternative.terms]
        return numbers, max(self._idf(number) for number in numbers)

    def _weigh(self, alternative: Alternative, numbers: list[int]) -> _Found:
        """The passages that have something of an alternative: its weight, idf apart, and its share."""
        credence = _credence(alternative)
        if len(numbers) == 1:
            passages, weights = self._bm25.postings(numbers[0])
            return _Found(passages, np.float32(alternative.weight) * weights, credence)
        idfs = [self._idf(number) for number in numbers]
        total = sum(idfs) or 1.0
        there = [(number, idf) for number, idf in zip(numbers, idfs, strict=True) if number >= 0]
        lists = [self._bm25.postings(number) for number, _ in there]
        union = _Union([passages for passages, _ in lists], self._bm25.corpus_size)
        summed, present = union.zeros(), union.zeros()
        for place, ((_, idf), (_, weights)) in enumerate(zip(there, lists, strict=True)):
            union.add(summed, place, np.float32(idf) * weights)
            union.add(present, place, idf)
        present /= np.float32(total)
        weights = np.float32(alternative.weight) * summed / np.float32(total) * present
        shares = present * present * np.float32(credence)
        return _Found(*union.only(present, weights, shares))

    def _idf_of_term(self, number: int) -> float:
        return self._bm25.idf_of(self._bm25.document_frequency(number) if number >= 0 else 1)


class _Union:
    """The passages that any of several lists names, and arrays beside them.

    In a corpus that is small beside the lists, arrays have a place for every passage: a passage's number is its place.
    """

    def __init__(self, lists: list[Ids], size: int) -> None:
        self._full = size < _SPARSE * sum(len(one) for one in lists) or size < _SMALL
        if self._full:
            # as wide as numpy's own indices: with narrower ones every scattering would widen them again
            self._size, self._places = size, [one.astype(np.intp) for one in lists]
            return
        together = np.concatenate([*lists, np.zeros(0, np.int32)])
        self._passages, places = np.unique(together, return_inverse=True)
        self._size = len(self._passages)
        self._places = np.split(places, np.cumsum([len(one) for one in lists])[:-1])

    def zeros(self) -> Values:
        """An array beside the passages: float32."""
        return np.zeros(self._size, np.float32)

    def add(self, array: Values, place: int, values: Values | np.float32 | float) -> None:
        """Add to the places of one of the lists."""
        array[self._places[place]] += values

    def raise_to(self, array: Values, place: int, values: Values | np.float32 | float) -> None:
        """Raise the places of one of the lists to values where they are lower."""
        where = self._places[place]
        array[where] = np.maximum(array[where], values)

    def only(self, having: Values, one: Values, other: Values) -> tuple[Ids, Values, Values]:
        """The passages that have something, and two arrays beside them."""
        if not self._full:
            return self._passages, one, other
        passages = np.flatnonzero(having)
        return passages.astype(np.int32), one[passages], other[passages]

    def scored(self, score: Values, share: Values, idf: float) -> Scored:
        """What came of it; a passage has something of the concept where it has a share."""
        passages, scores, shares = self.only(share, score, share)
        bound = float(scores.max()) if len(scores) else 0.0
        return Scored(Weighted(passages, scores, 1.0, bound), shares, idf)


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


def _bytes(scored: Scored) -> int:
    return 256 + 12 * scored.passages


def _credence(alternative: Alternative) -> float:
    """How far finding an alternative is finding the concept: less for a word's rarer meanings."""
    return float(alternative.weight**0.5)


def _mean(weighted: list[tuple[float, float]]) -> float:
    total = sum(weight for weight, _ in weighted)
    return sum(weight * value for weight, value in weighted) / total if total else 0.0
