"""Secrets and records in; a log on stderr that shows no secret and nobody's words out.

Why mask the finished line and not the arguments? A token may be in an address, in a traceback, or in the message of
another library. All of them end up in the finished line.

Why mask what errors quote? An error repeats what it could not read, and somebody wrote that: "invalid literal for int()
with base 10: …". Its type and its place in the program say enough.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Iterable, Iterator
from typing import Any, TextIO

MASK = "***"
QUIET = ("telegram", "httpx", "httpcore", "apscheduler", "tornado.access", "jieba", "rjieba", "hpack")
"""Loggers that write every request at INFO; httpx's lines hold the whole address, with the token."""
_QUOTED = re.compile(r"""(?<!\w)(['"]).+?\1(?!\w)|“.*?”|„.*?“|「.*?」|(?<!\w)‘.*?’""", re.DOTALL)
_TELLING = (ImportError, AttributeError, NameError, OSError)
"""Errors that quote names of the program and paths."""
_TOKEN = re.compile(r"\b\d{5,}:[A-Za-z0-9_-]{30,}")


class Masking(logging.Formatter):
    """Formats a record and masks the given secrets, and everything else that looks like a bot token."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secrets = sorted({secret for secret in secrets if secret}, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        values = record.args if isinstance(record.args, tuple) else ()
        if any(isinstance(value, BaseException) for value in values):
            record = logging.makeLogRecord(record.__dict__)
            record.args = tuple(_told(value) if isinstance(value, BaseException) else value for value in values)
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, MASK)
        return _TOKEN.sub(MASK, line)

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the name that logging calls
        """A traceback: places and types as they are, what errors say without what they quote."""
        return "\n".join(_chain(ei[1], set())) if ei[1] is not None else super().formatException(ei)


def _chain(error: BaseException, before: set[int]) -> Iterator[str]:
    """The lines of a traceback, those of what led to the error first."""
    before.add(id(error))
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None and id(cause) not in before:
        yield from _chain(cause, before)
        how = "was the direct cause of the following" if error.__cause__ else "was being handled when this one came"
        yield f"\nThe exception above {how}:\n"
    yield "Traceback (most recent call last):"
    yield "".join(traceback.format_tb(error.__traceback__)).rstrip("\n")
    yield f"{type(error).__module__}.{type(error).__qualname__}: {_told(error)}"
    for part in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        if id(part) not in before:
            yield "One of them:"
            yield from _chain(part, before)


def _told(error: BaseException) -> str:
    """What an error says; where that may be somebody's words, its first line without what it quotes."""
    if isinstance(error, _TELLING):
        return str(error)
    # the quotations first: they may have lines of their own
    first, *further = _QUOTED.sub("…", str(error)).split("\n")
    return f"{first} …" if further else first


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
