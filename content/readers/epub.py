"""An e-book (.epub) in; the text of its chapters in reading order, and what it says of itself, out.

Chapters are pages in HTML and are read as such (`html.py`). The list of contents, and pages that say of themselves that
they are covers or lists, are left out. A book that does not say in which order its chapters come has that of the file's
list. See EPUB 3.3 (W3C), Open Container Format and package document.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from content.documents import Metadata, Piece
from content.omissions import Omission, joined
from content.readers import metadata as known
from content.readers.errors import Unreadable
from content.readers.formats import protected
from content.readers.html import read as read_page
from content.readers.office import lacking
from content.readers.package import Package, damaged, resolve
from content.readers.paragraphs import fold

_CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"
_OPF = "{http://www.idpf.org/2007/opf}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_PAGES = frozenset({"application/xhtml+xml", "text/html", "application/x-dtbook+xml"})
_FONTS = ("font", "opentype", "truetype", "woff")


def read(name: str, data: bytes) -> tuple[list[Piece], Metadata]:
    """Pieces and metadata of an .epub file. Raises `Unreadable`."""
    package = Package(name, data)
    part = _package_document(package)
    root = package.needed(part)
    items = {item.get("id", ""): item for item in root.iter(f"{_OPF}item")}
    _refuse_locked(name, package, {resolve(part, item.get("href", "")): item for item in items.values()})
    pieces: list[Piece] = []
    lost = 0
    counts: Counter[str] = Counter()
    told: list[Omission] = []
    for item in _spine(root, items):
        if item is None:
            counts["parts_missing"] += 1
            continue
        if "nav" in (item.get("properties") or "").split():
            continue
        target = resolve(part, item.get("href", ""))
        if target not in package:
            counts["parts_missing"] += 1
            continue
        if item.get("media-type") not in _PAGES:
            picture = (item.get("media-type") or "").startswith("image/")
            counts["pictures_unread" if picture else "objects_unread"] += 1
            continue
        page = package.bytes(target)
        if page is None:
            lost += 1
            continue
        try:
            found, said = read_page(item.get("href", ""), page)
        except Unreadable:  # a page without text: a cover, most often
            counts["pictures_unread"] += 1
            continue
        pieces += found
        told += said.left_out
    if not pieces and lost:
        raise damaged(name, "none of its chapters can be unpacked")
    left_out = joined([*lacking(parts_damaged=lost, of=len(items), **counts), *told])
    return pieces, known.complete(replace(_metadata(root), left_out=left_out), pieces, name)


def _spine(root: Any, items: dict[str, Any]) -> Iterator[Any]:
    """The items of the book in reading order; None for one that its list does not have."""
    references = root.findall(f"{_OPF}spine/{_OPF}itemref")
    if not references:
        yield from (item for item in items.values() if item.get("media-type") in _PAGES)
    for reference in references:
        yield items.get(reference.get("idref", ""))


def _package_document(package: Package) -> str:
    """The part that lists the others."""
    root = package.xml("META-INF/container.xml")
    paths = [one.get("full-path", "") for one in root.iter(f"{_CONTAINER}rootfile")] if root is not None else []
    found = [path for path in (*paths, *package) if path in package and path.endswith(".opf")]
    return found[0] if found else next(iter(paths), "content.opf")


def _refuse_locked(name: str, package: Package, items: dict[str, Any]) -> None:
    """Raise where chapters are encrypted. Fonts are in many books, and need not be read."""
    root = package.xml("META-INF/encryption.xml")
    for reference in root.iter("{http://www.w3.org/2001/04/xmlenc#}CipherReference") if root is not None else ():
        item = items.get(resolve("", reference.get("URI", "")))
        if item is not None and not any(word in item.get("media-type", "") for word in _FONTS):
            raise protected(name)


def _metadata(root: Any) -> Metadata:
    def value(tag: str) -> str:
        return next((text for one in root.iter(f"{_DC}{tag}") if (text := fold(one.text or ""))), "")

    return Metadata(
        title=value("title"),
        date=known.iso_date(value("date")),
        publisher=value("publisher"),
        language=known.primary_language(value("language")),
        address=known.web_address(value("source")),
        author="; ".join(name for one in root.iter(f"{_DC}creator") if (name := fold(one.text or ""))),
    )
