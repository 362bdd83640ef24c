"""A reply_markup as sent in, as Telegram keeps it out, or the refusal of what it would not show.

https://core.telegram.org/bots/api#inlinekeyboardmarkup and the three that follow it.
"""

from __future__ import annotations

from typing import Any

from bot.sandbox.api_errors import bad_request
from bot.sandbox.detected_links import SCHEMES, checked_link
from bot.sandbox.records import Json

ACTIONS = frozenset({
    "url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "pay", "callback_game",
})  # fmt: skip
STYLES = frozenset({"style", "icon_custom_emoji_id"})
SUPPORTED = frozenset({
    "url", "callback_data", "switch_inline_query", "switch_inline_query_current_chat", "copy_text",
})  # fmt: skip
KEYBOARDS = ("keyboard", "remove_keyboard", "force_reply")
MOST_BUTTONS = 100


def split_markup(value: Any) -> tuple[Json | None, Json | None]:
    """An inline keyboard (part of the message) and another reply markup (part of the person's screen)."""
    if value is None or value == {}:
        return None, None
    if not isinstance(value, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in value:
        return inline_keyboard(value), None
    for kind in KEYBOARDS:
        if kind in value:
            return None, reply_keyboard(value)
    raise bad_request("reply markup has none of inline_keyboard, keyboard, remove_keyboard, force_reply")


def inline_keyboard(value: Json) -> Json | None:
    """The checked inline keyboard; None where it has no button."""
    rows = value["inline_keyboard"]
    if not isinstance(rows, list):
        raise bad_request('field "inline_keyboard" must be of type Array')
    if any(not isinstance(row, list) for row in rows):
        raise bad_request("can't parse inline keyboard button: InlineKeyboard row must be an Array")
    checked = [[inline_button(button) for button in row] for row in rows if row]
    if sum(map(len, checked)) > MOST_BUTTONS:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    return {"inline_keyboard": checked} if checked else None


def inline_button(button: Any) -> Json:
    """One checked button."""
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    unknown = set(button) - ACTIONS - STYLES - {"text"}
    if unknown:
        raise bad_request(f'the sandbox does not know the field "{min(unknown)}" of InlineKeyboardButton')
    text = button.get("text")
    if not isinstance(text, str):
        raise bad_request("can't parse inline keyboard button: can't find field \"text\"")
    if not text.strip():
        raise bad_request("can't parse inline keyboard button: inline keyboard button text must be non-empty")
    actions = [name for name in button if name in ACTIONS]
    if not actions:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad_request(f"inline keyboard button {text!r} has more than one action: {', '.join(actions)}")
    action = actions[0]
    if action not in SUPPORTED:
        raise bad_request(f'the sandbox does not know the action "{action}" of InlineKeyboardButton')
    if action == "callback_data" and not 1 <= len(str(button[action]).encode()) <= 64:
        raise bad_request("BUTTON_DATA_INVALID")
    if action == "url":
        return {**button, "url": button_link(str(button["url"]))}
    return dict(button)


def button_link(address: str) -> str:
    """The address of a button, or "Wrong HTTP URL"."""
    link = checked_link(address)
    if link:
        return link
    scheme = address.partition(":")[0].lower() if "://" in address else "http"
    reason = "Wrong HTTP URL" if scheme in SCHEMES else "Unsupported URL protocol"
    raise bad_request(f"inline keyboard button URL '{address}' is invalid: {reason}")


def reply_keyboard(value: Json) -> Json:
    """The checked markup of another kind."""
    if "keyboard" in value:
        rows = value["keyboard"]
        if not isinstance(rows, list) or any(not isinstance(row, list) for row in rows):
            raise bad_request('field "keyboard" must be an Array of Arrays')
        if not any(rows):
            raise bad_request("reply keyboard is empty")
        for row in rows:
            for button in row:
                text = button if isinstance(button, str) else button.get("text", "") if isinstance(button, dict) else ""
                if not str(text).strip():
                    raise bad_request("can't parse keyboard button: keyboard button text must be non-empty")
    return dict(value)
