"""Which sentence answers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from shelf import Shelf

from index.answer import Answer

SPELLED = "The Institute of Limnology (IL) is old."


@pytest.fixture(scope="module")
def shelf(make_shelf: Callable[..., Shelf]) -> Shelf:
    return make_shelf(
        boats="IL has a boat. IL measures lakes. IL is at the lake.",
        north=f"IL works with the North. {SPELLED} IL has 57 people.",
        staff="IL is at the lake. IL has 57 people.",
        **{f"filling{n}": f"The river number {n} was measured in spring and painted in summer." for n in range(6)},
    )


def sentence(shelf: Shelf, question: str) -> str:
    """The sentence that answers best."""
    answer = shelf.ask(question)
    assert isinstance(answer, Answer)
    excerpt = answer.excerpts[0]
    return excerpt.text[slice(*excerpt.sentence)]


@pytest.mark.parametrize(
    "question", ["What does IL stand for?", "What is the full name of IL?", "What is IL?", "IL的全称是什么？"]
)
def test_who_asks_what_letters_mean_is_given_the_sentence_that_spells_them_out(shelf: Shelf, question: str) -> None:
    """Passages that say IL again and again have more of it by BM25."""
    assert sentence(shelf, question) == SPELLED


def test_who_asks_for_the_letters_of_a_name_is_given_the_same(shelf: Shelf) -> None:
    assert sentence(shelf, "What is the abbreviation of Institute of Limnology?") == SPELLED


def test_other_questions_about_it_are_not_answered_by_its_name(shelf: Shelf) -> None:
    assert sentence(shelf, "How many people has IL?") == "IL has 57 people."


def test_what_was_found_out_about_a_passage_is_the_same_for_the_next_question(shelf: Shelf) -> None:
    """Sentences of a concept are remembered; another question with the same concept must be answered as if first."""
    used, questions = shelf.searcher(), ["What is IL?", "How many people has IL?", "Where does IL measure lakes?"]
    for _ in range(2):
        for question in questions:
            assert used.ask(question) == shelf.searcher().ask(question)
