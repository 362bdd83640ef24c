"""Staff write an announcement at the desk, in both languages and with every wrong turn, over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from transcript import Stage, buttons, rendered, stage

from bot.sandbox.seats import Seat

pytestmark = pytest.mark.asyncio(loop_scope="module")

AT_NIGHT_TOO = '[announcements]\nquiet_from = ""\nper_second = 200\n'


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """A bot with two staff members, Admin and Mei (who reads Chinese), and two subscribers, Anna and Bo."""
    async with stage(tmp_path_factory.mktemp("announcing"), more=AT_NIGHT_TOO) as made:
        await made.seat("Bo", language="zh")
        await employ(made, "Mei", "zh")
        await made.play("""
            Anna: /subscribe
            bot: **What would you like to hear about?**…
            Anna presses ▫️ Training workshops
            bot shows: On: Training workshops
            bot edits: …
            Bo: /subscribe
            bot: **您想收到哪些通知？**…
            Bo presses ▫️ 国际培训班
            bot shows: 已开启：国际培训班
            bot edits: …
        """)
        yield made


async def employ(made: Stage, name: str, language: str = "en") -> Seat:
    """A new member of the staff."""
    seat = await made.seat(name, language=language)
    await made.play(f"{name}: /start\nbot: …")
    await made.play(f"""
        Admin: /grant {seat.id}
        bot: …
        Admin presses staff
        bot edits: …
    """)
    await seat.next_message()
    return seat


async def begin(made: Stage, name: str, text: str) -> None:
    """A fresh draft of a new member of the staff, with this text."""
    await employ(made, name)
    await made.play(f"""
        {name}: /announce
        bot: 📣 **A new announcement**…
        {name}: {text}
        bot: 📣 **Announcement …** · draft…
    """)


async def test_whole_announcement_is_written_in_english_and_arrives_as_previewed(here: Stage) -> None:
    here.files["form.pdf"] = b"%PDF-1.4 a form"
    await employ(here, "Ida")
    await here.play("""
        Ida: /announce
        bot: 📣 **A new announcement** …Send me its text as one message…
        buttons: 🗑 Discard
        Ida formats: 14th Workshop\\n\\nIt runs <b>11–22 May 2027</b>. <i>Apply</i> at <a href="https://example.org/a">us</a>.
        bot: …**English** > **14th Workshop** It runs 11–22 May 2027. …**中文**: not written…• choose who gets it
        Ida presses 👥 Audience
        bot edits: **Who shall get it?** 👥 nobody chosen yet…
        Ida presses Topics
        bot edits: **Topics** …
        Ida presses ▫️ Training workshops · 2
        bot edits: …
        Ida presses ‹ Back
        bot edits: …👥 Training workshops → **2 recipients** (English 1 · 中文 1)…
        Ida presses ‹ Back
        bot edits: …**中文**: not written. 1 reader of it gets the text in English.…
        Ida presses 📅 Dates
        bot edits: …Your text names these; tap to take them over:
        Ida presses ➕ 11 May 2027 – 22 May 2027
        bot edits: …• 11 May 2027 – 22 May 2027
        Ida presses ‹ Back
        bot edits: …
        Ida presses 🔗 Links
        bot edits: **Link buttons**…
        Ida: Apply now | 立即报名 https://example.org/apply
        bot: …• Apply now | 立即报名 https://example.org/apply
        Ida presses ‹ Back
        bot edits: …
        Ida sends form.pdf
        bot: …📎 form.pdf 🔗 Apply now 📅 11 May 2027 – 22 May 2027 👥 Training workshops…📎 Added.
        Ida presses ➕ 中文
        bot edits: **中文** Send the announcement in 中文. …
        Ida: 第十四期培训班\\n五月举行。
        bot: …**中文** > **第十四期培训班** 五月举行。…
        Ida presses 👁 Preview
        bot: 👇 **English**
        bot: **14th Workshop** It runs **11–22 May 2027**. _Apply_ at us.
        buttons: Apply now / 👍 Interested | Not this time / 💬 Question | 🔕 Stop these messages
        bot: …
        file: form.pdf
        bot: 📅 For your calendar
        file: citedesk-2027-05-11.ics
        bot: 👇 **中文**
        bot: **第十四期培训班** 五月举行。
        buttons: 立即报名 / 👍 感兴趣 | 这次不参加 / 💬 提问 | 🔕 不再接收
        bot: …
        bot: 📅 可加入您的日历
        bot: …👆 That is how it will look.
        Ida presses Send … ▸
        bot edits: **Send “14th Workshop”?** …→ **2 recipients** (English 1 · 中文 1)…
        Ida presses 📤 Send to 2 now
        bot edits: …**14th Workshop** · sent ▓▓▓▓▓▓▓▓▓▓ 2 of 2
        bot: 📣 It is out. ✅ **14th Workshop** · sent **Together**: 2 sent **English**: 1 sent **中文**: 1 sent
    """)
    anna, bo = here.people["Anna"], here.people["Bo"]
    main = await anna.next_message()
    assert rendered(main) == "**14th Workshop**\n\nIt runs **11–22 May 2027**. _Apply_ at us."
    assert next(one["url"] for one in main["entities"] if one["type"] == "text_link") == "https://example.org/a"
    assert buttons(main).startswith("Apply now / 👍 Interested")
    assert await anna.download(await anna.next_message()) == here.files["form.pdf"]
    assert b"DTSTART;VALUE=DATE:20270511" in await anna.download(await anna.next_message())
    assert rendered(await bo.next_message()) == "**第十四期培训班**\n\n五月举行。"


async def test_desk_speaks_chinese_and_takes_formatting_that_is_typed_out(here: Stage) -> None:
    await here.play("""
        Mei: /announce
        bot: 📣 **新通知**…
        Mei: 第十五期培训班
        bot: **中文** > **第十五期培训班** …标题已记下。现在请发正文。
        Mei: 欢迎**报名**。
        bot: …读者会原样看到它们。
        Mei presses 变成真正的格式
        bot edits: …> **第十五期培训班** 欢迎报名。…
        Mei presses 👥 发给谁
        bot edits: **发给谁？**…
        Mei presses ▫️ 所有订阅者
        bot edits: …👥 所有订阅者 → **2 个收件人**（English 1 · 中文 1）…
        Mei presses ‹ 返回
        bot edits: …**English**：未写。1 位读者会收到 中文 版。…
        Mei presses 👁 预览
        bot: 👇 **中文**
        bot: **第十五期培训班** 欢迎**报名**。
        bot: …👆 读者看到的就是这样。
        Mei presses 🗑 丢弃
        bot edits: 要丢弃这份草稿吗？丢弃后无法恢复。
        Mei presses 🗑 确认丢弃
        bot edits: 草稿已丢弃。
    """)


async def test_broken_formatting_is_named_and_the_text_can_be_sent_again(here: Stage) -> None:
    await employ(here, "Ole")
    await here.play("""
        Ole: /announce
        bot: …
        Ole: Title\\nPlease <b>apply <i>now</b></i>
        bot: …The written-out formatting does not fit: <b> has no counterpart…
        Ole: Title\\nPlease <b>apply</b>
        bot: …Readers would see it just like that.
        Ole presses Make it real formatting
        bot edits: …> **Title** Please apply…
        Ole presses 👁 Preview
        bot: 👇 **English**
        bot: **Title** Please **apply**
        bot: …
    """)


async def test_text_that_is_too_long_says_by_how_much_and_its_second_part_is_no_question(here: Stage) -> None:
    await begin(here, "Pam", "Title\\nShort.")
    await here.play("Pam presses ✏️ English\nbot edits: …")
    seat = here.people["Pam"]
    await seat.say("A title\n" + "word " * 800)
    assert "draft" in (await seat.next_message())["text"]
    await seat.say("and the rest of it, that the app sent as a second message? " * 4)
    refused = await seat.next_message()
    assert "4,244 characters; Telegram takes 4,096. Please shorten it by 148." in refused["text"]
    await here.play("""
        Pam presses ‹ Back
        bot edits: …**Still to do** …• English: too long for Telegram, 4,244 of 4,096 characters
        Pam presses What is missing?
        bot shows: This is still to do: …too long for Telegram…
        Pam presses ↩️ Undo
        bot edits: …
        Pam presses ↩️ Undo
        bot edits: …> **Title** Short.…↩️ The last change is undone.
    """)


async def test_time_in_the_past_or_in_doubt_is_asked_back(here: Stage) -> None:
    await begin(here, "Rob", "Title\\nText.")
    await here.play("""
        Rob presses 🕘 When
        bot edits: **When shall it go out?** …Without a place it is Beijing time.
        Rob: yesterday 9:00
        bot: …⚠️ That time has passed already.
        Rob: 31 Feb 9:00
        bot: …⚠️ There is no such day: …
        Rob: whenever you like
        bot: …⚠️ I cannot read “whenever you like” as a time.
        Rob: 05/06/2027 9:00
        bot: …can be read two ways…
        Rob presses 2027-06-05
        bot edits: …🕘 Sat 5 Jun 2027, 09:00, Beijing (UTC+8); nobody gets it at night…
        Rob presses 🕘 When
        bot edits: …
        Rob: 7 June 2027 15:00 Nairoby
        bot: …⚠️ I do not know the place “Nairoby”.…
        Rob presses Nairobi (UTC+3)
        bot edits: …🕘 Mon 7 Jun 2027, 15:00, Nairobi (UTC+3)…
        Rob presses 🕘 When
        bot edits: …
        Rob presses 🌙 Nobody at night
        bot edits: …at night too.…
        Rob presses As soon as I say so
        bot edits: …🕘 as soon as you say so; at night too…
    """)


async def test_empty_audience_does_not_go_out_and_countries_are_asked_back(here: Stage) -> None:
    await begin(here, "Sue", "Title\\nText.")
    await here.play("""
        Sue presses What is missing?
        bot shows: This is still to do: • choose who gets it
        Sue presses 👥 Audience
        bot edits: …
        Sue presses Countries
        bot edits: **Countries** …
        Sue: Tonga, Gana
        bot: …⚠️ I do not know “Gana”. Did you mean:
        Sue presses ➕ Ghana
        bot edits: **Countries**…
        buttons: ❌ Tonga | ❌ Ghana / ‹ Back
        Sue presses ‹ Back
        bot edits: …in Tonga, Ghana → **nobody** at the moment…
        Sue presses ‹ Back
        bot edits: …• nobody is in this audience yet: widen it
        Sue presses What is missing?
        bot shows: This is still to do: • nobody is in this audience yet: widen it
        Sue presses 👥 Audience
        bot edits: …
        Sue presses ▫️ English
        bot edits: …in Tonga, Ghana; and readers of English → **nobody**…
        Sue presses ⚖️ All of these must hold
        bot edits: …in Tonga, Ghana; or readers of English → **1 recipient**…
    """)


async def test_admin_makes_a_topic_on_the_way_and_staff_does_not(here: Stage) -> None:
    await begin(here, "Val", "Title\\nText.")
    await here.play("""
        Val presses 👥 Audience
        bot edits: …
        Val presses Topics
        bot edits: …
        Val presses ➕ New topic
        bot shows: Only admins can do this.
        Admin: /announce
        bot: …
        Admin: Title\\nText.
        bot: …
        Admin presses 👥 Audience
        bot edits: …
        Admin presses Topics
        bot edits: …
        Admin presses ➕ New topic
        bot edits: **A new topic**…
        Admin: 暑期学校
        bot: …⚠️ An English name comes first, on one line.
        Admin: Summer school | 暑期学校
        bot: **Topics**…
        Zoe: /subscribe
        bot: …
        buttons: ▫️ Training workshops / ▫️ New reports / ▫️ News of the institute / ▫️ Summer school / Done
    """)


async def test_new_topic_takes_the_place_of_no_other(here: Stage) -> None:
    """Ids are cut names: a name that begins like another's, or is another's id, once renamed that one."""
    await here.play("""
        Admin presses ➕ New topic
        bot edits: …
        Admin: news of the Institute
        bot: …⚠️ There is a topic of this name already: News of the institute
    """)
    for name in ("Workshops", "Science and technology in the tropics", "Science and technology in the tundra"):
        await here.play(f"Admin: {name}\nbot: **Topics**…\nAdmin presses ➕ New topic\nbot edits: …")
    await here.play("Yan: /subscribe\nbot: …")
    offered = buttons(here.last["Yan"])
    for name in ("Training workshops", "Workshops", "Science and technology in the tropics"):
        assert f"▫️ {name} /" in offered
    assert "▫️ Science and technology in the tundra / Done" in offered


async def test_line_without_an_address_or_a_date_changes_nothing(here: Stage) -> None:
    await begin(here, "Tim", "Title\\nText.")
    here.files["song.bin"] = b"\x00"
    await here.play("""
        Tim presses 🔗 Links
        bot edits: …
        Tim: just words
        bot: …⚠️ There is no address in “just words”. Nothing was changed.
        Tim presses ‹ Back
        bot edits: …
        Tim presses 📅 Dates
        bot edits: …
        Tim: some day soon
        bot: …⚠️ I find no date in “some day soon”.
        Tim: 11 May 2027 09:00–12:00 Nairobi time, Hall 3
        bot: …• 11 May 2027, 09:00–12:00 (UTC+3), Hall 3
        Tim presses ‹ Back
        bot edits: …📅 11 May 2027, 09:00–12:00 (UTC+3), Hall 3…
    """)


async def test_more_links_than_fit_are_named_and_none_is_dropped(here: Stage) -> None:
    await begin(here, "Leo", "Title\\nText.")
    lines = [f"Page {n} https://example.org/{n}" for n in range(1, 8)]
    seven, five, two = ("\\n".join(part) for part in (lines, lines[:5], lines[5:]))
    await here.play(f"""
        Leo presses 🔗 Links
        bot edits: …
        Leo: {seven}
        bot: …⚠️ 6 links at most; these would be 7. Nothing was changed.
        Leo: {five}
        bot: …• Page 5 https://example.org/5
        Leo: {two}
        bot: …• Page 5 https://example.org/5 ⚠️ 6 links at most; these would be 7. Nothing was changed.
        Leo: Renamed https://example.org/5\\nPage 6 https://example.org/6
        bot: …• Renamed https://example.org/5 • Page 6 https://example.org/6
    """)


async def test_picture_stands_above_a_short_text_and_below_a_long_one(here: Stage) -> None:
    await begin(here, "Uta", "Title\\nShort.")
    seat = here.people["Uta"]
    await seat.send_file("poster.png", PNG, kind="photo")
    assert "📎 picture" in (await seat.next_message())["text"]
    await here.play("""
        Uta presses 👁 Preview
        bot: 👇 **English**
        bot: **Title** Short.
        bot: …
        Uta presses ✏️ English
        bot edits: …
    """)
    assert any("photo" in one and one.get("caption") for one in await seat.messages())
    await seat.say("Title\n" + "word " * 250)
    assert "Telegram takes 1,024" in (await seat.next_message())["text"]
    await here.play("""
        Uta presses Put the picture below the text
        bot edits: …
        Uta presses 👁 Preview
        bot: 👇 **English**
        bot: **Title** word word…
        bot:
        bot: …👆 That is how it will look.
    """)


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001"
    "e221bc330000000049454e44ae426082"
)
