"""A world written down and read again is the same world."""

from __future__ import annotations

import asyncio
import errno
import json
from pathlib import Path

import pytest

from bot.sandbox import keeping
from bot.sandbox.call import Upload
from bot.sandbox.keeping import GAP, Keeper, NotKept, restore, save
from bot.sandbox.service import BotApi
from bot.sandbox.users import Users
from bot.sandbox.world import World

TOKEN = "123456:sandbox-token"


async def lived_in() -> World:
    """A world with everything in it."""
    world = World(TOKEN)
    api = BotApi(world)
    people = Users(world, api.profile, api.inline)
    ana = world.add_user("Ana", last_name="Ö", language="en").id
    bo = world.add_user("Bo", username="bobo").id
    people.open_link(ana, "p_1")
    people.send_file(ana, "document", Upload("报告.txt", "text/plain", b"\x00bytes"), caption="mine")
    group = people.found(ana, "Team", members=(bo,)).id
    said = people.say(bo, "@citedesk_bot and you?", chat=group)
    people.react(ana, said.id, "👍", chat=group)
    keyboard = {"inline_keyboard": [[{"text": "More", "callback_data": "m"}]]}
    await api.call(
        "sendMessage", {"chat_id": ana, "text": "<b>😀 yes</b>", "parse_mode": "HTML", "reply_markup": keyboard}, {}
    )
    await api.call("forwardMessage", {"chat_id": group, "from_chat_id": ana, "message_id": 1}, {})
    people.migrate(ana, group)
    people.block(bo)
    await api.close()
    return world


def seen(world: World) -> object:
    """All that people and the bot could see."""
    api = BotApi(world)
    people = Users(world, api.profile, api.inline)
    persons = [user.id for user in world.users.values() if not user.is_bot]
    chats = {user: people.chats(user) for user in persons}
    return json.loads(
        json.dumps(
            {
                "chats": [[user, listed] for user, listed in chats.items()],
                "messages": [
                    people.messages(user, chat=chat["id"]) for user, listed in chats.items() for chat in listed
                ],
                "files": [[file.id, file.name, file.data.hex(), file.path] for file in world.files.values()],
                "members": [[chat.id, list(chat.members.items()), chat.migrated_to] for chat in world.chats.values()],
                "waiting": [update for _, update in world.updates.waiting],
            }
        )
    )


async def test_what_was_kept_comes_back(tmp_path: Path) -> None:
    world = await lived_in()
    save(world, tmp_path)
    again = World(TOKEN)
    assert restore(again, tmp_path)
    assert seen(again) == seen(world)


async def test_numbers_go_on_beyond_those_that_a_killed_process_may_have_used(tmp_path: Path) -> None:
    world = await lived_in()
    save(world, tmp_path)
    again = World(TOKEN)
    restore(again, tmp_path)
    assert again.updates.next == world.updates.next + GAP
    assert {chat: number - GAP for chat, number in again.message_ids.items()} == dict(world.message_ids)
    ids = [again.add_user("New").id, again.add_chat("group", "G", 1).id, again.add_chat("supergroup", "S", 1).id]
    assert not {*ids} & {*world.users, *world.chats}


def test_an_empty_folder_holds_no_world(tmp_path: Path) -> None:
    assert not restore(World(TOKEN), tmp_path)


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"format": 0}', '{"format": 1, "bot": 9}'])
def test_a_damaged_or_foreign_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "chats.json").write_text(text, encoding="utf-8")
    with pytest.raises(NotKept, match=r"chats\.json: cannot be read .*: begin anew with --fresh"):
        restore(World(TOKEN), tmp_path)


async def test_a_missing_file_is_named(tmp_path: Path) -> None:
    save(await lived_in(), tmp_path)
    next((tmp_path / "files").iterdir()).unlink()
    with pytest.raises(NotKept):
        restore(World(TOKEN), tmp_path)


async def test_the_keeper_writes_after_a_change_and_at_the_end(tmp_path: Path) -> None:
    world = World(TOKEN)
    ana = world.add_user("Ana").id
    slept: asyncio.Queue[float] = asyncio.Queue()
    go_on = asyncio.Event()

    async def sleep(seconds: float) -> None:
        slept.put_nowait(seconds)
        await go_on.wait()

    keeper = Keeper(world, tmp_path, sleep)
    task = asyncio.create_task(keeper.keep())
    world.post(world.chats[ana], ana, text="kept")
    assert await slept.get() == 1.0
    assert "kept" in (tmp_path / "chats.json").read_text(encoding="utf-8")
    world.post(world.chats[ana], ana, text="late")
    assert "late" not in (tmp_path / "chats.json").read_text(encoding="utf-8")
    task.cancel()
    keeper.close()
    assert "late" in (tmp_path / "chats.json").read_text(encoding="utf-8")
    assert world.changes.listeners == []


async def test_the_keeper_writes_again_what_a_full_disk_did_not_take(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(TOKEN)
    ana = world.add_user("Ana").id
    slept: asyncio.Queue[float] = asyncio.Queue()

    async def sleep(seconds: float) -> None:
        slept.put_nowait(seconds)
        await asyncio.sleep(0)

    def full(path: Path, data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    keeper = Keeper(world, tmp_path, sleep)
    task = asyncio.create_task(keeper.keep())
    with monkeypatch.context() as patch:
        patch.setattr(keeping, "replace", full)
        world.post(world.chats[ana], ana, text="kept")
        assert await slept.get() == 1.0
    assert await slept.get() == 1.0
    assert "kept" in (tmp_path / "chats.json").read_text(encoding="utf-8")
    task.cancel()
    keeper.close()
