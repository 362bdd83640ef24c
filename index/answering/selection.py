"""Ranked passages in; those that are shown, in the order in which they are shown, out.

Near duplicates within a document are folded into one: a report says the same in its summary and in its chapter, and
ten excerpts shall say ten things. Across documents they stay, since each report is a source of its own, unless one file
is a copy of the other, or the paragraph that answers is the same word for word: drafts and editions that differ by a
paragraph share all others. A question that names several years gets one passage of each first, in order of time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from index.question.parse import Query
from index.store.corpus import PassageViews, Printed, Terms

UNRELATED = 0.1
"""Share of the best score below which a passage has nothing to do with the question any more."""
ALIKE = 0.8
"""Share of the smaller passage's terms that two near duplicates have in common."""
LONG = 60
"""Characters of a paragraph that two reports do not both have by chance."""
_NO_LETTER = re.compile(r"[\W_]+")
SEVERAL = 10
"""Hits among which the years of a question are looked for, however few are shown."""


class Hit(NamedTuple):
    """A passage found. A tuple, since three are made for each that is shown."""

    number: int
    score: float
    coverage: float
    """Share of the question's concepts that it has, by idf, 0 to 1."""
    sentence: int
    """Number of the sentence that answers best, in the passage."""
    raw: float
    """Sum over the concepts before anything else was weighed."""
    shares: tuple[float, ...]
    """How much of each concept it has, 0 to 1."""


def select(query: Query, ordered: Iterable[Hit], views: PassageViews, limit: int) -> tuple[Hit, ...]:
    """At most `limit` of the hits, which come best first."""
    kept: list[Hit] = []
    kept_terms: list[Terms] = []
    told: dict[str, set[int]] = {}
    """The paragraphs of what is kept, and the documents that they stand in."""
    for hit in ordered:
        if kept and hit.score < UNRELATED * kept[0].score:
            break
        terms = views.terms(hit.number)
        if any(alike(terms, others) for others in kept_terms):
            continue
        answering, paragraphs = _paragraphs(views.printed(hit.number), hit.sentence)
        if answering not in told or all(document == terms[0] for document in told[answering]):
            kept.append(hit)
            kept_terms.append(terms)
            for paragraph in paragraphs:
                told.setdefault(paragraph, set()).add(terms[0])
        if len(kept) == max(limit, SEVERAL):
            break
    return tuple(_by_year(query, kept)[:limit])


def _paragraphs(passage: Printed, sentence: int) -> tuple[str, list[str]]:
    """The letters of the paragraph that a sentence stands in, "" where it is short, and those of all long ones."""
    start, _ = passage.sentences[min(sentence, len(passage.sentences) - 1)]
    answering, paragraphs, position = "", [], 0
    for line in passage.text.split("\n"):
        if len(line) >= LONG:
            paragraphs.append(_NO_LETTER.sub("", line).casefold())
            if position <= start < position + len(line):
                answering = paragraphs[-1]
        position += len(line) + 1
    return answering, paragraphs


def alike(terms: Terms, others: Terms) -> bool:
    """Whether two passages of one document say the same."""
    (document, own), (other_document, other) = terms, others
    shared = len(own & other)
    return document == other_document and shared >= ALIKE * max(1, min(len(own), len(other)))


def _by_year(query: Query, hits: list[Hit]) -> list[Hit]:
    """The hits, led by the best one of each year if the question names several years."""
    years = sorted(
        (concept.parts[0].term, number) for number, concept in enumerate(query.concepts) if concept.kind == "year"
    )
    if len(years) < 2:
        return hits
    leading: list[Hit] = []
    for _, number in years:
        of_year = next((hit for hit in hits if hit.shares[number] >= 0.5 and hit not in leading), None)
        if of_year:
            leading.append(of_year)
    return leading + [hit for hit in hits if hit not in leading]
