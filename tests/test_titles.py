"""The title names the report, and the year is the report's own."""

from __future__ import annotations

import pytest
from paper import Line, column, pdf

from content.documents import Metadata, Piece
from content.readers import read_bytes
from content.readers.metadata import complete, guess_language, is_institution, names_a_report

TEXT = "The council met in spring and looked at all of the plans that the institutes of the country had sent to it."


@pytest.mark.parametrize(
    "title",
    [
        "Microsoft Forms",
        "Microsoft Word - minutes_v3.doc",
        "PowerPoint Presentation",
        "E-mail address:*",
        "Contents",
        "Introduction",
        "目 录",
        "前言",
        "10.1787/sti-2021-en",
        "https://doi.org/10.5281/zenodo.1",
        "Previous | Table of contents | Next",
        "Home » Reports » Next",
        "REVISION HISTORY",
        "Draft questionnaire",
        "2024 report 1",
        "1. * Country",
        "Untitled-1",
        "cover_final.indd",
    ],
)
def test_forms_programs_and_parts_name_no_report(title: str) -> None:
    assert not names_a_report(title)
    assert read_bytes("lake-survey.pdf", pdf(column(50, 700, TEXT), title=title))[1].title == "lake survey"


@pytest.mark.parametrize(
    "title",
    [
        "Annual Report 2015",
        "Water in Towns",
        "科技",
        "湖泊保护条例",
        "Introduction to Foresight",
        "An Index of Lakes",
        "Contents of Lakes",
    ],
)
def test_titles_name_reports(title: str) -> None:
    assert names_a_report(title)


@pytest.mark.parametrize("title", ["Tin", "AI", "5G", "UN", "R&D", "GDP", "Öl", "水", "ИИ", "IoT"])
def test_short_heading_that_somebody_wrote_is_a_title(title: str) -> None:
    for name, text in (
        ("x.md", f"# {title}\n\n{TEXT}\n"),
        ("x.html", f"<title>{title}</title><h1>{title}</h1><p>{TEXT}"),
    ):
        assert read_bytes(name, text.encode())[1].title == title


@pytest.mark.parametrize("title", ["v2", "p1", "OK", "N/A", "II", "12", "---", "2a", "TOC", "New", "A", "x"])
def test_short_mark_is_no_title(title: str) -> None:
    assert read_bytes("lake-survey.md", f"# {title}\n\n{TEXT}\n".encode())[1].title == "lake survey"


def test_short_largest_line_of_a_printed_page_is_no_title() -> None:
    """Nobody said that it is a heading: it may be a logo or an initial."""
    assert (
        read_bytes("lake-survey.pdf", pdf([Line(50, 760, "Abc", 24), *column(50, 700, TEXT)]))[1].title == "lake survey"
    )


def markdown_title(source: str, name: str = "lake-survey.md") -> str:
    return read_bytes(name, f"{source}\n\n{TEXT}\n".encode())[1].title


@pytest.mark.parametrize(
    ("source", "title"),
    [
        ("# 跨越科技评价的马拉河 \\*", "跨越科技评价的马拉河"),
        ("# The way of water in towns \\*\\*", "The way of water in towns"),
        ("# 王小明1 李 华²张大山1\\*\\*\n\n# 湖泊保护研究", "湖泊保护研究"),
        ("# 智库报告\n\n# 湖泊保护研究", "湖泊保护研究"),
        ("# 湖泊保护研究\n\n# —以太湖为例", "湖泊保护研究—以太湖为例"),
        ("# Water in towns\n\n# (First report)", "Water in towns (First report)"),
        ("# Introduction\n\n## What is a lake", "lake survey"),
        ("# Frequently Asked\n\n## What is a lake", "lake survey"),
        ("# 常见问题\n\n## 什么是湖", "lake survey"),
        ("---\ntitle: Lake Survey Committee\n---", "Lake Survey Committee"),
        ("---\ntitle: The Committee\n---", "lake survey"),
    ],
)
def test_marks_authors_and_parts_are_no_titles(source: str, title: str) -> None:
    assert markdown_title(source) == title


def test_short_title_is_that_of_the_head_that_has_it() -> None:
    head = "Water Gazette / No. 152 / August 6, 2020 / Proposed Rules"
    pages = [
        [Line(50, 810, head), *([Line(50, 760, "Proposed Rules", 20)] if not number else []), *column(50, 700, text)]
        for number, text in enumerate([TEXT, TEXT[::-1], TEXT.upper(), TEXT.title()])
    ]
    assert read_bytes("x.pdf", pdf(*pages))[1].title == head
    assert read_bytes("x.pdf", pdf(*pages))[1].year == 2020


def test_name_of_an_edition_is_no_word_of_the_title() -> None:
    assert markdown_title("", "lake-survey.en.md") == "lake survey"


@pytest.mark.parametrize(
    ("source", "name", "year"),
    [
        ("# Science power by 2099", "power-2099.md", None),  # it is of no year that has not come
        ("# Survey\n\nIn the 2015 report the lake was blue.", "survey-2024.md", 2024),
        ("# Survey\n\nIn the 2015 report the lake was blue.", "survey.md", None),
    ],
)
def test_year_that_the_text_tells_of_is_not_the_report_s(source: str, name: str, year: int | None) -> None:
    assert read_bytes(name, f"{source}\n\n{TEXT}\n".encode())[1].year == year


def test_publisher_alone_is_no_title_of_its_reports() -> None:
    for line in (
        "House of Commons Environmental Audit Committee",
        "Ministry of Science and Technology",
        "中国科学技术发展战略研究院",
    ):
        assert is_institution(line)
    assert not is_institution("The Committee Met in Spring and Agreed")
    cover = [
        Line(50, 800, "House of Lakes Environmental Audit Committee", 14),
        Line(50, 760, "Microplastics in lakes", 24),
    ]
    assert read_bytes("x.pdf", pdf([*cover, *column(50, 700, TEXT)]))[1].title == "Microplastics in lakes"


def test_largest_line_of_a_cover_is_the_title_whatever_stands_above_it() -> None:
    cover = [
        Line(50, 800, "National Data Strategy", 14),
        Line(50, 760, "Framework for Ethics", 24),
        Line(50, 730, "May 2020"),
    ]
    metadata = read_bytes("x.pdf", pdf([*cover, *column(50, 600, TEXT)]))[1]
    assert (metadata.title, metadata.year) == ("Framework for Ethics", 2020)


def test_label_of_sheets_is_no_title() -> None:
    pages = [
        [Line(50, 800, f"Country: {name}", 16), *column(50, 740, TEXT)] for name in ("Angola", "Benin", "Chad", "Cuba")
    ]
    assert read_bytes("country-sheets.pdf", pdf(*pages))[1].title == "country sheets"


@pytest.mark.parametrize(
    ("pieces", "name", "year"),
    [
        (["Water in Towns", "Paris, 2021"], "a.pdf", 2021),
        (["Water in Towns", "12 March 2019"], "a.pdf", 2019),
        (["湖泊报告", "2018年6月"], "a.pdf", 2018),
        (["Water in Towns", "First published in 2014 by the Council of Lakes"], "a.pdf", 2014),
        (["Water in Towns", "© 2009-2013 The Council"], "a.pdf", 2013),
        (["湖泊保护条例", "2021年6月10日第三十次会议通过"], "a.pdf", 2021),
        (["Water in Towns", TEXT], "water-2017.pdf", 2017),
        (["Water in Towns", f"{TEXT} It was published in a journal in 1987 that nobody reads."], "a.pdf", None),
        (["Water in Towns", "There were 2021 boats."], "a.pdf", None),
        (["Water in Towns", "2.1 Sources 1999"], "a.pdf", None),
    ],
)
def test_year_is_that_of_cover_imprint_or_file_name(pieces: list[str], name: str, year: int | None) -> None:
    found = [Piece("heading", pieces[0], 1, 1), *(Piece("paragraph", text, page=1) for text in pieces[1:])]
    assert complete(Metadata(), found, name).year == year


@pytest.mark.parametrize(
    ("line", "year"),
    [
        ("Department of Lakes, Washington, D.C. 20240 SEP 16 2013", 2013),
        ("Office of the Minister, March 3, 2019", 2019),
        ("Keywords: lakes, towns. DOI 10.16418/j.issn.1000-3045.2017.03.011", 2017),
        ("DOI 10.1016/j.lake.10.2017", None),
        ("The council met in the capital on March 3, 2019.", None),
    ],
)
def test_year_is_that_of_a_letter_s_head_or_of_a_doi(line: str, year: int | None) -> None:
    assert read_bytes("x.md", f"# Water in Towns\n\n{line}\n\n{TEXT}\n".encode())[1].year == year


@pytest.mark.parametrize(
    "title",
    [
        "Water in Towns | Ministry of Lakes",
        "Lake News - Water in Towns",
        "Water in Towns_湖泊部门户网站",
        "Home » Reports » Water in Towns",
        "Lake News — Water in Towns — Archive",
    ],
)
def test_name_of_the_site_is_no_part_of_the_title(title: str) -> None:
    page = f"<title>{title}</title><div>Lake News</div><div><b>Water in Towns</b></div><p>{TEXT}</p>"
    assert read_bytes("x.html", page.encode())[1].title == "Water in Towns"


def test_heading_of_the_page_is_its_title_however_long_the_name_of_the_site_is() -> None:
    page = "<title>The National Observatory of Lakes - Wells</title><div>The National Observatory of Lakes</div>"
    assert read_bytes("x.html", f"{page}<h1>Wells</h1><p>{TEXT}".encode())[1].title == "Wells"


def test_title_with_a_dash_that_the_page_prints_as_a_whole_stays() -> None:
    page = f"<title>Open Data - A Policy</title><h1>Open Data - A Policy</h1><p>{TEXT}</p>"
    assert read_bytes("x.html", page.encode())[1].title == "Open Data - A Policy"


def test_table_in_english_is_not_portuguese() -> None:
    cells = "a | o | e | as | no | total boats\n" * 30 + "Lake | Boats | Depth | Year\n" * 10
    assert guess_language([cells]) == "en"
    assert (
        guess_language(
            ["O relatório não descreve as ações do município, mas uma avaliação da água é feita com os dados."]
        )
        == "pt"
    )
    assert (
        guess_language(["Le conseil des lacs est une institution de la région qui est financée par les États."]) == "fr"
    )
