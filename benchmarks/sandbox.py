"""How many calls a second the sandbox takes, beside what a bot sends, in one run: a table and a ratio.

`python -m benchmarks.sandbox [--calls 3000] [--connections 8]`. The server runs as a process of its own. The
bot is python-telegram-bot's `Bot` with one connection pool, once as fast as it goes and once at the 30
messages a second that Telegram allows. The server's own figure comes from raw sockets that write prepared
requests and read answers, so that the client costs next to nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import telegram
from telegram.request import HTTPXRequest

from bot.sandbox.seats import Seats

TOKEN = "123456:benchmark"
ALLOWED = 30
TEXT = "<b>The answering sentence.</b> " + "A paragraph of a report, as long as an excerpt is. " * 12


async def raw(address: str, chats: list[int], calls: int, connections: int) -> float:
    """Calls a second through plain sockets."""
    parts = urlsplit(address)

    async def lane(number: int) -> None:
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        for turn in range(number, calls, connections):
            given = {"chat_id": chats[turn % len(chats)], "text": TEXT, "parse_mode": "HTML"}
            body = json.dumps(given).encode()
            writer.write(
                f"POST /bot{TOKEN}/sendMessage HTTP/1.1\r\nHost: {parts.netloc}\r\n"
                "Content-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\n\r\n".encode()
                + body
            )
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(head.decode())
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            await reader.readexactly(int(length.split(b":")[1]))
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(lane(number) for number in range(connections)))
    return calls / (time.perf_counter() - began)


async def by_bot(address: str, chats: list[int], calls: int, connections: int, pace: float = 0.0) -> float:
    """Calls a second of python-telegram-bot, at most `pace` a second where it is given."""
    request = HTTPXRequest(connection_pool_size=connections, pool_timeout=60)
    async with telegram.Bot(TOKEN, base_url=f"{address}/bot", request=request) as bot:
        turns = iter(range(calls))
        began = time.perf_counter()

        async def lane() -> None:
            for turn in turns:
                if pace:
                    await asyncio.sleep(max(0.0, began + turn / pace - time.perf_counter()))
                await bot.send_message(chats[turn % len(chats)], TEXT, parse_mode="HTML")

        await asyncio.gather(*(lane() for _ in range(connections)))
        return calls / (time.perf_counter() - began)


async def measure(calls: int, connections: int) -> None:
    """Starts the server, measures, prints the table, stops the server."""
    command = ("-m", "bot.sandbox.server", "--token", TOKEN)
    process = await asyncio.create_subprocess_exec(sys.executable, *command, stdout=asyncio.subprocess.PIPE)
    try:
        assert process.stdout is not None
        started = json.loads(await process.stdout.readline())
        address = started["api_url"]
        async with Seats(address, started["key"]) as seats:
            chats = []
            for number in range(50):
                seat = await seats.seat(f"partner {number}")
                await seat.start()
                chats.append(seat.id)
        rows: list[tuple[str, Callable[[], Awaitable[float]]]] = [
            ("sandbox, raw requests", lambda: raw(address, chats, calls, connections)),
            ("python-telegram-bot, as fast as it goes", lambda: by_bot(address, chats, calls, connections)),
            (
                "python-telegram-bot, at Telegram's limit",
                lambda: by_bot(address, chats, 90, connections, ALLOWED),
            ),
        ]
        figures = []
        for name, run in rows:
            figures.append(await run())
            print(f"{name:42} {figures[-1]:8.0f} calls/s")
        print(f"{'sandbox / bot at the limit':42} {figures[0] / figures[2]:8.1f} times (bar: 5)")
        print(f"{'sandbox / bot as fast as it goes':42} {figures[0] / figures[1]:8.1f} times")
    finally:
        process.terminate()
        await process.wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="The sandbox's calls a second beside a bot's.")
    parser.add_argument("--calls", type=int, default=3000)
    parser.add_argument("--connections", type=int, default=8)
    options = parser.parse_args()
    asyncio.run(measure(options.calls, options.connections))
