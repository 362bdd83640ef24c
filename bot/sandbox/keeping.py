"""A world in, a folder that holds it out, and back: conversations outlive the process that showed them.

`chats.json` holds users, chats, messages and what waits for the bot; `files/` the bytes of each file, once.

Why not begin with an empty world every time? The bot keeps a database. Were its Telegram to forget, numbers
of messages would come a second time, and the bot would take new questions for those it has answered.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from bot.sandbox.entities import Entity
from bot.sandbox.records import Chat, Json, Message, StoredFile, User
from bot.sandbox.world import World

FORMAT = 1
GAP = 100
"""Message numbers left out after a start: a killed process may have used some that it did not write down."""
SECONDS = 1.0
NUMBERS = ("next_user", "next_group", "next_supergroup")
LOG = logging.getLogger(__name__)


class NotKept(Exception):
    """The folder holds something else than a world."""

    exit_code = 3

    def __init__(self, file: Path, reason: str) -> None:
        super().__init__(f"{file}: cannot be read ({reason}): begin anew with --fresh")


def save(world: World, folder: Path) -> None:
    """Writes the world down, in one step: the folder holds the old one or the new one."""
    files = folder / "files"
    files.mkdir(parents=True, exist_ok=True)
    for file in world.files.values():
        path = files / file.unique_id
        if not path.exists():
            replace(path, file.data)
    kept = {
        "format": FORMAT,
        "bot": world.bot.id,
        "users": [asdict(user) for user in world.users.values() if user.id != world.bot.id],
        "chats": [asdict(chat) for chat in world.chats.values()],
        "messages": [message_record(message) for chat in world.messages.values() for message in chat.values()],
        "files": [file_record(file) for file in world.files.values()],
        "reactions": [
            [chat, message, user, reaction]
            for (chat, message), by in world.reactions.items()
            for user, reaction in by.items()
        ],
        "message_ids": list(world.message_ids.items()),
        "numbers": {name: getattr(world, name) for name in NUMBERS},
        "updates": {"next": world.updates.next, "waiting": list(world.updates.waiting)},
    }
    replace(folder / "chats.json", json.dumps(kept, ensure_ascii=False).encode())


def restore(world: World, folder: Path) -> bool:
    """Puts what a folder holds into an empty world; False where it holds none. Raises `NotKept`."""
    path = folder / "chats.json"
    if not path.exists():
        return False
    try:
        fill(world, json.loads(path.read_bytes()), folder / "files")
    except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
        raise NotKept(path, f"{type(error).__name__}: {error}") from error
    return True


def fill(world: World, kept: Json, folder: Path) -> None:
    """The kept values as records of the world."""
    if kept["format"] != FORMAT or kept["bot"] != world.bot.id:
        raise ValueError("it was written by another version")
    for record in kept["files"]:
        file = StoredFile(**record, data=(folder / record["unique_id"]).read_bytes())
        world.files[file.id] = world.paths[file.path] = file
    world.users.update({record["id"]: User(**record) for record in kept["users"]})
    for record in kept["chats"]:
        members = {int(user): status for user, status in record.pop("members").items()}
        topics = {int(number): state for number, state in record.pop("topics", {}).items()}
        world.chats[record["id"]] = Chat(**record, members=members, topics=topics)
    for record in kept["messages"]:
        message = message_of(record, world)
        world.messages[message.chat][message.id] = message
    for chat, number, user, reaction in kept["reactions"]:
        world.reactions[chat, number][user] = reaction
    world.message_ids.update({chat: number + GAP for chat, number in kept["message_ids"]})
    for name in NUMBERS:
        setattr(world, name, kept["numbers"][name])
    world.updates.next = kept["updates"]["next"] + GAP
    world.updates.waiting.extend((at, update) for at, update in kept["updates"]["waiting"])


def message_record(message: Message) -> Json:
    """A message with its file's id in the file's place."""
    record = {field.name: getattr(message, field.name) for field in fields(message)}
    return record | {
        "entities": [asdict(entity) for entity in message.entities],
        "file": message.file.id if message.file is not None else None,
    }


def message_of(record: Json, world: World) -> Message:
    """The message of a record."""
    values: dict[str, Any] = record | {
        "entities": tuple(Entity(**entity) for entity in record["entities"]),
        "file": world.files[record["file"]] if record["file"] is not None else None,
        "forward_of": tuple(record["forward_of"]) if record["forward_of"] is not None else None,
    }
    return Message(**values)


def file_record(file: StoredFile) -> Json:
    """A file without its bytes."""
    return {field.name: getattr(file, field.name) for field in fields(file) if field.name != "data"}


def replace(path: Path, data: bytes) -> None:
    """Writes beside the file, then puts it in its place."""
    beside = path.with_name(path.name + ".new")
    beside.write_bytes(data)
    beside.replace(path)


class Keeper:
    """Writes a world down whenever it has changed, at most once a second, until it is closed."""

    def __init__(self, world: World, folder: Path, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self.world = world
        self.folder = folder
        self.sleep = sleep
        self.changed = asyncio.Event()
        world.changes.listeners.append(self.changed.set)

    async def keep(self) -> None:
        """Runs until it is cancelled; what the disk does not take is written again."""
        while True:
            await self.changed.wait()
            self.changed.clear()
            try:
                save(self.world, self.folder)
            except OSError as error:
                LOG.error("the conversations cannot be kept (%s); trying again", error)
                self.changed.set()
            await self.sleep(SECONDS)

    def close(self) -> None:
        """Writes the world down as it is at the end."""
        self.world.changes.listeners.remove(self.changed.set)
        save(self.world, self.folder)
