"""Real reports and awkward real files: each gives what its line in the manifest says."""

from __future__ import annotations

import csv
import json
from functools import cache
from pathlib import Path

import pytest

from content.documents import Piece
from content.readers import read_file
from content.readers.errors import Unreadable

SHARED = Path(__file__).parents[2] / "shared"
MANIFEST = SHARED / "documents" / "manifest.tsv"
QUESTIONS = SHARED / "gold" / "questions.jsonl"
REFUSED = {
    "(error or empty)": "damaged",
    "(error)": "empty",
    "(password)": "password",
    "(no text)": "no text",
    "(refuse or convert)": "not supported",
}

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared files are not here")


def manifest() -> list[tuple[str, str]]:
    if not MANIFEST.is_file():
        return []
    with MANIFEST.open(encoding="utf-8", newline="") as file:
        return [(row["file"], row["expect"]) for row in csv.DictReader(file, delimiter="\t")]


def spans() -> list[tuple[str, str]]:
    if not QUESTIONS.is_file():
        return []
    lines = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines() if line]
    return sorted({(s, span) for line in lines for s, found in line["answers"].items() for span in found})


@cache
def pieces(path: Path) -> tuple[Piece, ...]:
    return tuple(read_file(path)[0])


@pytest.mark.parametrize(("name", "expected"), manifest())
def test_file_gives_what_the_manifest_says(name: str, expected: str) -> None:
    path = SHARED / "documents" / name
    if expected in REFUSED and not name.endswith(".odt"):  # "(refuse or convert)": it is read
        with pytest.raises(Unreadable, match=REFUSED[expected]) as refused:
            pieces(path)
        assert refused.value.remedy
        return
    text = "".join("".join(piece.text.split()) for piece in pieces(path))
    assert "佛佛" not in text
    if not expected.startswith("("):
        assert "".join(expected.split()) in text


@pytest.mark.parametrize(("source", "span"), spans())
def test_judged_sentence_lies_in_one_piece(source: str, span: str) -> None:
    wanted = " ".join(span.split())
    assert any(wanted in " ".join(piece.text.split()) for piece in pieces(SHARED / "reports" / source))


def test_columns_of_a_gazette_are_read_in_order() -> None:
    text = " ".join(piece.text for piece in pieces(SHARED / "documents" / "report_en_federal_register_3col.pdf"))
    order = [
        "Airworthiness Directives; The Boeing",
        "SUMMARY:",
        "Examining the AD Docket",
        "Comments Invited",
        "Background",
    ]
    places = [text.index(phrase) for phrase in order]
    assert places == sorted(places)
    # a sentence that a column's end and footnotes cut in two
    assert "the FAA also proposes to require operators to conduct an AOA sensor system test" in text
    # a running head
    assert text.count("Federal Register / Vol. 85") <= 1


def test_stories_of_a_newspaper_are_not_mixed() -> None:
    text = " ".join(piece.text for piece in pieces(SHARED / "documents" / "report_unesco_courier_1948_no6.pdf"))
    assert "Some two thousand cinemas serve the population, showing only an occasional foreign film" in text
    assert "Before an audience which included the Czech Minister" in text


def test_pages_are_counted_from_one() -> None:
    pages = [piece.page for piece in pieces(SHARED / "documents" / "report_zh_quarterly_2018.pdf")]
    assert pages[0] == 1
    assert max(page or 0 for page in pages) <= 22
    assert pages == sorted(pages, key=lambda page: page or 0)
