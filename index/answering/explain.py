"""A question and what was found for it in; how it was understood, what counted and why it was answered or not, out.

Everything here is computed as the search itself computes it, from the same query and evidence, only that the parts
are kept: what each concept gave to each of the first hits adds up to that hit's BM25.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from content.sentences import split_sentences
from index.answering.answer import Citation
from index.answering.ranking import Evidence
from index.answering.refusal import Refusal
from index.question.filters import describe
from index.question.parse import Concept, Query
from index.scoring.bm25 import BM25
from index.scoring.concepts import ConceptScorer
from index.store.corpus import Corpus
from index.store.tables import SortedTable

SHOWN = 5
"""Hits that are explained."""


@dataclass(frozen=True, slots=True)
class ExplainedExpansion:
    """Words that may stand for a concept or a part of it."""

    part: str
    """The term it stands for; empty: it stands for the whole concept."""
    terms: tuple[str, ...]
    weight: float
    origin: str
    """As `Expansion.origin` has it."""
    passages: int
    """How many have all its terms."""


@dataclass(frozen=True, slots=True)
class ExplainedConcept:
    """Something the question names, and what came of it."""

    label: str
    kind: str
    """year, country, ...; empty for ordinary words."""
    weight: float
    idf: float
    passages: int
    """How many have something of it."""
    expansions: tuple[ExplainedExpansion, ...]
    points: tuple[float, ...]
    """What it gave to each of the hits."""


@dataclass(frozen=True, slots=True)
class ExplainedHit:
    """One of the first hits."""

    rank: int
    passage: str
    score: float
    bm25: float
    """Sum of the concepts' points, before sentences, coverage and the rest had their say."""
    coverage: float
    """Share of the question's concepts that the passage has, by idf, 0 to 1."""
    sentence: str
    """The sentence that answers best."""
    citation: Citation


@dataclass(frozen=True, slots=True)
class Explanation:
    """How one question was understood and answered."""

    question: str
    language: str
    understood: str
    """What a question was read as that leaned on the one before it; else empty."""
    wants: str
    """An `AnswerType`; empty: nothing in particular."""
    filters: tuple[str, ...]
    plain_year: int | None
    """A year read from plain words ("in the 2012 report"), which holds where there is a report of that year."""
    concepts: tuple[ExplainedConcept, ...]
    hits: tuple[ExplainedHit, ...]
    answered: bool
    reason: str
    """Why it was refused: nothing found, missing or too little; empty where it was answered."""
    missing: tuple[str, ...]
    """What the question names and the reports do not."""
    generation: str


def explain(
    query: Query,
    evidence: Evidence,
    refusal: Refusal | None,
    corpus: Corpus,
    terms: SortedTable,
    bm25: BM25,
    generation: str,
) -> Explanation:
    """Take apart what a query found."""
    scorer = ConceptScorer(terms, bm25)
    hits = evidence.hits[:SHOWN]
    return Explanation(
        question=query.question,
        language=query.language,
        understood=query.understood,
        wants=query.wants,
        filters=tuple(describe(query.filters)),
        plain_year=query.filters.plain_year,
        concepts=tuple(
            _concept(concept, scorer, terms, bm25, [hit.number for hit in hits]) for concept in query.concepts
        ),
        hits=tuple(
            ExplainedHit(
                rank,
                corpus.id(hit.number),
                hit.score,
                hit.raw,
                hit.coverage,
                _sentence(corpus.texts[hit.number], hit.sentence),
                corpus.citation(hit.number),
            )
            for rank, hit in enumerate(hits, 1)
        ),
        answered=refusal is None,
        reason=refusal.reason if refusal else "",
        missing=refusal.missing if refusal else (),
        generation=generation,
    )


def _concept(
    concept: Concept, scorer: ConceptScorer, terms: SortedTable, bm25: BM25, hits: list[int]
) -> ExplainedConcept:
    scored = scorer.score(concept, SHOWN)
    groups = [("", concept.expansions), *((part.term, part.expansions) for part in concept.parts)]
    return ExplainedConcept(
        label=concept.label,
        kind=concept.kind,
        weight=concept.weight,
        idf=scored.idf,
        passages=scored.passages,
        expansions=tuple(
            ExplainedExpansion(
                part, expansion.terms, expansion.weight, expansion.origin, _having(expansion.terms, terms, bm25)
            )
            for part, expansions in groups
            for expansion in expansions
        ),
        points=tuple((scored.scores_of(np.array(hits, np.int32)) * concept.weight).tolist()),
    )


def _having(words: tuple[str, ...], terms: SortedTable, bm25: BM25) -> int:
    """How many passages have all of the terms."""
    numbers = [terms.find(word) for word in words]
    if not numbers or min(numbers) < 0:
        return 0
    passages = bm25.postings(numbers[0])[0]
    for number in numbers[1:]:
        passages = np.intersect1d(passages, bm25.postings(number)[0], assume_unique=True)
    return len(passages)


def _sentence(text: str, number: int) -> str:
    sentences = split_sentences(text) or [(0, len(text))]
    start, end = sentences[min(number, len(sentences) - 1)]
    return text[start:end]
