"""A passage's number in; what ranking and answering ask of it, from a generation's arrays, out.

Why beside `Corpus`? Arrays are what a million passages need; a question looks at two dozen of them, and for those a few
Python sets and tuples, made once and kept while people ask about them, cost a tenth of numpy's calls.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from content.sentences import split_sentences
from index.store.corpus import BODY, DOCUMENT, Citation, Corpus

Mark = tuple[int, int, int]
"""Number of a term, and its start and end (exclusive) in the passage, in characters."""
Terms = tuple[int, frozenset[int]]
"""The document of a passage, and the numbers of its terms."""
KEPT = 4096
"""Passages that are kept, some kilobytes each."""


class Printed(NamedTuple):
    """A passage as it is shown."""

    text: str
    sentences: tuple[tuple[int, int], ...]
    """Start and end (exclusive) of each, in characters."""
    headings: int
    """How many of the first sentences are headings."""
    citation: Citation


class PassageViews:
    """Reads the passages of one generation. Safe to share between threads."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self.printed = lru_cache(maxsize=KEPT)(self._printed)
        self.terms = lru_cache(maxsize=KEPT)(self._terms)

    def _terms(self, number: int) -> Terms:
        forward = self._corpus.forward
        return int(self._corpus.places[number, DOCUMENT]), frozenset(forward.terms[forward.of(number)].tolist())

    def marks(self, numbers: Sequence[int], terms: Iterable[int]) -> list[list[Mark]]:
        """Where the terms that were looked for stand in each of some passages, in order."""
        forward = self._corpus.forward
        passages = np.array(numbers, np.intp)
        found: list[list[Mark]] = [[] for _ in numbers]
        looked_for = np.fromiter(terms, np.intp)
        if not len(looked_for):
            return found
        wanted = np.zeros(int(looked_for.max()) + 2, bool)  # the last one stands for all above
        wanted[looked_for] = True
        places, lengths = forward.places(passages)
        tokens = forward.terms.take(places)
        hit = wanted.take(tokens, mode="clip").nonzero()[0]
        owner = np.arange(len(passages)).repeat(lengths)
        offsets, ends = forward.spans(places, lengths)
        columns = (tokens.take(hit), offsets.take(hit), ends.take(hit))
        marks = zip(*(column.tolist() for column in columns), strict=True)
        for passage, mark in zip(owner.take(hit).tolist(), marks, strict=True):
            found[passage].append(mark)
        return found

    def _printed(self, number: int) -> Printed:
        text = self._corpus.texts[number]
        sentences = tuple(split_sentences(text)) or ((0, len(text)),)
        return Printed(text, sentences, int(self._corpus.places[number, BODY]), self._corpus.citation(number))
