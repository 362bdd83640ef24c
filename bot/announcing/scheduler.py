"""The clock and the ledger in; announcements that begin, pause or end without a person, out.

The time has come, it came while the machine was off, the first batch failed, Telegram refuses the token, all is
settled. `start` is also how a person's decision begins one: in the same transaction as the rows of its recipients.

Why does the start write a row for everybody at once, and not as it goes? A list that is read while it is sent
loses people and repeats people when somebody subscribes, moves or the machine stops. Ten thousand rows take a
tenth of a second.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlite_utils import Database as Connection

from bot.announcing import announcement_rows as rows
from bot.announcing import deliveries
from bot.announcing.announcement import Announcement, State, Tally, Why
from bot.announcing.audience import QuietHours, recipients
from bot.base.database import Database


class Notice(StrEnum):
    """What staff have to hear of without asking."""

    LATE = "late"
    """Its time passed long ago: shall it go now, at another time, or not at all?"""
    FAILING = "failing"
    """Too much of the first batch failed; the rest waits."""
    REFUSED = "refused"
    """Telegram does not take the bot's token."""
    RESTORED = "restored"
    """The data comes from a backup: some may have got it after that."""
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class SendingRules:
    """How announcements go out: the settings `announcements.*`."""

    approval: bool
    first_batch: int
    stop_share: float
    late: timedelta
    quiet: QuietHours | None
    zone: str
    """Of recipients who told none."""


def release(connection: Connection, announcement: Announcement, rules: SendingRules, now: datetime) -> None:
    """Begin it now, or leave it to its time."""
    at = announcement.body.schedule.at
    if at is None or at <= now:
        start(connection, announcement, rules, now)
        return
    rows.update(
        connection,
        announcement.id,
        state=State.SCHEDULED,
        why="",
        notice="",
        scheduled_at=at.isoformat(),
        due=at.timestamp(),
    )


def start(connection: Connection, announcement: Announcement, rules: SendingRules, now: datetime) -> None:
    """Write a row for each recipient, and let it run."""
    body = announcement.body
    quiet = rules.quiet if body.schedule.quiet_hours else None
    iterator = recipients(connection, body.audience, rules.zone)
    more = deliveries.enqueue(connection, announcement.id, iterator, now, rules.first_batch, quiet)
    topics, need = rows.wants(body)
    rows.update(
        connection,
        announcement.id,
        state=State.RUNNING,
        why="",
        notice="",
        started_at=now.isoformat(),
        topics=topics,
        need=need,
        quiet=int(quiet is not None),
        gate=deliveries.FIRST if more and rules.first_batch else deliveries.REST,
    )


def pause_restored(connection: Connection) -> tuple[Announcement, ...]:
    """Let nothing of a ledger that comes from a backup go on by itself; what waits for a person now, as it was then.

    What was sent after the backup does not stand in it: a row that waits may be one that somebody has got.
    """
    announcements = rows.select(connection, "a.state IN ('in review', 'scheduled', 'running', 'paused') ORDER BY a.id")
    for announcement in announcements:
        if announcement.state is State.IN_REVIEW:
            rows.update(
                connection, announcement.id, state=State.DRAFT
            )  # its author knows whether it went out after all
            continue
        # Whoever goes on with one whose first batch failed goes to the rest, as ever.
        gate = {"gate": deliveries.REST} if announcement.why is Why.FAILING else {}
        rows.update(connection, announcement.id, state=State.PAUSED, why=Why.RESTORED, notice=Notice.RESTORED, **gate)
    return announcements


class Scheduler:
    """What the sender asks before, between and after deliveries."""

    def __init__(self, database: Database, clock: Callable[[], datetime], rules: SendingRules) -> None:
        self._database = database
        self._clock = clock
        self._rules = rules

    @property
    def quiet(self) -> QuietHours | None:
        """The hours in which recipients are left in peace."""
        return self._rules.quiet

    async def begin_due(self) -> None:
        """Start what is due; what is late beyond the limit is paused, and asks."""
        now = self._clock()
        where = "a.state = 'scheduled' AND a.due <= ? ORDER BY a.due, a.id"
        values = (now.timestamp(),)
        if not await self._database.read(lambda connection: rows.select(connection, where, values)):
            return

        def begin(connection: Connection) -> None:
            for announcement in rows.select(connection, where, values):
                assert announcement.scheduled is not None
                if now - announcement.scheduled > self._rules.late:
                    rows.update(connection, announcement.id, state=State.PAUSED, why=Why.LATE, notice=Notice.LATE)
                else:
                    start(connection, announcement, self._rules, now)

        await self._database.write(begin)

    async def running(self) -> tuple[Announcement, ...]:
        """Those that go out now, oldest first."""
        return await self._database.read(
            lambda connection: rows.select(connection, "a.state = 'running' ORDER BY a.started_at, a.id")
        )

    async def announcement(self, number: int) -> Announcement:
        """One as it stands now. Raises `NoSuchAnnouncement`."""
        return await self._database.read(lambda connection: rows.read(connection, number))

    async def version(self, number: int, version: int) -> Announcement:
        """One as it was in an earlier version. Raises `NoSuchAnnouncement`."""
        return await self._database.read(lambda connection: rows.read_version(connection, number, version))

    async def tally(self, announcement: int) -> Tally:
        """How far one is: its latest errand where there is one, else itself."""
        return await self._database.read(lambda connection: deliveries.tally_now(connection, announcement))

    async def waits_until(self, announcement: int) -> datetime | None:
        """When the next of its deliveries is due, where that is still to come; None: nothing is waited for."""
        due = await self._database.read(lambda connection: deliveries.next_due(connection, announcement))
        now = self._clock()
        return datetime.fromtimestamp(due, now.tzinfo) if due is not None and due > now.timestamp() else None

    async def judge(self, announcement: int) -> None:
        """Let the rest go once the first batch is settled, or pause when too much of it failed."""

        def judge(connection: Connection) -> None:
            total, bad, unsettled = deliveries.first_batch(connection, announcement)
            if total and bad > self._rules.stop_share * total:
                waiting = "a.id = ? AND a.state = 'running' AND a.gate < ?"
                if rows.select(connection, waiting, (announcement, deliveries.REST)):
                    rows.update(connection, announcement, state=State.PAUSED, why=Why.FAILING, notice=Notice.FAILING)
            elif not unsettled:
                rows.update(connection, announcement, gate=deliveries.REST)

        await self._database.write(judge)

    async def finish(self, announcement: int) -> bool:
        """End one of which everything is settled; whether it is so."""
        if await self._database.read(lambda connection: deliveries.is_open(connection, announcement)):
            return False
        at = self._clock().isoformat()

        def finish(connection: Connection) -> bool:
            announcements = rows.select(connection, "a.id = ? AND a.state = 'running'", (announcement,))
            if not announcements or deliveries.is_open(connection, announcement):
                return False
            rows.update(connection, announcement, state=State.FINISHED, finished_at=at, notice=Notice.FINISHED)
            return True

        return await self._database.write(finish)

    async def refused(self) -> None:
        """Telegram does not take the token: pause all that runs."""

        def pause(connection: Connection) -> None:
            for announcement in rows.select(connection, "a.state = 'running'"):
                rows.update(connection, announcement.id, state=State.PAUSED, why=Why.REFUSED, notice=Notice.REFUSED)

        await self._database.write(pause)

    async def notices(self) -> tuple[tuple[Announcement, Notice], ...]:
        """What staff have not been told yet."""

        def unsaid(connection: Connection) -> tuple[tuple[Announcement, Notice], ...]:
            sql = "SELECT id, notice FROM announcements WHERE notice != ''"
            found = connection.execute(sql).fetchall()
            return tuple((rows.read(connection, number), Notice(notice)) for number, notice in found)

        return await self._database.read(unsaid)

    async def told(self, announcement: int, notice: Notice) -> None:
        """They have been told."""
        sql = "UPDATE announcements SET notice = '' WHERE id = ? AND notice = ?"
        await self._database.write(lambda connection: connection.execute(sql, (announcement, notice)))
