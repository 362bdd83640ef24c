"""Word files of answers: every excerpt word for word, with the number of its reference."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pytest
from docx import Document

from bot.asking.document_messages import manuscript
from bot.asking.questions import Given
from bot.reading.citing import Style
from bot.reading.documents_out import docx_of
from bot.words.catalogue import words
from content.documents import Locator
from index.answering.answer import Answer, Citation, Excerpt, NoAnswer, OfficeReply

TODAY, NOON = date(2026, 12, 1), datetime(2026, 12, 1, 12, tzinfo=UTC)


def given(question: str, *places: tuple[str, int], language: str = "en", office: OfficeReply | None = None) -> Given:
    excerpts = tuple(
        Excerpt(
            rank,
            1.0,
            f"First. Second of {title}. Third.",
            (7, 17 + len(title)),
            (),
            f"p{rank}",
            Citation(
                title, title, 2020, Locator((), page, rank), f"{title}.pdf", author="Doe, Jane", language=language
            ),
        )
        for rank, (title, page) in enumerate(places, 1)
    )
    return Given(question, NOON, Answer(question, language, excerpts, (), "g", office=office))


def read(answers: list[Given], style: Style | None = None, language: str = "en") -> list[tuple[str, str, str]]:
    """Style, text and the bold of each paragraph."""
    file = docx_of(manuscript(words(language), answers, style, TODAY, 3))
    return [
        (one.style.name, one.text, "".join(run.text for run in one.runs if run.bold))
        for one in Document(io.BytesIO(file)).paragraphs
    ]


def test_each_excerpt_has_its_number_and_each_reference_stands_once() -> None:
    told = read([given("How?", ("Lakes", 3), ("Ports", 4)), given("Why?", ("Lakes", 3), ("Lakes", 9))])
    quoted = [(text, bold) for style, text, bold in told if style == "Quote"]
    assert [text[-3:] for text, _ in quoted] == ["[1]", "[2]", "[1]", "[1]"]
    assert quoted[0] == ("First. Second of Lakes. Third. [1]", "Second of Lakes")
    texts = [text for _, text, _ in told]
    assert texts[-2:] == ["[1] Doe, J. (2020). Lakes.", "[2] Doe, J. (2020). Ports."]
    assert [text for style, text, _ in told if style == "Heading 1"] == ["How?", "Why?", "References"]


def test_gbt_names_the_page_so_that_two_pages_are_two_references() -> None:
    told = read([given("何处？", ("湖泊", 3), ("湖泊", 9), language="zh")], None, "zh")
    assert [text for _, text, _ in told][-2:] == [
        "[1] DOE J.湖泊[R].[出版地不详]:[出版者不详],2020:3.",
        "[2] DOE J.湖泊[R].[出版地不详]:[出版者不详],2020:9.",
    ]


@pytest.mark.parametrize("style", ["bibtex", "ris"])
def test_a_style_for_programs_is_no_list_for_readers(style: Style) -> None:
    assert read([given("How?", ("Lakes", 3))], style)[-1][1] == "[1] Doe, J. (2020). Lakes."


def test_a_refusal_and_the_offices_own_words_stand_as_they_were_given() -> None:
    refusal = Given("r", NOON, NoAnswer("Who won?", "en", ("prize",), ("prize",), (), "g"))
    own = given("How to apply?", office=OfficeReply("apply", "Write to us.\nBy May.", "en", "How?", 1.0))
    texts = [text for _, text, _ in read([refusal, own])]
    assert "The reports do not answer this." in texts
    assert "Write to us.\nBy May." in texts
    assert "References" not in texts


def test_what_xml_cannot_hold_does_not_break_the_file() -> None:
    texts = [text for _, text, _ in read([given("How\x00 \x1b[1m\ud800?\ufffe <b>&", ("La\x0bkes", 1))])]
    assert texts[0].startswith("How [1m")
    assert "<b>&" in texts[0]
