"""Worker processes for reading: a path in, pieces and metadata out, whatever the file does to its reader.

Each worker reads one file at a time, under a limit of memory and of time; one that hangs is killed, one
that crashed is replaced, and the next file gets a fresh one.

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
from typing import Any

from content.documents import Metadata, Piece
from content.readers.errors import Unreadable

MAX_REPLY = 256 * 1024 * 1024
"""Bytes of text and structure that one report may come to."""
FILES_PER_WORKER = 100
"""After this many files a worker is replaced, so that memory it lost does not count against the next ones."""

_ROOT = Path(__file__).resolve().parents[2]
_KINDS = ("heading", "paragraph", "item", "row")


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read, and the SHA-256 of the bytes it was read from."""

    pieces: tuple[Piece, ...]
    metadata: Metadata
    digest: str


class Worker:
    """One worker process, started when the first file comes. Not for sharing between threads."""

    def __init__(self, *, seconds: float, memory_bytes: int) -> None:
        self._seconds = seconds
        self._memory = memory_bytes
        self._process: subprocess.Popen[bytes] | None = None
        self._files = 0

    def read(self, path: Path, encoding: str | None = None) -> Reading:
        """Read one file. Raises `Unreadable` for whatever prevents it, a crash or a time-out included."""
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(self._seconds, stop)
        timer.daemon = True
        timer.start()
        try:
            process.stdin.write(json.dumps({"path": str(path), "encoding": encoding}).encode("ascii") + b"\n")
            process.stdin.flush()
            line = process.stdout.readline(MAX_REPLY)
        except OSError:
            line = b""
        finally:
            timer.cancel()
        if not line.endswith(b"\n"):
            raise self._broken(path.name, process, late.is_set(), len(line))
        self._files += 1
        if self._files >= FILES_PER_WORKER:
            self.close()
        return _reading(path.name, line)

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
            }
            # -P: a module that lies in the current folder must not stand in for ours
            self._process = subprocess.Popen(  # noqa: S603 - fixed arguments, no shell
                [sys.executable, "-P", "-m", "content.readers.worker", str(self._memory)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
            )
        return self._process

    def _broken(self, name: str, process: subprocess.Popen[bytes], late: bool, received: int) -> Unreadable:
        if not late and received < MAX_REPLY:
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
        code = process.poll()
        self.close()
        if late:
            return Unreadable(
                name,
                f"reading it took more than {self._seconds:g} seconds",
                "split it, or raise content.seconds_per_file",
            )
        if received >= MAX_REPLY:
            return Unreadable(name, "its text is too large", "split it into several reports")
        if code in (-signal.SIGKILL, -signal.SIGABRT):
            return Unreadable(name, "reading it takes too much memory", "split it, or raise content.memory_mb")
        how = f"signal {-code}" if code is not None and code < 0 else f"code {code}"
        return Unreadable(
            name,
            f"it crashed its reader ({how}), so it is probably damaged",
            "open it, save it again and add that",
        )


def _reading(name: str, line: bytes) -> Reading:
    """A reply, checked: it comes from a process that a hostile file may have had in its hands."""
    try:
        reply: dict[str, Any] = json.loads(line)
        if "reason" in reply:
            raise Unreadable(name, str(reply["reason"]), str(reply["remedy"]))
        pieces = tuple(_piece(*fields) for fields in reply["pieces"])
        title, year, date, publisher, language, collection, address = reply["metadata"]
        metadata = Metadata(
            str(title),
            int(year) if year is not None else None,
            str(date),
            str(publisher),
            str(language),
            str(collection),
            str(address),
        )
        return Reading(pieces, metadata, str(reply["digest"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable(name, "its reader gave no sensible reply", "open it, save it again and add that") from error


def _piece(kind: Any, text: Any, level: Any, page: Any) -> Piece:
    if kind not in _KINDS:
        raise ValueError(kind)
    # a lone surrogate could not be stored or printed later
    clean = str(text).encode("utf-8", "replace").decode("utf-8")
    return Piece(kind, clean, min(6, max(0, int(level))), int(page) if page is not None else None)
