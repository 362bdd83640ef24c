"""What lies in the data folder can be read by its owner alone, whatever made it, and whatever was there before."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.base.private import OTHERS, keep_private


@pytest.fixture(autouse=True)
def umask() -> Iterator[None]:
    mask = os.umask(0o022)
    yield
    os.umask(mask)


def open_for_others(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.lstat().st_mode & OTHERS)


def test_what_an_earlier_version_left_open_is_closed_and_other_files_are_left_alone(tmp_path: Path) -> None:
    data = tmp_path / "data"
    for name in ("bot.sqlite", "bot.sqlite-wal", "index/g1/terms.npy", "attachments/a.pdf", "incoming/t/b.pdf"):
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_bytes(b"x")
    (data / "notes.txt").write_text("somebody's own")
    (tmp_path / "shared.pdf").write_bytes(b"x")
    (data / "attachments" / "link.pdf").symlink_to(tmp_path / "shared.pdf")
    keep_private(data)
    assert open_for_others(data) == ["attachments/link.pdf", "notes.txt"]
    assert (tmp_path / "shared.pdf").stat().st_mode & 0o777 == 0o644, "a link is not followed"
    (data / "index" / "new").write_bytes(b"x")
    assert open_for_others(data / "index") == []


def test_a_process_that_writes_all_kinds_of_files_leaves_none_open(tmp_path: Path) -> None:
    """The database with its log, an index, an upload, an attachment, what is put aside; a report is for others too."""
    program = textwrap.dedent(
        """
        import asyncio, sys
        from datetime import UTC, datetime
        from pathlib import Path
        from bot.base.private import keep_private
        from bot.base.put_aside import PutAside
        from bot.base.run_lock import RunLock
        from bot.schema import open_database
        from index.store.generation import Generations
        from bot.admin.reports import Incoming, Reports
        from content.library import Limits

        data, content = Path(sys.argv[1]), Path(sys.argv[2])
        keep_private(data)
        RunLock(data).acquire()
        database = open_database(data / "bot.sqlite")
        database.write_now(lambda connection: connection.execute("DELETE FROM chats"))
        with Generations(data / "index").lock():
            unfinished = Generations(data / "index").begin()
            (unfinished / "terms.npy").write_bytes(b"x")
        PutAside(data, lambda: datetime.now(UTC)).keep("one", "text", ValueError())
        folder = data / "incoming" / "t"
        folder.mkdir(parents=True)
        (folder / "new.md").write_text("# New")
        reports = Reports(None, content, data / "index", data / "incoming", Limits(), None)
        reports._place(Incoming("t", folder / "new.md"), "ask")
        names = {path.name for path in data.iterdir()}
        assert {"bot.sqlite", "bot.sqlite-wal", "bot.sqlite-shm", "run.lock", "index", "put-aside"} <= names, names
        import os; print("made", flush=True); os._exit(0)
        """
    )
    data, content = tmp_path / "new" / "data", tmp_path / "reports"
    done = subprocess.run(
        [sys.executable, "-c", program, str(data), str(content)],
        capture_output=True,
        text=True,
        check=False,
        umask=0o022,
        cwd=Path(__file__).parents[1],
    )
    assert done.stdout == "made\n", done.stderr
    assert data.stat().st_mode & 0o777 == 0o700
    assert open_for_others(data) == []
    assert (content / "new.md").stat().st_mode & 0o777 == 0o644
