"""What can be named: a word of a question in, the kind of thing it names out.

Kinds are year, ordinal, number, country, acronym and name. Two things lean on them: a follow-up puts what it names in
the place of what the question before named ("and in 2012?"), and a question is refused when the reports never
mention what it names ("in Kenya", "in 2031", "the eleventh workshop").

Countries come from Unicode's CLDR through Babel, in English and Chinese; a list of our own would age.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

Kind = Literal["", "year", "ordinal", "number", "country", "acronym", "name"]

_YEAR = re.compile(r"^(?:1[89]\d\d|20\d\d|21\d\d)$")
_ORDINAL = re.compile(r"^\d+(?:st|nd|rd|th)$")
_NUMBER = re.compile(r"^\d+(?:\.\d+)?$")
_ACRONYM = re.compile(r"^(?:[A-Z][A-Z\d&./-]*[A-Z\d]|[A-Z]+[a-z]?[A-Z]+)s?$")


def kind_of(label: str, term: str, *, opens: bool = False) -> Kind:
    """What kind of thing a word names; `label` as the question has it, `opens` if it is the question's first word."""
    if _YEAR.match(term):
        return "year"
    if _ORDINAL.match(term):
        return "ordinal"
    if _NUMBER.match(term):
        return "number"
    if is_country(label):
        return "country"
    if _ACRONYM.match(label) and len(label) > 1:
        return "acronym"
    if label[:1].isupper() and not opens and len(label) > 1:
        return "name"
    return ""


def is_country(label: str) -> bool:
    """Whether a word is a country's or territory's name in English or Chinese, or an inhabitant's ("Kenyan")."""
    return _folded(label) in _countries() or any(
        _folded(label).endswith(ending) and _folded(label).removesuffix(ending) + rest in _countries()
        for ending, rest in (
            ("n", ""),
            ("an", ""),
            ("ian", ""),
            ("ian", "y"),
            ("ese", ""),
            ("ese", "a"),
            ("ish", "land"),
        )
    )


def _folded(label: str) -> str:
    return label.casefold().strip(" .'’s") if label.isascii() else label.casefold().strip()


@cache
def _countries() -> frozenset[str]:
    from babel import Locale

    names = set(_COMMON)
    for language in ("en", "zh"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code not in ("EU", "UN", "EZ", "QO", "XA", "XB", "ZZ"):
                names.add(_folded(re.sub(r"\s*[(（].*", "", name)))
    return frozenset(names)


# What CLDR calls otherwise than people do; folded as `_folded` does.
_COMMON = frozenset(
    """usa america american britain british uk england english scotland scottish wales korea korean russia russian
    holland dutch french german greek swis swiss danish swedish finnish polish turkish norwegian irish spanish
    iran syria laos vietnam tanzania bolivia venezuela moldova burma myanmar ivory czech thai filipino
    dutch belgian icelandic peruvian chinese portuguese
    韩国 朝鲜 美国 英国 德国 法国 俄罗斯 日本 中国 瑞典 挪威 荷兰 老挝 伊朗 韓國 美國 英國 德國 法國 俄羅斯""".split()
)
