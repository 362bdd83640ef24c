"""`citedesk evaluate` as scripts use it: figures, run files, judgments elsewhere, comparisons."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ready import lend_dictionary
from test_evaluation import QRELS, write

from bot.cli import execute


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "small")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    lend_dictionary(tmp_path / "data" / "index")
    file = tmp_path / "config.toml"
    file.write_text("", encoding="utf-8")
    return file


Printed = tuple[int, str, str]


@pytest.fixture
def run(config: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*arguments: object) -> Printed:
        code = execute(["evaluate", "--config", str(config), *map(str, arguments)])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


def test_figures_are_printed_one_a_line(run: Any, folder: Path, tmp_path: Path) -> None:
    code, out, err = run(folder)
    assert (code, err) == (0, "")
    first, *lines = out.splitlines()
    assert first == "small: 3 queries, 5 passages"
    assert [line.split() for line in lines][:2] == [["success@1", "1.0000"], ["success@3", "1.0000"]]
    assert len(lines) == 6
    assert sorted(path.name for path in (tmp_path / "data" / "index").iterdir() if "dictionary" not in path.name) == []


def test_json_is_one_object_with_each_query_on_request(run: Any, folder: Path) -> None:
    record = json.loads(run(folder, "--json")[1])
    assert record["collection"] == "small"
    assert (record["passages"], record["queries"]) == (5, 3)
    assert record["figures"]["MRR@10"] == 1.0
    assert "per_query" not in record
    record = json.loads(run(folder, "--json", "--per-query")[1])
    assert sorted(record["per_query"]) == ["q1", "q2", "q3"]
    assert set(record["per_query"]["q1"]) == set(record["figures"])


def test_figures_of_each_query_are_separated_by_tabs(run: Any, folder: Path) -> None:
    lines = [line.split("\t") for line in run(folder, "--per-query")[1].splitlines()]
    assert lines[0][:2] == ["query", "success@1"]
    assert [line[0] for line in lines[1:]] == ["q1", "q2", "q3", "all"]
    assert {len(line) for line in lines} == {7}


def test_a_run_is_written_also_without_judgments(run: Any, folder: Path, tmp_path: Path) -> None:
    (folder / "qrels.tsv").unlink()
    code, out, err = run(folder, "--run", tmp_path / "out.run")
    assert (code, out, err) == (0, "", "")
    lines = [line.split() for line in (tmp_path / "out.run").read_text().splitlines()]
    assert {line[0] for line in lines} == {"q1", "q2", "q3", "unjudged"}
    assert all(len(line) == 6 and line[1] == "Q0" for line in lines)
    code, _, err = run(folder)
    assert code == 2
    assert "--qrels" in err


def test_languages_and_judgments_are_chosen(run: Any, folder: Path) -> None:
    (folder / "cross.tsv").write_text("q2\triver.en\t1\n", encoding="utf-8")
    record = json.loads(run(folder, "--qrels", "cross.tsv", "--target-lang", "en", "--json")[1])
    assert (record["queries"], record["passages"]) == (1, 3)
    assert record["figures"]["success@1"] == 1.0
    assert json.loads(run(folder, "--query-lang", "zh", "--json")[1])["queries"] == 1
    code, _, err = run(folder, "--qrels", "cross.tsv", "--target-lang", "zh")
    assert code == 2
    assert "no queries with a relevant passage in zh" in err


def test_two_runs_are_compared(run: Any, folder: Path, tmp_path: Path) -> None:
    good, poor = tmp_path / "good.run", tmp_path / "poor.run"
    run(folder, "--run", good)
    poor.write_text("q1 Q0 river.en 1 1 other\n", encoding="utf-8")
    record = json.loads(run(folder, "--compare", poor, good, "--json")[1])
    assert record["measures"]["success@1"] == {
        "a": 0.0,
        "b": 1.0,
        "wins": 3,
        "losses": 0,
        "ties": 0,
        "p": pytest.approx(0.25, abs=0.02),
    }
    code, out, _ = run(folder, "--compare", poor, good)
    assert code == 0
    assert out.splitlines()[1].split() == ["A", "B", "B", "-", "A", "wins", "losses", "ties", "p"]
    assert run(folder, "--compare", poor, good, "--run", tmp_path / "x")[0] == 2


def test_faults_are_wrong_use_and_say_what_to_do(run: Any, folder: Path, tmp_path: Path) -> None:
    (folder / "qrels.tsv").write_text(QRELS + "q1\tlake.en\tmaybe\n", encoding="utf-8")
    code, out, err = run(folder)
    assert (code, out) == (2, "")
    assert err.strip().endswith("is no judgment: write query, passage and grade")
    assert run(tmp_path / "none")[0] == 2
