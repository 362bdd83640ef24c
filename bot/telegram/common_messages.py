"""What the bot says in every conversation: who may not, what is not understood, what went wrong; as `Message`s."""

from __future__ import annotations

from collections.abc import Callable

from bot.people.people import Role
from bot.telegram.callbacks import Data, button
from bot.words.catalogue import Words
from bot.words.markup import Message, Rows, escape, one_line


def preparing(w: Words) -> Message:
    """There is no index yet."""
    return Message(escape(preparing_label(w)))


def preparing_label(w: Words) -> str:
    return w.label("The reports are being prepared. Please ask again in a few minutes.")


def text_only(w: Words) -> Message:
    return Message(w.say("I can only read text. Please type your question."))


def edited(w: Words) -> Message:
    return Message(w.say("I do not see edits. Please send the question again as a new message."))


def unknown_command(w: Words, command: str) -> Message:
    shown = one_line(command, 40)
    return Message(w.say("I do not know the command {command}. Just type your question, or see /help.", command=shown))


def slowly(w: Words) -> str:
    return w.label("That was quick! Please wait a minute.")


def old_button(w: Words) -> str:
    return w.label("This button does nothing any more. Please ask again.")


def not_allowed(w: Words, needed: Role) -> str:
    if needed is Role.ADMIN:
        return w.label("Only admins can do this.")
    return w.label("Only staff can do this.")


def fault(w: Words, reference: str) -> str:
    return w.label(
        "Sorry, something went wrong on our side. Please try again in a moment. (reference {reference})",
        reference=reference,
    )


def private_only(w: Words) -> Message:
    """A command that would show a group what concerns one person."""
    return Message(w.say("Please send me this in a private chat."))


def group_greeting(w: Words, username: str) -> Message:
    return Message(
        w.say(
            "Hello! Mention me with a question, such as “@{username} …”, or reply to one of my messages. "
            "I answer from the institute's reports and stay out of everything else.",
            username=username,
        )
    )


def turning(w: Words, page: Callable[[int], Data], *, first: int, size: int, more: bool) -> Rows:
    """The way to the pages before and after this one, of a list with the newest first. `first` counts from 0."""
    row = []
    if first > 0:
        row.append(button(w.label("‹ Newer"), page(max(0, first - size))))
    if more:
        row.append(button(w.label("Older ›"), page(first + size)))
    return (tuple(row),) if row else ()
