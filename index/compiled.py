"""Lists of weighted postings in, the passages with the k largest sums out: MaxScore as machine code.

The same as `maxscore.best`, window by window of the passages instead of list by list, as Lucene does it (Grand, Muir,
Ferenczi & Lin, "From MaxScore to Block-Max WAND: the story of how Lucene significantly improved query evaluation
performance", ECIR 2020). In a window the lists that alone can bring a passage over the threshold are summed up; of the
others, those that have few postings to a candidate are summed up too, for that is quicker than looking, and the rest
is only looked into.

Importing this module imports numba, and the first call compiles for seconds: `kernel.py` says when that pays.

Why so many np.uint64? An index that may be negative is checked at every access.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numba import types
from numba.extending import intrinsic

from index.maxscore import SLACK

WINDOW = 8192
_CHEAPER = 24
"""Postings that are summed up in the time in which one candidate is looked up."""
_NOWHERE = 1 << 40
_TINY = 1e-30


@intrinsic
def _pointer(context: Any, address: Any) -> Any:
    """The memory at an address."""

    def generate(code: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], code.get_value_type(signature.return_type))

    return types.voidptr(address), generate


@numba.njit(cache=True, nogil=True)
def _seek(passages: Any, place: int, high: int, passage: int) -> int:
    """The first place from `place` to `high` whose passage is not before `passage`: galloping, then halving."""
    step, probe = 1, place
    while probe < high and passages[np.uint64(probe)] < passage:
        place = probe + 1
        probe += step
        step *= 2
    high = min(high, probe)
    while place < high:
        middle = (place + high) >> 1
        if passages[np.uint64(middle)] < passage:
            place = middle + 1
        else:
            high = middle
    return place


@numba.njit(cache=True, nogil=True)
def _add(sums: Any, ids: Any, values: Any, low: int, high: int, base: int, scale: Any) -> None:
    for at in range(np.uint64(low), np.uint64(high)):
        sums[np.uint64(ids[at]) - np.uint64(base)] += scale * values[at]


@numba.njit(cache=True, nogil=True)
def best(
    ids_at: Any, values_at: Any, lengths: Any, scales: Any, bounds: Any, k: int, threshold: float, allowed: Any
) -> Any:
    """The best k passages, their ties and a few others, ascending, and their sums.

    ids_at, values_at: int64 (lists), addresses of int32 passages and float32 values; lengths: int64 (lists), ascending;
    scales: float32 (lists); bounds: float64 (lists); threshold: a sum that k passages are known to reach; allowed: bool
    (passages, or none where all are).
    """
    n = len(lengths)
    rest = np.zeros(n + 1)
    for j in range(n - 1, -1, -1):
        rest[j] = rest[j + 1] + bounds[j]
    least = threshold * SLACK
    essential = n
    while essential > 0 and rest[essential - 1] < least:
        essential -= 1
    place, starts = np.zeros(n, np.int64), np.zeros(n, np.int64)
    heap = np.zeros(k)
    first = n  # nothing is known of the threshold yet
    sums = np.zeros(WINDOW)
    candidates = np.empty(WINDOW, np.int32)
    found, found_sums, count = np.empty(16 * k + 64, np.int32), np.empty(16 * k + 64), 0
    while True:
        base = np.int64(_NOWHERE)
        for j in range(essential):
            if place[j] < lengths[j]:
                base = min(base, np.int64(numba.carray(_pointer(ids_at[j]), (lengths[j],), np.int32)[place[j]]))
        if base == _NOWHERE:
            break
        end = base + WINDOW
        fresh = 0
        for j in range(essential):
            ids = numba.carray(_pointer(ids_at[j]), (lengths[j],), np.int32)
            values = numba.carray(_pointer(values_at[j]), (lengths[j],), np.float32)
            starts[j] = place[j]
            place[j] = _seek(ids, place[j], lengths[j], end)
            fresh += place[j] - starts[j]
            _add(sums, ids, values, starts[j], place[j], base, scales[j])
        first = max(first, essential)
        for j in range(essential, first):
            ids = numba.carray(_pointer(ids_at[j]), (lengths[j],), np.int32)
            values = numba.carray(_pointer(values_at[j]), (lengths[j],), np.float32)
            low = _seek(ids, place[j], lengths[j], base)
            place[j] = _seek(ids, low, lengths[j], end)
            _add(sums, ids, values, low, place[j], base, scales[j])
        waiting, bar = 0, max(least - rest[first], _TINY)
        dense = first > essential or 4 * fresh > WINDOW
        if dense:
            for anywhere in range(WINDOW):
                if sums[anywhere] >= bar:
                    candidates[waiting] = anywhere
                    waiting += 1
        else:
            for j in range(essential):
                ids = numba.carray(_pointer(ids_at[j]), (lengths[j],), np.int32)
                for at in range(np.uint64(starts[j]), np.uint64(place[j])):
                    offset = np.uint64(ids[at]) - np.uint64(base)
                    if sums[offset] >= bar:
                        sums[offset] = -sums[offset]  # so that it is not taken twice
                        candidates[waiting] = offset
                        waiting += 1
            for i in range(waiting):
                sums[candidates[i]] = -sums[candidates[i]]
            if essential > 1 and essential < n:
                candidates[:waiting].sort()
        most = first
        for j in range(first, n):
            bar, kept = least - rest[j], 0
            for i in range(waiting):
                candidates[kept] = candidates[i]
                kept += sums[np.uint64(candidates[i])] >= bar
            waiting = kept
            if waiting == 0:
                break
            ids = numba.carray(_pointer(ids_at[j]), (lengths[j],), np.int32)
            values = numba.carray(_pointer(values_at[j]), (lengths[j],), np.float32)
            scale = scales[j]
            low = _seek(ids, place[j], lengths[j], base)
            high = _seek(ids, low, lengths[j], end)
            place[j] = high
            if high - low < _CHEAPER * waiting:
                dense = True
                most = j + 1
                _add(sums, ids, values, low, high, base, scale)
            else:
                for i in range(waiting):
                    passage = base + candidates[i]
                    low = _seek(ids, low, high, passage)
                    if low < high and ids[np.uint64(low)] == passage:
                        sums[np.uint64(candidates[i])] += scale * values[np.uint64(low)]
        for i in range(waiting):
            total = sums[np.uint64(candidates[i])]
            if total < least:
                continue
            passage = base + candidates[i]
            if len(allowed) and not allowed[passage]:
                continue
            if count == len(found):  # give up those that the threshold has passed since
                kept = 0
                for other in range(count):
                    if found_sums[other] >= least:
                        found[kept], found_sums[kept] = found[other], found_sums[other]
                        kept += 1
                count = kept
                if 2 * count > len(found):
                    found = np.concatenate((found, np.empty_like(found)))
                    found_sums = np.concatenate((found_sums, np.empty_like(found_sums)))
            found[count], found_sums[count] = passage, total
            count += 1
            if total > heap[0]:
                lower = 0
                while lower + 1 < k and heap[lower + 1] < total:
                    heap[lower] = heap[lower + 1]
                    lower += 1
                heap[lower] = total
                least = max(least, heap[0] * SLACK)
        if dense:
            sums[:] = 0
        else:
            for j in range(essential):
                ids = numba.carray(_pointer(ids_at[j]), (lengths[j],), np.int32)
                for at in range(np.uint64(starts[j]), np.uint64(place[j])):
                    sums[np.uint64(ids[at]) - np.uint64(base)] = 0
        while essential > 0 and rest[essential - 1] < least:
            essential -= 1
        # What the next window will be like: its lists are added before anything is looked into while that is quicker.
        first = most if most > first else first - 1 if 64 * waiting < fresh else first
    keep = found_sums[:count] >= least
    return found[:count][keep], found_sums[:count][keep]


@numba.njit(cache=True, nogil=True)
def search(
    terms: Any, times: Any, starts_at: int, ids_at: int, values_at: int, bounds_at: int, sizes: Any, column: int, k: int
) -> Any:
    """The best k passages by BM25, best first, ties by number: int32 and their scores, float64.

    terms: int64; times: float64, how often the query has each; addresses of the arrays of `BM25`; sizes: int64, terms,
    postings and passages of the corpus; column: that of `bounds` with a k-th best weight to be used, or 0.
    """
    starts = numba.carray(_pointer(starts_at), (sizes[0] + 1,), np.int64)
    bounds = numba.carray(_pointer(bounds_at), (sizes[0], 3), np.float32)
    frequencies = starts[terms + 1] - starts[terms]
    order = np.argsort(frequencies, kind="mergesort")
    order = order[frequencies[order] > 0]
    n = len(order)
    first, second, lengths = np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n, np.int64)
    scales, most, threshold = np.empty(n, np.float32), np.empty(n), 0.0
    for i in range(n):
        term = terms[order[i]]
        lengths[i] = frequencies[order[i]]
        first[i], second[i] = ids_at + 4 * starts[term], values_at + 4 * starts[term]
        scale = np.log((sizes[2] + 1) / lengths[i]) * times[order[i]]
        scales[i], most[i] = scale, scale * bounds[term, 0]
        if column:
            threshold = max(threshold, scale * bounds[term, column])
    found, sums = best(first, second, lengths, scales, most, k, threshold, np.zeros(0, np.bool_))
    ranked = np.argsort(-sums, kind="mergesort")[:k]
    return found[ranked], sums[ranked]


def warm() -> None:
    """Have everything compiled that is called from outside."""
    ids, values, bounds = np.zeros(1, np.int32), np.ones(1, np.float32), np.ones((1, 3), np.float32)
    starts, sizes = np.array([0, 1]), np.array([1, 1, 1])
    addresses = [array.__array_interface__["data"][0] for array in (starts, ids, values, bounds)]
    search(np.zeros(1, np.int64), np.ones(1), *addresses, sizes, 0, 1)
    lists = [np.array([address]) for address in addresses[1:3]]
    best(*lists, np.ones(1, np.int64), np.ones(1, np.float32), np.ones(1), 1, 0.0, np.ones(1, np.bool_))
