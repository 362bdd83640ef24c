"""The ledger: each delivery is claimed once, settled once, and nothing that was cut off is sent by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from broadcast_desk import STAFF, Office, Watched, office, text

from bot.announcing.announcement import Action, Outcome
from bot.announcing.outbox import Outbox
from bot.schema import open_database


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path) as made:
        yield made


async def test_start_writes_everybody_or_nobody(here: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    await here.subscribe(10, 11)
    draft = await here.write()

    def breaks(*given: object) -> tuple[str, int]:
        raise RuntimeError("the power is gone")

    monkeypatch.setattr("bot.announcing.announcement_rows.wants", breaks)
    with pytest.raises(RuntimeError):
        await here.announcements.submit(STAFF, draft.id, draft.version)
    assert await here.announcements.deliveries(STAFF, draft.id) == ()
    assert await here.announcements.get(draft.id) == draft


async def test_two_that_claim_at_once_never_get_the_same(here: Office) -> None:
    await here.subscribe(*range(10, 60))
    number = await here.announce()
    second = open_database(here.database.path)
    outboxes = [here.outbox, Outbox(second, here.time.now)]
    claims = await asyncio.gather(*(outboxes[turn % 2].claim(number, 3) for turn in range(20)))
    claimed = [one.id for some in claims for one in some]
    assert len(claimed) == len(set(claimed)) == 50
    second.close()


async def test_claimed_ones_come_in_order_and_what_was_begun_comes_first(here: Office) -> None:
    await here.subscribe(10, 11, 12, 13)
    number = await here.announce()
    first, second = await here.outbox.claim(number, 2)
    assert (first.chat, second.chat, first.action, first.part) == (10, 11, Action.SEND, 0)
    await here.outbox.arrived(first, 77, parts=2)
    await here.outbox.put_off(second, 1)
    here.time.seconds += 1
    again = await here.outbox.claim(number, 3)
    assert [(one.chat, one.part, one.messages) for one in again] == [(10, 1, (77,)), (11, 0, ()), (12, 0, ())]


async def test_nothing_is_claimed_before_it_is_due_or_of_what_does_not_run(here: Office) -> None:
    await here.subscribe(10)
    number = await here.announce()
    (claim,) = await here.outbox.claim(number, 5)
    assert await here.outbox.claim(number, 5) == ()
    await here.outbox.put_off(claim, 60)
    assert await here.outbox.claim(number, 5) == ()
    assert await here.outbox.next_due(number) == here.time.now().timestamp() + 60
    here.time.seconds += 61
    await here.announcements.pause(STAFF, number)
    assert await here.outbox.claim(number, 5) == ()


async def test_what_was_being_sent_is_unknown_after_a_restart_and_is_not_claimed(here: Office) -> None:
    await here.subscribe(10, 11)
    number = await here.announce()
    await here.outbox.claim(number, 1)
    assert await here.outbox.recover() == 1
    assert await here.outbox.recover() == 0
    assert [one.chat for one in await here.outbox.claim(number, 5)] == [11]
    assert (await here.announcements.report(STAFF, number)).tally.unknown == 1


async def test_correction_that_was_being_made_is_made_again_after_a_restart(here: Office) -> None:
    await here.subscribe(10)
    number = await here.announce()
    await here.run(5)
    await here.announcements.correct(STAFF, number, text("Other.").contents)
    (claim,) = await here.outbox.claim(number, 5)
    assert claim.action is Action.CORRECT
    assert await here.outbox.recover() == 0
    assert await here.outbox.claim(number, 5) == (claim,)


async def test_late_word_of_a_delivery_does_not_undo_what_is_settled(here: Office) -> None:
    await here.subscribe(10)
    number = await here.announce()
    (claim,) = await here.outbox.claim(number, 1)
    await here.outbox.recover()
    await here.outbox.put_off(claim, 0)
    await here.outbox.settled(claim, Outcome.FAILED, "late")
    assert (await here.announcements.report(STAFF, number)).tally.unknown == 1


async def test_ten_thousand_start_in_a_moment_and_share_their_commits(here: Office) -> None:
    await here.database.write(
        lambda connection: connection.conn.executemany(
            "INSERT INTO chats VALUES (?, 'private', 'en', 1, '')", [(chat,) for chat in range(1, 10_001)]
        )
    )
    await here.database.write(
        lambda connection: connection.conn.executemany(
            "INSERT INTO subscriptions VALUES (?, 'news', '')", [(chat,) for chat in range(1, 10_001)]
        )
    )
    number = await here.announce()
    claims = await here.outbox.claim(number, 200)
    writes = 0
    write = Watched.write

    async def counted(self: Watched, function: object) -> object:
        nonlocal writes
        writes += 1
        return await write(self, function)  # type: ignore[arg-type]

    here.database.write = counted.__get__(here.database)  # type: ignore[method-assign]
    await asyncio.gather(*(here.outbox.arrived(claim, claim.id, 1) for claim in claims))
    assert writes <= 5
    assert (await here.announcements.report(STAFF, number)).tally.sent == 200


async def test_ledger_is_synced_to_the_disk_at_every_commit(here: Office) -> None:
    """FULL (2) in WAL mode: a commit is on the disk when it returns, also after a power loss."""
    modes = await here.database.write(
        lambda connection: [
            connection.execute("PRAGMA synchronous").fetchone()[0],
            connection.execute("PRAGMA journal_mode").fetchone()[0],
        ]
    )
    assert modes == [2, "wal"]
