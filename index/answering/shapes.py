"""An answer type and the sentences of some passages in; which of them have the shape of such an answer, out.

Who asks where something is wants "located in ..." and not the passage that repeats its name most. What such a sentence
looks like is told by a few words that reports use for it, in both languages, beside a figure, a name or an address.
"""

from __future__ import annotations

import re
from functools import lru_cache

from index.question.answer_type import AnswerType
from index.text.patterns import Pattern

_NO_PERSON = (
    r"(?!(?:The|This|Its|Our|And|Of|For|Vice|Ministry|University|Institute|Academy|Cent(?:er|re)|Committee|"
    r"Council|Department|"
    r"Science|Technology|Research|National|International|World|Office|Board|Report|Annual|Association|Society|"
    r"Foundation|"
    r"Commission|Agency|Executive|Director|President|Chair\w*|General|Chin\w+|United|European|American)\b)"
)
_WORD = rf"{_NO_PERSON}[A-Z][\w'’.-]*"
_NAME = rf"(?:{_WORD}(?: (?:de|van|von|bin|al|el|da|dos))?(?: {_WORD})+)"
"""A person's: two or more words with capitals, none of which an organisation's name has."""
_LEADS = (
    r"(?:director|president|chair(?:man|woman|person)?|head|leader|dean|rector|chief|secretary[ -]general|minister|"
    r"manager|coordinator|principal|editor[ -]in[ -]chief|governor|commissioner|executive)"
)
_LEADS_ZH = (
    "院长|所长|主任|校长|会长|部长|主席|主编|理事长|董事长|秘书长|局长|司长|省长|市长|书记|总裁|总干事|总经理|"
    "负责人|议长|"
    "首席科学家|院長|所長|校長|會長|部長|理事長|董事長|秘書長|局長|省長|總裁|負責人"
)
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪"
    "范金石廖贾夏韦傅方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤張劉陳楊黃趙吳孫馬羅鄭謝許韓馮鄧"
    "蕭蔣葉蘇呂盧鐘譚陸賈鄒龍賀顧龔萬錢嚴湯"
)
_YEAR = r"(?:1[5-9]|20)\d\d"
_FOUNDED = (
    r"(?:found(?:ed|ation)|establish(?:ed|ment)|set up|created|formed|inaugurated|incorporated|came into being|"
    r"launched|"
    r"started|began|merged|dates? back)"
)
_SAYS: dict[AnswerType, re.Pattern[str]] = {
    "founding": re.compile(
        rf"\b{_FOUNDED}\b[^.;。；]{{0,80}}\b{_YEAR}\b|\b{_YEAR}\b[^.;。；]{{0,80}}\b{_FOUNDED}\b|"
        rf"{_YEAR}\s*年[^。；]{{0,40}}(?:成立|创立|创办|创建|建立|设立|組建|组建|诞生|创刊|成立|創立|創辦|建立|"
        rf"設立|前身)|"
        rf"(?:成立|创立|创办|创建|建立|设立|组建|始建|创刊|創立|創辦|設立)[于於在]?\s*{_YEAR}",
        re.IGNORECASE,
    ),
    "place": re.compile(
        r"\b(?:located|situated|based|headquartered|registered) (?:in|at|near|out of|on the)\b|"
        r"\b(?:held|hosted|takes? place|took place|offices?|campus|seat|headquarters|address)\b"
        r"[^.;]{0,40}?\b(?:in|at|on|near|via)\b|\baddress(?:es)?\s*[:：]|\b(?:Road|Street|Avenue|Campus|Building|"
        r"P\.?O\.? Box)\b|"
        r"位于|位於|坐落|地址|总部|總部|设在|設在|驻地|地处|地處|举办地|地点|地點|注册地|座落",
        re.IGNORECASE,
    ),
    "contact": re.compile(
        r"[\w.+-]+@[\w-]+\.[\w.]+|https?://|\bwww\.|\+\d[\d\s()-]{6,}\d|\(?0\d{1,3}\)?[-\s]\d{5,}|\b1[3-9]\d{9}\b|"
        r"\b(?:tel|phone|fax|e-?mail|telephone)\b\.?\s*[:：]|(?:电话|電話|邮箱|郵箱|传真|傳真|网址|網址|"
        r"地址)\s*[:：]",
        re.IGNORECASE,
    ),
    "upcoming": re.compile(
        r"\b(?:next|upcoming|coming soon|will (?:be held|take place|start|open|begin)|scheduled|planned|paused?|"
        r"on hold|suspended|"
        r"to be announced|until|registration (?:is|opens?))\b|下一|即将|即將|将于|將於|拟于|擬於|暂停|暫停|"
        r"敬请期待|另行通知|报名时间|報名時間",
        re.IGNORECASE,
    ),
}
"""What a sentence has that answers such a question."""

AMOUNT = Pattern(
    r"[$€£¥￥]\s?\d|\d[\d,.]*\s*(?:m|bn|k)?[€£]|\b(?:USD|EUR|GBP|RMB|CNY|INR|NT\$|dollars?|euros?|pounds?|yuan|"
    r"crores?|rupees?)\b|"
    r"[\d一二三四五六七八九十百千两]\s*(?:多|余|餘)?\s*(?:万|萬|亿|億)?\s*(?:元|美元|欧元|英镑|人民币|港元|日元|"
    r"歐元|圓|塊)|\bper ?cent\b|\d\s?%"
)
"""An amount of money, or a share."""


def says(kind: AnswerType, sentence: str, question: str = "", names: tuple[str, ...] = ()) -> bool:
    """Whether a sentence has the shape of an answer to a question of a kind, as `strength` has it."""
    return strength(kind, sentence, question, names) > 0


def strength(kind: AnswerType, sentence: str, question: str = "", names: tuple[str, ...] = ()) -> float:
    """How far a sentence has the shape of an answer to a question of a kind, 0 to 1; 0 where the kind has no shape.

    `question`: the office that is asked for stands in it, and what is to be defined, as one phrase. `names`: the same,
    word by word.
    """
    if kind == "definition":
        if _ASKS_LETTERS.search(question) and any(_spells_out(name, sentence) for name in names):
            return 1.0
        phrase = _defined(question)
        if phrase and _defines(phrase, sentence):
            return 1.0
        named = [name for name in names if name and _loose(name).search(sentence)]
        return _PARTLY * (any(_defines(name, sentence) for name in named) if named else _defines_something(sentence))
    if kind == "leader":
        return float(_leads(office_in(question)).search(sentence) is not None)
    pattern = _SAYS.get(kind)
    if pattern is None or pattern.search(sentence) is None:
        return 0.0
    if kind == "founding" and names and not any(_founded(name).search(sentence) for name in names if name):
        return _PARTLY  # a member of it may have founded something else
    return 1.0


_PARTLY = 0.6
_DEFINED = re.compile(
    r"^\W*(?:and )?what(?:['’]?s| is| are| was| were| does| do) (?:(?:the|an?|meant by|called) )*([\w&./' -]{2,60}?)"
    r"(?: (?:mean|stand for|do|exactly|according|about|in )\b.*)?\W*$|"
    r"^\W*(?:请问)?(?:什么是|什麼是|啥是|何为|何謂|何谓)([^，,。？?]{2,20}?)[？?。\s]*$|"
    r"^\W*(?:请问|什么是|什麼是|啥是|何为|何謂|何谓)*([^，,。？?的]{2,20}?)(?:到底|究竟)?"
    r"(?:是|指|叫|怎么|如何|怎样|怎麼)(?:一个|什么|什麼|啥|个啥|的是|定义|界定|理解|干).*$",
    re.IGNORECASE,
)


@lru_cache(maxsize=64)
def _defined(question: str) -> str:
    """What a question asks to define, as one phrase; empty where that is not told by its form."""
    match = _DEFINED.search(question)
    return next(filter(None, match.groups())).strip() if match else ""


@lru_cache(maxsize=256)
def _founded(name: str) -> re.Pattern[str]:
    """What a sentence has that says when something of a name was founded, and not something of its own."""
    subject = re.escape(name)
    return re.compile(
        rf"{subject}[^.;,，。；于於在]{{0,30}}(?:于|於|在|是)?(?:{_YEAR}\s*年[^，。；]{{0,12}})?(?:正式)?"
        rf"(?:成立|创立|创办|创建|建立|设立|组建|始建|创刊|創立|創辦|設立|組建)(?!\w{{0,12}}[会會室所委])|"
        rf"(?:成立|创立|创办|创建|建立|设立|组建|創立|創辦|設立)(?:了|的)?{subject}(?![\u4e00-\u9fff])|"
        rf"{subject}\b[^.;]{{0,60}}\b{_FOUNDED}\b|\b{_FOUNDED}\b (?:the |an? )?{subject}\b",
        re.IGNORECASE,
    )


@lru_cache(maxsize=256)
def _loose(name: str) -> re.Pattern[str]:
    """A name whose English words may have endings: terms have none."""
    words = (re.escape(w) + (r"[a-z]{0,4}" if w.isascii() and w.isalpha() and len(w) > 3 else "") for w in name.split())
    return re.compile(" ".join(words), re.IGNORECASE)


_IN_BRACKETS = r"(?:\s?[(（][^)）]{1,80}[)）])?"
_OPENS = Pattern(r"\W*(?:(?:the|an?) )?")
_IS = Pattern(rf"s?{_IN_BRACKETS},? (?:is|are) (?:also )?(?:the (?!host|organi)|an? |one of |\w+['’]s )")
_STANDS_FOR = Pattern(
    r"(?:\W[^.;]{0,40}?)?\b(?:stands? for|is short for|refers? to|(?:is|are) defined as|is called)\b",
)
_CALLED = Pattern(r"\b(?:is called|known as|is short for|stands? for|renamed)\b[^.;]{0,40}$")
_SHI = Pattern(
    rf"[》”\"]?{_IN_BRACKETS}[，,]?(?:是指|指的是|即|的全称|全称|简称|(?:被)?(?:界定|定义|定義)(?:为|為|成)|"
    r"(?:为|為)一[个家种项份类類个個種項]|(?:是|系)(?:一[个家种项份类類个個種項]|"
    r"[^。；，的]{0,30}(?:发起|主办|设立|成立|组织)的|"
    r"[^。；，]{0,40}(?:机构|機構|单位|單位|组织|組織|平台|中心|智库|智庫|研究院|研究所|计划|計劃|活动|"
    r"活動|项目|项目|网络|網絡|制度|概念|学会|协会|期刊)))"
)
_CLAUSE = frozenset('。；\n，,“《"')
"""What stands before the subject of a Chinese sentence, if anything does."""
_NAMED_SO = Pattern(r"(?:(?:简称|簡稱|下称|以下称)[为為“\"「]?|所谓[“\"]?)$")
_BEING = Pattern(r"(?:界定|定义|定義)")
_ANY_IS = Pattern(
    rf"\W*(?:(?:the|an?) )?[\w&.’'-]+(?: [\w&.,’'-]+){{0,7}}?{_IN_BRACKETS},? (?:is|are) (?:also )?"
    r"(?:the (?!host|organi)|an? |one of )"
)
_ANY_DEFINED = Pattern(
    r"\b(?:stands? for|is short for|refers? to|(?:is|are) defined as)\b|是指|指的是|界定为|定义为|是一[个家种项]"
)


def _defines(name: str, sentence: str) -> bool:
    """Whether a sentence says what something of a name is.

    Why not one expression? Hundreds of sentences are looked at for one question, and an expression that begins with
    alternatives is tried at each of their letters; here a few are tried where the name stands.
    """
    for match in _loose(name).finditer(sentence):
        start, end = match.span()
        if _OPENS.fullmatch(sentence[:start]) and _IS.match(sentence[end : end + _FAR]):
            return True
        before, after = sentence[max(0, start - _FAR) : start], sentence[end : end + _FAR]
        if _STANDS_FOR.match(after) or _CALLED.search(before) or _NAMED_SO.search(before):
            return True
        if (not before or before[-1] in _CLAUSE) and _SHI.match(after):
            return True
        if before[-1:] in ("将", "将", "把", "對", "对") and _BEING.match(after):
            return True
    return False


_ASKS_LETTERS = Pattern(r"缩写|縮寫|全称|全稱|\bstands? for\b|\babbreviat|\bshort for\b|\bacronym|\bfull name\b")
"""Questions for the words behind the letters of a name."""


def _spells_out(letters: str, sentence: str) -> bool:
    """Whether a sentence has a name beside its letters in brackets, or the other way round."""
    if not re.fullmatch(r"[A-Z][A-Za-z&-]{1,9}", letters):
        return False
    return re.search(rf"[^\W\d]\s*[(（]\s*{letters}\s*[，,)）]|\b{letters}\s?[(（]\s*[^\W\d]", sentence) is not None


_FAR = 130
"""Characters around a name that are looked at."""


def _defines_something(sentence: str) -> bool:
    """Whether a sentence says what something is, by a name that is not the question's."""
    return _ANY_IS.match(sentence) is not None or _ANY_DEFINED.search(sentence) is not None


def office_in(question: str) -> str:
    """The office that a question asks for, as the question has it; empty where it names none."""
    chinese = re.search(_LEADS_ZH, question)
    if chinese:
        return chinese[0]
    english = re.search(rf"\b{_LEADS}\b", question, re.IGNORECASE)
    return english[0] if english else ""


@lru_cache(maxsize=64)
def _leads(role: str) -> re.Pattern[str]:
    """What a sentence has that says who holds an office."""
    english = re.escape(role) if role.isascii() and role else _LEADS
    chinese = role if role and not role.isascii() else _LEADS_ZH
    return re.compile(
        rf"\b(?i:{english})\b[^.;。；]{{0,60}}?{_NAME}|{_NAME}[,，]?[^.;。；]{{0,40}}?\b(?i:{english})\b|"
        rf"\b(?:led|headed|chaired|directed|managed|run) by (?:the )?{_NAME}|"
        rf"(?<!副)(?:{chinese})[:：\s]*(?:为|是|由|為)?\s*[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}|"
        rf"[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}(?:同志|先生|女士|教授|研究员|院士)?[^。；]{{0,6}}(?:任|担任|擔任|"
        rf"当选|當選)[^。；]{{0,20}}(?:{chinese})|"
        rf"(?:{chinese})由[^。；]{{1,16}}(?:担任|擔任|兼任)|(?:由|为|是|任|為)[^。；]{{1,16}}(?:担任|擔任|兼任|"
        rf"任)[^。；]{{0,4}}(?:{chinese})"
    )


def has_shape(kind: AnswerType) -> bool:
    """Whether answers to questions of a kind have a shape."""
    return kind in ("leader", "definition") or kind in _SAYS


def is_person(line: str) -> bool:
    """Whether a line is a person's name and nothing else."""
    return (
        re.fullmatch(rf"\s*(?:(?:Dr|Prof|Mr|Ms|Mrs)\.? )?{_NAME}\s*|[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}", line)
        is not None
    )


def has_amount(text: str) -> bool:
    """Whether a text has an amount of money."""
    return AMOUNT.search(text) is not None
