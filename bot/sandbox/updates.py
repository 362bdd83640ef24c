"""Updates in, as the bot fetches them out: numbered, in order, kept until the bot confirms them.

https://core.telegram.org/bots/api#getting-updates: an update is confirmed by a getUpdates with a higher
offset, is delivered again until then, and is forgotten after 24 hours. Which kinds are kept is decided when
they happen, by the `allowed_updates` given last.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from itertools import islice

from bot.sandbox.records import Json

KINDS = frozenset({
    "message", "edited_message", "channel_post", "edited_channel_post", "business_connection",
    "business_message", "edited_business_message", "deleted_business_messages", "message_reaction",
    "message_reaction_count", "inline_query", "chosen_inline_result", "callback_query",
    "shipping_query", "pre_checkout_query", "purchased_paid_media", "poll", "poll_answer",
    "my_chat_member", "chat_member", "chat_join_request", "chat_boost", "removed_chat_boost",
})  # fmt: skip
ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
DEFAULT = KINDS - ON_REQUEST
DAY = 24 * 3600.0


class Updates:
    """The queue of one bot."""

    def __init__(self, now: Callable[[], float], first: int = 100_001) -> None:
        self.now = now
        self.next = first
        self.waiting: deque[tuple[float, Json]] = deque()
        self.allowed: frozenset[str] = DEFAULT
        self.given: tuple[str, ...] = ()
        self.listeners: list[Callable[[], None]] = []

    def __len__(self) -> int:
        return len(self.waiting)

    def allow(self, kinds: Sequence[str] | None) -> None:
        """Keeps these kinds from now on; None leaves it as it is, an empty list means the default kinds."""
        if kinds is None:
            return
        allowed = tuple(kind for kind in kinds if kind in KINDS)
        self.given = allowed
        self.allowed = frozenset(allowed) if allowed else DEFAULT

    def add(self, kind: str, content: Json) -> bool:
        """Queues an update of a kind; False where the bot did not ask for the kind."""
        if kind not in self.allowed:
            return False
        self.put({kind: content})
        return True

    def put(self, update: Json) -> None:
        """Queues an update, whatever it holds and whether its kind was asked for."""
        self.waiting.append((self.now(), {"update_id": self.next} | update))
        self.next += 1
        for wake in tuple(self.listeners):
            wake()

    def fetch(self, offset: int, limit: int) -> list[Json]:
        """The updates from `offset` on, at most `limit`; those before it are confirmed and gone.

        A negative offset counts from the end of the queue and forgets all before.
        """
        oldest = self.now() - DAY
        while self.waiting and self.waiting[0][0] < oldest:
            self.waiting.popleft()
        if offset < 0:
            while len(self.waiting) > -offset:
                self.waiting.popleft()
        elif offset:
            while self.waiting and self.waiting[0][1]["update_id"] < offset:
                self.waiting.popleft()
        return [update for _, update in islice(self.waiting, limit)]

    def clear(self) -> None:
        """Drops all that waits (`drop_pending_updates`)."""
        self.waiting.clear()
