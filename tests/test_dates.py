"""Dates, zones and countries as people write them; what can be read two ways is never guessed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from bot.announcing.announcement import CalendarDate
from bot.announcing.calendar_files import NoDate, NotWhole, calendar_file, coming_dates, read_calendar_dates
from bot.announcing.drafting_messages import calendar_date
from bot.words.catalogue import words
from bot.words.country_names import country_name, find_country
from bot.words.markup import Html, visible
from bot.words.typed_dates import NotATime, find_dates, read_moment
from bot.words.zones import find_zone, zone, zone_city, zone_label, zones_of

TODAY = date(2025, 11, 21)
NOW = datetime(2025, 11, 21, 6, tzinfo=UTC)  # 14:00 in Beijing, a Friday


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("The workshop runs 11–22 May 2026 in Beijing.", "2026-05-11", "2026-05-22"),
        ("May 11-22, 2026", "2026-05-11", "2026-05-22"),
        ("from 28 May to 3 June 2026", "2026-05-28", "2026-06-03"),
        ("Monday 11 to Friday 22 May 2026", "2026-05-11", "2026-05-22"),
        ("28 December – 5 January 2027", "2026-12-28", "2027-01-05"),
        ("2026-05-11 – 2026-05-22", "2026-05-11", "2026-05-22"),
        ("2026年5月11日至22日", "2026-05-11", "2026-05-22"),
        ("5月28日至6月3日举行", "2026-05-28", "2026-06-03"),
        ("apply before 1 March", "2026-03-01", "2026-03-01"),
        ("12月5日", "2025-12-05", "2025-12-05"),
    ],
)
def test_dates_are_found_in_running_text(text: str, first: str, last: str) -> None:
    (span,) = find_dates(text, TODAY)
    assert (span.first.isoformat(), span.last.isoformat()) == (first, last)


@pytest.mark.parametrize(
    ("text", "begins", "ends"),
    [
        ("11 May 2026 09:00–12:00", time(9), time(12)),
        ("May 11, 2026, 9am–5pm", time(9), time(17)),
        ("2026年5月11日（周一）上午9:00至11:30", time(9), time(11, 30)),
        ("5月11日下午3点半", time(15, 30), None),
        ("12 May, 9:00-11:30 am", time(9), time(11, 30)),
    ],
)
def test_times_behind_a_date_belong_to_it(text: str, begins: time, ends: time | None) -> None:
    (span,) = find_dates(text, TODAY)
    assert (span.begins, span.ends) == (begins, ends)


@pytest.mark.parametrize(
    "text", ["14th workshop in May", "31 Feb 2026", "3 people came", "第13届培训班", "1/2 of them"]
)
def test_what_is_no_date_is_left_alone(text: str) -> None:
    assert find_dates(text, TODAY) == ()


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("tomorrow 9:00", "2025-11-22T01:00"),
        ("tomorrow at 3pm Beijing time", "2025-11-22T07:00"),
        ("12 Dec 15:00 Nairobi", "2025-12-12T12:00"),
        ("明天下午3点", "2025-11-22T07:00"),
        ("明天9点 内罗毕时间", "2025-11-22T06:00"),
        ("15:00", "2025-11-21T07:00"),
        ("9am", "2025-11-22T01:00"),
        ("in 2 hours", "2025-11-21T08:00"),
        ("半小时后", "2025-11-21T06:30"),
        ("next Monday at 9", "2025-11-24T01:00"),
        ("下周一上午10点半", "2025-11-24T02:30"),
        ("今晚8点", "2025-11-21T12:00"),
        ("2025-12-01T10:00 UTC", "2025-12-01T10:00"),
        ("25/12 10:00", "2025-12-25T02:00"),
        ("12月12日", "2025-12-12T01:00"),
    ],
)
def test_moment_is_read_in_the_zone_that_is_named(text: str, at: str) -> None:
    assert read_moment(text, NOW, "Asia/Shanghai").at.strftime("%Y-%m-%dT%H:%M") == at


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("whenever you like", "unread"),
        ("yesterday 9:00", "past"),
        ("", "unread"),
        ("25:00", "unread"),
        ("05/06/2026 10:00", "ambiguous"),
        ("31 Feb 10:00", "impossible"),
        ("2025-11-20 10:00", "past"),
        ("tomorrow 9:00 Nairoby", "zone"),
        ("2029-01-01 9:00", "far"),
        ("in 900 weeks", "far"),
    ],
)
def test_moment_that_cannot_be_used_says_why(text: str, problem: str) -> None:
    with pytest.raises(NotATime) as refused:
        read_moment(text, NOW, "Asia/Shanghai")
    assert refused.value.problem == problem


def test_both_readings_of_a_doubtful_date_and_near_zones_are_offered() -> None:
    with pytest.raises(NotATime) as refused:
        read_moment("05/06/2026 10:00", NOW, "UTC")
    assert refused.value.suggestions == ("2026-06-05", "2026-05-06")
    with pytest.raises(NotATime) as refused:
        read_moment("tomorrow 9:00 Nairoby", NOW, "UTC")
    assert refused.value.suggestions == ("Africa/Nairobi",)


@given(st.text(max_size=60))
def test_no_text_at_all_breaks_the_readers(text: str) -> None:
    for span in find_dates(text, TODAY):
        assert 0 <= span.start < span.end <= len(text)
        assert span.first <= span.last
    find_country(text)
    find_zone(text)
    try:
        assert read_moment(text, NOW, "Asia/Shanghai").at > NOW
    except NotATime:
        return


# Zones and countries


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Nairobi", "Africa/Nairobi"),
        ("内罗毕", "Africa/Nairobi"),
        ("內羅畢", "Africa/Nairobi"),
        ("Kenya", "Africa/Nairobi"),
        ("Beijing time", "Asia/Shanghai"),
        ("北京时间", "Asia/Shanghai"),
        ("北京時間", "Asia/Shanghai"),
        ("UTC+3", "Etc/GMT-3"),
        ("GMT-5", "Etc/GMT+5"),
        ("+5:30", "Asia/Kolkata"),
        ("america/new_york", "America/New_York"),
        ("UTC", "Etc/UTC"),
    ],
)
def test_zone_is_known_by_city_country_and_offset(text: str, name: str) -> None:
    assert find_zone(text).zone == name


def test_zones_of_this_machine_are_listed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes the system a hundredth of a second, and the night of every recipient asks for a zone."""
    zone("Africa/Nairobi")
    monkeypatch.setattr("bot.words.zones.available_timezones", lambda: pytest.fail("listed again"))
    assert (str(zone("Asia/Tokyo")), str(zone("Nowhere"))) == ("Asia/Tokyo", "Asia/Shanghai")
    assert zones_of("KE") == ("Africa/Nairobi",)


def test_country_with_several_zones_offers_the_chief_one_first() -> None:
    assert find_zone("Brazil").suggestions[0] == "America/Sao_Paulo"
    assert zones_of("CN") == ("Asia/Shanghai",)


def test_zone_is_shown_as_people_call_it() -> None:
    assert zone_label("Africa/Nairobi", "en", NOW) == "Nairobi (UTC+3)"
    assert zone_label("Asia/Shanghai", "zh", NOW) == "北京（UTC+8）"
    assert zone_label("Asia/Kolkata", "en", NOW) == "Kolkata (UTC+5:30)"
    assert zone_city("Etc/GMT-3", "en") == "UTC+3"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Kenya", "KE"),
        (" kenya ", "KE"),
        ("肯尼亚", "KE"),
        ("肯尼亞", "KE"),
        ("肯亞", "KE"),
        ("KEN", "KE"),
        ("UK", "GB"),
        ("Côte d’Ivoire", "CI"),
        ("cote d'ivoire", "CI"),
        ("Ivory Coast", "CI"),
        ("the Netherlands", "NL"),
        ("Viet Nam", "VN"),
        ("Turkey", "TR"),
        ("南韩", "KR"),
    ],
)
def test_country_is_known_by_every_name_in_use(text: str, code: str) -> None:
    assert find_country(text).code == code


def test_country_that_is_misspelt_or_doubtful_is_asked_back() -> None:
    assert find_country("Kenia").suggestions == ("KE",)
    assert set(find_country("Congo").suggestions[:2]) == {"CD", "CG"}
    assert find_country("Atlantis").code == ""
    assert (country_name("KE", "en"), country_name("KE", "zh")) == ("Kenya", "肯尼亚")


# Calendar files

BEIJING, NAIROBI = zone("Asia/Shanghai"), zone("Africa/Nairobi")


def filed(*dates: CalendarDate, about: str = "") -> bytes:
    return calendar_file(dates, language="zh", title="国际培训班", about=about, key="a1", sequence=1, made=NOW)


def test_calendar_file_holds_days_and_times_as_they_were_meant() -> None:
    text = "11–22 May 2026, Beijing\n11 May 2026 09:00–12:00 Nairobi time, Hall 3"
    dates = read_calendar_dates(text, TODAY)
    assert dates == (
        CalendarDate(
            datetime(2026, 5, 11, tzinfo=BEIJING), datetime(2026, 5, 22, tzinfo=BEIJING), all_day=True, place="Beijing"
        ),
        CalendarDate(
            datetime(2026, 5, 11, 9, tzinfo=NAIROBI), datetime(2026, 5, 11, 12, tzinfo=NAIROBI), place="Hall 3"
        ),
    )
    days, hours = Calendar.from_ical(filed(*dates, about="See you; there, <b>")).walk("VEVENT")
    assert (days["SUMMARY"], days.decoded("DTSTART"), days.decoded("DTEND")) == (
        "国际培训班",
        date(2026, 5, 11),
        date(2026, 5, 23),
    )
    assert hours.decoded("DTSTART").astimezone(UTC) == datetime(2026, 5, 11, 6, tzinfo=UTC)
    assert hours["LOCATION"] == "Hall 3"
    assert days["DESCRIPTION"] == "See you; there, <b>"
    assert days["UID"] != hours["UID"]


def test_date_without_a_zone_is_beijing_time_in_the_calendar() -> None:
    (one,) = read_calendar_dates("2026年5月11日上午9点", TODAY)
    kept = datetime.fromisoformat(one.start.isoformat())  # as the database keeps it: an offset, no name
    assert b"DTSTART;TZID=Asia/Shanghai:20260511T090000" in filed(CalendarDate(kept))


def test_calendar_keeps_its_entries_when_a_date_is_corrected() -> None:
    def uid(day: int) -> bytes:
        file = filed(CalendarDate(datetime(2026, 5, day, tzinfo=BEIJING), all_day=True))
        return next(line for line in file.splitlines() if line.startswith(b"UID"))

    assert uid(11) == uid(12)


def test_line_without_a_date_is_named() -> None:
    with pytest.raises(NoDate, match="some day soon"):
        read_calendar_dates("11 May 2026\nsome day soon", TODAY)


def test_coming_dates_of_both_texts_are_offered_once() -> None:
    texts = ("11–22 May 2026, apply by 1 March 2026 (we met on 3 May 2024)", "2026年5月11日至22日，3月1日前报名")
    found = coming_dates(texts, TODAY)
    assert [(dated.start.date().isoformat(), dated.all_day, dated.deadline) for dated in found] == [
        ("2026-05-11", True, False),
        ("2026-03-01", True, True),  # a deadline stands behind the event's own dates
    ]


@pytest.mark.parametrize(
    ("line", "start", "end", "place"),
    [
        ("10 May 2027 9:00 - 14 May 2027 17:00, Beijing", "2027-05-10T09:00", "2027-05-14T17:00", "Beijing"),
        ("May 10, 2027 9am – May 14, 2027 5pm, Hall 3", "2027-05-10T09:00", "2027-05-14T17:00", "Hall 3"),
        ("from 2027-05-10 09:00 until 2027-05-14 17:00", "2027-05-10T09:00", "2027-05-14T17:00", ""),
        ("Mon 10 May 2027 9:00 to Fri 14 May 2027 17:00", "2027-05-10T09:00", "2027-05-14T17:00", ""),
        ("2027年5月10日9:00至5月14日17:00，北京", "2027-05-10T09:00", "2027-05-14T17:00", "北京"),
        ("2027年5月10日（周一）9:00—5月14日（周五）17:00", "2027-05-10T09:00", "2027-05-14T17:00", ""),
        ("2027年5月10日上午9点到下午5点，三号厅", "2027-05-10T09:00", "2027-05-10T17:00", "三号厅"),
        ("10 May 2027 22:00–02:00", "2027-05-10T22:00", "2027-05-11T02:00", ""),
        ("10 May 2027 20:00–24:00", "2027-05-10T20:00", "2027-05-10T23:59", ""),
        ("25/12/2027 10:00–12:00", "2027-12-25T10:00", "2027-12-25T12:00", ""),
        ("10 May 2027 9:00–17:00, 3rd floor", "2027-05-10T09:00", "2027-05-10T17:00", "3rd floor"),
    ],
)
def test_a_line_is_one_entry_from_its_start_to_its_end(line: str, start: str, end: str, place: str) -> None:
    (dated,) = read_calendar_dates(line, TODAY)
    assert (dated.start.isoformat()[:16], dated.end and dated.end.isoformat()[:16], dated.place) == (start, end, place)
    shown = visible(Html(calendar_date(words("en"), dated)))
    for moment in (dated.start, dated.end):  # what the desk shows is what is sent
        assert moment is not None
        assert f"{moment:%H:%M}" in shown
    entry = only_entry((dated,))
    assert (entry["DTSTART"].dt, entry["DTEND"].dt) == (dated.start, dated.end)


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("10 May 2027 and 12 May 2027", "12 May 2027"),
        ("10 May 2027 9:00 to late afternoon", "to late afternoon"),
        ("Opening 10 May 2027", "Opening"),
        ("10 May 2027, doors 18:30", "doors 18:30"),
        ("5月10日和12日举行", "和12日举行"),
        ("10 May 2027 25:00, Beijing", "25:00, Beijing"),
        ("10 May 2027 9h30", "9h30"),
        ("10 May 2027 9 o'clock", "9 o'clock"),
        ("10 May 2027 (tbc)", "(tbc)"),
    ],
)
def test_a_line_that_is_not_understood_whole_is_asked_about(line: str, rest: str) -> None:
    with pytest.raises(NotWhole) as caught:
        read_calendar_dates(line, TODAY)
    assert caught.value.rest == rest


def test_figures_that_can_be_read_two_ways_are_asked_about() -> None:
    with pytest.raises(NotATime) as caught:
        read_calendar_dates("12/01/2027 9:00", TODAY)
    assert caught.value.problem == "ambiguous"
    assert caught.value.suggestions == ("2027-01-12", "2027-12-01")


@pytest.mark.parametrize(
    "line",
    [
        "Register before 30 June 2027",
        "Apply by 30 June 2027, 24:00",
        "截止日期：2027年6月30日",
        "请于2027年6月30日前报名",
    ],
)
def test_a_deadline_is_named_so(line: str) -> None:
    (dated,) = coming_dates((line,), TODAY)
    assert dated.deadline
    assert visible(Html(calendar_date(words("en"), dated))).startswith("Deadline: 30 Jun 2027")
    assert only_entry((dated,))["SUMMARY"] == "Deadline: Course"


def test_a_deadline_has_no_place_of_its_own_words() -> None:
    (dated,) = read_calendar_dates("请于2027年6月30日前报名", TODAY)
    assert (dated.deadline, dated.place) == (True, "")


def test_nobody_is_told_how_long_a_moment_lasts() -> None:
    (dated,) = read_calendar_dates("10 May 2027 9:00, Hall " + "x" * 60, TODAY)
    entry = only_entry((dated,))
    assert "DTEND" not in entry
    assert str(entry["LOCATION"]) in visible(Html(calendar_date(words("en"), dated)))  # whole, as in the file


def only_entry(dates: tuple[CalendarDate, ...]) -> Any:
    """The one entry of the file of some dates, as a calendar reads it."""
    made = datetime(2026, 1, 1, tzinfo=UTC)
    data = calendar_file(
        dates, language="en", title="Course", about="", key="k", sequence=1, made=made, deadline="Deadline: {title}"
    )
    (entry,) = Calendar.from_ical(data).walk("VEVENT")
    return entry


@pytest.mark.parametrize(
    "line",
    [
        "register from 1 to 30 June 2027",
        "Registration is open from 1 June to 30 June 2027",
        "apply between 1 and 30 June 2027",
        "报名时间：2027年6月1日至6月30日",
        "报名2027年6月1日至30日",
    ],
)
def test_days_in_which_one_can_register_are_an_opening_and_a_deadline(line: str) -> None:
    for opens, closes in (read_calendar_dates(line, TODAY), coming_dates((f"Dear all. {line}",), TODAY)):
        assert (opens.opening, opens.deadline, opens.start.date().isoformat()) == (True, False, "2027-06-01")
        assert (closes.opening, closes.deadline, closes.start.date().isoformat()) == (False, True, "2027-06-30")
        assert calendar_date(words("en"), opens) == "Opens: 1 Jun 2027"
        assert calendar_date(words("en"), closes) == "Deadline: 30 Jun 2027"


def test_days_of_the_event_beside_words_of_registering_stay_one_entry() -> None:
    (dated,) = coming_dates(("Registration is free. The course runs from 1 to 30 June 2027.",), TODAY)
    assert not dated.opening
    assert not dated.deadline
    assert dated.end is not None


@pytest.mark.parametrize(
    ("line", "first", "last"),
    [
        ("10.5.2027-14.5.2027", "2027-05-10T00:00", "2027-05-14T00:00"),
        ("10.5.2027 – 14.5.2027", "2027-05-10T00:00", "2027-05-14T00:00"),
        ("10/5/2027-14/5/2027", "2027-05-10T00:00", "2027-05-14T00:00"),
        ("10.–14.5.2027", "2027-05-10T00:00", "2027-05-14T00:00"),
        ("28.5.2027-3.6.2027", "2027-05-28T00:00", "2027-06-03T00:00"),
        ("2027年5月10日9:00至14日17:00", "2027-05-10T09:00", "2027-05-14T17:00"),
        ("2027年5月10日上午9点到14日下午5点", "2027-05-10T09:00", "2027-05-14T17:00"),
        ("2027年5月10日（周一）9:00至14日（周五）17:00", "2027-05-10T09:00", "2027-05-14T17:00"),
        ("10 May 2027 9:00 to 14th 17:00", "2027-05-10T09:00", "2027-05-14T17:00"),
    ],
)
def test_ranges_in_figures_and_with_days_alone_are_read_whole(line: str, first: str, last: str) -> None:
    (typed,) = read_calendar_dates(f"{line}, Beijing", TODAY)
    assert (typed.start.isoformat()[:16], typed.end.isoformat()[:16] if typed.end else "") == (first, last)
    assert typed.place == "Beijing"
    (named,) = coming_dates((f"Come: {line}.",), TODAY)
    assert (named.start, named.end) == (typed.start, typed.end)


@pytest.mark.parametrize("line", ["10.5.2027-12.6.2027", "5/6/2027 - 7/6/2027"])
def test_range_in_figures_with_two_readings_is_asked(line: str) -> None:
    with pytest.raises(NotATime):
        read_calendar_dates(line, TODAY)
