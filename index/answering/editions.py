"""A hit in one language in; the passage that says the same in the reader's edition of the report, out.

Many reports are printed twice, once in English and once in Chinese. A reader wants theirs, whichever edition has more
of the question's words. Two files are editions of one report where their names differ in the mark of the language alone
(guide.en.md and guide.zh.md, report-cn.pdf and report-en.pdf). Their sections follow one another in the same order, so
the passage that says the same stands in the section of the same number, as far below its heading.

Why not by what the passages say? A dictionary tells that two passages are about the same, not that one is the other's
translation; and where a section was left out of one edition, nothing is folded rather than something wrong.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

from index.store.corpus import DOCUMENT, Corpus

_MARKS = {
    "en": ("en", "eng", "english", "en-us", "en-gb", "英文", "英文版"),
    "zh": ("zh", "cn", "chn", "chinese", "zh-cn", "zh-hans", "zh-tw", "zh-hant", "tw", "中文", "中文版"),
}
_LONGEST_FIRST = sorted((mark for marks in _MARKS.values() for mark in marks), key=len, reverse=True)
_MARK = re.compile(rf"(?<![A-Za-z])(?:{'|'.join(_LONGEST_FIRST)})(?![A-Za-z])", re.IGNORECASE)


class Editions:
    """The editions of the reports of one generation. Immutable; safe to share between threads."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self.edition = lru_cache(maxsize=1024)(self._edition)

    def twin(self, number: int, language: str, found: Collection[int] = ()) -> int | None:
        """The passage that says in a language what a passage says in another; None where there is none.

        None as well where the passage is in that language itself.

        `found`: passages that were found: one in the same section is more likely the twin than the place tells.
        """
        corpus = self._corpus
        document = int(corpus.places[number][DOCUMENT])
        if corpus.record(document).info.language == language:
            return None
        other = self.edition(document, language)
        if other is None:
            return None
        own, theirs = corpus.outline(document), corpus.outline(other)
        if len(own) != len(theirs):
            return None
        position = next(place for place, (_, first, count) in enumerate(own) if first <= number < first + count)
        (_, first, count), (_, their_first, their_count) = own[position], theirs[position]
        theirs_found = [other for other in found if their_first <= other < their_first + their_count]
        if theirs_found and count != their_count:
            return theirs_found[0]
        return their_first + min((number - first) * their_count // count, their_count - 1)

    def _edition(self, document: int, language: str) -> int | None:
        """The report that is a report's edition in a language."""
        source = self._corpus.record(document).info.source
        for match in _MARK.finditer(source):
            for mark in _MARKS.get(language, ()):
                shaped = mark.upper() if match[0].isupper() else mark.title() if match[0].istitle() else mark
                other = self._find(source[: match.start()] + shaped + source[match.end() :])
                if other is not None and self._corpus.record(other).info.language == language:
                    return other
        return None

    def _find(self, source: str) -> int | None:
        """The number of the report with a source. They stand in order of their sources, so few are read."""
        corpus = self._corpus
        low, high = 0, len(corpus.documents)
        while low < high:
            middle = (low + high) // 2
            if corpus.record(middle).info.source < source:
                low = middle + 1
            else:
                high = middle
        return low if low < len(corpus.documents) and corpus.record(low).info.source == source else None
