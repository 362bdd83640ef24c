"""What readers of an announcement get, and what staff see of it: formatting kept, nothing breaks out, all fits."""

from __future__ import annotations

import contextlib
import html
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Chat, MessageEntity
from telegram import Message as Received

from bot.announcing import (
    announcement_messages,
    attaching_messages,
    audience_messages,
    correction_messages,
    drafting_messages,
    relay_messages,
    report_messages,
    sending_messages,
)
from bot.announcing.announcement import (
    Action,
    Announcement,
    AnnouncementProgress,
    Attachment,
    Audience,
    AudienceCount,
    Body,
    CalendarDate,
    Content,
    Delivery,
    Errand,
    LinkButton,
    Outcome,
    Problem,
    Report,
    Schedule,
    State,
    Tally,
    Why,
)
from bot.announcing.announcement_messages import render
from bot.announcing.chat.draft_texts import formatted, title_line
from bot.announcing.chat.drafts import content_of, with_content
from bot.announcing.drafting_messages import View
from bot.announcing.links import Link, NoLink, buttons_of, links_of, read_links
from bot.announcing.readiness import well_formed
from bot.people import profile_messages, subscribing_messages
from bot.people.profiles import Profile
from bot.people.subscriptions import Topic
from bot.sandbox.entities import parse_html
from bot.words.catalogue import LANGUAGES, language_mostly_in, words
from bot.words.markup import MESSAGE_LIMIT, Html, Message, escape, utf16
from bot.words.typed_markup import BrokenMarkup, as_meant, left_as_typed, looks_typed

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
HOSTILE = "</i><b>&amp; <script>alert('1')</script> \"x\" \u202e\x00 " + "长" * 300
WRITTEN = Body(
    contents=(
        Content(
            "en", "Workshop & more", Html("It <b>runs</b> in May."), (LinkButton("Apply | 报名", "https://a.org"),)
        ),
        Content("zh", "培训班", Html("五月举行。"), (LinkButton("Apply | 报名", "https://a.org"),)),
    ),
    attachments=(
        Attachment("photo", "photo.jpg", file_id="P", above=True),
        Attachment("document", "zh.pdf", file_id="D", language="zh"),
    ),
    dates=(CalendarDate(datetime(2026, 5, 11, tzinfo=UTC), all_day=True),),
    audience=Audience(topics=("workshops",), countries=("KE", "GH"), languages=("en",), match="any"),
    schedule=Schedule(datetime(2026, 5, 2, 9, tzinfo=UTC), "Africa/Nairobi"),
)


def announcement(body: Body = WRITTEN, state: State = State.DRAFT, why: Why | None = None) -> Announcement:
    return Announcement(7, 1, body, 3, "", state, why, None, NOW, NOW, NOW, None, None)


# What readers get


def test_each_reader_gets_their_language_their_files_and_the_calendar() -> None:
    english, chinese = render(announcement(), "en"), render(announcement(), "zh")
    assert [(one.kind, one.file_id) for one in english] == [("photo", "P"), ("document", "")]
    assert [(one.kind, one.file_id) for one in chinese] == [("photo", "P"), ("document", "D"), ("document", "")]
    assert english[0].html == "<b>Workshop &amp; more</b>\n\nIt <b>runs</b> in May."
    assert [row[0].text for row in english[0].buttons[:1]] == ["Apply"]
    assert [row[0].text for row in chinese[0].buttons[:1]] == ["报名"]
    assert b"SUMMARY:Workshop & more" in (english[-1].data or b"")
    assert render(announcement(), "en") == english


def test_reader_without_a_text_in_their_language_gets_the_other_with_their_own_buttons() -> None:
    body = Body(contents=WRITTEN.contents[:1])
    (payload,) = render(announcement(body), "zh")
    assert "Workshop" in payload.html
    assert [button.text for button in payload.buttons[-1]] == ["💬 提问", "🔕 不再接收"]


def test_every_announcement_has_one_tap_to_stop_and_buttons_that_name_it() -> None:
    (payload,) = render(announcement(Body(contents=(Content("en", "T", Html("x")),))), "en")
    assert [button.data for row in payload.buttons for button in row] == ["r:7:yes", "r:7:no", "r:7:ask", "r:7:stop"]


def test_nothing_written_is_nothing_sent() -> None:
    assert render(announcement(Body()), "en") == []


# What is typed


def received(text: str, *entities: MessageEntity) -> Received:
    return Received(1, NOW, Chat(5, "private"), text=text, entities=entities)


def test_formatting_of_the_part_behind_the_title_is_kept() -> None:
    message = received(
        "𠮷 title\n\n𠮷 is bold & a link",
        MessageEntity("italic", 0, 8),
        MessageEntity("bold", 16, 4),
        MessageEntity("text_link", 25, 4, url="https://a.org?x=1&y=2"),
    )
    assert formatted(message, len("𠮷 title")) == (
        '𠮷 is <b>bold</b> &amp; a <a href="https://a.org?x=1&amp;y=2">link</a>'
    )


@given(
    st.text(alphabet="ab𠮷<& \n", min_size=1, max_size=30),
    st.lists(
        st.tuples(st.sampled_from(["bold", "italic", "code"]), st.integers(0, 20), st.integers(1, 20)), max_size=3
    ),
    st.integers(0, 12),
)
def test_whatever_is_typed_becomes_html_that_telegram_takes(
    text: str, marks: list[tuple[str, int, int]], begin: int
) -> None:
    """Telegram counts in UTF-16, and its marks never cut a character in two."""
    entities = [
        MessageEntity(kind, utf16(text[:at]), utf16(text[at : at + length]))
        for kind, at, length in marks[:1]
        if at + length <= len(text)
    ]
    made = formatted(received(text, *entities), begin)
    shown, _ = parse_html(made)
    assert shown == text[begin:].strip() or not text[begin:].strip()


@pytest.mark.parametrize(
    ("text", "language"),
    [("Workshop in 北京", "en"), ("第十四期 workshop 培训班", "zh"), ("2026", "en"), ("通知", "zh")],
)
def test_language_of_a_text_is_that_of_most_of_its_words(text: str, language: str) -> None:
    assert language_mostly_in(text) == language


def test_marks_around_a_title_are_no_part_of_it() -> None:
    assert [title_line(one) for one in ("# A title", "**A title**", " A title ")] == ["A title"] * 3


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("a **b** & c", "a <b>b</b> &amp; c"),
        ("<b>a</b> < b", "<b>a</b> &lt; b"),
        ("[site](https://a.org) x", '<a href="https://a.org">site</a> x'),
        ("<u>a <i>b</i></u>", "<u>a <i>b</i></u>"),
        ("*bold* and _italic_", "<b>bold</b> and <i>italic</i>"),
        ("请*务必*报名", "请<b>务必</b>报名"),
        ("***x*** ~~no~~ ||later||", "<b><i>x</i></b> <s>no</s> <tg-spoiler>later</tg-spoiler>"),
        ("`co*de*`", "<code>co*de*</code>"),
        ("```\na *b*\n```", "<pre>a *b*</pre>"),
        ("# Head\ntext", "<b>Head</b>\ntext"),
        ("> one\n> two\nend", "<blockquote>one\ntwo</blockquote>\nend"),
        ("* one\n* two", "• one\n• two"),
        ("[x](www.a.org)", '<a href="https://www.a.org">x</a>'),
        ("[x](https://a.org/a_(b))", '<a href="https://a.org/a_(b)">x</a>'),
        ("*see https://a.org/_x now*", "<b>see https://a.org/_x now</b>"),
        ("*Note: [this](https://a.org) _now_*", '<b>Note: <a href="https://a.org">this</a> <i>now</i></b>'),
        ("<b>a **c**</b>", "<b>a <b>c</b></b>"),
        (Html("<b>real</b> and **typed**"), "<b>real</b> and <b>typed</b>"),
        (Html("**a <i>b</i> c**"), "<b>a <i>b</i> c</b>"),
    ],
)
def test_written_out_formatting_is_read_as_it_was_meant(typed: str, meant: str) -> None:
    assert looks_typed(typed)
    assert as_meant(typed) == meant


@pytest.mark.parametrize("typed", ["<b>open", "close</b>", "<b><i>x</b></i>", '<a href="javascript:x">y</a>'])
def test_written_out_formatting_that_does_not_fit_is_refused(typed: str) -> None:
    with pytest.raises(BrokenMarkup):
        as_meant(typed)


@pytest.mark.parametrize("text", ["2 * 3 ** 4", "a < b", "snake_case__name", "[1] see (2)"])
def test_ordinary_signs_are_not_taken_for_formatting(text: str) -> None:
    assert not looks_typed(text)


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("**open", ("**open",)),
        (Html("**a <i>b** c</i>"), ("**a b** c",)),
        ("![a picture](https://a.org/x.png)", ("![a picture](https://a.org/x.png)",)),
        ("[text](url)", ("[text](url)",)),
        ("Dear all\n| a | b |\n|---|---|", ("| a | b |",)),
        ("*a\nb*", ("*a",)),
        ("**bold** and 2 ** 3, `x*y`, a_b_c, # no, 5*", ()),
    ],
)
def test_what_cannot_be_converted_is_named(typed: str, left: tuple[str, ...]) -> None:
    assert left_as_typed(as_meant(typed)) == left


@given(st.text(alphabet="*_`~|[]()# >\n-ab<b/>务", max_size=40))
def test_mixed_marks_never_break_the_html(text: str) -> None:
    with contextlib.suppress(BrokenMarkup):
        assert well_formed(as_meant(text))


@pytest.mark.parametrize("piece", ["**a ", "*a ", "_a ", "[a](", "`", "||a", "> ", "# ", "<b>", "__a"])
def test_reading_marks_takes_time_that_grows_with_the_text(piece: str) -> None:
    def seconds(times: int) -> float:
        begin = time.process_time()
        with contextlib.suppress(BrokenMarkup):
            left_as_typed(as_meant(piece * times))
        return time.process_time() - begin

    short, long = min(seconds(500) for _ in range(3)), min(seconds(4000) for _ in range(3))
    assert long < 24 * short + 0.05


@given(st.text(max_size=80))
def test_whatever_is_meant_is_html_that_telegram_takes_or_refused(text: str) -> None:
    try:
        made = as_meant(text)
    except BrokenMarkup:
        return
    parse_html(made)


# Links


@pytest.mark.parametrize(
    ("line", "link"),
    [
        ("Apply now https://a.org/x", Link(("Apply now",), "https://a.org/x")),
        ("Apply | 报名: https://a.org", Link(("Apply", "报名"), "https://a.org")),
        ("报名 | Apply https://a.org", Link(("Apply", "报名"), "https://a.org")),
        ("报名 www.a.org/x", Link(("报名",), "https://www.a.org/x")),
        ("https://a.org/x", Link(("a.org",), "https://a.org/x")),
    ],
)
def test_line_is_a_label_for_each_language_and_an_address(line: str, link: Link) -> None:
    assert read_links(line) == (link,)
    assert links_of((Content("en", "", Html(""), buttons_of((link,))),)) == (link,)


@pytest.mark.parametrize("text", ["just words", "mail me at x", "", "javascript:alert(1)"])
def test_line_without_an_address_is_refused(text: str) -> None:
    with pytest.raises(NoLink):
        read_links(text)


def test_language_that_is_written_later_takes_over_the_links() -> None:
    body = with_content(Body(contents=WRITTEN.contents[:1]), Content("zh", "标题", Html("正文")))
    assert [one.language for one in body.contents] == ["en", "zh"]
    assert content_of(body, "zh").buttons == WRITTEN.contents[0].buttons


# What staff and partners see


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_text_cannot_break_out_of_any_screen(language: str) -> None:
    w = words(language)
    texts = tuple(
        Content(one, HOSTILE[:150], escape(HOSTILE * 12), (LinkButton(HOSTILE[:40], "https://a.org"),))
        for one in ("en", "zh")
    )
    body = Body(
        contents=texts,
        attachments=(Attachment("document", HOSTILE, file_id="D", language="en"),),
        dates=(CalendarDate(NOW, place=HOSTILE),),
        audience=Audience(topics=("x",), countries=("KE",) * 20),
        schedule=Schedule(NOW, "Africa/Nairobi"),
    )
    one = announcement(body)
    topic = Topic("x", (("en", HOSTILE), ("zh", HOSTILE)))
    count = AudienceCount(1234, (("en", 1000), ("zh", 234)), 5)
    problems = tuple(
        Problem(code, "en")
        for code in (
            "no content", "no text", "no title", "too long", "too many messages", "no audience", "empty audience",
            "in the past", "bad button", "bad date", "bad formatting", "file missing", "file too large", "unheard of",
        )
    )  # fmt: skip
    view = View(one, count, (topic,), problems, NOW, "Asia/Shanghai", approval=True)
    tally = Tally(3, 1, 2, 1, 1, 1)
    found = Report(
        one, tally, (("en", tally), ("zh", tally)), ((Outcome.FAILED, HOSTILE, 3),), (("interested", 2),),
        (Errand(1, Action.CORRECT, tally), Errand(2, Action.WITHDRAW, tally)),
    )  # fmt: skip
    missed = [Delivery(1, 7, Action.SEND, 5, "en", Outcome.UNKNOWN, HOSTILE, 0, (), None)] * 10
    shown: list[Message] = [
        drafting_messages.desk(w, view, escape(HOSTILE)),
        drafting_messages.begin(w, view),
        *(drafting_messages.text_screen(w, view, "en", part=part) for part in ("", "title", "body")),
        attaching_messages.files_screen(w, view),
        attaching_messages.file_screen(w, view, 0),
        attaching_messages.links_screen(w, view),
        attaching_messages.dates_screen(w, view, body.dates),
        attaching_messages.when_screen(w, view, attaching_messages.not_a_time(w, "zone", HOSTILE)),
        audience_messages.audience_screen(w, "d:7", body.audience, count, (topic,)),
        audience_messages.topics_screen(w, "d:7", body.audience, (topic,), {"x": 3}),
        audience_messages.countries_screen(w, "d:7", body.audience, ("KE",), HOSTILE),
        sending_messages.confirm(w, view),
        *(sending_messages.card(w, announcement(body, state), view, tally) for state in State),
        *(
            sending_messages.progress(
                w, AnnouncementProgress(announcement(body, State.PAUSED, why), tally, 1.0, 90.0, NOW), "UTC"
            )
            for why in Why
        ),
        sending_messages.please_approve(w, view),
        sending_messages.declined(w, one, HOSTILE),
        sending_messages.listed(w, [one] * 8, first=8, size=8, more=True, zone_name="UTC"),
        report_messages.report(w, found),
        report_messages.finished(w, found),
        report_messages.people(w, one, missed, {5: HOSTILE}, kind="unknown", first=0, size=10, more=True),
        correction_messages.sure(
            w, one, replace(one.body, contents=texts[:1], dates=()), sent=5, others=2, doubts=("calendar", "zh")
        ),
        correction_messages.ask_text(w, one, "en", escape(HOSTILE * 12)),
        correction_messages.files(w, one, one.body),
        correction_messages.ask_file(w, one, HOSTILE),
        relay_messages.asked(w, "relay", HOSTILE, escape(HOSTILE), HOSTILE[:40], again=False),
        relay_messages.answered(w, "relay", HOSTILE, escape(HOSTILE), private=True),
        subscribing_messages.topics(w, -100, (topic,), ("x",), title=HOSTILE, own=False),
        subscribing_messages.topics_done(w, (topic,)),
        profile_messages.profile(w, Profile("KE", HOSTILE, HOSTILE, "zh", "Asia/Shanghai"), NOW),
        profile_messages.unknown_value(w, "zone", HOSTILE, ()),
        announcement_messages.news(w, [one], first=0, size=8, more=False, zone_name="UTC"),
    ]
    for message in shown:
        for part in message.parts():
            text, entities = parse_html(part.html)
            assert utf16(text) <= MESSAGE_LIMIT
            assert not {entity.kind for entity in entities} - {
                "bold", "italic", "blockquote", "expandable_blockquote", "code",
            }  # fmt: skip
            assert "\u202e" not in text
            assert all(0 < len(button.text) <= 120 for row in part.buttons for button in row)


def test_desk_fits_one_message_however_much_is_written() -> None:
    long = tuple(Content(one, "T" * 200, escape("word " * 800)) for one in ("en", "zh"))
    view = View(announcement(Body(contents=long)), AudienceCount(0, (), 0), (), (), NOW, "UTC", approval=False)
    assert len(drafting_messages.desk(words("en"), view).parts()) == 1
    assert len(drafting_messages.text_screen(words("en"), view, "en").parts()) == 1


def test_text_screen_opens_for_a_language_that_has_neither_title_nor_text() -> None:
    """Marks alone, such as `**`, leave no title."""
    body = Body(contents=(Content("en", "", Html("")),))
    view = View(announcement(body), AudienceCount(0, (), 0), (), (), NOW, "UTC", approval=False)
    assert "first line" in drafting_messages.text_screen(words("en"), view, "en").html


def test_audience_reads_as_a_person_would_say_it() -> None:
    topics = (Topic("workshops", (("en", "Workshops"), ("zh", "培训班"))), Topic("news", (("en", "News"),)))
    both = Audience(topics=("workshops", "news"), countries=("KE", "GH"), languages=("zh",), every_topic=True)
    assert html.unescape(audience_messages.audience_summary(words("en"), both, topics)) == (
        "Workshops and News; and in Kenya, Ghana; and readers of 中文"
    )
    either = Audience(topics=("workshops",), countries=("KE",), match="any")
    assert audience_messages.audience_summary(words("zh"), either, topics) == "培训班，或者位于肯尼亚"
