"""One person who presses much, over HTTP with a server that enforces Telegram's limits."""

from __future__ import annotations

import asyncio
from pathlib import Path

from transcript import keyboard, stage

PRESSES = 9


async def test_many_presses_of_one_person_meet_no_limit_and_others_are_answered_at_once(tmp_path: Path) -> None:
    async with stage(tmp_path) as here:
        await here.play("""
            Bo: How many permanent employees did the institute have?
            bot: …133 permanent employees…
            Cem: /start
            bot: …
        """)
        here.server.api.rates.mode = "enforce"
        bo, cem, answer = here.people["Bo"], here.people["Cem"], here.last["Bo"]
        (context,) = (one["text"] for row in keyboard(answer) for one in row if one["text"] == "In context")
        for _ in range(PRESSES):
            await bo.press(answer, context)
        await cem.say("How many visiting fellows came?")
        other = await cem.next_message(timeout=20)
        got = [await bo.next_message(timeout=20) for _ in range(PRESSES)]
        calls = here.server.journal.calls("sendMessage")
        assert [entry for entry in calls if entry.status == 429] == []
        assert "Seven visiting fellows" in other["text"]
        assert other["date"] < got[-1]["date"]
        assert await asyncio.wait_for(bo.quiet(0.1), 5)
