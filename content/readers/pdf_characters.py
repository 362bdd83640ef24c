"""The text of one PDF page in; its characters that a person sees out, each with place, size, weight and direction.

What is alike for all characters of a text object (size, weight, direction, clip) is asked for once an object: PDFium
answers each question in a few microseconds, and a page has thousands of characters.

Left out, and counted: text outside the visible part of the page or outside its clip, text in an invisible mode unless
it lies over a picture (there OCR wrote it, and a person reads the picture), white text on white paper, and letters that
have no place.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pypdfium2.raw as pdfium

_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
# PDFium gives a hyphen at a line's end as U+0002 or U+FFFE
_HYPHENS = {0x02, 0xFFFE, 0xAD}
MAX_CHARACTERS = 2_000_000
"""Characters of one page that are looked at; more is no page of a report."""
_LAST = 0x10FFFF
_EDGE = 1.5
"""Points by which a character may reach over the edge of what is visible."""
MAX_CLIP = 64
"""Points and paths of a clip that are looked at; a clip with more is taken for one that shows everything."""
_WHITE = 250
"""From here on, of 255, nobody sees a colour on white paper."""
SLANTING = -1
MIRRORED = 4
HAN_FROM = "\u2e80"
WRITTEN, SEEN = 2, 1
"""White space before a character: the file has it as a character, or PDFium sees a gap."""

Box = tuple[float, float, float, float]
"""Left, bottom, right, top, in points; y grows upwards."""


@dataclass(slots=True)
class Style:
    """What the characters of one text object share."""

    size: float
    said: float
    bold: bool
    turn: int
    font: int
    hidden: bool = False
    unseen: bool = False
    """It is in the mode that paints nothing."""
    white: bool = False
    """It is painted in white, or so that all shines through it: seen only over something that has a colour."""
    clip: Box | None = None
    """Only what lies in it is seen, where that cuts the object."""
    shown: bool = False
    """One of its characters is seen. Where a string runs over an edge, all of it is read: no word is cut."""


PLAIN = Style(10.0, 10.0, False, 0, -1)


class Character:
    """One character. After `pdf_page` has turned it: top < bottom, in points from the top of the page."""

    __slots__ = (
        "bold",
        "bottom",
        "font",
        "index",
        "jump",
        "left",
        "right",
        "said",
        "size",
        "space",
        "text",
        "top",
        "turn",
    )

    def __init__(
        self,
        text: str,
        remaining: float,
        right: float,
        top: float,
        bottom: float,
        style: Style = PLAIN,
        space: int = 0,
        jump: bool = False,
        index: int = 0,
    ) -> None:
        self.text = text
        self.left = remaining
        self.right = right
        self.top = top
        self.bottom = bottom
        self.size = style.size
        """Type size in points, as it is seen."""
        self.said = style.said
        """Type size as the file says it, before it is scaled: layout was measured with that."""
        self.bold = style.bold
        self.turn = style.turn
        """Quarter turns of its base line with the clock, or SLANTING; 4 more where it is seen in a mirror."""
        self.font = style.font
        """Its font's number in the document."""
        self.space = space
        """White space comes before it: 0 (none), SEEN or WRITTEN."""
        self.jump = jump
        """PDFium sees a new line before it."""
        self.index = index
        """Its number on the page, as PDFium counts."""

    def copy(self, text: str, remaining: float, right: float) -> Character:
        """Another one that looks alike, between these edges."""
        style = Style(self.size, self.said, self.bold, self.turn, self.font)
        return Character(text, remaining, right, self.top, self.bottom, style, 0, False, self.index)


@dataclass(slots=True)
class Found:
    """The characters of a page, and what was left out of it."""

    characters: list[Character] = field(default_factory=list)
    hidden: int = 0
    """Characters that the page does not show."""
    placeless: int = 0
    """Characters without a place, or of a code that no character has."""
    unmapped: int = 0
    """Drawings of a font that does not say which characters they are."""
    scanned: bool = False
    """Most of it is an OCR layer, so that sizes mean little."""


class Fonts:
    """The fonts of a document, numbered by name."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._numbers: dict[str, int] = {}

    def number(self, name: str) -> int:
        """The number of a font; a new one for a new name."""
        if name not in self._numbers:
            self._numbers[name] = len(self.names)
            self.names.append(name)
        return self._numbers[name]


_text_object = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)(
    ctypes.cast(pdfium.FPDFText_GetTextObject, ctypes.c_void_p).value  # type: ignore[arg-type]
)
"""PDFium's function with a plain address as its result: to make a pointer object of it takes twice as long."""


def characters(
    textpage: Any, visible: Box, pictures: Sequence[Box], coloured: Callable[[], Sequence[Box]], fonts: Fonts
) -> Found:
    """The characters of a page in the order of the file, with places from its lower left corner, y growing downwards.

    `textpage`: a `pypdfium2.PdfTextPage`; `visible`: its crop box; `pictures`: where its pictures lie; `coloured`:
    tells where anything lies that is not white.
    """
    raw = textpage.raw
    address = ctypes.cast(raw, ctypes.c_void_p).value
    count = min(textpage.count_chars(), MAX_CHARACTERS)
    found = Found()
    reader = _Styles(raw, fonts)
    keep = found.characters
    get_unicode, get_loose = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetLooseCharBox
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    box = pdfium.FS_RECTF()
    edge_x, edge_y = visible[0], visible[1]
    low_x, low_y, high_x, high_y = visible[0] - _EDGE, visible[1] - _EDGE, visible[2] + _EDGE, visible[3] + _EDGE
    styles: dict[int, Style] = {}
    outside: list[tuple[int, Style]] = []
    white: list[Character] = []
    last, style = -1, Style(0.0, 0.0, False, 0, 0)
    space, jump, high, wide = 0, False, 0, 0
    for index in range(count):
        code = get_unicode(raw, index)
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000 and high:
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00)
        high = 0
        if code in (10, 13):
            jump = True
            continue
        if code in _HYPHENS and (code != 0x02 or pdfium.FPDFText_IsHyphen(raw, index) == 1):
            code = 0x2D
        if code in (9, 32, 0xA0, 0x3000) or 0x2000 <= code <= 0x200A:
            if space != WRITTEN:
                space = SEEN if pdfium.FPDFText_IsGenerated(raw, index) == 1 else WRITTEN
            continue
        if code < 32 or code in (0x200B, 0xFEFF, 0x7F):
            found.unmapped += code < 32
            continue
        if 0xD800 <= code < 0xE000 or code > _LAST:
            found.placeless += 1
            continue
        if not get_loose(raw, index, box) or box.right <= box.left or box.top <= box.bottom:
            if not pdfium.FPDFText_GetCharBox(raw, index, left, right, bottom, top):
                found.placeless += 1
                continue
            bounds = (left.value, right.value, top.value, bottom.value)
        else:
            bounds = (box.left, box.right, box.top, box.bottom)
        x, y = (bounds[0] + bounds[1]) / 2, (bounds[2] + bounds[3]) / 2  # may be no number at all
        if not math.isfinite(x + y):
            found.placeless += 1
            continue
        item = _text_object(address, index)
        if item and item != last:
            last = item
            known = styles.get(item)
            if known is None:
                known = styles[item] = reader.style(item, index, (x, y))
            style = known
        if style.hidden:
            found.hidden += 1
            continue
        if not style.shown:
            if low_x <= x <= high_x and low_y <= y <= high_y and (not style.clip or _inside(style.clip, x, y)):
                style.shown = True
            else:
                outside.append((len(keep), style))
        text = chr(code)
        wide += code >= 0x2E80
        if code >= 0xFB00:
            text = _LIGATURES.get(text, text)
        keep.append(
            Character(
                text,
                bounds[0] - edge_x,
                bounds[1] - edge_x,
                edge_y - bounds[2],
                edge_y - bounds[3],
                style,
                space,
                jump,
                index,
            )
        )
        if style.unseen:
            keep[-1].turn += _UNSEEN
        elif style.white:
            white.append(keep[-1])
        space, jump = 0, False
    gone = {place for place, style in outside if not style.shown}
    if gone:
        found.hidden += len(gone)
        keep[:] = [character for place, character in enumerate(keep) if place not in gone]
    if any(style.unseen for style in styles.values()):
        _drop_unseen(found, [(a - edge_x, b - edge_y, c - edge_x, d - edge_y) for a, b, c, d in pictures])
    if white:
        _drop_white(found, white, [(a - edge_x, b - edge_y, c - edge_x, d - edge_y) for a, b, c, d in coloured()])
    if any(style.turn > 0 for style in styles.values()):
        _follow_order(keep)
    if wide > 20:
        found.characters = _stand_columns(keep)
    return found


_UNSEEN = 1000
"""Added to the turn of characters in the invisible mode until it is known whether a picture lies under them."""


def _drop_unseen(found: Found, pictures: Sequence[Box]) -> None:
    """Keep invisible text that lies over a picture, as OCR writes it; nobody sees any other."""
    kept: list[Character] = []
    scanned = 0
    for character in found.characters:
        if character.turn >= _UNSEEN - 1:
            character.turn -= _UNSEEN
            x, y = (character.left + character.right) / 2, -(character.top + character.bottom) / 2
            if not any(_inside(picture, x, y) for picture in pictures):
                found.hidden += 1
                continue
            scanned += 1
        kept.append(character)
    found.characters[:] = kept
    found.scanned = scanned > len(kept) / 2


def _drop_white(found: Found, white: Sequence[Character], coloured: Sequence[Box]) -> None:
    """Drop white characters that lie on white paper. On anything that has a colour a person reads them."""
    gone: set[int] = set()
    for character in white:
        x, y = (character.left + character.right) / 2, -(character.top + character.bottom) / 2
        if not any(_inside(box, x, y) for box in coloured):
            gone.add(id(character))
    if gone:
        found.hidden += len(gone)
        found.characters[:] = [character for character in found.characters if id(character) not in gone]


def is_white(item: Any, colour: Sequence[Any]) -> bool:
    """Whether an object is filled in white, or with nothing. `colour`: four numbers of C that PDFium writes to."""
    if not pdfium.FPDFPageObj_GetFillColor(item, *colour):
        return False
    red, green, blue, alpha = (part.value for part in colour)
    return bool(min(red, green, blue) >= _WHITE or alpha <= 255 - _WHITE)


def _inside(box: Box, x: float, y: float) -> bool:
    return box[0] - _EDGE <= x <= box[2] + _EDGE and box[1] - _EDGE <= y <= box[3] + _EDGE


class _Styles:
    """Reads what the characters of an object share."""

    def __init__(self, raw: Any, fonts: Fonts) -> None:
        self._raw = raw
        self._fonts = fonts
        self._numbers: dict[int, int] = {}
        self._matrix = pdfium.FS_MATRIX()
        self._flags = ctypes.c_int()
        self._name = ctypes.create_string_buffer(96)
        self._floats = tuple(ctypes.c_float() for _ in range(4))
        self._colour = tuple(ctypes.c_uint() for _ in range(4))

    def style(self, address: int, index: int, centre: tuple[float, float]) -> Style:
        """The style of the object at an address, of which `index` is a character in the middle of `centre`."""
        item = ctypes.cast(address, pdfium.FPDF_PAGEOBJECT)
        raw, matrix = self._raw, self._matrix
        size = pdfium.FPDFText_GetFontSize(raw, index)
        turn, said = 0, max(0.0, size)
        if pdfium.FPDFText_GetMatrix(raw, index, matrix):
            a, b, c, d = matrix.a, matrix.b, matrix.c, matrix.d
            if math.isfinite(a + b + c + d) and (a or b):
                sign = -1.0 if size < 0 else 1.0
                quarters = (math.atan2(-b * sign, a * sign) % (2 * math.pi)) / (math.pi / 2)
                turn = round(quarters) % 4 if abs(quarters - round(quarters)) < 0.15 else SLANTING
                size = abs(size) * (math.hypot(c, d) or 1.0)
        if not math.isfinite(size):
            size, said = 0.0, 0.0
        weight = pdfium.FPDFText_GetFontWeight(raw, index)
        name, forced = self._font(index)
        bold = weight >= 600 or ((weight < 0 or weight in (0, 400)) and (forced or _says_bold(name)))
        style = Style(abs(size), said, bold, turn, self._fonts.number(name.decode("latin-1")))
        mode = pdfium.FPDFTextObj_GetTextRenderMode(item)
        style.unseen = mode == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE
        style.white = mode == pdfium.FPDF_TEXTRENDERMODE_FILL and is_white(item, self._colour)
        clip = self._clip(item)
        if clip is not None:
            style.hidden, style.clip = self._cut(item, clip, centre)
        return style

    def _font(self, index: int) -> tuple[bytes, bool]:
        """A font's name, and whether its flags ask for bold."""
        length = pdfium.FPDFText_GetFontInfo(self._raw, index, self._name, 96, self._flags)
        return (self._name.value if 0 < length <= 96 else b""), bool(self._flags.value & (1 << 18))

    def _clip(self, item: Any) -> Box | None:
        """The box that a clip leaves, None where it leaves everything. Its points are where the object's are."""
        clip = pdfium.FPDFPageObj_GetClipPath(item)
        if not clip:
            return None
        paths = pdfium.FPDFClipPath_CountPaths(clip)
        if not 0 < paths <= MAX_CLIP:
            return None
        found: Box | None = None
        x, y = self._floats[0], self._floats[1]
        for path in range(paths):
            points = pdfium.FPDFClipPath_CountPathSegments(clip, path)
            if not 1 < points <= MAX_CLIP:
                continue
            xs, ys = [], []
            for position in range(points):
                segment = pdfium.FPDFClipPath_GetPathSegment(clip, path, position)
                if segment and pdfium.FPDFPathSegment_GetPoint(segment, x, y):
                    xs.append(x.value)
                    ys.append(y.value)
            if len(xs) != points or not all(map(math.isfinite, (*xs, *ys))):
                continue
            box = (min(xs), min(ys), max(xs), max(ys))
            found = box if found is None else _both(found, box)
        return found

    def _cut(self, item: Any, clip: Box, centre: tuple[float, float]) -> tuple[bool, Box | None]:
        """Whether a clip hides an object, else the clip where it may cut it.

        Objects inside a form have their own coordinates, and so has their clip. Where the object's box does not hold
        the character that is in it, its characters cannot be compared with the clip one by one.
        """
        left, bottom, right, top = self._floats
        if not pdfium.FPDFPageObj_GetBounds(item, left, bottom, right, top):
            return False, None
        bounds = (left.value, bottom.value, right.value, top.value)
        common = _both(bounds, clip)
        if common[0] > common[2] + _EDGE or common[1] > common[3] + _EDGE:
            return True, None
        if common == bounds:
            return False, None
        return False, clip if _inside(bounds, *centre) else None


def _both(box: Box, other: Box) -> Box:
    return max(box[0], other[0]), max(box[1], other[1]), min(box[2], other[2]), min(box[3], other[3])


def _says_bold(name: bytes) -> bool:
    low = name.lower()
    return b"bold" in low or b"black" in low or b"heavy" in low or b"simhei" in low


# The order in which characters come


def _follow_order(characters: list[Character]) -> None:
    """Turn characters whose matrix turns or mirrors them the way they are written.

    A font may be turned or mirrored once more inside its own file, so that what a matrix turns upside down is seen
    upright. In either case one character follows the other, and one line lies under the other.
    """
    steps: dict[int, list[float]] = {}
    lines: dict[int, list[tuple[float, float]]] = {}
    for before, after in pairwise(characters):
        turn = before.turn
        if turn <= 0 or turn != after.turn:
            continue
        dx = (after.left + after.right - before.left - before.right) / 2
        dy = (before.top + before.bottom - after.top - after.bottom) / 2
        along, across = _along(turn, dx, dy)
        height = max(abs(after.bottom - after.top), abs(after.right - after.left), 1.0)
        if abs(across) > 0.7 * height:
            lines.setdefault(turn, []).append((dx, dy))
        elif abs(along) < 6 * height and not is_rtl(after.text):
            steps.setdefault(turn, []).append(along)
    turns: dict[int, int] = {}
    for turn, found_steps in steps.items():
        backwards = sum(step < 0 for step in found_steps) > 0.7 * len(found_steps)
        now = (turn + 2) % 4 if backwards else turn
        ups = sum(_along(now, dx, dy)[1] > 0 for dx, dy in lines.get(turn, ()))
        # what is written backwards with its lines going down is seen in a mirror
        turns[turn] = now + MIRRORED if ups > 0.7 * len(lines.get(turn, ())) and ups else now
    for character in characters:
        character.turn = turns.get(character.turn, character.turn)


def _stand_columns(characters: list[Character]) -> list[Character]:
    """Characters of vertical Chinese and Japanese, turned so that a column is a line; others as they are.

    A column goes down and the next one stands left of it, as lines do that are turned once with the clock.
    """
    down = [False] * len(characters)
    across = 0
    for place in range(1, len(characters)):
        before, after = characters[place - 1], characters[place]
        if before.turn or after.turn or not (after.text >= HAN_FROM or before.text >= HAN_FROM):
            continue
        height = max(after.bottom - after.top, before.bottom - before.top, 1.0)
        dx = (after.left + after.right - before.left - before.right) / 2
        dy = (after.top + after.bottom - before.top - before.bottom) / 2
        if abs(dx) < 0.35 * height and 0.3 * height < dy < 3 * height:
            down[place - 1] = down[place] = True
        elif abs(dy) < 0.35 * height and 0 < dx < 3 * height:
            across += 1
    if sum(down) < 10 or sum(down) < 2 * across:
        return characters
    stood: list[Character] = []
    for place, one in enumerate(characters):
        last = stood[-1] if stood and stood[-1].turn == 1 else None
        if last and one.turn == 0 and _side_by_side(last, one):
            last.text += one.text
            last.left, last.right = min(last.left, one.left), max(last.right, one.right)
            last.top, last.bottom = min(last.top, one.top), max(last.bottom, one.bottom)
            continue
        if one.turn == 0 and (down[place] or (last and _below(last, one))):
            one.turn = 1
        stood.append(one)
    return stood


def _side_by_side(last: Character, character: Character) -> bool:
    """Figures that stand side by side inside a column (12) are one character of it."""
    height = last.bottom - last.top
    return (
        last.text.isalnum()
        and character.text.isalnum()
        and max(last.text[-1], character.text) < HAN_FROM
        and len(last.text) < 4
        and abs(last.bottom - character.bottom) < 0.35 * height
        and 0 < character.left - last.left < 2.5 * height
        and character.left - last.right < 0.3 * height
    )


def _below(last: Character, character: Character) -> bool:
    height = max(character.bottom - character.top, 1.0)
    aside = abs(character.left + character.right - last.left - last.right) / 2
    return aside < 0.5 * height and 0 < character.top - last.top < 3 * height


def _along(turn: int, dx: float, dy: float) -> tuple[float, float]:
    """A step along and across a base line that is turned: forwards and upwards are positive."""
    if turn == 1:
        return -dy, dx
    if turn == 2:
        return -dx, -dy
    if turn == 3:
        return dy, -dx
    return dx, dy


def is_rtl(text: str) -> bool:
    """A character of a script that runs from right to left."""
    return "\u0590" <= text <= "\u08ff" or "\ufb1d" <= text <= "\ufdff" or "\ufe70" <= text <= "\ufefc"
