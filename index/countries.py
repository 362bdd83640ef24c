"""An index folder in; where its dictionary is, and the names of countries that it keeps, out. Imports nothing slow.

The dictionary itself (`dictionary.py`) is opened by whoever asks it; a reindex only hands the names to its workers.
"""

from __future__ import annotations

from pathlib import Path

from index.analyzer import Analyzer

FORMAT = 9
"""Raise it when the tables of the dictionary change."""
FILE = "countries.txt"


def dictionary_folder(index: Path, analyzer: Analyzer) -> Path:
    """Where the dictionary is kept, as this program reads it."""
    return index / f"dictionary-{FORMAT}-{analyzer.fingerprint}"


def known_countries(index: Path, analyzer: Analyzer) -> list[str] | None:
    """Names of countries in lower case; None where there is no dictionary yet."""
    try:
        return (dictionary_folder(index, analyzer) / FILE).read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError):
        return None
