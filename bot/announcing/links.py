"""Lines such as `Apply now https://example.org` in, buttons that open pages out, a label for each language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.announcing.announcement import Content, LinkButton
from bot.words.markup import one_line

LABEL = 40
"""Characters of a label that a phone shows."""
MOST = 6
"""Link buttons that one announcement may have when it is written in the chat: more push the text off a phone."""
_LINE = re.compile(
    r"(?P<label>.*?)[\s:：-]*(?P<address>(?:https?://|www\.|t\.me/)\S+|[\w-]+(?:\.[\w-]+)+(?:/\S*)?)\s*$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Link:
    """A page, and what stands on its button."""

    english: str
    chinese: str
    url: str


class NoLink(Exception):
    """A line that is no label and address; `line` is that line."""

    def __init__(self, line: str) -> None:
        super().__init__(f"{line}: no label and address: write both on one line")
        self.line = line


def read_links(text: str) -> tuple[Link, ...]:
    """One link a line; `Apply now | 立即报名 https://…` has a label for each language. Raises `NoLink`."""
    links = []
    for line in filter(None, map(str.strip, text.splitlines())):
        match = _LINE.fullmatch(line)
        address = match["address"] if match else ""
        if address and "://" not in address:
            address = f"https://{address}"
        if match is None or not _usable(address):
            raise NoLink(line)
        label = match["label"].strip(" |-–:：") or urlsplit(address).hostname or address
        first, _, second = (part.strip() for part in re.sub(r"\s*[|｜]\s*", "|", label).partition("|"))
        if re.search(r"[\u4e00-\u9fff]", first) and second and not re.search(r"[\u4e00-\u9fff]", second):
            first, second = second, first
        links.append(Link(one_line(first, LABEL), one_line(second or first, LABEL), address))
    if not links:
        raise NoLink(text)
    return tuple(links)


def buttons_of(links: tuple[Link, ...]) -> tuple[LinkButton, ...]:
    """The buttons, each with both labels, so that a language that is written later has its own."""
    return tuple(
        LinkButton(one.english if one.english == one.chinese else f"{one.english} | {one.chinese}", one.url)
        for one in links
    )


def label_in(text: str, language: str) -> str:
    """What stands on a button for the readers of a language, of a text such as `Apply | 报名`."""
    english, bar, chinese = text.partition(" | ")
    return chinese if bar and language == "zh" else english


def links_of(contents: tuple[Content, ...]) -> tuple[Link, ...]:
    """The links of an announcement."""
    buttons = next((one.buttons for one in contents if one.buttons), ())
    return tuple(Link(label_in(one.text, "en"), label_in(one.text, "zh"), one.url) for one in buttons)


def _usable(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and "." in (parts.hostname or "") and parts.port != 0
    except ValueError:
        return False
