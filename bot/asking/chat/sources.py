"""A passage's id or an excerpt in; the passage, alone or among its neighbours, or its report, out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bot.asking import answer_messages as messages
from bot.base.search import NoIndexYet, Search
from bot.reading.permalinks import Permalinks
from bot.telegram import common_messages
from bot.telegram.callbacks import UnderPassage
from bot.telegram.chats import Chats, Handler, Press, Speaker
from bot.telegram.messenger import FILE_LIMIT, Messenger
from bot.words.catalogue import Words
from bot.words.markup import Html, bold, escape
from index.answering.answer import Citation, Excerpt

FIRST = 30
"""Characters of an excerpt that are looked for to find where it begins."""


class Sources:
    """Opens passages, shows what stands around them, and sends reports.

    `source_file` gives the file of a report; None: it is gone.
    """

    def __init__(
        self,
        chats: Chats,
        messenger: Messenger,
        search: Search,
        source_file: Callable[[str], Path | None],
        permalinks: Permalinks,
    ) -> None:
        self._permalinks = permalinks
        self._chats = chats
        self._messenger = messenger
        self._search = search
        self._source_file = source_file

    def handlers(self) -> list[Handler]:
        mine = ("open", "ctx", "src")
        return [self._chats.on_press(UnderPassage, self.press, when=lambda data: data.what in mine)]

    async def press(self, press: Press[UnderPassage]) -> None:
        """A button under a passage, or a passage's own button in the library."""
        who, id_ = press.who, press.data.passage
        if press.data.what == "open":
            await self.open(who, who.words, id_)
            return
        passage = await self._search.look(lambda searcher: searcher.passage(id_))
        if passage is None:
            await self._chats.reply(who, messages.passage_unknown(who.words))
        elif press.data.what == "ctx":
            await self._context(who, who.words, id_, escape(passage.text), passage.citation)
        else:
            await self.source(who, who.words, passage.citation)

    async def open(self, who: Speaker, words: Words, id_: str) -> None:
        """Show a passage with its citation and buttons."""
        try:
            passage = await self._search.look(lambda searcher: searcher.passage(id_))
        except NoIndexYet:
            await self._chats.reply(who, common_messages.preparing(words))
            return
        if passage is None:
            await self._follow(who, words, id_)
        else:
            await self._chats.reply(who, messages.passage(words, passage.id, passage.text, passage.citation))

    async def _follow(self, who: Speaker, words: Words, id_: str) -> None:
        """Show what became of a passage that the reports have no longer, or what it said."""
        generation = await self._search.look(lambda searcher: searcher.generation)
        gone, became = await self._permalinks.follow(id_, generation)
        passage = await self._search.look(lambda searcher: searcher.passage(became)) if became else None
        if passage is not None:
            note = messages.wording_changed(words)
            reply = messages.passage(words, passage.id, passage.text, passage.citation, note=note)
        elif gone is not None:
            reply = messages.context_gone(words, escape(gone.text), gone.citation)
        else:
            reply = messages.passage_unknown(words)
        await self._chats.reply(who, reply)

    async def context_of(self, who: Speaker, words: Words, excerpt: Excerpt) -> None:
        """What was cited, among its neighbours as they are now."""
        passage = await self._search.look(lambda searcher: searcher.passage(excerpt.passage))
        start = _begins(passage.text, excerpt.text) if passage else -1
        if passage is None or start < 0:
            text = messages.excerpt(excerpt)
            await self._chats.reply(who, messages.context_gone(words, text, excerpt.citation))
            return
        low, high = (min(start + position, len(passage.text)) for position in excerpt.sentence)
        text = bold(passage.text, (low, high)) if low < high else escape(passage.text)
        await self._context(who, words, passage.id, text, passage.citation)

    async def _context(self, who: Speaker, words: Words, id_: str, text: Html, citation: Citation) -> None:
        around = await self._search.look(lambda searcher: searcher.context(id_, before=1, after=1))
        ids = [passage.id for passage in around]
        here = ids.index(id_) if id_ in ids else 0
        before = [passage.text for passage in around[:here]]
        after = [passage.text for passage in around[here + 1 :]]
        await self._chats.reply(who, messages.context(words, before, text, after, citation))

    async def source(self, who: Speaker, words: Words, citation: Citation) -> None:
        """Send the report as a file, or say where it is."""
        file = self._source_file(citation.source)
        if file is None:
            await self._chats.reply(who, messages.source_without_file(words, citation, too_large=False))
        elif file.stat().st_size > FILE_LIMIT:
            await self._chats.reply(who, messages.source_without_file(words, citation, too_large=True))
        else:
            caption = messages.source_caption(words, citation)
            await self._messenger.send_file(who.chat, file, file.name, caption, thread=who.thread)


def _begins(passage: str, excerpt: str) -> int:
    """Where an excerpt begins in its passage, which it may go beyond; -1 where the passage has it no longer."""
    start = passage.find(excerpt)
    if start >= 0:
        return start
    start = passage.find(excerpt[:FIRST])
    return start if start >= 0 and excerpt.startswith(passage[start:]) else -1
