"""A refusal in; its sentences, the same for a chat, a terminal and a list, out.

To change the wording of a refusal, change it here and in the catalogues.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.words.catalogue import Words
from bot.words.markup import Html, one_line

if TYPE_CHECKING:
    from index.answering.answer import NoAnswer

TERMS, TERM = 12, 60
"""How many terms are named, and characters of each."""
QUESTION = 300
"""Characters of a question that is repeated."""


def refused(words: Words) -> Html:
    """Says that the reports do not answer a question."""
    return words.say("<b>The reports do not answer this.</b>")


def refused_in_short(words: Words) -> Html:
    """The same for a list, in the place of an answer."""
    return words.say("the reports do not say")


def unanswered(words: Words, questions: Sequence[str]) -> Html:
    """Names the questions of a message that the reports do not answer."""
    listed = words.listed(one_line(question, QUESTION) for question in questions)
    return words.say("<b>The reports do not answer:</b> {questions}", questions=listed)


def unmet(words: Words, conditions: Sequence[str]) -> Html:
    """Names conditions that no passage meets."""
    return words.say(
        "No passage fits {conditions}: this is the answer without it.", conditions=_terms(words, conditions)
    )


def looked_for(words: Words, refusal: NoAnswer) -> list[Html]:
    """One sentence each: what was looked for, what no report names, what is named only apart from the rest."""
    sentences = [words.say("I looked for: {terms}.", terms=_terms(words, refusal.looked_for))]
    if refusal.nowhere:
        sentences.append(words.say("They never mention: {terms}.", terms=_terms(words, refusal.nowhere)))
    if refusal.languages == ("en",):
        sentences.append(words.say("The reports are in English: please ask in English."))
    elif refusal.languages == ("zh",):
        sentences.append(words.say("The reports are in Chinese: please ask in Chinese or English."))
    elif refusal.languages:
        sentences.append(words.say("The reports are in English and Chinese: please ask in one of them."))
    if refusal.apart:
        sentences.append(
            words.say("They mention, but not in this connection: {terms}.", terms=_terms(words, refusal.apart))
        )
    return sentences


def nearest(words: Words) -> Html:
    """Stands before the nearest headings."""
    return words.say("What comes nearest in them:")


def contact(words: Words, text: str) -> Html:
    """Says how to reach the office, at the end of a refusal."""
    return words.say("The office helps with what the reports do not say: {contact}", contact=text)


def from_office(words: Words) -> Html:
    """Stands before the office's own answer, so that nobody takes it for a citation."""
    return words.say("<b>The office answers:</b>")


def also_in_reports(words: Words) -> Html:
    """Stands between the office's answer and the reports' answer."""
    return words.say("What the reports say of it:")


def reach_office(words: Words, text: str) -> Html:
    """Says how to reach the office, below the office's own answer."""
    return words.say("To reach the office: {contact}", contact=text)


def read_as(words: Words, understood: str) -> Html:
    """Says how a question was understood, where that differs from what was typed."""
    return words.say("<i>I read your question as: {question}</i>", question=understood)


def ignored(words: Words, conditions: int) -> Html:
    """Says how many conditions of a question were ignored."""
    return words.count(
        "{n} condition of your question was not heeded: it says too little, or there are too many.",
        "{n} conditions of your question were not heeded: they say too little, or there are too many.",
        conditions,
    )


def _terms(words: Words, terms: Sequence[str]) -> Html:
    return words.listed(one_line(term, TERM) for term in terms[:TERMS])
