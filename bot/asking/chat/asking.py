"""A question in, an answer with its buttons out; and what those buttons do.

Buttons carry the id of the stored answer, and everything under them comes from what is stored: an old button
never shows another answer's source.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from telegram import CallbackQuery, InlineKeyboardMarkup, MessageEntity, Update
from telegram import Message as Received
from telegram.ext import MessageHandler, filters

from bot.asking import answer_messages as messages
from bot.asking.chat.reading import ReadingAlong
from bot.asking.chat.sources import Sources
from bot.asking.chat.written_answers import WrittenAnswers
from bot.asking.excerpt_rows import with_excerpt_rows
from bot.asking.questions import Given, Questions
from bot.asking.reading_messages import Cited
from bot.asking.typed_commands import OF_ANSWERS, parse_command
from bot.base.search import NoIndexYet, Search
from bot.telegram import common_messages
from bot.telegram.callbacks import Example, UnderAnswer
from bot.telegram.chats import Chats, Command, Context, Handler, Press, Speaker
from bot.telegram.limits import Admission, RateLimiter
from bot.telegram.messenger import Messenger
from bot.words.catalogue import FALLBACK, language_in, words
from bot.words.markup import Button, Rows
from bot.words.pleasantries import is_asking, pleasantry, says_nothing
from index.answering.answer import Answer, Excerpt, NoAnswer

TYPED = {"show": "show", "context": "ctx", "source": "src", "page": "page", "cite": "cite"}
"""What a button does that is typed as a word."""
LATE = timedelta(minutes=1)
"""An answer that comes later than this replies to its question, so that both are seen together."""


class Asking:
    """Questions, example questions, and the buttons under an answer."""

    def __init__(
        self,
        chats: Chats,
        messenger: Messenger,
        questions: Questions,
        search: Search,
        sources: Sources,
        question_limit: RateLimiter,
        per_minute: int,
        clock: Callable[[], datetime],
        contact: Callable[[str], str],
        tell_staff: Callable[[str, str, int], Awaitable[None]],
        reading: ReadingAlong,
        written: WrittenAnswers,
        page_of: Callable[[str], str] = lambda passage: "",
    ) -> None:
        """`contact`: how to reach the office, in a language. `tell_staff`: a question, its text, who need not hear.

        `page_of`: where a passage is read in a browser; empty where that is nowhere.
        """
        self._page_of = page_of
        self._tell_staff = tell_staff
        self._reading = reading
        self._written = written
        self._chats = chats
        self._messenger = messenger
        self._questions = questions
        self._search = search
        self._sources = sources
        self._question_limit = question_limit
        self._contact = contact
        self._per_minute = per_minute
        self._clock = clock

    def handlers(self) -> list[Handler]:
        text = (filters.TEXT | filters.CAPTION) & ~filters.COMMAND & filters.UpdateType.MESSAGE
        return [
            self._chats.on_command("ask", self.command),
            MessageHandler(text, self.text),
            self._chats.on_command("more", self.more),
            self._chats.on_press(Example, self.example, answer=False),
            self._chats.on_press(UnderAnswer, self.press, answer=False),
        ]

    async def command(self, command: Command) -> None:
        """`/ask question`; in a reply to a message, that message is the question."""
        question, bot = command.argument, command.context.bot
        replied = command.received.reply_to_message
        if not question and replied is not None and replied.from_user != bot.bot:
            question = replied.text or replied.caption or ""
        await self._ask(command.who, question, command.context, alone=True)

    async def text(self, update: Update, context: Context) -> None:
        """Plain text, or a caption: always a question in private, in groups only when it is meant for us."""
        who = await self._chats.speaker(update)
        if who is None or update.message is None:
            return
        if who.private:
            caption = re.sub(r"^/ask(@\w+)?\s*", "", update.message.caption or "")
            await self._take(who, update.message.text or caption, context)
            return
        question = addressed(update.message, context.bot.id, context.bot.username)
        if question is not None:
            await self._take(who, question, context)

    async def _take(self, who: Speaker, line: str, context: Context) -> None:
        """A line that asks something of the last answer, as `cite 2` does; any other is a question."""
        command = parse_command(line)
        last = await self._questions.last_given(who.chat, who.user) if command and command[0] in OF_ANSWERS else None
        if command is None or last is None:
            await self._ask(who, line, context)
        elif await self._admitted(who):
            await self._obey(who, last[0], *command)

    async def _obey(self, who: Speaker, given: Given, name: str, number: int | None) -> None:
        """What was typed of an answer, as the terminal does it."""
        if name == "more" or isinstance(given.answer, NoAnswer):
            await self._show_more(who)
            return
        rank, last = 1 if number is None else number, len(given.answer.excerpts)
        if not 1 <= rank <= last:
            missing = messages.no_such_excerpt(words(given.answer.language), rank, last)
            await self._chats.reply(who, missing if last else messages.nothing_more(given))
        else:
            await self._open(who, given, TYPED[name], rank)

    async def example(self, press: Press[Example]) -> None:
        """The question is what stands on the button; of an old message, Telegram does not tell that any more."""
        question = _pressed(press.query)
        if not question:
            await press.answer(common_messages.old_button(press.who.words), alert=True)
            return
        await press.answer()
        await self._chats.reply(press.who, messages.asked(press.who.words, question))
        await self._ask(press.who, question, press.context, alone=True)

    async def more(self, command: Command) -> None:
        """`/more`: what the last answer found beside what was shown, one excerpt at a time."""
        await self._show_more(command.who)

    async def _show_more(self, who: Speaker) -> None:
        last = await self._questions.last_given(who.chat, who.user)
        if last is None:
            await self._chats.reply(who, messages.no_answer_yet(who.words))
            return
        given, shown = last
        rank = max(shown, messages.SHOWN) + 1
        message = messages.more(given, rank)
        if message is None:
            await self._chats.reply(who, messages.nothing_more(given))
            return
        await self._chats.reply(who, message)
        await self._questions.note_shown(given.id, rank)

    async def _ask(self, who: Speaker, question: str, context: Context, *, alone: bool = False) -> None:
        """`alone`: it leans on no question before it."""
        if not await self._admitted(who):
            return
        if not question.strip():
            await self._chats.reply(who, messages.ask_what(who.words))
            return
        courtesy = pleasantry(question)
        if courtesy or says_nothing(question):
            spoken = language_in(question)
            w = who.words if spoken == FALLBACK else words(spoken)
            await self._chats.reply(who, messages.courtesy(w, courtesy) if courtesy else messages.nothing_asked(w))
            return
        earlier = await self._questions.answer_to(who.chat, who.message, who.at) if who.message is not None else None
        if earlier is not None:  # Telegram was not there, or the bot was stopped
            given, delivered = earlier
            if not delivered:
                await self._give(who, given, context)
            return
        history = () if alone else await self._questions.history(who.chat, who.user, who.at)
        await self._answer(who, question, history, context)

    async def _admitted(self, who: Speaker) -> bool:
        """Whether a person may have something now; once a minute they are told that they may not."""
        admission = self._question_limit.judge(who.user, who.at, (who.chat, who.message) if who.message else None)
        if admission is Admission.NOTICE:
            await self._chats.reply(who, messages.too_many(who.words, self._per_minute))
        return admission is Admission.ADMIT

    async def _answer(self, who: Speaker, question: str, history: Sequence[str], context: Context) -> None:
        try:
            found = await self._search.ask(question, history, who.user)
        except NoIndexYet:
            await self._chats.reply(who, common_messages.preparing(who.words))
            return
        id_ = await self._questions.record(who.chat, who.user, who.message, who.at, found)
        await self._give(who, Given(id_, who.at, found), context)

    async def _give(self, who: Speaker, given: Given, context: Context) -> None:
        late = self._clock() - who.at > LATE
        await self._messenger.send(
            who.chat,
            messages.answer(given, deep_link(context), self._contact(given.answer.language)),
            reply_to=who.message if late or not who.private else None,
            thread=who.thread,
        )
        await self._questions.delivered(given.id)

    async def press(self, press: Press[UnderAnswer]) -> None:
        """A button under an answer."""
        who, id_, what = press.who, press.data.answer, press.data.what
        given = await self._questions.find(id_)
        if given is None:
            await press.answer(messages.answer_unknown(who.words), alert=True)
            return
        w = words(given.answer.language)
        if what in ("up", "down"):
            await self._questions.vote(id_, who.user, "up" if what == "up" else "down")
            await press.answer(messages.thanks(w, liked=what == "up"))
            await self._show_votes(press, given)
        elif what == "tell":
            await self._tell(press, given)
        elif what in ("pick", "menu"):
            await press.answer()
            await self._pick(press, given)
        elif what == "alone":
            await press.answer()
            await self._answer(who, given.answer.question, (), press.context)
        else:
            await press.answer()
            await self._open(who, given, what, press.data.number or 1)

    async def _open(self, who: Speaker, given: Given, what: str, number: int) -> None:
        w = words(given.answer.language)
        if isinstance(given.answer, NoAnswer):
            if what == "sug" and 1 <= number <= len(given.answer.suggestions):
                await self._sources.open(who, w, given.answer.suggestions[number - 1].passage)
            return
        if what in ("more", "show"):
            message = messages.more(given, number)
            if message is not None:
                await self._chats.reply(who, message)
            if message is not None and what == "more":
                await self._questions.note_shown(given.id, number)
            return
        excerpt = _excerpt(given.answer, number)
        if excerpt is None:
            return
        cited = Cited(excerpt.citation, excerpt.text, excerpt.passage, given.id, number)
        if what == "ctx":
            await self._sources.context_of(who, w, excerpt)
        elif what == "src":
            await self._sources.source(who, w, excerpt.citation)
        elif what == "page":
            await self._reading.page(who, w, cited)
        elif what == "cite":
            await self._reading.cite(who, w, cited)
        elif what == "doc":
            await self._written.send(who, w, (given,))

    async def _pick(self, press: Press[UnderAnswer], given: Given) -> None:
        """The buttons are about another excerpt from now on, or show what else can be done with it."""
        answer, number = given.answer, press.data.number or 1
        excerpt = None if isinstance(answer, NoAnswer) else _excerpt(answer, number)
        if isinstance(answer, NoAnswer) or excerpt is None:
            return
        rows = _rows(press.query) or messages.answer(given, "").buttons
        marked = with_excerpt_rows(rows, words(answer.language), answer, press.data, self._page_of(excerpt.passage))
        await self._messenger.set_buttons(press.who.chat, press.message.message_id, marked)

    async def _tell(self, press: Press[UnderAnswer], given: Given) -> None:
        first = await self._questions.tell_staff(given.id)
        w = words(given.answer.language)
        await press.answer(messages.told(w, first=first), alert=first)
        chat, message = press.who.chat, press.message.message_id
        rows = _rows(press.query) or messages.answer(given, "").buttons
        await self._messenger.set_buttons(chat, message, messages.without_tell(given, rows))
        if first:
            await self._tell_staff(given.id, given.answer.question, press.who.user)

    async def _show_votes(self, press: Press[UnderAnswer], given: Given) -> None:
        """The buttons show what was thought: in private which one was pressed, in a group how often each was."""
        rows = _rows(press.query) or messages.answer(given, "").buttons
        votes = await self._questions.votes(given.id)
        marked = messages.with_votes(given, rows, votes, counted=not press.who.private)
        await self._messenger.set_buttons(press.who.chat, press.message.message_id, marked)


def addressed(message: Received, bot_id: int, username: str) -> str | None:
    """The question of a group message that is meant for the bot; None when it is meant for others.

    It mentions the bot (the mention is taken out), or replies to one of its messages and asks something: under an
    answer or an announcement people talk to each other, too. A mention with nothing else, in a reply to somebody's
    question, asks that question.
    """
    text = message.text or message.caption or ""
    kinds: list[str | None] = [MessageEntity.MENTION, MessageEntity.TEXT_MENTION]
    named = message.parse_entities(kinds) if message.text else message.parse_caption_entities(kinds)
    replied = message.reply_to_message
    to_us = replied is not None and replied.from_user is not None and replied.from_user.id == bot_id
    mentions = [
        (entity, shown)
        for entity, shown in named.items()
        if shown.lower() == f"@{username.lower()}" or (entity.user is not None and entity.user.id == bot_id)
    ]
    if not mentions:
        return text if to_us and is_asking(text) else None
    for _, shown in mentions:
        text = re.sub(rf"\s*{re.escape(shown)}[\s,，:：]*", " ", text)
    text = text.strip()
    if not text and replied is not None and not to_us:
        return replied.text or replied.caption or ""
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


def _rows(query: CallbackQuery) -> Rows:
    """The buttons under the message of a press, as they stand; empty where Telegram does not tell them any more."""
    markup = getattr(query.message, "reply_markup", None)
    if not isinstance(markup, InlineKeyboardMarkup):
        return ()
    return tuple(
        tuple(Button(button.text, str(button.callback_data or ""), button.url or "") for button in row)
        for row in markup.inline_keyboard
    )


def _excerpt(answer: Answer, rank: int) -> Excerpt | None:
    return answer.excerpts[rank - 1] if 1 <= rank <= len(answer.excerpts) else None
