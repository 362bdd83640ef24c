"""Nothing in, every table of `bot.sqlite` out: the migrations of all the modules that own tables, in one list.

Why here and not in `database.py`? The owners of tables need the database; a database that knew its owners would
make them one room.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.announcing import announcement_rows, deliveries, relays
from bot.asking import handing_on, questions
from bot.base.database import Database, Migration
from bot.people import people, subscriptions
from bot.reading import chosen_styles, permalinks
from bot.reading.web import visitors
from bot.telegram import expectations, inbox
from index.evaluating.rehearsal import Asked


def migrations() -> tuple[Migration, ...]:
    """The steps of every module that owns tables, in the order they are applied."""
    return (
        *people.MIGRATIONS,
        *questions.MIGRATIONS,
        *inbox.MIGRATIONS,
        *subscriptions.MIGRATIONS,
        *announcement_rows.MIGRATIONS,
        *deliveries.MIGRATIONS,
        *expectations.MIGRATIONS,
        *relays.MIGRATIONS,
        *handing_on.MIGRATIONS,
        *chosen_styles.MIGRATIONS,
        *permalinks.MIGRATIONS,
        *visitors.MIGRATIONS,
    )


def open_database(path: Path, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Database:
    """`bot.sqlite` with every table, brought up to date. Raises `DatabaseFault`."""
    return Database(path, migrations(), clock)


def recorded_questions(path: Path, limit: int, conversation: timedelta) -> tuple[Asked, ...]:
    """The newest questions of a ledger with what they may lean on, for commands, which run beside the bot."""
    database = open_database(path)
    try:
        return database.read_now(lambda connection: questions.recorded(connection, limit, conversation))
    finally:
        database.close()
