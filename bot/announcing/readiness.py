"""A written announcement in, what keeps it from going out, as codes that messages are made of.

Telegram's limits: https://core.telegram.org/bots/api#sendmessage and #sending-files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from html.parser import HTMLParser
from urllib.parse import urlsplit

from bot.announcing.announcement import Announcement, Attachment, Body, Problem, Render
from bot.announcing.corrections import changes
from bot.words.markup import CAPTION_LIMIT, MESSAGE_LIMIT, Payload, utf16, visible

MESSAGES = 6
"""Of one announcement to one recipient."""
FILE_LIMIT, PHOTO_LIMIT = 50 * 1024 * 1024, 10 * 1024 * 1024
"""Bytes that a bot may send as a document, and as a photo."""
TAGS = frozenset(
    [
        "a",
        "b",
        "blockquote",
        "code",
        "del",
        "em",
        "i",
        "ins",
        "pre",
        "s",
        "span",
        "strike",
        "strong",
        "tg-emoji",
        "tg-spoiler",
        "u",
    ]
)
PROMPT = timedelta(minutes=1)
"""A time that passed so short ago still means now."""


def problems(announcement: Announcement, render: Render, now: datetime) -> tuple[Problem, ...]:
    """All that is wrong with it, but for who its audience is just now."""
    body = announcement.body
    found = [*_of_words(body), *_of_choices(body, now)]
    for attachment in body.attachments:
        found += _of_file(attachment)
    if body.contents and not found:
        for content in body.contents:
            found += _of_payloads(render(announcement, content.language), content.language)
    return tuple(dict.fromkeys(found))


def correction_problems(before: Announcement, after: Announcement, render: Render) -> Iterator[Problem]:
    """What keeps a correction from fitting where the announcement stands.

    Telegram turns no text into a picture, and what is said of the correction needs its place, too.
    """
    languages = {content.language for announcement in (before, after) for content in announcement.body.contents}
    for language in sorted(languages):
        changed = changes(before.body, after.body, language)
        payloads = render(after, language, changed)
        if [payload.kind for payload in render(before, language)][:1] != [payload.kind for payload in payloads][:1]:
            yield Problem("other kind")
        yield from _of_payloads(payloads, language)


def _of_words(body: Body) -> Iterator[Problem]:
    if not body.contents:
        yield Problem("no content")
    for content in body.contents:
        if not content.title.strip():
            yield Problem("no title", content.language)
        if not visible(content.text).strip():
            yield Problem("no text", content.language)
        if not well_formed(content.text):
            yield Problem("bad formatting", content.language)
        for button in content.buttons:
            if not button.text.strip() or not _address(button.url):
                yield Problem("bad button", button.text or button.url)


def _of_choices(body: Body, now: datetime) -> Iterator[Problem]:
    if not body.audience.named:
        yield Problem("no audience")
    if body.schedule.at is not None and body.schedule.at < now - PROMPT:
        yield Problem("in the past")
    for date in body.dates:
        if date.end is not None and date.end < date.start:
            yield Problem("bad date", date.start.isoformat())


def _of_file(attachment: Attachment) -> Iterator[Problem]:
    if attachment.file_id:
        return
    path = attachment.path
    if path is None or not path.is_file():
        yield Problem("file missing", attachment.name)
    elif path.stat().st_size > (PHOTO_LIMIT if attachment.kind == "photo" else FILE_LIMIT):
        yield Problem("file too large", attachment.name)


def _of_payloads(payloads: Sequence[Payload], language: str) -> Iterator[Problem]:
    if len(payloads) > MESSAGES:
        yield Problem("too many messages", language)
    for payload in payloads:
        if utf16(visible(payload.html)) > (MESSAGE_LIMIT if payload.kind == "text" else CAPTION_LIMIT):
            yield Problem("too long", language)


def _address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", url)


def well_formed(markup: str) -> bool:
    """Whether Telegram takes this HTML: its own tags, opened and closed in order, and signs escaped."""
    if re.search(r"<(?![a-z/])|&(?!(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);)", markup):
        return False
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    return reader.sound and not reader.opened


class _Reader(HTMLParser):
    """Follows tags."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.opened: list[str] = []
        self.sound = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.sound = self.sound and tag in TAGS
        self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.sound = self.sound and bool(self.opened) and self.opened.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.sound = False
