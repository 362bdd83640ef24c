"""Which sentence answers: candidate passages in, the best sentence of each and how much of the question it says out.

A sentence is seldom alone. What a question names may stand in the heading above it, in the sentence before it
("The workshop ... . 20 students were enrolled") or elsewhere in the passage, so a concept that a sentence lacks
counts in part when its surroundings have it. What the question *wants*, a number, a time or a name, must stand in
the sentence itself, best close to something that the question names.

The sentences of all candidates are looked at together, in arrays with a column for each of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from index.answering import shapes
from index.answering.answer_forms import ELIGIBLE, AnswerForm, form_preferred
from index.question.answer_type import AnswerType
from index.question.parse import Concept, Query
from index.scoring.concepts import FoundExpansion, ScoredConcept, SoughtConcept
from index.scoring.postings import Floats, Integers
from index.store.corpus import BODY, CAPITAL, COUNTRY, NUMBER, SECTION, TIME, Corpus, PassageViews
from index.store.tables import reduce_groups
from index.text.analyzer import HAN_RUN

_NEAR = 4
"""Tokens between what is wanted and what is named, at most."""
_AROUND = np.array([distance for distance in range(-_NEAR, _NEAR + 1) if distance])
_SHAPES: dict[AnswerType, int] = {
    "number": NUMBER,
    "time": TIME,
    "founding": TIME,
    "upcoming": TIME,
    "country": COUNTRY,
    "name": CAPITAL,
    "leader": CAPITAL,
    "place": CAPITAL,
}
_SHAPED_ONLY = frozenset(("contact", "upcoming"))
"""Kinds whose answers no single token tells."""
_SURE = 0.8
"""Weight of an expansion from which it is another name of the same."""
_Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class SentenceRules:
    """How much the surroundings and the thing wanted count."""

    beside: float = 0.4
    """A concept in the sentence before or after."""
    above: float = 0.75
    """A concept in the headings above."""
    passage: float = 0.2
    """A concept elsewhere in the passage."""
    wanted_near: float = 0.45
    """What the question wants, close to what it names."""
    wanted: float = 0.25
    """What the question wants, anywhere in a sentence that has something the question names."""
    lacking: float = 0.4
    """What a passage loses that has nothing of what the question wants."""
    defines: float = 0.2
    """A sentence that opens with what the question asks to define."""
    spells_out: float = 0.8
    """A sentence that has a name and its letters side by side, as in "World Health Organization (WHO)"."""
    says_both: float = 0.3
    """A sentence that has both, but not side by side."""
    shaped: float = 0.4
    """A sentence that has the shape of the answer: a founding and its year, an office and who holds it."""
    formed: float = 0.4
    """A sentence that has a thing of the form that is asked for: weeks, euros, per cent."""
    states: float = 0.7
    """A sentence that states what the thing to be defined is."""
    heading: float = 0.5
    """What a heading is worth as an answer."""


class Presence:
    """Which of the terms that are looked for stand in some texts: headings, titles or sentences."""

    def __init__(self, terms: Sequence[int], size: int) -> None:
        """`terms`: numbers of those looked for, at least one; `size`: how many texts there are."""
        self.terms, self.size = terms, size
        self.places = np.full(max(terms) + 2, -1)
        """The row of each term in `has`, by its number; the last one stands for all above."""
        self.places[terms] = np.arange(len(terms))
        self.has = np.zeros((len(terms), size))
        """1 where a text has a term (terms x texts)."""

    @classmethod
    def of_lists(cls, lists: Sequence[Integers], terms: Sequence[int]) -> Presence:
        """Of texts whose terms are listed."""
        presence = cls(terms, len(lists))
        owner = np.arange(len(lists)).repeat([len(own) for own in lists])
        rows = presence.places.take(np.concatenate([np.zeros(0, np.intp), *lists]), mode="clip")
        presence.has[rows[rows >= 0], owner[rows >= 0]] = 1.0
        return presence


class Read(Presence):
    """The sentences of some passages, one after another, and where the terms that are looked for stand in them."""

    def __init__(self, corpus: Corpus, numbers: Integers, terms: dict[str, int]) -> None:
        """`terms`: those looked for and their numbers, at least one."""
        self.corpus, self.numbers = corpus, numbers
        self.row_of = {term: row for row, term in enumerate(terms)}
        """The row of each term in `has`."""
        forward = corpus.forward
        self.lengths = forward.lengths(numbers)
        tokens, sentences, self.shapes = forward.gather(numbers, forward.terms, forward.sentences, forward.shapes)
        some = self.lengths.nonzero()[0]
        self.counts = np.ones(len(numbers), np.intp)
        """How many sentences each passage has; one without a token has one."""
        if len(some):
            self.counts[some] += np.maximum.reduceat(sentences, (self.lengths.cumsum() - self.lengths)[some])
        ends = self.counts.cumsum()
        self.firsts = ends - self.counts
        """The first sentence of each passage."""
        super().__init__([*terms.values()], int(ends[-1]))
        self.rows = self.firsts.repeat(self.lengths) + sentences
        """The sentence that each token stands in, ascending."""
        self.term_rows = self.places.take(tokens, mode="clip")
        """The row of each token in `has`, -1 where it is not looked for."""
        self.hit = self.term_rows >= 0
        hits = self.hit.nonzero()[0]
        self.has[self.term_rows.take(hits), self.rows.take(hits)] = 1.0

    @cached_property
    def owner(self) -> Integers:
        """Which of the passages each token stands in."""
        return np.arange(len(self.numbers)).repeat(self.lengths)

    def flags(self, bit: int) -> Floats:
        """1 for each sentence that has a token of a shape."""
        found = np.zeros(self.size)
        found[self.rows[(self.shapes & bit) > 0]] = 1.0
        return found

    def in_passages(self, rows: Sequence[int]) -> Floats:
        """1 where a passage has a term, for some rows of `has` (rows x passages)."""
        found: Floats = np.maximum.reduceat(self.has[list(rows)], self.firsts, axis=1)
        return found

    @cached_property
    def section_of(self) -> Integers:
        """For each passage the place of its section among `headings_above`."""
        return self._sections[1]

    @cached_property
    def headings_above(self) -> Presence:
        """The headings above the passages, each heading path once."""
        runs = (range(section, section + 1) for section in self._sections[0].tolist())
        return Presence.of_lists([self.corpus.section_terms.run(run)[0] for run in runs], self.terms)

    @cached_property
    def _sections(self) -> tuple[Integers, Integers]:
        sections = self.corpus.places.take(self.numbers, axis=0)[:, SECTION]
        numbers, owner = np.unique(sections, return_inverse=True)
        return numbers, owner

    @cached_property
    def headings(self) -> _Flags:
        """Whether each sentence is a heading."""
        body = self.corpus.places.take(self.numbers, axis=0)[:, BODY]
        headings: _Flags = np.arange(self.size) < (self.firsts + body).repeat(self.counts)
        return headings

    def tokens(self, row: int) -> list[int]:
        """What `found` has for the tokens of a sentence, in order."""
        low, high = self.rows.searchsorted((row, row + 1)).tolist()
        tokens: list[int] = self.term_rows[low:high].tolist()
        return tokens


class Best(NamedTuple):
    """The best sentence of each candidate."""

    shares: Floats
    """How much of the question it says, 0 to 1 and a little."""
    numbers: Integers
    """Its number in the passage."""
    has: _Flags
    """Whether the passage has what the question wants, a number, a time, a name; all have, where it wants nothing."""
    near: _Flags
    """Whether the sentence has it close to something that the question names."""
    read: Read


def best_sentences(
    query: Query,
    corpus: Corpus,
    scored: Sequence[ScoredConcept],
    numbers: Integers,
    weights: Floats,
    shares: Floats,
    terms: dict[str, int],
    rules: SentenceRules,
    views: PassageViews,
) -> Best:
    """Choose the sentence of each candidate that answers best.

    numbers: int (candidates); weights: float (concepts), summing to 1; shares: float (concepts x candidates), how
    much of each concept the passage has, headings included; terms: the query's terms that the index has.
    """
    read = Read(corpus, numbers, terms)
    said = _said([concept.sought for concept in scored], read, weights, shares, rules)
    gains, has = _gains(query, read, terms, rules, views)
    said += gains
    said[read.headings] *= rules.heading
    best = np.maximum.reduceat(said, read.firsts)
    ties = (said == best.repeat(read.counts)).nonzero()[0]
    chosen = ties[ties.searchsorted(read.firsts)]
    best[~has] -= rules.lacking
    near = np.broadcast_to(gains, (read.size,))[chosen] >= rules.wanted_near
    return Best(best, chosen - read.firsts, has, near, read)


def _said(sought: Sequence[SoughtConcept], read: Read, weights: Floats, shares: Floats, rules: SentenceRules) -> Floats:
    """How much of the question each sentence says."""
    inside = share_inside(sought, read)
    headings = read.headings
    body = np.maximum.reduceat(inside * ~headings, read.firsts, axis=1)
    above = np.maximum.reduceat(inside * headings, read.firsts, axis=1)
    # What only headings have, those a passage opens with or those above it, holds for all its sentences.
    np.maximum(above, shares, out=above, where=body < shares)
    everywhere = np.maximum(rules.passage * body, rules.above * above)
    said = np.maximum(inside, everywhere.repeat(read.counts, axis=1))
    inside *= rules.beside
    follows = np.ones(read.size, bool)
    follows[read.firsts] = False
    np.maximum(said[:, :-1], inside[:, 1:], out=said[:, :-1], where=follows[1:])
    np.maximum(said[:, 1:], inside[:, :-1], out=said[:, 1:], where=follows[1:])
    # not a matrix product, whose last bits depend on where in the array a sentence stands
    together: Floats = (weights[:, None] * said).sum(axis=0)
    return together


def share_inside(sought: Sequence[SoughtConcept], read: Presence) -> Floats:
    """How much of each concept each text has itself, 0 to 1 (concepts x texts).

    Of a concept's parts each counts the same, and the whole where that is more; of expansions the best, and an
    expansion of several words as far as it is there.
    """
    best = _best([group for concept in sought for group in (*concept.parts, concept.whole) if group], read)
    if all(len(concept.parts) == 1 and concept.parts[0] and not concept.whole for concept in sought):
        return best
    rows = iter(best)
    inside = np.zeros((len(sought), read.size))
    for row, concept in zip(inside, sought, strict=True):
        for _ in filter(None, concept.parts):
            row += next(rows) / len(concept.parts)
        if concept.whole:
            np.maximum(row, next(rows), out=row)
    return inside


def _best(groups: list[list[FoundExpansion]], read: Presence) -> Floats:
    """How much each sentence has of the best expansion of each group (groups x sentences)."""
    expansions = [expansion for group in groups for expansion in group]
    numbers = [expansion.numbers for expansion in expansions]
    there = read.has.take(read.places.take([number for own in numbers for number in own]), axis=0)
    if len(there) > len(expansions):
        there = reduce_groups(np.add, there, map(len, numbers))
        there *= there  # which changes nothing where there is one number, of which a sentence has 0 or 1
    there *= np.array([expansion.weight / expansion.length**2 for expansion in expansions])[:, None]
    return reduce_groups(np.maximum, there, map(len, groups))


def _gains(
    query: Query, read: Read, terms: dict[str, int], rules: SentenceRules, views: PassageViews
) -> tuple[Floats | float, _Flags]:
    """What each sentence gains by having what the question wants; and whether a passage has it."""
    form = form_preferred(query.form, query.wants)
    if form is not None and (form.demanded or not shapes.has_shape(query.wants)) and query.wants not in _SHAPED_ONLY:
        return _formed(form, query, read, terms, rules, views)
    if not shapes.has_shape(query.wants):
        return _by_tokens(query, read, terms, rules)
    gains, has = _by_tokens(query, read, terms, rules)
    shaped = _shaped(query, read, rules, views)
    found = np.maximum.reduceat(shaped, read.firsts) > 0
    if query.wants == "leader":  # any name beside the office is not who holds it
        return shaped, has | found
    return gains + shaped, found if query.wants in _SHAPED_ONLY else has | found


def _formed(
    form: AnswerForm, query: Query, read: Read, terms: dict[str, int], rules: SentenceRules, views: PassageViews
) -> tuple[Floats | float, _Flags]:
    """The same for a thing of one form, which counts more than any number or name."""
    eligible = form.pattern is ELIGIBLE  # no name is wanted
    gains, has = (0.0, np.ones(len(read.numbers), bool)) if eligible else _by_tokens(query, read, terms, rules)
    formed = np.zeros(read.size)
    named = np.maximum.reduceat(read.has.any(axis=0), read.firsts)
    for number, first, count, some in zip(
        read.numbers.tolist(), read.firsts.tolist(), read.counts.tolist(), named.tolist(), strict=True
    ):
        printed = views.printed(number) if some else None
        if printed is not None and form.pattern.search(printed.text):
            for place, (low, high) in enumerate(printed.sentences[:count]):
                if form.pattern.search(printed.text, low, high):
                    formed[first + place] = rules.formed
    gains = np.maximum(gains, 0.0) * (formed > 0) + formed if form.demanded else gains + formed
    return gains, np.maximum.reduceat(formed, read.firsts) > 0 if form.demanded else has


def _shaped(query: Query, read: Read, rules: SentenceRules, views: PassageViews) -> Floats:
    """What each sentence gains that has the shape of the answer, in a passage that has something the question names."""
    gains = np.zeros(read.size)
    own: _Flags = np.max(read.has, axis=0) > 0
    named = np.maximum.reduceat(own, read.firsts)
    names = tuple(name for concept in query.concepts for name in _names_of(concept))
    alone = query.wants == "definition"  # what is defined stands in the sentence itself
    for number, first, count, some in zip(
        read.numbers.tolist(), read.firsts.tolist(), read.counts.tolist(), named.tolist(), strict=True
    ):
        if some:
            printed = views.printed(number)
            for place, (low, high) in enumerate(printed.sentences[:count]):
                if not alone or own[first + place]:
                    strength = shapes.strength(query.wants, printed.text[low:high], query.form, names)
                    gains[first + place] = strength * (rules.states if alone else rules.shaped)
    return gains


def _names_of(concept: Concept) -> Iterator[str]:
    """A concept as the question has it, and as the other language is likely to print it, without endings."""
    yield concept.label
    for expansion in (*concept.expansions, *(concept.parts[0].expansions if len(concept.parts) == 1 else ())):
        if len(expansion.terms) > 1 and expansion.weight >= _SURE:
            yield "".join(expansion.terms) if HAN_RUN.match(expansion.terms[0]) else " ".join(expansion.terms)


def _by_tokens(query: Query, read: Read, terms: dict[str, int], rules: SentenceRules) -> tuple[Floats | float, _Flags]:
    """The same by what single tokens look like."""
    everywhere = np.ones(len(read.numbers), bool)
    if query.wants == "definition":
        return _defining(query, read, terms, rules), everywhere
    if query.wants not in _SHAPES:
        return 0.0, everywhere
    gains = _wanted(_SHAPES[query.wants], read, rules)
    if _SHAPES[query.wants] == CAPITAL:  # Chinese has no capitals: there a name cannot be told from another word
        chinese = read.corpus.are_in("zh", read.numbers)
        gains[chinese.repeat(read.counts)] = 0.0
        return gains, chinese | (np.maximum.reduceat(gains, read.firsts) > 0)
    return gains, np.maximum.reduceat(gains, read.firsts) > 0


def _wanted(bit: int, read: Read, rules: SentenceRules) -> Floats:
    """What each sentence gains by having the kind of thing that the question wants."""
    gains = np.zeros(read.size)
    named = read.has.any(axis=0)
    things = ((read.shapes & bit) > 0) & ~read.hit & named.take(read.rows)
    places = things.nonzero()[0]
    rows = read.rows.take(places)
    gains[rows] = rules.wanted
    around = places[:, None] + _AROUND
    near = read.hit.take(around, mode="clip") & (read.rows.take(around, mode="clip") == rows[:, None])
    gains[rows[near.any(axis=1)]] = rules.wanted_near
    return gains


def _defining(query: Query, read: Read, terms: dict[str, int], rules: SentenceRules) -> Floats:
    """What each sentence gains by opening with what is to be defined, or by spelling it out."""
    gains = np.zeros(read.size)
    rows, first = np.unique(read.rows, return_index=True)
    gains[rows[read.hit[first]]] = rules.defines
    rows_of = {term: row for row, term in enumerate(terms)}
    for concept in query.concepts:
        for short, long in _names(concept, rows_of):
            for row in np.flatnonzero(read.has[[short, *long]].all(axis=0)).tolist():
                beside = _stand_beside(short, long, read.tokens(row))
                gains[row] = max(gains[row], rules.spells_out if beside else rules.says_both)
    return gains


def _names(concept: Concept, terms: dict[str, int]) -> list[tuple[int, tuple[int, ...]]]:
    """A name's letters and its words, as rows, in each way in which both are known."""
    own = tuple(part.term for part in concept.parts)
    ways = {own, *(expansion.terms for expansion in (*concept.parts[0].expansions, *concept.expansions))}
    known = [tuple(terms[term] for term in way) for way in ways if all(term in terms for term in way)]
    return [
        (short[0], long)
        for short in known
        if len(short) == 1
        for long in known
        if len(long) > 1 and short[0] not in long
    ]


def _stand_beside(short: int, long: tuple[int, ...], said: list[int]) -> bool:
    """Whether a sentence has the words of a name in their order, and its letters right before or after them."""
    length = len(long)
    return any(
        tuple(said[position : position + length]) == long
        and short in (*said[max(0, position - 1) : position], *said[position + length : position + length + 1])
        for position in range(len(said) - length + 1)
    )
