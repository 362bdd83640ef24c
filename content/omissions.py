"""What a reader left out of a file, or took from an unusual place, in; one line about it that a person reads, out.

A reader gives codes and counts. The words stand here alone, so that the reindex report, `citedesk check` and the
reply to `/upload` say the same.

Why codes, and not sentences made in the readers? Sentences cannot be added up, compared in tests or translated, and
a reader of another format would word the same loss in another way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, get_args

Code = Literal[
    "pages-without-text",
    "pages-damaged",
    "pages-repeated",
    "pages-by-ocr",
    "pages-stamped",
    "pages-draft",
    "font-without-letters",
    "no-language",
    "text-unseen",
    "text-turned",
    "characters-without-place",
    "fields-read",
    "annotations-read",
    "parts-damaged",
    "slides-hidden",
    "sheets-hidden",
    "rows-hidden",
    "columns-hidden",
    "attachments-unread",
    "objects-unread",
    "pictures-unread",
    "charts-drawn",
    "comments-unread",
    "changes-tracked",
    "readings-unread",
    "fields-empty",
    "fields-unread",
    "form-dynamic",
    "formulas-unread",
    "errors-shown",
    "parts-missing",
    "text-aside",
]
"""What can be said of a file. A reader that loses something of another kind adds its code here and its words below."""

CODES: frozenset[str] = frozenset(get_args(Code))
OCR = "tesseract"
"""The program that reads pages without text, where `content.ocr` is on."""
MAX_PAGES_NAMED = 8
"""Runs of pages that a line names; beyond them it ends with an ellipsis."""
_OCR = "run OCR, for example ocrmypdf, and add the result"

_SAID: dict[Code, tuple[str, str, str]] = {
    "pages-without-text": ("{count} of {of} pages has no text", "{count} of {of} pages have no text", _OCR),
    "pages-damaged": (
        "{count} of {of} pages is damaged and was not read",
        "{count} of {of} pages are damaged and were not read",
        "open the file, save it again and add that",
    ),
    "pages-repeated": ("{count} page repeats another and was read once", "{count} pages repeat others", ""),
    "pages-by-ocr": (
        "{count} of {of} pages was read by OCR, which takes letters for others",
        "{count} of {of} pages were read by OCR, which takes letters for others",
        "",
    ),
    "pages-stamped": (
        "a stamp over {count} of {of} pages was not read as text",
        "a stamp over {count} of {of} pages was not read as text",
        "",
    ),
    "pages-draft": (
        "{count} of {of} pages is stamped as a draft",
        "{count} of {of} pages are stamped as a draft",
        "put the final report in its place where there is one",
    ),
    "font-without-letters": (
        "{count} of {of} characters is in a font without letters",
        "{count} of {of} characters are in a font without letters",
        _OCR,
    ),
    "no-language": (
        "{count} paragraph is text in no language (its font names wrong letters)",
        "{count} paragraphs are text in no language (their fonts name wrong letters)",
        _OCR,
    ),
    "text-unseen": (
        "{count} character that the page does not show was not read",
        "{count} characters that the page does not show were not read",
        "",
    ),
    "text-turned": (
        "{count} character set at an angle was not read",
        "{count} characters set at an angle were not read",
        "",
    ),
    "characters-without-place": (
        "{count} character without a place on the page was not read",
        "{count} characters without a place on the page were not read",
        "",
    ),
    "fields-read": ("{count} form field read", "{count} form fields read", ""),
    "annotations-read": ("{count} typed note read", "{count} typed notes read", ""),
    "parts-damaged": (
        "{count} of {of} parts is damaged and was not read",
        "{count} of {of} parts are damaged and were not read",
        "open the file, save it again and add that",
    ),
    "slides-hidden": ("{count} hidden slide was not read", "{count} hidden slides were not read", ""),
    "sheets-hidden": ("{count} hidden sheet was not read", "{count} hidden sheets were not read", ""),
    "rows-hidden": ("{count} hidden row was not read", "{count} hidden rows were not read", ""),
    "columns-hidden": ("{count} hidden column was not read", "{count} hidden columns were not read", ""),
    "objects-unread": (
        "{count} file or object inside it was not read",
        "{count} files or objects inside it were not read",
        "add what matters in it as a file of its own",
    ),
    "pictures-unread": (
        "{count} picture without a description was not read",
        "{count} pictures without a description were not read",
        "",
    ),
    "charts-drawn": (
        "{count} chart was read without the figures that it only draws",
        "{count} charts were read without the figures that they only draw",
        "",
    ),
    "comments-unread": ("{count} comment was not read", "{count} comments were not read", ""),
    "changes-tracked": (
        "{count} tracked change was read as if it were accepted",
        "{count} tracked changes were read as if they were accepted",
        "accept or reject them and add the final text",
    ),
    "readings-unread": (
        "{count} reading above characters was not read",
        "{count} readings above characters were not read",
        "",
    ),
    "fields-empty": (
        "{count} form field that nobody filled in was left out",
        "{count} form fields that nobody filled in were left out",
        "",
    ),
    "fields-unread": ("{count} form field was not read", "{count} form fields were not read", ""),
    "form-dynamic": (
        "its form is drawn by the program that shows it (XFA), and was not read",
        "its form is drawn by the program that shows it (XFA), and was not read",
        "print it to a PDF file and add that",
    ),
    "formulas-unread": (
        "{count} formula has no value in the file and was not read",
        "{count} formulas have no value in the file and were not read",
        "open the file, save it again and add that",
    ),
    "errors-shown": (
        "{count} cell shows an error and was not read",
        "{count} cells show an error and were not read",
        "",
    ),
    "parts-missing": (
        "{count} part that the file names is not in it",
        "{count} parts that the file names are not in it",
        "fetch or save the file again",
    ),
    "text-aside": (
        "{count} character beside the main text was not read",
        "{count} characters beside the main text were not read",
        "",
    ),
    "attachments-unread": (
        "{count} attachment was named and not read",
        "{count} attachments were named and not read",
        "add what matters in it as a file of its own",
    ),
}
"""Of each code: what is said of one, what is said of several, and what a person can do about it ("": nothing)."""


@dataclass(frozen=True, slots=True)
class Omission:
    """One kind of thing that a person sees in a file and the text lacks, or has from an unusual place."""

    code: Code
    count: int
    """How many of them there are."""
    of: int = 0
    """Out of how many; 0 where that says nothing."""
    pages: tuple[int, ...] = ()
    """The pages they stand on, from 1, ascending; empty where the format has none."""

    @property
    def reason(self) -> str:
        """What was left out, how much and on which pages."""
        one, several, _ = _SAID[self.code]
        said = (one if self.count == 1 else several).format(count=f"{self.count:,}", of=f"{self.of:,}")
        # where all pages are meant, to name them says nothing
        return said if not self.pages else f"{said} ({_pages(self.pages)})"

    @property
    def remedy(self) -> str:
        """What a person can do about it; "" where nothing is to be done."""
        return _SAID[self.code][2]

    def __str__(self) -> str:
        return f"{self.reason}: {self.remedy}" if self.remedy else self.reason


def checked(code: str, count: int, of: int, pages: Iterable[int]) -> Omission:
    """An omission from a worker process, which a hostile file may have had in its hands. Raises ValueError."""
    for known in _SAID:
        if known == code:
            return Omission(known, int(count), int(of), tuple(sorted({int(page) for page in pages})))
    raise ValueError(code)


def joined(several: Iterable[Omission]) -> tuple[Omission, ...]:
    """The omissions of the parts of one file, which have no pages: each code once, with all that it counts."""
    counts: dict[Code, tuple[int, int]] = {}
    for omission in several:
        count, of = counts.get(omission.code, (0, 0))
        counts[omission.code] = count + omission.count, of + omission.of
    return tuple(Omission(code, count, of) for code, (count, of) in counts.items())


def fields_of(omission: Omission) -> list[object]:
    """An omission as `checked` takes it, for JSON."""
    return [omission.code, omission.count, omission.of, list(omission.pages)]


def _pages(pages: tuple[int, ...]) -> str:
    """`page 3`, or `pages 1–3, 7`."""
    runs = list(_runs(pages))
    named = [f"{first}" if first == last else f"{first}–{last}" for first, last in runs[:MAX_PAGES_NAMED]]
    more = ", …" if len(runs) > MAX_PAGES_NAMED else ""
    return f"{'page' if len(pages) == 1 else 'pages'} {', '.join(named)}{more}"


def _runs(pages: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    first = pages[0]
    for before, after in pairwise(pages):
        if after != before + 1:
            yield first, before
            first = after
    yield first, pages[-1]
