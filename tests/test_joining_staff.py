"""Who comes to the staff later finds what waited, in the language of their Telegram, over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from transcript import Stage, matches, rendered, stage

pytestmark = pytest.mark.asyncio(loop_scope="module")
APPROVED = '[announcements]\nquiet_from = ""\nper_second = 200\napproval = true\n[answers]\nper_minute = 1000\n'


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """Sam of the staff approved an announcement, about which Pia asks; nobody has answered yet."""
    async with stage(tmp_path_factory.mktemp("joining"), more=APPROVED) as made:
        await made.play("Pia: /subscribe\nbot: …\nPia presses ▫️ New reports\nbot edits: …")
        await made.play("Sam: /start\nbot: …")
        await grant(made, "Sam")
        await made.people["Sam"].next_message()
        await write(made, "Out", "📤 Ask for approval")
        await made.people["Sam"].next_message()
        await made.play("Sam presses ✅ Approve…\nbot edits: …")
        await made.people["Pia"].next_message()
        yield made


async def flush(made: Stage, name: str) -> None:
    """Read what somebody got so far."""
    while not await made.people[name].quiet(1.5):
        continue


async def grant(made: Stage, name: str) -> None:
    await flush(made, "Admin")
    await made.play(f"""
        Admin: /grant {made.people[name].id}
        bot: …
        Admin presses staff
        bot edits: …
    """)


async def write(made: Stage, title: str, send: str) -> None:
    await flush(made, "Admin")
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
        Admin presses {send}…
        bot edits: …
    """)


async def test_who_joins_later_finds_approvals_questions_and_what_was_handed_on(here: Stage) -> None:
    await here.play("""
        Pia presses 💬 Question
        bot: …
        Pia: Is lunch free?
        bot: The staff has your question…
        Pia: What is the airspeed of an unladen swallow?
        bot: …
        Pia presses Tell the staff
        bot shows: The staff will see your question. Thank you.
    """)
    await write(here, "Waiting", "📤 Ask for approval")
    tom = await here.seat("Tom", "zh")
    await here.play("Tom: /start\nbot: …")
    await grant(here, "Tom")
    texts = [rendered(await tom.next_message()) for _ in range(5)]
    assert texts[0].startswith("您现在的角色是")
    assert any(matches("👀 **同事请您批准一条通知**…“Waiting”…", text) for text in texts), texts
    position = next(n for n, text in enumerate(texts) if "一位伙伴提问" in text and "Out" in text)
    assert texts[position + 1] == "Is lunch free?"
    assert any("airspeed of an unladen swallow" in text for text in texts)
    assert await tom.quiet(0.5)

    # a reply to what was copied answers the partner
    asked = next(one for one in await tom.messages() if one.get("text") == "Is lunch free?")
    await tom.say("Yes.", reply_to=asked["message_id"])
    pia = here.people["Pia"]
    answered = await pia.next_message()
    assert matches("✉️ **The staff answers** about “Out”: > Yes.…", rendered(answered))
    # whoever comes after that does not find it any more
    await here.play("Una: /start\nbot: …")
    await grant(here, "Una")
    una = here.people["Una"]
    await flush(here, "Una")
    got = [rendered(one) for one in await una.messages() if one.get("from", {}).get("is_bot")]
    assert not any("Is lunch free?" in text for text in got)
    assert any("airspeed" in text for text in got)


async def test_staff_is_told_in_the_language_of_their_telegram_until_they_choose(here: Stage) -> None:
    tom = here.people["Tom"]
    await flush(here, "Tom")
    await here.play("""
        Pia: What does a swallow from Africa carry?
        bot: …
        Pia presses Tell the staff
        bot shows: The staff will see your question. Thank you.
    """)
    assert rendered(await tom.next_message()).startswith("一位合作伙伴请您看看这个报告里没有答案的问题")
    await here.play("Tom: /language English\nbot: …")
    await here.play("""
        Pia: What does a swallow from Europe carry?
        bot: …
        Pia presses Tell the staff
        bot shows: The staff will see your question. Thank you.
    """)
    assert rendered(await tom.next_message()).startswith("A partner asks you to look at a question")
