"""`/news` in; past announcements, in the reader's language, out."""

from __future__ import annotations

from bot.announcing import announcement_messages
from bot.announcing.announcement_messages import render
from bot.announcing.announcements import Announcements
from bot.telegram.callbacks import NewsItem, NewsPage
from bot.telegram.chats import Chats, Command, Handler, Press, Speaker
from bot.telegram.messenger import Messenger
from bot.words.markup import Message

PAGE = 8


class News:
    """The archive: page by page, and one announcement."""

    def __init__(self, chats: Chats, announcements: Announcements, messenger: Messenger, time_zone: str) -> None:
        self._chats = chats
        self._announcements = announcements
        self._messenger = messenger
        self._time_zone = time_zone

    def handlers(self) -> list[Handler]:
        return [
            self._chats.on_command("news", self.command),
            self._chats.on_press(NewsPage, self.turn),
            self._chats.on_press(NewsItem, self.show, answer=False),
        ]

    async def command(self, command: Command) -> None:
        await self._chats.reply(command.who, await self._page(command.who, 0))

    async def turn(self, press: Press[NewsPage]) -> None:
        await press.show(await self._page(press.who, press.data.first))

    async def show(self, press: Press[NewsItem]) -> None:
        """One announcement as its readers got it, files and calendar included."""
        who = press.who
        announcement = await self._announcements.get(press.data.announcement)
        if announcement is None or announcement.started is None or announcement.withdrawn is not None:
            await press.answer(announcement_messages.news_gone(who.words), alert=True)
            return
        if not await self._announcements.may_see(announcement.id, who.chat):
            await press.answer(announcement_messages.not_for_them(who.words), alert=True)
            return
        await press.answer()
        for payload in render(announcement, who.words.language):
            await self._messenger.send_payload(who.chat, payload)

    async def _page(self, who: Speaker, first: int) -> Message:
        announcements = await self._announcements.news(who.chat, limit=PAGE + 1, offset=first)
        more, here = len(announcements) > PAGE, self._time_zone
        return announcement_messages.news(
            who.words, announcements[:PAGE], first=first, size=PAGE, more=more, zone_name=here
        )
