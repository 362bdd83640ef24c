"""What the sandbox's Telegram is made of: users, chats, messages, files, as plain values.

Users and messages are frozen and replaced whole, so that whoever holds one holds what it was; a chat is where
things change (members, block, migration) and is the only mutable record.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.entities import Entity

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class User:
    """A person or a bot. `language` is an IETF tag (`en`, `zh-hans`), as the person's app sends it."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language: str = ""
    is_bot: bool = False
    deleted: bool = False

    @property
    def full_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(slots=True)
class Chat:
    """A chat: `kind` is the Bot API's `type` (private, group, supergroup, channel).

    `members` holds each user's status (creator, administrator, member, left, kicked), the bot's among them.
    In a private chat `started` says that the person has written first, `blocked` that they blocked the bot.
    """

    id: int
    kind: str
    title: str = ""
    username: str = ""
    members: dict[int, str] = field(default_factory=dict)
    started: bool = False
    blocked: bool = False
    migrated_to: int = 0
    pinned: list[int] = field(default_factory=list)
    description: str = ""
    forum: bool = False
    topics: dict[int, str] = field(default_factory=dict)
    """Of a forum: its topics by number, `open` or `closed`; a deleted one is not there."""
    silenced: bool = False
    """Whether its members, and so the bot, may not write."""

    def has(self, user: int) -> bool:
        """Whether the user is in the chat now."""
        return self.members.get(user) in ("creator", "administrator", "member")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that Telegram keeps: bytes, name, and for pictures width and height in pixels."""

    id: str
    unique_id: str
    name: str
    mime: str
    data: bytes
    path: str
    width: int = 0
    height: int = 0

    @property
    def size(self) -> int:
        """Size in bytes."""
        return len(self.data)


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `sender` is 0 for a channel's post; `date` and `edited` are Unix seconds.

    `media` is "" or "photo" or "document"; then `text` and `entities` are the caption's. `service` holds the
    fields of a service message as the Bot API names them; `markup` an inline keyboard as sent; `keyboard`
    another reply markup (only the person sees it); `options` further fields that Telegram passes through
    unchanged.
    """

    id: int
    chat: int
    date: int
    sender: int
    text: str = ""
    entities: tuple[Entity, ...] = ()
    media: str = ""
    file: StoredFile | None = None
    markup: Json | None = None
    keyboard: Json | None = None
    reply_to: int = 0
    quote: str = ""
    forward_of: tuple[int, int] | None = None
    forward_sender: int = 0
    forward_date: int = 0
    album: str = ""
    service: Json | None = None
    edited: int = 0
    thread: int = 0
    silent: bool = False
    protected: bool = False
    options: Json = field(default_factory=dict)
    via_bot: bool = False


@dataclass(frozen=True, slots=True)
class ButtonPress:
    """A pressed button: the callback query as long as it waits for its answer."""

    id: str
    user: int
    chat: int
    message: int
    data: str
    at: float


@dataclass(frozen=True, slots=True)
class ChatChange:
    """Something that somebody in a chat can see: `kind` and what the page needs to show it.

    Kinds: message, edited, deleted, action, answer, reaction, membership, pinned, commands, inline.
    `number` counts changes from 1; `chat` is 0 where a change concerns no chat, `user` is who alone sees it,
    or 0.
    """

    number: int
    kind: str
    chat: int
    user: int
    message: Message | None
    data: Json
