"""A plain text file in; paragraphs, list items and headings out, found by the shape of the lines.

Lines of one paragraph are joined: with a space where the sentence goes on, with a newline where the lines
may well be separate (the lines of a cover, a list of key words), so that nothing is joined by a guess.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
)
from content.readers.paragraphs import (
    ends_open,
    ends_sentence,
    ends_whole,
    fold,
    goes_on,
    join,
    mend,
    tidy,
    vocabulary,
)


@dataclass(slots=True)
class _Group:
    """Lines without a blank line between them."""

    lines: list[str] = field(default_factory=list)
    page: int | None = None


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
    paged = "\f" in text.strip()
    for number, page in enumerate(text.split("\f"), 1):
        group = _Group(page=number if paged else None)
        for line in page.split("\n"):
            if line.strip():
                group.lines.append(line.strip())
            elif group.lines:
                yield group
                group = _Group(page=group.page)
        if group.lines:
            yield group


def _title(groups: Sequence[_Group]) -> str:
    """The line of the opening that names the report, or ""."""
    opening = [Piece("paragraph", "\n".join(group.lines)) for group in groups[:12]]
    named = known.opening_title(opening)
    if known.year_of_report(named):
        return named
    first = next((line for group in groups[:3] for line in group.lines), "")
    first = BULLET.sub("", first)
    return fold(first) if looks_like_heading(first) and len(groups) > 1 else ""


def _pieces(groups: Sequence[_Group], title: str, words: frozenset[str]) -> Iterator[Piece]:
    outline = Outline()
    titled = False
    for place, group in enumerate(groups):
        lines = list(group.lines)
        following = groups[place + 1].lines[0] if place + 1 < len(groups) else ""
        for start, (joined, bulleted) in enumerate(units := list(_units(lines, words))):
            after = units[start + 1][0] if start + 1 < len(units) else ""
            plain = fold(joined)
            if title and plain == title:
                if not titled:
                    yield Piece("heading", joined, outline.level("title"), group.page)
                titled = True
            elif not bulleted and _is_heading(
                joined, first=start == 0, after=after, following=following, groups=groups, place=place
            ):
                yield Piece("heading", plain, outline.level(numbering(plain) or "short"), group.page)
            else:
                item = bulleted or (is_item(joined) and "\n" not in joined)
                yield Piece("item" if item else "paragraph", tidy(joined), page=group.page)


def _is_heading(
    line: str, *, first: bool, after: str, following: str, groups: Sequence[_Group], place: int
) -> bool:
    if "\n" in line or not looks_like_heading(line):
        return False
    style = numbering(line)
    below = after or following
    if style and style in ("number", "number-brackets", "letter", "roman", "han", "han-brackets"):
        # consecutive numbered lines with nothing between them are a list
        above = groups[place - 1].lines[-1] if place and first else ""
        return bool(below) and numbering(below) != style and numbering(above) != style
    if style:
        return True
    if not first:
        return False
    if after:
        # inside a group: only over a list, or over a paragraph that is clearly longer
        return bool(BULLET.match(after)) or columns(after) > 2 * columns(line) + 40
    return not goes_on(following)


def _units(lines: Sequence[str], words: frozenset[str]) -> Iterator[tuple[str, bool]]:
    """The lines of a group as items, headings and paragraphs: (text, was it bulleted)."""
    width = max(map(columns, lines))
    current = ""
    bulleted = False
    last = ""
    for line in lines:
        marked = BULLET.match(line)
        text = BULLET.sub("", line, count=1) if marked else line
        starts = (
            bool(marked)
            or (is_item(line) and not _runs_on(last, width))
            or (bool(numbering(line)) and ends_whole(last))
        )
        if current and not starts and not _stands_alone(last, line, width):
            glue = _runs_on(last, width) or goes_on(line)
            current = join(current, text, words) if glue else f"{current}\n{text}"
        else:
            if current:
                yield current, bulleted
            current, bulleted = text, bool(marked)
        last = line
    if current:
        yield current, bulleted


def _runs_on(line: str, width: int) -> bool:
    """The line was ended by the width of the page, not by its writer."""
    if ends_open(line):
        return True
    full = columns(line) >= width * 0.75
    return full and columns(line) >= 18 and not (ends_sentence(line) and columns(line) < 40)


def _stands_alone(last: str, line: str, width: int) -> bool:
    """Two lines that cannot be of one paragraph."""
    if is_contents_line(last) or is_contents_line(line):
        return True
    if goes_on(line) or ends_open(last):
        return False
    if columns(last) > 160 or columns(line) > 160:
        # paragraphs that are not wrapped at all: each line is one
        return True
    if numbering(last) and looks_like_heading(last) and columns(last) < width * 0.75:
        return True
    return width > 60 and columns(last) < width * 0.5 and not ends_whole(last) and columns(line) > width * 0.7


def _drop_repeats(pieces: list[Piece], title: str) -> list[Piece]:
    """Without further copies of the title: running heads and feet say nothing new."""
    return [piece for piece in pieces if piece.kind == "heading" or not title or fold(piece.text) != title]
