"""Runs of Han characters in, the same in Simplified characters out: OpenCC, with the words of Taiwan.

No phrase of OpenCC's reaches beyond a run of Han characters.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

_WRITTEN = re.compile("(?<=[專名論原編巨譯合拙遺卓土顯昭])著|著(?=[作名者述稱書錄])")
"""Where 著 stays 著: in what is written or known. OpenCC makes a 着 of it with the words of Taiwan, but in 著作."""
RULES = _WRITTEN.pattern
"""Changes whenever OpenCC's characters could be others here."""


class Simplifier:
    """Traditional characters to Simplified ones. Safe to share between threads; OpenCC is loaded when it is needed."""

    def run(self, run: str) -> str:
        """One run; its length may change."""
        if self._characters.convert(run) == run:
            return run
        return self.runs([run])[0]

    def runs(self, runs: Sequence[str]) -> list[str]:
        """Runs that each have Traditional characters; their lengths may change."""
        # to begin takes OpenCC most of its time
        converted = str(self._phrases.convert("\n".join(runs))).split("\n") if runs else []
        return [_as_written(run, simplified) for run, simplified in zip(runs, converted, strict=True)]

    def at_once(self, text: str) -> str:
        """A text with its characters as each alone would become; empty where they would not stand where they stood."""
        try:
            simplified = str(self._characters.convert(text))
        except UnicodeEncodeError:  # a lone surrogate beside the runs
            return ""
        return simplified if len(simplified) == len(text) else ""

    @cached_property
    def _characters(self):  # type: ignore[no-untyped-def] # opencc has no types
        from opencc import OpenCC

        return OpenCC("t2s")

    @cached_property
    def _phrases(self):  # type: ignore[no-untyped-def] # opencc has no types
        from opencc import OpenCC

        return OpenCC("tw2sp")


def _as_written(run: str, simplified: str) -> str:
    if "著" in run and len(simplified) == len(run):
        for match in _WRITTEN.finditer(run):
            simplified = simplified[: match.start()] + "著" + simplified[match.end() :]
    return simplified
