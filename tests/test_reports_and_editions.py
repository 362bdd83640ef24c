"""What holds for all of a report, what stands beside a passage, and which edition a reader sees."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from shelf import Shelf

from index.answering.answer import Answer, Excerpt, NoAnswer

FILLING = {f"filling{n}": f"The river number {n} was measured in spring and painted in summer." for n in range(6)}


def first(answer: Answer | NoAnswer) -> Excerpt:
    assert isinstance(answer, Answer)
    return answer.excerpts[0]


def bold(answer: Answer | NoAnswer) -> str:
    excerpt = first(answer)
    return excerpt.text[slice(*excerpt.sentence)]


def chapters(*texts: str) -> str:
    return "\n\n".join(f"## Chapter {number}\n\n{text}" for number, text in enumerate(texts, 1))


def test_what_a_report_is_about_need_not_be_said_in_each_of_its_passages(make_shelf: Callable[..., Shelf]) -> None:
    """A country's answers name the country once."""
    peru = "# Lakes of Peru\n\n" + chapters("The ferry has forty seats.", "Salt is sold here.", "Nets are dried.")
    chile = "# Lakes of Chile\n\n" + chapters("The ferry has ninety seats.", "Salt is bought.", "Nets are mended.")
    shelf = make_shelf(peru=peru, chile=chile, **FILLING)
    assert "forty" in first(shelf.ask("How many seats does the ferry of Peru have?")).text
    assert "ninety" in first(shelf.ask("How many seats does the ferry of Chile have?")).text
    refused = shelf.ask("How many seats does the ferry of Kenya have?")
    assert isinstance(refused, NoAnswer)
    assert refused.missing == ("Kenya",)


def test_an_excerpt_goes_on_in_what_is_printed_after_it(make_shelf: Callable[..., Shelf]) -> None:
    asked = "The ferry of the northern lake was painted. " * 8
    shelf = make_shelf(ferry=f"# Ferries\n\n{asked}\n\nIt has forty seats and two decks.", **FILLING)
    excerpt = first(shelf.ask("ferry of the northern lake painted"))
    assert "It has forty seats" in excerpt.text
    assert len(excerpt.text) <= 700


def test_a_printed_question_finds_and_what_stands_below_answers(make_shelf: Callable[..., Shelf]) -> None:
    shelf = make_shelf(
        faq="# Questions\n\n3.1 Which colour does the ferry of the lake have?\n\nBlue, with a white stripe.", **FILLING
    )
    assert bold(shelf.ask("Which colour does the ferry have?")) == "Blue, with a white stripe."


def test_what_leads_to_the_next_sentence_answers_with_it(make_shelf: Callable[..., Shelf]) -> None:
    text = "# Ferries\n\nThe harbours of the lake ferry are:\n\nNorthbay, Eastbay and Westbay."
    shelf = make_shelf(ferry=text, **FILLING)
    assert bold(shelf.ask("harbours of the lake ferry")).endswith("Northbay, Eastbay and Westbay.")


def test_the_third_week_is_week_3(make_shelf: Callable[..., Shelf]) -> None:
    shelf = make_shelf(
        course="# Course of the harbour\n\nWhat is taught:\n\nWeek 1: knots\n\nWeek 2: sails\n\nWeek 3: nets",
        **FILLING,
    )
    assert "nets" in first(shelf.ask("What is taught in the third week of the course?")).text
    assert isinstance(shelf.ask("What is taught in the ninth week of the course?"), NoAnswer)


def test_a_list_of_works_is_found_only_when_it_is_asked_for(make_shelf: Callable[..., Shelf]) -> None:
    cited = "[1] Alder J. Depth of the northern lake and depth of the southern lake[J]. Water, 2016, 12(2): 55-58."
    text = "The depth of the northern lake is forty metres, as the institute found when it was frozen over."
    shelf = make_shelf(lake=f"# Lakes\n\n{text}\n\n# References\n\n{cited}", **FILLING)
    assert first(shelf.ask("depth of the northern lake")).text.startswith("The depth")


def test_a_notice_answers_when_the_next_one_is(make_shelf: Callable[..., Shelf]) -> None:
    shelf = make_shelf(
        ferry="# Ferry course\n\nThe ferry course starts with knots. The ferry course has six lessons in all."
        "\n\n# News\n\nThe ferry course is on temporary pause.",
        **FILLING,
    )
    assert "pause" in first(shelf.ask("When is the next ferry course?")).text
    text = "# Ferry course\n\nThe ferry course had six lessons, all of them on the lake."
    without = make_shelf(ferry=text, **FILLING)
    assert isinstance(without.ask("When is the next ferry course?"), NoAnswer)


ENGLISH = "# The ferry\n\n## Seats\n\nThe ferry has forty seats.\n\n## Colour\n\nThe ferry is painted blue and white."
CHINESE = "# 渡轮\n\n## 座位\n\n渡轮有四十个座位。\n\n## 颜色\n\n渡轮漆成蓝白两色。"


@pytest.mark.parametrize(
    ("question", "begins", "language"),
    [("How many seats does the ferry have?", "The ferry", "en"), ("渡轮有多少个座位？", "渡轮有", "zh")],
)
def test_of_two_editions_the_readers_is_shown_and_the_other_beside_it(
    make_shelf: Callable[..., Shelf], question: str, begins: str, language: str
) -> None:
    shelf = make_shelf(**{"ferry-en": ENGLISH, "ferry-zh": CHINESE}, **FILLING)
    answer = shelf.ask(question)
    excerpt = first(answer)
    assert excerpt.text.startswith(begins)
    assert excerpt.language == language
    assert isinstance(answer, Answer)
    assert sum("seats" in other.text or "座位" in other.text for other in answer.excerpts) == 1


def test_files_whose_names_differ_in_more_than_the_language_are_no_editions(make_shelf: Callable[..., Shelf]) -> None:
    shelf = make_shelf(**{"ferry-en": ENGLISH, "harbour-zh": CHINESE}, **FILLING)
    answer = shelf.ask("How many seats does the ferry have?")
    assert first(answer).also == ()
