"""What the tests of announcements share: a database with people in it, clocks that are moved, a post that fails on
demand."""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import TypeVar

from sqlite_utils import Database as Connection
from telegram.error import TelegramError

from bot.announcing.announcement import Announcement, AnnouncementProgress, Audience, Body, Content, Schedule
from bot.announcing.announcements import Announcements
from bot.announcing.audience import QuietHours
from bot.announcing.outbox import Outbox
from bot.announcing.scheduler import Notice, Scheduler, SendingRules
from bot.announcing.sender import Sender
from bot.announcing.watching import Watching
from bot.base.database import Database
from bot.people.people import People
from bot.people.profiles import Profiles
from bot.people.subscriptions import Subscriptions
from bot.schema import migrations
from bot.telegram.outcomes import judged
from bot.telegram.pacer import Pacer
from bot.words.markup import Html, Payload

os.environ.setdefault("PTB_TIMEDELTA", "true")  # as bot.app does
T = TypeVar("T")
ADMIN, STAFF, OTHER, PARTNER = 1, 2, 3, 4
EVERYBODY = Audience(everyone=True)
RULES = SendingRules(
    approval=False,
    first_batch=0,
    stop_share=0.3,
    late=timedelta(hours=1),
    quiet=QuietHours(time(22), time(8)),
    zone="UTC",
)


class Time:
    """A clock that moves only when somebody sleeps, or when it is moved."""

    def __init__(self) -> None:
        self.start = datetime(2026, 3, 2, 12, tzinfo=UTC)
        self.seconds = 0.0
        self.sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self.count = 0

    def now(self) -> datetime:
        return self.start + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        """Ends when the clock has been moved so far."""
        done = asyncio.get_running_loop().create_future()
        self.count += 1
        self.sleepers.append((self.seconds + max(0.0, seconds), self.count, done))
        await done

    async def move(self, seconds: float) -> None:
        """Let so much time pass, from one sleeper to the next."""
        end = self.seconds + seconds
        await settle()
        while True:
            self.sleepers = [one for one in self.sleepers if not one[2].done()]
            if not self.sleepers or min(self.sleepers)[0] > end:
                break
            at, _, done = min(self.sleepers, key=lambda one: one[:2])
            self.seconds = max(self.seconds, at)
            done.set_result(None)
            await settle()
        self.seconds = end
        await settle()


class Watched(Database):
    """A database that knows whether it is at work."""

    at_work = 0

    async def write(self, function: Callable[[Connection], T]) -> T:
        Watched.at_work += 1
        try:
            return await super().write(function)
        finally:
            Watched.at_work -= 1

    async def read(self, function: Callable[[Connection], T]) -> T:
        Watched.at_work += 1
        try:
            return await super().read(function)
        finally:
            Watched.at_work -= 1


async def settle() -> None:
    """Let everything go on that need not wait for the clock; the database works in threads of its own."""
    quiet = 0
    while quiet < 12:
        await asyncio.sleep(0.0005 if Watched.at_work else 0)
        quiet = 0 if Watched.at_work else quiet + 1


@dataclass
class Mailbox:
    """A post that notes what it sends, and raises what it is told to, once for each time it is told."""

    time: Time
    sent: list[tuple[float, int, str]] = field(default_factory=list)
    edited: list[tuple[int, int, str]] = field(default_factory=list)
    deleted: list[tuple[int, int]] = field(default_factory=list)
    errors: dict[int, deque[Exception]] = field(default_factory=dict)
    every: TelegramError | None = None
    gate: asyncio.Event | None = None

    def fail(self, chat: int, *errors: Exception) -> None:
        self.errors[chat] = deque(errors)

    async def send(self, chat: int, payload: Payload, *, thread: int = 0, channel: bool = False) -> int:
        await self._meet(chat)
        self.sent.append((self.time.seconds, chat, payload.html))
        return 1000 + len(self.sent)

    async def edit(
        self, chat: int, message: int, payload: Payload, *, file: bool = False, channel: bool = False, pressed: str = ""
    ) -> None:
        await self._meet(chat)
        self.edited.append((chat, message, payload.html))

    async def delete(self, chat: int, message: int) -> None:
        await self._meet(chat)
        self.deleted.append((chat, message))

    async def _meet(self, chat: int) -> None:
        if self.gate is not None:
            await self.gate.wait()
        with judged():
            if self.every is not None:
                raise self.every
            if self.errors.get(chat):
                raise self.errors[chat].popleft()

    @property
    def chats(self) -> list[int]:
        return [chat for _, chat, _ in self.sent]


@dataclass
class Ears:
    """A listener that remembers."""

    progresses: list[tuple[float, AnnouncementProgress]] = field(default_factory=list)
    notices: list[tuple[int, Notice]] = field(default_factory=list)
    time: Time | None = None

    async def progress(self, progress: AnnouncementProgress) -> None:
        assert self.time is not None
        self.progresses.append((self.time.seconds, progress))

    async def notice(self, announcement: Announcement, what: Notice) -> None:
        self.notices.append((announcement.id, what))


def render(announcement: Announcement, language: str, changed: Sequence[str] = ()) -> list[Payload]:
    """The text, and one more message for each attachment."""
    content = announcement.body.content(language)
    assert content is not None
    return [Payload(content.text), *(Payload(Html(one.name), one.kind) for one in announcement.body.attachments)]


@dataclass
class Office:
    """Everything but Telegram."""

    database: Database
    time: Time
    people: People
    profiles: Profiles
    subscriptions: Subscriptions
    announcements: Announcements
    outbox: Outbox
    scheduler: Scheduler
    mailbox: Mailbox
    ears: Ears
    pacer: Pacer
    rules: SendingRules
    task: asyncio.Task[None] | None = None

    async def subscribe(self, *chats: int, language: str = "en", topic: str = "workshops") -> None:
        for chat in chats:
            await self.subscriptions.subscribe(chat, "private" if chat > 0 else "group", topic, language)

    async def write(self, body: Body | None = None) -> Announcement:
        return await self.announcements.draft(STAFF, body or text())

    async def announce(self, body: Body | None = None) -> int:
        draft = await self.write(body)
        return (await self.announcements.submit(STAFF, draft.id, draft.version)).id

    async def announce_to_one(self) -> int:
        """An announcement that one person, 10, got."""
        await self.subscribe(10)
        number = await self.announce()
        await self.run(5)
        return number

    def sender(self) -> Sender:
        """As after a start of the bot."""
        self.pacer = Pacer(self.pacer.per_second, self.time.monotonic, self.time.sleep)
        watch = Watching(self.scheduler, self.ears, self.time.now, self.time.monotonic)
        return Sender(
            self.outbox, self.scheduler, self.people, self.pacer, self.mailbox, render, watch,
            self.time.now, self.time.monotonic, self.time.sleep,
        )  # fmt: skip

    async def run(self, seconds: float) -> None:
        """Start a sender, let so much time pass, stop it."""
        sender = self.sender()
        task = asyncio.get_running_loop().create_task(sender.run())
        await self.time.move(seconds)
        stopping = asyncio.get_running_loop().create_task(sender.stop(5))
        await settle()
        await stopping
        await task

    async def outcomes(self, number: int) -> dict[int | None, str]:
        found = await self.announcements.deliveries(STAFF, number, limit=-1)
        return {one.chat: f"{one.outcome.value}: {one.reason}".removesuffix(": ") for one in found}


@contextmanager
def office(folder: Path, rules: SendingRules = RULES, per_second: float = 25) -> Iterator[Office]:
    database = Watched(folder / "bot.sqlite", migrations())
    clock = Time()
    people = People(database, clock.now, [ADMIN], [STAFF, OTHER])
    profiles, subscriptions = Profiles(database, people), Subscriptions(database, people, clock.now)
    announcements = Announcements(database, people, clock.now, rules, render)
    outbox = Outbox(database, clock.now)
    people.follow(outbox)
    made = Office(
        database, clock, people, profiles, subscriptions, announcements, outbox, Scheduler(database, clock.now, rules),
        Mailbox(clock), Ears(time=clock), Pacer(per_second, clock.monotonic, clock.sleep), rules,
    )  # fmt: skip
    try:
        yield made
    finally:
        database.close()


def text(
    english: str = "Come to Beijing.",
    chinese: str = "",
    *,
    audience: Audience = EVERYBODY,
    schedule: Schedule | None = None,
) -> Body:
    contents = [Content("en", "Workshop", Html(english))]
    if chinese:
        contents.append(Content("zh", "培训班", Html(chinese)))
    return Body(tuple(contents), audience=audience, schedule=schedule or Schedule())
