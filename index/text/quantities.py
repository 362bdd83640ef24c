"""A text in; the days, spans of years, amounts and telephone numbers that it writes, each as one term, out.

03/04/2019, 3 April 2019 and 2019年4月3日 have no word in common, €1,200,000 and 1.2 million euros only the currency. So
each gets a term that is the same however it is written, beside the terms of its parts, which stay: who asks for
April 2019 must find them too.

Why at index time? At question time a day has some forty spellings, and what their parts have in common (03, 04) stands
in every table. What a span of years covers is a matter of the question (`years_in`): a span is one term here, not one
for each of its years, so a plan of thirty years does not name each of them as if it were about it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal

from index.text.numerals import chinese_number

SPAN = "years_"
"""What the term of a span of years begins with. No word of a text has such a term."""
DAY = "day_"
LONGEST_SPAN = 40
"""Years of a span, at most: 1900–2000 is an age, not a plan."""
MOST_DIGITS = 16
"""Digits of an amount, at most."""
_MONTHS = {
    name: number
    for line in (
        "january february march april may june july august september october november december",
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "_ _ _ _ _ _ _ _ sept _ _ _",
        "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    )
    for number, name in enumerate(line.split(), start=1)
}
_ACCENTED = {"février": 2, "août": 8, "décembre": 12}
_NAMES = {**_MONTHS, **_ACCENTED}
_MONTH = "|".join(sorted(_NAMES, key=lambda name: (-len(name), name)))
_SCALES = {
    **dict.fromkeys(("thousand",), 10**3),
    **dict.fromkeys(("million", "millions", "millones", "mn"), 10**6),
    **dict.fromkeys(("billion", "billions", "bn", "milliard", "milliards"), 10**9),
    **dict.fromkeys(("trillion", "trillions"), 10**12),
    "百": 10**2,
    "千": 10**3,
    "万": 10**4,
    "萬": 10**4,
    "百万": 10**6,
    "百萬": 10**6,
    "千万": 10**7,
    "千萬": 10**7,
    "亿": 10**8,
    "億": 10**8,
    "万亿": 10**12,
    "萬億": 10**12,
}
_SCALE = "|".join(sorted(_SCALES, key=lambda name: (-len(name), name)))
_HAN_DIGITS = "〇○零一二三四五六七八九"
_AT_DIGITS = re.compile(
    rf"""
      (?P<iso>    (?P<y1>\d{{4}})(?:\s?年\s?|[-/.])(?P<m1>\d{{1,2}})(?:\s?月\s?|[-/.])(?P<d1>\d{{1,2}})(?!\d|[./-]\d) )
    | (?P<slash>  (?P<d2>\d{{1,2}})(?P<mark>[-/.])(?P<m2>\d{{1,2}})(?P=mark)(?P<y2>\d{{4}})(?![\d/-]) )
    | (?P<named>  (?P<d3>\d{{1,2}})(?:st|nd|rd|th|er)?\s+(?:of\s+|de\s+)?(?P<m3>{_MONTH})\b\.?,?\s+
                  (?:de\s+)?(?P<y3>\d{{4}})(?!\d) )
    | (?P<span>   (?P<from>(?:19|20)\d\d)\s?年?\s?
                  (?:[-–—−―~～至到/]|to|until|till|through|(?<=between\s\d{{4}}\s)and)\s?
                  (?P<until>(?:19|20)\d\d|\d\d)(?!\d|[-/.,]\d|\s?月) )
    | (?P<phone>  0\d{{2,3}}-\d{{7,8}}(?!\d) )
    | (?P<amount> (?P<number>\d+(?:[.,]\d+)*)\s?(?:(?P<scale>{_SCALE})(?![a-z])|(?P<k>k)\b) )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?:(?<=\+)\d{1,3}(?:[ .-]?\(?\d{1,5}\)?){2,5}|"
    r"(?<=\()(?!(?:19|20)\d\d\))\d{2,4}\)[ -]?\d{3,4}(?:[ -]?\d{3,4}){1,2})(?![\d/])"
)
_MONTH_BEFORE = re.compile(rf"\b({_MONTH})\.?\s+(?:the\s+)?$", re.IGNORECASE)
_YEAR_AFTER = re.compile(r"(?:st|nd|rd|th)?,?\s+(\d{4})(?!\d)", re.IGNORECASE)
_FARTHEST = 16
"""Characters from a month's first letter to its day."""
_IN_HAN = re.compile(
    rf"([{_HAN_DIGITS}]{{4}})年([一二三四五六七八九十]{{1,3}})月([一二三四五六七八九十]{{1,3}})[日号號]"
)
_MONEY = tuple("$€£¥￥")
_DIGITS = re.compile(r"\d+")
_PARTS = tuple("./-,")
"""Signs behind which digits are a part of what begins before."""
_GROUPED = re.compile(r"\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?|\d{1,3}(?:\.\d{3}){2,}")
_DECIMAL_COMMA = re.compile(r"\d+,\d{1,2}")
_RULES = (_AT_DIGITS, _PHONE, _MONTH_BEFORE, _YEAR_AFTER, _IN_HAN, _GROUPED, _DECIMAL_COMMA)
RULES = " ".join(rule.pattern for rule in _RULES)
"""Changes whenever other texts could write quantities."""


def find(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end (exclusive) and term of each quantity of a text; one that can be read two ways gives two terms.

    Each starts with its first part. Digits are found first and looked at one by one: a pattern that is tried at each
    character takes longer than all the rest of reading a text.
    """
    end = 0
    for digits in _DIGITS.finditer(text):
        start = digits.start()
        if start < end:
            continue
        before = text[start - 1] if start else ""
        if before in ("+", "(") and (match := _PHONE.match(text, start)):
            terms = _read_phone(match)
        elif before not in _PARTS and (match := _AT_DIGITS.match(text, start)):
            terms = _READ[match.lastgroup or ""](match)  # the group that closes last: the whole alternative
        elif digits.end() - start <= 2 and (match := _YEAR_AFTER.match(text, digits.end())):
            low = max(0, start - _FARTHEST)
            month = _MONTH_BEFORE.search(text[low:start])
            if month:
                for term in _days(match[1], _NAMES[month[1].lower()], digits[0]):
                    yield low + month.start(), match.end(), term
            continue
        else:
            continue
        end = match.end()
        for term in terms:
            yield start, end, term
    if "月" in text:
        for match in _IN_HAN.finditer(text):
            parts = [chinese_number(part.replace("○", "〇"), single=True) for part in match.groups()]
            for term in _days(parts[0], parts[1], parts[2]):
                yield *match.span(), term


def number(digits: str) -> str:
    """A number as it is a term: without what groups its digits, with a point before its decimals.

    `1,200` and `1.200.000` are grouped, `2,5` is not; `1.200` alone can be both and stays (see `spelled.writings`).
    """
    if _GROUPED.fullmatch(digits):
        return digits.replace(",", "") if "," in digits else digits.replace(".", "")
    if _DECIMAL_COMMA.fullmatch(digits):
        return digits.replace(",", ".")
    return digits.replace(",", "")


def span_of(term: str) -> tuple[int, int]:
    """The first and the last year of a term for a span."""
    first, _, last = term.removeprefix(SPAN).partition("_")
    return int(first), int(last)


def _days(year: str, month: str | int, day: str) -> Iterator[str]:
    y, m, d = int(year), int(month), int(day)
    if 1000 <= y <= 2999 and 1 <= m <= 12 and 1 <= d <= 31:
        yield f"{DAY}{y}{m:02}{d:02}"


def _read_iso(match: re.Match[str]) -> Iterator[str]:
    return _days(match["y1"], match["m1"], match["d1"])


def _read_slash(match: re.Match[str]) -> Iterator[str]:
    """Some write the day first, some the month."""
    first, second = match["d2"], match["m2"]
    yield from _days(match["y2"], second, first)
    if int(first) != int(second):
        yield from _days(match["y2"], first, second)


def _read_named(match: re.Match[str]) -> Iterator[str]:
    return _days(match["y3"], _NAMES[match["m3"].lower()], match["d3"])


def _read_span(match: re.Match[str]) -> Iterator[str]:
    first = int(match["from"])
    short = len(match["until"]) == 2
    last = first // 100 * 100 + int(match["until"]) if short else int(match["until"])
    # 2016-05 is more often a month
    if first < last <= first + LONGEST_SPAN and not (short and int(match["until"]) <= 12 and last > first + 1):
        yield f"{SPAN}{first}_{last}"


def _read_phone(match: re.Match[str]) -> Iterator[str]:
    """The whole number, and what is left of it without the codes before it."""
    groups = _DIGITS.findall(unicodedata.normalize("NFKC", match.group()))
    for first in range(len(groups)):
        joined = "".join(groups[first:])
        if 6 <= len(joined) <= MOST_DIGITS:
            yield joined


def _read_amount(match: re.Match[str]) -> Iterator[str]:
    if match["k"] and match.string[: match.start()].rstrip()[-1:] not in _MONEY:
        return
    scale = 1000 if match["k"] else _SCALES[match["scale"].lower()]
    plain = number(unicodedata.normalize("NFKC", match["number"]))
    if len(plain) > MOST_DIGITS or plain.count(".") > 1:
        return
    amount = Decimal(plain) * scale
    if amount == amount.to_integral_value() and amount < 10**MOST_DIGITS:
        yield str(int(amount))


_READ = {
    "iso": _read_iso,
    "slash": _read_slash,
    "named": _read_named,
    "span": _read_span,
    "phone": _read_phone,
    "amount": _read_amount,
}
