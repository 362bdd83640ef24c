"""How much of a question sentences say, one sentence after another: the oracle of test_answering_sentences.py."""

from __future__ import annotations

from index.answering.sentences import SentenceRules
from index.question.parse import Query
from index.scoring.concepts import FoundExpansion, SoughtConcept
from index.store.corpus import BODY, Corpus

NEAR = 4
Token = tuple[int, int, int]
"""Number of a term, the sentence that it stands in, and its shape."""


def plainly(
    query: Query,
    corpus: Corpus,
    sought: list[SoughtConcept],
    number: int,
    weights: list[float],
    shares: list[float],
    bit: int,
    rules: SentenceRules,
) -> tuple[float, int]:
    """What the best sentence of a passage says, and its number; `bit`: the shape that is wanted, 0 for none."""
    forward = corpus.forward
    of = forward.of(number)
    tokens: list[Token] = list(
        zip(forward.terms[of].tolist(), forward.sentences[of].tolist(), forward.shapes[of].tolist(), strict=True)
    )
    size = max((sentence for _, sentence, _ in tokens), default=0) + 1
    body = int(corpus.places[number, BODY])
    said = [0.0] * size
    for one, weight, share in zip(sought, weights, shares, strict=True):
        own = [_of_concept(one, {term for term, place, _ in tokens if place == sentence}) for sentence in range(size)]
        inside, above = max(own[body:], default=0.0), max(own[:body], default=0.0)
        if inside < share:
            above = max(above, share)
        everywhere = max(rules.passage * inside, rules.above * above)
        for sentence in range(size):
            beside = [own[other] for other in (sentence - 1, sentence + 1) if 0 <= other < size]
            said[sentence] += weight * max(everywhere, own[sentence], rules.beside * max(beside, default=0.0))
    looked_for = {number for one in sought for number in one.numbers.values()}
    gains = [_gain(tokens, sentence, bit, looked_for, rules) for sentence in range(size)]
    values = [said + gain for said, gain in zip(said, gains, strict=True)]
    values = [value * rules.heading if sentence < body else value for sentence, value in enumerate(values)]
    best = max(values)
    return best - (rules.lacking if bit and not any(gains) else 0.0), values.index(best)


def _of_concept(sought: SoughtConcept, terms: set[int]) -> float:
    parts = sum(_of_group(part, terms) for part in sought.parts) / len(sought.parts)
    return max(parts, _of_group(sought.whole, terms))


def _of_group(group: list[FoundExpansion], terms: set[int]) -> float:
    return max((one.weight * (sum(n in terms for n in one.numbers) / one.length) ** 2 for one in group), default=0.0)


def _gain(tokens: list[Token], sentence: int, bit: int, looked_for: set[int], rules: SentenceRules) -> float:
    own = [(place, term, shape) for place, (term, at, shape) in enumerate(tokens) if at == sentence]
    named = [place for place, term, _ in own if term in looked_for]
    things = [place for place, term, shape in own if shape & bit and term not in looked_for]
    if not named or not things:
        return 0.0
    return rules.wanted_near if any(_near(thing, named) for thing in things) else rules.wanted


def _near(thing: int, named: list[int]) -> bool:
    return any(abs(thing - place) <= NEAR for place in named)
