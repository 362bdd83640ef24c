"""Updates as they arrive in, the same updates out, each once, also after the process was killed.

Telegram forgets an update as soon as the next ones are asked for (or a webhook call returns), long before it
is answered. So an update is written down first, and struck out when it is done; what a killed bot left
undone, the next one does.

Why a digest and not the update's number? Numbers start anew for another bot account, for another Bot API
server and after a quiet week; an update that is delivered twice is the same to the letter.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database as Connection

from bot.base.database import Database, Migration

LOG = logging.getLogger("bot.inbox")
KEEP = timedelta(days=1)
"""Telegram itself keeps updates so long."""
ATTEMPTS = 3
"""An update that was begun so often without an end is given up: it may be what kills the bot."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An update that was not finished."""

    id: str
    payload: str


class Inbox:
    """The table of updates that arrived."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    @staticmethod
    def id(payload: str) -> str:
        """The same for the same update, whenever it is delivered."""
        return hashlib.blake2b(payload.encode(), digest_size=16).hexdigest()

    async def admit(self, payload: str) -> bool:
        """Write an update down; False when it is known already."""
        now = self._clock().isoformat()

        def admit(connection: Connection) -> bool:
            sql = "INSERT OR IGNORE INTO inbox (id, payload, arrived_at, attempts) VALUES (?, ?, ?, 1)"
            return connection.execute(sql, (self.id(payload), payload, now)).rowcount == 1

        return await self._database.write(admit)

    async def first(self, deed: str) -> bool:
        """Whether this is done for the first time, also where its update is handled again; to be asked before."""
        now = self._clock().isoformat()

        def note(connection: Connection) -> bool:
            sql = "INSERT OR IGNORE INTO inbox (id, payload, arrived_at, attempts) VALUES (?, NULL, ?, 1)"
            return connection.execute(sql, (deed, now)).rowcount == 1

        return await self._database.write(note)

    async def settle(self, payload: str) -> None:
        """Strike an update out: its text is removed, its digest stays a day to know it by."""

        def settle(connection: Connection) -> None:
            connection.execute("UPDATE inbox SET payload = NULL WHERE id = ?", (self.id(payload),))

        await self._database.write(settle)

    async def take_up(self) -> tuple[Waiting, ...]:
        """What is not finished, oldest first, counted as one more attempt.

        What is too old, or was begun too often, is given up: the log says how much, and not of whom.
        """
        oldest = (self._clock() - KEEP).isoformat()

        def take_up(connection: Connection) -> tuple[int, tuple[Waiting, ...]]:
            given_up = connection.execute(
                "DELETE FROM inbox WHERE payload IS NOT NULL AND (arrived_at < ? OR attempts >= ?)", (oldest, ATTEMPTS)
            ).rowcount
            connection.execute("DELETE FROM inbox WHERE arrived_at < ?", (oldest,))
            connection.execute("UPDATE inbox SET attempts = attempts + 1 WHERE payload IS NOT NULL")
            rows = connection.query("SELECT id, payload FROM inbox WHERE payload IS NOT NULL ORDER BY rowid")
            return int(given_up), tuple(Waiting(row["id"], row["payload"]) for row in rows)

        given_up, waiting = await self._database.write(take_up)
        if given_up:
            LOG.error("updates given up, a day old or begun %d times without an end: %d", ATTEMPTS, given_up)
        return waiting

    async def forget_old(self) -> None:
        """Remove what is older than a day."""
        oldest = (self._clock() - KEEP).isoformat()
        await self._database.write(
            lambda connection: connection.execute("DELETE FROM inbox WHERE arrived_at < ?", (oldest,))
        )


def strike_out_all(connection: Connection) -> None:
    """Begin nothing that waits, in a database that comes from a backup: it was done after that, or it is too late."""
    connection.execute("UPDATE inbox SET payload = NULL")


def _inbox(connection: Connection) -> None:
    connection.execute(
        """CREATE TABLE inbox (
            id TEXT PRIMARY KEY,
            payload TEXT,
            arrived_at TEXT NOT NULL,
            attempts INTEGER NOT NULL
        )"""
    )


MIGRATIONS = (Migration("inbox/001_inbox", _inbox),)
