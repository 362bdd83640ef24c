"""Worker processes for reading: a path in, pieces and metadata out, whatever the file does to its reader.

Each worker reads one file at a time, under limits of memory and of processor time that it holds itself
(`limits.py`); one that hangs without working is killed, one that crashed is replaced, and the next file gets a
fresh one. What a worker says against a file counts only from a fresh one: the file before it may be at fault.

Why not concurrent.futures or multiprocessing? A broken process pool loses every file under way, a task
in it cannot be killed, and replies would be unpickled.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess  # nosec - our own interpreter, with our own module
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from content.documents import Document, Metadata, Piece, PieceKind, PrintedPages, assemble
from content.omissions import Omission, checked
from content.readers import limits
from content.readers.errors import Unreadable

MAX_REPLY = 256 * 1024 * 1024
"""Bytes of text and structure that one report may come to."""
FILES_PER_WORKER = 2_000
GROWN = 4
"""After so many files, or when it has lost the GROWN-th part of the memory it may have, a worker is replaced: what it
lost must not count against the next files. To start one costs as much as to read a dozen."""

PATIENCE = 5
"""Times its seconds that the clock may show before somebody looks whether a reader works at all: on a busy machine it
does, if slowly, and what waits for something that never comes does not."""
_WORKS = 0.01
"""The part of that time that a reader has spent working, if it works."""
KILLED = "its reader was killed, most likely by the system for want of memory"
_ROOT = Path(__file__).resolve().parents[2]
_KINDS = frozenset(get_args(PieceKind))


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read, and the SHA-256 of the bytes it was read from."""

    pieces: tuple[Piece, ...]
    metadata: Metadata
    digest: str


class _Doubtful(Unreadable):
    """Said by a worker that has read other files before, of which something may have stayed."""


class _Watch:
    """Kills a process that does not work any more. `late`: it did."""

    def __init__(self, process: subprocess.Popen[bytes], wait: float) -> None:
        self._process, self._wait = process, wait
        self._worked = limits.processor_time(process.pid)
        self.late = threading.Event()
        self._closed = False
        self._timer = self._begin()

    def _begin(self) -> threading.Timer:
        timer = threading.Timer(self._wait, self._look)
        timer.daemon = True
        timer.start()
        return timer

    def _look(self) -> None:
        worked = limits.processor_time(self._process.pid)
        if worked - self._worked > self._wait * _WORKS and not self._closed:
            self._worked = worked  # its own limits of processor time will end it, if anything has to
            self._timer = self._begin()
            return
        self.late.set()
        self._process.kill()

    def close(self) -> None:
        self._closed = True
        self._timer.cancel()


class Worker:
    """One worker process, started when the first file comes. Not for sharing between threads."""

    module = "content.readers.worker"
    """What it runs; it is told how many bytes of memory it may have, and who started it."""

    def __init__(self, *, seconds: float, memory_bytes: int, patience: float = PATIENCE, ocr: bool = False) -> None:
        """`seconds`: of processor time a file; `patience`: how many times that the clock may show; `ocr`: pages without
        text are read by OCR."""
        self._ocr = ocr
        self._seconds = seconds
        self._wait = seconds * (patience if limits.COUNTS_PROCESSOR_TIME else 1)
        self._memory = memory_bytes
        self._process: subprocess.Popen[bytes] | None = None
        self._files = 0

    def ask(self, path: Path, request: dict[str, Any]) -> dict[str, Any]:
        """A request for a file in, the reply out. Raises `Unreadable`, also for a crash or a time-out."""
        try:
            return self._ask(path, request)
        except _Doubtful:
            self.close()
        return self._ask(path, request)

    def _ask(self, path: Path, request: dict[str, Any]) -> dict[str, Any]:
        process = self._running()
        fresh = self._files == 0
        assert process.stdin is not None
        assert process.stdout is not None
        watch = _Watch(process, self._wait)
        late = watch.late
        try:
            whole = {**request, "path": str(path), "seconds": self._seconds, "ocr": self._ocr}
            process.stdin.write(json.dumps(whole).encode("ascii") + b"\n")
            process.stdin.flush()
            line = process.stdout.readline(MAX_REPLY)
        except OSError:
            line = b""
        finally:
            watch.close()
        if not line.endswith(b"\n"):
            raise self._broken(path.name, process, late.is_set(), len(line), fresh=fresh)
        self._files += 1
        if late.is_set():
            self.close()  # killed when its reply was here already: the next file has nothing to do with that
        try:
            reply: dict[str, Any] = json.loads(line)
            if self._files >= FILES_PER_WORKER or int(reply.get("grown", 0)) > self._memory // GROWN:
                self.close()
            if "reason" in reply:
                kind = Unreadable if fresh or reply.get("certain") else _Doubtful
                raise kind(path.name, str(reply["reason"]), str(reply["remedy"]))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise senseless(path.name) from error
        return reply

    def close(self) -> None:
        """End the process, if one runs."""
        process, self._process, self._files = self._process, None, 0
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    # an unfinished request in the buffer of a worker that is gone
                    continue

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.close()
            environment = {
                **os.environ,
                "PYTHONPATH": str(_ROOT),
                "PYTHONUTF8": "1",
                "PYTHONDONTWRITEBYTECODE": "1",
                # numpy's would take memory for every processor that there is, and nothing here multiplies matrices
                "OPENBLAS_NUM_THREADS": "1",
            }
            # -P: a module that lies in the current folder must not stand in for ours
            self._process = subprocess.Popen(  # noqa: S603 - fixed arguments, no shell
                [sys.executable, "-P", "-m", self.module, str(self._memory), str(os.getpid())],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
            )
        return self._process

    def _broken(
        self, name: str, process: subprocess.Popen[bytes], late: bool, received: int, *, fresh: bool
    ) -> Unreadable:
        if not late and received < MAX_REPLY:
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
        code = process.poll()
        self.close()
        again = "it is tried again by the next reindex; if that does not help, split it, or raise"
        if late:
            reason = f"its reader has not worked on it for {self._wait:g} seconds"
            return Unreadable(name, reason, f"{again} content.seconds_per_file", passing=True)
        if received >= MAX_REPLY:
            return Unreadable(name, "its text is too large", "split it into several reports")
        if code is not None and -code in limits.TIMED_OUT:
            reason = f"reading it took more than {self._seconds:g} seconds of processor time"
            return Unreadable(name, reason, f"{again} content.seconds_per_file", passing=True)
        if code == -signal.SIGKILL:
            remedy = "end other programs or raise content.memory_mb, and reindex again"
            return Unreadable(name, KILLED, remedy, passing=True)
        kind = Unreadable if fresh else _Doubtful
        if code == -signal.SIGABRT:
            return kind(name, "reading it takes too much memory", "split it, or raise content.memory_mb")
        how = f"signal {-code}" if code is not None and code < 0 else f"code {code}"
        return kind(
            name,
            f"it crashed its reader ({how}), so it is probably damaged",
            "open it, save it again and add that",
        )


class Reader(Worker):
    """Reads files into documents."""

    def read(self, path: Path, encoding: str | None = None) -> Reading:
        """Read one file. Raises `Unreadable` for whatever prevents it, a crash or a time-out included."""
        reply = self.ask(path, {"encoding": encoding})
        try:
            return Reading(*pieces_of(reply), str(reply["digest"]))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise senseless(path.name) from error

    def read_document(self, id: str, source: str, path: Path) -> tuple[Document, str]:  # noqa: A002
        """A document, and the digest of the bytes it was read from. Raises `Unreadable`."""
        reading = self.read(path)
        return assemble(id, source, reading.pieces, reading.metadata), reading.digest


def senseless(name: str) -> Unreadable:
    """What to say of a reply that cannot be understood."""
    return Unreadable(name, "its reader gave no sensible reply", "open it, save it again and add that")


def pieces_of(reply: dict[str, Any]) -> tuple[tuple[Piece, ...], Metadata]:
    """What a reader found, checked: it comes from a process that a hostile file may have had in its hands."""
    pieces = tuple(_piece(*fields) for fields in reply["pieces"])
    title, year, date, publisher, language, collection, address, edition_of, left_out, printed, author, place = reply[
        "metadata"
    ]
    metadata = Metadata(
        str(title),
        int(year) if year is not None else None,
        str(date),
        str(publisher),
        str(language),
        str(collection),
        str(address),
        str(edition_of),
        str(author),
        str(place),
        printed_pages_of(printed),
        omissions_of(left_out),
    )
    return pieces, metadata


def printed_pages_of(runs: Any) -> PrintedPages:
    """The numbers that are printed on pages, checked as pieces are. Raises ValueError, TypeError."""
    return tuple((int(first), int(last), int(printed)) for first, last, printed in runs)


def omissions_of(left_out: Any) -> tuple[Omission, ...]:
    """What a reader left out, checked as its pieces are. Raises ValueError, TypeError."""
    return tuple(checked(*fields) for fields in left_out)


def _piece(kind: Any, text: Any, level: Any, page: Any, starts: Any) -> Piece:
    if kind not in _KINDS:
        raise ValueError(kind)
    text = clean(text)
    known = tuple((int(start), int(number)) for start, number in starts)
    if not all(0 <= start <= len(text) for start, _ in known) or list(known) != sorted(known):
        raise ValueError(starts)
    return Piece(kind, text, min(6, max(0, int(level))), int(page) if page is not None else None, known)


def clean(text: Any) -> str:
    """A text without lone surrogates, which could not be stored or printed later."""
    return str(text).encode("utf-8", "replace").decode("utf-8")
