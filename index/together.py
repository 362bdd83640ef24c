"""The concepts of a question in; what every passage of a small corpus says of each, all computed at once, out.

The same as `alternatives.py` has it, where what counts is not how much numpy computes but how often it is called: an
array has a row for each alternative of each concept and a column for each passage, whether it has a word or not.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, repeat
from typing import NamedTuple

import numpy as np

from index.alternatives import MOSTLY, WHOLE
from index.bm25 import BM25, Floats
from index.maxscore import Values
from index.sought import Found, Sought


class Row(NamedTuple):
    """What every passage says of a concept: float32 (passages)."""

    scores: Values
    shares: Values
    """How much of the concept it has, 0 to 1."""
    idf: float
    known: bool
    """Whether there is anything to look for."""


def score_together(sought: Sequence[Sought], bm25: BM25) -> list[Row]:
    """A row for each of some concepts."""
    rows = iter(_unite([group for one in sought for group in (*one.parts, one.whole)], bm25))
    return [_join([next(rows) for _ in one.parts], next(rows), bm25) for one in sought]


def _unite(groups: list[list[Found]], bm25: BM25) -> list[Row]:
    """The best of the alternatives of each group."""
    size = bm25.corpus_size
    nothing = Row(np.zeros(size, np.float32), np.zeros(size, np.float32), bm25.idf_of(0.0), False)
    some = [group for group in groups if group]
    if not some:
        return [nothing for _ in groups]
    known = [one for group in some for one in group]
    weights, shares = _weigh(known, bm25)
    rarest = np.array([one.idf for one in known])
    starts = [0, *accumulate(map(len, some))][:-1]
    sizes = [len(group) for group in some]
    ordinary = np.array([one.ordinary for one in known])
    credences = np.array([one.credence for one in known])
    whole = shares > WHOLE
    whole &= np.array([one.counts for one in known])[:, None]
    shares *= credences[:, None]
    union = np.maximum.reduceat(shares * ordinary[:, None], starts)
    union *= np.logical_or.reduceat(whole, starts)
    # rank_bm25's idf, as `BM25.idf_of`
    idfs = np.log((size + 1) / np.maximum(union.sum(axis=1), 1.0))
    own = idfs.repeat(sizes)
    weights *= np.where(ordinary, own, rarest)[:, None]
    shares *= np.where(ordinary, 1.0, rarest / own)[:, None]
    best = np.maximum.reduceat(weights, starts).astype(np.float32)
    share = np.maximum.reduceat(shares, starts).astype(np.float32)
    rows = map(Row, best, share, idfs.tolist(), repeat(True))
    return [next(rows) if group else nothing for group in groups]


def _weigh(known: list[Found], bm25: BM25) -> tuple[Floats, Floats]:
    """What each alternative weighs in every passage, and the share of it that is there, credence apart: float64
    (alternatives x passages)."""
    numbers = np.array([number for one in known for number in one.numbers])
    sizes = np.array([len(one.numbers) for one in known])
    lows = bm25.starts.take(numbers)
    lengths = bm25.starts.take(numbers + 1) - lows
    idfs = np.log((bm25.corpus_size + 1) / np.maximum(lengths, 1))
    total = np.add.reduceat(idfs, sizes.cumsum() - sizes)
    total += bm25.idf_of(1) * (np.array([one.length for one in known]) - sizes)
    parts = idfs / total.repeat(sizes)
    # places of all their postings, one list after another
    ends = lengths.cumsum()
    places = (lows - ends + lengths).repeat(lengths)
    places += np.arange(len(places))
    cells = (np.arange(len(known)) * bm25.corpus_size).repeat(sizes).repeat(lengths)
    cells += bm25.passages.take(places)
    part = parts.repeat(lengths)
    shape = len(known), bm25.corpus_size
    present = np.asarray(np.bincount(cells, part, shape[0] * shape[1]), np.float64).reshape(shape)
    part *= bm25.weights.take(places)
    weights = np.asarray(np.bincount(cells, part, shape[0] * shape[1]), np.float64).reshape(shape)
    weights *= present
    weights *= np.array([one.weight for one in known])[:, None]
    present *= present
    return weights, present


def _join(parts: list[Row], whole: Row, bm25: BM25) -> Row:
    """The better of a concept's parts, each found by itself, and the whole."""
    if len(parts) == 1 and not whole.known:
        return parts[0]
    known = sum(part.idf for part in parts) or 1e-9
    scores, shares = np.zeros_like(whole.scores), np.zeros_like(whole.shares)
    for part in parts:
        scores += part.scores
        shares += np.float32(part.idf / known) * part.shares
    np.maximum(shares, whole.shares, out=shares)
    idf = min(known, bm25.idf_of(float(np.count_nonzero(shares > MOSTLY))))
    if whole.known:
        np.maximum(scores, np.float32(idf / whole.idf) * whole.scores, out=scores)
    return Row(scores, shares, max(idf, known * 0.5), True)
