"""A letter's question without the letter around it, and several questions in one message."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shelf import Shelf

from index.answering.answer import Answer, NoAnswer
from index.question.letters import MOST, is_courtesy, read_message

LETTERS = """Dear Sir or Madam, I am Ada, from Accra. How deep is the lake? Kind regards, Ada | How deep is the lake?
Hi, quick question: how deep is the lake? thx | how deep is the lake?
Could you please tell me how deep the lake is? I need it for school. | how deep the lake is?
We are organising a regatta in Accra and would like to know which boats are allowed. | which boats are allowed
To whom it may concern: I wonder whether the lake freezes. Thank you. | the lake freezes
Sorry to bother you, but who measured the lake? | who measured the lake?
Greetings from Quito! Our club is small. Who measured the lake? All the best, Rosa (Ecuador) | Who measured the lake?
Hello, I need some information about eels in the lake. Thanks! | eels in the lake
Would you mind telling me who measured the lake? | who measured the lake?
I'd appreciate it if you could share how many boats it has. | how many boats it has
hi, can u tell me who measured the lake pls? | who measured the lake?
Just wondering if the lake freezes? | the lake freezes?
I am a teacher. Who measured the lake? | Who measured the lake?
Dear Dr. Meyer, is the lake of Prof. Smith deep? Regards | is the lake of Prof. Smith deep?
您好！我是加纳的老师，想请问一下湖有多深？谢谢！ | 湖有多深？
老师您好，打扰了，麻烦问一下湖有多深 | 湖有多深
各位同仁：大家好。我们单位在库马西。请告知湖的面积。此致 敬礼 阿达 | 湖的面积
湖是谁测量的？我写论文用，急，谢谢！ | 湖是谁测量的？
您好我是阿克拉大学的王芳想问下湖有多深 | 湖有多深"""
PLAIN = """How deep is the lake?
Who pays? A study of funding
Technology foresight. Methods and results
The letters of thanks
No. 8 Lake Road
What did the U.S. do in Jan. 2012?
I am interested in articles on lakes written by Smith
Best practices in measuring lakes
Can I bring my dog?
湖有多深
感谢信是谁写的？
期待什么成果？
急救培训有多少人？
year:2021 "the lake" -boat
2021"""


@pytest.mark.parametrize("line", LETTERS.splitlines())
def test_a_letter_is_its_question(line: str) -> None:
    letter, question = line.split(" | ")
    assert read_message(letter).questions == (question,)


@pytest.mark.parametrize("message", PLAIN.splitlines())
def test_what_is_no_letter_stays_as_it_is(message: str) -> None:
    assert read_message(message).questions == (message,)


@pytest.mark.parametrize(
    ("message", "questions"),
    [
        ("1) bats? 2) quails?", ("bats?", "quails?")),
        ("Who measured the lake? And when?", ("Who measured the lake?", "And when?")),
        ("Hello! How deep is the lake? Who measured it? Thanks", ("How deep is the lake?", "Who measured it?")),
        ("湖有多深？是谁测量的？", ("湖有多深？", "是谁测量的？")),
        ("- eels?\n- boats?\n- dogs?", ("eels?", "boats?", "dogs?")),
    ],
)
def test_several_questions_are_told_apart(message: str, questions: tuple[str, ...]) -> None:
    assert read_message(message).questions == questions


@pytest.mark.parametrize("message", ["hello", "Thanks a lot!", "Dear all,", "谢谢您！", "您好", "Best regards, Ada"])
def test_greeting_and_thanks_alone_ask_nothing(message: str) -> None:
    assert is_courtesy(message)


@pytest.mark.parametrize("message", ["How deep is the lake?", "thanks, how deep is the lake?", "eels", "湖"])
def test_a_question_is_no_courtesy(message: str) -> None:
    assert not is_courtesy(message)


@settings(max_examples=300)
@given(st.text(st.one_of(st.sampled_from("hi dear? thanks.\n我请问谢1) "), st.characters()), max_size=120))
def test_any_message_has_a_question(message: str) -> None:
    questions = read_message(message).questions
    assert 1 <= len(questions) <= MOST
    assert questions == (message,) or all(questions)


@pytest.fixture(scope="module")
def shelf(make_shelf: Callable[..., Shelf]) -> Shelf:
    return make_shelf(
        lake="The lake is 40 metres deep.",
        boats="Nine boats sail on the river near the harbour.",
        eels="Eels live in the harbour basin, and nowhere else in the country.",
        **{f"filling{n}": f"The tower number {n} was painted in spring and measured in summer." for n in range(6)},
    )


def test_the_questions_of_a_message_are_answered_in_turn(shelf: Shelf) -> None:
    answer = shelf.ask("How deep is the lake? How many boats sail on the river?")
    assert isinstance(answer, Answer)
    assert [(excerpt.rank, excerpt.asked) for excerpt in answer.excerpts[:2]] == [
        (1, "How deep is the lake?"),
        (2, "How many boats sail on the river?"),
    ]
    assert [excerpt.text[:4] for excerpt in answer.excerpts[:2]] == ["The ", "Nine"]
    assert answer.question == "How deep is the lake? How many boats sail on the river?"
    assert answer.unanswered == ()


def test_a_question_of_several_that_the_reports_do_not_answer_is_named(shelf: Shelf) -> None:
    answer = shelf.ask("How deep is the lake? How many zebras live in Madagascar?")
    assert isinstance(answer, Answer)
    assert {excerpt.asked for excerpt in answer.excerpts} == {"How deep is the lake?"}
    assert answer.unanswered == ("How many zebras live in Madagascar?",)


def test_a_message_none_of_whose_questions_is_answered_is_refused(shelf: Shelf) -> None:
    refusal = shelf.ask("Who rules Madagascar? How many zebras live in Chad?")
    assert isinstance(refusal, NoAnswer)
    assert {"Madagascar", "Chad"} <= set(refusal.missing)


def test_a_letter_is_answered_as_its_question_and_leant_on_as_such(shelf: Shelf) -> None:
    letter = "Dear team, I write from Madagascar. How many boats sail on the river? Yours, Ada"
    answer, alone = shelf.ask(letter), shelf.ask("How many boats sail on the river?")
    assert isinstance(answer, Answer)
    assert isinstance(alone, Answer)
    assert answer.excerpts == alone.excerpts
    assert answer.question == letter
    follow_up = shelf.ask("and near the harbour?", letter)
    assert follow_up.understood == "near the harbour: How many boats sail on the river?"


def test_a_question_that_cannot_be_understood_alone_leans_on_what_its_letter_tells(shelf: Shelf) -> None:
    answer = shelf.ask("Hello, we read of the nine boats on the river. Where do they sail?")
    assert isinstance(answer, Answer)
    assert answer.excerpts[0].text.startswith("Nine boats")
