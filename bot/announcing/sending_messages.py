"""An announcement that is confirmed in; what staff see of it until it is out, and what they may do, out.

Words for reports stand in `report_messages.py`, those for drafts in `drafting_messages.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.announcing.announcement import Announcement, AnnouncementProgress, State, Tally, Why
from bot.announcing.audience_messages import audience_summary, count_summary
from bot.announcing.drafting_messages import View, problem_lines, when_summary
from bot.telegram.callbacks import (
    AnnouncementButton,
    AnnouncementsPage,
    Data,
    DiscardDraft,
    DraftButton,
    NewDraft,
    SendDraft,
    button,
)
from bot.telegram.common_messages import turning
from bot.words.catalogue import LANGUAGES, NAMES, Words
from bot.words.markup import BUTTON_LIMIT, Button, Html, Message, Rows, escape, join, one_line
from bot.words.zones import clock, day, moment, zone

TITLE = 120


def title_of(w: Words, one: Announcement) -> str:
    """Its title in the reader's language, or its number."""
    content = one.body.content(w.language)
    title = content.title if content is not None else ""
    return one_line(title, TITLE) or w.label("Announcement {id}", id=one.id)


def state_word(w: Words, one: Announcement) -> str:
    if one.withdrawn is not None:
        return w.label("withdrawn")
    return {
        State.DRAFT: w.label("draft"),
        State.IN_REVIEW: w.label("waits for approval"),
        State.SCHEDULED: w.label("scheduled"),
        State.RUNNING: w.label("going out"),
        State.PAUSED: w.label("paused"),
        State.CANCELLED: w.label("cancelled"),
        State.FINISHED: w.label("sent"),
    }[one.state]


def state_sign(one: Announcement) -> str:
    if one.withdrawn is not None:
        return "↩️"
    return {
        State.DRAFT: "✏️",
        State.IN_REVIEW: "👀",
        State.SCHEDULED: "🕘",
        State.RUNNING: "📤",
        State.PAUSED: "⏸",
        State.CANCELLED: "✖️",
        State.FINISHED: "✅",
    }[one.state]


def data(one: Announcement, what: str, more: object = None) -> Data:
    """What a button of an announcement carries that is no draft (any more)."""
    return AnnouncementButton(one.id, what, None if more is None else str(more))


# Confirming


def confirm(w: Words, view: View) -> Message:
    """The last look before it goes."""
    one = view.draft
    paragraphs = [
        w.say("<b>Send “{title}”?</b>", title=title_of(w, one)),
        join(
            "\n",
            (
                w.say("👥 {audience}", audience=audience_summary(w, one.body.audience, view.topics)),
                count_summary(w, view.count),
                w.say("🕘 {when}", when=when_summary(w, view)),
            ),
        ),
    ]
    paragraphs += _who_reads_what(w, view)
    if view.approval:
        paragraphs.append(w.say("A colleague has to approve it first; I will ask them."))
        yes = w.label("Ask for approval")
    elif one.body.schedule.at is not None:
        yes = w.label("Schedule it for {n}", n=f"{view.count.total:,}")
    else:
        yes = w.label("Send to {n} now", n=f"{view.count.total:,}")
    rows = (
        (button(f"📤 {yes}", SendDraft(one.id, "send", one.version)),),
        (
            button(w.label("👁 Preview"), DraftButton(one.id, "preview")),
            button(w.label("‹ Back"), DraftButton(one.id, "desk")),
        ),
    )
    return Message(join("\n\n", paragraphs), rows)


def _who_reads_what(w: Words, view: View) -> list[Html]:
    """One language is missing: who gets the other."""
    written = [content.language for content in view.draft.body.contents]
    readers = dict(view.count.languages)
    return [
        w.count(
            "⚠️ {n} reader of {language} gets the text in {other}: there is none in {language}.",
            "⚠️ {n} readers of {language} get the text in {other}: there is none in {language}.",
            readers[language],
            language=NAMES[language],
            other=NAMES[written[0]],
        )
        for language in LANGUAGES
        if written and language not in written and readers.get(language)
    ]


def not_ready(w: Words, view: View) -> Html:
    return join("\n", (w.say("This is still to do:"), *problem_lines(w, view)))


# Cards


def card(w: Words, one: Announcement, view: View, tally: Tally) -> Message:
    """An announcement that is no draft: where it stands, and what can be done."""
    lines = [Html(f"{state_sign(one)} <b>{escape(title_of(w, one))}</b> · {escape(state_word(w, one))}")]
    if one.state is State.IN_REVIEW:
        lines.append(w.say("A colleague has to approve it. Changing it makes it a draft again."))
    if one.state is State.SCHEDULED and one.scheduled is not None:
        lines.append(w.say("🕘 {when}", when=moment(w, one.scheduled, view.zone_name)))
    if one.state is State.PAUSED and one.why is not None:
        lines.append(why_paused(w, one, view.zone_name))
    if one.started is None:
        lines.append(w.say("👥 {audience}", audience=audience_summary(w, one.body.audience, view.topics)))
        lines.append(count_summary(w, view.count))
    else:
        lines.append(bar(w, tally))
    return Message(join("\n", lines), actions(w, one))


def actions(w: Words, one: Announcement) -> Rows:
    """What can be done with an announcement as it stands."""
    preview, report = (
        button(w.label("👁 Preview"), data(one, "preview")),
        button(w.label("📊 Report"), data(one, "report")),
    )
    cancel = button(w.label("✖️ Cancel it"), data(one, "cancel?"))
    if one.state is State.IN_REVIEW:
        return (
            (
                button(w.label("✅ Approve"), data(one, "approve", one.version)),
                button(w.label("↩️ Send back"), data(one, "decline")),
            ),
            (preview, button(w.label("✏️ Change it"), data(one, "recall"))),
        )
    if one.state is State.SCHEDULED or (one.state is State.PAUSED and one.started is None):
        return (
            (
                button(w.label("📤 Send now"), data(one, "now?")),
                button(w.label("🕘 Another time"), data(one, "when")),
            ),
            (preview, button(w.label("✏️ Change it"), data(one, "recall"))),
            (cancel,),
        )
    if one.state is State.RUNNING:
        return ((button(w.label("⏸ Pause"), data(one, "pause")), cancel), (report,))
    if one.state is State.PAUSED:
        return ((button(w.label("▶️ Go on"), data(one, "resume", one.why or "")), cancel), (report,))
    return ((report, preview),) if one.started is not None else ((preview,),)


def why_paused(w: Words, one: Announcement, zone_name: str) -> Html:
    at = moment(w, one.scheduled, zone_name) if one.scheduled is not None else ""
    return {
        Why.PERSON: w.say("Somebody paused it."),
        Why.LATE: w.say("Its time was {at}, and the machine was off. Shall it still go out?", at=at),
        Why.FAILING: w.say("Too many of the first ones failed, so the rest waits. The report says why."),
        Why.REFUSED: w.say("Telegram refuses the bot's token. An admin has to renew it; then go on here."),
        Why.RESTORED: w.say(
            "The bot's data comes from a backup. Who got this after the backup is not known, and would get it twice. "
            "Shall it still go out? The audit says of when the backup is."
        ),
    }[one.why or Why.PERSON]


def bar(w: Words, tally: Tally) -> Html:
    """▓▓▓▓░░░░░░ 120 of 214 · 2 failed."""
    done = tally.settled
    filled = 10 * done // tally.total if tally.total else 10
    shown = [w.say("{done} of {total}", done=f"{done:,}", total=f"{tally.total:,}")]
    if tally.failed:
        shown.append(w.say("{n} failed", n=f"{tally.failed:,}"))
    if tally.skipped:
        shown.append(w.say("{n} left out", n=f"{tally.skipped:,}"))
    if tally.unknown:
        shown.append(w.say("{n} unknown", n=f"{tally.unknown:,}"))
    return Html(f"{'▓' * filled}{'░' * (10 - filled)} {join(' · ', shown)}")


def progress(w: Words, found: AnnouncementProgress, zone_name: str) -> Message:
    """The message that is edited while an announcement goes out."""
    one = found.announcement
    lines = [
        Html(f"{state_sign(one)} <b>{escape(title_of(w, one))}</b> · {escape(state_word(w, one))}"),
        bar(w, found.tally),
    ]
    if one.state is State.PAUSED and one.why is not None:
        lines.append(why_paused(w, one, zone_name))
    elif one.state is State.RUNNING:
        if found.waits_until is not None:
            lines.append(w.say("waits until {at}", at=clock(w, found.waits_until, zone_name)))
        elif found.seconds_left:
            lines.append(_left(w, found.seconds_left))
    return Message(join("\n", lines), actions(w, one))


def _left(w: Words, seconds: float) -> Html:
    if seconds < 60:
        return w.say("less than a minute left")
    return w.count("about {n} minute left", "about {n} minutes left", round(seconds / 60))


def sure_cancel(w: Words, one: Announcement, tally: Tally) -> Message:
    left = tally.pending
    text = w.say("<b>Cancel “{title}”?</b> It cannot be taken up again.", title=title_of(w, one))
    if one.started is not None:
        more = w.count("{n} recipient would not get it.", "{n} recipients would not get it.", left)
        text = join("\n", (text, more))
    return _sure(w, one, text, w.label("✖️ Yes, cancel it"), "cancel!")


def sure_now(w: Words, one: Announcement, view: View) -> Message:
    text = join("\n", (w.say("<b>Send “{title}” now?</b>", title=title_of(w, one)), count_summary(w, view.count)))
    return _sure(w, one, text, w.label("📤 Yes, send it now"), "now!")


def _sure(w: Words, one: Announcement, text: Html, yes: str, what: str) -> Message:
    return Message(text, ((button(yes, data(one, what)),), (button(w.label("‹ Back"), data(one, "card")),)))


def ask_when(w: Words, one: Announcement, note: Html | None = None, near: Sequence[tuple[str, str]] = ()) -> Message:
    """Another time for one that is scheduled."""
    text = w.say(
        "When shall it go out? Write a time such as <code>tomorrow 9:00</code> or <code>12 Dec 15:00 Nairobi</code>."
    )
    rows = tuple((button(label, data(one, "at", value)),) for label, value in near)
    back = ((button(w.label("‹ Back"), data(one, "card")),),)
    return Message(join("\n\n", (text, note)) if note is not None else text, (*rows, *back))


# Approval


def please_approve(w: Words, view: View) -> Message:
    """To the colleagues of whoever wrote it."""
    one = view.draft
    text = join(
        "\n",
        (
            w.say("👀 <b>A colleague asks for your approval</b>"),
            w.say("“{title}”", title=title_of(w, one)),
            w.say("👥 {audience}", audience=audience_summary(w, one.body.audience, view.topics)),
            count_summary(w, view.count),
            w.say("🕘 {when}", when=when_summary(w, view)),
        ),
    )
    return Message(text, actions(w, one))


def ask_reason(w: Words, one: Announcement) -> Message:
    return Message(
        w.say("What should be changed? Write a few words for your colleague, or send it back without."),
        (
            (button(w.label("↩️ Send back without words"), data(one, "decline!")),),
            (button(w.label("‹ Back"), data(one, "card")),),
        ),
    )


def approved(w: Words, one: Announcement) -> Message:
    """To whoever wrote it."""
    return Message(
        w.say("✅ “{title}” was approved.", title=title_of(w, one)), ((button(w.label("Open"), data(one, "card")),),)
    )


def declined(w: Words, one: Announcement, reason: str) -> Message:
    text = w.say("↩️ “{title}” comes back to you.", title=title_of(w, one))
    if reason:
        text = Html(f"{text}\n<blockquote>{escape(one_line(reason, 500))}</blockquote>")
    return Message(text, ((button(w.label("Open"), DraftButton(one.id, "desk")),),))


# Pop-ups and lists


def own_approval(w: Words) -> str:
    return w.label("You wrote it, so somebody else has to approve it.")


def changed(w: Words) -> str:
    return w.label("It has changed meanwhile. This is how it stands now.")


def discarded(w: Words) -> str:
    return w.label("This draft is not there any more.")


def listed(w: Words, found: Sequence[Announcement], *, first: int, size: int, more: bool, zone_name: str) -> Message:
    """`/announcements`: newest first, each with a button that opens it."""
    new = (button(w.label("➕ New announcement"), NewDraft()),)
    if not found:
        return Message(w.say("There are no announcements yet."), (new,))
    rows: list[tuple[Button, ...]] = []
    for one in found:
        at = (one.finished or one.started or one.scheduled or one.created).astimezone(zone(zone_name))
        to = DraftButton(one.id, "desk") if one.state is State.DRAFT else data(one, "card")
        label = f"{state_sign(one)} {title_of(w, one)} · {state_word(w, one)} · {day(w, at)}"
        rows.append((button(one_line(label, BUTTON_LIMIT + 20), to),))
    rows += turning(w, AnnouncementsPage, first=first, size=size, more=more)
    return Message(w.say("<b>Announcements</b>"), (*rows, new))


def unfinished(w: Words, drafts: Sequence[Announcement]) -> Message:
    """`/announce` while drafts lie open."""
    rows = tuple(
        (button(one_line(f"✏️ {title_of(w, one)}", BUTTON_LIMIT), DraftButton(one.id, "desk")),) for one in drafts
    )
    return Message(
        w.count("You have {n} unfinished draft.", "You have {n} unfinished drafts.", len(drafts)),
        (*rows, (button(w.label("➕ New announcement"), NewDraft()),)),
    )


def gone_for_good(w: Words) -> Message:
    """After a draft was thrown away."""
    return Message(w.say("The draft is thrown away."), ((button(w.label("➕ New announcement"), NewDraft()),),))


def sure_discard(w: Words, one: Announcement) -> Message:
    text = w.say("Throw this draft away? It cannot be brought back.")
    rows = (
        (
            button(w.label("🗑 Throw it away"), DiscardDraft(one.id)),
            button(w.label("‹ Back"), DraftButton(one.id, "desk")),
        ),
    )
    return Message(text, rows)
