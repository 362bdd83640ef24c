"""What the sender tells of a running announcement in; messages that staff see change, and notices, out."""

from __future__ import annotations

import logging

from telegram.error import TelegramError

from bot.announcing import report_messages, sending_messages
from bot.announcing.announcement import Announcement, AnnouncementProgress, Report, State
from bot.announcing.announcements import Announcements
from bot.announcing.scheduler import Notice
from bot.people.people import CONSOLE, People
from bot.telegram.chats import Chats
from bot.telegram.messenger import Messenger, Unreachable
from bot.words.catalogue import Words
from bot.words.markup import Message

LOG = logging.getLogger("bot.chat.listener")


class StaffListener:
    """The sender's listener."""

    def __init__(
        self,
        chats: Chats,
        people: People,
        announcements: Announcements,
        messenger: Messenger,
        time_zone: str,
    ) -> None:
        self._chats = chats
        self._people = people
        self._announcements = announcements
        self._messenger = messenger
        self._time_zone = time_zone
        self._shown: dict[tuple[int, int], tuple[int, Message]] = {}
        """By announcement and chat: which message shows how far it is, and how it last read."""
        self._told: dict[tuple[int, Notice], dict[int, int]] = {}
        """By announcement and notice, as long as not all have it: who does, and as which message."""

    async def progress(self, progress: AnnouncementProgress) -> None:
        """Edit every message that shows how far it is. Never raises: the sender has other things to do."""
        announcement = progress.announcement
        for chat, message in await self._announcements.watchers(announcement.id):
            words = await self._chats.words_of(chat)
            shown = sending_messages.progress(words, progress, self._time_zone)
            if not message or self._shown.get((announcement.id, chat)) == (message, shown):
                continue
            self._shown[announcement.id, chat] = message, shown
            try:
                await self._messenger.edit(chat, message, shown, anew=False)
            except (TelegramError, Unreachable) as error:
                LOG.info("the progress of announcement %d is not shown: %s", announcement.id, error)
        if announcement.state in (State.FINISHED, State.CANCELLED):
            self._shown = {key: kept for key, kept in self._shown.items() if key[0] != announcement.id}

    async def notice(self, announcement: Announcement, what: Notice) -> None:
        """Something that staff have to hear of: those who watch it, else its author, else everybody of the staff."""
        report = await self._announcements.report(CONSOLE, announcement.id)
        told = self._told.setdefault((announcement.id, what), {})
        fault: TelegramError | None = None
        for chat in await self._hearers(announcement):
            if chat in told:
                continue
            words = await self._chats.words_of(chat)
            try:
                told[chat] = await self._messenger.send(chat, self._message(words, report, what))
            except Unreachable:
                continue
            except TelegramError as error:
                fault = error
        if fault is not None:
            raise fault  # it is tried again, for those who have not heard
        del self._told[announcement.id, what]
        if what is not Notice.FINISHED:
            for chat, number in told.items():
                await self._announcements.watch(announcement.id, chat, number)

    def _message(self, words: Words, report: Report, what: Notice) -> Message:
        if what is Notice.FINISHED:
            return report_messages.finished(words, report)
        text = sending_messages.why_paused(words, report.announcement, self._time_zone)
        return report_messages.notice(words, report.announcement, report.tally, text)

    async def _hearers(self, announcement: Announcement) -> tuple[int, ...]:
        watching = tuple(chat for chat, _ in await self._announcements.watchers(announcement.id))
        if watching:
            return watching
        author = await self._people.chat(announcement.author)
        if author is not None and author.reachable:
            return (announcement.author,)
        return await self._chats.within_reach()
