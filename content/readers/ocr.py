"""A page of a PDF as a picture in; the paragraphs that tesseract reads on it out. Only where the setting says so.

Why tesseract alone? ocrmypdf runs it, too, and would write a whole file for the few pages that have no text.

Why off unless somebody asks for it? It takes seconds a page, and what it reads has wrong letters: a citation of it says
that it was read by OCR.
"""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import subprocess  # nosec - a program of the system, without a shell
from collections.abc import Iterator
from functools import cache
from typing import Any

import pypdfium2

from content.omissions import OCR
from content.readers.paragraphs import join_lines

DOTS = 300
"""Dots an inch of the picture, as tesseract wants it."""
MAX_DOTS = 30_000_000
"""Dots of a picture at most; a poster is read at a lower resolution."""
SECONDS = 120.0
"""What one page may take by the clock."""
MOST_LANGUAGES = 6
_NO_LANGUAGE = frozenset(("osd", "equ", "snum"))


def available() -> bool:
    """Whether the machine has tesseract."""
    return shutil.which(OCR) is not None


def read_page(page: Any) -> list[str]:
    """The paragraphs on a page (`pypdfium2.PdfPage`); none where tesseract fails on it or finds no words."""
    try:
        text = _run([OCR, "-", "-", "-l", languages(), "--psm", "3"], _picture(page))
    except (OSError, subprocess.SubprocessError, pypdfium2.PdfiumError, ValueError):
        return []
    return list(_paragraphs(text))


@cache
def languages() -> str:
    """What tesseract has learnt on this machine, as it wants to be told; English where it does not say."""
    try:
        listed = _run([OCR, "--list-langs"], b"").split("\n")[1:]
    except (OSError, subprocess.SubprocessError):
        listed = []
    known = [name.strip() for name in listed if re.fullmatch(r"[a-z]{3}(?:_[a-z]+)?", name.strip())]
    known = [name for name in known if name not in _NO_LANGUAGE]
    known.sort(key=lambda name: (not name.startswith("chi_sim"), name != "eng", name))
    return "+".join(known[:MOST_LANGUAGES]) or "eng"


def _run(command: list[str], given: bytes) -> str:
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}  # pages of other files are read meanwhile
    done = subprocess.run(  # noqa: S603 - fixed arguments, no shell
        command, input=given, capture_output=True, timeout=SECONDS, check=True, env=environment
    )
    return done.stdout.decode("utf-8", "replace")


def _picture(page: Any) -> bytes:
    """A page as a portable graymap."""
    width, height = page.get_size()
    dots = width * height * (DOTS / 72) ** 2
    scale = DOTS / 72 * min(1.0, (MAX_DOTS / max(dots, 1.0)) ** 0.5)
    bitmap = page.render(scale=scale, grayscale=True)
    try:
        pixels = ctypes.string_at(bitmap.buffer, bitmap.stride * bitmap.height)
        rows = (pixels[row * bitmap.stride : row * bitmap.stride + bitmap.width] for row in range(bitmap.height))
        return b"P5 %d %d 255\n" % (bitmap.width, bitmap.height) + b"".join(rows)
    finally:
        bitmap.close()


def _paragraphs(text: str) -> Iterator[str]:
    """Paragraphs, which tesseract parts by an empty line; between Han characters it puts spaces that nobody sees."""
    for part in re.split(r"\n\s*\n|\f", text):
        lines = [re.sub(r"(?<=[\u2e80-\uffef]) (?=[\u2e80-\uffef])", "", line.strip()) for line in part.split("\n")]
        whole = join_lines((line, True) for line in lines if line)
        if sum(map(str.isalnum, whole)) > len(whole) // 3:
            yield whole
