"""Rows as they come in; `NAME.npy` or a string table, of all of them, out. What was taken need not stay in memory.

With a folder, a column writes there whenever it has gathered some megabytes, so that a large folder of reports is read
in the memory that a small one takes. Without one it waits for `save`.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from index.store.tables import Array, StringTable

_GATHERED = 4 << 20
"""Bytes from which a column is written on."""
_BLOCK = 1 << 16
"""Rows that are given other numbers at once: as many as a processor keeps at hand."""


class Column:
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
        """Append rows, which must not change any more. `mapped`: they are part of a file, and take no memory."""
        assert rows.dtype == self._dtype, f"{self._name} holds {self._dtype}"
        assert rows.shape[1:] == self._rows, f"a row of {self._name} is {self._rows}"
        self._parts.append(rows)
        self._length += len(rows)
        self._gathered += 0 if mapped else rows.nbytes
        if self._folder is not None and self._gathered > _GATHERED:
            self._write(self._folder)

    def save(self, folder: Path, numbers: Array | None = None) -> Path:
        """Write what is not written yet and close the file; its path. Only once where it has a folder of its own.

        With `numbers`, which is one for each number that a row can be, that one in its place.
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
        """Give the file up."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _write(self, folder: Path, numbers: Array | None = None) -> None:
        if self._file is None:
            # r+ later: the header is written again when the length is known
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
        # numpy leaves room for the length to grow, so a header has the same size for any
        header = {"descr": np.lib.format.dtype_to_descr(self._dtype), "fortran_order": False}
        np.lib.format.write_array_header_1_0(file, {**header, "shape": (length, *self._rows)})


class TextColumn:
    """A string table that grows."""

    def __init__(self, name: str, folder: Path | None = None) -> None:
        self._name = name
        self._ends = Column(f"{name}.ends", np.int64, folder=folder)
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
            for wider in (0x80, 0x800, 0x10000):  # from which on characters take one more
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
        """Give the files up."""
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
    """Write to an unbuffered file, which may take less than it is given. Raises OSError."""
    while data:
        data = data[file.write(data) :]


def _renumber(path: Path, numbers: Array, rows: int) -> None:
    """The same for the first rows of a file that was written before the numbers were known."""
    array: Array = np.load(path, mmap_mode="r+")
    for low in range(0, rows, _BLOCK):
        part = array[low : min(low + _BLOCK, rows)]
        part[:] = numbers[part]
