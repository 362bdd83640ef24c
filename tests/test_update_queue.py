"""Updates are written down before Telegram forgets them, handled in order in each chat, and each once."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock

import pytest
from telegram import Bot, Update

from bot.base.put_aside import PutAside
from bot.schema import open_database
from bot.telegram.inbox import ATTEMPTS, Inbox
from bot.telegram.limits import Admission, RateLimiter
from bot.telegram.update_queue import Processor, UpdateQueue

BOT = Bot("123456789:AAEhBOweik6ad6PsVgzlZHZxTh7P_arrival")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Clock:
    now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def inbox(tmp_path: Path, clock: Clock) -> Iterator[Inbox]:
    database = open_database(tmp_path / "bot.sqlite")
    yield Inbox(database, clock)
    database.close()


@pytest.fixture
def aside(tmp_path: Path, clock: Clock) -> PutAside:
    return PutAside(tmp_path, clock)


def update(number: int, chat: int = 5, text: str = "Why?") -> Update:
    data: dict[str, Any] = {
        "update_id": number,
        "message": {
            "message_id": number,
            "date": 1_700_000_000 + number,
            "text": text,
            "chat": {"id": chat, "type": "private", "first_name": "A"},
            "from": {"id": chat, "is_bot": False, "first_name": "A"},
        },
    }
    found = Update.de_json(data, BOT)
    assert found is not None
    return found


async def test_update_waits_until_the_disk_takes_it(
    inbox: Inbox, aside: PutAside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error would end the receiving without a word: the library does not expect any here."""
    admit, full = inbox.admit, [True, True]

    async def refuse(payload: str) -> bool:
        if full:
            full.pop()
            raise sqlite3.OperationalError("database or disk is full")
        return await admit(payload)

    monkeypatch.setattr(inbox, "admit", refuse)
    update_queue = UpdateQueue(inbox, aside, pause=0.01)
    await update_queue.put(update(1))
    assert (update_queue.qsize(), full) == (1, [])


async def test_update_delivered_twice_is_handled_once(inbox: Inbox, aside: PutAside) -> None:
    update_queue = UpdateQueue(inbox, aside)
    await update_queue.put(update(1))
    await update_queue.put(update(1))
    assert update_queue.qsize() == 1


async def test_same_number_of_another_server_is_another_update(inbox: Inbox, aside: PutAside) -> None:
    update_queue = UpdateQueue(inbox, aside)
    await update_queue.put(update(1, text="Why?"))
    await update_queue.put(update(1, text="How?"))
    assert update_queue.qsize() == 2


async def test_update_that_was_not_finished_is_taken_up_in_order_by_the_next_bot(inbox: Inbox, aside: PutAside) -> None:
    before = UpdateQueue(inbox, aside)
    for number in (1, 2, 3):
        await before.put(update(number))
    await finish(Processor(inbox), update(2))
    after = UpdateQueue(inbox, aside)
    assert await after.take_up(BOT) == 2
    found = [after.get_nowait(), after.get_nowait()]
    assert [one.update_id for one in found if isinstance(one, Update)] == [1, 3]
    assert found[0] == update(1)


async def test_what_the_disk_did_not_let_strike_out_is_struck_out_with_the_next(
    inbox: Inbox, aside: PutAside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error would tell somebody who was answered that something went wrong."""
    update_queue, processor = UpdateQueue(inbox, aside), Processor(inbox)
    for number in (1, 2):
        await update_queue.put(update(number))
    with monkeypatch.context() as patch:
        patch.setattr(inbox, "settle", AsyncMock(side_effect=sqlite3.OperationalError("database or disk is full")))
        await finish(processor, update(1))
    await finish(processor, update(2))
    assert await UpdateQueue(inbox, aside).take_up(BOT) == 0


async def test_update_that_kills_the_bot_is_given_up_and_the_log_says_so(
    inbox: Inbox, aside: PutAside, caplog: pytest.LogCaptureFixture
) -> None:
    await UpdateQueue(inbox, aside).put(update(1))
    taken = [await UpdateQueue(inbox, aside).take_up(BOT) for _ in range(ATTEMPTS + 1)]
    assert taken == [1, 1, 0, 0]
    assert caplog.messages == ["updates given up, a day old or begun 3 times without an end: 1"]


async def test_update_of_the_day_before_yesterday_is_not_answered(inbox: Inbox, aside: PutAside, clock: Clock) -> None:
    await UpdateQueue(inbox, aside).put(update(1))
    clock.now = NOON + timedelta(days=2)
    assert await UpdateQueue(inbox, aside).take_up(BOT) == 0


async def test_chats_do_not_wait_for_each_other_and_a_chat_keeps_its_order(inbox: Inbox, aside: PutAside) -> None:
    processor = Processor(inbox)
    release = asyncio.Event()
    log: list[str] = []

    async def slow() -> None:
        await release.wait()
        log.append("first of 5")

    async def quick(name: str) -> None:
        log.append(name)

    tasks = [
        asyncio.ensure_future(processor.process_update(update(1, 5), slow())),
        asyncio.ensure_future(processor.process_update(update(2, 5), quick("second of 5"))),
        asyncio.ensure_future(processor.process_update(update(3, 6), quick("first of 6"))),
    ]
    await tasks[2]
    assert log == ["first of 6"]
    release.set()
    await asyncio.gather(*tasks)
    assert log == ["first of 6", "first of 5", "second of 5"]


async def test_closing_leaves_what_is_late_and_what_waits_to_the_next_start(inbox: Inbox, aside: PutAside) -> None:
    processor, update_queue = Processor(inbox), UpdateQueue(inbox, aside)
    for number in (1, 2):
        await update_queue.put(update(number))
    begun = asyncio.Event()
    log: list[str] = []

    async def hang() -> None:
        begun.set()
        await asyncio.Event().wait()

    async def never() -> None:
        log.append("began after closing")

    tasks = [
        asyncio.ensure_future(processor.process_update(update(1), hang())),
        asyncio.ensure_future(processor.process_update(update(2), never())),
    ]
    await begun.wait()
    await processor.close(0)
    await asyncio.gather(*tasks, return_exceptions=True)
    assert log == []
    assert await UpdateQueue(inbox, aside).take_up(BOT) == 2


async def test_update_that_could_not_be_finished_is_tried_again(inbox: Inbox, aside: PutAside) -> None:
    processor, update_queue = Processor(inbox), UpdateQueue(inbox, aside)
    await update_queue.put(update(1))

    async def fail() -> None:
        processor.keep(update(1))

    await processor.process_update(update(1), fail())
    (kept,) = processor.take_kept()
    assert processor.take_kept() == ()
    await finish(processor, kept)
    assert await UpdateQueue(inbox, aside).take_up(BOT) == 0


async def test_update_that_is_given_up_is_named_in_the_log(
    inbox: Inbox, aside: PutAside, caplog: pytest.LogCaptureFixture
) -> None:
    processor, update_queue = Processor(inbox, tries=1), UpdateQueue(inbox, aside)
    await update_queue.put(update(1))

    async def fail() -> None:
        processor.keep(update(1))

    await processor.process_update(update(1), fail())
    assert caplog.messages == []
    (kept,) = processor.take_kept()
    await processor.process_update(kept, fail())
    assert caplog.messages == ["update 1 is given up: it was tried 1 times"]
    assert processor.take_kept() == ()


async def finish(processor: Processor, one: Update) -> None:
    async def nothing() -> None: ...

    await processor.process_update(one, nothing())


# The gate


def test_gate_gives_one_notice_and_opens_after_a_minute() -> None:
    gate = RateLimiter(2)
    seconds = (0, 1, 2, 3, 30, 59, 60, 61, 62, 63)
    verdicts = [gate.judge(5, NOON + timedelta(seconds=at)) for at in seconds]
    a, n, s = Admission.ADMIT, Admission.NOTICE, Admission.SILENCE
    assert verdicts == [a, a, n, s, s, s, a, a, n, s]


def test_gate_counts_each_person_alone() -> None:
    gate = RateLimiter(1)
    assert [gate.judge(user, NOON) for user in (5, 6, 5)] == [
        Admission.ADMIT,
        Admission.ADMIT,
        Admission.NOTICE,
    ]


def test_message_that_is_tried_again_counts_once() -> None:
    gate = RateLimiter(1)
    assert gate.judge(5, NOON, "m1") is Admission.ADMIT
    assert gate.judge(5, NOON, "m1") is Admission.ADMIT
    assert gate.judge(5, NOON, "m2") is Admission.NOTICE
