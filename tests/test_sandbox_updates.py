"""What the bot is told of what people do, and what it says of itself: updates, presses, commands, names."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox_desk import TOKEN, Desk, buttons

from bot.sandbox.api_errors import ApiRefusal


@pytest.fixture
def desk() -> Desk:
    return Desk()


# Updates


async def test_updates_come_again_until_they_are_confirmed(desk: Desk) -> None:
    for text in ("one", "two", "three"):
        desk.people.say(desk.ana.id, text)
    first = await desk.updates()
    assert [update["message"]["text"] for update in first] == ["one", "two", "three"]
    assert await desk.updates() == first
    assert [update["message"]["text"] for update in await desk.updates(limit=1)] == ["one"]
    assert await desk.updates(offset=first[1]["update_id"]) == first[1:]
    assert await desk.updates(offset=-1) == first[2:]
    assert await desk.updates() == first[2:]
    assert await desk.updates(offset=first[2]["update_id"] + 1) == []


async def test_updates_are_forgotten_after_a_day(desk: Desk) -> None:
    desk.people.say(desk.ana.id, "old")
    desk.seconds += 25 * 3600
    assert await desk.updates() == []


async def test_only_allowed_updates_are_kept_from_then_on(desk: Desk) -> None:
    assert await desk.updates(allowed_updates='["callback_query"]') == []
    desk.people.say(desk.ana.id, "not asked for")
    assert await desk.updates() == []
    await desk.updates(allowed_updates=[])
    desk.people.say(desk.ana.id, "asked for")
    assert [update["message"]["text"] for update in await desk.updates()] == ["asked for"]


async def test_blocking_and_unblocking_are_told(desk: Desk) -> None:
    desk.people.block(desk.ana.id)
    desk.people.unblock(desk.ana.id)
    told = [update["my_chat_member"] for update in await desk.updates()]
    assert [(each["old_chat_member"]["status"], each["new_chat_member"]["status"]) for each in told] == [
        ("member", "kicked"), ("kicked", "member"),
    ]  # fmt: skip


async def test_a_deep_link_starts_and_unblocks(desk: Desk) -> None:
    desk.people.block(desk.ana.id)
    desk.people.open_link(desk.ana.id, "p_abc-1")
    update = (await desk.updates())[-1]
    assert update["message"]["text"] == "/start p_abc-1"
    assert update["message"]["entities"] == [{"offset": 0, "length": 6, "type": "bot_command"}]
    with pytest.raises(ApiRefusal, match="deep link"):
        desk.people.open_link(desk.ana.id, "no spaces")


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("hello all", False),
        ("/ask what", True),
        ("/ask@citedesk_bot what", True),
        ("/ask@other_bot what", False),
        ("what does @Citedesk_Bot say", True),
        ("ask @other_bot", False),
    ],
)
async def test_with_privacy_the_bot_sees_what_is_meant_for_it(desk: Desk, text: str, seen: bool) -> None:
    chat = desk.people.found(desk.ana.id, "Office").id
    await desk.updates(offset=-1)
    before = len(await desk.updates())
    desk.people.say(desk.ana.id, text, chat=chat)
    assert len(await desk.updates()) - before == seen


async def test_with_privacy_the_bot_sees_replies_to_it_and_as_admin_everything(desk: Desk) -> None:
    chat = desk.people.found(desk.ana.id, "Office").id
    own = await desk.call("sendMessage", chat_id=chat, text="x")
    desk.people.say(desk.ana.id, "unseen", chat=chat)
    desk.people.say(desk.ana.id, "reply", chat=chat, reply_to=own["message_id"])
    desk.people.add_bot(desk.ana.id, chat, admin=True)
    desk.people.say(desk.ana.id, "plain", chat=chat)
    told = [update["message"] for update in await desk.updates() if "message" in update]
    assert [message["text"] for message in told if "text" in message] == ["reply", "plain"]
    assert [message["new_chat_members"][0]["id"] for message in told if "new_chat_members" in message] == [123456]


async def test_an_edited_message_is_an_update_of_its_own(desk: Desk) -> None:
    said = desk.people.say(desk.ana.id, "helo")
    desk.people.edit(desk.ana.id, said.id, "hello")
    assert [next(iter(update.keys() - {"update_id"})) for update in await desk.updates()] == [
        "message",
        "edited_message",
    ]


# Buttons, reactions, pins, inline


async def test_a_press_waits_for_one_answer_in_time(desk: Desk) -> None:
    message = await desk.send(reply_markup=buttons("a"))
    press = desk.people.press(desk.ana.id, message["message_id"], "a")
    query = (await desk.updates())[-1]["callback_query"]
    assert (query["id"], query["data"], query["message"]["message_id"]) == (
        press.id,
        "a",
        message["message_id"],
    )
    assert await desk.call("answerCallbackQuery", callback_query_id=press.id, text="done", show_alert=True) is True
    answer = desk.world.changes.log[-1]
    assert (answer.kind, answer.user, answer.data["text"], answer.data["alert"]) == (
        "answer",
        desk.ana.id,
        "done",
        True,
    )
    late = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    assert await desk.refused("answerCallbackQuery", callback_query_id=press.id) == late
    slow = desk.people.press(desk.ana.id, message["message_id"], "a")
    desk.seconds += 61
    assert await desk.refused("answerCallbackQuery", callback_query_id=slow.id) == late
    with pytest.raises(ApiRefusal, match="has no button 'b'"):
        desk.people.press(desk.ana.id, message["message_id"], "b")


async def test_reactions_pins_and_actions_are_seen(desk: Desk) -> None:
    number = (await desk.send())["message_id"]
    where = {"chat_id": desk.ana.id, "message_id": number}
    assert await desk.call("setMessageReaction", **where, reaction=[{"type": "emoji", "emoji": "👍"}])
    assert await desk.refused("setMessageReaction", **where, reaction=[{"type": "emoji", "emoji": "x"}]) == (
        "Bad Request: REACTION_INVALID"
    )
    assert await desk.call("pinChatMessage", **where)
    assert (await desk.call("getChat", chat_id=desk.ana.id))["pinned_message"]["message_id"] == number
    assert await desk.call("unpinChatMessage", **where)
    assert await desk.call("sendChatAction", chat_id=desk.ana.id, action="typing")
    assert await desk.refused("sendChatAction", chat_id=desk.ana.id, action="thinking") == (
        "Bad Request: wrong parameter action in request"
    )
    assert {change.kind for change in desk.world.changes.log} >= {"reaction", "pinned", "action"}


async def test_a_reaction_of_a_person_is_told_when_asked_for(desk: Desk) -> None:
    number = (await desk.send())["message_id"]
    desk.people.react(desk.ana.id, number, "👎")
    assert await desk.updates(allowed_updates=["message_reaction"]) == []
    desk.people.react(desk.ana.id, number, "")
    update = (await desk.updates())[-1]["message_reaction"]
    assert (update["old_reaction"][0]["emoji"], update["new_reaction"]) == ("👎", [])


async def test_an_inline_result_is_chosen_and_sent(desk: Desk) -> None:
    query = desk.people.ask_inline(desk.ana.id, "casted")
    assert (await desk.updates())[-1]["inline_query"]["query"] == "casted"
    results = [{"type": "article", "id": "1", "title": "T", "input_message_content": {"message_text": "hit"}}]
    assert await desk.call("answerInlineQuery", inline_query_id=query, results=results)
    assert desk.people.choose_inline(desk.ana.id, query, "1").text == "hit"
    assert (await desk.updates())[-1]["message"]["via_bot"]["id"] == 123456
    assert "query is too old" in await desk.refused("answerInlineQuery", inline_query_id=query, results=results)


# Commands and profile


async def test_each_person_sees_the_commands_of_the_narrowest_scope_in_their_language(desk: Desk) -> None:
    async def offer(command: str, **scope: Any) -> None:
        await desk.call("setMyCommands", commands=[{"command": command, "description": "d"}], **scope)

    wei = desk.world.add_user("Wei", language="zh-hans")
    desk.people.open_link(wei.id)
    chat = desk.people.found(desk.ana.id, "Office", members=(wei.id,)).id
    await offer("all")
    await offer("all_zh", language_code="zh")
    await offer("private", scope={"type": "all_private_chats"})
    await offer("admin", scope={"type": "chat", "chat_id": desk.ana.id})
    await offer("groups", scope='{"type": "all_group_chats"}')
    await offer("chiefs", scope={"type": "all_chat_administrators"})

    def seen(user: int, where: int = 0) -> list[str]:
        return [item["command"] for item in desk.people.menu(user, chat=where)]

    assert (seen(desk.ana.id), seen(wei.id)) == (["admin"], ["private"])
    assert (seen(desk.ana.id, chat), seen(wei.id, chat)) == (["chiefs"], ["groups"])
    await desk.call("deleteMyCommands", scope={"type": "all_private_chats"})
    assert seen(wei.id) == ["all_zh"]
    assert await desk.call("getMyCommands", language_code="zh") == [{"command": "all_zh", "description": "d"}]
    assert await desk.call("getMyCommands", language_code="fr") == []


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ({"command": "Ask", "description": "d"}, "BOT_COMMAND_INVALID"),
        ({"command": "a" * 33, "description": "d"}, "BOT_COMMAND_INVALID"),
        ({"command": "ask", "description": ""}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ({"command": "ask", "description": "d" * 257}, "BOT_COMMAND_DESCRIPTION_INVALID"),
    ],
)
async def test_commands_out_of_bounds_are_refused(desk: Desk, command: dict[str, str], words: str) -> None:
    assert await desk.refused("setMyCommands", commands=[command]) == f"Bad Request: {words}"


async def test_at_most_a_hundred_commands(desk: Desk) -> None:
    many = [{"command": f"c{number}", "description": "d"} for number in range(101)]
    assert await desk.refused("setMyCommands", commands=many) == "Bad Request: BOT_COMMANDS_TOO_MUCH"
    assert await desk.call("setMyCommands", commands=many[:100]) is True


async def test_names_and_descriptions_fall_back_to_the_one_for_all(desk: Desk) -> None:
    assert await desk.call("getMyName") == {"name": "citedesk"}
    await desk.call("setMyDescription", description="reports")
    await desk.call("setMyDescription", description="报告", language_code="zh")
    assert await desk.call("getMyDescription", language_code="zh") == {"description": "报告"}
    assert await desk.call("getMyDescription", language_code="fr") == {"description": "reports"}
    assert await desk.refused("setMyShortDescription", short_description="x" * 121) == (
        "Bad Request: bot short description is too long"
    )


async def test_the_journal_masks_the_token_and_finds_calls(desk: Desk) -> None:
    await desk.send(f"my token is {TOKEN}")
    await desk.refused("sendMessage", chat_id=5, text="x")
    sent, failed = desk.api.journal.calls("sendMessage")
    assert sent.parameters["text"] == "my token is <token>"
    assert (sent.chat, sent.status, sent.message, sent.ok) == (desk.ana.id, 200, 2, True)
    assert (failed.chat, failed.status, failed.description, failed.ok) == (
        5,
        400,
        "Bad Request: chat not found",
        False,
    )
    assert [entry.number for entry in desk.api.journal.calls(ok=False)] == [2]
