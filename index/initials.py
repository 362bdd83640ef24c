"""The words of a generation in; what a capital-letter word may stand for by its initials, out.

Reports use acronyms that they never print beside their long forms, and people ask with acronyms that the reports do
not use at all ("VC", "NIS"). Word sequences of two to five words, seen at least twice within sentences, are kept by
their initials: `vc` is `ventur capit`. Stop words have no terms, so "Organisation for Economic Co-operation" needs no
rule for its "for".
"""

from __future__ import annotations

from collections import defaultdict
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


def save_initials(folder: Path) -> None:
    """Find the sequences in the files of a generation and write them beside, sorted by initials."""
    terms = StringTable(folder, "terms").all()
    forward = Forward(folder)
    tokens = np.asarray(forward.terms[:MOST_TOKENS])
    letters = np.array([ord(term[0]) if term.isascii() and term.isalpha() else 0 for term in terms] or [0], np.uint8)
    owner = np.repeat(np.arange(len(forward.starts) - 1), np.diff(forward.starts))[: len(tokens)]
    place = owner * 256 + forward.sentences[: len(tokens)]
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for sequence, count in _repeated(tokens, letters, place):
        words = [terms[number] for number in sequence]
        if len(set(words)) == len(words):
            found["".join(word[0] for word in words)].append((-count, " ".join(words)))
    keys = sorted(found)
    save_strings(folder, "initials", keys)
    save_strings(folder, "sequences", ("\n".join(words for _, words in sorted(found[key])[:KEPT]) for key in keys))


def _repeated(tokens: Array, letters: Array, place: Array) -> Iterator[tuple[list[int], int]]:
    """Sequences of 2 to `LONGEST` words within a sentence that stand there `SEEN` times or more, with how often.

    A sequence is seen as often as that only if what it begins with is, so each length goes on from where the last one
    found something, and a sequence is one number: that of its beginning, and its last word.
    """
    usable = letters[tokens] > 0
    starts = np.flatnonzero(usable)
    beginning = tokens[starts].astype(np.int64)
    for length in range(2, LONGEST + 1):
        last = starts + length - 1
        inside = np.minimum(last, len(tokens) - 1)
        within = (last < len(tokens)) & usable[inside] & (place[starts] == place[inside])
        starts, beginning = starts[within], beginning[within]
        keys = beginning * (len(letters) + 1) + tokens[starts + length - 1]
        _, first, number, counts = np.unique(keys, return_index=True, return_inverse=True, return_counts=True)
        often = np.flatnonzero(counts >= SEEN)
        for at in often.tolist():
            where = int(starts[first[at]])
            yield tokens[where : where + length].tolist(), int(counts[at])
        stays = counts[number] >= SEEN
        starts, beginning = starts[stays], number[stays]
