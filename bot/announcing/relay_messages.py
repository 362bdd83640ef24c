"""Answers to an announcement in; what the partner and the staff read of each other, without names, out."""

from __future__ import annotations

from bot.telegram.callbacks import RelayButton, RelayNever, button
from bot.words.catalogue import Words
from bot.words.markup import Button, Html, Message, one_line

TITLE = 120


# The buttons under an announcement


def noted(w: Words, choice: str) -> str:
    """The pop-up after "Interested" or "Not this time"."""
    if choice == "interested":
        return w.label("Thank you! Noted: interested.")
    return w.label("Thank you for letting us know.")


def preview_only(w: Words) -> str:
    return w.label("This is a preview. Under the real announcement your readers' answers are counted.")


def gone(w: Words) -> str:
    return w.label("This announcement is not kept any more.")


def ask_what(w: Words, title: str) -> Message:
    return Message(
        w.say(
            "What would you like to ask the staff about “{title}”? Write it here. They do not see who you are.",
            title=one_line(title, TITLE),
        ),
        ((button(w.label("Never mind"), RelayNever()),),),
    )


def ask_by_reply(w: Words) -> str:
    """In a group: how to ask."""
    return w.label("Reply to this announcement with your question, and it goes to the staff.")


def never_mind(w: Words) -> Message:
    return Message(w.say("All right."))


# The partner's side


def passed_on(w: Words, relay: str, title: str) -> Message:
    return Message(
        w.say(
            "The staff has your question about “{title}”. Their answer will come here. They do not see who you are.",
            title=one_line(title, TITLE),
        ),
        ((button(w.label("Show them my name"), RelayButton(relay, "me")),),),
    )


def nobody_there(w: Words) -> Message:
    return Message(w.say("Sorry, none of the staff can be reached here at the moment. Please try again later."))


def answered(w: Words, relay: str, title: str, text: Html, *, private: bool) -> Message:
    """The staff's answer; `text` may be empty when a file follows."""
    head = w.say("✉️ <b>The staff answers</b> about “{title}”:", title=one_line(title, TITLE))
    quote = f"\n<blockquote>{text}</blockquote>" if text else ""
    hint = w.say("To write back, reply to this message.")
    buttons = ((button(w.label("✍️ Write back"), RelayButton(relay, "more")),),) if private else ()
    return Message(Html(f"{head}{quote}\n{hint}"), buttons)


def write_back(w: Words) -> Message:
    return Message(
        w.say("What would you like to write to the staff?"), ((button(w.label("Never mind"), RelayNever()),),)
    )


def signed(w: Words, title: str, name: Html) -> Message:
    return Message(
        w.say("Your question about “{title}” was answered by {name}.", title=one_line(title, TITLE), name=name)
    )


def shown(w: Words) -> str:
    return w.label("Your name was shown to them.")


# The staff's side


def asked(w: Words, relay: str, title: str, text: Html, country: str, *, again: bool) -> Message:
    """A partner's question; `text` may be empty when a file follows."""
    title = one_line(title, TITLE)
    if again:
        head = w.say("💬 <b>The partner writes back</b> about “{title}”:", title=title)
    elif country:
        head = w.say("💬 <b>A partner in {country} asks</b> about “{title}”:", title=title, country=country)
    else:
        head = w.say("💬 <b>A partner asks</b> about “{title}”:", title=title)
    quote = f"\n<blockquote>{text}</blockquote>" if text else ""
    hint = w.say("Reply to this message to answer. They do not see who you are.")
    return Message(Html(f"{head}{quote}\n{hint}"), under_question(w, relay, done=False))


def under_question(w: Words, relay: str, *, done: bool) -> tuple[tuple[Button, ...], ...]:
    """The button under a question; when it is `done`, colleagues see so."""
    text = w.label("✅ Answered · answer again") if done else w.label("✍️ Answer")
    return ((button(text, RelayButton(relay, "answer")),),)


def ask_answer(w: Words, title: str) -> Message:
    return Message(
        w.say("Your answer about “{title}”? Write it here; it goes to the partner.", title=one_line(title, TITLE)),
        ((button(w.label("Never mind"), RelayNever()),),),
    )


def answer_sent(w: Words, relay: str) -> Message:
    return Message(
        w.say("Sent to the partner."), ((button(w.label("Show them my name"), RelayButton(relay, "sign")),),)
    )


def answer_failed(w: Words) -> Message:
    return Message(w.say("It could not be delivered: the partner has blocked the bot or left."))


def introduced(w: Words, title: str, name: Html) -> Message:
    return Message(w.say("The partner who asked about “{title}” is {name}.", title=one_line(title, TITLE), name=name))


def relay_gone(w: Words) -> str:
    return w.label("This conversation is not kept any more.")
