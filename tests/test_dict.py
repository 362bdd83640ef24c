"""The glossary and its changes: the file's text, what a change would do to answers, and the command."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shelf import Shelf

from bot.admin import glossary_changes as glossary
from bot.asking.questions import Questions
from bot.cli import execute
from bot.people.people import People
from bot.schema import open_database
from content.glossary import Change, Entry, GlossaryNotChanged, apply, change, entries, find, home, write
from index.build.known_questions import KnownQuestionsFell
from index.errors import IndexFault
from index.evaluating.rehearsal import Asked, rehearse
from index.lexicon import dictionary

TEXT = "english,chinese,other_forms\nlake,湖泊,mere;inland water\nriver,河流,\nwell,井,\n"


def made(text: str, wanted: Change) -> str:
    return apply(text, wanted)[0]


# The file


def test_a_new_entry_stands_where_the_alphabet_has_it() -> None:
    text, before, after = apply(TEXT, change("add", "Pond", ["池塘", "pool"]))
    assert text == TEXT.replace("river,", "Pond,池塘,pool\nriver,")
    assert (before, after) == (None, Entry("Pond", "池塘", ("pool",)))
    unsorted = "english,chinese,other_forms\nzoo,动物园,\nant,蚂蚁,\n"
    assert made(unsorted, change("add", "bee", ["蜜蜂"])) == unsorted + "bee,蜜蜂,\n"


def test_forms_join_the_entry_that_has_the_word() -> None:
    assert made(TEXT, change("add", "LAKE", ["loch", "mere"])) == TEXT.replace("inland water", "inland water;loch")
    assert made(TEXT, change("add", "湖泊", ["loch"])) == made(TEXT, change("add", "mere", ["loch"]))
    assert made("english,chinese,other_forms\n,水,\n", change("add", "水", ["water"])).endswith("water,水,\n")


def test_each_language_has_its_column_whatever_the_order() -> None:
    _, _, after = apply(TEXT, change("add", "技术预见", ["foresight", "技术预测", "technology foresight"]))
    assert after == Entry("foresight", "技术预见", ("技术预测", "technology foresight"))


def test_a_word_takes_its_whole_entry_out_and_a_form_only_itself() -> None:
    assert made(TEXT, change("remove", "Lake")) == TEXT.replace("lake,湖泊,mere;inland water\n", "")
    assert made(TEXT, change("remove", "mere")) == TEXT.replace("mere;", "")
    assert made(TEXT, change("remove", "lake", ["湖泊", "mere"])) == TEXT.replace("湖泊,mere;", ",")
    assert made(TEXT, change("remove", "river", ["河流"])) == TEXT.replace("river,河流,\n", "")  # one form says nothing


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        (lambda: change("add", "lake", ["Mere", "湖泊"]), "has all of this already"),
        (lambda: change("remove", "sea"), "has no such word"),
        (lambda: change("remove", "lake", ["sea"]), "is no form of lake"),
        (lambda: change("add", "lake", [" "]), "no other word for it"),
        (lambda: change("add", "", ["x"]), "no word is named"),
        (lambda: change("add", "lake", ["a;b"]), "is no word"),
        (lambda: change("add", "lake", ["x" * 200]), "is no word"),
        (lambda: change("add", "sea", ["Sea", "sea"]), "no other word for it"),
    ],
)
def test_a_change_that_cannot_be_made_says_why(wanted: Callable[[], Change], told: str) -> None:
    with pytest.raises(GlossaryNotChanged, match=told):
        apply(TEXT, wanted())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("english;chinese;other_forms\nlake;湖泊;mere\n", "does not name the columns"),
        ("lake,湖泊,mere\n", "does not name the columns"),
        ('english,chinese,other_forms\n"lake,湖泊,mere\nriver,河流,\n', "is no CSV"),
        ('english,chinese,other_forms\n"' + "lake,湖泊,mere\n" * 20_000, "is no CSV"),
    ],
    ids=["semicolons", "no names", "open quote", "open quote in a long file"],
)
def test_a_text_that_is_no_glossary_says_why(text: str, told: str) -> None:
    for use in (lambda: entries(text), lambda: apply(text, change("add", "sea", ["ocean"]))):
        with pytest.raises(GlossaryNotChanged, match=told):
            use()


def test_a_quotation_mark_inside_a_form_is_no_fault() -> None:
    text = 'english,chinese,other_forms\n"big" lake,大湖,12" pipe\n'
    assert [one.forms for one in entries(text)] == [("big lake", "大湖", '12" pipe')]
    assert entries("") == ()


def test_further_columns_and_other_lines_stay() -> None:
    text = 'english,note,chinese,other_forms\nlake,"see, below",湖泊,\nriver,x,河流,\n'
    assert made(text, change("add", "lake", ["mere"])) == text.replace("湖泊,", "湖泊,mere")
    with pytest.raises(GlossaryNotChanged, match="does not name the columns"):
        apply("lake,湖泊\n", change("add", "lake", ["mere"]))


def test_spaces_around_the_names_of_columns_are_nothing() -> None:
    spaced = TEXT.replace("english,chinese,other_forms", "english, chinese , other_forms")
    assert entries(spaced) == entries(TEXT)
    assert made(spaced, change("remove", "河流")) == made(TEXT, change("remove", "河流"))
    assert made(spaced, change("add", "湖泊", ["loch"])) == made(TEXT, change("add", "湖泊", ["loch"]))


def test_an_empty_glossary_gets_its_first_line() -> None:
    assert made("", change("add", "lake", ["湖泊"])) == "english,chinese,other_forms\nlake,湖泊,\n"


words = st.text(st.characters(exclude_characters=";"), min_size=1, max_size=20).filter(lambda text: text.strip())


@given(words, st.lists(words, min_size=1, max_size=4))
def test_what_was_added_is_found_and_can_be_taken_out_again(word: str, forms: list[str]) -> None:
    try:
        text, before, after = apply(TEXT, change("add", word, forms))
    except GlossaryNotChanged:
        return
    assert after is not None
    assert find(text, after.forms[0]) == after
    assert after in entries(text)
    if before is None and len(after.forms) > 1:
        assert entries(made(text, change("remove", after.forms[0]))) == entries(TEXT)


def test_a_file_is_replaced_in_one_step_and_keeps_its_mode(tmp_path: Path) -> None:
    file = tmp_path / "glossary.csv"
    file.write_text("old")
    file.chmod(0o640)
    write(file, "新".encode())
    assert file.read_text(encoding="utf-8") == "新"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["glossary.csv"]


def test_the_glossary_is_kept_in_or_beside_the_reports(tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    reports.mkdir()
    assert home(reports) == reports / "glossary.csv"
    (tmp_path / "glossary.csv").write_text(TEXT)
    assert home(reports) == tmp_path / "glossary.csv"
    (reports / "glossary.csv").write_text(TEXT)
    assert home(reports) == reports / "glossary.csv"


# What it would do


LAKE = "# The lake\n\nThe lake is 40 metres deep.\n"
MINE = "# The mine\n\nThe mine has a shaft of 900 metres.\n"


@pytest.fixture
def library(make_shelf: Callable[..., Shelf]) -> Shelf:
    return make_shelf(lake=LAKE, mine=MINE)


def test_a_rehearsal_names_the_questions_whose_first_passage_differs(library: Shelf) -> None:
    text = made((library.reports / "glossary.csv").read_text(), change("add", "tarn", ["lake"]))
    before = library.files()
    questions = [Asked("Is there a tarn?"), Asked("How deep is the mine?"), Asked("Is there a tarn?")]
    [found] = rehearse(library.index, text, questions)
    assert found.asked == questions[0]
    assert found.before is None
    assert found.after is not None
    assert "40 metres" in found.after.text
    assert library.files() == before


def test_a_rehearsal_uses_the_dictionary_of_the_index(library: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pattern that no longer fitted the folder's name once had it analysed anew, for seconds, at every proposal."""
    monkeypatch.setattr(dictionary, "_compile", lambda *_: pytest.fail("analysed again"))
    assert rehearse(library.index, TEXT, [Asked("How deep is the lake?")]) == ()


def test_a_rehearsal_agrees_with_what_a_reindex_then_does(library: Shelf) -> None:
    questions = [
        Asked("Is there a tarn?"),
        Asked("What is the pit like?"),
        Asked("and the tarn?", ("Where is it?",)),
    ]
    wanted = change("add", "pit", ["mine"])
    found = glossary.propose(library.reports, library.index, wanted, questions)
    assert found.asked == 3
    glossary.take(library.reports, wanted, library.reindex)
    assert library.read == []
    for one in found.differences:
        assert one.after is not None
        assert library.texts(one.asked.question)[0] == one.after.text
    assert [one.asked.question for one in found.differences] == ["What is the pit like?"]


def test_known_questions_are_tried_too_and_no_index_is_no_fault(library: Shelf, tmp_path: Path) -> None:
    library.put("questions.jsonl", '{"question": "Is there a tarn?", "answers": {"lake.md": ["40 metres"]}}\n')
    wanted = change("add", "tarn", ["lake"])
    found = glossary.propose(library.reports, library.index, wanted, ())
    assert (found.asked, len(found.differences)) == (1, 1)
    assert glossary.propose(library.reports, tmp_path / "none", wanted, ()).asked == 0


def test_a_folder_without_a_glossary_begins_with_the_one_that_comes_along(tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    reports.mkdir()
    kept = glossary.put(reports, change("add", "zylophone", ["qwxzy"]))
    text = (reports / "glossary.csv").read_text(encoding="utf-8")
    assert len(entries(text)) > 100
    assert find(text, "qwxzy") == Entry("zylophone", "", ("qwxzy",))
    kept.restore()
    assert list(reports.iterdir()) == []


def test_a_change_that_known_questions_stop_leaves_the_glossary_as_it_was(library: Shelf) -> None:
    library.put("glossary.csv", "english,chinese,other_forms\nlake,,tarn\n")
    library.put("questions.jsonl", '{"question": "Is there a tarn?", "answers": {"lake.md": ["40 metres"]}}\n')
    live = library.reindex().generation
    before = (library.reports / "glossary.csv").read_bytes()
    with pytest.raises(KnownQuestionsFell):
        glossary.take(library.reports, change("remove", "lake"), library.reindex)
    assert (library.reports / "glossary.csv").read_bytes() == before
    assert library.generations.current() == live
    with pytest.raises(IndexFault):
        glossary.take(
            library.reports, change("add", "lake", ["mere"]), lambda: (_ for _ in ()).throw(IndexFault("a", "b", "c"))
        )
    assert (library.reports / "glossary.csv").read_bytes() == before


async def test_the_ledger_gives_questions_with_what_they_lean_on(tmp_path: Path, library: Shelf) -> None:
    database = open_database(tmp_path / "bot.sqlite")
    now = datetime(2026, 1, 1, 12, tzinfo=UTC)
    people = People(database, lambda: now, (), ())
    ledger = Questions(database, people, lambda: now, timedelta(minutes=30), timedelta(days=90))
    for minutes, chat, text in (
        (0, 1, "lake?"),
        (5, 1, "and now?"),
        (6, 2, "other?"),
        (90, 1, "late?"),
        (91, 2, "lake?"),
    ):
        answer = library.ask(text)
        await ledger.record(chat, chat, None, now + timedelta(minutes=minutes), answer)
    try:
        assert await ledger.recorded(10) == (
            Asked("lake?"),
            Asked("late?"),
            Asked("other?"),
            Asked("and now?", ("lake?",)),
        )
        assert await ledger.recorded(2) == (Asked("lake?"), Asked("late?"))
    finally:
        database.close()


# The command


@pytest.fixture
def institute(library: Shelf) -> Path:
    file = library.reports.parent / "config.toml"
    file.write_text(f'[content]\npath = "reports"\n[data]\npath = "{library.index.parent}"\n', encoding="utf-8")
    return file


@pytest.fixture
def run(institute: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def run(*arguments: str) -> tuple[int, str, str]:
        code = execute(["--config", str(institute), "dict", *arguments])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


def test_without_a_terminal_nothing_is_changed_but_with_yes(run: Any, library: Shelf) -> None:
    code, out, err = run("add", "tarn", "lake", "小湖")
    assert code == 1
    assert "then   tarn = 小湖 = lake" in out
    assert "--yes" in err
    assert run("list", "tarn") == (1, "", "")
    code, out, _ = run("add", "tarn", "lake", "小湖", "--yes")
    assert code == 0
    assert "is in use" in out
    assert run("list", "TARN") == (0, "tarn = 小湖 = lake\n", "")
    assert json.loads(run("list", "tarn", "--json")[1]) == [
        {"english": "tarn", "chinese": "小湖", "other_forms": ["lake"]}
    ]
    assert library.texts("Is there a tarn?")
    code, out, _ = run("remove", "tarn", "小湖", "--yes")
    assert run("list", "tarn")[1] == "tarn = lake\n"


def test_json_tells_what_would_differ_and_what_was_done(run: Any, library: Shelf) -> None:
    library.put("questions.jsonl", '{"question": "Is there a tarn?", "answers": {"lake.md": ["40 metres"]}}\n')
    code, out, _ = run("add", "tarn", "lake", "--json")
    record = json.loads(out)
    assert (code, record["changed"], record["generation"]) == (1, False, None)
    [one] = record["differently"]
    assert (one["question"], one["before"], one["after"]["source"]) == ("Is there a tarn?", None, "lake.md")
    code, out, _ = run("add", "tarn", "lake", "--json", "--yes")
    record = json.loads(out)
    assert (code, record["changed"], record["after"]) == (0, True, ["tarn", "lake"])
    assert record["generation"] == library.generations.current()


def test_a_change_that_says_nothing_is_a_no(run: Any) -> None:
    code, out, err = run("remove", "sea", "--yes")
    assert (code, out) == (1, "")
    assert err == "sea: the glossary has no such word: look for it with /dict or citedesk dict list\n"
    assert run("add", "lake")[0] == 2
