"""What staff write in, the values of an announcement out; and the same as JSON, as the tables keep it.

Nothing here reads or writes anything. What is done with announcements stands in `bot.announcements`, who gets
what in `bot.outbox`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from bot.words.markup import Html, Payload


class State(StrEnum):
    """Where an announcement stands."""

    DRAFT = "draft"
    IN_REVIEW = "in review"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    FINISHED = "finished"


class Why(StrEnum):
    """Why an announcement is paused."""

    PERSON = "person"
    """Somebody paused it."""
    LATE = "late"
    """Its time passed while the bot was off, longer ago than `announcements.late_minutes`."""
    FAILING = "failing"
    """More of the first batch failed than `announcements.stop_share`."""
    REFUSED = "refused"
    """Telegram does not take the bot's token any more."""
    RESTORED = "restored"
    """The ledger comes from a backup: what was sent after it is not known."""


class Outcome(StrEnum):
    """Where a delivery stands."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    SKIPPED = "skipped"
    UNKNOWN = "unknown"


class Action(StrEnum):
    """What a delivery does in its chat."""

    SEND = "send"
    CORRECT = "correct"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class LinkButton:
    """A button that opens a page."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Content:
    """An announcement in one language."""

    language: str
    """`en` or `zh`."""
    title: str
    """Plain text."""
    text: Html
    """Telegram HTML, made from the message that was typed."""
    buttons: tuple[LinkButton, ...] = ()


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture or a document: one that Telegram has (`file_id`), or a file of this machine (`path`)."""

    kind: str
    """`photo` or `document`."""
    name: str
    file_id: str = ""
    path: Path | None = None
    language: str = ""
    """Only for readers of this language; empty: for all."""
    above: bool = False
    """A picture that stands above the text, which is its caption then."""


@dataclass(frozen=True, slots=True)
class CalendarDate:
    """A date that the announcement names, for the calendar file."""

    start: datetime
    """With its time zone."""
    end: datetime | None = None
    all_day: bool = False
    place: str = ""
    titles: tuple[tuple[str, str], ...] = ()
    """(language, title); a language that is missing has the announcement's title."""
    deadline: bool = False
    """Whether it is the last day, or moment, for something."""
    opening: bool = False
    """Whether it is the first day, or moment, for something."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Who gets it, always among those who subscribed to something.

    The conditions that are named (topics, countries, languages) hold one and all (`match="all"`), or any of
    them is enough (`match="any"`). Within a condition one of its values is enough; `every_topic` asks for a
    subscription to each of the topics. `everyone`: all who subscribed to anything; no condition counts then.
    """

    everyone: bool = False
    topics: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    """ISO 3166 codes of two letters."""
    languages: tuple[str, ...] = ()
    match: str = "all"
    every_topic: bool = False

    @property
    def named(self) -> bool:
        """Whether anybody is meant at all."""
        return bool(self.everyone or self.topics or self.countries or self.languages)


@dataclass(frozen=True, slots=True)
class Schedule:
    """When it goes out."""

    at: datetime | None = None
    """With its time zone; None: at once."""
    zone: str = ""
    """The name of the zone that `at` was given in, such as `Asia/Shanghai`: for showing it."""
    quiet_hours: bool = True
    """Whether nobody gets it in their night (`announcements.quiet_from` to `announcements.quiet_until`)."""


@dataclass(frozen=True, slots=True)
class Body:
    """All that staff write and choose."""

    contents: tuple[Content, ...] = ()
    """One a language at most."""
    attachments: tuple[Attachment, ...] = ()
    dates: tuple[CalendarDate, ...] = ()
    audience: Audience = Audience()
    schedule: Schedule = Schedule()

    def content(self, language: str) -> Content | None:
        """What a reader of a language gets: their language, else the one there is; None: nothing is written."""
        for content in self.contents:
            if content.language == language:
                return content
        return self.contents[0] if self.contents else None


@dataclass(frozen=True, slots=True)
class Announcement:
    """An announcement as it stands now."""

    id: int
    author: int
    """Who wrote it; `bot.people.CONSOLE` for the command line."""
    body: Body
    version: int
    """Of the body; a correction makes a new one. Grows with every save."""
    step: str
    """Where the conversation that writes it stands; kept with each version for whoever leads it."""
    state: State
    why: Why | None
    """Why it is paused."""
    approver: int | None
    created: datetime
    scheduled: datetime | None
    started: datetime | None
    finished: datetime | None
    withdrawn: datetime | None

    @property
    def title(self) -> str:
        """In the language written first."""
        return self.body.contents[0].title if self.body.contents else ""


class Render(Protocol):
    """Puts an announcement into words."""

    def __call__(self, announcement: Announcement, language: str, changed: Sequence[str] = ()) -> Sequence[Payload]:
        """The messages that the readers of a language get, the main one first.

        Always the same messages for the same announcement and language. `changed`: what the main one says of its
        correction (`bot.announcing.corrections.Corrected`).
        """
        ...


@dataclass(frozen=True, slots=True)
class Delivery:
    """One announcement (or its correction, or its withdrawal) in one chat."""

    id: int
    announcement: int
    action: Action
    chat: int | None
    """None: the person asked to be forgotten."""
    language: str
    """What the recipient reads."""
    outcome: Outcome
    reason: str
    """Why it failed, was skipped or is unknown: a word of `bot.outbox` or what Telegram said."""
    part: int
    """Which of the messages is next, from 0; how many arrived."""
    messages: tuple[int, ...]
    """Their ids in the chat."""
    settled: datetime | None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many deliveries have which outcome."""

    pending: int = 0
    sending: int = 0
    sent: int = 0
    failed: int = 0
    skipped: int = 0
    unknown: int = 0

    @property
    def total(self) -> int:
        return self.pending + self.sending + self.sent + self.failed + self.skipped + self.unknown

    @property
    def settled(self) -> int:
        return self.total - self.pending - self.sending

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.pending + other.pending,
            self.sending + other.sending,
            self.sent + other.sent,
            self.failed + other.failed,
            self.skipped + other.skipped,
            self.unknown + other.unknown,
        )


@dataclass(frozen=True, slots=True)
class Errand:
    """The tally of a correction or withdrawal."""

    number: int
    """The first is 1."""
    action: Action
    tally: Tally
    reasons: tuple[tuple[Outcome, str, int], ...] = ()
    """Outcome, reason and how many, of what was not done; most first."""


@dataclass(frozen=True, slots=True)
class Report:
    """Who got an announcement, in figures."""

    announcement: Announcement
    tally: Tally
    languages: tuple[tuple[str, Tally], ...]
    """By what the recipients read; they add up to `tally`."""
    reasons: tuple[tuple[Outcome, str, int], ...]
    """Outcome, reason and how many, of what was not sent; most first."""
    replies: tuple[tuple[str, int], ...]
    """Which button under it, and how many people."""
    errands: tuple[Errand, ...]
    """Corrections and withdrawals, oldest first."""


@dataclass(frozen=True, slots=True)
class AnnouncementProgress:
    """How far an announcement is, while it runs."""

    announcement: Announcement
    tally: Tally
    per_second: float
    """Over the last while; 0 when nothing goes out."""
    seconds_left: float | None
    waits_until: datetime | None
    """Telegram asked to wait until then, or everybody left has quiet hours."""


@dataclass(frozen=True, slots=True)
class AudienceCount:
    """How many chats an audience has now."""

    total: int
    languages: tuple[tuple[str, int], ...]
    """By what they read, most first."""
    unreachable: int
    """How many more would be in it, but have blocked the bot; not in `total`."""


# Why something cannot be done: each error says what happened and what to do


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to put right."""

    code: str
    """`no content`, `no title`, `no text`, `too long`, `bad formatting`, `too many messages`, `no audience`,
    `empty audience`, `in the past`, `bad button`, `bad date`, `file missing`, `file too large`."""
    detail: str = ""
    """The language, button, or file it is about."""

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}" if self.detail else self.code


class NoSuchAnnouncement(Exception):
    """There is none with this number; a draft may have been thrown away."""

    exit_code = 1

    def __init__(self, number: int) -> None:
        super().__init__(f"announcement {number}: there is none: citedesk announcements lists them")
        self.number = number


class Changed(Exception):
    """Somebody else was faster, or its state does not allow this any more."""

    exit_code = 1

    def __init__(self, announcement: Announcement, action: str) -> None:
        super().__init__(
            f"announcement {announcement.id}: cannot {action}, it is {announcement.state} by now or was changed: "
            "look at it again"
        )
        self.announcement = announcement


class NotReady(Exception):
    """Something has to be put right before it can go."""

    exit_code = 2

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(f"announcement: not ready ({'; '.join(map(str, problems))}): put that right first")
        self.problems = problems


class OwnApproval(Exception):
    """Nobody approves what they wrote themselves."""

    exit_code = 1


# As JSON


def dumped(body: Body) -> str:
    """A body as JSON."""
    return json.dumps(asdict(body), ensure_ascii=False, default=_plain)


def loaded(text: str) -> Body:
    """A body from JSON that `dumped` made."""
    raw = json.loads(text)
    audience, schedule = raw["audience"], raw["schedule"]
    return Body(
        contents=tuple(
            Content(
                one["language"],
                one["title"],
                Html(one["text"]),
                tuple(LinkButton(**button) for button in one["buttons"]),
            )
            for one in raw["contents"]
        ),
        attachments=tuple(
            Attachment(**(one | {"path": Path(one["path"]) if one["path"] else None})) for one in raw["attachments"]
        ),
        dates=tuple(
            CalendarDate(
                start=_moment(one["start"]),
                end=_moment(one["end"]) if one["end"] else None,
                all_day=one["all_day"],
                place=one["place"],
                titles=tuple((language, title) for language, title in one["titles"]),
                deadline=one.get("deadline", False),  # older drafts do not say
                opening=one.get("opening", False),
            )
            for one in raw["dates"]
        ),
        audience=Audience(**{name: _tupled(value) for name, value in audience.items()}),
        schedule=Schedule(
            _moment(schedule["at"]) if schedule["at"] else None, schedule["zone"], schedule["quiet_hours"]
        ),
    )


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _tupled(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
