"""The judged questions of our own: files of `tests/questions/` in, their form and their spans checked.

A span that no longer stands in its source would silently lower every figure that is measured with it, so
each is looked up in the document as read; the files beside the project are skipped where they are absent.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from content.readers import read_file

QUESTIONS = Path(__file__).parent / "questions"
SHARED = Path(__file__).parents[2] / "shared"
SOURCES = {
    "starter": Path(__file__).parents[1] / "content" / "reports",
    "documents": SHARED / "documents",
    "reports": SHARED / "reports",
    "documents-unseen": SHARED / "documents",
    "reports-unseen": SHARED / "reports",
}
FEWEST = {"starter": 60, "documents": 40, "reports": 100, "documents-unseen": 50, "reports-unseen": 660}
KINDS = {"fact", "keyword", "acronym", "number", "multi", "zh", "typo", "followup", "none"}
LONGEST_SPAN = 80
"""Characters: a span points at a passage, it does not reprint it."""

every_set = pytest.mark.parametrize("name", sorted(SOURCES))


@cache
def load(name: str) -> tuple[dict[str, Any], ...]:
    lines = (QUESTIONS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(json.loads(line) for line in lines)


def fold(text: str) -> str:
    return " ".join(text.split())


@cache
def blocks(path: Path) -> tuple[str, ...]:
    """The text of each heading, paragraph, item or row, white space folded."""
    pieces, _ = read_file(path)
    return tuple(fold(piece.text) for piece in pieces)


@every_set
def test_there_are_enough_questions_of_every_kind(name: str) -> None:
    kinds = Counter(question["kind"] for question in load(name))
    assert sum(kinds.values()) >= FEWEST[name]
    assert set(kinds) == KINDS


@every_set
def test_questions_have_the_fields_that_scoring_reads(name: str) -> None:
    for question in load(name):
        assert {"id", "lang", "kind", "question", "answers"} <= set(question)
        assert set(question) <= {"id", "lang", "kind", "question", "history", "answers", "sub"}
        assert question["lang"] in {"en", "zh"}
        assert (question["kind"] == "followup") <= bool(question.get("history")), question["id"]
        assert bool(question["answers"]) == (question["kind"] != "none"), question["id"]
        assert (question.get("sub") in {"off-topic", "near-topic"}) == (question["kind"] == "none")
        assert all(spans for spans in question["answers"].values())


def test_identifiers_and_questions_are_unique() -> None:
    everything = [question for name in SOURCES for question in load(name)]
    assert len({question["id"] for question in everything}) == len(everything)
    asked = Counter((question["question"], *question.get("history", ())) for question in everything)
    assert [words for words, times in asked.items() if times > 1] == []


def test_spans_are_short() -> None:
    spans = [s for name in SOURCES for q in load(name) for found in q["answers"].values() for s in found]
    assert [span for span in spans if len(span) > LONGEST_SPAN] == []


@every_set
def test_every_answer_stands_in_its_source_as_read(name: str) -> None:
    if not SOURCES[name].is_dir():
        pytest.skip(f"the {name} are not beside the project")
    lost = []
    for question in load(name):
        for source, spans in question["answers"].items():
            texts = blocks(SOURCES[name] / source)
            if not any(fold(span) in text for span in spans for text in texts):
                lost.append((question["id"], source, spans))
    assert lost == []
