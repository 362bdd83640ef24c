"""`/document` and the button for it in; an answer, or the whole conversation, as a Word file out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from bot.asking import document_messages as messages
from bot.asking.questions import Given, Questions
from bot.reading.chosen_styles import ChosenStyles
from bot.reading.documents_out import docx_of
from bot.telegram.chats import Chats, Command, Handler, Speaker
from bot.telegram.messenger import Messenger
from bot.words.catalogue import Words, words


class WrittenAnswers:
    """Writes down what was answered."""

    def __init__(
        self,
        chats: Chats,
        messenger: Messenger,
        questions: Questions,
        styles: ChosenStyles,
        clock: Callable[[], datetime],
        shown: int,
    ) -> None:
        """`shown`: how many excerpts of each answer are written down."""
        self._chats = chats
        self._messenger = messenger
        self._questions = questions
        self._styles = styles
        self._clock = clock
        self._shown = shown

    def handlers(self) -> list[Handler]:
        return [self._chats.on_command("document", self.command)]

    async def command(self, command: Command) -> None:
        """`/document`: all questions of the conversation with their answers."""
        who = command.who
        given = await self._questions.conversation_of(who.chat, who.user, who.at)
        if given:
            await self.send(who, words(given[-1].answer.language), given)
        else:
            await self._chats.reply(who, messages.nothing_to_write(who.words))

    async def send(self, who: Speaker, words: Words, given: Sequence[Given]) -> None:
        """Send some answers as one file."""
        style = await self._styles.of(str(who.user))
        today = self._clock().date()
        manuscript = messages.manuscript(words, given, style, today, self._shown)
        file = await asyncio.to_thread(docx_of, manuscript)
        name = f"answers-{today.isoformat()}.docx"
        await self._messenger.send_file(who.chat, file, name, messages.caption(words, len(given)), thread=who.thread)
