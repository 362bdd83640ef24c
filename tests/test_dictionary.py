"""CC-CEDICT: Chinese words and their English senses, as terms."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.lexicon import dictionary as module
from index.lexicon import everyday
from index.lexicon.countries import borrow_dictionary
from index.lexicon.dictionary import Dictionary
from index.text.analyzer import Analyzer


@pytest.fixture(scope="module")
def cedict(dictionary_home: Path, analyzer: Analyzer) -> Dictionary:
    return Dictionary.open(dictionary_home, analyzer)


@pytest.mark.parametrize(
    ("word", "english"),
    [
        ("湖", "lake"),
        ("科学", "science"),
        ("政策", "policy"),
        ("大学", "university"),
        ("经济", "economy"),
        ("合作", "to cooperate"),
    ],
)
def test_a_chinese_word_has_its_english_sense_and_the_reverse(
    cedict: Dictionary, analyzer: Analyzer, word: str, english: str
) -> None:
    terms = tuple(analyzer.terms(english))
    assert terms in [sense.terms for sense in cedict.senses(word)]
    assert ((word,), 0) in cedict.chinese(terms)


def test_chinese_words_come_nearest_first(cedict: Dictionary) -> None:
    found = cedict.chinese(("lake",))
    nearness = [near for _, near in found]
    assert nearness == sorted(nearness)
    assert len(nearness) > 5


@pytest.mark.parametrize(
    ("name", "letters"), [("四川", "Sichuan"), ("武汉", "Wuhan"), ("邓小平", "Deng Xiaoping"), ("吕梁", "Luliang")]
)
def test_a_name_has_its_reading_as_a_sense_and_the_reverse(
    cedict: Dictionary, analyzer: Analyzer, name: str, letters: str
) -> None:
    terms = tuple(analyzer.terms(letters))
    assert terms in [sense.terms for sense in cedict.senses(name)]
    assert name in ["".join(parts) for parts, _ in cedict.chinese(terms)]


def test_what_is_only_a_name_is_known_as_one(cedict: Dictionary) -> None:
    assert cedict.is_name("四川")
    assert cedict.is_name("武汉")
    assert not cedict.is_name("湖")
    assert not cedict.is_name("高"), "a surname, but first of all a word"


def test_a_word_is_spelled_by_the_usual_readings_of_its_characters(cedict: Dictionary) -> None:
    assert cedict.spelled("浦江") == ("pu", "jiang")
    assert cedict.spelled("女") == ("nu",)
    assert cedict.spelled("湖X") == ()


def test_senses_are_words_not_descriptions(cedict: Dictionary) -> None:
    assert all(1 <= len(sense.terms) <= module.MAX_WORDS for word in "打 行 发 国" for sense in cedict.senses(word))
    assert len(cedict.senses("打")) <= module.MAX_SENSES


def test_an_acronym_in_a_definition_is_a_sense(cedict: Dictionary) -> None:
    assert ("who",) in [sense.terms for sense in cedict.senses("世界卫生组织")]


@pytest.mark.parametrize("word", ["", " ", "lake", "湖湖湖湖", "\ud800", "🌊"])
def test_what_is_no_word_has_no_senses(cedict: Dictionary, word: str) -> None:
    assert cedict.senses(word) == []
    assert list(cedict.chinese((word,) if word != "lake" else ("xyzzy",))) == []
    assert not cedict.is_function_word(word)


def test_function_words_mean_stop_words_only(cedict: Dictionary) -> None:
    assert cedict.is_function_word("之上")
    assert not cedict.is_function_word("湖")


def test_english_words_of_definitions_are_known(cedict: Dictionary) -> None:
    assert cedict.knows_english("lake")
    assert not cedict.knows_english("sciense")


def test_a_second_process_maps_what_the_first_analysed(
    dictionary_home: Path, analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_entries", lambda: pytest.fail("analysed again"))
    assert Dictionary.open(dictionary_home, analyzer).senses("湖")


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A dictionary of three words, and one everyday phrase, analysed in no time."""
    monkeypatch.setattr(module, "_entries", few_entries)
    monkeypatch.setattr(module, "_frequencies", dict)
    monkeypatch.setattr(module, "country_names", lambda: ["kenya"])
    monkeypatch.setattr(everyday, "analyze_everyday", lambda analyzer: {"pay for": ["sponsor"]})
    return monkeypatch


def few_entries() -> list[tuple[str, str, str]]:
    return [("湖", "hu2", "lake"), ("河", "he2", "river/CL:條|条[tiao2]"), ("湖南", "Hu2 nan2", "Hunan province")]


PARTS = [*"aAPhDU第14十年中国條件的&.,;:'’ -", "S&T", "Ph.D", "U.S.", "COVID-19", "THE "]
STRINGS = st.lists(st.sampled_from(PARTS), max_size=12).map("".join)


@given(strings=st.lists(STRINGS, max_size=90))
def test_strings_read_together_have_the_terms_that_they_have_alone(analyzer: Analyzer, strings: list[str]) -> None:
    together = module._terms(analyzer, strings)
    assert together == {string: tuple(analyzer.terms(string)) for string in strings}


@pytest.mark.usefixtures("small")
def test_a_new_analyzer_takes_the_place_of_the_old(tmp_path: Path, analyzer: Analyzer) -> None:
    (tmp_path / "dictionary-0123").mkdir()
    made = Dictionary.open(tmp_path, analyzer)
    assert [sense.terms for sense in made.senses("河")] == [("river",)]
    (folder,) = tmp_path.iterdir()
    assert analyzer.fingerprint in folder.name


def test_a_disk_that_is_full_does_not_stay_full_of_half_a_dictionary(
    tmp_path: Path, analyzer: Analyzer, small: pytest.MonkeyPatch
) -> None:
    """A bot that runs for weeks would keep it: what is left behind is removed once its process is gone."""

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    small.setattr(module, "save_everyday", full)
    with pytest.raises(OSError, match="No space"):
        Dictionary.open(tmp_path, analyzer)
    assert list(tmp_path.iterdir()) == []


def test_two_threads_that_analyse_at_once_both_have_it(
    tmp_path: Path, analyzer: Analyzer, small: pytest.MonkeyPatch
) -> None:
    save, begun = module.save_everyday, False

    def meanwhile(folder: Path, own: Analyzer) -> None:
        nonlocal begun
        if not begun:
            begun = True
            Dictionary.open(tmp_path, analyzer)
        save(folder, own)

    small.setattr(module, "save_everyday", meanwhile)
    assert [sense.terms for sense in Dictionary.open(tmp_path, analyzer).senses("湖")] == [("lake",)]
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("damage", ["missing", "empty", "cut off"])
def test_a_damaged_dictionary_is_analysed_anew(tmp_path: Path, analyzer: Analyzer, damage: str) -> None:
    Dictionary.open(tmp_path, analyzer)
    (folder,) = tmp_path.iterdir()
    good = tmp_path / "good"
    shutil.copytree(folder, good)
    for name in sorted(path.name for path in good.iterdir()):
        path = folder / name
        if damage == "missing":
            path.unlink()
        else:
            path.write_bytes(b"" if damage == "empty" else path.read_bytes()[:-1])
        assert [sense.terms for sense in Dictionary.open(tmp_path, analyzer).senses("湖")] == [("lake",)]
        assert path.read_bytes() == (good / name).read_bytes()


@pytest.mark.usefixtures("small")
def test_a_borrowed_dictionary_that_is_damaged_is_analysed_anew_and_left_to_its_owner(
    tmp_path: Path, analyzer: Analyzer
) -> None:
    owner, borrower = tmp_path / "owner", tmp_path / "borrower"
    borrower.mkdir()
    Dictionary.open(owner, analyzer)
    (owned,) = owner.iterdir()
    borrow_dictionary(owner, borrower, analyzer)
    assert (borrower / owned.name).is_symlink()
    (owned / "countries.txt").unlink()
    assert [sense.terms for sense in Dictionary.open(borrower, analyzer).senses("湖")] == [("lake",)]
    assert not (borrower / owned.name).is_symlink()
    assert not (owned / "countries.txt").exists()


def test_two_that_analyse_at_once_both_have_it(tmp_path: Path, analyzer: Analyzer, small: pytest.MonkeyPatch) -> None:
    def entries() -> list[tuple[str, str, str]]:
        """While the one analyses, the other comes first."""
        with small.context() as other:
            other.setattr(module, "_entries", few_entries)
            other.setattr(module.os, "getpid", lambda: 1)
            Dictionary.open(tmp_path, analyzer)
        return few_entries()

    small.setattr(module, "_entries", entries)
    assert [sense.terms for sense in Dictionary.open(tmp_path, analyzer).senses("湖")] == [("lake",)]
    (folder,) = tmp_path.iterdir()
    assert analyzer.fingerprint in folder.name
