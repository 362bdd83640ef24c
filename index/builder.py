"""A folder of reports in, a live generation and a report of what changed out.

Only files that are new or changed are read and analysed; everything else is copied from the live generation
(`Draft.copy`). Before it goes live a generation is opened, verified and asked the known questions. A crash at any
instant leaves the live generation as it was.
"""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

from content import passages, readers
from content.documents import Document
from content.library import CHANGED, Library, Limits, Skipped, SourceFile
from index.analyzer import Analyzer
from index.corpus import Corpus, Record
from index.dictionary import Dictionary
from index.draft import Base, Draft, Weights
from index.errors import BrokenGeneration, IndexFault
from index.generation import Generations, Manifest
from index.known_questions import (
    MARGIN,
    KnownQuestion,
    KnownQuestionsFell,
    KnownReport,
    ask_known,
    digest,
    read_known,
)
from index.known_questions import report as compare_known
from index.lexicon import read_everyday, read_glossary, save_lexicon
from index.searcher import Searcher
from index.tables import StringTable


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a reindex is. `stage`: reading, writing, verifying or asking."""

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


@dataclass(frozen=True, slots=True)
class _Live:
    """The live generation as far as it can be built upon."""

    manifest: Manifest
    base: Base
    records: dict[str, Record]
    skipped: dict[str, dict[str, str]]

    @property
    def sources(self) -> frozenset[str]:
        return frozenset(self.records) | frozenset(self.skipped)

    def has(self, file: SourceFile, document: str, limits: Limits) -> bool:
        """Whether the file was taken, or skipped under the same limits, as it stands."""
        record, skipped = self.records.get(file.source), self.skipped.get(file.source)
        if record is not None:
            return record.digest == file.digest and record.info.id == document
        return skipped is not None and skipped.get("state") == _state(file, limits)


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
    force: bool = False,
) -> ReindexReport:
    """Bring the index in `index` up to date with the reports in `content`, and make it live.

    With `full` everything is read and analysed again. Raises IndexBusy where another process reindexes, OSError
    where a folder cannot be read or written, and KnownQuestionsFell where the share of known questions that are
    answered rightly falls by more than `margin` (0 to 1), unless with `force`; the live generation then stays.
    """
    started = time.monotonic()
    tell = progress or (lambda _: None)
    analyzer, weights = analyzer or Analyzer(), weights or Weights()
    generations = Generations(index)
    with generations.lock():
        glossary = read_glossary(content)
        questions, problems = read_known(content)
        inputs = _fingerprint(weights, glossary + read_everyday(), digest(questions))
        live = None if full else _open_live(generations, analyzer)
        library = Library(content, limits)
        files = library.scan()
        fresh = [
            file for file in files if not (live and live.has(file, library.document_id(file.source), library.limits))
        ]
        before = live.sources if live else frozenset()
        if live and live.manifest.inputs == inputs and not fresh and before == {file.source for file in files}:
            known = compare_known(questions, _ranks(live.manifest), {}, problems) if questions or problems else None
            return _report(live.manifest, live, files, fresh, started, known)
        dictionary = Dictionary.open(index, analyzer)  # now, so that no question waits for it
        draft = Draft(analyzer, weights, dictionary.countries, live.base if live else None)
        skipped = _fill(draft, files, fresh, library, live, tell)
        tell(Progress("writing", 0, 1))
        folder = generations.begin()
        try:
            draft.write(folder)
            save_lexicon(folder, glossary, analyzer, draft.acronyms)
            manifest = generations.finish(
                folder,
                analyzer=analyzer.fingerprint,
                content=content_version(),
                inputs=inputs,
                documents=draft.documents,
                passages=draft.passages,
                skipped=skipped,
            )
        except Exception:  # a full disk, above all, is not to stay full
            shutil.rmtree(folder, ignore_errors=True)
            raise
        tell(Progress("verifying", 0, 1))
        verify(generations, manifest)
        known = _ask_known(generations, manifest, questions, problems, analyzer, None if force else margin, tell)
        generations.go_live(manifest.id)
        tell(Progress("verifying", 1, 1))
        return _report(manifest, live, files, fresh, started, known)


def verify(generations: Generations, manifest: Manifest) -> None:
    """Open a finished generation and find a few of its passages by their own ids. Raises BrokenGeneration."""
    corpus = Corpus(generations.path(manifest.id))
    for number in {0, len(corpus) // 2, len(corpus) - 1} if len(corpus) else ():
        if corpus.number(corpus.id(number)) != number or not corpus.texts[number]:
            raise BrokenGeneration(f"generation {manifest.id}", f"passage {number} is not found", "run reindex --full")
    if len(corpus) != manifest.passages or len(corpus.records()) != manifest.documents:
        raise BrokenGeneration(f"generation {manifest.id}", "its counts do not agree", "run reindex --full")


def _ask_known(
    generations: Generations,
    manifest: Manifest,
    questions: tuple[KnownQuestion, ...],
    problems: tuple[str, ...],
    analyzer: Analyzer,
    margin: float | None,
    tell: Callable[[Progress], None],
) -> KnownReport | None:
    """Ask a finished generation the known questions and note the ranks in its manifest; None where there are none.

    Removes it and raises KnownQuestionsFell where they fell by more than `margin`. Where the live generation does not
    open there is nothing better to stay with, and the new one goes live whatever it answers.
    """
    if not questions:
        return KnownReport(0, 0, problems=problems) if problems else None
    try:
        new = Searcher(generations.folder, manifest.id, analyzer=analyzer)
        now = ask_known(new, questions, lambda done: tell(Progress("asking", done, len(questions))))
        before, opens = _asked_before(generations, questions, analyzer)
        known = compare_known(questions, now, before, problems)
        if opens and margin is not None and known.fall > margin + 1e-9:
            raise KnownQuestionsFell(known)
        generations.annotate(manifest.id, known=now)
    except BaseException:
        shutil.rmtree(generations.path(manifest.id), ignore_errors=True)
        raise
    return known


def _asked_before(
    generations: Generations, questions: tuple[KnownQuestion, ...], analyzer: Analyzer
) -> tuple[dict[str, int], bool]:
    """The ranks that the live generation had when it went live, or has now for newer questions; whether it opens."""
    current = generations.current()
    if current is None:
        return {}, False
    try:
        ranks = _ranks(generations.manifest(current))
        live = Searcher(generations.folder, current, analyzer=analyzer)
        newer = ask_known(live, [one for one in questions if one.fingerprint not in ranks])
    except IndexFault:
        return {}, False
    return ranks | newer, True


def _ranks(manifest: Manifest) -> dict[str, int]:
    return {fingerprint: int(rank) for fingerprint, rank in manifest.known.items()}


def _fill(
    draft: Draft,
    files: list[SourceFile],
    fresh: list[SourceFile],
    library: Library,
    live: _Live | None,
    tell: Callable[[Progress], None],
) -> list[dict[str, str]]:
    """Read or copy every file into the draft, in the order of the folder; what was skipped, for the manifest."""
    to_read = {file.source for file in fresh}
    skipped: list[dict[str, str]] = []
    done = 0
    tell(Progress("reading", 0, len(fresh)))
    # Closed here and now when `tell` gives up by raising, not by the garbage collector in whatever thread.
    with closing(library.read(fresh)) as readings:
        for file in files:
            if live and file.source not in to_read:
                if file.source in live.records:
                    draft.copy(live.records[file.source])
                else:
                    skipped.append(live.skipped[file.source])
                continue
            reading = next(readings)
            if isinstance(reading, Document):
                draft.add(reading, file.digest)
            else:
                skipped.append({**asdict(reading), "state": _state(file, library.limits)})
                known = live.records.get(file.source) if live else None
                if known and reading.reason == CHANGED and known.info.id == library.document_id(file.source):
                    draft.copy(known)  # its last version answers until somebody has finished the next
            done += 1
            tell(Progress("reading", done, len(fresh)))
    return skipped


def _open_live(generations: Generations, analyzer: Analyzer) -> _Live | None:
    """The live generation, None where there is none to build upon (then everything is read)."""
    current = generations.current()
    if current is None:
        return None
    try:
        manifest = generations.manifest(current)
        generations.verify(current)
    except (BrokenGeneration, OSError):
        return None
    if manifest.analyzer != analyzer.fingerprint or manifest.content != content_version():
        return None
    folder = generations.path(current)
    corpus = Corpus(folder)
    return _Live(
        manifest,
        Base(corpus, StringTable(folder, "terms"), StringTable(folder, "surfaces")),
        {record.info.source: record for record in corpus.records()},
        {file["source"]: file for file in manifest.skipped},
    )


def _report(
    manifest: Manifest,
    live: _Live | None,
    files: list[SourceFile],
    fresh: list[SourceFile],
    started: float,
    known: KnownReport | None,
) -> ReindexReport:
    before = live.sources if live else frozenset()
    return ReindexReport(
        generation=manifest.id,
        added=tuple(file.source for file in fresh if file.source not in before),
        changed=tuple(file.source for file in fresh if file.source in before),
        removed=tuple(sorted(before - {file.source for file in files})),
        unchanged=len(files) - len(fresh),
        skipped=tuple(Skipped(file["source"], file["reason"], file["remedy"]) for file in manifest.skipped),
        documents=manifest.documents,
        passages=manifest.passages,
        seconds=time.monotonic() - started,
        known=known,
    )


def _state(file: SourceFile, limits: Limits) -> str:
    """What must change before a file that was skipped is tried again: its bytes, or what it may cost."""
    bytes_ = file.digest or f"{file.size} {file.modified_ns}"
    return f"{bytes_} {limits.max_bytes} {limits.seconds} {limits.memory_bytes}"


def content_version() -> str:
    """What reports are read with; documents that other readers read are read again."""
    return f"readers {readers.VERSION}, passages {passages.VERSION}"


def _fingerprint(weights: Weights, glossary: str, questions: str) -> str:
    return hashlib.blake2b(f"{weights} {glossary} {questions}".encode(), digest_size=8).hexdigest()
