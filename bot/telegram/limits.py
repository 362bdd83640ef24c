"""Who writes and when in; whether it is answered, answered with a notice, or passed over in silence out."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from enum import Enum, auto

WINDOW = timedelta(minutes=1)
KEPT = 10_000
"""People whose last minute is remembered."""


class Admission(Enum):
    """What becomes of a message."""

    ADMIT = auto()
    NOTICE = auto()
    """Too many; the first of them, which is told so."""
    SILENCE = auto()


class RateLimiter:
    """At most `per_minute` messages a person in any minute.

    Time is the message's own, so that what was written while the bot was down counts as it was written.
    """

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._admitted: dict[int, deque[tuple[datetime, object]]] = {}
        self._noticed: dict[int, datetime] = {}

    def judge(self, user: int, at: datetime, message: object = None) -> Admission:
        """Count a message and say what becomes of it.

        One that is tried again is known by `message` and counts once.
        """
        admitted = self._admitted.pop(user, None)
        if admitted is None:
            admitted = deque()
        self._admitted[user] = admitted  # last in the order: it is the longest silent that are forgotten
        while admitted and at - admitted[0][0] >= WINDOW:
            admitted.popleft()
        if message is not None and any(known == message for _, known in admitted):
            return Admission.ADMIT
        if len(admitted) < self._per_minute:
            admitted.append((at, message))
            self._noticed.pop(user, None)
            self._forget()
            return Admission.ADMIT
        noticed = self._noticed.get(user)
        if noticed is not None and at - noticed < WINDOW:
            return Admission.SILENCE
        self._noticed[user] = at
        return Admission.NOTICE

    def _forget(self) -> None:
        while len(self._admitted) > KEPT:
            oldest = next(iter(self._admitted))
            del self._admitted[oldest]
            self._noticed.pop(oldest, None)
