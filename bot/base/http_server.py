"""An ASGI app and a listening socket in, a server out that is part of a program: it starts, says so, stops when told.

Why the option TCP_NODELAY? asyncio leaves it off on a socket that we bound ourselves; then each answer on a connection
that stays open waits 40 ms for an ACK.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
from collections.abc import Collection, Iterator
from urllib.parse import urlsplit

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol


class PromptProtocol(H11Protocol):
    """HTTP whose answers leave at once."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        raw = transport.get_extra_info("socket")
        if raw is not None:
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


class HttpServer(uvicorn.Server):
    """uvicorn without signals and without ticking: it starts, says so, and stops when told."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()
        self.stopping = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leaves signals to whoever runs the program."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Starts and says so."""
        await super().startup(sockets=sockets)
        self.listening.set()

    async def main_loop(self) -> None:
        """Waits for the end."""
        await self.stopping.wait()


def goes_by(host: str, names: Collection[str]) -> bool:
    """Whether a Host header names this server: one of its `names`, or an IP address: none is rebound to that."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    if name in names:
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
