"""A generation being written: documents in, the files of a generation out.

What a passage gave when it was analysed is kept in the generation itself (`Forward`), so a document that did not
change is copied from the live generation, array slice by array slice, and neither read nor analysed again. The draft
begins with the live generation's vocabulary, so that copied terms keep their numbers until the end.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
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
    save_lists,
)
from index.initials import save_initials
from index.tables import Array, Strings, StringTable, save_array, save_strings

# What is kept of each token beside its term: the arrays of `Forward` and their widths.
_SPANS = {"offsets": np.uint16, "ends": np.uint16, "sentences": np.uint8, "shapes": np.uint8}
_ID = f"S{ID_LENGTH}"
_INFO = tuple(field.name for field in fields(DocumentInfo))
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


@dataclass(frozen=True, slots=True)
class Base:
    """A generation that a draft copies from."""

    corpus: Corpus
    terms: StringTable
    surfaces: StringTable


class Draft:
    """Collects documents in the order they are added; `write` makes the files."""

    def __init__(self, analyzer: Analyzer, weights: Weights, countries: StringTable, base: Base | None = None) -> None:
        """`base`: the generation that documents are going to be copied from."""
        self._analyzer = analyzer
        self._countries = frozenset(countries)
        self._weights = weights
        self._base = base
        self._surfaces = base.surfaces.all() if base else []
        self._numbers = {term: number for number, term in enumerate(base.terms.all())} if base else {}
        self._documents = Strings()
        self._languages: list[bytes] = []
        self._sections = Strings()
        self._section_terms = _Lists()
        self._title_terms = _Lists()
        self._texts = Strings()
        self._ids: list[Array] = []
        self._places: list[Array] = []
        self._lengths: list[Array] = []
        self._tokens = 0
        self._terms: list[Array] = []
        self._spans: dict[str, list[Array]] = {name: [] for name in _SPANS}
        self.passages = 0
        self.acronyms: dict[tuple[str, str], None] = {}

    @property
    def documents(self) -> int:
        """How many documents were taken."""
        return len(self._documents)

    @property
    def mean_terms(self) -> float:
        """Terms that a passage has on average, headings and titles above it apart."""
        return self._tokens / self.passages if self.passages else 0.0

    def weigh(self, weights: Weights) -> None:
        """Count with other weights; nothing is counted before `write`."""
        self._weights = weights

    def add(self, document: Document, digest: str, passages: Sequence[Cut] | None = None) -> DocumentInfo:
        """Analyse and take a document that was read, cut by `split_passages` unless its passages are given."""
        passages = split_passages(document) if passages is None else passages
        info = _describe(document, len(passages))
        sections: dict[tuple[str, ...], int] = {}
        places = np.zeros((len(passages), COLUMNS), np.int32)
        terms, spans, lengths = array("i"), array("i"), array("q")
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
            lengths.append(len(terms) - before)
            self._texts.append(passage.text)
        self._ids.append(np.array([passage.id for passage in passages], _ID))
        self._lengths.append(np.array(lengths, np.int64))
        self._tokens += len(terms)
        self._terms.append(np.array(terms, np.int32))
        for (name, width), column in zip(_SPANS.items(), np.array(spans).reshape(-1, len(_SPANS)).T, strict=True):
            self._spans[name].append(column.astype(width))
        self._places.append(places)
        self._title_terms.append(self._field(f"{info.title} {info.year or ''}"))
        self._add_document(info, digest, find_pairs(document.text))
        return info

    def copy(self, record: Record) -> None:
        """Take a document from the base as it stands there."""
        assert self._base is not None, "a draft without a base cannot copy"
        corpus, numbers = self._base.corpus, record.numbers
        forward = corpus.forward
        low, high = int(forward.starts[numbers.start]), int(forward.starts[numbers.stop])
        places = np.array(corpus.places[numbers.start : numbers.stop])
        if len(places):
            # those of a document stand together, in its order
            sections = range(int(places[:, SECTION].min()), int(places[:, SECTION].max()) + 1)
            places[:, SECTION] += len(self._sections) - sections.start
            self._sections.take(corpus.sections, sections)
            self._section_terms.take(*corpus.section_terms.run(sections))
        places[:, DOCUMENT] = self.documents
        self._lengths.append(np.diff(forward.starts[numbers.start : numbers.stop + 1]))
        self._tokens += high - low
        self._texts.take(corpus.texts, numbers)
        self._ids.append(corpus.ids[numbers.start : numbers.stop])
        self._terms.append(forward.terms[low:high])
        for name, spans in self._spans.items():
            spans.append(getattr(forward, name)[low:high])
        self._places.append(places)
        self._title_terms.take(*corpus.title_terms.run(range(record.number, record.number + 1)))
        self._add_document(record.info, record.digest, record.acronyms)

    def write(self, folder: Path) -> None:
        """Write all files of the generation but those of the lexicon."""
        self._documents.save(folder, "documents")
        save_array(folder, "documents.languages", np.array(self._languages, np.bytes_))
        self._sections.save(folder, "sections")
        self._texts.save(folder, "passages")
        ids = np.concatenate([np.zeros(0, _ID), *self._ids])
        save_array(folder, "ids", ids)
        save_array(folder, "ids.order", np.argsort(ids, kind="stable").astype(np.int32))
        places = np.concatenate([np.zeros((0, COLUMNS), np.int32), *self._places])
        save_array(folder, "places", places)
        lengths = np.concatenate([np.zeros(0, np.int64), *self._lengths])
        terms = np.concatenate([np.zeros(0, np.int32), *self._terms])
        renumbered = self._write_vocabulary(folder, terms)
        terms = renumbered[terms]
        self._write_forward(folder, lengths, terms)
        self._postings(folder, places, lengths, terms, renumbered).save(folder)
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
        described = {name: getattr(info, name) for name in _INFO}
        record = {"info": described, "digest": digest, "first": self.passages, "acronyms": pairs}
        self._documents.append(json.dumps(record, ensure_ascii=False))
        self._languages.append(info.language.encode())
        self.passages += info.passages

    def _write_vocabulary(self, folder: Path, terms: Array) -> Array:
        """Write the terms that are used, sorted, so that one is found without reading all; old number → new number."""
        used = np.zeros(len(self._numbers), bool)
        for numbers in (terms, self._section_terms.numbers(), self._title_terms.numbers()):
            used[numbers] = True
        words = list(self._numbers)
        kept = np.flatnonzero(used).tolist()
        keys = {number: words[number].encode("utf-8", "surrogatepass") for number in kept}
        order = sorted(kept, key=keys.__getitem__)
        save_strings(folder, "terms", (words[number] for number in order))
        save_strings(folder, "surfaces", (self._surfaces[number] for number in order))
        renumbered = np.full(len(words), -1, np.int32)
        renumbered[order] = np.arange(len(order), dtype=np.int32)
        return renumbered

    def _write_forward(self, folder: Path, lengths: Array, terms: Array) -> None:
        starts = np.zeros(len(lengths) + 1, np.int64)
        np.cumsum(lengths, out=starts[1:])
        save_array(folder, "forward.starts", starts)
        save_array(folder, "forward.terms", terms)
        for name, width in _SPANS.items():
            save_array(folder, f"forward.{name}", np.concatenate([np.zeros(0, width), *self._spans[name]]))

    def _postings(self, folder: Path, places: Array, lengths: Array, terms: Array, renumbered: Array) -> BM25:
        """Count body, heading path and title together, each with its weight; keep the terms of the fields."""
        everyone = np.arange(len(lengths), dtype=np.int32)
        sources = [(terms, np.repeat(everyone, lengths), 1.0)]
        for name, column, lists, weight in (
            ("sections", SECTION, self._section_terms, self._weights.heading),
            ("titles", DOCUMENT, self._title_terms, self._weights.title),
        ):
            numbers, counts = renumbered[lists.numbers()], lists.lengths()
            save_lists(folder, f"{name}.terms", numbers, counts)
            owner = places[:, column]
            each = counts[owner]
            starts = (np.cumsum(counts) - counts)[owner]
            index = np.arange(int(each.sum())) + np.repeat(starts - np.cumsum(each) + each, each)
            sources.append((numbers[index], np.repeat(everyone, each), weight))
        postings = Postings.count(sources, lengths, int(renumbered.max(initial=-1)) + 1)
        return BM25.from_postings(postings, k1=self._weights.k1, b=self._weights.b)


class _Lists:
    """Lists of terms, collected."""

    def __init__(self) -> None:
        self._numbers: list[Array] = []
        self._lengths: list[Array] = []

    def append(self, numbers: Array) -> None:
        self.take(numbers, np.array([len(numbers)], np.int64))

    def take(self, numbers: Array, lengths: Array) -> None:
        self._numbers.append(numbers)
        self._lengths.append(lengths)

    def numbers(self) -> Array:
        """All numbers, one list after another: int32."""
        return np.concatenate([np.zeros(0, np.int32), *self._numbers])

    def lengths(self) -> Array:
        """How many numbers each list has: int64."""
        return np.concatenate([np.zeros(0, np.int64), *self._lengths])


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
