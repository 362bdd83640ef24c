"""Secrets in; a log on stderr that never shows them out.

Why mask the finished line and not the arguments? A token may be in an address, in a traceback, or in the message of
another library. All of them end up in the finished line.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable
from typing import TextIO

MASK = "***"
QUIET = ("httpx", "httpcore", "apscheduler", "tornado.access", "jieba", "rjieba", "hpack")
"""Loggers that write every request at INFO; httpx's lines hold the whole address, with the token."""
_TOKEN = re.compile(r"\b\d{5,}:[A-Za-z0-9_-]{30,}")


class Masking(logging.Formatter):
    """Formats a record and masks the given secrets, and everything else that looks like a bot token."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secrets = sorted({secret for secret in secrets if secret}, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, MASK)
        return _TOKEN.sub(MASK, line)


def start_logging(secrets: Iterable[str], stream: TextIO | None = None) -> None:
    """Send every record of this process to a masked log on `stream` (stderr). It replaces all other handlers."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(Masking(secrets))
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    logging.captureWarnings(True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
