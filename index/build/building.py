"""Changed files and the live generation in; the next generation, verified and live, out.

Documents that did not change are copied from the live generation, in runs (`writer.py`). Meanwhile other processes read
and analyse, and threads wait for the disk and compute checksums.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from content.documents import Document, Metadata
from content.library import CHANGED, GONE, Library, Skipped, SourceFile, copies
from content.likeness import LikenessNotice, likeness, notices, own_lines
from content.omissions import Omission
from content.readers.pool import KILLED
from content.readers.worker import failure
from index.build.analysis import Analyzed
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
from index.build.known_questions import KnownQuestion, KnownQuestionsFell, KnownReport, ask_known
from index.build.known_questions import report as compare_known
from index.build.merge import Counted
from index.build.writer import Base, IndexWriter
from index.errors import BrokenGeneration, IndexFault
from index.lexicon.countries import known_countries
from index.scoring.weights import Weights
from index.store.corpus import Corpus, Record
from index.store.durable import FileSettler
from index.store.generation import Generations, Manifest
from index.store.tables import SortedTable, StringTable
from index.text.analyzer import Analyzer

STANDS = "; its last version goes on answering"
"""Added to the reason of a file that a passing fault kept from being read."""
PASSING = frozenset({CHANGED, GONE, KILLED})
"""Reasons for skipping a file that the next reindex tries again, even if the file did not change."""


@dataclass(frozen=True, slots=True)
class _Live:
    """What the next generation takes over from the live one."""

    folder: Path
    manifest: Manifest
    base: Base
    records: dict[str, Record]
    skipped: dict[str, dict[str, str]]

    @property
    def sources(self) -> frozenset[str]:
        return frozenset(self.records) | frozenset(self.skipped)


class Building:
    """One generation being built. `manifest`: of the live generation, which was verified; None: read everything."""

    def __init__(
        self,
        generations: Generations,
        analyzer: Analyzer,
        weights: Weights,
        manifest: Manifest | None,
        tell: Callable[[Progress], None],
    ) -> None:
        self._generations = generations
        self._analyzer = analyzer
        self._weights = weights
        self._live = _open(generations, manifest, weights) if manifest else None
        self._tell = tell
        self._left_out: dict[str, tuple[Omission, ...]] = {}
        """What readers left out of the files that were read."""

    def build(
        self,
        job: Job,
        fresh: Sequence[SourceFile],
        readings: Iterator[Document | Analyzed | Skipped],
        countries: list[str],
        check: Check,
    ) -> ReindexReport:
        """Build, verify, ask, go live. `readings`: the results of reading the `fresh` files, in their order."""
        live, generations = self._live, self._generations
        if known_countries(generations.folder, self._analyzer) is None:
            from index.lexicon.dictionary import Dictionary

            Dictionary.open(generations.folder, self._analyzer)  # now, so that no question waits for it
        standing = sorted([*job.files, *self._behind_closed_doors(job.files)], key=lambda file: file.source)
        folder, settling = generations.begin(), FileSettler()
        try:
            with closing(
                IndexWriter(self._analyzer, self._weights, countries, live.base if live else None, folder)
            ) as writer:
                skipped = self._fill(writer, job.library, standing, fresh, readings)
                self._tell(Progress("writing", 0, 1))
                self._write_lexicon(folder, job, writer.acronyms)
                writer.write(folder, settling.add)
                self._write_vectors(folder, job.semantic, settling)
            # checked only now: until here the work waits for processors, and from here on for the disk
            if live and not check.whole():
                raise BrokenGeneration("the live generation", "is damaged", "run citedesk reindex")
            manifest = generations.finish(
                folder,
                settling,
                analyzer=self._analyzer.fingerprint,
                content=content_version(job.library.limits),
                inputs=job.inputs,
                documents=writer.documents,
                passages=writer.passages,
                skipped=skipped,
                library=library_fingerprint(job.files, job.library.limits, skipped)
                + " again" * any(file["state"] == "" for file in skipped),
                weights=str(self._weights),
            )
        except Exception:  # a full disk, above all, is not to stay full
            settling.close()
            shutil.rmtree(folder, ignore_errors=True)
            raise
        finally:
            settling.close()
        try:
            self._tell(Progress("verifying", 0, 1))
            verify(generations, manifest)
            report = self._ask_known(manifest, job, self._newest(standing, fresh))
            self._tell(Progress("verifying", 1, 1))  # not after the swap: whoever gives up then would be too late
        except BaseException:  # a generation that never answered is none to go back to
            shutil.rmtree(generations.path(manifest.id), ignore_errors=True)
            raise
        generations.go_live(manifest.id)
        before = frozenset(live.records) if live else frozenset()
        skipped_before = (live.sources if live else frozenset()) - before
        notices = _notices(Corpus(generations.path(manifest.id)), standing, fresh) if fresh else []
        return make_report(
            manifest, standing, fresh, before, job.started, report, self._left_out, notices, skipped_before
        )

    def _behind_closed_doors(self, files: Sequence[SourceFile]) -> Iterator[SourceFile]:
        """The reports of folders that cannot be listed now. Their last versions go on answering."""
        for folder in files:
            if self._live and not folder.digest and folder.path.is_dir():
                for source, record in self._live.records.items():
                    if source.startswith(folder.source + "/"):
                        yield SourceFile(source, folder.folder, 0, 0, record.digest)

    def _fill(
        self,
        writer: IndexWriter,
        library: Library,
        files: list[SourceFile],
        fresh: Sequence[SourceFile],
        readings: Iterator[Document | Analyzed | Skipped],
    ) -> list[dict[str, str]]:
        """Read or copy every file into the writer, in the order of the folder. The skipped files, for the manifest."""
        live = self._live
        to_read = {file.source for file in fresh}
        skipped: list[dict[str, str]] = []
        same: list[Record] = []
        done = 0

        def copy() -> None:
            if same:
                writer.copy(same)
                same.clear()

        for file in files:
            before = live.records.get(file.source) if live else None
            if live and file.source not in to_read:
                if file.source in live.skipped:
                    skipped.append(live.skipped[file.source])
                if before is None:
                    continue
            else:
                reading = next(readings)
                done += 1
                self._tell(Progress("reading", done, len(fresh)))
                if isinstance(reading, Document):
                    reading = _analysed(writer, reading)
                if isinstance(reading, Analyzed):
                    copy()
                    writer.take(reading, file.digest)
                    if reading.left_out:
                        self._left_out[file.source] = reading.left_out
                    continue
                # a link to nowhere was never there
                passing = (reading.passing or reading.reason in PASSING) and file.digest != ""
                stays = passing and before is not None and before.info.id == library.document_id(file.source)
                skipped.append(
                    {
                        "source": reading.source,
                        "reason": f"{reading.reason}{STANDS}" if stays else reading.reason,
                        "remedy": reading.remedy,
                        "state": "" if passing else state_of(file, library.limits),
                    }
                )
                if before is None or not stays:
                    continue
            # its last version stays: it did not change, or its change could not be read yet
            if same and same[-1].number + 1 != before.number:
                copy()
            same.append(before)
        copy()
        return skipped

    def _write_lexicon(self, folder: Path, job: Job, acronyms: dict[tuple[str, str], None]) -> None:
        """Analyse glossary and acronyms; where both are the same as before, copy the lexicon."""
        live = self._live
        if live and live.manifest.inputs == job.inputs:
            before = dict.fromkeys(pair for record in live.records.values() for pair in record.acronyms)
            if list(before) == list(acronyms):
                shutil.copyfile(live.folder / "lexicon.json", folder / "lexicon.json")
                return
            from index.lexicon.lexicon import save_acronyms

            save_acronyms(folder, live.folder, self._analyzer, acronyms)
            return
        from index.lexicon.lexicon import read_glossary, save_lexicon

        save_lexicon(folder, read_glossary(job.library.folder), self._analyzer, acronyms)

    def _write_vectors(self, folder: Path, model: str, settling: FileSettler) -> None:
        """Make the vectors of the second look, where a model is named and loads."""
        if not model:
            return
        from index.scoring.semantic import load_encoder, write_vectors

        encoder = load_encoder()
        if encoder is not None:
            before = self._live.folder if self._live else None
            paths = write_vectors(
                folder, encoder, model, before, lambda done, total: self._tell(Progress("encoding", done, total))
            )
            for path in paths:
                settling.add(path)

    def _newest(self, files: Sequence[SourceFile], fresh: Sequence[SourceFile]) -> tuple[str, ...]:
        """The files that changed: those that were read, and those that are gone."""
        gone = (self._live.sources if self._live else frozenset()) - {file.source for file in files}
        return (*(file.source for file in fresh), *sorted(gone))

    def _ask_known(self, manifest: Manifest, job: Job, newest: tuple[str, ...]) -> KnownReport | None:
        """Ask a finished generation the known questions and note the ranks in its manifest; None: there are none.

        Raises KnownQuestionsFell where enough of them fell by more than the margin. Where the live generation does not
        open there is nothing better to stay with, and the new one goes live whatever it answers.
        """
        questions, problems, margin = job.questions, job.problems, job.margin
        generations = self._generations
        if not questions:
            return KnownReport(0, 0, problems=problems) if problems else None
        from index.searcher import Searcher

        new = Searcher(generations.folder, manifest.id, analyzer=self._analyzer)
        now = ask_known(new, questions, lambda done: self._tell(Progress("asking", done, len(questions))))
        before, opens = _asked_before(generations, questions, self._analyzer)
        report = compare_known(questions, now, before, problems, newest)
        enough = report.compared >= job.enough or not newest
        if opens and enough and margin is not None and report.fall > margin + 1e-9:
            raise KnownQuestionsFell(report)
        generations.annotate(manifest.id, known=now)
        return report


def _analysed(writer: IndexWriter, document: Document) -> Analyzed | Skipped:
    """Analyse a document here that was read in another process. Where that fails, the file is skipped."""
    try:
        return writer.analyse(document)
    except Exception as error:  # noqa: BLE001 - as in the processes that read
        return Skipped(document.source, **failure(error))


def _notices(corpus: Corpus, files: Sequence[SourceFile], fresh: Sequence[SourceFile]) -> list[LikenessNotice]:
    """What is to be said of the files that were read: copies, drafts, titles that are no report's own.

    Of the other files only those are looked at closely that have a line of these: there may be thousands.
    """
    new = frozenset(file.source for file in fresh)
    records = corpus.records()
    lines: set[int] = set()
    for record in records:
        if record.info.source in new:
            lines.update(own_lines(corpus.texts[number] for number in record.numbers))
    reports = []
    for record in records:
        texts = [corpus.texts[number] for number in record.numbers]
        if record.info.source not in new and lines.isdisjoint(own_lines(texts)):
            texts = []
        metadata = Metadata(title=record.info.title, year=record.info.year)
        reports.append(likeness(record.info.source, metadata, texts))
    return notices(reports, copies(files), new)


def verify(generations: Generations, manifest: Manifest) -> None:
    """Open a finished generation and find a few of its passages by their own ids. Raises BrokenGeneration."""
    corpus = Corpus(generations.path(manifest.id))
    for number in {0, len(corpus) // 2, len(corpus) - 1} if len(corpus) else ():
        if corpus.number(corpus.id(number)) != number or not corpus.texts[number]:
            raise BrokenGeneration(f"generation {manifest.id}", f"passage {number} is not found", "run reindex --full")
    if len(corpus) != manifest.passages or len(corpus.documents) != manifest.documents:
        raise BrokenGeneration(f"generation {manifest.id}", "its counts do not agree", "run reindex --full")


def _open(generations: Generations, manifest: Manifest, weights: Weights) -> _Live:
    folder = generations.path(manifest.id)
    corpus = Corpus(folder)
    counted = Counted.open(folder) if manifest.weights == str(weights) else None
    return _Live(
        folder,
        manifest,
        Base(corpus, SortedTable(folder, "terms"), StringTable(folder, "surfaces"), counted),
        {record.info.source: record for record in corpus.records()},
        {file["source"]: file for file in manifest.skipped},
    )


def _asked_before(
    generations: Generations, questions: tuple[KnownQuestion, ...], analyzer: Analyzer
) -> tuple[dict[str, int], bool]:
    """The ranks that the live generation had when it went live, or has now for newer questions; whether it opens."""
    from index.searcher import Searcher

    current = generations.current()
    if current is None:
        return {}, False
    try:
        before = ranks(generations.manifest(current))
        live = Searcher(generations.folder, current, analyzer=analyzer)
        newer = ask_known(live, [question for question in questions if question.fingerprint not in before])
    except IndexFault:
        return {}, False
    return before | newer, True
