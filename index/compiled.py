"""Lists of weighted postings in, the passages with the k largest sums out: MaxScore as machine code.

The same as `maxscore.best`, window by window of the passages instead of list by list, as Lucene does it (Grand, Muir,
Ferenczi & Lin, "From MaxScore to Block-Max WAND: the story of how Lucene significantly improved query evaluation
performance", ECIR 2020). In a window the lists that alone can bring a passage over the threshold are summed up; of the
others, those that have few postings to a candidate are summed up too, for that is quicker than looking, and the rest
is only looked into.

Importing this module imports numba, and the first call compiles for seconds: `kernel.py` says when that pays.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numba import types
from numba.extending import intrinsic

WINDOW = 4096
_SLACK = 1 - 1e-5
"""What a sum, made in 32 bits, may miss of the threshold by rounding."""
_CHEAPER = 24
"""Postings that are summed up in the time in which one candidate is looked up."""
_NOWHERE = 1 << 40


@intrinsic  # type: ignore[untyped-decorator]
def _pointer(context: Any, address: Any) -> Any:  # noqa: ARG001 # numba's signature
    """The memory at an address."""

    def generate(code: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], code.get_value_type(signature.return_type))

    return types.voidptr(address), generate


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _seek(passages: Any, place: int, high: int, passage: int) -> int:
    """The first place from `place` to `high` whose passage is not before `passage`: galloping, then halving."""
    step, probe = 1, place
    while probe < high and passages[probe] < passage:
        place = probe + 1
        probe += step
        step *= 2
    high = min(high, probe)
    while place < high:
        middle = (place + high) >> 1
        if passages[middle] < passage:
            place = middle + 1
        else:
            high = middle
    return place


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def best(
    ids_at: Any, values_at: Any, lengths: Any, scales: Any, bounds: Any, k: int, threshold: float, allowed: Any
) -> Any:
    """The passages that may be among the best k, and their sums.

    ids_at, values_at: int64 (lists), addresses of int32 passages and float32 values; lengths: int64 (lists), ascending;
    scales, bounds: float32 (lists); threshold: a sum that k passages are known to reach; allowed: bool (passages or 0).
    """
    n = len(lengths)
    rest = np.zeros(n + 1, np.float32)
    for j in range(n - 1, -1, -1):
        rest[j] = rest[j + 1] + bounds[j]
    least = np.float32(threshold * _SLACK)
    essential = n
    while essential > 0 and rest[essential - 1] < least:
        essential -= 1
    place = np.zeros(n, np.int64)
    heap = np.zeros(k, np.float32)
    sums = np.zeros(WINDOW, np.float32)
    touching, candidates = np.empty(WINDOW, np.int32), np.empty(WINDOW, np.int32)
    found, found_sums, count = np.empty(16 * k + 64, np.int32), np.empty(16 * k + 64, np.float32), 0
    while True:
        base = np.int64(_NOWHERE)
        for j in range(essential):
            if place[j] < lengths[j]:
                base = min(base, np.int64(numba.carray(_pointer(ids_at[j]), (lengths[j],), np.int32)[place[j]]))
        if base == _NOWHERE:
            break
        end = base + WINDOW
        waiting = 0
        for j in range(essential):
            ids = numba.carray(_pointer(ids_at[j]), (lengths[j],), np.int32)
            values = numba.carray(_pointer(values_at[j]), (lengths[j],), np.float32)
            at, scale, size = place[j], scales[j], lengths[j]
            while at < size and ids[at] < end:
                offset = ids[at] - base
                if sums[offset] == 0:
                    touching[waiting] = offset
                    waiting += 1
                sums[offset] += scale * values[at]
                at += 1
            place[j] = at
        touched = waiting
        waiting, bar = 0, least - rest[essential]
        for i in range(touched):
            if sums[touching[i]] >= bar:
                candidates[waiting] = touching[i]
                waiting += 1
        all_over = False
        for j in range(essential, n):
            bar, kept = least - rest[j], 0
            for i in range(waiting):
                if sums[candidates[i]] >= bar:
                    candidates[kept] = candidates[i]
                    kept += 1
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
                all_over = True
                for at in range(low, high):
                    sums[ids[at] - base] += scale * values[at]
            else:
                if essential > 1:
                    candidates[:waiting].sort()
                for i in range(waiting):
                    low = _seek(ids, low, high, base + candidates[i])
                    if low < high and ids[low] == base + candidates[i]:
                        sums[candidates[i]] += scale * values[low]
        for i in range(waiting):
            total = sums[candidates[i]]
            passage = base + candidates[i]
            if total < least or (len(allowed) and not allowed[passage]):
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
                least = max(least, np.float32(heap[0] * _SLACK))
        if all_over:
            sums[:] = 0
        else:
            for i in range(touched):
                sums[touching[i]] = 0
        while essential > 0 and rest[essential - 1] < least:
            essential -= 1
    keep = found_sums[:count] >= least
    return found[:count][keep], found_sums[:count][keep]
