"""*Remove …* and *Replace …* under a report in; what would be lost, and the change once it is confirmed, out.

Nothing is permitted here: `Reports` checks the role where it is done.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from bot.admin import staff_messages
from bot.admin.chat.admin import ProgressLine, index_fault
from bot.admin.reports import Reports, Stopped
from bot.admin.staff_messages import Losses
from bot.base.search import Search
from bot.people.people import Role
from bot.telegram.callbacks import ReportChange
from bot.telegram.chats import Chats, Handler, Press, Speaker
from bot.telegram.messenger import Messenger
from index.errors import IndexFault

if TYPE_CHECKING:
    from index.searcher import DocumentInfo, Searcher

Outside = Callable[[int, str, Sequence[str]], Awaitable[Losses]]
"""Who asks, a report's file and the ids of its passages in; what refers to them, out."""


class ReportChanges:
    """Removing and replacing reports."""

    def __init__(
        self,
        chats: Chats,
        messenger: Messenger,
        reports: Reports,
        search: Search,
        find: Callable[[Searcher, str], DocumentInfo | None],
        losses: Outside,
        expect_replacement: Callable[[Speaker, str], Awaitable[None]],
    ) -> None:
        """`find`: the report that a digest stands for."""
        self._chats = chats
        self._messenger = messenger
        self._reports = reports
        self._search = search
        self._find = find
        self._losses = losses
        self._expect_replacement = expect_replacement

    def handlers(self) -> list[Handler]:
        return [
            self._chats.on_press(
                ReportChange, self.press, private=True, needs=Role.ADMIN, action="change report", answer=False
            )
        ]

    async def press(self, press: Press[ReportChange]) -> None:
        who, what = press.who, press.data.what
        info, passages = await self._search.look(lambda searcher: self._report(searcher, press.data.report))
        if info is None:
            await press.answer(staff_messages.report_gone(who.words), alert=True)
            return
        await press.answer()
        if what == "keep":
            await press.show(staff_messages.not_done(who.words))
        elif what == "sure":
            self._chats.beside(self._remove(who, info.source, press.message.message_id), press.update)
        else:
            losses = await self._losses(who.user, info.source, passages)
            if what == "replace":
                await self._expect_replacement(who, info.source)
                await self._chats.reply(who, staff_messages.report_replace(who.words, info, losses))
            else:
                await self._chats.reply(who, staff_messages.report_remove(who.words, info, press.data.report, losses))

    def _report(self, searcher: Searcher, report: str) -> tuple[DocumentInfo | None, tuple[str, ...]]:
        info = self._find(searcher, report)
        if info is None:
            return None, ()
        outline = searcher.outline(info.id)
        return info, tuple(
            passage.id for heading in outline for passage in searcher.passages_under(info.id, heading.section)
        )

    async def _remove(self, who: Speaker, source: str, line: int) -> None:
        """Take the report away and index what is left; `line` shows how far it is."""
        if not await self._reports.remove(who.user, source):
            await self._messenger.edit(who.chat, line, staff_messages.report_missing(who.words, source))
            return
        await self._messenger.edit(who.chat, line, staff_messages.report_removed(who.words, source))
        live = ProgressLine(self._messenger, who, line)
        try:
            message = staff_messages.reindex_done(who.words, await self._reports.bring_up_to_date(live.note))
        except Stopped:
            return
        except (IndexFault, OSError) as error:
            message = index_fault(who.words, error)
        finally:
            await live.close()
        await self._messenger.edit(who.chat, line, message)
