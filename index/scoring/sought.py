"""A concept in; those of its expansions of which the reports have a word, and what each may decide, out."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from index.lexicon.lexicon import Expansion
from index.question.parse import Concept
from index.scoring.bm25 import BM25

EVERYDAY = 0.6
"""An expansion is everyday if its idf is less than this share of the question's own word's, or of the mean."""
CREDENCE, EVERYDAY_CREDENCE = 0.5, 0.7
"""Powers of an expansion's weight. What a report prints for an everyday word it prints for others, too: "market" is
found for how shares stand today."""
SOFT = frozenset(("everyday", "related"))
"""Origins that say where a concept may also be found, not how common it is: they stay out of the union for the idf."""
TRUSTED = frozenset(("glossary", "acronym"))
"""Origins that are never everyday for a concept of `KINDS`: "Russian Federation" is Russia however often it is said."""
KINDS = frozenset(("country", "nationality"))


class Found(NamedTuple):
    """An expansion of which the reports have a word."""

    numbers: list[int]
    """Of those of its terms that they have."""
    idfs: list[float]
    """Beside the numbers."""
    length: int
    """How many terms it has."""
    weight: float
    idf: float
    """Of the rarest of its terms; one that no passage has is as rare as can be."""
    credence: float
    """How far finding it is finding the concept: less for a word's rarer meanings."""
    ordinary: bool
    """Whether it is not an everyday word beside the others."""
    counts: bool
    """Whether it says how common the concept is."""


class Sought(NamedTuple):
    """What is looked for to find a concept."""

    parts: tuple[list[Found], ...]
    """The expansions of each of its parts."""
    whole: list[Found]
    """The expansions of the whole."""
    numbers: dict[str, int]
    """All terms of those, with their numbers."""


def look_up(concept: Concept, find: Callable[[str], int], bm25: BM25) -> Sought:
    """What of a concept the reports have. `find`: a term → its number, -1 where they do not have it."""
    numbers: dict[str, int] = {}
    trusted = concept.kind in KINDS
    parts = tuple(_found(part.expansions, trusted, find, bm25, numbers) for part in concept.parts)
    return Sought(parts, _found(concept.expansions, False, find, bm25, numbers), numbers)


def _found(
    expansions: tuple[Expansion, ...],
    trusted: bool,
    find: Callable[[str], int],
    bm25: BM25,
    numbers: dict[str, int],
) -> list[Found]:
    """Those of which the reports have a word; `numbers` takes in the terms."""
    known: list[tuple[Expansion, list[int], list[float], float]] = []
    for one in expansions:
        own = [(term, number) for term in one.terms if (number := find(term)) >= 0]
        if own:
            numbers.update(own)
            found = [number for _, number in own]
            idfs = [bm25.idf_of(bm25.document_frequency(number)) for number in found]
            known.append((one, found, idfs, max(idfs) if len(found) == len(one.terms) else bm25.idf_of(1)))
    if not known:
        return []
    least = EVERYDAY * _usual(known)
    soft_alone = all(one.origin in SOFT for one, *_ in known)
    looked_for = []
    for one, found, idfs, idf in known:
        credence = one.weight ** (EVERYDAY_CREDENCE if one.origin == "everyday" else CREDENCE)
        ordinary = idf >= least or (trusted and one.origin in TRUSTED)
        counts = ordinary and (soft_alone or one.origin not in SOFT)
        looked_for.append(Found(found, idfs, len(one.terms), one.weight, idf, credence, ordinary, counts))
    return looked_for


def _usual(known: list[tuple[Expansion, list[int], list[float], float]]) -> float:
    """The idf beside which an expansion is everyday: the question's own word's; where no passage has that, the mean
    of what stands for it."""
    for one, *_, idf in known:
        if one.origin == "question":
            return idf
    total = sum(one.weight for one, *_ in known)
    return sum(one.weight * idf for one, *_, idf in known) / total if total else 0.0
