"""Which sentence answers: candidate passages in, the best sentence of each and how much of the question it says out.

A sentence is seldom alone. What a question names may stand in the heading above it, in the sentence before it
("The workshop ... . 20 students were enrolled") or elsewhere in the passage, so a concept that a sentence lacks
counts in part when its surroundings have it. What the question *wants*, a number, a time or a name, must stand in
the sentence itself, best close to something that the question names.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from index.bm25 import Floats, Integers
from index.concepts import Scored
from index.corpus import CAPITAL, COUNTRY, NUMBER, TIME, Corpus
from index.lexicon import Alternative
from index.query import Concept, Query
from index.views import PassageView, PassageViews
from index.wanted import Wanted

_NEAR = 4
"""Tokens between what is wanted and what is named, at most."""
_SHAPES: dict[Wanted, int] = {"number": NUMBER, "time": TIME, "country": COUNTRY, "name": CAPITAL}
_Alternatives = tuple[list[tuple[float, int]], list[tuple[float, tuple[int, ...], int]]]
"""Alternatives of one term, the best first: weight and number; and longer ones: weight, the numbers of those of their
terms that the reports have, and how many terms they have."""
_Ways = tuple[list[_Alternatives], _Alternatives]
"""The alternatives of each part of a concept, and those of the whole."""
KEPT = 1024
"""Passages whose sentences are remembered of a concept."""


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
    views: PassageViews,
    scored: list[Scored],
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
    read = [views.view(number) for number in numbers.tolist()]
    counts = np.array([one.sentences for one in read])
    starts = np.cumsum(counts) - counts
    passage = np.repeat(np.arange(len(read)), counts)
    within = np.arange(len(passage)) - starts[passage]
    said = _said(query, scored, terms, numbers, read, shares)
    headings = within < np.array([one.body for one in read])[passage]
    inside = np.maximum.reduceat(np.where(headings[:, None], 0, said), starts)
    above = np.maximum.reduceat(np.where(headings[:, None], said, 0), starts)
    # What only headings have, those it opens with or those above it, holds for all of a passage's sentences.
    above = np.maximum(above, np.where(inside < shares.T, shares.T, 0))
    known = np.maximum(said, np.maximum(rules.passage * inside, rules.above * above)[passage])
    follows = within[1:, None] > 0
    np.maximum(known[1:], rules.beside * said[:-1], out=known[1:], where=follows)
    np.maximum(known[:-1], rules.beside * said[1:], out=known[:-1], where=follows)
    value = known @ weights
    tells = np.ones(len(read), bool)
    gain: Floats = np.zeros(len(passage))
    if query.wants == "definition":
        gain = _defining(query, terms, views, numbers, read, rules)
    elif query.wants in _SHAPES:
        gain = _wanted(_SHAPES[query.wants], corpus, numbers, starts, len(passage), terms, rules)
        if query.wants == "name":  # Chinese has no capitals: there a name cannot be told from another word
            tells = ~corpus.are_in("zh", numbers)
            gain *= tells[passage]
    value += gain
    value = np.where(headings, value * rules.heading, value)
    best = np.maximum.reduceat(value, starts)
    equal = np.flatnonzero(value == best[passage])
    which = within[equal[np.searchsorted(passage[equal], np.arange(len(read)))]]
    if query.wants in _SHAPES:
        has = ~tells | (np.maximum.reduceat(gain, starts) > 0)
        best = np.where(has, best, best - rules.lacking)
    return best, which


def _said(
    query: Query,
    scored: list[Scored],
    terms: dict[str, int],
    numbers: Integers,
    read: list[PassageView],
    shares: Floats,
) -> Floats:
    """How much of each concept each sentence says, 0 to 1: float (sentences x concepts).

    Only passages that have something of a concept are looked into, those with a share of it, and none twice: people
    ask about the same things.
    """
    width = len(query.concepts)
    bases, size = [], 0
    for one in read:
        bases.append(size)
        size += width * one.sentences
    said = [0.0] * size
    for column, (concept, known) in enumerate(zip(query.concepts, scored, strict=True)):
        having = np.flatnonzero(shares[column])
        ways: _Ways | None = None
        for place, number in zip(having.tolist(), numbers[having].tolist(), strict=True):
            found = known.sentences.get(number)
            if found is None:
                ways = ways or _ways_of(concept, terms)
                found = _found(ways, read[place].places)
                if len(known.sentences) >= KEPT:
                    known.sentences.clear()
                known.sentences[number] = found
            base = bases[place] + column
            for sentence, share in found.items():
                said[base + width * sentence] = share
    return np.array(said).reshape(-1, width)


def _found(ways: _Ways, places: dict[int, tuple[int, ...]]) -> dict[int, float]:
    """The sentences of a passage that say something of a concept, and how much."""
    parts, whole = ways
    if len(parts) == 1 and not any(whole):
        return _shares(parts[0], places)
    said: dict[int, float] = {}
    for part in parts:
        for sentence, share in _shares(part, places).items():
            said[sentence] = said.get(sentence, 0.0) + share / len(parts)
    for sentence, share in _shares(whole, places).items():
        said[sentence] = max(said.get(sentence, 0.0), share)
    return said


def _ways_of(concept: Concept, terms: dict[str, int]) -> _Ways:
    return [_ways(part.alternatives, terms) for part in concept.parts], _ways(concept.alternatives, terms)


def _ways(alternatives: tuple[Alternative, ...], terms: dict[str, int]) -> _Alternatives:
    words, phrases = [], []
    for one in alternatives:
        numbers = tuple(terms[term] for term in one.terms if term in terms)
        if numbers and len(one.terms) == 1:
            words.append((one.weight, numbers[0]))
        elif numbers:
            phrases.append((one.weight, numbers, len(one.terms)))
    words.sort(reverse=True)
    return words, phrases


def _shares(alternatives: _Alternatives, places: dict[int, tuple[int, ...]]) -> dict[int, float]:
    """The sentences that have something of any of some alternatives, and how much: the best of them."""
    words, phrases = alternatives
    best: dict[int, float] = {}
    for weight, number in words:
        if number in places:
            for sentence in places[number]:
                best.setdefault(sentence, weight)  # the best word comes first
    for weight, numbers, length in phrases:
        counts: dict[int, int] = {}
        for number in numbers:
            if number in places:
                for sentence in places[number]:
                    counts[sentence] = counts.get(sentence, 0) + 1
        for sentence, count in counts.items():
            share = weight * (count / length) ** 2
            if share > best.get(sentence, 0.0):
                best[sentence] = share
    return best


def _defining(
    query: Query,
    terms: dict[str, int],
    views: PassageViews,
    numbers: Integers,
    read: list[PassageView],
    rules: SentenceRules,
) -> Floats:
    """For each sentence: what it gains by opening with what is to be defined, or by spelling it out."""
    wanted = frozenset(terms.values())
    names = [_names(concept, terms) for concept in query.concepts]
    gain: list[float] = []
    for number, one in zip(numbers.tolist(), read, strict=True):
        own = [rules.defines if opening in wanted else 0.0 for opening in one.openings]
        for short, long in (pair for pairs in names for pair in pairs):
            both = set(one.places.get(short, ())).intersection(*(one.places.get(term, ()) for term in long))
            for sentence in both:
                beside = _stand_beside(short, long, views.said(number, sentence))
                own[sentence] = max(own[sentence], rules.spells_out if beside else rules.says_both)
        gain += own
    return np.array(gain)


def _names(concept: Concept, terms: dict[str, int]) -> list[tuple[int, tuple[int, ...]]]:
    """A name's letters and its words, as numbers of terms, in each way in which both are known."""
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


def _wanted(
    bit: int,
    corpus: Corpus,
    numbers: Integers,
    starts: Integers,
    rows: int,
    terms: dict[str, int],
    rules: SentenceRules,
) -> Floats:
    """For each sentence: what it gains by having the kind of thing that the question wants."""
    gain = np.zeros(rows)
    forward = corpus.forward
    places, owner = forward.gather(numbers)
    if not len(places) or not terms:
        return gain
    row = starts[owner] + forward.sentences[places]
    tokens = forward.terms[places]
    looked_for = np.sort(np.array(list(terms.values()), np.int32))
    hit = looked_for[np.minimum(np.searchsorted(looked_for, tokens), len(looked_for) - 1)] == tokens
    named = np.zeros(rows, bool)
    named[row[hit]] = True
    thing = ((forward.shapes[places] & bit) > 0) & ~hit & named[row]
    gain[row[thing]] = rules.wanted
    near = np.zeros(len(row), bool)
    for distance in range(1, _NEAR + 1):
        same = row[distance:] == row[:-distance]
        near[distance:] |= same & hit[:-distance]
        near[:-distance] |= same & hit[distance:]
    gain[row[thing & near]] = rules.wanted_near
    return gain
