"""A number of passages and a seed in; their terms as numbers, and questions to them, out.

What the figures below were fitted on: the passages of the judged collections, as the analyzer reads them. Lengths
are lognormal; the r-th most frequent of V terms has a probability of (r + SHIFT) ** -EXPONENT (Zipf-Mandelbrot); the
vocabulary grows with the square root of the passages (Heaps). A question is made of terms of one of the passages, so
that it has an answer, and common words are asked for as often as they are written.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int32]

MEAN_TERMS, SPREAD = 60, 0.45
EXPONENT, SHIFT = 1.1, 20
VOCABULARY = 300  # times the square root of the passages
SHORTEST, LONGEST = 4, 9
SEED = 20261121


@dataclass(frozen=True, slots=True)
class Tokens:
    """terms: int32, the terms of all passages one after another; lengths: int64 (passages)."""

    terms: Integers
    lengths: npt.NDArray[np.int64]
    vocabulary: int

    @property
    def passages(self) -> npt.NDArray[np.int32]:
        """For each token the number of its passage."""
        return np.repeat(np.arange(len(self.lengths), dtype=np.int32), self.lengths)

    def lists(self) -> list[list[int]]:
        """The terms of each passage."""
        ends = np.cumsum(self.lengths)
        return [part.tolist() for part in np.split(self.terms, ends[:-1])]


def make_tokens(passages: int, seed: int = SEED) -> Tokens:
    """Passages of seeded noise with the statistics of text."""
    random = np.random.default_rng(seed)
    vocabulary = int(VOCABULARY * passages**0.5)
    mean = np.log(MEAN_TERMS) - SPREAD**2 / 2
    lengths = np.maximum(3, random.lognormal(mean, SPREAD, passages)).astype(np.int64)
    share = (np.arange(vocabulary) + 1.0 + SHIFT) ** -EXPONENT
    heaped = np.cumsum(share / share.sum())
    drawn = np.searchsorted(heaped, random.random(int(lengths.sum())).astype(np.float32)).astype(np.int32)
    names = random.permutation(vocabulary).astype(np.int32)  # else the most frequent terms had the lowest numbers
    return Tokens(names[np.minimum(drawn, vocabulary - 1)], lengths, vocabulary)


def make_questions(tokens: Tokens, count: int, seed: int = SEED) -> list[list[int]]:
    """Questions of SHORTEST to LONGEST different terms, each from one passage."""
    random = np.random.default_rng(seed + 1)
    starts = np.cumsum(tokens.lengths) - tokens.lengths
    questions = []
    while len(questions) < count:
        passage = int(random.integers(len(tokens.lengths)))
        own = tokens.terms[starts[passage] : starts[passage] + tokens.lengths[passage]]
        wanted = int(random.integers(SHORTEST, LONGEST + 1))
        found = list(dict.fromkeys(random.permutation(own).tolist()))[:wanted]
        if len(found) >= SHORTEST:
            questions.append(found)
    return questions
