"""Plain text as pieces: lines joined, headings and lists found, sentences whole."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from content.readers import read_bytes
from content.readers.errors import Unreadable
from content.readers.headings import looks_like_heading, numbering
from content.readers.metadata import guess_language, year_of_report
from content.readers.paragraphs import join, vocabulary
from content.readers.text import pieces_of


def told(text: str) -> list[tuple[str, str]]:
    return [("#" * piece.level or piece.kind, piece.text) for piece in pieces_of(text)]


def test_wrapped_lines_become_paragraphs() -> None:
    text = """Report of the Centre

The centre was founded in Beijing in the autumn of that year, and it has
held a training workshop for officials of developing countries in every
year since then.

The second paragraph is about the partners of the centre, most of which
are institutes of science and technology policy.
"""
    assert told(text) == [
        ("#", "Report of the Centre"),
        (
            "paragraph",
            "The centre was founded in Beijing in the autumn of that year, and it has held a training"
            " workshop for officials of developing countries in every year since then.",
        ),
        (
            "paragraph",
            "The second paragraph is about the partners of the centre, most of which are institutes of"
            " science and technology policy.",
        ),
    ]


def test_sentence_that_a_blank_line_cuts_is_whole_again() -> None:
    text = "Title of it\n\nThey worked in parts of the\n\nRepublic and joined\n\ntwo forums.\n\nThen we left.\n"
    assert told(text)[1:] == [
        ("paragraph", "They worked in parts of the Republic and joined two forums."),
        ("paragraph", "Then we left."),
    ]


def test_numbered_and_short_lines_are_headings_in_levels() -> None:
    body = "A paragraph that says something at sufficient length to be text and not a title."
    lines = [
        "Annual Report 2020",
        "I. Work done",
        "1. Workshops held",
        body,
        "2. Visits",
        body,
        "II. Plans",
        body,
    ]
    text = "\n\n".join(lines)
    assert [line for line in told(text) if line[0].startswith("#")] == [
        ("#", "Annual Report 2020"),
        ("##", "I. Work done"),
        ("###", "1. Workshops held"),
        ("###", "2. Visits"),
        ("##", "II. Plans"),
    ]


def test_numbered_lines_without_text_between_are_a_list() -> None:
    text = "Our aims\n\nThere are three aims:\n\n1. Train officials\n2. Advise ministries\n3. Publish papers\n"
    assert told(text)[2:] == [
        ("item", "1. Train officials"),
        ("item", "2. Advise ministries"),
        ("item", "3. Publish papers"),
    ]


def test_chinese_headings_and_wrapped_lines() -> None:
    text = """科技发展报告

第一章 国际合作

一、培训工作

本中心于二〇一二年在北京成立，每年为发展中国家的官员举办
国际培训班，受到广泛好评。

（一）学员

学员来自十一个国家。

二、交流工作

交流工作持续开展，成果丰富。
"""
    assert told(text) == [
        ("#", "科技发展报告"),
        ("##", "第一章 国际合作"),
        ("###", "一、培训工作"),
        ("paragraph", "本中心于二〇一二年在北京成立，每年为发展中国家的官员举办国际培训班，受到广泛好评。"),
        ("####", "（一）学员"),
        ("paragraph", "学员来自十一个国家。"),
        ("###", "二、交流工作"),
        ("paragraph", "交流工作持续开展，成果丰富。"),
    ]


def test_bullets_are_items_without_their_marks() -> None:
    text = "Disciplines of the centre\n\n• Foresight\n• Statistics and\n  evaluation\n- Finance\n"
    assert told(text)[1:] == [
        ("item", "Foresight"),
        ("item", "Statistics and evaluation"),
        ("item", "Finance"),
    ]


def test_lines_set_in_by_a_blank_are_items_whose_bullets_were_lost() -> None:
    text = "Slides\n\nIt does this:\n\n Foresight studies\n Statistics\n\nThis is the end.\nThank you all.\n"
    assert ("item", "Foresight studies") in told(text)
    assert ("item", "Statistics") in told(text)


def test_paragraphs_that_are_set_in_begin_where_the_indent_is() -> None:
    text = (
        "The Yearbook\n\n   The institute was founded in that year and has since then become one of the\n"
        "centres of the field. It has two journals.\n   Later it held a workshop with participants from many"
        " countries of the\nregion, who came from ministries.\nAll of them stayed.\n"
    )
    assert [kind for kind, _ in told(text)] == ["#", "paragraph", "paragraph"]


def test_chapter_number_and_title_on_two_lines_are_one_heading() -> None:
    text = "The Yearbook\n\nCHAPTER 1\nTraining\n\nTraining is a task of the institute, and it takes time.\n"
    assert told(text)[1] == ("##", "CHAPTER 1 Training")


def test_lines_that_may_be_separate_keep_their_newline() -> None:
    assert told("Key words\n\nGreen growth\nTalent\nFinance\n") == [
        ("#", "Key words"),
        ("paragraph", "Green growth\nTalent\nFinance"),
    ]


def test_form_feeds_are_pages() -> None:
    pieces = pieces_of("Title here\n\nThe first page ends.\n\fThe second page begins.\n")
    assert [(piece.text, piece.page) for piece in pieces] == [
        ("Title here", 1),
        ("The first page ends.", 1),
        ("The second page begins.", 2),
    ]


def test_title_and_year_come_from_the_opening() -> None:
    opening = b"Friday October 18 2024,16:53\nCentre Annual Report 2012\n\nIn 2010 it was founded, they say.\n"
    _, metadata = read_bytes("x.txt", opening)
    assert (metadata.title, metadata.year) == ("Centre Annual Report 2012", 2012)


def test_year_of_the_body_is_no_year_of_the_report() -> None:
    _, metadata = read_bytes("notes.txt", b"Notes\n\nIn 1999 and 2005 there were reports about this matter.\n")
    assert metadata.year is None


def test_years_of_reports() -> None:
    assert year_of_report("CISTRAT 2021 and 2022 Biannual Report and 2023 Outlook") == 2022
    assert year_of_report("Annual Report 2012") == 2012
    assert year_of_report("Report for the year 2018") == 2018
    assert year_of_report("2018 年第一季度报告") == 2018
    assert year_of_report("2019年政府工作报告") == 2019
    assert year_of_report("The world in 2050") is None


def test_languages_are_told_apart() -> None:
    assert guess_language(["The reports of the institute are in the library and on the web."]) == "en"
    assert guess_language(["Les rapports de l’institut sont dans la bibliothèque et sur le site."]) == "fr"
    assert guess_language(["中国科学技术发展战略研究院 CASTED"]) == "zh"
    assert guess_language(["Министерство науки и высшего образования"]) == "ru"
    assert guess_language([]) == ""


def test_numbers_that_count_are_no_headings() -> None:
    assert numbering("3年来的工作") == ""
    assert numbering("2高校智库") == "number"
    assert numbering("1.1 Methods") == "dotted-2"
    assert not looks_like_heading("and so it went on")
    assert not looks_like_heading("It ended.")
    assert not looks_like_heading("Friday October 18 2024,16:53")


def test_hyphens_follow_the_words_of_the_document() -> None:
    words = vocabulary(["technology and low-carbon growth, well known"])
    assert join("techno-", "logy", words) == "technology"
    assert join("low-", "carbon", words) == "low-carbon"
    assert join("Beijing-Tianjin-", "Hebei", words) == "Beijing-Tianjin-Hebei"
    assert join("实验", "室", words) == "实验室"
    assert join("one", "two", words) == "one two"


@given(st.text(max_size=400))
def test_any_text_gives_its_words_in_order_or_is_refused(text: str) -> None:
    try:
        pieces, _ = read_bytes("x.txt", b"\xef\xbb\xbf" + text.encode())
    except Unreadable:
        return
    letters = [character for character in text if character.isalpha() and character < "\uf000"]
    found = [character for piece in pieces for character in piece.text if character.isalpha() and character < "\uf000"]
    remaining = iter(letters)
    assert all(letter in remaining for letter in found)


def test_hyphen_after_a_little_word_of_a_compound_stays() -> None:
    assert join("a step-by-", "step plan") == "a step-by-step plan"
    assert join("well-develop-", "ing regions") == "well-developing regions"


def test_lines_drawn_with_characters_are_no_text() -> None:
    """They stood before the first sentence: "-------The harbour was opened"."""
    text = (
        "HARBOUR REPORT\n==============\n\n1. Introduction\n---------------\n"
        "The harbour was opened in 1901.\n\n* * *\n\nEnd.\n"
    )
    assert [piece.text for piece in pieces_of(text)] == [
        "HARBOUR REPORT",
        "1. Introduction",
        "The harbour was opened in 1901.",
        "End.",
    ]


def test_number_of_a_page_between_hyphens_is_no_item() -> None:
    assert [piece.text for piece in pieces_of("One is here.\n\n    - 3 -\n\nTwo is here.\n")] == [
        "One is here.",
        "Two is here.",
    ]
