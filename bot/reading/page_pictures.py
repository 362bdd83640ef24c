"""A place in a report in; a picture of its printed page with the paragraph marked, kept on disk, out.

A picture is drawn once for each file, page and text: its name is made of the digest of all three, so that a report that
was edited has other pictures. The folder holds at most `MOST_BYTES`; those that were looked at longest ago go.

Why in a process of its own (`page_worker.py`)? PDFium is one library for all threads and may fall over a damaged file;
a bot must not fall with it. A command draws in its own process: nobody else is in it.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from bot.reading.page_marks import PrintedText
from content.readers.errors import Unreadable
from content.readers.pool import Worker

LOG = logging.getLogger(__name__)
MOST_BYTES = 200 * 2**20
"""Of all pictures that are kept."""
TOUCHED = 1_000
"""Files whose digests are known."""
MEMORY = 256 * 2**20
"""Bytes that drawing may take beyond reading."""
VERSION = 1
"""Raise it when the same page would be drawn or marked differently."""

Reason = Literal["format", "gone", "page", "unreadable"]


class NoPicture(Exception):
    """There is no picture: the format has no printed pages, the file or the page is gone, or it cannot be drawn."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A picture of a page."""

    png: Path
    page: int
    """Of the file, from 1."""
    pages: int
    """Of the file."""
    marked: tuple[int, ...]
    """The pages on which the text is marked, this one or its neighbours; none where its place is not sure."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """What a drawing tells beside the picture."""

    page: int
    pages: int
    marked: tuple[int, ...]


Draw = Callable[[Path, int, PrintedText | None, int, Path], Drawing]
"""File, page of the text, the text, the page to be drawn, and where to write the picture. Raises `NoPicture`."""


def has_printed_pages(file: Path) -> bool:
    """Whether a file is a PDF. Raises `NoPicture` where it is gone."""
    try:
        with file.open("rb") as stream:
            return b"%PDF-" in stream.read(1024)
    except OSError:
        raise NoPicture("gone") from None


def draw_here(file: Path, page: int, printed: PrintedText | None, shown: int, target: Path) -> Drawing:
    """Draw in this process."""
    import pypdfium2

    from bot.reading.page_drawing import draw_page

    try:
        drawn = draw_page(file, page, printed, shown)
    except ValueError:
        raise NoPicture("page") from None
    except OSError:
        raise NoPicture("gone") from None
    except pypdfium2.PdfiumError:
        raise NoPicture("unreadable") from None
    target.write_bytes(drawn.png)
    return Drawing(drawn.page, drawn.pages, drawn.marked)


class PageWorker(Worker):
    """Draws in a process of its own, which is started when the first picture is asked for."""

    module = "bot.reading.page_worker"

    def __init__(self, *, seconds: float, memory_bytes: int) -> None:
        super().__init__(seconds=seconds, memory_bytes=memory_bytes + MEMORY)

    def draw(self, file: Path, page: int, printed: PrintedText | None, shown: int, target: Path) -> Drawing:
        """As `Draw` says."""
        request: dict[str, Any] = {"page": page, "shown": shown, "target": str(target)}
        try:
            reply = self.ask(file, request | ({"printed": asdict(printed)} if printed else {}))
            if reply.get("refused") in ("page", "gone", "unreadable"):
                raise NoPicture(reply["refused"])
            return Drawing(int(reply["page"]), int(reply["pages"]), tuple(map(int, reply["marked"])))
        except (Unreadable, KeyError, TypeError, ValueError) as error:
            LOG.info("a page of %s cannot be drawn: %s", file.name, error)
            raise NoPicture("unreadable") from error


class PagePictures:
    """Pictures of pages, drawn once each. For any thread."""

    def __init__(self, folder: Path, draw: Draw, most_bytes: int = MOST_BYTES) -> None:
        self._folder = folder
        self._draw = draw
        self._most = most_bytes
        self._lock = threading.Lock()
        self._digests: dict[tuple[str, int, int], str] = {}

    def picture(self, file: Path, page: int, printed: PrintedText | None, shown: int | None = None) -> PagePicture:
        """The page on which a text stands, marked; or the page that is to be `shown`. Raises `NoPicture`.

        Raises `OSError` where the disk takes no picture.
        """
        if not has_printed_pages(file):
            raise NoPicture("format")
        wanted = page if shown is None else shown
        parts = (VERSION, self._digest(file), page, wanted, *((asdict(printed).values()) if printed else ()))
        name = hashlib.blake2b(json.dumps(parts).encode(), digest_size=16).hexdigest()
        kept = self._kept(name)
        if kept is not None:
            return kept
        with self._lock:  # one drawing at a time, and the second that asks for the same finds it here
            return self._kept(name) or self._drawn(name, file, page, printed, wanted)

    def _drawn(self, name: str, file: Path, page: int, printed: PrintedText | None, shown: int) -> PagePicture:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        png, about = self._folder / f"{name}.png", self._folder / f"{name}.json"
        unfinished = self._folder / f"{name}.{os.getpid()}.tmp"
        try:
            drawing = self._draw(file, page, printed, shown, unfinished)
            unfinished.replace(png)
            unfinished.write_text(json.dumps(asdict(drawing)), encoding="utf-8")
            unfinished.replace(about)
        finally:
            unfinished.unlink(missing_ok=True)
        self._discard_old(png)
        return PagePicture(png, drawing.page, drawing.pages, drawing.marked)

    def _kept(self, name: str) -> PagePicture | None:
        png = self._folder / f"{name}.png"
        try:
            about = json.loads(png.with_suffix(".json").read_text(encoding="utf-8"))
            os.utime(png)  # so that what is looked at stays
            return PagePicture(png, int(about["page"]), int(about["pages"]), tuple(map(int, about["marked"])))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _digest(self, file: Path) -> str:
        """The digest of a file's bytes, known as long as its time and size are the same."""
        try:
            state = file.stat()
            key = (str(file), state.st_size, state.st_mtime_ns)
            if key not in self._digests:
                if len(self._digests) >= TOUCHED:
                    self._digests.clear()
                with file.open("rb") as stream:
                    self._digests[key] = hashlib.file_digest(stream, "sha256").hexdigest()
            return self._digests[key]
        except OSError:
            raise NoPicture("gone") from None

    def _discard_old(self, newest: Path) -> None:
        """Take away what was looked at longest ago, until the rest is within bounds."""
        pictures: list[tuple[float, int, Path]] = []
        for png in self._folder.glob("*.png"):
            try:
                state = png.stat()
            except OSError:
                continue
            pictures.append((state.st_mtime, state.st_size, png))
        total = sum(size for _, size, _ in pictures)
        for _, size, png in sorted(pictures):
            if total <= self._most:
                return
            if png != newest:
                png.unlink(missing_ok=True)
                png.with_suffix(".json").unlink(missing_ok=True)
                total -= size
