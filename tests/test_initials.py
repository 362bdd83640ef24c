"""Acronyms that the reports never print beside their long forms."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from shelf import Shelf

from index.answer import Answer

REPORT = """# Finance

The survey of venture capital covered 1,200 funds in all provinces of the country during the year.

## Training

The workshop trained officials of twelve countries in technology foresight and in policy evaluation.

## Outlook

Next year venture capital will be studied by region, and the results will be printed in spring.
"""


@pytest.fixture(scope="module")
def shelf(make_shelf: Callable[..., Shelf]) -> Shelf:
    shelf = make_shelf()
    shelf.put("report.md", REPORT)
    shelf.reindex()
    return shelf


def test_an_acronym_finds_words_that_stand_together_twice(shelf: Shelf) -> None:
    answer = shelf.ask("VC survey")
    assert isinstance(answer, Answer)
    assert "venture capital covered 1,200 funds" in answer.excerpts[0].text


def test_words_that_stand_together_once_are_no_long_form(shelf: Shelf) -> None:
    alternatives = shelf.searcher()._lexicon.words("pe", "PE")
    assert [a for a in alternatives if a.origin == "initials"] == []


def test_only_capitals_are_read_as_initials(shelf: Shelf) -> None:
    assert [a for a in shelf.searcher()._lexicon.words("vc", "vc") if a.origin == "initials"] == []
    assert [a.terms for a in shelf.searcher()._lexicon.words("vc", "VC") if a.origin == "initials"] == [
        ("ventur", "capit")
    ]
