"""What a file really is, whatever its name says, and what to do about formats that are not read."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.documents import Piece
from content.readers import read_bytes, read_file
from content.readers.errors import Unreadable
from content.readers.formats import detect

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600


def packed(*names: str, mimetype: str = "", method: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype)
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "reason", "remedy"),
    [
        ("a.pdf", b"", "empty", "replace"),
        ("a.pdf", b"no such thing", "damaged", "again"),
        ("a.docx", b"no such thing", "damaged", "again"),
        ("a.doc", OLE, "legacy word file", "save it as .docx"),
        ("a.xls", OLE, "old workbook", "save it as .xlsx"),
        ("a.ppt", OLE, "old set of slides", "save it as .pptx"),
        ("a.msg", OLE, "message of Outlook", "save it as .eml"),
        ("a", OLE + "__substg1.0_0037001F".encode("utf-16-le"), "message of Outlook", "save it as .eml"),
        ("a.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "password", "without the password"),
        (
            "a.odg",
            packed(mimetype="application/vnd.oasis.opendocument.graphics"),
            "OpenDocument",
            "save it as .pdf",
        ),
        ("a.odt", packed(mimetype="application/vnd.oasis.opendocument.text"), "content.xml", "again"),
        ("a.epub", packed(mimetype="application/epub+zip"), "content.opf", "again"),
        ("a.pptx", packed("ppt/presentation.xml"), "ppt/presentation.xml", "again"),
        ("a.xlsx", packed("xl/workbook.xml"), "xl/workbook.xml", "again"),
        ("a.xlsb", packed("xl/workbook.bin"), "binary workbook", "save it as .xlsx"),
        ("a.xlsm", packed("xl/workbook.xml"), "macros", "save it as .xlsx"),
        ("a.pptm", packed("ppt/presentation.xml"), "macros", "save it as .pptx"),
        ("a.xlsx", b"a,b", "damaged", "again"),
        ("a.eml", b"no such thing", "does not begin as a message does", "again"),
        ("a.docm", packed("word/document.xml"), "macros", "save it as .docx"),
        ("a.zip", packed("a.txt"), "archive", "unpack"),
        ("a.docx", b"PK\x03\x04 broken", "damaged", "again"),
        ("a.rtf", b"{\\rtf1 hello}", "Rich Text", "save it as .docx"),
        ("a.txt", b"\x89PNG\r\n\x1a\n", "picture", "text"),
        ("a.csv", b"a,b\n1,2\n", ".csv file", "save it as"),
        ("data", b"hello", "without an ending", "save it as"),
    ],
)
def test_unreadable_files_say_why_and_what_to_do(name: str, data: bytes, reason: str, remedy: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_bytes(name, data)
    assert refused.value.subject == name
    assert reason in refused.value.reason
    assert remedy in refused.value.remedy
    assert str(refused.value) == f"{name}: {refused.value.reason}: {refused.value.remedy}"


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_packed_file_that_cannot_be_unpacked_is_damaged(method: int) -> None:
    data = bytearray(packed(mimetype="application/epub+zip" * 9, method=method))
    begin = data.index(b"mimetype") + len("mimetype")
    data[begin : begin + 16] = b"\xff" * 16
    with pytest.raises(Unreadable, match="it is damaged"):
        detect("a.epub", bytes(data))


def test_packed_file_is_not_unpacked_to_see_what_it_is() -> None:
    bomb = packed(mimetype="application/epub+zip" + " " * (64 << 20), method=zipfile.ZIP_DEFLATED)
    tracemalloc.start()
    with pytest.raises(Unreadable, match="out of all proportion"):
        detect("a.epub", bomb)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 4 << 20


def test_content_counts_more_than_the_name() -> None:
    assert detect("page.pdf", b"<!DOCTYPE html><html><body>Hello</body></html>") == "html"
    assert detect("page.txt", b"\xef\xbb\xbf<html><body>Hello</body></html>") == "html"
    assert detect("report.txt", b"%PDF-1.4 ...") == "pdf"
    assert detect("report.md", b"# Hello") == "markdown"
    assert detect("REPORT.TXT", b"Hello") == "text"


def test_repetitive_table_is_no_bomb() -> None:
    """A table that says the same in each row packs 300 times smaller; such files were refused."""
    sheet = f"<worksheet>{'<row><c><v>0</v></c></row>' * 400_000}</worksheet>"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("xl/workbook.xml", sheet)
    assert len(sheet) > 250 * len(buffer.getvalue())
    assert detect("a.xlsx", buffer.getvalue()) == "xlsx"


@pytest.mark.parametrize(
    ("comments", "expected"),
    [("<!-- a --><!-- > -->", "html"), ("<?xml version='1.0'?> <!-- a -->", "html"), ("<!--", "text")],
)
def test_page_is_known_behind_comments(comments: str, expected: str) -> None:
    assert detect("a.txt", f"{comments}\n<html><p>Hello".encode()) == expected


def test_file_that_is_not_there_is_unreadable(tmp_path: Path) -> None:

    with pytest.raises(Unreadable, match="it is gone"):
        read_file(tmp_path / "no.txt")


@given(st.binary(max_size=500), st.sampled_from(["a.md", "a.txt", "a.html", "a.pdf", "a.docx", "a.eml", "a.doc", "a"]))
def test_random_bytes_are_read_or_refused(data: bytes, name: str) -> None:
    try:
        pieces, _ = read_bytes(name, data)
    except Unreadable as refused:
        pieces = [Piece("paragraph", refused.remedy)]
    assert any(piece.text.strip() for piece in pieces)


def test_words_are_read_without_what_nobody_sees_in_them() -> None:
    for name, text in (
        ("x.html", "<p>inter&shy;national tr&#8203;ade</p>"),
        ("x.md", "inter&shy;national tr&#8203;ade"),
    ):
        assert [piece.text for piece in read_bytes(name, text.encode())[0]] == ["international trade"]
    with pytest.raises(Unreadable, match="no text"):
        read_bytes("x.html", b"<p>&#8203;&shy;</p>")
