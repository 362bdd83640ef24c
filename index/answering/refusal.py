"""When the reports do not say: a query and what was found for it in; what is missing, or why it is too little, out.

A score alone cannot tell. Two rules can:

- What a question *names*, a country, a year, an ordinal, an acronym, a person, must be in the reports, and together
  with the rest of the question: "universities in Kenya" is not answered by other universities. So must
  what it wants counted, in whatever words: "how many followers does it have" is not answered by other news of it.
- The best passages must say enough of the question: the share of its concepts, by idf, times BM25. Either alone
  errs: a short question is soon covered by chance, and a long one soon has BM25.

The thresholds were chosen on our own judged questions (tests/questions), with and without the passages that answer
them: docs/decisions/refusing.md.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from content.kinds import KINDS
from index.answering.answer_forms import AnswerForm, form_asked_for
from index.answering.ranking import Evidence
from index.answering.selection import Hit
from index.answering.shapes import has_amount, office_in, says
from index.question.parse import Concept, Query
from index.store.corpus import DOCUMENT, KIND, NUMBER, Corpus

DEMANDED = frozenset(("country", "year", "ordinal"))
"""Kinds of things that an answer must be about if the question names them."""
_BESIDE = frozenset(("about itself", "references", "contents"))
"""Kinds of passages that answer nothing."""
_NUMERAL = re.compile(r"[一二两三四五六七八九十百千万数几]+(?=[^\W\d])")
"""A number in Chinese characters, which is no token of its own."""
_MONEY = frozenset(("money", "funding", "cash", "钱", "錢", "资金", "資金", "元"))
"""What is counted in an amount, whatever it is called."""
LOOSE = frozenset(("1st", "2nd"))
"""Ordinals that count too much that need not follow them: the first trainees came to the first workshop."""
NAMED = frozenset(("acronym", "name"))
"""Kinds that may also be another name of something the reports do have."""


@dataclass(frozen=True, slots=True)
class RefusalRules:
    """The thresholds; coverage is the idf-weighted share of the question's concepts."""

    too_little: float = 0.42
    """Coverage times strength below which nothing is an answer; strength is BM25 by the ln of the passages' number."""
    enough: float = 0.6
    """Coverage from which strength does not matter: it is small in a small library whatever is asked."""
    named: float = 0.8
    """Coverage from which a name that the reports lack may be another one of something that they have."""
    everywhere: float = 0.5
    """Share of the passages from which on a country goes without saying in the others."""
    had: float = 0.5
    """Share of a thing demanded that a passage has which has it."""
    touched: float = 1e-6
    """The same of what is to be counted: reports say most things in other words."""
    close: int = 100
    """Characters between what is counted and its number, at most."""
    few: int = 5
    """Passages that have a name, up to which each says something of what has it."""
    rest: float = 0.7
    """Coverage of the rest of the question from which what is to be counted may have a name that is not known."""
    together: float = 0.2
    """Coverage of the rest of the question that a passage with a thing demanded must have."""
    solid: float = 0.55
    """Share of one of several concepts that a passage must have: doubtful meanings of two words may be one word."""
    as_much: float = 0.5
    """Share of the best coverage that a passage has which may have what is asked for in one form: weeks, an amount."""
    first: int = 3
    """Passages that are looked at."""
    upcoming: int = 5
    """Passages that are looked at for what is still to come."""
    window: int = 6
    """Tokens after an ordinal in which what it counts must follow."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a question is not answered."""

    missing: tuple[str, ...]
    """What the question names and the reports do not, or not with the rest of it; empty where they say too little."""
    reason: str
    """nothing found, missing or too little: for `explain`."""
    apart: tuple[str, ...] = ()
    """Those of the missing that the reports name elsewhere."""


def refuse(query: Query, evidence: Evidence, corpus: Corpus, rules: RefusalRules = RefusalRules()) -> Refusal | None:
    """Why the reports do not say, None if they do."""
    hits = evidence.hits
    if not hits:
        absent = tuple(c.label for c, f in zip(query.concepts, evidence.frequency, strict=True) if c.kind and not f)
        return Refusal(absent, "nothing found")
    coverage = max(hit.coverage for hit in hits[: rules.first])
    missing = _missing(query, evidence, corpus, rules, coverage)
    if missing:
        elsewhere = {c.label for c, f in zip(query.concepts, evidence.frequency, strict=True) if f}
        return Refusal(missing, "missing", tuple(label for label in missing if label in elsewhere))
    texts = [corpus.texts[hit.number] for hit in hits]
    form = form_asked_for(query.form)
    if form is not None and form.demanded and not _has_form(form, query, evidence, corpus, rules):
        named = () if form.names_form else (form.asked,)  # "how long" is nothing that reports could mention
        return Refusal(named, "missing", named)
    if query.wants == "upcoming" and not any(says("upcoming", text) for text in texts[: rules.upcoming]):
        return Refusal(tuple(_first_label(query)), "missing", tuple(_first_label(query)))
    if query.wants == "upcoming" and _is_noticed(query, hits[0], texts[0], rules):
        return None
    office = office_in(query.form) if query.wants == "leader" else ""
    if office and not any(says("leader", text, query.form) for text in texts[: rules.upcoming]):
        return Refusal((office,), "missing", (office,))
    if form is not None and form.names_form:
        coverage = max(coverage, _coverage_with(form, query, evidence, texts))
    solid = [number for number, concept in enumerate(query.concepts) if concept.weight >= 1.0]
    if len(solid) > 1 and max(hit.shares[n] for hit in hits[: rules.first] for n in solid) < rules.solid:
        return Refusal((), "too little")
    strength = max(hit.raw for hit in hits[: rules.first]) / math.log(len(corpus) + 1)
    if coverage < rules.enough and coverage * strength < rules.too_little:
        return Refusal((), "too little")
    return None


def _coverage_with(form: AnswerForm, query: Query, evidence: Evidence, texts: Sequence[str]) -> float:
    """The best coverage of a passage that has what is asked for in one form: it meets the words that ask for it."""
    asked = form.asked.lower()
    weights = [*zip(evidence.importance, (c.label.lower() in asked for c in query.concepts), strict=True)]
    whole = sum(evidence.importance) or 1.0
    return max(
        (
            sum(weight * (1.0 if met else share) for (weight, met), share in zip(weights, hit.shares, strict=True))
            / whole
            for hit, text in zip(evidence.hits, texts, strict=True)
            if form.pattern.search(text)
        ),
        default=0.0,
    )


def _is_noticed(query: Query, hit: Hit, text: str, rules: RefusalRules) -> bool:
    """Whether a passage says of what the question names that it is still to come, or is not: that says enough."""
    named = [share for concept, share in zip(query.concepts, hit.shares, strict=True) if concept.weight >= 1.0]
    return bool(named) and min(named) >= rules.had and says("upcoming", text)


def _has_form(form: AnswerForm, query: Query, evidence: Evidence, corpus: Corpus, rules: RefusalRules) -> bool:
    """Whether a passage has what is asked for in one form (weeks, an amount) and enough of the rest of the question.

    Lists, and what a report says about its own making, do not count: a year of print is no answer.
    """
    asked = form.asked.lower()
    weights = [
        0.0 if concept.label.lower() in asked else importance
        for concept, importance in zip(query.concepts, evidence.importance, strict=True)
    ]
    said = [sum(weight * share for weight, share in zip(weights, hit.shares, strict=True)) for hit in evidence.hits]
    least = rules.as_much * max(said)
    return any(
        share >= least
        and KINDS[int(corpus.places[hit.number][KIND])] not in _BESIDE
        and form.pattern.search(corpus.texts[hit.number]) is not None
        for hit, share in zip(evidence.hits, said, strict=True)
    )


def _missing(query: Query, evidence: Evidence, corpus: Corpus, rules: RefusalRules, coverage: float) -> tuple[str, ...]:
    missing = []
    for number, concept in enumerate(query.concepts):
        if concept.kind == "country" and evidence.frequency[number] > rules.everywhere * len(corpus):
            continue
        if concept.kind in DEMANDED and concept.parts[0].term not in LOOSE:
            if not _is_met(number, rules.had, evidence, rules, corpus):
                if concept.kind != "ordinal" or not _is_numbered(number, query, evidence, corpus):
                    missing.append(concept.label)
            elif concept.kind == "ordinal" and not _counts(number, query, evidence, corpus, rules):
                missing.append(f"{concept.label} {query.concepts[number + 1].label}")
        elif _is_counted(concept, query):
            met = _is_met(number, rules.touched, evidence, rules, corpus)
            said = met or _is_amount(concept, evidence, corpus) or _says_the_rest(number, query, evidence, rules)
            plain = form_asked_for(query.form) is None
            if (coverage < rules.named and not said) or (
                plain and not _is_near_number(number, query, evidence, corpus, rules)
            ):
                missing.append(concept.label)
        elif not evidence.frequency[number] and (
            concept.kind == "nationality" or (concept.kind in NAMED and coverage < rules.named)
        ):
            missing.append(concept.label)
    return tuple(missing)


def _is_met(number: int, least: float, evidence: Evidence, rules: RefusalRules, corpus: Corpus) -> bool:
    """Whether a passage has at least that share of the thing demanded, or stands in a report about it, together with
    enough of the rest."""
    rest = sum(evidence.importance) - evidence.importance[number]
    about = evidence.about.get(number, frozenset())
    having = [
        hit
        for hit in evidence.hits
        if hit.shares[number] >= least or (about and int(corpus.places[hit.number][DOCUMENT]) in about)
    ]
    return any(rest <= 0 or _rest(hit, number, evidence) / rest >= rules.together for hit in having)


def _is_near_number(number: int, query: Query, evidence: Evidence, corpus: Corpus, rules: RefusalRules) -> bool:
    """Whether a passage that prints the word for what is counted has a number close to it; so where none prints it."""
    word = re.escape(query.concepts[number].label)
    printed = re.compile(rf"\b{word}\b" if word.isascii() else word, re.IGNORECASE)
    having = False
    for hit in evidence.hits:
        places = corpus.forward.of(hit.number)
        numbers = corpus.forward.shapes[places] & NUMBER > 0
        starts = corpus.forward.spans(*corpus.forward.places(np.array([hit.number], np.intp)))[0][numbers]
        text = corpus.texts[hit.number]
        starts = np.concatenate([starts, [match.start() for match in _NUMERAL.finditer(text)]])
        for match in printed.finditer(text):
            having = True
            if len(starts) and int(np.abs(starts - match.start()).min()) <= rules.close:
                return True
    return not having


def _says_the_rest(number: int, query: Query, evidence: Evidence, rules: RefusalRules) -> bool:
    """Whether the first passage is one of few that have a name of the question, and says nearly all of the rest.

    Then what is counted may have another name there: segments for stretches.
    """
    first = evidence.hits[0]
    named = any(
        concept.kind in NAMED and 0 < frequency <= rules.few and share >= rules.had
        for concept, frequency, share in zip(query.concepts, evidence.frequency, first.shares, strict=True)
    )
    rest = sum(evidence.importance) - evidence.importance[number]
    return named and rest > 0 and _rest(first, number, evidence) / rest >= rules.rest


def _rest(hit: Hit, number: int, evidence: Evidence) -> float:
    return sum(
        importance * share
        for other, (importance, share) in enumerate(zip(evidence.importance, hit.shares, strict=True))
        if other != number
    )


def _first_label(query: Query) -> Iterator[str]:
    """What is still to come, as the question calls it."""
    yield from (concept.label for concept in query.concepts[:1])


def _is_numbered(number: int, query: Query, evidence: Evidence, corpus: Corpus) -> bool:
    """Whether a passage numbers what the ordinal counts: week 3 is the third week."""
    if number + 1 >= len(query.concepts):
        return False
    figure = query.concepts[number].parts[0].term.rstrip("stndrh")
    counted = re.escape(query.concepts[number + 1].label.lower().rstrip("s"))
    numbered = re.compile(rf"\b{counted}s?\s*(?:no\.?\s*)?{figure}\b", re.IGNORECASE)
    return any(numbered.search(corpus.texts[hit.number]) for hit in evidence.hits)


def _is_amount(concept: Concept, evidence: Evidence, corpus: Corpus) -> bool:
    """Whether what is to be counted is money, and a passage has an amount of it."""
    if concept.label.lower() not in _MONEY:
        return False
    return any(has_amount(corpus.texts[hit.number]) for hit in evidence.hits)


def _is_counted(concept: Concept, query: Query) -> bool:
    """Whether a concept is what the question wants counted, in a word that says something by itself."""
    return concept.label.lower() == query.counted and not concept.kind and concept.weight == 1.0


def _counts(number: int, query: Query, evidence: Evidence, corpus: Corpus, rules: RefusalRules) -> bool:
    """Whether a passage has the ordinal before what it counts: the 14th plan is not the 14th workshop."""
    concept = query.concepts[number]
    if number + 1 >= len(query.concepts) or query.concepts[number + 1].label.lower() in ("one", "ones"):
        return True
    ordinal = evidence.numbers.get(concept.parts[0].term, -1)
    counted = {evidence.numbers[term] for term in _terms(query.concepts[number + 1]) if term in evidence.numbers}
    for hit in evidence.hits:
        tokens = corpus.forward.terms[corpus.forward.of(hit.number)]
        for place in np.flatnonzero(tokens == ordinal):
            if counted & set(tokens[place + 1 : place + 1 + rules.window].tolist()):
                return True
    return False


def _terms(concept: Concept) -> set[str]:
    groups = [concept.expansions, *(part.expansions for part in concept.parts)]
    return {term for group in groups for expansion in group for term in expansion.terms}
