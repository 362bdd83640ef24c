"""What readers leave out: counted by code, worded in one place, told wherever a file is read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from drawn_paper import FIRST, drawn, show
from shelf import Shelf

from bot.admin.commands.checks import Finding, check_reports
from bot.admin.commands.reindexing import report_lines, report_record
from bot.admin.staff_messages import reindex_done, upload_done
from bot.config import load
from bot.words.catalogue import words
from content.library import Library
from content.omissions import CODES, MAX_PAGES_NAMED, Omission, checked, fields_of
from content.readers.pool import omissions_of


def test_what_was_left_out_is_said_with_its_pages_and_its_remedy() -> None:
    said = str(Omission("pages-without-text", 2, 4, (3, 4)))
    assert said == "2 of 4 pages have no text (pages 3–4): run OCR, for example ocrmypdf, and add the result"
    assert str(Omission("pages-without-text", 1, 4, (3,))).startswith("1 of 4 pages has no text (page 3): ")
    assert str(Omission("fields-read", 1_037)) == "1,037 form fields read"
    assert str(Omission("fields-read", 1)) == "1 form field read"


def test_runs_of_pages_are_named_as_runs_and_not_all_of_a_long_report() -> None:
    assert "(pages 1–3, 7, 9–10)" in str(Omission("text-unseen", 9, pages=(1, 2, 3, 7, 9, 10)))
    odd = tuple(range(1, 101, 2))
    assert str(Omission("text-unseen", 9, pages=odd)).endswith("13, 15, …)")
    assert len(odd) > MAX_PAGES_NAMED


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_has_words_for_one_and_for_several(code: str) -> None:
    for count in (1, 2):
        omission = checked(code, count, 5, [2])
        assert omission.reason
        assert "{" not in str(omission)


def test_omissions_come_out_of_a_worker_as_they_were() -> None:
    found = Omission("pages-without-text", 2, 4, (3, 4))
    assert omissions_of(json.loads(json.dumps([fields_of(found)]))) == (found,)


@pytest.mark.parametrize("fields", [["no such code", 1, 1, []], ["fields-read", "many", 1, []], ["fields-read"]])
def test_senseless_omissions_of_a_hostile_worker_are_refused(fields: list[object]) -> None:
    with pytest.raises((ValueError, TypeError)):
        omissions_of([fields])


NOTE = b"<< /Type /Annot /Subtype /FreeText /Rect [72 600 400 620] /F 4 /Contents (Corrected: it is 57 metres deep.) >>"
SAID = "1 typed note read (page 1)"


def corrected(folder: Path, more: str = "") -> None:
    stream = show("The lake is 47 metres deep.") + b"".join(show(more, 72, 500 - y) for y in range(0, 400, 12))
    page = drawn(stream, objects=[NOTE], page=b"/Annots [%d 0 R]" % FIRST)
    folder.mkdir(exist_ok=True)
    (folder / "lake.pdf").write_bytes(page)


def test_a_reindex_tells_of_each_file_what_was_left_out_of_it(lake: Shelf) -> None:
    corrected(lake.reports)
    report = lake.reindex()
    assert report.left_out == (("lake.pdf", (Omission("annotations-read", 1, 0, (1,)),)),)
    assert f"note     lake.pdf: {SAID}" in [f"{line.lead}{line.text}" for line in report_lines(report)]
    assert report_record(report)["left_out"] == [
        {
            "source": "lake.pdf",
            "code": "annotations-read",
            "count": 1,
            "of": 0,
            "pages": [1],
            "reason": SAID,
            "remedy": "",
        }
    ]
    assert f"<b>lake.pdf</b>: {SAID}" in reindex_done(words("en"), report).html
    assert SAID in upload_done(words("zh"), "lake.pdf", "Lake", 1, noticed=report.left_out[0][1]).html
    assert lake.reindex().left_out == ()


def test_what_is_left_out_comes_out_of_both_kinds_of_workers(lake: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    corrected(lake.reports)
    (document,) = [one for one in Library(lake.reports).read(Library(lake.reports).scan()) if one.source == "lake.pdf"]
    assert str(document.left_out[0]) == SAID  # type: ignore[union-attr]
    monkeypatch.setattr("index.build.reindex.LITTLE", 0)
    from index.build.reindex import reindex

    report = reindex(lake.reports, lake.index, analyzer=lake.analyzer)
    assert [str(one) for _, found in report.left_out for one in found] == [SAID]


def test_check_tells_it_again(tmp_path: Path) -> None:
    corrected(tmp_path / "reports")
    (tmp_path / "config.toml").write_text('[content]\npath = "reports"\n', encoding="utf-8")
    assert Finding("lake.pdf", None, SAID, "") in list(check_reports(load(tmp_path / "config.toml", {})))
