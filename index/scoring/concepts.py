"""A concept in; the passages that say something of it, with scores and shares, out.

`expansions.py` computes the scores of a concept's expansions. This file decides for which passages it does so. In a
small corpus: for all passages and all concepts at once (`score_together`), because there the number of calls to numpy
counts, not how much it computes. In a larger corpus: for the passages in the postings of the expansions, where these
are few. Where they are many (more than 1 in `COMMON` of over `SMALLEST` passages), the concept gets upper bounds, like
a common term (`upper_bounds.py`), and true scores are computed only for the candidates.

The scores of a concept are kept for a while, because people ask about the same things.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from typing import NamedTuple

import numpy as np

from index.lexicon.lexicon import Expansion
from index.question.parse import Concept
from index.scoring.bm25 import BM25
from index.scoring.docsets import AllDocs, ChosenDocs, DocRanges, DocSet, ListedDocs
from index.scoring.expansions import MOSTLY, WHOLE, DisMax, PhraseScorer, TermScorer
from index.scoring.postings import Floats
from index.scoring.topk import Computed, Ids, PassageScores, Values, Weighted
from index.scoring.upper_bounds import BLOCK, COMMON, SMALLEST, UpperBounds, largest_of_blocks
from index.store.tables import SortedTable, reduce_groups
from index.time_limit import check_time

EVERYDAY = 0.6
"""An expansion is everyday if its idf is less than this share of the question's own word's, or of the mean."""
CREDENCE, EVERYDAY_CREDENCE = 0.5, 0.7
"""Powers of an expansion's weight. An everyday word stands for many things, so it says less: "market" is found for how
shares stand today."""
SOFT = frozenset(("everyday", "related", "region"))
"""Origins that say where else a concept may be found, not how common it is. The idf's union leaves them out."""
TRUSTED = frozenset(("glossary", "acronym"))
"""Origins that are never everyday for a concept of `KINDS`: "Russian Federation" is Russia however often it is said.

Where no report has the question's own word, their terms of several words are not everyday either: a whole library may
be on open science.
"""
KINDS = frozenset(("country", "nationality"))
MANY, OFTEN, FEW = 12, 1 / 50, 64
"""Beyond the best `MANY` expansions of a word, those are left out that more than the share `OFTEN` of all passages
have, and more than `FEW` passages. They cost the most time and change the least, since they are common and unsure
(docs/decisions/spellings.md)."""
_HIGHEST = 254
"""The highest level of a true score; the level above it is for bounds that are too high."""
_ROUNDED, _UP = 1 + 1e-5, 1.01
"""The largest error of a bound that is computed in 32 bits (a factor), and the most it is rounded up by, in levels."""
_KEPT_BYTES = 32 << 20
_TOGETHER = 1 << 16
"""Expansions times passages up to which all are scored at once."""


class FoundExpansion(NamedTuple):
    """An expansion of which the reports have at least one term."""

    numbers: list[int]
    """The numbers of those of its terms that the reports have."""
    idfs: list[float]
    """The idf of each of these terms."""
    length: int
    """How many terms it has."""
    weight: float
    idf: float
    """The idf of its rarest term; a term that no passage has counts as the rarest."""
    credence: float
    """How sure it is that a passage with this expansion has the concept: less for a word's rarer meanings."""
    ordinary: bool
    """Whether it is not an everyday word beside the others."""
    counts: bool
    """Whether it says how common the concept is."""


class SoughtConcept(NamedTuple):
    """The expansions of a concept that the reports have."""

    parts: tuple[list[FoundExpansion], ...]
    """The expansions of each of its parts."""
    whole: list[FoundExpansion]
    """The expansions of the whole."""
    numbers: dict[str, int]
    """All terms of these expansions, with their numbers."""


def look_up(concept: Concept, find: Callable[[str], int], bm25: BM25) -> SoughtConcept:
    """Look up which expansions of a concept the reports have. `find`: a term → its number, -1 where they lack it."""
    numbers: dict[str, int] = {}
    trusted = concept.kind in KINDS
    parts = tuple(_found(part.expansions, trusted, find, bm25, numbers) for part in concept.parts)
    return SoughtConcept(parts, _found(concept.expansions, False, find, bm25, numbers), numbers)


def _found(
    expansions: tuple[Expansion, ...],
    trusted: bool,
    find: Callable[[str], int],
    bm25: BM25,
    numbers: dict[str, int],
) -> list[FoundExpansion]:
    """The expansions of which the reports have a term. The terms are added to `numbers`."""
    in_reports: list[tuple[Expansion, list[int], list[float], float]] = []
    unsure = sorted(expansions, key=lambda expansion: -expansion.weight)[MANY:]  # of equals the first are the surer
    for expansion in expansions:
        own_terms = [(term, number) for term in expansion.terms if (number := find(term)) >= 0]
        if own_terms and not (expansion in unsure and _is_common([number for _, number in own_terms], bm25)):
            numbers.update(own_terms)
            own_numbers = [number for _, number in own_terms]
            idfs = [bm25.idf_of(bm25.document_frequency(number)) for number in own_numbers]
            rarest = max(idfs) if len(own_numbers) == len(expansion.terms) else bm25.idf_of(1)
            in_reports.append((expansion, own_numbers, idfs, rarest))
    if not in_reports:
        return []
    least = EVERYDAY * _usual(in_reports)
    translated = all(expansion.origin != "question" for expansion, *_ in in_reports)
    soft_alone = all(expansion.origin in SOFT for expansion, *_ in in_reports)
    looked_for = []
    for expansion, own_numbers, idfs, idf in in_reports:
        credence = expansion.weight ** (EVERYDAY_CREDENCE if expansion.origin == "everyday" else CREDENCE)
        sure = trusted or (translated and len(expansion.terms) > 1)
        ordinary = idf >= least or (sure and expansion.origin in TRUSTED)
        counts = ordinary and (soft_alone or expansion.origin not in SOFT)
        looked_for.append(
            FoundExpansion(own_numbers, idfs, len(expansion.terms), expansion.weight, idf, credence, ordinary, counts)
        )
    return looked_for


def _is_common(numbers: list[int], bm25: BM25) -> bool:
    """Whether too many passages have any of these terms for an unsure expansion."""
    return max(map(bm25.document_frequency, numbers)) > max(FEW, OFTEN * bm25.corpus_size)


def _usual(in_reports: list[tuple[Expansion, list[int], list[float], float]]) -> float:
    """The idf with which expansions are compared: that of the question's own word. Where no passage has that word, the
    weighted mean of all expansions."""
    for expansion, *_, idf in in_reports:
        if expansion.origin == "question":
            return idf
    total = sum(expansion.weight for expansion, *_ in in_reports)
    return sum(expansion.weight * idf for expansion, *_, idf in in_reports) / total if total else 0.0


class ScoredConcept(NamedTuple):
    """The scores and shares that passages have for a concept."""

    sought: SoughtConcept
    weighted: PassageScores
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
        return self.weighted.scores_of(numbers)


@dataclass(frozen=True, slots=True, eq=False)
class _Listed:
    """Shares that were computed for all passages that have one."""

    passages: Ids
    shares: Values | float
    """Beside the passages: float32, or one figure for all."""

    def __call__(self, numbers: Ids) -> Values:
        if not len(self.passages):
            return np.zeros(len(numbers), np.float32)
        places = np.minimum(self.passages.searchsorted(numbers), len(self.passages) - 1)
        present = self.passages[places] == numbers
        shares: Values = present * (np.float32(self.shares) if isinstance(self.shares, float) else self.shares[places])
        return shares


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
    compute: Callable[[DocSet], Values]

    def __call__(self, numbers: Ids) -> Values:
        return self.compute(ChosenDocs(self.bm25, numbers))


class ConceptScorer:
    """Scores concepts over the passages of one generation. Immutable; safe to share between threads."""

    def __init__(self, terms: SortedTable, bm25: BM25) -> None:
        self._find = terms.find
        self._bm25 = bm25
        self._kept = _Kept(_KEPT_BYTES)

    def score(self, concept: Concept, k: int) -> ScoredConcept:
        """The better of two scores: that of the concept's parts, each found alone, and that of the whole.

        `k`: how many passages the caller wants.
        """
        return self.score_all((concept,), k)[0]

    def score_all(self, concepts: Sequence[Concept], k: int) -> list[ScoredConcept]:
        """The same for each of some concepts."""
        keys = [_Key((concept.parts, concept.expansions, concept.kind in KINDS, k)) for concept in concepts]
        scored_concepts = [self._kept.get(key) for key in keys]
        new = [position for position, scored in enumerate(scored_concepts) if scored is None]
        sought = [look_up(concepts[position], self._find, self._bm25) for position in new]
        for position, scored in zip(new, self._score_new(sought, k), strict=True):
            self._kept.put(keys[position], scored)
            scored_concepts[position] = scored
        return [scored for scored in scored_concepts if scored is not None]

    def _score_new(self, sought: list[SoughtConcept], k: int) -> Iterable[ScoredConcept]:
        """In a small corpus all at once, as long as that is quicker than a list for each concept."""
        most = sum([len(group) for concept in sought for group in (*concept.parts, concept.whole)])
        if most * self._bm25.corpus_size <= _TOGETHER:
            return map(_of_row, sought, score_together(sought, self._bm25))
        check_time()
        if len(sought) == 1:
            return (self._score(sought[0], k),)
        return chain.from_iterable(self._score_new([concept], k) for concept in sought)

    def _score(self, sought: SoughtConcept, k: int) -> ScoredConcept:
        if len(sought.parts) > 1 or sought.whole:
            parts = tuple(map(self._best, sought.parts))
            return self._scored(sought, PhraseScorer.of(parts, self._best(sought.whole), self._doc_sets, self._bm25), k)
        (expansions,) = sought.parts
        if not expansions:
            return ScoredConcept(sought, _NOTHING, _NONE, self._bm25.idf_of(0.0))
        expansion = expansions[0]
        if len(expansions) == 1 and expansion.length == 1:
            (number,) = expansion.numbers
            own = self._bm25.idf_of(expansion.credence * self._bm25.document_frequency(number))
            # `weighted` multiplies by the idf of the term; here that of the concept counts
            weighted = self._bm25.weighted(number, k, expansion.weight * own / (expansion.idf or 1.0))
            return ScoredConcept(sought, weighted, _Listed(weighted.passages, expansion.credence), own)
        return self._scored(sought, self._best(expansions), k)

    def _best(self, expansions: list[FoundExpansion]) -> DisMax:
        """The best of several expansions."""
        return DisMax.of(
            tuple((self._scorer(expansion), expansion.counts) for expansion in expansions if expansion.ordinary),
            tuple((self._scorer(expansion), expansion.idf) for expansion in expansions if not expansion.ordinary),
            self._doc_sets,
            self._bm25,
        )

    def _scorer(self, expansion: FoundExpansion) -> TermScorer:
        total = sum(expansion.idfs) + (expansion.length - len(expansion.idfs)) * self._bm25.idf_of(1)
        return TermScorer(
            tuple(expansion.numbers),
            tuple(expansion.idfs),
            total or 1.0,
            expansion.length == 1,
            expansion.weight,
            expansion.credence,
        )

    def _doc_sets(self, terms: Iterable[int]) -> Iterable[DocSet]:
        """All passages that have any of some terms: listed where they are few."""
        bm25 = self._bm25
        if bm25.corpus_size <= SMALLEST:
            return (AllDocs(bm25),)
        terms = set(terms)
        if sum(map(bm25.document_frequency, terms)) * COMMON < bm25.corpus_size:
            return (ListedDocs(bm25, terms),)
        return DocRanges(bm25)

    def _scored(self, sought: SoughtConcept, concept: DisMax | PhraseScorer, k: int) -> ScoredConcept:
        """The scores as a list of passages; where that would be too long, as a column."""
        doc_sets = self._doc_sets(concept.terms)
        if isinstance(doc_sets, DocRanges):
            return self._in_a_column(sought, concept, doc_sets, k)
        (docs,) = doc_sets
        shares, scores = concept.shares(docs), concept.scores(docs)
        places = (shares > 0).nonzero()[0]
        passages = docs.passages[places] if isinstance(docs, ListedDocs) else places.astype(np.int32)
        values = scores[places]
        bound = float(values.max()) if len(values) else 0.0
        kth = concept.limits(self._bm25, k).kth
        weighted = Weighted(passages, values, 1.0, bound, kth)
        return ScoredConcept(sought, weighted, _Listed(passages, shares[places]), concept.idf)

    def _in_a_column(
        self, sought: SoughtConcept, concept: DisMax | PhraseScorer, ranges: DocRanges, k: int
    ) -> ScoredConcept:
        """For a large corpus: a bound for each passage, and a function that computes true scores."""
        bm25, limits = self._bm25, concept.limits(self._bm25, k)
        # where possible the unit of the corpus's own columns: then levels can be added as they are
        unit = max(bm25.level, limits.most / _HIGHEST)
        levels = np.zeros(-(-bm25.corpus_size // BLOCK) * BLOCK, np.uint8)
        count = 0
        for docs in ranges:
            bounds = concept.scores(docs)
            bounds *= np.float32(_ROUNDED / unit)
            own = levels[docs.low : docs.high]
            own[:] = np.minimum(np.ceil(bounds, out=bounds), _HIGHEST + 1, out=bounds)
            count += int(np.count_nonzero(own))
        column = UpperBounds(levels, largest_of_blocks(levels), unit, _UP + limits.error / unit)
        scores, shares = _Computing(bm25, concept.scores), _Computing(bm25, concept.shares)
        return ScoredConcept(sought, Computed(count, scores, column, limits.most, limits.kth), shares, concept.idf)


class _Key:
    """The key of a concept in the cache. Its hash needs some fifty strings, so it is computed only once."""

    __slots__ = ("_hash", "_of")

    def __init__(self, of: tuple[object, ...]) -> None:
        self._of, self._hash = of, hash(of)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self._of == other._of


class _Kept:
    """A cache of the scores that were used last. Safe to share between threads."""

    def __init__(self, most: int) -> None:
        """`most`: bytes of arrays."""
        self._most, self._bytes = most, 0
        self._found: OrderedDict[_Key, ScoredConcept] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: _Key) -> ScoredConcept | None:
        with self._lock:
            scored = self._found.get(key)
            if scored is not None:
                self._found.move_to_end(key)
            return scored

    def put(self, key: _Key, scored: ScoredConcept) -> None:
        with self._lock:
            if key not in self._found:
                self._found[key] = scored
                self._bytes += _bytes(scored)
            while self._bytes > self._most:
                self._bytes -= _bytes(self._found.popitem(last=False)[1])


_NOTHING = Weighted(np.zeros(0, np.int32), np.zeros(0, np.float32), 1.0, 0.0)
_NONE = _Listed(_NOTHING.passages, 0.0)


def _bytes(scored: ScoredConcept) -> int:
    weighted = scored.weighted
    if isinstance(weighted, Computed):
        return 256 + weighted.column.levels.nbytes + weighted.column.blocks.nbytes
    return 256 + 12 * len(weighted) + (scored.shares.shares.nbytes if isinstance(scored.shares, _Wide) else 0)


def _of_row(sought: SoughtConcept, row: ConceptRow) -> ScoredConcept:
    passages = row.shares.nonzero()[0]
    values = row.scores.take(passages)
    bound = float(np.maximum.reduce(values)) if len(values) else 0.0
    # a row is part of the array of all rows; a copy lets the cache free the others
    return ScoredConcept(
        sought, Weighted(passages.astype(np.int32), values, 1.0, bound), _Wide(row.shares.copy()), row.idf
    )


class ConceptRow(NamedTuple):
    """The scores and shares of all passages for one concept: float32 (passages)."""

    scores: Values
    shares: Values
    """How much of the concept each passage has, 0 to 1."""
    idf: float
    known: bool
    """Whether there is anything to look for."""


def score_together(sought: Sequence[SoughtConcept], bm25: BM25) -> list[ConceptRow]:
    """A row for each of some concepts."""
    rows = _unite([group for concept in sought for group in (*concept.parts, concept.whole)], bm25)
    return [_join([next(rows) for _ in concept.parts], next(rows), bm25) for concept in sought]


def _unite(groups: list[list[FoundExpansion]], bm25: BM25) -> Iterator[ConceptRow]:
    """The best of the expansions of each group."""
    some = [group for group in groups if group]
    if not some or not bm25.corpus_size:  # a title has terms, even one of nothing
        yield from (_nothing(bm25) for _ in groups)
        return
    rows = _best(some, bm25)
    for group in groups:
        yield next(rows) if group else _nothing(bm25)


def _nothing(bm25: BM25) -> ConceptRow:
    zeros = np.zeros(bm25.corpus_size, np.float32)
    return ConceptRow(zeros, zeros, bm25.idf_of(0.0), False)


def _best(groups: list[list[FoundExpansion]], bm25: BM25) -> Iterator[ConceptRow]:
    expansions = [expansion for group in groups for expansion in group]
    weights, shares = _weigh(expansions, bm25)
    sizes = [len(group) for group in groups]
    weight, rarest, credences, ordinary, counts = np.array([expansion[3:] for expansion in expansions]).T
    whole = shares > WHOLE
    whole &= (counts > 0)[:, None]
    shares *= credences[:, None]
    union = reduce_groups(np.maximum, shares * ordinary[:, None], sizes)
    union *= reduce_groups(np.logical_or, whole, sizes)
    # rank_bm25's idf, as `BM25.idf_of`
    idfs = np.log((bm25.corpus_size + 1) / np.maximum(union.sum(axis=1), 1.0))
    # what is ordinary counts with the idf of its concept, the rest with its own
    own = np.where(ordinary > 0, idfs.repeat(sizes), rarest)
    weights *= (weight * own)[:, None]
    shares *= (own / idfs.repeat(sizes))[:, None]
    best = reduce_groups(np.maximum, weights, sizes).astype(np.float32)
    share = reduce_groups(np.maximum, shares, sizes).astype(np.float32)
    return map(ConceptRow, best, share, idfs.tolist(), repeat(True))


def _weigh(every: list[FoundExpansion], bm25: BM25) -> tuple[Floats, Floats]:
    """The weight of each expansion in each passage, and the share of it that the passage has; without its own weight
    and credence: float64 (expansions x passages)."""
    numbers = np.array([number for expansion in every for number in expansion.numbers])
    sizes = [len(expansion.numbers) for expansion in every]
    parts: list[float] = []
    for expansion, size in zip(every, sizes, strict=True):
        total = (
            sum(expansion.idfs) + (expansion.length - size) * bm25.idf_of(1)
            if expansion.length > 1
            else expansion.idfs[0]
        )
        parts += [idf / total for idf in expansion.idfs]
    lows = bm25.starts.take(numbers)
    counts = bm25.starts.take(numbers + 1) - lows
    # places of all their postings, one list after another
    places = (lows - counts.cumsum() + counts).repeat(counts)
    places += np.arange(len(places))
    cells = (np.arange(len(every)) * bm25.corpus_size).repeat(sizes).repeat(counts)
    cells += bm25.passages.take(places)
    part = np.array(parts).repeat(counts)
    shape = len(every), bm25.corpus_size
    present = np.asarray(np.bincount(cells, part, shape[0] * shape[1]), np.float64).reshape(shape)
    part *= bm25.weights.take(places)
    weights = np.asarray(np.bincount(cells, part, shape[0] * shape[1]), np.float64).reshape(shape)
    weights *= present
    present *= present
    return weights, present


def _join(parts: list[ConceptRow], whole: ConceptRow, bm25: BM25) -> ConceptRow:
    """The better of a concept's parts, each found by itself, and the whole."""
    if len(parts) == 1 and not whole.known:
        return parts[0]
    parts_idf = sum(part.idf for part in parts) or 1e-9
    scores, shares = np.zeros_like(whole.scores), np.zeros_like(whole.shares)
    for part in parts:
        scores += part.scores
        shares += np.float32(part.idf / parts_idf) * part.shares
    np.maximum(shares, whole.shares, out=shares)
    idf = min(parts_idf, bm25.idf_of(float(np.count_nonzero(shares > MOSTLY))))
    if whole.known:
        np.maximum(scores, np.float32(idf / whole.idf) * whole.scores, out=scores)
    return ConceptRow(scores, shares, max(idf, parts_idf * 0.5), True)
