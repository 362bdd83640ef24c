"""A query in, passages in the order in which they answer it out.

Two steps. First every passage gets the sum over the question's concepts of idf x weight, where a concept counts
once, as its best alternative, with one idf from the union of its alternatives' passages (Pirkola 1998). Then the
best of these are put in order by which of their *sentences* answers: how much of the question one sentence says,
and whether it has what the question wants (a number, a time, a name).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from index.bm25 import BM25, Floats, Integers, top
from index.corpus import Corpus
from index.lexicon import Alternative
from index.query import Concept, Part, Query
from index.sentences import SentenceRules, best_sentences
from index.tables import StringTable

CANDIDATES = 60


@dataclass(frozen=True, slots=True)
class Rules:
    """What the order of the first passages depends on; see benchmarks/quality.py for what each brings."""

    coverage: float = 1.0
    """How much a passage gains that has all of the question, by idf."""
    sentence: float = 2.0
    """How much it gains whose best sentence has all of the question."""
    sentences: SentenceRules = SentenceRules()
    tiny: float = 0.7
    """What a passage of a line or less is worth."""
    tiny_terms: int = 12
    short: float = 8.0


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found."""

    number: int
    score: float
    coverage: float
    """Share of the question's concepts that it has, by idf, 0 to 1."""
    sentence: int
    """Number of the sentence that answers best, in the passage."""
    raw: float
    """Sum over the concepts before anything else was weighed."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a ranking found out about the question."""

    hits: tuple[Hit, ...]
    importance: tuple[float, ...]
    """idf of each concept."""
    frequency: tuple[int, ...]
    """In how many passages each concept is found."""
    terms: frozenset[int] = frozenset()
    """Numbers of all terms that were looked for."""


class Ranking:
    """Ranks the passages of one generation. Immutable; safe to share between threads."""

    def __init__(self, corpus: Corpus, terms: StringTable, bm25: BM25, rules: Rules | None = None) -> None:
        self._corpus = corpus
        self._terms = terms
        self._bm25 = bm25
        self._rules = rules or Rules()

    def rank(self, query: Query, limit: int, allowed: Floats | None = None) -> Evidence:
        """The best passages; `allowed` (bool, passages) leaves others out."""
        scored = [self._score(concept) for concept in query.concepts]
        importance = tuple(
            idf * concept.weight for (_, _, idf), concept in zip(scored, query.concepts, strict=True)
        )
        frequency = tuple(int(np.count_nonzero(share)) for _, share, _ in scored)
        if not scored or not len(self._corpus):
            return Evidence((), importance, frequency)
        total = np.sum(
            [score * concept.weight for (score, _, _), concept in zip(scored, query.concepts, strict=True)],
            axis=0,
        )
        if allowed is not None:
            total = np.where(allowed, total, 0)
        first = top(total, max(CANDIDATES, limit))
        if not first:
            return Evidence((), importance, frequency)
        numbers = np.array([number for number, _ in first])
        raw = np.array([score for _, score in first])
        weights = np.array(importance) / max(sum(importance), 1e-9)
        shares = np.array([share[numbers] for _, share, _ in scored])
        coverage = weights @ shares
        rules, terms = self._rules, self._numbers(query)
        best, sentences = best_sentences(
            query, self._corpus, numbers, weights, shares, terms, rules.sentences
        )
        # Long questions name much that no one passage has: coverage counts less.
        short = min(1.0, rules.short / max(len(query.concepts), 1)) ** 2
        score = raw * (1 + short * rules.coverage * coverage) * (1 + short * rules.sentence * best)
        lengths = self._corpus.forward.starts[numbers + 1] - self._corpus.forward.starts[numbers]
        score *= np.where(lengths < rules.tiny_terms, rules.tiny, 1.0)
        order = np.lexsort((numbers, -score))[:limit]
        hits = tuple(
            Hit(int(numbers[i]), float(score[i]), float(coverage[i]), int(sentences[i]), float(raw[i]))
            for i in order
        )
        return Evidence(hits, importance, frequency, frozenset(terms.values()))

    def _numbers(self, query: Query) -> dict[str, int]:
        """The terms of a query that the reports know, with their numbers."""
        alternatives = [
            alternative
            for concept in query.concepts
            for group in (concept.alternatives, *(part.alternatives for part in concept.parts))
            for alternative in group
        ]
        terms = {term for alternative in alternatives for term in alternative.terms}
        return {term: number for term in terms if (number := self._terms.find(term)) >= 0}

    def _score(self, concept: Concept) -> tuple[Floats, Floats, float]:
        """For every passage: the concept's score, the share of it that is there; and its idf."""
        scores, shares, idfs = zip(*(self._score_part(part) for part in concept.parts), strict=True)
        if len(scores) == 1 and not concept.alternatives:
            return scores[0], shares[0], idfs[0]
        known = sum(idfs)
        score, share = np.sum(scores, axis=0), np.array(idfs) @ np.array(shares) / max(known, 1e-9)
        weight, whole = self._best(concept.alternatives)
        found = int(np.count_nonzero((whole > 0.99) | (share > 0.99)))
        idf = min(known, self._bm25.idf_of(found))
        return np.maximum(score, idf * weight), np.maximum(share, whole), max(idf, known * 0.5)

    def _score_part(self, part: Part) -> tuple[Floats, Floats, float]:
        weight, share = self._best(part.alternatives)
        idf = self._bm25.idf_of(float(np.count_nonzero(share > 0.99)))
        return idf * weight, share, idf

    def _best(self, alternatives: tuple[Alternative, ...]) -> tuple[Floats, Floats]:
        """For every passage: the weight of the best alternative, idf apart, and the share of it that is there."""
        size = self._bm25.corpus_size
        weight, share = np.zeros(size, np.float32), np.zeros(size, np.float32)
        for alternative in alternatives:
            numbers = [self._terms.find(term) for term in alternative.terms]
            if len(numbers) == 1:
                if numbers[0] >= 0:
                    passages, weights = self._bm25.postings(numbers[0])
                    weight[passages] = np.maximum(weight[passages], alternative.weight * weights)
                    share[passages] = np.maximum(share[passages], 1.0)
                continue
            idfs = [
                self._bm25.idf_of(self._bm25.document_frequency(n)) if n >= 0 else self._bm25.idf_of(1)
                for n in numbers
            ]
            summed, present = np.zeros(size, np.float32), np.zeros(size, np.float32)
            for number, idf in zip(numbers, idfs, strict=True):
                if number >= 0:
                    passages, weights = self._bm25.postings(number)
                    summed[passages] += idf * weights
                    present[passages] += idf
            total = sum(idfs) or 1.0
            present /= total
            np.maximum(weight, alternative.weight * summed / total * present, out=weight)
            np.maximum(share, present * present, out=share)
        return weight, share
