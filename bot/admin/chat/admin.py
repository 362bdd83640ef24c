"""`/reindex /grant /revoke /audit` in; what an admin asked for, out.

Nothing is permitted here: the actions themselves check the role, and the error handler tells of `NotAllowed`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from telegram import Bot
from telegram.error import NetworkError, TelegramError

from bot.admin import staff_messages
from bot.admin.reports import Busy, Reports, Stopped
from bot.people.people import NotChangeable, People, Role
from bot.telegram.callbacks import AuditPage, ForceReindex, Grant, GrantCancel
from bot.telegram.chats import Chats, Command, Handler, Press, Speaker, look_up
from bot.telegram.menus import Menus
from bot.telegram.messenger import Messenger
from bot.words.catalogue import Words
from bot.words.markup import Message
from index.build.known_questions import KnownQuestionsFell
from index.errors import IndexFault

if TYPE_CHECKING:
    from index.build.reindex import Progress

EDIT_SECONDS = 2.0
"""Between two edits of the progress line; Telegram takes about one a second."""
ENTRIES = 10


class Admin:
    """Reindexing, roles and the audit."""

    def __init__(
        self,
        chats: Chats,
        people: People,
        messenger: Messenger,
        reports: Reports,
        menus: Menus,
        question_text: Callable[[str], Awaitable[str]],
        joined: Callable[[int, Callable[[Words], Message]], Awaitable[None]],
    ) -> None:
        """`question_text`: what a question said that the audit knows by its id; empty where it is not kept any more.

        `joined`: greets somebody who belongs to the staff from now on.
        """
        self._question_text = question_text
        self._joined = joined
        self._chats = chats
        self._people = people
        self._messenger = messenger
        self._reports = reports
        self._menus = menus

    def handlers(self) -> list[Handler]:
        on_command, on_press, admin = self._chats.on_command, self._chats.on_press, Role.ADMIN
        return [
            on_command("reindex", self.reindex, private=True, needs=admin),
            on_command("grant", self.grant, needs=admin),
            on_command("revoke", self.revoke, needs=admin),
            on_command("audit", self.audit, private=True),
            on_press(GrantCancel, self.cancel_grant, needs=admin, action="grant"),
            on_press(Grant, self.press_grant, answer=False),
            on_press(AuditPage, self.turn_audit, answer=False),
            on_press(ForceReindex, self.force, needs=admin, action="reindex"),
        ]

    async def reindex(self, command: Command) -> None:
        self._chats.beside(self._reindex(command.who), command.update)

    async def force(self, press: Press[ForceReindex]) -> None:
        """Take the index whatever became of the known questions."""
        await press.take_buttons()
        line = press.message.message_id
        self._chats.beside(self._reindex(press.who, force=True, line=line), press.update)

    async def _reindex(self, who: Speaker, *, force: bool = False, line: int | None = None) -> None:
        """`line`: the message of ours that shows how far it is and what came of it; None: a new one."""
        if line is None:
            line = await self._chats.reply(who, staff_messages.reindex_started(who.words))
        else:
            await self._messenger.edit(who.chat, line, staff_messages.reindex_started(who.words))
        live = ProgressLine(self._messenger, who, line)
        try:
            report = await self._reports.reindex(who.user, live.note, force=force)
            message = staff_messages.reindex_done(who.words, report)
        except Stopped:
            return
        except Busy:
            message = staff_messages.reindex_busy(who.words)
        except (IndexFault, OSError) as error:
            message = index_fault(who.words, error)
        finally:
            await live.close()
        await self._messenger.edit(who.chat, line, message)

    async def grant(self, command: Command) -> None:
        who, meant = command.who, _person(command)
        if meant is None:
            await self._chats.reply(who, staff_messages.grant_how(who.words))
            return
        user, name = meant
        role, met = await self._people.role(user), await self._people.chat(user) is not None
        await self._chats.reply(who, staff_messages.grant_choice(who.words, user, name, role, met=met))

    async def cancel_grant(self, press: Press[GrantCancel]) -> None:
        await press.show(staff_messages.not_done(press.who.words))

    async def press_grant(self, press: Press[Grant]) -> None:
        message = await self._change(press.who, press.data.user, Role[press.data.role.upper()])
        await press.answer()
        await press.show(message)

    async def revoke(self, command: Command) -> None:
        who, meant = command.who, _person(command)
        if meant is None:
            await self._chats.reply(who, staff_messages.revoke_how(who.words))
        else:
            await self._chats.reply(who, await self._change(who, meant[0], Role.PARTNER))

    async def _change(self, who: Speaker, user: int, role: Role) -> Message:
        """Grant, and tell the person, who also gets the menu of the role."""
        await self._people.check(who.user, Role.ADMIN, "grant")
        before = await self._people.role(user)
        if before is role:
            return staff_messages.role_already(who.words, user, role)
        try:
            await self._people.grant(who.user, user, role)
        except NotChangeable:
            return staff_messages.role_in_configuration(who.words)
        chat = await self._people.chat(user)
        if chat is not None and chat.reachable:
            await self._menus.show(user, role)

            def greeting(own: Words) -> Message:
                return staff_messages.you_are(own, role)

            # the role holds, whether or not the person can be told just now
            if before is Role.PARTNER:
                await self._joined(user, greeting)
            elif user != who.user:
                await self._chats.tell((user,), greeting)
        return staff_messages.granted(who.words, user, role)

    async def audit(self, command: Command) -> None:
        await self._chats.reply(command.who, await self._audit(command.who, 0, command.context.bot))

    async def turn_audit(self, press: Press[AuditPage]) -> None:
        message = await self._audit(press.who, press.data.first, press.context.bot)
        await press.answer()
        await press.show(message)

    async def _audit(self, who: Speaker, first: int, bot: Bot) -> Message:
        """A page; Telegram is asked what it calls the people, since their names are not kept here."""
        audit_entries = await self._people.audit(who.user, limit=ENTRIES + 1, offset=first)
        shown = audit_entries[:ENTRIES]
        people = dict.fromkeys(person for entry in shown for person in staff_messages.people_of(entry))
        infos = await asyncio.gather(*(_name(bot, person) for person in people))
        questions = dict.fromkeys(filter(None, map(staff_messages.question_of, shown)))
        texts = await asyncio.gather(*map(self._question_text, questions))
        return staff_messages.audit(
            who.words,
            shown,
            dict(zip(people, infos, strict=True)),
            dict(zip(questions, texts, strict=True)),
            first=first,
            size=ENTRIES,
            more=len(audit_entries) > ENTRIES,
        )


async def _name(bot: Bot, person: int) -> str:
    """What Telegram calls a person; empty where it does not tell, or is not there when it is asked twice."""
    for _ in range(2):
        try:
            info = await look_up(bot, person)
        except NetworkError:  # many names are asked for at once, and one answer may come too late
            continue
        except TelegramError:
            return ""
        return (info.full_name or "") if info is not None else ""
    return ""


class ProgressLine:
    """One message that shows how far reindexing is. `note` may be called from any thread, at any rate."""

    def __init__(
        self, messenger: Messenger, who: Speaker, message_id: int, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._messenger = messenger
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
        await self._messenger.edit(self._who.chat, self._message_id, message)

    async def close(self) -> None:
        """Wait for an edit that is under way, so that none comes after the result."""
        self._closed = True
        if self._edit is not None:
            await asyncio.gather(self._edit, return_exceptions=True)


def index_fault(words: Words, error: IndexFault | OSError, uploaded: str = "") -> Message:
    """Why the index could not be built; the old one stays. `uploaded`: the file that somebody has just sent."""
    if isinstance(error, KnownQuestionsFell):
        return staff_messages.known_questions_fell(words, error.report, uploaded)
    if isinstance(error, IndexFault):
        return staff_messages.reindex_failed(words, f"{error.subject}: {error.what}", error.remedy)
    return staff_messages.disk_failed(words, error.strerror or type(error).__name__)


def _person(command: Command) -> tuple[int, str] | None:
    """Whose role is meant: id, and name where Telegram shows it."""
    wanted = command.argument
    if wanted.isascii() and wanted.isdecimal() and 0 < int(wanted) < 2**52:
        return int(wanted), ""
    replied = command.received.reply_to_message
    if replied is None:
        return None
    origin = getattr(replied.forward_origin, "sender_user", None)
    person = origin or replied.from_user
    return (person.id, person.full_name) if person is not None and not person.is_bot else None
