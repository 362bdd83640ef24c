"""Folders in, a new index generation and the words about it out: `citedesk reindex` and `--watch`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

from bot.config import Config, ConfigError, ConfigFault
from bot.words.screen import ANSWERS, FAILED, FAINT, ScreenLine

if TYPE_CHECKING:
    from bot.options import JsonObject
    from index.build.known_questions import KnownReport
    from index.build.reindex import Progress, ReindexReport
    from index.searcher import Searcher

NAMED = 20
"""Files of a kind that are named on the screen; beyond it, only their number is."""

OUTDATED = "the reports have changed since it was built"

Stamp = frozenset[tuple[str, int, int]]
"""Path, size and time of last change (ns) of every file in a folder."""


def require_reports(config: Config) -> Path:
    """The folder of reports. Raises `ConfigError` where there is none."""
    folder = config.content.path
    if folder.is_dir():
        return folder
    got = f"{folder}, which is a file" if folder.exists() else f"{folder}, which does not exist"
    hint = "make it and put reports into it, or set content.path in config.toml to where they are"
    raise ConfigError((ConfigFault("content.path", got, "a folder of reports", hint),))


def build(config: Config, stream: IO[str], *, full: bool = False, force: bool = False) -> ReindexReport:
    """Bring the index up to date, with a progress bar on `stream` where that is a terminal.

    `force`: also when known questions are no longer answered. Raises `ConfigError` without a folder of reports,
    `IndexFault`, `OSError`.
    """
    from index.build.reindex import reindex

    folder = require_reports(config)
    with progress_bar(stream) as progress:
        return reindex(
            folder,
            config.index,
            full=full,
            force=force,
            margin=config.content.known_questions_margin,
            enough=config.content.known_questions_enough,
            semantic=config.indexing.semantic,
            progress=progress,
            limits=config.limits(),
        )


def note_gone(config: Config) -> None:
    """Note which passages the new index lacks, so that links to them can be followed; a fault is only told."""
    from datetime import UTC, datetime

    from bot.base.database import DatabaseFault
    from bot.reading.permalinks import Permalinks
    from bot.schema import open_database

    try:
        database = open_database(config.database)
        try:
            Permalinks(database, config.index, lambda: datetime.now(UTC)).catch_up()
        finally:
            database.close()
    except (DatabaseFault, OSError) as fault:
        sys.stderr.write(f"links to passages that are gone are not noted: {fault}\n")


@contextmanager
def progress_bar(stream: IO[str]) -> Iterator[Callable[[Progress], None] | None]:
    """What to tell of progress: one bar a stage on a terminal; None anywhere else."""
    if not stream.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bars(*columns, console=Console(file=stream), transient=True) as bars:
        stages = {}

        def show(progress: Progress) -> None:
            if progress.stage not in stages:
                stages[progress.stage] = bars.add_task(progress.stage, total=progress.total)
            bars.update(stages[progress.stage], completed=progress.done, total=progress.total)

        yield show


def report_lines(report: ReindexReport) -> Iterator[ScreenLine]:
    """What was added, changed and removed, what was left out of the folder and of its files, and the totals."""
    added, changed = _taken(report.added, report), _taken(report.changed, report)
    for kind, sources in (("added", added), ("changed", changed), ("removed", report.removed)):
        for source in sources[:NAMED]:
            yield ScreenLine(source, lead=f"{kind:<8} ")
        if len(sources) > NAMED:
            yield ScreenLine(f"… and {len(sources) - NAMED} more", lead=f"{kind:<8} ", style=FAINT)
    for skipped in report.skipped:
        yield ScreenLine(f"{skipped.source}: {skipped.reason}: {skipped.remedy}", lead="skipped  ", style=FAILED)
    for source, omissions in report.left_out[:NAMED]:
        for omission in omissions:
            yield ScreenLine(f"{source}: {omission}", lead="note     ")
    if len(report.left_out) > NAMED:
        more = f"… and {len(report.left_out) - NAMED} more files; citedesk check names all"
        yield ScreenLine(more, lead="note     ", style=FAINT)
    for notice in report.notices[:NAMED]:
        yield ScreenLine(f"{notice.source}: {notice}", lead="note     ")
    if len(report.notices) > NAMED:
        more = f"… and {len(report.notices) - NAMED} more; citedesk check names all"
        yield ScreenLine(more, lead="note     ", style=FAINT)
    counts = (
        f"{len(added)} added, {len(changed)} changed, {len(report.removed)} removed, "
        f"{report.unchanged} unchanged, {len(report.skipped)} skipped"
    )
    yield ScreenLine(counts)
    if report.known:
        yield from _known_lines(report.known)
    yield ScreenLine(
        f"{report.documents} reports, {report.passages} passages, "
        f"generation {report.generation}, {report.seconds:.1f} s",
        style=ANSWERS,
    )


def _known_lines(known: KnownReport) -> Iterator[ScreenLine]:
    """What became of the known questions, where that is worth a line."""
    for problem in known.problems:
        yield ScreenLine(problem, lead="skipped  ", style=FAILED)
    for broken in known.broken:
        yield ScreenLine(f"{broken.id}: {broken.question}", lead="no longer answered  ", style=FAILED)
    if known.asked:
        yield ScreenLine(f"{known.right} of {known.asked} known questions are answered")


def _taken(sources: tuple[str, ...], report: ReindexReport) -> tuple[str, ...]:
    """Those that were indexed: a file that was skipped is told of once, with its reason."""
    skipped = {skipped.source for skipped in report.skipped}
    return tuple(source for source in sources if source not in skipped)


def report_record(report: ReindexReport) -> JsonObject:
    """The JSON object of `reindex --json`."""
    return {
        "generation": report.generation,
        "added": list(_taken(report.added, report)),
        "changed": list(_taken(report.changed, report)),
        "removed": list(report.removed),
        "unchanged": report.unchanged,
        "skipped": [
            {"source": skipped.source, "reason": skipped.reason, "remedy": skipped.remedy} for skipped in report.skipped
        ],
        "left_out": [
            {
                "source": source,
                "code": omission.code,
                "count": omission.count,
                "of": omission.of,
                "pages": list(omission.pages),
                "reason": omission.reason,
                "remedy": omission.remedy,
            }
            for source, omissions in report.left_out
            for omission in omissions
        ],
        "notices": [
            {"source": notice.source, "reason": notice.what, "remedy": notice.remedy} for notice in report.notices
        ],
        "documents": report.documents,
        "passages": report.passages,
        "seconds": round(report.seconds, 3),
        "known_questions": _known_record(report.known) if report.known else None,
    }


def stopped_record(known: KnownReport) -> JsonObject:
    """The same for a reindex that known questions stopped."""
    return {"generation": None, "known_questions": _known_record(known)}


def _known_record(known: KnownReport) -> JsonObject:
    return {
        "asked": known.asked,
        "right": known.right,
        "compared": known.compared,
        "right_before": known.right_before,
        "right_now": known.right_now,
        "broken": [{"id": broken.id, "question": broken.question} for broken in known.broken],
        "problems": list(known.problems),
        "newest": list(known.newest),
    }


def stamp(folder: Path, apart: Path | None = None) -> Stamp:
    """How the files of a folder stand now, and a glossary beside it. A file that vanishes meanwhile is left out.

    `apart`: a folder that is not looked at: what a reindex writes is no reason for another one.
    """
    from content.glossary import NAME

    found = set()
    for path in (folder.parent / NAME, *_files(folder, apart)):
        with suppress(OSError):
            # a link is what it is, not what it leads to: that is a report of its own, or out of the folder and not read
            state = path.lstat() if path.parent != folder.parent else path.stat()
            found.add((str(path), state.st_size, state.st_mtime_ns))
    return frozenset(found)


def _files(folder: Path, apart: Path | None) -> Iterator[Path]:
    for parent, folders, names in _walk(folder, apart):
        folders[:] = [folder for folder in folders if not folder.startswith(".")]
        yield from (Path(parent, name) for name in names if not name.startswith("."))


def _walk(folder: Path, apart: Path | None) -> Iterator[tuple[str, list[str], list[str]]]:
    for parent, folders, names in os.walk(folder):
        folders[:] = [folder for folder in folders if Path(parent, folder) != apart]
        yield parent, folders, names


def outdated(config: Config, searcher: Searcher) -> bool:
    """Whether the reports seem to have changed after the last reindex; looks at times only, reads no file.

    The lock file of the index is written at the start of every reindex, also of one that finds nothing to do.
    """
    folder, apart = config.content.path, config.data.path
    if any(not (folder / document.source).exists() for document in searcher.documents()):
        return True
    try:
        last = (config.index / "reindex.lock").stat().st_mtime_ns
        # a folder's own time tells of files that were added or taken away
        folders = (Path(parent).stat().st_mtime_ns for parent, _, _ in _walk(folder, apart))
        return max((changed for _, _, changed in stamp(folder, apart)), default=0) > last or max(folders) > last
    except OSError:
        return False


def changes(look: Callable[[], Stamp], wait: Callable[[], None]) -> Iterator[None]:
    """Yield once for every change that has settled: two looks in a row see the same, and not what was before.

    The first look is taken at the call, so that what changes between it and the first `next` is not missed.

    Why look again and again, and not inotify? It works on network shares and every system, and a folder of
    reports is small.
    """
    return _changes(look(), look, wait)


def _changes(known: Stamp, look: Callable[[], Stamp], wait: Callable[[], None]) -> Iterator[None]:
    settling = known
    while True:
        wait()
        now = look()
        if now == settling and now != known:
            known = now
            yield
        settling = now
