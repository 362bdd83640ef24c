"""What a bot says of itself in, what each person is shown out: commands, names and descriptions by language.

Which list of commands a person sees: https://core.telegram.org/bots/api#determining-list-of-commands.
"""

from __future__ import annotations

import re
from typing import Any

from bot.sandbox.api_errors import bad_request
from bot.sandbox.call import Call
from bot.sandbox.entities import utf16_length
from bot.sandbox.records import Chat, Json
from bot.sandbox.world import World

COMMAND = re.compile(r"[a-z0-9_]{1,32}")
LANGUAGE = re.compile(r"[a-z]{2}")
Scope = tuple[str, int, int]
PLAIN_SCOPES = frozenset({"default", "all_private_chats", "all_group_chats", "all_chat_administrators"})
LIMITS = {"name": 64, "description": 512, "short_description": 120}
MENU_KINDS = frozenset({"default", "commands", "web_app"})


class BotProfile:
    """The profile of the bot; the methods below are those of the Bot API that read and change it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.commands: dict[tuple[Scope, str], list[Json]] = {}
        self.texts: dict[tuple[str, str], str] = {}
        self.menus: dict[int, Json] = {}

    # Commands

    def set_my_commands(self, call: Call) -> bool:
        """setMyCommands."""
        commands = call["commands"]
        if not isinstance(commands, list):
            raise bad_request("can't parse commands: expected an Array of BotCommand")
        if len(commands) > 100:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        key = (self.scope(call), language(call))
        checked = [bot_command(item) for item in commands]
        if checked:
            self.commands[key] = checked
        else:
            self.commands.pop(key, None)
        self.world.changes.add("commands", 0)
        return True

    def get_my_commands(self, call: Call) -> list[Json]:
        """getMyCommands: exactly this scope and language, nothing that it falls back to."""
        return self.commands.get((self.scope(call), language(call)), [])

    def delete_my_commands(self, call: Call) -> bool:
        """deleteMyCommands."""
        self.commands.pop((self.scope(call), language(call)), None)
        self.world.changes.add("commands", 0)
        return True

    def shown_commands(self, user: int, chat: Chat) -> list[Json]:
        """The commands that a person sees: those of the narrowest scope with any, their language first."""
        tongue = self.world.users[user].language[:2].lower()
        for scope in self.scopes(user, chat):
            for code in (tongue, ""):
                commands = self.commands.get((scope, code))
                if commands:
                    return commands
        return []

    def scopes(self, user: int, chat: Chat) -> list[Scope]:
        """The scopes that a person is in, narrowest first."""
        if chat.kind == "private":
            return [("chat", chat.id, 0),
                    ("all_private_chats", 0, 0), ("default", 0, 0)]  # fmt: skip
        scopes: list[Scope] = [("chat_member", chat.id, user)]
        if chat.members.get(user) in ("creator", "administrator"):
            scopes += [
                ("chat_administrators", chat.id, 0),
                ("chat", chat.id, 0),
                ("all_chat_administrators", 0, 0),
            ]
        else:
            scopes += [("chat", chat.id, 0)]
        return [*scopes, ("all_group_chats", 0, 0), ("default", 0, 0)]

    def scope(self, call: Call) -> Scope:
        """The scope that a call names."""
        value = call.get("scope")
        if value is None:
            return "default", 0, 0
        if not isinstance(value, dict) or "type" not in value:
            raise bad_request("can't parse BotCommandScope: expected an Object with a type")
        kind = str(value["type"])
        if kind in PLAIN_SCOPES:
            return kind, 0, 0
        if kind not in ("chat", "chat_administrators", "chat_member"):
            raise bad_request("can't parse BotCommandScope: unsupported type specified")
        if "chat_id" not in value:
            raise bad_request("can't parse BotCommandScope: chat_id is empty")
        chat = self.world.chat_for_bot(value["chat_id"], reading=True)
        if kind == "chat_administrators" and chat.kind == "private":
            raise bad_request("can't use specified scope in private chats")
        user = int(value.get("user_id", 0)) if kind == "chat_member" else 0
        return kind, chat.id, user

    # Names and descriptions

    def set_text(self, kind: str, call: Call) -> bool:
        """setMyName, setMyDescription, setMyShortDescription."""
        text = str(call.get(kind, ""))
        if utf16_length(text) > LIMITS[kind]:
            raise bad_request(f"bot {kind.replace('_', ' ')} is too long")
        if text:
            self.texts[kind, language(call)] = text
        else:
            self.texts.pop((kind, language(call)), None)
        return True

    def get_text(self, kind: str, call: Call) -> Json:
        """The text in the language asked for, or else the one for all."""
        text = self.texts.get((kind, language(call))) or self.texts.get((kind, ""))
        return {kind: text if text is not None else self.world.bot.first_name if kind == "name" else ""}

    # The menu button

    def set_chat_menu_button(self, call: Call) -> bool:
        """setChatMenuButton."""
        button = call.get("menu_button") or {"type": "default"}
        if not isinstance(button, dict) or button.get("type") not in MENU_KINDS:
            raise bad_request("can't parse menu button: unsupported type specified")
        chat = self.world.chat_for_bot(call["chat_id"], reading=True).id if call.get("chat_id") else 0
        self.menus[chat] = button
        return True

    def get_chat_menu_button(self, call: Call) -> Json:
        """getChatMenuButton."""
        return self.menus.get(call.get("chat_id") or 0) or self.menus.get(0) or {"type": "commands"}


def language(call: Call) -> str:
    """The language code of a call: two letters, or "" for everybody."""
    code = call.get("language_code", "")
    if code and not LANGUAGE.fullmatch(code):
        raise bad_request("invalid language code specified")
    return str(code)


def bot_command(item: Any) -> Json:
    """One checked BotCommand."""
    if not isinstance(item, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    command = str(item.get("command", "")).removeprefix("/")
    description = str(item.get("description", "")).strip()
    if not COMMAND.fullmatch(command):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= utf16_length(description) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": command, "description": description}
