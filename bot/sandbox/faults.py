"""Rules in, the fault that a call meets out: what goes wrong between a bot and Telegram, on demand.

Kinds: `flood` (429 with retry_after), `forbidden` (403), `bad_request` (400), `server_error` (5xx, JSON),
`html` (a gateway's page instead of JSON), `slow` (answered late), `reset` (the connection breaks before
anything happens), and `lost`, the worst: the call takes effect and the connection breaks before the answer.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from bot.sandbox.api_errors import ApiRefusal, bad_request, too_many_requests

KINDS = ("flood", "forbidden", "bad_request", "server_error", "html", "slow", "reset", "lost")
REFUSALS = {
    "forbidden": (403, "Forbidden: bot was blocked by the user"),
    "bad_request": (400, "Bad Request: chat not found"),
    "server_error": (500, "Internal Server Error"),
}
GATEWAY_PAGE = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    "<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx/1.18.0</center>\r\n</body>\r\n</html>\r\n"
)


@dataclass(slots=True)
class Fault:
    """One rule. A call meets it when method and chat match (None matches all), after `skip` matching calls
    have passed, for at most `count` calls (None: no end), each with the probability `share` (0 to 1).

    `seconds` is how late a slow answer comes, or how long a lost one hangs before the connection breaks;
    `code` and `description` replace the usual ones of a refusal; `retry_after` is in seconds.
    """

    kind: str
    method: str | None = None
    chat: int | None = None
    share: float = 1.0
    count: int | None = None
    skip: int = 0
    retry_after: int = 5
    seconds: float = 0.0
    code: int = 0
    description: str = ""
    number: int = 0
    met: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise bad_request(f"there is no fault {self.kind!r}: use one of {', '.join(KINDS)}")
        if not 0 <= self.share <= 1:
            raise bad_request(f"share {self.share} is not between 0 and 1")

    def refusal(self) -> ApiRefusal | None:
        """The refusal that this fault answers with, or None where it is none."""
        if self.kind == "flood":
            return too_many_requests(self.retry_after)
        if self.kind not in REFUSALS:
            return None
        code, description = REFUSALS[self.kind]
        return ApiRefusal(self.code or code, self.description or description)


class Faults:
    """The rules in force, in the order in which they were set; a call meets the first that matches."""

    def __init__(self, seed: int = 1) -> None:
        self.random = random.Random(seed)  # noqa: S311 - a share of calls, no secret
        self.rules: list[Fault] = []
        self.number = 0

    def set(self, fault: Fault) -> int:
        """Puts a rule in force; returns its number."""
        self.number += 1
        fault.number = self.number
        self.rules.append(fault)
        return fault.number

    def lift(self, number: int | None = None) -> None:
        """Takes one rule back, or all."""
        self.rules = [rule for rule in self.rules if number is not None and rule.number != number]

    def meet(self, method: str, chat: int | str | None) -> Fault | None:
        """The fault that this call meets, counted."""
        for rule in self.rules:
            if rule.method is not None and rule.method.lower() != method.lower():
                continue
            if rule.chat is not None and rule.chat != chat:
                continue
            if rule.skip > 0:
                rule.skip -= 1
                continue
            if rule.count is not None and rule.met >= rule.count:
                continue
            if rule.share < 1 and self.random.random() >= rule.share:
                continue
            rule.met += 1
            return rule
        return None
