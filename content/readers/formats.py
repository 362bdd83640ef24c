"""What a file really is: its name and first bytes in, its format out, or the reason why it cannot be read.

Why not by the name's ending alone? Reports come from many hands: web pages saved as .pdf, word files
renamed, archives. The content decides; the ending only tells apart formats that are all plain text.
"""

from __future__ import annotations

import io
import lzma
import re
import zipfile
import zlib
from pathlib import PurePath
from typing import Literal

from content.readers.errors import Unreadable

Format = Literal["markdown", "text", "html", "docx", "pdf", "pptx", "xlsx", "odf", "epub", "mail"]

READABLE = ".md, .txt, .html, .docx, .odt, .pptx, .xlsx, .epub, .eml or .pdf"
MAX_UNPACKED = 512 * 1024 * 1024
"""Bytes that a packed file (.docx, say) may unpack to; no report comes near it."""
MAX_RATIO = 500
LARGE = 32 * 1024 * 1024
"""Times that a packed file's parts of so many bytes may grow. XML grows about 40 times, a table that says the same in
each of its thousands of rows some hundred times, a file that was made to fill the memory a thousand times. What is
smaller does no harm whatever it grows from."""
MAX_PARTS = 20_000

_TEXT_ENDINGS: dict[str, Format] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "text",
    ".text": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".eml": "mail",
}
_OFFICE: tuple[tuple[str, Format, str, str], ...] = (
    ("word/document", "docx", "a word file", ".docx"),
    ("ppt/presentation", "pptx", "a set of slides", ".pptx"),
    ("xl/workbook", "xlsx", "a workbook", ".xlsx"),
)
"""How the main part of an Office file begins, its format, what it is, and the ending to save it with."""
_MACROS = re.compile(r"\.(?:do[ct]m|dotx|p[po][tsw]m|potx|xl[st]m|xltx|xlam)")
_MADE = (".pdf", ".docx", ".pptx", ".xlsx", ".odt", ".odp", ".ods", ".epub")
"""Endings of files that are never plain text."""
_BINARY = (
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"II*\x00", "a picture (TIFF)"),
    (b"MM\x00*", "a picture (TIFF)"),
    (b"\x1f\x8b", "a compressed file (gzip)"),
    (b"7z\xbc\xaf", "an archive (7z)"),
    (b"Rar!", "an archive (RAR)"),
    (b"AT&TFORM", "a DjVu file"),
    (b"%!PS", "a PostScript file"),
    (b"SQLite format 3", "a database"),
    (b"\x7fELF", "a program"),
)
_HTML = re.compile(rb"<(?:!doctype\s+html|html\b)", re.IGNORECASE)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def detect(name: str, data: bytes) -> Format:
    """The format of a file. Raises `Unreadable` for what is empty, damaged, protected or not supported."""
    ending = PurePath(name).suffix.lower()
    if not data:
        raise Unreadable(name, "it is empty (0 bytes)", "replace it with the whole file, or remove it")
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _packed(name, ending, data)
    if data.startswith(_OLE):
        raise _legacy(name, ending, data)
    if data.startswith(b"{\\rtf"):
        raise unsupported(name, "a Rich Text file", "save it as .docx and add that")
    for magic, what in _BINARY:
        if data.startswith(magic):
            raise unsupported(name, what, f"add its text as {READABLE}")
    if ending == ".eml":
        return "mail"
    if _begins_as_html(data[:4096]) and (ending in _TEXT_ENDINGS or ending in (*_MADE, "")):
        return "html"
    if ending in _MADE:
        raise Unreadable(
            name, f"it is damaged: it does not begin as a {ending} file does", "fetch or save the file again"
        )
    if ending in _TEXT_ENDINGS:
        return _TEXT_ENDINGS[ending]
    raise unsupported(name, f"a {ending} file" if ending else "a file without an ending", f"save it as {READABLE}")


def _begins_as_html(start: bytes) -> bool:
    """Whether the first tag says so; a declaration of XML and comments may stand before it."""
    start = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<?xml"):
        start = start.partition(b">")[2].lstrip()
    while start.startswith(b"<!--"):
        start = start.partition(b"-->")[2].lstrip()
    return bool(_HTML.match(start))


def unsupported(name: str, what: str, remedy: str) -> Unreadable:
    """A file of a format that no reader reads."""
    return Unreadable(name, f"its format is not supported: it is {what}", remedy)


def _packed(name: str, ending: str, data: bytes) -> Format:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            kind = ""
            if "mimetype" in names:
                with archive.open("mimetype") as part:  # no more of it, whatever it would unpack to
                    kind = part.read(80).decode("ascii", "replace")
    except (
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        OSError,
        ValueError,
        NotImplementedError,
        RuntimeError,
        EOFError,
        LookupError,
    ) as error:
        raise Unreadable(name, "it is damaged: its parts cannot be unpacked", "fetch or save the file again") from error
    office = next((one for one in _OFFICE if any(part.startswith(one[0]) for part in names)), None)
    if office:
        _, found, what, wanted = office
        if _MACROS.fullmatch(ending):
            raise unsupported(name, f"{what} with macros or a template ({ending})", f"save it as {wanted} and add that")
        if "xl/workbook.bin" in names:
            raise unsupported(name, "a binary workbook (.xlsb)", "save it as .xlsx and add that")
    elif "opendocument" in kind or {"content.xml", "META-INF/manifest.xml"} <= names:
        if re.search("graphics|image|formula|chart|database", kind):
            raise unsupported(name, "a drawing or formula in OpenDocument format", "save it as .pdf and add that")
        found = "odf"
    elif "epub" in kind or "META-INF/container.xml" in names:
        found = "epub"
    else:
        raise unsupported(name, "an archive (ZIP)", "unpack it and add the reports in it")
    _refuse_swollen(name, parts)
    if any(part.flag_bits & 1 for part in parts):
        raise protected(name)
    return found


def _refuse_swollen(name: str, parts: list[zipfile.ZipInfo]) -> None:
    """Refuse what would fill the memory when it is unpacked."""
    unpacked = sum(part.file_size for part in parts)
    swollen = any(part.file_size > LARGE and part.file_size > MAX_RATIO * part.compress_size for part in parts)
    if unpacked > MAX_UNPACKED or swollen or len(parts) > MAX_PARTS:
        raise Unreadable(
            name,
            f"it unpacks to {unpacked // 1_000_000} MB, out of all proportion to its size",
            "open it in the program that it comes from and save it again, or remove it",
        )


def _legacy(name: str, ending: str, data: bytes) -> Unreadable:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return protected(name)
    if ending == ".msg" or "__substg1.0_".encode("utf-16-le") in data:
        return unsupported(name, "a message of Outlook (.msg)", "save it as .eml, or as text, and add that")
    if ending in (".xls", ".xlt"):
        return unsupported(name, "an old workbook (.xls)", "save it as .xlsx and add that")
    if ending in (".ppt", ".pps"):
        return unsupported(name, "an old set of slides (.ppt)", "save it as .pptx and add that")
    return unsupported(name, "a legacy word file (.doc)", "save it as .docx and add that")


def protected(name: str) -> Unreadable:
    """A file that opens with a password only."""
    return Unreadable(name, "it is protected by a password", "save it without the password and add that")
