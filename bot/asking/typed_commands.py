"""A line that a person typed in; what it asks to be done with the last answer, out: the same in every door.

`2` shows the second excerpt, `context 2`, `source 2`, `page 2` and `cite 2` act on it, in each language's words. A
line that is no such command is a question.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

COMMANDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "more": "more",
        "context": "context",
        "source": "source",
        "page": "page",
        "cite": "cite",
        "library": "library",
        "new": "new",
        "help": "help",
        "quit": "quit",
        "exit": "quit",
    },
    "zh": {
        "更多": "more",
        "上下文": "context",
        "来源": "source",
        "原页": "page",
        "引用": "cite",
        "报告": "library",
        "新话题": "new",
        "帮助": "help",
        "退出": "quit",
    },
}
"""What a person may type, by language, with or without a slash before it and a number after it."""
NAMES = {word: name for table in COMMANDS.values() for word, name in table.items()}
OF_ANSWERS = frozenset({"show", "more", "context", "source", "page", "cite"})
"""What is done with an answer; `show` is a number alone."""

DIGITS = 9
"""Nothing here has a number of more; int() takes no text of thousands."""
SHOWN_DIGITS = 2
"""Digits of a number alone that means an excerpt; 2021 is a question."""


def parse_command(line: str) -> tuple[str, int | None] | None:
    """A command and its number, or None where the line is a question."""
    # whoever writes Chinese types ２ and a wide space as well
    word, _, argument = unicodedata.normalize("NFKC", line).strip().removeprefix("/").partition(" ")
    if word.isdecimal() and not argument and len(word) <= SHOWN_DIGITS:
        return "show", int(word)
    if not argument and not word.isascii():  # 上下文2: Chinese is written without the space
        stem = word.rstrip("0123456789")
        word, argument = stem, word[len(stem) :]
    name = NAMES.get(word.lower())
    argument = argument.strip()
    if name is None or (argument and not argument.isdecimal()) or len(argument) > DIGITS:
        return None
    if name == "quit" and argument:
        return None
    return name, int(argument) if argument else None
