"""What a person was asked to type in; what their next message in private answers, out.

Owns the table `expectations`, one row a person: whoever is asked something new is no longer asked the old.

Why in the database? A staff member writes a text for half an hour, and the bot may be restarted meanwhile; a
message that was asked for must not be taken for a question to the reports.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database as Connection

from bot.base.database import Database, Migration
from bot.people.people import People


@dataclass(frozen=True, slots=True)
class Expected:
    """What a person was asked."""

    topic: str
    """The conversation that asked, such as `announce`."""
    detail: str
    """What about, in that conversation's own terms."""


class Expectations:
    """Who was asked what."""

    def __init__(self, database: Database, people: People, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        people.follow(self)

    async def expect(self, user: int, topic: str, detail: str = "", *, lasts: timedelta) -> None:
        """The person's next message answers this, unless it comes too late."""
        until = (self._clock() + lasts).isoformat()
        await self._database.write(
            lambda connection: connection.execute(
                "INSERT INTO expectations (user_id, topic, detail, until) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (user_id) DO UPDATE "
                "SET topic = excluded.topic, detail = excluded.detail, until = excluded.until",
                (user, topic, detail, until),
            )
        )

    async def of(self, user: int, at: datetime) -> Expected | None:
        """What a message that was written `at` answers; None: nothing, or it came too late."""

        def select(connection: Connection) -> Expected | None:
            sql = "SELECT topic, detail, until FROM expectations WHERE user_id = ?"
            for row in connection.query(sql, (user,)):
                if at <= datetime.fromisoformat(row["until"]):
                    return Expected(row["topic"], row["detail"])
            return None

        return await self._database.read(select)

    async def drop(self, user: int, topic: str = "") -> None:
        """Nothing is expected any more; with `topic`, only if that conversation asked."""
        await self._database.write(
            lambda connection: connection.execute(
                "DELETE FROM expectations WHERE user_id = ? AND (? = '' OR topic = ?)", (user, topic, topic)
            )
        )

    async def discard_old(self) -> None:
        """Remove what nobody answered in time."""
        now = self._clock().isoformat()
        await self._database.write(
            lambda connection: connection.execute("DELETE FROM expectations WHERE until < ?", (now,))
        )

    # As a follower of `People`

    def moved(self, connection: Connection, old: int, new: int) -> None:
        """Only persons are asked for something, and they do not move."""

    def forgotten(self, connection: Connection, user: int) -> None:
        """Remove what these tables hold on a person."""
        connection.execute("DELETE FROM expectations WHERE user_id = ?", (user,))

    def exported(self, connection: Connection, user: int) -> dict[str, object]:
        """What these tables hold on a person."""
        return {"asked_for": list(connection.query("SELECT topic, until FROM expectations WHERE user_id = ?", (user,)))}


def _tables(connection: Connection) -> None:
    connection.execute(
        """CREATE TABLE expectations (
            user_id INTEGER PRIMARY KEY,
            topic TEXT NOT NULL,
            detail TEXT NOT NULL,
            until TEXT NOT NULL
        )"""
    )


MIGRATIONS = (Migration("expectations/001_expectations", _tables),)
