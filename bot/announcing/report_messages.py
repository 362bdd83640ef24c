"""What became of an announcement in; figures, names of who did not get it, and what can be done, out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.announcing import correction_messages, deliveries
from bot.announcing.announcement import Action, Announcement, Delivery, Outcome, Report, State, Tally
from bot.announcing.sending_messages import actions, bar, data, headline, state_sign, title_of
from bot.telegram.callbacks import Data, button
from bot.telegram.error_messages import telegram_says
from bot.words.catalogue import NAMES, Words
from bot.words.markup import Button, Html, Message, Rows, escape, join, one_line


def report(words: Words, report: Report) -> Message:
    """By outcome and language, why some failed, the readers' answers, corrections; buttons for more."""
    announcement = report.announcement
    paragraphs = [headline(words, announcement)]
    figures = [_line(words, words.say("Together"), report.tally)]
    if len(report.languages) > 1:
        figures += [_line(words, escape(NAMES.get(language, language)), tally) for language, tally in report.languages]
    paragraphs.append(join("\n", figures))
    if report.reasons:
        paragraphs.append(join("\n", (words.say("<b>Not delivered</b>"), *_reasons(words, report.reasons))))
    if report.replies:
        counts = dict(report.replies)
        paragraphs.append(
            words.say(
                "<b>Answers</b>: 👍 {yes} interested · {no} not this time · 💬 {asked} with a question",
                yes=counts.get("interested", 0),
                no=counts.get("not this time", 0),
                asked=counts.get("question", 0),
            )
        )
    if report.errands:
        lines = []
        for errand in report.errands:
            if errand.action is Action.CORRECT:
                lines.append(
                    words.say("<b>Correction</b>: {figures}", figures=correction_messages.figures(words, errand))
                )
            else:
                lines.append(words.say("{name}: {value}", name=words.say("Withdrawal"), value=bar(words, errand.tally)))
            lines += _reasons(words, correction_messages.missed(errand))
        paragraphs.append(join("\n", lines))
    return Message(join("\n\n", paragraphs), _buttons(words, report))


def _reasons(words: Words, reasons: Sequence[tuple[Outcome, str, int]]) -> list[Html]:
    return [
        Html(f"• {escape(outcome_word(words, outcome))}: {escape(reason_words(words, reason))} · {n:,}")
        for outcome, reason, n in reasons[:10]
    ]


def _line(words: Words, name: Html, tally: Tally) -> Html:
    parts = [words.say("{n} sent", n=f"{tally.sent:,}")]
    if tally.failed:
        parts.append(words.say("{n} failed", n=f"{tally.failed:,}"))
    if tally.skipped:
        parts.append(words.say("{n} left out", n=f"{tally.skipped:,}"))
    if tally.unknown:
        parts.append(words.say("{n} unknown", n=f"{tally.unknown:,}"))
    if tally.pending + tally.sending:
        parts.append(words.say("{n} to come", n=f"{tally.pending + tally.sending:,}"))
    return words.say("<b>{name}</b>: {value}", name=name, value=join(" · ", parts))


def _buttons(words: Words, report: Report) -> Rows:
    announcement = report.announcement
    rows: list[tuple[Button, ...]] = []
    names = []
    if report.tally.failed + report.tally.skipped:
        names.append(button(words.label("Who did not get it"), data(announcement, "failed", "0")))
    if report.tally.unknown:
        names.append(
            button(words.label("❓ Unknown: {n}", n=f"{report.tally.unknown:,}"), data(announcement, "unknown", "0"))
        )
    if names:
        rows.append(tuple(names))
    rows.append(
        (
            button(words.label("📄 CSV"), data(announcement, "csv")),
            button(words.label("🔄 Look again"), data(announcement, "report")),
        )
    )
    if announcement.withdrawn is None and announcement.started is not None:
        rows.append(
            (
                button(words.label("✏️ Correct it"), data(announcement, "correct")),
                button(words.label("↩️ Withdraw it"), data(announcement, "withdraw?")),
            )
        )
    if announcement.state in (State.RUNNING, State.PAUSED):
        rows.append((button(words.label("‹ Back"), data(announcement, "card")),))
    return tuple(rows)


def outcome_word(words: Words, outcome: Outcome) -> str:
    return {
        Outcome.PENDING: words.label("to come"),
        Outcome.SENDING: words.label("on its way"),
        Outcome.SENT: words.label("sent"),
        Outcome.FAILED: words.label("failed"),
        Outcome.SKIPPED: words.label("left out"),
        Outcome.UNKNOWN: words.label("unknown"),
    }[outcome]


def reason_words(words: Words, reason: str) -> str:
    """A reason of the outbox in words, and what Telegram said, too."""
    known = {
        deliveries.STOPPED: words.label("the bot was stopped while sending"),
        deliveries.UNSUBSCRIBED: words.label("unsubscribed meanwhile"),
        deliveries.UNREACHABLE: words.label("had blocked the bot before"),
        deliveries.DELETED: words.label("had deleted the account before"),
        deliveries.GONE: words.label("had taken the bot out before"),
        deliveries.MUTED: words.label("the group does not let the bot write"),
        deliveries.NOTHING_CHANGED: words.label("nothing changed in their language"),
        deliveries.SUPERSEDED: words.label("a later correction took its place"),
        deliveries.FORGOTTEN: words.label("asked to be forgotten"),
        deliveries.CANCELLED: words.label("it was cancelled"),
        deliveries.CUT_OFF: words.label("it was cancelled after its first message"),
        deliveries.WITHDRAWN: words.label("it was withdrawn"),
        deliveries.SAME_CHAT: words.label("the group moved to a chat that gets it too"),
        deliveries.FLOODED: words.label("Telegram asked to wait"),
        deliveries.SENT_AGAIN: words.label("sent again on request"),
    }
    ours = re.match(r"a fault of the program|.*: (?:No such file|Permission denied|cannot be read)", reason)
    return known.get(reason) or (one_line(reason, 120) if ours else telegram_says(words, reason))


def people(
    words: Words,
    announcement: Announcement,
    deliveries: Sequence[Delivery],
    names: Mapping[int, str],
    *,
    kind: str,
    first: int,
    size: int,
    more: bool,
) -> Message:
    """A page of recipients with their outcome; the unknown ones can be sent again. `kind`: failed or unknown."""
    if not deliveries:
        return Message(
            words.say("Nobody (any more)."), ((button(words.label("‹ Report"), data(announcement, "report")),),)
        )
    lines = [
        Html(
            f"{number}. {escape(_name(words, delivery, names))} ({escape(NAMES.get(delivery.language, ''))})\n"
            f"<i>{escape(outcome_word(words, delivery.outcome))}: {escape(reason_words(words, delivery.reason))}</i>"
        )
        for number, delivery in enumerate(deliveries, first + 1)
    ]
    rows: list[tuple[Button, ...]] = []
    if kind == "unknown":
        head = words.say(
            "<b>Nobody knows whether they got it.</b> Telegram did not say, or the bot was stopped just then. Sending "
            "again may give them two."
        )
        again = [
            button(words.label("Again: {number}", number=number), data(announcement, "again", delivery.id))
            for number, delivery in enumerate(deliveries, first + 1)
        ]
        rows += [tuple(again[i : i + 3]) for i in range(0, len(again), 3)]
        rows.append((button(words.label("Send again to all of them"), data(announcement, "again?")),))
    else:
        head = words.say("<b>Who did not get it</b>")
    turn = []
    if first > 0:
        turn.append(button("‹", data(announcement, kind, max(0, first - size))))
    if more:
        turn.append(button("›", data(announcement, kind, first + size)))
    if turn:
        rows.append(tuple(turn))
    rows.append((button(words.label("‹ Report"), data(announcement, "report")),))
    return Message(join("\n\n", (head, join("\n", lines))), tuple(rows))


def _name(words: Words, delivery: Delivery, names: Mapping[int, str]) -> str:
    if delivery.chat is None:
        return words.label("somebody who was forgotten")
    return one_line(names.get(delivery.chat, ""), 60) or str(delivery.chat)


def sure_again(words: Words, announcement: Announcement, unknown: int) -> Message:
    text = words.count(
        "Send it again to {n} recipient? They may get it twice.",
        "Send it again to {n} recipients? They may get it twice.",
        unknown,
    )
    return _sure(words, announcement, text, words.label("Yes, send again"), data(announcement, "again", "all"))


def sent_again(words: Words, n: int) -> str:
    return words.label("On its way again: {n}", n=n)


def sure_withdraw(words: Words, announcement: Announcement, sent: int) -> Message:
    text = words.count(
        "<b>Withdraw it?</b> It is deleted for {n} recipient. Telegram allows that for 48 hours; what is older stays.",
        "<b>Withdraw it?</b> It is deleted for {n} recipients. Telegram allows that for 48 hours; what is older stays.",
        sent,
    )
    return _sure(words, announcement, text, words.label("↩️ Yes, withdraw it"), data(announcement, "withdraw!"))


def _sure(words: Words, announcement: Announcement, text: Html, yes: str, to: Data) -> Message:
    return Message(text, ((button(yes, to),), (button(words.label("‹ Back"), data(announcement, "report")),)))


# Notices


def notice(words: Words, announcement: Announcement, tally: Tally, text: Html) -> Message:
    """Something that staff should know of an announcement, with what can be done."""
    head = Html(f"{state_sign(announcement)} <b>{escape(title_of(words, announcement))}</b>")
    return Message(
        join("\n", (head, text, *((bar(words, tally),) if tally.total else ()))), actions(words, announcement)
    )


def finished(words: Words, found: Report) -> Message:
    """It is out, or corrected, or withdrawn: what was done last, and the report."""
    made, last = report(words, found), found.errands[-1].action if found.errands else Action.SEND
    head = {
        Action.SEND: words.say("📣 It is out."),
        Action.CORRECT: words.say("✏️ It is corrected everywhere it could be."),
        Action.WITHDRAW: words.say("↩️ It is withdrawn everywhere it could be."),
    }[last]
    return Message(join("\n\n", (head, made.html)), made.buttons)


def csv_caption(words: Words) -> Html:
    return words.say("Every recipient and what became of it.")
