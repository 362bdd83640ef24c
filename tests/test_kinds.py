"""What sort of text a passage is."""

from __future__ import annotations

import pytest

from content.kinds import heading_asks, kind_of

LINES = "\n".join


@pytest.mark.parametrize(
    ("section", "text", "kind"),
    [
        (("5. References",), "Alder, J. and Birch, K. On the depth of lakes.", "references"),
        (("参考文献",), "王一，湖泊的深度，北方出版社", "references"),
        (
            ("Lakes",),
            LINES(["[1] Alder J. The lake[J]. Water, 2016, 12(2): 55-58.", "[2] Birch K. Rivers[M]. Oslo: Ice, 2014."]),
            "references",
        ),
        (("Contents",), "Lakes\n\nRivers", "contents"),
        ((), LINES(["Lakes ..... 3", "Rivers ..... 14", "Springs ..... 20", "Wells ..... 31"]), "contents"),
        ((), LINES(["[Home](/)", "[Lakes](/lakes)", "[Rivers](/rivers)"]), "contents"),
        ((), LINES(["Lake | Depth", "North | 14", "South | 20", "East | 31"]), "prose"),
        (("Acknowledgements",), "We thank Ann Alder of the northern institute.", "people"),
        (("作者简介",), "王一，北方湖泊研究所研究员。", "people"),
        ((), "3.1 How deep is the deepest lake of your country?", "question"),
        ((), "贵国最深的湖有多深？", "question"),
        ((), "How deep is it? It is forty metres deep.", "prose"),
        ((), "The ferry is currently paused. We shall write when it runs again.", "notice"),
        ((), "报名已截止，下一期时间另行通知。", "notice"),
        ((), "This digest retells what the annual report says, in other words.", "about itself"),
        ((), "本摘要根据2012年度报告编写。", "about itself"),
        ((), "本摘编用自己的语言概述2012年度报告。", "about itself"),
        ((), "本文件由湖泊部发布。", "prose"),
        ((), "This report found that the lake was closed for swimming in 1987, and " + "why it was. " * 40, "prose"),
        ((), "The lake is forty metres deep.", "prose"),
    ],
)
def test_the_kind_of_a_passage_is_told_by_its_headings_and_lines(
    section: tuple[str, ...], text: str, kind: str
) -> None:
    assert kind_of(text, section, 0) == kind


def test_a_passage_of_headings_alone_says_nothing_itself() -> None:
    assert kind_of("Lakes\n\nRivers", ("Lakes", "Rivers"), len("Lakes\n\nRivers")) == "heading"


@pytest.mark.parametrize(
    ("heading", "asked"),
    [
        ("What is a lake?", True),
        ("Who leads the institute", True),
        ("3. How long does it take", True),
        ("如何报名", True),
        ("Lakes and rivers", False),
        ("Whole lakes", False),
        ("湖泊概况", False),
    ],
)
def test_a_heading_asks_with_a_question_mark_or_without(heading: str, *, asked: bool) -> None:
    assert heading_asks(heading) == asked
