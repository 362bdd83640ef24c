"""Words of one stem that mean the opposite are not one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from shelf import Shelf

from index.answering.answer import Answer

PAIRS = {
    "developed": "# North\n\nThe developed countries of the pact spend two per cent on science each year.",
    "developing": "# South\n\nThe developing countries of the pact spend one per cent on science each year, and "
    "developing countries send trainees; developing countries host the fair.",
    "lending": "# Banks\n\nThe lending agencies of the pact wrote a rule on debt.",
    "employer": "# Halls\n\nThe employers of the valley meet in the old hall on Mondays.",
    "employee": "# Rooms\n\nThe employees of the valley meet in the new room on Fridays; employees vote there, "
    "employees sing there.",
    "formal": "# Schools\n\nFormal education takes nine years in the hills.",
    "nonformal": "# Camps\n\nNon-formal education takes nine weeks in the hills, and non-formal education is free.",
}


@pytest.fixture(scope="module")
def shelf(make_shelf: Callable[..., Shelf]) -> Shelf:
    return make_shelf(**PAIRS)


@pytest.mark.parametrize(
    ("question", "report"),
    [
        ("What do developed countries spend on science?", "developed"),
        ("What does a developed country spend on science?", "developed"),
        ("What do developing countries spend on science?", "developing"),
        ("Where do the employers meet?", "employer"),
        ("Where do the employees meet?", "employee"),
        ("How long does formal education take?", "formal"),
        ("How long does non-formal education take?", "nonformal"),
        ("How long does nonformal education take?", "nonformal"),
        ("How long does non formal education take?", "nonformal"),
    ],
)
def test_what_is_printed_goes_before_its_opposite(shelf: Shelf, question: str, report: str) -> None:
    answer = shelf.searcher().ask(question)
    assert isinstance(answer, Answer)
    assert answer.excerpts[0].citation.document == report
