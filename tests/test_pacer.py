"""The pacer by itself: which chats a flood limit holds up, and for how long; the clock moves only when it is moved."""

from __future__ import annotations

import asyncio

import pytest
from broadcast_desk import Time, settle

from bot.telegram.pacer import ChatLimits, Pacer


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def pacer(time: Time) -> Pacer:
    return Pacer(25, time.monotonic, time.sleep)


async def test_answer_waits_for_the_flooded_chat_and_goes_at_once_to_any_other(time: Time, pacer: Pacer) -> None:
    """Telegram counts a message that comes too soon as one more offence, and asks to wait longer."""
    pacer.flooded(7, 5.0)
    (await pacer.answer(8)).end()
    waiting = asyncio.ensure_future(pacer.answer(7))
    await time.move(4.9)
    await settle()
    assert not waiting.done()
    await time.move(0.2)
    (await asyncio.wait_for(waiting, 1)).end()


@pytest.mark.parametrize("counts", [True, False])
async def test_announcement_waits_for_the_flooded_chat_with_messages_and_with_edits(pacer: Pacer, counts: bool) -> None:
    pacer.flooded(7, 5.0)
    assert pacer.chat_wait(7, counts=counts) == 5.0
    assert pacer.chat_wait(8, counts=counts) == 0.0


async def test_shorter_flood_wait_does_not_end_a_longer_one(time: Time, pacer: Pacer) -> None:
    pacer.flooded(7, 30.0)
    pacer.flooded(7, 5.0)
    await time.move(6)
    assert pacer.chat_wait(7) == 24.0


async def test_one_refused_answer_holds_no_other_chat_and_a_second_one_holds_all(time: Time, pacer: Pacer) -> None:
    pacer.answer_flooded(7, 5.0)
    (await pacer.answer(9)).end()
    pacer.answer_flooded(8, 5.0)
    waiting = asyncio.ensure_future(pacer.answer(9))
    await time.move(4.9)
    await settle()
    assert not waiting.done()
    await time.move(1.2)
    (await asyncio.wait_for(waiting, 1)).end()


async def test_what_a_chat_takes_is_said_by_its_limits(time: Time) -> None:
    pacer = Pacer(25, time.monotonic, time.sleep, ChatLimits(seconds=3.0, group=2, group_seconds=10.0))
    pacer.take(-5).end()
    assert pacer.chat_wait(-5) == 3.0
    await time.move(3)
    pacer.take(-5).end()
    assert pacer.chat_wait(-5) == 7.0
