"""Numbers of passages in; what building, opening and asking costs in each engine, on the same tokens, out.

    python -m benchmarks.search [--sizes 1000,10000,100000,1000000] [--rounds N] [--json FILE]

Engines: the raw top k of this index, rank-bm25, bm25s (numpy and numba), tantivy (as it comes, which counts all hits,
and told not to) and SQLite FTS5. No question of a person ends at the raw top k: what people wait for is in `whole.py`.
Each engine builds in one process and answers in others, so that its memory is its own; engines that differ in how they
are asked only share what was built. rank-bm25 and FTS5 stop at 100,000 passages. The exact engines must agree:
rank-bm25 and bm25s add the same constant to every passage.

Why turns and rounds? Something else is always going on on a machine. The engines are open side by side and asked in
turn, some questions at a time, so that what goes on meets them all alike; all of that several times over, and of each
figure the least counts, for every engine; one that takes long is asked in one round.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.engines import BUILD
from benchmarks.measuring import Row, machine, print_table, write_json
from benchmarks.synthetic import make_questions, make_tokens

ROOT = Path(__file__).parents[1]
STOP_AT = {"rank-bm25": 100_000, "SQLite FTS5": 100_000}
SAME = {"bm25s numba": "bm25s numpy", "tantivy, not counting": "tantivy"}
"""Engines that answer from what another one built."""
FIGURES = ("open", "p50", "p95", "p99", "megabytes")
SHORT, MORE = 10_000, 3
"""Up to so many passages a question takes as long as what else goes on, and there are so many times as many rounds."""
LONG = 10.0
"""Milliseconds a question from which one round is enough."""
TURN = 25
"""Questions that an engine is asked before it is the next one's turn."""
EXACT = ("rank-bm25", "bm25s numpy", "bm25s numba")
COLUMNS = [
    "passages",
    "engine",
    "build",
    "open",
    "p50",
    "p95",
    "p99",
    "p50 to citedesk",
    "p95 to citedesk",
    "megabytes",
    "questions",
    "agrees",
]


def command(job: str, engine: str, tokens: Path, folder: Path) -> list[str]:
    """What starts one job in a process of its own."""
    return [sys.executable, "-m", "benchmarks.engines", job, engine, str(tokens), str(folder)]


def build(engine: str, tokens: Path, folder: Path) -> Row:
    """Build an index of the tokens; what it cost."""
    done = subprocess.run(
        command("build", engine, tokens, folder), check=True, capture_output=True, text=True, cwd=ROOT
    )
    figures: Row = json.loads(done.stdout.splitlines()[-1])
    return figures


class Asked:
    """An engine that is open, in a process of its own."""

    def __init__(self, engine: str, tokens: Path, folder: Path) -> None:
        self.taken: list[float] = []
        """Milliseconds that each question took."""
        self._process = subprocess.Popen(
            command("ask", engine, tokens, folder), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        self._read()

    def ask(self, first: int, last: int) -> None:
        """Ask it some of the questions."""
        assert self._process.stdin is not None
        print(json.dumps([first, last]), file=self._process.stdin, flush=True)
        self.taken += self._read()

    def close(self) -> Row:
        """What asking cost."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        figures: Row = self._read()
        p50, p95, p99 = np.percentile(self.taken, [50, 95, 99]).tolist()
        self._process.wait()
        return figures | {"p50": p50, "p95": p95, "p99": p99, "questions": len(self.taken)}

    def _read(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"{self._process.args} ended with {self._process.wait()}")
        return json.loads(line)


def ask_in_turn(engines: list[str], tokens: Path, folder: Path, questions: int) -> dict[str, Row]:
    """One round: what each engine costs, open side by side."""
    asked = {engine: Asked(engine, tokens, folder / SAME.get(engine, engine)) for engine in engines}
    for first in range(0, questions, TURN):
        for one in asked.values():
            one.ask(first, min(first + TURN, questions))
    return {engine: one.close() for engine, one in asked.items()}


def constants(tokens: Path, questions: list[list[int]]) -> list[float]:
    """What rank-bm25 gives every passage for each question: delta x the sum of the idf of its terms."""
    terms, ends = np.load(tokens / "terms.npy"), np.load(tokens / "ends.npy")
    passages = np.repeat(np.arange(len(ends)), np.diff(ends, prepend=0))
    wanted = np.unique([term for question in questions for term in question])
    frequency = {}
    for term in wanted.tolist():
        frequency[term] = len(np.unique(passages[terms == term]))
    return [sum(float(np.log((len(ends) + 1) / frequency[term])) for term in question) for question in questions]


def agrees(row: Row, ours: Row, constant: list[float]) -> bool | None:
    """Whether the best scores of an exact engine are ours, a constant aside."""
    if row["engine"] not in EXACT:
        return None
    added = [0.0] * len(constant) if row["engine"].startswith("citedesk") else constant
    return all(
        np.allclose(np.array(theirs[: len(best)]) - more, best, rtol=1e-4, atol=1e-3)
        for theirs, best, more in zip(row["best"], ours["best"], added, strict=True)
    )


def measure(size: int, folder: Path, engines: list[str], rounds: int) -> list[Row]:
    """All engines at one size."""
    tokens = make_tokens(size)
    questions = make_questions(tokens, 500 if size <= 100_000 else 300)
    source = folder / "tokens"
    source.mkdir(parents=True)
    np.save(source / "terms.npy", tokens.terms)
    np.save(source / "ends.npy", np.cumsum(tokens.lengths))
    (source / "questions.json").write_text(json.dumps(questions))
    del tokens
    engines = [engine for engine in engines if size <= STOP_AT.get(engine, size)]
    built: dict[str, Row] = {}
    for kind in dict.fromkeys(SAME.get(engine, engine) for engine in engines):
        built[kind] = build(kind, source, folder / kind)
        print(f"{size:>9,} {kind:<22} built in {built[kind]['build']:.2f} s", file=sys.stderr)
    rows: dict[str, Row] = {}
    for _ in range(rounds * MORE if size <= SHORT else rounds):
        quick = [engine for engine in engines if engine not in rows or rows[engine]["p50"] <= LONG]
        for engine, figures in ask_in_turn(quick, source, folder, len(questions)).items():
            own = built[SAME.get(engine, engine)]
            before = rows.setdefault(engine, {"passages": size, "engine": engine, **own, **figures})
            before.update({name: min(before[name], figures[name]) for name in FIGURES})
            print(f"{size:>9,} {engine:<22} p50 {figures['p50']:.3f}, p95 {figures['p95']:.3f} ms", file=sys.stderr)
    return compare(list(rows.values()), source, questions)


def compare(rows: list[Row], source: Path, questions: list[list[int]]) -> list[Row]:
    """The rows with how they stand to this index, and whether they agree with it."""
    constant = constants(source, questions[:10])
    ours = next(row for row in rows if row["engine"] == "citedesk")
    for row in rows:
        row["p50 to citedesk"], row["p95 to citedesk"] = row["p50"] / ours["p50"], row["p95"] / ours["p95"]
        row["agrees"] = agrees(row, ours, constant)
    for row in rows:
        del row["best"]
    return rows


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--sizes", default="1000,10000,100000,1000000")
    arguments.add_argument("--engines", default=",".join(BUILD))
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--json", type=Path, default=Path("docs/benchmarks/search.json"))
    options = arguments.parse_args()
    before, rows = machine(), []
    engines = options.engines.replace("tantivy, not", "tantivy; not").split(",")
    root = Path(tempfile.mkdtemp())
    for size in map(int, options.sizes.split(",")):
        rows += measure(size, root / str(size), [engine.replace(";", ",") for engine in engines], options.rounds)
        shutil.rmtree(root / str(size))
        write_json(options.json, {"machine": before, "load after": machine()["load"], "rows": rows})
    shutil.rmtree(root)
    print_table(rows, COLUMNS)
    if any(row["agrees"] is False for row in rows):
        sys.exit("engines disagree")


if __name__ == "__main__":
    main()
