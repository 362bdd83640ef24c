"""Where sentences end, and where too long ones are cut."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.sentences import split_sentences, split_to_length

TEXT = st.text(
    st.one_of(st.sampled_from(" \n\t.。！？!?;；,，、…()”’aBc12研究"), st.characters(exclude_categories=())),
    max_size=120,
)


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


def without_space(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It rained. The lake rose.", ["It rained.", "The lake rose."]),
        ("Did it rain? It did! So it goes…", ["Did it rain?", "It did!", "So it goes…"]),
        ("湖水上涨了。研究所很忙！为什么？", ["湖水上涨了。", "研究所很忙！", "为什么？"]),
        ("他说：“湖水上涨了。”然后走了。", ["他说：“湖水上涨了。”", "然后走了。"]),
        ('She said "no." He left.', ['She said "no."', "He left."]),
        (
            "Prof. Ada Stone met Dr. J. Reed in Washington.",
            ["Prof. Ada Stone met Dr. J. Reed in Washington."],
        ),
        (
            "It grew by 3.5 percent, e.g. in the U.S. and in Mexico.",
            ["It grew by 3.5 percent, e.g. in the U.S. and in Mexico."],
        ),
        (
            "They read China-U.S. S&T News. It has vitamin-C. The end.",
            ["They read China-U.S. S&T News.", "It has vitamin-C.", "The end."],
        ),
        ("Version 2.0. is out.", ["Version 2.0. is out."]),
        ("Staff\n\nThe institute employs 57 people.", ["Staff", "The institute employs 57 people."]),
        ("one line\nand the next. Then more.", ["one line\nand the next.", "Then more."]),
        ("Heading\n \t\nText.", ["Heading", "Text."]),
        ("它占 $1 1 . 7 3 %$ ，居首位。", ["它占 $1 1 . 7 3 %$ ，居首位。"]),
        ("2019年GDP增长6.1%。2020年增长2.3%。", ["2019年GDP增长6.1%。", "2020年增长2.3%。"]),
        ("", []),
        (" \n\n ", []),
        ("...", ["..."]),
    ],
)
def test_sentences_end_where_a_reader_says(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@settings(max_examples=300, deadline=None)
@given(TEXT)
def test_slices_are_in_order_trimmed_and_lose_nothing_but_white_space(text: str) -> None:
    slices = split_sentences(text)
    position = 0
    for start, end in slices:
        assert position <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        assert not text[position:start].strip()
        position = end
    assert not text[position:].strip()


@settings(max_examples=300, deadline=None)
@given(TEXT, st.integers(1, 40), st.data())
def test_pieces_of_a_text_are_never_longer_than_the_limit_and_lose_nothing(
    text: str, limit: int, data: st.DataObject
) -> None:
    low = data.draw(st.integers(0, len(text)))
    high = data.draw(st.integers(low, len(text)))
    slices = split_to_length(text, low, high, limit)
    position = low
    for start, end in slices:
        assert position <= start < end <= high
        assert end - start <= limit
        position = end
    assert without_space("".join(text[start:end] for start, end in slices)) == without_space(text[low:high])


def test_a_text_is_cut_between_sentences_where_they_fit() -> None:
    text = "The lake is deep. The lake is cold. The lake is blue."
    assert [text[a:b] for a, b in split_to_length(text, 0, len(text), 36)] == [
        "The lake is deep. The lake is cold.",
        "The lake is blue.",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the lake is deep, cold; blue and green", ["the lake is deep, cold;", "blue and green"]),
        ("the lake is deep, cold and blue and green", ["the lake is deep,", "cold and blue and green"]),
        ("thelakeisdeep andcoldandblueandgreen", ["thelakeisdeep", "andcoldandblueandgreen"]),
        (
            "湖水又深又冷又蓝，研究所的人都喜欢在湖边散步并且讨论问题",
            ["湖水又深又冷又蓝，研究所的人都喜欢在湖边散步并且", "讨论问题"],
        ),
    ],
)
def test_a_long_sentence_is_cut_after_a_semicolon_else_a_comma_else_a_word(text: str, expected: list[str]) -> None:
    assert [text[a:b] for a, b in split_to_length(text, 0, len(text), 24)] == expected


def test_an_endless_line_is_cut_too() -> None:
    text = "lake " * 20_000
    slices = split_to_length(text, 0, len(text), 700)
    assert len(slices) == -(-len(text) // 700)


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("a institutionalisation of things", 24, ["a institutionalisation", "of things"]),
        ("x counterrevolutionaries came", 24, ["x counterrevolutionaries", "came"]),
        ("科技创新政策研究institutionalisation报告", 20, ["科技创新政策研究", "institutionalisation", "报告"]),
        ("年度经费总额为1234567890元整。", 12, ["年度经费总额为", "1234567890元整", "。"]),
        ("about 1,234,567,890,123 yuan", 16, ["about", "1,234,567,890,12", "3 yuan"]),  # longer than a slice
        ("they paid 12,345,678 yuan in", 16, ["they paid", "12,345,678 yuan", "in"]),
        ("Überraschungsmöglichkeit héréditaire", 24, ["Überraschungsmöglichkeit", "héréditaire"]),
        ("一二三四五六七八九十" * 3, 10, ["一二三四五六七八九十"] * 3),
        ("COVID-19vaccinationprogramme", 10, ["COVID-", "19vaccinat", "ionprogram", "me"]),
        ("w" * 25, 10, ["w" * 10, "w" * 10, "w" * 5]),
    ],
)
def test_a_word_is_cut_only_where_it_is_longer_than_a_slice(text: str, limit: int, expected: list[str]) -> None:
    assert [text[low:high] for low, high in split_to_length(text, 0, len(text), limit)] == expected
