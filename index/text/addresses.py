"""Postal addresses: a text in, where they stand out; a question in, where it asks for one out.

A postal address seldom says that it is one, and nobody asks "No. 8 Lake Road?". So each says it here, and a question
for one looks for that, and not for whoever addressed a meeting.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.text.tokens import HAN

TERM = "postal_address"
"""What each postal address says, beside the word for it in its language. No word of a text has such a term."""
_NUMBERED = re.compile(r"号(?:(?<=\d号)|(?<=\d\s号))")
_ADDRESS = re.compile(
    r"(?:\bNo\.?\s?\d+,?|\b\d{1,4})\s(?:[A-Z][\w.]*\s){1,4}(?:Road|Street|Avenue|Boulevard|Lane)\b|"
    rf"(?P<chinese>[{HAN}]{{1,6}}[路街道巷]\s?\d+\s?号)"
)
RULES = _ADDRESS.pattern
"""Changes whenever other texts could be addresses."""
_ASKED = re.compile(
    r"\b(?:(?:postal|post|mailing|street|office|full|exact) )?(?:address|street|post ?code|zip code)\b"
    r"(?=\s*(?:[?.!,;]|$|(?:of|and|for|at|please|is|does|can)\b))|(?:办公|通信|通讯|辦公|通信|通訊)?地址",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"e-?mail|\bweb|\bip\b|\burl\b|(?:opening|closing|keynote|welcome|inaugural) address|"
    r"网址|網址|邮箱|郵箱|邮件|郵件|电子|電子",
    re.IGNORECASE,
)


def may_have_address(text: str) -> bool:
    """False for most texts that hold no address, and quicker than to look for one."""
    return (
        ("号" in text and bool(_NUMBERED.search(text)))
        or "Road" in text
        or "Street" in text
        or "Avenue" in text
        or "Boulevard" in text
        or "Lane" in text
    )


def addresses(text: str) -> Iterator[tuple[int, int, str]]:
    """Start and end (exclusive) of each postal address, and the word for it in its language."""
    for match in _ADDRESS.finditer(text) if may_have_address(text) else ():
        yield *match.span(), "地址" if match.lastgroup == "chinese" else "address"


def asked(question: str) -> list[tuple[int, int]]:
    """Start and end of the words with which a question asks for a postal address; of other addresses, nothing."""
    return [] if _OTHERS.search(question) else [match.span() for match in _ASKED.finditer(question)]
