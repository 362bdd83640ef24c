"""`citedesk reindex --watch`: what changes while it looks, and what must not count as a change."""

from __future__ import annotations

import errno
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from ready import lend_dictionary

from bot.cli import execute

LAKES = {
    "lake-2021.md": "# Lake Institute 2021\n\nThe Lake Institute employs 57 researchers and 12 technicians.\n",
    "lake-2012.md": "# Lake Institute 2012\n\nThe Lake Institute was founded by the city of Northport in 2012.\n",
}


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """A configuration file over two reports, not indexed yet; the dictionary is, as that takes seconds."""
    lend_dictionary(tmp_path / "data" / "index")
    (tmp_path / "reports").mkdir()
    for name, text in LAKES.items():
        (tmp_path / "reports" / name).write_text(text, encoding="utf-8")
    config = tmp_path / "config.toml"
    config.write_text('[content]\npath = "reports"\n', encoding="utf-8")
    return config


@pytest.fixture
def looks() -> Iterator[frozenset[tuple[str, int, int]]]:
    return map(frozenset, ([], [], [("a", 1, 1)], [("a", 2, 2)], [("a", 2, 2)], [("a", 2, 2)], []))


def test_watching_waits_until_the_files_settle(looks: Iterator[frozenset[tuple[str, int, int]]]) -> None:
    from bot.admin.commands.reindexing import changes

    waited: list[int] = []
    seen = changes(lambda: next(looks), lambda: waited.append(1))
    next(seen)
    assert len(waited) == 4


def test_watching_sees_what_changes_during_the_first_reindex() -> None:
    from bot.admin.commands.reindexing import changes

    standing = frozenset({("a", 1, 1)})
    now = [standing]
    waits = iter(range(5))
    seen = changes(lambda: now[0], lambda: next(waits) and None)
    now[0] = standing | {("b", 1, 1)}  # while the first index is built
    next(seen)
    assert next(waits) == 2


def test_watching_looks_at_a_glossary_beside_the_reports(tmp_path: Path) -> None:
    from bot.admin.commands.reindexing import stamp

    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / ".hidden.md").touch()
    assert stamp(tmp_path / "reports") == frozenset()
    (tmp_path / "glossary.csv").write_text("english,chinese\n", encoding="utf-8")
    assert [path for path, _, _ in stamp(tmp_path / "reports")] == [str(tmp_path / "glossary.csv")]


def test_watching_goes_on_while_the_folder_of_reports_is_gone(
    fresh: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    reports, away = fresh.parent / "reports", fresh.parent / "away"
    sleeps = iter(range(100))

    def sleep(_: float) -> None:
        number = next(sleeps)
        if number == 0:
            reports.rename(away)
        elif number == 4:
            (away / "new.md").write_text("# New\n\nThe new pier is 90 metres long.\n")
            away.rename(reports)
        elif number == 8:
            raise KeyboardInterrupt

    monkeypatch.setattr("time.sleep", sleep)
    assert execute(["reindex", "--watch", "--config", str(fresh)]) == 130
    shown = capsys.readouterr()
    assert "content.path: " in shown.err
    assert "added    new.md" in shown.out


def test_watching_says_what_to_do_about_what_the_system_refuses(
    fresh: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "index")

    def sleep(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("bot.admin.commands.reindexing.build", full)
    monkeypatch.setattr("time.sleep", sleep)
    assert execute(["reindex", "--watch", "--config", str(fresh)]) == 130
    assert capsys.readouterr().err.startswith("index: No space left on device: check the path, its permissions")


def test_watching_does_not_look_at_what_a_reindex_writes(
    fresh: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fresh.write_text('[content]\npath = "."\n', encoding="utf-8")  # data/ lies in it
    sleeps = iter(range(10))

    def sleep(_: float) -> None:
        if next(sleeps) == 8:
            raise KeyboardInterrupt

    monkeypatch.setattr("time.sleep", sleep)
    assert execute(["reindex", "--watch", "--config", str(fresh)]) == 130
    assert capsys.readouterr().out.count(" generation ") == 1


def test_what_the_program_writes_is_no_report_though_it_lies_among_them(
    fresh: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fresh.write_text('[content]\npath = "."\n', encoding="utf-8")  # data/ lies in it
    for _ in range(2):
        assert execute(["reindex", "--json", "--config", str(fresh)]) == 0
        shown = json.loads(capsys.readouterr().out)
        assert [one["source"] for one in shown["skipped"]] == ["config.toml"]
        assert shown["documents"] == 2
