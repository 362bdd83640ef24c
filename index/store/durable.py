"""Files in; the files safe on disk, with a checksum of their bytes, out. Imports nothing slow.

Why CRC-32 and not a cryptographic hash? The checksum protects against bad disks, bad memory and incomplete copies, not
against people: a person who can write to the index folder can also write a checksum. CRC-32 finds every flipped bit and
every burst of up to 32. It misses one in four thousand million of other damages (the size is compared, too). It runs at
more than 3 GB a second, and blake2b at .75; a reindex that has nothing to do spends most of its time on checksums.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_BLOCK = 1 << 18
"""Bytes of a file that are read at once. A larger block would leave the processor's cache before it is summed."""
_THREADS = 3
"""Threads help: waiting for the disk and computing checksums both release the interpreter's lock."""

_WRITERS = 2


@dataclass(frozen=True, slots=True)
class Facts:
    """Size in bytes and checksum of a file."""

    size: int
    checksum: str


def sync(path: Path) -> None:
    """Wait until the disk holds the file, before anything refers to it."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def facts_of(path: Path) -> Facts:
    """Read a file to its end. Raises OSError."""
    block = memoryview(bytearray(_BLOCK))
    size = total = 0
    with path.open("rb", buffering=0) as file:
        while length := file.readinto(block):
            total = zlib.crc32(block[:length], total)
            size += length
    return Facts(size, f"{total:08x}")


def differing(folder: Path, files: dict[str, Facts]) -> str | None:
    """The first file of a folder, by name, whose facts differ; None where all are right."""

    def is_as_it_must(name: str) -> bool:
        path = folder / name
        return path.is_file() and path.stat().st_size == files[name].size and facts_of(path) == files[name]

    names = sorted(files, key=lambda name: -files[name].size)  # the largest first, so that no thread waits for it
    with ThreadPoolExecutor(_THREADS, "verify") as pool:
        whole = dict(zip(names, pool.map(is_as_it_must, names), strict=True))
    return next((name for name in sorted(files) if not whole[name]), None)


class BackgroundWriter:
    """Writes files in background threads, and reports each file as soon as it is complete.

    The caller computes the next file meanwhile. Writing is copying, which does not need the interpreter's lock.
    """

    def __init__(self, finished: Callable[[Path], None]) -> None:
        self._finished = finished
        self._pool = ThreadPoolExecutor(_WRITERS, "write")
        self._written: list[Future[None]] = []

    def __call__(self, write: Callable[..., Path | Iterable[Path]], *arguments: Any) -> Future[None]:
        """Call `write` in a thread; it returns the paths of its files. The future ends when they are written."""
        self._written.append(self._pool.submit(self._write, write, arguments))
        return self._written[-1]

    def __enter__(self) -> BackgroundWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Wait for all files. Raises the first error of a thread, unless an error was raised already."""
        self._pool.shutdown(wait=True, cancel_futures=kind is not None)
        for future in self._written if kind is None else ():
            future.result()

    def _write(self, write: Callable[..., Path | Iterable[Path]], arguments: tuple[Any, ...]) -> None:
        paths = write(*arguments)
        for path in [paths] if isinstance(paths, Path) else paths:
            self._finished(path)


class FileSettler:
    """Finished files in, one by one; their `Facts` out, once the disk holds them.

    Each file is read again, so that the checksum is that of the file, not of the memory that was written. This happens
    in threads, while the next file is computed.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(_THREADS, "settle")
        self._facts: dict[Path, Future[Facts]] = {}

    def add(self, path: Path) -> None:
        """Take a file that nobody writes to any more."""
        if path not in self._facts:
            self._facts[path] = self._pool.submit(_settle, path)

    def facts(self, paths: Iterable[Path]) -> dict[str, Facts]:
        """The facts of files, by name. Raises OSError where the disk does not take a file."""
        paths = list(paths)
        for path in paths:
            self.add(path)
        return {path.name: self._facts[path].result() for path in paths}

    def close(self) -> None:
        """Wait for the files that are being read, and begin no others."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def _settle(path: Path) -> Facts:
    sync(path)
    return facts_of(path)
