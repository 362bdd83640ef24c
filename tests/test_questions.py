"""Answers are kept as given, conversations end, and askers are forgotten in time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.asking.questions import Given, Questions
from bot.people.people import NotAllowed, People
from bot.schema import open_database
from content.documents import Locator
from index.answering.answer import Answer, Citation, Excerpt, NoAnswer, Suggestion

ADMIN, ASKER, OTHER, CHAT = 1, 5, 6, 5
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass
class Clock:
    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Ledger:
    questions: Questions
    people: People
    clock: Clock

    async def ask(self, text: str, at: datetime = NOON, *, answered: bool = True, asker: int = ASKER) -> str:
        found = answer(text) if answered else refusal(text)
        return await self.questions.record(asker, asker, None, at, found)


def answer(question: str) -> Answer:
    locator = Locator(("Part 1", "人员"), 3, 12)
    citation = Citation("report", "Report", 2021, locator, "sub/report.pdf", "https://example.org")
    found = Excerpt(1, 7.25, "One. Two “三”.", (5, 9), ((5, 8),), "abcdefghijkl", citation)
    return Answer(question, "en", (found,), ("two",), "g7", "as understood")


def refusal(question: str) -> NoAnswer:
    return NoAnswer(question, "zh", ("藏红花",), ("藏红花",), (Suggestion("贸易", "abcdefghijkl"),), "g7")


def questions_in(stored: dict[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The questions and the votes of what is stored about a person."""
    return stored["questions"], stored["feedback"]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    clock = Clock()
    database = open_database(tmp_path / "bot.sqlite")
    people = People(database, clock, admins=[ADMIN], staff=[])
    questions = Questions(database, people, clock, timedelta(minutes=30), timedelta(days=90))
    yield Ledger(questions, people, clock)
    database.close()


@pytest.mark.parametrize("given", [answer("How many?"), refusal("多少？")])
async def test_answer_comes_back_as_it_was_given(ledger: Ledger, given: Answer | NoAnswer) -> None:
    id_ = await ledger.questions.record(CHAT, ASKER, 9, NOON, given)
    found = await ledger.questions.find(id_)
    assert found is not None
    assert (found.id, found.asked_at, found.answer) == (id_, NOON, given)


async def test_ids_fit_into_buttons_and_cannot_be_counted_through(ledger: Ledger) -> None:
    ids = {await ledger.ask("Q") for _ in range(20)}
    assert {len(id_) for id_ in ids} == {12}
    assert len(ids) == 20
    assert await ledger.questions.find("AAAAAAAAAAAA") is None


async def test_history_is_the_same_conversation_oldest_first(ledger: Ledger) -> None:
    await ledger.ask("long ago", NOON - timedelta(hours=2))
    await ledger.ask("first", NOON - timedelta(minutes=50))
    await ledger.ask("second", NOON - timedelta(minutes=25))
    await ledger.ask("of somebody else", NOON - timedelta(minutes=5), asker=OTHER)
    history = await ledger.questions.history(CHAT, ASKER, NOON)
    assert history == ("first", "second")
    assert await ledger.questions.history(CHAT, ASKER, NOON + timedelta(hours=1)) == ()


async def test_history_has_no_question_that_was_refused(ledger: Ledger) -> None:
    await ledger.ask("first", NOON - timedelta(minutes=50))
    await ledger.ask("refused", NOON - timedelta(minutes=25), answered=False)
    assert await ledger.questions.history(CHAT, ASKER, NOON) == ("first",)
    await ledger.ask("and then?", NOON)
    assert next(iter(await ledger.questions.recorded(1000))).history == ("first",)


async def test_history_has_at_most_five_questions(ledger: Ledger) -> None:
    for n in range(8):
        await ledger.ask(str(n), NOON + timedelta(seconds=n))
    history = await ledger.questions.history(CHAT, ASKER, NOON + timedelta(minutes=1))
    assert history == ("3", "4", "5", "6", "7")


async def test_message_that_is_tried_again_finds_its_answer_and_whether_it_arrived(ledger: Ledger) -> None:
    """Another bot account counts its messages from 1 again: a message is known by its time, too."""
    id_ = await ledger.questions.record(CHAT, ASKER, 9, NOON, answer("Q"))
    given = Given(id_, NOON, answer("Q"))
    assert await ledger.questions.answer_to(CHAT, 9, NOON) == (given, False)
    await ledger.questions.delivered(id_)
    assert await ledger.questions.answer_to(CHAT, 9, NOON) == (given, True)
    assert await ledger.questions.answer_to(OTHER, 9, NOON) is None
    assert await ledger.questions.answer_to(CHAT, 9, NOON + timedelta(days=30)) is None


async def test_staff_sees_refused_disliked_and_handed_on_questions(ledger: Ledger) -> None:
    await ledger.ask("good", NOON)
    refused = await ledger.ask("refused", NOON + timedelta(minutes=1), answered=False)
    disliked = await ledger.ask("disliked", NOON + timedelta(minutes=2))
    handed = await ledger.ask("handed on", NOON + timedelta(minutes=3))
    await ledger.questions.vote(disliked, OTHER, "down")
    assert await ledger.questions.tell_staff(handed)
    assert not await ledger.questions.tell_staff(handed)
    found, total = await ledger.questions.unanswered(ADMIN)
    assert [(one.id, one.answered, one.told) for one in found] == [
        (handed, True, True),
        (disliked, True, False),
        (refused, False, False),
    ]
    assert total == 3
    await ledger.questions.mark_done(ADMIN, disliked)
    page, total = await ledger.questions.unanswered(ADMIN, limit=1, offset=1)
    assert ([one.id for one in page], total) == ([refused], 2)


async def test_last_vote_of_a_person_counts(ledger: Ledger) -> None:
    id_ = await ledger.ask("Q")
    assert await ledger.questions.vote(id_, ASKER, "down")
    assert await ledger.questions.vote(id_, ASKER, "up")
    assert not await ledger.questions.vote("unknown", ASKER, "up")
    (day,) = await ledger.questions.statistics(ADMIN)
    assert (day.liked, day.disliked) == (1, 0)


async def test_statistics_count_by_day(ledger: Ledger) -> None:
    await ledger.ask("a", NOON - timedelta(days=1))
    await ledger.ask("b", NOON)
    await ledger.ask("c", NOON, answered=False)
    await ledger.ask("too old", NOON - timedelta(days=30))
    today, yesterday = await ledger.questions.statistics(ADMIN)
    assert (today.day, today.asked, today.answered, today.chinese) == ("2026-03-01", 2, 1, 1)
    assert (yesterday.day, yesterday.asked) == ("2026-02-28", 1)


async def test_lists_are_not_for_partners(ledger: Ledger) -> None:
    for call in (ledger.questions.unanswered, ledger.questions.statistics):
        with pytest.raises(NotAllowed):
            await call(ASKER)
    with pytest.raises(NotAllowed):
        await ledger.questions.mark_done(ASKER, await ledger.ask("Q", answered=False))
    assert (await ledger.questions.unanswered(ADMIN))[1] == 1


async def test_question_loses_its_asker_after_ninety_days(ledger: Ledger) -> None:
    id_ = await ledger.ask("Q")
    await ledger.questions.vote(id_, ASKER, "down")
    ledger.clock.now = NOON + timedelta(days=89)
    assert await ledger.questions.unlink_old() == 0
    ledger.clock.now = NOON + timedelta(days=91)
    assert await ledger.questions.unlink_old() == 1
    assert await ledger.questions.unlink_old() == 0
    assert questions_in(await ledger.people.export(ASKER)) == ([], [])
    found, _ = await ledger.questions.unanswered(ADMIN)
    assert [one.text for one in found] == ["Q"]


async def test_forgotten_person_leaves_no_question_and_no_vote(ledger: Ledger) -> None:
    mine, other = await ledger.ask("mine"), await ledger.ask("other", asker=OTHER)
    await ledger.questions.vote(mine, OTHER, "down")
    await ledger.questions.vote(other, ASKER, "down")
    await ledger.people.forget(ASKER)
    assert await ledger.questions.find(mine) is None
    assert await ledger.questions.find(other) is not None
    assert questions_in(await ledger.people.export(ASKER)) == ([], [])
    asked, feedback = questions_in(await ledger.people.export(OTHER))
    assert ([one["text"] for one in asked], feedback) == (["other"], [])
    assert (await ledger.questions.unanswered(ADMIN))[1] == 0


async def test_conversation_of_a_group_goes_on_where_the_group_moved(ledger: Ledger) -> None:
    """Also when an announcement meets the move first: it tells `People` alone."""
    await ledger.questions.record(-5, ASKER, 9, NOON, answer("Q"))
    await ledger.people.move_chat(-5, -1005)
    assert await ledger.questions.history(-1005, ASKER, NOON) == ("Q",)
    assert await ledger.questions.history(-5, ASKER, NOON) == ()
