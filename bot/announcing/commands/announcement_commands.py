"""`citedesk announce` and `citedesk announcements`: a file or a number in, what was decided or found out.

What is decided here is written into the database; the running bot carries it out.
"""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from bot.options import DONE, NO, config_of, config_option, json_option, print_json

if TYPE_CHECKING:
    from bot.announcing.announcement import Announcement, Report
    from bot.app import AnnouncingParts
    from bot.config import Config

T = TypeVar("T")
SENT_BY = "the running bot sends it; where none runs, citedesk run does"


@click.command()
@config_option
@click.argument("message", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what it would be and who would get it; send and keep nothing.")
@json_option
def announce(config_file: Path | None, message: Path, dry_run: bool, as_json: bool) -> int:
    """Send the announcement that the file MESSAGE describes, or schedule it.

    MESSAGE is TOML: [en] and [zh] with title and text (or html), [audience], and where wanted at, zone,
    [[attachments]] and [[dates]]; docs/message.example.toml has all of it. Where announcements.approval is set,
    somebody else approves it in chat.
    """
    from bot.announcing.announcement import NotReady
    from bot.announcing.commands import announcement_file
    from bot.people.people import CONSOLE

    config = config_of(config_file)
    body = announcement_file.read(message, config.announcements.time_zone)

    async def dry(parts: AnnouncingParts) -> int:
        from datetime import UTC, datetime

        from bot.announcing.announcement_messages import render
        from bot.announcing.commands.announcement_screen import dry_lines, dry_record
        from bot.announcing.dry_run import rehearse

        rehearsal = await rehearse(parts.announcements, body, render, datetime.now(UTC))
        if as_json:
            print_json(dry_record(rehearsal))
        else:
            _show(dry_lines(rehearsal))
        return NO if rehearsal.problems else DONE

    async def send(parts: AnnouncingParts) -> int:
        announcements = parts.announcements
        draft = await announcements.draft(CONSOLE, announcement_file.kept(body, config.data.path / "attachments"))
        try:
            sent = await announcements.submit(CONSOLE, draft.id, draft.version)
        except NotReady:
            await announcements.discard(CONSOLE, draft.id)
            raise
        _decided(sent, as_json)
        if not as_json:
            click.echo(SENT_BY, err=True)
        return DONE

    return _with(config, dry if dry_run else send)


@click.group(invoke_without_command=True)
@config_option
@click.pass_context
def announcements(ctx: click.Context, config_file: Path | None) -> int:
    """List the announcements; report, pause, resume, cancel, withdraw one, or send again what is unknown."""
    if config_file is not None:
        ctx.find_root().obj = config_file
    if ctx.invoked_subcommand is not None:
        return DONE
    return int(ctx.invoke(list_))


@announcements.command("list")
@config_option
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=20, show_default=True, metavar="N", help="At most so many."
)
@json_option
def list_(config_file: Path | None, limit: int = 20, as_json: bool = False) -> int:
    """List the announcements, newest first."""
    from bot.people.people import CONSOLE

    async def show(parts: AnnouncingParts) -> int:
        from bot.announcing.commands.announcement_screen import line, record

        found = await parts.announcements.list(CONSOLE, limit=limit)
        if as_json:
            print_json([record(announcement) for announcement in found])
        else:
            _show(line(announcement) for announcement in found)
        return DONE

    return _with(config_of(config_file), show)


@announcements.command()
@config_option
@click.argument("number", type=int)
@click.option("--csv", "as_csv", is_flag=True, help="Print every delivery as CSV.")
@json_option
def report(config_file: Path | None, number: int, as_csv: bool, as_json: bool) -> int:
    """Say who got announcement NUMBER: by outcome and language, why others did not, and what they pressed."""
    from bot.announcing.announcement import Outcome
    from bot.people.people import CONSOLE

    async def show(parts: AnnouncingParts) -> int:
        from bot.announcing.commands.announcement_screen import report_lines, report_record

        service = parts.announcements
        found: Report = await service.report(CONSOLE, number)
        if as_csv:
            sys.stdout.write(await service.csv(CONSOLE, number))
            return DONE
        missed = await service.deliveries(CONSOLE, number, outcomes=(Outcome.FAILED, Outcome.UNKNOWN), limit=-1)
        if as_json:
            print_json(report_record(found, missed))
        else:
            _show(report_lines(found, missed))
        return DONE

    return _with(config_of(config_file), show)


def _decision(name: str, help_: str) -> None:
    """A command that decides on one announcement."""

    @announcements.command(name, help=help_)
    @config_option
    @click.argument("number", type=int)
    @json_option
    def decide(config_file: Path | None, number: int, as_json: bool) -> int:
        from bot.people.people import CONSOLE

        async def change(parts: AnnouncingParts) -> int:
            _decided(await getattr(parts.announcements, name)(CONSOLE, number), as_json)
            return DONE

        return _with(config_of(config_file), change)


_decision("pause", "Send nothing more of announcement NUMBER for now.")
_decision("resume", "Go on with announcement NUMBER; begin one that was late; go beyond a first batch that failed.")
_decision("cancel", "Send nothing more of announcement NUMBER, ever.")
_decision("withdraw", "Delete announcement NUMBER for everybody who got it, as far as Telegram allows (48 hours).")


@announcements.command("resend-unknown")
@config_option
@click.argument("number", type=int, required=False)
@click.option("--delivery", type=int, metavar="ID", help="Only this delivery, as the report numbers it.")
@click.option("--all", "everywhere", is_flag=True, help="Of all announcements.")
def resend_unknown(config_file: Path | None, number: int | None, delivery: int | None, everywhere: bool) -> int:
    """Send again where nobody knows whether announcement NUMBER arrived: some may get it twice."""
    from bot.people.people import CONSOLE

    if everywhere == (number is not None):
        raise click.UsageError("name an announcement, or give --all")

    async def again(parts: AnnouncingParts) -> int:
        service = parts.announcements
        numbers = (
            [number]
            if number is not None
            else [announcement.id for announcement in await service.list(CONSOLE, limit=-1)]
        )
        sent = 0
        for one in numbers:
            report = await service.report(CONSOLE, one)
            if report.tally.unknown and report.announcement.withdrawn is None:
                sent += await service.resend_unknown(CONSOLE, one, delivery)
        click.echo(f"{sent} sent again" + (f"; {SENT_BY}" if sent else ""))
        return DONE if sent else NO

    return _with(config_of(config_file), again)


@announcements.command()
@config_option
@click.option("--retire", metavar="TOPIC", help="Offer it no longer; who is subscribed stays so.")
@click.option("--restore", metavar="TOPIC", help="Offer again one that was retired.")
@json_option
def topics(config_file: Path | None, retire: str | None, restore: str | None, as_json: bool) -> int:
    """List the topics that people can subscribe to, and how many have; retire one, or bring it back.

    Admins add topics in the chat, where an announcement's audience is chosen.
    """
    from bot.people.people import CONSOLE

    if retire is not None and retire == restore:
        raise click.UsageError("the same topic is to be retired and brought back: give one of the two")

    async def show(parts: AnnouncingParts) -> int:
        subscriptions = parts.subscriptions
        if retire is not None:
            await subscriptions.retire_topic(CONSOLE, retire)
        if restore is not None:
            await subscriptions.restore_topic(CONSOLE, restore)
        found = [(topic, await subscriptions.count(topic.id)) for topic in await subscriptions.topics(retired=True)]
        if as_json:
            print_json(
                [
                    {"id": one.id, "titles": dict(one.titles), "subscribed": number, "retired": one.retired}
                    for one, number in found
                ]
            )
        else:
            for one, number in found:
                titles, retired = " / ".join(title for _, title in one.titles), ", retired" if one.retired else ""
                click.echo(f"{one.id}  {titles}  {number} subscribed{retired}")
        return DONE

    return _with(config_of(config_file), show)


def _with(config: Config, work: Callable[[AnnouncingParts], Awaitable[int]]) -> int:
    """Do something with the announcements of a configuration."""
    import asyncio
    from datetime import UTC, datetime

    from bot.app import AnnouncingParts, pacer_of
    from bot.people.people import People
    from bot.schema import open_database

    def now() -> datetime:
        return datetime.now(UTC)

    async def run() -> int:
        database = await asyncio.to_thread(open_database, config.database)
        try:
            people = People(database, now, config.roles.admins, config.roles.staff)
            return await work(AnnouncingParts(config, database, people, pacer_of(config), now))
        finally:
            database.close()

    return asyncio.run(run())


def _decided(announcement: Announcement, as_json: bool) -> None:
    from bot.announcing.commands.announcement_screen import line, record

    if as_json:
        print_json(record(announcement))
    else:
        _show([line(announcement)])


def _show(lines: Any) -> None:
    from bot.words.screen import screen_for

    screen_for(sys.stdout).show(lines)
