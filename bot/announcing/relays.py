"""A partner's question about an announcement in, the staff's answer to it out, with neither account between.

Owns the tables `relays` (one conversation between a partner and the staff), `relay_messages` (the bot's messages that
belong to it: a reply to one of them goes to the other side) and `muted_senders` (whom the staff does not hear; it stays
when a person asks to be forgotten, or they would be heard again by that).

Why are the words not kept? They stand in both chats; the table needs to know only who is to hear what.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlite_utils import Database as Connection

from bot.base.database import Database, Migration
from bot.people.people import TELEGRAM, People

Side = Literal["partner", "staff"]
Cause = tuple[int, int]
"""Chat and message of what somebody wrote or pressed."""
NO_CAUSE: Cause = (0, 0)


@dataclass(frozen=True, slots=True)
class Relay:
    """One conversation about an announcement."""

    id: str
    announcement: int
    chat: int
    """Where the partner asked: a private chat or a group."""
    asker: int
    message: int
    """The partner's last message, which an answer replies to."""
    asked_at: datetime
    answered: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """A message of the bot that belongs to a relay."""

    relay: Relay
    side: Side
    """In whose chat it stands."""
    chat: int
    message: int


class Relays:
    """Questions under announcements, and where they stand."""

    def __init__(self, database: Database, people: People, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        people.follow(self)

    async def open(self, announcement: int, chat: int, asker: int, message: int) -> Relay:
        """A partner asked. The same message gives the same relay again (an update may come twice)."""
        row = (secrets.token_urlsafe(9), announcement, chat, asker, message, self._clock().isoformat())

        def insert(connection: Connection) -> Relay:
            connection.execute(
                "INSERT OR IGNORE INTO relays (id, announcement, chat, asker, message, asked_at) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                row,
            )
            generator = connection.query("SELECT * FROM relays WHERE chat = ? AND message = ?", (chat, message))
            return _relay(next(iter(generator)))

        return await self._database.write(insert)

    async def go_on(self, id_: str, message: int) -> None:
        """The partner wrote again: it is open again, and answers reply to this. The same message does so once."""
        sql = "UPDATE OR IGNORE relays SET message = ?, answered_at = NULL WHERE id = ? AND message != ?"
        await self._database.write(lambda connection: connection.execute(sql, (message, id_, message)))

    async def place(self, id_: str, side: Side, chat: int, message: int, cause: Cause = NO_CAUSE) -> None:
        """A message of the bot belongs to a relay; `cause` is what it was sent for."""
        sql = (
            "INSERT OR REPLACE INTO relay_messages (chat, message, relay, side, cause_chat, cause_message) "
            "VALUES (?, ?, ?, ?, ?, ?)"
        )
        await self._database.write(lambda connection: connection.execute(sql, (chat, message, id_, side, *cause)))

    async def begin(self, id_: str, side: Side, chat: int, cause: Cause) -> int:
        """A message is about to go out: a number that stands for it until it has arrived, and where that is in doubt.

        Whoever is told twice would think that it was said twice; so what was begun is not begun again.
        """
        number = -1 - secrets.randbits(40)
        await self.place(id_, side, chat, number, cause)
        return number

    async def end(self, chat: int, begun: int, message: int | None) -> None:
        """It arrived, as `message`; None: it surely did not, and may be tried again."""
        arrived = "UPDATE OR REPLACE relay_messages SET message = :message WHERE chat = :chat AND message = :begun"
        sql = "DELETE FROM relay_messages WHERE chat = :chat AND message = :begun" if message is None else arrived
        values = {"chat": chat, "begun": begun, "message": message}
        await self._database.write(lambda connection: connection.execute(sql, values))

    async def placed(self, id_: str, side: Side, cause: Cause) -> dict[int, tuple[int, ...]]:
        """The messages that were sent for this one before, by chat, those in doubt below 0: it may be tried again."""
        sql = (
            "SELECT chat, json_group_array(message) FROM relay_messages "
            "WHERE relay = ? AND side = ? AND cause_chat = ? AND cause_message = ? GROUP BY 1"
        )
        return await self._database.read(
            lambda connection: {
                chat: tuple(json.loads(messages)) for chat, messages in connection.execute(sql, (id_, side, *cause))
            }
        )

    async def at(self, chat: int, message: int) -> Standing | None:
        """The relay that a message of the bot belongs to."""

        def select(connection: Connection) -> Standing | None:
            sql = (
                "SELECT relays.*, relay_messages.side AS side FROM relay_messages "
                "JOIN relays ON relays.id = relay_messages.relay "
                "WHERE relay_messages.chat = ? AND relay_messages.message = ?"
            )
            for row in connection.query(sql, (chat, message)):
                return Standing(_relay(row), row["side"], chat, message)
            return None

        return await self._database.read(select)

    async def find(self, id_: str) -> Relay | None:
        """A relay by its id."""

        def select(connection: Connection) -> Relay | None:
            for row in connection.query("SELECT * FROM relays WHERE id = ?", (id_,)):
                return _relay(row)
            return None

        return await self._database.read(select)

    async def waiting(self, user: int, most: int) -> tuple[Relay, ...]:
        """Questions without an answer that do not stand with somebody yet, oldest first."""
        sql = (
            "SELECT * FROM (SELECT * FROM relays WHERE answered_at IS NULL AND asker != ? AND id NOT IN "
            "(SELECT relay FROM relay_messages WHERE side = 'staff' AND chat = ?) "
            "AND asker NOT IN (SELECT person FROM muted_senders WHERE channel = ?) "
            "ORDER BY asked_at DESC LIMIT ?) ORDER BY asked_at"
        )
        return await self._database.read(
            lambda connection: tuple(map(_relay, connection.query(sql, (user, user, TELEGRAM, most))))
        )

    async def copies(self, id_: str) -> tuple[tuple[int, int], ...]:
        """Chat and message of everything that stands with staff, oldest first."""
        sql = (
            "SELECT chat, message FROM relay_messages WHERE relay = ? AND side = 'staff' AND message > 0 ORDER BY rowid"
        )
        return await self._database.read(
            lambda connection: tuple((row["chat"], row["message"]) for row in connection.query(sql, (id_,)))
        )

    async def answer(self, id_: str, actor: int) -> bool:
        """A staff member answered. Whether it is the first answer since the partner wrote."""
        now = self._clock().isoformat()

        def mark(connection: Connection) -> bool:
            first = "UPDATE relays SET answered_at = ?, answered_by = ? WHERE id = ? AND answered_at IS NULL"
            return connection.execute(first, (now, actor, id_)).rowcount == 1

        return await self._database.write(mark)

    async def mute(self, person: int, actor: int, *, muted: bool) -> None:
        """Nothing of a person reaches the staff any more, or it does again."""
        now = self._clock().isoformat()

        def change(connection: Connection) -> None:
            connection.execute("DELETE FROM muted_senders WHERE channel = ? AND person = ?", (TELEGRAM, person))
            if muted:
                sql = "INSERT INTO muted_senders (channel, person, muted_by, at) VALUES (?, ?, ?, ?)"
                connection.execute(sql, (TELEGRAM, person, actor, now))

        await self._database.write(change)

    async def is_muted(self, person: int) -> bool:
        """Whether the staff does not want to hear a person."""
        sql = "SELECT 1 FROM muted_senders WHERE channel = ? AND person = ?"
        return await self._database.read(
            lambda connection: bool(connection.execute(sql, (TELEGRAM, person)).fetchone())
        )

    # As a follower of `People`

    def moved(self, connection: Connection, old: int, new: int) -> None:
        """A group has a new id."""
        connection.execute("UPDATE OR IGNORE relays SET chat = ? WHERE chat = ?", (new, old))

    def forgotten(self, connection: Connection, user: int) -> None:
        """Remove a person's questions to the staff, and where they stand."""
        connection.execute("DELETE FROM relays WHERE asker = ?", (user,))

    def exported(self, connection: Connection, user: int) -> dict[str, object]:
        """What these tables hold on a person."""
        sql = "SELECT announcement, chat, asked_at, answered_at FROM relays WHERE asker = ? ORDER BY asked_at"
        muted = "SELECT at FROM muted_senders WHERE channel = ? AND person = ?"
        return {
            "questions_to_staff": list(connection.query(sql, (user,))),
            "muted_by_staff": list(connection.query(muted, (TELEGRAM, user))),
        }


def _relay(row: dict[str, Any]) -> Relay:
    return Relay(
        id=row["id"],
        announcement=row["announcement"],
        chat=row["chat"],
        asker=row["asker"],
        message=row["message"],
        asked_at=datetime.fromisoformat(row["asked_at"]),
        answered=row["answered_at"] is not None,
    )


def _tables(connection: Connection) -> None:
    connection.execute(
        """CREATE TABLE relays (
            id TEXT PRIMARY KEY,
            announcement INTEGER NOT NULL,
            chat INTEGER NOT NULL,
            asker INTEGER NOT NULL,
            message INTEGER NOT NULL,
            asked_at TEXT NOT NULL,
            answered_at TEXT,
            answered_by INTEGER,
            UNIQUE (chat, message)
        )"""
    )
    connection.execute("CREATE INDEX relays_asker ON relays (asker)")
    connection.execute(
        """CREATE TABLE relay_messages (
            chat INTEGER NOT NULL,
            message INTEGER NOT NULL,
            relay TEXT NOT NULL REFERENCES relays (id) ON DELETE CASCADE,
            side TEXT NOT NULL CHECK (side IN ('partner', 'staff')),
            PRIMARY KEY (chat, message)
        )"""
    )
    connection.execute("CREATE INDEX relay_messages_relay ON relay_messages (relay)")


def _causes(connection: Connection) -> None:
    for name in ("cause_chat", "cause_message"):
        connection.execute(f"ALTER TABLE relay_messages ADD COLUMN {name} INTEGER NOT NULL DEFAULT 0")


def _muted(connection: Connection) -> None:
    """By person, not by chat: more channels than Telegram will come."""
    connection.execute(
        """CREATE TABLE muted_senders (
            channel TEXT NOT NULL,
            person INTEGER NOT NULL,
            muted_by INTEGER NOT NULL,
            at TEXT NOT NULL,
            PRIMARY KEY (channel, person)
        ) WITHOUT ROWID"""
    )


MIGRATIONS = (
    Migration("relays/001_relays", _tables),
    Migration("relays/002_causes", _causes),
    Migration("relays/003_muted_senders", _muted),
)
