"""Acronyms that reports print with their long forms."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.text.acronyms import find_pairs, long_form


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("The World Health Organization (WHO) met.", [("WHO", "World Health Organization")]),
        ("The WHO (World Health Organization) met.", [("WHO", "World Health Organization")]),
        ("the Ministry of Science and Technology (MOST)", [("MOST", "Ministry of Science and Technology")]),
        ("research and development (R&D)", [("R&D", "research and development")]),
        ("研究所（Institute of Limnology，IL）", []),
        ("the Institute of Limnology（IL）", [("IL", "Institute of Limnology")]),
        (
            'the Lake Research Centre (hereinafter "LRC") and the River Measuring Post (RMP)',
            [("LRC", "Lake Research Centre"), ("RMP", "River Measuring Post")],
        ),
        ("Lake Research Centre (LRC). The Lake Research Centre (LRC) grew.", [("LRC", "Lake Research Centre")]),
        ("The lake is deep (and cold).", []),
        ("The lake (2021) is deep.", []),
        ("It rose (XYZ).", []),
        ("(WHO) met.", []),
        ("", []),
    ],
)
def test_pairs_that_a_report_prints(text: str, pairs: list[tuple[str, str]]) -> None:
    assert find_pairs(text) == pairs


def test_a_long_form_does_not_reach_into_the_sentence_before() -> None:
    assert find_pairs("Lakes are Rather deep. Centres (LRC) are not.") == []


def test_a_long_form_over_a_line_break_is_one_line() -> None:
    assert find_pairs("Lake Research\nCentre (LRC)") == [("LRC", "Lake Research Centre")]


def test_the_shortest_end_that_fits_is_the_long_form() -> None:
    assert long_form("LRC", "the large Lake Research Centre") == "Lake Research Centre"


@settings(max_examples=300, deadline=None)
@given(st.text(st.one_of(st.sampled_from("()（） ABCabc&-.,\n"), st.characters(exclude_categories=())), max_size=80))
def test_any_text_gives_pairs_that_stand_in_it_or_none(text: str) -> None:
    pairs = find_pairs(text)
    assert len(set(pairs)) == len(pairs)
    for short, long in pairs:
        assert short in text
        assert long in " ".join(text.split())
