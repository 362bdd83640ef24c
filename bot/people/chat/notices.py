"""Updates that are no question in; a hint, or a note of who can be reached, out.

Nothing a partner sends in private is met with silence: each unknown command and each edit has its hint, within the
limit of what a person may ask. Pictures and the like often come many at once: their hint comes at most once a minute.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any

from telegram import ChatMemberRestricted, Update
from telegram.constants import ChatMemberStatus, ChatType
from telegram.ext import (
    ApplicationHandlerStop,
    CallbackQueryHandler,
    ChatMemberHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot.people.chat.subscribing import Subscribing
from bot.people.people import Absence, People, Role
from bot.telegram import common_messages
from bot.telegram.chats import Chats, Context, Handler, Speaker
from bot.telegram.limits import Admission, RateLimiter
from bot.telegram.menus import Menus
from bot.telegram.messenger import Messenger
from bot.words.catalogue import Words, words
from bot.words.markup import Message, escape

HINT_EVERY = timedelta(minutes=1)
PRESENT = (ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.RESTRICTED)


class Notices:
    """What stands before all conversations (`first`), and what is left after them (`handlers`)."""

    def __init__(
        self,
        chats: Chats,
        people: People,
        messenger: Messenger,
        menus: Menus,
        subscribing: Subscribing,
        press_limit: RateLimiter,
        hint_limit: RateLimiter,
        clock: Callable[[], datetime],
        waiting: Callable[[int], Coroutine[Any, Any, None]],
    ) -> None:
        """`waiting`: puts before a staff member who came what waits for the staff."""
        self._chats = chats
        self._people = people
        self._messenger = messenger
        self._menus = menus
        self._subscribing = subscribing
        self._press_limit = press_limit
        self._hint_limit = hint_limit
        self._clock = clock
        self._waiting = waiting
        self._spoken: dict[int, str] = {}
        """The language of people's Telegram, as it was last."""
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
            MessageHandler(
                filters.ChatType.GROUPS & filters.UpdateType.MESSAGE & filters.COMMAND, self.command_in_group
            ),
            MessageHandler(private & filters.UpdateType.MESSAGE & ~service, self.other),
            CallbackQueryHandler(self.unknown_button),
        ]

    async def arrive(self, update: Update, context: Context) -> None:
        """Note that a chat can be reached; hold back whoever presses buttons without end."""
        chat, user, query = update.effective_chat, update.effective_user, update.callback_query
        if chat is None or user is None or chat.type == ChatType.CHANNEL or update.my_chat_member:
            return
        came = await self._people.seen(chat.id, chat.type) and chat.type == ChatType.PRIVATE
        spoken = user.language_code or ""
        if came or self._spoken.get(user.id) != spoken:
            self._spoken[user.id] = spoken
            role = await self._people.role(user.id)
            if role is not Role.PARTNER and spoken:
                await self._chats.note_language(user.id, words(spoken).language)
            if role is not Role.PARTNER and came:
                await self._menus.show(chat.id, role)
                self._chats.beside(self._waiting(user.id))
        if query is not None:
            admission = self._press_limit.judge(user.id, self._clock())
            if admission is not Admission.ADMIT:
                who = await self._chats.speaker(update)
                if who is not None and admission is Admission.NOTICE:
                    text = common_messages.slowly(who.words)
                    await self._messenger.acknowledge(query, text, alert=True)
                else:
                    await self._messenger.acknowledge(query)
                raise ApplicationHandlerStop

    async def joined(self, user: int, greeting: Callable[[Words], Message]) -> None:
        """Somebody belongs to the staff from now on: they are told so, and what waited is put before them.

        Both in the language of their Telegram, until they choose one.
        """
        spoken = self._spoken.get(user)
        if spoken:
            await self._chats.note_language(user, words(spoken).language)
        await self._chats.tell((user,), greeting)
        self._chats.beside(self._waiting(user))

    async def membership(self, update: Update, context: Context) -> None:
        """The bot was added, blocked, unblocked or removed."""
        change, chat = update.my_chat_member, update.effective_chat
        if change is None or chat is None:
            return
        if chat.type == ChatType.CHANNEL:
            await self._subscribing.invited(update)
            return
        member = change.new_chat_member
        if member.status not in PRESENT:
            gone = Absence.BLOCKED if chat.type == ChatType.PRIVATE else Absence.GONE
            await self._people.mark_unreachable(chat.id, gone)
            return
        await self._people.seen(chat.id, chat.type)
        if isinstance(member, ChatMemberRestricted) and not member.can_send_messages:
            await self._people.mark_unreachable(chat.id, Absence.MUTED)
            return
        await self._people.mark_heard(chat.id)
        who = await self._chats.speaker(update)
        came = change.old_chat_member.status not in PRESENT
        if who is not None and came and not who.private:
            greeting = common_messages.group_greeting(who.words, context.bot.username)
            await self._messenger.send(chat.id, greeting)

    async def migrated(self, update: Update, context: Context) -> None:
        """A group became a supergroup; Telegram tells so in both."""
        message = update.effective_message
        if message is None:
            return
        old = message.migrate_from_chat_id or message.chat_id
        new = message.migrate_to_chat_id or message.chat_id
        await self._people.move_chat(old, new)

    async def edited(self, update: Update, context: Context) -> None:
        who = await self._chats.speaker(update)
        if who is not None:
            await self._hint_each(who, common_messages.edited(who.words), update)

    async def unknown_command(self, update: Update, context: Context) -> None:
        who = await self._chats.speaker(update)
        if who is not None:
            command, _, _ = _command_in(update).partition("@")
            await self._hint_each(who, common_messages.unknown_command(who.words, command), update)

    async def command_in_group(self, update: Update, context: Context) -> None:
        """Of those in a group, only what names this bot is meant for it."""
        _, _, named = _command_in(update).partition("@")
        if named.lower() == context.bot.username.lower():
            await self.unknown_command(update, context)

    async def other(self, update: Update, context: Context) -> None:
        who = await self._chats.speaker(update)
        if who is not None:
            await self.text_only(who)

    async def text_only(self, who: Speaker) -> None:
        """Somebody sent a picture, a voice message, a sticker, a file."""
        await self._hint(who, common_messages.text_only(who.words))

    async def unknown_button(self, update: Update, context: Context) -> None:
        """A button that is older than this program, or made up."""
        query, who = update.callback_query, await self._chats.speaker(update)
        if query is not None and who is not None:
            await self._messenger.acknowledge(query, common_messages.old_button(who.words), alert=True)

    async def _hint_each(self, who: Speaker, hint: Message, update: Update) -> None:
        """One for each message, within the limit; the first beyond it is told so."""
        admission = self._hint_limit.judge(who.user, self._clock(), update.update_id)
        if admission is Admission.ADMIT:
            await self._chats.reply(who, hint)
        elif admission is Admission.NOTICE:
            await self._chats.reply(who, Message(escape(common_messages.slowly(who.words))))

    async def _hint(self, who: Speaker, hint: Message) -> None:
        now = self._clock()
        self._hinted = {told: at for told, at in self._hinted.items() if now - at < HINT_EVERY}
        if (who.user, hint) in self._hinted:
            return
        self._hinted[who.user, hint] = now
        await self._chats.reply(who, hint)


def _command_in(update: Update) -> str:
    text = update.message.text if update.message is not None else ""
    return next(iter((text or "").split(maxsplit=1)), "")
