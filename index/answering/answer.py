"""What is given to a person: hits in, an `Answer` of cited excerpts or a `NoAnswer` that says why out."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from content.documents import SEPARATOR
from content.kinds import KINDS, asks
from index.answering.ranking import Evidence
from index.answering.refusal import refuse
from index.answering.selection import Hit
from index.answering.shapes import is_person
from index.question.filters import describe
from index.question.parse import Query
from index.store.corpus import DOCUMENT, END, KIND, PAGE, START, Citation, Corpus, Mark, PassageViews
from index.text.analyzer import HAN_RUN

__all__ = ["Answer", "Citation", "Excerpt", "NoAnswer", "Slice", "Suggestion", "compose"]

MAX_EXCERPT = 700
"""Characters an excerpt has at most."""

MAX_SUGGESTIONS = 3

_LEADS_ON = re.compile(r"[:：]\s*(?:[(（]?[a-z0-9一][.)）、]?)?\s*\Z")
"""The end of what leads to the next sentence."""
_LABEL_WORDS, _LABEL_HAN = 5, 12
"""Words, or Chinese characters, that a label has at most."""

Slice = tuple[int, int]
"""Start and end (exclusive) in the text it belongs to, in characters."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A verbatim slice of a report, at most `MAX_EXCERPT` characters: a passage, and what is printed right after it."""

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
    language: str = ""
    """Of the report."""
    also: tuple[Citation, ...] = ()
    """Where the same stands in another edition of the report."""


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
    ignored: int = 0
    """Conditions of the question that were not heeded, being too many, or nothing but stop words."""


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
    languages: tuple[str, ...] = ()
    """Those of English and Chinese that the reports are in, where the question is in one that none of them is."""
    ignored: int = 0
    """As of an `Answer`."""

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
            ignored=query.filters.ignored + evidence.ignored,
        )
    hits = look_again() if look_again else evidence.hits
    excerpts = tuple(_excerpts(evidence, hits, corpus, views, limit))
    return Answer(
        query.question,
        query.language,
        excerpts,
        looked_for,
        generation,
        query.understood,
        query.follows,
        unmet=evidence.unmet,
        ignored=query.filters.ignored + evidence.ignored,
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


def _excerpts(
    evidence: Evidence, hits: Sequence[Hit], corpus: Corpus, views: PassageViews, limit: int
) -> Iterator[Excerpt]:
    """At most `limit` excerpts; a passage that an earlier one shows whole is not shown again."""
    shown: set[int] = set()
    rank = 0
    for hit in hits:
        if rank == limit:
            return
        if hit.number in shown:
            continue
        rank += 1
        terms, twin = evidence.numbers.values(), evidence.twins.get(hit.number)
        excerpt, whole = _excerpt(rank, hit, corpus, views, terms, twin)
        shown.update(range(hit.number, hit.number + 1 + whole))
        yield excerpt


def _excerpt(
    rank: int, hit: Hit, corpus: Corpus, views: PassageViews, terms: Collection[int], twin: int | None
) -> tuple[Excerpt, bool]:
    """A hit as it is shown, and whether the passage after it is shown whole with it."""
    passage = views.printed(hit.number)
    (found,) = views.marks([hit.number], terms)
    answering = min(hit.sentence, len(passage.sentences) - 1)
    # The headings that a passage opens with stand in its citation; what of the question only they say is shown again.
    start = passage.sentences[passage.headings][0] if passage.headings <= answering else 0
    if start and len(passage.text) <= MAX_EXCERPT:
        below = {term for term, low, _ in found if low >= start}
        start = start if all(term in below for term, _, _ in found) else 0
    text, sentences = passage.text[start:], [(low - start, high - start) for low, high in passage.sentences]
    matches = _matches(found, start)
    more = _goes_on(hit.number, MAX_EXCERPT - len(text) - len(SEPARATOR), corpus, views)
    whole = False
    if more is not None:
        low = len(text) + len(SEPARATOR)
        text += SEPARATOR + more
        following = views.printed(hit.number + 1)
        whole = more == following.text
        sentences += [(low + begin, low + end) for begin, end in following.sentences if end <= len(more)]
        (further,) = views.marks([hit.number + 1], terms)
        within = [(term, begin, end) for term, begin, end in further if end <= len(more)]
        matches += tuple((low + begin, low + end) for begin, end in _matches(within, 0))
    sentence, own = _answering(text, sentences, answering), len(passage.text) - start
    beyond = sentence[0] >= own  # it stands in the passage after it
    position = sentence[0] - own - len(SEPARATOR) if beyond else start + sentence[0]
    page = corpus.page_at(hit.number + beyond, position)
    excerpt = Excerpt(
        rank=rank,
        score=hit.score,
        text=text,
        sentence=sentence,
        matches=matches,
        passage=corpus.id(hit.number),
        citation=corpus.on_page(hit.number, passage.citation, page),
        language=corpus.language(hit.number),
        also=() if twin is None else (corpus.citation(twin),),
    )
    printed = passage.text if more is None else passage.text + SEPARATOR + views.printed(hit.number + 1).text
    check_verbatim(excerpt, printed)
    return excerpt, whole


def _answering(text: str, sentences: Sequence[Slice], answering: int) -> Slice:
    """The part of a text that answers, where a sentence was found.

    A question that is printed finds, and what stands below it answers. A line that leads to the next ("They are:", a
    label of a few words) answers with it; so does an office with the name that is printed above it.
    """
    last = len(sentences) - 1
    while answering < last and asks(text[slice(*sentences[answering])]):
        answering += 1
    start, end = sentences[answering]
    before = sentences[answering - 1][0] if answering else -1
    if before >= 0 and _is_label(text[start:end]) and is_person(text[slice(*sentences[answering - 1])]):
        return before, end
    while answering < last and (_LEADS_ON.search(text, start, end) or _is_label(text[start:end])):
        answering += 1
        end = sentences[answering][1]
    return start, end


def _is_label(line: str) -> bool:
    """Whether a line is no sentence but a few words: an office, a name, a heading that was not set as one."""
    words = line.split()
    if line[-1] in "。!！?？;；" or len(words) > _LABEL_WORDS:
        return False
    if HAN_RUN.search(line):
        return len(line) <= _LABEL_HAN
    return line[-1] != "." or all(word[0].isupper() or word[0].isdigit() for word in words)


def _goes_on(number: int, room: int, corpus: Corpus, views: PassageViews) -> str | None:
    """What of the next passage can be shown with one, up to the end of a sentence; None where nothing.

    Only what the report prints right after it, on the same page and below the same headings: the citation holds.
    """
    if number + 1 >= len(corpus):
        return None
    own, other = corpus.places[number].tolist(), corpus.places[number + 1].tolist()
    together = own[: PAGE + 1] == other[: PAGE + 1] or (
        own[DOCUMENT] == other[DOCUMENT] and own[PAGE] == other[PAGE] and KINDS[own[KIND]] == "heading"
    )
    if not together or other[START] - own[END] != len(SEPARATOR):
        return None
    following = views.printed(number + 1)
    ends = [end for _, end in following.sentences if end <= room]
    return following.text[: ends[-1]] if ends else None


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
