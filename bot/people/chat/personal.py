"""`/start /help /language /privacy /export /forget` in; what concerns the person who writes, out."""

from __future__ import annotations

import json
import re

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from bot.asking.chat.sources import Passages
from bot.asking.examples import examples
from bot.asking.search import NoIndexYet
from bot.people import personal_messages, subscribing_messages
from bot.people.people import Role
from bot.telegram.desk import Context, Desk, Handler, Speaker, alone, argument, reply, role_of, speaker
from bot.telegram.members import leads
from bot.telegram.menus import Menus
from bot.words.catalogue import language_of, words
from bot.words.markup import Message, escape

NAMED = dict.fromkeys(("en", "english", "英文", "英语", "英語"), "en") | dict.fromkeys(
    ("zh", "chinese", "中文", "汉语", "漢語", "简体", "简体中文", "簡體中文", "繁體中文", "繁体中文", "普通话"), "zh"
)
"""What people call the languages of the menus."""


class Personal:
    """Welcome, help, language and privacy."""

    def __init__(self, desk: Desk, passages: Passages, menus: Menus) -> None:
        self._desk = desk
        self._passages = passages
        self._menus = menus

    def handlers(self) -> list[Handler]:
        new = filters.UpdateType.MESSAGE
        return [
            CommandHandler("start", self.start, filters=new),
            CommandHandler("help", self.help, filters=new),
            CommandHandler("language", self.language, filters=new),
            CommandHandler("privacy", self.privacy, filters=new),
            CommandHandler("export", self.export, filters=new),
            CommandHandler("forget", self.forget, filters=new),
            CallbackQueryHandler(self.choose_language, pattern=r"^lang:(en|zh)$"),
            CallbackQueryHandler(self.really_forget, pattern=r"^forget:(yes|no)$"),
        ]

    async def start(self, update: Update, context: Context) -> None:
        """Welcome; with `p_<passage>` behind it, that passage."""
        who = await speaker(self._desk, update)
        if who is None or update.message is None:
            return
        link = re.fullmatch(r"p_([\w-]{1,60})", argument(update.message))
        if link:
            await self._passages.open(who, who.words, link[1])
            return
        language = who.words.language
        try:
            found = await self._desk.search.look(lambda searcher: examples(self._desk.content, searcher, language))
        except NoIndexYet:
            found = ()
        await reply(self._desk, who, personal_messages.welcome(who.words, found))
        if who.private:
            await self._menus.show(who.chat, await role_of(self._desk, who))

    async def help(self, update: Update, context: Context) -> None:
        who = await speaker(self._desk, update)
        if who is not None:
            role = await role_of(self._desk, who) if who.private else Role.PARTNER
            await reply(self._desk, who, personal_messages.help_(who.words, role))

    async def language(self, update: Update, context: Context) -> None:
        """`/language zh` chooses at once; alone it offers a choice. For a group, its admins choose."""
        who = await speaker(self._desk, update)
        if who is None or update.message is None:
            return
        wanted = NAMED.get(argument(update.message).casefold())
        may = who.private or update.message.sender_chat is not None or await leads(context.bot, who.chat, who.user)
        if not may:
            await reply(self._desk, who, Message(escape(subscribing_messages.admins_only(who.words))))
        elif wanted is not None:
            await reply(self._desk, who, await self._choose(who, wanted))
        else:
            await reply(self._desk, who, personal_messages.languages(who.words))

    async def choose_language(self, update: Update, context: Context) -> None:
        query, who = update.callback_query, await speaker(self._desk, update)
        if query is None or who is None or query.message is None:
            return
        if not await leads(context.bot, who.chat, who.user):
            await self._desk.courier.acknowledge(query, subscribing_messages.admins_only(who.words), alert=True)
            return
        await self._desk.courier.acknowledge(query)
        message = await self._choose(who, language_of((query.data or "").partition(":")[2]))
        await self._desk.courier.edit(who.chat, query.message.message_id, message)

    async def _choose(self, who: Speaker, language: str) -> Message:
        w = words(language)
        await self._desk.people.choose_language(who.chat, who.kind, language)
        if who.private:
            await self._menus.show(who.chat, await role_of(self._desk, who))
        return personal_messages.language_chosen(w)

    async def privacy(self, update: Update, context: Context) -> None:
        who = await alone(self._desk, update)
        if who is not None:
            days = self._desk.keep_asker_days
            await reply(self._desk, who, personal_messages.privacy(who.words, who.user, days))

    async def export(self, update: Update, context: Context) -> None:
        """Everything stored about the person, as a JSON file."""
        who = await alone(self._desk, update)
        if who is None:
            return
        stored = {"telegram_id": who.user} | await self._desk.people.export(who.user)
        text = json.dumps(stored, ensure_ascii=False, indent=2)
        caption = personal_messages.export_caption(who.words)
        await self._desk.courier.send_file(who.chat, text.encode(), "citedesk-export.json", caption)

    async def forget(self, update: Update, context: Context) -> None:
        who = await alone(self._desk, update)
        if who is not None:
            stored = await self._desk.people.export(who.user)
            await reply(self._desk, who, personal_messages.forget(who.words, has_role=bool(stored["role"])))

    async def really_forget(self, update: Update, context: Context) -> None:
        query, who = update.callback_query, await speaker(self._desk, update)
        if query is None or who is None or query.message is None or not who.private:
            return
        await self._desk.courier.acknowledge(query)
        w = who.words
        if query.data == "forget:yes":
            await self._desk.people.forget(who.user)
            await self._menus.show(who.chat, await role_of(self._desk, who))
        message = personal_messages.forgotten(w) if query.data == "forget:yes" else personal_messages.kept(w)
        await self._desk.courier.edit(who.chat, query.message.message_id, message)
