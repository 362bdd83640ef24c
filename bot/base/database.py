"""A path in, one `Database` over `bot.sqlite` out: reads, writes in order, and the migrations of every table.

Functions that use the database are passed to `read` or `write`. Nothing else has a connection.

Why one writer thread? SQLite has one writer at a time, and a second one gets "database is locked". All writes of a
process go through one thread, in order. So only another process can make us wait, and `BEGIN IMMEDIATE` with a busy
time-out waits for it. (sqlite-utils' `atomic()` is a deferred BEGIN: a read followed by a write fails at once instead
of waiting.)

Why synchronous=FULL? NORMAL may lose the last transactions when the machine loses power. If "sent" were lost, an
announcement would go out twice. Our writes are few and small.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from sqlite_utils import Database as Connection

T = TypeVar("T")
BUSY_SECONDS = 20.0


class DatabaseFault(Exception):
    """The database cannot be used: which file, what happened, what to do."""

    exit_code = 3

    def __init__(self, subject: str, what: str, remedy: str) -> None:
        super().__init__(f"{subject}: {what}: {remedy}")
        self.subject, self.what, self.remedy = subject, what, remedy


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of a module's tables; its name never changes once released."""

    name: str
    """Such as `people/001_chats`: module, number, what it does."""
    apply: Callable[[Connection], None]


class Database:
    """`bot.sqlite`, opened and brought up to date. Safe to share between threads and tasks.

    Raises `DatabaseFault` when the file is no database, is damaged, cannot be written, or comes from a newer
    program.
    """

    def __init__(
        self,
        path: Path,
        steps: Iterable[Migration],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.path = path
        self._clock = clock
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="database-write")
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="database-read")
        self._writing: Connection | None = None
        self._reading: Connection | None = None
        try:
            self._writer.submit(self._open, tuple(steps)).result()
        except BaseException:
            self.close()
            raise

    async def write(self, function: Callable[[Connection], T]) -> T:
        """Run `function(connection)` in its own transaction, after all earlier writes.

        The transaction is rolled back when the function raises. Cancelling the caller does not stop the write, even
        while it still waits: the event that it records (an answer was sent) has already happened.
        """
        return await asyncio.shield(asyncio.wrap_future(self._writer.submit(self._write, function)))

    async def read(self, function: Callable[[Connection], T]) -> T:
        """Run `function(connection)` on a connection that cannot write."""
        return await asyncio.wrap_future(self._reader.submit(self._read, function))

    def write_now(self, function: Callable[[Connection], T]) -> T:
        """`write` for callers without an event loop."""
        return self._writer.submit(self._write, function).result()

    def read_now(self, function: Callable[[Connection], T]) -> T:
        """`read` for callers without an event loop."""
        return self._reader.submit(self._read, function).result()

    def close(self) -> None:
        """Finish the waiting reads and writes, then close both connections."""
        for executor, name in ((self._writer, "_writing"), (self._reader, "_reading")):
            with contextlib.suppress(RuntimeError):  # closed before
                executor.submit(self._close, name).result()
            executor.shutdown()

    def _open(self, steps: tuple[Migration, ...]) -> None:
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not self.path.exists():
                self.path.touch(mode=0o600)  # other users of this machine must not read people's questions
            self._writing = self._connect()
            self._writing.conn.execute("PRAGMA journal_mode = WAL")
            self._writing.conn.execute("PRAGMA synchronous = FULL")
            # Rows that /forget deletes are overwritten, not only marked as free.
            self._writing.conn.execute("PRAGMA secure_delete = ON")
            self._migrate(self._writing, steps)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                remedy = "check that the folder exists, is yours and has room"
            else:
                remedy = "go back to a backup with citedesk restore FILE, or move it away to start afresh"
            raise DatabaseFault(str(self.path), str(error), remedy) from error
        except OSError as error:
            raise DatabaseFault(
                str(self.path), error.strerror or str(error), "check data.path and its permissions"
            ) from error

    def _connect(self) -> Connection:
        # Autocommit in the driver: only `_write` begins and commits.
        connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None)
        connection.execute("PRAGMA foreign_keys = ON")
        return Connection(connection)

    def _migrate(self, connection: Connection, steps: tuple[Migration, ...]) -> None:
        connection.conn.execute("BEGIN IMMEDIATE")
        try:
            connection.conn.execute(
                "CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, applied_at TEXT NOT NULL)"
            )
            applied = {name for (name,) in connection.conn.execute("SELECT name FROM migrations")}
            unknown = sorted(applied - {step.name for step in steps})
            if unknown:
                raise DatabaseFault(
                    str(self.path),
                    f"was written by a newer citedesk (it knows {unknown[0]})",
                    "update citedesk, or go back to a backup that this version made with citedesk restore FILE",
                )
            for step in steps:
                if step.name not in applied:
                    step.apply(connection)
                    connection.conn.execute(
                        "INSERT INTO migrations VALUES (?, ?)", (step.name, self._clock().isoformat())
                    )
            connection.conn.execute("COMMIT")
        except BaseException:
            if connection.conn.in_transaction:
                connection.conn.execute("ROLLBACK")
            raise

    def _write(self, function: Callable[[Connection], T]) -> T:
        assert self._writing is not None
        connection = self._writing.conn
        connection.execute("BEGIN IMMEDIATE")
        try:
            result = function(self._writing)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        return result

    def _read(self, function: Callable[[Connection], T]) -> T:
        if self._reading is None:
            self._reading = self._connect()
            self._reading.conn.execute("PRAGMA query_only = ON")
        return function(self._reading)

    def _close(self, name: str) -> None:
        connection: Connection | None = getattr(self, name)
        if connection is not None:
            connection.close()
            setattr(self, name, None)
