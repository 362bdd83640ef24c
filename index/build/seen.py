"""How the files of the reports stood when they were last read: kept beside the generations, so that a reindex need
not read every report to see that it is the same.

A file whose size, times and inode are what they were keeps its digest. What was changed less than a few seconds before
it was read is not remembered: it could be changed again within the same tick of a coarse clock, and look the same.
Losing the file costs one reading of all reports, no more.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from content.library import SourceFile

_FILE = "scanned.json"
_STEADY_NS = 3_000_000_000
"""A file system that keeps times keeps them to 2 seconds at worst (FAT)."""


def recall(index: Path, content: Path) -> list[SourceFile]:
    """The files of a folder of reports as they stood; none where that is not known."""
    try:
        kept = json.loads((index / _FILE).read_text(encoding="ascii"))
        files, folder = kept["files"], str(content)
        if kept["folder"] != str(content.absolute()) or kept["checksum"] != _checksum(files):
            return []
        return [SourceFile(source, folder, *stood) for source, *stood in files]
    except (OSError, ValueError, TypeError, KeyError):
        return []


def remember(
    index: Path, content: Path, files: Iterable[SourceFile], scanned_ns: int, known: Sequence[SourceFile] = ()
) -> None:
    """Keep how the files stand. `scanned_ns`: when the scan began, since 1970; `known`: what is kept already."""
    source_files = [
        file for file in files if file.digest and max(file.modified_ns, file.changed_ns) < scanned_ns - _STEADY_NS
    ]
    if source_files == known:
        return
    steady = [
        [file.source, file.size, file.modified_ns, file.digest, file.changed_ns, file.inode] for file in source_files
    ]
    kept = {"folder": str(content.absolute()), "files": steady, "checksum": _checksum(steady)}
    target = index / _FILE
    temporary = target.with_suffix(".tmp")
    try:
        temporary.write_text(json.dumps(kept), encoding="ascii")
        temporary.replace(target)
    except OSError:
        temporary.unlink(missing_ok=True)  # it would only have saved time


def _checksum(files: object) -> int:
    return zlib.crc32(json.dumps(files).encode())
