"""Exact conditions: a question in, what it demands out; and which passages of a generation satisfy it.

What a person can type: "quoted phrases" or 「引号」, `-word`, `year:2021` or `year:2019..2021`, `report:casted` or
`report:"annual report"`, `lang:zh`, also with the colon of Chinese keyboards; a hyphen before any of them is for what
is not wanted. What is also read from plain words: "in the 2012 report", 2012年度报告, where there is a report of that
year; else the year stays an ordinary word of the question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from index.scoring.bm25 import BM25
from index.store.corpus import DOCUMENT, Corpus, DocumentInfo
from index.store.tables import SortedTable
from index.text.analyzer import HAN_RUN, Analyzer, Token, fold

Mask = npt.NDArray[np.bool_]

_SIGN = re.compile(r"[\"“「『:：-]|\d{4}")
"""What every condition has one of; most questions have none."""
_QUOTED = re.compile(
    r"(?<!report[:：])((?:(?<=\s)|^)-)?(?:\"([^\"]{2,200})\"|“([^”]{2,200})”|「([^」]{1,200})」|『([^』]{1,200})』)",
    re.IGNORECASE,
)
_FILTER = re.compile(
    r"(?:^|(?<=\s))(-?)(?:(year)[:：](\d{4}(?:(?:\.\.|-)\d{4})?)|(report|lang)[:：](\"[^\"]+\"|[“「][^”」]+[”」]|\S+?))"
    r"(?=[?？!.,;。，；！]*(?:\s|$))",
    re.IGNORECASE,
)
_EXCLUDED = re.compile(r"(?:^|(?<=\s))-([^\s-][^\s]*)")
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_REPORT_OF = re.compile(
    r"\b(?:in|from|of|according to|by) the ((?:19|20)\d\d) (?:annual |biannual |biennial )?report\b|"
    r"\b(?:annual|biannual|biennial) report (?:of |for )?((?:19|20)\d\d)\b|"
    r"((?:19|20)\d\d)\s*年?(?:度|年度|双年|两年)?报告",
    re.IGNORECASE,
)
_TYPED = str.maketrans({**dict.fromkeys("‘’‛′", "'"), **dict.fromkeys("‐‑‒–—−", "-")})
_READ_ONE_BY_ONE = 200
"""Reports up to which only those are read that may be meant; where it is more, all are read, once and for all."""


class Condition(NamedTuple):
    """One condition, as it was typed."""

    kind: Literal["phrase", "word", "year", "report", "lang"]
    value: str
    without: bool
    """Whether that is what a passage must not have."""

    def __str__(self) -> str:
        value = f'"{self.value}"' if self.kind == "phrase" or " " in self.value else self.value
        return "-" * self.without + (value if self.kind in ("phrase", "word") else f"{self.kind}:{value}")


@dataclass(frozen=True, slots=True)
class Filters:
    """What every passage of the answer must satisfy; empty conditions let everything through."""

    conditions: tuple[Condition, ...] = ()
    plain_year: int | None = None
    """A year read from plain words: a condition only where there is a report of that year."""

    def __bool__(self) -> bool:
        return self != Filters()


def take_filters(question: str, analyzer: Analyzer) -> tuple[str, Filters]:
    """The question without what is only a condition (phrases that are wanted stay part of it), and the conditions."""
    if not _SIGN.search(question):
        return question, Filters()
    conditions: list[Condition] = []

    def phrase(match: re.Match[str]) -> str:
        without, words = bool(match[1]), next(filter(None, match.groups()[1:]))
        # “…” is what a phone makes of "…" in English, but an ordinary way to mark a name in Chinese.
        if without or match[3] is None or not HAN_RUN.search(words):
            conditions.append(Condition("phrase", words, without))
        return " " if without else f" {words} "

    def named(match: re.Match[str]) -> str:
        without, year, years, kind, value = match.groups()
        if year:
            conditions.append(Condition("year", years, bool(without)))
        else:
            value = fold(value.strip('"“”「」'))
            conditions.append(Condition("lang" if kind.lower() == "lang" else "report", value, bool(without)))
        return " "

    text = _FILTER.sub(named, _QUOTED.sub(phrase, question))
    excluded = [Condition("word", word, True) for word in _EXCLUDED.findall(text) if analyzer.terms(word)]
    plain = _REPORT_OF.search(text)
    plain_year = int(_inside(plain)) if plain else None
    return _EXCLUDED.sub(" ", text), Filters((*conditions, *excluded), plain_year)


def allowed(filters: Filters, corpus: Corpus, terms: SortedTable, bm25: BM25, analyzer: Analyzer) -> Mask | None:
    """For each passage, whether it satisfies all conditions; None where there are none."""
    if not filters:
        return None
    mask = np.ones(len(corpus), bool)
    conditions = filters.conditions
    if not any(one.kind == "year" for one in conditions) and _of(filters.plain_year, corpus):
        conditions = (Condition("year", str(filters.plain_year), False), *conditions)
    owners = corpus.places[:, DOCUMENT]
    for one in conditions:
        if one.kind == "phrase":
            found = _containing(one.value, mask, corpus, terms, bm25, analyzer)
        elif one.kind == "word":
            found = np.zeros(len(corpus), bool)
            for token in analyzer.analyze(one.value):
                found |= _having(token, one.value, len(corpus), terms, bm25, analyzer)
        else:
            found = np.isin(owners, _documents(one, corpus, analyzer))
        mask &= ~found if one.without else found
    return mask


def _documents(condition: Condition, corpus: Corpus, analyzer: Analyzer) -> list[int]:
    """Numbers of the reports that a condition on reports names."""
    if condition.kind == "year":
        first, last = sorted((int(condition.value[:4]), int(condition.value[-4:])))
        if first == last:
            return _of(first, corpus)
        years = range(first, last + 1)
        return [n for n in range(len(corpus.documents)) if any(year in years for year in _years(corpus.infos[n]))]
    if condition.kind == "lang":
        return [n for n in range(len(corpus.documents)) if corpus.infos[n].language.startswith(condition.value)]
    # both scripts of Chinese, where the condition has any
    plain = analyzer.simplified if HAN_RUN.search(condition.value) else str
    value = plain(condition.value)
    infos = [(number, corpus.infos[number]) for number in range(len(corpus.documents))]
    return [number for number, info in infos if value in plain(fold(f"{info.id} {info.title} {info.source}"))]


def _of(year: int | None, corpus: Corpus) -> list[int]:
    """Numbers of the reports of a year."""
    if year is None:
        return []
    may = corpus.saying(str(year))
    if len(may) > _READ_ONE_BY_ONE:
        return [number for number in may if _is_of(corpus.infos[number], year)]
    return [number for number in may if _is_of(corpus.record(number).info, year)]


def _is_of(info: DocumentInfo, year: int) -> bool:
    return info.year == year or str(year) in info.title


def _years(info: DocumentInfo) -> list[int]:
    """What may be a year of a report: its own, and those that its title names."""
    return [*map(int, _YEAR.findall(info.title)), *([info.year] if info.year else [])]


def _containing(phrase: str, mask: Mask, corpus: Corpus, terms: SortedTable, bm25: BM25, analyzer: Analyzer) -> Mask:
    """The passages that contain a phrase, whatever its case, script and white space."""
    candidates = mask.copy()
    for token in analyzer.names(phrase):
        candidates &= _having(token, phrase, len(corpus), terms, bm25, analyzer)
    wanted = _plain(phrase, analyzer)
    found = [n for n in np.flatnonzero(candidates) if wanted in _plain(corpus.texts[int(n)], analyzer)]
    result = np.zeros(len(corpus), bool)
    result[found] = True
    return result


def _having(token: Token, text: str, passages: int, terms: SortedTable, bm25: BM25, analyzer: Analyzer) -> Mask:
    """The passages that have a word, whether it is set as an acronym there, here, or nowhere: casted, RESEARCHERS."""
    word = fold(text[token.start : token.end])
    found = np.zeros(passages, bool)
    for term in dict.fromkeys((token.term, word, analyzer.stem(word))):
        number = terms.find(term)
        if number >= 0:
            found[bm25.postings(number)[0]] = True
    return found


def _plain(text: str, analyzer: Analyzer) -> str:
    """What a phrase and a passage have in common: keyboards have other quotes and dashes than printed reports."""
    return " ".join(fold(analyzer.simplified(text)).translate(_TYPED).split())


def _inside(match: re.Match[str]) -> str:
    return str(next(filter(None, match.groups())))


def describe(filters: Filters) -> Iterator[str]:
    """The conditions as a person typed them, for messages."""
    yield from map(str, filters.conditions)
