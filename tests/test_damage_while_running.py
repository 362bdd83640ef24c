"""The index is damaged under a running bot: it answers, repairs and says so, over HTTP with the sandbox's server."""

from __future__ import annotations

from pathlib import Path

import pytest
from transcript import STAFFING, rendered, stage

from index.store.generation import Generations

pytestmark = pytest.mark.asyncio(loop_scope="function")
QUESTION = "How many permanent employees did the institute have?"


async def test_damaged_index_is_answered_from_the_older_one_repaired_and_told_of_once(tmp_path: Path) -> None:
    async with stage(tmp_path) as here:
        admin = here.people["Admin"]
        await here.play(f"Admin: /start\nbot: …\nAnn: {QUESTION}\nbot: …133…")
        report = here.folder / "reports" / "institute-report-2021.md"
        report.write_text(STAFFING.replace("133 permanent", "144 permanent"), encoding="utf-8")
        await here.play(
            "Admin: /reindex\nbot: Reading the reports …\nbot edits: **The index is up to date.**…", patience=60
        )
        await here.play(f"Ann: {QUESTION}\nbot: …144…")
        generations = Generations(here.folder / "data" / "index")
        broken = generations.require_current()
        passages = generations.path(broken) / "passages.utf8"
        with passages.open("r+b") as stream:  # in place, as a failing disk does it
            stream.write(b"\xff" * passages.stat().st_size)
        await here.play("Ann: When was the Harbour Forum founded by the institute?\nbot: …2014…")
        damaged = rendered(await admin.next_message(timeout=30))
        assert damaged.startswith("⚠️ **The index is damaged**")
        assert broken in damaged
        repaired = rendered(await admin.next_message(timeout=60))
        assert repaired.startswith("The damaged index was built anew, over 2 reports.")
        await here.play(f"Ann: {QUESTION}\nbot: …144…")
        assert generations.require_current() != broken
        assert await admin.quiet(0.5), "once"
