"""Exact conditions: a question in, what it demands out; and which passages of a generation satisfy it.

What a person can type: "quoted phrases" or 「引号」, `-word`, `year:2021`, `report:casted`, `lang:zh`. What is also
read from plain words: "in the 2012 report", 2012年度报告 — where there is a report of that year; else the year stays an
ordinary word of the question.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.analyzer import HAN_RUN, Analyzer, fold
from index.bm25 import BM25
from index.corpus import DOCUMENT, Corpus, DocumentInfo
from index.tables import SortedTable

Mask = npt.NDArray[np.bool_]

_SIGN = re.compile(r"[\"“「『:-]|\d{4}")
"""What every condition has one of; most questions have none."""
_QUOTED = re.compile(r"\"([^\"]{2,200})\"|“([^”]{2,200})”|「([^」]{1,200})」|『([^』]{1,200})』")
_FILTER = re.compile(r"(?:^|(?<=\s))(year|report|lang):(\S+)", re.IGNORECASE)
_EXCLUDED = re.compile(r"(?:^|(?<=\s))-([^\s-][^\s]*)")
_REPORT_OF = re.compile(
    r"\b(?:in|from|of|according to|by) the ((?:19|20)\d\d) (?:annual |biannual |biennial )?report\b|"
    r"\b(?:annual|biannual|biennial) report (?:of |for )?((?:19|20)\d\d)\b|"
    r"((?:19|20)\d\d)\s*年?(?:度|年度|双年|两年)?报告",
    re.IGNORECASE,
)
_READ_ONE_BY_ONE = 200
"""Reports up to which only those are read that may be meant; where it is more, all are read, once and for all."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What every passage of the answer must satisfy; empty conditions let everything through."""

    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    """Terms."""
    year: int | None = None
    plain_year: int | None = None
    """A year read from plain words: a condition only where there is a report of that year."""
    report: str = ""
    """Part of a report's id, title or file name, folded."""
    language: str = ""

    def __bool__(self) -> bool:
        return self != Filters()


def take_filters(question: str, analyzer: Analyzer) -> tuple[str, Filters]:
    """The question without what is only a condition (quoted words stay part of it), and the conditions."""
    if not _SIGN.search(question):
        return question, Filters()
    # “…” is what a phone makes of "…" in English, but an ordinary way to mark a name in Chinese.
    exact = [m for m in _QUOTED.finditer(question) if m.group()[0] != "“" or not HAN_RUN.search(m.group())]
    phrases = tuple(_inside(match) for match in exact)
    text = _QUOTED.sub(lambda match: f" {_inside(match)} ", question)
    year, report, language = None, "", ""
    for name, value in _FILTER.findall(text):
        if name.lower() == "year" and value.isdecimal():
            year = int(value)
        elif name.lower() == "report":
            report = fold(value)
        elif name.lower() == "lang":
            language = value.lower()
    text = _FILTER.sub(" ", text)
    excluded = tuple(term for word in _EXCLUDED.findall(text) for term in analyzer.terms(word))
    plain = _REPORT_OF.search(text)
    plain_year = int(_inside(plain)) if plain else None
    return _EXCLUDED.sub(" ", text), Filters(phrases, excluded, year, plain_year, report, language)


def allowed(filters: Filters, corpus: Corpus, terms: SortedTable, bm25: BM25, analyzer: Analyzer) -> Mask | None:
    """For each passage, whether it satisfies all conditions; None where there are none."""
    if not filters:
        return None
    mask = np.ones(len(corpus), bool)
    documents = _documents(filters, corpus)
    if documents is not None:
        mask &= np.isin(corpus.places[:, DOCUMENT], documents)
    for term in filters.excluded:
        number = terms.find(term)
        if number >= 0:
            mask[bm25.postings(number)[0]] = False
    for phrase in filters.phrases:
        mask &= _containing(phrase, mask, corpus, terms, bm25, analyzer)
    return mask


def _documents(filters: Filters, corpus: Corpus) -> list[int] | None:
    """Numbers of the reports that satisfy the conditions on reports; None where there are none such."""
    year = filters.year
    if year is None and _of(filters.plain_year, corpus):
        year = filters.plain_year
    if year is None and not filters.report and not filters.language:
        return None
    numbers = range(len(corpus.documents)) if year is None else _of(year, corpus)
    if not filters.report and not filters.language:
        return list(numbers)
    return [
        number
        for number in numbers
        for info in [corpus.infos[number]]
        if filters.report in fold(f"{info.id} {info.title} {info.source}")
        and info.language.startswith(filters.language)
    ]


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


def _containing(phrase: str, mask: Mask, corpus: Corpus, terms: SortedTable, bm25: BM25, analyzer: Analyzer) -> Mask:
    """The passages that contain a phrase, whatever its case, script and white space."""
    candidates = mask.copy()
    for term in dict.fromkeys(token.term for token in analyzer.names(phrase)):
        having = np.zeros(len(corpus), bool)
        number = terms.find(term)
        if number >= 0:
            having[bm25.postings(number)[0]] = True
        candidates &= having
    wanted = _plain(phrase, analyzer)
    found = [n for n in np.flatnonzero(candidates) if wanted in _plain(corpus.texts[int(n)], analyzer)]
    result = np.zeros(len(corpus), bool)
    result[found] = True
    return result


def _plain(text: str, analyzer: Analyzer) -> str:
    return " ".join(fold(analyzer.simplified(text)).split())


def _inside(match: re.Match[str]) -> str:
    return str(next(filter(None, match.groups())))


def describe(filters: Filters) -> Iterable[str]:
    """The conditions as a person typed them, for messages."""
    yield from (f'"{phrase}"' for phrase in filters.phrases)
    if filters.year is not None:
        yield f"year:{filters.year}"
    if filters.report:
        yield f"report:{filters.report}"
    if filters.language:
        yield f"lang:{filters.language}"
    yield from (f"-{term}" for term in filters.excluded)
