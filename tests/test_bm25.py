"""Ranking has an oracle: rank-bm25 itself."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rank_bm25 import BM25Plus

from index.scoring.bm25 import BM25

WORDS = st.sampled_from("policy science technology workshop report 2021 china index".split())
CORPORA = st.lists(st.lists(WORDS, min_size=1, max_size=12), min_size=1, max_size=12)


@settings(max_examples=200, deadline=None)
@given(corpus=CORPORA, query=st.lists(WORDS, min_size=1, max_size=6))
def test_scores_are_rank_bm25s_but_for_a_constant(corpus: list[list[str]], query: list[str]) -> None:
    ours, oracle = BM25(corpus), BM25Plus(corpus)
    constant = sum(oracle.idf.get(term, 0) * oracle.delta for term in query)
    np.testing.assert_allclose(ours.get_scores(query), oracle.get_scores(query) - constant, rtol=1e-5, atol=1e-5)


@settings(max_examples=100, deadline=None)
@given(corpus=CORPORA, query=st.lists(WORDS, min_size=1, max_size=6), k=st.integers(1, 8))
def test_search_gives_the_best_that_share_a_term(corpus: list[list[str]], query: list[str], k: int) -> None:
    hits = BM25(corpus).search(query, k)
    sharing = [number for number, passage in enumerate(corpus) if set(passage) & set(query)]
    assert len(hits) == min(k, len(sharing))
    assert {number for number, _ in hits} <= set(sharing)
    assert [score for _, score in hits] == sorted((score for _, score in hits), reverse=True)


def test_other_k1_and_b_agree_too() -> None:
    corpus = [["a", "b", "a"], ["b", "c"], ["c", "c", "d", "e", "a"]]
    ours, oracle = BM25(corpus, k1=0.9, b=0.4), BM25Plus(corpus, k1=0.9, b=0.4)
    constant = oracle.idf["a"] + oracle.idf["c"]
    np.testing.assert_allclose(ours.get_scores(["a", "c"]), oracle.get_scores(["a", "c"]) - constant, rtol=1e-6)


def test_idf_is_rank_bm25s() -> None:
    corpus = [["a", "b", "a"], ["b", "c"], ["c", "c", "d", "e", "a"]]
    assert BM25(corpus).idf == pytest.approx(BM25Plus(corpus).idf)


def test_a_corpus_may_come_passage_by_passage(monkeypatch: pytest.MonkeyPatch) -> None:
    passages = [[f"w{n % 7}", f"w{n % 3}"] for n in range(50)]
    at_once = BM25(passages)
    monkeypatch.setattr("index.scoring.bm25._AT_ONCE", 3)
    one_by_one = BM25(iter(passages))
    assert one_by_one.search(["w1", "w5"], 50) == at_once.search(["w1", "w5"], 50)


@pytest.mark.parametrize("corpus", [[], [[]], [["a"]], [["a"], ["b"]]])
def test_small_corpora_have_sensible_answers(corpus: list[list[str]]) -> None:
    hits = BM25(corpus).search(["a"], 5)
    assert [number for number, _ in hits] == [n for n, passage in enumerate(corpus) if "a" in passage]
    assert all(score > 0 for _, score in hits)


def test_get_top_n_returns_nothing_that_shares_no_term() -> None:
    bm25 = BM25([["a"], ["b"], ["a", "b"]])
    assert bm25.get_top_n(["b"], ["first", "second", "third"], n=3) == ["second", "third"]


def test_ties_come_in_the_order_of_the_corpus() -> None:
    bm25 = BM25([["b"], ["a"], ["a"], ["a", "b", "b"], ["a"]])
    assert [number for number, _ in bm25.search(["a"], 2)] == [1, 2]
