"""What a reader may cost: processor time and not the clock's, an end with its parent, and a verdict of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from content.readers import limits
from content.readers.errors import Unreadable
from content.readers.pool import Reader

ROOT = Path(__file__).parents[1]
PYTHON = sys.executable

pytestmark = pytest.mark.skipif(not limits.COUNTS_PROCESSOR_TIME, reason="the system does not count processor time")


def program(folder: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    """Let workers run the worker's own loop with another way of answering: `answer(request)`."""
    path = folder / "program"
    text = f"#!{PYTHON}\nimport os, signal, sys\nsys.path.insert(0, {str(ROOT)!r})\n"
    text += "from content.readers import limits, worker\nsys.argv[1:] = sys.argv[-2:]\n"
    path.write_text(text + textwrap.dedent(body) + "\nworker.main(answer)\n", encoding="utf-8")
    path.chmod(0o755)
    monkeypatch.setattr("content.readers.pool.sys.executable", str(path))


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "a.txt"
    path.write_text("A title\n\nSome text.\n", encoding="utf-8")
    return path


def asked(report: Path, seconds: float, patience: float = 1000) -> Unreadable:
    worker = Reader(seconds=seconds, memory_bytes=1 << 30, patience=patience)
    try:
        with pytest.raises(Unreadable) as refused:
            worker.read(report)
    finally:
        worker.close()
    return refused.value


def test_work_is_what_counts_and_it_is_stopped_by_the_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, report: Path
) -> None:
    program(tmp_path, monkeypatch, "def answer(request):\n    while True: pass")
    fault = asked(report, 0.2)
    assert fault.reason == "reading it took more than 0.2 seconds of processor time"
    assert fault.passing


def test_loop_in_c_that_lets_no_thread_run_is_stopped_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, report: Path
) -> None:
    program(tmp_path, monkeypatch, "import re\ndef answer(request):\n    re.match('(a+)+b', 'a' * 60)")
    assert "more than 0.2 seconds of processor time" in asked(report, 0.2).reason


def test_reader_that_only_waits_is_not_blamed_for_the_time_that_goes_by(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, report: Path
) -> None:
    """A busy machine is like this: the clock runs, the reader does not."""
    waits = "import threading\ndef answer(request):\n    threading.Event().wait(0.4)\n"
    waits += '    return {"reason": "read to its end", "remedy": "none", "certain": True}'
    program(tmp_path, monkeypatch, waits)
    assert asked(report, 0.1).reason == "read to its end"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says how much another process works")
def test_reader_that_works_is_waited_for_however_late_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, report: Path
) -> None:
    """On a machine with seven times too much to do, a long report was given up while it was read."""
    program(
        tmp_path,
        monkeypatch,
        """
        import time
        def answer(request):
            until = time.process_time() + 0.4
            while time.process_time() < until: pass
            return {"reason": "read to its end", "remedy": "none", "certain": True}
        """,
    )
    assert asked(report, 2, patience=0.1).reason == "read to its end"


def test_reader_that_waits_for_ever_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, report: Path) -> None:
    program(tmp_path, monkeypatch, "def answer(request):\n    signal.pause()")
    fault = asked(report, 0.1, patience=3)
    assert (fault.reason, fault.passing) == ("its reader has not worked on it for 0.3 seconds", True)


def test_pages_that_are_finished_give_more_time_up_to_a_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, report: Path
) -> None:
    pages = """
        import time
        def answer(request):
            limits.PAGE_SECONDS = 0.06
            start = time.process_time()
            for page in range({pages}):
                until = time.process_time() + 0.05
                while time.process_time() < until: pass
                limits.another_page()
            return {{"reason": "read to its end", "remedy": "none", "certain": True}}
        """
    program(tmp_path, monkeypatch, pages.format(pages=10))
    assert asked(report, 0.2).reason == "read to its end"
    program(tmp_path, monkeypatch, pages.format(pages=1_000))
    assert "processor time" in asked(report, 0.1).reason


def test_each_file_has_its_time_to_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, report: Path) -> None:
    program(
        tmp_path,
        monkeypatch,
        """
        import time
        def answer(request):
            until = time.process_time() + 0.15
            while time.process_time() < until: pass
            return {"reason": "read to its end", "remedy": "none", "certain": True}
        """,
    )
    worker = Reader(seconds=0.3, memory_bytes=1 << 30)
    try:
        for _ in range(4):
            with pytest.raises(Unreadable, match="read to its end"):
                worker.read(report)
    finally:
        worker.close()


def test_what_is_said_against_a_file_counts_only_from_a_fresh_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, report: Path
) -> None:
    """After a locked report the next damaged one was "protected by a password"."""
    program(
        tmp_path,
        monkeypatch,
        """
        seen = []
        def answer(request):
            seen.append(request["path"])
            if len(seen) == 1 and "b.txt" in request["path"]:
                return worker.read(request)
            return {"reason": f"file {len(seen)}", "remedy": "none"}
        """,
    )
    other = tmp_path / "b.txt"
    other.write_text("Another\n\nText.\n", encoding="utf-8")
    worker = Reader(seconds=20, memory_bytes=1 << 30)
    try:
        assert len(worker.read(other).pieces) == 2
        with pytest.raises(Unreadable, match="file 1"):
            worker.read(report)
        assert len(worker.read(other).pieces) == 2, "it was fresh again"
    finally:
        worker.close()


@pytest.mark.parametrize("end", ["os.kill(os.getpid(), signal.SIGKILL)", "os._exit(0)"])
def test_reader_ends_with_its_parent_also_while_it_works(tmp_path: Path, end: str) -> None:
    """It outlived a killed reindex, and went on without any limit."""
    read_end, write_end = os.pipe()
    slow = (
        f"import os, sys; sys.path.insert(0, {str(ROOT)!r})\nfrom content.readers import limits\n"
        "limits.end_with(int(sys.argv[1])); os.write(int(sys.argv[2]), b'x')\n"
        "while True: pass"
    )
    parent = (
        "import os, signal, subprocess, sys\n"
        f"command = [sys.executable, '-c', {slow!r}, str(os.getpid()), '{write_end}']\n"
        f"child = subprocess.Popen(command, pass_fds=[{write_end}])\n"
        f"os.close({write_end}); sys.stdin.read(1); {end}"
    )
    process = subprocess.Popen([sys.executable, "-c", parent], stdin=subprocess.PIPE, pass_fds=[write_end])
    os.close(write_end)
    try:
        assert os.read(read_end, 1) == b"x", "the reader works"
        assert process.stdin is not None
        process.stdin.write(b"x")
        process.stdin.close()
        process.wait(20)
        assert os.read(read_end, 1) == b"", "its end of the pipe is closed: it is gone"
    finally:
        os.close(read_end)
        process.kill()
        process.wait()


def test_parent_is_watched_where_the_system_does_not_tell_of_its_end() -> None:
    parents = [7, 7, 1]
    slept: list[float] = []
    left: list[int] = []
    look: Callable[[], int] = lambda: parents.pop(0)  # noqa: E731
    limits._watch(7, look, slept.append, left.append)
    assert (slept, left) == ([1.0, 1.0], [1])


def test_reader_that_was_started_by_nobody_who_lives_ends_at_once() -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\nfrom content.readers import limits; limits.end_with(1 << 22)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=30).returncode == 1


def test_signals_that_end_a_reader_in_time_are_known() -> None:
    assert {signal.SIGPROF, signal.SIGXCPU} <= {signal.Signals(one) for one in limits.TIMED_OUT}
