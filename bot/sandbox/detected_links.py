"""A piece of text in, what Telegram takes for a link, mention, hashtag, address or command in it out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit, urlunsplit

COMMAND = re.compile(r"(?<![\w/@<>])/([A-Za-z0-9_]{1,64})(?:@([A-Za-z0-9_]{3,32}))?(?![\w/@])")
MENTION = re.compile(r"(?<![\w@./])@([A-Za-z0-9_]{3,32})(?![\w@])")
HASHTAG = re.compile(r"(?<![\w#])#(?=\w*[^\W\d])\w{1,256}(?![\w#])")
EMAIL = re.compile(r"(?<![\w.+-])[A-Za-z0-9_.+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,12}(?![\w-])")
URL = re.compile(
    r"(?<![\w@./-])(?:https?://[^\s<>\"'“”‘’«»「」《》，。；！？、）（/.]+\.[^\s<>\"'“”‘’«»「」《》，。；！？、）（]+"
    r"|(?:[A-Za-z0-9-]+\.)+(?:com|org|net|edu|gov|int|info|io|dev|cn|eu|uk|de|fr|me|ai|app)"
    r"(?![\w-])(?:[/?#][^\s<>\"'“”‘’«»「」《》，。；！？、）（]*)?)"
)
# kind, a character without which there is none, pattern; the earlier kinds win
PATTERNS = (
    ("email", "@", EMAIL),
    ("url", ".", URL),
    ("bot_command", "/", COMMAND),
    ("mention", "@", MENTION),
    ("hashtag", "#", HASHTAG),
)
SCHEMES = frozenset({"http", "https", "tg", "ton", "tonsite"})


def detected(text: str) -> Iterator[tuple[str, int, int]]:
    """Kind, start and end (in characters) of what Telegram marks by itself; no two overlap.

    Kinds: url, email, mention, hashtag, bot_command. Telegram's phone numbers, bank cards and cashtags are
    left out.
    """
    marked: list[tuple[int, int]] = []
    for kind, mark, pattern in PATTERNS:
        if mark not in text:
            continue
        for match in pattern.finditer(text):
            start, end = match.span()
            if kind == "url":
                end = url_end(text, start, end)
            if end > start and not any(start < other_end and other < end for other, other_end in marked):
                marked.append((start, end))
                yield kind, start, end


def url_end(text: str, start: int, end: int) -> int:
    """Where an address ends: punctuation that closes the sentence is no part of it."""
    while end > start:
        last = text[end - 1]
        if last in ".,:;!?'…" or (
            last in ")]}" and text.count(last, start, end) > text.count(opening(last), start, end)
        ):
            end -= 1
        else:
            break
    return end


def opening(closing: str) -> str:
    """The bracket that a closing one belongs to."""
    return {")": "(", "]": "[", "}": "{"}[closing]


def checked_link(address: str) -> str:
    """The address as Telegram keeps it, or "" where it takes it for none ("Wrong HTTP URL").

    A missing scheme becomes http, the host needs a dot (so `localhost` is none), and a bare host gets its
    slash.
    """
    address = address.strip()
    if not address or any(character.isspace() for character in address):
        return ""
    if "://" not in address and not address.lower().startswith("tg:"):
        address = f"http://{address}"
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return ""
    scheme = parts.scheme.lower()
    if scheme not in SCHEMES:
        return ""
    if scheme in ("tg", "ton"):
        return address
    if "." not in host or host.startswith(".") or host.endswith(".") or ".." in host:
        return ""
    return urlunsplit((scheme, parts.netloc.lower(), parts.path or "/", parts.query, parts.fragment))


def user_of_link(address: str) -> int:
    """The user that `tg://user?id=...` names, or 0."""
    lowered = address.strip().lower()
    if not lowered.startswith(("tg://user?", "tg:user?")):
        return 0
    number = parse_qs(lowered.split("?", 1)[1]).get("id", ["0"])[0]
    return int(number) if number.isdecimal() else 0
