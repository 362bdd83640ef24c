"""Topics, countries and languages in; who gets a draft, counted as it changes, out."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping
from dataclasses import replace
from itertools import chain, count

from telegram import Message as Received

from bot.announcing import audience_messages
from bot.announcing.announcement import Announcement, Audience, Body
from bot.announcing.chat.drafts import Drafts, DraftScreen, Next, Prompt, TakeText
from bot.people.people import People, Role
from bot.people.subscriptions import TOPIC_LIMIT, Subscriptions
from bot.telegram.chats import Speaker
from bot.words.catalogue import FALLBACK, LANGUAGES, NAMES
from bot.words.country_names import country_name, find_country
from bot.words.markup import Html, one_line


class Audiences:
    """The screens `who`, `topics`, `countries`, and the countries that are typed."""

    def __init__(self, drafts: Drafts, subscriptions: Subscriptions, people: People) -> None:
        self._drafts = drafts
        self._subscriptions = subscriptions
        self._people = people

    def screens(self) -> Mapping[str, DraftScreen]:
        return {
            "who": self._who,
            "everyone": self._everyone,
            "lang": self._language,
            "match": self._match,
            "topics": self._topics,
            "topic": self._topic,
            "each": self._each,
            "newtopic": self._new_topic,
            "countries": self._countries,
            "country": self._country,
            "uncountry": self._uncountry,
        }

    def takers(self) -> Mapping[str, TakeText]:
        return {"countries": self._typed, "newtopic": self._typed_topic}

    async def _who(self, who: Speaker, draft: Announcement, more: str) -> Next:
        view = await self._drafts.view(draft)
        audience = draft.body.audience
        return Next(audience_messages.audience_screen(who.words, draft.id, audience, view.count, view.topics))

    async def _everyone(self, who: Speaker, draft: Announcement, more: str) -> Next:
        changed = await self._change(who, draft, lambda now: replace(now, everyone=not now.everyone))
        return await self._who(who, changed, "")

    async def _language(self, who: Speaker, draft: Announcement, language: str) -> Next:
        if language in NAMES:
            draft = await self._change(
                who, draft, lambda now: replace(now, everyone=False, languages=_toggled(now.languages, language))
            )
        return await self._who(who, draft, "")

    async def _match(self, who: Speaker, draft: Announcement, more: str) -> Next:
        changed = await self._change(who, draft, lambda now: replace(now, match="any" if now.match == "all" else "all"))
        return await self._who(who, changed, "")

    # Topics

    async def _topics(self, who: Speaker, draft: Announcement, more: str) -> Next:
        offered = await self._subscriptions.topics()
        counts = {topic.id: await self._subscriptions.count(topic.id) for topic in offered}
        shown = audience_messages.topics_screen(who.words, draft.id, draft.body.audience, offered, counts)
        return Next(shown)

    async def _topic(self, who: Speaker, draft: Announcement, topic: str) -> Next:
        if topic in {topic.id for topic in await self._subscriptions.topics(retired=True)}:
            draft = await self._change(
                who, draft, lambda now: replace(now, everyone=False, topics=_toggled(now.topics, topic))
            )
        return await self._topics(who, draft, "")

    async def _each(self, who: Speaker, draft: Announcement, more: str) -> Next:
        changed = await self._change(who, draft, lambda now: replace(now, every_topic=not now.every_topic))
        return await self._topics(who, changed, "")

    async def _new_topic(self, who: Speaker, draft: Announcement, more: str, note: Html | None = None) -> Next:
        """Topics are for admins to make: everybody sees them."""
        await self._people.check(who.user, Role.ADMIN, "topic")
        shown = audience_messages.new_topic_screen(who.words, draft.id, note)
        return Next(shown, Prompt(draft.id, "newtopic"))

    async def _typed_topic(self, who: Speaker, message: Received, draft: Announcement, asked: Prompt) -> Next:
        names = (message.text or "").strip()
        titles = dict(zip(LANGUAGES, (one_line(part, 40) for part in re.split(r"\s*[|｜]\s*", names)), strict=False))
        english = titles[FALLBACK]
        id_ = re.sub(r"[^a-z0-9]+", "-", english.lower()).strip("-")[:TOPIC_LIMIT].strip("-")
        if not id_ or "\n" in names:
            return await self._new_topic(who, draft, "", audience_messages.english_first(who.words))
        known = await self._subscriptions.topics(retired=True)
        same = next((topic for topic in known if topic.title(FALLBACK).casefold() == english.casefold()), None)
        if same is not None and not same.retired:
            note = audience_messages.topic_exists(who.words, same.title(FALLBACK))
            return await self._new_topic(who, draft, "", note)
        id_ = same.id if same is not None else _free(id_, {topic.id for topic in known})
        await self._subscriptions.add_topic(who.user, id_, {tag: titles.get(tag) or english for tag in LANGUAGES})
        return await self._topics(who, draft, "")

    # Countries

    async def _countries(self, who: Speaker, draft: Announcement, more: str) -> Next:
        shown = audience_messages.countries_screen(who.words, draft.id, draft.body.audience)
        return Next(shown, Prompt(draft.id, "countries"))

    async def _country(self, who: Speaker, draft: Announcement, code: str) -> Next:
        if country_name(code, FALLBACK):
            draft = await self._add(who, draft, (code,))
        return await self._countries(who, draft, "")

    async def _uncountry(self, who: Speaker, draft: Announcement, code: str) -> Next:
        changed = await self._change(
            who,
            draft,
            lambda now: replace(now, countries=tuple(country for country in now.countries if country != code)),
        )
        return await self._countries(who, changed, "")

    async def _typed(self, who: Speaker, message: Received, draft: Announcement, asked: Prompt) -> Next:
        """Names with commas or line ends between: the known ones are taken, the first other is asked back."""
        unknown, near, codes = "", tuple[str, ...](), []
        for name in filter(None, map(str.strip, re.split(r"[,，、;；\n]", message.text or ""))):
            country_match = find_country(name)
            if country_match.code:
                codes.append(country_match.code)
            elif not unknown:
                unknown, near = name, country_match.suggestions
        if codes:
            draft = await self._add(who, draft, tuple(codes))
        shown = audience_messages.countries_screen(who.words, draft.id, draft.body.audience, near, unknown)
        return Next(shown, Prompt(draft.id, "countries"))

    async def _add(self, who: Speaker, draft: Announcement, codes: tuple[str, ...]) -> Announcement:
        return await self._change(
            who,
            draft,
            lambda now: replace(now, everyone=False, countries=tuple(dict.fromkeys((*now.countries, *codes)))),
        )

    async def _change(self, who: Speaker, draft: Announcement, how: Callable[[Audience], Audience]) -> Announcement:
        def change(body: Body) -> Body:
            return replace(body, audience=how(body.audience))

        return await self._drafts.changed(who, draft, change)


def _free(id_: str, taken: Container[str]) -> str:
    """An id like this one that no topic has: other names may begin alike, and are other topics."""
    ids = (id_[: TOPIC_LIMIT - len(end)].rstrip("-") + end for end in chain([""], (f"-{n}" for n in count(2))))
    return next(one for one in ids if one not in taken)


def _toggled(values: tuple[str, ...], value: str) -> tuple[str, ...]:
    return tuple(one for one in values if one != value) if value in values else (*values, value)
