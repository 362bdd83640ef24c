"""Reports in a browser: the list, a report, a passage in its place, and the same as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from paper import column, pdf
from shelf import Shelf
from web_room import WebRoom, visible

from bot.asking.excerpt_rows import excerpt_rows, with_excerpt_rows
from bot.telegram.callbacks import UnderAnswer
from bot.words.catalogue import words
from index.answering.answer import Answer

LAKE = """---
title: Lakes of the North
year: 2021
publisher: Institute of Lakes
language: en
collection: Nature
address: https://lakes.example.org
---
# Lakes of the North

## Depth

The lake is 40 metres deep. It was measured by the Institute of Limnology.

## Visitors

In summer 12 schools from Kenya visited the lake.
"""
HU = """---
title: 湖泊报告
year: 2012
language: zh
---
# 湖泊报告

## 培训班

研究所举办了第十四届国际培训班。
"""
EVIL = """---
title: "<script>alert(1)</script>"
address: "javascript:alert(2)"
collection: "<b>Shelf</b>"
language: en
---
# <script>alert(1)</script>

A paragraph with `<img src=x onerror=alert(3)>` in it & an ampersand.
"""


@pytest.fixture(scope="module")
def shelf(make_shelf: Callable[..., Shelf]) -> Shelf:
    shelf = make_shelf()
    shelf.put("lakes.md", LAKE)
    shelf.put("hu.md", HU)
    shelf.put("evil <i>name.md", EVIL)
    shelf.put("long.md", "# Long\n\n" + "\n\n".join(f"Paragraph number {n} speaks of boat {n}." for n in range(60)))
    shelf.reindex()
    return shelf


@pytest.fixture
def room(shelf: Shelf, tmp_path: Path) -> Iterator[WebRoom]:
    room = WebRoom(shelf, tmp_path)
    yield room
    room.close()


def passage_of(room: WebRoom, said: str) -> str:
    searcher = room.shelf.searcher()
    for info in searcher.documents():
        for heading in searcher.outline(info.id):
            for passage in searcher.passages_under(info.id, heading.section):
                if said in passage.text:
                    return passage.id
    raise AssertionError(said)


async def test_all_reports_are_listed_by_collection(room: WebRoom) -> None:
    page = await room.browser().get("/")
    assert page.status_code == 200
    text = visible(page.text)
    assert "Nature Lakes of the North 2021 · English · 2 passages" in text
    assert "湖泊报告" in text
    assert text.index("Nature") < text.index("Other reports")


async def test_the_page_speaks_the_language_of_the_browser_or_the_one_that_was_chosen(room: WebRoom) -> None:
    async with room.browser("zh-CN,zh;q=0.9") as browser:
        page = await browser.get("/")
        assert '<html lang="zh">' in page.text
        assert "向报告提问" in page.text
        page = await browser.get("/language?to=en&back=/d/lakes")
        assert page.url.path == "/d/lakes"
        assert '<html lang="en">' in page.text
        assert '<html lang="en">' in (await browser.get("/")).text


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
async def test_choosing_a_language_leads_nowhere_else(room: WebRoom, back: str) -> None:
    async with room.browser() as browser:
        page = await browser.get("/language", params={"to": "zh", "back": back})
    assert (page.url.host, page.url.path) == ("localhost", "/")


async def test_a_report_shows_its_contents_and_what_is_found_in_it(room: WebRoom) -> None:
    async with room.browser() as browser:
        page = await browser.get("/d/lakes")
        assert "Institute of Lakes · 2021 · 2 passages" in visible(page.text)
        assert 'href="https://lakes.example.org"' in page.text
        assert "Depth" in page.text
        found = await browser.get("/d/lakes", params={"q": "schools from Kenya"})
        assert "12 schools" in visible(found.text)
        nothing = await browser.get("/d/lakes", params={"q": "volcano"})
        assert "Nothing in this report says that." in visible(nothing.text)


async def test_a_search_in_a_report_finds_nothing_of_another(room: WebRoom) -> None:
    page = await room.browser().get("/d/hu", params={"q": "Kenya schools lake"})
    assert "12 schools" not in visible(page.text)


async def test_a_passage_stands_marked_in_its_report(room: WebRoom) -> None:
    passage = passage_of(room, "40 metres")
    page = await room.browser().get(f"/p/{passage}")
    assert page.status_code == 200
    here = page.text[page.text.index('id="here"') :]
    assert "The lake is 40 metres deep." in here[: here.index("</section>")]
    assert "12 schools" in page.text
    assert "Lakes of the North (2021) · Depth · ¶ " in visible(page.text)
    # the headings stand above the paragraph, not in it
    assert "Depth" not in visible(here[: here.index("How it is cited")])


async def test_a_citation_is_there_to_copy_in_each_style(room: WebRoom) -> None:
    page = (await room.browser().get(f"/p/{passage_of(room, '40 metres')}")).text
    styles = page[page.index('<details class="styles">') :]
    assert "Institute of Lakes. (2021)." in visible(styles)
    assert "@techreport{" in styles or "@" in styles
    assert "TY  - " in styles


async def test_a_printed_page_is_shown_with_its_neighbours(
    room: WebRoom, make_shelf: Callable[..., Shelf], tmp_path: Path
) -> None:
    shelf = make_shelf()
    pilots = (
        "The board employs 47 pilots, who bring in every ship that is longer than 80 metres, at any hour of the day."
    )
    tugs = "Eleven tugs lie in the inner basin; four of them can break ice that is up to 30 centimetres thick."
    shelf.put("harbour.pdf", pdf(column(60, 700, pilots), column(60, 700, tugs)))
    shelf.reindex()
    folder = tmp_path / "pdf"
    folder.mkdir()
    pages = WebRoom(shelf, folder)
    passage = passage_of(pages, "47 pilots")
    async with pages.browser() as browser:
        assert f'href="/p/{passage}/page"' in (await browser.get(f"/p/{passage}")).text
        page = (await browser.get(f"/p/{passage}/page")).text
        assert "Page 1 of 2 of the file · The paragraph is marked." in visible(page)
        image = await browser.get(f"/p/{passage}/page.png?n=1")
        assert image.headers["content-type"] == "image/png"
        assert image.content.startswith(b"\x89PNG")
        second = (await browser.get(f"/p/{passage}/page?n=2")).text
        assert "Page 2 of 2" in second
        assert "is marked" not in second
        for number in ("3", "0", "-1", "x", "99999999"):
            assert (await browser.get(f"/p/{passage}/page?n={number}")).status_code in (200, 404)
        assert (await browser.get(f"/p/{passage}/page?n=3")).status_code == 404
    pages.close()
    # a report without pages
    lake = passage_of(room, "40 metres")
    assert (await room.browser().get(f"/p/{lake}/page")).status_code == 404
    assert (await room.browser().get(f"/p/{lake}/page.png")).status_code == 404


async def test_one_reads_on_from_passage_to_passage(room: WebRoom) -> None:
    async with room.browser() as browser:
        seen: set[int] = set()
        address: str | None = f"/p/{passage_of(room, 'boat 0.')}"
        for _ in range(20):
            page = (await browser.get(str(address))).text
            seen |= {number for number in range(60) if f"boat {number}." in page}
            if 'rel="next"' not in page:
                break
            address = page[page.index('rel="next" href="') + 17 :].partition('"')[0]
        assert seen == set(range(60))


async def test_text_of_reports_is_never_markup(room: WebRoom) -> None:
    passage = passage_of(room, "ampersand")
    evil = next(info.id for info in room.shelf.searcher().documents() if "evil" in info.source)
    async with room.browser() as browser:
        pages = [(await browser.get(path)).text for path in ("/", f"/d/{quote(evil)}", f"/p/{passage}")]
    for page in pages:
        assert "<script>alert" not in page
        assert "<img" not in page
        assert "<b>Shelf" not in page
        assert 'href="javascript' not in page
    assert "&lt;img src=x onerror=alert(3)&gt;" in pages[2]


async def test_everything_is_also_json(room: WebRoom) -> None:
    passage = passage_of(room, "40 metres")
    async with room.browser() as browser:
        library = (await browser.get("/index.json")).json()
        assert {"lakes", "hu"} <= {one["document"] for one in library["documents"]}
        report = (await browser.get("/d/lakes.json")).json()
        assert [one["section"][-1] for one in report["sections"]] == ["Depth", "Visitors"]
        one = (await browser.get(f"/p/{passage}.json")).json()
    assert one["passage"] == passage
    assert "40 metres" in one["text"]
    assert one["citation"]["document"] == "lakes"
    assert any("12 schools" in around["text"] for around in one["around"])


@pytest.mark.parametrize("path", ["/p/aaaaaaaaaaaa", "/d/none", "/nowhere", "/p/%00", "/d/..%2F..%2Fetc%2Fpasswd"])
async def test_what_is_not_there_says_so(room: WebRoom, path: str) -> None:
    page = await room.browser().get(path)
    assert page.status_code == 404
    assert "There is nothing to show here" in page.text


@pytest.mark.parametrize("path", ["/p/aaaaaaaaaaaa.json", "/d/none.json"])
async def test_what_is_not_there_says_so_as_json(room: WebRoom, path: str) -> None:
    page = await room.browser().get(path)
    assert page.status_code == 404
    assert "error" in page.json()


async def test_without_an_index_the_page_says_that_it_is_being_prepared(
    make_shelf: Callable[..., Shelf], tmp_path: Path
) -> None:
    room = WebRoom(make_shelf(), tmp_path)
    page = await room.browser().get("/")
    assert page.status_code == 503
    assert "being prepared" in page.text
    room.close()


def test_the_chat_leads_to_the_page_where_there_is_one(room: WebRoom) -> None:
    answer = room.shelf.ask("How deep is the lake?")
    assert isinstance(answer, Answer)
    w = words("en")
    page = "https://reports.example.org/p/x#here"
    menu = excerpt_rows(w, "id", answer, 1, of=2, menu=True, page=page)
    assert [one.url for row in menu for one in row if one.url] == [page]
    assert not [one.url for row in excerpt_rows(w, "id", answer, 1, of=2, menu=True) for one in row if one.url]
    # back from the menu, the link is gone with it
    back = with_excerpt_rows(menu, w, answer, UnderAnswer("id", "pick", 1), page)
    assert not [one.url for row in back for one in row if one.url]
