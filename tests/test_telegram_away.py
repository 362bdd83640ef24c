"""What somebody sends while Telegram takes no messages from us: done once, when it is back, as it was meant."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import cast

import pytest
import pytest_asyncio
from telegram.error import NetworkError
from transcript import Stage, matches, rendered, stage

from bot.announcing.announcement import Announcement, Body, Report, State, Tally, Why
from bot.announcing.announcements import Announcements
from bot.announcing.chat.listener import StaffListener
from bot.announcing.scheduler import Notice
from bot.people.people import People
from bot.sandbox.seats import Seat
from bot.telegram.chats import Chats
from bot.telegram.messenger import Messenger, Patience
from bot.words.catalogue import Words, words
from bot.words.markup import Message

pytestmark = pytest.mark.asyncio(loop_scope="module")

TO_ALL = """
    Admin presses 👥 Audience
    bot edits: …
    Admin presses ▫️ Everyone subscribed
    bot edits: …
    Admin presses ‹ Back
    bot edits: …
    Admin presses Send … ▸
    bot edits: …
    Admin presses 📤 Send to …
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """A bot whose patience is short, and whose minute too."""
    quickly = '[announcements]\nquiet_from = ""\nper_second = 200\n'
    patience = Patience(pauses=(0.01, 0.01), again=0.3)
    async with stage(tmp_path_factory.mktemp("away"), more=quickly, patience=patience) as made:
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


async def test_question_to_the_staff_still_goes_to_the_staff(here: Stage) -> None:
    """It was asked for with a button; tried again, it must not be taken for a question to the reports."""
    admin, cleo = here.people["Admin"], await here.seat("Cleo")
    await here.play("Cleo: /subscribe\nbot: …\nCleo presses ▫️ New reports\nbot edits: …")
    await here.play(
        """
        Admin: /announce
        bot: …
        Admin: Call\\nText of it.
        bot: …
    """
        + TO_ALL
        + """
        bot edits: …· sent …
        bot: 📣 It is out.…
        Cleo: /help
        bot: **Call**…
        bot: …
        Cleo presses 💬…
        bot: What would you like to ask the staff about “Call”? …
    """
    )
    await here.server.seats.fault("server_error", method="sendMessage", chat=admin.id)
    await cleo.say("Is there a fee?")
    await away(here, "Admin", 2)
    assert "Is there a fee?" in (await admin.next_message())["text"]
    assert "The staff has your question" in (await cleo.next_message())["text"]


async def test_staff_hear_of_a_question_once(here: Stage) -> None:
    """One of them is not reached at first; what the partner writes later on the same matter goes to all again."""
    admin, cleo = here.people["Admin"], await here.seat("Cleo")
    dora = await here.seat("Dora")
    await here.play(f"""
        Dora: /start
        bot: …
        Admin: /grant {dora.id}
        bot: …
        Admin presses staff
        bot edits: …
        Cleo presses 💬…
        bot: What would you like to ask the staff about “Call”? …
    """)
    assert "role" in (await dora.next_message())["text"]
    while not await dora.quiet(1.5):  # what waited for the staff is brought to who joins it
        pass
    await here.server.seats.fault("server_error", method="sendMessage", chat=dora.id)
    await cleo.say("Is there a deadline?")
    await away(here, "Dora", 3)
    for one in (dora, admin):
        assert "Is there a deadline?" in (await one.next_message())["text"]
        assert await one.quiet(0.5)
    assert "The staff has your question" in (await cleo.next_message())["text"]

    await here.play("""
        Admin presses ✍️ Answer
        bot: Your answer about “Call”?…
    """)
    await here.server.seats.fault("server_error", method="sendMessage", chat=admin.id)
    await admin.say("On 3 May.")
    await away(here, "Admin", 2)
    assert "On 3 May." in (await cleo.next_message())["text"]
    assert await cleo.quiet(0.5), "the answer came twice because the staff member was not reached"
    assert "Sent to the partner." in (await admin.next_message())["text"]

    await here.play("""
        Cleo presses ✍️ Write back
        bot: What would you like to write to the staff?
    """)
    here.files["form.pdf"] = b"%PDF-1.4 form"
    await here.server.seats.fault("server_error", method="copyMessage", chat=dora.id)
    await cleo.send_file("form.pdf", here.files["form.pdf"])
    await away(here, "Dora", 2)
    for one in (dora, admin):
        assert "The partner writes back" in (await one.next_message())["text"]
        assert (await one.next_message())["document"]["file_name"] == "form.pdf"
        assert await one.quiet(0.5)


async def test_name_is_shown_to_nobody_who_is_not_staff_any_more(here: Stage) -> None:
    admin, dora = here.people["Admin"], here.people["Dora"]
    await here.play(f"Admin: /revoke {dora.id}\nbot: …")
    await dora.next_message()
    await here.play("Cleo presses Show them my name\nbot shows: Your name was shown to them.")
    assert "is Cleo" in (await admin.next_message())["text"]
    assert await dora.quiet(0.5)


async def test_file_of_a_draft_is_added_once(here: Stage) -> None:
    """The draft has it from the first try on; a second one would send it to everybody twice."""
    admin = here.people["Admin"]
    await here.play("""
        Admin: /announce
        bot: …
        Admin: Programme\\nText of it.
        bot: …
    """)
    await here.server.seats.fault("server_error", method="sendMessage", chat=admin.id)
    await admin.send_file("programme.pdf", b"%PDF-1.4 programme")
    await away(here, "Admin", 2)
    assert (await admin.next_message())["text"].count("programme.pdf") == 1


async def test_second_part_of_a_long_text_is_added_once(here: Stage) -> None:
    admin = here.people["Admin"]
    await here.play("""
        Admin presses ✏️ English
        bot edits: …
    """)
    await admin.say("Long\n" + "word " * 800)
    await admin.next_message()
    await here.server.seats.fault("server_error", method="sendMessage", chat=admin.id)
    await admin.say("The very end.")
    await away(here, "Admin", 2)
    await admin.next_message()
    await here.play("""
        Admin presses 👁 Preview
        bot: 👇 …
        bot: …word The very end.
    """)


async def test_staff_who_are_not_reached_at_once_are_told_later(here: Stage) -> None:
    admin = here.people["Admin"]
    while not await admin.quiet(1.5):  # what is still to come leaves once a second
        pass
    await here.play("Anna: What is the price of amber in Oslo?\nbot: …")
    await here.server.seats.fault("server_error", method="sendMessage", chat=admin.id)
    await here.play("Anna presses Tell the staff\nbot shows: The staff will see your question. Thank you.")
    await away(here, "Admin", 2)
    assert "price of amber" in (await admin.next_message())["text"]
    assert await admin.quiet(0.5)


async def test_notice_that_not_all_hear_at_once_is_told_to_the_others_alone() -> None:
    """Told again to all, the same report would come every minute to those who have it."""
    sent: list[int] = []
    watched: list[int] = []
    away = {2}

    class Sends:
        async def send(self, chat: int, message: Message) -> int:
            if chat in away:
                raise NetworkError("Bad Gateway")
            sent.append(chat)
            return 10 * chat

    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    late = Announcement(7, 1, Body(), 3, "", State.PAUSED, Why.LATE, None, noon, noon, None, None, None)

    class Keeps:
        async def report(self, actor: int, number: int) -> Report:
            return Report(late, Tally(), (), (), (), ())

        async def watchers(self, number: int) -> tuple[tuple[int, int], ...]:
            return tuple((chat, 10 * chat) for chat in watched)

        async def watch(self, number: int, chat: int, message: int) -> None:
            watched.append(chat)

    class Speaks:
        async def words_of(self, chat: int) -> Words:
            return words("en")

        async def within_reach(self) -> tuple[int, ...]:
            return (1, 2, 3)

    class Knows:
        async def chat(self, chat: int) -> None:
            """Its author is not known."""

    chats, people, messenger = cast(Chats, Speaks()), cast(People, Knows()), cast(Messenger, Sends())
    listener = StaffListener(chats, people, cast(Announcements, Keeps()), messenger, "UTC")
    with pytest.raises(NetworkError):
        await listener.notice(late, Notice.LATE)
    assert sent == [1, 3]
    away.clear()
    await listener.notice(late, Notice.LATE)
    assert (sent, watched) == ([1, 3, 2], [1, 3, 2])


async def until_quiet(seat: Seat) -> None:
    while not await seat.quiet(0.4):
        pass


async def test_step_back_is_one_step(here: Stage) -> None:
    """Pressed once, it was taken once; what is tried again shows how it stands."""
    admin = here.people["Admin"]
    await here.play("""
        Admin presses ✏️ English
        bot edits: …
        Admin: Title\\nFirst text.
        bot: …
        Admin presses ✏️ English
        bot edits: …
        Admin: Title\\nSecond text.
        bot: …
        Admin presses ✏️ English
        bot edits: …
        Admin: Title\\nThird text.
        bot: …
    """)
    await until_quiet(admin)
    await here.server.seats.fault("server_error", method="editMessageText", chat=admin.id)
    await here.play("Admin presses ↩️ Undo")
    await away(here, "Admin", 3)
    await here.play("Admin presses ✏️ English\nbot edits: …")
    await until_quiet(admin)
    assert "Second text." in await here.shown("Admin")


async def test_sent_again_holds_once(here: Stage) -> None:
    """What is in doubt once more needs another decision, though the first one could not be shown."""
    admin, cleo = here.people["Admin"], here.people["Cleo"]
    await until_quiet(cleo)
    await here.server.seats.fault("lost", method="sendMessage", chat=cleo.id)
    await here.play(TO_ALL)
    while "It is out" not in (await admin.next_message())["text"]:
        pass
    await here.play("""
        Admin presses ❓ Unknown: 1
        bot edits: …
        Admin presses Send again to all of them
        bot edits: Send it again to 1 recipient? They may get it twice.
    """)
    await here.server.seats.fault("server_error", method="editMessageText", chat=admin.id)
    await here.play("Admin presses Yes, send again")
    rule = here.server.api.faults.rules[-1]
    async with asyncio.timeout(30):
        while rule.met < 12:  # noqa: ASYNC110 - the server under test tells nobody
            await asyncio.sleep(0.02)
    await here.server.seats.lift()
    await until_quiet(admin)
    await until_quiet(cleo)
    got = [one for one in await cleo.messages() if one.get("text", "").startswith("Title")]
    assert len(got) == 2


async def test_another_time_is_no_question_to_the_reports(here: Stage) -> None:
    admin = here.people["Admin"]
    await until_quiet(admin)
    await here.play("""
        Admin: /announce
        bot: …
    """)
    await here.play("""
        Admin: Later\\nText of it.
        bot: …
        Admin presses 👥 Audience
        bot edits: …
        Admin presses ▫️ Everyone subscribed
        bot edits: …
        Admin presses ‹ Back
        bot edits: …
        Admin presses 🕘 When
        bot edits: …
        Admin: tomorrow 9:00
        bot: …
        Admin presses Send … ▸
        bot edits: …
        Admin presses 📤 …
        bot edits: …scheduled…
        Admin presses 🕘 Another time
        bot edits: …
    """)
    await here.server.seats.fault("server_error", method="sendMessage", chat=admin.id)
    await admin.say("tomorrow 15:00")
    await away(here, "Admin", 2)
    assert matches("🕘 **Later** · scheduled…15:00…", rendered(await admin.next_message()))
    assert await admin.quiet(0.5)


async def _handed_on(here: Stage, name: str, question: str) -> dict[str, object]:
    """Somebody hands a question on; what the admin is told of it."""
    await here.play(f"""
        {name}: {question}
        bot: **The reports do not answer this.**…
        {name} presses Tell the staff
        bot shows: The staff will see your question. Thank you.
    """)
    return await here.people["Admin"].next_message(timeout=20)


async def _texts_with(seat: Seat, words: str) -> int:
    messages = await seat.messages()
    return sum(words in (one.get("text") or "") for one in messages if one.get("from", {}).get("is_bot"))


@pytest.mark.parametrize(
    ("kind", "who", "method", "words"),
    [
        ("server_error", "Admin", "sendMessage", "Seven to the left."),
        ("html", "Admin", "sendMessage", "Seven to the right."),
        ("server_error", "partner", "copyMessage", "Seven below."),
    ],
)
async def test_staff_answer_reaches_the_partner_once_whatever_is_tried_again(
    here: Stage, kind: str, who: str, method: str, words: str
) -> None:
    admin, name = here.people["Admin"], f"Partner {kind} {who} {method}"
    told = await _handed_on(here, name, f"How many unicorns does {words.split()[1]}ern Narnia have?")
    partner = here.people[name]
    await here.server.seats.fault(kind, method=method, chat=admin.id if who == "Admin" else partner.id)
    if method == "copyMessage":
        await here.play("Admin: /unanswered\nbot: …\nAdmin presses Reply: 1\nbot: Your answer to …")
        await admin.send_file("unicorn.bin", b"\x00")
    else:
        await admin.say(words, reply_to=told["message_id"])
    rule = here.server.api.faults.rules[-1]
    async with asyncio.timeout(20):
        while rule.met < 7:  # noqa: ASYNC110 - the server under test tells nobody
            await asyncio.sleep(0.02)
    await here.server.seats.lift()
    while "Sent to the partner." not in (await admin.next_message(timeout=20)).get("text", ""):
        pass
    assert await _texts_with(partner, "The staff answers your question") == 1
    if method == "copyMessage":
        assert sum("document" in one for one in await partner.messages()) == 1


async def test_staff_answer_that_may_have_arrived_is_not_sent_again_by_itself(here: Stage) -> None:
    admin = here.people["Admin"]
    told = await _handed_on(here, "Dubia", "How many dragons does Narnia have?")
    await here.server.seats.fault("lost", method="sendMessage", chat=here.people["Dubia"].id)
    await admin.say("Nine.", reply_to=told["message_id"])
    assert "did not say whether your answer arrived" in (await admin.next_message(timeout=20))["text"]
    await here.server.seats.lift()
    await asyncio.sleep(0.7)
    assert await _texts_with(here.people["Dubia"], "Nine.") == 1
    await admin.say("Nine, again.", reply_to=told["message_id"])
    assert (await admin.next_message(timeout=20))["text"] == "Sent to the partner."
    assert await _texts_with(here.people["Dubia"], "Nine, again.") == 1
