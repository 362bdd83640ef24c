"""Whatever Telegram sends, the next message is answered: made from the Bot API's types, over HTTP, in both modes."""

from __future__ import annotations

import json
import logging
import socket
import stat
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from test_run_end_to_end import bot_process, folder, made  # noqa: F401 - `folder` is a fixture
from transcript import TOKEN, Stage, lend_index, write_config, write_reports

from bot.admin.commands.checks import check_put_aside
from bot.app import Bot
from bot.base.put_aside import KEEP, PutAside
from bot.config import load
from bot.sandbox.server import running
from bot.sandbox.updates import KINDS
from bot.sandbox.world import World

pytestmark = pytest.mark.asyncio(loop_scope="module")
ANNA = 700_000_002
WORD = "Rumpelstiltskin"
"""What somebody wrote; it must not stand in the log."""
USER = {"id": ANNA, "is_bot": False, "first_name": WORD, "last_name": WORD, "username": "anna", "language_code": "en"}
CHAT = {"id": ANNA, "type": "private", "first_name": WORD, "username": "anna"}
GROUP = {"id": -1_000_000_000_777, "type": "supergroup", "title": WORD, "is_forum": True}
CHANNEL = {"id": -1_000_000_000_778, "type": "channel", "title": WORD}
AT = 1_780_000_000
FILE = {"file_id": "f", "file_unique_id": "u", "file_size": 1}
MESSAGE: dict[str, Any] = {
    "message_id": 5,
    "from": USER,
    "chat": CHAT,
    "date": AT,
    "text": f"thanks {WORD}",
    "entities": [{"type": "bold", "offset": 0, "length": 6}],
    "message_thread_id": 3,
    "reply_to_message": {"message_id": 4, "chat": CHAT, "date": AT, "text": WORD},
    "via_bot": {"id": 9, "is_bot": True, "first_name": "B", "username": "b_bot"},
    "edit_date": AT,
    "link_preview_options": {"is_disabled": True},
    "media_group_id": "m",
}
PRESS = {"id": "77", "from": USER, "chat_instance": "c", "message": MESSAGE, "data": "nothing:of:ours"}
MEMBER = {"status": "member", "user": {"id": 1, "is_bot": True, "first_name": "B"}}
CHANGED = {"chat": GROUP, "from": USER, "date": AT, "old_chat_member": MEMBER, "new_chat_member": MEMBER}
REACTION = {"type": "emoji", "emoji": "👍"}
POLL = {
    "id": "p", "question": WORD, "options": [{"text": WORD, "voter_count": 0, "persistent_id": "1"}],
    "total_voter_count": 0, "is_closed": False, "is_anonymous": True, "type": "regular",
    "allows_multiple_answers": False, "allows_revoting": True,
}  # fmt: skip
BOOST_SOURCE = {"source": "premium", "user": USER}

CONTENTS: dict[str, Any] = {
    "message": MESSAGE,
    "edited_message": MESSAGE,
    "channel_post": {"message_id": 5, "chat": CHANNEL, "sender_chat": CHANNEL, "date": AT, "text": WORD},
    "edited_channel_post": {"message_id": 5, "chat": CHANNEL, "date": AT, "edit_date": AT, "text": WORD},
    "business_connection": {"id": "b", "user": USER, "user_chat_id": ANNA, "date": AT, "is_enabled": True},
    "business_message": MESSAGE | {"business_connection_id": "b"},
    "edited_business_message": MESSAGE | {"business_connection_id": "b"},
    "deleted_business_messages": {"business_connection_id": "b", "chat": CHAT, "message_ids": [5]},
    "message_reaction": {
        "chat": CHAT, "message_id": 5, "user": USER, "date": AT, "old_reaction": [], "new_reaction": [REACTION],
    },
    "message_reaction_count": {
        "chat": CHANNEL, "message_id": 5, "date": AT, "reactions": [{"type": REACTION, "total_count": 1}],
    },
    "inline_query": {"id": "i", "from": USER, "query": WORD, "offset": ""},
    "chosen_inline_result": {"result_id": "r", "from": USER, "query": WORD},
    "callback_query": PRESS,
    "shipping_query": {
        "id": "s", "from": USER, "invoice_payload": WORD,
        "shipping_address": {
            "country_code": "KE", "state": "", "city": "N", "street_line1": "", "street_line2": "", "post_code": "1",
        },
    },
    "pre_checkout_query": {
        "id": "p", "from": USER, "currency": "XTR", "total_amount": 1, "invoice_payload": WORD,
    },
    "purchased_paid_media": {"from": USER, "paid_media_payload": WORD},
    "poll": POLL,
    "poll_answer": {"poll_id": "p", "user": USER, "option_ids": [0], "option_persistent_ids": ["1"]},
    "my_chat_member": CHANGED,
    "chat_member": CHANGED,
    "chat_join_request": {"chat": GROUP, "from": USER, "user_chat_id": ANNA, "date": AT},
    "chat_boost": {
        "chat": CHANNEL,
        "boost": {"boost_id": "b", "add_date": AT, "expiration_date": AT, "source": BOOST_SOURCE},
    },
    "removed_chat_boost": {"chat": CHANNEL, "boost_id": "b", "remove_date": AT, "source": BOOST_SOURCE},
}  # fmt: skip
"""One of each kind."""

SERVICE: dict[str, Any] = {
    "new_chat_members": [USER],
    "left_chat_member": USER,
    "new_chat_title": WORD,
    "delete_chat_photo": True,
    "group_chat_created": True,
    "migrate_to_chat_id": -1_000_000_000_779,
    "migrate_from_chat_id": -779,
    "forum_topic_created": {"name": WORD, "icon_color": 1},
    "forum_topic_closed": {},
    "video_chat_started": {},
    "message_auto_delete_timer_changed": {"message_auto_delete_time": 5},
    "users_shared": {"request_id": 1, "users": [{"user_id": 5}]},
    "write_access_allowed": {},
    "web_app_data": {"data": WORD, "button_text": WORD},
    "boost_added": {"boost_count": 1},
    "giveaway_created": {},
    "chat_background_set": {"type": {"type": "chat_theme", "theme_name": WORD}},
    "contact": {"phone_number": "1", "first_name": WORD},
    "location": {"latitude": 1.0, "longitude": 2.0},
    "venue": {"location": {"latitude": 1.0, "longitude": 2.0}, "title": WORD, "address": WORD},
    "dice": {"emoji": "🎲", "value": 3},
    "poll": POLL,
    "story": {"id": 1, "chat": CHAT},
    "sticker": FILE | {"type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False},
    "voice": FILE | {"duration": 1},
    "video_note": FILE | {"length": 1, "duration": 1},
    "document": FILE,
    "photo": [],
    "paid_media": {"star_count": 1, "paid_media": [{"type": "preview"}]},
    "game": {"title": WORD, "description": WORD, "photo": []},
    "invoice": {"title": WORD, "description": "", "start_parameter": "", "currency": "XTR", "total_amount": 1},
    "hologram": {"depth": WORD},
}
"""What a message may hold in the place of a text, and one that does not exist yet."""


def message(**changed: Any) -> dict[str, Any]:
    """The message with other fields; None takes one away."""
    return {"message": {name: value for name, value in (MESSAGE | changed).items() if value is not None}}


def odd_ones() -> dict[str, dict[str, Any]]:
    odd = {kind: {kind: content} for kind, content in CONTENTS.items()}
    odd |= {f"message without {name}": message(**{name: None}) for name in MESSAGE}
    odd |= {f"press without {name}": {"callback_query": without(PRESS, name)} for name in PRESS}
    odd |= {f"changed membership without {name}": {"my_chat_member": without(CHANGED, name)} for name in CHANGED}
    odd |= {f"message with {name}": message(text=None, entities=None, **{name: it}) for name, it in SERVICE.items()}
    gone = {"chat": CHAT, "message_id": 4, "date": 0}
    return odd | {
        "pin that the bot cannot see": message(text=None, entities=None, pinned_message=gone),
        "reply to a message that is gone": message(reply_to_message=gone),
        "press under a message that is gone": {"callback_query": PRESS | {"message": gone}},
        "press of a game": {"callback_query": without(PRESS, "data") | {"game_short_name": "g"}},
        "press of an inline message": {"callback_query": without(PRESS, "message") | {"inline_message_id": "i"}},
        "half an emoji": message(text="half \ud83d of it"),
        "half an emoji in a name": message(**{"from": USER | {"first_name": "\ude00"}}),
        "half an emoji in a button": {"callback_query": PRESS | {"data": "\ud83d"}},
        "nothing but a NUL": message(text="\0"),
        "date 0": message(date=0),
        "date before all dates": message(date=-(10**18)),
        "date after all dates": message(date=10**18),
        "date that is a word": message(date=WORD),
        "text that is a number": message(text=5),
        "text that is a list": message(text=[WORD]),
        "message that is a word": {"message": WORD},
        "message that is a list": {"message": [MESSAGE]},
        "message that is null": {"message": None},
        "chat of an unknown type": message(chat=CHAT | {"type": "galaxy"}),
        "chat whose number is a word": message(chat=CHAT | {"id": WORD}),
        "chat number beyond 64 bits": message(chat=CHAT | {"id": 2**70}),
        "entity of an unknown type": message(entities=[{"type": "sparkle", "offset": 0, "length": 2}]),
        "entity beyond the text": message(entities=[{"type": "mention", "offset": 900, "length": 20}]),
        "entity before the text": message(entities=[{"type": "bot_command", "offset": -9, "length": 5}]),
        "command that is no text": message(text="/", entities=[{"type": "bot_command", "offset": 0, "length": 1}]),
        "forwarded from an unknown origin": message(forward_origin={"type": "moon", "date": AT}),
        "membership of an unknown status": {"my_chat_member": CHANGED | {"new_chat_member": {"status": "guru"}}},
        "topic without a group": message(is_topic_message=True),
        "anonymous admin": message(chat=GROUP, sender_chat=GROUP, **{"from": None}),
        "a kind of tomorrow": {"holiday": {"from": USER, "wish": WORD}},
        "nothing at all": {},
        "too deep": {"message": deep(300)},
    }


def without(content: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in content.items() if key != name}


def deep(levels: int) -> dict[str, Any]:
    nested = MESSAGE
    for _ in range(levels):
        nested = MESSAGE | {"reply_to_message": nested}
    return nested


ODD = odd_ones()


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["polling", "webhook"])
async def here(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    place = tmp_path_factory.mktemp(request.param)
    write_reports(place / "reports")
    lend_index(place)
    more = ""
    if request.param == "webhook":
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        more = f'[telegram.webhook]\nurl = "http://127.0.0.1:{port}/hook"\nport = {port}\nsecret = "s3cret"\n'
    async with running(World(TOKEN)) as server:
        admin = await server.seat("Admin")
        file = write_config(place, server.api_url, admins=[admin.id], more=more)
        file.write_text(file.read_text().replace("[telegram]\n", f'[telegram]\nmode = "{request.param}"\n'))
        made = Stage(server, load(file, {}), place, people={"Admin": admin})
        anna = await made.seat("Anna")
        assert anna.id == ANNA, anna.id
        made.bot = Bot(made.config)
        await made.bot.start()
        yield made
        await made.bot.stop()


async def test_there_is_one_of_each_kind() -> None:
    assert set(CONTENTS) == KINDS
    assert len(ODD) > 40


@pytest.mark.parametrize("name", ODD)
async def test_the_next_message_is_answered(here: Stage, name: str, caplog: pytest.LogCaptureFixture) -> None:
    anna = here.people["Anna"]
    with caplog.at_level(logging.INFO):
        here.server.world.updates.put(ODD[name])
        await anna.say("/privacy")
        async for text in texts(anna):
            if "What is stored about you" in text:
                break
    assert WORD not in caplog.text


async def test_what_cannot_be_read_lies_whole_on_disk_for_nobody_else_and_is_counted(here: Stage) -> None:
    aside = PutAside(here.config.data.path, lambda: datetime.now(UTC))
    before = aside.count()
    broken = message(date=WORD, message_id=4711)
    here.server.world.updates.put(broken)
    await here.play("Anna: /language en\nbot: …")
    (path,) = [one for one in aside.folder.iterdir() if "4711" in one.read_text()]
    assert without(json.loads(path.read_text()), "update_id") == broken
    assert [stat.S_IMODE(one.stat().st_mode) for one in (path, aside.folder)] == [0o600, 0o700]
    assert aside.count() == before + 1
    told = f"{before + 1} message{'s' if before else ''} of Telegram's could not be handled and "
    await here.play(f"Admin: /stats\nbot: …{told}…data/put-aside…")
    (finding,) = check_put_aside(here.config)
    assert finding.ok is None
    assert finding.what.startswith(f"{before + 1} could not be handled")


async def test_what_was_put_aside_goes_after_a_month_and_has_a_limit(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    aside = PutAside(tmp_path, lambda: now, most=2)
    for number in range(3):
        aside.keep(f"update {number}", str(number), ValueError(WORD))
    assert aside.count() == 2
    now += KEEP - timedelta(minutes=1)
    aside.discard_old()
    assert aside.count() == 2
    now += timedelta(minutes=2)
    aside.discard_old()
    assert aside.count() == 0


async def test_a_process_goes_past_what_it_cannot_read_and_past_a_pin_that_it_cannot_see(folder: Path) -> None:  # noqa: F811
    """The pin ended it with exit code 3, and so did every start after it."""
    lend_index(folder)
    async with running(World(TOKEN)) as server, made(folder, server) as (stage, config):
        server.world.updates.put(ODD["pin that the bot cannot see"])
        server.world.updates.put(ODD["date that is a word"])
        async with bot_process(config) as process:
            await stage.play("Anna: /language en\nbot: …", patience=60)
            assert await process.stop() == 0
            log = "".join(process.log)
            assert " cannot be handled (TypeError) and is put aside: " in log
            assert WORD not in log
            assert "Traceback" not in log


async def texts(seat: Any) -> AsyncIterator[str]:
    while True:
        yield (await seat.next_message(timeout=20))["text"]
