"""Names of places and people in the other script; and which scripts a library is worth asking in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from shelf import Shelf

from index.lexicon.dictionary import Dictionary
from index.lexicon.lexicon import Lexicon
from index.store.tables import SortedTable


@pytest.fixture(scope="module")
def shelf(make_shelf: Callable[..., Shelf]) -> Shelf:
    return make_shelf(
        sichuan="The partners came from Sichuan and went home.",
        wuhan="The forum took place in Wuhan last autumn.",
        li="Professor Li Meng opened the meeting of the society.",
        hu="四川的专家参加了会议，讨论了论文与期刊。研究所在湖边。",
        **{f"filling{number}": f"The river was painted {number} times in spring." for number in range(6)},
    )


@pytest.fixture(scope="module")
def lexicon(shelf: Shelf) -> Lexicon:
    folder = shelf.generations.path(shelf.generations.require_current())
    dictionary = Dictionary.open(shelf.index, shelf.analyzer)
    return Lexicon(
        folder, SortedTable(folder, "terms"), dictionary, chinese=True, english=True, stem=shelf.analyzer.stem
    )


def others(lexicon: Lexicon, term: str) -> list[str]:
    return [" ".join(a.terms) for a in lexicon.words(term, term) if a.origin == "dictionary"]


def test_a_place_is_found_by_its_name_in_the_other_script(shelf: Shelf) -> None:
    assert "Sichuan" in shelf.texts("四川的合作伙伴来自哪里？")[0]
    assert "四川" in shelf.texts("Which experts came from Sichuan?")[0]
    assert "Wuhan" in shelf.texts("武汉论坛何时举行？")[0]


def test_a_name_that_the_dictionary_lacks_is_spelled(lexicon: Lexicon) -> None:
    assert others(lexicon, "李萌") == ["li meng"]


@pytest.mark.parametrize("name", ["李明", "王萌", "李萌萌萌萌"])
def test_a_name_is_spelled_only_if_the_reports_have_all_of_it(lexicon: Lexicon, name: str) -> None:
    assert others(lexicon, name) == []


def test_letters_that_are_a_word_by_themselves_are_no_name(
    make_shelf: Callable[..., Shelf],
) -> None:
    """Names of fewer than five letters are found by chance: 马德 would be `made`."""
    shelf = make_shelf(made="It is the best mate and the maid of the lake.", nu="研究所在湖边。")
    folder = shelf.generations.path(shelf.generations.require_current())
    dictionary = Dictionary.open(shelf.index, shelf.analyzer)
    short = Lexicon(
        folder, SortedTable(folder, "terms"), dictionary, chinese=True, english=True, stem=shelf.analyzer.stem
    )
    assert dictionary.spelled("马特") == ("ma", "te")
    assert others(short, "马特") == []


def test_a_language_that_only_a_cover_has_is_not_translated_into(make_shelf: Callable[..., Shelf]) -> None:
    """A library in English with one Chinese name in it is no library in two languages."""
    english = {
        f"report{number}": f"The {number} experts measured the lake and its river in spring." for number in "123"
    }
    spoken = make_shelf(hu="湖", **english)
    assert ["湖"] in translations(spoken, "lake")
    cover = make_shelf(hu="湖", **{f"{name}{n}": f"{text} {n}" for name, text in english.items() for n in range(9)})
    assert translations(cover, "lake") == []
    assert cover.texts("湖") == ["湖"]


def translations(shelf: Shelf, question: str) -> list[list[str]]:
    (concept,) = shelf.searcher().parse(question).concepts
    return [list(a.terms) for part in concept.parts for a in part.expansions if a.origin == "dictionary"]
