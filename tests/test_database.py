"""One writer, migrations that run once, and a database that says what is wrong with it."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlite_utils import Database as Connection

from bot.base.database import Database, DatabaseFault, Migration
from bot.base.run_lock import AlreadyRunning, RunLock
from bot.schema import migrations, open_database

COUNTERS = Migration("test/001_counters", lambda connection: connection.execute("CREATE TABLE counters (n INTEGER)"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "bot.sqlite"


async def test_what_is_written_is_read(file: Path) -> None:
    database = Database(file, [COUNTERS])
    await database.write(lambda connection: connection.execute("INSERT INTO counters VALUES (7)"))
    rows = await database.read(lambda connection: list(connection.query("SELECT n FROM counters")))
    assert rows == [{"n": 7}]
    database.close()


async def test_writes_happen_in_the_order_asked_for_and_in_one_thread(file: Path) -> None:
    database = Database(file, [COUNTERS])
    threads: set[int] = set()

    def insert(n: int, connection: Connection) -> None:
        threads.add(threading.get_ident())
        connection.execute("INSERT INTO counters VALUES (?)", (n,))

    writes = [database.write(lambda connection, n=n: insert(n, connection)) for n in range(50)]
    await asyncio.gather(*writes)
    rows = await database.read(lambda connection: list(connection.query("SELECT n FROM counters")))
    assert [row["n"] for row in rows] == list(range(50))
    assert len(threads) == 1
    database.close()


async def test_write_that_raises_leaves_nothing_behind(file: Path) -> None:
    database = Database(file, [COUNTERS])

    def half(connection: Connection) -> None:
        connection.table("counters").insert({"n": 1})
        raise ValueError("in the middle")

    with pytest.raises(ValueError, match="in the middle"):
        await database.write(half)
    assert await database.read(lambda connection: connection.table("counters").count) == 0
    database.close()


async def test_write_whose_caller_is_cancelled_while_it_waits_its_turn_is_done(file: Path) -> None:
    """A bot that stops cancels what is under way; an answer that was sent must not be forgotten and sent again."""
    database = Database(file, [COUNTERS])
    go_on = threading.Event()
    first = asyncio.ensure_future(database.write(lambda _: go_on.wait(10)))
    second = asyncio.ensure_future(
        database.write(lambda connection: connection.execute("INSERT INTO counters VALUES (1)"))
    )
    await asyncio.sleep(0)
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    go_on.set()
    await first
    await database.write(lambda _: None)  # it comes after those that wait, and a read would not
    rows = await database.read(lambda connection: list(connection.query("SELECT n FROM counters")))
    database.close()
    assert rows == [{"n": 1}]


async def test_reader_cannot_write(file: Path) -> None:
    database = Database(file, [COUNTERS])
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        await database.read(lambda connection: connection.execute("INSERT INTO counters VALUES (1)"))
    database.close()


async def test_write_waits_for_another_process_that_writes(file: Path) -> None:
    """sqlite-utils' deferred transactions fail here at once; see the module's docstring."""
    database = Database(file, [COUNTERS])
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    other.execute("INSERT INTO counters VALUES (1)")

    def read_then_write(connection: Connection) -> None:
        n = connection.execute("SELECT max(n) FROM counters").fetchone()[0]
        connection.execute("INSERT INTO counters VALUES (?)", (n + 1,))

    waiting = asyncio.ensure_future(database.write(read_then_write))
    await asyncio.sleep(0)
    other.execute("COMMIT")
    await waiting
    assert other.execute("SELECT n FROM counters ORDER BY n").fetchall() == [(1,), (2,)]
    other.close()
    database.close()


def test_migrations_run_once_and_later_ones_are_added(file: Path) -> None:
    Database(file, [COUNTERS]).close()
    more = Migration("test/002_names", lambda connection: connection.execute("CREATE TABLE names (name TEXT)"))
    for _ in range(2):
        database = Database(file, [COUNTERS, more])
        names = database.read_now(lambda connection: connection.table_names())
        assert sorted(names) == ["counters", "migrations", "names"]
        database.close()


def test_migration_that_fails_leaves_the_database_as_it_was(file: Path) -> None:
    def fail(connection: Connection) -> None:
        connection.execute("CREATE TABLE half (n INTEGER)")
        connection.execute("CREATE TABLE half (n INTEGER)")

    with pytest.raises(DatabaseFault):
        Database(file, [COUNTERS, Migration("test/002_fails", fail)])
    database = Database(file, [COUNTERS])
    assert "half" not in database.read_now(lambda connection: connection.table_names())
    database.close()


def test_database_of_a_newer_program_is_refused(file: Path) -> None:
    Database(file, [COUNTERS, Migration("test/009_future", lambda connection: None)]).close()
    with pytest.raises(DatabaseFault, match=r"newer citedesk \(it knows test/009_future\): update citedesk"):
        Database(file, [COUNTERS])


def test_file_that_is_no_database_is_named_with_the_remedy(file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(b"this is not a database, but long enough to be taken for one" * 20)
    with pytest.raises(DatabaseFault, match=r"bot\.sqlite: file is not a database: .* with citedesk restore FILE"):
        open_database(file)


def test_every_migration_has_a_name_of_its_own(file: Path) -> None:
    names = [step.name for step in migrations()]
    assert len(names) == len(set(names))
    open_database(file).close()


def test_database_survives_losing_power_and_many_readers(file: Path) -> None:
    database = Database(file, [COUNTERS])
    assert database.write_now(lambda connection: connection.execute("SELECT 1").fetchone()) == (1,)
    settings = [
        database._writer.submit(
            lambda name=name: database._writing.conn.execute(f"PRAGMA {name}").fetchone()[0]
        ).result()
        for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
    ]
    assert settings == ["wal", 2, 1, 1]
    assert file.stat().st_mode & 0o077 == 0
    database.close()


def test_second_run_on_a_data_folder_is_refused_and_names_the_first(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys; from pathlib import Path; from bot.base.run_lock import RunLock\n"
            "lock = RunLock(Path(sys.argv[1])); lock.acquire(); print('held', flush=True); sys.stdin.read()",
            str(tmp_path),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(AlreadyRunning) as refused:
        RunLock(tmp_path).acquire()
    assert str(refused.value) == (
        f"citedesk run: another process (pid {holder.pid}) is running on {tmp_path}: "
        "stop it or choose another data.path"
    )
    holder.kill()
    holder.communicate()
    with RunLock(tmp_path):  # a killed process holds nothing
        assert (tmp_path / "run.lock").read_text().strip().isdecimal()
