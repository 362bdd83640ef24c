"""Messages that answer something in; the conversation that asked for them, out.

A message in private may answer what its writer was asked (`Expectations`), or reply to a message of ours that
stands for somebody: an announcement, a partner's question, the staff's answer. Everything else goes on to the
conversations, as a question or a command.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from telegram import Update
from telegram.ext import ApplicationHandlerStop, MessageHandler, filters

from bot.people.people import NotAllowed
from bot.telegram import common_messages
from bot.telegram.chats import Chats, Command, Context, Handler, Speaker
from bot.telegram.expectations import Expectations

Take = Callable[[Speaker, Update, str], Awaitable[bool]]
"""Who, their message and what they were asked about in; whether the message was an answer, out."""


class Replies(Protocol):
    """Takes replies to messages of ours."""

    async def replied(self, who: Speaker, update: Update) -> bool:
        """Whether the message replies to one that is this conversation's."""
        ...


class Typed:
    """Stands before the conversations and hands each what it waits for."""

    def __init__(self, chats: Chats, expectations: Expectations, takers: Mapping[str, Take], *replies: Replies) -> None:
        self._chats = chats
        self._expectations = expectations
        self._takers = takers
        self._replies = replies

    def handlers(self) -> list[Handler]:
        """To be run in a group of their own, before the conversations'."""
        new = filters.UpdateType.MESSAGE & ~filters.StatusUpdate.ALL
        return [
            self._chats.on_command("cancel", self.cancel),
            MessageHandler(new & filters.COMMAND, self.command),
            MessageHandler(new, self.message),
        ]

    async def command(self, update: Update, context: Context) -> None:
        """Whoever gives a command turns to something else: what is typed after it is no answer any more."""
        user, chat = update.effective_user, update.effective_chat
        if user is not None and chat is not None and chat.id == user.id:
            await self._expectations.drop(user.id)

    async def cancel(self, command: Command) -> None:
        """`/cancel`: what the person was asked for is not waited for any more."""
        who = command.who
        if not who.private and "@" not in (command.received.text or ""):
            raise ApplicationHandlerStop  # in a group it may be meant for another bot
        waited = who.private and await self._expectations.of(who.user, who.at) is not None
        # the answer comes first: where Telegram is away, the command is handled again and finds the same
        message = common_messages.cancelled if waited else common_messages.nothing_to_cancel
        await self._chats.reply(who, message(who.words))
        if waited:
            await self._expectations.drop(who.user)
        raise ApplicationHandlerStop

    async def message(self, update: Update, context: Context) -> None:
        """Hand a message on; nobody else sees it then, also when something went wrong with it."""
        who = await self._chats.speaker(update)
        if who is None or update.message is None:
            return
        try:
            taken = await self._take(who, update)
        except Exception as error:
            if isinstance(error, NotAllowed):
                # The role is gone: what was asked of the staff member is no longer asked.
                await self._expectations.drop(who.user)
            await context.application.process_error(update, error)
            raise ApplicationHandlerStop from error
        if taken:
            raise ApplicationHandlerStop

    async def _take(self, who: Speaker, update: Update) -> bool:
        replies_to = update.message.reply_to_message if update.message is not None else None
        if replies_to is not None:
            for replies in self._replies:
                if await replies.replied(who, update):
                    return True
        if not who.private:
            return False
        expected = await self._expectations.of(who.user, who.at)
        take = self._takers.get(expected.topic) if expected is not None else None
        return expected is not None and take is not None and await take(who, update, expected.detail)
