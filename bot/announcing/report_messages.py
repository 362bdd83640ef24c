"""What became of an announcement in; figures, names of who did not get it, and what can be done, out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.announcing import deliveries
from bot.announcing.announcement import Action, Announcement, Delivery, Outcome, Report, State, Tally
from bot.announcing.drafting_messages import beginning
from bot.announcing.sending_messages import actions, bar, data, state_sign, state_word, title_of
from bot.telegram.callbacks import Data, button
from bot.words.catalogue import NAMES, Words
from bot.words.markup import Button, Html, Message, Rows, escape, join, one_line


def report(w: Words, found: Report) -> Message:
    """By outcome and language, why some failed, the readers' answers, corrections; buttons for more."""
    one = found.announcement
    paragraphs = [Html(f"{state_sign(one)} <b>{escape(title_of(w, one))}</b> · {escape(state_word(w, one))}")]
    figures = [_line(w, w.say("Together"), found.tally)]
    if len(found.languages) > 1:
        figures += [_line(w, escape(NAMES.get(language, language)), tally) for language, tally in found.languages]
    paragraphs.append(join("\n", figures))
    if found.reasons:
        lines = [
            Html(f"• {escape(outcome_word(w, outcome))}: {escape(reason_words(w, reason))} · {n:,}")
            for outcome, reason, n in found.reasons[:10]
        ]
        paragraphs.append(join("\n", (w.say("<b>Not delivered</b>"), *lines)))
    if found.replies:
        counts = dict(found.replies)
        paragraphs.append(
            w.say(
                "<b>Answers</b>: 👍 {yes} interested · {no} not this time · 💬 {asked} with a question",
                yes=counts.get("interested", 0),
                no=counts.get("not this time", 0),
                asked=counts.get("question", 0),
            )
        )
    if found.errands:
        names = {Action.CORRECT: w.say("Correction"), Action.WITHDRAW: w.say("Withdrawal")}
        lines = [w.say("{name}: {value}", name=names[one.action], value=bar(w, one.tally)) for one in found.errands]
        paragraphs.append(join("\n", lines))
    return Message(join("\n\n", paragraphs), _buttons(w, found))


def _line(w: Words, name: Html, tally: Tally) -> Html:
    parts = [w.say("{n} sent", n=f"{tally.sent:,}")]
    if tally.failed:
        parts.append(w.say("{n} failed", n=f"{tally.failed:,}"))
    if tally.skipped:
        parts.append(w.say("{n} left out", n=f"{tally.skipped:,}"))
    if tally.unknown:
        parts.append(w.say("{n} unknown", n=f"{tally.unknown:,}"))
    if tally.pending + tally.sending:
        parts.append(w.say("{n} to come", n=f"{tally.pending + tally.sending:,}"))
    return w.say("<b>{name}</b>: {value}", name=name, value=join(" · ", parts))


def _buttons(w: Words, found: Report) -> Rows:
    one = found.announcement
    rows: list[tuple[Button, ...]] = []
    names = []
    if found.tally.failed + found.tally.skipped:
        names.append(button(w.label("Who did not get it"), data(one, "failed", "0")))
    if found.tally.unknown:
        names.append(button(w.label("❓ Unknown: {n}", n=f"{found.tally.unknown:,}"), data(one, "unknown", "0")))
    if names:
        rows.append(tuple(names))
    rows.append((button(w.label("📄 CSV"), data(one, "csv")), button(w.label("🔄 Look again"), data(one, "report"))))
    if one.withdrawn is None and one.started is not None:
        rows.append(
            (
                button(w.label("✏️ Correct it"), data(one, "correct")),
                button(w.label("↩️ Withdraw it"), data(one, "withdraw?")),
            )
        )
    if one.state in (State.RUNNING, State.PAUSED):
        rows.append((button(w.label("‹ Back"), data(one, "card")),))
    return tuple(rows)


def outcome_word(w: Words, outcome: Outcome) -> str:
    return {
        Outcome.PENDING: w.label("to come"),
        Outcome.SENDING: w.label("on its way"),
        Outcome.SENT: w.label("sent"),
        Outcome.FAILED: w.label("failed"),
        Outcome.SKIPPED: w.label("left out"),
        Outcome.UNKNOWN: w.label("unknown"),
    }[outcome]


def reason_words(w: Words, reason: str) -> str:
    """A reason of the outbox in words; what Telegram said as it said it."""
    known = {
        deliveries.STOPPED: w.label("the bot was stopped while sending"),
        deliveries.UNSUBSCRIBED: w.label("unsubscribed meanwhile"),
        deliveries.UNREACHABLE: w.label("had blocked the bot before"),
        deliveries.FORGOTTEN: w.label("asked to be forgotten"),
        deliveries.CANCELLED: w.label("it was cancelled"),
        deliveries.CUT_OFF: w.label("it was cancelled after its first message"),
        deliveries.WITHDRAWN: w.label("it was withdrawn"),
        deliveries.SAME_CHAT: w.label("the group moved to a chat that gets it too"),
        deliveries.FLOODED: w.label("Telegram asked to wait"),
        deliveries.SENT_AGAIN: w.label("sent again on request"),
    }
    if re.match(r"httpx\.|timed out", reason, re.IGNORECASE):
        return w.label("Telegram's answer was lost")
    return known.get(reason) or one_line(reason, 120)


def people(
    w: Words,
    one: Announcement,
    found: Sequence[Delivery],
    names: Mapping[int, str],
    *,
    kind: str,
    first: int,
    size: int,
    more: bool,
) -> Message:
    """A page of recipients with their outcome; the unknown ones can be sent again. `kind`: failed or unknown."""
    if not found:
        return Message(w.say("Nobody (any more)."), ((button(w.label("‹ Report"), data(one, "report")),),))
    lines = [
        Html(
            f"{number}. {escape(_name(w, delivery, names))} ({escape(NAMES.get(delivery.language, ''))})\n"
            f"<i>{escape(outcome_word(w, delivery.outcome))}: {escape(reason_words(w, delivery.reason))}</i>"
        )
        for number, delivery in enumerate(found, first + 1)
    ]
    rows: list[tuple[Button, ...]] = []
    if kind == "unknown":
        head = w.say(
            "<b>Nobody knows whether they got it.</b> Telegram did not say, or the bot was stopped just then. Sending "
            "again may give them two."
        )
        again = [
            button(w.label("Again: {number}", number=number), data(one, "again", delivery.id))
            for number, delivery in enumerate(found, first + 1)
        ]
        rows += [tuple(again[i : i + 3]) for i in range(0, len(again), 3)]
        rows.append((button(w.label("Send again to all of them"), data(one, "again?")),))
    else:
        head = w.say("<b>Who did not get it</b>")
    turn = []
    if first > 0:
        turn.append(button("‹", data(one, kind, max(0, first - size))))
    if more:
        turn.append(button("›", data(one, kind, first + size)))
    if turn:
        rows.append(tuple(turn))
    rows.append((button(w.label("‹ Report"), data(one, "report")),))
    return Message(join("\n\n", (head, join("\n", lines))), tuple(rows))


def _name(w: Words, delivery: Delivery, names: Mapping[int, str]) -> str:
    if delivery.chat is None:
        return w.label("somebody who was forgotten")
    return one_line(names.get(delivery.chat, ""), 60) or str(delivery.chat)


def sure_again(w: Words, one: Announcement, unknown: int) -> Message:
    text = w.count(
        "Send it again to {n} recipient? They may get it twice.",
        "Send it again to {n} recipients? They may get it twice.",
        unknown,
    )
    return _sure(w, one, text, w.label("Yes, send again"), data(one, "again", "all"))


def sent_again(w: Words, n: int) -> str:
    return w.label("On its way again: {n}", n=n)


def sure_withdraw(w: Words, one: Announcement, sent: int) -> Message:
    text = w.count(
        "<b>Withdraw it?</b> It is deleted for {n} recipient. Telegram allows that for 48 hours; what is older stays.",
        "<b>Withdraw it?</b> It is deleted for {n} recipients. Telegram allows that for 48 hours; what is older stays.",
        sent,
    )
    return _sure(w, one, text, w.label("↩️ Yes, withdraw it"), data(one, "withdraw!"))


def _sure(w: Words, one: Announcement, text: Html, yes: str, to: Data) -> Message:
    return Message(text, ((button(yes, to),), (button(w.label("‹ Back"), data(one, "report")),)))


# Correcting


def correct_which(w: Words, one: Announcement) -> Message:
    """Which language to correct."""
    rows = tuple(
        (button(f"✏️ {NAMES[content.language]}", data(one, "correct", content.language)),)
        for content in one.body.contents
    )
    text = w.say("<b>Correct it everywhere.</b> The text is changed for everybody who got it. Which one?")
    return Message(text, (*rows, (button(w.label("‹ Back"), data(one, "report")),)))


def correct_ask(w: Words, one: Announcement, language: str, shown: Html, note: Html | None = None) -> Message:
    """Asks for the corrected text; the old one stands there to be copied."""
    paragraphs = [
        w.say(
            "Send the corrected announcement in {language} as one message, the first line being the title. It reads:",
            language=NAMES[language],
        ),
        Html(f"<blockquote>{beginning(shown)}</blockquote>"),
    ]
    if note is not None:
        paragraphs.append(note)
    return Message(join("\n\n", paragraphs), ((button(w.label("‹ Back"), data(one, "report")),),))


def sure_correct(w: Words, one: Announcement, language: str, shown: Html, sent: int) -> Message:
    """The corrected text as it will read, to be confirmed."""
    text = w.count("Change it to this for {n} recipient?", "Change it to this for up to {n} recipients?", sent)
    rows = (
        (button(w.label("✏️ Yes, change it"), data(one, "correct!", language)),),
        (button(w.label("‹ Back"), data(one, "report")),),
    )
    return Message(Html(f"{text}\n\n<blockquote>{beginning(shown)}</blockquote>"), rows)


def cannot_correct(w: Words, code: str) -> Html:
    if code == "other kind":
        return w.say("⚠️ Telegram cannot turn what was sent into that. Keep pictures and text where they were.")
    if code == "too long":
        return w.say("⚠️ That is too long for Telegram. Please shorten it.")
    if code in ("no title", "no text"):
        return w.say("⚠️ Title and text are both needed: the first line is the title.")
    return w.say("⚠️ That cannot be sent: {what}", what=code)


# Notices


def notice(w: Words, one: Announcement, tally: Tally, text: Html) -> Message:
    """Something that staff should know of an announcement, with what can be done."""
    head = Html(f"{state_sign(one)} <b>{escape(title_of(w, one))}</b>")
    return Message(join("\n", (head, text, *((bar(w, tally),) if tally.total else ()))), actions(w, one))


def finished(w: Words, found: Report) -> Message:
    """It is out, or corrected, or withdrawn: what was done last, and the report."""
    made, last = report(w, found), found.errands[-1].action if found.errands else Action.SEND
    head = {
        Action.SEND: w.say("📣 It is out."),
        Action.CORRECT: w.say("✏️ It is corrected everywhere it could be."),
        Action.WITHDRAW: w.say("↩️ It is withdrawn everywhere it could be."),
    }[last]
    return Message(join("\n\n", (head, made.html)), made.buttons)


def csv_caption(w: Words) -> Html:
    return w.say("Every recipient and what became of it.")
