"""Calls that ask about chats, members and files in; Chat, ChatMember, File objects out."""

from __future__ import annotations

from bot.sandbox.api_errors import bad_request
from bot.sandbox.call import Call
from bot.sandbox.content import LARGEST_DOWNLOAD
from bot.sandbox.records import Chat, Json
from bot.sandbox.shapes import chat_json, file_json, member_json
from bot.sandbox.world import World

PERMISSIONS = (
    "can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos",
    "can_send_video_notes", "can_send_voice_notes", "can_send_polls", "can_send_other_messages",
    "can_add_web_page_previews", "can_change_info", "can_invite_users", "can_pin_messages",
    "can_manage_topics",
)  # fmt: skip
GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")


def get_chat(world: World, call: Call) -> Json:
    """getChat: ChatFullInfo."""
    chat = world.chat_for_bot(call["chat_id"], reading=True)
    shape = chat_json(chat, world.users) | {
        "accent_color_id": chat.id % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(GIFTS, False),
    }
    if chat.username:
        shape["active_usernames"] = [chat.username]
    if chat.description:
        shape["description"] = chat.description
    if chat.kind in ("group", "supergroup"):
        shape["permissions"] = dict.fromkeys(PERMISSIONS, True)
    pinned = world.message(chat.id, chat.pinned[-1]) if chat.pinned else None
    if pinned is not None:
        shape["pinned_message"] = world.render(pinned)
    return shape


def get_chat_member(world: World, call: Call) -> Json:
    """getChatMember."""
    chat = world.chat_for_bot(call["chat_id"], reading=True)
    user = world.users.get(call["user_id"])
    if user is None:
        raise bad_request("invalid user_id specified")
    return member_json(user, chat.members.get(user.id, "left"))


def get_chat_administrators(world: World, call: Call) -> list[Json]:
    """getChatAdministrators: without other bots."""
    chat = group(world, call)
    return [
        member_json(world.users[user], status)
        for user, status in chat.members.items()
        if status in ("creator", "administrator")
    ]


def get_chat_member_count(world: World, call: Call) -> int:
    """getChatMemberCount."""
    chat = world.chat_for_bot(call["chat_id"], reading=True)
    return sum(chat.has(user) for user in chat.members)


def leave_chat(world: World, call: Call) -> bool:
    """leaveChat."""
    chat = group(world, call)
    world.set_member(chat, world.bot.id, "left", world.bot.id)
    return True


def group(world: World, call: Call) -> Chat:
    """The chat, where it is no private one."""
    chat = world.chat_for_bot(call["chat_id"], reading=True)
    if chat.kind == "private":
        raise bad_request("there are no administrators in the private chat")
    return chat


def get_file(world: World, call: Call) -> Json:
    """getFile: the path under which the file can be fetched, up to 20 MB."""
    file = world.files.get(call["file_id"])
    if file is None:
        raise bad_request("invalid file_id")
    if file.size > LARGEST_DOWNLOAD:
        raise bad_request("file is too big")
    return file_json(file)
