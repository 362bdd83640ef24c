"""`/explain` and `/dict` in the chat, as transcripts over HTTP with the sandbox's Bot API server."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from transcript import Stage, stage

from bot.admin.chat.dict_command import read_change
from content.glossary import Change, GlossaryNotChanged
from index.build.known_questions import ENOUGH

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with stage(tmp_path_factory.mktemp("tuning")) as made:
        yield made


async def test_partner_is_told_that_only_admins_may(here: Stage) -> None:
    await here.play("""
        Anna: /explain How many towns?
        bot: Only admins can do this.
        Anna: /dict
        bot: Only admins can do this.
    """)


async def test_admin_sees_why_a_question_is_answered_or_refused(here: Stage) -> None:
    await here.play("""
        Admin: /explain
        bot: Write the question after the command: …
        Admin: /explain How many towns did the survey reach in Kenya?
        bot: **question** How many towns did the survey reach in Kenya?…Concepts, and their points for each hit…towns…
        Admin: /explain How many towns are there in Paraguay?
        bot: …refused: not in the reports…Paraguay…
        Admin: /explain </pre>zylophone <b>qwxzy</b>?
        bot: **question** </pre>zylophone <b>qwxzy</b>?…refused: …
    """)
    assert {one["type"] for one in here.last["Admin"]["entities"]} == {"bold", "pre"}


async def test_explain_alone_takes_the_last_question_with_what_it_leant_on(here: Stage) -> None:
    await here.play("""
        Admin: How many permanent employees did the institute have in 2021?
        bot: …133…
        Admin: and in 2012?
        bot: …
        Admin: /explain
        bot: **question** and in 2012?…**understood as** …2012…employees…
    """)


async def test_admin_adds_a_word_after_seeing_what_it_changes(here: Stage) -> None:
    await here.play(
        """
        Carla: Which hamlets did the zubble reach?
        bot: **The reports do not answer this.**…
        Admin: /dict zubble
        bot: The glossary does not have “zubble”. To add to it: `/dict add word = other; other`
        Admin: /dict Add
        bot: The glossary has …`/dict add foresight = …
        Admin: /dict add zubble = survey of small ports
        bot: Trying it on the questions that were asked …
        bot edits: **New:** zubble = survey of small ports…recorded question…
        buttons: Take it | Leave it
        Admin presses Leave it
        bot edits: The glossary stays as it was.
        Admin: /dict add zubble = survey of small ports; 小港
        bot: Trying it on …
        bot edits: **New:** zubble = 小港 = …**Which hamlets did the zubble reach?** now: the reports…
        Admin presses Take it
        bot edits: Done. “zubble” is understood as you said from now on.
        Carla: Which hamlets did the zubble reach?
        bot: …212 towns…
        Admin: /dict zubble
        bot: • zubble = 小港 = survey of small ports
        Admin: /dict remove zubble = 小港
        bot: Trying it on …
        bot edits: **Now:** zubble = 小港 = survey of small ports **Then:** zubble = survey of small ports…
    """,
        patience=60,
    )
    assert "zubble" in (here.folder / "reports" / "glossary.csv").read_text(encoding="utf-8")
    await here.play("Admin: /audit\nbot: …dict add zubble: survey of small ports; 小港…")


async def test_a_change_that_cannot_be_made_is_told_at_once(here: Stage) -> None:
    await here.play("""
        Admin: /dict add zubble
        bot: Nothing was changed. zubble: no other word for it is given: …
        Admin: /dict remove quaggle
        bot: Trying it on …
        bot edits: Nothing was changed. quaggle: the glossary has no such word: …
        Admin: /dict
        bot: The glossary has …
    """)


async def test_known_questions_keep_a_change_from_going_live(here: Stage) -> None:
    questions = here.folder / "reports" / "questions.jsonl"
    answers = '{"institute-report-2021.md": ["212 towns"]}'
    asked = ["Which hamlets did the quaddle reach" + "?" * marks for marks in range(1, ENOUGH + 1)]
    questions.write_text("".join(f'{{"question": "{question}", "answers": {answers}}}\n' for question in asked))
    await here.play(
        """
        Admin: /dict add quaddle = survey of small ports
        bot: Trying it on …
        bot edits: **New:** …
        Admin presses Take it
        bot edits: Done. …
        Admin: /dict remove quaddle
        bot: Trying it on …
        bot edits: **To be taken out:** …
        Admin presses Take it
        bot edits: **The glossary stays as it was.** …Which hamlets did the quaddle reach?…
    """,
        patience=60,
    )
    assert "quaddle" in (here.folder / "reports" / "glossary.csv").read_text(encoding="utf-8")
    (here.folder / "reports" / "institute-report-2021.md").unlink()
    await here.play(
        """
        Admin: /reindex
        bot: Reading the reports …
        bot edits: **The new index was not taken.** Of 20 known questions it answers 0…• Which hamlets…
        Admin presses Take it all the same
        bot edits: Reading the reports …
        bot edits: **The index is up to date.** Removed: …0 of 20 known questions are answered. …
    """,
        patience=60,
    )


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("add a = b; c", Change("add", "a", ("b", "c"))),
        ("添加 湖泊＝lake；mere", Change("add", "湖泊", ("lake", "mere"))),
        ("Remove  a b", Change("remove", "a b")),
        ("删除 a = b", Change("remove", "a", ("b",))),
        ("foresight", None),
        ("address", None),
        ("", None),
    ],
)
async def test_changes_are_read_in_both_languages(text: str, read: Change | None) -> None:
    assert read_change(text) == read


async def test_a_change_without_another_word_is_refused() -> None:
    with pytest.raises(GlossaryNotChanged):
        read_change("add lake")
