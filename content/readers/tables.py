"""Cells of a table in; a row that can be read on its own out."""

from __future__ import annotations

from collections.abc import Sequence


def table_row(header: Sequence[str], cells: Sequence[str]) -> str:
    """A row as one line: "header: value; header: value", or without a header the cells joined with " | "."""
    if header and len(header) == len(cells) and sum(map(bool, header)) > 1:
        return "; ".join(
            f"{name}: {cell}" if name and name != cell else cell
            for name, cell in zip(header, cells, strict=True)
            if cell
        )
    return " | ".join(cell for cell in cells if cell)
