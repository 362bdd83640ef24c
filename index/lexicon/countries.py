"""An index folder in; the place of its dictionary, and its names of countries, out. Imports nothing slow.

The dictionary itself is in `dictionary.py`. A reindex only passes the names to its workers, and a temporary index uses
the dictionary of another index.
"""

from __future__ import annotations

import zlib
from functools import cache
from pathlib import Path

from content.library import EVERYDAY
from index.text.analyzer import Analyzer

FORMAT = 14
"""Raise it when the tables of the dictionary change."""
FILE = "countries.txt"


def dictionary_folder(index: Path, analyzer: Analyzer) -> Path:
    """The folder of the dictionary in the form that this program reads, with the everyday words beside it."""
    return index / f"dictionary-{FORMAT}-{analyzer.fingerprint}-{_everyday_words()}"


def borrow_dictionary(lender: Path, index: Path, analyzer: Analyzer) -> None:
    """Let an index folder use the dictionary of another one, if there is one. Analysing it takes seconds."""
    folder = dictionary_folder(lender, analyzer)
    own = index / folder.name
    if own.is_symlink():  # borrowed before, perhaps from a folder that is gone
        own.unlink()
    if folder.is_dir() and not own.exists():
        own.symlink_to(folder.absolute(), target_is_directory=True)


@cache
def _everyday_words() -> str:
    """A fingerprint of the list of everyday words."""
    return f"{zlib.crc32(EVERYDAY.read_bytes()):08x}"


def known_countries(index: Path, analyzer: Analyzer) -> list[str] | None:
    """Names of countries in lower case; None where there is no dictionary yet."""
    try:
        return (dictionary_folder(index, analyzer) / FILE).read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError):
        return None
