"""A question in, a `Query` out: the concepts it names, what kind of answer it wants, and its exact conditions.

A concept is something the question names, with everything the reports may call it. It has parts (its words, each
with expansions of its own) and expansions for the whole: "training workshop" has the parts `train` and
`workshop` and, from the glossary, the expansion 培训班.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import NamedTuple

from content.documents import seen
from index.lexicon.lexicon import Expansion, Lexicon, Match
from index.lexicon.names import NameKind, is_first, short_country
from index.lexicon.regions import countries_of
from index.question import dates
from index.question.answer_type import AnswerType, answer_type_of, counted
from index.question.filters import Filters, take_filters
from index.question.followup import INTERROGATIVE, FrequencyOf, asks, asks_anew, merge
from index.text import addresses, quantities, stopwords
from index.text.analyzer import HAN_RUN, Analyzer, Token, fold
from index.text.languages import other_language, says_little
from index.text.numerals import chinese_number
from index.text.tokens import named

MAX_CONCEPTS = 32
"""A question of more words is read as far as this; nobody asks that much at once."""
LIGHT_WEIGHT = 0.3
EARLIER_WEIGHT = 0.7
_DEGREE = re.compile("^有?多.$")
"""有多深, how deep."""
_COUNT = re.compile("^([一二两三四五六七八九十])[个本部篇位名项次届份种家座所场册]$")
"""两本, a number with its measure word."""
REGION_WEIGHT = 0.5
"""What a country counts where its part of the world is asked for."""
LEADER_WEIGHT = 0.8
"""What an office counts where it is asked who leads."""
_LEADING = "lead head direct manage run preside 领导 负责 管理 主持 掌管 带领 管".split()
_OFFICES = "director president head chair leader lead dean rector 主任 院长 所长 负责人 主席 理事长 会长".split()
_QUOTES = re.compile(r"[\"“”„«»「」『』]")
"""What stands around a word that is quoted: "what is "open science"?" asks as it does without."""
MAX_PHRASE = 5
"""Words of an everyday phrase."""
JOINED_WEIGHT = 0.9
PICTURES = "\U0001f300"
"""From here on characters are pictures, with which nobody says what a question is about unless it has nothing else."""
MAX_QUESTION = 2000
"""Characters of a question that are read."""


class Part(NamedTuple):
    """One word of a concept and what may stand for it; the first expansion is the word itself."""

    term: str
    expansions: tuple[Expansion, ...]


@dataclass(frozen=True, slots=True)
class Concept:
    """Something the question names."""

    label: str
    """As the question says it."""
    parts: tuple[Part, ...]
    expansions: tuple[Expansion, ...] = ()
    """What may stand for the whole."""
    weight: float = 1.0
    """How often the question names it; less for words that say little by themselves."""
    kind: NameKind = ""
    """What kind of thing it names: a year, a country, ...; empty for ordinary words."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question as the index understands it."""

    question: str
    language: str
    concepts: tuple[Concept, ...]
    form: str = ""
    """The text that says which kind of thing answers: the question in Simplified characters without quotes. Where it
    leans on the question before and asks nothing new, the two joined."""
    wants: AnswerType = ""
    counted: str = ""
    """Label of the concept that is to be counted, in lower case; empty where nothing is."""
    filters: Filters = field(default_factory=Filters)
    understood: str = ""
    follows: bool = False
    """Whether it was joined with the question before it."""
    base: str = ""
    """What the next question leans on: this one as it was understood; the earlier one where that is two questions."""
    other_language: str = ""
    """The question's language where that is neither English nor Chinese: `fr`, `ru`, ..."""


def parse(
    question: str, analyzer: Analyzer, lexicon: Lexicon, earlier: str = "", frequency_of: FrequencyOf = lambda term: 0
) -> Query:
    """Read a question, alone or joined with the one before it in the same conversation, which is `earlier`."""
    read = readable(question)
    text, filters = take_filters(read, analyzer)
    understood, new, form, base = "", len(text), read, read
    if earlier:
        merged = merge(text, take_filters(readable(earlier), analyzer)[0], analyzer, lexicon.kind_of, frequency_of)
        text, new, understood = merged.text, merged.new, merged.shown
        form = understood if merged.whole or not asks_anew(read) else read
        base = understood if merged.whole else earlier
    plain = _QUOTES.sub("", analyzer.simplified(form))
    wants = answer_type_of(plain)
    other = other_language(read)
    concepts = _concepts(text, new, wants, other, analyzer, lexicon)
    return Query(
        question=question,
        form=plain,
        language=language_of(question),
        concepts=concepts,
        wants=wants,
        counted=counted(form if understood else read),
        filters=filters,
        understood=_mended(understood or text, concepts) or understood,
        follows=bool(understood),
        base=base,
        other_language=other,
    )


def readable(question: str) -> str:
    """What is read of a question: what can be seen, and of a very long one the beginning, up to a space."""
    question = seen(question)
    if len(question) <= MAX_QUESTION:
        return question
    return question[:MAX_QUESTION].rpartition(" ")[0] or question[:MAX_QUESTION]


def _mended(text: str, concepts: tuple[Concept, ...]) -> str:
    """The question with the words whose spelling was mended, empty where none was."""
    mended = text
    for concept in concepts:
        expansions = (expansion for part in concept.parts for expansion in part.expansions)
        shown = next((expansion.shown for expansion in expansions if expansion.shown), "")
        if shown:
            # not where it is part of another word
            mended = shown.join(re.split(rf"(?<!\w){re.escape(concept.label)}(?!\w)", mended))
    return mended if mended != text else ""


def language_of(question: str) -> str:
    """`zh` if the question has Han characters to speak of, else `en`."""
    if question.isascii():
        return "en"
    han = sum(len(run) for run in HAN_RUN.findall(question))
    latin = len(re.findall(r"[A-Za-z]+", question))
    return "zh" if han >= 2 and han * 2 >= latin else "en"


def _concepts(
    text: str, new: int, wants: AnswerType, other: str, analyzer: Analyzer, lexicon: Lexicon
) -> tuple[Concept, ...]:
    """The concepts of `text`; what stands after `new` comes from an earlier question and counts less."""
    words = analyzer.analyze(text, stop_words=True)
    tokens = _named(text, words, wants, other, lexicon)
    terms = [token.term for token in tokens]
    matches = lexicon.phrases(terms) + _everyday(words, tokens, lexicon) + _joined(text, tokens, analyzer, lexicon)
    if wants == "country":
        matches += _regions(text, tokens, analyzer, lexicon)
    elif wants == "leader":
        matches += _leaders(tokens, analyzer, lexicon)
    written = list(quantities.find(text))
    concepts: dict[tuple[str, ...], Concept] = {}
    for match in _cover(tokens, matches, new):
        if len(concepts) == MAX_CONCEPTS and tuple(terms[match.low : match.high]) not in concepts:
            continue  # it would be read in vain
        concept = _concept(text, tokens[match.low : match.high], match.expansions, written, other, analyzer, lexicon)
        if tokens[match.low].start >= new:
            concept = replace(concept, weight=concept.weight * EARLIER_WEIGHT)
        key = tuple(terms[match.low : match.high])
        if key in concepts:
            known = concepts[key]
            concept = replace(known, weight=known.weight + concept.weight)
        concepts[key] = concept
    return tuple(concepts.values())


def _named(text: str, words: list[Token], wants: AnswerType, other: str, lexicon: Lexicon) -> list[Token]:
    """Those words of a question that say what it is about, or all where none does."""
    recut = _offices(text, [part for token in named(words) for part in _recut(token, lexicon)], lexicon)
    tokens = [token for token in recut if not asks(text, token) and not lexicon.is_function_word(token.term)] or recut
    tokens = [token for token in tokens if token.term[0] < PICTURES] or tokens
    if other:
        tokens = [token for token in tokens if not says_little(text[token.start : token.end], other)] or tokens
    if wants == "definition":
        tokens = [
            token for token in tokens if text[token.start : token.end].lower() not in stopwords.DEFINING
        ] or tokens
    return _addressed(text, tokens, lexicon)


def _cover(tokens: list[Token], matches: list[Match], new: int) -> list[Match]:
    """Runs of the tokens, one after another: of the matches the longest that do not overlap, each other token alone."""
    taken: list[Match] = []
    for match in sorted(matches, key=lambda match: (match.low - match.high, match.low)):
        if tokens[match.low].start < new <= tokens[match.high - 1].start:
            continue  # "the first one?" after "Who gave ...?" says nothing of "one who"
        same = next((other for other in taken if (other.low, other.high) == (match.low, match.high)), None)
        if same:
            taken[taken.index(same)] = Match(match.low, match.high, same.expansions + match.expansions)
        elif all(match.high <= other.low or match.low >= other.high for other in taken):
            taken.append(match)
    runs: list[Match] = []
    for match in sorted(taken):
        runs += _alone(runs[-1].high if runs else 0, match.low)
        runs.append(match)
    return runs + _alone(runs[-1].high if runs else 0, len(tokens))


def _leaders(tokens: list[Token], analyzer: Analyzer, lexicon: Lexicon) -> list[Match]:
    """Verbs of leading, with what reports call those who lead: "who runs it" is answered by its director.

    Who asks for a director by name of the office wants that one.
    """
    verbs = {analyzer.stem(verb) for verb in _LEADING} | {*_LEADING}
    offices = [tuple(analyzer.terms(office)) for office in _OFFICES]
    known = [terms for terms in offices if terms and all(map(lexicon.known, terms))]
    return [
        Match(
            place,
            place + 1,
            tuple(Expansion(terms, LEADER_WEIGHT, "everyday") for terms in known if terms != (token.term,)),
        )
        for place, token in enumerate(tokens)
        if token.term in verbs
    ]


def _regions(text: str, tokens: list[Token], analyzer: Analyzer, lexicon: Lexicon) -> list[Match]:
    """Parts of the world that the tokens name, with their countries, as far as the reports name these."""
    matches = []
    for low in range(len(tokens)):
        for high in range(low + 1, min(low + 2, len(tokens)) + 1):
            name = " ".join(text[token.start : token.end] for token in tokens[low:high])
            names = (tuple(analyzer.terms(country)) for country in countries_of(name))
            known = [terms for terms in names if terms and all(map(lexicon.known, terms))]
            if known:
                matches.append(Match(low, high, tuple(Expansion(terms, REGION_WEIGHT, "region") for terms in known)))
    return matches


def _alone(low: int, high: int) -> list[Match]:
    """Each token of a range as a match of its own, without expansions."""
    return [Match(number, number + 1, ()) for number in range(low, high)]


def _addressed(text: str, tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """The tokens, with one for a postal address in place of the words that ask for it, if the reports have any."""
    for start, end in addresses.asked(text) if lexicon.known(addresses.TERM) else ():
        others = [token for token in tokens if token.end <= start or token.start >= end]
        tokens = sorted([*others, Token(addresses.TERM, start, end)], key=lambda token: token.start)
    return tokens


def _everyday(words: list[Token], tokens: list[Token], lexicon: Lexicon) -> list[Match]:
    """Everyday phrases of the question, stop words and all: "come into being" is more than its `come`."""
    matches = []
    terms = tuple(word.term for word in words)
    for first, pair in enumerate(pairwise(terms)):
        if not lexicon.opens(*pair):
            continue
        for last in range(first + 1, min(first + MAX_PHRASE, len(words))):
            printed = lexicon.printed(terms[first : last + 1])
            if printed:
                low, high = words[first].start, words[last].end
                inside = [number for number, token in enumerate(tokens) if low <= token.start and token.end <= high]
                if inside:
                    matches.append(Match(inside[0], inside[-1] + 1, printed))
    return matches


def _joined(text: str, tokens: list[Token], analyzer: Analyzer, lexicon: Lexicon) -> list[Match]:
    """Two words side by side that the reports also write as one: health care, healthcare."""
    matches = []
    for low, (first, second) in enumerate(pairwise(tokens)):
        whole = text[first.start : first.end] + text[second.start : second.end]
        if second.start - first.end == 1 and whole.isalpha() and not HAN_RUN.search(whole):
            solid = analyzer.stem(fold(whole))
            if lexicon.known(solid):
                matches.append(Match(low, low + 2, (Expansion((solid,), JOINED_WEIGHT, "writing"),)))
    return matches


def _offices(text: str, tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """The tokens, with the office that two of them share cut out: 云南省 and 长 are 云南 and 省长."""
    cut = list(tokens)
    for place, (before, after) in enumerate(pairwise(tokens)):
        office = before.term[-1:] + after.term
        if after.term == "长" and before.end == after.start and len(before.term) > 2 and lexicon.knows_han(office):
            cut[place] = Token(before.term[:-1], before.start, before.end - 1)
            cut[place + 1] = Token(office, before.end - 1, after.end)
    return cut


def _recut(token: Token, lexicon: Lexicon) -> list[Token]:
    """A Chinese word that neither the reports nor the dictionary have, in words that they have; other tokens as is.

    jieba's dictionary has 期刊论文 and 四次会议 as words, ours has 期刊, 论文 and 会议.
    """
    term = token.term
    if len(term) == 1 or not HAN_RUN.fullmatch(term) or lexicon.knows_han(term):
        return [token]
    if _DEGREE.match(term):  # 有多深: what is asked is how deep
        return [Token(term[-1], token.end - 1, token.end)]
    if count := _COUNT.match(term):  # 两本: what is named is the number
        return [Token(chinese_number(count[1], single=True), token.start, token.start + 1)]
    if INTERROGATIVE.search(term):  # 哪一天, 由谁来
        return [token._replace(term=stopwords.ASKING)]
    words, low = [], 0
    while low < len(term):
        high = next(high for high in range(len(term), low, -1) if high == low + 1 or lexicon.knows_han(term[low:high]))
        words.append((low, term[low:high]))
        low = high
    naming = [(low, word) for low, word in words if word not in stopwords.CHINESE]
    if token.end - token.start != len(term) or not naming or any(len(word) == 1 for _, word in naming):
        return [token]
    return [Token(word, token.start + low, token.start + low + len(word)) for low, word in naming]


def _concept(
    text: str,
    tokens: list[Token],
    expansions: tuple[Expansion, ...],
    written: list[tuple[int, int, str]],
    other: str,
    analyzer: Analyzer,
    lexicon: Lexicon,
) -> Concept:
    """`written`: the quantities of the text, as `quantities.find` gives them; `other`: its language, if another one."""
    single = len(tokens) == 1
    parts = []
    a_day = False
    for token in tokens:
        own = Expansion((token.term,), 1.0, "question")
        others = lexicon.words(token.term, text[token.start : token.end])
        if token.term[:1].isdecimal():
            date = [Expansion((term,), 1.0, "date") for term in dates.others(text, token, analyzer.stem)]
            others, a_day = [*others, *date], a_day or bool(date)
        # a part of a day, of an amount: found where the whole is, however that is written
        wholes = (term for start, end, term in written if start <= token.start and token.end <= end)
        others = [*others, *(Expansion((term,), 1.0, "date") for term in wholes)]
        others = [*others, *lexicon.inflected(token.term, text[token.start : token.end], other)]
        if country := short_country(token.term, text[token.start - 1 : token.start], text[token.end : token.end + 1]):
            glossary = [expansion for match in lexicon.phrases([country]) for expansion in match.expansions]
            others = [Expansion((country,), 1.0, "question"), *glossary, *lexicon.words(country, country)]
        parts.append(Part(token.term, _best((own, *(expansions if single else ()), *others))))
    label = text[tokens[0].start : tokens[-1].end]
    light = single and _is_light(label, tokens[0].term)
    kind = lexicon.kind_of(label, tokens[0].term if single else "", opens=is_first(text, tokens[0].start))
    return Concept(
        label,
        tuple(parts),
        () if single else _best(expansions),
        LIGHT_WEIGHT if light else 1.0,
        "number" if a_day and kind == "ordinal" else kind,  # the 5th of June counts nothing
    )


def _best(expansions: tuple[Expansion, ...]) -> tuple[Expansion, ...]:
    """Each set of terms once, with its best weight, in order."""
    best: dict[tuple[str, ...], Expansion] = {}
    for expansion in expansions:
        known = best.get(expansion.terms)
        if known is None or known.weight < expansion.weight:
            best[expansion.terms] = expansion
    return tuple(best.values())


def _is_light(label: str, term: str) -> bool:
    return label.lower() in stopwords.ENGLISH_LIGHT or term in stopwords.CHINESE_LIGHT
