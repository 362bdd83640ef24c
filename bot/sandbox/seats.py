"""Addresses of a running sandbox in, people who can be asked to do things out: for tests and rehearsals.

`seat = await seats.seat("partner")`, `await seat.say("hello")`, `answer = await seat.next_message()`. Waiting
is done by the server, which answers when something happens.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

import httpx

from bot.sandbox.records import Json

PATIENCE = 10.0


class SeatError(Exception):
    """The sandbox refused an action, or nothing happened in time."""


class Seats:
    """A client of the people's side; an async context manager."""

    def __init__(self, address: str, key: str) -> None:
        self.http = httpx.AsyncClient(
            base_url=address,
            headers={"Authorization": f"Bearer {key}"},
            timeout=90,
            trust_env=False,
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=50),
        )

    async def __aenter__(self) -> Seats:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.http.aclose()

    async def post(self, path: str, **fields: Any) -> Any:
        """Posts JSON; the decoded answer."""
        return answered(await self.http.post(f"/seats{path}", json=fields))

    async def get(self, path: str, **query: Any) -> Any:
        """Gets JSON."""
        return answered(await self.http.get(f"/seats{path}", params=query))

    async def seat(self, name: str, *, language: str = "en", username: str = "") -> Seat:
        """The seat of the person with this first name."""
        answer = await self.post("", first_name=name, language=language, username=username)
        return Seat(self, answer["user"]["id"], name, answer["last"])

    async def fault(self, kind: str, **rule: Any) -> int:
        """Puts a fault in force; its number."""
        return int((await self.post("/faults", kind=kind, **rule))["number"])

    async def lift(self) -> None:
        """Takes all faults back."""
        answered(await self.http.delete("/seats/faults"))

    async def journal(self, **query: Any) -> list[Json]:
        """The calls of the bot."""
        return list((await self.get("/journal", **query))["calls"])


@dataclass(slots=True)
class Seat:
    """One person. `id` is their user id; messages are the Bot API's JSON as this person sees them.

    What happened is read once: `next_message` gives the bot's messages one after the other, whatever was done
    between.
    """

    seats: Seats
    id: int
    name: str
    cursor: int = 0
    arrived: list[Json] = field(default_factory=list)

    async def act(self, action: str, **fields: Any) -> Any:
        """One action of the people's side."""
        return await self.seats.post(f"/{self.id}/{action}", **fields)

    async def say(
        self, text: str, *, chat: int = 0, reply_to: int = 0, formatted: bool = False, thread: int = 0
    ) -> Json:
        """Writes to the bot, or in a group. `formatted`: the text is HTML for what an app makes bold and so on."""
        return dict(await self.act("say", text=text, chat=chat, reply_to=reply_to, formatted=formatted, thread=thread))

    async def start(self, payload: str = "") -> Json:
        """Opens the bot, by its deep link where there is a payload."""
        return dict(await self.act("open", payload=payload))

    async def send_file(
        self, name: str, data: bytes, *, kind: str = "document", mime: str = "application/octet-stream",
        caption: str = "", chat: int = 0, reply_to: int = 0,
    ) -> Json:  # fmt: skip
        """Sends a document or a photo."""
        form = {"kind": kind, "caption": caption, "chat": str(chat), "reply_to": str(reply_to)}
        response = await self.seats.http.post(
            f"/seats/{self.id}/send_file", data=form, files={"file": (name, data, mime)}
        )
        return dict(answered(response))

    async def press(self, message: Json, button: str, *, timeout: float = PATIENCE) -> Json:  # noqa: ASYNC109 - the server waits
        """Presses a button by its text or data; `answered`, `text`, `alert` of the bot's answer."""
        chat = message["chat"]["id"]
        return dict(await self.act("press", number=message["message_id"], button=button, chat=chat, timeout=timeout))

    async def block(self) -> None:
        """Blocks the bot."""
        await self.act("block")

    async def unblock(self) -> None:
        """Unblocks the bot."""
        await self.act("unblock")

    async def found(
        self, title: str, *, kind: str = "group", members: tuple[int, ...] = (), bot: bool = True, forum: bool = False
    ) -> int:
        """Founds a group; its chat id."""
        made = await self.act("found", title=title, kind=kind, members=members, bot=bot, forum=forum)
        return int(made["id"])

    async def messages(self, *, chat: int = 0) -> list[Json]:
        """All messages of a chat, oldest first."""
        return list(await self.act("messages", chat=chat))

    async def menu(self, *, chat: int = 0) -> list[Json]:
        """The commands offered to this person."""
        return list(await self.act("menu", chat=chat))

    async def download(self, message: Json) -> bytes:
        """The bytes of the document or photo in a message."""
        file = message["document"] if "document" in message else message["photo"][-1]
        response = await self.seats.http.get(f"/seats/file/{file['file_id']}")
        response.raise_for_status()
        return response.content

    async def next_change(self, *kinds: str, chat: int | None = None, timeout: float = PATIENCE) -> Json:  # noqa: ASYNC109 - the server waits
        """The next change of one of the kinds (all when none is named); the others before it stay for later
        calls.

        Raises SeatError when none happens within `timeout` seconds.
        """
        while True:
            for position, change in enumerate(self.arrived):
                if (not kinds or change["kind"] in kinds) and (chat is None or change["chat"] == chat):
                    return self.arrived.pop(position)
            answer = await self.act("wait", after=self.cursor, timeout=timeout)
            self.cursor = answer["last"]
            if not answer["changes"]:
                kinds_seen = ", ".join(change["kind"] for change in self.arrived) or "nothing"
                raise SeatError(
                    f"{self.name}: no {' or '.join(kinds) or 'change'} in {timeout} s; seen besides: {kinds_seen}"
                )
            self.arrived += answer["changes"]

    async def next_message(self, *, chat: int | None = None, timeout: float = PATIENCE) -> Json:  # noqa: ASYNC109 - the server waits
        """The next new message of the bot, or in a channel; those of people are passed over."""
        while True:
            message = (await self.next_change("message", chat=chat, timeout=timeout))["message"]
            if message.get("from", {"is_bot": True})["is_bot"] and "pinned_message" not in message:
                return dict(message)

    async def next_edit(self, *, chat: int | None = None, timeout: float = PATIENCE) -> Json:  # noqa: ASYNC109 - the server waits
        """The next edited message, as it is after the edit."""
        return dict((await self.next_change("edited", chat=chat, timeout=timeout))["message"])

    async def quiet(self, seconds: float) -> bool:
        """Whether the bot writes nothing for so many seconds."""
        with contextlib.suppress(SeatError):
            await self.next_message(timeout=seconds)
            return False
        return True


def answered(response: httpx.Response) -> Any:
    """The decoded answer, or SeatError with the reason that the sandbox gives."""
    if not response.is_success:
        try:
            reason = response.json().get("error", response.text)
        except ValueError:
            reason = response.text
        raise SeatError(f"{response.request.url.path}: {response.status_code}: {reason}")
    return response.json()
