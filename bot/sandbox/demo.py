"""A configuration in, the whole bot on a page of this machine out: `citedesk demo`.

One process holds our own Bot API server, the real bot that talks HTTP to it, and the chat page with invented
people in its seats. All that it writes is in `demo/` of the data folder: `bot/` is the bot's own data folder,
`reports/` a copy of the starter library, which the admin's seat may add to; the rest is the server's.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import shutil
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from pathlib import Path

from starlette.middleware import Middleware

import content
from bot.admin.commands.reindexing import build
from bot.app import serve
from bot.base.logs import start_logging
from bot.base.loopback import on_loopback
from bot.base.private import keep_private
from bot.base.run_lock import RunLock
from bot.config import Config
from bot.sandbox.keeping import Keeper, restore
from bot.sandbox.page import Card, ChatPage, Guard
from bot.sandbox.server import Running, running
from bot.sandbox.service import BotApi
from bot.sandbox.users import Users
from bot.sandbox.world import World
from bot.settings import Secret

BOT = 4_242_424
PORT, PAGES_PORT = 8421, 8422
"""Taken where it is free, so that a page that is open finds a restarted demo again."""
READY_SECONDS = 60.0
GROUP = "Workshop group"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody invented, in a seat. `role` is partner, staff or admin; `shown` says it on the page."""

    id: int
    name: str
    language: str
    role: str
    shown: str
    about: str
    tries: tuple[str, ...]


ENGLISH = "How many people work at CASTED?"
CHINESE = "一带一路智库网络是谁发起的？"
CAST = (
    Person(
        700_000_001,
        "Ana Moreira",
        "en",
        "partner",
        "Partner, reads English",
        "Ask what the reports say, in English or Chinese. You get the paragraph that answers, word for word, "
        "and where it is printed. /subscribe brings news of workshops and reports.",
        (ENGLISH, CHINESE, "/subscribe"),
    ),
    Person(
        700_000_002,
        "陈静",
        "zh-hans",
        "partner",
        "合作伙伴，使用中文",
        "用中文或英文提问，机器人会逐字引用报告中的段落，并注明出处。用 /subscribe 可订阅培训班和新报告的通知。",
        (CHINESE, "CASTED有多少员工？", "/subscribe"),
    ),
    Person(
        700_000_003,
        "Kofi Mensah",
        "en",
        "staff",
        "Staff",
        "From here you see what staff see. /announce writes to the partners who subscribed. When a partner tells "
        "the staff of a question without an answer, it arrives here.",
        ("/announce", "/help", ENGLISH),
    ),
    Person(
        700_000_004,
        "Mei Tan",
        "en",
        "admin",
        "Admin",
        "Drop a report here (PDF, Word, Markdown, HTML or text), add it, and ask about it. The reports are "
        "a copy for this demo.",
        ("/stats", "/unanswered", ENGLISH),
    ),
)


class NoAddress(Exception):
    """The server cannot listen where it was told to."""

    exit_code = 3

    def __init__(self, host: str, port: int, error: OSError) -> None:
        # Python's own text names the address once more
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
        super().__init__(f"{host}:{port}: {reason}: choose another --port or --host")


@dataclass(frozen=True, slots=True)
class Demo:
    """The folder of a demo, and the configuration of the bot in it, still without an address."""

    folder: Path
    config: Config

    @property
    def key(self) -> str:
        """The key of the page, the same as long as the folder stands."""
        file = self.folder / "key"
        if not file.exists():
            file.touch(0o600)
            file.write_text(secrets.token_urlsafe(18), encoding="ascii")
        return file.read_text(encoding="ascii").strip()

    def bot_config(self, api_url: str, token: str, pages: str) -> Config:
        """The configuration with the address of the server, and `host:port` of the web pages."""
        settings = replace(self.config.pages, address=near(f"http://{pages}"), listen=pages, asking="public", embed=())
        telegram = replace(self.config.telegram, api_url=api_url, token=Secret(token), token_file=None, mode="polling")
        return replace(self.config, telegram=telegram, pages=settings)


def furnish(config: Config, folder: Path) -> Demo:
    """A demo in a folder, with the starter library where there is none yet; settings come from `config`."""
    reports = folder / "reports"
    if not reports.exists():
        beside = folder / "reports.new"
        shutil.rmtree(beside, ignore_errors=True)
        shutil.copytree(starter_library(), beside)
        beside.rename(reports)
    roles = replace(
        config.roles,
        admins=tuple(person.id for person in CAST if person.role == "admin"),
        staff=tuple(person.id for person in CAST if person.role == "staff"),
    )
    return Demo(
        folder,
        replace(
            config,
            content=replace(config.content, path=reports),
            data=replace(config.data, path=folder / "bot"),
            roles=roles,
        ),
    )


def starter_library() -> Path:
    """The reports that come with the program."""
    return Path(content.__path__[0]) / "reports"


def clear(folder: Path) -> None:
    """Removes what earlier demos left, but for the lock that is held."""
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name != "run.lock":
            path.unlink()


def seat_cast(world: World) -> None:
    """Puts the cast and a group with all of them into a new world."""
    for person in CAST:
        first, _, last = person.name.partition(" ")
        world.add_user(first, last_name=last, language=person.language, id=person.id)
    api = BotApi(world)
    founder, *others = (person.id for person in CAST if person.role != "admin")
    Users(world, api.profile, api.inline).found(
        founder, GROUP, members=(*others, *(person.id for person in CAST if person.role == "admin"))
    )


def cards(world: World) -> tuple[Card, ...]:
    """What the page says of the seats."""
    mention = f"@{world.bot.username}"
    return (
        *(Card(person.id, person.shown, person.about, person.tries) for person in CAST),
        Card(
            0,
            "",
            f"In a group the bot answers when it is mentioned ({mention}), replied to or commanded. "
            "Choose below who speaks.",
            (f"{mention} {ENGLISH}", f"{mention} {CHINESE}"),
        ),
    )


@contextlib.asynccontextmanager
async def opened(demo: Demo, host: str, port: int) -> AsyncIterator[tuple[Running, str]]:
    """The server with its page and the address of the page, until the block ends. Raises `NotKept`."""
    world = World(f"{BOT}:{secrets.token_urlsafe(24)}")
    if not restore(world, demo.folder):
        seat_cast(world)
    page = ChatPage(demo.key, cards(world))
    guard = Middleware(Guard, names=(socket.gethostname(), host))
    async with running(world, host=host, port=port, key=demo.key, extra=page.routes(), middleware=(guard,)) as server:
        keeper = Keeper(world, demo.folder)
        keeping = asyncio.create_task(keeper.keep())
        try:
            yield server, page.address(near(server.api_url))
        finally:
            keeping.cancel()
            keeper.close()


def free_port(host: str, port: int | None, usual: int = PORT) -> int:
    """The port asked for, or else the usual one, or else a free one. Raises `NoAddress`."""
    for choice in (usual, 0) if port is None else (port,):
        try:
            with socket.create_server((host, choice)) as bound:
                return int(bound.getsockname()[1])
        except OSError as error:
            if port is not None or choice == 0:
                raise NoAddress(host, choice, error) from error
    raise AssertionError("one of the choices is the last")


def near(address: str) -> str:
    """The address as this machine itself reaches it: a server on all addresses is on loopback too."""
    return address.replace("//0.0.0.0:", "//127.0.0.1:")


async def perform(
    demo: Demo,
    stop: asyncio.Event,
    tell: Callable[[str], None],
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    pages: int = 0,
) -> None:
    """Runs server, bot and page until `stop` is set; `tell` gets the page's address once all is ready.

    `pages`: the port of the web pages, 0 for a free one.

    Raises `NotKept`, `OSError` where the server cannot listen, and what `bot.app.serve` raises.
    """
    async with opened(demo, host, port) as (server, address):
        config = demo.bot_config(near(server.api_url), server.world.token, f"{host}:{free_port(host, pages)}")
        bot = asyncio.create_task(serve(config, stop))
        ready = asyncio.create_task(server.polled(READY_SECONDS))
        try:
            await asyncio.wait({bot, ready}, return_when=asyncio.FIRST_COMPLETED)
            if not bot.done():
                await ready
                tell(address)
            await stop_or_end(bot, stop, server)
        finally:
            ready.cancel()
            stop.set()
            await asyncio.wait({bot})
        await bot


async def stop_or_end(bot: asyncio.Task[None], stop: asyncio.Event, server: Running) -> None:
    """Waits for the end; the bot then says good-bye to a server without faults."""
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait({bot, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    server.api.faults.lift()


def run(config: Config, *, host: str, port: int | None, fresh: bool) -> int:
    """Runs the demo in this process until SIGTERM or SIGINT. The address is the last line on stdout.

    Raises `AlreadyRunning`, `NoAddress`, `NotKept`, `IndexFault`, `OSError`.
    """
    folder = config.data.path / "demo"
    keep_private(config.data.path)
    with RunLock(folder):
        port = free_port(host, port)
        if fresh:
            clear(folder)
        demo = furnish(config, folder)
        report = build(demo.config, sys.stderr)
        say(f"Reports: {report.documents} of the starter library, in {demo.config.content.path}")
        say(f"Seats: {', '.join(person.name for person in CAST)}; a group of all")
        say(f"Kept in {folder} until --fresh; log in {folder / 'demo.log'}; Ctrl-C stops")
        if not on_loopback(host):
            say("Whoever gets the address can sit in every seat; it works under this machine's address too.")
        with (folder / "demo.log").open("a", encoding="utf-8", buffering=1) as log:
            start_logging((demo.key,), log)
            asyncio.run(until_signal(demo, host, port))
    return 0


async def until_signal(demo: Demo, host: str, port: int) -> None:
    """Performs until a signal comes."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    pages = free_port(host, None, PAGES_PORT)
    say(f"Reports in a browser, without Telegram: {near(f'http://{host}:{pages}')}/")
    await perform(demo, stop, show, host=host, port=port, pages=pages)


def show(address: str) -> None:
    """The address, on stdout, at once."""
    sys.stdout.write(f"{address}\n")
    sys.stdout.flush()


def say(line: str) -> None:
    """A line for the person at the terminal."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
