"""The paragraphs of a PDF in; those of its text and, apart, its footnotes, each whole, out.

A footnote stands low on its page in smaller type and begins with a mark. What follows it in that type belongs to the
notes, too: a second paragraph, the next note, or, above the first, the rest of a note of the page before. Left in the
text, half of a note would stand in the middle of a sentence that goes over the page's end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from content.readers.paragraphs import ends_sentence
from content.readers.pdf_line import Line
from content.readers.pdf_paragraphs import Paragraph

_MARK = re.compile(r"(?P<number>\d{1,3}|[¹²³⁰-⁹]{1,3}|[①-⑳]|[*†‡§]{1,3})[.)]?\s*[\"“«《(（]?[^\W\d]")
_PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_SMALLER = 0.93
"""Share of the text's type size that a note's is at most."""
_LOW = 0.4
"""Share of the page's text above which no note stands."""


def without_notes(paragraphs: Sequence[Paragraph], body: float) -> tuple[list[Paragraph], list[Paragraph]]:
    """The paragraphs of the text, and the notes, both in order. `body`: the type size of the text, in points."""
    text: list[Paragraph] = []
    notes: list[Paragraph] = []
    inside: Paragraph | None = None
    for paragraph in paragraphs:
        first = paragraph.lines[0]
        goes_on = inside is not None and _is_beside(inside, paragraph) and _is_small(paragraph, body)
        if _is_small(paragraph, body) and _MARK.match(first.text) and first.top > _LOW * paragraph.floor:
            if text and notes and _is_rest(notes[-1], text[-1], paragraph, body):
                _append(notes[-1], text.pop())
            notes += _apart(paragraph)
            inside = notes[-1]
        elif goes_on and inside is not None and first.size < 1.05 * inside.lines[0].size:
            _append(inside, paragraph)
        else:
            inside = None
            text.append(paragraph)
    return text, notes


def _is_small(paragraph: Paragraph, body: float) -> bool:
    return not paragraph.row and paragraph.lines[0].size < _SMALLER * body


def _is_beside(note: Paragraph, paragraph: Paragraph) -> bool:
    """In the column of the page on which the note ends."""
    return (note.end_page, note.column) == (paragraph.page, paragraph.column)


def _is_rest(note: Paragraph, above: Paragraph, first: Paragraph, body: float) -> bool:
    """What stands above the first note of a page, in its type, ends the last note of the page before."""
    last = note.lines[-1]
    return (
        (above.page, above.column) == (first.page, first.column)
        and note.end_page == above.page - 1
        and _is_small(above, body)
        and abs(above.lines[0].size - last.size) < 0.05 * last.size
        and above.lines[0].top > _LOW * above.floor
        and not ends_sentence(last.text)
    )


def _append(note: Paragraph, paragraph: Paragraph) -> None:
    if paragraph.page != note.end_page:
        note.turns.append((len(note.lines), paragraph.page))
    note.lines += paragraph.lines
    note.right = paragraph.right


def _apart(paragraph: Paragraph) -> Iterator[Paragraph]:
    """Each note of a paragraph: a line that begins with the next number begins the next note."""
    starts = [0]
    number = _number(paragraph.lines[0])
    for place, line in enumerate(paragraph.lines[1:], 1):
        if number and _number(line) == number + 1:
            starts.append(place)
            number += 1
    for low, high in pairwise([*starts, len(paragraph.lines)]):
        note = Paragraph(paragraph.lines[low:high], paragraph.page, paragraph.right)
        note.column, note.floor = paragraph.column, paragraph.floor
        yield note


def _number(line: Line) -> int:
    match = _MARK.match(line.text)
    plain = match["number"].translate(_PLAIN) if match else ""
    return int(plain) if plain.isdecimal() else 0
