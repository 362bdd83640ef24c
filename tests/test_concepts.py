"""What passages say of a concept: lists, and columns with what computes the rest, give what full arrays give."""

from __future__ import annotations

from copy import copy
from pathlib import Path

import numpy as np
import pytest
from dense_concepts import DenseScorer
from hypothesis import given, settings
from hypothesis import strategies as st

from index.lexicon.lexicon import Expansion
from index.question.parse import Concept, Part
from index.scoring import concepts
from index.scoring import docsets as sights
from index.scoring import expansions as expansions
from index.scoring import upper_bounds as columns
from index.scoring.bm25 import BM25
from index.scoring.concepts import ConceptScorer, ScoredConcept
from index.scoring.postings import Postings
from index.scoring.topk import CAUTION, SLACK, MaxScore, Weighted
from index.scoring.upper_bounds import BLOCK, CorpusUpperBounds
from index.scoring.weights import Weights
from index.store.tables import SortedTable, StringTable, save_strings

WORDS = "academy china fund index lake policy report science training workshop".split()


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> tuple[StringTable, BM25]:
    """200 passages: some of the words are in most of them, some in few, the last in none."""
    random = np.random.default_rng(3)
    passages = [[WORDS[min(8, n - 1)] for n in random.zipf(1.5, int(random.integers(1, 9)))] for _ in range(200)]
    bm25 = BM25([*([word] for word in WORDS), *passages])
    folder: Path = tmp_path_factory.mktemp("terms")
    save_strings(folder, "terms", WORDS, slots=True)
    return SortedTable(folder, "terms"), bm25


ALTERNATIVES = st.lists(
    st.builds(
        Expansion,
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
TOGETHER, EACH = 1 << 30, 0
"""Bounds by which all expansions are scored at once, and one by one."""
WAYS = {
    "together": {"_TOGETHER": TOGETHER},
    "everything": {"_TOGETHER": EACH},
    "listed": {"_TOGETHER": EACH, "SMALLEST": 0, "COMMON": 0},
    "in a column": {"_TOGETHER": EACH, "SMALLEST": 0, "COMMON": 1 << 30},
}
"""What concepts are scored by, whatever the corpus is like."""


def dense(scored: ScoredConcept, size: int) -> tuple[np.ndarray, np.ndarray]:
    numbers = np.arange(size, dtype=np.int32)
    return scored.scores_of(numbers), scored.shares_of(numbers)


@pytest.fixture(scope="session")
def with_columns(library: tuple[StringTable, BM25]) -> BM25:
    """The same passages with a column for each word that one passage in 32 has."""
    _, bm25 = library
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "SMALLEST", 0)
        built = CorpusUpperBounds.build(bm25.starts, bm25.passages, bm25.weights, bm25.bounds[:, 0], bm25.corpus_size)
    other = copy(bm25)
    other._settle(built)
    assert 1 < len(built.terms) < len(WORDS)
    return other


@settings(max_examples=600, deadline=None)
@given(
    concept=CONCEPTS,
    way=st.sampled_from(list(WAYS)),
    common=st.booleans(),
    long=st.sampled_from([1, expansions._LONG]),
)
def test_whichever_way_it_is_computed_it_is_what_full_arrays_say(
    library: tuple[StringTable, BM25], with_columns: BM25, concept: Concept, way: str, common: bool, long: int
) -> None:
    terms, bm25 = library
    expected = DenseScorer(terms, bm25).score(concept)
    bm25 = with_columns if common else bm25
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sights, "RANGE", 64)
        patch.setattr(expansions, "_LONG", long)
        for name, value in WAYS[way].items():
            patch.setattr(concepts, name, value)
        scorer = ConceptScorer(terms, bm25)
        for _ in range(2):  # the second time from what is kept
            scored = scorer.score(concept, 10)
            scores, shares = dense(scored, bm25.corpus_size)
            np.testing.assert_allclose(scores, expected.score, rtol=1e-5, atol=1e-5)
            np.testing.assert_allclose(shares, expected.share, rtol=1e-5, atol=1e-6)
            assert scored.idf == pytest.approx(expected.idf, rel=1e-6)
            assert scored.passages == np.count_nonzero(expected.share)
            assert np.all(scores <= scored.weighted.bound * (1 + 1e-6))
            having = np.count_nonzero(scores)
            assert np.count_nonzero(scores >= SLACK * scored.weighted.kth) >= min(10, having)


@settings(max_examples=300, deadline=None)
@given(concept=CONCEPTS, common=st.booleans())
def test_column_of_a_concept_says_what_no_score_exceeds_and_by_how_much_it_may_be_lower(
    library: tuple[StringTable, BM25], with_columns: BM25, concept: Concept, common: bool
) -> None:
    terms, bm25 = library
    bm25 = with_columns if common else bm25
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sights, "RANGE", 64)
        for name, value in WAYS["in a column"].items():
            patch.setattr(concepts, name, value)
        weighted = ConceptScorer(terms, bm25).score(concept, 10).weighted
    if isinstance(weighted, Weighted):
        return  # one word, or nothing
    scores, _ = dense(ConceptScorer(terms, bm25).score(concept, 10), bm25.corpus_size)
    column = weighted.column
    most = np.float32(column.unit) * column.levels[: bm25.corpus_size]
    assert np.all(scores <= most * (1 + 1e-6))
    assert np.all(scores >= most - CAUTION * column.error * column.unit)
    assert np.array_equal(scores > 0, most > 0)
    assert np.array_equal(column.blocks, column.levels.reshape(-1, BLOCK).max(axis=1))


@settings(max_examples=300, deadline=None)
@given(
    question=st.lists(st.tuples(CONCEPTS, st.sampled_from([1.0, 0.3])), min_size=1, max_size=5),
    common=st.booleans(),
    k=st.integers(1, 12),
)
def test_best_passages_are_the_same_whether_concepts_are_listed_or_have_columns(
    library: tuple[StringTable, BM25], with_columns: BM25, question: list[tuple[Concept, float]], common: bool, k: int
) -> None:
    terms, bm25 = library
    bm25 = with_columns if common else bm25
    found = []
    for way in ("everything", "in a column"):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sights, "RANGE", 64)
            for name, value in WAYS[way].items():
                patch.setattr(concepts, name, value)
            scorer = ConceptScorer(terms, bm25)
            lists = [scorer.score(concept, k).weighted.times(weight) for concept, weight in question]
        lists = sorted((one for one in lists if len(one)), key=len)
        ids, sums = MaxScore(bm25.corpus_size).best(lists, k)
        order = np.lexsort((ids, -sums.astype(np.float32)))[:k]
        found.append((ids[order].tolist(), sums[order]))
    (ids, sums), (other_ids, other_sums) = found
    np.testing.assert_allclose(sums, other_sums, rtol=1e-5)
    assert len(ids) == len(other_ids)
    assert {n for n, s in zip(ids, sums, strict=True) if s > sums[-1] * 1.00001} <= set(other_ids)


@settings(max_examples=300, deadline=None)
@given(corpus=CORPORA, concept=CONCEPTS)
def test_scoring_all_at_once_says_what_scoring_one_by_one_says(
    library: tuple[StringTable, BM25], corpus: list[list[str]], concept: Concept
) -> None:
    """A small corpus has a way of its own; it is only quicker."""
    terms, _ = library
    bm25 = BM25([*([word] for word in WORDS), *corpus])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(concepts, "_TOGETHER", TOGETHER)
        quick = ConceptScorer(terms, bm25).score(concept, 10)
        patch.setattr(concepts, "_TOGETHER", EACH)
        slow = ConceptScorer(terms, bm25).score(concept, 10)
    assert quick.passages == slow.passages
    assert quick.idf == pytest.approx(slow.idf, rel=1e-6)
    for one, other in zip(dense(quick, bm25.corpus_size), dense(slow, bm25.corpus_size), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-5)


def test_an_everyday_word_does_not_make_the_concept_an_everyday_one(library: tuple[StringTable, BM25]) -> None:
    """ "china" is everywhere; that "pay" may be printed as `china` must not make `training` a common word."""
    terms, bm25 = library
    own = Expansion(("training",), 1.0, "question")
    soft = Expansion(("workshop",), 0.5, "everyday")
    hard = Expansion(("workshop",), 0.5, "dictionary")
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
            both = (Expansion((one,), 1.0, "question"), Expansion((other,), 0.5, "dictionary"))
            scorer.score(Concept("both", (Part(one, both),)), 10)
    assert 0 < scorer._kept._bytes <= 5_000
    assert len(scorer._kept._found) < 20


def test_a_library_of_titles_alone_says_nothing(library: tuple[SortedTable, BM25]) -> None:
    """Its terms are those of the titles, and no passage has them."""
    terms, _ = library
    empty = BM25.from_postings(Postings.count([], np.zeros(0, np.int64), len(WORDS)), Weights())
    lake = Expansion(("lake",), 1.0, "question")
    scored = ConceptScorer(terms, empty).score(Concept("lake", (Part("lake", (lake,)),)), 10)
    assert (scored.passages, scored.idf) == (0, 0.0)
