"""An ASGI app in, a listening server out, without signals: it starts, says where, and stops when told."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Iterator

import uvicorn
from starlette.types import ASGIApp

CONNECTIONS = 400
"""Requests at once; whoever comes then is told to come again."""
KEEP_ALIVE_SECONDS = 20


class CannotListen(Exception):
    """The address is taken, or is none of this machine's."""

    exit_code = 3

    def __init__(self, host: str, port: int, error: OSError) -> None:
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
        super().__init__(f"{host}:{port}: {reason}: choose another pages.listen")


class _Quiet(uvicorn.Server):
    """uvicorn as a part of a program that has its own signals."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self.ready.set()


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
    server = _Quiet(
        uvicorn.Config(
            app,
            http="h11",  # which bounds the size of headers; httptools does not
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
    ready = asyncio.create_task(server.ready.wait())
    try:
        await asyncio.wait((serving, ready), return_when=asyncio.FIRST_COMPLETED)
        if not server.ready.is_set():
            await serving
            raise RuntimeError("the server did not start")
        host, port = bound.getsockname()[:2]
        yield f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    finally:
        ready.cancel()
        server.should_exit = True
        await serving
