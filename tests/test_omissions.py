"""What readers leave out: counted by code, worded in one place, told wherever a file is read."""

from __future__ import annotations

import json

import pytest

from content.omissions import CODES, MAX_PAGES_NAMED, Omission, checked, fields_of
from content.readers.pool import pieces_of


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
    sent = json.loads(json.dumps([fields_of(found)]))
    _, metadata = pieces_of({"pieces": [], "metadata": ["T", None, "", "", "", "", "", sent]})
    assert metadata.left_out == (found,)


@pytest.mark.parametrize("fields", [["no such code", 1, 1, []], ["fields-read", "many", 1, []], ["fields-read"]])
def test_senseless_omissions_of_a_hostile_worker_are_refused(fields: list[object]) -> None:
    with pytest.raises((ValueError, TypeError)):
        pieces_of({"pieces": [], "metadata": ["T", None, "", "", "", "", "", [fields]]})
