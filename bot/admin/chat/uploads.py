"""A file from an admin in; a report among the reports, indexed, and what was found in it, out.

A file waits in a folder of its own until its admin has decided; the offer to add a file replies to the
message that brought it. So both kinds of buttons work after a restart, with nothing kept in memory.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from telegram import Document, Update
from telegram import Message as Received
from telegram.constants import FileSizeLimit
from telegram.ext import MessageHandler, filters

from bot.admin import staff_messages
from bot.admin.chat.admin import ProgressLine, index_fault
from bot.admin.reports import Incoming, OnExists, Reports, Stopped, Unsuitable, one_name
from bot.base.search import Search
from bot.people.people import People, Role
from bot.telegram.callbacks import UploadName, UploadOffer
from bot.telegram.chats import Chats, Command, Context, Handler, Press, Speaker
from bot.telegram.expectations import Expectations
from bot.telegram.messenger import Messenger
from bot.words.markup import Message
from content.documents import Metadata
from content.likeness import LikenessNotice
from content.omissions import Omission
from content.readers.metadata import names_a_report, title_from_name
from content.readers.side import doubts, typed
from index.errors import IndexFault

if TYPE_CHECKING:
    from index.build.reindex import ReindexReport
    from index.searcher import DocumentInfo

INVITED = timedelta(minutes=10)
"""Files that come so soon after `/upload` are added without asking."""
DESCRIBE = "describe"
"""Of the expectations: the title and year of a new report."""
DOWNLOAD_SECONDS = 120.0
LOG = logging.getLogger("bot.chat.uploads")


class Uploads:
    """`/upload` and files from admins. Of whoever may not add one, `ask` takes the caption; `text_only` hints."""

    def __init__(
        self,
        chats: Chats,
        people: People,
        messenger: Messenger,
        reports: Reports,
        search: Search,
        expectations: Expectations,
        text_only: Callable[[Speaker], Awaitable[None]],
        ask: Callable[[Update, Context], Awaitable[None]],
    ) -> None:
        self._chats = chats
        self._people = people
        self._messenger = messenger
        self._reports = reports
        self._search = search
        self._expectations = expectations
        self._text_only = text_only
        self._ask = ask
        self._invited: dict[int, datetime] = {}

    def handlers(self) -> list[Handler]:
        files = filters.UpdateType.MESSAGE & filters.Document.ALL & filters.ChatType.PRIVATE
        return [
            self._chats.on_command("upload", self.command, private=True, needs=Role.ADMIN),
            MessageHandler(files, self.file),
            self._chats.on_press(UploadOffer, self.offered, needs=Role.ADMIN, action="upload"),
            self._chats.on_press(UploadName, self.decided, answer=False),
        ]

    async def expect_replacement(self, who: Speaker, source: str) -> None:
        """The next file of an admin takes the place of a report, unless it comes too late."""
        await self._expectations.expect(who.user, "replace", source, lasts=INVITED)

    async def replacement_sent(self, who: Speaker, update: Update, source: str) -> bool:
        """The file that takes the place of a report; anything else is no answer to that."""
        document = update.message.document if update.message is not None else None
        if document is None:
            return False
        await self._expectations.drop(who.user)
        self._chats.beside(self._take(who, document, replaces=source), update)
        return True

    async def title_sent(self, who: Speaker, update: Update, source: str) -> bool:
        """The title and year of a report in which none could be found. A question is no answer to that."""
        text = update.message.text if update.message is not None else None
        if text is None:
            return False
        if text.strip().endswith(("?", "？")):
            await self._expectations.drop(who.user, DESCRIBE)
            return False
        title, year = typed(text)
        if not (names_a_report(title, short=True) if title else year):
            await self._chats.reply(who, staff_messages.upload_no_title(who.words))
            return True
        await self._expectations.drop(who.user, DESCRIBE)
        if not await self._reports.describe(who.user, source, title, year):
            await self._chats.reply(who, staff_messages.report_missing(who.words, source))
            return True
        line = await self._chats.reply(who, staff_messages.upload_described(who.words, source))
        self._chats.beside(self._described(who, source, line), update)
        return True

    async def _described(self, who: Speaker, source: str, line: int | None) -> None:
        if line is not None:
            await self._index(who, source, line)

    async def command(self, command: Command) -> None:
        """`/upload`: alone it invites a file; in a reply to a file, it adds that one."""
        who, replied = command.who, command.received.reply_to_message
        if replied is not None and replied.document is not None:
            self._chats.beside(self._take(who, replied.document), command.update)
            return
        self._invited[who.user] = who.at
        await self._chats.reply(who, staff_messages.upload_how(who.words))

    async def file(self, update: Update, context: Context) -> None:
        """A file in a private chat. From a partner it is no more than its caption."""
        who = await self._chats.speaker(update)
        message = update.message
        if who is None or message is None or message.document is None:
            return
        commanded = (message.caption or "").strip().lower().startswith("/upload")
        if await self._people.role(who.user) < Role.ADMIN:
            if commanded:
                await self._people.check(who.user, Role.ADMIN, "upload")
            if message.caption:
                await self._ask(update, context)
            else:
                await self._text_only(who)
            return
        invited = self._invited.get(who.user)
        if commanded or (invited is not None and who.at - invited < INVITED):
            self._chats.beside(self._take(who, message.document), update)
            return
        offer = staff_messages.upload_offer(who.words, one_name(message.document.file_name or "file"))
        await self._messenger.send(who.chat, offer, reply_to=message.message_id)

    async def offered(self, press: Press[UploadOffer]) -> None:
        """The answer to whether a file shall be added; the file is in the message it replies to."""
        who, offer = press.who, press.message
        brought = offer.reply_to_message if isinstance(offer, Received) else None
        if press.data.what == "no":
            await press.show(staff_messages.upload_cancelled(who.words))
        elif brought is None or brought.document is None:
            await press.show(staff_messages.upload_gone(who.words))
        else:
            self._chats.beside(self._take(who, brought.document, offer.message_id), press.update)

    async def _take(self, who: Speaker, document: Document, line: int | None = None, replaces: str = "") -> None:
        """Fetch, check, add and index a file. `line`: the message of ours that tells how far it is.

        `replaces`: the report whose place it takes.
        """
        words = who.words
        name = document.file_name or "file"

        async def tell(message: Message) -> None:
            nonlocal line
            if line is None:
                line = await self._chats.reply(who, message)
            else:
                await self._messenger.edit(who.chat, line, message)

        if (document.file_size or 0) > FileSizeLimit.FILESIZE_DOWNLOAD:
            await tell(staff_messages.upload_too_large(words))
            return
        try:
            incoming = await self._reports.receive(who.user, name)
        except Unsuitable as error:
            await tell(staff_messages.upload_refused(words, error.name, error.reason, error.remedy))
            return
        try:
            await tell(staff_messages.upload_checking(words, incoming.name))
            file = await document.get_file(read_timeout=DOWNLOAD_SECONDS)
            await file.download_to_drive(incoming.path, read_timeout=DOWNLOAD_SECONDS)
            await self._reports.check(incoming)
        except Unsuitable as error:
            self._reports.discard(incoming)
            await tell(staff_messages.upload_refused(words, error.name, error.reason, error.remedy))
            return
        except BaseException:
            self._reports.discard(incoming)
            raise
        assert line is not None
        await self._add(who, incoming, "ask", line, replaces)

    async def decided(self, press: Press[UploadName]) -> None:
        """Replace, keep both or cancel, for a file whose name is taken."""
        who, what = press.who, press.data.what
        incoming = await self._reports.waiting(who.user, press.data.token)
        await press.answer()
        if incoming is None:
            await press.show(staff_messages.upload_gone(who.words))
        elif what == "cancel":
            self._reports.discard(incoming)
            await press.show(staff_messages.upload_cancelled(who.words))
        else:
            on_exists: OnExists = "replace" if what == "replace" else "both"
            self._chats.beside(self._add(who, incoming, on_exists, press.message.message_id), press.update)

    async def _add(self, who: Speaker, incoming: Incoming, on_exists: OnExists, line: int, replaces: str = "") -> None:
        words = who.words
        if replaces:
            placed = await self._reports.replace(who.user, replaces, incoming)
        else:
            placed = await self._reports.place(who.user, incoming, on_exists)
        if placed.outcome == "exists":
            message = staff_messages.upload_exists(words, placed.source, incoming.token)
            await self._messenger.edit(who.chat, line, message)
            return
        if placed.outcome == "same":
            await self._messenger.edit(who.chat, line, staff_messages.upload_same(words, placed.source))
            return
        await self._messenger.edit(who.chat, line, staff_messages.upload_added(words, placed.source))
        if doubtful := await self._index(who, placed.source, line):
            titled, dated = doubtful.title != title_from_name(placed.source), doubtful.year is not None
            await self._expectations.expect(who.user, DESCRIBE, placed.source, lasts=INVITED)
            await self._chats.reply(who, staff_messages.upload_title(words, doubtful.title, titled=titled, dated=dated))

    async def _index(self, who: Speaker, source: str, line: int) -> DocumentInfo | None:
        """Bring the index up to date and tell of a report; the report, where its title or year could not be found."""
        words = who.words
        live = ProgressLine(self._messenger, who, line)
        try:
            report = await self._reports.bring_up_to_date(live.note)
        except Stopped:
            return None
        except (IndexFault, OSError) as error:
            LOG.warning("indexing an uploaded report failed: %s", error)
            message, doubtful = index_fault(words, error, source), None
        else:
            found, doubtful = await self._found(who, source, report)
            message = found or staff_messages.reindex_done(words, report)
        finally:
            await live.close()
        await self._messenger.edit(who.chat, line, message)
        return doubtful

    async def _found(
        self, who: Speaker, source: str, report: ReindexReport
    ) -> tuple[Message | None, DocumentInfo | None]:
        """What the index has of the new report, and the report where that is doubtful.

        None: nothing, which the reindex report explains.
        """
        documents = await self._search.look(lambda searcher: searcher.documents())
        for info in documents:
            if info.source == source:
                noticed: list[Omission | LikenessNotice] = [*dict(report.left_out).get(source, ())]
                noticed += [notice for notice in report.notices if notice.source == source]
                if doubt := doubts(Metadata(title=info.title, year=info.year), source):
                    noticed.append(LikenessNotice(source, *doubt))
                message = staff_messages.upload_done(
                    who.words, source, info.title, info.passages, report.known, noticed
                )
                return message, info if doubt else None
        return None, None
