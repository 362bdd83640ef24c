"""A generation as it is asked, and the one that is live."""

from __future__ import annotations

import itertools
import logging
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from shelf import Shelf

from index.answering.answer import Answer, NoAnswer
from index.answering.ranking import Rules
from index.errors import BrokenGeneration, NoGeneration, OtherAnalyzer
from index.searcher import LiveSearcher, Searcher

ROOT = Path(__file__).parents[1]
LAKE = """---
title: Lakes of the North
year: 2021
language: en
---
# Lakes of the North

## Depth

The lake is 40 metres deep. It was measured by the Institute of Limnology.

## Visitors

In summer 12 schools from Kenya visited the lake.
"""
HU = """---
title: 湖泊报告
year: 2012
language: zh
---
# 湖泊报告

## 培训班

研究所举办了第十四届国际培训班，来自九个国家的学员参加。
"""


@pytest.fixture(scope="module")
def shelf(make_shelf: Callable[..., Shelf]) -> Shelf:
    return make_shelf(lakes=LAKE, hu=HU, river="# The river\n\nThe river is 900 kilometres long.\n")


@pytest.fixture(scope="module")
def searcher(shelf: Shelf) -> Searcher:
    return shelf.searcher()


def answered(answer: Answer | NoAnswer) -> list[str]:
    return [excerpt.text for excerpt in answer.excerpts] if isinstance(answer, Answer) else []


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("How deep is the lake?", "40 metres"),
        ("How long is the river?", "900 kilometres"),
        ("Which schools visited?", "Kenya"),
        ("第十四届培训班有哪些学员？", "九个国家"),
        ("第14屆國際培訓班", "九个国家"),
        ("湖泊的深度", "40 metres"),
        ("the 14th international training workshop", "九个国家"),
    ],
)
def test_the_paragraph_that_answers_comes_first(searcher: Searcher, question: str, found: str) -> None:
    assert found in answered(searcher.ask(question))[0]


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        ("第十四屆國際培訓班有幾個國家參加？", "第十四届国际培训班有几个国家参加？"),
        ("研究所舉辦了什麼？", "研究所举办了什么？"),
        ("誰測量了湖泊？", "谁测量了湖泊？"),
        ("學員來自多少個國家？", "学员来自多少个国家？"),
    ],
)
def test_traditional_and_simplified_questions_give_the_same_answer(
    searcher: Searcher, traditional: str, simplified: str
) -> None:
    one, two = searcher.ask(traditional), searcher.ask(simplified)
    assert isinstance(two, Answer)
    assert isinstance(one, Answer)
    assert one.excerpts == two.excerpts


def test_the_same_question_has_the_same_answer_twice(shelf: Shelf, searcher: Searcher) -> None:
    for question in ("How deep is the lake?", "培训班", "lake river schools 2021"):
        assert searcher.ask(question) == searcher.ask(question) == shelf.searcher().ask(question)


def test_limit_is_the_most_excerpts_and_more_only_adds(searcher: Searcher) -> None:
    question = "lake river schools metres kilometres"
    all_of_them = answered(searcher.ask(question))
    assert len(all_of_them) >= 3
    assert [answered(searcher.ask(question, limit=limit)) for limit in (1, 2)] == [all_of_them[:1], all_of_them[:2]]


def test_a_follow_up_is_answered_with_the_question_before(searcher: Searcher) -> None:
    answer = searcher.ask("and how long is it?", history=["Tell me about the river"])
    assert "900 kilometres" in answered(answer)[0]
    assert isinstance(answer, Answer)
    assert answer.understood


def test_conditions_hold_for_every_excerpt(searcher: Searcher) -> None:
    assert answered(searcher.ask("lake -Kenya"))
    assert not any("Kenya" in text for text in answered(searcher.ask("lake -Kenya")))
    assert all("river" in text for text in answered(searcher.ask("metres kilometres report:river")))
    answer = searcher.ask("湖泊 lake 培训班 lang:zh")
    assert isinstance(answer, Answer)
    assert {excerpt.citation.document for excerpt in answer.excerpts} == {"hu"}
    answer = searcher.ask("lake 培训班 year:2012")
    assert isinstance(answer, Answer)
    assert {excerpt.citation.year for excerpt in answer.excerpts} == {2012}
    assert answered(searcher.ask("lake year:1999")) == []
    assert searcher.ask("lake year:1999").looked_for == ("lake", "year:1999")
    assert len(answered(searcher.ask("lake year:2020..2021"))) == len(answered(searcher.ask("lake year:2021"))) > 0
    assert answered(searcher.ask("lake year:2022..2023")) == []
    assert answered(searcher.ask("lake river metres kilometres -report:river")) == answered(
        searcher.ask("lake metres kilometres -river")
    )
    assert answered(searcher.ask('lake "40 metres"')) != []
    assert not any("40 metres" in text for text in answered(searcher.ask('lake schools -"40 metres"')))
    assert answered(searcher.ask('lake schools -"40 metres"')) != []
    assert "metres deep" in answered(searcher.ask('lake "metres deep"'))[0]
    without = searcher.ask('"deep metres"')
    assert answered(without) == answered(searcher.ask("deep metres")) != []
    assert isinstance(without, Answer)
    assert without.unmet == ('"deep metres"',)
    assert answered(searcher.ask("lake year:2021..2020")) == answered(searcher.ask("lake year:2020..2021"))
    assert answered(searcher.ask('lake report:"lakes of the"')) == answered(searcher.ask("lake report:lakes"))
    assert answered(searcher.ask("湖泊 report:湖泊報告")) == answered(searcher.ask("湖泊 report:hu")) != []


def test_a_phrase_is_found_whatever_its_case(make_shelf: Callable[..., Shelf]) -> None:
    """In capitals a word is an acronym for the analyzer, and CASTED is no form of "cast"."""
    searcher = make_shelf(
        lake="It is told by CASTED researchers.", river="The river was measured by others."
    ).searcher()
    for phrase in ("casted researchers", "CASTED RESEARCHERS", "Casted  Researchers"):
        assert answered(searcher.ask(f'"{phrase}"')), phrase
    assert answered(searcher.ask("researchers measured -casted")) == answered(searcher.ask("measured")) != []


def test_a_phrase_is_found_however_its_quotes_and_dashes_are_printed(make_shelf: Callable[..., Shelf]) -> None:
    """A keyboard writes ' and -, and reports print ’ and –."""
    searcher = make_shelf(lake="The lake’s depth in 2019–2021 was 40 metres. A well-known well.").searcher()
    for phrase in ("lake's depth", "lake’s depth", "2019-2021 was", "well‑known"):
        assert answered(searcher.ask(f'"{phrase}"')), phrase


def test_reports_are_listed_by_source(searcher: Searcher) -> None:
    infos = searcher.documents()
    assert [(info.id, info.title, info.year, info.source, info.passages) for info in infos] == [
        ("hu", "湖泊报告", 2012, "hu.md", 1),
        ("lakes", "Lakes of the North", 2021, "lakes.md", 2),
        ("river", "The river", None, "river.md", 1),
    ]


def test_an_outline_leads_to_every_passage(searcher: Searcher) -> None:
    for info in searcher.documents():
        headings = searcher.outline(info.id)
        assert sum(heading.passages for heading in headings) == info.passages
        for heading in headings:
            passages = searcher.passages_under(info.id, heading.section)
            assert passages[0].id == heading.first
            assert all(passage.citation.locator.section == heading.section for passage in passages)
    assert [heading.section for heading in searcher.outline("lakes")] == [
        ("Lakes of the North", "Depth"),
        ("Lakes of the North", "Visitors"),
    ]


def test_what_is_not_there_is_empty(searcher: Searcher) -> None:
    assert searcher.passage("nowhere") is None
    assert searcher.context("nowhere") == ()
    assert searcher.outline("nowhere") == ()
    assert searcher.passages_under("nowhere", ()) == ()
    assert searcher.passages_under("lakes", ("nowhere",)) == ()


def test_a_passage_is_opened_by_the_id_of_its_excerpt_with_its_neighbours(searcher: Searcher) -> None:
    answer = searcher.ask("How deep is the lake?")
    assert isinstance(answer, Answer)
    excerpt = answer.excerpts[0]
    passage = searcher.passage(excerpt.passage)
    assert passage is not None
    assert excerpt.text in passage.text
    assert passage.citation == excerpt.citation
    context = searcher.context(excerpt.passage)
    assert passage in context
    assert [one.document for one in context] == ["lakes", "lakes"]
    assert searcher.context(excerpt.passage, before=0, after=0) == (passage,)


def test_threads_share_a_searcher(shelf: Shelf) -> None:
    questions = ["How deep is the lake?", "培训班有哪些国家？", "How long is the river?", "xyzzy"] * 6
    expected = [shelf.searcher().ask(question) for question in questions]
    shared = shelf.searcher()
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(shared.ask, questions)) == expected


def test_open_opens_the_live_generation(shelf: Shelf) -> None:
    opened = Searcher.open(shelf.index)
    assert opened.generation == shelf.generations.current()
    assert opened.ask("How deep is the lake?") == shelf.searcher().ask("How deep is the lake?")


def test_a_searcher_answers_on_when_its_generation_was_removed(make_shelf: Callable[..., Shelf]) -> None:
    """A snapshot: conversations under way finish with what they began with."""
    shelf = make_shelf(lake="The lake is 40 metres deep.")
    searcher = shelf.searcher()
    for depth in range(50, 54):
        shelf.put("lake.md", f"The lake is {depth} metres deep.")
        shelf.reindex()
    assert not shelf.generations.path(searcher.generation).exists()
    assert answered(searcher.ask("How deep is the lake?")) == ["The lake is 40 metres deep."]


def test_a_warm_searcher_has_loaded_what_questions_need(shelf: Shelf) -> None:
    code = """
import sys
from pathlib import Path
from index.searcher import Searcher
searcher = Searcher.open(Path(sys.argv[1]))
searcher.warm()
before = set(sys.modules)
assert searcher.ask("How deep is the lake in the north?").excerpts
assert searcher.ask("第十四屆國際培訓班有幾個國家的學員？").excerpts
print(*sorted(set(sys.modules) - before))
"""
    done = subprocess.run(
        [sys.executable, "-c", code, shelf.index], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert done.stdout.split() == []


def test_live_hands_out_one_searcher_until_the_generation_changes(make_shelf: Callable[..., Shelf]) -> None:
    shelf = make_shelf(lake="The lake is 40 metres deep.")
    live = LiveSearcher(shelf.index)
    first = live.get()
    assert live.get() is first
    shelf.reindex()
    assert live.get() is first
    shelf.put("lake.md", "The lake is 50 metres deep.")
    shelf.reindex()
    assert answered(live.get().ask("How deep is the lake?")) == ["The lake is 50 metres deep."]
    assert answered(first.ask("How deep is the lake?")) == ["The lake is 40 metres deep."]
    shelf.generations.rollback()
    assert answered(live.get().ask("How deep is the lake?")) == ["The lake is 40 metres deep."]


def test_live_picks_up_what_another_process_built(make_shelf: Callable[..., Shelf]) -> None:
    shelf = make_shelf(lake="The lake is 40 metres deep.")
    live = LiveSearcher(shelf.index)
    live.get()
    shelf.put("lake.md", "The lake is 50 metres deep.")
    code = "import sys, pathlib; from index.build.reindex import reindex; reindex(*map(pathlib.Path, sys.argv[1:]))"
    subprocess.run([sys.executable, "-c", code, shelf.reports, shelf.index], cwd=ROOT, check=True)
    assert answered(live.get().ask("How deep is the lake?")) == ["The lake is 50 metres deep."]


def test_live_goes_on_answering_when_the_new_one_is_broken(
    make_shelf: Callable[..., Shelf], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    # import-linter, which another test runs in this process, switches off all loggers that it finds
    monkeypatch.setattr(logging.getLogger("index.searcher"), "disabled", False)
    shelf = make_shelf(lake="The lake is 40 metres deep.")
    live = LiveSearcher(shelf.index)
    first = live.get()
    (shelf.index / "live").write_text("20990101T000000-abcdef\n", encoding="ascii")
    with caplog.at_level(logging.ERROR):
        for _ in range(5):
            assert live.get() is first
    assert len(caplog.records) == 1, "said once, not at every question"
    (shelf.index / "live").unlink()
    assert live.get() is first
    shelf.reindex()
    assert live.get().generation == shelf.generations.current() != first.generation


def test_live_without_an_index_says_so_until_there_is_one(make_shelf: Callable[..., Shelf]) -> None:
    shelf = make_shelf()
    live = LiveSearcher(shelf.index)
    with pytest.raises(NoGeneration, match="run citedesk reindex"):
        live.get()
    (shelf.index / "live").write_text("nowhere\n", encoding="ascii")
    with pytest.raises(BrokenGeneration, match="run citedesk reindex"):
        live.get()
    shelf.put("lake.md", "The lake is 40 metres deep.")
    shelf.reindex()
    assert answered(live.get().ask("How deep is the lake?")) == ["The lake is 40 metres deep."]


def test_a_generation_of_another_analyzer_does_not_open(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.text.analyzer.VERSION", 0)
    with pytest.raises(OtherAnalyzer, match="run citedesk reindex"):
        Searcher.open(shelf.index)


def test_passages_of_equal_worth_come_in_the_order_of_the_reports(make_shelf: Callable[..., Shelf]) -> None:
    shelf = make_shelf(b="The lake is deep.", a="The lake is deep.", c="The lake is deep.")
    answer = shelf.ask("lake")
    assert isinstance(answer, Answer)
    documents = [excerpt.citation.document for excerpt in answer.excerpts]
    assert documents == sorted(documents)
    assert replace(answer, generation="") == replace(shelf.ask("lake"), generation="")


def test_a_question_is_refused_or_answered_however_few_excerpts_are_wanted(shelf: Shelf) -> None:
    shelf.put("lake.md", "# Lakes\n\nThe lake is 55 metres deep.\n\n## Islands\n\nThe lake has two islands in Kenya.\n")
    shelf.reindex()
    for question in ("How deep is the lake?", "Which islands are in Kenya?", "How deep is the lake in Peru?"):
        assert type(shelf.ask(question, limit=1)) is type(shelf.ask(question, limit=10))


def test_a_passage_without_the_year_asked_for_is_worth_less(make_shelf: Callable[..., Shelf]) -> None:
    """Most passages of a report name its year, so that by idf it says next to nothing."""
    shelf = make_shelf(
        first="In 2012 twelve trainees came to the workshop.",
        later="In 2021 twenty participants came to the workshop.",
    )
    live = shelf.generations.require_current()
    with_rule, without = (
        {found.text[:7]: found.score for found in Searcher(shelf.index, live, rules=rules).ask(question).excerpts}
        for question in ("How many trainees came to the workshop in 2021?",)
        for rules in (Rules(), Rules(undated=1.0))
    )
    assert with_rule["In 2021"] == without["In 2021"]
    assert with_rule["In 2012"] == pytest.approx(Rules().undated * without["In 2012"])


def test_a_phrase_is_preferred_not_demanded(make_shelf: Callable[..., Shelf]) -> None:
    searcher = make_shelf(
        one="The open lake has water. The open lake was measured, and the water of the open lake is deep.",
        two="The water of the lake is open in spring, says the guild of boats that sail on the lake.",
    ).searcher()
    quoted = answered(searcher.ask('lake "guild of boats" water'))
    assert quoted[0].startswith("The water of the lake")
    assert len(quoted) == 2


def test_a_pasted_title_with_quotes_and_hyphens_ranks_as_without(make_shelf: Callable[..., Shelf]) -> None:
    """Measured on titles of abstracts: where quotes and hyphens are commands, a title finds next to nothing."""
    reports = {
        f"abstract{number}": f"A {kind} method for the {thing} of {place} lakes, with a note on {thing} and on rules."
        for number, (kind, thing, place) in enumerate(
            itertools.product(("linear", "random", "simple"), ("sorting", "mapping"), ("deep", "cold", "wide"))
        )
    }
    searcher = make_shelf(**reports).searcher()
    for title, plain in [
        ('Comments on "A random walk" -mapping of cold lakes', "Comments on A random walk mapping of cold lakes"),
        ('A "simple" method -based on sorting of lakes', "A simple method based on sorting of lakes"),
        ("Note on linear mapping -a review of wide lakes", "Note on linear mapping a review of wide lakes"),
        ('"Sorting" of deep lakes - methods', "Sorting of deep lakes methods"),
    ]:
        ranked, as_without = (
            [hit.number for hit in searcher.rank(searcher.parse(text), 10).hits] for text in (title, plain)
        )
        assert ranked == as_without, title
