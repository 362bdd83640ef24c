"""The words of a generation in; the word sequences that an acronym may stand for, by initials, out.

Reports use acronyms that they never explain, and people ask with acronyms that the reports do not use at all ("VC",
"NIS"). Sequences of two to five words that occur at least twice within sentences are kept by their initials: `vc` is
`ventur capit`. Stop words have no terms, so "Organisation for Economic Co-operation" needs no rule for its "for".
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from index.store.tables import Array, StringTable, load_array, save_strings

LONGEST = 5
SEEN = 2
"""Times a sequence must stand in the reports."""
KEPT = 3
"""Sequences kept for the same initials: the ones seen most often."""
MOST_TOKENS = 2_000_000
"""Only so many tokens are read. Further tokens bring few new sequences, and would cost each reindex time."""
_BLOCK = 1 << 16
"""Words that are processed at once: as many as fit in a processor's cache."""
_BITS = 63
"""Bits of a number that is not negative."""


def save_initials(folder: Path) -> list[Path]:
    """Find the sequences in the terms of a generation and write them, sorted by initials; the paths of the files."""
    terms = StringTable(folder, "terms")
    tokens = load_array(folder, "forward.terms")[:MOST_TOKENS]
    letters = _letters(terms)
    usable = (letters > 0).take(tokens, mode="clip") if len(letters) else np.zeros(0, bool)
    joined = _joined(usable, load_array(folder, "forward.sentences"), load_array(folder, "forward.starts"))
    kept: dict[str, list[str]] = {}
    for initials, sequence in _best(_repeated(tokens, joined, len(letters)), letters):
        kept.setdefault(initials, []).append(" ".join(terms[number] for number in sequence))
    sequences = ("\n".join(sequences) for sequences in kept.values())
    return [*save_strings(folder, "initials", kept, slots=True), *save_strings(folder, "sequences", sequences)]


def _letters(terms: StringTable) -> Array:
    """The first letter of each term that is made of the letters a to z and A to Z, 0 for others: uint8."""
    raw, ends = terms.raw(range(len(terms)))
    if not raw:
        return np.zeros(len(terms), np.uint8)
    characters = np.frombuffer(raw, np.uint8)
    starts = np.concatenate([np.zeros(1, np.int64), ends[:-1]])
    are_letters = ((characters | 32) >= ord("a")) & ((characters | 32) <= ord("z"))
    return np.where(np.logical_and.reduceat(are_letters, starts), characters[starts], 0)


def _best(repeated: Iterator[tuple[Array, Array]], letters: Array) -> Iterator[tuple[str, list[int]]]:
    """The `KEPT` most frequent sequences for each initials, ordered by initials; equal ones in the order of words.

    Terms are numbered as they are sorted, and all of these words are letters, so their numbers order them.
    """
    sequences, counts = [np.zeros((0, LONGEST), np.int64)], [np.zeros(0, np.int64)]
    for rows, times in repeated:
        different = np.ones(len(rows), bool)
        for column in range(rows.shape[1]):
            for before in range(column):
                different &= rows[:, column] != rows[:, before]
        padded = np.full((len(rows), LONGEST), -1, np.int64)  # shorter ones come first
        padded[:, : rows.shape[1]] = rows
        sequences.append(padded[different])
        counts.append(times[different])
    rows, times = np.concatenate(sequences), np.concatenate(counts)
    spelled = np.where(rows >= 0, np.append(letters, 0)[rows], 0).astype(np.int64)
    initials = np.zeros(len(rows), np.int64)
    for column in range(LONGEST):
        initials = initials << 8 | spelled[:, column]
    often = _often(initials, times)
    rows, times, spelled, initials = rows[often], times[often], spelled[often], initials[often]
    order = np.lexsort((*(rows[:, column] for column in reversed(range(LONGEST))), -times, initials))
    initials = initials[order]
    first = np.searchsorted(initials, initials)
    for at in np.flatnonzero(np.arange(len(order)) - first < KEPT).tolist():
        letters_, numbers = spelled[order[at]], rows[order[at]]
        yield bytes(letters_[letters_ > 0].tolist()).decode("ascii"), numbers[numbers >= 0].tolist()


def _often(initials: Array, times: Array) -> Array:
    """Where those stand than which fewer than `KEPT` of the same initials are seen more often: few are left to sort."""
    order = np.lexsort((-times, initials))
    ordered = initials[order]
    last = np.searchsorted(ordered, ordered, "right") - 1
    least = times[order][np.minimum(np.searchsorted(ordered, ordered) + KEPT - 1, last)]
    return order[times[order] >= least]


def _joined(usable: Array, sentences: Array, starts: Array) -> Array:
    """For each token but the last: whether it and the next are usable and stand in one sentence: bool.

    sentences: of at least these tokens; starts: the first token of each passage.
    """
    sentences = sentences[: len(usable)]
    joined: Array = sentences[1:] == sentences[:-1]
    joined &= usable[1:]
    joined &= usable[:-1]
    joined[starts[(starts > 0) & (starts < len(usable))] - 1] = False
    return joined


def _repeated(tokens: Array, joined: Array, words: int) -> Iterator[tuple[Array, Array]]:
    """Sequences of 2 to `LONGEST` joined words that occur `SEEN` times or more. `words`: size of the vocabulary.

    For each length: int64 (sequences x length), and how often each occurs, int64. A sequence can only be frequent if
    its beginning is. So each length continues from the frequent ones of the last, and a sequence is one number, made of
    its beginning and its last word.
    """
    starts = np.flatnonzero(joined)
    beginning = tokens.take(starts, mode="clip") if len(tokens) else tokens
    for length in range(2, LONGEST + 1):
        if length > 2:
            goes_on = starts + length - 2 < len(joined)
            goes_on &= joined[np.minimum(starts + length - 2, len(joined) - 1)] if len(joined) else False
            starts, beginning = starts[goes_on], beginning[goes_on]
        keys = np.empty(len(starts), np.int64)
        for low in range(0, len(keys), _BLOCK):
            some = slice(low, low + _BLOCK)
            np.multiply(beginning[some], np.int64(words), out=keys[some])
            keys[some] += tokens.take(starts[some] + (length - 1), mode="clip")
        first, places, counts = _same(keys)
        yield tokens[starts[first][:, None] + np.arange(length)].astype(np.int64), counts
        starts, beginning = starts[places], np.repeat(np.arange(len(counts)), counts)


def _same(keys: Array) -> tuple[Array, Array, Array]:
    """For keys that occur `SEEN` times or more: a place of each, all places key by key, and how many each has.

    Sorting numbers is several times as fast as sorting places. So a key and its place are put into one number, where
    they fit. This is done inside the array of keys, since new memory would cost as much time.
    """
    bits = len(keys).bit_length()
    if int(keys.max(initial=0)).bit_length() + bits <= _BITS:
        for low in range(0, len(keys), _BLOCK):
            some = keys[low : low + _BLOCK]
            some <<= bits
            some |= np.arange(low, low + len(some))
        keys.sort()
        order = keys
    else:
        order = np.argsort(keys, kind="stable")
        keys, bits = keys[order], 0
    same = np.zeros(len(keys) + 1, bool)  # as the one before
    for low in range(0, len(keys) - 1, _BLOCK):
        some = keys[low : low + _BLOCK + 1] >> bits
        np.equal(some[1:], some[:-1], out=same[low + 1 : low + len(some)])
    firsts = np.flatnonzero(same[1:] & ~same[:-1])
    counts = np.flatnonzero(same[:-1] & ~same[1:]) + 1 - firsts
    often = counts >= SEEN
    firsts, counts = firsts[often], counts[often]
    places = np.repeat(firsts - np.cumsum(counts) + counts, counts) + np.arange(int(counts.sum()))
    mask = (1 << bits) - 1 if bits else -1
    return order[firsts] & mask, order[places] & mask, counts
