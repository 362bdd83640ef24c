"""`/library` and its buttons in; collections, reports, headings, passages, in one message that turns, out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from bot.asking import answer_messages as messages
from bot.asking import library_messages as pages
from bot.asking.chat.sources import Passages
from bot.asking.library_messages import digest
from bot.asking.search import NoIndexYet
from bot.telegram.desk import Context, Desk, Handler, Speaker, reply, speaker
from bot.words.catalogue import Words
from bot.words.markup import Message
from content.documents import Locator
from index.answering.answer import Citation

if TYPE_CHECKING:
    from index.searcher import DocumentInfo, Searcher


class Library:
    """Browsing; handles the buttons `l:<what>:…:<page>`."""

    def __init__(self, desk: Desk, passages: Passages) -> None:
        self._desk = desk
        self._passages = passages

    def handlers(self) -> list[Handler]:
        return [
            CommandHandler("library", self.command, filters=filters.UpdateType.MESSAGE),
            CallbackQueryHandler(self.press, pattern=r"^l:(s:[\w-]+|(top|[cd]:[\w-]+|h:[\w-]+:[\w-]+):\d{1,9})$"),
        ]

    async def command(self, update: Update, context: Context) -> None:
        who = await speaker(self._desk, update)
        if who is None:
            return
        try:
            page = await self._desk.search.look(lambda searcher: _page(searcher, who.words, ["top", "0"]))
        except NoIndexYet:
            page = messages.preparing(who.words)
        if page is not None:
            await reply(self._desk, who, page)

    async def press(self, update: Update, context: Context) -> None:
        query, who = update.callback_query, await speaker(self._desk, update)
        if query is None or who is None or query.message is None:
            return
        path = (query.data or "").split(":")[1:]
        if path[0] == "s":
            await self._desk.courier.acknowledge(query)
            await self._source(who, path[-1])
            return
        page = await self._desk.search.look(lambda searcher: _page(searcher, who.words, path))
        if page is None:
            await self._desk.courier.acknowledge(query, pages.gone(who.words), alert=True)
            return
        await self._desk.courier.acknowledge(query)
        await self._desk.courier.edit(who.chat, query.message.message_id, page)

    async def _source(self, who: Speaker, wanted: str) -> None:
        info = await self._desk.search.look(lambda searcher: _document(searcher, wanted))
        if info is None:
            await reply(self._desk, who, messages.passage_unknown(who.words))
            return
        citation = Citation(info.id, info.title, info.year, Locator(), info.source, info.address)
        await self._passages.source(who, who.words, citation)


def _page(searcher: Searcher, w: Words, path: list[str]) -> Message | None:
    """The page that a button leads to; None when the library has changed under it."""
    documents = searcher.documents()
    kind, page = path[0], int(path[-1]) if path[-1].isdecimal() else 0
    if kind == "top":
        return pages.collections(w, documents, page)
    if kind == "c":
        inside = [document for document in documents if digest(document.collection) == path[1]]
        return pages.collection(w, inside[0].collection, inside, page) if inside else None
    info = _document(searcher, path[1])
    if info is None:
        return None
    outline = searcher.outline(info.id)
    if kind == "d":
        alone = len({document.collection for document in documents}) == 1
        return pages.document(w, info, outline, page, alone=alone)
    for number, heading in enumerate(outline):
        if digest(*heading.section) == path[2]:
            passages = searcher.passages_under(info.id, heading.section)
            return pages.section(w, info, heading.section, passages, page, number)
    return None


def _document(searcher: Searcher, wanted: str) -> DocumentInfo | None:
    return next((one for one in searcher.documents() if digest(one.id) == wanted), None)
