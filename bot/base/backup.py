"""A data folder in, one backup file out; a backup file in, its checked content out.

A backup holds: the ledger (`bot.sqlite`, as it is at one instant, with what is still in its log), the files of
announcements (`data.path/attachments`), and the words that staff keep: the glossary, which `/dict` writes, and the
office's answers, which `/answers` writes. It does not hold: the reports, which are the institute's own files and have
their own copies; the index, which is made from them; the configuration, and so the token; uploads that nobody has
placed yet; the demo.

Why a zip file and not only a copy of bot.sqlite? Waiting announcements need their files. A zip opens everywhere and
holds the ledger as a plain SQLite file, so a person who has lost this program still has the data.

Why a copy of the database first? SQLite's backup gives one instant of a database while it is being written, and the
writer does not have to wait. The copy is checked before it counts as a backup. The zip is checked by reading it again.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import sqlite3
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO

from bot import __version__
from content import answers, glossary
from content.answers import NAME as ANSWERS
from content.glossary import NAME as GLOSSARY
from index.store.durable import sync

DATABASE, ATTACHMENTS, MANIFEST = "bot.sqlite", "attachments", "manifest.json"
KIND, FORMAT = "citedesk backup", 1
COUNTED = ("chats", "subscriptions", "questions", "announcements", "deliveries", "audit")
BLOCK = 1 << 20
MOST_MANIFEST, MOST_WORDS = 64 << 20, 16 << 20
"""Bytes of a manifest, and of a glossary or the office's answers: they are read whole."""
WRONG_USE, FAULT = 2, 3
ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, LookupError, ValueError, TypeError, RuntimeError)
"""The errors that zipfile raises for damaged files."""


class BackupFault(Exception):
    """A backup cannot be made or used: which file, what happened, what to do."""

    def __init__(self, subject: object, what: str, remedy: str, exit_code: int = FAULT) -> None:
        super().__init__(f"{subject}: {what}: {remedy}")
        self.subject, self.what, self.remedy, self.exit_code = str(subject), what, remedy, exit_code


@dataclass(frozen=True, slots=True)
class BackupManifest:
    """The description of a backup, kept in it."""

    program: str
    """The version of citedesk that made it."""
    made: datetime
    """The instant of the ledger, or a little before."""
    data: str
    """The data folder that was backed up; announcements name their files by it."""
    schema: tuple[str, ...]
    """The migrations that were applied to the ledger."""
    counts: Mapping[str, int]
    """How many rows each table has."""
    files: Mapping[str, tuple[int, str]]
    """Size and SHA-256 of each file in it, by name."""

    @property
    def attachments(self) -> int:
        """How many files of announcements it has."""
        return sum(name.startswith(f"{ATTACHMENTS}/") for name in self.files)


def back_up(data: Path, content: Path, file: Path, now: datetime, *, force: bool = False) -> BackupManifest:
    """Write a backup, also while the bot writes. Afterwards `file` is either complete or as it was before.

    Raises `BackupFault`.
    """
    database = data / DATABASE
    if not database.is_file():
        raise BackupFault(database, "there is nothing to back up", "check data.path: citedesk run makes the file", 1)
    if file.parent.resolve() == data.resolve() and file.name.startswith((DATABASE, "run.lock")):
        raise BackupFault(file, "is a file of the bot itself", "name another file", WRONG_USE)
    _require_free(file, force)
    try:
        with _beside(file) as folder:
            copy = folder / DATABASE
            copy_database(database, copy)
            schema, counts = look_at(copy, database)
            sources = [(DATABASE, copy), *_others(data, content)]
            manifest = BackupManifest(__version__, now, str(data), schema, counts, {})
            whole = folder / "backup.zip"
            manifest = _write(whole, sources, manifest)
            check(whole)
            _require_free(file, force)
            sync(whole)
            whole.replace(file)
            sync(file.parent)
            return manifest
    except OSError as error:
        what, remedy = error.strerror or str(error), "check the path, its permissions and the room on its disk"
        raise BackupFault(file, f"no backup was written ({what})", remedy) from error


def _require_free(file: Path, force: bool) -> None:
    if file.is_symlink() or file.exists():
        if not (file.is_file() and not file.is_symlink()):
            raise BackupFault(file, "is there already, and no file", "name another one", WRONG_USE)
        if not force:
            raise BackupFault(file, "is there already", "name another file, or overwrite it with --force", WRONG_USE)
    elif not file.parent.is_dir():
        raise BackupFault(file.parent, "is no folder", "make it, or name another file", WRONG_USE)


@contextmanager
def _beside(file: Path) -> Iterator[Path]:
    """A folder for unfinished files. Files that a killed backup left there are removed first."""
    folder = file.with_name(f".{file.name}.unfinished")
    folder.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupFault(file, "another backup is being written to it", "wait until it is done") from None
        try:
            empty(folder)
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(descriptor)


def empty(folder: Path) -> None:
    """Remove everything in a folder."""
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def copy_database(database: Path, copy: Path) -> None:
    """Copy a database, as it is at one instant, to one file. Raises `BackupFault`."""
    try:
        os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with closing(reading(database)) as source, closing(sqlite3.connect(copy, isolation_level=None)) as target:
            # all pages in one step: page by page, each write of the bot would make it start again
            source.backup(target, pages=-1)
            target.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as error:
        remedy = "check permissions and the room on the disk"
        raise BackupFault(copy.parent.parent, f"the database cannot be copied there ({error})", remedy) from error
    except sqlite3.DatabaseError as error:
        raise damaged(database, error) from error


def reading(database: Path) -> sqlite3.Connection:
    """A read-only connection. A single file is read even where its folder cannot be written."""
    alone = not any(database.with_name(database.name + end).exists() for end in ("-wal", "-journal"))
    writable = os.access(database.parent, os.W_OK)
    how = "immutable=1" if alone and not writable else "mode=ro"
    return sqlite3.connect(f"{database.absolute().as_uri()}?{how}", uri=True, timeout=20)


def look_at(copy: Path, database: Path) -> tuple[tuple[str, ...], dict[str, int]]:
    """Check that a database is whole; its migrations, and how many rows its tables have. Raises `BackupFault`.

    `database`: the file that is named in errors.
    """
    try:
        with closing(sqlite3.connect(copy)) as connection:
            connection.execute("PRAGMA trusted_schema = OFF")  # the file may come from anybody
            verdict = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if verdict != "ok":
                raise damaged(database, verdict)
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if not {"migrations", "chats"} <= tables:
                raise no_backup(database)
            schema = tuple(name for (name,) in connection.execute("SELECT name FROM migrations ORDER BY rowid"))
            counts = {
                name: int(connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0])  # noqa: S608 - own names
                for name in COUNTED
                if name in tables
            }
    except sqlite3.DatabaseError as error:
        raise damaged(database, error) from error
    return schema, counts


def strip_programs(copy: Path, of: Path) -> None:
    """Take triggers and views out of a database: we write none, and others' would run with each write.

    Raises `BackupFault`.
    """
    try:
        with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
            connection.execute("PRAGMA trusted_schema = OFF")
            sql = "SELECT type, name FROM sqlite_master WHERE type IN ('trigger', 'view')"
            for kind, name in connection.execute(sql).fetchall():
                quoted = name.replace('"', '""')
                connection.execute(f'DROP {kind} IF EXISTS "{quoted}"')  # a view goes with its triggers
    except sqlite3.DatabaseError as error:
        raise damaged(of, error) from error


def damaged(file: object, what: object) -> BackupFault:
    """The fault for a damaged file."""
    return BackupFault(file, f"is damaged ({what})", "go back to an earlier backup with citedesk restore FILE")


def no_backup(file: object) -> BackupFault:
    """The fault for a file that is no backup."""
    return BackupFault(file, "is no backup of citedesk", "name a file that citedesk backup wrote", WRONG_USE)


def _others(data: Path, content: Path) -> Iterator[tuple[str, Path]]:
    """The other precious files. They are listed after the database was copied, so that no file it names is missing."""
    folder = data / ATTACHMENTS
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.is_file() and path.suffix != ".part":
            yield f"{ATTACHMENTS}/{path.name}", path
    for name, path in ((GLOSSARY, glossary.home(content)), (ANSWERS, answers.home(content))):
        if path.is_file():
            yield name, path


def _write(whole: Path, sources: list[tuple[str, Path]], manifest: BackupManifest) -> BackupManifest:
    files: dict[str, tuple[int, str]] = {}
    at = manifest.made.timetuple()[:6]
    with (
        os.fdopen(os.open(whole, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as stream,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive,
    ):

        def entry(name: str) -> zipfile.ZipInfo:
            info = zipfile.ZipInfo(name, at)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            return info

        for name, path in sources:
            with path.open("rb") as source, archive.open(entry(name), "w", force_zip64=True) as target:
                files[name] = _copy(source, target.write)
        manifest = replace(manifest, files=files)
        record = {"kind": KIND, "format": FORMAT} | asdict(manifest) | {"made": manifest.made.isoformat()}
        archive.writestr(entry(MANIFEST), json.dumps(record, ensure_ascii=False, indent=1))
    return manifest


def _copy(source: IO[bytes], write: Callable[[bytes], object], most: int | None = None) -> tuple[int, str]:
    """Copy a stream; its size and checksum. A part that holds more than `most` is copied no further."""
    size, digest = 0, hashlib.sha256()
    while (most is None or size <= most) and (block := source.read(BLOCK)):
        write(block)
        digest.update(block)
        size += len(block)
    return size, digest.hexdigest()


def is_database(file: Path) -> bool:
    """Whether it is a plain SQLite file, as `sqlite3 bot.sqlite ".backup FILE"` makes it. Raises OSError."""
    with file.open("rb") as stream:
        return stream.read(16) == b"SQLite format 3\0"


def check(file: Path) -> BackupManifest:
    """Read a backup to its end and compare. Raises `BackupFault`, OSError."""
    return _read(file, None)


def unpack(file: Path, folder: Path) -> BackupManifest:
    """Write the files of a backup into an empty folder and compare them. Raises `BackupFault`, OSError."""
    return _read(file, folder)


def _read(file: Path, folder: Path | None) -> BackupManifest:
    with file.open("rb") as stream:
        if stream.read(2) != b"PK":
            raise no_backup(file)
        stream.seek(0)
        try:
            with zipfile.ZipFile(stream) as archive:
                manifest = _manifest(file, archive)
                if folder is not None:
                    _require_room(file, manifest, folder)
                for name, expected in manifest.files.items():
                    with archive.open(name) as source, _target(folder, name) as target:
                        if _copy(source, target.write if target else len, expected[0]) != expected:
                            raise damaged(file, f"{name} is not what was written")
        except ZIP_ERRORS as error:
            raise damaged(file, error) from error
    return manifest


def _require_room(file: Path, manifest: BackupManifest, folder: Path) -> None:
    """A zip of a few kilobytes may unpack to more than a disk holds: what it says it holds has to fit."""
    sizes = {name: size for name, (size, _) in manifest.files.items()}
    if min(sizes.values()) < 0 or max(sizes.get(GLOSSARY, 0), sizes.get(ANSWERS, 0)) > MOST_WORDS:
        raise damaged(file, "a file in it has no possible size")
    if sum(sizes.values()) > shutil.disk_usage(folder).free:
        what = f"unpacks to {sum(sizes.values()) >> 20} MB, for which there is no room"
        raise BackupFault(file, what, "make room on the disk of data.path")


@contextmanager
def _target(folder: Path | None, name: str) -> Iterator[IO[bytes] | None]:
    if folder is None:
        yield None
        return
    path = folder / name
    path.parent.mkdir(mode=0o700, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        yield target
        target.flush()
        os.fsync(target.fileno())


def _manifest(file: Path, archive: zipfile.ZipFile) -> BackupManifest:
    if MANIFEST not in archive.namelist():
        raise no_backup(file)
    with contextlib.suppress(ValueError, AttributeError):
        if archive.getinfo(MANIFEST).file_size > MOST_MANIFEST:
            raise damaged(file, "its manifest is too large")
        record = json.loads(archive.read(MANIFEST))
        if record.get("kind") != KIND:
            raise no_backup(file)
        if record.get("format") != FORMAT:
            what = f"was written by a newer citedesk ({record.get('program')})"
            raise BackupFault(file, what, "update citedesk, or name a backup that this version made")
        manifest = BackupManifest(
            str(record["program"]),
            datetime.fromisoformat(record["made"]),
            str(record["data"]),
            tuple(record["schema"]),
            dict(record["counts"]),
            {name: (int(size), str(digest)) for name, (size, digest) in record["files"].items()},
        )
        if DATABASE in manifest.files and all(map(_is_ours, manifest.files)):
            return manifest
    raise damaged(file, "its manifest cannot be read")


def _is_ours(name: str) -> bool:
    """Whether we write files of this name. No other file is unpacked, above all none outside the folder."""
    path = PurePosixPath(name)
    plain = path.name not in ("", ".", "..") and "\\" not in name and str(path) == name
    return name in (DATABASE, GLOSSARY, ANSWERS) or (plain and path.parts[:-1] == (ATTACHMENTS,))
