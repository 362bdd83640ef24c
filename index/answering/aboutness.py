"""What a question names, and some reports, in; which of the reports are about it, out.

A country's answers name the country once, an annual report names its year on the cover, and neither says so again. What
stands in a report's title, in the name of its file, on its first page or in a good part of its passages holds for every
passage of it: a passage below need not repeat it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

import numpy as np

from index.answering.sentences import Presence, share_inside
from index.question.parse import Concept
from index.scoring.concepts import ScoredConcept
from index.store.corpus import Corpus

HELD = frozenset(("country", "year", "ordinal"))
"""Kinds of things that a report can be about."""
_COVER = 2
"""Passages that a report opens with."""
_OFTEN = 0.15
"""Share of a report's passages from which it is about what they name."""
_MOST = 20_000
"""Passages of a report up to which they are counted."""
_HAD = 0.5


def reports_about(
    concepts: Sequence[Concept],
    scored: Sequence[ScoredConcept],
    corpus: Corpus,
    documents: Collection[int],
    terms: Sequence[int],
) -> dict[int, frozenset[int]]:
    """Which of some reports are about each concept that names something, by its place. `terms`: all looked for."""
    places = [place for place, concept in enumerate(concepts) if concept.kind in HELD and scored[place].passages]
    if not places or not documents or not terms:
        return {}
    numbers = sorted(documents)
    titles = [corpus.title_terms.run(range(number, number + 1))[0] for number in numbers]
    titled = share_inside([scored[position].sought for position in places], Presence.of_lists(titles, terms)) >= _HAD
    about: dict[int, frozenset[int]] = {}
    for row, place in enumerate(places):
        about[place] = frozenset(
            number
            for column, number in enumerate(numbers)
            if titled[row, column] or _is_about(concepts[place], scored[place], corpus, number)
        )
    return about


def _is_about(concept: Concept, scored: ScoredConcept, corpus: Corpus, number: int) -> bool:
    record = corpus.record(number)
    if concept.kind == "year":
        return str(record.info.year) == concept.parts[0].term
    label = concept.label.lower()
    if label.isascii() and label in re.split(r"[^a-z0-9]+", record.info.source.lower()):
        return True
    passages = np.arange(record.numbers.start, min(record.numbers.stop, record.numbers.start + _MOST), dtype=np.int32)
    having = scored.shares_of(passages) >= _HAD
    return bool(having[:_COVER].any()) or bool(having.mean() >= _OFTEN)
