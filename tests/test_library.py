"""The folder of reports: what stands in it, what is read from it, and what a bad file cannot do."""

from __future__ import annotations

import os
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.documents import Document
from content.library import Library, Limits, Skipped, document_ids
from content.readers.errors import Unreadable
from content.readers.pool import Reader

SMALL = Limits(workers=1, seconds=20)


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")


def results(folder: Path, limits: Limits = SMALL) -> dict[str, Document | Skipped]:
    library = Library(folder, limits)
    return {found.source: found for found in library.read(library.scan())}


def reason(found: Document | Skipped) -> str:
    assert isinstance(found, Skipped)
    assert found.remedy
    return found.reason


def test_reports_are_found_in_order_and_other_files_are_not(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / ".hidden").mkdir()
    for name in (
        "b.md",
        "a.txt",
        "sub/c.html",
        "README.md",
        "glossary.csv",
        "questions.jsonl",
        "x.tmp",
        ".y.md",
    ):
        (tmp_path / name).write_text("text", encoding="utf-8")
    (tmp_path / ".hidden" / "z.md").write_text("text", encoding="utf-8")
    (tmp_path / "table.csv").write_text("a,b", encoding="utf-8")
    assert [file.source for file in Library(tmp_path).scan()] == ["a.txt", "b.md", "sub/c.html", "table.csv"]


def test_results_come_in_the_order_of_the_files(tmp_path: Path) -> None:
    for number in range(25):
        (tmp_path / f"r{number:02}.txt").write_text(
            f"Report {number}\n\nIt says {number} times this.\n", encoding="utf-8"
        )
    library = Library(tmp_path, Limits(workers=2))
    files = library.scan()[::-1]
    assert [found.source for found in library.read(files)] == [file.source for file in files]


def test_document_carries_id_source_and_text(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "annual report.md").write_text("# Annual Report 2020\n\nText.\n", encoding="utf-8")
    document = results(tmp_path)["sub/annual report.md"]
    assert isinstance(document, Document)
    assert (document.id, document.text) == ("sub-annual-report", "Annual Report 2020\n\nText.")
    assert document.metadata.year == 2020


def test_digest_is_kept_for_a_file_that_did_not_change(tmp_path: Path) -> None:
    write(tmp_path, a__txt="one", b__txt="two")
    library = Library(tmp_path)
    first = library.scan()
    pretended = [replace(file, digest="0" * 64) for file in first]
    assert [file.digest for file in library.scan(known=pretended)] == ["0" * 64, "0" * 64]
    (tmp_path / "b.txt").write_text("three", encoding="utf-8")
    again = library.scan(known=pretended)
    assert again[0].digest == "0" * 64
    assert again[1].digest not in ("0" * 64, first[1].digest)


def test_bad_files_are_lines_in_the_report_and_stop_nothing(tmp_path: Path) -> None:
    write(
        tmp_path,
        good__txt="A good report\n\nIt has text.\n",
        empty__txt="",
        blank__md=" \n\n",
        data__csv="a,b",
    )
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    found = results(tmp_path)
    assert isinstance(found["good.txt"], Document)
    assert reason(found["empty.txt"]) == "it is empty (0 bytes)"
    assert reason(found["blank.md"]) == "it has no text"
    assert "not supported" in reason(found["data.csv"])
    assert "damaged" in reason(found["broken.pdf"])


def test_file_over_the_limit_is_not_opened(tmp_path: Path) -> None:
    write(tmp_path, big__txt="x" * 2000)
    found = results(tmp_path, Limits(max_bytes=1000, workers=1))["big.txt"]
    assert "too large" in reason(found)
    assert isinstance(found, Skipped)
    assert "content.max_file_mb" in found.remedy


def test_file_that_changes_between_scan_and_reading_is_named(tmp_path: Path) -> None:
    write(tmp_path, a__txt="Before\n\nOne thing.\n", b__txt="Stays\n\nAs it is.\n", c__txt="Goes\n\nAway.\n")
    library = Library(tmp_path, SMALL)
    files = library.scan()
    write(tmp_path, a__txt="After\n\nAnother thing.\n")
    (tmp_path / "c.txt").unlink()
    a, b, c = library.read(files)
    assert reason(a) == "it changed while it was read"
    assert isinstance(b, Document)
    assert reason(c) == "it is gone"


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "secret.txt"
    outside.write_text("Secret\n\nNot for partners.\n", encoding="utf-8")
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "inside.txt").write_text("Inside\n\nFor partners.\n", encoding="utf-8")
    (folder / "link.txt").symlink_to(outside)
    (folder / "dead.txt").symlink_to(tmp_path / "nowhere.txt")
    (folder / "alias.txt").symlink_to(folder / "inside.txt")
    (folder / "loop").symlink_to(folder)
    found = results(folder)
    assert "leads out of the folder" in reason(found["link.txt"])
    assert "leads out of the folder" in reason(found["dead.txt"])
    assert isinstance(found["alias.txt"], Document)
    assert isinstance(found["inside.txt"], Document)
    assert not any(source.startswith("loop/") for source in found)


@pytest.mark.skipif(sys.platform == "win32", reason="such names are not allowed there")
@pytest.mark.parametrize("name", ["年度报告 2021.txt", "a\nb.txt", 'it\'s "odd".txt', "-rf.txt", "b\udcff.txt"])
def test_odd_names_survive(tmp_path: Path, name: str) -> None:
    try:
        (tmp_path / name).write_text("A title\n\nSome text.\n", encoding="utf-8")
    except OSError:
        pytest.skip("this file system does not allow the name")
    (found,) = results(tmp_path).values()
    assert isinstance(found, Document)
    assert found.source == name


def test_missing_folder_is_not_an_empty_one(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Library(tmp_path / "no").scan()


def test_same_stem_twice_carries_the_ending() -> None:
    assert document_ids(["x.md", "x.pdf", "y.md", "sub/x.md", "x-md.txt"]) == {
        "sub/x.md": "sub-x",
        "x-md.txt": "x-md",
        "x.md": "x-md-" + document_ids(["x.md", "x.pdf", "x-md.txt"])["x.md"][5:],
        "x.pdf": "x-pdf",
        "y.md": "y",
    }
    assert document_ids(["x.md", "x.pdf"]) == {"x.md": "x-md", "x.pdf": "x-pdf"}
    assert document_ids(["年度报告 2021.md"]) == {"年度报告 2021.md": "年度报告-2021"}


@given(
    st.sets(
        st.text(alphabet="ab-/. 年", min_size=1, max_size=8).filter(lambda s: s.strip("/. ") != ""),
        max_size=8,
    )
)
def test_ids_are_never_shared(sources: set[str]) -> None:
    ids = document_ids(sources)
    assert set(ids) == sources
    assert len(set(ids.values())) == len(sources)


def stand_in(folder: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    """Let workers run another program in place of the reader."""
    program = folder / "program"
    program.write_text(f"#!{sys.executable}\nimport os, sys, signal, time\n{body}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr("content.readers.pool.sys.executable", str(program))


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("sys.stdin.readline(); signal.pause()", "has not worked on it for 0.3 seconds"),
        ("sys.stdin.readline(); os.kill(os.getpid(), signal.SIGSEGV)", "crashed its reader (signal 11)"),
        ("sys.stdin.readline(); os.kill(os.getpid(), signal.SIGKILL)", "was killed, most likely by the system"),
        ("sys.stdin.readline(); sys.exit(3)", "crashed its reader (code 3)"),
        ("sys.stdin.readline(); print('no json', flush=True)", "no sensible reply"),
        ("sys.stdin.readline(); print('[1]', flush=True)", "no sensible reply"),
        (
            'sys.stdin.readline(); print(\'{"pieces": [["evil", "x", 1, 1]]}\', flush=True)',
            "no sensible reply",
        ),
    ],
)
def test_worker_that_misbehaves_is_a_reason_and_the_next_one_is_fresh(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, said: str
) -> None:
    path = tmp_path / "a.txt"
    path.write_text("A title\n\nSome text.\n", encoding="utf-8")
    worker = Reader(seconds=0.3 if "0.3" in said else 20, memory_bytes=1 << 30, patience=1)
    with monkeypatch.context() as patch:
        stand_in(tmp_path, patch, body)
        with pytest.raises(Unreadable) as refused:
            worker.read(path)
    assert said in refused.value.reason
    worker.close()
    fresh = Reader(seconds=20, memory_bytes=1 << 30)
    try:
        assert [piece.text for piece in fresh.read(path).pieces] == ["A title", "Some text."]
    finally:
        fresh.close()


def test_file_that_is_read_at_the_last_moment_does_no_harm_to_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its worker is killed between reply and look at the clock; the next file was blamed for that."""

    class Late(threading.Timer):
        def cancel(self) -> None:
            super().cancel()
            self.function()

    path = tmp_path / "a.txt"
    path.write_text("A title\n\nSome text.\n", encoding="utf-8")
    monkeypatch.setattr(threading, "Timer", Late)
    worker = Reader(seconds=20, memory_bytes=1 << 30)
    try:
        assert [len(worker.read(path).pieces) for _ in range(2)] == [2, 2]
    finally:
        worker.close()


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is the system's")
def test_memory_has_a_limit(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"word " * 12_000_000)
    worker = Reader(seconds=20, memory_bytes=150 << 20)
    try:
        with pytest.raises(Unreadable, match="too much memory"):
            worker.read(path)
        path.write_bytes(b"A title\n\nSome text.\n")
        assert len(worker.read(path).pieces) == 2
    finally:
        worker.close()


def test_no_worker_is_left_when_reading_stops_early(tmp_path: Path) -> None:
    write(tmp_path, a__txt="One\n\nText one.\n", b__txt="Two\n\nText two.\n")
    library = Library(tmp_path, SMALL)
    reading = library.read(library.scan())
    next(reading)
    reading.close()
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
