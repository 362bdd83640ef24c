"""A content stream in; the bytes of a one-page PDF out.

For what `paper.py` cannot draw: matrices, clips, forms, other scripts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

HELVETICA = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
CONTENT, PAGE = 3, 4
"""Numbers of the objects that are always there; the first of `objects` is number 5."""
FIRST = 5


def drawn(
    stream: bytes,
    *,
    objects: Sequence[bytes] = (),
    page: bytes = b"",
    catalog: bytes = b"",
    fonts: bytes = b"/F1 " + HELVETICA,
    resources: bytes = b"",
) -> bytes:
    """A page of 595 by 842 points. `objects`: further objects, which `page`, `catalog` and `fonts` may refer to."""
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
        b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
        _stream(stream),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] %s /Contents 3 0 R /Resources << /Font << %s >> %s >> >>"
        % (page, fonts, resources),
        *objects,
    ]
    data = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(bodies, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    data += b"".join(b"%010d 00000 n \n" % place for place in places)
    data += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, start)
    return bytes(data)


def show(text: str, x: float = 72, y: float = 700, size: float = 10, *, before: str = "") -> bytes:
    """One string at a place, in Helvetica. `before`: operators in front of it (Tr, Tc, Ts)."""
    escaped = re.sub(r"([\\()])", r"\\\1", text).encode("cp1252")
    return b"BT /F1 %g Tf %s 1 0 0 1 %g %g Tm (%s) Tj ET\n" % (size, before.encode(), x, y, escaped)


class Script:
    """A font of signs that Helvetica does not have, each half an em wide (`wide`: one em)."""

    def __init__(self, text: Sequence[str], *, wide: bool = False) -> None:
        """`text`: all signs that are needed; one of several characters is one drawing that stands for them."""
        self._codes = {sign: number for number, sign in enumerate(dict.fromkeys(text), 1)}
        width = 1000 if wide else 500
        glyph = b"%d 0 0 0 %d 700 d1 0 0 %d 700 re f" % (width, width - 20, width - 20)
        names = b" ".join([b"/g"] * len(self._codes))
        widths = b" ".join([b"%d" % width] * len(self._codes))
        lines = b"".join(
            b"<%02X> <%s>\n" % (code, sign.encode("utf-16-be").hex().upper().encode())
            for sign, code in self._codes.items()
        )
        unicode_map = (
            b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap 1 begincodespacerange <00> <FF>"
            b" endcodespacerange %d beginbfchar\n%sendbfchar endcmap end end" % (len(self._codes), lines)
        )
        self.fonts = b"/F1 %s /F2 5 0 R" % HELVETICA
        self.objects = (
            b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 %d 700] /FontMatrix [0.001 0 0 0.001 0 0]"
            b" /CharProcs << /g 6 0 R >> /Encoding << /Differences [1 %s] >> /FirstChar 1 /LastChar %d /Widths [%s]"
            b" /ToUnicode 7 0 R /Resources << >> >>" % (width, names, len(self._codes), widths),
            _stream(glyph),
            _stream(unicode_map),
        )

    def show(self, signs: Sequence[str], x: float = 72, y: float = 700, size: float = 10) -> bytes:
        """Signs in the order in which they are drawn, from left to right."""
        codes = b"".join(b"%02X" % self._codes[sign] for sign in signs)
        return b"BT /F2 %g Tf 1 0 0 1 %g %g Tm <%s> Tj ET\n" % (size, x, y, codes)


def _stream(body: bytes) -> bytes:
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(body), body)
