"""Stories at the edges: next to nothing in the library, or nothing sensible in the question.

Each has a sensible answer: never an exception, and never an excerpt that shares nothing with the question.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shelf import Shelf

from index.answering.answer import Answer, NoAnswer
from index.searcher import Searcher

ODD_QUESTIONS = [
    "",
    " \n\t ",
    "?",
    "!!! … —— ，。、",
    "the of and is it",
    "的 了 吗 呢",
    "请问是什么？",
    "🌊",
    "👩‍👩‍👧‍👦 🇨🇳",
    "\x00",
    "\x1b[31m\x07\x08",
    "\ud800",
    "\udfff\ud800 \udc00",
    "\u202e\u200b\ufeff",
    "ͺ",
    "第",
    "第百",
    "0",
    "-",
    "--",
    '"',
    '""',
    "year:",
    "year:99999999999999999999",
    "-lake",
    "lang:",
    "' OR 1=1 --",
    "../../etc/passwd",
    "<b>bold</b>",
    "%s %d {0}",
    "a" * 10_000,
    "湖" * 10_000,
    "9" * 10_000,
    ("How deep is the sea? " * 500)[:10_000],
    "\n" * 10_000,
]


@pytest.fixture(scope="module")
def empty(make_shelf: Callable[..., Shelf]) -> Searcher:
    shelf = make_shelf()
    shelf.reindex()
    return shelf.searcher()


@pytest.fixture(scope="module")
def one(make_shelf: Callable[..., Shelf]) -> Searcher:
    return make_shelf(a="The lake is 40 metres deep.").searcher()


@pytest.fixture(scope="module")
def two(make_shelf: Callable[..., Shelf]) -> Searcher:
    return make_shelf(a="The lake is 40 metres deep.", b="河流长九百公里。").searcher()


@pytest.fixture(scope="module")
def three(make_shelf: Callable[..., Shelf]) -> Searcher:
    return make_shelf(
        a="The lake is 40 metres deep.", b="The river is 900 kilometres long.", c="The sea is salt."
    ).searcher()


def texts(answer: Answer | NoAnswer) -> list[str]:
    return [excerpt.text for excerpt in answer.excerpts] if isinstance(answer, Answer) else []


def check(searcher: Searcher, question: str) -> None:
    """Every excerpt says something of the question, itself or by the headings and title above it."""
    answer = searcher.ask(question)
    assert answer.question == question
    if isinstance(answer, NoAnswer):
        return
    query = searcher.parse(question)
    wanted = {
        term
        for concept in query.concepts
        for group in (concept.expansions, *(part.expansions for part in concept.parts))
        for alternative in group
        for term in alternative.terms
    }
    assert answer.excerpts
    for excerpt in answer.excerpts:
        citation = excerpt.citation
        above = f"{citation.title} {citation.year} {' '.join(citation.locator.section)}"
        assert excerpt.matches or wanted & set(searcher._analyzer.terms(above))


@pytest.mark.parametrize("corpus", ["empty", "one", "two", "three"])
def test_an_odd_question_to_a_small_library_is_answered_sensibly(corpus: str, request: pytest.FixtureRequest) -> None:
    searcher: Searcher = request.getfixturevalue(corpus)
    for question in ODD_QUESTIONS:
        check(searcher, question)


@pytest.mark.parametrize("corpus", ["one", "two", "three"])
@pytest.mark.parametrize(
    "question", ["", "?!…，。", "the of and", "的了吗", "🌊", "\x00\x1b", "\ud800", "xyzzyx", "\n" * 10_000]
)
def test_a_question_that_names_nothing_of_the_library_is_refused(
    corpus: str, question: str, request: pytest.FixtureRequest
) -> None:
    searcher: Searcher = request.getfixturevalue(corpus)
    assert texts(searcher.ask(question)) == []


@pytest.mark.parametrize("question", ["How deep is the lake?", "湖有多深？", *ODD_QUESTIONS[:6]])
def test_an_empty_library_refuses_everything(empty: Searcher, question: str) -> None:
    answer = empty.ask(question)
    assert isinstance(answer, NoAnswer)
    assert answer.suggestions == ()


def test_an_empty_library_has_no_reports(empty: Searcher) -> None:
    assert empty.documents() == ()
    assert empty.passage("aaaaaaaaaaaa") is None
    assert empty.context("aaaaaaaaaaaa") == ()
    assert empty.outline("lake") == ()


def test_a_library_of_one_passage_answers_from_it(one: Searcher) -> None:
    """Okapi's idf would be negative here, and the passage lost."""
    assert texts(one.ask("How deep is the lake?")) == ["The lake is 40 metres deep."]
    assert texts(one.ask("湖")) == ["The lake is 40 metres deep."]


def test_a_library_of_two_passages_answers_from_the_right_one(two: Searcher) -> None:
    """Okapi's idf of a word in one of two passages is zero."""
    assert texts(two.ask("How deep is the lake?"))[0] == "The lake is 40 metres deep."
    assert texts(two.ask("河流长多少公里？"))[0] == "河流长九百公里。"
    assert texts(two.ask("湖"))[0] == "The lake is 40 metres deep."
    assert texts(two.ask("the river"))[0] == "河流长九百公里。"


def test_a_library_of_three_passages_gives_no_passage_that_shares_nothing(three: Searcher) -> None:
    assert texts(three.ask("How deep is the lake?")) == ["The lake is 40 metres deep."]
    assert texts(three.ask("river kilometres")) == ["The river is 900 kilometres long."]


def test_a_word_of_every_passage_still_finds_them(make_shelf: Callable[..., Shelf]) -> None:
    shelf = make_shelf(a="The lake is deep.", b="The lake is cold.", c="The lake is blue.")
    assert len(shelf.texts("lake")) == 3


def test_a_question_hidden_in_ten_thousand_characters_of_stop_words_is_found(one: Searcher) -> None:
    assert texts(one.ask("the lake " + "of the " * 1400)) == ["The lake is 40 metres deep."]


def test_a_question_in_capitals_or_wide_letters_is_the_same_question(three: Searcher) -> None:
    expected = texts(three.ask("river kilometres"))
    assert texts(three.ask("RIVER KILOMETRES")) == expected
    assert texts(three.ask("ｒｉｖｅｒ ｋｉｌｏｍｅｔｒｅｓ")) == expected
    assert texts(three.ask("  river\n\tkilometres\x00 ")) == expected


def test_reports_of_headings_or_odd_characters_only_are_indexed(make_shelf: Callable[..., Shelf]) -> None:
    shelf = make_shelf(headings="# Lakes\n\n## Rivers\n", stars="🌊🌊🌊\n\n…\n", capitals="# WHO\n\nIT IS.\n")
    searcher = shelf.searcher()
    assert len(searcher.documents()) == 3
    assert texts(searcher.ask("rivers")) == ["Lakes\n\nRivers"]
    assert texts(searcher.ask("🌊")) == ["🌊🌊🌊\n\n…"]  # a picture is a word


def test_a_report_of_one_endless_word_is_indexed(make_shelf: Callable[..., Shelf]) -> None:
    shelf = make_shelf(long="湖" * 5000, word="a" * 5000, number="9" * 5000, heading=f"# 第{'9' * 4500}\n\nThe lake.\n")
    assert shelf.texts("lake") != []
    assert all(len(text) <= 700 for text in shelf.texts("湖"))


@settings(max_examples=200, deadline=None)
@given(question=st.text(st.characters(exclude_categories=()), max_size=40))
def test_any_question_has_an_answer(two: Searcher, question: str) -> None:
    check(two, question)


@settings(max_examples=100, deadline=None)
@given(words=st.lists(st.sampled_from("lake river deep 湖 河流 公里 40 九百 the 的 metres sea".split()), max_size=8))
def test_questions_of_words_of_the_library_have_excerpts_that_share_them(two: Searcher, words: list[str]) -> None:
    check(two, " ".join(words))
