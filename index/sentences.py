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
from index.corpus import BODY, CAPITAL, COUNTRY, NUMBER, TIME, Corpus
from index.filters import Mask
from index.lexicon import Alternative
from index.query import Query
from index.wanted import Wanted

_NEAR = 4
"""Tokens between what is wanted and what is named, at most."""
_SHAPES: dict[Wanted, int] = {"number": NUMBER, "time": TIME, "country": COUNTRY, "name": CAPITAL}
_MOST = 256
"""Sentences of a passage that are told apart (`Forward.sentences` is one byte)."""


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
    spells_out: float = 0.6
    """A sentence that has both a name and its letters."""
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
    forward = corpus.forward
    places, owner = forward.gather(numbers)
    ids, row = np.unique(owner * _MOST + forward.sentences[places], return_inverse=True)
    passage = ids // _MOST
    columns, present, hit = _presence(forward.terms[places], row, len(ids), terms)
    said = np.stack([_said(query, concept, present, columns) for concept in range(len(query.concepts))], axis=1)
    headings = ids % _MOST < corpus.places[numbers, BODY][passage]
    inside, above = np.zeros((2, len(numbers), said.shape[1]))
    np.maximum.at(inside, passage[~headings], said[~headings])
    np.maximum.at(above, passage[headings], said[headings])
    # What only headings have, those it opens with or those above it, holds for all of a passage's sentences.
    above = np.maximum(above, np.where(inside < shares.T, shares.T, 0))
    known = np.maximum(said, np.maximum(rules.passage * inside, rules.above * above)[passage])
    neighbours = passage[1:] == passage[:-1]
    known[1:][neighbours] = np.maximum(known[1:], rules.beside * said[:-1])[neighbours]
    known[:-1][neighbours] = np.maximum(known[:-1], rules.beside * said[1:])[neighbours]
    value = known @ weights
    gain = _wanted(query.wants, forward.shapes[places], hit, row, len(ids), rules)
    tells = np.ones(len(numbers), bool)  # Chinese has no capitals: there a name cannot be told from another word
    if query.wants == "name":
        tells = np.array([corpus.language(int(number)) != "zh" for number in numbers])
    if query.wants == "definition":
        gain += rules.spells_out * _spelled_out(query, present, columns)
    gain *= tells[passage]
    value += gain
    value = np.where(headings, value * rules.heading, value)
    best, which = _best_of_each(value, ids, passage, len(numbers))
    if query.wants in _SHAPES:
        has = ~tells
        has[passage[gain > 0]] = True
        best = np.where(has, best, best - rules.lacking)
    return best, which


def _presence(tokens: Integers, row: Integers, rows: int, terms: dict[str, int]) -> tuple[dict[str, int], Floats, Mask]:
    """Column of each term; bool (sentences x terms and one that is never there); bool (tokens), looked for or not."""
    wanted = np.unique(np.array(list(terms.values()), np.int32))
    columns = {term: int(np.searchsorted(wanted, number)) for term, number in terms.items()}
    present = np.zeros((rows, len(wanted) + 1), bool)
    if not len(wanted):
        return columns, present, np.zeros(len(tokens), bool)
    column = np.minimum(np.searchsorted(wanted, tokens), len(wanted) - 1)
    hit = wanted[column] == tokens
    present[row[hit], column[hit]] = True
    return columns, present, hit


def _said(query: Query, number: int, present: Floats, columns: dict[str, int]) -> Floats:
    """For each sentence: how much of a concept it says, 0 to 1."""
    concept = query.concepts[number]
    whole = np.mean([_share(part.alternatives, present, columns) for part in concept.parts], axis=0)
    if concept.alternatives:
        return np.maximum(whole, _share(concept.alternatives, present, columns))
    return whole  # type: ignore[no-any-return]


def _share(alternatives: tuple[Alternative, ...], present: Floats, columns: dict[str, int]) -> Floats:
    best = np.zeros(len(present))
    for alternative in alternatives:
        where = [columns[term] for term in alternative.terms if term in columns]
        if len(alternative.terms) == len(where) == 1:
            np.maximum(best, alternative.weight * present[:, where[0]], out=best)
        elif where:
            share = present[:, where].sum(axis=1) / len(alternative.terms)
            np.maximum(best, alternative.weight * share * share, out=best)
    return best


def _spelled_out(query: Query, present: Floats, columns: dict[str, int]) -> Mask:
    """For each sentence: whether it says a concept in two ways, in one word and in several."""
    missing = present.shape[1] - 1
    found = np.zeros(len(present), bool)
    for concept in query.concepts:
        own = tuple(part.term for part in concept.parts)
        ways = {own, *(one.terms for one in (*concept.parts[0].alternatives, *concept.alternatives))}
        says = {way: present[:, [columns.get(term, missing) for term in way]].all(axis=1) for way in ways}
        for short in (way for way in ways if len(way) == 1):
            for long in (way for way in ways if len(way) > 1 and short[0] not in way):
                found |= says[short] & says[long]
    return found


def _wanted(wants: Wanted, shapes: Integers, hit: Mask, row: Integers, rows: int, rules: SentenceRules) -> Floats:
    """For each sentence: what it gains by having the kind of thing that the question wants."""
    gain = np.zeros(rows)
    if wants == "definition" and len(row):
        opening = np.ones(len(row), bool)
        opening[1:] = row[1:] != row[:-1]
        gain[row[opening & hit]] = rules.defines
        return gain
    bit = _SHAPES.get(wants)
    if bit is None or not len(row):
        return gain
    named = np.zeros(rows, bool)
    named[row[hit]] = True
    thing = ((shapes & bit) > 0) & ~hit & named[row]
    gain[row[thing]] = rules.wanted
    near = np.zeros(len(row), bool)
    for distance in range(1, _NEAR + 1):
        same = row[distance:] == row[:-distance]
        near[distance:] |= same & hit[:-distance]
        near[:-distance] |= same & hit[distance:]
    gain[row[thing & near]] = rules.wanted_near
    return gain


def _best_of_each(value: Floats, ids: Integers, passage: Integers, count: int) -> tuple[Floats, Integers]:
    """The best value of each passage's sentences and that sentence's number; the first of equals."""
    best, which = np.zeros(count), np.zeros(count, np.int64)
    order = np.lexsort((-ids, value))  # the best one last, of equals the first
    best[passage[order]] = value[order]
    which[passage[order]] = ids[order] % _MOST
    return best, which
