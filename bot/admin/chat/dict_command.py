"""`/dict` in; other words for what is asked, looked up, tried out and taken, out.

A change of the glossary waits in the message that asked for it: the bot's proposal replies to that message, and its
buttons read it again. So they work after a restart, with nothing kept in memory.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Literal

from telegram import Message as Received

from bot.admin import glossary_messages
from bot.admin.chat.admin import ProgressLine, index_fault
from bot.admin.glossary_changes import RECORDED
from bot.admin.reports import Reports, Stopped
from bot.people.people import Role
from bot.telegram.callbacks import GlossaryChange
from bot.telegram.chats import Chats, Command, Handler, Press, Speaker, argument
from bot.telegram.messenger import Messenger
from content.glossary import Change, GlossaryNotChanged, change, entries
from index.build.known_questions import KnownQuestionsFell
from index.errors import IndexFault
from index.evaluating.rehearsal import Asked

_REMOVES = ("remove", "删除", "去掉")
_ACTIONS = ("add", "添加", "增加", *_REMOVES)
_COMMAND = re.compile(rf"({'|'.join(_ACTIONS)})\s+(.*)", re.IGNORECASE | re.DOTALL)


class DictCommand:
    """The glossary, looked at and changed. `recorded` gives the newest questions, to try a change on."""

    def __init__(
        self,
        chats: Chats,
        messenger: Messenger,
        reports: Reports,
        recorded: Callable[[int], Awaitable[tuple[Asked, ...]]],
    ) -> None:
        self._chats = chats
        self._messenger = messenger
        self._reports = reports
        self._recorded = recorded

    def handlers(self) -> list[Handler]:
        return [
            self._chats.on_command("dict", self.command, private=True, needs=Role.ADMIN),
            self._chats.on_press(GlossaryChange, self.press, needs=Role.ADMIN, action="dict"),
        ]

    async def command(self, command: Command) -> None:
        """`/dict`, `/dict word`, `/dict add word = other; other`, `/dict remove word`."""
        who, wanted = command.who, command.argument
        try:
            asked = read_change(wanted)
            if asked is not None:
                self._chats.beside(self._propose(who, asked), command.update)
                return
            found = entries(await self._reports.glossary(who.user))
        except GlossaryNotChanged as error:
            await self._chats.reply(who, glossary_messages.not_changed(who.words, error))
            return
        except (IndexFault, OSError) as error:
            await self._chats.reply(who, index_fault(who.words, error))
            return
        if not wanted or wanted.casefold() in _ACTIONS:
            await self._chats.reply(who, glossary_messages.dict_how(who.words, len(found)))
            return
        having = [entry for entry in found if any(wanted.casefold() in form.casefold() for form in entry.forms)]
        await self._chats.reply(who, glossary_messages.looked_up(who.words, wanted, having))

    async def _propose(self, who: Speaker, asked: Change) -> None:
        words = who.words
        line = await self._messenger.send(who.chat, glossary_messages.checking(words), reply_to=who.message)
        try:
            recorded = await self._recorded(RECORDED)
            message = glossary_messages.proposed(words, await self._reports.try_change(who.user, asked, recorded))
        except GlossaryNotChanged as error:
            message = glossary_messages.not_changed(words, error)
        except (IndexFault, OSError) as error:
            message = index_fault(words, error)
        await self._messenger.edit(who.chat, line, message)

    async def press(self, press: Press[GlossaryChange]) -> None:
        """Take a proposal, or leave it."""
        who, proposal = press.who, press.message
        if press.data.what == "leave":
            await press.show(glossary_messages.left(who.words))
            return
        command = proposal.reply_to_message if isinstance(proposal, Received) else None
        try:
            asked = read_change(argument(command)) if command is not None else None
        except GlossaryNotChanged:  # it was edited into something else
            asked = None
        if asked is None:
            await press.show(glossary_messages.gone(who.words))
            return
        self._chats.beside(self._take(who, asked, proposal.message_id), press.update)

    async def _take(self, who: Speaker, asked: Change, line: int) -> None:
        words = who.words
        await self._messenger.edit(who.chat, line, glossary_messages.taken(words, asked.word))
        live = ProgressLine(self._messenger, who, line)
        try:
            await self._reports.take_change(who.user, asked, live.note)
            message = glossary_messages.in_use(words, asked.word)
        except Stopped:
            return
        except GlossaryNotChanged as error:
            message = glossary_messages.not_changed(words, error)
        except KnownQuestionsFell as error:
            message = glossary_messages.stopped(words, error.report)
        except (IndexFault, OSError) as error:
            message = index_fault(words, error)
        finally:
            await live.close()
        await self._messenger.edit(who.chat, line, message)


def read_change(text: str) -> Change | None:
    """`add word = other; other` or `remove word = form`; None for anything else. Raises NotChanged."""
    match = _COMMAND.fullmatch(text.strip())
    if match is None:
        return None
    action: Literal["add", "remove"] = "remove" if match[1].lower() in _REMOVES else "add"
    word, _, forms = re.sub("＝", "=", match[2]).partition("=")
    return change(action, word, re.split(r"[;；]", forms) if forms.strip() else ())
