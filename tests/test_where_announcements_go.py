"""Channels, topics of forums, groups that mute the bot, accounts that are gone: each by the door it has, over HTTP."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from transcript import Stage, keyboard, rendered, stage

pytestmark = pytest.mark.asyncio(loop_scope="module")
QUICKLY = '[announcements]\nquiet_from = ""\nper_second = 200\n[answers]\nper_minute = 1000\n'


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """A bot, and Ina who leads a channel, a forum and a group."""
    async with stage(tmp_path_factory.mktemp("where"), more=QUICKLY) as made:
        await made.play("Ina: /start\nbot: …")
        yield made


async def announce(made: Stage, title: str, topic: str, total: int, report: str) -> None:
    """Send it to the subscribers of a topic; the report reads so."""
    await made.play(f"""
        Admin: /announce
        bot: 📣 **A new announcement**…
        Admin: {title}\\nText of it.
        bot: 📣 **Announcement …
        Admin presses 👥 Audience
        bot edits: …
        Admin presses Topics…
        bot edits: …
        Admin presses ▫️ {topic}…
        bot edits: …
        Admin presses ‹ Back
        bot edits: …
        Admin presses ‹ Back
        bot edits: …
        Admin presses Send … ▸
        bot edits: …
        Admin presses 📤 Send to {total} now
        bot edits: …
        bot: 📣 It is out.…{report}…
    """)


def urls(message: dict[str, Any]) -> dict[str, str]:
    return {one["text"]: one["url"] for row in keyboard(message) for one in row if "url" in one}


async def test_question_in_a_channel_leads_to_the_bot_and_opens_the_dialogue(here: Stage) -> None:
    ina = here.people["Ina"]
    channel = await ina.found("Lighthouse", kind="channel")
    await ina.next_message(chat=ina.id)
    await here.play("Ina presses ▫️ News of the institute\nbot edits: …")
    await announce(here, "Open day", "News of the institute", 1, "**Together**: 1 sent")
    arrived = await ina.next_message(chat=channel)
    link = urls(arrived)["💬 Question"]
    assert link.startswith("https://t.me/citedesk_bot?start=ask_")
    # somebody who reads the channel and never wrote to the bot
    uma = await here.seat("Uma", "zh")
    await uma.start(link.partition("start=")[2])
    asked = await uma.next_message()
    assert rendered(asked).startswith("关于“Open day”，您想问工作人员什么？")
    await here.play("""
        Uma: 几点开始？
        bot: 您关于“Open day”的问题已转给工作人员…
    """)
    asked = await here.people["Admin"].next_message()
    assert rendered(asked).startswith("💬 **A partner asks** about “Open day”:\n> 几点开始？")
    # a correction keeps the link
    await here.play(r"""
        Admin: /announcements
        bot: **Announcements**
        Admin presses ✅ Open day…
        bot edits: …
        Admin presses 📊 Report
        bot edits: …**Answers**: 👍 0 interested · 0 not this time · 💬 1 with a question…
        Admin presses ✏️ Correct it
        bot edits: …
        Admin presses ✏️ English
        bot edits: …
        Admin: Open day\nText of it, at nine.
        bot: Change it to this …
        Admin presses ✏️ Yes, change it
        bot edits: …
        bot: ✏️ It is corrected…
    """)
    assert urls(await ina.next_edit(chat=channel)) == {"💬 Question": link}


async def test_link_to_an_announcement_that_there_is_not_says_so(here: Stage) -> None:
    await here.people["Ina"].start("ask_999")
    await here.play("Ina: /start\nbot: …ask_999…\nbot: …")


async def test_announcement_goes_to_the_topic_that_subscribed_and_a_shut_one_is_reported(here: Stage) -> None:
    ina = here.people["Ina"]
    forum = await ina.found("Harbour", kind="supergroup", forum=True)
    await ina.next_message(chat=forum)
    thread = (await ina.act("open_topic", chat=forum, title="Workshops"))["thread"]
    await ina.say("/subscribe@citedesk_bot", chat=forum, thread=thread)
    offered = await ina.next_message(chat=forum)
    assert offered["message_thread_id"] == thread
    await ina.press(offered, "▫️ Training workshops")
    await announce(here, "First", "Training workshops", 1, "**Together**: 1 sent")
    arrived = await ina.next_message(chat=forum)
    assert rendered(arrived).startswith("**First**")
    assert arrived["message_thread_id"] == thread
    # a question there is answered there
    await ina.say("@citedesk_bot How many permanent employees did the institute have?", chat=forum, thread=thread)
    answer = await ina.next_message(chat=forum)
    assert "133" in answer["text"]
    assert answer["message_thread_id"] == thread

    await ina.act("close_topic", chat=forum, thread=thread)
    await announce(here, "Second", "Training workshops", 1, "1 failed…• failed: the topic of the group is closed · 1")
    await ina.act("close_topic", chat=forum, thread=thread, closed=False)
    await announce(here, "Third", "Training workshops", 1, "**Together**: 1 sent")
    await ina.act("delete_topic", chat=forum, thread=thread)
    await announce(here, "Fourth", "Training workshops", 1, "1 failed…• failed: the topic of the group was deleted · 1")


async def test_answer_in_a_topic_that_is_shut_is_no_fault(here: Stage, caplog: pytest.LogCaptureFixture) -> None:
    ina = here.people["Ina"]
    forum = await ina.found("Pier", kind="supergroup", forum=True)
    await ina.next_message(chat=forum)
    thread = (await ina.act("open_topic", chat=forum, title="Talk"))["thread"]
    await ina.act("close_topic", chat=forum, thread=thread)
    with caplog.at_level(logging.WARNING):
        await ina.say("@citedesk_bot How many permanent employees were there?", chat=forum, thread=thread)
        await ina.say("@citedesk_bot How many permanent employees were there?", chat=forum)
        assert "133" in (await ina.next_message(chat=forum))["text"]  # the group itself can be written to
    assert "Traceback" not in caplog.text
    assert "fault" not in caplog.text


async def test_group_that_took_the_right_to_write_is_not_asked_in_vain(
    here: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    ina = here.people["Ina"]
    group = await ina.found("Mole", kind="supergroup")
    await ina.next_message(chat=group)
    await ina.say("/subscribe@citedesk_bot", chat=group)
    await ina.press(await ina.next_message(chat=group), "▫️ New reports")
    await ina.next_edit(chat=group)
    await ina.act("silence", chat=group)
    muted = "the group does not let the bot write · 1"
    with caplog.at_level(logging.WARNING):
        await announce(here, "Quiet", "New reports", 1, f"1 failed…• failed: {muted}")
        await here.play("Vic: /subscribe\nbot: …\nVic presses ▫️ New reports\nbot edits: …")
        calls = len(await here.server.seats.journal(chat=group, method="sendMessage"))
        await ina.say("we talk to each other", chat=group)
        await announce(here, "Quieter", "New reports", 1, f"1 sent · 1 left out…• left out: {muted}")
    assert len(await here.server.seats.journal(chat=group, method="sendMessage")) == calls
    assert "Traceback" not in caplog.text
    assert "fault" not in caplog.text
    # the right is back: an answer shows it, and the next announcement goes there
    await ina.act("silence", chat=group, silent=False)
    await ina.say("@citedesk_bot How many permanent employees did the institute have?", chat=group)
    assert "133" in (await ina.next_message(chat=group))["text"]
    await announce(here, "Loud", "New reports", 2, "**Together**: 2 sent")


async def test_deleted_account_is_not_called_blocked(here: Stage) -> None:
    wim = await here.seat("Wim")
    await here.play("Wim: /subscribe\nbot: …\nWim presses ▫️ New reports\nbot edits: …")
    await wim.act("delete_account")
    await announce(here, "Leaving", "New reports", 3, "1 failed…• failed: the account was deleted · 1")
    await announce(here, "Left", "New reports", 2, "1 left out…• left out: had deleted the account before · 1")


async def test_caption_of_a_file_in_a_group_is_its_text(here: Stage) -> None:
    """A question to the bot, and one that replies to an announcement; what members say to each other is left alone."""
    ina, admin = here.people["Ina"], here.people["Admin"]
    group = await ina.found("Quay", kind="supergroup")
    await ina.next_message(chat=group)
    asked = "@citedesk_bot How many permanent employees did the institute have?"
    await ina.send_file("staff.txt", b"list", caption=asked, chat=group)
    assert "133" in (await ina.next_message(chat=group))["text"]

    await ina.say("/subscribe@citedesk_bot", chat=group)
    await ina.press(await ina.next_message(chat=group), "▫️ Training workshops")
    await ina.next_edit(chat=group)
    await announce(here, "With papers", "Training workshops", 2, "**Together**: 1 sent")
    arrived = await ina.next_message(chat=group)
    await ina.send_file("a.pdf", b"%PDF", caption="nice photo of us", chat=group, reply_to=arrived["message_id"])
    await ina.send_file("b.pdf", b"%PDF", caption="Is this the form?", chat=group, reply_to=arrived["message_id"])
    assert rendered(await ina.next_message(chat=group)).startswith("The staff has your question about “With papers”.")
    assert rendered(await admin.next_message()).startswith("💬 **A partner asks** about “With papers”:")
    assert (await admin.next_message())["document"]["file_name"] == "b.pdf"
