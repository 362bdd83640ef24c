"""Which sentence answers: candidate passages in, the best sentence of each and how much of the question it says out.

A sentence is seldom alone. What a question names may stand in the heading above it, in the sentence before it
("The workshop ... . 20 students were enrolled") or elsewhere in the passage, so a concept that a sentence lacks
counts in part when its surroundings have it. What the question *wants*, a number, a time or a name, must stand in
the sentence itself, best close to something that the question names.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, pairwise
from operator import add

import numpy as np

from index.bm25 import Floats, Integers
from index.concepts import Scored, Telling
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
    little: float = 0.05
    """Share of the question below which it does not matter which sentence of a passage has it."""


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
    ids = numbers.tolist()
    read = [views.view(number) for number in ids]
    values = _said(query, scored, terms, ids, read, weights, shares, rules)
    gains, has = _gains(query, corpus, views, numbers, read, terms, rules)
    best: list[float] = []
    which: list[int] = []
    for said, gain, tells, one in zip(values, gains, has, read, strict=True):
        own = list(map(add, said, gain)) if gain else said
        for sentence in range(min(one.body, len(own))):
            own[sentence] *= rules.heading
        most = max(own)
        best.append(most if tells else most - rules.lacking)
        which.append(own.index(most))
    return np.array(best), np.array(which)


def _said(
    query: Query,
    scored: list[Scored],
    terms: dict[str, int],
    numbers: list[int],
    read: list[PassageView],
    weights: Floats,
    shares: Floats,
    rules: SentenceRules,
) -> list[list[float]]:
    """How much of the question each sentence of each candidate says.

    Only passages that have more than a little of a concept are looked into, and none twice: people ask about the same
    things.
    """
    values = [[0.0] * one.sentences for one in read]
    said = weights[:, None] * shares
    matters = said >= rules.little
    said[matters] = 0.0
    everywhere: list[float] = (rules.above * said.sum(axis=0)).tolist()
    rows = zip(query.concepts, scored, weights.tolist(), matters, shares.tolist(), strict=True)
    for concept, known, weight, looked_into, row in rows:
        ways: _Ways | None = None
        for place in looked_into.nonzero()[0].tolist():
            telling = known.sentences.get(numbers[place])
            if telling is None:
                ways = ways or _ways_of(concept, terms)
                telling = _telling(_found(ways, read[place].places), row[place], read[place], rules)
                if len(known.sentences) >= KEPT:
                    known.sentences.clear()
                known.sentences[numbers[place]] = telling
            everywhere[place] += weight * telling[0]
            own = values[place]
            for sentence, more in telling[1]:
                own[sentence] += weight * more
    return [[base + more for more in own] for base, own in zip(everywhere, values, strict=True)]


def _telling(found: dict[int, float], share: float, passage: PassageView, rules: SentenceRules) -> Telling:
    """What all sentences of a passage say of a concept through their surroundings, and what some say beyond that.

    found: the sentences that have something of it themselves; share: how much of it the passage has.
    """
    body = passage.body
    inside = max([said for sentence, said in found.items() if sentence >= body], default=0.0)
    above = max([said for sentence, said in found.items() if sentence < body], default=0.0) if body else 0.0
    if inside < share:  # What only headings have, those it opens with or those above it, holds for all its sentences.
        above = max(above, share)
    everywhere = max(rules.passage * inside, rules.above * above)
    more = {sentence: said - everywhere for sentence, said in found.items() if said > everywhere}
    for sentence, said in found.items():
        beyond = rules.beside * said - everywhere
        if beyond > 0.0:
            if sentence and beyond > more.get(sentence - 1, 0.0):
                more[sentence - 1] = beyond
            if sentence + 1 < passage.sentences and beyond > more.get(sentence + 1, 0.0):
                more[sentence + 1] = beyond
    return everywhere, list(more.items())


def _gains(
    query: Query,
    corpus: Corpus,
    views: PassageViews,
    numbers: Integers,
    read: list[PassageView],
    terms: dict[str, int],
    rules: SentenceRules,
) -> tuple[list[list[float]], list[bool]]:
    """What each sentence gains by having what the question wants, empty for none; and whether a passage has it."""
    nothing: list[list[float]] = [[] for _ in read]
    if query.wants == "definition":
        return _defining(query, terms, views, numbers, read, rules), [True] * len(read)
    if query.wants not in _SHAPES:
        return nothing, [True] * len(read)
    gains = _wanted(_SHAPES[query.wants], corpus, numbers, read, terms, rules)
    has = [any(gain) for gain in gains]
    if query.wants == "name":  # Chinese has no capitals: there a name cannot be told from another word
        for place in corpus.are_in("zh", numbers).nonzero()[0].tolist():
            gains[place], has[place] = [], True
    return gains, has


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
        for sentence in places.get(number, ()):
            best.setdefault(sentence, weight)  # the best word comes first
    for weight, numbers, length in phrases:
        counts: dict[int, int] = {}
        for number in numbers:
            for sentence in places.get(number, ()):
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
) -> list[list[float]]:
    """What each sentence gains by opening with what is to be defined, or by spelling it out."""
    wanted = frozenset(terms.values())
    names = [_names(concept, terms) for concept in query.concepts]
    gains: list[list[float]] = []
    for number, one in zip(numbers.tolist(), read, strict=True):
        own = [rules.defines if opening in wanted else 0.0 for opening in one.openings]
        for short, long in (pair for pairs in names for pair in pairs):
            both = set(one.places.get(short, ())).intersection(*(one.places.get(term, ()) for term in long))
            for sentence in both:
                beside = _stand_beside(short, long, views.said(number, sentence))
                own[sentence] = max(own[sentence], rules.spells_out if beside else rules.says_both)
        gains.append(own)
    return gains


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
    bit: int, corpus: Corpus, numbers: Integers, read: list[PassageView], terms: dict[str, int], rules: SentenceRules
) -> list[list[float]]:
    """What each sentence gains by having the kind of thing that the question wants."""
    ends = list(accumulate([one.sentences for one in read]))
    gain = np.zeros(ends[-1])
    forward = corpus.forward
    places, owner = forward.gather(numbers)
    if len(places) and terms:
        row = np.array([0, *ends])[owner] + forward.sentences[places]
        tokens = forward.terms[places]
        looked_for = np.sort(np.array(list(terms.values()), np.int32))
        hit = looked_for[np.minimum(np.searchsorted(looked_for, tokens), len(looked_for) - 1)] == tokens
        named = np.zeros(len(gain), bool)
        named[row[hit]] = True
        thing = ((forward.shapes[places] & bit) > 0) & ~hit & named[row]
        gain[row[thing]] = rules.wanted
        near = np.zeros(len(row), bool)
        for distance in range(1, _NEAR + 1):
            same = row[distance:] == row[:-distance]
            near[distance:] |= same & hit[:-distance]
            near[:-distance] |= same & hit[distance:]
        gain[row[thing & near]] = rules.wanted_near
    gains = gain.tolist()
    return [gains[low:high] for low, high in pairwise([0, *ends])]
