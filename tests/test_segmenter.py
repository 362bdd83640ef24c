"""Both segmenters give the same words: an index built with one serves the other."""

from __future__ import annotations

from importlib.util import find_spec

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.text.segmenter import JiebaSegmenter, RjiebaSegmenter, open_segmenter

WORDS = (
    "科技 创新 政策 国际 培训班 研究 研究所 科学技术 一带一路 智库 网络 发起 合作 大学 国家 年度报告 "
    "发展中国家 中国 科学院 杭州 数字 经济 人工智能 生态 环境 的 了 在 和 与 是 有 十四五 规划 指标 体系 "
    "评价 南南 培养 人才 硕士 博士 学员 第 届"
).split()
COMMON = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说"
    "产种面而方后多定行学法所民得经三之进着等部度家更想样理心她本去现什把那问当没看起天都两文正开实事些"
    "点只如水长〇々"
)
HAN_RUNS = st.lists(st.one_of(st.sampled_from(WORDS), st.sampled_from(COMMON)), min_size=1, max_size=25).map("".join)


@pytest.fixture(scope="module")
def jieba() -> JiebaSegmenter:
    return JiebaSegmenter()


def test_words_are_those_of_a_dictionary(jieba: JiebaSegmenter) -> None:
    assert jieba.cut("国际科技创新政策培训班") == ["国际", "科技", "创新", "政策", "培训班"]


@settings(max_examples=200, deadline=None)
@given(run=HAN_RUNS)
def test_words_joined_give_the_run_again(jieba: JiebaSegmenter, run: str) -> None:
    assert "".join(jieba.cut(run)) == run


@pytest.mark.skipif(find_spec("rjieba") is None, reason="rjieba is not installed (the extra `fast`)")
@settings(max_examples=500, deadline=None)
@given(run=HAN_RUNS)
def test_rjieba_gives_the_same_words_as_jieba(jieba: JiebaSegmenter, run: str) -> None:
    assert list(RjiebaSegmenter().cut(run)) == jieba.cut(run)


@pytest.mark.skipif(find_spec("rjieba") is None, reason="rjieba is not installed (the extra `fast`)")
@settings(max_examples=200, deadline=None)
@given(run=st.text(st.characters(min_codepoint=0x3400, max_codepoint=0x9FFF), min_size=1, max_size=12))
def test_rjieba_gives_the_same_words_for_rare_characters(jieba: JiebaSegmenter, run: str) -> None:
    assert list(RjiebaSegmenter().cut(run)) == jieba.cut(run)


@settings(max_examples=100, deadline=None)
@given(runs=st.lists(HAN_RUNS, min_size=1, max_size=4))
def test_runs_on_lines_of_their_own_are_cut_as_each_alone(jieba: JiebaSegmenter, runs: list[str]) -> None:
    for segmenter in (jieba, RjiebaSegmenter()) if find_spec("rjieba") else (jieba,):
        alone = [word for run in runs for word in [*segmenter.cut(run), "\n"]][:-1]
        assert list(segmenter.cut("\n".join(runs))) == alone


def test_rjieba_is_taken_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    assert isinstance(open_segmenter(), RjiebaSegmenter)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert isinstance(open_segmenter(), JiebaSegmenter)


def test_both_carry_one_fingerprint() -> None:
    assert RjiebaSegmenter().fingerprint == JiebaSegmenter().fingerprint
