"""PDF pages as pieces: columns, pages, headings, tables, hyphens, and what cannot be read."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from paper import Line, column, pdf

from content.documents import Metadata, Piece, assemble
from content.passages import split_passages
from content.readers import read_bytes
from content.readers.errors import Unreadable
from content.readers.pdf import garbled

LEFT = (
    "The first column tells how the centre was founded in Beijing and who took part in the founding meeting"
    " of the governing board, which was held in the autumn of that year with many guests from abroad."
)
RIGHT = (
    "The second column lists the training workshops that were held every year since then for officials of"
    " developing countries, who came to learn about methods of technology foresight and evaluation."
)


def read(*pages: list[Line], **options: object) -> list[Piece]:
    return read_bytes("report.pdf", pdf(*pages, **options))[0]  # type: ignore[arg-type]


def test_two_columns_are_read_one_after_the_other() -> None:
    title = [Line(200, 800, "A Report in Two Columns", 20, bold=True)]
    pieces = read(title + column(50, 740, LEFT) + column(320, 740, RIGHT))
    assert [(piece.kind, piece.text) for piece in pieces] == [
        ("heading", "A Report in Two Columns"),
        ("paragraph", LEFT),
        ("paragraph", RIGHT),
    ]


def test_columns_stay_in_order_when_the_file_writes_them_line_by_line() -> None:
    left, right = column(50, 740, LEFT), column(320, 740, RIGHT)
    mixed = [line for pair in zip(left, right, strict=False) for line in pair] + left[len(right) :] + right[len(left) :]
    assert [piece.text for piece in read(mixed)] == [LEFT, RIGHT]


def test_paragraph_goes_on_over_columns_and_pages() -> None:
    whole = f"{LEFT[:-1]} and {RIGHT[0].lower()}{RIGHT[1:]}"
    lines = column(50, 700, whole)
    half, rest = lines[:4], lines[4:]
    over = [Line(320, 700 - 12 * place, line.text) for place, line in enumerate(rest)]
    assert [piece.text for piece in read(half + over)] == [whole]
    next_page = [Line(50, 700 - 12 * place, line.text) for place, line in enumerate(rest)]
    pieces = read(half, next_page)
    assert [(piece.text, piece.page) for piece in pieces] == [(whole, 1)]


def test_list_below_a_table_is_no_part_of_its_last_row() -> None:
    """Neither is the heading below that: both were read as a cell, and the heading was none."""
    cells = [("Country", "Ships", "Tonnage"), ("Egypt", "12", "3,400"), ("Viet Nam", "5", "980")]
    table = [
        Line(x, 740 - 18 * row, text)
        for row, texts in enumerate(cells)
        for x, text in zip((233, 286, 323), texts, strict=True)
    ]
    items = [Line(96, 688 - 12 * place, f"item {place} of the list of ropes") for place in range(3)]
    bullets = [Line(78, item.y, "\u2022", 12) for item in items]
    below = [Line(78, 640, "Second chapter of it", 18), *column(78, 615, LEFT)]
    assert [
        (piece.kind, piece.text) for piece in read(column(78, 790, RIGHT, 80) + table + items + bullets + below)
    ] == [
        ("paragraph", RIGHT),
        ("row", "Country | Ships | Tonnage"),
        ("row", "Country: Egypt; Ships: 12; Tonnage: 3,400"),
        ("row", "Country: Viet Nam; Ships: 5; Tonnage: 980"),
        *(("item", item.text) for item in items),
        ("heading", "Second chapter of it"),
        ("paragraph", LEFT),
    ]


def test_column_of_figures_does_not_go_on_in_the_text_below() -> None:
    left = [
        column(50, 740 - 60 * row, f"Programme {row} pays for mills and wheels and for all people there", 24)
        for row in range(3)
    ]
    middle = [
        column(200, 740 - 60 * row, f"It is for region {row}, in which the streams are full of ice in winter", 24)
        for row in range(3)
    ]
    figures = [Line(350, 740 - 60 * row, f"{row + 1},500,000") for row in range(3)]
    pieces = read([*(line for cell in left + middle for line in cell), *figures, *column(50, 540, LEFT, 90)])
    assert LEFT in [piece.text for piece in pieces]


def test_rows_of_a_table_whose_cells_hold_sentences_stay_rows() -> None:
    """Each column was read as running text, so that no budget stood beside its programme."""
    cells = [
        (
            f"Programme {row} pays for mills and wheels",
            f"It is for region {row}, in which the streams are full of ice in winter",
        )
        for row in range(4)
    ]
    lines: list[Line] = []
    for row, (left, right) in enumerate(cells):
        y = 740 - 54 * row
        lines += [*column(50, y, left, 24), *column(200, y, right, 30), Line(400, y, f"{row + 1},500,000")]
    pieces = read([*lines, *column(50, 500, LEFT, 90)])
    rows = [f"{left} | {right} | {row + 1},500,000" for row, (left, right) in enumerate(cells)]
    assert [piece.text for piece in pieces] == [*rows, LEFT]
    assert {piece.kind for piece in pieces[:-1]} == {"row"}


def test_title_that_a_program_put_there_is_none() -> None:
    for title in ("(anonymous)", "untitled", "Microsoft Word - report.docx"):
        data = pdf(column(50, 740, LEFT), title=title.replace("(", "\\(").replace(")", "\\)"))
        assert read_bytes("the-report.pdf", data)[1].title == "the report"


def test_running_heads_feet_and_page_numbers_are_dropped() -> None:
    texts = [
        f"Page {name} has its own paragraph, which is long enough to be one."
        for name in ("one", "two", "three", "four")
    ]
    pages = [
        [Line(50, 810, "Annual Report of the Centre"), *column(50, 700, text), Line(290, 30, str(number))]
        for number, text in enumerate(texts, 1)
    ]
    head, *pieces = read(*pages)
    assert [(piece.text, piece.page) for piece in pieces] == [(text, page) for page, text in enumerate(texts, 1)]
    # no text has it, so that it is told once
    assert (head.kind, head.text, head.page) == ("note", "Annual Report of the Centre", 1)


def test_head_that_changes_with_the_chapter_is_known_by_its_page_number() -> None:
    chapters = ["Training", "Training", "Research", "Partners", "Outlook"]
    texts = [f"The {name} page has a paragraph of its own, long enough to be one." for name in "abcde"]
    pages = [
        [
            Line(50, 810, f"Chapter on {chapter}"),
            Line(500, 810, str(number + 6)),
            *column(50, 700 - 14 * number, text),
        ]
        for number, (chapter, text) in enumerate(zip(chapters, texts, strict=True))
    ]
    pieces = read(*pages)
    assert [piece.text for piece in pieces if piece.kind == "paragraph"] == texts
    assert [piece.page for piece in pieces if piece.kind == "note"] == [1, 3, 4, 5]


@pytest.mark.parametrize(
    ("head", "read_as"),
    [
        ("Restricted draft | {}", "Restricted draft"),
        ("{} | Annual Report 2021", "Annual Report 2021"),
        ("Page {} of 30 Not for citation", "Not for citation"),
        ("https://example.org/report Page {} of 30", ""),
        ("Page {}", ""),
        ("04/2025, 16:46 Forms of a program {}", ""),
    ],
)
def test_numbers_and_addresses_of_a_running_head_say_nothing(head: str, read_as: str) -> None:
    pages = [[Line(50, 810, head.format(number)), *column(50, 700, f"{LEFT} {number}")] for number in range(1, 7)]
    assert [piece.text for piece in read(*pages) if piece.kind == "note"] == ([read_as] if read_as else [])


def test_headings_are_told_by_size_weight_and_number() -> None:
    pieces = read(
        [
            Line(50, 800, "Annual Report 2019", 22, bold=True),
            Line(50, 760, "Training", 15, bold=True),
            *column(50, 735, LEFT, width=80),
            Line(50, 680, "Workshops for officials", 10, bold=True),
            *column(50, 660, RIGHT, width=80),
        ]
    )
    headings = [(piece.text, piece.level) for piece in pieces if piece.kind == "heading"]
    assert headings == [("Annual Report 2019", 1), ("Training", 2), ("Workshops for officials", 3)]


def test_hyphens_at_line_ends_are_mended_and_real_ones_kept() -> None:
    pieces = read(
        [
            Line(50, 700, "The centre works on development in the Beijing-Tianjin-"),
            Line(50, 688, "Hebei area and on the evaluation of science and techno-"),
            Line(50, 676, "logy, and it follows low-carbon policies, for a low-"),
            Line(50, 664, "carbon economy is what the technology of the area needs."),
        ]
    )
    assert [piece.text for piece in pieces] == [
        "The centre works on development in the Beijing-Tianjin-Hebei area and on the evaluation of science"
        " and technology, and it follows low-carbon policies, for a low-carbon economy is what the technology"
        " of the area needs."
    ]


TABLE = [
    ("Country", "Trainees", "Year"),
    ("Egypt", "12", "2012"),
    ("Pakistan", "9", "2013"),
    ("Serbia", "7", "2014"),
]


def cells(rows: Sequence[Sequence[str]], top: float) -> list[Line]:
    return [Line(60 + 150 * x, top - 20 * y, cell) for y, row in enumerate(rows) for x, cell in enumerate(row) if cell]


def test_table_rows_can_be_read_on_their_own() -> None:
    assert [(piece.kind, piece.text) for piece in read(cells(TABLE, 700))] == [
        ("row", "Country | Trainees | Year"),
        ("row", "Country: Egypt; Trainees: 12; Year: 2012"),
        ("row", "Country: Pakistan; Trainees: 9; Year: 2013"),
        ("row", "Country: Serbia; Trainees: 7; Year: 2014"),
    ]


def test_table_keeps_its_names_over_pages_and_does_not_say_them_again() -> None:
    more = [TABLE[0], ("Ghana", "4", "2015"), ("Kenya", "3", "2016")]
    for second in (more, more[1:]):
        rows = [piece.text for piece in read(cells(TABLE, 100), cells(second, 700))]
        assert rows[-2:] == ["Country: Ghana; Trainees: 4; Year: 2015", "Country: Kenya; Trainees: 3; Year: 2016"]
        assert len(rows) == 6


def test_empty_cell_gives_its_name_to_no_other_value() -> None:
    rows = [*TABLE, ("Togo", "", "2017")]
    assert read(cells(rows, 700))[-1].text == "Country: Togo; Year: 2017"


def test_pairs_and_rows_of_figures_have_no_names() -> None:
    pairs = [("Founded", "1982"), ("Director", "Li Ming"), ("Staff", "40"), ("Place", "Beijing")]
    assert [piece.text for piece in read(cells(pairs, 700))] == [" | ".join(pair) for pair in pairs]
    years = [("Country", "2019", "2020"), ("Egypt", "12", "13"), ("Togo", "4", "5")]
    assert read(cells(years, 700))[-1].text == "Country: Togo; 2019: 4; 2020: 5"
    founded = [("Lake", "2019", "2020"), ("River", "2001", "2002"), ("Sea", "1999", "1998")]
    assert [piece.text for piece in read(cells(founded, 700))] == [" | ".join(row) for row in founded]


def test_footnote_does_not_stand_inside_a_sentence() -> None:
    lines = column(50, 700, LEFT[:-1] + " and " + RIGHT[0].lower() + RIGHT[1:], size=10)
    note = [Line(50, 560, "1 See the minutes of the meeting, which are kept in Paris.", 7)]
    over = [Line(320, 700 - 12 * place, line.text) for place, line in enumerate(lines[5:])]
    pieces = read(lines[:5] + note + over)
    assert [piece.text[:20] for piece in pieces] == [LEFT[:20], "1 See the minutes of"]


def test_page_that_was_put_in_twice_is_read_once() -> None:
    page = column(50, 700, LEFT)
    assert [piece.text for piece in read(page, page)] == [LEFT]


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_rotation_of_the_page_does_not_change_the_text(rotate: int) -> None:
    assert [piece.text for piece in read(column(50, 700, LEFT), rotate=rotate)] == [LEFT]


def test_title_in_the_properties_is_used_unless_a_program_put_it_there() -> None:
    lines = [Line(50, 800, "Annual Report 2015", 20), *column(50, 700, LEFT)]
    assert read_bytes("x.pdf", pdf(lines, title="Report of the Centre"))[1].title == "Report of the Centre"
    metadata = read_bytes("x.pdf", pdf(lines, title="Microsoft Word - draft3.doc"))[1]
    assert (metadata.title, metadata.year) == ("Annual Report 2015", 2015)


def test_pdf_without_text_says_what_to_do() -> None:
    with pytest.raises(Unreadable) as refused:
        read([])
    assert str(refused.value) == "report.pdf: no text layer: run OCR, for example ocrmypdf, and add the result"


def test_damaged_pdf_is_named() -> None:
    with pytest.raises(Unreadable, match="damaged"):
        read_bytes("x.pdf", b"%PDF-1.7\n%%EOF")


def test_wrong_characters_are_known() -> None:
    assert garbled("佛佛佛佛佛佛")
    assert garbled("\ufffd\ufffd a \ufffd")
    assert not garbled("科技创新是引领发展的第一动力")
    assert not garbled("1,234")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=200), st.integers(min_value=0, max_value=900))
def test_damage_anywhere_is_read_or_refused(noise: bytes, place: int) -> None:
    whole = pdf(column(50, 700, LEFT))
    try:
        pieces, _ = read_bytes("x.pdf", whole[:place] + noise + whole[place + len(noise) :])
    except Unreadable as refused:
        pieces = [Piece("paragraph", refused.remedy)]
    assert any(piece.text.strip() for piece in pieces)


def test_more_pages_than_are_read_are_said_to_be_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of a report would answer as if it were all of it."""
    monkeypatch.setattr("content.readers.pdf.MAX_PAGES", 1)
    with pytest.raises(Unreadable, match="it has 2 pages, 1 are read at most") as caught:
        read_bytes("long.pdf", pdf([Line(72, 700, "One page.")], [Line(72, 700, "Another page.")]))
    assert caught.value.remedy == "split it"


def sheets(*values: tuple[str, str]) -> list[list[Line]]:
    """One country a page, as statistics are printed: the labels are the same, the figures are not."""
    return [
        [
            Line(72, 790, f"Country: {name}", 16, bold=True),
            Line(72, 765, "Researchers in full-time equivalent, latest year", 11),
            Line(72, 749, figure, 11),
            Line(72, 700, "Share of gross domestic product, in per cent: 0.3", 11),
            Line(72, 60, "Seats in the council", 11),
            Line(72, 44, figure[::-1], 11),
        ]
        for name, figure in values
    ]


def test_labels_and_figures_of_sheets_of_one_form_do_not_vanish() -> None:
    """Lines that differ in their numbers were taken for running heads, and lone figures for page numbers."""
    values = [("Angola", "412"), ("Burundi", "88"), ("Cameroon", "1904"), ("Djibouti", "61"), ("Eritrea", "37")]
    pieces = read(*sheets(*values))
    for page, (_, figure) in enumerate(values, 1):
        own = [piece.text for piece in pieces if piece.page == page]
        assert "Researchers in full-time equivalent, latest year" in " ".join(own)
        assert "Seats in the council" in " ".join(own)
        assert {figure, figure[::-1]} <= set(" ".join(own).split())


def test_pages_of_one_form_are_no_single_paragraph() -> None:
    """250 pages of one form were a paragraph of 400,000 characters."""
    lines = [
        Line(50, 760 - 12 * place, "words of a form that fill the line to its very end and go on")
        for place in range(50)
    ]
    pieces = read(*[lines for _ in range(24)])
    assert max(len(piece.text) for piece in pieces) < 5 * 50 * 62


def test_numbered_titles_of_sheets_are_no_page_numbers() -> None:
    pages = [
        [Line(50, 800, f"Indicator {number}", 18, bold=True), *column(50, 740, f"It tells of {name}. {LEFT}")]
        for number, name in enumerate(("rivers", "lakes", "seas", "wells", "ponds", "rain"), 1)
    ]
    headings = [piece.text for piece in read(*pages) if piece.kind == "heading"]
    assert headings == [f"Indicator {number}" for number in range(1, 7)]


def test_page_numbers_go_with_the_pages_also_in_a_preface() -> None:
    texts = [f"The page on {name} has a paragraph of its own, long enough to be one." for name in "abcdefgh"]
    marks = ["i", "ii", "iii", "iv", "1", "2", "3", "4"]
    pages = [[*column(50, 700, text), Line(290, 30, mark)] for text, mark in zip(texts, marks, strict=True)]
    assert [piece.text for piece in read(*pages)] == texts


def test_year_alone_at_the_foot_of_a_cover_is_no_page_number() -> None:
    pages = [[Line(200, 500, "Report of the Council", 24), Line(290, 40, "2024")]]
    pages += [
        [*column(50, 700, f"{LEFT} This was page {name}."), Line(290, 30, str(n))] for n, name in ((2, "b"), (3, "c"))
    ]
    assert "2024" in [piece.text for piece in read(*pages)]


def test_sentence_is_cited_on_the_page_where_it_stands_in_a_paragraph_that_goes_over() -> None:
    first = "The council met in spring and looked at all of the plans that the institutes had sent to it"
    second = "it chose four of them. The lake stations are paid for three years. Rivers come later."
    pieces = read([Line(50, 60, first)], [Line(50, 760, second)])
    assert [piece.text for piece in pieces] == [f"{first} {second}"]
    document = assemble("report", "report.pdf", pieces, Metadata())
    assert document.text[document.page_starts[1][0] :].startswith("it chose four")
    (passage,) = split_passages(document)
    places = [passage.page_at(passage.text.index(words)) for words in ("The council", "it chose", "The lake", "Rivers")]
    assert places == [1, 2, 2, 2]


def test_pages_of_a_piece_survive_hyphens_and_bullets() -> None:
    first = Line(50, 60, "\u2022 The council met in spring and looked at the techno-")
    pieces = read([first], [Line(50, 760, "logy of rivers and lakes. The lake stations are paid.")])
    (piece,) = pieces
    ((start, page),) = piece.page_starts
    assert (piece.text[start:], page) == ("logy of rivers and lakes. The lake stations are paid.", 2)


LAW = [
    Line(200, 790, "湖泊保护条例", 16),
    Line(240, 740, "第一章", 16),
    Line(320, 740, "总则", 16),
    Line(90, 700, "第一条", 10.5),
    Line(132, 700, "为了保护湖泊，改善水质，维护沿岸居民的利益，根据有关法律，制定本条例，保障", 10.5),
    Line(90, 677, "湖泊的可持续利用。", 10.5),
    Line(90, 654, "第二条", 10.5),
    Line(132, 654, "在本省境内使用湖泊的单位和个人，适用本条例。", 10.5),
    Line(90, 631, "在境外使用湖泊，损害本省利益的，由水利部门依照本条例第九章的规定依法追究其责任的用", 10.5),
    Line(90, 608, "户，应当赔偿。", 10.5),
    Line(90, 585, "第三条", 10.5),
    Line(132, 585, "本条例所称湖泊，是指面积在一平方公里以上天然水体，包括与其相连的河流、水库", 10.5),
    Line(90, 562, "、湿地和滩涂。", 10.5),
]


def test_articles_of_a_chinese_law_are_one_piece_each_with_their_lines_joined() -> None:
    """The number of an article stood apart from it, and each line was a paragraph of its own."""
    assert [(piece.kind, piece.text) for piece in read(LAW)] == [
        ("heading", "湖泊保护条例"),
        ("heading", "第一章 总则"),
        (
            "paragraph",
            "第一条 为了保护湖泊，改善水质，维护沿岸居民的利益，根据有关法律，制定本条例，保障湖泊的可持续利用。",
        ),
        (
            "paragraph",
            "第二条 在本省境内使用湖泊的单位和个人，适用本条例。\n"
            "在境外使用湖泊，损害本省利益的，由水利部门依照本条例第九章的规定依法追究其责任的用户，应当赔偿。",
        ),
        (
            "paragraph",
            "第三条 本条例所称湖泊，是指面积在一平方公里以上天然水体，包括与其相连的河流、水库、湿地和滩涂。",
        ),
    ]


def test_footnotes_are_notes_of_their_page_each_whole() -> None:
    """A note's second paragraph, and its rest on the next page, stood in the text."""
    text = column(50, 700, LEFT[:-1] + " and " + RIGHT[0].lower() + RIGHT[1:], 90)
    notes = [
        Line(50, 120, "1 See the minutes of the meeting, which are kept in Paris.", 7),
        Line(50, 111, '2 "Lakes", in the same volume.', 7),
        Line(50, 90, "A later edition says the same.", 7),
        Line(50, 60, "3 The council has said that it will pay for the stations, and the", 7),
    ]
    rest = [
        Line(50, 120, "institutes agree to that.", 7),
        Line(50, 60, "4 Ibid.", 7),
    ]
    pieces = read([*text, *notes], [*column(50, 700, RIGHT, 90), *rest])
    assert [(piece.text, piece.page) for piece in pieces if piece.kind == "note"] == [
        ("1 See the minutes of the meeting, which are kept in Paris.", 1),
        ('2 "Lakes", in the same volume. A later edition says the same.', 1),
        ("3 The council has said that it will pay for the stations, and the institutes agree to that.", 1),
        ("4 Ibid.", 2),
    ]
    assert [piece.text for piece in pieces if piece.kind != "note"] == [
        f"{LEFT[:-1]} and {RIGHT[0].lower()}{RIGHT[1:]}",
        RIGHT,
    ]
    document = assemble("report", "report.pdf", pieces, Metadata())
    passages = split_passages(document)
    assert not [passage for passage in passages if "governing board" in passage.text and "Ibid" in passage.text]
    assert any(passage.text.startswith("1 See the minutes") for passage in passages)


# Cells of several lines


def tall_cells(rows: list[list[list[str]]], lefts: list[int], *, pad: int, middle: bool) -> list[Line]:
    """A table of small type: rows of cells of lines, `pad` points between rows, cells at the top or in the middle."""
    found: list[Line] = []
    y = 700.0
    for row in rows:
        height = max(map(len, row))
        for left, lines in zip(lefts, row, strict=True):
            first = y - (height - len(lines)) * 5.5 if middle else y
            found += [Line(left, first - 11 * number, text, 9) for number, text in enumerate(lines)]
        y -= height * 11 + pad
    return found


MINISTRIES = [
    [["Ministry"], ["Budget in 2020"], ["Staff"]],
    [["Ministry of Education,", "Science and Technology", "of the Republic"], ["412"], ["1,204"]],
    [["Ministry of Health"], ["88"], ["310"]],
    [["Ministry of Agriculture,", "Livestock and Fisheries"], ["61"], ["250"]],
    [["Ministry of Water and", "Irrigation"], ["57"], ["99"]],
    [["Office for Statistics"], ["12"], ["40"]],
]


@pytest.mark.parametrize(
    ("pad", "middle"), [(12, False), (12, True), (6, True), (3, False), (1, False), (1, True), (0, False)]
)
def test_name_of_several_lines_is_one_cell_however_close_rows_stand(pad: int, middle: bool) -> None:
    lead = column(72, 780, "The council met in spring and looked at the plans that the ministries had sent to it.", 80)
    found = read_bytes("x.pdf", pdf([*lead, *tall_cells(MINISTRIES, [72, 300, 420], pad=pad, middle=middle)]))[0]
    assert [piece.text for piece in found[-5:]] == [
        f"Ministry: {' '.join(name)}; Budget in 2020: {budget}; Staff: {staff}"
        for name, (budget,), (staff,) in MINISTRIES[1:]
    ]


@pytest.mark.parametrize("names_of_two_lines", [False, True])
@pytest.mark.parametrize("gap", [14, 20])
def test_figures_half_way_down_their_rows_stand_beside_names_of_three_lines(gap: int, names_of_two_lines: bool) -> None:
    lines = [*column(72, 790, LEFT), Line(72, 700, "Ministry")]
    for x, first, second in ((260, "Staff in", "the year"), (400, "Share of", "exports")):
        both = [Line(x, 706, first), Line(x, 694, second)]
        lines += both if names_of_two_lines else [Line(x, 700, first)]
    y = 688 - gap if names_of_two_lines else 700 - gap
    for number, region in enumerate("ABCD"):
        lines += [Line(72, y, "Ministry of Water and"), Line(72, y - 12, f"Agriculture of region {region}")]
        lines += [Line(72, y - 24, "and of its lakes"), Line(260, y - 12, str(412 + number))]
        lines += [Line(400, y - 12, f"{12 + number}.5")]
        y -= 24 + gap
    staff, share = ("Staff in the year", "Share of exports") if names_of_two_lines else ("Staff in", "Share of")
    assert [piece.text for piece in read(lines) if piece.kind == "row"] == [
        f"Ministry | {staff} | {share}",
        *(
            f"Ministry: Ministry of Water and Agriculture of region {region} and of its lakes; {staff}: {412 + number};"
            f" {share}: {12 + number}.5"
            for number, region in enumerate("ABCD")
        ),
    ]


def test_hyphen_in_a_cell_is_kept_where_the_word_has_one() -> None:
    rows = [
        [["Plan"], ["Costs"]],
        [["For open-source and open-", "source programs"], ["12"]],
        [["For the insti-", "tutes of the north"], ["15"]],
        [["For all others"], ["18"]],
    ]
    lead = column(72, 780, "The plans are for open-source programs, and for institutes of the north and the south.", 80)
    found = read_bytes("x.pdf", pdf([*lead, *tall_cells(rows, [72, 300], pad=6, middle=False)]))[0]
    assert [piece.text for piece in found[-3:-1]] == [
        "Plan: For open-source and open-source programs; Costs: 12",
        "Plan: For the institutes of the north; Costs: 15",
    ]


@pytest.mark.parametrize("label", ["of which women:", "Total of all"])
def test_line_that_opens_the_next_rows_is_no_part_of_the_row_above(label: str) -> None:
    rows = [
        [["Group"], ["Staff"]],
        [["Institutes"], ["412"]],
        [["Schools"], ["88"]],
        [["Offices"], ["61"]],
        [[label], []],
        [["Institutes"], ["57"]],
    ]
    texts = [piece.text for piece in read_bytes("x.pdf", pdf(tall_cells(rows, [72, 300], pad=0, middle=False)))[0]]
    assert not any("Offices" in text and label in text for text in texts)
