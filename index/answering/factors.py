"""Candidates in; what each is worth beside what it says of the question, by its kind and by what stands around it, out.

Each is a factor. They were tried one by one on judged questions of six libraries and four collections, beside twenty
others that brought as many losses as wins: docs/decisions/searching.md.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from content.kinds import KINDS, Kind, heading_asks
from index.question.parse import Query
from index.scoring.concepts import ScoredConcept
from index.scoring.postings import Floats, Integers
from index.store.corpus import DOCUMENT, KIND, SECTION, Corpus
from index.text.patterns import Pattern

_ASKED_FOR: dict[Kind, re.Pattern[str]] = {
    "references": re.compile(
        r"\bwho wrote\b|\breferences?\b|\bcit(?:ed|es|ations?)\b|\bbibliograph|\bsources?\b|\bpublished\b|"
        r"\bauthors?\b|"
        r"参考文献|參考文獻|引用|文献|文獻|出处|出處|来源|來源|谁写|誰寫|作者",
        re.IGNORECASE,
    ),
    "contents": re.compile(
        r"\bcontents\b|\bchapters?\b|\bsections?\b|\bfigures? list\b|目录|目錄|目次|章节|章節", re.IGNORECASE
    ),
    "people": re.compile(
        r"\bwho\b|\bauthors?\b|\bcontribut|\backnowledg|\bparticipants?\b|\bnames?\b|谁|誰|作者|名单|名單|哪些人|"
        r"哪位",
        re.IGNORECASE,
    ),
    "about itself": re.compile(r"\bdigest\b|\bsummary\b|\btranslat|\bedition\b|摘要|译|譯|概要|版本", re.IGNORECASE),
}
"""What a question has that asks for a kind of passage."""


_QUESTION_WORDS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\bwho(?:m|se)?\b|谁|誰|哪些人|哪位",
        r"\bwhen\b|什么时候|何时|時候",
        r"\bwhere\b|哪里|哪儿|在哪",
        r"\bwhy\b|为什么|為什麼",
        r"\bhow (?:much|many|long|often)\b|多少|多久|几",
    )
)
"""What asks for one sort of thing: a heading with one of these answers only questions that have it, too."""


def _ask_alike(heading: str, question: str) -> bool:
    """Whether a heading that asks does not ask for another sort of thing than the question."""
    return all(word.search(question) for word in _QUESTION_WORDS if word.search(heading))


_NEWEST = Pattern(
    r"\b(?:latest|newest|most recent|last (?:annual |biannual )?(?:report|edition|issue|survey|year's))\b|最新|"
    r"最近一[期份次年]|新一期|近期"
)


@dataclass(frozen=True, slots=True)
class FactorRules:
    """What each is worth."""

    before: float = 0.4
    """Power of e for a passage of which the one before has all that it lacks of the question: it goes on there."""
    asked: float = 0.3
    """The same for one below a heading that asks what the question asks."""
    listed: float = 0.3
    """Factor of a list of references or a table of contents that is not asked for."""
    people: float = 0.8
    """The same of a list of contributors."""
    itself: float = 0.2
    """The same of what a report says about its own making."""
    newest: float = 1.25
    """Of a passage of the newest of the reports found, where the latest one is asked for."""
    notice: float = 3.0
    """Of a notice, where the question is what is still to come."""


def weigh(
    query: Query,
    corpus: Corpus,
    scored: Sequence[ScoredConcept],
    numbers: Integers,
    weights: Floats,
    shares: Floats,
    headings: Floats,
    rules: FactorRules,
) -> Floats:
    """The factor of each candidate.

    weights: float (concepts), summing to 1; shares, headings: float (concepts x candidates), how much of each concept
    the passage and the headings above it have.
    """
    places = corpus.places.take(numbers, axis=0)
    before = np.maximum(numbers - 1, 0).astype(np.int32)
    same = corpus.places.take(before, axis=0)[:, DOCUMENT] == places[:, DOCUMENT]
    theirs = np.array([concept.shares_of(before) for concept in scored])
    exponent = rules.before * (weights @ (np.maximum(theirs - shares, 0.0) * same))
    sections, owner = np.unique(places[:, SECTION], return_inverse=True)
    above = ["".join(corpus.section(section)[-1:]) for section in sections.tolist()]
    asking = np.array([heading_asks(heading) and _ask_alike(heading, query.question) for heading in above])
    exponent += rules.asked * (weights @ headings) * asking[owner]
    factors: Floats = np.exp(exponent)
    worth: dict[Kind, float] = {
        "references": rules.listed,
        "contents": rules.listed,
        "people": rules.people,
        "about itself": rules.itself,
    }
    for kind, factor in worth.items():
        if not _ASKED_FOR[kind].search(query.question):
            factors[places[:, KIND] == KINDS.index(kind)] *= factor
    if _NEWEST.search(query.form):
        years = np.array([corpus.record(number).info.year or 0 for number in places[:, DOCUMENT].tolist()])
        factors[(years == years.max()) & (years > 0)] *= rules.newest
    if query.wants == "upcoming":
        factors[places[:, KIND] == KINDS.index("notice")] *= rules.notice
    return factors
