"""Times of sent messages in, the documented limits that they go over out.

https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this: about 30 messages a second in
all, one a second in a chat with short bursts, 20 a minute in a group. Telegram does not publish how long a
burst may be; five is the sandbox's figure. All figures can be changed, so that a test compresses time.
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from dataclasses import dataclass

COUNTED = frozenset({"sendMessage", "sendPhoto", "sendDocument", "sendMediaGroup", "copyMessage", "forwardMessage"})
MODES = ("off", "observe", "enforce")


@dataclass(frozen=True, slots=True)
class RateLimits:
    """How many messages in how many seconds: overall, in one chat, in one group."""

    overall: int = 30
    overall_seconds: float = 1.0
    chat_seconds: float = 1.0
    chat_burst: int = 5
    group: int = 20
    group_seconds: float = 60.0


class Rates:
    """Watches the calls that send messages; `mode` is off, observe (breaches are named) or enforce (429)."""

    def __init__(self, mode: str = "observe", limits: RateLimits | None = None) -> None:
        if mode not in MODES:
            raise ValueError(f"{mode!r}: no such mode of rates: use one of {', '.join(MODES)}")
        self.mode = mode
        self.limits = limits or RateLimits()
        self.sent: deque[float] = deque()
        self.groups: defaultdict[int, deque[float]] = defaultdict(deque)
        # a chat's debt: when it will have paid for all its messages at one a second
        self.paid: dict[int, float] = {}

    def note(self, at: float, chat: int, messages: int = 1) -> tuple[tuple[str, ...], int]:
        """Notes messages to a chat at a time; returns the breached limits and the whole seconds to wait.

        When enforced, messages that breach a limit are not counted: they are refused and not sent.
        """
        if self.mode == "off":
            return (), 0
        limits = self.limits
        breaches: list[str] = []
        wait = 0.0
        forget(self.sent, at - limits.overall_seconds)
        if len(self.sent) + messages > limits.overall:
            breaches.append("overall")
            wait = max(wait, limits.overall_seconds)
        paid = max(self.paid.get(chat, 0.0), at) + messages * limits.chat_seconds
        if paid - at > limits.chat_burst * limits.chat_seconds + 1e-9:
            breaches.append("chat")
            wait = max(wait, paid - at - limits.chat_burst * limits.chat_seconds)
        group = self.groups[chat] if chat < 0 else deque()
        forget(group, at - limits.group_seconds)
        if chat < 0 and len(group) + messages > limits.group:
            breaches.append("group")
            wait = max(wait, (group[0] if group else at) + limits.group_seconds - at)
        if not breaches or self.mode != "enforce":
            self.sent.extend([at] * messages)
            group.extend([at] * messages)
            self.paid[chat] = paid
        return tuple(breaches), max(1, math.ceil(wait)) if breaches else 0


def forget(times: deque[float], before: float) -> None:
    """Drops the times up to a moment."""
    while times and times[0] <= before:
        times.popleft()
