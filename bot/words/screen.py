"""Lines in, text on a screen out: wrapped on a terminal, plain in a pipe.

Why our own lines, and not only rich? A pipe needs neither colours nor wrapping, and importing rich takes as long as
answering a question. So it is imported only for a terminal.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # a reindex with nothing to do prints lines too, and must not import what answers questions
    from index.answering.answer import Slice

MAX_WIDTH = 100
"""Columns of a line of prose at most; longer lines are hard to read."""

ANSWERS, MATCHES, FAINT, TITLE, FAILED = "bold", "underline", "dim", "bold cyan", "red"


_CONTROL = {code: "\ufffd" for code in (*range(32), *range(127, 160)) if chr(code) not in "\n\t"}
"""A report must not control the terminal. Control characters become replacement characters, so offsets stay valid."""


@dataclass(frozen=True, slots=True)
class ScreenLine:
    """One paragraph: a number or bullet, its text, the style of the whole and of slices of it."""

    text: str = ""
    lead: str = ""
    indent: int = 0
    style: str = ""
    marks: tuple[tuple[Slice, str], ...] = ()


class Screen(Protocol):
    """Shows lines."""

    def show(self, lines: Iterable[ScreenLine]) -> None: ...


class PlainScreen:
    """For pipes and files: plain text, without wrapping or colours."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def show(self, lines: Iterable[ScreenLine]) -> None:
        for line in lines:
            rows = f"{line.lead}{line.text}".translate(_CONTROL).split("\n")
            margin, hanging = " " * line.indent, " " * (line.indent + len(line.lead))
            shown = [margin + rows[0], *(hanging + row for row in rows[1:])]
            self._stream.write("".join(row.rstrip() + "\n" for row in shown))


class RichScreen:
    """For terminals: wrapped to the width, answering sentence and words marked; honours NO_COLOR."""

    def __init__(self, stream: IO[str], width: int | None = None) -> None:
        from rich.console import Console

        self._console = Console(file=stream, highlight=False, markup=False, emoji=False, width=width)

    def show(self, lines: Iterable[ScreenLine]) -> None:
        from rich.padding import Padding
        from rich.table import Table
        from rich.text import Text

        width = min(self._console.width, MAX_WIDTH)
        for line in lines:
            if not line.text:
                self._console.print()
                continue
            text = Text(line.text.translate(_CONTROL), style=line.style, overflow="fold")
            for (start, end), style in line.marks:
                text.stylize(style, start, end)
            shown: Text | Table = text
            if line.lead:
                shown = Table.grid()
                shown.add_column(no_wrap=True)
                shown.add_column(overflow="fold")
                shown.add_row(Text(line.lead, style=FAINT), text)
            self._console.print(Padding(shown, (0, 0, 0, line.indent), expand=False), width=width)


def screen_for(stream: IO[str], environ: Mapping[str, str] = os.environ) -> Screen:
    """A screen with colours for a terminal, a plain one for everything else, also for TERM=dumb."""
    if stream.isatty() and environ.get("TERM") != "dumb":
        return RichScreen(stream)
    return PlainScreen(stream)
