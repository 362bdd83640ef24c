"""Other words, dates and files for an announcement that went out in; the correction, shown before it goes, out."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from telegram import Message as Received
from telegram import Update

from bot.announcing import attaching_messages, correction_messages
from bot.announcing.announcement import Announcement, Body, Changed, NotReady, dumped, loaded
from bot.announcing.announcement_messages import text_of
from bot.announcing.announcements import Announcements
from bot.announcing.calendar_files import NoDate, NotWhole, read_calendar_dates
from bot.announcing.chat.draft_attaching import MOST_FILES, attachment_of
from bot.announcing.chat.draft_texts import formatted, title_line
from bot.announcing.chat.drafts import Drafts, content_of, with_content
from bot.announcing.chat.reporting import CORRECTING, PATIENCE, Act, Reporting, Shown
from bot.announcing.corrections import changes, doubts
from bot.announcing.drafting_messages import file_name
from bot.telegram.callbacks import AnnouncementButton
from bot.telegram.chats import Press, Speaker
from bot.telegram.expectations import Expectations
from bot.words.catalogue import NAMES
from bot.words.markup import Html, Message
from bot.words.typed_dates import NotATime
from bot.words.typed_markup import BrokenMarkup, as_meant
from bot.words.zones import DEFAULT, zone

ASKED, READY = CORRECTING


@dataclass(frozen=True, slots=True)
class PendingCorrection:
    """What is being corrected, as an expectation keeps it."""

    id: int
    version: int
    """Of the announcement when it was begun."""
    body: Body
    """How it shall be."""
    ask: str = ""
    """What is asked for: a language, `dates`, `files`, `file:2`."""
    card: int = 0
    """The message of ours that asks."""

    def text(self) -> str:
        """As JSON."""
        return json.dumps([self.id, self.version, dumped(self.body), self.ask, self.card])

    @classmethod
    def read(cls, text: str) -> PendingCorrection:
        id_, version, body, ask, card = json.loads(text)
        return cls(id_, version, loaded(body), ask, card)


class Correcting:
    """The buttons `correct` and `correct!`, and what is sent to them."""

    def __init__(
        self,
        drafts: Drafts,
        reporting: Reporting,
        announcements: Announcements,
        expectations: Expectations,
        clock: Callable[[], datetime],
    ) -> None:
        self._drafts = drafts
        self._reporting = reporting
        self._announcements = announcements
        self._expectations = expectations
        self._clock = clock

    def acts(self) -> Mapping[str, Act]:
        """What an `AnnouncementButton` may do."""
        return {"correct": self._correct, "correct!": self._corrected}

    async def _correct(
        self, who: Speaker, announcement: Announcement, what: str, press: Press[AnnouncementButton]
    ) -> Shown:
        """What shall be corrected, or the question for it."""
        if announcement.started is None or announcement.withdrawn is not None:
            raise Changed(announcement, "correct")
        pending = replace(await self._pending(who, announcement), card=press.message.message_id)
        if what == "undate":
            return Shown(await self._shown(who, announcement, replace(pending, body=replace(pending.body, dates=()))))
        if not what:
            await self._expect(who, READY, replace(pending, ask=""))  # what was changed so far
            return Shown(correction_messages.which(who.words, announcement, pending.body))
        return Shown(await self._ask(who, announcement, replace(pending, ask=what)))

    async def _ask(
        self, who: Speaker, announcement: Announcement, pending: PendingCorrection, note: Html | None = None
    ) -> Message:
        await self._expect(who, ASKED, pending)
        words, ask, body = who.words, pending.ask, pending.body
        if ask == "dates":
            return correction_messages.ask_dates(words, announcement, body, note)
        if ask == "files":
            return correction_messages.files(words, announcement, body, note)
        number = ask.removeprefix("file:")
        if number.isdecimal() and int(number) < len(body.attachments):
            name = file_name(words, body.attachments[int(number)])
            return correction_messages.ask_file(words, announcement, name, note)
        if ask in {content.language for content in body.contents}:
            return correction_messages.ask_text(words, announcement, ask, text_of(content_of(body, ask)), note)
        return correction_messages.which(words, announcement, body)

    async def typed(self, who: Speaker, update: Update, detail: str) -> bool:
        """What was asked for; how it will read is shown once more before it goes anywhere."""
        message, pending = update.message, PendingCorrection.read(detail)
        if message is None:
            return False
        announcement = await self._drafts.get(pending.id)
        await self._announcements.drafts(who.user)  # checks the role, which may be gone by now
        body, note = self._put(who, message, pending)
        if body is None and note is None:
            return False
        if body is None:
            shown = await self._ask(who, announcement, pending, note)
        else:
            shown = await self._shown(who, announcement, replace(pending, body=body, ask=""))
        number = await self._drafts.show(who, shown, pending.card, below=True)
        if body is None:
            await self._expect(who, ASKED, replace(pending, card=number))
        return True

    def _put(self, who: Speaker, message: Received, pending: PendingCorrection) -> tuple[Body | None, Html | None]:
        """The body with what was sent; or None, and why that is nothing that was asked for."""
        body, ask = pending.body, pending.ask
        if ask == "files" or ask.startswith("file:"):
            return self._with_file(who, message, pending)
        if not message.text:
            return None, None
        if ask == "dates":
            try:
                today = self._clock().astimezone(zone(DEFAULT)).date()
                return replace(body, dates=read_calendar_dates(message.text, today)), None
            except NoDate as error:
                return None, attaching_messages.no_date(who.words, str(error))
            except NotWhole as error:
                return None, attaching_messages.date_not_whole(who.words, str(error), error.rest)
            except NotATime as error:
                return None, attaching_messages.not_a_time(who.words, error.problem, error.detail)
        first, _, _ = message.text.strip().partition("\n")
        begin = message.text.find(first) + len(first)
        text = formatted(message, begin)
        with contextlib.suppress(BrokenMarkup):  # how it reads is shown before it goes, with what is left as typed
            text = as_meant(text)
        content = replace(content_of(body, ask), title=title_line(first), text=text)
        return with_content(body, content), None

    @staticmethod
    def _with_file(who: Speaker, message: Received, pending: PendingCorrection) -> tuple[Body | None, Html | None]:
        fresh, body = attachment_of(message), pending.body
        if fresh is None:
            return None, attaching_messages.only_files(who.words)
        number = pending.ask.removeprefix("file:")
        if number.isdecimal():
            files = tuple(
                replace(fresh, language=before.language, above=before.above and fresh.kind == before.kind)
                if position == int(number)
                else before
                for position, before in enumerate(body.attachments)
            )
        elif len(body.attachments) >= MOST_FILES:
            return None, attaching_messages.too_many_files(who.words, MOST_FILES)
        else:
            files = (*body.attachments, fresh)
        return replace(body, attachments=files), None

    async def _shown(self, who: Speaker, announcement: Announcement, pending: PendingCorrection) -> Message:
        """How it will read, to be confirmed."""
        await self._expect(who, READY, replace(pending, ask=""))
        report = await self._announcements.report(who.user, announcement.id)
        concerned = {
            language: bool(changes(announcement.body, pending.body, language)) for language, _ in report.languages
        }
        sent = sum(tally.sent for language, tally in report.languages if concerned[language])
        return correction_messages.sure(
            who.words,
            announcement,
            pending.body,
            sent=sent,
            others=report.tally.sent - sent,
            doubts=doubts(announcement.body, pending.body),
        )

    async def _corrected(
        self, who: Speaker, announcement: Announcement, more: str, press: Press[AnnouncementButton]
    ) -> Shown:
        pending = await self._pending(who, announcement)
        body = pending.body
        if body == announcement.body:
            return await self._correct(who, announcement, "", press)
        if pending.version != announcement.version:
            raise Changed(announcement, "correct")
        try:
            now = await self._announcements.correct(
                who.user, announcement.id, body.contents, dates=body.dates, attachments=body.attachments
            )
        except NotReady as error:
            problem = error.problems[0]
            note = correction_messages.cannot(who.words, problem.code)
            ask = pending.ask or problem.detail or next(iter(body.contents)).language
            as_it_was = with_content(body, content_of(announcement.body, ask)) if ask in NAMES else body
            kept = replace(pending, body=as_it_was, ask=ask, card=press.message.message_id)
            return Shown(await self._ask(who, announcement, kept, note))
        await self._expectations.drop(who.user, READY)
        return await self._reporting.shown(who, now)

    async def _pending(self, who: Speaker, announcement: Announcement) -> PendingCorrection:
        """What was changed so far; as it stands, where nothing was."""
        expected = await self._expectations.of(who.user, self._clock())
        if expected is not None and expected.topic in CORRECTING:
            pending = PendingCorrection.read(expected.detail)
            if pending.id == announcement.id:
                return pending
        return PendingCorrection(announcement.id, announcement.version, announcement.body)

    async def _expect(self, who: Speaker, topic: str, pending: PendingCorrection) -> None:
        await self._expectations.expect(who.user, topic, pending.text(), lasts=PATIENCE)
