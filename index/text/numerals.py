"""Number words in, digits out: English cardinals and ordinals, Chinese numerals."""

from __future__ import annotations

from itertools import pairwise

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty"
).split()
_TENS = "thirty forty fifty sixty seventy eighty ninety".split()
# "one" and "second" are more often something else than a number: one of them, per second, secondly.
_CARDINALS = {word: str(number) for number, word in enumerate(_UNITS) if number != 1} | {
    word: str(number) for number, word in zip(range(30, 100, 10), _TENS, strict=True)
}
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
_ORDINAL_NUMBERS = {word: number for number, word in enumerate(_ORDINALS, start=1)}

_HAN_DIGITS = {
    "〇": 0,
    "零": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_HAN_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10000, "亿": 100000000}
HAN_NUMERALS = "".join([*_HAN_DIGITS, *_HAN_UNITS])
"""All characters that numerals are made of."""


def english_number(word: str) -> str:
    """`fourteen` → `14`; empty if `word` is no number word."""
    return _CARDINALS.get(word, "")


def english_ordinal(word: str) -> str:
    """`fourteenth` → `14th`; empty if `word` is no ordinal word."""
    number = _ORDINAL_NUMBERS.get(word)
    return ordinal(str(number)) if number else ""


def ordinal(digits: str) -> str:
    """`2` → `2nd`. Without digits: empty."""
    if not digits.isdecimal():
        return ""
    # digit by digit: int() refuses more than 4,300 of them, and a hostile heading may have more
    number = "".join(str(int(digit)) for digit in digits).lstrip("0") or "0"
    teen = number[-2:] in ("11", "12", "13")
    return number + ("th" if teen else {"1": "st", "2": "nd", "3": "rd"}.get(number[-1], "th"))


def chinese_number(word: str, *, single: bool = False) -> str:
    """`十四` → `14`, `二〇二一` → `2021`, `六点五` → `6.5`; empty if `word` is no numeral.

    One character alone is a number only where `single` says so: 一 and 两 are more often an article.
    """
    if word[:1] not in HAN_NUMERALS:
        return word if word.isdecimal() and word.isascii() else ""
    if len(word) == 1 and not single and word not in "二三四五六七八九十":
        return ""
    whole, point, decimals = word.partition("点")
    if point:
        number = chinese_number(whole, single=True)
        return (
            f"{number}.{chinese_number(decimals, single=True)}"
            if number and decimals and _HAN_DIGITS.keys() >= set(decimals)
            else ""
        )
    if not set(HAN_NUMERALS).issuperset(word):
        return ""
    if not any(c in _HAN_UNITS for c in word):
        return "".join(str(_HAN_DIGITS[c]) for c in word)
    if word[0] in "百千万亿":
        return ""
    if any(c in _HAN_DIGITS and after in _HAN_DIGITS and c not in "零〇" for c, after in pairwise(word)):
        return ""  # 十四五 is the fourteenth five-year plan, not a number
    # 三百五 is 350, 三万五 35,000: a last digit counts in tenths of the unit before it, unless 零 stands there.
    last = _HAN_UNITS.get(word[-2], 10) // 10 if word[-1] in _HAN_DIGITS else 1
    hundreds_of_millions = tens_of_thousands = part = digit = 0
    for c in word:
        if c in _HAN_DIGITS:
            digit = _HAN_DIGITS[c]
        elif c == "亿":
            hundreds_of_millions = (hundreds_of_millions + tens_of_thousands + part + digit) * _HAN_UNITS[c]
            tens_of_thousands = part = digit = 0
        elif c == "万":
            tens_of_thousands = (tens_of_thousands + part + digit) * _HAN_UNITS[c]
            part = digit = 0
        else:
            part, digit = part + (digit or 1) * _HAN_UNITS[c], 0
    return str(hundreds_of_millions + tens_of_thousands + part + digit * last)
