"""A country as a person writes it, in English or Chinese, in; its ISO 3166 code, or suggestions, out.

Names come from Unicode's CLDR through Babel. Other names that people use are added here.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from babel import Locale
from babel.core import get_global

from bot.words.catalogue import FALLBACK, LANGUAGES
from index.text.simplifier import Simplifier

SUGGESTED = 5
_NO_COUNTRIES = frozenset({"EU", "UN", "EZ", "QO", "XA", "XB", "ZZ"})
_ALSO = """
    US: usa; america; united states of america; 美利坚合众国
    GB: uk; britain; great britain; england; scotland; wales; northern ireland; 不列颠
    KR: republic of korea; korea; 南韩; 大韩民国
    KP: dprk; democratic peoples republic of korea; 北韩
    CN: prc; peoples republic of china; mainland china; 中华人民共和国; 中国大陆
    CD: drc; dr congo; congo drc; democratic republic of the congo; 刚果民主共和国
    CG: congo brazzaville; republic of the congo; 刚果共和国
    LA: lao pdr; lao peoples democratic republic
    IR: islamic republic of iran
    RU: russian federation; 俄国; 俄罗斯联邦
    CZ: czech republic; 捷克共和国
    CI: ivory coast
    MM: burma
    NL: holland
    SZ: swaziland
    MK: macedonia
    TL: east timor
    TR: turkey
    AE: uae; emirates
    VN: viet nam
    SY: syrian arab republic
    TZ: united republic of tanzania
    BN: brunei darussalam
    BO: plurinational state of bolivia
    VE: bolivarian republic of venezuela
    MD: republic of moldova
    PS: palestine; state of palestine; 巴勒斯坦
    VA: vatican; holy see; 梵蒂冈
    HK: hong kong; 香港
    MO: macao; macau; 澳门
    KG: kyrgyz republic
    SK: slovak republic
    GM: the gambia
"""


@dataclass(frozen=True, slots=True)
class CountryMatch:
    """The country that a text names, by its code, or codes of countries that it may mean."""

    code: str = ""
    suggestions: tuple[str, ...] = ()


def find_country(text: str) -> CountryMatch:
    """The country with this name or code, or those with similar names, best first."""
    folded = _folded(text)
    names = _names()
    if not folded:
        return CountryMatch()
    folded = folded if folded in names else simplified(folded)
    if folded in names:
        return CountryMatch(names[folded])
    if len(folded) in (2, 3) and folded.isascii():
        code = folded.upper()
        code = code if len(code) == 2 else "".join(get_global("territory_aliases").get(code, ())[:1])
        if country_name(code, FALLBACK):
            return CountryMatch(code)
    words = folded.split()
    holding = [
        name
        for name in names
        if len(folded) > 1 and (folded in name or set(words) <= set(name.split()) or name in words)
    ]
    near = get_close_matches(folded, names, n=2 * SUGGESTED, cutoff=0.7 if folded.isascii() else 0.5)
    codes = tuple(dict.fromkeys(names[name] for name in [*near[:1], *sorted(holding, key=len), *near]))
    return CountryMatch(suggestions=codes[:SUGGESTED])


def simplified(text: str) -> str:
    """The text in Simplified characters. In Traditional ones CLDR has only the names that Taiwan uses."""
    return text if text.isascii() else _simplifier().at_once(text) or text


@cache
def _simplifier() -> Simplifier:
    return Simplifier()


@cache
def country_name(code: str, language: str) -> str:
    """The name of a country in a language; empty: no such country."""
    if len(code) != 2 or code in _NO_COUNTRIES:
        return ""
    return str(Locale(language).territories.get(code, ""))


@cache
def _names() -> dict[str, str]:
    """Folded name → code, in every spelling."""
    names: dict[str, str] = {}
    for locale in (Locale("zh", script="Hant"), *map(Locale, LANGUAGES)):
        for code, name in locale.territories.items():
            if len(code) == 2 and code not in _NO_COUNTRIES:
                names[_folded(name)] = code
                names.setdefault(_folded(re.sub(r"\s*[(（].*", "", name)), code)
    for line in _ALSO.strip().splitlines():
        code, _, also = line.strip().partition(": ")
        names |= dict.fromkeys(also.split("; "), code)
    return names


def _folded(text: str) -> str:
    """Without case, accents and signs, so that "Côte d’Ivoire" is "cote divoire"."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    bare = re.sub(r"['’.]", "", bare).replace("&", " and ")
    return " ".join(re.sub(r"[^\w]+", " ", bare).split()).removeprefix("the ")
