"""A draft in; the screens at which its files, links, dates and time are chosen, out."""

from __future__ import annotations

from collections.abc import Sequence

from bot.announcing.announcement import CalendarDate
from bot.announcing.drafting_messages import View, back, calendar_date, data, file_name, when_summary
from bot.announcing.links import links_of
from bot.telegram.callbacks import button
from bot.words.catalogue import NAMES, Words
from bot.words.markup import Button, Html, Message, escape, join, one_line
from bot.words.zones import zone_city

# Files, links, dates


def files_screen(words: Words, view: View, note: Html | None = None) -> Message:
    """What is attached; sending pictures or documents adds them."""
    paragraphs = [
        words.say("<b>Pictures and documents</b>\nSend them here, one or several. Tap one to change or remove it.")
    ]
    rows: list[tuple[Button, ...]] = [
        (
            button(
                one_line(f"{'🖼' if one.kind == 'photo' else '📄'} {file_name(words, one)}", 50),
                data(view, "file", number),
            ),
        )
        for number, one in enumerate(view.draft.body.attachments)
    ]
    if note is not None:
        paragraphs.append(note)
    return Message(join("\n\n", paragraphs), (*rows, back(words, view)))


def file_screen(words: Words, view: View, number: int) -> Message:
    """One file: where it stands, who gets it, or away with it."""
    attachment = view.draft.body.attachments[number]
    text = words.say("<b>{file}</b>", file=file_name(words, attachment))
    rows: list[tuple[Button, ...]] = []
    if attachment.kind == "photo":
        place = words.label("Put it below the text") if attachment.above else words.label("Put it above the text")
        rows.append((button(place, data(view, "place", number)),))
        if attachment.above:
            text = join("\n", (text, words.say("It stands above the text, which may have 1,024 characters then.")))
    choices = (("", words.label("Everybody")), *NAMES.items())
    rows.append(
        tuple(
            button(
                f"{'✅ ' if attachment.language == language else ''}{name}",
                data(view, "for", f"{number}:{language or 'all'}"),
            )
            for language, name in choices
        )
    )
    rows.append((button(words.label("Remove"), data(view, "unfile", number)),))
    rows.append((button(words.label("‹ Back"), data(view, "files")),))
    return Message(text, tuple(rows))


def links_screen(words: Words, view: View, note: Html | None = None) -> Message:
    """The link buttons; lines that are sent add to them, and change the label of an address that has one."""
    text = words.say(
        "<b>Link buttons</b>\nSend one a line: what stands on the button, then the address.\n"
        "<code>Apply now https://example.org/apply</code>\n"
        "With a label for each language:\n<code>Apply now | 立即报名 https://example.org/apply</code>"
    )
    rows: list[tuple[Button, ...]] = []
    links = links_of(view.draft.body.contents)
    if links:
        lines = [Html(f"• {escape(link.text)} {escape(one_line(link.url, 80))}") for link in links]
        text = join("\n\n", (text, join("\n", lines)))
        rows.append((button(words.label("Remove all"), data(view, "unlink")),))
    return Message(join("\n\n", (text, note)) if note is not None else text, (*rows, back(words, view)))


def dates_screen(
    words: Words,
    view: View,
    offered: Sequence[CalendarDate],
    note: Html | None = None,
    choices: Sequence[tuple[str, str]] = (),
) -> Message:
    """The dates of the calendar file; those named in the texts are offered.

    `choices`: (label, what to read) where something typed was doubtful.
    """
    paragraphs = [
        words.say(
            "<b>Dates for the calendar</b>\nReaders get them as a file that their phone's calendar opens. Send one a "
            "line, such as <code>11–22 May 2026, Beijing</code>, <code>11 May 2026 09:00–12:00, Hall 3</code> or "
            "<code>11 May 2026 9:00 – 14 May 2026 17:00, Beijing</code>. "
            "Times are Beijing time unless you name another."
        )
    ]
    rows: list[tuple[Button, ...]] = []
    if view.draft.body.dates:
        paragraphs.append(join("\n", (f"• {calendar_date(words, date)}" for date in view.draft.body.dates)))
        rows.append((button(words.label("Remove all"), data(view, "undate")),))
    rows += [(button(label, data(view, "dated", value)),) for label, value in choices]
    fresh = [date for date in offered if date not in view.draft.body.dates][:4]
    if fresh and not choices:
        paragraphs.append(words.say("Your text names these; tap to take them over:"))
        rows += [
            (button(f"➕ {calendar_date(words, date)}", data(view, "date", offered.index(date))),) for date in fresh
        ]
    if note is not None:
        paragraphs.append(note)
    return Message(join("\n\n", paragraphs), (*rows, back(words, view)))


# When


def when_screen(words: Words, view: View, note: Html | None = None, choices: Sequence[tuple[str, str]] = ()) -> Message:
    """At once or at a time, by day or also at night. `choices`: (label, what to read) where something was doubtful."""
    text = words.say(
        "<b>When shall it go out?</b>\nNow set: {when}.\n\nTap, or write a time such as <code>tomorrow 9:00</code> or "
        "<code>12 Dec 15:00 Nairobi</code>. Without a place it is {zone} time.",
        when=when_summary(words, view),
        zone=one_line(zone_city(view.zone_name, words.language), 40),
    )
    schedule = view.draft.body.schedule
    rows: list[tuple[Button, ...]] = [(button(label, data(view, "at", value)),) for label, value in choices]
    if not choices:
        rows.append(
            (button(_ticked(words.label("As soon as I say so"), on=schedule.at is None), data(view, "at", "now")),)
        )
        rows.append(
            (
                button(words.label("Tomorrow 9:00"), data(view, "at", "tomorrow 9:00")),
                button(words.label("Monday 9:00"), data(view, "at", "next monday 9:00")),
            )
        )
    night = words.label("Nobody at night") if schedule.quiet_hours else words.label("At night too")
    rows.append((button(f"🌙 {night}", data(view, "quiet")),))
    return Message(join("\n\n", (text, note)) if note is not None else text, (*rows, back(words, view)))


def not_a_time(words: Words, problem: str, detail: str) -> Html:
    """Why a time cannot be used."""
    if problem == "past":
        return words.say("⚠️ That time has passed already.")
    if problem == "far":
        return words.say("⚠️ That is more than two years ahead.")
    if problem == "ambiguous":
        return words.say("⚠️ “{what}” can be read two ways. Which do you mean?", what=detail)
    if problem == "impossible":
        return words.say("⚠️ There is no such day: {what}", what=one_line(detail, 60))
    if problem == "zone":
        return words.say(
            "⚠️ I do not know the place “{what}”. Write a larger city nearby, or something like UTC+3.",
            what=one_line(detail, 40),
        )
    return words.say("⚠️ I cannot read “{what}” as a time.", what=one_line(detail, 60))


def _ticked(text: str, *, on: bool) -> str:
    return f"✅ {text}" if on else text


# Notes: what was just done, or did not work


def only_files(words: Words) -> Html:
    return words.say("⚠️ Only pictures and documents, please.")


def too_many_files(words: Words, most: int) -> Html:
    return words.say("⚠️ {n} files at most.", n=most)


def file_before_text(words: Words) -> Html:
    return words.say("📎 Noted. Now the text.")


def file_added(words: Words, *, more: bool) -> Html:
    """`more`: another one may be sent."""
    return words.say("📎 Added. Another one?") if more else words.say("📎 Added.")


def no_address(words: Words, line: str) -> Html:
    return words.say("⚠️ There is no address in “{line}”. Nothing was changed.", line=one_line(line, 60))


def too_many_links(words: Words, most: int, number: int) -> Html:
    return words.say("⚠️ {n} links at most; these would be {all}. Nothing was changed.", n=most, all=number)


def date_not_whole(words: Words, line: str, rest: str) -> Html:
    return words.say(
        "⚠️ I read a date in “{line}”, but not “{rest}”, so I have taken nothing. Please write one entry a line: "
        "from, to, and behind a comma the place.",
        line=one_line(line, 60),
        rest=one_line(rest, 40),
    )


def no_date(words: Words, line: str) -> Html:
    return words.say("⚠️ I find no date in “{line}”.", line=one_line(line, 60))
