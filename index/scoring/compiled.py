"""Lists of weighted postings in, the passages with the k largest sums out: MaxScore as machine code.

For large libraries only: `kernel.py` says from which size it is loaded.

The same as `maxscore.best`, window by window of the passages instead of list by list, as Lucene does it (Grand, Muir,
Ferenczi & Lin, "From MaxScore to Block-Max WAND: the story of how Lucene significantly improved query evaluation
performance", ECIR 2020). In a window those of the lists without a column are summed up that, with all that comes after
them, can bring a passage over the threshold; the others are only looked into for the candidates. What a window can get
from the columns is known by block before anything else is done.

What a candidate gets from a column is known to a level. Only those that are left when all windows are done are looked
up in the postings of the common terms.

Why so many np.uint64? An index that may be negative is checked at every access. Why no arrays that grow? To hand one on
counts who holds it, which takes as long as twenty postings.

Importing this module imports numba, and the first call compiles for seconds: `kernel.py` says when that pays.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numba import types
from numba.extending import intrinsic

from index.scoring.topk import SLACK
from index.scoring.upper_bounds import BLOCK, BLOCK_BITS

WINDOW = 8192
"""Passages that are looked at together."""
TINY = 1e-30
_BLOCKS = WINDOW // BLOCK
_PROMISING = 4
"""How many passages, and twice as many blocks, are looked at first, times k."""
_TOGETHER = 128
"""Blocks that are looked into at once."""
_CHEAPER = 8
"""How many times longer than those before it a list may be to be added up, as that is quicker than looking into it."""
_PROBED = 256
"""Postings of a list of which more is found out before all others."""


@intrinsic
def pointer(context: Any, address: Any) -> Any:
    """The memory at an address."""

    def generate(code: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], code.get_value_type(signature.return_type))

    return types.voidptr(address), generate


@numba.njit(cache=True, nogil=True)
def seek(passages: Any, place: int, high: int, passage: int) -> int:
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
def rise(heap: Any, total: Any, least: Any) -> Any:
    """The threshold once a passage reaches `total`; heap: the k best such totals, ascending."""
    if total <= heap[0]:
        return least
    place, k = 0, len(heap)
    while place + 1 < k and heap[place + 1] < total:
        heap[place] = heap[place + 1]
        place += 1
    heap[place] = total
    return max(least, heap[0] * SLACK)


@numba.njit(cache=True, nogil=True, fastmath=True)
def largest(numbers: Any) -> Any:
    """The largest of some numbers, at least one."""
    largest = numbers[0]
    for at in range(len(numbers)):
        largest = max(largest, numbers[at])
    return largest


@numba.njit(cache=True, nogil=True)
def _bar(bounds: Any, most: int, least: float) -> float:
    """What about so many bounds reach, or all of them: none is less than `least`, which is more than 0."""
    if len(bounds) <= most:
        return least
    top = np.float64(largest(bounds))
    bins, per = np.zeros(256, np.int64), 255 / max(top - least, TINY)
    for at in range(len(bounds)):
        if bounds[at] >= least:
            bins[np.int64((bounds[at] - least) * per)] += 1
    lowest, together = 255, bins[255]
    while lowest > 0 and together < most:
        lowest -= 1
        together += bins[lowest]
    return least + lowest / per


@numba.njit(cache=True, nogil=True)
def reach_of(blocks_at: Any, steps: Any, plain: int, blocks: int) -> Any:
    """What no passage of each block exceeds by its columns: float32 (blocks, up to whole windows)."""
    reach = np.zeros(-(-blocks // _BLOCKS) * _BLOCKS, np.float32)
    for j in range(plain, len(steps)):
        own, step = numba.carray(pointer(blocks_at[j]), (blocks,), np.uint8), steps[j]
        for block in range(blocks):
            reach[block] += step * np.float32(own[block])
    return reach


@numba.njit(cache=True, nogil=True)
def _bound(totals: Any, blocks: Any, levels_at: Any, steps: Any, plain: int, size: int) -> None:
    """Fill in what each passage of some blocks does not exceed by its columns: float32 (blocks x BLOCK)."""
    totals[: len(blocks)] = 0
    for j in range(plain, len(steps)):
        levels, step = numba.carray(pointer(levels_at[j]), (size, BLOCK), np.uint8), steps[j]
        for i in range(len(blocks)):
            own = np.uint64(blocks[i])
            for offset in range(BLOCK):
                totals[i, offset] += step * np.float32(levels[own, offset])


@numba.njit(cache=True, nogil=True)
def levels_of(sums: Any, passages: Any, levels_at: Any, steps: Any, plain: int, size: int) -> Any:
    """What some passages do not exceed: their sums, and what their levels say."""
    bounds = sums.copy()
    for j in range(plain, len(steps)):
        levels, step = numba.carray(pointer(levels_at[j]), (size,), np.uint8), steps[j]
        for i in range(len(passages)):
            bounds[i] += step * np.float32(levels[np.uint64(passages[i])])
    return bounds


@numba.njit(cache=True, nogil=True)
def narrow(
    named: Any,
    sums: Any,
    bounds: Any,
    levels_at: Any,
    steps: Any,
    plain: int,
    size: int,
    k: int,
    least: float,
    error: float,
) -> Any:
    """Those of the named passages that could reach the threshold by their levels, as `_name` gives them.

    Those that promise most are looked at first, so that the threshold is high when the others come.
    """
    heap = np.zeros(k)
    best = np.flatnonzero(bounds >= _bar(bounds, _PROMISING * k, least))
    for lower in levels_of(sums[best], named[best], levels_at, steps, plain, size):
        least = rise(heap, lower - error, least)
    keep = np.flatnonzero(bounds >= least)
    named, sums = named[keep], sums[keep]
    bounds = levels_of(sums, named, levels_at, steps, plain, size)
    heap[:] = 0  # the same passages come again
    for bound in bounds:
        least = rise(heap, bound - error, least)
    keep = np.flatnonzero(bounds >= least)
    return named[keep], sums[keep], bounds[keep], least


@numba.njit(cache=True, nogil=True)
def alone(reach: Any, levels_at: Any, steps: Any, plain: int, k: int, least: float, error: float, allowed: Any) -> Any:
    """The passages that could reach the threshold by their levels alone, what they do not exceed, and the threshold.

    The blocks that promise most are looked into first, as in `narrow`.
    """
    waiting = np.flatnonzero(reach >= np.float32(least))
    bounds = reach[waiting]
    bar = _bar(bounds, 2 * _PROMISING * k, least)
    heap, totals, count = np.zeros(k), np.zeros((_TOGETHER, BLOCK), np.float32), 0
    found, found_bounds = np.empty(BLOCK * len(waiting), np.int32), np.empty(BLOCK * len(waiting))
    blocks = np.empty(_TOGETHER, np.int64)
    for first in (True, False):
        at = 0
        while at < len(waiting):
            together = 0
            while at < len(waiting) and together < _TOGETHER:
                blocks[together] = waiting[at]
                together += (bounds[at] >= bar) == first and bounds[at] >= least
                at += 1
            _bound(totals, blocks[:together], levels_at, steps, plain, len(reach))
            for i in range(together):
                base = blocks[i] << BLOCK_BITS
                for offset in range(BLOCK):
                    total = totals[i, offset]
                    if total >= least and (len(allowed) == 0 or allowed[base + offset]):
                        found[count], found_bounds[count] = base + offset, total
                        count += 1
                        least = rise(heap, total - error, least)
    return found[:count], found_bounds[:count], least


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


def warm() -> None:
    """Have everything compiled that is called from outside."""
    ids, values = np.zeros(1, np.int32), np.ones(1, np.float32)
    at = [array.__array_interface__["data"][0] for array in (ids, values)]
    one = np.ones(1, np.float32)
    addresses = np.array([[at[0]], [at[1]], [0], [0]])
    best(addresses, np.ones(1, np.int64), one, np.ones(1), one, 1, 1, 1, 0.0, 0.0, np.ones(1, np.bool_))
