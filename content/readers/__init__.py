"""Readers: a file in, the pieces of its text and what is known about it out.

One module a format, imported when the first file of that format comes: a question in a terminal reads no
files and pays for none of them.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from content.documents import Metadata, Piece, seen
from content.readers.errors import Unreadable

if TYPE_CHECKING:
    from content.readers.formats import Format

__all__ = ["VERSION", "Unreadable", "read_bytes", "read_file"]

VERSION = 2
"""Raise it when the same file gives another text, headings or metadata: every report is then read again."""


def read_file(path: Path, *, encoding: str | None = None) -> tuple[list[Piece], Metadata]:
    """Read one file, in this process, without limits (`content.library` reads in workers, with limits).

    `encoding` overrules whatever a text or HTML file declares. Raises `Unreadable`.
    """
    path = Path(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Unreadable(path.name, cannot_open(error), "check that it exists and may be read") from error
    return read_bytes(path.name, data, encoding=encoding)


def read_bytes(name: str, data: bytes, *, encoding: str | None = None) -> tuple[list[Piece], Metadata]:
    """Read a file's bytes; `name` gives its ending and stands in messages. Raises `Unreadable`."""
    from content.readers.formats import detect

    kind = detect(name, data)
    pieces, metadata = _read(kind, name, data, encoding)
    pieces = [piece if (text := seen(piece.text)) == piece.text else replace(piece, text=text) for piece in pieces]
    metadata = replace(metadata, title=seen(metadata.title))
    if not any(piece.text.strip() for piece in pieces):
        raise Unreadable(name, "it has no text", "add the file with its text, or remove it")
    return pieces, metadata


def _read(kind: Format, name: str, data: bytes, encoding: str | None) -> tuple[list[Piece], Metadata]:
    if kind == "markdown":
        from content.readers.markdown import read as read_markdown

        return read_markdown(name, data, encoding)
    if kind == "html":
        from content.readers.html import read as read_html

        return read_html(name, data, encoding)
    if kind == "docx":
        from content.readers.docx import read as read_docx

        return read_docx(name, data)
    if kind == "pdf":
        from content.readers.pdf import read as read_pdf

        return read_pdf(name, data)
    from content.readers.text import read as read_text

    return read_text(name, data, encoding)


def cannot_open(error: OSError) -> str:
    """What the system said when a file could not be opened, as a reason."""
    if isinstance(error, FileNotFoundError):
        return "it is gone"
    if isinstance(error, PermissionError):
        return "it may not be read (permission denied)"
    if isinstance(error, IsADirectoryError):
        return "it is a folder"
    return f"it cannot be opened ({error.strerror or type(error).__name__})"
