"""A data folder in; nobody but its owner may read what is in it.

Who asked what, and which files wait to be sent, is nobody else's business on this machine. So what the process makes
from now on is its owner's alone, and what an earlier version left open is closed.

Why not the data folder itself? It may be a folder that has other uses, such as the one that a person works in.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

OURS = ("bot.sqlite*", "run.lock", "index", "attachments", "incoming", "removed", "put-aside", "demo")
"""What the program itself puts into a data folder."""
OTHERS = 0o077


def keep_private(data: Path) -> None:
    """From now on this process makes files for its owner alone; those in the data folder become so. Raises OSError."""
    _USUAL.append(os.umask(OTHERS))
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in _ours(data):
        mode = path.lstat().st_mode
        if mode & OTHERS and path.lstat().st_uid == os.geteuid():
            path.chmod(mode & 0o700)


def usual_mode() -> int:
    """The mode of a new file that is for others too, such as a report, as the person's own umask has it."""
    if not _USUAL:
        _USUAL.append(mask := os.umask(OTHERS))
        os.umask(mask)
    return 0o666 & ~_USUAL[0]


def _ours(data: Path) -> Iterator[Path]:
    """No links: what they lead to may be others'."""
    for pattern in OURS:
        for top in data.glob(pattern):
            if top.is_symlink():
                continue
            yield top
            if top.is_dir():
                yield from (path for path in top.rglob("*") if not path.is_symlink())


_USUAL: list[int] = []
"""The umask that the process was started with comes first."""
