"""Titles and texts as they were typed in; the contents of a draft, their formatting kept, out."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from telegram import Chat, MessageEntity
from telegram import Message as Received

from bot.announcing import drafting_messages
from bot.announcing.announcement import Announcement, Body, Content
from bot.announcing.chat.drafts import Drafts, DraftScreen, Next, Prompt, TakeText, content_of, mark, with_content
from bot.telegram.chats import Speaker
from bot.words.catalogue import FALLBACK, LANGUAGES, language_mostly_in
from bot.words.markup import Html, Message, utf16, visible
from bot.words.typed_markup import BrokenMarkup, as_meant, looks_typed

TITLE_LIMIT = 200
"""Characters of a first line that is taken for a title."""
CUT = 3900
"""UTF-16 units from which on an app may have cut a text in parts; the next message may go on with it."""


class Texts:
    """The screens `text`, `title`, `body`, and what is typed on them."""

    def __init__(self, drafts: Drafts) -> None:
        self._drafts = drafts

    def screens(self) -> Mapping[str, DraftScreen]:
        return {"text": self._text, "title": self._title, "body": self._body, "drop": self._drop, "meant": self._meant}

    def takers(self) -> Mapping[str, TakeText]:
        return {
            "free": self.whole,
            "text": self.whole,
            "title": self._typed_title,
            "body": self._typed_body,
            "more": self._more,
        }

    # Screens

    async def _text(self, who: Speaker, draft: Announcement, language: str) -> Next:
        return await self._screen(who, draft, language, "text")

    async def _title(self, who: Speaker, draft: Announcement, language: str) -> Next:
        return await self._screen(who, draft, language, "title")

    async def _body(self, who: Speaker, draft: Announcement, language: str) -> Next:
        return await self._screen(who, draft, language, "body")

    async def _screen(
        self, who: Speaker, draft: Announcement, language: str, part: str, note: Html | None = None
    ) -> Next:
        language = language if language in LANGUAGES else FALLBACK
        view = await self._drafts.view(draft)
        only = "" if part == "text" else part
        shown = drafting_messages.text_screen(who.words, view, language, part=only, note=note)
        return Next(shown, Prompt(draft.id, part, language, mark=mark(draft.body, language)))

    async def _drop(self, who: Speaker, draft: Announcement, language: str) -> Next:
        def drop(body: Body) -> Body:
            contents = tuple(content for content in body.contents if content.language != language)
            return replace(body, contents=contents or body.contents)

        return await self._drafts.next(who, await self._drafts.changed(who, draft, drop))

    async def _meant(self, who: Speaker, draft: Announcement, language: str) -> Next:
        """Formatting that is written out becomes real."""

        def make(body: Body) -> Body:
            content = content_of(body, language)
            return with_content(body, replace(content, text=as_meant(content.text)))

        try:
            return await self._drafts.next(who, await self._drafts.changed(who, draft, make))
        except BrokenMarkup as error:
            note = drafting_messages.broken_markup(who.words, error.tag)
            return await self._screen(who, draft, language, "text", note)

    # What is typed

    async def whole(self, who: Speaker, message: Received, draft: Announcement, asked: Prompt) -> Next:
        """A whole announcement: the first line is its title. Without a language asked for, it says itself which."""
        text = message.text or message.caption or ""
        language = asked.argument or language_mostly_in(text)
        first, _, rest = text.strip().partition("\n")
        if not rest.strip() and not content_of(draft.body, language).text and len(first) <= TITLE_LIMIT:
            changed = await self._set(who, draft, language, title=title_line(first))
            return await self._screen(who, changed, language, "body", drafting_messages.title_noted(who.words))
        if len(first) > TITLE_LIMIT or not rest.strip():
            changed = await self._set(who, draft, language, text=formatted(message, 0))
        else:
            begin = len(text) - len(text.lstrip()) + len(first)
            changed = await self._set(who, draft, language, title=title_line(first), text=formatted(message, begin))
        return await self._then(who, draft, changed, language, asked, text)

    async def _typed_title(self, who: Speaker, message: Received, draft: Announcement, asked: Prompt) -> Next:
        text = (message.text or "").strip()
        if "\n" in text or len(text) > TITLE_LIMIT:
            note = drafting_messages.title_too_long(who.words, TITLE_LIMIT)
            return await self._screen(who, draft, asked.argument, "title", note)
        changed = await self._set(who, draft, asked.argument, title=title_line(text))
        return await self._then(who, draft, changed, asked.argument, asked, text)

    async def _typed_body(self, who: Speaker, message: Received, draft: Announcement, asked: Prompt) -> Next:
        changed = await self._set(who, draft, asked.argument, text=formatted(message, 0))
        return await self._then(who, draft, changed, asked.argument, asked, message.text or "")

    async def _more(self, who: Speaker, message: Received, draft: Announcement, asked: Prompt) -> Next:
        """The rest of a text that the app sent in parts."""
        before, part = content_of(draft.body, asked.argument).text, formatted(message, 0)
        if not before.endswith(f"\n{part}"):  # else it is tried again, since Telegram was away
            before = Html(f"{before}\n{part}")
        changed = await self._set(who, draft, asked.argument, text=before)
        return await self._then(who, changed, changed, asked.argument, replace(asked, mark=0), message.text or "")

    async def _set(
        self, who: Speaker, draft: Announcement, language: str, *, title: str | None = None, text: Html | None = None
    ) -> Announcement:
        def put(body: Body) -> Body:
            now = content_of(body, language)
            content = Content(
                language, now.title if title is None else title, now.text if text is None else text, now.buttons
            )
            return with_content(body, content)

        return await self._drafts.change(who.user, draft.id, put, f"text:{language}")

    async def _then(
        self, who: Speaker, before: Announcement, changed: Announcement, language: str, asked: Prompt, typed: str
    ) -> Next:
        """The desk after a text, with what is to be said about it."""
        w, view = who.words, await self._drafts.view(changed)
        content = content_of(changed.body, language)
        if looks_typed(content.text):
            try:
                as_meant(content.text)
            except BrokenMarkup as error:
                note = drafting_messages.broken_markup(w, error.tag)
                return await self._screen(who, changed, language, "text", note)
            note, row = drafting_messages.typed_markup(w, view, language)
            shown = drafting_messages.desk(w, view, note)
            return Next(Message(shown.html, (row, *shown.buttons)))
        if drafting_messages.length(view, language) > drafting_messages.limit(view, language):
            to = await self._screen(who, changed, language, "text")
            return replace(to, asked=Prompt(changed.id, "more" if utf16(typed) >= CUT else "text", language))
        said: Html | None = None
        if asked.mark and asked.mark != mark(before.body, language):
            said = drafting_messages.colleague_changed_it(w)
        elif asked.argument and language_mostly_in(visible(content.text) or content.title) != language:
            said = drafting_messages.other_language(w, language)
        to = await self._drafts.next(who, changed, said)
        return replace(to, asked=Prompt(changed.id, "more", language)) if utf16(typed) >= CUT else to


def formatted(message: Received, begin: int) -> Html:
    """A message from the character `begin` on, as HTML with the formatting that its writer gave it."""
    text = message.text or message.caption or ""
    entities = message.entities or message.caption_entities
    kept = text[begin:].strip()
    start = text.find(kept, begin) if kept else len(text)
    units = utf16(text[:start])
    moved = []
    for message_entity in entities:
        offset, end = (
            max(message_entity.offset - units, 0),
            min(message_entity.offset + message_entity.length - units, utf16(kept)),
        )
        if end > offset:
            url = html.escape(message_entity.url) if message_entity.url else None
            emoji = message_entity.custom_emoji_id
            length = end - offset
            moved.append(
                MessageEntity(
                    message_entity.type, offset, length, url, message_entity.user, message_entity.language, emoji
                )
            )
    # The library writes HTML for messages only (and addresses as they are); this one is never sent.
    carrier = Received(0, datetime.fromtimestamp(0, UTC), Chat(0, Chat.PRIVATE), text=kept or " ", entities=moved)
    return Html(carrier.text_html) if kept else Html("")


def title_line(text: str) -> str:
    """A title without the marks that people put around one."""
    bare = re.sub(r"^#+\s+", "", text.strip())
    return re.sub(r"^(\*{1,3}|__?)(?=\S)(.*\S)\1$", r"\2", bare).removeprefix("**").removesuffix("**").strip()
