"""Where tokens stand, in two bytes each."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from shelf import Shelf

from index.store.corpus import WIDEST, pack, unpack

TOKEN = st.tuples(st.sampled_from([0, 1, 7, 254, 255, 256, 600, 65_000]), st.integers(1, 300))
PASSAGES = st.lists(st.lists(TOKEN, max_size=6), max_size=6)


@given(passages=PASSAGES, chosen=st.lists(st.integers(0, 5), max_size=6))
def test_what_is_packed_comes_back(passages: list[list[tuple[int, int]]], chosen: list[int]) -> None:
    """Of all passages, or of some, in any order."""
    offsets = [np.cumsum([gap for gap, _ in own], dtype=np.int64) for own in passages]
    ends = [own + [width for _, width in tokens] for own, tokens in zip(offsets, passages, strict=True)]
    counts = np.array(list(map(len, passages)), np.int64)
    starts = np.cumsum(counts) - counts
    nothing = np.zeros(0, np.int64)
    gaps, widths, far = pack(np.concatenate([nothing, *offsets]), np.concatenate([nothing, *ends]), counts)
    assert gaps.dtype == widths.dtype == np.uint8
    numbers = [number for number in chosen if number < len(passages)]
    places = np.concatenate([nothing, *(np.arange(starts[n], starts[n] + counts[n]) for n in numbers)])
    found, found_ends = unpack(gaps[places], widths[places], far, places, counts[numbers])
    assert found.tolist() == [offset for n in numbers for offset in offsets[n].tolist()]
    assert (found_ends - found).tolist() == [min(width, WIDEST) for n in numbers for _, width in passages[n]]


def test_marks_stand_where_the_words_are_behind_long_stretches_without_any(shelf: Shelf) -> None:
    """Also when the report is copied to another place in the next generation."""
    dots = "." * 400
    shelf.put("lake.md", f"The lake {dots} is deep. {dots} Salt in the lake.")
    for edit in range(2):
        shelf.put("a.md", "Something stands before it now. " * edit)
        shelf.reindex()
        searcher = shelf.searcher()
        for number in range(len(searcher._corpus)):
            text = searcher._corpus.texts[number]
            (marks,) = searcher._views.marks([number], range(len(searcher._terms)))
            assert [text[low:high] for _, low, high in marks] == [
                text[token.start : token.end] for token in shelf.analyzer.analyze(text)
            ]
