"""Whatever a conversation raised in; one calm sentence for the person and a traceback for the log out."""

from __future__ import annotations

import logging
import secrets

from telegram import Update
from telegram.error import BadRequest, Conflict, NetworkError, RetryAfter, TelegramError

from bot.base.search import NoIndexYet
from bot.people.people import NotAllowed
from bot.telegram import common_messages
from bot.telegram.chats import Chats, Context
from bot.telegram.messenger import Messenger, Unreachable
from bot.telegram.update_queue import Processor
from bot.words.markup import Message, escape
from index.errors import TooLong

LOG = logging.getLogger("bot.chat.faults")


class ErrorHandler:
    """The error handler of the application."""

    def __init__(self, chats: Chats, messenger: Messenger, processor: Processor) -> None:
        self._chats = chats
        self._messenger = messenger
        self._processor = processor

    async def handle(self, update: object, context: Context) -> None:
        """Tell the person once; never raise."""
        error = context.error
        if error is None or isinstance(error, Unreachable):
            return
        try:
            if isinstance(update, Update) and context.coroutine is None and _may_pass(error):
                # Telegram is not there: what was asked is done when it is back.
                LOG.warning("update %s waits for Telegram: %s", update.update_id, error)
                self._processor.keep(update)
                return
            text = await self._text(update, error)
            if text and isinstance(update, Update):
                await self._tell(update, text)
        except (TelegramError, Unreachable) as further:
            LOG.warning("the person could not be told: %s", further)
        except Exception:
            LOG.exception("while telling the person of a fault")

    async def _text(self, update: object, error: Exception) -> str:
        who = await self._chats.speaker(update) if isinstance(update, Update) else None
        if isinstance(error, NotAllowed):
            return common_messages.not_allowed(who.words, error.needed) if who else ""
        if isinstance(error, NoIndexYet):
            return common_messages.preparing_label(who.words) if who else ""
        if isinstance(error, TooLong):
            return common_messages.too_long_label(who.words) if who else ""
        if isinstance(error, Conflict):
            LOG.error("another program receives this bot's updates: stop it, or revoke the token: %s", error)
            return ""
        reference = secrets.token_hex(3)
        LOG.error("fault %s", reference, exc_info=error)
        return common_messages.fault(who.words, reference) if who else ""

    async def _tell(self, update: Update, text: str) -> None:
        who = await self._chats.speaker(update)
        if who is None:
            return
        if update.callback_query is not None:
            await self._messenger.acknowledge(update.callback_query, text, alert=True)
        else:
            await self._chats.reply(who, Message(escape(text)))


def _may_pass(error: Exception) -> bool:
    """Whether the error is Telegram's or the network's, and may be over in a minute."""
    return isinstance(error, RetryAfter) or (isinstance(error, NetworkError) and not isinstance(error, BadRequest))
