"""Seconds in; work that takes longer is given up with `TooLong` at the next point where it looks at the clock.

Why are there points in the code, and not a timer? A thread cannot be ended from outside. Whoever loops over what people
wrote, or over passages, calls `check_time` in each round.

Why a variable of the thread, and not an argument? It would go through every call on the way down to the loops.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from index.errors import TooLong

_LIMIT = threading.local()


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """What runs inside, in this thread, is given up after so many seconds. Raises `TooLong` there."""
    before = getattr(_LIMIT, "until", None)
    _LIMIT.until = time.monotonic() + seconds
    try:
        yield
    finally:
        _LIMIT.until = before


def check_time() -> None:
    """Raise `TooLong` where the time of this thread's work is over; costs nothing to speak of."""
    until = getattr(_LIMIT, "until", None)
    if until is not None and time.monotonic() > until:
        raise TooLong("the question", "took too long to look up", "ask it in fewer words, or in parts")
