"""Known questions: asked before an index goes live, stopping it when too many answers are lost."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from ready import lend_dictionary
from shelf import Shelf

from bot.admin.commands.reindexing import report_lines, report_record
from bot.admin.staff_messages import known_questions_fell, reindex_done
from bot.asking.examples import examples
from bot.cli import execute
from bot.words.catalogue import words
from content.documents import Locator
from index.answering.answer import Answer, Citation, Excerpt
from index.build.known_questions import ENOUGH, KnownQuestionsFell, KnownReport, is_right, read_known
from index.build.reindex import Progress

LAKE = "# The lake\n\nThe lake is 40 metres deep.\n\n# The island\n\nThe island has 212 inhabitants.\n"
RIVER = "# The river\n\nThe river is 900 kilometres long and flows into the sea.\n"
DEEP = {"id": "deep", "question": "How many metres deep is the lake?", "answers": {"lake.md": ["40 metres"]}}
LONG = {"id": "long", "question": "How long is the river?", "answers": {"river.md": ["900  kilometres"]}}
FAR = {"id": "far", "question": "How far is Kenya?", "answers": {}}
EXAMPLE = {"question": "Where does the river flow?"}


def known(shelf: Shelf, *questions: Mapping[str, object]) -> None:
    lines = (json.dumps(question, ensure_ascii=False) + "\n" for question in questions)
    shelf.put("questions.jsonl", "".join(lines))


@pytest.fixture
def library(make_shelf: Callable[..., Shelf]) -> Shelf:
    return make_shelf(lake=LAKE, river=RIVER)


def folders(shelf: Shelf) -> list[str]:
    return sorted(path.name for path in shelf.index.iterdir() if path.is_dir() and "dictionary" not in path.name)


def test_without_a_file_nothing_is_asked(library: Shelf) -> None:
    library.put("lake.md", LAKE + "\nIt is old.\n")
    stages: list[str] = []
    report = library.reindex(progress=lambda step: stages.append(step.stage))
    assert report.known is None
    assert "asking" not in stages


def test_right_answers_and_right_refusals_are_counted_and_kept(library: Shelf) -> None:
    known(library, DEEP, LONG, FAR, {**DEEP, "id": "wrong", "answers": {"river.md": ["40 metres"]}}, EXAMPLE)
    steps: list[Progress] = []
    report = library.reindex(progress=steps.append)
    assert report.known == KnownReport(4, 3, 4, 3, 3)
    assert [step.done for step in steps if step.stage == "asking"] == [1, 2, 3, 4]
    manifest = library.generations.manifest(report.generation)
    assert sorted(manifest.known.values()) == [0, 1, 1, 1]
    library.generations.verify(report.generation)


def test_an_unchanged_folder_reports_what_the_index_answers(library: Shelf) -> None:
    known(library, DEEP, LONG)
    first = library.reindex()
    again = library.reindex()
    assert again.generation == first.generation
    assert again.known is not None
    assert (again.known.asked, again.known.right, again.known.compared) == (2, 2, 0)


def test_a_follow_up_is_asked_with_what_came_before(library: Shelf) -> None:
    followed = {
        "id": "f",
        "question": "and the river?",
        "history": ["How long is the lake?"],
        "answers": LONG["answers"],
    }
    known(library, followed)
    report = library.reindex()
    assert report.known is not None
    assert report.known.right == 1


def test_losing_an_answer_stops_the_swap_and_names_it(library: Shelf) -> None:
    known(library, DEEP, LONG)
    live = library.reindex().generation
    before = folders(library)
    library.take("river.md")
    with pytest.raises(KnownQuestionsFell) as raised:
        library.reindex(enough=1)
    assert "long: How long is the river?" in str(raised.value)
    assert "deep" not in str(raised.value)
    assert "New since then: river.md" in str(raised.value)
    assert (raised.value.report.right_before, raised.value.report.right_now) == (2, 1)
    assert library.generations.current() == live
    assert folders(library) == before
    assert library.texts("How long is the river?")


def test_a_few_known_questions_warn_and_stop_nothing(library: Shelf) -> None:
    """One of four that slipped once refused every upload, for a report that had nothing to do with it."""
    known(library, DEEP, LONG)
    library.reindex()
    library.take("river.md")
    report = library.reindex()
    assert library.generations.current() == report.generation
    assert report.known is not None
    assert [one.id for one in report.known.broken] == ["long"]
    assert report.known.newest == ("river.md",)


@pytest.mark.parametrize(("asked", "stops"), [(ENOUGH - 1, False), (ENOUGH, True)])
def test_a_gate_needs_enough_questions(library: Shelf, asked: int, stops: bool) -> None:
    known(
        library,
        *({**LONG, "id": str(number), "question": f"{'So ' * number}{LONG['question']}"} for number in range(asked)),
    )
    library.reindex()
    live = library.generations.current()
    library.take("river.md")
    with pytest.raises(KnownQuestionsFell) if stops else nullcontext():
        library.reindex()
    assert (library.generations.current() == live) is stops


def test_where_only_the_words_changed_one_question_is_enough(library: Shelf) -> None:
    library.put("glossary.csv", "english,chinese,other_forms\nlake,,tarn\n")
    known(library, {"id": "t", "question": "Is there a tarn?", "answers": {"lake.md": ["40 metres"]}})
    library.reindex()
    library.put("glossary.csv", "english,chinese,other_forms\n")
    with pytest.raises(KnownQuestionsFell):
        library.reindex()


def test_questions_that_are_new_are_asked_of_the_live_index_too(library: Shelf) -> None:
    """Else a report could vanish together with the day its first question is written down."""
    known(library, LONG)
    library.take("river.md")
    with pytest.raises(KnownQuestionsFell):
        library.reindex(enough=1)


def test_force_goes_live_and_is_the_new_measure(library: Shelf) -> None:
    known(library, DEEP, LONG)
    library.reindex()
    library.take("river.md")
    report = library.reindex(force=True)
    assert report.known is not None
    assert [one.id for one in report.known.broken] == ["long"]
    library.put("lake.md", LAKE + "\nIt is old.\n")
    assert library.reindex().known == KnownReport(2, 1, 2, 1, 1)


def test_a_fall_within_the_margin_goes_live(library: Shelf) -> None:
    known(library, DEEP, LONG)
    library.reindex()
    library.take("river.md")
    report = library.reindex(margin=0.5)
    assert report.known is not None
    assert [one.id for one in report.known.broken] == ["long"]
    assert report.generation == library.generations.current()


def test_a_full_build_is_held_to_the_questions_too(library: Shelf) -> None:
    known(library, DEEP, LONG)
    library.reindex()
    library.take("river.md")
    with pytest.raises(KnownQuestionsFell):
        library.reindex(full=True, enough=1)


def test_an_index_that_does_not_open_is_replaced_whatever_the_answers(library: Shelf) -> None:
    known(library, DEEP, LONG)
    live = library.reindex().generation
    library.take("river.md")
    (library.generations.path(live) / "terms.bin").unlink(missing_ok=True)
    for path in library.generations.path(live).glob("terms*"):
        path.unlink()
    report = library.reindex()
    assert library.generations.current() == report.generation != live


def test_changed_questions_alone_are_asked(library: Shelf) -> None:
    known(library, DEEP)
    first = library.reindex()
    known(library, DEEP, LONG)
    second = library.reindex()
    assert library.read == []
    assert second.generation != first.generation
    assert second.known == KnownReport(2, 2, 2, 2, 2)


def test_giving_up_while_asking_leaves_no_generation_behind(library: Shelf) -> None:
    known(library, DEEP)
    before = folders(library)

    def stop(step: Progress) -> None:
        if step.stage == "asking":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        library.reindex(progress=stop)
    assert folders(library) == before


def test_lines_that_are_no_questions_are_named_and_stop_nothing(library: Shelf) -> None:
    lines = ["nonsense", "[]", '{"answers": {}}', '{"question": "x", "answers": {"a": "b"}}', json.dumps(DEEP), ""]
    library.put("questions.jsonl", "\n".join([*lines, '{"question": "x", "history": "y", "answers": {}}']))
    report = library.reindex()
    assert report.known is not None
    assert (report.known.asked, report.known.right) == (1, 1)
    assert [problem.partition(":")[0] for problem in report.known.problems] == [
        f"questions.jsonl, line {number}" for number in (1, 2, 3, 4, 7)
    ]
    library.put("questions.jsonl", b'\xef\xbb\xbf{"question": "\xff", "answers": {}}\n' + json.dumps(DEEP).encode())
    questions, problems = read_known(library.reports)
    assert len(questions) == 1
    assert problems == ("questions.jsonl, line 1: not UTF-8: save it as UTF-8",)


def test_an_excerpt_is_right_by_its_source_and_words() -> None:
    def excerpt(text: str, source: str) -> Excerpt:
        return Excerpt(1, 1.0, text, (0, 1), (), "p", Citation("d", "t", None, Locator(), source))

    answers = {"lake.md": ("40\nmetres deep",)}
    assert is_right(excerpt("It is 40  metres\ndeep.", "sub/lake.md"), answers)
    assert not is_right(excerpt("It is 40 metres deep.", "river.md"), answers)
    assert not is_right(excerpt("It is 4 metres deep.", "lake.md"), answers)


# What people see of it


def test_the_report_of_a_reindex_shows_them(library: Shelf) -> None:
    known(library, DEEP, LONG, {"question": "x", "answers": 1})
    report = library.reindex()
    shown = [f"{line.lead}{line.text}" for line in report_lines(report)]
    assert any("2 of 2 known questions are answered" in line for line in shown)
    assert any("line 3" in line for line in shown)
    record = report_record(report)["known_questions"]
    assert isinstance(record, dict)
    assert (record["asked"], record["right"], record["broken"]) == (2, 2, [])
    assert "2 of 2" in reindex_done(words("en"), report).html
    library.take("questions.jsonl")
    assert report_record(library.reindex())["known_questions"] is None


def test_a_chat_is_told_what_broke_with_a_button_to_go_live(library: Shelf) -> None:
    known(library, DEEP, LONG)
    library.reindex()
    library.take("river.md")
    with pytest.raises(KnownQuestionsFell) as raised:
        library.reindex(enough=1)
    message = known_questions_fell(words("en"), raised.value.report, "forest.md")
    assert message.html.startswith("<b>forest.md</b> is in the folder, and not yet answered from.")
    assert "How long is the river?" in message.html
    assert "river.md" in message.html.partition("New since then:")[2]
    assert [button.data for row in message.buttons for button in row] == ["r:force"]


@pytest.fixture
def institute(tmp_path: Path) -> Path:
    lend_dictionary(tmp_path / "data" / "index")
    reports = tmp_path / "reports"
    reports.mkdir()
    (reports / "lake.md").write_text(LAKE, encoding="utf-8")
    (reports / "river.md").write_text(RIVER, encoding="utf-8")
    (reports / "questions.jsonl").write_text(f"{json.dumps(DEEP)}\n{json.dumps(LONG)}\n", encoding="utf-8")
    file = tmp_path / "config.toml"
    file.write_text('[content]\npath = "reports"\nknown_questions_enough = 1\n', encoding="utf-8")
    assert execute(["--config", str(file), "reindex"]) == 0
    return file


def test_the_command_says_no_and_can_be_forced(institute: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*arguments: str) -> tuple[int, str, str]:
        code = execute(["reindex", "--config", str(institute), *arguments])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    code, out, _ = run()
    assert (code, "2 of 2 known questions are answered" in out) == (0, True)
    (institute.parent / "reports" / "river.md").unlink()
    code, out, err = run()
    assert (code, out) == (1, "")
    assert "How long is the river?" in err
    assert "--force" in err
    code, out, err = run("--json")
    assert code == 1
    stopped: dict[str, Any] = json.loads(out)
    assert stopped["generation"] is None
    assert [one["id"] for one in stopped["known_questions"]["broken"]] == ["long"]
    code, out, _ = run("--force", "--json")
    assert code == 0
    assert json.loads(out)["known_questions"]["right"] == 1
    assert run()[0] == 0


def test_a_wider_margin_can_be_configured(institute: Path) -> None:
    institute.write_text(
        '[content]\npath = "reports"\nknown_questions_enough = 1\nknown_questions_margin = 0.5\n', encoding="utf-8"
    )
    (institute.parent / "reports" / "river.md").unlink()
    assert execute(["reindex", "--config", str(institute)]) == 0


# The same file gives newcomers questions to try


def test_examples_leave_out_follow_ups_and_what_cannot_be_answered(library: Shelf) -> None:
    followed = {"question": "and the sea?", "history": ["How long is the river?"], "answers": LONG["answers"]}
    known(library, FAR, followed, DEEP, EXAMPLE)
    searcher = library.searcher()
    assert examples(library.reports, searcher, "en") == (DEEP["question"], EXAMPLE["question"])


def test_the_starter_library_knows_its_own_questions(tmp_path: Path) -> None:
    from index.build.reindex import reindex
    from index.searcher import Searcher

    lend_dictionary(tmp_path)
    reports = Path(__file__).parents[1] / "content" / "reports"
    report = reindex(reports, tmp_path)
    assert report.known is not None
    assert report.known.asked == report.known.right >= 3
    assert report.known.problems == ()
    for language in ("en", "zh"):
        assert all(
            isinstance(Searcher.open(tmp_path).ask(question), Answer)
            for question in examples(reports, Searcher.open(tmp_path), language)
        )
