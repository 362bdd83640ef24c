"""What the processes in which tests run share: the dictionary, analysed once, as that takes seconds; and turns."""

from __future__ import annotations

import fcntl
import functools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from index.lexicon.dictionary import Dictionary
from index.text.analyzer import Analyzer

_PLACE: list[Path] = []
_HERE = Path(__file__).parent


def be_ready_in(factory: pytest.TempPathFactory) -> None:
    """Say where things are made; pytest removes them. Each process of pytest-xdist has a folder of its own there."""
    base = factory.getbasetemp()
    _PLACE[:] = [base.parent if "PYTEST_XDIST_WORKER" in os.environ else base]


def own_folder(name: str) -> Path:
    """A new folder of this process."""
    folder = _PLACE[0] / f"{name}-{os.getpid()}"
    folder.mkdir()
    return folder


@functools.cache
def dictionary_home() -> Path:
    """A folder that holds `dictionary-<fingerprint>`. Whichever process comes first makes it, the others wait."""
    home = _PLACE[0] / "dictionary"
    home.mkdir(exist_ok=True)
    with (_PLACE[0] / "dictionary.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        Dictionary.open(home, Analyzer())
    return home


def lend_dictionary(index: Path) -> None:
    """Have an index folder with the dictionary in it, whether there was one or not."""
    index.mkdir(parents=True, exist_ok=True)
    for compiled in dictionary_home().glob("dictionary-*"):
        if not (index / compiled.name).exists():
            (index / compiled.name).symlink_to(compiled)


@contextmanager
def turn(*, alone: bool) -> Iterator[None]:
    """A test's turn among several processes: one that is alone waits until the others have done, and they for it.

    Files that are there anyway are locked. Who waits for the room keeps the door, so that nobody goes in before.
    """
    with (_HERE / "conftest.py").open() as door, (_HERE / "ready.py").open() as room:
        fcntl.flock(door, fcntl.LOCK_EX)
        fcntl.flock(room, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        fcntl.flock(door, fcntl.LOCK_UN)
        try:
            yield
        finally:
            fcntl.flock(room, fcntl.LOCK_UN)
