"""Streams that whoever starts us has closed, or that are full: the exit code is that of what was done."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from ready import lend_dictionary

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A configuration with one report."""
    folder = tmp_path_factory.mktemp("streams")
    (folder / "reports").mkdir()
    (folder / "reports" / "lake.md").write_text("The lake is 40 metres deep.", encoding="utf-8")
    lend_dictionary(folder / "data" / "index")
    config = folder / "config.toml"
    config.write_text('[content]\npath = "reports"\n', encoding="utf-8")
    return config


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("generations <&-", 0),
        ("generations >&-", 0),
        ("generations <&- >&- 2>&-", 0),
        ("chat <&-", 0),
        ("ask --batch - <&-", 0),
        ("ask quasars >&-", 1),
        ("reindx 2>&-", 2),
        ("reindx 2>/dev/full", 2),
        ("--help | head -c 0; exit ${PIPESTATUS[0]}", 0),
    ],
)
def test_a_stream_that_is_closed_or_full_changes_no_exit_code(lake: Path, line: str, code: int) -> None:
    run = ["bash", "-c", f'"$0" -m bot {line}', sys.executable]
    done = subprocess.run(
        run,
        capture_output=True,
        cwd=ROOT,
        env=os.environ | {"CITEDESK_CONFIG": str(lake)},
        timeout=60,
        check=False,
    )
    assert (done.returncode, b"fault in the program" in done.stderr) == (code, False)
