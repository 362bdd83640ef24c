"""Columns in, as machine code: which passages can still be among the best, by what their levels say, out.

What `compiled.py` is made of: bounds for blocks and passages, and the threshold that rises with them.

Why so many np.uint64? An index that may be negative is checked at every access. Why no arrays that grow? To hand one on
counts who holds it, which takes as long as twenty postings.
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
