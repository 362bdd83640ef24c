"""The paragraphs of a PDF in; headings, paragraphs, items and rows, sentences whole, out.

A heading is larger or bolder than the text, in capitals, or numbered as only headings are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from content.documents import PageStarts, Piece, shifted
from content.readers.headings import (
    BULLET,
    Outline,
    is_contents_line,
    is_item,
    looks_like_heading,
    nest_dotted,
    numbering,
)
from content.readers.headings import (
    columns as width_of,
)
from content.readers.paragraphs import LAW_NUMBER, close_gaps, ends_sentence, fold, goes_on, join, mend, whole_articles
from content.readers.pdf_notes import without_notes
from content.readers.pdf_paragraphs import Paragraph, continued, mark_edges, page_paragraphs
from content.readers.pdf_running import Page
from content.readers.pdf_tables import named_rows
from content.readers.tables import table_row

_DOTS = re.compile(r"\s*(?:\.\s?){4,}\s*|\s*…{2,}\s*")
_LEADER = re.compile(r"\s*(?:\.{3,}|…{2,}|(?:\. ){3,}\.?)\s*$")
_ALWAYS = frozenset({"chapter", "part", "section", "han", "han-brackets", "dotted-2", "dotted-3"})
"""Numbers that make a short line a heading whatever its type."""
MAX_QUESTION = 320
"""Columns of a numbered question that stands over its answer, as forms have it."""


def pieces_of(pages: Sequence[Page], words: Collection[str]) -> list[Piece]:
    """The pieces of all pages, sentences whole. `words`: the document's words in lower case."""
    body = _body_size(pages)
    everything = [paragraph for page in pages for paragraph in page_paragraphs(page)]
    text, notes = without_notes(everything, body)
    paragraphs = list(continued(mark_edges(text)))
    sizes = _heading_sizes(paragraphs, body)
    outline = Outline(top=len(sizes) + 1)
    rows = named_rows(paragraphs)
    pieces: list[Piece] = []
    for place, paragraph in enumerate(paragraphs):
        after = paragraphs[place + 1] if place + 1 < len(paragraphs) else None
        if row := rows.get(id(paragraph)):
            if row.cells:
                cells = [_LEADER.sub("", _clean(cell)) for cell in row.cells]
                pieces.append(Piece("row", table_row([*map(_clean, row.names)], cells), page=paragraph.page))
            continue
        pieces += _piece(paragraph, after, sizes, outline, body, words)
    return list(
        _with_notes(
            nest_dotted(whole_articles(mend(pieces, words, folios=False))),
            [_note(note, words) for note in notes],
        )
    )


def _with_notes(pieces: Sequence[Piece], notes: Sequence[Piece]) -> Iterator[Piece]:
    """Footnotes where their page ends, so that they do not stand in the middle of a sentence."""
    waiting = list(notes)
    for piece in pieces:
        while waiting and (piece.page or 0) > (waiting[0].page or 0):
            yield waiting.pop(0)
        yield piece
    yield from waiting


def _note(note: Paragraph, words: Collection[str]) -> Piece:
    text, starts = _text(note, words)
    return Piece("note", text, page=note.page, page_starts=starts)


def _body_size(pages: Sequence[Page]) -> float:
    sizes: Counter[float] = Counter()
    for page in pages:
        for column in page.columns:
            for line in column.lines:
                sizes[round(line.size * 2) / 2] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 10.0


def _heading_sizes(paragraphs: Sequence[Paragraph], body: float) -> list[float]:
    """Type sizes of headings, largest first, at most three; close ones count as one."""
    sizes: list[float] = []
    found = {
        round(p.lines[0].size * 2) / 2
        for p in paragraphs
        if not p.row and p.lines[0].size > 1.15 * body and _could_head(p)
    }
    for size in sorted(found, reverse=True):
        if not sizes or size < sizes[-1] * 0.93:
            sizes.append(size)
    return sizes[:3] if len(sizes) <= 3 else [sizes[0], sizes[len(sizes) // 2], sizes[-1]]


def _could_head(paragraph: Paragraph) -> bool:
    text = fold(" ".join(line.text for line in paragraph.lines))
    letters = sum(character.isalpha() for character in text)
    return (
        letters > 2
        and letters > 0.5 * len(text.replace(" ", ""))
        and width_of(text) <= 200
        and not is_contents_line(text)
    )


def _piece(
    paragraph: Paragraph,
    after: Paragraph | None,
    sizes: Sequence[float],
    outline: Outline,
    body: float,
    words: Collection[str],
) -> Iterator[Piece]:
    plain = fold(" ".join(line.text for line in paragraph.lines))
    if is_contents_line(plain):
        yield Piece("item", _DOTS.sub(" ..... ", plain), page=paragraph.page)
        return
    if paragraph.row:
        segments = sorted(paragraph.lines[0].segments, key=lambda s: s.left)
        cells = [_LEADER.sub("", _clean(segment.text)) for segment in segments]
        yield Piece("row", table_row([], cells), page=paragraph.page)
        return
    text, starts = _text(paragraph, words)
    level = _level(paragraph, text, after, sizes, outline, body)
    if level:
        yield Piece("heading", text, level, paragraph.page, starts)
    elif BULLET.match(text):
        plainer = BULLET.sub("", text, count=1)
        cut = len(text) - len(plainer)
        yield Piece("item", plainer, page=paragraph.page, page_starts=shifted(starts, -cut))
    else:
        yield Piece("item" if is_item(text) else "paragraph", text, page=paragraph.page, page_starts=starts)


def _text(paragraph: Paragraph, words: Collection[str]) -> tuple[str, PageStarts]:
    """What a paragraph says, and where in that other pages begin."""
    text = ""
    turns = dict(paragraph.turns)
    starts: list[tuple[int, int]] = []
    for number, line in enumerate(paragraph.lines):
        own = _clean(line.text)
        text = join(text, own, words)
        if number in turns:
            starts.append((len(text) - len(own), turns[number]))
    closed = _closed(text)
    if len(closed) != len(text):
        starts = [(len(closed) - len(close_gaps(text[start:])), page) for start, page in starts]
    return closed, tuple(starts)


def _clean(text: str) -> str:
    return _closed(fold(text))


def _closed(text: str) -> str:
    """Gaps closed but for the one behind the number of a chapter or an article."""
    number = LAW_NUMBER.match(text)
    if number is None or not text[number.end() : number.end() + 1].isspace():
        return close_gaps(text)
    return f"{number.group()} {close_gaps(text[number.end() :].lstrip())}"


def _level(
    paragraph: Paragraph,
    text: str,
    after: Paragraph | None,
    sizes: Sequence[float],
    outline: Outline,
    body: float,
) -> int:
    """The level of a heading, 0 for text."""
    first = paragraph.lines[0]
    below = fold(after.lines[0].text) if after else ""
    if first.size > 1.15 * body and _could_head(paragraph) and not _is_sentence(text) and not goes_on(below):
        return next((rank for rank, size in enumerate(sizes, 1) if first.size > size * 0.95), len(sizes) or 1)
    style = numbering(text)
    question = style.startswith("dotted") and "?" in text[-60:] and width_of(text) < MAX_QUESTION
    if len(paragraph.lines) > 4 or not (question or looks_like_heading(text)) or after is None or after.row:
        return 0
    if first.size < 0.9 * body or goes_on(below) or (style and numbering(below) == style):
        return 0
    if question or style in _ALWAYS:
        return outline.level(style)
    capitals = text.isupper() and len(text) > 12 and " " in text and "/" not in text
    bold = all(line.bold for line in paragraph.lines) and not all(line.bold for line in after.lines)
    if capitals or (bold and not _is_answer(text)):
        return outline.level(style or "bold")
    return 0


def _is_answer(text: str) -> bool:
    """A bold answer in a form ("Yes", "YES / NO"), which is no title."""
    if text[0] >= "\u2e80":
        return False
    return max(map(len, text.replace("/", " ").split())) < 4 or ("/" in text and text.isupper())


def _is_sentence(text: str) -> bool:
    return ends_sentence(text) and (width_of(text) > 60 or text.endswith("。"))
