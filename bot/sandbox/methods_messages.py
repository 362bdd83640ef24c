"""Calls that send, edit, copy and delete messages in; the sent message (or True) out, as Telegram answers."""

from __future__ import annotations

from typing import Any

from bot.sandbox.api_errors import bad_request
from bot.sandbox.call import Call, Upload
from bot.sandbox.content import (
    caption,
    formatted,
    message_text,
    new_file,
    refuse_unknown,
    same_content,
    sending,
    stored,
)
from bot.sandbox.records import Chat, Json, Message
from bot.sandbox.reply_markup import split_markup
from bot.sandbox.world import World

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)
ACTIONS = frozenset({
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
    "upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note",
})  # fmt: skip
MEDIA_FIELDS = frozenset({
    "type", "media", "caption", "parse_mode", "caption_entities", "show_caption_above_media", "has_spoiler",
    "disable_content_type_detection", "thumbnail",
})  # fmt: skip
EDITABLE_SECONDS = 48 * 3600
REACTIONS = frozenset(
    "👍👎❤🔥🥰👏😁🤔🤯😱🤬😢🎉🤩🤮💩🙏👌🕊🤡🥱🥴😍🐳🌚🌭💯🤣⚡🍌🏆💔🤨😐🍓🍾💋🖕😈😴😭🤓👻👀🎃🙈😇😨🤝✍🤗🫡🎅🎄☃💅🤪🗿🆒💘🙉🦄😘💊🙊😎👾😡"
)


def send_message(world: World, call: Call) -> Json:
    """sendMessage."""
    chat = world.chat_for_bot(call["chat_id"])
    content = message_text(world, call)
    return world.render(world.post(chat, author(world, chat), **content, **sending(world, chat, call)))


def send_document(world: World, call: Call) -> Json:
    """sendDocument."""
    return send_media(world, call, "document")


def send_photo(world: World, call: Call) -> Json:
    """sendPhoto."""
    return send_media(world, call, "photo")


def send_media(world: World, call: Call, kind: str) -> Json:
    """A message with one file."""
    chat = world.chat_for_bot(call["chat_id"])
    content = caption(world, call.parameters)
    fields = sending(world, chat, call)
    if isinstance(call.get("thumbnail"), Upload):
        new_file(world, call["thumbnail"], "photo")
    file = stored(world, call, call[kind], kind)
    if call.get("has_spoiler"):
        content["options"]["has_media_spoiler"] = True
    return world.render(world.post(chat, author(world, chat), media=kind, file=file, **content, **fields))


def send_media_group(world: World, call: Call) -> list[Json]:
    """sendMediaGroup: two to ten photos, or two to ten documents."""
    chat = world.chat_for_bot(call["chat_id"])
    items = call["media"]
    if not isinstance(items, list) or not 2 <= len(items) <= 10:
        raise bad_request("there must be from 2 to 10 messages in the media group")
    if call.get("reply_markup"):
        raise bad_request("reply markup can't be specified for a media group")
    kinds = {item.get("type") if isinstance(item, dict) else None for item in items}
    if not kinds <= {"photo", "document"}:
        raise bad_request(f"the sandbox does not know a media group of {', '.join(sorted(map(str, kinds)))}")
    if len(kinds) > 1:
        raise bad_request("document can't be mixed with other media types")
    fields = sending(world, chat, call)
    album = str(world.random.getrandbits(54))
    contents: list[Json] = []
    for item in items:
        refuse_unknown(item, MEDIA_FIELDS, "InputMedia")
        if not item.get("media"):
            raise bad_request("media not found")
        file = stored(world, call, str(item["media"]), item["type"])
        contents.append(caption(world, item) | {"media": item["type"], "file": file, "album": album})
    sender = author(world, chat)
    return [world.render(world.post(chat, sender, **content, **fields)) for content in contents]


def send_chat_action(world: World, call: Call) -> bool:
    """sendChatAction."""
    chat = world.chat_for_bot(call["chat_id"])
    if call["action"] not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    world.changes.add("action", chat.id, {"action": call["action"]})
    return True


def edit_message_text(world: World, call: Call) -> Json:
    """editMessageText."""
    message = editable(world, call)
    if message.media:
        raise bad_request("there is no text in the message to edit")
    return edited(world, message, call, message_text(world, call, too_long="MESSAGE_TOO_LONG"))


def edit_message_caption(world: World, call: Call) -> Json:
    """editMessageCaption."""
    message = editable(world, call)
    if not message.media:
        raise bad_request("there is no caption in the message to edit")
    return edited(world, message, call, caption(world, call.parameters))


def edit_message_media(world: World, call: Call) -> Json:
    """editMessageMedia: another photo or document in the place of the one that is there."""
    message = editable(world, call)
    item = call["media"]
    if not isinstance(item, dict) or not item.get("media"):
        raise bad_request("media not found")
    refuse_unknown(item, MEDIA_FIELDS, "InputMedia")
    if item.get("type") not in ("photo", "document"):
        raise bad_request(f"the sandbox does not know an edit to media of the type {item.get('type')}")
    if not message.media:
        raise bad_request("the sandbox does not know an edit that adds media to a text")
    if message.album:
        raise bad_request("the sandbox does not know an edit of an album's media")
    file = stored(world, call, str(item["media"]), item["type"])
    return edited(world, message, call, {**caption(world, item), "media": item["type"], "file": file})


def edit_message_reply_markup(world: World, call: Call) -> Json:
    """editMessageReplyMarkup."""
    return edited(world, editable(world, call), call, {})


def edited(world: World, old: Message, call: Call, content: Json) -> Json:
    """Puts new content in place, refuses one that changes nothing; without reply_markup the keyboard goes."""
    markup, keyboard = split_markup(call.get("reply_markup"))
    if keyboard is not None:
        raise bad_request("inline keyboard expected")
    fields: dict[str, Any] = {**content, "markup": markup}
    same_file = "file" not in content or content["file"] == old.file
    if same_file and same_content(old, Message(old.id, old.chat, old.date, old.sender, **(unedited(old) | fields))):
        raise bad_request(NOT_MODIFIED)
    # an edit of the keyboard alone leaves no mark on the message
    when = int(world.now()) if content else old.edited
    return world.render(world.replace(old, **fields, edited=when))


def unedited(old: Message) -> Json:
    """The content of a message that an edit may leave as it is."""
    return {"text": old.text, "entities": old.entities, "options": old.options, "markup": old.markup}


def editable(world: World, call: Call) -> Message:
    """The bot's own message that an edit names."""
    if "inline_message_id" in call:
        raise bad_request("the sandbox does not know edits of inline messages")
    if "chat_id" not in call:
        raise bad_request("chat_id is empty")
    if not call.get("message_id"):
        raise bad_request("message identifier is not specified")
    chat = world.chat_for_bot(call["chat_id"])
    message = world.message(chat.id, call["message_id"])
    if message is None:
        raise bad_request("message to edit not found")
    if message.sender != author(world, chat) or message.service is not None or message.forward_date:
        raise bad_request("message can't be edited")
    return message


def delete_message(world: World, call: Call) -> bool:
    """deleteMessage."""
    chat = world.chat_for_bot(call["chat_id"])
    message = world.message(chat.id, call["message_id"])
    if message is None:
        raise bad_request("message to delete not found")
    if not deletable(world, chat, message):
        raise bad_request("message can't be deleted for everyone")
    world.delete(message)
    return True


def delete_messages(world: World, call: Call) -> bool:
    """deleteMessages: those that are there and may go; the others are passed over."""
    chat = world.chat_for_bot(call["chat_id"])
    numbers = call["message_ids"]
    if not isinstance(numbers, list) or not 1 <= len(numbers) <= 100:
        raise bad_request("message identifiers are not specified, or there are more than 100")
    for number in numbers:
        message = world.message(chat.id, int(number))
        if message is not None and deletable(world, chat, message):
            world.delete(message)
    return True


def deletable(world: World, chat: Chat, message: Message) -> bool:
    """Within 48 hours, own or in a private chat; or as admin (bots/api#deletemessage)."""
    if chat.members.get(world.bot.id) == "administrator":
        return True
    if world.now() - message.date > EDITABLE_SECONDS:
        return False
    return message.sender == world.bot.id or chat.kind == "private"


def copy_message(world: World, call: Call) -> Json:
    """copyMessage: the content without the link to where it came from."""
    chat = world.chat_for_bot(call["chat_id"])
    source = to_take(world, call, "copy")
    content: Json = {
        "text": source.text, "entities": source.entities, "media": source.media, "file": source.file,
        "options": source.options,
    }  # fmt: skip
    if "caption" in call and source.media:
        content |= caption(world, call.parameters)
    return {"message_id": world.post(chat, author(world, chat), **content, **sending(world, chat, call)).id}


def forward_message(world: World, call: Call) -> Json:
    """forwardMessage: the message as it is, saying who wrote it."""
    chat = world.chat_for_bot(call["chat_id"])
    source = to_take(world, call, "forward")
    if call.get("message_thread_id"):
        raise bad_request("message thread not found")
    return world.render(
        world.post(
            chat, author(world, chat), text=source.text, entities=source.entities, media=source.media,
            file=source.file, options=source.options, forward_of=(source.chat, source.id),
            forward_sender=source.forward_sender or source.sender,
            forward_date=source.forward_date or source.date,
            silent=bool(call.get("disable_notification")), protected=bool(call.get("protect_content")),
        )
    )  # fmt: skip


def to_take(world: World, call: Call, action: str) -> Message:
    """The message to copy or forward."""
    source = world.message(world.chat_for_bot(call["from_chat_id"]).id, call["message_id"])
    if source is None:
        raise bad_request(f"message to {action} not found")
    if source.service is not None or source.protected:
        raise bad_request(f"message can't be {'copied' if action == 'copy' else 'forwarded'}")
    return source


def set_message_reaction(world: World, call: Call) -> bool:
    """setMessageReaction: at most one emoji of those that Telegram offers."""
    chat = world.chat_for_bot(call["chat_id"])
    message = world.message(chat.id, call["message_id"])
    if message is None:
        raise bad_request("message to react not found")
    chosen = call.get("reaction") or []
    if not isinstance(chosen, list) or any(not isinstance(item, dict) for item in chosen):
        raise bad_request("can't parse reaction JSON object")
    if len(chosen) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    if any(item.get("type") != "emoji" or str(item.get("emoji")).strip("\ufe0f") not in REACTIONS for item in chosen):
        raise bad_request("REACTION_INVALID")
    world.reactions[chat.id, message.id][world.bot.id] = chosen
    world.changes.add("reaction", chat.id, {"message_id": message.id, "user": world.bot.id, "reaction": chosen})
    return True


def pin_chat_message(world: World, call: Call) -> bool:
    """pinChatMessage."""
    chat = pinning(world, call)
    message = world.message(chat.id, call["message_id"])
    if message is None:
        raise bad_request("message to pin not found")
    if message.id not in chat.pinned:
        chat.pinned.append(message.id)
        world.changes.add("pinned", chat.id, {"pinned": list(chat.pinned)})
        world.post(chat, author(world, chat), service={"pinned_message": world.render(message)})
    return True


def unpin_chat_message(world: World, call: Call) -> bool:
    """unpinChatMessage: the one named, or the one pinned last."""
    chat = pinning(world, call)
    number = call.get("message_id") or (chat.pinned[-1] if chat.pinned else 0)
    if number not in chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned.remove(number)
    world.changes.add("pinned", chat.id, {"pinned": list(chat.pinned)})
    return True


def unpin_all_chat_messages(world: World, call: Call) -> bool:
    """unpinAllChatMessages."""
    chat = pinning(world, call)
    chat.pinned.clear()
    world.changes.add("pinned", chat.id, {"pinned": []})
    return True


def pinning(world: World, call: Call) -> Chat:
    """The chat, where the bot may pin in it."""
    chat = world.chat_for_bot(call["chat_id"])
    if chat.kind != "private" and chat.members.get(world.bot.id) != "administrator":
        raise bad_request("not enough rights to manage pinned messages in the chat")
    return chat


def author(world: World, chat: Chat) -> int:
    """Whom the bot's message is from: the bot, or in a channel the channel (0), where it must be an admin."""
    if chat.kind != "channel":
        return world.bot.id
    if chat.members.get(world.bot.id) != "administrator":
        raise bad_request("need administrator rights in the channel chat")
    return 0


def answer_callback_query(world: World, call: Call) -> bool:
    """answerCallbackQuery: the person who pressed sees the text, as a notice or an alert."""
    text = call.get("text", "")
    if text:
        text, _ = formatted(world, text, "", None)
    if len(text) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    if call.get("url"):
        raise bad_request("URL_INVALID")
    press = world.answer_press(call["callback_query_id"])
    world.changes.add(
        "answer",
        press.chat,
        {"query": press.id, "message_id": press.message, "text": text, "alert": bool(call.get("show_alert"))},
        user=press.user,
    )
    return True
