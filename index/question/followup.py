"""A short question and the one before it in, the whole question that was meant out.

"How many foreign trainees came in 2021?" - "and in 2012?" asks how many foreign trainees came in 2012. What the
second names takes the place of what the first named of the same kind (year, ordinal, country, acronym, name); all else
of the first stays. Why not simply join the two? Both years would then count, and the passage about 2021 names more of
the joined question than the one about 2012.

Three ways, the surest first:

- "Who leads it?" - `it` is what the question before is about: the pronoun is replaced, nothing else is taken over.
- "And in 2012?" - the slot of the same kind is replaced.
- "And how many of them have a PhD?" - the new question, then the one before it, which counts less.

Whether two questions are joined at all depends on what the reports say, so `Searcher.ask` decides it: a question that
`may` lean is asked alone first, and one that must lean is asked alone where the joined question is refused.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple, Protocol

from index.lexicon.names import NameKind, is_first
from index.text import stopwords
from index.text.analyzer import HAN_RUN, Analyzer, Token
from index.text.patterns import Pattern


class KindOf(Protocol):
    """What kind of thing a word names."""

    def __call__(self, label: str, term: str, *, opens: bool = False) -> NameKind: ...


FrequencyOf = Callable[[str], int]
"""A term → the number of passages that have it."""
Leaning = Literal["no", "may", "must"]
"""Whether a question can be understood without the one before it: it can, perhaps, or it cannot."""

REPLACED = ("year", "ordinal", "country", "nationality", "acronym", "name")
_NAMES = ("country", "nationality", "acronym", "name")
"""Kinds of which one stands in a slot; of years and ordinals all are replaced."""
_PEOPLES = ("country", "nationality")
SHORT = 5
"""Words of a question, up to which it may be too short to be understood alone."""
_BARE = 2
"""Words of a question without a question word, up to which it may be part of another one."""

_OPENS = Pattern(
    r"^\s*(?:(?:and|or|but|also|so|ok|okay|then|no|sorry|actually|i mean|i meant|rather|instead)\b[\s,，]*)*"
    r"(?:(?:and|what about|how about|any|also|or|but|then|i mean|i meant|rather)\b|"
    r"那么|那(?![个些里边年时])|其中|还有|另外|以及|此外)"
    r"[\s,，]*"
)
_ABOUT = Pattern(r"^\s*(?:and\s+|but\s+)?(?:what|how) about\b|^\s*那么?")
_AND = Pattern(r"^\s*(?:and|or)\b")
_PARTICLE = Pattern(r"呢[?？!！。\s]*$")
_SINGULAR = Pattern(
    r"\b(?:it|its|he|she|him|his|her)\b|"
    r"\b(?:this|that) (?:one|cent(?:re|er)|institut(?:e|ion)|organi[sz]ation|body|program(?:me)?|project|network)\b|"
    r"它(?!们)的?|(?<![他她它])[他她](?!们|[的]?人)|该(?:机构|中心|院|所|单位|组织|项目|网络|公司|部门|平台|机制)|"
    r"(?<![尤极与及])其(?![中他它实余次间])"
)
_PLURAL = Pattern(
    r"\b(?:they|them|their|those|these)\b|\b(?:wh?ich|the \w+|other|last|next) ones?\b|"
    r"\b(?:of|about|in|for|from|after|before|by|with|to) (?:that|this)\b(?=\s*(?:[?？.!]|$))|"
    r"(?<!is )(?<!are )(?<!was )(?<!were )\bthere\b(?=\s*[?？.!]*\s*$)|\b(?:that|this)(?=\s*[?？.!]*\s*$)|"
    r"它们|他们|她们|这些|那些|这个|那个|这[家所次项]|上述|前者|后者"
)
_EXPLETIVE = Pattern(
    r"\b(?:is|was|will|would|does|did|makes?|if|how|that) it (?:be )?(?:possible|true|necessary|free|allowed|okay|ok|"
    r"hard|easy|difficult|safe|worth|like|normal|mean|take|cost|matter|important|enough)\b|"
    r"\b(?:does|did|will|would) it (?:take|cost|matter)\b|\bit (?:is|was|takes|costs)\b|\bit's\b|\bwhat is it like\b"
)
"""What stands for nothing: "is it possible", "how long does it take"."""
_REFERS = Pattern(r"\b(?:it|its|they|them|their|he|she|his|her)\b|它|他们|她们|其")
_ASKS_FOR = Pattern(r"^\s*(?:how many|which|what)\s+(?=\w)|^.*?(?:多少|哪些|几)[个篇份项名位家种部本]?")
INTERROGATIVE = Pattern("^第?[哪几]|[谁何啥咋]|什么|多少|怎么|怎样")
_DANGLING = Pattern(r"\b(?:in|of|from|at|by|for|during|since)\s+(?:the\s+)?$")
"""What would lead to nothing once what it led to is taken out."""
_SPACE_BEFORE = Pattern(r"\s+(?=[?？!！.。,，])")
_QUESTION_WORD = Pattern(r"\b(?:wh?ich|what|who(?:se|m)?|when|where|how|why)\b|多少|几|哪|谁|何|什么|啥|怎么|怎样|咋")
_INVERTED = Pattern(
    r"^\W*(?:(?:and|but|or|so|also)\b\W*)?(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may)\b"
    r"|吗|是否|有没有|能不能|可不可以|是不是"
)
"""What asks whether something is so."""
_PREPOSITIONS = (
    "in|of|from|at|by|for|with|to|on|about|under|after|before|near|between|among|during|since|without|within|across|"
    "against"
)
_PREPOSITION = Pattern(rf"\b({_PREPOSITIONS})\s+(?:the\s+)?$")
_PREPOSITION_FIRST = Pattern(rf"^\W*(?:{_PREPOSITIONS})\b|^[在与和跟同对为给从]")
_PREPOSITION_ZH = Pattern(r"([在与和跟同对为给从])$")
_HEADS = tuple(Pattern(pattern) for pattern in ("(?:大学|大|学院|高校)$", "(?:研究院|院)$", "(?:[届期次]|班)$"))
"""Chinese names that end alike name things of one kind: 上海交大, 清华大学."""
_AUXILIARY = Pattern(r"\s+(?:do|does|did|is|are|was|were|has|have|had|can|will)\b")
_ONES = Pattern(r"(?<=\w)\s+ones?\b")
"""In "which ones" and "the first one" it only stands for what the earlier question names."""
_UNITS = "年月日届次期批轮号"
"""What Chinese sets behind a number, which is no part of its token."""
_GAP = Pattern(r"(?:\s|-|&|of|the|and|for|on|in|de)*")
"""What may stand between two words of one name."""


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


def leaning(question: str, analyzer: Analyzer, kind_of: KindOf) -> Leaning:
    """Whether a question can be understood without the one before it."""
    tokens = _own_tokens(question, analyzer, kind_of)
    kinds = _kinds(question, tokens, kind_of)
    whole = asks_anew(question) or bool(_INVERTED.search(question))
    named = any(kind in _NAMES for kind in kinds)
    if len(tokens) <= SHORT and _points_back(question, tokens, kinds):
        return "must"
    if _OPENS.match(question) or (_PARTICLE.search(question) and not asks_anew(question)):
        if len(tokens) > SHORT + 1:
            return "no"
        return "may" if whole and named else "must"
    if not tokens:
        return "must"
    if whole:
        # A sentence with a question word and a subject of its own; "When founded?" has no subject.
        return "may" if len(tokens) == 1 and not named and len(question.split()) <= 2 and question.isascii() else "no"
    if len(tokens) <= _BARE and all(kind in ("year", "ordinal") for kind in kinds):
        return "must"
    return "may" if len(tokens) <= _BARE else "no"


def _own_tokens(question: str, analyzer: Analyzer, kind_of: KindOf) -> list[Token]:
    """What a question names itself: neither what asks nor "one" of "which one"."""
    tokens = [
        token
        for token in analyzer.names(question)
        if not asks(question, token) and question[token.start : token.end].lower() not in ("one", "ones", "it", "its")
    ]
    return _join_countries(question, tokens, kind_of)


def _points_back(question: str, tokens: Sequence[Token], kinds: Sequence[str]) -> bool:
    """Whether a pronoun stands for something that the question does not name before it."""
    pronoun = _pronoun(question)
    if pronoun is None:
        return False
    before = [kind for token, kind in zip(tokens, kinds, strict=True) if token.end <= pronoun.start()]
    # "Does the ministry publish its budget?" has an owner of its own; "What is the size of its budget?" has none
    return not any(kind in _NAMES for kind in before) and not (before and _INVERTED.match(question))


def _pronoun(question: str) -> re.Match[str] | None:
    singular = None if _EXPLETIVE.search(question) else _SINGULAR.search(question)
    return singular or _PLURAL.search(question)


class Merged(NamedTuple):
    """A question and what it leaves unsaid."""

    text: str
    """What is looked for: the new question first, so that nothing of it is lost among the words of the earlier one."""
    new: int
    """Where in the text the earlier question begins."""
    shown: str
    """The same as a person would say it."""
    whole: bool
    """Whether `shown` is one question, not the new one set before the earlier one."""


def merge(question: str, earlier: str, analyzer: Analyzer, kind_of: KindOf, frequency_of: FrequencyOf) -> Merged:
    """The question with what it leaves unsaid taken from the one before it, which is whole itself."""
    tokens = _join_countries(earlier, analyzer.names(earlier), kind_of)
    kinds = _kinds(earlier, tokens, kind_of)
    replaced = _with_referent(question, earlier, tokens, kinds)
    if replaced:
        return Merged(replaced, len(replaced), replaced, True)
    own = _own_tokens(question, analyzer, kind_of)
    own_kinds = _slot_kinds(question, own, kind_of, {token.term for token in tokens})
    named = {kind for kind in own_kinds if kind in REPLACED}
    if _REFERS.search(question):  # "How many of them have a PhD?" is still about whom the last one named
        named -= {"acronym", "name"}
    gone = _slots(question, own, own_kinds, named, earlier, tokens, kinds, frequency_of)
    kept = _without(earlier, gone)
    rest = _ONES.sub("", _PARTICLE.sub("", _OPENS.sub("", question))).strip(" ?？!！.。") + ": "
    runs = _runs(earlier, gone)
    a_people = (
        {own_kinds[0], *(kind for token, kind in zip(tokens, kinds, strict=True) if token in gone)} if own else ()
    )
    fits = len(runs) == 1 and own and not asks_anew(question) and not set(_PEOPLES) <= set(a_people)
    said = {token.term for token in tokens if token not in gone}
    if fits and (phrase := _phrase(question, [token for token in own if token.term not in said])):
        low, high = runs[0]
        unit = question[own[-1].end : own[-1].end + 1]
        if unit and unit in _UNITS and earlier[high : high + 1] != unit:
            phrase += unit
        whole = earlier[:low] + phrase + earlier[high:]
        whole = " ".join(whole.split())
        return Merged(whole, len(whole), whole, True)
    shown = rest + _without(earlier, gone, _DANGLING)
    return Merged(rest + kept, len(rest), " ".join(shown.split()), False)


def _with_referent(question: str, earlier: str, tokens: Sequence[Token], kinds: Sequence[str]) -> str:
    """The question with its pronoun replaced by the one thing that the earlier question names; empty where it cannot.

    "When was CISTRAT founded?" - "Who leads it?". Where the name only tells which ("the first CISTRAT workshop"), or
    where there are several, what is meant is not one name.
    """
    pronoun = None if _EXPLETIVE.search(question) else _SINGULAR.search(question)
    if pronoun is None or not asks_anew(question):
        return ""
    names = _runs(earlier, [token for token, kind in zip(tokens, kinds, strict=True) if kind in ("acronym", "name")])
    if len(names) != 1 or any(kind in ("ordinal", "year") for kind in kinds):
        return ""
    low, high = names[0]
    if any(high < token.start and not earlier[high : token.start].strip() for token in tokens):
        follows = next(token for token in tokens if high < token.start)
        if not _is_predicate(earlier, follows):
            return ""
    name, word = earlier[low:high], pronoun[0].lower()
    owned = "'s" if word in ("its", "his", "her") and not HAN_RUN.search(name) else "的" if word.endswith("的") else ""
    if word == "其":
        owned = "的"
    replaced = question[: pronoun.start()] + name + owned + question[pronoun.end() :]
    return " ".join(_OPENS.sub("", replaced).split())


def _slot_kinds(question: str, own: Sequence[Token], kind_of: KindOf, said: set[str]) -> list[str]:
    """The kinds of what a question names; none for what only tells which: 中国 of 中国科技指标研究会.

    `said`: the terms of the earlier question. What both name ("the Norwegian experts?") is told by the country alone.
    """
    kinds = _kinds(question, own, kind_of)
    for number, (token, follows) in enumerate(pairwise(own)):
        if token.end == follows.start and follows.term not in said:
            kinds[number] = ""
    return kinds


def _is_predicate(text: str, token: Token) -> bool:
    """Whether a word ends a question that an auxiliary verb opens: "When was X founded", "What did X publish"."""
    word = text[token.start : token.end].lower()
    last = not text[token.end :].strip(" ?？.!")
    inverted = re.search(
        r"\b(?:do|does|did|is|are|was|were|has|have|had|can|will)\b", text[: token.start], re.IGNORECASE
    )
    return bool(inverted) and (last or word.endswith("ed"))


def _slots(
    question: str,
    own: Sequence[Token],
    own_kinds: Sequence[str],
    named: set[str],
    earlier: str,
    tokens: Sequence[Token],
    kinds: Sequence[str],
    frequency_of: FrequencyOf,
) -> list[Token]:
    """The tokens of the earlier question whose place something of the new question takes."""
    gone = [token for token, kind in zip(tokens, kinds, strict=True) if kind in named and kind not in _NAMES]
    for token, kind in zip(own, own_kinds, strict=True):
        if kind in named and kind in _NAMES:
            gone += _name_slot(question, own, token, kind, earlier, tokens, kinds, frequency_of)
    if gone or named:
        return list(dict.fromkeys(gone))
    alike = _alike(question, own, earlier, tokens)
    if alike:
        return alike
    return _asked_for(question, own, earlier, tokens)


def _name_slot(
    question: str,
    own: Sequence[Token],
    new: Token,
    kind: str,
    earlier: str,
    tokens: Sequence[Token],
    kinds: Sequence[str],
    frequency_of: FrequencyOf,
) -> list[Token]:
    """The name of the earlier question whose place a new one takes: of the same kind, else behind the same preposition.

    Of several of a kind, the one behind the same preposition; else the one that is as frequent in the reports, since
    the institute that every page names is seldom what is compared with another. An acronym right before a noun only
    tells which one is meant: AI of "AI goals".
    """
    candidates = [token for token, other in zip(tokens, kinds, strict=True) if other == kind]
    if not candidates and kind in _PEOPLES:
        other_kind = _PEOPLES[1 - _PEOPLES.index(kind)]
        candidates = [token for token, other in zip(tokens, kinds, strict=True) if other == other_kind]
    runs = _runs(earlier, candidates)
    opener = _OPENS.match(question)
    low = opener.end() if opener and opener.end() <= new.start else 0
    before = _before(question[low:], new.start - low)
    if not runs:
        named = [token for token, other in zip(tokens, kinds, strict=True) if other in _NAMES]
        runs = [run for run in _runs(earlier, named) if before and _before(earlier, run[0]) == before]
        if not before and kind != "acronym":  # a place that is no country: "for Hubei", "What about Serbia?"
            places = [token for token, other in zip(tokens, kinds, strict=True) if other in ("name", "country")]
            runs = [run for run in _runs(earlier, places) if _before(earlier, run[0])]
            runs = runs if len(runs) == 1 else []
    elif len(runs) > 1:
        same = [run for run in runs if before and _before(earlier, run[0]) == before]
        free = [run for run in runs if kind != "acronym" or not _modifies(run, earlier, tokens)]
        runs = same or free or runs
    if not runs:
        return []
    frequency = frequency_of(new.term)
    words = next(question.count(" ", *run) + 1 for run in _runs(question, own) if run[0] <= new.start < run[1])

    def unlike(run: tuple[int, int]) -> float:
        frequencies = [frequency_of(token.term) for token in tokens if run[0] <= token.start < run[1]]
        return abs(math.log((1 + min(frequencies)) / (1 + frequency))) + 2 * abs(len(frequencies) - words)

    low, high = min(reversed(runs), key=unlike)
    return [token for token in tokens if low <= token.start < high]


def _before(text: str, start: int) -> str:
    """The preposition before a place of a text, empty where there is none."""
    match = _PREPOSITION.search(text[:start]) or _PREPOSITION_ZH.search(text[:start])
    return match[1].lower() if match else ""


def _modifies(run: tuple[int, int], text: str, tokens: Sequence[Token]) -> bool:
    """Whether a word that names something follows right after a name."""
    return any(run[1] < token.start and not text[run[1] : token.start].strip() for token in tokens)


def _runs(text: str, tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """Start and end of what tokens that stand side by side name together: Guild of Millers."""
    runs: list[tuple[int, int]] = []
    for token in sorted(tokens, key=lambda token: token.start):
        if runs and _GAP.fullmatch(text[runs[-1][1] : token.start]):
            runs[-1] = (runs[-1][0], max(token.end, runs[-1][1]))
        else:
            runs.append((token.start, token.end))
    return runs


def _phrase(question: str, own: Sequence[Token]) -> str:
    """What a question names, as one piece of it; empty where more than that stands in it."""
    if not own:
        return ""
    low, high = own[0].start, own[-1].end
    around = _PARTICLE.sub("", _OPENS.sub("", question))
    around = _PREPOSITION.sub("", around[: around.find(question[low:high])] if question[low:high] in around else around)
    plain = around.strip(" ?？!！.。").lower() in ("", "the", "a", "an", *"在与和跟同对为给从")
    pieces = [question[one.end : two.start] for one, two in pairwise(own)]
    return question[low:high] if plain and all(_GAP.fullmatch(piece) for piece in pieces) else ""


def _alike(question: str, own: Sequence[Token], earlier: str, tokens: Sequence[Token]) -> list[Token]:
    """What ends like what the new question names, in Chinese: 院长 for 副院长, 清华大学 for 上海交大."""
    if not own or not HAN_RUN.match(own[-1].term) or asks_anew(question):
        return []
    last = own[-1].term
    for token in tokens:
        same = (
            (token.term != last or len(own) > 1)
            and len(token.term) > 1
            and len(last) > 1
            and token.term[-1] == last[-1]
        )
        if same or any(head.search(token.term) and head.search(last) for head in _HEADS):
            found = [token]
            # 中国科技指标研究会 takes the place of 中国科研院所联谊会, word by word from the end
            for previous in list(reversed([other for other in tokens if other.end <= token.start]))[: len(own) - 1]:
                if previous.end != found[0].start:
                    break
                found.insert(0, previous)
            return found
    return []


def _without(text: str, tokens: Sequence[Token], before: Pattern | None = None) -> str:
    """A text without some of its tokens, and without what stands before each, if it does."""
    for token in sorted(tokens, key=lambda token: -token.start):
        head = before.sub("", text[: token.start]) if before else text[: token.start]
        text = head + text[token.end :]
    return _SPACE_BEFORE.sub("", " ".join(text.split()))


def _asked_for(question: str, own: Sequence[Token], earlier: str, tokens: Sequence[Token]) -> list[Token]:
    """What the earlier question asked for, if the new one asks for something else: monographs, then papers."""
    if _PREPOSITION_FIRST.match(_OPENS.sub("", question)):
        return []
    other = _ABOUT.match(question) or (not asks_anew(question) and (_AND.match(question) or _PARTICLE.search(question)))
    opening = _ASKS_FOR.match(earlier) if other else None
    first = next((n for n, token in enumerate(tokens) if opening and token.start == opening.end()), None)
    if first is None:
        return []
    last = first
    while last + 1 < len(tokens) and not earlier[tokens[last].end : tokens[last + 1].start].strip():
        last += 1
    # "scholarly monographs" of "How many scholarly monographs did ...", 学术专著 where 发表论文 takes its place
    behind = earlier[tokens[last].end :]
    whole = _AUXILIARY.match(behind) or (last - first <= 1 and not behind.strip(" ?？"))
    return list(tokens[first : last + 1] if whole else tokens[first : first + 1])


def _join_countries(text: str, tokens: list[Token], kind_of: KindOf) -> list[Token]:
    """The tokens, with one for each country of several words: South Africa."""
    joined: list[Token] = []
    while tokens:
        size = next((n for n in (4, 3, 2) if n <= len(tokens) and _is_country(text, tokens[:n], kind_of)), 1)
        first, last = tokens[0], tokens[size - 1]
        joined.append(first if size == 1 else Token(first.term, first.start, last.end))
        tokens = tokens[size:]
    return joined


def _is_country(text: str, tokens: Sequence[Token], kind_of: KindOf) -> bool:
    label = text[tokens[0].start : tokens[-1].end]
    return label.count(" ") == len(tokens) - 1 and label[0].isupper() and kind_of(label, "") == "country"


def _kinds(text: str, tokens: Sequence[Token], kind_of: KindOf) -> list[str]:
    return [kind_of(text[token.start : token.end], token.term, opens=is_first(text, token.start)) for token in tokens]
