"""`/explain` and `/dict` in: why a question is answered as it is, and other words for what is asked, out.

A change of the glossary waits in the message that asked for it: the bot's proposal replies to that message, and its
buttons read it again. So they work after a restart, with nothing kept in memory.
"""

from __future__ import annotations

import re
from typing import Literal

from telegram import Message as Received
from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from bot.admin import glossary_messages
from bot.admin.chat.admin import ProgressLine, index_fault
from bot.admin.glossary_changes import RECORDED
from bot.admin.reports import Stopped
from bot.asking import answer_messages as messages
from bot.asking import explaining
from bot.asking.search import NoIndexYet
from bot.people.people import Role
from bot.telegram.desk import Context, Desk, Handler, Speaker, alone, argument, reply, speaker
from content.glossary import Change, NotChanged, change, entries
from index.build.known_questions import KnownQuestionsFell
from index.errors import IndexFault

_REMOVES = ("remove", "删除", "去掉")
_ACTIONS = ("add", "添加", "增加", *_REMOVES)
_COMMAND = re.compile(rf"({'|'.join(_ACTIONS)})\s+(.*)", re.IGNORECASE | re.DOTALL)


class Tuning:
    """What an admin looks at and changes to make answers better."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def handlers(self) -> list[Handler]:
        new = filters.UpdateType.MESSAGE
        return [
            CommandHandler("explain", self.explain, filters=new),
            CommandHandler("dict", self.dict, filters=new),
            CallbackQueryHandler(self.press, pattern=r"^dict:(take|leave)$"),
        ]

    async def explain(self, update: Update, context: Context) -> None:
        """`/explain question`; alone, the last question of this chat."""
        who = await self._alone(update, "explain")
        if who is None or update.message is None:
            return
        desk, question = self._desk, argument(update.message)
        history = await desk.questions.history(who.chat, who.user, who.at)
        if not question and history:
            question, history = history[-1], history[:-1]
        if not question:
            await reply(desk, who, explaining.explain_what(who.words))
            return
        try:
            found = await desk.search.look(lambda searcher: searcher.explain(question, history=history))
        except NoIndexYet:
            await reply(desk, who, messages.preparing(who.words))
            return
        await reply(desk, who, explaining.explanation_message(who.words, found))

    async def dict(self, update: Update, context: Context) -> None:
        """`/dict`, `/dict word`, `/dict add word = other; other`, `/dict remove word`."""
        who = await self._alone(update, "dict")
        if who is None or update.message is None:
            return
        wanted = argument(update.message)
        try:
            asked = read_change(wanted)
            if asked is not None:
                self._desk.background(self._propose(who, asked), update)
                return
            found = entries(await self._desk.reports.glossary(who.user))
        except NotChanged as error:
            await reply(self._desk, who, glossary_messages.not_changed(who.words, error))
            return
        except (IndexFault, OSError) as error:
            await reply(self._desk, who, index_fault(who.words, error))
            return
        if not wanted or wanted.casefold() in _ACTIONS:
            await reply(self._desk, who, glossary_messages.dict_how(who.words, len(found)))
            return
        having = [one for one in found if any(wanted.casefold() in form.casefold() for form in one.forms)]
        await reply(self._desk, who, glossary_messages.looked_up(who.words, wanted, having))

    async def _propose(self, who: Speaker, asked: Change) -> None:
        desk, w = self._desk, who.words
        line = await desk.courier.send(who.chat, glossary_messages.checking(w), reply_to=who.message)
        try:
            recorded = await desk.questions.recorded(RECORDED)
            message = glossary_messages.proposed(w, await desk.reports.try_change(who.user, asked, recorded))
        except NotChanged as error:
            message = glossary_messages.not_changed(w, error)
        except (IndexFault, OSError) as error:
            message = index_fault(w, error)
        await desk.courier.edit(who.chat, line, message)

    async def press(self, update: Update, context: Context) -> None:
        """Take a proposal, or leave it."""
        query, who = update.callback_query, await speaker(self._desk, update)
        if query is None or who is None or query.message is None:
            return
        desk, line = self._desk, query.message.message_id
        await desk.people.check(who.user, Role.ADMIN, "dict")
        await desk.courier.acknowledge(query)
        if query.data == "dict:leave":
            await desk.courier.edit(who.chat, line, glossary_messages.left(who.words))
            return
        proposal = query.message
        command = proposal.reply_to_message if isinstance(proposal, Received) else None
        try:
            asked = read_change(argument(command)) if command is not None else None
        except NotChanged:  # it was edited into something else
            asked = None
        if asked is None:
            await desk.courier.edit(who.chat, line, glossary_messages.gone(who.words))
            return
        desk.background(self._take(who, asked, line), update)

    async def _take(self, who: Speaker, asked: Change, line: int) -> None:
        desk, w = self._desk, who.words
        await desk.courier.edit(who.chat, line, glossary_messages.taken(w, asked.word))
        live = ProgressLine(desk, who, line)
        try:
            await desk.reports.take_change(who.user, asked, live.note)
            message = glossary_messages.in_use(w, asked.word)
        except Stopped:
            return
        except NotChanged as error:
            message = glossary_messages.not_changed(w, error)
        except KnownQuestionsFell as error:
            message = glossary_messages.stopped(w, error.report)
        except (IndexFault, OSError) as error:
            message = index_fault(w, error)
        finally:
            await live.close()
        await desk.courier.edit(who.chat, line, message)

    async def _alone(self, update: Update, action: str) -> Speaker | None:
        """The speaker, if they are an admin and alone with the bot. Raises `NotAllowed`."""
        who = await alone(self._desk, update)
        if who is not None:
            await self._desk.people.check(who.user, Role.ADMIN, action)
        return who


def read_change(text: str) -> Change | None:
    """`add word = other; other` or `remove word = form`; None for anything else. Raises NotChanged."""
    match = _COMMAND.fullmatch(text.strip())
    if match is None:
        return None
    action: Literal["add", "remove"] = "remove" if match[1].lower() in _REMOVES else "add"
    word, _, forms = re.sub("＝", "=", match[2]).partition("=")
    return change(action, word, re.split(r"[;；]", forms) if forms.strip() else ())
