"""Weighted postings in; the passages with the k largest sums out, exactly, and without reading most postings.

MaxScore (Turtle & Flood, "Query evaluation: strategies and optimizations", Information Processing & Management
31(6), 1995), list by list. A passage is among the best k only if it reaches the threshold: the k-th best sum that is
known so far. Lists are added up, the shortest first. Lists of common terms, which have a column (`upper_bounds.py`),
are not added up. Their columns give upper bounds: first for whole blocks of passages, then, where needed, for single
passages. Only passages that can still reach the threshold are looked up in the postings.

The threshold is high from the start, because every list comes with its k-th best value. It rises as soon as a few
promising passages are known, because a column also gives a lower bound.

Why is a small corpus treated differently? There, adding up every posting takes less time than deciding which to add.

Why may lists be added up in any order? Each gives a product of 32 bits, and the sum has 64. The sum is exact unless
products differ by a factor of millions, so equal passages have equal sums.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from index.scoring.upper_bounds import BLOCK, BLOCK_BITS, SMALLEST, Levels, UpperBounds

Ids = npt.NDArray[np.int32]
Values = npt.NDArray[np.float32]
Sums = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]

SLACK = 1 - 1e-6
"""Share of the threshold that is enough: values are 32 bits wide, and their products are rounded."""
CAUTION = 1.001
"""The largest error of a column, in levels, with roundings."""
_CHEAPER = 16
"""Postings that are added up in the time in which one candidate is looked up."""
_PROBES = 16
"""So many times k candidates are looked at more closely at once; a passage may come once for each list."""
_FEW = 20_000
"""With fewer postings left than this, they are added up at once."""
_SAMPLE, _BEST = 64, 4
"""One of so many blocks is in the sample that guesses a bound for the best blocks; so many of the sample reach it."""
_MANY = 2_000
"""With more blocks than this, the guess is made."""
_TINY = 1e-30


@dataclass(frozen=True, slots=True)
class Weighted:
    """A list of postings: each gives its passage `scale` x value.

    passages: int32, ascending; values: float32, positive, beside them.
    """

    passages: Ids
    values: Values
    scale: float
    bound: float
    """Upper bound of value x scale."""
    kth: float = 0.0
    """At least k passages reach this value x scale; 0 where that is not known."""
    column: UpperBounds | None = None
    """The upper bound of each passage, where the term is common."""

    def __len__(self) -> int:
        return len(self.passages)

    def scaled(self) -> Values:
        """Value x scale of each posting."""
        return self.values * np.float32(self.scale)

    def times(self, factor: float) -> Weighted:
        """The same postings, each giving so many times as much."""
        scale, bound, kth = (value * factor for value in (self.scale, self.bound, self.kth))
        return Weighted(self.passages, self.values, scale, bound, kth, self.column)

    def scores_of(self, ids: Ids) -> Values:
        """What the list gives to each of some passages."""
        if not len(self.passages):
            return np.zeros(len(ids), np.float32)
        places = self.passages.searchsorted(ids)
        values: Values = self.values.take(places, mode="clip")
        values *= np.float32(self.scale)
        values *= self.passages.take(places, mode="clip") == ids
        return values


@dataclass(frozen=True, slots=True, eq=False)
class Computed:
    """Scores of too many passages for a list: upper bounds for all, and a function that computes true scores."""

    count: int
    """How many passages have a score."""
    compute: Callable[[Ids], Values]
    """The score of each of some passages, without `scale`: float32."""
    column: UpperBounds
    bound: float
    """Upper bound of all scores, times scale."""
    kth: float = 0.0
    """At least k passages reach this, times scale; 0 where that is not known."""
    scale: float = 1.0

    def __len__(self) -> int:
        return self.count

    def times(self, factor: float) -> Computed:
        """The same with all scores multiplied."""
        scale, bound, kth = (value * factor for value in (self.scale, self.bound, self.kth))
        return Computed(self.count, self.compute, self.column, bound, kth, scale)

    def scores_of(self, ids: Ids) -> Values:
        """The score of each of some passages."""
        return self.compute(ids) * np.float32(self.scale)


PassageScores = Weighted | Computed
"""The scores that a term or a concept gives to passages."""


class MaxScore:
    """Finds the best passages of a corpus. Safe to share between threads."""

    def __init__(self, size: int) -> None:
        """`size`: passages of the corpus."""
        self._size = size
        self._kept = threading.local()

    def best(self, lists: Sequence[PassageScores], k: int, allowed: Mask | None = None) -> tuple[Ids, Sums]:
        """The best k passages, their ties and a few others, ascending by number, and their sums.

        `lists`: shortest first, none empty; `allowed` (bool, passages) leaves passages out.
        """
        if not lists:
            return np.zeros(0, np.int32), np.zeros(0)
        least = max([postings.kth for postings in lists]) * SLACK if allowed is None else 0.0
        plain = [postings for postings in lists if isinstance(postings, Weighted)]
        if self._size <= SMALLEST and len(plain) == len(lists):
            passages, values = [postings.passages for postings in plain], [postings.values for postings in plain]
            return add_up(passages, values, [postings.scale for postings in plain], self._size, k, least, allowed)
        plain = [postings for postings in plain if postings.column is None]
        columns = [postings for postings in lists if postings.column is not None]
        return self._search(plain, _Columns(columns) if columns else None, k, least, allowed)

    def _search(
        self, plain: list[Weighted], columns: _Columns | None, k: int, least: float, allowed: Mask | None
    ) -> tuple[Ids, Sums]:
        """The best of a large corpus; `plain`: lists without a column."""
        sums = self._take()
        most = columns.most if columns else 0.0
        rest_bounds = [0.0]
        for postings in reversed(plain):
            rest_bounds.append(rest_bounds[-1] + postings.bound)
        remaining = sum([len(postings.passages) for postings in plain])
        named: list[Places] = []
        for postings in plain:
            own = postings.passages.astype(np.intp)
            own_sums = sums.take(own)
            own_sums += postings.scaled()
            sums[own] = own_sums
            named.append(own)
            rest_bounds.pop()
            remaining -= len(own)
            if remaining > _FEW:
                places, bounds = _bounds(sums, named, columns, allowed)
                least = _probe(sums, places, bounds, columns, k, least)
                waiting = np.count_nonzero(bounds >= least - rest_bounds[-1])
                if rest_bounds[-1] + most < least and waiting * _CHEAPER < remaining:
                    break
        places = np.zeros(0, np.intp)
        if named:
            places, bounds = _bounds(sums, named, columns, allowed)
            least = _probe(sums, places, bounds, columns, k, least)
            places = places[bounds >= least - rest_bounds[-1]]
        if columns and rest_bounds[-1] + most >= least:
            alone, least = columns.alone(least, k, allowed)
            places = np.concatenate((places, alone))
        places = _distinct(places)
        candidates = self._look_up(places, sums.take(places), plain[len(named) :], columns, k, least)
        for own in named:
            sums[own] = 0
        self._kept.sums = sums
        return candidates

    def _look_up(
        self, places: Places, sums: Sums, lists: Sequence[PassageScores], columns: _Columns | None, k: int, least: float
    ) -> tuple[Ids, Sums]:
        """Add the scores of the other lists to the candidates' sums; leave out what cannot reach the threshold."""
        rest_bound = sum([postings.bound for postings in lists])
        if columns and len(places) > k:
            bounds = columns.bounds(places)
            bounds += sums
            least = max(least, SLACK * (_kth(bounds.copy(), k) - columns.error))
            keep = bounds >= least - rest_bound
            places, sums = places[keep], sums[keep]
        ids = places.astype(np.int32)
        for postings in (*lists, *columns.lists) if columns else lists:
            sums += postings.scores_of(ids)
        return ids, sums

    def _take(self) -> Sums:
        """Zeros, float64 (passages), kept for the thread. The caller gives them back as zeros, or not at all."""
        sums: Sums | None = getattr(self._kept, "sums", None)
        self._kept.sums = None
        return np.zeros(self._size) if sums is None else sums


def add_up(
    passages: Sequence[Ids],
    values: Sequence[Values],
    scales: Sequence[float],
    size: int,
    k: int,
    least: float,
    allowed: Mask | None = None,
) -> tuple[Ids, Sums]:
    """The best k passages of a small corpus that reach `least`, as `MaxScore.best` gives them.

    `size`: passages of the corpus; passages, values, scales: those of each list, as in `Weighted`.
    """
    ids = np.concatenate(passages)
    amounts = np.concatenate(values)
    amounts *= np.array(scales, np.float32).repeat([len(own) for own in passages])
    sums: Sums = np.asarray(np.bincount(ids, amounts, size), np.float64)
    if allowed is not None:
        sums[~allowed] = 0
    places = (sums >= max(least, _TINY)).nonzero()[0]
    reached = sums.take(places)
    if len(reached) > k:
        keep = reached >= _kth(reached.copy(), k)
        places, reached = places[keep], reached[keep]
    return places.astype(np.int32), reached


class _Columns:
    """The columns of a query's common terms, together."""

    def __init__(self, lists: list[PassageScores]) -> None:
        """`lists`: not empty, each with a column."""
        self.lists = lists
        self._columns = [postings.column for postings in lists if postings.column is not None]
        self._steps = [postings.scale * column.unit for postings, column in zip(lists, self._columns, strict=True)]
        self.error = CAUTION * sum(
            [step * column.error for step, column in zip(self._steps, self._columns, strict=True)]
        )
        """By how much a bound may be too high."""
        # Where a level has the same score in all columns, levels are added; a sum of a few hundred fits in 16 bits.
        self._even = len(lists) < 1 << 8 and max(self._steps) - min(self._steps) <= 1e-9 * self._steps[0]
        self._step = self._steps[0] if self._even else 1.0
        self._blocks = self._sum([column.blocks for column in self._columns])
        self.most = float(self._blocks.max()) * self._step
        """Upper bound of what a passage gets from all columns."""

    def bounds(self, places: Places) -> Sums:
        """Upper bound of each of some passages."""
        return self._sum([column.levels.take(places) for column in self._columns]) * self._step

    def rough_bounds(self, places: Places) -> Sums:
        """For each of some passages, the upper bound of its block."""
        return self._blocks.take(places >> BLOCK_BITS) * self._step

    def alone(self, least: float, k: int, allowed: Mask | None) -> tuple[Places, float]:
        """The passages that could reach the threshold by these terms alone, and the threshold, which may rise."""
        blocks = (self._blocks >= self._bar(least)).nonzero()[0]
        if len(blocks) > _MANY:
            # A sample tells which blocks are most promising. They are searched first and raise the threshold.
            most = self._blocks.take(blocks)
            sample = most[::_SAMPLE].astype(np.float32)
            promising = blocks[most >= _kth(sample, min(_BEST, len(sample)))][:_MANY]
            _, least = self._reaching(promising, least, k, allowed)
            blocks = blocks[most >= self._bar(least)]
        return self._reaching(blocks, least, k, allowed)

    def _reaching(self, blocks: Places, least: float, k: int, allowed: Mask | None) -> tuple[Places, float]:
        """The passages of some blocks that could reach the threshold, and the threshold, which may rise."""
        if len(blocks) * 8 < len(self._blocks):
            sums = self._sum(
                [column.levels.reshape(-1, BLOCK).take(blocks, axis=0) for column in self._columns]
            ).ravel()
        else:
            blocks, sums = np.arange(len(self._blocks)), self._sum([column.levels for column in self._columns])
        inside = (sums >= self._bar(least)).nonzero()[0]
        places = (blocks.take(inside >> BLOCK_BITS) << BLOCK_BITS) + (inside & (BLOCK - 1))
        if allowed is not None:
            keep = allowed[places]
            inside, places = inside[keep], places[keep]
        reached = sums.take(inside)
        if len(places) >= k:
            least = max(least, SLACK * (_kth(reached.astype(np.float32), k) * self._step - self.error))
        return places[reached >= self._bar(least)], least

    def _bar(self, least: float) -> float:
        """The threshold in steps."""
        return max(least / self._step, _TINY)

    def _sum(self, columns: list[Levels]) -> npt.NDArray[Any]:
        """Levels of each column together, in steps."""
        if not self._even:
            sums = columns[0] * np.float32(self._steps[0])
            for levels, step in zip(columns[1:], self._steps[1:], strict=True):
                sums += levels * np.float32(step)
            return sums
        if len(columns) == 1:
            return columns[0]
        together = np.add(columns[0], columns[1], dtype=np.uint16)
        for levels in columns[2:]:
            np.add(together, levels, out=together)
        return together


def _bounds(sums: Sums, named: list[Places], columns: _Columns | None, allowed: Mask | None) -> tuple[Places, Sums]:
    """The passages that were named, maybe twice, and an upper bound of each, without the lists not yet added up."""
    places = named[0] if len(named) == 1 else np.concatenate(named)
    if allowed is not None:
        places = places[allowed[places]]
    bounds = sums.take(places)
    if columns:
        bounds += columns.rough_bounds(places)
    return places, bounds


def _probe(sums: Sums, places: Places, bounds: Sums, columns: _Columns | None, k: int, least: float) -> float:
    """Raise the threshold by a closer look at a few promising passages."""
    n = len(places)
    if n < k:
        return least
    most = _PROBES * k
    promising = _distinct(places.take(bounds.argpartition(n - most)[n - most :]) if n > most else places.copy())
    if len(promising) < k:
        return least
    reached = sums.take(promising)
    if columns:
        reached += columns.bounds(promising)
        reached -= columns.error
    return max(least, SLACK * _kth(reached, k))


def _distinct(places: Places) -> Places:
    """Sorted, each once. `places` is overwritten."""
    places.sort()
    if len(places) < 2:
        return places
    fresh = np.empty(len(places), bool)
    fresh[0] = True
    np.not_equal(places[1:], places[:-1], out=fresh[1:])
    return places[fresh]


def _kth(sums: npt.NDArray[np.floating], k: int) -> float:
    """The k-th largest. `sums` is overwritten."""
    position = len(sums) - k
    sums.partition(position)
    return float(sums[position])
