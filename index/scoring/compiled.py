"""Lists of weighted postings in, the passages with the k largest sums out: MaxScore as machine code.

The same as `maxscore.best`, window by window of the passages instead of list by list, as Lucene does it (Grand, Muir,
Ferenczi & Lin, "From MaxScore to Block-Max WAND: the story of how Lucene significantly improved query evaluation
performance", ECIR 2020). In a window those of the lists without a column are summed up that, with all that comes after
them, can bring a passage over the threshold; the others are only looked into for the candidates. What a window can get
from the columns is known by block before anything else is done.

What a candidate gets from a column is known to a level. Only those that are left when all windows are done are looked
up in the postings of the common terms.

Importing this module imports numba, and the first call compiles for seconds: `kernel.py` says when that pays.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from index.scoring.compiled_columns import (
    TINY,
    WINDOW,
    alone,
    largest,
    levels_of,
    narrow,
    pointer,
    reach_of,
    rise,
    seek,
)
from index.scoring.topk import CAUTION, SLACK
from index.scoring.upper_bounds import BLOCK, BLOCK_BITS

_CHEAPER = 8
"""How many times longer than those before it a list may be to be added up, as that is quicker than looking into it."""
_PROBED = 256
"""Postings of a list of which more is found out before all others."""


@numba.njit(cache=True, nogil=True)
def _probe(
    ids_at: Any,
    values_at: Any,
    lengths: Any,
    scales: Any,
    levels_at: Any,
    steps: Any,
    plain: int,
    size: int,
    k: int,
    least: float,
    error: float,
    allowed: Any,
) -> Any:
    """The threshold once some passages of the first list that has enough are looked at in the lists around it."""
    first = 0
    while first < plain and lengths[first] < k:
        first += 1
    if first == plain:
        return least
    count = min(lengths[first], _PROBED)
    passages = numba.carray(pointer(ids_at[first]), (count,), np.int32)
    sums = scales[first] * numba.carray(pointer(values_at[first]), (count,), np.float32).astype(np.float64)
    for j in range(min(plain, first + 3)):
        if j == first:
            continue
        ids = numba.carray(pointer(ids_at[j]), (lengths[j],), np.int32)
        values = numba.carray(pointer(values_at[j]), (lengths[j],), np.float32)
        at = 0
        for i in range(count):
            at = seek(ids, at, lengths[j], passages[i])
            if at < lengths[j] and ids[np.uint64(at)] == passages[i]:
                sums[i] += scales[j] * values[np.uint64(at)]
    sums = levels_of(sums, passages, levels_at, steps, plain, size) - error
    heap = np.zeros(k)
    for i in range(count):
        if len(allowed) == 0 or allowed[passages[i]]:
            least = rise(heap, sums[i], least)
    return least


@numba.njit(cache=True, nogil=True)
def _name(
    ids_at: Any,
    values_at: Any,
    lengths: Any,
    scales: Any,
    bounds: Any,
    reach: Any,
    size: int,
    k: int,
    least: float,
    allowed: Any,
) -> Any:
    """The passages of the lists without a column that could reach the threshold, with their sums and what they do not
    exceed with the columns, and the threshold.

    Arrays as in `best`, of these lists alone; reach: as `reach_of` has it.
    """
    plain = len(lengths)
    rest = np.zeros(plain + 1)
    for j in range(plain - 1, -1, -1):
        rest[j] = rest[j + 1] + bounds[j]
    place, starts, heap = np.zeros(plain, np.int64), np.zeros(plain, np.int64), np.zeros(k)
    sums, waiting = np.zeros(WINDOW), np.empty(WINDOW, np.int64)
    count, everyone = 0, len(allowed) == 0
    room = min(size, lengths.sum())
    named, named_sums, named_bounds = np.empty(room, np.int32), np.empty(room), np.empty(room)
    for base in range(0, size, WINDOW):
        own = reach[base >> BLOCK_BITS : (base + WINDOW) >> BLOCK_BITS]
        most = largest(own)
        essential = plain
        while essential > 0 and rest[essential - 1] + most < least:
            essential -= 1
        if essential == 0:
            continue
        end, fresh, touched, added = min(base + WINDOW, size), 0, 0, 0
        while added < plain and (added < essential or lengths[added] * WINDOW <= _CHEAPER * fresh * size):
            ids = numba.carray(pointer(ids_at[added]), (lengths[added],), np.int32)
            values = numba.carray(pointer(values_at[added]), (lengths[added],), np.float32)
            low = seek(ids, place[added], lengths[added], base)
            high = seek(ids, low, lengths[added], end)
            scale = scales[added]
            for at in range(np.uint64(low), np.uint64(high)):
                sums[np.uint64(ids[at]) - np.uint64(base)] += scale * values[at]
            starts[added], place[added] = low, high
            touched += high - low
            fresh += high - low if added < essential else 0
            added += 1
        after, candidates, dense = rest[added], 0, 4 * touched > WINDOW
        bar = max(least - after - most, TINY)
        if dense:
            for anywhere in range(np.uint64(end - base)):
                total = sums[anywhere]
                if total < bar or total + own[anywhere >> np.uint64(BLOCK_BITS)] + after < least:
                    continue
                if everyone or allowed[np.uint64(base) + anywhere]:
                    waiting[candidates] = anywhere
                    candidates += 1
                    least = rise(heap, total, least)
                    bar = max(least - after - most, TINY)
        else:
            for j in range(essential):
                ids = numba.carray(pointer(ids_at[j]), (lengths[j],), np.int32)
                for at in range(np.uint64(starts[j]), np.uint64(place[j])):
                    offset = np.uint64(ids[at]) - np.uint64(base)
                    total = sums[offset]
                    if total >= bar and total + own[offset >> np.uint64(BLOCK_BITS)] + after >= least:
                        sums[offset] = -total  # so that it is not taken twice
                        if everyone or allowed[np.uint64(base) + offset]:
                            waiting[candidates] = offset
                            candidates += 1
                            least = rise(heap, total, least)
                            bar = max(least - after - most, TINY)
            if essential > 1 and added < plain:
                waiting[:candidates].sort()
        for i in range(candidates):
            passage, total = base + waiting[i], abs(sums[waiting[i]])
            bound = total + own[waiting[i] >> BLOCK_BITS]
            for j in range(added, plain):
                if bound + rest[j] < least:
                    break
                ids = numba.carray(pointer(ids_at[j]), (lengths[j],), np.int32)
                place[j] = seek(ids, place[j], lengths[j], passage)
                if place[j] < lengths[j] and ids[place[j]] == passage:
                    values = numba.carray(pointer(values_at[j]), (lengths[j],), np.float32)
                    given = scales[j] * values[place[j]]
                    total, bound = total + given, bound + given
            if bound >= least:
                named[count], named_sums[count], named_bounds[count] = passage, total, bound
                count += 1
        if dense:
            sums[:] = 0
        else:
            for j in range(added):
                ids = numba.carray(pointer(ids_at[j]), (lengths[j],), np.int32)
                for at in range(np.uint64(starts[j]), np.uint64(place[j])):
                    sums[np.uint64(ids[at]) - np.uint64(base)] = 0
    return named[:count], named_sums[:count], named_bounds[:count], least


@numba.njit(cache=True, nogil=True)
def best(
    addresses: Any,
    lengths: Any,
    scales: Any,
    bounds: Any,
    steps: Any,
    plain: int,
    size: int,
    k: int,
    threshold: float,
    error: float,
    allowed: Any,
) -> Any:
    """The best k passages, their ties and a few others, ascending, and their sums.

    addresses: int64 (4 x lists), of int32 passages, float32 values, and the uint8 levels and blocks of columns; the
    first `plain` lists have no column, and come shortest first; lengths: int64 (lists); scales: float32 (lists);
    bounds: float64 (lists); steps: float32 (lists), what a level is worth; size: passages of the corpus; threshold: a
    sum that k passages are known to reach; error: what the levels together may be above the truth; allowed: bool
    (passages, or none where all are). Lists of no length whose passages their columns name are added up elsewhere.
    """
    ids_at, values_at, levels_at, blocks_at = addresses
    least = max(threshold * SLACK, TINY)
    reach = reach_of(blocks_at, steps, plain, (size + BLOCK - 1) >> BLOCK_BITS)
    least = _probe(ids_at, values_at, lengths, scales, levels_at, steps, plain, size, k, least, error, allowed)
    found, sums, most, least = _name(
        ids_at[:plain], values_at[:plain], lengths[:plain], scales, bounds, reach, size, k, least, allowed
    )
    if plain < len(lengths):
        found, sums, most, least = narrow(found, sums, most, levels_at, steps, plain, size, k, least, error)
        if largest(reach) >= least:
            others, others_most, least = alone(reach, levels_at, steps, plain, k, least, error, allowed)
            found, most = np.concatenate((found, others)), np.concatenate((most, others_most))
            sums = np.concatenate((sums, np.zeros(len(others))))
    order = np.argsort(found)
    kept = 0
    ids_found, sums_found = np.empty(len(order), np.int32), np.empty(len(order))
    for i in order:
        if most[i] < least:
            continue
        passage, total = found[i], sums[i]
        for j in range(plain, len(lengths)):
            ids = numba.carray(pointer(ids_at[j]), (lengths[j],), np.int32)
            at = seek(ids, 0, lengths[j], passage)
            if at < lengths[j] and ids[at] == passage:
                total += scales[j] * numba.carray(pointer(values_at[j]), (lengths[j],), np.float32)[at]
        if kept and ids_found[kept - 1] == passage:  # named, and found by its levels alone: that is less
            sums_found[kept - 1] = max(sums_found[kept - 1], total)
        else:
            ids_found[kept], sums_found[kept] = passage, total
            kept += 1
    return ids_found[:kept], sums_found[:kept]


@numba.njit(cache=True, nogil=True)
def search(terms: Any, times: Any, arrays: Any, sizes: Any, rank: int, k: int) -> Any:
    """The best k passages by BM25, best first, ties by number: int32 and their scores, float64.

    terms: int64; times: float64, how often the query has each; arrays: int64, where the arrays of `BM25` and `Columns`
    lie, as `BM25._memory` puts them; sizes: int64, the terms, postings and passages of the corpus, its columns, and the
    bytes of a row of levels and of blocks; rank: that of `KTH` that k-th best weights hold for, or 0.
    """
    starts = numba.carray(pointer(arrays[0]), (sizes[0] + 1,), np.int64)
    bounds = numba.carray(pointer(arrays[3]), (sizes[0], 3), np.float32)
    common = numba.carray(pointer(arrays[4]), (sizes[3],), np.int32)
    units = numba.carray(pointer(arrays[7]), (sizes[3],), np.float64)
    wanted = len(terms)
    # Lists without a column first, shortest first: what a list is sorted by is how long it is, and all else beside it.
    keys, row = np.empty(wanted, np.int64), np.full(wanted, -1, np.int64)
    plain = 0
    for i in range(wanted):
        keys[i] = starts[terms[i] + 1] - starts[terms[i]]
        at = seek(common, 0, sizes[3], terms[i])
        if at < sizes[3] and common[at] == terms[i]:
            row[i] = at
            keys[i] += sizes[1]
        elif keys[i]:
            plain += 1
    order = np.argsort(keys)
    order = order[wanted - np.count_nonzero(keys) :]
    n = len(order)
    addresses = np.zeros((4, n), np.int64)
    lengths, scales, steps = np.empty(n, np.int64), np.empty(n, np.float32), np.zeros(n, np.float32)
    most, threshold = np.empty(n), 0.0
    for j in range(n):
        i = order[j]
        term = terms[i]
        lengths[j] = starts[term + 1] - starts[term]
        scale = np.log((sizes[2] + 1) / lengths[j]) * times[i]
        addresses[0, j], addresses[1, j] = arrays[1] + 4 * starts[term], arrays[2] + 4 * starts[term]
        scales[j], most[j] = scale, scale * bounds[term, 0]
        if row[i] >= 0:
            addresses[2, j], addresses[3, j] = arrays[5] + sizes[4] * row[i], arrays[6] + sizes[5] * row[i]
            steps[j] = scale * units[row[i]]
        if rank:
            threshold = max(threshold, scale * bounds[term, rank])
    everyone = np.zeros(0, np.bool_)
    error = CAUTION * steps.sum()
    found, sums = best(addresses, lengths, scales, most, steps, plain, sizes[2], k, threshold, error, everyone)
    order = np.argsort(-sums, kind="mergesort")[:k]
    return found[order], sums[order]


def warm() -> None:
    """Have everything compiled that is called from outside."""
    starts, ids, values, bounds = np.array([0, 1]), np.zeros(1, np.int32), np.ones(1, np.float32), np.ones((1, 3))
    arrays = [starts, ids, values, bounds.astype(np.float32), ids, np.zeros(16, np.uint8), np.zeros(1, np.uint8)]
    at = np.array([array.__array_interface__["data"][0] for array in (*arrays, np.ones(1))])
    search(np.zeros(1, np.int64), np.ones(1), at, np.array([1, 1, 1, 0, 0, 0]), 0, 1)
    one = np.ones(1, np.float32)
    addresses = np.array([[at[1]], [at[2]], [0], [0]])
    best(addresses, np.ones(1, np.int64), one, np.ones(1), one, 1, 1, 1, 0.0, 0.0, np.ones(1, np.bool_))
