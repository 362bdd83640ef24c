"""A `Config` in, the web pages served out: what `citedesk serve` is, and what `citedesk run` has beside the chat."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

from starlette.applications import Starlette

from bot.asking.questions import Questions
from bot.base.database import Database
from bot.base.logs import start_logging
from bot.base.private import keep_private
from bot.base.search import Search
from bot.config import Config
from bot.people.people import People
from bot.reading.page_pictures import PagePictures, PageWorker
from bot.reading.permalinks import Permalinks
from bot.reading.web.door import Access, WebDoor
from bot.reading.web.listening import bind, served
from bot.reading.web.visitors import Visits
from bot.schema import open_database
from content.answers import AnswersFile
from index.searcher import LiveSearcher

LOG = logging.getLogger("citedesk")
DAY = 86_400.0
Clock = Callable[[], datetime]


class Pages:
    """The web pages of a bot, over what it has already."""

    def __init__(
        self,
        config: Config,
        database: Database,
        search: Search,
        questions: Questions,
        pictures: PagePictures,
        clock: Clock,
    ) -> None:
        settings = config.pages
        self._address = settings.address
        self.permalinks = Permalinks(database, config.index, clock)
        self.visits = Visits(
            database,
            questions,
            clock,
            timedelta(minutes=config.answers.conversation_minutes),
            timedelta(days=config.answers.keep_asker_days),
        )
        access = Access(settings.asking, settings.code.get_secret_value(), settings.address, settings.embed)
        self._door = WebDoor(
            search,
            questions,
            self.visits,
            self.permalinks,
            access,
            config.answers.per_minute,
            clock,
            pictures,
            config.content.path,
            config.office.contact.in_,
        )

    def app(self) -> Starlette:
        """The ASGI app."""
        return self._door.app()

    def address_of(self, passage: str) -> str:
        """Where a passage is read in a browser, for whoever may read there; empty where there are no pages."""
        return f"{self._address}/p/{passage}#here" if self._address else ""

    async def tidy(self) -> None:
        """Forget what is kept for a time only, and note which passages are gone."""
        await self.visits.unlink_old()
        await asyncio.to_thread(self.permalinks.catch_up)

    def served(self, bound: socket.socket) -> contextlib.AbstractAsyncContextManager[str]:
        """Serve the pages on a listening socket until the block ends; gives the address."""
        return served(self.app(), bound)


def questions_of(config: Config, database: Database, people: People, clock: Clock) -> Questions:
    """The ledger of questions, with the times that the settings give."""
    return Questions(
        database,
        people,
        clock,
        timedelta(minutes=config.answers.conversation_minutes),
        timedelta(days=config.answers.keep_asker_days),
    )


@contextlib.asynccontextmanager
async def serving(config: Config, clock: Clock = lambda: datetime.now(UTC)) -> AsyncIterator[str]:
    """Serve the pages without the chat until the block ends; gives the address.

    Raises `CannotListen`, `DatabaseFault`.
    """
    async with contextlib.AsyncExitStack() as closing:
        bound = bind(config.pages.listen)
        closing.callback(bound.close)
        database = await asyncio.to_thread(open_database, config.database, clock)
        closing.callback(database.close)
        people = People(database, clock, config.roles.admins, config.roles.staff)
        search = Search(
            LiveSearcher(config.index, verify=True), AnswersFile(config.content.path, lambda: clock().date()).current
        )
        closing.callback(search.close)
        limits = config.limits()
        worker = PageWorker(seconds=limits.seconds, memory_bytes=limits.memory_bytes)
        closing.callback(worker.close)
        pictures = PagePictures(config.data.path / "pages", worker.draw)
        pages = Pages(config, database, search, questions_of(config, database, people, clock), pictures, clock)
        tidying = asyncio.create_task(_daily(pages))
        closing.callback(tidying.cancel)
        yield await closing.enter_async_context(pages.served(bound))


async def _daily(pages: Pages) -> None:
    while True:
        try:
            await pages.tidy()
        except Exception:
            LOG.exception("the daily tidying of the pages")
        await asyncio.sleep(DAY)


def run(config: Config) -> int:
    """Serve the pages in this process until SIGTERM or SIGINT; the exit code. The last line printed is the address."""
    keep_private(config.data.path)
    start_logging((config.pages.code.get_secret_value(),))
    asyncio.run(_run(config))
    return 0


async def _run(config: Config) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with serving(config) as address:
        sys.stdout.write(f"{config.pages.address or address}/\n")
        sys.stdout.flush()
        await stop.wait()
