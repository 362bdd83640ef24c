"""What partners and staff read of a question that was handed on, without names; as `Message`s."""

from __future__ import annotations

from bot.asking.handing_on import Handed
from bot.telegram.callbacks import HandedButton, button
from bot.words.catalogue import Words
from bot.words.markup import Html, Message, escape, one_line

QUESTION = 600
"""Characters of a question that is repeated."""
NAME = 40
"""Characters of the name that an answer of the office is offered under."""


def told_by_partner(words: Words, question: str) -> Message:
    """To staff, when somebody presses "tell the staff"."""
    return Message(
        words.say(
            "A partner asks you to look at a question that the reports do not answer:\n<blockquote>{question}"
            "</blockquote>\nReply to this message to answer the partner. Who asked is not shown, and they do not see "
            "who you are. It stays in /unanswered until somebody answers it; a report that answers it can be added by "
            "an admin with /upload.",
            question=one_line(question, QUESTION),
        )
    )


def written_back(words: Words, question: str, text: Html) -> Message:
    """To staff, when the partner replies to their answer."""
    head = words.say(
        "The partner writes back about a question:\n<blockquote>{question}</blockquote>",
        question=one_line(question, QUESTION),
    )
    hint = words.say("Reply to this message to answer. They do not see who you are.")
    return Message(Html(f"{head}\n<blockquote>{text}</blockquote>\n{hint}" if text else f"{head}\n{hint}"))


def answered(words: Words, question: str, text: Html) -> Message:
    """To the partner: what the staff answers; `text` may be empty when a file follows."""
    head = words.say("✉️ <b>The staff answers your question</b> “{question}”:", question=one_line(question, QUESTION))
    quote = f"\n<blockquote>{text}</blockquote>" if text else ""
    return Message(Html(f"{head}{quote}\n{words.say('To write back, reply to this message.')}"))


def closed(words: Words, question: str) -> Message:
    """To the partner: the staff is done with a question, without an answer in writing."""
    return Message(
        words.say(
            "The staff has looked at your question “{question}” and closed it. You may ask it again at any time.",
            question=one_line(question, QUESTION),
        )
    )


def passed_on(words: Words) -> Message:
    return Message(words.say("The staff has your message. Their answer will come here."))


def nobody_there(words: Words) -> Message:
    return Message(words.say("Sorry, none of the staff can be reached here at the moment. Please try again later."))


def answer_sent(words: Words, question: str) -> Message:
    """To the staff member; the button makes their words an answer of the office's own."""
    label = words.label("Keep as an answer of the office")
    return Message(words.say("Sent to the partner."), ((button(label, HandedButton(question, "keep")),),))


def answer_failed(words: Words) -> Message:
    return Message(words.say("It could not be delivered: the partner has blocked the bot or left."))


def answer_doubtful(words: Words) -> Message:
    return Message(
        words.say(
            "Telegram did not say whether your answer arrived, so it is not sent again by itself. To send it once "
            "more, write it again as a reply."
        )
    )


def nobody_known(words: Words) -> Message:
    return Message(words.say("It could not be delivered: it is not kept any more who asked this."))


def gone(words: Words) -> str:
    return words.label("This question is not kept any more.")


def nothing_to_keep(words: Words) -> str:
    return words.label("The message with your answer is gone, or has no text.")


def ask_reply(words: Words, question: str) -> Message:
    return Message(
        words.say(
            "Your answer to “{question}”? Write it here; it goes to the partner.", question=one_line(question, 300)
        )
    )


def as_command(handed: Handed, answer: str) -> Message:
    """The answer as `/answers` takes it: to be taken as it is, or copied and changed."""
    question = " ".join(handed.text.split())
    name = one_line(question, NAME).rstrip("…?？ ")
    language = "zh" if handed.language.startswith("zh") else "en"
    return Message(Html(escape(f"/answers add {name}\n? {question}\n{language}: {answer}")))
