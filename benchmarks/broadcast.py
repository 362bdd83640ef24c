"""An announcement to thousands, with everything that goes wrong; what the server's journal says of it: a table.

`python -m benchmarks.broadcast [--recipients 10000] [--kills 20] [--per-second 200]`. The server is the sandbox's,
in this process; the bot is `citedesk run` as a process of its own, talking HTTP, killed with SIGKILL at random
instants and started again. Three runs: one with all faults, one without for throughput, one with questions asked
meanwhile. Telegram's 25 a second would make the first run take an hour, so the allowed rate is higher, and what is
checked is the same in proportion.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import shutil
import sqlite3
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles

from bot.announcing.announcement import Audience, Body, Content, Schedule
from bot.app import AnnouncingParts, pacer_of
from bot.config import Config, load
from bot.people.people import CONSOLE, People
from bot.sandbox.faults import Fault
from bot.sandbox.journal import JournalEntry
from bot.sandbox.server import Running, running
from bot.sandbox.world import World
from bot.schema import open_database
from bot.words.markup import Html
from index.build.reindex import reindex

TOKEN = "123456789:AAEhBOweik6ad6PsVgzlZHZxTh7P_benchmark"
TITLE = {"en": "The workshop of the year", "zh": "年度培训班"}
REPORT = "# Lake\n\nThe lake is 40 metres deep, and nobody has ever swum across it in winter.\n"
ROOT = Path(__file__).parents[1]
ASKING = 6
"""People who ask in turn: none of them twice within a second."""


@dataclass
class Stage:
    """A server, a folder with configuration and data, and the bot's process."""

    server: Running
    folder: Path
    config: Config
    chats: list[int] = field(default_factory=list)
    process: asyncio.subprocess.Process | None = None
    command: tuple[str, ...] = ("-m", "bot", "run")

    async def start(self) -> None:
        command = (sys.executable, *self.command, "--config", str(self.folder / "config.toml"))
        with (self.folder / "log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=log, stderr=log)

    async def kill(self) -> int:
        """SIGKILL; how many deliveries were in flight by the ledger."""
        assert self.process is not None
        self.process.kill()
        await self.process.wait()
        return int(self.rows("SELECT count(*) FROM deliveries WHERE outcome = 'sending'")[0][0])

    async def stop(self) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.terminate()
            await self.process.wait()

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with contextlib.closing(sqlite3.connect(self.config.database, timeout=20)) as connection:
            return connection.execute(sql).fetchall()

    def sends(self) -> list[JournalEntry]:
        """The calls of the journal that are messages of the announcement, in whatever way they ended."""
        return [
            entry
            for entry in self.server.journal.calls("sendMessage")
            if any(title in str(entry.parameters.get("text")) for title in TITLE.values())
        ]

    async def sent(self, count: float, seconds: float) -> None:
        """Waits until so many calls were made."""
        deadline = time.monotonic() + seconds
        while len(self.sends()) < count and time.monotonic() < deadline:  # noqa: ASYNC110 - another process works
            await asyncio.sleep(0.02)

    async def until(self, state: str, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while self.rows("SELECT state FROM announcements") != [(state,)]:
            if time.monotonic() > deadline:
                raise TimeoutError(f"not {state}: {self.rows('SELECT outcome, count(*) FROM deliveries GROUP BY 1')}")
            await asyncio.sleep(0.2)

    def announce(self) -> None:
        """Start an announcement to everybody; the bot finds it in the database."""
        asyncio.run(self._announce())

    async def _announce(self) -> None:
        database = open_database(self.config.database)
        try:
            people = People(database, now, (), ())
            announcements = AnnouncingParts(self.config, database, people, pacer_of(self.config), now).announcements
            contents = tuple(
                Content(language, title, Html("Come to <b>Beijing</b>."), ()) for language, title in TITLE.items()
            )
            body = Body(contents, audience=Audience(everyone=True), schedule=Schedule(quiet_hours=False))
            draft = await announcements.draft(CONSOLE, body)
            await announcements.submit(CONSOLE, draft.id, draft.version)
        finally:
            database.close()


@contextlib.asynccontextmanager
async def stage(
    folder: Path, recipients: int, per_second: float, *, index: Path, groups: int = 0, per_minute: int = 1000
) -> AsyncIterator[Stage]:
    """A server with so many people who started the bot and subscribed, half of them reading Chinese.

    `index`: an index folder that `build` made; `per_minute`: questions that a person may ask.
    """
    world = World(TOKEN)
    async with running(world) as server:
        write_report(folder / "reports")
        (folder / "config.toml").write_text(
            f'[telegram]\ntoken = "{TOKEN}"\napi_url = "{server.api_url}"\n[content]\npath = "reports"\n'
            f'[data]\npath = "data"\n[announcements]\nper_second = {per_second}\n'
            f"[answers]\nper_minute = {per_minute}\n",
            encoding="utf-8",
        )
        config = load(folder / "config.toml", {})
        await asyncio.to_thread(shutil.copytree, index, config.index)
        made = Stage(server, folder, config)
        owner = world.add_user("Owner")
        for number in range(recipients - groups):
            user = world.add_user(f"partner {number}", language="zh" if number % 2 else "en")
            world.chats[user.id].started = True
            made.chats.append(user.id)
        made.chats += [server.people.found(owner.id, f"Group {number}").id for number in range(groups)]
        world.updates.clear()
        await asyncio.to_thread(subscribe, config.database, made.chats)
        try:
            yield made
        finally:
            await made.stop()


def build(folder: Path) -> Path:
    """The index of the one report that questions are asked about; its folder."""
    write_report(folder / "reports")
    reindex(folder / "reports", folder / "index")
    return folder / "index"


def write_report(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "lake.md").write_text(REPORT, encoding="utf-8")


def now() -> datetime:
    return datetime.now(UTC)


def subscribe(path: Path, chats: list[int]) -> None:
    """Everybody is subscribed to the workshops, in one transaction."""
    database = open_database(path)
    try:
        for sql in (
            "INSERT INTO chats VALUES (?, iif(?1 < 0, 'group', 'private'), iif(?1 % 2, 'zh', 'en'), 1, '2026-01-01')",
            "INSERT INTO subscriptions VALUES (?, 'workshops', '2026-01-01')",
        ):
            database.write_now(
                lambda connection, sql=sql: connection.conn.executemany(sql, [(chat,) for chat in chats])
            )
    finally:
        database.close()


@dataclass(frozen=True)
class Figures:
    """What the journal and the ledger say after a run with faults."""

    recipients: int
    outcomes: dict[str, int]
    twice: int
    """Chats that got it more than once."""
    lost: int
    """Recipients without an outcome."""
    disagreements: int
    """Recipients whose outcome is not what the server's journal says."""
    unknown: int
    in_flight: int
    """Over all kills, by the ledger."""
    lost_answers: int
    busiest_second: int
    """Messages in the busiest second, wherever it begins."""
    too_early: int
    """Calls into a chat inside its retry_after."""
    floods: int
    seconds: float


async def with_faults(
    folder: Path, index: Path, recipients: int, kills: int, per_second: float, seed: int = 1, patience: float = 1800
) -> Figures:
    """The run with blocked, moved and deleted chats, flood limits, lost answers, and kills."""
    chance = random.Random(seed)
    groups = max(2, recipients // 200)
    async with stage(folder, recipients, per_second, index=index, groups=groups) as here:
        people, faults = here.server.people, here.server.api.faults
        private = here.chats[:-groups]
        chance.shuffle(private)
        parts = iter(private)

        def some(share: float) -> list[int]:
            return [next(parts) for _ in range(max(1, round(recipients * share)))]

        for chat in some(0.05):
            people.block(chat)
        for chat in some(0.005):
            people.delete_account(chat)
        owner = next(user for user in here.server.world.users.values() if user.first_name == "Owner")
        for chat in here.chats[-groups:]:
            people.migrate(owner.id, chat)
        here.server.world.updates.clear()
        for chat in some(0.02):
            faults.set(Fault("flood", "sendMessage", chat, count=1, retry_after=1))
        lost = some(0.01)
        for chat in lost:
            faults.set(Fault("lost", "sendMessage", chat, count=1))
        began = time.monotonic()
        await asyncio.to_thread(here.announce)
        await here.start()
        in_flight = 0
        for threshold in sorted(chance.uniform(0.02, 0.95) * recipients for _ in range(kills)):
            await here.sent(threshold, patience)
            await asyncio.sleep(chance.random() * 0.1)
            in_flight += await here.kill()
            await here.start()
        await here.until("finished", patience)
        await here.stop()
        return judged(here, in_flight, len(lost), time.monotonic() - began, per_second)


def judged(here: Stage, in_flight: int, lost_answers: int, seconds: float, per_second: float) -> Figures:
    """The ledger held against the journal."""
    sends = here.sends()
    moved = {chat.id: chat.migrated_to for chat in here.server.world.chats.values() if chat.migrated_to}
    delivered = Counter(entry.chat for entry in sends if entry.status == 200)
    refused = {entry.chat for entry in sends if entry.status in (400, 403) and entry.chat not in moved}
    ledger = dict(here.rows("SELECT chat, outcome FROM deliveries WHERE errand = 0"))
    wrong = 0
    for chat, outcome in ledger.items():
        wrong += {
            "sent": delivered[chat] != 1,
            "failed": delivered[chat] != 0 or chat not in refused,
            "skipped": delivered[chat] != 0,
            "unknown": delivered[chat] > 1,
        }.get(str(outcome), True)
    outcomes = Counter(str(outcome) for outcome in ledger.values())
    times = sorted(entry.at for entry in sends)
    floods: defaultdict[object, float] = defaultdict(float)
    too_early = 0
    for entry in sends:
        too_early += entry.at < floods[entry.chat]
        if entry.status == 429:
            floods[entry.chat] = entry.at + 1
    return Figures(
        recipients=len(here.chats),
        outcomes=dict(outcomes),
        twice=sum(number > 1 for number in delivered.values()),
        lost=sum(chat not in ledger and moved.get(chat) not in ledger for chat in here.chats),
        disagreements=wrong,
        unknown=outcomes["unknown"],
        in_flight=in_flight,
        lost_answers=lost_answers,
        busiest_second=busiest(times),
        too_early=too_early,
        floods=sum(entry.status == 429 for entry in sends),
        seconds=seconds,
    )


def busiest(times: list[float]) -> int:
    """How many of sorted times lie in the fullest second."""
    most = first = 0
    for last, at in enumerate(times):
        while times[first] <= at - 1.0:
            first += 1
        most = max(most, last - first + 1)
    return most


async def throughput(folder: Path, index: Path, recipients: int, per_second: float) -> float:
    """Messages a second while nothing fails, as a share of the allowed rate."""
    async with stage(folder, recipients, per_second, index=index) as here:
        await asyncio.to_thread(here.announce)
        await here.start()
        await here.until("finished", 60 + 3 * recipients / per_second)
        times = sorted(entry.at for entry in here.sends())
        assert len(times) == recipients
        return (len(times) - 1) / (times[-1] - times[0]) / per_second


async def latencies(
    folder: Path, index: Path, questions: int, per_second: float
) -> tuple[list[float], list[float], int]:
    """Seconds that a question takes, idle and while an announcement runs; and the busiest second in between.

    Why several people in turn? Answers to one person leave a second apart, so that one chat is never refused.
    """
    recipients = round(per_second * (questions * 1.5 + 8))  # more than go out meanwhile, also on a slow machine
    async with stage(folder, recipients, per_second, index=index) as here:
        await here.start()
        await here.server.polled(60)
        seats = [await here.server.seat(f"asking {number}") for number in range(ASKING)]
        for seat in seats:
            await seat.start()
            await seat.next_message(timeout=60)

        async def ask(count: int) -> list[float]:
            taken = []
            for number in range(count):
                seat = seats[number % len(seats)]
                await asyncio.sleep(random.uniform(0.25, 0.35))
                began = time.perf_counter()
                await seat.say("How deep is the lake?")
                message = await seat.next_message(timeout=30)
                taken.append(time.perf_counter() - began)
                assert "40 metres" in message["text"]
            return taken

        await ask(3)
        idle = await ask(questions)
        await asyncio.to_thread(here.announce)
        await here.sent(2 * per_second, 60)
        busy = await ask(questions)
        assert here.rows("SELECT state FROM announcements") == [("running",)]
        counted = [entry.at for entry in here.server.journal.calls("sendMessage")]
        return idle, busy, busiest(sorted(counted))


def p95(seconds: list[float]) -> float:
    return quantiles(seconds, n=20, method="inclusive")[-1]


async def measure(recipients: int, kills: int, per_second: float) -> None:
    """All three runs, printed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        index = await asyncio.to_thread(build, folder)
        found = await with_faults(folder / "faults", index, recipients, kills, per_second)
        for label, value, bar in (
            ("recipients", found.recipients, ""),
            ("outcomes", found.outcomes, "everybody has one"),
            ("without an outcome", found.lost, "0"),
            ("got it twice", found.twice, "0"),
            ("ledger and journal disagree", found.disagreements, "0"),
            ("unknown", found.unknown, f"at most {found.in_flight} in flight + {found.lost_answers} lost answers"),
            ("busiest second", found.busiest_second, f"at most {per_second:g}"),
            ("inside a retry_after", found.too_early, f"0 (of {found.floods} flood limits)"),
            ("seconds", round(found.seconds), ""),
        ):
            print(f"{label:30} {value!s:>60}   {bar}")
        for rate in (25.0, per_second):
            share = await throughput(folder / f"throughput-{rate:g}", index, round(rate * 12), rate)
            bar = "at least 95 %" if rate == 25 else "no bar: two processes share this machine's cores"
            print(f"{f'throughput at {rate:g} a second':30} {share:60.1%}   {bar}")
        idle, busy, most = await latencies(folder / "latency", index, 40, 25)
        allowed = 1.5 * p95(idle) + 1 / 25
        print(f"{'p95 of an answer, idle':30} {p95(idle) * 1000:57.0f} ms")
        print(f"{'p95 while announcing':30} {p95(busy) * 1000:57.0f} ms   at most {allowed * 1000:.0f} ms")
        print(f"{'busiest second with answers':30} {most:60}   at most 29")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Announcements under faults, kills and questions.")
    parser.add_argument("--recipients", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--per-second", type=float, default=200)
    options = parser.parse_args()
    asyncio.run(measure(options.recipients, options.kills, options.per_second))
