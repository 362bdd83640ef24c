"""An ASGI app and `host:port` in, the pages on that address out, until they are told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator

import uvicorn
from starlette.types import ASGIApp

from bot.base.http_server import HttpServer, PromptProtocol

CONNECTIONS = 400
"""Requests at once; whoever comes then is told to come again."""
KEEP_ALIVE_SECONDS = 20


class CannotListen(Exception):
    """The address is taken, or is none of this machine's."""

    exit_code = 3

    def __init__(self, host: str, port: int, error: OSError) -> None:
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
        super().__init__(f"{host}:{port}: {reason}: choose another pages.listen")


def bind(listen: str) -> socket.socket:
    """A listening socket at `host:port`. Raises `CannotListen`."""
    host, _, port = listen.rpartition(":")
    host = host.strip("[]")
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, int(port)), family=family, backlog=512)
    except OSError as error:
        raise CannotListen(host, int(port), error) from error


@contextlib.asynccontextmanager
async def served(app: ASGIApp, bound: socket.socket) -> AsyncIterator[str]:
    """Serve an app on a socket until the block ends; gives the address, such as `http://127.0.0.1:8422`."""
    server = HttpServer(
        uvicorn.Config(
            app,
            http=PromptProtocol,  # of h11, which bounds the size of headers
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            limit_concurrency=CONNECTIONS,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=2,
            server_header=False,
            date_header=False,
            h11_max_incomplete_event_size=16_384,
        )
    )
    serving = asyncio.create_task(server.serve(sockets=[bound]))
    ready = asyncio.create_task(server.listening.wait())
    try:
        await asyncio.wait((serving, ready), return_when=asyncio.FIRST_COMPLETED)
        if not server.listening.is_set():
            await serving
            raise RuntimeError("the server did not start")
        host, port = bound.getsockname()[:2]
        yield f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    finally:
        ready.cancel()
        server.stopping.set()
        await serving
