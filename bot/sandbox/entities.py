"""Telegram HTML in, text and entities out; or the refusal that Telegram gives for it.

Why not an HTML parser: Telegram's parser is no HTML parser. It reads a tag up to the first blank or `>`,
knows sixteen tags and four named characters, and counts its complaints in bytes. A bot meets exactly these
complaints, so the scan below goes as Telegram's own published library (tdlib, MessageEntity.cpp) goes: same
order, same words. Offsets and lengths of entities are UTF-16 code units
(https://core.telegram.org/bots/api#messageentity).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.sandbox.api_errors import bad_request
from bot.sandbox.detected_links import checked_link, detected, user_of_link

KIND_OF_TAG = {
    "b": "bold", "strong": "bold",
    "i": "italic", "em": "italic",
    "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
    "tg-spoiler": "spoiler", "span": "spoiler",
    "a": "text_link", "tg-emoji": "custom_emoji",
    "pre": "pre", "code": "code", "blockquote": "blockquote",
}  # fmt: skip
SPLITTABLE = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler"})
VERBATIM = frozenset({"pre", "code"})
KINDS = frozenset(KIND_OF_TAG.values()) | {
    "text_mention", "expandable_blockquote", "mention", "hashtag", "cashtag", "bot_command", "url", "email",
    "phone_number",
}  # fmt: skip
NAMED_CHARACTERS = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
BLANK = " \t\n\r\v\f\0"  # tdlib's is_space; NUL stands for the end of the text
END = "\0"
MARK = re.compile("[<&]")
HALF = re.compile("[\ud800-\udfff]")
CLEANED = {code: " " for code in range(32) if code != 10} | {13: None}


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity: `kind` is the Bot API's `type`; offset and length in UTF-16 code units."""

    kind: str
    offset: int
    length: int
    url: str = ""
    user: int = 0
    language: str = ""
    custom_emoji: str = ""

    @property
    def end(self) -> int:
        """The first code unit after the entity."""
        return self.offset + self.length


@dataclass(slots=True)
class OpenTag:
    """A start tag that waits for its end tag."""

    name: str
    argument: str
    offset: int
    at: int


def utf16_length(text: str) -> int:
    """How many UTF-16 code units the text takes: what Telegram counts lengths and offsets in."""
    if text.isascii():
        return len(text)
    return len(text) + sum(character > "\uffff" for character in text)


def parse_html(html: str) -> tuple[str, tuple[Entity, ...]]:
    """Text and entities of Telegram HTML, entities sorted, text not yet trimmed.

    Raises Refusal "Bad Request: can't parse entities: ..." with Telegram's own reason.
    """
    return Scan(html).run()


def tidy(text: str, entities: Iterable[Entity]) -> tuple[str, tuple[Entity, ...]]:
    """Text as Telegram keeps it: blanks at both ends dropped, entities cut to fit, links and commands found.

    Leading blanks are dropped up to the first entity only; entities of blanks alone vanish; bold and the like
    do not reach into code.
    """
    text = text.translate(CLEANED)
    joined = join(sorted(entities, key=rank), detected_entities(text))
    first = min((entity.offset for entity in joined), default=utf16_length(text))
    lead = 0
    while lead < min(first, len(text)) and text[lead] in " \n":
        lead += 1
    text = text[lead:].rstrip()
    units = utf16_length(text)
    kept: list[Entity] = []
    for entity in joined:
        start = max(entity.offset - lead, 0)
        end = min(entity.end - lead, units)
        if end > start and slice_utf16(text, start, end).strip():
            kept.append(replace(entity, offset=start, length=end - start))
    return text, tuple(kept)


def slice_utf16(text: str, start: int, end: int) -> str:
    """The part of the text between two offsets in UTF-16 code units."""
    if text.isascii():
        return text[start:end]
    return text.encode("utf-16-le", "surrogatepass")[2 * start : 2 * end].decode("utf-16-le", "replace")


def detected_entities(text: str) -> list[Entity]:
    """Commands, mentions, hashtags, addresses: what Telegram marks by itself."""
    return [
        Entity(kind, utf16_length(text[:start]), utf16_length(text[start:end])) for kind, start, end in detected(text)
    ]


def join(written: Sequence[Entity], entities: Sequence[Entity]) -> list[Entity]:
    """Entities that were written and those that were found, by the rules of formatting options.

    Nothing lies inside pre and code, and a link that was written wins over one that was found.
    https://core.telegram.org/bots/api#formatting-options
    """
    verbatim = [entity for entity in written if entity.kind in VERBATIM]
    result: list[Entity] = []
    for entity in written:
        if entity.kind in SPLITTABLE:
            result += without(entity, verbatim)
        elif (
            entity.kind in VERBATIM
            or entity.kind.endswith("blockquote")
            or not any(overlap(entity, block) for block in verbatim)
        ):
            result.append(entity)
    solid = [entity for entity in written if entity.kind not in SPLITTABLE and not entity.kind.endswith("blockquote")]
    result += [entity for entity in entities if not any(overlap(entity, other) for other in solid)]
    return sorted(result, key=rank)


def without(entity: Entity, blocks: Sequence[Entity]) -> list[Entity]:
    """The parts of an entity that lie outside the blocks."""
    parts = [(entity.offset, entity.end)]
    for block in blocks:
        parts = [
            part
            for start, end in parts
            for part in ((start, min(end, block.offset)), (max(start, block.end), end))
            if part[1] > part[0]
        ]
    return [replace(entity, offset=start, length=end - start) for start, end in parts]


def overlap(entity: Entity, other: Entity) -> bool:
    """Whether two entities share a code unit."""
    return entity.offset < other.end and other.offset < entity.end


def rank(entity: Entity) -> tuple[int, int, int]:
    """Telegram's order of entities: by place, the longer first, quotes before the rest."""
    return entity.offset, -entity.length, 0 if entity.kind.endswith("blockquote") else 1


class Scan:
    """One pass over one text; `run` gives text and entities or raises the refusal."""

    def __init__(self, html: str) -> None:
        self.html = html.replace(END, " ") + END
        self.size = len(self.html) - 1
        self.out: list[str] = []
        self.units = 0
        self.open: list[OpenTag] = []
        self.entities: list[Entity] = []

    def run(self) -> tuple[str, tuple[Entity, ...]]:
        """Scans to the end."""
        at = 0
        while at < self.size:
            character = self.html[at]
            if character == "<":
                at = self.end_tag(at) if self.html[at + 1] == "/" else self.start_tag(at)
                continue
            if character == "&":
                decoded, after = self.character(at)
            else:
                mark = MARK.search(self.html, at, self.size)
                after = mark.start() if mark is not None else self.size
                decoded = self.html[at:after]
            self.out.append(decoded)
            self.units += utf16_length(decoded)
            at = after
        if self.open:
            raise complaint(f'Can\'t find end tag corresponding to start tag "{self.open[-1].name}"')
        text = "".join(self.out)
        if HALF.search(text):
            raise complaint(
                "Text contains invalid Unicode characters after decoding HTML entities,"
                " check for unmatched surrogate code units"
            )
        plain = (replace(entity, language="") if entity.kind == "code" else entity for entity in self.entities)
        return text, tuple(sorted(plain, key=rank))

    def byte(self, at: int) -> int:
        """The byte offset of a character: complaints count bytes."""
        return len(self.html[:at].encode("utf-8", "surrogatepass"))

    def character(self, at: int) -> tuple[str, int]:
        """The character that `&...` stands for, or the ampersand itself where it stands for none."""
        end = at + 1
        if self.html[end] == "#":
            end += 1
            digits, base = "0123456789", 10
            if self.html[end] == "x":
                end += 1
                digits, base = "0123456789abcdefABCDEF", 16
            start = end
            while self.html[end] in digits:
                end += 1
            code = int(self.html[start:end] or "0", base) if end - at < 10 else 0
            if not 0 < code < 0x10FFFF:
                return "&", at + 1
            decoded = chr(code)
        else:
            while self.html[end].isascii() and self.html[end].isalpha():
                end += 1
            named = NAMED_CHARACTERS.get(self.html[at + 1 : end])
            if named is None:
                return "&", at + 1
            decoded = named
        return decoded, end + 1 if self.html[end] == ";" else end

    def start_tag(self, begin: int) -> int:
        """Reads a start tag; returns the place after its `>`."""
        at = begin + 1
        while self.html[at] not in BLANK and self.html[at] != ">":
            at += 1
        if self.html[at] == END:
            raise complaint(f"Unclosed start tag at byte offset {self.byte(begin)}")
        name = self.html[begin + 1 : at].lower()
        if name not in KIND_OF_TAG:
            raise complaint(f'Unsupported start tag "{name}" at byte offset {self.byte(begin)}')
        argument = ""
        while True:
            at = self.skip_blanks(at)
            if self.html[at] == ">":
                break
            attribute, value, at = self.attribute(name, begin, at)
            argument = argument_of(name, attribute, value) or argument
        if name == "span" and argument != "spoiler":
            raise complaint(f'Tag "span" must have class "tg-spoiler" at byte offset {self.byte(begin)}')
        self.open.append(OpenTag(name, argument, self.units, len(self.out)))
        return at + 1

    def attribute(self, tag: str, begin: int, at: int) -> tuple[str, str, int]:
        """One attribute: its name, its value, the place after it."""
        start = at
        while self.html[at] not in BLANK and self.html[at] not in "=>":
            at += 1
        name = self.html[start:at]
        if self.html[at] == END:
            raise complaint(f'Unclosed start tag "{tag}" at byte offset {self.byte(begin)}')
        if not name:
            raise complaint(f'Empty attribute name in the tag "{tag}" at byte offset {self.byte(begin)}')
        after = self.skip_blanks(at)
        if self.html[after] != "=":
            if tag == "blockquote" and name == "expandable":
                return name, "1", after
            raise complaint(
                f'Expected equal sign in declaration of an attribute of the tag "{tag}"'
                f" at byte offset {self.byte(begin)}"
            )
        at = self.skip_blanks(after + 1)
        quote = self.html[at]
        if quote == END:
            raise complaint(f'Unclosed start tag "{tag}" at byte offset {self.byte(begin)}')
        if quote not in "'\"":
            start = at
            while (self.html[at].isascii() and self.html[at].isalnum()) or self.html[at] in ".-":
                at += 1
            if self.html[at] not in BLANK and self.html[at] != ">":
                raise complaint(f"Unexpected end of name token at byte offset {self.byte(start)}")
            value = self.html[start:at].lower()
        else:
            at += 1
            parts: list[str] = []
            while self.html[at] not in (quote, END):
                part, at = self.character(at) if self.html[at] == "&" else (self.html[at], at + 1)
                parts.append(part)
            value = "".join(parts)
            at += self.html[at] == quote
        if self.html[at] == END:
            raise complaint(f"Unclosed start tag at byte offset {self.byte(begin)}")
        return name, value, at

    def skip_blanks(self, at: int) -> int:
        """The next place that is no blank."""
        while self.html[at] in BLANK and self.html[at] != END:
            at += 1
        return at

    def end_tag(self, begin: int) -> int:
        """Reads an end tag and closes its entity; returns the place after its `>`."""
        if not self.open:
            raise complaint(f"Unexpected end tag at byte offset {self.byte(begin)}")
        at = begin + 2
        while self.html[at] not in BLANK and self.html[at] != ">":
            at += 1
        name = self.html[begin + 2 : at].lower()
        at = self.skip_blanks(at)
        if self.html[at] != ">":
            raise complaint(f"Unclosed end tag at byte offset {self.byte(begin)}")
        tag = self.open.pop()
        if name and name != tag.name:
            raise complaint(
                f'Unmatched end tag at byte offset {self.byte(begin)}, expected "</{tag.name}>", found "</{name}>"'
            )
        if self.units > tag.offset:
            self.close(tag)
        return at + 1

    def close(self, tag: OpenTag) -> None:
        """Adds the entity of a tag that has text in it."""
        entity = Entity(KIND_OF_TAG[tag.name], tag.offset, self.units - tag.offset)
        last = self.entities[-1] if self.entities else None
        same_place = last is not None and (last.offset, last.length) == (entity.offset, entity.length)
        if tag.name == "a":
            address = tag.argument or "".join(self.out[tag.at :])
            if user := user_of_link(address):
                self.entities.append(replace(entity, kind="text_mention", user=user))
            elif link := checked_link(address):
                self.entities.append(replace(entity, url=link))
        elif tag.name == "tg-emoji":
            if not tag.argument.isdecimal() or int(tag.argument) == 0:
                raise complaint("Invalid custom emoji identifier specified")
            self.entities.append(replace(entity, custom_emoji=tag.argument))
        elif tag.name == "pre" and same_place and last is not None and last.kind == "code" and last.language:
            self.entities[-1] = replace(last, kind="pre")
        elif tag.name == "code" and same_place and last is not None and last.kind == "pre" and tag.argument:
            self.entities[-1] = replace(last, language=tag.argument)
        elif tag.name == "code":
            self.entities.append(replace(entity, language=tag.argument))
        elif tag.name == "blockquote" and tag.argument:
            self.entities.append(replace(entity, kind="expandable_blockquote"))
        else:
            self.entities.append(entity)


def argument_of(tag: str, attribute: str, value: str) -> str:
    """What an attribute says, where Telegram listens; empty elsewhere."""
    listened = {("a", "href"): "", ("tg-emoji", "emoji-id"): "", ("blockquote", "expandable"): ""}
    if tag == "blockquote" and attribute == "expandable":
        return "1"
    if (tag, attribute) in listened:
        return value
    if (tag, attribute) == ("code", "class") and value.startswith("language-"):
        return value.removeprefix("language-")
    if (tag, attribute) == ("span", "class") and value.startswith("tg-"):
        return value.removeprefix("tg-")
    return ""


def complaint(reason: str) -> Exception:
    """Telegram's refusal of a text that it cannot parse."""
    return bad_request(f"can't parse entities: {reason}")
