"""Markdown as pieces and metadata: what a reader sees, not how it is marked up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.documents import Metadata, Piece
from content.readers import read_bytes
from content.readers.errors import Unreadable
from content.readers.headings import numbering


def read(text: str, name: str = "report.md") -> tuple[list[Piece], Metadata]:
    return read_bytes(name, text.encode())


def told(text: str) -> list[tuple[str, str]]:
    return [("#" * piece.level or piece.kind, piece.text) for piece in read(text)[0]]


def test_front_matter_is_metadata() -> None:
    text = """---
title: "Training workshops: ten years"
year: 2021
date: 2021-12-31
publisher: The Institute
language: zh-Hans
collection: Annual reports
source: https://example.org/report.pdf
---
# A heading

Text.
"""
    pieces, metadata = read(text)
    assert metadata == Metadata(
        title="Training workshops: ten years",
        year=2021,
        date="2021-12-31",
        publisher="The Institute",
        language="zh",
        collection="Annual reports",
        address="https://example.org/report.pdf",
    )
    assert [piece.text for piece in pieces] == ["A heading", "Text."]


@pytest.mark.parametrize(
    ("front", "author"),
    [
        ("author: The Institute", "The Institute"),
        ("authors:\n- Doe, Jane\n- 张三", "Doe, Jane; 张三"),
        ("author: {name: Jane}", ""),
        ("title: No author", ""),
    ],
)
def test_front_matter_names_authors_and_place(front: str, author: str) -> None:
    metadata = read(f"---\n{front}\nplace: Beijing\n---\nText.\n")[1]
    assert (metadata.author, metadata.place) == (author, "Beijing")


@pytest.mark.parametrize("key", ["source", "address", "url"])
def test_address_has_three_names_and_is_a_web_address(key: str) -> None:
    assert read(f"---\n{key}: https://example.org/a\n---\nText.\n")[1].address == "https://example.org/a"
    assert read(f"---\n{key}: javascript:alert(1)\n---\nText.\n")[1].address == ""


def test_broken_front_matter_says_what_to_do() -> None:
    with pytest.raises(Unreadable, match=r"front matter is not valid YAML near line 2.*quotes"):
        read("---\ntitle: a: b: c\n---\nText.\n")
    with pytest.raises(Unreadable, match="alias"):
        read("---\na: &x [1, 2]\nb: *x\n---\nText.\n")


def test_rule_at_the_top_is_no_front_matter() -> None:
    assert told("---\nJust a line.\n---\n\nText.\n")[-1] == ("paragraph", "Text.")


def test_marks_tags_and_targets_are_gone() -> None:
    assert told('A **bold** [link](https://x.org "t") and `code`, x<sup>2</sup>, &amp; *more*\\*.\n') == [
        ("paragraph", "A bold link and code, x², & more*.")
    ]


def test_headings_in_emphasis_lists_and_hard_breaks() -> None:
    text = "# ***The Institute***\n\nUnited Nations  \nEducational\n\n- one\n  and more\n- two\n\n1. first\n"
    assert told(text) == [
        ("#", "The Institute"),
        ("paragraph", "United Nations\nEducational"),
        ("item", "one and more"),
        ("item", "two"),
        ("item", "1. first"),
    ]


def test_table_rows_name_their_columns() -> None:
    text = "| Country | Trainees |\n|---|---|\n| Egypt | 12 |\n| | 9 |\n"
    assert told(text) == [("row", "Country: Egypt; Trainees: 12"), ("row", "Trainees: 9")]


def test_html_tables_inside_markdown_are_rows_too() -> None:
    text = "<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table>\n"
    assert told(text) == [("row", "A: 1; B: 2")]


def test_list_of_contents_is_short_items() -> None:
    text = (
        "# Contents\n\n<b>Part I. Overview .....</b>\t<b>1</b>\n1.1 Key words .....\t1\n"
        "1.2 Milestones ..... 2\n\n## 1.1 Key words\n\nText.\n"
    )
    assert told(text) == [
        ("#", "Contents"),
        ("item", "Part I. Overview ..... 1"),
        ("item", "1.1 Key words ..... 1"),
        ("item", "1.2 Milestones ..... 2"),
        ("#", "1.1 Key words"),
        ("paragraph", "Text."),
    ]


def test_sentence_cut_by_blank_lines_is_whole() -> None:
    text = (
        "They helped in drafting\n\nthe advisory report.\n\n"
        'They lectured on "Policies of the\n\nCountries"; and left.\n\n'
        "Reports including\n\n*National Index* appeared.\n"
    )
    assert [piece for _, piece in told(text)] == [
        "They helped in drafting the advisory report.",
        'They lectured on "Policies of the Countries"; and left.',
        "Reports including National Index appeared.",
    ]


def test_hyphen_at_the_end_of_a_line_stays_where_it_parts_two_words() -> None:
    """It gave "lowcarbon" and "state-of-theart"."""
    text = "A state-of-the-\nart low-\ncarbon plan and a develop-\nment. The art is to keep carbon low.\n"
    assert told(text)[0][1] == ("A state-of-the-art low-carbon plan and a development. The art is to keep carbon low.")


def test_footnotes_are_paragraphs() -> None:
    """One that is an address was lost, and its mark stayed in the sentence."""
    text = "A value[^1] of 5[^b], [^none].\n\n[^1]: https://example.org/a\n[^b]: Second note.\n"
    assert [piece for _, piece in told(text)] == ["A value of 5, [^none].", "https://example.org/a", "Second note."]


def test_capitals_and_addresses_at_the_end_are_no_articles_and_prepositions() -> None:
    for end in ("It is told in Annex A", "It was held in Portland, OR", "See https://example.org/a"):
        assert [piece for _, piece in told(f"{end}\n\nSecond paragraph.\n")] == [end, "Second paragraph."]
    assert len(told("This is a report of\n\nThe Institute.\n")) == 1


def test_attributes_of_a_heading_are_not_its_words() -> None:
    assert told("# Training {#sec:training .wide}\n\n## Annex {-}\n\nSet {a, b}.\n") == [
        ("#", "Training"),
        ("##", "Annex"),
        ("paragraph", "Set {a, b}."),
    ]


def test_running_head_repeated_in_the_middle_is_dropped() -> None:
    text = "## 2.1 Demands\n\nOne.\n\n## 2.2 Strategy\n\nTwo.\n\n## 2.1 Demands\n\n### Talents\n\nThree.\n"
    assert [t for k, t in told(text) if k.startswith("#")] == ["2.1 Demands", "2.2 Strategy", "Talents"]


def test_lone_page_numbers_are_dropped_and_years_stay() -> None:
    assert told("One.\n\n12\n\nTwo.\n\n2021\n") == [
        ("paragraph", "One."),
        ("paragraph", "Two."),
        ("paragraph", "2021"),
    ]


def test_cover_lines_make_the_title() -> None:
    _, metadata = read("# The Academy\n\n**2021**\n\n***Annual Report***\n\nText follows.\n")
    assert (metadata.title, metadata.year) == ("The Academy 2021 Annual Report", 2021)


def test_numbered_paragraphs_are_headings_where_nothing_else_is() -> None:
    body = "智库建设是一项长期的工作，需要不断探索。"
    text = "# 新型智库\n\n" + "".join(f"{n}智库发展的第{n}个阶段\n\n" + f"{body}\n\n" * 8 for n in (1, 2, 3))
    assert [line for line in told(text) if line[0].startswith("#")] == [
        ("#", "新型智库"),
        ("##", "1智库发展的第1个阶段"),
        ("##", "2智库发展的第2个阶段"),
        ("##", "3智库发展的第3个阶段"),
    ]


def test_flat_headings_are_nested_by_their_numbers() -> None:
    text = "# 题目\n\n甲。\n\n# 1背景\n\n乙。\n\n# 1.1目的\n\n丙。\n\n# 2结论\n\n丁。\n"
    assert [k for k, _ in told(text) if k.startswith("#")] == ["#", "##", "###", "##"]


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        pieces, _ = read_bytes("x.md", text.encode())
    except Unreadable as refused:
        pieces = [Piece("paragraph", refused.remedy)]
    assert any(piece.text.strip() for piece in pieces)


def test_numbers_of_lists_are_text() -> None:
    """Somebody asks for the second one; and a year at the beginning of a line makes a list of it."""
    source = "2) Apply.\n2) Travel.\n\n   By train.\n\n- Bring:\n   1. papers\n\nThen:\n\n1986. It was a good year."
    texts = [piece.text for piece in read_bytes("list.md", source.encode())[0]]
    assert texts == [
        "2) Apply.",
        "3) Travel.",
        "By train.",
        "Bring:",
        "1. papers",
        "Then:",
        "1986. It was a good year.",
    ]


def test_number_of_an_item_that_begins_otherwise_is_no_number_of_what_follows() -> None:
    for item in ("# Head", "```\n   code\n   ```", "| a | b |\n   |---|---|\n   | c | d |", "<b>bold</b>", ""):
        texts = [piece.text for piece in read_bytes("list.md", f"Before.\n\n1. {item}\n\nAfter it.".encode())[0]]
        assert texts[-1] == "After it."


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{% include nav.html %}\n\nYou can {{ site.what }} apply until May.", ["You can apply until May."]),
        ("Text. {{< figure src='a.png' >}}\n{: .wide}\n\n[TOC]\n\n[[toc]]", ["Text."]),
        ("{{% note %}}\nMind this.\n{{% /note %}}", ["Mind this."]),
        ("{# a comment #}A set {a, b} is kept, {1} and { {2} } too.", ["A set {a, b} is kept, {1} and { {2} } too."]),
        ("The formula $\\frac{{a}}{{b}}$ is kept.", ["The formula $\\frac{{a}}{{b}}$ is kept."]),
        ("```\n{{ code }}\n```", ["{{ code }}"]),
        ("An end is missing {{ here.", ["An end is missing {{ here."]),
        ("{{ page.title | escape }}", []),
    ],
)
def test_traces_of_a_template_are_no_text(source: str, expected: list[str]) -> None:
    assert [piece.text for piece in read_bytes("a.md", f"# T\n\n{source}\n".encode())[0]][1:] == expected


def test_menu_is_no_text_and_a_list_of_reports_is() -> None:
    menu = "- [Home](/)\n- [About us](/about)\n- [Contact](/contact)\n"
    reports = "".join(
        f"- [Science and Technology Indicators of Asia, {year}](/{year})\n" for year in (2019, 2020, 2021)
    )
    two = "* [Home](/)\n* [Map](/map)\n"
    source = f"# T\n\n{menu}\nText.\n\n{reports}\nMore.\n\n{two}"
    assert len([piece for piece in read_bytes("a.md", source.encode())[0] if piece.kind == "item"]) == 5
    assert not any("\u2063" in piece.text for piece in read_bytes("a.md", source.encode())[0])


def test_front_matter_of_hugo_is_read() -> None:
    data = b'+++\ntitle = "Visits"\ndate = 2021-05-01\n+++\nText.\n'
    pieces, metadata = read_bytes("a.md", data)
    assert ([piece.text for piece in pieces], metadata.title, metadata.date) == (["Text."], "Visits", "2021-05-01")
    with pytest.raises(Unreadable, match="not valid TOML"):
        read_bytes("a.md", b"+++\ntitle = \n+++\nText.\n")


def test_what_is_said_of_a_picture_is_read_and_its_name_is_not() -> None:
    source = "See ![logo.png](a.png) ![Picture 1](b.png) ![The chart shows exports rising to nine million](c.png).\n"
    assert read_bytes("a.md", source.encode())[0][0].text == "See The chart shows exports rising to nine million."


def test_front_matter_that_nests_without_end_is_named() -> None:
    with pytest.raises(Unreadable, match="nested too deeply"):
        read_bytes("a.md", b"---\na: " + b"[" * 9_000 + b"\n---\nText.\n")


def test_numbered_chinese_headings_without_a_space_nest() -> None:
    """A country after its number was none where its name begins with what numbers count: 2.6日本."""
    names = ("2国外经验", "2.5韩国", "2.6日本", "2.6.1人才计划", "3结论")
    text = "# 报告\n\n" + "".join(f"## {name}\n\n甲。\n\n" for name in names)
    assert [t for t in told(text) if t[0].startswith("#")] == [
        ("#", "报告"),
        ("##", "2国外经验"),
        ("###", "2.5韩国"),
        ("###", "2.6日本"),
        ("####", "2.6.1人才计划"),
        ("##", "3结论"),
    ]
    assert [numbering(line) for line in ("2.6日本", "3.2人才队伍", "2.1个人信息")] == ["dotted-2"] * 3
    assert [numbering(line) for line in ("2.5亿元", "1.5万人", "3年后", "2.6日，")] == [""] * 4
