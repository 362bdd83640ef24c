"""An error of a call to Telegram in, the one thing that is done about it out.

`VERDICTS` names every error class of python-telegram-bot; a test holds it to the library's list.

Why is a 5xx answer `UNKNOWN`, though Telegram said that something failed? It may have failed after the message was
put into the chat, or a gateway may have given up on an answer that came. Nobody may get an announcement twice, so
what is not certain is left to a person.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    PassportDecryptionError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.people.people import Absence

REASON_LIMIT = 200
MUTED = (
    "not enough rights to send",
    "have no rights to send",
    "chat_write_forbidden",
    "_plain_forbidden",
    "chat_restricted",
    "need administrator rights in the channel",
    "chat_admin_required",
)
"""What Telegram says of a group or channel that does not let the bot write."""
SHUT = ("topic_closed", "topic_deleted", "message thread not found", "topic_id_invalid")
GONE = ("chat not found", "peer_id_invalid", "chat_id_invalid", "channel_private", "group chat was deactivated")


class Verdict(Enum):
    """What became of a message, and what follows."""

    FAILED = "Telegram refused it: it is not tried again"
    UNREACHABLE = "the chat does not want our messages: it is not tried again, and the chat is marked"
    MOVED = "the group has a new id: it follows"
    FLOODED = "Telegram asks to wait: all announcements wait, then it is tried again"
    UNSENT = "it did not leave this machine: it is tried again"
    UNKNOWN = "it may have arrived or not: a person decides"
    HALTED = "Telegram does not take the token: everything pauses"


VERDICTS: dict[type[TelegramError], Verdict] = {
    BadRequest: Verdict.FAILED,
    ChatMigrated: Verdict.MOVED,
    Conflict: Verdict.UNSENT,
    EndPointNotFound: Verdict.HALTED,
    Forbidden: Verdict.UNREACHABLE,
    InvalidToken: Verdict.HALTED,
    NetworkError: Verdict.UNKNOWN,
    PassportDecryptionError: Verdict.FAILED,
    RetryAfter: Verdict.FLOODED,
    TelegramError: Verdict.UNKNOWN,
    TimedOut: Verdict.UNKNOWN,
}
"""By the error's own class. The one exception is `NOT_LEFT`."""
NOT_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
"""Causes of a network error that say that no byte of the call left: it is `UNSENT`, and may be made again."""


def absence(error: TelegramError) -> Absence | None:
    """Why a chat cannot be written to, where the error says that it cannot."""
    said = str(error).lower()
    if not isinstance(error, (BadRequest, Forbidden)) or isinstance(error, ChatMigrated):
        return None
    if any(phrase in said for phrase in MUTED):
        return Absence.MUTED
    if any(phrase in said for phrase in GONE):
        return Absence.GONE
    if not isinstance(error, Forbidden):
        return None
    if "deactivated" in said:
        return Absence.DELETED
    return Absence.GONE if "kicked" in said or "not a member" in said else Absence.BLOCKED


def topic_shut(error: TelegramError) -> bool:
    """Whether the topic of a forum is closed or deleted."""
    return isinstance(error, BadRequest) and any(phrase in str(error).lower() for phrase in SHUT)


def judge(error: TelegramError) -> Verdict:
    """The verdict on an error; of a class that is not known yet, that of the nearest one above it."""
    if isinstance(error.__cause__, NOT_LEFT):
        return Verdict.UNSENT
    if absence(error) is not None:
        return Verdict.UNREACHABLE
    return next(VERDICTS[one] for one in type(error).__mro__ if one in VERDICTS)


class NotSent(Exception):
    """A call that did not go well, judged: what became of it, and what the sender needs to know."""

    def __init__(self, error: TelegramError) -> None:
        super().__init__(str(error))
        self.verdict = judge(error)
        self.reason = reason(error)
        self.absence = absence(error) or Absence.BLOCKED
        """Why the chat cannot be written to; for `Verdict.UNREACHABLE`."""
        self.done_before = done_before(error)
        """The edit or deletion was refused because it is as it should be already."""
        self.wait = seconds(error) if isinstance(error, RetryAfter) else 0.0
        """Seconds that Telegram asks to wait."""
        self.new_chat = error.new_chat_id if isinstance(error, ChatMigrated) else 0
        """What the group has become; 0: it did not move."""


@contextmanager
def judged() -> Iterator[None]:
    """Turn Telegram's errors into `NotSent`, so that whoever sends need not know the library."""
    try:
        yield
    except TelegramError as error:
        raise NotSent(error) from error


def done_before(error: TelegramError) -> bool:
    """Whether an edit or a deletion was refused because it is as it should be already."""
    text = str(error).lower()
    return isinstance(error, BadRequest) and ("not modified" in text or "to delete not found" in text)


def reason(error: TelegramError) -> str:
    """What stands in the report."""
    return str(error)[:REASON_LIMIT] or type(error).__name__


def seconds(error: RetryAfter) -> float:
    """How long Telegram asks us to wait."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, dt.timedelta) else float(wait)
