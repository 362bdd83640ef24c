"""`/profile` in; what somebody tells of themselves, a field at a time, out."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from telegram import Update

from bot.people import profile_messages
from bot.people.profiles import FIELDS, BadProfile, Profiles
from bot.telegram.callbacks import ProfileField
from bot.telegram.chats import Chats, Command, Handler, Press, Speaker
from bot.telegram.expectations import Expectations
from bot.telegram.messenger import Messenger
from bot.words.catalogue import LANGUAGES
from bot.words.markup import Message
from bot.words.pleasantries import looks_like_question
from bot.words.zones import zones_of

PATIENCE = timedelta(minutes=15)
"""How long a question about the profile waits for its answer."""


class ProfileCard:
    """One message with all fields. A button asks for a field, or takes a value for it."""

    def __init__(
        self,
        chats: Chats,
        profiles: Profiles,
        expectations: Expectations,
        messenger: Messenger,
        clock: Callable[[], datetime],
    ) -> None:
        self._chats = chats
        self._profiles = profiles
        self._expectations = expectations
        self._messenger = messenger
        self._clock = clock

    def handlers(self) -> list[Handler]:
        known = ("back", "clear", *FIELDS)
        return [
            self._chats.on_command("profile", self.command, private=True),
            self._chats.on_press(ProfileField, self.press, private=True, when=lambda data: data.field in known),
        ]

    async def command(self, command: Command) -> None:
        who = command.who
        await self._expectations.drop(who.user, "profile")
        await self._chats.reply(who, await self._card(who))

    async def press(self, press: Press[ProfileField]) -> None:
        who, field, value = press.who, press.data.field, press.data.value
        await self._expectations.drop(who.user, "profile")
        if field == "clear":
            await self._profiles.set(who.user, **dict.fromkeys(FIELDS, ""))
        elif field != "back" and value is None:
            await press.show(await self._ask(who, field, press.message.message_id))
            return
        elif field != "back":
            with contextlib.suppress(BadProfile):  # made up: the card shows what stands
                await self._profiles.set(who.user, **{field: value or ""})
        await press.show(await self._card(who))

    async def typed(self, who: Speaker, update: Update, detail: str) -> bool:
        """The answer to a question about one field. What is plainly a question to the reports is none."""
        field, _, card = detail.partition(":")
        text = (update.message.text if update.message else "") or ""
        if not text:
            return False  # a sticker by mistake; the question still waits
        if FIELDS[field].looked_up and looks_like_question(text):
            await self._expectations.drop(who.user, "profile")
            return False
        reading = FIELDS[field].read(text.strip())
        if not reading.value:
            near = self._choices(who, field, reading.near)
            await self._chats.reply(who, profile_messages.unknown_value(who.words, field, text, near))
            return True
        try:
            await self._profiles.set(who.user, **{field: reading.value})
        except BadProfile:
            await self._chats.reply(who, profile_messages.too_long(who.words, field))
            return True
        if card.isdecimal():
            await self._messenger.delete(who.chat, int(card))
        await self._chats.reply(who, await self._card(who))
        await self._expectations.drop(who.user, "profile")  # not before: where Telegram is away, it is tried again
        return True

    async def _card(self, who: Speaker) -> Message:
        return profile_messages.profile(who.words, await self._profiles.get(who.user), self._clock())

    async def _ask(self, who: Speaker, field: str, card: int) -> Message:
        profile = await self._profiles.get(who.user)
        offered: tuple[str, ...] = ()
        if field == "language":
            offered = tuple(LANGUAGES)
        else:
            await self._expectations.expect(who.user, "profile", f"{field}:{card}", lasts=PATIENCE)
        if field == "zone":
            offered = zones_of(profile.country)[:6]
        near = self._choices(who, field, offered)
        return profile_messages.ask_field(who.words, field, known=bool(getattr(profile, field)), near=near)

    def _choices(self, who: Speaker, field: str, values: Sequence[str]) -> list[tuple[str, str]]:
        """Values as people read them, and as a button carries them."""
        return [(profile_messages.value_name(who.words, field, value, self._clock()), value) for value in values]
