"""What tests of several files share: the dictionary, analysed once; a small library to index; a browser page."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import ready
from hypothesis import settings
from shelf import OLD, Shelf

from index.text.analyzer import Analyzer

if TYPE_CHECKING:
    from browser import Played
    from playwright.sync_api import Browser, Page


# A deadline would tell of nothing but a machine that has something else to do, too.
settings.register_profile("patient", settings.default, deadline=None)
settings.load_profile("patient")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    with ready.turn(alone=item.get_closest_marker("alone") is not None):
        return (yield)


@pytest.fixture(scope="session", autouse=True)
def prepared(tmp_path_factory: pytest.TempPathFactory) -> None:
    ready.be_ready_in(tmp_path_factory)


@pytest.fixture(scope="session", autouse=True)
def quick_disk() -> Iterator[None]:
    """Waiting for the disk thousands of times would show nothing: no power is cut here. Other processes do wait."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda descriptor: None)
        yield


@pytest.fixture(scope="session")
def analyzer() -> Analyzer:
    return Analyzer()


@pytest.fixture(scope="session")
def dictionary_home() -> Path:
    """A folder that holds `dictionary-<fingerprint>`."""
    return ready.dictionary_home()


@pytest.fixture(scope="session")
def make_shelf(tmp_path_factory: pytest.TempPathFactory, analyzer: Analyzer) -> Callable[..., Shelf]:
    """Makes a `Shelf` with these reports, indexed: `make_shelf(lake="The lake is 40 metres deep.")`."""

    def make(**reports: str) -> Shelf:
        shelf = Shelf(tmp_path_factory.mktemp("shelf"), analyzer)
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


@pytest.fixture
def lake(make_shelf: Callable[..., Shelf]) -> Shelf:
    """A library of two reports, one of which tests change from `OLD` to `NEW`."""
    return make_shelf(lake=OLD, river="The river is 900 kilometres long.")


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
