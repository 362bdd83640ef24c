"""What staff read about the office's own answers: the list, one of them, proposals and results, as `Message`s, out."""

from __future__ import annotations

from collections.abc import Sequence

from bot.asking.office import OfficeProposal
from bot.telegram.callbacks import OfficeAnswerChange, button
from bot.words.catalogue import Words
from bot.words.markup import Html, Message, escape, join, one_line
from content.answers import NotChanged, OfficeAnswer

SHOWN = 10
"""Questions that a message names."""
LINE = 120
"""Characters of a question."""


def answers_list(w: Words, answers: Sequence[OfficeAnswer]) -> Message:
    """`/answers` alone: their names, and how one is added."""
    lines = [w.say("The office's own answers are given where the reports say nothing, never as a citation.")]
    lines += [_in_short(w, answer) for answer in answers]
    if not answers:
        lines.append(w.say("There are none yet."))
    return Message(join("\n", (*lines, Html(""), _how(w))))


def one_answer(w: Words, answer: OfficeAnswer) -> Message:
    """An answer as it stands, to be copied and changed."""
    return Message(join("\n\n", (Html(f"<b>{escape(answer.name)}</b>"), *_parts(w, answer))))


def unknown(w: Words, name: str) -> Message:
    return Message(w.say("There is no answer named “{name}”. /answers lists them.", name=one_line(name, 60)))


def proposed(w: Words, proposal: OfficeProposal) -> Message:
    """A change before it is made: what it says, and which of the latest questions it would catch."""
    name = one_line(proposal.change.answer.name, 80)
    if proposal.change.action == "retire":
        head = [w.say("Retire the answer “{name}”?", name=name)]
    elif proposal.before is not None:
        head = [w.say("Change the answer “{name}” to this?", name=name), *_parts(w, proposal.change.answer)]
    else:
        head = [w.say("Add the answer “{name}”?", name=name), *_parts(w, proposal.change.answer)]
    row = (
        button(w.label("Take it"), OfficeAnswerChange("take")),
        button(w.label("Leave it"), OfficeAnswerChange("leave")),
    )
    return Message(join("\n\n", (*head, _caught(w, proposal))), (row,))


def taken(w: Words, name: str) -> Message:
    return Message(w.say("Done: “{name}”. It counts from now on.", name=one_line(name, 80)))


def left(w: Words) -> Message:
    return Message(w.say("Left as it was."))


def gone(w: Words) -> Message:
    return Message(w.say("The message that this belongs to is gone or was changed. Please write it again."))


def not_changed(w: Words, error: NotChanged) -> Message:
    text = w.say("Nothing was changed. {subject}: {what}.", subject=one_line(error.subject, 80), what=error.what)
    return Message(join("\n\n", (text, _how(w))))


def not_written(w: Words, error: OSError) -> Message:
    what = error.strerror or "it cannot be written"
    return Message(w.say("Nothing was changed: the file of answers could not be used ({what}).", what=what))


def _how(w: Words) -> Html:
    return w.say(
        "<code>/answers NAME</code> shows one, <code>/answers remove NAME</code> retires it. "
        "To add or change one, write:\n"
        "<code>/answers add Fees\n? How much does it cost?\n? 费用是多少？\nen: It stands in the announcement.\n"
        "zh: 以通知为准。</code>"
    )


def _in_short(w: Words, answer: OfficeAnswer) -> Html:
    counted = w.count("{n} question", "{n} questions", len(answer.questions))
    until = w.say(", until {day}", day=answer.until.isoformat()) if answer.until else Html("")
    return Html(f"• <b>{escape(answer.name)}</b> ({counted}{until})")


def _parts(w: Words, answer: OfficeAnswer) -> list[Html]:
    shown = [Html(f"• {one_line(form, LINE)}") for form in answer.questions[:SHOWN]]
    if len(answer.questions) > SHOWN:
        shown.append(w.say("… and {n} more", n=len(answer.questions) - SHOWN))
    texts = [Html(f"<blockquote expandable>{escape(text)}</blockquote>") for text in answer.texts.values()]
    return [join("\n", shown), join("\n", texts)]


def _caught(w: Words, proposal: OfficeProposal) -> Html:
    if not proposal.caught:
        return w.count(
            "It would be given to none of the {n} latest questions.",
            "It would be given to none of the {n} latest questions.",
            proposal.tried,
        )
    lines = [
        w.say("Of the {tried} latest questions it would be given to {n}:", tried=proposal.tried, n=len(proposal.caught))
    ]
    lines += [Html(f"• {one_line(question, LINE)}") for question in proposal.caught[:SHOWN]]
    if len(proposal.caught) > SHOWN:
        lines.append(w.say("… and {n} more", n=len(proposal.caught) - SHOWN))
    return join("\n", lines)
