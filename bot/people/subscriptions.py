"""Chats that wish to hear from us in; topics and who is subscribed to them out.

Owns the tables `topics` and `subscriptions`. A chat is subscribed to what it asked for and to
nothing else; whether it can be reached stands with the chat, in `bot.people`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database as Connection

from bot.base.database import Database, Migration
from bot.people import profiles
from bot.people.people import TELEGRAM, People, Role

TOPIC_LIMIT = 30
"""Characters of a topic's id: it has to fit into a button."""


class UnknownTopic(Exception):
    """There is no such topic, or it is retired."""

    exit_code = 2

    def __init__(self, topic: str) -> None:
        super().__init__(f"{topic}: there is no topic of this name: citedesk announcements topics lists them")
        self.topic = topic


@dataclass(frozen=True, slots=True)
class Topic:
    """Something to subscribe to."""

    id: str
    titles: tuple[tuple[str, str], ...]
    """(language, title)."""
    retired: bool = False

    def title(self, language: str) -> str:
        """In this language, else in the first there is."""
        return dict(self.titles).get(language) or (self.titles[0][1] if self.titles else self.id)


class Subscriptions:
    """Topics, and who is subscribed to them."""

    def __init__(self, database: Database, people: People, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._people = people
        self._clock = clock
        people.follow(self)

    # Topics

    async def topics(self, *, retired: bool = False) -> tuple[Topic, ...]:
        """All topics in their order; retired ones only when asked for."""

        def select(connection: Connection) -> tuple[Topic, ...]:
            sql = "SELECT id, titles, retired FROM topics WHERE retired <= ? ORDER BY place"
            rows = connection.query(sql, (int(retired),))
            return tuple(
                Topic(row["id"], tuple(json.loads(row["titles"]).items()), bool(row["retired"])) for row in rows
            )

        return await self._database.read(select)

    async def add_topic(self, actor: int, topic: str, titles: Mapping[str, str]) -> None:
        """Add a topic, or give an old one other titles; it is not retired then. Raises `NotAllowed`.

        `ValueError` for an id that is not 1 to 30 of a-z, 0-9 and -, or without a title.
        """
        await self._people.authorize(actor, Role.ADMIN, "topic", topic)
        fits = topic.isascii() and topic.replace("-", "a").isalnum() and topic == topic.lower()
        if not fits or len(topic) > TOPIC_LIMIT or not any(titles.values()):
            raise ValueError(f"{topic!r}: no id of a topic: use up to {TOPIC_LIMIT} of a-z, 0-9 and -, and a title")
        written = json.dumps({language: title for language, title in titles.items() if title}, ensure_ascii=False)
        await self._database.write(
            lambda connection: connection.execute(
                "INSERT INTO topics (id, titles, retired) VALUES (?, ?, 0) "
                "ON CONFLICT (id) DO UPDATE SET titles = excluded.titles, retired = 0",
                (topic, written),
            )
        )

    async def retire_topic(self, actor: int, topic: str) -> None:
        """Offer a topic no longer; who is subscribed stays so. Raises `NotAllowed`, `UnknownTopic`."""
        await self._retire(actor, topic, "topic retired", retired=True)

    async def restore_topic(self, actor: int, topic: str) -> None:
        """Offer a retired topic again. Raises `NotAllowed`, `UnknownTopic`."""
        await self._retire(actor, topic, "topic restored", retired=False)

    async def _retire(self, actor: int, topic: str, action: str, *, retired: bool) -> None:
        if topic not in {topic.id for topic in await self.topics(retired=True)}:
            await self._people.check(actor, Role.ADMIN, action)
            raise UnknownTopic(topic)
        await self._people.authorize(actor, Role.ADMIN, action, topic)
        sql = "UPDATE topics SET retired = ? WHERE id = ?"
        await self._database.write(lambda connection: connection.execute(sql, (int(retired), topic)))

    async def count(self, topic: str) -> int:
        """How many chats that can be reached are subscribed to a topic."""
        sql = (
            "SELECT count(*) FROM subscriptions JOIN chats ON chats.id = subscriptions.chat "
            "WHERE topic = ? AND reachable = 1"
        )
        return await self._database.read(lambda connection: int(connection.execute(sql, (topic,)).fetchone()[0]))

    # Subscriptions

    async def subscribed(self, chat: int) -> tuple[str, ...]:
        """The ids of the topics a chat is subscribed to, in the topics' order."""
        sql = "SELECT topic FROM subscriptions JOIN topics ON topics.id = topic WHERE chat = ? ORDER BY place"
        return await self._database.read(
            lambda connection: tuple(topic for (topic,) in connection.execute(sql, (chat,)).fetchall())
        )

    async def subscribe(self, chat: int, kind: str, topic: str, language: str = "", *, thread: int = 0) -> bool:
        """Subscribe a chat; whether that is news. `language` is what it is spoken to in.

        `thread`: the topic of a forum in which it wishes to hear of it; 0: the chat has none, or it is the general one.
        Raises `UnknownTopic`.
        """
        await self._people.seen(chat, kind)
        now = self._clock().isoformat()

        def subscribe(connection: Connection) -> bool:
            known = connection.execute("SELECT 1 FROM topics WHERE id = ? AND retired = 0", (topic,)).fetchone()
            if known is None:
                raise UnknownTopic(topic)
            profiles.note_language(connection, chat, language)
            sql = "INSERT OR IGNORE INTO subscriptions (chat, topic, since) VALUES (?, ?, ?)"
            is_new = connection.execute(sql, (chat, topic, now)).rowcount == 1
            if thread:
                sql = "INSERT OR REPLACE INTO subscription_threads (channel, chat, topic, thread) VALUES (?, ?, ?, ?)"
                connection.execute(sql, (TELEGRAM, chat, topic, thread))
            return is_new

        return await self._database.write(subscribe)

    async def unsubscribe(self, chat: int, topic: str) -> bool:
        """End a subscription; whether there was one."""

        def unsubscribe(connection: Connection) -> bool:
            connection.execute("DELETE FROM subscription_threads WHERE chat = ? AND topic = ?", (chat, topic))
            sql = "DELETE FROM subscriptions WHERE chat = ? AND topic = ?"
            return connection.execute(sql, (chat, topic)).rowcount == 1

        return await self._database.write(unsubscribe)

    async def unsubscribe_all(self, chat: int) -> int:
        """End all subscriptions of a chat; how many there were. What waits to be sent there is skipped."""

        def unsubscribe(connection: Connection) -> int:
            connection.execute("DELETE FROM subscription_threads WHERE chat = ?", (chat,))
            return int(connection.execute("DELETE FROM subscriptions WHERE chat = ?", (chat,)).rowcount)

        return await self._database.write(unsubscribe)

    # As a follower of `People`

    def moved(self, connection: Connection, old: int, new: int) -> None:
        """A group has a new id. What was chosen in the new chat stays."""
        connection.execute("UPDATE OR IGNORE subscriptions SET chat = ? WHERE chat = ?", (new, old))
        connection.execute("UPDATE OR IGNORE subscription_threads SET chat = ? WHERE chat = ?", (new, old))
        self.forgotten(connection, old)

    def forgotten(self, connection: Connection, user: int) -> None:
        """Remove what these tables hold on a person."""
        connection.execute("DELETE FROM subscriptions WHERE chat = ?", (user,))
        connection.execute("DELETE FROM subscription_threads WHERE chat = ?", (user,))

    def exported(self, connection: Connection, user: int) -> dict[str, object]:
        """What these tables hold on a person."""
        topics = list(connection.query("SELECT topic, since FROM subscriptions WHERE chat = ?", (user,)))
        return {"subscriptions": topics}


def _tables(connection: Connection) -> None:
    connection.execute(
        """CREATE TABLE topics (
            place INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            titles TEXT NOT NULL,
            retired INTEGER NOT NULL
        )"""
    )
    connection.execute(
        """CREATE TABLE subscriptions (
            chat INTEGER NOT NULL,
            topic TEXT NOT NULL,
            since TEXT NOT NULL,
            PRIMARY KEY (chat, topic)
        ) WITHOUT ROWID"""
    )
    connection.execute("CREATE INDEX subscriptions_by_topic ON subscriptions (topic, chat)")
    profiles.create_table(connection)
    for topic, english, chinese in (
        ("workshops", "Training workshops", "国际培训班"),
        ("reports", "New reports", "新报告"),
        ("news", "News of the institute", "机构动态"),
    ):
        titles = json.dumps({"en": english, "zh": chinese}, ensure_ascii=False)
        connection.execute("INSERT INTO topics (id, titles, retired) VALUES (?, ?, 0)", (topic, titles))


def _threads(connection: Connection) -> None:
    """The topic of a forum that subscribed; a chat without one is not here."""
    connection.execute(
        """CREATE TABLE subscription_threads (
            channel TEXT NOT NULL,
            chat INTEGER NOT NULL,
            topic TEXT NOT NULL,
            thread INTEGER NOT NULL,
            PRIMARY KEY (channel, chat, topic)
        ) WITHOUT ROWID"""
    )


MIGRATIONS = (
    Migration("subscriptions/001_topics_subscriptions_profiles", _tables),
    Migration("subscriptions/002_threads", _threads),
)
