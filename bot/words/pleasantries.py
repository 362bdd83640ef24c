"""A person's message in; its kind, if it is only a greeting, thanks or a farewell, out.

Why a short list and not a guess? If a courtesy is taken for a question, its answer is about nothing. If a question is
taken for a courtesy, it gets no answer. Only whole messages count, so "Hello, who founded it?" stays a question.
"""

from __future__ import annotations

import re
from typing import Literal

Pleasantry = Literal["greeting", "thanks", "farewell"]

_WORDS: dict[Pleasantry, str] = {
    "greeting": (
        "hello|hi|hey|hello there|hi there|good morning|good afternoon|good evening|good day|greetings|"
        "你好|您好|你们好|大家好|嗨|哈喽|早|早安|早上好|上午好|中午好|下午好|晚上好|在吗|在么"
    ),
    "thanks": (
        "thanks|thank you|thank you very much|thank you so much|many thanks|thanks a lot|thx|ty|cheers|"
        "great|great thanks|ok|okay|ok thanks|ok thank you|okay thanks|got it|perfect|very good|nice|"
        "谢谢|谢谢你|谢谢您|多谢|感谢|非常感谢|十分感谢|谢了|辛苦了|好|好的|好的谢谢|收到|明白|明白了|知道了|了解"
    ),
    "farewell": "bye|goodbye|good bye|bye bye|see you|good night|再见|拜拜|晚安|回头见",
}
_KNOWN: dict[str, Pleasantry] = {word: kind for kind, words in _WORDS.items() for word in words.split("|")}
_TAIL = re.compile(r"[啊呀哦呢啦了]$")


def pleasantry(text: str) -> Pleasantry | None:
    """The kind of courtesy, if the whole message is one; None for all other messages."""
    plain = " ".join(re.sub(r"[^\w\s]|_", " ", text.casefold()).split())
    if is_chinese(plain):
        plain = plain.replace(" ", "")
    return _KNOWN.get(plain) or _KNOWN.get(_TAIL.sub("", plain))


def is_chinese(text: str) -> bool:
    """Whether a text has a Han character."""
    return re.search(r"[\u3400-\u9fff]", text) is not None


def says_nothing(text: str) -> bool:
    """Whether a message has no letter and no digit, only signs, emoji or white space."""
    return not any(character.isalnum() for character in text)


def looks_like_question(text: str) -> bool:
    """Whether a message, where a short entry such as a place was expected, is clearly a question."""
    return text.rstrip().endswith(("?", "？")) or len(text.split()) > 8 or len(text) > 60


_ASKING = re.compile(
    r"[?？]|^(?:(?:and|but|so|ok|okay|please|also|then)[\s,]+)*(?:how|what|which|who|whom|whose|when|where|why|is|are|was|"
    r"were|do|does|did|has|have|can|could|will|would|should|may|tell|show|give|list|find|explain|name|"
    r"(?<=and )(?:in|for|of|since|the)|(?<=and what )about)\b|"
    r"什么|多少|几[个名位年月次项种]|哪|谁|为何|为什么|怎|如何|是否|有没有|能不能|可不可以|请问|[吗呢]\s*[。.!！]?\s*$",
    re.IGNORECASE,
)


def is_asking(text: str) -> bool:
    """Whether a reply in a group asks something, and does not only speak to the others there."""
    return _ASKING.search(text.strip()) is not None
