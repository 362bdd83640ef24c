"""Number words in both languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.numerals import chinese_number, english_number, english_ordinal, ordinal


@pytest.mark.parametrize(
    ("word", "digits"),
    [
        ("zero", "0"),
        ("two", "2"),
        ("nine", "9"),
        ("fourteen", "14"),
        ("twenty", "20"),
        ("thirty", "30"),
        ("ninety", "90"),
        ("one", ""),
        ("lake", ""),
        ("", ""),
    ],
)
def test_english_cardinals(word: str, digits: str) -> None:
    assert english_number(word) == digits


@pytest.mark.parametrize(
    ("word", "digits"),
    [
        ("first", "1st"),
        ("third", "3rd"),
        ("eighth", "8th"),
        ("twelfth", "12th"),
        ("twentieth", "20th"),
        ("thirsty", ""),
    ],
)
def test_english_ordinals(word: str, digits: str) -> None:
    assert english_ordinal(word) == digits


@pytest.mark.parametrize(
    ("digits", "expected"),
    [
        ("0", "0th"),
        ("1", "1st"),
        ("2", "2nd"),
        ("3", "3rd"),
        ("4", "4th"),
        ("11", "11th"),
        ("12", "12th"),
        ("13", "13th"),
        ("21", "21st"),
        ("102", "102nd"),
        ("113", "113th"),
        ("007", "7th"),
        ("", ""),
        ("1a", ""),
    ],
)
def test_digits_become_ordinals(digits: str, expected: str) -> None:
    assert ordinal(digits) == expected


@pytest.mark.parametrize(
    ("word", "digits"),
    [
        ("二", "2"),
        ("十", "10"),
        ("十四", "14"),
        ("二十", "20"),
        ("三十五", "35"),
        ("一百零五", "105"),
        ("一百一十", "110"),
        ("三百五", "350"),
        ("两千", "2000"),
        ("一千二", "1200"),
        ("一千零一十", "1010"),
        ("三万五", "35000"),
        ("十万", "100000"),
        ("一亿三千万", "130000000"),
        ("五十六亿七千八百万", "5678000000"),
        ("一万亿", "1000000000000"),
        ("二〇二一", "2021"),
        ("六点五", "6.5"),
        ("六点", ""),
        ("三点十", ""),
        ("二零二一", "2021"),
        ("2021", "2021"),
    ],
)
def test_chinese_numbers(word: str, digits: str) -> None:
    assert chinese_number(word) == digits


@pytest.mark.parametrize("word", ["", "一", "两", "百", "万", "亿万", "十四五", "研究", "二人", "1a"])
def test_what_is_no_chinese_number(word: str) -> None:
    """十四五 is the fourteenth five-year plan; 一 and 两 alone are more often an article."""
    assert chinese_number(word) == ""


def test_one_character_is_a_number_where_the_text_says_so() -> None:
    assert [chinese_number(c, single=True) for c in "零一两九十"] == ["0", "1", "2", "9", "10"]


def write_in_chinese(number: int) -> str:
    """The numeral as a school book spells it, for 1 to 9999."""
    text, pending = "", False
    for unit, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            text += ("零" if pending else "") + "零一二三四五六七八九"[digit] + sign
        pending = bool(text) and not digit
    return text


@given(st.integers(10, 9999), st.integers(0, 9999))
def test_every_numeral_up_to_a_hundred_million_is_read(low: int, high: int) -> None:
    assert chinese_number(write_in_chinese(low)) == str(low)
    if high:
        spelled = f"{write_in_chinese(high)}万{'零' if low < 1000 else ''}{write_in_chinese(low)}"
        assert chinese_number(spelled) == str(high * 10000 + low)


@given(st.text("〇零一二两三四五六七八九十百千万亿研", max_size=30))
def test_whatever_is_no_numeral_is_empty_never_an_error(word: str) -> None:
    number = chinese_number(word, single=True)
    assert number == "" or number.isdecimal()


def test_a_number_of_any_length_is_an_ordinal() -> None:
    """Python refuses int() over 4,300 digits; a hostile heading must not stop a reindex."""
    assert ordinal("21" * 2500) == "21" * 2500 + "st"
