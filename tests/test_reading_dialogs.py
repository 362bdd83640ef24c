"""What a reader does with an excerpt: its page, its citation, a Word file; pressed or typed."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from docx import Document
from paper import Line, column, pdf
from transcript import Stage, stage

HARBOUR = (
    "The harbour board of Brightsea employs 47 pilots, who bring in every ship that is longer than 80 metres, at any "
    "hour of the day and in any weather that the harbour master allows."
)
DREDGING = (
    "Dredging of the northern channel took 14 months and moved 3.2 million cubic metres of sand, most of which was "
    "used to raise the beaches"
)
REST = "of the two villages that had lost theirs in the storms of the winter before, at a cost of 21 million crowns."
PORTS = pdf(
    [
        Line(72, 780, "Ports of the Northern Coast 2020", 20, bold=True),
        *column(72, 700, "A survey of all harbours. " * 9, 80),
    ],
    [
        Line(72, 780, "Pilots", 16, bold=True),
        *column(72, 740, HARBOUR, 80),
        Line(72, 640, "Dredging", 16, bold=True),
        *column(72, 600, DREDGING, 80),
    ],
    [*column(72, 780, REST, 80), *column(72, 700, "Ice closed the harbours for nine days in that winter. " * 6, 80)],
)


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    side = b'author = "Doe, Jane; Roe, Richard"\npublisher = "Harbour Board"\nplace = "Brightsea"\n'
    files = {"ports-2020.pdf": PORTS, "ports-2020.pdf.toml": side}
    async with stage(tmp_path_factory.mktemp("reading"), files=files) as made:
        yield made


async def test_an_excerpt_has_its_buttons_and_its_page_comes_marked(here: Stage) -> None:
    await here.play("""
        Anna: How many pilots does the harbour board employ?
        bot: …47 pilots…— Ports of the Northern Coast 2020…p. 2…
        Anna presses Page
        bot: …— Ports of the Northern Coast 2020…p. 2, para. 2…
        buttons: ‹ p. 1 | p. 3 › / Whole file
        Anna presses p. 3 ›
        bot edits: …page 3 of 3 of the file…
        buttons: ‹ p. 2 / Whole file
        Anna presses ‹ p. 2
        bot edits: …p. 2, para. 2…
        Anna presses Whole file
        bot: …
        file: ports-2020.pdf
    """)
    pictures = [json.loads(about.read_text()) for about in (here.folder / "data" / "pages").glob("*.json")]
    assert {(one["page"], tuple(one["marked"])) for one in pictures} == {(2, (2,)), (3, (2,))}


async def test_a_paragraph_over_the_end_of_a_page_says_where_it_goes_on(here: Stage) -> None:
    await here.play("""
        Bea: How long did dredging of the northern channel take?
        bot: …14 months…
        Bea presses Page
        bot: …It goes on on the next page.
        Bea presses p. 3 ›
        bot edits: …It begins on the page before.
    """)


async def test_a_citation_comes_in_the_style_that_was_chosen_last(here: Stage) -> None:
    await here.play("""
        Carl: How many pilots does the harbour board employ?
        bot: …47 pilots…
        Carl presses Cite
        bot: …Doe, J., & Roe, R. (2020). Ports of the Northern Coast 2020.…(Doe & Roe, 2020, p. 2, para. 2)…
        buttons: ✓ APA | GB/T 7714 | BibTeX | RIS
        Carl presses BibTeX
        bot edits: …@techreport{ports-2020,…institution = {Harbour Board},…pages = {2},…
        buttons: APA | GB/T 7714 | ✓ BibTeX | RIS
        Carl: cite
        bot: …@techreport{ports-2020,…
        Carl: /export
        bot: …
        Carl: /forget
        bot: …
    """)


async def test_what_is_typed_does_what_is_pressed(here: Stage) -> None:
    await here.play("""
        Dora: How many pilots does the harbour board employ?
        bot: …47 pilots…
        Dora: 1
        bot: …47 pilots…
        Dora: page 1
        bot: …p. 2…
        buttons: ‹ p. 1 | p. 3 › / Whole file
        Dora: 引用 1
        bot: …Doe, J., & Roe, R. (2020)…
        Dora: source 1
        bot: …
        file: ports-2020.pdf
        Dora: context
        bot: …47 pilots…
        Dora: page 77
        bot: There is no 77: choose a number from 1 to …
    """)


async def test_a_number_that_no_excerpt_has_says_which_there_are(here: Stage) -> None:
    await here.play("""
        Emil: 3.2
        bot: …moved 3.2 million…
        Emil: 2
        bot: There is no 2: choose a number from 1 to 1.
    """)


async def test_a_report_without_pages_says_so(here: Stage) -> None:
    await here.play("""
        Finn: How many permanent employees were there in December 2021?
        bot: …133…
        Finn: page
        bot: This report has no printed pages: **In context** shows the paragraph among its neighbours.…
    """)


async def test_the_buttons_turn_to_another_excerpt_and_to_what_else_there_is(here: Stage) -> None:
    await here.play("""
        Gina: How many permanent employees were there in December 2021?
        bot: …133…
        Gina presses 2
        bot edits: …
        buttons: 1 | ‹2› / In context | Source | Cite | ⋯ / 👍 | 👎
        Gina presses ⋯
        bot edits: …
        buttons: 1 | ‹2› / Word file | ‹ / 👍 | 👎
        Gina presses Word file
        bot: 1 question with its answer.
    """)
    name = here.last["Gina"]["document"]["file_name"]
    assert name.startswith("answers-")
    assert name.endswith(".docx")


async def test_a_conversation_becomes_a_word_file_with_numbered_references(here: Stage) -> None:
    await here.play("""
        Hugo: /document
        bot: There is no answer yet that I could write down. Just type your question.
        Hugo: How many pilots does the harbour board employ?
        bot: …47 pilots…
        Hugo: Who won the Nobel prize in medicine?
        bot: …
        Hugo: /document
        bot: 2 questions with their answers.
    """)
    seat = here.people["Hugo"]
    data = await seat.download(here.last["Hugo"])
    texts = [paragraph.text for paragraph in Document(io.BytesIO(data)).paragraphs]
    assert texts[0] == "Questions and answers"
    assert any("47 pilots" in text and text.endswith(" [1]") for text in texts)
    assert "[1] Doe, J., & Roe, R. (2020). Ports of the Northern Coast 2020. Harbour Board." in texts
    assert "The reports do not answer this." in texts


async def test_a_picture_goes_to_telegram_once(here: Stage) -> None:
    await here.play("""
        Ida: How many pilots does the harbour board employ?
        bot: …47 pilots…
        Ida presses Page
        bot: …p. 2…
    """)
    first = here.last["Ida"]["photo"][-1]["file_id"]
    await here.play("""
        Ida presses p. 3 ›
        bot edits: …page 3 of 3…
        Ida presses ‹ p. 2
        bot edits: …p. 2, para. 2…
    """)
    assert here.last["Ida"]["photo"][-1]["file_id"] == first
    await here.play("""
        Juan: How many pilots does the harbour board employ?
        bot: …47 pilots…
        Juan: page
        bot: …p. 2…
    """)
    assert here.last["Juan"]["photo"][-1]["file_id"] == first


async def test_in_chinese_the_buttons_speak_chinese_and_gbt_comes_first(here: Stage) -> None:
    await here.play("""
        Lin: 第七期国际培训班有多少名学员？
        bot: …28名学员…
        Lin presses 引用
        bot: 培训班报告[R].[出版地不详]:[出版者不详],2019.…正文中：…`（第1段）`
        buttons: APA | ✓ GB/T 7714 | BibTeX | RIS
        Lin: 上下文1
        bot: …28名学员…
    """)


async def test_in_a_group_what_is_typed_must_be_meant_for_the_bot_and_a_style_is_ones_own(here: Stage) -> None:
    mara, ned = await here.seat("Mara"), await here.seat("Ned")
    here.groups["Team"] = await mara.found("Team", members=(ned.id,))
    for one in (mara, ned):
        await one.next_message(chat=here.groups["Team"])
    await here.play("""
        Mara in Team: @citedesk_bot How many pilots does the harbour board employ?
        bot: …47 pilots…
        Mara in Team: cite 1
        nothing
        Mara in Team: @citedesk_bot cite 1
        bot: …Doe, J., & Roe, R. (2020)…
        Mara in Team presses RIS
        bot edits: TY - RPRT…
        Mara in Team: @citedesk_bot cite 1
        bot: TY - RPRT…
    """)
    for _ in range(3):
        await ned.next_message(chat=here.groups["Team"])
    await here.play("""
        Ned in Team: @citedesk_bot How many pilots does the harbour board employ?
        bot: …47 pilots…
        Ned in Team: @citedesk_bot cite 1
        bot: …Doe, J., & Roe, R. (2020)…
    """)


async def test_a_passage_from_the_library_has_its_page_and_citation_too(here: Stage) -> None:
    await here.play("""
        Olaf: How many pilots does the harbour board employ?
        bot: …47 pilots…
    """)
    link = await here.bot._search.look(lambda searcher: searcher.outline("ports-2020")[0].first)  # type: ignore[union-attr]
    await here.play(f"""
        Olaf: /start p_{link}
        bot: …Ports of the Northern Coast 2020…
        buttons: In context | Page | Cite | Source
        Olaf presses Page
        bot: …Ports of the Northern Coast 2020…
        Olaf presses p. 2 ›
        bot edits: …page 2 of 3 of the file…
    """)
    await here.press("Olaf", "Cite")
    cited = await here.people["Olaf"].next_message()
    assert "Doe, J., & Roe, R. (2020)." in cited["text"]
    assert [entity["type"] for entity in cited["entities"]] == ["pre", "code"]
