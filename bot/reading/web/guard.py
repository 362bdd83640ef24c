"""A request in; the same, or a refusal, out: what no page of somebody else's may do, and no request may be.

Checked before anything is read: the name that the server is called by (a foreign name may be rebound to this machine),
the origin of what changes something, the length of address and body, and how long a body takes to come.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.base.http_server import goes_by

LOG = logging.getLogger("bot.reading")
LONGEST_BODY = 32_768
"""Bytes. A question has at most 4,096 characters, which a form writes with up to nine bytes each."""
LONGEST_PATH = 2_048
BODY_SECONDS = 10.0
"""Seconds until a body has come whole."""
SAFE = frozenset(("GET", "HEAD"))
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


class WebGuard:
    """ASGI middleware around the door."""

    def __init__(
        self,
        app: ASGIApp,
        names: Iterable[str] = (),
        embed: Sequence[str] = (),
        *,
        body_seconds: float = BODY_SECONDS,
    ) -> None:
        """`names`: host names of the server besides localhost and IP addresses; `embed`: origins that may frame it."""
        self._body_seconds = body_seconds
        self._app = app
        self._names = frozenset(name.lower() for name in names) | {"localhost"}
        frames = " ".join(embed) or "'none'"
        self._policy = (
            "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; "
            f"frame-ancestors {frames}"
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Content-Security-Policy", self._policy)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        refusal = self._objection(scope)
        body = b""
        if refusal is None and scope["method"] not in SAFE:
            try:
                body = await asyncio.wait_for(_whole(receive), self._body_seconds)
            except asyncio.TimeoutError:  # noqa: UP041 - another class in Python 3.10
                refusal = 408, "the request took too long"
            except _TooLong:
                refusal = 413, "the request is too long"
        if refusal is not None:
            status, reason = refusal
            await PlainTextResponse(f"{reason}\n", status)(scope, receive, send_safely)
            return
        await self._app(scope, _once(body, receive), send_safely)

    def _objection(self, scope: Scope) -> tuple[int, str] | None:
        """Status and reason of a refusal."""
        headers, method = Headers(scope=scope), scope["method"]
        host = headers.get("host", "")
        if not goes_by(host, self._names):
            return 421, "this server does not go by that name"
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > LONGEST_PATH * (4 if method in SAFE else 1):
            return 414, "the address is too long"
        if method in SAFE:
            return None
        if method != "POST":
            return 405, "this server is read and asked, nothing else"
        origin = headers.get("origin")
        if origin is not None and origin not in (f"http://{host}", f"https://{host}"):
            return 403, "requests of other sites are refused"
        if headers.get("sec-fetch-site") in ("cross-site", "same-site"):
            return 403, "requests of other sites are refused"
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length[:20]) > LONGEST_BODY:
            return 413, "the request is too long"
        return None


class _TooLong(Exception):
    """The body is longer than any that we want."""


async def _whole(receive: Receive) -> bytes:
    """The body. Raises `_TooLong`."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b""
        part = message.get("body", b"")
        size += len(part)
        if size > LONGEST_BODY:
            raise _TooLong
        parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)


def _once(body: bytes, receive: Receive) -> Receive:
    """Gives the body that has come, then what comes after it."""
    given = False

    async def receive_again() -> Message:
        nonlocal given
        if not given:
            given = True
            return {"type": "http.request", "body": body, "more_body": False}
        return await receive()

    return receive_again
