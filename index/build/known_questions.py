"""Known questions and a searcher in; how many it answers, and which it no longer answers, out.

The questions stand in `questions.jsonl` in the folder of reports, one JSON object a line:

    {"id": "1", "question": "…", "history": ["…"], "answers": {"report.md": ["verbatim words of the answer"]}}

`history` (earlier questions of the conversation) and `id` may be left out. `"answers": {}` marks a question that must
be refused. A line without `answers` is only an example for newcomers, and is not asked here.

A question is answered rightly if one of the first three excerpts comes from a named source and contains its words. A
chat shows three excerpts at once. A reindex asks all questions before it goes live. The manifest keeps the ranks of the
last generation; a question that is new since then is asked of the last generation too.

Why does the gate need `ENOUGH` questions? It stops a reindex where the share of right answers falls by more than
`MARGIN`. With fewer than 20 questions, one question is more than that. And one lost question is mostly chance: two
passages answer it almost equally well, and any new report may change their order. So below 20, the report names the
lost questions, and the new generation goes live. Where no report changed, only the glossary, one question is enough:
nothing else can be the reason, and the person who changed the glossary can change it back.
"""

from __future__ import annotations

import hashlib
import json
from codecs import BOM_UTF8
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from index.errors import IndexFault

if TYPE_CHECKING:  # whether there are any questions is asked at every reindex, and must not cost what a searcher does
    from index.answering.answer import Excerpt
    from index.searcher import Searcher

FILE = "questions.jsonl"
SHOWN = 3
"""Excerpts among which the right one must be."""
NAMED = 5
"""Files that are named in a message."""
MARGIN = 0.05
"""By how much the share of right answers may fall."""
ENOUGH = 20
"""Questions that must be compared before a fall stops a reindex."""


@dataclass(frozen=True, slots=True)
class KnownQuestion:
    """A question and where its answer stands."""

    id: str
    question: str
    history: tuple[str, ...]
    answers: tuple[tuple[str, tuple[str, ...]], ...]
    """File name of each source that answers, with the words that answer; empty: the reports do not say."""

    @property
    def fingerprint(self) -> str:
        """Stays the same while question and answers do."""
        text = json.dumps([self.question, self.history, self.answers])
        return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class Broken:
    """A question that was answered rightly before, and is not now."""

    id: str
    question: str


@dataclass(frozen=True, slots=True)
class KnownReport:
    """What a generation makes of the known questions."""

    asked: int
    right: int
    compared: int = 0
    """How many the generation before was asked too."""
    right_before: int = 0
    """How many of these it answered rightly."""
    right_now: int = 0
    """How many of these are answered rightly now."""
    broken: tuple[Broken, ...] = ()
    problems: tuple[str, ...] = ()
    """Lines of the file that are no question, each with its number and why."""
    newest: tuple[str, ...] = ()
    """The files that were added, changed or removed; only where answers were lost."""

    @property
    def fall(self) -> float:
        """By how much the share of right answers fell, 0 to 1; negative where it rose."""
        return (self.right_before - self.right_now) / self.compared if self.compared else 0.0


class KnownQuestionsFell(IndexFault):
    """The new index answers fewer known questions, so that the old one stays."""

    exit_code = 1

    def __init__(self, report: KnownReport) -> None:
        names = "; ".join(f"{broken.id}: {broken.question}" for broken in report.broken)
        super().__init__(
            "known questions",
            f"{report.right_now} of {report.compared} are answered, {report.right_before} were before, so the "
            f"old index stays in use. No longer answered: {names}."
            + (f" New since then: {_listed(report.newest)}" if report.newest else ""),
            f"look at them with citedesk ask, mend the reports or {FILE}, or go live with citedesk reindex --force",
        )
        self.report = report


def _listed(sources: Sequence[str]) -> str:
    """The first few of some files."""
    unnamed = len(sources) - NAMED
    return ", ".join(sources[:NAMED]) + (f" and {unnamed} more" if unnamed > 0 else "")


def read_known(content: Path) -> tuple[tuple[KnownQuestion, ...], tuple[str, ...]]:
    """The known questions of a folder of reports, and what is wrong with the lines that are none."""
    try:
        data = (content / FILE).read_bytes().removeprefix(BOM_UTF8)
    except FileNotFoundError:
        return (), ()
    questions, problems = [], []
    for number, line in enumerate(data.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            question = _parse(json.loads(line.decode()), str(number))
        except UnicodeDecodeError:
            problems.append(f"{FILE}, line {number}: not UTF-8: save it as UTF-8")
        except (ValueError, TypeError, RecursionError) as error:
            problems.append(f"{FILE}, line {number}: {error}")
        else:
            if question is not None:
                questions.append(question)
    return tuple(questions), tuple(problems)


def digest(questions: Sequence[KnownQuestion]) -> str:
    """The fingerprints of the questions together; empty for none."""
    return " ".join(question.fingerprint for question in questions)


def ask_known(
    searcher: Searcher, questions: Sequence[KnownQuestion], tell: Callable[[int], None] | None = None
) -> dict[str, int]:
    """Fingerprint → rank of the first right excerpt, from 1; 0: none; a refusal that is right is 1."""
    ranks = {}
    for number, question in enumerate(questions, 1):
        ranks[question.fingerprint] = rank_of(question, searcher)
        if tell:
            tell(number)
    return ranks


def rank_of(question: KnownQuestion, searcher: Searcher) -> int:
    """Where the right answer stands."""
    from index.answering.answer import Answer

    answer = searcher.ask(question.question, history=question.history)
    if not isinstance(answer, Answer):
        return int(not question.answers)
    spans = dict(question.answers)
    return next((excerpt.rank for excerpt in answer.excerpts if is_right(excerpt, spans)), 0)


def is_right(excerpt: Excerpt, answers: Mapping[str, Sequence[str]]) -> bool:
    """Whether an excerpt comes from a source that answers and has its words, white space aside."""
    text = " ".join(excerpt.text.split())
    spans = answers.get(PurePosixPath(excerpt.citation.source).name, ())
    return any(" ".join(span.split()) in text for span in spans)


def report(
    questions: Sequence[KnownQuestion],
    now: Mapping[str, int],
    before: Mapping[str, int],
    problems: tuple[str, ...] = (),
    newest: tuple[str, ...] = (),
) -> KnownReport:
    """Compare ranks (by fingerprint) with those of the generation before. `newest`: the files that changed since."""
    compared = [question for question in questions if question.fingerprint in before]
    broken = tuple(
        Broken(question.id, question.question)
        for question in compared
        if _right(before[question.fingerprint]) and not _right(now.get(question.fingerprint, 0))
    )
    return KnownReport(
        asked=len(questions),
        right=sum(_right(now.get(question.fingerprint, 0)) for question in questions),
        compared=len(compared),
        right_before=sum(_right(before[question.fingerprint]) for question in compared),
        right_now=sum(_right(now.get(question.fingerprint, 0)) for question in compared),
        broken=broken,
        problems=problems,
        newest=newest if broken else (),
    )


def _right(rank: int) -> bool:
    return 1 <= rank <= SHOWN


def _parse(fields: Any, number: str) -> KnownQuestion | None:
    """A line; None for an example without answers. Raises ValueError saying what is wrong."""
    if not isinstance(fields, dict):
        raise ValueError('not a JSON object: write {"question": "…", "answers": {"report.md": ["…"]}}')
    question, history, answers = fields.get("question"), fields.get("history") or [], fields.get("answers")
    if not isinstance(question, str) or not question.strip():
        raise ValueError('no question: write {"question": "…"}')
    if answers is None:
        return None
    if not _are_texts(history):
        raise ValueError("history is no list of texts: write the earlier questions in brackets")
    if not isinstance(answers, dict) or not all(spans and _are_texts(spans) for spans in answers.values()):
        raise ValueError('answers are not by source: write {"report.md": ["words of the answer"]}')
    spans_of_files = tuple((PurePosixPath(source).name, tuple(spans)) for source, spans in answers.items())
    return KnownQuestion(str(fields.get("id", number)), question.strip(), tuple(history), spans_of_files)


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) and text.strip() for text in value)
