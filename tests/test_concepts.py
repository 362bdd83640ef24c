"""What passages say of a concept: sparse arrays give what arrays of all passages give."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from dense_concepts import DenseScorer
from hypothesis import given, settings
from hypothesis import strategies as st

from index import concepts
from index.bm25 import BM25
from index.concepts import ConceptScorer, Scored
from index.lexicon import Alternative
from index.maxscore import SLACK
from index.query import Concept, Part
from index.tables import StringTable, save_strings

WORDS = "academy china fund index lake policy report science training workshop".split()


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> tuple[StringTable, BM25]:
    """200 passages: some of the words are in most of them, some in few, the last in none."""
    random = np.random.default_rng(3)
    passages = [[WORDS[min(8, n - 1)] for n in random.zipf(1.5, int(random.integers(1, 9)))] for _ in range(200)]
    bm25 = BM25([*([word] for word in WORDS), *passages])
    folder: Path = tmp_path_factory.mktemp("terms")
    save_strings(folder, "terms", WORDS)
    return StringTable(folder, "terms"), bm25


ALTERNATIVES = st.lists(
    st.builds(
        Alternative,
        st.lists(st.sampled_from([*WORDS, "unknown"]), min_size=1, max_size=3, unique=True).map(tuple),
        st.sampled_from([1.0, 0.9, 0.6, 0.3]),
        st.sampled_from(["question", "dictionary", "glossary", "acronym", "everyday", "related"]),
    ),
    max_size=4,
).map(tuple)
CONCEPTS = st.builds(
    Concept,
    st.just("label"),
    st.lists(st.builds(Part, st.just("term"), ALTERNATIVES), min_size=1, max_size=3).map(tuple),
    ALTERNATIVES,
    kind=st.sampled_from(["", "year", "country", "nationality"]),
)


CORPORA = st.lists(
    st.lists(st.sampled_from(WORDS[:-1]), min_size=1, max_size=6),
    min_size=1,
    max_size=12,
)
AT_ONCE, EACH = 1 << 30, 0
"""Bounds by which all alternatives are scored at once, and one by one."""


def dense(scored: Scored, size: int) -> tuple[np.ndarray, np.ndarray]:
    numbers = np.arange(size, dtype=np.int32)
    return scored.scores_of(numbers), scored.shares_of(numbers)


@settings(max_examples=300, deadline=None)
@given(concept=CONCEPTS, sparse=st.booleans(), at_once=st.sampled_from([AT_ONCE, EACH]))
def test_sparse_arrays_say_what_full_ones_say(
    library: tuple[StringTable, BM25], concept: Concept, sparse: bool, at_once: int
) -> None:
    terms, bm25 = library
    expected = DenseScorer(terms, bm25).score(concept)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(concepts, "_AT_ONCE", at_once)
        if sparse:
            patch.setattr(concepts, "_SPARSE", 0)
            patch.setattr(concepts, "_SMALL", 0)
        scorer = ConceptScorer(terms, bm25)
        for _ in range(2):  # the second time from what is kept
            scored = scorer.score(concept, 10)
            scores, shares = dense(scored, bm25.corpus_size)
            np.testing.assert_allclose(scores, expected.score, rtol=1e-5, atol=1e-5)
            np.testing.assert_allclose(shares, expected.share, rtol=1e-5, atol=1e-6)
            assert scored.idf == pytest.approx(expected.idf, rel=1e-6)
            assert scored.passages == np.count_nonzero(expected.share)
            values = scored.weighted.values * np.float32(scored.weighted.scale)
            assert np.all(values <= scored.weighted.bound * (1 + 1e-6))
            assert np.count_nonzero(values >= SLACK * scored.weighted.kth) >= min(10, len(values))


@settings(max_examples=300, deadline=None)
@given(corpus=CORPORA, concept=CONCEPTS)
def test_scoring_all_at_once_says_what_scoring_one_by_one_says(
    library: tuple[StringTable, BM25], corpus: list[list[str]], concept: Concept
) -> None:
    """A small corpus has a way of its own; it is only quicker."""
    terms, _ = library
    bm25 = BM25([*([word] for word in WORDS), *corpus])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(concepts, "_AT_ONCE", AT_ONCE)
        quick = ConceptScorer(terms, bm25).score(concept, 10)
        patch.setattr(concepts, "_AT_ONCE", EACH)
        slow = ConceptScorer(terms, bm25).score(concept, 10)
    assert quick.passages == slow.passages
    assert quick.idf == pytest.approx(slow.idf, rel=1e-6)
    for one, other in zip(dense(quick, bm25.corpus_size), dense(slow, bm25.corpus_size), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-5)


def test_an_everyday_word_does_not_make_the_concept_an_everyday_one(library: tuple[StringTable, BM25]) -> None:
    """ "china" is everywhere; that "pay" may be printed as `china` must not make `training` a common word."""
    terms, bm25 = library
    own = Alternative(("training",), 1.0, "question")
    soft = Alternative(("workshop",), 0.5, "everyday")
    hard = Alternative(("workshop",), 0.5, "dictionary")
    alone, softly, hardly = (
        ConceptScorer(terms, bm25).score(Concept("train", (Part("training", found),)), 10)
        for found in ((own,), (own, soft), (own, hard))
    )
    assert alone.idf == softly.idf > hardly.idf
    assert alone.passages < softly.passages == hardly.passages


def test_what_is_kept_stays_small(library: tuple[StringTable, BM25], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(concepts, "_KEPT_BYTES", 5_000)
    terms, bm25 = library
    scorer = ConceptScorer(terms, bm25)
    for one in WORDS:
        for other in WORDS:
            both = (Alternative((one,), 1.0, "question"), Alternative((other,), 0.5, "dictionary"))
            scorer.score(Concept("both", (Part(one, both),)), 10)
    assert 0 < scorer._kept._bytes <= 5_000
    assert len(scorer._kept._found) < 20
