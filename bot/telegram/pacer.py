"""Messages that want to leave in, the moment each may leave out: answers at once, announcements when there is room.

https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this: about 30 messages a second in all,
one a second in a chat, 20 a minute in a group.

Why have answers room beside announcements, and not out of it? Answers go first. Were the pace one for both, some people
who ask without end would slow down what goes to everybody.

Why do the seventh answer to one person in half a minute and those after it wait for that room? Whoever asks or presses
much in a short time can wait for a second; those who are announced something, and those who ask for the first time,
should not.

Why does a message count until a second after its reply, and not after it was sent? On a busy machine or line it
may reach Telegram any time between the two, so that messages that left in two different seconds arrive in one.
Counted like this, no second at Telegram's end can have more of them than it takes, whatever happens between. The pace
of announcements alone is counted from when they left: slow replies are no reason to send fewer, as long as all fit.

Why a pace for the answers to each chat, though it makes somebody wait who presses a button ten times? Telegram refuses
the chat otherwise, and for much longer. Who is refused in one chat has overrun that chat; only a second chat that is
refused meanwhile shows that Telegram means the bot.

Why not the library's rate limiter? It does not pace private chats, knows no answers that go first, and ends a
flood wait early.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

ANSWERS = 5
"""Messages a second that answers may always take, however slow announcements are set."""
IN_ALL = 29
"""Messages a second, answers and announcements together, that are surely within what Telegram takes: "about 30"."""
FIRST_ANSWERS = 6
"""Answers to a chat in half a minute that go before announcements; the next ones go in the room beside them."""
RECENT = 30.0
"""Seconds in which they are counted."""
PATIENCE = 8.0
"""Seconds after which an answer that waited for that room goes as the first ones do."""
SLACK = 0.02
"""Seconds (or one slot, where that is longer) that a busy machine missed and may make up for. More would make
messages come in clusters, and an answer that comes between two clusters wait longer than for one slot."""
REMEMBERED = 2000
"""Chats after which those that may be written to again are forgotten."""


@dataclass(frozen=True, slots=True)
class ChatLimits:
    """What a single chat takes."""

    seconds: float = 1.0
    """Between two messages, where there are many."""
    burst: int = 4
    """Answers that may leave at once. Telegram names no figure; one less than its server of the sandbox takes, since
    messages that leave a second apart may arrive closer together."""
    group: int = 20
    group_seconds: float = 60.0


class Turn:
    """The right to make one call now; it counts until a while after `end`."""

    __slots__ = ("_end",)

    def __init__(self, end: Callable[[], None]) -> None:
        self._end: Callable[[], None] | None = end

    def end(self) -> None:
        """The reply is there, or will not come."""
        if self._end is not None:
            self._end()
            self._end = None


class _Window:
    """Calls that count: those under way, and those that ended less than a period ago."""

    def __init__(self, period: float) -> None:
        self.open = 0
        self.ended: deque[float] = deque()
        self._period = period

    def wait(self, now: float, allowed: int) -> float:
        """Seconds until fewer than `allowed` calls count; infinite while that depends on others."""
        _forget(self.ended, now - self._period)
        surplus = self.open + len(self.ended) - allowed
        if surplus < 0:
            return 0.0
        if surplus >= len(self.ended):
            return math.inf
        return max(0.0, self.ended[surplus] + self._period - now) + 1e-6


class Pacer:
    """One for all that the bot sends. Seconds are those of `monotonic`."""

    def __init__(
        self,
        per_second: float,
        monotonic: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        limits: ChatLimits | None = None,
    ) -> None:
        self.per_second = per_second
        self._monotonic = monotonic
        self._sleep = sleep
        self._limits = limits or ChatLimits()
        self._period = max(1.0, 1.0 / per_second)
        self._allowed = math.ceil(per_second * self._period - 1e-9)
        beside = max(per_second, min(per_second + ANSWERS, IN_ALL))
        self._in_all = max(self._allowed, math.ceil(max(beside, ANSWERS) * self._period - 1e-9))
        self._next = -math.inf
        self._all = _Window(self._period)
        self._announced = _Window(self._period)
        self._answered = _Window(self._period)
        self._beside = max(1, self._in_all - self._allowed)
        self._patient: deque[object] = deque()
        """The answers that wait for room beside announcements."""
        self._recent: dict[int, deque[float]] = {}
        """By chat: when its last answers left."""
        self._line: deque[object] = deque()
        self._held = self._all_held = -math.inf
        self._flooded: dict[int, float] = {}
        self._paid: dict[int, float] = {}
        """By chat: when all its messages have had their second."""
        self._waiting: dict[int, deque[object]] = {}
        """By chat: the answers that wait for it, in their order."""
        self._groups: dict[int, deque[float]] = {}
        self._change: asyncio.Event = asyncio.Event()

    # Answers

    async def answer(self, chat: int) -> Turn:
        """Wait until an answer may go to a chat: for the next slot, and for the chat where it had many just now."""
        ticket = object()
        own = self._waiting.setdefault(chat, deque())
        own.append(ticket)
        try:
            while own[0] is not ticket or (wait := self._own_wait(chat)) > 0:
                await self.pause(wait if own[0] is ticket else math.inf)
            # not before: who waits for one chat stands in nobody's way
            await self._wait_for_room(chat)
            self._line.append(ticket)
            try:
                while self._line[0] is not ticket or (wait := self._answer_wait()) > 0:
                    await self.pause(wait if self._line[0] is ticket else math.inf)
                self._recent.setdefault(chat, deque(maxlen=FIRST_ANSWERS)).append(self._monotonic())
                return self._take(chat, self._all, self._answered)
            finally:
                self._line.remove(ticket)
        finally:
            own.remove(ticket)
            if not own:
                del self._waiting[chat]
            self.changed()

    async def clear(self, chat: int) -> None:
        """Wait while Telegram wants nothing in a chat, or nothing at all."""
        while (until := max(self._flooded.get(chat, -math.inf), self._all_held)) > self._monotonic():
            await self.pause(until - self._monotonic())

    def answer_flooded(self, chat: int, seconds: float) -> None:
        """Telegram refused an answer for so long. While a second chat is refused, it means all chats."""
        if self.flooded(chat, seconds):
            self._all_held = max(self._all_held, self._monotonic() + seconds)

    async def _wait_for_room(self, chat: int) -> None:
        """Wait for room beside announcements, where a chat had many answers just now."""
        recent = self._recent.get(chat)
        now = self._monotonic()
        if recent is None or len(recent) < FIRST_ANSWERS or recent[0] <= now - RECENT:
            return
        ticket, patient_until = object(), now + PATIENCE
        self._patient.append(ticket)
        try:
            while (now := self._monotonic()) < patient_until:
                first = self._patient[0] is ticket
                wait = self._answered.wait(now, self._beside) if first else math.inf
                if wait <= 0 and not self._line:
                    return
                await self.pause(min(max(wait, 0.01), patient_until - now))
        finally:
            self._patient.remove(ticket)
            self.changed()

    # Announcements

    def wait(self) -> float:
        """Seconds until a message of an announcement may go; infinite while that depends on others."""
        if self._line:
            return math.inf
        now = self._monotonic()
        return max(
            0.0,
            self._next - now,
            self._held - now,
            self._all_held - now,
            self._announced.wait(now, self._allowed),
            self._all.wait(now, self._in_all),
        )

    def chat_wait(self, chat: int, *, counts: bool = True) -> float:
        """Seconds until a chat takes a further call of an announcement; only messages count, no edits."""
        now = self._monotonic()
        if not counts:
            return max(0.0, self._flooded.get(chat, now) - now)
        return max(0.0, max(self._flooded.get(chat, now), self._paid.get(chat, now)) - now, self._group_wait(chat, now))

    def take(self, chat: int) -> Turn:
        """Go now; to be called when both waits are over."""
        self._next = max(self._next, self._monotonic() - max(SLACK, 1.0 / self.per_second)) + 1.0 / self.per_second
        self._announced.ended.append(self._monotonic())
        return self._take(chat, self._all)

    def flooded(self, chat: int, seconds: float) -> bool:
        """Telegram wants nothing in this chat for so long; no announcements in any while a second chat is refused.

        Whether there is such a second chat.
        """
        now = self._monotonic()
        self._flooded[chat] = max(now + seconds, self._flooded.get(chat, now))
        others = any(one != chat and until > now for one, until in self._flooded.items())
        if others:
            self.hold(seconds)
        self.changed()
        return others

    def hold(self, seconds: float) -> None:
        """No announcements for so long."""
        self._held = max(self._held, self._monotonic() + seconds)
        self.changed()

    @property
    def held(self) -> float:
        """Seconds for which announcements are held up; 0: they are not."""
        return max(0.0, max(self._held, self._all_held) - self._monotonic())

    async def pause(self, seconds: float) -> None:
        """Wait so long, or until something changed."""
        change = asyncio.ensure_future(self._change.wait())
        waits: set[asyncio.Future[Any]] = {change}
        if seconds < math.inf:
            waits.add(asyncio.ensure_future(self._sleep(seconds)))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for future in waits:
                future.cancel()

    # Inside

    def _take(self, chat: int, *windows: _Window) -> Turn:
        now = self._monotonic()
        for window in windows:
            window.open += 1
        self._paid[chat] = max(self._paid.get(chat, now), now) + self._limits.seconds
        if chat < 0:
            self._groups.setdefault(chat, deque()).append(now)
        if len(self._paid) > REMEMBERED:
            self._tidy(now)
        return Turn(partial(self._end, windows))

    def _end(self, windows: tuple[_Window, ...]) -> None:
        for window in windows:
            window.open -= 1
            window.ended.append(self._monotonic())
        self.changed()

    def _own_wait(self, chat: int) -> float:
        """Seconds until a chat takes a further answer."""
        now = self._monotonic()
        paced = self._paid.get(chat, now) - (self._limits.burst - 1) * self._limits.seconds
        until = max(paced, self._flooded.get(chat, now), self._all_held)
        return max(0.0, until - now, self._group_wait(chat, now))

    def _group_wait(self, chat: int, now: float) -> float:
        """Seconds until a group has room in its minute."""
        group = self._groups.get(chat)
        if group is None:
            return 0.0
        _forget(group, now - self._limits.group_seconds)
        return group[0] + self._limits.group_seconds - now if len(group) >= self._limits.group else 0.0

    def _answer_wait(self) -> float:
        return self._all.wait(self._monotonic(), self._in_all)

    def changed(self) -> None:
        """Let everybody who waits look again."""
        self._change.set()
        self._change = asyncio.Event()

    def _tidy(self, now: float) -> None:
        self._paid = {chat: until for chat, until in self._paid.items() if until > now}
        self._flooded = {chat: until for chat, until in self._flooded.items() if until > now}
        self._recent = {chat: times for chat, times in self._recent.items() if times[-1] > now - RECENT}
        oldest = now - self._limits.group_seconds
        self._groups = {chat: times for chat, times in self._groups.items() if times and times[-1] > oldest}


def _forget(times: deque[float], before: float) -> None:
    while times and times[0] <= before:
        times.popleft()
