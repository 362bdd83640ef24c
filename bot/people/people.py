"""User and chat ids in; roles, languages, reachability and the audit of what staff and admins did out.

Owns the tables `chats`, `roles` and `audit`. Names are not stored: Telegram shows them, we need none.

Why is an action authorised here and not in the handlers? A button, a command and a command line may all lead
to the same action. `authorize` stands at the head of the action itself, and writes down who did what, also
when it was refused.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Protocol

from sqlite_utils import Database as Connection

from bot.base.database import Database, Migration

AUDIT_DETAIL = 300
"""Characters of detail that an audit entry keeps."""
TELEGRAM = "telegram"
"""The channel of those who write to the bot there."""
CONSOLE = 0
"""The actor where somebody at this machine's command line acts: they hold the data itself. No user has this id."""


class Role(IntEnum):
    """What a person may do; each role may do what those below it may."""

    PARTNER = 0
    STAFF = 1
    ADMIN = 2

    @property
    def word(self) -> str:
        return self.name.lower()


class Absence(StrEnum):
    """Why a chat cannot be written to."""

    BLOCKED = "blocked"
    """The person blocked the bot."""
    DELETED = "deleted"
    """The person's account is deleted."""
    GONE = "gone"
    """The bot was taken out of the group or channel, or there is no such chat any more."""
    MUTED = "muted"
    """The group lets the bot read, and not write."""


class NotAllowed(Exception):
    """The person's role does not permit the action."""

    def __init__(self, action: str, needed: Role) -> None:
        super().__init__(f"{action}: needs the role {needed.word}: ask an admin to grant it")
        self.action, self.needed = action, needed


class NotChangeable(Exception):
    """The role stands in the configuration, so it cannot be changed in chat."""


@dataclass(frozen=True, slots=True)
class KnownChat:
    """A private chat (its id is the person's) or a group."""

    id: int
    kind: str
    language: str
    """As chosen with /language; empty: not chosen."""
    reachable: bool


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One action of a staff member or an admin, or the attempt at one."""

    at: datetime
    actor: int
    action: str
    detail: str
    allowed: bool


class Follower(Protocol):
    """A module whose own tables hold chats or people; it is asked within the transactions of `People`."""

    def moved(self, connection: Connection, old: int, new: int) -> None:
        """A chat has a new id."""

    def forgotten(self, connection: Connection, user: int) -> None:
        """A person asked to be forgotten."""

    def exported(self, connection: Connection, user: int) -> dict[str, object]:
        """What is held on a person, by the names it goes into their file under."""
        ...


class People:
    """Chats, roles and the audit."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime], admins: Iterable[int], staff: Iterable[int]
    ) -> None:
        self._database = database
        self._clock = clock
        self._configured = dict.fromkeys(staff, Role.STAFF) | dict.fromkeys(admins, Role.ADMIN)
        self._configured[CONSOLE] = Role.ADMIN
        self._followers: list[Follower] = []

    def follow(self, follower: Follower) -> None:
        """Ask this module too when a chat moves or a person asks for their data or to be forgotten."""
        self._followers.append(follower)

    # Roles

    async def role(self, user: int) -> Role:
        """The higher of the role in the configuration and the one granted in chat."""
        configured = self._configured.get(user, Role.PARTNER)
        return max(configured, await self._database.read(lambda connection: _granted(connection, user)))

    async def authorize(self, actor: int, needed: Role, action: str, detail: str = "") -> None:
        """Allow an action and write it to the audit. Raises `NotAllowed`, which is written too."""
        allowed = await self.role(actor) >= needed
        entry = AuditEntry(self._clock(), actor, action, detail, allowed)
        await self._database.write(lambda connection: record(connection, entry))
        if not allowed:
            raise NotAllowed(action, needed)

    async def check(self, actor: int, needed: Role, action: str) -> None:
        """Allow a look at something; only refusals are written. Raises `NotAllowed`."""
        if await self.role(actor) < needed:
            await self.authorize(actor, needed, action)

    async def grant(self, actor: int, user: int, role: Role) -> None:
        """Give `user` a role; PARTNER takes what was granted away.

        Raises `NotAllowed`, and `NotChangeable` when the configuration gives the person a higher role.
        """
        await self.authorize(actor, Role.ADMIN, "grant", f"{user} {role.word}")
        if self._configured.get(user, Role.PARTNER) > role:
            raise NotChangeable(f"role of {user}: stands in the configuration: change roles there")
        now = self._clock().isoformat()

        def grant(connection: Connection) -> None:
            if role is Role.PARTNER:
                connection.execute("DELETE FROM roles WHERE user_id = ?", (user,))
                return
            connection.execute(
                "INSERT INTO roles (user_id, role, granted_by, granted_at) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (user_id) DO UPDATE SET role = excluded.role, granted_by = excluded.granted_by, "
                "granted_at = excluded.granted_at",
                (user, role.word, actor, now),
            )

        await self._database.write(grant)

    async def with_role(self, least: Role) -> dict[int, Role]:
        """Everybody with at least this role (above partner)."""

        def granted(connection: Connection) -> dict[int, Role]:
            rows = connection.query("SELECT user_id, role FROM roles")
            return {row["user_id"]: Role[row["role"].upper()] for row in rows}

        found = await self._database.read(granted)
        for user, role in self._configured.items():
            if user != CONSOLE:
                found[user] = max(role, found.get(user, role))
        return {user: role for user, role in sorted(found.items()) if role >= least}

    async def audit(self, actor: int, *, limit: int = 10, offset: int = 0) -> tuple[AuditEntry, ...]:
        """What was done, newest first. Raises `NotAllowed` unless `actor` is an admin."""
        await self.check(actor, Role.ADMIN, "audit")

        def select(connection: Connection) -> tuple[AuditEntry, ...]:
            sql = "SELECT * FROM audit ORDER BY id DESC LIMIT ? OFFSET ?"
            return tuple(_entry(row) for row in connection.query(sql, (limit, offset)))

        return await self._database.read(select)

    # Chats

    async def seen(self, chat: int, kind: str) -> bool:
        """A chat spoke to us: it exists and can be reached. Whether that is news."""
        now = self._clock().isoformat()

        def known(connection: Connection) -> bool:
            rows = connection.execute("SELECT reachable FROM chats WHERE id = ?", (chat,)).fetchall()
            # that a group speaks does not let the bot speak in it
            return bool(rows) and (rows[0][0] == 1 or absence_of(connection, chat) is Absence.MUTED)

        if await self._database.read(known):
            return False

        def upsert(connection: Connection) -> None:
            connection.execute(
                "INSERT INTO chats (id, kind, language, reachable, first_seen) VALUES (?, ?, '', 1, ?) "
                "ON CONFLICT (id) DO UPDATE SET reachable = 1",
                (chat, kind, now),
            )
            _note_absence(connection, chat, None)

        await self._database.write(upsert)
        return True

    async def chat(self, chat: int) -> KnownChat | None:
        """What is known of a chat; None: nothing."""

        def select(connection: Connection) -> KnownChat | None:
            for row in connection.query("SELECT * FROM chats WHERE id = ?", (chat,)):
                return KnownChat(row["id"], row["kind"], row["language"], bool(row["reachable"]))
            return None

        return await self._database.read(select)

    async def count_reachable(self) -> int:
        """Chats that can be written to."""
        sql = "SELECT count(*) FROM chats WHERE reachable = 1"
        return await self._database.read(lambda connection: int(connection.execute(sql).fetchone()[0]))

    async def language(self, chat: int) -> str:
        """The language chosen for a chat; empty: none."""
        known_chat = await self.chat(chat)
        return known_chat.language if known_chat else ""

    async def choose_language(self, chat: int, kind: str, language: str) -> None:
        """Keep the language that was chosen for a chat."""
        await self.seen(chat, kind)
        await self._database.write(
            lambda connection: connection.execute("UPDATE chats SET language = ? WHERE id = ?", (language, chat))
        )

    async def mark_unreachable(self, chat: int, absence: Absence = Absence.BLOCKED) -> None:
        """Telegram refuses our messages there."""

        def mark(connection: Connection) -> None:
            connection.execute("UPDATE chats SET reachable = 0 WHERE id = ?", (chat,))
            _note_absence(connection, chat, absence)

        await self._database.write(mark)

    async def mark_heard(self, chat: int) -> None:
        """A group that had muted the bot lets it write again."""
        known = await self.chat(chat)
        if known is None or known.reachable:
            return

        def mark(connection: Connection) -> None:
            connection.execute("UPDATE chats SET reachable = 1 WHERE id = ?", (chat,))
            _note_absence(connection, chat, None)

        await self._database.write(mark)

    async def move_chat(self, old: int, new: int) -> None:
        """A group became a supergroup and has a new id, here and for those who follow. Twice changes nothing."""

        def move(connection: Connection) -> None:
            for follower in self._followers:
                follower.moved(connection, old, new)
            try:
                connection.execute("UPDATE chats SET id = ? WHERE id = ?", (new, old))
            except sqlite3.IntegrityError:  # the new one is known already
                connection.execute("DELETE FROM chats WHERE id = ?", (old,))
            _note_absence(connection, old, None)

        await self._database.write(move)

    # Privacy

    async def export(self, user: int) -> dict[str, object]:
        """What is stored about a person, here and by those who follow, as it goes into their file."""

        def select(connection: Connection) -> dict[str, object]:
            def rows(sql: str) -> list[dict[str, object]]:
                return list(connection.query(sql, (user,)))

            stored: dict[str, object] = {
                "chat": rows("SELECT * FROM chats WHERE id = ?"),
                "role": rows("SELECT role, granted_at FROM roles WHERE user_id = ?"),
                "actions": rows("SELECT at, action, detail, allowed FROM audit WHERE actor = ? ORDER BY id"),
            }
            for follower in self._followers:
                stored |= follower.exported(connection, user)
            return stored

        return await self._database.read(select)

    async def forget(self, user: int) -> None:
        """Remove a person's chat and granted role, and what those who follow hold on them, in one step.

        The audit stays: it protects everybody else.
        """

        def forget(connection: Connection) -> None:
            connection.execute("DELETE FROM chats WHERE id = ?", (user,))
            connection.execute("DELETE FROM roles WHERE user_id = ?", (user,))
            _note_absence(connection, user, None)
            for follower in self._followers:
                follower.forgotten(connection, user)

        await self._database.write(forget)


def record(connection: Connection, entry: AuditEntry) -> None:
    """Write a line of the audit, within a transaction."""
    connection.execute(
        "INSERT INTO audit (at, actor, action, detail, allowed) VALUES (?, ?, ?, ?, ?)",
        (entry.at.isoformat(), entry.actor, entry.action, entry.detail[:AUDIT_DETAIL], int(entry.allowed)),
    )


def absence_of(connection: Connection, chat: int) -> Absence | None:
    """Why a chat cannot be written to, as far as Telegram said so; within a transaction."""
    sql = "SELECT absence FROM absences WHERE channel = ? AND chat = ?"
    row = connection.execute(sql, (TELEGRAM, chat)).fetchone()
    return Absence(row[0]) if row else None


def _note_absence(connection: Connection, chat: int, absence: Absence | None) -> None:
    connection.execute("DELETE FROM absences WHERE channel = ? AND chat = ?", (TELEGRAM, chat))
    if absence is not None:
        sql = "INSERT INTO absences (channel, chat, absence) VALUES (?, ?, ?)"
        connection.execute(sql, (TELEGRAM, chat, absence))


def _granted(connection: Connection, user: int) -> Role:
    for row in connection.query("SELECT role FROM roles WHERE user_id = ?", (user,)):
        return Role[row["role"].upper()]
    return Role.PARTNER


def _entry(row: dict[str, object]) -> AuditEntry:
    return AuditEntry(
        at=datetime.fromisoformat(str(row["at"])),
        actor=int(str(row["actor"])),
        action=str(row["action"]),
        detail=str(row["detail"]),
        allowed=bool(row["allowed"]),
    )


def _tables(connection: Connection) -> None:
    connection.execute(
        """CREATE TABLE chats (
            id INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            language TEXT NOT NULL,
            reachable INTEGER NOT NULL,
            first_seen TEXT NOT NULL
        )"""
    )
    connection.execute(
        """CREATE TABLE roles (
            user_id INTEGER PRIMARY KEY,
            role TEXT NOT NULL CHECK (role IN ('staff', 'admin')),
            granted_by INTEGER NOT NULL,
            granted_at TEXT NOT NULL
        )"""
    )
    connection.execute(
        """CREATE TABLE audit (
            id INTEGER PRIMARY KEY,
            at TEXT NOT NULL,
            actor INTEGER NOT NULL,
            action TEXT NOT NULL,
            detail TEXT NOT NULL,
            allowed INTEGER NOT NULL
        )"""
    )


def _absences(connection: Connection) -> None:
    """Why a chat cannot be reached; of those from before it is not known."""
    connection.execute(
        """CREATE TABLE absences (
            channel TEXT NOT NULL,
            chat INTEGER NOT NULL,
            absence TEXT NOT NULL,
            PRIMARY KEY (channel, chat)
        ) WITHOUT ROWID"""
    )


MIGRATIONS = (
    Migration("people/001_chats_roles_audit", _tables),
    Migration("people/002_absences", _absences),
)
