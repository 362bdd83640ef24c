"""Text in English or Chinese in; its dates and times of day, with their places in the text, out.

`find_dates` reads running text ("11–22 May 2026", "2026年5月11日至22日"), for calendar files. `read_moment` reads
a person's answer to "when?" ("tomorrow 9:00", "12 Dec 15:00 Nairobi", "明天下午3点"), for schedules.

Why no date library? Libraries that read people's dates guess: 05/06 becomes May or June, depending on the machine's
settings. Here a date with two readings is refused, and both readings are named.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from bot.words.zones import find_zone, zone

MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
NINE = time(9)
"""The time of day when only a day is named."""
FARTHEST = timedelta(days=730)
TimeProblem = Literal["unread", "ambiguous", "impossible", "zone", "past", "far"]


@dataclass(frozen=True, slots=True)
class Span:
    """A date, or days from `first` to `last`, perhaps with times of day; `text[start:end]` names it."""

    first: date
    last: date
    begins: time | None
    ends: time | None
    start: int
    end: int
    deadline: bool = False
    """Whether it is the last day, or moment, for something: "register before 30 June"."""
    period: bool = False
    """Whether it is the days in which something can be done: "register from 1 to 30 June"."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time, and the zone it was named in."""

    at: datetime
    """Aware, in UTC."""
    zone: str


class NotATime(Exception):
    """The text names no usable point in time. `problem`: why; `detail`: the part of the text, or the time."""

    def __init__(self, problem: TimeProblem, detail: str = "", suggestions: tuple[str, ...] = ()) -> None:
        super().__init__(f"{problem}: {detail}")
        self.problem, self.detail, self.suggestions = problem, detail, suggestions


_MONTH = (
    r"(?P<{0}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_DAY = r"(?P<{0}>[0-3]?\d)(?:st|nd|rd|th)?"
_TO = r"\s*(?:–|—|-|−|~|～|to|until|till|through|至|到)\s*"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?\s+)?"
_YEAR = r"(?P<{0}>20\d\d)"
_DAY_FIRST = r"1[3-9]|2\d|3[01]"
"""A day that cannot be a month: beside it, figures are read one way."""
_SHORT_RANGE = (
    rf"(?<![\d./])(?P<d1>[0-3]?\d)\.?{_TO}(?P<d2>{_DAY_FIRST})[./](?P<m2>[01]?\d)[./]{_YEAR.format('y2')}(?!\d)"
)
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        # between 1 and 30 June 2026
        rf"\bbetween\s+{_DAY.format('d1')}(?:\s+(?:of\s+)?{_MONTH.format('m1')})?(?:,?\s*{_YEAR.format('y1')})?\s+and\s+"
        rf"{_DAY.format('d2')}\s+(?:of\s+)?{_MONTH.format('m2')}(?:,?\s*{_YEAR.format('y2')})?",
        # 10.5.2027–14.5.2027, 28.5.2027–3.6.2027, 10.–14.5.2027, 14.5.2027: read one way where a day is over 12
        rf"(?<![\d./])(?P<d1>[0-3]?\d)[./](?P<m1>[01]?\d)[./]{_YEAR.format('y1')}{_TO}"
        rf"(?P<d2>{_DAY_FIRST})[./](?P<m2>[01]?\d)[./]{_YEAR.format('y2')}(?!\d)",
        rf"(?<![\d./])(?P<d1>{_DAY_FIRST})[./](?P<m1>[01]?\d)[./]{_YEAR.format('y1')}{_TO}"
        rf"(?P<d2>[0-3]?\d)[./](?P<m2>[01]?\d)[./]{_YEAR.format('y2')}(?!\d)",
        _SHORT_RANGE,
        rf"(?<![\d./])(?P<d1>{_DAY_FIRST})[./](?P<m1>[01]?\d)[./]{_YEAR.format('y1')}(?![\d/])",
        # 11–22 May 2026, 28 May – 3 June 2026, 11 May
        rf"\b{_DAY.format('d1')}(?:\s+(?:of\s+)?{_MONTH.format('m1')})?(?:,?\s*{_YEAR.format('y1')})?{_TO}{_WEEKDAY}"
        rf"{_DAY.format('d2')}\s+(?:of\s+)?{_MONTH.format('m2')}(?:,?\s*{_YEAR.format('y2')})?",
        rf"\b{_DAY.format('d1')}\s+(?:of\s+)?{_MONTH.format('m1')}(?:,?\s*{_YEAR.format('y1')})?",
        # May 11–22, 2026, May 28 – June 3, 2026, May 11
        rf"\b{_MONTH.format('m1')}\s+{_DAY.format('d1')}(?:,?\s*{_YEAR.format('y1')})?{_TO}"
        rf"(?:{_MONTH.format('m2')}\s+)?{_DAY.format('d2')}\b(?!\s*(?:[:.]\d|[ap]m))(?:,?\s*{_YEAR.format('y2')})?",
        rf"\b{_MONTH.format('m1')}\s+{_DAY.format('d1')}\b(?!:)(?:,?\s*{_YEAR.format('y1')})?",
        # 2026-05-11, 2026-05-11 – 2026-05-22, 2026-05-11/22
        rf"(?<!\d){_YEAR.format('y1')}[-/.](?P<m1>[01]?\d)[-/.](?P<d1>[0-3]?\d)(?!\d)"
        rf"(?:{_TO}{_YEAR.format('y2')}[-/.](?P<m2>[01]?\d)[-/.](?P<d2>[0-3]?\d)(?!\d))?",
        # 2026年5月11日至22日, 5月28日至6月3日, 5月11日
        rf"(?:(?<!\d){_YEAR.format('y1')}\s*年\s*)?(?<!\d)(?P<m1>[01]?\d)\s*月\s*(?P<d1>[0-3]?\d)\s*[日号號]?"
        rf"(?:{_TO}(?:{_YEAR.format('y2')}\s*年\s*)?(?:(?P<m2>[01]?\d)\s*月\s*)?(?P<d2>[0-3]?\d)\s*[日号號])?",
    )
)
_CLOCK = (
    r"(?:(?P<p{0}>上午|下午|晚上|早上|凌晨|中午|傍晚)\s*)?(?:(?P<h{0}>[0-2]?\d)(?:[:：](?P<n{0}>[0-5]\d)|"
    r"\s*[点點时時]\s*(?:(?P<k{0}>[0-5]?\d)\s*分?|(?P<half{0}>半))?|"
    r"(?=\s*[ap]\.?m\b))(?:\s*(?P<a{0}>[ap])\.?m\b\.?)?|(?P<noon{0}>noon))"
)
_TIME = re.compile(
    rf"(?<![\d:]){_CLOCK.format(1)}(?:\s*(?:–|—|-|−|~|～|to|until|till|至|到)\s*{_CLOCK.format(2)})?(?![\d:])",
    re.IGNORECASE,
)
_JOINING = re.compile(
    r"[\s,，;；T]*(?:at|from|on|@|\([^)]{1,12}\)|（[^）]{1,6}）|(?:周|星期)[一二三四五六日天])?[\s,，]*", re.IGNORECASE
)
_BETWEEN = re.compile(rf"[\s,，]*{_TO}{_WEEKDAY}(?:[（(]?(?:周|星期)[一二三四五六日天][)）]?)?[\s,，]*", re.IGNORECASE)
"""What stands between the two ends of a span of days and times."""
_DEADLINE = re.compile(
    r"(?:\b(?:before|by|until|till|no later than|not later than|at the latest|deadline|due|closes?|closing|"
    r"ends?|expires?)\b"
    r"(?:\s+(?:is|on|date|for|of|to|the|applications?|registration|submissions?|:))*|截止(?:日期|时间|时|到|至|"
    r"于|为|是)*|"
    r"截至|最晚|最迟|不迟于|之前|以前)[\s:：,，]*$",
    re.IGNORECASE,
)
_DAY_ON = re.compile(
    rf"\s*[,，]?{_TO}{_WEEKDAY}{_DAY.format('d')}(?:\s*[日号號]|(?<=[a-z])(?!\s*[a-z]))(?!\s*[月./])", re.IGNORECASE
)
"""The day on which something ends whose month was named before: 5月10日9:00至14日17:00."""
_PERIOD = re.compile(
    r"(?:\b(?:regist(?:er|ration)s?|appl(?:y|ications?)|enrol(?:l?ments?|l)?|sign[- ]?up|submi(?:t|ssions?)|"
    r"nominat(?:e|ions?)|call for papers)\b[^.;!?\n]{0,30}|"
    r"(?:报名|申请|提交|注册|投稿|征集|申报|推荐)[^。；！？\n]{0,12})$",
    re.IGNORECASE,
)
"""What stands before days in which something can be done."""
_DEADLINE_BEHIND = re.compile(r"\s*(?:前|之前|以前|截止|为止|at the latest|\(?deadline)", re.IGNORECASE)
_TWO_WAYS = re.compile(r"(?<!\d)([0-3]?\d)[/.]([0-3]?\d)(?:[/.](\d{4}|\d\d))?(?!\d)")
_IN_FIGURES = r"[0-3]?\d[/.][0-3]?\d(?:[/.](?:\d{4}|\d\d))?"
_TWO_OF_A_RANGE = re.compile(rf"((?<![\d./]){_IN_FIGURES})({_TO})({_IN_FIGURES}(?![\d./]))", re.IGNORECASE)
_FROM_NOW = re.compile(
    r"(?:in\s+)?(?P<n>\d{1,3}|an?|one|半|一)\s*(?P<unit>minutes?|mins?|hours?|hrs?|days?|weeks?|分钟|个?小时|"
    r"天|周|个星期)"
    r"(?:\s*(?:from now|later|后|以后|之后))?",
    re.IGNORECASE,
)
_DAYS = {
    **dict.fromkeys(("today", "tonight", "今天", "今晚"), 0),
    **dict.fromkeys(("tomorrow", "明天", "明晚"), 1),
    **dict.fromkeys(("yesterday", "昨天"), -1),
    "后天": 2,
    "大后天": 3,
}
_EVENINGS = ("tonight", "今晚", "明晚")
_WEEKDAYS = re.compile(
    r"\b(?:(?P<next>next|this)\s+)?(?:on\s+)?(?P<en>mon|tue|wed|thu|fri|sat|sun)[a-z]*\b|(?P<zhnext>下|这|"
    r"本)?(?:周|星期|礼拜)(?P<zh>[一二三四五六日天])",
    re.IGNORECASE,
)


def find_dates(text: str, today: date) -> tuple[Span, ...]:
    """The dates that a text names, in its order. A date without a year is the next one from `today`."""
    named: list[tuple[int, int, tuple[date, date]]] = []
    for form in _FORMS:
        for match in form.finditer(text):
            if any(match.start() < end and start < match.end() for start, end, _ in named):
                continue
            days = _days(match, today)
            if days is not None:
                named.append((match.start(), match.end(), days))
    named.sort()
    nexts = [*(start for start, _, _ in named[1:]), len(text)][: len(named)]
    spans = [_with_time(text, days, start, end, limit) for (start, end, days), limit in zip(named, nexts, strict=True)]
    return tuple(_as_deadline(text, span) for span in _merged(text, spans, today))


def _merged(text: str, spans: list[Span], today: date) -> list[Span]:
    """The spans, two of them as one where the text goes from one to the other: "10 May 9:00 – 14 May 17:00"."""
    merged: list[Span] = []
    for named in (_going_on(text, span) for span in spans):
        before = merged[-1] if merged else None
        span = named if before is None else _in_the_same_year(text, named, before.first)
        if (
            before is not None
            and before.first == before.last
            and before.ends is None
            and span.first == span.last
            and span.ends is None
            and before.first <= span.first
            and _BETWEEN.fullmatch(text, before.end, span.start)
        ):
            merged[-1] = Span(before.first, span.last, before.begins, span.begins, before.start, span.end)
        else:
            merged.append(named)
    return merged


def _going_on(text: str, span: Span) -> Span:
    """The span with the day on which it ends, where only that is named: 5月10日9:00至14日17:00."""
    if span.begins is None or span.ends is not None or span.first != span.last:
        return span
    behind = _DAY_ON.match(text, span.end)
    last = _date(span.first.year, span.first.month, int(behind["d"])) if behind else None
    if behind is None or last is None or last <= span.first:
        return span
    ending = _with_time(text, (last, last), behind.start("d"), behind.end(), len(text))
    return Span(span.first, last, span.begins, ending.begins, span.start, ending.end)


def _in_the_same_year(text: str, span: Span, first: date) -> Span:
    """A day that is named without a year, as the end of what begins on another: the next one from there."""
    if span.first != span.last or re.search(r"20\d\d", text[span.start : span.end]):
        return span
    for year in (first.year, first.year + 1):
        day = _date(year, span.first.month, span.first.day)
        if day is not None and day >= first:
            return replace(span, first=day, last=day)
    return span


def _as_deadline(text: str, span: Span) -> Span:
    """The span, marked where the words around it say that it is the last day for something."""
    if span.first != span.last:
        return replace(span, period=bool(_PERIOD.search(text, max(0, span.start - 60), span.start)))
    said = _DEADLINE.search(text, 0, span.start) or _DEADLINE_BEHIND.match(text, span.end)
    return replace(span, deadline=said is not None)


def resolve_two_ways(text: str, today: date) -> str:
    """The text with each date in figures, 25/12/2027, written as 2027-12-25.

    Raises `NotATime`: where such a date can be read two ways, with both readings; where there is no such day. Two
    dates of one range are written in one way: 10.5.2027–14.5.2027 has one reading, since there is no month 14.
    """
    text = _TWO_OF_A_RANGE.sub(lambda match: _range_of_two(match, today), text)
    text = re.sub(_SHORT_RANGE, lambda match: _as_iso(match, today), text, flags=re.IGNORECASE)
    return _TWO_WAYS.sub(lambda match: _of_two(match, today).isoformat(), text)


def read_moment(text: str, now: datetime, zone_name: str) -> Moment:
    """The point in time that a person means, in the zone they name, else in `zone_name`.

    `now` is aware. Raises `NotATime`: also for what is past, or more than two years ahead.
    """
    phrase = re.sub(r"(?<=\d)T(?=\d)", " ", re.sub(r"\bat (\d{1,2})(?=\s|$|,)", r"\1:00", text.strip()))
    from_now = _FROM_NOW.fullmatch(phrase)
    if from_now:
        length = _length(from_now)
        if length > FARTHEST:
            raise NotATime("far", (now + length).isoformat())
        return Moment((now + length).astimezone(UTC), zone_name)
    clock, phrase = _take_clock(phrase)
    # The zone is read first, because "tomorrow" depends on it. It is the text that is left after the date.
    trial, leftover = _take_day(phrase, now.astimezone(zone(zone_name)).date())
    leftover = re.sub(r"\b(?:at|on|in|from)\b|[,，。()（）@]|的|时间$", " ", leftover, flags=re.IGNORECASE).strip()
    if leftover:
        zone_match = find_zone(leftover)
        if not zone_match.zone:
            raise NotATime("zone" if trial or clock else "unread", leftover, zone_match.suggestions)
        zone_name = zone_match.zone
    local = now.astimezone(zone(zone_name))
    day, _ = _take_day(phrase, local.date())
    if day is None and clock is None:
        raise NotATime("unread", text.strip())
    if clock is None:
        clock = NINE
    elif any(word in text.lower() for word in _EVENINGS) and clock.hour < 12:
        clock = clock.replace(hour=clock.hour + 12)
    at = datetime.combine(day or local.date(), clock, zone(zone_name))
    if day is None and at <= now:
        at = datetime.combine(local.date() + timedelta(days=1), clock, zone(zone_name))
    if at <= now:
        raise NotATime("past", at.isoformat())
    if at - now > FARTHEST:
        raise NotATime("far", at.isoformat())
    return Moment(at.astimezone(UTC), zone_name)


def _take_clock(text: str) -> tuple[time | None, str]:
    """The first time of day, and the text without it."""
    for match in _TIME.finditer(text):
        clock = _clock(match, 1)
        if clock is not None:
            return clock, f"{text[: match.start()]} {text[match.end() :]}"
    return None, text


def _take_day(text: str, today: date) -> tuple[date | None, str]:
    """The day that a text names, and the text without it."""
    spans = find_dates(text, today)
    if spans:
        return spans[0].first, f"{text[: spans[0].start]} {text[spans[0].end :]}"
    two_ways = _TWO_WAYS.search(text)
    if two_ways:
        return _of_two(two_ways, today), f"{text[: two_ways.start()]} {text[two_ways.end() :]}"
    if any(form.search(text) for form in _FORMS):
        raise NotATime("impossible", text.strip())
    for word in sorted(_DAYS, key=len, reverse=True):
        position = text.lower().find(word)
        if position >= 0:
            return today + timedelta(days=_DAYS[word]), f"{text[:position]} {text[position + len(word) :]}"
    weekday = _WEEKDAYS.search(text)
    if weekday:
        return _weekday(weekday, today), f"{text[: weekday.start()]} {text[weekday.end() :]}"
    return None, text


def _weekday(match: re.Match[str], today: date) -> date:
    """The next such weekday; "next Monday" and 下周一 are in the week after this one."""
    if match["en"]:
        weekday = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].index(match["en"].lower())
        later = (match["next"] or "").lower() == "next"
    else:
        weekday = "一二三四五六日天".index(match["zh"]) % 7 if match["zh"] != "天" else 6
        later = match["zhnext"] == "下"
    if later:
        return today + timedelta(days=7 - today.weekday() + weekday)
    return today + timedelta(days=(weekday - today.weekday()) % 7)


def _of_two(match: re.Match[str], today: date) -> date:
    first, second = int(match[1]), int(match[2])
    year = int(match[3]) if match[3] else today.year
    year += 2000 if year < 100 else 0
    readings = [reading for reading in (_date(year, second, first), _date(year, first, second)) if reading]
    if not readings:
        raise NotATime("impossible", match[0])
    if len(set(readings)) == 2:
        raise NotATime("ambiguous", match[0], tuple(reading.isoformat() for reading in readings))
    return _coming(readings[0], today) if not match[3] else readings[0]


def _as_iso(match: re.Match[str], today: date) -> str:
    days = _days(match, today)
    return f"{days[0].isoformat()} – {days[1].isoformat()}" if days else match[0]


def _range_of_two(match: re.Match[str], today: date) -> str:
    """A range of two dates in figures, as ISO where only one order of day and month fits both."""
    ends = [_TWO_WAYS.search(match[1]), _TWO_WAYS.search(match[3])]
    years = [int(end[3]) if end and end[3] else 0 for end in ends]
    year = max(years) or today.year
    readings = []
    for day, month in ((1, 2), (2, 1)):
        dates = [_date((2000 if year < 100 else 0) + year, int(end[month]), int(end[day])) for end in ends if end]
        if all(dates):
            readings.append([one.isoformat() for one in dates if one])
    if len(readings) != 1 or (0 not in years and years[0] != years[1]):
        return match[0]
    return match[2].join(readings[0])


def _days(match: re.Match[str], today: date) -> tuple[date, date] | None:
    """First and last day of a match; None: there is no such day."""
    part = match.groupdict()
    month = part.get("m1") or part.get("m2")
    last_month = part.get("m2") or month
    year, last_year = part.get("y1"), part.get("y2")
    stated = year or last_year
    if month is None or last_month is None:
        return None
    first = _date(int(stated or today.year), _month(month), int(part["d1"]))
    if first is None:
        return None
    if not stated:
        first = _coming(first, today)
    if not part.get("d2"):
        return first, first
    last = _date(int(last_year or first.year), _month(last_month), int(part["d2"]))
    if last is not None and last < first and not last_year:
        last = _date(first.year + 1, last.month, last.day)
    if last is None or last < first or (last - first).days > 366:
        if last is not None and last_year and not year:  # 28 December – 5 January 2027
            earlier = _date(int(last_year) - 1, first.month, first.day)
            if earlier is not None:
                return earlier, last
        return None
    return first, last


def _coming(day: date, today: date) -> date:
    """A day without a year: in this year, or in the next year if it is long past."""
    if day < today - timedelta(days=60):
        return _date(day.year + 1, day.month, day.day) or day
    return day


def _with_time(text: str, days: tuple[date, date], start: int, end: int, limit: int) -> Span:
    """The span of days, with the times of day directly behind it, before `limit`, where the next date begins."""
    between = _JOINING.match(text, end, limit)
    at = between.end() if between else end
    match = _TIME.match(text, at, limit)
    if match is None:
        return Span(*days, None, None, start, end)
    begins = _clock(match, 1)
    if begins is None:  # 25:00 is no time of day: it stays unread, and is asked about
        return Span(*days, None, None, start, end)
    return Span(*days, begins, _clock(match, 2), start, match.end())


def _clock(match: re.Match[str], number: int) -> time | None:
    if match[f"noon{number}"]:
        return time(12)
    if not match[f"h{number}"]:
        return None
    hour = int(match[f"h{number}"])
    if hour == 24 and not int(match[f"n{number}"] or match[f"k{number}"] or 0):
        return time(23, 59)  # the end of the day, on the day that was named
    minute = 30 if match[f"half{number}"] else int(match[f"n{number}"] or match[f"k{number}"] or 0)
    half = (match[f"a{number}"] or "").lower()
    # 9:00–11:30 am: "am" is for both times.
    if not half and number == 1 and match["a2"] and hour <= int(match["h2"] or 0):
        half = match["a2"].lower()
    period = match[f"p{number}"] or (match["p1"] if number == 2 and hour < 12 else "") or ""
    if half and not 1 <= hour <= 12:
        return None
    if (half == "p" or period in ("下午", "晚上", "傍晚") or (period == "中午" and hour < 11)) and hour < 12:
        hour += 12
    if (half == "a" or period == "凌晨") and hour == 12:
        hour = 0
    return time(hour, minute) if hour < 24 else None


def _length(match: re.Match[str]) -> timedelta:
    n = {"a": 1.0, "an": 1.0, "one": 1.0, "一": 1.0, "半": 0.5}.get(match["n"].lower())
    n = float(match["n"]) if n is None else n
    unit = match["unit"].lower()
    if unit.startswith("min") or unit == "分钟":
        return timedelta(minutes=n)
    if unit.startswith("h") or "小时" in unit:
        return timedelta(hours=n)
    return timedelta(days=n) if unit.startswith("day") or unit == "天" else timedelta(weeks=n)


def _month(text: str) -> int:
    return int(text) if text.isdecimal() else MONTHS.index(text[:3].lower()) + 1


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
