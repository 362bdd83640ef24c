"""Whatever befalls a reindex, the bot goes on answering from the last good generation, and the next one repairs."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, tzinfo
from pathlib import Path
from typing import IO

import numpy as np
import pytest
import shelf as shelf_module
from ready import lend_dictionary
from shelf import NEW, OLD, Shelf, how_deep

from benchmarks import kills
from bot.admin.commands.checks import check_data_folder, check_index
from bot.config import Config, load
from content.library import CHANGED, GONE, UNLISTED, Library, Skipped
from content.readers.pool import KILLED
from index.build import seen
from index.build.reindex import Progress, reindex
from index.build.writer import IndexWriter
from index.errors import BrokenGeneration, IndexBusy, IndexFault
from index.searcher import LiveSearcher
from index.store import generation as generation_module
from index.store import tables


def full_disk(*arguments: object, **options: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(
    ("owner", "name", "fault"),
    [
        (np, "save", full_disk),
        (os, "fsync", full_disk),
        (Path, "write_text", full_disk),
        (Path, "mkdir", lambda *_, **__: (_ for _ in ()).throw(PermissionError(errno.EROFS, "Read-only file system"))),
        (IndexWriter, "_postings", lambda *_: (_ for _ in ()).throw(MemoryError)),
    ],
    ids=["disk full", "disk full at sync", "disk full at the manifest", "read-only", "out of memory"],
)
def test_a_reindex_that_cannot_go_on_leaves_nothing_behind(
    lake: Shelf, owner: object, name: str, fault: Callable[..., None]
) -> None:
    live = LiveSearcher(lake.index)
    assert how_deep(live) == OLD
    before = lake.files()
    lake.put("lake.md", NEW)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(owner, name, fault)
        with pytest.raises((OSError, MemoryError)):
            lake.reindex()
    assert lake.files() == before
    assert how_deep(live) == how_deep(LiveSearcher(lake.index)) == OLD
    lake.reindex()
    assert how_deep(live) == NEW


FAULTS = {"disk full": errno.ENOSPC, "read-only": errno.EROFS, "input/output error": errno.EIO}


@pytest.mark.parametrize("code", FAULTS.values(), ids=FAULTS)
def test_a_fault_at_any_write_leaves_the_last_good_generation_and_the_next_reindex_repairs(
    lake: Shelf, code: int
) -> None:
    """Whatever writes fails at its first call, at its second, and so on, until a reindex has no more of them."""
    live, step, finished = LiveSearcher(lake.index), 0, False
    while not finished:
        step += 1 if code == errno.ENOSPC else 7
        lake.put("lake.md", f"The lake is {100 + step} metres deep.")
        before, made = how_deep(live), 0

        def failing(original: Callable[..., object], at: int = step) -> Callable[..., object]:
            def write(*arguments: object, **options: object) -> object:
                nonlocal made
                made += 1
                if made == at:
                    raise OSError(code, os.strerror(code))
                return original(*arguments, **options)

            return write

        with pytest.MonkeyPatch.context() as patch:
            for owner, name in WRITES:
                patch.setattr(owner, name, failing(getattr(owner, name)))
            with suppress(OSError):
                lake.reindex()
                finished = made < step
        assert how_deep(live) in (before, f"The lake is {100 + step} metres deep.")
        assert all_whole(lake)
        lake.reindex()
        assert how_deep(live) == f"The lake is {100 + step} metres deep."
        assert not [*lake.index.glob("*.unfinished"), *lake.index.glob("*.tmp")]
    assert step > 20


WRITES = [
    (np, "save"),
    (tables, "write_all"),
    (os, "fsync"),
    *((Path, name) for name in ("mkdir", "write_text", "rename", "replace")),
    (shutil, "copyfile"),
]


def all_whole(shelf: Shelf) -> bool:
    for info in shelf.generations.list():
        shelf.generations.verify(info.id)
    return bool(shelf.generations.list())


def test_check_says_what_stopped_the_last_reindex_until_one_succeeds(lake: Shelf) -> None:
    config = configured(lake)
    lake.put("lake.md", NEW)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(np, "save", full_disk)
        with pytest.raises(OSError, match="No space"):
            lake.reindex()
    stopped = [one for one in check_index(config) if one.ok is False]
    assert ["No space left on device" in one.what for one in stopped] == [True]
    assert stopped[0].remedy == "run citedesk reindex"
    lake.reindex()
    assert [one.ok for one in check_index(config)] == [True]


def test_check_names_what_stopped_the_last_reindex_where_it_said_nothing(lake: Shelf) -> None:
    """A MemoryError mostly has no text of its own."""
    lake.put("lake.md", NEW)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(IndexWriter, "_postings", lambda *_: (_ for _ in ()).throw(MemoryError))
        with pytest.raises(MemoryError):
            lake.reindex()
    assert [one.what.partition("stopped: ")[2] for one in check_index(configured(lake)) if one.ok is False] == [
        "MemoryError"
    ]


def test_check_says_who_is_reindexing(lake: Shelf) -> None:
    with lake.generations.lock():
        (found,) = [one.what for one in check_index(configured(lake)) if one.ok is None]
    assert found.startswith(f"process {os.getpid()} is reindexing since 20")


def test_whoever_looks_who_is_reindexing_stops_no_reindex_that_begins_just_then(
    lake: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To look shares the lock for an instant, which must not pass for a second reindex."""
    lock, tries = fcntl.flock, 0
    with (lake.index / "reindex.lock").open() as looked_at:
        lock(looked_at, fcntl.LOCK_SH)

        def look_away(file: IO[str], how: int) -> None:
            nonlocal tries
            tries += how == fcntl.LOCK_EX | fcntl.LOCK_NB
            if tries == 2:
                lock(looked_at, fcntl.LOCK_UN)
            lock(file, how)

        monkeypatch.setattr(fcntl, "flock", look_away)
        with lake.generations.lock():
            assert tries == 2


def test_check_says_when_the_disk_has_no_room_for_another_index(lake: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    config = configured(lake)
    assert all(one.ok for one in check_data_folder(config))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 9, 1))  # type: ignore[attr-defined]
    (found,) = [one for one in check_data_folder(config) if not one.ok]
    assert found.what.startswith("the disk has 0 MB left")


def configured(shelf: Shelf) -> Config:
    file = shelf.index.parent / "config.toml"
    file.write_text('[content]\npath = "reports"\n[data]\npath = "."\n', encoding="utf-8")
    return load(file, {})


@pytest.mark.parametrize("reason", [KILLED, GONE, CHANGED])
def test_a_report_whose_reader_was_killed_keeps_its_last_version_and_is_tried_again(lake: Shelf, reason: str) -> None:
    lake.put("lake.md", NEW)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shelf_module, "read_here", lambda _, file: Skipped(file.source, reason, "reindex again"))
        report = lake.reindex()
    assert [one.reason for one in report.skipped] == [f"{reason}; its last version goes on answering"]
    # each file counts once: what was skipped has not changed
    assert (report.added, report.changed, report.unchanged) == ((), (), report.documents - 1)
    assert lake.texts("How deep is the lake?") == [OLD]
    again = lake.reindex()
    assert (lake.read, again.skipped) == (["lake.md"], ())
    assert lake.texts("How deep is the lake?") == [NEW]


def test_a_report_for_which_there_was_no_time_keeps_its_last_version_and_is_tried_again(lake: Shelf) -> None:
    """It left the index, its older version with it, when the machine was busy once."""
    lake.put("lake.md", NEW)
    with pytest.MonkeyPatch.context() as patch:
        late = Skipped("lake.md", "reading it took more than 60 seconds of processor time", "again", passing=True)
        patch.setattr(shelf_module, "read_here", lambda _, file: late)
        assert [one.reason.split("; ")[1] for one in lake.reindex().skipped] == ["its last version goes on answering"]
    assert lake.texts("How deep is the lake?") == [OLD]
    lake.reindex()
    assert lake.texts("How deep is the lake?") == [NEW]


def test_a_link_out_of_the_folder_is_no_change_when_what_it_leads_to_changes(lake: Shelf, tmp_path: Path) -> None:
    from bot.admin.commands.reindexing import stamp

    outside = tmp_path / "outside.md"
    outside.write_text("One.", encoding="utf-8")
    (lake.reports / "link.md").symlink_to(outside)
    report = lake.reindex()
    stood = stamp(lake.reports)
    assert [one.source for one in report.skipped] == ["link.md"]
    for text in ("Two words.", "Three words now."):
        outside.write_text(text, encoding="utf-8")
        os.utime(outside, (10**9, 10**9 + len(text)))
        assert lake.reindex().generation == report.generation
        assert stamp(lake.reports) == stood


def test_a_file_that_waited_for_a_reader_is_read_when_there_is_one(
    lake: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stayed skipped until somebody raised the version of all readers, which read every report again."""
    from content import readers
    from content.readers import formats

    with monkeypatch.context() as patch:
        patch.delitem(formats._TEXT_ENDINGS, ".markdown")
        patch.setattr(readers, "fingerprint", lambda: "before there was a reader")
        lake.put("sea.markdown", "# The sea\n\nThe sea is 4,000 metres deep.\n")
        assert [one.source for one in lake.reindex().skipped] == ["sea.markdown"]
    report = lake.reindex()
    assert (lake.read, report.skipped) == (["sea.markdown"], ())
    assert report.unchanged == report.documents - 1


def test_counts_of_a_reindex_add_up_to_the_files(lake: Shelf) -> None:
    lake.put("bad.pdf", b"%PDF-1.4 nothing")
    for _ in range(2):
        report = lake.reindex()
        taken = {*report.added, *report.changed} - {one.source for one in report.skipped}
        files = len(Library(lake.reports).scan())
        assert len(taken) + report.unchanged + len(report.skipped) == files


def test_links_to_nowhere_to_themselves_and_to_folders_are_named_once_and_read_never(lake: Shelf) -> None:
    for name, goal in {"broken.md": "nowhere.md", "loop.md": "loop.md", "self": ".", "up": "..", "out.md": "/"}.items():
        (lake.reports / name).symlink_to(goal)
    report = lake.reindex()
    assert [one.source for one in report.skipped] == ["broken.md", "loop.md"]
    again = lake.reindex()
    assert (again.generation, lake.read) == (report.generation, [])


def test_a_folder_that_cannot_be_listed_keeps_its_reports_and_is_named(
    make_shelf: Callable[..., Shelf], monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = make_shelf()
    shelf.put("lake.md", OLD)
    shelf.put("share/river.md", "The river is 900 kilometres long.")
    shelf.reindex()
    scandir = os.scandir

    def closed(path: Path) -> object:
        if Path(path).name == "share":
            raise OSError(errno.ESTALE, "Stale file handle")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", closed)
    shelf.put("lake.md", NEW)
    report = shelf.reindex()
    assert [(one.source, one.reason) for one in report.skipped] == [("share", UNLISTED)]
    assert report.removed == ()
    assert shelf.texts("How long is the river?") == ["The river is 900 kilometres long."]
    generation = shelf.generations.current()
    assert shelf.reindex().generation == generation
    monkeypatch.undo()
    assert shelf.reindex().skipped == ()


def test_an_empty_folder_of_reports_does_not_empty_the_index(lake: Shelf) -> None:
    """A share that is not mounted leaves an empty folder."""
    aside = lake.reports.with_name("aside")
    lake.reports.rename(aside)
    lake.reports.mkdir()
    with pytest.raises(IndexFault, match="holds no report any more, and the index in use has 2"):
        lake.reindex()
    assert lake.texts("How deep is the lake?") == [OLD]
    assert any("holds no report any more" in one.what for one in check_index(configured(lake)))
    lake.reports.rmdir()
    aside.rename(lake.reports)
    assert lake.reindex().unchanged == 2


def test_a_clock_that_was_put_back_changes_no_order(lake: Shelf) -> None:
    first = lake.generations.require_current()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(generation_module, "datetime", FormerTimes)
        lake.put("lake.md", NEW)
        second = lake.reindex().generation
    assert [info.id for info in lake.generations.list()] == [second, first]
    assert lake.generations.rollback().id == first
    assert lake.texts("How deep is the lake?") == [OLD]


class FormerTimes(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return datetime(2001, 1, 1, tzinfo=tz)


def test_files_of_others_among_the_generations_are_let_be(lake: Shelf) -> None:
    copy = lake.index / "a copy"
    shutil.copytree(lake.generations.path(lake.generations.require_current()), copy)
    (lake.index / "notes.txt").write_text("mine", encoding="utf-8")
    (lake.index / "empty").mkdir()
    for depth in range(60, 65):
        lake.put("lake.md", f"The lake is {depth} metres deep.")
        lake.reindex()
    assert len(lake.generations.list()) == 3
    assert sorted(path.name for path in lake.index.iterdir() if path.name in ("a copy", "notes.txt", "empty")) == [
        "a copy",
        "empty",
        "notes.txt",
    ]


def test_where_the_file_system_has_no_locks_a_second_reindex_is_refused_too(
    lake: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", no_locks)
    lake.put("lake.md", NEW)
    with lake.generations.lock():
        with pytest.raises(IndexBusy, match=rf"process {os.getpid()} is reindexing since 20.*or remove"):
            lake.reindex()
        assert str(lake.generations.holder()).startswith(f"process {os.getpid()}")
    assert lake.generations.holder() is None
    dead = f"{2**22 + 1} 2026-01-01T00:00:00+00:00 {os.uname().nodename}\n"
    (lake.index / "reindex.pid").write_text(dead, encoding="utf-8")
    lake.reindex()
    assert lake.texts("How deep is the lake?") == [NEW]
    (lake.index / "reindex.pid").write_text(dead.replace(os.uname().nodename, "elsewhere"), encoding="utf-8")
    with pytest.raises(IndexBusy, match="on elsewhere"):
        lake.reindex()


def test_any_flipped_bit_of_a_manifest_is_found(lake: Shelf) -> None:
    path = lake.generations.path(lake.generations.require_current()) / "manifest.json"
    whole = path.read_bytes()
    for place in range(0, len(whole), 7):
        data = bytearray(whole)
        data[place] ^= 1 << place % 8
        path.write_bytes(data)
        try:
            manifest = lake.generations.manifest(path.parent.name)
        except BrokenGeneration:
            continue
        path.write_bytes(whole)
        assert manifest == lake.generations.manifest(path.parent.name), "white space alone may differ"
    path.write_bytes(whole)


@pytest.mark.parametrize("damage", [b"", b"{}", b"[]", b"null", b"\xff", b'{"folder": 1}'])
def test_what_is_remembered_of_the_files_may_be_lost(lake: Shelf, damage: bytes) -> None:
    (lake.index / "scanned.json").write_bytes(damage)
    lake.put("lake.md", NEW)
    assert lake.reindex().changed == ("lake.md",)
    assert lake.texts("How deep is the lake?") == [NEW]


def test_a_file_that_was_changed_back_in_time_is_read_again(lake: Shelf) -> None:
    """Same size, same time of change: only the inode's own time tells."""
    path = lake.reports / "lake.md"
    before = path.stat()
    seen.remember(lake.index, lake.reports, Library(lake.reports).scan(), before.st_ctime_ns + 10**10)
    path.write_text(NEW, encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    assert lake.reindex().changed == ("lake.md",)


def test_what_has_just_been_written_is_not_trusted_by_its_times(lake: Shelf) -> None:
    files = Library(lake.reports).scan()
    seen.remember(lake.index, lake.reports, files, max(file.changed_ns for file in files) + 10**9)
    assert seen.recall(lake.index, lake.reports) == []
    seen.remember(lake.index, lake.reports, files, max(file.changed_ns for file in files) + 10**10)
    assert seen.recall(lake.index, lake.reports) == files


def test_a_file_that_vanishes_before_it_is_read_stops_nothing(lake: Shelf) -> None:
    lake.put("lake.md", NEW)
    lake.put("sea.md", "The sea is salt.")

    def vanish(progress: Progress) -> None:
        if progress == Progress("reading", 0, 2):
            lake.take("sea.md")

    report = lake.reindex(progress=vanish)
    assert [(skipped.source, skipped.reason) for skipped in report.skipped] == [("sea.md", "it is gone")]
    assert lake.texts("How deep is the lake?") == [NEW]
    assert lake.reindex().removed == ("sea.md",)


def test_of_a_file_that_changes_while_it_is_read_the_last_version_stays(lake: Shelf) -> None:
    lake.put("lake.md", "half of a new ver")

    def change(progress: Progress) -> None:
        if progress == Progress("reading", 0, 1):
            lake.put("lake.md", NEW)

    report = reindex(lake.reports, lake.index, analyzer=lake.analyzer, progress=change)
    assert [(skipped.source, skipped.reason.split("; ")[0]) for skipped in report.skipped] == [("lake.md", CHANGED)]
    assert lake.texts("How deep is the lake?") == [OLD]
    assert report.documents == 2
    after = reindex(lake.reports, lake.index, analyzer=lake.analyzer)
    assert (after.changed, after.skipped) == (("lake.md",), ())
    assert lake.texts("How deep is the lake?") == [NEW]


def test_killed_at_random_instants_with_a_searcher_beside_nothing_is_lost(tmp_path: Path) -> None:
    """`make kills` does it 200 times."""
    lend_dictionary(tmp_path / "data" / "index")
    outcome = kills.run(tmp_path, 12)
    assert outcome.questions > 50
    assert (outcome.unanswered, outcome.damaged, outcome.clean) == (0, 0, True)
