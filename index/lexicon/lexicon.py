"""A term of a question in; other words that the reports may use for it out.

The other words come from these sources, each with a weight between 0 and 1:

- the glossary that staff keep (`glossary.csv`: English term, Chinese term, other forms);
- words that reports print for everyday words (`everyday.py`: people ask "pay for", reports print "sponsor");
- acronyms that the reports print with their long forms (`acronyms.py`), and acronyms by initials;
- CC-CEDICT between Chinese and English (`dictionary.py`);
- other ways to write the same characters (`spelled.py`);
- for a word that neither the reports nor the dictionary have, the nearest word of the reports (`spelling.py`).

The glossary is analysed when a generation is built, and kept in it as `lexicon.json`. So a question only looks up.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cached_property, lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from content.library import glossary_file
from index.errors import IndexFault
from index.lexicon.dictionary import MAX_WORDS, Dictionary
from index.lexicon.inflections import inflected
from index.lexicon.names import NameKind, kind_of
from index.lexicon.spelled import Writings
from index.lexicon.spelling import nearest
from index.store.tables import SortedTable, StringTable
from index.text.analyzer import HAN_RUN, Analyzer

GLOSSARY_WEIGHT = 0.9
ACRONYM_WEIGHT = 0.7
LONG_FORM_WEIGHT = 0.7
INITIALS_WEIGHT = 0.6
SENSE_WEIGHTS = (1.0, 0.85, 0.7, 0.6, 0.5, 0.4, 0.4, 0.4)
SINGLE_CHARACTER_WEIGHT = 0.4
PARTS_WEIGHT = 0.6
PARTLY = 1.4
"""Power of the share of a sense's words that the reports have: "market" alone says little of "stock market"."""
TRANSLITERATION_WEIGHT = 0.8
LONGEST_NAME, SHORTEST_NAME = 4, 5
"""Of a name that is spelled in Latin letters: Chinese characters at most, and letters at least."""
NEAR_WEIGHTS = (1.0, 0.9, 0.8, 0.6, 0.5)
RANK_DECAY, LEAST_RANK_WEIGHT = 0.05, 0.4
"""How much less each translation counts than the one before it, and the least that one counts."""
PIECE_WEIGHT, MAX_PIECES, WHOLE_SENSE = 0.5, 8, 2
"""The weight of a piece of a word, how many pieces are taken, and up to which nearness (`Dictionary.chinese`)."""
MAX_TRANSLATIONS = 24
LEAST_OF_SEVERAL = 0.5
"""A translation of several words is kept from this weight on; below it, the question's word is only a part of it."""
SPELLING_WEIGHT = 0.8
FAMILY_WEIGHT = 0.7
INFLECTED_WEIGHT = 0.9
RELATED_WEIGHT = 0.3
EVERYDAY_WEIGHT = 0.5
MAX_RELATED = 4
_ENDINGS = (
    "e",
    "ee",
    "er",
    "or",
    "man",
    "men",
    "ship",
    "ment",
    "ist",
    "ism",
    "al",
    "ari",
    "making",
    "mak",
    "maker",
    "hood",
)
_INFLECTIONS = (("s", ""), ("es", ""), ("ies", "y"), ("d", ""), ("ed", ""), ("ied", "y"), ("ing", ""), ("ing", "e"))
_FILE = "lexicon.json"


class Expansion(NamedTuple):
    """Terms that together may stand for a concept. A tuple, because it is hashed often."""

    terms: tuple[str, ...]
    weight: float
    origin: str
    """question, writing, glossary, acronym, initials, everyday, dictionary, date, region, family, related or
    spelling."""
    shown: str = ""
    """How the reports write it; only for a corrected spelling."""


_DOES, _UNDERGOES = re.compile(r"(?:er|or)s?$"), re.compile(r"ees?$")


def _is_other_side(word: str, other: str) -> bool:
    """Whether one word is the doer and the other the receiver: an employer is no employee."""
    pairs = ((word.lower(), other), (other, word.lower()))
    return any(_DOES.search(first) and _UNDERGOES.search(second) for first, second in pairs)


class Match(NamedTuple):
    """A glossary entry found in a question, at `tokens[low:high]`."""

    low: int
    high: int
    expansions: tuple[Expansion, ...]


def read_glossary(content: Path) -> str:
    """The text of the glossary: the one in the folder of reports or beside it, else the one of the program.

    Any encoding that a spreadsheet saves is read. Raises IndexFault where it is no text, or no glossary.
    """
    from content.glossary import flaw
    from content.readers.encodings import decode
    from content.readers.errors import Unreadable

    path = glossary_file(content)
    if path is None:
        return ""
    try:
        text = decode(path.name, path.read_bytes())
    except Unreadable as error:
        raise IndexFault(str(path), error.reason, error.remedy) from error
    if fault := flaw(text):
        raise IndexFault(str(path), *fault)
    return text


def save_lexicon(folder: Path, glossary: str, analyzer: Analyzer, acronyms: Iterable[tuple[str, str]]) -> None:
    """Analyse glossary and acronyms and write `lexicon.json` into a generation."""
    _save(folder, _analyze(glossary, analyzer), analyzer, acronyms)


def save_acronyms(folder: Path, before: Path, analyzer: Analyzer, acronyms: Iterable[tuple[str, str]]) -> None:
    """The same, but the analysis of the glossary is copied from a generation that has the same one."""
    lexicon = json.loads((before / _FILE).read_text(encoding="utf-8"))
    _save(folder, {name: lexicon[name] for name in ("glossary", "openings")}, analyzer, acronyms)


def _save(folder: Path, glossary: dict[str, Any], analyzer: Analyzer, acronyms: Iterable[tuple[str, str]]) -> None:
    pairs = [(analyzer.terms(short), analyzer.terms(long)) for short, long in acronyms]
    lexicon = {**glossary, "acronyms": [pair for pair in pairs if all(pair)]}
    (folder / _FILE).write_text(json.dumps(lexicon, ensure_ascii=False), encoding="utf-8")


def _analyze(glossary: str, analyzer: Analyzer) -> dict[str, Any]:
    """The entries, each as its forms; for each term, the forms that begin with it, longest first, with their entry."""
    from content.glossary import entries as read_entries

    entries: list[list[tuple[str, ...]]] = []
    for entry in read_entries(glossary):
        analyzed = {form: tuple(token.term for token in analyzer.names(form)) for form in entry.forms}
        entries.append(list(dict.fromkeys(terms for form, terms in analyzed.items() if _says(form, terms))))
    openings: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for number, analyzed_forms in enumerate(entries):
        for terms in analyzed_forms:
            openings[terms[0]].append((" ".join(terms), number))
    for opened in openings.values():
        opened.sort(key=lambda form: -form[0].count(" "))
    return {"glossary": ["\n".join(map(" ".join, forms)) for forms in entries], "openings": openings}


def _says(form: str, terms: tuple[str, ...]) -> bool:
    """Whether the terms still say what a form says: `report` does not for "report to"."""
    words = len(form.split())
    return bool(terms) and (words == 1 or 2 * len(terms) > words)


class Lexicon:
    """Other words, for one generation. Immutable; safe to share between threads."""

    def __init__(
        self,
        folder: Path,
        terms: SortedTable,
        dictionary: Dictionary,
        *,
        chinese: bool,
        english: bool,
        stem: Callable[[str], str],
        beside: Callable[[str, str], bool] = lambda first, second: False,
    ) -> None:
        """`stem`: an English word → its stem; `beside`: whether two terms stand side by side in any passage."""
        self._terms = terms
        self._surfaces = StringTable(folder, "surfaces")
        self._initials = SortedTable(folder, "initials")
        self._sequences = StringTable(folder, "sequences")
        self._dictionary = dictionary
        self.countries = dictionary.countries
        self._has_chinese, self._has_english = chinese, english
        self.languages = tuple(language for language, has in (("en", english), ("zh", chinese)) if has)
        """Those of English and Chinese that the reports are in."""
        self._data = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        self._writings = Writings(
            terms,
            long_forms=dictionary.long_forms,
            is_word=lambda word: dictionary.knows_chinese(word) and not dictionary.is_name(word),
            beside=beside,
            stem=stem,
        )
        # People ask about the same things, so results are cached.
        self.words = lru_cache(maxsize=1 << 12)(self._words)
        self.printed = lru_cache(maxsize=1 << 12)(self._printed)
        self._chinese = lru_cache(maxsize=1 << 12)(self._to_chinese)
        self.kind_of = lru_cache(maxsize=1 << 12)(self._kind_of)
        self._beside = lru_cache(maxsize=1 << 12)(self._other_forms)

    def _other_forms(self, number: int, form: str) -> tuple[Expansion, ...]:
        """The other forms of a glossary entry."""
        other_forms = (other for other in self._data["glossary"][number].split("\n") if other != form)
        return tuple(Expansion(tuple(other.split(" ")), GLOSSARY_WEIGHT, "glossary") for other in other_forms)

    @cached_property
    def _acronyms(
        self,
    ) -> tuple[dict[str, list[tuple[str, ...]]], dict[str, list[tuple[tuple[str, ...], str]]]]:
        """Short form → long forms, and first term of a long form → (long form, short form)."""
        long_forms: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        short_forms: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
        for short, long in self._data["acronyms"]:
            if len(short) == 1:
                long_forms[short[0]].append(tuple(long))
                short_forms[long[0]].append((tuple(long), short[0]))
        return dict(long_forms), dict(short_forms)

    def writings(self, term: str, surface: str) -> tuple[tuple[str, ...], ...]:
        """Ways in which the reports write a word of a question, the word itself first; empty where none does.

        term: as the analyzer has it; surface: as it was typed. The terms of one tuple write it together.
        """
        own = [(form,) for form in dict.fromkeys((term, surface.lower())) if self.known(form)]
        return (*own, *(writing.terms for writing in self._writings.of(term, surface)))

    def inflected(self, term: str, surface: str, language: str) -> list[Expansion]:
        """Other forms of a word of a question in a language, where that is neither English nor Chinese."""
        forms = inflected(surface.lower(), term, language, self._terms, self._surfaces) if language else ()
        return [Expansion((form,), INFLECTED_WEIGHT, "writing") for form in forms]

    def phrases(self, terms: list[str]) -> list[Match]:
        """Entries of the glossary, and long forms of acronyms, that occur in a question's terms, longest first."""
        matches: list[Match] = []
        openings = self._data["openings"]  # first term → forms that begin with it, longest first
        for low, term in enumerate(terms):
            for form, number in openings.get(term, ()):
                length = form.count(" ") + 1
                if form == " ".join(terms[low : low + length]):
                    matches.append(Match(low, low + length, self._beside(number, form)))
            if self._has_chinese and not HAN_RUN.match(term):
                for high in range(low + 2, min(low + MAX_WORDS, len(terms)) + 1):
                    translations = self._chinese(tuple(terms[low:high]))
                    if translations:
                        matches.append(Match(low, high, tuple(translations)))
            for long, short in self._acronyms[1].get(term, ()):
                if tuple(terms[low : low + len(long)]) == long:
                    expansion = Expansion((short,), LONG_FORM_WEIGHT, "acronym")
                    matches.append(Match(low, low + len(long), (expansion,)))
        return matches

    def opens(self, first: str, second: str) -> bool:
        """Whether an everyday phrase begins with two terms."""
        return self._dictionary.everyday.opens(first, second)

    def _printed(self, asked: tuple[str, ...]) -> tuple[Expansion, ...]:
        """Words that the reports print for everyday words, stop words included; only words that they have."""
        forms = self._dictionary.everyday.printed(asked)
        return tuple(Expansion(form, EVERYDAY_WEIGHT, "everyday") for form in forms if all(map(self.known, form)))

    def _to_chinese(self, terms: tuple[str, ...]) -> list[Expansion]:
        """Chinese words for an English word or phrase, as the reports segment them, the likelier ones first.

        Where the reports lack a word, they may have a piece of it: 管辖 of 管辖权.
        """
        translations: list[Expansion] = []
        pieces: dict[str, float] = {}
        is_known = self.known
        for parts, near in self._dictionary.chinese(terms):
            weight = NEAR_WEIGHTS[near] * max(LEAST_RANK_WEIGHT, 1.0 - RANK_DECAY * len(translations))
            if len(parts) > 1 and weight < LEAST_OF_SEVERAL:
                continue
            if is_known(parts[0]) and all(map(is_known, parts[1:])):
                weight *= SINGLE_CHARACTER_WEIGHT if len("".join(parts)) == 1 else 1.0
                translations.append(Expansion(parts, weight, "dictionary"))
                if len(translations) == MAX_TRANSLATIONS:
                    break
            elif near <= WHOLE_SENSE and len(pieces) < MAX_PIECES:
                weight = NEAR_WEIGHTS[near]
                word = "".join(parts)
                piece = self._piece(word)
                if piece:
                    pieces.setdefault(piece, weight * PIECE_WEIGHT * len(piece) / len(word))
        whole = {translation.terms for translation in translations}
        translations += [
            Expansion((piece,), weight, "dictionary") for piece, weight in pieces.items() if (piece,) not in whole
        ]
        return translations

    def _piece(self, word: str) -> str:
        """The longest part of a Chinese word, from two characters on, that the reports have as a word."""
        for length in range(len(word) - 1, 1, -1):
            for low in range(len(word) - length + 1):
                if self.known(word[low : low + length]):
                    return word[low : low + length]
        return ""

    def _words(self, term: str, surface: str) -> list[Expansion]:
        """Other words for one term of a question; `surface` is the word as it was typed."""
        expansions = [Expansion(long, ACRONYM_WEIGHT, "acronym") for long in self._acronyms[0].get(term, ())]
        if (whole := surface.lower()) != term and self.known(whole):
            expansions.append(Expansion((whole,), 1.0, "question"))  # an acronym typed in lower case
        if not expansions and surface.isupper() and len(surface) > 1:
            expansions += self._by_initials(surface.lower())
        for writing in self._writings.of(term, surface):
            expansions.append(Expansion(writing.terms, writing.weight, "writing"))
        if HAN_RUN.match(term):
            if self._has_english:
                expansions += self._translations(term)
        elif self._has_chinese:
            expansions += self._chinese((term,))
        if not HAN_RUN.match(term):
            expansions += self._family(term, surface)
            if not expansions and not self.known(term):
                expansions += self._mended(surface, term) or self._related(term)
        return [*expansions, *self.printed((term,))]

    def _by_initials(self, initials: str) -> list[Expansion]:
        """Sequences of words with these initials, for an acronym that the reports never explain."""
        number = self._initials.find(initials)
        sequences = self._sequences[number].split("\n") if number >= 0 else []
        return [Expansion(tuple(words.split()), INITIALS_WEIGHT, "initials") for words in sequences]

    def _family(self, term: str, surface: str) -> list[Expansion]:
        """Terms of the reports that are built on the same word: `employe` (employee) for `employ`."""
        if len(term) < 4 or not term.isalpha():
            return []
        built = [self._terms[number] for number in self._terms.starting_with(term)]
        relatives = [word for word in built if word[len(term) :] in _ENDINGS]
        if term.endswith(_ENDINGS):
            shorter = [term.removesuffix(ending) for ending in _ENDINGS if term.endswith(ending)]
            relatives += [word for word in shorter if len(word) >= 4 and self.known(word)]
        return [
            Expansion((word,), FAMILY_WEIGHT, "family")
            for word in relatives
            if not _is_other_side(surface, self._surfaces[self._terms.find(word)])
        ]

    def _related(self, term: str) -> list[Expansion]:
        """For a word that no passage has: English words with the same Chinese translation (contest, competition)."""
        shared: dict[str, float] = {}
        for rank, (parts, _) in enumerate(islice(self._dictionary.chinese((term,)), 6)):
            for position, sense in enumerate(self._dictionary.senses("".join(parts))[:4]):
                if len(sense.terms) == 1 and sense.terms[0] != term and self.known(sense.terms[0]):
                    share = 1 / (1 + rank) / (1 + position)
                    shared[sense.terms[0]] = shared.get(sense.terms[0], 0.0) + share
        best = sorted(shared.items(), key=lambda item: (-item[1], item[0]))[:MAX_RELATED]
        return [Expansion((word,), RELATED_WEIGHT, "related") for word, _ in best]

    def knows_han(self, word: str) -> bool:
        """Whether the reports, the glossary or the dictionary have a Chinese word."""
        return self.known(word) or self._dictionary.knows_chinese(word) or word in self._in_forms

    @cached_property
    def _in_forms(self) -> frozenset[str]:
        """The terms of all forms of the glossary."""
        return frozenset(term for entry in self._data["glossary"] for term in entry.split())

    def _kind_of(self, label: str, term: str, *, opens: bool = False) -> NameKind:
        """What kind of thing a word of a question names; `opens`: whether it is the question's first word."""
        kind = kind_of(label, term, self.countries, opens=opens)
        return kind or ("name" if len(term) > 1 and HAN_RUN.match(term) and self._dictionary.is_name(term) else "")

    def is_function_word(self, term: str) -> bool:
        """Whether a Chinese term only holds others together."""
        return bool(HAN_RUN.match(term)) and self._dictionary.is_function_word(term)

    def known(self, term: str) -> bool:
        """Whether any passage, heading or title has the term."""
        return self._terms.find(term) >= 0

    def _translations(self, word: str) -> list[Expansion]:
        senses = self._dictionary.senses(word)
        if not senses and len(word) > 1:
            return self._transliterated(word) or self._side_by_side(word)
        translations: list[Expansion] = []
        for sense in senses:
            usable = tuple(term for term in sense.terms if self.known(term))
            if usable and len(usable) * 2 >= len(sense.terms):
                weight = SENSE_WEIGHTS[len(translations)] * (SINGLE_CHARACTER_WEIGHT if len(word) == 1 else 1.0)
                translations.append(
                    Expansion(usable, weight * (len(usable) / len(sense.terms)) ** PARTLY, "dictionary")
                )
            if len(translations) == len(SENSE_WEIGHTS):
                break
        return translations

    def _transliterated(self, word: str) -> list[Expansion]:
        """A name that the dictionary lacks, as it is spelled in Latin letters: 李萌 is `li meng`, 浦江 `pujiang`."""
        letters = self._dictionary.spelled(word) if len(word) <= LONGEST_NAME else ()
        if not letters:
            return []
        spellings = [("".join(letters),), (letters[0], "".join(letters[1:]))]
        return [
            Expansion(terms, TRANSLITERATION_WEIGHT, "dictionary")
            for terms in spellings
            if all(self.known(term) and len("".join(terms)) >= SHORTEST_NAME for term in terms)
        ]

    def _side_by_side(self, word: str) -> list[Expansion]:
        """A compound that the dictionary lacks: the first sense of each part, cut greedily from the left."""
        terms: list[str] = []
        low = 0
        while low < len(word):
            for high in range(len(word), low, -1):
                usable = next(
                    (s.terms for s in self._dictionary.senses(word[low:high]) if all(map(self.known, s.terms))),
                    (),
                )
                if usable:
                    terms.extend(usable)
                    low = high
                    break
            else:
                return []
        return [Expansion(tuple(dict.fromkeys(terms)), PARTS_WEIGHT, "dictionary")]

    def _mended(self, surface: str, term: str) -> list[Expansion]:
        """Words that a misspelt word may mean. `shown` stays empty for inflected words, which may be right as typed."""
        word = surface.lower()
        if self._dictionary.knows_english(word):
            return []
        inflected = any(
            word.endswith(ending) and self._dictionary.knows_english(word.removesuffix(ending) + replacement)
            for ending, replacement in _INFLECTIONS
        )
        return [
            Expansion((self._terms[near],), SPELLING_WEIGHT, "spelling", "" if inflected else self._surfaces[near])
            for near in nearest(word, term, self._terms, self._surfaces)
        ]
