"""A folded word in, its stem out: Porter 2 (M. F. Porter, "The English (Porter2) stemming algorithm", 2002).

Cyrillic words have Snowball's stemmer of Russian and Arabic ones that of Arabic. Why by script and not by the language
of a report? A passage and a question must come to the same term, and of four words nobody can tell French from Spanish;
what French and Spanish inflect is found at question time instead (`lexicon/inflections.py`).

PyStemmer where it is installed (the extra `fast`), else snowballstemmer: the same algorithm from the same people, in C
and in Python, fifty times as slow. Either changes with its versions (3.1 no longer makes one of international and
intern), so what tells one index's terms from another's is not a name but what becomes of some words.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec

Stem = Callable[[str], str]
_PROBES = (
    "added anthropologist biology canning caresses communication dying early emergency employees evening excitement "
    "exactly formally generously happily hopefulness innings international interval knocked lateral likely luckiest "
    "news organizations ponies proceedings provisional relational seeing singly skies succeeded technological ties "
    "universities vietnamization станций лоцманов работающие الابحاث موظفون سفينته"
).split()
"""A word for most rules and exceptions, those among them that versions differ in, and some of other scripts."""


_CYRILLIC, _ARABIC = ("\u0400", "\u052f"), ("\u0600", "\u06ff")


def script_of(word: str) -> str:
    """The language whose stemmer the letters of a word call for; empty where they are Latin or others."""
    if _CYRILLIC[0] <= word[0] <= _CYRILLIC[1]:
        return "russian"
    return "arabic" if _ARABIC[0] <= word[0] <= _ARABIC[1] else ""


@cache
def open_stemmer(language: str = "english") -> Stem:
    """What stems, loaded now. Safe to share between threads."""
    return _in_c(language) if find_spec("Stemmer") else _in_python(language)


def fingerprint_of(*stems: Stem) -> str:
    """Differs for what stems differently."""
    return " ".join(stem(word) for stem in stems for word in _PROBES)


def _in_c(language: str = "english") -> Stem:
    from Stemmer import Stemmer

    return Stemmer(language, 0).stemWord  # type: ignore[no-any-return]  # the analyzer remembers, bounded


def _in_python(language: str = "english") -> Stem:
    from snowballstemmer import stemmer

    algorithm, lock = stemmer(language), threading.Lock()

    def stem(word: str) -> str:
        with lock:  # it has the word in itself while it works: in two threads at once one gets the stem of the other's
            return algorithm.stemWord(word)  # type: ignore[no-any-return]

    return stem
