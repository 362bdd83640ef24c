"""Texts by font in; the fonts whose letters are no language's out.

A font may say of its glyphs that they are other letters than those it shows ("7KH FRPPLWWHH" for "The committee").
Nobody can find or cite such text, so it is reported and not indexed.

Why by font, and not by paragraph? What is wrong is the font's table, for all that is set in it; and a hundred letters
tell, which a heading does not have. Why pairs of letters, and not known words? Reports come in more languages than
those whose words are listed anywhere here, and in all that are written in Latin letters the same pairs are common.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from content.readers.encodings import is_common_han
from content.readers.paragraphs import HAN

LEAST = 80
"""Letters of a font below which nothing is said of it."""
MOST = 20_000
"""Characters of a font that are looked at."""
FEW_PAIRS = 0.3
"""Share of common pairs below which letters are no language's: it is 0.7 in European languages, 0.1 to 0.26 in an
English text whose letters are moved along the alphabet."""
FEW_STOP_WORDS = 0.05
"""Share of words that are among the commonest of six languages, below which a text is in none of them."""
FEW_COMMON = 0.06
"""Share of common characters below which Han characters are hardly Chinese or Japanese."""

_PAIRS = frozenset(
    "ac ad al am an ar as at be bi ca ce ch ci co da de di do ec ei el em en er es et fi fo ge ha he ia ic ie il in io"
    " ir is it la le li ll ma me na nc nd ne ng ni no ns nt nu om on or os ou pa pe po pr qu ra re ri ro rt se si so ss"
    " st ta te th ti to tr ue un ur us ut ve".split()
)
"""The commonest pairs of letters of English, French, Spanish, Portuguese, Italian and German, each counted alike."""
_STOP_WORDS = frozenset(
    "the of and to in is for that with on as by are was were this which from les la le des une est dans pour que qui"
    " sur par los las el del y con der die das und ist von den mit para com não il di e che per sono".split()
)
_WORD = re.compile(r"[a-z]+")
_HAN = re.compile(f"[{HAN}]")


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
    plain = text if text.isascii() else _without_accents(text)
    words = _WORD.findall(plain.lower())
    letters = sum(map(len, words))
    if letters < LEAST or letters < 0.4 * sum(not sign.isspace() for sign in text):
        return True
    pairs = letters - len(words)
    common = sum(word[position : position + 2] in _PAIRS for word in words for position in range(len(word) - 1))
    if pairs < LEAST / 2 or common >= FEW_PAIRS * pairs:
        return True
    return sum(word in _STOP_WORDS for word in words) >= FEW_STOP_WORDS * len(words)


def _without_accents(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
