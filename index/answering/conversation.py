"""A question and those before it in; the question as it is best understood, alone or joined, out.

A wrong join is worse than a missed one: "What is CISTRAT?" after "How many people work at CASTED?" must not become "How
many people work at CISTRAT?". Only what the reports say tells the two apart, so both are tried:

- A question that can be understood alone is asked alone.
- One that perhaps cannot ("gender equality") is joined only where alone it is refused, and where the first passage of
  the joined question has something of every word of the new one: else the old question would be answered again.
- One that cannot ("and in 2012?") is joined; where the joined question is refused, it is asked alone, unless it names
  nothing but a year, a number or a country: "and in Kenya?" alone would be answered with anything about Kenya.

Nothing leans on a question that was refused: the question before is the last one that was answered.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import NamedTuple

from index.answering.answer import Answer, NoAnswer
from index.answering.ranking import Evidence
from index.answering.refusal import Refusal
from index.question.followup import Leaning
from index.question.letters import is_courtesy, read_message
from index.question.parse import Query

REMEMBERED = 6
"""Earlier questions that are looked at."""
_BARE = frozenset(("year", "ordinal", "number", "country", "nationality"))


class Attempt(NamedTuple):
    """A question as it was read, and what came of it."""

    query: Query
    evidence: Evidence
    refusal: Refusal | None


class Conversation:
    """The questions of one person, oldest first, the last of which is to be understood."""

    def __init__(
        self, history: Sequence[str], attempt: Callable[[str, str], Attempt], leaning: Callable[[str], Leaning]
    ) -> None:
        """`attempt`: a question, and the one that it is joined with or an empty text → what comes of it."""
        said = [earlier for earlier in history if earlier.strip() and not is_courtesy(earlier)]
        self._history = [read_message(earlier).questions[-1] for earlier in said[-REMEMBERED:]]
        self._attempt = attempt
        self._leaning = leaning

    def understand(self, question: str) -> Attempt:
        """The question alone, or joined with the last one before it that was answered."""
        return self._understand(question, len(self._history))

    def _understand(self, question: str, before: int) -> Attempt:
        """The same; `before`: how many earlier questions stand before it."""
        leaning = self._leaning(question) if before else "no"
        if leaning == "no":
            return self._attempt(question, "")
        alone = self._attempt(question, "") if leaning == "may" else None
        if alone is not None and alone.refusal is None:
            return alone
        earlier = self._last_answered(before)
        if earlier is None:
            return alone or self._attempt(question, "")
        joined = self._attempt(question, earlier.query.base)
        if alone is not None:
            return joined if joined.refusal is None and _says_all_of(alone.query, joined) else alone
        if joined.refusal is None:
            return joined
        alone = self._attempt(question, "")
        return alone if any(concept.kind not in _BARE for concept in alone.query.concepts) else joined

    def _last_answered(self, before: int) -> Attempt | None:
        """The newest of the first `before` questions that is answered, as it was understood then."""
        for number in range(before - 1, -1, -1):
            attempt = self._understand(self._history[number], number)
            if attempt.refusal is None:
                return attempt
        return None


def join_answers(
    message: str, asked: Sequence[str], answers: Sequence[Answer | NoAnswer], limit: int
) -> Answer | NoAnswer:
    """One answer to a message: the best excerpt of each of its questions in turn, then the next of each.

    Why in turn? A chat shows three excerpts at once: so each question is answered before one is answered twice.
    """
    if len(answers) == 1:
        return answers[0] if asked[0] == message else replace(answers[0], question=message)
    given = [(question, answer) for question, answer in zip(asked, answers, strict=True) if isinstance(answer, Answer)]
    looked_for = tuple(dict.fromkeys(label for answer in answers for label in answer.looked_for))
    ignored = sum(answer.ignored for answer in answers)
    if not given:
        refusals = [answer for answer in answers if isinstance(answer, NoAnswer)]
        return replace(
            refusals[0],
            question=message,
            looked_for=looked_for,
            missing=tuple(dict.fromkeys(label for refusal in refusals for label in refusal.missing)),
            apart=tuple(dict.fromkeys(label for refusal in refusals for label in refusal.apart)),
            ignored=ignored,
        )
    turns = zip_longest(
        *([replace(excerpt, asked=question) for excerpt in answer.excerpts] for question, answer in given)
    )
    excerpts = [excerpt for turn in turns for excerpt in turn if excerpt is not None]
    return replace(
        given[0][1],
        question=message,
        looked_for=looked_for,
        excerpts=tuple(replace(excerpt, rank=rank) for rank, excerpt in enumerate(excerpts[:limit], 1)),
        understood="",
        follows=False,
        office=next((answer.office for _, answer in given if answer.office), None),
        unmet=tuple(dict.fromkeys(condition for _, answer in given for condition in answer.unmet)),
        ignored=ignored,
        unanswered=tuple(question for question in asked if question not in [known for known, _ in given]),
    )


def _says_all_of(query: Query, joined: Attempt) -> bool:
    """Whether the first passage of the joined question has something of each concept of the new question alone."""
    if not query.concepts or not joined.evidence.hits:
        return False
    shares = dict(
        zip((concept.label for concept in joined.query.concepts), joined.evidence.hits[0].shares, strict=True)
    )
    return all(shares.get(concept.label, 0.0) > 0 for concept in query.concepts)
