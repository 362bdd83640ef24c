"""The web pages in a real browser: by keyboard, without scripts, on a phone, printed, and for a screen reader."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import elsewhere
from playwright.sync_api import Browser, Page
from shelf import Shelf
from web_room import WebRoom

from bot.reading.web.listening import bind, served

LAKES = """---
title: Lakes of the North
year: 2021
language: en
address: https://lakes.example.org
---
# Lakes of the North

## Depth

The great lake is 40 metres deep.

### Why it matters

Deep lakes stay cold in summer, which the fish of the north need.

## Ferries

The ferry of the great lake carries 12 cars.
"""
HU = """---
title: 湖泊报告
language: zh
---
# 湖泊报告

## 培训班

研究所举办了第十四届国际培训班，来自九个国家的学员参加。
"""
PHONE, NARROW, DESK = {"width": 390, "height": 800}, {"width": 320, "height": 640}, {"width": 1280, "height": 800}


@pytest.fixture(scope="module")
def address(make_shelf: Callable[..., Shelf], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The door on a real server, in a loop of its own, since Playwright's calls wait in this one."""
    room = WebRoom(make_shelf(lakes=LAKES, hu=HU), tmp_path_factory.mktemp("door"))
    with elsewhere() as loop:
        door = served(room.app, bind("127.0.0.1:0"))
        yield asyncio.run_coroutine_threadsafe(door.__aenter__(), loop).result(20)
        asyncio.run_coroutine_threadsafe(door.__aexit__(None, None, None), loop).result(20)
        room.close()


def opened(browser: Browser, address: str, **context: Any) -> Page:
    page = browser.new_context(**({"viewport": DESK, "locale": "en-US"} | context)).new_page()
    page.set_default_timeout(15_000)
    page.goto(address)
    return page


def asked(page: Page, question: str) -> None:
    page.get_by_label("Your question").fill(question)
    page.get_by_role("button", name="Ask the reports").click()
    page.wait_for_url("**/ask#*")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_no_page_has_what_axe_objects_to(browser: Browser, address: str, locale: str, scheme: str) -> None:
    page = opened(browser, address, locale=locale, color_scheme=scheme)
    page.locator("textarea").fill("How deep is the great lake?")
    page.locator("form.ask button").click()
    page.wait_for_url("**/ask#*")
    page.locator("textarea").fill("Who is the president of Mars?")
    page.locator("form.ask button").click()
    page.wait_for_load_state()
    passage = page.locator("figcaption a").first.get_attribute("href")
    for path in ("/", "/ask", str(passage), "/d/lakes?q=ferry", "/d/hu", "/p/aaaaaaaaaaaa"):
        page.goto(f"{address}{path}")
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}\n{found.generate_report()}"


def test_without_scripts_one_asks_opens_the_place_and_searches_there(browser: Browser, address: str) -> None:
    page = opened(browser, address, java_script_enabled=False)
    asked(page, "How deep is the great lake?")
    assert "40 metres" in page.locator("blockquote strong").first.inner_text()
    page.locator("figcaption a").first.click()
    page.wait_for_load_state()
    assert "40 metres" in page.locator("#here").inner_text()
    page.get_by_label("Search in this report").fill("ferry cars")
    page.get_by_role("button", name="Search").click()
    page.wait_for_load_state()
    assert "12 cars" in page.locator("ol.list").inner_text()


def test_by_keyboard_alone_one_asks_and_reads(browser: Browser, address: str) -> None:
    page = opened(browser, address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "question"
    page.keyboard.type("How deep is the great lake?")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ask#*")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('figcaption') !== null"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/p/*")
    assert page.locator("#here").is_visible()


@pytest.mark.parametrize("viewport", [PHONE, NARROW], ids=["phone", "narrow"])
def test_nothing_is_wider_than_a_phone(browser: Browser, address: str, viewport: dict[str, int]) -> None:
    page = opened(browser, address, viewport=viewport, locale="zh-CN")
    page.locator("textarea").fill("How deep is the great lake?")
    page.locator("form.ask button").click()
    page.wait_for_url("**/ask#*")
    passage = page.locator("figcaption a").first.get_attribute("href")
    for path in ("/", "/ask", str(passage), "/d/lakes?q=ferry"):
        page.goto(f"{address}{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], path


def test_text_can_be_selected_and_the_print_has_the_report_alone(browser: Browser, address: str) -> None:
    page = opened(browser, f"{address}/d/lakes")
    page.get_by_role("link", name="Read from the beginning").click()
    page.wait_for_load_state()
    assert page.locator("#here p.printed").evaluate("node => getComputedStyle(node).userSelect") != "none"
    page.emulate_media(media="print")
    assert not page.locator("header.top").is_visible()
    assert not page.locator("nav.contents").is_visible()
    assert page.locator("#here").is_visible()


def test_the_language_changes_where_one_is(browser: Browser, address: str) -> None:
    page = opened(browser, f"{address}/d/lakes?q=ferry")
    page.get_by_role("link", name="中文").click()
    page.wait_for_load_state()
    assert page.url.endswith("/d/lakes?q=ferry")
    assert page.locator("html").get_attribute("lang") == "zh"


def test_nothing_is_loaded_from_elsewhere(browser: Browser, address: str) -> None:
    page = opened(browser, address)
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    asked(page, "How deep is the great lake?")
    page.goto(f"{address}/d/lakes")
    assert hosts == {address.split("/")[2]}
