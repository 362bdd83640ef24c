"""Who shall get an announcement in, one row for each of them out; later, what became of them.

Owns the table `deliveries`, the ledger of announcements: one row an announcement and chat, unique, written in
the transaction that starts the announcement. `bot.outbox` is the sender's side of it.

A correction or a withdrawal is an errand of its own: further rows, for the chats that got the announcement.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlite_utils import Database as Connection

from bot.announcing.announcement import Action, Delivery, Errand, Outcome, Tally
from bot.announcing.audience import QuietHours, Recipient
from bot.base.database import Migration
from bot.people.people import Absence

CONTINUED, FIRST, REST = 0, 1, 2
"""Lanes: what was begun, was put off, or changes what was sent; the first batch; the others."""

HEADINGS = ("delivery", "chat", "language", "outcome", "reason", "messages", "settled (UTC)")
"""Of the table for spreadsheets."""

# What the outbox itself gives as a reason; any other is Telegram's.
STOPPED = "the bot was stopped while it was sent"
UNSUBSCRIBED = "no longer subscribed"
UNREACHABLE = "blocked the bot before"
DELETED = "deleted the account before"
GONE = "took the bot out before"
MUTED = "does not let the bot write"
ABSENCES = {Absence.BLOCKED: UNREACHABLE, Absence.DELETED: DELETED, Absence.GONE: GONE, Absence.MUTED: MUTED}
FORGOTTEN = "asked to be forgotten"
CANCELLED = "cancelled"
CUT_OFF = "cancelled after the first of its messages"
WITHDRAWN = "withdrawn"
SAME_CHAT = "the group moved to a chat that is in the audience too"
FLOODED = "Telegram asked to wait"
SENT_AGAIN = "sent again by a person"
NOTHING_CHANGED = "nothing changed in their language"
SUPERSEDED = "a later correction took its place"


# Steps of a transaction of `bot.announcements`


def enqueue(
    connection: Connection,
    announcement: int,
    recipients: Iterable[Recipient],
    now: datetime,
    first_batch: int,
    quiet: QuietHours | None,
) -> bool:
    """Write a row for each recipient; whether there are more of them than the first batch holds.

    The first batch has as many of each language as its share is. Those who cannot be reached are skipped.
    """
    nights: dict[str, float] = {}
    due: list[tuple[Recipient, float]] = []
    rows: list[tuple[object, ...]] = []
    for one in recipients:
        if not one.reachable:
            rows.append(_row(announcement, one, 0.0, REST, Outcome.SKIPPED, now))
            continue
        if quiet is not None and one.zone not in nights:
            until = quiet.until(now, one.zone)
            nights[one.zone] = until.timestamp() if until else now.timestamp()
        due.append((one, nights.get(one.zone, now.timestamp())))
    soonest = sorted(range(len(due)), key=lambda place: due[place][1])
    first = set(_spread([(position, due[position][0].language) for position in soonest], first_batch))
    for place, (one, at) in enumerate(due):
        rows.append(_row(announcement, one, at, FIRST if place in first else REST, Outcome.PENDING, now))
    connection.conn.executemany(
        "INSERT INTO deliveries (announcement, errand, action, chat, language, zone, lane, first, outcome, reason, "
        "due, settled_at) VALUES (?, 0, 'send', ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
    return len(due) > len(first)


def follow_up(
    connection: Connection,
    announcement: int,
    errand: int,
    action: Action,
    now: datetime,
    *,
    delivery: int | None = None,
) -> int:
    """Write a row for each chat that got at least a part of it (or for one delivery's chat); how many."""
    only = "" if delivery is None else "AND id = :delivery "
    sql = (
        "INSERT INTO deliveries (announcement, errand, action, chat, language, zone, lane, outcome, due, messages) "  # noqa: S608
        f"SELECT announcement, :errand, :action, chat, language, zone, {CONTINUED}, 'pending', :due, messages "
        f"FROM deliveries WHERE announcement = :announcement AND errand = 0 AND messages != '[]' "
        f"AND chat NOT NULL {only}"
        "ON CONFLICT (announcement, errand, chat) DO UPDATE SET messages = excluded.messages, part = CASE action "
        "WHEN 'correct' THEN 0 ELSE part END, "
        "outcome = CASE WHEN outcome IN ('sent', 'skipped') THEN 'pending' ELSE outcome END"
    )
    values = {"errand": errand, "action": action, "due": now.timestamp(), "announcement": announcement}
    return int(connection.execute(sql, values | {"delivery": delivery}).rowcount)


def supersede(connection: Connection, announcement: int, errand: int, now: datetime) -> None:
    """Let corrections before this one rest: it puts right what they would have."""
    connection.execute(
        "UPDATE deliveries SET outcome = 'skipped', reason = ?, settled_at = ? "
        "WHERE announcement = ? AND errand BETWEEN 1 AND ? AND action = 'correct' AND outcome = 'pending'",
        (SUPERSEDED, now.isoformat(), announcement, errand - 1),
    )


def shown_versions(connection: Connection, announcement: int) -> tuple[tuple[str, int], ...]:
    """Which version stands in chats now, by what their readers read."""
    sql = (
        "SELECT DISTINCT language, shown FROM deliveries WHERE announcement = ? AND errand = 0 AND messages != '[]' "
        "AND chat NOT NULL"
    )
    return tuple(connection.execute(sql, (announcement,)).fetchall())


def leave_as_it_is(
    connection: Connection, announcement: int, errand: int, language: str, shown: int, now: datetime
) -> None:
    """Spare those a correction for whom nothing changed: they read a language, and have a version of it."""
    connection.execute(
        "UPDATE deliveries SET outcome = 'skipped', reason = ?, settled_at = ? "
        "WHERE announcement = ? AND errand = ? AND outcome = 'pending' AND chat IN (SELECT chat FROM deliveries "
        "WHERE announcement = ? AND errand = 0 AND language = ? AND shown = ?)",
        (NOTHING_CHANGED, now.isoformat(), announcement, errand, announcement, language, shown),
    )


def skip_pending(connection: Connection, announcement: int, reason: str, now: datetime) -> None:
    """Send nothing more of an announcement; corrections and withdrawals of it too."""
    at = now.isoformat()
    connection.execute(
        "UPDATE deliveries SET outcome = 'failed', reason = ?, settled_at = ? "
        "WHERE announcement = ? AND outcome = 'pending' AND action = 'send' AND part > 0",
        (CUT_OFF if reason == CANCELLED else reason, at, announcement),
    )
    connection.execute(
        "UPDATE deliveries SET outcome = 'skipped', reason = ?, settled_at = ? "
        "WHERE announcement = ? AND outcome = 'pending'",
        (reason, at, announcement),
    )


def is_open(connection: Connection, announcement: int) -> bool:
    """Whether something of an announcement is still to be sent, or under way."""
    sql = "SELECT 1 FROM deliveries WHERE announcement = ? AND outcome IN ('pending', 'sending') LIMIT 1"
    return connection.execute(sql, (announcement,)).fetchone() is not None


def next_due(connection: Connection, announcement: int) -> float | None:
    """When the next one that may go is due (Unix seconds); None: none waits."""
    sql = (
        "SELECT min(d.due) FROM deliveries AS d JOIN announcements AS a ON a.id = d.announcement "
        "WHERE d.announcement = ? AND d.outcome = 'pending' AND d.lane <= a.gate"
    )
    found: float | None = connection.execute(sql, (announcement,)).fetchone()[0]
    return found


def first_batch(connection: Connection, announcement: int) -> tuple[int, int, int]:
    """Of the first batch: how many there are, how many failed or are unknown, how many are not settled."""
    sql = (
        "SELECT count(*), coalesce(sum(outcome IN ('failed', 'unknown')), 0), "
        "coalesce(sum(outcome IN ('pending', 'sending')), 0) "
        "FROM deliveries WHERE announcement = ? AND first = 1"
    )
    total, bad, unsettled = connection.execute(sql, (announcement,)).fetchone()
    return total, bad, unsettled


def send_unknown_again(connection: Connection, announcement: int, delivery: int | None, now: datetime) -> int:
    """Make the unknown deliveries of an announcement, or one of them, pending again; how many."""
    sql = (
        "UPDATE deliveries SET outcome = 'pending', reason = ?, lane = ?, due = ?, settled_at = NULL "
        "WHERE announcement = ? AND outcome = 'unknown' AND chat NOT NULL AND (? IS NULL OR id = ?)"
    )
    values = (SENT_AGAIN, CONTINUED, now.timestamp(), announcement, delivery, delivery)
    return int(connection.execute(sql, values).rowcount)


def _row(
    announcement: int, to: Recipient, due: float, lane: int, outcome: Outcome, now: datetime
) -> tuple[object, ...]:
    skipped = outcome is Outcome.SKIPPED
    reason, at = (ABSENCES.get(Absence(to.absence or "blocked"), ""), now.isoformat()) if skipped else ("", None)
    return (announcement, to.chat, to.language, to.zone, lane, int(lane == FIRST), outcome, reason, due, at)


def _spread(places: list[tuple[int, str]], count: int) -> list[int]:
    """`count` places, of each language by its share, one at least of each."""
    languages: dict[str, list[int]] = {}
    for place, language in places if count > 0 else ():
        languages.setdefault(language, []).append(place)
    shares = {language: max(1, count * len(group) // len(places)) for language, group in languages.items()}
    return [position for language, group in languages.items() for position in group[: shares[language]]]


# What became of them


def got(connection: Connection, announcement: int, chat: int, *, channel: bool = False) -> bool:
    """Whether an announcement went to a chat. `channel`: or to a channel, whose readers nobody knows."""
    sql = (
        "SELECT 1 FROM deliveries AS d WHERE announcement = ? AND errand = 0 AND outcome NOT IN ('skipped', 'failed') "
        "AND (chat = ? OR ? AND EXISTS (SELECT 1 FROM chats WHERE chats.id = d.chat AND chats.kind = 'channel')) "
        "LIMIT 1"
    )
    return connection.execute(sql, (announcement, chat, int(channel))).fetchone() is not None


def tally(connection: Connection, announcement: int) -> Tally:
    """The announcement's own deliveries by outcome."""
    return _sum(connection, announcement, "0", "errand = 0").get("0", Tally())


def tally_now(connection: Connection, announcement: int) -> Tally:
    """Of the last correction or withdrawal while it is under way, else of the announcement itself."""
    own = tally(connection, announcement)
    last = errands(connection, announcement)[-1:]
    under_way = own.total == own.settled and last and last[0].tally.settled < last[0].tally.total
    return last[0].tally if under_way else own


def by_language(connection: Connection, announcement: int) -> tuple[tuple[str, Tally], ...]:
    """The same by what the recipients read."""
    return tuple(sorted(_sum(connection, announcement, "language", "errand = 0").items()))


def errands(connection: Connection, announcement: int) -> tuple[Errand, ...]:
    """Corrections and withdrawals with their tallies, oldest first."""
    found = _sum(connection, announcement, "errand || ' ' || action", "errand > 0")
    split = [(int(key.split()[0]), Action(key.split()[1]), value) for key, value in found.items()]
    return tuple(
        Errand(number, action, value, reasons(connection, announcement, number))
        for number, action, value in sorted(split, key=lambda one: one[0])
    )


def reasons(connection: Connection, announcement: int, errand: int = 0) -> tuple[tuple[Outcome, str, int], ...]:
    """Why what was not sent (or corrected, or withdrawn) was not, and how many of each, most first."""
    sql = (
        "SELECT outcome, reason, count(*) FROM deliveries WHERE announcement = ? AND errand = ? "
        "AND outcome IN ('failed', 'skipped', 'unknown') GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2"
    )
    rows = connection.execute(sql, (announcement, errand)).fetchall()
    return tuple((Outcome(outcome), reason, number) for outcome, reason, number in rows)


def listed(
    connection: Connection, announcement: int, outcomes: Iterable[Outcome], limit: int, offset: int
) -> Iterator[Delivery]:
    """The announcement's own deliveries with these outcomes (none named: all), in the order they were written."""
    wanted = json.dumps(list(outcomes) or list(Outcome))
    sql = (
        "SELECT * FROM deliveries WHERE announcement = ? AND errand = 0 "
        "AND outcome IN (SELECT value FROM json_each(?)) ORDER BY id LIMIT ? OFFSET ?"
    )
    for row in connection.query(sql, (announcement, wanted, limit, offset)):
        yield Delivery(
            id=row["id"],
            announcement=row["announcement"],
            action=Action(row["action"]),
            chat=row["chat"],
            language=row["language"],
            outcome=Outcome(row["outcome"]),
            reason=row["reason"],
            part=row["part"],
            messages=tuple(json.loads(row["messages"])),
            settled=datetime.fromisoformat(row["settled_at"]) if row["settled_at"] else None,
        )


def _sum(connection: Connection, announcement: int, key: str, where: str) -> dict[str, Tally]:
    sql = (
        f"SELECT {key}, outcome, count(*) FROM deliveries "  # noqa: S608 - own text
        f"WHERE announcement = ? AND {where} GROUP BY 1, 2"
    )
    tallies: dict[str, Tally] = {}
    for value, outcome, number in connection.execute(sql, (announcement,)).fetchall():
        tallies[str(value)] = tallies.get(str(value), Tally()) + Tally(**{outcome: number})
    return tallies


# As a table for spreadsheets


def table(deliveries: Iterable[Delivery]) -> str:
    """One line a delivery. `chat` is empty where somebody asked to be forgotten."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    for delivery in deliveries:
        chat = "" if delivery.chat is None else delivery.chat
        messages = " ".join(map(str, delivery.messages))
        settled = delivery.settled.strftime("%Y-%m-%d %H:%M:%S") if delivery.settled else ""
        writer.writerow(
            (delivery.id, chat, delivery.language, delivery.outcome.value, _plain(delivery.reason), messages, settled)
        )
    return out.getvalue()


def _plain(text: str) -> str:
    """Text that a spreadsheet does not take for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _deliveries(connection: Connection) -> None:
    connection.execute(
        """CREATE TABLE deliveries (
            id INTEGER PRIMARY KEY,
            announcement INTEGER NOT NULL,
            errand INTEGER NOT NULL,
            action TEXT NOT NULL,
            chat INTEGER,
            language TEXT NOT NULL,
            zone TEXT NOT NULL,
            lane INTEGER NOT NULL,
            first INTEGER NOT NULL DEFAULT 0,
            outcome TEXT NOT NULL,
            reason TEXT NOT NULL DEFAULT '',
            due REAL NOT NULL,
            part INTEGER NOT NULL DEFAULT 0,
            attempts INTEGER NOT NULL DEFAULT 0,
            errands INTEGER NOT NULL DEFAULT 0,
            messages TEXT NOT NULL DEFAULT '[]',
            settled_at TEXT,
            UNIQUE (announcement, errand, chat)
        )"""
    )
    connection.execute("CREATE INDEX deliveries_waiting ON deliveries (announcement, outcome, lane, due)")
    connection.execute("CREATE INDEX deliveries_of_chat ON deliveries (chat)")


def _versions(connection: Connection) -> None:
    """Which version a chat got first and which it shows; and what may not be done twice.

    Of what was sent before this was kept, the version that stands now is the best guess.
    """
    for name in ("received", "shown", "once"):
        connection.execute(f"ALTER TABLE deliveries ADD COLUMN {name} INTEGER NOT NULL DEFAULT 0")
    connection.execute(
        "UPDATE deliveries SET received = coalesce((SELECT version FROM announcements AS a "
        "WHERE a.id = deliveries.announcement), 0) WHERE errand = 0 AND messages != '[]'"
    )
    connection.execute("UPDATE deliveries SET shown = received WHERE received != 0")


MIGRATIONS = (
    Migration("outbox/001_deliveries", _deliveries),
    Migration("outbox/002_versions", _versions),
)
