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


def files_screen(w: Words, view: View, note: Html | None = None) -> Message:
    """What is attached; sending pictures or documents adds them."""
    paragraphs = [
        w.say("<b>Pictures and documents</b>\nSend them here, one or several. Tap one to change or remove it.")
    ]
    rows: list[tuple[Button, ...]] = [
        (
            button(
                one_line(f"{'🖼' if one.kind == 'photo' else '📄'} {file_name(w, one)}", 50),
                data(view, "file", number),
            ),
        )
        for number, one in enumerate(view.draft.body.attachments)
    ]
    if note is not None:
        paragraphs.append(note)
    return Message(join("\n\n", paragraphs), (*rows, back(w, view)))


def file_screen(w: Words, view: View, number: int) -> Message:
    """One file: where it stands, who gets it, or away with it."""
    one = view.draft.body.attachments[number]
    text = w.say("<b>{file}</b>", file=file_name(w, one))
    rows: list[tuple[Button, ...]] = []
    if one.kind == "photo":
        place = w.label("Put it below the text") if one.above else w.label("Put it above the text")
        rows.append((button(place, data(view, "place", number)),))
        if one.above:
            text = join("\n", (text, w.say("It stands above the text, which may have 1,024 characters then.")))
    choices = (("", w.label("Everybody")), *NAMES.items())
    rows.append(
        tuple(
            button(
                f"{'✅ ' if one.language == language else ''}{name}", data(view, "for", f"{number}:{language or 'all'}")
            )
            for language, name in choices
        )
    )
    rows.append((button(w.label("Remove"), data(view, "unfile", number)),))
    rows.append((button(w.label("‹ Back"), data(view, "files")),))
    return Message(text, tuple(rows))


def links_screen(w: Words, view: View, note: Html | None = None) -> Message:
    """The link buttons; lines that are sent add to them, and change the label of an address that has one."""
    text = w.say(
        "<b>Link buttons</b>\nSend one a line: what stands on the button, then the address.\n"
        "<code>Apply now https://example.org/apply</code>\n"
        "With a label for each language:\n<code>Apply now | 立即报名 https://example.org/apply</code>"
    )
    rows: list[tuple[Button, ...]] = []
    links = links_of(view.draft.body.contents)
    if links:
        lines = [Html(f"• {escape(link.text)} {escape(one_line(link.url, 80))}") for link in links]
        text = join("\n\n", (text, join("\n", lines)))
        rows.append((button(w.label("Remove all"), data(view, "unlink")),))
    return Message(join("\n\n", (text, note)) if note is not None else text, (*rows, back(w, view)))


def dates_screen(w: Words, view: View, offered: Sequence[CalendarDate], note: Html | None = None) -> Message:
    """The dates of the calendar file; those named in the texts are offered."""
    paragraphs = [
        w.say(
            "<b>Dates for the calendar</b>\nReaders get them as a file that their phone's calendar opens. Send one a "
            "line, such as <code>11–22 May 2026, Beijing</code> or <code>11 May 2026 09:00–12:00, Hall 3</code>. "
            "Times are Beijing time unless you name another."
        )
    ]
    rows: list[tuple[Button, ...]] = []
    if view.draft.body.dates:
        paragraphs.append(join("\n", (f"• {calendar_date(w, one)}" for one in view.draft.body.dates)))
        rows.append((button(w.label("Remove all"), data(view, "undate")),))
    fresh = [one for one in offered if one not in view.draft.body.dates][:4]
    if fresh:
        paragraphs.append(w.say("Your text names these; tap to take them over:"))
        rows += [(button(f"➕ {calendar_date(w, one)}", data(view, "date", offered.index(one))),) for one in fresh]
    if note is not None:
        paragraphs.append(note)
    return Message(join("\n\n", paragraphs), (*rows, back(w, view)))


# When


def when_screen(w: Words, view: View, note: Html | None = None, choices: Sequence[tuple[str, str]] = ()) -> Message:
    """At once or at a time, by day or also at night. `choices`: (label, what to read) where something was doubtful."""
    text = w.say(
        "<b>When shall it go out?</b>\nNow set: {when}.\n\nTap, or write a time such as <code>tomorrow 9:00</code> or "
        "<code>12 Dec 15:00 Nairobi</code>. Without a place it is {zone} time.",
        when=when_summary(w, view),
        zone=one_line(zone_city(view.zone_name, w.language), 40),
    )
    schedule = view.draft.body.schedule
    rows: list[tuple[Button, ...]] = [(button(label, data(view, "at", value)),) for label, value in choices]
    if not choices:
        rows.append((button(_ticked(w.label("As soon as I say so"), on=schedule.at is None), data(view, "at", "now")),))
        rows.append(
            (
                button(w.label("Tomorrow 9:00"), data(view, "at", "tomorrow 9:00")),
                button(w.label("Monday 9:00"), data(view, "at", "next monday 9:00")),
            )
        )
    night = w.label("Nobody at night") if schedule.quiet_hours else w.label("At night too")
    rows.append((button(f"🌙 {night}", data(view, "quiet")),))
    return Message(join("\n\n", (text, note)) if note is not None else text, (*rows, back(w, view)))


def not_a_time(w: Words, problem: str, detail: str) -> Html:
    """Why a time cannot be used."""
    if problem == "past":
        return w.say("⚠️ That time has passed already.")
    if problem == "far":
        return w.say("⚠️ That is more than two years ahead.")
    if problem == "ambiguous":
        return w.say("⚠️ “{what}” can be read two ways. Which do you mean?", what=detail)
    if problem == "impossible":
        return w.say("⚠️ There is no such day: {what}", what=one_line(detail, 60))
    if problem == "zone":
        return w.say(
            "⚠️ I do not know the place “{what}”. Write a larger city nearby, or something like UTC+3.",
            what=one_line(detail, 40),
        )
    return w.say("⚠️ I cannot read “{what}” as a time.", what=one_line(detail, 60))


def _ticked(text: str, *, on: bool) -> str:
    return f"✅ {text}" if on else text


# Notes: what was just done, or did not work


def only_files(w: Words) -> Html:
    return w.say("⚠️ Only pictures and documents, please.")


def too_many_files(w: Words, most: int) -> Html:
    return w.say("⚠️ {n} files at most.", n=most)


def file_before_text(w: Words) -> Html:
    return w.say("📎 Noted. Now the text.")


def file_added(w: Words, *, more: bool) -> Html:
    """`more`: another one may be sent."""
    return w.say("📎 Added. Another one?") if more else w.say("📎 Added.")


def no_address(w: Words, line: str) -> Html:
    return w.say("⚠️ There is no address in “{line}”. Nothing was changed.", line=one_line(line, 60))


def too_many_links(w: Words, most: int, number: int) -> Html:
    return w.say("⚠️ {n} links at most; these would be {all}. Nothing was changed.", n=most, all=number)


def no_date(w: Words, line: str) -> Html:
    return w.say("⚠️ I find no date in “{line}”.", line=one_line(line, 60))
