"""A regular expression in; the same, compiled when it is first used, out.

Why not `re.compile`? A question is read by many long expressions, most of which a cold `citedesk ask` never needs:
those for letters, for second questions, for the other language. To compile them all took longer than to answer.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from functools import cached_property


class Pattern:
    """A regular expression, its case ignored. Safe to share between threads: at worst it is compiled twice."""

    def __init__(self, form: str, flags: re.RegexFlag = re.IGNORECASE) -> None:
        self._form, self._flags = form, flags

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self._form, self._flags)

    def search(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        return self._compiled.search(text, start, end)

    def match(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        return self._compiled.match(text, start, end)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        return self._compiled.fullmatch(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        return self._compiled.finditer(text)

    def findall(self, text: str) -> list[str]:
        """What matches, or its one group; the expression has at most one."""
        return self._compiled.findall(text)

    def split(self, text: str) -> list[str]:
        """The pieces between the matches; the expression has no groups."""
        return self._compiled.split(text)

    def sub(self, replacement: str, text: str, count: int = 0) -> str:
        return self._compiled.sub(replacement, text, count)
