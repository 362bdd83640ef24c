"""A generation being written: documents in, the files of a generation out.

What a passage gave when it was analysed is kept in the generation itself (`Forward`), so a document that did not
change is copied from the live generation, its terms renumbered, and neither read nor analysed again.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from content.documents import Document
from content.passages import ID_LENGTH, split_passages
from content.passages import Passage as Cut
from content.sentences import split_sentences
from index.acronyms import find_pairs
from index.analyzer import Analyzer
from index.bm25 import BM25, Postings
from index.corpus import (
    CAPITAL,
    COLUMNS,
    COUNTRY,
    DOCUMENT,
    NUMBER,
    SECTION,
    TIME,
    Corpus,
    DocumentInfo,
    Record,
)
from index.initials import save_initials
from index.tables import Array, StringTable, save_array, save_strings

# What is kept of each token beside its term: the arrays of `Forward` and their widths.
_SPANS = {"offsets": np.uint16, "ends": np.uint16, "sentences": np.uint8, "shapes": np.uint8}
_MONTHS = frozenset("""january february march april june july august september october november december""".split())


@dataclass(frozen=True, slots=True)
class Weights:
    """How much a term counts by where it stands, and BM25's parameters.

    A term in the heading path counts as `heading` terms in the text, one in the document's title as `title`.
    """

    k1: float = 1.2
    b: float = 0.4
    heading: float = 1.0
    title: float = 0.15


class Draft:
    """Collects documents in the order they are added; `write` makes the files."""

    def __init__(self, analyzer: Analyzer, weights: Weights, countries: StringTable) -> None:
        self._analyzer = analyzer
        self._countries = frozenset(countries)
        self._weights = weights
        self._numbers: dict[str, int] = {}
        self._surfaces: list[str] = []
        self._documents: list[str] = []
        self._sections: list[str] = []
        self._section_terms: list[Array] = []
        self._title_terms: list[Array] = []
        self._texts: list[str] = []
        self._ids: list[str] = []
        self._places: list[Array] = []
        self._lengths = array("q")
        self._terms: list[Array] = []
        self._spans: list[Array] = []
        self.passages = 0
        self.acronyms: dict[tuple[str, str], None] = {}

    @property
    def documents(self) -> int:
        """How many documents were taken."""
        return len(self._documents)

    @property
    def mean_terms(self) -> float:
        """Terms that a passage has on average, headings and titles above it apart."""
        return sum(self._lengths) / len(self._lengths) if self._lengths else 0.0

    def weigh(self, weights: Weights) -> None:
        """Count with other weights; nothing is counted before `write`."""
        self._weights = weights

    def add(self, document: Document, digest: str, passages: Sequence[Cut] | None = None) -> DocumentInfo:
        """Analyse and take a document that was read, cut by `split_passages` unless its passages are given."""
        passages = split_passages(document) if passages is None else passages
        info = _describe(document, len(passages))
        sections: dict[tuple[str, ...], int] = {}
        places = np.zeros((len(passages), COLUMNS), np.int32)
        terms, spans = array("i"), array("i")
        for row, passage in enumerate(passages):
            path = passage.locator.section
            if path not in sections:
                sections[path] = self._add_section(path)
            places[row] = (
                len(self._documents),
                sections[path],
                passage.locator.page or 0,
                passage.locator.paragraph,
                passage.start,
                passage.end,
                len(split_sentences(passage.text[: passage.body])),
            )
            before = len(terms)
            self._analyze(passage.text, terms, spans)
            self._lengths.append(len(terms) - before)
            self._texts.append(passage.text)
            self._ids.append(passage.id)
        self._terms.append(np.array(terms, np.int32))
        self._spans.append(np.array(spans, np.uint16).reshape(-1, len(_SPANS)))
        self._places.append(places)
        self._add_document(info, digest, find_pairs(document.text))
        return info

    def copy(
        self, corpus: Corpus, record: Record, renumbered: Array, terms: StringTable, surfaces: StringTable
    ) -> None:
        """Take a document from a generation as it stands there.

        `renumbered` (int32, one a term of that generation, -1 where not yet known) is filled as terms are met.
        """
        numbers = record.numbers
        low, high = int(corpus.forward.starts[numbers.start]), int(corpus.forward.starts[numbers.stop])
        old = np.asarray(corpus.forward.terms[low:high])
        for term in np.unique(old[renumbered[old] < 0]):
            renumbered[term] = self._number(terms[int(term)], surfaces[int(term)])
        places = np.array(corpus.places[numbers.start : numbers.stop])
        sections = {int(section): 0 for section in places[:, SECTION]}
        for section in sections:
            sections[section] = self._add_section(corpus.section(section))
        places[:, DOCUMENT] = len(self._documents)
        places[:, SECTION] = [sections[int(section)] for section in places[:, SECTION]]
        self._lengths.extend(np.diff(corpus.forward.starts[numbers.start : numbers.stop + 1]).tolist())
        self._texts.extend(corpus.texts[number] for number in numbers)
        self._ids.extend(corpus.id(number) for number in numbers)
        self._terms.append(renumbered[old].astype(np.int32))
        self._spans.append(
            np.stack([getattr(corpus.forward, name)[low:high].astype(np.uint16) for name in _SPANS], axis=1)
        )
        self._places.append(places)
        self._add_document(record.info, record.digest, record.acronyms)

    def write(self, folder: Path) -> None:
        """Write all files of the generation but those of the lexicon."""
        save_strings(folder, "documents", self._documents)
        save_strings(folder, "sections", self._sections)
        save_strings(folder, "passages", self._texts)
        ids = np.array(self._ids, f"S{ID_LENGTH}")
        save_array(folder, "ids", ids)
        save_array(folder, "ids.order", np.argsort(ids, kind="stable").astype(np.int32))
        places = np.concatenate([np.zeros((0, COLUMNS), np.int32), *self._places])
        save_array(folder, "places", places)
        renumbered = self._write_vocabulary(folder)
        lengths = np.array(self._lengths, np.int64)
        terms = renumbered[np.concatenate([np.zeros(0, np.int32), *self._terms])]
        self._write_forward(folder, lengths, terms)
        self._postings(places, lengths, terms, renumbered).save(folder)
        save_initials(folder)

    def _analyze(self, text: str, terms: array[int], spans: array[int]) -> None:
        """Append the terms of a passage, and for each its start, end and sentence."""
        assert len(text) < 1 << 16, "offsets are kept in 16 bits"
        ends = [end for _, end in split_sentences(text)] or [len(text)]
        sentence = 0
        for term, start, end in self._analyzer.analyze(text):
            while sentence < len(ends) - 1 and start >= ends[sentence]:
                sentence += 1
            terms.append(self._number(term, text[start:end]))
            spans.extend((start, end, min(sentence, 255), _shape(text, term, start) | self._country(text[start:end])))

    def _country(self, word: str) -> int:
        return COUNTRY if word.lower() in self._countries else 0

    def _number(self, term: str, surface: str) -> int:
        number = self._numbers.setdefault(term, len(self._numbers))
        if number == len(self._surfaces):
            self._surfaces.append(surface.lower())
        return number

    def _field(self, text: str) -> Array:
        """The terms of a heading path or a title."""
        tokens = self._analyzer.analyze(text)
        return np.array([self._number(token.term, text[token.start : token.end]) for token in tokens], np.int32)

    def _add_section(self, path: tuple[str, ...]) -> int:
        self._sections.append(json.dumps(path, ensure_ascii=False))
        self._section_terms.append(self._field("\n".join(path)))
        return len(self._sections) - 1

    def _add_document(self, info: DocumentInfo, digest: str, acronyms: Iterable[tuple[str, str]]) -> None:
        pairs = list(acronyms)
        self.acronyms.update(dict.fromkeys(pairs))
        fields = {"info": asdict(info), "digest": digest, "first": self.passages, "acronyms": pairs}
        self._documents.append(json.dumps(fields, ensure_ascii=False))
        self._title_terms.append(self._field(f"{info.title} {info.year or ''}"))
        self.passages += info.passages

    def _write_vocabulary(self, folder: Path) -> Array:
        """Write the terms sorted, so that one is found without reading all; return old number → new number."""
        words = list(self._numbers)
        order = sorted(range(len(words)), key=lambda number: words[number].encode("utf-8", "surrogatepass"))
        save_strings(folder, "terms", (words[number] for number in order))
        save_strings(folder, "surfaces", (self._surfaces[number] for number in order))
        renumbered = np.empty(len(words), np.int32)
        renumbered[order] = np.arange(len(words), dtype=np.int32)
        return renumbered

    def _write_forward(self, folder: Path, lengths: Array, terms: Array) -> None:
        starts = np.zeros(len(lengths) + 1, np.int64)
        np.cumsum(lengths, out=starts[1:])
        spans = np.concatenate([np.zeros((0, len(_SPANS)), np.uint16), *self._spans])
        save_array(folder, "forward.starts", starts)
        save_array(folder, "forward.terms", terms.astype(np.int32))
        for column, (name, width) in enumerate(_SPANS.items()):
            save_array(folder, f"forward.{name}", spans[:, column].astype(width))

    def _postings(self, places: Array, lengths: Array, terms: Array, renumbered: Array) -> BM25:
        """Count body, heading path and title together, each with its weight."""
        passages = np.repeat(np.arange(len(lengths)), lengths)
        all_terms, all_passages, amounts = [terms], [passages], [np.ones(len(terms))]
        for column, field_terms, weight in (
            (SECTION, self._section_terms, self._weights.heading),
            (DOCUMENT, self._title_terms, self._weights.title),
        ):
            counts = np.array([len(found) for found in field_terms], np.int64)
            starts = np.cumsum(counts) - counts
            owner = places[:, column]
            per_passage = counts[owner] if len(counts) else np.zeros(0, np.int64)
            flat = np.concatenate([np.zeros(0, np.int32), *field_terms])
            index = np.arange(int(per_passage.sum())) + np.repeat(
                (starts[owner] if len(counts) else per_passage) - np.cumsum(per_passage) + per_passage,
                per_passage,
            )
            all_terms.append(renumbered[flat[index]])
            all_passages.append(np.repeat(np.arange(len(lengths)), per_passage))
            amounts.append(np.full(len(index), weight))
        postings = Postings.count(
            np.concatenate(all_terms),
            np.concatenate(all_passages),
            np.concatenate(amounts),
            lengths,
            len(renumbered),
        )
        return BM25.from_postings(postings, k1=self._weights.k1, b=self._weights.b)


def _shape(text: str, term: str, start: int) -> int:
    """Bits for what a token looks like: a number, a time, a name."""
    first = text[start]
    if term[0].isdigit():
        year = len(term) == 4 and term.isdecimal() and "1800" <= term <= "2199"
        return TIME if year or text[start + len(term) : start + len(term) + 1] in ("月", "日") else NUMBER
    if not first.isupper():
        return 0
    word = text[start : start + 12].split()[0].lower().strip(".,")
    return CAPITAL | (TIME if word in _MONTHS else 0)


def _describe(document: Document, passages: int) -> DocumentInfo:
    known = document.metadata
    return DocumentInfo(
        id=document.id,
        title=known.title or document.id,
        year=known.year,
        language=known.language,
        collection=known.collection,
        publisher=known.publisher,
        source=document.source,
        address=known.address,
        passages=passages,
    )
