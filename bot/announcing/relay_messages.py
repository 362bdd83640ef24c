"""Answers to an announcement in; what the partner and the staff read of each other, without names, out."""

from __future__ import annotations

from bot.telegram.callbacks import RelayButton, RelayNever, button
from bot.words.catalogue import Words
from bot.words.markup import Button, Html, Message, one_line

TITLE = 120


# The buttons under an announcement


def noted(words: Words, choice: str) -> str:
    """The pop-up after "Interested" or "Not this time"."""
    if choice == "interested":
        return words.label("Thank you! Noted: interested.")
    return words.label("Thank you for letting us know.")


def not_asked(words: Words) -> str:
    """Who found it in the archive is not among those whose answers are counted."""
    return words.label("This announcement went to others, so answers are not counted here. /subscribe to get the next.")


def preview_only(words: Words) -> str:
    return words.label("This is a preview. Under the real announcement your readers' answers are counted.")


def gone(words: Words) -> str:
    return words.label("This announcement is not kept any more.")


def ask_what(words: Words, title: str) -> Message:
    return Message(
        words.say(
            "What would you like to ask the staff about “{title}”? Write it here. They do not see who you are.",
            title=one_line(title, TITLE),
        ),
        ((button(words.label("Never mind"), RelayNever()),),),
    )


def ask_by_reply(words: Words) -> str:
    """In a group: how to ask."""
    return words.label("Reply to this announcement with your question, and it goes to the staff.")


def never_mind(words: Words) -> Message:
    return Message(words.say("All right."))


# The partner's side


def passed_on(words: Words, relay: str, title: str) -> Message:
    return Message(
        words.say(
            "The staff has your question about “{title}”. Their answer will come here. They do not see who you are.",
            title=one_line(title, TITLE),
        ),
        ((button(words.label("Show them my name"), RelayButton(relay, "me")),),),
    )


def too_many(words: Words) -> Message:
    return Message(
        words.say(
            "You write faster than the staff can read. They have what you wrote before; wait a minute, and put the "
            "rest into one message."
        )
    )


def nobody_there(words: Words) -> Message:
    return Message(words.say("Sorry, none of the staff can be reached here at the moment. Please try again later."))


def answered(words: Words, relay: str, title: str, text: Html, *, private: bool) -> Message:
    """The staff's answer; `text` may be empty when a file follows."""
    head = words.say("✉️ <b>The staff answers</b> about “{title}”:", title=one_line(title, TITLE))
    quote = f"\n<blockquote>{text}</blockquote>" if text else ""
    hint = words.say("To write back, reply to this message.")
    buttons = ((button(words.label("✍️ Write back"), RelayButton(relay, "more")),),) if private else ()
    return Message(Html(f"{head}{quote}\n{hint}"), buttons)


def write_back(words: Words) -> Message:
    return Message(
        words.say("What would you like to write to the staff?"), ((button(words.label("Never mind"), RelayNever()),),)
    )


def signed(words: Words, title: str, name: Html) -> Message:
    return Message(
        words.say("Your question about “{title}” was answered by {name}.", title=one_line(title, TITLE), name=name)
    )


def shown(words: Words) -> str:
    return words.label("Your name was shown to them.")


# The staff's side


def asked(words: Words, relay: str, title: str, text: Html, country: str, *, again: bool) -> Message:
    """A partner's question; `text` may be empty when a file follows."""
    title = one_line(title, TITLE)
    if again:
        head = words.say("💬 <b>The partner writes back</b> about “{title}”:", title=title)
    elif country:
        head = words.say("💬 <b>A partner in {country} asks</b> about “{title}”:", title=title, country=country)
    else:
        head = words.say("💬 <b>A partner asks</b> about “{title}”:", title=title)
    quote = f"\n<blockquote>{text}</blockquote>" if text else ""
    hint = words.say("Reply to this message to answer. They do not see who you are.")
    return Message(Html(f"{head}{quote}\n{hint}"), under_question(words, relay, done=False))


def under_question(words: Words, relay: str, *, done: bool, muted: bool = False) -> tuple[tuple[Button, ...], ...]:
    """The buttons under a question. When it is `done`, colleagues see so; `muted`: who asks is not heard any more."""
    text = words.label("✅ Answered · answer again") if done else words.label("✍️ Answer")
    voice = (
        button(words.label("🔊 Hear this sender again"), RelayButton(relay, "hear"))
        if muted
        else button(words.label("🔇 Mute this sender"), RelayButton(relay, "mute"))
    )
    return ((button(text, RelayButton(relay, "answer")), voice),)


def voice_changed(words: Words, *, muted: bool) -> str:
    """The pop-up after *Mute this sender*, or its opposite."""
    if muted:
        return words.label("Nothing from this sender reaches the staff any more.")
    return words.label("This sender reaches the staff again.")


def not_heard(words: Words) -> Message:
    return Message(words.say("The staff does not take messages from you at present, so this was not passed on."))


def ask_answer(words: Words, title: str) -> Message:
    return Message(
        words.say("Your answer about “{title}”? Write it here; it goes to the partner.", title=one_line(title, TITLE)),
        ((button(words.label("Never mind"), RelayNever()),),),
    )


def answer_sent(words: Words, relay: str) -> Message:
    return Message(
        words.say("Sent to the partner."), ((button(words.label("Show them my name"), RelayButton(relay, "sign")),),)
    )


def answer_doubtful(words: Words) -> Message:
    """Telegram did not say whether it arrived."""
    return Message(
        words.say(
            "Telegram did not say whether the partner got it, so it was not sent again. Ask them, or send it once more."
        )
    )


def passing_on_doubtful(words: Words) -> Message:
    return Message(
        words.say(
            "Telegram did not say whether your message reached the staff, so it was not sent again. If nobody answers, "
            "please write once more."
        )
    )


def answer_failed(words: Words) -> Message:
    return Message(words.say("It could not be delivered: the partner has blocked the bot or left."))


def introduced(words: Words, title: str, name: Html) -> Message:
    return Message(
        words.say("The partner who asked about “{title}” is {name}.", title=one_line(title, TITLE), name=name)
    )


def relay_gone(words: Words) -> str:
    return words.label("This conversation is not kept any more.")
