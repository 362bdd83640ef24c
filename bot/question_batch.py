"""Questions as JSON lines in, answers as JSON lines out: what other programs exchange with `citedesk ask`."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass

from bot.options import JsonObject
from index.answering.answer import Answer, Citation, Excerpt, NoAnswer, OfficeReply


@dataclass(frozen=True, slots=True)
class Question:
    """One line of a batch."""

    id: object
    """As given, of whatever JSON type; the number of the line where none was given."""
    text: str
    history: tuple[str, ...] = ()
    """The questions before it in the same conversation, oldest first."""


class BatchError(Exception):
    """Lines that are not questions; `problems` names each by its number. Nothing was answered."""

    exit_code = 2

    def __init__(self, name: str, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(f"{name}, {problem}" for problem in problems))
        self.problems = problems


def readable(text: str) -> str:
    """The text with lone surrogates replaced, so that it can be printed as UTF-8."""
    return text.encode("utf-8", "replace").decode("utf-8")


def parse_batch(data: bytes, name: str) -> tuple[Question, ...]:
    """Read a whole batch before the first question is asked, so that a bad line wastes nobody's time.

    Empty lines are skipped and unknown keys ignored. Raises `BatchError` with every bad line.
    """
    questions: list[Question] = []
    problems: list[str] = []
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if not line.strip():
            continue
        question = _parse_line(line, number)
        if isinstance(question, Question):
            questions.append(question)
        else:
            problems.append(f"line {number}: {question}: each line is {_SHAPE}")
    if problems:
        raise BatchError(name, tuple(problems))
    return tuple(questions)


_SHAPE = '{"id": "1", "question": "…", "history": ["…"]}, history left out where there is none'


def _parse_line(line: bytes, number: int) -> Question | str:
    try:
        entry = json.loads(line.decode("utf-8"), parse_constant=_number, parse_float=_number)
    except UnicodeDecodeError:
        return "not UTF-8"
    except (ValueError, RecursionError) as error:
        return f"not JSON ({error})"
    if not isinstance(entry, dict):
        return "not a JSON object"
    text, history = entry.get("question"), entry.get("history")
    if not isinstance(text, str) or not text.strip():
        return "no question"
    if history is None:
        history = []
    if not isinstance(history, list) or not all(isinstance(text, str) for text in history):
        return "history is not a list of texts"
    return Question(entry.get("id", str(number)), readable(text), tuple(map(readable, history)))


def _number(text: str) -> float:
    """A number that can be written again as JSON, so neither NaN nor 1e999."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is no number")
    return number


def record(given: Answer | NoAnswer, id: object) -> JsonObject:  # noqa: A002 - the key's name
    """The JSON object of one answer, as the documents promise it."""
    answered = isinstance(given, Answer)
    return {
        "id": id,
        "question": given.question,
        "language": given.language,
        "answered": answered,
        "excerpts": _excerpts(given) if isinstance(given, Answer) else [],
        "looked_for": list(given.looked_for),
        "missing": [] if isinstance(given, Answer) else list(given.missing),
        "suggestions": [] if isinstance(given, Answer) else [suggestion.text for suggestion in given.suggestions],
        "understood": given.understood if isinstance(given, Answer) else "",
        "unmet": list(given.unmet) if isinstance(given, Answer) else [],
        "unanswered": list(given.unanswered) if isinstance(given, Answer) else [],
        "generation": given.generation,
    }


def _excerpts(answer: Answer) -> list[JsonObject]:
    """The excerpts in their order; the office's own answer is the first, without passage and citation."""
    if answer.office is None:
        return [_excerpt(excerpt, excerpt.rank) for excerpt in answer.excerpts]
    return [_curated(answer.office), *(_excerpt(excerpt, excerpt.rank + 1) for excerpt in answer.excerpts)]


def _curated(reply: OfficeReply) -> JsonObject:
    return {
        "rank": 1,
        "score": round(reply.score, 4),
        "text": reply.text,
        "sentence": "",
        "passage": None,
        "citation": None,
        "curated": True,
        "name": reply.name,
        "language": reply.language,
    }


def _excerpt(excerpt: Excerpt, rank: int) -> JsonObject:
    start, end = excerpt.sentence
    return {
        "rank": rank,
        "score": round(float(excerpt.score), 4),
        "text": excerpt.text,
        "sentence": excerpt.text[start:end],
        "passage": excerpt.passage,
        "language": excerpt.language,
        "citation": citation_record(excerpt.citation),
        "asked": excerpt.asked,
        "also": [citation_record(citation) for citation in excerpt.also],
    }


def citation_record(citation: Citation) -> JsonObject:
    """Where an excerpt is printed, as JSON has it."""
    return {
        "document": citation.document,
        "title": citation.title,
        "year": citation.year,
        "section": list(citation.locator.section),
        "page": citation.locator.page,
        "paragraph": citation.locator.paragraph,
        "source": citation.source,
        "address": citation.address,
        "ocr": citation.ocr,
        "printed_page": citation.printed_page,
    }
