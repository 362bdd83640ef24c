"""What people send by mistake, twice, or in the wrong place, and what they are told, as transcripts."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from transcript import Stage, stage

pytestmark = pytest.mark.asyncio(loop_scope="module")


PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with stage(tmp_path_factory.mktemp("mishaps")) as made:
        yield made


async def test_each_hint_is_given_though_another_was_a_moment_ago(here: Stage) -> None:
    here.files["photo.bin"] = b"\x00\x01"
    await here.play("""
        Ann sends photo.bin
        bot: I can only read text. Please type your question.
        Ann: /frobnicate
        bot: I do not know the command /frobnicate. …
        Ann: /frobnicate
        bot: I do not know the command /frobnicate. …
        Ann: /mroz@citedesk_bot now
        bot: I do not know the command /mroz. …
    """)
    ann = here.people["Ann"]
    message = await ann.say("/privacy")
    await ann.next_message()
    for text in ("/privacy please", "/privacy now"):
        await ann.act("edit", number=message["message_id"], text=text)
        assert "I do not see edits." in (await ann.next_message())["text"]


async def test_hints_have_a_limit_that_is_told(here: Stage) -> None:
    gus = await here.seat("Gus")
    for _ in range(60):
        await gus.say("/frobnicate")
    texts = []
    while "That was quick!" not in (text := (await gus.next_message())["text"]):
        texts.append(text)
    assert len(texts) == here.config.answers.per_minute
    assert await gus.quiet(0.5)


async def test_command_in_a_group_is_answered_where_it_names_the_bot(here: Stage) -> None:
    hal = await here.seat("Hal")
    here.groups["Crew"] = await hal.found("Crew")
    await here.play("""
        Hal in Crew: /help
        bot: Hello! Mention me …
        bot: **Ask in your own words**…
        Hal in Crew: /frobnicate@other_bot
        nothing
        Hal in Crew: /frobnicate@citedesk_bot
        bot: I do not know the command /frobnicate. …
    """)


async def test_caption_is_the_text_of_a_picture_or_file(here: Stage) -> None:
    here.files["photo.bin"] = b"\x00\x01"
    ivy = await here.seat("Ivy")
    await here.play("""
        Ivy sends photo.bin: How many permanent employees did the institute have?
        bot: …**In December 2021 the institute had 133 permanent employees.**…
        Ivy sends photo.bin: /ask Who founded the Harbour Forum?
        bot: …founded in 2014…
    """)
    await ivy.send_file("a.png", PNG, kind="photo", mime="image/png", caption="When was the Harbour Forum founded?")
    assert "founded in 2014" in (await ivy.next_message())["text"]


async def test_start_says_what_its_link_ended_with(here: Stage) -> None:
    kim = await here.seat("Kim")
    await kim.start("workshop_2031")
    text = (await kim.next_message())["text"]
    assert text.startswith("The link that brought you here ends with “workshop_2031”, which I do not know.\n\nHello!")


async def test_picture_by_mistake_does_not_end_a_question_about_the_profile(here: Stage) -> None:
    here.files["photo.bin"] = b"\x00\x01"
    await here.play("""
        Fay: /profile
        bot: **About you**…
        Fay presses Interests
        bot edits: What are you interested in? …
        Fay sends photo.bin
        bot: I can only read text. …
        Fay: small islands
        bot: **About you**…Interests: **small islands**…
    """)


async def test_role_that_somebody_has_already_is_not_told_them_again(here: Stage) -> None:
    bob = await here.seat("Bob")
    await here.play(f"""
        Bob: /start
        bot: …
        Admin: /revoke {bob.id}
        bot: {bob.id} has the role **partner** already. Nothing was changed.
        Admin: /grant {bob.id}
        bot: {bob.id} has the role **partner** now. Which shall it be?
        Admin presses staff
        bot edits: {bob.id} has the role **staff** from now on.
        Bob: /announcements
        bot: Your role is now: **staff**. …
        bot: …
        Admin: /revoke {bob.id}
        bot: {bob.id} has the role **partner** from now on.
        Admin: /revoke {bob.id}
        bot: {bob.id} has the role **partner** already. Nothing was changed.
        Bob: /revoke {bob.id}
        bot: Your role is now: **partner**. …
        bot: Only admins can do this.
    """)


async def test_number_of_nobody_is_doubted_before_it_gets_a_role(here: Stage) -> None:
    await here.play("""
        Admin: /grant 99999999999
        bot: 99999999999 has the role **partner** now. Which shall it be? ⚠️ Nobody with this number has written to me …
        Admin presses Cancel
        bot edits: Nothing was changed.
    """)


async def test_language_is_chosen_by_its_name(here: Stage) -> None:
    await here.play("""
        Cho: /language Chinese
        bot: 好的，这里以后用中文。
        Cho: /language 英文
        bot: From now on I use English here.
        Cho: /language Klingon
        bot: Which language shall I use for menus? …
    """)


async def test_language_of_a_group_is_for_its_admins_to_choose(here: Stage) -> None:
    dan, eve = await here.seat("Dan"), await here.seat("Eve")
    here.groups["Team"] = await dan.found("Team", members=(eve.id,))
    refused = "Only admins of this group or channel can choose that."
    await here.play(f"""
        Dan in Team: /language@citedesk_bot
        bot: Hello! …
        bot: Which language …
        Eve in Team: /language zh
        bot: Hello! …
        bot: Which language …
        bot: {refused}
    """)
    pressed = await here.press("Eve in Team", "中文")
    assert pressed["text"] == refused
    await here.play("Dan in Team presses 中文\nbot edits: 好的，这里以后用中文。")


async def test_cancel_stop_and_more_do_what_they_say(here: Stage) -> None:
    await here.play("""
        Ulla: /cancel
        bot: There is nothing to cancel: …
        Ulla: /more
        bot: There is no answer yet …
        Ulla: /profile
        bot: …
        Ulla presses Interests
        bot edits: What are you interested in? …
        Ulla: /cancel
        bot: Cancelled. …
        Ulla: Where did the secretariat of the Harbour Forum move to?
        bot: …Valparaiso…
        Ulla: /stop
        bot: You are not subscribed to anything. I still answer …
        Ulla: How many penguins ride bicycles on Neptune?
        bot: **The reports do not answer this.**…
        Ulla: /more
        bot: The reports do not answer “How many penguins ride bicycles on Neptune?”, …
    """)


async def test_more_goes_on_behind_what_was_shown_and_ends(here: Stage) -> None:
    await here.play("Vera: What does the forum do in 2021 in Kenya and Chile with the institute?\nbot: …")
    vera, texts = here.people["Vera"], []
    for _ in range(12):
        await vera.say("/more")
        texts.append((await vera.next_message())["text"])
        if texts[-1].startswith("That is all"):
            break
    assert texts[-1].startswith("That is all that was found for “What does the forum do")
    assert len(set(texts)) == len(texts)


async def test_stop_ends_announcements_and_those_alone(here: Stage) -> None:
    await here.play("""
        Wim: /subscribe
        bot: …
    """)
    topic = here.last["Wim"]["reply_markup"]["inline_keyboard"][0][0]["text"]
    await here.play(f"Wim presses {topic}\nbot edits: …")
    await here.play("""
        Wim: /stop
        bot: Done. You get no more announcements. … I still answer when you ask. …
        Wim: /stop
        bot: You are not subscribed to anything. …
        Wim: How many permanent employees were there in December 2021?
        bot: …133…
    """)


async def test_help_in_a_group_lists_what_works_there(here: Stage) -> None:
    xena = await here.seat("Xena")
    here.groups["Team"] = await xena.found("Team")
    await here.play("Xena in Team: /help\nbot: Hello! …\nbot: …")
    shown = here.last["Xena in Team"]["text"]
    for works in ("/ask", "/library", "/subscribe"):
        assert works in shown
    for private in ("/export –", "/forget –", "/profile –"):
        assert private not in shown


async def test_vote_leaves_a_trace_on_the_message(here: Stage) -> None:
    await here.play("""
        Yann: How many permanent employees were there in December 2021?
        bot: …133…
        Yann presses 👍
        bot shows: Thank you, good to know.
        bot edits: …
        buttons: ‹1› | 2 / In context | Source | Cite | ⋯ / 👍 ✓ | 👎
        Yann presses 👎
        bot shows: Thank you. The staff will look at this answer.
        bot edits: …
        buttons: ‹1› | 2 / In context | Source | Cite | ⋯ / 👍 | 👎 ✓
    """)
