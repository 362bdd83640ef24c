"""Telegram's documented limits, watched or enforced, with a clock that the test moves."""

from __future__ import annotations

import json

import pytest

from bot.sandbox.rates import RateLimits, Rates
from bot.sandbox.service import BotApi
from bot.sandbox.world import World

TOKEN = "123456:sandbox-token"


def test_thirty_messages_a_second_to_thirty_chats_breach_nothing() -> None:
    rates = Rates()
    notes = [rates.note(100 + number / 30, number + 1) for number in range(120)]
    assert {breaches for breaches, _ in notes} == {()}


def test_the_thirty_first_message_within_a_second_is_a_breach() -> None:
    rates = Rates()
    for number in range(30):
        assert rates.note(100.0, number + 1) == ((), 0)
    assert rates.note(100.9, 31) == (("overall",), 1)


def test_a_chat_has_a_short_burst_and_then_one_a_second() -> None:
    rates = Rates(limits=RateLimits(chat_burst=3))
    assert [rates.note(100.0, 7)[0] for _ in range(4)] == [(), (), (), ("chat",)]
    rates = Rates(limits=RateLimits(chat_burst=3))
    assert [rates.note(100.0 + second, 7)[0] for second in range(60)] == [()] * 60


def test_a_group_takes_twenty_a_minute() -> None:
    rates = Rates(limits=RateLimits(chat_seconds=0.0))
    notes = [rates.note(100.0 + 2 * number, -7)[0] for number in range(21)]
    assert notes == [()] * 20 + [("group",)]
    assert rates.note(160.1, -8)[0] == ()


def test_an_album_counts_each_of_its_messages() -> None:
    assert Rates(limits=RateLimits(chat_burst=5)).note(100.0, 7, 10) == (("chat",), 5)


def test_figures_can_be_compressed() -> None:
    rates = Rates(limits=RateLimits(overall=3, overall_seconds=0.1))
    assert [rates.note(1.0, chat)[0] for chat in range(1, 5)] == [(), (), (), ("overall",)]
    assert rates.note(1.2, 5)[0] == ()


def test_an_enforced_limit_does_not_count_what_it_refuses() -> None:
    rates = Rates("enforce", RateLimits(overall=2))
    assert [rates.note(1.0, chat)[0] for chat in (1, 2, 3, 4)] == [(), (), ("overall",), ("overall",)]
    assert rates.note(2.1, 5)[0] == ()


def test_a_mode_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="no such mode"):
        Rates("strict")


@pytest.mark.parametrize(("mode", "statuses"), [("off", {200}), ("observe", {200}), ("enforce", {200, 429})])
async def test_a_flood_is_noted_or_refused(mode: str, statuses: set[int]) -> None:
    world = World(TOKEN, now=lambda: 1_700_000_000.0)
    api = BotApi(world, rates=Rates(mode, RateLimits(overall=5)))
    people = [world.add_user(f"p{number}") for number in range(8)]
    for person in people:
        world.chats[person.id].started = True
    wires = [await api.call("sendMessage", {"chat_id": person.id, "text": "x"}, {}) for person in people]
    assert {wire.status for wire in wires} == statuses
    breached = list(api.journal.calls("sendMessage", breached=True))
    assert len(breached) == (0 if mode != "observe" else 3)
    if mode == "enforce":
        assert json.loads(wires[-1].body) == {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 1",
            "parameters": {"retry_after": 1},
        }
        assert [len(world.messages[person.id]) for person in people] == [1] * 5 + [0] * 3


async def test_edits_and_answers_are_not_counted() -> None:
    world = World(TOKEN, now=lambda: 1_700_000_000.0)
    api = BotApi(world, rates=Rates("enforce", RateLimits(overall=1)))
    person = world.add_user("Ana")
    world.chats[person.id].started = True
    sent = json.loads((await api.call("sendMessage", {"chat_id": person.id, "text": "x"}, {})).body)["result"]
    for number in range(5):
        edit = {"chat_id": person.id, "message_id": sent["message_id"], "text": f"edit {number}"}
        assert (await api.call("editMessageText", edit, {})).status == 200
