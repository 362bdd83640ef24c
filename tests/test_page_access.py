"""The panel of faults in a real browser; and whom server and page keep out."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import httpx
import pytest
from browser import BO, JING, Played, bubbles, field, say, start
from playwright.sync_api import Page, expect


def test_faults_are_turned_on_shown_and_lifted(page: Page, stage: Played) -> None:
    start(stage)
    start(stage, JING)
    page.get_by_role("button", name="What may go wrong").click()
    page.get_by_label("For whom").select_option(label="Bo Berg")
    page.get_by_role("switch", name="Flood limit").check()
    expect(page.locator("#notice")).to_contain_text("Wrong on purpose: Flood limit (Bo Berg)")
    assert stage.wait(stage.server.api.call("sendMessage", {"chat_id": BO, "text": "x"}, {})).status == 429
    assert stage.wait(stage.server.api.call("sendMessage", {"chat_id": JING, "text": "x"}, {})).status == 200
    page.get_by_role("switch", name="Bo Berg blocks the bot").check()
    expect(page.locator("#notice")).to_contain_text("Bo Berg has blocked the bot")
    expect(field(page)).to_be_hidden()
    expect(page.get_by_text("You have blocked the bot")).to_be_visible()
    page.locator("#notice").get_by_role("button", name="Lift all").click()
    expect(page.locator("#notice")).to_be_hidden()
    expect(field(page)).to_be_visible()
    say(stage, "all is well")
    expect(bubbles(page).last).to_contain_text("all is well")
    assert not stage.server.api.faults.rules


@pytest.mark.parametrize(
    ("switch", "kind", "method"),
    [
        ("Telegram is down", "html", None),
        ("Answers get lost", "lost", "sendMessage"),
        ("Telegram is slow", "slow", "sendMessage"),
        ("Connections break", "reset", "sendMessage"),
    ],
)
def test_each_switch_sets_its_fault(page: Page, stage: Played, switch: str, kind: str, method: str | None) -> None:
    page.get_by_role("button", name="What may go wrong").click()
    page.get_by_label("How often").select_option(label="one time in ten")
    page.get_by_role("switch", name=switch).check()
    expect(page.locator("#notice")).to_contain_text(switch)
    rules = [(rule.kind, rule.method, rule.share) for rule in stage.server.api.faults.rules]
    assert (kind, method, 0.1) in rules
    page.reload()
    expect(page.locator("#notice")).to_contain_text(switch)
    page.get_by_role("button", name="What may go wrong").click()
    page.get_by_role("switch", name=switch).uncheck()
    expect(page.locator("#notice")).to_be_hidden()
    assert stage.server.api.faults.rules == []


def test_rates_are_enforced_on_demand(page: Page, stage: Played) -> None:
    page.get_by_role("button", name="What may go wrong").click()
    page.get_by_role("switch", name="Enforce the rate limits").check()
    expect(page.locator("#notice")).to_contain_text("Rate limits enforced")
    assert stage.server.api.rates.mode == "enforce"


# Who gets in


def test_without_the_key_there_is_nothing(stage: Played) -> None:
    base = stage.server.api_url
    for path in ("/", "/wrong/", "/wrong/app.js", "/wrong", "/key/nothing.js", "/key/%2e%2e/page.py"):
        assert httpx.get(f"{base}/chat{path}", trust_env=False).status_code == 404, path
    assert httpx.get(f"{base}/seats", trust_env=False).status_code == 403


def test_requests_of_other_sites_and_under_other_names_are_refused(stage: Played) -> None:
    host = urlsplit(stage.address).netloc

    def status(**headers: str) -> int:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return httpx.get(stage.address, headers=named, trust_env=False).status_code

    assert status() == 200
    assert status(Host="localhost:1") == 200
    assert status(Host="evil.example") == 403
    assert status(Host="127.0.0.1.evil.example") == 403
    assert status(Host="[::1") == 403
    assert status(Origin=f"http://{host}") == 200
    assert status(Origin="https://evil.example") == 403
    assert status(Origin="null") == 403
    assert status(Sec_Fetch_Site="cross-site", Sec_Fetch_Dest="script") == 403
    assert status(Sec_Fetch_Site="cross-site", Sec_Fetch_Dest="document") == 200


def test_the_page_may_load_nothing_from_elsewhere(page: Page, stage: Played) -> None:
    response = httpx.get(stage.address, trust_env=False)
    policy = response.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; ")
    assert "unsafe" not in policy
    assert response.headers["referrer-policy"] == "no-referrer"
    assert httpx.get(f"{stage.server.api_url}/seats", trust_env=False).headers["x-content-type-options"] == "nosniff"
    loaded = page.evaluate("performance.getEntriesByType('resource').map((one) => new URL(one.name).origin)")
    assert set(loaded) == {stage.server.api_url}


MALFORMED = (
    b"{",
    b"[",
    b'{"text": }',
    b"\xff\xfe",
    b'"text"',
    b"null",
    b"[" * 100_000,
    b'{"text": ' + b"[" * 100_000,
    b'{"text": 5}',
    b'{"text": null}',
    b'{"text": {"a": 1}, "chat": "x"}',
    b'{"text": "a", "chat": 1e400}',
    b'{"text": "a", "chat": NaN}',
    b'{"text": "a", "reply_to": []}',
    b'{"text": "a", "nobody": 1}',
    b'{"number": "' + b"9" * 5_000 + b'"}',
    b'{"number": ' + b"9" * 5_000 + b"}",
    b'{"timeout": "soon", "number": 1, "button": 1}',
    b'{"members": [[]], "title": 1}',
    b'{"kind": {}, "count": -1, "share": "x"}',
)


PATHS = (
    "seats",
    "seats/faults",
    "seats/rates",
    *(
        f"seats/{BO}/{action}"
        for action in ("say", "edit", "found", "press", "messages", "wait", "send_file", "delete")
    ),
    f"seats/{'9' * 5_000}/say",
)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path[:40])
def test_malformed_requests_are_refused_as_such_and_are_no_fault(stage: Played, path: str) -> None:
    headers = {"content-type": "application/json", "authorization": f"Bearer {stage.server.key}"}
    for body in MALFORMED:
        answer = httpx.post(
            f"{stage.server.api_url}/{path}", content=body, headers=headers, trust_env=False, timeout=20
        )
        assert answer.status_code < 500, (path[:40], body[:40], answer.text)
        if not _is_json(body):
            assert 400 <= answer.status_code < 500, (path[:40], body[:40])


def _is_json(body: bytes) -> bool:
    try:
        return isinstance(json.loads(body), dict)
    except (ValueError, RecursionError):
        return False
