"""A restore or a backup that is killed at any instant: the old or the new, never less."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from backup_place import ROOT, Place, leave_a_log


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


PARTS = """
import json, os, shutil, signal, sqlite3, sys
from datetime import UTC, datetime
from pathlib import Path
from bot.base.backup import back_up, check
from bot.restoring import ready, swap
from bot.schema import open_database

folder, file = map(Path, sys.argv[1:])
data, content, now = folder / "data", folder / "reports", datetime(2026, 3, 2, tzinfo=UTC)

def kill_after(left):
    def killing(function):
        def call(*arguments, **options):
            nonlocal left
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*arguments, **options)
        return call
    for name in ("replace", "rename", "link", "unlink", "open", "mkdir", "fsync", "rmdir"):
        setattr(os, name, killing(getattr(os, name)))
    sqlite3.connect = killing(sqlite3.connect)

def restore(left):
    kill_after(left)
    with ready(file, data, lambda: now) as one:
        swap(one, data, content, now)

def backup(left):
    kill_after(left)
    back_up(data, content, file, now, force=True)

def apart(function, *arguments):
    child = os.fork()
    if child == 0:
        try:
            function(*arguments)
        except BaseException as error:
            print(repr(error), file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1]

def found():
    if (data / "bot.sqlite").read_bytes().startswith(b"this is no database"):
        return "broken"
    open_database(data / "bot.sqlite").close()
    connection = sqlite3.connect(data / "bot.sqlite")
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    chats = [chat for (chat,) in connection.execute("SELECT id FROM chats ORDER BY id")]
    connection.close()
    return chats
"""
RESTORES = """
shutil.copytree(data, folder / "template")
after = []
for instant in range(300):
    shutil.rmtree(data)
    shutil.copytree(folder / "template", data)
    ended = apart(restore, instant)
    again = None
    if instant % 4 == 0:
        shutil.copytree(data, folder / "again")
        data.rename(folder / "aside")
        (folder / "again").rename(data)
        assert apart(restore, 10**9) == 0, "what is left stands in the way of another attempt"
        again = found()
        shutil.rmtree(data)
        (folder / "aside").rename(data)
    after.append([ended, found(), again])
    if ended == 0:
        break
print(json.dumps(after))
"""
BACKUPS = """
after = []
for instant in range(300):
    ended = apart(backup, instant)
    after.append([ended, check(file).counts["chats"]])
    if ended == 0:
        break
print(json.dumps(after))
"""


def killed(place: Place, what: str) -> list[list[object]]:
    """How each attempt ended, and what was there then."""
    arguments = [sys.executable, "-c", PARTS + what, place.data.parent, place.file]
    done = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, check=True)
    found: list[list[object]] = json.loads(done.stdout)
    return found


def test_backup_that_is_killed_leaves_the_earlier_one(place: Place) -> None:
    place.meet(1)
    assert place.backup() == 0
    place.meet(2)
    runs = killed(place, BACKUPS)
    assert [ended for ended, _ in runs] == [signal.SIGKILL] * (len(runs) - 1) + [0]
    old = [chats for _, chats in runs].count(1)
    assert [chats for _, chats in runs] == [1] * old + [2] * (len(runs) - old)
    assert old > 10
    assert place.left_behind() == []


@pytest.mark.parametrize("broken", [False, True])
def test_kill_at_any_instant_leaves_the_old_data_or_the_new(place: Place, broken: bool) -> None:
    """A restore is killed before each of its calls to the system in turn, until one gets through."""
    place.meet(1)
    (place.data / "attachments").mkdir()
    (place.data / "attachments" / "abc.pdf").write_bytes(b"%PDF")
    assert place.backup() == 0
    (place.data / "attachments" / "abc.pdf").rename(place.data / "attachments" / "def.pdf")
    leave_a_log(place, 2)
    if broken:
        place.database.write_bytes(b"this is no database" * 99)
    runs = killed(place, RESTORES)
    assert [ended for ended, _, _ in runs] == [signal.SIGKILL] * (len(runs) - 1) + [0]
    old, new = "broken" if broken else [1, 2], [1]
    swapped = [left for _, left, _ in runs].index(new)
    assert [left for _, left, _ in runs] == [old] * swapped + [new] * (len(runs) - swapped)
    assert swapped > 10
    assert len(runs) - swapped > 2
    assert {str(again) for _, _, again in runs if again is not None} == {str(new)}
