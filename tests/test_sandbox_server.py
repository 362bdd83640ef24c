"""The server over HTTP: the forms of requests, tokens, polls, webhooks, the people's side, start and stop."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox.seats import Seat, SeatError
from bot.sandbox.server import Running, running, running_in_thread
from bot.sandbox.serving import listening
from bot.sandbox.world import World

TOKEN = "123456:sandbox-token"


@pytest.fixture
async def server() -> AsyncIterator[Running]:
    async with running(World(TOKEN)) as server:
        yield server


@pytest.fixture
async def http(server: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"{server.api_url}/bot{TOKEN}/", timeout=10, trust_env=False) as client:
        yield client


@pytest.fixture
async def seat(server: Running) -> Seat:
    seat = await server.seat("Ana")
    await seat.start()
    server.world.updates.clear()
    return seat


async def test_a_request_takes_each_of_the_four_forms(http: httpx.AsyncClient, seat: Seat) -> None:
    given: dict[str, str | int] = {"chat_id": seat.id, "text": "科技 & more", "disable_notification": "true"}
    forms = [
        await http.get("sendMessage", params=given),
        await http.post("sendMessage", json={**given, "disable_notification": True}),
        await http.post("sendMessage", data=given),
        await http.post("sendMessage", data=given, files={"none": b""}),
        await http.post("sendMessage", params={"chat_id": seat.id}, json={"text": "科技 & more"}),
    ]
    assert [form.status_code for form in forms] == [200, 200, 200, 400, 200]
    assert "attach://none" in forms[3].json()["description"]
    assert {message["text"] for message in (await seat.messages())[1:]} == {"科技 & more"}


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        (b"{", "application/json", "can't parse JSON object"),
        (b"[]", "application/json", "expected a JSON object"),
        (b'{"text": ' + b"[" * 100_000, "application/json", "can't parse JSON object"),
        (b"text=%ff", "application/x-www-form-urlencoded", "strings must be encoded in UTF-8"),
        (b"x", "text/plain", "unsupported content type text/plain"),
        (b"x", "multipart/form-data", "boundary"),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused(
    http: httpx.AsyncClient, body: bytes, kind: str, words: str
) -> None:
    response = await http.post("sendMessage", content=body, headers={"Content-Type": kind})
    assert (response.status_code, response.json()["ok"]) == (400, False)
    assert words in response.json()["description"]


async def test_wrong_tokens_and_paths_are_refused(server: Running, http: httpx.AsyncClient) -> None:
    async def get(path: str) -> tuple[int, str]:
        response = await http.get(f"{server.api_url}{path}")
        return response.status_code, response.json()["description"]

    assert await get("/bot123456:other/getMe") == (401, "Unauthorized")
    assert await get("/botnonsense/getMe") == (404, "Not Found")
    assert await get(f"/bot{TOKEN}/getNothing") == (404, "Not Found: method not found")
    assert await get(f"/file/bot{TOKEN}/documents/file_9.pdf") == (404, "Not Found")
    assert await get("/file/bot123456:other/documents/file_1.pdf") == (401, "Unauthorized")


async def test_files_go_up_and_down_on_both_sides(server: Running, http: httpx.AsyncClient, seat: Seat) -> None:
    response = await http.post(
        "sendDocument",
        data={"chat_id": seat.id},
        files={"document": ("报告.pdf", b"%PDF-1", "application/pdf")},
    )
    assert response.json()["result"]["document"]["file_name"] == "报告.pdf"
    assert await seat.download(await seat.next_message()) == b"%PDF-1"

    await seat.send_file("notes.txt", b"notes", mime="text/plain", caption="mine")
    update = (await http.get("getUpdates")).json()["result"][-1]["message"]
    assert update["caption"] == "mine"
    path = (await http.get("getFile", params={"file_id": update["document"]["file_id"]})).json()["result"]["file_path"]
    assert (await http.get(f"{server.api_url}/file/bot{TOKEN}/{path}")).content == b"notes"


async def test_a_poll_waits_for_the_next_update_and_no_longer(http: httpx.AsyncClient, seat: Seat) -> None:
    poll = asyncio.create_task(http.get("getUpdates", params={"timeout": 50}))
    await asyncio.sleep(0)
    await seat.say("hello")
    assert [update["message"]["text"] for update in (await poll).json()["result"]] == ["hello"]


async def test_a_second_poll_ends_the_first_with_a_conflict(server: Running, http: httpx.AsyncClient) -> None:
    first = asyncio.create_task(http.get("getUpdates", params={"timeout": 50}))
    await server.polled()
    second = await http.get("getUpdates", params={"timeout": 0})
    assert second.json() == {"ok": True, "result": []}
    assert ((await first).status_code, (await first).json()["description"]) == (
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    )


async def test_the_server_stops_at_once_while_a_poll_and_a_stream_wait() -> None:
    async with httpx.AsyncClient(timeout=10, trust_env=False) as http, running(World(TOKEN)) as server:
        seat = await server.seat("Ana")
        poll = asyncio.create_task(http.get(f"{server.api_url}/bot{TOKEN}/getUpdates", params={"timeout": 50}))
        wait = asyncio.create_task(seat.quiet(50))
        stream = asyncio.create_task(
            http.get(f"{server.api_url}/seats/events", params={"seats": seat.id, "key": server.key})
        )
        await server.polled()
        began = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - began < 0.8
    assert (await poll).json() == {"ok": True, "result": []}
    assert await asyncio.gather(stream, wait, return_exceptions=True)


class Hook:
    """A bot's own web server: keeps what is posted to it and answers with the statuses it was given."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.posted: list[tuple[str | None, dict[str, Any]]] = []
        self.came = asyncio.Event()

    async def take(self, request: Request) -> Response:
        """Takes one update."""
        self.posted.append((request.headers.get("x-telegram-bot-api-secret-token"), await request.json()))
        self.came.set()
        return Response(status_code=self.statuses.pop(0) if self.statuses else 200)

    async def texts(self, count: int) -> list[str]:
        """The texts of the first updates, when so many have come."""
        while len(self.posted) < count:
            self.came.clear()
            await asyncio.wait_for(self.came.wait(), 10)
        return [update["message"]["text"] for _, update in self.posted]


async def test_a_webhook_gets_updates_in_order_with_the_secret_and_again_when_it_fails(
    server: Running, http: httpx.AsyncClient, seat: Seat
) -> None:
    hook = Hook(500)

    async def nothing() -> None:
        return None

    app = Starlette(routes=[Route("/hook", hook.take, methods=["POST"])])
    async with listening(app, {}, host="127.0.0.1", port=0, closing=nothing) as address:
        await seat.say("before")
        response = await http.post("setWebhook", json={"url": f"{address}/hook", "secret_token": "s3"})
        assert response.json() == {"ok": True, "result": True}
        await seat.say("after")
        assert await hook.texts(3) == ["before", "before", "after"]
        assert {secret for secret, _ in hook.posted} == {"s3"}
        info = (await http.get("getWebhookInfo")).json()["result"]
        assert (info["url"], info["last_error_message"]) == (
            f"{address}/hook", "Wrong response from the webhook: 500",
        )  # fmt: skip
        refused = await http.get("getUpdates")
        assert refused.status_code == 409
        assert "can't use getUpdates method while webhook is active" in refused.json()["description"]
        await http.post("deleteWebhook")
        await seat.say("polled")
        assert (await http.get("getUpdates", params={"offset": -1})).json()["result"][0]["message"]["text"] == "polled"


async def test_a_webhook_elsewhere_is_refused(http: httpx.AsyncClient) -> None:
    response = await http.post("setWebhook", data={"url": "https://example.org/hook"})
    assert response.status_code == 400
    assert "loopback only" in response.json()["description"]


async def test_the_stream_tells_what_each_seat_sees_and_resumes(server: Running, http: httpx.AsyncClient) -> None:
    ana, li = await server.seat("Ana"), await server.seat("Li")
    await ana.start()
    await li.start()
    await http.post("sendChatAction", json={"chat_id": ana.id, "action": "typing"})
    await http.post("sendMessage", json={"chat_id": li.id, "text": "for Li"})
    events: list[dict[str, Any]] = []
    query: dict[str, str | int] = {"seats": f"{ana.id},{li.id}", "after": 0, "key": server.key}
    async with http.stream("GET", f"{server.api_url}/seats/events", params=query) as stream:
        async for line in stream.aiter_lines():
            if line.startswith("data: "):
                events.append(json.loads(line.removeprefix("data: ")))
            if len(events) == 4:
                break
    assert [(event["seat"], event["kind"]) for event in events] == [
        (ana.id, "message"), (li.id, "message"), (ana.id, "action"), (li.id, "message"),
    ]  # fmt: skip
    assert events[3]["message"]["text"] == "for Li"
    resumed = {"Last-Event-ID": str(events[2]["number"])}
    async with http.stream(
        "GET", f"{server.api_url}/seats/events", params={**query, "after": 0}, headers=resumed
    ) as stream:
        async for line in stream.aiter_lines():
            if line.startswith("id: "):
                assert line == f"id: {events[3]['number']}"
                break


async def test_the_people_s_side_needs_the_key(server: Running, http: httpx.AsyncClient) -> None:
    for path in ("/seats", "/seats/journal", "/seats/faults", "/seats/events", "/seats/file/x"):
        assert (await http.get(f"{server.api_url}{path}")).status_code == 403
        assert (await http.get(f"{server.api_url}{path}", params={"key": "wrong"})).status_code == 403
    listed = await http.get(f"{server.api_url}/seats", params={"key": server.key})
    assert listed.json()["bot"]["username"] == "citedesk_bot"


async def test_what_a_person_cannot_do_is_refused_with_the_reason(server: Running, seat: Seat) -> None:
    await seat.block()
    with pytest.raises(SeatError, match="has blocked the bot: unblock it first"):
        await seat.say("hello")
    with pytest.raises(SeatError, match="there is no action 'fly'"):
        await seat.act("fly")
    with pytest.raises(SeatError, match="there is no person 5"):
        await server.seats.post("/5/say", text="x")
    with pytest.raises(SeatError, match="wrong parameters"):
        await seat.act("say", words="x")


async def test_a_seat_that_hears_nothing_says_what_it_saw(server: Running, seat: Seat) -> None:
    await seat.say("anyone?")
    with pytest.raises(SeatError, match=r"Ana: no edited in 0\.01 s; seen besides: message"):
        await seat.next_edit(timeout=0.01)
    assert await seat.quiet(0.01)


async def test_people_talk_in_a_group_and_migrate_it(server: Running, http: httpx.AsyncClient, seat: Seat) -> None:
    li = await server.seat("Li")
    chat = await seat.found("Office", members=(li.id,))
    await li.say("hello all", chat=chat)
    await http.post("sendMessage", json={"chat_id": chat, "text": "hello from the bot"})
    assert (await seat.next_message(chat=chat))["text"] == "hello from the bot"
    new = await li.act("migrate", chat=chat)
    assert [shown["id"] for shown in await seat.act("chats")] == [seat.id, new["id"]]
    assert [message.get("text") for message in await li.messages(chat=chat)][1] == "hello all"


async def test_rates_can_be_read_and_set(server: Running) -> None:
    assert (await server.seats.get("/rates"))["mode"] == "observe"
    assert await server.seats.post("/rates", mode="enforce", overall=5) | {"group": 20} == {
        "mode": "enforce", "overall": 5, "overall_seconds": 1.0, "chat_seconds": 1.0, "chat_burst": 5,
        "group": 20, "group_seconds": 60.0,
    }  # fmt: skip
    with pytest.raises(SeatError, match="there is no mode 'harsh'"):
        await server.seats.post("/rates", mode="harsh")


def test_a_program_without_a_loop_runs_the_server_in_a_thread() -> None:
    with running_in_thread(World(TOKEN)) as sandbox:
        seat = sandbox.wait(sandbox.server.seat("Ana"))
        sandbox.wait(seat.start())
        url = f"{sandbox.server.api_url}/bot{TOKEN}/sendMessage"
        sent = httpx.post(url, json={"chat_id": seat.id, "text": "x"}, trust_env=False)
        assert sent.status_code == 200
        assert sandbox.wait(seat.next_message())["text"] == "x"


def test_the_server_runs_as_a_process_and_stops_when_told(tmp_path: Any) -> None:
    journal = tmp_path / "calls.jsonl"
    command = [sys.executable, "-m", "bot.sandbox.server", "--token", TOKEN, "--journal", str(journal)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            started = json.loads(process.stdout.readline())
            answer = httpx.get(f"{started['api_url']}/bot{TOKEN}/getMe", trust_env=False)
            assert answer.json()["result"]["id"] == 123456
            assert started["key"]
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(5) == 0
        assert process.stderr.read() == ""
    assert [json.loads(line)["method"] for line in journal.read_text().splitlines()] == ["getMe"]


async def test_half_an_emoji_is_no_end_of_what_the_bot_receives(
    server: Running, http: httpx.AsyncClient, seat: Seat
) -> None:
    """The answer to getUpdates could not be encoded, at every poll again."""
    headers = {"content-type": "application/json"}
    await seat.seats.http.post(f"/seats/{seat.id}/say", content=rb'{"text": "half \ud83d of it"}', headers=headers)
    await seat.say("whole")
    texts = [one["message"]["text"] for one in (await http.post("getUpdates")).json()["result"]]
    assert texts == ["half \ufffd of it", "whole"]
    assert [message["text"] for message in await seat.messages()][-2:] == texts


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("say", b"{"),
        ("say", b"\xff"),
        ("say", b"[" * 100_000),
        ("say", b'{"text": 5}'),
        ("say", b'{"text": {"a": 1}}'),
        ("say", b'{"text": "a", "chat": "b"}'),
        ("say", b'{"text": "a", "reply_to": []}'),
        ("say", b'{"text": "a", "volume": 11}'),
        ("say", b"{}"),
        ("edit", b'{"number": null, "text": "a"}'),
        ("open", b'{"payload": 5}'),
        ("press", b'{"number": 1, "button": "a", "timeout": "long"}'),
        ("press", b'{"number": 1, "button": ["a"]}'),
        ("found", b'{"title": 1, "members": ["x"]}'),
        ("found", b'{"title": "a", "members": 5}'),
        ("wait", b'{"after": "x"}'),
        ("react", b'{"number": {}, "emoji": "a"}'),
    ],
)
async def test_what_a_page_sends_wrongly_is_a_400(server: Running, seat: Seat, path: str, body: bytes) -> None:
    headers = {"content-type": "application/json"}
    response = await seat.seats.http.post(f"/seats/{seat.id}/{path}", content=body, headers=headers)
    assert (response.status_code, list(response.json())) == (400, ["error"])
    await seat.say("still here")
