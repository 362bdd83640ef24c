"""What a person wrote in; whether it is a greeting, thanks or a farewell and nothing else out.

Why a short list and not a guess? A courtesy that is taken for a question gets an answer about nothing; a
question that is taken for a courtesy gets none. Only whole messages count, so that "Hello, who founded it?"
stays a question.
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
    """The kind of courtesy that a whole message is; None for everything else."""
    plain = " ".join(re.sub(r"[^\w\s]|_", " ", text.casefold()).split())
    if is_chinese(plain):
        plain = plain.replace(" ", "")
    return _KNOWN.get(plain) or _KNOWN.get(_TAIL.sub("", plain))


def is_chinese(text: str) -> bool:
    """Whether there is a Han character in a text."""
    return re.search(r"[\u3400-\u9fff]", text) is not None


def says_nothing(text: str) -> bool:
    """Whether there is no letter and no digit in a message: signs, emoji, white space."""
    return not any(character.isalnum() for character in text)


def looks_like_question(text: str) -> bool:
    """Whether a message that should name a place or the like is plainly a question instead."""
    return text.rstrip().endswith(("?", "？")) or len(text.split()) > 8 or len(text) > 60
