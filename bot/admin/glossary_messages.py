"""What admins read about the glossary: entries, proposals and results in, `Message`s out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.admin.glossary_changes import Proposal
from bot.telegram.callbacks import GlossaryChange, button
from bot.words.catalogue import Words
from bot.words.markup import Html, Message, escape, join, one_line
from bot.words.refusals import refused_in_short
from content.glossary import Entry, GlossaryNotChanged

if TYPE_CHECKING:
    from index.answering.answer import Excerpt
    from index.build.known_questions import KnownReport
    from index.evaluating.rehearsal import Difference

SHOWN = 10
"""Entries or questions that a message names."""
LINE, SENTENCE = 120, 160
"""Characters of a question and of a sentence."""


def dict_how(words: Words, count: int) -> Message:
    """`/dict` alone."""
    return Message(
        words.count(
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


def looked_up(words: Words, word: str, entries: Sequence[Entry]) -> Message:
    """The entries that have a word."""
    if not entries:
        none = words.say("The glossary does not have “{word}”.", word=one_line(word, 60))
        return Message(join("\n", (none, words.say("To add to it: <code>/dict add word = other; other</code>"))))
    lines = [Html(f"• {entry_html(entry)}") for entry in entries[:SHOWN]]
    if len(entries) > SHOWN:
        lines.append(words.say("… and {n} more", n=len(entries) - SHOWN))
    return Message(join("\n", lines))


def entry_html(entry: Entry) -> Html:
    """All forms of an entry."""
    return join(" = ", (one_line(form, 60) for form in entry.forms))


def not_changed(words: Words, error: GlossaryNotChanged) -> Message:
    return Message(
        words.say(
            "Nothing was changed. {subject}: {what}: {remedy}.",
            subject=error.subject,
            what=error.what,
            remedy=error.remedy,
        )
    )


def checking(words: Words) -> Message:
    return Message(words.say("Trying it on the questions that were asked …"))


def proposed(words: Words, proposal: Proposal) -> Message:
    """What a change would do, and whether it shall be made."""
    paragraphs = [_change(words, proposal)]
    if not proposal.asked:
        paragraphs.append(words.say("There are no recorded questions to try it on."))
    elif not proposal.differences:
        paragraphs.append(
            words.count(
                "{n} recorded question was tried; its answer stays the same.",
                "{n} recorded questions were tried; all answers stay the same.",
                proposal.asked,
            )
        )
    else:
        paragraphs.append(
            words.say(
                "Of {asked} recorded questions {n} would be answered differently:",
                asked=proposal.asked,
                n=len(proposal.differences),
            )
        )
        paragraphs += [_difference(words, difference) for difference in proposal.differences[:SHOWN]]
        if len(proposal.differences) > SHOWN:
            paragraphs.append(words.say("… and {n} more", n=len(proposal.differences) - SHOWN))
    row = (
        button(words.label("Take it"), GlossaryChange("take")),
        button(words.label("Leave it"), GlossaryChange("leave")),
    )
    return Message(join("\n\n", paragraphs), (row,))


def taken(words: Words, proposal_word: str) -> Message:
    """The glossary is written, the index is about to be."""
    return Message(words.say("The glossary is changed: {word}. Indexing …", word=one_line(proposal_word, 60)))


def in_use(words: Words, word: str) -> Message:
    return Message(words.say("Done. “{word}” is understood as you said from now on.", word=one_line(word, 60)))


def left(words: Words) -> Message:
    return Message(words.say("The glossary stays as it was."))


def gone(words: Words) -> Message:
    """The message with the command is not there any more."""
    return Message(words.say("Your message with the change is gone. Please write it again."))


def stopped(words: Words, known: KnownReport) -> Message:
    """Known questions would no longer be answered."""
    told = words.say(
        "<b>The glossary stays as it was.</b> With the change, known questions would no longer be answered:"
    )
    lines = [Html(f"• {escape(one_line(broken.question, LINE))}") for broken in known.broken[:SHOWN]]
    return Message(join("\n", (told, *lines)))


def _change(words: Words, proposal: Proposal) -> Html:
    before, after = proposal.before, proposal.after
    if after is None:
        assert before is not None
        return words.say("<b>To be taken out:</b> {entry}", entry=entry_html(before))
    if before is None:
        return words.say("<b>New:</b> {entry}", entry=entry_html(after))
    return words.say("<b>Now:</b> {before}\n<b>Then:</b> {after}", before=entry_html(before), after=entry_html(after))


def _difference(words: Words, difference: Difference) -> Html:
    return words.say(
        "<b>{question}</b>\nnow: {before}\nthen: {after}",
        question=one_line(difference.asked.question, LINE),
        before=_answer(words, difference.before),
        after=_answer(words, difference.after),
    )


def _answer(words: Words, excerpt: Excerpt | None) -> Html:
    if excerpt is None:
        return refused_in_short(words)
    start, end = excerpt.sentence
    title = excerpt.citation.title or excerpt.citation.source
    return words.say(
        "{sentence} <i>({title})</i>", sentence=one_line(excerpt.text[start:end], SENTENCE), title=one_line(title, 60)
    )
