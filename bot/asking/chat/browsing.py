"""`/library` and its buttons in; collections, reports, headings, passages, in one message that turns, out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.asking import answer_messages as messages
from bot.asking import library_messages as pages
from bot.asking.chat.sources import Sources
from bot.asking.library_messages import digest
from bot.base.search import NoIndexYet, Search
from bot.people.people import People, Role
from bot.telegram import common_messages
from bot.telegram.callbacks import (
    LibraryCollection,
    LibraryHeading,
    LibraryPage,
    LibraryReport,
    LibrarySource,
    LibraryTop,
)
from bot.telegram.chats import Chats, Command, Handler, Press
from bot.words.catalogue import Words
from bot.words.markup import Message
from content.documents import Locator
from index.answering.answer import Citation

if TYPE_CHECKING:
    from index.searcher import DocumentInfo, Searcher


class Browsing:
    """Looking around in the reports."""

    def __init__(self, chats: Chats, people: People, search: Search, sources: Sources) -> None:
        self._people = people
        self._chats = chats
        self._search = search
        self._sources = sources

    def handlers(self) -> list[Handler]:
        on_press = self._chats.on_press
        return [
            self._chats.on_command("library", self.command),
            on_press(LibraryTop, self.turn, answer=False),
            on_press(LibraryCollection, self.turn, answer=False),
            on_press(LibraryReport, self.turn, answer=False),
            on_press(LibraryHeading, self.turn, answer=False),
            on_press(LibrarySource, self.source),
        ]

    async def command(self, command: Command) -> None:
        who = command.who
        try:
            page = await self._search.look(lambda searcher: _page(searcher, who.words, LibraryTop(0)))
        except NoIndexYet:
            page = common_messages.preparing(who.words)
        if page is not None:
            await self._chats.reply(who, page)

    async def turn(self, press: Press[LibraryPage]) -> None:
        words = press.who.words
        may_change = press.who.private and await self._people.role(press.who.user) >= Role.ADMIN
        page = await self._search.look(lambda searcher: _page(searcher, words, press.data, may_change=may_change))
        if page is None:
            await press.answer(pages.gone(words), alert=True)
            return
        await press.answer()
        await press.show(page)

    async def source(self, press: Press[LibrarySource]) -> None:
        who = press.who
        info = await self._search.look(lambda searcher: report_of(searcher, press.data.report))
        if info is None:
            await self._chats.reply(who, messages.passage_unknown(who.words))
            return
        citation = Citation(info.id, info.title, info.year, Locator(), info.source, info.address)
        await self._sources.source(who, who.words, citation)


def _page(searcher: Searcher, words: Words, to: LibraryPage, *, may_change: bool = False) -> Message | None:
    """The page that a button leads to; None when the library has changed under it."""
    documents = searcher.documents()
    if isinstance(to, LibraryTop):
        return pages.collections(words, documents, to.page)
    if isinstance(to, LibraryCollection):
        inside = [document for document in documents if digest(document.collection) == to.collection]
        return pages.collection(words, inside[0].collection, inside, to.page) if inside else None
    info = report_of(searcher, to.report)
    if info is None:
        return None
    outline = searcher.outline(info.id)
    if isinstance(to, LibraryReport):
        alone = len({document.collection for document in documents}) == 1
        return pages.document(words, info, outline, to.page, alone=alone, may_change=may_change)
    for number, heading in enumerate(outline):
        if digest(*heading.section) == to.heading:
            passages = searcher.passages_under(info.id, heading.section)
            return pages.section(words, info, heading.section, passages, to.page, number)
    return None


def report_of(searcher: Searcher, report: str) -> DocumentInfo | None:
    """The report that a digest stands for; None: there is none any more."""
    return next((info for info in searcher.documents() if digest(info.id) == report), None)
