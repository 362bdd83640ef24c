"""Terms and their places, the same for passages and questions."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.text import addresses
from index.text.analyzer import _IRREGULAR, _SPELLINGS, Analyzer, fold
from index.text.segmenter import JiebaSegmenter

TEXT = st.lists(
    st.one_of(
        st.sampled_from("第十四二〇○年月 .,&-’'aZéＦ１９ \n簡報軟體國際研究卡達爾@路号"),
        st.sampled_from(["www.", "https://", "a@b.c", " Road", "No.8 Lake Road", "南路8号", "CASTED's", "首届", "US"]),
        st.characters(exclude_categories=()),
    ),
    max_size=60,
).map("".join)


def test_what_was_read_before_changes_no_term(analyzer: Analyzer) -> None:
    """Whether CASTED is a word in capitals is said by its line, also behind a figure."""
    analyzer.analyze("THE YEARS OF 09CASTED's REPORTS")
    texts = ["see 2017-08-09CASTED's rules", "THE RULES OF 09CASTED's MEMBERS", "the 3CASTED and 3CASTED's"]
    assert [analyzer.terms(text) for text in texts] == [Analyzer().terms(text) for text in texts]


NUMERALS = st.text("百分之点零〇○一二三四五六七八九十千万亿两第年月日號多余人%0123456789.,- 的aZ&'’¹²-ͺ", max_size=12)


@settings(max_examples=300)
@given(text=st.one_of(NUMERALS, TEXT))
@example(text="百分之六十九六十九")
@example(text="ͺ-ͺ")
def test_no_token_is_empty(analyzer: Analyzer, text: str) -> None:
    assert all(token.term.strip() and token.start < token.end for token in analyzer.analyze(text))


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("The policies of the institute", ["polici", "institut"]),
        ("organisation, organization", ["organiz", "organiz"]),
        ("labour labor", ["labor", "labor"]),
        ("held holds, sent", ["hold", "hold", "send"]),
        ("programme program", ["program", "program"]),
        ("Café São Paulo", ["cafe", "sao", "paulo"]),
        ("ＵＮＥＳＣＯ ２０２１", ["unesco", "2021"]),
        ("S&T, R & D and R＆D", ["s&t", "r&d", "r&d"]),
        ("COVID-19", ["covid19", "covid"]),
        ("342¹ 48³ people¹² in 1,904⁴ Lane² 5G¹", ["342", "48", "peopl", "1904", "lane", "5g"]),
        ("１４ｔｈ ２ｎｄ 1ＳＴ", ["14th", "2nd", "1st"]),
        ("14th³ COVID-19² S&T² 2,5⁷ ¹Without", ["14th", "covid19", "covid", "s&t", "2.5"]),
        ("m² km² R² mc² CO₂ H₂O x₁", ["m2", "km2", "r2", "mc2", "co2", "h2o", "x1"]),
        ("100km² 12.5m² 10m³/s 3mm²x A1m²", ["100", "km2", "12.5", "m2", "10", "m3", "s", "3mm", "x", "a1m"]),
        ("S&T政策", ["s&t", "政策"]),
        ("U.S. and USA and US", ["usa", "usa", "usa"]),
        ("tell us", ["tell"]),
        ("20,000 people", ["20000", "peopl"]),
        ("2.5 percent", ["2.5", "percent"]),
        ("the 1990s", ["1990s"]),
        ("100km", ["100km"]),
        ("3.5km", ["3.5", "km"]),
        ("5G, G20, H2O", ["5g", "g20", "h2o"]),
        ("14th fourteenth 第十四 第14 第 14", ["14th"] * 5),
        ("fourteen 14 十四", ["14", "14", "14"]),
        ("2019年政府", ["2019", "政府"]),
        ("二〇二一年 二○二一年 二零二一年 一九九八年", ["2021", "2021", "2021", "1998"]),
        ("一百三十三人 133人 三十多名 30多名 两千余份", ["133", "133", "30", "30", "2000"]),
        ("百分之六十九 百分之六点五 69%", ["69", "percent", "6.5", "percent", "69", "percent"]),
        ("百分之十二三 百分之一百二十 百分之一百零五", ["12", "percent", "3", "120", "percent", "105", "percent"]),
        ("一百 五十万 百分之百 十四五 一百二三十", ["100", "500000", "百分之百", "十四五", "100", "二三十"]),
        ("从一九九五年到二〇一〇年", ["1995", "到", "2010"]),
        ("2020年全社会", ["2020", "全", "社会"]),
        ("한국", ["한국"]),
        ("国际科技创新政策培训班", ["国际", "科技", "创新", "政策", "培训班"]),
        ("國際科技創新政策培訓班", ["国际", "科技", "创新", "政策", "培训班"]),
        ("Ministry MOST and most", ["ministri", "most"]),
        ("Ada’s lake", ["ada", "lake"]),
        ("CASTED's lake and CASTED’s north", ["casted", "lake", "casted", "north"]),
        ("首届培训班 首次 首个", ["1st", "培训班", "1st", "1st"]),
        ("see www.example.org/news", ["see", "www", "websit", "example", "org", "news"]),
        ("https://example.org.", ["https", "websit", "example", "org"]),
        ("网址：www.example.org，联系人", ["网址", "www", "websit", "example", "org", "联系人"]),
        ("网址www.example.org。培训班", ["网址", "www", "websit", "example", "org", "培训班"]),
        ("ada@example.org", ["ada", "email", "example", "org"]),
        ("邮箱ada@example.org培训班", ["邮箱", "ada", "email", "example", "org", "培训班"]),
        ("No.8 Yuyuantan South Road", ["8", "address", addresses.TERM, "yuyuantan", "south", "road"]),
        ("玉渊潭南路8号", ["玉渊潭", "地址", addresses.TERM, "南路", "8"]),
        ("The road to 8 lakes", ["road", "8", "lake"]),
        ("the of and", []),
        ("的了是", []),
        ("", []),
        ("!!! … ——", []),
        ("🌊🌊", ["🌊", "🌊"]),
        ("long-term e-learning", ["long", "longterm", "term", "elearn", "learn"]),
        ("longterm elearning", ["longterm", "elearn"]),
        ("non-formal non formal nonformal", ["nonform"] * 3),
        ("X-ray200A xray200a", ["x", "xray200a", "ray200a", "xray200a"]),
        ("3 000 wells 3\u202f000", ["3000", "3", "000", "well", "3000", "3", "000"]),
        ("３，０００ 1.250.000 2,5 7.250", ["3000", "3", "000", "1250000", "2.5", "7.250"]),
        ("MPs and SDGs", ["mp", "sdg"]),
        ("O’Brien O'Brien OBrien OʼBrien", ["obrien"] * 4),
        ("l'école d’Abidjan N’Djamena", ["ecol", "abidjan", "ndjamena"]),
        ("Łódź Søren Straße œuvre", ["lodz", "soren", "strass", "oeuvr"]),
        ("re\u0301sume\u0301 r\u00e9sum\u00e9", ["resum", "resum"]),
        ("Ещё еще, станций станции", ["ещ", "ещ", "станц", "станц"]),
        ("٤٢ الأبحاث الابحاث", ["42", "ابحاث", "ابحاث"]),
        ("€12, $3, £900k", ["euro", "12", "dollar", "3", "pound", "900k", "900000"]),
        ("1.2 million, 1.2万", ["1.2", "1200000", "million", "1.2", "12000"]),
        ("2017-08-09", ["2017", "day_20170809", "08", "09"]),
        ("03/04/2019", ["03", "day_20190403", "day_20190304", "04", "2019"]),
        ("2011–2015, 2016/17", ["2011", "years_2011_2015", "2015", "2016", "years_2016_2017", "17"]),
        ("12 per cent, 12 percentage", ["12", "percent", "12", "percent"]),
        ("\ud800", []),
    ],
)
def test_terms(analyzer: Analyzer, text: str, terms: list[str]) -> None:
    assert analyzer.terms(text) == terms


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("In the 14th plan, S & T grew.", ["14th", "plan", "S & T", "grew"]),
        ("第14届培训班有２０人", ["第14", "培训班", "２０"]),
        ("滑鼠和軟體", ["滑鼠", "軟體"]),
        ("Ada Stone’s lake", ["Ada", "Stone’s", "lake"]),
        ("(www.lake.org) or 。", ["www", "www.lake.org", "lake", "org"]),
        ("At 8 Lake Road, north", ["8", "8 Lake Road", "8 Lake Road", "Lake", "Road", "north"]),
        ("在玉渊潭南路８号", ["玉渊潭", "玉渊潭南路８号", "玉渊潭南路８号", "南路", "８"]),
    ],
)
def test_places_are_those_of_the_printed_words(analyzer: Analyzer, text: str, words: list[str]) -> None:
    assert [text[token.start : token.end] for token in analyzer.analyze(text)] == words


@settings(max_examples=500, deadline=None)
@given(text=TEXT, stop_words=st.booleans())
@example("第三次簡報", False)  # opencc makes four characters of two
@example("卡達爾", False)
@example("第百", False)
@example("第十一二次", False)
@example("+a@b.c", False)  # an address does not begin before its first word
@example("_a@b.c", False)
@example("ͺ", False)  # NFKC makes a space of it
def test_every_token_has_a_term_and_a_place_in_the_text_in_order(
    analyzer: Analyzer, text: str, stop_words: bool
) -> None:
    position = 0
    for token in analyzer.analyze(text, stop_words=stop_words):
        assert token.term.strip() == token.term != ""
        assert position <= token.start < token.end <= len(text)
        assert text[token.start : token.end].strip()
        position = token.start


@settings(max_examples=200, deadline=None)
@given(TEXT)
def test_names_do_not_overlap(analyzer: Analyzer, text: str) -> None:
    tokens = analyzer.names(text)
    assert all(one.end <= other.start for one, other in pairwise(tokens))


@settings(max_examples=200, deadline=None)
@given(st.text("abcdefgh The研究政策 12", max_size=40))
def test_case_and_width_do_not_matter_to_ordinary_words(analyzer: Analyzer, text: str) -> None:
    text = text.lower()
    wide = "".join(chr(ord(c) + 0xFEE0) if "a" <= c <= "z" or "0" <= c <= "9" else c for c in text)
    assert analyzer.terms(wide) == analyzer.terms(text)


@settings(max_examples=200, deadline=None)
@given(TEXT)
def test_a_folded_text_is_not_folded_further(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_covid_is_one_name_though_two_terms(analyzer: Analyzer) -> None:
    assert [token.term for token in analyzer.names("COVID-19 in 2021")] == ["covid19", "2021"]


def test_stop_words_are_given_where_they_are_wanted(analyzer: Analyzer) -> None:
    assert [token.term for token in analyzer.analyze("who are you", stop_words=True)] == ["who", "are", "you"]


def test_a_line_in_capitals_makes_no_acronyms(analyzer: Analyzer) -> None:
    assert analyzer.terms("WHO PAYS FOR IT AND WHO DOES NOT") == analyzer.terms("who pays for it and who does not")


def test_terms_do_not_depend_on_what_was_analysed_before(analyzer: Analyzer) -> None:
    text = "The 14th training workshop 第十四届國際培訓班 on S&T policies"
    assert Analyzer().analyze(text) == analyzer.analyze(text)


@settings(max_examples=200, deadline=None)
@given(before=TEXT, text=TEXT, stop_words=st.booleans())
@example(before="CASTED's", text="CASTED'S ANNUAL REPORT IS OUT", stop_words=False)
@example(before="CASTED'S ANNUAL REPORT IS OUT", text="CASTED's", stop_words=False)
@example(before="WHO PAYS FOR IT AND WHO DOES NOT", text="the WHO pays for it", stop_words=False)
@example(before="TELL US", text="US", stop_words=False)
@example(before="who", text="WHO", stop_words=True)
def test_words_that_are_remembered_give_the_same_tokens_in_any_order(
    analyzer: Analyzer, before: str, text: str, stop_words: bool
) -> None:
    """What is set in capitals depends on its line, so that it must not be remembered from another."""
    fresh, used = sharing(analyzer), sharing(analyzer)
    used.analyze(before, stop_words=not stop_words)
    used.analyze(before, stop_words=stop_words)
    assert used.analyze(text, stop_words=stop_words) == fresh.analyze(text, stop_words=stop_words)


@settings(max_examples=300, deadline=None)
@given(TEXT)
def test_what_is_simplified_already_is_read_as_what_is_not(analyzer: Analyzer, text: str) -> None:
    """Runs of Simplified characters without numerals have a shorter way; it must lead to the same place."""
    long_way = sharing(analyzer)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(long_way.simplifier, "at_once", lambda text: "")
        expected = long_way.analyze(text)
    assert sharing(analyzer).analyze(text) == expected


def sharing(analyzer: Analyzer) -> Analyzer:
    """An analyzer that remembers nothing yet; loading a segmenter takes a second."""
    return Analyzer(analyzer._segmenter)


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        ("專著", "专著"),
        ("出版了編著和論著", "出版了编著和论著"),
        ("著作的作者", "著作的作者"),
        ("沿著湖邊走", "沿着湖边走"),
        ("看著這本名著", "看着这本名著"),
    ],
)
def test_what_is_written_stays_written(analyzer: Analyzer, traditional: str, simplified: str) -> None:
    assert analyzer.simplified(traditional) == simplified
    assert analyzer.simplifier.runs([traditional, traditional]) == [simplified] * 2


def test_what_is_remembered_is_bounded(analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.text.analyzer._REMEMBERED", 8)
    small = sharing(analyzer)
    for number in range(50):
        assert small.terms(f"lake{number} 湖{number}") == [f"lake{number}", "湖", str(number)]
        assert max(len(small._stems), len(small._plain), len(small._han_terms)) <= 8


def test_a_fingerprint_is_the_same_for_the_same_program_and_another_for_another_segmenter() -> None:
    class Other(JiebaSegmenter):
        fingerprint = "other"

    assert Analyzer().fingerprint == Analyzer().fingerprint
    assert Analyzer(Other()).fingerprint != Analyzer().fingerprint


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        ("index.text.stopwords.ENGLISH", frozenset({"lake"})),
        ("index.text.stopwords.CHINESE", frozenset({"湖"})),
        ("index.text.analyzer._IRREGULAR", {"lakes": "lake"}),
        ("index.text.analyzer._SPELLINGS", ()),
        ("index.text.analyzer.VERSION", 0),
    ],
)
def test_other_rules_are_another_fingerprint(monkeypatch: pytest.MonkeyPatch, rule: str, value: object) -> None:
    before = Analyzer().fingerprint
    monkeypatch.setattr(rule, value)
    assert Analyzer().fingerprint != before


@settings(max_examples=300, deadline=None)
@given(
    st.from_regex(
        r"[a-z]{0,5}(is|our|tre|programme|men|ence|def|off)?(ation|ations|e|ed|ers|s|al|ing)?", fullmatch=True
    )
)
def test_a_word_is_spelled_as_every_rule_has_it(analyzer: Analyzer, word: str) -> None:
    """The sign of a rule only saves trying it: a rule never applies where its sign is missing."""
    spelled = _IRREGULAR.get(word, word)
    for _, pattern, replacement in _SPELLINGS:
        spelled = pattern.sub(replacement, spelled)
    assert analyzer.stem(word) == analyzer._stem_one(spelled)
