"""Lines such as `Apply now https://example.org` in, buttons that open pages out, a label for each language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.announcing.announcement import Content, LinkButton
from bot.words.catalogue import LANGUAGES
from bot.words.markup import one_line

LABEL = 40
"""Characters of a label that a phone shows."""
MOST = 6
"""Link buttons that one announcement may have when it is written in the chat: more push the text off a phone."""
_HAN = re.compile(r"[\u4e00-\u9fff]")
_LINE = re.compile(
    r"(?P<label>.*?)[\s:：-]*(?P<address>(?:https?://|www\.|t\.me/)\S+|[\w-]+(?:\.[\w-]+)+(?:/\S*)?)\s*$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Link:
    """A page, and what stands on its button."""

    labels: tuple[str, ...]
    """In the order of `LANGUAGES`; a language that has none gets the first."""
    url: str

    def label(self, language: str) -> str:
        """For the readers of a language."""
        position = list(LANGUAGES).index(language)
        return self.labels[position] if position < len(self.labels) else self.labels[0]

    @property
    def text(self) -> str:
        """All labels, as the button keeps them: `Apply | 报名`."""
        return self.labels[0] if len(set(self.labels)) == 1 else " | ".join(self.labels)


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
        labels = [one_line(part, LABEL) for part in re.split(r"\s*[|｜]\s*", label) if part.strip()]
        if len(labels) == 2 and _HAN.search(labels[0]) and not _HAN.search(labels[1]):
            labels.reverse()
        links.append(Link(tuple(labels[: len(LANGUAGES)]), address))
    if not links:
        raise NoLink(text)
    return tuple(links)


def buttons_of(links: tuple[Link, ...]) -> tuple[LinkButton, ...]:
    """The buttons, each with all its labels, so that a language that is written later has its own."""
    return tuple(LinkButton(link.text, link.url) for link in links)


def label_in(text: str, language: str) -> str:
    """What stands on a button for the readers of a language, of a text such as `Apply | 报名`."""
    return Link(tuple(text.split(" | ")), "").label(language)


def links_of(contents: tuple[Content, ...]) -> tuple[Link, ...]:
    """The links of an announcement."""
    buttons = next((content.buttons for content in contents if content.buttons), ())
    return tuple(Link(tuple(button.text.split(" | ")), button.url) for button in buttons)


def _usable(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and "." in (parts.hostname or "") and parts.port != 0
    except ValueError:
        return False
