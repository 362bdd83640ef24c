"""MaxScore has an oracle: the sum over all passages."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.scoring import bm25 as bm25_module
from index.scoring import topk as maxscore
from index.scoring import upper_bounds as columns
from index.scoring.bm25 import BM25, KTH
from index.scoring.postings import Postings
from index.scoring.topk import Computed, Mask, MaxScore, PassageScores, Weighted
from index.scoring.upper_bounds import BLOCK, CorpusUpperBounds, UpperBounds
from index.scoring.weights import Weights


def weighted(numbers: list[int], values: list[float], scale: float, k: int) -> Weighted:
    ids = np.array(sorted(set(numbers)), np.int32)
    given = np.resize(np.array(values, np.float32), len(ids))
    largest = np.sort(given)[::-1] * np.float32(scale)
    return Weighted(ids, given, scale, float(largest[0]) * 1.0000001, float(largest[k - 1]) if len(ids) >= k else 0.0)


def with_column(one: Weighted, unit: float) -> Weighted:
    """The same list with a column of levels of so much score each."""
    levels = np.zeros(-(-60 // BLOCK) * BLOCK, np.uint8)
    levels[one.passages] = np.minimum(np.ceil(one.values * np.float32(one.scale / unit)), 255)
    return replace(one, column=UpperBounds(levels, levels.reshape(-1, BLOCK).max(axis=1), unit / one.scale))


def computed(one: Weighted) -> Computed:
    """The same list, with its column, as one that is not written out."""
    assert one.column is not None

    def compute(ids: np.ndarray) -> np.ndarray:
        return replace(one, scale=1.0).scores_of(ids)

    return Computed(len(one), compute, one.column, one.bound, one.kth, one.scale)


def drawn_lists(drawn: list[tuple[list[int], list[float], float]], ways: list[tuple[float, bool]], k: int) -> Lists:
    """The lists as they are, as the oracle takes them, and with columns where there is a unit, some not written out."""
    plain = sorted((weighted(*one, k) for one in drawn), key=len)
    lists: list[PassageScores] = []
    for one, (unit, written) in zip(plain, ways, strict=False):
        own = with_column(one, unit) if unit else one
        lists.append(own if written or not unit else computed(own))
    return plain, lists


Lists = tuple[list[Weighted], list[PassageScores]]
WAYS = st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.1, 0.3]), st.booleans()), min_size=7, max_size=7)
LISTS = st.lists(
    st.tuples(
        st.lists(st.integers(0, 59), min_size=1, max_size=60),
        st.lists(st.sampled_from([0.25, 0.5, 1.0, 1.7, 2.2]), min_size=1, max_size=9),
        st.sampled_from([0.3, 1.0, 2.5, 7.0]),
    ),
    max_size=7,
)


def summed(lists: list[Weighted], k: int, allowed: Mask | None) -> list[tuple[int, float]]:
    """The oracle: every posting is added up."""
    sums = np.zeros(60)
    for one in lists:
        sums[one.passages] += one.values * np.float32(one.scale)
    if allowed is not None:
        sums[~allowed] = 0
    order = np.lexsort((np.arange(60), -sums))[:k]
    return [(int(number), float(sums[number])) for number in order if sums[number] > 0]


def ranked(found: tuple[np.ndarray, np.ndarray], k: int) -> list[tuple[int, float]]:
    ids, sums = found
    assert np.all(np.diff(ids) > 0)
    order = np.lexsort((ids, -sums))[:k]
    return list(zip(ids[order].tolist(), sums[order].tolist(), strict=True))


@settings(max_examples=800, deadline=None)
@given(
    drawn=LISTS,
    ways=WAYS,
    k=st.integers(1, 12),
    mask=st.none() | st.lists(st.booleans(), min_size=60, max_size=60),
    cheaper=st.sampled_from([0, 2, 16]),
    few=st.sampled_from([0, 20, 16_000]),
    smallest=st.sampled_from([0, 60]),
    sample=st.sampled_from([1, 2, 64]),
    many=st.sampled_from([0, 3, 2_000]),
)
def test_numpy_finds_what_adding_everything_up_finds(
    drawn: list[tuple[list[int], list[float], float]],
    ways: list[tuple[float, bool]],
    k: int,
    mask: list[bool] | None,
    cheaper: int,
    few: int,
    smallest: int,
    sample: int,
    many: int,
) -> None:
    plain, lists = drawn_lists(drawn, ways, k)
    allowed = None if mask is None else np.array(mask)
    kernel = MaxScore(60)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(maxscore, "_CHEAPER", cheaper)
        patch.setattr(maxscore, "_FEW", few)
        patch.setattr(maxscore, "_SAMPLE", sample)
        patch.setattr(maxscore, "_MANY", many)
        patch.setattr(maxscore, "SMALLEST", smallest)
        for _ in range(2):  # the second time with arrays that the first has used
            assert ranked(kernel.best(lists, k, allowed), k) == summed(plain, k, allowed)


def corpus(passages: int, vocabulary: int) -> BM25:
    """Seeded noise with some terms in most passages and most terms in few."""
    random = np.random.default_rng(7)
    lengths = random.integers(3, 60, passages)
    terms = np.minimum(random.zipf(1.2, int(lengths.sum())), vocabulary) - 1
    owner = np.repeat(np.arange(passages), lengths)
    return BM25.from_postings(Postings.count([(terms, owner, 1.0)], lengths, vocabulary), Weights(k1=1.5, b=0.75))


def test_a_large_corpus_is_searched_as_adding_everything_up_searches_it() -> None:
    """Large enough for all that small ones never reach: upper bounds, probes, lists that are looked into."""
    bm25 = corpus(30_000, 3_000)
    random = np.random.default_rng(8)
    for _ in range(60):
        terms = np.unique(np.minimum(random.zipf(1.3, int(random.integers(1, 9))), 3_000) - 1).tolist()
        allowed = None if len(terms) % 2 else random.random(bm25.corpus_size) < 0.01
        for k in (1, 10, 64, 100):
            lists = sorted((bm25.weighted(term, k) for term in terms), key=lambda one: len(one.passages))
            lists = [one for one in lists if len(one.passages)]
            sums = np.zeros(bm25.corpus_size)
            for one in lists:
                sums[one.passages] += one.values * np.float32(one.scale)
            if allowed is not None:
                sums[~allowed] = 0
            order = np.lexsort((np.arange(len(sums)), -sums))[:k]
            expected = [(int(number), float(sums[number])) for number in order if sums[number] > 0]
            assert ranked(bm25.max_score.best(lists, k, allowed), k) == expected


@pytest.mark.parametrize("sieved", [bm25_module._LONG, 1 << 12])
def test_a_kth_weight_is_the_kth_where_a_list_is_long(sieved: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """`sieved`: from how many postings on most are left out before they are sorted."""
    monkeypatch.setattr(bm25_module, "_SIEVED", sieved)
    bm25 = corpus(3_000, 500)
    for term in range(500):
        _, weights = bm25.postings(term)
        most, *kth = bm25.bounds[term].tolist()
        assert most == (weights.max() if len(weights) else 0)
        for k, value in zip(KTH, kth, strict=True):
            assert value == (np.sort(weights)[-k] if len(weights) >= bm25_module._LONG else 0)
    assert np.count_nonzero(bm25.bounds[:, 1]) > 20


def test_a_column_says_what_a_weight_does_not_exceed_and_reaches() -> None:
    bm25 = corpus(columns.SMALLEST + 5, 300)
    built = CorpusUpperBounds.build(bm25.starts, bm25.passages, bm25.weights, bm25.bounds[:, 0], bm25.corpus_size)
    assert 5 < len(built.terms) < 100
    for term, column in built.by_term().items():
        weights = np.zeros(len(column.levels))
        weights[bm25.postings(term)[0]] = bm25.postings(term)[1]
        assert bm25.weighted(term, 10).column is not None
        assert np.all(weights <= column.levels * column.unit * 1.000001)
        assert np.all((column.levels == 0) == (weights == 0))
        assert np.all((column.levels - maxscore.CAUTION) * column.unit < weights + (weights == 0))
        assert np.all(column.levels.reshape(-1, BLOCK).max(axis=1) == column.blocks)
    assert not len(CorpusUpperBounds.build(bm25.starts, bm25.passages, bm25.weights, bm25.bounds[:, 0], 100).terms)


def test_a_list_with_and_without_its_column_finds_the_same() -> None:
    bm25 = corpus(columns.SMALLEST + 5, 300)
    with_it = bm25.weighted(3, 10)
    assert with_it.column is not None
    without = replace(with_it, column=None)
    assert ranked(bm25.max_score.best([with_it], 10), 10) == ranked(bm25.max_score.best([without], 10), 10)


def test_sums_left_behind_by_an_exception_are_not_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = MaxScore(60)
    lists = [weighted([1, 2, 3], [1.0], 1.0, 1)]
    monkeypatch.setattr(maxscore, "SMALLEST", 0)
    before = ranked(kernel.best(lists, 2), 2)
    with monkeypatch.context() as patch:
        patch.setattr(MaxScore, "_look_up", lambda *arguments: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            kernel.best(lists, 2)
    assert ranked(kernel.best(lists, 2), 2) == before


def test_several_threads_do_not_add_to_each_others_sums() -> None:
    bm25 = corpus(5_000, 300)
    lists = sorted((bm25.weighted(term, 10) for term in (0, 3, 7, 40)), key=lambda one: len(one.passages))
    expected, wrong = ranked(bm25.max_score.best(lists, 10), 10), []

    def ask() -> None:
        wrong.extend(1 for _ in range(100) if ranked(bm25.max_score.best(lists, 10), 10) != expected)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_blocks_of_another_size_are_not_misread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bm25 = corpus(columns.SMALLEST + 5, 300)
    bm25.save(tmp_path)
    monkeypatch.setattr(columns, "BLOCK", 2 * BLOCK)
    with pytest.raises(ValueError, match="another size"):
        BM25.open(tmp_path, bm25.corpus_size)
