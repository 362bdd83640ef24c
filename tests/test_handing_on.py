"""What becomes of "Tell the staff", as transcripts, over HTTP with the sandbox's Bot API server."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from transcript import Stage, rendered, stage

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One bot for all dialogs; each has people of its own."""
    async with stage(tmp_path_factory.mktemp("handing")) as made:
        await made.play("Admin: /start\nbot: …")
        yield made


async def hand_on(here: Stage, name: str, question: str) -> dict[str, object]:
    """Somebody hands a question on; what the admin is told."""
    await here.play(f"""
        {name}: {question}
        bot: **The reports do not answer this.**…
        {name} presses Tell the staff
        bot shows: The staff will see your question. Thank you.
    """)
    told = await here.people["Admin"].next_message(timeout=20)
    assert question in told["text"]
    assert name not in told["text"]
    return told


async def test_a_reply_of_the_staff_reaches_the_partner_and_the_question_is_settled(here: Stage) -> None:
    admin = here.people["Admin"]
    told = await hand_on(here, "Carla", "What is the price of saffron in Reykjavik?")
    await admin.say("Twelve kroner.", reply_to=told["message_id"])
    sent = await admin.next_message(timeout=20)
    assert sent["text"] == "Sent to the partner."
    got = await here.people["Carla"].next_message(timeout=20)
    shown = rendered(got)
    assert "The staff answers your question" in shown
    assert "> Twelve kroner." in shown
    assert "Admin" not in shown
    await here.play("Admin: /unanswered\nbot: …")
    assert "saffron" not in here.last["Admin"]["text"]
    await here.people["Carla"].say("A gram?", reply_to=got["message_id"])
    back = await admin.next_message(timeout=20)
    assert "The partner writes back about a question" in back["text"]
    assert "A gram?" in back["text"]
    assert "Their answer will come here" in (await here.people["Carla"].next_message(timeout=20))["text"]


async def test_a_reply_is_offered_as_an_answer_of_the_office(here: Stage) -> None:
    admin = here.people["Admin"]
    told = await hand_on(here, "Dora", "Do I need a visa?")
    await admin.say("Ask the embassy.", reply_to=told["message_id"])
    assert (await admin.next_message(timeout=20))["text"] == "Sent to the partner."
    await here.play("""
        Admin presses Keep as an answer of the office
        bot: /answers add Do I need a visa ? Do I need a visa? en: Ask the embassy.
        bot: Add the answer “Do I need a visa”?…
        Admin presses Take it
        bot edits: Done: …
        Emil: Do I need a visa?
        bot: **The office answers:**…Ask the embassy.…
    """)


async def test_staff_reply_from_the_list_and_who_handed_it_on_hears_when_it_is_closed(here: Stage) -> None:
    await hand_on(here, "Fanny", "How cold is Pluto?")
    await here.play("""
        Admin: /unanswered
        bot: …How cold is Pluto?…
        Admin presses Reply: 1
        bot: Your answer to “How cold is Pluto?”? …
        Admin: Very.
        bot: Sent to the partner.
    """)
    assert "> Very." in rendered(await here.people["Fanny"].next_message(timeout=20))
    await hand_on(here, "Gita", "How hot is Venus?")
    await here.play("""
        Admin: /unanswered
        bot: …How hot is Venus?…
        Admin presses Done: 1
        bot edits: …
    """)
    assert "looked at your question “How hot is Venus?”" in (await here.people["Gita"].next_message(timeout=20))["text"]


async def test_staff_who_are_no_admins_have_the_list_and_partners_have_not(here: Stage) -> None:
    hanna = await here.seat("Hanna")
    await here.play("Hanna: /unanswered\nbot: …")
    assert "wait" not in here.last["Hanna"]["text"]
    await here.play(f"""
        Admin: /grant {hanna.id}
        bot: …
        Admin presses staff
        bot edits: …
    """)
    assert "Your role is now: staff" in (await hanna.next_message(timeout=20))["text"]
    await here.play("""
        Ida: How wet is the moon?
        bot: **The reports do not answer this.**…
        Hanna: /unanswered
        bot: …How wet is the moon?…
    """)


async def test_the_same_question_of_several_is_one_line_and_one_answer_for_all_who_wait(here: Stage) -> None:
    """They differ in case and punctuation alone; who did not turn to the staff is not written to."""
    for name, question in (("Jana", "How deep is Atlantis?"), ("Karl", "how deep is atlantis")):
        await hand_on(here, name, question)
    await here.play("""
        Lars: How deep is Atlantis ?
        bot: **The reports do not answer this.**…
        Admin: /unanswered
        bot: …how deep is atlantis…handed on to staff · asked 3 times…
        Admin presses Reply: 1
        bot: Your answer to …
        Admin: Two miles.
        bot: Sent to the partner.
        Admin: /unanswered
        bot: …
    """)
    assert "tlantis" not in here.last["Admin"]["text"]
    for name in ("Jana", "Karl"):
        assert "> Two miles." in rendered(await here.people[name].next_message(timeout=20))
    assert await here.people["Lars"].quiet(0.5)


async def test_audit_says_who_did_what_to_which_question_and_shows_odd_names_safely(here: Stage) -> None:
    """A name that turns the direction of writing would make the line say something else."""
    turned = await here.seat("Mia\u202e nimda\u2066")
    await turned.start()
    await turned.next_message()
    await here.play(f"""
        Admin: /grant {turned.id}
        bot: …
        Admin presses staff
        bot edits: …
    """)
    told = await hand_on(here, "Nora", "How loud is Saturn?")
    await here.people["Admin"].say("Quite.", reply_to=told["message_id"])
    assert (await here.people["Admin"].next_message(timeout=20))["text"] == "Sent to the partner."
    await here.play("""
        Admin: /audit
        bot: …Admin …mark as done “How loud is Saturn?”…answer “How loud is Saturn?”…grant Mia nimda …staff…
    """)
    assert not set("\u202e\u2066") & set(here.last["Admin"]["text"])
