"""The forms and notes of a PDF page in; what was typed and ticked in them out, with its place on the page.

A questionnaire that came back has its answers in fields, and PDFium keeps those apart from the page's text.

Why not flatten the page and read it as text? A box that is not ticked is drawn as nothing then, and many programs store
an answer without a drawing of it.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pypdfium2.raw as pdfium

TICKED, EMPTY = "☒", "☐"
_HIDDEN = 0x02 | 0x20
"""Flags of an annotation that is not shown."""
_PASSWORD = 1 << 13
MAX_ANNOTATIONS = 5_000
"""Fields and notes of a page that are read."""
MAX_VALUE = 100_000
"""Characters of one value."""
_CHOICES = (pdfium.FPDF_FORMFIELD_COMBOBOX, pdfium.FPDF_FORMFIELD_LISTBOX)
_BOXES = (pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON)


@dataclass(frozen=True, slots=True)
class Typed:
    """A line of what was typed, or a box."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    """In points from the upper left corner of the part of the page that is shown."""
    box: bool = False
    """It is a box that can be ticked."""

    @property
    def size(self) -> float:
        """Its type size, in points."""
        return (self.bottom - self.top) / 1.15


@dataclass(slots=True)
class Answers:
    """What stands in the forms and notes of a page."""

    typed: list[Typed] = field(default_factory=list)
    fields: int = 0
    """Fields that have a value, ticked boxes among them."""
    notes: int = 0
    """Notes that are typed onto the page."""


def answers(page: Any, form: Any, visible: tuple[float, float, float, float]) -> Answers:
    """What was typed into a page. `page`: a `pypdfium2.PdfPage`; `form`: a form handle, None where there is no form."""
    found = Answers()
    for number in range(min(pdfium.FPDFPage_GetAnnotCount(page.raw), MAX_ANNOTATIONS)):
        annotation = pdfium.FPDFPage_GetAnnot(page.raw, number)
        if not annotation:
            continue
        try:
            _read(annotation, form, visible, found)
        finally:
            pdfium.FPDFPage_CloseAnnot(annotation)
    return found


def _read(annotation: Any, form: Any, visible: tuple[float, float, float, float], found: Answers) -> None:
    kind = pdfium.FPDFAnnot_GetSubtype(annotation)
    wanted = kind == pdfium.FPDF_ANNOT_FREETEXT or (kind == pdfium.FPDF_ANNOT_WIDGET and form is not None)
    if not wanted or pdfium.FPDFAnnot_GetFlags(annotation) & _HIDDEN:
        return
    box = pdfium.FS_RECTF()
    if not pdfium.FPDFAnnot_GetRect(annotation, box):
        return
    place = (
        min(box.left, box.right) - visible[0],
        visible[3] - max(box.top, box.bottom),
        max(box.left, box.right) - visible[0],
        visible[3] - min(box.top, box.bottom),
    )
    if not all(map(math.isfinite, place)) or place[2] <= place[0] or place[3] <= place[1]:
        return
    if place[2] < 0 or place[0] > visible[2] - visible[0] or place[3] < 0 or place[1] > visible[3] - visible[1]:
        return
    if kind == pdfium.FPDF_ANNOT_FREETEXT:
        text = _text(lambda buffer, size: pdfium.FPDFAnnot_GetStringValue(annotation, b"Contents", buffer, size))
        if text.strip():
            found.typed += _lines(text, place, 0.0, several=True)
            found.notes += 1
        return
    field_kind = pdfium.FPDFAnnot_GetFormFieldType(form, annotation)
    if field_kind in _BOXES:
        ticked = bool(pdfium.FPDFAnnot_IsChecked(form, annotation))
        found.typed.append(Typed(TICKED if ticked else EMPTY, *place[::2], *place[1::2], box=True))
        found.fields += ticked
        return
    flags = pdfium.FPDFAnnot_GetFormFieldFlags(form, annotation)
    if field_kind in _CHOICES:
        text = "; ".join(_chosen(form, annotation)) or _value(form, annotation)
    elif field_kind == pdfium.FPDF_FORMFIELD_TEXTFIELD and not flags & _PASSWORD:
        text = _value(form, annotation)
    else:
        return
    if text.strip():
        size = ctypes.c_float()
        known = pdfium.FPDFAnnot_GetFontSize(form, annotation, size) and 3 < size.value < 60
        found.typed += _lines(text, place, size.value if known else 0.0, several=bool(flags & (1 << 12)))
        found.fields += 1


def _value(form: Any, annotation: Any) -> str:
    return _text(lambda buffer, size: pdfium.FPDFAnnot_GetFormFieldValue(form, annotation, buffer, size))


def _chosen(form: Any, annotation: Any) -> Iterator[str]:
    """The labels of what was chosen from a list."""

    def label(number: int) -> str:
        return _text(lambda buffer, size: pdfium.FPDFAnnot_GetOptionLabel(form, annotation, number, buffer, size))

    for number in range(min(max(pdfium.FPDFAnnot_GetOptionCount(form, annotation), 0), MAX_ANNOTATIONS)):
        if pdfium.FPDFAnnot_IsOptionSelected(form, annotation, number):
            yield label(number)


def _text(ask: Callable[[Any, int], int]) -> str:
    """A text that PDFium gives in UTF-16: how long it is first, then the text."""
    size = ask(None, 0)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(min(size, 2 * MAX_VALUE))
    ask(ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR)), len(buffer))
    return buffer.raw.decode("utf-16-le", "replace").split("\0", 1)[0]


def _lines(text: str, place: tuple[float, float, float, float], size: float, *, several: bool) -> Iterator[Typed]:
    """A value as lines inside its field, as far as that can be told without its drawing."""
    left, top, right, bottom = place
    height = bottom - top
    size = size or (min(10.0, max(4.0, 0.7 * height)))
    wanted = max(1, int((right - left) / (0.5 * size))) if several else MAX_VALUE
    lines = [line for part in text.replace("\r\n", "\n").replace("\r", "\n").split("\n") for line in _folded(part, wanted)]
    step = 1.15 * size if several else height
    if several and len(lines) * step > height:
        step = height / len(lines)
    tall = min(step, 1.15 * size)
    for number, line in enumerate(lines):
        middle = top + step * (number + 0.5)
        width = min(right - left, 0.5 * size * sum(2 if sign >= "\u2e80" else 1 for sign in line))
        yield Typed(line, left, left + max(width, 1.0), middle - tall / 2, middle + tall / 2)


def _folded(text: str, wanted: int) -> Iterator[str]:
    """A text cut into lines of at most so many columns; a Han character takes two."""
    line, used = "", 0
    for word in text.split() if " " in text.strip() else [text.strip()]:
        width = sum(2 if sign >= "\u2e80" else 1 for sign in word)
        if line and used + 1 + width > wanted:
            yield line
            line, used = "", 0
        line, used = f"{line} {word}".strip(), used + width + bool(line)
    if line:
        yield line
