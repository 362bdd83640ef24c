"""Lines with their places in; the bytes of a small PDF out. For tests of the PDF reader."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One line of Helvetica, or of a Chinese font where it is not Latin, `x` and `y` in points from the lower left."""

    x: float
    y: float
    text: str
    size: float = 10
    bold: bool = False


def pdf(*pages: list[Line], rotate: int = 0, width: int = 595, height: int = 842, title: str = "") -> bytes:
    """A PDF with one page for each list of lines."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
        b"<< /Title " + _string(title) + b" >>",
        b"<< /Type /Font /Subtype /Type0 /BaseFont /SimSun /Encoding /UniGB-UCS2-H /DescendantFonts [7 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /SimSun /DW 1000 /FontDescriptor 8 0 R"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>",
        b"<< /Type /FontDescriptor /FontName /SimSun /Flags 4 /FontBBox [0 -120 1000 880] /ItalicAngle 0 /Ascent 880"
        b" /Descent -120 /CapHeight 700 /StemV 80 >>",
    ]
    kids = []
    for lines in pages:
        stream = b"\n".join(_show(line) for line in lines)
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        content = len(objects)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Rotate %d /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R /F2 4 0 R /F3 6 0 R >> >> >>" % (width, height, rotate, content)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    data = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    data += b"".join(b"%010d 00000 n \n" % place for place in places)
    data += b"trailer\n<< /Size %d /Root 1 0 R /Info 5 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        start,
    )
    return bytes(data)


def column(x: float, y: float, text: str, width: int = 46, size: float = 10, step: float = 12) -> list[Line]:
    """Text broken into lines of at most `width` characters, one under the other."""
    lines: list[str] = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return [Line(x, y - step * place, line, size) for place, line in enumerate(lines)]


def _string(text: str) -> bytes:
    return b"(" + text.encode("ascii") + b")" if text.isascii() else b"<" + text.encode("utf-16").hex().encode() + b">"


def _show(line: Line) -> bytes:
    if any(character >= "\u2e80" for character in line.text):
        shown = line.text.encode("utf-16-be").hex().encode()
        return b"BT /F3 %g Tf 1 0 0 1 %g %g Tm <%s> Tj ET" % (line.size, line.x, line.y, shown)
    text = line.text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    return b"BT /F%d %g Tf 1 0 0 1 %g %g Tm (%s) Tj ET" % (
        2 if line.bold else 1,
        line.size,
        line.x,
        line.y,
        text,
    )
