"""Partners choose what they hear about, tell of themselves or not, answer announcements, and stop with one tap."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from transcript import Stage, buttons, matches, rendered, stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

AT_NIGHT_TOO = '[announcements]\nquiet_from = ""\nper_second = 200\n'


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One bot for all; Admin is the only staff member."""
    async with stage(tmp_path_factory.mktemp("subscribing"), more=AT_NIGHT_TOO) as made:
        await made.play("Admin: /start\nbot: …")
        yield made


async def subscribe(made: Stage, name: str, topic: str) -> None:
    await made.play(f"{name}: /subscribe\nbot: …\n{name} presses ▫️ {topic}\nbot edits: …")


async def announce(made: Stage, title: str, audience: str) -> None:
    """The admin sends an announcement to a topic, and hears that it is out."""
    await made.play("Admin: /announce\nbot: …")
    await made.play(f"""
        Admin: {title}\\nText of it.
        bot: 📣 **Announcement …
        Admin presses 👥 Audience
        bot edits: …
        Admin presses Topics
        bot edits: …
        Admin presses ▫️ {audience}…
        bot edits: …
        Admin presses ‹ Back
        bot edits: …
        Admin presses ‹ Back
        bot edits: …
        Admin presses Send … ▸
        bot edits: …
        Admin presses 📤 Send to …
        bot edits: …· sent …
        bot: 📣 It is out.…
    """)


async def test_nobody_is_subscribed_who_did_not_ask(here: Stage) -> None:
    await subscribe(here, "Anna", "New reports")
    await here.seat("Ben")
    await here.play("Ben: /start\nbot: Hello! …")
    await announce(here, "Reports are out", "New reports")
    assert rendered(await here.people["Anna"].next_message()).startswith("**Reports are out**")
    assert await here.people["Ben"].quiet(0.5)


async def test_one_tap_under_an_announcement_stops_all_of_them(here: Stage) -> None:
    await here.play("""
        Anna presses 🔕 Stop these messages
        bot shows: Done: no more announcements.
        bot: Done. You get no more announcements. …
        Anna presses 🔕 Stop these messages
        bot shows: You are not subscribed to anything.
        Anna: /subscribe
        bot: **What would you like to hear about?**…
        buttons: ▫️ Training workshops / ▫️ New reports / ▫️ News of the institute / Done
    """)


async def test_topics_are_turned_on_and_off_and_named_at_the_end(here: Stage) -> None:
    await here.play("""
        Cem: /subscribe
        bot: **What would you like to hear about?**…
        Cem presses ▫️ Training workshops
        bot shows: On: Training workshops
        bot edits: …
        Cem presses ▫️ New reports
        bot shows: On: New reports
        bot edits: …
        buttons: ✅ Training workshops / ✅ New reports / ▫️ News of the institute / 🔕 Stop everything | Done
        Cem presses ✅ New reports
        bot shows: Off: New reports
        bot edits: …
        Cem presses Done
        bot edits: You will hear about: **Training workshops**. /unsubscribe ends it at any time.
        Cem: /unsubscribe
        bot: …
        Cem presses 🔕 Stop everything
        bot edits: Done. You get no more announcements. …
    """)


async def test_profile_is_optional_understands_both_languages_and_asks_back(here: Stage) -> None:
    await here.seat("Dao", language="zh")
    await here.play("""
        Dao: /profile
        bot: **个人情况** 国家或地区：_未填_…
        Dao presses 国家或地区
        bot edits: 您在哪个国家或地区？…
        Dao: 肯尼
        bot: 没有找到“肯尼”。您指的是下面哪一个？
        Dao presses 肯尼亚
        bot edits: …国家或地区：**肯尼亚**…
        Dao presses 时区
        bot edits: 您在哪个时区？…
        Dao presses 内罗毕（UTC+3）
        bot edits: …时区：**内罗毕（UTC+3）**…
        Dao presses 单位
        bot edits: 您在哪个单位工作？
        Dao: <b>科学院</b> & 伙伴
        bot: …单位：**<b>科学院</b> & 伙伴**…
        Dao presses 国家或地区
        bot edits: …
        Dao presses 清除
        bot edits: …国家或地区：_未填_…
        Dao presses 全部清除
        bot edits: …单位：_未填_…
    """)


async def test_question_to_the_reports_is_not_taken_for_a_country(here: Stage) -> None:
    await here.play("""
        Eva: /profile
        bot: **About you**…
        Eva presses Country or region
        bot edits: Which country …
        Eva: How many permanent employees did the institute have?
        bot: > …133 permanent employees…
        Eva: Kenya
        bot: …
    """)
    assert "About you" not in await here.shown("Eva")


async def test_group_is_subscribed_by_its_admins_only(here: Stage) -> None:
    gus, hal = await here.seat("Gus"), await here.seat("Hal")
    here.groups["Port"] = await gus.found("Port", members=(hal.id,))
    await gus.next_message(chat=here.groups["Port"])
    await hal.next_message(chat=here.groups["Port"])
    await here.play("""
        Hal in Port: /subscribe@citedesk_bot
        bot: Only admins of this group or channel can choose that.
    """)
    await gus.next_message(chat=here.groups["Port"])
    await here.play("""
        Gus in Port: /subscribe@citedesk_bot
        bot: **What shall “Port” hear about?**…
    """)
    pressed = await here.press("Hal in Port", "▫️ News of the institute")
    assert pressed["text"] == "Only admins of this group or channel can choose that."
    await here.press("Gus in Port", "▫️ News of the institute")
    await gus.next_edit(chat=here.groups["Port"])
    await announce(here, "For the port", "News of the institute")
    arrived = await gus.next_message(chat=here.groups["Port"])
    assert rendered(arrived).startswith("**For the port**")
    pressed = await hal.press(arrived, "🔕 Stop these messages")
    assert pressed["text"] == "Only admins of this group or channel can choose that."


async def test_channel_is_subscribed_by_whoever_made_the_bot_its_admin(here: Stage) -> None:
    ina = await here.seat("Ina")
    await here.play("Ina: /start\nbot: …")
    channel = await ina.found("Lighthouse", kind="channel")
    invited = await ina.next_message(chat=ina.id)
    assert matches(
        "Thank you for adding me to “Lighthouse”.…**What shall “Lighthouse” hear about?**…", rendered(invited)
    )
    await here.play("Ina presses ▫️ Training workshops\nbot edits: …")
    await announce(here, "To the lighthouse", "Training workshops")
    arrived = await ina.next_message(chat=channel)
    assert rendered(arrived).startswith("**To the lighthouse**")
    pressed = await ina.press(arrived, "👍 Interested")
    assert pressed["text"] == "Thank you! Noted: interested."


async def test_archive_shows_past_announcements_in_the_readers_language(here: Stage) -> None:
    await here.seat("Jin", language="zh")
    await here.play("""
        Jin: /news
        bot: **往期通知**
    """)
    title = next(one for one in buttons(here.last["Jin"]).split(" / ") if "Reports are out" in one)
    await here.play(f"""
        Jin presses {title}
        bot: **Reports are out** Text of it.
        buttons: 👍 感兴趣 | 这次不参加 / 💬 提问 | 🔕 不再接收
        Jin presses 👍 感兴趣
        bot shows: 这则通知是发给别人的，您的回答不计入。…
    """)


async def test_question_reaches_the_staff_and_their_answer_the_partner_without_names(here: Stage) -> None:
    await subscribe(here, "Kim", "Training workshops")
    await announce(here, "Autumn school", "Training workshops")
    kim, admin = here.people["Kim"], here.people["Admin"]
    arrived = await kim.next_message()
    await kim.say("Is there a <scholarship>?", reply_to=arrived["message_id"])
    passed = await kim.next_message()
    assert "The staff has your question about “Autumn school”." in passed["text"]
    asked = await admin.next_message()
    assert matches("💬 **A partner asks** about “Autumn school”: > Is there a <scholarship>? …", rendered(asked))
    assert "Kim" not in json.dumps(asked)
    assert str(kim.id) not in json.dumps({"text": asked["text"], "markup": asked["reply_markup"]})
    await admin.say("Yes, <b>ten</b> of them.", reply_to=asked["message_id"], formatted=True)
    answered = await kim.next_message()
    assert matches("✉️ **The staff answers** about “Autumn school”: > Yes, **ten** of them. …", rendered(answered))
    assert "Admin" not in json.dumps({key: answered[key] for key in ("text", "reply_markup")})
    sent = await admin.next_message()
    assert sent["text"] == "Sent to the partner."
    await here.play("""
        Kim presses ✍️ Write back
        bot: What would you like to write to the staff?
        Kim: Wonderful, thank you!
        bot: The staff has your question…
    """)
    again = await admin.next_message()
    assert matches("💬 **The partner writes back** about “Autumn school”: > Wonderful, thank you! …", rendered(again))
    await kim.say("And a desk?", reply_to=here.last["Kim"]["message_id"])
    assert "The staff has your question" in (await kim.next_message())["text"]
    more = await admin.next_message()
    assert matches("💬 **The partner writes back** about “Autumn school”: > And a desk? …", rendered(more))
    await here.play("Kim presses Show them my name\nbot shows: Your name was shown to them.")
    assert "is Kim" in (await admin.next_message())["text"]
    await admin.press(sent, "Show them my name")
    assert "was answered by Admin" in (await kim.next_message())["text"]


async def test_staff_hears_that_their_name_could_not_be_shown(here: Stage) -> None:
    kim, admin = here.people["Kim"], here.people["Admin"]
    await here.play("Kim presses ✍️ Write back\nbot: …\nKim: Who are you?\nbot: The staff has your question…")
    await admin.say("One of us.", reply_to=(await admin.next_message())["message_id"])
    sent = await admin.next_message()
    assert sent["text"] == "Sent to the partner."
    assert "One of us." in (await kim.next_message())["text"]
    await kim.block()
    pressed = await admin.press(sent, "Show them my name")
    assert pressed["text"] == "It could not be delivered: the partner has blocked the bot or left."
    await kim.unblock()


async def test_question_button_waits_for_the_question_and_can_be_left(here: Stage) -> None:
    await here.play("""
        Kim presses 💬 Question
        bot: What would you like to ask the staff about “Autumn school”? …
        Kim presses Never mind
        bot edits: All right.
        Kim: How many permanent employees did the institute have?
        bot: > …133 permanent employees…
        Kim presses 👍 Interested
        bot shows: Thank you! Noted: interested.
        Admin: /announcements
        bot: **Announcements**
        Admin presses ✅ Autumn school…
        bot edits: …
        Admin presses 📊 Report
        bot edits: …**Answers**: 👍 1 interested · 0 not this time · 💬 1 with a question
    """)


async def test_only_staff_answers_for_the_staff(here: Stage) -> None:
    lee = await here.seat("Lee")
    await here.play(f"""
        Lee: /start
        bot: …
        Admin: /grant {lee.id}
        bot: …
        Admin presses staff
        bot edits: …
    """)
    await lee.next_message()
    kim = here.people["Kim"]
    await here.play("""
        Kim presses 💬 Question
        bot: …
        Kim: Where is it?
        bot: The staff has your question…
    """)
    asked = await lee.next_message()
    await here.play(f"Admin: /revoke {lee.id}\nbot: …\nbot: …")
    await lee.next_message()
    await lee.say("I know it.", reply_to=asked["message_id"])
    assert (await lee.next_message())["text"] == "Only staff can do this."
    assert await kim.quiet(0.5)


async def test_export_holds_what_was_told_and_forget_leaves_nothing(here: Stage) -> None:
    kim = here.people["Kim"]
    await here.play("Kim: /export\nbot: …")
    stored = json.loads(await kim.download(here.last["Kim"]))
    assert [one["topic"] for one in stored["subscriptions"]] == ["workshops"]
    assert len(stored["questions_to_staff"]) == 2
    assert [one["choice"] for one in stored["announcement_replies"]] == ["interested", "question"]
    await here.play("""
        Kim: /forget
        bot: Shall I delete …your subscriptions, your profile…
        Kim presses Delete it all
        bot edits: Done. …
        Kim: /export
        bot: …
    """)
    stored = json.loads(await kim.download(here.last["Kim"]))
    assert stored["subscriptions"] == stored["questions_to_staff"] == stored["announcement_replies"] == []


async def test_bot_kept_to_the_rules_of_the_bot_api(here: Stage) -> None:
    """Last in this file: every call of all dialogs was one that Telegram takes."""
    allowed = ("chat not found", "terminated by other getUpdates", "message is not modified", "bot was blocked")
    refused = [
        call
        for call in here.server.journal.entries
        if not call.ok and not any(reason in call.description for reason in allowed)
    ]
    assert refused == []


async def test_who_writes_too_fast_is_told_so_once_and_the_staff_have_peace(here: Stage) -> None:
    await subscribe(here, "Zoe", "Training workshops")
    await announce(here, "Winter school", "Training workshops")
    zoe, admin = here.people["Zoe"], here.people["Admin"]
    arrived = await zoe.next_message()
    for number in range(8):
        await zoe.say(f"Question {number}?", reply_to=arrived["message_id"])
    answers = [(await zoe.next_message())["text"] for _ in range(6)]
    assert sum("The staff has your question" in text for text in answers) == 5
    assert sum("You write faster" in text for text in answers) == 1
    assert await zoe.quiet(1)
    asked = [rendered(await admin.next_message()) for _ in range(5)]
    assert all("Question" in text for text in asked)
    assert await admin.quiet(1)


async def test_a_sender_can_be_muted_and_heard_again(here: Stage) -> None:
    await subscribe(here, "Yan", "Training workshops")
    await announce(here, "Spring school", "Training workshops")
    yan, admin = here.people["Yan"], here.people["Admin"]
    arrived = await yan.next_message()
    await yan.say("Buy my boats!", reply_to=arrived["message_id"])
    assert "The staff has your question" in (await yan.next_message())["text"]
    asked = await admin.next_message()
    assert (await admin.press(asked, "🔇 Mute this sender"))["text"].startswith("Nothing from this sender")
    await yan.say("Buy my boats now!", reply_to=arrived["message_id"])
    assert "does not take messages from you" in (await yan.next_message())["text"]
    assert await admin.quiet(1)
    muted = (await admin.messages())[-1]
    assert (await admin.press(muted, "🔊 Hear this sender again"))["text"] == "This sender reaches the staff again."
    await yan.say("Where is the school?", reply_to=arrived["message_id"])
    assert "The staff has your question" in (await yan.next_message())["text"]
    assert "Where is the school?" in rendered(await admin.next_message())
