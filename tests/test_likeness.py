"""Copies, drafts, and titles that several reports share are said, by `reindex`, by `check` and after an upload."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from shelf import Shelf

from bot.admin.commands.checks import check_reports
from bot.admin.commands.reindexing import report_lines, report_record
from bot.admin.staff_messages import reindex_done
from bot.config import load
from bot.words.catalogue import words
from content.documents import Metadata
from content.likeness import LikenessNotice, likeness, notices

PARTS = [
    f"Part {n} tells of the {what}, which the council looked at in spring and again in autumn of that year."
    for n, what in enumerate(["lakes", "rivers", "wells", "canals", "springs", "pumps", "pipes", "towers"])
]


def said(**files: list[str]) -> list[LikenessNotice]:
    """What is said of reports, whose lines are given: the first is the title."""
    return notices([likeness(f"{name}.md", Metadata(title=lines[0]), lines) for name, lines in files.items()], ())


def test_reports_that_are_nearly_the_same_are_named() -> None:
    changed = [*PARTS[:7], PARTS[7].replace("spring", "winter")]
    (notice,) = said(a=["Water", *PARTS], b=["Water, 2nd edition", *changed])
    assert notice == LikenessNotice(
        "b.md", "88% of its paragraphs stand in a.md, too", "keep the final one, or give each its year and title"
    )


def test_only_spaces_case_and_signs_make_no_other_paragraph() -> None:
    (notice,) = said(a=["Water", *PARTS], b=["Wells", *(part.upper().replace(",", " –") for part in PARTS)])
    assert notice.what == "100% of its paragraphs stand in a.md, too"


@pytest.mark.parametrize(
    "other",
    [
        PARTS[:4],  # an excerpt
        [*PARTS[:4], *(part.replace("council", "senate") for part in PARTS)],  # a series with parts in common
        [part[:30] for part in PARTS],  # lines that are too short to tell
    ],
)
def test_what_shares_some_paragraphs_is_no_copy(other: list[str]) -> None:
    assert said(a=["Water", *PARTS], b=["Wells", *other]) == []


def test_formula_that_all_reports_have_makes_no_copies() -> None:
    many = [likeness(f"{n}.md", Metadata(title=f"Report {n}"), PARTS) for n in range(30)]
    assert notices(many, ()) == []


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("water_draft_v2", ["Water", *PARTS]),
        ("water", ["Draft: Water in Towns", *PARTS]),
        ("water", ["Water", "Restricted draft, not for citation", *PARTS]),
        ("水", ["水法（征求意见稿）", *PARTS]),
    ],
)
def test_drafts_say_so(name: str, lines: list[str]) -> None:
    (notice,) = said(**{name: lines})
    assert notice.what == "it says that it is a draft"


@pytest.mark.parametrize("lines", [["Drafting laws", *PARTS], ["Water", *PARTS, "A draft was read in spring."]])
def test_reports_about_drafts_are_none(lines: list[str]) -> None:
    assert said(water=lines) == []


def test_title_that_two_reports_share_is_doubtful_unless_they_are_editions_or_of_other_years() -> None:
    def of(source: str, title: str, year: int | None = None, text: str = "") -> list[LikenessNotice]:
        first = likeness("a/2020.md", Metadata(title="Annual Report", year=2020), PARTS)
        return notices([first, likeness(source, Metadata(title=title, year=year), [text])], ())

    assert of("a/other.md", "Annual report", 2020) == [
        LikenessNotice("a/other.md", "a/2020.md has the same title and year", 'write into a/other.md.toml: title = "…"')
    ]
    assert of("a/other.md", "Annual Report", 2021) == []
    assert of("a/2020.zh.md", "Annual Report", 2020) == []


def test_reindex_and_check_say_it_of_what_is_new(shelf: Shelf) -> None:
    text = "# Water plan\n\n" + "\n\n".join(PARTS) + "\n"
    shelf.put("plan.md", text)
    shelf.reindex()
    shelf.put("copy.md", text)
    shelf.put("plan_draft.md", text.replace("Part 3", "Part three"))
    report = shelf.reindex()
    assert [(notice.source, notice.what) for notice in report.notices] == [
        ("plan.md", "it is the same file as copy.md"),
        ("plan_draft.md", "it says that it is a draft"),
        ("plan_draft.md", "88% of its paragraphs stand in copy.md, too"),
    ]
    assert "note     plan.md: it is the same file as copy.md: remove one of them" in [
        line.lead + line.text for line in report_lines(report)
    ]
    assert report_record(report)["notices"][0]["source"] == "plan.md"
    assert "it says that it is a draft" in reindex_done(words("en"), report).html
    shelf.put("other.md", "# Something else\n\nThe sea is wide.\n")
    assert shelf.reindex().notices == ()


def test_check_names_them_all(tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    reports.mkdir()
    for name in ("plan.md", "plan_draft.md"):
        (reports / name).write_text("# Water plan\n\n" + "\n\n".join(PARTS) + f"\n\n{name}\n", encoding="utf-8")
    (tmp_path / "config.toml").write_text('[content]\npath = "reports"\n', encoding="utf-8")
    found = {(finding.subject, finding.what) for finding in check_reports(load(tmp_path / "config.toml", {}))}
    assert ("plan_draft.md", "it says that it is a draft") in found
    assert ("plan_draft.md", "100% of its paragraphs stand in plan.md, too") in found


STATIONS = "lake river spring mountain forest harbour village council".split()


def stations(*, but: str = "") -> str:
    """A report of eight paragraphs; one of them tells something else where `but` names it."""
    paragraphs = [
        f"The {name} station took {12 + 7 * number} samples of water in 2020 and sent them to the laboratory of the"
        " ministry, which looked at each of them for lead and for mercury and published what it found in its bulletin."
        for number, name in enumerate(STATIONS)
    ]
    if but:
        paragraphs[STATIONS.index(but)] = f"The {but} station was closed in 2020, since no road led to it then."
    return "# Water stations\n\n" + "\n\n".join(paragraphs) + "\n"


@pytest.mark.parametrize("name", STATIONS)
def test_an_answer_shows_no_paragraph_of_copies_twice(make_shelf: Callable[..., Shelf], name: str) -> None:
    shelf = make_shelf(water=stations(), water_old=stations(but="forest"), water_new=stations(but="harbour"))
    lines = [
        line
        for text in shelf.texts(f"How many samples did the {name} station take?")
        for line in text.split("\n")
        if f"The {name} station took" in line
    ]
    assert len(lines) == len(set(lines)) == 1


def test_reports_that_say_the_same_of_different_things_are_both_shown(make_shelf: Callable[..., Shelf]) -> None:
    text = "The council of {} met twelve times in the year and gave its opinion on forty plans of the ministries."
    shelf = make_shelf(a=f"# Kenya\n\n{text.format('Kenya')}\n", b=f"# Peru\n\n{text.format('Peru')}\n")
    assert len(shelf.texts("On what did the council give its opinion?")) == 2
