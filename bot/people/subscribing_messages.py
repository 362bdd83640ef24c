"""Topics and what a chat is subscribed to in; what people read of it, as `Message`s in their language, out."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.people.subscriptions import Topic
from bot.telegram.callbacks import Subscribe, button
from bot.words.catalogue import Words
from bot.words.markup import BUTTON_LIMIT, Button, Html, Message, Rows, one_line


def topics(
    w: Words, chat: int, offered: Sequence[Topic], chosen: Collection[str], *, title: str = "", own: bool = True
) -> Message:
    """What a chat may hear of; a tap turns a topic on or off. `title` of a group or channel that is not `own`."""
    if not offered:
        return Message(w.say("There is nothing to subscribe to yet."))
    if own:
        text = w.say(
            "<b>What would you like to hear about?</b>\nTap a topic to turn it on or off. You get nothing that you "
            "did not ask for, and every announcement has a button to stop."
        )
    else:
        text = w.say(
            "<b>What shall “{title}” hear about?</b>\nTap a topic to turn it on or off. Only admins can choose here.",
            title=one_line(title, 60),
        )
    rows: Rows = tuple(
        (
            button(
                f"{'✅' if topic.id in chosen else '▫️'} {one_line(topic.title(w.language), BUTTON_LIMIT)}",
                Subscribe(chat, "off" if topic.id in chosen else "on", topic.id),
            ),
        )
        for topic in offered
    )
    last: tuple[Button, ...] = (button(w.label("Done"), Subscribe(chat, "done")),)
    if chosen:
        last = (button(w.label("🔕 Stop everything"), Subscribe(chat, "stop")), *last)
    return Message(text, (*rows, last))


def topics_done(w: Words, chosen: Sequence[Topic]) -> Message:
    """What a chat is subscribed to, after choosing."""
    if not chosen:
        return Message(w.say("You are subscribed to nothing. /subscribe whenever you like."))
    titles = w.listed(topic.title(w.language) for topic in chosen)
    return Message(w.say("You will hear about: <b>{titles}</b>. /unsubscribe ends it at any time.", titles=titles))


def switched(w: Words, topic: str, *, on: bool) -> str:
    """The pop-up after a tap."""
    return w.label("On: {topic}", topic=topic) if on else w.label("Off: {topic}", topic=topic)


def stopped(w: Words) -> Message:
    """After the one tap that ends everything."""
    return Message(
        w.say("Done. You get no more announcements. /subscribe brings them back, /news has those of the past.")
    )


def stopped_label(w: Words) -> str:
    return w.label("Done: no more announcements.")


def nothing_to_stop(w: Words) -> str:
    return w.label("You are not subscribed to anything.")


def admins_only(w: Words) -> str:
    return w.label("Only admins of this group or channel can choose that.")


def which_channel(w: Words, name: str) -> Message:
    """`/subscribe @name` for a chat that the bot cannot write to or the person does not lead."""
    return Message(
        w.say(
            "I cannot do that for {name}. For a channel, add me as an admin there first, and be an admin yourself.",
            name=one_line(name, 60),
        )
    )


def invited(w: Words, title: str) -> Html:
    """To whoever made the bot an admin of a channel; topics to choose stand below."""
    return w.say("Thank you for adding me to “{title}”.", title=one_line(title, 60))
