"""A `Config` in, a running bot out: the only place where objects are made and joined.

`run` is `citedesk run`; `serve` is the same inside somebody else's event loop, such as the sandbox's.

Why does stopping not wait until everything is answered? A supervisor kills what does not stop soon. What is
under way gets a few seconds; the rest is in the inbox and is answered at the next start.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from telegram import Update
from telegram.error import Conflict, InvalidToken, NetworkError, TelegramError

from bot.admin import staff_messages
from bot.admin.chat.admin import index_fault
from bot.admin.commands.reindexing import limits_of
from bot.admin.reports import Reports, Stopped
from bot.announcing.broadcasting import Broadcasting, pacer_of
from bot.announcing.chat.listener import StaffListener
from bot.announcing.relays import Relays
from bot.asking.questions import Questions
from bot.asking.search import Search
from bot.base.logs import start_logging
from bot.base.run_lock import RunLock
from bot.config import Config, ConfigError, Fault
from bot.people.people import People, Role
from bot.schema import open_database
from bot.telegram.desk import Desk, tell, within_reach
from bot.telegram.error_handler import Faults
from bot.telegram.expectations import Expectations
from bot.telegram.inbox import Inbox
from bot.telegram.limits import Gate
from bot.telegram.menus import Menus
from bot.telegram.messenger import Courier
from bot.telegram.pacing import Limiter
from bot.telegram.update_queue import Arrivals, Processor
from bot.wiring import add_conversations, build
from bot.words.catalogue import Words
from bot.words.markup import Message
from index.build.reindex import reindex
from index.errors import IndexFault
from index.searcher import LiveSearcher

UPDATES = (Update.MESSAGE, Update.EDITED_MESSAGE, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER)
POLL = timedelta(seconds=30)
GRACE = 4.0
"""Seconds that what is under way gets when the bot stops."""
MINUTE, DAY = 60.0, 86_400.0
RECEIVING = "Updater:start_polling:polling_task"
"""What the library calls its task that receives updates, which a refused token ends without a word to us."""
PRESSES = 3
"""Buttons a person may press for each question they may ask."""
LOG = logging.getLogger("citedesk")


class TokenRefused(Exception):
    """Telegram does not know the token."""

    exit_code = 2

    def __init__(self) -> None:
        super().__init__("telegram.token: Telegram does not accept it: copy it from @BotFather again, or get a new one")


class Bot:
    """The Telegram bot of one configuration, from `start` to `stop`."""

    def __init__(
        self,
        config: Config,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], Coroutine[Any, Any, None]] = asyncio.sleep,
    ) -> None:
        if not config.telegram.token:
            hint = "write the token from @BotFather into the configuration, or into $CITEDESK_TOKEN"
            raise ConfigError((Fault("telegram.token", "nothing", "a bot token", hint),))
        self._config = config
        self._clock = clock
        self._sleep = sleep
        self._closing = contextlib.AsyncExitStack()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._receiving: asyncio.Task[Any] | None = None

    async def start(self) -> None:
        """Take the data folder, prepare everything, and begin to answer.

        Waits for Telegram as long as it cannot be reached. Raises `AlreadyRunning`, `DatabaseFault`,
        `TokenRefused`; whatever was begun is undone then.
        """
        try:
            await self._start()
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Stop within seconds; may be called twice."""
        await self._closing.aclose()

    async def deaf(self) -> None:
        """Wait until nothing is received any more, though nobody stopped it. Raises why, such as `TokenRefused`."""
        if self._receiving is None:  # a webhook
            await asyncio.Event().wait()
            return
        try:
            await asyncio.shield(self._receiving)
        except InvalidToken:
            raise TokenRefused from None

    async def _start(self) -> None:
        config, closing = self._config, self._closing
        lock = RunLock(config.data.path)
        lock.acquire()
        closing.callback(lock.release)
        database = await asyncio.to_thread(open_database, config.database, clock=self._clock)
        closing.callback(database.close)
        people = People(database, self._clock, config.roles.admins, config.roles.staff)
        questions = Questions(
            database,
            people,
            self._clock,
            timedelta(minutes=config.answers.conversation_minutes),
            timedelta(days=config.answers.keep_asker_days),
        )
        inbox = Inbox(database, self._clock)
        pacer = pacer_of(config, self._sleep)
        broadcasting = Broadcasting(config, database, people, pacer, self._clock, self._sleep)
        search = Search(LiveSearcher(config.index, verify=True))
        closing.callback(search.close)
        limits = limits_of(config)
        reports = Reports(
            people,
            config.content.path,
            config.index,
            config.data.path / "incoming",
            limits,
            partial(reindex, limits=limits, margin=config.content.known_questions_margin),
        )
        arrivals, processor = Arrivals(inbox), Processor(inbox)
        application = build(config, arrivals, processor, Limiter(pacer))
        self._application, self._processor, self._reports = application, processor, reports
        desk = Desk(
            people=people,
            questions=questions,
            search=search,
            reports=reports,
            courier=Courier(application.bot, people, self._sleep),
            questions_gate=Gate(config.answers.per_minute),
            presses_gate=Gate(PRESSES * config.answers.per_minute),
            clock=self._clock,
            content=config.content.path,
            per_minute=config.answers.per_minute,
            keep_asker_days=config.answers.keep_asker_days,
            announcements=broadcasting.announcements,
            subscriptions=broadcasting.subscriptions,
            expectations=Expectations(database, people, self._clock),
            relays=Relays(database, people, self._clock),
            approval=config.announcements.approval,
            time_zone=config.announcements.time_zone,
            background=self._background,
            first=inbox.first,
        )
        menus = Menus(application.bot, people)
        add_conversations(application, desk, menus, Faults(desk, processor))
        closing.push_async_callback(application.shutdown)
        await self._reach_telegram()
        waiting = await arrivals.take_up(application.bot)
        if waiting:
            LOG.info("%d updates from before are taken up", waiting)
        await application.start()
        closing.push_async_callback(self._stop_application)
        self._task(self._prepare(desk, search))
        closing.push_async_callback(broadcasting.stop, GRACE)
        self._task(broadcasting.run(application.bot, StaffListener(desk)))
        closing.push_async_callback(self._stop_listening)
        await self._listen()
        self._task(menus.publish())
        self._task(self._every(MINUTE, self._try_again(arrivals)))
        self._task(self._every(DAY, self._tidy(desk, inbox)))
        LOG.info("answering as @%s", application.bot.username)

    async def _reach_telegram(self) -> None:
        """Log in, and try again while Telegram cannot be reached."""
        pause = 1.0
        while True:
            try:
                await self._application.initialize()
            except InvalidToken:
                raise TokenRefused from None
            except NetworkError as error:
                LOG.warning("Telegram cannot be reached (%s), trying again in %.0f s", error, pause)
                await self._sleep(pause)
                pause = min(2 * pause, 60.0)
            else:
                return

    async def _listen(self) -> None:
        """Begin to receive updates; none that waited is dropped."""
        telegram, updater = self._config.telegram, self._application.updater
        assert updater is not None
        if telegram.mode == "polling":
            before = asyncio.all_tasks()
            await updater.start_polling(
                timeout=POLL,
                bootstrap_retries=-1,
                allowed_updates=UPDATES,
                drop_pending_updates=False,
                error_callback=note_polling_error,
            )
            begun = asyncio.all_tasks() - before
            self._receiving = next((task for task in begun if task.get_name() == RECEIVING), None)
            return
        hook = telegram.webhook
        await updater.start_webhook(
            listen=hook.listen,
            port=hook.port,
            url_path=urlsplit(hook.url).path,
            webhook_url=hook.url,
            secret_token=hook.secret.get_secret_value() or None,
            bootstrap_retries=-1,
            allowed_updates=UPDATES,
            drop_pending_updates=False,
        )

    async def _stop_listening(self) -> None:
        updater = self._application.updater
        if updater is not None and updater.running:
            with contextlib.suppress(TimeoutError, InvalidToken):
                # Its last call says what was received; without it, updates come again, and are known.
                await asyncio.wait_for(updater.stop(), GRACE)

    async def _stop_application(self) -> None:
        self._reports.stop()
        await self._processor.close(GRACE)
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=1)
        if self._application.running:
            await self._application.stop()

    async def _prepare(self, desk: Desk, search: Search) -> None:
        """Load what the first questions need; build the index where there is none that opens: the admins hear of it."""
        try:
            await search.look(lambda searcher: searcher.warm())
            return
        except Exception as error:  # noqa: BLE001 - whatever it is, building anew is the remedy
            LOG.info("building the index: %s", error)
        message: Callable[[Words], Message]
        try:
            report = await desk.reports.bring_up_to_date(lambda progress: None)
        except Stopped:
            return
        except (IndexFault, OSError) as error:
            LOG.error("the index could not be built: %s", error)
            message = partial(index_fault, error=error)
        else:
            LOG.info("the index is built: %d reports, %d passages", report.documents, report.passages)
            message = partial(staff_messages.reindex_done, report=report)
        await tell(desk, await within_reach(desk, Role.ADMIN), message)

    def _try_again(self, arrivals: Arrivals) -> Callable[[], Coroutine[Any, Any, None]]:
        async def try_again() -> None:
            for update in self._processor.take_kept():
                await arrivals.again(update)

        return try_again

    def _tidy(self, desk: Desk, inbox: Inbox) -> Callable[[], Coroutine[Any, Any, None]]:
        async def tidy() -> None:
            await desk.questions.unlink_old()
            await inbox.forget_old()
            await desk.expectations.discard_old()
            await asyncio.to_thread(desk.reports.discard_old)

        return tidy

    async def _every(self, seconds: float, job: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do a job now and again and again; a fault is logged and ends nothing."""
        while True:
            try:
                await job()
            except Exception:
                LOG.exception("a job that is done every %.0f s", seconds)
            await self._sleep(seconds)

    def _task(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _background(self, coroutine: Coroutine[Any, Any, None], update: Update | None) -> None:
        task = self._application.create_task(coroutine, update=update)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def note_polling_error(error: TelegramError) -> None:
    """Receiving goes on by itself; the log says why it paused."""
    if isinstance(error, Conflict):
        LOG.error("another program receives this bot's updates: stop it, or revoke the token")
    else:
        LOG.warning("receiving updates: %s", error)


async def serve(config: Config, stop: asyncio.Event) -> None:
    """Run the bot until `stop` is set. Raises what `Bot.start` and `Bot.deaf` raise."""
    bot = Bot(config)
    starting = asyncio.ensure_future(bot.start())
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():
            starting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await starting
            return
        await starting
        # A bot that only seems to run is worse than none: a supervisor sees one that ended.
        deaf = asyncio.ensure_future(bot.deaf())
        await asyncio.wait({stopping, deaf}, return_when=asyncio.FIRST_COMPLETED)
        if deaf.done():
            await deaf
        deaf.cancel()
    finally:
        stopping.cancel()
        await bot.stop()


def run(config: Config) -> int:
    """Run the bot in this process until SIGTERM or SIGINT; the exit code. Raises what `Bot.start` raises."""
    start_logging((config.telegram.token.get_secret_value(), config.telegram.webhook.secret.get_secret_value()))
    asyncio.run(_run(config))
    return 0


async def _run(config: Config) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await serve(config, stop)
    LOG.info("stopped")
