"""Which sentence answers: candidate passages in, the best sentence of each and how much of the question it says out.

A sentence is seldom alone. What a question names may stand in the heading above it, in the sentence before it
("The workshop ... . 20 students were enrolled") or elsewhere in the passage, so a concept that a sentence lacks
counts in part when its surroundings have it. What the question *wants*, a number, a time or a name, must stand in
the sentence itself, best close to something that the question names.

The sentences of all candidates are looked at together, in arrays with a column for each of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from index.bm25 import Floats, Integers
from index.corpus import BODY, CAPITAL, COUNTRY, NUMBER, TIME, Corpus
from index.lexicon import Alternative
from index.query import Concept, Query
from index.wanted import Wanted

_NEAR = 4
"""Tokens between what is wanted and what is named, at most."""
_AROUND = np.array([distance for distance in range(-_NEAR, _NEAR + 1) if distance])
_SHAPES: dict[Wanted, int] = {"number": NUMBER, "time": TIME, "country": COUNTRY, "name": CAPITAL}
_Flags = npt.NDArray[np.bool_]
_LookedFor = tuple[list[int], int, float]
"""An alternative: the rows of those of its terms that the reports have, how many terms it has, and its weight."""


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
    heading: float = 0.5
    """What a heading is worth as an answer."""


def best_sentences(
    query: Query,
    corpus: Corpus,
    numbers: Integers,
    weights: Floats,
    shares: Floats,
    terms: dict[str, int],
    rules: SentenceRules,
) -> tuple[Floats, Integers]:
    """How much of the question the best sentence of each candidate says (0 to 1 and a little), and its number.

    numbers: int (candidates); weights: float (concepts), summing to 1; shares: float (concepts x candidates), how
    much of each concept the passage has, headings included; terms: the query's terms that the index has.
    """
    read = _Sentences(corpus, numbers, terms)
    said = _said(query.concepts, read, weights, shares, rules)
    gains, has = _gains(query, read, rules)
    said += gains
    said[read.headings] *= rules.heading
    best = np.maximum.reduceat(said, read.firsts)
    ties = (said == best.repeat(read.counts)).nonzero()[0]
    which = ties[ties.searchsorted(read.firsts)] - read.firsts
    best[~has] -= rules.lacking
    return best, which


class _Sentences:
    """The sentences of some passages, one after another, and where the terms that are looked for stand in them."""

    def __init__(self, corpus: Corpus, numbers: Integers, terms: dict[str, int]) -> None:
        """`terms`: those looked for, at least one, with their numbers."""
        self.corpus, self.numbers = corpus, numbers
        self.places, owner = corpus.forward.gather(numbers)
        """Of all tokens, in the corpus."""
        sentences = corpus.forward.sentences.take(self.places)
        lengths = np.bincount(owner, minlength=len(numbers))
        some = lengths.nonzero()[0]
        self.counts = np.ones(len(numbers), np.intp)
        """How many sentences each passage has; one without a token has one."""
        if len(some):
            self.counts[some] += np.maximum.reduceat(sentences, (lengths.cumsum() - lengths)[some])
        ends = self.counts.cumsum()
        self.firsts = ends - self.counts
        """The first sentence of each passage."""
        self.size = int(ends[-1])
        self.rows = self.firsts.take(owner) + sentences
        """The sentence that each token stands in, ascending."""
        self.terms = {term: row for row, term in enumerate(sorted(terms, key=terms.__getitem__))}
        """What is looked for, and its row in `has`."""
        looked_for = np.array([terms[term] for term in self.terms], np.int32)
        tokens = corpus.forward.terms.take(self.places)
        self.found = looked_for.searchsorted(tokens)
        """Which of the terms each token is, where it is one."""
        self.hit: _Flags = looked_for.take(self.found, mode="clip") == tokens
        """Whether each token is one."""
        self.has = np.zeros((len(looked_for), self.size))
        """1 where a sentence has a term (terms x sentences)."""
        self.has[self.found[self.hit], self.rows[self.hit]] = 1.0

    @cached_property
    def headings(self) -> _Flags:
        """Whether each sentence is a heading."""
        body = self.corpus.places[self.numbers, BODY]
        headings: _Flags = np.arange(self.size) < (self.firsts + body).repeat(self.counts)
        return headings

    def tokens(self, row: int) -> list[int]:
        """Which of the terms each token of a sentence is, in order, -1 where none."""
        own = slice(*self.rows.searchsorted((row, row + 1)).tolist())
        tokens: list[int] = np.where(self.hit[own], self.found[own], -1).tolist()
        return tokens


def _said(
    concepts: Sequence[Concept], read: _Sentences, weights: Floats, shares: Floats, rules: SentenceRules
) -> Floats:
    """How much of the question each sentence says."""
    inside = _inside(concepts, read)
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


def _inside(concepts: Sequence[Concept], read: _Sentences) -> Floats:
    """How much of each concept each sentence has itself, 0 to 1 (concepts x sentences).

    Of a concept's parts each counts the same, and the whole where that is more; of alternatives the best, and an
    alternative of several words as far as it is there.
    """
    groups = [[_looked_for(part.alternatives, read) for part in concept.parts] for concept in concepts]
    wholes = [_looked_for(concept.alternatives, read) for concept in concepts]
    some = [group for own, whole in zip(groups, wholes, strict=True) for group in (*own, whole) if group]
    best = iter(_best(some, read))
    inside = np.zeros((len(concepts), read.size))
    for row, own, whole in zip(inside, groups, wholes, strict=True):
        for _ in filter(None, own):
            row += next(best) / len(own)
        if whole:
            np.maximum(row, next(best), out=row)
    return inside


def _looked_for(alternatives: tuple[Alternative, ...], read: _Sentences) -> list[_LookedFor]:
    """Those of some alternatives that the reports have a word of."""
    rows = ([read.terms[term] for term in one.terms if term in read.terms] for one in alternatives)
    return [(own, len(one.terms), one.weight) for own, one in zip(rows, alternatives, strict=True) if own]


def _best(groups: list[list[_LookedFor]], read: _Sentences) -> Floats:
    """How much each sentence has of the best alternative of each group (groups x sentences)."""
    every = [one for group in groups for one in group]
    if not every:
        return np.zeros((0, read.size))
    rows = [row for own, _, _ in every for row in own]
    there = np.add.reduceat(read.has.take(rows, axis=0), _starts([len(own) for own, _, _ in every]))
    there /= np.array([length for _, length, _ in every])[:, None]
    there *= there
    there *= np.array([weight for _, _, weight in every])[:, None]
    best: Floats = np.maximum.reduceat(there, _starts([len(group) for group in groups]))
    return best


def _starts(lengths: list[int]) -> list[int]:
    return [0, *accumulate(lengths[:-1])]


def _gains(query: Query, read: _Sentences, rules: SentenceRules) -> tuple[Floats | float, _Flags]:
    """What each sentence gains by having what the question wants; and whether a passage has it."""
    everywhere = np.ones(len(read.numbers), bool)
    if query.wants == "definition":
        return _defining(query, read, rules), everywhere
    if query.wants not in _SHAPES:
        return 0.0, everywhere
    gains = _wanted(_SHAPES[query.wants], read, rules)
    if query.wants == "name":  # Chinese has no capitals: there a name cannot be told from another word
        chinese = read.corpus.are_in("zh", read.numbers)
        gains[chinese.repeat(read.counts)] = 0.0
        return gains, chinese | (np.maximum.reduceat(gains, read.firsts) > 0)
    return gains, np.maximum.reduceat(gains, read.firsts) > 0


def _wanted(bit: int, read: _Sentences, rules: SentenceRules) -> Floats:
    """What each sentence gains by having the kind of thing that the question wants."""
    gains = np.zeros(read.size)
    named = read.has.any(axis=0)
    things = ((read.corpus.forward.shapes.take(read.places) & bit) > 0) & ~read.hit & named.take(read.rows)
    places = things.nonzero()[0]
    rows = read.rows.take(places)
    gains[rows] = rules.wanted
    around = places[:, None] + _AROUND
    near = read.hit.take(around, mode="clip") & (read.rows.take(around, mode="clip") == rows[:, None])
    gains[rows[near.any(axis=1)]] = rules.wanted_near
    return gains


def _defining(query: Query, read: _Sentences, rules: SentenceRules) -> Floats:
    """What each sentence gains by opening with what is to be defined, or by spelling it out."""
    gains = np.zeros(read.size)
    rows, first = np.unique(read.rows, return_index=True)
    gains[rows[read.hit[first]]] = rules.defines
    for concept in query.concepts:
        for short, long in _names(concept, read.terms):
            for row in np.flatnonzero(read.has[[short, *long]].all(axis=0)).tolist():
                beside = _stand_beside(short, long, read.tokens(row))
                gains[row] = max(gains[row], rules.spells_out if beside else rules.says_both)
    return gains


def _names(concept: Concept, terms: dict[str, int]) -> list[tuple[int, tuple[int, ...]]]:
    """A name's letters and its words, as rows, in each way in which both are known."""
    own = tuple(part.term for part in concept.parts)
    ways = {own, *(one.terms for one in (*concept.parts[0].alternatives, *concept.alternatives))}
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
        tuple(said[place : place + length]) == long
        and short in (*said[max(0, place - 1) : place], *said[place + length : place + length + 1])
        for place in range(len(said) - length + 1)
    )
