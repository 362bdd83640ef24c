"""A person in; the style in which they last cited something, out.

Owns the table `citation_styles`. A person is a channel and an id there: the pages know people whom Telegram does not.
"""

from __future__ import annotations

from sqlite_utils import Database as Connection

from bot.base.database import Database, Migration
from bot.people.people import People
from bot.reading.citing import STYLES, Style

TELEGRAM = "telegram"
"""The channel of everybody whose id is Telegram's."""


class ChosenStyles:
    """Which style each person cites in."""

    def __init__(self, database: Database, people: People) -> None:
        self._database = database
        people.follow(self)

    async def of(self, person: str, channel: str = TELEGRAM) -> Style | None:
        """The style of a person, None where they have not chosen one."""
        sql = "SELECT style FROM citation_styles WHERE channel = ? AND person = ?"

        def select(connection: Connection) -> Style | None:
            row = connection.execute(sql, (channel, person)).fetchone()
            return next((style for style in STYLES if row and style == row[0]), None)

        return await self._database.read(select)

    async def choose(self, person: str, style: Style, channel: str = TELEGRAM) -> None:
        """Remember a style; the last one counts."""
        sql = (
            "INSERT INTO citation_styles (channel, person, style) VALUES (?, ?, ?) "
            "ON CONFLICT (channel, person) DO UPDATE SET style = excluded.style"
        )
        await self._database.write(lambda connection: connection.execute(sql, (channel, person, style)))

    # As a follower of `People`

    def moved(self, connection: Connection, old: int, new: int) -> None:
        """A group has a new id: groups choose nothing."""

    def forgotten(self, connection: Connection, user: int) -> None:
        """Remove what this table holds on a person."""
        sql = "DELETE FROM citation_styles WHERE channel = ? AND person = ?"
        connection.execute(sql, (TELEGRAM, str(user)))

    def exported(self, connection: Connection, user: int) -> dict[str, object]:
        """What this table holds on a person."""
        sql = "SELECT channel, style FROM citation_styles WHERE channel = ? AND person = ?"
        return {"citation_style": list(connection.query(sql, (TELEGRAM, str(user))))}


def _table(connection: Connection) -> None:
    connection.execute(
        """CREATE TABLE citation_styles (
            channel TEXT NOT NULL,
            person TEXT NOT NULL,
            style TEXT NOT NULL,
            PRIMARY KEY (channel, person)
        )"""
    )


MIGRATIONS = (Migration("citation_styles/001", _table),)
