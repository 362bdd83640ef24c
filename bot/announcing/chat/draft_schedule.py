"""A time as it was typed or tapped in; when a draft goes out, out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from telegram import Message as Received

from bot.announcing import attaching_messages
from bot.announcing.announcement import Announcement, Body, Schedule
from bot.announcing.chat.drafts import Drafts, DraftScreen, Next, Prompt, TakeText
from bot.telegram.chats import Speaker
from bot.words.catalogue import Words
from bot.words.markup import Html
from bot.words.typed_dates import NotATime, read_moment
from bot.words.zones import zone, zone_label

NOW = "now"
DATA_LIMIT = 40
"""Bytes of a time in a button."""


class Scheduling:
    """The screen `when`."""

    def __init__(self, drafts: Drafts, clock: Callable[[], datetime], time_zone: str) -> None:
        self._drafts = drafts
        self._clock = clock
        self._time_zone = time_zone

    def screens(self) -> Mapping[str, DraftScreen]:
        return {"when": self._when, "at": self._at, "quiet": self._quiet}

    def takers(self) -> Mapping[str, TakeText]:
        return {"when": self._typed}

    async def _when(
        self,
        who: Speaker,
        draft: Announcement,
        more: str,
        note: Html | None = None,
        choices: tuple[tuple[str, str], ...] = (),
    ) -> Next:
        view = await self._drafts.view(draft)
        return Next(attaching_messages.when_screen(who.words, view, note, choices), Prompt(draft.id, "when"))

    async def _typed(self, who: Speaker, message: Received, draft: Announcement, asked: Prompt) -> Next:
        return await self._at(who, draft, message.text or "")

    async def _at(self, who: Speaker, draft: Announcement, text: str) -> Next:
        if text.strip().lower() in (NOW, "现在", "马上", "立即", "at once"):
            schedule = replace(draft.body.schedule, at=None)
        else:
            zone_name = draft.body.schedule.zone or self._time_zone
            try:
                moment = read_moment(text, self._clock(), zone_name)
            except NotATime as error:
                note = attaching_messages.not_a_time(who.words, error.problem, error.detail)
                return await self._when(who, draft, "", note, choices(who.words, text, error, self._clock()))
            schedule = replace(draft.body.schedule, at=moment.at.astimezone(zone(moment.zone)), zone=moment.zone)

        def put(body: Body) -> Body:
            return replace(body, schedule=schedule)

        return await self._drafts.next(who, await self._drafts.changed(who, draft, put))

    async def _quiet(self, who: Speaker, draft: Announcement, more: str) -> Next:
        def switch(body: Body) -> Body:
            now: Schedule = body.schedule
            return replace(body, schedule=replace(now, quiet_hours=not now.quiet_hours))

        return await self._when(who, await self._drafts.changed(who, draft, switch), "")


def choices(words: Words, text: str, error: NotATime, now: datetime) -> tuple[tuple[str, str], ...]:
    """What may have been meant by a time that is doubtful: (label, a text that is not)."""
    if error.problem == "ambiguous":
        made = ((day, text.replace(error.detail, day)) for day in error.suggestions)
    elif error.problem == "zone":
        position = text.lower().find(error.detail.lower())
        rest = (text[:position] + text[position + len(error.detail) :]) if position >= 0 else ""
        made = ((zone_label(name, words.language, now), f"{rest.strip()} {name}") for name in error.suggestions if rest)
    else:
        return ()
    return tuple((label, value) for label, value in made if len(value.encode()) <= DATA_LIMIT)
