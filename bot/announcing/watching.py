"""Running announcements in, once a second; how far they are, and what staff have to hear, out to a listener.

Why is the listener never waited for? It edits and sends messages, and a slow one must not slow down the sending.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.announcing.announcement import Announcement, AnnouncementProgress, State, Tally
from bot.announcing.scheduler import Notice, Scheduler

LOG = logging.getLogger("bot.announcing.watching")
BROADCAST_LOG = logging.getLogger("bot.announcing.broadcasting")
EVERY = 3.0
"""Seconds between two looks at how far an announcement is: Telegram does not take edits more often for long."""
LOOK_BACK = 15.0
"""Seconds over which the pace is measured."""
AGAIN = 60.0
"""Seconds after which staff are told again when that failed."""


class Listener(Protocol):
    """Shows staff what happens."""

    async def progress(self, progress: AnnouncementProgress) -> None:
        """How far one is: at most every `EVERY` seconds, and once when it ended or paused."""

    async def notice(self, announcement: Announcement, what: Notice) -> None:
        """Something to be told; told again later when this raises, and after a restart."""


class Logbook:
    """A listener that writes into the log what nobody else is there to hear."""

    async def progress(self, progress: AnnouncementProgress) -> None:
        tally = progress.tally
        BROADCAST_LOG.info("announcement %d: %d of %d", progress.announcement.id, tally.settled, tally.total)

    async def notice(self, announcement: Announcement, what: Notice) -> None:
        BROADCAST_LOG.warning("announcement %d: %s", announcement.id, what)


class Watching:
    """Asks the ledger how far announcements are, and tells a listener."""

    def __init__(
        self, scheduler: Scheduler, listener: Listener, clock: Callable[[], datetime], monotonic: Callable[[], float]
    ) -> None:
        self._scheduler = scheduler
        self._listener = listener
        self._clock = clock
        self._monotonic = monotonic
        self._seen: dict[int, float] = {}
        self._pace: dict[int, deque[tuple[float, int]]] = {}
        self._told: dict[tuple[int, Notice], float] = {}
        self._tasks: dict[object, asyncio.Task[None]] = {}

    async def look(self, running: Sequence[Announcement], held: float) -> None:
        """See how far they are. Ends soon; the listener works on beside it."""
        now = self._monotonic()
        until = self._clock() + timedelta(seconds=held) if held > 1 else None
        numbers = {announcement.id for announcement in running}
        for one in running:
            if now - self._seen.get(one.id, -EVERY) >= EVERY:
                self._seen[one.id] = now
                await self._show(one, until)
        for number in [number for number in self._seen if number not in numbers]:
            if self._busy(number):
                continue
            del self._seen[number]
            self._pace.pop(number, None)
            await self._show(await self._scheduler.announcement(number), None)
        for announcement, what in await self._scheduler.notices():
            if now - self._told.get((announcement.id, what), -AGAIN) >= AGAIN:
                self._told[announcement.id, what] = now
                self._start((announcement.id, what), self._tell(announcement, what))

    async def close(self) -> None:
        """Leave off."""
        for task in self._tasks.values():
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=1)

    async def _show(self, announcement: Announcement, until: datetime | None) -> None:
        if self._busy(announcement.id):
            return
        tally = await self._scheduler.tally(announcement.id)
        if until is None and announcement.state is State.RUNNING and not tally.sending:
            due = await self._scheduler.waits_until(announcement.id)
            # Between two messages everybody waits for a moment; that is not worth a word.
            until = due if due is not None and due > self._clock() + timedelta(seconds=LOOK_BACK) else None
        pace = self._per_second(announcement.id, tally) if announcement.state is State.RUNNING else 0.0
        left = (tally.total - tally.settled) / pace if pace else None
        progress = AnnouncementProgress(announcement, tally, pace, left, until)
        self._start(announcement.id, self._listener.progress(progress))

    def _per_second(self, number: int, tally: Tally) -> float:
        now = self._monotonic()
        seen = self._pace.setdefault(number, deque())
        seen.append((now, tally.settled))
        while seen[0][0] < now - LOOK_BACK:
            seen.popleft()
        (then, before), (last, after) = seen[0], seen[-1]
        return max(0.0, (after - before) / (last - then)) if last > then else 0.0

    async def _tell(self, announcement: Announcement, what: Notice) -> None:
        await self._listener.notice(announcement, what)
        await self._scheduler.told(announcement.id, what)
        self._told.pop((announcement.id, what), None)

    def _busy(self, key: object) -> bool:
        return key in self._tasks

    def _start(self, key: object, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks[key] = task
        task.add_done_callback(lambda done: self._over(key, done))

    def _over(self, key: object, task: asyncio.Task[None]) -> None:
        self._tasks.pop(key, None)
        if not task.cancelled() and task.exception() is not None:
            LOG.error("staff could not be told how an announcement goes", exc_info=task.exception())
