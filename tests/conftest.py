"""What tests of several files share: the dictionary, analysed once; a small library to index; a browser page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from shelf import Shelf

from index.analyzer import Analyzer
from index.dictionary import Dictionary

if TYPE_CHECKING:
    from browser import Played
    from playwright.sync_api import Browser, Page


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


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium. Not for the whole session: its loop must not run while other tests run theirs."""
    from browser import chromium

    with chromium() as browser:
        yield browser


@pytest.fixture
def stage() -> Iterator[Played]:
    """Two people without a bot."""
    from browser import BO, JING, TOKEN, playing

    from bot.sandbox.page import Card
    from bot.sandbox.world import World

    world = World(TOKEN)
    world.add_user("Bo", last_name="Berg", language="en", id=BO)
    world.add_user("静", language="zh-hans", id=JING)
    cards = (Card(BO, "Partner", "Ask away.", ("How deep is it?",)), Card(JING, "合作伙伴", "", ("多深？",)))
    with playing(world, cards=cards) as played:
        yield played


@pytest.fixture
def page(browser: Browser, stage: Played) -> Iterator[Page]:
    """The stage in a window."""
    from browser import look

    page = look(browser, stage.address)
    yield page
    page.context.close()
