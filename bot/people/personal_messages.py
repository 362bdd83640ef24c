"""The person who writes in: welcome, help, language and privacy, as `Message`s in their language, out."""

from __future__ import annotations

from collections.abc import Sequence

from bot.admin.staff_messages import help_for_admins
from bot.people.people import Role
from bot.words.catalogue import Words
from bot.words.markup import Button, Html, Message, join, one_line

COMMANDS: tuple[tuple[str, Role], ...] = (
    ("ask", Role.PARTNER),
    ("library", Role.PARTNER),
    ("subscribe", Role.PARTNER),
    ("unsubscribe", Role.PARTNER),
    ("news", Role.PARTNER),
    ("profile", Role.PARTNER),
    ("language", Role.PARTNER),
    ("help", Role.PARTNER),
    ("privacy", Role.PARTNER),
    ("export", Role.PARTNER),
    ("forget", Role.PARTNER),
    ("announce", Role.STAFF),
    ("announcements", Role.STAFF),
    ("reindex", Role.ADMIN),
    ("upload", Role.ADMIN),
    ("unanswered", Role.ADMIN),
    ("explain", Role.ADMIN),
    ("dict", Role.ADMIN),
    ("grant", Role.ADMIN),
    ("revoke", Role.ADMIN),
    ("stats", Role.ADMIN),
    ("audit", Role.ADMIN),
)
"""In the order of the menu, with the role a command needs; `/start` is offered by Telegram itself."""


def welcome(w: Words, examples: Sequence[str]) -> Message:
    """The first words, with questions to try."""
    text = w.say(
        "Hello! Ask me what the institute's reports say, in English or Chinese. You get the paragraphs that "
        "answer, word for word, and where they are printed."
    )
    news = w.say("To hear of workshops and new reports, send /subscribe.")
    rows = tuple((Button(one_line(example, 200), f"q:{i}"),) for i, example in enumerate(examples, 1))
    if not rows:
        return Message(join("\n\n", (text, w.say("Just type your question."), news)))
    return Message(join("\n\n", (text, news, w.say("Try one of these, or just type your question."))), rows)


def help_(w: Words, role: Role) -> Message:
    """How it works, and the commands of a role."""
    paragraphs = [
        w.say("<b>Ask in your own words</b>, in English or Chinese. No command is needed."),
        w.say(
            "An answer is always quoted from a report; the sentence that answers is in bold. Below it:\n"
            "<b>In context</b> shows the paragraphs around it\n"
            "<b>Source</b> sends the report\n"
            "<b>More</b> shows further passages\n"
            "👍 👎 tell the staff whether it was right"
        ),
        w.say("You may go on with a short follow-up question. In a group, mention me or reply to me."),
        _commands(w, Role.PARTNER),
    ]
    if role >= Role.STAFF:
        paragraphs += [w.say("<b>For the staff.</b>"), _commands(w, Role.STAFF)]
    if role is Role.ADMIN:
        paragraphs += [help_for_admins(w), _commands(w, Role.ADMIN)]
    return Message(join("\n\n", paragraphs))


def _commands(w: Words, role: Role) -> Html:
    return join("\n", (f"/{name} – {command_help(w, name)}" for name, needed in COMMANDS if needed is role))


def command_help(w: Words, name: str) -> str:
    """One line on a command, for the menu and for /help."""
    return {
        "ask": w.label("Ask the reports a question"),
        "library": w.label("Look around in the reports"),
        "subscribe": w.label("Choose what to hear about"),
        "unsubscribe": w.label("Hear about less, or nothing"),
        "news": w.label("Past announcements"),
        "profile": w.label("Tell us about yourself, if you like"),
        "announce": w.label("Write an announcement"),
        "announcements": w.label("Drafts, scheduled and past announcements"),
        "language": w.label("Choose the language"),
        "help": w.label("How this works"),
        "privacy": w.label("What is stored about you"),
        "export": w.label("Get what is stored about you"),
        "forget": w.label("Delete what is stored about you"),
        "reindex": w.label("Read the reports again"),
        "upload": w.label("Add a report"),
        "unanswered": w.label("Questions without a good answer"),
        "explain": w.label("Why a question is answered as it is"),
        "dict": w.label("Other words for what is asked"),
        "grant": w.label("Give a person a role"),
        "revoke": w.label("Take a role away"),
        "stats": w.label("Questions by day"),
        "audit": w.label("What staff and admins did"),
    }[name]


def languages(w: Words) -> Message:
    """A choice of languages; each is named in itself."""
    text = w.say("Which language shall I use for menus? I answer each question in the language it is asked in.")
    return Message(text, ((Button("English", "lang:en"), Button("中文", "lang:zh")),))


def language_chosen(w: Words) -> Message:
    return Message(w.say("From now on I use English here."))


def privacy(w: Words, user: int, keep_days: int) -> Message:
    paragraphs = [
        w.say("<b>What is stored about you</b>"),
        w.say(
            "• your Telegram id ({user}), the language you chose and your role; not your name or number\n"
            "• your questions, the answers you got, and your 👍 and 👎\n"
            "• what you subscribed to, which announcements you got and which buttons you pressed under them, when you "
            "asked the staff something, and what you gave in /profile",
            user=user,
        ),
        w.count(
            "Your questions lose every link to you after one day.",
            "Your questions lose every link to you after {n} days.",
            keep_days,
        ),
        w.say("/export gives you all of it as a file, /forget deletes it."),
    ]
    return Message(join("\n\n", paragraphs))


def export_caption(w: Words) -> Html:
    return w.say("This is everything that is stored about you.")


def forget(w: Words, *, has_role: bool) -> Message:
    """Asks before deleting."""
    text = w.say(
        "Shall I delete your questions, their answers, your feedback, your subscriptions, your profile and your "
        "language? It cannot be undone."
    )
    if has_role:
        text = join("\n\n", (text, w.say("A role that was granted to you in chat goes too.")))
    return Message(text, ((Button(w.label("Delete it all"), "forget:yes"), Button(w.label("Keep it"), "forget:no")),))


def forgotten(w: Words) -> Message:
    return Message(w.say("Done. Nothing about you is stored here any more."))


def kept(w: Words) -> Message:
    return Message(w.say("Nothing was deleted."))
