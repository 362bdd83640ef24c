"""An update in; who speaks, where, in which language, and whether they may, out; and the reply to them.

Every conversation is made of `on_command` and `on_press`: they find out who it is, check the role, answer the button,
and call the method with what it needs.

Why functions that wrap a method, and not a check at the head of each? There were 49 such heads, and each could leave a
line out. Here nobody can.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from telegram import Bot, CallbackQuery, ChatFullInfo, MaybeInaccessibleMessage, Update
from telegram import Message as Received
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import BaseHandler, CallbackContext, CallbackQueryHandler, CommandHandler, ExtBot, filters

from bot.people.people import People, Role
from bot.people.profiles import Profiles
from bot.telegram import common_messages
from bot.telegram.callbacks import Data
from bot.telegram.messenger import Messenger, Patience, Unreachable
from bot.words.catalogue import Words, words
from bot.words.markup import Message

LOG = logging.getLogger("bot.chat.desk")
LEADING = (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR)

Context = CallbackContext[ExtBot[None], None, None, None]
"""Nothing is kept in Telegram's library: what must last is in the database, the rest needs no memory."""
Handler = BaseHandler[Update, Context, None]
Background = Callable[[Coroutine[Any, Any, None], Update | None], None]
"""Runs what an update asked for beside the updates, so that its chat is not held up."""
Told = Callable[[int, int], Awaitable[None]]
"""Chat and id of a message that was sent."""
D = TypeVar("D", bound=Data)
D_co = TypeVar("D_co", bound=Data, covariant=True)


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks, and where the reply goes."""

    user: int
    chat: int
    kind: str
    """`private`, `group` or `supergroup`."""
    words: Words
    """Of the chat's chosen language, else of the person's Telegram."""
    message: int | None
    thread: int | None
    at: datetime

    @property
    def private(self) -> bool:
        return self.kind == ChatType.PRIVATE


@dataclass(frozen=True, slots=True)
class Command:
    """A command that somebody gave."""

    who: Speaker
    received: Received
    """The message that holds it."""
    update: Update
    context: Context

    @property
    def argument(self) -> str:
        """What stands behind the command."""
        return argument(self.received)


@dataclass(frozen=True, slots=True)
class Press(Generic[D_co]):
    """A button that somebody pressed."""

    who: Speaker
    data: D_co
    query: CallbackQuery
    message: MaybeInaccessibleMessage
    """The message that the button stands under."""
    update: Update
    context: Context
    messenger: Messenger

    async def answer(self, text: str = "", *, alert: bool = False) -> None:
        """End the waiting sign of the button; `text` shows for a moment, or until closed with `alert`."""
        await self.messenger.acknowledge(self.query, text, alert=alert)

    async def show(self, message: Message) -> None:
        """Put another message in the place of the one under which the button stands."""
        await self.messenger.edit(self.who.chat, self.message.message_id, message)

    async def take_buttons(self) -> None:
        """Leave the message without buttons."""
        await self.messenger.set_buttons(self.who.chat, self.message.message_id, ())


class Chats:
    """Who speaks to the bot, and how it speaks to them.

    `first` tells whether something is done for the first time (`Inbox.first`).
    """

    def __init__(
        self,
        people: People,
        profiles: Profiles,
        messenger: Messenger,
        clock: Callable[[], datetime],
        background: Background,
        first: Callable[[str], Awaitable[bool]],
        patience: Patience | None = None,
    ) -> None:
        self._people = people
        self._profiles = profiles
        self._messenger = messenger
        self._clock = clock
        self._background = background
        self._first = first
        self._patience = patience or Patience()

    # Handlers

    def on_command(
        self,
        name: str,
        do: Callable[[Command], Awaitable[None]],
        *,
        private: bool = False,
        needs: Role | None = None,
        action: str = "",
    ) -> Handler:
        """A command. `private`: in a group, it asks to be sent in private. `needs`: the role, checked as `action`."""

        async def handle(update: Update, context: Context) -> None:
            who, received = await self.speaker(update), update.message
            if who is None or received is None:
                return
            if private and not who.private:
                await self.refuse_in_group(who)
                return
            if needs is not None:
                await self._people.check(who.user, needs, action or name)
            await do(Command(who, received, update, context))

        return CommandHandler(name, handle, filters=filters.UpdateType.MESSAGE)

    def on_press(
        self,
        kind: type[D],
        do: Callable[[Press[D]], Awaitable[None]],
        *,
        private: bool = False,
        needs: Role | None = None,
        action: str = "",
        answer: bool = True,
        when: Callable[[D], bool] = lambda data: True,
    ) -> Handler:
        """A kind of button. `private`: a group is told to ask in private. `needs`: the role, checked as `action`.

        `answer`: the press is answered before `do`; without it, `do` answers with its own words. `when`: which buttons
        of the kind are meant.
        """

        def parsed(text: object) -> D | None:
            data = kind.parse(text)
            return data if data is not None and when(data) else None

        async def handle(update: Update, context: Context) -> None:
            query, who = update.callback_query, await self.speaker(update)
            data = parsed(query.data) if query is not None else None
            if query is None or who is None or data is None:
                return
            if query.message is None:  # Telegram does not say under which message the button stands
                await self._messenger.acknowledge(query, common_messages.old_button(who.words), alert=True)
                return
            if private and not who.private:
                await self._messenger.acknowledge(query, common_messages.private_only_label(who.words), alert=True)
                return
            if needs is not None:
                await self._people.check(who.user, needs, action)
            press = Press(who, data, query, query.message, update, context, self._messenger)
            if answer:
                await press.answer()
            await do(press)

        return CallbackQueryHandler(handle, pattern=lambda text: parsed(text) is not None)

    # Who it is

    async def speaker(self, update: Update) -> Speaker | None:
        """Who sent an update; None for what no person sent (channels, anonymous admins' service messages)."""
        user, chat = update.effective_user, update.effective_chat
        if user is None or chat is None or chat.type == ChatType.CHANNEL:
            return None
        chosen = await self._people.language(chat.id)
        telegram = user.language_code or "" if chat.type == ChatType.PRIVATE else ""
        return Speaker(
            user=user.id,
            chat=chat.id,
            kind=chat.type,
            words=words(chosen or telegram),
            message=update.message.message_id if update.message else None,
            thread=_thread(update.effective_message),
            at=update.message.date if update.message else self._clock(),
        )

    async def words_of(self, chat: int) -> Words:
        """In which language to write to a chat that did not just write to us: as chosen, else as it was spoken to."""
        chosen = await self._people.language(chat)
        return words(chosen or (await self._profiles.get(chat)).language)

    async def remember_language(self, who: Speaker) -> None:
        """Keep the language that a staff member is spoken to in, for what they are told later of their work."""
        await self.note_language(who.user, who.words.language)

    async def note_language(self, user: int, language: str) -> None:
        """Somebody's Telegram speaks this language; as long as they choose none, they are told things in it."""
        if not await self._people.language(user) and (await self._profiles.get(user)).language != language:
            await self._profiles.set(user, language=language)

    async def within_reach(self, least: Role = Role.STAFF, *, but: int = 0) -> tuple[int, ...]:
        """Everybody with at least this role who can be written to, but for one."""
        known = [await self._people.chat(user) for user in await self._people.with_role(least) if user != but]
        return tuple(chat.id for chat in known if chat is not None and chat.reachable)

    async def pressed_before(self, press: Press[Data]) -> bool:
        """Whether what a button asks for was begun already: its update is handled again, and may only show how it is.

        What a person decided once holds once: meanwhile others may have decided otherwise, or there is more to decide.
        """
        return not await self._first(f"press {press.query.id}")

    # Writing to them

    async def reply(self, who: Speaker, message: Message) -> int:
        """Send a message where the speaker spoke; in a group as a reply."""
        reply_to = None if who.private else who.message
        return await self._messenger.send(who.chat, message, reply_to=reply_to, thread=who.thread)

    async def refuse_in_group(self, who: Speaker) -> None:
        """Ask for the command in private: it would show a group what concerns one person."""
        await self.reply(who, common_messages.private_only(who.words))

    def beside(self, work: Coroutine[Any, Any, None], update: Update | None = None) -> None:
        """Do something beside the updates, so that the chat is not held up; a fault is told as one of `update`."""
        self._background(work, update)

    async def tell(self, chats: Iterable[int], message: Callable[[Words], Message], told: Told | None = None) -> None:
        """Write to each in their language. Who is out of reach is left out; who is not reached now is told later.

        `told` hears of each message that was sent: its chat and its id.

        It raises nothing: what was done does not become undone because somebody could not be told of it at once.
        """
        untold = await self._tell(tuple(chats), message, told, at_once=True)
        if untold:
            self.beside(self._tell_later(untold, message, told))

    async def _tell_later(
        self, untold: tuple[int, ...], message: Callable[[Words], Message], told: Told | None
    ) -> None:
        for _ in range(self._patience.tries):
            untold = await self._tell(untold, message, told, at_once=False)
            if not untold:
                return
            await asyncio.sleep(self._patience.again)
        LOG.warning("%d of the staff could not be told", len(untold))

    async def _tell(
        self, chats: tuple[int, ...], message: Callable[[Words], Message], told: Told | None, *, at_once: bool
    ) -> tuple[int, ...]:
        """Who is still to be told; with `at_once`, all that come after the first who is not reached, who goes last."""
        untold: tuple[int, ...] = ()
        for place, chat in enumerate(chats):
            try:
                number = await self._messenger.send(chat, message(await self.words_of(chat)))
                if told is not None:
                    await told(chat, number)
            except Unreachable:
                continue
            except TelegramError as error:
                LOG.warning("one of the staff is not told now: %s", error)
                if isinstance(error, BadRequest):
                    continue  # it would be refused again
                if at_once:
                    return (*chats[place + 1 :], chat)
                untold = (*untold, chat)
        return untold


def argument(received: Received) -> str:
    """What stands behind the command of a message."""
    parts = (received.text or received.caption or "").split(maxsplit=1)
    return parts[1].strip() if len(parts) > 1 else ""


async def leads(bot: Bot, chat: int, user: int) -> bool:
    """Whether a person is an admin of a chat; everybody leads their own. A chat that is gone is led by nobody."""
    if chat == user:
        return True
    try:
        return (await bot.get_chat_member(chat, user)).status in LEADING
    except (BadRequest, Forbidden):
        return False


def speaks_as_the_chat(received: Received) -> bool:
    """Whether a message comes in the name of the group itself, as only its admins may write.

    A member may post in the name of a channel of their own: that makes nobody an admin.
    """
    return received.sender_chat is not None and received.sender_chat.id == received.chat.id


async def look_up(bot: Bot, chat: int | str) -> ChatFullInfo | None:
    """What Telegram tells of a chat; None: it does not know it, or keeps it from us."""
    try:
        return await bot.get_chat(chat)
    except (BadRequest, Forbidden):
        return None


def _thread(received: Received | None) -> int | None:
    return received.message_thread_id if received is not None and received.is_topic_message else None
