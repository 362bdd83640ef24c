"""What the bot says in every conversation: who may not, what is not understood, what went wrong; as `Message`s."""

from __future__ import annotations

from collections.abc import Callable

from bot.people.people import Role
from bot.telegram.callbacks import Data, button
from bot.words.catalogue import Words
from bot.words.markup import Message, Rows, escape, one_line


def preparing(words: Words) -> Message:
    """There is no index yet."""
    return Message(escape(preparing_label(words)))


def preparing_label(words: Words) -> str:
    return words.label("The reports are being prepared. Please ask again in a few minutes.")


def too_long(words: Words) -> Message:
    return Message(escape(too_long_label(words)))


def too_long_label(words: Words) -> str:
    return words.label(
        "This question took too long to look up, so I gave it up: I do not know whether the reports answer it. Please "
        "ask it in fewer words, or in parts."
    )


def text_only(words: Words) -> Message:
    return Message(words.say("I can only read text. Please type your question."))


def edited(words: Words) -> Message:
    return Message(words.say("I do not see edits. Please send the question again as a new message."))


def unknown_command(words: Words, command: str) -> Message:
    shown = one_line(command, 40)
    return Message(
        words.say("I do not know the command {command}. Just type your question, or see /help.", command=shown)
    )


def slowly(words: Words) -> str:
    return words.label("That was quick! Please wait a minute.")


def old_button(words: Words) -> str:
    return words.label("This button does nothing any more. Please ask again.")


def not_allowed(words: Words, needed: Role) -> str:
    if needed is Role.ADMIN:
        return words.label("Only admins can do this.")
    return words.label("Only staff can do this.")


def fault(words: Words, reference: str) -> str:
    return words.label(
        "Sorry, something went wrong on our side. Please try again in a moment. (reference {reference})",
        reference=reference,
    )


def private_only(words: Words) -> Message:
    """A command that would show a group what concerns one person."""
    return Message(escape(private_only_label(words)))


def private_only_label(words: Words) -> str:
    return words.label("Please send me this in a private chat.")


def cancelled(words: Words) -> Message:
    """What the person was asked for is not waited for any more."""
    return Message(words.say("Cancelled. I wait for nothing more from you. What was kept before stays."))


def nothing_to_cancel(words: Words) -> Message:
    return Message(words.say("There is nothing to cancel: I wait for nothing from you."))


def group_greeting(words: Words, username: str) -> Message:
    return Message(
        words.say(
            "Hello! Mention me with a question, such as “@{username} …”, or reply to one of my messages. "
            "I answer from the institute's reports and stay out of everything else.",
            username=username,
        )
    )


def turning(words: Words, page: Callable[[int], Data], *, first: int, size: int, more: bool) -> Rows:
    """The way to the pages before and after this one, of a list with the newest first. `first` counts from 0."""
    row = []
    if first > 0:
        row.append(button(words.label("‹ Newer"), page(max(0, first - size))))
    if more:
        row.append(button(words.label("Older ›"), page(first + size)))
    return (tuple(row),) if row else ()
