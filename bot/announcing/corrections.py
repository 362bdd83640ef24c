"""What somebody has of an announcement and how it reads now in; what changed for them, and the calls that put it
right, out.

Why are files and the calendar changed where they stand, and only what is new is sent? An edit that is made twice does
no harm, so it is made again when nobody knows whether it arrived. A message that is sent twice does. And an old
calendar file that stays in the chat is one that somebody will open.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.announcing.announcement import Attachment, Body, CalendarDate, Content
from bot.words.markup import Payload, visible
from bot.words.typed_dates import find_dates


class Corrected(StrEnum):
    """What of an announcement reads otherwise now."""

    TITLE = "title"
    DATES = "dates"
    PLACE = "place"
    TEXT = "text"
    LINKS = "links"
    FILES = "files"


class Step(StrEnum):
    """What is done with one message."""

    EDIT = "edit"
    REPLACE = "replace"
    """Its file is another; the words go with it."""
    SEND = "send"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class CorrectionStep:
    """One call of a correction."""

    step: Step
    position: int
    """Of the message among those of the announcement, from 0."""


IN_CALENDAR = {Corrected.TITLE, Corrected.DATES, Corrected.PLACE}
"""What the entries of a calendar file take from an announcement; its description alone is no reason for a new one."""


def changes(before: Body, after: Body, language: str) -> tuple[Corrected, ...]:
    """What reads otherwise for the readers of a language; (): nothing."""
    old, new = before.content(language), after.content(language)
    found = {
        Corrected.TITLE: _title(old) != _title(new),
        Corrected.DATES: _dates_changed(before, after) or _days(old) != _days(new),
        Corrected.PLACE: [dated.place for dated in before.dates] != [dated.place for dated in after.dates]
        and len(before.dates) == len(after.dates),
        Corrected.TEXT: _without_dates(old) != _without_dates(new),
        Corrected.LINKS: _links(old) != _links(new),
        Corrected.FILES: _files(before, language) != _files(after, language),
    }
    changed = tuple(change for change, holds in found.items() if holds)
    # where only blanks or bold type differ
    return changed or ((Corrected.TEXT,) if old is not None and new is not None and old.text != new.text else ())


def doubts(before: Body, after: Body) -> tuple[str, ...]:
    """What may have been forgotten: `calendar`, or a language whose text still names the dates from before."""
    moved = [
        content.language
        for content in after.contents
        if (old := before.content(content.language)) is not None and _days(old) != _days(content)
    ]
    found = ["calendar"] if moved and before.dates and not _dates_changed(before, after) else []
    if moved or _dates_changed(before, after):
        found += [content.language for content in after.contents if content.language not in moved and _days(content)]
    return tuple(found)


def steps(
    shown: Sequence[Payload], now: Sequence[Payload], changed: Sequence[Corrected], there: int, *, complete: bool
) -> tuple[CorrectionStep, ...]:
    """The calls for a chat: the edits, then what is sent or taken away.

    `shown`: the messages as they were sent; `there`: how many of them arrived; `complete`: no more of them is to come.
    """
    if not changed:
        return ()
    found = []
    for position in range(min(there, len(now))):
        before = shown[position] if position < len(shown) else None
        if before is not None and _same_file(before, now[position], changed):
            if position == 0 or before.html != now[position].html:
                found.append(CorrectionStep(Step.EDIT, position))
        else:
            found.append(CorrectionStep(Step.REPLACE, position))
    if complete and there >= len(shown):
        found += [CorrectionStep(Step.SEND, position) for position in range(there, len(now))]
    # from the end, so that the places of those before stay
    found += [CorrectionStep(Step.DELETE, position) for position in reversed(range(len(now), there))]
    return tuple(found)


def _same_file(before: Payload, now: Payload, changed: Sequence[Corrected]) -> bool:
    if before.data is not None and now.data is not None:  # made by us: the calendar
        return not IN_CALENDAR & set(changed)
    return (before.kind, before.file_id, before.path, before.data, before.name) == (
        now.kind,
        now.file_id,
        now.path,
        now.data,
        now.name,
    )


def _title(content: Content | None) -> str:
    return content.title if content is not None else ""


def _links(content: Content | None) -> tuple[object, ...]:
    return content.buttons if content is not None else ()


def _files(body: Body, language: str) -> tuple[Attachment, ...]:
    return tuple(attachment for attachment in body.attachments if attachment.language in ("", language))


def _dates_changed(before: Body, after: Body) -> bool:
    def times(dates: Sequence[CalendarDate]) -> list[tuple[object, ...]]:
        return [(dated.start, dated.end, dated.all_day, dated.deadline, dated.opening) for dated in dates]

    return times(before.dates) != times(after.dates)


SOME_DAY = date(2000, 1, 1)
"""From where dates without a year are counted when two texts are compared: it is the same day for both."""


def _days(content: Content | None) -> list[tuple[object, ...]]:
    text = visible(content.text) if content is not None else ""
    return [(span.first, span.last, span.begins, span.ends) for span in find_dates(text, SOME_DAY)]


def _without_dates(content: Content | None) -> str:
    text = visible(content.text) if content is not None else ""
    pieces, last = [], 0
    for span in find_dates(text, SOME_DAY):
        pieces.append(text[last : span.start])
        last = span.end
    return re.sub(r"\s+", " ", "·".join((*pieces, text[last:]))).strip()
