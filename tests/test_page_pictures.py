"""Pictures of printed pages: what is marked is the paragraph, or nothing is; drawn once, kept within bounds."""

from __future__ import annotations

import os
import struct
import zlib
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pypdfium2
import pytest
from paper import Line, column, pdf

from bot.reading.page_drawing import MARKER, page_marks, png_of
from bot.reading.page_letters import letters_of
from bot.reading.page_marks import PrintedText, among
from bot.reading.page_pictures import NoPicture, PagePictures, PageWorker, draw_here

PILOTS = "The board employs 47 pilots, who bring in every ship that is longer than 80 metres, at any hour of the day."
TUGS = "Eleven tugs lie in the inner basin; four of them can break ice that is up to 30 centimetres thick."
AGAIN = "See the annual table."
SAND = "Dredging took 14 months and moved 3.2 million cubic metres of sand, most of which was used to raise"
BEACHES = "the beaches of two villages that had lost theirs in the storms of the winter before."


def marked(data: bytes, page: int, text: str, before: str = "", after: str = "") -> dict[int, str]:
    """What PDFium has under the rectangles, by page."""
    document = pypdfium2.PdfDocument(data)
    marks = page_marks(document, page, PrintedText(text, before, after))
    found: dict[int, str] = {}
    for number, boxes in marks.items():
        sheet = document[number - 1]
        textpage = sheet.get_textpage()
        parts = [
            textpage.get_text_bounded(left, bottom + 0.4 * (top - bottom), right, top - 0.4 * (top - bottom))
            for left, bottom, right, top in boxes
        ]
        found[number] = letters_of(" ".join(parts))
        textpage.close()
        sheet.close()
    document.close()
    return found


TWO = pdf([*column(72, 740, PILOTS, 60), *column(72, 640, TUGS, 60), Line(72, 60, "Page 1 of 9")])


@pytest.mark.parametrize("text", [PILOTS, TUGS, f"{PILOTS}\n\n{TUGS}", "The board employs 47 pilots"])
def test_the_letters_under_the_marks_are_those_of_the_text(text: str) -> None:
    assert marked(TWO, 1, text) == {1: letters_of(text)}


@pytest.mark.parametrize(
    "text",
    [
        "The board employs 48 pilots, who bring in every ship that is longer than 80 metres, at any hour of the day.",
        f"{PILOTS} Nobody else may.",
        f"{TUGS}\n\nThe harbour closes at night.",
        "",
        "…",
    ],
)
def test_what_the_page_does_not_say_is_not_marked(text: str) -> None:
    assert marked(TWO, 1, text) == {}


def test_words_that_are_parted_at_the_end_of_a_line_are_found() -> None:
    data = pdf([Line(72, 700, "A long para-"), Line(72, 688, "graph ends here."), Line(72, 600, "Another graph.")])
    assert marked(data, 1, "A long paragraph ends here.") == {1: letters_of("A long paragraph ends here.")}


def test_what_stands_twice_is_marked_only_where_its_neighbours_tell_which_it_is() -> None:
    lines = [
        *column(72, 740, PILOTS, 60),
        Line(72, 690, AGAIN),
        *column(72, 640, TUGS, 60),
        Line(72, 590, AGAIN),
    ]
    data = pdf(lines)
    assert marked(data, 1, AGAIN) == {}
    assert marked(data, 1, AGAIN, before=TUGS) == {1: letters_of(AGAIN)}
    document = pypdfium2.PdfDocument(data)
    first = page_marks(document, 1, PrintedText(AGAIN, before=PILOTS, after=TUGS))
    second = page_marks(document, 1, PrintedText(AGAIN, before=TUGS))
    assert first[1][0][1] > 680
    assert second[1][0][1] < 600


@pytest.mark.parametrize("page", [1, 2])
def test_a_paragraph_over_the_end_of_a_page_is_marked_on_both(page: int) -> None:
    number = [Line(300, 40, str(page)) for page in (1, 2)]
    data = pdf(
        [*column(72, 740, TUGS, 60), *column(72, 120, SAND, 60), number[0]],
        [*column(72, 780, BEACHES, 60), *column(72, 600, PILOTS, 60), number[1]],
    )
    assert marked(data, page, f"{SAND} {BEACHES}") == {1: letters_of(SAND), 2: letters_of(BEACHES)}


def test_a_last_word_that_stands_by_chance_on_the_next_page_makes_no_mark() -> None:
    data = pdf([*column(72, 740, SAND, 60)], [Line(72, 700, "In spring they raise the beaches of the north.")])
    assert marked(data, 1, f"{SAND} the beaches") == {}


def test_columns_are_read_one_after_the_other() -> None:
    data = pdf([*column(60, 740, PILOTS, 40), *column(320, 740, TUGS, 40)])
    assert marked(data, 1, TUGS) == {1: letters_of(TUGS)}
    assert marked(data, 1, f"{PILOTS}\n\n{TUGS}") == {1: letters_of(PILOTS + TUGS)}


def test_numbers_before_their_paragraphs_are_found_where_the_file_has_them_apart() -> None:
    numbers = [Line(72, 740, "1."), Line(72, 640, "2.")]
    data = pdf([*numbers, Line(100, 740, "How many pilots are there?"), Line(100, 640, "How many tugs are there?")])
    assert marked(data, 1, "2. How many tugs are there?").keys() == {1}
    answers = [Line(100, 700, "Yes"), Line(140, 700, "No"), Line(100, 600, "Yes"), Line(140, 600, "No")]
    data = pdf([Line(100, 740, "Are there pilots here?"), Line(100, 640, "Are there any tugs?"), *answers])
    document = pypdfium2.PdfDocument(data)
    marks = page_marks(document, 1, PrintedText("Are there any tugs?\n\nYes\n\nNo"))
    assert [round(box[1]) // 10 for box in marks[1]] == [63, 59]


def test_a_row_needs_only_its_values_of_the_names_above_it() -> None:
    table = [("Port", "Ships", "Pilots"), ("Brightsea", "4711", "47"), ("Northcape", "815", "12")]
    data = pdf([Line(72 + 150 * x, 700 - 20 * y, cell) for y, row in enumerate(table) for x, cell in enumerate(row)])
    text = "Port: Northcape; Ships: 815; Pilots: 12"
    assert marked(data, 1, text) == {1: letters_of("Northcape81512")}


def test_chinese_is_marked_by_its_characters() -> None:
    data = pdf([Line(72, 700, "港务局有四十七名引航员。", 12), Line(72, 660, "内港停泊着十一艘拖船。", 12)])
    assert marked(data, 1, "内港停泊着十一艘拖船。") == {1: letters_of("内港停泊着十一艘拖船")}


# The picture


def pixels_of(png: Path) -> npt.NDArray[np.uint8]:
    """A PNG as `png_of` writes it, read by hand."""
    data = png.read_bytes()
    width, height, depth, colours = struct.unpack(">IIBB", data[16:26])
    assert (data[:8], depth, colours) == (b"\x89PNG\r\n\x1a\n", 8, 2)
    size = struct.unpack(">I", data[33:37])[0]
    lines = np.frombuffer(zlib.decompress(data[41 : 41 + size]), np.uint8).reshape(height, 1 + 3 * width)
    assert set(lines[:, 0].tolist()) == {2}
    return np.cumsum(lines[:, 1:], axis=0, dtype=np.uint8).reshape(height, width, 3)


def test_a_picture_is_written_as_it_was_drawn(tmp_path: Path) -> None:
    drawn = np.random.default_rng(1).integers(0, 256, (17, 23, 3), np.uint8)
    (tmp_path / "a.png").write_bytes(png_of(drawn))
    assert (pixels_of(tmp_path / "a.png") == drawn).all()


def pictures(folder: Path, most: int = 1 << 30) -> PagePictures:
    return PagePictures(folder / "pages", draw_here, most)


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_the_mark_lies_over_the_letters_however_the_page_is_turned(tmp_path: Path, rotate: int) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(pdf([*column(72, 740, PILOTS, 60), *column(72, 200, TUGS, 60)], rotate=rotate))
    picture = pictures(tmp_path).picture(file, 1, PrintedText(PILOTS))
    seen = pixels_of(picture.png)
    yellow = (seen == np.array(MARKER, np.uint8)).all(axis=2)
    dark = seen.max(axis=2) < 60
    assert yellow.any()
    rows, across = np.nonzero(yellow)
    box = (slice(rows.min(), rows.max() + 1), slice(across.min(), across.max() + 1))
    share = dark[box].sum() / dark.sum()
    assert 0.4 < share < 0.65, "half of the text is marked"


def test_a_page_is_drawn_once_and_again_when_the_file_changes(tmp_path: Path) -> None:
    drawn: list[int] = []

    def draw(file: Path, page: int, printed: PrintedText | None, shown: int, target: Path) -> object:
        drawn.append(shown)
        return draw_here(file, page, printed, shown, target)

    kept = PagePictures(tmp_path / "pages", draw)  # type: ignore[arg-type]
    file = tmp_path / "a.pdf"
    file.write_bytes(TWO)
    first = kept.picture(file, 1, PrintedText(PILOTS))
    assert kept.picture(file, 1, PrintedText(PILOTS)) == first
    assert (drawn, first.marked, first.pages) == ([1], (1,), 1)
    assert PagePictures(tmp_path / "pages", draw).picture(file, 1, PrintedText(PILOTS)) == first  # type: ignore[arg-type]
    assert drawn == [1]
    file.write_bytes(pdf([Line(72, 700, "All is different now.")]))
    os.utime(file, (1, 1))
    assert kept.picture(file, 1, PrintedText(PILOTS)).marked == ()
    assert drawn == [1, 1]


def test_pictures_stay_within_bounds_and_the_newest_stays(tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(pdf(*([Line(72, 700, f"Page {number} of the book.")] for number in range(1, 9))))
    size = pictures(tmp_path).picture(file, 1, None).png.stat().st_size
    kept = pictures(tmp_path, int(3.5 * size))
    for number in range(2, 9):
        last = kept.picture(file, number, None)
        os.utime(last.png, (number, number))
    left = sorted((tmp_path / "pages").iterdir())
    assert last.png in left
    assert len(left) <= 8, "three pictures with what is known of each, and one more while it is new"


def test_why_there_is_no_picture_is_said(tmp_path: Path) -> None:
    text, file = tmp_path / "a.txt", tmp_path / "a.pdf"
    text.write_text("No pages.", encoding="utf-8")
    file.write_bytes(TWO)
    broken = tmp_path / "b.pdf"
    broken.write_bytes(b"%PDF-1.4\nnothing more")
    for path, page, reason in (
        (text, 1, "format"),
        (tmp_path / "gone.pdf", 1, "gone"),
        (file, 2, "page"),
        (file, 0, "page"),
        (broken, 1, "unreadable"),
    ):
        with pytest.raises(NoPicture) as refused:
            pictures(tmp_path).picture(path, page, None)
        assert refused.value.reason == reason
    assert not list(tmp_path.glob("pages/*")), "nothing unfinished stays"


def test_a_process_of_its_own_draws_the_same_and_outlives_what_is_broken(tmp_path: Path) -> None:
    file, broken = tmp_path / "a.pdf", tmp_path / "b.pdf"
    file.write_bytes(TWO)
    broken.write_bytes(b"%PDF-1.4\nnothing more")
    worker = PageWorker(seconds=20, memory_bytes=1 << 30)
    try:
        apart = PagePictures(tmp_path / "apart", worker.draw)
        with pytest.raises(NoPicture, match="unreadable"):
            apart.picture(broken, 1, None)
        with pytest.raises(NoPicture, match="page"):
            apart.picture(file, 9, None)
        printed = among([PILOTS, TUGS], 1)
        here, there = pictures(tmp_path).picture(file, 1, printed), apart.picture(file, 1, printed)
        assert there.marked == (1,)
        assert there.png.read_bytes() == here.png.read_bytes()
    finally:
        worker.close()
