"""A question and the office's own answers in; the answer that fits it, and how well, out.

The reports do not say how to apply or when the next workshop is; the office does, in words that staff keep
(`content/answers.py`). Such an answer fits where the question asks what one of its questions asks, and nothing else:

- *asked*: the share of the question's concepts that any of the answer's questions has. "How do I apply AI to farming?"
  has two that the questions on how to apply lack.
- *said*: the share of the concepts of the nearest of its questions that the question has. "When is the workshop?" is
  not "When is the deadline for the workshop's travel grants?".

Why not BM25 over the forms? It orders them, and says nothing of whether the best one fits at all. Both shares do, for
forms of three words, whichever they are; and staff can be shown the two figures.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from content.answers import OfficeAnswer
from index.answering.answer import Answer, NoAnswer, OfficeReply
from index.answering.answer_forms import form_asked_for
from index.question.parse import Concept, Query, language_of

NAMING = frozenset(("country", "year", "ordinal", "acronym", "name", "nationality"))
"""Kinds of concepts that a form has to have where the question has them: "in Kenya" asks something of its own."""
ALIKE = 0.5
"""Weight from which on an expansion is the same thing said otherwise, and not only a word beside it."""


@dataclass(frozen=True, slots=True)
class CuratedRules:
    """When an answer of the office's is given."""

    first: tuple[float, float] = (0.99, 0.5)
    """Shares (asked, said) from which on it comes first, whatever the reports say."""
    rather: tuple[float, float] = (0.5, 0.5)
    """Shares from which on it is given where the reports do not answer."""
    common: float = 0.1
    """Share of the passages from which on a word says little: in reports of workshops, "workshop" does."""
    little: float = 0.3
    """What such a word counts."""


class Fit(NamedTuple):
    """How well an answer of the office's fits a question."""

    answer: OfficeAnswer
    form: str
    """Which of its questions is nearest."""
    asked: float
    """Share of the question's concepts that the answer's questions have, 0 to 1."""
    said: float
    """Share of the form's concepts that the question has, 0 to 1."""

    def reaches(self, bar: tuple[float, float]) -> bool:
        """Whether both shares reach a bar."""
        return self.asked >= bar[0] and self.said >= bar[1]


class Curated:
    """The office's answers, their questions read as questions are."""

    def __init__(
        self,
        answers: Sequence[OfficeAnswer],
        read: Callable[[str], Query],
        share_of: Callable[[str], float],
        rules: CuratedRules = CuratedRules(),
    ) -> None:
        """`read`: a question → as it is understood; `share_of`: a term → the share of the passages that have it."""
        self.rules = rules
        self._share_of = share_of
        self._read = read
        self._answers = tuple(answers)
        self._forms: dict[str, list[tuple[OfficeAnswer, list[tuple[str, Query]]]]] = {}

    def best(self, query: Query) -> Fit | None:
        """The answer that fits a question best; None where none has anything of it."""
        fits = [fit for answer, forms in self._in(query.language) if (fit := self._fit(query, answer, forms)).asked > 0]
        return max(fits, key=lambda fit: (fit.asked + fit.said, fit.answer.name), default=None)

    def _in(self, language: str) -> list[tuple[OfficeAnswer, list[tuple[str, Query]]]]:
        """The answers with those of their questions that are in a language, where there are none with all.

        They are read when the first question in the language is asked: a terminal that is asked once, in English,
        need not load what reads Chinese.
        """
        found = self._forms.get(language)
        if found is None:
            found = []
            for answer in self._answers:
                own = [form for form in answer.questions if language_of(form) == language]
                found.append((answer, [(form, self._read(form)) for form in own or answer.questions]))
            self._forms[language] = found
        return found

    def comes_first(self, query: Query) -> Fit | None:
        """The answer that is given before what the reports say."""
        fit = self.best(query)
        return fit if fit is not None and fit.reaches(self.rules.first) else None

    def instead(self, query: Query) -> Fit | None:
        """The answer that is given where the reports do not answer."""
        fit = self.best(query)
        return fit if fit is not None and fit.reaches(self.rules.rather) else None

    def beside(self, query: Query, given: Answer | NoAnswer) -> Answer | NoAnswer:
        """What is given to a person, with the office's answer before it or in its place, where one fits."""
        fit = self.comes_first(query) if isinstance(given, Answer) else self.instead(query)
        if fit is None:
            return given
        text, language = fit.answer.text(given.language)
        reply = OfficeReply(fit.answer.name, text, language, fit.form, (fit.asked + fit.said) / 2)
        if isinstance(given, Answer):
            return replace(given, office=reply)
        return Answer(
            given.question,
            given.language,
            (),
            given.looked_for,
            given.generation,
            given.understood,
            given.follows,
            reply,
        )

    def _fit(self, query: Query, answer: OfficeAnswer, forms: Sequence[tuple[str, Query]]) -> Fit:
        nothing = Fit(answer, "", 0.0, 0.0)
        same = next((form for form in answer.questions if _plain(form) == _plain(query.question)), None)
        if same is not None:
            return Fit(answer, same, 1.0, 1.0)
        fitting = [(form, read) for form, read in forms if not _asks_otherwise(query, read)]
        if query.filters.conditions or not fitting:
            return nothing
        every = [concept for _, read in fitting for concept in read.concepts]
        if any(_names(concept) and not any(_alike(concept, other) for other in every) for concept in query.concepts):
            return nothing
        said, form = max((self._covered(read.concepts, query.concepts), form) for form, read in fitting)
        return Fit(answer, form, self._covered(query.concepts, every), said)

    def _covered(self, concepts: Sequence[Concept], others: Sequence[Concept]) -> float:
        """The share of some concepts that are among others, by what each counts."""
        weights = [self._weight(concept) for concept in concepts]
        total = sum(weights)
        if not total:
            return 0.0
        met = sum(w for one, w in zip(concepts, weights, strict=True) if any(_alike(one, other) for other in others))
        return met / total

    def _weight(self, concept: Concept) -> float:
        common = all(self._share_of(part.term) >= self.rules.common for part in concept.parts)
        return min(1.0, concept.weight) * (self.rules.little if common else 1.0)


def _plain(question: str) -> str:
    return " ".join(question.split()).rstrip("?？!！.。 ").casefold()


def _asks_otherwise(query: Query, form: Query) -> bool:
    """Whether both say what kind of thing they ask for, and it is not the same.

    Who may come is not how to apply: what asks for it is not met by a question that does not.
    """
    asked, other = form_asked_for(query.form), form_asked_for(form.form)
    if asked is not None and (
        other.kind != asked.kind if other is not None else asked.names_form or asked.kind == "eligibility"
    ):
        return True
    return bool(query.wants and form.wants) and query.wants != form.wants


def _names(concept: Concept) -> bool:
    """Whether something is named that no other word can stand for."""
    return concept.kind in NAMING


def _alike(concept: Concept, other: Concept) -> bool:
    """Whether two concepts are one thing, said in the same or in other words."""
    return bool(_own(concept) & _all(other)) or bool(_own(other) & _all(concept))


def _own(concept: Concept) -> set[tuple[str, ...]]:
    """The words of a concept itself: each, or all of them together."""
    whole = tuple(part.term for part in concept.parts)
    return {whole, *((part.term,) for part in concept.parts)} if len(whole) > 1 else {whole}


def _all(concept: Concept) -> set[tuple[str, ...]]:
    """The same, with what may stand for them."""
    expansions = [*concept.expansions, *(expansion for part in concept.parts for expansion in part.expansions)]
    return _own(concept) | {expansion.terms for expansion in expansions if expansion.weight >= ALIKE}
