"""Acronyms and their long forms: a report's text in, the pairs that the report itself prints out.

Schwartz & Hearst, "A simple algorithm for identifying abbreviation definitions in biomedical text", Pacific
Symposium on Biocomputing 2003: a short form in brackets after its long form (or the reverse) is matched letter by
letter from the right; the long form has at most min(|A| + 5, 2|A|) words.
"""

from __future__ import annotations

import re

_BRACKETED = re.compile(r"[(（]([^()（）\n]{2,80})[)）]")
_SHORT = re.compile(r"^[A-Za-z][\w&./-]{1,11}$")
_HEREAFTER = re.compile(r"^(?:hereinafter|hereafter|abbreviated|or|i\.e\.)\b.*?[\"“'‘]?([A-Z][\w&-]{1,11})[\"”'’]?$")
_WORD = re.compile(r"[^\W_]+(?:['’&-][^\W_]+)*")
_SENTENCE_END = re.compile(r"[.;:!?。；：！？]\s|\n\s*\n")


def find_pairs(text: str) -> list[tuple[str, str]]:
    """(short form, long form) pairs printed in `text`, each once, in order."""
    pairs: dict[tuple[str, str], None] = {}
    for match in _BRACKETED.finditer(text):
        inside = match.group(1).strip(" \"“”'‘’")
        hereafter = _HEREAFTER.match(inside)
        short = hereafter.group(1) if hereafter else inside.split(",")[0].split("，")[0].strip()
        if _is_short_form(short):
            before = _clause_before(text, match.start())
            long = long_form(short, before)
        elif _is_short_form(before := _last_word(text, match.start())):
            short, long = before, _whole_long_form(before, inside)
        else:
            continue
        if long:
            pairs[short, long] = None
    return list(pairs)


def long_form(short: str, before: str) -> str:
    """The end of `before` that `short` abbreviates, empty where it does not (Schwartz & Hearst, figure 1)."""
    words = list(_WORD.finditer(before))
    most = min(len(short) + 5, 2 * len(short))
    window = before[words[-most].start() :] if len(words) > most else before
    letter, position = len(short) - 1, len(window) - 1
    while letter >= 0:
        current = short[letter].lower()
        if not current.isalnum():
            letter -= 1
            continue
        while position >= 0 and (
            window[position].lower() != current or (letter == 0 and position > 0 and window[position - 1].isalnum())
        ):
            position -= 1
        if position < 0:
            return ""
        letter, position = letter - 1, position - 1
    long = window[position + 1 :].strip()
    long_words = _WORD.findall(long)
    if len(long_words) < 2 or len(long) <= len(short) or short in long_words or not _starts_like(short, long_words):
        return ""
    return " ".join(long.split())


def _starts_like(short: str, words: list[str]) -> bool:
    """At least half of the short form's letters open a word: what a reader would call its initials."""
    openings = {word[0].lower() for word in words for word in re.split(r"[-&'’]", word) if word}
    letters = [letter for letter in short.lower() if letter.isalpha()]
    return sum(letter in openings for letter in letters) * 2 >= len(letters)


def _is_short_form(text: str) -> bool:
    capitals = sum(letter.isupper() for letter in text)
    return bool(_SHORT.match(text)) and capitals >= 2 and 2 <= len(text) <= 12


def _clause_before(text: str, end: int) -> str:
    clause = text[max(0, end - 200) : end]
    ends = list(_SENTENCE_END.finditer(clause))
    return clause[ends[-1].end() :] if ends else clause


def _last_word(text: str, end: int) -> str:
    words = text[max(0, end - 16) : end].split()
    return words[-1] if words else ""


def _whole_long_form(short: str, inside: str) -> str:
    """The text in brackets after a short form, if the whole of it is the long form."""
    long = long_form(short, inside)
    return long if long and len(long) >= len(inside) - 4 else ""
