"""Some passages and a term in; which of them have the term, and its weights in them, out.

What concepts are made of (`alternatives.py`) is computed from nothing else. So one computation serves for all passages
of a small corpus, for those that a few lists name, for the candidates of a question, and, piece by piece, for a bound
on what the passages of a large corpus can get.

Why pieces? What is computed for some ten thousand passages at a time stays in the processor's own memory.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

from index.bm25 import BM25
from index.columns import BLOCK
from index.maxscore import Ids, Values

Having = npt.NDArray[np.bool_]

PIECE = 1 << 15
"""Passages of a piece: whole blocks."""


class Sight(ABC):
    """Some passages. What was found of a term is kept: the words of a concept stand in several of its alternatives."""

    def __init__(self, size: int) -> None:
        """`size`: how many passages."""
        self.size = size
        self._found: dict[int, Values] = {}

    def weights(self, term: int) -> Values:
        """The weight of a term in each of the passages, idf apart, 0 where it is not: float32, to be read only."""
        found = self._found.get(term)
        if found is None:
            found = self._found[term] = self._weights(term)
        return found

    def having(self, term: int) -> Having:
        """Whether each of the passages has a term."""
        return self.weights(term) > 0

    def zeros(self) -> Values:
        """An array beside the passages: float32."""
        return np.zeros(self.size, np.float32)

    @abstractmethod
    def _weights(self, term: int) -> Values: ...


class Everything(Sight):
    """All passages of a small corpus."""

    def __init__(self, bm25: BM25) -> None:
        super().__init__(bm25.corpus_size)
        self._bm25 = bm25

    def _weights(self, term: int) -> Values:
        weights = self.zeros()
        passages, own = self._bm25.postings(term)
        weights[passages] = own
        return weights


class Listed(Sight):
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


class Chosen(Sight):
    """Any passages, in any order."""

    def __init__(self, bm25: BM25, passages: Ids) -> None:
        super().__init__(len(passages))
        self._bm25 = bm25
        self._passages = passages

    def _weights(self, term: int) -> Values:
        return self._bm25.weights_in(term, self._passages)


class Piece(Sight):
    """A run of passages of a large corpus; weights are what the true ones do not exceed (`columns.py`)."""

    def __init__(self, pieces: Pieces, low: int, high: int) -> None:
        super().__init__(high - low)
        self._pieces = pieces
        self.low, self.high = low, high

    def having(self, term: int) -> Having:
        column = self._pieces.bm25.column(term)
        return self.weights(term) > 0 if column is None else column.levels[self.low : self.high] > 0

    def _weights(self, term: int) -> Values:
        column = self._pieces.bm25.column(term)
        if column is not None:
            levels = column.levels[self.low : self.high]
            return np.multiply(levels, np.float32(column.unit), dtype=np.float32)
        weights = self.zeros()
        passages, own = self._pieces.postings(term, self.low // PIECE)
        weights[passages - self.low] = own
        return weights


class Pieces:
    """All passages of a large corpus, piece by piece."""

    def __init__(self, bm25: BM25) -> None:
        self.bm25 = bm25
        self._starts = np.arange(0, bm25.corpus_size + PIECE, PIECE)
        self._places: dict[int, list[int]] = {}

    def __iter__(self) -> Iterator[Piece]:
        size = -(-self.bm25.corpus_size // BLOCK) * BLOCK  # as long as a column
        for low in range(0, size, PIECE):
            yield Piece(self, low, min(low + PIECE, size))

    def postings(self, term: int, piece: int) -> tuple[Ids, Values]:
        """Those of the postings of a term that lie in a piece."""
        passages, weights = self.bm25.postings(term)
        places = self._places.get(term)
        if places is None:
            places = self._places[term] = passages.searchsorted(self._starts).tolist()
        low, high = places[piece], places[piece + 1]
        return passages[low:high], weights[low:high]
