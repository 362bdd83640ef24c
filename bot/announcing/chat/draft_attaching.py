"""Pictures, documents, links and dates in; what goes with a draft's text, out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from telegram import Message as Received

from bot.announcing import attaching_messages
from bot.announcing.announcement import Announcement, Attachment, Body, CalendarDate
from bot.announcing.announcement_messages import text_of
from bot.announcing.calendar_files import NoDate, NotWhole, coming_dates, read_calendar_dates
from bot.announcing.chat.draft_schedule import choices as either_reading
from bot.announcing.chat.draft_texts import Texts
from bot.announcing.chat.drafts import DESK, Drafts, DraftScreen, Next, Prompt, TakeText
from bot.announcing.links import MOST, Link, NoLink, buttons_of, links_of, read_links
from bot.telegram.chats import Speaker
from bot.words.catalogue import NAMES
from bot.words.markup import CAPTION_LIMIT, Html, utf16, visible
from bot.words.typed_dates import NotATime
from bot.words.zones import DEFAULT, zone

MOST_FILES = 5
"""With the text they are as many messages as one announcement may be."""


class Attaching:
    """The screens `files`, `links` and `dates`, and what is sent to them."""

    def __init__(self, drafts: Drafts, texts: Texts, clock: Callable[[], datetime]) -> None:
        self._drafts = drafts
        self._texts = texts
        self._clock = clock

    def screens(self) -> Mapping[str, DraftScreen]:
        return {
            "files": self._files,
            "file": self._file,
            "place": self._place,
            "below": self._below,
            "for": self._for,
            "unfile": self._unfile,
            "links": self._links,
            "unlink": self._unlink,
            "dates": self._dates,
            "date": self._date,
            "dated": self._dated,
            "undate": self._undate,
        }

    def takers(self) -> Mapping[str, TakeText]:
        return {"files": self._no_file, "links": self._typed_links, "dates": self._typed_dates}

    # Files

    async def _files(self, who: Speaker, draft: Announcement, more: str, note: Html | None = None) -> Next:
        view = await self._drafts.view(draft)
        return Next(attaching_messages.files_screen(who.words, view, note), Prompt(draft.id, "files"))

    async def file_came(self, who: Speaker, message: Received, draft: Announcement, asked: Prompt) -> Next:
        """A picture or a document, on whichever screen. A caption under it is the text where one is asked for."""
        words = who.words
        attachment = attachment_of(message)
        if attachment is None:
            return await self._files(who, draft, "", attaching_messages.only_files(words))
        known = attachment.file_id in {
            attachment.file_id for attachment in draft.body.attachments
        }  # tried again, or sent twice
        if len(draft.body.attachments) >= MOST_FILES and not known:
            return await self._files(who, draft, "", attaching_messages.too_many_files(words, MOST_FILES))

        def add(body: Body) -> Body:
            if known:
                return body
            first = not any(attachment.kind == "photo" for attachment in body.attachments)
            above = attachment.kind == "photo" and first and _fits_above(body)
            return replace(body, attachments=(*body.attachments, replace(attachment, above=above)))

        changed = await self._drafts.change(who.user, draft.id, add, "file")
        if message.caption and asked.part in ("free", "text"):
            return await self._texts.whole(who, message, changed, asked)
        if asked.part == "free":
            return await self._drafts.next(who, changed, attaching_messages.file_before_text(words))
        if asked.part == DESK:
            return await self._drafts.next(who, changed, attaching_messages.file_added(words, more=False))
        return await self._files(who, changed, "", attaching_messages.file_added(words, more=True))

    async def _no_file(self, who: Speaker, message: Received, draft: Announcement, asked: Prompt) -> Next:
        return await self._files(who, draft, "", attaching_messages.only_files(who.words))

    async def _file(self, who: Speaker, draft: Announcement, number: str) -> Next:
        if not _has(draft, number):
            return await self._files(who, draft, "")
        return Next(attaching_messages.file_screen(who.words, await self._drafts.view(draft), int(number)))

    async def _place(self, who: Speaker, draft: Announcement, number: str) -> Next:
        """Above the text or below it; one picture at most stands above."""

        def place(body: Body) -> Body:
            at = int(number)
            return replace(
                body,
                attachments=tuple(
                    replace(one, above=not one.above if n == at else False) for n, one in enumerate(body.attachments)
                ),
            )

        return await self._change_file(who, draft, number, place)

    async def _below(self, who: Speaker, draft: Announcement, more: str) -> Next:
        """No picture above the text, which may be longer then."""

        def below(body: Body) -> Body:
            return replace(body, attachments=tuple(replace(attachment, above=False) for attachment in body.attachments))

        return await self._drafts.next(who, await self._drafts.changed(who, draft, below))

    async def _for(self, who: Speaker, draft: Announcement, more: str) -> Next:
        number, _, language = more.partition(":")

        def restrict(body: Body) -> Body:
            at = int(number)
            kept = "" if language not in NAMES else language
            return replace(
                body,
                attachments=tuple(
                    replace(one, language=kept) if n == at else one for n, one in enumerate(body.attachments)
                ),
            )

        return await self._change_file(who, draft, number, restrict)

    async def _change_file(self, who: Speaker, draft: Announcement, number: str, how: Callable[[Body], Body]) -> Next:
        if not _has(draft, number):
            return await self._files(who, draft, "")
        changed = await self._drafts.changed(who, draft, how)
        return Next(attaching_messages.file_screen(who.words, await self._drafts.view(changed), int(number)))

    async def _unfile(self, who: Speaker, draft: Announcement, number: str) -> Next:
        if not _has(draft, number):
            return await self._files(who, draft, "")
        gone = draft.body.attachments[int(number)]

        def remove(body: Body) -> Body:
            return replace(body, attachments=tuple(attachment for attachment in body.attachments if attachment != gone))

        return await self._files(who, await self._drafts.changed(who, draft, remove), "")

    # Links

    async def _links(self, who: Speaker, draft: Announcement, more: str, note: Html | None = None) -> Next:
        view = await self._drafts.view(draft)
        return Next(attaching_messages.links_screen(who.words, view, note), Prompt(draft.id, "links"))

    async def _typed_links(self, who: Speaker, message: Received, draft: Announcement, asked: Prompt) -> Next:
        try:
            fresh = read_links(message.text or "")
        except NoLink as error:
            note = attaching_messages.no_address(who.words, error.line)
            return await self._links(who, draft, "", note)

        too_many = 0

        def add(body: Body) -> Body:
            nonlocal too_many
            known = {link.url: link for link in links_of(body.contents)} | {link.url: link for link in fresh}
            too_many = len(known) if len(known) > MOST else 0
            return body if too_many else _with_links(body, tuple(known.values()))

        changed = await self._drafts.changed(who, draft, add)
        note = attaching_messages.too_many_links(who.words, MOST, too_many)
        return await self._links(who, changed, "", note if too_many else None)

    async def _unlink(self, who: Speaker, draft: Announcement, more: str) -> Next:
        changed = await self._drafts.changed(who, draft, lambda body: _with_links(body, ()))
        return await self._links(who, changed, "")

    # Dates

    async def _dates(
        self,
        who: Speaker,
        draft: Announcement,
        more: str,
        note: Html | None = None,
        choices: Sequence[tuple[str, str]] = (),
    ) -> Next:
        view = await self._drafts.view(draft)
        shown = attaching_messages.dates_screen(who.words, view, self._offered(draft), note, choices)
        return Next(shown, Prompt(draft.id, "dates"))

    async def _typed_dates(self, who: Speaker, message: Received, draft: Announcement, asked: Prompt) -> Next:
        return await self._read_dates(who, draft, message.text or "")

    async def _dated(self, who: Speaker, draft: Announcement, text: str) -> Next:
        """One of two readings of a date in figures was chosen."""
        return await self._read_dates(who, draft, text)

    async def _read_dates(self, who: Speaker, draft: Announcement, text: str) -> Next:
        today, choices = self._clock().astimezone(zone(DEFAULT)).date(), tuple[tuple[str, str], ...]()
        try:
            fresh = read_calendar_dates(text, today)
        except NoDate as error:
            note = attaching_messages.no_date(who.words, str(error))
        except NotWhole as error:
            note = attaching_messages.date_not_whole(who.words, str(error), error.rest)
        except NotATime as error:
            note = attaching_messages.not_a_time(who.words, error.problem, error.detail)
            choices = either_reading(who.words, text, error, self._clock())
        else:
            return await self._dates(who, await self._add_dates(who, draft, fresh), "")
        return await self._dates(who, draft, "", note, choices)

    async def _date(self, who: Speaker, draft: Announcement, number: str) -> Next:
        """A date that the text names."""
        offered = self._offered(draft)
        if number.isdecimal() and int(number) < len(offered):
            draft = await self._add_dates(who, draft, (offered[int(number)],))
        return await self._dates(who, draft, "")

    async def _undate(self, who: Speaker, draft: Announcement, more: str) -> Next:
        changed = await self._drafts.changed(who, draft, lambda body: replace(body, dates=()))
        return await self._dates(who, changed, "")

    async def _add_dates(self, who: Speaker, draft: Announcement, fresh: tuple[CalendarDate, ...]) -> Announcement:
        def add(body: Body) -> Body:
            return replace(body, dates=tuple(dict.fromkeys((*body.dates, *fresh))))

        return await self._drafts.changed(who, draft, add)

    def _offered(self, draft: Announcement) -> tuple[CalendarDate, ...]:
        today = self._clock().astimezone(zone(DEFAULT)).date()
        return coming_dates((visible(content.text) for content in draft.body.contents), today)


def attachment_of(message: Received) -> Attachment | None:
    """The picture or document of a message; None: it has another kind of content."""
    if message.photo:
        return Attachment("photo", "photo.jpg", file_id=message.photo[-1].file_id)
    if message.document is not None:
        name = message.document.file_name or "file"
        return Attachment("document", name, file_id=message.document.file_id)
    return None


def _fits_above(body: Body) -> bool:
    return all(utf16(visible(text_of(content))) <= CAPTION_LIMIT for content in body.contents)


def _has(draft: Announcement, number: str) -> bool:
    return number.isdecimal() and int(number) < len(draft.body.attachments)


def _with_links(body: Body, links: tuple[Link, ...]) -> Body:
    contents = (replace(content, buttons=buttons_of(links)) for content in body.contents)
    return replace(body, contents=tuple(contents))
