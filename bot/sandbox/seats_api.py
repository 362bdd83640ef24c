"""The people's side over HTTP: JSON in, JSON out, and a stream of what happens.

`POST /seats/{user}/{action}` does what a person can do (the actions are those of `ACTIONS`); `GET
/seats/events` streams changes as server-sent events; `/seats/faults`, `/seats/rates` and `/seats/journal` are
the rehearsal's switches. Every request carries the key, as `Authorization: Bearer` or as `?key=`.
"""

from __future__ import annotations

import asyncio
import json
import math
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict
from itertools import islice
from typing import Any, get_type_hints
from urllib.parse import quote

from starlette.convertors import IntegerConvertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from bot.sandbox.api_errors import ApiRefusal, bad_request
from bot.sandbox.faults import Fault
from bot.sandbox.rates import MODES, RateLimits
from bot.sandbox.records import Json
from bot.sandbox.requests import read_people_request
from bot.sandbox.service import BotApi
from bot.sandbox.shapes import chat_json, user_json
from bot.sandbox.users import Users

LONGEST_WAIT = 60.0
HEARTBEAT_SECONDS = 15.0
Endpoint = Callable[[Request], Awaitable[Response]]


class PersonConvertor(IntegerConvertor):
    """The number of a person in an address; one of thousands of digits is no number of anybody, and no fault."""

    regex = "[0-9]{1,18}"


register_url_convertor("person", PersonConvertor())


class SeatsApi:
    """The routes of the people's side."""

    def __init__(self, api: BotApi, people: Users, key: str) -> None:
        self.api = api
        self.people = people
        self.world = api.world
        self.key = key
        self.waiting: set[asyncio.Event] = set()
        self.closed = False
        self.world.changes.listeners.append(self.wake)
        self.actions: dict[str, Callable[[int, Json], Any]] = {
            "say": lambda user, fields: self.message(user, called(people.say, user, **fields)),
            "edit": lambda user, fields: self.message(user, called(people.edit, user, **fields)),
            "delete": people_action(people.delete),
            "open": lambda user, fields: self.message(user, called(people.open_link, user, **fields)),
            "react": people_action(people.react),
            "ask_inline": lambda user, fields: {"query": called(people.ask_inline, user, **fields)},
            "choose_inline": lambda user, fields: self.message(user, called(people.choose_inline, user, **fields)),
            "block": people_action(people.block),
            "unblock": people_action(people.unblock),
            "delete_account": people_action(people.delete_account),
            "found": self.found,
            "add_bot": people_action(people.add_bot),
            "kick_bot": people_action(people.kick_bot),
            "open_topic": lambda user, fields: {"thread": called(people.open_topic, user, **fields)},
            "close_topic": people_action(people.close_topic),
            "delete_topic": people_action(people.delete_topic),
            "silence": people_action(people.silence),
            "add_member": people_action(people.add_member),
            "leave": people_action(people.leave),
            "migrate": lambda user, fields: chat_json(called(people.migrate, user, **fields), self.world.users),
            "chats": lambda user, fields: people.chats(user),
            "messages": lambda user, fields: called(people.messages, user, **fields),
            "menu": lambda user, fields: called(people.menu, user, **fields),
        }

    def routes(self) -> list[BaseRoute]:
        """The routes, each behind the key."""
        return [
            Route("/seats", self.keyed(self.list_seats), methods=["GET"]),
            Route("/seats", self.keyed(self.take_seat), methods=["POST"]),
            Route("/seats/events", self.keyed(self.events), methods=["GET"]),
            Route("/seats/file/{file}", self.keyed(self.file), methods=["GET"]),
            Route("/seats/faults", self.keyed(self.faults), methods=["GET", "POST", "DELETE"]),
            Route("/seats/rates", self.keyed(self.rates), methods=["GET", "POST"]),
            Route("/seats/journal", self.keyed(self.journal), methods=["GET"]),
            Route("/seats/{user:person}/press", self.keyed(self.press), methods=["POST"]),
            Route("/seats/{user:person}/send_file", self.keyed(self.send_file), methods=["POST"]),
            Route("/seats/{user:person}/wait", self.keyed(self.wait), methods=["POST"]),
            Route("/seats/{user:person}/{action}", self.keyed(self.act), methods=["POST"]),
        ]

    def keyed(self, endpoint: Endpoint) -> Endpoint:
        """The endpoint for those who have the key; refusals become JSON with their status."""

        async def checked(request: Request) -> Response:
            key = request.query_params.get("key") or request.headers.get("authorization", "").removeprefix("Bearer ")
            if not secrets.compare_digest(key.encode(), self.key.encode()):
                return JSONResponse({"error": "the key is missing or wrong"}, 403)
            try:
                return await endpoint(request)
            except ApiRefusal as refusal:
                return JSONResponse({"error": refusal.description.removeprefix("Bad Request: ")}, refusal.code)

        return checked

    def close(self) -> None:
        """Ends all streams and waits."""
        self.closed = True
        self.wake()

    def wake(self) -> None:
        """Lets everybody who waits look again."""
        for event in self.waiting:
            event.set()

    async def news(self, after: int, seconds: float) -> bool:
        """Waits until there is a change after a number; False when the time is over or the server stops."""
        if self.world.changes.last > after:
            return not self.closed
        event = asyncio.Event()
        self.waiting.add(event)
        try:
            if not self.closed:
                await asyncio.wait_for(event.wait(), seconds)
        except TimeoutError:
            return False
        finally:
            self.waiting.discard(event)
        return not self.closed

    # Seats

    async def list_seats(self, request: Request) -> Response:
        """All people with an account."""
        persons = [user_json(user) for user in self.world.users.values() if not user.is_bot and not user.deleted]
        return JSONResponse({"bot": user_json(self.world.bot), "seats": persons, "last": self.world.changes.last})

    async def take_seat(self, request: Request) -> Response:
        """The person with a first name, made when there is none; with the number of the last change."""
        fields, _ = await read_people_request(request)
        name = str(fields.pop("first_name", ""))
        for user in self.world.users.values():
            if user.first_name == name and not user.is_bot and not user.deleted:
                return JSONResponse({"user": user_json(user), "last": self.world.changes.last})
        user = called(self.world.add_user, name, **fields)
        return JSONResponse({"user": user_json(user), "last": self.world.changes.last})

    async def act(self, request: Request) -> Response:
        """One action of a person."""
        user = request.path_params["user"]
        self.people.person(user)
        action = self.actions.get(request.path_params["action"])
        if action is None:
            raise bad_request(f"there is no action {request.path_params['action']!r}")
        fields, _ = await read_people_request(request)
        return JSONResponse(called(action, user, fields))

    def found(self, user: int, fields: Json) -> Json:
        """A new group, supergroup or channel."""
        listed = fields.pop("members", [])
        if not isinstance(listed, list):
            raise bad_request("wrong parameters: members is no list")
        members = tuple(int(numeric("members", member)) for member in listed)
        return chat_json(called(self.people.found, user, members=members, **fields), self.world.users)

    def message(self, user: int, message: Any) -> Json:
        """A message as the person sees it."""
        return self.people.view(user, message)

    async def send_file(self, request: Request) -> Response:
        """A document or photo from a form: part `file`, fields kind, caption, chat, reply_to."""
        user = request.path_params["user"]
        fields, uploads = await read_people_request(request)
        if "file" not in uploads:
            raise bad_request("there is no file in the request")
        message = self.people.send_file(
            user,
            str(fields.get("kind", "document")),
            uploads["file"],
            chat=int(numeric("chat", fields.get("chat", 0))),
            caption=str(fields.get("caption", "")),
            reply_to=int(numeric("reply_to", fields.get("reply_to", 0))),
        )
        return JSONResponse(self.message(user, message))

    async def press(self, request: Request) -> Response:
        """Presses a button and waits for the bot's answer: `answered`, `text`, `alert`."""
        user = request.path_params["user"]
        fields, _ = await read_people_request(request)
        seconds = min(numeric("timeout", fields.pop("timeout", 10.0)), LONGEST_WAIT)
        after = self.world.changes.last
        press = called(self.people.press, user, **fields)
        deadline = asyncio.get_running_loop().time() + seconds
        while True:
            for change in self.world.changes.since(after):
                after = change.number
                if change.kind == "answer" and change.data.get("query") == press.id:
                    return JSONResponse({"answered": True, "text": change.data["text"], "alert": change.data["alert"]})
            remaining = deadline - asyncio.get_running_loop().time()
            if remaining <= 0 or not await self.news(after, remaining):
                return JSONResponse({"answered": False, "text": "", "alert": False})

    async def wait(self, request: Request) -> Response:
        """The changes after a number that the person sees; waits for the first up to `timeout` seconds."""
        user = request.path_params["user"]
        fields, _ = await read_people_request(request)
        after = int(numeric("after", fields.get("after", 0)))
        deadline = asyncio.get_running_loop().time() + min(numeric("timeout", fields.get("timeout", 0)), LONGEST_WAIT)
        while True:
            changes = [change for change in self.world.changes.since(after) if self.people.sees(user, change)]
            after = self.world.changes.last
            remaining = deadline - asyncio.get_running_loop().time()
            if changes or remaining <= 0 or not await self.news(after, remaining):
                return JSONResponse(
                    {"changes": [self.people.change_json(user, change) for change in changes], "last": after}
                )

    async def events(self, request: Request) -> Response:
        """Server-sent events for some seats (`?seats=1,2`), from a number on (`?after=` or Last-Event-ID)."""
        users = [int(word) for word in request.query_params.get("seats", "").split(",") if word.isdecimal()]
        for user in users:
            self.people.person(user)
        written = request.headers.get("last-event-id") or request.query_params.get("after")
        after = int(written) if written and written.isdecimal() else self.world.changes.last
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(self.stream(users, after), media_type="text/event-stream", headers=headers)

    async def stream(self, users: list[int], after: int) -> AsyncIterator[str]:
        """The lines of the stream: an event for each change and seat; a comment when nothing happens long."""
        yield ": open\n\n"
        while not self.closed:
            for change in self.world.changes.since(after):
                after = change.number
                for user in users:
                    if self.people.sees(user, change):
                        data = json.dumps({"seat": user, **self.people.change_json(user, change)}, ensure_ascii=False)
                        yield f"id: {change.number}\nevent: {change.kind}\ndata: {data}\n\n"
            if not await self.news(after, HEARTBEAT_SECONDS) and not self.closed:
                yield ": still here\n\n"

    async def file(self, request: Request) -> Response:
        """A file by its id."""
        file = self.world.files.get(request.path_params["file"])
        if file is None:
            raise ApiRefusal(404, "there is no such file")
        inline = file.path.startswith("photos/")
        disposition = f"{'inline' if inline else 'attachment'}; filename*=UTF-8''{quote(file.name)}"
        headers = {"Content-Disposition": disposition, "X-Content-Type-Options": "nosniff"}
        return Response(file.data, media_type=file.mime if inline else "application/octet-stream", headers=headers)

    # The rehearsal's switches

    async def faults(self, request: Request) -> Response:
        """GET lists the rules, POST sets one and gives its number, DELETE lifts all or `?number=`."""
        if request.method == "POST":
            fields, _ = await read_people_request(request)
            number = self.api.faults.set(called(Fault, **fields))
            return JSONResponse({"number": number})
        if request.method == "DELETE":
            written = request.query_params.get("number")
            self.api.faults.lift(int(numeric("number", written)) if written else None)
        return JSONResponse({"faults": [asdict(rule) for rule in self.api.faults.rules]})

    async def rates(self, request: Request) -> Response:
        """GET tells mode and limits; POST sets `mode`, and limits by name."""
        rates = self.api.rates
        if request.method == "POST":
            fields, _ = await read_people_request(request)
            mode = str(fields.pop("mode", rates.mode))
            if mode not in MODES:
                raise bad_request(f"there is no mode {mode!r}: use one of {', '.join(MODES)}")
            limits = called(RateLimits, **(asdict(rates.limits) | fields))
            rates.mode, rates.limits = mode, limits
        return JSONResponse({"mode": rates.mode, **asdict(rates.limits)})

    async def journal(self, request: Request) -> Response:
        """Calls after `?after=`, at most `?limit=`, of `?method=` and `?chat=`; the count of each method."""
        query = request.query_params
        chat = int(numeric("chat", query["chat"])) if "chat" in query else None
        iterator = self.api.journal.calls(
            query.get("method"), chat=chat, after=int(numeric("after", query.get("after", 0)))
        )
        entries = [asdict(entry) for entry in islice(iterator, int(numeric("limit", query.get("limit", 1000))))]
        return JSONResponse({"calls": entries, "count": self.api.journal.count()})


def people_action(action: Callable[..., None]) -> Callable[[int, Json], Json]:
    """An action without a result, as one that answers {}."""

    def act(user: int, fields: Json) -> Json:
        called(action, user, **fields)
        return {}

    return act


def called(function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    """The function's result; a parameter that it does not have, or lacks, or of another type, is a bad request."""
    kinds = get_type_hints(function)
    for name, value in named.items():
        kind = kinds.get(name)
        if kind in (str, int, bool) and type(value) is not kind:
            raise bad_request(f"wrong parameters: {name} is no {kind.__name__}")
    try:
        return function(*arguments, **named)
    except TypeError as error:
        raise bad_request(f"wrong parameters: {error}") from None


def numeric(name: str, value: Any) -> float:
    """A number from a number or its digits; what is none is a bad request."""
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise bad_request(f"wrong parameters: {name} is no number")
    return number
