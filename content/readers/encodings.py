"""Bytes of a text file in; its text out, whatever encoding it was saved in, declared or not.

Order: what the caller says; a byte order mark; strict UTF-8; what the file declares, if it holds; then the
likeliest of the encodings that reports come in, judged by how common the characters are that it gives.

Why not leave it all to charset-normalizer? On a paragraph or less of Chinese it often names a wrong
encoding; it is asked last, for what the candidates here do not explain.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from functools import lru_cache

from content.readers.errors import Unreadable

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What browsers do (WHATWG Encoding Standard, "Names and labels"): the label is narrower than the practice.
_WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "hz": "hz",
    "big5": "big5hkscs",
    "cp950": "big5hkscs",
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
}
_CANDIDATES = ("gb18030", "big5hkscs", "utf-16-le", "utf-16-be", "cp1252", "cp1251", "koi8-r")
_SAMPLE = 65_536
_GOOD = 0.25

_COMMON = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里"
    "用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实"
    "日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政"
    "美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员"
    "解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件"
    "计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象"
    "完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运术技策创新"
    "們這個來為國說時會對後過發經現動還進開實無與長機將兩間問應戰頭體見產業關點種學樣從當沒面話員處義認條"
    "題變總電數報結務場計資統區隊決馬書聽達強難權術領確傳師觀讓識帶導爭運設記類據邊張該規萬覺臺灣灣幣網頁"
    "首页网新闻搜狐站版载注册登录邮箱短信游戏体育财经娱乐汽车房产"
)


def is_common_han(character: str) -> bool:
    """One of the Han characters that make up most of any Chinese text."""
    return character in _COMMON


def decode(name: str, data: bytes, *, encoding: str | None = None, declared: str | None = None) -> str:
    """The text in `data`, with `\\n` line ends and no control characters but tab, newline and form feed.

    `encoding`: what a person says, which is obeyed. `declared`: what the file says of itself, which is
    checked. Raises `Unreadable` when the person is wrong or when this is no text at all.
    """
    return _clean(name, _decode(name, data, encoding, declared))


def _decode(name: str, data: bytes, encoding: str | None, declared: str | None) -> str:
    if encoding:
        codec = _codec(encoding)
        if codec is None:
            raise Unreadable(name, f"there is no encoding {encoding!r}", "name another, such as gb18030 or utf-8")
        text = _strict(data, codec)
        if text is None:
            raise Unreadable(name, f"it is not in {encoding}", "name another encoding, or none to have it guessed")
        return text
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return data.decode(codec, "replace")
    wide = _wide_ascii(data)
    if wide:
        return data.decode(wide, "replace")
    if (text := _strict(data, "utf-8")) is not None:
        return text
    codec = _codec(declared) if declared else None
    if codec and (text := _strict(data, codec)) is not None and _score(text) >= 0:
        return text
    best = max(_CANDIDATES, key=lambda candidate: _judge(data, candidate))
    if _judge(data, best) >= _GOOD:
        return data.decode(best, "replace")
    if _mostly_utf8(data):
        return data.decode("utf-8", "replace")
    from charset_normalizer import from_bytes

    guess = from_bytes(data[:_SAMPLE]).best()
    return data.decode(guess.encoding if guess else codec or "cp1252", "replace")


def _strict(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec).removeprefix("\ufeff")
    except (UnicodeError, ValueError):
        return None


@lru_cache(maxsize=64)
def _codec(label: str) -> str | None:
    try:
        info = codecs.lookup(label.strip())
    except (LookupError, ValueError):
        return None
    # codecs such as base64 or rot13 are not encodings of text
    if not getattr(info, "_is_text_encoding", True) or info.name in (
        "idna",
        "punycode",
        "unicode_escape",
        "raw_unicode_escape",
    ):
        return None
    return _WIDER.get(info.name, info.name)


def _wide_ascii(data: bytes) -> str | None:
    """UTF-16 without a mark whose text is mostly Latin: every other byte is zero."""
    sample = data[:4096]
    pairs = len(sample) // 2
    if pairs < 2:
        return None
    odd, even = sample[1::2].count(0) / pairs, sample[0::2].count(0) / pairs
    if odd > 0.4 and even < 0.05:
        return "utf-16-le"
    if even > 0.4 and odd < 0.05:
        return "utf-16-be"
    return None


def _mostly_utf8(data: bytes) -> bool:
    """A few damaged bytes in a long UTF-8 text do not make it something else."""
    text = data[:_SAMPLE].decode("utf-8", "replace")
    high = sum(1 for character in text if character > "\x7f")
    return high > 0 and text.count("\ufffd") <= high * 0.1


def _judge(data: bytes, codec: str) -> float:
    sample = data[:_SAMPLE]
    if codec.startswith("utf-16") and len(data) % 2:
        return -1.0
    decoder = codecs.getincrementaldecoder(codec)("strict")
    try:
        # the sample may end inside a character, the whole may not
        text = decoder.decode(sample, final=len(sample) == len(data))
    except UnicodeError:
        text = sample.decode(codec, "replace")
        if text.count("\ufffd") * 200 > len(text):
            return -1.0
    return _score(text)


def _score(text: str) -> float:
    """How likely this is text that somebody wrote: mean of its characters beyond ASCII, -1 to 1."""
    total = 0.0
    count = 0
    before = " "
    for place, character in enumerate(text):
        if character > "\x7f":
            count += 1
            after = text[place + 1] if place + 1 < len(text) else " "
            total += _weigh(character, before, after)
        elif (character < " " and character not in "\t\n\r\f") or character == "\x7f":
            count += 1
            total -= 1.0
        before = character
    return total / count if count else 0.0


def _weigh(character: str, before: str, after: str) -> float:
    if "\u4e00" <= character <= "\u9fff":
        # a Han character between Latin letters is a misread accent
        sides = (before.isascii() and before.islower()) + (after.isascii() and after.islower())
        if character in _COMMON:
            return 1.0 if sides < 2 else 0.0
        if sides:
            return -1.0
        return 0.45 if _first_level(character) else -0.6
    if "\u3000" <= character <= "\u303f" or "\uff01" <= character <= "\uff5e":
        return 0.8
    if character in "“”‘’–—…•€«»°§·":
        return 0.5
    category = unicodedata.category(character)
    if "\u00c0" <= character <= "\u017f":
        near = before.isalpha() or after.isalpha()
        crowd = before > "\x7f" and after > "\x7f"
        # several accented letters in a row, or a capital inside a word, is a sign of bytes misread
        if crowd or (character.isupper() and before.isalpha() and before.islower()):
            return -0.6
        # words of one letter: à la, è, é, ó, å, ö
        return 0.6 if near or character in "àÀèéóåö" else -0.2
    if "\u0400" <= character <= "\u04ff":
        if (before.isascii() and before.isalpha()) or (after.isascii() and after.isalpha()):
            return -0.9
        if not before.isalpha() and not after.isalpha():
            return 0.3 if character in "авикосуя" else -0.3
        if character.islower():
            return 0.7
        return -0.9 if before.isalpha() and before.islower() else 0.3
    if category in ("Cn", "Co", "Cc", "Cs"):
        return -1.0
    return -0.3 if category[0] in "LM" else 0.0


@lru_cache(maxsize=16_384)
def _first_level(character: str) -> bool:
    """Among the 3,755 commonest of GB 2312, or the 5,401 commonest of Big5."""
    try:
        if b"\xb0" <= character.encode("gb2312")[:1] <= b"\xd7":
            return True
    except UnicodeError:
        pass
    try:
        return b"\xa4" <= character.encode("big5")[:1] <= b"\xc6"
    except UnicodeError:
        return False


_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\u200b\u2063\ufeff\ufff9-\ufffb]")


def _clean(name: str, text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    cleaned = _CONTROL.sub("", text)
    unseen = sum(map(text.count, "\u200b\u2063\ufeff"))
    strange = len(text) - len(cleaned) - unseen + cleaned.count("\ufffd")
    # of random bytes one in eight is no character; of texts that people wrote, hardly any
    if len(text) > 20 and strange * 10 > len(text):
        raise Unreadable(name, "it is damaged, or no text at all", "save it as UTF-8 text and add that")
    return cleaned
