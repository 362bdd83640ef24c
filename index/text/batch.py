"""Many texts in, their tokens in columns out: what `Analyzer.analyze` gives for each, in a fraction of the time.

A Han word costs `analyze` about as much as rjieba takes to find a dozen. Here all runs of several passages are cut at
once, and a word that was met before costs one look into a dictionary; places are counted for all of them together.
Whatever is not plain (numerals, Traditional characters, addresses, anything that is not Han) the analyzer reads itself,
run by run, so that rules stand in one place. A test holds both equal.

Why not for questions? A question is short, and what is made ready here would cost it more than it saves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from operator import itemgetter

import numpy as np
import numpy.typing as npt

from index.text import quantities
from index.text.addresses import may_have_address
from index.text.analyzer import AFTER_NUMBERS, HAN, HAN_DIGIT, Analyzer, Token, after_number, han_term

Numbers = npt.NDArray[np.integer]
Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
Columns = tuple[Numbers, Numbers, Numbers, Flags]
"""Of tokens: values as `_Words` has them without `_FIRST`, starts and ends in all texts, and `plain` of `Tokens`."""

_BETWEEN = "\n\0\n"
"""Stands between two texts: no rule of the analyzer reaches across it."""
_AT_ONCE = 1 << 17
"""Characters that are read at once."""
_FIRST = 1 << 2
_SHORT = 4
_TABLE_BITS = 20
_MIX = np.uint64(0x9E3779B97F4A7C15)
_MASKS = np.array([(1 << 16 * length) - 1 for length in range(_SHORT + 1)], np.uint64)
_REMEMBERED = 1 << 19
"""Words and terms that are kept from document to document."""
# What a character is to this module; several may hold.
_RUN, _OTHER, _BLANK, _ZERO, _DIGIT, _TEN, _AFTER, _UNIT = 1, 2, 4, 8, 16, 32, 64, 128


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of texts, in order.

    counts: int32 (texts), tokens a text has; the others, of tokens: terms: int32, as `TermNumbering` has them; starts,
    ends: int32, in its text; plain: bool, whether it is a Han word as it stands; digits: bool, whether its term begins
    with one; countries: bool, whether it is plain and the name of a country.
    """

    counts: Numbers
    terms: Numbers
    starts: Numbers
    ends: Numbers
    plain: Flags
    digits: Flags
    countries: Flags


@dataclass(slots=True)
class TermNumbering:
    """Terms by number, and how each was written where it was met first, in lower case. It only grows."""

    terms: list[str] = field(default_factory=list)
    surfaces: list[str] = field(default_factory=list)


class Tokenizer:
    """Texts to tokens, for one thread. `countries`: their names, in lower case."""

    def __init__(self, analyzer: Analyzer, countries: frozenset[str] = frozenset()) -> None:
        self.analyzer = analyzer
        self.countries = countries
        self._forget()

    @property
    def numbering(self) -> TermNumbering:
        """The numbers of the terms; another one when too many were met."""
        return self._numbers.numbering

    def tokens(self, texts: Sequence[str]) -> Tokens:
        """The tokens of texts."""
        if len(self._numbers) + len(self._words) > _REMEMBERED:
            self._forget()
        parts = [self._read(texts[low:high]) for low, high in _portions(texts)]
        names = Tokens.__slots__
        tokens = Tokens(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))
        numbering = self.numbering
        numbering.surfaces += _surfaces(texts, tokens, numbering.terms, len(numbering.surfaces))
        return tokens

    def _forget(self) -> None:
        self._numbers = _Numbers()
        self._words = _Words(self._numbers, self.countries)

    def _read(self, texts: Sequence[str]) -> Tokens:
        other_tokens: list[Token] = []
        texts, lengths = list(texts), np.fromiter(map(len, texts), np.int64, len(texts))
        bases = np.cumsum(lengths + len(_BETWEEN)) - lengths - len(_BETWEEN)
        for number in _unusual(texts):
            base = int(bases[number])
            own = self.analyzer.analyze(texts[number])
            other_tokens += [Token(term, base + start, base + end) for term, start, end in own]
            texts[number] = "\0" * len(texts[number])
        whole = _BETWEEN.join(texts)
        characters = _characters(whole)
        kinds = _kinds()[characters]
        runs = (kinds & _RUN).astype(bool)
        edges = np.flatnonzero(np.diff(runs, prepend=False, append=False))
        starts, ends = edges[::2], edges[1::2]
        simple, odd = self._in_simplified(whole, characters, runs, starts, ends)
        for run in np.flatnonzero(odd | _with_numerals(simple, starts, ends)).tolist():
            low, high = int(starts[run]), int(ends[run])
            other_tokens += self.analyzer.han(whole, low, high, simplified="" if odd[run] else _text(simple[low:high]))
            runs[low:high] = False
        for low in _behind_numbers(whole, kinds, runs, starts):
            runs[low] = False
        for low, high in _gaps(kinds, starts, ends):
            # one character more, so that a look ahead sees what stands there
            self.analyzer.scan(whole, low, min(high + 1, len(whole)), other_tokens, han=False)
        other_tokens += [Token(term, start, end) for start, end, term in quantities.find(whole)]
        other_tokens.sort(key=itemgetter(1))  # those that begin together stay in their order
        han_words = self._han_words(simple, simple != characters, runs)
        return _columns(han_words, self._others(other_tokens), bases, len(texts))

    def _in_simplified(
        self, whole: str, characters: Numbers, runs: Flags, starts: Numbers, ends: Numbers
    ) -> tuple[Numbers, Flags]:
        """The characters, with Simplified ones in Traditional runs; and which runs stayed, since their length changes.

        Where the text cannot be looked at as a whole, those are all runs.
        """
        odd = np.zeros(len(starts), bool)
        # without a run OpenCC, which takes 50 ms to load, need not be asked
        simplified = self.analyzer.simplifier.at_once(whole) if len(starts) else whole
        if simplified == whole:
            return characters, odd
        if not simplified:
            return characters, ~odd
        traditional = np.flatnonzero((_characters(simplified) != characters) & runs)
        numbers = np.unique(np.searchsorted(starts, traditional, "right") - 1).tolist()
        slices = [slice(int(starts[number]), int(ends[number])) for number in numbers]
        simple = characters.copy()
        converted = self.analyzer.simplifier.runs([whole[run] for run in slices])
        for number, own, run in zip(numbers, slices, converted, strict=True):
            if len(run) == own.stop - own.start:
                simple[own] = _characters(run)
            else:
                odd[number] = True
        return simple, odd

    def _han_words(self, characters: Numbers, changed: Flags, runs: Flags) -> Columns:
        """The words of all runs that are left. `changed`: characters that do not stand so in the text."""
        # runs, with one line end for whatever stands between
        kept = runs.copy()
        kept[1:] |= runs[:-1]
        places = np.flatnonzero(kept)
        kept_characters = np.where(runs[places], characters[places], ord("\n")).astype(np.uint32)
        words = list(self.analyzer.cut(_text(kept_characters))) if len(kept_characters) else []
        lengths = np.fromiter(map(len, words), np.int64, len(words))
        lows = np.cumsum(lengths) - lengths
        assert int(lengths.sum()) == len(places), "words joined give the runs again"
        values = self._words.find(words, kept_characters, lows, lengths)
        named = np.flatnonzero(values)
        values, lows, lengths = values[named] - _FIRST, places[lows[named]], lengths[named]
        return values, lows, lows + lengths, ~_any(changed, lows, lows + lengths)

    def _others(self, tokens: list[Token]) -> Columns:
        """The tokens that the analyzer gave."""
        terms, starts, ends = zip(*tokens, strict=True) if tokens else ((), (), ())
        values = np.fromiter(map(self._numbers.__getitem__, terms), np.int64, len(terms)) << 1
        return values, np.array(starts, np.int64), np.array(ends, np.int64), np.zeros(len(terms), bool)


class _Numbers(dict[str, int]):
    """Term → its number, and in the last bit whether it begins with a digit."""

    def __init__(self) -> None:
        super().__init__()
        self.numbering = TermNumbering()

    def __missing__(self, term: str) -> int:
        terms = self.numbering.terms
        value = self[term] = len(terms) << 1 | term[0].isdigit()
        terms.append(term)
        return value


class _Words(dict[str, int]):
    """Han word → what `_Numbers` has of its term, and in the last bit whether the word is a country; all that plus
    `_FIRST`, so that 0 is a word without a term.

    Why a hash table beside the dictionary? To look up a word costs Python as much as to have it cut. Words of up to
    four characters are numbers of 64 bits, and thousands of them are looked up at once; what has found no free place in
    the table, or is longer, is in the dictionary alone.
    """

    def __init__(self, numbers: _Numbers, countries: frozenset[str]) -> None:
        super().__init__({"\n": 0})
        self._numbers = numbers
        self._countries = countries
        self._keys = np.zeros(1 << _TABLE_BITS, np.uint64)
        self._values = np.zeros(1 << _TABLE_BITS, np.int32)

    def __missing__(self, word: str) -> int:
        term = han_term(word)
        value = self[word] = (self._numbers[term] << 1 | (word in self._countries)) + _FIRST if term else 0
        return value

    def find(self, words: list[str], characters: Numbers, lows: Numbers, lengths: Numbers) -> Numbers:
        """The values of words that stand at `lows` in `characters`, which have `lengths`."""
        if not len(words):
            return np.zeros(0, np.int32)
        narrow = np.concatenate([characters, np.zeros(_SHORT - 1, np.uint32)]).astype("<u2")
        # at each character, it and the three after it
        four = np.ndarray(len(characters), "<u8", narrow.data, strides=(2,))
        keys = four[lows] & _MASKS[np.minimum(lengths, _SHORT)]
        slots = ((keys * _MIX) >> np.uint64(64 - _TABLE_BITS)).astype(np.int64)
        values = self._values[slots]
        short = (lengths <= _SHORT) & ~_any(characters > 0xFFFF, lows, lows + lengths)
        missing = np.flatnonzero((self._keys[slots] != keys) | ~short)
        values[missing] = [self[words[position]] for position in missing.tolist()]
        new = missing[short[missing] & (self._keys[slots[missing]] == 0)]
        # where two come to one place, both arrays keep the last
        self._keys[slots[new]] = keys[new]
        self._values[slots[new]] = values[new]
        return values


def _surfaces(texts: Sequence[str], tokens: Tokens, terms: Sequence[str], known: int) -> list[str]:
    """How the terms from number `known` on are written where they stand first."""
    fresh = np.flatnonzero(tokens.terms >= known)
    first = np.full(len(terms) - known, -1, np.int64)  # it stays that where a text before was too much for the reader
    first[tokens.terms[fresh[::-1]] - known] = fresh[::-1]  # what is written last stays
    surfaces = list(terms[known:])
    special = np.flatnonzero((first >= 0) & (~tokens.plain[first] | tokens.digits[first])) if len(fresh) else first[:0]
    # any other Han word is its own term
    met = first[special]
    owner = np.searchsorted(np.cumsum(tokens.counts), met, "right").tolist()
    slices = zip(special.tolist(), owner, tokens.starts[met].tolist(), tokens.ends[met].tolist(), strict=True)
    for position, text, start, end in slices:
        surfaces[position] = texts[text][start:end].lower()
    return surfaces


def _columns(han: Columns, others: Columns, bases: Numbers, texts: int) -> Tokens:
    """Han words and other tokens as one, in the order in which they stand."""
    values, starts, ends, plain = han
    if len(others[0]):
        at = np.searchsorted(starts, others[1])
        values, starts, ends, plain = (np.insert(column, at, added) for column, added in zip(han, others, strict=True))
    counts = np.diff(np.append(np.searchsorted(starts, bases), len(starts)))
    base = np.repeat(bases, counts)
    return Tokens(
        counts.astype(np.int32),
        (values >> 2).astype(np.int32),
        (starts - base).astype(np.int32),
        (ends - base).astype(np.int32),
        plain,
        (values & 2).astype(bool),
        plain & (values & 1).astype(bool),
    )


def _portions(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Runs of texts that have about `_AT_ONCE` characters, at least one run."""
    low = gathered = 0
    for number, text in enumerate(texts):
        if gathered > _AT_ONCE:
            yield low, number
            low, gathered = number, 0
        gathered += len(text)
    yield low, len(texts)


def _unusual(texts: Sequence[str]) -> list[int]:
    """Which texts the analyzer must read as a whole: they may hold an address, or ○ for a zero."""
    whole = _BETWEEN.join(texts)
    if not may_have_address(whole) and "○" not in whole:
        return []
    return [number for number, text in enumerate(texts) if "○" in text or may_have_address(text)]


def _with_numerals(characters: Numbers, starts: Numbers, ends: Numbers) -> Flags:
    """Which runs may hold an ordinal (第十四, or 第 before digits), a year (二〇二一年), a share (百分之六), an amount
    (三百五十) or another number with 〇."""
    with_sign = np.zeros(len(starts), bool)
    kinds = _kinds()[characters]
    signs = (kinds & _ZERO) > 0
    signs[:-1] |= (characters[:-1] == ord("第")) & ((kinds[1:] & (_DIGIT | _TEN | _RUN)) != _RUN)
    signs[2:] |= (characters[2:] == ord("年")) & ((kinds[1:-1] & kinds[:-2] & _DIGIT) > 0)
    signs[1:] |= (characters[1:] == ord("之")) & (characters[:-1] == ord("分"))
    signs[1:] |= ((kinds[1:] & _UNIT) > 0) & ((kinds[:-1] & (_DIGIT | _TEN)) > 0)
    has_more = (characters[1:] == ord("多")) | (characters[1:] == ord("余"))
    signs[1:] |= has_more & ((kinds[:-1] & (_DIGIT | _TEN | _UNIT)) > 0)
    if len(with_sign):
        with_sign[np.searchsorted(starts, np.flatnonzero(signs & ((kinds & _RUN) > 0)), "right") - 1] = True
    return with_sign


def _behind_numbers(whole: str, kinds: Bytes, runs: Flags, starts: Numbers) -> Iterator[int]:
    """Where a run begins with the unit of the number before it."""
    if not len(starts):
        return
    before = kinds[np.maximum(starts - 1, 0)]
    perhaps = ((kinds[starts] & _AFTER) > 0) & ((before & (_OTHER | _BLANK)) > 0) & runs[starts] & (starts > 0)
    for low in starts[perhaps].tolist():
        if after_number(whole, whole[low], low):
            yield low


def _gaps(kinds: Bytes, starts: Numbers, ends: Numbers) -> Iterator[tuple[int, int]]:
    """What stands between runs and is more than punctuation."""
    other_characters = np.flatnonzero(kinds & _OTHER)
    if not len(other_characters):
        return
    gaps = np.searchsorted(starts, other_characters)
    gaps = gaps[np.flatnonzero(np.diff(gaps, prepend=-1))]
    lows, highs = np.concatenate([np.zeros(1, np.int64), ends]), np.append(starts, len(kinds))
    yield from zip(lows[gaps].tolist(), highs[gaps].tolist(), strict=True)


def _characters(text: str) -> Numbers:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _any(flags: Flags, starts: Numbers, ends: Numbers) -> Flags:
    """Whether any flag is set between each start and end."""
    if not flags.any():
        return np.zeros(len(starts), bool)
    so_far = np.concatenate([np.zeros(1, np.int64), np.cumsum(flags)])
    any_set: Flags = so_far[starts] != so_far[ends]
    return any_set


def _text(characters: Numbers) -> str:
    return characters.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")


@cache
def _kinds() -> Bytes:
    """What each character is."""
    kinds = np.full(0x110000, _OTHER, np.uint8)
    not_words = re.compile(r"[\W_]")
    for block in (range(0x180), range(0x2000, 0x2070), range(0x3000, 0x3040), range(0xFF00, 0xFFF0)):
        for character in map(chr, block):
            if not_words.match(character):
                kinds[ord(character)] = _BLANK if character.isspace() else 0
    for sign in "%％$€£¥￥":
        kinds[ord(sign)] = _OTHER
    for first, last, single in re.findall("(.)-(.)|(.)", HAN):
        kinds[ord(first or single) : ord(last or single) + 1] = _RUN
    for kind, characters in (
        (_ZERO, "〇○"),
        (_DIGIT, HAN_DIGIT),
        (_TEN, "十百两"),
        (_AFTER, AFTER_NUMBERS),
        (_UNIT, "百千万亿"),
    ):
        for character in characters:
            kinds[ord(character)] |= kind
    return kinds
