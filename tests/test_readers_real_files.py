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


FIELD = SHARED / "field" / "files"
READ = {
    "form_symbols.docx": [
        "Does your country have an open science policy? ☒ Yes ☐ No",
        "Is there a national repository? ☐ Yes ☑ No",
        "Which ministry leads? Ministry of Fisheries",
        "Temperature rose by 2 °C; the ratio is ≥ 5.",
    ],
    "superscripts.docx": ["The institute employed 342¹ people in 2021 on 10⁶ m² and emits CO2."],
    "tables2.docx": [
        "Table 4. Grants by year (million)",
        "Programme: Rural wells; 2020: 4.1; 2021: 6.3",
        "Inner head: Goats; Inner value: 731",
    ],
    "pages.docx": [f"Part {n}: the harbour of town {n} handles {n or ''}50 ships a year." for n in range(3)],
    "profile_sheets.pdf": [
        *(f"Country: {name}" for name in ("Angola", "Burundi", "Cameroon", "Djibouti", "Eritrea", "Gabon")),
        *("412", "88", "1,904", "61", "37", "520"),
    ],
}
"""What a person reads in small files in which something was lost or changed once."""


@pytest.mark.parametrize("name", READ)
def test_small_file_gives_what_a_person_reads_in_it(name: str) -> None:
    found, metadata = read_file(FIELD / name)
    whole = "\n".join(piece.text for piece in found)
    assert [line for line in READ[name] if line not in whole] == []
    if name == "profile_sheets.pdf":
        assert [piece.text for piece in found if piece.kind == "heading"] == READ[name][:6]
        assert [piece.page for piece in found if piece.text in READ[name][6:]] == [1, 2, 3, 4, 5, 6]
    assert metadata.left_out == ()
