"""Every call of the bot in; the same call, made when its turn has come, out.

The library asks its rate limiter before each call; this one asks the pacer, so that answers and announcements
share what Telegram allows, and answers go first.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Literal

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from bot.telegram.outcomes import seconds
from bot.telegram.pacer import Pacer

JSONDict = dict[str, Any]
PACED: Literal["paced"] = "paced"
"""The argument of calls that took their turn themselves: those of announcements."""
COUNTED = frozenset(
    {
        "sendMessage", "sendPhoto", "sendDocument", "sendMediaGroup", "sendSticker", "sendVideo", "sendAnimation",
        "copyMessage", "copyMessages", "forwardMessage", "forwardMessages",
    }
)  # fmt: skip
"""Methods that put a message into a chat: what Telegram's limits are about."""


class PacingLimiter(BaseRateLimiter[Any]):
    """The pacer as the library's rate limiter."""

    def __init__(self, pacer: Pacer) -> None:
        self._pacer = pacer

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to give back."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, bool | JSONDict | list[JSONDict]]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: str | None,
    ) -> bool | JSONDict | list[JSONDict]:
        """Make the call in its turn; a flood limit that it meets holds up announcements too."""
        chat = data.get("chat_id")
        if rate_limit_args == PACED or not isinstance(chat, int):
            return await callback(*args, **kwargs)
        try:
            if endpoint not in COUNTED:
                await self._pacer.clear(chat)
                return await callback(*args, **kwargs)
            turn = await self._pacer.answer(chat)
            try:
                return await callback(*args, **kwargs)
            finally:
                turn.end()
        except RetryAfter as error:
            self._pacer.answer_flooded(chat, seconds(error))
            raise
