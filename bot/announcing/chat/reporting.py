"""An announcement that went out in; its report, lists and files, and what is put right afterwards, out."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from telegram import Bot, Update

from bot.announcing import report_messages
from bot.announcing.announcement import Announcement, Changed, Content, Delivery, NotReady, Outcome
from bot.announcing.announcement_messages import text_of
from bot.announcing.announcements import Announcements
from bot.announcing.chat.draft_texts import formatted, title_line
from bot.announcing.chat.drafts import Drafts, content_of, with_content
from bot.telegram.callbacks import AnnouncementButton
from bot.telegram.chats import Press, Speaker, look_up
from bot.telegram.expectations import Expectations
from bot.telegram.messenger import Messenger
from bot.words.markup import Html, Message

PAGE = 10
PATIENCE = timedelta(hours=2)
TOPIC, READY = "correct", "corrected"
"""Of the expectations: a corrected text is asked for; one was sent and waits for the confirming button."""
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
    """Reports, sending again, correcting, withdrawing."""

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
            "correct": self._correct,
            "correct!": self._corrected,
            "withdraw?": self._sure_withdraw,
            "withdraw!": self._withdraw,
        }

    async def _report(
        self, who: Speaker, announcement: Announcement, more: str, press: Press[AnnouncementButton]
    ) -> Shown:
        await self._expectations.drop(who.user, TOPIC)
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

    # Withdrawing and correcting

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

    async def _correct(
        self, who: Speaker, announcement: Announcement, language: str, press: Press[AnnouncementButton]
    ) -> Shown:
        """Which language, where there are two; then the text is asked for."""
        if announcement.started is None or announcement.withdrawn is not None:
            raise Changed(announcement, "correct")
        written = [content.language for content in announcement.body.contents]
        if language not in written:
            if len(written) > 1:
                return Shown(report_messages.correct_which(who.words, announcement))
            language = written[0]
        card = press.message.message_id
        await self._expectations.expect(who.user, TOPIC, f"{announcement.id}:{language}:{card}", lasts=PATIENCE)
        shown = text_of(content_of(announcement.body, language))
        return Shown(report_messages.correct_ask(who.words, announcement, language, shown))

    async def typed(self, who: Speaker, update: Update, detail: str) -> bool:
        """The corrected text; it is shown once more before it goes anywhere."""
        number, language, card = detail.split(":")
        message = update.message
        if message is None or not message.text:
            return False
        announcement = await self._drafts.get(int(number))
        await self._announcements.list(who.user, limit=1)  # checks the role, which may be gone by now
        first, _, _ = message.text.strip().partition("\n")
        begin = message.text.find(first) + len(first)
        content = replace(
            content_of(announcement.body, language), title=title_line(first), text=formatted(message, begin)
        )
        tally = await self._drafts.tally(who, announcement)
        found = report_messages.sure_correct(who.words, announcement, language, text_of(content), tally.sent)
        kept = json.dumps({"id": announcement.id, "language": language, "title": content.title, "text": content.text})
        await self._drafts.show(who, found, int(card), below=True)
        await self._expectations.expect(who.user, READY, kept, lasts=PATIENCE)
        return True

    async def _corrected(
        self, who: Speaker, announcement: Announcement, language: str, press: Press[AnnouncementButton]
    ) -> Shown:
        expected = await self._expectations.of(who.user, self._clock())
        kept = json.loads(expected.detail) if expected is not None and expected.topic == READY else {}
        if kept.get("id") != announcement.id or kept.get("language") != language:
            return await self._correct(who, announcement, language, press)
        before = content_of(announcement.body, language)
        content = Content(language, kept["title"], Html(kept["text"]), before.buttons)
        try:
            now = await self._announcements.correct(
                who.user, announcement.id, with_content(announcement.body, content).contents
            )
        except NotReady as error:
            note = report_messages.cannot_correct(who.words, error.problems[0].code)
            card = press.message.message_id
            await self._expectations.expect(who.user, TOPIC, f"{announcement.id}:{language}:{card}", lasts=PATIENCE)
            return Shown(report_messages.correct_ask(who.words, announcement, language, text_of(before), note))
        await self._expectations.drop(who.user, READY)
        return await self._report(who, now, "", press)
