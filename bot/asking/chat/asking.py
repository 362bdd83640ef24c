"""A question in, an answer with its buttons out; and what those buttons do.

Buttons carry the id of the stored answer, and everything under them comes from what is stored: an old button
never shows another answer's source.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from telegram import CallbackQuery, InlineKeyboardMarkup, MessageEntity, Update
from telegram import Message as Received
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler, filters

from bot.admin import staff_messages
from bot.asking import answer_messages as messages
from bot.asking.chat.sources import Passages
from bot.asking.questions import Given
from bot.asking.search import NoIndexYet
from bot.telegram.desk import Context, Desk, Handler, Speaker, argument, reply, speaker, tell, within_reach
from bot.telegram.limits import Verdict
from bot.words.catalogue import words
from bot.words.pleasantries import is_chinese, pleasantry, says_nothing
from index.answering.answer import Answer, Excerpt, NoAnswer

LATE = timedelta(minutes=1)
"""An answer that comes later than this replies to its question, so that both are seen together."""


class Asking:
    """Questions and the buttons `a:<answer>:<what>:<number>` and `q:<number>` (example questions)."""

    def __init__(self, desk: Desk, passages: Passages) -> None:
        self._desk = desk
        self._passages = passages

    def handlers(self) -> list[Handler]:
        text = filters.TEXT & ~filters.COMMAND & filters.UpdateType.MESSAGE
        return [
            CommandHandler("ask", self.command, filters=filters.UpdateType.MESSAGE),
            MessageHandler(text, self.text),
            CallbackQueryHandler(self.example, pattern=r"^q:\d+$"),
            CallbackQueryHandler(self.press, pattern=r"^a:[\w-]+:"),
        ]

    async def command(self, update: Update, context: Context) -> None:
        """`/ask question`; in a reply to a message, that message is the question."""
        who = await speaker(self._desk, update)
        if who is None or update.message is None:
            return
        question = argument(update.message)
        replied = update.message.reply_to_message
        if not question and replied is not None and replied.from_user != context.bot.bot:
            question = replied.text or ""
        await self._ask(who, question, context, alone=True)

    async def text(self, update: Update, context: Context) -> None:
        """Plain text: always a question in private, in groups only when it is meant for us."""
        who = await speaker(self._desk, update)
        if who is None or update.message is None:
            return
        if who.private:
            await self._ask(who, update.message.text or "", context)
            return
        question = addressed(update.message, context.bot.id, context.bot.username)
        if question is not None:
            await self._ask(who, question, context)

    async def example(self, update: Update, context: Context) -> None:
        """The question is what stands on the button."""
        query, who = update.callback_query, await speaker(self._desk, update)
        if query is None or who is None:
            return
        await self._desk.courier.acknowledge(query)
        question = _pressed(query)
        if question:
            await reply(self._desk, who, messages.asked(who.words, question))
            await self._ask(who, question, context, alone=True)

    async def _ask(self, who: Speaker, question: str, context: Context, *, alone: bool = False) -> None:
        """`alone`: it leans on no question before it."""
        desk = self._desk
        verdict = desk.questions_gate.judge(who.user, who.at, (who.chat, who.message) if who.message else None)
        if verdict is Verdict.NOTICE:
            await reply(desk, who, messages.too_many(who.words, desk.per_minute))
        if verdict is not Verdict.ADMIT:
            return
        if not question.strip():
            await reply(desk, who, messages.ask_what(who.words))
            return
        courtesy = pleasantry(question)
        if courtesy or says_nothing(question):
            w = words("zh") if is_chinese(question) else who.words
            await reply(desk, who, messages.courtesy(w, courtesy) if courtesy else messages.nothing_asked(w))
            return
        earlier = await desk.questions.answer_to(who.chat, who.message, who.at) if who.message is not None else None
        if earlier is not None:  # Telegram was not there, or the bot was stopped
            given, delivered = earlier
            if not delivered:
                await self._give(who, given, context)
            return
        history = () if alone else await desk.questions.history(who.chat, who.user, who.at)
        await self._answer(who, question, history, context)

    async def _answer(self, who: Speaker, question: str, history: Sequence[str], context: Context) -> None:
        desk = self._desk
        try:
            found = await desk.search.ask(question, history)
        except NoIndexYet:
            await reply(desk, who, messages.preparing(who.words))
            return
        id_ = await desk.questions.record(who.chat, who.user, who.message, who.at, found)
        await self._give(who, Given(id_, who.at, found), context)

    async def _give(self, who: Speaker, given: Given, context: Context) -> None:
        late = self._desk.clock() - who.at > LATE
        await self._desk.courier.send(
            who.chat,
            messages.answer(given, deep_link(context)),
            reply_to=who.message if late or not who.private else None,
            thread=who.thread,
        )
        await self._desk.questions.delivered(given.id)

    async def press(self, update: Update, context: Context) -> None:
        """A button under an answer."""
        query, who = update.callback_query, await speaker(self._desk, update)
        if query is None or who is None:
            return
        _, id_, what, number = [*(query.data or "").split(":"), "1"][:4]
        given = await self._desk.questions.find(id_)
        if given is None:
            await self._desk.courier.acknowledge(query, messages.answer_unknown(who.words), alert=True)
            return
        w = words(given.answer.language)
        if what in ("up", "down"):
            await self._desk.questions.vote(id_, who.user, "up" if what == "up" else "down")
            await self._desk.courier.acknowledge(query, messages.thanks(w, liked=what == "up"))
        elif what == "tell":
            await self._tell(query, who, given)
        elif what == "alone":
            await self._desk.courier.acknowledge(query)
            await self._answer(who, given.answer.question, (), context)
        else:
            await self._desk.courier.acknowledge(query)
            await self._open(who, given, what, int(number) if number.isdecimal() else 0)

    async def _open(self, who: Speaker, given: Given, what: str, number: int) -> None:
        w = words(given.answer.language)
        if isinstance(given.answer, NoAnswer):
            if what == "sug" and 1 <= number <= len(given.answer.suggestions):
                await self._passages.open(who, w, given.answer.suggestions[number - 1].passage)
            return
        if what == "more":
            message = messages.more(given, number)
            if message is not None:
                await reply(self._desk, who, message)
            return
        excerpt = _excerpt(given.answer, number)
        if excerpt is not None and what == "ctx":
            await self._passages.context_of(who, w, excerpt)
        elif excerpt is not None and what == "src":
            await self._passages.source(who, w, excerpt.citation)

    async def _tell(self, query: CallbackQuery, who: Speaker, given: Given) -> None:
        desk = self._desk
        first = await desk.questions.tell_staff(given.id)
        w = words(given.answer.language)
        await desk.courier.acknowledge(query, messages.told(w, first=first), alert=first)
        if query.message is not None:
            await desk.courier.set_buttons(who.chat, query.message.message_id, messages.without_tell(given))
        if first:
            staff = await within_reach(desk, but=who.user)
            await tell(desk, staff, partial(staff_messages.told_by_partner, question=given.answer.question))


def addressed(message: Received, bot_id: int, username: str) -> str | None:
    """The question of a group message that is meant for the bot; None when it is meant for others.

    It mentions the bot (the mention is taken out), or replies to one of its messages. A mention with nothing
    else, in a reply to somebody's question, asks that question.
    """
    text = message.text or ""
    replied = message.reply_to_message
    to_us = replied is not None and replied.from_user is not None and replied.from_user.id == bot_id
    mentions = [
        (entity, shown)
        for entity, shown in message.parse_entities([MessageEntity.MENTION, MessageEntity.TEXT_MENTION]).items()
        if shown.lower() == f"@{username.lower()}" or (entity.user is not None and entity.user.id == bot_id)
    ]
    if not mentions:
        return text if to_us else None
    for _, shown in mentions:
        text = re.sub(rf"\s*{re.escape(shown)}[\s,，:：]*", " ", text)
    text = text.strip()
    if not text and replied is not None and not to_us:
        return replied.text or ""
    return text


def deep_link(context: Context) -> str:
    """What opens a passage in a private chat when the passage's id is put after it."""
    return f"https://t.me/{context.bot.username}?start=p_"


def _pressed(query: CallbackQuery) -> str:
    """The text of the button that was pressed."""
    markup = getattr(query.message, "reply_markup", None)
    if isinstance(markup, InlineKeyboardMarkup):
        for row in markup.inline_keyboard:
            for button in row:
                if button.callback_data == query.data:
                    return button.text
    return ""


def _excerpt(answer: Answer, rank: int) -> Excerpt | None:
    return answer.excerpts[rank - 1] if 1 <= rank <= len(answer.excerpts) else None
