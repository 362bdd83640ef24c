"""The command line as scripts and people use it, over three small reports of an invented institute."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ready import lend_dictionary

from bot import __version__
from bot.cli import execute

ROOT = Path(__file__).parents[1]
REPORTS = {
    "lake-2021.md": """---
title: Lake Institute annual report 2021
year: 2021
language: en
---
# Lake Institute annual report 2021

## People

The Lake Institute employs 57 researchers and 12 technicians. Half of them work in the harbour laboratory.

## Training

The yearly workshop on water policy took place in October. It had 24 participants from nine countries.
""",
    "lake-2012.md": """---
title: Lake Institute annual report 2012
year: 2012
language: en
---
# Lake Institute annual report 2012

## Founding

The Lake Institute was founded by the city of Northport in 2012. Its first director was Ada Stone.
""",
    "hu-2021.md": """---
title: 湖泊研究所2021年度报告
year: 2021
language: zh
---
# 湖泊研究所2021年度报告

## 合作

湖泊研究所与七个国家的大学签署了合作协议。
""",
}


@pytest.fixture(scope="module")
def institute(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A configuration file over the three reports, indexed."""
    folder = tmp_path_factory.mktemp("institute")
    lend_dictionary(folder / "data" / "index")
    (folder / "reports").mkdir()
    for name, text in REPORTS.items():
        (folder / "reports" / name).write_text(text, encoding="utf-8")
    config = folder / "config.toml"
    config.write_text('[content]\npath = "reports"\n', encoding="utf-8")
    assert execute(["--config", str(config), "reindex"]) == 0
    return config


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """A configuration file over two reports, not indexed yet; the dictionary is, as that takes seconds."""
    lend_dictionary(tmp_path / "data" / "index")
    (tmp_path / "reports").mkdir()
    for name in ("lake-2021.md", "lake-2012.md"):
        (tmp_path / "reports" / name).write_text(REPORTS[name], encoding="utf-8")
    config = tmp_path / "config.toml"
    config.write_text('[content]\npath = "reports"\n', encoding="utf-8")
    return config


def command(*arguments: str, stdin: bytes = b"", **environ: str) -> subprocess.CompletedProcess[bytes]:
    """`citedesk` as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        input=stdin,
        capture_output=True,
        cwd=ROOT,
        env=os.environ | environ,
        timeout=60,
        check=False,
    )


def ask_as_json(capsys: pytest.CaptureFixture[str], config: Path, question: str) -> tuple[int, Any]:
    code = execute(["ask", "--config", str(config), "--json", question])
    return code, json.loads(capsys.readouterr().out)


def test_a_question_gets_the_sentence_that_answers_and_its_citation(
    institute: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, given = ask_as_json(capsys, institute, "How many researchers does the Lake Institute employ?")
    assert code == 0
    assert given["answered"] is True
    assert given["language"] == "en"
    first = given["excerpts"][0]
    assert first["rank"] == 1
    assert "57 researchers" in first["sentence"]
    assert first["sentence"] in first["text"]
    assert first["citation"]["document"] == "lake-2021"
    assert first["citation"]["source"] == "lake-2021.md"
    assert first["citation"]["year"] == 2021
    assert first["citation"]["section"][-1] == "People"
    assert first["citation"]["page"] is None
    assert first["citation"]["paragraph"] == 1


def test_a_refusal_exits_with_1_and_has_no_excerpts(institute: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, given = ask_as_json(capsys, institute, "Which quasars emit gamma rays?")
    assert code == 1
    assert (given["answered"], given["excerpts"]) == (False, [])
    assert given["looked_for"]
    assert execute(["ask", "--config", str(institute), "Which quasars emit gamma rays?"]) == 1
    assert capsys.readouterr().out.startswith("The reports do not answer this.\n")


def test_words_without_quotes_are_one_question(institute: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["ask", "--config", str(institute), "--limit", "1", "Who", "founded", "the", "institute"]) == 0
    shown = capsys.readouterr().out
    assert "city of Northport" in shown
    assert "2. " not in shown.split("\n")[-1]


def test_a_chinese_question_is_answered_in_chinese_words(institute: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, given = ask_as_json(capsys, institute, "研究所与几个国家签署了合作协议？")
    assert code == 0
    assert given["language"] == "zh"
    assert "七个国家" in given["excerpts"][0]["text"]


def test_a_batch_without_a_name_is_no_question(institute: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--batch "$FILE"` with a variable that is empty."""
    assert execute(["ask", "--config", str(institute), "--batch", ""]) == 3
    assert capsys.readouterr().out == ""


def test_a_batch_keeps_order_and_ids_and_exits_with_0(institute: Path, tmp_path: Path) -> None:
    lines = [
        {"id": "b", "question": "Who was the first director?"},
        {"id": 7, "question": "Which quasars emit gamma rays?", "kind": "ignored"},
        {"question": "And the workshop?", "history": ["Where was the workshop on water policy?"]},
    ]
    batch = tmp_path / "questions.jsonl"
    batch.write_text("\n\n".join(json.dumps(line) for line in lines) + "\n", encoding="utf-8-sig")
    done = command("ask", "--config", str(institute), "--batch", str(batch), "--json")
    assert done.returncode == 0, done.stderr.decode()
    given = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert [one["id"] for one in given] == ["b", 7, "5"]
    assert [one["answered"] for one in given[:2]] == [True, False]
    assert "Ada Stone" in given[0]["excerpts"][0]["text"]


def test_a_batch_comes_from_stdin_too_and_stays_chinese_in_any_locale(institute: Path) -> None:
    line = json.dumps({"id": "1", "question": "湖泊研究所与谁合作？"}, ensure_ascii=False).encode()
    done = command("ask", "--config", str(institute), "--batch", "-", stdin=line, LC_ALL="C", PYTHONUTF8="0")
    assert done.returncode == 0, done.stderr.decode()
    assert "湖泊研究所" in done.stdout.decode("utf-8")


def test_bad_lines_of_a_batch_are_named_before_anything_is_answered(institute: Path) -> None:
    lines = [
        b'{"id": "1", "question": "Who?"}',
        b"not json",
        b"[1]",
        b'{"question": " "}',
        b'{"question": "a", "history": "b"}',
        b'{"question": "\xff"}',
        b'{"id": NaN, "question": "a"}',
        b'{"id": 1e999, "question": "a"}',
    ]
    done = command("ask", "--config", str(institute), "--batch", "-", stdin=b"\n".join(lines))
    assert done.returncode == 2
    assert done.stdout == b""
    problems = done.stderr.decode().splitlines()
    assert [problem.partition(":")[0] for problem in problems] == [f"stdin, line {n}" for n in (2, 3, 4, 5, 6, 7, 8)]


def test_names_and_ids_that_utf_8_cannot_hold_come_through_json(fresh: Path) -> None:
    name = os.fsdecode("报告".encode("gb18030") + b".md")
    (fresh.parent / "reports" / name).write_text("# Quay\n\nThe quay of Westport is 800 metres long.\n")
    (fresh.parent / "reports" / os.fsdecode(b"\xff.md")).write_text("")
    for arguments in (["reindex", "--json"], ["check", "--json"]):
        shown = command(*arguments, "--config", str(fresh)).stdout
        assert b'"\\udcff.md"' in shown
    asked = b'{"id": "\\ud83d", "question": "How long is the quay of Westport?"}'
    given = json.loads(command("ask", "--config", str(fresh), "--batch", "-", stdin=asked).stdout)
    assert given["id"] == "\ud83d"
    assert given["excerpts"][0]["citation"]["source"] == name


def test_the_first_question_builds_the_index_and_data_stays_clean(fresh: Path) -> None:
    done = command("ask", "--config", str(fresh), "Who was the first director?", "--json")
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout)["answered"] is True
    assert done.stderr == b""


@pytest.mark.parametrize(
    "arguments",
    [
        ["ask"],
        ["ask", " "],
        ["ask", "Who?", "--batch", "-"],
        ["ask", "Who?", "--limit", "0"],
        ["ask", "Who?", "--colour"],
        ["aks", "Who?"],
        ["reindex", "now"],
        ["reindex", "--every", "nan"],
        ["dict"],
    ],
)
def test_wrong_use_exits_with_2_and_one_line_of_help(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(arguments) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.count("\n") == 1
    assert shown.err.count(": ") >= 2


def test_a_mistyped_command_gets_the_right_one(capsys: pytest.CaptureFixture[str]) -> None:
    execute(["reindx"])
    assert "did you mean reindex?" in capsys.readouterr().err


def test_a_faulty_configuration_exits_with_2_and_names_every_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[answers]\nper_minute = 0\nkeep = 1\n")
    assert execute(["ask", "--config", str(config), "Who?"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_without_a_folder_of_reports_it_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "config.toml"
    config.write_text("")
    assert execute(["ask", "--config", str(config), "Who?"]) == 2
    shown = capsys.readouterr().err
    assert shown.startswith("content.path: ")
    assert "set content.path" in shown


def test_a_file_that_is_not_there_is_a_fault_outside(institute: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["ask", "--config", str(institute), "--batch", "/no/such/file"]) == 3
    assert capsys.readouterr().err.startswith("/no/such/file: No such file or directory: ")


def test_a_reader_who_has_enough_is_no_error(institute: Path) -> None:
    line = f"{sys.executable} -m bot ask --config {institute} --json Who founded the institute | true"
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {line}"], capture_output=True, cwd=ROOT, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_reindex_reports_what_changed_and_what_was_left_out(fresh: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reports = fresh.parent / "reports"
    assert execute(["reindex", "--config", str(fresh), "--json"]) == 0
    first = json.loads(capsys.readouterr().out)
    assert first["added"] == ["lake-2012.md", "lake-2021.md"]
    (reports / "lake-2012.md").unlink()
    (reports / "lake-2021.md").write_text(REPORTS["lake-2021.md"].replace("57", "58"), encoding="utf-8")
    (reports / "new.md").write_text(REPORTS["hu-2021.md"], encoding="utf-8")
    (reports / "empty.txt").write_text("")
    assert execute(["reindex", "--config", str(fresh)]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert "added    new.md" in shown
    assert "added    empty.txt" not in shown
    assert "1 added, 1 changed, 1 removed, 0 unchanged, 1 skipped" in shown
    assert "changed  lake-2021.md" in shown
    assert "removed  lake-2012.md" in shown
    assert any(line.startswith("skipped  empty.txt: ") and line.count(": ") >= 2 for line in shown)
    assert "58 researchers" in ask_as_json(capsys, fresh, "How many researchers?")[1]["excerpts"][0]["text"]


def test_generations_are_listed_and_rolled_back(fresh: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["generations", "--config", str(fresh)]) == 0
    assert "run citedesk reindex" in capsys.readouterr().err
    execute(["reindex", "--config", str(fresh)])
    (fresh.parent / "reports" / "new.md").write_text(REPORTS["hu-2021.md"], encoding="utf-8")
    execute(["reindex", "--config", str(fresh)])
    capsys.readouterr()
    assert execute(["generations", "--config", str(fresh), "--json"]) == 0
    newest, oldest = json.loads(capsys.readouterr().out)
    assert (newest["live"], newest["documents"], oldest["live"], oldest["documents"]) == (True, 3, False, 2)
    assert execute(["generations", "--config", str(fresh), "--rollback"]) == 0
    assert f"{oldest['id']}" in next(line for line in capsys.readouterr().out.splitlines() if "in use" in line)
    assert execute(["generations", "--config", str(fresh), "--rollback", newest["id"]]) == 0
    assert execute(["generations", "--config", str(fresh), "--rollback", "never"]) == 3
    assert "never" in capsys.readouterr().err


def test_a_conversation_through_a_pipe_is_a_transcript(institute: Path) -> None:
    lines = "How many researchers does the Lake Institute employ?\nsource\n退出\nNever asked?\n"
    done = command("chat", "--config", str(institute), stdin=lines.encode())
    assert (done.returncode, done.stderr) == (0, b"")
    shown = done.stdout.decode()
    assert "› How many researchers does the Lake Institute employ?\n1. " in shown
    assert "lake-2021.md" in shown
    assert "Never" not in shown


def test_a_conversation_ends_with_its_input(institute: Path) -> None:
    assert command("chat", "--config", str(institute), stdin=b"\xff?").returncode == 0


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["--version"]) == 0
    assert capsys.readouterr().out == f"citedesk {__version__}\n"


def test_help_is_printed_without_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert execute([]) == 0
    assert "Commands:" in capsys.readouterr().out


def test_the_bot_does_not_start_without_a_token(
    institute: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CITEDESK_TOKEN", raising=False)
    assert execute(["run", "--config", str(institute)]) == 2
    shown = capsys.readouterr().err
    assert shown.startswith("telegram.token: ")
    assert "@BotFather" in shown


def test_a_fault_of_the_program_is_one_line_and_the_whole_story_on_request(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr("bot.config.load", broken)
    monkeypatch.delenv("CITEDESK_DEBUG", raising=False)
    assert execute(["generations"]) == 3
    shown = capsys.readouterr().err
    assert shown.count("\n") == 1
    assert "ZeroDivisionError: by nothing" in shown
    monkeypatch.setenv("CITEDESK_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        execute(["generations"])


@pytest.mark.parametrize(
    "fault",
    [
        MemoryError("Unable to allocate 8.00 MiB"),
        RuntimeError("can't start new thread"),
        ImportError("numpy failed:\nx.so: failed to map segment from shared object"),
    ],
    ids=["array", "thread", "import"],
)
def test_too_little_memory_is_a_fault_outside(
    fault: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def too_much(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr("bot.config.load", too_much)
    monkeypatch.delenv("CITEDESK_DEBUG", raising=False)
    assert execute(["generations"]) == 3
    assert capsys.readouterr().err.startswith("citedesk: there is not enough memory: ")


def test_interrupting_is_quiet(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("bot.config.load", interrupted)
    assert execute(["generations"]) == 130
    shown = capsys.readouterr()
    assert (shown.out, shown.err.strip()) == ("", "")
