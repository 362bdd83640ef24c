"""A word of a question in; the terms of the reports that write the same thing in other characters, out.

The analyzer already unites most spellings (accents, apostrophes, hyphens, grouped digits, Traditional characters). The
rest depends on the reports: longer names that contain a name (江苏 in 江苏省), the long name of a short form (人大),
spans of years that contain a year, points that group digits (7.250), words written in two (healthcare), plurals of
acronyms (mps), or letters that a keyboard lacks (Wuerzburg).

All of this is looked up in the sorted table of terms. Why no sub-words at index time? They make an index of Chinese
reports larger (18 % more tokens: docs/decisions/spellings.md) and count 科学 in every 科学院. Here only the vocabulary
of a library is searched, not its texts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np

from index.store.tables import SortedTable
from index.text.quantities import SPAN, span_of

MOST_LONGER = 6
"""Longer names that a name is looked for in."""
LONGEST_SHORT = 4
"""Characters of a short form."""
LEAST_NAME = 4
"""Characters of a name that has a short form."""
LEAST_HALF = 3
"""Letters of each half of a word that is also written in two."""
SPAN_WEIGHT, LONGER_WEIGHT, SHORT_WEIGHT, HALVES_WEIGHT = 0.6, 0.8, 0.6, 0.8
_YEAR = re.compile(r"(?:19|20)\d\d")
_HAN = re.compile(r"[㐀-鿿]+")
_WORD = re.compile(r"[a-z]{4,}")
_GAP = "[^\n]{0,30}?"
"""Up to ten Han characters, as bytes."""
_LETTERS = (("ae", "a"), ("oe", "o"), ("ue", "u"), ("aa", "a"))
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})


class Writing(NamedTuple):
    """Terms that together write the question's word."""

    terms: tuple[str, ...]
    weight: float
    """How sure that is, 0 to 1."""


class Writings:
    """Finds how the reports of one generation write a word. Immutable; safe to share between threads.

    long_forms: a short form → its names, as terms; is_word: whether a dictionary has a Chinese word, and not as a name;
    beside: whether two terms stand side by side anywhere; stem: an English word → its stem.
    """

    def __init__(
        self,
        terms: SortedTable,
        *,
        long_forms: Callable[[str], list[tuple[str, ...]]],
        is_word: Callable[[str], bool],
        beside: Callable[[str, str], bool],
        stem: Callable[[str], str],
    ) -> None:
        self._terms = terms
        self._long_forms, self._is_word, self._beside, self._stem = long_forms, is_word, beside, stem
        self.of = lru_cache(maxsize=1 << 12)(self._of)

    def _of(self, term: str, surface: str) -> tuple[Writing, ...]:
        """The other writings of a term, the surest first; `surface`: as the question has it."""
        if _YEAR.fullmatch(term):
            return tuple(Writing((span,), SPAN_WEIGHT) for span in self._spans_with(int(term)))
        if term[:1].isdecimal():
            return tuple(Writing((other,), 1.0) for other in _grouped(term) if self._known(other))
        if _HAN.fullmatch(term):
            return tuple(self._of_name(term)) if len(term) > 1 else ()
        return tuple(self._of_word(term, surface))

    def _known(self, term: str) -> bool:
        return self._terms.find(term) >= 0

    def _spans_with(self, year: int) -> Iterator[str]:
        for number in self._terms.starting_with(SPAN):
            span = self._terms[number]
            first, last = span_of(span)
            if first <= year <= last:
                yield span

    def _of_word(self, term: str, surface: str) -> Iterator[Writing]:
        word = surface.lower()
        if word.endswith("s") and not self._known(term) and self._known(word[:-1]):
            yield Writing((word[:-1],), 1.0)  # ngos
        spelled = {self._stem(word.replace(pair, letter)) for pair, letter in _LETTERS if pair in word}
        if not word.isascii():
            spelled.add(self._stem(word.translate(_UMLAUTS)))
        for other in sorted(spelled - {term}):
            if self._known(other) and not (word.isascii() and self._known(term)):
                yield Writing((other,), 0.9)
        if _WORD.fullmatch(word):
            for middle in range(LEAST_HALF, len(word) - LEAST_HALF + 1):
                halves = self._stem(word[:middle]), self._stem(word[middle:])
                if all(map(self._known, halves)) and self._beside(*halves):
                    yield Writing(halves, HALVES_WEIGHT)

    def _of_name(self, name: str) -> Iterator[Writing]:
        """The writings of a Chinese name. None for a name that is also a word, if a report has it."""
        is_known = self._known(name)
        if is_known and self._is_word(name):
            return
        whole = self._long_forms(name)
        for form in whole:
            if all(map(self._known, form)):
                yield Writing(form, LONGER_WEIGHT)
        longer = [term for part in (name, *("".join(form) for form in whole)) for term in self._having(part)]
        longer = sorted(dict.fromkeys(longer), key=lambda term: (not term.startswith(name), len(term), term))
        if not longer and not whole and not is_known and len(name) <= LONGEST_SHORT and not self._is_word(name):
            yield from (Writing((term,), SHORT_WEIGHT) for term in self._shortened(name)[:MOST_LONGER])
        yield from (Writing((term,), LONGER_WEIGHT) for term in longer[:MOST_LONGER])

    def _having(self, part: str) -> list[str]:
        """The Chinese terms that have a word inside them."""
        return self._matching(re.escape(part))

    def _shortened(self, short: str) -> list[str]:
        """The names that a short form may abbreviate: they have its characters in order. The first begins the name, or
        follows a word in it; the last is in the name's last word."""
        names = self._matching(_GAP.join(map(re.escape, short)))
        return sorted(
            (name for name in names if len(name) >= LEAST_NAME and self._abbreviates(short, name)),
            key=lambda name: (len(name), name),
        )

    def _abbreviates(self, short: str, name: str) -> bool:
        start = name.find(short[0])
        opens = start == 0 or self._is_word(name[:start]) or self._known(name[:start])
        return opens and name.rfind(short[-1]) >= len(name) - LEAST_NAME

    def _matching(self, pattern: str) -> list[str]:
        """The Chinese terms in which a pattern is found."""
        lines, terms = self._chinese, []
        for match in re.finditer(pattern.encode(), lines):
            low, high = lines.rfind(b"\n", 0, match.start()) + 1, lines.find(b"\n", match.end())
            if (term := lines[low:high].decode()) not in terms:
                terms.append(term)
        return [term for term in terms if term != pattern]

    @cached_property
    def _chinese(self) -> bytes:
        """All Chinese terms, each with a line end behind it."""
        raw, ends = self._terms.raw(self._terms.between("㐀", "ꀀ"))
        return np.insert(np.frombuffer(raw, np.uint8), ends, ord("\n")).tobytes()


def _grouped(digits: str) -> Iterator[str]:
    """A number with a point before its last three digits (decimals or not), or without the point it had."""
    whole, point, decimals = digits.partition(".")
    if not point and 4 <= len(whole) <= 6:
        yield f"{whole[:-3]}.{whole[-3:]}"
    elif len(decimals) == 3 and 1 <= len(whole) <= 3:
        yield whole + decimals
