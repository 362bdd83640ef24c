"""A plain text file in; paragraphs, list items and headings out, found by the shape of the lines.

Lines of one paragraph are joined: with a space where the sentence goes on, with a newline where the lines
may well be separate (the lines of a cover, a list of key words), so that nothing is joined by a guess.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from content.documents import Metadata, Piece
from content.readers import metadata as known
from content.readers.encodings import decode
from content.readers.headings import (
    BULLET,
    Outline,
    columns,
    is_contents_line,
    is_item,
    looks_like_heading,
    numbering,
    without_bullet,
)
from content.readers.paragraphs import (
    LONE_NUMBER,
    ends_open,
    ends_sentence,
    ends_whole,
    fold,
    goes_on,
    join_lines,
    mend,
    tidy,
    vocabulary,
)

_INDENTED = re.compile(r"[ \t]{1,6}(?=\S)")
_RULE = re.compile(r"[-=_*~+|─━═·.][-=_*~+|─━═·.\s]*[-=_*~+|─━═·.]")
"""A line drawn with characters, under a heading or between parts of a text."""
_SET_IN = "\u2063"
"""Stands before a line that was set in (an invisible character, which no report needs)."""


@dataclass(slots=True)
class _Group:
    """Lines without a blank line between them."""

    lines: list[str] = field(default_factory=list)
    page: int | None = None


@dataclass(frozen=True, slots=True)
class _Unit:
    """Lines that belong together."""

    text: str
    bulleted: bool
    lines: int
    set_in: bool
    """Its only bullet is that its first line is set in."""


def read(name: str, data: bytes, encoding: str | None = None) -> tuple[list[Piece], Metadata]:
    """Pieces and metadata of a plain text file; form feeds count as pages. Raises `Unreadable`."""
    text = decode(name, data, encoding=encoding)
    pieces = pieces_of(text)
    return pieces, known.complete(Metadata(), pieces, name)


def pieces_of(text: str) -> list[Piece]:
    """The pieces of a plain text."""
    groups = list(_groups(text))
    words = vocabulary(line for group in groups for line in group.lines)
    title = _title(groups)
    pieces = mend(_drop_repeats(list(_pieces(groups, title, words)), title), words)
    # a heading with nothing under it at the very end is a closing line ("Thank you")
    if len(pieces) > 1 and pieces[-1].kind == "heading":
        pieces[-1] = Piece("paragraph", pieces[-1].text, page=pieces[-1].page)
    return pieces


def _groups(text: str) -> Iterator[_Group]:
    lines = _mark_indented(["" if _is_rule(line) else line for line in text.split("\n")])
    paged = "\f" in text.strip()
    group = _Group(page=1 if paged else None)
    page = 1
    for line in lines:
        before, *pages = line.split("\f")
        if pages or not before.strip():
            if before.strip():
                group.lines.append(before.strip())
            if group.lines:
                yield group
            page += len(pages)
            group = _Group(page=page if paged else None)
            if pages and pages[-1].strip():
                group.lines.append(pages[-1].strip())
        else:
            group.lines.append(before.strip())
    if group.lines:
        yield group


def _is_rule(line: str) -> bool:
    return len(line.strip()) > 2 and "\f" not in line and bool(_RULE.fullmatch(line.strip()))


def _mark_indented(lines: Sequence[str]) -> list[str]:
    """Lines set in by blanks where most are not, marked: items that lost their bullets, or paragraphs."""
    full = [line for line in lines if line.strip()]
    indented = [line for line in full if _INDENTED.match(line)]
    if len(indented) < 2 or len(indented) > len(full) * 0.4:
        return list(lines)
    return [
        _SET_IN + line.strip() if _INDENTED.match(line) and not is_item(line) and not goes_on(line) else line
        for line in lines
    ]


def _title(groups: Sequence[_Group]) -> str:
    """The line of the opening that names the report, or ""."""
    opening = [Piece("paragraph", "\n".join(group.lines)) for group in groups[:12]]
    named = known.opening_title(opening)
    if known.year_of_report(named):
        return named
    first = next((line for group in groups[:3] for line in group.lines), "")
    first = without_bullet(first)
    return fold(first) if looks_like_heading(first) and len(groups) > 1 else ""


def _pieces(groups: Sequence[_Group], title: str, words: Collection[str]) -> Iterator[Piece]:
    outline = Outline()
    titled = not title
    last = ""
    for place, group in enumerate(groups):
        following = groups[place + 1].lines[0] if place + 1 < len(groups) else ""
        units = list(_units(group.lines, title, words))
        for start, unit in enumerate(units):
            after = units[start + 1].text if start + 1 < len(units) else ""
            plain = fold(unit.text)
            if title and plain == title:
                if not titled:
                    yield Piece("heading", plain, outline.level("title"), group.page)
                titled = True
                continue
            below = after or following
            if titled and _is_heading(unit, last, below, first=start == 0, apart=not after):
                yield Piece("heading", plain, outline.level(numbering(plain) or "short"), group.page)
            else:
                listed = unit.bulleted and not (unit.set_in and ends_sentence(unit.text) and columns(plain) > 80)
                item = listed or (is_item(unit.text) and "\n" not in unit.text and not LONE_NUMBER.fullmatch(plain))
                yield Piece("item" if item else "paragraph", tidy(unit.text), page=group.page)
            last = unit.text


def _is_heading(unit: _Unit, last: str, below: str, *, first: bool, apart: bool) -> bool:
    """`last`, `below`: the texts above and below; `first` of its group; `apart`: a blank line follows."""
    line = unit.text
    style = numbering(line)
    if style in ("chapter", "part", "section") and unit.lines == 2:
        # the number on one line, the title on the next
        return all(map(looks_like_heading, line.split("\n")))
    if unit.bulleted or "\n" in line or not looks_like_heading(line) or (unit.lines > 1 and not style):
        return False
    if ends_open(last) and len(last) > 20:
        return False
    if style in ("number", "number-brackets", "letter", "roman", "han", "han-brackets"):
        # consecutive numbered lines with nothing between them are a list
        return bool(below) and numbering(below) != style and (numbering(last) != style or ends_whole(last))
    if style:
        return True
    longer = columns(below) > 2 * columns(line) + 40
    if not first:
        return not apart and longer and ends_whole(last)
    if not apart:
        # inside a group: only over a list, or over a paragraph that is clearly longer
        return bool(BULLET.match(below)) or longer
    return not goes_on(below)


def _units(lines: Sequence[str], title: str, words: Collection[str]) -> Iterator[_Unit]:
    """The lines of a group as items, headings and paragraphs."""
    width = max(map(columns, lines))
    # in a narrow column lines are joined only where they end up as a sentence; else it is a list
    wrapped = width >= 50 or ends_sentence(lines[-1])
    current: list[tuple[str, bool]] = []
    last = ""
    bulleted = set_in = False
    curled = straight = 0
    for place, line in enumerate(lines):
        # - 3 - is a page's number
        marked = None if LONE_NUMBER.fullmatch(line) else BULLET.match(line)
        text = line[marked.end() :] if marked else line
        runs_on = ends_open(last) or curled + straight > 0 or (wrapped and _fills(last, width))
        starts = bool(marked) or (is_item(line) and not runs_on) or (bool(numbering(line)) and ends_whole(last))
        alone = title in (fold(line), fold(last)) or _stands_alone(last, line, width, final=place + 1 == len(lines))
        if current and not starts and not alone:
            current.append((text, runs_on or goes_on(line)))
        else:
            if current:
                yield _Unit(join_lines(current, words), bulleted, len(current), set_in)
            current, bulleted, set_in = [(text, False)], bool(marked), line.startswith(_SET_IN)
            curled = straight = 0
        curled = max(0, curled + text.count("“") - text.count("”"))
        straight = (straight + text.count('"')) % 2
        last = line
    if current:
        yield _Unit(join_lines(current, words), bulleted, len(current), set_in)


def _fills(line: str, width: int) -> bool:
    """The line was ended by the width of the page, not by its writer."""
    return columns(line) >= max(18, width * 0.75) and not (ends_sentence(line) and columns(line) < 40)


def _stands_alone(last: str, line: str, width: int, *, final: bool) -> bool:
    """Two lines that cannot be of one paragraph."""
    if is_contents_line(last) or is_contents_line(line):
        return True
    if goes_on(line) or ends_open(last):
        return False
    if columns(last) > 160 or columns(line) > 160:
        # paragraphs that are not wrapped at all: each line is one
        return True
    short = columns(last) < width * 0.75
    if numbering(last) and looks_like_heading(last) and short:
        return True
    if ends_sentence(last) and looks_like_heading(line) and columns(line) < 30 and not final:
        return True
    return width > 60 and columns(last) < width * 0.5 and not ends_whole(last) and columns(line) > width * 0.7


def _drop_repeats(pieces: list[Piece], title: str) -> list[Piece]:
    """Without further copies of the title: running heads and feet say nothing new."""
    return [piece for piece in pieces if piece.kind == "heading" or not title or fold(piece.text) != title]
