"""Files are written beside other work, and none of them is lost to a fault."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from index.store.durable import BackgroundWriter


def writes(path: Path) -> Path:
    path.write_bytes(path.name.encode())
    return path


def test_what_is_written_beside_is_there_in_the_end_and_told_of(tmp_path: Path) -> None:
    told: list[Path] = []

    def two() -> Iterator[Path]:
        yield writes(tmp_path / "b")
        yield writes(tmp_path / "c")

    with BackgroundWriter(told.append) as beside:
        beside(writes, tmp_path / "a").result()
        assert told == [tmp_path / "a"]
        beside(two)
    assert sorted(told) == sorted(tmp_path.iterdir()) == [tmp_path / "a", tmp_path / "b", tmp_path / "c"]


def test_a_file_that_cannot_be_written_is_not_passed_over(tmp_path: Path) -> None:
    told: list[Path] = []
    beside = BackgroundWriter(told.append)
    beside(writes, tmp_path / "nowhere" / "a")
    beside(writes, tmp_path / "b")
    with pytest.raises(FileNotFoundError), beside:
        pass
    assert told == [tmp_path / "b"]


def test_whoever_gives_up_waits_for_what_is_under_way_and_begins_nothing_more(tmp_path: Path) -> None:
    """Files that are being written are not closed under the hands of who writes them."""
    begun, go_on, done = threading.Barrier(3), threading.Event(), []

    def slowly(number: int) -> tuple[Path, ...]:
        begun.wait()
        go_on.wait()
        done.append(number)
        return ()

    with suppress(KeyError), BackgroundWriter(lambda _: None) as beside:
        written = [beside(slowly, number) for number in range(2)]
        never = beside(writes, tmp_path / "never")
        begun.wait()
        threading.Timer(0.05, go_on.set).start()
        raise KeyError
    assert sorted(done) == [0, 1]
    assert all(one.done() for one in written)
    assert never.cancelled()
    assert list(tmp_path.iterdir()) == []
