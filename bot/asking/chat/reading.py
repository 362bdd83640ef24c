"""Page, cite and the buttons under them in; pictures of printed pages and citations to copy, out.

All comes from the answer as it was given, so that an old button shows what its answer cited.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from bot.asking import answer_messages
from bot.asking import reading_messages as messages
from bot.asking.questions import Questions
from bot.asking.reading_messages import Cited
from bot.base.search import NoIndexYet, Search
from bot.reading.chosen_styles import ChosenStyles
from bot.reading.citing import FIRST_STYLES, STYLES, Style, cite
from bot.reading.page_marks import PrintedText, among
from bot.reading.page_pictures import NoPicture, PagePicture, PagePictures
from bot.telegram.callbacks import CiteAnswer, CitePassage, PageOfAnswer, PageOfPassage, UnderPassage
from bot.telegram.chats import Chats, Handler, Press, Speaker
from bot.telegram.messenger import Messenger
from bot.words.catalogue import Words, words
from bot.words.markup import Message
from index.answering.answer import Answer

MOST_KNOWN = 2_000
"""Pictures of which it is known how Telegram calls them."""


class ReadingAlong:
    """Shows what was cited on its printed page, and cites it as writers do."""

    def __init__(
        self,
        chats: Chats,
        messenger: Messenger,
        search: Search,
        questions: Questions,
        pictures: PagePictures,
        styles: ChosenStyles,
        source_file: Callable[[str], Path | None],
        clock: Callable[[], datetime],
    ) -> None:
        """`source_file` gives the file of a report; None: it is gone."""
        self._chats = chats
        self._messenger = messenger
        self._search = search
        self._questions = questions
        self._pictures = pictures
        self._styles = styles
        self._source_file = source_file
        self._clock = clock
        self._sent: OrderedDict[str, str] = OrderedDict()
        """The name of a picture → its `file_id`, so that it is sent to Telegram once."""

    def handlers(self) -> list[Handler]:
        on_press = self._chats.on_press
        return [
            on_press(UnderPassage, self.under_passage, when=lambda data: data.what in ("page", "cite")),
            on_press(PageOfAnswer, self.turn, answer=False),
            on_press(PageOfPassage, self.turn, answer=False),
            on_press(CiteAnswer, self.restyle, answer=False, when=lambda data: data.style in STYLES),
            on_press(CitePassage, self.restyle, answer=False, when=lambda data: data.style in STYLES),
        ]

    async def under_passage(self, press: Press[UnderPassage]) -> None:
        """The page of a passage that was opened by itself, or its citation."""
        who, cited = press.who, await self._passage(press.data.passage)
        if cited is None:
            await self._chats.reply(who, answer_messages.passage_unknown(who.words))
        elif press.data.what == "page":
            await self.page(who, who.words, cited)
        else:
            await self.cite(who, who.words, cited)

    # Pages

    async def page(self, who: Speaker, words: Words, cited: Cited) -> None:
        """Send the printed page of what was cited."""
        try:
            picture = await self._picture(cited, None)
        except NoPicture as refused:
            await self._chats.reply(who, messages.no_picture(words, cited, refused.reason))
            return
        caption, photo = messages.page_caption(words, cited, picture), await self._photo(picture)
        reply_to = None if who.private else who.message
        file_id = await self._messenger.send_photo(who.chat, photo, caption, reply_to=reply_to, thread=who.thread)
        self._note(picture, file_id)

    async def turn(self, press: Press[PageOfAnswer] | Press[PageOfPassage]) -> None:
        """Put another page of the report in the place of the one that is shown."""
        data = press.data
        if isinstance(data, PageOfAnswer):
            cited, w = await self._excerpt(data.answer, data.number)
        else:
            cited, w = await self._passage(data.passage), press.who.words
        if cited is None:
            await press.answer(answer_messages.answer_unknown(press.who.words), alert=True)
            return
        await press.answer()
        try:
            picture = await self._picture(cited, data.page)
        except NoPicture as refused:
            await self._chats.reply(press.who, messages.no_picture(w, cited, refused.reason))
            return
        caption, photo = messages.page_caption(w, cited, picture), await self._photo(picture)
        chat, message = press.who.chat, press.message.message_id
        self._note(picture, await self._messenger.edit_photo(chat, message, photo, caption))

    async def _picture(self, cited: Cited, shown: int | None) -> PagePicture:
        """The page of what was cited, or the one that is to be `shown`. Raises `NoPicture`."""
        file = self._source_file(cited.citation.source)
        if file is None:
            raise NoPicture("gone")
        printed = await self._printed(cited)
        page = cited.citation.locator.page or 1
        return await asyncio.to_thread(self._pictures.picture, file, page, printed, shown)

    async def _printed(self, cited: Cited) -> PrintedText:
        """What was cited, with what the report has beside it now, by which one of two alike is known."""
        try:
            around = await self._search.look(lambda searcher: searcher.context(cited.passage))
        except NoIndexYet:
            around = ()
        ids = [passage.id for passage in around]
        if cited.passage not in ids:
            return PrintedText(cited.text)
        return among([passage.text for passage in around], ids.index(cited.passage), cited.text)

    async def _photo(self, picture: PagePicture) -> str | bytes:
        """A picture as Telegram has it already, else its bytes."""
        known = self._sent.get(picture.png.name)
        return known if known else await asyncio.to_thread(picture.png.read_bytes)

    def _note(self, picture: PagePicture, file_id: str) -> None:
        if file_id:
            self._sent[picture.png.name] = file_id
            self._sent.move_to_end(picture.png.name)
            while len(self._sent) > MOST_KNOWN:
                self._sent.popitem(last=False)

    # Citations

    async def cite(self, who: Speaker, words: Words, cited: Cited) -> None:
        """Send the citation, in the style that the person chose last."""
        style = await self._styles.of(str(who.user)) or FIRST_STYLES.get(words.language, STYLES[0])
        await self._chats.reply(who, self._as_cited(words, cited, style))

    async def restyle(self, press: Press[CiteAnswer] | Press[CitePassage]) -> None:
        """Show a citation in another style, and remember the style."""
        data = press.data
        if isinstance(data, CiteAnswer):
            cited, w = await self._excerpt(data.answer, data.number)
        else:
            cited, w = await self._passage(data.passage), press.who.words
        if cited is None:
            await press.answer(answer_messages.answer_unknown(press.who.words), alert=True)
            return
        style = next(each for each in STYLES if each == data.style)
        await self._styles.choose(str(press.who.user), style)
        await press.answer()
        await press.show(self._as_cited(w, cited, style))

    def _as_cited(self, words: Words, cited: Cited, style: Style) -> Message:
        text = cite(cited.citation, style, self._clock().date())
        return messages.citation_to_copy(words, cited, style, text)

    # What was cited

    async def _excerpt(self, answer: str, number: int) -> tuple[Cited | None, Words]:
        given = await self._questions.find(answer)
        if given is None:
            return None, words("")
        w = words(given.answer.language)
        if not isinstance(given.answer, Answer) or not 1 <= number <= len(given.answer.excerpts):
            return None, w
        excerpt = given.answer.excerpts[number - 1]
        return Cited(excerpt.citation, excerpt.text, excerpt.passage, answer, number), w

    async def _passage(self, id_: str) -> Cited | None:
        try:
            passage = await self._search.look(lambda searcher: searcher.passage(id_))
        except NoIndexYet:
            return None
        return Cited(passage.citation, passage.text, passage.id) if passage else None
