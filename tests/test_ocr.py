"""Pages without text are read by OCR where the setting says so and the machine has it, and citations say it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from drawn_paper import FIRST, drawn
from paper import Line, column, pdf
from shelf import Shelf

from bot.admin.commands.checks import check_reports
from bot.asking.answer_messages import citation
from bot.config import load
from bot.question_batch import record
from bot.words.catalogue import words
from content.library import Limits
from content.readers import Unreadable, ocr, read_bytes
from content.readers.pool import Reader
from index.build.reindex import reindex

SAYS = "The well of Kumbo is 57 metres deep.\n\nIt was dug in the year 1931\nby the people of the town.\n\n| .\n"
FAKE = """#!/bin/sh
if [ "$1" = --list-langs ]; then printf 'List of available languages (3):\\neng\\nosd\\nchi_sim\\n'; exit; fi
[ "$1 $2 $3 $4" = "- - -l chi_sim+eng" ] || exit 2
[ "$(head -c 3)" = "P5 " ] || exit 3
cat "$(dirname "$0")/says"
"""


@pytest.fixture
def tesseract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program of that name, which reads the same on every page; the file with what it reads."""
    program = tmp_path / "programs" / "tesseract"
    program.parent.mkdir()
    program.write_text(FAKE, encoding="utf-8")
    program.chmod(0o755)
    (program.parent / "says").write_text(SAYS, encoding="utf-8")
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    ocr.languages.cache_clear()
    return program.parent / "says"


@pytest.fixture
def without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))


def scan() -> bytes:
    """A page with a picture all over."""
    picture = (
        b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>"
        b"\nstream\n\xf0\nendstream"
    )
    xobject = b"/XObject << /Im %d 0 R >>" % FIRST
    return drawn(b"q 595 0 0 842 0 0 cm /Im Do Q\n", objects=[picture], resources=xobject)


def mixed() -> bytes:
    """A page of text, one that was scanned, and one of text."""
    whole = pypdfium2.PdfDocument.new()
    first = "The council met in spring and looked at all of the plans that the institutes of the country had sent."
    last = "In autumn the ministry chose two of them, and towns in the north will be given pumps before the dry season."
    for data in (pdf(column(72, 700, first)), scan(), pdf(column(72, 700, last))):
        whole.import_pages(pypdfium2.PdfDocument(data))
    file = BytesIO()
    whole.save(file)
    return file.getvalue()


@pytest.mark.usefixtures("tesseract")
def test_scanned_page_is_read_in_its_place_and_said() -> None:
    pieces, metadata = read_bytes("a.pdf", mixed(), ocr=True)
    assert [piece.page for piece in pieces] == [1, 2, 2, 3]
    assert pieces[1].text == "The well of Kumbo is 57 metres deep."
    assert pieces[2].text == "It was dug in the year 1931 by the people of the town."
    assert [(one.code, one.count, one.of, one.pages) for one in metadata.left_out] == [("pages-by-ocr", 1, 3, (2,))]


@pytest.mark.usefixtures("tesseract")
def test_report_that_was_scanned_as_a_whole_is_read() -> None:
    pieces, _ = read_bytes("a.pdf", scan(), ocr=True)
    assert [piece.page for piece in pieces] == [1, 1]
    with pytest.raises(Unreadable, match="no text layer"):
        read_bytes("a.pdf", scan())


def test_spaces_between_han_characters_are_none(tesseract: Path) -> None:
    tesseract.write_text("水 井 深 57 米 ， 由 村 民\n挖 成 。\n", encoding="utf-8")
    assert [piece.text for piece in read_bytes("a.pdf", scan(), ocr=True)[0]] == ["水井深 57 米，由村民挖成。"]


def test_program_that_fails_costs_that_page_and_it_is_said(tesseract: Path) -> None:
    tesseract.unlink()
    _, metadata = read_bytes("a.pdf", mixed(), ocr=True)
    assert [one.code for one in metadata.left_out] == ["pages-without-text"]


@pytest.mark.usefixtures("without")
def test_machine_without_it_says_the_remedy(tmp_path: Path) -> None:
    _, metadata = read_bytes("a.pdf", mixed(), ocr=True)
    assert [one.code for one in metadata.left_out] == ["pages-without-text"]
    (tmp_path / "reports").mkdir()
    (tmp_path / "config.toml").write_text('[content]\npath = "reports"\nocr = true\n', encoding="utf-8")
    (finding, *_) = check_reports(load(tmp_path / "config.toml", {}))
    assert (finding.subject, finding.ok) == ("content.ocr", False)
    assert "apt install tesseract-ocr" in finding.remedy


@pytest.mark.usefixtures("tesseract")
def test_reader_process_reads_so_only_where_it_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(mixed())
    for told, pages in ((True, {1, 2, 3}), (False, {1, 3})):
        reader = Reader(seconds=30, memory_bytes=1 << 30, ocr=told)
        try:
            assert {piece.page for piece in reader.read(path).pieces} == pages
        finally:
            reader.close()


@pytest.mark.usefixtures("tesseract")
def test_citation_says_it_and_the_setting_reads_reports_again(make_shelf: Callable[..., Shelf]) -> None:
    shelf = make_shelf()
    shelf.put("plan.pdf", mixed())
    reindex(shelf.reports, shelf.index, analyzer=shelf.analyzer)
    report = reindex(shelf.reports, shelf.index, analyzer=shelf.analyzer, limits=Limits(ocr=True))
    assert [omission.code for _, found in report.left_out for omission in found] == ["pages-by-ocr"]
    answer = shelf.ask("How deep is the well of Kumbo?")
    found = answer.excerpts[0]
    assert record(answer, None)["excerpts"][0]["citation"]["ocr"] is True
    assert (found.citation.locator.page, found.citation.ocr) == (2, True)
    assert "read by OCR" in citation(words("en"), found.citation)
    assert "OCR" in citation(words("zh"), found.citation)
    other = shelf.ask("When did the ministry choose two of them?").excerpts[0]
    assert not other.citation.ocr
    assert reindex(shelf.reports, shelf.index, analyzer=shelf.analyzer, limits=Limits(ocr=True)).changed == ()


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not on this machine")
def test_real_program_reads_a_page() -> None:
    ocr.languages.cache_clear()
    page = pypdfium2.PdfDocument(pdf([Line(72, 700, "The river is wide and slow in autumn.", 16)]))[0]
    assert ocr.read_page(page) == ["The river is wide and slow in autumn."]
