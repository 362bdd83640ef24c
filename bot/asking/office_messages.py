"""What staff read about the office's own answers: the list, one of them, proposals and results, as `Message`s, out."""

from __future__ import annotations

from collections.abc import Sequence

from bot.asking.office import OfficeProposal
from bot.telegram.callbacks import OfficeAnswerChange, button
from bot.words.catalogue import Words
from bot.words.markup import Html, Message, escape, join, one_line
from content.answers import AnswersNotChanged, OfficeAnswer

SHOWN = 10
"""Questions that a message names."""
LINE = 120
"""Characters of a question."""


def answers_list(words: Words, answers: Sequence[OfficeAnswer]) -> Message:
    """`/answers` alone: their names, and how one is added."""
    lines = [words.say("The office's own answers are given where the reports say nothing, never as a citation.")]
    lines += [_in_short(words, answer) for answer in answers]
    if not answers:
        lines.append(words.say("There are none yet."))
    return Message(join("\n", (*lines, Html(""), _how(words))))


def one_answer(words: Words, answer: OfficeAnswer) -> Message:
    """An answer as it stands, to be copied and changed."""
    return Message(join("\n\n", (Html(f"<b>{escape(answer.name)}</b>"), *_parts(words, answer))))


def unknown(words: Words, name: str) -> Message:
    return Message(words.say("There is no answer named “{name}”. /answers lists them.", name=one_line(name, 60)))


def proposed(words: Words, proposal: OfficeProposal) -> Message:
    """A change before it is made: what it says, and which of the latest questions it would catch."""
    name = one_line(proposal.change.answer.name, 80)
    if proposal.change.action == "retire":
        head = [words.say("Retire the answer “{name}”?", name=name)]
    elif proposal.before is not None:
        head = [words.say("Change the answer “{name}” to this?", name=name), *_parts(words, proposal.change.answer)]
    else:
        head = [words.say("Add the answer “{name}”?", name=name), *_parts(words, proposal.change.answer)]
    row = (
        button(words.label("Take it"), OfficeAnswerChange("take")),
        button(words.label("Leave it"), OfficeAnswerChange("leave")),
    )
    return Message(join("\n\n", (*head, _caught(words, proposal))), (row,))


def taken(words: Words, name: str) -> Message:
    return Message(words.say("Done: “{name}”. It counts from now on.", name=one_line(name, 80)))


def left(words: Words) -> Message:
    return Message(words.say("Left as it was."))


def gone(words: Words) -> Message:
    return Message(words.say("The message that this belongs to is gone or was changed. Please write it again."))


def not_changed(words: Words, error: AnswersNotChanged) -> Message:
    text = words.say("Nothing was changed. {subject}: {what}.", subject=one_line(error.subject, 80), what=error.what)
    return Message(join("\n\n", (text, _how(words))))


def not_written(words: Words, error: OSError) -> Message:
    what = error.strerror or "it cannot be written"
    return Message(words.say("Nothing was changed: the file of answers could not be used ({what}).", what=what))


def _how(words: Words) -> Html:
    return words.say(
        "<code>/answers NAME</code> shows one, <code>/answers remove NAME</code> retires it. "
        "To add or change one, write:\n"
        "<code>/answers add Fees\n? How much does it cost?\n? 费用是多少？\nen: It stands in the announcement.\n"
        "zh: 以通知为准。</code>"
    )


def _in_short(words: Words, answer: OfficeAnswer) -> Html:
    counted = words.count("{n} question", "{n} questions", len(answer.questions))
    until = words.say(", until {day}", day=answer.until.isoformat()) if answer.until else Html("")
    return Html(f"• <b>{escape(answer.name)}</b> ({counted}{until})")


def _parts(words: Words, answer: OfficeAnswer) -> list[Html]:
    shown = [Html(f"• {one_line(form, LINE)}") for form in answer.questions[:SHOWN]]
    if len(answer.questions) > SHOWN:
        shown.append(words.say("… and {n} more", n=len(answer.questions) - SHOWN))
    texts = [Html(f"<blockquote expandable>{escape(text)}</blockquote>") for text in answer.texts.values()]
    return [join("\n", shown), join("\n", texts)]


def _caught(words: Words, proposal: OfficeProposal) -> Html:
    if not proposal.caught:
        return words.count(
            "It would be given to none of the {n} latest questions.",
            "It would be given to none of the {n} latest questions.",
            proposal.tried,
        )
    lines = [
        words.say(
            "Of the {tried} latest questions it would be given to {n}:", tried=proposal.tried, n=len(proposal.caught)
        )
    ]
    lines += [Html(f"• {one_line(question, LINE)}") for question in proposal.caught[:SHOWN]]
    if len(proposal.caught) > SHOWN:
        lines.append(words.say("… and {n} more", n=len(proposal.caught) - SHOWN))
    return join("\n", lines)
