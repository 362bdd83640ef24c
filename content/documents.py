"""A report as read: what every reader gives and everything after it relies on.

In: the pieces a reader found in a file (`Piece`), in reading order. Out: one `Document`: its text, and
blocks that are slices of that text, each with heading path, page and paragraph number.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Literal

from content.omissions import Omission

PieceKind = Literal["heading", "paragraph", "item", "row", "note"]
"""A note is a footnote, apart from the text that refers to it."""
PageStarts = tuple[tuple[int, int], ...]
"""Where pages begin in a text, and their numbers from 1: (offset in characters, page), offsets ascending."""
PrintedPages = tuple[tuple[int, int, int], ...]
"""Runs of pages whose printed numbers are not the file's: first and last page of the file, and the number on the first;
ascending."""
SEPARATOR = "\n\n"
"""Stands between two blocks in a document's text, so that no slice of one block reaches into another."""

# Soft hyphens, breaks without width, signs of direction. Joiners stay where they change what is seen (Persian, emoji).
_UNSEEN = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
    "|(?<=[A-Za-z\u00c0-\u024f])[\u200c\u200d](?=[A-Za-z\u00c0-\u024f])"
)


def seen(text: str) -> str:
    """The text without characters that nobody sees and that would part a word for whoever looks for it."""
    return text if text.isascii() else _UNSEEN.sub("", text)


@dataclass(frozen=True, slots=True)
class Piece:
    """One heading, paragraph, list item or table row as a reader found it."""

    kind: PieceKind
    text: str
    level: int = 0
    """Headings: 1 (outermost) to 6; anything else: 0."""
    page: int | None = None
    """The page it begins on, from 1, where the format has pages."""
    page_starts: PageStarts = ()
    """Where in its text further pages begin, in a piece that goes over the end of one."""


def shifted(starts: PageStarts, by: int) -> PageStarts:
    """Page starts of a text as they are when so many characters are put before it (fewer than none: taken off)."""
    return tuple((max(start + by, 0), page) for start, page in starts)


def page_at(starts: PageStarts, offset: int) -> int | None:
    """The page on which a character stands, None before the first start."""
    position = bisect_right(starts, offset, key=itemgetter(0))
    return starts[position - 1][1] if position else None


def printed_page(runs: PrintedPages, page: int | None) -> int | None:
    """The number that is printed on a page of the file, None where it is the same or nobody can tell."""
    if page is not None:
        for first, last, printed in runs:
            if first <= page <= last:
                return printed + page - first
    return None


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of a report beside its text; whatever is not known is empty."""

    title: str = ""
    year: int | None = None
    date: str = ""
    publisher: str = ""
    language: str = ""
    """`en`, `zh`, ... (BCP 47 primary language)."""
    collection: str = ""
    address: str = ""
    """Where the report was published (a web address)."""
    edition_of: str = ""
    """The report that this is another edition of, as its side file names it (a file or a title)."""
    author: str = ""
    """Who wrote it, as the file says: several with semicolons between them, persons as `Family, Given`."""
    place: str = ""
    """The city where it was published."""
    printed_pages: PrintedPages = ()
    """The numbers that are printed on pages, where they are not the file's."""
    left_out: tuple[Omission, ...] = ()
    """What the text lacks that a person sees in the file, as its reader accounts for it."""


@dataclass(frozen=True, slots=True)
class Locator:
    """Where in its document a passage stands."""

    section: tuple[str, ...] = ()
    """The headings above it, outermost first."""
    page: int | None = None
    paragraph: int = 1
    """Number of its first block among the blocks that are not headings, from 1."""


@dataclass(frozen=True, slots=True)
class Block:
    """One piece in its place: `document.text[start:end]`."""

    start: int
    end: int
    kind: PieceKind
    level: int
    locator: Locator


@dataclass(frozen=True, slots=True)
class Document:
    """A report as read. Its blocks are verbatim slices of `text`, in order, and do not overlap."""

    id: str
    """Stays the same while the file keeps its name: `casted-annual-report-2021`."""
    source: str
    """The file, relative to the folder of reports, with forward slashes."""
    text: str
    blocks: tuple[Block, ...]
    metadata: Metadata = field(default_factory=Metadata)
    page_starts: PageStarts = ()
    """Where in its text pages begin, in a format that has pages. Each block that stands on one begins a new entry."""

    def page_at(self, offset: int) -> int | None:
        """The page on which a character of the text stands, where the format has pages."""
        return page_at(self.page_starts, offset)

    @property
    def left_out(self) -> tuple[Omission, ...]:
        """What the text lacks that a person sees in the file."""
        return self.metadata.left_out


def assemble(id: str, source: str, pieces: Iterable[Piece], metadata: Metadata) -> Document:  # noqa: A002
    """Put pieces together into a document: text, offsets, heading paths and paragraph numbers.

    Pieces without text are left out. A heading closes every heading of its own level or deeper.
    """
    parts: list[str] = []
    blocks: list[Block] = []
    path: list[tuple[int, str]] = []
    starts: list[tuple[int, int]] = []
    position = paragraph = 0
    for piece in pieces:
        text = piece.text.strip()
        if not text:
            continue
        if parts:
            position += len(SEPARATOR)
        if piece.kind == "heading":
            while path and path[-1][0] >= piece.level:
                path.pop()
            path.append((piece.level, " ".join(text.split())))
        else:
            paragraph += 1
        locator = Locator(tuple(heading for _, heading in path), piece.page, max(paragraph, 1))
        if piece.page is not None:
            lead = position - (len(piece.text) - len(piece.text.lstrip()))
            starts += [(position, piece.page), *shifted(piece.page_starts, lead)]
        blocks.append(Block(position, position + len(text), piece.kind, piece.level, locator))
        parts.append(text)
        position += len(text)
    return Document(id, source, SEPARATOR.join(parts), tuple(blocks), metadata, tuple(starts))
