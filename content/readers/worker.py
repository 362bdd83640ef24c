"""A worker process: requests in, one JSON line each; what the reader found out, one JSON line each.

Run as `python -P -m content.readers.worker MEMORY_BYTES PARENT`, the id of the process that it ends with.

Why JSON and not pickle? A hostile report that takes over a reader can send back wrong text, but not code. Replies go to
a private copy of standard output, so that nothing a library prints can pass for a reply.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from content.documents import Metadata, Piece
from content.omissions import fields_of
from content.readers import cannot_open, limits, read_bytes
from content.readers.errors import Unreadable
from content.readers.formats import detect
from content.readers.side import described, digest_of, side_bytes

Request = dict[str, Any]
Reply = dict[str, Any]


def main(answer: Callable[[Request], Reply]) -> None:
    """Answer requests until standard input ends."""
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, sys.stdout.fileno())
    if len(sys.argv) > 2:
        limits.end_with(int(sys.argv[2]))
        limits.hold_memory(int(sys.argv[1]))
    serve(answer, sys.stdin.buffer, replies)


def serve(answer: Callable[[Request], Reply], requests: BinaryIO, replies: BinaryIO) -> None:
    """One reply for each request, in order. `grown`: bytes that this process has taken since it began.

    A request says how many `seconds` of processor time it may take; whatever takes more ends this process.
    """
    before = _taken()
    for line in requests:
        request = json.loads(line)
        limits.allow(float(request.get("seconds", 0)))
        reply = {**answer(request), "grown": _taken() - before}
        limits.allow(0)
        # JSON escapes newlines; escaping all but ASCII, too, would make Chinese twice as long and slow to read
        text = json.dumps(reply, ensure_ascii=False, separators=(",", ":"))
        replies.write(text.encode("utf-8", "surrogatepass") + b"\n")
        replies.flush()


def _taken() -> int:
    """Bytes of memory that this process has, as its limit counts them; 0 where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


def read(request: Request) -> Reply:
    """The reply for one file: `pieces` and `metadata` with the `digest` of what was read, or the `reason`."""
    return guarded(request, _found)


def guarded(request: Request, make: Callable[[Request, list[Piece], Metadata], Reply]) -> Reply:
    """Read a file and make something of it; the `digest` of what was read beside that, or the `reason`."""
    path, encoding = Path(request["path"]), request.get("encoding")
    try:
        data = path.read_bytes()
    except OSError as error:
        return {
            "reason": cannot_open(error),
            "remedy": "check that it exists and may be read, then reindex again",
        }
    try:
        pieces, metadata = read_bytes(path.name, data, encoding=encoding, ocr=bool(request.get("ocr")))
        side = side_bytes(path)
        made = make(request, pieces, described(metadata, path.name, side))
    except Unreadable as fault:
        if fault.subject != path.name:  # its side file
            return {"reason": f"{fault.subject}: {fault.reason}", "remedy": fault.remedy}
        return {"reason": fault.reason, "remedy": fault.remedy, "certain": _is_other(path.name, data)}
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
        return failure(error)
    return {"digest": digest_of(data, side), **made}


def _is_other(name: str, data: bytes) -> bool:
    """Whether it is a file that no reader was even asked to read."""
    try:
        detect(name, data)
    except Unreadable:
        return True
    return False


def failure(error: Exception) -> Reply:
    """What to say of a file on which a reader failed in a way that nobody has thought of."""
    return {
        "reason": f"it is damaged, or the reader failed on it ({type(error).__name__})",
        "remedy": "open it, save it again and add that; if it looks well there, report it as a bug",
    }


def _found(request: Request, pieces: list[Piece], metadata: Metadata) -> Reply:
    return {
        "pieces": [[piece.kind, piece.text, piece.level, piece.page, piece.page_starts] for piece in pieces],
        "metadata": [
            metadata.title,
            metadata.year,
            metadata.date,
            metadata.publisher,
            metadata.language,
            metadata.collection,
            metadata.address,
            metadata.edition_of,
            [fields_of(omission) for omission in metadata.left_out],
            metadata.printed_pages,
            metadata.author,
            metadata.place,
        ],
    }


if __name__ == "__main__":
    main(read)
