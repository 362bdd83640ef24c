"""A browser's cookie in; who that is, and what they asked, out.

Owns the table `visits`. A visitor is a person of the channel `web`: nobody but the browser that has the cookie can be
that person, and of the cookie only a hash is kept. So whoever reads the database cannot take a visitor's place.

Why no table of sessions? A cookie that nobody was given names a person who asked nothing yet, which harms nobody.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database as Connection

from bot.asking.questions import HISTORY, Given, Questions
from bot.base.database import Database, Migration

CHANNEL = "web"
SHOWN = 20
"""Answers of a conversation that its page shows."""
_COOKIE = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody with a browser."""

    cookie: str
    """What the browser sends; secret."""
    new: bool
    """Whether the cookie is still to be given."""

    @property
    def id(self) -> str:
        """Who it is, in the database."""
        return hashlib.sha256(self.cookie.encode()).hexdigest()[:32]

    @property
    def number(self) -> int:
        """The same for who counts by numbers: below zero, as no person of Telegram is."""
        return -int(self.id[:12], 16) - (1 << 52)

    @property
    def token(self) -> str:
        """What a form of this visitor's carries, so that no other site can send it."""
        return hmac.new(self.cookie.encode(), b"form", hashlib.sha256).hexdigest()[:32]

    def sent(self, token: str) -> bool:
        """Whether a form is this visitor's own."""
        return hmac.compare_digest(self.token.encode(), token.encode("utf-8", "replace"))


def visitor_of(cookie: str) -> Visitor:
    """The visitor with a cookie; a new one where it is none of ours."""
    if _COOKIE.fullmatch(cookie):
        return Visitor(cookie, new=False)
    return Visitor(secrets.token_urlsafe(32), new=True)


class Visits:
    """What visitors asked. The answers stand among all others, in `questions`, without who asked."""

    def __init__(
        self,
        database: Database,
        questions: Questions,
        clock: Callable[[], datetime],
        conversation: timedelta,
        keep: timedelta,
    ) -> None:
        """`conversation`: how long a question may lean on the one before; `keep`: how long it is known who asked."""
        self._database = database
        self._questions = questions
        self._clock = clock
        self._conversation = conversation
        self._keep = keep

    async def note(self, visitor: Visitor, question: str) -> None:
        """A visitor got an answer, by its id."""
        row = (CHANNEL, visitor.id, question, self._clock().isoformat())
        sql = "INSERT OR REPLACE INTO visits (channel, person, question, at) VALUES (?, ?, ?, ?)"
        await self._database.write(lambda connection: connection.execute(sql, row))

    async def answers(self, visitor: Visitor) -> tuple[Given, ...]:
        """The last answers that a visitor got, oldest first."""
        sql = "SELECT question FROM visits WHERE channel = ? AND person = ? ORDER BY at DESC, rowid DESC LIMIT ?"

        def select(connection: Connection) -> list[str]:
            return [id_ for (id_,) in connection.execute(sql, (CHANNEL, visitor.id, SHOWN))]

        ids = await self._database.read(select)
        return await self._questions.find_all(ids[::-1])

    async def history(self, visitor: Visitor) -> tuple[str, ...]:
        """The questions that a new one may lean on, oldest first: answered, and none long after the one before."""
        sql = (
            "SELECT q.text, v.at, q.answered FROM visits AS v JOIN questions AS q ON q.id = v.question "
            "WHERE v.channel = ? AND v.person = ? ORDER BY v.at DESC, v.rowid DESC LIMIT ?"
        )
        now = self._clock()

        def select(connection: Connection) -> tuple[str, ...]:
            found: list[str] = []
            later = now
            for text, said, answered in connection.execute(sql, (CHANNEL, visitor.id, HISTORY)):
                at = datetime.fromisoformat(said)
                if later - at > self._conversation:
                    break
                if answered:
                    found.append(text)
                later = at
            return tuple(reversed(found))

        return await self._database.read(select)

    async def forget(self, visitor: Visitor) -> None:
        """Remove what a visitor asked, with the answers."""

        def remove(connection: Connection) -> None:
            own = "SELECT question FROM visits WHERE channel = ? AND person = ?"
            connection.execute(f"DELETE FROM questions WHERE id IN ({own})", (CHANNEL, visitor.id))  # noqa: S608 - a constant
            connection.execute("DELETE FROM visits WHERE channel = ? AND person = ?", (CHANNEL, visitor.id))

        await self._database.write(remove)

    async def unlink_old(self) -> int:
        """Forget who asked what is older than that is kept; how many questions."""
        before = (self._clock() - self._keep).isoformat()
        sql = "DELETE FROM visits WHERE at < ?"
        return await self._database.write(lambda connection: connection.execute(sql, (before,)).rowcount)


def _tables(connection: Connection) -> None:
    connection.execute(
        """CREATE TABLE visits (
            channel TEXT NOT NULL,
            person TEXT NOT NULL,
            question TEXT NOT NULL,
            at TEXT NOT NULL,
            PRIMARY KEY (channel, person, question)
        )"""
    )
    connection.execute("CREATE INDEX visits_question ON visits (question)")
    connection.execute("CREATE INDEX visits_at ON visits (at)")


MIGRATIONS = (Migration("visitors/001_visits", _tables),)
