"""A data folder in, the right to run on it out: one `citedesk run` for each data folder.

Why flock and not only a file with a process id? The kernel releases the lock however the process ends, so a killed bot
leaves nothing to clean up. The id in the file is only for people who want to know which process holds the lock.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType


class AlreadyRunning(Exception):
    """Another process runs the bot on this data folder; `pid` is its process id, where it could be read."""

    exit_code = 3

    def __init__(self, folder: Path, pid: str) -> None:
        super().__init__(
            f"citedesk run: another process (pid {pid or 'unknown'}) is running on {folder}: "
            "stop it or choose another data.path"
        )
        self.folder, self.pid = folder, pid


class RunLock:
    """Held from `acquire` to `release`, or to the end of the process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take the lock and write our process id into it. Raises `AlreadyRunning`, or `OSError`."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self._folder / "run.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = os.read(descriptor, 32).decode("ascii", "replace").strip()
            os.close(descriptor)
            raise AlreadyRunning(self._folder, pid) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        self._descriptor = descriptor

    def release(self) -> None:
        """Release the lock. Does nothing when it is not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> RunLock:
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
