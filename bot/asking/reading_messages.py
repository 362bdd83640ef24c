"""A citation, and a picture of its page or a style to cite it in, in; the messages with their buttons, out."""

from __future__ import annotations

from dataclasses import dataclass

from bot.asking.answer_messages import citation
from bot.asking.excerpt_rows import printed
from bot.reading.citing import STYLE_NAMES, STYLES, CitedText, Style
from bot.reading.page_pictures import PagePicture, Reason
from bot.telegram.callbacks import (
    CiteAnswer,
    CitePassage,
    Data,
    PageOfAnswer,
    PageOfPassage,
    UnderAnswer,
    UnderPassage,
    button,
)
from bot.words.catalogue import Words
from bot.words.markup import Button, Html, Message, escape, join, one_line
from index.answering.answer import Citation

TITLE = 160
"""Characters of a title."""


@dataclass(frozen=True, slots=True)
class Cited:
    """What was cited, as it was shown: an excerpt of a kept answer, or a passage opened by itself."""

    citation: Citation
    text: str
    passage: str
    answer: str = ""
    """The id of the answer; empty for a passage."""
    number: int = 0
    """Of the excerpt in its answer."""

    def to_page(self, page: int) -> Data:
        return PageOfAnswer(self.answer, self.number, page) if self.answer else PageOfPassage(self.passage, page)

    def to_style(self, style: Style) -> Data:
        return CiteAnswer(self.answer, self.number, style) if self.answer else CitePassage(self.passage, style)

    def to_source(self) -> Data:
        return UnderAnswer(self.answer, "src", self.number) if self.answer else UnderPassage(self.passage, "src")


def page_caption(words: Words, cited: Cited, picture: PagePicture) -> Message:
    """What stands under the picture of a page, with buttons to the pages beside it and to the whole file."""
    place = cited.citation
    home = place.locator.page
    if picture.page == home:
        lines = [citation(words, place)]
    else:
        title = one_line(place.title or place.document, TITLE)
        lines = [
            words.say(
                "<i>— {title}, page {page} of {pages} of the file</i>",
                title=title,
                page=picture.page,
                pages=picture.pages,
            )
        ]
    if picture.page in picture.marked:
        if picture.page + 1 in picture.marked:
            lines.append(words.say("It goes on on the next page."))
        if picture.page - 1 in picture.marked:
            lines.append(words.say("It begins on the page before."))
    elif picture.page == home:
        lines.append(words.say("Not marked: where the paragraph stands on this page is not sure."))
    turns: list[Button] = []
    for number, label in ((picture.page - 1, "‹ p. {page}"), (picture.page + 1, "p. {page} ›")):
        if 1 <= number <= picture.pages:
            turns.append(button(_turn(words, label, number, place), cited.to_page(number)))
    whole = button(words.label("Whole file"), cited.to_source())
    return Message(join("\n", lines), tuple(row for row in (tuple(turns), (whole,)) if row))


def _turn(words: Words, label: str, page: int, place: Citation) -> str:
    """The number of a page beside the one shown; where pages have other numbers printed on them, an arrow alone."""
    if place.printed_page is not None:
        return "‹" if label.startswith("‹") else "›"
    return words.label("‹ p. {page}", page=page) if label.startswith("‹") else words.label("p. {page} ›", page=page)


def no_picture(words: Words, cited: Cited, reason: Reason) -> Message:
    """Why there is no picture of a page, and what there is."""
    file = one_line(cited.citation.source, TITLE)
    if reason == "format":
        why = words.say("This report has no printed pages: <b>In context</b> shows the paragraph among its neighbours.")
    elif reason == "gone":
        why = words.say("The file is no longer among the reports: {file}", file=file)
    elif reason == "page":
        why = words.say("The file has no such page any more: {file}", file=file)
    else:
        why = words.say("This page cannot be drawn. The whole file may open: {file}", file=file)
    rows = ((button(words.label("Whole file"), cited.to_source()),),) if printed(cited.citation) else ()
    return Message(Html(f"{why}\n{citation(words, cited.citation)}"), rows if reason != "gone" else ())


def citation_to_copy(words: Words, cited: Cited, style: Style, text: CitedText) -> Message:
    """A citation in blocks that one tap copies, and a button for each style."""
    blocks = [Html(f"<pre>{escape(text.reference)}</pre>")]
    if text.in_text:
        blocks.append(join("\n", (words.say("In the text:"), Html(f"<code>{escape(text.in_text)}</code>"))))
    styles = tuple(
        button(f"✓ {STYLE_NAMES[each]}" if each == style else STYLE_NAMES[each], cited.to_style(each))
        for each in STYLES
    )
    return Message(join("\n\n", blocks), (styles,))
