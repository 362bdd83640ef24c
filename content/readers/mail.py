"""A message (.eml) in; its subject, who wrote it and when, its text and the names of its attachments out.

The text is the plain one where there are two of it. Attachments are named and not read: what matters in them is to be
added as a file of its own. See RFC 5322 and RFC 2045 to 2047, as Python's `email` reads them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage, MIMEPart
from email.utils import parsedate_to_datetime

from content.documents import Metadata, Piece
from content.readers import metadata as known
from content.readers.encodings import decode
from content.readers.errors import Unreadable
from content.readers.html import read as read_page
from content.readers.office import lacking
from content.readers.paragraphs import fold
from content.readers.text import pieces_of

_HEADER = re.compile(rb"[!-9;-~]{1,76}:")
_BROKEN = (
    MessageError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    AssertionError,
    OverflowError,
)
"""What `email` raises on headers that no program has written."""
STUB = 200
"""Bytes of a plain text that may only lead to the other one."""
_SHOWN = ("From", "To", "Date")


def read(name: str, data: bytes) -> tuple[list[Piece], Metadata]:
    """Pieces and metadata of an .eml file. Raises `Unreadable`."""
    if not _HEADER.match(data.lstrip(b"\xef\xbb\xbf\r\n")):
        raise Unreadable(name, "it is damaged: it does not begin as a message does", "save the message again as .eml")
    try:
        message = message_from_bytes(data.lstrip(b"\xef\xbb\xbf\r\n"), policy=policy.default)
        assert isinstance(message, EmailMessage)
        subject = _value(message, "Subject")
        pieces = [Piece("heading", subject, 1)] if subject else []
        shown = "; ".join(f"{key}: {value}" for key in _SHOWN if (value := _value(message, key)))
        pieces += [Piece("row", shown)] if shown else []
        pieces += _body(name, message)
        attached = attachments(message)
        unnamed = sum(map(_is_unnamed, message.walk()))
        pieces += [Piece("item", one) for one in attached]
    except (*_BROKEN, RecursionError) as error:
        raise Unreadable(
            name, "it is damaged: a message cannot be made out", "save its text as .txt and add that"
        ) from error
    metadata = Metadata(title=subject, date=_day(message), left_out=lacking(attachments_unread=len(attached) + unnamed))
    return pieces, known.complete(metadata, pieces, name)


def attachments(message: EmailMessage) -> list[str]:
    """The names of the files that came with a message."""
    named = (part.get_filename() for part in message.walk() if not part.is_multipart())
    return list(dict.fromkeys(text for one in named if one and (text := fold(str(one)))))


def _is_unnamed(part: EmailMessage) -> bool:
    """A part that is neither the text nor has a name: a picture inside it, or another message."""
    if part.get_content_maintype() == "message":
        return not part.get_filename()
    if part.is_multipart() or part.get_filename():
        return False
    text = part.get_content_type() in ("text/plain", "text/html")
    return not text or part.get_content_disposition() == "attachment"


def _value(message: EmailMessage, key: str) -> str:
    """A header, decoded; "" where it is missing or cannot be understood."""
    try:
        return fold(str(message.get(key, "")))
    except _BROKEN:
        return ""


def _day(message: EmailMessage) -> str:
    try:
        return f"{parsedate_to_datetime(_value(message, 'Date')):%Y-%m-%d}"
    except _BROKEN:
        return ""


def _body(name: str, message: EmailMessage) -> Iterator[Piece]:
    body = message.get_body(preferencelist=("plain", "html"))
    if body is None:
        return
    page = message.get_body(preferencelist=("html",))
    if page is not None and page is not body and _is_stub(body, page):
        body = page
    content = body.get_payload(decode=True)
    if not isinstance(content, bytes) or not content.strip():
        return
    declared = str(body.get_param("charset", "") or "") or None
    if body.get_content_subtype() == "html":
        yield from read_page(name, content, declared if declared and _is_codec(declared) else None)[0]
    else:
        yield from pieces_of(decode(name, content, declared=declared))


def _is_stub(body: MIMEPart, page: MIMEPart) -> bool:
    """The plain text only says that the message is to be looked at in another way."""
    plain, shown = (one.get_payload(decode=True) for one in (body, page))
    if not isinstance(plain, bytes) or not isinstance(shown, bytes) or len(plain.strip()) > STUB:
        return False
    try:
        text = "".join(piece.text for piece in read_page("", shown)[0])
    except Unreadable:
        return False
    return len(text) > 2 * len(plain.strip()) + STUB


def _is_codec(label: str) -> bool:
    try:
        "".encode(label)
    except (LookupError, ValueError):
        return False
    return True
