"""`citedesk backup`: one instant of what is precious, in one file, while the bot writes; or no file at all."""

from __future__ import annotations

import fcntl
import json
import os
import sqlite3
import subprocess
import sys
import threading
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from backup_place import NOW, ROOT, TERMS, TOKEN, Place, damage

from bot.base.backup import back_up, check
from bot.schema import migrations, open_database


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_backup_holds_one_instant_while_another_connection_writes_without_a_pause(place: Place) -> None:
    """Each transaction writes two rows; a copy that is no instant would have one of them somewhere."""
    enough = threading.Event()
    written = 0

    def write() -> None:
        nonlocal written
        with closing(sqlite3.connect(place.database, isolation_level=None, timeout=20)) as connection:
            while not enough.is_set():
                written += 1
                connection.execute("BEGIN IMMEDIATE")
                for chat in (written, -written):
                    connection.execute("INSERT INTO chats VALUES (?, ?, 'en', 1, '')", (chat, "x" * 2000))
                connection.execute("COMMIT")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        found = []
        for number in range(5):
            file = place.file.with_name(f"{number}.zip")
            found.append(back_up(place.data, place.content, file, NOW).counts["chats"])
            with zipfile.ZipFile(file) as archive:
                copy = Path(archive.extract("bot.sqlite", place.data / str(number)))
            chats = place.chats(copy)
            assert len(chats) == found[-1]
            assert chats == [-chat for chat in reversed(chats)]
    finally:
        enough.set()
        writer.join()
    assert found == sorted(found)
    assert written > found[0] / 2


def test_what_is_only_in_the_log_is_in_the_backup(place: Place) -> None:
    bot = open_database(place.database)  # its log is not brought into the file while it is open
    bot.write_now(lambda connection: connection.execute("INSERT INTO chats VALUES (7, 'private', 'en', 1, '')"))
    assert place.database.with_name("bot.sqlite-wal").stat().st_size > 0
    assert place.backup() == 0
    bot.close()
    assert place.restore("--yes") == 0
    assert place.chats() == [7]


def test_backup_says_what_is_in_it_and_what_is_not(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.meet(1, 2)
    assert place.backup() == 0
    printed = capsys.readouterr().out
    assert printed.startswith(f"{place.file}: {place.file.stat().st_size / 1000:,.1f} kB: 2 chats\n")
    assert f"Not in it, copy them too: the reports in {place.content}" in printed
    assert place.backup("--force", "--json") == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["bytes"] == place.file.stat().st_size
    assert facts["counts"]["chats"] == 2
    assert facts["schema"] == [step.name for step in migrations()]
    assert facts["files"]["bot.sqlite"]["bytes"] > 0
    assert facts["not_in_it"] == [str(place.content)]


def test_backup_is_nobody_elses_business_and_holds_no_token(place: Place) -> None:
    place.content.joinpath("glossary.csv").write_text(TERMS, encoding="utf-8")
    assert place.backup() == 0
    assert place.file.stat().st_mode & 0o777 == 0o600
    assert place.left_behind() == []
    with zipfile.ZipFile(place.file) as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == ["bot.sqlite", "glossary.csv", "manifest.json"]
        assert all(TOKEN.encode() not in archive.read(name) for name in archive.namelist())


def test_a_file_that_is_there_is_overwritten_only_with_force(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.file.write_text("precious")
    assert place.backup() == 2
    assert (
        capsys.readouterr().err == f"{place.file}: is there already: name another file, or overwrite it with --force\n"
    )
    assert place.file.read_text() == "precious"
    assert place.backup("--force") == 0
    assert check(place.file).counts["chats"] == 0


def test_backup_never_takes_the_place_of_the_database(place: Place) -> None:
    place.file = place.database
    assert place.backup("--force") == 2
    assert place.chats() == []


def test_backup_of_nothing_is_a_no(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.database.unlink()
    assert place.backup() == 1
    assert "there is nothing to back up: check data.path" in capsys.readouterr().err
    assert not place.file.exists()
    assert not place.database.exists()


def test_backup_into_a_folder_that_is_not_there_names_it(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.file = place.data.parent / "disk" / "monday.zip"
    assert place.backup() == 2
    assert f"{place.file.parent}: is no folder: make it" in capsys.readouterr().err


def test_damaged_database_makes_no_backup(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    damage(place)
    assert place.backup() == 3
    assert "go back to an earlier backup with citedesk restore FILE" in capsys.readouterr().err
    assert not place.file.exists()
    assert place.left_behind() == []


def test_two_backups_into_one_file_are_not_mixed(place: Place) -> None:
    folder = place.file.with_name(f".{place.file.name}.unfinished")
    folder.mkdir()
    descriptor = os.open(folder, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    assert place.backup() == 3
    os.close(descriptor)
    (folder / "bot.sqlite").write_text("what a killed backup left")
    assert place.backup() == 0
    assert place.left_behind() == []


@pytest.mark.parametrize("room", [1_000, 200_000, 900_000])
def test_full_disk_leaves_no_file_and_the_earlier_backup(place: Place, room: int) -> None:
    """The limit counts for each file: first the copy of the database meets it, then the zip."""
    with closing(sqlite3.connect(place.database)) as connection, connection:
        rows = [(chat, os.urandom(400).hex()) for chat in range(1000)]
        connection.executemany("INSERT INTO chats VALUES (?, ?, 'en', 1, '')", rows)
    (place.data / "attachments").mkdir()
    (place.data / "attachments" / "big.pdf").write_bytes(os.urandom(2_000_000))
    place.file.write_text("earlier")
    code = (
        "import resource, signal, sys; from bot.cli import execute\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, resource.RLIM_INFINITY))\n"
        "sys.exit(execute(sys.argv[1:]))"
    )
    arguments = ["backup", "--config", str(place.config), str(place.file), "--force"]
    done = subprocess.run([sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 3, done
    assert "room on" in done.stderr
    assert place.file.read_text() == "earlier"
    assert place.left_behind() == []
