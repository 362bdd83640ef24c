"""A small library of its own for a test: reports put in and taken out, an index over them, questions to it.

Files are read in this process, not in workers, and each one that is read is written down. That makes a
reindex a matter of milliseconds; tests of the workers themselves are in test_library.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
from ready import lend_dictionary

from content.documents import Document, assemble
from content.library import Library, Skipped, SourceFile
from content.readers import Unreadable, read_file
from content.readers.side import digest_of, side_bytes
from index.answering.answer import Answer, NoAnswer
from index.build import reindex as builder
from index.build.reindex import ReindexReport
from index.scoring.bm25 import BM25
from index.searcher import LiveSearcher, Searcher
from index.store.corpus import Corpus
from index.store.generation import Generations
from index.store.tables import SortedTable
from index.text.analyzer import Analyzer

GLOSSARY = "english,chinese,other_forms\n"
OLD, NEW = "The lake is 40 metres deep.", "The lake is 50 metres deep."
"""What the report `lake` of the fixture of that name says at first, and after a change."""


class Shelf:
    """`reports` (the folder of reports) and `index` (the index folder) below `folder`."""

    def __init__(self, folder: Path, analyzer: Analyzer) -> None:
        self.reports, self.index = folder / "reports", folder / "index"
        self.reports.mkdir()
        lend_dictionary(self.index)
        # else the program's own glossary, which grows, would have a say in these tests
        (self.reports / "glossary.csv").write_text(GLOSSARY, encoding="utf-8")
        self.analyzer = analyzer
        self.read: list[str] = []
        """Sources of the files that were read, in order."""
        self.generations = Generations(self.index)

    def put(self, name: str, text: str | bytes) -> Path:
        path = self.reports / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def take(self, name: str) -> None:
        (self.reports / name).unlink()

    def reindex(self, **options: Any) -> ReindexReport:
        """What `citedesk reindex` does; `self.read` then names the files that it read."""
        self.read.clear()
        read = self.read

        def here(library: Library, files: Iterable[SourceFile], *_: object) -> Iterator[Document | Skipped]:
            for file in files:
                read.append(file.source)
                yield read_here(library, file)

        with mock.patch.object(builder, "read", here):
            return builder.reindex(self.reports, self.index, analyzer=self.analyzer, **options)

    def searcher(self) -> Searcher:
        return Searcher(self.index, self.generations.require_current(), analyzer=self.analyzer)

    def ask(self, question: str, *history: str, limit: int = 10) -> Answer | NoAnswer:
        return self.searcher().ask(question, history=history, limit=limit)

    def texts(self, question: str) -> list[str]:
        """The excerpts' texts, best first; none where the reports do not say."""
        answer = self.ask(question)
        return [excerpt.text for excerpt in answer.excerpts] if isinstance(answer, Answer) else []

    def files(self) -> dict[str, bytes]:
        """Every file in the index folder but the lock and the dictionary."""
        return {
            str(path.relative_to(self.index)): path.read_bytes()
            for path in sorted(self.index.rglob("*"))
            if path.is_file()
            and path.name not in ("reindex.lock", "scanned.json", "failed")
            and "dictionary-" not in str(path.relative_to(self.index))
        }

    def content(self) -> dict[str, Any]:
        """All that the live generation holds, in a form that two ways of building it share."""
        folder = self.generations.path(self.generations.require_current())
        corpus, terms = Corpus(folder), SortedTable(folder, "terms")
        bm25 = BM25.open(folder, len(corpus))
        postings = {}
        for number, term in enumerate(terms):
            passages, weights = bm25.postings(number)
            if len(passages):
                pairs = zip(passages.tolist(), np.asarray(weights).tolist(), strict=True)
                postings[term] = [(corpus.id(passage), weight) for passage, weight in pairs]
        forward = corpus.forward
        columns = (*forward.spans(*forward.places(np.arange(len(corpus)))), forward.sentences, forward.shapes)
        tokens = [(terms[int(term)], *map(int, own)) for term, *own in zip(forward.terms, *columns, strict=True)]
        return {
            "documents": [asdict(record) for record in corpus.records()],
            "passages": [asdict(corpus.passage(number)) for number in range(len(corpus))],
            "places": [row[2:].tolist() for row in corpus.places],
            "tokens": tokens,
            "postings": postings,
        }


def how_deep(live: LiveSearcher) -> str:
    """What a searcher that follows the live generation says of the lake."""
    found = live.get().ask("How deep is the lake?")
    assert isinstance(found, Answer)
    return found.excerpts[0].text


def read_here(library: Library, file: SourceFile) -> Document | Skipped:
    """What `Library.read` gives for a file, without a worker process."""
    fault = library._refused(file)
    if fault:
        return fault
    try:
        pieces, metadata = read_file(file.path)
    except Unreadable as error:
        return Skipped(file.source, error.reason, error.remedy)
    assert digest_of(file.path.read_bytes(), side_bytes(file.path)) == file.digest
    return assemble(library.document_id(file.source), file.source, pieces, metadata)
