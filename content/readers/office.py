"""What all office files have: what they say of themselves and of their figures, and what stands in their margins."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from content.documents import Metadata, Piece
from content.omissions import Omission, checked
from content.readers import metadata as known
from content.readers.package import Package
from content.readers.paragraphs import fold, tidy

_DC = "{http://purl.org/dc/elements/1.1/}"
_TERMS = "{http://purl.org/dc/terms/}"
# texts that programs put into a new file's title
_NO_TITLE = re.compile(
    r"(?:microsoft )?(?:word|powerpoint|excel)(?: document| presentation)?"
    r"|(?:document|presentation|powerpoint-präsentation|slide|book|workbook)\s?\d*|(?:文档|演示文稿|幻灯片|工作簿)\s?\d*|untitled|title|normal|.*\.(?:docx?|pptx?|xlsx?|od[tps])",
    re.IGNORECASE,
)
TEMPLATES = frozenset({"2013-12-23", "2013-01-27", "2006-09-16"})
"""Days on which the files were made that python-docx, python-pptx and Excel copy for every new one."""
_NO_ALTERNATIVE = re.compile(
    r"\S*\.(?:png|jpe?g|gif|bmp|tiff?|emf|wmf|svg)|(?:picture|image|graphic|grafik|图片|圖片|shape|text box|chart"
    r"|object)\s*\d*|.*automatically generated\W*|https?://\S*",
    re.IGNORECASE | re.DOTALL,
)
"""What programs write where a person would describe a figure."""
_OF_PAGES = re.compile(
    r"(?:(?<![a-z])(?:pages?|of|p|seite|von|s|total|date)(?![a-z])|[第页頁共]|\W|\d)*", re.IGNORECASE
)
"""What is left of "Page 3 of 12" or "第 3 页 共 12 页"."""


def is_title(text: str) -> bool:
    """Whether somebody wrote this title, and no program did."""
    return bool(fold(text)) and not _NO_TITLE.fullmatch(fold(text))


def alternative(text: str) -> str:
    """What somebody wrote for those who cannot see a figure, or ""."""
    text = tidy(text)
    return "" if _NO_ALTERNATIVE.fullmatch(text) else text


def properties(package: Package) -> Metadata:
    """What the file says of itself (ECMA-376 part 2, 11: core properties)."""
    targets = [relation.target for relation in package.relations("").values() if relation.type == "core-properties"]
    root = package.xml(targets[0] if targets else "docProps/core.xml")
    if root is None:
        return Metadata()
    title = fold(root.findtext(f"{_DC}title") or "")
    # made, not changed: the day of the last correction is no date of a report
    date = known.iso_date(root.findtext(f"{_TERMS}created") or "")
    return Metadata(
        title=title if is_title(title) else "",
        date="" if date in TEMPLATES else date,
        language=known.primary_language(root.findtext(f"{_DC}language") or ""),
    )


def lacking(**counts: int) -> tuple[Omission, ...]:
    """What a reader left out, by the words of its code: `slides_hidden=2`; `parts_damaged=1` is one `of` so many."""
    whole = counts.pop("of", 0)
    found = {code.replace("_", "-"): count for code, count in counts.items() if count}
    return tuple(checked(code, count, whole if code == "parts-damaged" else 0, ()) for code, count in found.items())


def alone(margins: Iterable[Iterable[str]], texts: Iterable[str]) -> Iterator[Piece]:
    """Headers and footers, as lines, in; one piece each, of the lines that no text has and no margin before it, out."""
    whole = fold(" ".join(texts)).casefold()
    told: set[str] = set()
    for lines in margins:
        own: list[str] = []
        for text in map(fold, lines):
            low = text.casefold()
            if text and low not in told and low not in whole and not _OF_PAGES.fullmatch(text):
                told.add(low)
                own.append(text)
        if own:
            yield Piece("paragraph", "\n".join(own))
