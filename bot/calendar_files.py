"""Dates as a person writes them in, an iCalendar file (RFC 5545) out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.dates import Span, find_dates
from bot.zones import DEFAULT, find_zone, zone

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of a calendar: whole days, or times of day in a zone."""

    first: date
    last: date
    begins: time | None = None
    ends: time | None = None
    zone: str = DEFAULT
    place: str = ""

    @property
    def all_day(self) -> bool:
        return self.begins is None


class NoDate(Exception):
    """The text names no date."""


def read_events(text: str, today: date, zone_name: str = DEFAULT) -> tuple[Event, ...]:
    """The events of a text, one a line: dates, perhaps times and a zone, and behind a comma or `@` a place.

    Raises `NoDate` with the first line that names none.
    """
    events = []
    for line in filter(None, map(str.strip, text.splitlines())):
        found = find_dates(line, today)
        if not found:
            raise NoDate(line)
        events.append(_event(line, found[0], zone_name))
    if not events:
        raise NoDate(text.strip())
    return tuple(events)


def events_in(texts: Iterable[str], today: date) -> tuple[Event, ...]:
    """The coming dates that running texts name, each once, in order: what may be offered for a calendar."""
    events = {
        Event(span.first, span.last, span.begins, span.ends)
        for text in texts
        for span in find_dates(text, today)
        if span.last >= today
    }
    return tuple(sorted(events, key=lambda one: (one.first, one.begins or time(), one.last)))


def calendar_file(title: str, events: Sequence[Event], *, about: str = "", key: str = "", now: datetime) -> bytes:
    """The file. `key` stays the same when dates are corrected, so that a calendar replaces and does not add."""
    from icalendar import Calendar  # takes a while to import, and few announcements need it
    from icalendar import Event as Entry

    calendar = Calendar()
    calendar.add("prodid", "-//citedesk//announcements//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for number, event in enumerate(events):
        entry = Entry()
        digest = hashlib.sha256(f"{key or title}/{number}".encode()).hexdigest()[:32]
        entry.add("uid", f"{digest}@citedesk")
        entry.add("dtstamp", now)
        entry.add("summary", title)
        if event.begins is None:
            entry.add("dtstart", event.first)
            entry.add("dtend", event.last + timedelta(days=1))  # the end is not part of it (RFC 5545, 3.6.1)
            entry.add("transp", "TRANSPARENT")
        else:
            begins = datetime.combine(event.first, event.begins, zone(event.zone))
            ends = datetime.combine(event.last, event.ends, zone(event.zone)) if event.ends else begins + HOUR
            if ends <= begins:
                ends = begins + HOUR
            entry.add("dtstart", begins)
            entry.add("dtend", ends)
        if event.place:
            entry.add("location", event.place)
        if about:
            entry.add("description", about)
        calendar.add_component(entry)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _event(line: str, span: Span, zone_name: str) -> Event:
    rest = line[span.end :].strip(" ,，;；@·–-—（(")
    words = rest.rstrip("）)").split(",", 1) if "," in rest else rest.rstrip("）)").split("，", 1)
    named = find_zone(words[0].removesuffix(" time").strip()) if words[0].strip() else None
    if span.begins is not None and named is not None and named.zone and _is_zone(words[0]):
        return Event(span.first, span.last, span.begins, span.ends, named.zone, "".join(words[1:]).strip())
    return Event(span.first, span.last, span.begins, span.ends, zone_name, rest.strip())


def _is_zone(text: str) -> bool:
    """Whether a text speaks of a clock and not of a place: "Nairobi time", "UTC+3", not "Nairobi"."""
    lowered = text.strip().casefold()
    return lowered.endswith(("time", "时间")) or lowered.startswith(("utc", "gmt")) or "/" in lowered
