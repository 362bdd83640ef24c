"""Weighted postings in, the passages with the k largest sums out, exactly and without touching most postings.

MaxScore (Turtle & Flood, "Query evaluation: strategies and optimizations", Information Processing & Management
31(6), 1995), list by list. A passage is among the best k only if it reaches the threshold, the k-th best sum that is
known so far. The lists come shortest first. As soon as all lists that are left could not bring a passage over the
threshold together, they are only looked into for the passages that the lists before them named. The threshold is high
from the start, because every list comes with its k-th best value, and because a few promising passages of the first
lists are summed up in full at once.

Why two ways to look into a list? To find a passage by halving takes as long as adding up a dozen postings one after
another, so a list that is hardly longer than the candidates are many is added up.

A passage's sum is made in one order, shortest list first, however it is found: so equal passages have equal sums.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int32]
Values = npt.NDArray[np.float32]
Sums = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

SLACK = 1 - 1e-6
"""Share of the threshold that is enough: values are 32 bits wide, and their products are rounded."""
_CHEAPER = 16
"""Postings that are added up in the time in which one candidate is looked up."""
_PROBES = 3
"""Candidates that are summed up in full at once, times k."""
_FEW = 100_000
"""Postings that are added up before it is worth thinking."""
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

    def times(self, factor: float) -> Weighted:
        """The same postings, each giving so many times as much."""
        return Weighted(self.passages, self.values, self.scale * factor, self.bound * factor, self.kth * factor)


class MaxScore:
    """Finds the best passages of a corpus. Safe to share between threads."""

    def __init__(self, size: int) -> None:
        """`size`: passages of the corpus."""
        self._size = size
        self._kept = threading.local()

    def best(self, lists: Sequence[Weighted], k: int, allowed: Mask | None = None) -> tuple[Ids, Sums]:
        """The best k passages, their ties and a few others, ascending by number, and their sums.

        `lists`: shortest first, none empty; `allowed` (bool, passages) leaves passages out.
        """
        if not lists:
            return np.zeros(0, np.int32), np.zeros(0)
        rest = [0.0]
        for one in reversed(lists):
            rest.append(rest[-1] + one.bound)
        rest.reverse()
        left = sum(len(one.passages) for one in lists)
        least = SLACK * max(one.kth for one in lists) if allowed is None else 0.0
        sums = self._take()
        added, tried, place = 0, allowed is not None or left <= _FEW, 0
        for place, one in enumerate(lists, 1):
            sums[one.passages] += one.values * np.float32(one.scale)
            added += len(one.passages)
            if not tried and added >= k:
                tried = True
                least = max(least, SLACK * _probe(sums, lists[:place], lists[place:], k))
            if rest[place] < least and left > _FEW:
                break
        ids = self._touched(sums, lists[:place], max(least - rest[place], _TINY), added)
        if allowed is not None:
            ids = ids[allowed[ids]]
        found = sums[ids]
        self._clear(sums, lists[:place], added)
        for after, one in enumerate(lists[place:], place):
            ids, found, least = _prune(ids, found, k, least, rest[after])
            if len(ids) * _CHEAPER > len(one.passages):
                sums[one.passages] = one.values * np.float32(one.scale)
                found += sums[ids]
                sums[one.passages] = 0
            else:
                found += _look_up(one, ids)
        self._kept.sums = sums
        ids, found, _ = _prune(ids, found, k, least, 0.0)
        return ids, found

    def _take(self) -> Sums:
        """Zeros, float64 (passages). They are given back clean, or, after an exception, not at all."""
        sums: Sums | None = getattr(self._kept, "sums", None)
        self._kept.sums = None
        return np.zeros(self._size) if sums is None else sums

    def _touched(self, sums: Sums, lists: Sequence[Weighted], bar: float, added: int) -> Ids:
        """The passages of some lists whose sum reaches the bar, ascending."""
        if 6 * added > self._size:
            return np.flatnonzero(sums >= bar).astype(np.int32)
        parts = [one.passages[sums[one.passages] >= bar] for one in lists]
        return parts[0] if len(parts) == 1 else _union(parts)

    def _clear(self, sums: Sums, lists: Sequence[Weighted], added: int) -> None:
        if 4 * added > self._size:
            sums.fill(0)
        else:
            for one in lists:
                sums[one.passages] = 0


def _prune(ids: Ids, found: Sums, k: int, least: float, rest: float) -> tuple[Ids, Sums, float]:
    """The candidates that can still reach the threshold, which may rise."""
    if len(ids) > k:
        least = max(least, SLACK * _kth(found, k))
    keep = found >= least - rest
    return ids[keep], found[keep], least


def _look_up(one: Weighted, ids: Ids) -> Values:
    """What a list gives to each of some passages."""
    place = one.passages.searchsorted(ids)
    place[place == len(one.passages)] = 0
    given = one.values[place] * np.float32(one.scale)
    given[one.passages[place] != ids] = 0
    return given


def _probe(sums: Sums, before: Sequence[Weighted], after: Sequence[Weighted], k: int) -> float:
    """The k-th best of the full sums of some promising passages of the first lists."""
    ids = _union([one.passages for one in before])
    found = sums[ids]
    if len(ids) > _PROBES * k:
        promising = np.argpartition(found, len(found) - _PROBES * k)[len(found) - _PROBES * k :]
        promising.sort()
        ids, found = ids[promising], found[promising]
    for one in after:
        found += _look_up(one, ids)
    return _kth(found, k) if len(found) >= k else 0.0


def _union(parts: Sequence[Ids]) -> Ids:
    ids = np.concatenate(parts)
    ids.sort()
    fresh = np.ones(len(ids), bool)
    np.not_equal(ids[1:], ids[:-1], out=fresh[1:])
    return ids[fresh]


def _kth(sums: Sums, k: int) -> float:
    return float(np.partition(sums, len(sums) - k)[len(sums) - k])
