"""Misspelt words and the nearest words of the reports."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.lexicon.spelling import nearest
from index.store.tables import SortedTable, StringTable, save_strings
from index.text.analyzer import Analyzer

WORDS = {
    "intellig": "intelligent",
    "lake": "lakes",
    "polici": "policy",
    "river": "river",
    "scienc": "science",
    "workshop": "workshop",
}


@pytest.fixture(scope="module")
def mend(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], list[str]]:
    """Gives the terms that a word may have meant."""
    folder: Path = tmp_path_factory.mktemp("terms")
    save_strings(folder, "terms", sorted(WORDS), slots=True)
    save_strings(folder, "surfaces", (WORDS[term] for term in sorted(WORDS)))
    terms, surfaces = SortedTable(folder, "terms"), StringTable(folder, "surfaces")
    stem = Analyzer().stem
    return lambda word: [terms[number] for number in nearest(word, stem(word), terms, surfaces)]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("sciense", ["scienc"]),
        ("scinece", ["scienc"]),
        ("sience", ["scienc"]),
        ("workshpo", ["workshop"]),
        ("owrkshop", ["workshop"]),
        ("wokrshopp", ["workshop"]),
        ("polcy", ["polici"]),
        ("rivre", ["river"]),
        ("lakess", ["lake"]),
        ("inteligence", ["intellig"]),
    ],
)
def test_a_slip_of_the_fingers_is_mended(mend: Callable[[str], list[str]], word: str, meant: list[str]) -> None:
    assert mend(word) == meant


@pytest.mark.parametrize("word", ["", "lak", "li", "mountain", "xyzzy", "rvrie", "科学", "1999", "lake1", "wrkshp9"])
def test_what_is_far_from_every_word_stays(mend: Callable[[str], list[str]], word: str) -> None:
    assert mend(word) == []


@settings(max_examples=200, deadline=None)
@given(word=st.text("aceiklmnoprsvwhy", max_size=14))
def test_at_most_four_words_are_guessed(mend: Callable[[str], list[str]], word: str) -> None:
    meant = mend(word)
    assert len(meant) <= 4
    assert set(meant) <= set(WORDS)


@settings(max_examples=100, deadline=None)
@given(word=st.sampled_from(["science", "workshop", "policy"]), data=st.data())
def test_one_letter_left_out_after_the_first_is_always_mended(
    mend: Callable[[str], list[str]], word: str, data: st.DataObject
) -> None:
    place = data.draw(st.integers(1, len(word) - 1))
    (term,) = mend(word[:place] + word[place + 1 :])
    assert WORDS[term] == word
