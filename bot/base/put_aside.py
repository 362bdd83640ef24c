"""Updates that cannot be handled in; a file for each, in a folder that only the owner can read, out.

Why files and not a table? An update may be put aside because the database refuses it. And a person who repairs the
fault can read a file with any editor. The files hold people's words, and `/forget` does not find them there, so they
are removed after `KEEP`.
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
"""Files at most. If there are more, they are most likely all of the same kind."""


class PutAside:
    """The folder `put-aside` in the data folder."""

    def __init__(self, data: Path, clock: Callable[[], datetime], *, most: int = MOST) -> None:
        self.folder = data / FOLDER
        self._clock = clock
        self._most = most

    def keep(self, what: str, text: str, reason: BaseException) -> None:
        """Write a text to a file, once for the same text. The log names it without its words. This never raises.

        `what`: what it is, for the log; `reason`: the error that stopped it.
        """
        data = text.encode("utf-8", "backslashreplace")
        path = self.folder / f"{hashlib.blake2b(data, digest_size=16).hexdigest()}.json"
        # without the error's message, which may repeat somebody's words
        LOG.error("%s cannot be handled (%s) and is put aside: %s", what, type(reason).__name__, path)
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if path.exists() or self.count() >= self._most:
                return
            unfinished = path.with_suffix(".new")
            unfinished.touch(mode=0o600)
            unfinished.write_bytes(data)
            unfinished.replace(path)
        except OSError as error:
            LOG.error("%s could not be put aside: %s", what, error.strerror)

    def count(self) -> int:
        """How many files there are."""
        return sum(1 for _ in self.folder.glob("*.json")) if self.folder.is_dir() else 0

    def discard_old(self) -> None:
        """Remove files older than `KEEP`."""
        oldest = (self._clock() - KEEP).timestamp()
        for path in self.folder.glob("*"):
            try:
                if path.stat().st_mtime < oldest:
                    path.unlink()
            except OSError as error:
                LOG.warning("%s: %s", path, error.strerror)
