"""Running announcements in, messages in chats and settled deliveries out.

Each delivery is claimed, gets its turn from the pacer, is sent once, and is settled by what Telegram replied;
`bot/telegram/outcomes.py` says what each error leads to. Nothing is sent again where it may have arrived.

Why are several on their way at once, and not more? Telegram takes a tenth of a second to reply, and 25 a second
do not fit into one after the other. But all that is on its way when the machine stops is `unknown` afterwards, so
there are no more than the pace needs.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import sqlite3
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from bot.announcing.announcement import Action, Announcement, Outcome, Render
from bot.announcing.corrections import CorrectionStep, Step, changes, steps
from bot.announcing.deliveries import FLOODED, NOTHING_CHANGED
from bot.announcing.outbox import Claimed, Outbox
from bot.announcing.scheduler import Scheduler
from bot.people.people import People
from bot.telegram.outcomes import NotSent, Verdict
from bot.telegram.pacer import Pacer
from bot.words.markup import Payload

Settle = Callable[[], Coroutine[Any, Any, None]]
LOG = logging.getLogger("bot.sender")
POLL = 1.0
"""Seconds between two looks at the clock and at what staff decided meanwhile, also in another process."""
LONG = 0.25
"""Seconds of waiting for which what was claimed is given back, so that a stop leaves nothing unknown."""
TROUBLES = 3
"""Network failures one after the other that are no accident any more."""
LONGEST_PAUSE = 60.0
ERRAND_TRIES = 6
"""Times that an edit or a deletion is tried: doing it twice does no harm."""


class Post(Protocol):
    """Makes the calls; raises `NotSent`, and `OSError` for a file that cannot be read."""

    async def send(self, chat: int, payload: Payload, *, thread: int = 0, channel: bool = False) -> int: ...

    async def edit(
        self,
        chat: int,
        message: int,
        payload: Payload,
        *,
        file: bool = False,
        channel: bool = False,
        pressed: str = "",
    ) -> None: ...

    async def delete(self, chat: int, message: int) -> None: ...


class Watch(Protocol):
    """Looks on between deliveries."""

    async def look(self, running: Sequence[Announcement], held: float) -> None:
        """Called about once a second; `held`: seconds for which Telegram wants no announcements."""


class Sender:
    """Drains the outbox until it is stopped. There is one for a database."""

    def __init__(
        self,
        outbox: Outbox,
        scheduler: Scheduler,
        people: People,
        pacer: Pacer,
        post: Post,
        render: Render,
        watch: Watch,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._outbox = outbox
        self._scheduler = scheduler
        self._people = people
        self._pacer = pacer
        self._post = post
        self._render = render
        self._watch = watch
        self._clock = clock
        self._monotonic = monotonic
        self._sleep = sleep
        self._at_once = min(32, max(4, math.ceil(pacer.per_second / 2)))
        self._claims = max(1, round(pacer.per_second * 0.02))
        self._running: tuple[Announcement, ...] = ()
        self._idle: dict[int, float] = {}
        self._turn = 0
        self._rendered: dict[tuple[object, ...], Sequence[Payload]] = {}
        self._versions: dict[tuple[int, int], Announcement] = {}
        self._known: dict[int, Announcement] = {}
        self._under_way: dict[asyncio.Task[None], int] = {}
        self._troubles = 0
        self._next_look = -math.inf
        self._minute = -1
        self._stopping = False
        self._ended = asyncio.Event()

    @property
    def at_once(self) -> int:
        """Deliveries that may be on their way at the same time."""
        return 1 if self._troubles >= TROUBLES else self._at_once

    async def run(self) -> None:
        """Send what is to be sent, until `stop`."""
        recovered = False
        try:
            while not self._stopping:
                try:
                    if not recovered:
                        await self._recover()
                        recovered = True
                    await self._round()
                except Exception:
                    # Such as a full disk. What was claimed stays so, and is unknown after a restart.
                    LOG.exception("announcements cannot go on just now; trying again")
                    await self._sleep(POLL)
        finally:
            self._ended.set()

    async def _recover(self) -> None:
        unknown = await self._outbox.recover()
        if unknown:
            LOG.warning("%d deliveries were cut off when the bot stopped: nobody knows whether they arrived", unknown)
        # What the process before sent a moment ago still counts at Telegram.
        self._pacer.hold(1.0)
        for chat, until in await self._outbox.flooded():
            self._pacer.flooded(chat, until - self._clock().timestamp())

    async def stop(self, grace: float) -> None:
        """Begin nothing more, and give what is on its way so many seconds."""
        self._stopping = True
        self._pacer.changed()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._ended.wait(), grace)
        if self._under_way:
            _, late = await asyncio.wait(self._under_way, timeout=grace)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late, timeout=1)

    # What comes next

    async def _round(self) -> None:
        now = self._monotonic()
        if now >= self._next_look:
            self._next_look = now + POLL
            await self._look()
        rest = self._next_look - self._monotonic()
        awake = [
            announcement.id
            for announcement in self._running
            if self._idle.get(announcement.id, -math.inf) <= self._monotonic()
        ]
        room = self.at_once - len(self._under_way)
        if not awake or room <= 0:
            soonest = min(
                (self._idle[announcement.id] for announcement in self._running if announcement.id not in awake),
                default=math.inf,
            )
            await self._pacer.pause(max(0.0, min(rest, soonest - self._monotonic() if room > 0 else rest)))
            return
        wait = self._pacer.wait()
        if wait > 0:
            await self._pacer.pause(min(wait, max(0.0, rest)))
            return
        self._turn += 1
        number = awake[self._turn % len(awake)]
        claims = await self._outbox.claim(number, min(room, self._claims))
        if not claims:
            await self._nothing_due(number)
            return
        for place, claim in enumerate(claims):
            if not await self._begin(claim):
                for claimed in claims[place:]:
                    await self._write(partial(self._outbox.put_off, claimed, 0.0, tried=False))
                return

    async def _look(self) -> None:
        """See what time it is, and what staff decided."""
        await self._scheduler.begin_due()
        self._running = await self._scheduler.running()
        minute = int(self._clock().timestamp() // 60)
        if self._running and self._scheduler.quiet is not None and minute != self._minute:
            await self._outbox.defer_quiet(self._scheduler.quiet)
            self._minute = minute
        known = {announcement.id: announcement for announcement in self._running}
        if known != self._known:
            self._rendered.clear()
            self._versions.clear()
        self._known = known
        await self._watch.look(self._running, self._pacer.held)

    async def _nothing_due(self, number: int) -> None:
        """End an announcement of which all is settled; leave one that waits in peace for a while."""
        if number not in self._under_way.values() and await self._scheduler.finish(number):
            self._next_look = -math.inf
            return
        due = await self._outbox.next_due(number)
        if due is None:  # a stop may have cut off the last of the first batch, so that nobody looked at how it went
            await self._scheduler.judge(number)
        wait = POLL if due is None else min(POLL, max(0.01, due - self._clock().timestamp()))
        self._idle[number] = self._monotonic() + wait

    async def _begin(self, claim: Claimed) -> bool:
        """Send one in its turn; False: it would have to wait long, and so would those after it."""
        chat_wait = self._pacer.chat_wait(claim.chat, counts=claim.action is Action.SEND)
        if chat_wait > 0:
            # two clocks never agree to the last digit: without a least wait it would be claimed again many times
            await self._write(partial(self._outbox.put_off, claim, max(0.01, chat_wait), tried=False))
            return True
        while (wait := self._pacer.wait()) > 0:
            if self._stopping or (wait > LONG and self._pacer.held > LONG):
                return False
            await self._pacer.pause(wait)
        announcement = self._known.get(claim.announcement)
        if announcement is None or announcement.version != claim.version:
            announcement = await self._scheduler.announcement(claim.announcement)
        turn = self._pacer.take(claim.chat)
        task = asyncio.get_running_loop().create_task(self._deliver(claim, announcement, turn.end))
        self._under_way[task] = claim.announcement
        task.add_done_callback(self._over)
        return True

    def _over(self, task: asyncio.Task[None]) -> None:
        number = self._under_way.pop(task)
        self._idle.pop(number, None)
        if not task.cancelled() and task.exception() is not None:
            LOG.error("a delivery ended in a fault", exc_info=task.exception())
        self._pacer.changed()

    # One delivery

    async def _deliver(self, claim: Claimed, announcement: Announcement, end: Callable[[], None]) -> None:
        step: CorrectionStep | None = None
        try:
            if claim.action is Action.CORRECT:
                payloads, todo = await self._correction(claim, announcement)
                if claim.part >= len(todo):
                    end()
                    await self._write(self._nothing_left(claim))
                    return
                step = todo[claim.part]
            else:
                payloads, todo = self._payloads(announcement, claim.language), ()
        except Exception:
            LOG.exception("announcement %d cannot be put into words", claim.announcement)
            end()
            await self._write(self._settled(claim, Outcome.FAILED, "a fault of the program"))
            return
        try:
            if step is not None:
                settle = await self._correct(claim, payloads, step, len(todo))
            else:
                settle = await self._call(claim, payloads)
        except NotSent as failure:
            end()
            once = claim.action is Action.SEND or (step is not None and step.step is Step.SEND)
            settle = await self._after(claim, failure, once=once, steps=len(todo))
        except OSError as error:
            LOG.error("announcement %d: %s", claim.announcement, error)
            failed = f"{error.filename or 'a file'}: {error.strerror or 'cannot be read'}"
            settle = self._settled(claim, Outcome.FAILED, failed)
        except Exception as error:
            LOG.exception("announcement %d: a fault of our own", claim.announcement)
            settle = self._settled(claim, Outcome.UNKNOWN, f"a fault of the program: {type(error).__name__}")
        finally:
            end()
        await self._write(settle)
        if claim.first:
            await self._write(lambda: self._scheduler.judge(claim.announcement))

    async def _call(self, claim: Claimed, payloads: Sequence[Payload]) -> Settle:
        """Make the call; how it is settled when it went well."""
        message, parts = None, 1
        if claim.action is Action.WITHDRAW:
            parts = len(claim.messages)
            await self._post.delete(claim.chat, claim.messages[claim.part])
        elif claim.part < len(payloads):
            parts = len(payloads)
            payload = payloads[claim.part]
            message = await self._post.send(claim.chat, payload, thread=claim.thread, channel=claim.channel)
        self._troubles = 0
        return lambda: self._outbox.arrived(claim, message, parts)

    async def _correct(self, claim: Claimed, payloads: Sequence[Payload], step: CorrectionStep, count: int) -> Settle:
        """Make one call of a correction; how it is settled when it went well."""
        message = taken = None
        if step.step is Step.SEND:
            await self._outbox.send_once(claim)
            payload = payloads[step.position]
            message = await self._post.send(claim.chat, payload, thread=claim.thread, channel=claim.channel)
        elif step.step is Step.DELETE:
            taken = claim.messages[step.position]
            await self._post.delete(claim.chat, taken)
        else:
            file = step.step is Step.REPLACE
            payload, message_id = payloads[step.position], claim.messages[step.position]
            await self._post.edit(
                claim.chat, message_id, payload, file=file, channel=claim.channel, pressed=claim.pressed
            )
        self._troubles = 0
        return lambda: self._outbox.arrived(claim, message, count, taken=taken)

    async def _correction(
        self, claim: Claimed, announcement: Announcement
    ) -> tuple[Sequence[Payload], tuple[CorrectionStep, ...]]:
        """The messages as they shall stand in a chat, and what is to be done for that."""
        received, shown = await self._version(claim, claim.received), await self._version(claim, claim.shown)
        said = changes(received.body, announcement.body, claim.language)
        payloads = self._payloads(announcement, claim.language, said)
        before = self._payloads(shown, claim.language)
        changed = changes(shown.body, announcement.body, claim.language)
        return payloads, steps(before, payloads, changed, len(claim.messages), complete=claim.complete)

    async def _version(self, claim: Claimed, version: int) -> Announcement:
        key = claim.announcement, version
        if key not in self._versions:
            self._versions[key] = await self._scheduler.version(*key)
        return self._versions[key]

    def _nothing_left(self, claim: Claimed) -> Settle:
        """Of a correction for whom nothing changed, or that was done while it waited."""
        if claim.part:
            return lambda: self._outbox.arrived(claim, None, claim.part)
        return self._settled(claim, Outcome.SKIPPED, NOTHING_CHANGED)

    async def _after(self, claim: Claimed, failure: NotSent, *, once: bool, steps: int) -> Settle:
        """What a failure leads to; how the delivery is settled. `once`: it must not be sent again in doubt."""
        verdict = failure.verdict
        in_doubt = verdict in (Verdict.UNKNOWN, Verdict.UNSENT)
        self._troubles = self._troubles + 1 if in_doubt else 0
        if self._troubles >= TROUBLES:
            self._pacer.hold(min(LONGEST_PAUSE, 2.0 ** (self._troubles - TROUBLES)))
        if claim.action is not Action.SEND and failure.done_before:
            return lambda: self._outbox.arrived(claim, None, steps or len(claim.messages))
        if verdict is Verdict.FLOODED:
            self._pacer.flooded(claim.chat, failure.wait)
            return lambda: self._outbox.put_off(claim, failure.wait, FLOODED)
        if verdict is Verdict.MOVED:
            await self._write(lambda: self._people.move_chat(claim.chat, failure.new_chat))
            return lambda: self._outbox.put_off(claim, 0.0)
        if verdict is Verdict.HALTED:
            LOG.error("Telegram does not take the token: announcements are paused")
            await self._write(self._scheduler.refused)
            return lambda: self._outbox.put_off(claim, 0.0)
        if verdict is Verdict.UNSENT:
            return lambda: self._outbox.put_off(claim, 1.0)
        if verdict is Verdict.UNKNOWN and not once and claim.attempts + 1 < ERRAND_TRIES:
            return lambda: self._outbox.put_off(claim, 2.0**claim.attempts)
        if verdict is Verdict.UNREACHABLE:
            await self._write(lambda: self._people.mark_unreachable(claim.chat, failure.absence))
        outcome = Outcome.UNKNOWN if verdict is Verdict.UNKNOWN else Outcome.FAILED
        return self._settled(claim, outcome, failure.reason)

    def _settled(self, claim: Claimed, outcome: Outcome, why: str) -> Settle:
        return lambda: self._outbox.settled(claim, outcome, why)

    def _payloads(self, announcement: Announcement, language: str, changed: Sequence[str] = ()) -> Sequence[Payload]:
        key = announcement.version, language, tuple(changed)
        if key not in self._rendered:
            self._rendered[key] = self._render(announcement, language, changed)
        return self._rendered[key]

    async def _write(self, write: Settle) -> None:
        """Write what became of a delivery, again and again until the disk takes it: it must not be forgotten."""
        while True:
            try:
                await write()
                return
            except sqlite3.Error as error:
                LOG.error("what became of a delivery cannot be written (%s); trying again", error)
            await self._sleep(POLL)
