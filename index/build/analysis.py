"""A document as read in; the columns that the index keeps of it out.

Analysing costs most of a reindex. So it happens in the processes that read (`analyst.py`), and its result is easy to
send: strings, and arrays of numbers. Terms are numbered in the order in which the tokenizer met them; the writer gives
them their final numbers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from content.documents import Document, PrintedPages
from content.kinds import KINDS, asks
from content.omissions import Omission
from content.passages import Passage, split_passages
from content.sentences import split_sentences
from index.store.corpus import ASKS, CAPITAL, COUNTRY, NUMBER, TIME
from index.text.acronyms import find_pairs
from index.text.batch import Numbers, TermNumbering, Tokenizer, Tokens

PLACES = ("section", "page", "paragraph", "start", "end", "body", "kind")
"""The columns of `places`, for each passage: number of its section in the document, page (0: none), paragraph, start
and end, how many of its first sentences are headings, and its kind of text (a number in `KINDS`)."""
WIDTHS = {
    "places": np.int32,
    "page_starts": np.int32,
    "counts": np.int32,
    "terms": np.int32,
    "offsets": np.uint16,
    "ends": np.uint16,
    "sentences": np.uint8,
    "shapes": np.uint8,
}
"""The columns and their types."""
_MONTHS = frozenset("""january february march april june july august september october november december""".split())
_MONTH = rf"(?:{'|'.join(map(str.title, sorted(_MONTHS)))}|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?"
_BEFORE_DAY, _AFTER_DAY = re.compile(rf"\b{_MONTH} $"), re.compile(rf" (?:of )?{_MONTH}")
_YEAR_AND_MONTH = re.compile(r"(?:19|20)\d\d\.(?:0?[1-9]|1[0-2])$")
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
    left_out: tuple[Omission, ...] = ()
    printed_pages: PrintedPages = ()
    """What its reader left out. It is reported once, when the file is read, and not kept."""
    author: str = ""
    place: str = ""
    texts: list[str] = field(default_factory=list)
    """The texts of the passages, beside `ids`."""
    ids: list[str] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)
    """Heading paths, as JSON."""
    section_terms: list[list[int]] = field(default_factory=list)
    title_terms: list[int] = field(default_factory=list)
    numbering: TermNumbering = field(default_factory=TermNumbering)
    """The numbers of the terms, shared by all documents of one tokenizer."""
    met: int = 0
    """How many terms `numbering` had when this document was analysed."""
    columns: dict[str, npt.NDArray[np.integer]] = field(default_factory=dict)
    """For each passage: `places` (see `PLACES`) and `counts` (its tokens). For each page that begins inside a passage:
    `page_starts` (number of the passage in the document, offset, page). For each token: `terms`, `offsets` and `ends`
    in the passage, `sentences` (255: that or later) and `shapes`."""

    @property
    def ocr_pages(self) -> tuple[int, ...]:
        """Pages that OCR read, ascending."""
        return next((omission.pages for omission in self.left_out if omission.code == "pages-by-ocr"), ())


def analyse(document: Document, tokenizer: Tokenizer, passages: Sequence[Passage] | None = None) -> Analyzed:
    """Cut a document into passages, unless they are given, and find its terms.

    The text of a passage has fewer than 65,536 characters.
    """
    metadata = document.metadata
    cut = split_passages(document) if passages is None else passages
    assert all(len(passage.text) < 1 << 16 for passage in cut), "offsets are kept in 16 bits"
    sections = {path: number for number, path in enumerate(dict.fromkeys(passage.locator.section for passage in cut))}
    title = metadata.title or document.id
    texts, owners = _texts(cut, sections, f"{title} {metadata.year or ''}")
    tokens = tokenizer.tokens(texts)
    numbers = tokens.terms
    ends = np.cumsum(tokens.counts)
    headings = {owner: numbers[int(ends[at] - tokens.counts[at]) : int(ends[at])] for at, owner in owners.items()}
    bodies = np.ones(len(texts), bool)
    bodies[list(owners)] = False
    own = np.repeat(bodies, tokens.counts)
    sentences = _sentences(cut, tokens.counts[bodies], tokens.starts[own])
    return Analyzed(
        id=document.id,
        title=title,
        year=metadata.year,
        language=metadata.language,
        collection=metadata.collection,
        publisher=metadata.publisher,
        source=document.source,
        address=metadata.address,
        acronyms=find_pairs(document.text),
        left_out=document.left_out,
        printed_pages=document.metadata.printed_pages,
        author=metadata.author,
        place=metadata.place,
        texts=[passage.text for passage in cut],
        ids=[passage.id for passage in cut],
        sections=[json.dumps(path, ensure_ascii=False) for path in sections],
        section_terms=[headings[number].tolist() for number in range(len(sections))],
        title_terms=headings[len(sections)].tolist(),
        numbering=tokenizer.numbering,
        met=len(tokenizer.numbering.terms),
        columns={
            "places": _places(cut, sections),
            "page_starts": _page_starts(cut),
            "counts": tokens.counts[bodies],
            "terms": numbers[own],
            "offsets": tokens.starts[own].astype(np.uint16),
            "ends": tokens.ends[own].astype(np.uint16),
            "sentences": sentences,
            "shapes": _shapes(texts, tokens, tokenizer)[own] | _asking(cut, tokens.counts[bodies], sentences),
        },
    )


def _texts(
    passages: Sequence[Passage], sections: dict[tuple[str, ...], int], title: str
) -> tuple[list[str], dict[int, int]]:
    """All texts of a document: each heading path before its first passage, and the title last.

    Also which texts are no passages: position → number of the section; for the title, the number of sections.
    """
    texts: list[str] = []
    owners: dict[int, int] = {}
    for passage in passages:
        section = sections[passage.locator.section]
        if section == len(owners):
            owners[len(texts)] = section
            texts.append("\n".join(passage.locator.section))
        texts.append(passage.text)
    owners[len(texts)] = len(sections)
    return [*texts, title], owners


def _places(passages: Sequence[Passage], sections: dict[tuple[str, ...], int]) -> Numbers:
    rows = []
    for passage in passages:
        locator = passage.locator
        body = len(split_sentences(passage.text[: passage.body])) if passage.body else 0
        section = sections[locator.section]
        kind = KINDS.index(passage.kind)
        rows.append((section, locator.page or 0, locator.paragraph, passage.start, passage.end, body, kind))
    return np.array(rows, np.int32).reshape(-1)


def _page_starts(passages: Sequence[Passage]) -> Numbers:
    """Number of a passage, offset and page, for each place where another page begins."""
    starts = [(number, *start) for number, passage in enumerate(passages) for start in passage.page_starts]
    return np.array(starts, np.int32).reshape(-1)


def _sentences(passages: Sequence[Passage], counts: Numbers, starts: Numbers) -> Numbers:
    """The number of the sentence of each token; tokens behind the last sentence belong to it."""
    ends = [[end for _, end in split_sentences(passage.text)][:-1] for passage in passages]
    inner_ends = [len(own) for own in ends]
    before = np.fromiter(accumulate(inner_ends, initial=0), np.int64, len(inner_ends) + 1)[:-1]
    # passage and place side by side in the bits of one number
    high = np.arange(len(passages), dtype=np.int64) << 16
    marks = np.repeat(high, inner_ends) + np.fromiter((end for own in ends for end in own), np.int64, sum(inner_ends))
    owner = np.repeat(np.arange(len(passages)), counts)
    numbers: Numbers = np.searchsorted(marks, high[owner] + starts, "right") - before[owner]
    return np.minimum(numbers, 255).astype(np.uint8)


def _asking(passages: Sequence[Passage], counts: Numbers, sentences: Numbers) -> Numbers:
    """ASKS for each token of the passages that stands in a sentence that asks, else 0."""
    asking_marks = np.zeros(int(counts.sum()), np.uint8)
    ends = np.cumsum(counts).tolist()
    for passage, low, high in zip(passages, [0, *ends], ends, strict=False):
        if "?" in passage.text or "？" in passage.text:
            slices = enumerate(split_sentences(passage.text))
            asking = [number for number, (start, end) in slices if asks(passage.text[start:end])]
            asking_marks[low:high][np.isin(sentences[low:high], asking)] = ASKS
    return asking_marks


def _shapes(texts: Sequence[str], tokens: Tokens, tokenizer: Tokenizer) -> Numbers:
    """What each token looks like."""
    shapes = np.zeros(len(tokens.terms), np.uint8)
    shapes[tokens.countries] = COUNTRY
    looked_at = np.flatnonzero(~tokens.plain | tokens.digits)
    owners = np.searchsorted(np.cumsum(tokens.counts), looked_at, "right").tolist()
    lower: dict[int, str] = {}
    terms = tokenizer.numbering.terms
    columns = (looked_at, tokens.starts[looked_at], tokens.ends[looked_at], tokens.terms[looked_at])
    digits = tokens.digits[looked_at].tolist()
    for owner, begins, at, start, end, term in zip(
        owners, digits, *(column.tolist() for column in columns), strict=True
    ):
        text = texts[owner]
        shape = 0
        if begins:
            shape = _number(text, terms[term], start, end)
        elif text[start].isupper():
            shape = _capital(text, start)
        if owner not in lower:
            lower[owner] = text.lower() if not any(character in text for character in _UNSTEADY) else ""
        word = lower[owner][start:end] or text[start:end].lower()
        shapes[at] = shape | (COUNTRY if word in tokenizer.countries else 0)
    return shapes


def _number(text: str, term: str, start: int, end: int) -> int:
    """The shape of a token whose term begins with a digit."""
    if term.isdecimal() and len(term) == 4:
        time = "1800" <= term <= "2199"
    else:
        time = _is_day(text, term, start, end) or bool(_YEAR_AND_MONTH.match(term))
    return TIME if time or text[end : end + 1] in ("月", "日") else NUMBER


def _is_day(text: str, term: str, start: int, end: int) -> bool:
    """Whether a number stands beside a month: September 25, the 25th of September."""
    day = term[:-2] if term[-2:] in ("st", "nd", "rd", "th") else term
    if not day.isdecimal() or len(day) > 2 or int(day) > 31:
        return False
    return bool(_BEFORE_DAY.search(text, max(0, start - len("September ")), start) or _AFTER_DAY.match(text, end))


def _capital(text: str, start: int) -> int:
    """The shape of a token that is written with a capital letter and is no number."""
    word = text[start : start + 12].split()[0].lower().strip(".,")
    return CAPITAL | (TIME if word in _MONTHS else 0)
