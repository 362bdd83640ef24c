"""Answers as they were given in; what a Word file says of them, and the message that brings it, out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.asking.answer_lines import citation_text
from bot.asking.questions import Given
from bot.reading.citing import FIRST_STYLES, STYLES, Style, cite
from bot.reading.documents_out import Chapter, Manuscript, Quotation, numbered
from bot.words import refusals
from bot.words.catalogue import Words
from bot.words.markup import Html, Message, one_line, visible
from index.answering.answer import Answer, NoAnswer

IN_TEXT: tuple[Style, ...] = ("apa", "gbt7714")
"""Styles that a person reads; a list in the others is for programs."""
TITLE = 160
"""Characters of a question as the title of a file."""


def manuscript(words: Words, given: Sequence[Given], chosen: Style | None, today: date, shown: int) -> Manuscript:
    """Some answers with all their excerpts that were `shown`, and numbered references.

    `chosen`: the style that the person cites in; where that is one for programs, the first of the language is taken.
    """
    style = chosen if chosen in IN_TEXT else FIRST_STYLES.get(words.language, STYLES[0])
    answers = [each.answer for each in given]
    excerpts = [excerpt for answer in answers if isinstance(answer, Answer) for excerpt in answer.excerpts[:shown]]
    references, numbers = numbered([cite(excerpt.citation, style, today).reference for excerpt in excerpts])
    number_of = dict(zip(map(id, excerpts), numbers, strict=True))
    chapters = tuple(
        Chapter(
            answer.question,
            _notes(words, answer),
            tuple(
                Quotation(
                    excerpt.text, excerpt.sentence, number_of[id(excerpt)], citation_text(words, excerpt.citation)
                )
                for excerpt in (answer.excerpts[:shown] if isinstance(answer, Answer) else ())
            ),
        )
        for answer in answers
    )
    return Manuscript(
        title=one_line(answers[0].question, TITLE) if len(answers) == 1 else words.label("Questions and answers"),
        subtitle=words.label("From the reports, word for word. Written on {day}.", day=today.isoformat()),
        chapters=chapters,
        references=references,
        references_heading=words.label("References"),
        language=words.language,
    )


def _notes(words: Words, answer: Answer | NoAnswer) -> tuple[str, ...]:
    if isinstance(answer, NoAnswer):
        return tuple(visible(sentence) for sentence in (refusals.refused(words), *refusals.looked_for(words, answer)))
    notes: list[Html] = []
    if answer.understood:
        notes.append(refusals.read_as(words, answer.understood))
    if answer.unmet:
        notes.append(refusals.unmet(words, answer.unmet))
    if answer.unanswered:
        notes.append(refusals.unanswered(words, answer.unanswered))
    own = (visible(refusals.from_office(words)), answer.office.text) if answer.office else ()
    return (*(visible(note) for note in notes), *own)


def caption(words: Words, chapters: int) -> Html:
    """What stands under the file."""
    return words.count("{n} question with its answer.", "{n} questions with their answers.", chapters)


def nothing_to_write(words: Words) -> Message:
    """There is no answer that could be written down."""
    return Message(words.say("There is no answer yet that I could write down. Just type your question."))
