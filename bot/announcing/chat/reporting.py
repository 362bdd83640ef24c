"""An announcement that went out in; its report, lists and files, and what is put right afterwards, out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from telegram import Bot

from bot.announcing import report_messages
from bot.announcing.announcement import Announcement, Delivery, Outcome
from bot.announcing.announcements import Announcements
from bot.announcing.chat.drafts import Drafts
from bot.telegram.callbacks import AnnouncementButton
from bot.telegram.chats import Press, Speaker, look_up
from bot.telegram.expectations import Expectations
from bot.telegram.messenger import Messenger
from bot.words.markup import Message

PAGE = 10
PATIENCE = timedelta(hours=2)
CORRECTING = ("correct", "corrected")
"""What the expectations are about while something is corrected: it is asked for, it waits for the second button."""
LISTS = {"failed": (Outcome.FAILED, Outcome.SKIPPED), "unknown": (Outcome.UNKNOWN,)}


@dataclass(frozen=True, slots=True)
class Shown:
    """What a button leads to: a screen in the place of the old one (or `below` it), and a pop-up."""

    message: Message | None = None
    popup: str = ""
    alert: bool = False
    below: bool = False
    watched: bool = False
    """Whether the message goes on showing how far the announcement is."""


Act = Callable[[Speaker, Announcement, str, Press[AnnouncementButton]], Awaitable[Shown]]
"""Who, the announcement, what stands behind the button's word, and the press in; what it leads to, out."""


class Reporting:
    """Reports, sending again, withdrawing."""

    def __init__(
        self,
        drafts: Drafts,
        announcements: Announcements,
        expectations: Expectations,
        messenger: Messenger,
        clock: Callable[[], datetime],
        bot: Bot,
    ) -> None:
        self._drafts = drafts
        self._announcements = announcements
        self._expectations = expectations
        self._messenger = messenger
        self._clock = clock
        self._bot = bot

    def acts(self) -> Mapping[str, Act]:
        """What an `AnnouncementButton` may do."""
        return {
            "report": self._report,
            "failed": self._failed,
            "unknown": self._unknown,
            "csv": self._csv,
            "again": self._again,
            "again?": self._sure_again,
            "withdraw?": self._sure_withdraw,
            "withdraw!": self._withdraw,
        }

    async def _report(
        self, who: Speaker, announcement: Announcement, more: str, press: Press[AnnouncementButton]
    ) -> Shown:
        return await self.shown(who, announcement)

    async def shown(self, who: Speaker, announcement: Announcement) -> Shown:
        """The report; what was being corrected is left."""
        for topic in CORRECTING:
            await self._expectations.drop(who.user, topic)
        report = await self._announcements.report(who.user, announcement.id)
        return Shown(report_messages.report(who.words, report))

    async def _failed(
        self, who: Speaker, announcement: Announcement, first: str, press: Press[AnnouncementButton]
    ) -> Shown:
        return await self._people(who, announcement, "failed", first)

    async def _unknown(
        self, who: Speaker, announcement: Announcement, first: str, press: Press[AnnouncementButton]
    ) -> Shown:
        return await self._people(who, announcement, "unknown", first)

    async def _people(self, who: Speaker, announcement: Announcement, kind: str, first: str) -> Shown:
        offset = int(first[:9]) if first.isdecimal() else 0
        deliveries = await self._announcements.deliveries(
            who.user, announcement.id, outcomes=LISTS[kind], limit=PAGE + 1, offset=offset
        )
        shown = deliveries[:PAGE]
        message = report_messages.people(
            who.words,
            announcement,
            shown,
            await self._names(shown),
            kind=kind,
            first=offset,
            size=PAGE,
            more=len(deliveries) > PAGE,
        )
        return Shown(message)

    async def _names(self, deliveries: tuple[Delivery, ...]) -> dict[int, str]:
        """What Telegram calls the chats; names are not kept here."""
        chats = [delivery.chat for delivery in deliveries if delivery.chat is not None]
        infos = await asyncio.gather(*(look_up(self._bot, chat) for chat in chats))
        return {
            chat: info.title or info.full_name or ""
            for chat, info in zip(chats, infos, strict=True)
            if info is not None
        }

    async def _csv(
        self, who: Speaker, announcement: Announcement, more: str, press: Press[AnnouncementButton]
    ) -> Shown:
        text = await self._announcements.csv(who.user, announcement.id)
        # With a byte order mark spreadsheets know it for UTF-8.
        name, caption = f"announcement-{announcement.id}.csv", report_messages.csv_caption(who.words)
        await self._messenger.send_file(who.chat, text.encode("utf-8-sig"), name, caption)
        return Shown()

    # Sending again

    async def _sure_again(
        self, who: Speaker, announcement: Announcement, more: str, press: Press[AnnouncementButton]
    ) -> Shown:
        tally = await self._drafts.tally(who, announcement)
        return Shown(report_messages.sure_again(who.words, announcement, tally.unknown))

    async def _again(
        self, who: Speaker, announcement: Announcement, which: str, press: Press[AnnouncementButton]
    ) -> Shown:
        delivery = int(which[:15]) if which.isdecimal() else None
        n = await self._announcements.resend_unknown(who.user, announcement.id, delivery)
        now = await self._drafts.get(announcement.id)
        shown = await (
            self._report(who, now, "", press) if delivery is None else self._people(who, now, "unknown", "0")
        )
        return replace(shown, popup=report_messages.sent_again(who.words, n))

    # Withdrawing

    async def _sure_withdraw(
        self, who: Speaker, announcement: Announcement, more: str, press: Press[AnnouncementButton]
    ) -> Shown:
        tally = await self._drafts.tally(who, announcement)
        return Shown(report_messages.sure_withdraw(who.words, announcement, tally.sent))

    async def _withdraw(
        self, who: Speaker, announcement: Announcement, more: str, press: Press[AnnouncementButton]
    ) -> Shown:
        now = await self._announcements.withdraw(who.user, announcement.id)
        return await self._report(who, now, "", press)
