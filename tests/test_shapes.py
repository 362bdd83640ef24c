"""What a sentence looks like that answers a question of a kind."""

from __future__ import annotations

import pytest

from index.answering.shapes import is_person, lacks_what_is_asked, says
from index.question.answer_type import AnswerType


@pytest.mark.parametrize(
    ("kind", "sentence", "question", "said"),
    [
        ("founding", "The harbour school was founded in 1921 by fishermen.", "", True),
        ("founding", "In 1921 the town council set up the harbour school.", "", True),
        ("founding", "2021 was a good year for the harbour school.", "", False),
        ("founding", "海港学校1921年由渔民创办。", "", True),
        ("founding", "海港学校2021年招收学生40人。", "", False),
        ("leader", "The director, Ann Alder, spoke first.", "Who is the director?", True),
        ("leader", "The letter from the director came late.", "Who is the director?", False),
        ("leader", "It is headed by a Vice Minister of the Ministry of Harbours.", "Who heads it?", False),
        ("leader", "所长王一作了报告。", "所长是谁", True),
        ("leader", "主任由王一所长担任。", "院长是谁", False),
        ("leader", "副所长王一作了报告。", "所长是谁", False),
        ("place", "The institute is based in the old harbour.", "", True),
        ("place", "The institute has forty boats.", "", False),
        ("place", "研究所位于旧港。", "", True),
        ("contact", "Write to harbour@example.org.", "", True),
        ("contact", "Write to us at any time.", "", False),
        ("upcoming", "The next course will be held in May.", "", True),
        ("upcoming", "Twelve courses were held since 1921.", "", False),
        ("number", "It has forty boats.", "", False),
    ],
)
def test_an_answer_has_a_shape(kind: AnswerType, sentence: str, question: str, *, said: bool) -> None:
    assert says(kind, sentence, question) == said


@pytest.mark.parametrize(
    ("name", "sentence", "said"),
    [
        ("HBR", "HBR is a school of the northern harbour.", True),
        ("HBR", "The HBR (Harbour School) is one of nine schools.", True),
        ("HBR", "HBR stands for Harbour and Boat Register.", True),
        ("HBR", "The director of HBR is a fisherman.", False),
        ("HBR", "HBR was the host of a forum.", False),
        ("HBR", "HBR means to work with others.", False),
        ("海港网", "海港网是北方各港口发起的合作平台。", True),
        ("海港网", "渔民协会是海港网的创始者。", False),
        ("海港网", "海港网2021年举办了三次会议。", False),
    ],
)
def test_a_definition_has_its_name_as_subject(name: str, sentence: str, *, said: bool) -> None:
    assert says("definition", sentence, names=(name,)) == said


@pytest.mark.parametrize(
    ("question", "text", "lacking"),
    [
        ("What is the telephone number of the harbour?", "The harbour has an office.", "telephone"),
        ("What is the telephone number of the harbour?", "Call +47 22 33 44 55.", ""),
        ("海港的电话是多少？", "海港设有办公室。", "电话"),
        ("What is the email of the harbour?", "Write to harbour@example.org.", ""),
        ("How much money did the harbour get?", "The harbour got 40 boats.", "How much money"),
        ("How much money did the harbour get?", "The harbour got 40 million euros.", ""),
        ("学费是多少？", "每人收取300元。", ""),
        ("Which boats are there?", "There are none.", ""),
    ],
)
def test_what_has_a_form_is_looked_for_by_its_form(question: str, text: str, lacking: str) -> None:
    assert lacks_what_is_asked(question, [text]) == lacking


@pytest.mark.parametrize(
    ("line", "person"),
    [
        ("Ann Alder", True),
        ("Dr. Ann B. Alder", True),
        ("王一", True),
        ("Board of Directors", False),
        ("Harbour", False),
    ],
)
def test_a_line_that_is_a_name(line: str, *, person: bool) -> None:
    assert is_person(line) == person
