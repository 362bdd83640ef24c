"""A draft in, what the screens need to show it, and changes to it that do not undo a colleague's, out."""

from __future__ import annotations

import zlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from telegram import Message as Received
from telegram.error import BadRequest

from bot.announcing import drafting_messages, sending_messages
from bot.announcing.announcement import Announcement, Body, Changed, Content, NoSuchAnnouncement, Problem, State, Tally
from bot.announcing.announcement_messages import render
from bot.announcing.announcements import Announcements
from bot.announcing.drafting_messages import View
from bot.announcing.links import buttons_of, links_of
from bot.people.subscriptions import Subscriptions
from bot.telegram.chats import Chats, Speaker
from bot.telegram.messenger import Messenger
from bot.words.catalogue import LANGUAGES
from bot.words.markup import Html, Message

TRIES = 5
DESK = "desk"
"""The part that is asked for while the desk stands there: files, but no text, which is a question as ever."""
EDITABLE = (State.DRAFT, State.IN_REVIEW)


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a staff member was asked to send for a draft, as an expectation keeps it."""

    id: int
    part: str
    argument: str = ""
    card: int = 0
    """The message of ours that asks."""
    mark: int = 0
    """Of what the part held then."""

    def text(self, card: int) -> str:
        """As an expectation keeps it, asked by the message `card`."""
        return f"{self.id}:{self.part}:{self.argument}:{card}:{self.mark}"

    @classmethod
    def read(cls, text: str) -> Prompt:
        id_, part, argument, card, mark = text.split(":")
        return cls(int(id_), part, argument, int(card), int(mark))


@dataclass(frozen=True, slots=True)
class Next:
    """What a press or a message leads to."""

    message: Message
    asked: Prompt | None = None
    """What the next message answers."""


DraftScreen = Callable[[Speaker, Announcement, str], Awaitable[Next]]
"""Who, the draft and what stands behind the button's word in; what it shows, out."""
TakeText = Callable[[Speaker, Received, Announcement, Prompt], Awaitable[Next]]
"""Who, their message, the draft and what they were asked in; what it shows, out."""


class Drafts:
    """Reads, changes and shows drafts."""

    def __init__(
        self,
        chats: Chats,
        announcements: Announcements,
        subscriptions: Subscriptions,
        messenger: Messenger,
        clock: Callable[[], datetime],
        time_zone: str,
        approval: bool,
    ) -> None:
        self._chats = chats
        self._announcements = announcements
        self._subscriptions = subscriptions
        self._messenger = messenger
        self._clock = clock
        self._time_zone = time_zone
        self._approval = approval

    async def get(self, id_: int) -> Announcement:
        """Raises `NoSuchAnnouncement`."""
        announcement = await self._announcements.get(id_)
        if announcement is None:
            raise NoSuchAnnouncement(id_)
        return announcement

    async def view(self, draft: Announcement) -> View:
        """The draft with its live count and what is still to do."""
        announcements, problems = self._announcements, tuple[Problem, ...]()
        if draft.body.contents:
            problems = await announcements.check(draft.id)
        view = View(
            draft=draft,
            count=await announcements.count(draft.body.audience),
            topics=await self._subscriptions.topics(retired=True),
            problems=problems,
            now=self._clock(),
            zone=self._time_zone,
            approval=self._approval,
        )
        return replace(view, problems=drafting_messages.with_lengths(view))

    async def change(self, actor: int, id_: int, how: Callable[[Body], Body], step: str) -> Announcement:
        """Change the body as it stands at that moment, so that a colleague's work on another part stays.

        Raises `NoSuchAnnouncement`, `NotAllowed`, and `Changed` when it is no draft any more.
        """
        for _ in range(TRIES):
            draft = await self.get(id_)
            body = how(draft.body)
            if body == draft.body and draft.state is State.DRAFT:
                return draft
            try:
                return await self._announcements.save(actor, id_, body, draft.version, step)
            except Changed as error:
                if error.announcement.state not in EDITABLE:
                    raise
                last = error
        raise last

    async def changed(self, who: Speaker, draft: Announcement, how: Callable[[Body], Body]) -> Announcement:
        """`change` for a button."""
        return await self.change(who.user, draft.id, how, "")

    async def screen(self, who: Speaker, draft: Announcement, note: Html | None = None) -> Message:
        """The desk of a draft, or the card of what is no draft any more."""
        view = await self.view(draft)
        if draft.state is State.DRAFT:
            return drafting_messages.desk(who.words, view, note)
        own = draft.author == who.user
        return sending_messages.card(who.words, draft, view, await self.tally(who, draft), own=own)

    async def tally(self, who: Speaker, announcement: Announcement) -> Tally:
        """How far it is."""
        if announcement.started is None:
            return Tally()
        return (await self._announcements.report(who.user, announcement.id)).tally

    async def next(self, who: Speaker, draft: Announcement, note: Html | None = None) -> Next:
        """Back to the desk, which takes files; an empty one asks for the text."""
        asked = Prompt(draft.id, DESK if draft.body.contents else "free") if draft.state is State.DRAFT else None
        return Next(await self.screen(who, draft, note), asked)

    async def preview(self, who: Speaker, draft: Announcement) -> Html | None:
        """Send every language exactly as it will look; what to say about it."""
        words = who.words
        note = drafting_messages.previewed(words) if draft.body.contents else None
        for content in draft.body.contents:
            await self._chats.reply(who, drafting_messages.preview_head(words, content.language))
            try:
                for payload in render(draft, content.language):
                    await self._messenger.send_payload(who.chat, payload)
            except BadRequest as error:
                note = drafting_messages.not_taken(words, str(error))
        return note

    async def show(self, who: Speaker, message: Message, card: int = 0, *, below: bool = False) -> int:
        """Put a screen where the old one stood; `below`: under what was typed since. The message's id."""
        if card and not below:
            await self._messenger.edit(who.chat, card, message)
            return card
        number = await self._chats.reply(who, message)
        if card:
            await self._messenger.delete(who.chat, card)
        return number


def mark(body: Body, language: str) -> int:
    """Tells whether what a language says has changed."""
    written = next((content for content in body.contents if content.language == language), None)
    return zlib.crc32(repr(written).encode()) if written is not None else 0


def with_content(body: Body, content: Content) -> Body:
    """The body with this content in its language's place; a new one takes over the links there are."""
    contents: Mapping[str, Content] = {content.language: content for content in body.contents}
    if content.language not in contents:
        content = replace(content, buttons=buttons_of(links_of(body.contents)))
    contents = {**contents, content.language: content}
    return replace(body, contents=tuple(contents[one] for one in LANGUAGES if one in contents))


def content_of(body: Body, language: str) -> Content:
    """What is written in a language, or an empty one."""
    for content in body.contents:
        if content.language == language:
            return content
    return Content(language, "", Html(""))
