"""Dates as a person writes them in; the dates of an announcement, and an iCalendar file (RFC 5545) of them, out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from bot.announcing.announcement import CalendarDate
from bot.words.typed_dates import Span, find_dates, resolve_two_ways
from bot.words.zones import DEFAULT, find_zone, zone

DAY = timedelta(days=1)


class NoDate(Exception):
    """The text names no date."""


class NotWhole(Exception):
    """A line names a date, and something beside it that is not understood: `rest`."""

    def __init__(self, line: str, rest: str) -> None:
        super().__init__(line)
        self.rest = rest


_BEFORE = re.compile(
    r"\W*(?:(?:from|on|at|when|dates?|time|the|between|deadline|due|register|registration|apply|applications?|submit|submissions?|open|opens|are|"
    r"before|by|until|"
    r"no later than|closes?|is|for|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*)\b\W*)*"
    r"(?:(?:请|需|须|应|从|自|于|在|时间|日期|报名|申请|提交|截止|截至|最晚|日期|时间|为|是)\W*)*",
    re.IGNORECASE,
)
"""What may stand before a date in a line of its own."""
_BEHIND = re.compile(
    r"\s*(?:之前|以前|前|截止|为止|at the latest)?\s*(?:报名|提交|申请|注册|投稿|截止)?", re.IGNORECASE
)
"""What may stand behind a deadline."""
_GOES_ON = re.compile(
    r"[之以]?前|o['’]clock|[(（]?(?:not|tbc|tbd|probably|perhaps|maybe|待定)\b|(?:to|until|till|through|and|or|then)\b|[至到和及]\s*\d|[-–—~～&+]\s*\w|.*\d[:：.]\d\d|.*\d\s*[点點时時]|"
    r".*\d\s*[ap]\.?m\b",
    re.IGNORECASE,
)
"""What shows that a line says more of the time than was read."""


def read_calendar_dates(text: str, today: date, zone_name: str = DEFAULT) -> tuple[CalendarDate, ...]:
    """The dates of a text, one a line: days, perhaps times and a zone, and behind a comma a place.

    Raises `NoDate` with the first line that names none, `NotWhole` where a line says more than is understood, and
    `NotATime` where a date in figures can be read two ways.
    """
    found: list[CalendarDate] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        plain = resolve_two_ways(line, today)
        spans = find_dates(plain, today)
        if not spans:
            raise NoDate(line)
        if len(spans) > 1:
            raise NotWhole(line, plain[spans[1].start : spans[1].end])
        before = plain[: spans[0].start]
        if not _BEFORE.fullmatch(before):
            raise NotWhole(line, before.strip())
        behind = _BEHIND.match(plain, spans[0].end) if spans[0].deadline else None
        left = plain[behind.end() if behind else spans[0].end :].strip()
        rest = left.strip(" ,，;；")
        if _GOES_ON.match(rest) or left[:1].isdigit():  # behind a comma a place may begin with a number
            raise NotWhole(line, rest)
        found += _from_line(left, spans[0], zone_name)
    if not found:
        raise NoDate(text.strip())
    return tuple(found)


def coming_dates(texts: Iterable[str], today: date, zone_name: str = DEFAULT) -> tuple[CalendarDate, ...]:
    """The coming dates that running texts name, each once: the event's own in order, then openings and deadlines."""
    named = {
        (dated.deadline or dated.opening, dated.start.replace(tzinfo=None), span.last, dated)
        for text in texts
        for span in find_dates(text, today)
        if span.last >= today
        for dated in _entries(span, zone_name, "")
        if not dated.opening or dated.start.date() >= today
    }
    return tuple(dated for *_, dated in sorted(named, key=lambda one: one[:3]))


def calendar_file(
    dates: Sequence[CalendarDate],
    *,
    language: str,
    title: str,
    about: str,
    key: str,
    sequence: int,
    made: datetime,
    deadline: str = "{title}",
    opening: str = "{title}",
) -> bytes:
    """The file. `key` names the announcement: a later file with a higher `sequence` replaces its entries.

    `deadline` and `opening`: how an entry is called that is one, with `{title}` in it.
    """
    from icalendar import Calendar, Event  # takes a while to import, and few announcements need it

    calendar = Calendar()
    calendar.add("prodid", "-//citedesk//announcements//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for number, dated in enumerate(dates):
        entry = Event()
        digest = hashlib.sha256(f"{key}/{number}".encode()).hexdigest()[:32]
        entry.add("uid", f"{digest}@citedesk")
        entry.add("sequence", sequence)
        entry.add("dtstamp", made)
        summary = dict(dated.titles).get(language) or title
        form = deadline if dated.deadline else opening if dated.opening else "{title}"
        entry.add("summary", form.replace("{title}", summary))
        if dated.all_day:
            last = dated.end or dated.start
            entry.add("dtstart", dated.start.date())
            entry.add("dtend", last.date() + DAY)  # the end is not part of it (RFC 5545, 3.6.1)
            entry.add("transp", "TRANSPARENT")
        else:
            entry.add("dtstart", _named(dated.start))
            if dated.end is not None:  # nobody wrote how long it lasts: it is a moment (RFC 5545, 3.6.1)
                entry.add("dtend", _named(dated.end))
        if dated.place:
            entry.add("location", dated.place)
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


def _entries(span: Span, zone_name: str, place: str) -> tuple[CalendarDate, ...]:
    """What a span is in a calendar: one entry; of days in which something can be done, the first and the last."""
    if not span.period:
        dated = _dated(span.first, span.last, span.begins, span.ends, zone_name, place)
        return (replace(dated, deadline=span.deadline),)
    return (
        replace(_dated(span.first, span.first, span.begins, None, zone_name, place), opening=True),
        replace(_dated(span.last, span.last, span.ends, None, zone_name, place), deadline=True),
    )


def _from_line(left: str, span: Span, zone_name: str) -> tuple[CalendarDate, ...]:
    """`left`: what the line says behind the date."""
    rest = left.strip(" ,，;；@·–-—（()）")
    first, _, behind = rest.replace("，", ",").partition(",")
    if span.begins is not None and _is_clock(first):
        zone_name, rest = find_zone(first).zone or zone_name, behind.strip()
    return _entries(span, zone_name, rest)


def _dated(first: date, last: date, begins: time | None, ends: time | None, zone_name: str, place: str) -> CalendarDate:
    here = zone(zone_name)
    if begins is None:
        end = datetime.combine(last, time(), here) if last > first else None
        return CalendarDate(datetime.combine(first, time(), here), end, all_day=True, place=place)
    start = datetime.combine(first, begins, here)
    end = datetime.combine(last, ends, here) if ends else None
    if end is not None and end <= start and last == first:  # 22:00–02:00 ends on the day after
        end += DAY
    return CalendarDate(start, end if end is not None and end > start else None, place=place)


def _is_clock(text: str) -> bool:
    """Whether a text speaks of a clock and not of a place: "Nairobi time", "UTC+3", not "Nairobi"."""
    lowered = text.strip().casefold()
    return lowered.endswith(("time", "时间")) or lowered.startswith(("utc", "gmt")) or "/" in lowered
