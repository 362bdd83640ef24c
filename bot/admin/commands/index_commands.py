"""`citedesk reindex` and `citedesk generations`: folders in, a new index generation or an earlier one in use, out."""

from __future__ import annotations

import itertools
import math
import sys
from pathlib import Path

import click

from bot.options import DONE, NO, config_of, config_option, json_option, print_json, refused


@click.command()
@config_option
@click.option("--full", is_flag=True, help="Read every report again, not only those that changed.")
@click.option("--force", is_flag=True, help="Go live even when known questions are no longer answered.")
@click.option("--watch", is_flag=True, help="Stay, and reindex whenever the reports change.")
@click.option(
    "--every",
    type=click.FloatRange(0.1, 3600),
    default=2.0,
    show_default=True,
    metavar="SECONDS",
    help="How often --watch looks.",
)
@json_option
def reindex(config_file: Path | None, full: bool, force: bool, watch: bool, every: float, as_json: bool) -> int:
    """Bring the index up to date with the reports.

    The new index is built beside the one in use, checked, and swapped in, so that a bot that is running
    goes on answering and picks it up. Files that cannot be read are named, with what to do about them.

    Questions whose answers are known (questions.jsonl in the folder of reports) are asked before. When fewer are
    answered than before, the index in use stays, what is no longer answered is named, and the exit code is 1.
    """
    import time

    from bot.admin.commands.reindexing import (
        Stamp,
        build,
        changes,
        note_gone,
        report_lines,
        report_record,
        require_reports,
        stamp,
        stopped_record,
    )
    from bot.config import ConfigError
    from bot.words.screen import screen_for
    from index.build.known_questions import KnownQuestionsFell
    from index.errors import IndexFault

    if math.isnan(every):  # compared with a range, it is in every one
        raise click.UsageError("--every: nan is no number of seconds: give one from 0.1 to 3600")
    config = config_of(config_file)
    folder = require_reports(config)

    def once(full: bool) -> int:
        try:
            report = build(config, sys.stderr, full=full, force=force)
        except KnownQuestionsFell as error:
            if as_json:
                print_json(stopped_record(error.report))
            click.echo(str(error), err=True)
            return NO
        if as_json:
            print_json(report_record(report))
        else:
            screen_for(sys.stdout).show(report_lines(report))
        sys.stdout.flush()
        if (report.added or report.changed or report.removed) and config.database.exists():
            note_gone(config)
        return DONE

    if not watch:
        return once(full)
    failures = 0

    def look() -> Stamp:
        """The folder, and what failed: a full disk or a share that is gone is tried again."""
        return stamp(folder, config.data.path) | {("", failures, 0)}

    settled = changes(look, lambda: time.sleep(every))
    for attempt in itertools.chain([full], (False for _ in settled)):
        try:
            once(attempt)
        except (ConfigError, IndexFault, OSError) as error:
            click.echo(refused(error) if isinstance(error, OSError) else str(error), err=True)
            failures += 1
    return DONE


@click.command()
@config_option
@click.option(
    "--rollback",
    is_flag=False,
    flag_value="",
    metavar="[ID]",
    help="Answer from generation ID again, or from the one before the one in use.",
)
@json_option
def generations(config_file: Path | None, rollback: str | None, as_json: bool) -> int:
    """List the indexes that are kept, or go back to an earlier one."""
    from bot.words.screen import ANSWERS, ScreenLine, screen_for
    from index.store.generation import Generations

    kept = Generations(config_of(config_file).index)
    if rollback is not None:
        kept.rollback(rollback or None)
    infos = kept.list()
    if as_json:
        rows = [
            {
                "id": info.id,
                "created": info.created.isoformat(),
                "documents": info.documents,
                "passages": info.passages,
                "live": info.live,
            }
            for info in infos
        ]
        print_json(rows)
    elif not infos:
        click.echo("index: there is none yet: run citedesk reindex", err=True)
    else:
        screen_for(sys.stdout).show(
            ScreenLine(
                f"{info.id}  {info.created.astimezone():%Y-%m-%d %H:%M}  {info.documents} reports  "
                f"{info.passages} passages{'  in use' if info.live else ''}",
                style=ANSWERS if info.live else "",
            )
            for info in infos
        )
    return DONE
