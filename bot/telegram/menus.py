"""Roles and languages in; the command menus that Telegram shows, out.

`COMMANDS` is the one table of commands: a further one is a line here, and an `on_command` in the chat of its feature.

Everybody sees the partners' commands in the language of their Telegram; a chat where a language was chosen or
that belongs to staff or an admin has a menu of its own, in the language chosen, else in that of their Telegram too.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
)
from telegram.error import TelegramError

from bot.people.people import People, Role
from bot.words.catalogue import LANGUAGES, Words, words

LOG = logging.getLogger("bot.chat.menus")
ANY_LANGUAGE = ("", *LANGUAGES)
"""What a Telegram may speak; "" is whatever else."""


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A command as menus and /help show it."""

    name: str
    needs: Role
    help: Callable[[Words], str]
    """One line, in a language."""
    in_groups: bool = False
    """Whether the menu of a group has it too."""


COMMANDS: tuple[MenuEntry, ...] = (
    MenuEntry("ask", Role.PARTNER, lambda w: w.label("Ask the reports a question"), in_groups=True),
    MenuEntry("library", Role.PARTNER, lambda w: w.label("Look around in the reports"), in_groups=True),
    MenuEntry("document", Role.PARTNER, lambda w: w.label("Your questions and answers as a Word file")),
    MenuEntry("subscribe", Role.PARTNER, lambda w: w.label("Choose what to hear about"), in_groups=True),
    MenuEntry("unsubscribe", Role.PARTNER, lambda w: w.label("Hear about less, or nothing"), in_groups=True),
    MenuEntry("news", Role.PARTNER, lambda w: w.label("Past announcements"), in_groups=True),
    MenuEntry("profile", Role.PARTNER, lambda w: w.label("Tell us about yourself, if you like")),
    MenuEntry("language", Role.PARTNER, lambda w: w.label("Choose the language"), in_groups=True),
    MenuEntry("help", Role.PARTNER, lambda w: w.label("How this works"), in_groups=True),
    MenuEntry("privacy", Role.PARTNER, lambda w: w.label("What is stored about you")),
    MenuEntry("export", Role.PARTNER, lambda w: w.label("Get what is stored about you")),
    MenuEntry("forget", Role.PARTNER, lambda w: w.label("Delete what is stored about you")),
    MenuEntry("announce", Role.STAFF, lambda w: w.label("Write an announcement")),
    MenuEntry("announcements", Role.STAFF, lambda w: w.label("Drafts, scheduled and past announcements")),
    MenuEntry("answers", Role.STAFF, lambda w: w.label("The office's own answers")),
    MenuEntry("reindex", Role.ADMIN, lambda w: w.label("Read the reports again")),
    MenuEntry("upload", Role.ADMIN, lambda w: w.label("Add a report")),
    MenuEntry("unanswered", Role.STAFF, lambda w: w.label("Questions without a good answer")),
    MenuEntry("explain", Role.ADMIN, lambda w: w.label("Why a question is answered as it is")),
    MenuEntry("dict", Role.ADMIN, lambda w: w.label("Other words for what is asked")),
    MenuEntry("grant", Role.ADMIN, lambda w: w.label("Give a person a role")),
    MenuEntry("revoke", Role.ADMIN, lambda w: w.label("Take a role away")),
    MenuEntry("stats", Role.ADMIN, lambda w: w.label("Questions by day")),
    MenuEntry("audit", Role.ADMIN, lambda w: w.label("What staff and admins did")),
)
"""In the order of the menu; `/start` is offered by Telegram itself."""


class Menus:
    """Registers commands with Telegram. A menu that cannot be set is noted and stops nothing."""

    def __init__(self, bot: Bot, people: People) -> None:
        self._bot = bot
        self._people = people

    async def publish(self) -> None:
        """The menus of everybody, and of those who have a role."""
        for language in ANY_LANGUAGE:
            partner = commands(words(language), Role.PARTNER)
            groups = commands(words(language), Role.PARTNER, in_groups=True)
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


def commands(words: Words, role: Role, *, in_groups: bool = False) -> list[BotCommand]:
    """The commands of a role and of those below it; with `in_groups`, those that a group has."""
    return [
        BotCommand(command.name, command.help(words))
        for command in COMMANDS
        if role >= command.needs and (command.in_groups or not in_groups)
    ]
