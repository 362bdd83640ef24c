"""`/news` in; past announcements, in the reader's language, out."""

from __future__ import annotations

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from bot.announcing.announcement_messages import render
from bot.people import subscribing_messages
from bot.telegram.desk import Context, Desk, Handler, Speaker, reply, speaker
from bot.words.markup import Message

PAGE = 8


class News:
    """The archive; the buttons `nw:at:<first>` turn the page, `nw:<announcement>` show one."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def handlers(self) -> list[Handler]:
        return [
            CommandHandler("news", self.command, filters=filters.UpdateType.MESSAGE),
            CallbackQueryHandler(self.turn, pattern=r"^nw:at:\d{1,9}$"),
            CallbackQueryHandler(self.show, pattern=r"^nw:\d{1,15}$"),
        ]

    async def command(self, update: Update, context: Context) -> None:
        who = await speaker(self._desk, update)
        if who is not None:
            await reply(self._desk, who, await self._page(who, 0))

    async def turn(self, update: Update, context: Context) -> None:
        query, who = update.callback_query, await speaker(self._desk, update)
        if query is None or who is None or query.message is None:
            return
        await self._desk.courier.acknowledge(query)
        message = await self._page(who, int((query.data or "").rpartition(":")[2]))
        await self._desk.courier.edit(who.chat, query.message.message_id, message)

    async def show(self, update: Update, context: Context) -> None:
        """One announcement as its readers got it, files and calendar included."""
        query, who = update.callback_query, await speaker(self._desk, update)
        if query is None or who is None:
            return
        found = await self._desk.announcements.get(int((query.data or "").rpartition(":")[2]))
        if found is None or found.started is None or found.withdrawn is not None:
            text = subscribing_messages.news_gone(who.words)
            await self._desk.courier.acknowledge(query, text, alert=True)
            return
        await self._desk.courier.acknowledge(query)
        for payload in render(found, who.words.language):
            await self._desk.courier.send_payload(who.chat, payload)

    async def _page(self, who: Speaker, first: int) -> Message:
        found = await self._desk.announcements.news(limit=PAGE + 1, offset=first)
        more, here = len(found) > PAGE, self._desk.time_zone
        return subscribing_messages.news(who.words, found[:PAGE], first=first, size=PAGE, more=more, zone_name=here)
