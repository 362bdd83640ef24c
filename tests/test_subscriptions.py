"""Nobody is subscribed who did not ask; what people tell of themselves is understood, kept and removed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from broadcast_desk import ADMIN, PARTNER, STAFF, Office, office

from bot.people.people import NotAllowed
from bot.people.profiles import BadProfile, Profile
from bot.people.subscriptions import UnknownTopic


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path) as made:
        yield made


async def test_somebody_who_only_wrote_is_subscribed_to_nothing(here: Office) -> None:
    await here.people.seen(PARTNER, "private")
    assert await here.subscriptions.subscribed(PARTNER) == ()


async def test_subscriptions_begin_and_end_one_by_one_and_all_at_once(here: Office) -> None:
    subscriptions = here.subscriptions
    assert await subscriptions.subscribe(PARTNER, "private", "workshops", "zh")
    assert not await subscriptions.subscribe(PARTNER, "private", "workshops", "zh")
    assert await subscriptions.subscribe(PARTNER, "private", "news", "en")
    assert await subscriptions.subscribed(PARTNER) == ("workshops", "news")
    assert (await here.profiles.get(PARTNER)).language == "zh"
    assert await subscriptions.unsubscribe(PARTNER, "news")
    assert not await subscriptions.unsubscribe(PARTNER, "news")
    await subscriptions.subscribe(PARTNER, "private", "reports")
    assert await subscriptions.unsubscribe_all(PARTNER) == 2
    assert await subscriptions.subscribed(PARTNER) == ()


async def test_topic_count_leaves_out_those_who_blocked_the_bot(here: Office) -> None:
    await here.subscribe(10, 11)
    await here.people.mark_unreachable(11)
    assert await here.subscriptions.count("workshops") == 1


async def test_admins_add_and_retire_topics(here: Office) -> None:
    subscriptions = here.subscriptions
    for actor in (STAFF, PARTNER):
        with pytest.raises(NotAllowed):
            await subscriptions.add_topic(actor, "oceans", {"en": "Oceans"})
    await subscriptions.add_topic(ADMIN, "oceans", {"en": "Oceans", "zh": "海洋"})
    await subscriptions.subscribe(PARTNER, "private", "oceans")
    assert (await subscriptions.topics())[-1].title("zh") == "海洋"
    await subscriptions.retire_topic(ADMIN, "oceans")
    assert "oceans" not in [one.id for one in await subscriptions.topics()]
    assert "oceans" in [one.id for one in await subscriptions.topics(retired=True)]
    with pytest.raises(UnknownTopic):
        await subscriptions.subscribe(10, "private", "oceans")
    assert await subscriptions.subscribed(PARTNER) == ("oceans",)
    with pytest.raises(NotAllowed):
        await subscriptions.restore_topic(STAFF, "oceans")
    await subscriptions.restore_topic(ADMIN, "oceans")
    assert await subscriptions.subscribe(10, "private", "oceans")
    with pytest.raises(UnknownTopic):
        await subscriptions.retire_topic(ADMIN, "rivers")


@pytest.mark.parametrize("topic", ["", "Oceans", "o ceans", "x" * 31, "海洋", "a:b"])
async def test_topic_needs_an_id_that_fits_a_button(here: Office, topic: str) -> None:
    with pytest.raises(ValueError, match="no id of a topic"):
        await here.subscriptions.add_topic(ADMIN, topic, {"en": "Oceans"})


async def test_profile_takes_what_people_write(here: Office) -> None:
    set_profile = here.profiles.set
    await set_profile(PARTNER, country="肯尼亚", organisation="  Ministry of Science\n")
    assert await set_profile(PARTNER, zone="nairobi") == Profile("KE", "Ministry of Science", zone="Africa/Nairobi")
    assert await set_profile(PARTNER, country="") == Profile("", "Ministry of Science", zone="Africa/Nairobi")
    assert await here.profiles.get(PARTNER) == Profile("", "Ministry of Science", zone="Africa/Nairobi")


@pytest.mark.parametrize(
    ("field", "value"),
    [("country", "Atlantis"), ("zone", "Mars"), ("language", "fr"), ("interests", "x" * 501), ("age", "5")],
)
async def test_profile_refuses_what_it_does_not_understand(here: Office, field: str, value: str) -> None:
    with pytest.raises(BadProfile) as caught:
        await here.profiles.set(PARTNER, **{field: value})
    assert caught.value.field == field
    assert await here.profiles.get(PARTNER) == Profile()


async def test_subscriptions_follow_a_group_that_moved_and_merge_with_what_is_there(here: Office) -> None:
    await here.subscribe(-5)
    await here.subscribe(-5, topic="news")
    await here.subscribe(-1005, topic="news")
    await here.people.move_chat(-5, -1005)
    assert await here.subscriptions.subscribed(-1005) == ("workshops", "news")
    assert await here.subscriptions.subscribed(-5) == ()


async def test_forgetting_removes_subscriptions_and_profile(here: Office) -> None:
    await here.subscribe(PARTNER)
    await here.profiles.set(PARTNER, country="Kenya")
    exported = await here.people.export(PARTNER)
    assert exported["profile"]
    assert exported["subscriptions"]
    await here.people.forget(PARTNER)
    assert await here.profiles.get(PARTNER) == Profile()
    assert await here.subscriptions.subscribed(PARTNER) == ()
