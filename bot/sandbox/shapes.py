"""Records in, the Bot API's JSON objects out, each with the fields and only the fields that Telegram gives.

https://core.telegram.org/bots/api#available-types
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from bot.sandbox.entities import Entity
from bot.sandbox.records import Chat, Json, Message, StoredFile, User


class Directory(Protocol):
    """Where users, chats and messages are looked up: the world."""

    users: dict[int, User]
    chats: dict[int, Chat]

    def message(self, chat: int, number: int) -> Message | None:
        """The message, or None when there is none."""


def user_json(user: User) -> Json:
    """User."""
    shape: Json = {"id": user.id, "is_bot": user.is_bot, "first_name": user.first_name}
    for key, value in (
        ("last_name", user.last_name),
        ("username", user.username),
        ("language_code", user.language),
    ):
        if value:
            shape[key] = value
    return shape


def chat_json(chat: Chat, users: dict[int, User]) -> Json:
    """Chat: of a private chat the person's names, of others the title."""
    shape: Json = {"id": chat.id}
    if chat.kind == "private":
        user = users[chat.id]
        shape["first_name"] = user.first_name
        if user.last_name:
            shape["last_name"] = user.last_name
        if user.username:
            shape["username"] = user.username
    else:
        shape["title"] = chat.title
        if chat.username:
            shape["username"] = chat.username
        if chat.kind == "group":
            shape["all_members_are_administrators"] = False
    shape["type"] = chat.kind
    if chat.forum:
        shape["is_forum"] = True
    return shape


def entity_json(entity: Entity, users: dict[int, User]) -> Json:
    """MessageEntity."""
    shape: Json = {"offset": entity.offset, "length": entity.length, "type": entity.kind}
    if entity.url:
        shape["url"] = entity.url
    if entity.user and entity.user in users:
        shape["user"] = user_json(users[entity.user])
    if entity.language:
        shape["language"] = entity.language
    if entity.custom_emoji:
        shape["custom_emoji_id"] = entity.custom_emoji
    return shape


def entities_json(entities: Iterable[Entity], users: dict[int, User]) -> list[Json]:
    """MessageEntity objects; a mention of a user whom nobody knows is left out, as Telegram does."""
    return [entity_json(entity, users) for entity in entities if not entity.user or entity.user in users]


def document_json(file: StoredFile) -> Json:
    """Document."""
    return {
        "file_name": file.name,
        "mime_type": file.mime,
        "file_id": file.id,
        "file_unique_id": file.unique_id,
        "file_size": file.size,
    }


def photo_json(file: StoredFile) -> list[Json]:
    """The sizes of a photo; the sandbox keeps one, the original."""
    return [
        {
            "file_id": file.id,
            "file_unique_id": file.unique_id,
            "file_size": file.size,
            "width": file.width,
            "height": file.height,
        }
    ]


def file_json(file: StoredFile) -> Json:
    """File, as getFile gives it."""
    return {
        "file_id": file.id,
        "file_unique_id": file.unique_id,
        "file_size": file.size,
        "file_path": file.path,
    }


def member_json(user: User, status: str) -> Json:
    """ChatMember of one of the five statuses that the sandbox has."""
    shape: Json = {"user": user_json(user), "status": status}
    if status == "kicked":
        shape["until_date"] = 0
    elif status == "creator":
        shape["is_anonymous"] = False
    elif status == "administrator":
        shape.update(dict.fromkeys(ADMIN_RIGHTS, True) | {"can_be_edited": False, "is_anonymous": False})
    return shape


ADMIN_RIGHTS = (
    "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members",
    "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories",
    "can_delete_stories", "can_post_messages", "can_edit_messages", "can_pin_messages", "can_manage_topics",
)  # fmt: skip


def message_json(message: Message, world: Directory, *, nested: bool = False) -> Json:
    """Message; a replied-to message inside it carries no reply of its own."""
    chat = world.chats[message.chat]
    shape: Json = {"message_id": message.id}
    if message.sender:
        shape["from"] = user_json(world.users[message.sender])
    else:
        shape["sender_chat"] = chat_json(chat, world.users)
    shape["chat"] = chat_json(chat, world.users)
    shape["date"] = message.date
    if message.edited:
        shape["edit_date"] = message.edited
    if message.thread:
        shape |= {"message_thread_id": message.thread, "is_topic_message": True}
    if message.forward_date:
        shape["forward_origin"] = origin_json(message, world)
    if message.via_bot:
        shape["via_bot"] = user_json(next(user for user in world.users.values() if user.is_bot))
    if message.reply_to and not nested:
        replied = world.message(message.chat, message.reply_to)
        if replied is not None:
            shape["reply_to_message"] = message_json(replied, world, nested=True)
            if message.quote:
                shape["quote"] = {"text": message.quote, "position": 0, "is_manual": True}
    if message.album:
        shape["media_group_id"] = message.album
    add_content(shape, message, world)
    if message.protected:
        shape["has_protected_content"] = True
    if message.markup is not None:
        shape["reply_markup"] = message.markup
    return shape


def add_content(shape: Json, message: Message, world: Directory) -> None:
    """Adds text, caption, media or the fields of a service message."""
    if message.service is not None:
        shape.update(message.service)
        return
    if message.file is not None:
        shape[message.media] = photo_json(message.file) if message.media == "photo" else document_json(message.file)
    text, entities = ("caption", "caption_entities") if message.media else ("text", "entities")
    if message.text:
        shape[text] = message.text
    listed = entities_json(message.entities, world.users)
    if listed:
        shape[entities] = listed
    shape.update(message.options)


def origin_json(message: Message, world: Directory) -> Json:
    """MessageOrigin: a user, or the channel where the message was posted."""
    if message.forward_sender:
        sender = user_json(world.users[message.forward_sender])
        return {"type": "user", "sender_user": sender, "date": message.forward_date}
    chat, number = message.forward_of or (message.chat, message.id)
    return {
        "type": "channel",
        "chat": chat_json(world.chats[chat], world.users),
        "message_id": number,
        "date": message.forward_date,
    }


RenderText = Callable[[Message], Json]
