"""Files of reports in; their sizes, times and digests when they were last read out.

They are kept beside the generations, so that a reindex need not read every report to see that it did not change.

A file whose size, times and inode did not change keeps its digest. A file that changed only seconds before it was read
is not remembered: it could change again within the same tick of a coarse clock, and look the same. If this record is
lost, all reports are read once more, and nothing else happens.
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
    """The files of a folder of reports as they were last read; none where that is not known."""
    try:
        kept = json.loads((index / _FILE).read_text(encoding="ascii"))
        files, folder = kept["files"], str(content)
        if kept["folder"] != str(content.absolute()) or kept["checksum"] != _checksum(files):
            return []
        return [SourceFile(source, folder, *facts) for source, *facts in files]
    except (OSError, ValueError, TypeError, KeyError):
        return []


def remember(
    index: Path, content: Path, files: Iterable[SourceFile], scanned_ns: int, before: Sequence[SourceFile] = ()
) -> None:
    """Keep the state of the files. `scanned_ns`: start of the scan, since 1970; `before`: what is kept already."""
    source_files = [
        file for file in files if file.digest and max(file.modified_ns, file.changed_ns) < scanned_ns - _STEADY_NS
    ]
    if source_files == before:
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
        temporary.unlink(missing_ok=True)  # the record only saves time, so it may be missing


def _checksum(files: object) -> int:
    return zlib.crc32(json.dumps(files).encode())
