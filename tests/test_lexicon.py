"""Other words for a term, each with where it comes from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from shelf import Shelf

from index.errors import IndexFault
from index.lexicon.dictionary import Dictionary
from index.lexicon.lexicon import Expansion, Lexicon, read_glossary, save_lexicon
from index.store.tables import SortedTable
from index.text.analyzer import Analyzer

GLOSSARY = "english,chinese,other_forms\ntraining workshop,培训班,training course;workshop\nlake,湖泊,tarn\n"
REPORT = """The Institute of Limnology (IL) held a training course about the lake.

研究所在湖边举办了培训班，大学的学者参加。

The university sent people."""


@pytest.fixture(scope="module")
def shelf(make_shelf: Callable[..., Shelf]) -> Shelf:
    shelf = make_shelf()
    shelf.put("report.md", REPORT)
    shelf.put("glossary.csv", GLOSSARY)
    shelf.reindex()
    return shelf


@pytest.fixture(scope="module")
def lexicon(shelf: Shelf, analyzer: Analyzer) -> Lexicon:
    folder = shelf.generations.path(shelf.generations.require_current())
    dictionary = Dictionary.open(shelf.index, analyzer)
    return Lexicon(folder, SortedTable(folder, "terms"), dictionary, chinese=True, english=True, stem=analyzer.stem)


def said(expansions: list[Expansion] | tuple[Expansion, ...], origin: str) -> list[str]:
    return [" ".join(expansion.terms) for expansion in expansions if expansion.origin == origin]


def phrase(lexicon: Lexicon, analyzer: Analyzer, text: str, origin: str) -> list[str]:
    """What the longest phrase of `text` may also be called."""
    matches = lexicon.phrases(analyzer.terms(text))
    return next(filter(None, (said(match.expansions, origin) for match in matches)))


def test_an_english_term_of_the_glossary_has_its_chinese_one(lexicon: Lexicon, analyzer: Analyzer) -> None:
    assert phrase(lexicon, analyzer, "the yearly training workshop", "glossary") == [
        "培训班",
        "train cours",
        "workshop",
    ]


def test_a_chinese_term_of_the_glossary_has_its_english_one(lexicon: Lexicon, analyzer: Analyzer) -> None:
    assert "train workshop" in phrase(lexicon, analyzer, "培训班", "glossary")


def test_a_match_covers_the_words_it_stands_for(lexicon: Lexicon, analyzer: Analyzer) -> None:
    terms = analyzer.terms("yearly training workshop")
    (whole,) = [match for match in lexicon.phrases(terms) if (match.low, match.high) == (1, 3)]
    assert "培训班" in said(whole.expansions, "glossary")


def test_an_acronym_has_the_long_form_that_the_report_prints(lexicon: Lexicon, analyzer: Analyzer) -> None:
    assert said(lexicon.words("il", "IL"), "acronym") == ["institut limnolog"]
    assert phrase(lexicon, analyzer, "Institute of Limnology", "acronym") == ["il"]


def test_a_chinese_word_has_the_english_words_that_the_reports_use(lexicon: Lexicon) -> None:
    assert said(lexicon.words("大学", "大学"), "dictionary") == ["universiti"]


def test_an_english_word_has_the_chinese_words_that_the_reports_use(lexicon: Lexicon) -> None:
    found = said(lexicon.words("universiti", "university"), "dictionary")
    assert "大学" in found
    assert all(lexicon.known(term) for expansion in found for term in expansion.split())


def test_a_misspelt_word_has_the_nearest_one_of_the_reports(lexicon: Lexicon) -> None:
    assert said(lexicon.words("limnologi", "limnologgy"), "spelling") == ["limnolog"]


def test_a_word_that_a_dictionary_knows_is_not_mended(lexicon: Lexicon) -> None:
    """ "Bake" is near "lake" but was meant."""
    assert said(lexicon.words("take", "take"), "spelling") == []


def test_a_word_without_relations_stands_alone(lexicon: Lexicon) -> None:
    assert lexicon.words("xyzzyx", "xyzzyx") == []
    assert lexicon.phrases(["xyzzyx"]) == []
    assert lexicon.phrases([]) == []


def test_weights_are_shares(lexicon: Lexicon, analyzer: Analyzer) -> None:
    words = [("大学", "大学"), ("universiti", "university"), ("il", "IL"), ("limnologi", "limnologgy"), ("湖", "湖")]
    found = [expansion for term, surface in words for expansion in lexicon.words(term, surface)]
    found += [a for match in lexicon.phrases(analyzer.terms(REPORT)) for a in match.expansions]
    assert found
    assert all(0 < expansion.weight <= 1 and expansion.terms for expansion in found)


def test_what_only_holds_words_together_is_known(lexicon: Lexicon) -> None:
    assert lexicon.is_function_word("之上")
    assert not lexicon.is_function_word("湖")
    assert not lexicon.is_function_word("lake")


def test_the_glossary_is_the_one_in_the_folder_of_reports(tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    reports.mkdir()
    own = read_glossary(reports)
    assert own.startswith("english,chinese,other_forms")  # the program's own, where there is none else
    (tmp_path / "glossary.csv").write_text("english,chinese\nbeside,旁\n", encoding="utf-8")
    assert "beside" in read_glossary(reports)
    (reports / "glossary.csv").write_text("english,chinese\ninside,内\n", encoding="utf-8-sig")
    assert read_glossary(reports) == "english,chinese\ninside,内\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_glossary_is_read_as_a_spreadsheet_saved_it(tmp_path: Path, encoding: str) -> None:
    """Excel on a Chinese Windows saves CSV in GB18030; that must not stop a reindex."""
    lines = ["lake,湖泊", "training workshop,培训班", "science policy,科技政策", "country,国家", "university,大学"]
    lines += ["research institute,研究所", "international cooperation,国际合作", "annual report,年度报告"]
    (tmp_path / "glossary.csv").write_bytes("\r\n".join(["english,chinese", *lines]).encode(encoding))
    assert read_glossary(tmp_path).splitlines()[1:] == lines


def test_a_glossary_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "glossary.csv").write_bytes(bytes(range(32)) * 40)
    with pytest.raises(IndexFault, match=r"glossary\.csv: .*: "):
        read_glossary(tmp_path)


@pytest.mark.parametrize("glossary", ["english\nlake\n", "a,b\n1,2,3,4\n", '"', "english;chinese\nlake;湖\n"])
def test_a_text_that_is_no_glossary_is_named(tmp_path: Path, glossary: str) -> None:
    (tmp_path / "glossary.csv").write_text(glossary, encoding="utf-8")
    with pytest.raises(IndexFault, match=r"glossary\.csv: .*: "):
        read_glossary(tmp_path)


@pytest.mark.parametrize(
    "glossary",
    ["", "\n", " english , chinese \nlake,湖\n", "english,chinese,other_forms\n,,\nlake\n", "chinese,english\n\x00\n"],
)
def test_an_odd_glossary_stops_nothing(tmp_path: Path, analyzer: Analyzer, glossary: str) -> None:
    save_lexicon(tmp_path, glossary, analyzer, {})
    assert (tmp_path / "lexicon.json").is_file()
