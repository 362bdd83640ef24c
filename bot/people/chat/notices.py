"""Updates that are no question in; a hint, or a note of who can be reached, out.

Nothing a partner sends in private is met with silence, but the same hint comes at most once a minute.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from telegram import Update
from telegram.constants import ChatMemberStatus, ChatType
from telegram.ext import (
    ApplicationHandlerStop,
    CallbackQueryHandler,
    ChatMemberHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot.asking import answer_messages as messages
from bot.people.chat.subscribing import Subscribing
from bot.people.people import Role
from bot.telegram.desk import Context, Desk, Handler, Speaker, reply, speaker
from bot.telegram.limits import Verdict
from bot.telegram.menus import Menus
from bot.words.markup import Message

HINT_EVERY = timedelta(minutes=1)
PRESENT = (ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.RESTRICTED)


class Notices:
    """What stands before all conversations (`first`), and what is left after them (`handlers`)."""

    def __init__(self, desk: Desk, menus: Menus, subscribing: Subscribing) -> None:
        self._desk = desk
        self._menus = menus
        self._subscribing = subscribing
        self._hinted: dict[tuple[int, Message], datetime] = {}

    def first(self) -> list[Handler]:
        """To be run before the conversations, in a group of its own."""
        return [TypeHandler(Update, self.arrive)]

    def handlers(self) -> list[Handler]:
        """To be added last: they take what no conversation took."""
        private, service = filters.ChatType.PRIVATE, filters.StatusUpdate.ALL
        return [
            ChatMemberHandler(self.membership, ChatMemberHandler.MY_CHAT_MEMBER),
            MessageHandler(filters.StatusUpdate.MIGRATE, self.migrated),
            MessageHandler(private & filters.UpdateType.EDITED_MESSAGE, self.edited),
            MessageHandler(private & filters.UpdateType.MESSAGE & filters.COMMAND, self.unknown_command),
            MessageHandler(private & filters.UpdateType.MESSAGE & ~service, self.other),
            CallbackQueryHandler(self.unknown_button),
        ]

    async def arrive(self, update: Update, context: Context) -> None:
        """Note that a chat can be reached; hold back whoever presses buttons without end."""
        chat, user, query = update.effective_chat, update.effective_user, update.callback_query
        if chat is None or user is None or chat.type == ChatType.CHANNEL or update.my_chat_member:
            return
        if await self._desk.people.seen(chat.id, chat.type) and chat.type == ChatType.PRIVATE:
            role = await self._desk.people.role(user.id)
            if role is not Role.PARTNER:
                await self._menus.show(chat.id, role)
        if query is not None:
            verdict = self._desk.presses_gate.judge(user.id, self._desk.clock())
            if verdict is not Verdict.ADMIT:
                who = await speaker(self._desk, update)
                if who is not None and verdict is Verdict.NOTICE:
                    text = messages.slowly(who.words)
                    await self._desk.courier.acknowledge(query, text, alert=True)
                else:
                    await self._desk.courier.acknowledge(query)
                raise ApplicationHandlerStop

    async def membership(self, update: Update, context: Context) -> None:
        """The bot was added, blocked, unblocked or removed."""
        change, chat = update.my_chat_member, update.effective_chat
        if change is None or chat is None:
            return
        if chat.type == ChatType.CHANNEL:
            await self._subscribing.invited(update)
            return
        if change.new_chat_member.status not in PRESENT:
            await self._desk.people.mark_unreachable(chat.id)
            return
        await self._desk.people.seen(chat.id, chat.type)
        who = await speaker(self._desk, update)
        came = change.old_chat_member.status not in PRESENT
        if who is not None and came and not who.private:
            greeting = messages.group_greeting(who.words, context.bot.username)
            await self._desk.courier.send(chat.id, greeting)

    async def migrated(self, update: Update, context: Context) -> None:
        """A group became a supergroup; Telegram tells so in both."""
        message = update.effective_message
        if message is None:
            return
        old = message.migrate_from_chat_id or message.chat_id
        new = message.migrate_to_chat_id or message.chat_id
        await self._desk.people.move_chat(old, new)

    async def edited(self, update: Update, context: Context) -> None:
        who = await speaker(self._desk, update)
        if who is not None:
            await self._hint(who, messages.edited(who.words))

    async def unknown_command(self, update: Update, context: Context) -> None:
        who = await speaker(self._desk, update)
        if who is not None:
            await self._hint(who, messages.unknown_command(who.words))

    async def other(self, update: Update, context: Context) -> None:
        who = await speaker(self._desk, update)
        if who is not None:
            await self.text_only(who)

    async def text_only(self, who: Speaker) -> None:
        """Somebody sent a picture, a voice message, a sticker, a file."""
        await self._hint(who, messages.text_only(who.words))

    async def unknown_button(self, update: Update, context: Context) -> None:
        """A button that is older than this program, or made up."""
        query, who = update.callback_query, await speaker(self._desk, update)
        if query is not None and who is not None:
            await self._desk.courier.acknowledge(query, messages.old_button(who.words), alert=True)

    async def _hint(self, who: Speaker, hint: Message) -> None:
        now = self._desk.clock()
        self._hinted = {told: at for told, at in self._hinted.items() if now - at < HINT_EVERY}
        if (who.user, hint) in self._hinted:
            return
        self._hinted[who.user, hint] = now
        await reply(self._desk, who, hint)
