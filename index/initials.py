"""The words of a generation in; what a capital-letter word may stand for by its initials, out.

Reports use acronyms that they never print beside their long forms, and people ask with acronyms that the reports do
not use at all ("VC", "NIS"). Word sequences of two to five words, seen at least twice within sentences, are kept by
their initials: `vc` is `ventur capit`. Stop words have no terms, so "Organisation for Economic Co-operation" needs no
rule for its "for".
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from index.corpus import Forward
from index.tables import Array, StringTable, save_strings

LONGEST = 5
SEEN = 2
"""Times a sequence must stand in the reports."""
KEPT = 3
"""Sequences kept for the same initials: the ones seen most often."""
MOST_TOKENS = 2_000_000
"""Tokens that are looked at: beyond, other sequences are rare and a reindex would pay for them each time."""
_SIEVE_BITS = 22
_MIX = np.uint64(0x9E3779B97F4A7C15)


def save_initials(folder: Path, terms: StringTable, forward: Forward) -> None:
    """Find the sequences in the terms of a generation and write them beside, sorted by initials."""
    tokens = np.asarray(forward.terms[:MOST_TOKENS])
    letters = _letters(terms)
    ends = forward.starts[1:]
    within = int(np.searchsorted(ends, len(tokens), "right")) + 1
    owner = np.repeat(np.arange(min(within, len(ends))), np.diff(forward.starts[: within + 1]))[: len(tokens)]
    place = (owner * 256 + forward.sentences[: len(tokens)]).astype(np.int64)
    kept: dict[str, list[str]] = {}
    for initials, sequence in _best(_repeated(tokens, letters, place), letters):
        kept.setdefault(initials, []).append(" ".join(terms[number] for number in sequence))
    save_strings(folder, "initials", kept, slots=True)
    save_strings(folder, "sequences", ("\n".join(sequences) for sequences in kept.values()))


def _letters(terms: StringTable) -> Array:
    """The first letter of each term that is made of the letters a to z and A to Z, 0 for others: uint8."""
    raw, ends = terms.raw(range(len(terms)))
    if not raw:
        return np.zeros(len(terms), np.uint8)
    characters = np.frombuffer(raw, np.uint8)
    starts = np.concatenate([np.zeros(1, np.int64), ends[:-1]])
    are_letters = ((characters | 32) >= ord("a")) & ((characters | 32) <= ord("z"))
    return np.where(np.logical_and.reduceat(are_letters, starts), characters[starts], 0)


def _best(found: Iterator[tuple[Array, Array]], letters: Array) -> Iterator[tuple[str, list[int]]]:
    """The `KEPT` sequences that are seen most often for the same initials, by initials; then as words are sorted.

    Terms are numbered as they are sorted, and all of these words are letters, so their numbers order them.
    """
    sequences, counts = [np.zeros((0, LONGEST), np.int64)], [np.zeros(0, np.int64)]
    for rows, seen in found:
        different = np.ones(len(rows), bool)
        for one in range(rows.shape[1]):
            for other in range(one):
                different &= rows[:, one] != rows[:, other]
        padded = np.full((len(rows), LONGEST), -1, np.int64)  # shorter ones come first
        padded[:, : rows.shape[1]] = rows
        sequences.append(padded[different])
        counts.append(seen[different])
    rows, seen = np.concatenate(sequences), np.concatenate(counts)
    spelled = np.where(rows >= 0, np.append(letters, 0)[rows], 0).astype(np.int64)
    initials = np.zeros(len(rows), np.int64)
    for column in range(LONGEST):
        initials = initials << 8 | spelled[:, column]
    order = np.lexsort((*(rows[:, column] for column in reversed(range(LONGEST))), -seen, initials))
    initials = initials[order]
    first = np.searchsorted(initials, initials)
    for at in np.flatnonzero(np.arange(len(order)) - first < KEPT).tolist():
        letters_, numbers = spelled[order[at]], rows[order[at]]
        yield bytes(letters_[letters_ > 0].tolist()).decode("ascii"), numbers[numbers >= 0].tolist()


def _repeated(tokens: Array, letters: Array, place: Array) -> Iterator[tuple[Array, Array]]:
    """Sequences of 2 to `LONGEST` words within a sentence that stand there `SEEN` times or more, with how often.

    For each length: int64 (sequences x length), and int64. A sequence is seen as often as that only if what it begins
    with is, so each length goes on from where the last one found something, and a sequence is one number: that of its
    beginning, and its last word.
    """
    usable = letters[tokens] > 0 if len(letters) else np.zeros(0, bool)
    starts = np.flatnonzero(usable)
    beginning = tokens[starts].astype(np.int64)
    for length in range(2, LONGEST + 1):
        last = starts + length - 1
        inside = np.minimum(last, len(tokens) - 1)
        within = (last < len(tokens)) & usable[inside] & (place[starts] == place[inside])
        starts, beginning = starts[within], beginning[within]
        keys = beginning * (len(letters) + 1) + tokens[starts + length - 1]
        perhaps = _sieve(keys)
        starts, keys = starts[perhaps], keys[perhaps]
        _, first, number, counts = np.unique(keys, return_index=True, return_inverse=True, return_counts=True)
        often = np.flatnonzero(counts >= SEEN)
        yield tokens[starts[first[often]][:, None] + np.arange(length)].astype(np.int64), counts[often]
        stays = counts[number] >= SEEN
        starts, beginning = starts[stays], number[stays]


def _sieve(keys: Array) -> Array:
    """Where keys may stand twice: most do not, and to count them roughly is cheaper than to sort them."""
    buckets = ((keys.astype(np.uint64) * _MIX) >> np.uint64(64 - _SIEVE_BITS)).astype(np.int64)
    return np.flatnonzero(np.bincount(buckets, minlength=1)[buckets] >= SEEN)
