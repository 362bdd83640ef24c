"""Exact conditions: a question in, what it demands out. Which passages satisfy it: `answering/conditions.py`.

What a person can type: "quoted phrases" or 「引号」, `-word`, `year:2021` or `year:2019..2021`, `report:casted` or
`report:"annual report"`, `lang:zh`, also with the colon of Chinese keyboards; a hyphen before any of them is for what
is not wanted. `-word` counts only behind everything else, or beside other conditions, where it is typed on purpose: in
a pasted title or list ("Research -based policy", "COVID -19", "-Funding of projects") a hyphen belongs to the text.

Each condition counts once, and a question has at most `MOST`. A phrase of nothing but stop words is none, since it
stands everywhere. How many were left out is said with the answer.

What is also read from plain words: "in the 2012 report", 2012年度报告, where there is a report of that year; else the
year stays an ordinary word of the question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from index.text.analyzer import HAN_RUN, Analyzer, fold

MOST = 8
"""Conditions of a question that are heeded: a person types one or two, and each costs a look at the passages."""

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
_EXCLUDED = re.compile(r"-([^\W\d_][^?？!！。]*)[?？!！.。]*")
"""A word with a hyphen before it; numbers are no words here: COVID -19, 2019 -2021."""
_REPORT_OF = re.compile(
    r"\b(?:in|from|of|according to|by) the ((?:19|20)\d\d) (?:annual |biannual |biennial )?report\b|"
    r"\b(?:annual|biannual|biennial) report (?:of |for )?((?:19|20)\d\d)\b|"
    r"((?:19|20)\d\d)\s*年?(?:度|年度|双年|两年)?报告",
    re.IGNORECASE,
)


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
    ignored: int = 0
    """Conditions that were left out."""

    def __bool__(self) -> bool:
        return bool(self.conditions) or self.plain_year is not None


def take_filters(question: str, analyzer: Analyzer) -> tuple[str, Filters]:
    """The question without what is only a condition (phrases that are wanted stay part of it), and the conditions."""
    if not _SIGN.search(question):
        return question, Filters()
    conditions: list[Condition] = []
    common: set[str] = set()
    """Phrases of stop words."""

    def take_phrase(match: re.Match[str]) -> str:
        without, words = bool(match[1]), next(filter(None, match.groups()[1:]))
        # “…” is what a phone makes of "…" in English, but an ordinary way to mark a name in Chinese.
        # And one word in quotes is only stressed.
        marked = match[3] is not None and HAN_RUN.search(words)
        if without or (not marked and (" " in words.strip() or HAN_RUN.search(words))):
            if analyzer.terms(words):
                conditions.append(Condition("phrase", words, without))
            else:
                common.add(" ".join(fold(words).split()))
        return " " if without else f" {words} "

    def take_named(match: re.Match[str]) -> str:
        without, year, years, kind, value = match.groups()
        if year:
            conditions.append(Condition("year", years, bool(without)))
        else:
            value = fold(value.strip('"“”「」'))
            conditions.append(Condition("lang" if kind.lower() == "lang" else "report", value, bool(without)))
        return " "

    text = _FILTER.sub(take_named, _QUOTED.sub(take_phrase, question))
    typed = any(condition.kind != "phrase" or condition.without for condition in conditions)
    text, words = _take_excluded(text, typed, analyzer)
    excluded = [Condition("word", word, True) for word in words]
    plain = _REPORT_OF.search(text)
    plain_year = int(next(filter(None, plain.groups()))) if plain else None
    each = {
        (condition.kind, " ".join(fold(condition.value).split()), condition.without): condition
        for condition in (*conditions, *excluded)
    }
    heeded = tuple(each.values())[:MOST]
    return text, Filters(heeded, plain_year, len(each) - len(heeded) + len(common))


def _take_excluded(text: str, anywhere: bool, analyzer: Analyzer) -> tuple[str, list[str]]:
    """The text without the words that have a hyphen before them, and these words; something must be left.

    `anywhere`: they count wherever they stand, not only behind everything else.
    """
    if " -" not in text and not text.startswith("-"):
        return text, []
    kept = text.split()
    matches = [_EXCLUDED.fullmatch(word) for word in kept]
    first = len(kept)
    while first and (matches[first - 1] or not analyzer.terms(kept[first - 1])):
        first -= 1
    places = [place for place, match in enumerate(matches) if match and (anywhere or place >= first)]
    words = [match[1] for position in places if (match := matches[position]) and analyzer.terms(match[1])]
    rest = " ".join(word for place, word in enumerate(kept) if place not in places)
    return (rest, words) if words and analyzer.terms(rest) else (text, [])


def describe(filters: Filters) -> Iterator[str]:
    """The conditions as a person typed them, for messages."""
    yield from map(str, filters.conditions)
