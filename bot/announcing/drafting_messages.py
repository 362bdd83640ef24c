"""A draft and what is known around it in; the desk at which staff write it, screen by screen, out.

Why one message with buttons and not questions one after the other? A programme officer writes on a phone,
between other things, and rarely in order: the Chinese text comes when the translator is back. So there is one
message that shows all of it, edited in place, and every part of it can be done, done again or left for later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.announcing.announcement import Announcement, Attachment, AudienceCount, Body, CalendarDate, Problem
from bot.announcing.announcement_messages import text_of
from bot.announcing.audience_messages import audience_summary, count_summary
from bot.announcing.links import links_of
from bot.people.subscriptions import Topic
from bot.telegram.callbacks import Data, DraftButton, SendDraft, button
from bot.telegram.error_messages import telegram_says
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
from bot.words.typed_markup import left_as_typed
from bot.words.zones import DEFAULT, day, moment, zone

PLACE = 200
"""Characters of a place: what the desk shows is what the calendar gets."""
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
    above = any(
        attachment.above and attachment.language in ("", language) for attachment in view.draft.body.attachments
    )
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
        Problem("too long", content.language)
        for content in view.draft.body.contents
        if length(view, content.language) > limit(view, content.language)
    ]
    return tuple(dict.fromkeys((*view.problems, *long)))


# The desk


def desk(words: Words, view: View, note: Html | None = None) -> Message:
    """All parts of a draft, and buttons to each. `note`: what was just done, or did not work."""
    body = view.draft.body
    if not body.contents:
        return begin(words, view, note)
    paragraphs = [words.say("📣 <b>Announcement {id}</b> · draft", id=view.draft.id)]
    paragraphs += [content_summary(words, view, language) for language in LANGUAGES]
    lines = []
    if body.attachments:
        names = words.listed(file_name(words, attachment) for attachment in body.attachments)
        lines.append(words.say("📎 {files}", files=names))
    links = links_of(body.contents)
    if links:
        lines.append(words.say("🔗 {links}", links=join(" · ", (link.label(words.language) for link in links))))
    if body.dates:
        lines.append(words.say("📅 {dates}", dates=join(" · ", (calendar_date(words, date) for date in body.dates))))
    lines.append(words.say("👥 {audience}", audience=audience_summary(words, body.audience, view.topics)))
    if body.audience.named:
        lines.append(count_summary(words, view.count))
    lines.append(words.say("🕘 {when}", when=when_summary(words, view)))
    paragraphs.append(join("\n", lines))
    left = left_as_typed_lines(words, body)
    if left:
        paragraphs.append(join("\n", left))
    todo = problem_lines(words, view)
    if todo:
        paragraphs.append(Html("\n".join((words.say("<b>Still to do</b>"), *todo))))
    if note is not None:
        paragraphs.append(note)
    return Message(join("\n\n", paragraphs), _desk_buttons(words, view, ready=not todo))


def _desk_buttons(words: Words, view: View, *, ready: bool) -> Rows:
    body = view.draft.body
    written = {content.language for content in body.contents}

    def counted(text: str, n: int) -> str:
        return f"{text} · {n}" if n else text

    texts = tuple(
        button(f"{'✏️' if language in written else '➕'} {NAMES[language]}", data(view, "text", language))
        for language in LANGUAGES
    )
    last = (button(words.label("↩️ Undo"), data(view, "undo")), button(words.label("🗑 Discard"), data(view, "discard")))
    send = button(
        words.label("Send … ▸") if ready else words.label("What is missing?"),
        SendDraft(view.draft.id, "go", view.draft.version),
    )
    return (
        texts,
        (
            button(counted(words.label("📎 Files"), len(body.attachments)), data(view, "files")),
            button(counted(words.label("🔗 Links"), len(links_of(body.contents))), data(view, "links")),
            button(counted(words.label("📅 Dates"), len(body.dates)), data(view, "dates")),
        ),
        (button(words.label("👥 Audience"), data(view, "who")), button(words.label("🕘 When"), data(view, "when"))),
        (button(words.label("👁 Preview"), data(view, "preview")), send),
        last,
    )


def begin(words: Words, view: View, note: Html | None = None) -> Message:
    """An empty draft: the first message makes it."""
    text = words.say(
        "📣 <b>A new announcement</b>\n\nSend me its text as one message, in English or Chinese. The first line "
        "becomes the title. Bold, links and so on stay as you make them.\n\nPictures, dates, audience and time come "
        "afterwards. Nothing goes out before you have confirmed it."
    )
    rows = ((button(words.label("🗑 Discard"), data(view, "discard")),),)
    return Message(join("\n\n", (text, note)) if note is not None else text, rows)


def content_summary(words: Words, view: View, language: str, shown: int = SHOWN) -> Html:
    """One language: its title and the beginning of its text, or who reads what instead. `shown`: characters of text."""
    written = {content.language: content for content in view.draft.body.contents}
    content = written.get(language)
    readers = dict(view.count.languages).get(language, 0)
    if content is None:
        if not readers:
            return words.say("<b>{language}</b>: not written", language=NAMES[language])
        other = NAMES[next(iter(written))]
        return words.count(
            "<b>{language}</b>: not written. {n} reader of it gets the text in {other}.",
            "<b>{language}</b>: not written. {n} readers of it get the text in {other}.",
            readers,
            language=NAMES[language],
            other=other,
        )
    beginning = one_line(visible(content.text), shown)
    title = Html(f"<b>{escape(one_line(content.title, 120))}</b>") if content.title else words.say("<i>no title</i>")
    text = escape(beginning) if beginning else words.say("<i>no text</i>")
    return Html(f"<b>{NAMES[language]}</b>\n<blockquote>{title}\n{text}</blockquote>")


def file_name(words: Words, attachment: Attachment) -> str:
    name = words.label("picture") if attachment.kind == "photo" else one_line(attachment.name, 40)
    return f"{name} ({NAMES[attachment.language]})" if attachment.language else name


def calendar_date(words: Words, date: CalendarDate) -> str:
    """11 May 2026 – 22 May 2026; 11 May 2026, 09:00–12:00, Hall 3; 11 May 2026, 09:00 – 14 May 2026, 17:00."""
    shown = day(words, date.start)
    if date.all_day:
        if date.end is not None and date.end.date() != date.start.date():
            shown = f"{shown} – {day(words, date.end)}"
    else:
        shown = f"{shown}, {date.start:%H:%M}"
        if date.end is not None and date.end.date() == date.start.date():
            shown = f"{shown}–{date.end:%H:%M}"
        elif date.end is not None:
            shown = f"{shown} – {day(words, date.end)}, {date.end:%H:%M}"
        offset = date.start.utcoffset()
        if offset is not None and offset != date.start.astimezone(zone(DEFAULT)).utcoffset():
            shown = f"{shown} (UTC{offset.total_seconds() / 3600:+g})"
    shown = f"{shown}, {one_line(date.place, PLACE)}" if date.place else shown
    if date.opening:
        return words.label("Opens: {date}", date=shown)
    return words.label("Deadline: {date}", date=shown) if date.deadline else shown


def when_summary(words: Words, view: View) -> Html:
    schedule = view.draft.body.schedule
    at = moment(words, schedule.at, view.zone_name) if schedule.at is not None else words.label("as soon as you say so")
    if schedule.quiet_hours:
        return words.say("{at}; nobody gets it at night", at=at)
    return words.say("{at}; at night too", at=at)


def problem_lines(words: Words, view: View) -> list[Html]:
    """What keeps a draft from going out, each with what to do."""
    lines = []
    for problem in view.problems:
        language = problem.detail if problem.detail in LANGUAGES else FALLBACK
        name = NAMES[language]
        used, most = f"{length(view, language):,}", f"{limit(view, language):,}"
        line = {
            "no content": words.say("• write the text, in one language at least"),
            "no text": words.say("• {language}: write the text", language=name),
            "no title": words.say("• {language}: add a title", language=name),
            "too long": words.say(
                "• {language}: too long for Telegram, {used} of {most} characters", language=name, used=used, most=most
            ),
            "too many messages": words.say("• fewer files: they make too many messages"),
            "no audience": words.say("• choose who gets it"),
            "empty audience": words.say("• nobody is in this audience yet: widen it"),
            "in the past": words.say("• the time has passed: choose another"),
            "bad button": words.say("• a link does not open: {what}", what=one_line(problem.detail, 60)),
            "bad date": words.say("• a date of the calendar ends before it begins"),
            "bad formatting": words.say("• {language}: its formatting is broken; send it once more", language=name),
            "file missing": words.say("• a file is gone: {what}", what=one_line(problem.detail, 60)),
            "file too large": words.say(
                "• a file is too large for Telegram: {what}", what=one_line(problem.detail, 60)
            ),
        }.get(problem.code)
        lines.append(line if line is not None else escape(f"• {problem.code} {problem.detail}"))
    return lines


# Texts


def text_screen(words: Words, view: View, language: str, *, part: str = "", note: Html | None = None) -> Message:
    """One language: send the whole, or change its title or its text alone (`part`)."""
    content = next((content for content in view.draft.body.contents if content.language == language), None)
    name = NAMES[language]
    if part == "title":
        ask = words.say("Send the title in {language}, on one line.", language=name)
    elif part == "body":
        ask = words.say("Send the text in {language}, without the title.", language=name)
    elif content is None:
        ask = words.say("Send the announcement in {language}. The first line becomes the title.", language=name)
    else:
        ask = words.say("Send it again as one message, the first line being the title; or change one part.")
    paragraphs = [words.say("<b>{language}</b>", language=name)]
    if content is not None:
        paragraphs.append(Html(f"<blockquote expandable>{beginning(text_of(content))}</blockquote>"))
        used, most = length(view, language), limit(view, language)
        if used > most:
            paragraphs.append(
                words.say(
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
                button(words.label("Title only"), data(view, "title", language)),
                button(words.label("Text only"), data(view, "body", language)),
            )
        )
        if len(view.draft.body.contents) > 1:
            rows.append((button(words.label("Remove this language"), data(view, "drop", language)),))
        if length(view, language) > limit(view, language) == CAPTION_LIMIT:
            rows.append((button(words.label("Put the picture below the text"), data(view, "below")),))
    rows.append(back(words, view))
    return Message(join("\n\n", paragraphs), tuple(rows))


def typed_markup(words: Words, view: View, language: str) -> tuple[Html, tuple[Button, ...]]:
    """Formatting is written out in a text: what to press when it is meant."""
    note = words.say("I see formatting written out, such as ** or &lt;b&gt;. Readers would see it just like that.")
    return note, (button(words.label("Make it real formatting"), data(view, "meant", language)),)


def broken_markup(words: Words, tag: str) -> Html:
    return words.say(
        "The written-out formatting does not fit: {tag} has no counterpart, so readers would see it just like that. "
        "Send the text once more; in Telegram you can select words and choose Bold.",
        tag=f"<{tag}>",
    )


def left_as_typed_lines(words: Words, body: Body) -> list[Html]:
    """Marks of formatting that are left in the texts, by language."""
    lines = []
    for content in body.contents:
        left = left_as_typed(content.text)
        if left:
            what = words.listed(f"“{one}”" for one in left)
            lines.append(
                words.say(
                    "⚠️ {language}: readers see these signs as they are typed: {what}",
                    language=NAMES[content.language],
                    what=what,
                )
            )
    return lines


def back(words: Words, view: View) -> tuple[Button, ...]:
    return (button(words.label("‹ Back"), data(view, "desk")),)


# Notes: what was just done, or did not work


def title_noted(words: Words) -> Html:
    return words.say("The title is noted. Now the text.")


def title_too_long(words: Words, most: int) -> Html:
    return words.say("⚠️ A title is one line of at most {n} characters.", n=most)


def colleague_changed_it(words: Words) -> Html:
    return words.say("⚠️ A colleague changed this meanwhile, and yours stands now. Undo brings theirs back.")


def other_language(words: Words, language: str) -> Html:
    return words.say("⚠️ Is that {language}? It does not look like it.", language=NAMES[language])


def undone(words: Words, *, anything: bool) -> Html:
    return words.say("↩️ The last change is undone.") if anything else words.say("There is nothing to undo.")


def previewed(words: Words) -> Html:
    return words.say("👆 That is how it will look.")


def preview_head(words: Words, language: str) -> Message:
    return Message(words.say("👇 <b>{language}</b>", language=NAMES[language]))


def not_taken(words: Words, reason: str) -> Html:
    return words.say("⚠️ Telegram does not take it: {reason}", reason=telegram_says(words, reason))
