"""Readers: a file in, the pieces of its text and what is known about it out.

One module a format, imported when the first file of that format comes: a question in a terminal reads no
files and pays for none of them.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from content.documents import Metadata, Piece, seen
from content.readers.errors import Unreadable

if TYPE_CHECKING:
    from content.readers.formats import Format

__all__ = ["VERSION", "Unreadable", "fingerprint", "read_bytes", "read_file"]

VERSION = 8
"""Raise it when the same file gives another text, headings or metadata: every report is then read again."""
_MODULES: dict[Format, str] = {
    "markdown": "markdown",
    "text": "text",
    "html": "html",
    "docx": "docx",
    "pdf": "pdf",
    "pptx": "slides",
    "xlsx": "workbook",
    "odf": "opendocument",
    "epub": "epub",
    "mail": "mail",
}
"""The module that reads each format."""
_ENCODED = frozenset({"markdown", "text", "html"})
"""Formats of which a person can say the encoding."""


@cache
def fingerprint() -> str:
    """Changes with anything in the readers: a file that none of them could read is then tried again.

    Why not `VERSION`? Whoever adds a reader, or mends one for files that it refused, changes no text that was read, so
    nothing needs to be read again; and what waits for that reader must not wait for somebody to think of a number.
    """
    digest = hashlib.blake2b(digest_size=8)
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def read_file(path: Path, *, encoding: str | None = None, ocr: bool = False) -> tuple[list[Piece], Metadata]:
    """Read one file, in this process, without limits (`content.library` reads in workers, with limits).

    `encoding` overrules whatever a text or HTML file declares; `ocr`: pages without text are read by OCR. Raises
    `Unreadable`.
    """
    path = Path(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Unreadable(path.name, cannot_open(error), "check that it exists and may be read") from error
    pieces, metadata = read_bytes(path.name, data, encoding=encoding, ocr=ocr)
    from content.readers.side import described, side_bytes

    return pieces, described(metadata, path.name, side_bytes(path))


def read_bytes(
    name: str, data: bytes, *, encoding: str | None = None, ocr: bool = False
) -> tuple[list[Piece], Metadata]:
    """Read a file's bytes; `name` gives its ending and stands in messages. Raises `Unreadable`."""
    from content.readers.formats import detect

    kind = detect(name, data)
    pieces, metadata = _read(kind, name, data, encoding, ocr=ocr)
    pieces = [piece if (text := seen(piece.text)) == piece.text else _as_seen(piece, text) for piece in pieces]
    metadata = replace(metadata, title=seen(metadata.title))
    if not any(piece.text.strip() for piece in pieces):
        raise Unreadable(name, "it has no text", "add the file with its text, or remove it")
    return pieces, metadata


def _as_seen(piece: Piece, text: str) -> Piece:
    """The piece with its text as it is seen, and pages where they begin in that."""
    starts = tuple((len(seen(piece.text[:start])), page) for start, page in piece.page_starts)
    return replace(piece, text=text, page_starts=starts)


def _read(kind: Format, name: str, data: bytes, encoding: str | None, *, ocr: bool) -> tuple[list[Piece], Metadata]:
    reader = import_module(f"content.readers.{_MODULES[kind]}")
    read: tuple[list[Piece], Metadata]
    if kind in _ENCODED:
        read = reader.read(name, data, encoding)
    elif kind == "pdf":
        read = reader.read(name, data, ocr=ocr)
    else:
        read = reader.read(name, data)
    return read


def cannot_open(error: OSError) -> str:
    """What the system said when a file could not be opened, as a reason."""
    if isinstance(error, FileNotFoundError):
        return "it is gone"
    if isinstance(error, PermissionError):
        return "it may not be read (permission denied)"
    if isinstance(error, IsADirectoryError):
        return "it is a folder"
    return f"it cannot be opened ({error.strerror or type(error).__name__})"
