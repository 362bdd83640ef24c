"""A paragraph of a word file in; the number that is printed before it ("1.1", "第三章", "（二）") out.

Word files store only which list a paragraph belongs to; the numbers are counted when the page is laid out.
See ECMA-376 part 1, 17.9 (numbering).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HAN = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    style: str
    text: str


class Numbering:
    """Counts the numbered paragraphs of one document, in order."""

    def __init__(self, document: Any) -> None:
        self._lists: dict[str, dict[int, _Level]] = {}
        self._shared: dict[str, str] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._of_style: dict[str, tuple[str, int]] = {}
        self._based: dict[str, str] = {}
        self._read_lists(document)
        self._read_styles(document)

    def number(self, paragraph: Any) -> str | None:
        """The number as printed, "" for a bullet, None for a paragraph in no list. Call once a paragraph."""
        identifier, depth = self._list_of(paragraph)
        levels = self._lists.get(identifier)
        if not levels or depth not in levels:
            return None
        counts = self._counts.setdefault(self._shared[identifier], {})
        counts[depth] = counts.get(depth, levels[depth].start - 1) + 1
        for deeper in [level for level in counts if level > depth]:
            del counts[deeper]
        if levels[depth].style in ("bullet", "none"):
            return ""

        def value(match: re.Match[str]) -> str:
            level = int(match[1]) - 1
            if level not in levels:
                return ""
            return written(counts.get(level, levels[level].start), levels[level].style)

        return re.sub(r"%([1-9])", value, levels[depth].text).strip()

    def _list_of(self, paragraph: Any) -> tuple[str, int]:
        properties = paragraph.find(f"{_W}pPr")
        if properties is None:
            return "", 0
        style = properties.find(f"{_W}pStyle")
        identifier, depth = self._inherited(_value(style))
        own = properties.find(f"{_W}numPr")
        if own is not None:
            number, level = own.find(f"{_W}numId"), own.find(f"{_W}ilvl")
            identifier = _value(number) if number is not None else identifier
            depth = _integer(level, depth)
        return identifier, depth

    def _inherited(self, style: str) -> tuple[str, int]:
        seen: set[str] = set()
        while style and style not in seen:
            if style in self._of_style:
                return self._of_style[style]
            seen.add(style)
            style = self._based.get(style, "")
        return "", 0

    def _read_lists(self, document: Any) -> None:
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError, AttributeError, ValueError):
            return
        abstract: dict[str, dict[int, _Level]] = {}
        for definition in root.iterchildren(f"{_W}abstractNum"):
            levels = {
                _integer_attribute(level, "ilvl"): _Level(
                    _integer(level.find(f"{_W}start"), 1),
                    _value(level.find(f"{_W}numFmt")) or "decimal",
                    _value(level.find(f"{_W}lvlText")),
                )
                for level in definition.iterchildren(f"{_W}lvl")
            }
            abstract[definition.get(f"{_W}abstractNumId", "")] = levels
        for number in root.iterchildren(f"{_W}num"):
            identifier = number.get(f"{_W}numId", "")
            of = _value(number.find(f"{_W}abstractNumId"))
            restarted = number.find(f"{_W}lvlOverride/{_W}startOverride") is not None
            if identifier != "0":
                self._lists[identifier] = abstract.get(of, {})
                # lists of one definition count on together, unless one starts anew
                self._shared[identifier] = f"own {identifier}" if restarted else of

    def _read_styles(self, document: Any) -> None:
        for style in document.styles.element.iterchildren(f"{_W}style"):
            identifier = style.get(f"{_W}styleId", "")
            self._based[identifier] = _value(style.find(f"{_W}basedOn"))
            numbered = style.find(f"{_W}pPr/{_W}numPr")
            if numbered is not None and numbered.find(f"{_W}numId") is not None:
                depth = _integer(numbered.find(f"{_W}ilvl"), 0)
                self._of_style[identifier] = (_value(numbered.find(f"{_W}numId")), depth)


def _value(element: Any) -> str:
    return str(element.get(f"{_W}val", "")) if element is not None else ""


def _integer(element: Any, default: int) -> int:
    value = _value(element)
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 6 else default


def _integer_attribute(element: Any, name: str) -> int:
    value = element.get(f"{_W}{name}", "0")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 6 else 0


def written(number: int, style: str) -> str:
    """A number in a style of word files ("upperRoman", "chineseCounting"); in digits where the style is unknown."""
    if style in ("upperLetter", "lowerLetter"):
        letter = chr(ord("A") + (number - 1) % 26) * ((number - 1) // 26 + 1 if number < 1000 else 1)
        return letter if style == "upperLetter" else letter.lower()
    if style in ("upperRoman", "lowerRoman") and 0 < number < 4000:
        roman = _roman(number)
        return roman if style == "upperRoman" else roman.lower()
    if style in (
        "chineseCounting",
        "chineseCountingThousand",
        "taiwaneseCountingThousand",
        "ideographDigital",
        "japaneseCounting",
    ):
        return _han(number)
    if style == "decimalEnclosedCircleChinese" or style == "decimalEnclosedCircle":
        return chr(0x2460 + number - 1) if 0 < number <= 20 else str(number)
    if style == "decimalZero":
        return f"{number:02}"
    return str(number)


def _roman(number: int) -> str:
    written = ""
    for value, letters in zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"),
        strict=True,
    ):
        written += letters * (number // value)
        number %= value
    return written


def _han(number: int) -> str:
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    return (("" if tens == 1 else _HAN[tens]) + "十" if tens else "") + (_HAN[ones] if ones else "")
