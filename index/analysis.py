"""A document as read in; everything that the index keeps of it, in columns, out.

This is what costs most in a reindex, so it happens in the processes that read (`analyst.py`), and its result is made
to be sent: strings, and arrays of numbers. Terms are numbered within the document; the draft numbers them anew.
"""

from __future__ import annotations

import json
from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count, pairwise

from content.documents import Document
from content.passages import Passage, split_passages
from content.sentences import split_sentences
from index.acronyms import find_pairs
from index.analyzer import Analyzer, Token

# Bits of `shapes`: what a token looks like.
NUMBER, TIME, CAPITAL, COUNTRY = 1, 2, 4, 8

PLACES = ("section", "page", "paragraph", "start", "end", "body")
"""What `places` has of each passage: its section among the document's, page (0: none), paragraph, slice, and how many
of its first sentences are headings."""
WIDTHS = {"places": "i", "counts": "i", "terms": "i", "offsets": "H", "ends": "H", "sentences": "B", "shapes": "B"}
"""The columns and their types, as `array` names them."""
_MONTHS = frozenset("""january february march april june july august september october november december""".split())
_UNSTEADY = "İΣ"
"""Characters whose lower case has another length, or depends on what stands beside them."""


@dataclass(slots=True)
class Analyzed:
    """A document, analysed."""

    id: str
    title: str
    year: int | None
    language: str
    collection: str
    publisher: str
    source: str
    address: str
    acronyms: list[tuple[str, str]]
    """Short and long forms that the report itself pairs."""
    texts: list[str] = field(default_factory=list)
    """Of the passages, as their ids."""
    ids: list[str] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)
    """Heading paths, as JSON."""
    section_terms: list[list[int]] = field(default_factory=list)
    title_terms: list[int] = field(default_factory=list)
    vocabulary: list[str] = field(default_factory=list)
    """The terms by number, as their surfaces: how each is first written, in lower case."""
    surfaces: list[str] = field(default_factory=list)
    columns: dict[str, array[int]] = field(default_factory=lambda: {name: array(code) for name, code in WIDTHS.items()})
    """places: of passages, `PLACES` each; counts: tokens a passage has; the others: of tokens, their term, offset and
    end in the passage, sentence (255: that or later) and shape."""


def analyse(
    document: Document, analyzer: Analyzer, countries: frozenset[str], passages: Sequence[Passage] | None = None
) -> Analyzed:
    """Cut a document into passages, unless they are given, and find its terms.

    `countries`: names of countries in lower case. The text of a passage has fewer than 65,536 characters.
    """
    known = document.metadata
    result = Analyzed(
        id=document.id,
        title=known.title or document.id,
        year=known.year,
        language=known.language,
        collection=known.collection,
        publisher=known.publisher,
        source=document.source,
        address=known.address,
        acronyms=find_pairs(document.text),
    )
    numbers: defaultdict[str, int] = defaultdict(count().__next__)
    names = _Namer(analyzer, numbers, result.surfaces)
    sections: dict[tuple[str, ...], int] = {}
    places, counts = result.columns["places"], result.columns["counts"]
    for passage in split_passages(document) if passages is None else passages:
        path = passage.locator.section
        section = sections.get(path)
        if section is None:
            section = sections[path] = len(sections)
            result.sections.append(json.dumps(path, ensure_ascii=False))
            result.section_terms.append(names.of("\n".join(path)))
        body = len(split_sentences(passage.text[: passage.body])) if passage.body else 0
        locator = passage.locator
        places.extend((section, locator.page or 0, locator.paragraph, passage.start, passage.end, body))
        result.texts.append(passage.text)
        result.ids.append(passage.id)
        tokens = analyzer.analyze(passage.text)
        counts.append(len(tokens))
        if tokens:
            _add_tokens(result.columns, passage.text, tokens, names, countries)
    result.title_terms = names.of(f"{result.title} {result.year or ''}")
    result.vocabulary = list(numbers)
    return result


class _Namer:
    """Gives terms their numbers, and remembers how each is first written."""

    def __init__(self, analyzer: Analyzer, numbers: defaultdict[str, int], surfaces: list[str]) -> None:
        self._analyzer = analyzer
        self._numbers = numbers
        self._surfaces = surfaces
        self.begin_with_digits: list[bool] = []
        """Of the terms, by number."""

    def of(self, text: str) -> list[int]:
        """The numbers of the terms of a heading path or a title."""
        tokens = self._analyzer.analyze(text)
        return self.number(text, tokens, [token.term for token in tokens])

    def number(self, text: str, tokens: Sequence[Token], terms: Sequence[str]) -> list[int]:
        """The numbers of terms that were found in a text."""
        found = list(map(self._numbers.__getitem__, terms))
        fresh = len(self._surfaces)
        if fresh < len(self._numbers):
            for number, (term, start, end) in zip(found, tokens, strict=True):
                if number == fresh:
                    fresh += 1
                    self._surfaces.append(text[start:end].lower())
                    self.begin_with_digits.append(term[0].isdigit())
        return found


def _add_tokens(
    columns: dict[str, array[int]], text: str, tokens: list[Token], names: _Namer, countries: frozenset[str]
) -> None:
    assert len(text) < 1 << 16, "offsets are kept in 16 bits"
    terms, starts, ends = zip(*tokens, strict=True)
    numbers = names.number(text, tokens, terms)
    columns["terms"].extend(numbers)
    columns["offsets"].extend(starts)
    columns["ends"].extend(ends)
    columns["sentences"].frombytes(_sentences(text, starts))
    shapes = bytearray(len(tokens))
    lower = text.lower()
    if lower != text:
        for place in [place for place, start in enumerate(starts) if text[start].isupper()]:
            shapes[place] = _capital(text, starts[place])
    digits = bytes(map(names.begin_with_digits.__getitem__, numbers))
    if any(digits):
        for place in [place for place, begins in enumerate(digits) if begins]:
            shapes[place] = _number(text, terms[place], starts[place])
    if any(character in text for character in _UNSTEADY):
        words = [text[start:end].lower() for start, end in zip(starts, ends, strict=True)]
    else:
        words = [lower[start:end] for start, end in zip(starts, ends, strict=True)]
    if not countries.isdisjoint(words):
        for place in [place for place, word in enumerate(words) if word in countries]:
            shapes[place] |= COUNTRY
    columns["shapes"].frombytes(shapes)


def _sentences(text: str, starts: Sequence[int]) -> bytes:
    """For each token, in the order of their starts, the number of its sentence."""
    ends = [end for _, end in split_sentences(text)][:-1]  # what stands behind the last belongs to it
    places = [0, *(bisect_left(starts, end) for end in ends), len(starts)]
    return b"".join(bytes((min(number, 255),)) * (high - low) for number, (low, high) in enumerate(pairwise(places)))


def _number(text: str, term: str, start: int) -> int:
    """The shape of a token whose term begins with a digit."""
    year = len(term) == 4 and term.isdecimal() and "1800" <= term <= "2199"
    return TIME if year or text[start + len(term) : start + len(term) + 1] in ("月", "日") else NUMBER


def _capital(text: str, start: int) -> int:
    """The shape of a token that is written with a capital letter and is no number."""
    word = text[start : start + 12].split()[0].lower().strip(".,")
    return CAPITAL | (TIME if word in _MONTHS else 0)
