"""Acronyms that the reports never print beside their long forms."""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shelf import Shelf

from index.answering.answer import Answer
from index.lexicon import initials
from index.store.tables import Array, SortedTable, StringTable, save_array, save_strings

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


WORDS = ["a", "ab", "ac", "b", "ba", "b1", "水"]
SENTENCES = st.lists(st.sampled_from(WORDS), max_size=3) | st.lists(st.sampled_from(WORDS), min_size=12, max_size=60)


@settings(deadline=None, max_examples=150)
@given(
    passages=st.lists(st.lists(SENTENCES, max_size=3), max_size=4),
    bits=st.sampled_from([0, initials._BITS]),
    most=st.sampled_from([7, initials.MOST_TOKENS]),
    kept=st.sampled_from([2, initials.KEPT]),
    block=st.sampled_from([3, initials._BLOCK]),
)
def test_what_is_kept_is_what_counting_every_sequence_keeps(
    passages: list[list[list[str]]], bits: int, most: int, kept: int, block: int
) -> None:
    """`bits`: with 0 no key has room for its place beside it, as in a vocabulary of millions."""
    terms = sorted({word for passage in passages for sentence in passage for word in sentence})
    tokens = [
        (number, place, word)
        for number, passage in enumerate(passages)
        for place, sentence in enumerate(passage)
        for word in sentence
    ]
    counts = np.bincount([number for number, _, _ in tokens], minlength=len(passages))
    with tempfile.TemporaryDirectory() as temporary, pytest.MonkeyPatch.context() as patch:
        folder = Path(temporary)
        patch.setattr(initials, "_BITS", bits)
        patch.setattr(initials, "MOST_TOKENS", most)
        patch.setattr(initials, "KEPT", kept)
        patch.setattr(initials, "_BLOCK", block)
        save_strings(folder, "terms", terms)
        arrays: dict[str, Array] = {
            "starts": np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)]).astype(np.int64),
            "terms": np.array([terms.index(word) for *_, word in tokens], np.int32),
            "sentences": np.array([place for _, place, _ in tokens], np.uint8),
        }
        for name, array in arrays.items():
            save_array(folder, f"forward.{name}", array)
        initials.save_initials(folder)
        found = dict(zip(SortedTable(folder, "initials"), StringTable(folder, "sequences"), strict=True))
    assert found == counted_one_by_one(tokens[:most], kept)


def counted_one_by_one(tokens: list[tuple[int, int, str]], kept: int) -> dict[str, str]:
    seen: Counter[tuple[str, ...]] = Counter()
    for length in range(2, initials.LONGEST + 1):
        for at in range(len(tokens) - length + 1):
            window = tokens[at : at + length]
            words = tuple(word for *_, word in window)
            if len({token[:2] for token in window}) == 1 and all(word.isascii() and word.isalpha() for word in words):
                seen[words] += 1
    by_initials: dict[str, list[tuple[int, tuple[str, ...]]]] = defaultdict(list)
    for words, times in seen.items():
        if times >= initials.SEEN and len(set(words)) == len(words):
            by_initials["".join(word[0] for word in words)].append((-times, words))
    return {
        letters: "\n".join(" ".join(words) for _, words in sorted(found)[:kept])
        for letters, found in sorted(by_initials.items())
    }
