"""`/unanswered /stats /explain` in; what staff read about the questions that were asked, out.

Nothing is permitted here but looking: the ledger checks the role of whoever asks it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.asking import explaining, review_messages
from bot.asking.questions import Questions
from bot.base.search import NoIndexYet, Search
from bot.people.people import People, Role
from bot.telegram import common_messages
from bot.telegram.callbacks import UnansweredDone, UnansweredPage
from bot.telegram.chats import Chats, Command, Handler, Press, Speaker
from bot.words.markup import Message

PAGE = 5
"""Questions on a page."""


class Reviewing:
    """What the ledger of questions says, and why a question is answered as it is."""

    def __init__(
        self,
        chats: Chats,
        people: People,
        questions: Questions,
        search: Search,
        aside: Callable[[], int],
        closed: Callable[[str], Awaitable[None]],
    ) -> None:
        """`aside`: how many updates were put aside; `closed`: lets the one hear who handed a question on."""
        self._aside = aside
        self._closed = closed
        self._chats = chats
        self._people = people
        self._questions = questions
        self._search = search
        self._aside = aside

    def handlers(self) -> list[Handler]:
        on_command, on_press = self._chats.on_command, self._chats.on_press
        return [
            on_command("unanswered", self.unanswered, private=True),
            on_command("stats", self.stats, private=True),
            on_command("explain", self.explain, private=True, needs=Role.ADMIN),
            on_press(UnansweredPage, self.turn, answer=False),
            on_press(UnansweredDone, self.done, answer=False),
        ]

    async def unanswered(self, command: Command) -> None:
        await self._chats.reply(command.who, await self._page(command.who, 0))

    async def turn(self, press: Press[UnansweredPage]) -> None:
        page = await self._page(press.who, press.data.first)
        await press.answer()
        await press.show(page)

    async def done(self, press: Press[UnansweredDone]) -> None:
        """Take a question off the list."""
        for question in await self._questions.mark_done(press.who.user, press.data.question):
            await self._closed(question)
        page = await self._page(press.who, press.data.first)
        await press.answer()
        await press.show(page)

    async def _page(self, who: Speaker, first: int) -> Message:
        read = self._questions.unanswered
        questions, total = await read(who.user, limit=PAGE, offset=first)
        if not questions and first:  # the last one of the last page was done
            first = max(0, first - PAGE)
            questions, total = await read(who.user, limit=PAGE, offset=first)
        return review_messages.unanswered(who.words, questions, first=first, total=total, size=PAGE)

    async def stats(self, command: Command) -> None:
        who = command.who
        days = await self._questions.statistics(who.user)
        chats = await self._people.count_reachable()
        await self._chats.reply(who, review_messages.statistics(who.words, days, chats, self._aside()))

    async def explain(self, command: Command) -> None:
        """`/explain question`; alone, the last question of this chat."""
        who, question = command.who, command.argument
        history = await self._questions.history(who.chat, who.user, who.at)
        if not question:
            question = await self._questions.last(who.chat, who.user, who.at)
            history = history[:-1] if history[-1:] == (question,) else history
        if not question:
            await self._chats.reply(who, explaining.explain_what(who.words))
            return
        try:
            explanation = await self._search.look(lambda searcher: searcher.explain(question, history=history))
        except NoIndexYet:
            await self._chats.reply(who, common_messages.preparing(who.words))
            return
        await self._chats.reply(who, explaining.explanation_message(who.words, explanation))
