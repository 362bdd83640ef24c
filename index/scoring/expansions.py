"""The expansions of a concept in; its scores and shares for a set of passages out.

A concept counts once, as its best expansion, with one idf from the union of its expansions' passages (Pirkola,
"The effects of query structure and dictionary setups in dictionary-based cross-language information retrieval",
SIGIR 1998). Otherwise the rarest translation of a word, which is usually wrong, would count most.

An expansion of several words counts by how much of it a passage has: the idf-weighted mean of its words' weights, times
the idf-weighted share of its words. An expansion that is everyday beside the others ("report" beside "affiliated" for
"subordinate to") is left out of the union and counts with its own idf. Otherwise it would make the whole concept an
everyday one.

Scores grow with the weights of the words. So upper bounds of the weights (`docsets.DocRange`) give upper bounds of the
scores. Shares depend only on which words a passage has, so they are always exact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import combinations

import numpy as np

from index.scoring.bm25 import BM25
from index.scoring.docsets import DocRange, DocSet, Having
from index.scoring.topk import Places, Values

WHOLE = 0.99
"""Share of an expansion, credence apart, from which a passage has all of it."""
MOSTLY = 0.9
"""Share of a concept from which a passage has most of it."""
_LONG = 8
"""An expansion of more words has too many subsets to look at each."""
_ROUNDED = 1e-4
"""The largest error of a sum of shares, which has 32 bits."""
DocSets = Callable[[Iterable[int]], Iterable[DocSet]]
"""Terms → the passages that have any of them, each once, and maybe others."""


@dataclass(frozen=True, slots=True)
class ScoreLimits:
    """Limits of the scores of all passages, or of their weights, before any is computed."""

    most: float = 0.0
    """No score exceeds it."""
    kth: float = 0.0
    """At least k passages reach it; k is how many are wanted."""
    error: float = 0.0
    """By how much a score from the columns of the corpus may be too high."""

    def times(self, factor: float) -> ScoreLimits:
        """The limits of the score times a factor."""
        return ScoreLimits(self.most * factor, self.kth * factor, self.error * factor)

    def __or__(self, other: ScoreLimits) -> ScoreLimits:
        """The limits of the better of two scores."""
        return ScoreLimits(max(self.most, other.most), max(self.kth, other.kth), max(self.error, other.error))

    def __add__(self, other: ScoreLimits) -> ScoreLimits:
        """The limits of the sum of two scores."""
        return ScoreLimits(self.most + other.most, max(self.kth, other.kth), self.error + other.error)


@dataclass(frozen=True, slots=True)
class TermScorer:
    """An expansion that the reports have."""

    terms: tuple[int, ...]
    """Numbers of those of its terms that the reports have."""
    idfs: tuple[float, ...]
    """Beside the terms."""
    total: float
    """The idf of all its terms together, also of those that no passage has."""
    single: bool
    """Whether it has one term."""
    weight: float
    credence: float
    """How far finding it is finding the concept: less for a word's rarer meanings."""

    def shares(self, docs: DocSet) -> Values:
        """How much of the concept each passage has, 0 to 1: float32 (passages)."""
        if self.single:
            return _times(docs.having(self.terms[0]), self.credence)
        present = self._present(docs)
        return present * present * np.float32(self.credence)

    def raise_to(self, scores: Values, docs: DocSet, factor: float) -> None:
        """Raise the scores of the passages to `factor` times its weights, where they are lower."""
        if isinstance(docs, DocRange):
            self._raise_bounds(scores, docs, factor)
        else:
            np.maximum(scores, np.float32(factor) * self.weights(docs), out=scores)

    def _raise_bounds(self, scores: Values, docs: DocRange, factor: float) -> None:
        """The same in a range. Rare terms cost only as much as they have postings there."""
        few = [position for position, term in enumerate(self.terms) if docs.places(term) is not None]
        common = [position for position in range(len(self.terms)) if position not in few]
        if self.single:
            if few:
                places, weights = docs.postings(self.terms[0])
                _raise(scores, places, np.float32(factor * self.weight) * weights)
            else:
                levels, unit = docs.levels(self.terms[0])
                np.multiply(levels, np.float32(factor * self.weight * unit), out=docs.product)
                np.maximum(scores, docs.product, out=scores)
            return
        summed, present, product = docs.summed, docs.present, docs.product
        for position in common:
            levels, unit = docs.levels(self.terms[position])
            summed += np.multiply(levels, np.float32(self.idfs[position] * unit), out=product)
            present += np.multiply(docs.having(self.terms[position]), np.float32(self.idfs[position]), out=product)
        for position in few:
            places, weights = docs.postings(self.terms[position])
            summed[places] += np.float32(self.idfs[position]) * weights
            present[places] += np.float32(self.idfs[position])
        factor *= self.weight / self.total**2
        if common:
            np.multiply(summed, present, out=product)
            product *= np.float32(factor)
            np.maximum(scores, product, out=scores)
            summed[:] = present[:] = 0
            return
        # a place that comes twice is raised to the same value twice
        places = np.concatenate([docs.postings(self.terms[position])[0] for position in few])
        _raise(scores, places, summed.take(places) * present.take(places) * np.float32(factor))
        summed[places] = present[places] = 0

    def weights(self, docs: DocSet) -> Values:
        """Its weight in each passage, idf apart: float32 (passages)."""
        if self.single:
            return np.float32(self.weight) * docs.weights(self.terms[0])
        summed = docs.zeros()
        for term, idf in zip(self.terms, self.idfs, strict=True):
            summed += np.float32(idf) * docs.weights(term)
        weights: Values = np.float32(self.weight) * summed / np.float32(self.total) * self._present(docs)
        return weights

    def grades(self, least: float = 0.0) -> Iterator[tuple[np.float32, tuple[int, ...]]]:
        """Each share above `least` that a passage may have, with the terms that give it."""
        for size in range(len(self.terms), 0, -1):
            best = 0.0
            for some in combinations(range(len(self.terms)), size):
                share = self._share(some)
                best = max(best, float(share))
                if share > least:
                    yield share, tuple(self.terms[position] for position in some)
            if best <= least:  # with fewer words it is less
                return

    def _share(self, some: tuple[int, ...]) -> np.float32:
        """The share of a passage that has some of the words, as `shares` computes it."""
        if self.single:
            return np.float32(self.credence)
        present = np.float32(0.0)
        for position in some:
            present += np.float32(self.idfs[position])
        present /= np.float32(self.total)
        return present * present * np.float32(self.credence)

    def limits(self, bm25: BM25, k: int) -> ScoreLimits:
        """Of the weights."""
        if self.single:
            return _limits(bm25, self.terms[0], k).times(self.weight)
        words = (_limits(bm25, term, k).times(idf) for term, idf in zip(self.terms, self.idfs, strict=True))
        together = sum(words, ScoreLimits()).times(self.weight / self.total)
        # no k-th: a word alone may stay below the mean of all words
        return ScoreLimits(together.most, 0.0, together.error)

    def _present(self, docs: DocSet) -> Values:
        """The idf-weighted share of the expansion's words that each passage has."""
        present = docs.zeros()
        for term, idf in zip(self.terms, self.idfs, strict=True):
            present += _times(docs.having(term), idf)
        present /= np.float32(self.total)
        return present


@dataclass(frozen=True, slots=True)
class DisMax:
    """The best of several expansions."""

    ordinary: tuple[tuple[TermScorer, bool], ...]
    """Each with whether it says how common the concept is."""
    everyday: tuple[tuple[TermScorer, float], ...]
    """Each with its idf."""
    idf: float

    @classmethod
    def of(
        cls,
        ordinary: tuple[tuple[TermScorer, bool], ...],
        everyday: tuple[tuple[TermScorer, float], ...],
        doc_sets: DocSets,
        bm25: BM25,
    ) -> DisMax:
        """The best of these expansions, with the idf of the union of the ordinary ones."""
        if len(ordinary) == 1 and ordinary[0][0].single and ordinary[0][1]:
            scorer = ordinary[0][0]
            union = scorer.credence * bm25.document_frequency(scorer.terms[0])
        else:
            terms = [term for scorer, _ in ordinary for term in scorer.terms]
            union = sum(_union(ordinary, docs) for docs in doc_sets(terms)) if ordinary else 0.0
        return cls(ordinary, everyday, bm25.idf_of(union))

    @property
    def terms(self) -> list[int]:
        """Of all expansions."""
        return [term for scorer, _ in (*self.ordinary, *self.everyday) for term in scorer.terms]

    @property
    def largest_share(self) -> float:
        """An upper bound of the shares. It is over 1 where an everyday expansion is rarer than the others' union."""
        shares = [scorer.credence for scorer, _ in self.ordinary]
        return max((*shares, *(own / self.idf * scorer.credence for scorer, own in self.everyday)), default=0.0)

    def shares(self, docs: DocSet) -> Values:
        """How much of the concept each passage has: float32 (passages)."""
        share = docs.zeros()
        for scorer, _ in self.ordinary:
            np.maximum(share, scorer.shares(docs), out=share)
        for scorer, own in self.everyday:
            np.maximum(share, np.float32(own / self.idf) * scorer.shares(docs), out=share)
        return share

    def having(self, least: float, docs: DocSet) -> Having:
        """Whether each passage has a share above `least`."""
        having = np.zeros(docs.size, bool)
        for scorer, own in (*((scorer, self.idf) for scorer, _ in self.ordinary), *self.everyday):
            if len(scorer.terms) > _LONG:
                having |= scorer.shares(docs) > least * self.idf / own * (1 - _ROUNDED)
                continue
            for _, words in scorer.grades(least * self.idf / own):
                _set(having, docs.having_all(words))
        return having

    def scores(self, docs: DocSet) -> Values:
        """The score of each passage: float32 (passages)."""
        score = docs.zeros()
        for scorer, _ in self.ordinary:
            scorer.raise_to(score, docs, self.idf)
        for scorer, own in self.everyday:
            scorer.raise_to(score, docs, own)
        return score

    def limits(self, bm25: BM25, k: int) -> ScoreLimits:
        """Of the scores."""
        each = [scorer.limits(bm25, k).times(self.idf) for scorer, _ in self.ordinary]
        each += [scorer.limits(bm25, k).times(own) for scorer, own in self.everyday]
        return reduce(ScoreLimits.__or__, each, ScoreLimits())


@dataclass(frozen=True, slots=True)
class PhraseScorer:
    """The better of two scores: that of several parts, each found alone, and that of the whole."""

    parts: tuple[DisMax, ...]
    whole: DisMax
    parts_idf: float
    """The sum of the parts' idfs."""
    factor: float
    """A score of the whole is multiplied by this."""
    idf: float

    @classmethod
    def of(cls, parts: tuple[DisMax, ...], whole: DisMax, doc_sets: DocSets, bm25: BM25) -> PhraseScorer:
        """The scorer of a phrase, with an idf from the passages that have most of it, in parts or whole."""
        parts_idf = sum(part.idf for part in parts) or 1e-9
        draft = cls(parts, whole, parts_idf, 0.0, 0.0)
        mostly = sum(draft._count_mostly(docs) for docs in doc_sets(draft.terms))
        idf = min(parts_idf, bm25.idf_of(float(mostly)))
        factor = idf / whole.idf if whole.idf else 0.0
        return cls(parts, whole, parts_idf, factor, max(idf, parts_idf * 0.5))

    @property
    def terms(self) -> list[int]:
        """Of all expansions."""
        return [term for dis_max in (*self.parts, self.whole) for term in dis_max.terms]

    def _count_mostly(self, docs: DocSet) -> int:
        """How many passages have most of it. Passages that lack too much of an important part are not looked at."""
        may = np.ones(docs.size, bool)
        most = [part.idf / self.parts_idf * part.largest_share for part in self.parts]
        for part, own in zip(self.parts, most, strict=True):
            least = (MOSTLY - _ROUNDED - (sum(most) - own)) * self.parts_idf / max(part.idf, 1e-9)
            if least > 0:
                may &= part.having(least, docs)
        may |= self.whole.having(MOSTLY - _ROUNDED, docs)
        shares = self.shares(docs.at(may.nonzero()[0]))
        return int(np.count_nonzero(shares > MOSTLY))

    def shares(self, docs: DocSet) -> Values:
        """How much of the concept each passage has: float32 (passages)."""
        share = docs.zeros()
        for part in self.parts:
            share += np.float32(part.idf / self.parts_idf) * part.shares(docs)
        np.maximum(share, self.whole.shares(docs), out=share)
        return share

    def scores(self, docs: DocSet) -> Values:
        """The score of each passage: float32 (passages)."""
        score = docs.zeros()
        for part in self.parts:
            score += part.scores(docs)
        np.maximum(score, np.float32(self.factor) * self.whole.scores(docs), out=score)
        return score

    def limits(self, bm25: BM25, k: int) -> ScoreLimits:
        """Of the scores."""
        together = sum((part.limits(bm25, k) for part in self.parts), ScoreLimits())
        return together | self.whole.limits(bm25, k).times(self.factor)


def _union(scorers: tuple[tuple[TermScorer, bool], ...], docs: DocSet) -> float:
    """The sum of the shares of the passages that have all of an expansion that says how common the concept is.

    Each passage counts once, with its best share: shares come best first. Shares that are smaller than what all these
    passages have are not needed.
    """
    if max(len(scorer.terms) for scorer, _ in scorers) > _LONG:
        return _union_of_long(scorers, docs)
    least = min((WHOLE * scorer.credence for scorer, counts in scorers if counts), default=2.0)
    grades = [(share, words, scorer, counts) for scorer, counts in scorers for share, words in scorer.grades(least)]
    grades.sort(key=lambda grade: -grade[0])
    having = [docs.having_all(words) for _, words, _, _ in grades]
    whole, union = np.zeros(docs.size, bool), 0.0
    for (share, _, scorer, counts), own in zip(grades, having, strict=True):
        if counts and share > WHOLE * scorer.credence:
            _set(whole, own)
    for (share, *_), own in zip(grades, having, strict=True):
        union += float(share) * _take_out(whole, own)
    return union


def _union_of_long(scorers: tuple[tuple[TermScorer, bool], ...], docs: DocSet) -> float:
    """The same, computed from the shares of all passages."""
    share, whole = docs.zeros(), np.zeros(docs.size, bool)
    for scorer, counts in scorers:
        own = scorer.shares(docs)
        np.maximum(share, own, out=share)
        if counts:
            whole |= own > WHOLE * scorer.credence
    return float(share[whole].sum(dtype=float))


def _raise(array: Values, places: Places, values: Values) -> None:
    """Raise some places to values where they are lower."""
    array[places] = np.maximum(array.take(places), values)


def _set(marks: Having, own: Places | Having) -> None:
    """Mark some passages. They are given as places or as marks."""
    if own.dtype == bool:
        np.logical_or(marks, own, out=marks)
    else:
        marks[own] = True


def _take_out(marks: Having, own: Places | Having) -> int:
    """Remove the marks of some passages; how many had one."""
    if own.dtype == bool:
        count = int(np.count_nonzero(np.logical_and(marks, own)))
        np.greater(marks, own, out=marks)
    else:
        count = int(np.count_nonzero(marks.take(own)))
        marks[own] = False
    return count


def _times(having: Having, value: float) -> Values:
    """A value where something is, 0 elsewhere."""
    return np.multiply(having, np.float32(value), dtype=np.float32)


def _limits(bm25: BM25, term: int, k: int) -> ScoreLimits:
    """Of the weights of a term, idf apart."""
    most, kth = bm25.bounds_of(term, k)
    column = bm25.column(term)
    return ScoreLimits(most, kth, column.unit if column else 0.0)
