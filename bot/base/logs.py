"""Secrets in; a log on stderr that never shows them out.

Why mask the formatted line, and not the arguments? A token may stand in an address, in a traceback, in
another library's message; the finished line is the one place through which all of them pass.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable
from typing import TextIO

MASK = "***"
QUIET = ("httpx", "httpcore", "apscheduler", "tornado.access", "jieba", "rjieba", "hpack")
"""Loggers that speak at INFO of every request; httpx's lines hold the whole address, token included."""
_TOKEN = re.compile(r"\b\d{5,}:[A-Za-z0-9_-]{30,}")


class Masking(logging.Formatter):
    """Formats a record and masks the given secrets, and whatever else looks like a bot token."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secrets = sorted({secret for secret in secrets if secret}, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, MASK)
        return _TOKEN.sub(MASK, line)


def start_logging(secrets: Iterable[str], stream: TextIO | None = None) -> None:
    """Send every record of this process to a masked log on `stream` (stderr), in place of others."""
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
