"""A day is found however the report prints it, and whoever asks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shelf import Shelf

from index.answering.answer import Answer
from index.question import dates
from index.text.analyzer import Analyzer

DAYS = {
    "council": "# Council\n\nOn January 24th, 2021, the council met for its plenary.",
    "visit": "# Visit\n\nOn 24 March 2021 guests from the ministry came to see the council.",
    "signing": "# Signing\n\nThe agreement of the council was signed on Sept. 3, 2021 in the morning.",
    "opening": "# Opening\n\nThe council opened its office on 5 June 2021 beside the lake.",
}


@pytest.fixture(scope="module")
def shelf(make_shelf: Callable[..., Shelf]) -> Shelf:
    return make_shelf(**DAYS)


@pytest.mark.parametrize(
    ("question", "report"),
    [
        ("2021年1月24日发生了什么？", "council"),
        ("What did the council do on 24 January?", "council"),
        ("What did the council do on January 24?", "council"),
        ("2021年3月24日谁来访？", "visit"),
        ("What happened to the council on March 24th?", "visit"),
        ("9月3日签署了什么？", "signing"),
        ("What was opened on the 5th of June?", "opening"),
    ],
)
def test_day_is_found_however_it_is_printed(shelf: Shelf, question: str, report: str) -> None:
    answer = shelf.ask(question)
    assert isinstance(answer, Answer)
    assert answer.excerpts[0].citation.document == report


def others(text: str, analyzer: Analyzer) -> dict[str, list[str]]:
    return {token.term: list(dates.others(text, token, analyzer.stem)) for token in analyzer.analyze(text)}


def test_only_days_and_months_have_other_forms(analyzer: Analyzer) -> None:
    text = "24 trainees of the 14th workshop, January 24th, in 13月 and 12月"
    found = others(text, analyzer)
    assert found["24th"] == ["24"]
    assert found["12"] == ["decemb", "dec"]
    assert all(not found[term] for term in ("24", "14th", "13", "traine", "januari"))
    found = others("the 11th marketing workshop, decision 5, the 3rd Mar. and Sept 9", analyzer)
    assert (found["11th"], found["5"]) == ([], [])
    assert (found["3rd"], found["9"]) == (["3"], ["9th"])


@given(st.text(st.sampled_from("0123456789月日 Jan.marchth,年第")))
def test_any_text_is_read(analyzer: Analyzer, text: str) -> None:
    others(text, analyzer)
