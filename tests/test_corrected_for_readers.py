"""A correction as its readers see it, over HTTP: what changed, with files and calendar, in their language only."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from transcript import Stage, buttons, rendered, stage

pytestmark = pytest.mark.asyncio(loop_scope="module")
QUICKLY = '[announcements]\nquiet_from = ""\nper_second = 200\n'
ENGLISH, CHINESE = ("Ada", "Bob", "Cyd"), ("Lin",)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """Three readers of English and one of Chinese have an announcement with a form and a calendar file."""
    async with stage(tmp_path_factory.mktemp("corrected"), more=QUICKLY) as made:
        made.files |= {"form.pdf": b"%PDF-1.4 old", "form-2.pdf": b"%PDF-1.4 new"}
        for name in (*ENGLISH, *CHINESE):
            await made.seat(name, "zh" if name in CHINESE else "en")
            await made.play(f"{name}: /subscribe\nbot: …")
            news = "▫️ 新报告" if name in CHINESE else "▫️ New reports"
            await made.play(f"{name} presses {news}\nbot edits: …")
        await made.play(r"""
            Admin: /announce
            bot: 📣 **A new announcement**…
            Admin: Workshop\nCome on 10 May 2027.
            bot: 📣 **Announcement …
            Admin sends form.pdf:
            bot: …📎 Added.
            Admin presses ➕ 中文
            bot edits: …
            Admin: 培训班\n2027年5月10日开班。
            bot: 📣 **Announcement …
            Admin presses 📅 Dates
            bot edits: …
            Admin: 10 May 2027 9:00-17:00, Hall 3
            bot: …• 10 May 2027, 09:00–17:00, Hall 3…
            Admin presses ‹ Back
            bot edits: …
            Admin presses 👥 Audience
            bot edits: …
            Admin presses ▫️ Everyone subscribed
            bot edits: …
            Admin presses ‹ Back
            bot edits: …
            Admin presses Send … ▸
            bot edits: …
            Admin presses 📤 Send to 4 now
            bot edits: …
            bot: 📣 It is out.…**Together**: 4 sent…
        """)
        yield made


async def received(made: Stage, name: str) -> list[dict[str, Any]]:
    """The messages of the announcement that somebody has."""
    messages = [one for one in await made.people[name].messages() if one.get("from", {}).get("is_bot")]
    return messages[-3:]


async def calendar(made: Stage, name: str) -> str:
    return (await made.people[name].download((await received(made, name))[2])).decode()


def line(calendar_text: str, name: str) -> str:
    entry = calendar_text[calendar_text.index("BEGIN:VEVENT") :]
    return next(one for one in entry.splitlines() if one.startswith(name)).partition(":")[2]


async def test_corrected_dates_are_named_and_the_calendar_file_is_a_new_one_of_the_same_entry(here: Stage) -> None:
    before = await calendar(here, "Ada")
    chinese = [rendered(one) for one in await received(here, "Lin")]
    await here.play(r"""
        Admin presses ✏️ Correct it
        bot edits: **Correct it everywhere.** …they see what was corrected.…
        buttons: ✏️ English / ✏️ 中文 / 📅 Dates | 📎 Files / ‹ Back
        Admin presses ✏️ English
        bot edits: Send the corrected announcement in English …> **Workshop** Come on 10 May 2027.
        Admin: Workshop\nCome on 12 May 2027.
        bot: Change it to this for up to 3 recipients? **English**: corrected: dates …1 recipient reads another…
    """)
    shown = rendered(here.last["Admin"])
    assert "⚠️ The text names other dates than before; the calendar file still says 10 May 2027" in shown
    assert "⚠️ 中文 still names the dates from before." in shown
    await here.play("""
        Admin presses Change more
        bot edits: **Correct it everywhere.**…
        Admin presses 📅 Dates
        bot edits: Send all dates of the calendar anew…• 10 May 2027, 09:00–17:00, Hall 3
        Admin: 12 May 2027 9:00-17:00, Hall 4
        bot: Change it to this for up to 4 recipients?…📅 12 May 2027, 09:00–17:00, Hall 4…
        Admin presses ✏️ Yes, change it
        bot edits: …**Correction**: …
        bot: ✏️ It is corrected everywhere it could be.…**Correction**: 4 corrected…
    """)
    main, form, _ = await received(here, "Ada")
    assert rendered(main) == "✏️ _Corrected: dates, place_\n\n**Workshop**\n\nCome on 12 May 2027."
    assert buttons(main).startswith("👍 Interested")
    assert form["document"]["file_name"] == "form.pdf"
    after = await calendar(here, "Ada")
    assert line(after, "UID") == line(before, "UID")
    assert int(line(after, "SEQUENCE")) > int(line(before, "SEQUENCE"))
    assert line(after, "DTSTART").startswith("20270512T09")
    assert line(after, "LOCATION") == "Hall 4"
    # the calendar's dates hold in every language; the Chinese text did not change
    assert rendered((await received(here, "Lin"))[0]) == f"✏️ _更正：日期、地点_\n\n{chinese[0]}"
    assert "20270512T09" in await calendar(here, "Lin")
    assert "edit_date" in main


async def test_only_the_language_that_changed_is_edited_and_the_report_counts_the_others(here: Stage) -> None:
    lin = [rendered(one) for one in await received(here, "Lin")]
    calls = len(await here.server.seats.journal(chat=here.people["Lin"].id))
    sequence = line(await calendar(here, "Ada"), "SEQUENCE")
    await here.people["Bob"].block()
    await here.people["Cyd"].act("delete", number=(await received(here, "Cyd"))[0]["message_id"])
    await here.play(r"""
        Admin presses ✏️ Correct it
        bot edits: …
        Admin presses ✏️ English
        bot edits: …
        Admin: Workshop\nCome on 12 May 2027. Lunch is free.
        bot: Change it to this for up to 3 recipients? **English**: corrected: text …
        Admin presses ✏️ Yes, change it
        bot edits: …
        bot: ✏️ It is corrected everywhere it could be.…
    """)
    shown = rendered(here.last["Admin"])
    assert "1 corrected · 2 could not be corrected · 1 read another language and needed none" in shown
    assert len(await here.server.seats.journal(chat=here.people["Lin"].id)) == calls
    assert [rendered(one) for one in await received(here, "Lin")] == lin
    main = (await received(here, "Ada"))[0]
    # what Ada has seen is the first version: all that changed since is named
    assert rendered(main).startswith("✏️ _Corrected: dates, place, text_")
    assert line(await calendar(here, "Ada"), "SEQUENCE") == sequence


async def test_replaced_file_stands_where_the_old_one_stood_and_a_new_one_is_sent_once(here: Stage) -> None:
    await here.play("""
        Admin presses ✏️ Correct it
        bot edits: …
        Admin presses 📎 Files
        bot edits: Which file?…
        Admin presses Replace form.pdf
        bot edits: Send the file that takes the place of form.pdf.
        Admin: no file
        bot: …⚠️ Only pictures and documents, please.
        Admin sends form-2.pdf:
        bot: Change it to this for up to 4 recipients?…📎 form-2.pdf…
        Admin presses ✏️ Yes, change it
        bot edits: …
        bot: ✏️ It is corrected everywhere it could be.…
    """)
    number = (await received(here, "Ada"))[1]["message_id"]
    main, form, _ = await received(here, "Ada")
    assert form["document"]["file_name"] == "form-2.pdf"
    assert await here.people["Ada"].download(form) == b"%PDF-1.4 new"
    assert form["message_id"] == number
    assert rendered(main).startswith("✏️ _Corrected: dates, place, text, files_")
    assert rendered((await received(here, "Lin"))[0]).startswith("✏️ _更正：日期、地点、附件_")

    # a further one is sent; its answer is lost: it is not sent again, and it is said
    await here.server.seats.fault("lost", method="sendDocument", chat=here.people["Ada"].id, count=1)
    await here.play("""
        Admin presses ✏️ Correct it
        bot edits: …
        Admin presses 📎 Files
        bot edits: Which file?…
        Admin sends form.pdf:
        bot: Change it to this…
        Admin presses ✏️ Yes, change it
        bot edits: …
        bot: ✏️ It is corrected everywhere it could be.…· 1 unknown…
    """)
    names = [one["document"]["file_name"] for one in await here.people["Ada"].messages() if "document" in one]
    # the calendar's place is the new file's now, and the calendar comes behind it
    assert names == ["form-2.pdf", "form.pdf", "citedesk-2027-05-12.ics"]
    names = [one["document"]["file_name"] for one in await here.people["Lin"].messages() if "document" in one]
    assert names == ["form-2.pdf", "form.pdf", "citedesk-2027-05-12.ics"]
