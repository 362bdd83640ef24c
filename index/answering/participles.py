"""A question and its candidates in; what each is worth for the form in which it prints the question's participles, out.

Developed and developing have one stem, and of countries they mean the opposite. Where a question has a participle
before a noun, a passage that prints that one goes first, and one that has only the other before the same noun is about
something else.

Why not in the index? Terms for participles would count each of them twice, and few questions have one before a noun: at
question time the others pay nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from index.scoring.postings import Floats, Integers
from index.store.tables import StringTable
from index.text import stopwords

_PARTICIPLE = re.compile(r"\b([a-z]{3,}?)(ed|ing)\s+([a-z]{3,})", re.IGNORECASE)
_OTHER = {"ed": "ing", "ing": "ed"}
_INFLECTED = 3
"""Letters at the end of a noun that another form of it may lack: countries, country."""
_SHORTEST = 4
_MOST = 8
"""Participles of a question that are looked for: each is looked for in all candidates."""


@dataclass(frozen=True, slots=True)
class ParticipleRules:
    """What a passage is worth that has a participle of the question before the same noun."""

    printed: float = 1.1
    """As the question has it."""
    opposite: float = 0.4
    """Only in the other form."""


def weigh_participles(question: str, numbers: Integers, texts: StringTable, rules: ParticipleRules) -> Floats | float:
    """A factor for each candidate; 1 for all where the question has no participle before a noun."""
    pairs = list(
        dict.fromkeys(pair for pair in _PARTICIPLE.findall(question) if pair[2].lower() not in stopwords.ENGLISH)
    )
    pairs = pairs[:_MOST]
    if not pairs:
        return 1.0
    candidates = [texts[number] for number in numbers.tolist()]
    factors = np.ones(len(candidates))
    for base, ending, noun in pairs:
        start = noun[: max(_SHORTEST, len(noun) - _INFLECTED)]
        own, other = (
            re.compile(rf"\b{base}{form}\s+{start}", re.IGNORECASE) for form in (ending, _OTHER[ending.lower()])
        )
        for place, text in enumerate(candidates):
            if own.search(text):
                factors[place] *= rules.printed
            elif other.search(text):
                factors[place] *= rules.opposite
    return factors
