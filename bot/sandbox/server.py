"""A world in, a Bot API server on loopback out: `/bot<token>/<method>`, `/file/bot<token>/<path>`, and the
seats.

In a test: `async with running(World("123:abc")) as server:` gives `server.api_url` for the bot and
`server.seat(...)` for the people. As a process: `python -m bot.sandbox.server --port 0 --token 123:abc`
prints one JSON line with the address and the key of the people's side, and runs until it is told to stop.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import re
import secrets
import signal
import sys
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.sandbox.api_errors import ApiRefusal
from bot.sandbox.journal import Journal
from bot.sandbox.rates import MODES, Rates
from bot.sandbox.requests import read_request
from bot.sandbox.seats import Seat, Seats
from bot.sandbox.seats_api import SeatsApi
from bot.sandbox.service import BotApi, Wire
from bot.sandbox.serving import BrokenConnection, Transports, listening
from bot.sandbox.users import Users
from bot.sandbox.world import World

T = TypeVar("T")
TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")


class BotSide:
    """The bot's side over HTTP: Starlette requests in, Starlette responses out."""

    def __init__(self, api: BotApi) -> None:
        self.api = api

    def routes(self) -> list[BaseRoute]:
        """The two addresses of the Bot API."""
        return [
            Route("/bot{token}/{method}", self.call, methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", self.file, methods=["GET"]),
        ]

    async def call(self, request: Request) -> Response:
        """One call of a method."""
        try:
            self.admit(request)
            raw, uploads = await read_request(request)
        except ApiRefusal as refusal:
            return answer(Wire(refusal.code, json.dumps(refusal.as_json()).encode()))
        except ClientDisconnect:  # the bot was killed in the middle of its request
            return BrokenConnection()
        return answer(await self.api.call(request.path_params["method"], raw, uploads))

    async def file(self, request: Request) -> Response:
        """One file, as getFile named its path."""
        try:
            self.admit(request)
        except ApiRefusal as refusal:
            return answer(Wire(refusal.code, json.dumps(refusal.as_json()).encode()))
        file = self.api.world.paths.get(request.path_params["path"])
        if file is None:
            return answer(Wire(404, json.dumps(ApiRefusal(404, "Not Found").as_json()).encode()))
        return Response(file.data, media_type="application/octet-stream")

    def admit(self, request: Request) -> None:
        """Refuses a token that is none (404) or not the bot's (401)."""
        token = request.path_params["token"]
        if not TOKEN.fullmatch(token):
            raise ApiRefusal(404, "Not Found")
        if not secrets.compare_digest(token, self.api.world.token):
            raise ApiRefusal(401, "Unauthorized")


def answer(wire: Wire) -> Response:
    """The response for a wire."""
    if wire.broken:
        return BrokenConnection()
    return Response(wire.body, wire.status, media_type=wire.type)


@dataclass(frozen=True, slots=True)
class Running:
    """A server that runs. `api_url` is the base address for the bot, `key` opens the people's side."""

    api: BotApi
    people: Users
    api_url: str
    key: str
    seats: Seats

    @property
    def world(self) -> World:
        """The world behind the server."""
        return self.api.world

    @property
    def journal(self) -> Journal:
        """What the bot called."""
        return self.api.journal

    async def polled(self, seconds: float = 30.0) -> None:
        """Returns when a bot waits in a long poll. Raises TimeoutError when none comes in time."""
        await asyncio.wait_for(self.api.polling.waits.wait(), seconds)

    async def seat(self, name: str, *, language: str = "en", username: str = "") -> Seat:
        """The seat of a person with this name, made when there is none yet."""
        return await self.seats.seat(name, language=language, username=username)


@contextlib.asynccontextmanager
async def running(
    world: World, *, api: BotApi | None = None, host: str = "127.0.0.1", port: int = 0, key: str = "",
    extra: Sequence[BaseRoute] = (), middleware: Sequence[Middleware] = (),
) -> AsyncIterator[Running]:  # fmt: skip
    """Serves a world on loopback until the block ends.

    `api` brings faults, rates and a journal of one's own; `extra` are further routes (the chat page) and
    `middleware` stands before all of them.
    """
    api = api or BotApi(world)
    people = Users(world, api.profile, api.inline)
    key = key or secrets.token_urlsafe(16)
    seats_api = SeatsApi(api, people, key)
    transports: Transports = {}
    app = Starlette(routes=[*BotSide(api).routes(), *seats_api.routes(), *extra], middleware=list(middleware))
    app.state.transports = transports

    async def closing() -> None:
        seats_api.close()
        await api.close()

    async with (
        listening(app, transports, host=host, port=port, closing=closing) as address,
        Seats(address, key) as seats,
    ):
        yield Running(api, people, address, key, seats)


@dataclass(frozen=True, slots=True)
class Threaded:
    """A server that runs in a thread of its own, for programs without an event loop."""

    server: Running
    loop: asyncio.AbstractEventLoop

    def wait(self, work: Coroutine[Any, Any, T], timeout: float = 30.0) -> T:
        """Does the work (of a seat, say) on the server's loop; waits `timeout` seconds for its result."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(timeout)


@contextlib.contextmanager
def running_in_thread(world: World, *, api: BotApi | None = None, port: int = 0) -> Iterator[Threaded]:
    """Serves a world from another thread until the block ends."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="sandbox", daemon=True)
    thread.start()
    context = running(world, api=api, port=port)
    try:
        server = asyncio.run_coroutine_threadsafe(context.__aenter__(), loop).result(30)
        try:
            yield Threaded(server, loop)
        finally:
            asyncio.run_coroutine_threadsafe(context.__aexit__(None, None, None), loop).result(30)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def serve(options: argparse.Namespace) -> None:
    """Runs the process until it gets SIGINT or SIGTERM."""
    world = World(options.token, username=options.username, privacy=not options.no_privacy)
    api = BotApi(world, rates=Rates(options.rates), journal=Journal(options.token, options.journal))
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with running(world, api=api, port=options.port, key=options.key) as server:
        sys.stdout.write(json.dumps({"api_url": server.api_url, "key": server.key}) + "\n")
        sys.stdout.flush()
        await stop.wait()


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line of the process."""
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox.server", description="A Bot API server on loopback.")
    parser.add_argument("--token", required=True, help="the bot's token: digits, a colon, the rest")
    parser.add_argument("--port", type=int, default=0, help="port on loopback; 0 takes a free one")
    parser.add_argument("--key", default="", help="key of the people's side; made up when left out")
    parser.add_argument("--username", default="citedesk_bot", help="the bot's username")
    parser.add_argument("--rates", choices=MODES, default="observe", help="what breaking a rate limit leads to")
    parser.add_argument("--no-privacy", action="store_true", help="the bot sees every message in groups")
    parser.add_argument("--journal", type=Path, help="file to which each call is appended as a JSON line")
    asyncio.run(serve(parser.parse_args(arguments)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
