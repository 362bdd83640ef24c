"""Telegram's state and rules: what people and the bot do comes in, messages, updates and visible changes come
out.

No HTTP and no asyncio in here. Whoever waits for something registers a listener with `updates` or `changes`.
"""

from __future__ import annotations

import base64
import mimetypes
import random
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.sandbox.api_errors import ApiRefusal, bad_request, forbidden
from bot.sandbox.entities import slice_utf16
from bot.sandbox.records import ButtonPress, Chat, ChatChange, Json, Message, StoredFile, User
from bot.sandbox.shapes import chat_json, member_json, message_json, user_json
from bot.sandbox.updates import Updates

KEPT_CHANGES = 100_000
CALLBACK_SECONDS = 60.0


class Changes:
    """What people could see happen, numbered from 1; the last hundred thousand are kept."""

    def __init__(self) -> None:
        self.log: deque[ChatChange] = deque(maxlen=KEPT_CHANGES)
        self.last = 0
        self.listeners: list[Callable[[], None]] = []

    def add(
        self, kind: str, chat: int, data: Json | None = None, *, message: Message | None = None, user: int = 0
    ) -> ChatChange:
        """Records a change and wakes who waits."""
        self.last += 1
        change = ChatChange(self.last, kind, chat, user, message, data or {})
        self.log.append(change)
        for wake in tuple(self.listeners):
            wake()
        return change

    def since(self, number: int) -> list[ChatChange]:
        """The changes after a number, oldest first."""
        changes: list[ChatChange] = []
        for change in reversed(self.log):
            if change.number <= number:
                break
            changes.append(change)
        changes.reverse()
        return changes


class World:
    """One Telegram with one bot in it.

    `now` gives Unix seconds; `privacy` is the bot's group privacy mode; a button's answer is accepted for
    `callback_seconds`. The bot's id is the number before the colon of its token.
    """

    def __init__(
        self,
        token: str,
        *,
        now: Callable[[], float] = time.time,
        name: str = "citedesk",
        username: str = "citedesk_bot",
        privacy: bool = True,
        inline: bool = False,
        callback_seconds: float = CALLBACK_SECONDS,
        seed: int = 1,
    ) -> None:
        number, colon, secret = token.partition(":")
        if not (number.isdecimal() and colon and secret):
            raise ValueError(f"{token!r}: not the shape of a bot token: use digits, a colon, and the rest")
        self.token = token
        self.now = now
        self.privacy = privacy
        self.inline = inline
        self.callback_seconds = callback_seconds
        self.random = random.Random(seed)  # noqa: S311 - invented ids, no secrets
        self.bot = User(int(number), name, username=username, is_bot=True)
        self.users: dict[int, User] = {self.bot.id: self.bot}
        self.chats: dict[int, Chat] = {}
        self.messages: defaultdict[int, dict[int, Message]] = defaultdict(dict)
        self.files: dict[str, StoredFile] = {}
        self.paths: dict[str, StoredFile] = {}
        self.presses: dict[str, ButtonPress] = {}
        self.reactions: defaultdict[tuple[int, int], dict[int, list[Json]]] = defaultdict(dict)
        self.updates = Updates(now)
        self.changes = Changes()
        self.message_ids: defaultdict[int, int] = defaultdict(int)
        self.next_user = 700_000_001
        self.next_group = 4_000_001
        self.next_supergroup = 1_000_000_000_001

    # Accounts and chats

    def add_user(
        self,
        first_name: str,
        *,
        last_name: str = "",
        username: str = "",
        language: str = "",
        id: int = 0,  # noqa: A002 - Telegram's name
    ) -> User:
        """A new person, with a private chat that the bot cannot write to until the person starts it."""
        number = id or self.next_user
        self.next_user = max(self.next_user, number) + 1
        if number in self.users:
            raise bad_request(f"user {number} exists already")
        if username and self.find_username(username):
            raise bad_request(f"username {username} is occupied")
        user = User(number, first_name, last_name, username, language)
        self.users[number] = user
        self.chats[number] = Chat(number, "private", members={number: "member", self.bot.id: "member"})
        return user

    def add_chat(self, kind: str, title: str, creator: int, *, username: str = "") -> Chat:
        """A new group, supergroup or channel with one member, its creator."""
        if kind == "group":
            number = -self.next_group
            self.next_group += 1
        elif kind in ("supergroup", "channel"):
            number = -self.next_supergroup
            self.next_supergroup += 1
        else:
            raise bad_request(f"chat kind {kind!r} is not group, supergroup or channel")
        chat = Chat(number, kind, title, username, {creator: "creator"})
        self.chats[number] = chat
        return chat

    def find_username(self, name: str) -> int:
        """The id of the user, bot or chat with this username, or 0."""
        folded = name.lstrip("@").lower()
        holders: list[User | Chat] = [*self.users.values(), *self.chats.values()]
        for holder in holders:
            if holder.username and holder.username.lower() == folded:
                return holder.id
        return 0

    def chat_for_bot(self, chat_name: int | str, *, reading: bool = False) -> Chat:
        """The chat that the bot names and may write to, or Telegram's refusal.

        For `reading` alone a blocked or deleted person is no hindrance.
        """
        number = self.find_username(chat_name) if isinstance(chat_name, str) else chat_name
        chat = self.chats.get(number)
        if chat is None:
            raise bad_request("chat not found")
        if chat.kind == "private":
            return self.private_chat(chat, reading)
        if chat.migrated_to:
            raise ApiRefusal(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                {"migrate_to_chat_id": chat.migrated_to},
            )
        status = chat.members.get(self.bot.id)
        if status == "kicked":
            raise forbidden(f"bot was kicked from the {chat.kind} chat")
        if not chat.has(self.bot.id):
            raise (
                bad_request("chat not found")
                if status is None
                else forbidden(f"bot is not a member of the {chat.kind} chat")
            )
        return chat

    def private_chat(self, chat: Chat, reading: bool) -> Chat:
        """The chat with a person; who never wrote is known to the bot from a common group only."""
        if not chat.started:
            met = any(
                group.has(chat.id) and group.has(self.bot.id)
                for group in self.chats.values()
                if group.kind != "private"
            )
            raise (forbidden("bot can't initiate conversation with a user") if met else bad_request("chat not found"))
        if self.users[chat.id].deleted and not reading:
            raise forbidden("user is deactivated")
        if chat.blocked and not reading:
            raise forbidden("bot was blocked by the user")
        return chat

    # Messages

    def message(self, chat: int, number: int) -> Message | None:
        """The message, or None when there is none (any more)."""
        return self.messages[chat].get(number)

    def render(self, message: Message) -> Json:
        """The message as the Bot API gives it."""
        return message_json(message, self)

    def post(self, chat: Chat, sender: int, **content: Any) -> Message:
        """A new message in a chat; `content` are fields of Message."""
        own_count = chat.id if chat.kind in ("supergroup", "channel") else 0
        self.message_ids[own_count] += 1
        message = Message(self.message_ids[own_count], chat.id, int(self.now()), sender, **content)
        self.messages[chat.id][message.id] = message
        self.changes.add("message", chat.id, message=message)
        return message

    def replace(self, old: Message, **content: Any) -> Message:
        """An edited message in the place of the old one."""
        message = replace(old, **content)
        self.messages[old.chat][old.id] = message
        self.changes.add("edited", old.chat, message=message)
        return message

    def delete(self, message: Message) -> None:
        """Takes a message away, for everybody."""
        del self.messages[message.chat][message.id]
        chat = self.chats[message.chat]
        if message.id in chat.pinned:
            chat.pinned.remove(message.id)
        self.changes.add("deleted", message.chat, {"message_id": message.id})

    def tell_bot(self, message: Message, *, edited: bool = False) -> bool:
        """Queues the update for a message of a person, where the bot gets to see it."""
        chat = self.chats[message.chat]
        if not self.bot_sees(message, chat):
            return False
        kind = "channel_post" if chat.kind == "channel" else "message"
        return self.updates.add(f"edited_{kind}" if edited else kind, self.render(message))

    def bot_sees(self, message: Message, chat: Chat) -> bool:
        """Whether a message reaches the bot: https://core.telegram.org/bots/features#privacy-mode.

        In groups with privacy mode: service messages, commands not meant for another bot, mentions of the
        bot, replies to the bot.
        """
        status = chat.members.get(self.bot.id)
        if chat.kind == "private":
            return not chat.blocked
        if not chat.has(self.bot.id):
            return False
        if chat.kind == "channel" or not self.privacy or status == "administrator" or message.service:
            return True
        replied = self.message(chat.id, message.reply_to) if message.reply_to else None
        return (replied is not None and replied.sender == self.bot.id) or self.addressed(message)

    def addressed(self, message: Message) -> bool:
        """Whether the text commands or mentions the bot."""
        own = f"@{self.bot.username}".lower()
        for entity in message.entities:
            if entity.kind == "text_mention" and entity.user == self.bot.id:
                return True
            word = slice_utf16(message.text, entity.offset, entity.end).lower()
            if entity.kind == "mention" and word == own:
                return True
            if entity.kind == "bot_command" and (word.endswith(own) or (entity.offset == 0 and "@" not in word)):
                return True
        return False

    # Membership

    def set_member(self, chat: Chat, user: int, status: str, by: int) -> None:
        """Changes who is in a chat, tells the bot (my_chat_member, chat_member) and everybody who looks."""
        old = chat.members.get(user, "left")
        if old == status:
            return
        chat.members[user] = status
        self.tell_membership(chat, user, old, status, by)

    def tell_membership(self, chat: Chat, user: int, old: str, new: str, by: int) -> None:
        """The update and the visible change for a changed status."""
        content: Json = {
            "chat": chat_json(chat, self.users),
            "from": user_json(self.users[by]),
            "date": int(self.now()),
            "old_chat_member": member_json(self.users[user], old),
            "new_chat_member": member_json(self.users[user], new),
        }
        if user == self.bot.id:
            self.updates.add("my_chat_member", content)
        elif chat.members.get(self.bot.id) == "administrator":
            self.updates.add("chat_member", content)
        self.changes.add("membership", chat.id, {"user": user, "old": old, "new": new})

    # Files

    def keep_file(self, name: str, mime: str, data: bytes, *, kind: str, width: int = 0, height: int = 0) -> StoredFile:
        """Stores a file and gives it the ids and the path under which it is found again."""
        number = len(self.files) + 1
        prefix = {"photo": "AgAC", "document": "BQAC"}[kind]
        noise = base64.urlsafe_b64encode(self.random.randbytes(24)).decode("ascii")
        ending = f".{name.rsplit('.', 1)[1]}" if "." in name else (mimetypes.guess_extension(mime) or "")
        folder = "photos" if kind == "photo" else "documents"
        safe = "".join(c for c in ending if c.isascii() and (c.isalnum() or c == "."))
        file = StoredFile(
            f"{prefix}{noise}",
            f"AQAD{noise[:11]}",
            name,
            mime,
            data,
            f"{folder}/file_{number}{safe}",
            width,
            height,
        )
        self.files[file.id] = file
        self.paths[file.path] = file
        return file

    # Buttons

    def press(self, user: int, message: Message, data: str) -> ButtonPress:
        """A pressed callback button: the update goes to the bot, the press waits for its answer."""
        press = ButtonPress(str(self.random.getrandbits(62)), user, message.chat, message.id, data, self.now())
        self.presses[press.id] = press
        self.updates.add(
            "callback_query",
            {
                "id": press.id,
                "from": user_json(self.users[user]),
                "message": self.render(message),
                "chat_instance": str(message.chat * 7919),
                "data": data,
            },
        )
        return press

    def answer_press(self, number: str) -> ButtonPress:
        """Takes the press that an answer is for; refuses one that is unknown, answered, or too old."""
        press = self.presses.pop(number, None)
        if press is None or self.now() - press.at > self.callback_seconds:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        return press
