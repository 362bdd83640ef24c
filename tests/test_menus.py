"""Each role sees its own commands, in its own language, over HTTP with the sandbox's Bot API server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import telegram
from telegram.request import HTTPXRequest

from bot.people.people import People, Role
from bot.sandbox.server import Running, running
from bot.sandbox.world import World
from bot.schema import open_database
from bot.telegram.menus import Menus

TOKEN = "123456:sandbox-token"
ENGLISH, CHINESE = "Write an announcement", "写一条通知"


@dataclass
class Place:
    server: Running
    people: People
    menus: Menus

    async def announcing(self, name: str) -> str | None:
        """How the staff's first command reads in somebody's menu; None: it is not there."""
        menu = await (await self.server.seat(name)).menu()
        return next((one["description"] for one in menu if one["command"] == "announce"), None)


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    """Kofi and 静 are staff, whose Telegram speaks English and Chinese; Ana is a partner."""
    database = open_database(tmp_path / "bot.sqlite")
    async with running(World(TOKEN)) as server:
        kofi, jing = await server.seat("Kofi"), await server.seat("静", language="zh-hans")
        people = People(database, lambda: datetime(2026, 3, 1, tzinfo=UTC), [], [kofi.id, jing.id])
        for seat in (kofi, jing, await server.seat("Ana")):
            await seat.start()
            await people.seen(seat.id, "private")
        request = HTTPXRequest(httpx_kwargs={"trust_env": False})
        async with telegram.Bot(TOKEN, base_url=f"{server.api_url}/bot", request=request) as bot:
            yield Place(server, people, Menus(bot, people))
    database.close()


async def test_staff_who_chose_no_language_have_their_menu_in_that_of_their_telegram(place: Place) -> None:
    """After a start of the bot too, which once put everybody's into English."""
    await place.menus.publish()
    assert [await place.announcing(name) for name in ("Kofi", "静", "Ana")] == [ENGLISH, CHINESE, None]


async def test_chosen_language_wins_and_can_be_changed(place: Place) -> None:
    jing = (await place.server.seat("静")).id
    for language, shown in (("en", ENGLISH), ("zh", CHINESE), ("en", ENGLISH)):
        await place.people.choose_language(jing, "private", language)
        await place.menus.show(jing, Role.STAFF)
        assert await place.announcing("静") == shown


async def test_role_that_is_gone_takes_its_menu_along(place: Place) -> None:
    await place.menus.publish()
    await place.menus.show((await place.server.seat("静")).id, Role.PARTNER)
    assert await place.announcing("静") is None
