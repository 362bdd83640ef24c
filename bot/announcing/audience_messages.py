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


def audience_summary(words: Words, audience: Audience, topics: Sequence[Topic]) -> Html:
    """An audience in one line."""
    if audience.everyone:
        return words.say("everyone who subscribed to anything")
    if not audience.named:
        return words.say("nobody chosen yet")
    titles = {topic.id: topic.title(words.language) for topic in topics}
    either, both = words.say(" or "), words.say(" and ")
    parts = []
    if audience.topics:
        named = (escape(titles.get(topic, topic)) for topic in audience.topics)
        parts.append(Html((both if audience.every_topic else either).join(named)))
    if audience.countries:
        named = (escape(country_name(code, words.language)) for code in audience.countries[:LISTED])
        shown = words.listed(named)
        if len(audience.countries) > LISTED:
            more = words.say("… and {n} more", n=len(audience.countries) - LISTED)
            shown = join(" ", (shown, more))
        parts.append(words.say("in {countries}", countries=shown))
    if audience.languages:
        names = either.join(NAMES[language] for language in audience.languages)
        parts.append(words.say("readers of {languages}", languages=Html(names)))
    return Html((words.say("; and ") if audience.match == "all" else words.say("; or ")).join(parts))


def count_summary(words: Words, count: AudienceCount) -> Html:
    """How many get it, by language."""
    if not count.total:
        shown = words.say("→ <b>nobody</b> at the moment")
    else:
        by = join(" · ", (f"{NAMES.get(language, language)} {n:,}" for language, n in count.languages))
        shown = words.count(
            "→ <b>{n} recipient</b> ({languages})", "→ <b>{n} recipients</b> ({languages})", count.total, languages=by
        )
    if count.unreachable:
        more = words.count("{n} more cannot be reached", "{n} more cannot be reached", count.unreachable)
        shown = join(words.rules.semicolon, (shown, more))
    return shown


# Screens


def audience_screen(
    words: Words, draft: int, audience: Audience, count: AudienceCount, topics: Sequence[Topic]
) -> Message:
    """Who gets it: everybody, or by topic, country and language."""
    text = Html(
        "\n".join(
            (
                words.say("<b>Who shall get it?</b>"),
                words.say("👥 {audience}", audience=audience_summary(words, audience, topics)),
                *((count_summary(words, count),) if audience.named else ()),
                "",
                words.say("Only chats that subscribed to something can get an announcement."),
            )
        )
    )

    def counted(label: str, n: int) -> str:
        return f"{label} · {n}" if n else label

    rows: list[tuple[Button, ...]] = [
        (button(_ticked(words.label("Everyone subscribed"), on=audience.everyone), DraftButton(draft, "everyone")),),
        (
            button(counted(words.label("Topics"), len(audience.topics)), DraftButton(draft, "topics")),
            button(counted(words.label("Countries"), len(audience.countries)), DraftButton(draft, "countries")),
        ),
        tuple(
            button(_ticked(NAMES[language], on=language in audience.languages), DraftButton(draft, "lang", language))
            for language in LANGUAGES
        ),
    ]
    conditions = sum(map(bool, (audience.topics, audience.countries, audience.languages)))
    if conditions > 1 and not audience.everyone:
        label = (
            words.label("All of these must hold") if audience.match == "all" else words.label("Any of these is enough")
        )
        rows.append((button(f"⚖️ {label}", DraftButton(draft, "match")),))
    rows.append((button(words.label("‹ Back"), DraftButton(draft, "desk")),))
    return Message(text, tuple(rows))


def topics_screen(
    words: Words, draft: int, audience: Audience, topics: Sequence[Topic], counts: Mapping[str, int]
) -> Message:
    """Topics on and off, each with how many subscribed."""
    rows: list[tuple[Button, ...]] = [
        (
            button(
                f"{_ticked(one_line(topic.title(words.language), 40), on=topic.id in audience.topics)} · "
                f"{counts.get(topic.id, 0):,}",
                DraftButton(draft, "topic", topic.id),
            ),
        )
        for topic in topics
    ]
    if len(audience.topics) > 1:
        label = (
            words.label("Subscribed to each of them")
            if audience.every_topic
            else words.label("Subscribed to one of them")
        )
        rows.append((button(f"⚖️ {label}", DraftButton(draft, "each")),))
    rows.append(
        (
            button(words.label("➕ New topic"), DraftButton(draft, "newtopic")),
            button(words.label("‹ Back"), DraftButton(draft, "who")),
        )
    )
    return Message(words.say("<b>Topics</b>\nTap to choose; the number is how many subscribed."), tuple(rows))


def new_topic_screen(words: Words, draft: int, note: Html | None = None) -> Message:
    """Asks for a topic's name in both languages."""
    text = words.say(
        "<b>A new topic</b>\nWrite its name in English and Chinese, such as <code>Summer school | 暑期学校</code>. "
        "People see it under /subscribe at once."
    )
    rows = ((button(words.label("‹ Back"), DraftButton(draft, "topics")),),)
    return Message(join("\n\n", (text, note)) if note is not None else text, rows)


def countries_screen(
    words: Words, draft: int, audience: Audience, near: Sequence[str] = (), unknown: str = ""
) -> Message:
    """Countries that are chosen, each with a button to take it out; `near` may be meant by what was typed."""
    paragraphs = [
        words.say(
            "<b>Countries</b>\nWrite their names, in English or Chinese, with commas between. They are what people "
            "gave in /profile."
        )
    ]
    if unknown:
        if near:
            paragraphs.append(words.say("⚠️ I do not know “{what}”. Did you mean:", what=one_line(unknown, 60)))
        else:
            paragraphs.append(words.say("⚠️ I do not know “{what}”.", what=one_line(unknown, 60)))
    rows: list[tuple[Button, ...]] = [
        (button(f"➕ {country_name(code, words.language)}", DraftButton(draft, "country", code)),) for code in near
    ]
    chosen = [
        button(f"❌ {country_name(code, words.language)}", DraftButton(draft, "uncountry", code))
        for code in audience.countries[:40]
    ]
    rows += [tuple(chosen[i : i + 2]) for i in range(0, len(chosen), 2)]
    rows.append((button(words.label("‹ Back"), DraftButton(draft, "who")),))
    shown: Rows = tuple(rows)
    return Message(join("\n\n", paragraphs), shown)


def _ticked(text: str, *, on: bool) -> str:
    return f"✅ {text}" if on else f"▫️ {text}"


def english_first(words: Words) -> Html:
    return words.say("⚠️ An English name comes first, on one line.")


def topic_exists(words: Words, name: str) -> Html:
    return words.say("⚠️ There is a topic of this name already: {name}", name=name)
