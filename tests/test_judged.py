"""A library of judged questions: read, scored against outcomes worked out by hand, and compared, also as a command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ready import lend_dictionary

from bot.cli import execute
from index.evaluating.collection import Malformed
from index.evaluating.judged import (
    JudgedQuestion,
    ShownExcerpt,
    ShownReply,
    by_kind,
    compare,
    figures_of,
    read_library,
    read_replies,
    refusals_of,
    score,
)

REPORT = """# The lake survey

The lake is 40 metres deep in the north. Ice covers it from December to March.

# Staff

The station has 27 permanent employees, and two boats.
"""
QUESTIONS: list[dict[str, Any]] = [
    {"id": "q1", "kind": "fact", "question": "How deep is the lake?", "answers": {"lake.md": ["40  metres deep"]}},
    {"id": "q2", "kind": "number", "question": "How many boats has it?", "answers": {"lake.md": ["two boats"]}},
    {"id": "q3", "kind": "none", "question": "Who won the World Cup in Qatar?", "answers": {}, "sub": "off-topic"},
]  # fmt: skip


def question(**fields: Any) -> JudgedQuestion:
    known = {
        "id": "1",
        "question": "How deep?",
        "history": (),
        "language": "en",
        "kind": "fact",
        "topic": "",
        "prefer": "",
    }
    return JudgedQuestion(**(known | {"answers": {"lake.md": ("40 metres",)}} | fields))


def shown(text: str, source: str = "folder/lake.md", sentence: str = "") -> ShownExcerpt:
    return ShownExcerpt(text, sentence, source)


RIGHT, WRONG = shown("It is 40\nmetres deep.", sentence="It is 40 metres deep."), shown("Ice covers it.")


@pytest.fixture
def library(tmp_path: Path) -> Path:
    folder = tmp_path / "lakes"
    (folder / "docs").mkdir(parents=True)
    (folder / "docs" / "lake.md").write_text(REPORT, encoding="utf-8")
    write(folder, QUESTIONS)
    return folder


def write(folder: Path, rows: list[dict[str, Any]]) -> None:
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (folder / "questions.jsonl").write_text(text, encoding="utf-8")


# Scoring


@pytest.mark.parametrize(
    ("excerpts", "rank", "sentence"),
    [
        ((RIGHT,), 1, True),
        ((WRONG, RIGHT), 2, False),
        ((WRONG,), 0, False),
        ((), 0, False),
        ((shown("It is 40 metres deep.", "other.md"),), 0, False),  # the words, from a file that does not answer
        ((shown("40 metres " + "." * 700),), 0, False),  # longer than an excerpt may be
        ((shown("Ice. It is 40 metres deep.", sentence="Ice."),), 1, False),
    ],
)
def test_an_excerpt_is_right_by_file_words_and_length(
    excerpts: tuple[ShownExcerpt, ...], rank: int, sentence: bool
) -> None:
    outcome = score(question(), ShownReply(excerpts))
    assert (outcome.rank, outcome.sentence, outcome.refused) == (rank, sentence, not excerpts)


@pytest.mark.parametrize(
    ("fields", "text", "opens"),
    [
        ({}, "It is deep.", True),
        ({}, "湖水深四十米。", False),
        ({"language": "zh"}, "It is deep.", None),  # no Chinese report answers
        ({"language": "zh", "answers": {"a": ("40 metres",), "b": ("四十米",)}}, "It is deep.", False),
        ({"language": "zh", "answers": {"a": ("40 metres",), "b": ("四十米",)}}, "湖水深 40 米。", True),
        ({"language": "zh", "prefer": "b"}, "It is deep.", False),
        ({"language": "zh", "answers": {"b": ("27 340",)}}, "It is deep.", None),  # figures are of no language
    ],
)
def test_a_reply_opens_in_the_readers_language_where_a_report_answers_in_it(
    fields: dict[str, Any], text: str, opens: bool | None
) -> None:
    assert score(question(**fields), ShownReply((shown(text),))).own_language is opens
    assert score(question(**fields), ShownReply(())).own_language is None


def test_figures_are_shares_of_the_questions_that_the_reports_answer() -> None:
    several = question(id="2", kind="number", answers={"lake.md": ("40 metres",), "sea.md": ("salt",)})
    near, off = (question(id=topic, answers={}, topic=topic) for topic in ("near-topic", "off-topic"))
    replies = [(question(), (RIGHT,)), (several, (WRONG, RIGHT)), (question(id="3"), ()), (near, (WRONG,)), (off, ())]
    outcomes = [score(one, ShownReply(excerpts)) for one, excerpts in replies]
    figures = figures_of(outcomes)
    assert figures.questions == 3
    assert (figures.success1, figures.success3) == (pytest.approx(1 / 3), pytest.approx(2 / 3))
    assert (figures.sentence1, figures.false_refusals) == (pytest.approx(1 / 3), pytest.approx(1 / 3))
    assert figures.coverage == 0.5
    assert {topic: str(found) for topic, found in refusals_of(outcomes).items()} == {
        "near-topic": "0/1",
        "off-topic": "1/1",
    }
    assert {kind: found.success1 for kind, found in by_kind(outcomes).items()} == {"fact": 0.5, "number": 0.0}


def test_two_runs_are_compared_question_by_question() -> None:
    asked = [question(id=id_) for id_ in ("won", "lost", "same")] + [
        question(id="none", answers={}, topic="near-topic")
    ]
    excerpts_before = [(WRONG,), (RIGHT,), (RIGHT,), (WRONG,)]
    before = [score(one, ShownReply(own)) for one, own in zip(asked, excerpts_before, strict=True)]
    after = [score(one, ShownReply(own)) for one, own in zip(asked, [(RIGHT,), (), (RIGHT,), ()], strict=True)]
    rows = {row.measure: row for row in compare(before, after)}
    assert (rows["success@1"].wins, rows["success@1"].losses) == (("won",), ("lost",))
    assert (rows["answered"].wins, rows["answered"].losses) == ((), ("lost",))
    assert (rows["rightly refused"].before, rows["rightly refused"].after) == (0.0, 1.0)
    assert rows["success@1"].p == 1.0


# Reading


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"id": "1", "question": "?"}', "line 1"),
        ("[]", "line 1"),
        ('{"id": "1", "question": "?", "answers": ["lake.md"]}', "line 1"),
        ('{"id": "1", "question": "?", "answers": {}}\n{"id": "1", "question": "!", "answers": {}}', "twice"),
        ("", "no question"),
    ],
)
def test_a_file_of_questions_that_is_none_is_refused(library: Path, line: str, said: str) -> None:
    (library / "questions.jsonl").write_text(line, encoding="utf-8")
    with pytest.raises(Malformed, match=said):
        read_library(library)


def test_what_is_left_out_has_a_default(library: Path) -> None:
    write(library, [{"id": 7, "question": "湖有多深？", "answers": {}}])
    (found,) = read_library(library)
    assert (found.id, found.language, found.kind, found.topic) == ("7", "zh", "question", "near-topic")


def test_an_answer_of_the_offices_own_has_no_file(tmp_path: Path) -> None:
    file = tmp_path / "run.jsonl"
    record = {"id": "1", "answered": True, "excerpts": [{"text": "Write to us.", "curated": True}]}
    file.write_text(json.dumps(record), encoding="utf-8")
    assert read_replies(file) == {"1": ShownReply((ShownExcerpt("Write to us.", "", ""),))}


# The command


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    lend_dictionary(tmp_path / "data" / "index")
    config = tmp_path / "config.toml"
    config.write_text("", encoding="utf-8")

    def run(*arguments: object) -> tuple[int, str, str]:
        code = execute(["evaluate", "--config", str(config), *map(str, arguments)])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


def test_a_library_is_indexed_asked_and_scored(run: Any, library: Path) -> None:
    code, out, err = run(library)
    assert (code, err) == (0, "")
    first, _, *rows = out.splitlines()
    assert first == "lakes: 1 reports, 2 passages, 3 questions; refused: off-topic 1/1"
    assert [row.split()[:3] for row in rows] == [
        ["all", "2", "1.000"],
        ["fact", "1", "1.000"],
        ["number", "1", "1.000"],
    ]


def test_a_run_is_kept_and_compared_with_a_later_one(run: Any, library: Path, tmp_path: Path) -> None:
    kept, before = tmp_path / "kept", tmp_path / "before.jsonl"
    assert run(library, "--keep", kept, "--run", before)[0] == 0
    (library / "docs" / "lake.md").write_text(REPORT.replace("two boats", "three boats"), encoding="utf-8")
    record = json.loads(run(library, "--keep", kept, "--against", before, "--json")[1])
    assert record["against"]["success@1"] | {"p": 1.0} == {
        "before": 1.0,
        "after": 0.5,
        "wins": [],
        "losses": ["q2"],
        "p": 1.0,
    }
    lines = [line.split("\t") for line in run(library, "--keep", kept, "--per-query")[1].splitlines()]
    assert [line[0] for line in lines] == ["question", "q1", "q2", "q3"]
    before.write_text("", encoding="utf-8")
    code, _, err = run(library, "--keep", kept, "--against", before)
    assert code == 2
    assert "has no answer to q1" in err


def test_options_of_collections_are_wrong_use_for_a_library(run: Any, library: Path, tmp_path: Path) -> None:
    assert run(library, "--target-lang", "en")[0] == 2
    (tmp_path / "empty").mkdir()
    assert run(tmp_path / "empty", "--keep", tmp_path / "kept")[0] == 2
