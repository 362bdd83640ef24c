"""Ranked passages in; those that are shown, in the order in which they are shown, out.

Near duplicates within a document are folded into one: a report says the same in its summary and in its chapter, and
ten excerpts shall say ten things. Across documents they stay, since each report is a source of its own, unless one file
is a copy of the other. A question
that names several years gets one passage of each first, in order of time.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from index.question.parse import Query
from index.store.corpus import PassageViews, Terms

UNRELATED = 0.1
"""Share of the best score below which a passage has nothing to do with the question any more."""
ALIKE = 0.8
"""Share of the smaller passage's terms that two near duplicates have in common."""
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
    for hit in ordered:
        if kept and hit.score < UNRELATED * kept[0].score:
            break
        terms = views.terms(hit.number)
        if not any(alike(terms, others) for others in kept_terms):
            kept.append(hit)
            kept_terms.append(terms)
        if len(kept) == max(limit, SEVERAL):
            break
    return tuple(_by_year(query, kept)[:limit])


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
