"""What admins read about the questions that were asked: those without a good answer, and how many; as `Message`s."""

from __future__ import annotations

from collections.abc import Sequence

from bot.asking.questions import Day, Unanswered
from bot.base.put_aside import FOLDER
from bot.telegram.callbacks import HandedButton, UnansweredDone, UnansweredPage, button
from bot.telegram.common_messages import turning
from bot.words.catalogue import Words
from bot.words.markup import Html, Message, escape, join, one_line
from bot.words.refusals import refused_in_short


def unanswered(words: Words, questions: Sequence[Unanswered], *, first: int, total: int, size: int) -> Message:
    """A page of questions, each with a button that takes it off the list. `first` counts from 0."""
    if not questions:
        return Message(words.say("No question is waiting."))
    paragraphs = [words.count("<b>{n} question waits</b>", "<b>{n} questions wait</b>", total)]
    for number, question in enumerate(questions, first + 1):
        text = escape(one_line(question.text, 300))
        notes = [f"{question.asked_at:%Y-%m-%d}", _why(words, question)]
        if question.times > 1:
            notes.append(words.count("asked {n} time", "asked {n} times", question.times))
        paragraphs.append(Html(f"{number}. {text}\n<i>{' · '.join(notes)}</i>"))
    done = tuple(
        button(words.label("Done: {number}", number=number), UnansweredDone(question.id, first))
        for number, question in enumerate(questions, first + 1)
    )
    reply = tuple(
        button(words.label("Reply: {number}", number=number), HandedButton(question.id, "reply"))
        for number, question in enumerate(questions, first + 1)
        if question.known
    )
    rows = tuple(row[i : i + 3] for row in (reply, done) for i in range(0, len(row), 3))
    return Message(
        join("\n\n", paragraphs),
        rows + turning(words, UnansweredPage, first=first, size=size, more=first + size < total),
    )


def _why(words: Words, question: Unanswered) -> Html:
    if question.told:
        return words.say("handed on to staff")
    if question.answered:
        return words.say("👎 for an answer from {title}", title=one_line(question.best, 80))
    return refused_in_short(words)


def statistics(words: Words, days: Sequence[Day], people: int, aside: int) -> Message:
    """Questions by day, how many of them Chinese, the share answered, and feedback. `aside`: updates put aside."""
    head = words.say("<b>Questions in the last two weeks</b>")
    reached = words.count("{n} chat can be reached.", "{n} chats can be reached.", people)
    if aside:
        unread = words.count(
            "{n} message of Telegram's could not be handled and lies in {folder}.",
            "{n} messages of Telegram's could not be handled and lie in {folder}.",
            aside,
            folder=f"data/{FOLDER}",
        )
        reached = join("\n\n", (reached, unread))
    if not days:
        return Message(join("\n\n", (head, words.say("None yet."), reached)))
    lines = [
        words.say(
            "{day}: {asked} asked ({chinese} in Chinese), {share}% answered, 👍 {liked} 👎 {disliked}",
            day=day.day,
            asked=day.asked,
            chinese=day.chinese,
            share=round(100 * day.answered / day.asked),
            liked=day.liked,
            disliked=day.disliked,
        )
        for day in days
    ]
    asked = sum(day.asked for day in days)
    answered = sum(day.answered for day in days)
    total = words.say("Together: {asked} asked, {share}% answered.", asked=asked, share=round(100 * answered / asked))
    return Message(join("\n\n", (head, join("\n", lines), total, reached)))
