"""The units that are found and cited: a `Document` in, its passages out.

A passage is a verbatim slice of the document's text, at most `MAX_PASSAGE` characters, that does not leave
its section, nor takes in what begins on another page. A paragraph that goes over a page's end stays whole: where in a
passage another page begins is kept, so that a sentence is cited where it stands. A footnote is a passage of its own,
or of the notes of its page. Short paragraphs are gathered
until a passage has about `GOOD_PASSAGE` characters, since a line of a list says little without its neighbours; a
long paragraph is cut between sentences. A heading goes with the text below it, so that a passage opens with what
it is about.

Why are ids hashes of the text? A number would change whenever a paragraph is put in above; a hash stays while
the text stays, so links, stored answers and judgments survive a reindex.
"""

from __future__ import annotations

import hashlib
from base64 import b32encode
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from operator import itemgetter

from content.documents import Block, Document, Locator, PageStarts, page_at
from content.kinds import Kind, kind_of
from content.sentences import split_to_length

VERSION = 6
"""Raise it when the same document is cut into other passages: every report is then read again."""

MAX_PASSAGE = 700
GOOD_PASSAGE = 300
SHORT_PASSAGE = 120
ID_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Passage:
    """`document.text[start:end]` and where it stands."""

    id: str
    text: str
    start: int
    end: int
    locator: Locator
    body: int
    """Characters of headings that it opens with, 0 where it opens with something else."""
    kind: Kind = "prose"
    """What sort of text it is."""
    page_starts: PageStarts = ()
    """Where in its text another page begins than its locator says, as (offset, page)."""

    def page_at(self, offset: int) -> int | None:
        """The page on which a character of the passage stands."""
        found = page_at(self.page_starts, offset)
        return self.locator.page if found is None else found


def split_passages(document: Document) -> list[Passage]:
    """Cut a document into passages, in reading order."""
    passages: list[Passage] = []
    seen: Counter[str] = Counter()
    for start, end, first in _slices(document):
        text = document.text[start:end]
        seen[text] += 1
        body = _body(document.blocks, first, start, end)
        locator = _locator(document, first, start, end)
        passages.append(
            Passage(
                id=passage_id(document.id, text, seen[text]),
                text=text,
                start=start,
                end=end,
                locator=locator,
                body=body,
                kind=kind_of(text, locator.section, body),
                page_starts=_page_starts(document, locator.page, start, end),
            )
        )
    return passages


def passage_id(document_id: str, text: str, occurrence: int = 1) -> str:
    """Twelve characters of a-z and 2-7 that depend on the document's id, the text and its count in there.

    They fit Telegram's deep links (64 characters of A-Z, a-z, 0-9, _ and -) and callback data (64 bytes).
    """
    seed = f"{document_id}\x00{text}\x00{occurrence}".encode("utf-8", "surrogatepass")
    return b32encode(hashlib.blake2b(seed, digest_size=8).digest()).decode().lower()[:ID_LENGTH]


def _slices(document: Document) -> Iterator[tuple[int, int, int]]:
    """Start, end and first block of each passage."""
    groups: list[list[int]] = []
    for index, block in enumerate(document.blocks):
        open_group = groups[-1] if groups else []
        first = document.blocks[open_group[0]] if open_group else block
        last = document.blocks[open_group[-1]] if open_group else block
        full = last.kind != "heading" and last.end - first.start >= GOOD_PASSAGE
        if open_group and not full and _belongs(document, open_group, index):
            open_group.append(index)
        else:
            groups.append([index])
    for group in _with_tails(document, groups):
        yield from _cut(document, group)


def _with_tails(document: Document, groups: list[list[int]]) -> list[list[int]]:
    """The groups, with the short rest of a section joined to what stands before it."""
    joined: list[list[int]] = []
    blocks = document.blocks
    for group in groups:
        first, last = blocks[group[0]], blocks[group[-1]]
        before = joined[-1] if joined else group
        same = before is not group and _are_together(blocks[before[-1]], first)
        same = same and (first.kind == "note") == (blocks[before[-1]].kind == "note")
        if same and last.end - first.start < SHORT_PASSAGE and last.end - blocks[before[0]].start <= MAX_PASSAGE:
            before.extend(group)
        else:
            joined.append(group)
    return joined


def _belongs(document: Document, gathered: list[int], index: int) -> bool:
    first, last, block = document.blocks[gathered[0]], document.blocks[gathered[-1]], document.blocks[index]
    if block.kind == "heading":
        # A run of headings (a chapter's and its first section's) opens one passage.
        return last.kind == "heading" and block.level > last.level and block.end - first.start <= GOOD_PASSAGE
    if block.locator.section != last.locator.section or not (last.kind == "heading" or _are_together(last, block)):
        return False
    if (block.kind == "note") != (last.kind == "note") and last.kind != "heading":
        return False
    return block.end - first.start <= MAX_PASSAGE or last.kind == "heading"


def _are_together(before: Block, block: Block) -> bool:
    """In one section, and on one page where there are any."""
    return (before.locator.section, before.locator.page) == (block.locator.section, block.locator.page)


def _cut(document: Document, gathered: Iterable[int]) -> Iterator[tuple[int, int, int]]:
    indices = list(gathered)
    if not indices:
        return
    blocks = document.blocks
    start, end = blocks[indices[0]].start, blocks[indices[-1]].end
    if end - start <= MAX_PASSAGE:
        yield start, end, indices[0]
        return
    for low, high in split_to_length(document.text, start, end, MAX_PASSAGE):
        yield low, high, max(index for index in indices if blocks[index].start <= low)


def _locator(document: Document, first: int, start: int, end: int) -> Locator:
    """The locator of the first block that is not a heading, else of the heading itself, with the page it begins on."""
    blocks = document.blocks
    for position in range(first, len(blocks)):
        block = blocks[position]
        if block.start >= end:
            break
        if block.kind != "heading" and block.end > start:
            page = block.locator.page and document.page_at(max(start, block.start))
            return block.locator if page == block.locator.page else replace(block.locator, page=page)
    return blocks[first].locator


def _page_starts(document: Document, page: int | None, start: int, end: int) -> PageStarts:
    """Where in `document.text[start:end]` another page begins, `page` being what is known of it otherwise."""
    if page is None:
        return ()
    starts = document.page_starts
    low, high = bisect_right(starts, start, key=itemgetter(0)), bisect_left(starts, end, key=itemgetter(0))
    found: list[tuple[int, int]] = []
    for offset, number in [(start, document.page_at(start)), *starts[low:high]]:
        if number is not None and number != (found[-1][1] if found else page):
            found.append((offset - start, number))
    return tuple(found)


def _body(blocks: tuple[Block, ...], first: int, start: int, end: int) -> int:
    """Where in the passage the first block begins that is not a heading."""
    for position in range(first, len(blocks)):
        block = blocks[position]
        if block.kind != "heading" or block.start >= end:
            return min(max(block.start, start), end) - start
    return end - start
