"""The folder of reports in; the files that stand in it, and the documents read from them, out.

`Library.scan` says what is there (and a digest of each, so that only changed files are read again);
`Library.read` reads files in worker processes. Whatever cannot be read is a `Skipped` with its reason and
the remedy, and stops nothing.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
from typing import Generic, Protocol, TypeVar

from content.documents import Document

NOT_REPORTS = frozenset({"readme.md", "glossary.csv", "questions.jsonl", "answers.md"})
"""Files that may lie in the folder without being reports (in lower case)."""
SIDE = ".toml"
"""`report.pdf.toml` tells of `report.pdf` (`side.py`)."""
NOT_REPORT_ENDINGS = (".tmp", ".part", ".crdownload", "~")
CHANGED = "it changed while it was read"
GONE = "it is gone"
UNLISTED = "the folder cannot be listed"
_BLOCK = 1 << 20
_ODD = re.compile(r"[^\w.]+")
Result = TypeVar("Result")
Result_co = TypeVar("Result_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost."""

    max_bytes: int = 100 * 1024 * 1024
    seconds: float = 60.0
    memory_bytes: int = 1024 * 1024 * 1024
    workers: int = 0
    """FileReader processes at once; 0: as many as there are processors, at most 2."""
    ocr: bool = False
    """Pages without text are read by OCR, where the machine has it."""
    apart: Path | None = None
    """A folder that costs nothing, as it is not read: what the program itself writes may lie among the reports."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of the folder as it stood when it was scanned."""

    source: str
    """Relative to the folder, with forward slashes."""
    folder: str
    """The folder of reports."""
    size: int
    """Bytes."""
    modified_ns: int
    digest: str
    """SHA-256 of its bytes in hexadecimal; "" for a file that will not be read (`Library.read` says why)."""
    changed_ns: int = 0
    """When its bytes or its name were last changed; no program can set that, as it can `modified_ns`."""
    inode: int = 0

    @property
    def path(self) -> Path:
        """Where it is."""
        return Path(self.folder, self.source)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that gives no document: why, and what a person can do about it."""

    source: str
    reason: str
    remedy: str
    passing: bool = False
    """The machine was at fault and not the file, which may be read the next time."""

    def __str__(self) -> str:
        return f"{self.source}: {self.reason}: {self.remedy}"


class FileReader(Protocol[Result_co]):
    """Whatever reads files, one at a time."""

    def read_document(self, id: str, source: str, path: Path) -> tuple[Result_co, str]:  # noqa: A002
        """What a file gives, and the digest of the bytes it was read from. Raises `Unreadable`."""
        ...

    def close(self) -> None: ...


class Readings(Generic[Result]):
    """What files give, in their order; reading goes on ahead. `close` it where it is not iterated to the end."""

    def __init__(
        self,
        read: Callable[[SourceFile, FileReader[Result]], Result | Skipped],
        hire: Callable[[], FileReader[Result]],
        workers: int,
        files: Iterable[SourceFile],
    ) -> None:
        self._read = read
        self._files = iter(files)
        # only so far ahead that the workers never wait: results are whole documents
        self._most = 4 * workers
        self._workers = [hire() for _ in range(workers)]
        self._idle: SimpleQueue[FileReader[Result]] = SimpleQueue()
        for worker in self._workers:
            self._idle.put(worker)
        self._pool = ThreadPoolExecutor(workers, "reader")
        self._ahead: deque[Future[Result | Skipped]] = deque()
        self._fill()

    def __iter__(self) -> Readings[Result]:
        return self

    def __next__(self) -> Result | Skipped:
        if not self._ahead:
            self.close()
            raise StopIteration
        try:
            found = self._ahead.popleft().result()
        except BaseException:
            self.close()
            raise
        self._fill()
        if not self._ahead:
            self.close()  # no worker waits for whoever does not ask once more
        return found

    def close(self) -> None:
        """End the workers. Whoever stops early does not wait for files under way: their workers end first."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        for worker in self._workers:
            worker.close()
        self._pool.shutdown(wait=True)
        for worker in self._workers:
            worker.close()

    def _fill(self) -> None:
        for file in islice(self._files, self._most + 1 - len(self._ahead)):
            self._ahead.append(self._pool.submit(self._one, file))

    def _one(self, file: SourceFile) -> Result | Skipped:
        worker = self._idle.get()
        try:
            return self._read(file, worker)
        finally:
            self._idle.put(worker)


class Library:
    """The folder of reports, for one thread. It holds no state but the ids of the last scan."""

    def __init__(self, folder: Path, limits: Limits | None = None) -> None:
        self.folder = Path(folder)
        self.limits = limits or Limits()
        self._ids: dict[str, str] = {}
        self._sources_now: list[str] = []
        self._described: set[str] = set()
        """Files beside which a side file lies."""

    def scan(self, known: Iterable[SourceFile] = ()) -> list[SourceFile]:
        """The files of the folder and of the folders in it, sorted by `source`.

        A file of `known` with the same size, times of change and inode keeps its digest without being read. Raises
        OSError when the folder itself cannot be listed.
        """
        before = {file.source: file for file in known}
        self._described.clear()
        sources = list(self._sources())
        files = sorted((self._stand(source, before) for source in sources), key=lambda file: file.source)
        self._sources_now = [file.source for file in files]
        self._ids = {}
        return files

    def document_id(self, source: str) -> str:
        """The id of the document in a file: its name without ending, after its folders (`sub/x.md`: `sub-x`).

        Two files that would share an id carry their endings in it ("x-md", "x-pdf").
        """
        if source not in self._ids:
            now = self._sources_now or list(self._sources())
            self._ids = document_ids([*now, source])
        return self._ids[source]

    def read(self, files: Iterable[SourceFile]) -> Readings[Document]:
        """Read files, in worker processes; one result for each, in the order of `files`."""
        from content.readers.pool import Reader

        limits = self.limits
        return self.read_with(
            lambda: Reader(seconds=limits.seconds, memory_bytes=limits.memory_bytes, ocr=limits.ocr), files
        )

    def read_with(self, hire: Callable[[], FileReader[Result]], files: Iterable[SourceFile]) -> Readings[Result]:
        """The same with workers of another kind, which begin with the first files at once."""
        files = list(files)
        for file in files[:1]:
            self.document_id(file.source)  # all ids are made by the first, here and not in every thread
        return Readings(self._read_one, hire, self.limits.workers or min(2, os.cpu_count() or 1), files)

    def _read_one(self, file: SourceFile, worker: FileReader[Result]) -> Result | Skipped:
        from content.readers.errors import Unreadable

        fault = self._refused(file)
        if fault:
            return fault
        try:
            result, digest = worker.read_document(self.document_id(file.source), file.source, file.path)
        except Unreadable as error:
            return Skipped(file.source, error.reason, error.remedy, error.passing)
        if file.digest and digest != file.digest:
            return Skipped(file.source, CHANGED, "run reindex again")
        return result

    def _refused(self, file: SourceFile) -> Skipped | None:
        """Why a file is not even opened, if so."""
        if not self._inside(file.path):
            return Skipped(
                file.source,
                "it is a link that leads out of the folder of reports",
                "put the file itself there",
            )
        try:
            size = file.path.stat().st_size
        except FileNotFoundError:
            return Skipped(file.source, GONE, "run reindex again")
        except OSError as error:
            return Skipped(file.source, f"it cannot be opened ({error.strerror})", "check its permissions")
        if file.path.is_dir():
            return Skipped(file.source, UNLISTED, "check its permissions, or that its share is mounted")
        if not file.path.is_file():
            return Skipped(file.source, "it is no ordinary file", "remove it")
        if size > self.limits.max_bytes:
            limit = self.limits.max_bytes / 1024 / 1024
            return Skipped(
                file.source,
                f"it is too large ({size / 1024 / 1024:.1f} MB, the limit is {limit:g})",
                "split it or make its pictures smaller, or raise content.max_file_mb",
            )
        return None

    def _inside(self, path: Path) -> bool:
        # links to folders are not followed, so only the file itself can lead out
        if not path.is_symlink():
            return True
        try:
            return path.resolve().is_relative_to(self.folder.resolve())
        except (OSError, RuntimeError):  # a link to itself
            return False

    def _stand(self, source: str, before: dict[str, SourceFile]) -> SourceFile:
        folder = str(self.folder)
        try:
            status = os.stat(os.path.join(folder, source))  # noqa: PTH116, PTH118 - thousands of times, and a Path is slow
        except OSError:
            return SourceFile(source, folder, 0, 0, "")
        old = before.get(source)
        stands = (folder, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
        if source in self._described:
            stands = _with_side(stands, os.path.join(folder, source) + SIDE)  # noqa: PTH118
        if old and old.digest and (old.folder, old.size, old.modified_ns, old.changed_ns, old.inode) == stands:
            return old
        now = SourceFile(source, *stands[:3], "", *stands[3:])
        if not self._inside(now.path):  # what it leads to may change for ever, and is not read
            link = now.path.lstat()
            return SourceFile(source, folder, link.st_size, link.st_mtime_ns, "", link.st_ctime_ns, link.st_ino)
        wanted = now.size <= self.limits.max_bytes and now.path.is_file()
        return replace(now, digest=_digest(now.path, described=source in self._described)) if wanted else now

    def _sources(self) -> Iterator[str]:
        """Files that may be reports, and folders that cannot be listed. No link to a folder is followed: no loops."""
        folders = [""]
        while folders:
            folder = folders.pop()
            try:
                with os.scandir(self.folder / folder) as found:
                    entries = list(found)
            except OSError:
                if not folder:
                    raise  # that must not pass for "empty"
                yield folder.removesuffix("/")
                continue
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if _is_folder(entry):
                    if not entry.is_symlink() and Path(entry.path) != self.limits.apart:
                        folders.append(f"{folder}{entry.name}/")
                elif _may_be_report(entry.name):
                    yield folder + entry.name
                elif entry.name.lower().endswith(SIDE):
                    self._described.add(folder + entry.name[: -len(SIDE)])


def _with_side(stands: tuple[str, int, int, int, int], side: str) -> tuple[str, int, int, int, int]:
    """How a file stands together with its side file: a change of either is one of both."""
    folder, size, modified, changed, inode = stands
    try:
        status = os.stat(side)  # noqa: PTH116
    except OSError:
        return stands
    return folder, size + status.st_size, max(modified, status.st_mtime_ns), max(changed, status.st_ctime_ns), inode


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def _may_be_report(name: str) -> bool:
    low = name.lower()
    if low.endswith(SIDE) and "." in low[1 : -len(SIDE)]:
        return False  # it tells of the report beside it
    return not low.startswith("~$") and low not in NOT_REPORTS and not low.endswith(NOT_REPORT_ENDINGS)


EVERYDAY = Path(__file__).parent / "everyday.csv"
"""What is asked in everyday words, and what reports print for it; comes with the program."""


def glossary_file(reports: Path) -> Path | None:
    """The glossary of a folder of reports: in it, beside it, else the one that comes with the program."""
    folders = (reports, reports.parent, Path(__file__).parent)
    return next((file for folder in folders if (file := folder / "glossary.csv").is_file()), None)


def copies(files: Iterable[SourceFile]) -> Iterator[tuple[str, str]]:
    """Files that are the same to the byte as one before them, each with that one."""
    first: dict[str, str] = {}
    for file in files:
        if file.digest:
            other = first.setdefault(file.digest, file.source)
            if other != file.source:
                yield file.source, other


def document_ids(sources: Iterable[str]) -> dict[str, str]:
    """An id for each source: readable, the same for the same set of names, different for different files."""
    wanted: dict[str, list[str]] = {}
    for source in sorted(set(sources)):
        wanted.setdefault(_slug(source[: len(source) - len(_suffix(source))]), []).append(source)
    ids: dict[str, str] = {}
    taken: set[str] = set()
    for stem, same in wanted.items():
        if len(same) == 1:
            ids[same[0]] = stem
            taken.add(stem)
    for stem, same in wanted.items():
        for source in same if len(same) > 1 else ():
            full = f"{stem}-{_suffix(source)[1:].lower()}".rstrip("-")
            if full in taken:
                full = f"{full}-{hashlib.sha256(source.encode('utf-8', 'surrogateescape')).hexdigest()[:8]}"
            taken.add(full)
            ids[source] = full
    return ids


def _suffix(source: str) -> str:
    """What `PurePath.suffix` gives, in a tenth of the time."""
    name = source[source.rfind("/") + 1 :]
    dot = name.rfind(".")
    return name[dot:] if 0 < dot < len(name) - 1 else ""


def _slug(path: str) -> str:
    """Letters, digits, dots and underscores of any script; whatever else becomes a hyphen."""
    return _ODD.sub("-", path).strip("-") or "report"


def _digest(path: Path, *, described: bool) -> str:
    """Of a file and, where it is described, its side file."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
        if described:
            from content.readers.side import add_side, side_bytes

            add_side(digest, side_bytes(path))
    except OSError:
        return ""
    return digest.hexdigest()
