"""getUpdates calls in, updates out: at once where there are some, else when one comes or the time is over."""

from __future__ import annotations

import asyncio

from bot.sandbox.api_errors import ApiRefusal, bad_request
from bot.sandbox.call import Call
from bot.sandbox.records import Json
from bot.sandbox.updates import Updates

LONGEST_POLL = 50


class Polling:
    """Long polling of one bot: one poll waits (then `waits` is set); a newer one ends it with a conflict."""

    def __init__(self, updates: Updates) -> None:
        self.updates = updates
        self.waiter: asyncio.Future[None] | None = None
        self.closed = False
        self.waits = asyncio.Event()
        updates.listeners.append(self.wake)

    async def fetch(self, call: Call) -> list[Json]:
        """getUpdates."""
        self.conflict("terminated by other getUpdates request; make sure that only one bot instance is running")
        allowed = call.get("allowed_updates")
        if allowed is not None and not isinstance(allowed, list):
            raise bad_request("can't parse allowed_updates: expected an Array of String")
        self.updates.allow(allowed)
        limit = call.get("limit", 100)
        limit = limit if 1 <= limit <= 100 else 100
        offset = call.get("offset", 0)
        updates = self.updates.fetch(offset, limit)
        timeout = min(max(call.get("timeout", 0), 0), LONGEST_POLL)
        if updates or not timeout or self.closed:
            return updates
        waiter = asyncio.get_running_loop().create_future()
        self.waiter = waiter
        self.waits.set()
        try:
            await asyncio.wait_for(waiter, timeout)
        except TimeoutError:
            return []
        finally:
            if self.waiter is waiter:
                self.waiter = None
                self.waits.clear()
        return self.updates.fetch(max(offset, 0), limit)

    def wake(self) -> None:
        """Lets the waiting poll look again."""
        if self.waiter is not None and not self.waiter.done():
            self.waiter.set_result(None)

    def conflict(self, reason: str) -> None:
        """Ends the waiting poll with 409."""
        if self.waiter is not None and not self.waiter.done():
            self.waiter.set_exception(ApiRefusal(409, f"Conflict: {reason}"))
        self.waiter = None
        self.waits.clear()

    def close(self) -> None:
        """Ends the waiting poll without updates, and all later ones at once."""
        self.closed = True
        self.wake()
