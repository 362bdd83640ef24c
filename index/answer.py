"""What is given to a person: hits in, an `Answer` of cited excerpts or a `NoAnswer` that says why out."""

from __future__ import annotations

from dataclasses import dataclass

from content.sentences import split_sentences
from index.corpus import BODY, Citation, Corpus
from index.query import Query
from index.ranking import Evidence
from index.refusal import refuse
from index.selection import Hit

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


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """The reports do not say: what was looked for, what of it they never name, and the nearest headings."""

    question: str
    language: str
    looked_for: tuple[str, ...]
    missing: tuple[str, ...]
    suggestions: tuple[Suggestion, ...]
    generation: str
    understood: str = ""
    follows: bool = False


def compose(query: Query, evidence: Evidence, corpus: Corpus, generation: str, limit: int) -> Answer | NoAnswer:
    """Make what is given to a person, at most `limit` excerpts, from what was found."""
    looked_for = tuple(concept.label for concept in query.concepts)
    refusal = refuse(query, evidence, corpus)
    if refusal:
        suggestions = _suggest(evidence, corpus)
        return NoAnswer(
            query.question,
            query.language,
            looked_for,
            refusal.missing,
            suggestions,
            generation,
            query.understood,
            query.follows,
        )
    terms = frozenset(evidence.numbers.values())
    excerpts = tuple(_excerpt(rank, hit, terms, corpus) for rank, hit in enumerate(evidence.hits[:limit], 1))
    return Answer(query.question, query.language, excerpts, looked_for, generation, query.understood, query.follows)


def _suggest(evidence: Evidence, corpus: Corpus) -> tuple[Suggestion, ...]:
    """The headings of the nearest passages, each once."""
    found: dict[str, str] = {}
    for hit in evidence.hits:
        citation = corpus.citation(hit.number)
        section = citation.locator.section
        text = f"{citation.title} › {section[-1]}" if section and section[-1] != citation.title else citation.title
        found.setdefault(text, corpus.id(hit.number))
        if len(found) == MAX_SUGGESTIONS:
            break
    return tuple(Suggestion(text, passage) for text, passage in found.items())


def _excerpt(rank: int, hit: Hit, terms: frozenset[int], corpus: Corpus) -> Excerpt:
    passage = corpus.texts[hit.number]
    sentences = split_sentences(passage) or [(0, len(passage))]
    answering = min(hit.sentence, len(sentences) - 1)
    # The headings that a passage opens with stand in its citation; what of the question only they say is shown again.
    headings = int(corpus.places[hit.number][BODY])
    start = sentences[headings][0] if headings <= answering else 0
    if start and len(passage) <= MAX_EXCERPT and _only_above(hit.number, start, terms, corpus):
        start = 0
    excerpt = Excerpt(
        rank=rank,
        score=hit.score,
        text=passage[start:],
        sentence=_moved(sentences[answering], start),
        matches=tuple(_moved(found, start) for found in _matches(hit.number, terms, corpus) if found[0] >= start),
        passage=corpus.id(hit.number),
        citation=corpus.citation(hit.number),
    )
    check_verbatim(excerpt, passage)
    return excerpt


def _only_above(number: int, start: int, terms: frozenset[int], corpus: Corpus) -> bool:
    """Whether a word that was looked for stands before `start` and nowhere after it."""
    tokens = corpus.forward.of(number)
    there = corpus.forward.terms[tokens]
    below = corpus.forward.offsets[tokens] >= start
    return not terms.intersection(there[~below].tolist()) <= set(there[below].tolist())


def _moved(found: Slice, start: int) -> Slice:
    return found[0] - start, found[1] - start


def _matches(number: int, terms: frozenset[int], corpus: Corpus) -> list[Slice]:
    """The words of a passage whose terms were looked for; two terms of one word are one match."""
    forward = corpus.forward
    tokens = forward.of(number)
    hits = [place for place, term in enumerate(forward.terms[tokens].tolist()) if term in terms]
    slices: list[Slice] = []
    for start, end in zip(forward.offsets[tokens][hits].tolist(), forward.ends[tokens][hits].tolist(), strict=True):
        if not slices or start >= slices[-1][1]:
            slices.append((start, end))
    return slices


def check_verbatim(excerpt: Excerpt, passage: str) -> None:
    """Raise AssertionError unless an excerpt is what its passage says, short enough, and its slices lie in it."""
    if excerpt.text not in passage or len(excerpt.text) > MAX_EXCERPT:
        raise AssertionError(f"passage {excerpt.passage}: the excerpt is not a slice of it")
    if any(not 0 <= start < end <= len(excerpt.text) for start, end in (excerpt.sentence, *excerpt.matches)):
        raise AssertionError(f"passage {excerpt.passage}: a slice reaches outside the excerpt")
