"""A number of kills in; how many questions went unanswered meanwhile, and what the index was like after each, out.

    python -m benchmarks.kills [--kills 200] [--json FILE]

`citedesk reindex` as a process of its own, again and again, always with something to do, ended by SIGKILL at a random
instant between its start and the time that it takes; in this process a searcher like the bot's answers all the while.
"""

from __future__ import annotations

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.measuring import machine, print_table, write_json
from index.answering.answer import Answer
from index.errors import IndexFault
from index.searcher import LiveSearcher
from index.store.generation import Generations

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of the kills."""

    kills: int
    finished: int
    """Reindexes that were done before their kill."""
    questions: int
    unanswered: int
    damaged: int
    """Generations found after a kill whose files were not those of their checksums."""
    clean: bool
    """Whether one reindex afterwards brought the index up to date and left nothing over."""


def run(folder: Path, kills: int, seed: int = 1) -> Outcome:
    """Kill that many reindexes of a small library in `folder`."""
    reports, data = folder / "reports", folder / "data"
    reports.mkdir()
    for number in range(30):
        _write(reports, number, 0)
    (folder / "config.toml").write_text('[content]\npath = "reports"\n[data]\npath = "data"\n', encoding="utf-8")
    _start(folder).wait()  # analyses the dictionary, too
    started = time.monotonic()
    _write(reports, 0, 1)
    _start(folder).wait()
    usual = time.monotonic() - started
    chance, generations = random.Random(seed), Generations(data / "index")
    asking = _Asking(data / "index")
    finished = damaged = 0
    with asking:
        for kill in range(kills):
            _write(reports, chance.randrange(30), kill + 2)
            child = _start(folder)
            time.sleep(chance.uniform(0, usual))
            child.send_signal(signal.SIGKILL)
            finished += child.wait() == 0
            damaged += sum(not _whole(generations, info.id) for info in generations.list())
    _write(reports, 0, kills + 2)
    clean = _start(folder).wait() == 0
    current = generations.current()
    leftovers = [*(data / "index").glob("*.unfinished"), *(data / "index").glob("*.tmp")]
    clean = clean and current is not None and _whole(generations, current) and not leftovers
    return Outcome(kills, finished, asking.counts["asked"], asking.counts["unanswered"], damaged, clean)


class _Asking:
    """A searcher that is asked as fast as it answers, in a thread."""

    def __init__(self, index: Path) -> None:
        self._live = LiveSearcher(index, verify=True)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._ask)
        self.counts: Counter[str] = Counter()

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _ask(self) -> None:
        while not self._stop.wait(0.005):
            self.counts["asked"] += 1
            try:
                answer = self._live.get().ask("How deep is lake 7?")
                self.counts["unanswered"] += not isinstance(answer, Answer)
            except Exception as error:  # noqa: BLE001 # whatever it is, nobody got an answer
                self.counts["unanswered"] += 1
                print(repr(error), file=sys.stderr)


def _write(reports: Path, number: int, version: int) -> None:
    text = f"# Lake {number}\n\nLake {number} is {40 + number} metres deep, as measured in {1900 + version % 100}.\n"
    (reports / f"lake-{number}.md").write_text(text + f"\nMeasurement {version}.\n", encoding="utf-8")


def _start(folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "bot", "--config", str(folder / "config.toml"), "reindex", "--json"]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _whole(generations: Generations, generation: str) -> bool:
    try:
        generations.verify(generation)
    except IndexFault:
        return False
    return True


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--kills", type=int, default=200)
    arguments.add_argument("--json", type=Path, default=Path("docs/benchmarks/kills.json"))
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        outcome = asdict(run(Path(folder), options.kills))
    print_table([outcome], list(outcome))
    write_json(options.json, {"machine": machine(), "rows": [outcome]})
    if outcome["unanswered"] or outcome["damaged"] or not outcome["clean"]:
        sys.exit(1)


if __name__ == "__main__":
    main()
