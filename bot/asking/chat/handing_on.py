"""Replies to a question that was handed on in; the staff's answer to the partner, and what they write back, out.

Messages are written anew or copied, never forwarded: a forward shows its sender.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Literal

from telegram import Message as Received
from telegram import Update
from telegram.error import TelegramError

from bot.asking import handing_messages as messages
from bot.asking.chat.answers import OfficeAnswers
from bot.asking.handing_on import Handed, HandedOn, HandedPart
from bot.asking.questions import Questions
from bot.people.people import People, Role
from bot.telegram.callbacks import HandedButton
from bot.telegram.chats import Chats, Handler, Press, Speaker
from bot.telegram.expectations import Expectations
from bot.telegram.messenger import Doubtful, Messenger, Unreachable
from bot.words.catalogue import words
from bot.words.markup import Html, escape

MOST_WAITING = 10
"""Questions that somebody who came to the staff gets at once."""
ReplyOutcome = Literal["sent", "unreachable", "unknown"]
PATIENCE = timedelta(hours=2)
"""How long "write it here" waits."""


class HandingOn:
    """The talk between a partner who pressed "tell the staff" and the staff."""

    def __init__(
        self,
        chats: Chats,
        people: People,
        messenger: Messenger,
        questions: Questions,
        handed_on: HandedOn,
        expectations: Expectations,
        office: OfficeAnswers,
    ) -> None:
        self._chats = chats
        self._people = people
        self._messenger = messenger
        self._questions = questions
        self._handed_on = handed_on
        self._expectations = expectations
        self._office = office

    def handlers(self) -> list[Handler]:
        return [
            self._chats.on_press(
                HandedButton, self.press, private=True, needs=Role.STAFF, action="answer", answer=False
            )
        ]

    async def tell(self, question: str, text: str, but: int) -> None:
        """Put a question before the staff; each message is noted, so that a reply to it finds its way back."""
        staff = await self._chats.within_reach(but=but) or await self._chats.within_reach()
        place = partial(self._handed_on.place, question, "staff")
        await self._chats.tell(staff, partial(messages.told_by_partner, question=text), place)

    async def bring_waiting(self, user: int) -> None:
        """Put the questions before somebody who came to the staff that nobody has answered."""
        for handed in await self._handed_on.waiting(user, MOST_WAITING):
            place = partial(self._handed_on.place, handed.question, "staff")
            await self._chats.tell((user,), partial(messages.told_by_partner, question=handed.text), place)

    async def closed(self, question: str) -> None:
        """The staff is done with a question: who handed it on hears so."""
        handed = await self._handed_on.find(question)
        if handed is not None and handed.chat is not None:
            await self._chats.tell((handed.chat,), lambda _: messages.closed(words(handed.language), handed.text))

    async def replied(self, who: Speaker, update: Update) -> bool:
        """Whether a message replies to one that stands for a question."""
        message = update.message
        if message is None or message.reply_to_message is None:
            return False
        standing = await self._handed_on.at(who.chat, message.reply_to_message.message_id)
        handed = await self._handed_on.find(standing[0]) if standing is not None else None
        if standing is None or handed is None:
            return False
        if standing[1] == "staff":
            await self._answer(who, message, handed)
            return True
        if who.user != handed.asker:
            return False  # members of a group talk to each other
        await self._write_back(who, message, handed)
        return True

    async def reply_typed(self, who: Speaker, update: Update, detail: str) -> bool:
        """What was asked for with "reply"."""
        handed = await self._handed_on.find(detail)
        if handed is not None and update.message is not None:
            await self._answer(who, update.message, handed)
        await self._expectations.drop(who.user)  # not before: where Telegram is away, it is tried again
        return handed is not None

    async def _answer(self, who: Speaker, message: Received, handed: Handed) -> None:
        """Send the answer to whoever asked this, and to those who wait with the same words."""
        await self._people.authorize(who.user, Role.STAFF, "answer", f"question {handed.question}")
        waiting = [handed, *await self._handed_on.others(handed)]
        outcomes = {await self._answer_one(who, message, each) for each in waiting if each.chat is not None}
        if not outcomes:
            await self._chats.reply(who, messages.nobody_known(who.words))
            return
        if "unknown" in outcomes:
            await self._chats.reply(who, messages.answer_doubtful(who.words))
        if "sent" not in outcomes:
            if "unreachable" in outcomes:
                await self._chats.reply(who, messages.answer_failed(who.words))
            return
        await self._questions.mark_done(who.user, handed.question)
        # a reply to the answer: the button below it reads the words there
        done = messages.answer_sent(who.words, handed.question)
        await self._messenger.send(who.chat, done, reply_to=message.message_id)

    async def _answer_one(self, who: Speaker, message: Received, handed: Handed) -> ReplyOutcome:
        """Send an answer to one chat. An update that is handled again sends nothing twice, also in doubt."""
        w, chat = words(handed.language), handed.chat or 0
        text = messages.answered(w, handed.text, text_of(message))

        async def send() -> int:
            return await self._messenger.send(chat, text, reply_to=handed.message, at_most_once=True)

        async def copy() -> int:
            return await self._messenger.copy(chat, who.chat, message.message_id, at_most_once=True)

        parts: list[tuple[HandedPart, Callable[[], Awaitable[int]]]] = [("text", send)]
        if not message.text:
            parts.append(("file", copy))
        for part, deliver in parts:
            came = await self._handed_on.begin_answer(handed.question, who.chat, message.message_id, part)
            if came == "sent":
                continue
            if came == "unknown":
                return "unknown"
            try:
                sent = await deliver()
            except Doubtful:
                return "unknown"
            except (Unreachable, TelegramError) as error:
                await self._handed_on.end_answer(handed.question, who.chat, message.message_id, part, sent=False)
                if isinstance(error, Unreachable):
                    return "unreachable"
                raise
            await self._handed_on.place(handed.question, "partner", chat, sent)
            await self._handed_on.end_answer(handed.question, who.chat, message.message_id, part, sent=True)
        return "sent"

    async def _write_back(self, who: Speaker, message: Received, handed: Handed) -> None:
        staff = await self._chats.within_reach(but=who.user) or await self._chats.within_reach()
        place = partial(self._handed_on.place, handed.question, "staff")
        shown = partial(messages.written_back, question=handed.text, text=text_of(message))
        begin, end = self._handed_on.begin_answer, self._handed_on.end_answer
        if await begin(handed.question, who.chat, message.message_id, "text") == "new":
            await self._chats.tell(staff, shown, place)  # it raises nothing, and tells later whom it cannot reach now
            await end(handed.question, who.chat, message.message_id, "text", sent=True)
        for chat in staff if not message.text else ():
            part = f"file {chat}"
            if await begin(handed.question, who.chat, message.message_id, part) == "sent":
                continue
            with suppress(Unreachable):
                copy = await self._messenger.copy(chat, who.chat, message.message_id)
                await place(chat, copy)
            await end(handed.question, who.chat, message.message_id, part, sent=True)
        await self._chats.reply(who, messages.passed_on(who.words) if staff else messages.nobody_there(who.words))

    async def press(self, press: Press[HandedButton]) -> None:
        """Answer a question of the list, or keep what was answered as an answer of the office's own."""
        who, handed = press.who, await self._handed_on.find(press.data.question)
        if handed is None:
            await press.answer(messages.gone(who.words), alert=True)
            return
        if press.data.what == "reply":
            await press.answer()
            await self._expectations.expect(who.user, "handed", handed.question, lasts=PATIENCE)
            await self._chats.reply(who, messages.ask_reply(who.words, handed.text))
            return
        answered = press.message.reply_to_message if isinstance(press.message, Received) else None
        if answered is None or not answered.text:
            await press.answer(messages.nothing_to_keep(who.words), alert=True)
            return
        await press.answer()
        await press.take_buttons()
        command = messages.as_command(handed, answered.text)
        written = await self._messenger.send(who.chat, command)
        await self._office.propose(who, command.html, written)


def text_of(message: Received) -> Html:
    """The text of a message as it was typed; the caption of a file goes with the file."""
    return escape(message.text or "")
