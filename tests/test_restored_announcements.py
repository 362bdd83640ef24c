"""Announcements of a ledger that comes from a backup: nothing is sent twice without a person who knows."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from backup_place import NOW, Place
from broadcast_desk import ADMIN, STAFF, office, text
from telegram.error import BadRequest

from bot.announcing.announcement import Attachment, Schedule, State, Why
from bot.announcing.scheduler import Notice, SendingRules
from bot.announcing.sending_messages import why_paused
from bot.base.backup import back_up
from bot.cli import execute
from bot.restoring import ready, swap
from bot.telegram.inbox import Inbox
from bot.words.catalogue import words


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def restore(place: Place, then: datetime) -> None:
    with ready(place.file, place.data, lambda: then) as one:
        swap(one, place.data, place.content, then)


async def test_what_was_sent_after_the_backup_is_not_sent_again_unseen(place: Place) -> None:
    """The story this is about: scheduled on Monday, backed up, sent, the disk dies, Monday's backup is restored."""
    with office(place.data) as here:
        await here.subscribe(10, 11)
        number = await here.announce(text(schedule=Schedule(here.time.now() + timedelta(minutes=5))))
        back_up(place.data, place.content, place.file, here.time.now())
        await here.run(600)
        assert sorted(here.mailbox.chats) == [10, 11]
    restore(place, NOW)
    with office(place.data) as here:
        here.time.seconds = 900
        await here.run(600)
        assert here.mailbox.sent == []
        assert here.ears.notices == [(number, Notice.RESTORED)]
        announcement = await here.announcements.get(number)
        assert announcement is not None
        assert (announcement.state, announcement.why) == (State.PAUSED, Why.RESTORED)
        audit = [(one.action, one.detail) for one in await here.people.audit(ADMIN)]
        assert ("restore", "from a backup of 2026-03-02 12:00 UTC") in audit
        paused = f"{number} Workshop: restored from a backup of 2026-03-02 12:00 UTC"
        assert ("announcement: pause", paused) in audit
        await here.announcements.resume(STAFF, number)  # a person knows, and wants it all the same
        await here.run(600)
        assert sorted(here.mailbox.chats) == [10, 11]


async def test_every_state_after_a_restore(place: Place) -> None:
    with office(place.data) as here:
        await here.subscribe(10)
        later = Schedule(here.time.now() + timedelta(days=1))
        draft = (await here.write()).id
        scheduled, paused = await here.announce(text(schedule=later)), await here.announce(text(schedule=later))
        await here.announcements.pause(STAFF, paused)
        finished = await here.announce()
        await here.run(5)
        cancelled = await here.announce(text(schedule=later))
        await here.announcements.cancel(STAFF, cancelled)
        running = await here.announce()
        review = (await here.write()).id
        here.database.write_now(
            lambda connection: connection.execute(
                "UPDATE announcements SET state = 'in review' WHERE id = ?", (review,)
            )
        )
        back_up(place.data, place.content, place.file, here.time.now())
    restore(place, NOW)
    with office(place.data) as here:
        found = {one.id: (one.state.value, one.why) for one in await here.announcements.list(STAFF)}
        assert found == {
            draft: ("draft", None),
            scheduled: ("paused", Why.RESTORED),
            paused: ("paused", Why.RESTORED),
            finished: ("finished", None),
            cancelled: ("cancelled", None),
            running: ("paused", Why.RESTORED),
            review: ("draft", None),
        }
        await here.announcements.resume(STAFF, scheduled)
        again = await here.announcements.get(scheduled)
        assert again is not None
        assert again.state is State.SCHEDULED


async def test_what_was_on_its_way_is_unknown_as_after_a_kill(place: Place) -> None:
    with office(place.data) as here:
        await here.subscribe(10, 11)
        number = await here.announce()
        assert len(await here.outbox.claim(number, 1)) == 1
        back_up(place.data, place.content, place.file, here.time.now())
    restore(place, NOW)
    with office(place.data) as here:
        await here.run(5)
        assert sorted((await here.outcomes(number)).values()) == [
            "pending",
            "unknown: the bot was stopped while it was sent",
        ]
        assert here.mailbox.sent == []


async def test_a_first_batch_that_failed_goes_on_to_the_rest_when_a_person_says_so(place: Place) -> None:
    rules = SendingRules(False, 2, 0.3, timedelta(hours=1), None, "UTC")
    with office(place.data, rules) as here:
        await here.subscribe(10, 11, 12)
        number = await here.announce()
        for chat in (10, 11, 12):
            here.mailbox.fail(chat, BadRequest("no"))
        await here.run(10)
        back_up(place.data, place.content, place.file, here.time.now())
    restore(place, NOW)
    with office(place.data, rules) as here:
        await here.announcements.resume(STAFF, number)
        await here.run(10)
        assert len(here.mailbox.sent) == 1


async def test_updates_that_waited_are_not_answered_again(place: Place) -> None:
    """One of them may be the press of a button that sends an announcement."""
    with office(place.data) as here:
        inbox = Inbox(here.database, here.time.now)
        assert await inbox.admit("send it")
        back_up(place.data, place.content, place.file, here.time.now())
    restore(place, NOW)
    with office(place.data) as here:
        inbox = Inbox(here.database, here.time.now)
        assert await inbox.take_up() == ()
        assert not await inbox.admit("send it"), "Telegram may deliver it once more"


@pytest.mark.parametrize("lost", [False, True])
async def test_numbers_of_announcements_are_not_given_away_twice(place: Place, lost: bool) -> None:
    """A button under an announcement that only the lost database knew must not open another one."""
    with office(place.data) as here:
        await here.subscribe(10)
        await here.announce()
        back_up(place.data, place.content, place.file, here.time.now())
        later = [await here.announce() for _ in range(3)]
    if lost:
        place.database.unlink()
    restore(place, NOW)
    with office(place.data) as here:
        number = await here.announce()
        assert number == (1002 if lost else later[-1] + 1)


async def test_files_of_announcements_are_found_where_they_are_restored(place: Place, tmp_path: Path) -> None:
    kept = place.data / "attachments" / "abc.pdf"
    kept.parent.mkdir()
    kept.write_bytes(b"%PDF")
    attachment = Attachment("document", "programme.pdf", path=kept)
    with office(place.data) as here:
        number = (await here.write(replace(text(), attachments=(attachment,)))).id
        back_up(place.data, place.content, place.file, here.time.now())
    (tmp_path / "elsewhere").mkdir()
    new = Place(tmp_path / "elsewhere")
    assert new.restore("--yes", file=place.file) == 0
    with office(new.data) as here:
        found = await here.announcements.get(number)
        assert found is not None
        (one,) = found.body.attachments
        assert one.path == new.data / "attachments" / "abc.pdf"
        assert one.path.read_bytes() == b"%PDF"


@pytest.mark.parametrize(("language", "says"), [("en", "comes from a backup"), ("zh", "从备份恢复")])
async def test_staff_read_why_it_is_paused_in_their_language(place: Place, language: str, says: str) -> None:
    with office(place.data) as here:
        await here.subscribe(10)
        number = await here.announce()
        back_up(place.data, place.content, place.file, here.time.now())
    restore(place, NOW)
    with office(place.data) as here:
        paused = await here.announcements.get(number)
        assert paused is not None
        assert says in why_paused(words(language), paused, "UTC")


def test_restore_says_which_announcements_wait(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    with office(place.data) as here:
        asyncio.run(here.subscribe(10))
        number = asyncio.run(here.announce())
        back_up(place.data, place.content, place.file, here.time.now())
    assert place.restore("--yes") == 0
    printed = capsys.readouterr().out
    assert f"announcement {number} waits for a person: Workshop\n" in printed
    assert "citedesk announcements lists those that wait" in printed
    assert execute(["announcements", "--config", str(place.config)]) == 0
    assert f"{number}  paused (restored)" in capsys.readouterr().out
