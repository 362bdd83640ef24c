"""What kind of thing answers: a question in; number, time, country, name or definition out, or nothing.

A ranking by words finds what a passage is about; a person who asks "how many" wants the sentence with the number.
The kinds are told by the question's form alone, in both languages; so is what is to be counted.
"""

from __future__ import annotations

import re
from typing import Literal

AnswerType = Literal["", "number", "time", "country", "name", "definition"]

_PATTERNS: tuple[tuple[AnswerType, re.Pattern[str]], ...] = (
    (
        "number",
        re.compile(
            r"\bhow (?:many|much|large|big|long|old|often|far|high)\b|"
            r"\b(?:number|percentage|proportion|share|rate|amount) of\b|"
            r"\bwhat (?:percentage|proportion|share|number|amount)\b|"
            r"\bwhat (?:is|was) the (?:total|size|budget|cost|price|attendance|turnout|enrol?ment)\b|"
            r"多少|几[个名位项次届份篇种家期天月人所成]|占.{0,12}(?:比|比例|比重)|比例是|多大|多长|多久|人数|数量",
            re.IGNORECASE,
        ),
    ),
    (
        "time",
        re.compile(
            r"\bwhen\b|\b(?:what|wh?ich) (?:year|date|month|day|time)\b|\bsince when\b|"
            r"何时|什么时候|什么时间|哪一?[年天月]|几月|几号|哪个月|年份|日期",
            re.IGNORECASE,
        ),
    ),
    (
        "country",
        re.compile(r"\b(?:what|wh?ich)(?: \w+){0,2} (?:countr|nation)\w*|哪[个些一]*国家?|哪些地区", re.IGNORECASE),
    ),
    ("", re.compile(r"\bwh?(?:at|ich) (?:kind|sort|type)s? of\b", re.IGNORECASE)),
    (
        "name",
        re.compile(
            r"\bwho(?:se|m)?\b|\bwhere\b|\b(?:what|wh?ich)(?: \w+){0,2} (?:universit|organi|institut|compan|"
            r"partner|cit|laborator|journal|person|lecturer|teacher|speaker|people|think tank|agenc|ministr|bod|firm|"
            r"enterprise|expert|place|town|province)\w*|"
            r"谁|哪[个些几一两位家]*(?:大学|高校|机构|组织|单位|城市|企业|公司|专家|部门|人|院校|地方|省)|哪位|哪家|哪里|哪儿|何地|何人",
            re.IGNORECASE,
        ),
    ),
    (
        "definition",
        re.compile(
            r"^\s*what (?:is|are|was|were|does|do) (?:the |an? )?[\w&./-]{2,30}(?: [\w&./-]+){0,2}"
            r"(?: mean| stand for| do)?\s*[?？]?\s*$|"
            r"\b(?:full name|stands? for|abbreviation|definition of|meaning of)\b|"
            r"^什么是|^[^的，, ]{1,12}是(?:什么|指什么)(?:意思)?[?？]?\s*$|全称|缩写|简称|的含义|的定义",
            re.IGNORECASE,
        ),
    ),
)

_COUNTED = re.compile(
    r"^(?:and )?how (?:many|much) (?:\w+ )?(\w+) (?:do|does|did|has|have|had|is|was|are|were|will|can) |"
    r"^(?:and )?how (?:many|much) [\w-]*[^s\s] (?!overseas|nowadays|besides|always)(\w+[^su]s)[?？. ]*$|"
    r"^(?:and )?how (?:many|much) (?!\w+ed |left |spoke |wrote |won |lost )(\w+) |"
    r"多少[个個名位项項次届屆份篇种種家部本元人场場条條]?([\u4e00-\u9fff]+?)[？?]?$",
    re.IGNORECASE,
)


def answer_type_of(question: str) -> AnswerType:
    """What kind of thing answers the question (Chinese in Simplified characters)."""
    return next((kind for kind, pattern in _PATTERNS if pattern.search(question)), "")


def counted(question: str) -> str:
    """The word for what is to be counted, "followers" of "How many followers does it have?"; empty where nothing is.

    As the question has it, in lower case.
    """
    match = _COUNTED.search(question)
    return (match[match.lastindex or 0] if match else "").lower()
