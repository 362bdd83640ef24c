"""A generation that is damaged: an older one answers, `citedesk check` says so, and the next reindex repairs."""

from __future__ import annotations

import logging
import os
import threading
from unittest import mock

import pytest
from shelf import NEW, OLD, Shelf, how_deep

from bot.admin.commands.checks import check_index
from bot.base.search import NoIndexYet, Search
from bot.cli import execute
from bot.config import load
from index.answering.answer import Answer
from index.errors import BrokenGeneration
from index.searcher import LiveSearcher
from index.store.generation import Generations


def test_at_start_the_newest_older_generation_answers_for_one_that_does_not_open(
    lake: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    good = lake.generations.current()
    lake.put("lake.md", NEW)
    broken = lake.reindex().generation
    (lake.generations.path(broken) / "passages.utf8").unlink()
    live = LiveSearcher(lake.index)
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            assert how_deep(live) == OLD
    assert live.get().generation == good
    assert len(caplog.records) == 1, "said once, not at every question"
    lake.reindex()
    assert how_deep(live) == NEW


def test_a_question_in_a_terminal_is_answered_from_the_older_generation_too(
    lake: Shelf, capsys: pytest.CaptureFixture[str]
) -> None:
    good = lake.generations.current()
    lake.put("lake.md", NEW)
    (lake.generations.path(lake.reindex().generation) / "passages.utf8").unlink()
    file = lake.index.parent / "config.toml"
    file.write_text('[content]\npath = "reports"\n[data]\npath = "."\n', encoding="utf-8")
    assert execute(["ask", "--config", str(file), "How deep is the lake?"]) == 0
    said = capsys.readouterr()
    assert OLD in said.out
    assert f"run citedesk reindex; generation {good} answers" in said.err


def test_a_generation_newer_than_the_one_rolled_back_to_does_not_answer_for_it(lake: Shelf) -> None:
    first = lake.generations.current()
    assert first
    lake.put("lake.md", NEW)
    lake.reindex()
    lake.generations.rollback()
    (lake.generations.path(first) / "passages.utf8").unlink()
    with pytest.raises(BrokenGeneration):
        LiveSearcher(lake.index).get()


def wait_for_verification() -> None:
    for thread in threading.enumerate():
        if thread.name == "verify":
            thread.join(30)


def flip_a_bit(shelf: Shelf, generation: str) -> None:
    path = shelf.generations.path(generation) / "postings.weights.npy"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


def test_a_flipped_bit_is_found_while_the_bot_runs_and_an_older_generation_answers(lake: Shelf) -> None:
    good = lake.generations.current()
    lake.put("lake.md", NEW)
    flip_a_bit(lake, lake.reindex().generation)
    live = LiveSearcher(lake.index, verify=True)
    live.get()
    wait_for_verification()
    assert live.get().generation == good
    assert how_deep(live) == OLD
    repaired = lake.reindex()
    assert (how_deep(live), live.get().generation) == (NEW, repaired.generation)
    wait_for_verification()
    assert live.get().generation == repaired.generation


def test_damage_that_shows_only_when_a_question_is_answered_names_the_file(lake: Shelf) -> None:
    path = lake.generations.path(lake.generations.require_current()) / "sections.utf8"
    path.write_bytes(b"\xff" * path.stat().st_size)
    searcher = lake.searcher()
    for ask in (searcher.ask, searcher.explain):
        with pytest.raises(BrokenGeneration, match=r"sections\.utf8 is damaged: run citedesk reindex"):
            ask("How deep is the lake?")


def test_a_fault_of_the_program_is_not_blamed_on_the_files(lake: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.searcher.compose", lambda *_: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        lake.searcher().ask("How deep is the lake?")


def test_a_flipped_bit_without_an_older_generation_stops_nobody(lake: Shelf) -> None:
    generation = lake.generations.require_current()
    flip_a_bit(lake, generation)
    live = LiveSearcher(lake.index, verify=True)
    live.get()
    wait_for_verification()
    assert live.get().generation == generation
    assert how_deep(live) == OLD


@pytest.mark.parametrize("version", ["readers.VERSION", "passages.VERSION"])
def test_other_readers_or_other_passages_have_everything_read_again(
    lake: Shelf, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    assert lake.reindex().unchanged == 2
    monkeypatch.setattr(f"content.{version}", 99)
    generation = lake.generations.current()
    assert lake.reindex().generation != generation
    assert lake.read == ["lake.md", "river.md"]
    lake.reindex()
    assert lake.read == []


def test_what_a_killed_process_left_of_a_dictionary_is_removed(lake: Shelf) -> None:
    dead, alive = (lake.index / f"dictionary-9-abc.{pid}.tmp" for pid in (2**22 + 1, os.getpid()))
    dead.mkdir()
    alive.mkdir()
    lake.reindex()
    assert not dead.exists()
    assert alive.exists(), "another process is still writing it"


def test_check_says_which_generation_answers_while_the_live_one_is_damaged(lake: Shelf) -> None:
    good = lake.generations.require_current()
    lake.put("lake.md", NEW)
    broken = lake.reindex().generation
    flip_a_bit(lake, broken)
    (lake.index / "x.unfinished").mkdir()
    file = lake.index.parent / "config.toml"
    file.write_text('[content]\npath = "reports"\n[data]\npath = "."\n', encoding="utf-8")
    config = load(file, {})
    found = [one for one in check_index(config) if one.subject == "index"]
    assert [one.ok for one in found] == [False, None, None]
    assert broken in found[0].what
    assert good in found[1].what
    assert "--rollback" in found[1].remedy
    assert "broken off" in found[2].what
    assert "run citedesk reindex" in found[2].remedy


async def test_damage_that_shows_while_a_question_is_answered_is_answered_from_the_older_one(lake: Shelf) -> None:
    """Not with a fault for each question. Whoever repairs it hears once."""
    good = lake.generations.current()
    lake.put("lake.md", NEW)
    broken = lake.reindex().generation
    damages: list[BrokenGeneration] = []
    search = Search(LiveSearcher(lake.index, damaged=damages.append))
    assert isinstance(await search.ask("How deep is the lake?", ()), Answer)
    path = lake.generations.path(broken) / "sections.utf8"
    search = Search(LiveSearcher(lake.index, damaged=damages.append))
    path.write_bytes(b"\xff" * path.stat().st_size)
    for _ in range(3):
        answer = await search.ask("How deep is the lake?", ())
        assert isinstance(answer, Answer)
        assert answer.generation == good
    assert len(damages) == 1
    assert "sections.utf8 is damaged" in str(damages[0])
    repaired = lake.reindex().generation
    assert (await search.ask("How deep is the lake?", ())).generation == repaired
    search.close()


async def test_damage_without_an_older_generation_is_a_wait_and_not_a_fault(lake: Shelf) -> None:
    search = Search(LiveSearcher(lake.index))
    path = lake.generations.path(lake.generations.require_current()) / "sections.utf8"
    path.write_bytes(b"\xff" * path.stat().st_size)
    for _ in range(2):
        with pytest.raises(NoIndexYet):
            await search.ask("How deep is the lake?", ())
    lake.reindex()
    assert isinstance(await search.ask("How deep is the lake?", ()), Answer)
    search.close()


def test_what_killed_reindexes_left_over_becomes_three_generations_though_nothing_is_to_be_done(lake: Shelf) -> None:
    live = lake.generations.require_current()
    for number in range(6):
        lake.put("lake.md", f"The lake is {number} metres deep.")
        with mock.patch.object(Generations, "_remove_old", return_value=False):
            live = lake.reindex().generation
    assert len(lake.generations.list()) == 7
    assert lake.reindex().generation == live
    left = lake.generations.list()
    assert (len(left), left[0].id, left[0].live) == (3, live, True)
    assert not list(lake.index.glob("*.gone"))
