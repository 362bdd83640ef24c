"""What a person tells of themselves in; the profile, field by field, out.

Owns the table `profiles`. A private chat's id is the person's. A new field is a line in `Profile` and one in `FIELDS`
with what it accepts, a column (a migration), and its words in `profile_messages.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from sqlite_utils import Database as Connection

from bot.base.database import Database
from bot.people.people import People
from bot.words.catalogue import LANGUAGES
from bot.words.country_names import find_country
from bot.words.markup import clean
from bot.words.zones import find_zone

TEXT_LIMIT = 500
"""Characters of organisation and interests."""


class BadProfile(Exception):
    """A field of a profile does not take this value."""

    def __init__(self, field: str, what: str) -> None:
        super().__init__(f"{field}: {what}: write it differently, or leave it empty")
        self.field, self.what = field, what


@dataclass(frozen=True, slots=True)
class Profile:
    """What somebody told of themselves; every field may be empty."""

    country: str = ""
    """ISO 3166 code of two letters."""
    organisation: str = ""
    interests: str = ""
    language: str = ""
    """`en` or `zh`: what they read, until they choose one with /language."""
    zone: str = ""
    """The IANA's name, such as `Asia/Shanghai`."""


@dataclass(frozen=True, slots=True)
class FieldReading:
    """What a person typed for a field, as it is kept."""

    value: str
    """Empty: it is not known."""
    near: tuple[str, ...] = ()
    """What may have been meant."""


@dataclass(frozen=True, slots=True)
class Field:
    """What a field accepts."""

    read: Callable[[str], FieldReading]
    looked_up: bool = False
    """Whether only known values count, so that what looks like a question is one."""


def _country(text: str) -> FieldReading:
    country_match = find_country(text)
    return FieldReading(country_match.code, country_match.suggestions)


def _zone(text: str) -> FieldReading:
    zone_match = find_zone(text)
    return FieldReading(zone_match.zone, zone_match.suggestions)


FIELDS: Mapping[str, Field] = {
    "country": Field(_country, looked_up=True),
    "organisation": Field(FieldReading),
    "interests": Field(FieldReading),
    "language": Field(lambda text: FieldReading(text if text in LANGUAGES else "")),
    "zone": Field(_zone, looked_up=True),
}
"""The fields in the order in which the card shows them."""


class Profiles:
    """What people told of themselves."""

    def __init__(self, database: Database, people: People) -> None:
        self._database = database
        people.follow(self)

    async def get(self, chat: int) -> Profile:
        """What is known; empty where nothing is. A private chat's id is the person's."""

        def select(connection: Connection) -> Profile:
            for row in connection.query("SELECT * FROM profiles WHERE chat = ?", (chat,)):
                return Profile(*(row[name] for name in FIELDS))
            return Profile()

        return await self._database.read(select)

    async def set(self, chat: int, **fields: str) -> Profile:
        """Change the named fields; empty removes. Countries and zones are taken as people write them.

        The profile as it is then. Raises `BadProfile`.
        """
        values = {name: _accepted(name, clean(value).strip()) for name, value in fields.items()}
        changed = replace(await self.get(chat), **values)
        row = (chat, *(getattr(changed, name) for name in FIELDS))
        marks = ", ".join(f"{name} = excluded.{name}" for name in values)
        places = ", ".join("?" for _ in row)
        sql = (
            f"INSERT INTO profiles (chat, {', '.join(FIELDS)}) VALUES ({places}) "  # noqa: S608 - own names
            f"ON CONFLICT (chat) DO UPDATE SET {marks}"
        )
        if values:
            await self._database.write(lambda connection: connection.execute(sql, row))
        return changed

    # As a follower of `People`

    def moved(self, connection: Connection, old: int, new: int) -> None:
        """A group has a new id. What was chosen in the new chat stays."""
        connection.execute("UPDATE OR IGNORE profiles SET chat = ? WHERE chat = ?", (new, old))
        self.forgotten(connection, old)

    def forgotten(self, connection: Connection, user: int) -> None:
        """Remove what this table holds on a person."""
        connection.execute("DELETE FROM profiles WHERE chat = ?", (user,))

    def exported(self, connection: Connection, user: int) -> dict[str, object]:
        """What this table holds on a person."""
        return {"profile": list(connection.query("SELECT * FROM profiles WHERE chat = ?", (user,)))}


def note_language(connection: Connection, chat: int, language: str) -> None:
    """Keep the language that a chat is spoken to in, where none is known; a step of somebody else's transaction."""
    if language in LANGUAGES:
        connection.execute(
            "INSERT INTO profiles (chat, language) VALUES (?, ?) "
            "ON CONFLICT (chat) DO UPDATE SET language = excluded.language WHERE language = ''",
            (chat, language),
        )


def _accepted(field: str, value: str) -> str:
    if field not in FIELDS:
        raise BadProfile(field, "there is no such field")
    if not value:
        return ""
    if len(value) > TEXT_LIMIT:
        raise BadProfile(field, f"longer than {TEXT_LIMIT} characters")
    accepted = FIELDS[field].read(value).value
    if not accepted:
        raise BadProfile(field, f"{value!r} is not known")
    return accepted


def create_table(connection: Connection) -> None:
    """The table as it was at first; it is made in the first migration of `subscriptions.py`."""
    connection.execute(
        """CREATE TABLE profiles (
            chat INTEGER PRIMARY KEY,
            country TEXT NOT NULL DEFAULT '',
            organisation TEXT NOT NULL DEFAULT '',
            interests TEXT NOT NULL DEFAULT '',
            language TEXT NOT NULL DEFAULT '',
            zone TEXT NOT NULL DEFAULT ''
        )"""
    )
