"""A side file tells of a report that cannot hold front matter; a change of it reads the report again."""

from __future__ import annotations

from pathlib import Path

import pytest
from shelf import Shelf

from content.documents import Document, Metadata
from content.editions import editions, work_of
from content.library import Library, Limits, Skipped, copies
from content.readers import Unreadable
from content.readers.side import described, doubts, typed, with_values

SMALL = Limits(workers=1, seconds=20)


def read(folder: Path) -> Document | Skipped:
    library = Library(folder, SMALL)
    (found,) = library.read(library.scan())
    return found


def test_side_file_names_the_report_and_is_no_report_itself(tmp_path: Path) -> None:
    (tmp_path / "scan0012.txt").write_text("The lake is 40 metres deep.\n", encoding="utf-8")
    (tmp_path / "scan0012.txt.toml").write_text(
        'title = "Depths of Lakes"\nyear = 2019\npublisher = "Council of Lakes"\nlanguage = "en-GB"\n'
        'collection = "Lakes"\naddress = "https://example.org/lakes"\nedition-of = "seen.txt"\n'
        'author = "Doe, Jane; Lake Board"\nplace = "Geneva"\n',
        encoding="utf-8",
    )
    found = read(tmp_path)
    assert isinstance(found, Document)
    assert found.metadata == Metadata(
        title="Depths of Lakes",
        year=2019,
        publisher="Council of Lakes",
        language="en",
        collection="Lakes",
        address="https://example.org/lakes",
        edition_of="seen.txt",
        author="Doe, Jane; Lake Board",
        place="Geneva",
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('titel = "Lakes"', "unknown key 'titel'"),
        ("year = '2019'", "year is '2019'"),
        ("title = 3", "title is 3"),
        ("title = ", "it is no TOML"),
        ("address = 'here'", "address is 'here'"),
    ],
)
def test_what_is_wrong_in_a_side_file_is_named_with_its_remedy(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(Unreadable, match=said) as refused:
        described(Metadata(), "lake.pdf", text.encode())
    assert (refused.value.subject, bool(refused.value.remedy)) == ("lake.pdf.toml", True)
    (tmp_path / "lake.txt").write_text("The lake is deep.", encoding="utf-8")
    (tmp_path / "lake.txt.toml").write_text(text, encoding="utf-8")
    found = read(tmp_path)
    assert isinstance(found, Skipped)
    assert found.reason.startswith(f"lake.txt.toml: {said}")


def test_change_of_a_side_file_reads_its_report_again_and_no_other(shelf: Shelf) -> None:
    shelf.put("lake.md", "# Lake\n\nThe lake is 40 metres deep.\n")
    shelf.put("river.md", "# River\n\nThe river is 5 metres wide.\n")
    shelf.reindex()
    for title in ("Depths", "Depths of Lakes", None):
        if title:
            shelf.put("lake.md.toml", f'title = "{title}"\n')
        else:
            shelf.take("lake.md.toml")
        report = shelf.reindex()
        assert (report.changed, report.unchanged) == (("lake.md",), 1)
        assert {info.title for info in shelf.searcher().documents()} == {title or "Lake", "River"}
    assert shelf.reindex().changed == ()


@pytest.mark.parametrize(
    ("line", "title", "year"),
    [
        ("Water in Towns, 2021", "Water in Towns", 2021),
        ("Water in Towns (2021)", "Water in Towns", 2021),
        ("城镇用水，2021年", "城镇用水", 2021),
        ("Water in Towns", "Water in Towns", None),
        ("2021", "", 2021),
        ("Agenda 21", "Agenda 21", None),
    ],
)
def test_title_and_year_are_read_from_one_line(line: str, title: str, year: int | None) -> None:
    assert typed(line) == (title, year)


def test_side_file_keeps_what_it_said() -> None:
    side = with_values(b'publisher = "The \\"Council\\""\ntitle = "Old"\n', 'Water "in" \\ Towns\n', 2021)
    assert described(Metadata(), "x.pdf", side) == Metadata('Water "in" \\ Towns', 2021, publisher='The "Council"')
    assert described(Metadata(title="T"), "x.pdf", with_values(None, "", 2021)) == Metadata("T", 2021)


def test_editions_are_told_by_name_or_side_file() -> None:
    sources = [
        "a/water.en.md",
        "a/water.zh.md",
        "plan-2021-en.pdf",
        "plan-2021_zh-CN.pdf",
        "lake.pdf",
        "湖泊.pdf",
        "open.md",
    ]
    assert editions(sources, {"湖泊.pdf": "lake.pdf"}) == {
        "a/water.en.md": "a/water",
        "a/water.zh.md": "a/water",
        "plan-2021-en.pdf": "plan-2021",
        "plan-2021_zh-CN.pdf": "plan-2021",
        "lake.pdf": "lake",
        "湖泊.pdf": "lake",
    }
    assert (work_of("Gender.pdf"), work_of("report-fr.pdf"), work_of("年报中文版.pdf")) == ("gender", "report", "年报")


def test_doubtful_titles_and_years_are_said_with_the_line_to_write() -> None:
    assert doubts(Metadata(title="scan 0012"), "old/scan_0012.pdf") == (
        "its title is doubtful (scan 0012), and its year is unknown",
        'write into old/scan_0012.pdf.toml: title = "…"; year = 2021',
    )
    assert doubts(Metadata(title="Ministry of Lakes", year=2020), "a.pdf") == (
        "its title is doubtful (Ministry of Lakes)",
        'write into a.pdf.toml: title = "…"',
    )
    assert doubts(Metadata(title="Depths of Lakes", year=2020), "a.pdf") is None


def test_copies_are_noticed(tmp_path: Path) -> None:
    for name in ("a.md", "b.md", "c.md"):
        (tmp_path / name).write_text("other" if name == "b.md" else "same", encoding="utf-8")
    assert list(copies(Library(tmp_path).scan())) == [("c.md", "a.md")]
