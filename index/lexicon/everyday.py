"""Everyday words of a question in; the words that reports print for them out ("pay for" in, "sponsor" out).

The list (`content/everyday.csv`) is a part of the program and does not depend on the reports. So it is analysed once
for an index folder, as the dictionary is, and kept beside it.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from content.library import EVERYDAY
from index.store.tables import SortedTable, StringTable, save_strings
from index.text import stopwords
from index.text.analyzer import Analyzer


class Everyday:
    """The list as terms, memory-mapped. Opening raises OSError, or ValueError where a file is damaged."""

    def __init__(self, folder: Path) -> None:
        self._asked = SortedTable(folder, "asked")
        self._printed = StringTable(folder, "printed")
        self._openings = SortedTable(folder, "openings")
        if len(self._asked) != len(self._printed):
            raise ValueError("asked and printed are not of one list")

    def opens(self, first: str, second: str) -> bool:
        """Whether a phrase begins with two terms."""
        return self._openings.find(f"{first} {second}") >= 0

    def printed(self, asked: Sequence[str]) -> list[tuple[str, ...]]:
        """The words that reports print for these terms of a question (stop words included), each as its terms."""
        number = self._asked.find(" ".join(asked))
        return [tuple(form.split(" ")) for form in self._printed[number].split("\n")] if number >= 0 else []


def save_everyday(folder: Path, analyzer: Analyzer) -> None:
    """Analyse the list and write the tables that `Everyday` opens."""
    printed = analyze_everyday(analyzer)
    asked = sorted(printed, key=str.encode)
    save_strings(folder, "asked", asked, slots=True)
    save_strings(folder, "printed", ("\n".join(printed[phrase]) for phrase in asked))
    openings = {" ".join(phrase.split(" ")[:2]) for phrase in asked if " " in phrase}
    save_strings(folder, "openings", sorted(openings, key=str.encode), slots=True)


def analyze_everyday(analyzer: Analyzer) -> dict[str, list[str]]:
    """Asked words → printed words, both as terms joined by spaces."""
    printed: dict[str, dict[str, None]] = defaultdict(dict)
    for row in csv.DictReader(io.StringIO(EVERYDAY.read_text(encoding="utf-8"))):
        forms = [" ".join(token.term for token in analyzer.names(form)) for form in row["printed"].split(";")]
        for asked in row["asked"].split(";"):
            keys = [" ".join(token.term for token in analyzer.analyze(asked, stop_words=True))]
            names = analyzer.names(asked)
            if len(names) == 1 and asked[names[0].start : names[0].end] not in stopwords.ENGLISH_LIGHT:
                keys.append(names[0].term)  # "ask ... to" is also asked with words between
            for terms in filter(None, dict.fromkeys(keys)):
                printed[terms].update(dict.fromkeys(form for form in forms if form and form != terms))
    return {asked: list(forms) for asked, forms in printed.items() if forms}
