"""One built index on disk: written beside the live one, verified, swapped in by one rename, rolled back.

The index folder:

    live                  the id of the generation that answers
    <generation>/         one built index: manifest.json, then arrays and string tables
    <generation>.gone/    one that is kept no longer; the next reindex that builds removes it
    reindex.lock          held by the process that reindexes; says which, and since when
    reindex.pid           the same on a file system without locks (index/store/lock.py)
    failed                what stopped the last reindex, if something did
    scanned.json          how the files of the reports stood when they were read last (index/build/seen.py)
    dictionary-*/         the dictionary, analysed (index/lexicon/dictionary.py)

Why a file with an id and not a symbolic link? A rename replaces both in one step, but a file also works on
file systems without links, and its content can be read in a bug report.

The last `KEPT` generations stay for `rollback`. All of it is derived: deleting the folder loses nothing.

Why is what is kept no longer not removed at once? A disk takes as long to let go of a large file as to be given one,
and whoever reindexes would wait for that; the next reindex has it done while it imports and reads. No more room is
needed than before: that reindex, too, had the last three beside the one that it built.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import zlib
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from index.errors import BrokenGeneration, IndexFault, NoGeneration
from index.store.durable import Facts, Settling, differing, sync
from index.store.lock import holder_of, only_one, runs

FORMAT = 10
"""Raise it when the files of a generation change their meaning: older ones are then built anew."""
KEPT = 3
_LOCK = "reindex.lock"
_MANIFEST = "manifest.json"
_LIVE = "live"
_FAILED = "failed"
_UNFINISHED = ".unfinished"
_GONE = ".gone"
_ID = re.compile(r"\d{8}T\d{6}-[0-9a-f]{6}")
"""What `begin` names a generation."""


@dataclass(frozen=True, slots=True)
class GenerationInfo:
    """What is known of a generation without opening it."""

    id: str
    created: datetime
    documents: int
    passages: int
    live: bool


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation says of itself."""

    id: str
    created: str
    analyzer: str
    """The analyzer's fingerprint."""
    content: str
    """The versions of what reports were read and cut with."""
    inputs: str
    """A fingerprint of everything else that was built in: the glossary, the settings."""
    documents: int
    passages: int
    skipped: tuple[dict[str, str], ...]
    files: dict[str, dict[str, Any]]
    """Name → size in bytes and checksum (index/store/durable.py)."""
    known: dict[str, int] = field(default_factory=dict)
    """Fingerprint of a known question → rank of its right answer when this went live, 0: none."""
    library: str = ""
    """A fingerprint of the files that it was built from, those that were skipped included."""
    weights: str = ""
    """What its postings were counted with."""
    format: int = FORMAT


class Generations:
    """The generations in one index folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._beside: Executor | None = None
        """What works beside whoever holds the lock."""

    def current(self) -> str | None:
        """The id of the live generation, None where there is none."""
        try:
            return (self.folder / _LIVE).read_text(encoding="ascii", errors="replace").strip() or None
        except FileNotFoundError:
            return None

    def list(self) -> tuple[GenerationInfo, ...]:
        """The finished generations, newest first."""
        current = self.current()
        found = []
        for path in self.folder.glob(f"*/{_MANIFEST}"):
            if path.parent.name.endswith((_UNFINISHED, _GONE)):
                continue
            try:
                manifest = self.manifest(path.parent.name)
            except BrokenGeneration:
                continue
            created = datetime.fromisoformat(manifest.created)
            live = manifest.id == current
            found.append(GenerationInfo(manifest.id, created, manifest.documents, manifest.passages, live))
        return tuple(sorted(found, key=lambda info: (info.created, info.id), reverse=True))

    def path(self, generation: str) -> Path:
        """The folder of a generation."""
        return self.folder / generation

    def manifest(self, generation: str) -> Manifest:
        """Read a manifest. Raises BrokenGeneration."""
        try:
            fields = json.loads((self.path(generation) / _MANIFEST).read_text(encoding="utf-8"))
            checksum = fields.pop("checksum", None)
            if fields["format"] != FORMAT:
                raise BrokenGeneration(
                    f"generation {generation}",
                    f"was built in format {fields['format']}, this program reads {FORMAT}",
                    "run citedesk reindex",
                )
            if fields["id"] != generation or checksum != _checksum(fields):
                raise ValueError("it is not what was written")
            return Manifest(**{**fields, "skipped": tuple(fields["skipped"])})
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise BrokenGeneration(
                f"generation {generation}", f"its manifest cannot be read ({error})", "run citedesk reindex"
            ) from error

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the right to write generations. Raises IndexBusy naming the process that has it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with only_one(self.folder / _LOCK), ThreadPoolExecutor(1, "remove") as self._beside:
            self._remove_unfinished()
            current = self.current()
            if current is not None and self._remove_old(current):  # a killed reindex came no further
                self.make_room()
            yield

    def holder(self) -> str | None:
        """Which process reindexes now, and since when; None: none does."""
        return holder_of(self.folder / _LOCK)

    @contextmanager
    def noting_failure(self) -> Iterator[None]:
        """Keep what stops a reindex, for `citedesk check`, until one succeeds."""
        try:
            yield
        except Exception as error:
            when = datetime.now(UTC).isoformat(timespec="seconds")
            with suppress(OSError):  # a disk that is full has no room for this either
                (self.folder / _FAILED).write_text(f"{when} {str(error) or type(error).__name__}\n", encoding="utf-8")
            raise
        with suppress(OSError):
            (self.folder / _FAILED).unlink(missing_ok=True)

    def failure(self) -> tuple[str, str] | None:
        """When (ISO 8601, UTC) the last reindex was stopped, and by what; None where it was not."""
        try:
            when, _, what = (self.folder / _FAILED).read_text(encoding="utf-8", errors="replace").strip().partition(" ")
        except OSError:
            return None
        return (when, what) if what else None

    def make_room(self) -> None:
        """Begin to remove what is kept no longer, for whoever holds the lock: mostly that is to wait for the disk."""
        assert self._beside is not None, "nobody else may write generations"
        self._beside.submit(self._remove_gone)

    def begin(self) -> Path:
        """A new folder to write a generation into; it counts for nothing before `finish`."""
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
        path = self.folder / f"{stamp}-{secrets.token_hex(3)}{_UNFINISHED}"
        path.mkdir(parents=True)
        return path

    def finish(self, unfinished: Path, settling: Settling | None = None, **fields: Any) -> Manifest:
        """Sync all files, write the manifest, and give the folder its name. It is not live yet.

        `settling`: what files that were finished early have been given to.
        """
        generation = unfinished.name.removesuffix(_UNFINISHED)
        with closing(settling or Settling()) as settling:
            files = settling.facts(sorted(unfinished.iterdir()))
        manifest = {
            "id": generation,
            "created": self._now().isoformat(),
            "format": FORMAT,
            "files": {name: asdict(facts) for name, facts in files.items()},
            **fields,
        }
        target = unfinished / _MANIFEST
        target.write_text(_as_text(manifest), encoding="ascii")
        sync(target)
        sync(unfinished)
        unfinished.rename(self.path(generation))
        sync(self.folder)
        return self.manifest(generation)

    def annotate(self, generation: str, **fields: Any) -> None:
        """Add to what a finished generation says of itself."""
        target = self.path(generation) / _MANIFEST
        manifest = json.loads(target.read_text(encoding="ascii")) | fields
        temporary = target.with_suffix(".tmp")
        temporary.write_text(_as_text(manifest), encoding="ascii")
        sync(temporary)
        temporary.replace(target)
        sync(target.parent)

    def go_live(self, generation: str) -> None:
        """Swap: from now on this generation answers. Older ones than the last three are none any more."""
        temporary = self.folder / f"{_LIVE}.{os.getpid()}.tmp"
        temporary.write_text(generation + "\n", encoding="ascii")
        sync(temporary)
        temporary.replace(self.folder / _LIVE)
        sync(self.folder)
        self._remove_old(generation)

    def _remove_old(self, live: str) -> bool:
        """Remove all but the live generation and the newest others; whether there was one to remove."""
        others = [info.id for info in self.list() if info.id != live]
        old = others[KEPT - 1 :]
        if len(others) >= KEPT - 1:  # enough to go back to: what this program cannot read only takes room
            names = (manifest.parent.name for manifest in self.folder.glob(f"*/{_MANIFEST}"))
            old += [name for name in names if _ID.fullmatch(name) and name not in (live, *others)]
        for generation in old:
            self.remove(generation)
        return bool(old)

    def remove(self, generation: str) -> None:
        """Have a generation removed: it loses its name now, so that half of one never passes for a whole one."""
        # a system that locks what is open may hold it: the next reindex tries again
        with suppress(OSError):
            self.path(generation).rename(self.folder / f"{generation}{_GONE}")

    def rollback(self, generation: str | None = None) -> GenerationInfo:
        """Make an earlier generation live: the one named, else the newest one older than the live one.

        Raises IndexFault where there is none, BrokenGeneration where it is damaged.
        """
        with self.lock():
            infos = self.list()
            current = next((info for info in infos if info.live), None)
            older = [info for info in infos if current is None or info.created < current.created]
            wanted = [info for info in infos if info.id == generation] if generation else older
            if not wanted:
                what = f"there is no generation {generation}" if generation else "there is no older generation"
                raise IndexFault("rollback", what, "citedesk generations lists those there are")
            self.verify(wanted[0].id)
            self.go_live(wanted[0].id)
            return next(info for info in self.list() if info.live)

    def verify(self, generation: str) -> None:
        """Compare every file with its checksum. Raises BrokenGeneration naming the first that differs."""
        files = {name: Facts(**facts) for name, facts in self.manifest(generation).files.items()}
        damaged = differing(self.path(generation), files)
        if damaged is not None:
            raise BrokenGeneration(f"generation {generation}", f"{damaged} is damaged", "run citedesk reindex")

    def require_current(self) -> str:
        """The id of the live generation. Raises NoGeneration."""
        current = self.current()
        if current is None:
            raise NoGeneration(str(self.folder), "holds no index yet", "run citedesk reindex")
        return current

    def _now(self) -> datetime:
        """The time, and later than that of any generation there is: a clock that was put back changes no order."""
        newest = max((info.created for info in self.list()), default=None)
        now = datetime.now(UTC)
        return now if newest is None or newest < now else newest + timedelta(microseconds=1)

    def _remove_gone(self) -> None:
        for path in self.folder.glob(f"*{_GONE}"):
            shutil.rmtree(path, ignore_errors=True)

    def _remove_unfinished(self) -> None:
        for path in self.folder.glob(f"*{_UNFINISHED}"):
            shutil.rmtree(path, ignore_errors=True)
        for path in self.folder.glob(f"{_LIVE}.*.tmp"):
            path.unlink(missing_ok=True)
        for path in self.folder.glob("dictionary-*.tmp"):
            if not runs(path.suffixes[-2][1:]):  # whoever opens an index analyses the dictionary without a lock
                shutil.rmtree(path, ignore_errors=True)


def _as_text(manifest: dict[str, Any]) -> str:
    """A manifest with a checksum of itself. ASCII: a skipped file may have a name that no UTF-8 can hold."""
    fields = {name: value for name, value in manifest.items() if name != "checksum"}
    return json.dumps({**fields, "checksum": _checksum(fields)}, indent=1)


def _checksum(fields: dict[str, Any]) -> str:
    return f"{zlib.crc32(json.dumps(fields, sort_keys=True).encode()):08x}"
