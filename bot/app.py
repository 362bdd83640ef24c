"""A `Config` in, a running bot out: the only place where objects are made and joined.

`run` is `citedesk run`; `serve` is the same inside somebody else's event loop, such as the sandbox's. `AnnouncingParts`
is what `citedesk announce` needs of it, too.

Why does stopping not wait until everything is answered? A supervisor kills what does not stop soon. What is under way
gets a few seconds; the rest is in the inbox and is answered at the next start.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from bot.admin import staff_messages
from bot.admin.chat.admin import Admin, index_fault
from bot.admin.chat.dict_command import DictCommand
from bot.admin.chat.report_changes import ReportChanges
from bot.admin.chat.uploads import Uploads
from bot.admin.reports import Reports, Stopped
from bot.admin.staff_messages import Losses
from bot.announcing.announcement_messages import render
from bot.announcing.announcements import Announcements
from bot.announcing.audience import QuietHours
from bot.announcing.chat.correcting import Correcting
from bot.announcing.chat.draft_attaching import Attaching
from bot.announcing.chat.draft_audience import Audiences
from bot.announcing.chat.draft_schedule import Scheduling
from bot.announcing.chat.draft_texts import Texts
from bot.announcing.chat.drafting import Drafting
from bot.announcing.chat.drafts import Drafts
from bot.announcing.chat.listener import StaffListener
from bot.announcing.chat.news import News
from bot.announcing.chat.posting import TelegramPost
from bot.announcing.chat.relaying import Relaying
from bot.announcing.chat.reporting import Reporting
from bot.announcing.chat.sending import Sending
from bot.announcing.outbox import Outbox
from bot.announcing.relays import Relays
from bot.announcing.scheduler import Scheduler, SendingRules
from bot.announcing.sender import Post, Sender
from bot.announcing.watching import Listener, Logbook, Watching
from bot.asking.answer_messages import SHOWN
from bot.asking.chat.answers import OfficeAnswers
from bot.asking.chat.asking import Asking
from bot.asking.chat.browsing import Browsing, report_of
from bot.asking.chat.handing_on import HandingOn
from bot.asking.chat.reading import ReadingAlong
from bot.asking.chat.reviewing import Reviewing
from bot.asking.chat.sources import Sources
from bot.asking.chat.written_answers import WrittenAnswers
from bot.asking.examples import examples
from bot.asking.handing_on import HandedOn
from bot.asking.office import Office
from bot.base.database import Database
from bot.base.logs import start_logging
from bot.base.private import keep_private
from bot.base.put_aside import PutAside
from bot.base.run_lock import RunLock
from bot.base.search import NoIndexYet, Search
from bot.config import Config, ConfigError, ConfigFault
from bot.people.chat.notices import Notices
from bot.people.chat.personal import Personal
from bot.people.chat.profile_card import ProfileCard
from bot.people.chat.subscribing import Subscribing
from bot.people.people import People, Role
from bot.people.profiles import Profiles
from bot.people.subscriptions import Subscriptions
from bot.reading.chosen_styles import ChosenStyles
from bot.reading.page_pictures import PagePictures, PageWorker
from bot.reading.web.listening import bind
from bot.schema import open_database
from bot.telegram.chats import Chats, Handler
from bot.telegram.connection import Connection
from bot.telegram.error_handler import ErrorHandler
from bot.telegram.expectations import Expectations
from bot.telegram.inbox import Inbox
from bot.telegram.limits import RateLimiter
from bot.telegram.menus import Menus
from bot.telegram.messenger import Messenger, Patience
from bot.telegram.pacer import Pacer
from bot.telegram.pacing import PacingLimiter
from bot.telegram.receiving import UpdateReader
from bot.telegram.typed import Typed
from bot.telegram.update_queue import Processor, UpdateQueue
from bot.web_app import Pages, questions_of
from bot.words.catalogue import Words
from bot.words.markup import Message
from content.answers import AnswersFile
from index.build.known_questions import read_known
from index.build.reindex import reindex
from index.errors import BrokenGeneration, IndexFault
from index.searcher import LiveSearcher

GRACE = 4.0
"""Seconds that what is under way gets when the bot stops."""
DAY = 86_400.0
SWITCH_SECONDS = 0.001
"""After which a thread gives way to another: with the usual 5 ms, messages wait while two questions are computed."""
PRESSES = 3
"""Buttons a person may press for each question they may ask."""
Clock = Callable[[], datetime]
Sleep = Callable[[float], Coroutine[Any, Any, None]]
LOG = logging.getLogger("citedesk")


def rules_of(config: Config) -> SendingRules:
    """How announcements go out, from the settings."""
    settings = config.announcements
    quiet = None
    if settings.quiet_from is not None and settings.quiet_until is not None:
        quiet = QuietHours(settings.quiet_from, settings.quiet_until)
    return SendingRules(
        approval=settings.approval,
        first_batch=settings.first_batch,
        stop_share=settings.stop_share,
        late=timedelta(minutes=settings.late_minutes),
        quiet=quiet,
        zone=settings.time_zone,
    )


def pacer_of(config: Config, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> Pacer:
    """The pacer of all that a bot sends."""
    return Pacer(config.announcements.per_second, time.monotonic, sleep)


class AnnouncingParts:
    """Announcements and subscriptions for conversations and commands; and the sender, from `run` to `stop`."""

    def __init__(
        self,
        config: Config,
        database: Database,
        people: People,
        pacer: Pacer,
        clock: Clock,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        rules = rules_of(config)
        self.profiles = Profiles(database, people)
        self.subscriptions = Subscriptions(database, people, clock)
        self.announcements = Announcements(database, people, clock, rules, render)
        self._scheduler = Scheduler(database, clock, rules)
        self._outbox = Outbox(database, clock)
        people.follow(self._outbox)
        self._people = people
        self._pacer = pacer
        self._clock = clock
        self._sleep = sleep
        self._sender: Sender | None = None
        self._watching: Watching | None = None

    async def run(self, post: Post, listener: Listener | None = None) -> None:
        """Send until stopped. The bot of `post` has a `PacingLimiter` over the same pacer."""
        self._watching = Watching(self._scheduler, listener or Logbook(), self._clock, time.monotonic)
        self._sender = Sender(
            self._outbox,
            self._scheduler,
            self._people,
            self._pacer,
            post,
            render,
            self._watching,
            self._clock,
            time.monotonic,
            self._sleep,
        )
        await self._sender.run()

    async def stop(self, grace: float) -> None:
        """Begin nothing more; what is on its way gets so many seconds."""
        if self._sender is not None:
            await self._sender.stop(grace)
        if self._watching is not None:
            await self._watching.close()


class Bot:
    """The Telegram bot of one configuration, from `start` to `stop`."""

    def __init__(
        self,
        config: Config,
        *,
        clock: Clock = lambda: datetime.now(UTC),
        sleep: Sleep = asyncio.sleep,
        patience: Patience | None = None,
    ) -> None:
        if not config.telegram.token:
            hint = "write the token from @BotFather into the configuration, or into $CITEDESK_TOKEN"
            raise ConfigError((ConfigFault("telegram.token", "nothing", "a bot token", hint),))
        self._config = config
        self._clock = clock
        self._sleep = sleep
        self._patience = patience or Patience()
        self._closing = contextlib.AsyncExitStack()
        self._tasks: set[asyncio.Task[Any]] = set()

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
        await self._connection.deaf()

    async def _start(self) -> None:
        closing = self._closing
        lock = RunLock(self._config.data.path)
        lock.acquire()
        closing.callback(lock.release)
        database = await asyncio.to_thread(open_database, self._config.database, clock=self._clock)
        closing.callback(database.close)
        self._join(database)
        closing.callback(self._search.close)
        closing.callback(self._page_worker.close)
        if self._config.pages.address:
            bound = bind(self._config.pages.listen)
            closing.callback(bound.close)
            LOG.info("pages are served at %s", await closing.enter_async_context(self._pages.served(bound)))
        closing.push_async_callback(self._connection.shut_down)
        await self._connection.reach()
        waiting = await self._update_queue.take_up(self._connection.bot)
        if waiting:
            LOG.info("%d updates from before are taken up", waiting)
        await self._connection.start()
        closing.push_async_callback(self._stop_handling)
        self._task(self._prepare())
        closing.push_async_callback(self._announcing.stop, GRACE)
        self._task(self._announcing.run(TelegramPost(self._connection.bot), self._staff_listener))
        closing.push_async_callback(self._connection.stop_listening, GRACE)
        await self._connection.listen()
        self._task(self._menus.publish())
        self._task(self._every(self._patience.again, self._try_again))
        self._task(self._every(DAY, self._tidy))
        LOG.info("answering as @%s", self._connection.bot.username)

    # Joining

    def _join(self, database: Database) -> None:
        """Make every object, and hand each what it needs."""
        config, clock = self._config, self._clock
        people = People(database, clock, config.roles.admins, config.roles.staff)
        self._questions = questions_of(config, database, people, clock)
        self._styles = ChosenStyles(database, people)
        limits = config.limits()
        self._page_worker = PageWorker(seconds=limits.seconds, memory_bytes=limits.memory_bytes)
        self._pictures = PagePictures(config.data.path / "pages", self._page_worker.draw)
        self._inbox = Inbox(database, clock)
        self._aside = PutAside(config.data.path, clock)
        pacer = pacer_of(config, self._sleep)
        self._announcing = AnnouncingParts(config, database, people, pacer, clock, self._sleep)
        self._office = AnswersFile(config.content.path, lambda: clock().date())
        loop = asyncio.get_running_loop()

        def damaged(fault: BrokenGeneration) -> None:  # in a thread of the search
            with contextlib.suppress(RuntimeError):  # the bot has stopped
                loop.call_soon_threadsafe(lambda: self._task(self._repair(fault)))

        self._search = Search(LiveSearcher(config.index, verify=True, damaged=damaged), self._office.current)
        self._pages = Pages(config, database, self._search, self._questions, self._pictures, clock)
        self._reports = Reports(
            people,
            config.content.path,
            config.index,
            config.data.path / "incoming",
            limits,
            partial(
                reindex,
                limits=limits,
                margin=config.content.known_questions_margin,
                enough=config.content.known_questions_enough,
                semantic=config.indexing.semantic,
            ),
        )
        self._update_queue, self._processor = (
            UpdateQueue(self._inbox, self._aside),
            Processor(self._inbox, tries=self._patience.tries),
        )
        self._connection = Connection(
            config.telegram,
            self._update_queue,
            self._processor,
            PacingLimiter(pacer),
            UpdateReader(self._aside),
            self._sleep,
        )
        self._expectations = Expectations(database, people, clock)
        self._messenger = Messenger(self._connection.bot, people, self._sleep, self._patience)
        profiles = self._announcing.profiles
        self._chats = Chats(
            people, profiles, self._messenger, clock, self._connection.beside, self._inbox.first, self._patience
        )
        self._menus = Menus(self._connection.bot, people)
        self._staff_listener = StaffListener(
            self._chats, people, self._announcing.announcements, self._messenger, config.announcements.time_zone
        )
        self._add_conversations(people, Relays(database, people, clock), HandedOn(database, people))
        self._connection.add_error_handler(ErrorHandler(self._chats, self._messenger, self._processor))

    def _add_conversations(self, people: People, relays: Relays, handed_on: HandedOn) -> None:
        """Hand the conversations to the library; of those in a group, the first that takes an update has it.

        Why do expected messages come before the conversations? Plain text is a question to the reports; only who was
        asked something means something else by it, and whether they were asked stands in the database.
        """
        config, clock, chats, messenger = self._config, self._clock, self._chats, self._messenger
        profiles, subscriptions = self._announcing.profiles, self._announcing.subscriptions
        announcements, expectations = self._announcing.announcements, self._expectations
        zone, per_minute = config.announcements.time_zone, config.answers.per_minute
        sources = Sources(chats, messenger, self._search, self._reports.source_file, self._pages.permalinks)
        subscribing = Subscribing(chats, people, subscriptions, messenger)
        presses = RateLimiter(PRESSES * per_minute)

        async def waiting(user: int) -> None:
            await sending.bring_waiting(user)
            await relaying.bring_waiting(user)
            await handing_on.bring_waiting(user)

        hints = RateLimiter(per_minute)
        notices = Notices(chats, people, messenger, self._menus, subscribing, presses, hints, clock, waiting)
        profile = ProfileCard(chats, profiles, expectations, messenger, clock)
        relaying = Relaying(chats, people, profiles, subscriptions, announcements, relays, expectations, messenger)
        approval = config.announcements.approval
        drafts = Drafts(chats, announcements, subscriptions, messenger, clock, zone, approval)
        reporting = Reporting(drafts, announcements, expectations, messenger, clock, self._connection.bot)
        correcting = Correcting(drafts, reporting, announcements, expectations, clock)
        sending = Sending(chats, people, drafts, reporting, correcting, announcements, expectations, clock, zone)
        texts = Texts(drafts)
        drafting = Drafting(
            chats,
            people,
            drafts,
            announcements,
            expectations,
            texts,
            Attaching(drafts, texts, clock),
            Audiences(drafts, subscriptions, people),
            Scheduling(drafts, clock, zone),
        )
        office = OfficeAnswers(
            chats, messenger, Office(people, self._search, config.content.path), self._questions.recorded
        )
        handing_on = HandingOn(chats, people, messenger, self._questions, handed_on, expectations, office)
        typed = Typed(
            chats,
            expectations,
            {
                "profile": profile.typed,
                "announce": drafting.typed,
                "sending": sending.typed,
                "correct": correcting.typed,
                "ask": relaying.question_typed,
                "relay": relaying.relay_typed,
                "handed": handing_on.reply_typed,
                "replace": lambda who, update, detail: uploads.replacement_sent(who, update, detail),
                "describe": lambda who, update, detail: uploads.title_sent(who, update, detail),
            },
            relaying,
            handing_on,
        )
        questions = RateLimiter(per_minute)
        reading = ReadingAlong(
            chats,
            messenger,
            self._search,
            self._questions,
            self._pictures,
            self._styles,
            self._reports.source_file,
            clock,
        )
        written = WrittenAnswers(chats, messenger, self._questions, self._styles, clock, SHOWN)

        asking = Asking(
            chats,
            messenger,
            self._questions,
            self._search,
            sources,
            questions,
            per_minute,
            clock,
            config.office.contact.in_,
            handing_on.tell,
            reading,
            written,
            self._pages.address_of,
        )

        uploads = Uploads(
            chats, people, messenger, self._reports, self._search, expectations, notices.text_only, asking.text
        )

        def handlers() -> Iterator[list[Handler]]:
            keep_days = config.answers.keep_asker_days
            open_passage, ask_about = sources.open, relaying.ask_about
            yield Personal(
                chats, people, messenger, self._menus, open_passage, self._examples, keep_days, ask_about
            ).handlers()
            yield Browsing(chats, people, self._search, sources).handlers()
            yield subscribing.handlers()
            yield profile.handlers()
            yield News(chats, announcements, messenger, zone).handlers()
            yield relaying.handlers()
            yield sending.handlers()
            yield drafting.handlers()
            yield Admin(
                chats, people, messenger, self._reports, self._menus, self._question_text, notices.joined
            ).handlers()
            yield uploads.handlers()
            yield ReportChanges(
                chats, messenger, self._reports, self._search, report_of, self._losses, uploads.expect_replacement
            ).handlers()
            yield DictCommand(chats, messenger, self._reports, self._questions.recorded).handlers()
            yield Reviewing(
                chats, people, self._questions, self._search, self._aside.count, handing_on.closed
            ).handlers()
            yield office.handlers()
            yield handing_on.handlers()
            yield sources.handlers()
            yield reading.handlers()
            yield written.handlers()
            yield asking.handlers()
            yield notices.handlers()

        self._connection.add(notices.first(), group=-2)
        self._connection.add(typed.handlers(), group=-1)
        for each in handlers():
            self._connection.add(each)

    async def _losses(self, actor: int, source: str, passages: Sequence[str]) -> Losses:
        """What refers to a report, wherever that is kept."""
        known, _ = await asyncio.to_thread(read_known, self._config.content.path)
        links = {f"p_{passage}" for passage in passages}
        names = {source, *links}
        announcements = await self._announcing.announcements.list(actor, limit=1000)
        return Losses(
            known=tuple(one.question for one in known if {file for file, _ in one.answers} == {source}),
            answers=tuple(
                answer.name
                for answer in self._office.current()
                if any(name in text for name in names for text in answer.texts.values())
            ),
            announcements=sum(any(link in repr(announcement.body) for link in links) for announcement in announcements),
            citing=await self._questions.citing(source),
        )

    async def _question_text(self, question: str) -> str:
        """What a question said; empty where it is not kept any more."""
        given = await self._questions.find(question)
        return given.answer.question if given is not None else ""

    async def _examples(self, language: str) -> tuple[str, ...]:
        """A few questions to try, in a language; none while there is no index."""
        try:
            return await self._search.look(lambda searcher: examples(self._config.content.path, searcher, language))
        except NoIndexYet:
            return ()

    # While it runs

    async def _stop_handling(self) -> None:
        self._reports.stop()
        await self._processor.close(GRACE)
        tasks = self._tasks | self._connection.tasks
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=1)
        await self._connection.stop()

    async def _prepare(self) -> None:
        """Load what the first questions need; build the index where there is none that opens: the admins hear of it."""
        try:
            await self._search.look(lambda searcher: searcher.warm())
            return
        except Exception as error:  # noqa: BLE001 - whatever it is, building anew is the remedy
            LOG.info("building the index: %s", error)
        message: Callable[[Words], Message]
        try:
            report = await self._reports.bring_up_to_date(lambda progress: None)
        except Stopped:
            return
        except (IndexFault, OSError) as error:
            LOG.error("the index could not be built: %s", error)
            message = partial(index_fault, error=error)
        else:
            LOG.info("the index is built: %d reports, %d passages", report.documents, report.passages)
            message = partial(staff_messages.reindex_done, report=report)
        await self._chats.tell(await self._chats.within_reach(Role.ADMIN), message)

    async def _repair(self, fault: BrokenGeneration) -> None:
        """Build the index anew where a generation is damaged; an older one answers meanwhile. The admins hear of it."""
        admins = await self._chats.within_reach(Role.ADMIN)
        await self._chats.tell(admins, partial(staff_messages.index_damaged, what=f"{fault.subject}: {fault.what}"))
        message: Callable[[Words], Message]
        try:
            report = await self._reports.bring_up_to_date(lambda progress: None)
        except Stopped:
            return
        except (IndexFault, OSError) as error:
            LOG.error("the damaged index could not be built anew: %s", error)
            message = partial(index_fault, error=error)
        else:
            LOG.info("the damaged index is built anew: %d reports", report.documents)
            message = partial(staff_messages.index_repaired, documents=report.documents)
        await self._chats.tell(await self._chats.within_reach(Role.ADMIN), message)

    async def _try_again(self) -> None:
        """Handle again what could not be finished because Telegram was away."""
        for update in self._processor.take_kept():
            await self._update_queue.again(update)

    async def _tidy(self) -> None:
        """Forget what is kept for a time only."""
        await self._questions.unlink_old()
        await self._pages.tidy()
        await self._inbox.forget_old()
        await self._expectations.discard_old()
        await asyncio.to_thread(self._reports.discard_old)
        await asyncio.to_thread(self._aside.discard_old)

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


async def serve(config: Config, stop: asyncio.Event) -> None:
    """Run the bot until `stop` is set. Raises what `Bot.start` and `Bot.deaf` raise."""
    # a question is computed in threads; the event loop must not wait long for its turn beside them
    sys.setswitchinterval(SWITCH_SECONDS)
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
    keep_private(config.data.path)
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
