"""An `Audience` in, the chats that are in it now out; and when a recipient may be written to.

Reads `chats`, `subscriptions` and `profiles`, which other modules own.

Why one statement over three modules' tables? A live count while staff choose, and the list at the start, must
be the same question; asked of each module in turn it would be three lists of everybody, joined by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache

from sqlite_utils import Database as Connection

from bot.announcing.announcement import Audience, AudienceCount
from bot.words.catalogue import FALLBACK
from bot.words.zones import zone, zones_of

READS = (
    "CASE WHEN chats.language != '' THEN chats.language "
    "WHEN profiles.language IS NOT NULL AND profiles.language != '' THEN profiles.language "
    f"ELSE '{FALLBACK}' END"
)


@dataclass(frozen=True, slots=True)
class Recipient:
    """A chat in an audience."""

    chat: int
    language: str
    """What it reads."""
    zone: str
    """Its time zone; empty: not known."""
    reachable: bool
    absence: str = ""
    """Why it cannot be reached (`bot.people.people.Absence`); empty: not known."""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """The hours of a day in which recipients are left in peace; none where `start` equals `end`."""

    start: time
    end: time

    def until(self, now: datetime, zone_name: str) -> datetime | None:
        """When the quiet hours end that hold at `now` in a zone; None: none hold."""
        local = now.astimezone(zone(zone_name))
        clock = local.time()
        if self.start <= self.end:
            holds, days = self.start <= clock < self.end, 0
        else:  # over midnight
            holds, days = clock >= self.start or clock < self.end, int(clock >= self.start)
        if not holds:
            return None
        return datetime.combine(local.date() + timedelta(days=days), self.end, local.tzinfo)


def recipients(connection: Connection, audience: Audience, default_zone: str) -> Iterator[Recipient]:
    """The chats in an audience, by their ids; those that cannot be reached too."""
    if not audience.named:
        return
    where, values = _condition(audience)
    sql = (
        f"SELECT chats.id, {READS} AS reads, profiles.zone, profiles.country, chats.reachable, "  # noqa: S608 - own text
        "coalesce((SELECT absence FROM absences WHERE absences.chat = chats.id), '') "
        f"FROM chats LEFT JOIN profiles ON profiles.chat = chats.id WHERE {where} ORDER BY chats.id"
    )
    for chat, reads, chosen, country, reachable, absence in connection.execute(sql, values).fetchall():
        yield Recipient(chat, reads, chosen or _zone_of(country or "") or default_zone, bool(reachable), absence)


def count(connection: Connection, audience: Audience) -> AudienceCount:
    """How many chats an audience has now."""
    if not audience.named:
        return AudienceCount(0, (), 0)
    where, values = _condition(audience)
    sql = (
        f"SELECT {READS} AS reads, chats.reachable, count(*) "  # noqa: S608 - own text
        f"FROM chats LEFT JOIN profiles ON profiles.chat = chats.id WHERE {where} GROUP BY 1, 2 ORDER BY 3 DESC, 1"
    )
    rows = connection.execute(sql, values).fetchall()
    reached = tuple((reads, number) for reads, reachable, number in rows if reachable)
    unreachable = sum(number for _, reachable, number in rows if not reachable)
    return AudienceCount(sum(number for _, number in reached), reached, unreachable)


def belongs(connection: Connection, audience: Audience, chat: int) -> bool:
    """Whether a chat may read what an audience got.

    Anybody may subscribe to any topic, so topics keep nobody away; countries and languages do.
    """
    if not audience.named:
        return False
    if audience.everyone or (audience.match == "any" and audience.topics):
        return True
    conditions: list[str] = []
    values: list[str | int] = []
    if audience.countries:
        conditions.append(f"COALESCE(profiles.country, '') IN ({_marks(audience.countries)})")
        values += audience.countries
    if audience.languages:
        conditions.append(f"{READS} IN ({_marks(audience.languages)})")
        values += audience.languages
    if not conditions:
        return True
    joined = (" OR " if audience.match == "any" else " AND ").join(conditions)
    sql = (
        "SELECT 1 FROM chats LEFT JOIN profiles ON profiles.chat = chats.id "  # noqa: S608 - marks alone
        f"WHERE chats.id = ? AND ({joined})"
    )
    return connection.execute(sql, (chat, *values)).fetchone() is not None


def _condition(audience: Audience) -> tuple[str, list[str | int]]:
    subscribed = "EXISTS (SELECT 1 FROM subscriptions WHERE subscriptions.chat = chats.id)"
    if audience.everyone:
        return subscribed, []
    conditions: list[str] = []
    values: list[str | int] = []
    if audience.topics:
        topics = tuple(dict.fromkeys(audience.topics))
        conditions.append(
            "(SELECT count(*) FROM subscriptions WHERE subscriptions.chat = chats.id "  # noqa: S608 - marks alone
            f"AND subscriptions.topic IN ({_marks(topics)})) >= ?"
        )
        values += [*topics, len(topics) if audience.every_topic else 1]
    if audience.countries:
        conditions.append(f"COALESCE(profiles.country, '') IN ({_marks(audience.countries)})")
        values += audience.countries
    if audience.languages:
        conditions.append(f"{READS} IN ({_marks(audience.languages)})")
        values += audience.languages
    joined = (" OR " if audience.match == "any" else " AND ").join(conditions)
    return f"{subscribed} AND ({joined})", values


def _marks(values: tuple[str, ...]) -> str:
    return ", ".join("?" for _ in values)


@cache
def _zone_of(country: str) -> str:
    """The zone of a country that has one; empty otherwise."""
    zones = zones_of(country) if country else ()
    return zones[0] if len(zones) == 1 else ""
