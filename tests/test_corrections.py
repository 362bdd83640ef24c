"""Corrections and withdrawals reach those who have an announcement, however far it is."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from broadcast_desk import ADMIN, STAFF, Office, office, text
from telegram.error import (
    BadRequest,
    TimedOut,
)

from bot.announcing.announcement import Attachment, Content
from bot.words.markup import Html


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path) as made:
        yield made


async def test_correction_reaches_those_who_have_it_and_those_to_come_get_it_right_at_once(here: Office) -> None:
    await here.subscribe(*range(10, 60))
    number = await here.announce()
    await here.run(2)
    before = list(here.mailbox.chats)
    assert 0 < len(before) < 50
    await here.announcements.correct(STAFF, number, (Content("en", "Workshop", Html("Come to Xi'an.")),))
    await here.run(20)
    assert sorted(chat for chat, _, words in here.mailbox.edited if words == "Come to Xi'an.") == sorted(before)
    assert {words for _, chat, words in here.mailbox.sent if chat not in before} == {"Come to Xi'an."}
    report = await here.announcements.report(STAFF, number)
    assert report.errands[0].tally.sent == len(before)
    assert report.tally.sent == 50


async def test_message_that_was_on_its_way_while_it_was_corrected_is_corrected_too(here: Office) -> None:
    await here.subscribe(10)
    here.mailbox.gate = asyncio.Event()
    number = await here.announce()
    sender = here.sender()
    task = asyncio.get_running_loop().create_task(sender.run())
    await here.time.move(3)
    await here.announcements.correct(STAFF, number, (Content("en", "Workshop", Html("Come to Xi'an.")),))
    here.mailbox.gate.set()
    await here.time.move(5)
    assert [words for _, _, words in here.mailbox.sent] == ["Come to Beijing."]
    assert here.mailbox.edited == [(10, 1001, "Come to Xi'an.")]
    stop = asyncio.get_running_loop().create_task(sender.stop(1))
    await here.time.move(2)
    await stop
    await task


async def test_withdrawal_deletes_every_message_and_stops_the_rest(here: Office) -> None:
    await here.subscribe(*range(10, 60))
    extra = (Attachment("document", "file", file_id="x"),)
    number = await here.announce(replace(text(), attachments=extra))
    await here.run(3)
    assert 0 < len(here.mailbox.sent) < 100
    await here.announcements.withdraw(STAFF, number)
    await here.run(20)
    assert sorted(chat for chat, _ in here.mailbox.deleted) == sorted(here.mailbox.chats)
    assert len(set(here.mailbox.deleted)) == len(here.mailbox.sent)
    assert await here.announcements.news(10) == ()


async def test_edit_of_which_the_answer_was_lost_is_made_again(here: Office) -> None:
    await here.subscribe(10, 11)
    number = await here.announce()
    await here.run(5)
    here.mailbox.fail(10, TimedOut())
    here.mailbox.fail(11, BadRequest("Message is not modified"))
    await here.announcements.correct(ADMIN, number, (Content("en", "Workshop", Html("Come to Xi'an.")),))
    await here.run(20)
    report = await here.announcements.report(STAFF, number)
    assert report.errands[0].tally.sent == 2


async def test_file_that_a_correction_adds_is_not_sent_twice_in_doubt(here: Office) -> None:
    await here.subscribe(10, 11)
    number = await here.announce()
    await here.run(5)
    here.mailbox.sent.clear()
    here.mailbox.fail(10, BadRequest("Message is not modified"), TimedOut())
    contents = (Content("en", "Workshop", Html("Come to Beijing.")),)
    added = (Attachment("document", "form", file_id="x"),)
    await here.announcements.correct(STAFF, number, contents, attachments=added)
    await here.run(30)
    assert [(chat, words) for _, chat, words in here.mailbox.sent] == [(11, "form")]
    errand = (await here.announcements.report(STAFF, number)).errands[0]
    assert (errand.tally.sent, errand.tally.unknown) == (1, 1)
    # both are withdrawn with all that is known to stand there
    await here.announcements.withdraw(STAFF, number)
    await here.run(30)
    assert sorted(chat for chat, _ in here.mailbox.deleted) == [10, 11, 11]


async def test_addition_that_a_kill_cut_off_is_unknown_and_an_edit_is_made_again(here: Office) -> None:
    await here.subscribe(10)
    number = await here.announce()
    await here.run(5)
    added = (Attachment("document", "form", file_id="x"),)
    contents = (Content("en", "Workshop", Html("Come to Xi'an.")),)
    await here.announcements.correct(STAFF, number, contents, attachments=added)
    (claim,) = await here.outbox.claim(number, 1)  # the edit, cut off
    await here.outbox.recover()
    (claim,) = await here.outbox.claim(number, 1)
    assert claim.part == 0
    await here.outbox.arrived(claim, None, 2)
    here.time.seconds += 2
    (claim,) = await here.outbox.claim(number, 1)
    await here.outbox.send_once(claim)  # the file, cut off
    assert await here.outbox.recover() == 1
    assert (await here.announcements.report(STAFF, number)).errands[0].tally.unknown == 1


async def test_later_correction_takes_the_place_of_one_that_waits(here: Office) -> None:
    await here.subscribe(10)
    number = await here.announce()
    await here.run(5)
    for place in ("Xi'an", "Wuhan"):
        await here.announcements.correct(STAFF, number, (Content("en", "Workshop", Html(f"Come to {place}.")),))
    await here.run(10)
    assert here.mailbox.edited == [(10, 1001, "Come to Wuhan.")]
    first, second = (await here.announcements.report(STAFF, number)).errands
    assert (first.tally.skipped, second.tally.sent) == (1, 1)


async def test_correction_changes_the_language_that_changed_alone(here: Office) -> None:
    await here.subscribe(10)
    await here.subscribe(11, language="zh")
    number = await here.announce(text("Come to Beijing.", "来北京。"))
    await here.run(5)
    contents = (Content("en", "Workshop", Html("Come to Beijing.")), Content("zh", "培训班", Html("来西安。")))
    await here.announcements.correct(STAFF, number, contents)
    await here.run(10)
    assert [(chat, words) for chat, _, words in here.mailbox.edited] == [(11, "来西安。")]
    errand = (await here.announcements.report(STAFF, number)).errands[0]
    assert (errand.tally.sent, errand.tally.skipped) == (1, 1)
    assert errand.reasons[0][1:] == ("nothing changed in their language", 1)
