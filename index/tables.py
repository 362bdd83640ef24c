"""Strings and arrays on disk, read through memory maps: written once, then only read.

A string table is two files: `NAME.utf8` (all strings, one after another) and `NAME.ends.npy` (int64, where
each ends). Opening one reads neither; several processes share one copy in the page cache.
"""

from __future__ import annotations

import mmap
import sys
import threading
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

LOOKUPS_WORTH = 20
"""Strings that a dictionary of all takes in, in the time in which one is found by halving."""
_ONE_AT_A_TIME = threading.Lock()
"""numpy reads headers with `ast`, which Python 3.11 does not bear in two threads at once (SystemError)."""
_HEAD = 8
_HEADS = np.array([(1 << 64) - (1 << 8 * (_HEAD - length)) for length in range(_HEAD + 1)], np.uint64)
"""By how many bytes of a head a string has: what to leave of it."""
MOST_KEPT = 1 << 18
"""Strings of a table of which a dictionary is kept in memory."""


def save_array(folder: Path, name: str, array: Array) -> Path:
    """Write `NAME.npy`; its path."""
    path = folder / f"{name}.npy"
    np.save(path, np.ascontiguousarray(array), allow_pickle=False)
    return path


def load_array(folder: Path, name: str) -> Array:
    """Map `NAME.npy`; an empty one is read, since nothing cannot be mapped. Raises ValueError if it is damaged."""
    path = folder / f"{name}.npy"
    with _ONE_AT_A_TIME:
        try:
            return np.load(path, mmap_mode="r", allow_pickle=False).view(np.ndarray)  # type: ignore[no-any-return]
        except (ValueError, EOFError):
            pass
        try:
            return np.load(path, allow_pickle=False)  # type: ignore[no-any-return]
        except (ValueError, EOFError) as error:
            raise ValueError(f"{path.name} is damaged") from error


def save_strings(folder: Path, name: str, strings: Iterable[str], *, heads: bool = False) -> list[Path]:
    """Write `NAME.utf8` and `NAME.ends.npy`; for `StringTable.find` strings come sorted by their UTF-8 bytes.

    heads: also `NAME.heads.npy`, by which they are found several times as fast. The paths of what was written.
    """
    raw = [_encode(string) for string in strings]
    paths = [
        folder / f"{name}.utf8",
        save_array(folder, f"{name}.ends", np.cumsum(list(map(len, raw)), dtype=np.int64)),
    ]
    paths[0].write_bytes(b"".join(raw))
    if heads:
        paths.append(save_array(folder, f"{name}.heads", np.array([_head(one) for one in raw], np.uint64)))
    return paths


class Strings:
    """Strings to be written as a table; whole runs of another table are taken without being read as text."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._ends: list[Array] = []
        self._own: list[int] = []
        self._position = 0
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def append(self, string: str) -> None:
        raw = _encode(string)
        self._parts.append(raw)
        self._position += len(raw)
        self._own.append(self._position)
        self._count += 1

    def take(self, table: StringTable, numbers: range) -> None:
        """Append a run of another table's strings."""
        raw, ends = table.raw(numbers)
        self._settle()
        self._parts.append(raw)
        self._ends.append(ends + self._position)
        self._position += len(raw)
        self._count += len(numbers)

    def save(self, folder: Path, name: str) -> None:
        """Write `NAME.utf8` and `NAME.ends.npy`."""
        self._settle()
        with (folder / f"{name}.utf8").open("wb") as file:
            file.writelines(self._parts)
        save_array(folder, f"{name}.ends", np.concatenate([np.zeros(0, np.int64), *self._ends]))

    def _settle(self) -> None:
        if self._own:
            self._ends.append(np.array(self._own, np.int64))
            self._own = []


class StringTable:
    """A sequence of strings in a memory map. Opening raises OSError, or ValueError where a file was cut off."""

    def __init__(self, folder: Path, name: str) -> None:
        self._ends = load_array(folder, f"{name}.ends")
        with (folder / f"{name}.utf8").open("rb") as file:
            empty = file.seek(0, 2) == 0
            self._bytes: mmap.mmap | bytes = b"" if empty else mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        heads = folder / f"{name}.heads.npy"
        self._heads = load_array(folder, f"{name}.heads") if heads.exists() else None
        self._lookups = 0
        self._numbers: dict[str, int] | None = None
        self._sorted: list[str] = []
        """All strings, beside the dictionary: code points sort as UTF-8 does."""
        if len(self._bytes) != (int(self._ends[-1]) if len(self._ends) else 0):
            raise ValueError(f"{name}.utf8 is damaged")

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, number: int) -> str:
        return self._sorted[number] if self._sorted else self._raw(number).decode("utf-8", "surrogatepass")

    def __iter__(self) -> Iterator[str]:
        for number in range(len(self)):
            yield self[number]

    def all(self) -> list[str]:
        """Every string."""
        return self.run(range(len(self)))

    def run(self, numbers: range) -> list[str]:
        """The strings of a run of numbers, read at once: several times faster than one by one."""
        if self._sorted:
            return self._sorted[numbers.start : numbers.stop]
        raw, ends = self.raw(numbers)
        stops: list[int] = ends.tolist()
        slices = map(slice, [0, *stops[:-1]], stops)
        if raw.isascii():
            text = raw.decode("ascii")
            return [text[one] for one in slices]
        return [raw[one].decode("utf-8", "surrogatepass") for one in slices]

    def raw(self, numbers: range) -> tuple[bytes, Array]:
        """The bytes of a run of strings, and where each ends in them: int64."""
        found, ends = self.view(numbers)
        return bytes(found), ends

    def view(self, numbers: range) -> tuple[memoryview, Array]:
        """As `raw`, the bytes where they lie."""
        start = int(self._ends[numbers.start - 1]) if numbers.start else 0
        ends = np.asarray(self._ends[numbers.start : numbers.stop]) - start
        return memoryview(self._bytes)[start : start + (int(ends[-1]) if len(ends) else 0)], ends

    def find(self, string: str) -> int:
        """The number of `string` in a sorted table, -1 where it is not in it. O(log n), O(1) where much is looked up.

        Halving is paid for at every look-up, a dictionary once: it is made when halving has cost as much, and where
        it is not too large to be kept.
        """
        if self._numbers is not None:
            return self._numbers.get(string, -1)
        self._lookups += 1
        if self._lookups * LOOKUPS_WORTH > len(self) and len(self) <= MOST_KEPT:
            self._sorted = self.all()
            self._numbers = dict(zip(self._sorted, range(len(self)), strict=True))
        key = _encode(string)
        if self._heads is None:
            number = self._lower_bound(key)
        else:
            head = np.uint64(_head(key))
            low = int(self._heads.searchsorted(head))
            number = self._lower_bound(key, low, low + int(self._heads[low:].searchsorted(head, "right")))
        return number if number < len(self) and self._raw(number) == key else -1

    def find_all(self, strings: Sequence[str]) -> list[int]:
        """What `find` gives for each of some strings, all of which are looked for at once."""
        if not len(self) or not strings:
            return [-1] * len(strings)
        heads = self._heads if self._heads is not None else self._heads_of_all
        keys = [_encode(string) for string in strings]
        own = np.array([_head(key) for key in keys], np.uint64)
        lows, highs = (np.searchsorted(heads, own, side).tolist() for side in ("left", "right"))
        found = []
        for key, low, high in zip(keys, lows, highs, strict=True):
            number = self._lower_bound(key, low, high)
            found.append(number if number < high and self._raw(number) == key else -1)
        return found

    @cached_property
    def _heads_of_all(self) -> Array:
        """The first bytes of each string, as `_head` has them."""
        ends = np.asarray(self._ends)
        starts = np.concatenate([np.zeros(1, np.int64), ends[:-1]])
        padded = np.concatenate([np.frombuffer(self._bytes, np.uint8), np.zeros(_HEAD, np.uint8)])
        # at each byte, it and those after it
        overlapping = np.ndarray(len(padded) - _HEAD + 1, ">u8", padded.data, strides=(1,))
        found: Array = overlapping[starts].astype(np.uint64) & _HEADS[np.minimum(ends - starts, _HEAD)]
        return found

    def starting_with(self, prefix: str) -> range:
        """The numbers of the strings of a sorted table that begin with `prefix`, which must not be empty."""
        if self._sorted:
            after = prefix + chr(sys.maxunicode)  # no text holds it: it is no character
            return range(bisect_left(self._sorted, prefix), bisect_left(self._sorted, after))
        key = _encode(prefix)
        return range(self._lower_bound(key), self._lower_bound(key + b"\xff"))  # no UTF-8 text holds the byte ff

    def between(self, first: str, last: str) -> range:
        """The numbers of the strings of a sorted table from `first` up to, not including, `last`. O(log n)."""
        return range(self._lower_bound(_encode(first)), self._lower_bound(_encode(last)))

    def _lower_bound(self, key: bytes, low: int = 0, high: int | None = None) -> int:
        high = len(self) if high is None else high
        while low < high:
            middle = (low + high) // 2
            if self._raw(middle) < key:
                low = middle + 1
            else:
                high = middle
        return low

    def _raw(self, number: int) -> bytes:
        start = int(self._ends[number - 1]) if number else 0
        return self._bytes[start : int(self._ends[number])]


def _encode(string: str) -> bytes:
    return string.encode("utf-8", "surrogatepass")


def _head(key: bytes) -> int:
    """The first 8 bytes as a number that sorts as they do."""
    return int.from_bytes(key[:_HEAD].ljust(_HEAD, b"\0"), "big")
