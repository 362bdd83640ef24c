"""The postings of a generation, and the new numbers of its passages and terms, in; the postings of the next out.

Counting sorts every token. In most reindexes most tokens did not change. So only new passages are counted, and the
other postings are moved: passages and terms keep their order, so postings keep theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from index.scoring.postings import Coded, Postings
from index.store.tables import Array, load_array, save_array

_AT_ONCE = 2_000_000
"""Tokens that are sorted at once."""
_BLOCK = 1 << 16
_MANY = 8
"""Runs of passages from which looking each of them up is cheaper than comparing with each run."""


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

    @property
    def frequencies(self) -> Coded:
        """As `Postings` has them."""
        return Coded(self.codes, self.amounts)


def save_frequencies(folder: Path, counted: Counted) -> list[Path]:
    """Write what `Counted.open` reads beside what `BM25.save` writes; the paths."""
    return [
        save_array(folder, "postings.codes", counted.codes),
        save_array(folder, "postings.amounts", counted.amounts),
    ]


def encode(postings: Postings, amounts: Array | None = None) -> Counted:
    """Postings with their frequencies as codes, those of `amounts` first."""
    known_amounts = np.zeros(0, np.float32) if amounts is None else np.asarray(amounts)
    frequencies = postings.frequencies[:]
    new = _distinct(frequencies)
    order = np.sort(known_amounts)
    positions = np.searchsorted(order, new)
    new = new[(positions == len(order)) | (np.append(order, 0)[positions] != new)]
    all_amounts = np.concatenate([known_amounts, new])
    order = np.argsort(all_amounts, kind="stable")
    width = np.uint8 if len(all_amounts) <= 1 << 8 else np.uint16 if len(all_amounts) <= 1 << 16 else np.uint32
    codes = np.empty(len(frequencies), width)
    for low in range(0, len(codes), _AT_ONCE):
        codes[low : low + _AT_ONCE] = order[np.searchsorted(all_amounts[order], frequencies[low : low + _AT_ONCE])]
    return Counted(postings.starts, postings.passages, codes, all_amounts)


def _distinct(values: Array) -> Array:
    """The different values, sorted. `np.unique` does the same, but what it imports takes a tenth of a second."""
    distinct = np.zeros(0, np.float32)
    for low in range(0, len(values), _AT_ONCE):
        distinct = np.sort(np.concatenate([distinct, values[low : low + _AT_ONCE]]))
        distinct = distinct[np.concatenate([np.ones(1, bool), distinct[1:] != distinct[:-1]])]
    return distinct


def count(fields: list[tuple[Array, Array, float]], lengths: Array, vocabulary: int) -> Postings:
    """`Postings.count`, some terms at a time, so that the memory it takes does not grow with the tokens."""
    total = sum(len(terms) for terms, _, _ in fields)
    if total <= _AT_ONCE:
        return Postings.count(fields, lengths, vocabulary)
    occurrences = sum(np.bincount(terms, minlength=vocabulary) for terms, _, _ in fields)
    reached = np.cumsum(occurrences) // _AT_ONCE
    firsts = [*np.flatnonzero(np.diff(reached, prepend=-1)).tolist(), vocabulary]
    parts = []
    for low, high in pairwise(firsts):
        own = []
        for terms, passages, amount in fields:
            inside = (terms >= low) & (terms < high)
            own.append((terms[inside] - low, passages[inside], amount))
        parts.append(Postings.count(own, lengths, high - low))
    ends = np.cumsum([0, *(part.starts[-1] for part in parts)])
    starts = np.concatenate([part.starts[:-1] + end for part, end in zip(parts, ends, strict=False)] + [ends[-1:]])
    passages = np.concatenate([part.passages for part in parts])
    frequencies = np.concatenate([part.frequencies[:] for part in parts])
    return Postings(starts, passages, frequencies, parts[0].lengths)


class DocMap:
    """The numbers that the copied passages of a generation have in the next one, kept as runs."""

    def __init__(self, passages: int) -> None:
        self._passages = passages
        self._runs: list[tuple[int, int, int]] = []
        """First number, end (exclusive), and new number of the first; ascending."""

    def add(self, numbers: range, now: int) -> None:
        """Note a run of passages, and the new number of its first one."""
        if numbers:
            self._runs.append((numbers.start, numbers.stop, now))

    @property
    def runs(self) -> list[range]:
        """The passages that stay, as they were numbered."""
        return [range(low, high) for low, high, _ in self._runs]

    @property
    def kept(self) -> int:
        """How many passages stay."""
        return sum(high - low for low, high, _ in self._runs)

    def gone(self) -> list[range]:
        """The passages that are not in the next."""
        ends = [0, *(high for _, high, _ in self._runs)]
        starts = [*(low for low, _, _ in self._runs), self._passages]
        return [range(end, start) for end, start in zip(ends, starts, strict=True) if end < start]

    def now(self, passages: Array) -> Array:
        """The new numbers of some passages, -1: gone. Where most passages do not move, also fast for all."""
        if len(self._runs) > _MANY:
            table = np.full(self._passages, -1, np.int32)
            for low, high, now in self._runs:
                table[low:high] = np.arange(now, now + high - low)
            return _looked_up(table, passages)
        moved = np.array(passages)
        apart = [run for run in self._runs if run[0] != run[2]]
        for start in range(0, len(moved) if apart else 0, _BLOCK):
            before, after = passages[start : start + _BLOCK], moved[start : start + _BLOCK]
            for low, high, now in apart:
                np.add(after, now - low, out=after, where=(before >= low) & (before < high))
        return moved

    def before(self, passages: Array) -> Array:
        """For each new passage, the passage of the base before which it belongs."""
        nows = np.array([now for _, _, now in self._runs], np.int64)
        lows = np.array([low for low, _, _ in self._runs] + [self._passages], np.int64)
        return lows[np.searchsorted(nows, passages)]


@dataclass(frozen=True, slots=True)
class Remaining:
    """The postings of a base that stay: `gone` has the positions of the others, `sizes` how many each term keeps."""

    gone: Array
    sizes: Array


def rest(base: Counted, moves: DocMap) -> Remaining:
    """Take away the postings of passages that are gone."""
    runs, lost_places = moves.gone(), [np.zeros(0, np.int64)]
    for low in range(0, len(base.passages) if runs else 0, _BLOCK):
        passages = base.passages[low : low + _BLOCK]
        lost = np.zeros(len(passages), bool)
        for run in runs:
            lost |= (passages >= run.start) & (passages < run.stop)
        lost_places.append(np.flatnonzero(lost) + low)
    gone = np.concatenate(lost_places)
    terms = np.searchsorted(base.starts, gone, "right") - 1
    return Remaining(gone, np.diff(base.starts) - np.bincount(terms, minlength=len(base.starts) - 1))


def merge(base: Counted, moves: DocMap, remaining: Remaining, renamed: Array, added: Postings) -> Counted:
    """Postings of passages that moved, with those of passages that are new.

    renamed: the number of each term of the base now, ascending, -1: it has none. added: postings of the new passages
    alone, with passages and terms as they are now.
    """
    new = encode(added, base.amounts)
    stays = renamed >= 0
    sizes = np.diff(added.starts)
    sizes[renamed[stays]] += remaining.sizes[stays]
    places = _places(base, moves.before(added.passages), renamed, added)
    return Counted(
        np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)]),
        _merged(moves.now(base.passages), remaining.gone, places, new.passages),
        _merged(base.codes, remaining.gone, places, new.codes),
        new.amounts,
    )


def _places(base: Counted, before: Array, renamed: Array, added: Postings) -> Array:
    """For each new posting, the posting of the base before which it belongs. `before`: the same for its passage."""
    kept = np.flatnonzero(renamed >= 0)
    terms = np.repeat(np.arange(len(added.starts) - 1), np.diff(added.starts))
    # a term that is new comes before the postings of the next one that is old
    numbers = np.append(kept, len(renamed))[np.searchsorted(renamed[kept], terms)]
    low: Array = base.starts[numbers]
    is_known = np.append(renamed, -1)[numbers] == terms
    high = np.where(is_known, base.starts[np.minimum(numbers + 1, len(renamed))], low)
    # the first posting of the term whose passage does not stand before: all are looked for at once, by halves
    while len(open_ := np.flatnonzero(low < high)):
        middle = (low[open_] + high[open_]) // 2
        after = base.passages[middle] < before[open_]
        low[open_[after]] = middle[after] + 1
        high[open_[~after]] = middle[~after]
    return low


def _merged(array: Array, gone: Array, places: Array, added: Array) -> Array:
    """Take some positions out of an array, and put `added` in before `places`. Run by run, since most values stay."""
    dtype = np.promote_types(array.dtype, added.dtype)
    merged = np.empty(len(array) - len(gone) + len(added), dtype)
    at = last = 0
    cuts = np.concatenate([gone, places])
    order = np.argsort(cuts, kind="stable")
    kinds = np.concatenate([np.full(len(gone), -1), np.arange(len(places))])[order].tolist()
    for cut, kind in zip(cuts[order].tolist(), kinds, strict=True):
        if cut > last:
            merged[at : at + cut - last] = array[last:cut]
            at += cut - last
            last = cut
        if kind < 0:
            last = cut + 1
        else:
            merged[at] = added[kind]
            at += 1
    merged[at:] = array[last:]
    return merged


def _looked_up(table: Array, places: Array) -> Array:
    """`table[places]`, in blocks: numpy widens the places on the way, and blocks keep that memory small."""
    values = np.empty(len(places), table.dtype)
    for low in range(0, len(places), _BLOCK):
        np.take(table, places[low : low + _BLOCK], out=values[low : low + _BLOCK], mode="clip")
    return values
