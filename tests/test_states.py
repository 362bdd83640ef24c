"""States and outcomes stand in SQL as text; each text is one that there is, and each state is shown and can be left."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from test_announcement_messages import announcement

from bot.announcing.announcement import Action, Outcome, State
from bot.announcing.sending_messages import state_sign, state_word
from bot.words.catalogue import LANGUAGES, words

FOLDER = Path(__file__).parents[1] / "bot" / "announcing"
COLUMNS = {"state": State, "outcome": Outcome, "action": Action}
LITERAL = re.compile(r"\b(?:\w\.)?(state|outcome|action)\s*(?:=|!=|IN)\s*(\((?:'[^']*'(?:,\s*)?)+\)|'[^']*')")


def literals() -> list[tuple[str, str]]:
    """Column and text of every comparison and assignment in the SQL of announcements."""
    found = []
    for file in sorted(FOLDER.glob("*.py")):
        for column, values in LITERAL.findall(file.read_text(encoding="utf-8")):
            found += [(column, value) for value in re.findall(r"'([^']*)'", values)]
    return found


def test_every_text_in_sql_is_a_state_an_outcome_or_an_action() -> None:
    """A state that is renamed, or misspelt, would silently match no row."""
    assert len(literals()) > 25
    assert [(column, value) for column, value in literals() if value not in list(COLUMNS[column])] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", State)
def test_every_state_has_a_word_and_a_sign(language: str, state: State) -> None:
    shown = announcement(state=state)
    assert state_word(words(language), shown)
    assert state_sign(shown)
