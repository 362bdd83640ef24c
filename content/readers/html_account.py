"""A web page in; how much of what its reader leaves out a person may miss, by kind, out.

Menus, the feet of sites, scripts and notices about cookies stand on every page and are not counted: a line about them
for each file would hide the others.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

from content.readers.office import alternative
from content.readers.paragraphs import fold

_UNSHOWN = frozenset({"script", "style", "noscript", "template", "head", "datalist", "dialog", "option", "map"})
_OF_SITE = frozenset({"nav", "footer", "menu", "header"})
_OBJECTS = frozenset({"iframe", "frame", "object", "embed", "video", "audio", "canvas"})
_FIELDS = frozenset({"input", "select", "textarea"})
_UNTYPED = frozenset({"hidden", "submit", "button", "search", "reset", "image"})
_OF_SITE_CLASS = re.compile(
    r"nav|menu|cookie|consent|gdpr|foot|breadcrumb|share|social|skip|pagination|sr-only|screen-reader|visually-hidden|modal|popup"
)
_HIDES = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


SAYS = 24
"""Characters from which what is said of a picture says more than its name (`markdown.py` has the same)."""
MOST = 250
"""Characters of what is said of a picture, beyond which it is a text of its own."""


def is_hidden(element: Any) -> bool:
    """The page says itself that nobody shall see this."""
    return (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or bool(_HIDES.search(element.get("style") or ""))
    )


def counted(body: Any, is_left_out: Callable[[Any], bool]) -> Counter[str]:
    """What is left out of a page, by its code. `is_left_out`: whether the reader passes over an element."""
    counts: Counter[str] = Counter()
    waiting = [child for child in body if isinstance(child.tag, str)]
    while waiting:
        element = waiting.pop()
        tag = element.tag
        if tag in _UNSHOWN or (tag in _OF_SITE and is_left_out(element)):
            continue
        counts["objects_unread"] += tag in _OBJECTS
        counts["fields_unread"] += tag in _FIELDS and _has_value(element)
        counts["readings_unread"] += tag == "rt"
        if tag == "svg" or (tag == "img" and not is_hidden(element)):
            counts["pictures_unread"] += _is_unread(element)
        if tag in _OBJECTS or tag in _FIELDS or tag in ("svg", "rt", "rp"):
            continue
        if is_left_out(element):
            if not _OF_SITE_CLASS.search(f"{element.get('class')} {element.get('id')} {element.get('role')}".lower()):
                letters = _own_letters(element)
                counts["text_unseen" if is_hidden(element) else "text_aside"] += letters if letters else 0
            continue
        waiting += [child for child in element if isinstance(child.tag, str)]
    return counts


def _own_letters(element: Any) -> int:
    """Letters and figures of an element, fewer than a word or two and those of links aside: 0 where most are links."""
    whole = sum(map(str.isalnum, element.text_content()))
    links = sum(sum(map(str.isalnum, link.text_content())) for link in element.iter("a"))
    return 0 if 2 * links > whole else whole


def _has_value(field: Any) -> bool:
    kind = (field.get("type") or "").lower()
    if field.tag == "textarea":
        return bool((field.text or "").strip())
    if field.tag == "select":
        return any(option.get("selected") is not None and option.get("value") != "" for option in field.iter("option"))
    if kind in ("checkbox", "radio"):
        return field.get("checked") is not None
    return kind not in _UNTYPED and bool((field.get("value") or "").strip())


def _is_unread(picture: Any) -> bool:
    """A picture that nobody described, and that is no more than a dot or an icon by its own word."""
    sides = [side for name in ("width", "height") if (side := picture.get(name, "").removesuffix("px")).isdecimal()]
    if any(int(side) < 50 for side in sides if len(side) < 6):
        return False
    if picture.tag == "svg":
        return next(picture.iter("text"), None) is not None
    return not described(picture)


def described(picture: Any) -> str:
    """What somebody wrote for those who cannot see a picture, or "".

    Why not what is very long? It retells a poster, most often one that the page tells of, too: read as a paragraph it
    came before the text in answers. It is counted.
    """
    said = fold(picture.get("alt") or "")
    return alternative(said) if SAYS < len(said) <= MOST else ""
