"""The bars of announcements, over HTTP with the sandbox's server and a real process that is killed; see the benchmark.

What is counted is counted from the server's own journal.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from ready import lend_dictionary

from benchmarks.broadcast import build, latencies, p95, throughput, with_faults


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("broadcast")
    lend_dictionary(folder / "index")
    return build(folder)


async def test_after_faults_and_kills_nobody_got_it_twice_and_everybody_is_accounted_for(
    tmp_path: Path, index: Path
) -> None:
    """600 recipients; 5 % blocked, 1 % deleted or moved, 2 % flood limits, 1 % lost answers; four SIGKILLs."""
    found = await with_faults(tmp_path / "stage", index, 600, 4, per_second=200, patience=90)
    assert (found.twice, found.lost, found.disagreements) == (0, 0, 0)
    assert sum(found.outcomes.values()) == found.recipients == 600
    assert set(found.outcomes) <= {"sent", "failed", "skipped", "unknown"}
    assert found.unknown <= found.in_flight + found.lost_answers
    assert found.busiest_second <= 200
    assert found.floods >= 6
    assert found.too_early == 0


@pytest.mark.alone
async def test_little_of_the_allowed_rate_is_left_unused_while_nothing_fails(tmp_path: Path, index: Path) -> None:
    """The better of some runs: the machine may be busy with something else."""
    for attempt in range(5):
        share = await throughput(tmp_path / str(attempt), index, 60, per_second=25)
        assert share <= 1.05
        if share >= 0.95:
            return
    raise AssertionError(f"{share:.1%} of the allowed rate")


@pytest.mark.alone
async def test_answers_hardly_wait_while_an_announcement_runs(tmp_path: Path, index: Path) -> None:
    """At most half as long again as idle, and one send slot; together they keep to the allowed rate."""
    for attempt in range(5):
        idle, busy, busiest = await latencies(tmp_path / str(attempt), index, 12, per_second=25)
        assert busiest <= 29
        if p95(busy) <= 1.5 * p95(idle) + 1 / 25:
            return
    raise AssertionError(f"{p95(busy):.3f} s instead of {p95(idle):.3f} s")
