"""Uploaded names are made harmless, nothing is overwritten unasked, and building can be given up."""

from __future__ import annotations

import asyncio
import errno
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.admin.reports import Busy, Incoming, Reports, Stopped, Unsuitable, safe_name
from bot.people.people import NotAllowed, People
from bot.schema import open_database
from content.library import Limits
from index.build.reindex import Progress, ReindexReport

ADMIN, PARTNER = 1, 2
REPORT = ReindexReport("g1", (), (), (), 0, (), 0, 0, 0.0)
TEXT = "# Title\n\nA paragraph that can be read without trouble.\n"


class Build:
    """Stands in for `index.build.reindex.reindex`: tells of progress until it is let go."""

    def __init__(self) -> None:
        self.started = asyncio.Event()
        self.loop = asyncio.get_running_loop()
        self.go = False

    def __call__(
        self, content: Path, index: Path, *, progress: Callable[[Progress], None], force: bool
    ) -> ReindexReport:
        self.loop.call_soon_threadsafe(self.started.set)
        while not self.go:
            progress(Progress("reading", 1, 2))
        return REPORT


@pytest.fixture
async def people(tmp_path: Path) -> Iterator[People]:
    database = open_database(tmp_path / "bot.sqlite")
    yield People(database, lambda: datetime(2026, 3, 1, tzinfo=UTC), [ADMIN], [])
    database.close()


def make(people: People, folder: Path, build: Build | None = None) -> Reports:
    return Reports(
        people, folder / "reports", folder / "index", folder / "incoming", Limits(workers=1), build or Build()
    )


async def bring(reports: Reports, name: str, text: str = TEXT) -> Incoming:
    incoming = await reports.receive(ADMIN, name)
    incoming.path.write_text(text)
    return incoming


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/cron.d/report.pdf", "report.pdf"),
        ("C:\\Users\\me\\Report 2021.PDF", "Report 2021.pdf"),
        (".hidden.md", "hidden.md"),
        ("...md.md", "md.md"),
        ("年度报告（2021）.docx", "年度报告（2021）.docx"),
        ("a\x00b\u202efdp.md", "abfdp.md"),
        ("a:b|c?.md", "a_b_c_.md"),
        ("con.txt", "con_.txt"),
        ("~$lock.docx", "lock.docx"),
    ],
)
def test_name_of_an_upload_is_only_a_name(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@pytest.mark.parametrize("name", ["", "report", ".md", "..", "/", "a.", "report.p df", "report.exe\n.x y"])
def test_name_that_says_nothing_is_refused(name: str) -> None:
    with pytest.raises(Unsuitable):
        safe_name(name)


@given(st.text(max_size=300), st.sampled_from(["md", "PDF", "txt"]))
def test_no_name_leads_out_of_the_folder_or_is_hidden(stem: str, ending: str) -> None:
    try:
        name = safe_name(f"{stem}.{ending}")
    except Unsuitable:
        return
    assert Path(name).name == name
    assert not name.startswith((".", "~", " "))
    assert len(name.encode()) <= 130
    assert not {"/", "\\", "\x00", "\n"} & set(name)


async def test_file_is_added_under_its_name(people: People, tmp_path: Path) -> None:
    reports = make(people, tmp_path)
    incoming = await bring(reports, "note.md")
    await reports.check(incoming)
    placed = await reports.place(ADMIN, incoming, "ask")
    assert (placed.source, placed.outcome) == ("note.md", "added")
    assert (tmp_path / "reports" / "note.md").read_text() == TEXT
    assert [path.name for path in (tmp_path / "reports").iterdir()] == ["note.md"]
    assert await reports.waiting(ADMIN, incoming.token) is None


async def test_nothing_is_overwritten_without_asking(people: People, tmp_path: Path) -> None:
    reports = make(people, tmp_path)
    await reports.place(ADMIN, await bring(reports, "note.md"), "ask")
    second = await bring(reports, "note.md", "# Other\n\nOther text.\n")
    assert (await reports.place(ADMIN, second, "ask")).outcome == "exists"
    assert (tmp_path / "reports" / "note.md").read_text() == TEXT
    waiting = await reports.waiting(ADMIN, second.token)
    assert waiting == second
    assert (await reports.place(ADMIN, second, "both")).source == "note (2).md"
    third = await bring(reports, "note.md", "# Third\n\nThird text.\n")
    assert (await reports.place(ADMIN, third, "replace")).source == "note.md"
    assert (tmp_path / "reports" / "note.md").read_text().startswith("# Third")


def refuse(*_: object, **__: object) -> None:
    raise OSError(errno.EPERM, "Operation not permitted")


def half(_: Path, to: Path) -> None:
    to.write_bytes(b"half")
    refuse()


async def test_where_files_have_one_name_each_nothing_is_overwritten_either(
    people: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "hardlink_to", refuse)
    reports = make(people, tmp_path)
    assert (await reports.place(ADMIN, await bring(reports, "note.md"), "ask")).outcome == "added"
    assert (tmp_path / "reports" / "note.md").read_text() == TEXT
    second = await bring(reports, "note.md", "# Other\n\nOther text.\n")
    assert (await reports.place(ADMIN, second, "ask")).outcome == "exists"


@pytest.mark.parametrize("fails", [(shutil, "copyfile"), (Path, "replace")])
async def test_file_that_cannot_be_placed_leaves_nothing_among_the_reports(
    people: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: tuple[object, str]
) -> None:
    """Half a file would be hidden there for ever; an empty one would take the name and be no report."""
    reports = make(people, tmp_path)
    incoming = await bring(reports, "note.md")
    monkeypatch.setattr(Path, "hardlink_to", refuse)
    monkeypatch.setattr(*fails, half if fails[1] == "copyfile" else refuse)
    with pytest.raises(OSError, match="not permitted"):
        await reports.place(ADMIN, incoming, "ask")
    assert list((tmp_path / "reports").iterdir()) == []
    assert await reports.waiting(ADMIN, incoming.token) == incoming


async def test_same_file_again_changes_nothing(people: People, tmp_path: Path) -> None:
    reports = make(people, tmp_path)
    await reports.place(ADMIN, await bring(reports, "note.md"), "ask")
    assert (await reports.place(ADMIN, await bring(reports, "note.md"), "ask")).outcome == "same"


async def test_file_that_cannot_be_read_says_why(people: People, tmp_path: Path) -> None:
    reports = make(people, tmp_path)
    with pytest.raises(Unsuitable) as refused:
        await reports.check(await bring(reports, "empty.md", ""))
    assert refused.value.reason
    assert refused.value.remedy
    with pytest.raises(Unsuitable, match="never a report"):
        await reports.check(await bring(reports, "README.md"))


async def test_partner_can_neither_send_files_nor_decide_on_them(people: People, tmp_path: Path) -> None:
    reports = make(people, tmp_path)
    incoming = await bring(reports, "note.md")
    with pytest.raises(NotAllowed):
        await reports.receive(PARTNER, "note.md")
    with pytest.raises(NotAllowed):
        await reports.waiting(PARTNER, incoming.token)
    with pytest.raises(NotAllowed):
        await reports.place(PARTNER, incoming, "replace")
    with pytest.raises(NotAllowed):
        await reports.reindex(PARTNER, lambda progress: None)
    assert not (tmp_path / "reports").exists()


async def test_made_up_token_finds_nothing(people: People, tmp_path: Path) -> None:
    reports = make(people, tmp_path)
    (tmp_path / "secret").write_text("x")
    for token in ("../reports", "..", "", "A" * 12):
        assert await reports.waiting(ADMIN, token) is None


async def test_file_that_nobody_decides_on_is_forgotten_after_a_day(people: People, tmp_path: Path) -> None:
    reports = make(people, tmp_path)
    incoming = await bring(reports, "note.md")
    written = incoming.path.parent.stat().st_mtime
    reports.discard_old(written + 3600)
    assert await reports.waiting(ADMIN, incoming.token)
    reports.discard_old(written + 90_000)
    assert await reports.waiting(ADMIN, incoming.token) is None


async def test_source_outside_the_reports_is_not_given_out(people: People, tmp_path: Path) -> None:
    reports = make(people, tmp_path)
    (tmp_path / "reports").mkdir()
    (tmp_path / "secret.md").write_text("x")
    (tmp_path / "reports" / "link.md").symlink_to(tmp_path / "secret.md")
    (tmp_path / "reports" / "note.md").write_text(TEXT)
    for source in ("../secret.md", "/etc/passwd", "link.md", "missing.md", "", "a\x00b"):
        assert reports.source_file(source) is None
    assert reports.source_file("note.md") == (tmp_path / "reports" / "note.md").resolve()


async def test_second_reindex_is_told_that_one_is_running(people: People, tmp_path: Path) -> None:
    build = Build()
    reports = make(people, tmp_path, build)
    first = asyncio.ensure_future(reports.reindex(ADMIN, lambda progress: None))
    await build.started.wait()
    with pytest.raises(Busy):
        await reports.reindex(ADMIN, lambda progress: None)
    build.go = True
    assert await first == REPORT


async def test_stopping_gives_up_building(people: People, tmp_path: Path) -> None:
    build = Build()
    reports = make(people, tmp_path, build)
    running = asyncio.ensure_future(reports.reindex(ADMIN, lambda progress: None))
    await build.started.wait()
    reports.stop()
    with pytest.raises(Stopped):
        await running
