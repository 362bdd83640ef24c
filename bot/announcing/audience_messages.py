"""An audience and its live count in; in words, and as screens to change it, out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.announcing.announcement import Audience, AudienceCount
from bot.people.subscriptions import Topic
from bot.telegram.callbacks import DraftButton, button
from bot.words.catalogue import LANGUAGES, NAMES, Words
from bot.words.country_names import country_name
from bot.words.markup import Button, Html, Message, Rows, escape, join, one_line

LISTED = 12
"""Countries that a summary names."""


def audience_summary(w: Words, audience: Audience, topics: Sequence[Topic]) -> Html:
    """An audience in one line."""
    if audience.everyone:
        return w.say("everyone who subscribed to anything")
    if not audience.named:
        return w.say("nobody chosen yet")
    titles = {topic.id: topic.title(w.language) for topic in topics}
    either, both = w.say(" or "), w.say(" and ")
    parts = []
    if audience.topics:
        named = (escape(titles.get(topic, topic)) for topic in audience.topics)
        parts.append(Html((both if audience.every_topic else either).join(named)))
    if audience.countries:
        named = (escape(country_name(code, w.language)) for code in audience.countries[:LISTED])
        shown = w.listed(named)
        if len(audience.countries) > LISTED:
            more = w.say("… and {n} more", n=len(audience.countries) - LISTED)
            shown = join(" ", (shown, more))
        parts.append(w.say("in {countries}", countries=shown))
    if audience.languages:
        names = either.join(NAMES[language] for language in audience.languages)
        parts.append(w.say("readers of {languages}", languages=Html(names)))
    return Html((w.say("; and ") if audience.match == "all" else w.say("; or ")).join(parts))


def count_summary(w: Words, count: AudienceCount) -> Html:
    """How many get it, by language."""
    if not count.total:
        shown = w.say("→ <b>nobody</b> at the moment")
    else:
        by = join(" · ", (f"{NAMES.get(language, language)} {n:,}" for language, n in count.languages))
        shown = w.count(
            "→ <b>{n} recipient</b> ({languages})", "→ <b>{n} recipients</b> ({languages})", count.total, languages=by
        )
    if count.unreachable:
        more = w.count("{n} more cannot be reached", "{n} more cannot be reached", count.unreachable)
        shown = join(w.rules.semicolon, (shown, more))
    return shown


# Screens


def audience_screen(w: Words, draft: int, audience: Audience, count: AudienceCount, topics: Sequence[Topic]) -> Message:
    """Who gets it: everybody, or by topic, country and language."""
    text = Html(
        "\n".join(
            (
                w.say("<b>Who shall get it?</b>"),
                w.say("👥 {audience}", audience=audience_summary(w, audience, topics)),
                *((count_summary(w, count),) if audience.named else ()),
                "",
                w.say("Only chats that subscribed to something can get an announcement."),
            )
        )
    )

    def counted(label: str, n: int) -> str:
        return f"{label} · {n}" if n else label

    rows: list[tuple[Button, ...]] = [
        (button(_ticked(w.label("Everyone subscribed"), on=audience.everyone), DraftButton(draft, "everyone")),),
        (
            button(counted(w.label("Topics"), len(audience.topics)), DraftButton(draft, "topics")),
            button(counted(w.label("Countries"), len(audience.countries)), DraftButton(draft, "countries")),
        ),
        tuple(
            button(_ticked(NAMES[language], on=language in audience.languages), DraftButton(draft, "lang", language))
            for language in LANGUAGES
        ),
    ]
    conditions = sum(map(bool, (audience.topics, audience.countries, audience.languages)))
    if conditions > 1 and not audience.everyone:
        label = w.label("All of these must hold") if audience.match == "all" else w.label("Any of these is enough")
        rows.append((button(f"⚖️ {label}", DraftButton(draft, "match")),))
    rows.append((button(w.label("‹ Back"), DraftButton(draft, "desk")),))
    return Message(text, tuple(rows))


def topics_screen(
    w: Words, draft: int, audience: Audience, topics: Sequence[Topic], counts: Mapping[str, int]
) -> Message:
    """Topics on and off, each with how many subscribed."""
    rows: list[tuple[Button, ...]] = [
        (
            button(
                f"{_ticked(one_line(topic.title(w.language), 40), on=topic.id in audience.topics)} · "
                f"{counts.get(topic.id, 0):,}",
                DraftButton(draft, "topic", topic.id),
            ),
        )
        for topic in topics
    ]
    if len(audience.topics) > 1:
        label = w.label("Subscribed to each of them") if audience.every_topic else w.label("Subscribed to one of them")
        rows.append((button(f"⚖️ {label}", DraftButton(draft, "each")),))
    rows.append(
        (
            button(w.label("➕ New topic"), DraftButton(draft, "newtopic")),
            button(w.label("‹ Back"), DraftButton(draft, "who")),
        )
    )
    return Message(w.say("<b>Topics</b>\nTap to choose; the number is how many subscribed."), tuple(rows))


def new_topic_screen(w: Words, draft: int, note: Html | None = None) -> Message:
    """Asks for a topic's name in both languages."""
    text = w.say(
        "<b>A new topic</b>\nWrite its name in English and Chinese, such as <code>Summer school | 暑期学校</code>. "
        "People see it under /subscribe at once."
    )
    rows = ((button(w.label("‹ Back"), DraftButton(draft, "topics")),),)
    return Message(join("\n\n", (text, note)) if note is not None else text, rows)


def countries_screen(w: Words, draft: int, audience: Audience, near: Sequence[str] = (), unknown: str = "") -> Message:
    """Countries that are chosen, each with a button to take it out; `near` may be meant by what was typed."""
    paragraphs = [
        w.say(
            "<b>Countries</b>\nWrite their names, in English or Chinese, with commas between. They are what people "
            "gave in /profile."
        )
    ]
    if unknown:
        if near:
            paragraphs.append(w.say("⚠️ I do not know “{what}”. Did you mean:", what=one_line(unknown, 60)))
        else:
            paragraphs.append(w.say("⚠️ I do not know “{what}”.", what=one_line(unknown, 60)))
    rows: list[tuple[Button, ...]] = [
        (button(f"➕ {country_name(code, w.language)}", DraftButton(draft, "country", code)),) for code in near
    ]
    chosen = [
        button(f"❌ {country_name(code, w.language)}", DraftButton(draft, "uncountry", code))
        for code in audience.countries[:40]
    ]
    rows += [tuple(chosen[i : i + 2]) for i in range(0, len(chosen), 2)]
    rows.append((button(w.label("‹ Back"), DraftButton(draft, "who")),))
    shown: Rows = tuple(rows)
    return Message(join("\n\n", paragraphs), shown)


def _ticked(text: str, *, on: bool) -> str:
    return f"✅ {text}" if on else f"▫️ {text}"


def english_first(w: Words) -> Html:
    return w.say("⚠️ An English name comes first, on one line.")


def topic_exists(w: Words, name: str) -> Html:
    return w.say("⚠️ There is a topic of this name already: {name}", name=name)
