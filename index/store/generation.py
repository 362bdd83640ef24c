"""The index folder in; its generations out: begun, verified, made live by one rename, rolled back.

The index folder:

    live                  the id of the generation that answers
    <generation>/         one built index: manifest.json, then arrays and string tables
    <generation>.gone/    an old generation; the next reindex that builds removes it
    reindex.lock          held by the process that reindexes; names it, with the time it began
    reindex.pid           the same on a file system without locks (index/store/lock.py)
    failed                the error that stopped the last reindex, if there was one
    scanned.json          the state of the report files when they were last read (index/build/seen.py)
    dictionary-*/         the analysed dictionary (index/lexicon/dictionary.py)

Why a file with an id and not a symbolic link? A rename replaces both in one step. But a file also works on file systems
without links, and a bug report can quote it.

The last `KEPT` generations stay for `rollback`. All of it is derived from the reports: deleting it loses nothing.

Why are old generations not removed at once? Removing a large file can take as long as writing one, and the person who
reindexes would wait for it. The next reindex removes them while it imports and reads. This needs no more disk space:
each reindex has three generations beside the one that it builds.
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
from index.store.durable import Facts, FileSettler, differing, sync
from index.store.lock import holder_of, only_one, runs

FORMAT = 10
"""Raise it when the files of a generation change their meaning. Older generations are then built anew."""
KEPT = 3
_LOCK = "reindex.lock"
_MANIFEST = "manifest.json"
_LIVE = "live"
_FAILED = "failed"
_UNFINISHED = ".unfinished"
_GONE = ".gone"
_ID = re.compile(r"\d{8}T\d{6}-[0-9a-f]{6}")
"""The form of the ids that `begin` gives."""


@dataclass(frozen=True, slots=True)
class GenerationInfo:
    """The facts about a generation that its manifest tells."""

    id: str
    created: datetime
    documents: int
    passages: int
    live: bool


@dataclass(frozen=True, slots=True)
class Manifest:
    """The description of a generation, kept in its folder."""

    id: str
    created: str
    analyzer: str
    """The analyzer's fingerprint."""
    content: str
    """The versions of the readers and of the cutting into passages."""
    inputs: str
    """A fingerprint of everything else that went into it: the glossary, the settings."""
    documents: int
    passages: int
    skipped: tuple[dict[str, str], ...]
    files: dict[str, dict[str, Any]]
    """Name → size in bytes and checksum (index/store/durable.py)."""
    known: dict[str, int] = field(default_factory=dict)
    """Fingerprint of a known question → rank of its right answer when this went live, 0: none."""
    library: str = ""
    """A fingerprint of its source files, with the skipped ones."""
    weights: str = ""
    """The weights with which its postings were counted."""
    format: int = FORMAT


class Generations:
    """The generations in one index folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._beside: Executor | None = None
        """Removes old folders in the background while the lock is held."""

    def current(self) -> str | None:
        """The id of the live generation, None where there is none."""
        try:
            return (self.folder / _LIVE).read_text(encoding="ascii", errors="replace").strip() or None
        except FileNotFoundError:
            return None

    def list(self) -> tuple[GenerationInfo, ...]:
        """The finished generations, newest first."""
        current = self.current()
        infos = []
        for path in self.folder.glob(f"*/{_MANIFEST}"):
            if path.parent.name.endswith((_UNFINISHED, _GONE)):
                continue
            try:
                manifest = self.manifest(path.parent.name)
            except BrokenGeneration:
                continue
            created = datetime.fromisoformat(manifest.created)
            live = manifest.id == current
            infos.append(GenerationInfo(manifest.id, created, manifest.documents, manifest.passages, live))
        return tuple(sorted(infos, key=lambda info: (info.created, info.id), reverse=True))

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
        """Hold the right to write generations. Raises IndexBusy, which names the process that has it."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # excerpts of reports that may not be public
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
        """Keep the error that stops a reindex, for `citedesk check`, until a reindex succeeds."""
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
        """When (ISO 8601, UTC) and by which error the last reindex was stopped; None where it succeeded."""
        try:
            when, _, reason = (
                (self.folder / _FAILED).read_text(encoding="utf-8", errors="replace").strip().partition(" ")
            )
        except OSError:
            return None
        return (when, reason) if reason else None

    def make_room(self) -> None:
        """Begin to remove old generations in the background. The caller holds the lock."""
        assert self._beside is not None, "nobody else may write generations"
        self._beside.submit(self._remove_gone)

    def begin(self) -> Path:
        """A new folder to write a generation into. It is no generation before `finish`."""
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
        path = self.folder / f"{stamp}-{secrets.token_hex(3)}{_UNFINISHED}"
        path.mkdir(parents=True)
        return path

    def finish(self, unfinished: Path, settling: FileSettler | None = None, **fields: Any) -> Manifest:
        """Sync all files, write the manifest, and give the folder its name. It is not live yet.

        `settling`: has already taken the files that were finished early.
        """
        generation = unfinished.name.removesuffix(_UNFINISHED)
        with closing(settling or FileSettler()) as settling:
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
        """Add fields to the manifest of a finished generation."""
        target = self.path(generation) / _MANIFEST
        manifest = json.loads(target.read_text(encoding="ascii")) | fields
        temporary = target.with_suffix(".tmp")
        temporary.write_text(_as_text(manifest), encoding="ascii")
        sync(temporary)
        temporary.replace(target)
        sync(target.parent)

    def go_live(self, generation: str) -> None:
        """Swap: from now on this generation answers. All but the last three are removed."""
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
        if len(others) >= KEPT - 1:  # enough for a rollback: generations that this program cannot read may go
            names = (manifest.parent.name for manifest in self.folder.glob(f"*/{_MANIFEST}"))
            old += [name for name in names if _ID.fullmatch(name) and name not in (live, *others)]
        for generation in old:
            self.remove(generation)
        return bool(old)

    def remove(self, generation: str) -> None:
        """Rename a generation, so that a half-removed one never counts as whole. The next reindex removes its files."""
        # a system that locks open files may refuse: then the next reindex tries again
        with suppress(OSError):
            self.path(generation).rename(self.folder / f"{generation}{_GONE}")

    def rollback(self, generation: str | None = None) -> GenerationInfo:
        """Make an earlier generation live: the named one, or else the newest that is older than the live one.

        Raises IndexFault where there is none, BrokenGeneration where it is damaged.
        """
        with self.lock():
            infos = self.list()
            current = next((info for info in infos if info.live), None)
            older = [info for info in infos if current is None or info.created < current.created]
            candidates = [info for info in infos if info.id == generation] if generation else older
            if not candidates:
                fault = f"there is no generation {generation}" if generation else "there is no older generation"
                raise IndexFault("rollback", fault, "citedesk generations lists those there are")
            self.verify(candidates[0].id)
            self.go_live(candidates[0].id)
            return next(info for info in self.list() if info.live)

    def verify(self, generation: str) -> None:
        """Compare every file with its checksum. Raises BrokenGeneration, which names the first that differs."""
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
        """The time now, or just after the newest generation: a clock that was put back does not change the order."""
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
            if not runs(path.suffixes[-2][1:]):  # any process that opens an index may be analysing the dictionary
                shutil.rmtree(path, ignore_errors=True)


def _as_text(manifest: dict[str, Any]) -> str:
    """A manifest with a checksum of itself. ASCII: a skipped file may have a name that no UTF-8 can hold."""
    fields = {name: value for name, value in manifest.items() if name != "checksum"}
    return json.dumps({**fields, "checksum": _checksum(fields)}, indent=1)


def _checksum(fields: dict[str, Any]) -> str:
    return f"{zlib.crc32(json.dumps(fields, sort_keys=True).encode()):08x}"
