"""A file from an admin in; a report among the reports, indexed, and what was found in it, out.

A file waits in a folder of its own until its admin has decided; the offer to add a file replies to the
message that brought it. So both kinds of buttons work after a restart, with nothing kept in memory.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from telegram import Document, Update
from telegram import Message as Received
from telegram.constants import FileSizeLimit
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler, filters

from bot.admin import staff_messages
from bot.admin.chat.admin import ProgressLine, index_fault
from bot.admin.reports import Incoming, OnExists, Stopped, Unsuitable, one_name
from bot.asking import answer_messages as messages
from bot.people.chat.notices import Notices
from bot.people.people import Role
from bot.telegram.desk import Context, Desk, Handler, Speaker, reply, role_of, speaker
from bot.words.markup import Message
from index.errors import IndexFault

INVITED = timedelta(minutes=10)
"""Files that come so soon after `/upload` are added without asking."""
DOWNLOAD_SECONDS = 120.0
LOG = logging.getLogger("bot.chat.uploads")


class Uploads:
    """`/upload`, files from admins, and the buttons `u:…`."""

    def __init__(self, desk: Desk, notices: Notices) -> None:
        self._desk = desk
        self._notices = notices
        self._invited: dict[int, datetime] = {}

    def handlers(self) -> list[Handler]:
        new = filters.UpdateType.MESSAGE
        return [
            CommandHandler("upload", self.command, filters=new),
            MessageHandler(new & filters.Document.ALL & filters.ChatType.PRIVATE, self.file),
            CallbackQueryHandler(self.offered, pattern=r"^u:(add|no)$"),
            CallbackQueryHandler(self.decided, pattern=r"^u:[\w-]{12}:(replace|both|cancel)$"),
        ]

    async def command(self, update: Update, context: Context) -> None:
        """`/upload`: alone it invites a file; in a reply to a file, it adds that one."""
        who = await speaker(self._desk, update)
        if who is None or update.message is None:
            return
        if not who.private:
            await reply(self._desk, who, messages.private_only(who.words))
            return
        await self._desk.people.check(who.user, Role.ADMIN, "upload")
        replied = update.message.reply_to_message
        if replied is not None and replied.document is not None:
            self._desk.background(self._take(who, replied.document), update)
            return
        self._invited[who.user] = who.at
        await reply(self._desk, who, staff_messages.upload_how(who.words))

    async def file(self, update: Update, context: Context) -> None:
        """A file in a private chat. From a partner it is no more than something that is not text."""
        who = await speaker(self._desk, update)
        message = update.message
        if who is None or message is None or message.document is None:
            return
        commanded = (message.caption or "").strip().lower().startswith("/upload")
        if await role_of(self._desk, who) < Role.ADMIN:
            if commanded:
                await self._desk.people.check(who.user, Role.ADMIN, "upload")
            await self._notices.text_only(who)
            return
        invited = self._invited.get(who.user)
        if commanded or (invited is not None and who.at - invited < INVITED):
            self._desk.background(self._take(who, message.document), update)
            return
        offer = staff_messages.upload_offer(who.words, one_name(message.document.file_name or "file"))
        await self._desk.courier.send(who.chat, offer, reply_to=message.message_id)

    async def offered(self, update: Update, context: Context) -> None:
        """The answer to whether a file shall be added; the file is in the message it replies to."""
        query, who = update.callback_query, await speaker(self._desk, update)
        if query is None or who is None or query.message is None:
            return
        await self._desk.people.check(who.user, Role.ADMIN, "upload")
        await self._desk.courier.acknowledge(query)
        offer = query.message
        brought = offer.reply_to_message if isinstance(offer, Received) else None
        if query.data == "u:no":
            message = staff_messages.upload_cancelled(who.words)
            await self._desk.courier.edit(who.chat, offer.message_id, message)
        elif brought is None or brought.document is None:
            message = staff_messages.upload_gone(who.words)
            await self._desk.courier.edit(who.chat, offer.message_id, message)
        else:
            self._desk.background(self._take(who, brought.document, offer.message_id), update)

    async def _take(self, who: Speaker, document: Document, line: int | None = None) -> None:
        """Fetch, check, add and index a file. `line`: the message of ours that tells how far it is."""
        desk, w = self._desk, who.words
        name = document.file_name or "file"

        async def tell(message: Message) -> None:
            nonlocal line
            if line is None:
                line = await reply(desk, who, message)
            else:
                await desk.courier.edit(who.chat, line, message)

        if (document.file_size or 0) > FileSizeLimit.FILESIZE_DOWNLOAD:
            await tell(staff_messages.upload_too_large(w))
            return
        try:
            incoming = await desk.reports.receive(who.user, name)
        except Unsuitable as error:
            await tell(staff_messages.upload_refused(w, error.name, error.reason, error.remedy))
            return
        try:
            await tell(staff_messages.upload_checking(w, incoming.name))
            file = await document.get_file(read_timeout=DOWNLOAD_SECONDS)
            await file.download_to_drive(incoming.path, read_timeout=DOWNLOAD_SECONDS)
            await desk.reports.check(incoming)
        except Unsuitable as error:
            desk.reports.discard(incoming)
            await tell(staff_messages.upload_refused(w, error.name, error.reason, error.remedy))
            return
        except BaseException:
            desk.reports.discard(incoming)
            raise
        assert line is not None
        await self._add(who, incoming, "ask", line)

    async def decided(self, update: Update, context: Context) -> None:
        """Replace, keep both or cancel, for a file whose name is taken."""
        query, who = update.callback_query, await speaker(self._desk, update)
        if query is None or who is None or query.message is None:
            return
        _, token, what = (query.data or "").split(":")
        incoming = await self._desk.reports.waiting(who.user, token)
        await self._desk.courier.acknowledge(query)
        line = query.message.message_id
        if incoming is None:
            await self._desk.courier.edit(who.chat, line, staff_messages.upload_gone(who.words))
        elif what == "cancel":
            self._desk.reports.discard(incoming)
            await self._desk.courier.edit(who.chat, line, staff_messages.upload_cancelled(who.words))
        else:
            on_exists: OnExists = "replace" if what == "replace" else "both"
            self._desk.background(self._add(who, incoming, on_exists, line), update)

    async def _add(self, who: Speaker, incoming: Incoming, on_exists: OnExists, line: int) -> None:
        desk, w = self._desk, who.words
        placed = await desk.reports.place(who.user, incoming, on_exists)
        if placed.outcome == "exists":
            message = staff_messages.upload_exists(w, placed.source, incoming.token)
            await desk.courier.edit(who.chat, line, message)
            return
        if placed.outcome == "same":
            await desk.courier.edit(who.chat, line, staff_messages.upload_same(w, placed.source))
            return
        await desk.courier.edit(who.chat, line, staff_messages.upload_added(w, placed.source))
        live = ProgressLine(desk, who, line)
        try:
            report = await desk.reports.bring_up_to_date(live.note)
        except Stopped:
            return
        except (IndexFault, OSError) as error:
            LOG.warning("indexing an uploaded report failed: %s", error)
            message = index_fault(w, error)
        else:
            message = await self._found(who, placed.source) or staff_messages.reindex_done(w, report)
        finally:
            await live.close()
        await desk.courier.edit(who.chat, line, message)

    async def _found(self, who: Speaker, source: str) -> Message | None:
        """What the index has of the new report; None: nothing, which the reindex report explains."""
        documents = await self._desk.search.look(lambda searcher: searcher.documents())
        for info in documents:
            if info.source == source:
                return staff_messages.upload_done(who.words, source, info.title, info.passages)
        return None
