"""What a sentence looks like that answers a question of a kind."""

from __future__ import annotations

import pytest

from index.answering.shapes import is_person, says, strength
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
    ("question", "sentence", "least"),
    [
        ("What is a harbour pilot?", "A harbour pilot is a sailor who knows the shoals.", 1.0),
        ("What is a harbour pilot?", "The harbour is a town of pilots.", 0.6),
        ("什么是领航员", "本文将领航员界定为熟悉水道的人。", 1.0),
        ("领航员怎么定义", "领航员是指熟悉水道的人。", 1.0),
        ("What is a harbour pilot?", "Pilots met in May.", 0.0),
    ],
)
def test_the_whole_phrase_is_defined_rather_than_a_word_of_it(question: str, sentence: str, least: float) -> None:
    assert strength("definition", sentence, question, ("harbour", "pilot", "领航员")) == least


@pytest.mark.parametrize(
    ("sentence", "found"),
    [("海港学校成立于1921年。", 1.0), ("海港学校于1921年成立校友会。", 0.6), ("海港学校2021年招收学生40人。", 0.0)],
)
def test_what_was_founded_is_the_thing_itself(sentence: str, found: float) -> None:
    assert strength("founding", sentence, "海港学校是哪年成立的", ("海港学校",)) == found


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


@pytest.mark.parametrize(
    ("question", "sentence", "least"),
    [
        ("HBR是啥的缩写", "船队属于海港与船只登记处（HBR）。", 1.0),
        ("What does HBR stand for?", "It is kept by the Harbour and Boat Register (HBR).", 1.0),
        ("What does HBR stand for?", "The HBR (Harbour and Boat Register) is closed.", 1.0),
        ("What does HBR stand for?", "Boats are listed by HBR.", 0.0),
        ("What is HBR?", "Boats are listed by the Harbour and Boat Register (HBR).", 0.0),
    ],
)
def test_letters_are_spelled_out_where_that_is_asked(question: str, sentence: str, least: float) -> None:
    assert strength("definition", sentence, question, ("HBR",)) == least
