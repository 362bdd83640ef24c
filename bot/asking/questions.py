"""Questions and the answers given in; the ledger of both, with feedback, out.

Owns the tables `questions` and `feedback`. An answer is kept as it was given, word for word, so that a button
under an old message opens what that message said, whatever was indexed since.

Why random ids? They travel in button data, which anybody can forge; one cannot guess one's way through other
people's questions. Why is the chat removed together with the asker? A private chat's id is its person's.
"""

from __future__ import annotations

import json
import secrets
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlite_utils import Database as Connection

from bot.base.database import Database, Migration
from bot.people.people import People, Role
from content.documents import Locator
from index.answering.answer import Answer, Citation, Excerpt, NoAnswer, OfficeReply, Suggestion
from index.evaluating.rehearsal import Asked

Vote = Literal["up", "down"]
HISTORY = 5
"""Questions of a conversation that a follow-up may lean on."""
WHOLE = 100
"""Questions of a conversation that is written down."""

OPEN = """
    done_at IS NULL AND (
        answered = 0 OR told_at IS NOT NULL
        OR EXISTS (SELECT 1 FROM feedback WHERE question = questions.id AND vote = 'down')
    )
"""


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as it was given."""

    id: str
    asked_at: datetime
    answer: Answer | NoAnswer


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question that staff should look at."""

    id: str
    asked_at: datetime
    text: str
    language: str
    answered: bool
    """It had an answer, which somebody found wrong."""
    told: bool
    """The asker asked for staff."""
    best: str
    """Title of the report that was cited first; empty after a refusal."""
    known: bool
    """Whether it is still known where it was asked, so that an answer would reach somebody."""
    times: int = 1
    """How often it was asked in these words."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day of questions."""

    day: str
    asked: int
    answered: int
    chinese: int
    liked: int
    disliked: int


class Questions:
    """The ledger."""

    def __init__(
        self,
        database: Database,
        people: People,
        clock: Callable[[], datetime],
        conversation: timedelta,
        keep_asker: timedelta,
    ) -> None:
        self._database = database
        self._people = people
        self._clock = clock
        self._conversation = conversation
        self._keep_asker = keep_asker
        people.follow(self)

    async def record(
        self,
        chat: int | None,
        asker: int | None,
        message: int | None,
        at: datetime,
        answer: Answer | NoAnswer,
        *,
        delivered: bool = False,
    ) -> str:
        """Keep an answer before it is sent; its id comes back. Without a chat: somebody else knows who asked.

        `delivered`: there is no way on which it could be lost, as on a page that fetches it.
        """
        id_ = secrets.token_urlsafe(9)
        row = {
            "id": id_,
            "chat": chat,
            "asker": asker,
            "message": message,
            "asked_at": at.isoformat(),
            "text": answer.question,
            "language": answer.language,
            "answered": int(isinstance(answer, Answer)),
            "answer": json.dumps(asdict(answer), ensure_ascii=False),
            "generation": answer.generation,
            "delivered": int(delivered),
        }
        await self._database.write(lambda connection: connection.table("questions").insert(row))
        return id_

    async def delivered(self, id_: str) -> None:
        """The answer reached the chat."""
        await self._database.write(
            lambda connection: connection.execute("UPDATE questions SET delivered = 1 WHERE id = ?", (id_,))
        )

    async def answer_to(self, chat: int, message: int, at: datetime) -> tuple[Given, bool] | None:
        """What a message was answered before, and whether that reached the chat; None: nothing yet.

        A message that is tried again asks this. Another bot account counts its messages anew, hence the time.
        """
        sql = "SELECT * FROM questions WHERE chat = ? AND message = ? AND asked_at = ? ORDER BY delivered DESC LIMIT 1"

        def select(connection: Connection) -> tuple[Given, bool] | None:
            for row in connection.query(sql, (chat, message, at.isoformat())):
                return _given(row), bool(row["delivered"])
            return None

        return await self._database.read(select)

    async def find(self, id_: str) -> Given | None:
        """An answer as it was given; None when it is not kept (any more)."""

        def select(connection: Connection) -> Given | None:
            for row in connection.query("SELECT id, asked_at, answer FROM questions WHERE id = ?", (id_,)):
                return _given(row)
            return None

        return await self._database.read(select)

    async def find_all(self, ids: Sequence[str]) -> tuple[Given, ...]:
        """Answers as they were given, in the order of their ids; those that are not kept (any more) are left out."""
        sql = f"SELECT id, asked_at, answer FROM questions WHERE id IN ({', '.join('?' * len(ids))})"  # noqa: S608 - marks alone

        def select(connection: Connection) -> dict[str, Given]:
            return {row["id"]: _given(row) for row in connection.query(sql, list(ids))}

        found = await self._database.read(select)
        return tuple(found[id_] for id_ in ids if id_ in found)

    async def history(self, chat: int, asker: int | None, now: datetime) -> tuple[str, ...]:
        """The questions that a new one may lean on, oldest first.

        They were answered, and are the same person's in the same chat, none longer after the one before than a
        conversation lasts.
        """
        sql = (
            "SELECT text, asked_at, answered FROM questions WHERE chat = ? AND asker IS ? AND asked_at <= ? "
            "ORDER BY asked_at DESC, rowid DESC LIMIT ?"
        )

        def select(connection: Connection) -> tuple[str, ...]:
            found: list[str] = []
            later = now
            for row in connection.query(sql, (chat, asker, now.isoformat(), HISTORY)):
                at = datetime.fromisoformat(row["asked_at"])
                if later - at > self._conversation:
                    break
                if row["answered"]:
                    found.append(row["text"])
                later = at
            return tuple(reversed(found))

        return await self._database.read(select)

    async def last(self, chat: int, asker: int | None, now: datetime) -> str:
        """What somebody asked last in a chat, answered or not; empty where a new conversation would begin."""
        sql = (
            "SELECT text, asked_at FROM questions WHERE chat = ? AND asker IS ? "
            "ORDER BY asked_at DESC, rowid DESC LIMIT 1"
        )

        def select(connection: Connection) -> str:
            for row in connection.query(sql, (chat, asker)):
                if now - datetime.fromisoformat(row["asked_at"]) <= self._conversation:
                    return str(row["text"])
            return ""

        return await self._database.read(select)

    async def last_given(self, chat: int, asker: int) -> tuple[Given, int] | None:
        """The last answer or refusal that somebody got in a chat, and the highest rank that was shown of it by itself.

        None: there is none.
        """
        sql = (
            "SELECT id, asked_at, answer, shown FROM questions WHERE chat = ? AND asker = ? "
            "ORDER BY asked_at DESC, rowid DESC LIMIT 1"
        )

        def select(connection: Connection) -> tuple[Given, int] | None:
            for row in connection.query(sql, (chat, asker)):
                return _given(row), row["shown"]
            return None

        return await self._database.read(select)

    async def conversation_of(self, chat: int, asker: int, now: datetime) -> tuple[Given, ...]:
        """The answers and refusals of a conversation that goes on, or of the last one, oldest first."""
        sql = (
            "SELECT id, asked_at, answer FROM questions WHERE chat = ? AND asker = ? AND asked_at <= ? "
            "ORDER BY asked_at DESC, rowid DESC LIMIT ?"
        )

        def select(connection: Connection) -> tuple[Given, ...]:
            found: list[Given] = []
            for row in connection.query(sql, (chat, asker, now.isoformat(), WHOLE)):
                if found and found[-1].asked_at - datetime.fromisoformat(row["asked_at"]) > self._conversation:
                    break
                found.append(_given(row))
            return tuple(reversed(found))

        return await self._database.read(select)

    async def note_shown(self, id_: str, rank: int) -> None:
        """The excerpt of a rank was shown by itself, so `/more` goes on behind it."""
        sql = "UPDATE questions SET shown = max(shown, ?) WHERE id = ?"
        await self._database.write(lambda connection: connection.execute(sql, (rank, id_)))

    async def citing(self, source: str) -> int:
        """How many answers that are kept cite a report, by its file."""
        wanted = json.dumps({"source": source}, ensure_ascii=False)[1:-1]
        sql = "SELECT count(*) FROM questions WHERE answered = 1 AND instr(answer, ?)"
        return await self._database.read(lambda connection: int(connection.execute(sql, (wanted,)).fetchone()[0]))

    async def recorded(self, limit: int) -> tuple[Asked, ...]:
        """The newest questions with what they may lean on, each once, newest first."""
        return await self._database.read(lambda connection: recorded(connection, limit, self._conversation))

    async def vote(self, id_: str, user: int, vote: Vote) -> bool:
        """Keep what a person thinks of an answer; the last vote counts. False: no such answer."""
        now = self._clock().isoformat()

        def upsert(connection: Connection) -> bool:
            known = connection.execute("SELECT 1 FROM questions WHERE id = ?", (id_,)).fetchone()
            if not known:
                return False
            connection.execute(
                "INSERT INTO feedback (question, user_id, vote, at) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (question, user_id) DO UPDATE SET vote = excluded.vote, at = excluded.at",
                (id_, user, vote, now),
            )
            return True

        return await self._database.write(upsert)

    async def votes(self, id_: str) -> dict[Vote, int]:
        """How many people think what of an answer."""
        sql = "SELECT vote, count(*) AS number FROM feedback WHERE question = ? GROUP BY vote"
        return await self._database.read(
            lambda connection: {row["vote"]: row["number"] for row in connection.query(sql, (id_,))}
        )

    async def tell_staff(self, id_: str) -> bool:
        """Put a question before staff; False when that was done before, or it is not kept."""
        now = self._clock().isoformat()
        sql = "UPDATE questions SET told_at = ?, done_at = NULL WHERE id = ? AND told_at IS NULL"
        return await self._database.write(lambda connection: connection.execute(sql, (now, id_)).rowcount == 1)

    async def unanswered(self, actor: int, *, limit: int = 5, offset: int = 0) -> tuple[tuple[Unanswered, ...], int]:
        """Refused, disliked and handed-on questions, newest first, and how many there are in all.

        Questions in the same words stand together, as one.

        Raises `NotAllowed` unless `actor` is of the staff.
        """
        await self._people.check(actor, Role.STAFF, "unanswered")

        def select(connection: Connection) -> tuple[tuple[Unanswered, ...], int]:
            groups: dict[str, list[tuple[str, bool]]] = {}
            for id_, text, waits in connection.execute(
                f"SELECT id, text, told_at IS NOT NULL AND chat IS NOT NULL FROM questions WHERE {OPEN} "  # noqa: S608 - a constant
                "ORDER BY asked_at DESC, rowid DESC"
            ):
                groups.setdefault(same_words(text), []).append((id_, bool(waits)))
            page: list[Unanswered] = []
            for group in list(groups.values())[offset : offset + limit]:
                # the one that stands for them is one that somebody waits for
                id_ = next((id_ for id_, waits in group if waits), group[0][0])
                row = next(iter(connection.query("SELECT * FROM questions WHERE id = ?", (id_,))))
                page.append(_unanswered(row, len(group)))
            return tuple(page), len(groups)

        return await self._database.read(select)

    async def mark_done(self, actor: int, id_: str) -> tuple[str, ...]:
        """Take a question off the list, with those in the same words. Which of them somebody waits to hear of.

        Raises `NotAllowed` unless `actor` is of the staff.
        """
        await self._people.authorize(actor, Role.STAFF, "mark as done", id_)
        now = self._clock().isoformat()

        def mark(connection: Connection) -> tuple[str, ...]:
            text = connection.execute("SELECT text FROM questions WHERE id = ?", (id_,)).fetchone()
            if text is None:
                return ()
            wanted = same_words(text[0])
            rows = connection.execute(f"SELECT id, text, told_at IS NOT NULL FROM questions WHERE {OPEN}").fetchall()  # noqa: S608 - a constant
            group = [(other, waits) for other, words, waits in rows if other == id_ or same_words(words) == wanted]
            for other, _ in group:
                connection.execute("UPDATE questions SET done_at = ? WHERE id = ?", (now, other))
            return tuple(other for other, waits in group if waits)

        return await self._database.write(mark)

    async def statistics(self, actor: int, *, days: int = 14) -> tuple[Day, ...]:
        """The last days that had questions (UTC), newest first. Raises `NotAllowed` unless an admin asks."""
        await self._people.check(actor, Role.ADMIN, "stats")
        since = (self._clock() - timedelta(days=days)).isoformat()
        sql = """
            SELECT substr(asked_at, 1, 10) AS day, count(*) AS asked, sum(answered) AS answered,
                sum(language LIKE 'zh%') AS chinese,
                sum((SELECT count(*) FROM feedback WHERE question = q.id AND vote = 'up')) AS liked,
                sum((SELECT count(*) FROM feedback WHERE question = q.id AND vote = 'down')) AS disliked
            FROM questions AS q WHERE asked_at > ? GROUP BY day ORDER BY day DESC
        """
        return await self._database.read(
            lambda connection: tuple(Day(**row) for row in connection.query(sql, (since,)))
        )

    async def unlink_old(self) -> int:
        """Take the asker from questions that are older than they are kept for; how many there were."""
        before = (self._clock() - self._keep_asker).isoformat()

        def unlink(connection: Connection) -> int:
            connection.execute("UPDATE feedback SET user_id = NULL WHERE user_id IS NOT NULL AND at < ?", (before,))
            sql = (
                "UPDATE questions SET asker = NULL, chat = NULL, message = NULL "
                "WHERE asked_at < ? AND (asker IS NOT NULL OR chat IS NOT NULL)"
            )
            return connection.execute(sql, (before,)).rowcount

        return await self._database.write(unlink)

    # As a follower of `People`

    def moved(self, connection: Connection, old: int, new: int) -> None:
        """A group has a new id."""
        connection.execute("UPDATE questions SET chat = ? WHERE chat = ?", (new, old))

    def forgotten(self, connection: Connection, user: int) -> None:
        """Remove a person's questions with their answers, and their feedback on others'."""
        connection.execute("DELETE FROM questions WHERE asker = ?", (user,))
        connection.execute("DELETE FROM feedback WHERE user_id = ?", (user,))

    def exported(self, connection: Connection, user: int) -> dict[str, object]:
        """What these tables hold on a person."""
        asked = (
            "SELECT asked_at, chat, text, language, answered, told_at, answer FROM questions "
            "WHERE asker = ? ORDER BY asked_at"
        )
        votes = "SELECT question, vote, at FROM feedback WHERE user_id = ? ORDER BY at"
        return {
            "questions": [row | {"answer": json.loads(row["answer"])} for row in connection.query(asked, (user,))],
            "feedback": list(connection.query(votes, (user,))),
        }


def recorded(connection: Connection, limit: int, conversation: timedelta) -> tuple[Asked, ...]:
    """The same for callers that have a connection alone."""
    sql = (
        "SELECT chat, asker, text, asked_at, answered FROM "
        "(SELECT rowid, * FROM questions ORDER BY asked_at DESC, rowid DESC LIMIT ?) ORDER BY asked_at, rowid"
    )
    found: list[Asked] = []
    last: dict[tuple[int, int | None], tuple[datetime, tuple[str, ...]]] = {}
    for row in connection.query(sql, (limit,)):
        at, who = datetime.fromisoformat(row["asked_at"]), (row["chat"], row["asker"])
        before, earlier = last.get(who, (at, ()))
        # nobody knows any more whose questions those without a chat are, so they lean on nothing
        history = earlier if row["chat"] is not None and at - before <= conversation else ()
        found.append(Asked(row["text"], history))
        last[who] = at, (*history, row["text"])[-HISTORY:] if row["answered"] else history
    return tuple(dict.fromkeys(reversed(found)))


def same_words(text: str) -> str:
    """What two questions share that differ in case, spaces and punctuation alone."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in plain if char.isalnum()) or plain


def _unanswered(row: dict[str, Any], times: int) -> Unanswered:
    answer = _answer(row["answer"])
    return Unanswered(
        id=row["id"],
        asked_at=datetime.fromisoformat(row["asked_at"]),
        text=row["text"],
        language=row["language"],
        answered=bool(row["answered"]),
        told=row["told_at"] is not None,
        best=_best(answer),
        known=row["chat"] is not None,
        times=times,
    )


def _best(answer: Answer | NoAnswer) -> str:
    """What answered it first: the title of a report, or the name of an answer of the office's."""
    if isinstance(answer, NoAnswer):
        return ""
    return answer.office.name if answer.office else answer.excerpts[0].citation.title


def _given(row: dict[str, Any]) -> Given:
    return Given(row["id"], datetime.fromisoformat(row["asked_at"]), _answer(row["answer"]))


def _answer(text: str) -> Answer | NoAnswer:
    data: dict[str, Any] = json.loads(text)
    data["looked_for"] = tuple(data["looked_for"])
    if "excerpts" in data:
        data["excerpts"] = tuple(map(_excerpt, data["excerpts"]))
        data["unanswered"], data["unmet"] = tuple(data.get("unanswered", ())), tuple(data.get("unmet", ()))
        if data.get("office"):
            data["office"] = OfficeReply(**data["office"])
        return Answer(**data)
    data["missing"], data["apart"] = tuple(data["missing"]), tuple(data.get("apart", ()))
    data["languages"] = tuple(data.get("languages", ()))
    data["suggestions"] = tuple(Suggestion(**one) for one in data["suggestions"])
    return NoAnswer(**data)


def _excerpt(data: dict[str, Any]) -> Excerpt:
    return Excerpt(
        rank=data["rank"],
        score=data["score"],
        text=data["text"],
        sentence=(data["sentence"][0], data["sentence"][1]),
        matches=tuple((start, end) for start, end in data["matches"]),
        passage=data["passage"],
        citation=_citation(data["citation"]),
        asked=data.get("asked", ""),
        language=data.get("language", ""),
        also=tuple(map(_citation, data.get("also", ()))),
    )


def _citation(data: dict[str, Any]) -> Citation:
    place = data["locator"]
    return Citation(**data | {"locator": Locator(tuple(place["section"]), place["page"], place["paragraph"])})


def _tables(connection: Connection) -> None:
    connection.execute(
        """CREATE TABLE questions (
            id TEXT PRIMARY KEY,
            chat INTEGER,
            asker INTEGER,
            message INTEGER,
            asked_at TEXT NOT NULL,
            text TEXT NOT NULL,
            language TEXT NOT NULL,
            answered INTEGER NOT NULL,
            answer TEXT NOT NULL,
            generation TEXT NOT NULL,
            delivered INTEGER NOT NULL,
            told_at TEXT,
            done_at TEXT
        )"""
    )
    connection.execute("CREATE INDEX questions_chat ON questions (chat, asked_at)")
    connection.execute("CREATE INDEX questions_asker ON questions (asker)")
    connection.execute("CREATE INDEX questions_asked_at ON questions (asked_at)")
    connection.execute(
        """CREATE TABLE feedback (
            question TEXT NOT NULL REFERENCES questions (id) ON DELETE CASCADE,
            user_id INTEGER,
            vote TEXT NOT NULL CHECK (vote IN ('up', 'down')),
            at TEXT NOT NULL,
            UNIQUE (question, user_id)
        )"""
    )


def _shown(connection: Connection) -> None:
    """How far `/more` came."""
    connection.execute("ALTER TABLE questions ADD COLUMN shown INTEGER NOT NULL DEFAULT 0")


MIGRATIONS = (
    Migration("questions/001_questions_feedback", _tables),
    Migration("questions/002_shown", _shown),
)
