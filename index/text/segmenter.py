"""Runs of Han characters in, words out: jieba, or rjieba where it is installed (the extra `fast`).

Why two? jieba is the reference and given; rjieba gives the same words 5 to 27 times faster and starts in 0.1 s
instead of 0.8 s. A test holds them equal, so an index built with one serves the other: both carry one fingerprint.

Why without jieba's hidden Markov model? It guesses words that are in no dictionary from their neighbours, and
guesses otherwise in a question than in a passage: 战略院是哪一年 gives 院是, 2020年全社会 gives 年全. Without
it, what no dictionary knows falls into single characters, the same ones everywhere. On XQuAD and the
Government Work Reports this finds as much or more (docs/decisions/segmentation.md).
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from functools import cached_property
from typing import Any, Protocol


class Segmenter(Protocol):
    """Cuts a run of Han characters into words that joined give the run again.

    Of several runs, one a line, each is cut as it is alone, and each line end is a word.
    """

    fingerprint: str

    def cut(self, run: str) -> Iterable[str]: ...


class JiebaSegmenter:
    """jieba's precise mode, without guessing unknown words."""

    fingerprint = "jieba-0.42 precise"

    def cut(self, run: str) -> list[str]:
        return self._tokenizer.lcut(run, HMM=False)  # type: ignore[no-any-return]

    @cached_property
    def _tokenizer(self) -> Any:
        import warnings

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # jieba 0.42: invalid escapes, pkg_resources
            import jieba
        jieba.setLogLevel(logging.WARNING)
        tokenizer = jieba.Tokenizer()
        tokenizer.initialize()
        return tokenizer


class RjiebaSegmenter:
    """The same words from Rust."""

    fingerprint = JiebaSegmenter.fingerprint

    def cut(self, run: str) -> list[str]:
        return self._cut(run, False)  # type: ignore[no-any-return]

    @cached_property
    def _cut(self) -> Any:
        import rjieba

        return rjieba.cut


def open_segmenter() -> Segmenter:
    """rjieba where it is installed, else jieba. Neither is loaded before the first run is cut.

    With CITEDESK_SEGMENTER=jieba in the environment jieba in any case, as without the extra: to measure and compare.
    """
    from importlib.util import find_spec

    plain = os.environ.get("CITEDESK_SEGMENTER") == "jieba"
    return RjiebaSegmenter() if not plain and find_spec("rjieba") else JiebaSegmenter()
