"""Messages as pieces: subject, sender and day, the text once, and the names of what came with it."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from content.readers import read_bytes
from content.readers.errors import Unreadable


def message(**headers: str) -> EmailMessage:
    made = EmailMessage()
    for key, value in headers.items():
        made[key] = value
    return made


def test_message_is_read_once_and_names_what_came_with_it() -> None:
    made = message(
        Subject="Rapport sur l’énergie 2023", From="Wang Li <wang@example.org>", Date="Mon, 1 May 2023 10:00:00 +0800"
    )
    made.set_content("Dear colleagues,\n\nThe workshop takes place in Nairobi.\n")
    made.add_alternative("<p>The workshop takes place in <b>Nairobi</b>.</p>", subtype="html")
    made.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="议程.pdf")
    made.add_attachment(b"x", maintype="image", subtype="png", filename="map.png")
    pieces, metadata = read_bytes("a.eml", made.as_bytes())
    assert [(piece.kind, piece.text) for piece in pieces] == [
        ("heading", "Rapport sur l’énergie 2023"),
        ("row", "From: Wang Li <wang@example.org>; Date: Mon, 01 May 2023 10:00:00 +0800"),
        ("paragraph", "Dear colleagues, The workshop takes place in Nairobi."),
        ("item", "议程.pdf"),
        ("item", "map.png"),
    ]
    assert [one.reason for one in metadata.left_out] == ["2 attachments were named and not read"]
    assert (metadata.title, metadata.date, metadata.year) == ("Rapport sur l’énergie 2023", "2023-05-01", 2023)


def test_message_of_html_alone_is_read_in_its_encoding() -> None:
    made = message(Subject="报告")
    made.set_content("<p>中国科学技术信息研究所的报告。</p>", subtype="html", charset="gb2312")
    assert [piece.text for piece in read_bytes("a.eml", made.as_bytes())[0]] == [
        "报告",
        "中国科学技术信息研究所的报告。",
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"Subject: =?utf-8?b?broken?=\n\nText.\n",
        b"Subject: a\nContent-Type: text/plain; charset=no-such-thing\n\nText.\n",
        b"Subject: a\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nText.\n",
        b"Subject: a\nDate: 99 Foo 99999999999 99:99\nFrom: @@@<<\n\nText.\n",
        b"Subject: a\nContent-Transfer-Encoding: base64\n\nVGV4dC4\n",
    ],
)
def test_broken_message_is_read_as_far_as_it_goes(data: bytes) -> None:
    assert "Text." in [piece.text for piece in read_bytes("a.eml", data)[0]]


def test_message_without_text_is_its_subject_and_what_is_none_is_named() -> None:
    assert [piece.text for piece in read_bytes("a.eml", b"Subject: Cancelled\n\n")[0]] == ["Cancelled"]
    with pytest.raises(Unreadable, match="does not begin as a message"):
        read_bytes("a.eml", b"Hello there\n")
