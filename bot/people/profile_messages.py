"""A profile in; the card that shows it and the questions about its fields, in the reader's language, out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.people.profiles import FIELDS, Profile
from bot.telegram.callbacks import ProfileField, button
from bot.words.catalogue import NAMES, Words
from bot.words.country_names import country_name
from bot.words.markup import Button, Message, Rows, join, one_line
from bot.words.zones import zone_label

LINE = 200
"""Characters of a value on the card."""


def profile(words: Words, profile: Profile, now: datetime) -> Message:
    """What somebody told of themselves, each with a button that changes it."""
    nothing = words.say("<i>not given</i>")
    shown = {field: value_name(words, field, getattr(profile, field), now) for field in FIELDS}
    lines = [
        words.say("{name}: <b>{value}</b>", name=field_name(words, field), value=shown[field])
        if shown[field]
        else words.say("{name}: {value}", name=field_name(words, field), value=nothing)
        for field in FIELDS
    ]
    text = join(
        "\n\n",
        (
            words.say("<b>About you</b>"),
            join("\n", lines),
            words.say(
                "All of it is optional. It helps the staff to send you only what concerns you, at a time of day that "
                "suits you. Nobody else sees it."
            ),
        ),
    )
    buttons = [button(field_name(words, field), ProfileField(field)) for field in FIELDS]
    if profile != Profile():
        buttons.append(button(words.label("Clear all"), ProfileField("clear")))
    return Message(text, tuple(tuple(buttons[first : first + 2]) for first in range(0, len(buttons), 2)))


def value_name(words: Words, field: str, value: str, now: datetime) -> str:
    """A value as people read it, not as it is kept; empty: there is none."""
    if field == "country":
        return country_name(value, words.language)
    if field == "zone":
        return zone_label(value, words.language, now) if value else ""
    if field == "language":
        return NAMES.get(value, "")
    return one_line(value, LINE)


def field_name(words: Words, field: str) -> str:
    return {
        "country": words.label("Country or region"),
        "organisation": words.label("Organisation"),
        "interests": words.label("Interests"),
        "language": words.label("Language of announcements"),
        "zone": words.label("Time zone"),
    }[field]


def ask_field(words: Words, field: str, *, known: bool, near: Sequence[tuple[str, str]] = ()) -> Message:
    """Asks for one field. `near`: (label, value) to choose from, such as the zones of the country."""
    text = {
        "country": words.say("Which country or region are you in? Write its name in English or Chinese."),
        "organisation": words.say("Which organisation do you work for?"),
        "interests": words.say(
            "What are you interested in? A few words are enough, such as “foresight, small islands”."
        ),
        "language": words.say("In which language would you like to get announcements?"),
        "zone": words.say("Which time zone are you in? Write a city near you, or something like UTC+3."),
    }[field]
    return Message(text, _choices(words, field, near, known=known))


def unknown_value(words: Words, field: str, value: str, near: Sequence[tuple[str, str]]) -> Message:
    """The value is not known; what was meant may be among `near`."""
    what = one_line(value, 60)
    if near:
        text = words.say("I do not know “{what}”. Did you mean one of these?", what=what)
    elif field == "country":
        text = words.say("I do not know a country or region “{what}”. Please write it once more, in full.", what=what)
    else:
        text = words.say(
            "I do not know a place “{what}”. Please write a larger city near you, or something like UTC+3.", what=what
        )
    return Message(text, _choices(words, field, near, known=False))


def too_long(words: Words, field: str) -> Message:
    return Message(
        words.say("That is a little long. 500 characters at most, please."), _choices(words, field, (), known=False)
    )


def _choices(words: Words, field: str, near: Sequence[tuple[str, str]], *, known: bool) -> Rows:
    rows = [(button(label, ProfileField(field, value)),) for label, value in near]
    last: tuple[Button, ...] = (button(words.label("‹ Back"), ProfileField("back")),)
    if known:
        last = (button(words.label("Clear"), ProfileField(field, "")), *last)
    return (*rows, last)
