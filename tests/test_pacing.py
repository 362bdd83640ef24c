"""How fast messages leave, who goes first, and what a flood limit holds up; the clock moves only when it is moved."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from broadcast_desk import Office, office, settle, text
from telegram.error import (
    RetryAfter,
)

from bot.announcing.announcement import Attachment


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path) as made:
        yield made


async def test_no_second_holds_more_than_allowed_and_little_is_left_unused(here: Office) -> None:
    await here.subscribe(*range(10, 160))
    await here.announce()
    await here.run(30)
    times = [at for at, _, _ in here.mailbox.sent]
    assert len(times) == 150
    assert max(sum(at - 1 < other <= at for other in times) for at in times) <= 25
    assert 149 / (times[-1] - times[0]) >= 0.95 * 25


async def test_several_messages_to_a_chat_keep_a_second_between_them(here: Office) -> None:
    await here.subscribe(10, 11)
    extra = tuple(Attachment("document", f"file {n}", file_id="x") for n in range(2))
    await here.announce(replace(text(), attachments=extra))
    await here.run(10)
    for chat in (10, 11):
        times = [at for at, one, _ in here.mailbox.sent if one == chat]
        assert len(times) == 3
        assert all(later - earlier >= 1 for earlier, later in itertools.pairwise(times))
    assert [words for _, chat, words in here.mailbox.sent if chat == 10] == ["Come to Beijing.", "file 0", "file 1"]


async def test_group_gets_at_most_twenty_messages_a_minute(here: Office) -> None:
    await here.subscribe(-5)
    for _ in range(24):
        await here.announce()
    await here.run(200)
    times = [at for at, _, _ in here.mailbox.sent]
    assert len(times) == 24
    assert max(sum(at - 60 < other <= at for other in times) for at in times) <= 20


async def test_flood_limit_of_one_chat_delays_that_chat_alone(here: Office) -> None:
    await here.subscribe(*range(10, 60))
    here.mailbox.fail(20, RetryAfter(timedelta(seconds=7)))
    await here.announce()
    await here.run(30)
    (again,) = [at for at, chat, _ in here.mailbox.sent if chat == 20]
    others = [at for at, chat, _ in here.mailbox.sent if chat != 20]
    assert len(others) == 49
    assert max(others) - min(others) < 3
    assert again >= 7


async def test_flood_limits_of_two_chats_stop_all_sends_for_as_long_as_telegram_says(here: Office) -> None:
    await here.subscribe(*range(10, 60))
    here.mailbox.fail(20, RetryAfter(timedelta(seconds=7)))
    here.mailbox.fail(21, RetryAfter(timedelta(seconds=7)))
    await here.announce()
    await here.run(30)
    times = sorted(at for at, _, _ in here.mailbox.sent)
    gap, start = max((later - earlier, earlier) for earlier, later in itertools.pairwise(times))
    assert gap >= 6.5
    assert sum(at <= start for at in times) < 25
    (again,) = [at for at, chat, _ in here.mailbox.sent if chat == 20]
    assert again >= start + 7 - 0.5


async def test_flood_limit_holds_after_a_restart(here: Office) -> None:
    await here.subscribe(10, 11)
    here.mailbox.fail(10, RetryAfter(30))
    await here.announce()
    await here.run(5)
    await here.run(5)
    assert here.mailbox.chats == [11]
    await here.run(30)
    assert sorted(here.mailbox.chats) == [10, 11]


async def test_answers_go_first_while_an_announcement_runs(here: Office) -> None:
    await here.subscribe(*range(10, 110))
    await here.announce()
    sender = here.sender()
    task = asyncio.get_running_loop().create_task(sender.run())
    await here.time.move(3)
    asked = here.time.seconds
    waits = []
    for chat in (900, 901, 902):
        answer = asyncio.get_running_loop().create_task(here.pacer.answer(chat))
        while not answer.done():
            await here.time.move(0.005)
        answer.result().end()
        waits.append(here.time.seconds - asked)
        asked = here.time.seconds
    assert max(waits) <= 1 / 25 + 0.02
    stop = asyncio.get_running_loop().create_task(sender.stop(1))
    await here.time.move(2)
    await stop
    await task


async def test_answers_wait_for_a_flood_limit_only_in_its_chat_unless_one_meets_it_elsewhere(here: Office) -> None:
    pacer = here.pacer
    pacer.flooded(10, 60)
    (await asyncio.wait_for(pacer.answer(11), 1)).end()
    same = asyncio.get_running_loop().create_task(pacer.answer(10))
    await settle()
    assert not same.done()
    pacer.answer_flooded(11, 20)
    elsewhere = asyncio.get_running_loop().create_task(pacer.answer(12))
    await here.time.move(19)
    assert not elsewhere.done()
    await here.time.move(2)
    elsewhere.result().end()
    await here.time.move(60)
    same.result().end()
