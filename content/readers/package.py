"""A packed file (.docx, .pptx, .xlsx, .odt, .epub: a ZIP of XML) in; its parts as XML, and what they refer to, out.

Nothing is fetched and no entity is expanded. A part that cannot be unpacked costs itself: the reader says which it
cannot do without. Strict Open XML (ISO/IEC 29500) has other names for the same things; they are put into the names of
the transitional form, so that one reader reads both.

Why not python-pptx, openpyxl and odfpy? They read neither strict files nor files with one damaged picture, bring
Pillow and XlsxWriter, and write, too: what is needed of them here is less than a page each.
"""

from __future__ import annotations

import io
import lzma
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import unquote

import lxml.etree

from content.readers.errors import Unreadable

BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    LookupError,
)
"""What `zipfile` raises on damaged archives."""
MAX_PART = 256 * 1024 * 1024
"""Bytes that one part may unpack to."""
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/([A-Za-z]{1,40})/([A-Za-z]{1,40})")
_RENAMED = {b"extendedProperties": b"extended-properties", b"customProperties": b"custom-properties"}
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


class Relation(NamedTuple):
    """What a part refers to: the last word of the relation's type ("slide"), and the name of a part."""

    type: str
    target: str


class Package:
    """The parts of one packed file."""

    def __init__(self, name: str, data: bytes) -> None:
        """Raises `Unreadable` where the list of the parts cannot be read."""
        self._name = name
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except BROKEN as error:
            raise damaged(name, "its parts cannot be unpacked") from error
        self._parts = {part.filename: part for part in self._archive.infolist()}

    def __contains__(self, part: str) -> bool:
        return part in self._parts

    def __iter__(self) -> Iterator[str]:
        return iter(self._parts)

    def bytes(self, part: str) -> bytes | None:
        """The bytes of a part; None where it is not there or cannot be unpacked."""
        zip_info = self._parts.get(part)
        if zip_info is None or zip_info.file_size > MAX_PART:
            return None
        try:
            return self._archive.read(zip_info)
        except BROKEN:
            return None

    def xml(self, part: str) -> Any | None:
        """The root of a part; None where it is not there, cannot be unpacked or is no XML."""
        data = self.bytes(part)
        return None if data is None else parse(data)

    def damaged(self) -> int:
        """How many parts cannot be unpacked, or say that they are XML and are not."""
        whole = ((part, self.bytes(part)) for part in self._parts if not part.endswith("/"))
        return sum(data is None or (part.endswith((".xml", ".rels")) and parse(data) is None) for part, data in whole)

    def needed(self, part: str) -> Any:
        """The root of a part without which there is no text. Raises `Unreadable`."""
        root = self.xml(part)
        if root is None:
            missing = "cannot be unpacked or understood" if part in self._parts else "is missing"
            raise damaged(self._name, f"its text ({part}) {missing}")
        return root

    def relations(self, part: str) -> dict[str, Relation]:
        """What a part refers to inside the package, by the id of the relation; "": what the package itself does."""
        folder, _, own = part.rpartition("/")
        root = self.xml(posixpath.join(folder, "_rels", f"{own}.rels"))
        found: dict[str, Relation] = {}
        for one in root.iter(_RELATION) if root is not None else ():
            if one.get("TargetMode") != "External":
                target = resolve(part, one.get("Target") or "")
                found[one.get("Id") or ""] = Relation((one.get("Type") or "").rpartition("/")[2], target)
        return found

    def main(self, usual: str) -> str:
        """The part that the package names as its document, or the one that is usual."""
        found = [value.target for value in self.relations("").values() if value.type == "officeDocument"]
        return next((target for target in found if target in self._parts), usual)


def resolve(part: str, target: str) -> str:
    """The name of the part that `target` means in `part`."""
    target = unquote(target.split("#", 1)[0])
    folder = "" if target.startswith("/") else part.rpartition("/")[0]
    return posixpath.normpath(posixpath.join(folder, target.lstrip("/"))).lstrip("/")


def parse(data: bytes) -> Any | None:
    """The root of an XML text in transitional names, or None."""
    parser = lxml.etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True, huge_tree=False
    )
    try:
        return lxml.etree.fromstring(transitional(data), parser)
    except (lxml.etree.LxmlError, ValueError):
        return None


def transitional(data: bytes) -> bytes:
    """The names of strict Open XML as the transitional ones: `…/ooxml/drawingml/main` is `…/drawingml/2006/main`."""
    if b"purl.oclc.org/ooxml" not in data:
        return data

    def other(found: re.Match[bytes]) -> bytes:
        return b"http://schemas.openxmlformats.org/%s/2006/%s" % (found[1], _RENAMED.get(found[2], found[2]))

    return re.sub(
        rb"(2006/relationships/)(extendedProperties|customProperties)",
        lambda found: found[1] + _RENAMED[found[2]],
        _STRICT.sub(other, data),
    )


def mended(name: str, data: bytes, needed: str) -> bytes:
    """A package of which every part can be unpacked and has transitional names: what cannot be is left out.

    Raises `Unreadable` where `needed`, the part with the text, is among that.
    """
    package = Package(name, data)
    whole = {part: found for part in package if (found := package.bytes(part)) is not None and not part.endswith("/")}
    if needed not in whole or parse(whole[needed]) is None:
        package.needed(needed)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for part, found in whole.items():
            if part.endswith(".rels"):
                archive.writestr(part, _without_dead_ends(part, found, whole))
            elif not part.endswith(".xml"):
                archive.writestr(part, found)
            elif (root := parse(found)) is not None:
                archive.writestr(part, lxml.etree.tostring(root, xml_declaration=True, encoding="UTF-8"))
            # else it is no XML although it says so: whatever refers to it may do without
    return buffer.getvalue()


def _without_dead_ends(part: str, data: bytes, whole: dict[str, bytes]) -> bytes:
    root = parse(data)
    if root is None:
        return b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'
    source = part.replace("_rels/", "", 1).removesuffix(".rels")
    for one in list(root):
        if one.get("TargetMode") == "External":
            continue
        target = resolve(source, one.get("Target") or "")
        if target not in whole or (target.endswith(".xml") and parse(whole[target]) is None):
            root.remove(one)
    return bytes(lxml.etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def damaged(name: str, what: str) -> Unreadable:
    """A packed file of which a part that is needed cannot be had."""
    return Unreadable(name, f"it is damaged: {what}", "fetch or save the file again")
