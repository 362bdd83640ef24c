"""A word file in; how much of what its reader leaves out there is, by kind, out."""

from __future__ import annotations

from collections import Counter
from typing import Any

from content.readers.office import alternative
from content.readers.package import parse

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_PIC = "{http://schemas.openxmlformats.org/drawingml/2006/picture}"
_V = "{urn:schemas-microsoft-com:vml}"
_CHANGES = tuple(f"{_W}{kind}" for kind in ("ins", "del", "moveFrom", "moveTo"))
_OBJECTS = (f"{_W}object", f"{_W}altChunk", f"{_W}control", f"{_W}subDoc")
_COMMENTS = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"


def counted(document: Any, body: Any) -> Counter[str]:
    """What is left out of a body, by its code."""
    counts: Counter[str] = Counter()
    for run in body.iter(f"{_W}r"):
        hidden = run.find(f"{_W}rPr/{_W}vanish")
        if hidden is not None and hidden.get(f"{_W}val", "1") not in ("0", "false", "off"):
            counts["text_unseen"] += sum(len("".join((text.text or "").split())) for text in run.iter(f"{_W}t"))
    # a mark of a changed paragraph's end has no words, but that of a row has
    counts["changes_tracked"] = sum(
        len(change) > 0 or change.getparent().tag == f"{_W}trPr" for change in body.iter(*_CHANGES)
    )
    counts["readings_unread"] = sum(1 for _ in body.iter(f"{_W}ruby"))
    counts["fields_empty"] = sum(
        prompt.get(f"{_W}val", "1") not in ("0", "false", "off") for prompt in body.iter(f"{_W}showingPlcHdr")
    )
    counts["objects_unread"] = sum(1 for _ in body.iter(*_OBJECTS))
    counts["pictures_unread"] = sum(map(_is_unread, body.iter(f"{_WP}inline", f"{_WP}anchor", f"{_W}pict")))
    for part in document.part.related_parts.values():
        if part.content_type == _COMMENTS and (root := parse(part.blob)) is not None:
            counts["comments_unread"] += sum(1 for _ in root.iter(f"{_W}comment"))
    return counts


def _is_unread(figure: Any) -> bool:
    """A picture that nobody described. Word stores some twice, for new programs and for old ones."""
    if any(parent.tag == f"{_MC}Fallback" for parent in figure.iterancestors()):
        return False
    if next(figure.iter(f"{_PIC}pic", f"{_V}imagedata"), None) is None:
        return False
    said = (one.get("descr") or one.get("alt") or "" for one in figure.iter(f"{_WP}docPr", f"{_V}shape"))
    return not any(map(alternative, said))
