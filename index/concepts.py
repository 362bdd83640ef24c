"""A concept in; the passages that say something of it, and how much, out.

What a concept's alternatives come to is said in `alternatives.py`. Here it is decided for which passages that is
computed: for all of them in a small corpus; for those that the alternatives' postings name, where these are few. Where
they are many, the concept gets a column, like a common term (`columns.py`), and its true scores are computed for the
candidates alone.

What was made of a concept's alternatives is kept for a while: people ask about the same things.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from index.alternatives import MOSTLY, WHOLE, Best, Phrase, Way
from index.bm25 import BM25, Floats
from index.columns import BLOCK, COMMON, SMALLEST, Column, largest_of_blocks
from index.lexicon import Alternative
from index.maxscore import Computed, Given, Ids, Places, Values, Weighted
from index.query import Concept
from index.sights import Chosen, Everything, Listed, Pieces, Sight
from index.tables import StringTable

EVERYDAY = 0.6
"""An alternative is everyday if its idf is less than this share of the question's own word's, or of the mean."""
CREDENCE, EVERYDAY_CREDENCE = 0.5, 0.7
"""Powers of an alternative's weight. What a report prints for an everyday word it prints for others, too: "market" is
found for how shares stand today."""
SOFT = frozenset(("everyday", "related"))
"""Origins that say where a concept may also be found, not how common it is: they stay out of the union for the idf."""
TRUSTED = frozenset(("glossary", "acronym"))
"""Origins that are never everyday for a concept of `KINDS`: "Russian Federation" is Russia however often it is said."""
KINDS = frozenset(("country", "nationality"))
_HIGHEST = 254
"""The level that the best score of a concept has at most; one more is left for what is too high."""
_ROUNDED, _UP = 1 + 1e-5, 1.01
"""What a bound may be off by, as it is computed in 32 bits; and in levels, what it then is rounded up by at most."""
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

    weighted: Given
    """The passages that have something of it, and their scores."""
    shares: Callable[[Ids], Values]
    """How much of the concept each of some passages has, 0 to 1: float32."""
    idf: float
    sentences: dict[int, Telling] = field(default_factory=dict, compare=False)
    """What was found out about the sentences of some of them, by passage (`sentences.py`)."""

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
class _Computing:
    """Scores or shares that are computed for those passages of which they are asked."""

    bm25: BM25
    compute: Callable[[Sight], Values]

    def __call__(self, numbers: Ids) -> Values:
        return self.compute(Chosen(self.bm25, numbers))


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
        if len(concept.parts) == 1 and not concept.alternatives:
            return self._score_best(concept.parts[0].alternatives, k, trusted)
        most = max(map(len, (concept.alternatives, *(part.alternatives for part in concept.parts))))
        if most * self._bm25.corpus_size <= _AT_ONCE:
            each = [self._score_best(part.alternatives, k, trusted) for part in concept.parts]
            return self._join_at_once(each, self._score_best(concept.alternatives, k))
        parts = tuple(self._best(self._known(part.alternatives), trusted) for part in concept.parts)
        whole = self._best(self._known(concept.alternatives))
        return self._scored(Phrase.of(parts, whole, self._sights, self._bm25), k)

    def numbers(self, concepts: tuple[Concept, ...]) -> dict[str, int]:
        """All terms that may stand for the concepts and that the reports have, with their numbers."""
        groups = [concept.alternatives for concept in concepts]
        groups += [part.alternatives for concept in concepts for part in concept.parts]
        terms = {term for group in groups for alternative in group for term in alternative.terms}
        return {term: number for term in terms if (number := self._find(term)) >= 0}

    def _score_best(self, alternatives: tuple[Alternative, ...], k: int, trusted: bool = False) -> Scored:
        known = self._known(alternatives)
        if not known:
            return Scored(_NOTHING, _NONE, self._bm25.idf_of(0.0))
        if len(known) == 1 and len(known[0][1]) == 1:
            alternative, (number,), idf = known[0]
            credence = _credence(alternative)
            # `weighted` multiplies by the idf of the term; here that of the concept counts
            own = self._bm25.idf_of(credence * self._bm25.document_frequency(number))
            weighted = self._bm25.weighted(number, k, alternative.weight * own / (idf or 1.0))
            return Scored(weighted, _Listed(weighted.passages, credence), own)
        if len(known) * self._bm25.corpus_size <= _AT_ONCE:
            return self._unite_at_once(known, *self._kinds(known, trusted))
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
            _credence(alternative),
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

    def _unite_at_once(self, known: list[_KnownOne], ordinary: list[int], soft: set[int]) -> Scored:
        """What `Best` says, in a corpus so small that what counts is how often numpy is called."""
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
                whole[passages if shares is None else passages[shares > WHOLE * credence]] = True
        idf = self._bm25.idf_of(float(share[whole].sum()))
        score *= idf
        for own, passages, weights, part in everyday:
            score[passages] = np.maximum(score[passages], own * weights)
            share[passages] = np.maximum(share[passages], own / idf * part)
        found = share.nonzero()[0]
        values = score[found].astype(np.float32)
        bound = float(values.max()) if len(values) else 0.0
        weighted = Weighted(found.astype(np.int32), values, 1.0, bound)
        return Scored(weighted, _Listed(weighted.passages, share[found].astype(np.float32)), idf)

    def _weigh_dense(self, numbers: list[int]) -> tuple[Places, Floats, Floats]:
        """The passages that have any of an alternative's several terms, what those weigh, and the share that is there.

        Its own weight and credence apart.
        """
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

    def _known(self, alternatives: tuple[Alternative, ...]) -> list[_KnownOne]:
        """The alternatives of which the reports have a word."""
        known = []
        for alternative in alternatives:
            numbers = [self._find(term) for term in alternative.terms]
            if max(numbers) >= 0:
                known.append((alternative, numbers, max(map(self._idf, numbers))))
        return known

    def _join_at_once(self, parts: list[Scored], whole: Scored) -> Scored:
        """What `Phrase` says, in a corpus so small that its parts were scored at once."""
        numbers = np.arange(self._bm25.corpus_size, dtype=np.int32)
        known = sum(part.idf for part in parts) or 1e-9
        score, share = np.zeros(len(numbers), np.float32), np.zeros(len(numbers), np.float32)
        for part in parts:
            score += part.scores_of(numbers)
            share += np.float32(part.idf / known) * part.shares_of(numbers)
        np.maximum(share, whole.shares_of(numbers), out=share)
        idf = min(known, self._bm25.idf_of(float(np.count_nonzero(share > MOSTLY))))
        if whole.idf and len(whole.weighted):
            np.maximum(score, np.float32(idf / whole.idf) * whole.scores_of(numbers), out=score)
        passages = share.nonzero()[0].astype(np.int32)
        values = score[passages]
        weighted = Weighted(passages, values, 1.0, float(values.max()) if len(values) else 0.0)
        return Scored(weighted, _Listed(passages, share[passages]), max(idf, known * 0.5))

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


def _credence(alternative: Alternative) -> float:
    """How far finding an alternative is finding the concept: less for a word's rarer meanings."""
    return float(alternative.weight ** (EVERYDAY_CREDENCE if alternative.origin == "everyday" else CREDENCE))


def _mean(weighted: list[tuple[float, float]]) -> float:
    total = sum(weight for weight, _ in weighted)
    return sum(weight * value for weight, value in weighted) / total if total else 0.0
