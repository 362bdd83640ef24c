"""An announcement that is confirmed in; what staff see of it until it is out, and what they may do, out.

Words for reports stand in `report_messages.py`, those for drafts in `drafting_messages.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.announcing.announcement import Announcement, AnnouncementProgress, State, Tally, Why
from bot.announcing.audience_messages import audience_summary, count_summary
from bot.announcing.drafting_messages import View, content_summary, problem_lines, when_summary
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
APPROVED = 900
"""Characters of each text that who is asked to approve reads at once; the preview has all of it."""


def title_of(words: Words, announcement: Announcement) -> str:
    """Its title in the reader's language, or its number."""
    content = announcement.body.content(words.language)
    title = content.title if content is not None else ""
    return one_line(title, TITLE) or words.label("Announcement {id}", id=announcement.id)


def headline(words: Words, announcement: Announcement) -> Html:
    """Its sign, title and state: the first line of each card."""
    title, state = title_of(words, announcement), state_word(words, announcement)
    return Html(f"{state_sign(announcement)} <b>{escape(title)}</b> · {escape(state)}")


def state_word(words: Words, announcement: Announcement) -> str:
    if announcement.withdrawn is not None:
        return words.label("withdrawn")
    return {
        State.DRAFT: words.label("draft"),
        State.IN_REVIEW: words.label("waits for approval"),
        State.SCHEDULED: words.label("scheduled"),
        State.RUNNING: words.label("going out"),
        State.PAUSED: words.label("paused"),
        State.CANCELLED: words.label("cancelled"),
        State.FINISHED: words.label("sent"),
    }[announcement.state]


def state_sign(announcement: Announcement) -> str:
    if announcement.withdrawn is not None:
        return "↩️"
    return {
        State.DRAFT: "✏️",
        State.IN_REVIEW: "👀",
        State.SCHEDULED: "🕘",
        State.RUNNING: "📤",
        State.PAUSED: "⏸",
        State.CANCELLED: "✖️",
        State.FINISHED: "✅",
    }[announcement.state]


def data(announcement: Announcement, what: str, more: object = None) -> Data:
    """What a button of an announcement carries that is no draft (any more)."""
    return AnnouncementButton(announcement.id, what, None if more is None else str(more))


# Confirming


def confirm(words: Words, view: View) -> Message:
    """The last look before it goes."""
    announcement = view.draft
    paragraphs = [
        words.say("<b>Send “{title}”?</b>", title=title_of(words, announcement)),
        join(
            "\n",
            (
                words.say("👥 {audience}", audience=audience_summary(words, announcement.body.audience, view.topics)),
                count_summary(words, view.count),
                words.say("🕘 {when}", when=when_summary(words, view)),
            ),
        ),
    ]
    paragraphs += _who_reads_what(words, view)
    if view.approval:
        paragraphs.append(words.say("A colleague has to approve it first; I will ask them."))
        yes = words.label("Ask for approval")
    elif announcement.body.schedule.at is not None:
        yes = words.label("Schedule it for {n}", n=f"{view.count.total:,}")
    else:
        yes = words.label("Send to {n} now", n=f"{view.count.total:,}")
    rows = (
        (button(f"📤 {yes}", SendDraft(announcement.id, "send", announcement.version)),),
        (
            button(words.label("👁 Preview"), DraftButton(announcement.id, "preview")),
            button(words.label("‹ Back"), DraftButton(announcement.id, "desk")),
        ),
    )
    return Message(join("\n\n", paragraphs), rows)


def _who_reads_what(words: Words, view: View) -> list[Html]:
    """One language is missing: who gets the other."""
    written = [content.language for content in view.draft.body.contents]
    readers = dict(view.count.languages)
    return [
        words.count(
            "⚠️ {n} reader of {language} gets the text in {other}: there is none in {language}.",
            "⚠️ {n} readers of {language} get the text in {other}: there is none in {language}.",
            readers[language],
            language=NAMES[language],
            other=NAMES[written[0]],
        )
        for language in LANGUAGES
        if written and language not in written and readers.get(language)
    ]


def not_ready(words: Words, view: View) -> Html:
    return join("\n", (words.say("This is still to do:"), *problem_lines(words, view)))


# Cards


def card(words: Words, announcement: Announcement, view: View, tally: Tally, *, own: bool = False) -> Message:
    """An announcement that is no draft: where it stands, and what can be done. `own`: to whom wrote it."""
    lines = [headline(words, announcement)]
    if announcement.state is State.IN_REVIEW:
        lines.append(words.say("A colleague has to approve it. Changing it makes it a draft again."))
    if announcement.state is State.SCHEDULED and announcement.scheduled is not None:
        lines.append(words.say("🕘 {when}", when=moment(words, announcement.scheduled, view.zone_name)))
    if announcement.state is State.PAUSED and announcement.why is not None:
        lines.append(why_paused(words, announcement, view.zone_name))
    if announcement.started is None:
        lines.append(
            words.say("👥 {audience}", audience=audience_summary(words, announcement.body.audience, view.topics))
        )
        lines.append(count_summary(words, view.count))
    else:
        lines.append(bar(words, tally))
    return Message(join("\n", lines), actions(words, announcement, own=own))


def actions(words: Words, announcement: Announcement, *, own: bool = False) -> Rows:
    """What can be done with an announcement as it stands. Nobody approves what they wrote themselves (`own`)."""
    preview, report = (
        button(words.label("👁 Preview"), data(announcement, "preview")),
        button(words.label("📊 Report"), data(announcement, "report")),
    )
    cancel = button(words.label("✖️ Cancel it"), data(announcement, "cancel?"))
    if announcement.state is State.IN_REVIEW and own:
        return ((preview, button(words.label("✏️ Change it"), data(announcement, "recall"))),)
    if announcement.state is State.IN_REVIEW:
        return (
            (
                button(words.label("✅ Approve"), data(announcement, "approve", announcement.version)),
                button(words.label("↩️ Send back"), data(announcement, "decline")),
            ),
            (preview, button(words.label("✏️ Change it"), data(announcement, "recall"))),
        )
    if announcement.state is State.SCHEDULED or (announcement.state is State.PAUSED and announcement.started is None):
        return (
            (
                button(words.label("📤 Send now"), data(announcement, "now?")),
                button(words.label("🕘 Another time"), data(announcement, "when")),
            ),
            (preview, button(words.label("✏️ Change it"), data(announcement, "recall"))),
            (cancel,),
        )
    if announcement.state is State.RUNNING:
        return ((button(words.label("⏸ Pause"), data(announcement, "pause")), cancel), (report,))
    if announcement.state is State.PAUSED:
        return (
            (button(words.label("▶️ Go on"), data(announcement, "resume", announcement.why or "")), cancel),
            (report,),
        )
    return ((report, preview),) if announcement.started is not None else ((preview,),)


def why_paused(words: Words, announcement: Announcement, zone_name: str) -> Html:
    at = moment(words, announcement.scheduled, zone_name) if announcement.scheduled is not None else ""
    return {
        Why.PERSON: words.say("Somebody paused it."),
        Why.LATE: words.say("Its time was {at}, and the machine was off. Shall it still go out?", at=at),
        Why.FAILING: words.say("Too many of the first ones failed, so the rest waits. The report says why."),
        Why.REFUSED: words.say("Telegram refuses the bot's token. An admin has to renew it; then go on here."),
        Why.RESTORED: words.say(
            "The bot's data comes from a backup. Who got this after the backup is not known, and would get it twice. "
            "Shall it still go out? The audit says of when the backup is."
        ),
    }[announcement.why or Why.PERSON]


def bar(words: Words, tally: Tally) -> Html:
    """▓▓▓▓░░░░░░ 120 of 214 · 2 failed."""
    done = tally.settled
    filled = 10 * done // tally.total if tally.total else 10
    shown = [words.say("{done} of {total}", done=f"{done:,}", total=f"{tally.total:,}")]
    if tally.failed:
        shown.append(words.say("{n} failed", n=f"{tally.failed:,}"))
    if tally.skipped:
        shown.append(words.say("{n} left out", n=f"{tally.skipped:,}"))
    if tally.unknown:
        shown.append(words.say("{n} unknown", n=f"{tally.unknown:,}"))
    return Html(f"{'▓' * filled}{'░' * (10 - filled)} {join(' · ', shown)}")


def progress(words: Words, progress: AnnouncementProgress, zone_name: str) -> Message:
    """The message that is edited while an announcement goes out."""
    announcement = progress.announcement
    lines = [
        headline(words, announcement),
        bar(words, progress.tally),
    ]
    if announcement.state is State.PAUSED and announcement.why is not None:
        lines.append(why_paused(words, announcement, zone_name))
    elif announcement.state is State.RUNNING:
        if progress.waits_until is not None:
            lines.append(words.say("waits until {at}", at=clock(words, progress.waits_until, zone_name)))
        elif progress.seconds_left:
            lines.append(_left(words, progress.seconds_left))
    return Message(join("\n", lines), actions(words, announcement))


def _left(words: Words, seconds: float) -> Html:
    if seconds < 60:
        return words.say("less than a minute left")
    return words.count("about {n} minute left", "about {n} minutes left", round(seconds / 60))


def sure_cancel(words: Words, announcement: Announcement, tally: Tally) -> Message:
    remaining = tally.pending
    text = words.say("<b>Cancel “{title}”?</b> It cannot be taken up again.", title=title_of(words, announcement))
    if announcement.started is not None:
        more = words.count("{n} recipient would not get it.", "{n} recipients would not get it.", remaining)
        text = join("\n", (text, more))
    return _sure(words, announcement, text, words.label("✖️ Yes, cancel it"), "cancel!")


def sure_now(words: Words, announcement: Announcement, view: View) -> Message:
    text = join(
        "\n",
        (
            words.say("<b>Send “{title}” now?</b>", title=title_of(words, announcement)),
            count_summary(words, view.count),
        ),
    )
    return _sure(words, announcement, text, words.label("📤 Yes, send it now"), "now!")


def _sure(words: Words, announcement: Announcement, text: Html, yes: str, what: str) -> Message:
    return Message(
        text, ((button(yes, data(announcement, what)),), (button(words.label("‹ Back"), data(announcement, "card")),))
    )


def ask_when(
    words: Words, announcement: Announcement, note: Html | None = None, near: Sequence[tuple[str, str]] = ()
) -> Message:
    """Another time for one that is scheduled."""
    text = words.say(
        "When shall it go out? Write a time such as <code>tomorrow 9:00</code> or <code>12 Dec 15:00 Nairobi</code>."
    )
    rows = tuple((button(label, data(announcement, "at", value)),) for label, value in near)
    back = ((button(words.label("‹ Back"), data(announcement, "card")),),)
    return Message(join("\n\n", (text, note)) if note is not None else text, (*rows, *back))


# Approval


def please_approve(words: Words, view: View) -> Message:
    """To the colleagues of whoever wrote it."""
    announcement = view.draft
    text = join(
        "\n",
        (
            words.say("👀 <b>A colleague asks for your approval</b>"),
            words.say("“{title}”", title=title_of(words, announcement)),
            *(content_summary(words, view, content.language, APPROVED) for content in announcement.body.contents),
            words.say("👥 {audience}", audience=audience_summary(words, announcement.body.audience, view.topics)),
            count_summary(words, view.count),
            words.say("🕘 {when}", when=when_summary(words, view)),
        ),
    )
    return Message(text, actions(words, announcement))


def ask_reason(words: Words, announcement: Announcement) -> Message:
    return Message(
        words.say("What should be changed? Write a few words for your colleague, or send it back without."),
        (
            (button(words.label("↩️ Send back without words"), data(announcement, "decline!")),),
            (button(words.label("‹ Back"), data(announcement, "card")),),
        ),
    )


def approved(words: Words, announcement: Announcement) -> Message:
    """To whoever wrote it."""
    return Message(
        words.say("✅ “{title}” was approved.", title=title_of(words, announcement)),
        ((button(words.label("Open"), data(announcement, "card")),),),
    )


def declined(words: Words, announcement: Announcement, reason: str) -> Message:
    text = words.say("↩️ “{title}” comes back to you.", title=title_of(words, announcement))
    if reason:
        text = Html(f"{text}\n<blockquote>{escape(one_line(reason, 500))}</blockquote>")
    return Message(text, ((button(words.label("Open"), DraftButton(announcement.id, "desk")),),))


# Pop-ups and lists


def own_approval(words: Words) -> str:
    return words.label("You wrote it, so somebody else has to approve it.")


def changed(words: Words) -> str:
    return words.label("It has changed meanwhile. This is how it stands now.")


def discarded(words: Words) -> str:
    return words.label("This draft is not there any more.")


def listed(
    words: Words, announcements: Sequence[Announcement], *, first: int, size: int, more: bool, zone_name: str
) -> Message:
    """`/announcements`: newest first, each with a button that opens it."""
    new = (button(words.label("➕ New announcement"), NewDraft()),)
    if not announcements:
        return Message(words.say("There are no announcements yet."), (new,))
    rows: list[tuple[Button, ...]] = []
    for announcement in announcements:
        at = (
            announcement.finished or announcement.started or announcement.scheduled or announcement.created
        ).astimezone(zone(zone_name))
        to = DraftButton(announcement.id, "desk") if announcement.state is State.DRAFT else data(announcement, "card")
        title, state = title_of(words, announcement), state_word(words, announcement)
        label = f"{state_sign(announcement)} {title} · {state} · {day(words, at)}"
        rows.append((button(one_line(label, BUTTON_LIMIT + 20), to),))
    rows += turning(words, AnnouncementsPage, first=first, size=size, more=more)
    return Message(words.say("<b>Announcements</b>"), (*rows, new))


def unfinished(words: Words, drafts: Sequence[Announcement]) -> Message:
    """`/announce` while drafts lie open."""
    rows = tuple(
        (button(one_line(f"✏️ {title_of(words, announcement)}", BUTTON_LIMIT), DraftButton(announcement.id, "desk")),)
        for announcement in drafts
    )
    return Message(
        words.count("You have {n} unfinished draft.", "You have {n} unfinished drafts.", len(drafts)),
        (*rows, (button(words.label("➕ New announcement"), NewDraft()),)),
    )


def gone_for_good(words: Words) -> Message:
    """After a draft was thrown away."""
    return Message(words.say("The draft is thrown away."), ((button(words.label("➕ New announcement"), NewDraft()),),))


def sure_discard(words: Words, announcement: Announcement) -> Message:
    text = words.say("Throw this draft away? It cannot be brought back.")
    rows = (
        (
            button(words.label("🗑 Throw it away"), DiscardDraft(announcement.id)),
            button(words.label("‹ Back"), DraftButton(announcement.id, "desk")),
        ),
    )
    return Message(text, rows)
