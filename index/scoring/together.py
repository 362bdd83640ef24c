"""The concepts of a question in; what every passage of a small corpus says of each, all computed at once, out.

The same as `expansions.py` has it, where what counts is not how much numpy computes but how often it is called: an
array has a row for each expansion of each concept and a column for each passage, whether it has a word or not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import NamedTuple

import numpy as np

from index.scoring.bm25 import BM25
from index.scoring.expansions import MOSTLY, WHOLE
from index.scoring.postings import Floats
from index.scoring.sought import Found, Sought
from index.scoring.topk import Values
from index.store.groups import reduce_groups


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
    rows = _unite([group for one in sought for group in (*one.parts, one.whole)], bm25)
    return [_join([next(rows) for _ in one.parts], next(rows), bm25) for one in sought]


def _unite(groups: list[list[Found]], bm25: BM25) -> Iterator[Row]:
    """The best of the expansions of each group."""
    some = [group for group in groups if group]
    if not some or not bm25.corpus_size:  # a title has terms, even one of nothing
        yield from (_nothing(bm25) for _ in groups)
        return
    rows = _best(some, bm25)
    for group in groups:
        yield next(rows) if group else _nothing(bm25)


def _nothing(bm25: BM25) -> Row:
    zeros = np.zeros(bm25.corpus_size, np.float32)
    return Row(zeros, zeros, bm25.idf_of(0.0), False)


def _best(groups: list[list[Found]], bm25: BM25) -> Iterator[Row]:
    every = [one for group in groups for one in group]
    weights, shares = _weigh(every, bm25)
    sizes = [len(group) for group in groups]
    weight, rarest, credences, ordinary, counts = np.array([one[3:] for one in every]).T
    whole = shares > WHOLE
    whole &= (counts > 0)[:, None]
    shares *= credences[:, None]
    union = reduce_groups(np.maximum, shares * ordinary[:, None], sizes)
    union *= reduce_groups(np.logical_or, whole, sizes)
    # rank_bm25's idf, as `BM25.idf_of`
    idfs = np.log((bm25.corpus_size + 1) / np.maximum(union.sum(axis=1), 1.0))
    # what is ordinary counts with the idf of its concept, the rest with its own
    own = np.where(ordinary > 0, idfs.repeat(sizes), rarest)
    weights *= (weight * own)[:, None]
    shares *= (own / idfs.repeat(sizes))[:, None]
    best = reduce_groups(np.maximum, weights, sizes).astype(np.float32)
    share = reduce_groups(np.maximum, shares, sizes).astype(np.float32)
    return map(Row, best, share, idfs.tolist(), repeat(True))


def _weigh(every: list[Found], bm25: BM25) -> tuple[Floats, Floats]:
    """What each expansion weighs in every passage, and the share of it that is there, weight and credence apart:
    float64 (expansions x passages)."""
    numbers = np.array([number for one in every for number in one.numbers])
    sizes = [len(one.numbers) for one in every]
    parts: list[float] = []
    for one, size in zip(every, sizes, strict=True):
        total = sum(one.idfs) + (one.length - size) * bm25.idf_of(1) if one.length > 1 else one.idfs[0]
        parts += [idf / total for idf in one.idfs]
    lows = bm25.starts.take(numbers)
    counts = bm25.starts.take(numbers + 1) - lows
    # places of all their postings, one list after another
    places = (lows - counts.cumsum() + counts).repeat(counts)
    places += np.arange(len(places))
    cells = (np.arange(len(every)) * bm25.corpus_size).repeat(sizes).repeat(counts)
    cells += bm25.passages.take(places)
    part = np.array(parts).repeat(counts)
    shape = len(every), bm25.corpus_size
    present = np.asarray(np.bincount(cells, part, shape[0] * shape[1]), np.float64).reshape(shape)
    part *= bm25.weights.take(places)
    weights = np.asarray(np.bincount(cells, part, shape[0] * shape[1]), np.float64).reshape(shape)
    weights *= present
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
