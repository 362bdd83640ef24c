"""What somebody sends while Telegram takes no messages from us: done once, when it is back, as it was meant."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from transcript import Stage, stage

from bot import app
from bot.chat import courier

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """A bot whose patience is short, and whose minute too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(courier, "PATIENCE", (0.01, 0.01))
        patch.setattr(app, "MINUTE", 0.3)
        quickly = '[announcements]\nquiet_from = ""\nper_second = 200\n'
        async with stage(tmp_path_factory.mktemp("away"), more=quickly) as made:
            await made.play("Admin: /start\nbot: …")
            yield made


async def away(made: Stage, name: str, tries: int) -> None:
    """Nothing can be sent to somebody until their message was tried so often."""
    rule = made.server.api.faults.rules[-1]
    async with asyncio.timeout(20):
        while rule.met < 3 * tries:  # noqa: ASYNC110 - the server under test tells nobody
            await asyncio.sleep(0.02)
    await made.server.seats.lift()


async def test_question_that_waits_for_telegram_is_one_question(here: Stage) -> None:
    """In figures and lists it would stand once for each try, and the next question would lean on it."""
    anna = await here.seat("Anna")
    await here.play("Anna: /start\nbot: …")
    await here.server.seats.fault("server_error", method="sendMessage", chat=anna.id)
    await anna.say("How many elephants did the institute have?")
    await away(here, "Anna", 3)
    assert "The reports do not answer this." in (await anna.next_message())["text"]
    await here.play("""
        Admin: /unanswered
        bot: **1 question waits**…
        Admin: /stats
        bot: …: 1 asked (0 in Chinese)…
    """)
