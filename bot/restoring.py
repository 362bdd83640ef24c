"""A backup and a data folder in, the data as it was then out; what was there before stays beside it.

Everything is made ready in a folder beside the database: unpacked, compared, brought up to date, made safe
(`_make_safe`). Then one rename swaps it. A kill before it leaves the old data, a kill after it the new.

Why is the database brought up to date before the swap, and not at the next start? A migration that fails then would
leave a bot that does not start; here it leaves the data that is in use.

Why a second name for the old database, and not a rename? Between two renames there would be none, and a bot that was
started then would begin an empty one.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from sqlite_utils import Database as Connection

from bot.announcing import announcement_rows
from bot.announcing.announcement import State
from bot.announcing.scheduler import pause_restored
from bot.base.backup import (
    ATTACHMENTS,
    DATABASE,
    WRONG_USE,
    BackupFault,
    BackupManifest,
    copy_database,
    empty,
    is_database,
    look_at,
    no_backup,
    reading,
    strip_programs,
    unpack,
)
from bot.base.database import DatabaseFault
from bot.base.run_lock import AlreadyRunning, RunLock
from bot.people.people import CONSOLE, AuditEntry, record
from bot.schema import migrations, open_database
from bot.telegram import inbox
from content import answers, glossary
from content.answers import NAME as ANSWERS
from content.glossary import NAME as GLOSSARY
from content.glossary import write
from index.store.durable import sync

READY = "restoring"
"""The folder in which everything is made ready."""
LOGS = ("-wal", "-journal", "-shm")
DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR)
BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


@dataclass(frozen=True, slots=True)
class Ready:
    """A backup that only waits for the swap."""

    manifest: BackupManifest
    paused: tuple[tuple[int, str], ...]
    """Announcements that a person decides about, by number and title."""
    folder: Path


@dataclass(frozen=True, slots=True)
class Restored:
    """What became of it."""

    kept: Path | None
    """The database that was there before; None: there was none."""
    glossary: bool | None
    """Whether the glossary of the backup was taken; None: there is none in it, or the same one is in place."""
    answers: bool | None
    """The same of the office's answers."""


@contextmanager
def ready(file: Path, data: Path, clock: Callable[[], datetime]) -> Iterator[Ready]:
    """Hold the data folder and make a backup ready in it; `swap` puts it in place, leaving does nothing.

    Raises `BackupFault`: a bot runs, or the file is no backup, damaged, or of a newer program.
    """
    if data.is_dir() and file.resolve() == (data / DATABASE).resolve():
        raise BackupFault(file, "is the database in use", "name a file that citedesk backup wrote", WRONG_USE)
    folder = data / READY
    with _held(data):
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
            empty(folder)
            _forget_second_names(data)
            ready = _prepare(file, _fetch(file, folder), data, clock())
            _give_to_owner(data)
            yield ready
        except OSError as error:
            what, remedy = error.strerror or str(error), "check the path, its permissions and the room on its disk"
            raise BackupFault(error.filename or data, f"stopped before it was done ({what})", remedy) from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _held(data: Path) -> Iterator[None]:
    """As if we were the bot: none can be started meanwhile."""
    lock = RunLock(data)
    try:
        lock.acquire()
    except AlreadyRunning as error:
        what = f"a bot is running on it (pid {error.pid or 'unknown'})"
        remedy = "stop it (sudo systemctl stop citedesk where it is a service), then restore again"
        raise BackupFault(data, what, remedy) from None
    try:
        yield
    finally:
        lock.release()


def _forget_second_names(data: Path) -> None:
    """A restore that was killed just before its swap left a second name of the database that is still in use."""
    database = data / DATABASE
    for path in data.glob(f"{DATABASE}.before-*"):
        if database.exists() and path.samefile(database):
            path.unlink()


def _fetch(file: Path, folder: Path) -> BackupManifest:
    """Unpack a backup, or copy a plain SQLite file, such as one that an earlier restore kept."""
    if not is_database(file):
        return unpack(file, folder)
    copy_database(file, folder / DATABASE)
    written_at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    return BackupManifest("", written_at, "", (), {}, {})


def _prepare(file: Path, manifest: BackupManifest, data: Path, now: datetime) -> Ready:
    """Check the database that was unpacked, bring it up to date, make it safe."""
    copy = data / READY / DATABASE
    strip_programs(copy, file)
    schema, counts = look_at(copy, file)
    known_steps = {step.name for step in migrations()}
    if not known_steps & set(schema):
        raise no_backup(file)
    if set(schema) - known_steps:
        newest = sorted(set(schema) - known_steps)[0]
        what = f"was written by a newer citedesk ({manifest.program or 'it'} knows {newest})"
        raise BackupFault(file, what, "update citedesk, or name a backup that this version made")
    used_numbers = _numbers_in_use(data / DATABASE)
    try:
        database = open_database(copy, lambda: now)
        try:
            paused = database.write_now(lambda connection: _make_safe(connection, manifest, used_numbers, data, now))
        finally:
            database.close()
    except (DatabaseFault, sqlite3.Error) as error:
        what = f"cannot be brought up to date ({error})"
        raise BackupFault(file, what, "check the room on the disk; if there is enough, report it") from error
    sync(copy)
    return Ready(replace(manifest, schema=schema, counts=counts), paused, copy.parent)


def _give_to_owner(data: Path) -> None:
    """What root restores is for the user that the bot runs as, who owns the folder."""
    if os.geteuid() == 0:
        owner = data.stat()
        for path in (data / "run.lock", *(data / READY).rglob("*")):
            os.chown(path, owner.st_uid, owner.st_gid)


def _numbers_in_use(database: Path) -> dict[str, int] | None:
    """The numbers that the database in place gave away; None where it cannot be read any more."""
    if not database.exists():
        return None
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            return announcement_rows.numbers(Connection(connection))
    except sqlite3.Error:
        return None


def _make_safe(
    connection: Connection, manifest: BackupManifest, used_numbers: dict[str, int] | None, data: Path, now: datetime
) -> tuple[tuple[int, str], ...]:
    """What a ledger of yesterday must not do today: send, answer again, or give a number away twice."""
    when = f"{manifest.made.astimezone(UTC):%Y-%m-%d %H:%M} UTC"

    def note(action: str, detail: str) -> None:
        record(connection, AuditEntry(now, CONSOLE, action, detail, allowed=True))

    note("restore", f"from a backup of {when}")
    paused = pause_restored(connection)
    for announcement in paused:
        done = "back to draft" if announcement.state is State.IN_REVIEW else "pause"
        note(f"announcement: {done}", f"{announcement.id} {announcement.title[:100]}: restored from a backup of {when}")
    inbox.strike_out_all(connection)
    announcement_rows.number_after(connection, used_numbers)
    if manifest.data and manifest.data != str(data):
        announcement_rows.move_files(connection, Path(manifest.data) / ATTACHMENTS, data / ATTACHMENTS)
    return tuple((announcement.id, announcement.title) for announcement in paused)


def swap(ready: Ready, data: Path, content: Path, now: datetime) -> Restored:
    """Put what is ready in place of what is there. Raises `BackupFault`, OSError; the old data is in use then."""
    database, attachments = data / DATABASE, data / ATTACHMENTS
    waiting = ready.folder / ATTACHMENTS
    for file in sorted(waiting.iterdir()) if waiting.is_dir() else ():
        if not attachments.exists():
            waiting.rename(attachments)
            break
        if not (attachments / file.name).exists():  # they are named by what is in them
            file.replace(attachments / file.name)
    if attachments.exists():
        sync(attachments)
    kept = data / f"{DATABASE}.before-{now:%Y%m%d-%H%M%S}"
    while kept.exists():
        kept = kept.with_name(kept.name + "+")
    had_database = database.exists()
    if had_database:
        _close_up(database)
        _name_twice(database, kept)
    # The log of the old database must not be taken for one of the new.
    for end in LOGS:
        log = database.with_name(DATABASE + end)
        if log.exists():
            log.replace(kept.with_name(kept.name + end))
    sync(data)
    (ready.folder / DATABASE).replace(database)
    sync(data)
    written = _place(ready.folder / GLOSSARY, glossary.home(content))
    return Restored(kept if had_database else None, written, _place(ready.folder / ANSWERS, answers.home(content)))


def _close_up(database: Path) -> None:
    """Bring what is in the log of the old database into its file, which shows too that nobody else has it open.

    A damaged one is left as it is, with its log.
    """
    try:
        with closing(reading(database)) as connection:  # SQLite throws away the log of what is no database
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        with closing(sqlite3.connect(database, timeout=2, isolation_level=None)) as connection:
            if connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0] == "delete":
                return
    except sqlite3.Error as error:
        code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
        if code in DAMAGE:
            return
        if code not in BUSY:
            raise BackupFault(database, str(error), "check permissions and the room on the disk") from error
    raise BackupFault(database, "another program has it open", "end other citedesk commands, then restore again")


def _name_twice(database: Path, kept: Path) -> None:
    try:
        kept.hardlink_to(database)
    except OSError:  # a file system without second names
        part = kept.with_name(f"{kept.name}.part")
        shutil.copy2(database, part)
        sync(part)
        part.replace(kept)


def _place(file: Path, target: Path) -> bool | None:
    """Only where there is none: the one in place may be newer, and is not part of the swap."""
    if not file.exists():
        return None
    if target.is_file():
        return None if target.read_bytes() == file.read_bytes() else False
    with suppress(OSError):  # the reports may be read-only, or somewhere else
        write(target, file.read_bytes())
        return True
    return False
