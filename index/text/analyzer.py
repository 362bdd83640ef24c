"""Text in, terms out, each with its place in the text; the same for passages and for questions.

What a term is:

- Latin words without accents, in lower case, stemmed (Porter 2), British spellings as American ones:
  `organis` and `organiz` are one term.
- Runs of Han characters, segmented by jieba after Traditional characters were made Simplified ones. A run
  never crosses from digits or Latin letters into Han: `2019年政府` is `2019`, `政府`.
- Numbers without separators (`20,000` is `20000`), number words as digits (`fourteen`, `十四`, `二〇二一年`),
  ordinals as `14th` (`fourteenth`, `第十四`).
- What is written over several words has a term of its own beside theirs (`quantities.py`): a day, a span of years, an
  amount (`1.2 million` is also `1200000`), a telephone number. Digits may be grouped: `3 000`, `3,000`, `3000`.
- A word with hyphens also stands as one (`long-term`: `long`, `longterm`, `term`) for those who write it solid; behind
  `non-` and `un-` only so, since `formal` is not `non-formal`.
- What is an address says so: `websit` beside the parts of www.example.org, `email`, `address` (`addresses.py`).
- A raised figure is the mark of a note and gives nothing (`342` for 342¹), but behind a unit it is a power (`m2`).
- Names that splitting would break stay whole: `s&t`, `r&d`, `covid19` (beside `covid`), `u.s.` as `usa`.

Stop words give no term, unless they are written in capitals as an acronym (`MOST`, `IT`, `WHO`); a word in
capitals is not stemmed (`casted` for `CASTED`), and its plural is the acronym (`mp` for `MPs`). Apostrophes join
(`obrien` for O'Brien), but behind an article that is left out (`ecole` for l'école). Cyrillic and Arabic words have the
stemmers of Russian and Arabic: the script tells, so that passages and questions agree.

Why offsets into the text as it stands? Because what is shown is the printed text: a match found in folded
text must be marked in the unfolded one, and NFKC, Traditional to Simplified and "& with spaces" all change
lengths.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from functools import cached_property, lru_cache
from operator import itemgetter

from index.text import addresses, quantities, stopwords
from index.text.numerals import HAN_NUMERALS, chinese_number, english_number, english_ordinal, ordinal
from index.text.patterns import Pattern
from index.text.segmenter import Segmenter, open_segmenter
from index.text.simplifier import RULES, Simplifier
from index.text.stemming import Stem, fingerprint_of, open_stemmer, script_of
from index.text.tokens import HAN as HAN
from index.text.tokens import StopWord, named
from index.text.tokens import Token as Token

VERSION = 11
"""Raise it when the same text gives other terms than before: older generations then refuse to open."""

HAN_DIGIT = "〇○零一二三四五六七八九"
_MARK = "\u0300-\u036f\u0640\u064b-\u0655\u0670"
"""What stands over, under or between letters and makes no other letters of them."""
_APOSTROPHE = "'’‘ʼ＇"
_RAISED = "¹²³⁰⁴-⁹"
_LETTER = rf"[^\W_{HAN}{_RAISED}]"
"""What words and numbers are made of. A raised figure is the mark of a note (342¹, Lane²) and no part of either."""
_END = rf"(?!{_LETTER}|_)"
"""The end of a word, also before the mark of a note and before Han."""


def _caseless_han(pattern: str) -> str:
    """The pattern with each class of characters that names Han read as it stands.

    Where case is ignored, `re` looks for the case of every Han character of every class, and none has one: four fifths
    of the time that compiling takes.
    """
    return re.sub(rf"\[[^]]*{HAN}[^]]*\]", r"(?-i:\g<0>)", pattern)


_PIECE = rf"{_LETTER}+(?:[{_MARK}]+{_LETTER}*)*"
_RAISED_TO = "(?:[a-z]|[kcdmµμnh]m|ft|in|mi|yd|mc|co|kg|ms|log|sin|cos)"
"""Behind these a raised figure is a power (m², R²), or what should have been set low (CO²): the term has it."""
_UNIT = "(?:[kcdmµμnh]?m|ft|yd)"
"""Units of length, which are no part of the number that they stand behind where a power follows: 100km²."""
_HYPHEN = "-‐‑"
_SPACE = " \u00a0\u2009\u202f"
_TOKEN = rf"""
      (?P<link>     (?<![a-z0-9_])(?:https?://|www\.)[^\s<>"')　-〿！-～{HAN}]+
                  | (?<![a-z0-9_.+-])[a-z0-9][a-z0-9_.+-]*+@[a-z0-9-]+(?:\.[a-z0-9-]+)+ )
    | (?P<han>      (?:[{HAN}]|(?<=[{HAN_DIGIT}])○(?=[{HAN_DIGIT}]))+ )
    | (?P<dotted>   \b(?:[A-Za-z]\.){{2,}}(?:[A-Za-z]\b)? | \bPh\.?\s?Ds?\b\.? )
    | (?P<joined>   \b(?:[A-Z]\s?[&＆]\s?[A-Z](?:\s?[&＆]\s?[A-Z])*|[a-z][&＆][a-z]){_END} )
    | (?P<power>    (?:(?<![^\W_]){_RAISED_TO}|(?<=\d){_UNIT})[{_RAISED}]+(?!{_LETTER}) )
    | (?P<ordinal>  \b\d+(?:st|nd|rd|th|ｓｔ|ｎｄ|ｒｄ|ｔｈ){_END} )
    | (?P<compound> \b[A-Za-z]{{2,}}-\d+{_END} )
    | (?P<percent>  [%％] | p(?<![^\W_]p)er[ ]cents?\b )
    | (?P<money>    [$€£¥￥](?=\s?\d) )
    | (?P<picture>  [\U0001f300-\U0001f3fa\U0001f400-\U0001faff] )
    | (?P<grouped>  \d(?<![\d.,]\d)\d{{0,2}}(?:[{_SPACE}]\d{{3}}){{1,6}}+(?![{_SPACE}]*\d)(?!{_LETTER})
                  | [０-９]{{1,3}}(?:，[０-９]{{3}})+(?!\d) )
    | (?P<number>   \d+(?:[.,]\d+)+ | \d++(?:(?!{_LETTER})|(?={_UNIT}[{_RAISED}]+(?!{_LETTER}))) )
    | (?P<word>     {_LETTER}+(?:[{_MARK}]+{_LETTER}*|[{_APOSTROPHE}]{_LETTER}+)* )
    """
_PART = re.compile(_PIECE)
_HYPHENED = Pattern(_caseless_han(rf"[^\W\d_{HAN}]+(?:[{_HYPHEN}]{_PIECE})+|non [a-z]+"))
_HYPHENS = frozenset(_HYPHEN)
_NON = frozenset(("non", "Non", "NON"))
_DIGITS = re.compile(r"\d+")
LONGEST_JOINED = 30
"""Letters of a word with hyphens that also stands as one."""
_PREFIXES = frozenset("co re pre e sub de dis mis multi inter intra trans post semi bi tri macro micro".split())
"""What is no word before a hyphen: the word is the whole, beside what stands behind it."""
_NEGATIONS = frozenset(("non", "un"))
"""What makes the opposite of the word behind it: that alone is not meant."""
_MONEY = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yuan", "￥": "yuan"}
HAN_RUN = re.compile(rf"[{HAN}]+")
# jieba cuts 二〇二一年 into 二, 〇, 二, 一年, and 一百三十三人 into 一百三十, 三人
_HAN_NUMERAL = re.compile(
    rf"第(?P<ordinal>[{HAN_DIGIT}十百两]+)|(?<![{HAN_DIGIT}])(?P<year>[{HAN_DIGIT}]{{4}})年|"
    rf"百分之(?P<share>(?:[{HAN_DIGIT}]百(?:[{HAN_DIGIT}]?十[{HAN_DIGIT}]?|零[{HAN_DIGIT}])?|"
    rf"[{HAN_DIGIT}]?十[{HAN_DIGIT}]?|[{HAN_DIGIT}]+)(?:点[{HAN_DIGIT}]+)?)|"
    rf"(?<![{HAN_NUMERALS}])(?P<amount>(?=[{HAN_DIGIT}十两]+[百千万亿])[{HAN_NUMERALS}]{{3,}}|[{HAN_NUMERALS}]{{2,}}(?=[多余]))|"
    r"(?P<digits>[一二三四五六七八九]+〇[〇一二三四五六七八九]*)"
)
# In every run in which _HAN_NUMERAL or an ordinal in digits (第14) can be found, and quicker to look for.
_NUMERAL_SIGN = re.compile(rf"[第〇○]|[{HAN_DIGIT}]年|分之|[{HAN_DIGIT}十两][百千万亿]|[{HAN_NUMERALS}][多余]")
_DIGITS_BEFORE_HAN = re.compile(r"第\s?(\d+)")
_ORDINAL_SIGN = re.compile(r"第\s?$")
AFTER_NUMBERS = frozenset("年月日号届次期版项名位个人亿万多余")
_FIRST = frozenset("首届 首次 首个 首批 首任 首期 首轮 首位 首家 首部 首场".split())
"""Words of Chinese that say "the first" without a numeral."""
_POSSESSIVE = re.compile(rf"[{_APOSTROPHE}]s?$")
_ELIDED = re.compile(rf"^(?:[ldjmtsnc]|qu|jusqu|lorsqu|dell|nell|sull)[{_APOSTROPHE}](?=[^\W\d_]{{2}})", re.IGNORECASE)
_APOSTROPHES = re.compile(rf"[{_APOSTROPHE}]")
_ACRONYMS = re.compile(r"[A-Z]{2,}s")
_SPELLINGS = (
    ("is", re.compile(r"is(ation|ations|ational)$"), r"iz\1"),
    ("is", re.compile(r"(?<=[a-z]{3})is(e|ed|es|ing|er|ers)$"), r"iz\1"),
    ("our", re.compile(r"(?<=[a-z]{3})our(|s|ed|ing|able|al|ally)$"), r"or\1"),
    ("tre", re.compile(r"(?<=[a-z]{3})tre(s?)$"), r"ter\1"),
    ("programme", re.compile(r"^programmes?$"), "program"),
    ("men", re.compile(r"(?<=[a-z]{3})men$"), "man"),
    ("ence", re.compile(r"^(def|off|lic)ence(s?)$"), r"\1ense\2"),
)
"""What a word must hold, which is soon seen, for a spelling to be in it; the spelling, and what it becomes."""

# Past forms that no rule gives; those that are also something else (found, left, saw, lay) are left alone.
_IRREGULAR = {
    past: base
    for line in (
        "became become|began begin|begun begin|bought buy|broke break|broken break|brought bring|built build|"
        "came come|caught catch|chose choose|chosen choose|dealt deal|done do|drawn draw|drew draw|driven drive|"
        "drove drive|fell fall|fallen fall|felt feel|forgot forget|fought fight|gave give|given give|gone go|got get|"
        "grew grow|grown grow|held hold|kept keep|knew know|known know|led lead|lent lend|lost lose|made make|"
        "meant mean|met meet|paid pay|ran run|risen rise|rose rise|said say|sent send|shown show|sold sell|"
        "sought seek|spent spend|spoke speak|spoken speak|stood stand|struck strike|sung sing|sang sing|swore swear|"
        "sworn swear|taken take|took take|taught teach|thought think|told tell|understood understand|went go|"
        "won win|wore wear|worn wear|written write|wrote write|women woman|men man|children child|criteria criterion|"
        "phenomena phenomenon|percentage percent|percentages percent|analyses analysis|crises crisis|theses thesis|"
        "hypotheses hypothesis"
    ).split("|")
    for past, base in [line.split()]
}


class Analyzer:
    """Text to terms. Safe to share between threads; jieba is loaded by the first Han run, not before."""

    def __init__(self, segmenter: Segmenter | None = None) -> None:
        self._segmenter = segmenter or open_segmenter()
        self.simplifier = Simplifier()
        # What has been read is read again and again: words without regard to where they stand, and their terms.
        self._stems: dict[str, str] = {}
        self._plain: dict[str, str] = {}
        self._han_terms: dict[str, str] = {}
        self._stop_word = lru_cache(maxsize=1 << 12)(self._stem_of_stop_word)

    @cached_property
    def fingerprint(self) -> str:
        """Changes whenever the same text could give other terms."""
        words = " ".join(sorted(stopwords.ENGLISH | stopwords.CHINESE))
        spellings = [(pattern.pattern, replacement) for _, pattern, replacement in _SPELLINGS]
        rules = f"{_TOKEN} {addresses.RULES} {quantities.RULES} {_HAN_NUMERAL.pattern} {RULES}"
        rules = f"{rules} {spellings} {_IRREGULAR} {sorted(_FIRST)}"
        stems = fingerprint_of(self._stem_one, *map(open_stemmer, ("russian", "arabic")))
        seed = f"{VERSION} {self._segmenter.fingerprint} {stems} {rules} {words}"
        return hashlib.blake2b(seed.encode(), digest_size=8).hexdigest()

    @cached_property
    def _find_tokens(self) -> Callable[[str, int, int], Iterator[re.Match[str]]]:
        # Time that a program which only compares fingerprints need not pay.
        return re.compile(_caseless_han(_TOKEN), re.VERBOSE | re.IGNORECASE).finditer

    def terms(self, text: str) -> list[str]:
        """The terms of `text`, in order."""
        return [token.term for token in self.analyze(text)]

    def names(self, text: str) -> list[Token]:
        """The tokens of `text`, one for each thing it names: COVID-19 is not also `covid` here."""
        return named(self.analyze(text))

    def analyze(self, text: str, *, stop_words: bool = False) -> list[Token]:
        """The tokens of `text`, in order of their place; with `stop_words` those too."""
        tokens: list[Token] = []
        self.scan(text, 0, len(text), tokens, stop_words=stop_words)
        if written := [Token(term, start, end) for start, end, term in quantities.find(text)]:
            tokens = sorted([*tokens, *written], key=itemgetter(1))  # those that begin together stay in their order
        for start, end, word in addresses.addresses(text):
            first = next(number for number, token in enumerate(tokens) if token.end > start)
            said = [Token(term, tokens[first].start, end) for term in (word, addresses.TERM)]
            tokens[first + 1 : first + 1] = said
        return tokens

    def scan(
        self, text: str, low: int, high: int, tokens: list[Token], *, han: bool = True, stop_words: bool = False
    ) -> None:
        """Append the tokens of `text[low:high]`, addresses aside; without `han`, those that are no Han runs."""
        plain = self._plain
        simplified: str | None = None
        skipped = 0  # what stands before is said
        for match in self._find_tokens(text, low, high):
            kind = match.lastgroup
            start, end = match.span()
            if kind == "word":
                if start < skipped:
                    continue
                word = match.group()
                joins = text[end : end + 1] in _HYPHENS or (word in _NON and text[end : end + 1] == " ")
                if joins and (whole := self._hyphened(text, start, end, high)):
                    solid, skipped = whole
                    if skipped > start:
                        tokens.append(solid)
                        continue
                else:
                    solid = None
                term = plain.get(word)
                if term is None:
                    term = self._word(text, word, start, end)
                    # what is set in capitals depends on its line
                    if not word[:2].isupper() and not _POSSESSIVE.sub("", word).isupper():
                        remember(plain, word, term)
                if term:
                    tokens.append(_token(Token, (term, start, end)))
                elif stop_words:
                    tokens.append(StopWord(self._stop_word(word), start, end))
                if solid:
                    tokens.append(solid)
            elif kind == "han":
                if not han:
                    continue
                if simplified is None:
                    simplified = self.simplifier.at_once(text)
                run = match.group()
                if simplified[start:end] == run and not stop_words and not _NUMERAL_SIGN.search(run):
                    self._plain_han(text, run, start, tokens)
                else:
                    tokens += self.han(text, start, end, stop_words)
            elif kind == "link":
                tokens += self._link(match.group(), start)
            elif kind == "compound":
                word = fold(match.group())
                tokens.append(Token(word.replace("-", ""), start, end))
                tokens.append(Token(self.stem(word.partition("-")[0]), start, end))
            elif kind == "grouped":
                tokens.append(Token(fold("".join(_DIGITS.findall(match.group()))), start, end))
                tokens += (Token(fold(part.group()), *part.span()) for part in _PART.finditer(text, start, end))
            elif kind == "number":
                if not _ORDINAL_SIGN.search(text, max(0, start - 2), start):
                    tokens.append(Token(quantities.number(fold(match.group())), start, end))
            elif kind == "percent":
                tokens.append(Token("percent", start, end))
            elif kind == "money":
                tokens.append(Token(_MONEY[match.group()], start, end))
            elif kind == "picture":
                tokens.append(Token(match.group(), start, end))
            else:
                tokens.append(Token(_folded_name(kind or "", fold(match.group())), start, end))

    def _hyphened(self, text: str, start: int, end: int, high: int) -> tuple[Token, int] | None:
        """Of a word `text[start:end]` that opens one with hyphens: the whole, and up to where it says all that is said.

        A part that is no word by itself is not said but in the whole, nor is what a negation makes the opposite of.
        None where it opens none.
        """
        if start and text[start - 1] in _HYPHEN + _APOSTROPHE:
            return None
        match = _HYPHENED.match(text, start, high)
        if match is None or match.end() <= end:
            return None
        first = fold(text[start:end])
        whole = "".join(_folded(piece.group()) for piece in _PART.finditer(match.group()))
        if not 0 < len(whole) <= LONGEST_JOINED:
            return None
        said = match.end() if first in _NEGATIONS else end if first in _PREFIXES else start
        return Token(self.stem(whole), start, match.end()), said

    def cut(self, runs: str) -> Iterable[str]:
        """The words of runs of Han characters that stand apart, and what stands between: joined they give `runs`."""
        return self._segmenter.cut(runs)

    def simplified(self, text: str) -> str:
        """The text with its Han runs in Simplified characters; its length may change."""
        return HAN_RUN.sub(lambda match: self.simplifier.run(match.group()), text)

    def stem(self, word: str) -> str:
        """The stem of a folded word."""
        known = self._stems.get(word)
        if known is None:
            spelled = _IRREGULAR.get(word, word)
            for sign, pattern, replacement in _SPELLINGS:
                if sign in spelled:
                    spelled = pattern.sub(replacement, spelled)
            script = "" if spelled.isascii() else script_of(spelled)
            known = open_stemmer(script)(spelled) if script else self._stem_one(spelled)
            remember(self._stems, word, known)
        return known

    def _stem_of_stop_word(self, word: str) -> str:
        return self.stem(_folded(_POSSESSIVE.sub("", word)))

    @cached_property
    def _stem_one(self) -> Stem:
        return open_stemmer()

    def _word(self, text: str, word: str, start: int, end: int) -> str:
        word = _POSSESSIVE.sub("", word)  # CASTED's is CASTED
        if _APOSTROPHES.search(word):
            word = _without_apostrophes(word)
        if _ACRONYMS.fullmatch(word):
            word = word[:-1]  # MPs are more than one MP
        folded = _folded(word)
        if folded == "us" and word == "US" and not _in_capitals(text, start, end):
            return "usa"
        number = english_ordinal(folded) or english_number(folded)
        if number:
            return number
        if folded in stopwords.ENGLISH:
            acronym = word.isupper() and 1 < len(word) < 6 and not _in_capitals(text, start, end)
            return folded if acronym else ""
        if word.isupper() and len(word) > 2 and not _in_capitals(text, start, end):
            return folded  # CASTED is not cast
        return self.stem(folded)

    def _link(self, link: str, start: int) -> Iterator[Token]:
        """The parts of a web or mail address, after what it is: who asks for the website means www.example.org."""
        for number, match in enumerate(re.finditer(r"[^\W_]+", link)):
            yield Token(fold(match.group()), start + match.start(), start + match.end())
            if number == 0:
                yield Token(self.stem("email" if "@" in link else "website"), start, start + len(link))

    def han(
        self, text: str, start: int, end: int, stop_words: bool = False, *, simplified: str = ""
    ) -> Iterator[Token]:
        """The tokens of the Han run `text[start:end]`. `simplified`: the run in Simplified characters, if known."""
        run = text[start:end]
        simplified, offsets = self._simplify(run, simplified)
        # 2020年全社会: without its number, 年全 would look like a word.
        position = after_number(text, run, start)
        for match in [*filter(_is_number, _HAN_NUMERAL.finditer(simplified)), None]:
            stop = match.start() if match else len(simplified)
            for word in self._segmenter.cut(simplified[position:stop]) if stop > position else ():
                low, position = position, position + len(word)
                number = _number_of(word)
                kind_of_token = StopWord if not number and word in stopwords.CHINESE else Token
                if stop_words or kind_of_token is Token:
                    yield kind_of_token(
                        number or word, start + offsets[low], start + max(offsets[position], offsets[low] + 1)
                    )
            if match:
                kind = match.lastgroup or ""
                number = chinese_number(match.group(kind), single=True)
                low, high, position = match.start(), match.end(kind), match.end()
                term = (ordinal(number) or match.group()) if kind == "ordinal" else number
                yield Token(term, start + offsets[low], start + max(offsets[high], offsets[low] + 1))
                if kind == "share":
                    yield Token("percent", start + offsets[low], start + max(offsets[high], offsets[low] + 1))
                if kind == "amount" and simplified[position : position + 1] in AFTER_NUMBERS:
                    position += 1  # as behind digits
        # 第14 crosses from Han into digits: one ordinal, seen from its 第.
        if run[-1] == "第" and (digits := _DIGITS_BEFORE_HAN.match(text, end - 1)):
            yield Token(ordinal(fold(digits.group(1))), end - 1, digits.end())

    def _plain_han(self, text: str, run: str, start: int, tokens: list[Token]) -> None:
        """What `han` gives, stop words aside, for a run in Simplified characters that holds no numeral."""
        known = self._han_terms
        position = after_number(text, run, start)
        low = start + position
        for word in self._segmenter.cut(run[position:] if position else run) if len(run) > position else ():
            high = low + len(word)
            term = known.get(word)
            if term is None:
                term = han_term(word)
                remember(known, word, term)
            if term:
                tokens.append(_token(Token, (term, low, high)))
            low = high

    def _simplify(self, run: str, known: str) -> tuple[str, Sequence[int]]:
        """The run in Simplified characters, and for each of its places the place in the run.

        What only the Simplified text has (簡報: 演示 文稿) stands at the character beside it.
        """
        simplified = (known or self.simplifier.run(run)).replace("○", "〇")
        if len(simplified) == len(run):
            return simplified, range(len(run) + 1)
        offsets = [0] * (len(simplified) + 1)
        for _, low, high, to_low, to_high in SequenceMatcher(None, run, simplified, autojunk=False).get_opcodes():
            for offset in range(to_low, to_high + 1):
                offsets[offset] = min(high, low + offset - to_low, len(run) - 1)
        offsets[len(simplified)] = len(run)
        return simplified, offsets


_token: Callable[[type[Token], tuple[str, int, int]], Token] = tuple.__new__
"""What `Token(...)` does, without looking at the arguments: half of the time of a Han word."""
_REMEMBERED = 1 << 18


def remember(known: dict[str, str], word: str, term: str) -> None:
    """Keep what a word gives, within bounds: a bot runs for months, and anything can be asked."""
    if len(known) >= _REMEMBERED:
        known.clear()
    known[word] = term


def han_term(word: str) -> str:
    """The term of a word of Chinese in Simplified characters, empty for a stop word."""
    return _number_of(word) or ("" if word in stopwords.CHINESE else word)


def _is_number(match: re.Match[str]) -> bool:
    """Whether what looks like a number is one: 一百二三十 is none."""
    kind = match.lastgroup or ""
    return kind == "ordinal" or chinese_number(match[kind], single=kind != "amount") != ""


def _number_of(word: str) -> str:
    """The number or ordinal that a Chinese word is, empty where it is none."""
    return "1st" if word in _FIRST else chinese_number(word)


def after_number(text: str, run: str, start: int) -> int:
    """1 where a run of Han characters begins with the unit of a number before it, else 0."""
    return int(run[0] in AFTER_NUMBERS and start > 0 and text[max(0, start - 2) : start].rstrip()[-1:].isdigit())


def fold(text: str) -> str:
    """NFKC, lower case, digits as ours, without the accents of Latin and the points of Arabic letters.

    й keeps its mark, since it is another letter than и; ё is written е more often than not.
    """
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKC", text).lower().translate(_LETTERS)
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFKD", plain)))


_MARKS = re.compile(rf"(?<!и)[{_MARK}]")
_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t"}
    | {chr(zero + digit): str(digit) for zero in (0x660, 0x6F0, 0x966, 0x9E6) for digit in range(10)}
)
"""Letters that no decomposition makes plain, and the digits of Arabic, Persian, Hindi and Bengali."""


def _without_apostrophes(word: str) -> str:
    """A word with apostrophes as one, without the article before it: `école` for l'école, but `OBrien`, `NDjamena`."""
    elided = _ELIDED.match(word)
    if elided and not (word[0].isupper() and word[elided.end()].isupper() and not word.isupper()):
        word = word[elided.end() :]
    return _APOSTROPHES.sub("", word)


def _folded(word: str) -> str:
    return "".join(fold(word).split())  # NFKC makes a space of some letters


def _folded_name(kind: str, folded: str) -> str:
    if kind == "ordinal":
        return ordinal(folded[:-2])
    letters = re.sub(r"[\s.＆]", lambda match: "&" if match.group() == "＆" else "", folded)
    if kind == "dotted":
        return {"us": "usa", "phds": "phd"}.get(letters, letters)
    return letters


_AROUND = 500
"""Characters before and behind a word in which it is seen whether its line is set in capitals."""


def _in_capitals(text: str, start: int, end: int) -> bool:
    """Whether the line around text[start:end] is set in capitals, so that they say nothing of a word."""
    floor, ceiling = max(0, start - _AROUND), end + _AROUND
    low = text.rfind("\n", floor, start)
    high = text.find("\n", end, ceiling)
    return _has_capitals(text[low + 1 if low >= 0 else floor : high if high >= 0 else ceiling])


@lru_cache(maxsize=32)
def _has_capitals(line: str) -> bool:
    """Whether a line is set in capitals: a line of many acronyms is counted once."""
    return len(line) > 12 and sum(map(str.isupper, line)) > 2 * sum(map(str.islower, line))
