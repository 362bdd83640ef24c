"""`citedesk restore`: the data as it was then; what cannot be trusted is refused, what was there is kept."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from backup_place import NOW, TERMS, Place, leave_a_log

from bot.admin.commands.checks import check_database
from bot.base import backup
from bot.base.backup import BackupFault, check
from bot.base.database import Migration
from bot.base.run_lock import RunLock
from bot.config import load
from bot.restoring import ready
from bot.schema import migrations


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


# Restoring


def test_round_trip_brings_back_people_files_and_glossary(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place.meet(1, 2)
    (place.data / "attachments").mkdir()
    (place.data / "attachments" / "abc.pdf").write_bytes(b"%PDF")
    (place.data / "attachments" / "abc.part").write_bytes(b"%P")
    (place.content / "glossary.csv").write_text(TERMS, encoding="utf-8")
    assert place.backup() == 0
    (tmp_path / "new").mkdir()
    new = Place(tmp_path / "new")
    new.database.unlink()
    capsys.readouterr()
    assert new.restore("--yes", file=place.file) == 0
    assert new.chats() == [1, 2]
    assert [one.name for one in (new.data / "attachments").iterdir()] == ["abc.pdf"]
    assert (new.content / "glossary.csv").read_text(encoding="utf-8") == TERMS
    assert new.database.stat().st_mode & 0o777 == 0o600
    assert new.kept() == []
    assert new.left_behind() == []
    assert "The glossary is restored, too." in capsys.readouterr().out
    assert [one.ok for one in check_database(load(new.config))] == [True]


def test_what_was_there_is_kept_and_can_be_gone_back_to(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.meet(1)
    assert place.backup() == 0
    place.meet(2)
    capsys.readouterr()
    assert place.restore("--yes", "--json") == 0
    (kept,) = place.kept()
    facts = json.loads(capsys.readouterr().out)
    assert facts["kept"] == str(kept)
    assert facts["counts"]["chats"] == 1
    assert place.chats() == [1]
    assert place.chats(kept) == [1, 2]
    assert place.restore("--yes", file=kept) == 0
    assert place.chats() == [1, 2]
    assert len(place.kept()) == 2


def test_log_of_the_old_database_is_never_taken_for_one_of_the_new(place: Place) -> None:
    """A bot that was killed left a log; what is in it belongs to what is kept."""
    place.meet(1)
    assert place.backup() == 0
    leave_a_log(place, 2)
    assert place.restore("--yes") == 0
    assert place.chats() == [1]
    assert place.chats(*place.kept()) == [1, 2]


def test_damaged_database_is_replaced_and_kept_with_its_log(place: Place) -> None:
    place.meet(-1)
    assert place.backup() == 0
    place.database.write_bytes(b"this is no database" * 999)
    place.database.with_name("bot.sqlite-wal").write_bytes(b"a log")
    place.database.with_name("bot.sqlite-shm").write_bytes(b"shared")
    assert place.restore("--yes") == 0
    assert place.chats() == [-1]
    assert [one.name.partition("-wal")[1] for one in place.kept() if one.read_bytes()[:5] == b"a log"] == ["-wal"]
    assert any(one.read_bytes().startswith(b"this is no database") for one in place.kept())


def test_glossary_in_place_stays(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    (place.content / "glossary.csv").write_text(TERMS, encoding="utf-8")
    assert place.backup() == 0
    newer = TERMS + "river,河,\n"
    (place.content / "glossary.csv").write_text(newer, encoding="utf-8")
    assert place.restore("--yes") == 0
    assert (place.content / "glossary.csv").read_text(encoding="utf-8") == newer
    assert f"The glossary was left as it is; the one of then is glossary.csv in {place.file}" in (
        capsys.readouterr().out
    )


def test_older_schema_is_brought_up_to_date(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.meet(1)
    assert place.backup() == 0
    more = Migration("test/002_names", lambda connection: connection.execute("CREATE TABLE names (name TEXT)"))
    later = (*migrations(), more)
    for module in ("bot.schema", "bot.restoring"):
        monkeypatch.setattr(f"{module}.migrations", lambda: later)
    assert place.restore("--yes") == 0
    assert place.chats() == [1]
    with closing(sqlite3.connect(place.database)) as connection:
        assert connection.execute("SELECT count(*) FROM names").fetchone() == (0,)


# Refusing


def changed(place: Place, **entries: bytes | None) -> Path:
    """The backup with other contents under these names (`_` for `.`); None: without them."""
    file = place.file.with_name("changed.zip")
    with zipfile.ZipFile(place.file) as source, zipfile.ZipFile(file, "w") as target:
        for name in source.namelist():
            data = entries.get(name.replace(".", "_"), source.read(name))
            if data is not None:
                target.writestr(name, data)
    return file


def manifest(place: Place, **values: object) -> bytes:
    with zipfile.ZipFile(place.file) as archive:
        return json.dumps(json.loads(archive.read("manifest.json")) | values).encode()


def no_zip(place: Place) -> Path:
    return place.config


def other_zip(place: Place) -> Path:
    return changed(place, manifest_json=None)


def zip_of_somebody_else(place: Place) -> Path:
    return changed(place, manifest_json=b'{"kind": "photos"}')


def other_database(place: Place) -> Path:
    file = place.file.with_name("other.sqlite")
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE chats (id INTEGER)")
    return file


def cut_off(place: Place) -> Path:
    file = place.file.with_name("cut.zip")
    file.write_bytes(place.file.read_bytes()[:-200])
    return file


def flipped(place: Place) -> Path:
    file = place.file.with_name("flipped.zip")
    data = bytearray(place.file.read_bytes())
    data[len(data) // 3] ^= 8
    file.write_bytes(data)
    return file


def exchanged(place: Place) -> Path:
    return changed(place, bot_sqlite=b"SQLite format 3\0")


def garbled(place: Place) -> Path:
    return changed(place, manifest_json=b"{")


def beyond(place: Place) -> Path:
    return changed(place, manifest_json=manifest(place, files={"bot.sqlite": [1, ""], "attachments/../../x": [1, ""]}))


def newer_format(place: Place) -> Path:
    return changed(place, manifest_json=manifest(place, format=2, program="9.1"))


def newer_schema(place: Place) -> Path:
    with closing(sqlite3.connect(place.database)) as connection, connection:
        connection.execute("INSERT INTO migrations VALUES ('people/009_future', '')")
    assert place.backup("--force") == 0
    with closing(sqlite3.connect(place.database)) as connection, connection:
        connection.execute("DELETE FROM migrations WHERE name = 'people/009_future'")
    return place.file


def database_in_use(place: Place) -> Path:
    return place.database


@pytest.mark.parametrize(
    ("make", "code", "says"),
    [
        (no_zip, 2, "is no backup of citedesk: name a file that citedesk backup wrote"),
        (other_zip, 2, "is no backup of citedesk"),
        (zip_of_somebody_else, 2, "is no backup of citedesk"),
        (other_database, 2, "is no backup of citedesk"),
        (cut_off, 3, "is damaged (File is not a zip file): go back to an earlier backup"),
        (flipped, 3, "is damaged ("),
        (exchanged, 3, "is damaged (bot.sqlite is not what was written)"),
        (garbled, 3, "is damaged (its manifest cannot be read)"),
        (beyond, 3, "is damaged (its manifest cannot be read)"),
        (newer_format, 3, "was written by a newer citedesk (9.1): update citedesk"),
        (newer_schema, 3, "people/009_future): update citedesk"),
        (database_in_use, 2, "is the database in use"),
    ],
)
def test_what_is_refused_changes_nothing(
    place: Place, capsys: pytest.CaptureFixture[str], make: Callable[[Place], Path], code: int, says: str
) -> None:
    place.meet(1, 2)
    assert place.backup() == 0
    place.meet(3)
    file = make(place)
    capsys.readouterr()
    assert place.restore("--yes", file=file) == code
    said = capsys.readouterr()
    assert said.err.startswith(f"{file}: ")
    assert says in said.err
    assert place.chats() == [1, 2, 3]
    assert place.kept() == []
    assert not (place.data / "restoring").exists()


def test_every_flipped_byte_is_found_or_of_no_consequence(place: Place, tmp_path: Path) -> None:
    place.meet(1)
    assert place.backup() == 0
    whole, expected = place.file.read_bytes(), check(place.file).files
    found = 0
    for at in range(0, len(whole), 61):
        place.file.write_bytes(whole[:at] + bytes([whole[at] ^ 0x5A]) + whole[at + 1 :])
        try:
            assert check(place.file).files == expected  # such as the time of an entry
        except BackupFault:
            found += 1
    assert found > len(whole) / 61 * 0.8


def test_running_bot_is_named_and_not_disturbed(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert place.backup() == 0
    place.meet(1)
    with RunLock(place.data):
        assert place.restore("--yes") == 3
    assert f"{place.data}: a bot is running on it (pid {os.getpid()}): stop it" in capsys.readouterr().err
    assert place.chats() == [1]


def test_another_command_that_has_the_database_open_is_waited_for_by_a_person(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    assert place.backup() == 0
    place.meet(1)
    with closing(sqlite3.connect(place.database)) as connection:
        connection.execute("SELECT * FROM chats").fetchone()
        assert place.restore("--yes") == 3
    assert "another program has it open: end other citedesk commands" in capsys.readouterr().err
    assert place.chats() == [1]
    assert place.kept() == []
    assert place.restore("--yes") == 0


def test_bot_cannot_be_started_while_a_restore_waits_for_its_answer(place: Place) -> None:
    assert place.backup() == 0
    with (
        ready(place.file, place.data, lambda: NOW),
        pytest.raises(BackupFault, match="a bot is running on it"),
        ready(place.file, place.data, lambda: NOW),
    ):
        pass
    assert place.left_behind() == []


def test_without_a_terminal_nothing_is_done_but_with_yes(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert place.backup() == 0
    place.meet(1)
    for options in ((), ("--json",)):
        assert place.restore(*options) == 2
        assert "nobody can be asked here: give --yes to restore without asking" in capsys.readouterr().err
    assert place.chats() == [1]


@pytest.mark.parametrize(("answer", "code", "chats"), [("n", 1, [1, 2]), ("y", 0, [1])])
def test_on_a_terminal_a_person_is_asked(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    answer: str, code: int, chats: list[int],
) -> None:  # fmt: skip
    place.meet(1)
    assert place.backup() == 0
    place.meet(2)
    for stream in (sys.stdin, sys.stdout):
        monkeypatch.setattr(stream, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("click.confirm", lambda question: answer == "y")
    assert place.restore() == code
    assert place.chats() == chats
    assert "1 chat\n" in capsys.readouterr().out


def rewritten(file: Path, change: Callable[[dict[str, bytes], dict[str, object]], None]) -> None:
    """The same archive with other parts: `change` gets them, and the manifest."""
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name != "manifest.json"}
        manifest = json.loads(archive.read("manifest.json"))
    change(parts, manifest)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
        archive.writestr("manifest.json", json.dumps(manifest))


@pytest.mark.parametrize("as_zip", [True, False])
def test_restored_database_has_no_triggers_or_views(place: Place, tmp_path: Path, as_zip: bool) -> None:
    """They would run with each write of the bot."""
    place.meet(1)
    with closing(sqlite3.connect(place.database)) as connection, connection:
        connection.execute("CREATE TRIGGER spy AFTER INSERT ON chats BEGIN DELETE FROM audit; END")
        connection.execute('CREATE VIEW "odd ""name" AS SELECT * FROM chats')
        connection.execute('CREATE TRIGGER inside INSTEAD OF INSERT ON "odd ""name" BEGIN SELECT 1; END')
    if as_zip:
        assert place.backup() == 0
    else:
        with closing(sqlite3.connect(place.database)) as source, closing(sqlite3.connect(place.file)) as target:
            source.backup(target)
    assert place.restore("--yes") == 0
    assert place.chats() == [1]
    with closing(sqlite3.connect(place.database)) as connection:
        assert not connection.execute("SELECT name FROM sqlite_master WHERE type IN ('trigger', 'view')").fetchall()
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_archive_that_unpacks_to_more_than_it_says_or_than_there_is_room_for_is_refused(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    place.meet(1)
    assert place.backup() == 0
    whole = place.file.read_bytes()

    def swell(parts: dict[str, bytes], manifest: dict[str, object]) -> None:
        parts["bot.sqlite"] += bytes(50 << 20)

    rewritten(place.file, swell)
    assert place.file.stat().st_size < 1 << 20
    assert place.restore("--yes") != 0
    assert "is not what was written" in capsys.readouterr().err
    written: list[int] = []
    backup._copy(io.BytesIO(bytes(50 << 20)), lambda block: written.append(len(block)), 10)
    assert sum(written) <= backup.BLOCK, "it is copied no further than it may go"

    def boast(parts: dict[str, bytes], manifest: dict[str, dict[str, list[object]]]) -> None:
        manifest["files"]["bot.sqlite"][0] = 1 << 60

    place.file.write_bytes(whole)
    rewritten(place.file, boast)
    assert place.restore("--yes") != 0
    assert "no room" in capsys.readouterr().err
    assert place.chats() == [1]


@pytest.mark.parametrize("name", ["/etc/evil", "../evil", "attachments/../../evil", "attachments/a/b", "C:\\evil"])
def test_no_part_of_an_archive_leaves_the_folder(place: Place, tmp_path: Path, name: str) -> None:
    assert place.backup() == 0

    def add(parts: dict[str, bytes], manifest: dict[str, dict[str, list[object]]]) -> None:
        parts[name] = b"evil"
        manifest["files"][name] = [4, "2c0a0c7b"]

    rewritten(place.file, add)
    assert place.restore("--yes") != 0
    assert not list(tmp_path.rglob("evil"))


def test_link_in_an_archive_becomes_no_link(place: Place) -> None:
    (place.data / "attachments").mkdir()
    (place.data / "attachments" / "a.pdf").write_bytes(b"/etc/passwd")
    assert place.backup() == 0
    with zipfile.ZipFile(place.file) as archive:
        parts = [(archive.getinfo(name), archive.read(name)) for name in archive.namelist()]
    with zipfile.ZipFile(place.file, "w") as archive:
        for info, data in parts:
            if info.filename.startswith("attachments/"):
                info.external_attr = 0o120777 << 16
            archive.writestr(info, data)
    (place.data / "attachments" / "a.pdf").unlink()
    assert place.restore("--yes") == 0
    restored = place.data / "attachments" / "a.pdf"
    assert not restored.is_symlink()
    assert restored.read_bytes() == b"/etc/passwd"
