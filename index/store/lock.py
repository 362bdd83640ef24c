"""A file in the index folder in; the right to write generations, for one process at a time, out.

The system releases the lock when its holder ends, however it ends. On a file system without locks (some network shares)
a file that only one process can create takes its place. A killed process leaves that file behind; on the same machine
the number in it tells that the process has ended.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from index.errors import IndexBusy

_WAIT = "wait until it is done"
_TRIES, _INSTANT = 100, 0.01
"""How often the lock is tried while somebody only looks at it, and the seconds between."""


@contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Hold the lock. Raises IndexBusy, which names the process that has it, and since when."""
    with path.open("a+", encoding="utf-8") as file:
        if _lock(file, path.parent):
            _sign(file)
            yield
            return
        own = path.with_suffix(".pid")
        _create(own)
        try:
            _sign(file)
            yield
        finally:
            own.unlink(missing_ok=True)


def holder_of(path: Path) -> str | None:
    """The process that has the lock, and since when; None: no process has it."""
    own = path.with_suffix(".pid")
    try:
        if own.exists():
            return _told(own.read_text(encoding="utf-8"))
        with path.open(encoding="utf-8") as file:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _told(path.read_text(encoding="utf-8"))
    except (OSError, ImportError):
        return None
    return None


def _lock(file: IO[str], folder: Path) -> bool:
    """Lock the file; False where the system cannot. Raises IndexBusy."""
    try:
        import fcntl
    except ImportError:  # Windows
        return False
    for tries_left in reversed(range(_TRIES)):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if tries_left and _is_looked_at(file):
                time.sleep(_INSTANT)
                continue
            file.seek(0)
            raise IndexBusy("reindex", f"{_told(file.read())}: {folder}", _WAIT) from None
        except OSError:
            break
    return False


def _is_looked_at(file: IO[str]) -> bool:
    """Whether the lock is only shared: `holder_of` shares it for an instant to see which process reindexes."""
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    fcntl.flock(file, fcntl.LOCK_UN)
    return True


def _create(path: Path) -> None:
    """Create a new file. Raises IndexBusy where it exists, unless its process has ended on this machine."""
    while True:
        try:
            with path.open("x", encoding="utf-8") as file:
                _sign(file)
            return
        except FileExistsError:
            try:
                holder = path.read_text(encoding="utf-8")
            except FileNotFoundError:
                continue
            pid, _, host = [*holder.split(), "", "", ""][:3]
            if host == _machine() and not runs(pid):
                abandoned = path.with_suffix(f".{os.getpid()}.tmp")
                try:
                    path.rename(abandoned)  # of several processes that try this, only one succeeds
                except FileNotFoundError:
                    continue
                abandoned.unlink(missing_ok=True)
                continue
            remedy = f"{_WAIT}, or remove {path} if no such process runs on {host or 'any machine'}"
            raise IndexBusy("reindex", f"{_told(holder)}: {path.parent}", remedy) from None


def _sign(file: IO[str]) -> None:
    if file.seekable():
        file.seek(0)
        file.truncate()
    file.write(f"{os.getpid()} {datetime.now(UTC).isoformat(timespec='seconds')} {_machine()}\n")
    file.flush()


def _machine() -> str:
    return os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")


def _told(holder: str) -> str:
    pid, since = [*holder.split(), "", ""][:2]
    try:
        when = f" since {datetime.fromisoformat(since).astimezone():%Y-%m-%d %H:%M:%S}"
    except ValueError:
        when = ""
    return f"process {pid or '?'} is reindexing{when}"


def runs(pid: str) -> bool:
    """Whether there is a process with this number."""
    try:
        os.kill(int(pid), 0)
    except PermissionError:
        return True
    except (ValueError, OverflowError, ProcessLookupError):
        return False
    return True
