"""The conversation in a terminal, held line by line, and what its answers look like."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from bot.asking.answer_lines import reply_lines
from bot.asking.typed_commands import parse_command
from bot.terminal import TerminalConversation
from bot.words.screen import PlainScreen, RichScreen, screen_for
from content.answers import OfficeAnswer
from content.documents import Locator
from index.answering.answer import Answer, Citation, Excerpt, NoAnswer, Suggestion

STAFF = "CASTED has 40 researchers. It was founded in 1982. Its library is open to visitors."
CITATION = Citation(
    document="casted",
    title="Annual report",
    year=2021,
    locator=Locator(("1 About", "1.2 People"), 19, 37),
    source="reports/casted.md",
    address="https://example.org/casted",
)


def excerpt(rank: int, text: str = STAFF) -> Excerpt:
    return Excerpt(rank, 9.0 - rank, text, (0, 26), ((11, 13), (14, 25)), f"p{rank}", CITATION)


def answer(language: str = "en", count: int = 1, understood: str = "") -> Answer:
    excerpts = tuple(excerpt(rank) for rank in range(1, count + 1))
    return Answer("How many?", language, excerpts, ("researchers",), "g1", understood)


REFUSAL = NoAnswer(
    "Who won?", "en", ("nuclear", "prize"), ("prize",), (Suggestion("1.2 People › Honours", "p9"),), "g1"
)


@dataclass(frozen=True)
class Passage:
    id: str
    text: str


@dataclass(frozen=True)
class DocumentInfo:
    id: str
    title: str
    year: int | None
    language: str
    collection: str
    source: str
    passages: int


@dataclass(frozen=True)
class Heading:
    section: tuple[str, ...]


@dataclass
class FakeSearcher:
    """Answers in the order given; remembers what it was asked."""

    replies: list[Answer | NoAnswer]
    asked: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    known: bool = True

    def ask(
        self, question: str, *, history: Sequence[str] = (), limit: int = 10, office: Sequence[OfficeAnswer] = ()
    ) -> Answer | NoAnswer:
        self.asked.append((question, tuple(history)))
        return self.replies.pop(0)

    def context(self, passage: str, before: int = 1, after: int = 1) -> tuple[Passage, ...]:
        around = (
            Passage("p0", "What stands before."),
            Passage(passage, STAFF),
            Passage("p9", "What comes next."),
        )
        return around if self.known else ()

    def documents(self) -> tuple[DocumentInfo, ...]:
        return (
            DocumentInfo("b", "Second report", None, "zh", "Yearbooks", "b.md", 7),
            DocumentInfo("a", "First report", 2020, "en", "Studies", "a.md", 3),
        )

    def outline(self, document: str) -> tuple[Heading, ...]:
        chapter = f"Chapter of {document}"
        return (Heading(()), Heading((chapter, "Section")), Heading((chapter, "Section", "Part")))


def hold(lines: Sequence[str], *replies: Answer | NoAnswer, known: bool = True) -> tuple[str, FakeSearcher]:
    """A whole conversation in; what the screen showed, and the searcher that was asked, out."""
    searcher: Any = FakeSearcher(list(replies), known=known)
    shown = io.StringIO()
    waiting = iter(lines)
    TerminalConversation(lambda: searcher, PlainScreen(shown), lambda: next(waiting, None), Path("/reports")).hold()
    return shown.getvalue(), searcher


def plain(given: Answer | NoAnswer) -> str:
    stream = io.StringIO()
    PlainScreen(stream).show(reply_lines(given))
    return stream.getvalue()


def test_an_answer_in_a_pipe_is_clean_text_with_its_citation() -> None:
    assert plain(answer()) == (
        f"1. {STAFF}\n   Annual report (2021) · 1 About › 1.2 People · p. 19 · ¶ 37 · reports/casted.md\n"
    )


def test_a_chinese_question_gets_chinese_words_around_the_answer() -> None:
    shown = plain(answer("zh", understood="中心有多少人？"))
    assert "我这样理解您的问题：中心有多少人？" in shown
    assert "Annual report（2021） · 1 About › 1.2 People · 第19页 · 第37段" in shown


def test_a_refusal_says_what_was_looked_for_what_is_never_named_and_where_to_look() -> None:
    assert plain(REFUSAL) == (
        "The reports do not answer this.\nI looked for: nuclear, prize.\n"
        "They never mention: prize.\nWhat comes nearest in them:\n  - 1.2 People › Honours\n"
    )


def test_a_report_cannot_steer_the_terminal() -> None:
    hostile = Answer("?", "en", (excerpt(1, "\x1b[2J" + STAFF),), (), "g")
    assert "\x1b" not in plain(hostile)
    stream = io.StringIO()
    RichScreen(stream, width=80).show(reply_lines(hostile))
    assert "\x1b" not in stream.getvalue()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def on_a_terminal(monkeypatch: pytest.MonkeyPatch, width: int, **environ: str) -> str:
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "COLORTERM", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"TERM": "xterm-256color", **environ}.items():
        monkeypatch.setenv(name, value)
    stream = Terminal()
    RichScreen(stream, width=width).show(reply_lines(answer()))
    return stream.getvalue()


def test_on_a_terminal_the_answering_sentence_is_bold_and_the_words_are_underlined(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown = on_a_terminal(monkeypatch, 100)
    assert "\x1b[1mCASTED has \x1b[0m\x1b[1;4m40\x1b[0m" in shown
    assert "\x1b[2m   Annual report" in shown or "\x1b[2mAnnual report" in shown


def test_on_a_terminal_excerpts_stand_apart() -> None:
    stream = io.StringIO()
    RichScreen(stream, width=100).show(reply_lines(answer(count=2)))
    first, second = stream.getvalue().split("\n\n")
    assert first.startswith("1. ")
    assert second.startswith("2. ")


def test_no_color_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    coloured = on_a_terminal(monkeypatch, 100)
    without = on_a_terminal(monkeypatch, 100, NO_COLOR="1")
    assert "\x1b[3" not in without
    assert len(without) <= len(coloured)


def test_lines_wrap_to_the_terminal_also_in_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    from rich.cells import cell_len

    monkeypatch.setenv("NO_COLOR", "1")
    chinese = "中国科学技术发展战略研究院共有四十名研究人员，" * 8
    given = Answer("？", "zh", (excerpt(1, chinese),), (), "g")
    stream = io.StringIO()
    RichScreen(stream, width=40).show(reply_lines(given))
    rows = stream.getvalue().split("\n")
    assert max(cell_len(row.rstrip()) for row in rows) <= 40
    assert chinese in "".join(row.strip() for row in rows)


def test_a_dumb_terminal_and_a_pipe_get_plain_text() -> None:
    assert isinstance(screen_for(Terminal(), {"TERM": "dumb"}), PlainScreen)
    assert isinstance(screen_for(io.StringIO(), {"TERM": "xterm"}), PlainScreen)
    assert isinstance(screen_for(Terminal(), {"TERM": "xterm"}), RichScreen)


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("more", ("more", None)),
        ("/more", ("more", None)),
        ("Context 2", ("context", 2)),
        ("上下文 2", ("context", 2)),
        ("上下文2", ("context", 2)),
        ("来源", ("source", None)),
        ("上下文２", ("context", 2)),
        ("来源\u3000２", ("source", 2)),
        ("／更多", ("more", None)),
        ("退出", ("quit", None)),
        ("more about training", None),
        ("source of funds", None),
        ("quit 3", None),
        ("报告里说了什么？", None),
        ("2", ("show", 2)),
        ("２", ("show", 2)),
        ("page 2", ("page", 2)),
        ("原页2", ("page", 2)),
        ("引用", ("cite", None)),
        ("2021", None),
        ("2 reports", None),
        ("page numbers", None),
        ("source " + "9" * 5000, None),
        ("", None),
    ],
)
def test_a_command_is_a_word_alone_or_with_a_number(line: str, command: tuple[str, int | None] | None) -> None:
    assert parse_command(line) == command


def test_a_follow_up_carries_the_questions_before_it_until_a_new_subject() -> None:
    _, searcher = hold(["One?", "", "Two?", "new", "Three?"], answer(), answer(), answer())
    assert searcher.asked == [("One?", ()), ("Two?", ("One?",)), ("Three?", ())]


def test_each_question_of_a_message_stands_above_its_excerpt() -> None:
    found = answer(count=2)
    excerpts = tuple(replace(one, asked=f"Question {one.rank}?") for one in found.excerpts)
    shown, _ = hold(["Both?"], replace(found, excerpts=excerpts, unanswered=("Question 3?",)))
    assert shown.index("Question 1?") < shown.index("1. CASTED") < shown.index("Question 2?") < shown.index("2. CASTED")
    assert "The reports do not answer: Question 3?" in shown


def test_nothing_leans_on_a_question_that_was_refused() -> None:
    _, searcher = hold(["One?", "Two?", "Three?"], answer(), REFUSAL, answer())
    assert searcher.asked == [("One?", ()), ("Two?", ("One?",)), ("Three?", ("One?",))]


def test_more_shows_the_rest_and_then_says_that_was_all() -> None:
    shown, _ = hold(["more", "How many?", "more", "更多"], answer(count=4))
    before, first, second = shown.partition("1 more: type more")
    assert "Ask a question first." in before
    assert "3. CASTED" in before
    assert "4. CASTED" not in before
    assert first
    assert "4. CASTED" in second
    assert "没有更多了。" in second


def test_context_shows_the_neighbours_and_source_the_file() -> None:
    shown, _ = hold(["How many?", "context 2", "source 2", "context 3", "来源 0"], answer(count=2))
    assert "What stands before." in shown
    assert "What comes next." in shown
    assert "File: /reports/reports/casted.md" in shown
    assert "Address: https://example.org/casted" in shown
    assert "There is no 3: choose a number from 1 to 2." in shown
    assert "没有第 0 个" in shown


def test_a_passage_that_a_reindex_removed_is_not_another_one() -> None:
    shown, _ = hold(["How many?", "context"], answer(), known=False)
    assert "this place is gone" in shown


def test_the_library_lists_reports_by_collection_and_headings_by_depth() -> None:
    shown, _ = hold(["library", "library 2", "library 9"])
    assert "Studies\n  1. First report (2020) · en · 3 passages\nYearbooks\n  2. Second report · zh" in shown
    assert "  - Chapter of b\n    - Section\n      - Part\n" in shown
    assert "There is no 9: choose a number from 1 to 2." in shown


def test_after_a_refusal_there_is_no_context() -> None:
    shown, _ = hold(["Who won?", "context", "more"], REFUSAL)
    assert shown.count("The reports do not answer this.") == 1
    assert shown.count("The last question has no answer") == 2


def test_quit_ends_before_the_next_line_and_help_speaks_the_language_of_the_command() -> None:
    shown, searcher = hold(["help", "帮助", "quit", "Never asked?"])
    assert "context 2" in shown
    assert "上下文 2" in shown
    assert searcher.asked == []
