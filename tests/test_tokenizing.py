"""Many texts at once give the tokens that the analyzer gives for each."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from content.documents import assemble
from content.passages import split_passages
from content.readers import read_file
from index.text import batch as tokenizing
from index.text.analyzer import Analyzer, Token
from index.text.batch import Tokenizer
from index.text.segmenter import JiebaSegmenter, RjiebaSegmenter

PIECES = (
    "percent per cent long-term non- formal l’école MPs 3 000 １，０００ 1.2 million 万 ％ € 🐦 "
    "2017-08-09 2011–2015 May 2, 2018 "
    "百分之 六十九 点 一百 三十三 两千 万 多 余 人 科技 创新 政策 第 十四 五 年 "
    "第十四 第14届 2019 二〇二一年 二○二一年 三年 第两 第兩 兩 萬 簡報 發展 中國 中国 "
    "資料庫 首次 第三次簡報 鏈 共鏈 的 了 十二 百 〇 ○ 𠀀 々 COVID-19 R&D S&T www.example.org a@b.cn 20,000 14th U.S. "
    "Ph.D. CASTED's US IT MOST most İ Σ ͺ No. 5 Long Road 长安路3号 长安路 3 号 Kenya 个 人 亿 1.5 3 \0 \n \n\n ， 。 "
    "（ ） \u3000 _ - fourteen second"
).split(" ")
TEXT = st.lists(st.sampled_from([*PIECES, " ", "\n"]), max_size=14).map("".join)
COUNTRIES = frozenset({"kenya", "中国", "中國"})


def by_itself(analyzer: Analyzer, texts: list[str]) -> list[list[Token]]:
    return [analyzer.analyze(text) for text in texts]


def together(tokenizer: Tokenizer, texts: list[str]) -> list[list[Token]]:
    """Tokens as the analyzer gives them; on the way, what is said of each is held against what it says."""
    found = tokenizer.tokens(texts)
    terms, surfaces = tokenizer.numbering.terms, tokenizer.numbering.surfaces
    assert len(set(terms)) == len(terms) == len(surfaces)
    tokens = list(map(Token, [terms[number] for number in found.terms], found.starts.tolist(), found.ends.tolist()))
    parts, low = [], 0
    for text, count in zip(texts, found.counts.tolist(), strict=True):
        parts.append(tokens[low : low + count])
        for place in range(low, low + count):
            term, start, end = tokens[place]
            assert found.digits[place] == term[0].isdigit()
            if found.plain[place]:
                assert term == text[start:end] or found.digits[place]
                assert found.countries[place] == (text[start:end] in COUNTRIES)
            else:
                assert not found.countries[place]
        low += count
    assert low == len(tokens)
    return parts


@settings(max_examples=500, deadline=None)
@given(texts=st.lists(TEXT, min_size=1, max_size=6))
@example(["第", "14"])
@example(["年", "2019", "年"])
@example(["2019", "年全社会"])
@example(["2019 年全社会", "年"])
@example(["簡報", "演示"])
@example(["COVID-19的", "19"])
@example(["\ud800中國", "中国"])
@example(["", ""])
def test_texts_give_together_what_each_gives_by_itself(analyzer: Analyzer, texts: list[str]) -> None:
    assert together(Tokenizer(analyzer, COUNTRIES), texts) == by_itself(analyzer, texts)


@settings(max_examples=200, deadline=None)
@given(texts=st.lists(st.text(max_size=40), min_size=1, max_size=4))
def test_so_does_any_text(analyzer: Analyzer, texts: list[str]) -> None:
    assert together(Tokenizer(analyzer, COUNTRIES), texts) == by_itself(analyzer, texts)


@settings(max_examples=100, deadline=None)
@given(texts=st.lists(st.text(st.characters(min_codepoint=0x3400, max_codepoint=0x9FFF), max_size=30), min_size=1))
def test_so_does_any_han_character(analyzer: Analyzer, texts: list[str]) -> None:
    assert together(Tokenizer(analyzer, COUNTRIES), texts) == by_itself(analyzer, texts)


def test_reports_give_passage_by_passage_what_they_give_together(analyzer: Analyzer) -> None:
    tokenizer = Tokenizer(analyzer, COUNTRIES)
    for path in sorted(Path("content/reports").glob("*.md")):
        texts = [passage.text for passage in split_passages(assemble("x", "x", *read_file(path)))]
        assert together(tokenizer, texts) == by_itself(analyzer, texts)


@pytest.mark.parametrize("limit", ["_AT_ONCE", "_REMEMBERED"])
def test_limits_change_nothing(analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    texts = ["科技创新政策", "Kenya and COVID-19", "第十四届", "科技与中国"]
    expected = by_itself(analyzer, texts)
    monkeypatch.setattr(tokenizing, limit, 3)
    tokenizer = Tokenizer(analyzer, COUNTRIES)
    first = tokenizer.numbering
    assert [together(tokenizer, texts) for _ in range(3)] == [expected] * 3
    assert (tokenizer.numbering is first) == (limit == "_AT_ONCE")


def test_words_without_a_free_place_in_the_table_are_found(analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokenizing, "_TABLE_BITS", 1)
    texts = ["科技创新政策国际合作培训班研究所", "国际科技创新政策培训班"]
    tokenizer = Tokenizer(analyzer, COUNTRIES)
    assert [together(tokenizer, texts) for _ in range(2)] == [by_itself(analyzer, texts)] * 2


def test_terms_are_written_as_they_are_met_first(analyzer: Analyzer) -> None:
    tokenizer = Tokenizer(analyzer)
    tokenizer.tokens(["Policies of 十四", "policy 14 簡報 CASTED"])
    tokenizer.tokens(["Policing"])
    written = dict(zip(tokenizer.numbering.terms, tokenizer.numbering.surfaces, strict=True))
    assert {"polici": "policies", "14": "十四", "casted": "casted"}.items() <= written.items()


@pytest.fixture(scope="module")
def jieba() -> Analyzer:
    return Analyzer(JiebaSegmenter())


@pytest.mark.skipif(find_spec("rjieba") is None, reason="rjieba is not installed (the extra `fast`)")
@settings(max_examples=200, deadline=None)
@given(texts=st.lists(TEXT, min_size=1, max_size=4))
def test_both_segmenters_give_the_same_tokens(jieba: Analyzer, texts: list[str]) -> None:
    rjieba = Analyzer(RjiebaSegmenter())
    assert together(Tokenizer(rjieba, COUNTRIES), texts) == together(Tokenizer(jieba, COUNTRIES), texts)
