"""Answers with numbered citations in; a Word file of them out.

Words are given: this module knows no language. Text is set as it was quoted; Chinese gets a font that has it.

Why no PDF? Setting text on pages needs a library that shapes and breaks lines in every script, with fonts of its own;
none that is small and freely licensed does. A Word file becomes a PDF in whatever opens it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

HAN_FONT = "SimSun"
"""What Word and WPS have for Chinese; others put their own in its place."""
_UNWRITABLE = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML cannot hold."""

Slice = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Quotation:
    """An excerpt with the number of its reference."""

    text: str
    answers: Slice
    """The part of it that answers, which stands in bold."""
    number: int
    place: str
    """Where it is printed, on one line."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A question with its answer."""

    question: str
    notes: tuple[str, ...]
    """What is said about the answer: that there is none, how the question was read, the office's own words."""
    quotations: tuple[Quotation, ...]


@dataclass(frozen=True, slots=True)
class Manuscript:
    """All that goes into a file."""

    title: str
    subtitle: str
    chapters: tuple[Chapter, ...]
    references: tuple[str, ...]
    """The first is number 1."""
    references_heading: str
    language: str


def docx_of(manuscript: Manuscript) -> bytes:
    """The Word file."""
    from docx import Document
    from docx.oxml.ns import qn
    from docx.shared import Pt

    document = Document()
    properties = document.core_properties
    properties.title, properties.author, properties.comments = _plain(manuscript.title), "", ""
    properties.language = manuscript.language
    normal = document.styles["Normal"]
    normal.font.size = Pt(11)
    for style in ("Normal", "Title", "Heading 1", "Heading 2", "Quote"):
        fonts = document.styles[style].element.get_or_add_rPr().get_or_add_rFonts()
        fonts.set(qn("w:eastAsia"), HAN_FONT)
    document.add_heading(_plain(manuscript.title), 0)
    document.add_paragraph(_plain(manuscript.subtitle))
    for chapter in manuscript.chapters:
        document.add_heading(_plain(chapter.question), 1)
        for note in chapter.notes:
            document.add_paragraph(_plain(note))
        for quotation in chapter.quotations:
            _quote(document, quotation)
    if manuscript.references:
        document.add_heading(_plain(manuscript.references_heading), 1)
    for number, reference in enumerate(manuscript.references, 1):
        paragraph = document.add_paragraph(f"[{number}] {_plain(reference)}")
        paragraph.paragraph_format.left_indent = Pt(24)
        paragraph.paragraph_format.first_line_indent = Pt(-24)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _quote(document: Any, quotation: Quotation) -> None:
    """The excerpt with its number, and where it is printed below it."""
    start, end = quotation.answers
    paragraph = document.add_paragraph(style="Quote")
    for text, bold in (
        (quotation.text[:start], False),
        (quotation.text[start:end], True),
        (quotation.text[end:], False),
    ):
        if text:
            paragraph.add_run(_plain(text)).bold = bold
    paragraph.add_run(f" [{quotation.number}]")
    place = document.add_paragraph()
    place.add_run(_plain(quotation.place)).italic = True


def numbered(references: Sequence[str]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """References each once, in the order in which they come, and the number of each of the given ones."""
    places = {reference: number for number, reference in enumerate(dict.fromkeys(references), 1)}
    return tuple(places), tuple(places[reference] for reference in references)


def _plain(text: str) -> str:
    return _UNWRITABLE.sub("", text.encode("utf-8", "replace").decode("utf-8"))
