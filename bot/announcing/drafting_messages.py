"""A draft and what is known around it in; the desk at which staff write it, screen by screen, out.

Why one message with buttons and not questions one after the other? A programme officer writes on a phone,
between other things, and rarely in order: the Chinese text comes when the translator is back. So there is one
message that shows all of it, edited in place, and every part of it can be done, done again or left for later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.announcing.announcement import Announcement, Attachment, AudienceCount, CalendarDate, Problem
from bot.announcing.announcement_messages import text_of
from bot.announcing.audience_messages import audience_summary, count_summary
from bot.announcing.links import links_of
from bot.people.subscriptions import Topic
from bot.telegram.callbacks import Data, DraftButton, SendDraft, button
from bot.words.catalogue import FALLBACK, LANGUAGES, NAMES, Words
from bot.words.markup import (
    CAPTION_LIMIT,
    MESSAGE_LIMIT,
    Button,
    Html,
    Message,
    Rows,
    escape,
    join,
    one_line,
    split,
    utf16,
    visible,
)
from bot.words.zones import day, moment

SHOWN = 220
"""Characters of a text that the desk shows."""
FITTING = 2500
"""UTF-16 units of a text on its own screen."""


@dataclass(frozen=True, slots=True)
class View:
    """A draft with what the desk shows beside it."""

    draft: Announcement
    count: AudienceCount
    topics: tuple[Topic, ...]
    problems: tuple[Problem, ...]
    now: datetime
    zone: str
    """In which times are shown, until the draft names one."""
    approval: bool

    @property
    def zone_name(self) -> str:
        return self.draft.body.schedule.zone or self.zone


def data(view: View, what: str, more: object = None) -> Data:
    """What a button of this draft carries."""
    return DraftButton(view.draft.id, what, None if more is None else str(more))


def limit(view: View, language: str) -> int:
    """UTF-16 units that title and text may take together."""
    above = any(one.above and one.language in ("", language) for one in view.draft.body.attachments)
    return CAPTION_LIMIT if above else MESSAGE_LIMIT


def length(view: View, language: str) -> int:
    """UTF-16 units that title and text take."""
    content = view.draft.body.content(language)
    return utf16(visible(text_of(content))) if content is not None else 0


def beginning(text: Html) -> Html:
    """A text as far as it leaves room for what is said about it in the same message."""
    first, *rest = split(text, FITTING) or (Html(""),)
    return Html(f"{first} …") if rest else first


def with_lengths(view: View) -> tuple[Problem, ...]:
    """What is still to do, with texts that are too long named from the beginning on."""
    long = [
        Problem("too long", one.language)
        for one in view.draft.body.contents
        if length(view, one.language) > limit(view, one.language)
    ]
    return tuple(dict.fromkeys((*view.problems, *long)))


# The desk


def desk(w: Words, view: View, note: Html | None = None) -> Message:
    """All parts of a draft, and buttons to each. `note`: what was just done, or did not work."""
    body = view.draft.body
    if not body.contents:
        return begin(w, view, note)
    paragraphs = [w.say("📣 <b>Announcement {id}</b> · draft", id=view.draft.id)]
    paragraphs += [_language(w, view, language) for language in LANGUAGES]
    lines = []
    if body.attachments:
        names = w.listed(file_name(w, one) for one in body.attachments)
        lines.append(w.say("📎 {files}", files=names))
    links = links_of(body.contents)
    if links:
        lines.append(w.say("🔗 {links}", links=join(" · ", (one.label(w.language) for one in links))))
    if body.dates:
        lines.append(w.say("📅 {dates}", dates=join(" · ", (calendar_date(w, one) for one in body.dates))))
    lines.append(w.say("👥 {audience}", audience=audience_summary(w, body.audience, view.topics)))
    if body.audience.named:
        lines.append(count_summary(w, view.count))
    lines.append(w.say("🕘 {when}", when=when_summary(w, view)))
    paragraphs.append(join("\n", lines))
    todo = problem_lines(w, view)
    if todo:
        paragraphs.append(Html("\n".join((w.say("<b>Still to do</b>"), *todo))))
    if note is not None:
        paragraphs.append(note)
    return Message(join("\n\n", paragraphs), _desk_buttons(w, view, ready=not todo))


def _desk_buttons(w: Words, view: View, *, ready: bool) -> Rows:
    body = view.draft.body
    written = {content.language for content in body.contents}

    def counted(text: str, n: int) -> str:
        return f"{text} · {n}" if n else text

    texts = tuple(
        button(f"{'✏️' if language in written else '➕'} {NAMES[language]}", data(view, "text", language))
        for language in LANGUAGES
    )
    last = (button(w.label("↩️ Undo"), data(view, "undo")), button(w.label("🗑 Discard"), data(view, "discard")))
    send = button(
        w.label("Send … ▸") if ready else w.label("What is missing?"),
        SendDraft(view.draft.id, "go", view.draft.version),
    )
    return (
        texts,
        (
            button(counted(w.label("📎 Files"), len(body.attachments)), data(view, "files")),
            button(counted(w.label("🔗 Links"), len(links_of(body.contents))), data(view, "links")),
            button(counted(w.label("📅 Dates"), len(body.dates)), data(view, "dates")),
        ),
        (button(w.label("👥 Audience"), data(view, "who")), button(w.label("🕘 When"), data(view, "when"))),
        (button(w.label("👁 Preview"), data(view, "preview")), send),
        last,
    )


def begin(w: Words, view: View, note: Html | None = None) -> Message:
    """An empty draft: the first message makes it."""
    text = w.say(
        "📣 <b>A new announcement</b>\n\nSend me its text as one message, in English or Chinese. The first line "
        "becomes the title. Bold, links and so on stay as you make them.\n\nPictures, dates, audience and time come "
        "afterwards. Nothing goes out before you have confirmed it."
    )
    rows = ((button(w.label("🗑 Discard"), data(view, "discard")),),)
    return Message(join("\n\n", (text, note)) if note is not None else text, rows)


def _language(w: Words, view: View, language: str) -> Html:
    """One language on the desk: its title and the beginning of its text, or who reads what instead."""
    written = {content.language: content for content in view.draft.body.contents}
    content = written.get(language)
    readers = dict(view.count.languages).get(language, 0)
    if content is None:
        if not readers:
            return w.say("<b>{language}</b>: not written", language=NAMES[language])
        other = NAMES[next(iter(written))]
        return w.count(
            "<b>{language}</b>: not written. {n} reader of it gets the text in {other}.",
            "<b>{language}</b>: not written. {n} readers of it get the text in {other}.",
            readers,
            language=NAMES[language],
            other=other,
        )
    shown = one_line(visible(content.text), SHOWN)
    title = Html(f"<b>{escape(one_line(content.title, 120))}</b>") if content.title else w.say("<i>no title</i>")
    text = escape(shown) if shown else w.say("<i>no text</i>")
    return Html(f"<b>{NAMES[language]}</b>\n<blockquote>{title}\n{text}</blockquote>")


def file_name(w: Words, one: Attachment) -> str:
    name = w.label("picture") if one.kind == "photo" else one_line(one.name, 40)
    return f"{name} ({NAMES[one.language]})" if one.language else name


def calendar_date(w: Words, one: CalendarDate) -> str:
    """11 May 2026 – 22 May 2026; 11 May 2026, 09:00–12:00, Hall 3."""
    shown = day(w, one.start)
    if one.all_day:
        if one.end is not None and one.end.date() != one.start.date():
            shown = f"{shown} – {day(w, one.end)}"
    else:
        shown = f"{shown}, {one.start:%H:%M}" + (f"–{one.end:%H:%M}" if one.end is not None else "")
    return f"{shown}, {one_line(one.place, 40)}" if one.place else shown


def when_summary(w: Words, view: View) -> Html:
    schedule = view.draft.body.schedule
    at = moment(w, schedule.at, view.zone_name) if schedule.at is not None else w.label("as soon as you say so")
    if schedule.quiet_hours:
        return w.say("{at}; nobody gets it at night", at=at)
    return w.say("{at}; at night too", at=at)


def problem_lines(w: Words, view: View) -> list[Html]:
    """What keeps a draft from going out, each with what to do."""
    lines = []
    for problem in view.problems:
        language = problem.detail if problem.detail in LANGUAGES else FALLBACK
        name = NAMES[language]
        used, most = f"{length(view, language):,}", f"{limit(view, language):,}"
        line = {
            "no content": w.say("• write the text, in one language at least"),
            "no text": w.say("• {language}: write the text", language=name),
            "no title": w.say("• {language}: add a title", language=name),
            "too long": w.say(
                "• {language}: too long for Telegram, {used} of {most} characters", language=name, used=used, most=most
            ),
            "too many messages": w.say("• fewer files: they make too many messages"),
            "no audience": w.say("• choose who gets it"),
            "empty audience": w.say("• nobody is in this audience yet: widen it"),
            "in the past": w.say("• the time has passed: choose another"),
            "bad button": w.say("• a link does not open: {what}", what=one_line(problem.detail, 60)),
            "bad date": w.say("• a date of the calendar ends before it begins"),
            "bad formatting": w.say("• {language}: its formatting is broken; send it once more", language=name),
            "file missing": w.say("• a file is gone: {what}", what=one_line(problem.detail, 60)),
            "file too large": w.say("• a file is too large for Telegram: {what}", what=one_line(problem.detail, 60)),
        }.get(problem.code)
        lines.append(line if line is not None else escape(f"• {problem.code} {problem.detail}"))
    return lines


# Texts


def text_screen(w: Words, view: View, language: str, *, part: str = "", note: Html | None = None) -> Message:
    """One language: send the whole, or change its title or its text alone (`part`)."""
    content = next((one for one in view.draft.body.contents if one.language == language), None)
    name = NAMES[language]
    if part == "title":
        ask = w.say("Send the title in {language}, on one line.", language=name)
    elif part == "body":
        ask = w.say("Send the text in {language}, without the title.", language=name)
    elif content is None:
        ask = w.say("Send the announcement in {language}. The first line becomes the title.", language=name)
    else:
        ask = w.say("Send it again as one message, the first line being the title; or change one part.")
    paragraphs = [w.say("<b>{language}</b>", language=name)]
    if content is not None:
        paragraphs.append(Html(f"<blockquote expandable>{beginning(text_of(content))}</blockquote>"))
        used, most = length(view, language), limit(view, language)
        if used > most:
            paragraphs.append(
                w.say(
                    "⚠️ {used} characters; Telegram takes {most}. Please shorten it by {over}.",
                    used=f"{used:,}",
                    most=f"{most:,}",
                    over=f"{used - most:,}",
                )
            )
    paragraphs.append(ask)
    if note is not None:
        paragraphs.append(note)
    rows: list[tuple[Button, ...]] = []
    if content is not None and not part:
        rows.append(
            (
                button(w.label("Title only"), data(view, "title", language)),
                button(w.label("Text only"), data(view, "body", language)),
            )
        )
        if len(view.draft.body.contents) > 1:
            rows.append((button(w.label("Remove this language"), data(view, "drop", language)),))
        if length(view, language) > limit(view, language) == CAPTION_LIMIT:
            rows.append((button(w.label("Put the picture below the text"), data(view, "below")),))
    rows.append(back(w, view))
    return Message(join("\n\n", paragraphs), tuple(rows))


def typed_markup(w: Words, view: View, language: str) -> tuple[Html, tuple[Button, ...]]:
    """Formatting is written out in a text: what to press when it is meant."""
    note = w.say("I see formatting written out, such as ** or &lt;b&gt;. Readers would see it just like that.")
    return note, (button(w.label("Make it real formatting"), data(view, "meant", language)),)


def broken_markup(w: Words, tag: str) -> Html:
    return w.say(
        "The written-out formatting does not fit: {tag} has no counterpart, so readers would see it just like that. "
        "Send the text once more; in Telegram you can select words and choose Bold.",
        tag=f"<{tag}>",
    )


def back(w: Words, view: View) -> tuple[Button, ...]:
    return (button(w.label("‹ Back"), data(view, "desk")),)


# Notes: what was just done, or did not work


def title_noted(w: Words) -> Html:
    return w.say("The title is noted. Now the text.")


def title_too_long(w: Words, most: int) -> Html:
    return w.say("⚠️ A title is one line of at most {n} characters.", n=most)


def colleague_changed_it(w: Words) -> Html:
    return w.say("⚠️ A colleague changed this meanwhile, and yours stands now. Undo brings theirs back.")


def other_language(w: Words, language: str) -> Html:
    return w.say("⚠️ Is that {language}? It does not look like it.", language=NAMES[language])


def undone(w: Words, *, anything: bool) -> Html:
    return w.say("↩️ The last change is undone.") if anything else w.say("There is nothing to undo.")


def previewed(w: Words) -> Html:
    return w.say("👆 That is how it will look.")


def preview_head(w: Words, language: str) -> Message:
    return Message(w.say("👇 <b>{language}</b>", language=NAMES[language]))


def not_taken(w: Words, reason: str) -> Html:
    return w.say("⚠️ Telegram does not take it: {reason}", reason=reason)
