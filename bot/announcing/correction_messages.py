"""An announcement that is to be corrected in; what can be changed of it, how it will read, and for whom, out."""

from __future__ import annotations

from collections.abc import Sequence

from bot.announcing import deliveries
from bot.announcing.announcement import Announcement, Body, Errand, Outcome
from bot.announcing.announcement_messages import change_names, text_of
from bot.announcing.corrections import changes
from bot.announcing.drafting_messages import beginning, calendar_date, file_name, left_as_typed_lines
from bot.announcing.sending_messages import data
from bot.telegram.callbacks import button
from bot.words.catalogue import NAMES, Words
from bot.words.markup import Button, Html, Message, join


def which(words: Words, announcement: Announcement, body: Body) -> Message:
    """What to correct; `body`: as far as it was changed already."""
    rows: list[tuple[Button, ...]] = [
        (button(f"✏️ {NAMES[content.language]}", data(announcement, "correct", content.language)),)
        for content in body.contents
    ]
    rows.append(
        (
            button(words.label("📅 Dates"), data(announcement, "correct", "dates")),
            button(words.label("📎 Files"), data(announcement, "correct", "files")),
        )
    )
    rows.append((button(words.label("‹ Back"), data(announcement, "report")),))
    text = words.say(
        "<b>Correct it everywhere.</b> It is changed for everybody who got it, and they see what was corrected. What "
        "shall be changed?"
    )
    return Message(text, tuple(rows))


def ask_text(words: Words, announcement: Announcement, language: str, shown: Html, note: Html | None = None) -> Message:
    """Asks for the corrected text; the old one stands there to be copied."""
    text = words.say(
        "Send the corrected announcement in {language} as one message, the first line being the title. It reads:",
        language=NAMES[language],
    )
    return _asking(words, announcement, (text, Html(f"<blockquote>{beginning(shown)}</blockquote>")), note)


def ask_dates(words: Words, announcement: Announcement, body: Body, note: Html | None = None) -> Message:
    """Asks for all dates of the calendar anew."""
    paragraphs = [
        words.say(
            "Send all dates of the calendar anew, one a line, such as <code>11–22 May 2026, Beijing</code> or "
            "<code>11 May 2026 09:00–12:00, Hall 3</code>. Who has the old calendar file gets the new one in its place."
        )
    ]
    if body.dates:
        paragraphs.append(join("\n", (f"• {calendar_date(words, dated)}" for dated in body.dates)))
    rows = ((button(words.label("Remove all"), data(announcement, "correct", "undate")),),) if body.dates else ()
    return _asking(words, announcement, paragraphs, note, rows)


def files(words: Words, announcement: Announcement, body: Body, note: Html | None = None) -> Message:
    """Which file another takes the place of."""
    rows = tuple(
        (
            button(
                words.label("Replace {file}", file=file_name(words, attachment)),
                data(announcement, "correct", f"file:{number}"),
            ),
        )
        for number, attachment in enumerate(body.attachments)
    )
    text = words.say("Which file? Send one more, or choose the one that another takes the place of.")
    return _asking(words, announcement, (text,), note, rows)


def ask_file(words: Words, announcement: Announcement, name: str, note: Html | None = None) -> Message:
    """Asks for the file that takes the place of another."""
    text = words.say("Send the file that takes the place of {file}.", file=name)
    return _asking(words, announcement, (text,), note)


def _asking(
    words: Words,
    announcement: Announcement,
    paragraphs: Sequence[Html],
    note: Html | None,
    rows: tuple[tuple[Button, ...], ...] = (),
) -> Message:
    shown = (*paragraphs, note) if note is not None else paragraphs
    return Message(join("\n\n", shown), (*rows, (button(words.label("‹ Back"), data(announcement, "report")),)))


def sure(
    words: Words, announcement: Announcement, body: Body, *, sent: int, others: int, doubts: Sequence[str]
) -> Message:
    """How it will read, for how many, and what is doubtful about it; to be confirmed."""
    text = words.count("Change it to this for {n} recipient?", "Change it to this for up to {n} recipients?", sent)
    paragraphs = [text]
    for content in body.contents:
        changed = changes(announcement.body, body, content.language)
        if not changed:
            continue
        names = words.listed(change_names(words)[change] for change in changed)
        paragraphs.append(
            words.say("<b>{language}</b>: corrected: {what}", language=NAMES[content.language], what=names)
        )
        if announcement.body.content(content.language) != content:
            paragraphs.append(Html(f"<blockquote>{beginning(text_of(content))}</blockquote>"))
    lines = left_as_typed_lines(words, body)
    if body.dates != announcement.body.dates:
        dates = join(" · ", (calendar_date(words, dated) for dated in body.dates))
        lines.append(words.say("📅 {dates}", dates=dates) if body.dates else words.say("📅 No calendar file any more."))
    if body.attachments != announcement.body.attachments:
        names = words.listed(file_name(words, attachment) for attachment in body.attachments)
        lines.append(words.say("📎 {files}", files=names))
    if others:
        lines.append(
            words.count(
                "{n} recipient reads another language, and nothing changes for them.",
                "{n} recipients read another language, and nothing changes for them.",
                others,
            )
        )
    lines += [_doubt(words, announcement, doubt) for doubt in doubts]
    if lines:
        paragraphs.append(join("\n", lines))
    rows = (
        (button(words.label("✏️ Yes, change it"), data(announcement, "correct!")),),
        (button(words.label("Change more"), data(announcement, "correct")),),
        (button(words.label("‹ Back"), data(announcement, "report")),),
    )
    return Message(join("\n\n", paragraphs), rows)


def _doubt(words: Words, announcement: Announcement, doubt: str) -> Html:
    if doubt == "calendar":
        dates = join(" · ", (calendar_date(words, dated) for dated in announcement.body.dates))
        return words.say("⚠️ The text names other dates than before; the calendar file still says {dates}.", dates=dates)
    return words.say("⚠️ {language} still names the dates from before.", language=NAMES.get(doubt, doubt))


def cannot(words: Words, code: str) -> Html:
    """Why a correction cannot go out."""
    if code == "other kind":
        return words.say("⚠️ Telegram cannot turn what was sent into that. Keep pictures and text where they were.")
    if code == "too long":
        return words.say("⚠️ That is too long for Telegram. Please shorten it.")
    if code in ("no title", "no text"):
        return words.say("⚠️ Title and text are both needed: the first line is the title.")
    if code == "nothing changed":
        return words.say("⚠️ That reads as before: there is nothing to change.")
    if code == "too many messages":
        return words.say("⚠️ Fewer files, please: they make too many messages.")
    return words.say("⚠️ That cannot be sent: {what}", what=code)


def figures(words: Words, errand: Errand) -> Html:
    """Who got a correction, who could not, and who needed none."""
    spared = sum(n for outcome, reason, n in errand.reasons if reason == deliveries.NOTHING_CHANGED)
    replaced = sum(n for outcome, reason, n in errand.reasons if reason == deliveries.SUPERSEDED)
    left_out = errand.tally.skipped - spared - replaced
    parts = [words.say("{n} corrected", n=f"{errand.tally.sent:,}")]
    if errand.tally.failed + left_out:
        parts.append(words.say("{n} could not be corrected", n=f"{errand.tally.failed + left_out:,}"))
    if spared:
        parts.append(words.say("{n} read another language and needed none", n=f"{spared:,}"))
    if replaced:
        parts.append(words.say("{n} got a later correction instead", n=f"{replaced:,}"))
    if errand.tally.unknown:
        parts.append(words.say("{n} unknown", n=f"{errand.tally.unknown:,}"))
    waiting = errand.tally.pending + errand.tally.sending
    if waiting:
        parts.append(words.say("{n} to come", n=f"{waiting:,}"))
    return join(" · ", parts)


def missed(errand: Errand) -> tuple[tuple[Outcome, str, int], ...]:
    """Why some could not be corrected; those who needed none are no failures."""
    silent = (deliveries.NOTHING_CHANGED, deliveries.SUPERSEDED)
    return tuple(reason for reason in errand.reasons if reason[1] not in silent)
