"""What the tests of backups share: a configuration with data and reports, and what befalls them."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from bot.cli import execute
from bot.schema import open_database

ROOT = Path(__file__).parents[1]
TOKEN = "123456789:AAExampleExampleExampleExampleExampl"
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
TERMS = "English,Chinese,Other forms\nlake,湖,mere\n"


class Place:
    """A configuration with data and reports, and the two commands on it."""

    def __init__(self, folder: Path) -> None:
        self.data, self.content = folder / "data", folder / "reports"
        self.database, self.file, self.config = self.data / "bot.sqlite", folder / "monday.zip", folder / "config.toml"
        self.content.mkdir()
        self.config.write_text(f'[telegram]\ntoken = "{TOKEN}"\n[content]\npath = "reports"\n', encoding="utf-8")
        open_database(self.database).close()

    def backup(self, *options: str) -> int:
        return execute(["backup", "--config", str(self.config), str(self.file), *options])

    def restore(self, *options: str, file: Path | None = None) -> int:
        return execute(["restore", "--config", str(self.config), str(file or self.file), *options])

    def meet(self, *chats: int) -> None:
        with closing(sqlite3.connect(self.database)) as connection, connection:
            connection.executemany("INSERT INTO chats VALUES (?, 'private', 'en', 1, '')", [(chat,) for chat in chats])

    def chats(self, file: Path | None = None) -> list[int]:
        with closing(sqlite3.connect(file or self.database)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            return [chat for (chat,) in connection.execute("SELECT id FROM chats ORDER BY id")]

    def kept(self) -> list[Path]:
        return sorted(self.data.glob("bot.sqlite.before-*"))

    def left_behind(self) -> list[str]:
        """What is neither data nor a backup."""
        known = {"config.toml", "data", "reports", self.file.name}
        beside = [one.name for one in self.data.parent.iterdir() if one.name not in known]
        return beside + [one.name for one in self.data.iterdir() if one.name in ("restoring",)]


def damage(place: Place) -> None:
    """Overwrite the middle of the database, as a bad disk does."""
    place.meet(*range(5000))
    with closing(sqlite3.connect(place.database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with place.database.open("r+b") as stream:
        stream.seek(4096 * 3)
        stream.write(os.urandom(place.database.stat().st_size - 4096 * 3))


def leave_a_log(place: Place, chat: int) -> None:
    """As a bot that was killed: a chat that stands in the log alone."""
    with closing(sqlite3.connect(place.database)) as connection:
        connection.execute("INSERT INTO chats VALUES (?, 'private', 'en', 1, '')", (chat,))
        connection.commit()
        left = {end: place.database.with_name(f"bot.sqlite{end}").read_bytes() for end in ("", "-wal", "-shm")}
    for end, data in left.items():
        place.database.with_name(f"bot.sqlite{end}").write_bytes(data)
