"""The reports of a folder in; copies, drafts and titles that several reports share, as notices for a person, out.

Two files that say nearly the same are one report to its readers: an answer from the draft is cited as if it were the
final text. A program cannot know which of the two is meant, so it says what it saw and leaves the choice.

Why paragraphs, and not words? Reports of one series share most of their words, and only a copy shares its paragraphs.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass

from content.documents import Document, Metadata
from content.editions import editions
from content.readers.side import ENDING

NEARLY = 0.7
"""Share of the longer report's paragraphs that the other one has, too, from which on they are nearly the same."""
LONG = 40
"""Characters of a paragraph that says something of its own."""
FEWEST = 4
"""Paragraphs in common that two reports have at least."""
COMMON = 20
"""Reports that have a paragraph from which on it is a formula, and tells nothing."""
_WORDS = re.compile(r"[^\W_]+")
_DRAFT = re.compile(
    r"(?<![^\W_])(?:draft|preliminary version|not for (?:citation|quotation))(?![^\W_])"
    r"|征求意见稿|送审稿|讨论稿|初稿|草稿",
    re.IGNORECASE,
)
_OPENING = 6
"""Lines at the beginning of a report in which it says that it is a draft."""


@dataclass(frozen=True, slots=True)
class LikenessNotice:
    """What somebody should know of a report before it is cited."""

    source: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.what}: {self.remedy}"


@dataclass(frozen=True, slots=True)
class Likeness:
    """What of a report is compared with others."""

    source: str
    title: str
    year: int | None
    paragraphs: frozenset[int]
    draft: bool = False


def likeness_of(document: Document) -> Likeness:
    """What of a report as read is compared."""
    texts = [document.text[block.start : block.end] for block in document.blocks]
    return likeness(document.source, document.metadata, texts)


def likeness(source: str, metadata: Metadata, texts: Sequence[str]) -> Likeness:
    """What of a report is compared. `texts`: what it says, in order, in as many parts as one likes."""
    lines = [line for text in texts for line in text.split("\n")]
    own = [source.rpartition("/")[2].replace("_", " "), metadata.title, *(x for x in lines[:_OPENING] if len(x) < 80)]
    draft = any(map(_DRAFT.search, own))
    return Likeness(source, metadata.title, metadata.year, frozenset(_prints(lines)), draft)


def own_lines(texts: Iterable[str]) -> Iterator[int]:
    """A number for each line that is long enough to be compared, as it stands: quick to make."""
    return (hash(line) for text in texts for line in text.split("\n") if len(line) >= LONG)


def _prints(lines: Iterable[str]) -> Iterator[int]:
    """A number for each paragraph, the same for the same words."""
    for line in lines:
        if len(line) >= LONG:
            yield hash(" ".join(_WORDS.findall(line.casefold())))


def notices(
    reports: Sequence[Likeness], copies: Iterable[tuple[str, str]], fresh: Set[str] | None = None
) -> list[LikenessNotice]:
    """What is to be said of reports, by source.

    `copies`: files that are the same to the byte, each with the first one; `fresh`: only what concerns these files.
    """
    same = dict(copies)
    found: list[LikenessNotice] = []
    for source, other in same.items():
        if fresh is None or {source, other} & fresh:
            found.append(LikenessNotice(source, f"it is the same file as {other}", "remove one of them"))
    reports = [report for report in reports if report.source not in same]
    for report in reports:
        if report.draft and (fresh is None or report.source in fresh):
            what = "it says that it is a draft"
            found.append(LikenessNotice(report.source, what, "put the final report in its place where there is one"))
    pairs = {}
    for first, second, share in _nearly_the_same(reports):
        pairs[first.source, second.source] = share
        if fresh is None or {first.source, second.source} & fresh:
            what = f"{share:.0%} of its paragraphs stand in {first.source}, too"
            found.append(LikenessNotice(second.source, what, "keep the final one, or give each its year and title"))
    found += _of_titles(reports, pairs.keys(), fresh)
    return sorted(found, key=lambda notice: notice.source)


def _nearly_the_same(reports: Sequence[Likeness]) -> Iterator[tuple[Likeness, Likeness, float]]:
    """Pairs that have most of their paragraphs in common, and the share. An excerpt of a report is none."""
    having: defaultdict[int, list[int]] = defaultdict(list)
    for number, report in enumerate(reports):
        for paragraph in report.paragraphs:
            having[paragraph].append(number)
    shared: Counter[tuple[int, int]] = Counter()
    for numbers in having.values():
        if 1 < len(numbers) <= COMMON:
            shared.update((first, second) for at, first in enumerate(numbers) for second in numbers[at + 1 :])
    for (first, second), count in sorted(shared.items()):
        share = count / max(len(reports[first].paragraphs), len(reports[second].paragraphs))
        if count >= FEWEST and share >= NEARLY:
            yield reports[first], reports[second], share


def _of_titles(
    reports: Sequence[Likeness], pairs: Set[tuple[str, str]], fresh: Set[str] | None
) -> Iterator[LikenessNotice]:
    """Titles that name several reports: a publisher, a site or a series that stands where a title belongs."""
    of_title: defaultdict[tuple[str, int | None], list[str]] = defaultdict(list)
    for report in reports:
        of_title[report.title.casefold(), report.year].append(report.source)
    for sources in of_title.values():
        works = editions(sources)
        first = sources[0]
        for source in sources[1:]:
            if (first, source) in pairs or (source in works and works[source] == works.get(first)):
                continue
            if fresh is None or {first, source} & fresh:
                what = f"{first} has the same title and year"
                yield LikenessNotice(source, what, f'write into {source}{ENDING}: title = "…"')
