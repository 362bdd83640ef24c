"""`citedesk backup` and `citedesk restore`: a file's name in, what was written or put back, and where, out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.options import DONE, NO, config_of, config_option, json_option, print_json

if TYPE_CHECKING:
    from bot.base.backup import BackupManifest
    from bot.restoring import Ready, Restored

WORDS = {
    "chats": ("chat", "chats"),
    "subscriptions": ("subscription", "subscriptions"),
    "questions": ("question", "questions"),
    "announcements": ("announcement", "announcements"),
    "deliveries": ("delivery", "deliveries"),
    "audit": ("line of the audit", "lines of the audit"),
    "attachments": ("file of announcements", "files of announcements"),
}
"""What is counted, in the singular and the plural."""


@click.command()
@config_option
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Overwrite FILE.")
@json_option
def backup(config_file: Path | None, file: Path, force: bool, as_json: bool) -> int:
    """Write what cannot be made again into FILE, also while the bot runs.

    That is the database (people, subscriptions, questions, announcements and who got them), the files of announcements
    and the glossary. The reports and the configuration are files of your own: copy them yourself. FILE is a zip file,
    and nobody but you can read it: what people asked is in it.
    """
    from datetime import UTC, datetime

    from bot.base.backup import back_up

    config = config_of(config_file)
    made = back_up(config.data.path, config.content.path, file, datetime.now(UTC), force=force)
    size = file.stat().st_size
    if as_json:
        facts = _facts(made)
        print_json({"file": str(file), "bytes": size} | facts | {"not_in_it": [str(config.content.path)]})
    else:
        sys.stdout.write(f"{file}: {_amount(size)}: {_counts(made)}\n")
        sys.stdout.write(f"Not in it, copy them too: the reports in {config.content.path}, and the configuration.\n")
    return DONE


@click.command()
@config_option
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Restore without asking.")
@json_option
def restore(config_file: Path | None, file: Path, yes: bool, as_json: bool) -> int:
    """Put the data of a backup in place of what is there, while the bot is stopped.

    FILE is checked first. The database that was there stays beside the new one, under a name with the time; give that
    name to restore to go back. Announcements that were not finished are paused, since some may have got them after the
    backup; staff decide. Without a terminal, nothing is done but with --yes.
    """
    from datetime import UTC, datetime

    from bot.restoring import ready, swap

    if not yes and (as_json or not (sys.stdin.isatty() and sys.stdout.isatty())):
        raise click.UsageError("nobody can be asked here: give --yes to restore without asking")
    config = config_of(config_file)
    data, content = config.data.path, config.content.path

    def now() -> datetime:
        return datetime.now(UTC)

    with ready(file, data, now) as one:
        if not yes:
            _show(one)
            if not click.confirm(f"Put it in place of what is in {data}?"):
                click.echo("restore: nothing was changed", err=True)
                return NO
        done = swap(one, data, content, now())
    if as_json:
        print_json(
            {"file": str(file), "kept": str(done.kept) if done.kept else None}
            | _facts(one.manifest)
            | {"paused": [number for number, _ in one.paused], "glossary": done.glossary}
        )
    else:
        if yes:
            _show(one)
        _tell(one, done, file, data)
    return DONE


def _show(ready: Ready) -> None:
    """What is in the backup, and what comes of it."""
    click.echo(f"A backup of {ready.manifest.made.astimezone():%Y-%m-%d %H:%M}: {_counts(ready.manifest)}")
    click.echo("What people did after that is not in it: subscribing and unsubscribing, /forget, roles, questions.")
    for number, title in ready.paused:
        shown = "".join(sign if sign.isprintable() else " " for sign in title)  # a title must not steer the terminal
        click.echo(f"  announcement {number} waits for a person: {shown}")


def _tell(ready: Ready, done: Restored, file: Path, data: Path) -> None:
    from content.answers import NAME as ANSWERS
    from content.glossary import NAME as GLOSSARY

    click.echo(f"{data}: restored from {file}")
    if done.kept is not None:
        click.echo(f"What was there is kept: {done.kept}")
    if done.glossary is not None:
        stays = f"The glossary was left as it is; the one of then is {GLOSSARY} in {file}."
        click.echo("The glossary is restored, too." if done.glossary else stays)
    if done.answers is not None:
        stays = f"The office's answers were left as they are; those of then are {ANSWERS} in {file}."
        click.echo("The office's answers are restored, too." if done.answers else stays)
    if ready.paused:
        click.echo("citedesk announcements lists those that wait; resume goes on with one, cancel ends it.")


def _amount(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size >= 1e6 else f"{size / 1e3:,.1f} kB"


def _counts(made: BackupManifest) -> str:
    """`12 chats, 1 question, 3 files of announcements`; what there is none of is left out."""
    numbers = {**made.counts, "attachments": made.attachments}
    found = [(numbers.get(name, 0), one, many) for name, (one, many) in WORDS.items()]
    return ", ".join(f"{number:,} {one if number == 1 else many}" for number, one, many in found if number) or "empty"


def _facts(made: BackupManifest) -> dict[str, object]:
    return {
        "made": made.made.isoformat(),
        "program": made.program or None,
        "schema": list(made.schema),
        "counts": dict(made.counts),
        "attachments": made.attachments,
        "files": {name: {"bytes": size, "sha256": digest} for name, (size, digest) in made.files.items()},
    }
