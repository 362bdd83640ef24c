"""A number of a question in; how a report may print it where it is a month or a day, out.

January 24, 24 January, January 24th and 1月24日 are one day. As terms they have little in common: a number here is an
ordinal there, and a Chinese month is a number.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from index.text.numerals import ordinal
from index.text.tokens import Token

_MONTHS = "january february march april may june july august september october november december".split()
_MONTH = rf"(?:{'|'.join(_MONTHS)}|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?\b"
_DATE = re.compile(rf"\b{_MONTH}\.?\s+(?:the\s+)?{_DAY}|\b{_DAY}\s+(?:of\s+)?{_MONTH}", re.IGNORECASE)
_MONTH_AND_DAY = re.compile(r"(\d{1,2})\s*月(?:\s*(\d{1,2})\s*[日号號])?")
"""The day may be left out."""


def others(text: str, token: Token, stem: Callable[[str], str]) -> Iterator[str]:
    """Terms that may stand for a number which is a month or a day in `text`. `stem`: an English word → its stem."""
    digits = re.match(r"\d{1,2}", token.term)
    if digits is None:
        return
    dates = _dates(text)
    if (month := dates.months.get(token.start)) and 1 <= month <= 12:
        name = _MONTHS[month - 1]
        yield from (stem(name), stem(name[:3]))
    elif token.start in dates.days:
        yield ordinal(token.term)
    before = bisect_right(dates.spans, (token.start, len(text))) - 1
    if before >= 0 and token.end <= dates.spans[before][1]:
        yield ordinal(token.term) if token.term.isdecimal() else digits[0]


class _Dates(NamedTuple):
    """Where a text has days."""

    months: dict[int, int]
    """Where the number of a Chinese month begins → the month."""
    days: frozenset[int]
    """Where the number of a day behind one begins."""
    spans: list[tuple[int, int]]
    """Begin and end of the days as English writes them, in order."""


@lru_cache(maxsize=16)
def _dates(text: str) -> _Dates:
    """The days of a text, looked for once, and not for each of its numbers."""
    chinese = list(_MONTH_AND_DAY.finditer(text))
    return _Dates(
        {match.start(1): int(match[1]) for match in chinese},
        frozenset(match.start(2) for match in chinese if match[2]),
        [match.span() for match in _DATE.finditer(text)],
    )
