"""Broken files of every format: each is read or named, none hangs and none brings down who asks.

The files are made from whole ones by a seeded generator: bytes changed, cut out, doubled, parts of archives spoilt,
marks of the format thrown together. `CITEDESK_FUZZ=2000` makes so many of each format in place of a few.
"""

from __future__ import annotations

import io
import os
import random
import signal
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage

import docx
import pytest
from test_readers_office import book, deck, opendocument, packed, shape, sheet, slide, workbook

from content.documents import Piece
from content.readers import read_bytes
from content.readers.errors import Unreadable

MOST = int(os.environ.get("CITEDESK_FUZZ", "40"))
SECONDS = 5.0
"""Of processor time that such a file may take."""
WORDS = (
    "# - * > | ` ~~~ [a]( ![ [^1] [^1]: {% %} {{ }} --- +++ <p> <div> </div> <table> <tr> <td colspan=99> <sup> <!-- "
    "--> <? &amp; &#0; 1. 第一章 中国 2012 and annual report \u00ad \u200b \t \n \n\n \f \x00 \ud83d "
    "□ ☒ a: b; . … ( “ ” ' \" = _ \\ 🙂"
).split(" ")


def message() -> bytes:
    made = EmailMessage()
    made["Subject"], made["From"], made["Date"] = "Rapport 2023", "a@example.org", "Mon, 1 May 2023 10:00:00 +0800"
    made.set_content("Dear colleagues,\n\nthe workshop takes place in Nairobi.\n")
    made.add_alternative("<p>The workshop takes place in <b>Nairobi</b>.</p>", subtype="html")
    made.add_attachment(b"x", maintype="image", subtype="png", filename="map.png")
    return made.as_bytes()


def word_file() -> bytes:
    document = docx.Document()
    document.add_heading("Training", 1)
    document.add_paragraph("A workshop was held.", style="List Number")
    table = document.add_table(2, 2)
    for number, cell in enumerate(cell for row in table.rows for cell in row.cells):
        cell.text = f"cell {number}"
    document.sections[0].header.paragraphs[0].text = "Restricted"
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


WHOLE: dict[str, Callable[[], bytes]] = {
    "a.md": lambda: (
        b"---\ntitle: T\n---\n# One\n\nText[^1] of *it*.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n[^1]: Note.\n"
    ),
    "a.txt": lambda: (
        "Annual Report 2012\n\n1 Introduction\n\nThe text goes on\nand on.\n\n- one\n- two\n\f第一章 背景\n".encode()
    ),
    "a.html": lambda: (
        b"<html><head><title>T</title></head><body><article><h1>One</h1><p>Text<sup>1</sup>.</p>"
        b"<table><tr><th>a<th>b<tr><td rowspan=2>1<td>2</table></article></body></html>"
    ),
    "a.eml": message,
    "a.docx": word_file,
    "a.pptx": lambda: deck(slide(shape("Findings", "title"), shape("One", "body"))),
    "a.xlsx": lambda: workbook({"Data": sheet(("Country", "Share", "On"), ("Kenya", (0.1, 1), 45047))}, ("0", "0.0%")),
    "a.odt": lambda: opendocument("<text:h text:outline-level='1'>One</text:h><text:p>Text.</text:p>"),
    "a.epub": lambda: book({"a.xhtml": "<html><body><h1>One</h1><p>Text.</p></body></html>"}),
}


@contextmanager
def limited() -> Iterator[None]:
    """At most so many seconds of processor time."""

    def late(*_: object) -> None:
        raise AssertionError("it takes too long")

    before = signal.signal(signal.SIGVTALRM, late)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def changed(data: bytes, chance: random.Random) -> bytes:
    """The bytes with a few changes that damaged disks, lines and programs make."""
    made = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        place, length = chance.randrange(len(made) + 1), chance.choice((1, 1, 2, 8, 64))
        kind = chance.randrange(5)
        if kind == 0:
            made[place : place + length] = chance.randbytes(length)
        elif kind == 1:
            del made[place : place + length]
        elif kind == 2:
            made[place:place] = made[place : place + length] * chance.choice((1, 3, 50))
        elif kind == 3:
            made[place:place] = chance.choice(WORDS).encode("utf-8", "surrogatepass") * chance.choice((1, 2, 100))
        else:
            digits = [at for at, byte in enumerate(made) if chr(byte).isdigit()]
            if digits:
                made[chance.choice(digits)] = ord(chance.choice("0123456789-.e "))
    return bytes(made)


def broken(name: str, whole: bytes, chance: random.Random) -> bytes:
    """A broken file: changed as a whole, in one of its parts, or nothing but marks of formats."""
    kind = chance.randrange(4)
    if whole.startswith(b"PK") and kind < 3:
        with zipfile.ZipFile(io.BytesIO(whole)) as archive:
            parts = {one: archive.read(one) for one in archive.namelist()}
        spoilt = chance.choice(sorted(parts))
        parts[spoilt] = changed(parts[spoilt], chance)
        if chance.random() < 0.2:
            del parts[chance.choice(sorted(parts))]
        return packed(parts)
    if kind == 3 and not whole.startswith(b"PK"):
        words = [chance.choice(WORDS) for _ in range(chance.randrange(200))]
        head = "Subject: a\n\n" if name.endswith(".eml") else ""
        return (head + chance.choice(("", " ")).join(words)).encode("utf-8", "surrogatepass")
    return changed(whole, chance)


def read_or_named(name: str, data: bytes) -> list[Piece]:
    """What is read; nothing of what is named with its reason and remedy."""
    try:
        return read_bytes(name, data)[0]
    except Unreadable as fault:
        if not fault.reason or not fault.remedy:
            raise AssertionError(f"{fault!r} does not say enough") from fault
        return []


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="the system does not count processor time")
@pytest.mark.parametrize("name", WHOLE)
def test_broken_files_are_read_or_named(name: str) -> None:
    whole = WHOLE[name]()
    assert read_or_named(name, whole)
    for seed in range(MOST):
        data = broken(name, whole, random.Random(f"{name} {seed}"))
        try:
            with limited():
                read_or_named(name, data)
        except (MemoryError, RecursionError):  # the worker has a reason for these (`worker.guarded`)
            continue
        except Exception as fault:
            raise AssertionError(f"{name}, seed {seed}: {fault!r}") from fault
