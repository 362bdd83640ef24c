"""Postings of common terms in; for each such term a column of upper bounds, one byte a passage, out.

For libraries of more than `SMALLEST` (16,384) passages only. In smaller ones no term has upper bounds.

A postings list is good for a term that few passages have. For a common term, a row of bytes is read more quickly: one
access for each passage, no search, and rows are added up for many passages at a time. Bytes are too coarse for scores,
but they show which passages cannot be among the best; the others are looked up in the postings. The largest byte of
each block of passages is kept too, so that whole blocks can be left out (Ding & Suel, "Faster top-k document retrieval
using block-max indexes", SIGIR 2011).

Why one unit for all columns of a corpus? Then the bytes of several terms can be added as they are: a level has the same
score in each of them, idf included.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.store.tables import Array, load_array

Levels = npt.NDArray[np.uint8]
Integers = npt.NDArray[np.integer]
Floats = npt.NDArray[np.floating]

BLOCK_BITS = 3
BLOCK = 1 << BLOCK_BITS
"""Passages of a block."""
COMMON = 32
"""A term is common if one passage in so many has it: its bytes take no more than four times its postings."""
SMALLEST = 1 << 14
"""A corpus of so many passages or fewer has no columns: adding up all postings takes no longer."""
_LEVELS = 255


@dataclass(frozen=True, slots=True, eq=False)
class UpperBounds:
    """Upper bounds of the passages' weights of one term.

    levels: uint8 (passages, up to a whole block); blocks: uint8, the largest of each block; a weight is greater than
    (level - error) x unit and at most level x unit, and 0 where the level is.
    """

    levels: Levels
    blocks: Levels
    unit: float
    error: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class CorpusUpperBounds:
    """The columns of a corpus.

    terms: int32 (columns), ascending; levels: uint8 (columns x passages, up to a whole block); blocks: uint8 (columns x
    blocks); units: float64 (columns).
    """

    terms: Integers
    levels: Levels
    blocks: Levels
    units: Floats

    @classmethod
    def none(cls) -> CorpusUpperBounds:
        """The columns of a corpus that has none."""
        return cls(np.zeros(0, np.int32), np.zeros((0, 0), np.uint8), np.zeros((0, 0), np.uint8), np.zeros(0))

    @classmethod
    def build(
        cls, starts: Integers, passages: Integers, weights: Floats, largest: Floats, size: int
    ) -> CorpusUpperBounds:
        """Make columns for the common terms of a corpus of `size` passages. `largest`: largest weight of each term.

        starts, passages, weights: as in `bm25.Postings`.
        """
        frequencies = np.diff(starts)
        common = np.flatnonzero(frequencies * COMMON >= size) if size > SMALLEST else np.zeros(0, np.int64)
        if not len(common):
            return cls.none()
        idf = np.log((size + 1) / frequencies[common])
        unit = float((idf * largest[common]).max()) / _LEVELS
        blocks = -(-size // BLOCK)
        levels = np.zeros((len(common), blocks * BLOCK), np.uint8)
        largest_of_block = np.empty((len(common), blocks), np.uint8)
        for row, (term, factor) in enumerate(zip(common.tolist(), (idf / unit).tolist(), strict=True)):
            own = slice(int(starts[term]), int(starts[term + 1]))
            level = weights[own] * np.float32(factor)
            np.ceil(level, out=level)
            np.minimum(level, _LEVELS, out=level)
            np.maximum(level, 1, out=level)
            column = levels[row]
            # numpy takes several times as long for indices that are not of type intp
            column[passages[own].astype(np.intp)] = level.astype(np.uint8)
            largest_of_block[row] = largest_of_blocks(column)
        return cls(common.astype(np.int32), levels, largest_of_block, unit / idf)

    def arrays(self) -> Iterator[tuple[str, Array]]:
        """The arrays that `open` maps, by name; the largest first."""
        for name in ("levels", "blocks", "terms", "units"):
            yield f"columns.{name}", getattr(self, name)

    @classmethod
    def open(cls, folder: Path) -> CorpusUpperBounds:
        """Map what was saved. Raises OSError, or ValueError where it is damaged or another version's."""
        columns = cls(*(load_array(folder, f"columns.{name}") for name in ("terms", "levels", "blocks", "units")))
        if columns.levels.shape[1] != columns.blocks.shape[1] * BLOCK:
            raise ValueError("columns.blocks.npy has blocks of another size")
        return columns

    def by_term(self) -> dict[int, UpperBounds]:
        """The column of each common term."""
        rows = zip(self.terms.tolist(), self.levels, self.blocks, self.units.tolist(), strict=True)
        return {term: UpperBounds(levels, blocks, unit) for term, levels, blocks, unit in rows}


def largest_of_blocks(levels: Levels) -> Levels:
    """The largest level of each block; levels: uint8 (whole blocks).

    Halving three times costs a twentieth of numpy's maximum along so short an axis.
    """
    for _ in range(BLOCK_BITS):
        levels = np.maximum(levels[::2], levels[1::2])
    return levels
