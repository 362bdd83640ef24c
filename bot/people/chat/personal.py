"""`/start /help /language /privacy /export /forget` in; what concerns the person who writes, out."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable

from bot.people import personal_messages, subscribing_messages
from bot.people.people import People, Role
from bot.telegram.callbacks import ChooseLanguage, Forget
from bot.telegram.chats import Chats, Command, Handler, Press, Speaker, leads, speaks_as_the_chat
from bot.telegram.menus import Menus
from bot.telegram.messenger import Messenger
from bot.words.catalogue import LANGUAGES, Words, language_of, words
from bot.words.markup import Message, escape

CALLED = {name: tag for tag, language in LANGUAGES.items() for name in language.called}
"""What people call the languages."""


class Personal:
    """Welcome, help, language and privacy.

    `open_passage` shows a passage that a link names; `examples` gives a few questions to try, in a language;
    `ask_about` asks what somebody wishes to know about an announcement, and says whether there is one.
    """

    def __init__(
        self,
        chats: Chats,
        people: People,
        messenger: Messenger,
        menus: Menus,
        open_passage: Callable[[Speaker, Words, str], Awaitable[None]],
        examples: Callable[[str], Awaitable[tuple[str, ...]]],
        keep_asker_days: int,
        ask_about: Callable[[Speaker, int], Awaitable[bool]],
    ) -> None:
        self._chats = chats
        self._people = people
        self._messenger = messenger
        self._menus = menus
        self._open_passage = open_passage
        self._examples = examples
        self._keep_asker_days = keep_asker_days
        self._ask_about = ask_about

    def handlers(self) -> list[Handler]:
        on_command, on_press = self._chats.on_command, self._chats.on_press
        return [
            on_command("start", self.start),
            on_command("help", self.help),
            on_command("language", self.language),
            on_command("privacy", self.privacy, private=True),
            on_command("export", self.export, private=True),
            on_command("forget", self.forget, private=True),
            on_press(ChooseLanguage, self.choose_language, answer=False, when=lambda data: data.language in LANGUAGES),
            on_press(Forget, self.really_forget, private=True),
        ]

    async def start(self, command: Command) -> None:
        """Welcome; with `p_<passage>` behind it, that passage, with `ask_<number>` a question about an announcement.

        The welcome says of anything else what it was.
        """
        who = command.who
        link = re.fullmatch(r"p_([\w-]{1,60})", command.argument)
        if link:
            await self._open_passage(who, who.words, link[1])
            return
        about = re.fullmatch(r"ask_(\d{1,9})", command.argument)
        if about and who.private and await self._ask_about(who, int(about[1])):
            return
        examples = await self._examples(who.words.language)
        unknown = command.argument if who.private else ""
        await self._chats.reply(who, personal_messages.welcome(who.words, examples, unknown))
        if who.private:
            await self._menus.show(who.chat, await self._people.role(who.user))

    async def help(self, command: Command) -> None:
        who = command.who
        role = await self._people.role(who.user) if who.private else Role.PARTNER
        await self._chats.reply(who, personal_messages.help_(who.words, role, in_group=not who.private))

    async def language(self, command: Command) -> None:
        """`/language zh` chooses at once; alone it offers a choice. For a group, its admins choose."""
        who = command.who
        wanted = CALLED.get(command.argument.casefold())
        bot, as_chat = command.context.bot, speaks_as_the_chat(command.received)
        may = who.private or as_chat or await leads(bot, who.chat, who.user)
        if not may:
            await self._chats.reply(who, Message(escape(subscribing_messages.admins_only(who.words))))
        elif wanted is not None:
            await self._chats.reply(who, await self._choose(who, wanted))
        else:
            await self._chats.reply(who, personal_messages.languages(who.words))

    async def choose_language(self, press: Press[ChooseLanguage]) -> None:
        who = press.who
        if not await leads(press.context.bot, who.chat, who.user):
            await press.answer(subscribing_messages.admins_only(who.words), alert=True)
            return
        await press.answer()
        await press.show(await self._choose(who, language_of(press.data.language)))

    async def _choose(self, who: Speaker, language: str) -> Message:
        w = words(language)
        await self._people.choose_language(who.chat, who.kind, language)
        if who.private:
            await self._menus.show(who.chat, await self._people.role(who.user))
        return personal_messages.language_chosen(w)

    async def privacy(self, command: Command) -> None:
        who = command.who
        await self._chats.reply(who, personal_messages.privacy(who.words, who.user, self._keep_asker_days))

    async def export(self, command: Command) -> None:
        """Everything stored about the person, as a JSON file."""
        who = command.who
        stored = {"telegram_id": who.user} | await self._people.export(who.user)
        text = json.dumps(stored, ensure_ascii=False, indent=2)
        caption = personal_messages.export_caption(who.words)
        await self._messenger.send_file(who.chat, text.encode(), "citedesk-export.json", caption)

    async def forget(self, command: Command) -> None:
        who = command.who
        stored = await self._people.export(who.user)
        await self._chats.reply(who, personal_messages.forget(who.words, has_role=bool(stored["role"])))

    async def really_forget(self, press: Press[Forget]) -> None:
        who = press.who
        if press.data.sure == "no":
            await press.show(personal_messages.kept(who.words))
            return
        await self._people.forget(who.user)
        await self._menus.show(who.chat, await self._people.role(who.user))
        await press.show(personal_messages.forgotten(who.words))
