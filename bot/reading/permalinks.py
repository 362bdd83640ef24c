"""Generations in; what became of passages that are gone, out: so that a link to a passage never ends nowhere.

Owns the tables `gone_passages` and `noted_generation`. At each change of generation the passages that the new one lacks
are kept here with their words and with what they became (`index/answering/successors.py`).

Why in `bot.sqlite` and not beside the index? The index can be deleted and built again; a link that somebody printed
cannot.

Why only passages that are gone? All others are in the index. To keep them all would double it.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlite_utils import Database as Connection

from bot.base.database import Database, Migration
from content.documents import Locator
from index.answering.answer import Citation
from index.errors import IndexFault
from index.searcher import gone_between
from index.store.generation import Generations

LOG = logging.getLogger("bot.reading")
LONGEST_CHAIN = 50
"""Edits of one passage that are followed from one to the next."""


@dataclass(frozen=True, slots=True)
class GonePassage:
    """A passage that the index had once."""

    id: str
    text: str
    language: str
    citation: Citation
    gone_at: datetime
    """When that was noticed."""
    successor: str | None
    """Id of the passage that it became."""


class Permalinks:
    """What is known of passages that are gone."""

    def __init__(self, database: Database, index: Path, clock: Callable[[], datetime]) -> None:
        """`index`: the folder of generations."""
        self._database = database
        self._index = index
        self._clock = clock
        self._catching_up = asyncio.Lock()
        self._known = ""
        """The generation up to which it is known what went."""

    async def follow(self, passage: str, generation: str) -> tuple[GonePassage | None, str | None]:
        """What a passage was that the live `generation` lacks, and the id of what it became; None where not known."""
        await self.bring_up_to(generation)
        gone = await self.find(passage)
        return gone, (None if gone is None else await self.successor(passage))

    async def bring_up_to(self, generation: str) -> None:
        """Note what went until the live generation, if that is not done yet."""
        async with self._catching_up:
            if generation != self._known:
                await asyncio.to_thread(self.catch_up)
                self._known = generation

    async def find(self, passage: str) -> GonePassage | None:
        """A passage that is gone; None where there never was one, as far as is known."""
        return await self._database.read(lambda connection: _find(connection, passage))

    async def successor(self, passage: str) -> str | None:
        """The last in the chain of what a passage became: an id that was live when that was noted."""

        def follow(connection: Connection) -> str | None:
            seen, current = {passage}, passage
            for _ in range(LONGEST_CHAIN):
                gone = _find(connection, current)
                if gone is None:
                    return current if current != passage else None
                if gone.successor is None or gone.successor in seen:
                    return None
                seen.add(gone.successor)
                current = gone.successor
            return None

        return await self._database.read(follow)

    async def of_document(self, document: str) -> GonePassage | None:
        """A passage of a report that is gone, the one that went last; None where no report of that id is known."""
        sql = "SELECT * FROM gone_passages WHERE document = ? ORDER BY gone_at DESC, rowid LIMIT 1"

        def select(connection: Connection) -> GonePassage | None:
            return next(map(_gone, connection.query(sql, (document,))), None)

        return await self._database.read(select)

    async def noted(self) -> str:
        """The generation whose passages are known here; empty at first."""
        return await self._database.read(_noted)

    def catch_up(self) -> int:
        """Note what went since the generation that was noted last; how many passages that are.

        For a thread or a command: it reads two whole generations. A generation that is no longer there, or cannot be
        opened, is passed over: what only it had is not known.
        """
        generations = Generations(self._index)
        current, before = generations.current(), self._database.read_now(_noted)
        if current is None or current == before:
            return 0
        rows: list[dict[str, object]] = []
        back: list[str] = []
        now = self._clock().isoformat()
        if before:
            try:
                gone, is_live = gone_between(self._index, before, current)
                rows = [
                    {
                        "id": passage.id,
                        "document": passage.document,
                        "text": passage.text,
                        "language": passage.language,
                        "citation": json.dumps(asdict(passage.citation), ensure_ascii=False),
                        "gone_at": now,
                        "successor": successor,
                    }
                    for passage, successor in gone
                ]
                back = [id_ for id_ in self._database.read_now(_ids) if is_live(id_)]
            except (IndexFault, OSError) as fault:
                LOG.warning("links into generation %s cannot be followed from now on: %s", before, fault)
        self._database.write_now(lambda connection: _note(connection, rows, back, current))
        return len(rows)


def _note(connection: Connection, rows: list[dict[str, object]], back: list[str], generation: str) -> None:
    """Keep passages that are gone, and no more those that came back."""
    for id_ in back:
        connection.execute("DELETE FROM gone_passages WHERE id = ?", (id_,))
    connection.table("gone_passages").insert_all(rows, replace=True)
    connection.execute("DELETE FROM noted_generation")
    connection.execute("INSERT INTO noted_generation (generation) VALUES (?)", (generation,))


def _ids(connection: Connection) -> list[str]:
    return [id_ for (id_,) in connection.execute("SELECT id FROM gone_passages")]


def _noted(connection: Connection) -> str:
    row = connection.execute("SELECT generation FROM noted_generation").fetchone()
    return str(row[0]) if row else ""


def _find(connection: Connection, passage: str) -> GonePassage | None:
    return next(map(_gone, connection.query("SELECT * FROM gone_passages WHERE id = ?", (passage,))), None)


def _gone(row: dict[str, Any]) -> GonePassage:
    data = json.loads(row["citation"])
    place = data["locator"]
    locator = Locator(tuple(place["section"]), place["page"], place["paragraph"])
    citation = Citation(**data | {"locator": locator})
    at = datetime.fromisoformat(row["gone_at"])
    return GonePassage(row["id"], row["text"], row["language"], citation, at, row["successor"])


def _tables(connection: Connection) -> None:
    connection.execute(
        """CREATE TABLE gone_passages (
            id TEXT PRIMARY KEY,
            document TEXT NOT NULL,
            text TEXT NOT NULL,
            language TEXT NOT NULL,
            citation TEXT NOT NULL,
            gone_at TEXT NOT NULL,
            successor TEXT
        )"""
    )
    connection.execute("CREATE INDEX gone_passages_document ON gone_passages (document)")
    connection.execute("CREATE TABLE noted_generation (generation TEXT NOT NULL)")


MIGRATIONS = (Migration("permalinks/001_gone_passages", _tables),)
