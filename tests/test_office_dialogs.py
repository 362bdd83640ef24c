"""The office's own answers in a conversation: given, added, changed and retired by staff, over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from transcript import Stage, buttons, stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

CONTACT = '[office.contact]\nen = "room 9, office@example.org"\nzh = "九号房间"\n'


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with stage(tmp_path_factory.mktemp("office"), more=CONTACT) as made:
        yield made


async def test_a_refusal_ends_with_the_office(here: Stage) -> None:
    await here.play("""
        Anna: How high is the volcano?
        bot: **The reports do not answer this.**…do not say: room 9, office@example.org
        Bela: 火山有多高？
        bot: …九号房间
    """)


async def test_staff_add_an_answer_and_see_first_what_it_would_catch(here: Stage) -> None:
    await here.play("""
        Carl: Do I need a visa?
        bot: **The reports do not answer this.**…
        Admin: /answers add Visa\\n? Do I need a visa?\\n? 需要签证吗？\\nAsk the embassy.\\n\\nQuickly.\\nzh: 问使馆。
        bot: Add the answer “Visa”?…Ask the embassy.…it would be given to 1:…Do I need a visa?
        buttons: Take it | Leave it
        Admin presses Take it
        bot edits: Done: “Visa”. It counts from now on.
        Carl: Do I need a visa?
        bot: **The office answers:**…Ask the embassy.…Quickly.…To reach the office: room 9, office@example.org
        Dora: 需要签证吗？
        bot: **办公室答复：**…问使馆。…九号房间
        Admin: /answers visa
        bot: **Visa**…• Do I need a visa?…
        Admin: /answers remove Visa
        bot: Retire the answer “Visa”?…
        Admin presses Take it
        bot edits: Done: “Visa”. It counts from now on.
        Carl: Do I need a visa?
        bot: **The reports do not answer this.**…
    """)


async def test_the_offices_answer_is_no_citation_and_leads_to_the_staff(here: Stage) -> None:
    await here.play("""
        Admin: /answers add Size\\n? How many permanent employees does the institute have?\\nAsk again in spring.
        bot: Add the answer “Size”?…
        Admin presses Take it
        bot edits: Done…
        Emil: How many permanent employees does the institute have?
        bot: **The office answers:**…Ask again in spring.…What the reports say of it:…> …133 permanent employees…
        Emil presses Source
        bot: …
        file: institute-report-2021.md
        Emil presses Tell the staff
        bot shows: The staff will see your question. Thank you.
    """)
    shown = buttons(here.last["Emil"])
    assert "Tell the staff" not in shown


async def test_partners_neither_see_nor_change_them(here: Stage) -> None:
    await here.play("""
        Fanny: /answers add Visa\\n? A visa?\\nNo.
        bot: …
        Admin: /answers
        bot: A partner asks you to look at a question…
        bot: The office's own answers…• **Size** (1 question)…
    """)


async def test_what_cannot_be_an_answer_is_said_with_the_reason(here: Stage) -> None:
    await here.play("""
        Admin: /answers add Visa\\nno question at all
        bot: Nothing was changed. Visa: has no question.…
        Admin: /answers remove Nothing
        bot: Nothing was changed. Nothing: is no answer of the office.…
        Admin: /answers Nothing
        bot: There is no answer named “Nothing”.…
    """)
