"""A concept in; the passages that say something of it, and how much, out.

`expansions.py` says what a concept's expansions come to. This file decides for which passages that is computed. In a
small corpus it is computed for all passages and all concepts at once (`score_together`): there, what counts is not how
much numpy computes but how often it is called. In a larger corpus it is computed for the passages that the expansions'
postings name, where these are few. Where they are many (more than 1 in `COMMON` of over `SMALLEST` passages), the
concept gets upper bounds, like a common term (`upper_bounds.py`), and its true scores are computed for the candidates
alone.

What was made of a concept's expansions is kept for a while: people ask about the same things.
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
from index.scoring.topk import Computed, Given, Ids, Values, Weighted
from index.scoring.upper_bounds import BLOCK, COMMON, SMALLEST, UpperBounds, largest_of_blocks
from index.store.tables import SortedTable, reduce_groups
from index.time_limit import check_time

EVERYDAY = 0.6
"""An expansion is everyday if its idf is less than this share of the question's own word's, or of the mean."""
CREDENCE, EVERYDAY_CREDENCE = 0.5, 0.7
"""Powers of an expansion's weight. What a report prints for an everyday word it prints for others, too: "market" is
found for how shares stand today."""
SOFT = frozenset(("everyday", "related", "region"))
"""Origins that say where a concept may also be found, not how common it is: they stay out of the union for the idf."""
TRUSTED = frozenset(("glossary", "acronym"))
"""Origins that are never everyday for a concept of `KINDS`: "Russian Federation" is Russia however often it is said.

Nor are their terms of several words where no report has the question's own: all of a library may be on open science.
"""
KINDS = frozenset(("country", "nationality"))
MANY, OFTEN, FEW = 12, 1 / 50, 64
"""Beyond the best `MANY` expansions of a word those are left out that more than `OFTEN` of all passages have, and more
than `FEW`: they cost the most time and, common and unsure, change the least (docs/decisions/spellings.md)."""
_HIGHEST = 254
"""The level that the best score of a concept has at most; one more is left for what is too high."""
_ROUNDED, _UP = 1 + 1e-5, 1.01
"""What a bound may be off by, as it is computed in 32 bits; and in levels, what it then is rounded up by at most."""
_KEPT_BYTES = 32 << 20
_TOGETHER = 1 << 16
"""Expansions times passages up to which all are scored at once."""


class Found(NamedTuple):
    """An expansion of which the reports have a word."""

    numbers: list[int]
    """Of those of its terms that they have."""
    idfs: list[float]
    """Beside the numbers."""
    length: int
    """How many terms it has."""
    weight: float
    idf: float
    """Of the rarest of its terms; one that no passage has is as rare as can be."""
    credence: float
    """How far finding it is finding the concept: less for a word's rarer meanings."""
    ordinary: bool
    """Whether it is not an everyday word beside the others."""
    counts: bool
    """Whether it says how common the concept is."""


class Sought(NamedTuple):
    """What is looked for to find a concept."""

    parts: tuple[list[Found], ...]
    """The expansions of each of its parts."""
    whole: list[Found]
    """The expansions of the whole."""
    numbers: dict[str, int]
    """All terms of those, with their numbers."""


def look_up(concept: Concept, find: Callable[[str], int], bm25: BM25) -> Sought:
    """What of a concept the reports have. `find`: a term → its number, -1 where they do not have it."""
    numbers: dict[str, int] = {}
    trusted = concept.kind in KINDS
    parts = tuple(_found(part.expansions, trusted, find, bm25, numbers) for part in concept.parts)
    return Sought(parts, _found(concept.expansions, False, find, bm25, numbers), numbers)


def _found(
    expansions: tuple[Expansion, ...],
    trusted: bool,
    find: Callable[[str], int],
    bm25: BM25,
    numbers: dict[str, int],
) -> list[Found]:
    """Those of which the reports have a word; `numbers` takes in the terms."""
    known: list[tuple[Expansion, list[int], list[float], float]] = []
    unsure = sorted(expansions, key=lambda expansion: -expansion.weight)[MANY:]  # of equals the first are the surer
    for one in expansions:
        own = [(term, number) for term in one.terms if (number := find(term)) >= 0]
        if own and not (one in unsure and _is_common([number for _, number in own], bm25)):
            numbers.update(own)
            found = [number for _, number in own]
            idfs = [bm25.idf_of(bm25.document_frequency(number)) for number in found]
            known.append((one, found, idfs, max(idfs) if len(found) == len(one.terms) else bm25.idf_of(1)))
    if not known:
        return []
    least = EVERYDAY * _usual(known)
    translated = all(one.origin != "question" for one, *_ in known)
    soft_alone = all(one.origin in SOFT for one, *_ in known)
    looked_for = []
    for one, found, idfs, idf in known:
        credence = one.weight ** (EVERYDAY_CREDENCE if one.origin == "everyday" else CREDENCE)
        sure = trusted or (translated and len(one.terms) > 1)
        ordinary = idf >= least or (sure and one.origin in TRUSTED)
        counts = ordinary and (soft_alone or one.origin not in SOFT)
        looked_for.append(Found(found, idfs, len(one.terms), one.weight, idf, credence, ordinary, counts))
    return looked_for


def _is_common(numbers: list[int], bm25: BM25) -> bool:
    """Whether too many passages have any of these terms for an unsure expansion."""
    return max(map(bm25.document_frequency, numbers)) > max(FEW, OFTEN * bm25.corpus_size)


def _usual(known: list[tuple[Expansion, list[int], list[float], float]]) -> float:
    """The idf beside which an expansion is everyday: the question's own word's; where no passage has that, the mean
    of what stands for it."""
    for one, *_, idf in known:
        if one.origin == "question":
            return idf
    total = sum(one.weight for one, *_ in known)
    return sum(one.weight * idf for one, *_, idf in known) / total if total else 0.0


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
    compute: Callable[[DocSet], Values]

    def __call__(self, numbers: Ids) -> Values:
        return self.compute(ChosenDocs(self.bm25, numbers))


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
        sought = [look_up(concepts[position], self._find, self._bm25) for position in new]
        for place, scored in zip(new, self._score_new(sought, k), strict=True):
            self._kept.put(keys[place], scored)
            found[place] = scored
        return [scored for scored in found if scored is not None]

    def _score_new(self, sought: list[Sought], k: int) -> Iterable[Scored]:
        """At once in a small corpus, as long as that is quicker than to list what each concept is found in."""
        most = sum([len(group) for one in sought for group in (*one.parts, one.whole)])
        if most * self._bm25.corpus_size <= _TOGETHER:
            return map(_of_row, sought, score_together(sought, self._bm25))
        check_time()
        if len(sought) == 1:
            return (self._score(sought[0], k),)
        return chain.from_iterable(self._score_new([one], k) for one in sought)

    def _score(self, sought: Sought, k: int) -> Scored:
        if len(sought.parts) > 1 or sought.whole:
            parts = tuple(map(self._best, sought.parts))
            return self._scored(sought, PhraseScorer.of(parts, self._best(sought.whole), self._doc_sets, self._bm25), k)
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

    def _best(self, known: list[Found]) -> DisMax:
        """The best of several expansions."""
        return DisMax.of(
            tuple((self._scorer(one), one.counts) for one in known if one.ordinary),
            tuple((self._scorer(one), one.idf) for one in known if not one.ordinary),
            self._doc_sets,
            self._bm25,
        )

    def _scorer(self, one: Found) -> TermScorer:
        total = sum(one.idfs) + (one.length - len(one.idfs)) * self._bm25.idf_of(1)
        return TermScorer(tuple(one.numbers), tuple(one.idfs), total or 1.0, one.length == 1, one.weight, one.credence)

    def _doc_sets(self, terms: Iterable[int]) -> Iterable[DocSet]:
        """All passages that have any of some terms: listed where they are few."""
        bm25 = self._bm25
        if bm25.corpus_size <= SMALLEST:
            return (AllDocs(bm25),)
        terms = set(terms)
        if sum(map(bm25.document_frequency, terms)) * COMMON < bm25.corpus_size:
            return (ListedDocs(bm25, terms),)
        return DocRanges(bm25)

    def _scored(self, sought: Sought, concept: DisMax | PhraseScorer, k: int) -> Scored:
        """What the passages say: listed, or, where too many say something, in a column."""
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
        return Scored(sought, weighted, _Listed(passages, shares[places]), concept.idf)

    def _in_a_column(self, sought: Sought, concept: DisMax | PhraseScorer, ranges: DocRanges, k: int) -> Scored:
        """What the passages of a large corpus say, as a bound for each, and as what computes it."""
        bm25, limits = self._bm25, concept.limits(self._bm25, k)
        # the same unit as that of the corpus's own columns, where it will do: then levels are added as they are
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


class Row(NamedTuple):
    """What every passage says of a concept: float32 (passages)."""

    scores: Values
    shares: Values
    """How much of the concept it has, 0 to 1."""
    idf: float
    known: bool
    """Whether there is anything to look for."""


def score_together(sought: Sequence[Sought], bm25: BM25) -> list[Row]:
    """A row for each of some concepts."""
    rows = _unite([group for one in sought for group in (*one.parts, one.whole)], bm25)
    return [_join([next(rows) for _ in one.parts], next(rows), bm25) for one in sought]


def _unite(groups: list[list[Found]], bm25: BM25) -> Iterator[Row]:
    """The best of the expansions of each group."""
    some = [group for group in groups if group]
    if not some or not bm25.corpus_size:  # a title has terms, even one of nothing
        yield from (_nothing(bm25) for _ in groups)
        return
    rows = _best(some, bm25)
    for group in groups:
        yield next(rows) if group else _nothing(bm25)


def _nothing(bm25: BM25) -> Row:
    zeros = np.zeros(bm25.corpus_size, np.float32)
    return Row(zeros, zeros, bm25.idf_of(0.0), False)


def _best(groups: list[list[Found]], bm25: BM25) -> Iterator[Row]:
    every = [one for group in groups for one in group]
    weights, shares = _weigh(every, bm25)
    sizes = [len(group) for group in groups]
    weight, rarest, credences, ordinary, counts = np.array([one[3:] for one in every]).T
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
    return map(Row, best, share, idfs.tolist(), repeat(True))


def _weigh(every: list[Found], bm25: BM25) -> tuple[Floats, Floats]:
    """What each expansion weighs in every passage, and the share of it that is there, weight and credence apart:
    float64 (expansions x passages)."""
    numbers = np.array([number for one in every for number in one.numbers])
    sizes = [len(one.numbers) for one in every]
    parts: list[float] = []
    for one, size in zip(every, sizes, strict=True):
        total = sum(one.idfs) + (one.length - size) * bm25.idf_of(1) if one.length > 1 else one.idfs[0]
        parts += [idf / total for idf in one.idfs]
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


def _join(parts: list[Row], whole: Row, bm25: BM25) -> Row:
    """The better of a concept's parts, each found by itself, and the whole."""
    if len(parts) == 1 and not whole.known:
        return parts[0]
    known = sum(part.idf for part in parts) or 1e-9
    scores, shares = np.zeros_like(whole.scores), np.zeros_like(whole.shares)
    for part in parts:
        scores += part.scores
        shares += np.float32(part.idf / known) * part.shares
    np.maximum(shares, whole.shares, out=shares)
    idf = min(known, bm25.idf_of(float(np.count_nonzero(shares > MOSTLY))))
    if whole.known:
        np.maximum(scores, np.float32(idf / whole.idf) * whole.scores, out=scores)
    return Row(scores, shares, max(idf, known * 0.5), True)
