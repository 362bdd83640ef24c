"""Terms in the order they are met in; their numbers, and in the end sorted tables of the used terms, out.

A writer that copies from a generation begins with the terms of that generation, which keep their numbers until the end.
Then only new terms are sorted and put between the old ones. So the tables of a large vocabulary are copied run by run,
and not made anew.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from index.store.tables import Array, GrowingStrings, SortedTable, StringTable


class Vocabulary:
    """Numbers terms. `base` and `surfaces`: the tables of a generation, sorted by term."""

    def __init__(self, base: SortedTable | None = None, surfaces: StringTable | None = None) -> None:
        self._base, self._base_surfaces = base, surfaces
        self._old = len(base) if base is not None else 0
        self._numbers: dict[str, int] = {}
        self._terms: list[str] = []
        self._surfaces: list[str] = []

    def __len__(self) -> int:
        return self._old + len(self._terms)

    @property
    def old(self) -> int:
        """How many terms the base has."""
        return self._old

    def number(self, terms: list[str], surfaces: list[str]) -> Array:
        """The numbers of terms, in their order: int32. `surfaces`: how each is written, in lower case."""
        numbers = self._numbers
        if new := [position for position, term in enumerate(terms) if term not in numbers]:
            fresh = {terms[position]: surfaces[position] for position in reversed(new)}
            old = {term: -1 if self._base is None else self._base.find(term) for term in fresh}
            numbers.update((term, number) for term, number in old.items() if number >= 0)
            own = [term for term in reversed(fresh) if old[term] < 0]
            numbers.update(zip(own, range(len(self), len(self) + len(own)), strict=True))
            self._terms += own
            self._surfaces += [fresh[term] for term in own]
        return np.fromiter(map(numbers.__getitem__, terms), np.int32, len(terms))

    def save(self, folder: Path, used: Array, settled: Callable[[Path], None]) -> Array:
        """Write the used terms, sorted, and their surfaces. The new number of each term (-1: unused): int32.

        used: bool (terms); settled: told of each file as it is finished.
        """
        kept = np.flatnonzero(used[: self._old])
        # characters sort as their bytes in UTF-8 do
        new = sorted(np.flatnonzero(used[self._old :]).tolist(), key=self._terms.__getitem__)
        fresh = np.array(new, np.int64) + self._old
        between = [self._place(self._terms[number]) for number in new] if self._old else np.zeros(len(new), np.int64)
        places = np.searchsorted(kept, between) + np.arange(len(fresh))
        order = np.empty(len(kept) + len(fresh), np.int64)
        old = np.ones(len(order), bool)
        old[places] = False
        order[places], order[old] = fresh, kept
        for path in self._write(folder, "terms", order, self._base, self._terms):
            settled(path)
        for path in self._write(folder, "surfaces", order, self._base_surfaces, self._surfaces):
            settled(path)
        renumbered = np.full(len(self), -1, np.int32)
        renumbered[order] = np.arange(len(order), dtype=np.int32)
        return renumbered

    def _place(self, term: str) -> int:
        """How many terms of the base stand before a term."""
        return self._base.between(term, term).start if self._base is not None else 0

    def _write(self, folder: Path, name: str, order: Array, base: StringTable | None, strings: list[str]) -> list[Path]:
        column = GrowingStrings(name)
        # runs of terms that stood side by side in the base, and runs of new ones
        breaks = np.flatnonzero((np.diff(order) != 1) | (order[1:] == self._old) | (order[:-1] >= self._old)) + 1
        fresh = order >= self._old
        same = fresh[breaks - 1] & fresh[breaks] if len(breaks) else np.zeros(0, bool)
        breaks = breaks[~same]
        for low, high in zip([0, *breaks.tolist()], [*breaks.tolist(), len(order)], strict=True):
            if low == high:
                continue
            if fresh[low]:
                column.take_strings([strings[number - self._old] for number in order[low:high].tolist()])
            else:
                assert base is not None
                column.take(base, range(int(order[low]), int(order[high - 1]) + 1))
        return column.save(folder)
