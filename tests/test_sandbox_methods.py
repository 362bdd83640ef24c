"""The methods of the Bot API: what they answer, what they refuse, and in which words."""

from __future__ import annotations

import struct
from typing import Any

import pytest
from sandbox_desk import Desk, buttons

from bot.sandbox.api_errors import ApiRefusal
from bot.sandbox.call import PARAMETERS, Upload
from bot.sandbox.service import HANDLERS

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", 640, 480) + b"\x08\x02\x00\x00\x00"
NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the"
    " same as a current content and reply markup of the message"
)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_every_method_of_the_table_is_done_by_something(desk: Desk) -> None:
    assert set(PARAMETERS) == set(HANDLERS) | set(desk.api.own) | {"getUpdates"}


async def test_an_unknown_method_is_not_found(desk: Desk) -> None:
    assert await desk.refused("sendTelepathy") == "Not Found: method not found"


async def test_an_unknown_parameter_is_refused_by_name(desk: Desk) -> None:
    words = await desk.refused("sendMessage", chat_id=desk.ana.id, text="x", parsemode="HTML")
    assert words == 'Bad Request: the sandbox does not know the parameter "parsemode" of sendMessage'


async def test_a_method_is_found_whatever_its_case(desk: Desk) -> None:
    assert (await desk.call("getme"))["username"] == "citedesk_bot"


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"text": ""}, "message text is empty"),
        ({}, "message text is empty"),
        ({"text": " \n "}, "text must be non-empty"),
        ({"text": "<b> </b>", "parse_mode": "HTML"}, "text must be non-empty"),
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": "😀" * 2049}, "message is too long"),
        ({"text": "x", "parse_mode": "BBCode"}, "unsupported parse_mode"),
        ({"text": "x", "parse_mode": "MarkdownV2"}, "does not know the parse mode MarkdownV2: use HTML"),
        ({"text": "<x>", "parse_mode": "html"}, 'parse entities: Unsupported start tag "x" at byte offset 0'),
        ({"text": "x\ud83d"}, "strings must be encoded in UTF-8"),
        ({"text": "x", "reply_markup": buttons("x" * 65)}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": buttons("科" * 22)}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": buttons("")}, "inline keyboard button text must be non-empty"),
        ({"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "a"}]]}}, "Text buttons are unallowed"),
        ({"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "a", "url": "http://localhost"}]]}},
         "inline keyboard button URL 'http://localhost' is invalid: Wrong HTTP URL"),
        ({"text": "x", "reply_markup": "{"}, "can't parse reply_markup JSON object"),
        ({"text": "x", "reply_markup": {"keybord": []}}, "reply markup has none of"),
        ({"text": "x", "reply_parameters": {"message_id": 999}}, "message to be replied not found"),
        ({"text": "x", "message_thread_id": 5}, "message thread not found"),
        ({"text": "x", "link_preview_options": {"disabled": True}}, 'does not know the field "disabled"'),
    ],
)  # fmt: skip
async def test_a_message_that_telegram_refuses_is_refused(desk: Desk, parameters: dict[str, Any], words: str) -> None:
    assert words in await desk.refused("sendMessage", chat_id=desk.ana.id, **parameters)
    assert len(desk.world.messages[desk.ana.id]) == 1


@pytest.mark.parametrize("text", ["x" * 4096, "😀" * 2048, "<b>" + "科" * 4096 + "</b>", "&lt;" * 4096])
async def test_a_message_of_4096_units_after_parsing_is_sent(desk: Desk, text: str) -> None:
    assert await desk.send(text, parse_mode="HTML")


async def test_a_message_tells_who_where_when(desk: Desk) -> None:
    assert await desk.send("see <b>this</b>", parse_mode="HTML", reply_markup=buttons("a")) == {
        "message_id": 2,
        "from": {"id": 123456, "is_bot": True, "first_name": "citedesk", "username": "citedesk_bot"},
        "chat": {"id": desk.ana.id, "first_name": "Ana", "type": "private"},
        "date": 1_700_000_000,
        "text": "see this",
        "entities": [{"offset": 4, "length": 4, "type": "bold"}],
        "reply_markup": buttons("a"),
    }


async def test_reply_names_the_message_and_may_be_missing_when_allowed(desk: Desk) -> None:
    first = await desk.send("first")
    second = await desk.send("second", reply_parameters={"message_id": first["message_id"], "quote": "irs"})
    assert second["reply_to_message"]["text"] == "first"
    assert second["quote"]["text"] == "irs"
    lone = await desk.send("x", reply_parameters={"message_id": 99, "allow_sending_without_reply": True})
    assert "reply_to_message" not in lone


async def test_protection_previews_and_silence_are_kept(desk: Desk) -> None:
    message = await desk.send("x", protect_content="true", link_preview_options='{"is_disabled": true}')
    assert message["has_protected_content"] is True
    assert message["link_preview_options"] == {"is_disabled": True}
    await desk.send("hush", disable_notification=True)
    assert [message["silent"] for message in desk.people.messages(desk.ana.id)] == [False, False, True]


async def test_other_reply_markups_are_seen_by_the_person_alone(desk: Desk) -> None:
    assert "reply_markup" not in await desk.send("x", reply_markup={"keyboard": [[{"text": "Yes"}]]})
    assert desk.people.messages(desk.ana.id)[-1]["reply_markup"] == {"keyboard": [[{"text": "Yes"}]]}


# Who cannot be written to


async def test_a_stranger_is_no_chat(desk: Desk) -> None:
    assert await desk.refused("sendMessage", chat_id=5, text="x") == "Bad Request: chat not found"
    assert await desk.refused("sendMessage", chat_id="@nobody", text="x") == "Bad Request: chat not found"
    assert await desk.refused("sendMessage", chat_id="Ana", text="x") == "Bad Request: chat not found"
    assert await desk.refused("sendMessage", text="x") == "Bad Request: chat_id is empty"


async def test_somebody_met_in_a_group_cannot_be_written_to_first(desk: Desk) -> None:
    li = desk.world.add_user("Li")
    assert await desk.refused("sendMessage", chat_id=li.id, text="x") == "Bad Request: chat not found"
    desk.people.found(desk.ana.id, "Office", members=(li.id,))
    words = await desk.refused("sendMessage", chat_id=li.id, text="x")
    assert words == "Forbidden: bot can't initiate conversation with a user"


async def test_who_blocked_or_left_telegram_is_forbidden(desk: Desk) -> None:
    desk.people.block(desk.ana.id)
    assert await desk.refused("sendMessage", chat_id=desk.ana.id, text="x") == "Forbidden: bot was blocked by the user"
    assert (await desk.call("getChat", chat_id=desk.ana.id))["first_name"] == "Ana"
    desk.people.unblock(desk.ana.id)
    await desk.send()
    desk.people.delete_account(desk.ana.id)
    assert await desk.refused("sendMessage", chat_id=desk.ana.id, text="x") == "Forbidden: user is deactivated"


@pytest.mark.parametrize("kind", ["group", "supergroup", "channel"])
async def test_a_group_that_threw_the_bot_out_is_forbidden(desk: Desk, kind: str) -> None:
    chat = desk.people.found(desk.ana.id, "Office", kind=kind).id
    assert await desk.call("sendMessage", chat_id=chat, text="x")
    desk.people.kick_bot(desk.ana.id, chat)
    words = await desk.refused("sendMessage", chat_id=chat, text="x")
    assert words == f"Forbidden: bot was kicked from the {kind} chat"


async def test_a_group_that_the_bot_left_is_forbidden(desk: Desk) -> None:
    chat = desk.people.found(desk.ana.id, "Office").id
    assert await desk.call("leaveChat", chat_id=chat) is True
    words = await desk.refused("sendMessage", chat_id=chat, text="x")
    assert words == "Forbidden: bot is not a member of the group chat"


async def test_a_migrated_group_tells_its_new_number(desk: Desk) -> None:
    old = desk.people.found(desk.ana.id, "Office").id
    await desk.updates(offset=-1)
    new = desk.people.migrate(desk.ana.id, old).id
    with pytest.raises(ApiRefusal) as caught:
        await desk.call("sendMessage", chat_id=old, text="x")
    assert caught.value.description == "Bad Request: group chat was upgraded to a supergroup chat"
    assert caught.value.parameters == {"migrate_to_chat_id": new}
    assert (await desk.call("sendMessage", chat_id=new, text="x"))["chat"]["type"] == "supergroup"
    told = [update["message"] for update in (await desk.updates()) if "message" in update]
    assert [message.get("migrate_to_chat_id", message.get("migrate_from_chat_id")) for message in told[-2:]] == [
        new,
        old,
    ]


# Edits and deletions


async def test_an_edit_replaces_text_and_keyboard(desk: Desk) -> None:
    message = await desk.send(reply_markup=buttons("a"))
    where = {"chat_id": desk.ana.id, "message_id": message["message_id"]}
    desk.seconds += 60
    edited = await desk.call("editMessageText", **where, text="<i>new</i>", parse_mode="HTML")
    assert (edited["text"], edited["date"], edited["edit_date"]) == ("new", 1_700_000_000, 1_700_000_060)
    assert "reply_markup" not in edited
    kept = await desk.call("editMessageReplyMarkup", **where, reply_markup=buttons("b"))
    assert (kept["text"], kept["reply_markup"]) == ("new", buttons("b"))


async def test_an_edit_that_changes_nothing_is_refused(desk: Desk) -> None:
    message = await desk.send("<b>x</b>", parse_mode="HTML", reply_markup=buttons("a"))
    where = {"chat_id": desk.ana.id, "message_id": message["message_id"]}
    same: dict[str, Any] = {"text": "<strong>x</strong>", "parse_mode": "HTML", "reply_markup": buttons("a")}
    assert await desk.refused("editMessageText", **where, **same) == NOT_MODIFIED
    assert await desk.refused("editMessageReplyMarkup", **where, reply_markup=buttons("a")) == NOT_MODIFIED
    assert await desk.call("editMessageText", **where, text="x", reply_markup=buttons("a"))


async def test_what_cannot_be_edited_is_refused(desk: Desk) -> None:
    said = desk.people.say(desk.ana.id, "mine")
    own = (await desk.send())["message_id"]

    async def words(number: int, text: str = "x") -> str:
        return await desk.refused("editMessageText", chat_id=desk.ana.id, message_id=number, text=text)

    assert await words(999) == "Bad Request: message to edit not found"
    assert await words(said.id) == "Bad Request: message can't be edited"
    assert await words(own, "x" * 4097) == "Bad Request: MESSAGE_TOO_LONG"
    missing = await desk.refused("editMessageText", chat_id=desk.ana.id, text="x")
    assert missing == "Bad Request: message identifier is not specified"
    captioned = await desk.refused("editMessageCaption", chat_id=desk.ana.id, message_id=own, caption="x")
    assert captioned == "Bad Request: there is no caption in the message to edit"


async def test_messages_are_deleted_once_and_within_two_days(desk: Desk) -> None:
    number = (await desk.send())["message_id"]
    where = {"chat_id": desk.ana.id, "message_id": number}
    assert await desk.call("deleteMessage", **where) is True
    assert await desk.refused("deleteMessage", **where) == "Bad Request: message to delete not found"
    old = (await desk.send())["message_id"]
    desk.seconds += 49 * 3600
    words = await desk.refused("deleteMessage", chat_id=desk.ana.id, message_id=old)
    assert words == "Bad Request: message can't be deleted for everyone"
    fresh = (await desk.send())["message_id"]
    assert await desk.call("deleteMessages", chat_id=desk.ana.id, message_ids=[old, fresh, 999]) is True
    assert old in desk.world.messages[desk.ana.id]
    assert fresh not in desk.world.messages[desk.ana.id]


async def test_copies_and_forwards(desk: Desk) -> None:
    source = await desk.send("<b>x</b>", parse_mode="HTML")
    where = {"chat_id": desk.ana.id, "from_chat_id": desk.ana.id, "message_id": source["message_id"]}
    copy = await desk.call("copyMessage", **where, reply_markup=buttons("a"))
    shown = desk.people.messages(desk.ana.id)[-1]
    assert (shown["message_id"], shown["entities"], shown["reply_markup"]) == (
        copy["message_id"], source["entities"], buttons("a"),
    )  # fmt: skip
    forwarded = await desk.call("forwardMessage", **where)
    assert forwarded["forward_origin"]["sender_user"]["id"] == 123456
    gone = where | {"message_id": 999}
    assert await desk.refused("copyMessage", **gone) == "Bad Request: message to copy not found"
    assert await desk.refused("forwardMessage", **gone) == "Bad Request: message to forward not found"


# Files


async def test_a_document_is_sent_found_and_sent_again(desk: Desk) -> None:
    upload = Upload("报告.pdf", "application/pdf", b"%PDF")
    message = await desk.call(
        "sendDocument", {"document": upload}, chat_id=desk.ana.id, caption="<i>see</i>", parse_mode="HTML"
    )
    document = message["document"]
    assert (document["file_name"], document["mime_type"], document["file_size"]) == (
        "报告.pdf",
        "application/pdf",
        4,
    )
    assert (message["caption"], message["caption_entities"][0]["type"]) == ("see", "italic")
    file = await desk.call("getFile", file_id=document["file_id"])
    assert desk.world.paths[file["file_path"]].data == b"%PDF"
    again = await desk.call("sendDocument", chat_id=desk.ana.id, document=document["file_id"])
    assert again["document"] == document
    attached = await desk.call("sendDocument", {"part": upload}, chat_id=desk.ana.id, document="attach://part")
    assert attached["document"]["file_name"] == "报告.pdf"
    edited = await desk.call("editMessageCaption", chat_id=desk.ana.id, message_id=message["message_id"], caption="new")
    assert edited["caption"] == "new"
    words = await desk.refused("editMessageText", chat_id=desk.ana.id, message_id=message["message_id"], text="x")
    assert words == "Bad Request: there is no text in the message to edit"


async def test_another_picture_takes_the_place_of_one(desk: Desk) -> None:
    one, other = (Upload(f"{n}.png", "image/png", PNG + bytes([n])) for n in (1, 2))
    row = buttons("next")
    message = await desk.call("sendPhoto", {"photo": one}, chat_id=desk.ana.id, caption="one", reply_markup=row)
    here = {"chat_id": desk.ana.id, "message_id": message["message_id"]}
    media = {"type": "photo", "media": "attach://p", "caption": "<b>two</b>", "parse_mode": "HTML"}
    edited = await desk.call("editMessageMedia", {"p": other}, media=media, **here)
    assert (edited["caption"], edited["caption_entities"][0]["type"]) == ("two", "bold")
    assert edited["photo"] != message["photo"]
    assert "reply_markup" not in edited, "without reply_markup the buttons go"
    known = media | {"media": edited["photo"][-1]["file_id"]}
    assert "message is not modified" in await desk.refused("editMessageMedia", media=known, **here)
    again = await desk.call("editMessageMedia", media=known, reply_markup=row, **here)
    assert again["photo"] == edited["photo"]
    for wrong, said in (
        ({"type": "photo"}, "media not found"),
        ({"type": "video", "media": "x"}, "does not know an edit to media of the type video"),
        ({"type": "photo", "media": "none"}, "wrong file identifier"),
        (known | {"caption": "x" * 1025}, "caption is too long"),
        (known | {"colour": 1}, 'does not know the field "colour" of InputMedia'),
    ):
        assert said in await desk.refused("editMessageMedia", media=wrong, **here)
    text = await desk.send()
    assert "adds media to a text" in await desk.refused(
        "editMessageMedia", media=known, chat_id=desk.ana.id, message_id=text["message_id"]
    )


async def test_files_that_telegram_refuses(desk: Desk) -> None:
    async def words(data: bytes, kind: str = "document", **parameters: Any) -> str:
        upload = Upload("x.bin", "application/octet-stream", data)
        return await desk.refused(f"send{kind.title()}", {kind: upload}, chat_id=desk.ana.id, **parameters)

    assert await words(b"") == "Bad Request: file must be non-empty"
    assert await words(bytes(50 * 2**20 + 1)) == "Request Entity Too Large"
    assert await words(b"x", caption="x" * 1025) == "Bad Request: message caption is too long"
    assert await words(b"no picture", "photo") == "Bad Request: IMAGE_PROCESS_FAILED"
    unknown = await desk.refused("sendDocument", chat_id=desk.ana.id, document="BQACnone")
    assert unknown == "Bad Request: wrong file identifier/HTTP URL specified"
    assert "fetches nothing" in await desk.refused("sendPhoto", chat_id=desk.ana.id, photo="https://a.org/x.png")
    assert await desk.refused("sendDocument", chat_id=desk.ana.id) == "Bad Request: there is no document in the request"
    stray = {"document": Upload("x", "text/plain", b"x"), "stray": Upload("y", "text/plain", b"y")}
    assert "attach://stray" in await desk.refused("sendDocument", stray, chat_id=desk.ana.id)
    assert await desk.refused("getFile", file_id="none") == "Bad Request: invalid file_id"


async def test_a_file_over_20_megabytes_is_kept_but_cannot_be_fetched(desk: Desk) -> None:
    large = desk.people.send_file(desk.ana.id, "document", Upload("x", "text/plain", bytes(20 * 2**20 + 1)))
    assert large.file is not None
    assert await desk.refused("getFile", file_id=large.file.id) == "Bad Request: file is too big"


async def test_photos_have_a_size_and_albums_a_common_number(desk: Desk) -> None:
    photo = Upload("chart.png", "image/png", PNG)
    message = await desk.call("sendPhoto", {"photo": photo}, chat_id=desk.ana.id)
    assert [(size["width"], size["height"]) for size in message["photo"]] == [(640, 480)]
    media = [
        {"type": "photo", "media": "attach://a", "caption": "one"},
        {"type": "photo", "media": "attach://b"},
    ]
    album = await desk.call("sendMediaGroup", {"a": photo, "b": photo}, chat_id=desk.ana.id, media=media)
    assert len({item["media_group_id"] for item in album}) == 1
    assert [item.get("caption") for item in album] == ["one", None]
    words = await desk.refused("sendMediaGroup", {"a": photo}, chat_id=desk.ana.id, media=media[:1])
    assert words == "Bad Request: there must be from 2 to 10 messages in the media group"
