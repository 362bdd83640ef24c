"""The values that `reindex.py` and `building.py` share: what a reindex has to do, its progress, its report.

Why a file of their own? `reindex.py` imports `building.py`, and numpy with it, only when there is something to build.
"""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from content import passages, readers
from content.library import Library, Limits, Skipped, SourceFile
from content.omissions import OCR, Omission
from index.build.known_questions import KnownQuestion, KnownReport
from index.errors import BrokenGeneration
from index.store.generation import Generations, Manifest

if TYPE_CHECKING:
    from content.likeness import LikenessNotice


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a reindex is. `stage`: reading, writing, encoding, verifying or asking."""

    stage: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class ReindexReport:
    """What a reindex did; the tuples hold sources, sorted."""

    generation: str
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int
    skipped: tuple[Skipped, ...]
    documents: int
    passages: int
    seconds: float
    known: KnownReport | None = None
    """What the generation makes of the known questions; None where there are none."""
    left_out: tuple[tuple[str, tuple[Omission, ...]], ...] = ()
    """Source and what its reader left out, of the files that were read now."""
    notices: tuple[LikenessNotice, ...] = ()
    """Copies, drafts and shared titles among the files that were read now."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be built."""

    library: Library
    files: Sequence[SourceFile]
    inputs: str
    """A fingerprint of everything that goes into the index beside the files."""
    questions: tuple[KnownQuestion, ...]
    problems: tuple[str, ...]
    """What is wrong with lines of the known questions."""
    margin: float | None
    """By how much known questions may fall; None: as they like."""
    enough: int
    """Known questions that must be compared before their fall stops anything."""
    semantic: str
    """The model that vectors are made with; empty: none are made."""
    started: float


class Check:
    """Says whether the live generation is still what was written. It looks once, when it is first asked."""

    def __init__(self, generations: Generations, manifest: Manifest | None) -> None:
        self._verify = partial(generations.verify, manifest.id) if manifest else None
        self._whole: bool | None = None

    def whole(self) -> bool:
        """Whether the files have their checksums; True where there is no generation."""
        if self._whole is None:
            self._whole = True
            try:
                if self._verify:
                    self._verify()
            except (BrokenGeneration, OSError):
                self._whole = False
        return self._whole


def make_report(
    manifest: Manifest,
    files: Sequence[SourceFile],
    fresh: Sequence[SourceFile],
    before: frozenset[str],
    started: float,
    known: KnownReport | None,
    left_out: Mapping[str, tuple[Omission, ...]] = MappingProxyType({}),
    notices: Sequence[LikenessNotice] = (),
    skipped_before: frozenset[str] = frozenset(),
) -> ReindexReport:
    """Make the report. `fresh`: the files that were read; `before`: the sources of the last generation's documents;
    `skipped_before`: those that it skipped.

    A file is added, changed, unchanged or skipped, and only one of them: the counts add up to the files of the folder.
    """
    skipped = {file["source"] for file in manifest.skipped}
    return ReindexReport(
        generation=manifest.id,
        added=tuple(file.source for file in fresh if file.source not in before | skipped),
        changed=tuple(file.source for file in fresh if file.source in before - skipped),
        removed=tuple(sorted((before | skipped_before) - {file.source for file in files})),
        unchanged=len({file.source for file in files} - {file.source for file in fresh} - skipped),
        skipped=tuple(Skipped(file["source"], file["reason"], file["remedy"]) for file in manifest.skipped),
        documents=manifest.documents,
        passages=manifest.passages,
        seconds=time.monotonic() - started,
        known=known,
        left_out=tuple(sorted(left_out.items())),
        notices=tuple(notices),
    )


def content_version(limits: Limits) -> str:
    """The versions of readers and passages; where they change, all documents are read again."""
    version = f"readers {readers.VERSION}, passages {passages.VERSION}"
    return f"{version}, ocr" if limits.ocr and shutil.which(OCR) else version


def ranks(manifest: Manifest) -> dict[str, int]:
    """Fingerprint of a known question → rank of its right answer when the generation went live."""
    return {fingerprint: int(rank) for fingerprint, rank in manifest.known.items()}


def library_fingerprint(files: Sequence[SourceFile], limits: Limits, skipped: Sequence[dict[str, str]]) -> str:
    """A fingerprint that stays the same while no file has to be read. For skipped files the limits count too."""
    left_out = {file["source"] for file in skipped}
    stand = [f"{file.source}\0{state_of(file, limits) if file.source in left_out else file.digest}" for file in files]
    return hashlib.blake2b("\n".join(stand).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def state_of(file: SourceFile, limits: Limits) -> str:
    """The state in which a file was skipped. It is tried again when this changes: bytes, limits, or readers."""
    bytes_ = file.digest or f"{file.size} {file.modified_ns}"
    return f"{bytes_} {limits.max_bytes} {limits.seconds} {limits.memory_bytes} {readers.fingerprint()}"
