"""The calls of a bot in, a log that can be asked out: when, what, to whom, with which outcome."""

from __future__ import annotations

import json
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TextIO

KEPT_CALLS = 200_000


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One call. `at` is Unix seconds, `chat` None where the method names none, `status` the HTTP status.

    `message` is the number of the message sent or edited, 0 without one; `description` Telegram's refusal;
    `fault` the fault that was played; `breaches` the rate limits that the call went over.
    """

    number: int
    at: float
    method: str
    chat: int | str | None
    parameters: dict[str, Any]
    status: int
    message: int = 0
    description: str = ""
    fault: str = ""
    breaches: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the bot was answered with a result."""
        return self.status == 200 and not self.fault.startswith("lost")


@dataclass(slots=True)
class Journal:
    """The last two hundred thousand calls. `token` is masked wherever it occurs; `path` is for JSON lines."""

    token: str
    path: Path | None = None
    entries: deque[JournalEntry] = field(default_factory=lambda: deque(maxlen=KEPT_CALLS))
    number: int = 0
    file: TextIO | None = None

    def add(
        self,
        at: float,
        method: str,
        chat: int | str | None,
        parameters: dict[str, Any],
        status: int,
        **outcome: Any,
    ) -> JournalEntry:
        """Notes a call."""
        self.number += 1
        entry = JournalEntry(self.number, at, method, chat, self.masked(parameters), status, **outcome)
        self.entries.append(entry)
        if self.path is not None:
            if self.file is None:
                self.file = self.path.open("a", encoding="utf-8", buffering=1)
            self.file.write(json.dumps(asdict(entry), ensure_ascii=False, default=str) + "\n")
        return entry

    def masked(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """The parameters, the bot's token replaced where a text holds it."""
        return {
            name: value.replace(self.token, "<token>") if isinstance(value, str) else value
            for name, value in parameters.items()
        }

    def calls(
        self,
        method: str | None = None,
        *,
        chat: int | str | None = None,
        ok: bool | None = None,
        breached: bool | None = None,
        after: int = 0,
    ) -> Iterator[JournalEntry]:
        """The calls that match all that is given, oldest first; `after` is an entry's number."""
        for entry in self.entries:
            if (
                entry.number > after
                and (method is None or entry.method.lower() == method.lower())
                and (chat is None or entry.chat == chat)
                and (ok is None or entry.ok == ok)
                and (breached is None or bool(entry.breaches) == breached)
            ):
                yield entry

    def count(self) -> Counter[str]:
        """How many calls of each method there were, among those kept."""
        return Counter(entry.method for entry in self.entries)

    def close(self) -> None:
        """Closes the file."""
        if self.file is not None:
            self.file.close()
            self.file = None
