"""Slides, workbooks, OpenDocument files and e-books as pieces: what a person reads there, and nothing twice."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import pytest

from content.documents import Metadata, Piece
from content.omissions import Omission
from content.readers import read_bytes
from content.readers.errors import Unreadable
from content.readers.workbook import shown

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMES = (
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    f'xmlns:r="{RELATIONS}"'
)
ODF = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{room}:1.0"'
    for short, room in (
        ("office", "office"),
        ("text", "text"),
        ("table", "table"),
        ("draw", "drawing"),
        ("style", "style"),
        ("meta", "meta"),
        ("presentation", "presentation"),
        ("svg", "svg-compatible"),
    )
)


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def relations(*ones: tuple[str, str]) -> str:
    own = "".join(
        f'<Relationship Id="r{number}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(ones, 1)
    )
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{own}</Relationships>'


# ruff: noqa: E501 - files as they are


def told(pieces: list[Piece]) -> list[tuple[str, str]]:
    return [("#" * piece.level or piece.kind, piece.text) for piece in pieces]


# Slides


def shape(text: str, role: str = "", own: str = "") -> str:
    placeholder = f'<p:ph type="{role}"/>' if role else ""
    paragraphs = text if text.startswith("<") else f"<a:p><a:r><a:t>{text}</a:t></a:r></a:p>"
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="1" name="x" {own}/><p:nvPr>{placeholder}</p:nvPr></p:nvSpPr>'
        f"<p:txBody>{paragraphs}</p:txBody></p:sp>"
    )


def slide(*shapes: str, show: str = "1") -> str:
    return f'<p:sld {NAMES} show="{show}"><p:cSld><p:spTree>{"".join(shapes)}</p:spTree></p:cSld></p:sld>'


def deck(*slides: str, **more: str) -> bytes:
    numbers = range(1, len(slides) + 1)
    order = "".join(f'<p:sldId id="{255 + n}" r:id="r{n}"/>' for n in numbers)
    return packed(
        {
            "_rels/.rels": relations(("officeDocument", "ppt/presentation.xml")),
            "ppt/presentation.xml": f"<p:presentation {NAMES}><p:sldIdLst>{order}</p:sldIdLst></p:presentation>",
            "ppt/_rels/presentation.xml.rels": relations(*(("slide", f"slides/slide{n}.xml") for n in numbers)),
            **{f"ppt/slides/slide{n}.xml": text for n, text in zip(numbers, slides, strict=True)},
            **more,
        }
    )


def test_slides_are_pages_with_their_titles_first() -> None:
    pieces, metadata = read_bytes(
        "deck.pptx",
        deck(
            slide(shape("CASTED, 2023", "subTitle"), shape("Open Science in Asia", "ctrTitle")),
            slide(
                shape("One", "body"),
                shape("Findings", "title"),
                shape("12", "sldNum"),
                shape("Foot", "ftr"),
                shape("May", "dt"),
            ),
            slide(shape("Findings", "title"), shape("Two", "body")),
            slide(shape("Secret", "title"), show="0"),
            slide(shape("Said.", own='hidden="1"'), shape("Free text.")),
        ),
    )
    assert [(piece.page, kind, text) for piece, (kind, text) in zip(pieces, told(pieces), strict=True)] == [
        (1, "paragraph", "Foot"),
        (1, "#", "Open Science in Asia"),
        (1, "paragraph", "CASTED, 2023"),
        (2, "##", "Findings"),
        (2, "item", "One"),
        (3, "item", "Two"),
        (5, "paragraph", "Free text."),
    ]
    assert metadata.title == "Open Science in Asia"
    assert [one.reason for one in metadata.left_out] == [
        "1 hidden slide was not read",
        "5 characters that the page does not show were not read",
    ]


def test_tables_groups_charts_and_descriptions_of_slides_are_read() -> None:
    row = "<a:tr><a:tc><a:txBody><a:p><a:r><a:t>{}</a:t></a:r></a:p></a:txBody></a:tc><a:tc><a:txBody><a:p><a:r><a:t>{}</a:t></a:r></a:p></a:txBody></a:tc></a:tr>"
    rows = "".join(row.format(*cells) for cells in (("Country", "Papers"), ("Kenya", "12")))
    frame = "<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id='1' name='x' descr='{}'/></p:nvGraphicFramePr>{}</p:graphicFrame>"
    table = frame.format("", f"<a:graphic><a:tbl><a:tblPr firstRow='1'/>{rows}</a:tbl></a:graphic>")
    chart = frame.format("Exports rose each year", "<a:graphic><c:chart r:id='r1'/></a:graphic>")
    points = "<c:cat><c:strCache><c:pt idx='0'><c:v>2019</c:v></c:pt></c:strCache></c:cat><c:val><c:numCache><c:pt idx='0'><c:v>4.3</c:v></c:pt></c:numCache></c:val>"
    pieces, _ = read_bytes(
        "deck.pptx",
        deck(
            slide(f"<p:grpSp><p:grpSp>{shape('In a group.')}</p:grpSp></p:grpSp>", table, chart),
            **{
                "ppt/slides/_rels/slide1.xml.rels": relations(("chart", "../charts/chart1.xml")),
                "ppt/charts/chart1.xml": (
                    f"<c:chartSpace {NAMES}><c:chart><c:title><a:p><a:r><a:t>Exports</a:t></a:r></a:p></c:title>"
                    f"<c:barChart><c:ser>{points}</c:ser><c:dLbls><c:showVal val='1'/></c:dLbls></c:barChart>"
                    "</c:chart></c:chartSpace>"
                ),
            },
        ),
    )
    assert told(pieces) == [
        ("paragraph", "In a group."),
        ("row", "Country | Papers"),
        ("row", "Country: Kenya; Papers: 12"),
        ("paragraph", "Exports"),
        ("row", "2019: 4.3"),
        ("paragraph", "Exports rose each year"),
    ]


def test_raised_figures_and_symbols_of_slides_are_what_they_show() -> None:
    runs = (
        "<a:p><a:r><a:t>10</a:t></a:r><a:r><a:rPr baseline='30000'/><a:t>6</a:t></a:r><a:r><a:t> at 2 </a:t></a:r>"
        "<a:r><a:rPr><a:sym typeface='Symbol'/></a:rPr><a:t>\uf0b0</a:t></a:r><a:r><a:t>C</a:t></a:r><a:br/>"
        "<a:fld type='slidenum'><a:t>7</a:t></a:fld><a:r><a:t>next</a:t></a:r></a:p>"
    )
    assert told(read_bytes("deck.pptx", deck(slide(shape(runs))))[0]) == [("paragraph", "10⁶ at 2 °C\nnext")]


def test_damaged_slide_costs_itself_and_only_damaged_slides_are_named() -> None:
    assert told(read_bytes("deck.pptx", deck("<broken", slide(shape("Text."))))[0]) == [("paragraph", "Text.")]
    with pytest.raises(Unreadable, match="none of its slides"):
        read_bytes("deck.pptx", deck("<broken"))


# Workbooks


def workbook(sheets: Mapping[str, str], formats: tuple[str, ...] = (), texts: tuple[str, ...] = ()) -> bytes:
    names = f'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="{RELATIONS}"'
    listed = "".join(
        f'<sheet name="{name.strip("!")}" r:id="r{n}" state="{"hidden" if "!" in name else "visible"}"/>'
        for n, name in enumerate(sheets, 1)
    )
    own = "".join(f"<numFmt numFmtId='{164 + n}' formatCode='{code}'/>" for n, code in enumerate(formats))
    used = "".join(f"<xf numFmtId='{164 + n}'/>" for n in range(len(formats)))
    return packed(
        {
            "xl/workbook.xml": f"<workbook {names}><sheets>{listed}</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": relations(
                *(("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)),
                ("styles", "styles.xml"),
                ("sharedStrings", "sharedStrings.xml"),
            ),
            "xl/styles.xml": f"<styleSheet {names}><numFmts>{own}</numFmts><cellXfs>{used}</cellXfs></styleSheet>",
            "xl/sharedStrings.xml": f"<sst {names}>{''.join(f'<si><t>{text}</t></si>' for text in texts)}</sst>",
            **{
                f"xl/worksheets/sheet{n}.xml": f"<worksheet {names}>{sheet}</worksheet>"
                for n, sheet in enumerate(sheets.values(), 1)
            },
        }
    )


def sheet(*rows: tuple[object, ...], after: str = "", before: str = "") -> str:
    lines = []
    for number, row in enumerate(rows, 1):
        cells = ""
        for letter, value in zip("ABCDEFG", row, strict=False):
            place = f'r="{letter}{number}"'
            if isinstance(value, tuple):
                cells += f'<c {place} s="{value[1]}"><v>{value[0]}</v></c>'
            elif isinstance(value, str):
                cells += f'<c {place} t="inlineStr"><is><t>{value}</t></is></c>'
            elif value is not None:
                cells += f"<c {place}><v>{value}</v></c>"
        lines.append(f'<row r="{number}">{cells}</row>' if row else "")
    return f"{before}<sheetData>{''.join(lines)}</sheetData>{after}"


def test_rows_carry_the_names_of_their_columns_and_values_as_shown() -> None:
    data = workbook(
        {
            "Research": sheet(
                ("Spending on research",),
                (),
                ("Country", "Share", "As of"),
                ("Kenya", (0.0123, 1), (45047, 2)),
                ("Mali", 0.30000000000000004),
            ),
            "Secret!": sheet(("No.",)),
            "Sheet3": sheet(("Kenya", "Nairobi"), ("Peru", "Lima")),
        },
        ("General", "0.0%", "dd/mm/yyyy"),
    )
    pieces, metadata = read_bytes("spending.xlsx", data)
    assert told(pieces) == [
        ("#", "Research"),
        ("paragraph", "Spending on research"),
        ("row", "Country: Kenya; Share: 1.2%; As of: 2023-05-01"),
        ("row", "Country: Mali; Share: 0.3"),
        ("row", "Kenya | Nairobi"),
        ("row", "Peru | Lima"),
    ]
    assert metadata.title == "Spending on research"
    assert [one.reason for one in metadata.left_out] == ["1 hidden sheet was not read"]


def test_names_over_several_columns_go_with_the_names_below() -> None:
    merged = '<mergeCells><mergeCell ref="B1:C1"/></mergeCells>'
    rows = sheet(("Region", "Trainees"), (None, 2019, 2020), ("Asia", 12, 15), after=merged)
    assert [text for _, text in told(read_bytes("a.xlsx", workbook({"Sheet1": rows}))[0])] == [
        "Region: Asia; Trainees 2019: 12; Trainees 2020: 15"
    ]


def test_hidden_rows_and_columns_are_left_out_and_shared_texts_are_found() -> None:
    columns = '<cols><col min="2" max="2" hidden="1"/></cols>'
    rows = (
        f'{columns}<sheetData><row r="1"><c r="A1" t="s"><v>1</v></c><c r="B1" t="s"><v>0</v></c></row>'
        '<row r="2" hidden="1"><c r="A2" t="s"><v>0</v></c></row><row r="3"><c r="A3" t="s"><v>9</v></c></row></sheetData>'
    )
    pieces, _ = read_bytes("a.xlsx", workbook({"Sheet1": rows}, texts=("hidden", "Seen")))
    assert told(pieces) == [("paragraph", "Seen")]


@pytest.mark.parametrize(
    ("raw", "code", "expected"),
    [
        ("0.1234", "0%", "12%"),
        ("0.125", "0.0%", "12.5%"),
        ("1234567.891", "#,##0.00", "1,234,567.89"),
        ("1234.5", '"€"#,##0.00', "€1,234.50"),
        ("1234.5", "[$€-407] #,##0.0", "€ 1,234.5"),
        ("-3", "0;(0)", "(3)"),
        ("-3", "0.0", "-3.0"),
        ("0", '0;-0;"none"', "none"),
        ("2.675", "0.00", "2.68"),
        ("12000000", "0.0,,\\ \\M", "12.0 M"),
        ("45047.5625", "yyyy-mm-dd hh:mm", "2023-05-01 13:30"),
        ("45047", "mmm yyyy", "2023-05"),
        ("0.5", "h:mm", "12:00"),
        ("1.5", "General", "1.5"),
        ("1E-3", "General", "0.001"),
        ("123456789012", "General", "123456789012"),
        ("0.30000000000000004", "", "0.3"),
        ("5", '0 "km²"', "5 km²"),
        ("-0.001", "0.0", "0.0"),
        ("1E+400", "0.00", "1E+400"),
        ("NaN", "0", "NaN"),
        ("x", "0", "x"),
        ("3.14", "# ?/?", "3.14"),
    ],
)
def test_numbers_are_what_their_format_shows(raw: str, code: str, expected: str) -> None:
    assert shown(raw, code) == expected


# OpenDocument


def opendocument(body: str, styles: str = "", *, margins: str = "", kind: str = "text") -> bytes:
    return packed(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "content.xml": (
                f"<office:document-content {ODF}><office:automatic-styles>{styles}</office:automatic-styles>"
                f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
            ),
            "styles.xml": f"<office:document-styles {ODF}><office:master-styles><style:master-page>{margins}</style:master-page></office:master-styles></office:document-styles>",
        }
    )


def read_odt(body: str, styles: str = "", *, margins: str = "", kind: str = "text") -> list[tuple[str, str]]:
    return told(read_bytes(f"a.od{kind[0]}", opendocument(body, styles, margins=margins, kind=kind))[0])


def test_open_document_text_is_read_with_numbers_and_notes() -> None:
    styles = (
        '<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix=")"/>'
        '<text:list-level-style-bullet text:level="2"/></text:list-style>'
        '<style:style style:name="S" style:family="text"><style:text-properties style:text-position="super 58%"/></style:style>'
    )
    body = (
        '<text:h text:outline-level="1">Training</text:h><text:p>10<text:span text:style-name="S">6</text:span> goats'
        "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>As counted.</text:p></text:note-body></text:note>"
        "<text:s text:c='3'/>drank.<office:annotation><text:p>No.</text:p></office:annotation></text:p>"
        '<text:list text:style-name="L"><text:list-item><text:p>one</text:p><text:list><text:list-item><text:p>deep</text:p>'
        "</text:list-item></text:list></text:list-item><text:list-item><text:p>two</text:p></text:list-item></text:list>"
        '<text:tracked-changes><text:p>deleted</text:p></text:tracked-changes><text:h text:outline-level="2">Next</text:h>'
    )
    assert read_odt(body, styles) == [
        ("#", "Training"),
        ("paragraph", "10⁶ goats drank."),
        ("item", "1) one"),
        ("item", "deep"),
        ("item", "2) two"),
        ("paragraph", "As counted."),
        ("##", "Next"),
    ]


def test_open_document_margins_tables_and_figures_are_read() -> None:
    table = (
        "<table:table><table:table-header-rows><table:table-row><table:table-cell><text:p>Country</text:p></table:table-cell>"
        "<table:table-cell><text:p>Papers</text:p></table:table-cell></table:table-row></table:table-header-rows><table:table-row>"
        "<table:table-cell><text:p>Kenya</text:p></table:table-cell><table:table-cell><text:p>12</text:p></table:table-cell>"
        "</table:table-row></table:table>"
    )
    figure = (
        "<text:p>Figure<draw:frame><draw:image/><svg:desc>Exports rose each year</svg:desc></draw:frame>"
        "<draw:frame><draw:text-box><text:p>In the box.</text:p></draw:text-box></draw:frame></text:p>"
    )
    margins = "<style:header><text:p>Restricted draft</text:p></style:header><style:footer><text:p>Page <text:page-number>3</text:page-number></text:p></style:footer>"
    assert read_odt(table + figure, margins=margins) == [
        ("paragraph", "Restricted draft"),
        ("row", "Country | Papers"),
        ("row", "Country: Kenya; Papers: 12"),
        ("paragraph", "Figure"),
        ("paragraph", "Exports rose each year"),
        ("paragraph", "In the box."),
    ]


def test_open_document_slides_are_pages_and_sheets_are_headings() -> None:
    frame = '<draw:frame presentation:class="{}"><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame>'
    pages = "".join(
        f"<draw:page>{frame.format('title', title)}{frame.format('outline', text)}{frame.format('footer', 'Foot')}</draw:page>"
        for title, text in (("Start", "One."), ("End", "Two."))
    )
    pieces, _ = read_bytes("a.odp", opendocument(pages, kind="presentation"))
    assert [(piece.page, kind) for piece, (kind, _) in zip(pieces, told(pieces), strict=True)] == [
        (1, "#"),
        (1, "paragraph"),
        (2, "##"),
        (2, "paragraph"),
    ]
    row = "<table:table-row>" + "<table:table-cell><text:p>{}</text:p></table:table-cell>" * 2 + "</table:table-row>"
    rows = row.format("Country", "Papers") + row.format("Kenya", 12)
    assert read_odt(f'<table:table table:name="Output">{rows}</table:table>', kind="spreadsheet")[::2] == [
        ("#", "Output"),
        ("row", "Country: Kenya; Papers: 12"),
    ]


def test_locked_open_document_is_named() -> None:
    data = packed(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": "\x00\x01",
            "META-INF/manifest.xml": "<manifest><encryption-data/></manifest>",
        }
    )
    with pytest.raises(Unreadable, match="password"):
        read_bytes("a.odt", data)


# E-books


def book(chapters: Mapping[str, str], more: str = "", **parts: str) -> bytes:
    items = "".join(
        f'<item id="i{n}" href="{name}" media-type="application/xhtml+xml"/>' for n, name in enumerate(chapters)
    )
    spine = "".join(f'<itemref idref="i{n}"/>' for n in range(len(chapters)))
    return packed(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": (
                '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
                '<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
            ),
            "OEBPS/book.opf": (
                '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>'
                "<dc:title>Science in Asia</dc:title><dc:language>en-GB</dc:language><dc:date>2021-05-01</dc:date>"
                f"<dc:publisher>CASTED</dc:publisher></metadata><manifest>{items}{more}</manifest><spine>{spine}</spine></package>"
            ),
            **{f"OEBPS/{name}": text for name, text in chapters.items()},
            **parts,
        }
    )


def test_chapters_are_read_in_the_order_of_the_book() -> None:
    data = book(
        {
            "b.xhtml": "<html><body><h1>First</h1><p>One.</p></body></html>",
            "cover.xhtml": "<html><body><img src='c.png'/></body></html>",
            "a b.xhtml": "<html><body><h1>Second</h1><p>Two.</p></body></html>",
        }
    )
    pieces, metadata = read_bytes("a.epub", data)
    assert told(pieces) == [("#", "First"), ("paragraph", "One."), ("#", "Second"), ("paragraph", "Two.")]
    cover = (Omission("pictures-unread", 1),)
    assert metadata == Metadata("Science in Asia", 2021, "2021-05-01", "CASTED", "en", left_out=cover)


def test_locked_book_is_named_and_locked_fonts_are_no_matter() -> None:
    def encryption(uri: str) -> str:
        return f'<encryption><x:CipherReference xmlns:x="http://www.w3.org/2001/04/xmlenc#" URI="{uri}"/></encryption>'

    chapter = {"a.xhtml": "<html><body><p>One.</p></body></html>"}
    font = '<item id="f" href="f.otf" media-type="font/otf"/>'
    with_font = book(chapter, font, **{"META-INF/encryption.xml": encryption("OEBPS/f.otf")})
    assert told(read_bytes("a.epub", with_font)[0]) == [("paragraph", "One.")]
    with pytest.raises(Unreadable, match="password"):
        read_bytes("a.epub", book(chapter, **{"META-INF/encryption.xml": encryption("OEBPS/a.xhtml")}))
