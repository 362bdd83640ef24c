"""`/reindex /unanswered /grant /revoke /stats /audit` in; what an admin asked for, out.

Nothing is permitted here: the actions themselves check the role, and `NotAllowed` is told by `faults`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from bot.admin import staff_messages
from bot.admin.reports import Busy, Stopped
from bot.people.people import NotChangeable, Role
from bot.telegram.desk import Context, Desk, Handler, Speaker, alone, argument, reply, speaker, tell
from bot.telegram.menus import Menus
from bot.words.catalogue import Words, words
from bot.words.markup import Message
from index.build.known_questions import KnownQuestionsFell
from index.errors import IndexFault

if TYPE_CHECKING:
    from index.build.reindex import Progress

EDIT_SECONDS = 2.0
"""Between two edits of the progress line; Telegram takes about one a second."""
QUESTIONS = 5
ENTRIES = 10


class Admin:
    """Reindexing, roles, and what the ledger says."""

    def __init__(self, desk: Desk, menus: Menus) -> None:
        self._desk = desk
        self._menus = menus

    def handlers(self) -> list[Handler]:
        new = filters.UpdateType.MESSAGE
        return [
            CommandHandler("reindex", self.reindex, filters=new),
            CommandHandler("unanswered", self.unanswered, filters=new),
            CommandHandler("grant", self.grant, filters=new),
            CommandHandler("revoke", self.revoke, filters=new),
            CommandHandler("stats", self.stats, filters=new),
            CommandHandler("audit", self.audit, filters=new),
            CallbackQueryHandler(self.press_unanswered, pattern=r"^n:(at:\d{1,9}|done:[\w-]+:\d{1,9})$"),
            CallbackQueryHandler(self.press_grant, pattern=r"^g:(cancel|\d{1,16}:(staff|admin))$"),
            CallbackQueryHandler(self.press_audit, pattern=r"^audit:\d{1,9}$"),
            CallbackQueryHandler(self.press_force, pattern=r"^r:force$"),
        ]

    async def reindex(self, update: Update, context: Context) -> None:
        who = await alone(self._desk, update)
        if who is not None:
            await self._desk.people.check(who.user, Role.ADMIN, "reindex")
            self._desk.background(self._reindex(who), update)

    async def press_force(self, update: Update, context: Context) -> None:
        """Take the index whatever became of the known questions."""
        query, who = update.callback_query, await speaker(self._desk, update)
        if query is None or who is None or query.message is None:
            return
        await self._desk.people.check(who.user, Role.ADMIN, "reindex")
        await self._desk.courier.acknowledge(query)
        await self._desk.courier.set_buttons(who.chat, query.message.message_id, ())
        self._desk.background(self._reindex(who, force=True), update)

    async def _reindex(self, who: Speaker, *, force: bool = False) -> None:
        desk = self._desk
        line = await reply(desk, who, staff_messages.reindex_started(who.words))
        live = ProgressLine(desk, who, line)
        try:
            report = await desk.reports.reindex(who.user, live.note, force=force)
            message = staff_messages.reindex_done(who.words, report)
        except Stopped:
            return
        except Busy:
            message = staff_messages.reindex_busy(who.words)
        except (IndexFault, OSError) as error:
            message = index_fault(who.words, error)
        finally:
            await live.close()
        await desk.courier.edit(who.chat, line, message)

    async def unanswered(self, update: Update, context: Context) -> None:
        who = await alone(self._desk, update)
        if who is not None:
            await reply(self._desk, who, await self._unanswered(who, 0))

    async def _unanswered(self, who: Speaker, first: int) -> Message:
        ask = self._desk.questions.unanswered
        found, total = await ask(who.user, limit=QUESTIONS, offset=first)
        if not found and first:  # the last one of the last page was done
            first = max(0, first - QUESTIONS)
            found, total = await ask(who.user, limit=QUESTIONS, offset=first)
        return staff_messages.unanswered(who.words, found, first=first, total=total, size=QUESTIONS)

    async def press_unanswered(self, update: Update, context: Context) -> None:
        query, who = update.callback_query, await speaker(self._desk, update)
        if query is None or who is None or query.message is None:
            return
        what, *rest = (query.data or "").split(":")[1:]
        if what == "done":
            await self._desk.questions.mark_done(who.user, rest[0])
        message = await self._unanswered(who, int(rest[-1]))
        await self._desk.courier.acknowledge(query)
        await self._desk.courier.edit(who.chat, query.message.message_id, message)

    async def grant(self, update: Update, context: Context) -> None:
        who = await speaker(self._desk, update)
        if who is None:
            return
        await self._desk.people.check(who.user, Role.ADMIN, "grant")
        meant = _person(update)
        if meant is None:
            await reply(self._desk, who, staff_messages.grant_how(who.words))
            return
        user, name = meant
        role, met = await self._desk.people.role(user), await self._desk.people.chat(user) is not None
        await reply(self._desk, who, staff_messages.grant_choice(who.words, user, name, role, met=met))

    async def press_grant(self, update: Update, context: Context) -> None:
        query, who = update.callback_query, await speaker(self._desk, update)
        if query is None or who is None or query.message is None:
            return
        wanted = (query.data or "").split(":")[1:]
        if wanted == ["cancel"]:
            await self._desk.people.check(who.user, Role.ADMIN, "grant")
            message = staff_messages.not_done(who.words)
        else:
            message = await self._change(who, int(wanted[0]), Role[wanted[1].upper()])
        await self._desk.courier.acknowledge(query)
        await self._desk.courier.edit(who.chat, query.message.message_id, message)

    async def revoke(self, update: Update, context: Context) -> None:
        who = await speaker(self._desk, update)
        if who is None:
            return
        await self._desk.people.check(who.user, Role.ADMIN, "revoke")
        meant = _person(update)
        if meant is None:
            await reply(self._desk, who, staff_messages.revoke_how(who.words))
        else:
            await reply(self._desk, who, await self._change(who, meant[0], Role.PARTNER))

    async def _change(self, who: Speaker, user: int, role: Role) -> Message:
        """Grant, and tell the person, who also gets the menu of the role."""
        desk = self._desk
        await desk.people.check(who.user, Role.ADMIN, "grant")
        if await desk.people.role(user) is role:
            return staff_messages.role_already(who.words, user, role)
        try:
            await desk.people.grant(who.user, user, role)
        except NotChangeable:
            return staff_messages.role_in_configuration(who.words)
        chat = await desk.people.chat(user)
        if chat is not None and chat.reachable:
            w = words(chat.language) if chat.language else who.words
            await self._menus.show(user, role)
            if user != who.user:
                await tell(desk, (user,), lambda _: staff_messages.you_are(w, role))  # the role holds all the same
        return staff_messages.granted(who.words, user, role)

    async def stats(self, update: Update, context: Context) -> None:
        who = await alone(self._desk, update)
        if who is not None:
            days = await self._desk.questions.statistics(who.user)
            chats = await self._desk.people.count_reachable()
            await reply(self._desk, who, staff_messages.statistics(who.words, days, chats))

    async def audit(self, update: Update, context: Context) -> None:
        who = await alone(self._desk, update)
        if who is not None:
            await reply(self._desk, who, await self._audit(who, 0))

    async def press_audit(self, update: Update, context: Context) -> None:
        query, who = update.callback_query, await speaker(self._desk, update)
        if query is None or who is None or query.message is None:
            return
        message = await self._audit(who, int((query.data or "").partition(":")[2]))
        await self._desk.courier.acknowledge(query)
        await self._desk.courier.edit(who.chat, query.message.message_id, message)

    async def _audit(self, who: Speaker, first: int) -> Message:
        found = await self._desk.people.audit(who.user, limit=ENTRIES + 1, offset=first)
        return staff_messages.audit(who.words, found[:ENTRIES], first=first, size=ENTRIES, more=len(found) > ENTRIES)


class ProgressLine:
    """One message that shows how far reindexing is. `note` may be called from any thread, at any rate."""

    def __init__(self, desk: Desk, who: Speaker, message_id: int, now: Callable[[], float] = time.monotonic) -> None:
        self._desk = desk
        self._who = who
        self._message_id = message_id
        self._now = now
        self._loop = asyncio.get_running_loop()
        self._shown = now()
        self._edit: asyncio.Task[None] | None = None
        self._closed = False

    def note(self, progress: Progress) -> None:
        """Show this, unless the last edit was a moment ago or is still under way."""
        if self._now() - self._shown >= EDIT_SECONDS:
            self._shown = self._now()
            self._loop.call_soon_threadsafe(self._begin, progress)

    def _begin(self, progress: Progress) -> None:
        if not self._closed and (self._edit is None or self._edit.done()):
            message = staff_messages.reindex_progress(self._who.words, progress)
            self._edit = self._loop.create_task(self._show(message))

    async def _show(self, message: Message) -> None:
        await self._desk.courier.edit(self._who.chat, self._message_id, message)

    async def close(self) -> None:
        """Wait for an edit that is under way, so that none comes after the result."""
        self._closed = True
        if self._edit is not None:
            await asyncio.gather(self._edit, return_exceptions=True)


def index_fault(w: Words, error: IndexFault | OSError) -> Message:
    """Why the index could not be built; the old one stays."""
    if isinstance(error, KnownQuestionsFell):
        return staff_messages.known_questions_fell(w, error.report)
    if isinstance(error, IndexFault):
        return staff_messages.reindex_failed(w, f"{error.subject}: {error.what}", error.remedy)
    return staff_messages.reindex_failed(
        w, error.strerror or type(error).__name__, w.label("check the disk and the folders")
    )


def _person(update: Update) -> tuple[int, str] | None:
    """Whose role is meant: id, and name where Telegram shows it."""
    message = update.message
    if message is None:
        return None
    wanted = argument(message)
    if wanted.isascii() and wanted.isdecimal() and 0 < int(wanted) < 2**52:
        return int(wanted), ""
    replied = message.reply_to_message
    if replied is None:
        return None
    origin = getattr(replied.forward_origin, "sender_user", None)
    person = origin or replied.from_user
    return (person.id, person.full_name) if person is not None and not person.is_bot else None
