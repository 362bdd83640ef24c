"""Buttons that no message of ours has: whoever makes one up is told so, and nothing stands in the log."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from transcript import Stage, stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

FORGED = """
    pf:zone:Mars/Base pf:country:ZZ pf:language:xx pf:interests:x
    l: l:d l:c l:x l:h l:top l:h:zz l:d:zz:0 l:top:9999999999999999999 l:s:zz
    a:x: a:zz:more:5 q:9999999999999999999 p:zz:ctx nw:999999999999999 s:9999999999999999999:on:reports rl:zz:me
    n:at:9999999999999999999 n:done:zz:9999999999999999999 audit:9999999999999999999 g:9999999999999999999:staff
    d:1:undo d:1:meant:en d:1:text:en d:1:body:xx d:1:date:9 d:1:country:ZZ d:1:go:0 d:999999999999999:desk
    m:1:failed:9999999999999999999 m:1:unknown:9999999999999999999 m:1:again:9999999999999999999 m:1:zzz
    u:aaaaaaaaaaaa:both dict:take zzz
""".split()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with stage(tmp_path_factory.mktemp("forged"), more="[answers]\nper_minute = 1000\n") as made:
        await made.play("Pat: /start\nbot: …")
        yield made


async def test_title_of_marks_alone_is_no_title(here: Stage) -> None:
    """Nothing is left of it, and the screen has to show that all the same."""
    await here.play("""
        Admin: /announce
        bot: 📣 **A new announcement**…
        Admin: **
        bot: …The title is noted. Now the text.
        Admin: Come to Beijing.
        bot: 📣 **Announcement …
    """)


@pytest.mark.parametrize("name", ["Pat", "Admin"])
async def test_forged_button_is_answered_and_no_fault(here: Stage, name: str, caplog: pytest.LogCaptureFixture) -> None:
    """A line of the log for each would let anybody fill the disk; a traceback would hide the true faults."""
    world, user = here.server.world, here.people[name].id
    for data in FORGED:
        message = [one for one in world.messages[user].values() if one.sender != user][-1]
        press = world.press(user, message, data)
        async with asyncio.timeout(10):
            while not any(one.data.get("query") == press.id for one in world.changes.since(0)):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    assert [one.message for one in caplog.records if one.levelno >= logging.ERROR] == []
