"""A short question and the one before it in, the whole question that was meant out.

"How many foreign trainees came in 2021?" - "and in 2012?" asks how many foreign trainees came in 2012. What the
second names takes the place of what the first named of the same kind (year, ordinal, country, acronym); everything
else of the first stays. Why not simply join the two? Both years would then count, and the passage about 2021 names
more of the joined question than the one about 2012.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from index.lexicon.names import Kind, is_first
from index.text import stopwords
from index.text.analyzer import HAN_RUN, Analyzer, Token


class KindOf(Protocol):
    """What kind of thing a word names."""

    def __call__(self, label: str, term: str, *, opens: bool = False) -> Kind: ...


REPLACED = ("year", "ordinal", "country", "nationality", "acronym", "name")
_PEOPLES = ("country", "nationality")
_OPENS = re.compile(
    r"^\s*(?:and\b|what about\b|how about\b|any\b|also\b|or\b|but\b|then\b|那么|那|其中|还有|另外|以及|此外)[\s,，]*",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"\b(?:it|its|they|them|their|he|she|his|her|those|these|this|that|there|ones?)\b|它|他们|她们|这些|那些|该|其",
    re.IGNORECASE,
)
_REFERS = re.compile(r"\b(?:it|its|they|them|their|he|she|his|her)\b|它|他们|她们|其", re.IGNORECASE)

_ABOUT = re.compile(r"^\s*(?:and\s+)?(?:what|how) about\b|^\s*那么?", re.IGNORECASE)
_AND = re.compile(r"^\s*(?:and|or)\b", re.IGNORECASE)
_ASKS_FOR = re.compile(
    r"^\s*(?:how many|which|what)\s+(?=\w)|^.*?(?:多少|哪些|几)[个篇份项名位家种部本]?", re.IGNORECASE
)
INTERROGATIVE = re.compile("^第?[哪几]|[谁何]|什么|多少|怎么|怎样")
_DANGLING = re.compile(r"\b(?:in|of|from|at|by|for|during|since)\s+(?:the\s+)?$", re.IGNORECASE)
"""What would lead to nothing once what it led to is taken out."""
_SPACE_BEFORE = re.compile(r"\s+(?=[?？!！.。,，])")
_QUESTION_WORD = re.compile(r"\b(?:wh?ich|what|who(?:se|m)?|when|where|how)\b|多少|几|哪|谁|何|什么", re.IGNORECASE)


def asks_anew(question: str) -> bool:
    """Whether a question that leans on another has a question word of its own ("what about" apart)."""
    return bool(_QUESTION_WORD.search(_OPENS.sub("", question)))


def asks(text: str, token: Token) -> bool:
    """Whether a word of a question asks rather than names."""
    word = text[token.start : token.end].lower()
    return (
        word in stopwords.ENGLISH_ASKING
        or token.term in stopwords.CHINESE_ASKING
        or bool(HAN_RUN.match(token.term) and INTERROGATIVE.search(token.term))
    )


def leans(question: str, analyzer: Analyzer) -> bool:
    """Whether a question can only be understood with the one before it."""
    terms = [token for token in analyzer.names(question) if not asks(question, token)]
    if _OPENS.match(question):
        return len(terms) <= 6
    return len(terms) <= 1 or (len(terms) <= 4 and bool(_PRONOUN.search(question)))


class Merged(NamedTuple):
    """A question and what it leaves unsaid."""

    text: str
    """What is looked for: the new question first, so that nothing of it is lost among the words of the earlier one."""
    new: int
    """Where in the text the earlier question begins."""
    shown: str
    """The same as a person would say it."""


def merge(question: str, history: Sequence[str], analyzer: Analyzer, kind_of: KindOf) -> Merged:
    """The question with what it leaves unsaid taken from the questions before it, oldest first."""
    earlier = history[-1]
    if len(history) > 1 and leans(earlier, analyzer):
        earlier = merge(earlier, history[:-1], analyzer, kind_of).shown
    own = analyzer.names(question)
    own_kinds = _kinds(question, own, kind_of)
    named = {kind for kind in own_kinds if kind in REPLACED}
    if _REFERS.search(question):  # "How many of them have a PhD?" is still about whom the last one named
        named -= {"acronym", "name"}
    tokens = analyzer.names(earlier)
    kinds = _kinds(earlier, tokens, kind_of)
    # "Which Japanese body ...?" - "And in Korea?"
    named |= {other for kind, other in (_PEOPLES, _PEOPLES[::-1]) if kind in named and kind not in kinds}
    asked = None if named else _asked_for(question, earlier, tokens)
    replaced = [(token, kind) for token, kind in zip(tokens, kinds, strict=True) if kind in named or token is asked]
    kept = _without(earlier, [token for token, _ in replaced])
    rest = _OPENS.sub("", question).strip(" ?？!！.。") + ": "
    if len(own) == len(replaced) == 1 and replaced[0][1] == own_kinds[0]:
        (old, _), new = replaced[0], own[0]
        shown = earlier[: old.start] + question[new.start : new.end] + earlier[old.end :]
    else:
        shown = rest + _without(earlier, [token for token, _ in replaced], _DANGLING)
    return Merged(rest + kept, len(rest), " ".join(shown.split()))


def _without(text: str, tokens: Sequence[Token], before: re.Pattern[str] | None = None) -> str:
    """A text without some of its tokens, and without what stands before each, if it does."""
    for token in reversed(tokens):
        head = before.sub("", text[: token.start]) if before else text[: token.start]
        text = head + text[token.end :]
    return _SPACE_BEFORE.sub("", " ".join(text.split()))


def _asked_for(question: str, earlier: str, tokens: Sequence[Token]) -> Token | None:
    """What the earlier question asked for, if the new one asks for something else: monographs, then papers."""
    other = _ABOUT.match(question) or (_AND.match(question) and not asks_anew(question))
    opening = _ASKS_FOR.match(earlier) if other else None
    return next((token for token in tokens if opening and token.start == opening.end()), None)


def _kinds(text: str, tokens: Sequence[Token], kind_of: KindOf) -> list[str]:
    return [kind_of(text[token.start : token.end], token.term, opens=is_first(text, token.start)) for token in tokens]
