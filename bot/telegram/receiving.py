"""Updates as Telegram sends them in; `Arrival`s out, and what cannot be read put aside, so that the next ones come.

`Account` polls for them, `WebhookServer` is called with them.

Why not the library's own receiving? It reads all updates of a call together: one that it cannot read stops the others,
is the first to come again for ever, and stands in the log with all that was written in it.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

from telegram import Bot, Update
from telegram.error import TelegramError
from telegram.ext import ExtBot
from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

from bot.base.put_aside import PutAside

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of the header
REPLACEMENT = "\ufffd"


class Arrival(Update):
    """An update that also has its text as it arrived: the library cannot write down all that it can read."""

    __slots__ = ("_text",)

    _text: str

    @property
    def text(self) -> str:
        """As JSON, the same whenever it is delivered."""
        return self._text


class UpdateReader:
    """Reads updates one by one; `aside` gets those that cannot be read."""

    def __init__(self, aside: PutAside) -> None:
        self._aside = aside

    def read(self, raw: object, bot: Bot, text: str | None = None) -> Arrival | None:
        """One update; None: it was put aside. `text`: as it was written down before."""
        try:
            whole = encodable(raw)
            update = Arrival.de_json(whole, bot)  # type: ignore[arg-type]
            if not isinstance(update, Arrival) or number_of(whole) is None:
                raise TypeError("an update is an object with a number")
            update._text = text if text is not None else json.dumps(whole, sort_keys=True)
        except Exception as error:  # noqa: BLE001 - whatever it is, the others wait behind it
            self._aside.keep(_name(raw), text if text is not None else _written(raw), error)
            return None
        return update


class Account(ExtBot[None]):
    """The bot's account; its `get_updates` gives what can be read, and for the rest an update with a number alone.

    The number says to Telegram that it was received.
    """

    def __init__(self, reader: UpdateReader, **options: Any) -> None:
        super().__init__(**options)
        self._reader = reader

    async def get_updates(
        self,
        offset: int | None = None,
        limit: int | None = None,
        timeout: timedelta | int | None = None,  # noqa: ASYNC109 - the library's name of it
        allowed_updates: Sequence[str] | None = None,
        **options: Any,
    ) -> tuple[Update, ...]:
        waits = timeout.total_seconds() if isinstance(timeout, timedelta) else timeout or 0
        result: object = await self._post(
            "getUpdates",
            {"offset": offset, "limit": limit, "timeout": timeout, "allowed_updates": allowed_updates},
            **{"read_timeout": (self._request[0].read_timeout or 0) + waits, **options},
        )
        found: list[Update] = []
        for raw in result if isinstance(result, list) else ():
            update, number = self._reader.read(raw, self), number_of(raw)
            if update is not None:
                found.append(update)
            elif number is not None:
                found.append(Update(number))
        if result and not found:
            raise TelegramError("updates without a number")  # asked for again, but not at once
        return tuple(found)


class WebhookServer:
    """Listens for Telegram's calls. Each is answered when its update was taken, or put aside."""

    def __init__(
        self, path: str, secret: str, reader: UpdateReader, bot: Bot, take: Callable[[object], Awaitable[None]]
    ) -> None:
        settings = {"secret": secret, "reader": reader, "bot": bot, "take": take}
        application = Application([(rf"{path}/?", _Hook, settings)], log_function=lambda handler: None)
        self._server = HTTPServer(application)

    def listen(self, address: str, port: int) -> None:
        """Begin. Raises `OSError` where somebody else has the port."""
        self._server.listen(port, address=address)

    async def stop(self) -> None:
        """Listen no more."""
        self._server.stop()
        await self._server.close_all_connections()


class _Hook(RequestHandler):
    """One call of Telegram's."""

    def initialize(
        self, secret: str, reader: UpdateReader, bot: Bot, take: Callable[[object], Awaitable[None]]
    ) -> None:
        self._secret, self._reader, self._bot, self._take = secret, reader, bot, take

    async def post(self) -> None:
        given = self.request.headers.get(SECRET_HEADER, "")
        if self._secret and not secrets.compare_digest(given.encode(), self._secret.encode()):
            self.set_status(403)
            return
        try:
            raw: object = json.loads(self.request.body)
        except ValueError:
            self.set_status(400)
            return
        update = self._reader.read(raw, self._bot)
        if update is not None:
            await self._take(update)


def number_of(raw: object) -> int | None:
    """The number of an update; None where it has none that could be said to Telegram."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else None


def encodable(value: object) -> object:
    """The same value with a sign in the place of each half of a character: neither the disk nor Telegram takes it."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [encodable(one) for one in value]
    if isinstance(value, dict):
        return {encodable(name): encodable(one) for name, one in value.items()}
    return value


def _name(raw: object) -> str:
    number = number_of(raw)
    return f"update {number}" if number is not None else "an update without a number"


def _written(raw: object) -> str:
    try:
        return json.dumps(raw, sort_keys=True)
    except (ValueError, TypeError, RecursionError):
        return repr(raw)
