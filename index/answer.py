"""What is given to a person: hits in, an `Answer` of cited excerpts or a `NoAnswer` that says why out."""

from __future__ import annotations

from dataclasses import dataclass

from content.documents import Locator

MAX_EXCERPT = 700
"""Characters an excerpt has at most."""

Slice = tuple[int, int]
"""Start and end (exclusive) in the text it belongs to, in characters."""


@dataclass(frozen=True, slots=True)
class Citation:
    """Where an excerpt is printed."""

    document: str
    title: str
    year: int | None
    locator: Locator
    source: str
    address: str = ""


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


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """The reports do not say: what was looked for, what of it they never name, and the nearest headings."""

    question: str
    language: str
    looked_for: tuple[str, ...]
    missing: tuple[str, ...]
    suggestions: tuple[Suggestion, ...]
    generation: str
