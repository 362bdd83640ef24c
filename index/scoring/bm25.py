"""Terms in, best passages out: rank_bm25's BM25Plus on postings arrays.

`BM25` is a `rank_bm25.BM25Plus` and gives its scores, minus a constant for each query. rank_bm25 adds delta x idf for
every term of the query to every passage, also to passages without the term (Lv & Zhai 2011 add it only to passages
that have it). A constant does not change the order, so it is left out here, and passages that share no term are no
hits.

Why postings? rank_bm25 keeps one dictionary for each passage, and looks into each of them for each term of the query. A
postings list names the passages that have the term, so that a query reads nothing else. With the largest weights of
each list beside it, a query does not even read most of the list (`topk.py`).
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import chain, count, islice
from pathlib import Path

import numpy as np
from rank_bm25 import BM25Plus

from index.scoring.postings import Floats, Integers, Postings
from index.scoring.topk import Ids, MaxScore, Values, Weighted
from index.scoring.upper_bounds import CorpusUpperBounds, UpperBounds
from index.scoring.weights import Weights
from index.store.tables import Array, load_array, save_array

KTH = (10, 64)
"""The k for which the k-th largest weight of a term is kept."""
_LONG = 2 * KTH[-1]
"""For lists of so many postings or more, the k-th largest weights are kept."""
_BLOCK = 1 << 16
"""Postings whose weights are computed at once."""
_SIEVED = 1 << 12
"""In lists of so many postings or more, most weights are left out before the rest is sorted."""
_AT_ONCE = 1_000
"""Passages whose terms are numbered at once."""
_KEPT = 1 << 12
"""Terms whose `Weighted` is kept; people ask with the same words."""


class BM25(BM25Plus):  # type: ignore[misc] # rank_bm25 has no types
    """rank_bm25's BM25Plus, with the corpus in postings arrays. An empty corpus finds nothing.

    `corpus`: the terms of each passage; the index itself makes one from arrays: `from_postings`.
    """

    def __init__(
        self,
        corpus: Iterable[Sequence[str]],
        tokenizer: Callable[[str], list[str]] | None = None,
        k1: float = 1.5,
        b: float = 0.75,
    ) -> None:
        self._numbers: dict[str, int] = {}
        super().__init__(corpus, tokenizer, k1=k1, b=b)

    @classmethod
    def from_postings(
        cls,
        postings: Postings,
        weights: Weights,
        *,
        tell: Callable[[str, Array], object] = lambda *_: None,
    ) -> BM25:
        """BM25 over counted postings, with terms by number.

        `tell`: called with name and array for each array that `open` maps, as soon as it is computed. So one array can
        be written while the next one is computed.
        """
        self = cls((), k1=weights.k1, b=weights.b)
        self._take(postings, tell)
        return self

    def save(self, folder: Path) -> None:
        """Write postings with their weights computed, so that opening computes nothing."""
        for name in ("starts", "passages", "weights", "bounds"):
            save_array(folder, f"postings.{name}", getattr(self, name))
        for column in self._columns.arrays():
            save_array(folder, *column)

    @classmethod
    def open(
        cls,
        folder: Path,
        passages: int,
        *,
        numbers: Mapping[str, int] | None = None,
    ) -> BM25:
        """Map what `save` wrote; `passages` is the number of passages of the corpus, `numbers` those of the terms.

        The weights were computed with k1 and b when they were saved.
        """
        self = cls(())
        self._numbers = dict(numbers or {})
        self.starts = load_array(folder, "postings.starts")
        self.passages = load_array(folder, "postings.passages")
        self.weights = load_array(folder, "postings.weights")
        self.bounds = load_array(folder, "postings.bounds")
        self.corpus_size = passages
        self._settle(CorpusUpperBounds.open(folder))
        return self

    @property
    def max_score(self) -> MaxScore:
        """What finds the best passages."""
        return self._max_score

    def _initialize(self, corpus: Iterable[Sequence[str]]) -> dict[str, int]:
        numbers: defaultdict[str, int] = defaultdict(count().__next__)
        terms, lengths = array("i"), array("q")
        passages = iter(corpus)
        # Several passages at once: few strings are kept in memory, and the loop over terms does not run in Python.
        while some := list(islice(passages, _AT_ONCE)):
            terms.fromlist(list(map(numbers.__getitem__, chain.from_iterable(some))))
            lengths.extend(map(len, some))
        self._numbers = dict(numbers)
        owner = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
        counted = [(np.frombuffer(terms, np.int32), owner, 1.0)] if terms else []
        self._take(Postings.count(counted, np.array(lengths, np.int64), len(numbers)))
        return {}

    def _calc_idf(self, nd: Mapping[str, int]) -> None:
        del self.idf  # which rank_bm25 has set; it is made when somebody asks for it

    @cached_property
    def idf(self) -> dict[str, float]:
        """rank_bm25's idf of each term, where the terms are known."""
        return {term: self.idf_of(self.document_frequency(number)) for term, number in self._numbers.items()}

    def _take(self, postings: Postings, tell: Callable[[str, Array], object] = lambda *_: None) -> None:
        self.starts = postings.starts
        self.passages: Ids = postings.passages
        tell("postings.starts", self.starts)
        tell("postings.passages", self.passages)
        self.doc_len = postings.lengths
        self.corpus_size = len(postings.lengths)
        self.avgdl = float(postings.lengths.mean()) if self.corpus_size else 0.0
        norm = self.k1 * (1 - self.b + self.b * postings.lengths / (self.avgdl or 1.0))
        norm = norm.astype(np.float32)
        self.weights: Values = np.empty(len(postings.passages), np.float32)
        for low in range(0, len(self.weights), _BLOCK):  # in blocks, so that temporary arrays stay small
            block = slice(low, low + _BLOCK)
            weights, frequencies = self.weights[block], postings.frequencies[block]
            norm.take(postings.passages[block], out=weights, mode="clip")
            weights += frequencies
            np.divide(frequencies * np.float32(self.k1 + 1), weights, out=weights)
        tell("postings.weights", self.weights)
        largest = _largest(self.starts, self.weights)
        columns = CorpusUpperBounds.build(self.starts, self.passages, self.weights, largest, self.corpus_size)
        for column in columns.arrays():
            tell(*column)
        self.bounds = _bounds(self.starts, self.weights, largest)
        tell("postings.bounds", self.bounds)
        self._settle(columns)

    def _settle(self, columns: CorpusUpperBounds) -> None:
        """Make ready for questions."""
        # single numbers are read from a memoryview in half the time
        self._starts: memoryview[int] = self.starts.data.cast("B").cast("q")
        self._columns = columns
        self._column_of: dict[int, UpperBounds] = columns.by_term()
        self._max_score = MaxScore(self.corpus_size)
        self._kept_weighted = lru_cache(maxsize=_KEPT)(self._weigh)

    def document_frequency(self, term: int) -> int:
        """How many passages have the term."""
        return self._starts[term + 1] - self._starts[term]

    def share_of(self, terms: range) -> float:
        """The share of all postings that a run of terms has."""
        return int(self.starts[terms.stop] - self.starts[terms.start]) / max(int(self.starts[-1]), 1)

    def idf_of(self, document_frequency: float) -> float:
        """rank_bm25's idf for a term in that many passages: ln((N + 1) / df)."""
        return math.log((self.corpus_size + 1) / max(document_frequency, 1.0))

    def postings(self, term: int) -> tuple[Ids, Values]:
        """The passages that have the term (int32, ascending) and its weight in each (float32), idf apart."""
        own = slice(self._starts[term], self._starts[term + 1])
        return self.passages[own], self.weights[own]

    def weights_in(self, term: int, ids: Ids) -> Values:
        """The weight of a term in each of some passages (int32, in any order), idf apart: float32."""
        passages, weights = self.postings(term)
        places = passages.searchsorted(ids)
        values: Values = weights.take(places, mode="clip")
        values *= passages.take(places, mode="clip") == ids
        return values

    def bounds_of(self, term: int, k: int) -> tuple[float, float]:
        """The largest weight of a term, and a lower bound of its k-th largest, both without the idf."""
        most, *kth = self.bounds[term].tolist()
        rank = _rank(k)
        return most, kth[rank - 1] if rank else 0.0

    def column(self, term: int) -> UpperBounds | None:
        """The column of a common term."""
        return self._column_of.get(term)

    @cached_property
    def level(self) -> float:
        """The score of one level, idf included; the same in all columns of the corpus. 0 where there are none."""
        columns = self._columns
        if not len(columns.terms):
            return 0.0
        return float(columns.units[0]) * self.idf_of(self.document_frequency(int(columns.terms[0])))

    def weighted(self, term: int, k: int, factor: float = 1.0) -> Weighted:
        """The postings of a term as `MaxScore` takes them; each gives idf x `factor` x its weight."""
        return self._kept_weighted(term, _rank(k), factor)

    def _weigh(self, term: int, rank: int, factor: float) -> Weighted:
        passages, weights = self.postings(term)
        scale = self.idf_of(len(passages)) * factor
        most, *kth = self.bounds[term].tolist()
        least = scale * kth[rank - 1] if rank else 0.0
        return Weighted(passages, weights, scale, scale * most, least, self._column_of.get(term))

    def get_scores(self, query: Sequence[str]) -> Floats:
        """The score of every passage (float64), 0 where it shares no term with the query."""
        scores = np.zeros(self.corpus_size)
        for postings in self._lists(query, 1):
            scores[postings.passages] += postings.values * np.float32(postings.scale)
        return scores

    def get_batch_scores(self, query: Sequence[str], doc_ids: Sequence[int]) -> list[float]:
        """The scores of some passages."""
        return self.get_scores(query)[list(doc_ids)].tolist()  # type: ignore[no-any-return]

    def get_top_n(self, query: Sequence[str], documents: Sequence[str], n: int = 5) -> list[str]:
        """The best documents that share a term with the query, ties in the corpus's order."""
        return [documents[number] for number, _ in self.search(query, n)]

    def search(self, query: Sequence[str], k: int = 10) -> list[tuple[int, float]]:
        """Number and score of the best k passages that share a term with the query, ties by number.

        This is for users of rank_bm25. Questions of people do not come here: they are searched concept by concept.
        """
        if k < 1:
            return []
        ids, sums = self._max_score.best(self._lists(query, k), k)
        order = (-sums).argsort(kind="stable")[:k]
        return list(zip(ids[order].tolist(), sums[order].tolist(), strict=True))

    def _lists(self, query: Sequence[str], k: int) -> list[Weighted]:
        """The postings of a query's terms, shortest first. A term that comes twice counts twice."""
        rank = _rank(k)
        kept = self._kept_weighted
        lists = [kept(number, rank, count) for number, count in self._times(query).items()]
        lists.sort(key=_length)
        return lists

    def _times(self, query: Sequence[str]) -> dict[int, int]:
        """The number of each term of a query that the corpus has, and how often it comes."""
        get = self._numbers.get
        numbers = [number for term in query if (number := get(term)) is not None]
        times = dict.fromkeys(numbers, 1)
        return times if len(times) == len(numbers) else Counter(numbers)


def _length(postings: Weighted) -> int:
    return len(postings.passages)


def _rank(k: int) -> int:
    """The column of the bounds that is right for the best k, 0 where there is none."""
    return bisect_left(KTH, k) + 1 if k <= KTH[-1] else 0


def _largest(starts: Integers, weights: Floats) -> Floats:
    """The largest weight of each term: float32 (terms)."""
    largest = np.zeros(len(starts) - 1, np.float32)
    some = np.flatnonzero(np.diff(starts))
    if len(some):
        largest[some] = np.maximum.reduceat(weights, starts[:-1][some])
    return largest


def _bounds(starts: Integers, weights: Floats, largest: Floats) -> Floats:
    """For each term its largest weight, and the k-th largest for each k of KTH: float32 (terms x 1 + len(KTH)).

    For a short list the k-th is 0, which is a lower bound of any.
    """
    bounds = np.zeros((len(largest), 1 + len(KTH)), np.float32)
    bounds[:, 0] = largest
    lengths = np.diff(starts)
    long = np.flatnonzero(lengths >= _LONG)
    places = np.array([-k for k in KTH])
    each = zip(long.tolist(), starts[long].tolist(), starts[long + 1].tolist(), strict=True)
    for term, low, high in each:
        own = _greatest(weights[low:high])
        own.sort()
        bounds[term, 1:] = own[places]
    return bounds


def _greatest(weights: Floats) -> Floats:
    """A copy of some of a list's weights; the largest `KTH[-1]` are among them.

    A long list is cut into slices, and each slice has a largest weight. The `KTH[-1]`-th largest of these is reached by
    at least `KTH[-1]` weights, so smaller ones are not needed. Sorting the rest is faster than numpy's partition.
    """
    if len(weights) < _SIEVED:
        return weights.copy()
    rows = len(weights) // _LONG
    slices = weights[: rows * _LONG].reshape(rows, _LONG).max(axis=0)
    slices.sort()
    greatest: Floats = weights[weights >= slices[-KTH[-1]]]
    return greatest
