"""A passage's id or an excerpt in; the passage, alone or among its neighbours, or its report, out."""

from __future__ import annotations

from telegram import Update
from telegram.ext import CallbackQueryHandler

from bot.asking import answer_messages as messages
from bot.asking.search import NoIndexYet
from bot.telegram.desk import Context, Desk, Handler, Speaker, reply, speaker
from bot.telegram.messenger import FILE_LIMIT
from bot.words.catalogue import Words
from bot.words.markup import Html, bold, escape
from index.answering.answer import Citation, Excerpt


class Passages:
    """Opens passages; handles the buttons `p:<passage>:<what>`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def handlers(self) -> list[Handler]:
        return [CallbackQueryHandler(self.press, pattern=r"^p:[\w-]+:(open|ctx|src)$")]

    async def press(self, update: Update, context: Context) -> None:
        """A button under a passage, or a passage's own button in the library."""
        query, who = update.callback_query, await speaker(self._desk, update)
        if query is None or who is None:
            return
        await self._desk.courier.acknowledge(query)
        _, id_, what = (query.data or "").split(":")
        if what == "open":
            await self.open(who, who.words, id_)
            return
        found = await self._desk.search.look(lambda searcher: searcher.passage(id_))
        if found is None:
            await reply(self._desk, who, messages.passage_unknown(who.words))
        elif what == "ctx":
            await self._context(who, who.words, id_, escape(found.text), found.citation)
        else:
            await self.source(who, who.words, found.citation)

    async def open(self, who: Speaker, w: Words, id_: str) -> None:
        """Show a passage with its citation and buttons."""
        try:
            found = await self._desk.search.look(lambda searcher: searcher.passage(id_))
        except NoIndexYet:
            await reply(self._desk, who, messages.preparing(w))
            return
        if found is None:
            await reply(self._desk, who, messages.passage_unknown(w))
        else:
            await reply(self._desk, who, messages.passage(w, found.id, found.text, found.citation))

    async def context_of(self, who: Speaker, w: Words, excerpt: Excerpt) -> None:
        """What was cited, among its neighbours as they are now."""
        found = await self._desk.search.look(lambda searcher: searcher.passage(excerpt.passage))
        start = found.text.find(excerpt.text) if found else -1
        if found is None or start < 0:
            text = messages.excerpt(excerpt)
            await reply(self._desk, who, messages.context_gone(w, text, excerpt.citation))
            return
        sentence = (start + excerpt.sentence[0], start + excerpt.sentence[1])
        await self._context(who, w, found.id, bold(found.text, sentence), found.citation)

    async def _context(self, who: Speaker, w: Words, id_: str, text: Html, citation: Citation) -> None:
        around = await self._desk.search.look(lambda searcher: searcher.context(id_, before=1, after=1))
        ids = [passage.id for passage in around]
        here = ids.index(id_) if id_ in ids else 0
        before = [passage.text for passage in around[:here]]
        after = [passage.text for passage in around[here + 1 :]]
        await reply(self._desk, who, messages.context(w, before, text, after, citation))

    async def source(self, who: Speaker, w: Words, citation: Citation) -> None:
        """Send the report as a file, or say where it is."""
        file = self._desk.reports.source_file(citation.source)
        if file is None:
            await reply(self._desk, who, messages.source_without_file(w, citation, too_large=False))
        elif file.stat().st_size > FILE_LIMIT:
            await reply(self._desk, who, messages.source_without_file(w, citation, too_large=True))
        else:
            caption = messages.source_caption(w, citation)
            await self._desk.courier.send_file(who.chat, file, file.name, caption, thread=who.thread)
