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
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from queue import SimpleQueue
from typing import TYPE_CHECKING

from content.documents import Document, assemble

if TYPE_CHECKING:
    from content.readers.pool import Worker

NOT_REPORTS = frozenset({"readme.md", "glossary.csv", "questions.jsonl"})
"""Files that may lie in the folder without being reports (in lower case)."""
NOT_REPORT_ENDINGS = (".tmp", ".part", ".crdownload", "~")
CHANGED = "it changed while it was read"
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost."""

    max_bytes: int = 100 * 1024 * 1024
    seconds: float = 60.0
    memory_bytes: int = 1024 * 1024 * 1024
    workers: int = 0
    """Worker processes at once; 0: as many as there are processors, at most 2."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of the folder as it stood when it was scanned."""

    source: str
    """Relative to the folder, with forward slashes."""
    path: Path
    size: int
    """Bytes."""
    modified_ns: int
    digest: str
    """SHA-256 of its bytes in hexadecimal; "" for a file that will not be read (`Library.read` says why)."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that gives no document: why, and what a person can do about it."""

    source: str
    reason: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.source}: {self.reason}: {self.remedy}"


class Library:
    """The folder of reports, for one thread. It holds no state but the ids of the last scan."""

    def __init__(self, folder: Path, limits: Limits | None = None) -> None:
        self.folder = Path(folder)
        self.limits = limits or Limits()
        self._ids: dict[str, str] = {}

    def scan(self, known: Iterable[SourceFile] = ()) -> list[SourceFile]:
        """The files of the folder and of the folders in it, sorted by `source`.

        A file of `known` with the same size and time of change keeps its digest without being read. Raises
        OSError when the folder itself cannot be listed.
        """
        before = {file.source: file for file in known}
        files = sorted((self._stand(path, before) for path in self._paths()), key=lambda file: file.source)
        self._ids = document_ids(file.source for file in files)
        return files

    def document_id(self, source: str) -> str:
        """The id of the document in a file: its name without ending, after its folders (`sub/x.md`: `sub-x`).

        Two files that would share an id carry their endings in it ("x-md", "x-pdf").
        """
        if source not in self._ids:
            self._ids = document_ids([*(self._source(path) for path in self._paths()), source])
        return self._ids[source]

    def read(self, files: Iterable[SourceFile]) -> Generator[Document | Skipped, None, None]:
        """Read files, in worker processes; one result for each, in the order of `files`."""
        from content.readers.pool import Worker

        count = self.limits.workers or min(2, os.cpu_count() or 1)
        idle: SimpleQueue[Worker] = SimpleQueue()
        workers = [Worker(seconds=self.limits.seconds, memory_bytes=self.limits.memory_bytes) for _ in range(count)]
        for worker in workers:
            idle.put(worker)
        pool = ThreadPoolExecutor(count, "reader")
        ahead: deque[Future[Document | Skipped]] = deque()
        try:
            for file in files:
                ahead.append(pool.submit(self._read_one, file, idle))
                # only so far ahead that the workers never wait: results are whole documents
                if len(ahead) > 4 * count:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            # whoever stops early does not wait for files under way: their workers end first
            pool.shutdown(wait=False, cancel_futures=True)
            for worker in workers:
                worker.close()
            pool.shutdown(wait=True)
            for worker in workers:
                worker.close()

    def _read_one(self, file: SourceFile, idle: SimpleQueue[Worker]) -> Document | Skipped:
        from content.readers.errors import Unreadable

        fault = self._refused(file)
        if fault:
            return fault
        worker = idle.get()
        try:
            reading = worker.read(file.path)
        except Unreadable as error:
            return Skipped(file.source, error.reason, error.remedy)
        finally:
            idle.put(worker)
        if file.digest and reading.digest != file.digest:
            return Skipped(file.source, CHANGED, "run reindex again")
        return assemble(self.document_id(file.source), file.source, reading.pieces, reading.metadata)

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
            return Skipped(file.source, "it is gone", "run reindex again")
        except OSError as error:
            return Skipped(file.source, f"it cannot be opened ({error.strerror})", "check its permissions")
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
        return not path.is_symlink() or path.resolve().is_relative_to(self.folder.resolve())

    def _stand(self, path: Path, before: dict[str, SourceFile]) -> SourceFile:
        source = self._source(path)
        try:
            status = path.stat()
        except OSError:
            return SourceFile(source, path, 0, 0, "")
        old = before.get(source)
        if old and old.digest and (old.size, old.modified_ns) == (status.st_size, status.st_mtime_ns):
            return SourceFile(source, path, old.size, old.modified_ns, old.digest)
        wanted = status.st_size <= self.limits.max_bytes and path.is_file() and self._inside(path)
        return SourceFile(source, path, status.st_size, status.st_mtime_ns, _digest(path) if wanted else "")

    def _paths(self) -> Iterator[Path]:
        """Files that may be reports. Links to folders are not followed, so that no loop is endless."""
        # os.walk ignores a folder that cannot be listed; for the root that must not pass for "empty"
        next(self.folder.iterdir(), None)
        for folder, folders, names in os.walk(self.folder):
            folders[:] = [name for name in folders if not name.startswith(".")]
            for name in names:
                low = name.lower()
                hidden = name.startswith(".") or low.startswith("~$")
                if not hidden and low not in NOT_REPORTS and not low.endswith(NOT_REPORT_ENDINGS):
                    yield Path(folder, name)

    def _source(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()


def document_ids(sources: Iterable[str]) -> dict[str, str]:
    """An id for each source: readable, the same for the same set of names, different for different files."""
    wanted: dict[str, list[str]] = {}
    for source in sorted(set(sources)):
        wanted.setdefault(_slug(str(PurePosixPath(source).with_suffix(""))), []).append(source)
    ids: dict[str, str] = {}
    taken: set[str] = set()
    for stem, same in wanted.items():
        if len(same) == 1:
            ids[same[0]] = stem
            taken.add(stem)
    for stem, same in wanted.items():
        for source in same if len(same) > 1 else ():
            full = f"{stem}-{PurePosixPath(source).suffix[1:].lower()}".rstrip("-")
            if full in taken:
                full = f"{full}-{hashlib.sha256(source.encode('utf-8', 'surrogateescape')).hexdigest()[:8]}"
            taken.add(full)
            ids[source] = full
    return ids


def _slug(path: str) -> str:
    """Letters, digits, dots and underscores of any script; whatever else becomes a hyphen."""
    return re.sub(r"-{2,}", "-", re.sub(r"[^\w.]+", "-", path)).strip("-") or "report"


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
    except OSError:
        return ""
    return digest.hexdigest()
