"""Rows of announcements in, `Announcement` values out, and the small steps of a transaction between them.

Owns the tables `announcements`, `announcement_bodies` (every version of what was written), `announcement_replies`
and `announcement_watchers`. Everything here runs within a transaction that `bot.announcements` opens.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database as Connection

from bot.announcing.announcement import Announcement, Body, NoSuchAnnouncement, State, Why, dumped, loaded
from bot.base.database import Migration

NUMBER_LIMIT = 2**31
UNKNOWN_GAP = 1000
"""Numbers left out where it is not known which were given away."""
SELECT = """
SELECT a.*, b.body, b.step FROM announcements AS a
JOIN announcement_bodies AS b ON b.announcement = a.id AND b.version = a.version
"""

QUESTION = "question"
"""What is kept of who asked the staff something."""


def read(connection: Connection, number: int) -> Announcement:
    """One announcement. Raises `NoSuchAnnouncement`."""
    if 0 < number < NUMBER_LIMIT:
        for row in connection.query(SELECT + "WHERE a.id = ?", (number,)):
            return _announcement(row)
    raise NoSuchAnnouncement(number)


def read_version(connection: Connection, number: int, version: int) -> Announcement:
    """One as it was in an earlier version; as it is now, where that version is not kept."""
    now = read(connection, number)
    sql = "SELECT body FROM announcement_bodies WHERE announcement = ? AND version = ?"
    row = connection.execute(sql, (number, version)).fetchone()
    return replace(now, body=loaded(row[0]), version=version) if row else now


def select(connection: Connection, where: str, values: Iterable[object] = ()) -> tuple[Announcement, ...]:
    """Those for which a condition on `a` holds, with its ORDER BY."""
    return tuple(_announcement(row) for row in connection.query(f"{SELECT} WHERE {where}", tuple(values)))


def insert(connection: Connection, author: int, body: Body, step: str, now: datetime) -> int:
    """A new draft; its number."""
    sql = "INSERT INTO announcements (author, state, version, created_at) VALUES (?, 'draft', 0, ?)"
    number = connection.execute(sql, (author, now.isoformat())).lastrowid
    assert number is not None
    write_body(connection, number, author, body, step, now)
    return number


def write_body(connection: Connection, number: int, actor: int, body: Body, step: str, now: datetime) -> None:
    """A new version of the body, which is the current one then."""
    version = connection.execute(
        "INSERT INTO announcement_bodies (announcement, body, step, written_by, at) VALUES (?, ?, ?, ?, ?)",
        (number, dumped(body), step, actor, now.isoformat()),
    ).lastrowid
    update(connection, number, version=version)


def back(connection: Connection, number: int) -> None:
    """Forget the last version of the body where there is one before it."""
    sql = "SELECT version FROM announcement_bodies WHERE announcement = ? ORDER BY version DESC LIMIT 2"
    versions = [version for (version,) in connection.execute(sql, (number,)).fetchall()]
    if len(versions) == 2:
        update(connection, number, version=versions[1])
        connection.execute("DELETE FROM announcement_bodies WHERE version = ?", (versions[0],))


def update(connection: Connection, number: int, **columns: str | float | None) -> None:
    """Set columns of one announcement."""
    marks = ", ".join(f"{name} = ?" for name in columns)
    connection.execute(f"UPDATE announcements SET {marks} WHERE id = ?", (*columns.values(), number))  # noqa: S608


def delete(connection: Connection, number: int) -> None:
    """Remove a draft and its versions."""
    connection.execute("DELETE FROM announcement_bodies WHERE announcement = ?", (number,))
    connection.execute("DELETE FROM announcement_watchers WHERE announcement = ?", (number,))
    connection.execute("DELETE FROM announcements WHERE id = ?", (number,))


def count_reply(connection: Connection, number: int, user: int, choice: str, now: datetime) -> bool:
    """Keep which button somebody pressed; False: no such announcement went out.

    Whether somebody is interested is one fact, the last one told. That they have a question is another.
    """
    if not select(connection, "a.id = ? AND a.started_at NOT NULL", (number,)):
        return False
    connection.execute(
        "INSERT INTO announcement_replies (announcement, user, asks, choice, at) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT DO UPDATE SET choice = excluded.choice, at = excluded.at",
        (number, user, int(choice == QUESTION), choice, now.isoformat()),
    )
    return True


def replies(connection: Connection, number: int) -> tuple[tuple[str, int], ...]:
    """Which buttons were pressed, and by how many people, most first."""
    sql = "SELECT choice, count(*) FROM announcement_replies WHERE announcement = ? GROUP BY 1 ORDER BY 2 DESC, 1"
    return tuple(connection.execute(sql, (number,)).fetchall())


def watch(connection: Connection, number: int, chat: int, message: int) -> None:
    """Keep the message in mind that shows a chat how far an announcement is."""
    connection.execute(
        "INSERT INTO announcement_watchers (announcement, chat, message) VALUES (?, ?, ?) "
        "ON CONFLICT DO UPDATE SET message = excluded.message",
        (number, chat, message),
    )


def watchers(connection: Connection, number: int) -> tuple[tuple[int, int], ...]:
    """Those messages: (chat, message)."""
    sql = "SELECT chat, message FROM announcement_watchers WHERE announcement = ? ORDER BY chat"
    return tuple(connection.execute(sql, (number,)).fetchall())


def move_files(connection: Connection, old: Path, new: Path) -> None:
    """Let every version that has files of one folder look for them in another."""
    for version, text in connection.execute("SELECT version, body FROM announcement_bodies").fetchall():
        body = loaded(text)
        moved = tuple(
            replace(attachment, path=new / attachment.path.name)
            if attachment.path is not None and attachment.path.parent == old
            else attachment
            for attachment in body.attachments
        )
        if moved != body.attachments:
            changed = dumped(replace(body, attachments=moved))
            connection.execute("UPDATE announcement_bodies SET body = ? WHERE version = ?", (changed, version))


def numbers(connection: Connection) -> dict[str, int]:
    """The last numbers that were given away, by table."""
    return dict(connection.execute("SELECT name, seq FROM sqlite_sequence").fetchall())


def number_after(connection: Connection, taken: Mapping[str, int] | None) -> None:
    """Give no number away again that another ledger gave away; None, or fewer than here: it is not known which.

    A button under an old message carries the number: it must not open another announcement.
    """
    for table in ("announcements", "announcement_bodies"):
        last = numbers(connection).get(table, 0)
        there = taken.get(table, 0) if taken is not None else -1
        least = there if there >= last else last + UNKNOWN_GAP
        connection.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
        connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, least))


class ChatsOfAnnouncements:
    """What these tables hold of chats and people, for `People` to move, forget and export."""

    def moved(self, connection: Connection, old: int, new: int) -> None:
        """A group has a new id."""
        connection.execute("UPDATE OR REPLACE announcement_watchers SET chat = ? WHERE chat = ?", (new, old))

    def forgotten(self, connection: Connection, user: int) -> None:
        """Remove what a person answered and watched."""
        connection.execute("DELETE FROM announcement_watchers WHERE chat = ?", (user,))
        connection.execute("DELETE FROM announcement_replies WHERE user = ?", (user,))

    def exported(self, connection: Connection, user: int) -> dict[str, object]:
        """What a person answered and wrote."""
        answered = "SELECT announcement, choice, at FROM announcement_replies WHERE user = ?"
        written = "SELECT announcement, body, at FROM announcement_bodies WHERE written_by = ?"
        return {
            "announcement_replies": list(connection.query(answered, (user,))),
            "announcements_written": list(connection.query(written, (user,))),
        }


def wants(body: Body) -> tuple[str, int]:
    """What a recipient must still be subscribed to when their turn comes: topics as JSON, and how many of them.

    No topics: any subscription. Where topics are only one of several ways into the audience, any will do too.
    """
    audience = body.audience
    others = audience.countries or audience.languages
    if audience.everyone or not audience.topics or (audience.match == "any" and others):
        return "[]", 1
    topics = tuple(dict.fromkeys(audience.topics))
    return json.dumps(topics), len(topics) if audience.every_topic else 1


def _announcement(row: dict[str, object]) -> Announcement:
    return Announcement(
        id=int(str(row["id"])),
        author=int(str(row["author"])),
        body=loaded(str(row["body"])),
        version=int(str(row["version"])),
        step=str(row["step"]),
        state=State(str(row["state"])),
        why=Why(str(row["why"])) if row["why"] else None,
        approver=int(str(row["approver"])) if row["approver"] is not None else None,
        created=datetime.fromisoformat(str(row["created_at"])),
        scheduled=_moment(row["scheduled_at"]),
        started=_moment(row["started_at"]),
        finished=_moment(row["finished_at"]),
        withdrawn=_moment(row["withdrawn_at"]),
    )


def _moment(value: object) -> datetime | None:
    return datetime.fromisoformat(str(value)) if value else None


def _tables(connection: Connection) -> None:
    # AUTOINCREMENT: a button under an old message never opens another announcement.
    connection.execute(
        """CREATE TABLE announcements (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            author INTEGER NOT NULL,
            state TEXT NOT NULL,
            why TEXT NOT NULL DEFAULT '',
            version INTEGER NOT NULL,
            approver INTEGER,
            created_at TEXT NOT NULL,
            scheduled_at TEXT,
            due REAL,
            started_at TEXT,
            finished_at TEXT,
            withdrawn_at TEXT,
            topics TEXT NOT NULL DEFAULT '[]',
            need INTEGER NOT NULL DEFAULT 1,
            quiet INTEGER NOT NULL DEFAULT 0,
            gate INTEGER NOT NULL DEFAULT 2,
            errand INTEGER NOT NULL DEFAULT 0,
            errand_action TEXT NOT NULL DEFAULT '',
            notice TEXT NOT NULL DEFAULT ''
        )"""
    )
    connection.execute("CREATE INDEX announcements_by_state ON announcements (state)")
    connection.execute(
        """CREATE TABLE announcement_bodies (
            version INTEGER PRIMARY KEY AUTOINCREMENT,
            announcement INTEGER NOT NULL,
            body TEXT NOT NULL,
            step TEXT NOT NULL,
            written_by INTEGER NOT NULL,
            at TEXT NOT NULL
        )"""
    )
    connection.execute("CREATE INDEX bodies_of_announcement ON announcement_bodies (announcement, version)")
    connection.execute(
        """CREATE TABLE announcement_replies (
            announcement INTEGER NOT NULL,
            user INTEGER NOT NULL,
            choice TEXT NOT NULL,
            at TEXT NOT NULL,
            PRIMARY KEY (announcement, user)
        ) WITHOUT ROWID"""
    )
    connection.execute(
        """CREATE TABLE announcement_watchers (
            announcement INTEGER NOT NULL,
            chat INTEGER NOT NULL,
            message INTEGER NOT NULL,
            PRIMARY KEY (announcement, chat)
        ) WITHOUT ROWID"""
    )


def _two_facts(connection: Connection) -> None:
    """A question no longer takes the place of "interested"."""
    connection.execute(
        """CREATE TABLE announcement_replies_new (
            announcement INTEGER NOT NULL,
            user INTEGER NOT NULL,
            asks INTEGER NOT NULL,
            choice TEXT NOT NULL,
            at TEXT NOT NULL,
            PRIMARY KEY (announcement, user, asks)
        ) WITHOUT ROWID"""
    )
    connection.execute(
        "INSERT INTO announcement_replies_new (announcement, user, asks, choice, at) "
        "SELECT announcement, user, choice = ?, choice, at FROM announcement_replies",
        (QUESTION,),
    )
    connection.execute("DROP TABLE announcement_replies")
    connection.execute("ALTER TABLE announcement_replies_new RENAME TO announcement_replies")


MIGRATIONS = (
    Migration("announcements/001_announcements", _tables),
    Migration("announcements/002_two_facts", _two_facts),
)
