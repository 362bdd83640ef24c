"""Messages in, calls to Telegram out; each of Telegram's errors has one outcome here.

Forbidden, or a group that does not let the bot write: the chat is marked unreachable. A topic that is closed or
deleted: the message is not sent. RetryAfter: wait what Telegram says. ChatMigrated: the group is moved and the message
follows. A time-out or a cut connection: sent once more. The server at fault or not reached: tried again for a while.
"Not modified": as good as done.

Why is a message sent again after a time-out, though it may have arrived? An answer that comes twice is a
smaller harm to the one who asked than silence. (Announcements decide otherwise, and do not pass here.)
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx
from telegram import (
    Bot,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    LinkPreviewOptions,
    ReplyParameters,
)
from telegram import Message as Sent
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.people.people import Absence, People
from bot.telegram.outcomes import NOT_LEFT, absence, seconds, topic_shut
from bot.words.markup import CAPTION_LIMIT, Html, Message, Payload, Rows, split, visible

T = TypeVar("T")
LOG = logging.getLogger("bot.chat.courier")
FILE_LIMIT = 50 * 1024 * 1024
"""Bytes of a file that a bot may send (https://core.telegram.org/bots/api#sending-files)."""
ALERT_LIMIT = 200

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
PREVIEW = LinkPreviewOptions(prefer_small_media=True)
"""Of announcements, which may link to a page that is worth a look."""

Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Patience:
    """How often, and after how many seconds, something is tried again while Telegram is not there."""

    pauses: tuple[float, ...] = (1.0, 3.0, 8.0)
    """Before each further try of a call, while its update waits."""
    longest_wait: float = 90.0
    """Of flood control, for an answer."""
    again: float = 60.0
    """Until an update that could not be finished is handled once more, and staff who were not reached are told."""
    tries: int = 60
    """Of those, before it is given up."""


class Unreachable(Exception):
    """The chat does not take our messages; it is marked so."""


class TopicShut(Unreachable):
    """The topic of a forum is closed or deleted; the chat itself can be written to."""


class Doubtful(Exception):
    """A message may have arrived: Telegram did not say, and it was not to be sent again in doubt."""


class Messenger:
    """Sends, edits and answers button presses."""

    def __init__(self, bot: Bot, people: People, sleep: Sleep, patience: Patience | None = None) -> None:
        self._bot = bot
        self._people = people
        self._sleep = sleep
        self._patience = patience or Patience()

    async def send(
        self,
        chat: int,
        message: Message,
        *,
        reply_to: int | None = None,
        thread: int | None = None,
        at_most_once: bool = False,
    ) -> int:
        """Send a message, in parts where it is long; the id of the last part.

        Only the first part is a reply. Raises `Unreachable`, or `TelegramError` when all patience is used up;
        `at_most_once`: and `Doubtful`, where others would be sent again.
        """
        last, number = 0, 0
        for number, part in enumerate(message.parts()):
            try:
                sent = await self._send_part(chat, part, reply_to, thread, at_most_once)
            except TelegramError as error:
                if at_most_once and number:  # the parts before it arrived
                    raise Doubtful(str(error)) from error
                raise
            chat, last, reply_to = sent.chat_id, sent.message_id, None
        if chat < 0:
            await self._people.mark_heard(chat)
        return last

    async def _send_part(
        self, chat: int, part: Message, reply_to: int | None, thread: int | None, at_most_once: bool = False
    ) -> Sent:
        def call(to: int, text: str, mode: str | None) -> Awaitable[Sent]:
            return self._bot.send_message(
                to,
                text,
                parse_mode=mode,
                reply_markup=keyboard(part.buttons),
                reply_parameters=ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to else None,
                message_thread_id=thread,
                link_preview_options=NO_PREVIEW,
            )

        try:
            return await self._follow(chat, lambda to: call(to, part.html, ParseMode.HTML), at_most_once)
        except BadRequest as error:
            if "parse entities" not in str(error).lower():
                raise
            # A fault of ours; the reader gets the words all the same.
            LOG.exception("Telegram refused our HTML; sent as plain text")
            return await self._follow(chat, lambda to: call(to, visible(part.html), None), at_most_once)

    async def edit(self, chat: int, message_id: int, message: Message, *, anew: bool = True) -> None:
        """Replace a message of ours; when that cannot be done any more, send a new one (if `anew`).

        The first part replaces it, further parts follow as messages of their own.
        """
        first, *rest = message.parts()
        try:
            await self._patiently(
                chat,
                lambda: self._bot.edit_message_text(
                    first.html,
                    chat_id=chat,
                    message_id=message_id,
                    parse_mode=ParseMode.HTML,
                    reply_markup=keyboard(first.buttons),
                    link_preview_options=NO_PREVIEW,
                ),
            )
        except BadRequest as error:
            if not _unchanged(error):
                LOG.info("cannot edit a message: %s", error)
                if anew:
                    await self._send_part(chat, first, None, None)
        for part in rest:
            await self._send_part(chat, part, None, None)

    async def set_buttons(self, chat: int, message_id: int, rows: Rows) -> None:
        """Replace the buttons under a message of ours; a message that is gone is left alone."""
        try:
            await self._patiently(
                chat,
                lambda: self._bot.edit_message_reply_markup(
                    chat_id=chat, message_id=message_id, reply_markup=keyboard(rows)
                ),
            )
        except BadRequest as error:
            LOG.info("cannot change buttons: %s", error)

    async def send_file(
        self, chat: int, file: Path | bytes, name: str, caption: Html, *, thread: int | None = None
    ) -> None:
        """Send a file of at most `FILE_LIMIT` bytes. Raises as `send` does."""
        fitting = split(caption, CAPTION_LIMIT)
        content = file if isinstance(file, bytes) else await asyncio.to_thread(file.read_bytes)
        await self._follow(
            chat,
            lambda to: self._bot.send_document(
                to,
                content,
                filename=name,
                caption=fitting[0] if fitting else None,
                parse_mode=ParseMode.HTML,
                message_thread_id=thread,
            ),
        )

    async def send_photo(
        self,
        chat: int,
        photo: str | bytes,
        message: Message,
        *,
        reply_to: int | None = None,
        thread: int | None = None,
    ) -> str:
        """Send a picture (or one that Telegram has, by its `file_id`) with a caption and buttons; its `file_id`.

        Raises as `send` does.
        """
        sent = await self._follow(
            chat,
            lambda to: self._bot.send_photo(
                to,
                photo,
                caption=_captioned(message),
                parse_mode=ParseMode.HTML,
                reply_markup=keyboard(message.buttons),
                reply_parameters=ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to else None,
                message_thread_id=thread,
            ),
        )
        return sent.photo[-1].file_id

    async def edit_photo(self, chat: int, message_id: int, photo: str | bytes, message: Message) -> str:
        """Put another picture in the place of one of ours; its `file_id`, empty where Telegram does not tell it.

        A message that cannot be edited any more is followed by a new one.
        """
        media = InputMediaPhoto(photo, caption=_captioned(message), parse_mode=ParseMode.HTML)
        try:
            edited = await self._patiently(
                chat,
                lambda: self._bot.edit_message_media(
                    media, chat_id=chat, message_id=message_id, reply_markup=keyboard(message.buttons)
                ),
            )
        except BadRequest as error:
            if _unchanged(error):
                return ""
            LOG.info("cannot edit a picture: %s", error)
            return await self.send_photo(chat, photo, message)
        return edited.photo[-1].file_id if isinstance(edited, Sent) and edited.photo else ""

    async def send_payload(self, chat: int, payload: Payload) -> int:
        """Send a message of an announcement as its readers get it, for a preview; its id.

        Raises as `send` does, and `BadRequest` with Telegram's reason when the message is not one it takes.
        """
        content: str | bytes = payload.file_id
        if payload.data is not None:
            content = payload.data
        elif payload.path is not None:
            content = await asyncio.to_thread(payload.path.read_bytes)
        return (await self._follow(chat, lambda to: post(self._bot, to, payload, content))).message_id

    async def copy(
        self, to: int, chat: int, message_id: int, *, reply_to: int | None = None, at_most_once: bool = False
    ) -> int:
        """Send somebody's message on without their name; its id in the other chat. Raises as `send` does."""
        parameters = ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to else None
        copied = await self._follow(
            to,
            lambda target: self._bot.copy_message(target, chat, message_id, reply_parameters=parameters),
            at_most_once,
        )
        return copied.message_id

    async def delete(self, chat: int, message_id: int) -> None:
        """Take a message of ours away; where that cannot be done any more, its buttons."""
        try:
            await self._patiently(chat, lambda: self._bot.delete_message(chat, message_id))
        except BadRequest as error:
            LOG.info("cannot delete a message: %s", error)
            if "can't be deleted" in str(error).lower():
                await self.set_buttons(chat, message_id, ())

    async def acknowledge(self, query: CallbackQuery, text: str = "", *, alert: bool = False) -> None:
        """End the waiting sign of a button; `text` shows for a moment, or until closed with `alert`."""
        try:
            await query.answer(text[:ALERT_LIMIT] or None, show_alert=alert)
        except (BadRequest, NetworkError, RetryAfter) as error:
            # Too old, or lost on the way: the sign ends by itself, and what the button does goes on.
            LOG.info("cannot acknowledge a button: %s", error)

    async def _follow(self, chat: int, call: Callable[[int], Awaitable[T]], at_most_once: bool = False) -> T:
        """Make a call to a chat, and to the group it has become."""
        try:
            return await self._patiently(chat, lambda: call(chat), at_most_once)
        except ChatMigrated as moved:
            new = moved.new_chat_id
            await self._people.move_chat(chat, new)
            return await self._patiently(new, lambda: call(new), at_most_once)

    async def _patiently(self, chat: int, call: Callable[[], Awaitable[T]], at_most_once: bool = False) -> T:
        """Make a call, and make it again where that may help; with `at_most_once`, not where it may have arrived."""
        waits = iter(self._patience.pauses)
        flooded = doubtful = False
        while True:
            try:
                return await call()
            except Forbidden as error:
                await self._people.mark_unreachable(chat, absence(error) or Absence.BLOCKED)
                raise Unreachable(str(error)) from error
            except RetryAfter as error:
                wait = seconds(error)
                if flooded or wait > self._patience.longest_wait:
                    raise
                flooded = True
                await self._sleep(wait)
            except BadRequest as error:
                why = absence(error)
                if topic_shut(error):
                    raise TopicShut(str(error)) from error
                if why is None:
                    raise
                await self._people.mark_unreachable(chat, why)
                raise Unreachable(str(error)) from error
            except NetworkError as error:
                if _may_have_arrived(error):
                    if at_most_once:
                        raise Doubtful(str(error)) from error
                    if doubtful:
                        raise
                    doubtful = True
                pause = next(waits, None)
                if pause is None:
                    raise
                LOG.warning("Telegram cannot be reached (%s), trying again in %s s", error, pause)
                await self._sleep(pause)
            except TelegramError as error:
                # No error of Telegram's own but an answer that is none, such as a proxy's page.
                if type(error) is not TelegramError or doubtful:
                    raise
                if at_most_once:
                    raise Doubtful(str(error)) from error
                doubtful = True
                await self._sleep(self._patience.pauses[0])


def post(bot: Bot, chat: int, payload: Payload, file: str | bytes, **options: Any) -> Awaitable[Sent]:
    """The call that sends a message of an announcement; `file` is what its picture or document is."""
    options |= {"parse_mode": ParseMode.HTML, "reply_markup": keyboard(payload.buttons)}
    if payload.kind == "text":
        return bot.send_message(chat, payload.html, link_preview_options=PREVIEW, **options)
    send = bot.send_photo if payload.kind == "photo" else bot.send_document
    return send(chat, file, caption=payload.html or None, filename=payload.name or None, **options)


def keyboard(rows: Rows) -> InlineKeyboardMarkup | None:
    """Buttons as Telegram takes them."""
    if not rows:
        return None
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(button.text, url=button.url)
                if button.url
                else InlineKeyboardButton(button.text, callback_data=button.data)
                for button in row
            ]
            for row in rows
        ]
    )


def _captioned(message: Message) -> str | None:
    """What of a message fits under a picture."""
    fitting = split(message.html, CAPTION_LIMIT)
    return fitting[0] if fitting else None


def _unchanged(error: BadRequest) -> bool:
    return "message is not modified" in str(error).lower()


def _may_have_arrived(error: NetworkError) -> bool:
    """Whether the call may have taken effect though it failed."""
    cause = error.__cause__
    if isinstance(cause, NOT_LEFT):
        return False
    return isinstance(error, TimedOut) or isinstance(cause, httpx.HTTPError)
