"""Cells of a table in; rows that can be read on their own out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

MAX_SPAN = 100
"""Columns and rows that a cell may span; no table of a report comes near it."""


MAX_NAME = 300
"""Characters of a column's name; what is longer is a text that stands over a table."""


class Cell(NamedTuple):
    """A cell and how many columns and rows it takes."""

    text: str
    columns: int = 1
    rows: int = 1


class Place(NamedTuple):
    """One column of a row: the text of the cell that lies there, and whether that cell begins there."""

    text: str
    begins: bool


def table_row(header: Sequence[str], cells: Sequence[str]) -> str:
    """A row as one line: "header: value; header: value", or without a header the cells joined with " | "."""
    if header and len(header) == len(cells) and sum(map(bool, header)) > 1:
        return "; ".join(
            f"{name}: {cell}" if name and name != cell else cell
            for name, cell in zip(header, cells, strict=True)
            if cell
        )
    return " | ".join(cell for cell in cells if cell)


def laid_out(rows: Iterable[Sequence[Cell]]) -> list[list[Place]]:
    """The rows with one place for each column, so that what stands under a header is what the page has under it."""
    found: list[list[Place]] = []
    above: dict[int, Cell] = {}
    for row in rows:
        places: list[Place] = []
        below: dict[int, Cell] = {}
        for cell in [*row, None]:
            while (column := len(places)) in above:
                over = above[column]
                places.append(Place(over.text, begins=False))
                if over.rows > 1:
                    below[column] = over._replace(rows=over.rows - 1)
            if cell is None:
                break
            for number in range(max(1, min(cell.columns, MAX_SPAN))):
                if cell.rows > 1:
                    below[len(places)] = cell._replace(rows=min(cell.rows, MAX_SPAN) - 1)
                places.append(Place(cell.text, begins=number == 0))
        above = below
        found.append(places)
    return found


def names(rows: Sequence[Sequence[Place]]) -> list[str]:
    """The columns' names, of rows that have them one above the other: "Trainees" over "2019" is "Trainees 2019"."""
    columns = zip(*rows, strict=True) if len({len(row) for row in rows}) == 1 else ()
    found = [" ".join(dict.fromkeys(place.text for place in column if place.text)) for column in columns]
    # what is said again beside each value below grows without end in tables that lie in each other
    return [] if any(len(name) > MAX_NAME for name in found) else found


def placed_row(header: Sequence[str], row: Sequence[Place]) -> str:
    """A row as `table_row` has it; one cell over all columns is a title ("Africa"), and has no name."""
    title = sum(place.begins for place in row) == 1 < len(row) and len({place.text for place in row}) == 1
    cells = [place.text if place.begins else "" for place in row]
    if title or not header:
        return table_row([], cells)
    # a row may end before the names do, and the names before it
    return table_row([*header, *[""] * (len(cells) - len(header))], [*cells, *[""] * (len(header) - len(cells))])


def tells(header: Sequence[str], rows: Sequence[Sequence[Place]]) -> bool:
    """Whether the rows have every name of the header beside some value."""
    filled = {column for row in rows for column, place in enumerate(row) if place.begins and place.text}
    return all(column in filled for column, name in enumerate(header) if name)
