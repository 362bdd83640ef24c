"""What partners read: answers, passages and plain replies in, `Message`s in their language out.

Text from reports and people is escaped here and nowhere else; where an excerpt is marked stays a slice until
here. Words for staff and admins are in `staff_messages.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.asking.answer_lines import editions
from bot.asking.excerpt_rows import excerpt_rows, passage_row
from bot.asking.questions import Given, Vote
from bot.telegram.callbacks import UnderAnswer, button
from bot.words import refusals
from bot.words.catalogue import Words, words
from bot.words.markup import BUTTON_LIMIT, Button, Html, Message, Rows, bold, escape, join, one_line
from bot.words.pleasantries import Pleasantry
from content.documents import Locator
from index.answering.answer import Answer, Citation, Excerpt, NoAnswer, OfficeReply

SHOWN = 3
"""Excerpts shown at once: the best one, and two folded."""
TITLE = 160
"""Characters of a title or of a heading in a citation."""
QUESTION = 300
"""Characters of a question that is repeated."""
LIKE, DISLIKE = "👍", "👎"
VOTES: Mapping[str, Vote] = {LIKE: "up", DISLIKE: "down"}
"""Which vote a sign stands for."""


def reply_language(answer: Answer | NoAnswer) -> Words:
    """The reply follows the question's language."""
    return words(answer.language)


# Answers


def answer(given: Given, link: str, contact: str = "") -> Message:
    """An answer or a refusal. `link` opens a passage with its id put after it; `contact`: how to reach the office."""
    if isinstance(given.answer, NoAnswer):
        return _refusal(given.id, given.answer, contact)
    return _excerpts(given.id, given.answer, link, contact)


def _excerpts(id_: str, answer: Answer, link: str, contact: str) -> Message:
    w = reply_language(answer)
    paragraphs = _read_as(w, answer)
    if answer.office is not None:
        paragraphs.append(_office(w, answer.office, contact))
    if answer.office is not None and answer.excerpts:
        paragraphs.append(refusals.also_in_reports(w))
    if answer.unmet:
        paragraphs.append(refusals.unmet(w, answer.unmet))
    before: set[str] = set()
    several = len(answer.excerpts) > 1
    for shown in answer.excerpts[:SHOWN]:
        first = not before or (shown.asked and shown.asked not in before)
        if shown.asked:
            paragraphs.append(_in_bold(one_line(shown.asked, QUESTION)))
        if first and answer.office is None:  # the best excerpt for a question is open, the others are folded
            cited = _cited(w, shown, answer.language, numbered=several)
            paragraphs.append(Html(f"<blockquote>{excerpt(shown)}</blockquote>\n{cited}"))
        else:
            cited = _cited(w, shown, answer.language, link + shown.passage, numbered=several)
            paragraphs.append(Html(f"<blockquote expandable>{excerpt(shown)}</blockquote>\n{cited}"))
        before.add(shown.asked)
    if answer.unanswered:
        paragraphs.append(refusals.unanswered(w, answer.unanswered))
    return Message(join("\n\n", paragraphs), (*_under_answer(w, id_, answer), *_alone(w, id_, answer)))


def _office(words: Words, reply: OfficeReply, contact: str) -> Html:
    """The office's own answer: no quotation, and no citation below it."""
    paragraphs = [join("\n", (refusals.from_office(words), escape(reply.text)))]
    if contact:
        paragraphs.append(refusals.reach_office(words, contact))
    return join("\n\n", paragraphs)


def _cited(words: Words, shown: Excerpt, language: str, link: str = "", *, numbered: bool) -> Html:
    """The line below an excerpt: its number, where it is one of several, and where it is printed."""
    number = f"<b>{shown.rank}</b> " if numbered else ""
    return Html(number + citation(words, shown.citation, link) + _editions(shown, language))


def _in_bold(text: str) -> Html:
    return bold(text, (0, len(text)))


def _editions(excerpt: Excerpt, language: str) -> Html:
    """The language of an excerpt that is in another than the question, and its other editions."""
    return escape(editions(excerpt, language))


def _read_as(words: Words, found: Answer | NoAnswer) -> list[Html]:
    """How the question was read, where that is not as it was typed."""
    read = [refusals.read_as(words, one_line(found.understood, QUESTION))] if found.understood else []
    return [*read, refusals.ignored(words, found.ignored)] if found.ignored else read


def _alone(words: Words, id_: str, found: Answer | NoAnswer) -> Rows:
    """A button that asks a question by itself that was read together with the one before it."""
    if not found.follows:
        return ()
    label = words.label("Ask only: {question}", question=one_line(found.question, BUTTON_LIMIT - 10))
    return ((button(label, UnderAnswer(id_, "alone")),),)


def _under_answer(words: Words, id_: str, answer: Answer) -> Rows:
    excerpts = len(answer.excerpts)
    feedback: tuple[Button, ...] = (button(LIKE, UnderAnswer(id_, "up")), button(DISLIKE, UnderAnswer(id_, "down")))
    if excerpts > SHOWN:
        feedback = (button(words.label("More"), UnderAnswer(id_, "more", SHOWN + 1)), *feedback)
    if answer.office is not None:  # what partners still want to know, the staff should hear of
        feedback = (*feedback, button(words.label("Tell the staff"), UnderAnswer(id_, "tell")))
    if not excerpts:
        return (feedback,)
    return (*excerpt_rows(words, id_, answer, 1, of=min(excerpts, SHOWN)), feedback)


def more(given: Given, rank: int) -> Message | None:
    """The excerpt of a rank by itself, with a button for the next one; None: the answer has no such rank."""
    if isinstance(given.answer, NoAnswer) or not 1 <= rank <= len(given.answer.excerpts):
        return None
    w = reply_language(given.answer)
    found = given.answer.excerpts[rank - 1]
    rows = excerpt_rows(w, given.id, given.answer, rank)
    remaining = len(given.answer.excerpts) - rank
    if remaining:
        rows += ((button(w.label("More ({left})", left=remaining), UnderAnswer(given.id, "more", rank + 1)),),)
    cited = _cited(w, found, given.answer.language, numbered=len(given.answer.excerpts) > 1)
    quoted = Html(f"<blockquote>{excerpt(found)}</blockquote>\n{cited}")
    asked = [_in_bold(one_line(found.asked, QUESTION))] if found.asked else []
    return Message(join("\n\n", [*asked, quoted]), rows)


def nothing_more(given: Given) -> Message:
    """`/more` where all was shown, or nothing was found."""
    w = reply_language(given.answer)
    question = one_line(given.answer.question, QUESTION)
    if isinstance(given.answer, NoAnswer):
        return Message(w.say("The reports do not answer “{question}”, so there is no more to show.", question=question))
    return Message(w.say("That is all that was found for “{question}”. Other words may find more.", question=question))


def no_such_excerpt(words: Words, number: int, last: int) -> Message:
    """A number was typed that no excerpt of the last answer has."""
    text = words.label("There is no {number}: choose a number from 1 to {last}.", number=number, last=last)
    return Message(escape(text))


def no_answer_yet(words: Words) -> Message:
    """`/more` without a question before it."""
    return Message(words.say("There is no answer yet that I could show more of. Just type your question."))


def _refusal(id_: str, refusal: NoAnswer, contact: str) -> Message:
    w = reply_language(refusal)
    if not refusal.looked_for:
        return nothing_asked(w)
    paragraphs = [*_read_as(w, refusal), refusals.refused(w)]
    paragraphs.append(join(w.rules.space, refusals.looked_for(w, refusal)))
    if refusal.suggestions:
        paragraphs.append(refusals.nearest(w))
    else:
        paragraphs.append(w.say("Other words may help, or a look around in the /library."))
    if contact:
        paragraphs.append(refusals.contact(w, contact))
    rows = [
        (button(one_line(suggestion.text, BUTTON_LIMIT), UnderAnswer(id_, "sug", number)),)
        for number, suggestion in enumerate(refusal.suggestions[:5], 1)
    ]
    rows.append((button(w.label("Tell the staff"), UnderAnswer(id_, "tell")),))
    return Message(join("\n\n", paragraphs), (*rows, *_alone(w, id_, refusal)))


def without_tell(given: Given, rows: Rows) -> Rows:
    """The buttons of an answer or a refusal after the staff was told. `rows`: as they stand."""
    tell = UnderAnswer(given.id, "tell").pack()
    remaining = (tuple(button for button in row if button.data != tell) for row in rows)
    return tuple(row for row in remaining if row)


def with_votes(given: Given, rows: Rows, votes: Mapping[Vote, int], *, counted: bool) -> Rows:
    """The buttons of an answer with what was thought of it. `counted`: of several people, so with numbers."""

    def marked(shown: Button) -> Button:
        for sign, vote in VOTES.items():
            if shown.data == UnderAnswer(given.id, vote).pack():
                number = votes.get(vote, 0)
                mark = f" {number}" if counted else " ✓"
                return Button(sign + mark if number else sign, shown.data)
        return shown

    return tuple(tuple(map(marked, row)) for row in rows)


def excerpt(excerpt: Excerpt) -> Html:
    """An excerpt with the sentence that answers in bold, unless all of it is that sentence."""
    start, end = excerpt.sentence
    return escape(excerpt.text) if end - start >= len(excerpt.text.strip()) > 200 else bold(excerpt.text, (start, end))


def citation(words: Words, cited: Citation, link: str = "") -> Html:
    """Title (year), headings, page and paragraph on one line; the title opens `link` where there is one."""
    name = one_line(cited.title or cited.document, TITLE)
    title = Html(f'<a href="{escape(link)}">{escape(name)}</a>') if link else escape(name)
    if "《" not in name:  # a title that quotes another needs no marks of its own
        title = words.say("{title}", title=title)
    if cited.year and str(cited.year) not in name:
        title = words.say("{title} ({year})", title=title, year=cited.year)
    places = [title]
    section = [one_line(heading, TITLE) for heading in cited.locator.section]
    if section and section[0] == name:
        del section[0]
    if section:
        places.append(join(" › ", section))
    page, printed = cited.locator.page, cited.printed_page
    if page is not None and printed is not None:
        places.append(words.say("p. {printed} (page {page} of the file)", printed=printed, page=page))
    elif page is not None:
        places.append(words.say("p. {page}", page=page))
    if cited.locator != Locator():  # which stands for the whole report
        places.append(words.say("para. {number}", number=cited.locator.paragraph))
    if cited.ocr:
        places.append(words.say("read by OCR"))
    return words.say("<i>— {places}</i>", places=join(words.rules.comma, places))


# Passages


def passage(words: Words, id_: str, text: str, cited: Citation, *, note: Html | None = None) -> Message:
    """A passage by itself, opened from a link, a heading or the library."""
    body = Html(f"<blockquote>{escape(text)}</blockquote>\n{citation(words, cited)}")
    rows = (passage_row(words, id_, cited),)
    return Message(join("\n\n", (note, body)) if note else body, rows)


def context(words: Words, before: Sequence[str], text: Html, after: Sequence[str], cited: Citation) -> Message:
    """A passage between its neighbours; what was cited stands in a quote, as in the answer."""
    paragraphs = [*map(escape, before), Html(f"<blockquote>{text}</blockquote>"), *map(escape, after)]
    return Message(join("\n\n", (*paragraphs, citation(words, cited))))


def context_gone(words: Words, text: Html, cited: Citation) -> Message:
    """The passage is in the reports no longer (or not in these words): what was cited, with a note."""
    note = words.say("The reports have changed since, and this passage is no longer in them. It read:")
    return Message(Html(f"{note}\n\n<blockquote>{text}</blockquote>\n{citation(words, cited)}"))


def wording_changed(words: Words) -> Html:
    """Stands above what a passage became, where a link was made for what it was."""
    return words.say("<i>The wording has changed since this link was made.</i>")


def source_caption(words: Words, cited: Citation) -> Html:
    """What stands under a report that is sent as a file."""
    lines = [citation(words, cited)]
    if cited.address:
        lines.append(words.say("Published at {address}", address=one_line(cited.address, 200)))
    return join("\n", lines)


def source_without_file(words: Words, cited: Citation, *, too_large: bool) -> Message:
    """The report cannot be sent as a file."""
    if cited.address:
        why = words.say("You can find the report here: {address}", address=one_line(cited.address, 300))
    elif too_large:
        why = words.say("The file is too large for Telegram. Please ask the staff for it: {file}", file=cited.source)
    else:
        why = words.say("The file is no longer among the reports: {file}", file=one_line(cited.source, TITLE))
    return Message(Html(f"{why}\n{citation(words, cited)}"))


def passage_unknown(words: Words) -> Message:
    """A link to a passage that is in the reports no longer."""
    text = words.say("This passage is no longer in the reports. Ask me a question, or look around with /library.")
    return Message(text)


def answer_unknown(words: Words) -> str:
    """A button of an answer that is not kept."""
    return words.label("This answer is no longer kept. Please ask again.")


def thanks(words: Words, *, liked: bool) -> str:
    if liked:
        return words.label("Thank you, good to know.")
    return words.label("Thank you. The staff will look at this answer.")


def told(words: Words, *, first: bool) -> str:
    if first:
        return words.label("The staff will see your question. Thank you.")
    return words.label("The staff has this question already.")


# Questions and notices


def asked(words: Words, question: str) -> Message:
    """The question of an example button, so that the chat shows what is answered."""
    return Message(words.say("You asked: <b>{question}</b>", question=one_line(question, QUESTION)))


def nothing_asked(words: Words) -> Message:
    """Nothing in the message can be looked up."""
    return Message(
        words.say("I found nothing in that to look up. Please ask with a few more words: a topic, a name, a year.")
    )


def courtesy(words: Words, kind: Pleasantry) -> Message:
    """A greeting, thanks or a farewell is returned."""
    if kind == "greeting":
        return Message(words.say("Hello! What would you like to know from the reports?"))
    if kind == "thanks":
        return Message(words.say("You are welcome. Ask me more whenever you like."))
    return Message(words.say("Goodbye! I am here whenever you have a question."))


def ask_what(words: Words) -> Message:
    """`/ask` or a mention without a question."""
    return Message(
        words.say("What would you like to know? Write it after the command: <code>/ask your question</code>")
    )


def too_many(words: Words, per_minute: int) -> Message:
    return Message(
        words.count(
            "That was quick! I can take {n} question a minute from one person. Please wait a minute.",
            "That was quick! I can take {n} questions a minute from one person. Please wait a minute.",
            per_minute,
        )
    )


# For staff
