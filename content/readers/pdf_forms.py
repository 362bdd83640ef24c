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

from content.readers.paragraphs import fold

TICKED, EMPTY = "☒", "☐"
_HIDDEN = 0x02 | 0x20
"""Flags of an annotation that is not shown."""
_COMMENTS = frozenset(
    {
        pdfium.FPDF_ANNOT_TEXT,
        pdfium.FPDF_ANNOT_LINE,
        pdfium.FPDF_ANNOT_SQUARE,
        pdfium.FPDF_ANNOT_CIRCLE,
        pdfium.FPDF_ANNOT_POLYGON,
        pdfium.FPDF_ANNOT_POLYLINE,
        pdfium.FPDF_ANNOT_HIGHLIGHT,
        pdfium.FPDF_ANNOT_UNDERLINE,
        pdfium.FPDF_ANNOT_SQUIGGLY,
        pdfium.FPDF_ANNOT_STRIKEOUT,
        pdfium.FPDF_ANNOT_STAMP,
        pdfium.FPDF_ANNOT_CARET,
        pdfium.FPDF_ANNOT_INK,
    }
)
"""Kinds of annotations with which readers comment on a page."""
_PASSWORD = 1 << 13
MAX_ANNOTATIONS = 5_000
"""Fields and notes of a page that are read."""
MAX_VALUE = 100_000
"""Characters of one value."""
_CHOICES = (pdfium.FPDF_FORMFIELD_COMBOBOX, pdfium.FPDF_FORMFIELD_LISTBOX)
_BOXES = (pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON)


@dataclass(frozen=True, slots=True)
class TypedText:
    """What was typed into a field or a note, or a box that can be ticked."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    """In points from the upper left corner of the part of the page that is shown."""
    size: float = 10.0
    """Its type size in points, as far as that is known."""
    box: bool = False
    """It can be ticked."""


@dataclass(slots=True)
class Answers:
    """What stands in the forms and notes of a page."""

    typed: list[TypedText] = field(default_factory=list)
    fields: int = 0
    """Fields that have a value, ticked boxes among them."""
    notes: int = 0
    """Notes that are typed onto the page."""
    comments: int = 0
    """Comments of readers: notes that open when they are touched, marks with words behind them, stamps."""
    files: int = 0
    """Files that are pinned to the page."""


def answers(page: Any, form: Any, visible: tuple[float, float, float, float]) -> Answers:
    """What was typed into a page. `page`: a `pypdfium2.PdfPage`; `form`: a form handle, None where there is no form."""
    answers = Answers()
    for number in range(min(pdfium.FPDFPage_GetAnnotCount(page.raw), MAX_ANNOTATIONS)):
        annotation = pdfium.FPDFPage_GetAnnot(page.raw, number)
        if not annotation:
            continue
        try:
            _read(annotation, form, visible, answers)
        finally:
            pdfium.FPDFPage_CloseAnnot(annotation)
    return answers


def _read(annotation: Any, form: Any, visible: tuple[float, float, float, float], answers: Answers) -> None:
    kind = pdfium.FPDFAnnot_GetSubtype(annotation)
    if kind in _COMMENTS and not pdfium.FPDFAnnot_GetFlags(annotation) & _HIDDEN:
        answers.comments += kind == pdfium.FPDF_ANNOT_STAMP or bool(_contents(annotation).strip())
    answers.files += kind == pdfium.FPDF_ANNOT_FILEATTACHMENT
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
        text = _contents(annotation)
        if text.strip():
            answers.typed.append(TypedText(fold(text), *place[::2], *place[1::2]))
            answers.notes += 1
        return
    field_kind = pdfium.FPDFAnnot_GetFormFieldType(form, annotation)
    if field_kind in _BOXES:
        ticked = bool(pdfium.FPDFAnnot_IsChecked(form, annotation))
        answers.typed.append(TypedText(TICKED if ticked else EMPTY, *place[::2], *place[1::2], box=True))
        answers.fields += ticked
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
        answers.typed.append(TypedText(fold(text), *place[::2], *place[1::2], size.value if known else 10.0))
        answers.fields += 1


def _contents(annotation: Any) -> str:
    return _text(lambda buffer, size: pdfium.FPDFAnnot_GetStringValue(annotation, b"Contents", buffer, size))


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
