"""A folded English word in, its stem out: Porter 2 (M. F. Porter, "The English (Porter2) stemming algorithm", 2002).

PyStemmer where it is installed (the extra `fast`), else snowballstemmer: the same algorithm from the same people, in C
and in Python, fifty times as slow. Either changes with its versions (3.1 no longer makes one of international and
intern), so what tells one index's terms from another's is not a name but what becomes of some words.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import lru_cache
from importlib.util import find_spec

Stem = Callable[[str], str]
_PROBES = (
    "added anthropologist biology canning caresses communication dying early emergency employees evening excitement "
    "exactly formally generously happily hopefulness innings international interval knocked lateral likely luckiest "
    "news organizations ponies proceedings provisional relational seeing singly skies succeeded technological ties "
    "universities vietnamization"
).split()
"""A word for most rules and exceptions, those among them that versions differ in."""


@lru_cache(maxsize=1)
def open_stemmer() -> Stem:
    """What stems, loaded now. Safe to share between threads."""
    return _in_c() if find_spec("Stemmer") else _in_python()


def fingerprint_of(stem: Stem) -> str:
    """Differs for what stems differently."""
    return " ".join(map(stem, _PROBES))


def _in_c() -> Stem:
    from Stemmer import Stemmer

    return Stemmer("english", 0).stemWord  # type: ignore[no-any-return]  # the analyzer remembers, bounded


def _in_python() -> Stem:
    from snowballstemmer.english_stemmer import EnglishStemmer

    stemmer, lock = EnglishStemmer(), threading.Lock()

    def stem(word: str) -> str:
        with lock:  # it has the word in itself while it works: in two threads at once one gets the stem of the other's
            return stemmer.stemWord(word)  # type: ignore[no-any-return]

    return stem
