"""A side file in (`report.pdf.toml` beside `report.pdf`); what it says of the report, over what the report says, out.

Many files cannot hold front matter, and of some neither title nor year can be read. A side file is part of its report:
the digest of a report covers it, so that a change of it reads the report again.

Why a file beside each report, and not one table for the folder? It is moved, copied, mailed and deleted together with
its report, and two people who describe two reports never write the same file.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

from content.documents import Metadata
from content.readers.errors import Unreadable
from content.readers.metadata import is_institution, iso_date, primary_language, title_from_name, web_address

ENDING = ".toml"
KEYS = ("title", "year", "publisher", "language", "collection", "address", "edition-of", "author", "place")
MAX_BYTES = 64 * 1024
_TYPED_YEAR = re.compile(r"(?:^|[\s,，;；(（])((?:19|20)\d\d)年?[)）]?$")
_PRINTABLE = re.compile(r"[\x00-\x1f\x7f]+")
_MARK = b"\x00side\x00"
"""Between a file's bytes and its side file's where their digest is made."""


def side_of(path: Path) -> Path:
    """Where the side file of a report is, if it has one."""
    return path.with_name(path.name + ENDING)


def side_bytes(path: Path) -> bytes | None:
    """What the side file of a report says, None where there is none, or none that can be opened."""
    try:
        return side_of(path).read_bytes()[: MAX_BYTES + 1]
    except OSError:
        return None


def digest_of(data: bytes, side: bytes | None) -> str:
    """SHA-256 in hexadecimal of a report's bytes and those of its side file."""
    digest = hashlib.sha256(data)
    add_side(digest, side)
    return digest.hexdigest()


def add_side(digest: Any, side: bytes | None) -> None:
    """Count a side file into the digest of its report."""
    if side is not None:
        digest.update(_MARK + side)


def described(metadata: Metadata, name: str, side: bytes | None) -> Metadata:
    """What is known of a report, with what its side file says. `name`: the report's file. Raises `Unreadable`."""
    if side is None:
        return metadata
    name += ENDING
    if len(side) > MAX_BYTES:
        raise Unreadable(name, "it is too large for a side file", f"keep it under {MAX_BYTES // 1024} KB")
    try:
        values = tomllib.loads(side.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(name, f"it is no TOML ({error})", 'write lines such as title = "Annual Report"') from error
    for key, value in values.items():
        if key not in KEYS:
            raise Unreadable(name, f"unknown key {key!r}", f"the keys are {', '.join(KEYS)}")
        right = type(value) is int and 1000 <= value <= 2999 if key == "year" else isinstance(value, str)
        if not right:
            wanted = "a year such as 2021" if key == "year" else "a text in quotes"
            raise Unreadable(name, f"{key} is {value!r}", f"write {wanted}")
    language, address = values.get("language", ""), values.get("address", "")
    if address and not web_address(address):
        raise Unreadable(name, f"address is {address!r}", "write a web address, https://…")
    return replace(
        metadata,
        title=" ".join(values.get("title", "").split()) or metadata.title,
        year=values.get("year", metadata.year),
        date="" if "year" in values and not iso_date(metadata.date).startswith(str(values["year"])) else metadata.date,
        publisher=values.get("publisher", metadata.publisher).strip(),
        language=primary_language(language) or metadata.language,
        collection=values.get("collection", metadata.collection).strip(),
        address=address or metadata.address,
        edition_of=values.get("edition-of", metadata.edition_of).strip(),
        author=values.get("author", metadata.author).strip(),
        place=values.get("place", metadata.place).strip(),
    )


def typed(line: str) -> tuple[str, int | None]:
    """The title and the year of "Water in Towns, 2021", of a title or of a year alone."""
    text = " ".join(line.split())
    year = _TYPED_YEAR.search(text)
    return (text[: year.start()] if year else text).strip(" ,，;；("), int(year[1]) if year else None


def with_values(side: bytes | None, title: str, year: int | None) -> bytes:
    """A side file that gives this title and year, and else what it gave. Raises `ValueError` where it is no TOML."""
    values: dict[str, Any] = tomllib.loads(side.decode("utf-8-sig")) if side else {}
    values |= {key: value for key, value in (("title", _PRINTABLE.sub(" ", title)), ("year", year)) if value}
    # a text in JSON is one in TOML, once it has no control characters
    return "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items()).encode()


def doubts(metadata: Metadata, source: str) -> tuple[str, str] | None:
    """What of a report's title and year is doubtful, and the lines to write into its side file; None: nothing is."""
    name = source.rpartition("/")[2]
    lines: list[str] = []
    what: list[str] = []
    if metadata.title == title_from_name(name) or is_institution(metadata.title):
        what.append(f"its title is doubtful ({metadata.title})")
        lines.append('title = "…"')
    if metadata.year is None:
        what.append("its year is unknown")
        lines.append("year = 2021")
    return (", and ".join(what), f"write into {source}{ENDING}: {'; '.join(lines)}") if what else None
