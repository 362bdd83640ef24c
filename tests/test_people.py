"""Roles are checked where things are done, and every attempt is written down."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.people.people import NotAllowed, NotChangeable, People, Role
from bot.schema import open_database

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ADMIN, STAFF, PARTNER = 1, 2, 3


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    database = open_database(tmp_path / "bot.sqlite")
    yield People(database, lambda: NOW, admins=[ADMIN], staff=[STAFF])
    database.close()


async def test_first_roles_come_from_the_configuration(people: People) -> None:
    assert [await people.role(user) for user in (ADMIN, STAFF, PARTNER)] == [
        Role.ADMIN,
        Role.STAFF,
        Role.PARTNER,
    ]


async def test_granted_role_holds_until_it_is_revoked(people: People) -> None:
    await people.grant(ADMIN, PARTNER, Role.STAFF)
    assert await people.role(PARTNER) is Role.STAFF
    await people.grant(ADMIN, PARTNER, Role.ADMIN)
    assert await people.with_role(Role.ADMIN) == {ADMIN: Role.ADMIN, PARTNER: Role.ADMIN}
    await people.grant(ADMIN, PARTNER, Role.PARTNER)
    assert await people.role(PARTNER) is Role.PARTNER


@pytest.mark.parametrize("actor", [STAFF, PARTNER])
async def test_only_admins_grant(people: People, actor: int) -> None:
    with pytest.raises(NotAllowed):
        await people.grant(actor, actor, Role.ADMIN)
    assert await people.role(actor) < Role.ADMIN


async def test_configured_role_is_not_lowered_in_chat_but_may_be_raised(people: People) -> None:
    with pytest.raises(NotChangeable):
        await people.grant(ADMIN, ADMIN, Role.PARTNER)
    await people.grant(ADMIN, STAFF, Role.ADMIN)
    assert await people.role(STAFF) is Role.ADMIN


async def test_audit_has_what_was_done_and_what_was_refused_newest_first(people: People) -> None:
    await people.grant(ADMIN, PARTNER, Role.STAFF)
    with pytest.raises(NotAllowed):
        await people.authorize(STAFF, Role.ADMIN, "reindex", "x" * 1000)
    refused, granted = await people.audit(ADMIN)
    assert (granted.actor, granted.action, granted.detail, granted.allowed) == (
        ADMIN,
        "grant",
        "3 staff",
        True,
    )
    assert (refused.actor, refused.action, len(refused.detail), refused.allowed) == (
        STAFF,
        "reindex",
        300,
        False,
    )
    assert refused.at == NOW


async def test_audit_is_for_admins(people: People) -> None:
    with pytest.raises(NotAllowed):
        await people.audit(STAFF)


async def test_chat_that_blocked_us_is_reachable_again_when_it_writes(people: People) -> None:
    assert await people.seen(PARTNER, "private")
    assert not await people.seen(PARTNER, "private")
    await people.mark_unreachable(PARTNER)
    assert await people.count_reachable() == 0
    assert await people.seen(PARTNER, "private")
    assert await people.count_reachable() == 1


async def test_language_is_kept_for_the_chat_and_moves_with_a_group(people: People) -> None:
    await people.choose_language(-5, "group", "zh")
    await people.move_chat(-5, -100)
    await people.move_chat(-5, -100)
    assert await people.language(-100) == "zh"
    assert await people.chat(-5) is None


async def test_group_that_moves_to_a_chat_we_know_is_one_chat(people: People) -> None:
    await people.seen(-5, "group")
    await people.choose_language(-100, "supergroup", "en")
    await people.move_chat(-5, -100)
    assert await people.chat(-5) is None
    assert await people.language(-100) == "en"


async def test_forgotten_person_leaves_no_chat_and_no_role_but_the_audit_stays(people: People) -> None:
    await people.seen(PARTNER, "private")
    await people.grant(ADMIN, PARTNER, Role.STAFF)
    exported = await people.export(PARTNER)
    assert exported["role"] == [{"role": "staff", "granted_at": NOW.isoformat()}]
    await people.forget(PARTNER)
    exported = await people.export(PARTNER)
    assert exported == {"chat": [], "role": [], "actions": []}
    assert len(await people.audit(ADMIN)) == 1
