"""What a person reads on a page of a PDF: marks, spaces, directions, forms, and what is not shown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from drawn_paper import FIRST, HELVETICA, PAGE, Script, drawn, show
from paper import Line, column, pdf

from content.documents import Piece
from content.omissions import Omission
from content.readers import read_bytes, read_file
from content.readers.errors import Unreadable
from content.readers.pdf_fonts import is_language

FIELD = Path(__file__).parents[2] / "shared" / "field" / "files"
shared = pytest.mark.skipif(not FIELD.is_dir(), reason="the shared files are not here")


def texts(data: bytes) -> list[str]:
    return [piece.text for piece in read_bytes("x.pdf", data)[0]]


def left_out(data: bytes) -> dict[str, Omission]:
    return {omission.code: omission for omission in read_bytes("x.pdf", data)[1].left_out}


def line(*parts: tuple[str, float, float]) -> bytes:
    """Parts one after the other on a line: text, size and rise, in points."""
    shown = b"BT 1 0 0 1 72 700 Tm\n"
    for text, size, rise in parts:
        shown += b"/F1 %g Tf %g Ts (%s) Tj\n" % (size, rise, re.sub(r"([()])", r"\\\1", text).encode("cp1252"))
    return drawn(shown + b"ET")


# Marks and powers


def test_raised_figure_is_a_mark_and_not_the_next_figure_of_a_number() -> None:
    assert texts(
        line(
            ("It has 342", 10, 0),
            ("1", 6, 4),
            (" people, 12.5", 10, 0),
            ("2", 6, 4),
            (" million, 48", 10, 0),
            ("3", 6, 4),
        )
    ) == ["It has 342¹ people, 12.5² million, 48³"]


@pytest.mark.parametrize(
    ("base", "mark", "after", "read"),
    [
        ("The area is 10", "6", " square metres.", "The area is 10⁶ square metres."),
        ("A factor of 10", "-3", " is lost here.", "A factor of 10⁻³ is lost here."),
        ("Rivers rise", "1,2", " in the spring.", "Rivers rise¹,² in the spring."),
        ("Rivers rise.", "12", " In spring they", "Rivers rise.¹² In spring they"),
        ("Lane", "a,c", " and Smith wrote it.", "Lane a,c and Smith wrote it."),
        ("It grew by 12.5", "a", " per cent.", "It grew by 12.5ᵃ per cent."),
        ("On the 20", "th", " of October they met.", "On the 20th of October they met."),
        ("Au XX", "e", " siècle le fleuve monte.", "Au XXe siècle le fleuve monte."),
        ("It is 25 ", "o", "C in the shade.", "It is 25 °C in the shade."),
        ("The number 2", "n", " grows with n.", "The number 2ⁿ grows with n."),
    ],
)
def test_what_is_set_high_says_so_and_endings_stay(base: str, mark: str, after: str, read: str) -> None:
    assert texts(line((base, 10, 0), (mark, 6, 4), (after, 10, 0))) == [read]


def test_what_is_set_low_joins_a_word_but_no_number() -> None:
    assert texts(line(("They emit CO", 10, 0), ("2", 6, -2), (" and H", 10, 0), ("2", 6, -2), ("O.", 10, 0))) == [
        "They emit CO2 and H2O."
    ]
    assert texts(line(("The number 101", 10, 0), ("2", 6, -2), (" is five.", 10, 0))) == ["The number 101₂ is five."]


def test_small_type_on_the_line_is_no_mark() -> None:
    assert texts(line(("T", 10, 0), ("HE CENTRE", 8, 0), (" has 24", 10, 0), ("7", 8, 0), (" people.", 10, 0))) == [
        "THE CENTRE has 247 people."
    ]


def test_initial_that_is_larger_than_its_line_makes_no_mark_of_it() -> None:
    assert texts(line(("T", 24, 0), ("he centre has people.", 10, 9))) == ["The centre has people."]


def test_marks_that_the_file_has_behind_all_lines_stand_where_they_are_seen() -> None:
    first = show("It has 342", 72, 700) + show("people in the centre.", 121, 700)
    assert texts(drawn(first + show("1", 116.5, 704, 6))) == ["It has 342¹ people in the centre."]


FIGURES = ("342", "12.5", "48", "1,024", "0.7", "2021", "99.9", "3,400,000", "5", "17", "60.25", "8")
RAISED = {"1": "¹", "2": "²", "3": "³", "12": "¹²"}


def marked(mark: str, *, size: float, rise: float, gap: float, apart: bool) -> bytes:
    """A page of figures, each with a mark: within the line by a rise, or (`apart`) as a string of its own."""
    shown = b""
    for number, figure in enumerate(FIGURES):
        y = 780 - 20 * number
        # 0.556 em is the width of a figure, 0.278 that of a point, a comma and a blank
        width = 10 * sum(0.278 if sign in ".,  " else 0.556 for sign in figure)
        if apart:
            end = 102.24 + width + gap
            # "It has " is 27.22 points wide, from 72 on
            shown += show("It has", 72, y) + show(figure, 102.24, y) + show(mark, end, y + rise, size)
            shown += show("people in all.", end + 0.556 * size * len(mark) + 3, y)
        else:
            shown += b"BT 1 0 0 1 72 %g Tm /F1 10 Tf (It has %s) Tj /F1 %g Tf %g Ts (%s) Tj" % (
                y,
                figure.encode(),
                size,
                rise,
                mark.encode(),
            )
            shown += b" /F1 10 Tf 0 Ts ( people in all.) Tj ET\n"
    return drawn(shown)


@pytest.mark.parametrize(
    ("mark", "size", "rise", "gap", "apart"),
    [
        ("1", 6, 4, 0, False),
        ("2", 7, 3.3, 0, False),
        ("3", 5.5, 4.5, 0, False),
        ("12", 6.5, 4, 0, False),
        ("1", 8, 3, 0, False),
        ("1", 6, 4, 0, True),
        ("2", 7, 3.3, 0.3, True),
        ("3", 5, 5, 0.1, True),
        ("12", 6, 3.6, 0, True),
        ("1", 6.5, 4, 0.5, True),
    ],
)
def test_figures_of_ten_files_with_raised_marks_are_unchanged(
    mark: str, size: float, rise: float, gap: float, apart: bool
) -> None:
    whole = " ".join(texts(marked(mark, size=size, rise=rise, gap=gap, apart=apart)))
    assert re.findall(r"It has (\S+) people", whole) == [figure + RAISED[mark] for figure in FIGURES]


def test_number_of_a_note_is_apart_from_its_first_word() -> None:
    assert texts(line(("1", 6, 4), ("Without guests of the centre.", 10, 0))) == ["¹ Without guests of the centre."]


# Spaces


def spaced(words: str, gap: float, inner: float = 0.0) -> bytes:
    """Words without space characters, so many ems apart; letters `inner` ems apart."""
    moved = " ".join(f"({word}) {-1000 * gap:g}" for word in words.split())
    return drawn(b"BT /F1 10 Tf %g Tc 1 0 0 1 40 700 Tm [%s] TJ ET" % (10 * inner, moved.encode()))


@pytest.mark.parametrize("gap", [0.1, 0.13, 0.16, 0.2, 0.25, 0.3])
def test_words_are_parted_by_gaps_however_close_they_are_set(gap: float) -> None:
    words = "The council of the academy decided to open a national centre of excellence"
    assert texts(spaced(words, gap)) == [words]


@pytest.mark.parametrize("inner", [0.1, 0.2, 0.3])
def test_letters_that_are_set_wide_are_one_word(inner: float) -> None:
    assert texts(spaced("REPORTS", 0, inner)) == ["REPORTS"]
    assert texts(spaced("ANNUAL REPORTS FINISHED", 0.5, inner)) == ["ANNUAL REPORTS FINISHED"]


def test_letters_with_typed_spaces_between_them_are_one_word() -> None:
    assert texts(drawn(show("R E P O R T S", 72, 700))) == ["REPORTS"]


def test_figures_that_stand_apart_stay_apart() -> None:
    assert texts(drawn(show("1 2 3 4 5 6 7", 72, 700))) == ["1 2 3 4 5 6 7"]


# Hyphens


def two_lines(first: str, second: str, more: str = "") -> bytes:
    shown = show(first, 72, 700) + show(second, 72, 688)
    return drawn(shown + (show(more, 72, 640) if more else b""))


@pytest.mark.parametrize(
    ("first", "second", "more", "read"),
    [
        ("The centre works on policy-", "making for all its members.", "", "policy-making for"),
        ("The centre works on long-", "term plans for all members.", "", "long-term plans"),
        ("The centre works on inter-", "national plans for members.", "", "international plans"),
        ("The centre works on deter-", "mination of all its members.", "", "determination of"),
        ("Its members are candi-", "dates who generate all plans.", "", "candidates who"),
        ("The centre keeps its fire-", "wood for all its members.", "A fire-wood shed and firewood.", "fire-wood for"),
        ("The plan is for the years 2019-", "2021, with all its members.", "", "2019-2021, with"),
        ("The plan is for the years 2019–", "2021, with all its members.", "", "2019–2021, with"),
        ("The centre keeps its fire-", "wood for all its members.", "All firewood is kept here.", "firewood for"),
    ],
)
def test_hyphen_at_a_line_end_stays_where_the_word_has_one(first: str, second: str, more: str, read: str) -> None:
    assert read in texts(two_lines(first, second, more))[0]


# What a page does not show


def test_text_outside_the_crop_box_is_not_read() -> None:
    lines = b"".join(show(str(number), 10, 700 - 12 * number) for number in range(1, 40))
    seen = show("The river is wide and slow.", 100, 700)
    data = drawn(seen + lines, page=b"/CropBox [60 50 500 800]")
    assert texts(data) == ["The river is wide and slow."]
    assert left_out(data)["text-unseen"].count == 9 + 2 * 30


def test_line_that_runs_over_the_edge_of_the_page_is_read_to_its_end() -> None:
    whole = "The national council prepared this sheet, which describes its institutes and all its plans in some detail."
    assert texts(drawn(show(whole, 200, 700))) == [whole]


def test_invisible_text_is_not_read() -> None:
    data = drawn(
        show("The river is wide and slow.", 72, 700) + show("Nobody sees these words here.", 72, 600, before="3 Tr")
    )
    assert texts(data) == ["The river is wide and slow."]
    assert left_out(data)["text-unseen"].pages == (1,)


def test_invisible_text_over_a_picture_is_what_ocr_wrote() -> None:
    picture = (
        b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>"
        b"\nstream\n\x80\nendstream"
    )
    data = drawn(
        b"q 595 0 0 842 0 0 cm /Im Do Q\n" + show("The river is wide and slow.", 72, 700, before="3 Tr"),
        objects=[picture],
        resources=b"/XObject << /Im %d 0 R >>" % FIRST,
    )
    assert texts(data) == ["The river is wide and slow."]


WHITE = "1 1 1 rg"


def test_white_text_on_white_paper_is_not_read() -> None:
    data = drawn(
        show("The river is wide and slow.", 72, 700) + show("Nobody sees these words here.", before=WHITE, y=600)
    )
    assert texts(data) == ["The river is wide and slow."]
    assert left_out(data)["text-unseen"].pages == (1,)


@pytest.mark.parametrize(
    "under",
    [
        b"0 0 0.5 rg 50 590 400 30 re f",  # a dark area
        b"0 0 0.5 RG 20 w 50 604 m 450 604 l S",  # a broad line
        b"0.2 0.2 0.6 rg 0 0 595 842 re f",  # a dark page
    ],
)
def test_white_text_on_a_colour_is_read(under: bytes) -> None:
    assert texts(drawn(under + b"\n" + show("Everybody sees these words.", before=WHITE, y=600))) == [
        "Everybody sees these words."
    ]


def test_white_text_on_a_white_area_is_not_read() -> None:
    data = drawn(
        show("The river is wide.") + b"1 1 1 rg 50 590 400 30 re f\n" + show("Nobody sees these.", before=WHITE, y=600)
    )
    assert texts(data) == ["The river is wide."]


def test_white_text_with_a_dark_edge_is_read() -> None:
    data = drawn(show("The letters have an edge.", before=f"{WHITE} 0 0 0 RG 2 Tr"))
    assert texts(data) == ["The letters have an edge."]


PAGES = [
    "The river is wide and slow, and boats go down on it to the sea in autumn.",
    "The lake is deep and cold, and nobody has seen its ground in the middle.",
    "The spring is small and clear, and the village takes its water from there.",
]


TEXT = "The council met in spring and looked at all of the plans that the institutes had sent to it."


def stamped(*stamp: Line) -> bytes:
    return pdf(*([*stamp, *column(72, 700, f"{text} Part {at}. {text}")] for at, text in enumerate(PAGES)))


@pytest.mark.parametrize("place", [(90, 660), (60, 672), (150, 690)])
def test_stamp_over_the_text_of_each_page_is_no_paragraph(place: tuple[int, int]) -> None:
    data = stamped(Line(*place, "DRAFT", 60))
    assert not any("DRAFT" in text for text in texts(data))
    assert texts(data) == texts(stamped())
    said = left_out(data)
    assert (said["pages-stamped"].pages, said["pages-draft"].pages) == ((1, 2, 3), (1, 2, 3))


def test_large_line_that_lies_over_nothing_is_no_stamp() -> None:
    data = stamped(Line(72, 500, "SHEET", 30), *column(72, 450, TEXT))
    assert sum("SHEET" in text for text in texts(data)) == 3
    assert "pages-stamped" not in left_out(data)


def test_slanting_stamp_is_said() -> None:
    slant = b"BT /F1 60 Tf 0.7 0.7 -0.7 0.7 100 300 Tm (DRAFT) Tj ET\n"
    data = drawn(show("The river is wide and slow, and boats go down on it.") + slant)
    assert texts(data) == ["The river is wide and slow, and boats go down on it."]
    assert left_out(data)["pages-draft"].pages == (1,)


def test_clipped_text_is_not_read() -> None:
    hidden = b"q 0 500 595 342 re W n\n" + show("Nobody sees these words here.", 72, 300) + b"Q\n"
    data = drawn(hidden + show("The river is wide and slow.", 72, 700))
    assert texts(data) == ["The river is wide and slow."]
    assert "text-unseen" in left_out(data)


def test_clip_that_cuts_nothing_costs_nothing() -> None:
    data = drawn(b"q 50 650 400 100 re W n\n" + show("The river is wide and slow.", 72, 700) + b"Q\n")
    assert texts(data) == ["The river is wide and slow."]


# Directions


@pytest.mark.parametrize(
    "matrices",
    [
        (b"/F1 -12 Tf -1 0 0 -1 100 700 Tm", b"/F1 -12 Tf -1 0 0 -1 100 680 Tm"),
        (b"/F1 12 Tf -1 0 0 1 400 700 Tm", b"/F1 12 Tf -1 0 0 1 400 680 Tm"),
        (b"/F1 12 Tf 1 0 0 -1 100 700 Tm", b"/F1 12 Tf 1 0 0 -1 100 680 Tm"),
        (b"/F1 12 Tf -1 0 0 -1 400 680 Tm", b"/F1 12 Tf -1 0 0 -1 400 700 Tm"),
        (b"/F1 12 Tf 0 1 -1 0 200 300 Tm", b"/F1 12 Tf 0 1 -1 0 220 300 Tm"),
    ],
)
def test_matrix_that_turns_or_mirrors_does_not_reverse_words(matrices: tuple[bytes, bytes]) -> None:
    lines = (b"(The river is wide) Tj", b"(and slow in winter.) Tj")
    shown = b"".join(b"BT %s %s ET\n" % pair for pair in zip(matrices, lines, strict=True))
    assert texts(drawn(shown)) == ["The river is wide and slow in winter."]


@pytest.mark.parametrize(("font", "text"), [(b"-1 0 0 1", b"-0.001 0 0 0.001"), (b"-1 0 0 -1", b"-0.001 0 0 -0.001")])
def test_font_that_turns_what_the_page_turns_is_read_as_it_is_seen(font: bytes, text: bytes) -> None:
    turned = (
        b"/F1 << /Type /Font /Subtype /Type3 /FontBBox [0 0 1000 1000] /FontMatrix [%s 0 0] /CharProcs << >>"
        b" /Encoding /WinAnsiEncoding /FirstChar 32 /LastChar 126 /Widths [%s] >>" % (text, b" ".join([b"600"] * 95))
    )
    shown = b"BT /F1 12 Tf %s 100 700 Tm (The river is wide) Tj ET BT /F1 12 Tf %s 100 680 Tm (and slow.) Tj ET"
    assert texts(drawn(shown % (font, font), fonts=turned)) == ["The river is wide and slow."]


ARABIC = "السلام عليكم 2019 في UNESCO (أولا) الآن."


def visual(text: str) -> tuple[list[str], list[tuple[str, int]]]:
    """What is drawn from left to right; and the same in reading order, each with its place."""
    tokens = re.findall("[0-9]+|[A-Za-z]+|لا|لآ|.", text)
    parts = [list(token) if token.isascii() and token.isalnum() else [token] for token in tokens]
    drawn_signs = [sign for part in reversed(parts) for sign in part]
    place, ordered = len(drawn_signs), []
    for part in parts:
        place -= len(part)
        ordered += [(sign, place + number) for number, sign in enumerate(part)]
    return drawn_signs, ordered


def test_arabic_is_read_from_the_right_whatever_order_the_file_has() -> None:
    """Lam with alef is one drawing; numbers and other scripts keep their direction, and brackets open and close."""
    signs, ordered = visual(ARABIC)
    script = Script(signs)
    from_left = script.show(signs)
    as_read = b"".join(script.show([sign], 72 + 5 * place) for sign, place in ordered)
    for shown in (from_left, as_read):
        assert texts(drawn(shown, objects=script.objects, fonts=script.fonts)) == [ARABIC]


def test_lines_and_columns_of_hebrew_go_from_right_to_left() -> None:
    first, second = "המרכז פועל בשלוש ערים", "ומלמד אנשים רבים מאוד."
    script = Script([*first, *second])
    shown = script.show(list(reversed(first)), 300, 700) + script.show(list(reversed(second)), 300, 688)
    assert texts(drawn(shown, objects=script.objects, fonts=script.fonts)) == [f"{first} {second}"]


def test_vertical_chinese_is_read_by_columns_from_the_right() -> None:
    columns = ("科技创新是引领发展的第一动力，研究所于", "一九七八年十月在北京成立，共有很多人。")
    script = Script([*columns[0], *columns[1]], wide=True)
    shown = b"".join(
        script.show([sign], x, 700 - 11 * place)
        for x, column in zip((400, 384), columns, strict=True)
        for place, sign in enumerate(column)
    )
    assert texts(drawn(shown, objects=script.objects, fonts=script.fonts)) == ["".join(columns)]


# Letters that fail


def test_letter_of_an_impossible_code_costs_that_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    import pypdfium2.raw as pdfium

    whole = pdfium.FPDFText_GetUnicode
    monkeypatch.setattr(
        pdfium, "FPDFText_GetUnicode", lambda page, index: 0x110000 if index == 4 else whole(page, index)
    )
    data = drawn(show("The xriver is wide."))
    assert texts(data) == ["The river is wide."]
    assert left_out(data)["characters-without-place"].count == 1


def test_letter_without_bounds_costs_that_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    import pypdfium2.raw as pdfium

    loose = pdfium.FPDFText_GetLooseCharBox
    monkeypatch.setattr(
        pdfium, "FPDFText_GetLooseCharBox", lambda page, index, box: 0 if index == 4 else loose(page, index, box)
    )
    monkeypatch.setattr(pdfium, "FPDFText_GetCharBox", lambda *_: 0)
    assert texts(drawn(show("The xriver is wide."))) == ["The river is wide."]


@pytest.mark.parametrize("matrix", [b"0 0 0 0", b"1e30 0 0 1e30", b"1e-30 0 0 1e-30", b"1 0 0 0", b"-1e9 1e9 1e9 1e9"])
def test_senseless_matrices_stop_nothing(matrix: bytes) -> None:
    shown = b"BT /F1 12 Tf %s 100 600 Tm (odd) Tj ET\n" % matrix + show("The river is wide and slow.")
    assert "The river is wide and slow." in " ".join(texts(drawn(shown)))


# Forms and notes


def field(kind: str, rect: str, value: str = "", more: str = "") -> bytes:
    entry = f"/V {value}" if value else ""
    return (
        f"<< /Type /Annot /Subtype /Widget /FT /{kind} /T (f{rect.split()[1]}) /Rect [{rect}] /F 4 /P {PAGE} 0 R"
        f" /DA (/Helv 10 Tf 0 g) {entry} {more} >>"
    ).encode("cp1252")


def form(stream: bytes, *fields: bytes) -> bytes:
    numbers = b" ".join(b"%d 0 R" % (FIRST + place) for place in range(len(fields)))
    return drawn(
        stream,
        objects=fields,
        page=b"/Annots [%s]" % numbers,
        catalog=b"/AcroForm << /Fields [%s] /NeedAppearances true >>" % numbers,
    )


ON = "/AS /Yes /AP << /N << /Yes null /Off null >> >>"


def test_values_of_a_form_stand_beside_their_labels() -> None:
    labels = show("Name of the institute:", 72, 700) + show("Number of researchers:", 72, 670)
    question = show("What hinders the institute most?", 72, 640)
    data = form(
        labels + question,
        field("Tx", "260 696 540 712", "(Institut Wendkuni)"),
        field("Tx", "260 666 540 682", "(347)"),
        field("Tx", "72 560 540 630", "(Hydrologists leave for the mines, and nobody comes back.)", "/Ff 4096"),
        field("Tx", "260 500 540 512"),
    )
    assert texts(data) == [
        "Name of the institute: Institut Wendkuni",
        "Number of researchers: 347",
        "What hinders the institute most?",
        "Hydrologists leave for the mines, and nobody comes back.",
    ]
    assert left_out(data)["fields-read"] == Omission("fields-read", 3, 0, (1,))


def test_boxes_say_what_is_ticked_and_what_is_not() -> None:
    data = form(
        show("Is there a policy?", 72, 700) + show("Yes", 200, 700) + show("No", 250, 700),
        field("Btn", "186 698 197 709", "/Yes", ON),
        field("Btn", "236 698 247 709", "/Off", ON.replace("/AS /Yes", "/AS /Off")),
    )
    assert " ".join(texts(data)).replace(" | ", " ") == "Is there a policy? ☒ Yes ☐ No"


def test_choice_is_read_by_its_label() -> None:
    data = form(
        show("Which ministry leads?", 72, 700),
        field("Ch", "260 696 540 712", "(edu)", "/Ff 131072 /Opt [[(sci) (Science)] [(edu) (Education)]]"),
    )
    assert texts(data) == ["Which ministry leads? Education"]


def test_hidden_fields_and_passwords_are_not_read() -> None:
    hidden = field("Tx", "260 696 540 712", "(secret)").replace(b"/F 4", b"/F 2")
    password = field("Tx", "260 666 540 682", "(secret)", "/Ff 8192")
    assert texts(form(show("Name of the institute:", 72, 700), hidden, password)) == ["Name of the institute:"]


def test_typed_correction_is_read_and_said() -> None:
    note = (
        b"<< /Type /Annot /Subtype /FreeText /Rect [72 600 400 620] /F 4 /DA (/Helv 10 Tf)"
        b" /Contents (Correction: the figure is 57.) >>"
    )
    data = drawn(show("The figure is 47."), objects=[note], page=b"/Annots [%d 0 R]" % FIRST)
    assert texts(data) == ["The figure is 47.", "Correction: the figure is 57."]
    assert left_out(data)["annotations-read"].count == 1


# What is left out is said


SENTENCES = (
    "The committee of the council decided to open a national centre for the study of rivers, and the members of the"
    " academy agreed that it should begin its work in the autumn of that year."
)


def moved(text: str, by: int) -> str:
    return " ".join("".join(chr(ord(sign) + by) for sign in word) for word in text.split())


@pytest.mark.parametrize("by", [-29, -1, 1, 3, 5])
def test_text_that_a_font_moves_along_the_alphabet_is_no_language(by: int) -> None:
    assert not is_language(moved(SENTENCES, by))


@pytest.mark.parametrize(
    "text",
    [
        SENTENCES,
        "Komitet postanowił otworzyć krajowy ośrodek badań nad rzekami, a członkowie akademii zgodzili się z tym",
        "Komite ülkede ırmakların incelenmesi için bir merkez açmaya karar verdi ve akademinin üyeleri bunu kabul etti",
        "Ủy ban quyết định mở một trung tâm quốc gia nghiên cứu về sông ngòi và các thành viên đã đồng ý với điều đó",
        "Komitea päätti perustaa maahan keskuksen jokien tutkimista varten, ja akatemian jäsenet hyväksyivät sen heti",
        "Kamati iliamua kufungua kituo cha taifa cha utafiti wa mito, na wanachama wa chuo walikubali kuanza kazi hiyo",
        "UNESCO OECD UNDP FAO WHO IAEA UNIDO ITU WIPO WMO ILO IMF WTO UNEP UNFPA UNICEF ESCAP ECLAC ESCWA ASEAN APEC",
        "int main(void) { char buffer[80]; while (fgets(buffer, sizeof buffer, stdin)) printf(buffer); }",
        "12,345 678.90 11.2 2019 2020 2021 2022",
    ],
)
def test_languages_codes_and_figures_are_not_taken_for_damage(text: str) -> None:
    assert is_language(text)


def test_text_in_a_font_that_names_wrong_letters_is_left_out_and_said() -> None:
    good = show("The river is wide and slow.", 72, 760)
    wrong = b"".join(
        show(moved(part, 1), 72, 700 - 12 * place).replace(b"/F1", b"/F3")
        for place, part in enumerate(re.findall(".{1,60}(?: |$)", SENTENCES))
    )
    fonts = b"/F1 %s /F3 << /Type /Font /Subtype /Type1 /BaseFont /Courier >>" % HELVETICA
    data = drawn(good + wrong, fonts=fonts)
    assert texts(data) == ["The river is wide and slow."]
    told = left_out(data)["no-language"]
    assert told.pages == (1,)
    assert 0.8 * told.of < told.count < told.of
    with pytest.raises(Unreadable, match="do not say which characters"):
        texts(drawn(wrong, fonts=fonts))


def test_page_with_a_picture_and_no_text_is_counted() -> None:
    from paper import Line, pdf

    whole = pdf([Line(72, 700, "The river is wide and slow.")], [])
    scanned = whole.replace(b"stream\n\nendstream", b"stream\n" + b"0 0 m 9 9 l S\n" * 300 + b"\nendstream", 1)
    found = read_bytes("x.pdf", scanned)[1].left_out
    assert found == (Omission("pages-without-text", 1, 2, (2,)),)
    assert read_bytes("x.pdf", whole)[1].left_out == ()


# The small files that faults were seen in


def field_texts(name: str) -> list[str]:
    return [piece.text for piece in read_file(FIELD / name)[0]]


def field_pieces(name: str) -> list[Piece]:
    return read_file(FIELD / name)[0]


@shared
def test_marks_on_numbers_are_no_figures() -> None:
    text = " ".join(field_texts("mark_on_number.pdf"))
    assert "342¹ people and spent 12.5² million dollars, of which 48³ per cent" in text


@shared
def test_close_words_are_read_as_words() -> None:
    whole = "The council of the academy decided to open a national centre of excellence in hydrology with a budget"
    text = " ".join(field_texts("tight_spaces.pdf"))
    assert text.count(whole) == 42
    assert re.findall(r"\w{11,}", text.replace("excellence", "")) == []


@shared
def test_hyphens_are_as_a_person_reads_them() -> None:
    text = " ".join(field_texts("hyphens.pdf"))
    for words in (
        "international training",
        "policy-making and on science-based and long-term",
        "Ibero-American states",
        "in the years 2019-2021, with",
    ):
        assert words in text
    assert "https://www.example.org/reports/annual-2021/summary.pdf" in text
    assert "+86 10-5888 4543" in text


@shared
def test_filled_form_gives_its_answers() -> None:
    text = field_texts("form_filled.pdf")
    for answer in (
        "Name of the institute: Institut Wendkuni de politique scientifique",
        "Number of researchers: 347",
        "Annual budget in US dollars: 12,600,000",
        "Main challenge in your own words: Brain drain of hydrologists to the mining sector",
        "Does the institute have an open access policy? ☒ Yes ☐ No",
    ):
        assert answer in text


@shared
def test_scanned_pages_are_counted() -> None:
    left = read_file(FIELD / "mixed_scan.pdf")[1].left_out
    assert left == (Omission("pages-without-text", 2, 4, (3, 4)),)
