"""An ASGI app in, a listening server out, which stops at once and can break a connection on purpose."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator, Callable
from typing import Any

import uvicorn
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.base.http_server import HttpServer, PromptProtocol

Transports = dict[tuple[str, int], asyncio.Transport]
KEEP_ALIVE_SECONDS = 75


class BrokenConnection(Response):
    """An answer that never comes: the connection is reset."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Breaks the connection, and returns when the server knows that it is gone."""
        transport = scope["app"].state.transports.get(scope["client"])
        if transport is None:
            return
        raw = transport.get_extra_info("socket")
        if raw is not None:
            # with a linger time of 0 the peer meets a reset, not an orderly end
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
        while (await receive())["type"] != "http.disconnect":
            continue


def protocol(transports: Transports) -> type[PromptProtocol]:
    """uvicorn's protocol, which also notes each connection's transport by the peer's address."""

    class Noting(PromptProtocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            if self.client is not None:
                transports[self.client] = transport

        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            if self.client is not None:
                transports.pop(self.client, None)

    return Noting


@contextlib.asynccontextmanager
async def listening(
    app: ASGIApp, transports: Transports, *, host: str, port: int, closing: Callable[[], Any]
) -> AsyncIterator[str]:
    """Serves the app until the block ends; gives the address, such as `http://127.0.0.1:4711`.

    `closing` is awaited first at the end, so that requests that wait are answered and nothing is cut off.
    """
    bound = socket.create_server((host, port))
    config = uvicorn.Config(
        app, http=protocol(transports), ws="none", lifespan="off", log_config=None, access_log=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS, timeout_graceful_shutdown=1, server_header=False,
        date_header=False,
    )  # fmt: skip
    listener = HttpServer(config)
    task = asyncio.create_task(listener.serve(sockets=[bound]))
    started = asyncio.create_task(listener.listening.wait())
    await asyncio.wait((task, started), return_when=asyncio.FIRST_COMPLETED)
    try:
        if not listener.listening.is_set():
            started.cancel()
            await task
            raise RuntimeError(f"{host}:{port}: the server did not start")
        yield f"http://{host}:{bound.getsockname()[1]}"
    finally:
        await closing()
        listener.stopping.set()
        await task
