"""Announcements and their reports in, lines for a terminal or records for JSON out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from bot.announcing.announcement import Announcement, Delivery, Report, Tally
from bot.announcing.dry_run import Rehearsal
from bot.words.markup import visible
from bot.words.screen import ANSWERS, FAILED, FAINT, TITLE, ScreenLine


def line(announcement: Announcement) -> ScreenLine:
    """One announcement: number, state, when, title."""
    state = announcement.state.value + (f" ({announcement.why.value})" if announcement.why else "")
    at = announcement.started or announcement.scheduled or announcement.created
    gone = "  withdrawn" if announcement.withdrawn else ""
    return ScreenLine(f"{announcement.id}  {state}{gone}  {at.astimezone():%Y-%m-%d %H:%M}  {announcement.title}")


def record(announcement: Announcement) -> dict[str, Any]:
    """The same for JSON."""

    def moment(value: Any) -> str | None:
        return value.isoformat() if value is not None else None

    return {
        "id": announcement.id,
        "title": announcement.title,
        "state": announcement.state.value,
        "why": announcement.why.value if announcement.why else None,
        "author": announcement.author,
        "approver": announcement.approver,
        "created": moment(announcement.created),
        "scheduled": moment(announcement.scheduled),
        "started": moment(announcement.started),
        "finished": moment(announcement.finished),
        "withdrawn": moment(announcement.withdrawn),
    }


def report_lines(report: Report, missed: Sequence[Delivery]) -> Iterator[ScreenLine]:
    """Who got it."""
    yield line(report.announcement)
    yield ScreenLine(tally_text(report.tally), style=ANSWERS)
    for language, tally in report.languages:
        yield ScreenLine(tally_text(tally), lead=f"{language}: ", indent=2)
    for outcome, reason, number in report.reasons:
        yield ScreenLine(f"{number} {outcome.value}: {reason}", indent=2, style=FAILED)
    for choice, number in report.replies:
        yield ScreenLine(f"{number} pressed {choice}", indent=2)
    for errand in report.errands:
        yield ScreenLine(tally_text(errand.tally), lead=f"{errand.action.value} {errand.number}: ", indent=2)
    for delivery in missed:
        chat = "a forgotten person" if delivery.chat is None else f"chat {delivery.chat}"
        yield ScreenLine(
            f"delivery {delivery.id}: {chat}: {delivery.outcome.value}: {delivery.reason}", indent=2, style=FAINT
        )


def report_record(report: Report, missed: Sequence[Delivery]) -> dict[str, Any]:
    """The same for JSON."""
    return {
        "announcement": record(report.announcement),
        "tally": asdict(report.tally),
        "languages": {language: asdict(tally) for language, tally in report.languages},
        "reasons": [{"outcome": one.value, "reason": reason, "count": n} for one, reason, n in report.reasons],
        "replies": dict(report.replies),
        "errands": [
            {"number": errand.number, "action": errand.action.value, "tally": asdict(errand.tally)}
            for errand in report.errands
        ],
        "missed": [
            {
                "delivery": delivery.id,
                "chat": delivery.chat,
                "outcome": delivery.outcome.value,
                "reason": delivery.reason,
            }
            for delivery in missed
        ],
    }


def tally_text(tally: Tally) -> str:
    """`118 sent, 2 failed of 120`."""
    parts = [f"{number} {name}" for name, number in asdict(tally).items() if number]
    return f"{', '.join(parts) or 'nothing'} of {tally.total}"


def dry_lines(rehearsal: Rehearsal) -> Iterator[ScreenLine]:
    """What it would be, and who would get it."""
    body = rehearsal.announcement.body
    at = body.schedule.at
    when = f"at {at:%Y-%m-%d %H:%M} {body.schedule.zone}" if at else "at once"
    yield ScreenLine(f"To {rehearsal.audience.total} chats, {when}.", style=ANSWERS)
    if rehearsal.audience.unreachable:
        yield ScreenLine(f"{rehearsal.audience.unreachable} more have blocked the bot.", style=FAINT)
    for language, number in rehearsal.audience.languages:
        content = body.content(language)
        gets = content.language if content else "nothing"
        yield ScreenLine(f"{number} read {language} and get the text in {gets}", indent=2)
    for language, payloads in rehearsal.payloads:
        yield ScreenLine()
        yield ScreenLine(f"To readers of {language}:", style=TITLE)
        for payload in payloads:
            lead = "" if payload.kind == "text" else f"[{payload.kind} {payload.name}] "
            yield ScreenLine(visible(payload.html) or "-", lead=lead, indent=2)
            for row in payload.buttons:
                yield ScreenLine(" | ".join(button.text for button in row), lead="[ ] ", indent=2, style=FAINT)
    for problem in rehearsal.problems:
        yield ScreenLine(f"not ready: {problem}", style=FAILED)


def dry_record(rehearsal: Rehearsal) -> dict[str, Any]:
    """The same for JSON."""
    body = rehearsal.announcement.body
    return {
        "ready": not rehearsal.problems,
        "problems": [{"code": problem.code, "detail": problem.detail} for problem in rehearsal.problems],
        "audience": {
            "total": rehearsal.audience.total,
            "unreachable": rehearsal.audience.unreachable,
            "languages": [
                {
                    "reads": language,
                    "gets": content.language if (content := body.content(language)) else None,
                    "chats": n,
                }
                for language, n in rehearsal.audience.languages
            ],
        },
        "at": body.schedule.at.isoformat() if body.schedule.at else None,
        "messages": {
            language: [
                {"kind": payload.kind, "text": visible(payload.html), "name": payload.name} for payload in payloads
            ]
            for language, payloads in rehearsal.payloads
        },
    }
