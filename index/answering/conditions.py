"""Exact conditions and a generation in, the masks of the passages that satisfy them out.

What a condition is, and how it is read from a question: `question/filters.py`.

Why is a phrase preferred and not demanded? People put quotation marks around a name to stress it, and paste titles with
quotes in them: where no passage has the phrase, they are told so, and get the answer without it. In the same way what
is excluded must leave something. Years, reports and languages are demanded: nobody types `year:2021` by chance.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from index.question.filters import Condition, Filters
from index.scoring.bm25 import BM25
from index.scoring.topk import Mask
from index.store.corpus import DOCUMENT, Corpus, DocumentInfo
from index.store.tables import SortedTable
from index.text.analyzer import HAN_RUN, Analyzer, Token, fold
from index.time_limit import check_time

"""One bool for each passage."""


_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_TYPED = str.maketrans({**dict.fromkeys("‘’‛′", "'"), **dict.fromkeys("‐‑‒–—−", "-")})
_READ_ONE_BY_ONE = 200
"""Up to so many candidate reports are read one by one; where there are more, all are read once and kept."""


_READ, _SHARE = 1_500, 100
"""Texts that are read for the phrases of one question: so many, in a large corpus one of so many. A phrase whose words
stand in more of them, beside what other phrases took, says little, and to read all of them would take seconds."""
_SIMPLE = re.compile(r"[a-z0-9 ]+")
"""A phrase of which a text says nothing in other characters than its own."""
_ODD = re.compile(
    r"[^\x20-\x7e\u00b7\u2010-\u2022\u3001\u3002\u3008-\u3011\u4e00-\u9fff"
    r"\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]|  "
)
"""What may be another way to write letters, digits and single spaces."""


class Allowed(NamedTuple):
    """Which passages may answer."""

    mask: Mask | None = None
    """Those that satisfy what is demanded; None where nothing is."""
    preferred: Mask | None = None
    """Those of them that have the phrases of the question; None where it has none, or no passage has them."""
    unmet: tuple[str, ...] = ()
    """Conditions that no passage satisfies, as they were typed: the answer comes without them."""
    ignored: int = 0
    """Phrases that were not looked for, since too many passages would have to be read."""


def find_allowed(filters: Filters, corpus: Corpus, terms: SortedTable, bm25: BM25, analyzer: Analyzer) -> Allowed:
    """Which passages satisfy the conditions."""
    if not filters:
        return Allowed()
    mask = np.ones(len(corpus), bool)
    preferred, unmet, ignored = None, [], 0
    to_read = max(_READ, len(corpus) // _SHARE)
    # a phrase is looked for in what the other conditions leave
    conditions = sorted(filters.conditions, key=lambda condition: condition.kind == "phrase" and not condition.without)
    if not any(condition.kind == "year" for condition in conditions) and _find_of_year(filters.plain_year, corpus):
        conditions = [Condition("year", str(filters.plain_year), False), *conditions]
    owners = corpus.places[:, DOCUMENT]
    for condition in conditions:
        if condition.kind == "phrase":
            candidates = _find_candidates(condition.value, mask, corpus, terms, bm25, analyzer)
            if len(candidates) > to_read:
                ignored += 1
                continue
            to_read -= len(candidates)
            passages = _find_phrase(condition.value, candidates, corpus, analyzer)
        elif condition.kind == "word":
            passages = np.zeros(len(corpus), bool)
            for token in analyzer.analyze(condition.value):
                passages |= _find_word(token, condition.value, len(corpus), terms, bm25, analyzer)
        else:
            passages = np.isin(owners, _find_documents(condition, corpus, analyzer))
        left = mask & (~passages if condition.without else passages)
        if condition.kind in ("phrase", "word") and mask.any() and not left.any():
            unmet.append(str(condition))
        elif condition.kind == "phrase" and not condition.without:
            preferred = left if preferred is None or not (preferred & left).any() else preferred & left
        else:
            mask = left
    return Allowed(mask, preferred, tuple(unmet), ignored)


def _find_documents(condition: Condition, corpus: Corpus, analyzer: Analyzer) -> list[int]:
    """Numbers of the reports that a condition on reports names."""
    if condition.kind == "year":
        first, last = sorted((int(condition.value[:4]), int(condition.value[-4:])))
        if first == last:
            return _find_of_year(first, corpus)
        years = range(first, last + 1)
        return [n for n in range(len(corpus.documents)) if any(year in years for year in _years(corpus.infos[n]))]
    if condition.kind == "lang":
        return [n for n in range(len(corpus.documents)) if corpus.infos[n].language.startswith(condition.value)]
    # both scripts of Chinese, where the condition has any
    plain = analyzer.simplified if HAN_RUN.search(condition.value) else str
    value = plain(condition.value)
    infos = [(number, corpus.infos[number]) for number in range(len(corpus.documents))]
    return [number for number, info in infos if value in plain(fold(f"{info.id} {info.title} {info.source}"))]


def _find_of_year(year: int | None, corpus: Corpus) -> list[int]:
    """Numbers of the reports of a year."""
    if year is None:
        return []
    candidates = corpus.saying(str(year))
    if len(candidates) > _READ_ONE_BY_ONE:
        return [number for number in candidates if _is_of(corpus.infos[number], year)]
    return [number for number in candidates if _is_of(corpus.record(number).info, year)]


def _is_of(info: DocumentInfo, year: int) -> bool:
    return info.year == year or str(year) in info.title


def _years(info: DocumentInfo) -> list[int]:
    """The years that a report may be of: its own, and those that its title names."""
    return [*map(int, _YEAR.findall(info.title)), *([info.year] if info.year else [])]


def _find_candidates(
    phrase: str, mask: Mask, corpus: Corpus, terms: SortedTable, bm25: BM25, analyzer: Analyzer
) -> list[int]:
    """The passages that have all words of a phrase."""
    candidates = mask.copy()
    for token in analyzer.names(phrase):
        candidates &= _find_word(token, phrase, len(corpus), terms, bm25, analyzer)
    numbers: list[int] = np.flatnonzero(candidates).tolist()
    return numbers


def _find_phrase(phrase: str, candidates: Sequence[int], corpus: Corpus, analyzer: Analyzer) -> Mask:
    """The passages that contain a phrase, whatever its case, script and white space."""
    wanted, texts = _normalize(phrase, analyzer), corpus.texts
    numbers = [number for number in candidates if _says(texts[number], wanted, analyzer)]
    passages = np.zeros(len(corpus), bool)
    passages[numbers] = True
    return passages


def _says(text: str, wanted: str, analyzer: Analyzer) -> bool:
    """Whether a text contains a phrase, which is normalized.

    Most texts can be told to contain it or not without being normalized; for common words there are very many.
    """
    check_time()
    if wanted.isascii():
        if wanted in text.lower():
            return True
        if not _ODD.search(text) and (text.isascii() or _SIMPLE.fullmatch(wanted)):
            return False
    return wanted in _normalize(text, analyzer)


def _find_word(token: Token, text: str, size: int, terms: SortedTable, bm25: BM25, analyzer: Analyzer) -> Mask:
    """The passages that have a word, in capitals as an acronym or not, there or here: casted, RESEARCHERS."""
    word = fold(text[token.start : token.end])
    passages = np.zeros(size, bool)
    for term in dict.fromkeys((token.term, word, analyzer.stem(word))):
        number = terms.find(term)
        if number >= 0:
            passages[bm25.postings(number)[0]] = True
    return passages


def _normalize(text: str, analyzer: Analyzer) -> str:
    """A text as phrases are compared: keyboards have other quotes and dashes than printed reports."""
    return " ".join(fold(analyzer.simplified(text)).translate(_TYPED).split())
