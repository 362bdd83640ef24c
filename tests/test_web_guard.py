"""What strangers send to the web door, over a real server: refused, and the next one is served."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from shelf import Shelf
from web_room import WebRoom, token_in

from bot.reading.web import guard
from bot.reading.web.listening import CannotListen, bind, served


@pytest.fixture(scope="module")
def shelf(make_shelf: Callable[..., Shelf]) -> Shelf:
    return make_shelf(lakes="# Lakes\n\nThe great lake is 40 metres deep.\n")


@pytest_asyncio.fixture
async def address(shelf: Shelf, tmp_path: Path) -> AsyncIterator[str]:
    room = WebRoom(shelf, tmp_path, address="https://reports.example.org")
    async with served(room.app, bind("127.0.0.1:0")) as address:
        yield address
    room.close()


async def raw(address: str, request: bytes, *, seconds: float = 5) -> bytes:
    """What comes back to some bytes."""
    host, port = address.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(request)
    try:
        return await asyncio.wait_for(reader.read(65_536), seconds)
    finally:
        writer.close()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "reports.example.org"}, 200),
        ({"Host": "localhost:1234"}, 200),
        ({"Host": "[::1]:80"}, 200),
        ({"Host": "evil.example"}, 421),
        ({"Host": "reports.example.org.evil.example"}, 421),
        ({"Host": "reports.example.org@evil.example"}, 421),
        ({"Host": ""}, 421),
        ({"Host": "[bad"}, 421),
    ],
)
async def test_the_server_goes_by_its_own_names_alone(address: str, headers: dict[str, str], status: int) -> None:
    async with httpx.AsyncClient() as client:
        assert (await client.get(address, headers=headers)).status_code == status


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_a_form_of_another_site_is_refused(address: str, headers: dict[str, str]) -> None:
    async with httpx.AsyncClient() as client:
        page = await client.get(f"{address}/ask")
        token = token_in(page.text)
        # a browser that came by https has it; this one speaks with the server behind the proxy
        client.headers["Cookie"] = page.headers["set-cookie"].partition(";")[0]
        form = {"question": "How deep is the great lake?", "token": token}
        assert (await client.post(f"{address}/ask", data=form, headers=headers)).status_code == 403
        assert (await client.post(f"{address}/ask", data=form, headers={"Origin": address})).status_code == 303


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
async def test_other_methods_are_refused(address: str, method: str) -> None:
    async with httpx.AsyncClient() as client:
        assert (await client.request(method, f"{address}/ask")).status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "/static/../door.py",
        "/static/..%2fdoor.py",
        "/static/%2e%2e/%2e%2e/settings.py",
        "/static//etc/passwd",
        "/d/../../../../etc/passwd",
        "/p/..%2f..%2fbot.sqlite",
        "/static/reading.css%00.html",
    ],
)
async def test_no_path_leads_out_of_the_pages(address: str, path: str) -> None:
    answer = await raw(address, f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    assert answer.split(b" ", 2)[1] in (b"404", b"400", b"303")
    assert b"root:" not in answer
    assert b"import" not in answer


async def test_long_addresses_and_bodies_are_refused(address: str) -> None:
    async with httpx.AsyncClient() as client:
        assert (await client.get(f"{address}/d/x?q={'a' * 9000}")).status_code == 414
        big = await client.post(f"{address}/ask", content=b"a" * (guard.LONGEST_BODY + 1))
        assert big.status_code == 413

        async def endless() -> AsyncIterator[bytes]:
            for _ in range(100):
                yield b"a" * 1000

        assert (await client.post(f"{address}/ask", content=endless())).status_code == 413
        assert (await client.get(address)).status_code == 200


async def test_a_body_that_does_not_come_is_given_up(shelf: Shelf, tmp_path: Path) -> None:
    room = WebRoom(shelf, tmp_path)
    hurried = guard.WebGuard(room.app, body_seconds=0.2)
    async with served(hurried, bind("127.0.0.1:0")) as address:
        head = b"POST /ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nquestion=a"
        assert b" 408 " in (await raw(address, head)).split(b"\r\n")[0]
        async with httpx.AsyncClient() as client:
            assert (await client.get(address)).status_code == 200
    room.close()


@pytest.mark.parametrize(
    "request_",
    [
        b"GARBAGE\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"POST /ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n",
        b"POST /ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999999\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 400_000 + b"\r\n\r\n",
        b"\x00\xff\xfe\r\n\r\n",
    ],
)
async def test_what_is_no_request_costs_its_own_connection(address: str, request_: bytes) -> None:
    answer = await raw(address, request_)
    assert answer.split(b" ", 2)[1][:1] == b"4"
    async with httpx.AsyncClient() as client:
        assert (await client.get(address)).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"question=%ff%fe&token=x",
        b"%%%=1",
        b"a" * 100,
        b'--x\r\nContent-Disposition: form-data; name="question"\r\n\r\nhi',
    ],
)
async def test_a_form_that_is_none_is_refused(address: str, body: bytes) -> None:
    async with httpx.AsyncClient() as client:
        for kind in (
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "multipart/form-data",
            "x",
        ):
            answer = await client.post(f"{address}/ask", content=body, headers={"Content-Type": kind})
            assert answer.status_code in (400, 403), answer.text


async def test_every_answer_carries_what_keeps_a_browser_safe(address: str) -> None:
    async with httpx.AsyncClient() as client:
        for path in ("/", "/ask", "/index.json", "/static/reading.css", "/p/x"):
            headers = (await client.get(f"{address}{path}")).headers
            assert "default-src 'none'" in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff"
            assert "server" not in headers


async def test_a_taken_address_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotListen, match=rf"127\.0\.0\.1:{port}: .*: choose another pages\.listen"):
            bind(f"127.0.0.1:{port}")
