"""Subscriptions, profiles and the archive of announcements, as `Message`s in the reader's language, out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from bot.announcing.announcement import Announcement
from bot.people.subscriptions import FIELDS, Profile, Topic
from bot.words.catalogue import Words
from bot.words.countries import country_name
from bot.words.markup import BUTTON_LIMIT, Button, Html, Message, Rows, escape, join, one_line
from bot.words.moments import day
from bot.words.zones import zone, zone_label

LINE = 200


# Subscriptions


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
            Button(
                f"{'✅' if topic.id in chosen else '▫️'} {one_line(topic.title(w.language), BUTTON_LIMIT)}",
                f"s:{chat}:{'off' if topic.id in chosen else 'on'}:{topic.id}",
            ),
        )
        for topic in offered
    )
    last: tuple[Button, ...] = (Button(w.label("Done"), f"s:{chat}:done"),)
    if chosen:
        last = (Button(w.label("🔕 Stop everything"), f"s:{chat}:stop"), *last)
    return Message(text, (*rows, last))


def topics_done(w: Words, chosen: Sequence[Topic]) -> Message:
    """What a chat is subscribed to, after choosing."""
    if not chosen:
        return Message(w.say("You are subscribed to nothing. /subscribe whenever you like."))
    titles = join(", " if w.language == "en" else "、", (topic.title(w.language) for topic in chosen))
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


# Profile


def profile(w: Words, found: Profile, now: datetime) -> Message:
    """What somebody told of themselves, each with a button that changes it."""
    nothing = w.say("<i>not given</i>")
    shown = {
        "country": escape(country_name(found.country, w.language)),
        "organisation": escape(one_line(found.organisation, LINE)),
        "interests": escape(one_line(found.interests, LINE)),
        "language": escape({"en": "English", "zh": "中文"}.get(found.language, "")),
        "zone": escape(zone_label(found.zone, w.language, now)) if found.zone else Html(""),
    }
    lines = [
        w.say("{name}: <b>{value}</b>", name=field_name(w, field), value=shown[field])
        if shown[field]
        else w.say("{name}: {value}", name=field_name(w, field), value=nothing)
        for field in FIELDS
    ]
    text = join(
        "\n\n",
        (
            w.say("<b>About you</b>"),
            join("\n", lines),
            w.say(
                "All of it is optional. It helps the staff to send you only what concerns you, at a time of day that "
                "suits you. Nobody else sees it."
            ),
        ),
    )
    buttons = [Button(field_name(w, field), f"pf:{field}") for field in FIELDS]
    rows: list[tuple[Button, ...]] = [tuple(buttons[:2]), tuple(buttons[2:4]), tuple(buttons[4:])]
    if found != Profile():
        rows[-1] = (*rows[-1], Button(w.label("Clear all"), "pf:clear"))
    return Message(text, tuple(rows))


def field_name(w: Words, field: str) -> str:
    return {
        "country": w.label("Country or region"),
        "organisation": w.label("Organisation"),
        "interests": w.label("Interests"),
        "language": w.label("Language of announcements"),
        "zone": w.label("Time zone"),
    }[field]


def ask_field(w: Words, field: str, *, known: bool, near: Sequence[tuple[str, str]] = ()) -> Message:
    """Asks for one field. `near`: (label, value) to choose from, such as the zones of the country."""
    text = {
        "country": w.say("Which country or region are you in? Write its name in English or Chinese."),
        "organisation": w.say("Which organisation do you work for?"),
        "interests": w.say("What are you interested in? A few words are enough, such as “foresight, small islands”."),
        "language": w.say("In which language would you like to get announcements?"),
        "zone": w.say("Which time zone are you in? Write a city near you, or something like UTC+3."),
    }[field]
    return Message(text, _choices(w, field, near, known=known))


def unknown_value(w: Words, field: str, value: str, near: Sequence[tuple[str, str]]) -> Message:
    """The value is not known; what was meant may be among `near`."""
    what = one_line(value, 60)
    if near:
        text = w.say("I do not know “{what}”. Did you mean one of these?", what=what)
    elif field == "country":
        text = w.say("I do not know a country or region “{what}”. Please write it once more, in full.", what=what)
    else:
        text = w.say(
            "I do not know a place “{what}”. Please write a larger city near you, or something like UTC+3.", what=what
        )
    return Message(text, _choices(w, field, near, known=False))


def too_long(w: Words, field: str) -> Message:
    return Message(w.say("That is a little long. 500 characters at most, please."), _choices(w, field, (), known=False))


def _choices(w: Words, field: str, near: Sequence[tuple[str, str]], *, known: bool) -> Rows:
    rows = [(Button(label, f"pf:{field}:{value}"),) for label, value in near]
    last: tuple[Button, ...] = (Button(w.label("‹ Back"), "pf:back"),)
    if known:
        last = (Button(w.label("Clear"), f"pf:{field}:"), *last)
    return (*rows, last)


# Archive


def news(w: Words, found: Sequence[Announcement], *, first: int, size: int, more: bool, zone_name: str) -> Message:
    """A page of past announcements, newest first."""
    if not found:
        return Message(w.say("There were no announcements yet. /subscribe and you will not miss the next one."))
    here = zone(zone_name)
    rows: list[tuple[Button, ...]] = []
    for one in found:
        at = (one.started or one.created).astimezone(here)
        rows.append((Button(one_line(f"{day(w, at)} · {_title(one, w)}", BUTTON_LIMIT), f"nw:{one.id}"),))
    turn = []
    if first > 0:
        turn.append(Button(w.label("‹ Newer"), f"nw:at:{max(0, first - size)}"))
    if more:
        turn.append(Button(w.label("Older ›"), f"nw:at:{first + size}"))
    if turn:
        rows.append(tuple(turn))
    return Message(w.say("<b>Past announcements</b>"), tuple(rows))


def news_gone(w: Words) -> str:
    return w.label("This announcement was withdrawn.")


def _title(one: Announcement, w: Words) -> str:
    content = one.body.content(w.language)
    return content.title if content is not None and content.title else w.label("Announcement {id}", id=one.id)
