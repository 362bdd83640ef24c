"""Files that each lose something on purpose, one at a time: what a person sees there is read, or the report names it.

Each file has the sentence SEEN beside what it loses. `words`: what of it is read all the same; `code`: what is said.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import docx
import pytest
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from drawn_paper import FIRST, drawn, show
from paper import Line, column, pdf
from test_readers_office import NAMES, book, deck, opendocument, packed, relations, shape, sheet, slide, workbook

from content.readers import read_bytes

SEEN = "The council met in spring and read the plans."
MORE = "It asked the ministry for a second plan, which came in summer with a letter of the minister."


# ruff: noqa: E501 - files as they are

# PDF

PICTURE = (
    b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>"
    b"\nstream\n\x80\nendstream"
)


def page(more: bytes = b"", **kept: Any) -> bytes:
    return drawn(show(SEEN) + show(MORE, y=680) + more, **kept)


def pictured(width: int, height: int) -> bytes:
    """A page of text with a picture below."""
    lines = b"".join(show(f"{number}. {MORE}", y=780 - 14 * number) for number in range(1, 12))
    return page(
        lines + b"q %d 0 0 %d 72 100 cm /Im Do Q\n" % (width, height),
        objects=[PICTURE],
        resources=b"/XObject << /Im %d 0 R >>" % FIRST,
    )


def annotated(body: bytes) -> bytes:
    note = b"<< /Type /Annot /Rect [72 500 300 520] /F 4 %s >>" % body
    return page(objects=[note], page=b"/Annots [%d 0 R]" % FIRST)


def with_attachment() -> bytes:
    file = b"<< /Type /Filespec /F (data.csv) /EF << /F %d 0 R >> >>" % (FIRST + 1)
    names = b"/Names << /EmbeddedFiles << /Names [(data.csv) %d 0 R] >> >>" % FIRST
    return page(objects=[file, b"<< /Type /EmbeddedFile /Length 3 >>\nstream\na,b\nendstream"], catalog=names)


def without_map() -> bytes:
    """A page with a line in a font that does not say which letters its drawings are."""
    glyph = b"500 0 0 0 480 700 d1 0 0 480 700 re f"
    font = (
        b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 500 700] /FontMatrix [0.001 0 0 0.001 0 0] /Resources << >>"
        b" /CharProcs << /g %d 0 R >> /Encoding << /Differences [1 /g /g /g] >> /FirstChar 1 /LastChar 3"
        b" /Widths [500 500 500] >>" % (FIRST + 1)
    )
    stream = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(glyph), glyph)
    line = b"BT /F2 10 Tf 1 0 0 1 72 500 Tm <%s> Tj ET\n" % (b"010203" * 12)
    fonts = b"/F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> /F2 %d 0 R" % FIRST
    return page(line, objects=[font, stream], fonts=fonts)


def headed() -> bytes:
    """A report of four pages with a head that no other line repeats."""
    texts = [f"{SEEN} {MORE} Part {number} of the report tells of {word}." for number, word in enumerate("abcd", 1)]
    return pdf(*([Line(72, 810, "Restricted, not for citation"), *column(72, 700, text)] for text in texts))


# Word files


def word(*, body: str = "", parts: tuple[tuple[str, str, str, str], ...] = (), head: str = "") -> bytes:
    """A word file with XML in its body, and parts beside it: (name, type of the relation, type of content, text)."""
    document = docx.Document()
    document.add_paragraph(SEEN)
    names = (
        f'{nsdecls("w", "r", "wp", "a", "pic", "c")} xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram"'
        ' xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    )
    ends = document.element.body[-1]
    for number, (name, kind, content, text) in enumerate(parts):
        part = Part(PackURI(f"/word/{name}"), content, text.encode(), document.part.package)
        document.part.rels.add_relationship(
            f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}", part, f"rX{number}"
        )
    for child in parse_xml(f"<w:body {names}>{body}</w:body>"):
        ends.addprevious(child)
    if head:
        document.sections[0].header.paragraphs[0].text = head
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def run(text: str, style: str = "") -> str:
    return f"<w:r><w:rPr>{style}</w:rPr><w:t>{text}</w:t></w:r>"


def para(inside: str) -> str:
    return f"<w:p>{inside}</w:p>"


def graphic(inside: str, described: str = "") -> str:
    return para(
        f"<w:r><w:drawing><wp:inline><wp:docPr id='1' name='x' descr='{described}'/><a:graphic><a:graphicData>{inside}"
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )


PICTURE_OF_WORD = "<pic:pic><pic:blipFill><a:blip r:embed='none'/></pic:blipFill></pic:pic>"
DIAGRAM = (
    '<dgm:dataModel xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><dgm:ptLst>'
    "<dgm:pt><dgm:t><a:p><a:r><a:t>Plan the survey</a:t></a:r></a:p></dgm:t></dgm:pt>"
    "<dgm:pt><dgm:t><a:p><a:r><a:t>Ask the villages</a:t></a:r></a:p></dgm:t></dgm:pt></dgm:ptLst></dgm:dataModel>"
)
CHART = (
    f"<c:chartSpace {NAMES}><c:chart><c:title><a:p><a:r><a:t>Exports of tea</a:t></a:r></a:p></c:title><c:plotArea>"
    "<c:barChart><c:ser><c:tx><c:strRef><c:strCache><c:pt idx='0'><c:v>Kenya</c:v></c:pt></c:strCache></c:strRef></c:tx>"
    "<c:cat><c:strRef><c:strCache><c:pt idx='0'><c:v>Spring</c:v></c:pt></c:strCache></c:strRef></c:cat>"
    "<c:val><c:numRef><c:numCache><c:pt idx='0'><c:v>4.3</c:v></c:pt></c:numCache></c:numRef></c:val></c:ser>"
    "</c:barChart><c:valAx><c:title><a:p><a:r><a:t>Million tonnes</a:t></a:r></a:p></c:title></c:valAx></c:plotArea>"
    "</c:chart></c:chartSpace>"
)
COMMENTS = (
    f"<w:comments {nsdecls('w')}><w:comment w:id='0' w:author='A'><w:p><w:r><w:t>Is it so?</w:t></w:r></w:p></w:comment>"
    "</w:comments>"
)
TYPES = "application/vnd.openxmlformats-officedocument"


def chart_of_word() -> bytes:
    part = ("charts/chart1.xml", "chart", f"{TYPES}.drawingml.chart+xml", CHART)
    return word(body=graphic("<c:chart r:id='rX0'/>"), parts=(part,))


def diagram_of_word() -> bytes:
    part = ("diagrams/data1.xml", "diagramData", f"{TYPES}.drawingml.diagramData+xml", DIAGRAM)
    return word(body=graphic("<dgm:relIds r:dm='rX0'/>"), parts=(part,))


# Slides, workbooks, OpenDocument, e-books, pages, messages


def slides(shapes: str, own: str = "", **parts: str) -> bytes:
    more = {"ppt/slides/_rels/slide1.xml.rels": own} if own else {}
    return deck(slide(shape(SEEN), shapes), **more, **parts)


FRAME = "<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id='1' name='x'/></p:nvGraphicFramePr><a:graphic><a:graphicData>{}</a:graphicData></a:graphic></p:graphicFrame>"


def book_of(*, sheets: dict[str, str] | None = None, **parts: str) -> bytes:
    data = workbook(sheets or {"Sheet1": sheet((SEEN,))})
    buffer = io.BytesIO(data)
    with zipfile.ZipFile(buffer, "a") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def text_of(body: str, styles: str = "") -> bytes:
    return opendocument(f"<text:p>{SEEN}</text:p>{body}", styles)


def html(body: str) -> bytes:
    return f"<html><head><title>Plans</title></head><body><h1>Plans</h1><p>{SEEN}</p>{body}</body></html>".encode()


def mail(change: Callable[[EmailMessage], None]) -> bytes:
    message = EmailMessage()
    message["Subject"] = "Plans"
    message["From"] = "a@example.org"
    message.set_content(SEEN)
    change(message)
    return bytes(message)


def chapter(text: str) -> str:
    return f"<html><body><p>{text}</p></body></html>"


def without_part(data: bytes, name: str) -> bytes:
    source = zipfile.ZipFile(io.BytesIO(data))
    return packed({part: source.read(part) for part in source.namelist() if part != name})


def without_order() -> bytes:
    source = zipfile.ZipFile(io.BytesIO(book({"a.xhtml": chapter(SEEN), "b.xhtml": chapter("The second chapter.")})))
    parts = {part: source.read(part) for part in source.namelist()}
    return packed({part: re.sub(rb"<itemref[^>]*>", b"", text) for part, text in parts.items()})


DRAWING = '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">{}</xdr:wsDr>'
INSERTED = para(f"<w:ins w:id='1' w:author='A'>{run('A sentence put in.')}</w:ins>")
BOX = "<w:r><w:pict><v:shape><v:textbox><w:txbxContent><w:p><w:r><w:t>In a box.</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
HIDDEN_SPAN = (
    '<style:style style:name="H" style:family="text"><style:text-properties text:display="none"/></style:style>'
)

FILES: dict[str, tuple[str, Callable[[], bytes], tuple[str, ...], str]] = {
    "short hidden text": ("a.pdf", lambda: page(show("57 goats", y=500, before="3 Tr")), (), "text-unseen"),
    "white text": ("a.pdf", lambda: page(show("Nobody.", y=500, before="1 1 1 rg")), (), "text-unseen"),
    "clipped text": (
        "a.pdf",
        lambda: page(b"q 0 600 595 242 re W n\n" + show("Cut off.", y=300) + b"Q\n"),
        (),
        "text-unseen",
    ),
    "text beside the page": (
        "a.pdf",
        lambda: page(show("Press 4", y=20), page=b"/CropBox [0 50 595 842]"),
        (),
        "text-unseen",
    ),
    "short turned text": (
        "a.pdf",
        lambda: page(b"BT /F1 9 Tf 0 1 -1 0 30 300 Tm (Draft 3) Tj ET\n"),
        (),
        "text-turned",
    ),
    "a picture below text": ("a.pdf", lambda: pictured(450, 300), (), "pictures-unread"),
    "a note on the page": ("a.pdf", lambda: annotated(b"/Subtype /Text /Contents (Is it so?)"), (), "comments-unread"),
    "a note on a marked line": (
        "a.pdf",
        lambda: annotated(b"/Subtype /Highlight /Contents (Is it so?)"),
        (),
        "comments-unread",
    ),
    "an attachment": ("a.pdf", with_attachment, (), "objects-unread"),
    "a font without letters": ("a.pdf", without_map, (), "font-without-letters"),
    "a head": ("a.pdf", headed, ("Restricted, not for citation",), ""),
    "hidden words": ("a.docx", lambda: word(body=para(run("57 goats", "<w:vanish/>"))), (), "text-unseen"),
    "a comment": (
        "a.docx",
        lambda: word(parts=(("comments.xml", "comments", f"{TYPES}.wordprocessingml.comments+xml", COMMENTS),)),
        (),
        "comments-unread",
    ),
    "a deletion": (
        "a.docx",
        lambda: word(body=para("<w:del w:id='1' w:author='A'><w:r><w:delText>Gone.</w:delText></w:r></w:del>")),
        (),
        "changes-tracked",
    ),
    "an insertion": ("a.docx", lambda: word(body=INSERTED), ("A sentence put in.",), "changes-tracked"),
    "a picture in a word file": ("a.docx", lambda: word(body=graphic(PICTURE_OF_WORD)), (), "pictures-unread"),
    "a described picture": (
        "a.docx",
        lambda: word(body=graphic(PICTURE_OF_WORD, "Exports rose from 4 to 9 million")),
        ("Exports rose from 4",),
        "",
    ),
    "a chart": ("a.docx", chart_of_word, ("Exports of tea", "Kenya", "Spring", "Million tonnes"), ""),
    "a diagram": ("a.docx", diagram_of_word, ("Plan the survey", "Ask the villages"), ""),
    "an object": (
        "a.docx",
        lambda: word(body=para("<w:r><w:object><o:OLEObject ProgID='Excel.Sheet.12'/></w:object></w:r>")),
        (),
        "objects-unread",
    ),
    "a file inside": (
        "a.docx",
        lambda: word(body="<w:altChunk r:id='rX0'/>", parts=(("a.html", "aFChunk", "text/html", "<p>Inside</p>"),)),
        (),
        "objects-unread",
    ),
    "a head alone": (
        "a.docx",
        lambda: word(head="Restricted, not for citation"),
        ("Restricted, not for citation",),
        "",
    ),
    "a text box": ("a.docx", lambda: word(body=para(BOX)), ("In a box.",), ""),
    "readings": (
        "a.docx",
        lambda: word(
            body=para(
                "<w:r><w:ruby><w:rt><w:r><w:t>ni</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>你</w:t></w:r></w:rubyBase></w:ruby></w:r>"
            )
        ),
        ("你",),
        "readings-unread",
    ),
    "a field nobody filled in": (
        "a.docx",
        lambda: word(
            body="<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:p><w:r><w:t>Choose.</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        ),
        (),
        "fields-empty",
    ),
    "a hidden slide": ("a.pptx", lambda: deck(slide(shape(SEEN)), slide(shape("No."), show="0")), (), "slides-hidden"),
    "a hidden shape": ("a.pptx", lambda: slides(shape("57 goats", own='hidden="1"')), (), "text-unseen"),
    "notes of a speaker": (
        "a.pptx",
        lambda: slides(
            "",
            relations(("notesSlide", "../notesSlides/n.xml")),
            **{
                "ppt/notesSlides/n.xml": f"<p:notes {NAMES}><p:cSld><p:spTree>{shape('Say it slowly.', 'body')}</p:spTree></p:cSld></p:notes>"
            },
        ),
        ("Say it slowly.",),
        "",
    ),
    "a comment on a slide": (
        "a.pptx",
        lambda: slides(
            "",
            relations(("comments", "../comments/c.xml")),
            **{"ppt/comments/c.xml": f"<p:cmLst {NAMES}><p:cm><p:text>So?</p:text></p:cm></p:cmLst>"},
        ),
        (),
        "comments-unread",
    ),
    "a picture on a slide": (
        "a.pptx",
        lambda: slides("<p:pic><p:nvPicPr><p:cNvPr id='2' name='Picture 1' descr=''/></p:nvPicPr></p:pic>"),
        (),
        "pictures-unread",
    ),
    "a chart on a slide": (
        "a.pptx",
        lambda: slides(
            FRAME.format("<c:chart r:id='r1'/>"), relations(("chart", "../charts/c.xml")), **{"ppt/charts/c.xml": CHART}
        ),
        ("Exports of tea", "Kenya", "Spring", "Million tonnes"),
        "",
    ),
    "a diagram on a slide": (
        "a.pptx",
        lambda: slides(
            FRAME.format(
                "<dgm:relIds xmlns:dgm='http://schemas.openxmlformats.org/drawingml/2006/diagram' r:dm='r1'/>"
            ),
            relations(("diagramData", "../diagrams/d.xml")),
            **{"ppt/diagrams/d.xml": DIAGRAM},
        ),
        ("Plan the survey",),
        "",
    ),
    "an object on a slide": (
        "a.pptx",
        lambda: slides(FRAME.format("<p:oleObj progId='Excel.Sheet.12'/>")),
        (),
        "objects-unread",
    ),
    "a hidden row": (
        "a.xlsx",
        lambda: book_of(
            sheets={
                "S": sheet((SEEN,)).replace(
                    "</sheetData>", '<row r="3" hidden="1"><c r="A3"><v>5</v></c></row></sheetData>'
                )
            }
        ),
        (),
        "rows-hidden",
    ),
    "a hidden column": (
        "a.xlsx",
        lambda: book_of(sheets={"S": sheet((SEEN, "No."), before='<cols><col min="2" max="2" hidden="1"/></cols>')}),
        (),
        "columns-hidden",
    ),
    "a hidden sheet": (
        "a.xlsx",
        lambda: book_of(sheets={"S": sheet((SEEN,)), "T!": sheet(("No.",))}),
        (),
        "sheets-hidden",
    ),
    "a comment on a cell": (
        "a.xlsx",
        lambda: book_of(
            **{
                "xl/worksheets/_rels/sheet1.xml.rels": relations(("comments", "../comments1.xml")),
                "xl/comments1.xml": '<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><commentList><comment ref="A1"><text><t>So?</t></text></comment></commentList></comments>',
            }
        ),
        (),
        "comments-unread",
    ),
    "a formula without a value": (
        "a.xlsx",
        lambda: book_of(sheets={"S": sheet((SEEN,)).replace("</row>", '<c r="B1"><f>1+1</f></c></row>')}),
        (),
        "formulas-unread",
    ),
    "an error": (
        "a.xlsx",
        lambda: book_of(sheets={"S": sheet((SEEN,)).replace("</row>", '<c r="B1" t="e"><v>#REF!</v></c></row>')}),
        (),
        "errors-shown",
    ),
    "a chart in a workbook": (
        "a.xlsx",
        lambda: book_of(
            **{
                "xl/worksheets/_rels/sheet1.xml.rels": relations(("drawing", "../drawings/d.xml")),
                "xl/drawings/d.xml": DRAWING.format(
                    "<xdr:graphicFrame><xdr:nvGraphicFramePr><xdr:cNvPr id='1' name='x'/></xdr:nvGraphicFramePr><c:chart r:id='r1'/></xdr:graphicFrame>"
                ),
                "xl/drawings/_rels/d.xml.rels": relations(("chart", "../charts/c.xml")),
                "xl/charts/c.xml": CHART,
            }
        ),
        ("Exports of tea", "Kenya"),
        "",
    ),
    "a picture in a workbook": (
        "a.xlsx",
        lambda: book_of(
            **{
                "xl/worksheets/_rels/sheet1.xml.rels": relations(("drawing", "../drawings/d.xml")),
                "xl/drawings/d.xml": DRAWING.format(
                    "<xdr:pic><xdr:nvPicPr><xdr:cNvPr id='1' name='x'/></xdr:nvPicPr></xdr:pic>"
                ),
            }
        ),
        (),
        "pictures-unread",
    ),
    "a form that a program draws": (
        "a.pdf",
        lambda: page(
            catalog=b"/NeedsRendering true /AcroForm << /Fields [] /XFA %d 0 R >>" % FIRST,
            objects=[b"<< /Length 5 >>\nstream\n<xdp>\nendstream"],
        ),
        (),
        "form-dynamic",
    ),
    "a deleted row": (
        "a.docx",
        lambda: word(
            body=f"<w:tbl><w:tr><w:trPr><w:del w:id='1' w:author='A'/></w:trPr><w:tc>{para(run('Gone.'))}</w:tc></w:tr></w:tbl>"
        ),
        (),
        "changes-tracked",
    ),
    "a film in Markdown": (
        "a.md",
        lambda: f"# Plans\n\n{SEEN}\n\n<video src='a.mp4'></video>\n".encode(),
        (),
        "objects-unread",
    ),
    "a tag of a picture in Markdown": (
        "a.md",
        lambda: f"# Plans\n\n{SEEN} <img src='a.png'> And so on.\n".encode(),
        (),
        "pictures-unread",
    ),
    "a plain text that leads to the page": (
        "a.eml",
        lambda: mail(
            lambda m: m.add_alternative(f"<p>{SEEN} {MORE} {MORE} {MORE} {MORE} The lake is deep.</p>", subtype="html")
        ),
        ("The lake is deep.",),
        "",
    ),
    "frames": (
        "a.html",
        lambda: html("<p>The lake is deep.</p><frame src='b.html'>"),
        (),
        "objects-unread",
    ),
    "a comment in a text": (
        "a.odt",
        lambda: text_of("<text:p>x<office:annotation><text:p>So?</text:p></office:annotation></text:p>"),
        (),
        "comments-unread",
    ),
    "a change in a text": (
        "a.odt",
        lambda: text_of(
            "<text:tracked-changes><text:changed-region><text:deletion><text:p>Gone.</text:p></text:deletion></text:changed-region></text:tracked-changes>"
        ),
        (),
        "changes-tracked",
    ),
    "hidden words in a text": (
        "a.odt",
        lambda: text_of('<text:p>x<text:span text:style-name="H">57 goats</text:span></text:p>', HIDDEN_SPAN),
        (),
        "text-unseen",
    ),
    "a hidden section": (
        "a.odt",
        lambda: text_of('<text:section text:display="none"><text:p>57 goats</text:p></text:section>'),
        (),
        "text-unseen",
    ),
    "a picture in a text": (
        "a.odt",
        lambda: text_of("<text:p>x<draw:frame><draw:image/></draw:frame></text:p>"),
        (),
        "pictures-unread",
    ),
    "an object in a text": (
        "a.odt",
        lambda: text_of("<text:p>x<draw:frame><draw:object/></draw:frame></text:p>"),
        (),
        "objects-unread",
    ),
    "a hidden row in a sheet": (
        "a.ods",
        lambda: opendocument(
            f'<table:table><table:table-row><table:table-cell><text:p>{SEEN}</text:p></table:table-cell></table:table-row><table:table-row table:visibility="collapse"><table:table-cell><text:p>No.</text:p></table:table-cell></table:table-row></table:table>',
            kind="spreadsheet",
        ),
        (),
        "rows-hidden",
    ),
    "a hidden page": (
        "a.odp",
        lambda: opendocument(
            f'<draw:page><draw:frame><draw:text-box><text:p>{SEEN}</text:p></draw:text-box></draw:frame></draw:page><draw:page draw:style-name="D"><draw:frame><draw:text-box><text:p>No.</text:p></draw:text-box></draw:frame></draw:page>',
            '<style:style style:name="D" style:family="drawing-page"><style:drawing-page-properties presentation:visibility="hidden"/></style:style>',
            kind="presentation",
        ),
        (),
        "slides-hidden",
    ),
    "a chapter that is not there": (
        "a.epub",
        lambda: without_part(book({"a.xhtml": chapter(SEEN), "b.xhtml": chapter("No.")}), "OEBPS/b.xhtml"),
        (),
        "parts-missing",
    ),
    "an order of chapters that is not there": ("a.epub", without_order, ("The second chapter.",), ""),
    "a chapter that is a picture": (
        "a.epub",
        lambda: book({"a.xhtml": chapter(SEEN), "b.xhtml": "<html><body><img src='b.png'/></body></html>"}),
        (),
        "pictures-unread",
    ),
    "a foot of slides": (
        "a.pptx",
        lambda: slides(shape("Restricted, not for citation", "ftr")),
        ("Restricted, not for citation",),
        "",
    ),
    "a head of a sheet": (
        "a.xlsx",
        lambda: book_of(
            sheets={
                "S": sheet(
                    (SEEN,),
                    after="<headerFooter><oddHeader>&amp;C&amp;9Restricted, not for citation &amp;P</oddHeader></headerFooter>",
                )
            }
        ),
        ("Restricted, not for citation",),
        "",
    ),
    "one of two articles": (
        "a.html",
        lambda: (
            html(f"<article><p>{MORE} {MORE} {MORE}</p></article><article><p>The lake is deep.</p></article>")
            .replace(b"<p>The council", b"<p>The lake is wide.</p><article><p>The council")
            .replace(b"plans.</p>", f"plans. {MORE} {MORE} {MORE} {MORE}</p></article>".encode())
        ),
        (),
        "text-aside",
    ),
    "a picture of a page": ("a.html", lambda: html("<img src='a.png' alt=''>"), (), "pictures-unread"),
    "a described picture of a page": (
        "a.html",
        lambda: html("<img src='a.png' alt='Exports rose from 4 to 9 million tonnes'>"),
        ("Exports rose from 4",),
        "",
    ),
    "a frame": ("a.html", lambda: html("<iframe src='b.html'></iframe>"), (), "objects-unread"),
    "a field": ("a.html", lambda: html("<p>Name: <input value='Li Ming'></p>"), (), "fields-unread"),
    "an aside": ("a.html", lambda: html("<aside>The lake is 57 metres deep.</aside>"), (), "text-aside"),
    "hidden words of a page": ("a.html", lambda: html("<p hidden>57 goats</p>"), (), "text-unseen"),
    "a picture in Markdown": ("a.md", lambda: f"# Plans\n\n{SEEN}\n\n![x](a.png)\n".encode(), (), "pictures-unread"),
    "an attachment of a message": (
        "a.eml",
        lambda: mail(lambda m: m.add_attachment(b"a,b", maintype="text", subtype="csv", filename="data.csv")),
        ("data.csv",),
        "attachments-unread",
    ),
    "an attachment without a name": (
        "a.eml",
        lambda: mail(lambda m: m.add_attachment(b"%PDF", maintype="application", subtype="pdf")),
        (),
        "attachments-unread",
    ),
    "a message in a message": (
        "a.eml",
        lambda: mail(lambda m: m.add_attachment(EmailMessage())),
        (),
        "attachments-unread",
    ),
}
"""What is lost: (name of the file, its bytes, words that are read, code that is said)."""


@pytest.mark.parametrize("lost", FILES)
def test_what_a_file_loses_is_read_or_named(lost: str) -> None:
    name, made, words, code = FILES[lost]
    pieces, metadata = read_bytes(name, made())
    text = " ".join(piece.text for piece in pieces)
    assert SEEN in " ".join(text.split())
    for each in words:
        assert each in text
    if lost == "a font without letters":
        assert [piece.text for piece in pieces] == [f"{SEEN} {MORE}"]  # the second of its codes is no hyphen
    assert not code or code in {one.code for one in metadata.left_out}, metadata.left_out
