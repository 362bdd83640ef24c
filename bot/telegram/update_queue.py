"""Updates from Telegram in; each written down, then handled, those of one chat in order, out.

`UpdateQueue` stands in for the library's queue: putting an update there, which happens before Telegram is told
that it was received, writes it into the inbox. `Processor` handles many chats at once, one chat in order, and
strikes an update out of the inbox when it is done.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
from collections.abc import Awaitable
from typing import Any

from telegram import Bot, Update
from telegram.ext import BaseUpdateProcessor

from bot.base.put_aside import PutAside
from bot.telegram.inbox import Inbox
from bot.telegram.receiving import Arrival, UpdateReader

LOG = logging.getLogger("bot.chat.arrivals")
AT_ONCE = 100_000
"""Updates that may be in the hands of the processor; how many are worked on is up to their chats' locks."""


def payload(update: Update) -> str:
    """An update as text, the same whenever it is delivered."""
    return update.text if isinstance(update, Arrival) else json.dumps(update.to_dict(), sort_keys=True)


class UpdateQueue(asyncio.Queue[object]):
    """The queue between receiving and handling.

    What the disk does not take is written again after `pause` seconds, then twice as many, up to `longest_pause`;
    Telegram keeps it meanwhile. What can never be written down is put aside: an error would end the receiving for good.
    """

    def __init__(self, inbox: Inbox, aside: PutAside, *, pause: float = 1.0, longest_pause: float = 30.0) -> None:
        super().__init__()
        self._inbox = inbox
        self._aside = aside
        self._reader = UpdateReader(aside)
        self._pause = pause
        self._longest_pause = longest_pause

    async def put(self, item: object) -> None:
        """Write an update down and queue it, unless it is known already."""
        if isinstance(item, Update):
            try:
                if not await self._admit(payload(item)):
                    return
            except Exception as error:  # noqa: BLE001 - whatever it is, the others wait behind it
                self._aside.keep(f"update {item.update_id}", repr(item), error)
                return
        await super().put(item)

    async def _admit(self, text: str) -> bool:
        """Write it down, again and again until the disk takes it."""
        pause = self._pause
        while True:
            try:
                return await self._inbox.admit(text)
            except sqlite3.DataError:  # it is the update, and not the disk
                raise
            except sqlite3.Error as error:
                LOG.error("an update cannot be written down (%s); trying again in %.0f s", error, pause)
                await asyncio.sleep(pause)
                pause = min(2 * pause, self._longest_pause)

    async def take_up(self, bot: Bot) -> int:
        """Queue what is not finished from before; how many there were."""
        waiting = await self._inbox.take_up()
        for one in waiting:
            update = self._reader.read(json.loads(one.payload), bot, one.payload)
            if update is None:
                await self._inbox.settle(one.payload)
            else:
                await super().put(update)
        return len(waiting)

    async def again(self, update: Update) -> None:
        """Queue an update that is written down already."""
        await super().put(update)


class Processor(BaseUpdateProcessor):
    """Handles updates of different chats at once, and those of one chat one after the other.

    While Telegram cannot be reached, an update is tried again up to `tries` times, a minute apart.
    """

    def __init__(self, inbox: Inbox, *, tries: int = 60) -> None:
        super().__init__(AT_ONCE)
        self._inbox = inbox
        self._most_tries = tries
        self._chats: dict[int, _Line] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._kept: dict[int, Update] = {}
        self._tries: dict[int, int] = {}
        self._done: set[str] = set()
        self._closed = False

    def keep(self, update: Update) -> None:
        """Leave this update in the inbox: it could not be finished now."""
        self._kept[update.update_id] = update

    def take_kept(self) -> tuple[Update, ...]:
        """The updates that were left and shall be tried again."""
        kept = tuple(self._kept.values())
        self._kept.clear()
        for update in kept:
            self._tries[update.update_id] = self._tries.get(update.update_id, 0) + 1
        return kept

    async def close(self, seconds: float) -> None:
        """Begin nothing more; give what is under way some time, then leave it to the inbox."""
        self._closed = True
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=seconds)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late, timeout=1)

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            if isinstance(update, Update):
                await self._in_turn(update, coroutine)
            else:
                await coroutine
        finally:
            self._tasks.discard(task)

    async def _in_turn(self, update: Update, coroutine: Awaitable[Any]) -> None:
        text = payload(update)
        key = _chat_of(update)
        line = self._chats.setdefault(key, _Line())
        line.waiting += 1
        begun = False
        try:
            async with line.lock:
                if self._closed:
                    return
                begun = True
                await coroutine
        finally:
            close = getattr(coroutine, "close", None)
            if not begun and close is not None:
                close()  # also where it was cancelled while it waited its turn
            line.waiting -= 1
            if not line.waiting:
                del self._chats[key]
        if update.update_id in self._kept:
            if self._tries.get(update.update_id, 0) < self._most_tries:
                return
            LOG.error("update %d is given up: it was tried %d times", update.update_id, self._most_tries)
        self._kept.pop(update.update_id, None)
        self._tries.pop(update.update_id, None)
        await self._settle(text)

    async def _settle(self, text: str) -> None:
        """Strike an update out; what the disk does not take now goes with the next one. It is done all the same."""
        self._done.add(text)
        try:
            for one in tuple(self._done):
                await self._inbox.settle(one)
                self._done.discard(one)
        except sqlite3.Error as error:
            LOG.error("a finished update cannot be struck out yet: %s", error)

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to give back."""


def _chat_of(update: Update) -> int:
    """Whose turn it takes; 0 for what comes from no chat."""
    try:
        return update.effective_chat.id if update.effective_chat is not None else 0
    except Exception:  # noqa: BLE001 - of an update of a kind that the library does not know well
        return 0


class _Line:
    """The updates of one chat that wait for their turn."""

    __slots__ = ("lock", "waiting")

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.waiting = 0
