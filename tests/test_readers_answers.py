"""What readers answer under an announcement: who counts, what the button shows, and that no word goes twice."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from transcript import Stage, buttons, rendered, stage

pytestmark = pytest.mark.asyncio(loop_scope="module")
QUICKLY = '[announcements]\nquiet_from = ""\nper_second = 200\n[answers]\nper_minute = 1000\n'


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """Ada of Kenya got an announcement for Kenya; Bob of Ghana did not; Cyd never subscribed."""
    async with stage(tmp_path_factory.mktemp("answers"), more=QUICKLY) as made:
        for name, country in (("Ada", "Kenya"), ("Bob", "Ghana")):
            await made.play(f"""
                {name}: /subscribe
                bot: …
                {name} presses ▫️ New reports
                bot edits: …
                {name}: /profile
                bot: …
                {name} presses Country or region
                bot edits: …
                {name}: {country}
                bot: …
            """)
        await made.play("Cyd: /start\nbot: …")
        await made.play(r"""
            Admin: /announce
            bot: 📣 **A new announcement**…
            Admin: For Kenya\nText of it.
            bot: 📣 **Announcement …
            Admin presses 👥 Audience
            bot edits: …
            Admin presses Countries…
            bot edits: …
            Admin: Kenya
            bot: …
            Admin presses ‹ Back
            bot edits: …
            Admin presses ‹ Back
            bot edits: …
            Admin presses Send … ▸
            bot edits: …
            Admin presses 📤 Send to 1 now
            bot edits: …
            bot: 📣 It is out.…**Together**: 1 sent…
        """)
        await made.people["Ada"].next_message()
        yield made


async def test_pressed_button_shows_it_and_changing_ones_mind_too(here: Stage) -> None:
    await here.play("""
        Ada presses 👍 Interested
        bot shows: Thank you! Noted: interested.
        bot edits: **For Kenya**…
        buttons: ✅ 👍 Interested | Not this time / 💬 Question | 🔕 Stop these messages
        Ada presses Not this time
        bot shows: Thank you for letting us know.
        bot edits: **For Kenya**…
        buttons: 👍 Interested | ✅ Not this time / 💬 Question | 🔕 Stop these messages
        Ada presses 👍 Interested
        bot edits: …
        buttons: ✅ 👍 Interested | Not this time / 💬 Question | 🔕 Stop these messages
    """)
    await here.play(r"""
        Admin presses ✏️ Correct it
        bot edits: …
        Admin presses ✏️ English
        bot edits: …
        Admin: For Kenya\nOther text of it.
        bot: Change it to this for 1 recipient?…
        Admin presses ✏️ Yes, change it
        bot edits: …
        bot: ✏️ It is corrected…
    """)
    assert buttons(await here.people["Ada"].next_edit()).startswith("✅ 👍 Interested | Not this time")


async def test_archive_shows_what_the_reader_may_see(here: Stage) -> None:
    await here.play("Ada: /news\nbot: **Past announcements**")
    item = buttons(here.last["Ada"])
    assert item.endswith("For Kenya")
    ada = here.people["Ada"]
    listed = (await ada.messages())[-1]
    data = listed["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    for name in ("Bob", "Cyd"):
        await here.play(f"{name}: /news\nbot: There were no announcements yet.…")
    # a button of somebody else's list, sent by a program
    await here.play("Bob: /language\nbot: …")
    bob = here.people["Bob"]
    world = here.server.people.world
    world.press(bob.id, world.messages[bob.id][max(world.messages[bob.id])], data)
    while "other countries" not in (await bob.next_change("answer"))["text"]:
        continue
    assert await bob.quiet(0.3)


async def test_only_those_who_got_it_count(here: Stage) -> None:
    ada = await here.people["Ada"].messages()
    data = next(
        row[0]["callback_data"]
        for one in ada
        for row in one.get("reply_markup", {}).get("inline_keyboard", [])
        if "Interested" in row[0]["text"]
    )
    world, bob = here.server.people.world, here.people["Bob"]
    world.press(bob.id, world.messages[bob.id][max(world.messages[bob.id])], data)
    while not (await bob.next_change("answer"))["text"].startswith("This announcement went to others"):
        continue
    await here.play("""
        Admin presses 🔄 Look again
        bot edits: …**Answers**: 👍 1 interested · 0 not this time · 💬 0 with a question…
    """)


async def test_question_of_which_telegram_does_not_say_whether_it_came_is_not_sent_twice(here: Stage) -> None:
    admin, ada = here.people["Admin"], here.people["Ada"]
    await here.server.seats.fault("lost", method="sendMessage", chat=admin.id, count=1)
    await here.play("""
        Ada presses 💬 Question
        bot: What would you like to ask the staff…
        Ada: Is lunch free?
        bot: Telegram did not say whether your message reached the staff, so it was not sent again.…
    """)
    texts = [rendered(one) for one in await admin.messages()]
    assert sum("Is lunch free?" in text for text in texts) == 1

    await here.play("""
        Ada presses 💬 Question
        bot: What would you like to ask the staff…
        Ada: Is dinner free?
        bot: The staff has your question…
    """)
    asked = next(one for one in reversed(await admin.messages()) if "Is dinner free?" in one.get("text", ""))
    await here.server.seats.fault("lost", method="sendMessage", chat=ada.id, count=1)
    await admin.say("Yes, it is.", reply_to=asked["message_id"])
    while "Telegram did not say" not in (told := rendered(await admin.next_message())):
        continue
    assert told.startswith("Telegram did not say whether the partner got it, so it was not sent again.")
    texts = [rendered(one) for one in await ada.messages()]
    assert sum("Yes, it is." in text for text in texts) == 1
    await here.play("""
        Admin presses 🔄 Look again
        bot edits: …💬 1 with a question…
    """)
