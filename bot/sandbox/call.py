"""The raw parameters of a request in, one typed call out; what the sandbox does not know is refused by name.

Why strict: Telegram ignores a parameter that it does not know, so a misspelt one is lost in silence. A
sandbox exists to find mistakes. Each method's parameters stand in one table; parameters that Telegram has and
the sandbox lacks are refused like misspelt ones.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.api_errors import ApiRefusal, bad_request

Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in a multipart request."""

    name: str
    mime: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a method: its name as documented, typed parameters, and uploaded files by part name.

    A parameter is int, str, bool, a decoded JSON value, or for `file` an Upload or a str; absent ones are
    missing.
    """

    method: str
    parameters: dict[str, Any]
    uploads: Mapping[str, Upload] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return name in self.parameters

    def __getitem__(self, name: str) -> Any:
        return self.parameters[name]

    def get(self, name: str, default: Any = None) -> Any:
        """The parameter, or the default where it was not given."""
        return self.parameters.get(name, default)


ADDRESS = "chat_id:chat! message_thread_id:int"
SENDING = (
    f"{ADDRESS} disable_notification:bool protect_content:bool reply_parameters:json reply_markup:json"
    " allow_paid_broadcast:bool message_effect_id:str"
)
CAPTION = "caption:str parse_mode:str caption_entities:json show_caption_above_media:bool"
EDITING = "chat_id:chat message_id:int inline_message_id:str reply_markup:json"
LANGUAGE = "language_code:str"

# name of the method: parameter:type, "!" where it is required
TABLE: dict[str, str] = {
    "getMe": "",
    "logOut": "",
    "close": "",
    "getUpdates": "offset:int limit:int timeout:int allowed_updates:json",
    "setWebhook": (
        "url:str certificate:file ip_address:str max_connections:int allowed_updates:json"
        " drop_pending_updates:bool secret_token:str"
    ),
    "deleteWebhook": "drop_pending_updates:bool",
    "getWebhookInfo": "",
    "sendMessage": f"{SENDING} text:str parse_mode:str entities:json link_preview_options:json",
    "sendPhoto": f"{SENDING} photo:file! {CAPTION} has_spoiler:bool",
    "sendDocument": f"{SENDING} document:file! {CAPTION} thumbnail:file disable_content_type_detection:bool",
    "sendMediaGroup": f"{SENDING} media:json!",
    "sendChatAction": f"{ADDRESS} action:str!",
    "copyMessage": f"{SENDING} from_chat_id:chat! message_id:int! {CAPTION}",
    "forwardMessage": (f"{ADDRESS} from_chat_id:chat! message_id:int! disable_notification:bool protect_content:bool"),
    "editMessageText": f"{EDITING} text:str parse_mode:str entities:json link_preview_options:json",
    "editMessageCaption": f"{EDITING} {CAPTION}",
    "editMessageMedia": f"{EDITING} media:json!",
    "editMessageReplyMarkup": EDITING,
    "deleteMessage": "chat_id:chat! message_id:int!",
    "deleteMessages": "chat_id:chat! message_ids:json!",
    "setMessageReaction": "chat_id:chat! message_id:int! reaction:json is_big:bool",
    "pinChatMessage": "chat_id:chat! message_id:int! disable_notification:bool",
    "unpinChatMessage": "chat_id:chat! message_id:int",
    "unpinAllChatMessages": "chat_id:chat!",
    "answerCallbackQuery": "callback_query_id:str! text:str show_alert:bool url:str cache_time:int",
    "answerInlineQuery": (
        "inline_query_id:str! results:json! cache_time:int is_personal:bool next_offset:str button:json"
    ),
    "getChat": "chat_id:chat!",
    "getChatMember": "chat_id:chat! user_id:int!",
    "getChatAdministrators": "chat_id:chat!",
    "getChatMemberCount": "chat_id:chat!",
    "leaveChat": "chat_id:chat!",
    "getFile": "file_id:str!",
    "setMyCommands": f"commands:json! scope:json {LANGUAGE}",
    "getMyCommands": f"scope:json {LANGUAGE}",
    "deleteMyCommands": f"scope:json {LANGUAGE}",
    "setMyName": f"name:str {LANGUAGE}",
    "getMyName": LANGUAGE,
    "setMyDescription": f"description:str {LANGUAGE}",
    "getMyDescription": LANGUAGE,
    "setMyShortDescription": f"short_description:str {LANGUAGE}",
    "getMyShortDescription": LANGUAGE,
    "setChatMenuButton": "chat_id:int menu_button:json",
    "getChatMenuButton": "chat_id:int",
}
NAMES = {name.lower(): name for name in TABLE}
PARAMETERS: dict[str, dict[str, str]] = {
    name: {word.partition(":")[0]: word.partition(":")[2] for word in words.split()} for name, words in TABLE.items()
}
EMPTY = {
    "chat_id": "chat_id is empty",
    "message_id": "message identifier is not specified",
    "photo": "there is no photo in the request",
    "document": "there is no document in the request",
}


def method_name(written: str) -> str:
    """The documented name of a method, whose case does not matter; 404 where there is none."""
    name = NAMES.get(written.lower())
    if name is None:
        raise ApiRefusal(404, "Not Found: method not found")
    return name


def typed(method: str, raw: Raw, uploads: Mapping[str, Upload]) -> Call:
    """The call of a method (by its documented name), or the refusal of what is missing, wrong or unknown."""
    kinds = PARAMETERS[method]
    parameters: dict[str, Any] = {}
    for name, value in raw.items():
        if name not in kinds:
            raise bad_request(f'the sandbox does not know the parameter "{name}" of {method}')
        if value is None:
            continue
        parameters[name] = coerced(name, value, kinds[name].rstrip("!"))
    for name in uploads:
        if kinds.get(name, "").startswith("file"):
            parameters[name] = uploads[name]
    for name, kind in kinds.items():
        if kind.endswith("!") and parameters.get(name, "") == "":
            raise bad_request(EMPTY.get(name, f'parameter "{name}" is required'))
    attached = str(raw)
    for name in uploads:
        if name not in kinds and f"attach://{name}" not in attached:
            raise bad_request(f'the sandbox does not know the file "{name}" of {method}: no attach://{name} names it')
    return Call(method, parameters, uploads)


def coerced(name: str, value: Any, kind: str) -> Any:
    """A raw value as its kind: form fields come as text, JSON requests may bring numbers and objects."""
    if kind == "json":
        return decoded(name, value)
    if kind == "bool":
        return value if isinstance(value, bool) else str(value).lower() in ("true", "yes", "1")
    if kind == "int":
        return whole(name, value)
    if kind == "chat":
        if isinstance(value, str) and value.startswith("@"):
            return value
        try:
            return whole(name, value)
        except ApiRefusal:
            raise bad_request("chat not found") from None
    if isinstance(value, dict | list):
        raise bad_request(f'parameter "{name}" must be of type String')
    text = str(value) if not isinstance(value, bool) else str(value).lower()
    try:
        text.encode()
    except UnicodeEncodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    return text


def whole(name: str, value: Any) -> int:
    """A whole number from a number or its digits."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    text = str(value).strip()
    if text.removeprefix("-").isdecimal():
        return int(text)
    raise bad_request(f'invalid integer value "{text}" of the parameter "{name}" specified')


def decoded(name: str, value: Any) -> Any:
    """A JSON value, from text or from a JSON request."""
    if not isinstance(value, str):
        return value
    if not value:
        return None
    try:
        result = json.loads(value)
        json.dumps(result, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    except (ValueError, RecursionError):
        raise bad_request(f"can't parse {name} JSON object") from None
    return result
