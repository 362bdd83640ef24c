"""The postings of a generation, and what became of its passages and terms, in; the postings of the next out.

Counting sorts every token there is. Most of a reindex's tokens stand where they stood, so what is counted anew are the
passages that are new, and the rest is moved: passages and terms keep their order, so postings keep theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from index.bm25 import Postings
from index.tables import Array, load_array, save_array

_AT_ONCE = 2_000_000
"""Tokens that are sorted at once."""


@dataclass(frozen=True, slots=True)
class Counted:
    """The postings of a generation as they were counted; as `Postings`, but with frequencies by code.

    codes: for each posting the place of its frequency in `amounts` (float32), in as few bytes as will do: frequencies
    are sums of few terms and weights, so that there are a few dozen of them.
    """

    starts: Array
    passages: Array
    codes: Array
    amounts: Array

    @classmethod
    def open(cls, folder: Path) -> Counted:
        names = ("postings.starts", "postings.passages", "postings.codes", "postings.amounts")
        return cls(*(load_array(folder, name) for name in names))


def save_frequencies(folder: Path, counted: Counted) -> list[Path]:
    """Write what `Counted.open` reads beside what `BM25.save` writes; the paths."""
    save_array(folder, "postings.codes", counted.codes)
    save_array(folder, "postings.amounts", counted.amounts)
    return [folder / "postings.codes.npy", folder / "postings.amounts.npy"]


def encode(postings: Postings, amounts: Array | None = None) -> Counted:
    """Postings with their frequencies as codes, those of `amounts` first."""
    known = np.zeros(0, np.float32) if amounts is None else np.asarray(amounts)
    frequencies = postings.frequencies
    new = np.setdiff1d(_distinct(frequencies), known)
    together = np.concatenate([known, new])
    order = np.argsort(together, kind="stable")
    width = np.uint8 if len(together) <= 1 << 8 else np.uint16 if len(together) <= 1 << 16 else np.uint32
    codes = np.empty(len(frequencies), width)
    for low in range(0, len(codes), _AT_ONCE):
        codes[low : low + _AT_ONCE] = order[np.searchsorted(together[order], frequencies[low : low + _AT_ONCE])]
    return Counted(postings.starts, postings.passages, codes, together)


def _distinct(values: Array) -> Array:
    """The different values, sorted."""
    parts = [np.unique(values[low : low + _AT_ONCE]) for low in range(0, len(values), _AT_ONCE)]
    return np.unique(np.concatenate([np.zeros(0, np.float32), *parts]))


def count(fields: list[tuple[Array, Array, float]], lengths: Array, vocabulary: int) -> Postings:
    """`Postings.count`, some terms at a time, so that the memory it takes does not grow with the tokens."""
    total = sum(len(terms) for terms, _, _ in fields)
    if total <= _AT_ONCE:
        return Postings.count(fields, lengths, vocabulary)
    occurrences = sum(np.bincount(terms, minlength=vocabulary) for terms, _, _ in fields)
    reached = np.cumsum(occurrences) // _AT_ONCE
    firsts = [*np.flatnonzero(np.diff(reached, prepend=-1)).tolist(), vocabulary]
    found = []
    for low, high in pairwise(firsts):
        own = []
        for terms, passages, amount in fields:
            inside = (terms >= low) & (terms < high)
            own.append((terms[inside] - low, passages[inside], amount))
        found.append(Postings.count(own, lengths, high - low))
    ends = np.cumsum([0, *(one.starts[-1] for one in found)])
    starts = np.concatenate([one.starts[:-1] + end for one, end in zip(found, ends, strict=False)] + [ends[-1:]])
    passages = np.concatenate([one.passages for one in found])
    frequencies = np.concatenate([one.frequencies for one in found])
    return Postings(starts, passages, frequencies, found[0].lengths)


def recount(base: Counted, moved: Array, renamed: Array, added: Postings) -> Counted:
    """Postings of passages that moved, with those of passages that are new.

    moved: for each passage of the base its number now, renamed: for each term, ascending both, -1: there is none.
    added: postings of the new passages alone, with passages and terms as they are now.
    """
    vocabulary = len(added.starts) - 1
    new = encode(added, base.amounts)
    passages = moved[base.passages]
    gone = np.flatnonzero(passages < 0)
    lost = np.bincount(np.searchsorted(base.starts, gone, "right") - 1, minlength=len(renamed))
    stays = renamed >= 0
    sizes = np.diff(added.starts)
    sizes[renamed[stays]] += (np.diff(base.starts) - lost)[stays]
    places = _places(base, moved, renamed, added, vocabulary)
    return Counted(
        np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)]),
        _merged(passages, gone, places, new.passages),
        _merged(base.codes, gone, places, new.codes),
        new.amounts,
    )


def _places(base: Counted, moved: Array, renamed: Array, added: Postings, vocabulary: int) -> Array:
    """Before which posting of the base each posting that is new belongs."""
    kept = np.flatnonzero(moved >= 0)
    after = np.append(kept, len(moved))[np.searchsorted(moved[kept], added.passages)]
    # a term that is new comes before the postings of the next one that is old
    old = np.searchsorted(renamed[renamed >= 0], np.arange(vocabulary))
    numbers = np.append(np.flatnonzero(renamed >= 0), len(renamed))[old]
    known = np.zeros(vocabulary, bool)
    known[renamed[renamed >= 0]] = True
    places = np.empty(len(after), np.int64)
    for term in np.flatnonzero(np.diff(added.starts)).tolist():
        low, high = int(added.starts[term]), int(added.starts[term + 1])
        start = int(base.starts[numbers[term]])
        there = base.passages[start : int(base.starts[numbers[term] + 1])] if known[term] else ()
        places[low:high] = start + np.searchsorted(there, after[low:high])
    return places


def _merged(these: Array, gone: Array, places: Array, those: Array) -> Array:
    """An array without some of its places, and with others put before places: run by run, since most stay."""
    dtype = np.promote_types(these.dtype, those.dtype)
    merged = np.empty(len(these) - len(gone) + len(those), dtype)
    at = last = 0
    cuts = np.concatenate([gone, places])
    order = np.argsort(cuts, kind="stable")
    kinds = np.concatenate([np.full(len(gone), -1), np.arange(len(places))])[order].tolist()
    for cut, kind in zip(cuts[order].tolist(), kinds, strict=True):
        if cut > last:
            merged[at : at + cut - last] = these[last:cut]
            at += cut - last
            last = cut
        if kind < 0:
            last = cut + 1
        else:
            merged[at] = those[kind]
            at += 1
    merged[at:] = these[last:]
    return merged
