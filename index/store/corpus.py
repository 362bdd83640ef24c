"""The number of a passage in; its text, its place and its terms out.

Passages are numbered in the order of the documents (by source), and within a document in reading order. So the
neighbours of a passage have the numbers beside it.

Why does each token take two bytes for its place (`pack`)? Columns of tokens are most of a generation. So a token's
place is kept as its distance from the token before it, and its width, both in characters. A distance of `FAR` or more
is kept as `FAR`, and the rest of it in a list of its own; only a passage with hardly any words has such a distance. A
token of more than `WIDEST` characters, such as a web address, is kept as one of `WIDEST`; the rest of it is not marked.

Why `PassageViews` beside `Corpus`? A million passages need arrays. A question reads only two dozen of them. For these,
a few Python sets and tuples, made once and kept for a while, cost a tenth of the calls to numpy.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from content.documents import Locator, PrintedPages, printed_page
from content.sentences import split_sentences
from index.store.tables import Array, StringTable, load_array, save_array

# Columns of places.npy (int32, passages x 8). BODY: how many of the first sentences are headings; KIND: the kind of
# text, a number in `content.kinds.KINDS`.
DOCUMENT, SECTION, PAGE, PARAGRAPH, START, END, BODY, KIND = range(8)
COLUMNS = 8
# Bits of `Forward.shapes`: the form of a token; ASKS: it stands in a sentence that asks.
NUMBER, TIME, CAPITAL, COUNTRY, ASKS = 1, 2, 4, 8, 16
FAR = WIDEST = 255
"""The largest distance and width of a token that a byte holds."""
KEPT = 4096
"""Passages that `PassageViews` keeps, some kilobytes each."""
Mark = tuple[int, int, int]
"""Number of a term, its start and its end (exclusive) in the passage, in characters."""
Terms = tuple[int, frozenset[int]]
"""The document of a passage, or the one that it is a copy of, and the numbers of its terms."""


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """A report in the index."""

    id: str
    title: str
    year: int | None
    language: str
    collection: str
    publisher: str
    source: str
    address: str
    passages: int
    ocr_pages: tuple[int, ...] = ()
    """Pages that OCR read, ascending."""
    printed_pages: PrintedPages = ()
    """The numbers that are printed on pages, where they are not the file's."""
    author: str = ""
    """Who wrote it, as the report says: several with semicolons between them, persons as `Family, Given`."""
    place: str = ""
    """The city where it was published."""


@dataclass(frozen=True, slots=True)
class Citation:
    """Where an excerpt is printed."""

    document: str
    title: str
    year: int | None
    locator: Locator
    source: str
    address: str = ""
    ocr: bool = False
    """Its page was read by OCR, which takes letters for others."""
    printed_page: int | None = None
    """The number that is printed on its page, where that is not the file's."""
    author: str = ""
    """As of a `DocumentInfo`, like the three below it; empty where the report does not say."""
    publisher: str = ""
    place: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage as it is cited."""

    id: str
    document: str
    text: str
    citation: Citation
    language: str

    @property
    def body(self) -> str:
        """Its text without the headings that it opens with."""
        names = set(self.citation.locator.section)
        blocks = self.text.split("\n\n")
        opening = 0
        while opening < len(blocks) - 1 and blocks[opening].strip() in names:
            opening += 1
        return "\n\n".join(blocks[opening:])


@dataclass(frozen=True, slots=True)
class Heading:
    """A section of a report that has passages of its own."""

    section: tuple[str, ...]
    first: str
    """Id of its first passage."""
    passages: int


@dataclass(frozen=True, slots=True)
class Record:
    """A document as the index keeps it."""

    info: DocumentInfo
    digest: str
    """The sha256 of its file."""
    first: int
    """Number of its first passage; the others follow."""
    acronyms: tuple[tuple[str, str], ...]
    """Short and long forms that the report itself pairs."""
    number: int = 0
    """Its number among the documents."""

    @property
    def numbers(self) -> range:
        return range(self.first, self.first + self.info.passages)


class Corpus:
    """Passages, documents and the terms of each passage, memory-mapped."""

    def __init__(self, folder: Path) -> None:
        self.texts = StringTable(folder, "passages")
        self.ids = load_array(folder, "ids")
        self.by_id = load_array(folder, "ids.order")
        self.places = load_array(folder, "places")
        self.page_starts = load_array(folder, "page_starts")
        """int32 (n, 3), ordered by passage: number of the passage, offset in it, and the page that begins there."""
        self.sections = StringTable(folder, "sections")
        self.documents = StringTable(folder, "documents")
        self._firsts = load_array(folder, "documents.firsts")
        self.languages = load_array(folder, "documents.languages")
        self.section_terms = Lists(folder, "sections.terms")
        self.title_terms = Lists(folder, "titles.terms")
        self.forward = Forward(folder)
        self.record = lru_cache(maxsize=1024)(self._record)
        self.section = lru_cache(maxsize=1024)(self._section)

    def __len__(self) -> int:
        return len(self.ids)

    def number(self, passage: str) -> int | None:
        """The number of a passage id, None where no passage has it."""
        try:
            key = np.bytes_(passage.encode("ascii"))
        except UnicodeEncodeError:
            return None
        position = int(np.searchsorted(self.ids, key, sorter=self.by_id)) if len(self) else 0
        if position < len(self) and self.ids[self.by_id[position]] == key:
            return int(self.by_id[position])
        return None

    def id(self, number: int) -> str:
        return bytes(self.ids[number]).decode("ascii")

    def citation(self, number: int) -> Citation:
        """Where a passage is printed."""
        row = self.places[number].tolist()
        info = self.record(row[DOCUMENT]).info
        locator = Locator(self.section(row[SECTION]), row[PAGE] or None, row[PARAGRAPH])
        citation = Citation(
            info.id,
            info.title,
            info.year,
            locator,
            info.source,
            info.address,
            author=info.author,
            publisher=info.publisher,
            place=info.place,
            language=info.language,
        )
        return self._of_page(citation, info) if info.ocr_pages or info.printed_pages else citation

    def on_page(self, number: int, citation: Citation, page: int | None) -> Citation:
        """The citation of a passage, with the page on which a sentence of it stands."""
        if page == citation.locator.page:
            return citation
        moved = replace(citation, locator=replace(citation.locator, page=page))
        return self._of_page(moved, self.record(int(self.places[number][DOCUMENT])).info)

    def _of_page(self, citation: Citation, info: DocumentInfo) -> Citation:
        """A citation with what is known of its page alone."""
        page = citation.locator.page
        return replace(citation, ocr=page in info.ocr_pages, printed_page=printed_page(info.printed_pages, page))

    def page_at(self, number: int, offset: int) -> int | None:
        """The page on which a character of a passage is printed, None where the format has no pages."""
        first = int(self.places[number][PAGE])
        if not first:
            return None
        low, high = np.searchsorted(self.page_starts[:, 0], (number, number + 1)).tolist()
        before = low + int(np.searchsorted(self.page_starts[low:high, 1], offset, "right"))
        return int(self.page_starts[before - 1, 2]) if before > low else first

    def passage(self, number: int) -> StoredPassage:
        info = self.record(int(self.places[number][DOCUMENT])).info
        return StoredPassage(self.id(number), info.id, self.texts[number], self.citation(number), info.language)

    def language(self, number: int) -> str:
        """The language of the document that a passage stands in."""
        return self.record(int(self.places[number][DOCUMENT])).info.language

    def are_in(self, language: str, numbers: Array) -> Array:
        """For each of some passages, whether its document is in a language: bool."""
        documents = self.places.take(numbers, axis=0)[:, DOCUMENT]  # several times as fast as by both at once
        return self.languages.take(documents) == language.encode()  # type: ignore[no-any-return]

    def _section(self, number: int) -> tuple[str, ...]:
        """The heading path of a section."""
        return tuple(json.loads(self.sections[number]))

    def records(self) -> list[Record]:
        """All documents, by source."""
        raw, _ = self.documents.raw(range(len(self.documents)))
        # the whole is no JSON, but each object ends where the next begins
        decode, text = json.JSONDecoder().raw_decode, raw.decode("utf-8", "surrogatepass")
        firsts: list[int] = self._firsts.tolist()
        records: list[Record] = []
        position = 0
        while position < len(text):
            fields, position = decode(text, position)
            records.append(_record(fields, firsts[len(records)], len(records)))
        return records

    @cached_property
    def infos(self) -> tuple[DocumentInfo, ...]:
        """All documents, by source; kept, since questions with filters need them again."""
        return tuple(record.info for record in self.records())

    def saying(self, letters: str) -> list[int]:
        """Numbers of the documents whose record has some ASCII letters or digits in it."""
        raw, ends = self.documents.raw(range(len(self.documents)))
        places = [match.start() for match in re.finditer(re.escape(letters.encode()), raw)]
        numbers: list[int] = np.unique(ends.searchsorted(places, "right")).tolist()
        return numbers

    @cached_property
    def by_document(self) -> dict[str, int]:
        """Document id → number."""
        return {record.info.id: number for number, record in enumerate(self.records())}

    @cached_property
    def originals(self) -> dict[int, int]:
        """Of each document that says to the letter what an earlier one of the same title and year says: that one."""
        alike: dict[tuple[str, int | None, int], list[Record]] = {}
        originals: dict[int, int] = {}
        for record in self.records():
            info = record.info
            others = alike.setdefault((info.title, info.year, info.passages), [])
            for other in others:
                pairs = zip(record.numbers, other.numbers, strict=True)
                if all(self.texts[own] == self.texts[theirs] for own, theirs in pairs):
                    originals[record.number] = other.number
                    break
            else:
                others.append(record)
        return originals

    def neighbours(self, number: int, before: int, after: int) -> range:
        """The passages of the same document around one, itself included."""
        numbers = self.record(int(self.places[number][DOCUMENT])).numbers
        return range(max(numbers.start, number - before), min(numbers.stop, number + after + 1))

    def outline(self, document: int) -> list[tuple[int, int, int]]:
        """Runs of passages in one section, in reading order: section, first passage, number of passages."""
        runs: list[tuple[int, int, int]] = []
        for number in self.record(document).numbers:
            section = int(self.places[number][SECTION])
            if runs and runs[-1][0] == section:
                runs[-1] = (section, runs[-1][1], runs[-1][2] + 1)
            else:
                runs.append((section, number, 1))
        return runs

    def _record(self, number: int) -> Record:
        return _record(json.loads(self.documents[number]), int(self._firsts[number]), number)


def _record(fields: dict[str, Any], first: int, number: int) -> Record:
    acronyms = tuple((short, long) for short, long in fields["acronyms"])
    lists = {name: tuple(fields["info"].get(name, ())) for name in ("ocr_pages", "printed_pages")}
    info = DocumentInfo(**fields["info"] | lists)
    return Record(info, fields["digest"], first, acronyms, number)


class Forward:
    """The terms of each passage in reading order, with their places. Postings are made from them.

    starts: int64 (passages + 1). For each token: terms int32; gaps and widths uint8, which give its place together with
    far (`pack`); sentences uint8 (number of the sentence in the passage); shapes uint8 (bits: number, time, capital,
    country, in a sentence that asks).
    """

    def __init__(self, folder: Path) -> None:
        self.starts = load_array(folder, "forward.starts")
        self.terms = load_array(folder, "forward.terms")
        self.gaps = load_array(folder, "forward.gaps")
        self.widths = load_array(folder, "forward.widths")
        self.far = load_array(folder, "forward.far")
        self.sentences = load_array(folder, "forward.sentences")
        self.shapes = load_array(folder, "forward.shapes")

    def of(self, number: int) -> slice:
        """The tokens of a passage."""
        return slice(int(self.starts[number]), int(self.starts[number + 1]))

    def lengths(self, numbers: Array) -> Array:
        """How many tokens each of some passages has: int64."""
        lengths: Array = self.starts.take(numbers + 1) - self.starts.take(numbers)
        return lengths

    def gather(self, numbers: Array, *arrays: Array) -> list[Array]:
        """The values of some arrays for the tokens of several passages, one passage after another."""
        places, _ = self.places(numbers)
        return [array.take(places) for array in arrays]

    def spans(self, places: Array, lengths: Array) -> tuple[Array, Array]:
        """Starts and ends of the tokens of several passages, each in its passage: int64. `places`, `lengths`: as the
        method `places` gives them.
        """
        return unpack(self.gaps.take(places), self.widths.take(places), self.far, places, lengths)

    def places(self, numbers: Array) -> tuple[Array, Array]:
        """The places of the tokens of several passages, one passage after another; how many each passage has."""
        lows = self.starts.take(numbers)
        lengths = self.starts.take(numbers + 1) - lows
        places = (lows - lengths.cumsum() + lengths).repeat(lengths)
        places += np.arange(len(places))
        return places, lengths


class Lists:
    """Lists of numbers, one after another: starts int64 (lists + 1), numbers int32."""

    def __init__(self, folder: Path, name: str) -> None:
        self._starts = load_array(folder, f"{name}.starts")
        self._numbers = load_array(folder, name)

    def run(self, lists: range) -> tuple[Array, Array]:
        """The numbers of a run of lists, and how many each has."""
        low, high = int(self._starts[lists.start]), int(self._starts[lists.stop])
        return self._numbers[low:high], np.diff(self._starts[lists.start : lists.stop + 1])


def save_lists(folder: Path, name: str, numbers: Array, lengths: Array) -> Iterator[Path]:
    """Write what `Lists` opens; the paths."""
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths, dtype=np.int64)])
    yield save_array(folder, f"{name}.starts", starts)
    yield save_array(folder, name, numbers.astype(np.int32))


def pack(offsets: Array, ends: Array, counts: Array) -> tuple[Array, Array, Array]:
    """Distances and widths of tokens, uint8 each; and for far tokens their place and the rest of the distance: int64.

    offsets, ends: of tokens in their passages, offsets ascending; counts: tokens a passage has.
    """
    gaps = np.diff(offsets.astype(np.int64), prepend=0)
    firsts = (np.cumsum(counts) - counts)[counts > 0]
    gaps[firsts] = offsets[firsts]
    places = np.flatnonzero(gaps >= FAR)
    far = np.stack([places, gaps[places] - FAR], axis=1)
    widths = ends.astype(np.int64) - offsets
    return np.minimum(gaps, FAR).astype(np.uint8), np.minimum(widths, WIDEST).astype(np.uint8), far


def unpack(gaps: Array, widths: Array, far: Array, places: Array, counts: Array) -> tuple[Array, Array]:
    """Offsets and ends, int64 each, of the tokens of whole passages. `places`: of the tokens among all tokens.

    gaps, widths: of these tokens; far: of all; counts: tokens each of the passages has.
    """
    so_far = np.zeros(len(gaps) + 1, np.int64)
    offsets = so_far[1:]
    offsets[:] = gaps
    if len(far):
        goes_on = (gaps == FAR).nonzero()[0]
        offsets[goes_on] += far[far[:, 0].searchsorted(places[goes_on]), 1]
    offsets.cumsum(out=offsets)
    offsets = offsets - so_far.take(counts.cumsum() - counts).repeat(counts)
    return offsets, offsets + widths


class Printed(NamedTuple):
    """A passage as it is shown."""

    text: str
    sentences: tuple[tuple[int, int], ...]
    """Start and end (exclusive) of each, in characters."""
    headings: int
    """How many of the first sentences are headings."""
    citation: Citation


class PassageViews:
    """Reads the passages of one generation. Safe to share between threads."""

    def __init__(self, corpus: Corpus, kept: int = KEPT) -> None:
        """`kept`: how many passages are kept."""
        self._corpus = corpus
        self.printed = lru_cache(maxsize=kept)(self._printed)
        self.terms = lru_cache(maxsize=kept)(self._terms)
        self._is_chinese = lru_cache(maxsize=16 * kept)(self._looks_chinese)

    def are_in(self, language: str, numbers: Array) -> Array:
        """For each of some passages, whether it and its report are in a language: bool.

        The abstract in English of a report in Chinese is in neither: it says less than the report.
        """
        are = self._corpus.are_in(language, numbers)
        if language in ("en", "zh"):
            chinese = np.array([self._is_chinese(number) for number in numbers.tolist()])
            are &= chinese == (language == "zh")
        return are

    def _looks_chinese(self, number: int) -> bool:
        """Whether a passage is written in Chinese characters: what one of them says takes four Latin letters.

        They are told by their bytes, three for each Chinese character. That is ten times as fast as to look at each.
        """
        text = self._corpus.texts[number]
        if text.isascii():
            return False
        chinese = (len(text.encode("utf-8", "surrogatepass")) - len(text)) / 2
        return 4 * chinese >= len(text) - chinese

    def _terms(self, number: int) -> Terms:
        forward = self._corpus.forward
        document = int(self._corpus.places[number, DOCUMENT])
        document = self._corpus.originals.get(document, document)
        return document, frozenset(forward.terms[forward.of(number)].tolist())

    def marks(self, numbers: Sequence[int], terms: Iterable[int]) -> list[list[Mark]]:
        """The marks of some terms in each of some passages, in order."""
        forward = self._corpus.forward
        passages = np.array(numbers, np.intp)
        marks: list[list[Mark]] = [[] for _ in numbers]
        looked_for = np.fromiter(terms, np.intp)
        if not len(looked_for):
            return marks
        is_looked_for = np.zeros(int(looked_for.max()) + 2, bool)  # the last one stands for all above
        is_looked_for[looked_for] = True
        places, lengths = forward.places(passages)
        tokens = forward.terms.take(places)
        hit = is_looked_for.take(tokens, mode="clip").nonzero()[0]
        owner = np.arange(len(passages)).repeat(lengths)
        offsets, ends = forward.spans(places, lengths)
        columns = (tokens.take(hit), offsets.take(hit), ends.take(hit))
        all_marks = zip(*(column.tolist() for column in columns), strict=True)
        for passage, mark in zip(owner.take(hit).tolist(), all_marks, strict=True):
            marks[passage].append(mark)
        return marks

    def _printed(self, number: int) -> Printed:
        text = self._corpus.texts[number]
        sentences = tuple(split_sentences(text)) or ((0, len(text)),)
        return Printed(text, sentences, int(self._corpus.places[number, BODY]), self._corpus.citation(number))
