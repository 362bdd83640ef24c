"""A time zone as a person writes it ("Nairobi", "北京时间", "UTC+3") in; its IANA name, or suggestions, out.

Also a moment in; its text in a language and a zone out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, tzinfo
from difflib import get_close_matches
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global
from babel.dates import format_datetime, get_timezone_location

from bot.words.catalogue import LANGUAGES, Words, words
from bot.words.country_names import find_country, simplified

DEFAULT = "Asia/Shanghai"
"""The institute's zone, used until a person names another."""
SUGGESTED = 6
_OFFSET = re.compile(r"(?:utc|gmt)?\s*([+\-−])\s*(\d{1,2})(?::?(00|30|45))?", re.IGNORECASE)
_CITIES = """
    Asia/Shanghai: beijing; china; 北京; 中国; 中国标准时间; cst; shenzhen; guangzhou; wuhan; chengdu; xian
    Asia/Kolkata: new delhi; delhi; mumbai; calcutta; ist; 新德里; 加尔各答
    Asia/Karachi: islamabad; lahore; 伊斯兰堡
    Asia/Ho_Chi_Minh: hanoi; saigon; 河内; 胡志明市
    Asia/Yangon: naypyidaw; rangoon
    Asia/Almaty: astana
    Asia/Jerusalem: tel aviv
    Asia/Kathmandu: katmandu
    Asia/Riyadh: jeddah; mecca
    Asia/Dubai: abu dhabi
    Europe/Istanbul: ankara
    Europe/Zurich: geneva; bern
    Europe/Kyiv: kiev
    Africa/Lagos: abuja
    Africa/Johannesburg: pretoria; cape town
    Africa/Casablanca: rabat
    Africa/Dar_es_Salaam: dodoma
    Africa/Abidjan: yamoussoukro
    America/New_York: washington; boston; est; edt; eastern
    America/Los_Angeles: san francisco; pst; pdt; pacific
    America/Toronto: ottawa
    America/Sao_Paulo: brasilia; rio de janeiro
    Australia/Sydney: canberra
    Pacific/Auckland: wellington
    Europe/Paris: cet
    Africa/Nairobi: eat
    UTC: gmt; z; greenwich; universal
"""
_MAIN = frozenset(
    """America/Sao_Paulo Europe/Moscow America/New_York America/Mexico_City Asia/Jakarta America/Toronto
    Australia/Sydney Asia/Almaty Asia/Ulaanbaatar Africa/Kinshasa America/Argentina/Buenos_Aires
    America/Santiago America/Guayaquil Europe/Madrid Europe/Lisbon Asia/Kuala_Lumpur""".split()
)
"""Of countries with several zones, the one where most people live; it is offered first."""


@dataclass(frozen=True, slots=True)
class ZoneMatch:
    """The zone that a text names, or zones that it may mean."""

    zone: str = ""
    suggestions: tuple[str, ...] = ()


def find_zone(text: str) -> ZoneMatch:
    """The zone with this name, or of this city, country or offset; or those with similar names."""
    folded, names = _folded(text), _names()
    folded = folded if folded in names else _folded(simplified(folded))
    offset = _OFFSET.fullmatch(text.strip())
    if offset:
        return ZoneMatch(_of_offset(*offset.groups()))
    if not folded:
        return ZoneMatch()
    if folded in names:
        return ZoneMatch(names[folded])
    country = find_country(text).code
    zones = zones_of(country) if country else ()
    if len(zones) == 1:
        return ZoneMatch(zones[0])
    near = [names[name] for name in get_close_matches(folded, names, n=SUGGESTED, cutoff=0.7)]
    return ZoneMatch(suggestions=tuple(dict.fromkeys((*zones, *near)))[:SUGGESTED])


def zones_of(country: str) -> tuple[str, ...]:
    """The zones of a country by ISO 3166 code, each under one name."""
    if country == "CN":
        return (DEFAULT,)
    zones = (zone for zone, code in get_global("zone_territories").items() if code == country and zone in _known())
    return tuple(sorted(zones, key=lambda name: (name not in _MAIN, name)))


def zone(name: str) -> tzinfo:
    """The zone with this name; the default where there is none."""
    return ZoneInfo(name if name in _known() else DEFAULT)


def zone_city(name: str, language: str) -> str:
    """The name of a zone for people: its city in their language, or UTC with an offset."""
    if re.fullmatch(r"Etc/GMT[+-]\d+", name):
        return f"UTC{'+' if name[7] == '-' else '-'}{name[8:]}"
    if name == "UTC" or name.startswith("Etc/"):
        return "UTC"
    if name == DEFAULT:
        return words(language).label("Beijing")
    city = get_timezone_location(ZoneInfo(name), locale=language, return_city=True)
    return city.rpartition("/")[2]


def zone_label(name: str, language: str, at: datetime) -> str:
    """A city with its offset at a time: `Nairobi (UTC+3)`."""
    city = zone_city(name, language)
    if city.startswith("UTC"):
        return city
    seconds = int((at.astimezone(zone(name)).utcoffset() or at.resolution * 0).total_seconds())
    hours, minutes = divmod(abs(seconds) // 60, 60)
    shown = f"UTC{'-' if seconds < 0 else '+'}{hours}" + (f":{minutes:02}" if minutes else "")
    opening, closing = LANGUAGES[language].brackets
    return f"{city}{opening}{shown}{closing}"


def day(words: Words, at: datetime) -> str:
    """12 Dec 2026; 2026年12月12日."""
    return str(format_datetime(at, words.rules.day, tzinfo=at.tzinfo, locale=words.language))


def moment(words: Words, at: datetime, zone_name: str) -> str:
    """Sat 12 Dec 2026, 09:00, Nairobi (UTC+3)."""
    return _in_zone(words, at, words.rules.moment, zone_name)


def clock(words: Words, at: datetime, zone_name: str) -> str:
    """09:00, Nairobi (UTC+3)."""
    return _in_zone(words, at, words.rules.clock, zone_name)


def _in_zone(words: Words, at: datetime, pattern: str, zone_name: str) -> str:
    shown = format_datetime(at, pattern, tzinfo=zone(zone_name), locale=words.language)
    return f"{shown}{words.rules.comma}{zone_label(zone_name, words.language, at)}"


def _of_offset(sign: str, hours: str, minutes: str | None) -> str:
    whole = int(hours)
    if minutes in (None, "00") and whole <= (14 if sign == "+" else 12):
        # In the database of zones the sign is reversed: it says how far UTC is ahead.
        return f"Etc/GMT{'+' if sign != '+' else '-'}{whole}" if whole else "UTC"
    return {("+", 5, "30"): "Asia/Kolkata", ("+", 5, "45"): "Asia/Kathmandu", ("+", 3, "30"): "Asia/Tehran",
            ("+", 4, "30"): "Asia/Kabul", ("+", 6, "30"): "Asia/Yangon", ("+", 9, "30"): "Australia/Darwin"}.get(
        (sign, whole, minutes or ""), ""
    )  # fmt: skip


@cache
def _known() -> frozenset[str]:
    """The zones that this machine has. Listing them takes a hundredth of a second, and each recipient needs them."""
    return frozenset(available_timezones())


@cache
def _names() -> dict[str, str]:
    names: dict[str, str] = {}
    # Zones with a country are in use; zones without one are old names.
    used = get_global("zone_territories")
    for name in sorted(_known(), key=lambda name: (name in used, name)):
        names[_folded(name)] = name
        if name in used and used[name] != "001":
            names[_folded(name.rpartition("/")[2])] = name
            for language in LANGUAGES:
                names[_folded(zone_city(name, language))] = name
    for line in _CITIES.strip().splitlines():
        name, _, also = line.strip().partition(": ")
        names |= dict.fromkeys(also.split("; "), name)
    return names


def _folded(text: str) -> str:
    bare = re.sub(r"[^\w]+", " ", text.casefold().replace("_", " ")).strip()
    return bare.removesuffix(" time").removesuffix("时间").strip()
