"""Texts by font in; the fonts whose letters are no language's out.

A font may say of its glyphs that they are other letters than those it shows ("7KH FRPPLWWHH" for "The committee"). Nobody
can find or cite such text, so it is reported and not indexed.

Why by font, and not by paragraph? What is wrong is the font's table, for all that is set in it; and a hundred letters
tell, which a heading does not have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from content.readers.encodings import is_common_han
from content.readers.metadata import stop_words
from content.readers.paragraphs import HAN

LEAST = 80
"""Letters of a font below which nothing is said of it."""
MOST = 20_000
"""Characters of a font that are looked at."""
_VOWELS = frozenset("aeiouyàáâãäåæèéêëìíîïòóôõöøùúûüýÿāăąēĕėęěīĭįıōŏőœūŭůűų")
_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_HAN = re.compile(f"[{HAN}]")
FEW_VOWELS = 0.32
"""Share of vowels below which letters are hardly those of a language that is written in Latin letters."""
FEW_STOP_WORDS = 0.03
"""Share of words that are among the commonest of six languages, below which a text is in none of them."""
FEW_COMMON = 0.06
"""Share of common characters below which Han characters are hardly Chinese or Japanese."""


def lost_fonts(texts: Iterable[tuple[int, str]]) -> frozenset[int]:
    """The numbers of the fonts that give wrong letters. `texts`: runs with the font they are set in."""
    samples: dict[int, list[str]] = {}
    sizes: dict[int, int] = {}
    for font, text in texts:
        if font >= 0 and sizes.get(font, 0) < MOST:
            samples.setdefault(font, []).append(text)
            sizes[font] = sizes.get(font, 0) + len(text)
    return frozenset(font for font, parts in samples.items() if not is_language(" ".join(parts)))


def is_language(text: str) -> bool:
    """Whether a text may be in some language; also of a short one, and of figures, of which nobody can tell."""
    han = _HAN.findall(text)
    if len(han) >= LEAST:
        return sum(map(is_common_han, han)) >= FEW_COMMON * len(han)
    letters = _LATIN.findall(text)
    signs = sum(not sign.isspace() for sign in text)
    if len(letters) < LEAST or len(letters) < 0.4 * signs:
        return True
    vowels = sum(letter.lower() in _VOWELS for letter in letters)
    if vowels >= FEW_VOWELS * len(letters):
        return True
    words = [word.lower() for word in _WORD.findall(text) if len(word) > 1]
    known = sum(word in _stop_words() for word in words)
    # of codes and short names (GDP, km, ISO) that are no sentences nothing can be told either
    long = [word for word in words if len(word) > 3]
    return known >= FEW_STOP_WORDS * len(words) or len(long) < 12 or _says_itself(long)


def _says_itself(words: Sequence[str]) -> bool:
    """Most words have a vowel: names and codes of a table, which are no sentences but can be read."""
    return sum(any(letter in _VOWELS for letter in word) for word in words) > 0.85 * len(words)


@cache
def _stop_words() -> frozenset[str]:
    return stop_words()


def counts(lost: Mapping[int, tuple[int, int]]) -> dict[int, tuple[int, int]]:
    """By page: characters that are lost, and all."""
    return {page: (gone, whole) for page, (gone, whole) in lost.items() if gone}
