"""Lines in, text on a screen out: wrapped on a terminal, clean in a pipe.

Why lines of our own and not rich alone? A pipe needs neither colours nor wrapping, and rich takes as long to
import as a question takes to answer; so it is imported only where there is a terminal to draw on.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # a reindex that finds nothing to do prints lines, too, and needs nothing of what answers
    from index.answering.answer import Slice

MAX_WIDTH = 100
"""Columns a line of prose takes at most: longer ones are hard to read."""

ANSWERS, MATCHES, FAINT, TITLE, FAILED = "bold", "underline", "dim", "bold cyan", "red"


_CONTROL = {code: "\ufffd" for code in (*range(32), *range(127, 160)) if chr(code) not in "\n\t"}
"""A report must not steer the terminal: escape sequences show as replacement characters, offsets stay."""


@dataclass(frozen=True, slots=True)
class ScreenLine:
    """One paragraph: a number or bullet, its text, the style of the whole and of slices of it."""

    text: str = ""
    lead: str = ""
    indent: int = 0
    style: str = ""
    marks: tuple[tuple[Slice, str], ...] = ()


class Screen(Protocol):
    """Where lines go."""

    def show(self, lines: Iterable[ScreenLine]) -> None: ...


class PlainScreen:
    """For pipes and files: the text as it is, nothing wrapped, nothing coloured."""

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
    """A terminal gets colours, anything else clean text; TERM=dumb counts as anything else."""
    if stream.isatty() and environ.get("TERM") != "dumb":
        return RichScreen(stream)
    return PlainScreen(stream)
