"""What tests of several files share: the dictionary, analysed once, and a small library to index."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from shelf import Shelf

from index.analyzer import Analyzer
from index.dictionary import Dictionary


@pytest.fixture(scope="session")
def analyzer() -> Analyzer:
    return Analyzer()


@pytest.fixture(scope="session")
def dictionary_home(tmp_path_factory: pytest.TempPathFactory, analyzer: Analyzer) -> Path:
    """A folder that holds `dictionary-<fingerprint>`: analysing it takes seconds, so that is done once."""
    home = tmp_path_factory.mktemp("dictionary")
    Dictionary.open(home, analyzer)
    return home


@pytest.fixture(scope="session")
def make_shelf(
    tmp_path_factory: pytest.TempPathFactory, dictionary_home: Path, analyzer: Analyzer
) -> Callable[..., Shelf]:
    """Makes a `Shelf` with these reports, indexed: `make_shelf(lake="The lake is 40 metres deep.")`."""

    def make(**reports: str) -> Shelf:
        shelf = Shelf(tmp_path_factory.mktemp("shelf"), dictionary_home, analyzer)
        for name, text in reports.items():
            shelf.put(f"{name}.md", text)
        if reports:
            shelf.reindex()
        return shelf

    return make


@pytest.fixture
def shelf(make_shelf: Callable[..., Shelf]) -> Shelf:
    """An empty library without an index."""
    return make_shelf()
