"""Faults on demand, as a bot on python-telegram-bot meets them over HTTP, and what is left of the call."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from telegram import Bot
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TimedOut
from telegram.request import HTTPXRequest

from bot.sandbox.api_errors import ApiRefusal
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.seats import Seat, SeatError
from bot.sandbox.server import Running, running
from bot.sandbox.world import World

TOKEN = "123456:sandbox-token"


@pytest.fixture
async def server() -> AsyncIterator[Running]:
    async with running(World(TOKEN)) as server:
        yield server


@pytest.fixture
async def bot(server: Running, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bot]:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    request = HTTPXRequest(read_timeout=5, connection_pool_size=8)
    async with Bot(TOKEN, base_url=f"{server.api_url}/bot", request=request) as bot:
        yield bot


@pytest.fixture
async def seat(server: Running) -> Seat:
    seat = await server.seat("Ana")
    await seat.start()
    return seat


async def texts(seat: Seat) -> list[str]:
    """What stands in the chat after /start."""
    return [message["text"] for message in await seat.messages()][1:]


@pytest.mark.parametrize(
    ("rule", "error", "words"),
    [
        ({"kind": "flood", "retry_after": 7}, RetryAfter, "Flood control exceeded. Retry in 0:00:07"),
        ({"kind": "forbidden"}, Forbidden, "Forbidden: bot was blocked by the user"),
        (
            {"kind": "forbidden", "description": "Forbidden: user is deactivated"},
            Forbidden,
            "user is deactivated",
        ),
        ({"kind": "bad_request"}, BadRequest, "Chat not found"),
        ({"kind": "server_error"}, NetworkError, "Internal Server Error"),
        (
            {"kind": "server_error", "code": 503, "description": "Service Unavailable"},
            NetworkError,
            "Unavailable",
        ),
        ({"kind": "html"}, NetworkError, "Bad Gateway"),
        ({"kind": "reset"}, NetworkError, "httpx"),
    ],
)
async def test_a_fault_before_the_effect_leaves_no_message(
    server: Running, bot: Bot, seat: Seat, rule: dict[str, Any], error: type[Exception], words: str
) -> None:
    await server.seats.fault(**rule, method="sendMessage", count=1)
    with pytest.raises(error, match=words):
        await bot.send_message(seat.id, "refused")
    await bot.send_message(seat.id, "sent")
    assert await texts(seat) == ["sent"]
    assert [entry.fault for entry in server.journal.calls("sendMessage")] == [rule["kind"], ""]


async def test_the_worst_fault_sends_the_message_and_loses_the_answer(server: Running, bot: Bot, seat: Seat) -> None:
    await server.seats.fault("lost", count=1)
    with pytest.raises(NetworkError):
        await bot.send_message(seat.id, "arrived")
    assert await texts(seat) == ["arrived"]
    (entry,) = server.journal.calls("sendMessage")
    assert (entry.fault, entry.status, entry.ok) == ("lost", 200, False)
    assert entry.message == (await seat.messages())[-1]["message_id"]


async def test_a_lost_answer_may_hang_until_the_bot_gives_up(server: Running, bot: Bot, seat: Seat) -> None:
    server.api.faults.set(Fault("lost", seconds=60))
    with pytest.raises(TimedOut):
        await bot.send_message(seat.id, "arrived", read_timeout=0.5)
    assert await texts(seat) == ["arrived"]


async def test_a_slow_answer_is_late_and_right(server: Running, bot: Bot, seat: Seat) -> None:
    server.api.faults.set(Fault("slow", seconds=0.05, count=1))
    began = asyncio.get_running_loop().time()
    assert (await bot.send_message(seat.id, "late")).text == "late"
    assert asyncio.get_running_loop().time() - began >= 0.05


async def test_the_server_stops_while_an_answer_hangs() -> None:
    async with httpx.AsyncClient(timeout=10, trust_env=False) as http:
        async with running(World(TOKEN)) as server:
            server.api.faults.set(Fault("slow", seconds=600))
            hanging = asyncio.create_task(http.get(f"{server.api_url}/bot{TOKEN}/getMe"))
            while not server.api.faults.rules[0].met:
                await asyncio.wait({hanging}, timeout=0.01)
            began = asyncio.get_running_loop().time()
        assert asyncio.get_running_loop().time() - began < 60
        assert (await hanging).json()["ok"] is True


async def test_a_fault_strikes_its_chat_and_method_alone(server: Running, bot: Bot, seat: Seat) -> None:
    other = await server.seat("Li")
    await other.start()
    await server.seats.fault("forbidden", chat=other.id, method="sendmessage")
    await bot.send_message(seat.id, "here")
    await bot.send_chat_action(other.id, "typing")
    with pytest.raises(Forbidden):
        await bot.send_message(other.id, "there")
    await server.seats.lift()
    assert (await bot.send_message(other.id, "there")).text == "there"


async def test_faults_are_listed_and_lifted_one_by_one(server: Running) -> None:
    first = await server.seats.fault("slow", seconds=1)
    second = await server.seats.fault("html")
    listed = (await server.seats.get("/faults"))["faults"]
    assert [(rule["number"], rule["kind"]) for rule in listed] == [(first, "slow"), (second, "html")]
    response = await server.seats.http.delete("/seats/faults", params={"number": first})
    assert [rule["number"] for rule in response.json()["faults"]] == [second]


async def test_a_fault_that_is_none_is_refused(server: Running) -> None:
    with pytest.raises(SeatError, match="there is no fault 'earthquake'"):
        await server.seats.fault("earthquake")
    with pytest.raises(SeatError, match="unexpected keyword argument 'chats'"):
        await server.seats.fault("html", chats=3)
    with pytest.raises(ApiRefusal, match="between 0 and 1"):
        Fault("html", share=2)


def struck(faults: Faults, calls: int) -> list[bool]:
    """Which of so many calls meet a fault."""
    return [faults.meet("sendMessage", 1) is not None for _ in range(calls)]


def test_a_share_of_the_calls_is_struck_and_the_same_again_with_the_same_seed() -> None:
    first, second = Faults(seed=3), Faults(seed=3)
    for faults in (first, second):
        faults.set(Fault("html", share=0.25))
    met = struck(first, 2000)
    assert 400 < sum(met) < 600
    assert struck(second, 2000) == met


def test_a_fault_may_let_some_calls_pass_and_end_after_some() -> None:
    faults = Faults()
    faults.set(Fault("html", skip=2, count=3))
    assert struck(faults, 7) == [False, False, True, True, True, False, False]
