"""The number that is printed on a page stands beside the file's where it can be told, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from paper import Line, column, pdf
from shelf import Shelf

from bot.asking.answer_lines import citation_text
from bot.asking.answer_messages import citation
from bot.question_batch import record
from bot.words.catalogue import words
from content.documents import PrintedPages, printed_page
from content.readers import read_bytes
from index.build.reindex import LITTLE, reindex

NAMES = ["lakes", "rivers", "wells", "canals", "springs", "pumps", "pipes", "towers", "dams", "ponds", "bays", "locks"]


def page(at: int, *more: Line) -> list[Line]:
    text = f"The council of the {NAMES[at % 12]} met in spring {at * 37 + 5} times and looked at all plans for them."
    return [*more, *column(72, 700, f"{text} {text[::-1]}")]


def printed(*pages: list[Line]) -> PrintedPages:
    return read_bytes("x.pdf", pdf(*pages))[1].printed_pages


@pytest.mark.parametrize(
    "line",
    ["{}", "– {} –", "Page {}", "第 {} 页", "{} | Page", "{}    Annual Report of the Council"],
    ids=["bare", "dashes", "named", "Chinese", "bar", "with words"],
)
def test_figure_in_the_margin_that_goes_with_the_pages_is_their_number(line: str) -> None:
    if line == "{} | Page":
        line = "Annual Report of the Council    {}"
    pages = [page(0), page(1), *(page(at, Line(280, 30, line.format(at - 1))) for at in range(2, 10))]
    assert printed(*pages) == ((3, 10, 1),)


def test_one_that_is_missing_on_a_page_stops_no_run_and_a_new_count_begins_another() -> None:
    pages = [page(at, *([Line(280, 30, str(at + 101))] if at != 3 else [])) for at in range(6)]
    pages += [page(at, Line(280, 30, str(at - 5))) for at in range(6, 12)]
    assert printed(*pages) == ((1, 6, 101), (7, 12, 1))


@pytest.mark.parametrize(
    "figures",
    [
        [1, 2, 3, 4, 5, 6],  # the file's own
        [412, 88, 1904, 61, 37, 520],  # figures of sheets
        [2021] * 6,  # a year
        [7, 8, None, None, None, None],  # two are chance
        [None] * 6,
        [30, 20, 31, 19, 32, 18],
    ],
)
def test_figures_that_do_not_go_with_the_pages_number_none(figures: list[int | None]) -> None:
    pages = [page(at, *([Line(280, 30, str(one))] if one else [])) for at, one in enumerate(figures)]
    assert printed(*pages) == ()


def test_number_is_told_inside_its_run_alone() -> None:
    runs = ((3, 10, 1), (12, 14, 50))
    assert [printed_page(runs, at) for at in (2, 3, 10, 11, 12, 14, 15, None)] == [None, 1, 8, None, 50, 52, None, None]


@pytest.mark.parametrize("large", [False, True])
def test_citation_shows_both(make_shelf: Callable[..., Shelf], large: bool) -> None:
    """`large`: in a process that also analyses."""
    shelf = make_shelf()
    data = pdf(*(page(at, Line(280, 30, str(at + 101))) for at in range(12)))
    shelf.put("plan.pdf", data + b"\n%" + b" " * LITTLE if large else data)
    reindex(shelf.reports, shelf.index, analyzer=shelf.analyzer)
    answer = shelf.ask("What did the council of the canals look at?")
    found = answer.excerpts[0].citation
    assert (found.locator.page, found.printed_page) == (4, 104)
    assert record(answer, None)["excerpts"][0]["citation"]["printed_page"] == 104
    assert "p. 104 (page 4 of the file)" in citation(words("en"), found)
    assert "第104页（文件第4页）" in citation(words("zh"), found)
    assert "p. 104 (page 4 of the file)" in citation_text(words("en"), found)
