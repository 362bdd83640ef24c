"""An announcement and a reader's language in; the messages that the reader gets, word for word, out.

Why is the picture's place a choice and not a matter of length? A caption takes 1,024 characters and a message
4,096. If a short text moved into the caption by itself, a correction that shortens a long one could not be
made where it was sent: Telegram does not turn a message into a picture.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.announcing.announcement import Announcement, Attachment, Body, Content
from bot.announcing.calendar_files import calendar_file
from bot.announcing.corrections import Corrected
from bot.announcing.links import label_in
from bot.telegram.callbacks import NewsItem, NewsPage, UnderAnnouncement, button
from bot.telegram.common_messages import turning
from bot.words.catalogue import Words, words
from bot.words.markup import BUTTON_LIMIT, Button, Html, Message, Payload, Rows, escape, join, one_line, visible
from bot.words.zones import day, zone

REPLIES = (("yes", "interested"), ("no", "not this time"), ("ask", "question"))
"""What the buttons say in their data, and the choice it stands for."""


def render(announcement: Announcement, language: str, changed: Sequence[str] = ()) -> list[Payload]:
    """The messages of an announcement in the order they are sent; nothing is written: none.

    `changed`: what somebody who has an older version reads above the new one.
    """
    content = announcement.body.content(language)
    if content is None:
        return []
    attachments = [attachment for attachment in announcement.body.attachments if attachment.language in ("", language)]
    picture = next((attachment for attachment in attachments if attachment.above and attachment.kind == "photo"), None)
    buttons = under(words(language), announcement.id, content)
    text = text_of(content)
    if changed:
        text = join("\n\n", (corrected(words(language), changed), text))
    if picture is None:
        main = Payload(text, buttons=buttons)
    else:
        main = Payload(text, "photo", picture.file_id, picture.path, name=picture.name, buttons=buttons)
    rest = [_attached(attachment) for attachment in attachments if attachment is not picture]
    return [main, *rest, *_calendar(announcement, language, content)]


def text_of(content: Content) -> Html:
    """Title and text as they stand in the message."""
    title = f"<b>{escape(content.title)}</b>" if content.title else ""
    return Html("\n\n".join(filter(None, (title, content.text))))


def change_names(words: Words) -> dict[Corrected, str]:
    """What may be corrected, in words."""
    return {
        Corrected.TITLE: words.label("title"),
        Corrected.DATES: words.label("dates"),
        Corrected.PLACE: words.label("place"),
        Corrected.TEXT: words.label("text"),
        Corrected.LINKS: words.label("links"),
        Corrected.FILES: words.label("files"),
    }


def corrected(words: Words, changed: Sequence[str]) -> Html:
    """Corrected: dates and place."""
    names = change_names(words)
    return words.say("✏️ <i>Corrected: {what}</i>", what=words.listed(names[Corrected(change)] for change in changed))


def under(words: Words, id_: int, content: Content) -> Rows:
    """The buttons of an announcement: its links, three answers, and the way out."""
    links = tuple(
        (Button(label_in(link_button.text, words.language), url=link_button.url),) for link_button in content.buttons
    )
    answers = (
        button(words.label("👍 Interested"), UnderAnnouncement(id_, "yes")),
        button(words.label("Not this time"), UnderAnnouncement(id_, "no")),
    )
    return (
        *links,
        answers,
        (
            button(words.label("💬 Question"), UnderAnnouncement(id_, "ask")),
            button(words.label("🔕 Stop these messages"), UnderAnnouncement(id_, "stop")),
        ),
    )


TICK = "✅ "


def ticked(rows: Rows, pressed: str) -> Rows:
    """The buttons with a tick before the answer that was pressed; `pressed`: as in the button's data, or empty."""

    def shown(one: Button) -> Button:
        answer = UnderAnnouncement.parse(one.data) if one.data else None
        if answer is None or answer.what not in ("yes", "no"):
            return one
        return Button((TICK if answer.what == pressed else "") + one.text.removeprefix(TICK), one.data)

    return tuple(tuple(map(shown, row)) for row in rows)


def calendar_name(body: Body) -> str:
    """The calendar file's name, by its first date."""
    return f"citedesk-{body.dates[0].start:%Y-%m-%d}.ics"


def _attached(attachment: Attachment) -> Payload:
    return Payload(Html(""), attachment.kind, attachment.file_id, attachment.path, name=attachment.name)


def _calendar(announcement: Announcement, language: str, content: Content) -> list[Payload]:
    body = announcement.body
    if not body.dates:
        return []
    data = calendar_file(
        body.dates,
        language=language,
        title=content.title or visible(content.text)[:80],
        about=visible(content.text),
        key=f"announcement {announcement.id}",
        sequence=announcement.version,
        made=announcement.created,
        deadline=words(language).label("Deadline: {title}", title="{title}"),
        opening=words(language).label("Opens: {title}", title="{title}"),
    )
    caption = words(language).say("📅 For your calendar")
    return [Payload(caption, "document", data=data, name=calendar_name(body))]


# The archive


def news(
    words: Words, announcements: Sequence[Announcement], *, first: int, size: int, more: bool, zone_name: str
) -> Message:
    """A page of past announcements, newest first."""
    if not announcements:
        return Message(words.say("There were no announcements yet. /subscribe and you will not miss the next one."))
    here = zone(zone_name)
    rows: list[tuple[Button, ...]] = []
    for announcement in announcements:
        at = (announcement.started or announcement.created).astimezone(here)
        rows.append(
            (
                button(
                    one_line(f"{day(words, at)} · {_title(announcement, words)}", BUTTON_LIMIT),
                    NewsItem(announcement.id),
                ),
            )
        )
    rows += turning(words, NewsPage, first=first, size=size, more=more)
    return Message(words.say("<b>Past announcements</b>"), tuple(rows))


def news_gone(words: Words) -> str:
    return words.label("This announcement was withdrawn.")


def not_for_them(words: Words) -> str:
    return words.label("This announcement is for readers in other countries or of another language.")


def _title(announcement: Announcement, words: Words) -> str:
    content = announcement.body.content(words.language)
    return (
        content.title if content is not None and content.title else words.label("Announcement {id}", id=announcement.id)
    )
