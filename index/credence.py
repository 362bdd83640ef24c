"""An alternative of a concept in; how far finding it is finding the concept, and what else it may decide, out."""

from __future__ import annotations

from index.lexicon import Alternative

EVERYDAY = 0.6
"""An alternative is everyday if its idf is less than this share of the question's own word's, or of the mean."""
CREDENCE, EVERYDAY_CREDENCE = 0.5, 0.7
"""Powers of an alternative's weight. What a report prints for an everyday word it prints for others, too: "market" is
found for how shares stand today."""
SOFT = frozenset(("everyday", "related"))
"""Origins that say where a concept may also be found, not how common it is: they stay out of the union for the idf."""
TRUSTED = frozenset(("glossary", "acronym"))
"""Origins that are never everyday for a concept of `KINDS`: "Russian Federation" is Russia however often it is said."""
KINDS = frozenset(("country", "nationality"))


def credence(alternative: Alternative) -> float:
    """How far finding an alternative is finding the concept: less for a word's rarer meanings."""
    return float(alternative.weight ** (EVERYDAY_CREDENCE if alternative.origin == "everyday" else CREDENCE))


def usual(known: list[tuple[Alternative, float]]) -> float:
    """The idf beside which an alternative is everyday: of those that the reports have, each with that of its rarest
    term, the question's own word sets it, and where no passage has that, the mean of what stands for it."""
    own = next((idf for alternative, idf in known if alternative.origin == "question"), None)
    if own is not None:
        return own
    total = sum(alternative.weight for alternative, _ in known)
    return sum(alternative.weight * idf for alternative, idf in known) / total if total else 0.0
