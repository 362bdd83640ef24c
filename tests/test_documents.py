"""Pieces put together: offsets, heading paths and paragraph numbers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from content.documents import Metadata, Piece, assemble, seen

pieces = st.lists(
    st.builds(
        Piece,
        kind=st.sampled_from(["heading", "paragraph", "item", "row"]),
        text=st.text(max_size=60),
        level=st.integers(min_value=1, max_value=6),
        page=st.none() | st.integers(min_value=1, max_value=9),
    ),
    max_size=30,
)


@given(pieces)
def test_every_block_is_a_slice_of_the_text_in_order(found: list[Piece]) -> None:
    document = assemble("id", "id.md", found, Metadata())
    kept = [piece for piece in found if piece.text.strip()]
    assert [document.text[block.start : block.end] for block in document.blocks] == [p.text.strip() for p in kept]
    ends = [0, *(block.end for block in document.blocks)]
    assert all(block.start >= end for block, end in zip(document.blocks, ends, strict=False))
    assert "\n\n".join(piece.text.strip() for piece in kept) == document.text


@given(pieces)
def test_paragraphs_are_numbered_from_one_and_headings_do_not_count(found: list[Piece]) -> None:
    document = assemble("id", "id.md", found, Metadata())
    numbers = [block.locator.paragraph for block in document.blocks if block.kind != "heading"]
    assert numbers == list(range(1, len(numbers) + 1))


def test_heading_closes_those_of_its_own_level_and_deeper() -> None:
    found = [
        Piece("heading", "A", 1),
        Piece("heading", "A.1", 2),
        Piece("paragraph", "one"),
        Piece("heading", "A.2", 2),
        Piece("paragraph", "two"),
        Piece("heading", "B", 1),
        Piece("paragraph", "three"),
    ]
    document = assemble("id", "id.md", found, Metadata())
    sections = [block.locator.section for block in document.blocks if block.kind == "paragraph"]
    assert sections == [("A", "A.1"), ("A", "A.2"), ("B",)]


def test_what_nobody_sees_is_no_part_of_the_text() -> None:
    """A word with a soft hyphen in it was another word to whoever looked for it."""
    assert seen("inter\u00adnational \u202blaw\u202c, co\u200bop, af\u200cfairs") == "international law, coop, affairs"
    assert seen("می\u200cخواهم 👩\u200d🚀") == "می\u200cخواهم 👩\u200d🚀"
