"""A character of a symbol font in; the Unicode character that a reader sees out (B0 in Symbol is a degree sign).

Word files, slides and spreadsheets store symbols as codes of a font (Symbol, Wingdings, Webdings), most often
in the private use area at U+F000. The code alone says nothing; code and font together do.

Symbol: Adobe's Symbol encoding. Wingdings and Webdings: the pictures that Unicode took from them (L2/12-130), as far as
reports use them: ticks, boxes, bullets, arrows, figures in circles.
"""

from __future__ import annotations

_SYMBOL = {
    0x20: " !∀#∃%&∋()∗+,−./0123456789:;<=>?",
    0x40: "≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_",
    0x60: "‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼",
    0xA0: "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵",
    0xC0: "ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓",
    0xE0: "◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪",
    0xF1: "〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭",
}
_WINGDINGS = {
    0x20: " ",
    0x22: "✂✁",
    0x28: "☎✆✉",
    0x4A: "☺",
    0x4C: "☹",
    0x6C: "●",
    0x6E: "■",
    0x6F: "☐",
    0x71: "☐☐",
    0x74: "⬧◆❖",
    0x78: "☒",
    0x80: "⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿",
    0x9E: "·•▪○",
    0xA4: "◉",
    0xA7: "▪☐",
    0xAB: "★",
    0xD8: "➢",
    0xDF: "←→↑↓",
    0xE8: "➔",
    0xEF: "⇦⇨⇧⇩",
    0xFB: "✗✓☒☑",
}
_WINGDINGS_2 = {0x4F: "✗✓☒☑☒☒", 0x96: "•", 0xA2: "■☐"}
_WINGDINGS_3 = {0x66: "←→↑↓", 0x70: "▲▼△▽◀▶"}
_WEBDINGS = {0x34: "▶", 0x61: "✓", 0x63: "☐", 0x67: "■", 0x72: "✗"}


def _table(rows: dict[int, str]) -> dict[int, str]:
    own = {first + place: character for first, row in rows.items() for place, character in enumerate(row)}
    # the same codes stand in the private use area, where a program knows that they are no letters
    return own | {0xF000 + code: character for code, character in own.items()}


_FONTS = {
    "symbol": _table(_SYMBOL),
    "wingdings": _table(_WINGDINGS),
    "wingdings 2": _table(_WINGDINGS_2),
    "wingdings 3": _table(_WINGDINGS_3),
    "webdings": _table(_WEBDINGS),
}


def is_symbol_font(font: str) -> bool:
    """Whether the letters of a font are no letters."""
    return font.strip().lower() in _FONTS


def shown(text: str, font: str) -> str:
    """The text as the font shows it; characters that its table lacks are left out, as no letter stands for them."""
    table = _FONTS.get(font.strip().lower())
    if table is None:
        return text
    return "".join(table.get(ord(character), " " * character.isspace()) for character in text)


def symbol(code: str, font: str) -> str:
    """The character of a `w:sym` or a bullet: a code in hexadecimal digits, and its font. "" where unknown."""
    try:
        number = int(code, 16)
    except ValueError:
        return ""
    if not 0 < number < 0x110000 or 0xD800 <= number < 0xE000:
        return ""
    if is_symbol_font(font):
        return shown(chr(number), font)
    if 0xF020 <= number <= 0xF0FF:  # an ordinary font by way of the private use area
        number -= 0xF000
    return chr(number)


TICKED = "☒"
"""A check box that is ticked."""
UNTICKED = "☐"
