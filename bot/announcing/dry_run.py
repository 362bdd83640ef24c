"""A body in, what would happen if it were sent now, out; nothing is kept and nothing is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.announcing.announcement import Announcement, AudienceCount, Body, Problem, Render, State
from bot.announcing.announcements import Announcements
from bot.people.people import CONSOLE
from bot.words.catalogue import LANGUAGES
from bot.words.markup import Payload


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What an announcement would be."""

    announcement: Announcement
    problems: tuple[Problem, ...]
    audience: AudienceCount
    payloads: tuple[tuple[str, tuple[Payload, ...]], ...]
    """By reader's language; empty while something is wrong with the words themselves."""


async def rehearse(announcements: Announcements, body: Body, render: Render, now: datetime) -> Rehearsal:
    """Look at what was written as if it were an announcement."""
    announcement = Announcement(
        id=0,
        author=CONSOLE,
        body=body,
        version=0,
        step="",
        state=State.DRAFT,
        why=None,
        approver=None,
        created=now,
        scheduled=None,
        started=None,
        finished=None,
        withdrawn=None,
    )
    problems = announcements.problems(announcement)
    audience = await announcements.count(body.audience)
    if body.audience.named and not audience.total:
        problems = (*problems, Problem("empty audience"))
    shown = tuple((language, tuple(render(announcement, language))) for language in LANGUAGES) if body.contents else ()
    return Rehearsal(announcement, problems, audience, shown)
