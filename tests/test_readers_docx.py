"""Word files as pieces: headings, numbers, tables, and what stands beside the text."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import Any

import docx
import pytest
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from content.documents import Metadata, Piece
from content.readers import read_bytes
from content.readers.errors import Unreadable

MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"


def made(fill: Callable[[Any], None]) -> bytes:
    document = docx.Document()
    fill(document)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def read(fill: Callable[[Any], None]) -> tuple[list[Piece], Metadata]:
    return read_bytes("report.docx", made(fill))


def told(fill: Callable[[Any], None]) -> list[tuple[str, str]]:
    return [("#" * piece.level or piece.kind, piece.text) for piece in read(fill)[0]]


def test_headings_paragraphs_and_lists() -> None:
    def fill(document: Any) -> None:
        document.add_heading("The Report", 0)
        document.add_heading("Training", 1)
        document.add_paragraph("A workshop was held.")
        document.add_paragraph("in Beijing", style="List Bullet")
        document.add_heading("Trainees", 2)
        outlined = document.add_paragraph("By outline level")
        outlined._p.get_or_add_pPr().append(parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="2"/>'))

    assert told(fill) == [
        ("#", "The Report"),
        ("#", "Training"),
        ("paragraph", "A workshop was held."),
        ("item", "in Beijing"),
        ("##", "Trainees"),
        ("###", "By outline level"),
    ]


def test_automatic_numbers_are_text() -> None:
    def fill(document: Any) -> None:
        numbering = document.part.numbering_part.element
        levels = (("chineseCounting", "第%1章"), ("decimal", "%1.%2"))
        body = "".join(
            f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{style}"/>'
            f'<w:lvlText w:val="{text}"/></w:lvl>'
            for depth, (style, text) in enumerate(levels)
        )
        abstract = parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90">{body}</w:abstractNum>')
        numbering.insert(0, abstract)
        numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
        for text, depth in (("背景", 0), ("目的", 1), ("方法", 1), ("结论", 0)):
            paragraph = document.add_heading(text, depth + 1)
            paragraph._p.get_or_add_pPr().append(
                parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{depth}"/><w:numId w:val="90"/></w:numPr>')
            )

    assert [text for _, text in told(fill)] == ["第一章 背景", "一.1 目的", "一.2 方法", "第二章 结论"]


def test_list_in_a_frame_of_one_cell_is_numbered_once() -> None:
    def fill(document: Any) -> None:
        cell = document.add_table(rows=1, cols=1).cell(0, 0)
        for text in ("Apply", "Travel", "Report"):
            cell.add_paragraph(text, style="List Number")

    assert [text for _, text in told(fill)] == ["1. Apply", "2. Travel", "3. Report"]


def test_merged_cells_are_read_once_and_nested_tables_with_their_cell() -> None:
    def fill(document: Any) -> None:
        table = document.add_table(3, 2)
        table.cell(0, 0).text = "Country"
        table.cell(0, 1).text = "Trainees"
        table.cell(1, 0).merge(table.cell(2, 0)).text = "Egypt"
        table.cell(1, 1).text = "12 in 2012"
        inner = table.cell(2, 1).add_table(1, 2)
        inner.cell(0, 0).text = "7"
        inner.cell(0, 1).text = "in 2013"

    assert told(fill) == [
        ("row", "Country | Trainees"),
        ("row", "Country: Egypt; Trainees: 12 in 2012"),
        ("row", "Trainees: 7 | in 2013"),
    ]


def filled(document: Any, rows: list[list[str]]) -> Any:
    table = document.add_table(len(rows), len(rows[0]))
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    return table


def test_first_row_of_a_list_of_pairs_names_no_columns() -> None:
    """It gave "Founded: Director; 1982: Li Ming"."""

    def fill(document: Any) -> None:
        filled(document, [["Founded", "1982"], ["Director", "Li Ming"], ["Staff", "120"]])
        document.add_paragraph("Text.")
        filled(document, [["Director", "Li Ming"], ["City", "Beijing"]])
        document.add_paragraph("Text.")
        table = filled(document, [["Country", "Capital"], ["Egypt", "Cairo"]])
        for cell in table.rows[0].cells:
            cell.paragraphs[0].runs[0].bold = True
        document.add_paragraph("Text.")
        filled(document, [["Indicator", "2020"], ["Staff", "120"]])

    assert [text for kind, text in told(fill) if kind == "row"] == [
        "Founded | 1982",
        "Director | Li Ming",
        "Staff | 120",
        "Director | Li Ming",
        "City | Beijing",
        "Country | Capital",
        "Country: Egypt; Capital: Cairo",
        "Indicator | 2020",
        "Staff | 120",
    ]


def test_title_over_all_columns_names_none() -> None:
    def fill(document: Any) -> None:
        table = filled(document, [["Staff by year", "", ""], ["Year", "Men", "Women"], ["2019", "5", "6"]])
        table.cell(0, 0).merge(table.cell(0, 2)).paragraphs[0].runs[0].bold = True
        document.add_paragraph("Text.")
        filled(document, [["Only a title", "", ""], ["", "", ""]])

    assert [text for kind, text in told(fill) if kind == "row"] == [
        "Staff by year",
        "Year | Men | Women",
        "Year: 2019; Men: 5; Women: 6",
        "Only a title",
    ]


def test_cells_over_several_columns_and_rows_marked_as_names() -> None:
    def fill(document: Any) -> None:
        table = filled(
            document, [["Region", "Trees", ""], ["", "2019", "2020"], ["North", "5", "6"], ["Total", "", "11"]]
        )
        for low, high in (((0, 1), (0, 2)), ((3, 0), (3, 1)), ((0, 0), (1, 0))):
            table.cell(*low).merge(table.cell(*high))
        for row in table.rows[:2]:
            row._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))
        last = table.rows[3]._tr
        field = parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtContent/></w:sdt>")
        last.addprevious(field)
        field[0].append(last)

    assert [text for _, text in told(fill)] == [
        "Region | Trees",
        "2019 | 2020",
        "Region: North; Trees 2019: 5; Trees 2020: 6",
        "Region: Total; Trees 2020: 11",
    ]


def add(paragraph: Any, xml: str) -> None:
    paragraph._p.append(parse_xml(f"<w:r {nsdecls('w')}>{xml}</w:r>"))


def test_notes_stand_in_the_section_that_refers_to_them() -> None:
    """Footnotes were cited under the last heading of the report, and endnotes were lost."""

    def fill(document: Any) -> None:
        first = document.add_heading("Forest", 1)
        add(first, '<w:endnoteReference w:id="3"/>')
        add(document.add_paragraph("It has 900 oaks"), '<w:footnoteReference w:id="2"/><w:t> in all.</w:t>')
        document.add_heading("Lake", 1)
        document.add_paragraph("It is deep.")
        for kind, number in (("footnote", 2), ("endnote", 3), ("footnote", 4)):
            add_note(document, kind, number, f"The {kind} {number} says so.")

    assert told(fill) == [
        ("#", "Forest"),
        ("paragraph", "It has 900 oaks in all."),
        ("paragraph", "The endnote 3 says so."),
        ("paragraph", "The footnote 2 says so."),
        ("#", "Lake"),
        ("paragraph", "It is deep."),
        ("paragraph", "The footnote 4 says so."),
    ]


def add_note(document: Any, kind: str, number: int, text: str) -> None:
    name = PackURI(f"/word/{kind}s.xml")
    note = f'<w:{kind} w:id="{number}"><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:{kind}>'
    for part in document.part.package.iter_parts():
        if part.partname == name:
            part._blob = part.blob.replace(b"</w:root>", note.encode() + b"</w:root>")
            return
    content = f"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}s+xml"
    separator = f'<w:{kind} w:type="separator" w:id="0"><w:p/></w:{kind}>'
    root = f"<w:root {nsdecls('w')}>{separator}{note}</w:root>"
    document.part.relate_to(Part(name, content, root.encode(), document.part.package), f"http://example.org/{kind}s")


def test_pinyin_above_a_character_is_left_out_and_the_character_is_not() -> None:
    def fill(document: Any) -> None:
        ruby = (
            "<w:ruby><w:rubyPr/><w:rt><w:r><w:t>hàn</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>汉</w:t></w:r></w:rubyBase>"
        )
        add(document.add_paragraph(""), f"{ruby}</w:ruby><w:t>字</w:t>")

    assert told(fill) == [("paragraph", "汉字")]


def test_figures_set_high_say_so() -> None:
    """10⁶ goats were 106 goats."""

    def fill(document: Any) -> None:
        paragraph = document.add_paragraph("10")
        paragraph.add_run("6").font.superscript = True
        paragraph.add_run(" goats drink H")
        paragraph.add_run("2").font.subscript = True
        paragraph.add_run("O on the 1")
        paragraph.add_run("st").font.superscript = True

    assert told(fill) == [("paragraph", "10⁶ goats drink H2O on the 1st")]


def test_hidden_text_is_left_out() -> None:
    def fill(document: Any) -> None:
        add(document.add_paragraph("Seen."), "<w:rPr><w:vanish/></w:rPr><w:t>Hidden.</w:t>")

    assert told(fill) == [("paragraph", "Seen.")]


def test_list_of_contents_is_no_title() -> None:
    def fill(document: Any) -> None:
        document.add_heading("目录", 1)
        document.add_heading("中心概况", 1)
        document.add_paragraph("中心有12名研究员。")

    assert read(fill)[1].title == "中心概况"


def test_contents_and_page_numbers_are_left_out() -> None:
    def fill(document: Any) -> None:
        document.sections[0].footer.paragraphs[0].text = "第 3 页 共 12 页"
        document.add_paragraph("1 Training\t3").style = document.styles.add_style("toc 1", 1)
        document.add_paragraph("The text.")

    assert told(fill) == [("paragraph", "The text.")]


def test_text_boxes_are_read_once() -> None:
    def fill(document: Any) -> None:
        paragraph = document.add_paragraph("Before.")
        box = "<w:txbxContent><w:p><w:r><w:t>In the box.</w:t></w:r></w:p></w:txbxContent>"
        paragraph.add_run()._r.append(
            parse_xml(
                f'<mc:AlternateContent xmlns:mc="{MC}" {nsdecls("w")}>'
                f'<mc:Choice Requires="wps">{box}</mc:Choice>'
                f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
            )
        )

    assert [text for _, text in told(fill)] == ["Before.", "In the box."]


def test_properties_give_title_and_date() -> None:
    def fill(document: Any) -> None:
        document.core_properties.title = "Annual Report 2020"
        document.core_properties.created = datetime(2021, 3, 4)  # noqa: DTZ001 - Word stores no zone
        document.add_paragraph("Text of the report.")

    metadata = read(fill)[1]
    assert (metadata.title, metadata.date, metadata.year) == ("Annual Report 2020", "2021-03-04", 2020)


def test_empty_file_is_named() -> None:
    with pytest.raises(Unreadable, match="it has no text"):
        read(lambda document: None)


def test_damaged_file_is_named() -> None:
    data = made(lambda document: document.add_paragraph("Text."))
    with pytest.raises(Unreadable, match="damaged"):
        read_bytes("x.docx", data[: len(data) // 2])


def test_bomb_is_refused_before_it_is_unpacked() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b" " * 50_000_000)
    with pytest.raises(Unreadable, match="out of all proportion"):
        read_bytes("x.docx", buffer.getvalue())


def test_symbols_are_read_as_their_font_shows_them() -> None:
    def fill(document: Any) -> None:
        paragraph = document.add_paragraph("Rose by 2 ")
        add(paragraph, '<w:sym w:font="Symbol" w:char="F0B0"/>')
        paragraph.add_run("C, ratio ")
        add(paragraph, '<w:sym w:font="Symbol" w:char="B3"/>')
        paragraph.add_run(" 5, ")
        run = paragraph.add_run("m")
        run._r.get_or_add_rPr().append(parse_xml(f'<w:rFonts {nsdecls("w")} w:ascii="Symbol" w:hAnsi="Symbol"/>'))
        paragraph.add_run("m; ")
        add(paragraph, '<w:sym w:font="Wingdings" w:char="F0FC"/>')
        paragraph.add_run(" yes; ")
        add(paragraph, '<w:sym w:font="Arial" w:char="00E9"/>')
        add(paragraph, '<w:sym w:font="Symbol" w:char="none"/><w:sym w:font="Symbol"/>')

    assert told(fill) == [("paragraph", "Rose by 2 °C, ratio ≥ 5, μm; ✓ yes; é")]


def field(data: str) -> str:
    return (
        f'<w:fldChar w:fldCharType="begin"><w:ffData>{data}</w:ffData></w:fldChar>'
        '<w:instrText>FORM</w:instrText><w:fldChar w:fldCharType="end"/>'
    )


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        ("<w:checkBox><w:checked/></w:checkBox>", "☒"),
        ('<w:checkBox><w:default w:val="1"/></w:checkBox>', "☒"),
        ('<w:checkBox><w:default w:val="1"/><w:checked w:val="0"/></w:checkBox>', "☐"),
        ("<w:checkBox/>", "☐"),
        (
            '<w:ddList><w:result w:val="1"/><w:listEntry w:val="Health"/><w:listEntry w:val="Fisheries"/></w:ddList>',
            "Fisheries",
        ),
        ('<w:ddList><w:listEntry w:val="Health"/></w:ddList>', "Health"),
        ('<w:ddList><w:result w:val="²"/><w:listEntry w:val="Health"/></w:ddList>', "Health"),
        ('<w:ddList><w:result w:val="9"/><w:listEntry w:val="Health"/></w:ddList>', ""),
    ],
)
def test_form_fields_of_old_are_read_as_they_show(data: str, shown: str) -> None:
    def fill(document: Any) -> None:
        add(document.add_paragraph("Which one? "), field(data))

    assert told(fill) == [("paragraph", f"Which one? {shown}".strip())]


def test_prompt_of_an_empty_field_is_no_text() -> None:
    def fill(document: Any) -> None:
        paragraph = document.add_paragraph("Ministry: ")
        for prompt, text in (("<w:showingPlcHdr/>", "Choose an item."), ("", "Fisheries")):
            shown = f"<w:sdtContent><w:r><w:t>{text}</w:t></w:r></w:sdtContent>"
            sdt = f"<w:sdt {nsdecls('w')}><w:sdtPr>{prompt}</w:sdtPr>{shown}</w:sdt>"
            paragraph._p.append(parse_xml(sdt))

    assert told(fill) == [("paragraph", "Ministry: Fisheries")]


def test_what_the_margins_alone_say_comes_first_and_once() -> None:
    def fill(document: Any) -> None:
        document.add_heading("Training Report", 1)
        document.add_paragraph("The text.")
        section = document.sections[0]
        section.header.paragraphs[0].text = "Restricted draft, not for citation"
        section.header.add_paragraph("TRAINING REPORT")
        foot = section.footer.paragraphs[0]
        foot.add_run("Page ")
        add(foot, '<w:fldChar w:fldCharType="begin"/>')
        add(foot, "<w:instrText> PAGE </w:instrText>")
        add(foot, '<w:fldChar w:fldCharType="separate"/>')
        foot.add_run("12")
        add(foot, '<w:fldChar w:fldCharType="end"/>')
        foot.add_run(" of 30")
        second = document.add_section()
        second.header.is_linked_to_previous = False
        second.header.paragraphs[0].text = "restricted draft, not for citation"
        second.first_page_header.paragraphs[0].text = "Of a first page that is like the others"

    assert told(fill) == [
        ("paragraph", "Restricted draft, not for citation"),
        ("#", "Training Report"),
        ("paragraph", "The text."),
    ]
    assert read(fill)[1].title == "Training Report"


def test_watermark_is_read() -> None:
    def fill(document: Any) -> None:
        document.add_paragraph("The text.")
        names = f'{nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml"'
        mark = f'<w:pict {names}><v:shape><v:textpath string="DRAFT"/></v:shape></w:pict>'
        document.sections[0].header.paragraphs[0].add_run()._r.append(parse_xml(mark))

    assert [text for _, text in told(fill)] == ["DRAFT", "The text."]


def test_what_is_said_of_a_figure_is_read_and_names_of_pictures_are_not() -> None:
    def fill(document: Any) -> None:
        for described in ("Bar chart: exports rose from 4 to 9 million", "logo.png", "Picture 7", "图片 3"):
            paragraph = document.add_paragraph(f"Figure {len(described)}")
            drawing = (
                f"<w:drawing {nsdecls('w', 'wp')}><wp:inline><wp:docPr id='1' name='x' descr='{described}'/>"
                "</wp:inline></w:drawing>"
            )
            paragraph.add_run()._r.append(parse_xml(drawing))

    assert [text for _, text in told(fill) if not text.startswith("Figure")] == [
        "Bar chart: exports rose from 4 to 9 million"
    ]


def rewritten(data: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if (found := change(name, old.read(name))) is not None:
                new.writestr(name, found)
    return buffer.getvalue()


def strict(name: str, data: bytes) -> bytes:
    for kind in ("wordprocessingml/main", "officeDocument/relationships", "drawingml/main", "officeDocument/math"):
        room, own = kind.split("/")
        old = f"http://schemas.openxmlformats.org/{room}/2006/{own}"
        data = data.replace(old.encode(), f"http://purl.oclc.org/ooxml/{kind}".encode())
    return data


def test_strict_file_is_read_as_any_other() -> None:
    def fill(document: Any) -> None:
        document.add_heading("Training", 1)
        document.add_paragraph("A workshop was held.")
        document.sections[0].header.paragraphs[0].text = "Restricted draft"

    data = rewritten(made(fill), strict)
    assert b"purl.oclc.org" in zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml")
    pieces, metadata = read_bytes("report.docx", data)
    assert [piece.text for piece in pieces] == ["Restricted draft", "Training", "A workshop was held."]
    assert metadata.title == "Training"


def test_damaged_part_beside_the_text_costs_itself() -> None:
    whole = made(lambda document: document.add_paragraph("Text."))
    names = zipfile.ZipFile(io.BytesIO(whole)).namelist()
    for part in sorted({*names} - {"word/document.xml", "[Content_Types].xml", "_rels/.rels"}):
        pieces, metadata = read_bytes("x.docx", spoilt(whole, part))
        assert [piece.text for piece in pieces] == ["Text."], part
        # a picture that nothing needs may be damaged unseen
        assert [one.code for one in metadata.left_out] in ([], ["parts-damaged"]), part
    damaged = read_bytes("x.docx", spoilt(whole, "word/styles.xml"))[1].left_out
    assert [one.reason for one in damaged] == [f"1 of {len(names)} parts is damaged and was not read"]


def test_damaged_text_is_named_as_such() -> None:
    whole = made(lambda document: document.add_paragraph("Text."))
    with pytest.raises(Unreadable, match=r"its text \(word/document.xml\) cannot be unpacked"):
        read_bytes("x.docx", spoilt(whole, "word/document.xml"))


def spoilt(data: bytes, part: str) -> bytes:
    """The archive with some bytes of one part changed, so that its checksum does not hold."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        place = archive.getinfo(part)
        start = place.header_offset + 30 + len(part) + place.compress_size // 2
    broken = bytearray(data)
    broken[start : start + 4] = bytes(byte ^ 0x5A for byte in broken[start : start + 4])
    return bytes(broken)


@pytest.mark.parametrize("level", ["²", "9", "-1", "", "x", "٣"])
def test_odd_outline_level_is_body_text(level: str) -> None:
    def fill(document: Any) -> None:
        properties = document.add_paragraph("Text.")._p.get_or_add_pPr()
        properties.append(parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="{level}"/>'))
        properties.append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{level}"/></w:numPr>')
        )

    assert told(fill) == [("paragraph", "Text.")]
