"""Which of the office's answers fits a question, and when it comes before what the reports say."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from shelf import Shelf

from content.answers import OfficeAnswer
from index.answering.answer import Answer, NoAnswer

APPLY = OfficeAnswer(
    "apply",
    ("How do I apply for the workshop?", "How can I register?", "怎么报名？", "如何申请参加培训班？"),
    {"en": "Write to us.", "zh": "请写信。"},
)
FEES = OfficeAnswer(
    "fees", ("How much does it cost to attend?", "Who pays for travel?", "培训收费吗？"), {"en": "It is free."}
)
NEXT = OfficeAnswer(
    "next", ("When is the next workshop?", "下一期培训班什么时候开始？"), {"en": "See /news.", "zh": "见 /news。"}
)
OFFICE = (APPLY, FEES, NEXT)


@pytest.fixture
def shelf(make_shelf: Callable[..., Shelf]) -> Shelf:
    return make_shelf(
        lake="The workshop on lakes was held in 2012 with 28 trainees. Travel in winter is slow.",
        law="Fishermen apply nets of 40 mm. The cost of a net was 12 francs in 2012.",
        zh="第七期培训班共有28名学员。",
    )


def given(shelf: Shelf, question: str) -> str:
    """Name of the office's answer that comes first, `-` for the reports' own, empty for a refusal."""
    found = shelf.searcher().ask(question, office=OFFICE)
    if isinstance(found, NoAnswer):
        return ""
    return found.office.name if found.office else "-"


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("How do I apply?", "apply"),
        ("how can i register for the workshop", "apply"),
        ("怎么报名参加培训班？", "apply"),
        ("我想申请，怎么报名？", "apply"),
        ("How much does it cost?", "fees"),
        ("do you pay for travel", "fees"),
        ("培训收费吗", "fees"),
        ("When is the next workshop?", "next"),
        ("下一期培训班什么时候？", "next"),
    ],
)
def test_a_question_that_asks_what_a_form_asks_gets_the_offices_answer(shelf: Shelf, question: str, name: str) -> None:
    assert given(shelf, question) == name


@pytest.mark.parametrize(
    "question",
    [
        "How many trainees came to the workshop in 2012?",
        "What nets do fishermen apply?",
        "What was the cost of a net in 2012?",
        "When was the workshop on lakes?",
        "第七期培训班有多少名学员？",
    ],
)
def test_a_question_that_the_reports_answer_is_left_to_them(shelf: Shelf, question: str) -> None:
    assert given(shelf, question) == "-"


@pytest.mark.parametrize(
    "question", ["How do I apply from Kenya?", "How do I apply AI to farming?", "Who is Ada Lovelace?"]
)
def test_what_names_something_else_is_no_question_for_the_office(shelf: Shelf, question: str) -> None:
    assert given(shelf, question) in ("", "-")


def test_the_reply_is_in_the_readers_language_and_keeps_the_excerpts(shelf: Shelf) -> None:
    office = (OfficeAnswer("2012", ("How many trainees came to the workshop in 2012?",), {"en": "Many."}),)
    found = shelf.searcher().ask("How many trainees came to the workshop in 2012?", office=office)
    assert isinstance(found, Answer)
    assert found.office is not None
    assert (found.office.text, found.office.language) == ("Many.", "en")
    assert "28 trainees" in found.excerpts[0].text
    chinese = shelf.searcher().ask("怎么报名？", office=OFFICE)
    assert isinstance(chinese, Answer)
    assert chinese.office is not None
    assert chinese.office.text == "请写信。"
