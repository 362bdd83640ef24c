"""How concepts are scored, in arrays of all passages: the oracle of test_concepts.py."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from index.lexicon.lexicon import Expansion
from index.question.parse import Concept
from index.scoring.bm25 import BM25
from index.scoring.concepts import EVERYDAY, KINDS, SOFT, TRUSTED
from index.scoring.postings import Floats
from index.store.tables import SortedTable

_WHOLE = 0.99
_MOSTLY = 0.9


@dataclass(frozen=True, slots=True)
class Scored:
    """What the passages say of a concept; arrays are float32 (passages)."""

    score: Floats
    share: Floats
    """How much of the concept is there, 0 to 1."""
    idf: float


class DenseScorer:
    """Scores concepts over the passages of one generation. Immutable; safe to share between threads."""

    def __init__(self, terms: SortedTable, bm25: BM25) -> None:
        self._find = lru_cache(maxsize=1 << 16)(terms.find)
        self._bm25 = bm25

    def score(self, concept: Concept) -> Scored:
        """The better of the concept's parts, each found by itself, and an expansion for the whole."""
        trusted = concept.kind in KINDS
        parts = [self._score_best(part.expansions, trusted) for part in concept.parts]
        if len(parts) == 1 and not any(max(self._known(one)[0]) >= 0 for one in concept.expansions):
            return parts[0]
        known = sum(part.idf for part in parts) or 1e-9
        score = np.sum([part.score for part in parts], axis=0)
        share = np.sum([part.idf / known * part.share for part in parts], axis=0)
        whole = self._score_best(concept.expansions)
        idf = min(known, self._bm25.idf_of(int(np.count_nonzero((whole.share > _MOSTLY) | (share > _MOSTLY)))))
        score = np.maximum(score, whole.score * (idf / whole.idf if whole.idf else 0.0))
        return Scored(score, np.maximum(share, whole.share), max(idf, known * 0.5))

    def _score_best(self, expansions: tuple[Expansion, ...], trusted: bool = False) -> Scored:
        size = self._bm25.corpus_size
        known = [
            (expansion, numbers, idf)
            for expansion in expansions
            for numbers, idf in [self._known(expansion)]
            if any(number >= 0 for number in numbers)
        ]
        # The question's own word sets the measure; where no passage has it, the mean of what stands for it.
        usual = next((idf for expansion, _, idf in known if expansion.origin == "question"), None)
        if usual is None:
            usual = _mean([(expansion.weight, idf) for expansion, _, idf in known])
        weight, share, whole = np.zeros(size, np.float32), np.zeros(size, np.float32), np.zeros(size, bool)
        everyday: list[tuple[Floats, Floats, float]] = []
        translated = all(expansion.origin != "question" for expansion, _, _ in known)
        others_known = any(expansion.origin not in SOFT for expansion, _, _ in known)
        for expansion, numbers, idf in known:
            counted = not (expansion.origin in SOFT and others_known)
            sure = trusted or (translated and len(expansion.terms) > 1)
            if idf < EVERYDAY * usual and not (sure and expansion.origin in TRUSTED):
                everyday.append((*self._weigh(expansion, numbers), idf))
            elif len(numbers) == 1:
                passages, weights = self._bm25.postings(numbers[0])
                weight[passages] = np.maximum(weight[passages], expansion.weight * weights)
                share[passages] = np.maximum(share[passages], _credence(expansion))
                whole[passages] |= counted
            else:
                weights, shares = self._weigh(expansion, numbers)
                np.maximum(weight, weights, out=weight)
                np.maximum(share, shares, out=share)
                whole |= counted & (shares > _WHOLE * _credence(expansion))
        idf = self._bm25.idf_of(float((share * whole).sum()))
        score = idf * weight
        for weights, shares, own in everyday:
            np.maximum(score, own * weights, out=score)
            np.maximum(share, shares * (own / idf), out=share)
        return Scored(score, share, idf)

    def _known(self, expansion: Expansion) -> tuple[list[int], float]:
        """The numbers of an expansion's terms (-1: no passage has it) and the idf of the rarest."""
        numbers = [self._find(term) for term in expansion.terms]
        return numbers, max(self._idf(number) for number in numbers)

    def _weigh(self, expansion: Expansion, numbers: list[int]) -> tuple[Floats, Floats]:
        """For every passage: the expansion's weight, idf apart, and its share."""
        size = self._bm25.corpus_size
        summed, present = np.zeros(size, np.float32), np.zeros(size, np.float32)
        total = 0.0
        for number in numbers:
            idf = self._idf(number)
            total += idf
            if number >= 0:
                passages, weights = self._bm25.postings(number)
                summed[passages] += idf * weights
                present[passages] += idf
        total = total or 1.0
        present /= total
        return expansion.weight * summed / total * present, present * present * _credence(expansion)

    def _idf(self, number: int) -> float:
        return self._bm25.idf_of(self._bm25.document_frequency(number) if number >= 0 else 1)


def _credence(expansion: Expansion) -> float:
    """How far finding an expansion is finding the concept: less for a word's rarer meanings."""
    return float(expansion.weight ** (0.7 if expansion.origin == "everyday" else 0.5))


def _mean(weighted: list[tuple[float, float]]) -> float:
    total = sum(weight for weight, _ in weighted)
    return sum(weight * value for weight, value in weighted) / total if total else 0.0
