"""What an analyzer finds in a text: terms and where they stand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

HAN = "㐀-䶿一-鿿\uf900-\ufaff々〇\U00020000-\U0003fffd"
"""Han characters, as a regular expression's class has them."""


class Token(NamedTuple):
    """A term and the slice of the text that it stands for."""

    term: str
    start: int
    end: int


class StopWord(Token):
    """One that says little by itself."""

    __slots__ = ()


def named(tokens: Iterable[Token]) -> list[Token]:
    """Of the tokens of a text one for each thing that it names."""
    names: list[Token] = []
    for token in tokens:
        if (not names or token.start >= names[-1].end) and not isinstance(token, StopWord):
            names.append(token)
    return names
