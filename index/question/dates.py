"""A number of a question in; how a report may print it where it is a month or a day, out.

January 24, 24 January, January 24th and 1月24日 are one day. As terms they have little in common: a number here is an
ordinal there, and a Chinese month is a number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

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
    for match in _MONTH_AND_DAY.finditer(text):
        if match.start(1) == token.start and 1 <= int(match[1]) <= 12:
            name = _MONTHS[int(match[1]) - 1]
            yield from (stem(name), stem(name[:3]))
        elif match.start(2) == token.start:
            yield ordinal(token.term)
    for match in _DATE.finditer(text):
        if match.start() <= token.start and token.end <= match.end():
            yield ordinal(token.term) if token.term.isdecimal() else digits[0]
