"""Files of the chat page in, routes that serve them behind a key out; and the guard before a server.

The key is part of the page's address, `/chat/<key>/`, so that whatever the page loads is checked too.

Why look at the Host and Origin of requests that carry a key? A page of somebody else's that a browser opens
may send requests to this machine, and by DNS rebinding even under its own name. The key alone would stop it;
the guard stops it before it can try.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.base.http_server import goes_by

FOLDER = Path(__file__).parent / "page"
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
ELSEWHERE_POLICY = "default-src 'none'; frame-ancestors 'none'"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


@dataclass(frozen=True, slots=True)
class Card:
    """What the page says of a seat: the person's role, what may be done in it, and texts to try.

    `user` is 0 on the card of the group.
    """

    user: int
    role: str
    about: str = ""
    tries: tuple[str, ...] = ()


class ChatPage:
    """The chat page for those who have the key."""

    def __init__(self, key: str, cards: Sequence[Card] = ()) -> None:
        self.key = key
        self.cards = tuple(cards)

    def routes(self) -> list[BaseRoute]:
        """The addresses of the page."""
        return [
            Route("/chat/{key}", self.enter, methods=["GET"]),
            Route("/chat/{key}/{name:path}", self.file, methods=["GET"]),
        ]

    def address(self, base: str) -> str:
        """Where the page is, under the address of the server."""
        return f"{base}/chat/{self.key}/"

    async def enter(self, request: Request) -> Response:
        """The address without its last slash."""
        if not self.admits(request):
            return unknown()
        return RedirectResponse(f"/chat/{self.key}/", 307)

    async def file(self, request: Request) -> Response:
        """One of the page's files, or the cards of the seats."""
        if not self.admits(request):
            return unknown()
        name = request.path_params["name"] or "index.html"
        if name == "cast.json":
            return JSONResponse(
                {
                    "seats": [asdict(card) for card in self.cards if card.user],
                    "group": next((asdict(card) for card in self.cards if not card.user), None),
                }
            )
        file = FOLDER / name
        if "/" in name or "\\" in name or file.suffix not in TYPES or not file.is_file():
            return PlainTextResponse("there is no such file", 404)
        headers = {"Content-Security-Policy": PAGE_POLICY, "Cache-Control": "no-cache"}
        return FileResponse(file, headers=headers, media_type=TYPES[file.suffix])

    def admits(self, request: Request) -> bool:
        """Whether the address has the key."""
        key: str = request.path_params["key"]
        return secrets.compare_digest(key.encode(), self.key.encode())


def unknown() -> Response:
    """The answer to an address with another key."""
    return PlainTextResponse("This address is not valid (any more): the terminal shows the current one.", 404)


class Guard:
    """ASGI middleware: refuses requests of other sites' pages and under other names, and adds safe headers.

    `names` are host names besides `localhost` and IP addresses under which the server may be called.
    """

    def __init__(self, app: ASGIApp, names: Iterable[str] = ()) -> None:
        self.app = app
        self.names = frozenset(name.lower() for name in names) | {"localhost"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Content-Security-Policy", ELSEWHERE_POLICY)
            await send(message)

        reason = self.objection(Headers(scope=scope), scope["method"])
        app = PlainTextResponse(reason, 403) if reason else self.app
        await app(scope, receive, send_safely)

    def objection(self, headers: Headers, method: str) -> str:
        """Why a request is refused, or ""."""
        host = headers.get("host", "")
        if not goes_by(host, self.names):
            return "this server does not go by that name"
        origin = headers.get("origin")
        if origin is not None and origin not in (f"http://{host}", f"https://{host}"):
            return "requests of other sites are refused"
        # a link to the page may be followed from anywhere; nothing else comes from elsewhere
        link = method == "GET" and headers.get("sec-fetch-dest") == "document"
        if headers.get("sec-fetch-site") in ("cross-site", "same-site") and not link:
            return "requests of other sites are refused"
        return ""
