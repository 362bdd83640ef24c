"""An admin removes and replaces reports in /library, knowing what is lost, as transcripts."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from transcript import STAFFING, Stage, stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

FILE = "institute-report-2021.md"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with stage(tmp_path_factory.mktemp("library-changes")) as made:
        await made.play("Admin: /start\nbot: …")
        yield made


async def to_the_report(here: Stage, who: str) -> None:
    await here.play(f"""
        {who}: /library
        bot: **The library**…
        {who} presses Annual reports (1)
        bot edits: …
        {who} presses Institute Report 2021
        bot edits: …
    """)


async def test_partners_have_no_such_buttons(here: Stage) -> None:
    await to_the_report(here, "Olga")
    shown = [one["text"] for row in here.last["Olga"]["reply_markup"]["inline_keyboard"] for one in row]
    assert "Source" in shown
    assert not {"Remove …", "Replace …"} & set(shown)


async def test_a_report_is_replaced_by_the_file_that_comes_next_whatever_it_is_called(here: Stage) -> None:
    here.files["corrected.md"] = STAFFING.replace("133 permanent", "144 permanent").encode()
    await here.play("Pia: How many permanent employees were there?\nbot: …133…")
    await to_the_report(here, "Admin")
    await here.play("""
        Admin presses Replace …
        bot: Send me the file …
        Admin: /cancel
        bot: Cancelled. …
        Admin sends corrected.md
        bot: …corrected.md…
        Admin presses No
        bot edits: …
    """)
    await to_the_report(here, "Admin")
    await here.play(
        f"""
        Admin presses Replace …
        bot: Send me the file that takes the place of **Institute Report 2021** ({FILE})…the source of 1 answer …
        Admin sends corrected.md
        bot: …
        bot edits: You can ask about **Institute Report 2021** now: …File: {FILE}…
        Pia: How many permanent employees were there?
        bot: …144…
    """,
        patience=60,
    )
    assert [path.name for path in (here.folder / "data" / "removed").rglob("*.md")] == [FILE]
    assert not (here.folder / "reports" / "corrected.md").exists()
    await here.play("Admin sends corrected.md\nbot: …", patience=30)
    assert "add" in here.last["Admin"]["text"].lower(), "the one after it is asked about"


async def test_a_report_is_removed_after_saying_what_is_lost_and_asking(here: Stage) -> None:
    known = {"question": "How many towns?", "answers": {FILE: ["212 towns"]}}
    (here.folder / "reports" / "questions.jsonl").write_text(json.dumps(known) + "\n", encoding="utf-8")
    (here.folder / "reports" / "answers.md").write_text(
        f"## Staff\n\n? How many staff?\n\nen: See {FILE}.\n", encoding="utf-8"
    )
    await to_the_report(here, "Admin")
    await here.play("Admin presses Remove …\nbot: Remove **Institute Report 2021**…")
    shown = here.last["Admin"]["text"]
    assert "1 known question that it alone answers: How many towns?" in shown
    assert "the source of 2 answers" in shown
    await here.play("Admin presses Keep it\nbot edits: …")
    assert (here.folder / "reports" / FILE).exists()
    await here.play(
        """
        Admin presses Remove …
        bot: Remove **Institute Report 2021**…
        Admin presses Remove it
        bot edits: …**The index is up to date.** Removed: …
        Pia: How many permanent employees were there?
        bot: **The reports do not answer this.**…
        Admin: /audit
        bot: …remove report institute-report-2021.md…replace report institute-report-2021.md by corrected.md…
    """,
        patience=60,
    )
    assert not (here.folder / "reports" / FILE).exists()
