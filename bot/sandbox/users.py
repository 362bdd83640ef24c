"""What people do in their apps in, what they see out: write, press, block, found groups, look at a chat.

The other side of the Bot API: every function here is something that a person with Telegram in their hand can
do. What they cannot do is refused with a 400 that says why.
"""

from __future__ import annotations

from typing import Any

from bot.sandbox.api_errors import bad_request
from bot.sandbox.bot_profile import BotProfile
from bot.sandbox.call import Upload
from bot.sandbox.content import new_file
from bot.sandbox.entities import parse_html, tidy, utf16_length
from bot.sandbox.inline import Inline
from bot.sandbox.records import ButtonPress, Chat, ChatChange, Json, Message, User
from bot.sandbox.shapes import chat_json, user_json
from bot.sandbox.world import World


class Users:
    """The people's side of a world. Users, chats and messages are named by their numbers."""

    def __init__(self, world: World, profile: BotProfile, inline: Inline) -> None:
        self.world = world
        self.profile = profile
        self.inline = inline

    # Writing

    def say(
        self, user: int, text: str, *, chat: int = 0, reply_to: int = 0, formatted: bool = False, thread: int = 0
    ) -> Message:
        """Writes a text, in a forum in one of its topics; longer ones than 4,096 are refused.

        `formatted`: the text is HTML that stands for what the person made bold and so on in their app.
        """
        target = self.place(user, chat)
        text, entities = tidy(*(parse_html(text) if formatted else (text, ())))
        if not text:
            raise bad_request("message text is empty")
        if utf16_length(text) > 4096:
            raise bad_request("message is too long")
        replied = self.replied(target, reply_to)
        before = self.world.message(target.id, replied) if replied else None
        thread = thread or (before.thread if before is not None else 0)
        if thread and thread not in target.topics:
            raise bad_request(f"chat {chat} has no topic {thread}")
        return self.sent(target, user, text=text, entities=entities, reply_to=replied, thread=thread)

    def send_file(
        self, user: int, kind: str, upload: Upload, *, chat: int = 0, caption: str = "", reply_to: int = 0
    ) -> Message:
        """Sends a `document` or a `photo`."""
        target = self.place(user, chat)
        if kind not in ("document", "photo"):
            raise bad_request(f"the sandbox does not know files of kind {kind!r}: use document or photo")
        file = new_file(self.world, upload, kind)
        text, entities = tidy(caption, ())
        return self.sent(
            target,
            user,
            media=kind,
            file=file,
            text=text,
            entities=entities,
            reply_to=self.replied(target, reply_to),
        )

    def sent(self, chat: Chat, user: int, **content: Any) -> Message:
        """A person's message, put into the chat and shown to the bot where it may see it."""
        if chat.kind == "private":
            chat.started = True
        message = self.world.post(chat, 0 if chat.kind == "channel" else user, **content)
        self.world.tell_bot(message)
        return message

    def edit(self, user: int, number: int, text: str, *, chat: int = 0) -> Message:
        """Edits one's own message."""
        message = self.own(user, number, chat)
        text, entities = tidy(text, ())
        edited = self.world.replace(message, text=text, entities=entities, edited=int(self.world.now()))
        self.world.tell_bot(edited, edited=True)
        return edited

    def delete(self, user: int, number: int, *, chat: int = 0) -> None:
        """Deletes a message for everybody; the bot is not told, as with Telegram."""
        self.world.delete(self.seen(user, number, chat))

    def open_link(self, user: int, payload: str = "") -> Message:
        """Opens https://t.me/<bot>?start=payload and presses Start; a blocked bot is unblocked by it."""
        if len(payload) > 64 or not all(c.isascii() and (c.isalnum() or c in "_-") for c in payload):
            raise bad_request("a deep link's parameter has at most 64 characters of A-Z, a-z, 0-9, _ and -")
        if self.world.chats[user].blocked:
            self.unblock(user)
        return self.say(user, f"/start {payload}".strip())

    # Buttons

    def press(self, user: int, number: int, button: str, *, chat: int = 0) -> ButtonPress:
        """Presses the callback button with this text, or else with this data."""
        message = self.seen(user, number, chat)
        rows = (message.markup or {}).get("inline_keyboard", [])
        buttons = [item for row in rows for item in row if "callback_data" in item]
        for key in ("text", "callback_data"):
            for item in buttons:
                if item[key] == button:
                    return self.world.press(user, message, item["callback_data"])
        shown = ", ".join(repr(item["text"]) for item in buttons) or "none"
        raise bad_request(f"message {number} has no button {button!r}: its buttons are {shown}")

    def react(self, user: int, number: int, emoji: str, *, chat: int = 0) -> None:
        """Reacts to a message with an emoji, or takes the reaction back with ""."""
        message = self.seen(user, number, chat)
        target = self.world.chats[message.chat]
        reactions = self.world.reactions[target.id, message.id]
        old = reactions.get(user, [])
        new: list[Json] = [{"type": "emoji", "emoji": emoji}] if emoji else []
        reactions[user] = new
        if target.kind == "private" or target.members.get(self.world.bot.id) == "administrator":
            self.world.updates.add(
                "message_reaction",
                {
                    "chat": chat_json(target, self.world.users),
                    "message_id": message.id,
                    "user": user_json(self.world.users[user]),
                    "date": int(self.world.now()),
                    "old_reaction": old,
                    "new_reaction": new,
                },
            )
        self.world.changes.add("reaction", target.id, {"message_id": message.id, "user": user, "reaction": new})

    def ask_inline(self, user: int, query: str, *, chat: int = 0) -> str:
        """Types `@bot query`; the number of the query, whose results arrive as a change of kind inline."""
        return self.inline.ask(user, query, self.place(user, chat))

    def choose_inline(self, user: int, query: str, result: str, *, chat: int = 0) -> Message:
        """Sends one of the results of an inline query."""
        return self.inline.choose(user, query, result, self.place(user, chat))

    # The person and the bot

    def block(self, user: int) -> None:
        """Blocks the bot."""
        chat = self.world.chats[user]
        if not chat.blocked:
            chat.blocked = True
            self.world.tell_membership(chat, self.world.bot.id, "member", "kicked", user)

    def unblock(self, user: int) -> None:
        """Unblocks the bot."""
        chat = self.world.chats[user]
        if chat.blocked:
            chat.blocked = False
            self.world.tell_membership(chat, self.world.bot.id, "kicked", "member", user)

    def delete_account(self, user: int) -> None:
        """Deletes the person's account: "user is deactivated" for the bot, gone from every group."""
        gone = self.person(user)
        self.world.users[user] = User(gone.id, "", is_bot=False, deleted=True)
        for chat in self.world.chats.values():
            if chat.kind != "private" and chat.has(user):
                chat.members[user] = "left"
        self.world.changes.add("membership", user, {"user": user, "old": "member", "new": "deleted"})

    # Groups

    def found(
        self,
        user: int,
        title: str,
        *,
        kind: str = "group",
        members: tuple[int, ...] = (),
        bot: bool = True,
        forum: bool = False,
    ) -> Chat:
        """Founds a group, supergroup or channel, with people and the bot in it. `forum`: a supergroup with topics."""
        self.person(user)
        if forum and kind != "supergroup":
            raise bad_request("only a supergroup has topics")
        chat = self.world.add_chat(kind, title, user)
        chat.forum = forum
        for member in members:
            chat.members[self.person(member).id] = "member"
        if bot:
            self.add_bot(user, chat.id, admin=kind == "channel")
        return chat

    def add_bot(self, user: int, chat: int, *, admin: bool = False) -> None:
        """Adds the bot to a group, or makes it an administrator of one."""
        target = self.place(user, chat)
        present = target.has(self.world.bot.id)
        self.world.set_member(target, self.world.bot.id, "administrator" if admin else "member", user)
        if not present and target.kind != "channel":
            bot = user_json(self.world.bot)
            self.sent(
                target,
                user,
                service={"new_chat_participant": bot, "new_chat_member": bot, "new_chat_members": [bot]},
            )

    def open_topic(self, user: int, chat: int, title: str) -> int:
        """Opens a topic of a forum; its number."""
        target = self.place(user, chat)
        if not target.forum:
            raise bad_request(f"chat {chat} has no topics")
        opened = {"name": title, "icon_color": 7322096}
        message = self.sent(target, user, service={"forum_topic_created": opened})
        target.topics[message.id] = "open"
        return message.id

    def close_topic(self, user: int, chat: int, thread: int, *, closed: bool = True) -> None:
        """Closes a topic: only admins write there. Or opens it again."""
        target = self.place(user, chat)
        if thread not in target.topics:
            raise bad_request(f"chat {chat} has no topic {thread}")
        target.topics[thread] = "closed" if closed else "open"

    def delete_topic(self, user: int, chat: int, thread: int) -> None:
        """Deletes a topic with all its messages."""
        target = self.place(user, chat)
        target.topics.pop(thread, None)
        for message in [one for one in self.world.messages[target.id].values() if thread in (one.thread, one.id)]:
            self.world.delete(message)

    def silence(self, user: int, chat: int, *, silent: bool = True) -> None:
        """Takes from the members of a group, and so from the bot, the right to write. Or gives it back."""
        self.place(user, chat).silenced = silent

    def kick_bot(self, user: int, chat: int) -> None:
        """Takes the bot out of a group."""
        target = self.place(user, chat)
        bot = user_json(self.world.bot)
        if target.kind != "channel":
            # the bot's last sight of the group, before it is out
            self.sent(target, user, service={"left_chat_participant": bot, "left_chat_member": bot})
        # of a basic group the update says "left", and a message to it is refused as "kicked" all the same
        status = "left" if target.kind == "group" else "kicked"
        self.world.set_member(target, self.world.bot.id, status, user)
        target.members[self.world.bot.id] = "kicked"

    def add_member(self, user: int, chat: int, other: int) -> None:
        """Adds another person to a group."""
        target = self.place(user, chat)
        joined = user_json(self.person(other))
        self.world.set_member(target, other, "member", user)
        self.sent(
            target,
            user,
            service={"new_chat_participant": joined, "new_chat_member": joined, "new_chat_members": [joined]},
        )

    def leave(self, user: int, chat: int) -> None:
        """Leaves a group."""
        target = self.place(user, chat)
        gone = user_json(self.person(user))
        self.sent(target, user, service={"left_chat_participant": gone, "left_chat_member": gone})
        self.world.set_member(target, user, "left", user)

    def migrate(self, user: int, chat: int) -> Chat:
        """Turns a group into a supergroup, which has another number."""
        old = self.place(user, chat)
        if old.kind != "group":
            raise bad_request("only a group can become a supergroup")
        new = self.world.add_chat("supergroup", old.title, user)
        new.members = dict(old.members)
        self.sent(old, user, service={"migrate_to_chat_id": new.id})
        old.migrated_to = new.id
        self.sent(new, user, service={"migrate_from_chat_id": old.id})
        return new

    # Looking

    def chats(self, user: int) -> list[Json]:
        """The chats of a person: the one with the bot first."""
        return [
            chat_json(chat, self.world.users) | {"blocked": chat.blocked, "started": chat.started}
            for chat in self.world.chats.values()
            if (chat.id == user or (chat.kind != "private" and chat.has(user))) and not chat.migrated_to
        ]

    def messages(self, user: int, *, chat: int = 0, limit: int = 0) -> list[Json]:
        """The messages of a chat as the person sees them, oldest first; `limit` keeps the last ones."""
        target = self.look(user, chat)
        listed = list(self.world.messages[target.id].values())
        return [self.view(user, message) for message in listed[-limit:]]

    def view(self, user: int, message: Message) -> Json:
        """A message as a person sees it: the Bot API's Message and what only people see."""
        reactions = self.world.reactions.get((message.chat, message.id), {})
        shape = self.world.render(message) | {
            "own": message.sender == user,
            "silent": message.silent,
            "reactions": [{"user": by, "reaction": chosen} for by, chosen in reactions.items() if chosen],
        }
        if message.keyboard is not None:
            shape["reply_markup"] = message.keyboard
        return shape

    def menu(self, user: int, *, chat: int = 0) -> list[Json]:
        """The commands that the person is offered in a chat."""
        return self.profile.shown_commands(user, self.look(user, chat))

    def sees(self, user: int, change: ChatChange) -> bool:
        """Whether a person sees a change."""
        if change.user not in (0, user):
            return False
        chat = self.world.chats.get(change.chat)
        if chat is None:
            return change.chat == 0
        if chat.kind == "private":
            return chat.id == user
        return chat.has(user) or (change.kind == "membership" and change.data.get("user") == user)

    def change_json(self, user: int, change: ChatChange) -> Json:
        """A change as a person sees it."""
        shape: Json = {"number": change.number, "kind": change.kind, "chat": change.chat, **change.data}
        if change.message is not None:
            shape["message"] = self.view(user, change.message)
        return shape

    # Who and where

    def person(self, user: int) -> User:
        """The user, who has to be a person with an account."""
        account = self.world.users.get(user)
        if account is None or account.is_bot or account.deleted:
            raise bad_request(f"there is no person {user}")
        return account

    def look(self, user: int, chat: int) -> Chat:
        """The chat that a person looks at; 0 means the one with the bot."""
        self.person(user)
        looked_at = self.world.chats.get(chat or user)
        if looked_at is None or (looked_at.id != user and (looked_at.kind == "private" or not looked_at.has(user))):
            raise bad_request(f"person {user} is not in a chat {chat}")
        return looked_at

    def place(self, user: int, chat: int) -> Chat:
        """The chat that a person can write to."""
        target = self.look(user, chat)
        if target.blocked:
            raise bad_request(f"person {user} has blocked the bot: unblock it first")
        if target.migrated_to:
            raise bad_request(f"chat {chat} became supergroup {target.migrated_to}")
        return target

    def seen(self, user: int, number: int, chat: int) -> Message:
        """A message in a chat of the person."""
        message = self.world.message(self.look(user, chat).id, number)
        if message is None:
            raise bad_request(f"there is no message {number}")
        return message

    def own(self, user: int, number: int, chat: int) -> Message:
        """A message that the person wrote."""
        message = self.seen(user, number, chat)
        if message.sender != user:
            raise bad_request(f"message {number} is somebody else's")
        return message

    def replied(self, chat: Chat, number: int) -> int:
        """The message replied to, where there is one."""
        if number and self.world.message(chat.id, number) is None:
            raise bad_request(f"there is no message {number} to reply to")
        return number
