"""Arrays and strings in; files that are read through memory maps out. They are written once, then only read.

A string table is two files: `NAME.utf8` (all strings, one after another) and `NAME.ends.npy` (int64, the end of each).
Opening it does not read them; several processes share one copy in the page cache.

A third file, `NAME.slots.npy`, finds a string: a hash table (open addressing, linear probing: Knuth, "The Art of
Computer Programming" 3, 6.4). It has the number of a string plus one, int32, in the first free slot from its CRC-32 on,
and 0 in empty slots. It never wraps round: an empty slot stands behind the last string.

While a generation is built, arrays and string tables grow (`GrowingArray`, `GrowingStrings`). With a folder, they write
there whenever they have collected some megabytes. So a large folder of reports takes no more memory than a small one.
Without a folder they wait for `save`.
"""

from __future__ import annotations

import errno
import mmap
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from tokenize import TokenError
from typing import Any, BinaryIO
from zlib import crc32

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

_REMEMBERED = 1 << 14
"""Strings of a table whose numbers are kept at hand: people ask about the same things."""
_GATHERED = 4 << 20
"""A growing array is written when it has more bytes than this."""
_BLOCK = 1 << 16
"""Rows that are renumbered at once: as many as fit in a processor's cache."""
_DAMAGED = (ValueError, EOFError, SyntaxError, TokenError)
"""The errors that numpy raises for a damaged file; the last two where the header is no Python."""
_ONE_AT_A_TIME = threading.Lock()
"""numpy reads headers with `ast`, which fails in Python 3.11 in two threads at once (SystemError)."""


_CRC = np.array([crc32(bytes([255 ^ byte])) ^ 0xFF000000 for byte in range(256)], np.uint32)
"""The CRC-32 table, by byte (Sarwate, "Computation of cyclic redundancy checks via table look-up", 1988)."""


def save_array(folder: Path, name: str, array: Array) -> Path:
    """Write `NAME.npy`; its path. Raises OSError."""
    path = folder / f"{name}.npy"
    try:
        np.save(path, np.ascontiguousarray(array), allow_pickle=False)
    except OSError as error:
        if error.errno is not None:
            raise
        # numpy tells only how many numbers were written, not why it stopped: mostly the disk is full
        raise OSError(errno.ENOSPC, "only a part of it could be written", str(path)) from error
    return path


def load_array(folder: Path, name: str) -> Array:
    """Map `NAME.npy`. An empty array cannot be mapped, so it is read. Raises ValueError if the file is damaged."""
    path = folder / f"{name}.npy"
    with _ONE_AT_A_TIME:
        try:
            return np.load(path, mmap_mode="r", allow_pickle=False).view(np.ndarray)  # type: ignore[no-any-return]
        except _DAMAGED:
            pass
        try:
            return np.load(path, allow_pickle=False)  # type: ignore[no-any-return]
        except _DAMAGED as error:
            raise ValueError(f"{path.name} is damaged") from error


def save_strings(folder: Path, name: str, strings: Iterable[str], *, slots: bool = False) -> list[Path]:
    """Write `NAME.utf8` and `NAME.ends.npy`; the paths of the files.

    slots: also `NAME.slots.npy`, for a `SortedTable`; the strings must then be sorted by their UTF-8 bytes.
    """
    raw = [_encode(string) for string in strings]
    paths = [
        folder / f"{name}.utf8",
        save_array(folder, f"{name}.ends", np.cumsum(list(map(len, raw)), dtype=np.int64)),
    ]
    paths[0].write_bytes(b"".join(raw))
    if slots:
        paths.append(save_slots(folder, name))
    return paths


def save_slots(folder: Path, name: str) -> Path:
    """Write `NAME.slots.npy` for an existing table; its path."""
    table = StringTable(folder, name)
    hashes = _checksums(*table.view(range(len(table))))
    size = 2 << len(table).bit_length()  # at most half of the slots are taken
    homes = hashes & (size - 1)
    order = homes.argsort(kind="stable")
    # each string stands in its home slot, or behind the string before it where that slot is taken
    steps = np.arange(len(order))
    places = np.maximum.accumulate(homes[order] - steps) + steps
    slots = np.zeros(max(size, int(places[-1]) + 1 if len(places) else 0) + 1, np.int32)
    slots[places] = order + 1
    return save_array(folder, f"{name}.slots", slots)


def _checksums(raw: memoryview, ends: Array) -> Array:
    """The CRC-32 of each string: int64. First all first bytes, then all second ones: far fewer steps than strings."""
    characters = np.frombuffer(raw, np.uint8)
    lengths = np.diff(ends, prepend=0)
    order = np.argsort(-lengths, kind="stable")  # the longest first, so that strings with a further byte are in front
    starts = (ends - lengths)[order]
    having = np.searchsorted(-lengths[order], -np.arange(1, lengths.max(initial=0) + 1), "right").tolist()
    running = np.full(len(ends), 0xFFFFFFFF, np.uint32)
    for position, count in enumerate(having):
        own = running[:count]
        own[:] = _CRC[(own ^ characters[starts[:count] + position]) & 0xFF] ^ (own >> 8)
    checksums = np.empty(len(ends), np.int64)
    checksums[order] = ~running
    return checksums


class StringTable:
    """A sequence of strings in a memory map. Opening raises OSError, or ValueError where a file was cut off."""

    def __init__(self, folder: Path, name: str) -> None:
        self._ends = load_array(folder, f"{name}.ends")
        self._stops = self._ends.data  # single numbers are read from a memoryview in half the time
        with (folder / f"{name}.utf8").open("rb") as file:
            empty = file.seek(0, 2) == 0
            self._bytes: mmap.mmap | bytes = b"" if empty else mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        if len(self._bytes) != (int(self._ends[-1]) if len(self._ends) else 0):
            raise ValueError(f"{name}.utf8 is damaged")

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, number: int) -> str:
        return self._raw(number).decode("utf-8", "surrogatepass")

    def __iter__(self) -> Iterator[str]:
        for number in range(len(self)):
            yield self[number]

    def run(self, numbers: range) -> list[str]:
        """The strings of a run of numbers. Several times faster than reading them one by one."""
        raw, ends = self.raw(numbers)
        stops: list[int] = ends.tolist()
        slices = map(slice, [0, *stops[:-1]], stops)
        if raw.isascii():
            text = raw.decode("ascii")
            return [text[part] for part in slices]
        return [raw[part].decode("utf-8", "surrogatepass") for part in slices]

    def raw(self, numbers: range) -> tuple[bytes, Array]:
        """The bytes of a run of strings, and the end of each in them: int64."""
        view, ends = self.view(numbers)
        return bytes(view), ends

    def view(self, numbers: range) -> tuple[memoryview, Array]:
        """As `raw`, but without copying the bytes."""
        start = int(self._ends[numbers.start - 1]) if numbers.start else 0
        ends = np.asarray(self._ends[numbers.start : numbers.stop]) - start
        return memoryview(self._bytes)[start : start + (int(ends[-1]) if len(ends) else 0)], ends

    def _raw(self, number: int) -> bytes:
        return self._bytes[self._stops[number - 1] if number else 0 : self._stops[number]]


class SortedTable(StringTable):
    """Different strings, in the order of their UTF-8 bytes, with a fast look-up."""

    def __init__(self, folder: Path, name: str) -> None:
        super().__init__(folder, name)
        self._slots = load_array(folder, f"{name}.slots").data
        # a power of two, and a few more slots for strings that stand behind their home slot
        self._mask = (1 << (len(self._slots) - 1).bit_length() - 1) - 1
        self.find = lru_cache(maxsize=_REMEMBERED)(self._find)

    def _find(self, string: str) -> int:
        """The number of `string`, -1 where the table does not have it. O(1)."""
        key = _encode(string)
        slot = crc32(key) & self._mask
        try:
            while (number := self._slots[slot]) > 0:
                if self._raw(number - 1) == key:
                    return number - 1
                slot += 1
        except IndexError:  # a damaged slot finds nothing
            pass
        return -1

    def starting_with(self, prefix: str) -> range:
        """The numbers of the strings that begin with `prefix`, which must not be empty."""
        key = _encode(prefix)
        low, after = self._lower_bound(key), key + b"\xff"  # no UTF-8 text holds the byte ff
        step = 1  # there are mostly few; the step doubles each time
        while low + step < len(self) and self._raw(low + step) < after:
            step *= 2
        return range(low, self._lower_bound(after, low, min(low + step, len(self))))

    def between(self, first: str, last: str) -> range:
        """The numbers of the strings from `first` up to, not including, `last`. O(log n)."""
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


def _encode(string: str) -> bytes:
    return string.encode("utf-8", "surrogatepass")


class GrowingArray:
    """An array that grows: `rows` is the shape of one row, () for a number."""

    def __init__(self, name: str, dtype: npt.DTypeLike, rows: tuple[int, ...] = (), folder: Path | None = None) -> None:
        self._name = name
        self._dtype = np.dtype(dtype)
        self._rows = rows
        self._folder = folder
        self._file: BinaryIO | None = None
        self._parts: list[Array] = []
        self._gathered = 0
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def take(self, rows: Array, *, mapped: bool = False) -> None:
        """Append rows, which must not change afterwards. `mapped`: part of a mapped file, so they take no memory."""
        assert rows.dtype == self._dtype, f"{self._name} holds {self._dtype}"
        assert rows.shape[1:] == self._rows, f"a row of {self._name} is {self._rows}"
        self._parts.append(rows)
        self._length += len(rows)
        self._gathered += 0 if mapped else rows.nbytes
        if self._folder is not None and self._gathered > _GATHERED:
            self._write(self._folder)

    def save(self, folder: Path, numbers: Array | None = None) -> Path:
        """Write what is not written yet and close the file; its path. With a folder of its own, call this only once.

        With `numbers`, each value is replaced: `value` by `numbers[value]`.
        """
        path = (self._folder or folder) / f"{self._name}.npy"
        written = self._length - sum(map(len, self._parts))
        with closing(self):
            self._write(path.parent, numbers)
            assert self._file is not None
            self._file.seek(0)
            self._write_header(self._file, self._length)
        if numbers is not None and written:
            _renumber(path, numbers, written)
        return path

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _write(self, folder: Path, numbers: Array | None = None) -> None:
        if self._file is None:
            # the header is written again when the length is known
            self._file = (folder / f"{self._name}.npy").open("wb", buffering=0)
            self._write_header(self._file, 0)
        for part in self._parts:
            for low in range(0, len(part), _BLOCK if numbers is not None else max(len(part), 1)):
                rows = part if numbers is None else numbers.take(part[low : low + _BLOCK], mode="clip")
                write_all(self._file, np.ascontiguousarray(rows).data.cast("B"))
        if self._folder is not None:
            self._parts.clear()
            self._gathered = 0

    def _write_header(self, file: BinaryIO, length: int) -> None:
        # numpy leaves room for the length to grow, so the header has the same size for any length
        header = {"descr": np.lib.format.dtype_to_descr(self._dtype), "fortran_order": False}
        np.lib.format.write_array_header_1_0(file, {**header, "shape": (length, *self._rows)})


class GrowingStrings:
    """A string table that grows."""

    def __init__(self, name: str, folder: Path | None = None) -> None:
        self._name = name
        self._ends = GrowingArray(f"{name}.ends", np.int64, folder=folder)
        self._folder = folder
        self._file: BinaryIO | None = None
        self._parts: list[bytes | memoryview] = []
        self._gathered = 0
        self._position = 0

    def __len__(self) -> int:
        return len(self._ends)

    def take_strings(self, strings: list[str]) -> None:
        """Append strings."""
        whole = "".join(strings)
        raw = whole.encode("utf-8", "surrogatepass")
        ends = np.cumsum(np.fromiter(map(len, strings), np.int64, len(strings)))
        if len(raw) > len(whole):
            characters = np.frombuffer(whole.encode("utf-32-le", "surrogatepass"), np.uint32)
            bytes_ = np.ones(len(whole) + 1, np.int64)
            bytes_[0] = 0
            for wider in (0x80, 0x800, 0x10000):  # characters from here on take one more byte
                bytes_[1:] += characters >= wider
            ends = np.cumsum(bytes_)[ends]
        self._take(raw, ends)

    def take(self, table: StringTable, numbers: range) -> None:
        """Append a run of another table's strings."""
        for low in range(numbers.start, numbers.stop, 1 << 14):
            self._take(*table.view(range(low, min(low + (1 << 14), numbers.stop))), mapped=True)

    def save(self, folder: Path) -> list[Path]:
        """Write what is not written yet and close the files; their paths."""
        with closing(self):
            self._write(self._folder or folder)
            return [(self._folder or folder) / f"{self._name}.utf8", self._ends.save(folder)]

    def close(self) -> None:
        """Close the files."""
        self._ends.close()
        if self._file is not None:
            self._file.close()
            self._file = None

    def _take(self, raw: bytes | memoryview, ends: Array, *, mapped: bool = False) -> None:
        self._ends.take(ends + self._position)
        self._parts.append(raw)
        self._position += len(raw)
        self._gathered += 0 if mapped else len(raw)
        if self._folder is not None and self._gathered > _GATHERED:
            self._write(self._folder)

    def _write(self, folder: Path) -> None:
        if self._file is None:
            self._file = (folder / f"{self._name}.utf8").open("wb", buffering=0)
        for part in self._parts:
            write_all(self._file, memoryview(part))
        if self._folder is not None:
            self._parts.clear()
            self._gathered = 0


def write_all(file: BinaryIO, data: memoryview) -> None:
    """Write all data to an unbuffered file, which may take only a part at a time. Raises OSError."""
    while data:
        data = data[file.write(data) :]


def _renumber(path: Path, numbers: Array, rows: int) -> None:
    """Replace the values of the first rows of a file, which was written before the numbers were known."""
    array: Array = np.load(path, mmap_mode="r+")
    for low in range(0, rows, _BLOCK):
        part = array[low : min(low + _BLOCK, rows)]
        part[:] = numbers[part]


def reduce_groups(ufunc: np.ufunc, rows: npt.NDArray[Any], sizes: Iterable[int]) -> npt.NDArray[Any]:
    """Reduce groups of rows to one row each. `sizes`: rows in each group, none 0. The result has the dtype of `rows`.

    `ufunc.reduceat` along the first axis does the same, but column by column. Where groups are few and rows are long,
    one call for each group takes half of the time or less.
    """
    sizes = list(sizes)
    reduced = np.empty((len(sizes), *rows.shape[1:]), rows.dtype)
    low = 0
    for group, size in enumerate(sizes):
        high = low + size
        if size == 1:
            reduced[group] = rows[low]
        else:
            ufunc.reduce(rows[low:high], 0, None, reduced[group])
        low = high
    return reduced
