"""What admins read about the glossary: entries, proposals and results in, `Message`s out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.admin.glossary_changes import Proposal
from bot.telegram.callbacks import GlossaryChange, button
from bot.words.catalogue import Words
from bot.words.markup import Html, Message, escape, join, one_line
from bot.words.refusals import refused_in_short
from content.glossary import Entry, NotChanged

if TYPE_CHECKING:
    from index.answering.answer import Excerpt
    from index.build.known_questions import KnownReport
    from index.evaluating.rehearsal import Difference

SHOWN = 10
"""Entries or questions that a message names."""
LINE, SENTENCE = 120, 160
"""Characters of a question and of a sentence."""


def dict_how(w: Words, count: int) -> Message:
    """`/dict` alone."""
    return Message(
        w.count(
            "The glossary has {n} entry. Its words stand for each other in every question.\n"
            "<code>/dict word</code> looks one up\n"
            "<code>/dict add foresight = 技术预见; technology foresight</code>\n"
            "<code>/dict remove foresight</code> takes an entry out, "
            "<code>/dict remove foresight = technology foresight</code> one form of it",
            "The glossary has {n} entries. Its words stand for each other in every question.\n"
            "<code>/dict word</code> looks one up\n"
            "<code>/dict add foresight = 技术预见; technology foresight</code>\n"
            "<code>/dict remove foresight</code> takes an entry out, "
            "<code>/dict remove foresight = technology foresight</code> one form of it",
            count,
        )
    )


def looked_up(w: Words, word: str, found: Sequence[Entry]) -> Message:
    """The entries that have a word."""
    if not found:
        none = w.say("The glossary does not have “{word}”.", word=one_line(word, 60))
        return Message(join("\n", (none, w.say("To add to it: <code>/dict add word = other; other</code>"))))
    lines = [Html(f"• {entry_html(entry)}") for entry in found[:SHOWN]]
    if len(found) > SHOWN:
        lines.append(w.say("… and {n} more", n=len(found) - SHOWN))
    return Message(join("\n", lines))


def entry_html(entry: Entry) -> Html:
    """All forms of an entry."""
    return join(" = ", (one_line(form, 60) for form in entry.forms))


def not_changed(w: Words, error: NotChanged) -> Message:
    return Message(
        w.say(
            "Nothing was changed. {subject}: {what}: {remedy}.",
            subject=error.subject,
            what=error.what,
            remedy=error.remedy,
        )
    )


def checking(w: Words) -> Message:
    return Message(w.say("Trying it on the questions that were asked …"))


def proposed(w: Words, proposal: Proposal) -> Message:
    """What a change would do, and whether it shall be made."""
    paragraphs = [_change(w, proposal)]
    if not proposal.asked:
        paragraphs.append(w.say("There are no recorded questions to try it on."))
    elif not proposal.differences:
        paragraphs.append(
            w.count(
                "{n} recorded question was tried; its answer stays the same.",
                "{n} recorded questions were tried; all answers stay the same.",
                proposal.asked,
            )
        )
    else:
        paragraphs.append(
            w.say(
                "Of {asked} recorded questions {n} would be answered differently:",
                asked=proposal.asked,
                n=len(proposal.differences),
            )
        )
        paragraphs += [_difference(w, one) for one in proposal.differences[:SHOWN]]
        if len(proposal.differences) > SHOWN:
            paragraphs.append(w.say("… and {n} more", n=len(proposal.differences) - SHOWN))
    row = (button(w.label("Take it"), GlossaryChange("take")), button(w.label("Leave it"), GlossaryChange("leave")))
    return Message(join("\n\n", paragraphs), (row,))


def taken(w: Words, proposal_word: str) -> Message:
    """The glossary is written, the index is about to be."""
    return Message(w.say("The glossary is changed: {word}. Indexing …", word=one_line(proposal_word, 60)))


def in_use(w: Words, word: str) -> Message:
    return Message(w.say("Done. “{word}” is understood as you said from now on.", word=one_line(word, 60)))


def left(w: Words) -> Message:
    return Message(w.say("The glossary stays as it was."))


def gone(w: Words) -> Message:
    """The message with the command is not there any more."""
    return Message(w.say("Your message with the change is gone. Please write it again."))


def stopped(w: Words, known: KnownReport) -> Message:
    """Known questions would no longer be answered."""
    told = w.say("<b>The glossary stays as it was.</b> With the change, known questions would no longer be answered:")
    lines = [Html(f"• {escape(one_line(one.question, LINE))}") for one in known.broken[:SHOWN]]
    return Message(join("\n", (told, *lines)))


def _change(w: Words, proposal: Proposal) -> Html:
    before, after = proposal.before, proposal.after
    if after is None:
        assert before is not None
        return w.say("<b>To be taken out:</b> {entry}", entry=entry_html(before))
    if before is None:
        return w.say("<b>New:</b> {entry}", entry=entry_html(after))
    return w.say("<b>Now:</b> {before}\n<b>Then:</b> {after}", before=entry_html(before), after=entry_html(after))


def _difference(w: Words, one: Difference) -> Html:
    return w.say(
        "<b>{question}</b>\nnow: {before}\nthen: {after}",
        question=one_line(one.asked.question, LINE),
        before=_answer(w, one.before),
        after=_answer(w, one.after),
    )


def _answer(w: Words, excerpt: Excerpt | None) -> Html:
    if excerpt is None:
        return refused_in_short(w)
    start, end = excerpt.sentence
    title = excerpt.citation.title or excerpt.citation.source
    return w.say(
        "{sentence} <i>({title})</i>", sentence=one_line(excerpt.text[start:end], SENTENCE), title=one_line(title, 60)
    )
