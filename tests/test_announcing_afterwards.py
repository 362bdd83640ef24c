"""While an announcement goes out and afterwards: progress, pausing, who missed it, sending again, correcting."""

from __future__ import annotations

import contextlib
import csv
import io
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from transcript import Stage, buttons, matches, rendered, stage

from bot.app import Bot

pytestmark = pytest.mark.asyncio(loop_scope="module")

SLOWLY = '[announcements]\nquiet_from = ""\nper_second = 1\n'
READERS = ("Ada", "Bob", "Cyd", "Dee", "Eli")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """Five subscribers, and an announcement a second to each."""
    async with stage(tmp_path_factory.mktemp("afterwards"), more=SLOWLY) as made:
        for name in READERS:
            await made.play(f"""
                {name}: /subscribe
                bot: …
                {name} presses ▫️ New reports
                bot edits: …
            """)
        await made.play("Admin: /start\nbot: …")
        yield made


async def send(made: Stage, title: str) -> None:
    await made.play(f"""
        Admin: /announce
        bot: 📣 **A new announcement**…
        Admin: {title}\\nText of it.
        bot: 📣 **Announcement …
        Admin presses 👥 Audience
        bot edits: …
        Admin presses ▫️ Everyone subscribed
        bot edits: …
        Admin presses ‹ Back
        bot edits: …
        Admin presses Send … ▸
        bot edits: …
        Admin presses 📤 Send to 5 now
        bot edits: 📤 **{title}** · going out …
    """)


async def test_paused_goes_on_where_it_stopped_and_progress_is_one_message(here: Stage) -> None:
    await send(here, "Steps")
    await here.play("""
        Admin presses ⏸ Pause
        bot edits: ⏸ **Steps** · paused…Somebody paused it.…
        buttons: ▶️ Go on | ✖️ Cancel it / 📊 Report
    """)
    got = [name for name in READERS if not await here.people[name].quiet(0.3)]
    assert len(got) < len(READERS)
    await here.play("""
        Admin presses 📊 Report
        bot edits: …to come…
        Admin presses ‹ Back
        bot edits: ⏸ **Steps** · paused…
        Admin presses ▶️ Go on
        bot edits: 📤 **Steps** · going out…
        bot edits: ✅ **Steps** · sent ▓▓▓▓▓▓▓▓▓▓ 5 of 5
        bot: 📣 It is out.…**Together**: 5 sent
    """)
    for name in READERS:
        texts = [rendered(one) for one in await here.people[name].messages()]
        assert sum(text.startswith("**Steps**") for text in texts) == 1


async def test_old_button_does_not_go_on_past_what_stopped_it_since(here: Stage) -> None:
    """Whoever pressed it would not know that many of the first batch failed."""
    await send(here, "Halting")
    await here.play("""
        Admin presses ⏸ Pause
        bot edits: ⏸ **Halting** · paused…Somebody paused it.…
    """)
    with contextlib.closing(sqlite3.connect(here.config.database)) as database, database:
        database.execute("UPDATE announcements SET why = 'failing' WHERE state = 'paused'")
    await here.play("""
        Admin presses ▶️ Go on
        bot edits: ⏸ **Halting** · paused…
        Admin presses ▶️ Go on
        bot edits: 📤 **Halting** · going out…
        bot edits: ✅ **Halting** · sent ▓▓▓▓▓▓▓▓▓▓ 5 of 5
        bot: 📣 It is out.…
    """)


async def test_cancelled_stops_for_good_and_the_report_says_who_missed_it(here: Stage) -> None:
    await send(here, "Short-lived")
    await here.play("""
        Admin presses ✖️ Cancel it
        bot edits: **Cancel “Short-lived”?** It cannot be taken up again.…
        Admin presses ✖️ Yes, cancel it
        bot edits: ✖️ **Short-lived** · cancelled…
        Admin presses 📊 Report
        bot edits: …**Not delivered** • left out: it was cancelled · …
        Admin presses Who did not get it
        bot edits: **Who did not get it** 1. …left out: it was cancelled…
        Admin presses ‹ Report
        bot edits: …
    """)


async def test_deleted_progress_message_is_not_written_again_and_again(here: Stage) -> None:
    await send(here, "Unwatched")
    admin = here.people["Admin"]
    card = next(one for one in reversed(await admin.messages()) if "going out" in one.get("text", ""))
    await admin.act("delete", number=card["message_id"])
    finished = await admin.next_message(timeout=20)
    assert matches("📣 It is out.…**Together**: 5 sent…", rendered(finished))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def quick(here: Stage) -> Stage:
    """The same bot, from here on faster than anybody could watch."""
    announcements = replace(here.config.announcements, per_second=200.0)
    here.config = replace(here.config, announcements=announcements)
    await here.restart()
    return here


async def test_failures_have_names_and_unknown_ones_are_sent_again_one_by_one_or_all(quick: Stage) -> None:
    """Ada has blocked the bot; what Bob and Cyd got arrived, but the answer that says so was lost."""
    await quick.people["Ada"].block()
    for name in ("Bob", "Cyd"):
        await quick.server.seats.fault("lost", method="sendMessage", chat=quick.people[name].id, count=1)
    await quick.play("""
        Admin: /announce
        bot: 📣 **A new announcement**…
        Admin: Doubtful\\nText of it.
        bot: 📣 **Announcement …
        Admin presses 👥 Audience
        bot edits: …
        Admin presses ▫️ Everyone subscribed
        bot edits: …→ **4 recipients** (English 4); 1 more cannot be reached…
        Admin presses ‹ Back
        bot edits: …
        Admin presses Send … ▸
        bot edits: …
        Admin presses 📤 Send to 4 now
        bot edits: …▓▓▓▓▓▓▓▓▓▓ 5 of 5 · 1 left out · 2 unknown
        bot: 📣 It is out.…**Together**: 2 sent · 1 left out · 2 unknown…
        Admin presses ❓ Unknown: 2
        bot edits: **Nobody knows whether they got it.** …1. Bob (English) _unknown: Telegram's answer was lost_ …Cyd…
        Admin presses Again: 1
        bot shows: On its way again: 1
        bot edits: …1. Cyd (English)…
    """)
    await quick.play("""
        Admin presses ‹ Report
        bot edits: …
    """)
    admin = quick.people["Admin"]
    while "It is out" not in (await admin.next_message())["text"]:
        continue
    await quick.play("""
        Admin presses 🔄 Look again
        bot edits: …**Together**: 3 sent · 1 left out · 1 unknown…
        Admin presses ❓ Unknown: 1
        bot edits: …
        Admin presses Send again to all of them
        bot edits: Send it again to 1 recipient? They may get it twice.
        Admin presses Yes, send again
        bot shows: On its way again: 1
        bot edits: …
        bot: 📣 It is out.…**Together**: 4 sent…
        Admin presses 📄 CSV
        bot: Every recipient and what became of it.
    """)
    rows = list(csv.reader(io.StringIO((await admin.download(quick.last["Admin"])).decode("utf-8-sig"))))
    assert len(rows) == 6  # a heading, and Ada's too
    counts = {}
    for name in READERS:
        texts = [rendered(one) for one in await quick.people[name].messages()]
        counts[name] = sum(text.startswith("**Doubtful**") for text in texts)
    assert counts == {"Ada": 0, "Bob": 2, "Cyd": 2, "Dee": 1, "Eli": 1}


async def test_correction_is_shown_before_it_goes_and_a_withdrawn_one_is_gone_everywhere(quick: Stage) -> None:
    await quick.play("""
        Admin: /announcements
        bot: **Announcements**
        Admin presses ✅ Doubtful…
        bot edits: …
        Admin presses 📊 Report
        bot edits: …
        Admin presses ✏️ Correct it
        bot edits: **Correct it everywhere.**…
        Admin presses ✏️ English
        bot edits: Send the corrected announcement in English …> **Doubtful** Text of it.
        Admin: Only a title
        bot: Change it to this for up to 4 recipients? …
        Admin presses ✏️ Yes, change it
        bot edits: …⚠️ Title and text are both needed: the first line is the title.
        Admin: Certain\\nNew text of it.
        bot: Change it to this for up to 4 recipients? …corrected: title, text > **Certain** New text of it.
        Admin presses ✏️ Yes, change it
        bot edits: …**Correction**: …
        bot: ✏️ It is corrected everywhere it could be.…
    """)
    dee = quick.people["Dee"]
    assert rendered((await dee.messages())[-1]) == "✏️ _Corrected: title, text_\n\n**Certain**\n\nNew text of it."
    await quick.play("""
        Admin presses ↩️ Withdraw it
        bot edits: **Withdraw it?** It is deleted for 4 recipients. …
        Admin presses ↩️ Yes, withdraw it
        bot edits: ↩️ **Certain** · withdrawn…
        bot: ↩️ It is withdrawn everywhere it could be.…
        Fay: /news
        bot: **Past announcements**
    """)
    assert not any("**Certain**" in rendered(one) for one in await dee.messages())
    assert "Certain" not in str(quick.last["Fay"]["reply_markup"])


async def test_late_one_asks_before_it_goes_and_goes_when_told(quick: Stage) -> None:
    """The machine was off when its time came."""
    await quick.people["Ada"].unblock()
    await quick.play("Ada: /start\nbot: …")
    await quick.play("""
        Admin: /announce
        bot: 📣 **A new announcement**…
        Admin: Overslept\\nText of it.
        bot: 📣 **Announcement …
        Admin presses 👥 Audience
        bot edits: …
        Admin presses ▫️ Everyone subscribed
        bot edits: …
        Admin presses ‹ Back
        bot edits: …
        Admin presses 🕘 When
        bot edits: …
        Admin: in 2 hours
        bot: …
        Admin presses Send … ▸
        bot edits: …
        Admin presses 📤 Schedule it for 5
        bot edits: 🕘 **Overslept** · scheduled…
    """)
    assert quick.bot is not None
    await quick.bot.stop()
    quick.bot = Bot(quick.config, clock=lambda: datetime.now(UTC) + timedelta(days=1))
    await quick.bot.start()
    asked = await quick.people["Admin"].next_message()
    assert matches("⏸ **Overslept** Its time was …, and the machine was off. Shall it still go out?", rendered(asked))
    assert buttons(asked).startswith("📤 Send now | 🕘 Another time")
    await quick.play("""
        Admin presses 📤 Send now
        bot edits: **Send “Overslept” now?** → **5 recipients** …
        Admin presses 📤 Yes, send it now
        bot edits: …**Overslept** · …
        bot: 📣 It is out.…**Together**: 5 sent…
    """)
