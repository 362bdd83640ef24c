"""How a question is understood."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shelf import Shelf

from content.documents import seen
from index.answering import conditions
from index.question import dates
from index.question.filters import MOST, take_filters
from index.question.parse import MAX_CONCEPTS, Query, language_of
from index.searcher import Searcher
from index.text.analyzer import Analyzer


@pytest.fixture(scope="module")
def searcher(make_shelf: Callable[..., Shelf]) -> Searcher:
    shelf = make_shelf(
        lake="The Institute of Limnology (IL) is at the lake. In 2021 it had 57 people. 研究所在湖边，有五十七人。",
        river="The river was measured in 2012 by 9 people from Kenya.",
    )
    return shelf.searcher()


def labels(query: Query) -> list[str]:
    return [concept.label for concept in query.concepts]


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("How deep is the lake?", "en"),
        ("湖有多深？", "zh"),
        ("S&T 政策研究所是什么", "zh"),
        ("Who is 王?", "en"),
        ("2021", "en"),
        ("", "en"),
        ("🌊", "en"),
    ],
)
def test_the_language_of_a_question(question: str, language: str) -> None:
    assert language_of(question) == language


def test_concepts_are_what_the_question_names_as_it_says_it(searcher: Searcher) -> None:
    assert labels(searcher.parse("How deep is the Lake of the North?"))[-2:] == ["Lake", "North"]
    assert labels(searcher.parse("湖有多深？"))[:1] == ["湖"]


def test_a_concepts_first_alternative_is_the_word_itself(searcher: Searcher) -> None:
    for concept in searcher.parse("How many people has the Institute of Limnology, 研究所?").concepts:
        for part in concept.parts:
            assert part.expansions[0].terms == (part.term,)
            assert part.expansions[0].weight == 1.0


def test_a_word_said_twice_is_one_concept_that_counts_twice(searcher: Searcher) -> None:
    (once,) = searcher.parse("lake").concepts
    (twice,) = searcher.parse("lake lakes").concepts
    assert twice.weight == 2 * once.weight


@pytest.mark.parametrize("question", ["", " ", "the of and", "的了吗", "?!…", "\x00\x1b", "\ud800"])
def test_a_question_that_names_nothing_has_no_concepts(searcher: Searcher, question: str) -> None:
    query = searcher.parse(question)
    assert query.concepts == ()
    assert query.question == question


def test_a_misspelt_word_is_mended_where_it_stands_and_not_in_other_words(searcher: Searcher) -> None:
    assert searcher.parse("Is the rivr near rivrton?").understood == "Is the river near rivrton?"


def test_words_that_ask_are_dropped_as_long_as_something_is_left(searcher: Searcher) -> None:
    assert labels(searcher.parse("Tell me the names")) != []
    assert "Tell" not in labels(searcher.parse("Tell me about the lake"))


@pytest.mark.parametrize(
    ("question", "wants"),
    [
        ("How many people work there?", "number"),
        ("有多少人？", "number"),
        ("When was it measured?", "time"),
        ("哪一年测量的？", "time"),
        ("Who measured it?", "name"),
        ("谁测量的？", "name"),
        ("What is the full name of IL?", "definition"),
        ("What kind of institute is it?", ""),
        ("What kind of think tank is it?", ""),
        ("Which types of organisation came?", ""),
        ("Which think tank came?", "name"),
        ("Describe the lake", ""),
        ("介绍湖泊", ""),
    ],
)
def test_what_kind_of_answer_is_wanted(searcher: Searcher, question: str, wants: str) -> None:
    assert searcher.parse(question).wants == wants


@pytest.mark.parametrize("question", ["What is the full name of IL?", "What do the letters IL stand for?", "IL的全称"])
def test_what_asks_for_a_name_written_out_is_no_concept(searcher: Searcher, question: str) -> None:
    assert labels(searcher.parse(question)) == ["IL"]


def test_full_and_name_are_words_like_others_where_no_name_is_to_be_written_out(searcher: Searcher) -> None:
    assert "full" in labels(searcher.parse("Is the lake full?"))


def test_a_word_that_neither_reports_nor_dictionary_have_is_cut_into_words_that_they_have(
    make_shelf: Callable[..., Shelf],
) -> None:
    """jieba has 期刊论文 in one piece; no report would be found by it."""
    shelf = make_shelf(papers="研究所的期刊很多，论文也很多。")
    assert shelf.analyzer.terms("期刊论文") == ["期刊论文"]
    query = shelf.searcher().parse("期刊论文有哪些？")
    assert [(concept.label, concept.parts[0].term) for concept in query.concepts] == [
        ("期刊", "期刊"),
        ("论文", "论文"),
    ]
    assert shelf.texts("期刊论文有哪些？") == ["研究所的期刊很多，论文也很多。"]


def test_a_word_that_the_reports_have_in_one_piece_stays_so(make_shelf: Callable[..., Shelf]) -> None:
    shelf = make_shelf(papers="研究所发表了期刊论文。")
    assert labels(shelf.searcher().parse("期刊论文有哪些？")) == ["期刊论文"]


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("研究所由谁来测量湖？", ["研究所", "测量", "湖"]),
        ("湖是哪一天测量的？", ["湖", "测量"]),
        ("湖是第几个测量的？", ["湖", "测量"]),
    ],
)
def test_what_asks_names_nothing(searcher: Searcher, question: str, named: list[str]) -> None:
    assert labels(searcher.parse(question)) == named


def test_a_number_with_what_is_counted_is_the_number(searcher: Searcher) -> None:
    """jieba has 两本 in one piece, and no report would be found by it."""
    assert [concept.parts[0].term for concept in searcher.parse("湖边有哪两本？").concepts] == ["湖边", "2"]


def test_a_country_may_be_one_character_beside_another(make_shelf: Callable[..., Shelf]) -> None:
    searcher = make_shelf(forum="英国和中国的代表参加了论坛，有一个英名。").searcher()
    beside, alone = (
        {one.terms for concept in searcher.parse(question).concepts for one in concept.parts[0].expansions}
        for question in ("中英论坛", "论坛英")
    )
    assert ("英国",) in beside
    assert ("英国",) not in alone


def test_who_asks_for_a_postal_address_is_given_one(make_shelf: Callable[..., Shelf]) -> None:
    shelf = make_shelf(
        contact="The institute is at No. 8 Lake Road, Northtown.",
        speech="Address from the leadership of the institute: the year was good.",
        meeting="The chair of the institute addressed the meeting on climate.",
    )
    for question in (
        "What is the address of the institute?",
        "the institute's postal address please",
        "On which street is the institute?",
        "研究所的地址是什么？",
    ):
        assert shelf.texts(question)[0].startswith("The institute is at"), question
    assert shelf.texts("Who addressed the meeting of the institute?")[0].startswith("The chair")
    assert shelf.texts("What was in the opening address of the leadership?")[0].startswith("Address from")


def test_where_no_report_has_an_address_its_word_is_a_word_like_others(searcher: Searcher) -> None:
    assert [concept.parts[0].term for concept in searcher.parse("address of the lake").concepts] == ["address", "lake"]


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        ("研究所有幾個人？", "研究所有几个人？"),
        ("誰測量湖泊？", "谁测量湖泊？"),
        ("研究所是什麼時候成立的？", "研究所是什么时候成立的？"),
        ("哪個國家參加？", "哪个国家参加？"),
    ],
)
def test_traditional_and_simplified_questions_are_understood_alike(
    searcher: Searcher, traditional: str, simplified: str
) -> None:
    one, two = searcher.parse(traditional), searcher.parse(simplified)
    assert one.wants == two.wants != ""
    assert [c.parts for c in one.concepts] == [c.parts for c in two.concepts]


def test_a_follow_up_takes_what_it_leaves_unsaid_from_the_question_before(searcher: Searcher) -> None:
    query = searcher.parse("and in 2012?", ["How many people worked at the lake in 2021?"])
    assert "2012" in labels(query)
    assert "lake" in labels(query)
    assert "2021" not in labels(query)
    assert "2012" in query.understood
    assert query.question == "and in 2012?"


def test_a_follow_up_without_history_is_read_as_it_stands(searcher: Searcher) -> None:
    query = searcher.parse("and in 2012?")
    assert labels(query) == ["2012"]
    assert query.understood == ""


def test_a_whole_question_does_not_lean_on_the_one_before(searcher: Searcher) -> None:
    question = "How many people measured the river in 2012?"
    alone, after = searcher.parse(question), searcher.parse(question, ["Where is the institute?"])
    assert alone == after


def test_a_question_with_conditions_does_not_lean_and_those_of_the_one_before_are_gone(searcher: Searcher) -> None:
    assert searcher.parse("lake year:2021", ["Where is the institute?"]) == searcher.parse("lake year:2021")
    leaning = searcher.parse("and in 2012?", ["How many people had the lake? lang:en -river"])
    assert leaning.follows
    assert set(labels(leaning)) == {"2012", "people", "lake"}
    assert not leaning.filters


def test_conditions_are_taken_out_of_the_question(searcher: Searcher) -> None:
    query = searcher.parse('people year:2021 lang:en report:LAKE -river "the lake" -"a bank" -lang:zh year:2019..2021')
    assert set(map(str, query.filters.conditions)) == {
        "year:2021",
        "year:2019..2021",
        "lang:en",
        "-lang:zh",
        "report:lake",
        "-river",
        '"the lake"',
        '-"a bank"',
    }
    assert labels(query) == ["people", "lake"]


@pytest.mark.parametrize(
    "question", ["state-of-the-art lake", "2019-2021", "lake - river", "year: 2021", "a:b", "year:soon"]
)
def test_ordinary_hyphens_and_colons_are_no_conditions(searcher: Searcher, question: str) -> None:
    assert not searcher.parse(question).filters


@pytest.mark.parametrize(
    ("question", "condition"),
    [
        ("people year:2021?", "year:2021"),
        ("people report:lake.md?", "report:lake.md"),
        ("people lang:en, -", "lang:en"),
        ("people lang:en。", "lang:en"),
    ],
)
def test_what_ends_a_sentence_is_no_part_of_a_condition(searcher: Searcher, question: str, condition: str) -> None:
    assert list(map(str, searcher.parse(question).filters.conditions)) == [condition]


@pytest.mark.parametrize(
    ("question", "condition"),
    [
        ("湖 year：2021", "year:2021"),
        ("湖 lang：zh", "lang:zh"),
        ("湖 -report：lake", "-report:lake"),
        ('people report:"Lakes of the North"', 'report:"lakes of the north"'),
        ("people -report:“lakes of”", '-report:"lakes of"'),
        ("湖 report：「湖泊」", "report:湖泊"),
    ],
)
def test_conditions_as_keyboards_write_them(searcher: Searcher, question: str, condition: str) -> None:
    """A Chinese keyboard has another colon, and a title has spaces."""
    query = searcher.parse(question)
    assert list(map(str, query.filters.conditions)) == [condition]
    assert labels(query) in (["湖"], ["people"])


def test_a_question_of_very_many_words_is_read_in_part(searcher: Searcher) -> None:
    words = " ".join(f"word{number}" for number in range(300))
    assert len(searcher.parse(words).concepts) == MAX_CONCEPTS


def test_a_question_that_is_too_long_is_not_cut_within_a_word(searcher: Searcher) -> None:
    assert set(labels(searcher.parse("wheat " * 2_000))) == {"wheat"}
    assert labels(searcher.parse("湖" * 5_000))


@settings(max_examples=300, deadline=None)
@given(
    question=st.text(
        st.one_of(
            st.sampled_from('year:report:lang:zh -"“”「」2021 lake湖研究所和 and'), st.characters(exclude_categories=())
        ),
        max_size=60,
    ),
    history=st.lists(st.text(st.sampled_from("lake 湖 2021 and it?它"), max_size=20), max_size=3),
)
def test_any_question_is_understood_somehow_and_twice_alike(
    searcher: Searcher, question: str, history: list[str]
) -> None:
    query = searcher.parse(question, history)
    assert query == searcher.parse(question, history)
    assert query.question == question
    assert len(query.concepts) <= MAX_CONCEPTS
    assert all(concept.label.strip() and concept.parts for concept in query.concepts)
    if not query.understood:
        assert all(concept.label in seen(question) for concept in query.concepts)


def test_words_that_ask_whether_something_is_told_name_nothing(searcher: Searcher) -> None:
    assert labels(searcher.parse("Is the lake mentioned?")) == labels(searcher.parse("lake")) == ["lake"]
    assert labels(searcher.parse("提到研究所了吗？")) == labels(searcher.parse("研究所"))
    assert labels(searcher.parse("mention")) == ["mention"]


def test_what_nobody_sees_in_a_question_is_not_read(searcher: Searcher) -> None:
    assert labels(searcher.parse("\u202aHow de\u00adep is the la\u200bke?\u202c")) == labels(
        searcher.parse("How deep is the lake?")
    )


@pytest.mark.parametrize(
    ("question", "excluded"),
    [
        ("lake -river", ["-river"]),
        ("lake people -river -boats", ["-river", "-boats"]),
        ("Which lake? -river", ["-river"]),
        ("lake -river?", ["-river"]),
        ("湖 -河", ["-河"]),
        ("Research -based policy at the lake", []),
        ("COVID -19", []),
        ("-Funding of lakes", []),
        ("-river", []),
        ("lang:en -river lake", ["lang:en", "-river"]),
        ("Lakes -a review of methods", []),
        ("from 2019 -2021", []),
    ],
)
def test_a_hyphen_excludes_only_behind_everything_else(searcher: Searcher, question: str, excluded: list[str]) -> None:
    """In a pasted title or list it belongs to the text."""
    assert [str(condition) for condition in searcher.parse(question).filters.conditions] == excluded


@pytest.mark.parametrize(
    "question", ["¿Qué es un lago?", "¡Lago profundo!", "«Lac profond»", "— Lago", "• Lakes", "[Lake]"]
)
def test_the_first_word_of_a_question_is_no_name_whatever_mark_opens_it(searcher: Searcher, question: str) -> None:
    assert searcher.parse(question).concepts[0].kind != "name"


def test_a_part_of_the_world_is_its_countries_where_countries_are_asked_for(make_shelf: Callable[..., Shelf]) -> None:
    shelf = make_shelf(
        guests="Guests came from Kenya, Nigeria and Ghana.",
        other="Guests came from Peru and from Norway.",
        zh="学员来自泰国和越南。",
        **{f"filling{n}": f"The river number {n} was measured in spring." for n in range(4)},
    )
    assert (
        shelf.texts("Which African countries did guests come from?")[0] == "Guests came from Kenya, Nigeria and Ghana."
    )
    assert shelf.texts("which countries in south america did guests come from")[0].startswith("Guests came from Peru")
    assert shelf.texts("东南亚有哪些国家的学员？")[0] == "学员来自泰国和越南。"
    africa = next(c for c in shelf.searcher().parse("Guests from Africa").concepts if c.label == "Africa")
    assert not [one for one in africa.parts[0].expansions if one.origin == "region"]


def test_conditions_are_made_unique_and_counted_and_the_rest_is_left_out(searcher: Searcher) -> None:
    filters = searcher.parse("lake " + '"the lake" ' * 10 + "year:2021 year:2021 lang:en LANG:en").filters
    assert sorted(map(str, filters.conditions)) == ['"the lake"', "lang:en", "year:2021"]
    assert filters.ignored == 0
    many = searcher.parse("lake " + " ".join(f'"bank {number}"' for number in range(50))).filters
    assert (len(many.conditions), many.ignored) == (MOST, 50 - MOST)


def test_a_phrase_of_stop_words_is_no_condition_and_said_to_be_none(searcher: Searcher) -> None:
    filters = searcher.parse('lake "of the" "to be or not to be"').filters
    assert (filters.conditions, filters.ignored, bool(filters)) == ((), 2, False)


@pytest.mark.parametrize(
    "question", ["Who leads the guild?", "who runs the guild", "Who is it that heads the guild?", "谁领导 guild？"]
)
def test_who_leads_is_answered_by_whatever_office_leads(make_shelf: Callable[..., Shelf], question: str) -> None:
    shelf = make_shelf(
        guild="The director of the guild is Ada Byron.",
        other="The river leads to the sea, and the guild runs along it.",
        **{f"filling{n}": f"The river number {n} was measured in spring." for n in range(4)},
    )
    assert shelf.texts(question)[0] == "The director of the guild is Ada Byron."


def test_long_question_is_read_in_a_time_that_grows_no_faster_than_it() -> None:
    """Each of its numbers might be a day, each of its acronyms stand in a line of capitals."""
    analyzer = Analyzer()
    for piece in ("{} ", "3 May {} ", "A{}B ", '"the word {}" ', "-w{} "):
        times = []
        for size in (150, 600):
            text = "".join(piece.format(number) for number in range(size))
            started = time.thread_time()
            analyzer.analyze(text)
            for token in analyzer.analyze(text):
                list(dates.others(text, token, analyzer.stem))
            take_filters(text, analyzer)
            times.append(time.thread_time() - started)
        assert times[1] < 10 * times[0] + 0.02, (piece, times)


def test_phrase_of_words_that_are_everywhere_is_not_looked_for_and_said_to_be_ignored(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.put("a.md", "# Lakes\n\n" + "\n\n".join(f"The lake number {n} is of a kind." for n in range(40)))
    passages = shelf.reindex().passages
    monkeypatch.setattr("index.answering.conditions._READ", passages * 3 // 2)
    once = shelf.ask('Which "lake number" is deep?')
    twice = shelf.ask('Which "lake number" is "a kind"?')
    assert (once.ignored, twice.ignored) == (0, 1)


@pytest.mark.parametrize(
    ("text", "phrase", "said"),
    [
        ("The Lake of Geneva", "lake of geneva", True),
        ("The Lake  of\nGeneva", "lake of geneva", True),
        ("The Lake of Genève", "lake of geneve", True),
        ("ＬＡＫＥ of Geneva", "lake of geneva", True),
        ("“Lake of Geneva”，也", "lake of geneva", True),
        ("“Lake of Zug”，也是《湖》", "lake of geneva", False),
        ("The lake’s edge", "lake's edge", True),
        ("A well–known lake", "well-known lake", True),
        ("日内瓦湖", "日內瓦湖", True),
        ("ﬁnal lake", "final lake", True),
        ("lake（big）", "lake(big)", True),
    ],
)
def test_phrase_is_found_however_it_is_written(shelf: Shelf, text: str, phrase: str, said: bool) -> None:
    analyzer = Analyzer()
    assert conditions._says(text, conditions._normalize(phrase, analyzer), analyzer) is said
