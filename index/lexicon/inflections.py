"""A word of a French, Spanish, Portuguese, German or Italian question in; its other forms in the reports out.

The index has English stems (`text/stemming.py` says why). So this goes through the terms that begin like the word and
gives those whose usual surface has the same stem in the question's language: gardien finds gardiens, and pescadores
finds pescador. There are few of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from index.store.tables import SortedTable, StringTable
from index.text.analyzer import fold
from index.text.stemming import open_stemmer

STEMMERS = {"fr": "french", "es": "spanish", "pt": "portuguese", "de": "german", "it": "italian"}
SAME_START = 4
"""Forms of one word share at least so many first letters; of a shorter word, all but one."""
MOST = 500
"""Terms that are looked at."""


def inflected(word: str, term: str, language: str, terms: SortedTable, surfaces: StringTable) -> Iterator[str]:
    """The terms, beside `term`, whose surface has the stem of `word` in a language."""
    if language not in STEMMERS or len(word) < SAME_START:
        return
    stem = open_stemmer(STEMMERS[language])
    own = {fold(stem(form)) for form in (word, fold(word))}
    for number in terms.starting_with(fold(word)[: min(SAME_START, len(word) - 1)])[:MOST]:
        surface = surfaces[number]
        if terms[number] != term and surface.isalpha() and own & {fold(stem(surface)), fold(stem(fold(surface)))}:
            yield terms[number]
