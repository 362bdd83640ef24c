"""What is given to a person: hits in, an `Answer` of cited excerpts or a `NoAnswer` that says why out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.answering.ranking import Evidence
from index.answering.refusal import refuse
from index.answering.selection import Hit
from index.question.filters import describe
from index.question.parse import Query
from index.store.corpus import Citation, Corpus, Mark, PassageViews

__all__ = ["Answer", "Citation", "Excerpt", "NoAnswer", "Slice", "Suggestion", "compose"]

MAX_EXCERPT = 700
"""Characters an excerpt has at most."""

MAX_SUGGESTIONS = 3

Slice = tuple[int, int]
"""Start and end (exclusive) in the text it belongs to, in characters."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A verbatim slice of a passage, at most `MAX_EXCERPT` characters."""

    rank: int
    score: float
    text: str
    sentence: Slice
    """The part of `text` that answers."""
    matches: tuple[Slice, ...]
    """The words of `text` that the question asked for, in order, without overlap."""
    passage: str
    citation: Citation
    asked: str = ""
    """Which question of a message it answers; empty where the message has one."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A place to look when the reports do not say."""

    text: str
    passage: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The excerpts that answer, best first."""

    question: str
    language: str
    excerpts: tuple[Excerpt, ...]
    looked_for: tuple[str, ...]
    generation: str
    understood: str = ""
    """How a question was read that leaned on the one before it, or whose spelling was mended; else empty."""
    follows: bool = False
    """Whether it leaned on the question before it."""
    office: OfficeReply | None = None
    """The office's own answer, which comes before the excerpts. Only where it is given may there be none of these."""
    unanswered: tuple[str, ...] = ()
    """Those questions of a message of several that the reports do not answer."""
    unmet: tuple[str, ...] = ()
    """Phrases that no passage has, and words that every passage has that were to be left out: it does without them."""


@dataclass(frozen=True, slots=True)
class OfficeReply:
    """What the office answers, in its own words: no citation, and never shown as one."""

    name: str
    """What staff call it."""
    text: str
    language: str
    """Of the text: `en` or `zh`."""
    form: str
    """Which of its questions the question came nearest to."""
    score: float
    """How near: the mean of the two shares of `curated.Fit`."""


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """The reports do not say: what was looked for, what of it is missing, and the nearest headings."""

    question: str
    language: str
    looked_for: tuple[str, ...]
    missing: tuple[str, ...]
    suggestions: tuple[Suggestion, ...]
    generation: str
    understood: str = ""
    follows: bool = False
    apart: tuple[str, ...] = ()
    """Those of the missing that the reports name elsewhere, not with the rest of the question."""

    @property
    def nowhere(self) -> tuple[str, ...]:
        """Those of the missing that the reports never name."""
        return tuple(label for label in self.missing if label not in self.apart)


def compose(
    query: Query,
    evidence: Evidence,
    corpus: Corpus,
    views: PassageViews,
    generation: str,
    limit: int,
    look_again: Callable[[], Sequence[Hit]] | None = None,
) -> Answer | NoAnswer:
    """Make what is given to a person, at most `limit` excerpts, from what was found.

    `look_again`: gives the hits in another order; asked for once it is decided that there is an answer.
    """
    looked_for = tuple(concept.label for concept in query.concepts)
    refusal = refuse(query, evidence, corpus)
    if refusal:
        suggestions = _suggest(evidence, corpus)
        conditions = tuple(describe(query.filters)) if looked_for else ()
        return NoAnswer(
            query.question,
            query.language,
            looked_for + conditions,
            refusal.missing,
            suggestions,
            generation,
            query.understood,
            query.follows,
            refusal.apart,
        )
    hits = (look_again() if look_again else evidence.hits)[:limit]
    marks = views.marks([hit.number for hit in hits], evidence.numbers.values())
    excerpts = tuple(
        _excerpt(rank, hit, own, corpus, views) for rank, (hit, own) in enumerate(zip(hits, marks, strict=True), 1)
    )
    return Answer(
        query.question,
        query.language,
        excerpts,
        looked_for,
        generation,
        query.understood,
        query.follows,
        unmet=evidence.unmet,
    )


def _suggest(evidence: Evidence, corpus: Corpus) -> tuple[Suggestion, ...]:
    """The headings of the nearest passages, each once."""
    passages: dict[str, str] = {}
    for hit in evidence.hits:
        citation = corpus.citation(hit.number)
        section = citation.locator.section
        text = f"{citation.title} › {section[-1]}" if section and section[-1] != citation.title else citation.title
        passages.setdefault(text, corpus.id(hit.number))
        if len(passages) == MAX_SUGGESTIONS:
            break
    return tuple(Suggestion(text, passage) for text, passage in passages.items())


def _excerpt(rank: int, hit: Hit, marks: Sequence[Mark], corpus: Corpus, views: PassageViews) -> Excerpt:
    passage = views.printed(hit.number)
    answering = min(hit.sentence, len(passage.sentences) - 1)
    # The headings that a passage opens with stand in its citation; what of the question only they say is shown again.
    start = passage.sentences[passage.headings][0] if passage.headings <= answering else 0
    if start and len(passage.text) <= MAX_EXCERPT:
        below = {term for term, low, _ in marks if low >= start}
        start = start if all(term in below for term, _, _ in marks) else 0
    low, high = passage.sentences[answering]
    excerpt = Excerpt(
        rank=rank,
        score=hit.score,
        text=passage.text[start:],
        sentence=(low - start, high - start),
        matches=_matches(marks, start),
        passage=corpus.id(hit.number),
        citation=passage.citation,
    )
    check_verbatim(excerpt, passage.text)
    return excerpt


def _matches(marks: Sequence[Mark], start: int) -> tuple[Slice, ...]:
    """Where the terms that were looked for stand after `start`; two terms of one word are one match."""
    slices: list[Slice] = []
    end = start
    for _, low, high in marks:
        if low >= end:
            slices.append((low - start, high - start))
            end = high
    return tuple(slices)


def check_verbatim(excerpt: Excerpt, passage: str) -> None:
    """Raise AssertionError unless an excerpt is what its passage says, short enough, and its slices lie in it."""
    # most are the end of their passage, which is seen at once
    verbatim = passage.endswith(excerpt.text) or excerpt.text in passage
    if not verbatim or len(excerpt.text) > MAX_EXCERPT:
        raise AssertionError(f"passage {excerpt.passage}: the excerpt is not a slice of it")
    length = len(excerpt.text)
    for start, end in (excerpt.sentence, *excerpt.matches):
        if not 0 <= start < end <= length:
            raise AssertionError(f"passage {excerpt.passage}: a slice reaches outside the excerpt")
