"""One message of an announcement in, one call to Telegram out; its errors are the caller's.

Nothing is tried again here: whether that may be done is for the sender to judge.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace
from typing import Any

from telegram import InputMediaDocument, InputMediaPhoto, Message
from telegram.constants import ParseMode
from telegram.ext import ExtBot

from bot.announcing.announcement_messages import REPLIES, ticked
from bot.telegram.callbacks import UnderAnnouncement
from bot.telegram.messenger import PREVIEW, keyboard, post
from bot.telegram.outcomes import judged
from bot.telegram.pacing import PACED
from bot.words.markup import Button, Payload, visible

PRESSED = {choice: data for data, choice in REPLIES}
CAPTIONED = ("photo", "document")
ASK = "ask_"
"""Before the number of an announcement in a link to the bot: who opens it wishes to ask about that."""


class TelegramPost:
    """Sends, edits and deletes. A file is uploaded once; Telegram keeps it for the recipients after the first."""

    def __init__(self, bot: ExtBot[Any]) -> None:
        self._bot = bot
        self._uploaded: dict[str, str] = {}

    async def send(self, chat: int, payload: Payload, *, thread: int = 0, channel: bool = False) -> int:
        """The message's id in the chat. Raises `NotSent`, and `OSError` for a file that cannot be read.

        `thread`: the topic of a forum; `channel`: nobody can reply there.
        """
        payload = self._for_channel(payload) if channel else payload
        options = {"message_thread_id": thread} if thread else {}
        key, file = await self._file(payload) if payload.kind in CAPTIONED else ("", "")
        with judged():
            sent = await post(self._bot, chat, payload, file, rate_limit_args=PACED, **options)
        if key and (kept := _file_id(sent)):
            self._uploaded[key] = kept
        return sent.message_id

    async def edit(
        self,
        chat: int,
        message: int,
        payload: Payload,
        *,
        file: bool = False,
        channel: bool = False,
        pressed: str = "",
    ) -> None:
        """Put other words in a message; with `file`, another file too. Raises `NotSent`, `OSError` as `send` does.

        `pressed`: what the reader answered, which its button goes on showing.
        """
        payload = self._for_channel(payload) if channel else payload
        if pressed:
            payload = replace(payload, buttons=ticked(payload.buttons, PRESSED.get(pressed, "")))
        markup = keyboard(payload.buttons)
        if file and payload.kind in CAPTIONED:
            await self._replace(chat, message, payload)
            return
        with judged():
            if payload.kind in CAPTIONED:
                await self._bot.edit_message_caption(
                    chat,
                    message,
                    caption=payload.html if visible(payload.html) else None,
                    parse_mode=ParseMode.HTML,
                    reply_markup=markup,
                    rate_limit_args=PACED,
                )
                return
            await self._bot.edit_message_text(
                payload.html,
                chat,
                message,
                parse_mode=ParseMode.HTML,
                reply_markup=markup,
                link_preview_options=PREVIEW,
                rate_limit_args=PACED,
            )

    def _for_channel(self, payload: Payload) -> Payload:
        """The message with a *Question* button that opens the chat with the bot."""

        def opened(one: Button) -> Button:
            pressed = UnderAnnouncement.parse(one.data) if one.data else None
            if pressed is None or pressed.what != "ask":
                return one
            return Button(one.text, url=f"https://t.me/{self._bot.username}?start={ASK}{pressed.announcement}")

        return replace(payload, buttons=tuple(tuple(map(opened, row)) for row in payload.buttons))

    async def _replace(self, chat: int, message: int, payload: Payload) -> None:
        key, content = await self._file(payload)
        kind = InputMediaPhoto if payload.kind == "photo" else InputMediaDocument
        media = kind(content, caption=payload.html or None, parse_mode=ParseMode.HTML, filename=payload.name or None)
        with judged():
            edited = await self._bot.edit_message_media(
                media, chat, message, reply_markup=keyboard(payload.buttons), rate_limit_args=PACED
            )
        if key and isinstance(edited, Message) and (kept := _file_id(edited)):
            self._uploaded[key] = kept

    async def delete(self, chat: int, message: int) -> None:
        """Delete a message. Raises `NotSent`."""
        with judged():
            await self._bot.delete_message(chat, message, rate_limit_args=PACED)

    async def _file(self, payload: Payload) -> tuple[str, str | bytes]:
        """A key to remember an upload by (empty where nothing is uploaded), and what to send."""
        if payload.file_id:
            return "", payload.file_id
        if payload.data is not None:
            key = f"{payload.kind} {payload.name} {hashlib.blake2b(payload.data).hexdigest()}"
            return self._known(key) or (key, payload.data)
        assert payload.path is not None
        state = await asyncio.to_thread(payload.path.stat)  # to read up to 50 MB for each of thousands takes its time
        key = f"{payload.kind} {payload.name} {payload.path} {state.st_size} {state.st_mtime_ns}"
        return self._known(key) or (key, await asyncio.to_thread(payload.path.read_bytes))

    def _known(self, key: str) -> tuple[str, str] | None:
        return ("", self._uploaded[key]) if key in self._uploaded else None


def _file_id(sent: Message) -> str:
    """What Telegram keeps it by; empty where it made something else of it (music, a sticker), which cannot be sent as
    what it was."""
    if sent.photo:
        return sent.photo[-1].file_id
    return sent.document.file_id if sent.document else ""
