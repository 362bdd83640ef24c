"""Postings that are moved are the postings that counting gives."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.build import merge as module
from index.build.merge import DocMap, encode, merge, rest
from index.scoring.postings import Postings

PASSAGE = st.lists(st.integers(0, 6), max_size=6)


def counted(passages: dict[int, list[int]], vocabulary: int, length: int) -> Postings:
    terms = np.array([term for own in passages.values() for term in own], np.int32)
    owner = np.array([number for number, own in passages.items() for _ in own], np.int32)
    return Postings.count([(terms, owner, 1.0), (terms[:3], owner[:3], 0.15)], np.zeros(length), vocabulary)


@given(before=st.lists(PASSAGE, max_size=8), edits=st.data())
def test_moved_postings_are_counted_ones(before: list[list[int]], edits: st.DataObject) -> None:
    base = encode(counted(dict(enumerate(before)), 7, len(before)))
    moves, now, kept, fresh = DocMap(len(before)), 0, {}, {}
    for number, terms in enumerate(before):
        for new in edits.draw(st.lists(PASSAGE, max_size=2)):
            fresh[now] = new
            now += 1
        if edits.draw(st.booleans()):
            moves.add(range(number, number + 1), now)
            kept[now] = (number, terms)
            now += 1
    left = rest(base, moves)
    used = {term for _, terms in kept.values() for term in terms} | {term for own in fresh.values() for term in own}
    assert set(np.flatnonzero(left.sizes).tolist()) == {term for _, terms in kept.values() for term in terms}
    names = {term: number for number, term in enumerate(sorted(used))}
    renamed = np.array([names.get(term, -1) for term in range(7)], np.int32)
    added = counted({number: [names[term] for term in own] for number, own in fresh.items()}, len(names), now)
    for many in (0, 8):
        module._MANY = many
        found = merge(base, moves, left, renamed, added)
        pairs = decoded(found.starts, found.passages, found.frequencies[:])
        old = decoded(base.starts, base.passages, base.frequencies[:])
        places = {number: place for place, (number, _) in kept.items()}
        wanted = {(names[term], places[number]): value for (term, number), value in old.items() if number in places}
        assert pairs == wanted | decoded(added.starts, added.passages, added.frequencies)
        for term in range(len(names)):
            own = found.passages[found.starts[term] : found.starts[term + 1]]
            assert (np.diff(own) > 0).all()


def decoded(starts: np.ndarray, passages: np.ndarray, values: np.ndarray) -> dict[tuple[int, int], float]:
    """(term, passage) → frequency."""
    terms = np.repeat(np.arange(len(starts) - 1), np.diff(starts)).tolist()
    return dict(zip(zip(terms, passages.tolist(), strict=True), values.tolist(), strict=True))


def test_counting_some_terms_at_a_time_is_counting(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    random = np.random.default_rng(1)
    fields = [
        (random.integers(0, 50, n, np.int32), np.sort(random.integers(0, 40, n, np.int32)), w)
        for n, w in ((900, 1.0), (90, 0.15))
    ]
    whole = Postings.count(fields, np.zeros(40), 50)
    monkeypatch.setattr(module, "_AT_ONCE", 100)
    parts = module.count(fields, np.zeros(40), 50)
    for name in ("starts", "passages", "frequencies", "lengths"):
        np.testing.assert_array_equal(getattr(whole, name), getattr(parts, name))
