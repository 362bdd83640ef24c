"""A word of a question in, the kind of thing that it names out.

Kinds are year, ordinal, number, country, nationality, acronym and name. They serve two purposes. A follow-up replaces
what the question before named by what it names itself ("and in 2012?"). And a question is refused when the reports
never mention what it names ("in Kenya", "in 2031", "the eleventh workshop").

Countries come from Unicode's CLDR through Babel, in English and Chinese; a list of our own would become outdated.
"""

from __future__ import annotations

import re
from typing import Literal

from index.store.tables import SortedTable

NameKind = Literal["", "year", "ordinal", "number", "country", "nationality", "acronym", "name"]

_YEAR = re.compile(r"^(?:1[89]\d\d|20\d\d|21\d\d)$")
_ORDINAL = re.compile(r"^\d+(?:st|nd|rd|th)$")
_NUMBER = re.compile(r"^\d+(?:\.\d+)?$")
_ACRONYM = re.compile(r"^(?:[A-Z][A-Z\d&./-]*[A-Z\d]|[A-Z]+[a-z]?[A-Z]+)s?$")


def is_first(text: str, start: int) -> bool:
    """Whether only punctuation stands before this place. Then a capital letter there says nothing."""
    return not any(character.isalnum() for character in text[:start])


def kind_of(label: str, term: str, countries: SortedTable, *, opens: bool = False) -> NameKind:
    """What kind of thing a word names.

    `label`: as the question has it; `countries`: what `country_names` gives, as a table; `opens`: whether it is the
    question's first word, where a capital says nothing.
    """
    if _YEAR.match(term):
        return "year"
    if _ORDINAL.match(term):
        return "ordinal"
    if _NUMBER.match(term):
        return "number"
    folded = _folded(label)
    if countries.find(folded) >= 0 and folded not in _NATIONALITIES:
        return "country"
    if is_country(label, countries):
        return "nationality"
    if _ACRONYM.match(label) and len(label) > 1:
        return "acronym"
    if label[:1].isupper() and not opens and len(label) > 1:
        return "name"
    return ""


def is_country(label: str, countries: SortedTable) -> bool:
    """Whether a word is a country's or territory's name in English or Chinese, or an inhabitant's ("Kenyan")."""
    folded = _folded(label)
    return countries.find(folded) >= 0 or any(
        folded.endswith(ending) and countries.find(folded.removesuffix(ending) + replacement) >= 0
        for ending, replacement in _INHABITANTS
    )


def short_country(character: str, before: str, after: str) -> str:
    """The country of one Chinese character beside the character of another, 英国 for 英 in 中英; else empty."""
    return _SHORT.get(character, "") if {before, after} & {"中", *_SHORT} else ""


def country_names() -> list[str]:
    """All names of countries and territories, folded, sorted by their UTF-8 bytes."""
    from babel import Locale  # slow to import: only the dictionary asks, once

    names = set(_COMMON)
    for language in ("en", "zh"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code not in _NO_COUNTRIES:
                names.add(_folded(re.sub(r"\s*[(（].*", "", name)))
    return sorted(names, key=str.encode)


def _folded(label: str) -> str:
    return label.casefold().strip(" .'’s") if label.isascii() else label.casefold().strip()


_NO_COUNTRIES = ("EU", "UN", "EZ", "QO", "XA", "XB", "ZZ")
_INHABITANTS = (
    *(("n", ""), ("an", ""), ("ian", ""), ("ian", "y"), ("ian", "a"), ("ian", "e"), ("egian", "ay"), ("ean", "e")),
    *(("an", "o"), ("can", "co"), ("ine", "ina"), ("ese", ""), ("ese", "a"), ("ish", "land"), ("i", ""), ("ic", "")),
)
_SHORT = dict(zip("英德法日韩韓俄美欧歐", "英国 德国 法国 日本 韩国 韩国 俄罗斯 美国 欧洲 欧洲".split(), strict=True))
# Names that people use and CLDR does not, as `_folded` gives them.
_NATIONALITIES = frozenset(
    """american british english scottish korean russian dutch french german greek swiss danish swedish finnish polish
    turkish norwegian irish spanish czech thai filipino belgian icelandic peruvian chinese portuguese welsh""".split()
)
_COMMON = _NATIONALITIES | frozenset(
    """usa america britain uk england scotland wales korea russia holland iran syria laos vietnam tanzania bolivia
    venezuela moldova burma myanmar 韩国 朝鲜 美国 英国 德国 法国 俄罗斯 日本 中国 瑞典 挪威 荷兰 老挝 伊朗""".split()
)
