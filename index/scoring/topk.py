"""Weighted postings in, the passages with the k largest sums out, exactly and without touching most postings.

MaxScore (Turtle & Flood, "Query evaluation: strategies and optimizations", Information Processing & Management
31(6), 1995), list by list. A passage is among the best k only if it reaches the threshold, the k-th best sum that is
known so far. Lists are added up shortest first; the lists of common terms, which have a column (`upper_bounds.py`),
are not added up at all. For them the columns say what no passage exceeds: first for whole blocks of passages, then,
where that is not enough, for passages, and what can still reach the threshold is looked up in the postings.

The threshold is high from the start, because every list comes with its k-th best value, and rises as soon as a few
promising passages are known: a column gives not only what a passage does not exceed but also what it reaches.

Why is a small corpus not treated like that? There, adding up every posting takes less time than deciding which to add.

Why may lists be added up in any order? Each gives a product of 32 bits, and the sum has 64: it is exact unless products
differ by a factor of millions, so equal passages have equal sums.
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
"""What a column may be off by, in levels, roundings included."""
_CHEAPER = 16
"""Postings that are added up in the time in which one candidate is looked up."""
_PROBES = 16
"""Candidates of which more is found out at once, times k: a passage may come once for each list."""
_FEW = 20_000
"""Postings that are added up before it is worth thinking."""
_SAMPLE, _BEST = 64, 4
"""Of how many blocks one is looked at, to guess where the best begin, and how many of these are above the guess."""
_MANY = 2_000
"""Blocks from which on it is worth guessing."""
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
    """What no posting exceeds, times scale."""
    kth: float = 0.0
    """What k of them reach, times scale; 0 where that is not known."""
    column: UpperBounds | None = None
    """The same by passage, where the term is common."""

    def __len__(self) -> int:
        return len(self.passages)

    def scaled(self) -> Values:
        """What each posting gives."""
        return self.values * np.float32(self.scale)

    def times(self, factor: float) -> Weighted:
        """The same postings, each giving so many times as much."""
        scale, bound, kth = (value * factor for value in (self.scale, self.bound, self.kth))
        return Weighted(self.passages, self.values, scale, bound, kth, self.column)

    def given(self, ids: Ids) -> Values:
        """What each of some passages is given."""
        if not len(self.passages):
            return np.zeros(len(ids), np.float32)
        place = self.passages.searchsorted(ids)
        given: Values = self.values.take(place, mode="clip")
        given *= np.float32(self.scale)
        given *= self.passages.take(place, mode="clip") == ids
        return given


@dataclass(frozen=True, slots=True, eq=False)
class Computed:
    """A list that is too long to be written out: what no passage exceeds, and what computes the truth for a few."""

    count: int
    """How many passages are given something."""
    compute: Callable[[Ids], Values]
    """What each of some passages is given, `scale` apart: float32."""
    column: UpperBounds
    bound: float
    """What no passage exceeds, times scale."""
    kth: float = 0.0
    """What k of them reach, times scale; 0 where that is not known."""
    scale: float = 1.0

    def __len__(self) -> int:
        return self.count

    def times(self, factor: float) -> Computed:
        """The same, each passage given so many times as much."""
        scale, bound, kth = (value * factor for value in (self.scale, self.bound, self.kth))
        return Computed(self.count, self.compute, self.column, bound, kth, scale)

    def given(self, ids: Ids) -> Values:
        """What each of some passages is given."""
        return self.compute(ids) * np.float32(self.scale)


Given = Weighted | Computed
"""What a term or a concept gives to the passages."""


class MaxScore:
    """Finds the best passages of a corpus. Safe to share between threads."""

    def __init__(self, size: int) -> None:
        """`size`: passages of the corpus."""
        self._size = size
        self._kept = threading.local()

    def best(self, lists: Sequence[Given], k: int, allowed: Mask | None = None) -> tuple[Ids, Sums]:
        """The best k passages, their ties and a few others, ascending by number, and their sums.

        `lists`: shortest first, none empty; `allowed` (bool, passages) leaves passages out.
        """
        if not lists:
            return np.zeros(0, np.int32), np.zeros(0)
        least = max([one.kth for one in lists]) * SLACK if allowed is None else 0.0
        plain = [one for one in lists if isinstance(one, Weighted)]
        if self._size <= SMALLEST and len(plain) == len(lists):
            passages, values = [one.passages for one in plain], [one.values for one in plain]
            return add_up(passages, values, [one.scale for one in plain], self._size, k, least, allowed)
        plain = [one for one in plain if one.column is None]
        columns = [one for one in lists if one.column is not None]
        return self._search(plain, _Columns(columns) if columns else None, k, least, allowed)

    def _search(
        self, plain: list[Weighted], columns: _Columns | None, k: int, least: float, allowed: Mask | None
    ) -> tuple[Ids, Sums]:
        """The best of a large corpus; `plain`: lists without a column."""
        sums = self._take()
        most = columns.most if columns else 0.0
        rest = [0.0]
        for one in reversed(plain):
            rest.append(rest[-1] + one.bound)
        left = sum([len(one.passages) for one in plain])
        named: list[Places] = []
        for one in plain:
            own = one.passages.astype(np.intp)
            given = sums.take(own)
            given += one.scaled()
            sums[own] = given
            named.append(own)
            rest.pop()
            left -= len(own)
            if left > _FEW:
                places, bounds = _bounds(sums, named, columns, allowed)
                least = _probe(sums, places, bounds, columns, k, least)
                waiting = np.count_nonzero(bounds >= least - rest[-1])
                if rest[-1] + most < least and waiting * _CHEAPER < left:
                    break
        places = np.zeros(0, np.intp)
        if named:
            places, bounds = _bounds(sums, named, columns, allowed)
            least = _probe(sums, places, bounds, columns, k, least)
            places = places[bounds >= least - rest[-1]]
        if columns and rest[-1] + most >= least:
            alone, least = columns.alone(least, k, allowed)
            places = np.concatenate((places, alone))
        places = _distinct(places)
        found = self._look_up(places, sums.take(places), plain[len(named) :], columns, k, least)
        for own in named:
            sums[own] = 0
        self._kept.sums = sums
        return found

    def _look_up(
        self, places: Places, found: Sums, lists: Sequence[Given], columns: _Columns | None, k: int, least: float
    ) -> tuple[Ids, Sums]:
        """Candidates with the sums of the lists that were added up in; those with all their sums out."""
        rest = sum([one.bound for one in lists])
        if columns and len(places) > k:
            bounds = columns.bounds(places)
            bounds += found
            least = max(least, SLACK * (_kth(bounds.copy(), k) - columns.error))
            keep = bounds >= least - rest
            places, found = places[keep], found[keep]
        ids = places.astype(np.int32)
        for one in (*lists, *columns.lists) if columns else lists:
            found += one.given(ids)
        return ids, found

    def _take(self) -> Sums:
        """Zeros, float64 (passages). They are given back clean, or, after an exception, not at all."""
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
    """The best k of a small corpus of so many passages, as `MaxScore.best` has it, of those that reach `least`.

    passages, values, scales: as `Weighted` has them, of each list.
    """
    ids = np.concatenate(passages)
    given = np.concatenate(values)
    given *= np.array(scales, np.float32).repeat([len(own) for own in passages])
    sums: Sums = np.asarray(np.bincount(ids, given, size), np.float64)
    if allowed is not None:
        sums[~allowed] = 0
    places = (sums >= max(least, _TINY)).nonzero()[0]
    found = sums.take(places)
    if len(found) > k:
        keep = found >= _kth(found.copy(), k)
        places, found = places[keep], found[keep]
    return places.astype(np.int32), found


class _Columns:
    """The columns of a query's common terms, together."""

    def __init__(self, lists: list[Given]) -> None:
        """`lists`: not empty, each with a column."""
        self.lists = lists
        self._columns = [one.column for one in lists if one.column is not None]
        self._steps = [one.scale * column.unit for one, column in zip(lists, self._columns, strict=True)]
        self.error = CAUTION * sum(
            [step * column.error for step, column in zip(self._steps, self._columns, strict=True)]
        )
        """What a bound may be above the truth."""
        # Where a level is worth the same in all columns, levels are added; sums of a few hundred have 16 bits.
        self._even = len(lists) < 1 << 8 and max(self._steps) - min(self._steps) <= 1e-9 * self._steps[0]
        self._step = self._steps[0] if self._even else 1.0
        self._blocks = self._sum([column.blocks for column in self._columns])
        self.most = float(self._blocks.max()) * self._step
        """What no passage gets from all of them."""

    def bounds(self, places: Places) -> Sums:
        """What each of some passages does not exceed."""
        return self._sum([column.levels.take(places) for column in self._columns]) * self._step

    def rough_bounds(self, places: Places) -> Sums:
        """What no passage of its block exceeds, for each of some passages."""
        return self._blocks.take(places >> BLOCK_BITS) * self._step

    def alone(self, least: float, k: int, allowed: Mask | None) -> tuple[Places, float]:
        """The passages that could reach the threshold by these terms alone, and the threshold, which may rise."""
        blocks = (self._blocks >= self._bar(least)).nonzero()[0]
        if len(blocks) > _MANY:
            # A sample tells which blocks promise most. These are looked into first, so that not all others are.
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
        found = sums.take(inside)
        if len(places) >= k:
            least = max(least, SLACK * (_kth(found.astype(np.float32), k) * self._step - self.error))
        return places[found >= self._bar(least)], least

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
    """The passages that were named, some of them twice, and what each does not exceed, lists not added up apart."""
    places = named[0] if len(named) == 1 else np.concatenate(named)
    if allowed is not None:
        places = places[allowed[places]]
    bounds = sums.take(places)
    if columns:
        bounds += columns.rough_bounds(places)
    return places, bounds


def _probe(sums: Sums, places: Places, bounds: Sums, columns: _Columns | None, k: int, least: float) -> float:
    """The threshold once a few promising passages are looked at more closely."""
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
