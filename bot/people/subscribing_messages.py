"""Topics and what a chat is subscribed to in; what people read of it, as `Message`s in their language, out."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.people.subscriptions import Topic
from bot.telegram.callbacks import Subscribe, button
from bot.words.catalogue import Words
from bot.words.markup import BUTTON_LIMIT, Button, Html, Message, Rows, escape, join, one_line


def topics(
    words: Words, chat: int, offered: Sequence[Topic], chosen: Collection[str], *, title: str = "", own: bool = True
) -> Message:
    """What a chat may hear of; a tap turns a topic on or off. `title` of a group or channel that is not `own`."""
    if not offered:
        return Message(words.say("There is nothing to subscribe to yet."))
    if own:
        text = words.say(
            "<b>What would you like to hear about?</b>\nTap a topic to turn it on or off. You get nothing that you "
            "did not ask for, and every announcement has a button to stop."
        )
    else:
        text = words.say(
            "<b>What shall “{title}” hear about?</b>\nTap a topic to turn it on or off. Only admins can choose here.",
            title=one_line(title, 60),
        )
    rows: Rows = tuple(
        (
            button(
                f"{'✅' if topic.id in chosen else '▫️'} {one_line(topic.title(words.language), BUTTON_LIMIT)}",
                Subscribe(chat, "off" if topic.id in chosen else "on", topic.id),
            ),
        )
        for topic in offered
    )
    last: tuple[Button, ...] = (button(words.label("Done"), Subscribe(chat, "done")),)
    if chosen:
        last = (button(words.label("🔕 Stop everything"), Subscribe(chat, "stop")), *last)
    return Message(text, (*rows, last))


def topics_done(words: Words, chosen: Sequence[Topic]) -> Message:
    """What a chat is subscribed to, after choosing."""
    if not chosen:
        return Message(words.say("You are subscribed to nothing. /subscribe whenever you like."))
    titles = words.listed(topic.title(words.language) for topic in chosen)
    return Message(words.say("You will hear about: <b>{titles}</b>. /unsubscribe ends it at any time.", titles=titles))


def switched(words: Words, topic: str, *, on: bool) -> str:
    """The pop-up after a tap."""
    return words.label("On: {topic}", topic=topic) if on else words.label("Off: {topic}", topic=topic)


def stopped(words: Words) -> Message:
    """After the one tap that ends everything."""
    return Message(
        words.say("Done. You get no more announcements. /subscribe brings them back, /news has those of the past.")
    )


def stopped_by_command(words: Words, *, subscribed: bool) -> Message:
    """After /stop, which some mean for the bot altogether. `subscribed`: whether there was anything to end."""
    done = stopped(words).html if subscribed else escape(nothing_to_stop(words))
    others = words.say("I still answer when you ask. /forget deletes what is stored about you.")
    return Message(join(words.rules.space, (done, others)))


def stopped_label(words: Words) -> str:
    return words.label("Done: no more announcements.")


def nothing_to_stop(words: Words) -> str:
    return words.label("You are not subscribed to anything.")


def admins_only(words: Words) -> str:
    return words.label("Only admins of this group or channel can choose that.")


def which_channel(words: Words, name: str) -> Message:
    """`/subscribe @name` for a chat that the bot cannot write to or the person does not lead."""
    return Message(
        words.say(
            "I cannot do that for {name}. For a channel, add me as an admin there first, and be an admin yourself.",
            name=one_line(name, 60),
        )
    )


def invited(words: Words, title: str) -> Html:
    """To whoever made the bot an admin of a channel; topics to choose stand below."""
    return words.say("Thank you for adding me to “{title}”.", title=one_line(title, 60))
