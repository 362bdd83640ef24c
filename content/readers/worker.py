"""A worker process: requests in, one JSON line each; what the reader found out, one JSON line each.

Run as `python -P -m content.readers.worker MEMORY_BYTES`. JSON and not pickle: a hostile report that takes
over a reader can send back wrong text, but not code. Replies go to a private copy of standard output, so that
nothing a library prints can pass for a reply.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any, BinaryIO

from content.readers import cannot_open, read_bytes
from content.readers.errors import Unreadable


def main() -> None:
    """Answer requests until standard input ends."""
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, sys.stdout.fileno())
    if len(sys.argv) > 1:
        limit_memory(int(sys.argv[1]))
    serve(sys.stdin.buffer, replies)


def limit_memory(size: int) -> None:
    """Let this process have `size` bytes at most, where the system can do that."""
    try:
        import resource
    except ImportError:  # Windows has no such limit; the time limit still holds
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    allowed = size if hard == resource.RLIM_INFINITY else min(size, hard)
    resource.setrlimit(resource.RLIMIT_AS, (allowed, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def serve(requests: BinaryIO, replies: BinaryIO) -> None:
    """One reply for each request, in order."""
    for line in requests:
        request = json.loads(line)
        # what JSON escapes keeps odd file names whole, and a line free of newlines
        reply = json.dumps(answer(Path(request["path"]), request["encoding"]))
        replies.write(reply.encode("ascii") + b"\n")
        replies.flush()


def answer(path: Path, encoding: str | None) -> dict[str, Any]:
    """The reply for one file: `pieces` and `metadata` with the `digest` of what was read, or the `reason`."""
    try:
        data = path.read_bytes()
    except OSError as error:
        return {
            "reason": cannot_open(error),
            "remedy": "check that it exists and may be read, then reindex again",
        }
    try:
        pieces, metadata = read_bytes(path.name, data, encoding=encoding)
    except Unreadable as fault:
        return {"reason": fault.reason, "remedy": fault.remedy}
    except MemoryError:
        return {
            "reason": "reading it takes too much memory",
            "remedy": "split it, or raise content.memory_mb",
        }
    except RecursionError:
        return {
            "reason": "it is nested too deeply to be read",
            "remedy": "save it as plain text and add that",
        }
    except Exception as error:  # noqa: BLE001 - whatever a broken file does to a reader is a line in the report
        return {
            "reason": f"it is damaged, or the reader failed on it ({type(error).__name__})",
            "remedy": "open it, save it again and add that; if it looks well there, report it as a bug",
        }
    return {
        "digest": hashlib.sha256(data).hexdigest(),
        "pieces": [[piece.kind, piece.text, piece.level, piece.page] for piece in pieces],
        "metadata": [
            metadata.title,
            metadata.year,
            metadata.date,
            metadata.publisher,
            metadata.language,
            metadata.collection,
            metadata.address,
        ],
    }


if __name__ == "__main__":
    main()
