"""The folder of reports and its index in; a few questions that a newcomer may try, in one language, out.

Staff may lay `questions.jsonl` beside the reports: one object a line with `question`, the first ones serve. With
`answers` it is a known question as well (index/build/known_questions.py); follow-ups and questions that must be refused
are no examples. Without the file, headings of the reports serve: each is something that they certainly speak of.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from bot.words.catalogue import language_in

if TYPE_CHECKING:
    from index.searcher import Searcher

EXAMPLES = 2
LONGEST = 100
"""Characters of a question that still stands on a button."""
_QUESTION = re.compile(r"(?i)^(how|who|what|when|where|which|why)\b|[谁哪何吗？]|多少|什么|怎样")


def examples(content: Path, searcher: Searcher, language: str) -> tuple[str, ...]:
    """At most two questions in a language of the interface."""
    wanted = [
        text
        for text in (*_questions(content / "questions.jsonl"), *_headings(searcher, language))
        if len(text) <= LONGEST and language_in(text) == language
    ]
    return tuple(dict.fromkeys(wanted))[:EXAMPLES]


def _questions(file: Path) -> Iterator[str]:
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        return
    for line in lines:
        try:
            fields = json.loads(line)
            question = fields.get("question")
        except (ValueError, AttributeError):
            continue
        stands_alone = not fields.get("history") and fields.get("answers", True)
        if stands_alone and isinstance(question, str) and question.strip():
            yield question.strip()


def _headings(searcher: Searcher, language: str) -> Iterator[str]:
    """Headings that are questions first, then the longest of each report: "Preface" says little."""
    titles = [
        list(dict.fromkeys(h.section[-1] for h in searcher.outline(info.id) if len(h.section) > 1))
        for info in searcher.documents()
        if info.language.startswith(language)
    ]
    for title in itertools.chain.from_iterable(titles):
        if _QUESTION.search(title):
            yield title
    for each in titles:
        fitting = [title for title in each if len(title) <= LONGEST // 2]
        if fitting:
            yield max(fitting, key=len)
