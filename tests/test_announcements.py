"""Announcements are written, undone, approved, scheduled and reported; who may do what, and who was faster."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from broadcast_desk import ADMIN, EVERYBODY, OTHER, PARTNER, RULES, STAFF, Office, office, text
from hypothesis import given
from hypothesis import strategies as st

from bot.announcing.announcement import (
    Attachment,
    Audience,
    Body,
    CalendarDate,
    Changed,
    Content,
    LinkButton,
    NoSuchAnnouncement,
    NotReady,
    Outcome,
    OwnApproval,
    Schedule,
    State,
    dumped,
    loaded,
)
from bot.announcing.audience import QuietHours
from bot.announcing.readiness import well_formed
from bot.people.people import NotAllowed, Role
from bot.words.markup import Html, escape


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path) as made:
        yield made


def codes(error: NotReady) -> set[str]:
    return {str(one) for one in error.problems}


# Writing


async def test_draft_is_kept_with_its_step_and_each_save_can_be_undone(here: Office) -> None:
    draft = await here.announcements.draft(STAFF, step="title")
    first = await here.announcements.save(STAFF, draft.id, text("One."), draft.version, "text")
    second = await here.announcements.save(STAFF, draft.id, text("Two."), first.version, "audience")
    assert (second.body.contents[0].text, second.step) == ("Two.", "audience")
    for expected, step in (("One.", "text"), ("", "title"), ("", "title")):
        undone = await here.announcements.undo(STAFF, draft.id)
        assert ("".join(one.text for one in undone.body.contents), undone.step) == (expected, step)
    assert await here.announcements.drafts(STAFF) == (undone,)
    assert await here.announcements.drafts(OTHER) == ()
    await here.announcements.discard(STAFF, draft.id)
    assert await here.announcements.get(draft.id) is None
    with pytest.raises(NoSuchAnnouncement):
        await here.announcements.undo(STAFF, draft.id)


async def test_number_of_a_draft_that_was_thrown_away_is_never_given_again(here: Office) -> None:
    draft = await here.write()
    await here.announcements.discard(STAFF, draft.id)
    assert (await here.write()).id > draft.id


async def test_second_of_two_staff_who_save_at_once_is_told_what_the_first_wrote(here: Office) -> None:
    draft = await here.write()
    saves = [here.announcements.save(actor, draft.id, text(f"By {actor}."), draft.version) for actor in (STAFF, OTHER)]
    results = await asyncio.gather(*saves, return_exceptions=True)
    (refused,) = [one for one in results if isinstance(one, Changed)]
    (kept,) = [one for one in results if not isinstance(one, BaseException)]
    assert refused.announcement == kept


async def test_of_two_staff_who_send_at_once_one_does(here: Office) -> None:
    await here.subscribe(10)
    draft = await here.write()
    submits = [here.announcements.submit(actor, draft.id, draft.version) for actor in (STAFF, OTHER)]
    results = await asyncio.gather(*submits, return_exceptions=True)
    assert sum(isinstance(one, Changed) for one in results) == 1
    assert len(await here.announcements.deliveries(STAFF, draft.id)) == 1


async def test_partner_may_do_nothing_and_one_who_loses_the_role_may_do_nothing_more(here: Office) -> None:
    await here.subscribe(10)
    await here.people.grant(ADMIN, PARTNER, Role.STAFF)
    draft = await here.announcements.draft(PARTNER, text())
    await here.people.grant(ADMIN, PARTNER, Role.PARTNER)
    service = here.announcements
    for attempt in (
        service.draft(PARTNER),
        service.save(PARTNER, draft.id, text("x"), draft.version),
        service.undo(PARTNER, draft.id),
        service.discard(PARTNER, draft.id),
        service.submit(PARTNER, draft.id, draft.version),
        service.approve(PARTNER, draft.id, draft.version),
        service.decline(PARTNER, draft.id),
        service.recall(PARTNER, draft.id),
        service.reschedule(PARTNER, draft.id, Schedule()),
        service.pause(PARTNER, draft.id),
        service.resume(PARTNER, draft.id),
        service.cancel(PARTNER, draft.id),
        service.correct(PARTNER, draft.id, ()),
        service.withdraw(PARTNER, draft.id),
        service.resend_unknown(PARTNER, draft.id),
        service.report(PARTNER, draft.id),
        service.deliveries(PARTNER, draft.id),
        service.csv(PARTNER, draft.id),
        service.list(PARTNER),
        service.drafts(PARTNER),
    ):
        with pytest.raises(NotAllowed):
            await attempt
    assert await here.announcements.get(draft.id) == draft


async def test_audit_says_who_wrote_started_paused_and_cancelled(here: Office) -> None:
    await here.subscribe(10)
    number = await here.announce()
    await here.announcements.pause(OTHER, number)
    await here.announcements.cancel(ADMIN, number)
    entries = [(one.actor, one.action, one.detail) for one in await here.people.audit(ADMIN)]
    assert entries[:4] == [
        (ADMIN, "announcement: cancel", f"{number} Workshop"),
        (OTHER, "announcement: pause", f"{number} Workshop"),
        (STAFF, "announcement: send", f"{number} Workshop"),
        (STAFF, "announcement: write", ""),
    ]


# What keeps it from going out


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (Body(audience=EVERYBODY), "no content"),
        (text(""), "no text: en"),
        (text("<b></b> "), "no text: en"),
        (text("x" * 4097), "too long: en"),
        (text("𠮷" * 2049), "too long: en"),
        (text("<b>bold"), "bad formatting: en"),
        (text("<b><i>x</b></i>"), "bad formatting: en"),
        (text("1 < 2"), "bad formatting: en"),
        (text("R&D"), "bad formatting: en"),
        (text("<script>x</script>"), "bad formatting: en"),
        (text(audience=Audience()), "no audience"),
        (text(audience=Audience(countries=("KE",))), "empty audience"),
        (text(schedule=Schedule(datetime(2026, 3, 2, 11, tzinfo=UTC))), "in the past"),
        (replace(text(), contents=(Content("en", " ", Html("x")),)), "no title: en"),
        (
            replace(text(), contents=(Content("en", "x", Html("x"), (LinkButton("Go", "javascript:x"),)),)),
            "bad button: Go",
        ),
        (replace(text(), attachments=(Attachment("photo", "a.jpg", path=Path("no/a.jpg")),)), "file missing: a.jpg"),
        (
            replace(text(), dates=(CalendarDate(datetime(2026, 5, 2, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)),)),
            "bad date: 2026-05-02T00:00:00+00:00",
        ),
        (replace(text(), attachments=(Attachment("document", "a", "id"),) * 6), "too many messages: en"),
    ],
)
async def test_what_is_wrong_is_named_and_nothing_goes_out(here: Office, body: Body, problem: str) -> None:
    await here.subscribe(10)
    draft = await here.write(body)
    with pytest.raises(NotReady) as caught:
        await here.announcements.submit(STAFF, draft.id, draft.version)
    assert codes(caught.value) == {problem}
    assert {str(one) for one in await here.announcements.check(draft.id)} == {problem}
    assert await here.announcements.deliveries(STAFF, draft.id) == ()


@given(st.text(max_size=60))
def test_escaped_text_is_always_well_formed(words: str) -> None:
    assert well_formed(f"<b>{escape(words)}</b>")


@given(
    st.builds(
        Body,
        contents=st.tuples(st.builds(Content, st.just("en"), st.text(), st.text().map(Html))),
        attachments=st.tuples(
            st.builds(Attachment, st.just("photo"), st.text(), path=st.none() | st.just(Path("a/b")))
        ),
        dates=st.tuples(st.builds(CalendarDate, st.datetimes(timezones=st.just(UTC)), titles=st.just((("en", "x"),)))),
        audience=st.builds(Audience, topics=st.lists(st.text()).map(tuple)),
        schedule=st.builds(Schedule, st.none() | st.datetimes(timezones=st.just(UTC)), st.text()),
    )
)
def test_body_survives_being_kept(body: Body) -> None:
    assert loaded(dumped(body)) == body


# Approval and time


async def test_second_person_approves_where_it_is_asked_for(tmp_path: Path) -> None:
    with office(tmp_path, replace(RULES, approval=True)) as here:
        await here.subscribe(10)
        draft = await here.write()
        waiting = await here.announcements.submit(STAFF, draft.id, draft.version)
        assert waiting.state is State.IN_REVIEW
        with pytest.raises(OwnApproval):
            await here.announcements.approve(STAFF, draft.id, waiting.version)
        edited = await here.announcements.save(STAFF, draft.id, text("Other."), waiting.version)
        assert edited.state is State.DRAFT
        with pytest.raises(Changed):
            await here.announcements.approve(OTHER, draft.id, waiting.version)
        waiting = await here.announcements.submit(STAFF, draft.id, edited.version)
        with pytest.raises(Changed):
            await here.announcements.approve(OTHER, draft.id, draft.version)
        assert (await here.announcements.decline(OTHER, draft.id, "which year?")).state is State.DRAFT
        waiting = await here.announcements.submit(STAFF, draft.id, edited.version)
        started = await here.announcements.approve(OTHER, draft.id, waiting.version)
        assert (started.state, started.approver) == (State.RUNNING, OTHER)


async def test_scheduled_one_is_recalled_moved_and_cancelled(here: Office) -> None:
    await here.subscribe(10)
    later = Schedule(here.time.now() + timedelta(days=1), "UTC")
    number = await here.announce(text(schedule=later))
    recalled = await here.announcements.recall(STAFF, number)
    assert recalled.state is State.DRAFT
    await here.announcements.submit(STAFF, number, recalled.version)
    moved = await here.announcements.reschedule(STAFF, number, Schedule(here.time.now() + timedelta(days=2), "UTC"))
    assert (moved.state, moved.scheduled) == (State.SCHEDULED, here.time.now() + timedelta(days=2))
    with pytest.raises(NotReady):
        await here.announcements.reschedule(STAFF, number, Schedule(here.time.now() - timedelta(days=1), "UTC"))
    paused = await here.announcements.pause(STAFF, number)
    assert (await here.announcements.resume(STAFF, number)).scheduled == paused.scheduled
    assert (await here.announcements.cancel(STAFF, number)).state is State.CANCELLED
    assert (await here.announcements.cancel(STAFF, number)).state is State.CANCELLED
    with pytest.raises(Changed):
        await here.announcements.resume(STAFF, number)
    assert await here.announcements.news(10) == ()


@pytest.mark.parametrize(
    ("hour", "until"), [(21, None), (22, (3, 8)), (23, (3, 8)), (0, (2, 8)), (7, (2, 8)), (8, None), (12, None)]
)
def test_quiet_hours_end_in_the_morning(hour: int, until: tuple[int, int] | None) -> None:
    found = QuietHours(time(22), time(8)).until(datetime(2026, 3, 2, hour, tzinfo=UTC), "UTC")
    assert found == (datetime(2026, 3, until[0], until[1], tzinfo=UTC) if until else None)


def test_quiet_hours_hold_in_the_recipients_zone() -> None:
    quiet = QuietHours(time(22), time(8))
    noon = datetime(2026, 3, 2, 15, tzinfo=UTC)
    assert quiet.until(noon, "Asia/Shanghai") == datetime(2026, 3, 3, 0, tzinfo=UTC)
    assert quiet.until(noon, "Africa/Nairobi") is None
    assert QuietHours(time(0), time(0)).until(noon, "UTC") is None


# Audience and report


@pytest.mark.parametrize(
    ("audience", "chats"),
    [
        (EVERYBODY, {10, 11, 12, 13}),
        (Audience(topics=("workshops",)), {10, 11, 12}),
        (Audience(topics=("workshops", "reports")), {10, 11, 12, 13}),
        (Audience(topics=("workshops", "reports"), every_topic=True), {12}),
        (Audience(countries=("KE", "CL")), {10, 11}),
        (Audience(languages=("zh",)), {11, 13}),
        (Audience(topics=("workshops",), languages=("zh",)), {11}),
        (Audience(topics=("reports",), countries=("KE",), match="any"), {10, 12, 13}),
        (Audience(), set()),
    ],
)
async def test_audience_is_who_meets_its_conditions(here: Office, audience: Audience, chats: set[int]) -> None:
    await here.subscribe(10, 12)
    await here.subscribe(11, language="zh")
    await here.subscribe(12, topic="reports")
    await here.subscribe(13, topic="reports", language="zh")
    await here.people.seen(14, "private")
    await here.profiles.set(10, country="Kenya")
    await here.profiles.set(11, country="智利")
    await here.profiles.set(14, country="Kenya", language="zh")
    counted = await here.announcements.count(audience)
    assert counted.total == len(chats)
    if chats:
        number = await here.announce(text(audience=audience))
        assert set(await here.outcomes(number)) == chats


async def test_chosen_language_goes_before_the_one_it_was_subscribed_in(here: Office) -> None:
    await here.subscribe(10, 11, language="zh")
    await here.people.choose_language(10, "private", "en")
    await here.people.seen(12, "private")
    await here.people.mark_unreachable(11)
    counted = await here.announcements.count(EVERYBODY)
    assert (counted.total, counted.languages, counted.unreachable) == (1, (("en", 1),), 1)


async def test_report_adds_up_by_outcome_language_reason_and_reply(here: Office) -> None:
    await here.subscribe(10, 11)
    await here.subscribe(12, language="zh")
    await here.people.mark_unreachable(11)
    number = await here.announce(text("Come.", "来吧。"))
    await here.run(5)
    for user, choice in ((10, "interested"), (12, "question"), (10, "not this time"), (10, "question")):
        assert await here.announcements.reply(number, user, choice)
    assert not await here.announcements.reply(99, 10, "interested")
    report = await here.announcements.report(STAFF, number)
    assert (report.tally.sent, report.tally.skipped, report.tally.total) == (2, 1, 3)
    assert {language: (one.sent, one.total) for language, one in report.languages} == {"en": (1, 2), "zh": (1, 1)}
    assert report.reasons == ((Outcome.SKIPPED, "blocked the bot before", 1),)
    assert dict(report.replies) == {"not this time": 1, "question": 2}  # a question takes nothing back
    rows = list(csv.reader(io.StringIO(await here.announcements.csv(STAFF, number))))
    assert sorted(row[1:5] for row in rows[1:]) == [
        ["10", "en", "sent", ""],
        ["11", "en", "skipped", "blocked the bot before"],
        ["12", "zh", "sent", ""],
    ]
    assert [one.id for one in await here.announcements.news(10)] == [number]


async def test_correction_that_would_turn_a_text_into_something_else_is_refused(here: Office) -> None:
    await here.subscribe(10)
    number = await here.announce()
    with pytest.raises(NotReady) as caught:
        await here.announcements.correct(STAFF, number, (Content("en", "Workshop", Html("x" * 5000)),))
    assert codes(caught.value) == {"too long: en"}
    draft = await here.write()
    with pytest.raises(Changed):
        await here.announcements.correct(STAFF, draft.id, text("x").contents)
    with pytest.raises(Changed):
        await here.announcements.withdraw(STAFF, draft.id)


async def test_watched_messages_survive_and_move(here: Office) -> None:
    number = await here.announce_to_one()
    await here.announcements.watch(number, -5, 7)
    await here.announcements.watch(number, -5, 8)
    await here.people.move_chat(-5, -1005)
    assert await here.announcements.watchers(number) == ((-1005, 8),)


async def test_export_has_what_a_person_was_sent_and_forgetting_removes_it(here: Office) -> None:
    number = await here.announce_to_one()
    await here.announcements.reply(number, 10, "interested")
    exported = await here.people.export(10)
    assert exported["announcements_received"]
    assert exported["announcement_replies"]
    await here.people.forget(10)
    exported = await here.people.export(10)
    assert exported["announcements_received"] == exported["announcement_replies"] == []
    assert (await here.announcements.report(STAFF, number)).tally.total == 1
