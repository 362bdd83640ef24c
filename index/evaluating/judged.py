"""A library of reports with judged questions in; scores of its answers, for each question and together, out.

A library is a folder with `docs/` (the reports) and `questions.jsonl`, one JSON object a line:

    {"id": "1", "lang": "en", "kind": "fact", "question": "…", "history": ["…"], "answers": {"report.pdf": ["words"]}}

`answers`: the files that answer, each with the words that answer. `{}` means that the reports do not say; `sub` is then
`off-topic`, or the question counts as near the topic. `prefer`: the edition that the reader should see first.
`history`, `lang`, `kind`, `sub` and `prefer` may be left out.

An excerpt is right if its file is one that answers, if it has words of that file's answer (white space aside), and if
it is at most `MAX_EXCERPT` characters long.

Why are answers scored from the output of `citedesk ask --batch --json`? Then a run of any version, kept as a file, can
be compared with today's answers (`compare`), question by question.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from index.answering.answer import MAX_EXCERPT, Answer, NoAnswer
from index.evaluating.collection import Malformed
from index.evaluating.evaluation import randomisation_test

ParsedQuestion = TypeVar("ParsedQuestion")
DOCS, QUESTIONS = "docs", "questions.jsonl"
OFF_TOPIC, NEAR_TOPIC = "off-topic", "near-topic"
LOOKED_AT = 10
"""Excerpts of an answer that are scored."""
CHINESE = 1 / 3
"""A text is Chinese if a larger share of its letters are Han characters."""
_QUESTION = 'write {"id": "1", "question": "…", "answers": {"report.pdf": ["words of the answer"]}}'


@dataclass(frozen=True, slots=True)
class JudgedQuestion:
    """A question and where its answer stands."""

    id: str
    question: str
    history: tuple[str, ...]
    language: str
    """`en`, `zh`, ...; as the file says, else guessed from the text."""
    kind: str
    """Kind of question, such as fact, number, followup."""
    topic: str
    """`off-topic` or `near-topic` for a question that the reports do not answer; else empty."""
    prefer: str
    """File name of the edition that should stand first; empty: none is better than another."""
    answers: Mapping[str, tuple[str, ...]]
    """File name of each report that answers, with the words that answer; empty: the reports do not say."""


@dataclass(frozen=True, slots=True)
class ShownExcerpt:
    """An excerpt as a person sees it."""

    text: str
    sentence: str
    """The part of it that is shown as the answer."""
    source: str
    """Its file; empty where the office itself answers."""


@dataclass(frozen=True, slots=True)
class ShownReply:
    """A reply to a question as a person sees it; without excerpts it is a refusal."""

    excerpts: tuple[ShownExcerpt, ...]


@dataclass(frozen=True, slots=True)
class JudgedReply:
    """A reply with its scores."""

    question: JudgedQuestion
    rank: int
    """Of the first right excerpt, from 1; 0: none is right."""
    sentence: bool
    """Whether the first excerpt's sentence has the words that answer."""
    refused: bool
    coverage: float
    """Share of the answering files of which a right excerpt is shown."""
    own_language: bool | None
    """Whether the reply opens in the reader's language; None: it is refused, or no report answers in that language."""
    source: str
    """File of the first excerpt."""

    def value(self, measure: str) -> float:
        """Its value in one of `MEASURES`, 0 or 1."""
        return float(
            {"success@1": self.rank == 1, "success@3": 1 <= self.rank <= 3, "sentence@1": self.sentence}[measure]
        )


MEASURES = ("success@1", "success@3", "sentence@1")
"""The measures that are compared between two runs."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The scores of several replies together; shares of the questions, 0 to 1."""

    questions: int
    """How many questions the reports answer."""
    success1: float
    success3: float
    sentence1: float
    false_refusals: float
    coverage: float
    """Mean share of the files that answer, over questions that several answer; 1 where there are none."""
    own_language: float
    """Share of replies that open in the reader's language, of those that could; 1 where there are none."""


@dataclass(frozen=True, slots=True)
class Refusals:
    """How many questions that the reports do not answer were refused, and how many there are."""

    refused: int
    asked: int

    def __str__(self) -> str:
        return f"{self.refused}/{self.asked}"


@dataclass(frozen=True, slots=True)
class PairedComparison:
    """Two runs by one measure over the same questions; for `refusals`, a right refusal is a win."""

    measure: str
    before: float
    after: float
    wins: tuple[str, ...]
    """Ids of the questions that the second run answers better."""
    losses: tuple[str, ...]
    p: float
    """Two-sided, of a paired randomisation test."""


def read_library(folder: Path) -> tuple[JudgedQuestion, ...]:
    """The judged questions of a library. Raises Malformed."""
    if not (folder / DOCS).is_dir():
        raise Malformed(str(folder / DOCS), "there is no such folder", "put the reports there")
    return read_questions(folder / QUESTIONS)


def read_questions(file: Path) -> tuple[JudgedQuestion, ...]:
    """The judged questions of a file. Raises Malformed."""
    questions = tuple(_read_lines(file, _question, _QUESTION))
    ids = [question.id for question in questions]
    twice = next((id_ for id_ in ids if ids.count(id_) > 1), None)
    if twice is not None:
        raise Malformed(str(file), f"has the id {twice!r} twice", "give each question an id of its own")
    if not questions:
        raise Malformed(str(file), "has no question", "write one JSON object a line")
    return questions


def read_replies(file: Path) -> dict[str, ShownReply]:
    """Question id → reply, as `citedesk ask --batch --json` and `citedesk evaluate --run` write. Raises Malformed."""
    return dict(_read_lines(file, _reply_of_record, "give what citedesk ask --batch --json has written"))


def reply_of(answer: Answer | NoAnswer) -> ShownReply:
    """An answer as it is scored."""
    if isinstance(answer, NoAnswer):
        return ShownReply(())
    return ShownReply(
        tuple(
            ShownExcerpt(excerpt.text, excerpt.text[slice(*excerpt.sentence)], excerpt.citation.source)
            for excerpt in answer.excerpts[:LOOKED_AT]
        )
    )


def score(question: JudgedQuestion, reply: ShownReply) -> JudgedReply:
    """Score a reply to a question."""
    marks = [is_right(question, excerpt) for excerpt in reply.excerpts]
    answering_files = {_name(excerpt.source) for excerpt, right in zip(reply.excerpts, marks, strict=True) if right}
    first = reply.excerpts[0] if reply.excerpts else None
    return JudgedReply(
        question,
        rank=marks.index(True) + 1 if answering_files else 0,
        sentence=first is not None and _has_span(question, first.source, first.sentence),
        refused=first is None,
        coverage=len(answering_files) / len(question.answers) if question.answers else float(first is None),
        own_language=_opens_in_own_language(question, first) if first and question.answers else None,
        source=_name(first.source) if first else "",
    )


def is_right(question: JudgedQuestion, excerpt: ShownExcerpt) -> bool:
    """Whether an excerpt answers a question."""
    return len(excerpt.text) <= MAX_EXCERPT and _has_span(question, excerpt.source, excerpt.text)


def figures_of(outcomes: Sequence[JudgedReply]) -> Figures:
    """The figures over those of the questions that the reports answer."""
    answerable = [outcome for outcome in outcomes if outcome.question.answers]
    several = [outcome.coverage for outcome in answerable if len(outcome.question.answers) > 1]
    own = [outcome.own_language for outcome in answerable if outcome.own_language is not None]
    success1, success3, sentence1 = (_mean([outcome.value(measure) for outcome in answerable]) for measure in MEASURES)
    return Figures(
        len(answerable),
        success1,
        success3,
        sentence1,
        false_refusals=_mean([float(outcome.refused) for outcome in answerable]),
        coverage=_mean(several) if several else 1.0,
        own_language=_mean([float(opens) for opens in own]) if own else 1.0,
    )


def by_kind(outcomes: Sequence[JudgedReply]) -> dict[str, Figures]:
    """The figures of each kind of question that the reports answer."""
    kinds = sorted({outcome.question.kind for outcome in outcomes if outcome.question.answers})
    return {kind: figures_of([outcome for outcome in outcomes if outcome.question.kind == kind]) for kind in kinds}


def refusals_of(outcomes: Sequence[JudgedReply]) -> dict[str, Refusals]:
    """Near-topic and off-topic questions: how many were refused, where there are any."""
    refusals = {}
    for topic in (NEAR_TOPIC, OFF_TOPIC):
        own = [outcome.refused for outcome in outcomes if outcome.question.topic == topic]
        if own:
            refusals[topic] = Refusals(sum(own), len(own))
    return refusals


def compare(before: Sequence[JudgedReply], after: Sequence[JudgedReply]) -> tuple[PairedComparison, ...]:
    """Two runs of the same questions, in the same order, by every measure and by refusals that are right."""
    pairs = list(zip(before, after, strict=True))
    answerable = [pair for pair in pairs if pair[0].question.answers]
    unanswerable = [pair for pair in pairs if not pair[0].question.answers]
    compared = [
        _compare(measure, [(old.question.id, old.value(measure), new.value(measure)) for old, new in answerable])
        for measure in MEASURES
    ]
    answered = [(old.question.id, float(not old.refused), float(not new.refused)) for old, new in answerable]
    compared.append(_compare("answered", answered))
    if unanswerable:
        refused = [(old.question.id, float(old.refused), float(new.refused)) for old, new in unanswerable]
        compared.append(_compare("rightly refused", refused))
    return tuple(compared)


def _compare(measure: str, values: Sequence[tuple[str, float, float]]) -> PairedComparison:
    return PairedComparison(
        measure,
        _mean([first for _, first, _ in values]),
        _mean([second for _, _, second in values]),
        tuple(id_ for id_, first, second in values if second > first),
        tuple(id_ for id_, first, second in values if second < first),
        randomisation_test([second - first for _, first, second in values]),
    )


def _opens_in_own_language(question: JudgedQuestion, first: ShownExcerpt) -> bool | None:
    """None: no report answers in that language."""
    spans = [span for own in question.answers.values() for span in own]
    words = [word for span in spans for word in span.split() if any(map(str.isalpha, word))]
    chinese = question.language == "zh"
    if not question.prefer and not any(_is_chinese(word) == chinese for word in words):
        return None
    return _is_chinese(first.text) == chinese


def _is_chinese(text: str) -> bool:
    letters = [character for character in text if character.isalpha()]
    han = sum("\u3400" <= character <= "\u9fff" for character in letters)
    return han > CHINESE * len(letters)


def _has_span(question: JudgedQuestion, source: str, text: str) -> bool:
    folded = _fold(text)
    return any(_fold(span) in folded for span in question.answers.get(_name(source), ()))


def _fold(text: str) -> str:
    return " ".join(text.split())


def _name(source: str) -> str:
    return PurePosixPath(source).name


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _question(fields: Mapping[str, Any]) -> JudgedQuestion:
    question, answers = fields["question"], fields["answers"]
    language = str(fields.get("lang") or ("zh" if _is_chinese(question) else "en"))
    spans = {_name(source): tuple(map(str, own)) for source, own in answers.items()}
    topic = "" if spans else (OFF_TOPIC if fields.get("sub") == OFF_TOPIC else NEAR_TOPIC)
    return JudgedQuestion(
        str(fields["id"]),
        question,
        tuple(map(str, fields.get("history") or ())),
        language,
        str(fields.get("kind") or "question"),
        topic,
        _name(str(fields.get("prefer") or "")),
        spans,
    )


def _reply_of_record(fields: Mapping[str, Any]) -> tuple[str, ShownReply]:
    shown = fields["excerpts"][:LOOKED_AT] if fields["answered"] else ()
    excerpts = [
        ShownExcerpt(entry["text"], entry.get("sentence") or "", (entry.get("citation") or {}).get("source") or "")
        for entry in shown
    ]
    return str(fields["id"]), ShownReply(tuple(excerpts))


def _read_lines(
    file: Path, make: Callable[[Mapping[str, Any]], ParsedQuestion], remedy: str
) -> Iterator[ParsedQuestion]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise Malformed(str(file), "there is no such file", "write one JSON object a line") from None
    except UnicodeDecodeError:
        raise Malformed(str(file), "is not UTF-8", "save it as UTF-8") from None
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            yield make(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise Malformed(f"{file}, line {number}", "is not as it should be", remedy) from None
