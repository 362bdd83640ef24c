"""Second questions and letters over the starter library, as people write them: what is answered, counted.

A second question that stands alone must be answered as if nothing had been asked before it; one that leans must find
what is expected. A letter must be answered as its question alone.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ready import lend_dictionary

from index.answering.answer import Answer, NoAnswer
from index.build.reindex import reindex
from index.searcher import Searcher

ROOT = Path(__file__).parents[1]
OWN = ROOT / "tests" / "questions"
FIELD = ROOT.parent / "shared" / "field"


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    folder = tmp_path_factory.mktemp("starter")
    lend_dictionary(folder)
    reindex(ROOT / "content" / "reports", folder)
    return Searcher.open(folder)


def load(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        pytest.skip(f"{path.name} is not beside the project")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def first(answer: Answer | NoAnswer) -> str:
    """The passage that stands first, empty where there is none."""
    return answer.excerpts[0].passage if isinstance(answer, Answer) else ""


@pytest.mark.parametrize("folder", [OWN, FIELD], ids=["own", "field"])
def test_second_questions_that_stand_alone_are_answered_as_alone(searcher: Searcher, folder: Path) -> None:
    bent = [
        row["question"]
        for row in load(folder / "conversations.jsonl")
        if row.get("alone")
        and first(searcher.ask(row["question"], history=row["history"])) != first(searcher.ask(row["question"]))
    ]
    assert bent == []


@pytest.mark.parametrize(("folder", "missed"), [(OWN, 1), (FIELD, 1)], ids=["own", "field"])
def test_second_questions_that_lean_find_what_was_meant(searcher: Searcher, folder: Path, missed: int) -> None:
    """`missed`: how many may find something else first, which is a matter of order."""
    wrong = []
    for row in load(folder / "conversations.jsonl"):
        if not row.get("alone"):
            answer = searcher.ask(row["question"], history=row["history"])
            text = answer.excerpts[0].text if isinstance(answer, Answer) else ""
            if not any(piece in text for piece in row["expect"]):
                wrong.append(row["question"])
    assert len(wrong) <= missed, wrong


@pytest.mark.parametrize("folder", [OWN, FIELD], ids=["own", "field"])
def test_letters_are_answered_as_their_question_alone(searcher: Searcher, folder: Path) -> None:
    otherwise = [
        row["question"]
        for row in load(folder / "letters.jsonl")
        if first(searcher.ask(row["question"])) != first(searcher.ask(row["alone"]))
    ]
    assert otherwise == []
