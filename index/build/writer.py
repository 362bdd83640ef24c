"""Analysed documents in; the files of a generation out.

The generation keeps the terms of each passage (`Forward`). So documents that did not change are copied from the live
generation, run by run. They are not read or analysed again, and their postings are moved, not counted (`merge.py`).
With a folder, large arrays are written there while documents still come.

Why is everything copied, and nothing linked? One flipped bit in a file that three generations share damages all three.
Then there would be no generation to go back to.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, fields
from functools import partial
from itertools import chain
from pathlib import Path

import numpy as np

from content.documents import Document
from content.passages import ID_LENGTH
from content.passages import Passage as Cut
from index.build.analysis import PLACES, Analyzed, analyse
from index.build.merge import Counted, DocMap, Remaining, count, encode, merge, rest, save_frequencies
from index.build.vocabulary import Vocabulary
from index.lexicon.initials import save_initials
from index.scoring.bm25 import BM25
from index.scoring.postings import Postings
from index.scoring.weights import Weights
from index.store.corpus import COLUMNS, DOCUMENT, SECTION, Corpus, DocumentInfo, Record, pack, save_lists
from index.store.durable import BackgroundWriter
from index.store.tables import (
    Array,
    GrowingArray,
    GrowingStrings,
    SortedTable,
    StringTable,
    load_array,
    save_array,
    save_slots,
)
from index.text.analyzer import Analyzer
from index.text.batch import TermNumbering, Tokenizer

__all__ = ["Base", "IndexWriter", "Weights"]

# Arrays of `Forward` that have one byte for each token.
_BESIDE = ("gaps", "widths", "sentences", "shapes")
_ID = f"S{ID_LENGTH}"
_NUMBERINGS = 64
"""Tokenizers at once whose numbers are kept: more than there are workers."""
_MOSTLY = 0.8
"""Share of the passages that must stand as they stood for moving their postings to pay."""
_INFO = tuple(field.name for field in fields(DocumentInfo))


@dataclass(frozen=True, slots=True)
class Base:
    """A generation that a writer copies from."""

    corpus: Corpus
    terms: SortedTable
    surfaces: StringTable
    counted: Counted | None = None
    """Its postings, where they were counted with the writer's weights."""


class IndexWriter:
    """Collects documents in the order they are added; `write` makes the files."""

    def __init__(
        self,
        analyzer: Analyzer,
        weights: Weights,
        countries: Iterable[str],
        base: Base | None = None,
        folder: Path | None = None,
    ) -> None:
        """`base`: the generation that documents are going to be copied from; `folder`: where `write` will write."""
        self._tokenizer = Tokenizer(analyzer, frozenset(countries))
        self._weights = weights
        self._base = base
        self._vocabulary = Vocabulary(base.terms, base.surfaces) if base else Vocabulary()
        self._documents = GrowingStrings("documents")
        self._firsts: list[Array] = []
        self._languages: list[Array] = []
        self._sections = GrowingStrings("sections")
        self._section_terms = _Lists()
        self._title_terms = _Lists()
        self._texts = GrowingStrings("passages", folder)
        self._ids: list[Array] = []
        self._places: list[Array] = []
        self._page_starts: list[Array] = [np.zeros((0, 3), np.int32)]
        self._counts: list[Array] = []
        self._tokens = 0
        self._terms = GrowingArray("forward.terms", np.int32, folder=folder)
        self._beside = {name: GrowingArray(f"forward.{name}", np.uint8, folder=folder) for name in _BESIDE}
        self._far: list[Array] = [np.zeros((0, 2), np.int64)]
        self._doc_map = DocMap(len(base.corpus)) if base else DocMap(0)
        self._fresh: list[range] = []
        """Passages that were not copied."""
        self._new = 0
        """How many those are."""
        self._fresh_terms: list[Array] = []
        """Their terms, as long as they are fewer than the base's: beyond, its postings are not moved."""
        self._met = np.zeros(len(self._vocabulary), bool)
        """Which terms the documents have that were not copied."""
        self._numberings: dict[int, _Known] = {}
        """The numberings of the documents' tokenizers, by their `id`; the last used one stands last."""
        self._left: Remaining | None = None
        """The postings of the base that stay, where most of them do."""
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
        """Count with other weights; nothing is counted before `write`. Not for a writer with a base."""
        assert self._base is None, "the postings of a base are counted with the weights it has"
        self._weights = weights

    def add(self, document: Document, digest: str, passages: Sequence[Cut] | None = None) -> DocumentInfo:
        """Analyse and take a document that was read, cut by `split_passages` unless its passages are given."""
        return self.take(self.analyse(document, passages), digest)

    def analyse(self, document: Document, passages: Sequence[Cut] | None = None) -> Analyzed:
        """A document as `take` wants it, cut by `split_passages` unless its passages are given."""
        return analyse(document, self._tokenizer, passages)

    def take(self, analyzed: Analyzed, digest: str) -> DocumentInfo:
        """Take a document that was analysed."""
        columns = analyzed.columns
        numbers = self._numbers(analyzed)
        terms = numbers[columns["terms"]]
        passages = len(analyzed.ids)
        info = DocumentInfo(
            **{name: getattr(analyzed, name) for name in _INFO if name != "passages"}, passages=passages
        )
        places = np.empty((passages, COLUMNS), np.int32)
        places[:, DOCUMENT] = self.documents
        places[:, DOCUMENT + 1 :] = columns["places"].reshape(-1, len(PLACES))
        places[:, SECTION] += len(self._sections)
        self._places.append(places)
        self._page_starts.append(columns["page_starts"].reshape(-1, 3) + np.array((self.passages, 0, 0), np.int32))
        self._sections.take_strings(analyzed.sections)
        for section_term in analyzed.section_terms:
            self._section_terms.append(numbers[np.array(section_term, np.int32)])
        self._title_terms.append(numbers[np.array(analyzed.title_terms, np.int32)])
        for own in (terms, numbers[np.array([*chain(*analyzed.section_terms), *analyzed.title_terms], np.int32)]):
            self._met[own] = True
        self._texts.take_strings(analyzed.texts)
        self._ids.append(np.array(analyzed.ids, _ID))
        self._counts.append(columns["counts"].astype(np.int32))
        self._terms.take(terms)
        gaps, widths, far = pack(columns["offsets"], columns["ends"], columns["counts"])
        for name, own in zip(_BESIDE, (gaps, widths, columns["sentences"], columns["shapes"]), strict=True):
            self._beside[name].take(own)
        self._far.append(np.add(far, (self._tokens, 0)))
        self._tokens += len(terms)
        self._fresh.append(range(self.passages, self.passages + passages))
        self._new += passages
        if self._base and self._new <= len(self._base.corpus):
            self._fresh_terms.append(terms)
        else:
            self._fresh_terms.clear()
        self._languages.append(np.array([analyzed.language.encode()], np.bytes_))
        self._firsts.append(np.array([self.passages], np.int64))
        self.acronyms.update(dict.fromkeys(analyzed.acronyms))
        described = {name: getattr(info, name) for name in _INFO}
        record = {"info": described, "digest": digest, "acronyms": analyzed.acronyms}
        self._documents.take_strings([json.dumps(record, ensure_ascii=False)])
        self.passages += passages
        return info

    def copy(self, records: Sequence[Record]) -> None:
        """Copy documents that stand side by side in the base."""
        assert self._base is not None, "a writer without a base cannot copy"
        corpus, forward = self._base.corpus, self._base.corpus.forward
        documents = range(records[0].number, records[-1].number + 1)
        assert len(documents) == len(records), "documents are copied in the order of the base"
        numbers = range(records[0].numbers.start, records[-1].numbers.stop)
        low, high = int(forward.starts[numbers.start]), int(forward.starts[numbers.stop])
        places = np.array(corpus.places[numbers.start : numbers.stop])
        if len(places):
            # those of a document stand together, in its order
            sections = range(int(places[:, SECTION].min()), int(places[:, SECTION].max()) + 1)
            places[:, SECTION] += len(self._sections) - sections.start
            self._sections.take(corpus.sections, sections)
            self._section_terms.take(*corpus.section_terms.run(sections))
            self._doc_map.add(numbers, self.passages)
        places[:, DOCUMENT] += self.documents - documents.start
        starts = slice(*np.searchsorted(corpus.page_starts[:, 0], (numbers.start, numbers.stop)))
        by = np.array((self.passages - numbers.start, 0, 0), np.int32)
        self._page_starts.append(np.add(corpus.page_starts[starts], by))
        self._counts.append(np.diff(forward.starts[numbers.start : numbers.stop + 1]).astype(np.int32))
        far = slice(*np.searchsorted(forward.far[:, 0], (low, high)))
        self._far.append(np.add(forward.far[far], (self._tokens - low, 0)))
        self._tokens += high - low
        self._texts.take(corpus.texts, numbers)
        self._ids.append(corpus.ids[numbers.start : numbers.stop])
        self._terms.take(forward.terms[low:high], mapped=True)
        for name, column in self._beside.items():
            column.take(getattr(forward, name)[low:high], mapped=True)
        self._places.append(places)
        self._title_terms.take(*corpus.title_terms.run(documents))
        self._languages.append(corpus.languages[documents.start : documents.stop])
        self._firsts.append(np.array([record.first for record in records], np.int64) + (self.passages - numbers.start))
        for record in records:
            self.acronyms.update(dict.fromkeys(record.acronyms))
        self._documents.take(corpus.documents, documents)
        self.passages += len(numbers)

    def write(self, folder: Path, settled: Callable[[Path], None] = lambda _: None) -> None:
        """Write all files of the generation but those of the lexicon; tell of each as it is finished."""
        counts = np.concatenate([np.zeros(0, np.int32), *self._counts])
        starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64)])
        settled(save_array(folder, "forward.starts", starts))
        settled(save_array(folder, "forward.far", np.concatenate(self._far)))
        with BackgroundWriter(settled) as beside:
            # Files that others wait for begin first, then the largest ones.
            sentences = beside(self._beside["sentences"].save, folder)
            beside(self._texts.save, folder)
            if self._base and self._base.counted and self._most_stay(self._base.corpus):
                self._left = rest(self._base.counted, self._doc_map)
            renumbered = self._write_vocabulary(folder, settled)
            same = np.array_equal(renumbered, np.arange(len(renumbered)))
            terms = beside(self._terms.save, folder, None if same else renumbered)
            beside(save_slots, folder, "terms")
            beside(_save_initials, folder, (sentences, terms))
            for name in self._beside.keys() - {"sentences"}:
                beside(self._beside[name].save, folder)
            ids = np.concatenate([np.zeros(0, _ID), *self._ids])
            places = np.concatenate([np.zeros((0, COLUMNS), np.int32), *self._places])
            for path in self._write_passages(folder, ids, places):
                settled(path)
            lists = {"sections": self._section_terms.renumbered(renumbered)}
            lists["titles"] = self._title_terms.renumbered(renumbered)
            for name, own in lists.items():
                for path in save_lists(folder, f"{name}.terms", *own):
                    settled(path)
            if self._left is None:
                terms.result()
            postings, counted = self._postings(folder, places, starts, renumbered, lists)
            beside(save_frequencies, folder, counted)
            del counted
            tell = partial(beside, save_array, folder)
            BM25.from_postings(postings, self._weights, tell=tell)

    def close(self) -> None:
        """Give up: close what is open."""
        self._texts.close()
        for column in (self._terms, *self._beside.values()):
            column.close()

    def _numbers(self, analyzed: Analyzed) -> Array:
        """The numbers here of all terms that the tokenizer of a document had met: int32."""
        own = analyzed.numbering
        known_numbers, count = self._numberings.pop(id(own), None) or _Known(own), analyzed.met
        if known_numbers.count < count:
            new = slice(known_numbers.count, count)
            known_numbers.numbers = _lengthened(known_numbers.numbers, count)
            known_numbers.numbers[new] = self._vocabulary.number(own.terms[new], own.surfaces[new])
            known_numbers.count = count
            self._met = _lengthened(self._met, len(self._vocabulary))
        self._numberings[id(own)] = known_numbers
        if len(self._numberings) > _NUMBERINGS:
            del self._numberings[next(iter(self._numberings))]
        return known_numbers.numbers[:count]

    def _most_stay(self, before: Corpus) -> bool:
        """Whether moving the postings of the base pays, and the terms of all other passages are at hand."""
        at_hand = len(self._fresh_terms) == len(self._fresh)
        return at_hand and self._doc_map.kept >= _MOSTLY * max(len(before), self.passages)

    def _write_vocabulary(self, folder: Path, settled: Callable[[Path], None]) -> Array:
        """Write the terms that are used; old → new number."""
        used = np.zeros(len(self._vocabulary), bool)
        if self._left is not None:
            used[: self._vocabulary.old] = self._left.sizes > 0
        elif self._base:
            forward = self._base.corpus.forward
            for run in self._doc_map.runs:
                used[forward.terms[int(forward.starts[run.start]) : int(forward.starts[run.stop])]] = True
            for lists in (self._section_terms, self._title_terms):
                used[lists.numbers()] = True
        used |= self._met[: len(used)]
        return self._vocabulary.save(folder, used, settled)

    def _sorted(self, ids: Array) -> Array:
        """The positions of the ids in sorted order: int32."""
        if self._left is None or self._base is None:
            return _sorted_ids(ids)
        corpus = self._base.corpus
        order = self._doc_map.now(corpus.by_id)
        kept = np.ones(len(order), bool)
        for run in self._doc_map.gone():
            kept &= (corpus.by_id < run.start) | (corpus.by_id >= run.stop)
        order = order[kept]
        fresh = self._new_passages(self._fresh)
        fresh = fresh[_sorted_ids(ids[fresh])]
        return np.insert(order, np.searchsorted(ids[order], ids[fresh]), fresh).astype(np.int32)

    def _new_passages(self, runs: list[range]) -> Array:
        numbers = (np.arange(run.start, run.stop, dtype=np.int32) for run in runs)
        return np.concatenate([np.zeros(0, np.int32), *numbers])

    def _write_passages(self, folder: Path, ids: Array, places: Array) -> Iterator[Path]:
        """Write what there is of documents, sections and passages beside their texts; the paths."""
        yield from self._documents.save(folder)
        yield save_array(folder, "documents.firsts", np.concatenate([np.zeros(0, np.int64), *self._firsts]))
        yield save_array(folder, "documents.languages", np.concatenate([np.zeros(0, "S2"), *self._languages]))
        yield from self._sections.save(folder)
        yield save_array(folder, "ids", ids)
        yield save_array(folder, "ids.order", self._sorted(ids))
        yield save_array(folder, "places", places)
        yield save_array(folder, "page_starts", np.concatenate(self._page_starts))

    def _postings(
        self, folder: Path, places: Array, starts: Array, renumbered: Array, lists: dict[str, tuple[Array, Array]]
    ) -> tuple[Postings, Counted]:
        """Count body, heading path and title together, each with its weight. `lists`: terms of sections and titles."""
        vocabulary = int(renumbered.max(initial=-1)) + 1
        base = self._base.counted if self._base and self._left is not None else None
        numbers = self._new_passages(self._fresh if base else [range(self.passages)])
        if base:
            bodies = renumbered[np.concatenate([np.zeros(0, np.int32), *self._fresh_terms])]
        else:
            bodies = load_array(folder, "forward.terms")
        counts = np.diff(starts)
        fields_ = [(bodies, np.repeat(numbers, counts[numbers]), 1.0)]
        for name, column, weight in (
            ("sections", SECTION, self._weights.heading),
            ("titles", DOCUMENT, self._weights.title),
        ):
            fields_.append((*_spread(places[numbers, column], *lists[name], numbers), weight))
        added = count(fields_, counts, vocabulary)
        if base and self._left is not None:
            counted = merge(base, self._doc_map, self._left, renumbered[: self._vocabulary.old], added)
        else:
            counted = encode(added)
        return Postings(counted.starts, counted.passages, counted.frequencies, added.lengths), counted


def _save_initials(folder: Path, needed: Iterable[Future[None]]) -> list[Path]:
    """Wait until the files that `save_initials` reads are written, then call it."""
    for future in needed:
        future.result()
    return save_initials(folder)


@dataclass(slots=True)
class _Known:
    """The numbers that the terms of a tokenizer's numbering have in a writer."""

    numbering: TermNumbering
    numbers: Array = field(default_factory=lambda: np.zeros(0, np.int32))
    count: int = 0


def _lengthened(array: Array, length: int) -> Array:
    """An array with room for at least `length`. It grows to twice the length, so that it is seldom copied."""
    return array if length <= len(array) else np.concatenate([array, np.zeros(2 * length - len(array), array.dtype)])


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

    def renumbered(self, numbers: Array) -> tuple[Array, Array]:
        """All numbers, each replaced by its entry in `numbers`: int32; the length of each list: int64."""
        return numbers[self.numbers()], self.lengths()

    def numbers(self) -> Array:
        """All numbers, one list after another: int32."""
        return np.concatenate([np.zeros(0, np.int32), *self._numbers])

    def lengths(self) -> Array:
        """How many numbers each list has: int64."""
        return np.concatenate([np.zeros(0, np.int64), *self._lengths])


def _spread(owner: Array, numbers: Array, lengths: Array, passages: Array) -> tuple[Array, Array]:
    """The terms of the lists that passages own, one list a passage, and beside each the number of its passage."""
    each = lengths[owner]
    starts = (np.cumsum(lengths) - lengths)[owner]
    index = np.arange(int(each.sum())) + np.repeat(starts - np.cumsum(each) + each, each)
    return numbers[index], np.repeat(passages, each)


def _sorted_ids(ids: Array) -> Array:
    """The positions of the ids in sorted order: int32. Ids are compared as numbers, since comparing text is slow."""
    raw = np.zeros((len(ids), 16), np.uint8)
    raw[:, :ID_LENGTH] = np.frombuffer(ids.tobytes(), np.uint8).reshape(len(ids), ID_LENGTH)
    halves = raw.view(">u8").astype(np.uint64)
    return np.lexsort((halves[:, 1], halves[:, 0])).astype(np.int32)
