"""Everything a conversation needs in one place; who speaks, where and in which language, from an update."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from telegram import CallbackQuery, Update
from telegram import Message as Received
from telegram.constants import ChatType
from telegram.error import BadRequest, TelegramError
from telegram.ext import BaseHandler, CallbackContext, ExtBot

from bot.admin.reports import Reports
from bot.announcing.announcements import Announcements
from bot.announcing.relays import Relays
from bot.asking import answer_messages as messages
from bot.asking.questions import Questions
from bot.asking.search import Search
from bot.people.people import People, Role
from bot.people.subscriptions import Subscriptions
from bot.telegram.expectations import Expectations
from bot.telegram.limits import Gate
from bot.telegram.messenger import Courier, Unreachable
from bot.words.catalogue import Words, words
from bot.words.markup import Message

LOG = logging.getLogger("bot.chat.desk")
TRIES, LATER = 60, 60.0
"""Times, and seconds apart, that somebody is told later who was not reached at once."""

Context = CallbackContext[ExtBot[None], None, None, None]
"""Nothing is kept in Telegram's library: what must last is in the database, the rest needs no memory."""
Handler = BaseHandler[Update, Context, None]


@dataclass(frozen=True, slots=True)
class Desk:
    """What the conversations share; made once, in `bot.app`."""

    people: People
    questions: Questions
    search: Search
    reports: Reports
    courier: Courier
    questions_gate: Gate
    presses_gate: Gate
    clock: Callable[[], datetime]
    content: Path
    per_minute: int
    keep_asker_days: int
    announcements: Announcements
    subscriptions: Subscriptions
    expectations: Expectations
    relays: Relays
    approval: bool
    """Whether a second person must approve an announcement."""
    time_zone: str
    """Of schedules, until another is named."""
    background: Callable[[Coroutine[Any, Any, None], Update | None], None]
    """Runs what an update asked for beside the updates, so that its chat is not held up."""
    first: Callable[[str], Awaitable[bool]]
    """Whether something is done for the first time: `Inbox.first`."""


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


async def speaker(desk: Desk, update: Update) -> Speaker | None:
    """Who sent an update; None for what no person sent (channels, anonymous admins' service messages)."""
    user, chat = update.effective_user, update.effective_chat
    if user is None or chat is None or chat.type == ChatType.CHANNEL:
        return None
    received = update.effective_message
    chosen = await desk.people.language(chat.id)
    telegram = user.language_code or "" if chat.type == ChatType.PRIVATE else ""
    return Speaker(
        user=user.id,
        chat=chat.id,
        kind=chat.type,
        words=words(chosen or telegram),
        message=update.message.message_id if update.message else None,
        thread=_thread(received),
        at=update.message.date if update.message else desk.clock(),
    )


async def alone(desk: Desk, update: Update) -> Speaker | None:
    """The speaker, if they are alone with the bot; whoever speaks in a group is told to write in private."""
    who = await speaker(desk, update)
    if who is not None and not who.private:
        await reply(desk, who, messages.private_only(who.words))
        return None
    return who


async def reply(desk: Desk, to: Speaker, message: Message) -> int:
    """Send a message where the speaker spoke; in a group as a reply."""
    reply_to = None if to.private else to.message
    return await desk.courier.send(to.chat, message, reply_to=reply_to, thread=to.thread)


async def words_of(desk: Desk, chat: int) -> Words:
    """In which language to write to a chat that did not just write to us: as chosen, else as it was spoken to."""
    chosen = await desk.people.language(chat)
    return words(chosen or (await desk.subscriptions.profile(chat)).language)


async def within_reach(desk: Desk, least: Role = Role.STAFF, *, but: int = 0) -> tuple[int, ...]:
    """Everybody with at least this role who can be written to, but for one."""
    found = [await desk.people.chat(member) for member in await desk.people.with_role(least) if member != but]
    return tuple(chat.id for chat in found if chat is not None and chat.reachable)


async def tell(desk: Desk, chats: Iterable[int], message: Callable[[Words], Message]) -> None:
    """Write to each in their language. Who is out of reach is left out; who is not reached just now is told later.

    It raises nothing: what was done does not become undone because somebody could not be told of it at once.
    """
    left = await _tell(desk, tuple(chats), message, at_once=True)
    if left:
        desk.background(_tell_later(desk, left, message), None)


async def _tell_later(desk: Desk, left: tuple[int, ...], message: Callable[[Words], Message]) -> None:
    for _ in range(TRIES):
        left = await _tell(desk, left, message, at_once=False)
        if not left:
            return
        await asyncio.sleep(LATER)
    LOG.warning("%d of the staff could not be told", len(left))


async def _tell(
    desk: Desk, chats: tuple[int, ...], message: Callable[[Words], Message], *, at_once: bool
) -> tuple[int, ...]:
    """Who is still to be told; with `at_once`, all that come after the first who is not reached, who goes last."""
    left: tuple[int, ...] = ()
    for place, chat in enumerate(chats):
        try:
            await desk.courier.send(chat, message(await words_of(desk, chat)))
        except Unreachable:
            continue
        except TelegramError as error:
            LOG.warning("one of the staff is not told now: %s", error)
            if isinstance(error, BadRequest):
                continue  # it would be refused again
            if at_once:
                return (*chats[place + 1 :], chat)
            left = (*left, chat)
    return left


async def pressed_before(desk: Desk, query: CallbackQuery) -> bool:
    """Whether what a button asks for was begun already: its update is handled again, and may only show how it stands.

    What a person decided once holds once: meanwhile others may have decided otherwise, or there is more to decide on.
    """
    return not await desk.first(f"press {query.id}")


async def remember_language(desk: Desk, to: Speaker) -> None:
    """Keep the language that a staff member is spoken to in, for what they are told later of their work."""
    if not await desk.people.language(to.user) and not (await desk.subscriptions.profile(to.user)).language:
        await desk.subscriptions.set_profile(to.user, language=to.words.language)


async def role_of(desk: Desk, to: Speaker) -> Role:
    return await desk.people.role(to.user)


def argument(received: Received) -> str:
    """What stands behind the command of a message."""
    parts = (received.text or received.caption or "").split(maxsplit=1)
    return parts[1].strip() if len(parts) > 1 else ""


def _thread(received: Received | None) -> int | None:
    return received.message_thread_id if received is not None and received.is_topic_message else None
