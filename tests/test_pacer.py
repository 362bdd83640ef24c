"""The pacer by itself: which chats a flood limit holds up, and for how long; the clock moves only when it is moved."""

from __future__ import annotations

import asyncio
import itertools

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


async def answers(pacer: Pacer, time: Time, chat: int, number: int, seconds: float) -> list[float]:
    """When so many answers to a chat may leave that are all wanted now."""
    left: list[float] = []

    async def one() -> None:
        (await pacer.answer(chat)).end()
        left.append(time.seconds)

    tasks = [asyncio.ensure_future(one()) for _ in range(number)]
    await time.move(seconds)
    for task in tasks:
        task.cancel()
    await settle()
    return left


async def test_answers_to_one_chat_leave_in_a_burst_and_then_one_a_second(time: Time, pacer: Pacer) -> None:
    left = await answers(pacer, time, 7, 40, 60.0)
    assert len(left) == 40
    assert left[3] < 0.2
    assert all(later - earlier >= 0.99 for earlier, later in itertools.pairwise(left[3:]))


async def test_who_has_had_many_answers_stands_in_nobodys_way(time: Time, pacer: Pacer) -> None:
    waiting = [asyncio.ensure_future(pacer.answer(7)) for _ in range(40)]
    await time.move(0.5)
    for done in waiting:
        if done.done():
            done.result().end()
    await time.move(1.1)
    (await asyncio.wait_for(pacer.answer(8), 1)).end()
    assert pacer.wait() <= 1 / 25
    assert pacer.chat_wait(9) == 0
    for task in waiting:
        task.cancel()
    await settle()


async def test_answers_to_a_group_keep_to_its_minute(time: Time) -> None:
    pacer = Pacer(25, time.monotonic, time.sleep, ChatLimits(group=6, group_seconds=60.0))
    left = await answers(pacer, time, -5, 8, 100.0)
    assert len([at for at in left if at < 60]) == 6
    assert len(left) == 8


async def test_answers_that_waited_for_a_flood_limit_do_not_leave_all_at_once(time: Time, pacer: Pacer) -> None:
    pacer.answer_flooded(7, 30.0)
    left = await answers(pacer, time, 7, 10, 60.0)
    assert 30 <= left[0] < 30.2
    assert len([at for at in left if at < left[0] + 1]) == 4


async def test_one_refused_chat_holds_no_announcement_to_others_and_a_second_one_does(pacer: Pacer) -> None:
    """Whoever is refused with sixty seconds for pressing much must not stop what goes to fifteen hundred."""
    pacer.answer_flooded(7, 60.0)
    assert (pacer.wait(), pacer.held) == (0.0, 0.0)
    pacer.flooded(8, 20.0)
    assert pacer.held == 20.0


async def test_answers_have_room_beside_announcements(time: Time, pacer: Pacer) -> None:
    """Four answers a second slow nothing down; more than Telegram takes together leave in no second."""
    announced: list[float] = []
    answered: list[float] = []

    async def announce() -> None:
        while True:
            while (wait := pacer.wait()) > 0:
                await pacer.pause(wait)
            announced.append(time.seconds)
            pacer.take(1000 + len(announced)).end()

    async def answer(every: float) -> None:
        for chat in itertools.count():
            (await pacer.answer(100_000 + chat)).end()
            answered.append(time.seconds)
            await time.sleep(every)

    tasks = [asyncio.ensure_future(announce()), asyncio.ensure_future(answer(0.25))]
    await time.move(20)
    assert len(announced) >= 0.98 * 20 * 25
    assert 78 <= len(answered) <= 81
    tasks.append(asyncio.ensure_future(answer(0.05)))
    await time.move(20)
    for task in tasks:
        task.cancel()
    await settle()
    times = sorted(announced + answered)
    assert all(later - earlier >= 1.0 for earlier, later in zip(times, times[29:], strict=False))
    assert all(later - earlier >= 1.0 for earlier, later in zip(announced, announced[25:], strict=False))


async def test_who_asks_without_end_slows_neither_announcements_nor_the_answers_to_others(time: Time) -> None:
    """Ten people have forty answers each to come; announcements keep their pace, and one who asks waits for nothing."""
    pacer = Pacer(25, time.monotonic, time.sleep)
    announced: list[float] = []
    waited: list[float] = []

    async def announce() -> None:
        while True:
            while (wait := pacer.wait()) > 0:
                await pacer.pause(wait)
            announced.append(time.seconds)
            pacer.take(1000 + len(announced)).end()

    async def flood(chat: int) -> None:
        for _ in range(40):
            (await pacer.answer(chat)).end()

    async def ask() -> None:
        for chat in itertools.count(50_000):
            began = time.seconds
            (await pacer.answer(chat)).end()
            waited.append(time.seconds - began)
            await time.sleep(1.0)

    work = [announce(), ask(), *(flood(chat) for chat in range(1, 11))]
    tasks = [asyncio.ensure_future(one) for one in work]
    await time.move(60)
    for task in tasks:
        task.cancel()
    await settle()
    assert len(announced) >= 0.95 * 60 * 25
    assert sorted(waited)[int(0.95 * len(waited))] <= 0.1
