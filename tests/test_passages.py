"""Passages: what they hold, where they stand, and that their ids last."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from content.documents import Document, Metadata, Piece, assemble
from content.passages import GOOD_PASSAGE, MAX_PASSAGE, Passage, passage_id, split_passages

LONG = " ".join(
    f"The lake was measured for the {n}th time, and it was as deep as the year before." for n in range(4, 9)
)
PIECES = st.lists(
    st.one_of(
        st.builds(
            Piece,
            st.just("heading"),
            st.text("Lake 湖\n", min_size=1, max_size=60),
            st.integers(1, 4),
            st.integers(1, 9),
        ),
        st.builds(
            Piece,
            st.sampled_from(["paragraph", "item", "row"]),
            st.builds(
                lambda text, times: text * times,
                st.text(
                    st.one_of(st.sampled_from("ab. ,;。，研究\n"), st.characters(exclude_categories=())),
                    min_size=1,
                    max_size=40,
                ),
                st.sampled_from([1, 2, 10, 60]),
            ),
        ),
    ),
    max_size=12,
)


def document(*pieces: Piece) -> Document:
    return assemble("lake", "lake.md", pieces, Metadata())


def heading(text: str, level: int = 1, page: int | None = None) -> Piece:
    return Piece("heading", text, level, page)


def paragraph(text: str, page: int | None = None) -> Piece:
    return Piece("paragraph", text, page=page)


def texts(passages: list[Passage]) -> list[str]:
    return [passage.text for passage in passages]


@settings(max_examples=200, deadline=None)
@given(PIECES)
def test_passages_are_verbatim_short_in_order_and_cover_the_document(pieces: list[Piece]) -> None:
    report = document(*pieces)
    position = 0
    for passage in split_passages(report):
        assert passage.text == report.text[passage.start : passage.end]
        assert 0 < len(passage.text) <= MAX_PASSAGE
        assert position <= passage.start < passage.end
        assert not report.text[position : passage.start].strip()
        assert 0 <= passage.body <= len(passage.text)
        position = passage.end
    assert not report.text[position:].strip()


@settings(max_examples=200, deadline=None)
@given(PIECES)
def test_ids_are_unique_within_a_document_and_fit_a_deep_link(pieces: list[Piece]) -> None:
    ids = [passage.id for passage in split_passages(document(*pieces))]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z2-7]{12}", passage) for passage in ids)


@settings(max_examples=200, deadline=None)
@given(PIECES, PIECES, PIECES)
def test_ids_stay_when_chapters_are_added_before_and_after(
    before: list[Piece], pieces: list[Piece], after: list[Piece]
) -> None:
    opening = heading("Chapter", 1)
    alone = {passage.id for passage in split_passages(document(opening, *pieces, heading("End", 1)))}
    among = split_passages(document(*before, opening, *pieces, heading("End", 1), *after))
    found = {passage.id for passage in among}
    last = split_passages(document(opening, *pieces, heading("End", 1)))[-1]
    assert alone - {last.id} <= found


def test_the_same_text_twice_has_two_ids_and_keeps_the_first() -> None:
    once = split_passages(document(heading("A"), paragraph(LONG)))
    twice = split_passages(document(heading("A"), paragraph(LONG), heading("A"), paragraph(LONG)))
    assert texts(twice) == [once[0].text, once[0].text]
    assert twice[0].id == once[0].id != twice[1].id


def test_the_same_text_in_two_documents_has_two_ids() -> None:
    assert passage_id("lake", "It is deep.") != passage_id("sea", "It is deep.")


def test_an_id_never_changes() -> None:
    """Links and stored answers hold these: another hash would break them all."""
    assert passage_id("lake", "It is deep.") == "hw6ytvrx43s7"


def test_a_heading_opens_the_passage_below_it() -> None:
    (passage,) = split_passages(document(heading("The lake"), paragraph("It is 40 metres deep.")))
    assert passage.text == "The lake\n\nIt is 40 metres deep."
    assert passage.text[passage.body :] == "It is 40 metres deep."


def test_a_chapters_heading_and_its_first_sections_open_one_passage() -> None:
    (passage,) = split_passages(document(heading("Lakes"), heading("Depth", 2), paragraph("40 metres.")))
    assert passage.text == "Lakes\n\nDepth\n\n40 metres."
    assert passage.locator.section == ("Lakes", "Depth")


def test_a_passage_does_not_leave_its_section() -> None:
    passages = split_passages(
        document(heading("Depth"), paragraph("40 metres."), heading("Width"), paragraph("2 kilometres."))
    )
    assert texts(passages) == ["Depth\n\n40 metres.", "Width\n\n2 kilometres."]
    assert [passage.locator.section for passage in passages] == [("Depth",), ("Width",)]


def test_short_paragraphs_are_gathered() -> None:
    lines = [f"The {n}th station is on the north bank of the lake." for n in range(4, 20)]
    passages = split_passages(document(*map(paragraph, lines)))
    assert all(len(passage.text) >= GOOD_PASSAGE for passage in passages[:-1])
    assert [passage.locator.paragraph for passage in passages] == [1, 7, 13]


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    passages = split_passages(document(paragraph(f"{LONG} {LONG} {LONG}", page=7)))
    assert len(passages) == 2
    assert all(passage.text.endswith("before.") for passage in passages)
    assert [(p.locator.paragraph, p.locator.page) for p in passages] == [(1, 7), (1, 7)]


def test_a_locator_names_the_page_and_number_of_the_first_paragraph_not_of_the_heading() -> None:
    first, second = split_passages(
        document(paragraph(LONG, page=1), heading("Depth", page=1), paragraph("40 metres.", page=2))
    )
    assert (first.locator.page, first.locator.paragraph) == (1, 1)
    assert (second.locator.page, second.locator.paragraph, second.locator.section) == (2, 2, ("Depth",))


def test_a_heading_without_text_is_found_all_the_same() -> None:
    passages = split_passages(document(paragraph(LONG), heading("Annex", page=3)))
    assert passages[-1].text == "Annex"
    assert passages[-1].body == len("Annex")
    assert passages[-1].locator.page == 3


def test_no_text_gives_no_passages() -> None:
    assert split_passages(document()) == []


def test_short_paragraphs_of_two_pages_are_not_gathered_under_the_page_of_the_first() -> None:
    """What stood on page 2 was cited as on page 1."""
    passages = split_passages(
        document(
            heading("Cats", page=1),
            paragraph("The first page has 81 cats.", page=1),
            paragraph("It has them all.", page=1),
            paragraph("The second page has 82 cats.", page=2),
            heading("Dogs", page=2),
            paragraph("The third page has 83 dogs.", page=3),
        )
    )
    assert [(p.text.replace("\n\n", " | "), p.locator.page) for p in passages] == [
        ("Cats | The first page has 81 cats. | It has them all.", 1),
        ("The second page has 82 cats.", 2),
        ("Dogs | The third page has 83 dogs.", 3),
    ]
