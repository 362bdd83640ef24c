"""`/answers` in; the office's own answers, listed, tried out and changed, out.

A change waits in the message that asked for it, as one of the glossary does: the proposal replies to that message, and
its buttons read it again. So they work after a restart, with nothing kept in memory.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from telegram import Message as Received

from bot.asking import office_messages as messages
from bot.asking.office import RECORDED, Office, OfficeChange, read_typed
from bot.base.search import NoIndexYet
from bot.people.people import Role
from bot.telegram import common_messages
from bot.telegram.callbacks import OfficeAnswerChange
from bot.telegram.chats import Chats, Command, Handler, Press, Speaker, argument
from bot.telegram.messenger import Messenger
from bot.words.markup import Html, visible
from content.answers import AnswersNotChanged
from index.evaluating.rehearsal import Asked


class OfficeAnswers:
    """The office's answers, looked at and changed. `recorded` gives the newest questions, to try a change on."""

    def __init__(
        self,
        chats: Chats,
        messenger: Messenger,
        office: Office,
        recorded: Callable[[int], Awaitable[tuple[Asked, ...]]],
    ) -> None:
        self._chats = chats
        self._messenger = messenger
        self._office = office
        self._recorded = recorded

    def handlers(self) -> list[Handler]:
        return [
            self._chats.on_command("answers", self.command, private=True, needs=Role.STAFF),
            self._chats.on_press(OfficeAnswerChange, self.press, needs=Role.STAFF, action="answers"),
        ]

    async def command(self, command: Command) -> None:
        """`/answers`, `/answers NAME`, `/answers add NAME …`, `/answers remove NAME`."""
        who, wanted = command.who, command.argument
        try:
            change = read_typed(wanted)
            if change is not None:
                await self._propose(who, change, who.message)
                return
            answers = await self._office.answers(who.user)
        except AnswersNotChanged as error:
            await self._chats.reply(who, messages.not_changed(who.words, error))
            return
        except OSError as error:
            await self._chats.reply(who, messages.not_written(who.words, error))
            return
        if not wanted:
            await self._chats.reply(who, messages.answers_list(who.words, answers))
            return
        answer = next((answer for answer in answers if answer.name.casefold() == wanted.casefold()), None)
        shown = messages.one_answer(who.words, answer) if answer else messages.unknown(who.words, wanted)
        await self._chats.reply(who, shown)

    async def propose(self, who: Speaker, command: str, message: int) -> None:
        """Try out a change that the bot wrote as `/answers …` for a staff member, in `message`."""
        try:
            change = read_typed(visible(Html(command)).partition(" ")[2])
            if change is not None:
                await self._propose(who, change, message)
        except AnswersNotChanged as error:
            await self._chats.reply(who, messages.not_changed(who.words, error))
        except OSError as error:
            await self._chats.reply(who, messages.not_written(who.words, error))

    async def _propose(self, who: Speaker, change: OfficeChange, message: int | None) -> None:
        """The proposal replies to the message that holds the change."""
        questions = tuple(asked.question for asked in await self._recorded(RECORDED))
        try:
            proposal = await self._office.try_change(who.user, change, questions)
        except NoIndexYet:
            await self._chats.reply(who, common_messages.preparing(who.words))
            return
        await self._messenger.send(who.chat, messages.proposed(who.words, proposal), reply_to=message)

    async def press(self, press: Press[OfficeAnswerChange]) -> None:
        """Take a proposal, or leave it."""
        who, proposal = press.who, press.message
        if press.data.what == "leave":
            await press.show(messages.left(who.words))
            return
        command = proposal.reply_to_message if isinstance(proposal, Received) else None
        try:
            change = read_typed(argument(command)) if command is not None else None
            if change is None:
                await press.show(messages.gone(who.words))
                return
            await self._office.make(who.user, change)
        except AnswersNotChanged as error:
            await press.show(messages.not_changed(who.words, error))
        except OSError as error:
            await press.show(messages.not_written(who.words, error))
        else:
            await press.show(messages.taken(who.words, change.answer.name))
