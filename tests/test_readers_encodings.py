"""Every encoding that reports come in, declared or not, long or short."""

from __future__ import annotations

import codecs
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.readers.encodings import decode
from content.readers.errors import Unreadable

SIMPLIFIED = "中国科学技术发展战略研究院发布了2021年度报告，介绍国际合作与培训情况。"
TRADITIONAL = "中國科學技術發展戰略研究院發布了2021年度報告，介紹國際合作與培訓情況。"
SHORT = ["科技创新", "国际合作研讨会", "培训班于北京举行", "第九届国际培训班"]
SHORT_TRADITIONAL = ["科技創新", "國際合作研討會", "台北看守所", "培訓班於北京舉行"]
GERMAN = "Die schöne Frau hat Käse gegessen. Größe über 15,50 €."
FRENCH = "L’été était très chaud, déclare le ministère – « c’est évident »."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "gb18030", "gbk", "gb2312"])
def test_simplified_chinese_is_read_undeclared(encoding: str) -> None:
    assert decode("x.txt", SIMPLIFIED.encode(encoding)) == SIMPLIFIED


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "big5"])
def test_traditional_chinese_is_read_undeclared(encoding: str) -> None:
    assert decode("x.txt", TRADITIONAL.encode(encoding)) == TRADITIONAL


@pytest.mark.parametrize("text", SHORT)
def test_a_few_characters_of_gb18030_are_enough(text: str) -> None:
    assert decode("x.txt", text.encode("gb18030")) == text


@pytest.mark.parametrize("text", SHORT_TRADITIONAL)
def test_a_few_characters_of_big5_are_enough(text: str) -> None:
    assert decode("x.txt", text.encode("big5")) == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", [SIMPLIFIED, "An annual report in English, without a mark.", GERMAN])
def test_utf_16_without_a_mark_is_read(text: str, encoding: str) -> None:
    assert decode("x.txt", text.encode(encoding)) == text


@pytest.mark.parametrize(
    "text",
    [
        GERMAN,
        FRENCH,
        "Café",
        "El niño comió paella; ¡qué rico!",
        "naïve résumé",
        "de A à Z",
        "suite à la réunion",
    ],
)
def test_windows_1252_is_read_undeclared(text: str) -> None:
    assert decode("x.txt", text.encode("cp1252")) == text


def test_russian_in_windows_1251_is_read_undeclared() -> None:
    text = "Министерство науки и высшего образования Российской Федерации."
    assert decode("x.txt", text.encode("cp1251")) == text


def test_declared_encoding_is_taken_where_it_holds() -> None:
    assert decode("x.html", "科技".encode("gb2312"), declared="gb2312") == "科技"
    assert decode("x.html", "Größe".encode("latin-1"), declared="iso-8859-1") == "Größe"


def test_wrong_declaration_is_overruled() -> None:
    assert decode("x.html", SIMPLIFIED.encode("gb18030"), declared="utf-8") == SIMPLIFIED
    assert decode("x.html", SIMPLIFIED.encode("utf-8"), declared="gb2312") == SIMPLIFIED


def test_what_a_person_says_is_obeyed_or_refused() -> None:
    assert decode("x.txt", "Größe".encode("cp1252"), encoding="cp1252") == "Größe"
    with pytest.raises(Unreadable, match="not in utf-8"):
        decode("x.txt", "Größe".encode("cp1252"), encoding="utf-8")
    for label in ("no-such-encoding", "rot13", "hex"):
        with pytest.raises(Unreadable, match="there is no encoding"):
            decode("x.txt", b"abc", encoding=label)


def test_a_few_damaged_bytes_do_not_spoil_a_long_utf_8_text() -> None:
    data = (SIMPLIFIED * 50).encode() + b"\xff" + SIMPLIFIED.encode()
    text = decode("x.txt", data)
    assert SIMPLIFIED in text
    assert text.count("\ufffd") == 1


def test_line_ends_are_one_and_control_characters_go() -> None:
    assert decode("x.txt", b"a\r\nb\rc\x00\x08d") == "a\nb\ncd"


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(Unreadable, match="no text at all"):
        decode("x.txt", bytes([0, 1, 2, 3, 4, 5, 6, 7, 8, 14, 15, 16]) * 20)


plain = st.characters(exclude_categories=["Cc", "Cs", "Cf"], exclude_characters="\u2028\u2029\ufffd")


@given(st.text(alphabet=plain, max_size=300))
def test_any_text_in_utf_8_comes_back(text: str) -> None:
    assert decode("x.txt", codecs.BOM_UTF8 + text.encode()) == text


@given(st.binary(max_size=400))
def test_random_bytes_are_decoded_or_refused(data: bytes) -> None:
    try:
        text = decode("x.txt", data)
    except Unreadable as refused:
        text = refused.remedy
    assert "\x00" not in text
    assert text.encode().decode() == text


def test_random_bytes_are_no_text() -> None:
    """They were read as Windows-1252, and cited."""
    data = random.Random(5).randbytes(5_000)
    with pytest.raises(Unreadable, match="no text at all"):
        decode("x.txt", data)


def test_breaks_without_width_are_nothing_strange() -> None:
    """Khmer has one between any two words."""
    assert decode("x.txt", ("ខ្មែរ\u200b" * 20).encode()) == "ខ្មែរ" * 20
    assert decode("x.txt", ("a\u200b" * 20).encode()) == "a" * 20
