"""Roles and languages in; the command menus that Telegram shows, out.

Everybody sees the partners' commands in the language of their Telegram; a chat where a language was chosen or
that belongs to staff or an admin has a menu of its own, in the language chosen, else in that of their Telegram too.
"""

from __future__ import annotations

import logging

from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
)
from telegram.error import TelegramError

from bot.people.people import People, Role
from bot.people.personal_messages import COMMANDS, command_help
from bot.words.catalogue import LANGUAGES, Words, words

LOG = logging.getLogger("bot.chat.menus")
ANY_LANGUAGE = ("", *LANGUAGES)
"""What a Telegram may speak; "" is whatever else."""
IN_GROUPS = ("ask", "library", "subscribe", "unsubscribe", "news", "language", "help")


class Menus:
    """Registers commands with Telegram. A menu that cannot be set is noted and stops nothing."""

    def __init__(self, bot: Bot, people: People) -> None:
        self._bot = bot
        self._people = people

    async def publish(self) -> None:
        """The menus of everybody, and of those who have a role."""
        for language in ANY_LANGUAGE:
            partner = commands(words(language), Role.PARTNER)
            groups = [command for command in partner if command.command in IN_GROUPS]
            try:
                await self._bot.set_my_commands(partner, scope=BotCommandScopeDefault(), language_code=language or None)
                await self._bot.set_my_commands(
                    groups, scope=BotCommandScopeAllGroupChats(), language_code=language or None
                )
            except TelegramError as error:
                LOG.warning("the command menu could not be set: %s", error)
        for user, role in (await self._people.with_role(Role.STAFF)).items():
            chat = await self._people.chat(user)
            if chat is not None and chat.reachable:
                await self.show(user, role)

    async def show(self, chat: int, role: Role) -> None:
        """The menu of one private chat."""
        chosen, scope = await self._people.language(chat), BotCommandScopeChat(chat)
        try:
            for language in ANY_LANGUAGE:
                if role is Role.PARTNER and not chosen:
                    await self._bot.delete_my_commands(scope=scope, language_code=language or None)
                else:
                    own = commands(words(chosen or language), role)
                    await self._bot.set_my_commands(own, scope=scope, language_code=language or None)
        except TelegramError as error:
            # Such as "chat not found" for somebody who never wrote to the bot.
            LOG.info("the command menu of a chat could not be set: %s", error)


def commands(w: Words, role: Role) -> list[BotCommand]:
    """The commands of a role and of those below it."""
    return [BotCommand(name, command_help(w, name)) for name, needed in COMMANDS if role >= needed]
