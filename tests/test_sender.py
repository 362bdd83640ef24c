"""What goes out, when, and what each of Telegram's errors leads to; the clock moves only when it is moved."""

from __future__ import annotations

import asyncio
import inspect
import itertools
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import telegram.error
from broadcast_desk import RULES, STAFF, Office, office, settle, text
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.announcing.announcement import Schedule, State, Why
from bot.announcing.deliveries import STOPPED, UNREACHABLE, UNSUBSCRIBED
from bot.announcing.scheduler import Notice
from bot.telegram.outcomes import VERDICTS, Verdict, judge


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path) as made:
        yield made


def caused(error: NetworkError, cause: Exception) -> NetworkError:
    error.__cause__ = cause
    return error


# Outcomes


def test_every_error_class_of_the_library_has_exactly_one_verdict() -> None:
    """A class that a new version of the library adds has to be thought about, and entered."""
    classes = {
        one
        for _, one in inspect.getmembers(telegram.error, inspect.isclass)
        if issubclass(one, TelegramError) and one.__module__ == "telegram.error"
    }
    assert set(VERDICTS) == classes


@pytest.mark.parametrize("cause", [httpx.ConnectError("no"), httpx.ConnectTimeout("no"), httpx.PoolTimeout("no")])
def test_call_that_did_not_leave_is_unsent_and_one_that_may_have_is_unknown(cause: Exception) -> None:
    assert judge(caused(TimedOut(), cause)) is Verdict.UNSENT
    assert judge(caused(TimedOut(), httpx.ReadTimeout("late"))) is Verdict.UNKNOWN
    assert judge(caused(NetworkError("cut"), httpx.ReadError("cut"))) is Verdict.UNKNOWN
    assert judge(NetworkError("Bad Gateway")) is Verdict.UNKNOWN


def test_chat_that_is_not_found_counts_as_unreachable() -> None:
    assert judge(BadRequest("Chat not found")) is Verdict.UNREACHABLE
    assert judge(BadRequest("Message is too long")) is Verdict.FAILED


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (BadRequest("Not enough rights to send text messages to the chat"), "failed: Not enough rights"),
        (Forbidden("Forbidden: bot was blocked by the user"), "failed: Forbidden: bot was blocked"),
        (TimedOut(), "unknown: Timed out"),
        (NetworkError("Bad Gateway"), "unknown: Bad Gateway"),
        (TelegramError("Invalid server response"), "unknown: Invalid server response"),
        (RetryAfter(5), "sent"),
        (Conflict("terminated"), "sent"),
        (caused(NetworkError("refused"), httpx.ConnectError("refused")), "sent"),
    ],
)
async def test_error_leads_to_its_outcome_and_the_others_get_theirs(
    here: Office, error: TelegramError, outcome: str
) -> None:
    await here.subscribe(10, 11, 12)
    here.mailbox.fail(11, error)
    number = await here.announce()
    await here.run(20)
    found = await here.outcomes(number)
    assert found[11].startswith(outcome)
    assert (found[10], found[12]) == ("sent", "sent")
    assert here.mailbox.chats.count(11) == (1 if outcome == "sent" else 0)
    announcement = await here.announcements.get(number)
    assert announcement is not None
    assert announcement.state is State.FINISHED


async def test_blocked_chat_is_not_tried_again_and_skipped_next_time(here: Office) -> None:
    await here.subscribe(10, 11)
    here.mailbox.fail(11, Forbidden("Forbidden: bot was blocked by the user"))
    await here.announce()
    await here.run(5)
    second = await here.announce()
    await here.run(5)
    assert await here.outcomes(second) == {10: "sent", 11: f"skipped: {UNREACHABLE}"}
    await here.people.seen(11, "private")
    third = await here.announce()
    await here.run(5)
    assert await here.outcomes(third) == {10: "sent", 11: "sent"}


async def test_group_that_moved_gets_it_where_it_is_now_with_its_subscription(here: Office) -> None:
    await here.subscribe(-5)
    here.mailbox.fail(-5, ChatMigrated(-1005))
    number = await here.announce()
    await here.run(5)
    assert here.mailbox.chats == [-1005]
    assert await here.outcomes(number) == {-1005: "sent"}
    assert await here.subscriptions.subscribed(-1005) == ("workshops",)


async def test_group_that_moved_into_a_recipient_gets_it_once(here: Office) -> None:
    await here.subscribe(-5, -1005)
    here.mailbox.fail(-5, ChatMigrated(-1005))
    await here.announce()
    await here.run(5)
    assert here.mailbox.chats == [-1005]


async def test_refused_token_pauses_everything_and_loses_nobody(here: Office) -> None:
    await here.subscribe(10, 11)
    here.mailbox.every = InvalidToken("Unauthorized")
    number = await here.announce()
    await here.run(5)
    announcement = await here.announcements.get(number)
    assert announcement is not None
    assert (announcement.state, announcement.why) == (State.PAUSED, Why.REFUSED)
    assert here.ears.notices == [(number, Notice.REFUSED)]
    here.mailbox.every = None
    await here.announcements.resume(STAFF, number)
    await here.run(5)
    assert await here.outcomes(number) == {10: "sent", 11: "sent"}


async def test_network_that_is_down_leaves_nearly_everybody_pending(here: Office) -> None:
    """Gateway errors are unknown; an hour of them must not make everybody so."""
    await here.subscribe(*range(10, 110))
    here.mailbox.every = NetworkError("Bad Gateway")
    number = await here.announce()
    await here.run(600)
    found = list((await here.outcomes(number)).values())
    assert sum(one.startswith("unknown") for one in found) < 30
    here.mailbox.every = None
    await here.run(120)
    found = list((await here.outcomes(number)).values())
    assert found.count("sent") > 70


# The scheduler


async def test_first_batch_that_fails_stops_the_rest_and_a_person_may_go_on(tmp_path: Path) -> None:
    with office(tmp_path, replace(RULES, first_batch=5)) as here:
        await here.subscribe(*range(10, 60))
        here.mailbox.every = BadRequest("Can't parse entities")
        number = await here.announce()
        await here.run(20)
        report = await here.announcements.report(STAFF, number)
        assert 2 <= report.tally.failed <= 5
        assert report.tally.failed + report.tally.pending == 50
        assert (report.announcement.state, report.announcement.why) == (State.PAUSED, Why.FAILING)
        assert here.ears.notices == [(number, Notice.FAILING)]
        here.mailbox.every = None
        await here.announcements.resume(STAFF, number)
        await here.run(20)
        assert len(here.mailbox.sent) == report.tally.pending


async def test_rest_follows_a_first_batch_whose_last_was_cut_off(tmp_path: Path) -> None:
    """A kill leaves it unknown, and then no delivery is left whose end would let the others go."""
    with office(tmp_path, replace(RULES, first_batch=2, stop_share=0.6)) as here:
        await here.subscribe(*range(10, 20))
        number = await here.announce()
        first, last = await here.outbox.claim(number, 2)
        await here.outbox.arrived(first, 1, 1)
        await here.run(20)
        assert len(here.mailbox.sent) == 8
        assert (await here.outcomes(number))[last.chat].startswith("unknown")


async def test_first_batch_comes_first_in_both_languages_and_lets_the_rest_follow(tmp_path: Path) -> None:
    with office(tmp_path, replace(RULES, first_batch=4)) as here:
        await here.subscribe(*range(10, 40))
        await here.subscribe(*range(50, 60), language="zh")
        here.mailbox.fail(12, BadRequest("no"))
        await here.announce(text("Come.", "来吧。"))
        await here.run(20)
        first = {words for _, _, words in here.mailbox.sent[:3]}
        assert first == {"Come.", "来吧。"}
        assert len(here.mailbox.sent) == 39


async def test_what_waits_is_paused_resumed_and_cancelled(here: Office) -> None:
    await here.subscribe(*range(10, 110))
    number = await here.announce()
    await here.run(2)
    some = len(here.mailbox.sent)
    assert 0 < some < 100
    await here.announcements.pause(STAFF, number)
    await here.run(10)
    assert len(here.mailbox.sent) == some
    await here.announcements.resume(STAFF, number)
    await here.run(2)
    more = len(here.mailbox.sent)
    assert some < more < 100
    await here.announcements.cancel(STAFF, number)
    await here.run(10)
    found = list((await here.outcomes(number)).values())
    assert (found.count("sent"), found.count("skipped: cancelled")) == (more, 100 - more)


async def test_person_who_unsubscribes_before_their_turn_gets_nothing(here: Office) -> None:
    await here.subscribe(10, 11)
    number = await here.announce()
    await here.subscriptions.unsubscribe_all(11)
    await here.run(5)
    assert await here.outcomes(number) == {10: "sent", 11: f"skipped: {UNSUBSCRIBED}"}


async def test_forgotten_person_gets_nothing_more_and_is_no_longer_named(here: Office) -> None:
    await here.subscribe(10, 11)
    number = await here.announce()
    await here.people.forget(11)
    await here.run(5)
    assert here.mailbox.chats == [10]
    assert 11 not in await here.outcomes(number)


async def test_quiet_hours_are_kept_in_each_zone_unless_it_is_urgent(here: Office) -> None:
    """It is noon in UTC: night in Auckland and in Honolulu."""
    await here.subscribe(10, 11, 12)
    await here.profiles.set(11, zone="Pacific/Auckland")
    await here.profiles.set(12, country="Kenya")
    await here.announce()
    await here.run(10)
    assert sorted(here.mailbox.chats) == [10, 12]
    here.time.seconds = 6 * 3600 + 3590
    await here.run(5)
    assert 11 not in here.mailbox.chats
    await here.run(20)
    assert 11 in here.mailbox.chats
    urgent = await here.announce(text(schedule=Schedule(quiet_hours=False)))
    await here.profiles.set(10, zone="Pacific/Auckland")
    await here.run(10)
    assert set((await here.outcomes(urgent)).values()) == {"sent"}


async def test_night_that_falls_while_it_goes_out_puts_the_rest_off(here: Office) -> None:
    here.time.seconds = 10 * 3600 - 3
    await here.subscribe(*range(10, 210))
    number = await here.announce()
    await here.run(30)
    assert 20 < len(here.mailbox.sent) < 130
    here.time.seconds += 10 * 3600
    await here.run(20)
    assert set((await here.outcomes(number)).values()) == {"sent"}


async def test_schedule_is_kept_and_a_late_one_asks_first(here: Office) -> None:
    await here.subscribe(10)
    on_time = await here.announce(text(schedule=Schedule(here.time.now() + timedelta(hours=1), "UTC")))
    here.time.seconds += 3590
    await here.run(5)
    assert here.mailbox.sent == []
    await here.run(20)
    assert len(here.mailbox.sent) == 1
    late = await here.announce(text(schedule=Schedule(here.time.now() + timedelta(hours=1), "UTC")))
    here.time.seconds += 3 * 3600
    await here.run(20)
    await here.run(20)
    assert len(here.mailbox.sent) == 1
    assert (late, Notice.LATE) in here.ears.notices
    await here.announcements.resume(STAFF, late)
    await here.run(20)
    assert len(here.mailbox.sent) == 2
    assert [number for number, what in here.ears.notices if what is Notice.FINISHED] == [on_time, late]


async def test_progress_is_told_every_three_seconds_and_at_the_end(here: Office) -> None:
    await here.subscribe(*range(10, 260))
    await here.announce()
    await here.run(20)
    times = [at for at, _ in here.ears.progresses]
    assert 4 <= len(times) <= 6
    assert all(later - earlier >= 2.9 for earlier, later in itertools.pairwise(times[:-1]))
    last = here.ears.progresses[-1][1]
    assert last.announcement.state is State.FINISHED
    assert (last.tally.sent, last.tally.total) == (250, 250)
    running = here.ears.progresses[2][1]
    assert 15 <= running.per_second <= 26
    assert running.seconds_left is not None


async def test_progress_says_until_when_everybody_left_is_asleep(here: Office) -> None:
    await here.subscribe(10)
    await here.profiles.set(10, zone="Pacific/Auckland")
    await here.announce()
    await here.run(5)
    assert here.mailbox.sent == []
    assert here.ears.progresses[-1][1].waits_until == datetime(2026, 3, 2, 19, tzinfo=UTC)


async def test_what_was_under_way_when_the_bot_died_is_unknown_until_a_person_says_so(here: Office) -> None:
    await here.subscribe(10, 11, 12)
    here.mailbox.gate = asyncio.Event()
    number = await here.announce()
    sender = here.sender()
    task = asyncio.get_running_loop().create_task(sender.run())
    await here.time.move(3)
    for one in [task, *(one for one in asyncio.all_tasks() if "_deliver" in repr(one))]:
        one.cancel()
    await settle()
    here.mailbox.gate = None
    await here.run(5)
    assert here.mailbox.sent == []
    assert set((await here.outcomes(number)).values()) == {f"unknown: {STOPPED}"}
    (first, *_) = await here.announcements.deliveries(STAFF, number)
    assert await here.announcements.resend_unknown(STAFF, number, first.id) == 1
    await here.run(5)
    assert here.mailbox.chats == [first.chat]
    assert await here.announcements.resend_unknown(STAFF, number) == 2
    await here.run(5)
    assert sorted(here.mailbox.chats) == [10, 11, 12]
    assert await here.announcements.resend_unknown(STAFF, number) == 0


async def test_graceful_stop_leaves_nothing_unknown(here: Office) -> None:
    await here.subscribe(*range(10, 110))
    number = await here.announce()
    await here.run(2)
    found = (await here.outcomes(number)).values()
    assert set(found) == {"sent", "pending"}


async def test_disk_that_is_full_when_the_bot_starts_holds_announcements_up_and_no_longer(
    here: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await here.subscribe(10)
    number = await here.announce()
    recover = here.outbox.recover
    failures = iter([True, True])

    async def fails() -> int:
        if next(failures, False):
            raise sqlite3.OperationalError("database or disk is full")
        return await recover()

    monkeypatch.setattr(here.outbox, "recover", fails)
    await here.run(10)
    assert await here.outcomes(number) == {10: "sent"}


async def test_disk_that_is_full_for_a_while_does_not_forget_what_was_sent(
    here: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await here.subscribe(10)
    number = await here.announce()
    arrived = here.outbox.arrived
    failures = iter([True, True])

    async def fails(*given: object) -> None:
        if next(failures, False):
            raise sqlite3.OperationalError("database or disk is full")
        await arrived(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(here.outbox, "arrived", fails)
    await here.run(10)
    assert here.mailbox.chats == [10]
    assert await here.outcomes(number) == {10: "sent"}
    assert (
        caplog.messages.count("what became of a delivery cannot be written (database or disk is full); trying again")
        == 2
    )
