"""A set of passages and a term in; which of the passages have the term, and its weights in them, out.

Scores of expansions (`expansions.py`) are computed only from this. So the same computation serves all passages of a
small corpus, the passages of a few lists, the candidates of a question, and, range by range, upper bounds for the
passages of a large corpus.

Why ranges? Arrays for some ten thousand passages at a time stay in the processor's cache.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from functools import reduce

import numpy as np
import numpy.typing as npt

from index.scoring.bm25 import BM25
from index.scoring.topk import Ids, Places, Values
from index.scoring.upper_bounds import BLOCK, Levels

Having = npt.NDArray[np.bool_]

RANGE = 1 << 18
"""Passages of a range: whole blocks."""


class DocSet(ABC):
    """Some passages. Weights of a term are kept, because a term can stand in several expansions of a concept."""

    def __init__(self, size: int) -> None:
        """`size`: how many passages."""
        self.size = size
        self._found: dict[int, Values] = {}
        self._having: dict[int, Having] = {}

    def weights(self, term: int) -> Values:
        """The weight of a term in each of the passages, idf apart, 0 where it is not: float32, to be read only."""
        weights = self._found.get(term)
        if weights is None:
            weights = self._found[term] = self._weights(term)
        return weights

    def having(self, term: int) -> Having:
        """Whether each of the passages has a term: to be read only."""
        having = self._having.get(term)
        if having is None:
            having = self._having[term] = self._has(term)
        return having

    def places(self, term: int) -> Places | None:
        """The places of the passages that have a term; None where these are many."""
        return None

    def having_all(self, terms: tuple[int, ...]) -> Places | Having:
        """The passages that have all of some terms (at least one): their places, or a mark for each passage."""
        few = [(len(places), term, places) for term in terms if (places := self.places(term)) is not None]
        if not few:
            return reduce(np.logical_and, map(self.having, terms))
        _, rarest, shared = min(few)
        for term in terms:
            if term != rarest:
                shared = shared[self.having_at(term, shared)]
        return shared

    def having_at(self, term: int, places: Places) -> Having:
        """Whether the passages at some places have a term."""
        return self.having(term)[places]

    def at(self, places: Places) -> DocSet:
        """The passages at some places, as a set that is only asked which terms they have."""
        return _Part(self, places)

    def zeros(self) -> Values:
        """An array beside the passages: float32."""
        return np.zeros(self.size, np.float32)

    def _has(self, term: int) -> Having:
        return self.weights(term) > 0

    @abstractmethod
    def _weights(self, term: int) -> Values: ...


class AllDocs(DocSet):
    """All passages of a small corpus."""

    def __init__(self, bm25: BM25) -> None:
        super().__init__(bm25.corpus_size)
        self._bm25 = bm25

    def _weights(self, term: int) -> Values:
        weights = self.zeros()
        passages, own = self._bm25.postings(term)
        weights[passages] = own
        return weights


class ListedDocs(DocSet):
    """The passages that have any of some terms, ascending; other terms are not asked for."""

    def __init__(self, bm25: BM25, terms: Iterable[int]) -> None:
        self._bm25 = bm25
        lists = [bm25.postings(term)[0] for term in terms]
        together = np.sort(np.concatenate([np.zeros(0, np.int32), *lists]))
        self.passages: Ids = together[np.diff(together, prepend=-1) > 0]
        super().__init__(len(self.passages))

    def _weights(self, term: int) -> Values:
        weights = self.zeros()
        passages, own = self._bm25.postings(term)
        weights[self.passages.searchsorted(passages)] = own
        return weights


class ChosenDocs(DocSet):
    """Any passages, in any order."""

    def __init__(self, bm25: BM25, passages: Ids) -> None:
        super().__init__(len(passages))
        self._bm25 = bm25
        self._passages = passages

    def _weights(self, term: int) -> Values:
        return self._bm25.weights_in(term, self._passages)


class _Part(DocSet):
    """Some of the passages of another set."""

    def __init__(self, whole: DocSet, places: Places) -> None:
        super().__init__(len(places))
        self._whole = whole
        self._places = places

    def _has(self, term: int) -> Having:
        return self._whole.having_at(term, self._places)

    def _weights(self, term: int) -> Values:
        return self._whole.weights(term)[self._places]


class DocRange(DocSet):
    """A run of passages of a large corpus. For common terms it has upper bounds in place of weights.

    It reuses its arrays, because new memory costs as much time as filling it.
    """

    def __init__(self, ranges: DocRanges, low: int, high: int) -> None:
        super().__init__(high - low)
        self._ranges = ranges
        self.low, self.high = low, high
        self._lists: dict[int, tuple[Places, Values]] = {}
        self.summed, self.present, self.product = (array[: self.size] for array in ranges.arrays)
        """Float32 (passages). The first two are zeros; set them back to zero after use."""
        self._marks = ranges.marks[: self.size]

    def places(self, term: int) -> Places | None:
        return None if self._ranges.bm25.column(term) is not None else self.postings(term)[0]

    def postings(self, term: int) -> tuple[Places, Values]:
        """The places of the passages that have a rare term, and its weights there."""
        postings = self._lists.get(term)
        if postings is None:
            passages, weights = self._ranges.postings(term, self.low // RANGE)
            # as wide as numpy's own indices: narrower ones would be widened at each use
            postings = self._lists[term] = (passages.astype(np.intp) - self.low, weights)
        return postings

    def levels(self, term: int) -> tuple[Levels, float]:
        """The levels of a common term, and the weight of one level, without the idf."""
        column = self._ranges.bm25.column(term)
        if column is None:
            raise KeyError(term)
        return column.levels[self.low : self.high], column.unit

    def having_at(self, term: int, places: Places) -> Having:
        own = self.places(term)
        if own is None:
            return self.levels(term)[0].take(places) > 0
        self._marks[own] = True
        having: Having = self._marks.take(places)
        self._marks[own] = False
        return having

    def _has(self, term: int) -> Having:
        places = self.places(term)
        if places is None:
            return self.levels(term)[0] > 0
        having = np.zeros(self.size, bool)
        having[places] = True
        return having

    def _weights(self, term: int) -> Values:
        if self.places(term) is None:
            levels, unit = self.levels(term)
            return np.multiply(levels, np.float32(unit), dtype=np.float32)
        weights = self.zeros()
        places, own = self.postings(term)
        weights[places] = own
        return weights


class DocRanges:
    """All passages of a large corpus, range by range."""

    def __init__(self, bm25: BM25) -> None:
        self.bm25 = bm25
        self._starts = np.arange(0, bm25.corpus_size + RANGE, RANGE)
        self._places: dict[int, list[int]] = {}
        size = min(RANGE, -(-bm25.corpus_size // BLOCK) * BLOCK)
        self.arrays = np.zeros((3, size), np.float32)
        self.marks = np.zeros(size, bool)

    def __iter__(self) -> Iterator[DocRange]:
        size = -(-self.bm25.corpus_size // BLOCK) * BLOCK  # as long as a column
        for low in range(0, size, RANGE):
            yield DocRange(self, low, min(low + RANGE, size))

    def postings(self, term: int, number: int) -> tuple[Ids, Values]:
        """The postings of a term that lie in the range with this number."""
        passages, weights = self.bm25.postings(term)
        places = self._places.get(term)
        if places is None:
            places = self._places[term] = passages.searchsorted(self._starts).tolist()
        low, high = places[number], places[number + 1]
        return passages[low:high], weights[low:high]
