"""What is named is found however it is written, and only then said to be named nowhere.

The questions of `questions/spellings.jsonl` and `short-names.jsonl` were written before the rules.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from shelf import Shelf

from index.answering.answer import Answer
from index.lexicon.dictionary import Dictionary
from index.lexicon.lexicon import Lexicon
from index.store.tables import SortedTable
from index.text import quantities
from index.text.analyzer import Analyzer

QUESTIONS = Path(__file__).parent / "questions"
FIELD = Path(__file__).parents[2] / "shared" / "field" / "questions"


def share_right(shelf: Shelf, reports: Path, questions: Path) -> float:
    """The share of questions whose first excerpt has what is expected, or which are refused where nothing is."""
    for path in reports.iterdir():
        shelf.put(path.name, path.read_bytes())
    shelf.reindex()
    searcher = shelf.searcher()
    right = []
    for line in questions.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        answer = searcher.ask(row["question"])
        first = answer.excerpts[0].text if isinstance(answer, Answer) else None
        right.append(first is None if row["expect"] is None else row["expect"] in (first or ""))
    return sum(right) / len(right)


@pytest.mark.parametrize(("name", "least"), [("spellings", 0.95), ("short-names", 0.95)])
def test_our_own_spellings_are_found(make_shelf: Callable[..., Shelf], name: str, least: float) -> None:
    """Before there were writings: .70 and .61."""
    assert share_right(make_shelf(), QUESTIONS / name, QUESTIONS / f"{name}.jsonl") >= least


@pytest.mark.skipif(not FIELD.is_dir(), reason="the questions beside the project are absent")
@pytest.mark.parametrize(
    ("reports", "questions", "least"),
    [("reports", "spelling.jsonl", 0.9), ("short-names-reports", "short-names.zh.jsonl", 1.0)],
)
def test_those_beside_the_project_are_found(
    make_shelf: Callable[..., Shelf], reports: str, questions: str, least: float
) -> None:
    assert share_right(make_shelf(), FIELD / reports, FIELD / questions) >= least


@pytest.fixture(scope="module")
def lexicon(make_shelf: Callable[..., Shelf], analyzer: Analyzer) -> Lexicon:
    shelf = make_shelf(
        names="宁夏回族自治区与全国人民代表大会，上海交通大学与科学院、研究院。",
        figures="The plan of 2011–2015 and that of 2020 to 2024 planted 7.250 trees and 9,100 hedges.",
        words="The NGO keeps a health care desk in Würzburg.",
    )
    folder = shelf.generations.path(shelf.generations.require_current())
    return Lexicon(
        folder,
        SortedTable(folder, "terms"),
        Dictionary.open(shelf.index, analyzer),
        chinese=True,
        english=True,
        stem=analyzer.stem,
        beside=lambda first, second: (first, second) == ("health", "care"),
    )


@pytest.mark.parametrize(
    ("surface", "written"),
    [
        ("宁夏", ["宁夏回族自治区"]),
        ("人大", ["全国人民代表大会"]),
        ("交大", ["上海交通大学"]),
        ("2013", ["years_2011_2015"]),
        ("2016", []),
        ("7250", ["7.250"]),
        ("7,250", ["7.250"]),
        ("9.100", ["9100"]),
        ("ngos", ["ngo"]),
        ("healthcare", ["health care"]),
        ("Wuerzburg", ["wurzburg"]),
        ("WÜRZBURG", ["wurzburg"]),
        ("Kenya", []),
        ("青海", []),
        ("科学", ["科学院"]),
    ],
)
def test_a_name_is_there_in_all_its_writings(
    lexicon: Lexicon, analyzer: Analyzer, surface: str, written: list[str]
) -> None:
    term = analyzer.terms(surface)[0]
    assert [" ".join(terms) for terms in lexicon.writings(term, surface)] == written


def test_a_word_that_the_reports_have_is_not_sought_in_longer_ones(
    make_shelf: Callable[..., Shelf], analyzer: Analyzer
) -> None:
    """研究 is no 研究院: only a name stands for the longer name that has it inside."""
    shelf = make_shelf(one="他们研究鱼类。", two="研究院在湖边，江苏与江苏省。")
    folder = shelf.generations.path(shelf.generations.require_current())
    dictionary = Dictionary.open(shelf.index, analyzer)
    lexicon = Lexicon(folder, SortedTable(folder, "terms"), dictionary, chinese=True, english=False, stem=analyzer.stem)
    assert lexicon.writings("研究", "研究") == (("研究",),)
    assert lexicon.writings("江苏", "江苏") == (("江苏",), ("江苏省",))


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("3 April 2019, April 3rd, 2019 and 2019年4月3日", ["day_20190403"] * 3),
        ("2017.8.9, 二〇一七年八月九日", ["day_20170809"] * 2),
        ("03/04/2019", ["day_20190403", "day_20190304"]),
        ("23/11/2016", ["day_20161123"]),
        ("le 1er août 2018, el 3 de abril de 2019, 3 апреля 2019", ["day_20180801", "day_20190403", "day_20190403"]),
        ("2016/17, 2008-09 and 2011至2015年", ["years_2016_2017", "years_2008_2009", "years_2011_2015"]),
        ("between 2011 and 2015; 2011 and 2015", ["years_2011_2015"]),
        ("2016-05 and 2011-15.3", []),
        ("1850–1960", []),
        ("€1.2 million, 1.2万, 2.5亿元, £900k, 900k", ["1200000", "12000", "250000000", "900000"]),
        ("+51 (51) 352-206", ["5151352206", "51352206", "352206"]),
        ("(2019) 350-470", []),
        ("0755-1234567", ["07551234567", "1234567"]),
        ("No. 3, 12 and 45", []),
    ],
)
def test_what_is_written_over_several_words_is_one_term(text: str, terms: list[str]) -> None:
    assert [term for _, _, term in quantities.find(text)] == terms
