"""`/profile` in; what somebody tells of themselves, a field at a time, out."""

from __future__ import annotations

import contextlib
from datetime import timedelta

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from bot.asking import answer_messages as messages
from bot.people import subscribing_messages
from bot.people.subscriptions import FIELDS, BadProfile
from bot.telegram.desk import Context, Desk, Handler, Speaker, reply, speaker
from bot.words.countries import country_name, find_country
from bot.words.markup import Message
from bot.words.pleasantries import looks_like_question
from bot.words.zones import find_zone, zone_label, zones_of

PATIENCE = timedelta(minutes=15)
"""How long a question about the profile waits for its answer."""


class ProfileCard:
    """One message with all fields; the buttons `pf:<field>` ask, `pf:<field>:<value>` choose."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def handlers(self) -> list[Handler]:
        fields = "|".join(FIELDS)
        return [
            CommandHandler("profile", self.command, filters=filters.UpdateType.MESSAGE),
            CallbackQueryHandler(self.press, pattern=rf"^pf:(back|clear|(?:{fields})(?::[\w/+-]*)?)$"),
        ]

    async def command(self, update: Update, context: Context) -> None:
        who = await speaker(self._desk, update)
        if who is None:
            return
        if not who.private:
            await reply(self._desk, who, messages.private_only(who.words))
            return
        await self._desk.expectations.drop(who.user, "profile")
        await reply(self._desk, who, await self._card(who))

    async def press(self, update: Update, context: Context) -> None:
        query, who = update.callback_query, await speaker(self._desk, update)
        if query is None or who is None or query.message is None or not who.private:
            return
        await self._desk.courier.acknowledge(query)
        await self._desk.expectations.drop(who.user, "profile")
        _, field, *value = (query.data or "").split(":", 2)
        if field == "clear":
            await self._desk.subscriptions.set_profile(who.user, **dict.fromkeys(FIELDS, ""))
        elif field != "back" and not value:
            message = await self._ask(who, field, query.message.message_id)
            await self._desk.courier.edit(who.chat, query.message.message_id, message)
            return
        elif field != "back":
            with contextlib.suppress(BadProfile):  # made up: the card shows what stands
                await self._desk.subscriptions.set_profile(who.user, **{field: value[0]})
        await self._desk.courier.edit(who.chat, query.message.message_id, await self._card(who))

    async def typed(self, who: Speaker, update: Update, detail: str) -> bool:
        """The answer to a question about one field. What is plainly a question to the reports is none."""
        field, _, card = detail.partition(":")
        text = (update.message.text if update.message else "") or ""
        if not text:
            return False  # a sticker by mistake; the question still waits
        if field in ("country", "zone") and looks_like_question(text):
            await self._desk.expectations.drop(who.user, "profile")
            return False
        near: list[tuple[str, str]] = []
        w = who.words
        if field == "country":
            country = find_country(text)
            near = [(country_name(code, w.language), code) for code in country.suggestions]
            value = country.code
        elif field == "zone":
            found = find_zone(text)
            near = [(zone_label(name, w.language, who.at), name) for name in found.suggestions]
            value = found.zone
        else:
            value = text.strip()
        if not value:
            await reply(self._desk, who, subscribing_messages.unknown_value(w, field, text, near))
            return True
        try:
            await self._desk.subscriptions.set_profile(who.user, **{field: value})
        except BadProfile:
            await reply(self._desk, who, subscribing_messages.too_long(w, field))
            return True
        if card.isdecimal():
            await self._desk.courier.delete(who.chat, int(card))
        await reply(self._desk, who, await self._card(who))
        await self._desk.expectations.drop(who.user, "profile")  # not before: where Telegram is away, it is tried again
        return True

    async def _card(self, who: Speaker) -> Message:
        found = await self._desk.subscriptions.profile(who.user)
        return subscribing_messages.profile(who.words, found, self._desk.clock())

    async def _ask(self, who: Speaker, field: str, card: int) -> Message:
        found = await self._desk.subscriptions.profile(who.user)
        near: list[tuple[str, str]] = []
        if field == "language":
            near = [("English", "en"), ("中文", "zh")]
        else:
            await self._desk.expectations.expect(who.user, "profile", f"{field}:{card}", lasts=PATIENCE)
        if field == "zone":
            names = zones_of(found.country)[:6]
            near = [(zone_label(name, who.words.language, self._desk.clock()), name) for name in names]
        return subscribing_messages.ask_field(who.words, field, known=bool(getattr(found, field)), near=near)
