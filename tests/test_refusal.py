"""When the reports do not say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from shelf import Shelf

from index.answering.answer import Answer, NoAnswer
from index.answering.ranking import Evidence
from index.answering.refusal import RefusalRules, refuse
from index.answering.selection import Hit
from index.question.answer_type import counted

FILLING = {f"filling{n}": f"The river number {n} was measured in spring and painted in summer." for n in range(6)}
LAKE = "The lake is forty metres deep and was measured by the institute of the north."


def missing(answer: Answer | NoAnswer) -> tuple[str, ...] | None:
    """What the reports never name; None where the question is answered."""
    return answer.missing if isinstance(answer, NoAnswer) else None


def test_a_question_that_is_fully_covered_is_answered_however_small_the_library(
    make_shelf: Callable[..., Shelf],
) -> None:
    """BM25 of anything is small where there is one passage."""
    shelf = make_shelf(lake="The lake is 40 metres deep.")
    assert missing(shelf.ask("How deep is the lake?")) is None
    assert missing(shelf.ask("How deep is the lake in Peru?")) == ("Peru",)


def test_little_coverage_needs_strength(make_shelf: Callable[..., Shelf]) -> None:
    searcher = make_shelf(lake=LAKE, **FILLING).searcher()
    query = searcher.parse("Which baker of the harbour sells bread near the lake?")
    evidence = searcher.rank(query, 10)
    coverage = max(hit.coverage for hit in evidence.hits[:3])
    refusal = refuse(query, evidence, searcher._corpus)
    assert refusal is not None
    assert refusal.reason == "too little"
    assert refuse(query, evidence, searcher._corpus, RefusalRules(enough=coverage)) is None
    assert refuse(query, evidence, searcher._corpus, RefusalRules(too_little=0.0)) is None


def test_a_country_that_most_passages_name_is_not_demanded_of_the_others(make_shelf: Callable[..., Shelf]) -> None:
    """Reports on China seldom say China."""
    china = {f"china{n}": f"China has river number {n}, which was measured in spring." for n in range(4)}
    shelf = make_shelf(lake=LAKE, **china)
    assert missing(shelf.ask("How deep is the lake in China?")) is None
    few = make_shelf(lake=LAKE, china=china["china0"], **FILLING)
    assert missing(few.ask("How deep is the lake in China?")) == ("China",)
    assert missing(shelf.ask("How deep is the lake in Peru?")) == ("Peru",)


@pytest.mark.parametrize(
    ("question", "name"),
    [("How deep is the lake of Xanadu?", "Xanadu"), ("How deep is the lake of XYZQ?", "XYZQ")],
)
def test_a_name_that_no_report_has_is_missing(make_shelf: Callable[..., Shelf], question: str, name: str) -> None:
    assert missing(make_shelf(lake=LAKE, **FILLING).ask(question)) == (name,)


def test_a_name_beside_all_else_that_was_asked_may_be_another_name(make_shelf: Callable[..., Shelf]) -> None:
    """Up to a coverage of .8 the name is what was asked for; above, the rest is."""
    searcher = make_shelf(lake=LAKE, **FILLING).searcher()
    query = searcher.parse("Which institute of the north measured how deep the lake is, Zzyzx or not?")
    evidence = searcher.rank(query, 10)
    coverage = max(hit.coverage for hit in evidence.hits[:3])
    assert coverage > RefusalRules().named
    assert refuse(query, evidence, searcher._corpus) is None
    refusal = refuse(query, evidence, searcher._corpus, RefusalRules(named=coverage + 0.01))
    assert refusal is not None
    assert refusal.missing == ("Zzyzx",)


@pytest.mark.parametrize(
    ("question", "thing"),
    [
        ("How many tourists visit the lake measured by the institute of the north?", "tourists"),
        ("How much petrol did the institute of the north need at the lake?", "petrol"),
    ],
)
def test_what_is_to_be_counted_and_no_passage_has_is_missing(
    make_shelf: Callable[..., Shelf], question: str, thing: str
) -> None:
    assert missing(make_shelf(lake=LAKE, **FILLING).ask(question)) == (thing,)


@pytest.mark.parametrize(
    "question",
    [
        "How many metres deep is the lake that the institute of the north measured?",
        "Which body measured the lake that is forty metres deep?",
        "What figure did the institute of the north find for the lake that is forty metres deep?",
    ],
)
def test_what_an_answer_is_called_need_not_be_said(make_shelf: Callable[..., Shelf], question: str) -> None:
    assert missing(make_shelf(lake=LAKE, **FILLING).ask(question)) is None


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("How many women are on the staff?", "women"),
        ("How many WeChat followers does it have?", "followers"),
        ("How many WeChat followers?", "followers"),
        ("How many trainees overseas?", "trainees"),
        ("How many people altogether?", "people"),
        ("How many died in the accident?", ""),
        ("Which body signed it?", ""),
        ("What was taught at the workshop?", ""),
        ("What salary do the fellows get?", ""),
        ("研究院有多少名女員工？", "女員工"),
        ("Where is the lake?", ""),
    ],
)
def test_what_a_question_wants_counted(question: str, word: str) -> None:
    assert counted(question) == word


def evidence_of(year: float, rest: float, *, having: float, importance: float = 4.0) -> Evidence:
    """What was found for a year and another word: one passage with so much of each. `having`: of the year's idf."""
    hit = Hit(0, 9.0, 0.9, 0, 9.0, (year, rest))
    return Evidence((hit,), (having, importance), (1, 1))


@pytest.mark.parametrize(
    ("rest", "importance", "refused"),
    [(0.3, 0.5, False), (1.0, 0.1, False), (0.1, 4.0, True), (0.19, 12.0, True), (0.21, 4.0, False)],
)
def test_the_rest_of_the_question_is_measured_by_its_share_however_rare_its_words_are(
    make_shelf: Callable[..., Shelf], rest: float, importance: float, *, refused: bool
) -> None:
    """A fifth of the rest is enough: of words that are common (small idf) as of words that are rare."""
    searcher = make_shelf(lake=LAKE, **FILLING).searcher()
    query = searcher.parse("lake 2017")
    lake, year = query.concepts
    asked = replace(query, concepts=(year, lake))
    refusal = refuse(asked, evidence_of(1.0, rest, having=3.0, importance=importance), searcher._corpus)
    assert (refusal is not None and refusal.missing == ("2017",)) == refused


@pytest.mark.parametrize(
    ("question", "looked_for"),
    [
        ("Would you please tell me what there is about a zebra?", ("zebra",)),
        ("so what about the zebra then please", ("zebra",)),
        ("could you kindly tell me whether there is any zebra in there", ("zebra",)),
        ("May I ask who has seen the zebra?", ("seen", "zebra")),
        ("请问你们有没有关于斑马的东西？", ("斑马",)),
        ("那么他们的斑马怎么样呢", ("斑马",)),
        ("麻烦您告诉我一下斑马是什么", ("斑马",)),
        ("The of and zebra", ("zebra",)),
        ("zebra's of it", ("zebra's",)),
        ("有没有斑马啊？谢谢", ("斑马",)),
    ],
)
def test_refusal_lists_no_stop_words(lake: Shelf, question: str, looked_for: tuple[str, ...]) -> None:
    refusal = lake.ask(question)
    assert isinstance(refusal, NoAnswer)
    assert refusal.looked_for == looked_for


def test_what_is_asked_for_in_one_form_is_in_a_passage_on_the_rest(make_shelf: Callable[..., Shelf]) -> None:
    long = {"course": "The course of the harbour school is open to fishermen. It takes six weeks.", **FILLING}
    assert isinstance(make_shelf(**long).ask("How long is the course of the harbour school?"), Answer)
    short = {"course": "The course of the harbour school is open to fishermen.", **FILLING}
    refused = make_shelf(**short).ask("How long is the course of the harbour school?")
    assert isinstance(refused, NoAnswer)
    assert not refused.missing  # "how long" is nothing that reports could mention


def test_an_office_that_nobody_is_said_to_hold_is_missing(make_shelf: Callable[..., Shelf]) -> None:
    reports = {"school": "The harbour school has a director and forty boats. Ann Alder teaches rowing.", **FILLING}
    assert missing(make_shelf(**reports).ask("Who is the director of the harbour school?")) == ("director",)
    named = {"school": "The director of the harbour school is Ann Alder. It has forty boats.", **FILLING}
    assert missing(make_shelf(**named).ask("Who is the director of the harbour school?")) is None


def test_what_is_counted_has_a_number_close_to_it(make_shelf: Callable[..., Shelf]) -> None:
    far = "Women row, too, and the harbour school is proud of them. " + "It was painted in spring. " * 8
    reports = {"school": far + "It has 40 boats.", **FILLING}
    assert missing(make_shelf(**reports).ask("How many women are in the harbour school?")) == ("women",)
    near = {"school": "In the harbour school are 12 women. It has 40 boats.", **FILLING}
    assert missing(make_shelf(**near).ask("How many women are in the harbour school?")) is None


def test_a_notice_answers_when_something_is_held_next(make_shelf: Callable[..., Shelf]) -> None:
    reports = {"regatta": "The regatta is paused while the harbour is rebuilt.", **FILLING}
    assert isinstance(make_shelf(**reports).ask("When does the next regatta start?"), Answer)
