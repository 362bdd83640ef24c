"""What staff decide in, announcements in their next state out; who gets them is written in the same step.

draft → (in review →) scheduled → running ⇄ paused → finished or cancelled. Every action of a person is checked
against their role here, and stands in the audit. What happens without a person is in `bot.announcing.scheduler`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from itertools import islice

from sqlite_utils import Database as Connection

from bot.announcing import announcement_rows as rows
from bot.announcing import deliveries
from bot.announcing.announcement import (
    Action,
    Announcement,
    Attachment,
    Audience,
    AudienceCount,
    Body,
    CalendarDate,
    Changed,
    Content,
    Delivery,
    NoSuchAnnouncement,
    NotReady,
    Outcome,
    OwnApproval,
    Problem,
    Render,
    Report,
    Schedule,
    State,
    Why,
)
from bot.announcing.announcement_rows import ChatsOfAnnouncements
from bot.announcing.audience import belongs, count
from bot.announcing.corrections import changes
from bot.announcing.readiness import correction_problems, problems
from bot.announcing.scheduler import SendingRules, release
from bot.base.database import Database
from bot.people.people import People, Role

__all__ = ["Announcements", "Changed", "NoSuchAnnouncement", "NotReady", "OwnApproval", "SendingRules"]

CHOICE_LIMIT = 40
OPEN_STATES = (State.SCHEDULED, State.RUNNING, State.PAUSED)


class Announcements:
    """All announcements: written, decided on, reported."""

    def __init__(
        self, database: Database, people: People, clock: Callable[[], datetime], rules: SendingRules, render: Render
    ) -> None:
        self._database = database
        self._people = people
        self._clock = clock
        self._rules = rules
        self._render = render
        people.follow(ChatsOfAnnouncements())

    # Writing

    async def draft(self, actor: int, body: Body | None = None, step: str = "") -> Announcement:
        """Begin one. Raises `NotAllowed`."""
        await self._people.authorize(actor, Role.STAFF, "announcement: write")
        now = self._clock()
        return await self._database.write(
            lambda connection: rows.read(connection, rows.insert(connection, actor, body or Body(), step, now))
        )

    async def get(self, number: int) -> Announcement | None:
        """As it stands now; None: there is none."""
        try:
            return await self._database.read(lambda connection: rows.read(connection, number))
        except NoSuchAnnouncement:
            return None

    async def list(
        self, actor: int, *, limit: int = 20, offset: int = 0, states: Iterable[State] = ()
    ) -> tuple[Announcement, ...]:
        """Newest first; in all states, or in some. Raises `NotAllowed`."""
        await self._people.check(actor, Role.STAFF, "announcement: list")
        wanted = tuple(states) or tuple(State)
        where = f"a.state IN ({', '.join('?' for _ in wanted)}) ORDER BY a.id DESC LIMIT ? OFFSET ?"
        return await self._database.read(lambda connection: rows.select(connection, where, (*wanted, limit, offset)))

    async def drafts(self, actor: int) -> tuple[Announcement, ...]:
        """One's own drafts, newest first. Raises `NotAllowed`."""
        await self._people.check(actor, Role.STAFF, "announcement: list")
        where = "a.state = 'draft' AND a.author = ? ORDER BY a.id DESC"
        return await self._database.read(lambda connection: rows.select(connection, where, (actor,)))

    async def save(self, actor: int, number: int, body: Body, version: int, step: str = "") -> Announcement:
        """Keep what was written and chosen; one in review is a draft again.

        Raises `NotAllowed`, `NoSuchAnnouncement`, and `Changed` when `version` is not the one that stands.
        """
        await self._people.check(actor, Role.STAFF, "announcement: write")

        def save(connection: Connection, now: Announcement) -> None:
            self._require(now, "save", (State.DRAFT, State.IN_REVIEW), version)
            rows.write_body(connection, number, actor, body, step, self._clock())
            rows.update(connection, number, state=State.DRAFT)

        return await self._change(number, save)

    async def undo(self, actor: int, number: int) -> Announcement:
        """Back to what was before the last save; at the first, unchanged. Raises as `save` does."""
        await self._people.check(actor, Role.STAFF, "announcement: write")

        def undo(connection: Connection, now: Announcement) -> None:
            self._require(now, "undo", (State.DRAFT, State.IN_REVIEW))
            rows.back(connection, number)
            rows.update(connection, number, state=State.DRAFT)

        return await self._change(number, undo)

    async def discard(self, actor: int, number: int) -> None:
        """Throw a draft away. Raises as `save` does."""
        await self._people.authorize(actor, Role.STAFF, "announcement: discard", str(number))

        def discard(connection: Connection) -> None:
            self._require(rows.read(connection, number), "discard", (State.DRAFT, State.IN_REVIEW))
            rows.delete(connection, number)

        await self._database.write(discard)

    def problems(self, announcement: Announcement) -> tuple[Problem, ...]:
        """What keeps it from going out, but for who is in its audience just now."""
        return problems(announcement, self._render, self._clock())

    async def check(self, number: int) -> tuple[Problem, ...]:
        """What keeps it from going out. Raises `NoSuchAnnouncement`."""
        return await self._database.read(lambda connection: self._check(connection, rows.read(connection, number)))

    async def count(self, audience: Audience) -> AudienceCount:
        """How many chats are in an audience now."""
        return await self._database.read(lambda connection: count(connection, audience))

    # Deciding

    async def submit(self, actor: int, number: int, version: int) -> Announcement:
        """Send it, at once or at its time; where approval is asked for, hand it on to be approved.

        Raises `NotAllowed`, `NoSuchAnnouncement`, `Changed`, and `NotReady`.
        """

        def submit(connection: Connection, now: Announcement) -> None:
            self._require(now, "send", (State.DRAFT,), version)
            self._require_ready(connection, now)
            if self._rules.approval:
                rows.update(connection, number, state=State.IN_REVIEW, notice="")
            else:
                release(connection, now, self._rules, self._clock())

        return await self._decide(actor, number, "send", submit)

    async def approve(self, actor: int, number: int, version: int) -> Announcement:
        """Let it go as it was read. Raises as `submit` does, and `OwnApproval`."""

        def approve(connection: Connection, now: Announcement) -> None:
            self._require(now, "approve", (State.IN_REVIEW,), version)
            if actor == now.author:
                raise OwnApproval(f"announcement {number}: written by the same person: somebody else has to approve it")
            self._require_ready(connection, now)
            rows.update(connection, number, approver=actor)
            release(connection, now, self._rules, self._clock())

        return await self._decide(actor, number, "approve", approve)

    async def decline(self, actor: int, number: int, reason: str = "") -> Announcement:
        """Give it back to who wrote it; the reason stands in the audit. Raises as `save` does."""

        def decline(connection: Connection, now: Announcement) -> None:
            self._require(now, "decline", (State.IN_REVIEW,))
            rows.update(connection, number, state=State.DRAFT)

        return await self._decide(actor, number, "decline", decline, reason)

    async def recall(self, actor: int, number: int) -> Announcement:
        """Make a scheduled one a draft again. Raises as `save` does."""

        def recall(connection: Connection, now: Announcement) -> None:
            if now.started is not None:
                raise Changed(now, "recall")
            self._require(now, "recall", (State.SCHEDULED, State.PAUSED, State.IN_REVIEW))
            rows.update(connection, number, state=State.DRAFT, why="", notice="", approver=None)

        return await self._decide(actor, number, "recall", recall)

    async def reschedule(self, actor: int, number: int, schedule: Schedule) -> Announcement:
        """Another time for one that has not begun, also for one that is late. Raises as `submit` does."""

        def reschedule(connection: Connection, now: Announcement) -> None:
            if now.started is not None:
                raise Changed(now, "reschedule")
            self._require(now, "reschedule", (State.SCHEDULED, State.PAUSED))
            body = replace(now.body, schedule=schedule)
            rows.write_body(connection, number, actor, body, now.step, self._clock())
            changed = rows.read(connection, number)
            self._require_ready(connection, changed)
            release(connection, changed, self._rules, self._clock())

        return await self._decide(actor, number, "reschedule", reschedule)

    async def pause(self, actor: int, number: int) -> Announcement:
        """Send nothing more of it for now; what Telegram has already arrives. Raises as `save` does."""

        def pause(connection: Connection, now: Announcement) -> None:
            self._require(now, "pause", OPEN_STATES)
            if now.state is not State.PAUSED:
                rows.update(connection, number, state=State.PAUSED, why=Why.PERSON)

        return await self._decide(actor, number, "pause", pause)

    async def resume(self, actor: int, number: int) -> Announcement:
        """Go on: a late one begins, one whose first batch failed goes to the rest, an early one waits for its time.

        Raises as `save` does.
        """

        def resume(connection: Connection, now: Announcement) -> None:
            self._require(now, "resume", OPEN_STATES)
            if now.state is not State.PAUSED:
                return
            if now.started is None:
                release(connection, now, self._rules, self._clock())
                return
            gate = {"gate": deliveries.REST} if now.why is Why.FAILING else {}
            rows.update(connection, number, state=State.RUNNING, why="", notice="", **gate)

        return await self._decide(actor, number, "resume", resume)

    async def cancel(self, actor: int, number: int) -> Announcement:
        """Send nothing more of it, ever. Raises as `save` does."""

        def cancel(connection: Connection, now: Announcement) -> None:
            self._require(now, "cancel", (*OPEN_STATES, State.IN_REVIEW, State.CANCELLED))
            if now.state is not State.CANCELLED:
                at = self._clock()
                deliveries.skip_pending(connection, number, deliveries.CANCELLED, at)
                rows.update(connection, number, state=State.CANCELLED, why="", notice="", finished_at=at.isoformat())

        return await self._decide(actor, number, "cancel", cancel)

    async def correct(
        self,
        actor: int,
        number: int,
        contents: tuple[Content, ...],
        *,
        dates: tuple[CalendarDate, ...] | None = None,
        attachments: tuple[Attachment, ...] | None = None,
    ) -> Announcement:
        """Put other words (and dates, and files) in place at everybody who got it; who is to come gets these at once.

        Raises as `submit` does; `NotReady` with `other kind` when a text would have to become a picture, with
        `nothing changed` when it reads as before.
        """

        def correct(connection: Connection, now: Announcement) -> None:
            if now.started is None or now.withdrawn is not None:
                raise Changed(now, "correct")
            body = replace(
                now.body,
                contents=contents,
                dates=now.body.dates if dates is None else dates,
                attachments=now.body.attachments if attachments is None else attachments,
            )
            changed = replace(now, body=body)
            found = [
                problem for problem in self.problems(changed) if problem.code not in ("in the past", "file missing")
            ]
            if not found:
                found += correction_problems(now, changed, self._render)
            if not found and body == now.body:
                found.append(Problem("nothing changed"))
            if found:
                raise NotReady(tuple(found))
            rows.write_body(connection, number, actor, body, now.step, self._clock())
            errand = self._send_errand(connection, now, Action.CORRECT)
            deliveries.supersede(connection, number, errand, self._clock())
            for language, shown in deliveries.shown_versions(connection, number):
                if not changes(rows.read_version(connection, number, shown).body, body, language):
                    deliveries.leave_as_it_is(connection, number, errand, language, shown, self._clock())

        return await self._decide(actor, number, "correct", correct)

    async def withdraw(self, actor: int, number: int) -> Announcement:
        """Delete it at everybody who got it, as far as Telegram still allows (48 hours). Raises as `save` does."""

        def withdraw(connection: Connection, now: Announcement) -> None:
            if now.started is None or now.withdrawn is not None:
                raise Changed(now, "withdraw")
            at = self._clock()
            deliveries.skip_pending(connection, number, deliveries.WITHDRAWN, at)
            rows.update(connection, number, withdrawn_at=at.isoformat())
            self._send_errand(connection, now, Action.WITHDRAW)

        return await self._decide(actor, number, "withdraw", withdraw)

    async def resend_unknown(self, actor: int, number: int, delivery: int | None = None) -> int:
        """Send it again where nobody knows whether it arrived: at one recipient, or at all; how many.

        Raises as `save` does.
        """
        sent = 0

        def resend(connection: Connection, now: Announcement) -> None:
            nonlocal sent
            if now.started is None or now.withdrawn is not None:
                raise Changed(now, "send again")
            sent = deliveries.send_unknown_again(connection, number, delivery, self._clock())
            if sent and now.state in (State.FINISHED, State.CANCELLED):
                rows.update(connection, number, state=State.RUNNING, gate=deliveries.REST, finished_at=None)

        await self._decide(actor, number, "send unknown again", resend, "" if delivery is None else f"#{delivery}")
        return sent

    # Asking

    async def report(self, actor: int, number: int) -> Report:
        """Who got it, in figures. Raises `NotAllowed`, `NoSuchAnnouncement`."""
        await self._people.check(actor, Role.STAFF, "announcement: report")

        def report(connection: Connection) -> Report:
            return Report(
                announcement=rows.read(connection, number),
                tally=deliveries.tally(connection, number),
                languages=deliveries.by_language(connection, number),
                reasons=deliveries.reasons(connection, number),
                replies=rows.replies(connection, number),
                errands=deliveries.errands(connection, number),
            )

        return await self._database.read(report)

    async def deliveries(
        self, actor: int, number: int, *, outcomes: Iterable[Outcome] = (), limit: int = 20, offset: int = 0
    ) -> tuple[Delivery, ...]:
        """Its deliveries, all or those with some outcomes; `limit` -1 is no limit. Raises `NotAllowed`."""
        await self._people.check(actor, Role.STAFF, "announcement: report")
        wanted = tuple(outcomes)
        return await self._database.read(
            lambda connection: tuple(deliveries.listed(connection, number, wanted, limit, offset))
        )

    async def csv(self, actor: int, number: int) -> str:
        """All its deliveries as a table for spreadsheets, with a line of headings. Raises `NotAllowed`."""
        return deliveries.table(await self.deliveries(actor, number, limit=-1))

    async def reply(self, number: int, user: int, choice: str, chat: int | None = None) -> bool:
        """Count which button somebody pressed under it (in a `chat`, else in their own), as `count_reply` does.

        False: no such announcement went out, or it did not go to them.
        """
        now, choice = self._clock(), choice[:CHOICE_LIMIT]

        def count(connection: Connection) -> bool:
            if not deliveries.got(connection, number, user if chat is None else chat, channel=chat == user):
                return False
            return rows.count_reply(connection, number, user, choice, now)

        return await self._database.write(count)

    async def watch(self, number: int, chat: int, message: int) -> None:
        """Keep a message in mind that shows how far it is; one a chat, the last."""
        await self._database.write(lambda connection: rows.watch(connection, number, chat, message))

    async def watchers(self, number: int) -> tuple[tuple[int, int], ...]:
        """The messages that show how far it is: (chat, message)."""
        return await self._database.read(lambda connection: rows.watchers(connection, number))

    async def news(self, chat: int, *, limit: int = 10, offset: int = 0) -> tuple[Announcement, ...]:
        """Those that went out, were not withdrawn and may be read in a chat, newest first: for those who come later."""
        where = (
            "a.started_at NOT NULL AND a.withdrawn_at IS NULL AND a.state != 'cancelled' "
            "ORDER BY a.started_at DESC, a.id DESC"
        )

        def select(connection: Connection) -> tuple[Announcement, ...]:
            may = (one for one in rows.select(connection, where) if _may_see(connection, one, chat))
            return tuple(islice(may, offset, offset + limit))

        return await self._database.read(select)

    async def may_see(self, number: int, chat: int) -> bool:
        """Whether one that went out may be read in a chat: it went there, or the chat is of its audience by now."""
        return await self._database.read(lambda connection: _may_see(connection, rows.read(connection, number), chat))

    # Inside

    async def _decide(
        self,
        actor: int,
        number: int,
        action: str,
        change: Callable[[Connection, Announcement], None],
        detail: str = "",
    ) -> Announcement:
        """Check the role, write the audit, then change it."""
        announcement = await self.get(number)
        title = f"{number} {announcement.title}" if announcement else str(number)
        await self._people.authorize(actor, Role.STAFF, f"announcement: {action}", f"{title} {detail}".strip())
        return await self._change(number, change)

    async def _change(self, number: int, change: Callable[[Connection, Announcement], None]) -> Announcement:
        """Look and change in one transaction; two people who do it at once do it one after the other."""

        def step(connection: Connection) -> Announcement:
            change(connection, rows.read(connection, number))
            return rows.read(connection, number)

        return await self._database.write(step)

    @staticmethod
    def _require(now: Announcement, action: str, states: Iterable[State], version: int | None = None) -> None:
        if now.state not in states or version not in (None, now.version):
            raise Changed(now, action)

    def _check(self, connection: Connection, announcement: Announcement) -> tuple[Problem, ...]:
        problems = self.problems(announcement)
        audience = announcement.body.audience
        if audience.named and not count(connection, audience).total:
            problems = (*problems, Problem("empty audience"))
        return problems

    def _require_ready(self, connection: Connection, announcement: Announcement) -> None:
        problems = self._check(connection, announcement)
        if problems:
            raise NotReady(problems)

    def _send_errand(self, connection: Connection, now: Announcement, action: Action) -> int:
        """Write a row for each chat that has it, and let the announcement run, unless it is paused; its number."""
        number = now.id
        sql = "UPDATE announcements SET errand = errand + 1, errand_action = ? WHERE id = ? RETURNING errand"
        (errand,) = connection.execute(sql, (action, number)).fetchone()
        deliveries.follow_up(connection, number, errand, action, self._clock())
        if now.state is not State.PAUSED or action is Action.WITHDRAW:
            rows.update(connection, number, state=State.RUNNING, why="", notice="", finished_at=None)
        return int(errand)


def _may_see(connection: Connection, announcement: Announcement, chat: int) -> bool:
    return deliveries.got(connection, announcement.id, chat) or belongs(connection, announcement.body.audience, chat)
