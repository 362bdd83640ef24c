"""The person who writes in: welcome, help, language and privacy, as `Message`s in their language, out."""

from __future__ import annotations

from collections.abc import Sequence

from bot.people.people import Role
from bot.telegram.callbacks import ChooseLanguage, Example, Forget, button
from bot.telegram.menus import COMMANDS
from bot.words.catalogue import NAMES, Words
from bot.words.markup import Html, Message, join, one_line


def welcome(words: Words, examples: Sequence[str], unknown: str = "") -> Message:
    """The first words, with questions to try. `unknown`: what stood behind /start and means nothing here."""
    text = words.say(
        "Hello! Ask me what the institute's reports say, in English or Chinese. You get the paragraphs that "
        "answer, word for word, and where they are printed."
    )
    if unknown:
        shown = one_line(unknown, 64)
        notice = words.say("The link that brought you here ends with “{payload}”, which I do not know.", payload=shown)
        text = join("\n\n", (notice, text))
    news = words.say("To hear of workshops and new reports, send /subscribe.")
    rows = tuple((button(one_line(example, 200), Example(i)),) for i, example in enumerate(examples, 1))
    if not rows:
        return Message(join("\n\n", (text, words.say("Just type your question."), news)))
    return Message(join("\n\n", (text, news, words.say("Try one of these, or just type your question."))), rows)


def help_(words: Words, role: Role, *, in_group: bool = False) -> Message:
    """How it works, and the commands of a role. `in_group`: those that work in a group, and no others."""
    how = words.say("You may go on with a short follow-up question. In a group, mention me or reply to me.")
    if in_group:
        how = words.say(
            "<b>In this group</b> I answer when you mention me, reply to one of my messages or give a command. "
            "Everything else I leave alone."
        )
    paragraphs = [
        words.say("<b>Ask in your own words</b>, in English or Chinese. No command is needed."),
        words.say(
            "An answer is always quoted from a report; the sentence that answers is in bold. Below it:\n"
            "<b>In context</b> shows the paragraphs around it\n"
            "<b>Page</b> shows the printed page with the paragraph marked, <b>Source</b> sends the report\n"
            "<b>Cite</b> gives the citation to copy\n"
            "<b>More</b> shows further passages\n"
            "👍 👎 tell the staff whether it was right"
        ),
        how,
        _commands(words, Role.PARTNER, in_group=in_group),
    ]
    if in_group:
        paragraphs.append(words.say("Commands about yourself, such as /profile and /privacy, work in a private chat."))
    if role >= Role.STAFF:
        paragraphs += [words.say("<b>For the staff.</b>"), _commands(words, Role.STAFF)]
    if role is Role.ADMIN:
        paragraphs += [help_for_admins(words), _commands(words, Role.ADMIN)]
    return Message(join("\n\n", paragraphs))


def help_for_admins(words: Words) -> Html:
    return words.say(
        "<b>For admins.</b> Send a report as a file to add it. /grant and /revoke go with a reply to a "
        "person's message, or with their id, which they find under /privacy."
    )


def _commands(words: Words, role: Role, *, in_group: bool = False) -> Html:
    return join(
        "\n",
        (
            f"/{command.name} – {command.help(words)}"
            for command in COMMANDS
            if command.needs is role and (command.in_groups or not in_group)
        ),
    )


def languages(words: Words) -> Message:
    """A choice of languages; each is named in itself."""
    text = words.say("Which language shall I use for menus? I answer each question in the language it is asked in.")
    return Message(text, (tuple(button(name, ChooseLanguage(tag)) for tag, name in NAMES.items()),))


def language_chosen(words: Words) -> Message:
    return Message(words.say("From now on I use English here."))


def privacy(words: Words, user: int, keep_days: int) -> Message:
    paragraphs = [
        words.say("<b>What is stored about you</b>"),
        words.say(
            "• your Telegram id ({user}), the language you chose and your role; not your name or number\n"
            "• your questions, the answers you got, and your 👍 and 👎\n"
            "• the style that you last cited in\n"
            "• what you subscribed to, which announcements you got and which buttons you pressed under them, when you "
            "asked the staff something, and what you gave in /profile",
            user=user,
        ),
        words.count(
            "Your questions lose every link to you after one day.",
            "Your questions lose every link to you after {n} days.",
            keep_days,
        ),
        words.say("/export gives you all of it as a file, /forget deletes it."),
    ]
    return Message(join("\n\n", paragraphs))


def export_caption(words: Words) -> Html:
    return words.say("This is everything that is stored about you.")


def forget(words: Words, *, has_role: bool) -> Message:
    """Asks before deleting."""
    text = words.say(
        "Shall I delete your questions, their answers, your feedback, your subscriptions, your profile and your "
        "language? It cannot be undone."
    )
    if has_role:
        text = join("\n\n", (text, words.say("A role that was granted to you in chat goes too.")))
    return Message(
        text, ((button(words.label("Delete it all"), Forget("yes")), button(words.label("Keep it"), Forget("no"))),)
    )


def forgotten(words: Words) -> Message:
    return Message(words.say("Done. Nothing about you is stored here any more."))


def kept(words: Words) -> Message:
    return Message(words.say("Nothing was deleted."))
