"""A desk to test the Bot API's methods on: a world, its API without HTTP, and one person."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.sandbox.api_errors import ApiRefusal
from bot.sandbox.call import Upload
from bot.sandbox.records import User
from bot.sandbox.service import BotApi
from bot.sandbox.users import Users
from bot.sandbox.world import World

TOKEN = "123456:sandbox-token"


@dataclass
class Desk:
    """A world with a bot and one person, Ana, who has started it; the clock stands until it is moved."""

    seconds: float = 1_700_000_000.0
    world: World = field(init=False)
    api: BotApi = field(init=False)
    people: Users = field(init=False)
    ana: User = field(init=False)

    def __post_init__(self) -> None:
        self.world = World(TOKEN, now=lambda: self.seconds, inline=True)
        self.api = BotApi(self.world)
        self.people = Users(self.world, self.api.profile, self.api.inline)
        self.ana = self.world.add_user("Ana", language="en")
        self.people.open_link(self.ana.id)
        self.world.updates.clear()

    async def call(self, method: str, uploads: dict[str, Upload] | None = None, **parameters: Any) -> Any:
        """The result of a call, or the ApiRefusal that it met."""
        wire = await self.api.call(method, parameters, uploads or {})
        answer = json.loads(wire.body)
        assert answer["ok"] == (wire.status == 200)
        if answer["ok"]:
            return answer["result"]
        raise ApiRefusal(answer["error_code"], answer["description"], answer.get("parameters"))

    async def refused(self, method: str, uploads: dict[str, Upload] | None = None, **parameters: Any) -> str:
        """The words in which a call is refused."""
        with pytest.raises(ApiRefusal) as caught:
            await self.call(method, uploads, **parameters)
        return caught.value.description

    async def send(self, text: str = "hello", **parameters: Any) -> Any:
        """sendMessage to Ana."""
        return await self.call("sendMessage", chat_id=self.ana.id, text=text, **parameters)

    async def updates(self, **parameters: Any) -> list[dict[str, Any]]:
        """getUpdates without waiting."""
        return list(await self.call("getUpdates", **parameters))


def buttons(*data: str) -> dict[str, Any]:
    """An inline keyboard of one row."""
    return {"inline_keyboard": [[{"text": word, "callback_data": word} for word in data]]}
