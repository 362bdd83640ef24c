"""Where the tokens of passages stand, in; the same in two bytes a token, and back, out.

Most of what a generation writes is columns of tokens, so a token's place is kept as its distance from the one before
and its width, in characters. A distance of `FAR` or more is `FAR`, and the rest of it stands in a list of its own: it
takes a passage with hardly a word in it. A token of more than `WIDEST` characters is one with only so many: a web
address, of which no more is marked then.
"""

from __future__ import annotations

import numpy as np

from index.store.tables import Array

FAR = WIDEST = 255


def pack(offsets: Array, ends: Array, counts: Array) -> tuple[Array, Array, Array]:
    """Distances and widths of tokens, uint8 each, and where distances go on: int64 (such tokens x their place, rest).

    offsets, ends: of tokens in their passages, offsets ascending; counts: tokens a passage has.
    """
    gaps = np.diff(offsets.astype(np.int64), prepend=0)
    firsts = (np.cumsum(counts) - counts)[counts > 0]
    gaps[firsts] = offsets[firsts]
    places = np.flatnonzero(gaps >= FAR)
    far = np.stack([places, gaps[places] - FAR], axis=1)
    widths = ends.astype(np.int64) - offsets
    return np.minimum(gaps, FAR).astype(np.uint8), np.minimum(widths, WIDEST).astype(np.uint8), far


def unpack(gaps: Array, widths: Array, far: Array, places: Array, counts: Array) -> tuple[Array, Array]:
    """Offsets and ends, int64 each, of the tokens of whole passages, which stand at `places` of all there are.

    gaps, widths: of these tokens; far: of all; counts: tokens each of the passages has.
    """
    so_far = np.zeros(len(gaps) + 1, np.int64)
    offsets = so_far[1:]
    offsets[:] = gaps
    if len(far):
        goes_on = (gaps == FAR).nonzero()[0]
        offsets[goes_on] += far[far[:, 0].searchsorted(places[goes_on]), 1]
    offsets.cumsum(out=offsets)
    offsets = offsets - so_far.take(counts.cumsum() - counts).repeat(counts)
    return offsets, offsets + widths
