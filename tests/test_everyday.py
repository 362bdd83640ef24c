"""Everyday words: what people ask, and what reports print for it."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from shelf import Shelf

from content.library import EVERYDAY
from index.lexicon.everyday import Everyday, analyze_everyday, save_everyday
from index.question.parse import MAX_PHRASE, Query
from index.store.tables import save_strings
from index.text.analyzer import HAN_RUN, Analyzer

FILLING = {f"filling{number}": f"The river was painted {number} times in spring." for number in range(6)}


@pytest.fixture(scope="module")
def shelf(make_shelf: Callable[..., Shelf]) -> Shelf:
    return make_shelf(
        museum="The museum was sponsored by the bank of the north.",
        treaty="The treaty is effective from the first of May.",
        **FILLING,
    )


def everyday(query: Query, label: str) -> list[str]:
    """What everyday words of a concept may be printed as."""
    (concept,) = (concept for concept in query.concepts if concept.label == label)
    groups = [concept.expansions, *(part.expansions for part in concept.parts)]
    return [" ".join(a.terms) for group in groups for a in group if a.origin == "everyday"]


def test_what_is_asked_in_everyday_words_is_found_as_it_is_printed(shelf: Shelf) -> None:
    assert shelf.texts("Who paid for the museum?")[0] == "The museum was sponsored by the bank of the north."
    assert shelf.texts("谁出钱办博物馆？")[:1] == shelf.texts("Who paid for the museum?")[:1]


def test_a_phrase_says_what_its_words_alone_do_not(shelf: Shelf) -> None:
    """The "into" of "come into force" is a stop word, and "come" says nothing of when a law starts to apply."""
    searcher = shelf.searcher()
    assert everyday(searcher.parse("When did the treaty come into force?"), "come into force") == ["effect"]
    assert shelf.texts("When did the treaty come into force?")[0] == "The treaty is effective from the first of May."
    assert everyday(searcher.parse("Did the treaty come?"), "come") == []


def test_only_what_the_reports_print_is_looked_for(shelf: Shelf) -> None:
    assert everyday(shelf.searcher().parse("Who paid for the museum?"), "paid") == ["sponsor"]
    assert everyday(shelf.searcher().parse("How much does the museum earn?"), "earn") == []


def test_the_list_is_whole() -> None:
    rows = list(csv.reader(io.StringIO(EVERYDAY.read_text(encoding="utf-8"))))
    assert rows[0] == ["asked", "printed"]
    assert [row for row in rows if len(row) != 2] == []
    forms = [form for row in rows[1:] for cell in row for form in cell.split(";")]
    assert [form for form in forms if not form or form != form.strip()] == []


def test_what_is_asked_stands_in_one_row_of_the_list() -> None:
    """Two rows for one word would be read as one, and whoever mends the first would wonder about the second."""
    rows = list(csv.DictReader(io.StringIO(EVERYDAY.read_text(encoding="utf-8"))))
    asked = Counter(form.lower() for row in rows for form in row["asked"].split(";"))
    assert [form for form, times in asked.items() if times > 1] == []


def test_each_row_has_a_few_printed_forms() -> None:
    """Whatever is found by everything says nothing. A report has those of its language."""
    rows = list(csv.DictReader(io.StringIO(EVERYDAY.read_text(encoding="utf-8"))))
    for row in rows:
        chinese = [bool(HAN_RUN.search(form)) for form in row["printed"].split(";")]
        assert max(chinese.count(True), chinese.count(False)) <= 8, row["asked"]


def test_every_phrase_of_the_list_can_be_found_in_a_question(analyzer: Analyzer) -> None:
    found = analyze_everyday(analyzer)
    assert [asked for asked in found if len(asked.split()) > MAX_PHRASE] == []
    assert [asked for asked, printed in found.items() if asked in printed] == []


def test_the_list_is_kept_as_tables(analyzer: Analyzer, tmp_path: Path) -> None:
    save_everyday(tmp_path, analyzer)
    kept = Everyday(tmp_path)
    for asked, printed in analyze_everyday(analyzer).items():
        terms = asked.split()
        assert kept.printed(terms) == [tuple(form.split()) for form in printed]
        assert len(terms) == 1 or kept.opens(*terms[:2])
    assert kept.printed(["nobody", "asks", "this"]) == []
    assert not kept.opens("xylophone", "lake")


def test_tables_of_two_lists_are_refused(analyzer: Analyzer, tmp_path: Path) -> None:
    save_everyday(tmp_path, analyzer)
    save_strings(tmp_path, "printed", ["sponsor"])
    with pytest.raises(ValueError, match="one list"):
        Everyday(tmp_path)
