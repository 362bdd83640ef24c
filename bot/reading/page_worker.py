"""A request for a picture of a page in, the picture on disk and what is marked on it out, in a process of its own.

Run as `python -P -m bot.reading.page_worker MEMORY_BYTES PARENT`, as the workers are that read reports.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from bot.reading.page_marks import PrintedText
from bot.reading.page_pictures import NoPicture, draw_here
from content.readers.worker import Reply, Request, failure, main


def draw(request: Request) -> Reply:
    """Draw one page."""
    printed = PrintedText(**request["printed"]) if "printed" in request else None
    try:
        drawing = draw_here(
            Path(request["path"]), int(request["page"]), printed, int(request["shown"]), Path(request["target"])
        )
    except NoPicture as refused:
        return {"refused": refused.reason}
    except Exception as error:  # noqa: BLE001 - whatever a broken file does to PDFium, the next one is drawn
        return failure(error)
    return asdict(drawing)


if __name__ == "__main__":
    main(draw)
