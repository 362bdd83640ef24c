"""Which sentence answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from plain_sentences import plainly
from shelf import Shelf

from index.answering.answer import Answer
from index.answering.sentences import SentenceRules, best_sentences
from index.question.answer_type import AnswerType
from index.searcher import Searcher
from index.store.corpus import CAPITAL, NUMBER, TIME

WORDS = "unicorn lake river deep institute measured Stone 40 57 March 2021 boat training workshop the of".split()
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


@pytest.fixture(scope="module")
def lakes(make_shelf: Callable[..., Shelf]) -> Searcher:
    """Passages of a few words, so that most sentences have something of most questions."""
    random = Random(7)

    def sentence() -> str:
        return " ".join(random.choice(WORDS[1:]) for _ in range(random.randint(1, 9))).capitalize() + "."

    def chapter() -> str:
        return f"# {sentence()}\n\n" + "\n\n".join(
            " ".join(sentence() for _ in range(random.randint(1, 6))) for _ in range(3)
        )

    return make_shelf(**{f"report{n}": "\n\n".join(chapter() for _ in range(3)) for n in range(8)}).searcher()


@settings(max_examples=200, deadline=None)
@given(data=st.data(), question=st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join))
def test_sentences_looked_at_together_say_what_each_says_by_itself(
    lakes: Searcher, data: st.DataObject, question: str
) -> None:
    wants: AnswerType = data.draw(st.sampled_from(["", "number", "time", "name"]))
    query = replace(lakes.parse(question), wants=wants)
    corpus, rules = lakes._corpus, SentenceRules()
    scored = lakes._ranking._concepts.score_all(query.concepts, 10)
    terms = {term: number for one in scored for term, number in one.sought.numbers.items()}
    assume(terms)
    every = np.arange(len(corpus), dtype=np.int32)
    numbers = np.array(data.draw(st.lists(st.sampled_from(every.tolist()), min_size=1, unique=True)), np.int32)
    shares = np.array([one.shares_of(numbers) for one in scored])
    weights = np.full(len(scored), 1 / len(scored))
    chosen = best_sentences(query, corpus, scored, numbers, weights, shares, terms, rules, lakes._views)
    bit = {"": 0, "number": NUMBER, "time": TIME, "name": CAPITAL}[wants]
    for place, number in enumerate(numbers.tolist()):
        value, sentence = plainly(
            query,
            corpus,
            [one.sought for one in scored],
            number,
            weights.tolist(),
            shares[:, place].tolist(),
            bit,
            rules,
        )
        assert chosen.shares[place] == pytest.approx(value)
        assert chosen.numbers[place] == sentence


def test_a_passage_without_a_term_has_one_sentence_that_says_what_stands_above_it(
    make_shelf: Callable[..., Shelf],
) -> None:
    searcher = make_shelf(lake="# The lake\n\n!!! ???\n\n# The river\n\nThe river is deep.").searcher()
    answer = searcher.ask("the lake")
    assert isinstance(answer, Answer)
    assert answer.excerpts[0].citation.locator.section == ("The lake",)
