"""What a follow-up leaves unsaid, and what it puts in the place of what was said."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from shelf import Shelf

from index.answering.answer import Answer
from index.lexicon.names import NameKind
from index.question.followup import merge

MEMORANDUM = "Which Japanese body has signed a memorandum with CASTED?"
FORUM = "上海论坛是什么时候召开的？"
GUILD = "When was the Guild of Millers founded?"


@pytest.fixture(scope="module")
def shelf(make_shelf: Callable[..., Shelf]) -> Shelf:
    return make_shelf(
        japan="The Japanese academy has signed a memorandum with CASTED on papers and people.",
        korea="The institute STEPI in Korea has signed a memorandum with CASTED on rivers and roads.",
        shanghai="上海论坛在三月三日召开。",
        wuhan="武汉论坛在五月五日召开。",
        guild="The Guild of Millers was founded in 1901.",
        sodality="The Sodality was founded in 1850.",
        trainees="In 2012 there came 16 trainees. In 2021 there came 20 trainees. In 2022 there came 30 trainees.",
        xueyuan="2012年有16名学员，2021年有20名学员。",
        people="57 people work at CASTED, and 12 of them have a PhD.",
        kenya="Two Japanese academies work in Kenya. Another academy works in Peru.",
        measures="In 2021, 5 rivers were measured and 9 roads were measured.",
        lectures="Ada Byron gave lectures in the ninth workshop and Emil Post in the first workshop.",
        **{f"filling{n}": f"The river number {n} was measured in spring and painted in summer." for n in range(6)},
    )


def understood(shelf: Shelf, question: str, *history: str) -> list[str]:
    """What is looked for, in order."""
    query = shelf.searcher().parse(question, history)
    assert query.follows
    return [concept.label for concept in query.concepts]


def first(shelf: Shelf, question: str, *history: str) -> str:
    answer = shelf.ask(question, *history)
    assert isinstance(answer, Answer)
    return answer.excerpts[0].text


def test_ones_are_those_of_the_question_before(shelf: Shelf) -> None:
    assert first(shelf, MEMORANDUM).startswith("The Japanese academy")
    assert first(shelf, "Which ones in Korea?", MEMORANDUM).startswith("The institute STEPI")


def test_a_country_takes_the_place_of_a_people(shelf: Shelf) -> None:
    """Else the Japanese would be asked for in Korea, and a library without them would refuse."""
    found = understood(shelf, "Which ones in Korea?", MEMORANDUM)
    assert found == ["Korea", "body", "signed", "memorandum", "CASTED"]


def test_a_people_beside_a_country_stays_when_the_country_changes(shelf: Shelf) -> None:
    found = understood(shelf, "And in Peru?", "Which Japanese academies work in Kenya?")
    assert "Peru" in found
    assert "Japanese" in found
    assert "Kenya" not in found


def test_a_question_for_the_very_day_leans_on_the_one_before(shelf: Shelf) -> None:
    assert understood(shelf, "具体是哪一天？", FORUM) == ["上海", "论坛", "召开"]
    assert first(shelf, "具体是哪一天？", FORUM) == "上海论坛在三月三日召开。"
    assert shelf.searcher().parse("具体是哪一天？", [FORUM]).wants == "time"


def test_a_place_takes_the_place_of_another(shelf: Shelf) -> None:
    assert understood(shelf, "那武汉呢？", FORUM) == ["武汉", "论坛", "召开"]
    assert first(shelf, "那武汉呢？", FORUM) == "武汉论坛在五月五日召开。"


def test_a_name_takes_the_place_of_another(shelf: Shelf) -> None:
    assert understood(shelf, "And the Sodality?", GUILD) == ["Sodality", "founded"]
    assert first(shelf, "And the Sodality?", GUILD) == "The Sodality was founded in 1850."


def test_follow_ups_of_follow_ups_reach_back_to_what_was_asked(shelf: Shelf) -> None:
    assert first(shelf, "具体是哪一天？", FORUM, "那武汉呢？") == "武汉论坛在五月五日召开。"


def test_they_are_those_whom_the_question_before_named(shelf: Shelf) -> None:
    """PhD is written like an acronym, but does not take the place of whom "they" are."""
    labels = understood(shelf, "And how many of them have a PhD?", "How many people work at CASTED?")
    assert "CASTED" in labels


@pytest.mark.parametrize(
    ("before", "question", "shown"),
    [
        ("How many trainees came in 2012?", "and in 2021?", "How many trainees came in 2021?"),
        ("2012年有多少学员？", "2021年呢？", "2021年有多少学员？"),
        (MEMORANDUM, "And in Korea?", "in Korea: Which body has signed a memorandum with CASTED?"),
        ("Which academies work in Kenya?", "and in 2021 in Peru?", "Which academies work in 2021 in Peru?"),
        ("How many rivers were measured in 2021?", "what about roads?", "How many roads were measured in 2021?"),
        ("When was the Guild founded?", "and where?", "where: When was the Guild founded?"),
        ("How many old rivers were measured in 2021?", "what about roads?", "How many roads were measured in 2021?"),
        (GUILD, "Who founded it?", "Who founded Guild of Millers?"),
        ("How many people work at CASTED?", "What does it do?", "What does CASTED do?"),
        (
            "Which Japanese academies work in Kenya?",
            "and in Peru?",
            "Which Japanese academies work in Peru?",
        ),
    ],
)
def test_what_was_understood_reads_like_a_question(shelf: Shelf, before: str, question: str, shown: str) -> None:
    assert shelf.searcher().parse(question, [before]).understood == shown


def test_what_was_understood_is_what_the_next_question_leans_on(shelf: Shelf) -> None:
    history = ["How many trainees came in 2012?", "and in 2021?"]
    assert shelf.searcher().parse("and in 2022?", history).understood == "How many trainees came in 2022?"


@pytest.mark.parametrize("blank", ["", " \u3000\n"])
def test_an_empty_question_before_is_leant_on_by_nobody(shelf: Shelf, blank: str) -> None:
    parse = shelf.searcher().parse
    assert not parse("and in 2021?", [blank]).follows
    history = ["How many trainees came in 2012?", blank]
    assert parse("and in 2021?", history).understood == "How many trainees came in 2021?"


def test_no_phrase_goes_from_one_question_into_the_other(shelf: Shelf) -> None:
    labels = understood(shelf, "and the first one?", "Who gave lectures in the ninth workshop?")
    assert not [label for label in labels if ":" in label]


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ("How many people work at CASTED?", "What is the Sodality?"),
        ("How many people work at CASTED?", "Is there a river?"),
        (MEMORANDUM, "Where is the Guild?"),
        (MEMORANDUM, "rivers"),
        ("How many people work at CASTED?", "And when was the Sodality founded?"),
        (FORUM, "研究所在哪儿呢？"),
        (FORUM, "武汉论坛是什么时候召开的？"),
        (GUILD, "Is it possible to measure rivers in spring?"),
        (GUILD, "Does the Sodality have its own river?"),
    ],
)
def test_a_question_that_stands_on_its_own_is_asked_on_its_own(shelf: Shelf, before: str, question: str) -> None:
    assert shelf.searcher().parse(question, [before]) == shelf.searcher().parse(question)


def test_nothing_leans_on_a_question_that_was_refused(shelf: Shelf) -> None:
    history = ["How many trainees came in 2012?", "What does a zebra eat in Madagascar?"]
    assert shelf.searcher().parse("and in 2021?", history).understood == "How many trainees came in 2021?"
    assert not shelf.searcher().parse("and in 2021?", history[1:]).follows


def test_a_joined_question_that_is_refused_is_asked_alone(shelf: Shelf) -> None:
    """Only a bare country or year is not: anything about Kenya would answer "and in Kenya?"."""
    parse = shelf.searcher().parse
    assert parse("and the river number 3 in summer?", ["Which academies work in Kenya?"]).understood == ""
    assert parse("and in Madagascar?", ["Which academies work in Kenya?"]).follows


def test_of_several_names_of_a_kind_one_is_replaced(shelf: Shelf) -> None:
    """The one behind the same preposition, the one that is as frequent, never one that only tells which."""
    analyzer, frequency = shelf.analyzer, {"casted": 40, "wipo": 2, "oecd": 3, "isro": 1, "noaa": 2, "ai": 2}

    def merged(question: str, earlier: str) -> str:
        def kind(label: str, term: str, *, opens: bool = False) -> NameKind:
            return "acronym" if label.isupper() else ""

        return merge(question, earlier, analyzer, kind, lambda term: frequency.get(term, 0)).shown

    assert merged("What about ISRO?", "What AI goals does NOAA have?") == "What AI goals does ISRO have?"
    assert merged("What about OECD?", "What did CASTED do with WIPO?") == "What did CASTED do with OECD?"
    assert merged("and with OECD?", "What did WIPO do with CASTED?") == "What did WIPO do with OECD?"


def test_a_place_that_is_no_country_gives_way_to_a_country(shelf: Shelf) -> None:
    def kind(label: str, term: str, *, opens: bool = False) -> NameKind:
        kinds: dict[str, NameKind] = {"Serbia": "country", "Hubei": "name", "CASTED": "acronym"}
        return kinds.get(label, "")

    def merged(question: str) -> str:
        return merge(question, "What did CASTED do for Hubei?", shelf.analyzer, kind, lambda term: 1).shown

    assert merged("What about Serbia?") == merged("and for Serbia?") == "What did CASTED do for Serbia?"


def test_understood_texts_do_not_pile_up(shelf: Shelf) -> None:
    history = ["How many people work at CASTED?", "and how many of them have a PhD?"]
    assert shelf.searcher().parse("and in 2021?", history).understood.count(": ") <= 1
