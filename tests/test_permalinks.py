"""A link to a passage, after the report was edited, moved or taken away: where it leads, and what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from shelf import Shelf
from transcript import stage
from web_room import START, WebRoom, visible

from index.build.reindex import reindex
from index.searcher import Searcher
from index.store.generation import Generations

FERRY = (
    "The ferry company of the northern harbour organised 133 crossings in 2021, and the colour of its boats is a "
    "familiar sight for travellers from eleven countries who come to the harbour in summer."
)
SCHOOL = (
    "The school of navigation trains young pilots for two years, of which they spend five months at sea on one of the "
    "sailing ships that the harbour keeps for that purpose."
)
MARKET = (
    "Every Thursday the fish market opens before sunrise, and whatever is not sold by noon is given to the kitchens of "
    "the town's hospital and of its two schools."
)


def report(*paragraphs: str) -> str:
    return "# Harbour report\n\n" + "\n\n".join(
        f"## Part {number}\n\n{paragraph}" for number, paragraph in enumerate(paragraphs, 1)
    )


@pytest.fixture
def shelf(make_shelf: Callable[..., Shelf]) -> Shelf:
    return make_shelf(harbour=report(FERRY, SCHOOL, MARKET))


@pytest.fixture
def room(shelf: Shelf, tmp_path: Path) -> Iterator[WebRoom]:
    room = WebRoom(shelf, tmp_path)
    room.permalinks.catch_up()
    yield room
    room.close()


def passage_of(room: WebRoom, words: str) -> str:
    searcher = room.shelf.searcher()
    for info in searcher.documents():
        for heading in searcher.outline(info.id):
            for passage in searcher.passages_under(info.id, heading.section):
                if words in passage.text:
                    return passage.id
    raise AssertionError(words)


SPELLED = FERRY.replace("organised", "organized").replace("colour", "color").replace("travellers", "travelers")
EDITS: dict[str, tuple[str, str]] = {
    "moved": ("harbour.md", report(SCHOOL, MARKET, "A new paragraph about the lighthouse on the cliff.", FERRY)),
    "renamed": ("port.md", report(FERRY, SCHOOL, MARKET)),
    "re-wrapped": ("harbour.md", report(FERRY.replace(" ", "\n", 3), SCHOOL, MARKET)),
    "spelled otherwise": ("harbour.md", report(SPELLED, SCHOOL, MARKET)),
    "a changed figure": ("harbour.md", report(FERRY.replace("133", "141"), SCHOOL, MARKET)),
    "a sentence more": ("harbour.md", report(f"{FERRY} Two boats were added in spring.", SCHOOL, MARKET)),
    "joined with the next": ("harbour.md", report(f"{FERRY}\n\n{SCHOOL}", MARKET)),
    "renamed and spelled otherwise": ("port.md", report(MARKET, SPELLED, SCHOOL)),
}


@pytest.mark.parametrize("edit", EDITS)
async def test_a_link_leads_to_what_a_passage_became(room: WebRoom, edit: str) -> None:
    before = passage_of(room, "northern harbour organised")
    room.shelf.take("harbour.md")
    room.shelf.put(*EDITS[edit])
    room.shelf.reindex()
    page = await room.browser().get(f"/p/{before}")
    assert page.status_code == 200
    here = page.text[page.text.index('id="here"') :].partition("</section>")[0]
    assert "ferry company" in " ".join(here.split())
    exact = room.shelf.searcher().passage(before) is not None
    assert ("The wording has changed since this link was made." in page.text) is not exact
    one = (await room.browser().get(f"/p/{before}.json")).json()
    assert ("changed_from" in one) is not exact


async def test_a_passage_that_is_gone_says_what_it_said(room: WebRoom) -> None:
    before = passage_of(room, "northern harbour organised")
    room.shelf.put("harbour.md", report(SCHOOL, MARKET))
    room.shelf.reindex()
    page = await room.browser().get(f"/p/{before}")
    assert page.status_code == 410
    text = visible(page.text)
    assert f"This paragraph is gone since {START.date().isoformat()}; it said:" in text
    assert FERRY in text
    assert "Harbour report · Part 1" in text
    one = await room.browser().get(f"/p/{before}.json")
    assert one.status_code == 410
    assert FERRY in one.json()["text"]


async def test_a_look_alike_is_no_successor(room: WebRoom) -> None:
    """Country sheets: the same sentence for each year. One is taken away, another stood beside it before."""
    sheets = [FERRY.replace("2021", str(year)).replace("133", str(year - 1900)) for year in range(2015, 2022)]
    room.shelf.put("sheets.md", report(*sheets))
    room.shelf.reindex()
    room.permalinks.catch_up()
    before = passage_of(room, "crossings in 2018")
    room.shelf.put("sheets.md", report(*(sheet for sheet in sheets if "2018" not in sheet)))
    room.shelf.reindex()
    page = await room.browser().get(f"/p/{before}")
    assert page.status_code == 410
    assert "crossings in 2018" in page.text


async def test_of_sheets_that_all_changed_each_leads_to_its_own(room: WebRoom) -> None:
    names = ("Kenya", "Ghana", "Chile", "Nepal", "Samoa", "Malta")
    sheets = [
        f"In {name} the survey was answered by {10 + number} ministries, and {FERRY}"
        for number, name in enumerate(names)
    ]
    room.shelf.put("sheets.md", report(*sheets))
    room.shelf.reindex()
    room.permalinks.catch_up()
    links = {name: passage_of(room, f"In {name} ") for name in names}
    room.shelf.take("sheets.md")
    room.shelf.put("survey.md", report(*(f"{sheet} The survey was closed in May." for sheet in reversed(sheets))))
    room.shelf.reindex()
    for name, link in links.items():
        page = (await room.browser().get(f"/p/{link}")).text
        here = page[page.index('id="here"') :].partition("</section>")[0] if 'id="here"' in page else page
        assert f"In {name} " in here


async def test_a_chain_of_edits_is_followed_and_one_that_comes_back_is_itself(room: WebRoom) -> None:
    first = passage_of(room, "northern harbour organised")
    for more in (" Two boats came.", " Two boats came. Three went.", " Two boats came. Three went. All are blue."):
        room.shelf.put("harbour.md", report(FERRY + more, SCHOOL, MARKET))
        room.shelf.reindex()
        room.permalinks.catch_up()
    async with room.browser() as browser:
        page = await browser.get(f"/p/{first}")
        assert "All are blue." in page.text[page.text.index('id="here"') :]
        room.shelf.put("harbour.md", report(FERRY, SCHOOL, MARKET))
        room.shelf.reindex()
        page = await browser.get(f"/p/{first}")
        assert page.status_code == 200
        assert "wording has changed" not in page.text


async def test_a_report_that_is_gone_says_so(room: WebRoom) -> None:
    room.shelf.put("other.md", "# Other\n\nSomething else stands here.\n")
    room.shelf.take("harbour.md")
    room.shelf.reindex()
    page = await room.browser().get("/d/harbour")
    assert page.status_code == 410
    assert "The report “Harbour report” is no longer here" in page.text


async def test_nothing_is_noted_where_nothing_changed(room: WebRoom) -> None:
    assert room.permalinks.catch_up() == 0
    room.shelf.reindex(full=True)
    assert room.permalinks.catch_up() == 0
    assert await room.permalinks.noted() == room.shelf.generations.current()


async def test_links_live_on_when_the_program_reads_text_differently(
    room: WebRoom, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """An update of the program: the generation before it cannot be asked any more, and its passages are known still."""
    before = passage_of(room, "northern harbour organised")
    monkeypatch.setattr("index.text.analyzer.VERSION", 0)
    room.shelf.put("harbour.md", report(FERRY + " Two boats came.", SCHOOL, MARKET))
    reindex(room.shelf.reports, room.shelf.index)
    assert room.permalinks.catch_up() == 1
    gone = await room.permalinks.find(before)
    assert gone is not None
    assert gone.successor is not None


async def test_a_generation_that_is_no_longer_there_is_passed_over(room: WebRoom) -> None:
    before = passage_of(room, "northern harbour organised")
    for number in range(4):
        room.shelf.put("harbour.md", report(SCHOOL, MARKET, f"Number {number} of the new paragraphs."))
        room.shelf.reindex()
    page = await room.browser().get(f"/p/{before}")
    assert page.status_code == 404
    assert "No paragraph has this address" in page.text


async def test_a_link_in_the_chat_leads_to_what_a_passage_became_or_says_what_it_said(tmp_path: Path) -> None:
    """Two reindexes after the link was made, beside the running bot."""
    library, index = tmp_path / "reports", tmp_path / "data" / "index"

    def links() -> tuple[str, str]:
        searcher = Searcher(index, Generations(index).require_current())
        found = {
            words: passage.id
            for heading in searcher.outline("harbour")
            for passage in searcher.passages_under("harbour", heading.section)
            for words in ("ferry company", "fish market")
            if words in passage.text
        }
        return found["ferry company"], found["fish market"]

    async with stage(tmp_path, files={"harbour.md": report(FERRY, SCHOOL, MARKET).encode()}) as here:
        ferry, market = links()
        await here.play("Hugo: What does the school of navigation do?\nbot: …young pilots…")
        for more in (" Two boats came.", " Two boats came. Three went."):
            (library / "harbour.md").write_text(report(FERRY + more, SCHOOL), encoding="utf-8")
            reindex(library, index)
        seat = here.people["Hugo"]
        await seat.start(f"p_{ferry}")
        text = (await seat.next_message())["text"]
        assert "The wording has changed since this link was made." in text
        assert "Three went." in text
        await seat.start(f"p_{market}")
        text = (await seat.next_message())["text"]
        assert "this passage is no longer in them. It read:" in text
        assert MARKET in text
