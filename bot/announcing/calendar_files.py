"""Dates as a person writes them in; the dates of an announcement, and an iCalendar file (RFC 5545) of them, out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from bot.announcing.announcement import CalendarDate
from bot.words.typed_dates import Span, find_dates
from bot.words.zones import DEFAULT, find_zone, zone

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class NoDate(Exception):
    """The text names no date."""


def read_calendar_dates(text: str, today: date, zone_name: str = DEFAULT) -> tuple[CalendarDate, ...]:
    """The dates of a text, one a line: days, perhaps times and a zone, and behind a comma a place.

    Raises `NoDate` with the first line that names none.
    """
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        spans = find_dates(line, today)
        if not spans:
            raise NoDate(line)
        found.append(_from_line(line, spans[0], zone_name))
    if not found:
        raise NoDate(text.strip())
    return tuple(found)


def coming_dates(texts: Iterable[str], today: date, zone_name: str = DEFAULT) -> tuple[CalendarDate, ...]:
    """The coming dates that running texts name, each once, in order: what may be offered for a calendar."""
    spans = {
        (span.first, span.begins or time(), span.last, span.begins, span.ends)
        for text in texts
        for span in find_dates(text, today)
        if span.last >= today
    }
    ordered = sorted(spans, key=lambda one: one[:3])
    return tuple(_dated(first, last, begins, ends, zone_name, "") for first, _, last, begins, ends in ordered)


def calendar_file(
    dates: Sequence[CalendarDate], *, language: str, title: str, about: str, key: str, sequence: int, made: datetime
) -> bytes:
    """The file. `key` names the announcement: a later file with a higher `sequence` replaces its entries."""
    from icalendar import Calendar, Event  # takes a while to import, and few announcements need it

    calendar = Calendar()
    calendar.add("prodid", "-//citedesk//announcements//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for number, one in enumerate(dates):
        entry = Event()
        digest = hashlib.sha256(f"{key}/{number}".encode()).hexdigest()[:32]
        entry.add("uid", f"{digest}@citedesk")
        entry.add("sequence", sequence)
        entry.add("dtstamp", made)
        entry.add("summary", dict(one.titles).get(language) or title)
        if one.all_day:
            last = one.end or one.start
            entry.add("dtstart", one.start.date())
            entry.add("dtend", last.date() + DAY)  # the end is not part of it (RFC 5545, 3.6.1)
            entry.add("transp", "TRANSPARENT")
        else:
            entry.add("dtstart", _named(one.start))
            entry.add("dtend", _named(one.end or one.start + HOUR))
        if one.place:
            entry.add("location", one.place)
        if about:
            entry.add("description", about)
        calendar.add_component(entry)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _named(at: datetime) -> datetime:
    """A moment in a zone that calendars know; what is kept as an offset becomes Beijing's time or UTC."""
    here: tzinfo = zone(DEFAULT)
    local = at.astimezone(here)
    return local if local.utcoffset() == at.utcoffset() else at.astimezone(UTC)


def _from_line(line: str, span: Span, zone_name: str) -> CalendarDate:
    rest = line[span.end :].strip(" ,，;；@·–-—（()）")
    first, _, behind = rest.replace("，", ",").partition(",")
    if span.begins is not None and _is_clock(first):
        zone_name, rest = find_zone(first).zone or zone_name, behind.strip()
    return _dated(span.first, span.last, span.begins, span.ends, zone_name, rest)


def _dated(first: date, last: date, begins: time | None, ends: time | None, zone_name: str, place: str) -> CalendarDate:
    here = zone(zone_name)
    if begins is None:
        end = datetime.combine(last, time(), here) if last > first else None
        return CalendarDate(datetime.combine(first, time(), here), end, all_day=True, place=place)
    start = datetime.combine(first, begins, here)
    end = datetime.combine(last, ends, here) if ends else None
    return CalendarDate(start, end if end is not None and end > start else None, place=place)


def _is_clock(text: str) -> bool:
    """Whether a text speaks of a clock and not of a place: "Nairobi time", "UTC+3", not "Nairobi"."""
    lowered = text.strip().casefold()
    return lowered.endswith(("time", "时间")) or lowered.startswith(("utc", "gmt")) or "/" in lowered
