"""What cannot be worked on in; a file of its own in a folder that is the owner's alone, and their number, out.

Why files and not a table? What does not go into the database must be kept too, and whoever mends the fault wants to
read it with any editor. They hold people's words, and `/forget` does not find them there: they go after `KEEP`.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

LOG = logging.getLogger("bot.aside")
FOLDER = "put-aside"
KEEP = timedelta(days=30)
MOST = 1_000
"""Files at most; whatever sends more of them sends the same."""


class PutAside:
    """The folder `put-aside` in the data folder."""

    def __init__(self, data: Path, clock: Callable[[], datetime], *, most: int = MOST) -> None:
        self.folder = data / FOLDER
        self._clock = clock
        self._most = most

    def keep(self, what: str, text: str, reason: BaseException) -> None:
        """Write it down whole; the same once. The log names it without its words. It raises nothing."""
        data = text.encode("utf-8", "backslashreplace")
        path = self.folder / f"{hashlib.blake2b(data, digest_size=16).hexdigest()}.json"
        # not what the error says: it may repeat what somebody wrote
        LOG.error("%s cannot be handled (%s) and is put aside: %s", what, type(reason).__name__, path)
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if path.exists() or self.count() >= self._most:
                return
            beside = path.with_suffix(".new")
            beside.touch(mode=0o600)
            beside.write_bytes(data)
            beside.replace(path)
        except OSError as error:
            LOG.error("%s could not be put aside: %s", what, error.strerror)

    def count(self) -> int:
        """How many there are."""
        return sum(1 for _ in self.folder.glob("*.json")) if self.folder.is_dir() else 0

    def discard_old(self) -> None:
        """Remove what is older than `KEEP`."""
        oldest = (self._clock() - KEEP).timestamp()
        for path in self.folder.glob("*"):
            try:
                if path.stat().st_mtime < oldest:
                    path.unlink()
            except OSError as error:
                LOG.warning("%s: %s", path, error.strerror)
