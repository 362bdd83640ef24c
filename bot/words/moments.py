"""A moment in; how it reads in a language, out."""

from __future__ import annotations

from datetime import datetime

from babel.dates import format_datetime

from bot.words.catalogue import Words
from bot.words.zones import zone, zone_label

_DAY = {"en": "d MMM y", "zh": "y年M月d日"}
_TIME = {"en": "EEE d MMM y, HH:mm", "zh": "y年M月d日 EEE HH:mm"}
_CLOCK = {"en": "HH:mm", "zh": "HH:mm"}


def day(w: Words, at: datetime) -> str:
    """12 Dec 2026; 2026年12月12日."""
    return str(format_datetime(at, _DAY[w.language], tzinfo=at.tzinfo, locale=w.language))


def moment(w: Words, at: datetime, zone_name: str) -> str:
    """Sat 12 Dec 2026, 09:00, Nairobi (UTC+3)."""
    shown = format_datetime(at, _TIME[w.language], tzinfo=zone(zone_name), locale=w.language)
    return f"{shown}{', ' if w.language == 'en' else '，'}{zone_label(zone_name, w.language, at)}"


def clock(w: Words, at: datetime, zone_name: str) -> str:
    """09:00, Nairobi (UTC+3)."""
    shown = format_datetime(at, _CLOCK[w.language], tzinfo=zone(zone_name), locale=w.language)
    return f"{shown}{', ' if w.language == 'en' else '，'}{zone_label(zone_name, w.language, at)}"
