"""One line of text without mark-up in; whether it looks like a heading, and of which style, out.

Styles, not levels: plain text does not say how deep "I." or "（一）" lies. `Outline` gives a level to each
style when it is first seen: one below the heading it stands under.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from content.documents import Piece
from content.readers.paragraphs import ends_open, ends_whole, goes_on

MAX_HEADING = 120
"""Columns a heading has at most; a Han character takes two."""

_NUMBER = "0-9０-９"
# what a number counts when it is no heading's number: 3年, 5个, 1.5亿; but 2.6日本 and 3.2人才 are headings
_COUNTED = (
    "(?:年(?![鉴报度轻龄鑑報齡])|月(?![球报])|日(?![本常程])|[个個](?![人体性案體])|[项項](?![目])|名(?![称录单词稱錄])|家(?![庭具电园])"
    "|[亿億万萬]|[条條](?![件例款])|位(?![置于])|[种種](?![业植子类族業類])|次(?![序级要])|[届屆者岁歲米倍件]"
    "|人(?![才工口员文类力民大均物際际])|[时時](?![间代空效期間])|分(?![析布类工配层级享類])|天(?![津然气文空])|周(?![边期转])"
    "|元(?![数素宇])|篇(?![章])|本(?![章节文地科研质体报])|[场場](?![景所地])|多(?![元样边方维级])|[余餘](?![额]))"
)
_STYLES = (
    ("part", re.compile(r"(?:part|volume|book)\s+(?:[ivxlc]+|\d+|[a-z])\b", re.IGNORECASE)),
    ("part", re.compile(r"第[一二三四五六七八九十百\d]+[部编篇]")),
    ("chapter", re.compile(r"(?:chapter|annex|appendix)\s+(?:[ivxlc]+|\d+|[a-z])\b", re.IGNORECASE)),
    (
        "chapter",
        re.compile(r"第[一二三四五六七八九十百\d]+章|附[录件][一二三四五六七八九十\d]*(?=\s|[：:]|$)"),
    ),
    ("section", re.compile(r"section\s+\d+\b", re.IGNORECASE)),
    ("section", re.compile(r"第[一二三四五六七八九十百\d]+节")),
    ("roman", re.compile(r"[IVX]{1,5}[.、．]\s+(?=\S)")),
    ("han", re.compile(r"[一二三四五六七八九十]{1,3}[、．.]\s*(?=\S)")),
    ("han-brackets", re.compile(r"[（(][一二三四五六七八九十]{1,3}[）)]\s*(?=\S)")),
    ("dotted-4", re.compile(rf"[{_NUMBER}]{{1,2}}(?:[.．][{_NUMBER}]{{1,2}}){{3}}[.．]?\s+(?=[^\W\d])")),
    ("dotted-3", re.compile(rf"[{_NUMBER}]{{1,2}}(?:[.．][{_NUMBER}]{{1,2}}){{2}}[.．]?\s*(?=[^\W\d])")),
    (
        "dotted-2",
        re.compile(
            rf"[{_NUMBER}]{{1,2}}[.．][{_NUMBER}]{{1,2}}[.．]?(?:\s+(?=[^\W\d])|(?!{_COUNTED})(?=[\u4e00-\u9fff]))"
        ),
    ),
    (
        "number",
        re.compile(
            rf"[{_NUMBER}]{{1,2}}(?:[.、．]\s*(?=[^\W\d“\"《])|\s+(?=[A-Z])|\s*(?!{_COUNTED})(?=[\u4e00-\u9fff]))"
        ),
    ),
    ("letter", re.compile(r"[A-H][.、]\s+(?=\S)")),
    ("number-brackets", re.compile(rf"[（(][{_NUMBER}]{{1,2}}[）)]\s*(?=\S)")),
)
BULLET = re.compile(
    r"\s*(?:(?:□(?![^\n]{0,200}[□√☑✓])|[\u2063•●○◦■▪▫◆◇▶►▸➢➤✓✔❖★☆\u2043\u2219\u00b7\uf000-\uf0ff])+[^\S\n]*|[*–—‐-][^\S\n]+|o[^\S\n]+(?=[A-Z]))(?=\S)"
)
_ITEM = re.compile(
    rf"\s*(?:[（(]?(?:[{_NUMBER}]{{1,2}}|[a-z]|[ivx]{{1,4}})[)）]|[{_NUMBER}]{{1,2}}[.、．](?![{_NUMBER}]))\s*(?=\S)"
)
_PAGE_AT_END = re.compile(r"(?:(?<!\d)\d{1,4}|(?<![ivxl])[ivxl]{1,6})?\Z")
CONTENTS = re.compile(
    r"(?:table of )?contents|目\s*[录錄次]|sommaire|table des matières|содержание|оглавление", re.IGNORECASE
)
"""The heading of a list of contents."""
_LEADERS = ("....", "……", ". . . .", "····", "____")
"""One of these stands before the page's number in a list of contents."""
_DATE_LINE = re.compile(r"(?:\d{1,2}:\d{2}\b|(?:mon|tues|wednes|thurs|fri|satur|sun)day\b)", re.IGNORECASE)


def columns(text: str) -> int:
    """The width of a line in columns of a terminal: a Han character takes two."""
    return sum(2 if character >= "\u2e80" else 1 for character in text)


def numbering(line: str) -> str:
    """The style of the number a line begins with ("roman", "han", "dotted-2", ...), or ""."""
    stripped = line.strip()
    for style, pattern in _STYLES:
        if pattern.match(stripped):
            return style
    return ""


def without_bullet(line: str) -> str:
    """The line without the bullet that it begins with, if it does."""
    match = BULLET.match(line)
    return line[match.end() :] if match else line


def is_item(line: str) -> bool:
    """The line begins with a bullet or a number as list items have it."""
    return bool(BULLET.match(line) or _ITEM.match(line))


def is_contents_line(line: str) -> bool:
    """A line of a table of contents: dots and a page number at its end."""
    if not any(leader in line for leader in _LEADERS):
        return False
    # from the end: a pattern that is looked for from the front takes a second for a line of ten thousand dots
    text = line.rstrip()
    match = _PAGE_AT_END.search(text, max(0, len(text) - 8))
    return text[: match.start() if match else None].rstrip().endswith(_LEADERS)


def looks_like_heading(line: str) -> bool:
    """A short line that begins as a title does and does not end as a sentence does."""
    text = line.strip()
    # titles in capitals are long in official forms
    longest = MAX_HEADING * 1.5 if text.isupper() else MAX_HEADING
    if not text or columns(text) > longest or BULLET.match(line) or is_contents_line(text):
        return False
    if numbering(text):
        return not re.search(r"[.。;；,，、]$", text)
    letters = [character for character in text if character.isalpha()]
    if len(letters) < 2 or len(letters) < len(text.replace(" ", "")) * 0.5 or _DATE_LINE.search(text):
        return False
    first = text.lstrip("“\"'《「（([")[:1]
    if not first or first.isdigit() or goes_on(text) or ends_whole(text) or ends_open(text):
        return False
    if first >= "\u2e80":
        return columns(text) <= 60 and not re.search("[，。；]", text)
    return first.isupper() and len(text.split()) <= 16


class Outline:
    """Levels for heading styles, in the order in which a document uses them."""

    def __init__(self, top: int = 1) -> None:
        self._levels: dict[str, int] = {}
        self._current = top - 1

    def level(self, style: str) -> int:
        """The level of the next heading, which has this style: 1 to 6."""
        known = self._levels.get(style)
        if known is None:
            above = _ABOVE.get(style)
            # 1.1 lies under 1., whatever stands between, and also where no 1. has come yet
            known = min(6, (self.level(above) if above else self._current) + 1)
            self._levels[style] = known
        self._current = known
        return known


_ABOVE = {"dotted-2": "number", "dotted-3": "dotted-2", "dotted-4": "dotted-3"}


def nest_numbered(pieces: Sequence[Piece]) -> list[Piece]:
    """Numbered headings put in their places where the mark-up does not say how deep they lie.

    Short paragraphs numbered 1, 2, 3 (or 一、二、三) become headings where the document has hardly any;
    headings that all have one level are nested by their numbers.
    """
    marked = [piece for piece in pieces if piece.kind == "heading"]
    nested = list(pieces)
    if len(marked) * 20 < len(pieces):
        lines = [
            place
            for place, piece in enumerate(pieces)
            if piece.kind == "paragraph" and numbering(piece.text) in _COUNTING and looks_like_heading(piece.text)
        ]
        if len(lines) >= 2 and _counts_up([pieces[position].text for position in lines]):
            top = min((piece.level for piece in marked), default=0)
            for place in lines:
                nested[place] = replace(pieces[place], kind="heading", level=top + 1)
    levels = {piece.level for piece in nested if piece.kind == "heading"}
    styles = {numbering(piece.text) for piece in nested if piece.kind == "heading"} - {""}
    if len(levels) != 1 or len(styles) < 2:
        return nest_dotted(nested)
    outline = Outline()
    title = True
    for place, piece in enumerate(nested):
        if piece.kind == "heading":
            style = "title" if title else numbering(piece.text)
            nested[place] = replace(piece, level=outline.level(style) if style else 2)
            title = False
    return nested


def nest_dotted(pieces: Sequence[Piece]) -> list[Piece]:
    """Headings numbered 2.5 below the one that is numbered 2, where both look alike, and beside 2.4."""
    nested: list[Piece] = []
    levels: dict[tuple[int, ...], int] = {}
    children: dict[tuple[int, ...], int] = {}
    own = shift = 0
    for piece in pieces:
        number = _dotted(piece.text) if piece.kind == "heading" else ()
        if piece.kind != "heading":
            nested.append(piece)
            continue
        level = piece.level
        if number:
            if len(number) == 1:
                children = {above: level for above, level in children.items() if above[0] != number[0]}
            above = number[:-1]
            if above in levels:
                level = min(6, children.get(above, max(level, levels[above] + 1)))
                children[above] = level
            levels[number] = level
            own, shift = piece.level, level - piece.level
        elif level > own:
            level = min(6, level + shift)
        else:
            own = shift = 0
        nested.append(replace(piece, level=level) if level != piece.level else piece)
    return nested


def _dotted(text: str) -> tuple[int, ...]:
    """The numbers that a heading begins with, () for one that is not numbered so: 2.5韩国 gives (2, 5)."""
    if numbering(text) not in ("number", "dotted-2", "dotted-3", "dotted-4"):
        return ()
    match = re.match(rf"[{_NUMBER}]+(?:[.．][{_NUMBER}]+)*", text.strip())
    return tuple(int(part) for part in re.split("[.．]", match.group())) if match else ()


_COUNTING = frozenset({"number", "han", "chapter", "dotted-2"})


def _counts_up(lines: Sequence[str]) -> bool:
    """The first numbers never fall, begin at one, and leave nothing out."""
    numbers: list[int] = []
    for line in lines:
        match = re.match(r"第?([0-9]{1,2}|[一二三四五六七八九十]{1,3})", line.strip())
        if not match:
            return False
        numbers.append(int(match[1]) if match[1].isdigit() else "一二三四五六七八九十".find(match[1][0]) + 1)
    return numbers[0] == 1 and all(0 <= after - before <= 1 for before, after in pairwise(numbers))
