"""A query in, passages in the order in which they answer it out.

Two steps. First every passage gets the sum over the question's concepts of idf x weight, where a concept counts
once, as its best expansion, with one idf from the union of its expansions' passages (Pirkola 1998). Then the
best of these are put in order by which of their *sentences* answers: how much of the question one sentence says,
and whether it has what the question wants (a number, a time, a name).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from index.answering.aboutness import reports_about
from index.answering.editions import Editions
from index.answering.factors import FactorRules, weigh
from index.answering.participles import ParticipleRules, weigh_participles
from index.answering.selection import Hit, select
from index.answering.sentences import SentenceRules, best_sentences, share_inside
from index.lexicon.lexicon import Expansion
from index.question.parse import Concept, Part, Query
from index.scoring.bm25 import BM25
from index.scoring.concepts import ConceptScorer, ScoredConcept
from index.scoring.postings import Floats
from index.scoring.topk import Ids, Mask, Sums
from index.store.corpus import DOCUMENT, Corpus, PassageViews
from index.store.tables import SortedTable
from index.time_limit import check_time

CANDIDATES = 32
DEFINING = 240
"""Candidates where a name is to be spelled out: the passage that does is seldom the one that says it most."""
_DEFINING_TERMS = ("defin", "refer", "stand", "abbrevi", "定义", "是指", "指", "界定", "全称", "简称", "所谓")
_DEFINES = Concept("", (Part("defin", tuple(Expansion((term,), 1.0, "everyday") for term in _DEFINING_TERMS)),))
"""What is said where something is defined: of a topic that every passage has, one that defines it is found by this."""
_DEMANDED = frozenset(("country", "ordinal"))


@dataclass(frozen=True, slots=True)
class Rules:
    """What the order of the first passages depends on; see benchmarks/quality.py for what each brings."""

    coverage: float = 1.0
    """How much a passage gains that has all of the question, by idf."""
    sentence: float = 1.0
    """How much it gains whose best sentence has all of the question."""
    sentences: SentenceRules = field(default_factory=SentenceRules)
    factors: FactorRules = field(default_factory=FactorRules)
    participles: ParticipleRules = field(default_factory=ParticipleRules)
    defines: float = 0.05
    """What the words of a definition count, where one is asked for."""
    tiny: float = 0.7
    """What a passage of a line or less is worth."""
    tiny_terms: int = 12
    short: float = 5.0
    """Concepts of a question up to which coverage counts in full."""
    own_language: float = 1.25
    """What a passage gains that is in the question's language."""
    unnamed: float = 0.7
    """What a passage is worth, for each country or ordinal of the question that it lacks."""
    held: float = 0.9
    """The same, where the report is about it: weighed below a passage that names it itself."""
    undated: float = 0.9
    """The same for each year: a report of 2019 says "last year" of 2018."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a ranking found out about the question."""

    hits: tuple[Hit, ...]
    importance: tuple[float, ...]
    """idf of each concept."""
    frequency: tuple[int, ...]
    """In how many passages each concept is found."""
    numbers: dict[str, int] = field(default_factory=dict)
    """All terms that were looked for and that the reports have, with their numbers."""
    about: Mapping[int, frozenset[int]] = field(default_factory=dict)
    """For the place of a concept that names something: which of the reports are about it."""
    twins: Mapping[int, int] = field(default_factory=dict)
    """A passage in the reader's language → the one in another edition that it is shown for."""
    unmet: tuple[str, ...] = ()
    """Conditions that no passage satisfies, as they were typed, and that were dropped for that."""
    ignored: int = 0
    """Phrases that were not looked for, since they are too common."""


PREFERRED = 2.0
"""What a passage gains that has the phrases of the question."""


def prefer(evidence: Evidence, preferred: Evidence, limit: int) -> Evidence:
    """What was found among all passages allowed, and among those preferred, in one order."""
    raised = [hit._replace(score=PREFERRED * hit.score) for hit in preferred.hits]
    numbers = {hit.number for hit in raised}
    hits = raised + [hit for hit in evidence.hits if hit.number not in numbers]
    hits.sort(key=lambda hit: (-hit.score, hit.number))
    return replace(evidence, hits=tuple(hits[:limit]))


class Ranking:
    """Ranks the passages of one generation. Immutable; safe to share between threads."""

    def __init__(
        self, corpus: Corpus, views: PassageViews, terms: SortedTable, bm25: BM25, rules: Rules | None = None
    ) -> None:
        self._corpus = corpus
        self._views = views
        self._bm25 = bm25
        self._concepts = ConceptScorer(terms, bm25)
        self._rules = rules or Rules()
        self._editions = Editions(corpus)

    def rank(self, query: Query, limit: int, allowed: Mask | None = None) -> Evidence:
        """The best passages; `allowed` (bool, passages) leaves others out."""
        check_time()
        count = max(DEFINING if query.wants == "definition" else CANDIDATES, limit)
        scored = self._concepts.score_all(query.concepts, count)
        importance = tuple(score.idf * concept.weight for score, concept in zip(scored, query.concepts, strict=True))
        frequency = tuple(score.passages for score in scored)
        numbers = {term: number for score in scored for term, number in score.sought.numbers.items()}
        first = self._first(query, scored, count, allowed)
        if not len(first[0]):
            return Evidence((), importance, frequency, numbers)
        ordered, about = self._order(query, first, scored, np.array(importance), numbers)
        hits, twins = self._in_language(select(query, ordered, self._views, limit), query.language)
        return Evidence(hits, importance, frequency, numbers, about, twins)

    def _in_language(self, hits: tuple[Hit, ...], language: str) -> tuple[tuple[Hit, ...], dict[int, int]]:
        """The hits, each in the reader's edition of its report if there is one; passage → what it is shown for."""
        shown: dict[int, Hit] = {}
        twins: dict[int, int] = {}
        found = {hit.number: hit for hit in hits}
        for hit in hits:
            twin = self._editions.twin(hit.number, language, found)
            if twin is None:
                shown.setdefault(hit.number, hit)
            else:
                twins.setdefault(twin, hit.number)
                shown.setdefault(twin, found.get(twin, hit)._replace(number=twin, score=hit.score))
        return tuple(shown.values()), twins

    def _first(self, query: Query, scored: list[ScoredConcept], count: int, allowed: Mask | None) -> tuple[Ids, Sums]:
        """Number and sum over the concepts of the best passages, best first."""
        lists = [
            score.weighted if concept.weight == 1.0 else score.weighted.times(concept.weight)
            for score, concept in zip(scored, query.concepts, strict=True)
            if score.passages
        ]
        if query.wants == "definition" and lists:
            (defines,) = self._concepts.score_all((_DEFINES,), count)
            if defines.passages:
                lists.append(defines.weighted.times(self._rules.defines))
        lists.sort(key=len)
        numbers, sums = self._bm25.max_score.best(lists, count, allowed)
        order = np.lexsort((numbers, -sums))[:count]
        return numbers[order], sums[order]

    def _order(
        self,
        query: Query,
        first: tuple[Ids, Sums],
        scored: list[ScoredConcept],
        importance: Floats,
        terms: dict[str, int],
    ) -> tuple[Iterator[Hit], dict[int, frozenset[int]]]:
        """The candidates in the order in which they answer, and which reports are about what the question names."""
        rules, corpus = self._rules, self._corpus
        numbers, raw = first
        weights = importance / max(importance.sum(), 1e-9)
        shares = np.array([concept.shares_of(numbers) for concept in scored])
        coverage = weights @ shares
        said = best_sentences(query, corpus, scored, numbers, weights, shares, terms, rules.sentences, self._views)
        best, sentences = said.shares, said.numbers
        # Long questions name much that no one passage has: coverage counts less.
        short = min(1.0, rules.short / len(query.concepts)) ** 2
        score = raw * (1 + short * rules.coverage * coverage) * (1 + short * rules.sentence * best)
        score[corpus.forward.lengths(numbers) < rules.tiny_terms] *= rules.tiny
        score[self._views.are_in(query.language, numbers)] *= rules.own_language
        headings = share_inside([concept.sought for concept in scored], said.read.headings_above)[
            :, said.read.section_of
        ]
        score *= weigh(query, corpus, scored, numbers, weights, shares, headings, rules.factors)
        score *= weigh_participles(query.understood or query.question, numbers, corpus.texts, rules.participles)
        documents = corpus.places.take(numbers, axis=0)[:, DOCUMENT]
        about = reports_about(query.concepts, scored, corpus, set(documents.tolist()), said.read.terms)
        for place, (concept, share) in enumerate(zip(query.concepts, shares, strict=True)):
            if concept.kind not in _DEMANDED and concept.kind != "year":
                continue
            held = np.isin(documents, list(about.get(place, ())))
            lacking = rules.undated if concept.kind == "year" else rules.unnamed
            score[share < 0.5] *= np.where(held, np.maximum(lacking, rules.held), lacking)[share < 0.5]
        order = np.lexsort((numbers, -score))
        columns = (numbers, score, coverage, sentences, raw, shares.T)
        rows = list(zip(*(column.tolist() for column in columns), strict=True))
        hits = (Hit._make((*rest, tuple(parts))) for *rest, parts in map(rows.__getitem__, order.tolist()))
        return hits, about
