"""A run of characters on one line of a PDF in; the words that a person reads in it out.

Three things that a page shows by place alone become text here: spaces, figures and letters that are set high or low,
and the direction of Arabic and Hebrew.

Why not PDFium's own spaces? It compares each gap with the font's space, and so finds none in lines that are set close,
and one after each letter of a heading that is set wide. What tells words apart is that gaps are of two kinds.
"""

from __future__ import annotations

import ctypes
import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import pypdfium2.raw as pdfium

from content.readers.paragraphs import raised
from content.readers.pdf_characters import HAN_FROM, MIRRORED, SEEN, WRITTEN, Character, is_rtl

GAP = 0.085
"""Ems beyond the usual gap between letters from which on there is a space, in lines whose gaps are of two kinds."""
WRITTEN_GAP = 0.11
"""The same where most spaces are written in the file, so that a missing one is rare."""
WIDE_GAP = 0.18
"""The same in lines whose gaps are of all kinds."""
OVERHANG = 0.05
"""Ems by which an f may reach over its own width."""
_SMALL = 0.87
"""A mark is at most so large as what it stands beside."""
_DROP_CAP = 2.2
"""What is so many times as large as what stands beside it is an initial, and the rest no mark."""
MAX_MARK = 12
"""Characters of a mark or a power."""
_RAISED, _LOWERED = 0.15, -0.08
"""Ems from one base line to the other."""
_LOWERED_FIGURES = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_SMALL_LETTERS = dict(zip("abcdefghijklmnoprstuvwxyz", "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", strict=True))
_LETTER_MARK = re.compile(r"[a-z*†‡§](?:\s?,?\s?[a-z\d*†‡§]){0,4}")
_ENDINGS = frozenset("st nd rd th e è er re ère ème es o os a as".split())
"""What is set high after a number and belongs to it: 1st, XXe."""
_NUMERALS = re.compile(r"[IVXLCDM]+$")
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Glyphs:
    """Where the characters of a page stand exactly: asked for a few of them only, as PDFium takes its time."""

    def __init__(self, textpage: Any, edge: float) -> None:
        """`edge`: where the left edge of the page lies, in its own coordinates."""
        self._edge = edge
        self._raw = textpage.raw
        self._doubles = tuple(ctypes.c_double() for _ in range(4))

    def base(self, character: Character) -> float:
        """How high its base line is, in points, in the direction that is up for it."""
        x, y = self._doubles[:2]
        pdfium.FPDFText_GetCharOrigin(self._raw, character.index, x, y)
        return _up(character.turn, x.value, y.value)

    def drawn(self, character: Character) -> tuple[float, float]:
        """The lowest and the highest point of what is drawn, as `base` counts."""
        left, right, bottom, top = self._doubles
        pdfium.FPDFText_GetCharBox(self._raw, character.index, left, right, bottom, top)
        ends = _up(character.turn, left.value, bottom.value), _up(character.turn, right.value, top.value)
        return min(ends), max(ends)

    def overhangs(self, character: Character) -> bool:
        """A letter is drawn up to the very end of its box, or over it, as an f is."""
        return character.turn == 0 and character.right - self._ends(character)[1] < 0.01 * character.size

    def _ends(self, character: Character) -> tuple[float, float]:
        left, right, bottom, top = self._doubles
        pdfium.FPDFText_GetCharBox(self._raw, character.index, left, right, bottom, top)
        return left.value - self._edge, right.value - self._edge


def _up(turn: int, x: float, y: float) -> float:
    height = (y, x, -y, -x)[turn % 4]
    return -height if turn >= MIRRORED else height


def words(run: Sequence[Character], glyphs: Glyphs | None) -> str:
    """The text of a run. `glyphs`: None for a scanned page, where nothing but the spaces that are there counts."""
    if any(is_rtl(character.text) for character in run) and _runs_left(run):
        return _right_to_left(run)
    spaces = _spaces(run, glyphs) if glyphs else [character.space > 0 for character in run]
    shifts = list(_shifts(run, glyphs)) if glyphs else []
    if not shifts:
        return "".join(
            f" {c.text}" if space and place else c.text
            for place, (c, space) in enumerate(zip(run, spaces, strict=True))
        )
    parts: list[str] = []
    place = 0
    for start, end, high in shifts:
        # a mark stands a little off what it belongs to
        spaces[start] = spaces[start] and run[start].space > 0
        parts += _plain(run, spaces, place, start)
        group = "".join(_plain(run, spaces, start, end))
        before = "".join(parts)[-40:]
        after = "".join(_plain(run, spaces, end, min(end + 12, len(run))))
        parts.append((_set_high if high else _set_low)(group, before, after))
        place = end
    parts += _plain(run, spaces, place, len(run))
    return "".join(parts)


def _plain(run: Sequence[Character], spaces: Sequence[bool], start: int, end: int) -> Iterator[str]:
    for position in range(start, end):
        yield f" {run[position].text}" if spaces[position] and position else run[position].text


# Spaces


def _spaces(run: Sequence[Character], glyphs: Glyphs) -> list[bool]:
    """Which characters have a space before them."""
    gaps = [0.0, *((after.left - before.right) / _em(after) for before, after in pairwise(run))]
    between = [
        gap
        for gap, (before, after) in zip(gaps[1:], pairwise(run), strict=True)
        if after.space != WRITTEN and _is_letter(before.text) and _is_letter(after.text)
    ]
    usual, limit = 0.0, WIDE_GAP
    if len(between) >= 5:
        between.sort()
        usual = between[len(between) // 2]
        written = sum(character.space == WRITTEN for character in run) * 14 >= len(run)
        least = WRITTEN_GAP if written else GAP
        if sum(0.045 < gap - usual < least for gap in between) <= 0.04 * len(between):
            limit = least
    else:
        # of so few letters nobody can tell what is usual: a gap must be wider than another one
        usual = max(0.0, min(between)) if len(between) > 1 else 1.0
    spread = usual > 0.06 and len(between) >= 5 and not _is_alphabet(run)
    wanted = max(0.12, 0.3 * usual)
    spaces = [False]
    for position in range(1, len(run)):
        before, after = run[position - 1], run[position]
        over = gaps[position] - usual
        if after.space == WRITTEN:
            spaces.append(True)
        elif after.space == SEEN:
            spaces.append(not spread or over > wanted)
        elif before.text >= HAN_FROM or after.text >= HAN_FROM:
            spaces.append(after.jump and gaps[position] > 0.2)
        elif over > 0.03 or after.jump:
            least = limit if before.text.isalnum() and after.text.isalnum() else max(limit, 0.15)
            least = max(least, wanted) if spread else least
            spaces.append(
                over > least
                or (after.jump and gaps[position] > WIDE_GAP)
                or (before.text == "f" and over > least - OVERHANG and glyphs.overhangs(before))
            )
        else:
            spaces.append(False)
    return _typed_apart(run, gaps, spaces)


def _em(character: Character) -> float:
    height = character.bottom - character.top
    return character.size if 0.5 * height < character.size < 1.6 * height else max(0.85 * height, 0.1)


def _is_letter(text: str) -> bool:
    return text.isalpha() and text < HAN_FROM


def _is_alphabet(run: Sequence[Character]) -> bool:
    return "".join(character.text for character in run).upper() in _ALPHABET


def _typed_apart(run: Sequence[Character], gaps: Sequence[float], spaces: list[bool]) -> list[bool]:
    """Spaces again, where somebody typed one after each letter (R E P O R T): only the wide ones part words."""
    letters = [
        position for position in range(len(run)) if run[position].text.isalpha() and run[position].text < HAN_FROM
    ]
    if len(letters) < 6 or len(letters) < 0.8 * len(run) or sum(spaces) < 0.8 * (len(run) - 1) or _is_alphabet(run):
        return spaces
    text = "".join(character.text for character in run)
    if not (text.isupper() and re.search("[AEIOUYАЕИОУ]", text)):
        return spaces
    usual = sorted(gaps[1:])[len(gaps[1:]) // 2]
    return [gap > usual + 0.15 and space for gap, space in zip(gaps, spaces, strict=True)]


# Marks and powers


def _shifts(run: Sequence[Character], glyphs: Glyphs) -> Iterator[tuple[int, int, bool]]:
    """Where groups begin and end that are set high (True) or low (False), in order."""
    smallest = min(character.size for character in run)
    if smallest < _SMALL * max(character.size for character in run):
        found = list(_small_groups(run, glyphs))
    else:
        found = list(_high_figures(run, glyphs))
    yield from found


def _small_groups(run: Sequence[Character], glyphs: Glyphs) -> Iterator[tuple[int, int, bool]]:
    """Small groups whose base line is not that of what they stand beside."""
    groups: list[tuple[int, int]] = []
    for position in range(len(run)):
        if groups and abs(run[position].size - run[groups[-1][0]].size) < 0.06 * run[position].size:
            groups[-1] = (groups[-1][0], position + 1)
        else:
            groups.append((position, position + 1))
    for number, (start, end) in enumerate(groups):
        size = run[start].size
        beside = [groups[number - 1]] if number else []
        beside += groups[number + 1 : number + 2]
        larger = [one for one in beside if size < _SMALL * run[one[0]].size]
        if not larger or end - start > MAX_MARK or size <= 0:
            continue
        base = run[larger[0][1] - 1] if larger[0][0] < start else run[larger[0][0]]
        if base.size > _DROP_CAP * size:
            continue
        # within a group, too, one may be high and the next low
        level = glyphs.base(base)
        kinds = [_kind((glyphs.base(run[position]) - level) / base.size) for position in range(start, end)]
        position = start
        while position < end:
            stop = position + 1
            while stop < end and kinds[stop - start] == kinds[position - start]:
                stop += 1
            if kinds[position - start]:
                yield position, stop, kinds[position - start] > 0
            position = stop


def _kind(shift: float) -> int:
    """1: set high; -1: set low; 0: on the line, or on another one."""
    if not -0.8 < shift < 1.2:
        return 0
    return 1 if shift > _RAISED else -1 if shift < _LOWERED else 0


def _high_figures(run: Sequence[Character], glyphs: Glyphs) -> Iterator[tuple[int, int, bool]]:
    """Figures that are drawn high though they have the size of all others: a font has its own signs for them."""
    place = 1
    while place < len(run):
        end = place + 1
        text = run[place].text
        if not ("0" <= text <= "9") or run[place].space or (end < len(run) and "0" <= run[end].text <= "9"):
            place += 1
            continue
        # the last figure of a number: where that is on the line, all are
        start = end
        while start > 1 and "0" <= run[start - 1].text <= "9" and not (start < end and run[start].space):
            level, em = glyphs.base(run[start - 2]), max(_em(run[start - 1]), 0.1)
            low, high = glyphs.drawn(run[start - 1])
            if not 0.2 * em < low - level < 0.8 * em or high - low > 0.6 * em:
                break
            start -= 1
        if start < end:
            yield start, end, True
        place += 1


def _set_high(group: str, before: str, after: str) -> str:
    """What is set high, as text that is never the next figure or letter of what it stands beside."""
    text = group.strip()
    lead = group[: len(group) - len(group.lstrip())]
    last = before[-1:]
    if text in ("o", "O", "0", "º") and re.match(r"\s?[CF](?![A-Za-z])", after) and not last.isalpha():
        return f"{lead}°"
    marked = raised(text.replace(" ", ""))
    if marked != text.replace(" ", ""):
        if not before.strip():  # the number of a note
            return f"{marked} " if re.match(r"[^\W\d_]{3}|[^\W\d_]+\s", after) else marked
        return lead + marked
    if text == "TM":
        return f"{lead}™"
    if text == "o":
        return f"{lead}º"
    if not last or last.isspace() or lead:
        return group
    word = re.search(r"[^\W_]+$", before)
    stem = word.group() if word else ""
    if stem[-1:].isdigit():
        if text.lower() in _ENDINGS - {"a"}:
            return group
        return "".join(_SMALL_LETTERS.get(character, raised(character)) for character in text)
    if text.lower() in _ENDINGS - {"a"} and _NUMERALS.fullmatch(stem):
        return group
    if len(stem) == 1 and len(text) == 1 and text in _SMALL_LETTERS and text not in "er":
        return _SMALL_LETTERS[text]
    if len(stem) > 1 and _LETTER_MARK.fullmatch(text):
        return f" {text}"
    return group


def _set_low(group: str, before: str, after: str) -> str:
    """What is set low: as it is (CO2), but never the next figure of a number."""
    last = before[-1:]
    if last and (last.isdigit() or last in "/⁄∕") and group[:1].isdigit():
        return group.translate(_LOWERED_FIGURES)
    return group


# Arabic and Hebrew


def _runs_left(run: Sequence[Character]) -> bool:
    """Most letters of a run belong to a script that runs from right to left."""
    right = sum(is_rtl(character.text[0]) for character in run)
    return right > sum(character.text.isalpha() for character in run) - right


def _right_to_left(run: Sequence[Character]) -> str:
    """A line of Arabic or Hebrew in the order in which it is read, whatever order the file has.

    Characters are taken from the right by their place; numbers and words of other scripts keep their own direction.
    """
    clusters = list(_clusters(run))
    clusters.sort(key=lambda cluster: -cluster[0].right - cluster[0].left)
    ordered: list[list[Character]] = []
    place = 0
    while place < len(clusters):
        end = place
        while end < len(clusters) and _goes_right(clusters, end, place):
            end += 1
        while end > place and not _is_strong(clusters[end - 1]):
            end -= 1
        ordered += reversed(clusters[place:end]) if end > place else (clusters[place],)
        place = max(end, place + 1)
    parts: list[str] = []
    for number, cluster in enumerate(ordered):
        if number and _apart(ordered[number - 1][0], cluster[0]):
            parts.append(" ")
        parts.append("".join(unicodedata.normalize("NFKC", character.text) for character in cluster))
    return _paired("".join(parts))


def _paired(text: str) -> str:
    """Brackets as they open and close; which of the two a mirrored one is, files and PDFium see differently."""
    for opening, closing in ("()", "[]", "{}", "«»"):
        places = [place for place, sign in enumerate(text) if sign in (opening, closing)]
        depth = 0
        for place in places:
            depth += 1 if text[place] == opening else -1
            if depth < 0:
                break
        if depth and len(places) % 2 == 0:
            signs = list(text)
            for number, place in enumerate(places):
                signs[place] = closing if number % 2 else opening
            text = "".join(signs)
    return text


def _clusters(run: Sequence[Character]) -> Iterator[list[Character]]:
    """A letter with the signs above and below it, or the letters that one drawing stands for (lam with alef)."""
    cluster: list[Character] = []
    for character in run:
        if cluster:
            base = cluster[0]
            sign = (
                unicodedata.combining(character.text[0])
                and is_rtl(character.text)
                and character.left < base.right
                and character.right > base.left
            )
            same = (
                is_rtl(character.text)
                and is_rtl(base.text)
                and abs(character.left - base.left) < 0.01
                and abs(character.right - base.right) < 0.01
            )
            if sign or same:
                # PDFium turns round what it finds in one drawing, too: lam with alef is given as alef, lam
                cluster.insert(len(cluster) if sign or not _lies_backwards(cluster[0], character) else 0, character)
                continue
            yield cluster
        cluster = [character]
    if cluster:
        yield cluster


def _lies_backwards(first: Character, second: Character) -> bool:
    return not (first.text == "ل" and second.text in "اأإآٱ")


def _goes_right(clusters: Sequence[list[Character]], position: int, start: int) -> bool:
    """Part of a number or of a word of another script, which begins at `start`."""
    text = clusters[position][0].text
    if _is_strong(clusters[position]):
        return True
    return position > start and not is_rtl(text) and text in ".,:/-–%+'’&@_ " and position - start < 200


def _is_strong(cluster: Sequence[Character]) -> bool:
    text = cluster[0].text
    return text.isdigit() or (text[0].isalpha() and not is_rtl(text))


def _apart(right: Character, character: Character) -> bool:
    gap = max(right.left - character.right, character.left - right.right)
    return gap > 0.12 * _em(character)
