"""Text with typed tags or asterisks in; the formatting that the writer meant, or the reason against it, out.

Telegram's apps have a menu for bold and links, which sends entities. Some people type `<b>` or `**` instead. This is
taken as formatting only if it is well-formed, and only after the person confirms it.
"""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

from bot.words.markup import Html, escape

TAGS = frozenset("b strong i em u ins s strike del code pre a blockquote tg-spoiler".split())
_TAG = re.compile(rf"</?(?:{'|'.join(sorted(TAGS))})(?:\s[^<>]*)?>", re.IGNORECASE)
_MARKDOWN = (
    (re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*", re.DOTALL), r"<b>\1</b>"),
    (re.compile(r"(?<!\w)__(?=\S)(.+?)(?<=\S)__(?!\w)", re.DOTALL), r"<i>\1</i>"),
    (re.compile(r"(?<!\w)\[([^\[\]\n]+)\]\((https?://[^\s()]+)\)"), r'<a href="\2">\1</a>'),
)


class BrokenMarkup(Exception):
    """Typed tags do not fit each other; `tag` is the first wrong one."""

    def __init__(self, tag: str) -> None:
        super().__init__(f"<{tag}> has no matching tag: close what is opened, in the opposite order")
        self.tag = tag


def looks_typed(text: str) -> bool:
    """Whether plain text has typed formatting."""
    return bool(_TAG.search(text)) or any(pattern.search(text) for pattern, _ in _MARKDOWN)


def as_meant(text: str) -> Html:
    """The text with its typed formatting applied. Raises `BrokenMarkup`."""
    if _TAG.search(text):
        reader = _Reader()
        reader.feed(text)
        reader.close()
        if reader.opened:
            raise BrokenMarkup(reader.opened[-1])
        return Html("".join(reader.made))
    marked = str(escape(text))
    for pattern, replacement in _MARKDOWN:
        marked = pattern.sub(replacement, marked)
    return Html(marked)


class _Reader(HTMLParser):
    """Keeps Telegram's tags, escapes everything else, and refuses tags that do not nest."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.made: list[str] = []
        self.opened: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.made.append(escape(self.get_starttag_text() or ""))
            return
        address = dict(attrs).get("href") or ""
        if tag == "a" and not re.match(r"(https?|mailto|tel|tg):", address):
            raise BrokenMarkup("a")
        self.opened.append(tag)
        self.made.append(f'<a href="{html.escape(address)}">' if tag == "a" else f"<{tag}>")

    def handle_endtag(self, tag: str) -> None:
        if tag not in TAGS:
            self.made.append(escape(f"</{tag}>"))
            return
        if not self.opened or self.opened[-1] != tag:
            raise BrokenMarkup(tag)
        self.opened.pop()
        self.made.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.made.append(escape(data))
