"""`citedesk run` as a process against a Bot API server on loopback: it talks, is killed, and goes on."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from ready import lend_dictionary
from transcript import TOKEN, Stage, lend_index, write_config, write_reports

from bot.config import load
from bot.sandbox.server import Running, running
from bot.sandbox.world import World

QUESTION = "How many permanent employees did the institute have?"


@dataclass
class Process:
    """A `citedesk run`, with its log."""

    process: asyncio.subprocess.Process
    log: list[str] = field(default_factory=list)
    reader: asyncio.Task[None] | None = None
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def read(self) -> None:
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            async with self.news:
                self.log.append(line.decode())
                self.news.notify_all()
        async with self.news:
            self.news.notify_all()

    async def says(self, words: str) -> None:
        """Wait for a line of the log."""

        def said() -> bool:
            return any(words in line for line in self.log) or self.ended

        async with asyncio.timeout(40), self.news:
            await self.news.wait_for(said)
        assert any(words in line for line in self.log), "".join(self.log)

    @property
    def ended(self) -> bool:
        return self.reader is not None and self.reader.done()

    async def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and wait for the end; the exit code."""
        if self.process.returncode is None:
            self.process.send_signal(number)
        async with asyncio.timeout(15):
            code = await self.process.wait()
        assert self.reader is not None
        await self.reader
        return code


@contextlib.asynccontextmanager
async def bot_process(config: Path) -> AsyncIterator[Process]:
    process = Process(
        await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            "run",
            "--config",
            str(config),
            cwd=Path(__file__).parents[1],
            env={name: value for name, value in os.environ.items() if not name.startswith("CITEDESK")},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
    )
    process.reader = asyncio.create_task(process.read())
    try:
        yield process
    finally:
        if process.process.returncode is None:
            process.process.kill()
            await process.process.wait()
        await process.reader


@contextlib.asynccontextmanager
async def made(folder: Path, server: Running, more: str = "") -> AsyncIterator[tuple[Stage, Path]]:
    admin = await server.seat("Admin")
    file = write_config(folder, server.api_url, admins=[admin.id], more=more)
    yield Stage(server, load(file, {}), folder, people={"Admin": admin}), file


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - the server under test tells nobody
            await asyncio.sleep(0.02)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_reports(tmp_path / "reports")
    return tmp_path


async def test_conversation_with_a_process_from_first_start_to_stop(folder: Path) -> None:
    """No index at first: the bot builds it, then answers; its log never shows the token."""
    lend_dictionary(folder / "data" / "index")
    async with (
        running(World(TOKEN)) as server,
        made(folder, server) as (stage, config),
        bot_process(config) as process,
    ):
        await process.says("answering as @citedesk_bot")
        await process.says("the index is built: 2 reports")
        stage.files["tin.md"] = b"# Tin\n\nThe tin works of Bergen were sold to a cooperative in 1988.\n"
        await stage.play(
            f"""
            Anna: {QUESTION}
            bot: > …**In December 2021 the institute had 133 permanent employees.**…
            Anna presses In context
            bot: …133 permanent employees…
            Anna presses Source
            bot: …
            file: institute-report-2021.md
            Anna presses 👍
            bot shows: Thank you, good to know.
            Anna: /library
            bot: **The library**: 2 reports
            Anna: /language zh
            bot: 好的，这里以后用中文。
            Anna: /reindex
            bot: 只有管理员可以这样做。
            Admin sends tin.md: /upload
            bot: Checking …
            bot edits: You can ask about **Tin** now: 1 passage. File: tin.md…
            bot: Of which year is **Tin**? …
            Admin: /reindex
            bot: Reading the reports …
            bot edits: **The index is up to date.** Nothing has changed since the last time.…
            Anna: Who bought the tin works of Bergen?
            bot: …**The tin works of Bergen were sold to a cooperative in 1988.**…
            """,
            patience=60,
        )
        assert await process.stop() == 0
        assert process.log[-1].endswith("citedesk: stopped\n")
        assert TOKEN not in "".join(process.log)
        assert "Traceback" not in "".join(process.log)
        refused = [call for call in server.journal.entries if not call.ok and call.method != "getUpdates"]
        assert refused == []


async def test_questions_asked_while_the_bot_was_down_are_answered_in_order(folder: Path) -> None:
    lend_index(folder)
    async with running(World(TOKEN)) as server, made(folder, server) as (stage, config):
        anna = await stage.seat("Anna")
        await anna.say(QUESTION)
        await anna.say("第七期培训班有多少名学员？")
        async with bot_process(config) as process:
            assert "133" in (await anna.next_message(timeout=30))["text"]
            assert "28名学员" in (await anna.next_message())["text"]
            assert await process.stop(signal.SIGINT) == 0


async def test_killed_bot_loses_no_question_and_answers_none_twice(folder: Path) -> None:
    """Killed while Telegram hangs, when the question was received and confirmed, but not answered."""
    lend_index(folder)
    async with running(World(TOKEN)) as server, made(folder, server) as (stage, config):
        anna = await stage.seat("Anna")
        async with bot_process(config) as process:
            await anna.say(QUESTION)
            await anna.next_message(timeout=30)
            number = await server.seats.fault("slow", method="sendMessage", seconds=60)
            await anna.say("Who founded the Harbour Forum?")
            await until(lambda: any(rule.met for rule in server.api.faults.rules if rule.number == number))
            await until(lambda: not server.world.updates.waiting)  # confirmed: Telegram has forgotten it
            process.process.kill()
            await process.process.wait()
        await server.seats.lift()
        async with bot_process(config) as process:
            assert "founded in 2014" in (await anna.next_message(timeout=30))["text"]
            assert await anna.quiet(1)
            assert await process.stop() == 0


async def test_second_run_on_the_same_data_folder_says_which_process_has_it(folder: Path) -> None:
    lend_index(folder)
    async with (
        running(World(TOKEN)) as server,
        made(folder, server) as (_, config),
        bot_process(config) as first,
    ):
        await first.says("answering as")
        async with bot_process(config) as second:
            assert await second.process.wait() == 3
            await second.says(
                f"citedesk run: another process (pid {first.process.pid}) is running on {folder / 'data'}: "
                "stop it or choose another data.path"
            )
        await first.stop()


async def test_token_that_telegram_does_not_know_is_said_in_one_line(folder: Path) -> None:
    async with running(World("99:another-token-altogether")) as server:
        config = write_config(folder, server.api_url, admins=[])
        async with bot_process(config) as process:
            assert await process.process.wait() == 2
            await process.says("telegram.token: Telegram does not accept it: copy it from @BotFather again")
            assert "Traceback" not in "".join(process.log)


async def test_token_that_is_revoked_while_the_bot_runs_ends_it_in_one_line(folder: Path) -> None:
    """A process that goes on without receiving anything would look well to everybody but the partners."""
    async with running(World(TOKEN)) as server:
        config = write_config(folder, server.api_url, admins=[])
        anna = await server.seat("Anna")
        async with bot_process(config) as process:
            await process.says("answering as")
            server.api.world.token = "123456789:" + "n" * 35
            await anna.say("/start")
            async with asyncio.timeout(20):
                assert await process.process.wait() == 2
            await process.says("telegram.token: Telegram does not accept it: copy it from @BotFather again")


async def test_bot_waits_for_a_telegram_that_is_not_there_and_stops_when_told(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens there
        config = write_config(folder, f"http://127.0.0.1:{taken.getsockname()[1]}", admins=[])
        async with bot_process(config) as process:
            await process.says("Telegram cannot be reached")
            assert await process.stop() == 0
            assert TOKEN not in "".join(process.log)


async def test_webhook_brings_the_same_answers_and_wants_the_secret(folder: Path) -> None:
    lend_index(folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    more = f'[telegram.webhook]\nurl = "http://127.0.0.1:{port}/hook"\nport = {port}\nsecret = "s3cret"\n'
    async with running(World(TOKEN)) as server, made(folder, server, more) as (stage, config):
        config.write_text(config.read_text().replace("[telegram]\n", '[telegram]\nmode = "webhook"\n'))
        async with bot_process(config) as process:
            await process.says("answering as")
            await stage.play(f"Anna: {QUESTION}\nbot: …133 permanent employees…")
            forged = await stage.people["Anna"].seats.http.post(f"http://127.0.0.1:{port}/hook", json={"update_id": 1})
            assert forged.status_code == 403
            assert await process.stop() == 0
            assert "s3cret" not in "".join(process.log)


async def test_webhook_that_telegram_refuses_is_said_with_the_remedy(folder: Path) -> None:
    """It was asked for again and again, with an empty log."""
    more = f'[telegram.webhook]\nurl = "http://bot.example.org/hook"\nport = {free_port()}\n'
    async with running(World(TOKEN)) as server, made(folder, server, more) as (_, config):
        config.write_text(config.read_text().replace("[telegram]\n", '[telegram]\nmode = "webhook"\n'))
        async with bot_process(config) as process:
            async with asyncio.timeout(30):
                assert await process.process.wait() == 2
            await process.says("telegram.webhook.url: Telegram refuses http://bot.example.org/hook (")
            await process.says("): use an address that begins with https://")
            assert "Traceback" not in "".join(process.log)


async def test_stopping_while_the_first_index_is_built_is_quick_and_quiet(folder: Path) -> None:
    for number in range(40):
        (folder / "reports" / f"more-{number}.md").write_text(f"# More\n\nText number {number} of many.\n")
    async with running(World(TOKEN)) as server, made(folder, server) as (_, config):
        async with bot_process(config) as process:
            await process.says("building the index")
            assert await process.stop() == 0
            assert "Traceback" not in "".join(process.log)
            assert process.log[-1].endswith("citedesk: stopped\n")
        lend_dictionary(folder / "data" / "index")
        async with bot_process(config) as process:
            await process.says("the index is built: 42 reports")
