"""What people write and what the bot answers, as transcripts, over HTTP with the sandbox's Bot API server."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from transcript import REPORTS, TOKEN, Stage, buttons, rendered, stage

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One bot for all dialogs; each has people of its own."""
    async with stage(tmp_path_factory.mktemp("dialogs")) as made:
        yield made


async def test_answer_quotes_the_report_and_says_where_it_stands(here: Stage) -> None:
    await here.play("""
        Anna: How many permanent employees did the institute have?
        bot: > …**In December 2021 the institute had 133 permanent employees.** …& teach <part time>.…
        Anna presses In context
        bot: > …133 permanent employees…The Harbour Forum…— Institute Report 2021, Research team, para. 1_
        Anna presses Source
        bot: _— Institute Report 2021, Research team, para. 1_
        file: institute-report-2021.md
        Anna presses 👍
        bot shows: Thank you, good to know.
    """)


async def test_chinese_question_gets_chinese_words_whatever_the_telegram_speaks(here: Stage) -> None:
    await here.play("""
        Bela: 第七期培训班有多少名学员？
        bot: > …**第七期国际培训班共有28名学员，…**…_——《培训班报告》（2019年）…
        Bela presses 上下文
        bot: …_——《培训班报告》（2019年），学员，第1段_
        Bela presses 原文件
        bot: …
        file: workshop-2019.md
        Bela presses 👎
        bot shows: 谢谢。工作人员会查看这条回答。
    """)


async def test_follow_up_says_how_it_was_read_and_can_be_asked_alone(here: Stage) -> None:
    await here.play("""
        Fanny: How many permanent employees did the institute have in 2021?
        bot: > …**In December 2021 the institute had 133 permanent employees.**…
        Fanny: and how many of them hold a doctorate?
        bot: _I read your question as: how many of them hold a doctorate: How many permanent employees …_…
        Fanny presses Ask only: and how many of them hold a doctorate?
        bot: …
    """)
    assert "I read your question as" not in rendered(here.last["Fanny"])


async def test_a_question_that_is_asked_by_command_leans_on_none_before_it(here: Stage) -> None:
    await here.play("""
        Fanny: How many permanent employees did the institute have in 2021?
        bot: …133 permanent employees…
        Fanny: /ask and how many of them hold a doctorate?
        bot: …
    """)
    assert "I read your question as" not in rendered(here.last["Fanny"])


async def test_refusal_names_what_was_looked_for_and_staff_is_told(here: Stage) -> None:
    await here.play("""
        Admin: /start
        bot: Hello! …
        Carla: What is the price of saffron in Reykjavik?
        bot: **The reports do not answer this.** I looked for: …saffron…Reykjavik…
        Carla presses Tell the staff
        bot shows: The staff will see your question. Thank you.
    """)
    told = await here.people["Admin"].next_message()
    assert "What is the price of saffron in Reykjavik?" in told["text"]
    assert "Carla" not in told["text"]
    await here.play("""
        Admin: /unanswered
        bot: …What is the price of saffron in Reykjavik?…handed on to staff…
        Admin presses Done: 1
        bot edits: …
    """)
    await here.play("Admin: /unanswered\nbot: …")
    assert "saffron" not in here.last["Admin"]["text"]


async def test_welcome_offers_questions_that_answer_when_tapped(here: Stage) -> None:
    await here.play("Dora: /start\nbot: Hello! …")
    example = buttons(here.last["Dora"]).split(" / ")[0]
    await here.play(f"""
        Dora presses {example}
        bot: You asked: **{example}**
        bot: > …
    """)


async def test_library_leads_down_to_a_passage_and_back(here: Stage) -> None:
    await here.play("""
        Emil: /library
        bot: **The library**: …
        Emil presses Annual reports (1)
        bot edits: **Annual reports**
        buttons: Institute Report 2021 / ‹ Library
        Emil presses Institute Report 2021
        bot edits: **Institute Report 2021** 2021 · …
        buttons: Research team / Cooperation / ‹ Back | Source
        Emil presses Cooperation
        bot edits: **Institute Report 2021** Cooperation
        Emil presses The Harbour Forum was founded in 2014…
        bot: > …Harbour Forum was founded in 2014…_— Institute Report 2021, Cooperation, para. 3_
        buttons: In context | Cite | Source
        Emil presses ‹ Back
        bot edits: **Institute Report 2021** 2021 · …
        Emil presses ‹ Back
        bot edits: **Annual reports**
    """)


async def test_deep_link_opens_a_passage_and_a_stale_one_says_so(here: Stage) -> None:
    await here.play("Farah: What did the institute do in 2021?\nbot: …133 permanent employees…founded in 2014…")
    found = here.last["Farah"]
    link = next(entity for entity in found["entities"] if entity["type"] == "text_link")
    title = found["text"][link["offset"] : link["offset"] + link["length"]]
    seat = here.people["Farah"]
    await seat.start(link["url"].partition("start=")[2])
    opened = await seat.next_message()
    assert title in opened["text"]
    assert buttons(opened) == "In context | Cite | Source"
    await seat.start("p_aaaaaaaaaaaa")
    assert "no longer in the reports" in (await seat.next_message())["text"]


async def test_language_is_chosen_once_and_the_menu_follows(here: Stage) -> None:
    await here.play("""
        Gita: /language
        bot: Which language …
        Gita presses 中文
        bot edits: 好的，这里以后用中文。
        Gita: /privacy
        bot: **保存了您的哪些信息**…
        Gita: How many permanent employees did the institute have?
        bot: …133…para. 1…
    """)
    menu = await here.people["Gita"].menu()
    assert {"command": "library", "description": "浏览报告"} in menu


async def test_partner_is_refused_every_admin_command_and_the_audit_knows(here: Stage) -> None:
    for command in ("/reindex", "/upload", "/grant 5", "/revoke 5", "/stats", "/audit"):
        await here.play(f"Hugo: {command}\nbot: Only admins can do this.")
    assert not {"reindex", "grant"} & {one["command"] for one in await here.people["Hugo"].menu()}
    here.files["evil.md"] = b"# Evil\n\nText that nobody asked for.\n"
    await here.play("Hugo sends evil.md: /upload\nbot: Only admins can do this.")
    assert not (here.folder / "reports" / "evil.md").exists()
    await here.play(f"Admin: /audit\nbot: …Hugo `{here.people['Hugo'].id}`…– refused…")


async def test_role_granted_by_reply_brings_its_menu_and_revoking_takes_it(here: Stage) -> None:
    ivan = await here.seat("Ivan")
    await here.play(f"""
        Ivan: /start
        bot: Hello! …
        Admin: /grant {ivan.id}
        bot: {ivan.id} has the role **partner** now. Which shall it be?
        Admin presses admin
        bot edits: {ivan.id} has the role **admin** from now on.
    """)
    assert "Your role is now: admin" in (await ivan.next_message())["text"]
    assert "reindex" in {one["command"] for one in await ivan.menu()}
    await here.play(f"""
        Ivan: /stats
        bot: **Questions in the last two weeks**…
        Admin: /revoke {ivan.id}
        bot: {ivan.id} has the role **partner** from now on.
    """)
    assert "partner" in (await ivan.next_message())["text"]
    await here.play("Ivan: /stats\nbot: Only admins can do this.")
    assert "reindex" not in {one["command"] for one in await ivan.menu()}


async def test_staff_is_told_of_a_question_in_the_language_they_work_in(here: Stage) -> None:
    li = await here.seat("Li", "zh-hans")
    await here.play(f"""
        Li: /start
        bot: 您好！…
        Admin: /grant {li.id}
        bot: …
        Admin presses staff
        bot edits: …
    """)
    await li.next_message()  # of the role
    await here.play("""
        Li: /announce
        bot: …
        Dora: What is the price of amber in Oslo?
        bot: …
        Dora presses Tell the staff
        bot shows: The staff will see your question. Thank you.
    """)
    assert (await li.next_message())["text"].startswith("一位合作伙伴")
    told = (await here.people["Admin"].next_message())["text"]
    assert told.startswith("A partner asks you")
    assert "/unanswered" in told
    await here.play(f"Admin: /revoke {li.id}\nbot: …")
    await li.next_message()


async def test_first_admins_cannot_be_revoked_in_chat(here: Stage) -> None:
    admin = here.people["Admin"].id
    await here.play(f"Admin: /revoke {admin}\nbot: This role stands in the configuration …")


async def test_upload_is_checked_added_indexed_and_answers(here: Stage) -> None:
    here.files["../../.ssh/zinc study.md"] = (
        b"---\ntitle: Zinc Study\nyear: 2020\nlanguage: en\n---\n# Zinc Study\n\n"
        b"The zinc mine of Ostrava closed in 1991 after 140 years.\n"
    )
    here.files["zinc study.md"] = b"# Zinc again\n\nAnother text about the zinc mine of Ostrava altogether.\n"
    here.files["broken.pdf"] = b"%PDF-1.4 this is not a document"
    await here.play(
        """
        Admin sends ../../.ssh/zinc study.md
        bot: Shall I add **zinc study.md** to the reports?
        Admin presses Add it
        bot edits: You can ask about **Zinc Study** now: 1 passage. File: zinc study.md
        Admin: When did the zinc mine of Ostrava close?
        bot: …**The zinc mine of Ostrava closed in 1991 after 140 years.**…
        Admin sends zinc study.md: /upload
        bot: Checking …
        bot edits: There is a report named **zinc study.md** already…
        buttons: Replace it | Keep both / Cancel
        Admin presses Cancel
        bot edits: The file was not added.
        Admin sends broken.pdf: /upload
        bot: Checking …
        bot edits: **broken.pdf** was not added: …What to do: …
    """,
        patience=60,
    )
    names = sorted(path.name for path in (here.folder / "reports").iterdir())
    assert names == sorted([*REPORTS, "zinc study.md"])
    assert "closed in 1991" in (here.folder / "reports" / "zinc study.md").read_text()


async def test_upload_asks_for_the_title_and_year_that_it_could_not_find(here: Stage) -> None:
    here.files["scan 7.md"] = b"The zinc mine of Ostrava closed after 140 years, and its shafts were filled.\n"
    await here.play(
        """
        Admin sends scan 7.md: /upload
        bot: Checking …
        bot edits: You can ask about **scan 7** now: …its title is doubtful …
        bot: I found neither title nor year for **scan 7**. What is it called? …
        Admin: Microsoft Word
        bot: That names no report. …
        Admin: Zinc in Ostrava, 1993
        bot: Written down for **scan 7.md**. Indexing …
        bot edits: You can ask about **Zinc in Ostrava** now: 1 passage. File: scan 7.md
        Admin: When did the zinc mine of Ostrava close?
        bot: …Zinc in Ostrava…
    """,
        patience=60,
    )
    side = (here.folder / "reports" / "scan 7.md.toml").read_text(encoding="utf-8")
    assert side == 'title = "Zinc in Ostrava"\nyear = 1993\n'


async def test_question_is_no_title_of_an_upload(here: Stage) -> None:
    here.files["scan 8.md"] = b"# Zinc in Ostrava\n\nThe zinc mine of Ostrava closed after 140 years of work.\n"
    await here.play(
        """
        Admin sends scan 8.md: /upload
        bot: Checking …
        bot edits: You can ask about **Zinc in Ostrava** now: …its year is unknown…
        bot: Of which year is **Zinc in Ostrava**? …
        Admin: When did the zinc mine of Ostrava close?
        bot: …140 years…
    """,
        patience=60,
    )
    assert not (here.folder / "reports" / "scan 8.md.toml").exists()


async def test_old_button_shows_its_own_answer_after_the_report_is_gone(here: Stage) -> None:
    file = here.folder / "reports" / "comet.md"
    file.write_text("# Comet\n\nThe comet of Lisbon was first photographed by Teresa Prado in 1907.\n")
    await here.play(
        """
        Admin: /reindex
        bot: Reading the reports …
        bot edits: **The index is up to date.** Added: • comet.md…
        Jana: Who photographed the comet of Lisbon?
        bot: …Teresa Prado…
    """,
        patience=60,
    )
    file.unlink()
    await here.play(
        """
        Admin: /reindex
        bot: Reading the reports …
        bot edits: **The index is up to date.** Removed: • comet.md…
        Jana presses In context
        bot: The reports have changed since, and this passage is no longer in them. It read: …Teresa Prado…
        Jana presses Source
        bot: The file is no longer among the reports: comet.md…
    """,
        patience=60,
    )


async def test_export_holds_everything_and_forget_leaves_nothing(here: Stage) -> None:
    await here.play("""
        Kofi: How many towns did the survey of small ports reach?
        bot: …212 towns…
        Kofi presses 👎
        bot shows: Thank you. …
        Kofi: /export
        bot: This is everything that is stored about you.
        file: citedesk-export.json
    """)
    kofi = here.people["Kofi"]
    stored = json.loads(await kofi.download(here.last["Kofi"]))
    assert stored["telegram_id"] == kofi.id
    assert [one["text"] for one in stored["questions"]] == ["How many towns did the survey of small ports reach?"]
    assert [one["vote"] for one in stored["feedback"]] == ["down"]
    await here.play("""
        Kofi: /forget
        bot: Shall I delete …
        Kofi presses Keep it
        bot edits: Nothing was deleted.
        Kofi: /forget
        bot: Shall I delete …
        Kofi presses Delete it all
        bot edits: Done. …
        Kofi presses In context
        bot shows: This answer is no longer kept. Please ask again.
        Kofi: /export
        bot: …
    """)
    stored = json.loads(await kofi.download(here.last["Kofi"]))
    assert stored["questions"] == stored["feedback"] == []


async def test_group_is_answered_only_when_the_bot_is_meant(here: Stage) -> None:
    lena, milo = await here.seat("Lena"), await here.seat("Milo")
    here.groups["Team"] = await lena.found("Team", members=(milo.id,))
    greeting = await lena.next_message(chat=here.groups["Team"])
    assert "Mention me with a question" in greeting["text"]
    await here.play("""
        Lena in Team: How many permanent employees did the institute have?
        nothing
        Lena in Team: @citedesk_bot how many permanent employees did the institute have?
        bot: …133 permanent employees…
        Lena in Team: /ask@citedesk_bot Who founded the Harbour Forum?
        bot: …founded in 2014…
        Lena in Team: /export@citedesk_bot
        bot: Please send me this in a private chat.
    """)
    answer = here.last["Lena in Team"]
    await lena.say("Where did its secretariat move?", chat=here.groups["Team"], reply_to=answer["message_id"])
    reply = await lena.next_message(chat=here.groups["Team"])
    assert reply["reply_to_message"]["text"] == "Where did its secretariat move?"


async def test_anybody_in_a_group_may_press_the_buttons_of_an_answer(here: Stage) -> None:
    nils, olga = await here.seat("Nils"), await here.seat("Olga")
    here.groups["Pair"] = await nils.found("Pair", members=(olga.id,))
    await nils.next_message(chat=here.groups["Pair"])
    await here.play("Nils in Pair: /ask@citedesk_bot Who founded the Harbour Forum?\nbot: …2014…")
    await here.press("Olga in Pair", "In context")
    assert "Harbour Forum" in (await nils.next_message(chat=here.groups["Pair"]))["text"]


async def test_picture_sticker_or_edit_gets_one_hint_a_minute(here: Stage) -> None:
    pia = await here.seat("Pia")
    here.files["photo.bin"] = b"\x00\x01"
    await here.play("""
        Pia sends photo.bin
        bot: I can only read text. Please type your question.
        Pia sends photo.bin
        nothing
    """)
    quim = await here.seat("Quim")
    said = await quim.say("Who founded the Harbour Forum?")
    await quim.next_message()
    await quim.act("edit", number=said["message_id"], text="Who founded the Forum?")
    assert "edits" in (await quim.next_message())["text"]
    assert pia.id != quim.id


async def test_hurried_person_gets_one_notice_and_then_silence(here: Stage) -> None:
    rosa = await here.seat("Rosa")
    for _ in range(22):
        await rosa.say("?")
    heard = [await rosa.next_message() for _ in range(21)]
    assert ["quick" in message["text"] for message in heard] == [False] * 20 + [True]
    assert await rosa.quiet(0.5)


async def test_markup_in_a_question_is_shown_as_it_was_typed(here: Stage) -> None:
    await here.play("""
        Sven: <b>zylophone</b> & <script>alert(1)</script> qwxzy?
        bot: **The reports do not answer this.**…
    """)
    assert "<" not in rendered(here.last["Sven"]) or "&lt;" not in rendered(here.last["Sven"])


async def test_courtesies_are_returned_and_are_no_part_of_the_conversation(here: Stage) -> None:
    await here.play("""
        Uma: Hello!
        bot: Hello! What would you like to know from the reports?
        Uma: How many permanent employees did the institute have?
        bot: …133…
        Uma: thank you :)
        bot: You are welcome. …
        Uma: 谢谢！
        bot: 不客气，有问题随时问我。
        Uma: ???
        bot: I found nothing in that to look up. …
    """)
    stored = await here.people["Uma"].say("/export")
    assert stored
    export = json.loads(await here.people["Uma"].download(await here.people["Uma"].next_message()))
    assert len(export["questions"]) == 1


async def test_unknown_command_and_made_up_button_are_answered(here: Stage) -> None:
    await here.play("Tara: /frobnicate\nbot: I do not know the command /frobnicate…")


async def test_bot_kept_to_the_rules_of_the_bot_api(here: Stage) -> None:
    """Last in this file: every call of all dialogs was one that Telegram takes."""
    refused = [call for call in here.server.journal.entries if not call.ok and "chat not found" not in call.description]
    assert refused == []
    assert TOKEN not in repr(here.config)
