"""Conversations as text in, the same conversations held with a bot on the sandbox server out.

A transcript has one line for each thing that happens:

    Anna: How many people work there?       Anna writes (in a group: `Anna in Team: …`); `\\n` is a new line
    Anna formats: <b>Dear</b> all           Anna writes, with what is bold and so on made so in her app
    Anna presses In context                 a button of the last message she got, or of any with that button
    Anna sends note.md                      a file of the stage, with a caption: `Anna sends note.md: /upload`
    bot: **133 people** … are employed      the next message; `…`: anything; **bold**, _italic_, > quote
    bot edits: …                            the next edit of a message
    bot shows: …                            the pop-up after a button
    file: note.md                           the document of the last message
    buttons: In context | Source            all buttons of the last message, rows by `/`
    nothing                                 nobody was written to
"""

from __future__ import annotations

import contextlib
import functools
import re
import shutil
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ready import lend_dictionary, own_folder

from bot.app import Bot
from bot.config import Config, load
from bot.sandbox.seats import Seat
from bot.sandbox.server import Running, running
from bot.sandbox.world import World
from bot.telegram.messenger import Patience
from index.build.reindex import reindex

TOKEN = "123456789:AAEhBOweik6ad6PsVgzlZHZxTh7P_sandbox"
MARKS = {"bold": "**", "italic": "_", "code": "`"}

STAFFING = """---
title: Institute Report 2021
year: 2021
language: en
collection: Annual reports
---
# Institute Report 2021

## Research team

In December 2021 the institute had 133 permanent employees. Of them 64 are doctors & teach \\<part time\\>.

Seven visiting fellows came from other think tanks during the year to study innovation policy.

## Cooperation

The Harbour Forum was founded in 2014 by the institute together with partners in Kenya and Chile.

Its secretariat moved from Nairobi to Valparaiso in 2019, after the third general assembly had decided so.

The forum publishes a yearly survey of small ports, which reached 212 towns in 2021.
"""
WORKSHOP = """---
title: 培训班报告
year: 2019
language: zh
collection: 培训
---
# 培训班报告

## 学员

第七期国际培训班共有28名学员，来自13个国家，其中女学员11名。

## 课程

课程包括技术预见、创新政策评估和科技指标三个部分，由九位专家授课。
"""
REPORTS = {"institute-report-2021.md": STAFFING, "workshop-2019.md": WORKSHOP}


def write_reports(folder: Path, reports: Mapping[str, str] = REPORTS) -> None:
    folder.mkdir(parents=True)
    for name, text in reports.items():
        (folder / name).write_text(text, encoding="utf-8")


def write_config(folder: Path, api_url: str, *, admins: list[int], more: str = "") -> Path:
    """A configuration file whose reports and data are in the same folder."""
    file = folder / "config.toml"
    file.write_text(
        f'[telegram]\ntoken = "{TOKEN}"\napi_url = "{api_url}"\n'
        f'[content]\npath = "reports"\n[data]\npath = "data"\n[roles]\nadmins = {admins}\n{more}',
        encoding="utf-8",
    )
    return file


@functools.cache
def _index() -> Path:
    """The index of `REPORTS`, built once for all stages."""
    folder = own_folder("stage")
    write_reports(folder / "reports")
    lend_dictionary(folder / "index")
    reindex(folder / "reports", folder / "index")
    return folder / "index"


def lend_index(folder: Path) -> None:
    """The data folder below `folder` gets the index of `REPORTS`, before the bot starts."""
    shutil.copytree(_index(), folder / "data" / "index", symlinks=True)


@dataclass
class Stage:
    """A bot, the server it talks to, and people by name."""

    server: Running
    config: Config
    folder: Path
    files: dict[str, bytes] = field(default_factory=dict)
    groups: dict[str, int] = field(default_factory=dict)
    people: dict[str, Seat] = field(default_factory=dict)
    last: dict[str, dict[str, Any]] = field(default_factory=dict)
    bot: Bot | None = None
    patience: Patience | None = None

    async def restart(self) -> None:
        """The bot stops, and another one starts on the same data."""
        if self.bot is not None:
            await self.bot.stop()
        self.bot = Bot(self.config, patience=self.patience)
        await self.bot.start()

    async def shown(self, name: str) -> str:
        """The last message of the bot to somebody, as they see it now."""
        theirs = [one for one in await self.people[name].messages() if one.get("from", {}).get("is_bot")]
        return rendered(theirs[-1])

    async def seat(self, name: str, language: str = "en") -> Seat:
        if name not in self.people:
            self.people[name] = await self.server.seat(name, language=language)
        return self.people[name]

    async def play(self, transcript: str, *, patience: float = 20) -> None:
        """Hold a conversation; AssertionError says at which line it went another way."""
        speaker = ""
        popup: dict[str, Any] = {}
        for line in transcript.strip().splitlines():
            line = line.strip()
            if not line:
                continue
            word, _, rest = line.partition(":")
            rest = rest.strip()
            if word in ("bot", "bot edits"):
                seat = self.people[speaker.partition(" in ")[0]]
                chat = self.groups.get(speaker.partition(" in ")[2]) or seat.id
                fetch = seat.next_message if word == "bot" else seat.next_edit
                message = await fetch(chat=chat, timeout=patience)
                while word == "bot edits" and not matches(rest, rendered(message)):
                    message = await fetch(chat=chat, timeout=patience)  # progress lines come in between
                self.last[speaker] = message
                assert matches(rest, rendered(message)), f"{line}\ngot: {rendered(message)}"
            elif word == "bot shows":
                assert matches(rest, popup.get("text") or ""), f"{line}\ngot: {popup}"
            elif word == "file":
                assert self.last[speaker]["document"]["file_name"] == rest
            elif word == "buttons":
                assert buttons(self.last[speaker]) == rest, f"{line}\ngot: {buttons(self.last[speaker])}"
            elif line == "nothing":
                assert await self.people[speaker.partition(" in ")[0]].quiet(0.5), line
            elif " presses " in line:
                speaker, _, button = line.partition(" presses ")
                popup = await self.press(speaker, button)
            elif " sends " in word:
                speaker, _, name = word.partition(" sends ")
                await (await self.seat(speaker)).send_file(name, self.files[name], caption=rest)
            else:
                speaker = word.removesuffix(" formats")
                name, _, group = speaker.partition(" in ")
                seat = await self.seat(name)
                text = rest.replace("\\n", "\n")
                await seat.say(text, chat=self.groups.get(group, 0), formatted=word.endswith(" formats"))

    async def press(self, speaker: str, button: str) -> dict[str, Any]:
        seat = self.people[speaker.partition(" in ")[0]]
        chat = self.groups.get(speaker.partition(" in ")[2], 0)
        for message in reversed(await seat.messages(chat=chat)):
            for one in (one for row in keyboard(message) for one in row):
                if matches(button, one["text"]):
                    return await seat.press(message, one["text"])
        raise AssertionError(f"no button {button!r}")


def keyboard(message: dict[str, Any]) -> list[list[dict[str, Any]]]:
    return message.get("reply_markup", {}).get("inline_keyboard", [])


def buttons(message: dict[str, Any]) -> str:
    return " / ".join(" | ".join(one["text"] for one in row) for row in keyboard(message))


def rendered(message: dict[str, Any]) -> str:
    """The text of a message with its marks, as a person sees it."""
    text = message.get("text") or message.get("caption") or ""
    entities = message.get("entities") or message.get("caption_entities") or []
    units = text.encode("utf-16-le")
    marks: list[tuple[int, int, str]] = []
    for entity in entities:
        start, end = entity["offset"], entity["offset"] + entity["length"]
        mark = MARKS.get(entity["type"])
        if mark:
            marks += [(start, 1, mark), (end, 0, mark)]
        elif "blockquote" in entity["type"]:
            marks.append((start, 0, "> "))
    shown, last = "", 0
    for position, _, mark in sorted(marks):
        shown += units[last * 2 : position * 2].decode("utf-16-le") + mark
        last = position
    return shown + units[last * 2 :].decode("utf-16-le")


def matches(pattern: str, text: str) -> bool:
    """Whether the pieces of a pattern, between `…`, stand in a text in this order; white space is all one."""
    pieces = [re.escape(" ".join(piece.split())) for piece in pattern.split("…")]
    return re.fullmatch(".*".join(pieces), " ".join(text.split()), re.DOTALL) is not None


@contextlib.asynccontextmanager
async def stage(
    folder: Path, *, more: str = "", patience: Patience | None = None, files: Mapping[str, bytes] | None = None
) -> AsyncIterator[Stage]:
    """A server and a bot with an index of `REPORTS` in this process; `Admin` is the admin. `files`: further reports."""
    write_reports(folder / "reports")
    lend_index(folder)
    for name, data in (files or {}).items():
        (folder / "reports" / name).write_bytes(data)
    if files:
        reindex(folder / "reports", folder / "data" / "index")
    async with running(World(TOKEN)) as server:
        admin = await server.seat("Admin")
        config = load(write_config(folder, server.api_url, admins=[admin.id], more=more), {})
        made = Stage(server, config, folder, people={"Admin": admin}, patience=patience)
        try:
            await made.restart()
            yield made
        finally:
            if made.bot is not None:
                await made.bot.stop()
