"""A `Config` and a connected bot in, the parts that make, keep and send announcements out, joined."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from telegram.ext import ExtBot

from bot.announcing.announcement import Announcement, Progress
from bot.announcing.announcement_messages import render
from bot.announcing.announcements import Announcements
from bot.announcing.audience import QuietHours
from bot.announcing.chat.posting import Post
from bot.announcing.outbox import Outbox
from bot.announcing.scheduler import Course, Notice, Rules
from bot.announcing.sender import Sender
from bot.announcing.watching import Listener, Watching
from bot.base.database import Database
from bot.config import Config
from bot.people.people import People
from bot.people.subscriptions import Subscriptions
from bot.telegram.pacer import Pacer

LOG = logging.getLogger(__name__)


def rules_of(config: Config) -> Rules:
    """How announcements go out, from the settings."""
    settings = config.announcements
    quiet = None
    if settings.quiet_from is not None and settings.quiet_until is not None:
        quiet = QuietHours(settings.quiet_from, settings.quiet_until)
    return Rules(
        approval=settings.approval,
        first_batch=settings.first_batch,
        stop_share=settings.stop_share,
        late=timedelta(minutes=settings.late_minutes),
        quiet=quiet,
        zone=settings.time_zone,
    )


def pacer_of(config: Config, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> Pacer:
    """The pacer of all that a bot sends."""
    return Pacer(config.announcements.per_second, time.monotonic, sleep)


class Logbook:
    """A listener that writes into the log what nobody else is there to hear."""

    async def progress(self, progress: Progress) -> None:
        tally = progress.tally
        LOG.info("announcement %d: %d of %d", progress.announcement.id, tally.settled, tally.total)

    async def notice(self, announcement: Announcement, what: Notice) -> None:
        LOG.warning("announcement %d: %s", announcement.id, what)


class Broadcasting:
    """Announcements and subscriptions for the conversations; and the sender, from `run` to `stop`."""

    def __init__(
        self,
        config: Config,
        database: Database,
        people: People,
        pacer: Pacer,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        rules = rules_of(config)
        self.subscriptions = Subscriptions(database, people, clock)
        self.announcements = Announcements(database, people, clock, rules, render)
        self._course = Course(database, clock, rules)
        self._outbox = Outbox(database, clock)
        people.follow(self._outbox)
        self._people = people
        self._pacer = pacer
        self._clock = clock
        self._sleep = sleep
        self._sender: Sender | None = None
        self._watching: Watching | None = None

    async def run(self, bot: ExtBot[Any], listener: Listener | None = None) -> None:
        """Send until stopped. `bot` has a `Limiter` over the same pacer."""
        self._watching = Watching(self._course, listener or Logbook(), self._clock, time.monotonic)
        self._sender = Sender(
            self._outbox,
            self._course,
            self._people,
            self._pacer,
            Post(bot),
            render,
            self._watching,
            self._clock,
            time.monotonic,
            self._sleep,
        )
        await self._sender.run()

    async def stop(self, grace: float) -> None:
        """Begin nothing more; what is on its way gets so many seconds."""
        if self._sender is not None:
            await self._sender.stop(grace)
        if self._watching is not None:
            await self._watching.close()
