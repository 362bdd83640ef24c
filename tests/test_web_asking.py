"""The conversation in a browser: the chat's answers, to nobody but who asked."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from shelf import Shelf
from web_room import WebRoom, ask, token_in, visible

LAKES = """# Lakes of the North

## Depth

The great lake is 40 metres deep.

## Ferries

The ferry of the great lake carries 12 cars.
"""
HU = """---
title: 湖泊报告
language: zh
---
# 湖泊报告

研究所举办了第十四届国际培训班，来自九个国家的学员参加。
"""


@pytest.fixture(scope="module")
def shelf(make_shelf: Callable[..., Shelf]) -> Shelf:
    return make_shelf(lakes=LAKES, hu=HU, river="# The river\n\nThe long river is 900 kilometres long.\n")


@pytest.fixture
def room(shelf: Shelf, tmp_path: Path) -> Iterator[WebRoom]:
    room = WebRoom(shelf, tmp_path)
    yield room
    room.close()


async def test_a_question_is_answered_with_the_sentence_marked_and_a_link_to_its_place(room: WebRoom) -> None:
    async with room.browser() as browser:
        page = await ask(browser, "How deep is the great lake?")
        assert page.status_code == 200
        assert page.url.path == "/ask"
        assert "<strong>" in page.text
        assert "40 metres" in visible(page.text)
        link = page.text[page.text.index('<figcaption><a href="') + 21 :].partition('"')[0]
        assert "40 metres" in (await browser.get(link)).text
        # to load the page again asks nothing
        await browser.get("/ask")
        assert (await browser.get("/ask")).text.count('class="turn"') == 1


async def test_a_second_question_leans_on_the_first_unless_it_is_said_to_stand_alone(room: WebRoom) -> None:
    async with room.browser() as browser:
        await ask(browser, "How deep is the great lake?")
        page = await ask(browser, "And its ferry?")
        assert "12 cars" in page.text
        given = await room.visits.history(_visitor(browser))
        assert given == ("How deep is the great lake?", "And its ferry?")
        room.now += timedelta(minutes=31)
        assert await room.visits.history(_visitor(browser)) == ()


async def test_what_the_reports_do_not_say_is_refused_with_the_office_and_the_nearest_headings(room: WebRoom) -> None:
    page = await ask(room.browser(), "Who is the president of Mars?")
    text = visible(page.text)
    assert "The reports do not answer this." in text
    assert "Mars" in text
    assert "office@example.org" in text


async def test_a_chinese_question_is_answered_in_chinese_on_an_english_page(room: WebRoom) -> None:
    page = await ask(room.browser(), "第十四届国际培训班是谁举办的？")
    assert "来自九个国家" in page.text
    assert '<div lang="zh">' in page.text


async def test_courtesies_are_returned_and_nothing_is_recorded(room: WebRoom) -> None:
    async with room.browser() as browser:
        assert "Hello! What would you like to know" in (await ask(browser, "Good morning")).text
        assert "您好" in (await ask(browser, "你好")).text
        assert "nothing in that to look up" in (await ask(browser, "???")).text
        assert await room.visits.answers(_visitor(browser)) == ()


async def test_nobody_sees_what_another_asked(room: WebRoom) -> None:
    """Fifty browsers ask in a random order, each three times; each page has its own questions alone."""
    browsers = [room.browser(address=f"192.0.2.{number}") for number in range(50)]
    questions = [(number, turn) for number in range(50) for turn in range(3)]
    random.Random(7).shuffle(questions)
    gates = [asyncio.Lock() for _ in browsers]

    async def one(number: int, turn: int) -> None:
        async with gates[number]:  # one person's clicks come one after another
            await ask(browsers[number], f"How deep is the great lake of visitor{number} word{turn}x{number}?")

    await asyncio.gather(*(one(*question) for question in questions))
    for number, browser in enumerate(browsers):
        page = (await browser.get("/ask")).text
        assert page.count('class="turn"') == 3
        assert all(f"word{turn}x{number}?" in page for turn in range(3))
        assert not any(f"x{other}?" in page for other in range(50) if other != number)
        await browser.aclose()


async def test_a_forged_or_missing_cookie_is_a_new_visitor(room: WebRoom) -> None:
    async with room.browser() as browser:
        await ask(browser, "How deep is the great lake?")
    for forged in ("", "x", "../../etc", "a" * 5000, "é"):
        async with room.browser() as other:
            page = await other.get("/ask", headers={b"Cookie": f"citedesk_visitor={forged}".encode()})
            assert 'class="turn"' not in page.text


async def test_the_database_does_not_have_the_cookie(room: WebRoom) -> None:
    async with room.browser() as browser:
        await ask(browser, "How deep is the great lake?")
        cookie = browser.cookies["citedesk_visitor"]

    def dump(connection: object) -> str:
        return "\n".join(connection.conn.iterdump())  # type: ignore[attr-defined]

    kept = await room.database.read(dump)
    assert cookie not in kept
    assert "192.0.2.1" not in kept


async def test_a_form_without_its_token_or_with_anothers_is_refused(room: WebRoom) -> None:
    async with room.browser() as browser, room.browser() as other:
        await browser.get("/ask")
        others = token_in((await other.get("/ask")).text)
        for token in ("", "0" * 32, others, "é"):
            page = await browser.post("/ask", data={"question": "How deep is the great lake?", "token": token})
            assert page.status_code == 403
        assert await room.visits.answers(_visitor(browser)) == ()


async def test_a_visitor_can_be_forgotten(room: WebRoom) -> None:
    async with room.browser() as browser, room.browser(address="192.0.2.9") as other:
        page = await ask(browser, "How deep is the great lake?")
        await ask(other, "How long is the long river?")
        page = await browser.post("/forget", data={"token": token_in(page.text)})
        assert 'class="turn"' not in page.text
        assert 'class="turn"' in (await other.get("/ask")).text
        counted = await room.database.read(lambda connection: connection.table("questions").count)
        assert counted == 1


async def test_who_asked_is_forgotten_after_the_time_that_is_set(room: WebRoom) -> None:
    async with room.browser() as browser:
        await ask(browser, "How deep is the great lake?")
        room.now += timedelta(days=91)
        assert await room.visits.unlink_old() == 1
        assert 'class="turn"' not in (await browser.get("/ask")).text


async def test_staff_see_what_was_refused_on_the_page(room: WebRoom) -> None:
    await ask(room.browser(), "Who is the president of Mars?")
    found, count = await room.questions.unanswered(1)
    assert count == 1
    assert not found[0].known  # there is no chat to answer into


async def test_too_many_questions_of_a_visitor_or_of_an_address_are_held_back(shelf: Shelf, tmp_path: Path) -> None:
    room = WebRoom(shelf, tmp_path, per_minute=2)
    async with room.browser() as browser:
        for _ in range(2):
            assert (await ask(browser, "How deep is the great lake?")).status_code == 200
        held = await ask(browser, "How long is the long river?")
        assert held.status_code == 429
        assert "How long is the long river?</textarea>" in held.text
        room.now += timedelta(minutes=1)
        assert (await ask(browser, "How long is the long river?")).status_code == 200
    room.now += timedelta(minutes=2)
    answers = [
        (await ask(room.browser(address="192.0.2.77"), "How deep is the great lake?")).status_code for _ in range(13)
    ]
    assert answers == [200] * 12 + [429]
    room.close()


async def test_searches_in_reports_and_pictures_are_limited_by_address(shelf: Shelf, tmp_path: Path) -> None:
    room = WebRoom(shelf, tmp_path, asking="off", per_minute=1)
    async with room.browser() as browser, room.browser(address="192.0.2.8") as other:
        found = [(await browser.get("/d/lakes?q=ferry")).status_code for _ in range(19)]
        assert found == [200] * 18 + [429]
        assert (await browser.get("/d/lakes")).status_code == 200  # to read costs nothing
        assert (await other.get("/d/lakes?q=ferry")).status_code == 200
    room.close()


async def test_a_question_that_is_too_long_stays_in_the_field(room: WebRoom) -> None:
    page = await ask(room.browser(), "lake " * 1000)
    assert page.status_code == 413
    assert "Please shorten it" in page.text


async def test_asking_is_off_unless_it_is_turned_on(shelf: Shelf, tmp_path: Path) -> None:
    room = WebRoom(shelf, tmp_path, asking="off")
    async with room.browser() as browser:
        assert (await browser.get("/ask")).status_code == 404
        assert (await browser.get("/ask.json?q=lake")).status_code == 404
        page = await browser.get("/")
        assert 'name="question"' not in page.text
        token = "0" * 32
        assert (await browser.post("/ask", data={"question": "lake", "token": token})).status_code == 404
    room.close()


async def test_behind_a_code_nothing_is_read_without_it(shelf: Shelf, tmp_path: Path) -> None:
    room = WebRoom(shelf, tmp_path, asking="code", code="open sesame", per_minute=5)
    async with room.browser() as browser:
        for path in ("/", "/ask", "/d/lakes", "/index.json", "/ask.json?q=lake"):
            page = await browser.get(path)
            assert page.url.path == "/enter"
            assert "lakes" not in page.text.lower()
        token = token_in(page.text)
        assert (await browser.post("/enter", data={"code": "sesame", "token": token})).status_code == 403
        page = await browser.post("/enter", data={"code": " open sesame ", "token": token})
        assert "Lakes of the North" in page.text
        assert (await ask(browser, "How deep is the great lake?")).status_code == 200
        # the pass is its visitor's own
        admitted = browser.cookies["citedesk_admitted"]
    async with room.browser() as thief:
        thief.cookies.set("citedesk_admitted", admitted)
        assert (await thief.get("/")).url.path == "/enter"
    async with room.browser(address="192.0.2.50") as guesser:
        token = token_in((await guesser.get("/enter")).text)
        for number in range(5):
            await guesser.post("/enter", data={"code": f"guess {number}", "token": token})
        page = await guesser.post("/enter", data={"code": "open sesame", "token": token})
        assert page.status_code == 403
    room.close()


async def test_a_question_as_json_is_what_the_command_prints(room: WebRoom) -> None:
    async with room.browser() as browser:
        one = (await browser.get("/ask.json", params={"q": "How deep is the great lake?"})).json()
        assert one["answered"]
        assert "40 metres" in one["excerpts"][0]["text"]
        assert (await browser.get("/ask.json")).status_code == 400


async def test_the_page_in_a_frame_shows_the_conversation_alone(shelf: Shelf, tmp_path: Path) -> None:
    room = WebRoom(shelf, tmp_path, embed=("https://www.example.org",), address="https://reports.example.org")
    async with room.browser() as browser:
        page = await browser.get("/ask?embed=1")
        assert "frame-ancestors https://www.example.org" in page.headers["content-security-policy"]
        cookie = page.headers["set-cookie"]
        assert "SameSite=none" in cookie
        assert "Secure" in cookie
        assert 'class="name"' not in page.text
        assert 'action="/ask?embed=1"' in page.text
    room.close()


def _visitor(browser: object) -> object:
    from bot.reading.web.visitors import visitor_of

    return visitor_of(browser.cookies["citedesk_visitor"])  # type: ignore[attr-defined]
