"""Weighted postings in, the passages with the k largest sums out, exactly and without reading most postings.

MaxScore (Turtle & Flood, "Query evaluation: strategies and optimizations", Information Processing & Management
31(6), 1995), list by list. The lists come shortest first. Whoever is to be among the best k must reach the threshold,
the k-th best sum that is known so far; so of each list only the postings matter that can still reach it with all that
the lists after it may give, and once those lists together cannot reach it, they are only looked into for the
candidates there are.

The threshold rises fast, since a few promising candidates of the first list are summed up in full at once, and since
every list comes with its own k-th best weight (stored, or 0 where it is not known).

Sums are made in another order than one by one, so a passage is given up only if it misses by more than rounding does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int32]
Values = npt.NDArray[np.float32]
Sums = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

_SLACK = 1 - 1e-6
"""What a sum may miss of the threshold by rounding."""
_PROBES = 8
"""Candidates that are summed up in full at once, times k."""
_WORTH = 4096
"""Postings in the later lists from which that pays."""


@dataclass(frozen=True, slots=True)
class Weighted:
    """A list of postings that adds `scale` x value to the sum of each of its passages.

    passages: int32, ascending; values: float32, positive, beside them.
    """

    passages: Ids
    values: Values
    scale: float
    bound: float
    """No scale x value is larger."""
    kth: float = 0.0
    """At least k of them are as large as this."""


def best(lists: Sequence[Weighted], k: int, allowed: Mask | None = None) -> tuple[Ids, Sums]:
    """The passages that may be among the best `k`, ascending, and their sums: those that are, and few others.

    `allowed` (bool, passages) leaves others out.
    """
    ordered = sorted((one for one in lists if len(one.passages)), key=lambda one: len(one.passages))
    rest = [0.0] * (len(ordered) + 1)
    for place in range(len(ordered) - 1, -1, -1):
        rest[place] = rest[place + 1] + ordered[place].bound
    threshold = max((one.kth for one in ordered), default=0.0) if allowed is None else 0.0
    ids, sums = np.zeros(0, np.int32), np.zeros(0)
    for place, one in enumerate(ordered):
        if len(ids):
            can = sums + rest[place] >= threshold * _SLACK
            if not can.all():
                ids, sums = ids[can], sums[can]
            where, found = _look_up(one, ids)
            sums += found
        if rest[place] >= threshold * _SLACK:
            fresh = _reaching(one, (threshold * _SLACK - rest[place + 1]) / one.scale)
            if len(ids):
                fresh = np.setdiff1d(fresh, where, assume_unique=True)
            new = one.passages[fresh]
            gained = one.values[fresh] * one.scale
            if allowed is not None:
                may = allowed[new]
                new, gained = new[may], gained[may]
            if len(ids):
                ids, sums = np.concatenate((ids, new)), np.concatenate((sums, gained))
                order = np.argsort(ids, kind="stable")
                ids, sums = ids[order], sums[order]
            else:
                ids, sums = new, gained.astype(np.float64)
        if len(ids) >= k and rest[place + 1]:
            threshold = max(threshold, _kth(sums, k))
            if place == 0 and sum(len(later.passages) for later in ordered[1:]) > _WORTH:
                threshold = max(threshold, _probe(ids, sums, ordered[1:], k))
    return ids, sums


def _reaching(one: Weighted, bar: float) -> npt.NDArray[np.intp]:
    """Places of the postings with a value of at least `bar`."""
    if bar <= 0:
        return np.arange(len(one.passages))
    return np.flatnonzero(one.values >= np.float32(bar))


def _look_up(one: Weighted, ids: Ids) -> tuple[npt.NDArray[np.intp], Sums]:
    """Places of the passages in a list, of those that are in it, and what it gives to each of all."""
    place = np.searchsorted(one.passages, ids)
    np.minimum(place, len(one.passages) - 1, out=place)
    there = one.passages[place] == ids
    return place[there], np.where(there, one.values[place], 0) * one.scale


def _probe(ids: Ids, sums: Sums, later: Sequence[Weighted], k: int) -> float:
    """The k-th best of the full sums of some promising candidates."""
    if len(ids) > _PROBES * k:
        promising = np.argpartition(sums, len(sums) - _PROBES * k)[len(sums) - _PROBES * k :]
        promising.sort()
        ids, sums = ids[promising], sums[promising]
    sums = sums.copy()
    for one in later:
        sums += _look_up(one, ids)[1]
    return _kth(sums, k)


def _kth(sums: Sums, k: int) -> float:
    return float(np.partition(sums, len(sums) - k)[len(sums) - k])
