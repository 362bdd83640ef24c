"""The style that a person cites in is theirs, in their export, and gone when they are forgotten."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest_asyncio

from bot.people.people import People
from bot.reading.chosen_styles import ChosenStyles
from bot.schema import open_database

ANNA, BEA = 77, 78
Room = tuple[ChosenStyles, People]


@pytest_asyncio.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    database = open_database(tmp_path / "bot.sqlite")
    people = People(database, lambda: datetime(2026, 1, 1, tzinfo=UTC), (), ())
    yield ChosenStyles(database, people), people
    database.close()


async def test_the_last_choice_of_a_person_counts_and_is_nobody_elses(room: Room) -> None:
    styles, _ = room
    assert await styles.of(str(ANNA)) is None
    await styles.choose(str(ANNA), "bibtex")
    await styles.choose(str(ANNA), "gbt7714")
    assert (await styles.of(str(ANNA)), await styles.of(str(BEA))) == ("gbt7714", None)
    assert await styles.of(str(ANNA), "web") is None, "a person of another channel is another person"


async def test_who_is_forgotten_has_no_style_and_before_that_it_is_in_their_file(room: Room) -> None:
    styles, people = room
    for person in (ANNA, BEA):
        await styles.choose(str(person), "ris")
    assert (await people.export(ANNA))["citation_style"] == [{"channel": "telegram", "style": "ris"}]
    await people.forget(ANNA)
    assert (await styles.of(str(ANNA)), await styles.of(str(BEA))) == (None, "ris")
