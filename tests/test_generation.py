"""Generations: whatever happens between two steps, one that answers is live."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from shelf import NEW, OLD, Shelf

from index.build.reindex import reindex
from index.errors import BrokenGeneration, IndexBusy, IndexFault, NoGeneration
from index.searcher import Searcher
from index.store.generation import KEPT, Generations

ROOT = Path(__file__).parents[1]


class Killed(BaseException):
    """Stands for the end of the process: nothing catches it but the test."""


@contextmanager
def killed_at(step: int) -> Iterator[list[str]]:
    """Whatever changes the disk raises at the given step; yields the steps made so far."""
    made: list[str] = []

    def watch(patch: pytest.MonkeyPatch, owner: object, name: str) -> None:
        original = getattr(owner, name)

        def stepping(*arguments: object, **options: object) -> object:
            made.append(name)
            if len(made) == step:
                raise Killed(name)
            return original(*arguments, **options)

        patch.setattr(owner, name, stepping)

    with pytest.MonkeyPatch.context() as patch:
        watch(patch, os, "fsync")
        watch(patch, np, "save")
        watch(patch, shutil, "rmtree")
        for name in ("rename", "replace", "mkdir", "write_text"):
            watch(patch, Path, name)
        yield made


def test_killed_between_any_two_steps_a_reindex_leaves_an_index_that_answers(lake: Shelf, tmp_path: Path) -> None:
    for _ in range(KEPT):  # so that an old generation is removed on the way too
        lake.put("lake.md", f"{OLD} {lake.generations.current()}")
        lake.reindex()
    lake.put("lake.md", OLD)
    lake.reindex()
    lake.put("lake.md", NEW)
    before = tmp_path / "before"
    shutil.copytree(lake.index, before, symlinks=True)
    answers, step, finished = [], 0, False
    while not finished:
        step += 1
        shutil.rmtree(lake.index)
        shutil.copytree(before, lake.index, symlinks=True)
        with killed_at(step) as made:
            try:
                lake.reindex()
                finished = True
            except Killed:
                assert len(made) >= step  # the disk is waited for in threads, which do not see it
        (answer,) = lake.texts("How deep is the lake?")
        assert answer in (OLD, NEW)
        answers.append(answer)
        assert all(lake.generations.path(info.id).is_dir() for info in lake.generations.list())
        lake.reindex()
        assert lake.texts("How deep is the lake?") == [NEW]
        assert list(lake.index.glob("*.unfinished")) == []
        assert list(lake.index.glob("*.tmp")) == []
        assert len(lake.generations.list()) <= KEPT + 1  # one too many is removed by the next that is built
    assert {"fsync", "save", "rename", "replace", "mkdir", "write_text", "rmtree"} <= set(made)
    assert answers == sorted(answers)  # once the new one answered, the old one never does again


CHILD = """
import os, sys, threading
from pathlib import Path
from index.build.reindex import reindex
reports, index, point, number = sys.argv[1:]
left, one = int(number), threading.Lock()
def at(name):
    global left
    with one:  # whoever comes later waits, too
        left -= name == point
        if name == point and left < 0:
            print("here", flush=True)
            sys.stdin.read()
def watch(owner, name):
    original = getattr(owner, name)
    def stepping(*arguments, **options):
        if "dictionary-" not in str(arguments[0]):
            at(name)
        return original(*arguments, **options)
    setattr(owner, name, stepping)
watch(os, "fsync")
for name in ("rename", "replace", "mkdir", "write_text"):
    watch(Path, name)
reindex(Path(reports), Path(index), progress=lambda progress: at(progress.stage))
"""


@contextmanager
def reindexing_elsewhere(shelf: Shelf, point: str, number: int = 0) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that stands still at a point of its reindex; it is killed at the end."""
    arguments = [sys.executable, "-c", CHILD, shelf.reports, shelf.index, point, str(number)]
    with subprocess.Popen(arguments, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        try:
            assert child.stdout.readline() == b"here\n"
            yield child
        finally:
            child.send_signal(signal.SIGKILL)
            child.wait()


@pytest.mark.parametrize(
    ("point", "number"),
    [
        ("reading", 1),
        ("mkdir", 1),
        ("fsync", 3),
        ("rename", 0),
        ("verifying", 0),
        ("verifying", 1),
        ("replace", 0),
    ],
)
def test_a_process_that_is_killed_before_the_swap_leaves_the_index_that_answered(
    lake: Shelf, point: str, number: int
) -> None:
    lake.put("lake.md", NEW)
    with reindexing_elsewhere(lake, point, number):
        pass
    assert lake.texts("How deep is the lake?") == [OLD]
    lake.reindex()
    assert lake.texts("How deep is the lake?") == [NEW]
    assert list(lake.index.glob("*.unfinished")) == []


def test_a_second_reindex_is_told_which_process_has_the_first(lake: Shelf) -> None:
    lake.put("lake.md", NEW)
    with reindexing_elsewhere(lake, "writing") as child:
        with pytest.raises(IndexBusy, match=rf"\b{child.pid}\b.*: wait"):
            lake.reindex()
        with pytest.raises(IndexBusy):
            lake.generations.rollback()
        assert lake.texts("How deep is the lake?") == [OLD]
    lake.reindex()
    assert lake.texts("How deep is the lake?") == [NEW]


def test_a_folder_of_reports_that_cannot_be_listed_leaves_the_index_as_it_was(lake: Shelf) -> None:
    before = lake.files()
    with pytest.raises(OSError, match="nowhere"):
        reindex(lake.reports / "nowhere", lake.index, analyzer=lake.analyzer)
    assert lake.files() == before


def test_no_index_yet(shelf: Shelf) -> None:
    assert shelf.generations.current() is None
    assert shelf.generations.list() == ()
    with pytest.raises(NoGeneration, match="run citedesk reindex"):
        Searcher.open(shelf.index)
    with pytest.raises(IndexFault, match="no older generation"):
        shelf.generations.rollback()


def test_a_folder_that_does_not_exist_holds_no_index(tmp_path: Path) -> None:
    generations = Generations(tmp_path / "nowhere")
    assert (generations.current(), generations.list()) == (None, ())


def test_generations_are_listed_newest_first(lake: Shelf) -> None:
    first = lake.generations.current()
    lake.put("sea.md", "The sea is salt.")
    second = lake.reindex().generation
    infos = lake.generations.list()
    assert [(info.id, info.live, info.documents) for info in infos] == [(second, True, 3), (first, False, 2)]
    assert all(info.created.utcoffset() == timedelta(0) for info in infos)


def test_the_last_three_generations_stay(lake: Shelf) -> None:
    built = [lake.generations.current()]
    for depth in range(60, 64):
        lake.put("lake.md", f"The lake is {depth} metres deep.")
        built.append(lake.reindex().generation)
    assert [info.id for info in lake.generations.list()] == built[:-4:-1]


def test_what_is_kept_no_longer_is_removed_by_the_next_reindex_that_builds(lake: Shelf) -> None:
    first = lake.generations.current()
    for depth in range(60, 63):
        lake.put("lake.md", f"The lake is {depth} metres deep.")
        lake.reindex()
    (gone,) = lake.index.glob("*.gone")
    assert gone.name == f"{first}.gone"
    assert len(lake.generations.list()) == KEPT
    lake.reindex()  # finds nothing to do, and is quick about it
    assert gone.is_dir()
    (gone / "manifest.json").unlink()  # killed while it was being removed
    lake.put("lake.md", NEW)
    lake.reindex()
    assert not gone.exists()
    assert len(list(lake.index.glob("*.gone"))) == 1


def test_generations_of_another_format_go_when_there_are_three_of_this_one(lake: Shelf) -> None:
    manifest = lake.generations.path(lake.generations.require_current()) / "manifest.json"
    manifest.write_text(manifest.read_text(encoding="ascii").replace('"format": ', '"format": 9'), encoding="ascii")
    stays = []
    for depth in range(60, 63):
        lake.put("lake.md", f"The lake is {depth} metres deep.")
        lake.reindex()
        stays.append(manifest.exists())
    assert stays == [True, True, False]
    assert len(lake.generations.list()) == KEPT


def test_a_generation_being_written_is_not_listed(lake: Shelf) -> None:
    """Killed after its manifest was written and before it had its name, it looked like a finished one."""
    lake.put("lake.md", NEW)
    with reindexing_elsewhere(lake, "rename"):
        assert len(list(lake.index.glob("*.unfinished/manifest.json"))) == 1
        assert len(lake.generations.list()) == 1


def test_rollback_goes_to_the_one_before(lake: Shelf) -> None:
    first = lake.generations.current()
    lake.put("lake.md", NEW)
    lake.reindex()
    info = lake.generations.rollback()
    assert (info.id, info.live) == (first, True)
    assert lake.texts("How deep is the lake?") == [OLD]
    with pytest.raises(IndexFault, match="no older generation"):
        lake.generations.rollback()


def test_rollback_goes_to_the_one_that_is_named_and_forth_again(lake: Shelf) -> None:
    first = lake.generations.current()
    lake.put("lake.md", NEW)
    second = lake.reindex().generation
    lake.generations.rollback(first)
    assert lake.texts("How deep is the lake?") == [OLD]
    assert lake.generations.rollback(second).id == second
    assert lake.texts("How deep is the lake?") == [NEW]


@pytest.mark.parametrize("name", ["20010101T000000-abcdef", "", "..", "dictionary-0", "live"])
def test_rollback_to_what_is_no_generation_changes_nothing(lake: Shelf, name: str) -> None:
    before = lake.generations.current()
    with pytest.raises(IndexFault):
        lake.generations.rollback(name)
    assert lake.generations.current() == before


def test_rollback_to_a_damaged_generation_changes_nothing(lake: Shelf) -> None:
    first = lake.generations.current()
    assert first
    lake.put("lake.md", NEW)
    second = lake.reindex().generation
    path = lake.generations.path(first) / "passages.utf8"
    path.write_bytes(path.read_bytes().replace(b"40", b"41"))
    with pytest.raises(BrokenGeneration, match=r"passages\.utf8 is damaged"):
        lake.generations.rollback(first)
    assert lake.generations.current() == second


def test_after_a_rollback_a_reindex_brings_the_reports_as_they_stand(lake: Shelf) -> None:
    lake.put("lake.md", NEW)
    lake.reindex()
    lake.generations.rollback()
    assert lake.reindex().changed == ("lake.md",)
    assert lake.texts("How deep is the lake?") == [NEW]


def files_of_a_generation(shelf: Shelf) -> list[Path]:
    folder = shelf.generations.path(shelf.generations.require_current())
    return sorted(path for path in folder.iterdir() if path.stat().st_size)


def test_a_generation_with_any_file_cut_off_or_missing_does_not_open_and_is_built_anew(lake: Shelf) -> None:
    for number in range(len(files_of_a_generation(lake))):
        path = files_of_a_generation(lake)[number]
        whole = path.read_bytes()
        for part in (b"", whole[:-1], None):
            if part is None:
                path.unlink()
            else:
                path.write_bytes(part)
            if path.name not in ("postings.codes.npy", "postings.amounts.npy"):  # a reindex alone reads them
                with pytest.raises(BrokenGeneration, match="run citedesk reindex"):
                    lake.searcher()
        broken = lake.generations.current()
        assert lake.reindex().generation != broken, path.name
        assert lake.texts("How deep is the lake?") == [OLD], path.name


def test_one_changed_byte_in_any_file_is_found_by_the_next_reindex(lake: Shelf) -> None:
    for number in range(len(files_of_a_generation(lake))):
        path = files_of_a_generation(lake)[number]
        data = bytearray(path.read_bytes())
        data[-1] ^= 1
        path.write_bytes(data)
        broken = lake.generations.current()
        assert lake.reindex().generation != broken, path.name
        assert lake.read == ["lake.md", "river.md"]
        assert lake.texts("How deep is the lake?") == [OLD]


@pytest.mark.parametrize("manifest", ["", "[]", "{}", "null", '{"format": 1}', '{"format": 99}'])
def test_a_manifest_that_says_nothing_is_a_broken_generation(lake: Shelf, manifest: str) -> None:
    path = lake.generations.path(lake.generations.require_current()) / "manifest.json"
    path.write_text(manifest, encoding="utf-8")
    with pytest.raises(BrokenGeneration, match="run citedesk reindex"):
        lake.searcher()
    assert lake.generations.list() == ()
    lake.reindex()
    assert lake.texts("How deep is the lake?") == [OLD]


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe", b"nowhere\n", b"\x00\n", b"../..\n"])
def test_a_damaged_live_file_is_mended_by_a_reindex(lake: Shelf, content: bytes) -> None:
    (lake.index / "live").write_bytes(content)
    with pytest.raises(IndexFault, match="run citedesk reindex"):
        lake.searcher()
    lake.reindex()
    assert lake.texts("How deep is the lake?") == [OLD]
