"""Rows and columns in; a table out: drawn on a terminal, aligned in a pipe, fit for `<pre>` in a chat."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO

GAP = "  "


@dataclass(frozen=True, slots=True)
class Table:
    """A heading and cells, all text."""

    title: str
    columns: tuple[str, ...]
    """Names of the columns; all empty: the table has no line of names."""
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()
    """Right-aligned columns, by number from 0."""


def show(tables: Sequence[Table], stream: IO[str], environ: Mapping[str, str] = os.environ) -> None:
    """Write tables with an empty line between them."""
    if stream.isatty() and environ.get("TERM") != "dumb":
        _draw(tables, stream)
        return
    for number, table in enumerate(tables):
        if number:
            stream.write("\n")
        stream.writelines(f"{line}\n" for line in lines(table))


def lines(table: Table, widest: int | None = None) -> Iterator[str]:
    """The lines of the table as text. `widest`: screen columns of a cell at most; a longer text ends in an ellipsis."""
    if table.title:
        yield table.title
    filled_rows = [row for row in (table.columns, *table.rows) if any(row)]
    cells = [[_cut(_plain(cell), widest) for cell in row] for row in filled_rows]
    widths = [max(map(width, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        padded = [(cell, " " * (wide - width(cell))) for cell, wide in zip(row, widths, strict=True)]
        aligned = (room + cell if at in table.numeric else cell + room for at, (cell, room) in enumerate(padded))
        yield GAP.join(aligned).rstrip()


def width(text: str) -> int:
    """The screen columns that a text takes: Chinese characters take two, accents none."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def _plain(text: str) -> str:
    """Text on one line, without characters that control a terminal."""
    return "".join(character if character.isprintable() else " " for character in text)


def _cut(text: str, widest: int | None) -> str:
    if widest is None or width(text) <= widest:
        return text
    while text and width(text) > widest - 1:
        text = text[:-1]
    return text + "…"


def _draw(tables: Sequence[Table], stream: IO[str]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table as Drawn
    from rich.text import Text

    console = Console(file=stream, highlight=False, markup=False, emoji=False)
    for table in tables:
        drawn = Drawn(
            title=Text(table.title) if table.title else None,
            title_justify="left",
            box=SIMPLE_HEAD,
            show_header=any(table.columns),
            pad_edge=False,
        )
        for number, name in enumerate(table.columns):
            drawn.add_column(Text(name), justify="right" if number in table.numeric else "left", overflow="fold")
        for row in table.rows:
            drawn.add_row(*(Text(_plain(cell)) for cell in row))
        console.print(drawn)
