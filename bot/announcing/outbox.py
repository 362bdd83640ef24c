"""Deliveries that wait in, the next ones to send out: claimed before they leave, settled after the reply.

The sender's side of the table `deliveries`; `bot.announcing.deliveries` has its columns, and the side of the staff.
A row that is `sending` when the bot starts was cut off between claim and reply: nobody can know whether it arrived, so
it is `unknown` until a person decides. Editing and deleting twice does no harm, so the rows of corrections and
withdrawals are simply done again.

Why one statement to claim? Two reads and a write leave a gap, in which a second sender, a pause or an
unsubscription could come between. `UPDATE … RETURNING` looks, marks and tells in one step.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlite_utils import Database as Connection

from bot.announcing.announcement import Action, Outcome, State
from bot.announcing.audience import QuietHours
from bot.announcing.deliveries import (
    ABSENCES,
    CONTINUED,
    CUT_OFF,
    FLOODED,
    FORGOTTEN,
    SAME_CHAT,
    STOPPED,
    UNREACHABLE,
    UNSUBSCRIBED,
    follow_up,
    next_due,
)
from bot.base.database import Database

WANTED = """(chat NOT NULL AND (action != 'send' OR part > 0 OR (
    EXISTS (SELECT 1 FROM chats WHERE chats.id = deliveries.chat AND chats.reachable = 1)
    AND (SELECT count(*) FROM subscriptions AS s JOIN announcements AS a ON a.id = deliveries.announcement
         WHERE s.chat = deliveries.chat AND (a.topics = '[]' OR s.topic IN (SELECT value FROM json_each(a.topics))))
        >= (SELECT need FROM announcements AS a WHERE a.id = deliveries.announcement))))"""
ABSENT = " ".join(f"WHEN '{absence}' THEN '{reason}'" for absence, reason in ABSENCES.items())
CLAIM = f"""
UPDATE deliveries SET
    outcome = CASE WHEN {WANTED} THEN 'sending' ELSE 'skipped' END,
    reason = CASE WHEN {WANTED} THEN reason
        ELSE coalesce((SELECT CASE absences.absence {ABSENT} ELSE '{UNREACHABLE}' END
            FROM chats LEFT JOIN absences ON absences.chat = chats.id
            WHERE chats.id = deliveries.chat AND chats.reachable = 0), '{UNSUBSCRIBED}') END,
    settled_at = CASE WHEN {WANTED} THEN NULL ELSE :at END,
    errands = (SELECT a.errand FROM announcements AS a WHERE a.id = :announcement)
WHERE outcome = 'pending' AND id IN (
    SELECT d.id FROM deliveries AS d JOIN announcements AS a ON a.id = d.announcement
    WHERE d.announcement = :announcement AND a.state = 'running'
        AND d.outcome = 'pending' AND d.lane <= a.gate AND d.due <= :now
        AND (d.action = 'send' AND d.part = 0 OR NOT EXISTS (SELECT 1 FROM deliveries AS o
            WHERE o.chat = d.chat AND o.announcement = d.announcement AND o.outcome = 'sending'))
    ORDER BY d.lane, d.due, d.id LIMIT :count)
RETURNING id, announcement, action, chat, language, part, attempts, errands, outcome, first, messages,
    (SELECT a.version FROM announcements AS a WHERE a.id = :announcement),
    (SELECT o.received || ' ' || o.shown || ' ' || (o.outcome = 'sent') FROM deliveries AS o
        WHERE o.announcement = :announcement AND o.chat = deliveries.chat AND o.errand = 0),
    (SELECT t.thread FROM subscriptions AS s JOIN announcements AS a ON a.id = :announcement
        LEFT JOIN subscription_threads AS t ON t.chat = s.chat AND t.topic = s.topic
        WHERE s.chat = deliveries.chat
        ORDER BY a.topics != '[]' AND s.topic NOT IN (SELECT value FROM json_each(a.topics)), s.since LIMIT 1),
    EXISTS (SELECT 1 FROM chats WHERE chats.id = deliveries.chat AND chats.kind = 'channel'),
    (SELECT r.choice FROM announcement_replies AS r
        WHERE r.announcement = :announcement AND r.user = deliveries.chat AND r.asks = 0)
"""  # noqa: S608 - nothing from outside stands in it
"""A chat has one thing of an announcement on its way at a time: what a correction finds there must not move."""


CHAT_SECONDS = 1.0
"""Between two messages to a chat (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this)."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that is in our hands: nobody else sends it."""

    id: int
    announcement: int
    action: Action
    chat: int
    language: str
    part: int
    """Which of its messages is to be sent, from 0; for an errand, which of `messages` it is about."""
    attempts: int
    """How often it was put off before."""
    version: int
    """Of the announcement's body when this was claimed."""
    errands: int
    """How many corrections and withdrawals the announcement had when this was claimed."""
    first: bool
    """Of the first batch."""
    messages: tuple[int, ...]
    received: int = 0
    """The version that the chat got first; 0: none yet."""
    shown: int = 0
    """The version that stands in the chat."""
    complete: bool = False
    """Whether the chat got all its messages."""
    thread: int = 0
    """The topic of a forum that subscribed; 0: none."""
    channel: bool = False
    """Whether nobody can reply in the chat."""
    pressed: str = ""
    """What the person answered with one tap; empty: nothing."""


class Outbox:
    """The ledger of deliveries."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._waiting: list[tuple[Callable[[Connection], None], asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None

    # The sender's side

    async def recover(self) -> int:
        """Mark what was cut off as `unknown`; how many. To be called once, before anything is claimed."""
        at = self._clock().isoformat()

        def recover(connection: Connection) -> int:
            connection.execute(
                "UPDATE deliveries SET outcome = 'pending', lane = ? "
                "WHERE outcome = 'sending' AND action != 'send' AND once = 0",
                (CONTINUED,),
            )
            sql = "UPDATE deliveries SET outcome = 'unknown', reason = ?, settled_at = ? WHERE outcome = 'sending'"
            return int(connection.execute(sql, (STOPPED, at)).rowcount)

        return await self._database.write(recover)

    async def flooded(self) -> tuple[tuple[int, float], ...]:
        """Chats in which Telegram asked to wait, and until when (Unix seconds), as far as it is still to come."""
        sql = "SELECT chat, due FROM deliveries WHERE outcome = 'pending' AND reason = ? AND due > ? AND chat NOT NULL"
        values = (FLOODED, self._clock().timestamp())
        return await self._database.read(lambda connection: tuple(connection.execute(sql, values).fetchall()))

    async def claim(self, announcement: int, count: int) -> tuple[Claimed, ...]:
        """Take up to `count` deliveries that are due, in their order; () when none is.

        Those whose chat has unsubscribed or blocked us since are skipped on the way, and count.
        """
        now = self._clock()
        values = {"announcement": announcement, "count": count, "now": now.timestamp(), "at": now.isoformat()}
        rows: list[tuple[object, ...]] = []
        skipped = True
        while skipped and not rows:
            found = await self._database.write(lambda connection: connection.execute(CLAIM, values).fetchall())
            rows = [row for row in found if row[8] == Outcome.SENDING]
            skipped = len(found) > len(rows)
        return tuple(_claimed(row) for row in sorted(rows, key=lambda row: int(str(row[0]))))

    async def send_once(self, claim: Claimed) -> None:
        """Part of a correction is a new message: it is not repeated when nobody knows whether it arrived."""
        sql = "UPDATE deliveries SET once = 1 WHERE id = ?"
        await self._settle(lambda connection: _run(connection, sql, (claim.id,)))

    async def arrived(self, claim: Claimed, message: int | None, parts: int, *, taken: int | None = None) -> None:
        """Telegram has it; `message` is its id, `parts` how many messages the recipient gets in all.

        `taken`: which message of the chat a correction took away.
        """
        now = self._clock()

        def settle(connection: Connection) -> None:
            messages = claim.messages
            if claim.action is Action.SEND and message is not None:
                messages = (*messages, message)
            row = connection.execute(
                "SELECT errand, errand_action, state FROM announcements WHERE id = ?", (claim.announcement,)
            ).fetchone()
            errand, action, state = row
            more = claim.part + 1 < parts
            outcome, reason, due = Outcome.SENT, "", 0.0
            if more and claim.action is not Action.SEND:
                outcome, due = Outcome.PENDING, now.timestamp()
            elif more and state == State.CANCELLED:
                outcome, reason = Outcome.FAILED, CUT_OFF
            elif more and action != Action.WITHDRAW:
                outcome, due = Outcome.PENDING, now.timestamp() + CHAT_SECONDS
            connection.execute(
                "UPDATE deliveries SET outcome = ?, reason = ?, lane = ?, due = ?, part = part + 1, attempts = 0, "
                "messages = ?, settled_at = ?, once = 0 WHERE id = ?",
                (
                    outcome,
                    reason,
                    CONTINUED,
                    due,
                    json.dumps(messages),
                    None if outcome is Outcome.PENDING else now.isoformat(),
                    claim.id,
                ),
            )
            if claim.action is Action.SEND and claim.part == 0:
                _run(
                    connection,
                    "UPDATE deliveries SET received = ?, shown = ? WHERE id = ?",
                    (claim.version, claim.version, claim.id),
                )
            if claim.action is Action.CORRECT:
                _note_correction(connection, claim, message, taken, done=not more)
            if claim.action is not Action.WITHDRAW and errand > claim.errands:
                own = _first_delivery(connection, claim)
                follow_up(connection, claim.announcement, errand, Action(action), now, delivery=own)

        await self._settle(settle)

    async def settled(self, claim: Claimed, outcome: Outcome, reason: str) -> None:
        """It failed, or nobody knows."""
        at = self._clock().isoformat()
        sql = "UPDATE deliveries SET outcome = ?, reason = ?, settled_at = ? WHERE id = ? AND outcome = 'sending'"
        await self._settle(lambda connection: _run(connection, sql, (outcome, reason, at, claim.id)))

    async def put_off(self, claim: Claimed, seconds: float, reason: str = "", *, tried: bool = True) -> None:
        """It certainly did not arrive: it is tried again after so many seconds."""
        due = self._clock().timestamp() + seconds
        sql = (
            "UPDATE deliveries SET outcome = 'pending', reason = ?, lane = ?, due = ?, attempts = attempts + ? "
            "WHERE id = ? AND outcome = 'sending'"
        )
        values = (reason, CONTINUED, due, int(tried), claim.id)
        await self._settle(lambda connection: _run(connection, sql, values))

    async def defer_quiet(self, quiet: QuietHours) -> None:
        """Put off what is due in zones where it is night now, of announcements that respect it."""
        now = self._clock()

        def defer(connection: Connection) -> None:
            waiting = (
                "outcome = 'pending' AND action = 'send' AND part = 0 AND due <= ? AND announcement IN "
                "(SELECT id FROM announcements WHERE quiet = 1 AND state = 'running')"
            )
            zones = connection.execute(f"SELECT DISTINCT zone FROM deliveries WHERE {waiting}", (now.timestamp(),))  # noqa: S608
            for (zone,) in zones.fetchall():
                until = quiet.until(now, zone)
                if until is not None:
                    connection.execute(
                        f"UPDATE deliveries SET due = ? WHERE {waiting} AND zone = ?",  # noqa: S608 - own text
                        (until.timestamp(), now.timestamp(), zone),
                    )

        await self._database.write(defer)

    async def next_due(self, announcement: int) -> float | None:
        """When the next one that waits is due (Unix seconds); None: none waits."""
        return await self._database.read(lambda connection: next_due(connection, announcement))

    async def _settle(self, function: Callable[[Connection], None]) -> None:
        """Write in one transaction with all others that ask while the disk is busy with the one before.

        A transaction waits for the disk; the more deliveries settle at once, the less each of them pays.
        """
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((function, done))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.get_running_loop().create_task(self._write_waiting())
        await done

    async def _write_waiting(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []

            def write(connection: Connection, batch: Sequence[tuple[Callable[[Connection], None], object]]) -> None:
                for function, _ in batch:
                    function(connection)

            error: Exception | None = None
            try:
                await self._database.write(partial(write, batch=batch))
            except Exception as caught:  # noqa: BLE001 - those who wait for it have to know
                error = caught
            for _, done in batch:
                if done.done():
                    continue
                if error is None:
                    done.set_result(None)
                else:
                    done.set_exception(error)

    # As a follower of `People`

    def moved(self, connection: Connection, old: int, new: int) -> None:
        """A group has a new id; nobody gets it there twice."""
        connection.execute("UPDATE OR IGNORE deliveries SET chat = ? WHERE chat = ?", (new, old))
        connection.execute(
            "UPDATE deliveries SET outcome = 'skipped', reason = ?, settled_at = ? "
            "WHERE chat = ? AND outcome IN ('pending', 'sending')",
            (SAME_CHAT, self._clock().isoformat(), old),
        )
        connection.execute("UPDATE deliveries SET chat = NULL WHERE chat = ?", (old,))

    def forgotten(self, connection: Connection, user: int) -> None:
        """Nothing more goes there; that somebody got something stays, but not who."""
        connection.execute(
            "UPDATE deliveries SET outcome = 'skipped', reason = ?, settled_at = ? "
            "WHERE chat = ? AND outcome = 'pending'",
            (FORGOTTEN, self._clock().isoformat(), user),
        )
        connection.execute("UPDATE deliveries SET chat = NULL, messages = '[]' WHERE chat = ?", (user,))

    def exported(self, connection: Connection, user: int) -> dict[str, object]:
        """What a person was sent."""
        sql = "SELECT announcement, action, language, outcome, settled_at FROM deliveries WHERE chat = ? ORDER BY id"
        return {"announcements_received": list(connection.query(sql, (user,)))}


def _claimed(row: tuple[object, ...]) -> Claimed:
    id_, announcement, action, chat, language, part, attempts, errands, _, first, messages, *others = row
    version, has, thread, channel, pressed = others
    received, shown, complete = (int(number) for number in str(has or "0 0 0").split())
    return Claimed(
        id=int(str(id_)),
        announcement=int(str(announcement)),
        action=Action(str(action)),
        chat=int(str(chat)),
        language=str(language),
        part=int(str(part)),
        attempts=int(str(attempts)),
        version=int(str(version)),
        errands=int(str(errands)),
        first=bool(first),
        messages=tuple(json.loads(str(messages))),
        received=received,
        shown=shown,
        complete=bool(complete),
        thread=int(str(thread or 0)),
        channel=bool(channel),
        pressed=str(pressed or ""),
    )


def _first_delivery(connection: Connection, claim: Claimed) -> int:
    """The row of the announcement itself in the chat that a claim is about."""
    sql = "SELECT id FROM deliveries WHERE announcement = ? AND chat = ? AND errand = 0"
    row = connection.execute(sql, (claim.announcement, claim.chat)).fetchone()
    return int(row[0]) if row else claim.id


def _note_correction(
    connection: Connection, claim: Claimed, message: int | None, taken: int | None, *, done: bool
) -> None:
    """Keep with the announcement's own row what stands in the chat after a step of a correction."""
    own = _first_delivery(connection, claim)
    (kept,) = connection.execute("SELECT messages FROM deliveries WHERE id = ?", (own,)).fetchone()
    messages = [number for number in json.loads(kept) if number != taken] + ([message] if message is not None else [])
    _run(connection, "UPDATE deliveries SET messages = ? WHERE id = ?", (json.dumps(messages), own))
    if done:
        _run(connection, "UPDATE deliveries SET shown = ? WHERE id = ?", (claim.version, own))


def _run(connection: Connection, sql: str, values: tuple[object, ...]) -> None:
    connection.execute(sql, values)
