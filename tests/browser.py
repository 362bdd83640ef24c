"""A demo or a world in, a browser page that shows it out: for the tests of the page and for its screenshots.

Server and bot run in a thread of their own, since Playwright's calls wait in this one.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import shutil
import struct
import threading
import zlib
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
from playwright.sync_api import Browser, Locator, Page, sync_playwright
from starlette.middleware import Middleware

from bot.admin.commands.reindexing import build
from bot.config import load
from bot.sandbox.demo import Demo, furnish, perform
from bot.sandbox.page import Card, Guard
from bot.sandbox.page import ChatPage as Served
from bot.sandbox.server import Running, running
from bot.sandbox.world import World

ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
NAMES = ("chromium", "chromium-browser", "google-chrome")
TOKEN = "123456:sandbox-token"
BO = 700_000_001
JING = 700_000_002
WIDTH, HEIGHT = 120, 80
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
T = TypeVar("T")


def system_chromium() -> str | None:
    """The path of a Chromium that the system has."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium; the test is skipped where there is none."""
    path = system_chromium()
    if path is None:
        pytest.skip("install chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


def look(browser: Browser, address: str, *, faultless: bool = True, **context: Any) -> Page:
    """A page of its own browser context; errors in its console fail the test that closes it."""
    page = browser.new_context(**({"viewport": {"width": 1280, "height": 800}} | context)).new_page()
    page.set_default_timeout(15_000)
    if faultless:
        page.on("pageerror", lambda error: pytest.fail(f"error in the page: {error}"))
    page.goto(address)
    page.locator("#connection", has_text="Connected").wait_for(state="attached")
    return page


def furnished(folder: Path, index: Path | None = None) -> Demo:
    """A demo in a folder, with its index built; `index`: one with a dictionary, or with more, to begin with."""
    file = folder / "config.toml"
    file.write_text("", encoding="utf-8")
    (folder / "demo").mkdir(exist_ok=True)
    demo = furnish(load(file, {}), folder / "demo")
    if index is not None:
        shutil.copytree(index, demo.config.index, dirs_exist_ok=True)
    with (folder / "progress").open("w", encoding="utf-8") as progress:
        build(demo.config, progress)
    return demo


@contextlib.contextmanager
def performing(demo: Demo, *, port: int = 0) -> Iterator[str]:
    """The whole demo, until the block ends; gives the page's address."""
    addresses: queue.Queue[str | BaseException] = queue.Queue()
    with elsewhere() as loop:
        stop = asyncio.Event()

        async def act() -> None:
            try:
                await perform(demo, stop, addresses.put, port=port)
            except BaseException as error:
                addresses.put(error)
                raise

        ending = asyncio.run_coroutine_threadsafe(act(), loop)
        try:
            first = addresses.get(timeout=60)
            if isinstance(first, BaseException):
                raise first
            yield first
        finally:
            loop.call_soon_threadsafe(stop.set)
            ending.result(30)


@dataclass(frozen=True, slots=True)
class Played:
    """A server whose bot is the test itself."""

    address: str
    server: Running
    loop: asyncio.AbstractEventLoop

    def do(self, act: Callable[[], T]) -> T:
        """Changes the world, on the server's loop."""

        async def acting() -> T:
            return act()

        return self.wait(acting())

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of work on the server's loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(20)

    def call(self, method: str, **parameters: Any) -> Any:
        """One call of the Bot API; its result."""
        wire = self.wait(self.server.api.call(method, parameters, {}))
        assert wire.status == 200, wire.body
        return wire.body


@contextlib.contextmanager
def playing(world: World, *, cards: tuple[Card, ...] = (), port: int = 0, key: str = "key") -> Iterator[Played]:
    """A world with its page and without a bot, until the block ends."""
    page = Served(key, cards)
    with elsewhere() as loop:
        context = running(world, port=port, key=key, extra=page.routes(), middleware=(Middleware(Guard),))
        server = asyncio.run_coroutine_threadsafe(context.__aenter__(), loop).result(20)
        try:
            yield Played(page.address(server.api_url), server, loop)
        finally:
            asyncio.run_coroutine_threadsafe(context.__aexit__(None, None, None), loop).result(20)


def start(stage: Played, user: int = BO) -> None:
    """The person presses Start, and the bot may write to them."""
    stage.do(lambda: stage.server.people.open_link(user))


def say(stage: Played, text: str, user: int = BO, **more: object) -> int:
    """The bot writes; the message's number."""
    stage.call("sendMessage", chat_id=user, text=text, parse_mode="HTML", **more)
    return int(stage.server.world.message_ids[0])


def bubbles(page: Page, user: int = BO) -> Locator:
    return page.locator(f".pane[data-chat='{user}'] article")


def field(page: Page, user: int = BO) -> Locator:
    return page.locator(f".pane[data-chat='{user}'] textarea")


def png() -> bytes:
    """A grey picture."""
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 0, 0, 0, 0)
    rows = zlib.compress(HEIGHT * (b"\0" + WIDTH * b"\x80"))
    return PNG_SIGNATURE + png_chunk(b"IHDR", head) + png_chunk(b"IDAT", rows) + png_chunk(b"IEND", b"")


def png_chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of a PNG file: https://www.w3.org/TR/png/#5Chunk-layout."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


@contextlib.contextmanager
def elsewhere() -> Iterator[asyncio.AbstractEventLoop]:
    """An event loop that runs in another thread."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="stage", daemon=True)
    thread.start()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
