"""An announcement between people and over time: colleagues, approval, restarts, roles that end, old buttons."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from transcript import Stage, buttons, matches, rendered, stage

from bot.sandbox.seats import Seat

pytestmark = pytest.mark.asyncio(loop_scope="module")

APPROVED = '[announcements]\nquiet_from = ""\nper_second = 200\napproval = true\n'


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """A bot where a colleague has to approve; Admin and Kai are staff, Anna is subscribed."""
    async with stage(tmp_path_factory.mktemp("together"), more=APPROVED) as made:
        await made.play("""
            Anna: /subscribe
            bot: …
            Anna presses ▫️ Training workshops
            bot edits: …
            Admin: /start
            bot: …
        """)
        yield made


async def draft(made: Stage, name: str, title: str) -> Seat:
    """A new member of the staff has a draft that is ready to go."""
    seat = await made.seat(name)
    await made.play(f"{name}: /start\nbot: …")
    await made.play(f"""
        Admin: /grant {seat.id}
        bot: …
        Admin presses staff
        bot edits: …
    """)
    await seat.next_message()
    await made.play(f"""
        {name}: /announce
        bot: 📣 **A new announcement**…
        {name}: {title}\\nText of it.
        bot: 📣 **Announcement …
        {name} presses 👥 Audience
        bot edits: …
        {name} presses ▫️ Everyone subscribed
        bot edits: …→ **1 recipient** (English 1)…
        {name} presses ‹ Back
        bot edits: …
    """)
    return seat


async def admin_hears(made: Stage, pattern: str) -> None:
    """What the bot wrote to the admin of its own accord; other notices before it are passed over."""
    while not matches(pattern, rendered(await made.people["Admin"].next_message())):
        continue


async def test_second_person_approves_and_nobody_approves_their_own(here: Stage) -> None:
    await draft(here, "Kai", "Approved one")
    await here.play("""
        Kai presses Send … ▸
        bot edits: …A colleague has to approve it first; I will ask them.
        Kai presses 📤 Ask for approval
        bot edits: 👀 **Approved one** · waits for approval…
        buttons: 👁 Preview | ✏️ Change it
    """)
    asked = await here.people["Admin"].next_message()
    assert "Text of it." in rendered(asked)  # not the title alone
    assert rendered(asked).startswith(
        "👀 **A colleague asks for your approval** “Approved one”".replace("** “", "**\n“")
    )
    await here.play("""
        Admin presses ↩️ Send back
        bot edits: What should be changed? …
        Admin: Please add the dates.
        bot: …draft…
    """)
    back = await here.people["Kai"].next_message()
    assert "Please add the dates." in back["text"]
    assert buttons(back) == "Open"
    await here.play("""
        Kai presses Open
        bot edits: 📣 **Announcement …
        Kai presses Send … ▸
        bot edits: …
        Kai presses 📤 Ask for approval
        bot edits: …waits for approval…
    """)
    await admin_hears(here, "👀 **A colleague asks for your approval**…")
    await here.play("""
        Admin presses ✅ Approve
        bot edits: …**Approved one** · sent ▓▓▓▓▓▓▓▓▓▓ 1 of 1
    """)
    assert "was approved" in (await here.people["Kai"].next_message())["text"]
    assert rendered(await here.people["Anna"].next_message()) == "**Approved one**\n\nText of it."
    await admin_hears(here, "📣 It is out.…")
    audit = [entry for entry in await audit_of(here) if "announcement" in entry]
    assert any("approve" in entry for entry in audit)
    assert any("decline" in entry for entry in audit)
    assert any("send" in entry for entry in audit)


async def audit_of(made: Stage) -> list[str]:
    await made.people["Admin"].say("/audit")
    while True:
        message = await made.people["Admin"].next_message()
        if "What staff and admins did" in message["text"]:
            return message["text"].splitlines()


async def test_reason_for_a_draft_that_is_thrown_away_meanwhile_is_asked_for_no_more(here: Stage) -> None:
    """Else whatever was written next would be taken for the reason again, questions to the reports too."""
    await draft(here, "Ulf", "Thrown away")
    await here.play("""
        Ulf presses Send … ▸
        bot edits: …
        Ulf presses 📤 Ask for approval
        bot edits: …waits for approval…
    """)
    await admin_hears(here, "👀 **A colleague asks for your approval**…")
    await here.play("""
        Admin presses ↩️ Send back
        bot edits: What should be changed? …
        Ulf presses ✏️ Change it
        bot edits: 📣 **Announcement …
        Ulf presses 🗑 Discard
        bot edits: Throw this draft away? …
        Ulf presses 🗑 Throw it away
        bot edits: The draft is thrown away.
        Admin: Please add the dates.
        bot: This draft is not there any more.
        Admin: How many permanent employees did the institute have?
        bot: > …133 permanent employees…
    """)


async def test_two_staff_write_one_draft_without_losing_each_others_part(here: Stage) -> None:
    await draft(here, "Nia", "Together")
    await here.play("""
        Admin: /announcements
        bot: **Announcements**
        Admin presses ✏️ Together…
        bot edits: 📣 **Announcement …
        Nia presses ✏️ English
        bot edits: …
        Admin presses ➕ 中文
        bot edits: …
        Nia: Together again\\nBy Nia.
        bot: …> **Together again** By Nia.…
        Admin: 一起\\n由管理员写。
        bot: …> **Together again** By Nia.…> **一起** 由管理员写。…
        Nia presses ✏️ English
        bot edits: …
        Admin presses ✏️ English
        bot edits: …
        Nia: Together\\nNia's second text.
        bot: …
        Admin: Together\\nThe admin's text.
        bot: …The admin's text.…⚠️ A colleague changed this meanwhile, and yours stands now. …
        Admin presses ↩️ Undo
        bot edits: …Nia's second text.…
    """)


async def test_confirming_what_a_colleague_changed_meanwhile_asks_to_look_again(here: Stage) -> None:
    await draft(here, "Omar", "Seen")
    await here.play("""
        Omar presses Send … ▸
        bot edits: **Send “Seen”?**…
        Admin: /announcements
        bot: …
        Admin presses ✏️ Seen…
        bot edits: …
        Admin presses ✏️ English
        bot edits: …
        Admin: Unseen\\nOther words.
        bot: …
        Omar presses 📤 Ask for approval
        bot shows: It has changed meanwhile. This is how it stands now.
        bot edits: …> **Unseen** Other words.…
    """)


async def test_draft_and_what_was_asked_survive_a_restart(here: Stage) -> None:
    await draft(here, "Pia", "Before")
    await here.play("Pia presses ✏️ English\nbot edits: …")
    await here.restart()
    await here.play(
        """
        Pia: After\\nThe bot was started anew.
        bot: …> **After** The bot was started anew.…
        Pia: How many permanent employees did the institute have?
        bot: > …133 permanent employees…
    """.replace("**133 permanent employees**", "133 permanent employees")
    )


async def test_command_in_between_makes_the_next_message_a_question_and_the_desk_goes_on(here: Stage) -> None:
    await draft(here, "Quy", "Interrupted")
    await here.play("""
        Quy presses ✏️ English
        bot edits: …
        Quy: /help
        bot: **Ask in your own words**…
        Quy: How many permanent employees did the institute have?
        bot: > …133 permanent employees…
        Quy: /announce
        bot: You have …
        Quy presses ✏️ Interrupted
        bot edits: 📣 **Announcement …> **Interrupted** Text of it.…
    """)


async def test_role_that_ends_halfway_stops_the_writing_but_not_the_questions(here: Stage) -> None:
    lou = await here.seat("Lou")
    await here.play(f"""
        Lou: /start
        bot: …
        Admin: /grant {lou.id}
        bot: …
        Admin presses staff
        bot edits: …
    """)
    await lou.next_message()
    await here.play(f"""
        Lou: /announce
        bot: 📣 **A new announcement**…
        Lou: Title\\nText.
        bot: 📣 **Announcement …
        Lou presses ✏️ English
        bot edits: …
        Admin: /revoke {lou.id}
        bot: …
    """)
    assert "partner" in (await lou.next_message())["text"]
    await here.play(
        """
        Lou: Title\\nThis must not be saved.
        bot: Only staff can do this.
        Lou: How many permanent employees did the institute have?
        bot: > …133 permanent employees…
        Lou presses ✏️ 中文
        bot shows: Only staff can do this.
    """.replace("✏️ 中文", "‹ Back")
    )
    await here.play("Admin: /announcements\nbot: …")
    await here.play("Admin presses ✏️ Title…\nbot edits: …> **Title** Text.…")


async def test_old_buttons_say_what_became_of_their_announcement(here: Stage) -> None:
    await draft(here, "Rui", "Old")
    rui = here.people["Rui"]
    old = next(one for one in reversed(await rui.messages()) if "👁 Preview" in buttons(one))
    await here.play("""
        Rui: /announcements
        bot: **Announcements**…
        Rui presses ✏️ Old…
        bot edits: …
        Rui presses 🗑 Discard
        bot edits: …
        Rui presses 🗑 Throw it away
        bot edits: The draft is thrown away.
    """)
    pressed = await rui.press(old, "👥 Audience")
    assert pressed["text"] == "This draft is not there any more."
    sol = await draft(here, "Sol", "Newer")
    old = next(one for one in reversed(await sol.messages()) if "👁 Preview" in buttons(one))
    await here.play("""
        Sol: /announcements
        bot: **Announcements**
        Sol presses ✏️ Newer…
        bot edits: …
        Sol presses Send … ▸
        bot edits: …
        Sol presses 📤 Ask for approval
        bot edits: …waits for approval…
    """)
    await admin_hears(here, "👀 **A colleague asks for your approval**…")
    pressed = await sol.press(old, "👥 Audience")
    assert pressed["text"] == "It has changed meanwhile. This is how it stands now."
    await here.play("Sol presses ✏️ Change it\nbot edits: 📣 **Announcement …> **Newer**…")


async def test_scheduled_one_can_be_moved_sent_now_or_cancelled(here: Stage) -> None:
    await draft(here, "Tea", "Later")
    await here.play("""
        Tea presses 🕘 When
        bot edits: …
        Tea: in 3 days
        bot: …
        Tea presses Send … ▸
        bot edits: …
        Tea presses 📤 Ask for approval
        bot edits: …
    """)
    await admin_hears(here, "👀 **A colleague asks for your approval**…")
    await here.play("""
        Admin presses ✅ Approve
        bot edits: 🕘 **Later** · scheduled…
        buttons: 📤 Send now | 🕘 Another time / 👁 Preview | ✏️ Change it / ✖️ Cancel it
        Admin presses 🕘 Another time
        bot edits: When shall it go out?…
        Admin: 2001-01-01 9:00
        bot: …⚠️ That time has passed already.
        Admin: 5 June 2028 9:00 Nairobi
        bot: 🕘 **Later** · scheduled 🕘 Mon 5 Jun 2028, 09:00, Nairobi (UTC+3)…
        Admin presses ✖️ Cancel it
        bot edits: **Cancel “Later”?** It cannot be taken up again.
        Admin presses ‹ Back
        bot edits: 🕘 **Later** · scheduled…
        Admin presses ✖️ Cancel it
        bot edits: …
        Admin presses ✖️ Yes, cancel it
        bot edits: ✖️ **Later** · cancelled…
    """)


async def test_bot_kept_to_the_rules_of_the_bot_api(here: Stage) -> None:
    """Last in this file: every call of all dialogs was one that Telegram takes."""
    allowed = ("chat not found", "terminated by other getUpdates", "message is not modified")
    refused = [
        call
        for call in here.server.journal.entries
        if not call.ok and not any(reason in call.description for reason in allowed)
    ]
    assert refused == []
