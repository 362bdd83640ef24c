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


def test_headers_footers_and_contents_are_left_out() -> None:
    def fill(document: Any) -> None:
        document.sections[0].header.paragraphs[0].text = "Running head"
        document.sections[0].footer.paragraphs[0].text = "Running foot"
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
