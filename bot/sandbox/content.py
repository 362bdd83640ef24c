"""Parameters of a call in, the fields of a message out: text with entities, files, replies, keyboards.

Lengths are checked after parsing, in UTF-16 code units; sizes in bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.sandbox.api_errors import ApiRefusal, bad_request
from bot.sandbox.call import Call, Upload
from bot.sandbox.entities import KINDS, Entity, parse_html, tidy, utf16_length
from bot.sandbox.pictures import picture_size
from bot.sandbox.records import Chat, Json, Message, StoredFile
from bot.sandbox.reply_markup import split_markup
from bot.sandbox.world import World

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
MOST_ENTITIES = 100
LARGEST_UPLOAD = 50 * 2**20
LARGEST_PHOTO = 10 * 2**20
LARGEST_DOWNLOAD = 20 * 2**20
PREVIEW_FIELDS = frozenset({
    "is_disabled", "url", "prefer_small_media", "prefer_large_media", "show_above_text",
})  # fmt: skip
REPLY_FIELDS = frozenset({
    "message_id", "chat_id", "allow_sending_without_reply", "quote", "quote_parse_mode", "quote_entities",
    "quote_position",
})  # fmt: skip


def formatted(world: World, text: str, mode: str, entities: Any) -> tuple[str, tuple[Entity, ...]]:
    """Text and entities from a text with a parse mode, or with entities given."""
    if mode and mode.lower() not in ("html", "none"):
        if mode.lower() in ("markdown", "markdownv2"):
            raise bad_request(f"the sandbox does not know the parse mode {mode}: use HTML")
        raise bad_request("unsupported parse_mode")
    if mode.lower() == "html":
        text, marked = parse_html(text)
    else:
        marked = given_entities(entities, utf16_length(text))
    text, kept = tidy(text, marked)
    usable = tuple(entity for entity in kept if not entity.user or entity.user in world.users)
    return text, usable[:MOST_ENTITIES]


def given_entities(value: Any, units: int) -> tuple[Entity, ...]:
    """Entities from a list of MessageEntity."""
    if value is None:
        return ()
    if not isinstance(value, list):
        raise bad_request("can't parse entities: expected an Array of MessageEntity")
    result: list[Entity] = []
    for item in value:
        if not isinstance(item, dict) or item.get("type") not in KINDS:
            raise bad_request("can't parse entities: wrong MessageEntity specified")
        try:
            offset, length = int(item["offset"]), int(item["length"])
        except (KeyError, TypeError, ValueError):
            raise bad_request("can't parse entities: MessageEntity needs offset and length") from None
        if offset < 0 or length < 0 or offset > units:
            raise bad_request("entity beginning or end is out of the text")
        user = item.get("user")
        result.append(
            Entity(
                item["type"],
                offset,
                min(length, units - offset),
                url=str(item.get("url", "")),
                user=int(user["id"]) if isinstance(user, dict) and "id" in user else 0,
                language=str(item.get("language", "")),
                custom_emoji=str(item.get("custom_emoji_id", "")),
            )
        )
    return tuple(entity for entity in result if entity.length)


def message_text(world: World, call: Call, too_long: str = "message is too long") -> Json:
    """The fields of a text message; `too_long` is the refusal's wording, which differs between methods."""
    text = call.get("text", "")
    if not text:
        raise bad_request("message text is empty")
    text, entities = formatted(world, text, call.get("parse_mode", ""), call.get("entities"))
    if not text:
        raise bad_request("text must be non-empty")
    if utf16_length(text) > LONGEST_TEXT:
        raise bad_request(too_long)
    preview = call.get("link_preview_options")
    options: Json = {}
    if preview is not None:
        if not isinstance(preview, dict):
            raise bad_request("object expected as link preview options")
        refuse_unknown(preview, PREVIEW_FIELDS, "LinkPreviewOptions")
        options["link_preview_options"] = preview
    return {"text": text, "entities": entities, "options": options}


def caption(world: World, fields: Mapping[str, Any]) -> Json:
    """The fields of a caption; `given` has caption, parse_mode, caption_entities."""
    text, entities = formatted(
        world, fields.get("caption") or "", fields.get("parse_mode") or "", fields.get("caption_entities")
    )
    if utf16_length(text) > LONGEST_CAPTION:
        raise bad_request("message caption is too long")
    options: Json = {"show_caption_above_media": True} if fields.get("show_caption_above_media") else {}
    return {"text": text, "entities": entities, "options": options}


def stored(world: World, call: Call, value: Upload | str, kind: str) -> StoredFile:
    """The file that a parameter means: uploaded with the request, attached by name, or stored already."""
    if isinstance(value, str) and value.startswith("attach://"):
        upload = call.uploads.get(value.removeprefix("attach://"))
        if upload is None:
            raise bad_request("invalid file: the attached part is missing")
        value = upload
    if isinstance(value, Upload):
        return new_file(world, value, kind)
    if value.lower().startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content: the sandbox fetches nothing from elsewhere")
    file = world.files.get(value)
    if file is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    is_photo = file.path.startswith("photos/")
    if is_photo != (kind == "photo"):
        kept = "Photo" if is_photo else "Document"
        raise bad_request(f"can't use file of type {kept} as {kind.title()}")
    return file


def new_file(world: World, upload: Upload, kind: str) -> StoredFile:
    """Keeps an uploaded file, within Telegram's sizes."""
    if not upload.data:
        raise bad_request("file must be non-empty")
    if len(upload.data) > LARGEST_UPLOAD:
        raise ApiRefusal(413, "Request Entity Too Large")
    if kind == "photo":
        if len(upload.data) > LARGEST_PHOTO:
            raise bad_request("file of size 10485760 bytes is too big for a photo")
        size = picture_size(upload.data)
        if size is None:
            raise bad_request("IMAGE_PROCESS_FAILED")
        width, height = size
        if width + height > 10_000 or max(width, height) > 20 * min(width, height):
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
        return world.keep_file(upload.name, upload.mime, upload.data, kind="photo", width=width, height=height)
    return world.keep_file(upload.name, upload.mime, upload.data, kind="document")


def sending(world: World, chat: Chat, call: Call) -> Json:
    """The fields that all sent messages share: reply, keyboard, topic, silence, protection."""
    markup, keyboard = split_markup(call.get("reply_markup"))
    if keyboard is not None and chat.kind == "channel":
        raise bad_request("reply markup of this kind can't be used in channels")
    reply_to, quote = reply(world, chat, call.get("reply_parameters"))
    replied = world.message(chat.id, reply_to) if reply_to else None
    thread = int(call.get("message_thread_id") or (replied.thread if replied is not None else 0))
    may_write(world, chat, thread)
    return {
        "thread": thread,
        "markup": markup,
        "keyboard": keyboard,
        "reply_to": reply_to,
        "quote": quote,
        "silent": bool(call.get("disable_notification")),
        "protected": bool(call.get("protect_content")),
    }


def may_write(world: World, chat: Chat, thread: int) -> None:
    """Refuses what the bot may not write: to a topic that is closed or gone, to a group where nobody may."""
    if thread and thread not in chat.topics:
        raise bad_request("message thread not found")
    if chat.members.get(world.bot.id) == "administrator":
        return
    if chat.silenced:
        raise bad_request("not enough rights to send text messages to the chat")
    if thread and chat.topics[thread] == "closed":
        raise bad_request("TOPIC_CLOSED")


def reply(world: World, chat: Chat, value: Any) -> tuple[int, str]:
    """The message replied to and the quote from it; 0 where there is none."""
    if not value:
        return 0, ""
    if not isinstance(value, dict):
        raise bad_request("object expected as reply parameters")
    refuse_unknown(value, REPLY_FIELDS, "ReplyParameters")
    if "chat_id" in value and value["chat_id"] != chat.id:
        raise bad_request("the sandbox does not know replies to another chat")
    try:
        number = int(value.get("message_id", 0))
    except (TypeError, ValueError):
        number = 0
    replied = world.message(chat.id, number)
    if replied is None:
        if value.get("allow_sending_without_reply"):
            return 0, ""
        raise bad_request("message to be replied not found")
    quote = str(value.get("quote", ""))
    if value.get("quote_parse_mode"):
        quote, _ = formatted(world, quote, str(value["quote_parse_mode"]), None)
    if quote and quote not in replied.text:
        raise bad_request("QUOTE_TEXT_INVALID")
    return replied.id, quote


def refuse_unknown(value: Json, known: frozenset[str], name: str) -> None:
    """Refuses a field that the sandbox does not know in an object."""
    unknown = set(value) - known
    if unknown:
        raise bad_request(f'the sandbox does not know the field "{min(unknown)}" of {name}')


def same_content(old: Message, new: Message) -> bool:
    """Whether an edit would change nothing that Telegram compares."""
    return (old.text, old.entities, old.markup, old.options) == (
        new.text,
        new.entities,
        new.markup,
        new.options,
    )
