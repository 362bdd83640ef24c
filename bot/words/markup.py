"""Plain text in, safe Telegram HTML out; long HTML in, messages under Telegram's limits out.

Telegram counts the length of a message in UTF-16 code units, after it has parsed the entities
(https://core.telegram.org/bots/api#sendmessage). So `<b>` counts 0, `&amp;` counts 1 and 𠮷 counts 2.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from index.answering.answer import Slice

MESSAGE_LIMIT = 4096
CAPTION_LIMIT = 1024
BUTTON_LIMIT = 60
"""Characters of a button that fit on a phone."""
CALLBACK_LIMIT = 64
"""Bytes of callback data that Telegram accepts."""

# Control characters, and marks that change the direction of text: a title must not rearrange the text beside it.
_UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
_UNIT = re.compile(r"(<[^>]*>)|(&(?:#\d+|#[xX][0-9a-fA-F]+|[a-zA-Z]+);)|(.)", re.DOTALL)
_TAG = re.compile(r"</?([a-z-]+)")


class Html(str):
    """Text that is already Telegram HTML. All other text is escaped before it is shown."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message: it sends `data` back, or opens `url`."""

    text: str
    data: str = ""
    url: str = ""

    def __post_init__(self) -> None:
        assert len(self.data.encode()) <= CALLBACK_LIMIT, self.data


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Message:
    """A message to send: HTML of any length, and buttons under its last part."""

    html: Html
    buttons: Rows = ()

    def parts(self) -> tuple[Message, ...]:
        """The message in parts that are short enough for Telegram."""
        pieces = split(self.html)
        last = len(pieces) - 1
        return tuple(Message(piece, self.buttons if i == last else ()) for i, piece in enumerate(pieces))


@dataclass(frozen=True, slots=True)
class Payload:
    """One message with its file, as one recipient gets it: one call to Telegram."""

    html: Html
    """The text, or the caption of a photo or document."""
    kind: str = "text"
    """`text`, `photo` or `document`."""
    file_id: str = ""
    path: Path | None = None
    data: bytes | None = field(default=None, repr=False)
    name: str = ""
    """File name of a document."""
    buttons: Rows = ()


def clean(text: str) -> str:
    """Text without controls, lone surrogates and marks that reverse its direction."""
    return _UNWANTED.sub("", text.encode("utf-8", "replace").decode("utf-8"))


def escape(value: object) -> Html:
    """`Html` unchanged, any other value escaped; the result is also safe between quotes."""
    if isinstance(value, Html):
        return value
    return Html(html.escape(clean(str(value))))


def join(separator: str, values: Iterable[object]) -> Html:
    """Escaped values with an escaped separator between them."""
    return Html(escape(separator).join(escape(value) for value in values))


def bold(text: str, part: Slice) -> Html:
    """Escaped text with one slice of it in bold."""
    start, end = max(part[0], 0), min(part[1], len(text))
    # Bold must not begin or end with white space: Telegram would trim it and shift the rest.
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start >= end:
        return escape(text)
    return Html(f"{escape(text[:start])}<b>{escape(text[start:end])}</b>{escape(text[end:])}")


def one_line(text: str, limit: int) -> str:
    """Text on one line, at most `limit` characters, cut with an ellipsis."""
    text = " ".join(clean(text).split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def utf16(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def visible(markup: str) -> str:
    """The visible text of HTML: without tags, entities decoded."""
    return html.unescape(re.sub(r"<[^>]*>", "", markup))


def split(markup: str, limit: int = MESSAGE_LIMIT) -> tuple[Html, ...]:
    """Cut HTML into messages of at most `limit`, each well-formed; where possible between lines or words.

    Only white space at the cuts is lost. No tag, entity, surrogate pair or letter with accents is cut. Raises
    `ValueError` for a limit under 8.
    """
    if limit < 8:
        raise ValueError(f"limit {limit}: too small to cut text by: use at least 8")
    pieces: list[Html] = []
    units = [match.group() for match in _UNIT.finditer(markup)]
    opened: list[str] = []
    position = 0
    while position < len(units):
        end = _end(units, position, limit)
        head = "".join(opened)
        for unit in units[position:end]:
            _follow(opened, unit)
        tail = "".join(f"</{_name(tag)}>" for tag in reversed(opened))
        body = "".join(units[position:end])
        if visible(body).strip():
            pieces.append(Html(f"{head}{body.strip()}{tail}"))
        position = end
    return tuple(pieces)


def _end(units: list[str], start: int, limit: int) -> int:
    """Where the message that begins at `start` ends."""
    width = 0
    best: dict[str, int] = {}
    for index in range(start, len(units)):
        unit = units[index]
        if unit.startswith("<") and len(unit) > 1:
            continue
        character = visible(unit) if len(unit) > 1 else unit
        width += utf16(character)
        if width > limit:
            for kind in ("paragraph", "line", "sentence", "word", "letter"):
                # Cutting at an early line end would waste most of a message; then a later word end is better.
                if kind in best and (best[kind] - start >= (index - start) // 2 or kind == "letter"):
                    return best[kind]
            return max(index, start + 1)
        following = units[index + 1] if index + 1 < len(units) else ""
        if unit == "\n":
            best["paragraph" if units[index - 1 : index] == ["\n"] else "line"] = index + 1
        elif unit in "。！？；":
            best["sentence"] = index + 1
        elif unit == " ":
            best["word"] = index + 1
        if not _clings(following, unit):
            best["letter"] = index + 1
    return len(units)


def _clings(unit: str, before: str) -> bool:
    """Whether a character belongs to the one before it, as accents, variation selectors and joined emoji do."""
    if len(unit) != 1:
        return False
    return before == "\u200d" or unit in "\u200d\ufe0f\ufe0e" or unicodedata.combining(unit) != 0


def _follow(opened: list[str], unit: str) -> None:
    if not unit.startswith("<") or len(unit) == 1:
        return
    if unit.startswith("</"):
        if opened:
            opened.pop()
    else:
        opened.append(unit)


def _name(tag: str) -> str:
    match = _TAG.match(tag)
    return match.group(1) if match else ""
