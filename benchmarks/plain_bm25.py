"""Passages in; what a user would otherwise pick, bm25s and rank-bm25, and how long a question takes with each, out."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import bm25s
import jieba
import Stemmer
from rank_bm25 import BM25Plus

from index.scoring.bm25 import BM25
from index.searcher import Searcher
from index.store.corpus import Corpus
from index.store.generation import Generations
from index.text.analyzer import Analyzer

ROUNDS = 3


class Plain:
    """bm25s as its documentation has it, over passages of one language."""

    def __init__(self, texts: Sequence[str], chinese: bool) -> None:
        self._chinese = chinese
        self._stemmer = Stemmer.Stemmer("english")
        self._index = bm25s.BM25()
        self._index.index(self._tokens(texts), show_progress=False)
        self._size = len(texts)

    def search(self, question: str, count: int) -> list[tuple[int, float]]:
        """Number and score of the best passages, best first."""
        tokens = self._tokens([question])
        numbers, scores = self._index.retrieve(tokens, k=min(count, self._size), show_progress=False)
        return [(int(n), float(s)) for n, s in zip(numbers[0], scores[0], strict=True) if s > 0]

    def _tokens(self, texts: Sequence[str]) -> Any:
        if self._chinese:
            texts = [" ".join(jieba.lcut(text)) for text in texts]
        return bm25s.tokenize(
            list(texts),
            stopwords=None if self._chinese else "en",
            token_pattern=r"(?u)\b\w+\b" if self._chinese else r"(?u)\b\w\w+\b",
            stemmer=self._stemmer,
            show_progress=False,
        )


def passages_of(index: Path) -> tuple[list[str], list[str]]:
    """Text and source of every passage of the live generation."""
    generations = Generations(index)
    corpus = Corpus(generations.path(generations.require_current()))
    return [corpus.texts[n] for n in range(len(corpus))], [corpus.citation(n).source for n in range(len(corpus))]


def times(questions: Sequence[str], index: Path, *, in_turn: bool) -> dict[str, float]:
    """Milliseconds of one question, the median over the questions of the best of some rounds; ours first.

    in_turn: each question is asked of all programs before the next, so that none has the processor's caches to itself;
    else each program is asked all questions before the next program.
    """
    texts, _ = passages_of(index)
    analyzer = Analyzer()
    terms = [analyzer.terms(text) for text in texts]
    rank_bm25, postings, plain = BM25Plus(terms), BM25(terms), Plain(texts, chinese=False)

    def all_of_it() -> Callable[[str], object]:
        return Searcher.open(index).ask  # a new one for each round: it keeps nothing of the round before

    def again() -> Callable[[str], object]:
        searcher = Searcher.open(index)
        for question in questions:
            searcher.ask(question)
        return searcher.ask

    def with_rank_bm25(question: str) -> object:
        return rank_bm25.get_scores(analyzer.terms(question)).argsort()[::-1][:10]

    programs: dict[str, Callable[[], Callable[[str], object]]] = {
        "citedesk, all of it on": all_of_it,
        "citedesk, words met before": again,
        "rank-bm25": lambda: with_rank_bm25,
        "BM25 on our postings": lambda: lambda question: postings.search(analyzer.terms(question), 10),
        "bm25s": lambda: lambda question: plain.search(question, 10),
    }
    best: dict[str, list[float]] = {name: [float("inf")] * len(questions) for name in programs}
    for _ in range(ROUNDS):
        asked = {name: make() for name, make in programs.items()}
        for ask in asked.values():
            ask("What is this about?")  # so that no question pays for opening files
        pairs = [(name, number) for number in range(len(questions)) for name in asked]
        if not in_turn:
            pairs.sort(key=lambda pair: list(asked).index(pair[0]))
        for name, number in pairs:
            started = time.perf_counter()
            asked[name](questions[number])
            best[name][number] = min(best[name][number], 1000 * (time.perf_counter() - started))
    return {name: statistics.median(found) for name, found in best.items()}
