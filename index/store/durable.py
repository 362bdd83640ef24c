"""Files in; the certainty that the disk holds them, and a checksum of their bytes, out. Imports nothing slow.

Why CRC-32 and not a cryptographic hash? What a checksum guards against here are disks, memory and cut-off copies, not
people: whoever can write to the index folder can also write a checksum. CRC-32 finds every flipped bit and every
burst of up to 32, misses one in four thousand million of other damages (the size is compared, too), and runs at more
than 3 GB a second where blake2b runs at .75: a reindex that has nothing to do consists of little else.
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
"""Bytes of a file that are read at once: more would have to be fetched from memory again to be added up."""
_THREADS = 3
"""Waiting for the disk and adding up bytes both let go of the interpreter."""

_WRITERS = 2


@dataclass(frozen=True, slots=True)
class Facts:
    """What a file must be like: its size in bytes and its checksum."""

    size: int
    checksum: str


def sync(path: Path) -> None:
    """Have the disk hold what was written, before anything refers to it."""
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
        while got := file.readinto(block):
            total = zlib.crc32(block[:got], total)
            size += got
    return Facts(size, f"{total:08x}")


def differing(folder: Path, files: dict[str, Facts]) -> str | None:
    """The first file of a folder, by name, that is not as it must be; None where all are."""

    def is_as_it_must(name: str) -> bool:
        path = folder / name
        return path.is_file() and path.stat().st_size == files[name].size and facts_of(path) == files[name]

    names = sorted(files, key=lambda name: -files[name].size)  # the largest first, so that no thread waits for it
    with ThreadPoolExecutor(_THREADS, "verify") as pool:
        whole = dict(zip(names, pool.map(is_as_it_must, names), strict=True))
    return next((name for name in sorted(files) if not whole[name]), None)


class Beside:
    """What writes files, in; files that are finished, each told of as soon as it is, out; and all of them at the end.

    They are written in threads, while whoever leaves it to them computes what comes next: to write is to copy, for
    which the interpreter is not needed.
    """

    def __init__(self, finished: Callable[[Path], None]) -> None:
        self._finished = finished
        self._pool = ThreadPoolExecutor(_WRITERS, "write")
        self._written: list[Future[None]] = []

    def __call__(self, write: Callable[..., Path | Iterable[Path]], *arguments: Any) -> Future[None]:
        """Have `write` called, which gives the paths of what it has written. The result: that it was."""
        self._written.append(self._pool.submit(self._write, write, arguments))
        return self._written[-1]

    def __enter__(self) -> Beside:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Wait for all. Raises what writing raised, unless something was raised already."""
        self._pool.shutdown(wait=True, cancel_futures=kind is not None)
        for written in self._written if kind is None else ():
            written.result()

    def _write(self, write: Callable[..., Path | Iterable[Path]], arguments: tuple[Any, ...]) -> None:
        paths = write(*arguments)
        for path in [paths] if isinstance(paths, Path) else paths:
            self._finished(path)


class Settling:
    """Files as they are finished, one by one, in; their `Facts` out, once the disk holds them.

    What was written is read again, so that the checksum is that of the file and not of the memory it came from. Both
    go on while the next file is being computed.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(_THREADS, "settle")
        self._facts: dict[Path, Future[Facts]] = {}

    def add(self, path: Path) -> None:
        """A file that nobody writes to any more."""
        if path not in self._facts:
            self._facts[path] = self._pool.submit(_settle, path)

    def facts(self, paths: Iterable[Path]) -> dict[str, Facts]:
        """By name. Raises OSError where the disk does not take a file."""
        paths = list(paths)
        for path in paths:
            self.add(path)
        return {path.name: self._facts[path].result() for path in paths}

    def close(self) -> None:
        """Wait for what is under way, and begin nothing more."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def _settle(path: Path) -> Facts:
    sync(path)
    return facts_of(path)
