"""A message in; the questions in it out, each as it would be asked alone, without the letter around it.

People write letters: a greeting, who they are and where, why they ask, the question, thanks, a signature. What is
demanded of the reports is what the question asks of them: "we are organising a workshop in Nairobi" must not refuse a
question because no report names Nairobi. So the sentences that ask are kept, and the others are dropped.

Why not for every message? A pasted title with a question in it ("Who pays? A study of funding") is one thing. Sentences
are dropped only where something says that it is a letter: a greeting, thanks, a closing, "I am", "could you tell me".
Any other message is split into several questions only where each of its sentences asks.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from index.text.patterns import Pattern

MOST = 6
"""Questions of one message that are answered."""
LONGEST = 6000
"""Characters of a message that is read as a letter."""
LONGEST_SENTENCE = 600
"""Characters up to which a sentence may be the one that asks."""

_ASKING = (
    r"(?:who(?:se|m)?|what|wh?ich|when|where|how|why|whether|is|are|was|were|do|does|did|has|have|had|can|could|will|"
    r"would|should|may|in (?:what|which)|(?:on|at|for|to|from|by|with) (?:what|which|whom))"
)
_ASKING_ZH = "谁|什么|啥|哪|几|多少|多[大长久高]|何|怎么|怎样|如何|咋|吗|是否|有没有|呢"
_I = r"(?:i|i'm|i’m|im|i've|i’ve|we|we're|we’re|my|our|me|us|myself)"
_PERSON = Pattern(rf"\b{_I}\b|this is|我|本人|咱|敝|来自|单位|鄙人")
_GREETING = Pattern(
    r"^\W*(?:(?:hi|hello|hey|hiya|dear|greetings|salutations|good (?:morning|afternoon|evening|day)|"
    r"assalamu?\w*|salaa?m|bonjour|hola|namaste|to whom it may concern|sir|madam)\b|"
    r"(?:尊敬的|敬爱的|亲爱的)?[^，。！？,!?\s]{0,8}"
    r"(?:您好|你好|你们好|大家好|老师好|早上好|上午好|下午好|晚上好|中午好|早安)|嗨|哈喽|各位)"
)
_COURTESY = Pattern(
    r"^\W*(?:(?:many |much |so many |with )*"
    r"(?:thanks?|thx|thanking|cheers|regards|sincerely|respectfully|cordially|ty)\b|"
    r"(?:kind|best|warm|warmest|kindest)(?:\s+(?:regards|wishes|greetings))?\s*(?:[,.!\n]|$)|"
    r"all the best|best\s*,|yours\b|faithfully|sent from|looking forward|please reply|pls\b|reply soon|"
    r"have a (?:nice|good|great)|(?:i|we) hope (?:you|this|that|all)|hope (?:you|this)|sorry (?:to|for)|excuse me|"
    r"wassalam|god bless|(?:can|could) you (?:please )?help(?: me| us)?\s*[?？]?\s*$|how are you|may i ask|--|"
    r"(?:非常|十分|万分|多谢|太|先)*(?:感谢|谢谢|多谢|谢啦|谢了)(?!信|状)|此致|敬礼|顺祝|祝(?!贺|愿)|盼复|盼回复|"
    r"期待(?:您|你|回|得到)|打扰|急(?:用|需|等)?[，,！!。]?\s*$|麻烦了|辛苦|拜托|在吗|万分)"
)
_CLOSING = Pattern(
    r"^\W*(?:(?:with )?(?:kind|best|warm|warmest|kindest|many) (?:regards|wishes|greetings)\b|regards\b|"
    r"sincerely|yours\b|respectfully|faithfully|cordially|all the best|best\s*(?:,|$)|cheers\b|--|wassalam|"
    r"sent from|此致|敬礼|顺祝|祝好)"
)
"""After it only a signature comes."""
_LEAD = Pattern(
    rf"^(?=.*?\b(?:{_I}|i'd|i’d|you|u|please|pls|kindly|grateful|wondering|wonder)\b).*?"
    r"\b(?:tell|let|inform|advis|ask|know|wonder|shar|find out|understand|learn|clarify|confirm|enlighten|question)"
    r"(?:e|ing)?\b(?:\s+(?:me|us|you|know|about|please|kindly|out|to|is|was|with|just))*\s*[,:：-]?\s*"
    r"(?:[^,?？]{1,40},\s*)?"
    rf"(?={_ASKING}\b|if\b)(?:whether\s+|if\s+)?",
    re.IGNORECASE | re.DOTALL,
)
"""What only introduces a question: "could you please tell me", "we would like to know"."""
_COLON = Pattern(
    rf"^[^?？]*(?:\b{_I}\b|question|ask|know|请问|问题)[^?？:：]*[:：]\s*(?={_ASKING}\b|.*(?:{_ASKING_ZH}))"
)
_REQUEST = Pattern(
    rf"^(?=.*\b(?:{_I}|you|please|pls)\b).*?"
    r"\b(?:information|info|details|data|materials?|something|anything|more|questions?|asking|enquir\w*|inquir\w*|"
    r"write|writing|interested)\b\s+(?:about|on|regarding|concerning|in)\s+",
    re.IGNORECASE | re.DOTALL,
)
_LEAD_ZH = Pattern(
    "^.*?(?:请问|想问|请教|想了解|想知道|了解一?下|告诉我?们?|告知|咨询|问一?下|问问|打听)"
    "(?:您|你)?(?:一?下)?(?:的是|的问题是)?[，,：:\\s]*",
    re.DOTALL,
)
_OPENING = Pattern(rf"(?:^|[,，:：;；)）!！\-–—])\s*(?:(?:and|but|so|then)\s+)?(?={_ASKING}\b)")
"""Where a clause begins that asks."""
_OPENS = Pattern(rf"\W*{_ASKING}\b(?!\s+(?:a|the)\b\s*$)")
_ABBREVIATED = "".join(rf"(?<!\b{short}\.)" for short in ("Dr", "Mr", "Ms", "Mrs", "Prof", "No", "St", "vs", "[A-Z]"))
_SENTENCE = Pattern(rf"(?<=[?？!！。；])\s*|{_ABBREVIATED}(?<=\.)\s+|\s*\n\s*|(?=(?:(?<=\s)|^)\(?\d{{1,2}}[).、]\s)")
_SIGN = Pattern(
    rf"[?？.!！。；]\s*\w|\n|^\W*\(?\d{{1,2}}[).、]|\b(?:{_I}|you|please|pls|kindly|thanks?|thx|cheers|regards|yours|"
    r"dear|hello|hi|hey|hiya|greetings|good (?:morning|afternoon|evening|day)|salaa?m|bonjour|hola|namaste|sir|madam|"
    r"excuse|sorry|wondering)\b|(?:best|warm|kind|many|quick)\s+\w+,|question:|[请问想告您你好谢祝急盼此各早嗨哈打]|"
    "了解|咨询|感谢|assalam|wassalam|respectfully|sincerely|faithfully|cordially"
)
"""What a letter, or a message of several questions, has one of; most questions have none."""
_NUMBERED = Pattern(
    r"^\s*(?:\(?\d{1,2}[).、:：]|[a-e]\)|[-*•·]|[（(][一二三四五六七八九十\d][）)]|[一二三四五六七八九十]、)\s*"
)
_BEHIND = Pattern(r"[,\s]+(?:pls|plz|please|thanks|thank you|thx|asap)\s*([?？]?)$")
"""Courtesy behind a question, within its sentence."""
_ENDS = " \t\n,，;；:：。.!！~～"


class Letter(NamedTuple):
    """What somebody wrote."""

    questions: tuple[str, ...]
    """As each would be asked alone, in order."""
    told: str = ""
    """What a letter tells beside its questions; one that cannot be understood alone may lean on it."""


class _Sentence(NamedTuple):
    """A sentence of a message."""

    text: str
    asks: bool
    courteous: bool
    """Greeting, thanks, closing, signature."""
    introduces: bool
    """Whether it introduces its question: "could you tell me"."""


def read_message(text: str) -> Letter:
    """The questions of a message, one at least; the message as it stands where it is one plain question."""
    if len(text) > LONGEST or not _SIGN.search(text):
        return Letter((text,))
    sentences = _sentences(text)
    if len(sentences) < 2 and not (sentences and (sentences[0].introduces or sentences[0].courteous)):
        return Letter((text,))
    letter = any(sentence.courteous or sentence.introduces for sentence in sentences) or any(
        not sentence.asks and _PERSON.search(sentence.text) for sentence in sentences
    )
    asking = [sentence for sentence in sentences if sentence.asks]
    if not letter:
        several = len(asking) == len(sentences) > 1
        return Letter(tuple(_plain(one.text) for one in asking)[:MOST] if several else (text,))
    questions = [question for one in asking if (question := _question(one.text))]
    if questions:
        told = (_plain(sentence.text) for sentence in sentences if not sentence.asks and not sentence.courteous)
        return Letter(tuple(questions)[:MOST], " ".join(told))
    requests = [_plain(_REQUEST.sub("", sentence.text)) for sentence in sentences if _REQUEST.match(sentence.text)]
    rest = requests or [_plain(sentence.text) for sentence in sentences if not sentence.courteous]
    return Letter((" ".join(filter(None, rest)) or text,))


def is_courtesy(text: str) -> bool:
    """Whether a message is greeting or thanks and nothing else."""
    sentences = _sentences(text)
    return bool(sentences) and all(sentence.courteous and not sentence.asks for sentence in sentences)


def _sentences(text: str) -> list[_Sentence]:
    """The sentences, read one by one; what stands after a closing is a signature."""
    sentences: list[_Sentence] = []
    closed = False
    for piece in map(str.strip, _SENTENCE.split(text)):
        if any(character.isalnum() for character in piece) and not closed:
            sentences.append(_read(piece))
        closed = closed or bool(sentences and _CLOSING.match(piece) and not sentences[-1].asks)
    return sentences


def _read(piece: str) -> _Sentence:
    if len(piece) > LONGEST_SENTENCE:
        return _Sentence(piece, False, False, False)
    introduces = bool(_LEAD.match(piece) or _LEAD_ZH.match(piece) or _COLON.match(piece))
    marked = piece.rstrip(" \"'”’)）").endswith(("?", "？"))
    opens = bool(_OPENS.match(piece)) and not piece.endswith(".")
    courteous = bool(_COURTESY.match(piece) or _CLOSING.match(piece)) or (
        bool(_GREETING.match(piece)) and not marked and not introduces
    )
    asks = (marked or introduces or opens) and not (courteous and not introduces and not _asks_behind(piece))
    return _Sentence(piece, asks, courteous or (bool(_GREETING.match(piece)) and marked), introduces)


def _asks_behind(piece: str) -> bool:
    """Whether a clause that asks stands behind the courtesy that a sentence opens with."""
    opening = next((match for match in _OPENING.finditer(piece) if match.start()), None)
    return opening is not None or bool(re.search(rf"[，,！!].*(?:{_ASKING_ZH})", piece))


def _question(sentence: str) -> str:
    """A sentence that asks without what introduces its question and what thanks for it."""
    text = sentence
    if re.search("[\u4e00-\u9fff]", text):
        text = _LEAD_ZH.sub("", text, count=1)
        clauses = [clause for clause in re.split("[，,！!~～]", text) if clause.strip()]
        while len(clauses) > 1 and _beside(clauses[-1]):
            clauses.pop()
        while len(clauses) > 1 and _beside(clauses[0]):
            clauses.pop(0)
        text = "，".join(clauses)
    else:
        stripped = _COLON.sub("", _LEAD.sub("", text, count=1), count=1)
        if stripped == text:
            opening = next((match for match in _OPENING.finditer(text) if match.start()), None)
            head = text[: opening.start()] if opening else ""
            if opening and (_GREETING.match(head) or _COURTESY.match(head) or _PERSON.search(head)):
                stripped = text[opening.end() :]
        text = stripped
    return _plain(text)


def _beside(clause: str) -> bool:
    """Whether a clause of Chinese only greets, thanks or tells who asks."""
    asks = re.search(_ASKING_ZH, clause)
    return not asks and bool(_GREETING.match(clause) or _COURTESY.match(clause.strip()) or _PERSON.search(clause))


def _plain(text: str) -> str:
    return _BEHIND.sub(r"\1", _NUMBERED.sub("", text).strip(_ENDS))
