"""Questions that were handed on to the staff in; where they stand, and whom an answer is for, out.

Owns the tables `handed_messages`, the bot's messages that stand for such a question, with staff or with the partner (a
reply to one of them goes to the other side), and `handed_answers`, which of the staff's messages went out, so that an
update that is handled again sends nothing twice.

Why are the words not kept? They stand in both chats; the table needs to know only who is to hear what.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlite_utils import Database as Connection

from bot.asking.questions import same_words
from bot.base.database import Database, Migration
from bot.people.people import People

HandingSide = Literal["partner", "staff"]
HandedPart = str
"""Of a message: `text`, its words; `file`, what it carries; `file <chat>`, where several chats get it."""
HandingProgress = Literal["new", "sent", "unknown"]
"""`unknown`: it was begun, and nobody knows whether it arrived."""


@dataclass(frozen=True, slots=True)
class Handed:
    """A question that staff may answer."""

    question: str
    """Its id in the ledger of questions."""
    text: str
    language: str
    chat: int | None
    """Where it was asked; None once its link to the asker is removed."""
    message: int | None
    """The message that asked it, which an answer replies to."""
    asker: int | None


class HandedOn:
    """Questions with the staff."""

    def __init__(self, database: Database, people: People) -> None:
        self._database = database
        people.follow(self)

    async def place(self, question: str, side: HandingSide, chat: int, message: int) -> None:
        """A message of the bot stands for a question."""
        sql = "INSERT OR REPLACE INTO handed_messages (chat, message, question, side) VALUES (?, ?, ?, ?)"
        await self._database.write(lambda connection: connection.execute(sql, (chat, message, question, side)))

    async def begin_answer(self, question: str, chat: int, message: int, part: HandedPart) -> HandingProgress:
        """A part of a staff member's message is about to go out: how far it came before. `chat`, `message`: theirs."""
        known = "SELECT done FROM handed_answers WHERE chat = ? AND message = ? AND question = ? AND part = ?"
        begin = "INSERT INTO handed_answers (chat, message, question, part, done) VALUES (?, ?, ?, ?, 0)"

        def note(connection: Connection) -> HandingProgress:
            row = connection.execute(known, (chat, message, question, part)).fetchone()
            if row is not None:
                return "sent" if row[0] else "unknown"
            connection.execute(begin, (chat, message, question, part))
            return "new"

        return await self._database.write(note)

    async def end_answer(self, question: str, chat: int, message: int, part: HandedPart, *, sent: bool) -> None:
        """It went out; or it surely did not (`sent` is false), and may be tried again."""
        where = "WHERE chat = ? AND message = ? AND question = ? AND part = ?"
        sql = f"UPDATE handed_answers SET done = 1 {where}" if sent else f"DELETE FROM handed_answers {where}"  # noqa: S608 - a constant
        await self._database.write(lambda connection: connection.execute(sql, (chat, message, question, part)))

    async def at(self, chat: int, message: int) -> tuple[str, HandingSide] | None:
        """The question that a message of the bot stands for, and on which side."""
        sql = "SELECT question, side FROM handed_messages WHERE chat = ? AND message = ?"

        def select(connection: Connection) -> tuple[str, HandingSide] | None:
            row = connection.execute(sql, (chat, message)).fetchone()
            return (row[0], row[1]) if row else None

        return await self._database.read(select)

    async def find(self, question: str) -> Handed | None:
        """A question by its id; None when it is not kept (any more)."""
        sql = "SELECT id, text, language, chat, message, asker FROM questions WHERE id = ?"

        def select(connection: Connection) -> Handed | None:
            row = connection.execute(sql, (question,)).fetchone()
            return Handed(*row) if row else None

        return await self._database.read(select)

    async def others(self, handed: Handed) -> tuple[Handed, ...]:
        """Those who asked the staff the same and still wait, each chat once."""
        sql = (
            "SELECT id, text, language, chat, message, asker FROM questions "
            "WHERE told_at IS NOT NULL AND done_at IS NULL AND chat IS NOT NULL AND id <> ? ORDER BY asked_at"
        )

        def select(connection: Connection) -> tuple[Handed, ...]:
            wanted, chats = same_words(handed.text), {handed.chat}
            waiting: list[Handed] = []
            for row in connection.execute(sql, (handed.question,)):
                other = Handed(*row)
                if other.chat not in chats and same_words(other.text) == wanted:
                    chats.add(other.chat)
                    waiting.append(other)
            return tuple(waiting)

        return await self._database.read(select)

    async def waiting(self, user: int, most: int) -> tuple[Handed, ...]:
        """Questions that wait for the staff and do not stand with somebody yet, oldest first."""
        sql = (
            "SELECT id, text, language, chat, message, asker FROM (SELECT * FROM questions "
            "WHERE told_at IS NOT NULL AND done_at IS NULL AND coalesce(asker, 0) != ? AND id NOT IN "
            "(SELECT question FROM handed_messages WHERE side = 'staff' AND chat = ?) "
            "ORDER BY told_at DESC LIMIT ?) ORDER BY told_at"
        )
        return await self._database.read(
            lambda connection: tuple(Handed(*row) for row in connection.execute(sql, (user, user, most)).fetchall())
        )

    # As a follower of `People`

    def moved(self, connection: Connection, old: int, new: int) -> None:
        """A group has a new id; its messages begin to count anew."""
        connection.execute("DELETE FROM handed_messages WHERE chat IN (?, ?)", (old, new))

    def forgotten(self, connection: Connection, user: int) -> None:
        """Remove what stands in a person's chat; what stands elsewhere for their questions goes with these."""
        connection.execute("DELETE FROM handed_messages WHERE chat = ?", (user,))
        connection.execute("DELETE FROM handed_answers WHERE chat = ?", (user,))

    def exported(self, connection: Connection, user: int) -> dict[str, object]:
        """What this table holds on a person: nothing that their questions do not say."""
        return {}


def _tables(connection: Connection) -> None:
    connection.execute(
        """CREATE TABLE handed_messages (
            chat INTEGER NOT NULL,
            message INTEGER NOT NULL,
            question TEXT NOT NULL REFERENCES questions (id) ON DELETE CASCADE,
            side TEXT NOT NULL CHECK (side IN ('partner', 'staff')),
            PRIMARY KEY (chat, message)
        )"""
    )
    connection.execute("CREATE INDEX handed_messages_question ON handed_messages (question)")


def _answers(connection: Connection) -> None:
    connection.execute(
        """CREATE TABLE handed_answers (
            chat INTEGER NOT NULL,
            message INTEGER NOT NULL,
            question TEXT NOT NULL REFERENCES questions (id) ON DELETE CASCADE,
            part TEXT NOT NULL,
            done INTEGER NOT NULL,
            PRIMARY KEY (chat, message, question, part)
        )"""
    )
    connection.execute("CREATE INDEX handed_answers_question ON handed_answers (question)")


MIGRATIONS = (
    Migration("handing_on/001_handed_messages", _tables),
    Migration("handing_on/002_handed_answers", _answers),
)
